/**
 * Calls: of functions by name, of constructors, of values, and the conversions `Int64(x)`.
 * Arguments are checked in order, but closures after all others, so that their parameters are known from the rest of the call.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { AdtTy, IntTy, Ty } from '../ty.ts';
import type { FnDecl, VariantDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import type { Obligation } from '../solve/index.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { shapeOf } from './callables.ts';
import type { CallShape } from './callables.ts';
import { coerce, tryCoerce } from './coerce.ts';
import { checkExpr, stripParens } from './recur.ts';
import { callBuiltin, isBuiltinName } from './formats.ts';
import { applyDeref, derefOnce } from './derefs.ts';
import { intrinsic, isUnsafe } from './intrinsics.ts';
import { intRange } from './literals.ts';
import { isPlace, makeCall, makeError, makeLiteral, makeRef } from './make.ts';
import { demandBounds, isFreeName, member, pathExpr, resolveQualified, resolveValue } from './paths.ts';
import type { PathValue } from './paths.ts';
import { makeMutablePlace } from './mutability.ts';
import { wrapFix } from './report.ts';

export function checkCall(cx: BodyCx, e: ast.CallExpr, want: Want | null): tree.Expr {
  const callee = e.callee;
  if (callee.kind === 'path' || callee.kind === 'qualifiedPath') {
    if (callee.kind === 'path' && callee.segments.length === 1) {
      const name = callee.segments[0]!.name.name;
      if (isBuiltinName(name) && isFreeName(cx, callee.segments)) return callBuiltin(cx, name, e, want);
    }
    const value = callee.kind === 'path' ? resolveValue(cx, callee.segments, callee.span) : resolveQualified(cx, callee);
    return callPath(cx, value, e, want);
  }
  return callValue(cx, checkExpr(cx, callee, null), e.args, e.span, want);
}

function callPath(cx: BodyCx, value: PathValue, e: ast.CallExpr, want: Want | null): tree.Expr {
  switch (value.kind) {
    case 'fn':
      return callFn(cx, value.decl, value.args, null, e.args, e.span, e.callee.span, want);
    case 'ctor':
      return construct(cx, value.ty, value.variant, e, want);
    case 'type':
      return convert(cx, value.ty, e);
    case 'error':
      for (const arg of e.args) checkExpr(cx, arg, null);
      return makeError(cx, e.span);
    case 'local': case 'const': case 'constParam':
      return callValue(cx, pathExpr(cx, value, e.callee.span, null), e.args, e.span, want);
  }
}

/** A receiver that method lookup has adjusted already. */
export interface Receiver {
  readonly expr: tree.Expr;
  /** Whether its borrow was made by the compiler. */
  readonly autoref: boolean;
}

/** A call of a known function with arguments for its flattened generics. */
export function callFn(
  cx: BodyCx, decl: FnDecl, generics: readonly Ty[], receiver: Receiver | null, args: readonly ast.Expr[], span: Span, nameSpan: Span, want: Want | null,
): tree.Expr {
  if (isUnsafe(decl) && cx.unsafeDepth === 0) cx.error({ code: 'CJ0289', span: nameSpan, args: { what: decl.name }, label: 'function' });
  const cause = { span: nameSpan, boundSpan: null, name: decl.name };
  const out: Obligation[] = [];
  const sig = cx.solver.signature(decl, generics, cause, out);
  cx.solver.registerAll(out);
  demandBounds(cx, decl, generics, nameSpan);
  const formals = receiver === null ? sig.params : sig.params.slice(1);
  const label = { span: decl.nameSpan, label: 'declared', args: { name: decl.name } };
  const checked = checkArgs(cx, formals, sig.ret, args, span, want, decl.name, decl.module.isStd ? null : label, (i) => {
    const param = decl.sig.params[receiver === null ? i : i + 1];
    return param === undefined ? null : { span: param.span, label: 'param', args: { name: param.name } };
  });
  if (checked === null) return makeError(cx, span, sig.ret);
  const autoref = checked.map(() => false);
  if (receiver !== null) {
    checked.unshift(coerce(cx, receiver.expr, sig.params[0]!));
    autoref.unshift(receiver.autoref);
  }
  const ret = cx.shallow(sig.ret);
  if (ret.kind === 'never') cx.diverges = true;
  return makeCall(cx, decl, generics, checked, ret, span, autoref);
}

type Why = Want['why'];

