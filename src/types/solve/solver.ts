/**
 * Trait selection, projection of associated types, and the queue of obligations of one body or one question.
 * Consumes: the impl index, the environment of assumptions, an inference table. Holds: pending obligations; caches of answers about
 * types without variables (shared ones where the type has no parameters either, own ones otherwise).
 * Source: the usual evaluation of trait clauses by candidates: assumptions first, then built-ins, then impls with their where-clauses.
 */
import { HAS_BORROW, HAS_INFER, HAS_PARAM, HAS_POISON, HAS_PROJECTION, mapTy, subst, tys } from '../ty.ts';
import type { AdtTy, ClosureTy, DynTy, FnItemTy, InferTy, ProjectionTy, Ty } from '../ty.ts';
import type { AssocTypeDecl, ClosureDecl, FnDecl, ImplDecl, LangItems, Predicate, TraitDecl, TraitRef } from '../program.ts';
import type { CallMode } from '../../syntax/index.ts';
import { couldMatch, headKey } from './impl-index.ts';
import type { ImplIndex } from './impl-index.ts';
import { elaborate } from './env.ts';
import { askMarker } from './markers.ts';
import type { MarkerAnswer, MarkerHost } from './markers.ts';
import type { ParamEnv } from './env.ts';
import { InferTable } from './infer.ts';
import type { Cause, Failure, Obligation, Selection, Source, Verdict } from './obligation.ts';

/** Deeper than any honest program goes; a chain of where-clauses that grows without end is cut here. */
const MAX_DEPTH = 48;

/** What all solvers of a program share. */
export interface World {
  readonly index: ImplIndex;
  readonly lang: LangItems;
  /** By `trait:types`: answers about types without parameters. */
  readonly selections: Map<string, Selection>;
  readonly projections: Map<number, Ty>;
  /** By `trait:type`: answers about markers of types without parameters. */
  readonly markers: Map<string, MarkerAnswer>;
  /** Whether the capture analysis has looked at a closure. */
  capturesKnown(decl: ClosureDecl): boolean;
  /** Whether all captures of a closure are Copy; null before they are known. */
  closureIsCopy(ty: ClosureTy): boolean | null;
}

type TraitDemand = Extract<Obligation, { kind: 'trait' }>;

interface Pending {
  readonly obligation: Obligation;
  stalled: readonly InferTy[] | null;
}

type Step = { readonly status: 'done'; readonly nested: readonly Obligation[] } | { readonly status: 'maybe' } | { readonly status: 'error'; readonly failure: Failure };

const MAYBE: Step = { status: 'maybe' };
const DONE: Step = { status: 'done', nested: [] };
const NO: Selection = { verdict: 'no', because: null };
const UNKNOWN: Selection = { verdict: 'maybe' };
const BUILTIN: Selection = { verdict: 'yes', source: { kind: 'builtin' }, nested: [] };
const ASSUMED: Selection = { verdict: 'yes', source: { kind: 'assumed' }, nested: [] };

function substPredicate(predicate: Predicate, map: (ty: Ty) => Ty): Predicate {
  switch (predicate.kind) {
    case 'trait':
      return { ...predicate, ref: { trait: predicate.ref.trait, args: predicate.ref.args.map(map) } };
    case 'projection':
      return { ...predicate, args: predicate.args.map(map), ty: map(predicate.ty) };
    case 'callable':
      return { ...predicate, self: map(predicate.self), params: predicate.params.map(map), ret: map(predicate.ret) };
  }
}

/** Whether a function value of mode `have` may stand where `want` is asked for. */
export function modeAllows(have: CallMode, want: CallMode): boolean {
  return have === 'shared' || want === 'once' || have === want;
}

/** Types whose values can be called, perhaps behind a reference or Box. */
const CALLABLE_KINDS: ReadonlySet<Ty['kind']> = new Set(['fnItem', 'closure', 'fn', 'param', 'projection', 'ref', 'box', 'infer']);

