/**
 * Places as written: `*e`, `&e`, fields, elements.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import type { FieldDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { checkExpr } from './recur.ts';
import { coerce, tryCoerce } from './coerce.ts';
import { applyDeref, derefOnce } from './derefs.ts';
import { makeMutablePlace } from './mutability.ts';
import { makeCall, makeCoerce, makeDeref, makeError, makeRef } from './make.ts';
import { closest, wrapFix } from './report.ts';

/** `*e` as written. */
export function checkDeref(cx: BodyCx, e: ast.DerefExpr): tree.Expr {
  const operand = checkExpr(cx, e.operand, null);
  const ty = cx.decided(operand.ty);
  if (ty.kind === 'poison') return makeError(cx, e.span);
  if (ty.kind === 'ptr') {
    if (cx.unsafeDepth === 0) cx.error({ code: 'CJ0289', span: e.span, args: { what: '*' }, label: 'pointer' });
    return makeDeref(cx, operand, cx.shallow(ty.target), e.span);
  }
  if (ty.kind === 'infer') {
    cx.error({ code: 'CJ0272', span: e.operand.span, args: { what: 'this value' } });
    return makeError(cx, e.span);
  }
  const step = derefOnce(cx, ty);
  if (step === null) {
    cx.error({ code: 'CJ0288', span: e.span, args: { ty: cx.print(ty) } });
    return makeError(cx, e.span);
  }
  const result = applyDeref(cx, operand, step);
  (result as { span: Span }).span = e.span;
  return result;
}

/** `&e` and `&mut e`. */
export function checkRef(cx: BodyCx, e: ast.RefExpr, want: Want | null): tree.Expr {
  const hint = want === null ? null : cx.shallow(want.ty);
  let inner: Ty | null = null;
  // The target of a wanted slice or `dyn` says nothing about the operand, except what the elements of an array should be.
  if (hint !== null && (hint.kind === 'ref' || hint.kind === 'ptr')) {
    const target = cx.shallow(hint.target);
    if (target.kind === 'slice' && (e.operand.kind === 'array' || e.operand.kind === 'repeat')) inner = tys.array(target.element, cx.fresh());
    else if (target.kind !== 'slice' && target.kind !== 'dyn' && target.kind !== 'str') inner = target;
  }
  const place = checkExpr(cx, e.operand, inner === null ? null : { ty: inner, hard: false, why: null });
  if (e.mutable) makeMutablePlace(cx, place, 'borrow');
  return cx.add({ kind: 'ref', mutable: e.mutable, place, implicit: false, ty: tys.ref(place.ty, e.mutable), span: e.span });
}

// ---------------------------------------------------------------- fields

/** The field of a struct, seen through references; null where no type on the way has it. */
export function findField(cx: BodyCx, base: tree.Expr, name: string): { readonly expr: tree.Expr; readonly owner: AdtTy; readonly field: FieldDecl } | null {
  let at = base;
  for (let depth = 0; depth < 12; depth++) {
    const ty = cx.known(at.ty);
    if (ty.kind === 'adt' && !ty.decl.isEnum) {
      const field = ty.decl.variants[0]?.fields.find((candidate) => candidate.name === name);
      if (field !== undefined) return { expr: at, owner: ty, field };
    }
    const step = derefOnce(cx, ty);
    if (step === null) return null;
    at = applyDeref(cx, at, step);
  }
  return null;
}

export function isFieldVisible(cx: BodyCx, owner: AdtTy, field: FieldDecl): boolean {
  return cx.session.resolver.isVisible(field.visibility, owner.decl.module, cx.tcx.module);
}

/** `e.name`. */
export function checkField(cx: BodyCx, e: ast.FieldExpr): tree.Expr {
  const base = checkExpr(cx, e.base, null);
  return fieldOf(cx, base, e.name.name, e.name.span, e.span);
}

