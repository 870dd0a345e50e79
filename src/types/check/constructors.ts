/**
 * Constructors used as functions: `xs.map(Some)`.
 */
import type { Span } from '../../source/index.ts';
import { tys } from '../ty.ts';
import type { AdtTy } from '../ty.ts';
import type { ClosureDecl, VariantDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { nextClosureId } from './body-cx.ts';
import type { BodyCx } from './body-cx.ts';
import { makeBind, makeConstruct, makeLocal } from './make.ts';

/** `Shape::Circle` where a function is wanted: a closure that constructs. */
export function constructorFn(cx: BodyCx, ty: AdtTy, variant: VariantDecl, span: Span): tree.Expr {
  const params = variant.fields.map((field) => cx.instantiate(field.ty, ty.args, span));
  const locals = params.map((param, i) => cx.newLocal(variant.fields[i]!.name, param, span, { synthetic: true }));
  const decl: ClosureDecl = {
    kind: 'closureDecl', id: nextClosureId(), owner: cx.owner, span, ordinal: cx.closureCount++, params, ret: ty, mode: 'shared', captures: [], usesUp: null, expr: null,
  };
  cx.closures.push(decl);
  const body = makeConstruct(cx, ty.decl, variant.index, locals.map((local) => makeLocal(cx, local, span)), ty, span);
  const expr: tree.ClosureExpr = cx.add({
    kind: 'closure', decl, move: false, params: locals.map((local) => makeBind(cx, local, local.ty, span)), body, ty: tys.closure(decl, cx.ownArgs), span,
  });
  decl.expr = expr;
  return expr;
}
