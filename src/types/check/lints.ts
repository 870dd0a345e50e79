/**
 * Warnings about code that is right but probably not meant: names that are never read, Results that are thrown away.
 */
import type * as tree from '../tree.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx } from './body-cx.ts';

export function reportLints(cx: BodyCx): void {
  if (cx.owner.module.isStd) return;
  unusedVariables(cx);
  ignoredResults(cx);
}

function unusedVariables(cx: BodyCx): void {
  for (const local of cx.locals) {
    // A guard is kept for its destructor.
    if (hasDestructor(cx, local)) continue;
    if (local.synthetic || local.using || local.name.startsWith('_') || cx.used.has(local) || cx.params.has(local)) continue;
    const spelling = `_${local.name}`;
    cx.warn({
      code: 'CJ0902', span: local.span, args: { name: local.name },
      fixes: [{ key: 'underscore', args: { name: spelling }, edits: [{ span: local.span, text: spelling }] }],
    });
  }
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