/** Null where the number of arguments is wrong; they are checked all the same. */
function checkArgs(
  cx: BodyCx, formals: readonly Ty[], ret: Ty, args: readonly ast.Expr[], span: Span, want: Want | null, name: string, declared: Why, why: (index: number) => Why,
): tree.Expr[] | null {
  if (args.length !== formals.length) {
    for (const arg of args) checkExpr(cx, arg, null);
    cx.error({ code: 'CJ0276', span, args: { name, expected: formals.length, found: args.length }, related: declared === null ? [] : [declared] });
    return null;
  }
  const hints = expectedInputs(cx, formals, ret, want);
  const out = new Array<tree.Expr>(args.length);
  let closures = false;
  args.forEach((arg, i) => {
    if (stripParens(arg).kind === 'closure') closures = true;
    else out[i] = checkArg(cx, arg, formals[i]!, hints?.[i] ?? null, why(i));
  });
  if (closures) {
    cx.solver.selectPending();
    args.forEach((arg, i) => {
      if (stripParens(arg).kind === 'closure') out[i] = checkArg(cx, arg, formals[i]!, hints?.[i] ?? null, why(i));
    });
  }
  return out;
}

function checkArg(cx: BodyCx, arg: ast.Expr, formal: Ty, hint: Ty | null, why: Why): tree.Expr {
  const known = cx.shallow(formal);
  const expected = hint !== null && known.kind === 'infer' ? hint : formal;
  const expr = checkExpr(cx, arg, { ty: expected, hard: false, why });
  if (hint !== null && known.kind === 'infer') {
    // `Some(&array)` where `Option<&[T]>` is wanted: the coercion belongs inside.
    const hinted = cx.shallow(hint).kind === 'infer' ? null : tryCoerce(cx, expr, hint);
    if (hinted !== null) return coerce(cx, hinted, formal, why);
  }
  // A literal passes where `&str` is wanted, one with holes too: it is lent for the length of the statement.
  if (stripParens(arg).kind === 'interpolated' && known.kind === 'ref' && !known.mutable && known.target === tys.str) {
    return coerce(cx, makeRef(cx, expr, false), formal, why);
  }
  return coerce(cx, expr, formal, why);
}

/** What the parameters would be if the result were what is wanted: hints only, since the result may be coerced. */
function expectedInputs(cx: BodyCx, formals: readonly Ty[], ret: Ty, want: Want | null): readonly Ty[] | null {
  if (want === null || cx.shallow(want.ty).kind === 'infer' || formals.length === 0) return null;
  if (cx.shallow(ret).kind === 'infer') return null;
  return cx.solver.probe(() => {
    if (!cx.unify(ret, want.ty)) return null;
    return formals.map((formal) => cx.resolve(formal));
  });
}

// ---------------------------------------------------------------- constructors

function construct(cx: BodyCx, ty: AdtTy, variant: VariantDecl, e: ast.CallExpr, want: Want | null): tree.Expr {
  if (variant.form !== 'tuple') {
    const open = variant.fields.every((field) => ty.decl.isEnum || cx.session.resolver.isVisible(field.visibility, ty.decl.module, cx.tcx.module));
    if (!open) return convert(cx, ty, e);
    for (const arg of e.args) checkExpr(cx, arg, null);
    if (ty.decl.module.isStd && !ty.decl.isEnum) {
      // `String(42)`: its fields are nobody's business.
      cx.error({ code: 'CJ0309', span: e.callee.span, args: { ty: ty.decl.name }, label: 'target', help: cx.isLang(ty, 'String') ? ['string'] : ['new'] });
      return makeError(cx, e.span, ty);
    }
    const head = headKey(ty);
    if (variant.form === 'named' && head !== null && [...cx.session.world.index.inherentNamesOf(head)].includes('new')) {
      const at = { ...e.callee.span, hi: e.callee.span.lo };
      cx.error({ code: 'CJ0300', span: e.callee.span, args: { name: variant.name }, label: 'new', fixes: [{ key: 'new', edits: [{ span: at, text: 'new ' }] }] });
      return makeError(cx, e.span, ty);
    }
    cx.error({
      code: 'CJ0300', span: e.callee.span, args: { name: variant.name }, label: variant.form === 'unit' ? 'unit' : 'fields',
      related: [{ span: variant.span, label: 'declared', args: { name: variant.name } }],
    });
    return makeError(cx, e.span, ty);
  }
  for (const field of variant.fields) {
    if (ty.decl.isEnum || cx.session.resolver.isVisible(field.visibility, ty.decl.module, cx.tcx.module)) continue;
    cx.error({ code: 'CJ0275', span: e.callee.span, args: { what: 'field', name: field.name, owner: ty.decl.name }, related: [{ span: field.span, label: 'declared' }] });
    break;
  }
  const formals = variant.fields.map((field) => cx.instantiate(field.ty, ty.args, e.span));
  demandBounds(cx, ty.decl, ty.args, e.callee.span);
  const declared = ty.decl.module.isStd ? null : { span: variant.span, label: 'declared', args: { name: variant.name } };
  const args = checkArgs(cx, formals, ty, e.args, e.span, want, variant.name, declared, () => null);
  if (args === null) return makeError(cx, e.span, ty);
  return cx.add({
    kind: 'construct', adt: ty.decl, variant: variant.index, fields: args.map((value, index) => ({ index, value })), base: null, ty, span: e.span,
  });
}