export class Solver {
  readonly world: World;
  readonly env: ParamEnv;
  readonly table: InferTable;
  private readonly onError: (failure: Failure) => void;
  private pending: Pending[] = [];
  private seenWakeups = 0;
  private running = false;
  private overflowed = false;
  private readonly ownSelections = new Map<string, Selection>();
  private readonly ownProjections = new Map<number, Ty>();
  /** Calls that were demanded and have the right shape. Whether a closure allows them is known when its captures are. */
  readonly settledCallables: Extract<Obligation, { kind: 'callable' }>[] = [];
  private readonly ownMarkers = new Map<string, MarkerAnswer>();
  /** Demands on closures whose captures are not known yet, which may turn out not to have a marker. */
  private late: TraitDemand[] = [];

  constructor(world: World, env: ParamEnv, onError: (failure: Failure) => void) {
    this.world = world;
    this.env = env;
    this.table = new InferTable();
    this.onError = onError;
  }

  // ---------------------------------------------------------------- the queue

  register(obligation: Obligation): void {
    this.pending.push({ obligation, stalled: null });
  }

  registerAll(obligations: readonly Obligation[]): void {
    for (const obligation of obligations) this.register(obligation);
  }

  /** Decides what can be decided now. */
  selectPending(): void {
    if (this.running) return;
    this.running = true;
    try {
      while (this.hasWork()) {
        this.seenWakeups = this.table.wakeups;
        const round = this.pending;
        this.pending = [];
        const kept: Pending[] = [];
        for (const entry of round) if (!this.advance(entry)) kept.push(entry);
        this.pending = kept.concat(this.pending);
      }
    } finally {
      this.running = false;
    }
  }

  private hasWork(): boolean {
    if (this.pending.length === 0) return false;
    if (this.table.wakeups !== this.seenWakeups) return true;
    return this.pending[this.pending.length - 1]!.stalled === null || this.pending.some((entry) => entry.stalled === null);
  }

  /** Returns whether the obligation is settled. */
  private advance(entry: Pending): boolean {
    if (entry.stalled !== null && !entry.stalled.some((variable) => this.table.isBound(variable))) return false;
    const { obligation } = entry;
    const step = this.process(obligation);
    switch (step.status) {
      case 'done':
        if (entry.obligation.kind === 'callable') this.settledCallables.push(entry.obligation);
        if (obligation.kind === 'trait' && this.holdsUnknownClosure(this.table.resolveAll(obligation.args))) this.late.push(obligation);
        this.registerAll(step.nested);
        return true;
      case 'error':
        this.onError(step.failure);
        return true;
      case 'maybe': {
        const unknowns: InferTy[] = [];
        if (obligation.kind === 'deferred') this.table.unknowns(obligation.on, unknowns);
        else if (obligation.kind === 'callable') this.table.unknowns(obligation.self, unknowns);
        else for (const arg of obligation.args) this.table.unknowns(arg, unknowns);
        for (const variable of unknowns) this.table.watch(variable);
        entry.stalled = unknowns;
        return false;
      }
    }
  }

  /** Asks again what was demanded of closures, when their captures are known. */
  settleLate(): void {
    const demands = this.late;
    this.late = [];
    for (const demand of demands) {
      const step = this.process(demand);
      if (step.status === 'error') this.onError(step.failure);
    }
  }

  /** What is still open; for the checker's last words. */
  get open(): readonly Obligation[] {
    return this.pending.map((entry) => entry.obligation);
  }

  dropPending(): void {
    this.pending = [];
  }

  /** The callable shape that is demanded of a type that is not known yet: what a closure given for it will look like. */
  expectedShape(self: Ty): { readonly params: readonly Ty[]; readonly ret: Ty; readonly mode: CallMode } | null {
    const variable = this.table.shallow(self);
    if (variable.kind !== 'infer') return null;
    for (const { obligation } of this.pending) {
      if (obligation.kind === 'callable' && this.table.shallow(obligation.self) === variable) return obligation;
    }
    return null;
  }

  // ---------------------------------------------------------------- one obligation

