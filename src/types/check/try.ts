/**
 * `?`, `try e`, and `try { … } catch …`.
 * An error goes to the first arm around it whose type is its own, else to a `try` block that is itself a Result, else out of the function,
 * converted by `From` where the types differ.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Frame, TryArm, Want } from './body-cx.ts';
import { mergeBranch, mergedTy, newMerge, tryCoerce } from './coerce.ts';
import { checkBlock } from './control.ts';
import { checkExpr } from './recur.ts';
import { makeBind, makeCall, makeConstruct, makeError, makeLocal, makeMatch, makeVariantPat, variantIndex } from './make.ts';

// ---------------------------------------------------------------- `?`

export function checkTry(cx: BodyCx, e: ast.TryExpr, want: Want | null): tree.Expr {
  void want;
  const operand = checkExpr(cx, e.operand, null);
  const ty = cx.decided(operand.ty);
  if (ty.kind === 'poison') return makeError(cx, e.span);
  if (ty.kind === 'never') return operand;
  if (cx.isLang(ty, 'Result')) return tryResult(cx, operand, ty as AdtTy, e.span);
  if (cx.isLang(ty, 'Option')) return tryOption(cx, operand, ty as AdtTy, e.span);
  if (ty.kind === 'infer') cx.error({ code: 'CJ0272', span: e.operand.span, args: { what: 'this value' } });
  else cx.error({ code: 'CJ0290', span: e.span, args: { ty: cx.print(ty) } });
  return makeError(cx, e.span);
}

function tryResult(cx: BodyCx, operand: tree.Expr, ty: AdtTy, span: Span): tree.Expr {
  const result = cx.adt('Result');
  const okTy = cx.shallow(ty.args[0]!);
  const errTy = cx.known(ty.args[1]!);
  alwaysLeaves(cx, operand, okTy);
  const value = cx.newLocal('value', okTy, span, { synthetic: true });
  const error = cx.newLocal('error', errTy, span, { synthetic: true });
  const leave = raise(cx, makeLocal(cx, error, span), errTy, span);
  return makeMatch(cx, operand, [
    { pat: makeVariantPat(cx, result, variantIndex(result, 'Ok'), [makeBind(cx, value, okTy, span)], ty, span), guard: null, body: makeLocal(cx, value, span), span },
    { pat: makeVariantPat(cx, result, variantIndex(result, 'Err'), [makeBind(cx, error, errTy, span)], ty, span), guard: null, body: leave, span },
  ], okTy, span);
}

/** `Err(e)?` and `None?` have no value: what type it would be of may stay open. */
function alwaysLeaves(cx: BodyCx, operand: tree.Expr, valueTy: Ty): void {
  if (operand.kind !== 'construct' || valueTy.kind !== 'infer') return;
  const { name } = operand.adt.variants[operand.variant]!;
  if (name === 'Err' || name === 'None') cx.divergingVars.push(valueTy);
}

/** Sends an error value where it belongs; an expression of type Never. */
function raise(cx: BodyCx, error: tree.Expr, errTy: Ty, span: Span): tree.Expr {
  for (let i = cx.frames.length - 1; i >= 0; i--) {
    const frame = cx.frames[i]!;
    switch (frame.kind) {
      case 'try': {
        const resolved = cx.resolve(errTy);
        const arm = resolved.kind === 'infer' ? undefined : frame.arms.find((candidate) => candidate.types.some((type) => cx.resolve(type) === resolved));
        if (arm === undefined) continue;
        return cx.add({ kind: 'raise', target: frame.target, arm: arm.index, value: error, ty: tys.never, span });
      }
      case 'tryValue': {
        const wrapped = wrapError(cx, error, errTy, frame.ty, span, 'block');
        return wrapped === null ? makeError(cx, span, tys.never) : cx.add({ kind: 'break', target: frame.target, value: wrapped, ty: tys.never, span });
      }
      case 'fn': {
        const wrapped = wrapError(cx, error, errTy, frame.ret, span, frame.what);
        return wrapped === null ? makeError(cx, span, tys.never) : cx.add({ kind: 'return', value: wrapped, ty: tys.never, span });
      }
      case 'defer':
        cx.error({ code: 'CJ0291', span, args: { found: 'Result' }, label: 'defer' });
        return makeError(cx, span, tys.never);
      case 'loop': case 'block':
        break;
    }
  }
  return makeError(cx, span, tys.never);
}

