/**
 * Method calls: finds the method that `v.m(…)` means and adjusts the receiver.
 * Source: probing by autoderef. Each type on the way from the receiver through references, Box and Deref is tried by value, then borrowed,
 * then borrowed exclusively; inherent methods and those that bounds promise go before methods of traits in scope.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { HAS_INFER, HAS_PARAM, HAS_POISON, subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { FnDecl, ImplDecl, TraitDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { elaborate, headKey } from '../solve/index.ts';
import type { Obligation, Verdict } from '../solve/index.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { callFn } from './calls.ts';
import { checkExpr } from './recur.ts';
import { isPlace, makeCoerce, makeDeref, makeError, makeRef } from './make.ts';
import { boundsMayHold, boundTraits, cannotImplement, lowerOwn, ownParams, traitArgs } from './paths.ts';
import { isTextLiteral } from './coerce.ts';
import { applyDeref, derefOnce } from './derefs.ts';
import type { DerefStep } from './derefs.ts';
import { makeMutablePlace } from './mutability.ts';
import { findField, isFieldVisible } from './places.ts';
import { closest, showTrait, wrapFix } from './report.ts';
import { foreignMethod } from './foreign-spellings.ts';

interface Candidate {
  readonly decl: FnDecl;
  readonly mode: 'value' | 'ref' | 'refMut';
  readonly from: { readonly kind: 'impl'; readonly impl: ImplDecl } | { readonly kind: 'bound'; readonly args: readonly Ty[] } | { readonly kind: 'trait'; readonly trait: TraitDecl };
}

/** What a type offers under a name. */
interface Members {
  readonly near: readonly Candidate[];
  readonly far: readonly Candidate[];
}

interface ProbeStep {
  readonly ty: Ty;
  /** How to come here from the step before; null at the receiver itself. */
  readonly deref: DerefStep | null;
  /** The last step of an array: as a slice. */
  readonly unsize: boolean;
  members: Members | null;
}

interface Pick {
  readonly candidate: Candidate;
  readonly step: number;
  readonly self: Ty;
  readonly adjust: 'value' | 'ref' | 'refMut';
}

/** What the search saw and could not use, for the error. */
interface Rejected {
  hidden: FnDecl | null;
  notInScope: TraitDecl | null;
  unmet: Candidate | null;
  unmetSelf: Ty | null;
  withoutSelf: FnDecl | null;
}

function selfMode(decl: FnDecl): Candidate['mode'] {
  return decl.syntax.self?.mode ?? 'value';
}

export function checkMethodCall(cx: BodyCx, e: ast.MethodCallExpr, want: Want | null): tree.Expr {
  const receiver = checkExpr(cx, e.receiver, null);
  const ty = cx.decided(receiver.ty);
  if (ty.kind === 'poison' || ty.kind === 'never') {
    for (const arg of e.args) checkExpr(cx, arg, null);
    return ty.kind === 'never' ? receiver : makeError(cx, e.span);
  }
  if (ty.kind === 'infer') {
    for (const arg of e.args) checkExpr(cx, arg, null);
    cx.error({ code: 'CJ0272', span: e.receiver.span, args: { what: 'this value' } });
    return makeError(cx, e.span);
  }
  const steps = probeSteps(cx, ty);
  const rejected: Rejected = { hidden: null, notInScope: null, unmet: null, unmetSelf: null, withoutSelf: null };
  const pick = probe(cx, steps, e.name.name, e.name.span, rejected);
  if (pick === 'ambiguous') {
    for (const arg of e.args) checkExpr(cx, arg, null);
    return makeError(cx, e.span);
  }
  if (pick === null) {
    for (const arg of e.args) checkExpr(cx, arg, null);
    reportNoMethod(cx, e, receiver, ty, steps, rejected);
    return makeError(cx, e.span);
  }
  const parentArgs = confirm(cx, pick, e.name.span);
  const { decl } = pick.candidate;
  const own = lowerOwn(cx, { name: e.name, args: e.typeArgs }, ownParams(decl), e.name.span);
  const adjusted = adjustReceiver(cx, receiver, steps, pick);
  return callFn(cx, decl, [...parentArgs, ...own], { expr: adjusted, autoref: pick.adjust !== 'value' || adjusted.kind === 'ref' && adjusted.implicit }, e.args, e.span, e.name.span, want);
}