export function fieldOf(cx: BodyCx, base: tree.Expr, name: string, nameSpan: Span, span: Span): tree.Expr {
  const baseTy = cx.decided(base.ty);
  if (baseTy.kind === 'poison' || baseTy.kind === 'never') return makeError(cx, span);
  if (baseTy.kind === 'infer') {
    cx.error({ code: 'CJ0272', span: base.span, args: { what: 'this value' } });
    return makeError(cx, span);
  }
  const found = findField(cx, base, name);
  if (found === null) {
    reportNoField(cx, baseTy, name, nameSpan, span);
    return makeError(cx, span);
  }
  if (!isFieldVisible(cx, found.owner, found.field)) {
    cx.error({
      code: 'CJ0275', span: nameSpan, args: { what: 'field', name, owner: found.owner.decl.name }, related: [{ span: found.field.span, label: 'declared' }],
    });
    return makeError(cx, span);
  }
  const ty = cx.instantiate(found.field.ty, found.owner.args, span);
  return cx.add({ kind: 'field', base: found.expr, index: found.field.index, ty, span });
}

function reportNoField(cx: BodyCx, ty: Ty, name: string, nameSpan: Span, span: Span): void {
  let at: Ty = ty;
  for (let step = derefOnce(cx, at); step !== null && at.kind !== 'adt'; step = derefOnce(cx, at)) at = step.ty;
  const args = { name, ty: cx.print(ty) };
  const head = headKey(at);
  // `.len` without the call is the commonest slip of all.
  const heads = at.kind === 'array' ? [head, 'slice'] : [head];
  if (heads.some((key) => key !== null && cx.session.world.index.inherentMembers(key, name).length > 0)) {
    cx.error({ code: 'CJ0274', span: nameSpan, args, help: ['method'], fixes: [wrapFix('call', span, '', '()')] });
    return;
  }
  const names = at.kind === 'adt' && !at.decl.isEnum ? at.decl.variants[0]!.fields.map((field) => field.name) : [];
  const similar = closest(name, names);
  cx.error({
    code: 'CJ0274', span: nameSpan, args, help: at.kind === 'ptr' ? ['pointer'] : [],
    fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: nameSpan, text: similar }] }],
  });
}

/** `e.0`. */
export function checkTupleField(cx: BodyCx, e: ast.TupleFieldExpr): tree.Expr {
  let at = checkExpr(cx, e.base, null);
  const baseTy = cx.decided(at.ty);
  if (baseTy.kind === 'poison' || baseTy.kind === 'never') return makeError(cx, e.span);
  if (baseTy.kind === 'infer') {
    cx.error({ code: 'CJ0272', span: e.base.span, args: { what: 'this value' } });
    return makeError(cx, e.span);
  }
  for (let depth = 0; depth < 12; depth++) {
    const ty = cx.known(at.ty);
    if (ty.kind === 'tuple' && e.index < ty.elements.length) {
      return cx.add({ kind: 'field', base: at, index: e.index, ty: cx.shallow(ty.elements[e.index]!), span: e.span });
    }
    if (ty.kind === 'adt' && ty.decl.variants[0]?.form === 'tuple' && !ty.decl.isEnum && e.index < ty.decl.variants[0].fields.length) {
      return fieldOf(cx, at, String(e.index), e.indexSpan, e.span);
    }
    const step = derefOnce(cx, ty);
    if (step === null) break;
    at = applyDeref(cx, at, step);
  }
  cx.error({ code: 'CJ0274', span: e.indexSpan, args: { name: String(e.index), ty: cx.print(baseTy) } });
  return makeError(cx, e.span);
}

// ---------------------------------------------------------------- elements

