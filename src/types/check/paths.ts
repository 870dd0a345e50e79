/**
 * Paths as values: locals, functions, constants, constructors, and members found through a type or a trait.
 * The resolver goes as far as names go; what stands after a type is looked up here, since it depends on impls and bounds.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { subst, tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import type { AdtDecl, ConstDecl, FnDecl, TraitDecl, VariantDecl } from '../program.ts';
import type { PathResolution } from '../resolve.ts';
import type * as tree from '../tree.ts';
import { headKey } from '../solve/index.ts';
import type { Obligation } from '../solve/index.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { constructorFn } from './constructors.ts';
import { intrinsic, isUnsafe } from './intrinsics.ts';
import { makeCall, makeConstruct, makeError, makeLocal } from './make.ts';
import { closest } from './report.ts';

/** What a path means as a value. */
export type PathValue =
  | { readonly kind: 'local'; readonly local: tree.LocalVar }
  | { readonly kind: 'fn'; readonly decl: FnDecl; readonly args: readonly Ty[] }
  | { readonly kind: 'const'; readonly decl: ConstDecl; readonly args: readonly Ty[] }
  | { readonly kind: 'ctor'; readonly ty: AdtTy; readonly variant: VariantDecl }
  /** A type's name: only a call makes sense of it (`Int64(x)`). */
  | { readonly kind: 'type'; readonly ty: Ty }
  | { readonly kind: 'constParam'; readonly ty: Ty; readonly param: Ty }
  | { readonly kind: 'error' };

const ERROR: PathValue = { kind: 'error' };

/** Whether nothing in scope has this name, so that a built-in function of that name is meant. */
export function isFreeName(cx: BodyCx, segments: readonly ast.PathSegment[]): boolean {
  if (cx.lookup(segments[0]!.name.name) !== null) return false;
  return cx.session.resolver.resolvePath(segments, 'value', cx.tcx, true) === null;
}

export function resolveValue(cx: BodyCx, segments: readonly ast.PathSegment[], span: Span): PathValue {
  const first = segments[0]!;
  if (segments.length === 1) {
    const local = cx.lookup(first.name.name);
    if (local !== null) {
      cx.used.add(local);
      return { kind: 'local', local };
    }
  }
  const { resolver } = cx.session;
  let found = resolver.resolvePath(segments, 'value', cx.tcx, true);
  if (found === null && !(segments.length === 1 && first.args === null)) found = resolver.resolvePath(segments, 'type', cx.tcx, true);
  if (found === null && segments.length === 1) {
    const asType = resolver.resolvePath(segments, 'type', cx.tcx, true);
    if (asType !== null && asType.base.kind !== 'module') found = asType;
  }
  // The parser has said that `_` has no value.
  if (found === null && first.name.name === '_') return ERROR;
  if (found === null) {
    const similar = segments.length === 1 ? closest(first.name.name, cx.scopes.flatMap((scope) => [...scope.keys()])) : null;
    if (similar !== null) {
      cx.error({
        code: 'CJ0201', span: first.name.span, args: { name: first.name.name },
        fixes: [{ key: 'similar', args: { similar }, edits: [{ span: first.name.span, text: similar }] }],
      });
      return ERROR;
    }
    cx.failed = true;
    resolver.resolvePath(segments, 'value', cx.tcx);
    return ERROR;
  }
  return valueOf(cx, found, segments, span);
}

/** The parameters that an item declares itself; an item without any shares the list of its parent. */
export function ownParams(decl: FnDecl | ConstDecl): FnDecl['generics']['own'] {
  return decl.parent !== null && decl.generics === decl.parent.generics ? [] : decl.generics.own;
}

/** Arguments of a path's segment for the item that it names; left-out ones are found by inference. */
export function lowerOwn(cx: BodyCx, segment: ast.PathSegment | undefined, own: FnDecl['generics']['own'], span: Span): readonly Ty[] {
  const given = segment?.args ?? null;
  const open = own.filter((param) => !param.hidden).length;
  if (given !== null && given.length !== open) {
    cx.error({ code: 'CJ0240', span: segment!.name.span, args: { name: segment!.name.name, expected: open, found: given.length } });
    return own.map(() => tys.poison);
  }
  return cx.session.resolver.lowerArgs(segment?.args ?? null, own, cx.tcx, span).map((ty) => cx.normalize(ty, span));
}

