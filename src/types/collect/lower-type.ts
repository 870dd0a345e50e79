/**
 * From types as written to types: paths, generic arguments, bounds, `T::Item`.
 * Consumes: syntax and the context in which it stands. Produces: interned types, trait references and predicates; mistakes are reported and give poison.
 * `T::Item` is found through the bounds as written, never through lowered predicates, so that bounds may mention each other.
 */
import { unreachable } from '../../base/index.ts';
import { nearestName } from '../../names/index.ts';
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { AssocTypeDecl, GenericParamDecl, Generics, Predicate, TraitRef } from '../program.ts';
import type { PathResolution, Resolution, TypeContext } from '../resolve.ts';
import { showTy } from '../show.ts';
import { identityArgs } from '../solve/index.ts';
import { subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import { evalConst } from './const-eval.ts';
import { nameOf } from './lookup.ts';
import { GenericsNode, headerContext } from './nodes.ts';
import type { AliasNode, AssocTypeNode, GenericParamNode, TraitNode } from './nodes.ts';
import { noteUse } from './deprecated.ts';
import { resolvePath } from './resolve-path.ts';
import type { Session } from './session.ts';

/** Whether a type of unknown size (`str`, `[T]`, `dyn Trait`) may stand here: behind `&`, `*` and `Box`, as the subject of an impl, as a trait's argument. */
type Place = 'sized' | 'behind' | 'self';

export function lowerType(session: Session, type: ast.TypeExpr, cx: TypeContext, place: Place = 'sized'): Ty {
  const ty = lower(session, type, cx, place);
  if (place === 'sized' && (ty.kind === 'str' || ty.kind === 'slice' || ty.kind === 'dyn')) {
    session.report({
      code: 'CJ0245',
      span: type.span,
      args: { type: showTy(ty) },
      help: [ty.kind],
      fixes: [{ key: 'borrow', args: { type: showTy(ty) }, edits: [{ span: { ...type.span, hi: type.span.lo }, text: '&' }] }],
    });
    return tys.poison;
  }
  return ty;
}

function lower(session: Session, type: ast.TypeExpr, cx: TypeContext, place: Place): Ty {
  switch (type.kind) {
    case 'path':
      return lowerPath(session, type, cx, place);
    case 'qualified': {
      const self = lowerType(session, type.self, cx, 'behind');
      const ref = lowerTraitRef(session, type.trait, self, cx);
      if (ref === null || self.kind === 'poison') return tys.poison;
      const found = findAssocIn(session, ref.ref, type.name.name);
      if (found !== null) return tys.projection(found.assoc, found.args);
      reportNoAssoc(session, type.name, ref.ref.trait.name, (ref.ref.trait as TraitNode).assocTypes.map((assoc) => assoc.name));
      return tys.poison;
    }
    case 'ref':
      return tys.ref(lowerType(session, type.target, cx, 'behind'), type.mutable);
    case 'ptr':
      return tys.ptr(lowerType(session, type.target, cx, 'behind'));
    case 'slice':
      return tys.slice(lowerType(session, type.element, cx));
    case 'array':
      return tys.array(lowerType(session, type.element, cx), lowerConstArg(session, type.length, tys.usize, cx));
    case 'tuple':
      return tys.tuple(type.elements.map((element) => lowerType(session, element, cx)));
    case 'fn':
      return tys.fn(type.mode, type.params.map((param) => lowerType(session, param, cx)), type.ret === null ? tys.unit : lowerType(session, type.ret, cx));
    case 'dyn':
      return lowerDyn(session, type, cx);
    case 'option': {
      const target = lowerType(session, type.target, cx);
      const option = session.lang.get('Option');
      return option?.kind === 'adt' ? tys.adt(option, [target]) : tys.poison;
    }
    case 'infer':
      if (cx.infer !== null) return cx.infer();
      session.report({ code: 'CJ0246', span: type.span });
      return tys.poison;
    case 'error':
      return tys.poison;
    default:
      return unreachable(type);
  }
}

// ---------------------------------------------------------------- paths

function lowerPath(session: Session, type: ast.PathType, cx: TypeContext, place: Place): Ty {
  const found = resolvePath(session, type.segments, 'type', cx, false);
  if (found === null) return tys.poison;
  const { base, used, rest } = found;
  noArgsBefore(session, type.segments, used - 1);
  const segment = type.segments[used - 1]!;
  let ty: Ty;
  switch (base.kind) {
    case 'prim':
      noArgs(session, segment);
      ty = base.ty;
      break;
    case 'box':
      ty = lowerBox(session, segment, cx);
      break;
    case 'adt':
      // An impl of the type itself is not a use.
      if (!(place === 'self' || (cx.selfTy?.kind === 'adt' && cx.selfTy.decl === base.decl))) noteUse(session, base.decl, segment.name.span, cx.module);
      ty = tys.adt(base.decl, lowerArgs(session, segment.args, base.decl.generics.own, cx, segment.name.span, base.decl.name));
      break;
    case 'alias': {
      const alias = base.decl as AliasNode;
      noteUse(session, alias, segment.name.span, cx.module);
      const args = lowerArgs(session, segment.args, alias.generics.own, cx, segment.name.span, alias.name);
      ty = subst(alias.ty, args);
      break;
    }
    case 'param':
      noArgs(session, segment);
      if ((base.param as GenericParamNode).isConst) {
        session.report({ code: 'CJ0243', span: segment.name.span, args: { name: segment.name.name } });
        return tys.poison;
      }
      ty = tys.param(base.param.index, base.param.name);
      break;
    case 'self':
      noArgs(session, segment);
      ty = base.ty;
      break;
    case 'trait': {
      if (rest.length === 1) return ambiguousAssoc(session, rest[0]!.name, base.decl.name);
      const spelled = `${base.decl.name}${segment.args === null ? '' : '<…>'}`;
      session.report({
        code: 'CJ0244',
        span: type.span,
        args: { name: base.decl.name, spelled },
        fixes: place !== 'sized' ? [{ key: 'dyn', args: { spelled }, edits: [{ span: { ...type.span, hi: type.span.lo }, text: 'dyn ' }] }] : [],
      });
      return tys.poison;
    }
    case 'variant': case 'fn': case 'const': case 'module': case 'assocType':
      session.report({ code: 'CJ0242', span: type.span, args: { name: nameOf(base), kind: kindWord(base) } });
      return tys.poison;
    default:
      return unreachable(base);
  }
  return lowerRest(session, ty, found, rest, cx);
}

function kindWord(res: Resolution): string {
  switch (res.kind) {
    case 'fn':
      return 'function';
    case 'const':
      return 'constant';
    case 'adt': case 'prim': case 'box':
      return 'type';
    default:
      return res.kind;
  }
}

/** `T::Item`, `Self::Item::Other`. */
function lowerRest(session: Session, start: Ty, found: PathResolution, rest: readonly ast.PathSegment[], cx: TypeContext): Ty {
  let ty = start;
  for (const segment of rest) {
    if (ty.kind === 'poison') return ty;
    noArgs(session, segment);
    const next = assocOfType(session, ty, found.base.kind === 'self' && ty === start, segment.name, cx);
    if (next === null) return tys.poison;
    ty = next;
  }
  return ty;
}

function assocOfType(session: Session, ty: Ty, viaSelf: boolean, name: ast.Ident, cx: TypeContext): Ty | null {
  const owner = ownerOf(cx.generics);
  if (viaSelf && owner?.kind === 'impl') {
    const own = owner.assocTypes.get(name.name);
    if (own !== undefined) return own.ty;
    const ref = owner.traitRef;
    if (ref !== null) {
      const hit = findAssocIn(session, ref, name.name);
      if (hit !== null) return tys.projection(hit.assoc, hit.args);
    }
  }
  const hits = ty.kind === 'param' || ty.kind === 'projection' ? assocThroughBounds(session, ty, name.name, cx) : [];
  const first = hits[0];
  if (first !== undefined) {
    const other = hits.find((hit) => hit !== first);
    if (other !== undefined) {
      session.report({ code: 'CJ0248', span: name.span, args: { type: showTy(ty), name: name.name, first: traitOf(first), second: traitOf(other) } });
    }
    return first;
  }
  if (ty.kind === 'param' || ty.kind === 'projection') {
    reportNoAssoc(session, name, showTy(ty), []);
    return null;
  }
  return ambiguousAssoc(session, name, showTy(ty)) === tys.poison ? null : ty;
}

function traitOf(ty: Ty): string {
  return ty.kind === 'projection' ? ty.assoc.trait.name : showTy(ty);
}

function ambiguousAssoc(session: Session, name: ast.Ident, type: string): Ty {
  session.report({ code: 'CJ0247', span: name.span, args: { name: name.name, type } });
  return tys.poison;
}

function reportNoAssoc(session: Session, name: ast.Ident, type: string, names: readonly string[]): void {
  const similar = nearestName(name.name, names);
  session.report({
    code: 'CJ0249',
    span: name.span,
    args: { name: name.name, type },
    fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: name.span, text: similar }] }],
  });
}