function probeSteps(cx: BodyCx, receiver: Ty): ProbeStep[] {
  const steps: ProbeStep[] = [{ ty: receiver, deref: null, unsize: false, members: null }];
  for (let depth = 0; depth < 12; depth++) {
    const step = derefOnce(cx, steps[steps.length - 1]!.ty);
    if (step === null) break;
    const ty = cx.known(step.ty);
    steps.push({ ty, deref: { ty, overloaded: step.overloaded }, unsize: false, members: null });
  }
  const last = steps[steps.length - 1]!;
  if (last.ty.kind === 'array') steps.push({ ty: tys.slice(last.ty.element), deref: null, unsize: true, members: null });
  return steps;
}

function probe(cx: BodyCx, steps: ProbeStep[], name: string, span: Span, rejected: Rejected): Pick | 'ambiguous' | null {
  const membersOf = (i: number): Members => {
    const step = steps[i]!;
    step.members ??= remembered(cx, step.ty, name, span, rejected);
    return step.members;
  };
  for (let i = 0; i < steps.length; i++) {
    const { ty } = steps[i]!;
    const own = membersOf(i);
    const next = i + 1 < steps.length && !steps[i + 1]!.unsize ? steps[i + 1]! : null;
    const behind = ty.kind === 'ref' && next !== null && !next.deref!.overloaded ? membersOf(i + 1) : null;
    const behindMode = ty.kind === 'ref' && ty.mutable ? 'refMut' : 'ref';
    for (const which of ['near', 'far'] as const) {
      const hits: Pick[] = [];
      for (const candidate of own[which]) if (candidate.mode === 'value') hits.push({ candidate, step: i, self: ty, adjust: 'value' });
      // The receiver is already the reference that the method takes.
      if (behind !== null) for (const candidate of behind[which]) if (candidate.mode === behindMode) hits.push({ candidate, step: i, self: next!.ty, adjust: 'value' });
      const hit = single(cx, hits, name, span);
      if (hit !== null) return hit;
    }
    for (const mode of ['ref', 'refMut'] as const) {
      for (const which of ['near', 'far'] as const) {
        const hits: Pick[] = own[which].filter((candidate) => candidate.mode === mode).map((candidate) => ({ candidate, step: i, self: ty, adjust: mode }));
        const hit = single(cx, hits, name, span);
        if (hit !== null) return hit;
      }
    }
  }
  return null;
}

function single(cx: BodyCx, hits: readonly Pick[], name: string, span: Span): Pick | 'ambiguous' | null {
  if (hits.length === 0) return null;
  const decls = new Set(hits.map((hit) => hit.candidate.decl));
  if (decls.size === 1 || hits[0]!.candidate.from.kind === 'impl') return hits[0]!;
  const traits = hits.map((hit) => (hit.candidate.decl.parent?.kind === 'trait' ? hit.candidate.decl.parent.name : '')).filter((text) => text !== '');
  cx.error({ code: 'CJ0287', span, args: { name, ty: cx.print(hits[0]!.self), traits: [...new Set(traits)].join(', ') } });
  return 'ambiguous';
}

/** Answers about types without parameters, by the traits in scope: the same everywhere in a module. */
const knownMembers = new WeakMap<ReadonlySet<TraitDecl>, Map<string, Members>>();

