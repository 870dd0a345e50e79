/**
 * The table of inference variables: what each is known to be, with cheap rollback.
 * Holds: one binding a variable, a trail of the bindings made, and the numeric variables that may need a default.
 * Variables are taken from a pool that bodies use one after the other, so that `Option<?0>` is interned once and not once a body.
 * Source: union by binding and a trail, as in Warren's machine; the occurs check is done when a variable is bound.
 */
import { bug } from '../../base/index.ts';
import { HAS_INFER, HAS_POISON, mapTy, sameMarkers, tys } from '../ty.ts';
import type { InferTy, Ty } from '../ty.ts';

type Domain = InferTy['domain'];

/** All variables ever made, by domain; `used` says how many belong to tables that are alive. Tables nest like a stack. */
const pool: Record<Domain, InferTy[]> = { any: [], int: [], float: [] };
const used: Record<Domain, number> = { any: 0, int: 0, float: 0 };

/** A state to which a table can go back. */
export interface Snapshot {
  readonly trail: number;
  readonly any: number;
  readonly int: number;
  readonly float: number;
  readonly numeric: number;
}

export class InferTable {
  private readonly bound: (Ty | undefined)[] = [];
  private readonly trail: number[] = [];
  private readonly start: Snapshot;
  /** Counts bindings: equal counts mean that nothing new is known. */
  changes = 0;
  /** Counts bindings of watched variables: what an obligation waits for. */
  wakeups = 0;
  private readonly watched: boolean[] = [];
  /** Variables that came from literals, in order of creation. */
  readonly numeric: InferTy[] = [];

  constructor() {
    this.start = this.snapshot();
  }

  /** A variable about which nothing is known but its domain. */
  fresh(domain: Domain = 'any'): InferTy {
    const list = pool[domain];
    const at = used[domain]++;
    if (at === list.length) list.push(tys.infer(domain));
    const variable = list[at]!;
    if (domain !== 'any') this.numeric.push(variable);
    return variable;
  }

  snapshot(): Snapshot {
    return { trail: this.trail.length, any: used.any, int: used.int, float: used.float, numeric: this.numeric.length };
  }

  /** Forgets every binding and every variable made since. */
  rollback(to: Snapshot): void {
    this.undo(to.trail);
    used.any = to.any;
    used.int = to.int;
    used.float = to.float;
    this.numeric.length = to.numeric;
  }

  /** Gives the variables back to the pool. No type that holds one may be used after. */
  release(): void {
    this.rollback(this.start);
  }

  /** Makes a later binding of the variable count as a wake-up. */
  watch(variable: InferTy): void {
    this.watched[variable.index] = true;
  }

  isBound(variable: InferTy): boolean {
    return this.bound[variable.index] !== undefined;
  }

  /** What is known at the top of a type. */
  shallow(ty: Ty): Ty {
    let at = ty;
    while (at.kind === 'infer') {
      const next = this.bound[at.index];
      if (next === undefined) return at;
      at = next;
    }
    return at;
  }

  /** The type with every known variable replaced. */
  resolve(ty: Ty): Ty {
    if ((ty.flags & HAS_INFER) === 0) return ty;
    if (ty.kind === 'infer') {
      const known = this.shallow(ty);
      return known.kind === 'infer' ? known : this.resolve(known);
    }
    return mapTy(ty, this.resolveChild);
  }

  private readonly resolveChild = (ty: Ty): Ty => this.resolve(ty);

  resolveAll(list: readonly Ty[]): readonly Ty[] {
    for (const ty of list) if ((ty.flags & HAS_INFER) !== 0) return list.map(this.resolveChild);
    return list;
  }

  /** The variables that a type still holds. */
  unknowns(ty: Ty, into: InferTy[]): void {
    const resolved = this.resolve(ty);
    if ((resolved.flags & HAS_INFER) === 0) return;
    if (resolved.kind === 'infer') {
      if (!into.includes(resolved)) into.push(resolved);
      return;
    }
    mapTy(resolved, (child) => {
      this.unknowns(child, into);
      return child;
    });
  }

  /** Makes two types equal, or changes nothing and says no. */
  unify(a: Ty, b: Ty): boolean {
    const mark = this.trail.length;
    if (this.equate(a, b)) return true;
    this.undo(mark);
    return false;
  }