  private process(obligation: Obligation): Step {
    switch (obligation.kind) {
      case 'trait': {
        const selection = this.select(obligation.trait, obligation.args, obligation.cause, obligation.depth);
        if (selection.verdict === 'yes') return selection.nested.length === 0 ? DONE : { status: 'done', nested: selection.nested };
        if (selection.verdict === 'maybe') return MAYBE;
        return this.failed(obligation, selection.because, null);
      }
      case 'projection': {
        const out: Obligation[] = [];
        const found = this.project(obligation.assoc, obligation.args, obligation.cause, obligation.depth, out);
        if (found === null) return MAYBE;
        const wanted = this.normalize(this.table.resolve(obligation.ty), obligation.cause, out, obligation.depth);
        if (!this.table.unify(found, wanted)) return this.failed(obligation, null, this.table.resolve(found));
        return { status: 'done', nested: out };
      }
      case 'callable':
        return this.processCallable(obligation);
      case 'deferred':
        return obligation.run() ? DONE : MAYBE;
    }
  }

  private failed(obligation: Failure['obligation'], because: TraitRef | null, found: Ty | null): Step {
    const overflow = this.overflowed;
    this.overflowed = false;
    return { status: 'error', failure: { obligation, because, found, overflow } };
  }

  private processCallable(obligation: Extract<Obligation, { kind: 'callable' }>): Step {
    const self = this.table.shallow(obligation.self);
    const fits = (params: readonly Ty[], ret: Ty, nested: readonly Obligation[]): Step => {
      const shape = (): Ty => this.table.resolve(tys.fn(obligation.mode, params, ret));
      if (params.length !== obligation.params.length) return this.failed(obligation, null, shape());
      if (!this.table.unifyAll(params, obligation.params)) return this.failed(obligation, null, shape());
      // A function that never returns may stand for one that returns anything.
      if (this.table.shallow(ret).kind !== 'never' && !this.table.unify(ret, obligation.ret)) return this.failed(obligation, null, shape());
      return { status: 'done', nested };
    };
    switch (self.kind) {
      case 'infer':
        return self.domain === 'any' ? MAYBE : this.failed(obligation, null, self);
      case 'poison':
        return DONE;
      case 'fnItem': {
        const out: Obligation[] = [];
        const sig = this.fnItemSig(self, obligation.cause, out);
        return fits(sig.params, sig.ret, out);
      }
      case 'closure': {
        const args = self.args;
        return fits(self.decl.params.map((ty) => subst(ty, args)), subst(self.decl.ret, args), []);
      }
      case 'fn':
        if (!modeAllows(self.mode, obligation.mode)) return this.failed(obligation, null, self);
        return fits(self.params, self.ret, []);
      case 'param': case 'projection': {
        const known = this.callableOf(self, obligation.mode);
        return known === null ? this.failed(obligation, null, null) : fits(known.params, known.ret, []);
      }
      case 'ref': case 'box': {
        // What is called through a reference stays where it is; what is in a Box goes with the Box.
        if (!CALLABLE_KINDS.has(this.table.shallow(self.target).kind)) return this.failed(obligation, null, null);
        if (self.kind === 'ref' && self.mutable && obligation.mode === 'shared') return this.failed(obligation, null, null);
        const mode = self.kind === 'box' ? obligation.mode : self.mutable ? 'mut' : 'shared';
        return { status: 'done', nested: [{ ...obligation, self: self.target, mode }] };
      }
      default:
        return this.failed(obligation, null, null);
    }
  }

  /** The callable bound of a parameter that allows a call in this mode. */
  callableOf(self: Ty, mode: CallMode): { readonly mode: CallMode; readonly params: readonly Ty[]; readonly ret: Ty } | null {
    const list = self.kind === 'projection' ? [...this.env.callables, ...this.boundsOf(self).filter((p) => p.kind === 'callable')] : this.env.callables;
    for (const known of list) {
      if (known.self === self && modeAllows(known.mode, mode)) {
        const out: Obligation[] = [];
        const cause: Cause = { span: known.span, boundSpan: null, name: null };
        return {
          mode: known.mode,
          params: known.params.map((ty) => this.normalize(ty, cause, out, 0)),
          ret: this.normalize(known.ret, cause, out, 0),
        };
      }
    }
    return null;
  }

  /** Parameter and result types of a function item, with its associated types resolved. */
  fnItemSig(item: FnItemTy, cause: Cause, out: Obligation[]): { readonly params: readonly Ty[]; readonly ret: Ty } {
    return this.signature(item.decl, item.args, cause, out);
  }

