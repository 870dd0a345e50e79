/**
 * Faults of the compiler itself. A user's mistake is never reported through this file: it is data in a DiagSink.
 * Holds: nothing. Source: the house rule that assertions stay on in releases.
 */

/** Thrown for a fault of the compiler; the command line prints a reproduction command and exits 70. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Stops with an internal fault. */
export function bug(message: string): never {
  throw new InternalError(message);
}

/** Stops with an internal fault unless `condition` holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) bug(message);
}

/** Closes every exhaustive `switch`: the type checker proves that it is never reached. */
export function unreachable(x: never): never {
  bug(`unreachable: ${JSON.stringify(x)}`);
}
