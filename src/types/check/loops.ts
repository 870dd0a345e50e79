/**
 * Loops and jumps. `while` becomes `loop` around an `if`; `for` over a literal range of integers counts, any other `for` takes an iterator.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Frame } from './body-cx.ts';
import { coerce, mergeBranch, newMerge } from './coerce.ts';
import { checkBlock, checkCond } from './control.ts';
import { checkExpr, checkHard, stripParens } from './recur.ts';
import { makeBind, makeCall, makeError, makeLocal, makeMatch, makeRef, makeUnit, makeVariantPat, variantIndex } from './make.ts';
import { checkPattern, declareBinds } from './patterns.ts';
import { checkEnds, checkRange, rangeOfEnds } from './ranges.ts';
import type { Want } from './body-cx.ts';

type LoopFrame = Extract<Frame, { kind: 'loop' }>;

function newLoop(cx: BodyCx, label: ast.Ident | null, merge: LoopFrame['merge']): LoopFrame {
  return { kind: 'loop', target: cx.newTarget(label?.name ?? null), label: label?.name ?? null, merge, broken: false };
}

const UNIT_WANT: Want = { ty: tys.unit, hard: true, why: null };

/** A loop's body: its end is reached again and again, so what diverges in it does not reach further. */
function checkBody(cx: BodyCx, body: ast.BlockExpr): tree.Expr {
  const before = cx.diverges;
  const result = coerce(cx, checkBlock(cx, body, UNIT_WANT), tys.unit);
  cx.diverges = before;
  return result;
}

export function checkLoop(cx: BodyCx, e: ast.LoopExpr, want: Want | null): tree.Expr {
  const merge = newMerge(want);
  const frame = newLoop(cx, e.label, merge);
  const body = cx.inFrame(frame, () => checkBody(cx, e.body));
  const ty: Ty = frame.broken ? merge.ty ?? tys.unit : tys.never;
  if (!frame.broken) cx.diverges = true;
  return cx.add({ kind: 'loop', target: frame.target, body, ty, span: e.span });
}

export function checkWhile(cx: BodyCx, e: ast.WhileExpr): tree.Expr {
  const frame = newLoop(cx, e.label, null);
  const before = cx.diverges;
  const step = cx.inScope(() => {
    const cond = cx.inFrame(frame, () => checkCond(cx, e.cond));
    const then = cx.inFrame(frame, () => checkBody(cx, e.body));
    const leave: tree.Expr = cx.add({ kind: 'break', target: frame.target, value: null, ty: tys.never, span: e.cond.span });
    return cx.add<tree.IfExpr>({ kind: 'if', cond, then, otherwise: leave, ty: tys.unit, span: e.span });
  });
  cx.diverges = before;
  return cx.add({ kind: 'loop', target: frame.target, body: step, ty: tys.unit, span: e.span });
}

// ---------------------------------------------------------------- for

export function checkFor(cx: BodyCx, e: ast.ForExpr): tree.Expr {
  const iterable = stripParens(e.iterable);
  if (iterable.kind === 'range' && iterable.start !== null && iterable.end !== null) {
    const { lo, hi, ty } = checkEnds(cx, iterable.start, iterable.end, null);
    const known = cx.known(ty);
    if (known.kind === 'int' || known.kind === 'poison' || (known.kind === 'infer' && known.domain === 'int')) return forRange(cx, e, iterable, lo, hi, ty);
    // Runes, and what a bound says can be counted, go through the iterator.
    if (known.kind === 'rune' || known.kind === 'param') return forIterator(cx, e, rangeOfEnds(cx, iterable, lo, hi, ty));
    cx.error({ code: 'CJ0327', span: iterable.span, args: { ty: cx.print(known) } });
    return makeError(cx, e.span, tys.unit);
  }
  const value = iterable.kind === 'range' ? checkRange(cx, iterable, null) : checkExpr(cx, e.iterable, null);
  return forIterator(cx, e, value);
}