  /** As `fnItemSig`, without making the type of the item. */
  signature(decl: FnDecl, args: readonly Ty[], cause: Cause, out: Obligation[]): { readonly params: readonly Ty[]; readonly ret: Ty } {
    return {
      params: decl.sig.params.map((param) => this.normalize(subst(param.ty, args), cause, out, 0)),
      ret: this.normalize(subst(decl.sig.ret, args), cause, out, 0),
    };
  }

  /** Predicates of a declaration as obligations about these arguments. */
  demands(predicates: readonly Predicate[], args: readonly Ty[], cause: Cause, depth: number, out: Obligation[]): void {
    const map = (ty: Ty): Ty => this.normalize(subst(ty, args), cause, out, depth);
    for (const predicate of predicates) {
      const own: Cause = { ...cause, boundSpan: predicate.span };
      switch (predicate.kind) {
        case 'trait':
          out.push({ kind: 'trait', trait: predicate.ref.trait, args: predicate.ref.args.map(map), cause: own, depth });
          break;
        case 'projection':
          out.push({ kind: 'projection', assoc: predicate.assoc, args: predicate.args.map(map), ty: map(predicate.ty), cause: own, depth });
          break;
        case 'callable':
          out.push({
            kind: 'callable', self: map(predicate.self), mode: predicate.mode, params: predicate.params.map(map), ret: map(predicate.ret), cause: own, depth,
          });
          break;
      }
    }
  }

  // ---------------------------------------------------------------- questions

  /** Runs `f` and forgets what it bound. */
  probe<T>(f: () => T): T {
    const mark = this.table.snapshot();
    try {
      return f();
    } finally {
      this.table.rollback(mark);
    }
  }

  /** Whether a trait holds, all the way down, without binding anything. */
  holds(trait: TraitDecl, args: readonly Ty[], cause: Cause, depth = 0): Verdict {
    return this.probe(() => {
      const selection = this.select(trait, args, cause, depth);
      if (selection.verdict !== 'yes') return selection.verdict;
      return this.evaluate(selection.nested, depth + 1).verdict;
    });
  }

  /** Whether a list of obligations can hold together; binds variables on the way, so callers probe. */
  evaluate(list: readonly Obligation[], depth: number): { readonly verdict: Verdict; readonly failed: Failure['obligation'] | null } {
    let work = [...list];
    for (;;) {
      let progress = false;
      const left: Obligation[] = [];
      for (const obligation of work) {
        if (obligation.kind === 'deferred') continue;
        const step = this.process(obligation.depth >= depth ? obligation : { ...obligation, depth });
        if (step.status === 'error') return { verdict: 'no', failed: step.failure.obligation };
        if (step.status === 'maybe') {
          left.push(obligation);
        } else {
          progress = true;
          left.push(...step.nested);
        }
      }
      if (left.length === 0) return { verdict: 'yes', failed: null };
      if (!progress) return { verdict: 'maybe', failed: null };
      work = left;
    }
  }

  // ---------------------------------------------------------------- selection

  /** How a trait holds for these arguments. A yes may bind variables of the arguments. */
  select(trait: TraitDecl, given: readonly Ty[], cause: Cause, depth: number): Selection {
    if (depth > MAX_DEPTH) {
      this.overflowed = true;
      return NO;
    }
    const args = this.table.resolveAll(given);
    let flags = 0;
    for (const arg of args) flags |= arg.flags;
    if ((flags & HAS_POISON) !== 0) return BUILTIN;
    if (trait.marker !== null) return this.selectMarker(trait, args[0]!, cause, depth);
    if ((flags & HAS_INFER) !== 0) return this.selectOpen(trait, args, cause, depth);
    const cache = (flags & (HAS_PARAM | HAS_PROJECTION)) === 0 ? this.world.selections : this.ownSelections;
    let key = `${trait.id}:`;
    for (const arg of args) key += `${arg.id},`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    // A question that leads back to itself has no proof.
    cache.set(key, NO);
    const answer = this.probe(() => this.close(this.selectOpen(trait, args, cause, depth), depth));
    if (answer.verdict === 'yes' && answer.source.kind === 'impl' && answer.source.args.some((arg) => (arg.flags & HAS_INFER) !== 0)) {
      // The signature of a closure in the arguments is not all known yet: the answer holds variables that the probe has given back.
      cache.delete(key);
      return this.selectOpen(trait, args, cause, depth);
    }
    if (answer.verdict === 'maybe' || this.holdsUnknownClosure(args)) cache.delete(key);
    else cache.set(key, answer);
    return answer;
  }

