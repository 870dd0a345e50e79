/**
 * How an interpreted program can end otherwise than by returning.
 * Consumed by: every part of the interpreter. Holds: nothing.
 * These are JavaScript exceptions because they end the whole run at once: no destructor of the program runs any more.
 * (A panic of the language is not among them: it is a value, and unwinds along the edges of MIR.)
 */

/** The program did what no checked program can do: a mistake of the compiler or of `unsafe` code. The stack tells where. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** Ends the program with an exit code; `text` is written to standard error first. */
export class Ending extends Error {
  override readonly name = 'Ending';
  readonly code: number;
  readonly text: string | null;

  constructor(code: number, text: string | null) {
    super(text ?? `exit ${code}`);
    this.code = code;
    this.text = text;
  }
}

/** An evaluation took more steps than its budget; or that of a constant asked for something of the operating system. */
export class NotConstant extends Error {
  override readonly name = 'NotConstant';
  readonly why: 'budget' | 'system';
  /** The symbol of the native that was called, for `system`. */
  readonly detail: string;

  constructor(why: 'budget' | 'system', detail: string) {
    super(`${why}: ${detail}`);
    this.why = why;
    this.detail = detail;
  }
}

export function fault(what: string): never {
  throw new Fault(what);
}
