/**
 * Struct literals, tuples and arrays.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import type { VariantDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { coerce, mergeBranch, newMerge, tryCoerce } from './coerce.ts';
import { checkExpr, checkHard } from './recur.ts';
import { makeError } from './make.ts';
import { demandBounds, resolveValue } from './paths.ts';
import { closest, reportDifferent } from './report.ts';

/** The struct or variant that a path in a struct literal or pattern names. */
export function resolveShape(cx: BodyCx, path: ast.PathType): { readonly ty: AdtTy; readonly variant: VariantDecl } | null {
  const { segments } = path;
  const { resolver } = cx.session;
  const asType = resolver.resolvePath(segments, 'type', cx.tcx, true);
  if (asType !== null && asType.rest.length === 0 && (asType.base.kind === 'adt' || asType.base.kind === 'alias' || asType.base.kind === 'self')) {
    const ty = cx.shallow(cx.lower(path));
    if (ty.kind === 'poison') return null;
    if (ty.kind === 'adt' && !ty.decl.isEnum) return { ty, variant: ty.decl.variants[0]! };
    cx.error({ code: 'CJ0299', span: path.span, args: { name: cx.print(ty) }, label: 'struct' });
    return null;
  }
  const value = resolveValue(cx, segments, path.span);
  if (value.kind === 'ctor') return { ty: value.ty, variant: value.variant };
  if (value.kind !== 'error') cx.error({ code: 'CJ0299', span: path.span, args: { name: segments[segments.length - 1]!.name.name }, label: 'struct' });
  return null;
}

/** `Point { x: 1, y, ..base }`. */
export function checkStruct(cx: BodyCx, e: ast.StructExpr, want: Want | null): tree.Expr {
  const shape = resolveShape(cx, e.path);
  if (shape === null) {
    for (const field of e.fields) checkExpr(cx, field.value, null);
    if (e.base !== null) checkExpr(cx, e.base, null);
    return makeError(cx, e.span);
  }
  const { ty, variant } = shape;
  if (want !== null) cx.unify(ty, want.ty);
  demandBounds(cx, ty.decl, ty.args, e.path.span);
  const given = new Map<string, Span>();
  const fields: { index: number; value: tree.Expr }[] = [];
  // A field with a wrong name is probably one of those that are missing.
  let strange = false;
  for (const init of e.fields) {
    const name = init.name.name;
    const field = variant.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      checkExpr(cx, init.value, null);
      const similar = closest(name, variant.fields.map((candidate) => candidate.name).filter((candidate) => !given.has(candidate)));
      cx.error({
        code: 'CJ0298', span: init.name.span, args: { name, owner: variant.name }, label: 'unknown', related: [{ span: variant.span, label: 'declared', args: { name: variant.name } }],
        fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: init.name.span, text: similar }] }],
      });
      strange = true;
      continue;
    }
    const before = given.get(name);
    if (before !== undefined) {
      cx.error({ code: 'CJ0298', span: init.name.span, args: { name, owner: variant.name }, label: 'twice', related: [{ span: before, label: 'first' }] });
    }
    given.set(name, init.name.span);
    if (!ty.decl.isEnum && !cx.session.resolver.isVisible(field.visibility, ty.decl.module, cx.tcx.module)) {
      cx.error({ code: 'CJ0275', span: init.name.span, args: { what: 'field', name, owner: ty.decl.name }, related: [{ span: field.span, label: 'declared' }] });
    }
    const fieldTy = cx.instantiate(field.ty, ty.args, init.span);
    fields.push({ index: field.index, value: checkHard(cx, init.value, fieldTy, { span: field.span, label: 'field', args: { name } }) });
  }
  const base = e.base === null ? null : checkHard(cx, e.base, ty, null);
  if (base === null) {
    const missing = variant.fields.filter((field) => !given.has(field.name)).map((field) => field.name);
    if (missing.length > 0 && !strange) {
      cx.error({
        code: 'CJ0297', span: e.path.span, args: { fields: missing.map((name) => `\`${name}\``).join(', '), owner: variant.name },
        related: [{ span: variant.span, label: 'declared', args: { name: variant.name } }],
      });
    }
  } else if (ty.decl.isEnum) {
    cx.error({ code: 'CJ0299', span: e.base!.span, args: { name: variant.name }, label: 'base' });
  } else {
    for (const field of variant.fields) {
      if (given.has(field.name) || cx.session.resolver.isVisible(field.visibility, ty.decl.module, cx.tcx.module)) continue;
      cx.error({ code: 'CJ0275', span: e.base!.span, args: { what: 'field', name: field.name, owner: ty.decl.name }, related: [{ span: field.span, label: 'declared' }] });
    }
  }
  return cx.add({ kind: 'construct', adt: ty.decl, variant: variant.index, fields, base, ty, span: e.span });
}

