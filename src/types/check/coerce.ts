/**
 * Coercions: the few conversions that happen without being written, each made explicit in the tree.
 * Also the joining of branch types, which coerces later branches to what the first ones made known.
 */
import type { Span } from '../../source/index.ts';
import type { RelatedSpan } from '../../diag/index.ts';
import { tys } from '../ty.ts';
import type { DynTy, RefTy, Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { Obligation } from '../solve/index.ts';
import { elaborate, hasSupertrait, modeAllows } from '../solve/index.ts';
import type { TraitDecl } from '../program.ts';
import type { BodyCx, Merge, Want } from './body-cx.ts';
import { isPlace, makeBlock, makeCoerce, makeDeref, makeError, makeRef } from './make.ts';
import { shapeOf } from './callables.ts';
import { applyDeref, derefOnce } from './derefs.ts';
import { makeMutablePlace } from './mutability.ts';
import { reportMismatch } from './report.ts';

/** The expression as one of type `wanted`; a mismatch is reported, and then the result has the wanted type all the same. */
export function coerce(cx: BodyCx, expr: tree.Expr, wanted: Ty, why: RelatedSpan | null = null): tree.Expr {
  const done = tryCoerce(cx, expr, wanted);
  if (done !== null) return done;
  reportMismatch(cx, expr, wanted, why);
  return makeError(cx, expr.span, wanted);
}

/** Null, with nothing bound, where no coercion leads to `wanted`. */
export function tryCoerce(cx: BodyCx, expr: tree.Expr, wanted: Ty): tree.Expr | null {
  const found = cx.shallow(expr.ty);
  const want = cx.shallow(wanted);
  if (found.kind === 'never' && want.kind !== 'never') {
    if (want.kind === 'infer') cx.divergingVars.push(want);
    return makeCoerce(cx, 'never', expr, want);
  }
  switch (want.kind) {
    case 'ref':
      if (found.kind === 'ref') return coerceRef(cx, expr, found, want);
      if (isTextLiteral(cx, expr) && !want.mutable && cx.unify(want.target, tys.str)) {
        expr.ty = want;
        return expr;
      }
      break;
    case 'box':
      if (found.kind === 'box') return coerceBox(cx, expr, found.target, want.target, want);
      break;
    case 'ptr':
      if (found.kind === 'ref' && cx.unify(found.target, want.target)) return makeCoerce(cx, 'refToPtr', expr, want);
      break;
    case 'fn':
      if (found.kind === 'fnItem' || found.kind === 'closure') return coerceFn(cx, expr, want);
      if (found.kind === 'param' || found.kind === 'projection') return coerceCallable(cx, expr, found, want);
      // What may be called any number of times may also be called by one, or once.
      if (found.kind === 'fn' && found.mode !== want.mode && modeAllows(found.mode, want.mode)) {
        return cx.unifyShape(found.params, found.ret, want.params, want.ret) ? makeCoerce(cx, 'toFn', expr, want) : null;
      }
      break;
    default:
      break;
  }
  return cx.unify(found, want) ? expr : null;
}

/** A text literal, which stands for a `String` or, where that is wanted, for a `&str` that lives for ever. */
export function isTextLiteral(cx: BodyCx, expr: tree.Expr): expr is tree.LiteralExpr {
  return expr.kind === 'literal' && expr.value.kind === 'string' && cx.isLang(cx.shallow(expr.ty), 'String');
}

function coerceRef(cx: BodyCx, expr: tree.Expr, found: RefTy, want: RefTy): tree.Expr | null {
  if (want.mutable && !found.mutable) return null;
  if (cx.unify(found.target, want.target)) {
    if (found.mutable && !want.mutable) return makeCoerce(cx, 'mutToShared', expr, want);
    return want.mutable && isPlace(expr) ? makeRef(cx, makeDeref(cx, expr, want.target), true) : expr;
  }
  const target = cx.shallow(want.target);
  const unsized = coerceUnsized(cx, cx.shallow(found.target), target, expr.span);
  if (unsized !== null) {
    const value = found.mutable && !want.mutable ? makeCoerce(cx, 'mutToShared', expr, tys.ref(found.target, false)) : expr;
    return makeCoerce(cx, unsized, value, want);
  }
  // Through Box and Deref, as far as it goes.
  let at: tree.Expr = makeDeref(cx, expr, found.target);
  for (let depth = 0; depth < 8; depth++) {
    const step = derefOnce(cx, at.ty);
    if (step === null) return null;
    at = applyDeref(cx, at, step);
    if (cx.unify(step.ty, target)) {
      if (want.mutable) makeMutablePlace(cx, at, 'borrow');
      return makeRef(cx, at, want.mutable);
    }
    const how = coerceUnsized(cx, cx.shallow(step.ty), target, expr.span);
    if (how !== null) {
      if (want.mutable) makeMutablePlace(cx, at, 'borrow');
      return makeCoerce(cx, how, makeRef(cx, at, want.mutable), want);
    }
  }
  return null;
}

function coerceBox(cx: BodyCx, expr: tree.Expr, found: Ty, want: Ty, result: Ty): tree.Expr | null {
  if (cx.unify(found, want)) return expr;
  const how = coerceUnsized(cx, cx.shallow(found), cx.shallow(want), expr.span);
  return how === null ? null : makeCoerce(cx, how, expr, result);
}

/** How a pointer to `from` becomes a pointer to the unsized `to`. */
function coerceUnsized(cx: BodyCx, from: Ty, to: Ty, span: Span): 'arrayToSlice' | 'toDyn' | null {
  if (to.kind === 'slice') return from.kind === 'array' && cx.unify(from.element, to.element) ? 'arrayToSlice' : null;
  if (to.kind !== 'dyn' || from.kind === 'str' || from.kind === 'slice') return null;
  if (from.kind === 'infer' && from.domain === 'any') return null;
  if (from.kind === 'dyn') return upcasts(cx, from, to) ? 'toDyn' : null;
  if (from.kind === 'poison') return 'toDyn';
  requireDyn(cx, from, to, span);
  return 'toDyn';
}

function upcasts(cx: BodyCx, from: DynTy, to: DynTy): boolean {
  const promised = (marker: TraitDecl): boolean => from.markers.includes(marker) || hasSupertrait(from.trait, marker);
  if (!to.markers.every(promised)) return false;
  if (from.trait === to.trait) {
    return from.markers !== to.markers && cx.unify(tys.dyn(from.trait, from.args, from.assoc), tys.dyn(to.trait, to.args, to.assoc));
  }
  return elaborate([{ kind: 'trait', ref: { trait: from.trait, args: [from, ...from.args] }, span: from.trait.span }]).some(
    (predicate) => predicate.kind === 'trait' && predicate.ref.trait === to.trait && cx.unify(tys.tuple(predicate.ref.args.slice(1)), tys.tuple(to.args)),
  );
}

/** Demands what a value behind `dyn` must implement. */
function requireDyn(cx: BodyCx, from: Ty, to: DynTy, span: Span): void {
  cx.require(to.trait, [from, ...to.args], { span, boundSpan: null, name: null });
  for (const marker of to.markers) cx.require(marker, [from], { span, boundSpan: null, name: null });
  for (const item of to.assoc) {
    for (const trait of [to.trait, ...to.trait.supertraits.map((parent) => parent.trait)]) {
      const assoc = trait.assocTypes.find((decl) => decl.name === item.name);
      if (assoc === undefined) continue;
      const args = trait === to.trait ? [from, ...to.args] : [from, ...to.trait.supertraits.find((parent) => parent.trait === trait)!.args.slice(1)];
      cx.solver.register({ kind: 'projection', assoc, args, ty: item.ty, cause: { span, boundSpan: null, name: null }, depth: 0 });
    }
  }
}

function coerceFn(cx: BodyCx, expr: tree.Expr, want: Extract<Ty, { kind: 'fn' }>): tree.Expr | null {
  const found = cx.shallow(expr.ty);
  if (found.kind === 'fnItem') {
    const out: Obligation[] = [];
    const sig = cx.solver.fnItemSig(found, { span: expr.span, boundSpan: null, name: null }, out);
    if (!cx.unifyShape(sig.params, sig.ret, want.params, want.ret)) return null;
    cx.solver.registerAll(out);
    return makeCoerce(cx, 'toFn', expr, want);
  }
  if (found.kind !== 'closure') return null;
  if (!cx.unifyShape(found.decl.params, found.decl.ret, want.params, want.ret)) return null;
  cx.closureDemands.push({ decl: found.decl, mode: want.mode, span: expr.span, boundSpan: null });
  return makeCoerce(cx, 'toFn', expr, want);
}

/** A parameter `f: fn(A): B`, whose own type is hidden, becomes a function value where one is kept. */
function coerceCallable(cx: BodyCx, expr: tree.Expr, found: Ty, want: Extract<Ty, { kind: 'fn' }>): tree.Expr | null {
  const known = cx.solver.callableOf(found, want.mode);
  if (known === null || !cx.unifyShape(known.params, known.ret, want.params, want.ret)) return null;
  return makeCoerce(cx, 'toFn', expr, want);
}

// ---------------------------------------------------------------- branches

export function newMerge(want: Want | null): Merge {
  return { want, ty: null, firstSpan: null, callables: [] };
}

/** Adds a branch: the result stands in its place. */
export function mergeBranch(cx: BodyCx, merge: Merge, expr: tree.Expr): tree.Expr {
  const found = cx.shallow(expr.ty);
  if (found.kind === 'never') return expr;
  const { want } = merge;
  if (merge.ty === null) {
    const open = want !== null && cx.shallow(want.ty).kind === 'infer';
    if (want !== null && want.hard && !(open && isCallableItem(found))) {
      merge.ty = want.ty;
    } else if (want !== null && cx.shallow(want.ty).kind !== 'infer') {
      const hinted = tryCoerce(cx, expr, want.ty);
      if (hinted !== null) {
        merge.ty = want.ty;
        merge.firstSpan = expr.span;
        return hinted;
      }
    }
  }
  if (merge.ty === null) {
    merge.ty = found;
    merge.firstSpan = expr.span;
    return isCallableItem(found) ? keepOpen(cx, merge, expr) : expr;
  }
  if (merge.callables.length > 0 && isCallableItem(found)) {
    if (cx.unify(found, merge.ty)) return keepOpen(cx, merge, expr);
    const joined = joinCallables(cx, merge, expr);
    if (joined !== null) return joined;
  }
  const why: RelatedSpan | null = want !== null && want.hard ? want.why : merge.firstSpan === null ? null : { span: merge.firstSpan, label: 'branch', args: { ty: cx.print(merge.ty) } };
  return coerce(cx, expr, merge.ty, why);
}

/** Each function and each closure has a type of its own, which nobody can write. */
function isCallableItem(ty: Ty): ty is Extract<Ty, { kind: 'fnItem' | 'closure' }> {
  return ty.kind === 'fnItem' || ty.kind === 'closure';
}

function keepOpen(cx: BodyCx, merge: Merge, expr: tree.Expr): tree.Expr {
  const block = makeBlock(cx, [], expr, expr.ty, expr.span);
  merge.callables.push(block as { ty: Ty; tail: tree.Expr | null });
  return block;
}

/** Branches that are different functions or closures of one shape become function values `fn(A): B`. Null if the shapes differ. */
function joinCallables(cx: BodyCx, merge: Merge, expr: tree.Expr): tree.Expr | null {
  const shape = shapeOf(cx, cx.shallow(merge.ty!), expr);
  if (shape === null) return null;
  const joined = tys.fn('shared', shape.params, shape.ret);
  const last = tryCoerce(cx, expr, joined);
  if (last === null) return null;
  for (const block of merge.callables) {
    block.tail = coerce(cx, block.tail!, joined);
    block.ty = joined;
  }
  merge.callables.length = 0;
  merge.ty = joined;
  return last;
}

/** The type of the whole: Never when no branch comes to an end. */
export function mergedTy(merge: Merge): Ty {
  return merge.ty ?? tys.never;
}
