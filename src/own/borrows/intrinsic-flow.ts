/**
 * Where the borrows in the result of an intrinsic come from. Consumes: its name. Those not named here follow the fixed rule for signatures
 * without a body: the result comes from the reference arguments (`strBytes`, `blackBox`), or holds none.
 */

/** Makes a reference (or a value that may hold some) out of a raw pointer: its origin is unknown (F6). */
const UNKNOWN_ORIGIN: ReadonlySet<string> = new Set([
  'refOf', 'refMutOf', 'sliceFrom', 'sliceFromMut', 'strFrom', 'ptrRead', 'boxFromRaw', 'boxSliceFrom',
]);

/** Text that lives as long as the program. */
const STATIC_RESULT: ReadonlySet<string> = new Set(['typeName', 'callerFile']);

export type IntrinsicFlow = 'unknown' | 'static' | 'contract';

export function intrinsicFlow(name: string): IntrinsicFlow {
  return UNKNOWN_ORIGIN.has(name) ? 'unknown' : STATIC_RESULT.has(name) ? 'static' : 'contract';
}
