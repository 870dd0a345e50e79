/**
 * Whether a place may be changed, and what has to become exclusive on the way to it: calls of `deref` and `index` turn into `derefMut`
 * and `indexMut`, borrows that the compiler made turn into `&mut`.
 */
import type { Span } from '../../source/index.ts';
import { makeSpan } from '../../source/index.ts';
import { tys } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx } from './body-cx.ts';

/** Why a place must be changeable. */
export type Change = 'assign' | 'borrow' | 'method' | 'call';

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

/** Says that a `let` would have to be a `var`. */
export function reportImmutable(cx: BodyCx, local: tree.LocalVar, change: Change, whole: Span): void {
  const isSelf = local.name === 'self';
  // One word mends all changes.
  if (cx.unchangeable.has(local)) return;
  cx.unchangeable.add(local);
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