function ownerOf(generics: Generics | null): GenericsNode['owner'] {
  return generics instanceof GenericsNode ? generics.owner : null;
}

/** Associated types `name` of a parameter or projection, by the bounds in scope as they are written. Distinct ones only. */
function assocThroughBounds(session: Session, ty: Ty, name: string, cx: TypeContext): readonly Ty[] {
  const out: Ty[] = [];
  const add = (ref: TraitRef | null): void => {
    const hit = ref === null ? null : findAssocIn(session, ref, name);
    if (hit === null) return;
    const projection = tys.projection(hit.assoc, hit.args);
    if (!out.includes(projection)) out.push(projection);
  };
  const tryBounds = (bounds: readonly ast.Bound[], at: TypeContext, finish: (ref: TraitRef) => TraitRef): void => {
    for (const bound of bounds) {
      if (bound.kind !== 'path') continue;
      const trait = resolveTrait(session, bound, at, true);
      if (trait === null || !hasAssoc(trait, name)) continue;
      const ref = lowerTraitRef(session, bound, ty, at);
      add(ref === null ? null : finish(ref.ref));
    }
  };
  const same = (ref: TraitRef): TraitRef => ref;
  const owner = ownerOf(cx.generics);
  if (owner?.kind === 'trait' && ty.kind === 'param' && ty.index === 0) {
    add({ trait: owner, args: identityArgs(owner.generics) });
    tryBounds(owner.syntax.supertraits, headerContext(owner.module, owner.scope, owner.generics, ty), same);
  }
  if (ty.kind === 'projection') {
    // The bounds of the associated type itself, in terms of its trait, for these arguments.
    const assoc = ty.assoc as AssocTypeNode;
    const home = headerContext(assoc.module, assoc.trait.scope, assoc.trait.generics, tys.param(0, 'Self'));
    for (const bound of assoc.syntax.bounds) {
      if (bound.kind !== 'path') continue;
      const trait = resolveTrait(session, bound, home, true);
      if (trait === null || !hasAssoc(trait, name)) continue;
      const self = tys.projection(assoc, identityArgs(assoc.trait.generics));
      const ref = lowerTraitRef(session, bound, self, home);
      if (ref !== null) add({ trait: ref.ref.trait, args: ref.ref.args.map((arg) => subst(arg, ty.args)) });
    }
  }
  for (let at = cx.generics as GenericsNode | null; at !== null; at = at.parent) {
    for (const clause of at.clauses) {
      if (subjectIs(session, clause.subject, ty, cx)) tryBounds(clause.bounds, cx, same);
    }
  }
  return out;
}

