/**
 * Literals. An integer takes the type that its surroundings want, and is checked against that type's range when the body is done.
 */
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { IntTy, Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { makeConstruct, makeInt, makeLiteral } from './make.ts';

const SUFFIXES: ReadonlyMap<string, Ty> = new Map<string, Ty>([
  ['i8', tys.int8], ['i16', tys.int16], ['i32', tys.int32], ['i64', tys.int64], ['isize', tys.isize],
  ['u8', tys.uint8], ['u16', tys.uint16], ['u32', tys.uint32], ['u64', tys.uint64], ['usize', tys.usize],
  ['f32', tys.float32], ['f64', tys.float64],
]);

/** The type of a numeric suffix. */
export function suffixTy(suffix: string): Ty {
  return SUFFIXES.get(suffix) ?? tys.primitives.get(suffix) ?? tys.poison;
}

/** The smallest and the largest value of an integer type. */
export function intRange(ty: IntTy): { readonly min: bigint; readonly max: bigint } {
  const bits = BigInt(ty.bits);
  return ty.signed ? { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n } : { min: 0n, max: (1n << bits) - 1n };
}

export function checkInt(cx: BodyCx, value: bigint, suffix: string | null, e: ast.Expr, want: Want | null): tree.LiteralExpr {
  let ty: Ty;
  if (suffix !== null) {
    ty = suffixTy(suffix);
  } else {
    const hint = want === null ? null : cx.shallow(want.ty);
    ty = hint !== null && (hint.kind === 'int' || (hint.kind === 'infer' && hint.domain === 'int')) ? hint : cx.fresh('int');
  }
  const node = makeInt(cx, value, ty, e.span);
  cx.ranged.push({ node, span: e.span });
  return node;
}

export function checkFloat(cx: BodyCx, value: number, suffix: string | null, e: ast.Expr, want: Want | null): tree.LiteralExpr {
  let ty: Ty;
  if (suffix !== null) {
    ty = suffixTy(suffix);
  } else {
    const hint = want === null ? null : cx.shallow(want.ty);
    ty = hint !== null && (hint.kind === 'float' || (hint.kind === 'infer' && hint.domain === 'float')) ? hint : cx.fresh('float');
  }
  return makeLiteral(cx, { kind: 'float', value }, ty, e.span);
}

/** A `&str` where one is wanted, else a String whose bytes are static. */
export function checkString(cx: BodyCx, e: ast.StringExpr, want: Want | null): tree.Expr {
  const hint = want === null ? null : cx.shallow(want.ty);
  const isStr = hint !== null && hint.kind === 'ref' && !hint.mutable && cx.shallow(hint.target).kind === 'str';
  return makeLiteral(cx, { kind: 'string', value: e.value }, isStr ? tys.ref(tys.str, false) : cx.string, e.span);
}

export function checkBytes(cx: BodyCx, e: ast.BytesExpr): tree.Expr {
  return makeLiteral(cx, { kind: 'bytes', value: e.value }, tys.ref(tys.slice(tys.uint8), false), e.span);
}

/** `10ms`, `2GiB`: a struct of std around the number. */
export function checkUnitLiteral(cx: BodyCx, e: ast.UnitLiteralExpr): tree.Expr {
  const adt = cx.adt(e.dimension === 'duration' ? 'Duration' : 'ByteSize');
  const fieldTy = e.dimension === 'duration' ? tys.int64 : tys.uint64;
  const value = makeInt(cx, e.value, fieldTy, e.span);
  cx.ranged.push({ node: value, span: e.span });
  return makeConstruct(cx, adt, 0, [value], tys.adt(adt, []), e.span);
}