/** `new T(a, b)`. */
export function checkNew(cx: BodyCx, e: ast.NewExpr, want: Want | null): tree.Expr {
  const segments = e.type.segments;
  const last = segments[segments.length - 1]!;
  const found = cx.session.resolver.resolvePath(segments, 'type', cx.tcx);
  if (found === null) {
    cx.failed = true;
    for (const arg of e.args) checkExpr(cx, arg, null);
    return makeError(cx, e.span);
  }
  if (found.base.kind === 'box' && found.rest.length === 0) {
    const given = last.args?.[0];
    const target = given !== undefined && given.kind === 'type' ? cx.lower(given.type) : cx.fresh();
    return callFn(cx, cx.session.world.lang.fn('boxNew'), [target], null, e.args, e.span, e.type.span, want);
  }
  const value = resolveNewType(cx, e);
  if (value.kind !== 'fn') {
    for (const arg of e.args) checkExpr(cx, arg, null);
    if (value.kind !== 'error') cx.error({ code: 'CJ0299', span: e.type.span, args: { name: last.name.name }, label: 'new' });
    return makeError(cx, e.span);
  }
  return callFn(cx, value.decl, value.args, null, e.args, e.span, e.type.span, want);
}

function resolveNewType(cx: BodyCx, e: ast.NewExpr): PathValue {
  const ty = cx.lower(e.type);
  if (cx.isPoison(ty)) return { kind: 'error' };
  const segment: ast.PathSegment = { name: { name: 'new', span: e.type.span }, args: null };
  const found = member(cx, ty, segment, e.type.span);
  if (found !== null) return found;
  cx.error({ code: 'CJ0301', span: e.type.span, args: { name: 'new', ty: cx.print(ty) }, help: ty.kind === 'adt' && !ty.decl.isEnum ? ['new'] : [] });
  return { kind: 'error' };
}

// ---------------------------------------------------------------- calls of values

/** `f(x)` for an `f` that is a value: a closure, a function value, a parameter with a callable bound. */
export function callValue(cx: BodyCx, start: tree.Expr, args: readonly ast.Expr[], span: Span, want: Want | null): tree.Expr {
  let callee = start;
  for (let depth = 0; depth < 8; depth++) {
    const ty = cx.decided(callee.ty);
    if (ty.kind === 'poison' || ty.kind === 'never') break;
    if (ty.kind === 'fnItem' && callee.kind !== 'call') return callFn(cx, ty.decl, ty.args, null, args, span, start.span, want);
    const shape = shapeOf(cx, ty, callee);
    if (shape !== null) return finishCallValue(cx, callee, shape, args, span, want);
    if (ty.kind === 'infer') {
      const expected = cx.solver.expectedShape(ty);
      if (expected !== null) return finishCallValue(cx, callee, expected, args, span, want);
      cx.error({ code: 'CJ0272', span: start.span, args: { what: 'this function' } });
      for (const arg of args) checkExpr(cx, arg, null);
      return makeError(cx, span);
    }
    const step = derefOnce(cx, ty);
    if (step === null) {
      for (const arg of args) checkExpr(cx, arg, null);
      cx.error({ code: 'CJ0277', span: start.span, args: { ty: cx.print(start.ty) } });
      return makeError(cx, span);
    }
    callee = applyDeref(cx, callee, step);
  }
  for (const arg of args) checkExpr(cx, arg, null);
  return makeError(cx, span);
}