/** Whether a clause is about `ty`. The subject is lowered only where it can be: `T` by name, `T::Item` by its last segment first. */
function subjectIs(session: Session, subject: GenericParamDecl | ast.TypeExpr, ty: Ty, cx: TypeContext): boolean {
  if (!('kind' in subject)) return ty.kind === 'param' && ty.index === subject.index;
  if (subject.kind !== 'path') return false;
  const last = subject.segments.at(-1)!.name.name;
  if (ty.kind === 'param') return subject.segments.length === 1 && last === ty.name;
  // As many segments as steps: so a subject is only lowered to answer a question about something longer.
  if (ty.kind !== 'projection' || subject.segments.length !== stepsOf(ty) || last !== ty.assoc.name) return false;
  return lowerType(session, subject, cx, 'behind') === ty;
}

function stepsOf(ty: Ty): number {
  return ty.kind === 'projection' ? 1 + stepsOf(ty.args[0]!) : 1;
}

function hasAssoc(trait: TraitNode, name: string, seen: Set<TraitNode> = new Set()): boolean {
  if (seen.has(trait)) return false;
  seen.add(trait);
  return trait.assocTypes.some((assoc) => assoc.name === name) || trait.parents.some((parent) => hasAssoc(parent, name, seen));
}

/** An associated type of a trait or of its supertraits, with the arguments of the trait that declares it. */
export function findAssocIn(session: Session, ref: TraitRef, name: string, depth = 0): { readonly assoc: AssocTypeDecl; readonly args: readonly Ty[] } | null {
  const trait = ref.trait as TraitNode;
  const own = trait.assocTypes.find((assoc) => assoc.name === name);
  if (own !== undefined) return { assoc: own, args: ref.args };
  if (depth > 16 || !trait.parents.some((parent) => hasAssoc(parent, name))) return null;
  for (const parent of trait.supertraits) {
    const found = findAssocIn(session, { trait: parent.trait, args: parent.args.map((arg) => subst(arg, ref.args)) }, name, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

// ---------------------------------------------------------------- generic arguments

function noArgs(session: Session, segment: ast.PathSegment): void {
  if (segment.args === null) return;
  session.report({ code: 'CJ0240', span: segment.name.span, args: { name: segment.name.name, expected: 0, found: segment.args.length } });
}

function noArgsBefore(session: Session, segments: readonly ast.PathSegment[], end: number): void {
  for (let i = 0; i < end; i++) noArgs(session, segments[i]!);
}

function lowerBox(session: Session, segment: ast.PathSegment, cx: TypeContext): Ty {
  const arg = segment.args?.[0];
  if (segment.args === null && cx.infer !== null) return tys.box(cx.infer());
  if (arg === undefined || segment.args!.length !== 1 || arg.kind !== 'type') {
    session.report({ code: 'CJ0240', span: segment.name.span, args: { name: 'Box', expected: 1, found: segment.args?.length ?? 0 } });
    return tys.poison;
  }
  return tys.box(lowerType(session, arg.type, cx, 'behind'));
}

/** See `Resolver.lowerArgs`; hidden parameters are always left to `cx.infer`. */
export function lowerArgs(session: Session, args: readonly ast.GenericArg[] | null, own: readonly GenericParamDecl[], cx: TypeContext, span: Span, name: string, place: Place = 'sized'): readonly Ty[] {
  const open = own.filter((param) => !param.hidden);
  const given = args ?? [];
  for (const arg of given) if (arg.kind === 'assoc') session.report({ code: 'CJ0250', span: arg.name.span, args: { name: arg.name.name } });
  const positional = given.filter((arg) => arg.kind !== 'assoc');
  const mayInfer = cx.infer !== null;
  if (positional.length !== open.length && !(args === null && mayInfer)) {
    // With `Item = T` among them the mistake has been told.
    if (positional.length === given.length) session.report({ code: 'CJ0240', span, args: { name, expected: open.length, found: positional.length } });
    return own.map(() => tys.poison);
  }
  let next = 0;
  return own.map((param) => {
    const arg = param.hidden ? undefined : positional[next++];
    if (arg === undefined) return mayInfer ? cx.infer!() : tys.poison;
    return lowerArg(session, arg, param, cx, place);
  });
}

function lowerArg(session: Session, arg: ast.GenericArg, param: GenericParamDecl, cx: TypeContext, place: Place): Ty {
  const isConst = (param as GenericParamNode).isConst;
  if (arg.kind === 'const') {
    if (isConst) return lowerConstArg(session, arg.value, param.constType ?? tys.usize, cx);
    session.report({ code: 'CJ0243', span: arg.value.span, args: { name: param.name } });
    return tys.poison;
  }
  if (arg.kind === 'assoc') return tys.poison;
  if (!isConst) return lowerType(session, arg.type, cx, place);
  // `Matrix<N>`: the parser cannot know that N is a constant.
  const { type } = arg;
  if (type.kind === 'infer' && cx.infer !== null) return cx.infer();
  if (type.kind === 'path') return lowerConstArg(session, { kind: 'path', segments: type.segments, span: type.span }, param.constType ?? tys.usize, cx);
  if (type.kind !== 'error') session.report({ code: 'CJ0241', span: type.span, args: { name: param.name } });
  return tys.poison;
}

/** A constant as an argument or a length: a parameter, or what it evaluates to. */
function lowerConstArg(session: Session, expr: ast.Expr, expected: Ty, cx: TypeContext): Ty {
  const bare = expr.kind === 'block' && expr.stmts.length === 0 && expr.tail !== null ? expr.tail : expr;
  if (bare.kind === 'path' && bare.segments.length === 1) {
    if (bare.segments[0]!.name.name === '_' && cx.infer !== null) return cx.infer();
    const found = resolvePath(session, bare.segments, 'value', cx, true);
    if (found?.base.kind === 'param') {
      if ((found.base.param as GenericParamNode).isConst) return tys.param(found.base.param.index, found.base.param.name);
      session.report({ code: 'CJ0241', span: bare.span, args: { name: found.base.param.name } });
      return tys.poison;
    }
  }
  const value = evalConst(session, bare, cx, expected);
  return value === null ? tys.poison : tys.constant(value);
}

// ---------------------------------------------------------------- traits and bounds

/** The trait that a bound names, without its arguments. */
export function resolveTrait(session: Session, path: ast.PathType, cx: TypeContext, quiet: boolean): TraitNode | null {
  const found = resolvePath(session, path.segments, 'type', cx, quiet);
  if (found === null) return null;
  if (found.base.kind === 'trait' && found.rest.length === 0) {
    if (!quiet) noteUse(session, found.base.decl, path.segments.at(-1)!.name.span, cx.module);
    return found.base.decl as TraitNode;
  }
  if (!quiet) session.report({ code: 'CJ0251', span: path.span, args: { name: nameOf(found.base), kind: kindWord(found.base) } });
  return null;
}

export interface LoweredTraitRef {
  readonly ref: TraitRef;
  /** `Item = T` among the arguments, as a predicate about the subject. */
  readonly projections: readonly { readonly assoc: AssocTypeDecl; readonly args: readonly Ty[]; readonly ty: Ty; readonly span: Span }[];
}

/** `Eq`, `Add<Int64, Output = T>` about `self`. Where no positional argument is written all are Self. */
export function lowerTraitRef(session: Session, path: ast.PathType, self: Ty, cx: TypeContext): LoweredTraitRef | null {
  const trait = resolveTrait(session, path, cx, false);
  if (trait === null) return null;
  noArgsBefore(session, path.segments, path.segments.length - 1);
  const given = path.segments.at(-1)!.args ?? [];
  const positional = given.filter((arg) => arg.kind !== 'assoc');
  const params = trait.generics.own.slice(1);
  const args: Ty[] = [self];
  if (positional.length === 0) {
    for (const param of params) args.push((param as GenericParamNode).isConst ? tys.poison : self);
  } else if (positional.length !== params.length) {
    session.report({ code: 'CJ0240', span: path.span, args: { name: trait.name, expected: params.length, found: positional.length } });
    return null;
  } else {
    positional.forEach((arg, i) => args.push(lowerArg(session, arg, params[i]!, cx, 'behind')));
  }
  const ref: TraitRef = { trait, args };
  const projections: LoweredTraitRef['projections'][number][] = [];
  for (const arg of given) {
    if (arg.kind !== 'assoc') continue;
    const found = findAssocIn(session, ref, arg.name.name);
    if (found === null) reportNoAssoc(session, arg.name, trait.name, trait.assocTypes.map((assoc) => assoc.name));
    else projections.push({ assoc: found.assoc, args: found.args, ty: lowerType(session, arg.type, cx, 'behind'), span: arg.name.span });
  }
  return { ref, projections };
}

/** `subject: bound` as predicates. */
export function lowerBound(session: Session, bound: ast.Bound, subject: Ty, cx: TypeContext, out: Predicate[]): void {
  if (bound.kind === 'fn') {
    out.push({
      kind: 'callable',
      self: subject,
      mode: bound.mode,
      params: bound.params.map((param) => lowerType(session, param, cx)),
      ret: bound.ret === null ? tys.unit : lowerType(session, bound.ret, cx),
      span: bound.span,
    });
    return;
  }
  const lowered = lowerTraitRef(session, bound, subject, cx);
  if (lowered === null) return;
  out.push({ kind: 'trait', ref: lowered.ref, span: bound.span });
  for (const p of lowered.projections) out.push({ kind: 'projection', assoc: p.assoc, args: p.args, ty: p.ty, span: p.span });
}

/** `dyn Trait<Args, Item = T>`. */
/** One trait, and any markers: `dyn Job + Sendable`. */
function lowerDyn(session: Session, type: ast.DynType, cx: TypeContext): Ty {
  const found: { readonly bound: ast.PathType; readonly trait: TraitNode }[] = [];
  for (const each of type.bounds) {
    if (each.kind !== 'path') {
      session.report({ code: 'CJ0252', span: type.span });
      return tys.poison;
    }
    const resolved = resolveTrait(session, each, cx, false);
    if (resolved === null) return tys.poison;
    found.push({ bound: each, trait: resolved });
  }
  const main = found.find((each) => each.trait.marker === null) ?? found[0];
  if (main === undefined) {
    session.report({ code: 'CJ0252', span: type.span });
    return tys.poison;
  }
  const second = found.find((each) => each !== main && each.trait.marker === null);
  if (second !== undefined) {
    session.report({ code: 'CJ0253', span: second.bound.span });
    return tys.poison;
  }
  const { bound, trait } = main;
  const markers = found.filter((each) => each !== main).map((each) => each.trait);
  if (trait.dynMethods === null) {
    session.report({
      code: 'CJ0254',
      span: type.span,
      args: { name: trait.name, because: trait.notDynBecause ?? '' },
      related: [{ span: trait.nameSpan, label: 'declared', args: { name: trait.name } }],
    });
    return tys.poison;
  }
  // Self stands for the unknown type; a trait that mentions it in its arguments is not usable as `dyn`, so it never reaches the result.
  const lowered = lowerTraitRef(session, bound, tys.never, cx);
  if (lowered === null) return tys.poison;
  const open = trait.assocTypes.find((assoc) => !lowered.projections.some((p) => p.assoc === assoc));
  if (open !== undefined) {
    session.report({ code: 'CJ0255', span: type.span, args: { name: trait.name, assoc: open.name } });
    return tys.poison;
  }
  return tys.dyn(trait, lowered.ref.args.slice(1), lowered.projections.map((p) => ({ name: p.assoc.name, ty: p.ty })), markers);
}