function valueOf(cx: BodyCx, found: PathResolution, segments: readonly ast.PathSegment[], span: Span): PathValue {
  const { base, rest, used } = found;
  const last = segments[used - 1];
  switch (base.kind) {
    case 'fn':
      return { kind: 'fn', decl: base.decl, args: lowerOwn(cx, last, base.decl.generics.own, span) };
    case 'const':
      return { kind: 'const', decl: base.decl, args: [] };
    case 'variant': {
      const holder = last?.args != null ? last : segments[used - 2] ?? last;
      const args = lowerOwn(cx, holder, base.adt.generics.own, span);
      return { kind: 'ctor', ty: tys.adt(base.adt, args), variant: base.variant };
    }
    case 'adt':
      return viaType(cx, tys.adt(base.decl, lowerOwn(cx, last, base.decl.generics.own, span)), rest, span);
    case 'alias': {
      const args = lowerOwn(cx, last, base.decl.generics.own, span);
      return viaType(cx, cx.instantiate(base.decl.ty, args, span), rest, span);
    }
    case 'self':
      return viaType(cx, cx.normalize(base.ty, span), rest, span);
    case 'prim':
      return viaType(cx, base.ty, rest, span);
    case 'box': {
      const given = last?.args?.[0];
      return viaType(cx, tys.box(given !== undefined && given.kind === 'type' ? cx.lower(given.type) : cx.fresh()), rest, span);
    }
    case 'param': {
      const { param } = base;
      if (param.constType !== null && rest.length === 0) return { kind: 'constParam', ty: param.constType, param: tys.param(param.index, param.name) };
      return viaType(cx, tys.param(param.index, param.name), rest, span);
    }
    case 'assocType':
      return viaType(cx, cx.normalize(tys.projection(base.decl, [base.self]), span), rest, span);
    case 'trait':
      return viaTrait(cx, base.decl, last, rest, span);
    case 'module':
      cx.error({ code: 'CJ0300', span, args: { name: segments[0]!.name.name }, label: 'module' });
      return ERROR;
  }
}

function viaType(cx: BodyCx, ty: Ty, rest: readonly ast.PathSegment[], span: Span): PathValue {
  if (ty.kind === 'poison') {
    cx.failed = true;
    return ERROR;
  }
  if (rest.length === 0) {
    if (ty.kind === 'adt' && !ty.decl.isEnum) return { kind: 'ctor', ty, variant: ty.decl.variants[0]! };
    return { kind: 'type', ty };
  }
  if (rest.length > 1) {
    const inner = assocTypeOf(cx, ty, rest[0]!, span);
    return inner === null ? ERROR : viaType(cx, inner, rest.slice(1), span);
  }
  const segment = rest[0]!;
  return member(cx, ty, segment, span) ?? noMember(cx, ty, segment, span);
}

function assocTypeOf(cx: BodyCx, ty: Ty, segment: ast.PathSegment, span: Span): Ty | null {
  for (const [trait, refs] of cx.solver.env.traits) {
    const assoc = trait.assocTypes.find((candidate) => candidate.name === segment.name.name);
    const ref = refs.find((candidate) => candidate.args[0] === ty);
    if (assoc !== undefined && ref !== undefined) return cx.normalize(tys.projection(assoc, ref.args), span);
  }
  cx.error({ code: 'CJ0301', span: segment.name.span, args: { name: segment.name.name, ty: cx.print(ty) } });
  return null;
}

function ofItem(item: FnDecl | ConstDecl, parentArgs: readonly Ty[], cx: BodyCx, segment: ast.PathSegment, span: Span): PathValue {
  if (item.kind === 'const') return { kind: 'const', decl: item, args: parentArgs };
  return { kind: 'fn', decl: item, args: [...parentArgs, ...lowerOwn(cx, segment, ownParams(item), span)] };
}