  /** Answers about a closure change once its captures are known, so they are not kept before. */
  private holdsUnknownClosure(args: readonly Ty[]): boolean {
    let found = false;
    const visit = (ty: Ty): Ty => {
      if (ty.kind === 'closure' && this.world.closureIsCopy(ty) === null) found = true;
      mapTy(ty, visit);
      return ty;
    };
    if (!args.some((arg) => (arg.flags & HAS_BORROW) !== 0)) return false;
    args.forEach(visit);
    return found;
  }

  /** Proves what a selection for known types still asks, so that the answer can be kept. */
  private close(selection: Selection, depth: number): Selection {
    if (selection.verdict !== 'yes') return selection;
    const inner = this.evaluate(selection.nested, depth + 1);
    if (inner.verdict === 'no') {
      const failed = inner.failed;
      return { verdict: 'no', because: failed?.kind === 'trait' ? { trait: failed.trait, args: this.table.resolveAll(failed.args) } : null };
    }
    if (inner.verdict === 'maybe') return UNKNOWN;
    if (selection.source.kind !== 'impl') return { ...selection, nested: [] };
    return { verdict: 'yes', source: { ...selection.source, args: this.table.resolveAll(selection.source.args) }, nested: [] };
  }

  // ---------------------------------------------------------------- markers

  /** Markers tell nothing about a type that is not known, so they wait until it is. */
  private selectMarker(trait: TraitDecl, self: Ty, cause: Cause, depth: number): Selection {
    if (self.kind === 'infer') return self.domain === 'any' ? UNKNOWN : BUILTIN;
    if ((self.flags & HAS_INFER) !== 0) return UNKNOWN;
    // A closure whose captures are not known passes here; what is demanded of it is asked again by `settleLate`.
    return this.marker(trait, self, cause, depth).verdict === 'no' ? NO : BUILTIN;
  }

  /** Whether a type without inference variables has a marker, and if not, why. */
  marker(trait: TraitDecl, self: Ty, cause: Cause, depth = 0): MarkerAnswer {
    return askMarker(this.markerHost(cause, depth), trait, self);
  }

  private markerHost(cause: Cause, depth: number): MarkerHost {
    const { world, env } = this;
    const keyOf = (trait: TraitDecl, ty: Ty): string => `${trait.id}:${ty.id}`;
    const cacheFor = (ty: Ty): Map<string, MarkerAnswer> => ((ty.flags & (HAS_PARAM | HAS_PROJECTION)) === 0 ? world.markers : this.ownMarkers);
    return {
      marker: (name) => world.lang.trait(name),
      assumes: (trait, ty) => {
        if (env.traits.get(trait)?.some((ref) => ref.args[0] === ty || this.normalizeQuietly(ref.args[0]!) === ty) === true) return true;
        return ty.kind === 'projection' && this.boundsOf(ty).some((p) => p.kind === 'trait' && p.ref.trait === trait && this.normalizeQuietly(p.ref.args[0]!) === ty);
      },
      normalize: (ty) => this.table.resolve(this.normalizeQuietly(ty)),
      capturesKnown: (decl) => world.capturesKnown(decl),
      implsFor: (trait, ty) => world.index.implsOf(trait, headKey(ty)),
      demandsOf: (impl, ty) => this.probe(() => {
        const nested: Obligation[] = [];
        const fresh: Ty[] = [];
        for (let i = 0; i < impl.generics.total; i++) fresh.push(this.table.fresh());
        if (!this.table.unify(this.normalize(subst(impl.selfTy, fresh), cause, nested, depth + 1), ty)) return null;
        const args = this.table.resolveAll(fresh);
        return impl.generics.predicates.map((p) => substPredicate(p, (part) => this.normalizeQuietly(subst(part, args))));
      }),
      proves: (predicate) => this.probe(() => {
        const nested: Obligation[] = [];
        this.demands([predicate], [], cause, depth + 1, nested);
        return depth < MAX_DEPTH && this.evaluate(nested, depth + 1).verdict === 'yes';
      }),
      known: (trait, ty) => cacheFor(ty).get(keyOf(trait, ty)),
      keep: (trait, ty, answer) => void cacheFor(ty).set(keyOf(trait, ty), answer),
    };
  }