/** `e[i]`. */
export function checkIndex(cx: BodyCx, e: ast.IndexExpr): tree.Expr {
  const base = checkExpr(cx, e.base, null);
  const baseTy = cx.decided(base.ty);
  const index = checkExpr(cx, e.index, { ty: tys.usize, hard: false, why: null });
  if (baseTy.kind === 'poison' || cx.isPoison(index.ty)) return makeError(cx, e.span);
  if (baseTy.kind === 'infer') {
    cx.error({ code: 'CJ0272', span: e.base.span, args: { what: 'this value' } });
    return makeError(cx, e.span);
  }
  const indexTy = cx.known(index.ty);
  let at = base;
  for (let depth = 0; depth < 12; depth++) {
    const ty = cx.known(at.ty);
    if (ty.kind === 'array' || ty.kind === 'slice') {
      if (indexTy.kind === 'int' || (indexTy.kind === 'infer' && indexTy.domain !== 'float')) {
        return cx.add({ kind: 'index', base: at, index: indexAsUsize(cx, index, e.index), ty: cx.shallow(ty.element), span: e.span });
      }
      if (ty.kind === 'array') {
        const slice = tys.slice(ty.element);
        at = makeDeref(cx, makeCoerce(cx, 'arrayToSlice', makeRef(cx, at, false), tys.ref(slice, false)), slice);
      }
    }
    const overloaded = overloadedIndex(cx, at, index, e);
    if (overloaded !== null) return overloaded;
    const step = derefOnce(cx, ty);
    if (step === null) break;
    at = applyDeref(cx, at, step);
  }
  reportNoIndex(cx, baseTy, index, e);
  return makeError(cx, e.span);
}

function indexAsUsize(cx: BodyCx, index: tree.Expr, source: ast.Expr): tree.Expr {
  const done = tryCoerce(cx, index, tys.usize);
  if (done !== null) return done;
  cx.error({ code: 'CJ0285', span: source.span, args: { ty: cx.print(index.ty) }, fixes: [wrapFix('convert', source.span, 'usize(', ')')] });
  return makeError(cx, source.span, tys.usize);
}

function overloadedIndex(cx: BodyCx, base: tree.Expr, index: tree.Expr, e: ast.IndexExpr): tree.Expr | null {
  const trait = cx.trait('Index');
  const self = cx.resolve(base.ty);
  const head = headKey(self);
  if (self.kind !== 'param' && self.kind !== 'projection' && head !== null && cx.session.world.index.implsOf(trait, head).length === 0) return null;
  const cause = { span: e.span, boundSpan: null, name: null };
  let at = index;
  let verdict = cx.solver.holds(trait, [self, index.ty], cause);
  if (verdict === 'no') {
    // A key given as an array or String literal where the impl wants `&[T]` or `&str`; and a number of another width.
    const wanted = cx.fresh();
    if (cx.solver.holds(trait, [self, wanted], cause) === 'no') return null;
    const selection = cx.solver.probe(() => {
      const s = cx.solver.select(trait, [self, wanted], cause, 0);
      return s.verdict === 'yes' ? cx.resolve(wanted) : null;
    });
    if (selection !== null) {
      const known = cx.solver.select(trait, [self, wanted], cause, 0);
      if (known.verdict === 'yes') cx.solver.registerAll(known.nested);
      const coerced = tryCoerce(cx, index, wanted);
      if (coerced === null) {
        if (cx.shallow(wanted) === tys.usize) {
          indexAsUsize(cx, index, e.index);
          return makeError(cx, e.span);
        }
        coerce(cx, index, wanted);
        return makeError(cx, e.span);
      }
      at = coerced;
      verdict = 'yes';
    } else if (cx.shallow(index.ty).kind === 'int' && cx.solver.holds(trait, [self, tys.usize], cause) !== 'no') {
      indexAsUsize(cx, index, e.index);
      return makeError(cx, e.span);
    } else {
      return null;
    }
  }
  cx.require(trait, [self, at.ty], cause);
  cx.solver.selectPending();
  const output = cx.normalize(tys.projection(trait.assocTypes[0]!, [self, at.ty]), e.span);
  const call = makeCall(cx, cx.method('Index', 'index'), [self, at.ty], [makeRef(cx, base, false), at], tys.ref(output, false), e.span, [true, false]);
  cx.flexible.set(call, 'index');
  return makeDeref(cx, call, cx.shallow(output), e.span);
}

function reportNoIndex(cx: BodyCx, base: Ty, index: tree.Expr, e: ast.IndexExpr): void {
  const help: string[] = [];
  if (base.kind === 'tuple') help.push('tuple');
  if (cx.isLang(base, 'String') || (base.kind === 'ref' && base.target.kind === 'str')) help.push('text');
  if (base.kind === 'ptr') help.push('pointer');
  cx.error({ code: 'CJ0284', span: e.span, args: { ty: cx.print(base), index: cx.print(index.ty) }, help });
}
