/**
 * Warnings about code that is right but probably not meant: names that are never read, Results that are thrown away.
 */
import type * as tree from '../tree.ts';
import { severityOf } from '../../diag/index.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx } from './body-cx.ts';

export function reportLints(cx: BodyCx): void {
  if (cx.owner.module.isStd || hasMistakes(cx)) return;
  unusedVariables(cx);
  ignoredResults(cx);
}

/** Where something is wrong, what is used is not known. */
function hasMistakes(cx: BodyCx): boolean {
  const { sink } = cx.session;
  if (!sink.hasErrors) return false;
  const { file, lo, hi } = cx.owner.span;
  return sink.all.some((diag) => diag.span.file === file && diag.span.lo >= lo && diag.span.hi <= hi && severityOf(diag.code) === 'error');
}

function unusedVariables(cx: BodyCx): void {
  for (const local of cx.locals) {
    // A guard is kept for its destructor.
    if (hasDestructor(cx, local)) continue;
    if (local.synthetic || local.using || local.name.startsWith('_') || cx.used.has(local) || cx.params.has(local)) continue;
    const spelling = `_${local.name}`;
    cx.warn({
      code: 'CJ0902', span: local.span, args: { name: local.name },
      fixes: isMentionedOnce(cx, local) ? [{ key: 'underscore', args: { name: spelling }, edits: [{ span: local.span, text: spelling }] }] : [],
    });
  }
}

/** A name that is set later, or is also the name of a field, cannot be changed in one place. */
function isMentionedOnce(cx: BodyCx, local: tree.LocalVar): boolean {
  return cx.text(cx.owner.span).split(/[^\p{XID_Continue}]+/u).filter((word) => word === local.name).length === 1;
}

function hasDestructor(cx: BodyCx, local: tree.LocalVar): boolean {
  const { ty } = local;
  return ty.kind === 'adt' && cx.session.world.index.implsOf(cx.trait('Drop'), headKey(ty)).some((impl) => !impl.module.isStd);
}

function ignoredResults(cx: BodyCx): void {
  for (const { expr } of cx.ignored) {
    if (!cx.isLang(expr.ty, 'Result')) continue;
    cx.warn({ code: 'CJ0901', span: expr.span, args: { name: calledName(expr) } });
  }
}

function calledName(expr: tree.Expr): string {
  if (expr.kind === 'call') return expr.fn.decl.name;
  if (expr.kind === 'block' && expr.tail !== null) return calledName(expr.tail);
  return 'this expression';
}