/** `Type::name`: a variant, then inherent members, then bounds, then traits in scope. */
export function member(cx: BodyCx, self: Ty, segment: ast.PathSegment, span: Span): PathValue | null {
  const name = segment.name.name;
  const ty = cx.resolve(self);
  if (ty.kind === 'adt' && ty.decl.isEnum) {
    const variant = ty.decl.variants.find((candidate) => candidate.name === name);
    if (variant !== undefined) return { kind: 'ctor', ty, variant };
  }
  return inherentMember(cx, ty, segment, span) ?? boundMember(cx, ty, segment, span) ?? traitMember(cx, ty, segment, span);
}

function inherentMember(cx: BodyCx, ty: Ty, segment: ast.PathSegment, span: Span): PathValue | null {
  const head = headKey(ty);
  if (head === null) return null;
  const candidates = cx.session.world.index.inherentMembers(head, segment.name.name);
  let hidden: FnDecl | ConstDecl | null = null;
  for (const { impl, item } of candidates) {
    const parentArgs: Ty[] = [];
    const mark = cx.solver.table.snapshot();
    for (let i = 0; i < impl.generics.total; i++) parentArgs.push(cx.fresh());
    const out: Obligation[] = [];
    const selfTy = cx.solver.normalize(subst(impl.selfTy, parentArgs), { span, boundSpan: null, name: null }, out);
    if (!cx.unify(selfTy, ty)) {
      cx.solver.table.rollback(mark);
      continue;
    }
    if (!cx.session.resolver.isVisible(item.visibility, item.module, cx.tcx.module)) {
      cx.solver.table.rollback(mark);
      hidden = item;
      continue;
    }
    // Two impls for different arguments may declare the same name: take the one whose bounds can hold.
    if (candidates.length > 1 && !boundsMayHold(cx, impl.generics.predicates, parentArgs, span)) {
      cx.solver.table.rollback(mark);
      continue;
    }
    cx.solver.registerAll(out);
    return ofItem(item, parentArgs, cx, segment, span);
  }
  if (hidden === null) return null;
  cx.error({
    code: 'CJ0275', span: segment.name.span, related: [{ span: hidden.nameSpan, label: 'declared' }],
    args: { what: hidden.kind === 'fn' ? 'function' : 'constant', name: hidden.name, owner: cx.print(ty) },
  });
  return ERROR;
}

export function boundsMayHold(cx: BodyCx, predicates: FnDecl['generics']['predicates'], args: readonly Ty[], span: Span): boolean {
  if (predicates.length === 0) return true;
  return cx.solver.probe(() => {
    const demands: Obligation[] = [];
    cx.solver.demands(predicates, args, { span, boundSpan: null, name: null }, 0, demands);
    return cx.solver.evaluate(demands, 1).verdict !== 'no';
  });
}

/** A member that a bound on a parameter promises: no import is needed for it. */
function boundMember(cx: BodyCx, ty: Ty, segment: ast.PathSegment, span: Span): PathValue | null {
  for (const { trait, args } of boundTraits(cx, ty)) {
    const item = memberOfTrait(trait, segment.name.name);
    if (item !== null) return ofItem(item, args, cx, segment, span);
  }
  return null;
}

/** The traits that the surroundings promise of a type: bounds of a parameter or associated type, and what `dyn` stands for. */
export function boundTraits(cx: BodyCx, ty: Ty): readonly { readonly trait: TraitDecl; readonly args: readonly Ty[] }[] {
  const out: { trait: TraitDecl; args: readonly Ty[] }[] = [];
  if (ty.kind !== 'param' && ty.kind !== 'projection') return out;
  for (const refs of cx.solver.env.traits.values()) for (const ref of refs) if (ref.args[0] === ty) out.push(ref);
  if (ty.kind === 'projection') {
    for (const bound of cx.solver.boundsOf(ty)) if (bound.kind === 'trait' && bound.ref.args[0] === ty) out.push(bound.ref);
  }
  return out;
}

export function memberOfTrait(trait: TraitDecl, name: string): FnDecl | ConstDecl | null {
  return trait.methods.find((method) => method.name === name) ?? trait.consts.find((item) => item.name === name) ?? null;
}