  unifyAll(a: readonly Ty[], b: readonly Ty[]): boolean {
    const mark = this.trail.length;
    if (this.equateAll(a, b)) return true;
    this.undo(mark);
    return false;
  }

  private undo(mark: number): void {
    while (this.trail.length > mark) this.bound[this.trail.pop()!] = undefined;
  }

  private equateAll(a: readonly Ty[], b: readonly Ty[]): boolean {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!this.equate(a[i]!, b[i]!)) return false;
    return true;
  }

  private equate(x: Ty, y: Ty): boolean {
    const a = this.shallow(x);
    const b = this.shallow(y);
    if (a === b) return true;
    if (a.kind === 'infer') return this.bind(a, b);
    if (b.kind === 'infer') return this.bind(b, a);
    if (a.kind === 'poison' || b.kind === 'poison') return true;
    // Hash-consed types without variables are equal only when they are one object.
    if (((a.flags | b.flags) & (HAS_INFER | HAS_POISON)) === 0) return false;
    switch (a.kind) {
      case 'adt':
        return b.kind === 'adt' && a.decl === b.decl && this.equateAll(a.args, b.args);
      case 'tuple':
        return b.kind === 'tuple' && this.equateAll(a.elements, b.elements);
      case 'array':
        return b.kind === 'array' && this.equate(a.element, b.element) && this.equate(a.length, b.length);
      case 'slice':
        return b.kind === 'slice' && this.equate(a.element, b.element);
      case 'ref':
        return b.kind === 'ref' && a.mutable === b.mutable && this.equate(a.target, b.target);
      case 'ptr':
        return b.kind === 'ptr' && this.equate(a.target, b.target);
      case 'box':
        return b.kind === 'box' && this.equate(a.target, b.target);
      case 'fn':
        return b.kind === 'fn' && a.mode === b.mode && this.equateAll(a.params, b.params) && this.equate(a.ret, b.ret);
      case 'fnItem':
        return b.kind === 'fnItem' && a.decl === b.decl && this.equateAll(a.args, b.args);
      case 'closure':
        return b.kind === 'closure' && a.decl === b.decl && this.equateAll(a.args, b.args);
      case 'dyn':
        return b.kind === 'dyn' && a.trait === b.trait && sameMarkers(a, b) && this.equateAll(a.args, b.args)
          && a.assoc.length === b.assoc.length && a.assoc.every((item, i) => item.name === b.assoc[i]!.name && this.equate(item.ty, b.assoc[i]!.ty));
      case 'projection':
        return b.kind === 'projection' && a.assoc === b.assoc && this.equateAll(a.args, b.args);
      default:
        return false;
    }
  }

  private bind(variable: InferTy, ty: Ty): boolean {
    if (ty.kind === 'infer') {
      // The narrower domain stays: an unknown type becomes "some integer", never the other way round.
      if (variable.domain === 'any') return this.set(variable, ty);
      if (ty.domain === 'any' || ty.domain === variable.domain) return this.set(ty, variable);
      return false;
    }
    if (ty.kind === 'poison') return this.set(variable, ty);
    if (variable.domain === 'int' && ty.kind !== 'int') return false;
    if (variable.domain === 'float' && ty.kind !== 'float') return false;
    if ((ty.flags & HAS_INFER) !== 0 && this.occurs(variable, ty)) return false;
    return this.set(variable, ty);
  }

  private set(variable: InferTy, ty: Ty): boolean {
    if (this.bound[variable.index] !== undefined) bug('an inference variable is bound twice');
    this.bound[variable.index] = ty;
    this.trail.push(variable.index);
    this.changes++;
    if (this.watched[variable.index] === true) this.wakeups++;
    return true;
  }

  private occurs(variable: InferTy, ty: Ty): boolean {
    if ((ty.flags & HAS_INFER) === 0) return false;
    const known = this.shallow(ty);
    if (known === variable) return true;
    if ((known.flags & HAS_INFER) === 0 || known.kind === 'infer') return false;
    let found = false;
    mapTy(known, (child) => {
      found ||= this.occurs(variable, child);
      return child;
    });
    return found;
  }
}
