/**
 * What is wrong with the patterns of a `match`, a `let`, a parameter or a `for`, as diagnostics.
 * Consumes: typed patterns. Produces: CJ0400 to CJ0403.
 */
import type { DiagSink, TextEdit } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { Pat } from '../tree.ts';
import type { Ty } from '../ty.ts';
import { checkMatch } from './check-match.ts';
import type { MatchArm, MatchResult } from './check-match.ts';
import { peel } from './constructors.ts';
import type { Normalize } from './constructors.ts';

function listMissing(result: MatchResult): string {
  const names = result.missing.map((pattern) => `\`${pattern}\``);
  return names.join(', ') + (result.more ? ', …' : '');
}

/** Checks a whole `match`; `span` is that of the scrutinee, `wildArm` makes the edit that adds an arm for everything else, or null where there is none. Returns whether it is exhaustive. */
export function reportMatch(sink: DiagSink, span: Span, wildArm: () => TextEdit | null, scrutineeTy: Ty, arms: readonly MatchArm[], normalize?: Normalize): boolean {
  const result = checkMatch(scrutineeTy, arms, normalize);
  if (result.tooComplex) {
    sink.report({ code: 'CJ0403', span });
    return false;
  }
  for (const index of result.unreachable) sink.report({ code: 'CJ0401', span: arms[index]!.pat.span });
  for (const alternative of result.unreachableAlternatives) sink.report({ code: 'CJ0401', span: alternative });
  if (result.missing.length === 0) return true;
  const wild = wildArm();
  sink.report({
    code: 'CJ0400',
    span,
    args: { missing: listMissing(result) },
    help: arms.some((arm) => arm.hasGuard) ? ['guard'] : [],
    fixes: wild === null ? [] : [{ key: 'wild', edits: [wild] }],
  });
  return false;
}

/** Checks a pattern that must match: of a `let` without `else`, a parameter, a `for`. */
export function reportRefutable(sink: DiagSink, pat: Pat, isLet: boolean, normalize?: Normalize): boolean {
  // A plain name or `_`, as nearly all of these are.
  if (peel(pat) === null) return true;
  const result = checkMatch(pat.ty, [{ pat, hasGuard: false, span: pat.span }], normalize);
  if (result.tooComplex) {
    sink.report({ code: 'CJ0403', span: pat.span });
    return false;
  }
  for (const alternative of result.unreachableAlternatives) sink.report({ code: 'CJ0401', span: alternative });
  if (result.missing.length === 0) return true;
  sink.report({ code: 'CJ0402', span: pat.span, args: { missing: listMissing(result) }, help: isLet ? ['else'] : [] });
  return false;
}
