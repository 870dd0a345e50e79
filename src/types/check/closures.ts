/**
 * Closures. Types of parameters come from annotations, else from the callable bound that the closure is given for, else from use.
 */
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { ClosureDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { nextClosureId } from './body-cx.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { checkHard } from './recur.ts';
import { makeError } from './make.ts';
import { checkPattern, declareBinds } from './patterns.ts';

function expectedShape(cx: BodyCx, want: Want | null): { readonly params: readonly Ty[]; readonly ret: Ty } | null {
  if (want === null) return null;
  const ty = cx.shallow(want.ty);
  if (ty.kind === 'fn') return ty;
  if (ty.kind === 'box') return null;
  // The other branch of an `if`, say, is a closure: this one will be of the same shape.
  if (ty.kind === 'closure') return ty.decl;
  return cx.solver.expectedShape(ty);
}

export function checkClosure(cx: BodyCx, e: ast.ClosureExpr, want: Want | null): tree.Expr {
  let shape = expectedShape(cx, want);
  const miscounted = shape !== null && shape.params.length !== e.params.length;
  if (shape !== null && miscounted) {
    cx.error({ code: 'CJ0325', span: e.span, args: { found: e.params.length, expected: shape.params.length } });
    shape = null;
  }
  const paramTys: Ty[] = [];
  const pats: tree.Pat[] = [];
  const outerDiverges = cx.diverges;
  cx.scopes.push(new Map());
  e.params.forEach((param, i) => {
    const expected = shape === null ? null : shape.params[i]!;
    let ty: Ty;
    if (param.type !== null) {
      ty = cx.lower(param.type);
      if (expected !== null && !cx.unify(ty, expected) && !cx.isPoison(ty) && !cx.isPoison(expected)) {
        cx.error({ code: 'CJ0270', span: param.type.span, args: { expected: cx.print(expected), found: cx.print(ty) } });
      }
    } else {
      ty = expected ?? (miscounted ? tys.poison : cx.fresh());
    }
    paramTys.push(ty);
    const { pat, binds } = checkPattern(cx, param.pattern, ty, {});
    declareBinds(cx, binds);
    for (const local of binds.values()) cx.params.add(local);
    cx.irrefutable.push({ pat, span: param.pattern.span, what: 'param' });
    pats.push(pat);
  });
  const ret = e.ret !== null ? cx.lower(e.ret) : shape !== null ? shape.ret : cx.fresh();
  if (e.ret !== null && shape !== null && !cx.unify(ret, shape.ret) && !cx.isPoison(ret) && !cx.isPoison(shape.ret)) {
    cx.error({ code: 'CJ0270', span: e.ret.span, args: { expected: cx.print(shape.ret), found: cx.print(ret) } });
  }
  const decl: ClosureDecl = {
    kind: 'closureDecl', id: nextClosureId(), owner: cx.owner, span: e.span, ordinal: cx.closureCount++, params: paramTys, ret, mode: 'shared', captures: [], usesUp: null, expr: null,
  };
  const why = e.ret === null ? null : { span: e.ret.span, label: 'ret' };
  cx.diverges = false;
  const body = cx.inFrame({ kind: 'fn', what: 'closure', ret, why }, () => checkHard(cx, e.body, ret, why));
  cx.scopes.pop();
  cx.diverges = outerDiverges;
  // Inner closures come before outer ones: their captures are what the outer ones see.
  cx.closures.push(decl);
  const node: tree.ClosureExpr = cx.add({ kind: 'closure', decl, move: e.move, params: pats, body, ty: tys.closure(decl, cx.ownArgs), span: e.span });
  decl.expr = node;
  if (miscounted) return makeError(cx, e.span);
  if (shape !== null) noteDemand(cx, decl, want!);
  return node;
}

/** A closure given for a bound must in the end be as free as the bound asks. */
function noteDemand(cx: BodyCx, decl: ClosureDecl, want: Want): void {
  const ty = cx.shallow(want.ty);
  if (ty.kind === 'fn') return;
  const shape = cx.solver.expectedShape(ty);
  if (shape !== null) cx.closureDemands.push({ decl, mode: shape.mode, span: decl.span, boundSpan: null });
}