export function checkTuple(cx: BodyCx, e: ast.TupleExpr, want: Want | null): tree.Expr {
  if (e.elements.length === 0) return cx.add({ kind: 'literal', value: { kind: 'unit' }, ty: tys.unit, span: e.span });
  const hint = want === null ? null : cx.shallow(want.ty);
  const parts = hint !== null && hint.kind === 'tuple' && hint.elements.length === e.elements.length ? hint.elements : null;
  const elements = e.elements.map((element, i) => {
    if (parts === null) return checkExpr(cx, element, null);
    const part = parts[i]!;
    if (want!.hard) return checkHard(cx, element, part, want!.why);
    const expr = checkExpr(cx, element, { ty: part, hard: false, why: null });
    return cx.shallow(part).kind === 'infer' ? expr : tryCoerce(cx, expr, part) ?? expr;
  });
  return cx.add({ kind: 'tuple', elements, ty: tys.tuple(elements.map((element) => element.ty)), span: e.span });
}

export function checkArray(cx: BodyCx, e: ast.ArrayExpr, want: Want | null): tree.Expr {
  const hint = elementHint(cx, want);
  const merge = newMerge(hint === null ? null : { ty: hint, hard: true, why: null });
  const elements: tree.Expr[] = [];
  for (const source of e.elements) {
    const known = merge.ty ?? hint;
    const expr = mergeBranch(cx, merge, checkExpr(cx, source, known === null ? null : { ty: known, hard: hint !== null && want !== null && want.hard, why: null }));
    elements.push(known === null ? expr : coerce(cx, expr, merge.ty ?? known));
  }
  const ty = tys.array(merge.ty ?? hint ?? cx.fresh(), tys.constant(BigInt(elements.length)));
  return cx.add({ kind: 'array', elements, ty, span: e.span });
}

function elementHint(cx: BodyCx, want: Want | null): Ty | null {
  if (want === null) return null;
  const ty = cx.shallow(want.ty);
  if (ty.kind !== 'array' && ty.kind !== 'slice') return null;
  const element = cx.shallow(ty.element);
  return element.kind === 'infer' && element.domain === 'any' ? null : element;
}

/** `[value; count]`. */
export function checkRepeat(cx: BodyCx, e: ast.RepeatExpr, want: Want | null): tree.Expr {
  const hint = elementHint(cx, want);
  const value = hint === null ? checkExpr(cx, e.value, null) : checkHard(cx, e.value, hint, null);
  const length = arrayLength(cx, e.count, want);
  if (length === null) return makeError(cx, e.span);
  const elementTy = value.ty;
  cx.atEnd.push(() => {
    const ty = cx.resolve(elementTy);
    if (value.kind === 'constRef' || value.kind === 'error' || cx.isPoison(ty) || isConstantExpr(value)) return;
    if (!cx.holds(cx.trait('Copy'), [ty], e.value.span)) cx.error({ code: 'CJ0320', span: e.value.span, args: { ty: cx.print(ty) } });
  });
  return cx.add({ kind: 'repeat', value, ty: tys.array(elementTy, length), span: e.span });
}

/** An expression that can be evaluated again for each element without anybody noticing: `None`, `""`, `(0, None)`. */
function isConstantExpr(expr: tree.Expr): boolean {
  switch (expr.kind) {
    case 'literal': case 'constRef': case 'fnItem':
      return true;
    case 'construct':
      return expr.base === null && expr.fields.every((field) => isConstantExpr(field.value));
    case 'tuple': case 'array':
      return expr.elements.every(isConstantExpr);
    case 'coerce':
      return isConstantExpr(expr.value);
    default:
      return false;
  }
}

function arrayLength(cx: BodyCx, count: ast.Expr, want: Want | null): Ty | null {
  if (count.kind === 'path' && count.segments.length === 1) {
    const found = cx.session.resolver.resolvePath(count.segments, 'value', cx.tcx, true) ?? cx.session.resolver.resolvePath(count.segments, 'type', cx.tcx, true);
    if (found !== null && found.base.kind === 'param' && found.base.param.constType !== null) return tys.param(found.base.param.index, found.base.param.name);
    if (count.segments[0]!.name.name === '_') {
      const hint = want === null ? null : cx.shallow(want.ty);
      return hint !== null && hint.kind === 'array' ? hint.length : cx.fresh();
    }
    const local = cx.lookup(count.segments[0]!.name.name);
    if (local !== null) {
      cx.used.add(local);
      cx.error({ code: 'CJ0319', span: count.span, args: { name: local.name }, related: [{ span: local.span, label: 'declared' }] });
      return null;
    }
  }
  const value = cx.session.resolver.evalConstExpr(count, cx.tcx);
  if (value === null) {
    cx.failed = true;
    return null;
  }
  if (value < 0n) {
    reportDifferent(cx, count.span, tys.usize, tys.int64);
    return null;
  }
  return tys.constant(value);
}
