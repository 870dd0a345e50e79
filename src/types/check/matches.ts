/**
 * Asks the exhaustiveness check about every match of a body, and about patterns that have to match always.
 */
import { reportMatch, reportRefutable } from '../exhaustive/index.ts';
import { makeSpan } from '../../source/index.ts';
import type { Ty } from '../ty.ts';
import type { BodyCx } from './body-cx.ts';

export function checkMatches(cx: BodyCx): void {
  const { sink } = cx.session;
  const normalize = (ty: Ty): Ty => cx.resolve(cx.normalize(ty, cx.owner.span));
  for (const match of cx.matches) {
    const arms = match.arms.map((arm) => ({ pat: arm.pat, hasGuard: arm.guard !== null, span: arm.span }));
    const end = makeSpan(match.span.file, match.span.hi - 1, match.span.hi - 1);
    if (!reportMatch(sink, match.scrutinee.span, end, match.scrutinee.ty, arms, normalize)) cx.failed = true;
  }
  for (const { pat, what } of cx.irrefutable) {
    if (!reportRefutable(sink, pat, what === 'let', normalize)) cx.failed = true;
  }
}
