/**
 * Places: dereferences, fields, elements, borrows, and whether a place may be changed.
 * An overloaded `*` or `[]` is built as its shared form; when the place turns out to be changed or borrowed exclusively, the calls on
 * the way are turned into `derefMut` and `indexMut`.
 */
import type { Span } from '../../source/index.ts';
import { makeSpan } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { subst, tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import type { FieldDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { checkExpr } from './exprs.ts';
import { coerce, tryCoerce } from './coerce.ts';
import { isPlace, makeCall, makeCoerce, makeDeref, makeError, makeRef } from './make.ts';
import { closest, wrapFix } from './report.ts';

// ---------------------------------------------------------------- dereferences

export interface DerefStep {
  readonly ty: Ty;
  readonly overloaded: boolean;
}

/** What `*x` is for an `x` of this type, if it may be dereferenced without being asked. */
export function derefOnce(cx: BodyCx, ty: Ty): DerefStep | null {
  const at = cx.known(ty);
  switch (at.kind) {
    case 'ref': case 'box':
      return { ty: cx.shallow(at.target), overloaded: false };
    case 'adt': case 'param': case 'projection': {
      const trait = cx.trait('Deref');
      if (at.kind === 'adt' && cx.session.world.index.implsOf(trait, headKey(at)).length === 0) return null;
      if (at.kind !== 'adt' && !cx.solver.env.traits.has(trait) && at.kind === 'param') return null;
      const cause = { span: cx.owner.span, boundSpan: null, name: null };
      if (cx.solver.holds(trait, [at], cause) === 'no') return null;
      const target = trait.assocTypes.find((assoc) => assoc.name === 'Target')!;
      return { ty: cx.shallow(cx.solver.projectionOf(target, at, cause)), overloaded: true };
    }
    default:
      return null;
  }
}

/** `*expr` by one step. */
export function applyDeref(cx: BodyCx, expr: tree.Expr, step: DerefStep): tree.Expr {
  if (!step.overloaded) return makeDeref(cx, expr, step.ty);
  const call = makeCall(cx, cx.method('Deref', 'deref'), [expr.ty], [makeRef(cx, expr, false)], tys.ref(step.ty, false), expr.span, [true]);
  cx.flexible.set(call, 'deref');
  return makeDeref(cx, call, step.ty);
}

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

// ---------------------------------------------------------------- changing places

/** Why a place must be changeable. */
export type Change = 'assign' | 'borrow' | 'method';

/**
 * Makes sure that a place may be changed, and turns shared overloaded steps on the way into exclusive ones.
 * A value that is no place becomes a temporary, which may always be changed.
 */
export function makeMutablePlace(cx: BodyCx, place: tree.Expr, change: Change): void {
  walkMutable(cx, place, change, place.span, true);
}

/** As above for a place behind `&mut`, whose own variable need not be `var`. */
function walkMutable(cx: BodyCx, place: tree.Expr, change: Change, whole: Span, own: boolean): void {
  switch (place.kind) {
    case 'local': {
      const { local } = place;
      if (!own || local.mutable || local.synthetic || (local.using && change !== 'assign')) return;
      if (change === 'assign' && cx.uninitialised.has(local) && place.span === whole) return;
      reportImmutable(cx, local, change, whole);
      return;
    }
    case 'field': case 'index':
      walkMutable(cx, place.base, change, whole, own);
      return;
    case 'deref':
      walkDeref(cx, place, change, whole, own);
      return;
    case 'constRef':
      if (own && change === 'assign') cx.error({ code: 'CJ0302', span: whole, label: 'constant' });
      return;
    default:
      return;
  }
}

function walkDeref(cx: BodyCx, place: tree.DerefExpr, change: Change, whole: Span, own: boolean): void {
  const { base } = place;
  const ty = cx.shallow(base.ty);
  if (ty.kind === 'ptr' || ty.kind === 'poison') return;
  if (ty.kind === 'box') {
    walkMutable(cx, base, change, whole, own);
    return;
  }
  const flexible = cx.flexible.get(base);
  if (flexible !== undefined && base.kind === 'call') {
    makeExclusive(cx, base, flexible, change, whole);
    return;
  }
  if (base.kind === 'coerce' && base.how === 'arrayToSlice' && base.value.kind === 'ref' && base.value.implicit && ty.kind === 'ref') {
    // The array behind `a[i..j]`: the borrow that the compiler made becomes an exclusive one.
    walkMutable(cx, base.value.place, change, whole, own);
    (base.value as { mutable: boolean }).mutable = true;
    base.value.ty = tys.ref(base.value.place.ty, true);
    base.ty = tys.ref(ty.target, true);
    return;
  }
  if (ty.kind !== 'ref') return;
  if (!ty.mutable) {
    reportShared(cx, base, change, whole);
    return;
  }
  // What `&mut` refers to may be changed if the reference itself is reached exclusively; its variable may be a `let`.
  walkMutable(cx, base, change, whole, false);
}

function makeExclusive(cx: BodyCx, call: tree.CallExpr, how: 'deref' | 'index', change: Change, whole: Span): void {
  const self = call.fn.args[0]!;
  const trait = cx.trait(how === 'deref' ? 'DerefMut' : 'IndexMut');
  const cause = { span: whole, boundSpan: null, name: null };
  if (cx.solver.holds(trait, call.fn.args, cause) === 'no') {
    if (!cx.isPoison(self)) cx.error({ code: 'CJ0282', span: whole, label: how, args: { name: cx.print(self), trait: trait.name } });
    return;
  }
  const borrow = call.args[0]!;
  if (borrow.kind !== 'ref') return;
  walkMutable(cx, borrow.place, change, whole, true);
  (call.fn as { decl: tree.FnRef['decl'] }).decl = cx.method(how === 'deref' ? 'DerefMut' : 'IndexMut', how === 'deref' ? 'derefMut' : 'indexMut');
  (borrow as { mutable: boolean }).mutable = true;
  borrow.ty = tys.ref(borrow.place.ty, true);
  const result = cx.shallow(call.ty);
  if (result.kind === 'ref') call.ty = tys.ref(result.target, true);
  cx.flexible.delete(call);
}

function reportImmutable(cx: BodyCx, local: tree.LocalVar, change: Change, whole: Span): void {
  const isSelf = local.name === 'self';
  cx.error({
    code: 'CJ0281', span: whole, label: change, args: { name: local.name }, related: [{ span: local.span, label: 'declared', args: { name: local.name } }],
    help: isSelf ? ['self'] : [], fixes: isSelf ? [] : declareVar(cx, local),
  });
}

/** `let x` becomes `var x`; a parameter or a name in a larger pattern gets `var` of its own. */
function declareVar(cx: BodyCx, local: tree.LocalVar): { key: string; args: { name: string }; edits: { span: Span; text: string }[] }[] {
  const { span } = local;
  const file = cx.session.sources?.file(span.file);
  const before = file === undefined ? '' : file.text.slice(Math.max(0, span.lo - 4), span.lo);
  const args = { name: local.name };
  if (before === 'let ') return [{ key: 'var', args, edits: [{ span: makeSpan(span.file, span.lo - 4, span.lo - 1), text: 'var' }] }];
  return [{ key: 'var', args, edits: [{ span: makeSpan(span.file, span.lo, span.lo), text: 'var ' }] }];
}

function reportShared(cx: BodyCx, base: tree.Expr, change: Change, whole: Span): void {
  const root = rootLocal(base);
  if (root !== null && root.name === 'self') {
    cx.error({ code: 'CJ0282', span: whole, label: 'self', args: { name: 'self' }, related: [{ span: root.span, label: 'declaredSelf' }] });
    return;
  }
  cx.error({
    code: 'CJ0282', span: whole, label: change, args: { name: root?.name ?? cx.print(base.ty) },
    related: root === null || root.synthetic ? [] : [{ span: root.span, label: 'declared', args: { name: root.name, ty: cx.print(root.ty) } }],
  });
}

/** The variable in which a place begins. */
export function rootLocal(place: tree.Expr): tree.LocalVar | null {
  switch (place.kind) {
    case 'local':
      return place.local;
    case 'field': case 'index': case 'deref':
      return rootLocal(place.base);
    case 'call': {
      const first = place.args[0];
      return first !== undefined && first.kind === 'ref' && place.autoref[0] === true ? rootLocal(first.place) : null;
    }
    default:
      return null;
  }
}

/** Whether an assignment may stand here. */
export function isAssignable(expr: tree.Expr): boolean {
  return isPlace(expr) || expr.kind === 'error';
}

/** The type of a field in terms of the struct's arguments. */
export function fieldTy(cx: BodyCx, owner: AdtTy, field: FieldDecl, span: Span): Ty {
  return cx.normalize(subst(field.ty, owner.args), span);
}
