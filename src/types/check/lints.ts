/**
 * Warnings about code that is right but probably not meant: names that are never read, values that are thrown away but matter, what is deprecated.
 */
import type { Span } from '../../source/index.ts';
import { severityOf } from '../../diag/index.ts';
import type { AdtDecl, ConstDecl, FnDecl, TraitDecl } from '../program.ts';
import type { Markable } from '../resolve.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx } from './body-cx.ts';

export function reportLints(cx: BodyCx): void {
  if (cx.owner.module.isStd || hasMistakes(cx)) return;
  unusedVariables(cx);
  ignoredValues(cx);
  deprecatedUses(cx);
}

/** Where something is wrong, what is used is not known. */
function hasMistakes(cx: BodyCx): boolean {
  const { sink } = cx.session;
  if (!sink.hasErrors) return false;
  const { file, lo, hi } = cx.owner.span;
  return sink.all.some((diag) => diag.span.file === file && diag.span.lo >= lo && diag.span.hi <= hi && severityOf(diag.code) === 'error');
}

function unusedVariables(cx: BodyCx): void {
  for (const local of cx.locals) {
    // A guard is kept for its destructor.
    if (hasDestructor(cx, local)) continue;
    if (local.synthetic || local.using || local.name.startsWith('_') || cx.used.has(local) || cx.params.has(local)) continue;
    const spelling = `_${local.name}`;
    cx.warn({
      code: 'CJ0902', span: local.span, args: { name: local.name },
      fixes: isMentionedOnce(cx, local) ? [{ key: 'underscore', args: { name: spelling }, edits: [{ span: local.span, text: spelling }] }] : [],
    });
  }
}

/** A name that is set later, or is also the name of a field, cannot be changed in one place. */
function isMentionedOnce(cx: BodyCx, local: tree.LocalVar): boolean {
  return cx.text(cx.owner.span).split(/[^\p{XID_Continue}]+/u).filter((word) => word === local.name).length === 1;
}

function hasDestructor(cx: BodyCx, local: tree.LocalVar): boolean {
  const { ty } = local;
  return ty.kind === 'adt' && cx.session.world.index.implsOf(cx.trait('Drop'), headKey(ty)).some((impl) => !impl.module.isStd);
}

function ignoredValues(cx: BodyCx): void {
  for (const { expr } of cx.ignored) {
    if (cx.isLang(expr.ty, 'Result')) cx.warn({ code: 'CJ0901', span: expr.span, args: { name: calledName(cx, expr) } });
    else if (expr.ty !== tys.unit && expr.ty.kind !== 'never') ignoredMustUse(cx, expr);
  }
}

/** `@mustUse` on the function that was called, on the type of its value, or on a trait that this type has. */
function ignoredMustUse(cx: BodyCx, expr: tree.Expr): void {
  const marked = markedFn(expr) ?? markedType(cx, expr.ty);
  if (marked === null) return;
  cx.warn({ code: 'CJ0905', span: expr.span, args: { name: calledName(cx, expr), marked: marked.name }, related: [{ span: marked.nameSpan, label: marked.kind === 'fn' ? 'fn' : 'type', args: { marked: marked.name } }] });
}

function isMustUse(decl: { readonly attrs: FnDecl['attrs'] }): boolean {
  return decl.attrs.some((attr) => attr.name.name === 'mustUse');
}

function markedFn(expr: tree.Expr): FnDecl | null {
  if (expr.kind === 'block' && expr.tail !== null) return markedFn(expr.tail);
  return expr.kind === 'call' && isMustUse(expr.fn.decl) ? expr.fn.decl : null;
}

function markedType(cx: BodyCx, ty: Ty): AdtDecl | TraitDecl | null {
  if (ty.kind === 'adt' && isMustUse(ty.decl)) return ty.decl;
  if (ty.kind === 'box') return markedType(cx, ty.target);
  if (ty.kind === 'dyn') return isMustUse(ty.trait) ? ty.trait : null;
  if (ty.kind !== 'adt' && ty.kind !== 'param' && ty.kind !== 'closure') return null;
  const { index } = cx.session.world;
  return index.mustUseTraits.find((trait) => trait.generics.total === 1 && cx.holds(trait, [ty], cx.owner.span)) ?? null;
}

/** Uses of what is `@deprecated`, but for those in its own impls. */
function deprecatedUses(cx: BodyCx): void {
  const { resolver } = cx.session;
  if (!resolver.hasDeprecated) return;
  const { owner } = cx;
  const { parent } = owner;
  if (parent?.kind === 'impl' && parent.derived) return;
  const self = parent?.kind === 'impl' && parent.selfTy.kind === 'adt' ? parent.selfTy.decl : parent;
  const note = (what: Markable, span: Span): void => resolver.noteUse(what, span, owner.module);
  const noteMember = (decl: FnDecl | ConstDecl, span: Span): void => {
    note(decl, span);
    const home = decl.parent?.kind === 'impl' ? (decl.parent.selfTy.kind === 'adt' ? decl.parent.selfTy.decl : null) : decl.parent;
    if (home !== null && home !== self) note(home, span);
  };
  const noteVariant = (adt: AdtDecl, variant: number, span: Span): void => {
    if (adt === self) return;
    note(adt, span);
    note(adt.variants[variant]!, span);
  };
  for (const e of cx.exprs) {
    if (e.kind === 'call' || e.kind === 'fnItem') noteMember(e.fn.decl, e.span);
    else if (e.kind === 'constRef') noteMember(e.decl, e.span);
    else if (e.kind === 'construct') {
      noteVariant(e.adt, e.variant, e.span);
      if (e.adt !== self) for (const field of e.fields) note(e.adt.variants[e.variant]!.fields[field.index]!, field.value.span);
    } else if (e.kind === 'field' && e.base.ty.kind === 'adt' && e.base.ty.decl !== self) note(e.base.ty.decl.variants[0]!.fields[e.index]!, e.span);
  }
  for (const pat of cx.pats) {
    if (pat.kind !== 'variant' || pat.adt === self) continue;
    noteVariant(pat.adt, pat.variant, pat.span);
    for (const field of pat.fields) note(pat.adt.variants[pat.variant]!.fields[field.index]!, field.pat.span);
  }
}

function calledName(cx: BodyCx, expr: tree.Expr): string {
  if (expr.kind === 'call') return expr.fn.decl.name;
  if (expr.kind === 'callValue') return cx.text(expr.callee.span);
  if (expr.kind === 'block' && expr.tail !== null) return calledName(cx, expr.tail);
  return 'this expression';
}