function traitMember(cx: BodyCx, ty: Ty, segment: ast.PathSegment, span: Span): PathValue | null {
  const inScope = cx.session.resolver.traitsInScope(cx.tcx);
  const hits: { trait: TraitDecl; item: FnDecl | ConstDecl }[] = [];
  for (const candidate of cx.session.world.index.traitsWith(segment.name.name)) {
    if (!inScope.has(candidate.trait) || cannotImplement(cx, candidate.trait, ty) || hits.some((hit) => hit.trait === candidate.trait)) continue;
    const verdict = cx.solver.probe(() => cx.solver.holds(candidate.trait, traitArgs(cx, candidate.trait, ty), { span, boundSpan: null, name: null }));
    if (verdict !== 'no') hits.push(candidate);
  }
  if (hits.length === 0) return null;
  if (hits.length > 1) {
    cx.error({
      code: 'CJ0287', span: segment.name.span, args: { name: segment.name.name, ty: cx.print(ty), traits: hits.map((hit) => hit.trait.name).join(', ') },
    });
    return ERROR;
  }
  const { trait, item } = hits[0]!;
  cx.session.resolver.noteTraitUse(trait, cx.tcx.module);
  return ofItem(item, traitArgs(cx, trait, ty), cx, segment, span);
}

/** A quick no: there is no impl of the trait for types with this head. */
export function cannotImplement(cx: BodyCx, trait: TraitDecl, ty: Ty): boolean {
  const head = headKey(ty);
  if (head === null || ty.kind === 'dyn' || trait === cx.trait('Clone') || trait === cx.trait('Copy')) return false;
  return cx.session.world.index.implsOf(trait, head).length === 0;
}

/** Self and a fresh variable for each further parameter of a trait. */
export function traitArgs(cx: BodyCx, trait: TraitDecl, self: Ty): Ty[] {
  const args: Ty[] = [self];
  for (let i = 1; i < trait.generics.total; i++) args.push(cx.fresh());
  return args;
}

/** `Trait::name`, whose Self is found from the arguments. */
function viaTrait(cx: BodyCx, trait: TraitDecl, last: ast.PathSegment | undefined, rest: readonly ast.PathSegment[], span: Span): PathValue {
  const segment = rest[0];
  if (segment === undefined) {
    cx.error({ code: 'CJ0300', span, args: { name: trait.name }, label: 'trait' });
    return ERROR;
  }
  const args = traitArgs(cx, trait, cx.fresh());
  if (last?.args != null) {
    const own = trait.generics.own.filter((param) => param.index > 0);
    lowerOwn(cx, last, own, span).forEach((ty, i) => (args[i + 1] = ty));
  }
  const item = memberOfTrait(trait, segment.name.name);
  if (item === null) {
    cx.error({ code: 'CJ0301', span: segment.name.span, args: { name: segment.name.name, ty: trait.name } });
    return ERROR;
  }
  return ofItem(item, args, cx, segment, span);
}

/** `<T as Trait>::f`. */
export function resolveQualified(cx: BodyCx, e: ast.QualifiedPathExpr): PathValue {
  const self = cx.lower(e.self);
  const { segments } = e.trait;
  const found = cx.session.resolver.resolvePath(segments, 'type', cx.tcx);
  if (found === null || found.base.kind !== 'trait' || found.rest.length > 0) {
    if (found !== null) cx.error({ code: 'CJ0299', span: e.trait.span, args: { name: segments[segments.length - 1]!.name.name }, label: 'trait' });
    cx.failed = true;
    return ERROR;
  }
  const trait = found.base.decl;
  const args = traitArgs(cx, trait, self);
  const last = segments[segments.length - 1]!;
  if (last.args !== null) {
    lowerOwn(cx, last, trait.generics.own.filter((param) => param.index > 0), e.trait.span).forEach((ty, i) => (args[i + 1] = ty));
  }
  const item = memberOfTrait(trait, e.segment.name.name);
  if (item === null) {
    cx.error({ code: 'CJ0301', span: e.segment.name.span, args: { name: e.segment.name.name, ty: trait.name } });
    return ERROR;
  }
  return ofItem(item, args, cx, e.segment, e.span);
}