/** `Err(From::from(error))` as a value of `target`; null, reported, where `target` is no Result that can take it. */
function wrapError(cx: BodyCx, error: tree.Expr, errTy: Ty, target: Ty, span: Span, what: 'fn' | 'closure' | 'const' | 'block'): tree.Expr | null {
  const result = cx.adt('Result');
  let to = cx.known(target);
  if (to.kind === 'infer') {
    // A closure whose result is not known: its errors are this error.
    to = tys.adt(result, [cx.fresh(), errTy]);
    cx.unify(target, to);
  }
  if (to.kind === 'poison') return null;
  if (to.kind !== 'adt' || to.decl !== result) {
    const help = to.kind === 'adt' && to.decl === cx.adt('Option') ? ['ok'] : isMain(cx, what) ? ['main'] : [];
    cx.error({
      code: 'CJ0291', span, args: { found: 'Result', ret: cx.print(to) }, label: what, help,
      related: what === 'fn' ? [{ span: retSpan(cx), label: 'ret', args: { ret: cx.print(to) } }] : [],
    });
    return null;
  }
  const value = convertError(cx, error, errTy, to.args[1]!, span);
  return makeConstruct(cx, result, variantIndex(result, 'Err'), [value], to, span);
}

function isMain(cx: BodyCx, what: string): boolean {
  return what === 'fn' && cx.owner === cx.session.resolver.main;
}

function retSpan(cx: BodyCx): Span {
  const { owner } = cx;
  if (owner.kind === 'fn' && owner.syntax.ret !== null) return owner.syntax.ret.span;
  return owner.nameSpan;
}

/** `From::from(error)` unless the types are equal. */
function convertError(cx: BodyCx, error: tree.Expr, errTy: Ty, wanted: Ty, span: Span): tree.Expr {
  const from = cx.resolve(errTy);
  const to = cx.known(wanted);
  if (from.kind === 'infer' || to.kind === 'infer') {
    cx.unify(from, to);
    return error;
  }
  if (from === to || cx.solver.probe(() => cx.unify(from, to))) {
    cx.unify(from, to);
    return error;
  }
  const args = [to, from];
  cx.require(cx.trait('From'), args, {
    span, boundSpan: null, name: null,
    onFail: () => cx.error({ code: 'CJ0292', span, args: { from: cx.print(from), to: cx.print(to) } }),
  });
  return makeCall(cx, cx.method('From', 'from'), args, [error], to, span);
}

function tryOption(cx: BodyCx, operand: tree.Expr, ty: AdtTy, span: Span): tree.Expr {
  const option = cx.adt('Option');
  const someTy = cx.shallow(ty.args[0]!);
  alwaysLeaves(cx, operand, someTy);
  const value = cx.newLocal('value', someTy, span, { synthetic: true });
  const leave = leaveWithNone(cx, span);
  return makeMatch(cx, operand, [
    { pat: makeVariantPat(cx, option, variantIndex(option, 'Some'), [makeBind(cx, value, someTy, span)], ty, span), guard: null, body: makeLocal(cx, value, span), span },
    { pat: makeVariantPat(cx, option, variantIndex(option, 'None'), [], ty, span), guard: null, body: leave, span },
  ], someTy, span);
}

function leaveWithNone(cx: BodyCx, span: Span): tree.Expr {
  const option = cx.adt('Option');
  for (let i = cx.frames.length - 1; i >= 0; i--) {
    const frame = cx.frames[i]!;
    if (frame.kind === 'defer') {
      cx.error({ code: 'CJ0291', span, args: { found: 'Option' }, label: 'defer' });
      return makeError(cx, span, tys.never);
    }
    if (frame.kind !== 'fn' && frame.kind !== 'tryValue') continue;
    const target = frame.kind === 'fn' ? frame.ret : frame.ty;
    let to = cx.known(target);
    if (to.kind === 'infer') {
      to = tys.adt(option, [cx.fresh()]);
      cx.unify(target, to);
    }
    if (to.kind === 'poison') return makeError(cx, span, tys.never);
    if (to.kind !== 'adt' || to.decl !== option) {
      const isFn = frame.kind === 'fn' && frame.what === 'fn';
      cx.error({
        code: 'CJ0291', span, args: { found: 'Option', ret: cx.print(to) }, label: frame.kind === 'fn' ? frame.what : 'block',
        help: to.kind === 'adt' && to.decl === cx.adt('Result') ? ['okOr'] : [], related: isFn ? [{ span: retSpan(cx), label: 'ret', args: { ret: cx.print(to) } }] : [],
      });
      return makeError(cx, span, tys.never);
    }
    const none = makeConstruct(cx, option, variantIndex(option, 'None'), [], to, span);
    if (frame.kind === 'fn') return cx.add({ kind: 'return', value: none, ty: tys.never, span });
    return cx.add({ kind: 'break', target: frame.target, value: none, ty: tys.never, span });
  }
  return makeError(cx, span, tys.never);
}

// ---------------------------------------------------------------- `try { }`

interface Arm {
  readonly source: ast.CatchArm;
  readonly ty: Ty;
  readonly panic: boolean;
}

