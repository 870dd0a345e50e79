/**
 * Typed trees by hand, so that MIR building and the capture analysis can be tested without a front end.
 */
import { NO_SPAN } from '../../../src/source/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { ClosureDecl, FnBody, FnDecl, JumpTarget, LocalVar, Ty, tree } from '../../../src/types/index.ts';
import { fn } from './fixtures.ts';

let nextId = 1;
const span = NO_SPAN;

export function variable(name: string, ty: Ty, mutable = false): LocalVar {
  return { id: nextId++, name, mutable, ty, span, using: false, synthetic: false };
}

export const int = (value: number): tree.Expr => ({ kind: 'literal', value: { kind: 'int', value: BigInt(value) }, ty: tys.int32, span });
export const bool = (value: boolean): tree.Expr => ({ kind: 'literal', value: { kind: 'bool', value }, ty: tys.bool, span });
export const use = (local: LocalVar): tree.Expr => ({ kind: 'local', local, ty: local.ty, span });
export const field = (base: tree.Expr, index: number, ty: Ty): tree.Expr => ({ kind: 'field', base, index, ty, span });
export const deref = (base: tree.Expr): tree.Expr => {
  if (base.ty.kind !== 'ref' && base.ty.kind !== 'box') throw new Error('deref');
  return { kind: 'deref', base, ty: base.ty.target, span };
};
export const ref = (place: tree.Expr, mutable = false): tree.Expr => ({ kind: 'ref', mutable, place, implicit: false, ty: tys.ref(place.ty, mutable), span });
export const call = (decl: FnDecl, ...args: tree.Expr[]): tree.Expr => ({ kind: 'call', fn: { decl, args: [] }, args, autoref: args.map(() => false), ty: decl.sig.ret, span });
export const add = (left: tree.Expr, right: tree.Expr): tree.Expr => ({ kind: 'binary', op: '+', left, right, ty: left.ty, span });
export const less = (left: tree.Expr, right: tree.Expr): tree.Expr => ({ kind: 'binary', op: '<', left, right, ty: tys.bool, span });
export const assign = (target: tree.Expr, value: tree.Expr): tree.Expr => ({ kind: 'assign', target, value, ty: tys.unit, span });
export const tuple = (...elements: tree.Expr[]): tree.Expr => ({ kind: 'tuple', elements, ty: tys.tuple(elements.map((e) => e.ty)), span });
export const bind = (local: LocalVar, mode: tree.BindPat['mode'] = 'move'): tree.Pat => ({ kind: 'bind', local, mode, sub: null, ty: local.ty, span });
export const wild = (ty: Ty): tree.Pat => ({ kind: 'wild', ty, span });
export const letStmt = (pat: tree.Pat, init: tree.Expr | null): tree.Stmt => ({ kind: 'let', pat, init, otherwise: null, span });
export const stmt = (expr: tree.Expr): tree.Stmt => ({ kind: 'expr', expr, span });
export const defer = (body: tree.Expr): tree.Stmt => ({ kind: 'defer', body, span });
export const block = (stmts: tree.Stmt[], tail: tree.Expr | null = null, ty: Ty = tail?.ty ?? tys.unit): tree.Expr => ({ kind: 'block', stmts, tail, target: null, unsafe: false, ty, span });
export const when = (cond: tree.Expr, then: tree.Expr, otherwise: tree.Expr | null = null): tree.Expr => ({ kind: 'if', cond, then, otherwise, ty: otherwise === null ? tys.unit : then.ty, span });
export const ret = (value: tree.Expr | null): tree.Expr => ({ kind: 'return', value, ty: tys.never, span });
export const target = (): JumpTarget => ({ id: nextId++, name: null });
export const loop = (to: JumpTarget, body: tree.Expr, ty: Ty = tys.unit): tree.Expr => ({ kind: 'loop', target: to, body, ty, span });
export const brk = (to: JumpTarget, value: tree.Expr | null = null): tree.Expr => ({ kind: 'break', target: to, value, ty: tys.never, span });
export const match = (scrutinee: tree.Expr, ty: Ty, ...arms: { pat: tree.Pat; guard?: tree.Expr; body: tree.Expr }[]): tree.Expr => ({
  kind: 'match', scrutinee, ty, span, arms: arms.map((a) => ({ pat: a.pat, guard: a.guard ?? null, body: a.body, span })),
});
export const variantPat = (ty: Ty, variant: number, ...pats: tree.Pat[]): tree.Pat => {
  if (ty.kind !== 'adt') throw new Error('variantPat');
  return { kind: 'variant', adt: ty.decl, variant, fields: pats.map((pat, index) => ({ index, pat })), ty, span };
};
export const intPat = (value: number): tree.Pat => ({ kind: 'const', value: { kind: 'int', value: BigInt(value) }, ty: tys.int32, span });

export function closure(owner: FnDecl, params: LocalVar[], body: tree.Expr, move = false): tree.ClosureExpr {
  const decl: ClosureDecl = { kind: 'closureDecl', id: nextId++, owner, span, ordinal: 0, params: params.map((p) => p.ty), ret: body.ty, mode: 'shared', captures: [], usesUp: null, expr: null };
  const expr: tree.ClosureExpr = { kind: 'closure', decl, move, params: params.map((p) => bind(p)), body, ty: tys.closure(decl, []), span };
  decl.expr = expr;
  return expr;
}

export function body(params: readonly LocalVar[], value: tree.Expr, owner: FnDecl = fn('f', params.map((p) => p.ty), value.ty), returns: Ty = value.ty): FnBody {
  return { owner, params: params.map((p) => bind(p)), ret: returns, value, closures: [] };
}