function remembered(cx: BodyCx, ty: Ty, name: string, span: Span, rejected: Rejected): Members {
  if ((ty.flags & (HAS_INFER | HAS_PARAM | HAS_POISON)) !== 0) return collect(cx, ty, name, span, rejected);
  const inScope = cx.session.resolver.traitsInScope(cx.tcx);
  let table = knownMembers.get(inScope);
  if (table === undefined) knownMembers.set(inScope, (table = new Map()));
  // Whether a private method counts depends on the module, which may share its traits with others.
  const key = `${cx.tcx.module.id}.${ty.id}.${name}`;
  const known = table.get(key);
  if (known !== undefined) return known;
  const members = collect(cx, ty, name, span, rejected);
  // What was found and refused is wanted for the message, so such an answer is found anew; so is one about closures, which may change.
  const refused = rejected.hidden !== null || rejected.unmet !== null || rejected.withoutSelf !== null || rejected.notInScope !== null;
  if (!refused && ty.kind !== 'closure') table.set(key, members);
  return members;
}

/** The methods `name` with a receiver of type `ty` or a reference to it. */
function collect(cx: BodyCx, ty: Ty, name: string, span: Span, rejected: Rejected): Members {
  const near: Candidate[] = [];
  const far: Candidate[] = [];
  const { index } = cx.session.world;
  const head = headKey(ty);
  if (head !== null) {
    for (const { impl, item } of index.inherentMembers(head, name)) {
      if (item.kind !== 'fn') continue;
      if (!item.sig.hasSelf) {
        rejected.withoutSelf ??= item;
        continue;
      }
      const candidate: Candidate = { decl: item, mode: selfMode(item), from: { kind: 'impl', impl } };
      const verdict = fitsImpl(cx, impl, ty, span);
      if (verdict === 'bounds') {
        rejected.unmet ??= candidate;
        rejected.unmetSelf ??= ty;
      } else if (verdict === 'yes') {
        if (cx.session.resolver.isVisible(item.visibility, item.module, cx.tcx.module)) near.push(candidate);
        else rejected.hidden ??= item;
      }
    }
  }
  for (const bound of ty.kind === 'dyn' ? dynTraits(cx, ty) : boundTraits(cx, ty)) {
    const decl = bound.trait.methods.find((method) => method.name === name && method.sig.hasSelf);
    if (decl === undefined) continue;
    const before = near.findIndex((candidate) => candidate.decl === decl);
    // Promised with several arguments (`Self: Ord<R>` and `Self: Ord<Self>`): the call's own arguments decide.
    if (before >= 0) near[before] = { decl, mode: selfMode(decl), from: { kind: 'trait', trait: bound.trait } };
    else near.push({ decl, mode: selfMode(decl), from: { kind: 'bound', args: bound.args } });
  }
  const inScope = cx.session.resolver.traitsInScope(cx.tcx);
  for (const { trait, item } of index.traitsWith(name)) {
    if (item.kind !== 'fn' || near.some((candidate) => candidate.decl === item)) continue;
    const verdict = implements_(cx, trait, ty, span);
    if (verdict === 'no') {
      continue;
    }
    if (!item.sig.hasSelf) {
      rejected.withoutSelf ??= item;
      continue;
    }
    if (!inScope.has(trait)) {
      if (verdict === 'yes') rejected.notInScope ??= trait;
      continue;
    }
    far.push({ decl: item, mode: selfMode(item), from: { kind: 'trait', trait } });
  }
  return { near, far };
}

function implements_(cx: BodyCx, trait: TraitDecl, ty: Ty, span: Span): Verdict {
  if (cannotImplement(cx, trait, ty)) return 'no';
  return cx.solver.probe(() => cx.solver.holds(trait, traitArgs(cx, trait, ty), { span, boundSpan: null, name: null }));
}

function dynTraits(cx: BodyCx, ty: Extract<Ty, { kind: 'dyn' }>): readonly { readonly trait: TraitDecl; readonly args: readonly Ty[] }[] {
  const out: { trait: TraitDecl; args: readonly Ty[] }[] = [];
  for (const predicate of elaborate([{ kind: 'trait', ref: { trait: ty.trait, args: [ty, ...ty.args] }, span: ty.trait.span }])) {
    if (predicate.kind === 'trait') out.push({ trait: predicate.ref.trait, args: predicate.ref.args.map((arg) => cx.normalize(arg, cx.owner.span)) });
  }
  return out;
}

