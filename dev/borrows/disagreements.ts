/**
 * Why this borrow checker and rustc say different things of one program: found by experiment. What a class is about is taken out of the program;
 * if both say the same of the rest, the disagreement is of that class.
 * Consumes: programs on which the two differ. Produces: a class for each, explained in `docs/decisions/0016-disagreements-with-rustc.md`.
 */
import type { Program, Verdict } from './check.ts';
import { checkBatch } from './check.ts';
import { rustVerdicts } from './rust.ts';
import { withoutVariables } from './shrink.ts';

export interface Disagreement {
  readonly unit: Program;
  readonly mine: readonly string[];
  readonly theirs: readonly string[];
}

/** In this order: a class is tried only on what those before it do not explain. */
const EXPERIMENTS: readonly (readonly [string, RegExp])[] = [
  ['closures', /(let|var) f\d+ = /],
  ['several referents', /(let|var) v\d+: &mut (&|ArrayList<&|V\b)/],
  ['exclusive references in options and lists', /(let|var) v\d+: (Option|ArrayList)<&mut/],
];

export function codesOf(verdict: Verdict): string[] {
  return [...verdict.types, ...verdict.moves, ...verdict.borrows].map((diag) => diag.code);
}

/** The class of each; `side` says who refuses. */
export function classify(found: readonly Disagreement[]): string[] {
  const out = found.map(({ theirs }): string | null => (theirs.length > 0 && theirs.every((code) => code === 'E0382') ? 'reborrowed, not moved' : null));
  for (const [name, declaration] of EXPERIMENTS) {
    const left = found.flatMap(({ unit }, i) => (out[i] === null ? [{ i, unit: { name: unit.name, text: withoutVariables(unit.text, declaration) } }] : []));
    if (left.length === 0) break;
    const units = left.map(({ unit }) => unit);
    const ours = checkBatch(units, {}).verdicts;
    const theirs = rustVerdicts(units);
    left.forEach(({ i, unit }, j) => {
      const agreed = (codesOf(ours[j]!).length === 0) === (theirs[j]!.codes.length === 0);
      if (agreed && unit.text !== found[i]!.unit.text) out[i] = name;
    });
  }
  return found.map(({ mine, theirs }, i) => `${mine.length > 0 ? 'refused here' : 'refused by rustc'}: ${out[i] ?? `unexplained ${[...new Set([...mine, ...theirs])].sort().join(' ')}`}`);
}