function forRange(cx: BodyCx, e: ast.ForExpr, range: ast.RangeExpr, lo: tree.Expr, hi: tree.Expr, ty: Ty): tree.Expr {
  const step = range.step === null ? null : checkHard(cx, range.step, ty, { span: range.start!.span, label: 'start', args: { ty: cx.print(ty) } });
  const frame = newLoop(cx, e.label, null);
  return cx.inScope(() => {
    const pat = forPattern(cx, e.pattern, ty);
    const body = cx.inFrame(frame, () => checkBody(cx, e.body));
    return cx.add<tree.ForRangeExpr>({
      kind: 'forRange', target: frame.target, pat, lo, hi, inclusive: range.inclusive, step, body, ty: tys.unit, span: e.span,
    });
  });
}

function forPattern(cx: BodyCx, pattern: ast.Pattern, ty: Ty): tree.Pat {
  const { pat, binds } = checkPattern(cx, pattern, ty, {});
  declareBinds(cx, binds);
  cx.irrefutable.push({ pat, span: pattern.span, what: 'for' });
  return pat;
}

function forIterator(cx: BodyCx, e: ast.ForExpr, value: tree.Expr): tree.Expr {
  const source = cx.known(value.ty);
  const span = e.iterable.span;
  let itemTy: Ty = tys.poison;
  let iterTy: Ty = tys.poison;
  const into = cx.trait('IntoIterator');
  if (source.kind === 'infer') {
    if (source.domain === 'any') cx.error({ code: 'CJ0272', span, args: { what: 'this value' } });
    else reportNotIterable(cx, e, source);
  } else if (!cx.isPoison(source) && cx.solver.holds(into, [source], { span, boundSpan: null, name: null }) === 'no') {
    reportNotIterable(cx, e, source);
  } else if (!cx.isPoison(source)) {
    cx.require(into, [source], { span, boundSpan: null, name: null });
    const assoc = (name: string): Ty => cx.normalize(tys.projection(into.assocTypes.find((item) => item.name === name)!, [source]), span);
    iterTy = assoc('IntoIter');
    const next = cx.trait('Iterator');
    itemTy = cx.normalize(tys.projection(next.assocTypes.find((item) => item.name === 'Item')!, [iterTy]), span);
  } else {
    cx.failed = true;
  }
  const iterator = cx.newLocal('iterator', iterTy, span, { synthetic: true, mutable: true });
  const init = makeCall(cx, cx.method('IntoIterator', 'intoIter'), [source], [value], iterTy, span);
  const frame = newLoop(cx, e.label, null);
  const option = cx.adt('Option');
  const optionTy = tys.adt(option, [itemTy]);
  const advance = makeCall(cx, cx.method('Iterator', 'next'), [iterTy], [makeRef(cx, makeLocal(cx, iterator, span), true)], optionTy, span, [true]);
  const { pat, body } = cx.inScope(() => {
    const inner = forPattern(cx, e.pattern, itemTy);
    return { pat: inner, body: cx.inFrame(frame, () => checkBody(cx, e.body)) };
  });
  const leave: tree.Expr = cx.add({ kind: 'break', target: frame.target, value: null, ty: tys.never, span });
  const match = makeMatch(cx, advance, [
    { pat: makeVariantPat(cx, option, variantIndex(option, 'Some'), [pat], optionTy, e.pattern.span), guard: null, body, span: body.span },
    { pat: makeVariantPat(cx, option, variantIndex(option, 'None'), [], optionTy, span), guard: null, body: leave, span },
  ], tys.unit, e.span);
  const loop: tree.Expr = cx.add({ kind: 'loop', target: frame.target, body: match, ty: tys.unit, span: e.span });
  // A match, not a let: temporaries of the iterable (`args()` in `for a in args().iter()`) live as long as the loop.
  return makeMatch(cx, init, [{ pat: makeBind(cx, iterator, iterTy, span), guard: null, body: loop, span }], tys.unit, e.span);
}