export function checkTryBlock(cx: BodyCx, e: ast.TryBlockExpr, want: Want | null): tree.Expr {
  // An arm for several types is one arm for each, so that its local has one type in each.
  const arms: Arm[] = [];
  for (const source of e.catches) {
    for (const type of source.types) {
      const ty = cx.lower(type);
      arms.push({ source, ty, panic: cx.isLang(ty, 'Panic') });
    }
  }
  const soft = want === null ? null : { ...want, hard: false };
  const merge = newMerge(soft);
  const target = cx.newTarget(null);
  const frames: TryArm[] = [];
  arms.forEach((arm, index) => {
    if (!arm.panic) frames.push({ types: [arm.ty], index });
  });
  const wanted = want === null ? null : cx.known(want.ty);
  const takesErrors = arms.length === 0 && wanted !== null && wanted.kind === 'adt' && (wanted.decl === cx.adt('Result') || wanted.decl === cx.adt('Option'));
  const valueTarget = takesErrors ? cx.newTarget(null) : null;
  const frame: Frame = valueTarget !== null ? { kind: 'tryValue', target: valueTarget, ty: wanted! } : { kind: 'try', target, arms: frames };
  const before = cx.diverges;
  let body = cx.inFrame(frame, () => checkBlock(cx, e.body, soft));
  let diverges = cx.diverges;
  if (want !== null) body = convertTail(cx, body, want.ty);
  body = mergeBranch(cx, merge, body);
  const made: { local: tree.LocalVar; body: tree.Expr; span: Span }[] = [];
  let panicArm: number | null = null;
  for (const arm of arms) {
    cx.diverges = before;
    cx.scopes.push(new Map());
    const local = cx.newLocal(arm.source.name.name, arm.ty, arm.source.name.span);
    cx.declare(local);
    // A name after `catch` has to be written, so not using it is no mistake.
    cx.used.add(local);
    let value = checkExpr(cx, arm.source.body, soft);
    if (want !== null) value = convertTail(cx, value, want.ty);
    value = mergeBranch(cx, merge, value);
    cx.scopes.pop();
    diverges &&= cx.diverges;
    if (arm.panic) panicArm ??= made.length;
    made.push({ local, body: value, span: arm.source.span });
  }
  cx.diverges = before || diverges;
  let ty = mergedTy(merge);
  if (valueTarget !== null) {
    ty = wanted!;
    if (cx.shallow(body.ty).kind === 'never') cx.diverges = before;
    body = cx.add<tree.BlockExpr>({ kind: 'block', stmts: [], tail: body, target: valueTarget, unsafe: false, ty, span: e.body.span });
  }
  if (panicArm === null) {
    const arm = panicAsError(cx, ty, e.span);
    if (arm !== null) {
      panicArm = made.length;
      made.push(arm);
    }
  }
  return cx.add({ kind: 'tryBlock', target, body, arms: made, panicArm, ty, span: e.span });
}

/** A Result with another error type becomes the wanted one by `From`. */
function convertTail(cx: BodyCx, tail: tree.Expr, wantedTy: Ty): tree.Expr {
  const result = cx.adt('Result');
  const from = cx.known(tail.ty);
  const to = cx.known(wantedTy);
  if (from.kind !== 'adt' || to.kind !== 'adt' || from.decl !== result || to.decl !== result) return tail;
  if (cx.solver.probe(() => tryCoerce(cx, tail, to)) !== null) return tail;
  if (!cx.unify(from.args[0]!, to.args[0]!)) return tail;
  const { span } = tail;
  const okTy = from.args[0]!;
  const errTy = from.args[1]!;
  const value = cx.newLocal('value', okTy, span, { synthetic: true });
  const error = cx.newLocal('error', errTy, span, { synthetic: true });
  const ok = variantIndex(result, 'Ok');
  const err = variantIndex(result, 'Err');
  const converted = convertError(cx, makeLocal(cx, error, span), errTy, to.args[1]!, span);
  return makeMatch(cx, tail, [
    { pat: makeVariantPat(cx, result, ok, [makeBind(cx, value, okTy, span)], from, span), guard: null, body: makeConstruct(cx, result, ok, [makeLocal(cx, value, span)], to, span), span },
    { pat: makeVariantPat(cx, result, err, [makeBind(cx, error, errTy, span)], from, span), guard: null, body: makeConstruct(cx, result, err, [converted], to, span), span },
  ], to, span);
}

/** The arm that turns a panic into `Err(E::from(panic))`, if the block's type has room for it. */
function panicAsError(cx: BodyCx, ty: Ty, span: Span): { local: tree.LocalVar; body: tree.Expr; span: Span } | null {
  const result = cx.adt('Result');
  const to = cx.resolve(cx.known(ty));
  if (to.kind !== 'adt' || to.decl !== result) return null;
  const errTy = to.args[1]!;
  const panicTy = tys.adt(cx.adt('Panic'), []);
  if (errTy.kind === 'infer') return null;
  if (errTy !== panicTy && !cx.holds(cx.trait('From'), [errTy, panicTy], span)) return null;
  const local = cx.newLocal('panic', panicTy, span, { synthetic: true });
  const value = convertError(cx, makeLocal(cx, local, span), panicTy, errTy, span);
  return { local, body: makeConstruct(cx, result, variantIndex(result, 'Err'), [value], to, span), span };
}