function noMember(cx: BodyCx, ty: Ty, segment: ast.PathSegment, span: Span): PathValue {
  const name = segment.name.name;
  const head = headKey(ty);
  const names: string[] = head === null ? [] : [...cx.session.world.index.inherentNamesOf(head)];
  if (ty.kind === 'adt' && ty.decl.isEnum) names.push(...ty.decl.variants.map((variant) => variant.name));
  const similar = closest(name, names);
  void span;
  cx.error({
    code: 'CJ0301', span: segment.name.span, args: { name, ty: cx.print(ty) },
    fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: segment.name.span, text: similar }] }],
  });
  return ERROR;
}

// ---------------------------------------------------------------- paths as expressions

export function checkPath(cx: BodyCx, e: ast.PathExpr | ast.QualifiedPathExpr, want: Want | null): tree.Expr {
  const value = e.kind === 'path' ? resolveValue(cx, e.segments, e.span) : resolveQualified(cx, e);
  return pathExpr(cx, value, e.span, want);
}

export function pathExpr(cx: BodyCx, value: PathValue, span: Span, want: Want | null): tree.Expr {
  switch (value.kind) {
    case 'local':
      return makeLocal(cx, value.local, span);
    case 'fn':
      return fnItemExpr(cx, value.decl, value.args, span);
    case 'const':
      return constExpr(cx, value.decl, value.args, span);
    case 'ctor': {
      const { ty, variant } = value;
      // A constructor with fields is a function here: what is wanted is not its result.
      if (want !== null && variant.form !== 'tuple') cx.unify(ty, want.ty);
      if (variant.form === 'unit') return makeConstruct(cx, ty.decl, variant.index, [], ty, span);
      if (variant.form === 'tuple') return constructorFn(cx, ty, variant, span);
      cx.error({ code: 'CJ0300', span, args: { name: variant.name }, label: 'fields' });
      return makeError(cx, span);
    }
    case 'type':
      cx.error({ code: 'CJ0300', span, args: { name: cx.print(value.ty) }, label: 'type' });
      return makeError(cx, span);
    case 'constParam':
      // Its value is known where the function is instantiated.
      return makeCall(cx, intrinsic(cx, 'constValue'), [value.param, value.ty], [], value.ty, span);
    case 'error':
      return makeError(cx, span);
  }
}

/** Registers what a function asks of its arguments. */
export function demandBounds(cx: BodyCx, decl: FnDecl | ConstDecl | AdtDecl, args: readonly Ty[], span: Span): void {
  const cause = { span, boundSpan: null, name: decl.name };
  const out: Obligation[] = [];
  if (decl.kind !== 'adt' && decl.parent !== null && decl.parent.kind === 'trait') {
    const trait = decl.parent;
    out.push({ kind: 'trait', trait, args: args.slice(0, trait.generics.total), cause, depth: 0 });
  }
  cx.solver.demands(decl.generics.predicates, args, cause, 0, out);
  cx.solver.registerAll(out);
}

function fnItemExpr(cx: BodyCx, decl: FnDecl, args: readonly Ty[], span: Span): tree.Expr {
  if (isUnsafe(decl) && cx.unsafeDepth === 0) cx.error({ code: 'CJ0289', span, args: { what: decl.name }, label: 'function' });
  demandBounds(cx, decl, args, span);
  const fn: tree.FnRef = { decl, args };
  if (args.length > 0) cx.genericUses.push({ holder: fn, span, name: decl.name });
  return cx.add({ kind: 'fnItem', fn, ty: tys.fnItem(decl, args), span });
}

function constExpr(cx: BodyCx, decl: ConstDecl, args: readonly Ty[], span: Span): tree.Expr {
  if (args.length > 0) demandBounds(cx, decl, args, span);
  const node: tree.ConstRefExpr = cx.add({ kind: 'constRef', decl, args, ty: cx.instantiate(decl.ty, args, span), span });
  if (args.length > 0) cx.genericUses.push({ holder: node, span, name: decl.name });
  return node;
}