  private selectOpen(trait: TraitDecl, args: readonly Ty[], cause: Cause, depth: number): Selection {
    const self = args[0]!;
    const assumed = this.selectAssumed(trait, args, self);
    if (assumed !== null) return assumed;
    if (self.kind === 'infer' && self.domain === 'any') return UNKNOWN;
    if (self.kind === 'dyn') {
      const upcast = this.selectDyn(trait, args, self);
      if (upcast !== null) return upcast;
    }
    const builtin = this.selectBuiltin(trait, self, cause, depth);
    if (builtin !== null) return builtin;
    return this.selectImpl(trait, args, cause, depth);
  }

  private selectAssumed(trait: TraitDecl, args: readonly Ty[], self: Ty): Selection | null {
    let list: readonly TraitRef[] = this.env.traits.get(trait) ?? [];
    if (self.kind === 'projection') {
      const own = this.boundsOf(self).filter((p) => p.kind === 'trait' && p.ref.trait === trait) as { readonly ref: TraitRef }[];
      if (own.length > 0) list = [...list, ...own.map((p) => p.ref)];
    }
    if (list.length === 0) return null;
    const hits: (readonly Ty[])[] = [];
    for (const ref of list) {
      if (ref.args.every((arg, i) => arg === args[i])) return ASSUMED;
      const wanted = ref.args.map((arg) => this.normalizeQuietly(arg));
      if (wanted.every((arg, i) => arg === args[i])) return ASSUMED;
      if (this.probe(() => this.table.unifyAll(wanted, args))) hits.push(wanted);
    }
    if (hits.length === 0) return null;
    // A type that is not known at all could be anything; one assumption about a parameter must not decide it.
    if (self.kind === 'infer') return UNKNOWN;
    if (hits.length > 1) return UNKNOWN;
    this.table.unifyAll(hits[0]!, args);
    return ASSUMED;
  }

  private selectDyn(trait: TraitDecl, args: readonly Ty[], self: DynTy): Selection | null {
    const source: Source = { kind: 'dyn', self };
    for (const predicate of elaborate([{ kind: 'trait', ref: { trait: self.trait, args: [self, ...self.args] }, span: self.trait.span }])) {
      if (predicate.kind !== 'trait' || predicate.ref.trait !== trait) continue;
      if (this.table.unifyAll(predicate.ref.args.map((arg) => this.normalizeQuietly(arg)), args)) return { verdict: 'yes', source, nested: [] };
    }
    return null;
  }

  private selectBuiltin(trait: TraitDecl, self: Ty, cause: Cause, depth: number): Selection | null {
    const { lang } = this.world;
    const isCopy = trait === lang.trait('Copy');
    if (!isCopy && trait !== lang.trait('Clone')) return null;
    const all = (parts: readonly Ty[]): Selection => ({
      verdict: 'yes', source: { kind: 'builtin' }, nested: parts.map((part) => ({ kind: 'trait', trait, args: [part], cause, depth: depth + 1 })),
    });
    switch (self.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'ptr': case 'fnItem': case 'const':
        return BUILTIN;
      case 'infer':
        return self.domain === 'any' ? UNKNOWN : BUILTIN;
      case 'ref':
        return self.mutable ? NO : BUILTIN;
      case 'tuple':
        return all(self.elements);
      case 'array':
        return all([self.element]);
      case 'closure': {
        // Before the captures are known a closure counts as one that is moved.
        return this.world.closureIsCopy(self) === true ? BUILTIN : NO;
      }
      case 'fn': case 'str': case 'slice': case 'dyn':
        return NO;
      case 'box':
        return isCopy ? NO : null;
      default:
        return null;
    }
  }