function fitsImpl(cx: BodyCx, impl: ImplDecl, ty: Ty, span: Span): 'yes' | 'no' | 'bounds' {
  if (impl.generics.total === 0 && (ty.flags & HAS_INFER) === 0) return impl.selfTy === ty ? 'yes' : 'no';
  return cx.solver.probe(() => {
    const args: Ty[] = [];
    for (let i = 0; i < impl.generics.total; i++) args.push(cx.fresh());
    const out: Obligation[] = [];
    const selfTy = cx.solver.normalize(subst(impl.selfTy, args), { span, boundSpan: null, name: null }, out);
    if (!cx.unify(selfTy, ty)) return 'no';
    return boundsMayHold(cx, impl.generics.predicates, args, span) ? 'yes' : 'bounds';
  });
}

/** The arguments of the method's parent, now for good. */
function confirm(cx: BodyCx, pick: Pick, span: Span): readonly Ty[] {
  const { from } = pick.candidate;
  switch (from.kind) {
    case 'impl': {
      const args: Ty[] = [];
      for (let i = 0; i < from.impl.generics.total; i++) args.push(cx.fresh());
      cx.unify(cx.instantiate(from.impl.selfTy, args, span), pick.self);
      return args;
    }
    case 'bound':
      return from.args;
    case 'trait':
      cx.session.resolver.noteTraitUse(from.trait, cx.tcx.module);
      return traitArgs(cx, from.trait, pick.self);
  }
}

function adjustReceiver(cx: BodyCx, receiver: tree.Expr, steps: readonly ProbeStep[], pick: Pick): tree.Expr {
  // What a method of `str` gives back of a literal lives as long as the literal does: for ever.
  if (pick.adjust === 'ref' && pick.step === 1 && cx.shallow(steps[1]!.ty).kind === 'str' && isTextLiteral(cx, receiver)) {
    receiver.ty = tys.ref(steps[1]!.ty, false);
    return receiver;
  }
  let at = receiver;
  for (let i = 1; i <= pick.step; i++) {
    const step = steps[i]!;
    if (step.unsize) {
      const slice = tys.slice((steps[i - 1]!.ty as Extract<Ty, { kind: 'array' }>).element);
      const mutable = pick.adjust === 'refMut';
      if (mutable) makeMutablePlace(cx, at, 'method');
      at = makeCoerce(cx, 'arrayToSlice', makeRef(cx, at, mutable), tys.ref(slice, mutable));
      at = makeDeref(cx, at, slice);
    } else {
      at = applyDeref(cx, at, step.deref!);
    }
  }
  switch (pick.adjust) {
    case 'value': {
      const ty = cx.shallow(at.ty);
      // A `&mut` that is a place is lent to the method, not given away.
      if (ty.kind === 'ref' && ty.mutable && pick.candidate.mode === 'refMut' && isPlace(at)) {
        const target = makeDeref(cx, at, ty.target);
        makeMutablePlace(cx, target, 'method');
        return makeRef(cx, target, true);
      }
      return at;
    }
    case 'ref':
      return unwrapReborrow(cx, at, false) ?? makeRef(cx, at, false);
    case 'refMut':
      if (!steps[pick.step]!.unsize) makeMutablePlace(cx, at, 'method');
      return unwrapReborrow(cx, at, true) ?? makeRef(cx, at, true);
  }
}

/** `&*r` for a compiler-made `r` is `r`. */
function unwrapReborrow(cx: BodyCx, at: tree.Expr, mutable: boolean): tree.Expr | null {
  if (at.kind !== 'deref' || isPlace(at.base) || at.base.kind === 'call') return null;
  const ty = cx.shallow(at.base.ty);
  return at.base.kind === 'coerce' && ty.kind === 'ref' && ty.mutable === mutable ? at.base : null;
}

// ---------------------------------------------------------------- reports