function reportNotIterable(cx: BodyCx, e: ast.ForExpr, ty: Ty): void {
  const help: string[] = [];
  if (ty.kind === 'int' || ty.kind === 'infer') help.push('range');
  if (ty.kind === 'adt' && (cx.isLang(ty, 'String'))) help.push('text');
  cx.error({ code: 'CJ0328', span: e.iterable.span, args: { ty: cx.print(ty) }, help });
}

// ---------------------------------------------------------------- jumps

/** The frame that a jump means; null, reported, where there is none. */
function findLoop(cx: BodyCx, label: ast.Ident | null, span: Span, what: 'break' | 'continue'): Extract<Frame, { kind: 'loop' | 'block' }> | null {
  for (let i = cx.frames.length - 1; i >= 0; i--) {
    const frame = cx.frames[i]!;
    if (frame.kind === 'fn' || frame.kind === 'defer') break;
    if (frame.kind === 'loop' && (label === null || frame.label === label.name)) return frame;
    if (frame.kind === 'block' && label !== null && frame.label === label.name) {
      if (what === 'break') return frame;
      cx.error({ code: 'CJ0294', span, args: { what, label: label.name }, label: 'block' });
      return null;
    }
  }
  if (label === null) cx.error({ code: 'CJ0294', span, args: { what, label: '' }, label: 'outside' });
  else cx.error({ code: 'CJ0294', span: label.span, args: { what, label: label.name }, label: 'unknown' });
  return null;
}

export function checkBreak(cx: BodyCx, e: ast.BreakExpr): tree.Expr {
  const frame = findLoop(cx, e.label, e.span, 'break');
  if (frame === null) {
    if (e.value !== null) checkExpr(cx, e.value, null);
    return makeError(cx, e.span, tys.never);
  }
  frame.broken = true;
  let value: tree.Expr | null = null;
  if (e.value !== null) {
    if (frame.merge === null) {
      checkExpr(cx, e.value, null);
      cx.error({ code: 'CJ0295', span: e.value.span });
      return makeError(cx, e.span, tys.never);
    }
    const { want } = frame.merge;
    value = mergeBranch(cx, frame.merge, checkExpr(cx, e.value, want));
  } else if (frame.merge !== null) {
    mergeBranch(cx, frame.merge, makeUnit(cx, e.span));
  }
  return cx.add({ kind: 'break', target: frame.target, value, ty: tys.never, span: e.span });
}

export function checkContinue(cx: BodyCx, e: ast.ContinueExpr): tree.Expr {
  const frame = findLoop(cx, e.label, e.span, 'continue');
  if (frame === null) return makeError(cx, e.span, tys.never);
  return cx.add({ kind: 'continue', target: frame.target, ty: tys.never, span: e.span });
}

/** The function or closure from which `return` and `?` leave; null inside `@defer`. */
export function findFn(cx: BodyCx): Extract<Frame, { kind: 'fn' }> | null {
  for (let i = cx.frames.length - 1; i >= 0; i--) {
    const frame = cx.frames[i]!;
    if (frame.kind === 'fn') return frame;
    if (frame.kind === 'defer') return null;
  }
  return null;
}

export function checkReturn(cx: BodyCx, e: ast.ReturnExpr): tree.Expr {
  const frame = findFn(cx);
  if (frame === null || frame.what === 'const') {
    if (e.value !== null) checkExpr(cx, e.value, null);
    cx.error({ code: 'CJ0308', span: e.span, label: frame === null ? 'defer' : 'const' });
    return makeError(cx, e.span, tys.never);
  }
  let value: tree.Expr | null = null;
  if (e.value !== null) {
    value = checkHard(cx, e.value, frame.ret, frame.why);
  } else if (!cx.unify(frame.ret, tys.unit)) {
    cx.error({ code: 'CJ0293', span: e.span, args: { ty: cx.print(frame.ret) }, related: frame.why === null ? [] : [frame.why] });
  }
  return cx.add({ kind: 'return', value, ty: tys.never, span: e.span });
}

/** `let name = value;` as a pattern of one binding; used by other lowerings. */
export function bindPat(cx: BodyCx, local: tree.LocalVar, span: Span): tree.Pat {
  return makeBind(cx, local, local.ty, span);
}
