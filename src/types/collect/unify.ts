/**
 * Whether two impls can be for the same types, and which impl a concrete type has: what coherence and comparisons of signatures need.
 * Consumes: types in which parameters with an index of OFFSET or more are variables (`open` shifts an impl's parameters there). Produces: bindings.
 * It knows no `where` clauses and takes an unresolved associated type for anything: answers of "no" are certain, of "yes" not.
 */
import { unreachable } from '../../base/index.ts';
import type { ImplDecl, TraitDecl, TraitRef } from '../program.ts';
import { mapTy, sameMarkers, subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import { headKey } from '../solve/index.ts';
import type { ImplNode } from './nodes.ts';
import type { Session } from './session.ts';

const OFFSET = 1 << 20;

/** The parameters of an impl as variables; `side` keeps two impls apart. */
export function openArgs(impl: ImplDecl, side: 0 | 1): readonly Ty[] {
  const out: Ty[] = [];
  for (let i = 0; i < impl.generics.total; i++) out.push(tys.param(OFFSET * (side + 1) + i, `?${side}`));
  return out;
}

export class Unifier {
  private readonly bound = new Map<number, Ty>();

  private shallow(ty: Ty): Ty {
    let at = ty;
    while (at.kind === 'param' && at.index >= OFFSET) {
      const next = this.bound.get(at.index);
      if (next === undefined) return at;
      at = next;
    }
    return at;
  }

  resolve(ty: Ty): Ty {
    const at = this.shallow(ty);
    return mapTy(at, (child) => this.resolve(child));
  }

  private occurs(index: number, ty: Ty): boolean {
    const at = this.shallow(ty);
    if (at.kind === 'param') return at.index === index;
    let found = false;
    mapTy(at, (child) => {
      found ||= this.occurs(index, child);
      return child;
    });
    return found;
  }

  unifyAll(a: readonly Ty[], b: readonly Ty[]): boolean {
    return a.length === b.length && a.every((ty, i) => this.unify(ty, b[i]!));
  }

  unify(x: Ty, y: Ty): boolean {
    const a = this.shallow(x);
    const b = this.shallow(y);
    if (a === b) return true;
    if (a.kind === 'param' && a.index >= OFFSET) return this.bind(a.index, b);
    if (b.kind === 'param' && b.index >= OFFSET) return this.bind(b.index, a);
    if (a.kind === 'projection' || b.kind === 'projection' || a.kind === 'poison' || b.kind === 'poison') return true;
    switch (a.kind) {
      case 'adt':
        return b.kind === 'adt' && a.decl === b.decl && this.unifyAll(a.args, b.args);
      case 'tuple':
        return b.kind === 'tuple' && this.unifyAll(a.elements, b.elements);
      case 'array':
        return b.kind === 'array' && this.unify(a.element, b.element) && this.unify(a.length, b.length);
      case 'slice':
        return b.kind === 'slice' && this.unify(a.element, b.element);
      case 'ref':
        return b.kind === 'ref' && a.mutable === b.mutable && this.unify(a.target, b.target);
      case 'ptr': case 'box':
        return b.kind === a.kind && this.unify(a.target, b.target);
      case 'fn':
        return b.kind === 'fn' && a.mode === b.mode && this.unifyAll(a.params, b.params) && this.unify(a.ret, b.ret);
      case 'dyn':
        return b.kind === 'dyn' && a.trait === b.trait && sameMarkers(a, b) && this.unifyAll(a.args, b.args) && this.unifyAll(a.assoc.map((item) => item.ty), b.assoc.map((item) => item.ty));
      default:
        return false;
    }
  }

  private bind(index: number, ty: Ty): boolean {
    if (this.occurs(index, ty)) return false;
    this.bound.set(index, ty);
    return true;
  }
}

interface ByHead {
  readonly heads: Map<string, ImplNode[]>;
  readonly open: ImplNode[];
  readonly all: ImplNode[];
}

/** All impls by trait and head of the self type. */
export class ImplTable {
  private readonly byTrait = new Map<TraitDecl, ByHead>();
  private readonly session: Session;
  private readonly below: ImplTable | null;

  /** `below` holds the first impls of the session already: those of std, under the modules of a program. */
  constructor(session: Session, below: ImplTable | null = null) {
    this.session = session;
    this.below = below;
    for (let i = below?.session.impls.length ?? 0; i < session.impls.length; i++) {
      const impl = session.impls[i]!;
      const ref = impl.traitRef;
      if (ref === null || ref.args[0]!.kind === 'poison') continue;
      let entry = this.byTrait.get(ref.trait);
      if (entry === undefined) this.byTrait.set(ref.trait, (entry = { heads: new Map(), open: [], all: [] }));
      entry.all.push(impl);
      const head = headKey(impl.selfTy);
      if (head === null) entry.open.push(impl);
      else {
        const list = entry.heads.get(head);
        if (list === undefined) entry.heads.set(head, [impl]);
        else list.push(impl);
      }
    }
  }

  /** Impls of a trait that may be for a type with this head; all of them for one without. */
  candidates(trait: TraitDecl, self: Ty): readonly ImplNode[] {
    const own = this.ownCandidates(trait, self);
    const first = this.below?.candidates(trait, self) ?? [];
    return first.length === 0 ? own : own.length === 0 ? first : [...first, ...own];
  }

  private ownCandidates(trait: TraitDecl, self: Ty): readonly ImplNode[] {
    const entry = this.byTrait.get(trait);
    if (entry === undefined) return [];
    const head = headKey(self);
    if (head === null) return entry.all;
    const own = entry.heads.get(head) ?? [];
    return entry.open.length === 0 ? own : [...own, ...entry.open];
  }

  /** False only where it is certain that no impl can make the trait hold. */
  mayHold(ref: TraitRef, depth = 0): boolean {
    const self = ref.args[0]!;
    if (self.kind === 'param' || self.kind === 'projection' || self.kind === 'poison' || self.kind === 'dyn' || self.kind === 'infer') return true;
    // Markers hold by what a type is made of: the solver answers for them, when all impls are known.
    if (ref.trait.marker !== null) return true;
    if ((ref.trait === this.session.lang.get('Copy') || ref.trait === this.session.lang.get('Clone')) && self.kind !== 'adt') return true;
    return this.candidates(ref.trait, self).some((impl) => {
      const open = openArgs(impl, 1);
      const unifier = new Unifier();
      if (!unifier.unifyAll(impl.traitRef!.args.map((arg) => subst(arg, open)), ref.args)) return false;
      return depth >= 3 || this.clausesMayHold(impl, open, unifier, depth + 1);
    });
  }

  /** Whether no `where` clause of an impl is certainly false under these bindings. */
  clausesMayHold(impl: ImplNode, open: readonly Ty[], unifier: Unifier, depth: number): boolean {
    const resolve = (ty: Ty): Ty => unifier.resolve(subst(ty, open));
    return impl.generics.predicates.every((p) => {
      switch (p.kind) {
        case 'trait':
          return this.mayHold({ trait: p.ref.trait, args: p.ref.args.map(resolve) }, depth);
        case 'callable':
          return mayBeCallable(resolve(p.self));
        case 'projection':
          return true;
        default:
          return unreachable(p);
      }
    });
  }

  /** Associated types of concrete types, as far as matching impls by their heads can tell. `own` is tried first. */
  normalize(ty: Ty, own: ImplNode | null, depth = 0): Ty {
    const done = mapTy(ty, (child) => this.normalize(child, own, depth));
    if (done.kind !== 'projection' || depth > 8) return done;
    const ref = own?.traitRef;
    if (ref !== undefined && ref !== null && ref.trait === done.assoc.trait && ref.args.every((arg, i) => arg === done.args[i])) {
      const value = own!.assocTypes.get(done.assoc.name);
      if (value !== undefined) return this.normalize(value.ty, own, depth + 1);
    }
    const self = done.args[0]!;
    if (self.kind === 'param' || self.kind === 'projection') return done;
    for (const impl of this.candidates(done.assoc.trait, self)) {
      const open = openArgs(impl, 1);
      const unifier = new Unifier();
      if (!unifier.unifyAll(impl.traitRef!.args.map((arg) => subst(arg, open)), done.args)) continue;
      const value = impl.assocTypes.get(done.assoc.name);
      if (value !== undefined) return this.normalize(unifier.resolve(subst(value.ty, open)), own, depth + 1);
    }
    return done;
  }
}

function mayBeCallable(ty: Ty): boolean {
  return ty.kind === 'fn' || ty.kind === 'fnItem' || ty.kind === 'closure' || ty.kind === 'param' || ty.kind === 'projection' || ty.kind === 'poison';
}

/** Equal as far as is known: an associated type that could not be resolved is equal to anything. */
export function couldEqual(a: Ty, b: Ty): boolean {
  return new Unifier().unify(a, b);
}
