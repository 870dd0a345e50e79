/**
 * Makes nodes of the typed tree. Every node goes through `cx.add`, which remembers it for the end of the check.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { AdtDecl, FnDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import type { BodyCx } from './body-cx.ts';

export function makeError(cx: BodyCx, span: Span, ty: Ty = tys.poison): tree.ErrorExpr {
  cx.failed = true;
  return cx.add({ kind: 'error', ty, span });
}

export function makeLiteral(cx: BodyCx, value: tree.Literal, ty: Ty, span: Span): tree.LiteralExpr {
  return cx.add({ kind: 'literal', value, ty, span });
}

export function makeUnit(cx: BodyCx, span: Span): tree.LiteralExpr {
  return makeLiteral(cx, { kind: 'unit' }, tys.unit, span);
}

export function makeInt(cx: BodyCx, value: bigint | number, ty: Ty, span: Span): tree.LiteralExpr {
  return makeLiteral(cx, { kind: 'int', value: BigInt(value) }, ty, span);
}

export function makeBool(cx: BodyCx, value: boolean, span: Span): tree.LiteralExpr {
  return makeLiteral(cx, { kind: 'bool', value }, tys.bool, span);
}

/** A text as `&str`. */
export function makeStr(cx: BodyCx, value: string, span: Span): tree.LiteralExpr {
  return makeLiteral(cx, { kind: 'string', value }, tys.ref(tys.str, false), span);
}

export function makeLocal(cx: BodyCx, local: tree.LocalVar, span: Span): tree.LocalExpr {
  return cx.add({ kind: 'local', local, ty: local.ty, span });
}

/** A borrow made by the compiler. */
export function makeRef(cx: BodyCx, place: tree.Expr, mutable: boolean, span: Span = place.span): tree.RefExpr {
  return cx.add({ kind: 'ref', mutable, place, implicit: true, ty: tys.ref(place.ty, mutable), span });
}

export function makeDeref(cx: BodyCx, base: tree.Expr, ty: Ty, span: Span = base.span): tree.DerefExpr {
  return cx.add({ kind: 'deref', base, ty, span });
}

export function makeCoerce(cx: BodyCx, how: tree.Coercion, value: tree.Expr, ty: Ty): tree.CoerceExpr {
  return cx.add({ kind: 'coerce', how, value, ty, span: value.span });
}

export function makeCall(
  cx: BodyCx, decl: FnDecl, generics: readonly Ty[], args: readonly tree.Expr[], ty: Ty, span: Span, autoref: readonly boolean[] | null = null,
): tree.CallExpr {
  const fn: tree.FnRef = { decl, args: generics };
  if (generics.length > 0) cx.genericUses.push({ holder: fn, span, name: decl.name });
  return cx.add({ kind: 'call', fn, args, autoref: autoref ?? args.map(() => false), ty, span });
}

/** A call of a lang function without type parameters. */
export function makeLangCall(cx: BodyCx, name: string, args: readonly tree.Expr[], span: Span): tree.CallExpr {
  const decl = cx.session.world.lang.fn(name);
  return makeCall(cx, decl, [], args, decl.sig.ret, span);
}

export function makeBlock(cx: BodyCx, stmts: readonly tree.Stmt[], tail: tree.Expr | null, ty: Ty, span: Span): tree.BlockExpr {
  return cx.add({ kind: 'block', stmts, tail, target: null, unsafe: false, ty, span });
}

export function makeConstruct(
  cx: BodyCx, adt: AdtDecl, variant: number, values: readonly tree.Expr[], ty: Ty, span: Span,
): tree.ConstructExpr {
  return cx.add({ kind: 'construct', adt, variant, fields: values.map((value, index) => ({ index, value })), base: null, ty, span });
}

export function makeMatch(cx: BodyCx, scrutinee: tree.Expr, arms: readonly tree.Arm[], ty: Ty, span: Span): tree.MatchExpr {
  return cx.add({ kind: 'match', scrutinee, arms, ty, span });
}

export function makeBinary(cx: BodyCx, op: ast.BinaryOp, left: tree.Expr, right: tree.Expr, ty: Ty, span: Span): tree.BinaryExpr {
  return cx.add({ kind: 'binary', op, left, right, ty, span });
}

export function makeBind(cx: BodyCx, local: tree.LocalVar, ty: Ty, span: Span): tree.BindPat {
  return cx.addPat({ kind: 'bind', local, mode: 'move', sub: null, ty, span });
}

export function makeVariantPat(cx: BodyCx, adt: AdtDecl, variant: number, pats: readonly tree.Pat[], ty: Ty, span: Span): tree.VariantPat {
  return cx.addPat({ kind: 'variant', adt, variant, fields: pats.map((pat, index) => ({ index, pat })), ty, span });
}

/** `let local = init;` for a local that lowering made. */
export function makeLet(cx: BodyCx, local: tree.LocalVar, init: tree.Expr, span: Span): tree.Stmt {
  return { kind: 'let', pat: makeBind(cx, local, local.ty, span), init, otherwise: null, span };
}

/** A variant of a lang enum by name. */
export function variantIndex(adt: AdtDecl, name: string): number {
  const index = adt.variants.findIndex((variant) => variant.name === name);
  if (index < 0) throw new Error(`${adt.name} has no variant ${name}`);
  return index;
}

/** Whether an expression names a place rather than makes a value. */
export function isPlace(expr: tree.Expr): boolean {
  switch (expr.kind) {
    case 'local': case 'deref': case 'index':
      return true;
    case 'field':
      return isPlace(expr.base);
    default:
      return false;
  }
}
