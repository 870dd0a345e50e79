/**
 * Why this borrow checker and rustc say different things of one program, as far as that can be told from what they say.
 * The classes are explained in `docs/decisions/0016-disagreements-with-rustc.md`.
 */
import type { Diagnostic } from '../../src/diag/index.ts';

/** `mine` or `theirs` is empty. */
export function classify(_text: string, mine: readonly Diagnostic[], theirs: readonly string[], _source: string): string {
  return mine.length > 0 ? `only-here ${[...new Set(mine.map((d) => d.code))].sort().join(' ')}` : `only-rustc ${theirs.join(' ')}`;
}
