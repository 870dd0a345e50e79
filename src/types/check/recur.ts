/**
 * Checking of parts: what every construct calls for the expressions inside it.
 */
import type * as ast from '../../syntax/index.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { coerce } from './coerce.ts';

export function stripParens(e: ast.Expr): ast.Expr {
  let at = e;
  while (at.kind === 'paren') at = at.inner;
  return at;
}

/** Checks an expression. `want` is a hint: the result need not have that type. */
export function checkExpr(cx: BodyCx, e: ast.Expr, want: Want | null): tree.Expr {
  const expr = cx.session.dispatch(cx, e, want);
  if (cx.shallow(expr.ty).kind === 'never') cx.diverges = true;
  return expr;
}

/** Checks an expression that must have the type `ty`, with coercions. */
export function checkHard(cx: BodyCx, e: ast.Expr, ty: Ty, why: Want['why']): tree.Expr {
  return coerce(cx, checkExpr(cx, e, { ty, hard: true, why }), ty, why);
}