function finishCallValue(cx: BodyCx, callee: tree.Expr, shape: CallShape, args: readonly ast.Expr[], span: Span, want: Want | null): tree.Expr {
  const checked = checkArgs(cx, shape.params, shape.ret, args, span, want, 'this function', null, () => null);
  if (checked === null) return makeError(cx, span, shape.ret);
  const ty = cx.shallow(shape.ret);
  if (ty.kind === 'never') cx.diverges = true;
  if (cx.shallow(callee.ty).kind !== 'closure' && shape.mode === 'mut' && isPlace(callee) && callee.kind !== 'local') makeMutablePlace(cx, callee, 'method');
  if (callee.kind === 'local' && !callee.local.mutable && !cx.params.has(callee.local)) cx.calledLocals.push({ local: callee.local, span, shape });
  const node: tree.CallValueExpr = { kind: 'callValue', callee, get mode() { return shape.mode; }, args: checked, ty, span };
  return cx.add(node);
}

// ---------------------------------------------------------------- conversions

/** `Int64(x)`. */
function convert(cx: BodyCx, target: Ty, e: ast.CallExpr): tree.Expr {
  if (target.kind !== 'int' && target.kind !== 'float' && target.kind !== 'rune') {
    for (const arg of e.args) checkExpr(cx, arg, null);
    const help = cx.isLang(target, 'String') ? ['string'] : target.kind === 'adt' ? ['new'] : [];
    cx.error({ code: 'CJ0309', span: e.span, args: { ty: cx.print(target) }, label: 'target', help });
    return makeError(cx, e.span);
  }
  if (e.args.length !== 1) {
    for (const arg of e.args) checkExpr(cx, arg, null);
    cx.error({ code: 'CJ0276', span: e.span, args: { name: cx.print(target), expected: 1, found: e.args.length } });
    return makeError(cx, e.span, target);
  }
  const source = e.args[0]!;
  const arg = checkExpr(cx, source, null);
  const folded = foldConversion(cx, target, arg, e.span);
  if (folded !== null) return folded;
  const from = cx.known(arg.ty);
  if (cx.isPoison(from)) return makeError(cx, e.span, target);
  const call = makeCall(cx, intrinsic(cx, 'convertChecked'), [from, target], [arg], target, e.span);
  cx.atEnd.push(() => {
    const ty = cx.resolve(from);
    const isEnum = ty.kind === 'adt' && ty.decl.isEnum && ty.decl.variants.every((variant) => variant.form === 'unit');
    if (ty.kind === 'int' || ty.kind === 'float' || ty.kind === 'rune' || ty.kind === 'bool' || isEnum || ty.kind === 'poison' || ty.kind === 'never') return;
    const inner = ty.kind === 'ref' && (ty.target.kind === 'int' || ty.target.kind === 'float' || ty.target.kind === 'rune' || ty.target.kind === 'bool');
    cx.error({
      code: 'CJ0309', span: source.span, args: { ty: cx.print(target), from: cx.print(ty) }, label: 'source',
      fixes: inner ? [wrapFix('deref', source.span, '*', '')] : [], help: cx.isLang(ty, 'String') || (ty.kind === 'ref' && ty.target.kind === 'str') ? ['parse'] : [],
    });
  });
  return call;
}

/** A literal is converted at once, so that one that does not fit is an error and not a panic. */
function foldConversion(cx: BodyCx, target: Ty, arg: tree.Expr, span: Span): tree.Expr | null {
  if (arg.kind !== 'literal') return null;
  const ty = cx.shallow(arg.ty);
  const { value } = arg;
  if (ty.kind === 'infer' && value.kind === 'int') {
    if (target.kind === 'float') {
      cx.unify(ty, tys.int64);
      return makeLiteral(cx, { kind: 'float', value: Number(value.value) }, target, span);
    }
    if (target.kind === 'int') {
      cx.unify(ty, target);
      dropRange(cx, arg);
      const range = intRange(target as IntTy);
      if (value.value < range.min || value.value > range.max) {
        cx.error({ code: 'CJ0310', span, args: { value: String(value.value), ty: cx.print(target), min: String(range.min), max: String(range.max) } });
        return makeError(cx, span, target);
      }
      return makeLiteral(cx, value, target, span);
    }
    if (target.kind === 'rune') cx.unify(ty, tys.uint32);
  }
  if (ty.kind === 'infer' && value.kind === 'float' && target.kind === 'float') {
    cx.unify(ty, target);
    return makeLiteral(cx, value, target, span);
  }
  return null;
}

function dropRange(cx: BodyCx, literal: tree.LiteralExpr): void {
  const at = cx.ranged.findIndex((entry) => entry.node === literal);
  if (at >= 0) cx.ranged.splice(at, 1);
}