  private selectImpl(trait: TraitDecl, args: readonly Ty[], cause: Cause, depth: number): Selection {
    const shallow = (ty: Ty): Ty => this.table.shallow(ty);
    const candidates = this.world.index.implsOf(trait, headKey(args[0]!)).filter((impl) => {
      const wanted = impl.traitRef!.args;
      for (let i = 0; i < wanted.length; i++) if (!couldMatch(wanted[i]!, args[i]!, shallow)) return false;
      return true;
    });
    if (candidates.length === 0) return NO;
    if (candidates.length === 1) return this.matchImpl(candidates[0]!, args, cause, depth) ?? NO;
    let because: TraitRef | null = null;
    let left: ImplDecl[] = [];
    for (const impl of candidates) {
      const verdict = this.probe(() => {
        const match = this.matchImpl(impl, args, cause, depth);
        if (match === null || match.verdict !== 'yes') return 'no';
        const inner = this.evaluate(match.nested, depth + 1);
        if (inner.verdict === 'no' && inner.failed?.kind === 'trait') because = { trait: inner.failed.trait, args: this.table.resolveAll(inner.failed.args) };
        return inner.verdict;
      });
      if (verdict !== 'no') left.push(impl);
    }
    if (left.length === 0) return { verdict: 'no', because };
    if (left.length > 1) {
      // An impl for exactly this type goes before one for any type: std has such pairs for reflexive conversions only.
      const exact = left.filter((impl) => headKey(impl.selfTy) !== null);
      const known = args.every((arg) => (arg.flags & HAS_INFER) === 0);
      if (known && exact.length === 1) left = exact;
      else if (known) left = [left[0]!];
      else return UNKNOWN;
    }
    return this.matchImpl(left[0]!, args, cause, depth) ?? NO;
  }

  private matchImpl(impl: ImplDecl, args: readonly Ty[], cause: Cause, depth: number): Selection | null {
    const fresh: Ty[] = [];
    for (let i = 0; i < impl.generics.total; i++) fresh.push(this.table.fresh());
    const nested: Obligation[] = [];
    const wanted = impl.traitRef!.args;
    for (let i = 0; i < wanted.length; i++) {
      if (!this.table.unify(this.normalize(subst(wanted[i]!, fresh), cause, nested, depth + 1), args[i]!)) return null;
    }
    this.demands(impl.generics.predicates, fresh, { span: cause.span, boundSpan: null, name: cause.name, onFail: cause.onFail }, depth + 1, nested);
    return { verdict: 'yes', source: { kind: 'impl', impl, args: fresh }, nested };
  }

  /** What a trait says of an associated type that is not resolved further: its bounds, and what follows from them. */
  boundsOf(self: ProjectionTy): readonly Predicate[] {
    return elaborate(self.assoc.bounds.map((bound) => substPredicate(bound, (ty) => subst(ty, self.args))));
  }

  // ---------------------------------------------------------------- associated types

  /** Resolves every associated type in `ty`; what cannot be known yet becomes a variable with an obligation. */
  normalize(ty: Ty, cause: Cause, out: Obligation[], depth = 0): Ty {
    if ((ty.flags & HAS_PROJECTION) === 0) return ty;
    if (ty.kind !== 'projection') return mapTy(ty, (child) => this.normalize(child, cause, out, depth));
    const args = ty.args.map((arg) => this.normalize(arg, cause, out, depth));
    const known = this.project(ty.assoc, args, cause, depth, out);
    if (known !== null) return known;
    const variable = this.table.fresh();
    out.push({ kind: 'projection', assoc: ty.assoc, args, ty: variable, cause, depth });
    return variable;
  }

  private normalizeQuietly(ty: Ty): Ty {
    if ((ty.flags & HAS_PROJECTION) === 0) return ty;
    return this.normalize(ty, { span: this.world.lang.trait('Copy').span, boundSpan: null, name: null }, [], MAX_DEPTH / 2);
  }