function reportNoMethod(cx: BodyCx, e: ast.MethodCallExpr, receiver: tree.Expr, ty: Ty, steps: readonly ProbeStep[], rejected: Rejected): void {
  const name = e.name.name;
  const args = { name, ty: cx.print(ty) };
  const field = findField(cx, receiver, name);
  if (field !== null && isFieldVisible(cx, field.owner, field.field)) {
    const fieldTy = cx.resolve(cx.instantiate(field.field.ty, field.owner.args, e.span));
    const callable = fieldTy.kind === 'fn' || fieldTy.kind === 'param';
    const edits = callable
      ? [...wrapFix('field', { ...e.span, hi: e.name.span.hi }, '(', ')').edits]
      : [{ span: { ...e.span, lo: e.name.span.hi }, text: '' }];
    cx.error({
      code: 'CJ0311', span: e.name.span, args, label: callable ? 'callable' : 'plain', related: [{ span: field.field.span, label: 'declared' }],
      fixes: [{ key: callable ? 'field' : 'plain', edits }],
    });
    return;
  }
  if (rejected.hidden !== null) {
    cx.error({
      code: 'CJ0275', span: e.name.span, args: { what: 'method', name, owner: cx.print(ty) }, related: [{ span: rejected.hidden.nameSpan, label: 'declared' }],
    });
    return;
  }
  if (rejected.unmet !== null && rejected.unmet.from.kind === 'impl') {
    const { impl } = rejected.unmet.from;
    cx.error({
      code: 'CJ0318', span: e.name.span, args: { ...args, missing: unmetBound(cx, impl, rejected.unmetSelf!, e.name.span) },
      related: [{ span: rejected.unmet.decl.nameSpan, label: 'declared' }],
    });
    return;
  }
  if (rejected.withoutSelf !== null) {
    cx.error({ code: 'CJ0312', span: e.name.span, args: { name, owner: cx.print(steps[steps.length - 1]!.ty) }, related: [{ span: rejected.withoutSelf.nameSpan, label: 'declared' }] });
    return;
  }
  if (rejected.notInScope !== null) {
    const trait = rejected.notInScope;
    cx.error({ code: 'CJ0273', span: e.name.span, args: { ...args, trait: [...trait.module.path, trait.name].join('::') }, help: ['import'] });
    return;
  }
  const replace = (text: string): { key: string; args: { similar: string }; edits: { span: Span; text: string }[] } => (
    { key: 'similar', args: { similar: text }, edits: [{ span: e.name.span, text }] }
  );
  const names = new Set<string>();
  for (const step of steps) {
    const head = headKey(step.ty);
    if (head !== null) for (const known of cx.session.world.index.inherentNamesOf(head)) names.add(known);
    for (const bound of step.ty.kind === 'dyn' ? dynTraits(cx, step.ty) : boundTraits(cx, step.ty)) for (const method of bound.trait.methods) names.add(method.name);
  }
  const inScope = cx.session.resolver.traitsInScope(cx.tcx);
  for (const trait of inScope) {
    if (trait.methods.length > 0 && steps.some((step) => implements_(cx, trait, step.ty, e.name.span) === 'yes')) for (const method of trait.methods) names.add(method.name);
  }
  const foreign = foreignMethod(name, names);
  const similar = foreign ?? closest(name, names);
  const help = steps.some((step) => step.ty.kind === 'param') ? ['param'] : ty.kind === 'ptr' ? ['pointer'] : [];
  cx.error({ code: 'CJ0273', span: e.name.span, args, fixes: similar === null ? [] : [replace(similar)], help });
}

function unmetBound(cx: BodyCx, impl: ImplDecl, self: Ty, span: Span): string {
  return cx.solver.probe(() => {
    const args: Ty[] = [];
    for (let i = 0; i < impl.generics.total; i++) args.push(cx.fresh());
    cx.unify(subst(impl.selfTy, args), self);
    const demands: Obligation[] = [];
    cx.solver.demands(impl.generics.predicates, args, { span, boundSpan: null, name: null }, 0, demands);
    for (const demand of demands) {
      if (demand.kind !== 'trait' || cx.solver.holds(demand.trait, demand.args, demand.cause) !== 'no') continue;
      const resolved = demand.args.map((arg) => cx.resolve(arg));
      return `${cx.print(resolved[0]!)}: ${showTrait(demand.trait, resolved)}`;
    }
    return '';
  });
}
