/**
 * Asks the exhaustiveness check about every match of a body, and about patterns that have to match always.
 */
import { reportMatch, reportRefutable } from '../exhaustive/index.ts';
import { makeSpan } from '../../source/index.ts';
import type { Span } from '../../source/index.ts';
import type { Ty } from '../ty.ts';
import type { BodyCx } from './body-cx.ts';

export function checkMatches(cx: BodyCx): void {
  const { sink } = cx.session;
  const normalize = (ty: Ty): Ty => cx.resolve(cx.normalize(ty, cx.owner.span));
  for (const match of cx.matches) {
    const arms = match.arms.map((arm) => ({ pat: arm.pat, hasGuard: arm.guard !== null, span: arm.span }));
    if (!reportMatch(sink, match.scrutinee.span, () => wildArm(cx, match.span), match.scrutinee.ty, arms, normalize)) cx.failed = true;
  }
  for (const { pat, what } of cx.irrefutable) {
    if (!reportRefutable(sink, pat, what === 'let', normalize)) cx.failed = true;
  }
}

/** Where and how `_ => …` is added: on a line of its own where the closing brace has one. */
function wildArm(cx: BodyCx, match: Span): { readonly span: Span; readonly text: string } | null {
  const text = cx.text(match);
  const body = text.slice(0, -1);
  const last = body.trimEnd();
  const comma = last.endsWith(',') || last.endsWith('{') ? '' : ',';
  const at = match.lo + last.length;
  const indent = /\n([ \t]*)$/.exec(body)?.[1];
  const arm = indent === undefined ? `${comma} _ => todo!()${body === last ? ' ' : ''}` : `${comma}\n${indent}    _ => todo!(),`;
  return text === '' ? null : { span: makeSpan(match.file, at, at), text: arm };
}
