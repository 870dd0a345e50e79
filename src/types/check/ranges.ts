/**
 * Range expressions as values: the structs of std. (`for` over a range of integers counts without them; see loops.ts.)
 */
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { LangAdt } from '../program.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { coerce } from './coerce.ts';
import { checkExpr, checkHard } from './recur.ts';
import { makeBool, makeConstruct, makeError } from './make.ts';

/** Both ends with one type; a literal end takes the type of the other. */
export function checkEnds(cx: BodyCx, start: ast.Expr, end: ast.Expr, hint: Ty | null): { readonly lo: tree.Expr; readonly hi: tree.Expr; readonly ty: Ty } {
  const lo = checkExpr(cx, start, hint === null ? null : { ty: hint, hard: false, why: null });
  const hi = checkExpr(cx, end, { ty: lo.ty, hard: false, why: null });
  const why = { span: start.span, label: 'start', args: { ty: cx.print(lo.ty) } };
  return { lo, hi: coerce(cx, hi, lo.ty, why), ty: lo.ty };
}

/** The range from `lo` to `hi`, which have the type `ty`, as a value. */
export function rangeOfEnds(cx: BodyCx, e: ast.RangeExpr, lo: tree.Expr, hi: tree.Expr, ty: Ty): tree.Expr {
  const make = (name: LangAdt, values: readonly tree.Expr[]): tree.Expr => {
    const adt = cx.adt(name);
    return makeConstruct(cx, adt, 0, values, tys.adt(adt, [ty]), e.span);
  };
  if (e.step !== null) {
    const step = checkHard(cx, e.step, ty, null);
    return make('StepRange', [lo, hi, step, makeBool(cx, e.inclusive, e.span), makeBool(cx, false, e.span)]);
  }
  return e.inclusive ? make('RangeInclusive', [lo, hi, makeBool(cx, false, e.span)]) : make('Range', [lo, hi]);
}

export function checkRange(cx: BodyCx, e: ast.RangeExpr, want: Want | null): tree.Expr {
  const hinted = want === null ? null : cx.shallow(want.ty);
  let hint: Ty | null = null;
  if (hinted !== null && hinted.kind === 'adt' && hinted.args.length === 1) hint = hinted.args[0]!;
  const make = (name: LangAdt, args: readonly Ty[], values: readonly tree.Expr[]): tree.Expr => {
    const adt = cx.adt(name);
    return makeConstruct(cx, adt, 0, values, tys.adt(adt, args), e.span);
  };
  if (e.start !== null && e.end !== null) {
    const { lo, hi, ty } = checkEnds(cx, e.start, e.end, hint);
    return rangeOfEnds(cx, e, lo, hi, ty);
  }
  if (e.step !== null) {
    cx.error({ code: 'CJ0326', span: e.span });
    return makeError(cx, e.span);
  }
  const wantEnd: Want | null = hint === null ? null : { ty: hint, hard: false, why: null };
  if (e.start !== null) {
    const lo = checkExpr(cx, e.start, wantEnd);
    return make('RangeFrom', [lo.ty], [lo]);
  }
  if (e.end !== null) {
    const hi = checkExpr(cx, e.end, wantEnd);
    return make(e.inclusive ? 'RangeToInclusive' : 'RangeTo', [hi.ty], [hi]);
  }
  return make('RangeFull', [], []);
}