  /** The value of `<args[0] as Trait>::assoc`; the projection itself where it is only assumed to exist; null while unknown. */
  private project(assoc: AssocTypeDecl, given: readonly Ty[], cause: Cause, depth: number, out: Obligation[]): Ty | null {
    const args = this.table.resolveAll(given);
    let flags = 0;
    for (const arg of args) flags |= arg.flags;
    if (args[0]!.kind === 'poison') return tys.poison;
    if ((flags & HAS_INFER) !== 0) return this.projectOpen(assoc, args, cause, depth, out);
    const rigid = tys.projection(assoc, args);
    const cache = (flags & (HAS_PARAM | HAS_PROJECTION | HAS_POISON)) === 0 ? this.world.projections : this.ownProjections;
    const known = cache.get(rigid.id);
    if (known !== undefined) return known;
    cache.set(rigid.id, rigid);
    const mark = this.table.snapshot();
    const inner: Obligation[] = [];
    const found = this.projectOpen(assoc, args, cause, depth, inner);
    const answer = found === null ? null : this.table.resolve(found);
    cache.delete(rigid.id);
    if (answer === null) return null;
    if ((answer.flags & HAS_INFER) !== 0) {
      out.push(...inner);
      return answer;
    }
    this.table.rollback(mark);
    if ((answer.flags & HAS_POISON) === 0) cache.set(rigid.id, answer);
    // Demands made on the way to a final answer were met, or are reported where the trait itself is asked for.
    else out.push(...inner);
    return answer;
  }

  private projectOpen(assoc: AssocTypeDecl, args: readonly Ty[], cause: Cause, depth: number, out: Obligation[]): Ty | null {
    const self = args[0]!;
    if (depth > MAX_DEPTH) {
      this.overflowed = true;
      return tys.poison;
    }
    for (const entry of this.env.projections.get(assoc) ?? []) {
      if (self.kind === 'infer' || !this.table.unifyAll(entry.args, args)) continue;
      return entry.ty.kind === 'projection' && entry.ty.assoc === assoc ? entry.ty : this.normalize(entry.ty, cause, out, depth + 1);
    }
    if (self.kind === 'infer' && self.domain === 'any') return null;
    if (self.kind === 'projection') {
      for (const bound of this.boundsOf(self)) {
        if (bound.kind !== 'projection' || bound.assoc !== assoc || !this.table.unifyAll(bound.args, args)) continue;
        return this.normalize(bound.ty, cause, out, depth + 1);
      }
    }
    if (self.kind === 'dyn') {
      const fixed = self.assoc.find((item) => item.name === assoc.name);
      if (fixed !== undefined) return fixed.ty;
    }
    const selection = this.select(assoc.trait, args, cause, depth + 1);
    if (selection.verdict === 'maybe') return null;
    if (selection.verdict === 'no') {
      out.push({ kind: 'trait', trait: assoc.trait, args, cause, depth });
      return tys.poison;
    }
    const { source } = selection;
    if (source.kind !== 'impl') return source.kind === 'assumed' ? tys.projection(assoc, args) : tys.poison;
    const value = source.impl.assocTypes.get(assoc.name);
    if (value === undefined) return tys.poison;
    this.settle(selection.nested, out);
    return this.normalize(this.table.resolve(subst(value.ty, source.args)), cause, out, depth + 1);
  }

  /** Does what can be done of `list` at once, since its results are wanted, and leaves the rest to `out`. */
  private settle(list: readonly Obligation[], out: Obligation[]): void {
    let work = [...list];
    for (;;) {
      let progress = false;
      const left: Obligation[] = [];
      for (const obligation of work) {
        const step = this.process(obligation);
        if (step.status === 'maybe') {
          left.push(obligation);
        } else if (step.status === 'done') {
          progress = true;
          left.push(...step.nested);
        } else {
          out.push(obligation);
        }
      }
      work = left;
      if (!progress || left.length === 0) break;
    }
    out.push(...work);
  }

  /** The impl's own value of an associated type for a struct or enum; a helper of `Deref`. */
  projectionOf(assoc: AssocTypeDecl, self: AdtTy | Ty, cause: Cause): Ty {
    const out: Obligation[] = [];
    const ty = this.normalize(tys.projection(assoc, [self]), cause, out);
    this.registerAll(out);
    return ty;
  }
}
