/**
 * Expressions of random borrowing programs: for a type and a state, the text of a value and what it borrows.
 * Consumes: a Random and the state at the point. Produces: text; the state is changed as evaluating the text changes it.
 * Holds: what is the same all over one function: how careful it is, which functions it may call, how deep it stands.
 */
import type { Random } from '../../tests/fuzz/random.ts';
import type { Loan, Place, Use, Variable } from './state.ts';
import { State, union } from './state.ts';
import type { GTy } from './types.ts';
import { box, fieldsOf, isCopy, list, makerOf, opt, P, ref, S, same, show, wrap } from './types.ts';

export interface Val {
  readonly text: string;
  readonly loans: readonly Loan[];
}

export interface Signature {
  readonly name: string;
  readonly params: readonly GTy[];
  readonly ret: GTy | null;
}

export interface GenerateOptions {
  /** Only what Rust has too, with calls of functions that return no references. */
  readonly rust: boolean;
}

type Maker = () => Val | null;

/** A use of something outside of the closure that is being written. */
export interface Captured {
  readonly place: Place;
  readonly use: Use;
}

export class ValueGenerator {
  protected readonly random: Random;
  protected readonly options: GenerateOptions;
  protected state = new State();
  /** Of a hundred choices, how many avoid what would be refused. */
  protected care: number;
  /** Statements until something is changed under a borrow, and the borrow used; negative: never. */
  protected slipAt: number;
  protected depth = 0;
  protected loop = 0;
  /** Variables that count loop turns. */
  protected readonly counters: string[] = [];
  protected callable: readonly Signature[] = [];
  /** Which of them is being written; -1: the entry, which nobody calls. */
  protected current = -1;
  /** Types of this unit that implement `Pass`. */
  protected passer: Variable | null = null;
  protected captured: Captured[] | null = null;
  /** Depth of the block around the closure that is being written. */
  protected closureDepth = -1;
  protected names = 0;

  constructor(random: Random, options: GenerateOptions) {
    this.random = random;
    this.options = options;
    // Some are always careful, so that many are accepted; of those, some make one mistake on purpose.
    const mode = random.below(10);
    this.care = mode < 4 ? 60 + random.below(40) : 100;
    this.slipAt = mode < 7 ? -1 : random.below(16);
  }

  protected chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  protected careful(): boolean {
    return this.chance(this.care);
  }

  protected fresh(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  protected number(): number {
    return this.random.below(60);
  }

  protected cond(): string {
    const counter = this.counters.at(-1);
    return counter !== undefined && this.chance(60) ? `bit(k, ${this.number()} + ${counter})` : `bit(k, ${this.number()})`;
  }

  /** Undoes what a failed attempt has done to the state. */
  protected attempt<T>(make: () => T | null): T | null {
    const before = this.state.clone();
    const made = make();
    if (made === null) this.state = before;
    return made;
  }

  /** A place to use in a way; null where there is none, or where it would spoil too much. */
  protected choose(use: Use, wanted: (place: Place) => boolean): Place | null {
    const all = this.state.places().filter((place) => wanted(place) && this.allowed(place, use));
    if (all.length === 0) return null;
    for (let tries = 0; tries < 5; tries++) {
      const place = this.random.pick(all);
      // Moves are proved elsewhere: a misuse of one only hides what else there is.
      if (this.random.below(1000) < 998 && (this.state.moved(place) || (use === 'move' && place.root.loop < this.loop))) continue;
      if (this.careful()) {
        if (this.state.stale(place)) continue;
        const cut = this.state.cut(place.path, use).filter((v) => v !== place.root);
        if (cut.length > 0 && (this.state.droppable(cut) || cut.some((v) => v.name.startsWith('it')) || this.chance(70))) continue;
      }
      this.note(place, use);
      return place;
    }
    return null;
  }

  private allowed(place: Place, use: Use): boolean {
    switch (use) {
      case 'write':
      case 'exclusive':
        return place.mut;
      case 'move':
        // Moving captured variables would make a closure callable once, which is chosen apart.
        return place.movable && place.root.depth > this.closureDepth;
      default:
        return true;
    }
  }

  protected note(place: Place, use: Use): void {
    if (this.captured !== null && place.root.depth <= this.closureDepth) this.captured.push({ place, use });
    this.state.use(place, use);
  }

  // -------------------------------------------------------------- values

  protected value(ty: GTy, left = 3): Val | null {
    const makers = this.makers(ty, left);
    for (let tries = 0; tries < 4 && makers.length > 0; tries++) {
      const made = this.attempt(this.random.pick(makers));
      if (made !== null) return made;
    }
    return null;
  }

  private makers(ty: GTy, left: number): Maker[] {
    const out: Maker[] = [];
    const add = (weight: number, make: Maker): void => {
      for (let i = 0; i < weight; i++) out.push(make);
    };
    if (isCopy(ty)) add(3, () => this.copied(ty));
    else if (ty.k !== 'ref') add(2, () => this.movedOut(ty));
    const maker = makerOf(ty);
    if (maker !== null) add(3, () => ({ text: `${maker}(${this.number()})`, loans: [] }));
    if (left > 0) this.composite(ty, left, add);
    if (ty.k === 'ref') this.references(ty.of, ty.mut, left, add);
    return out;
  }

  private copied(ty: GTy): Val | null {
    const place = this.choose('read', (p) => same(p.ty, ty));
    return place === null ? null : { text: place.text, loans: this.state.facts(place.root).loans };
  }

  private movedOut(ty: GTy): Val | null {
    const place = this.choose('move', (p) => same(p.ty, ty));
    return place === null ? null : { text: place.text, loans: this.state.facts(place.root).loans };
  }

  /** A value put together from others: `text` gets their texts. */
  protected from(types: readonly GTy[], left: number, text: (...parts: string[]) => string): Val | null {
    const parts: Val[] = [];
    for (const ty of types) {
      const part = this.value(ty, left - 1);
      if (part === null) return null;
      parts.push(part);
      // A later part must not spoil an earlier one, mostly: what has been made counts as held.
    }
    return { text: text(...parts.map((part) => part.text)), loans: parts.reduce<readonly Loan[]>((all, part) => union(all, part.loans), []) };
  }

  private composite(ty: GTy, left: number, add: (weight: number, make: Maker) => void): void {
    const fields = fieldsOf(ty);
    switch (ty.k) {
      case 'own':
        if (ty.name === 'P') add(1, () => this.from([S, S], left, (a, b) => `P { a: ${a}, b: ${b} }`));
        if (ty.name === 'E') {
          add(1, () => this.from([S], left, (s) => `E::One(${s})`));
          add(1, () => this.from([box(P)], left, (b) => `E::Boxed(${b})`));
        }
        if (ty.name === 'String') add(1, () => this.from([ref(S)], left, (s) => `dup(${s})`));
        break;
      case 'box':
        if (!this.options.rust) add(1, () => this.from([ty.of], left, (x) => `new Box(${x})`));
        break;
      case 'list':
        if (makerOf(ty) !== null) break;
        add(1, () => ({ text: 'ArrayList::new()', loans: [] }));
        add(5, () => this.from([ty.of], left, (x) => `one(${x})`));
        break;
      case 'opt':
        add(2, () => this.from([ty.of], left, (x) => `Some(${x})`));
        if (this.options.rust) break;
        add(1, () => this.from([ty.of], left, (x) => `maybe(${this.cond()}, ${x})`));
        if (same(ty.of, ref(S))) add(1, () => this.from([ref(list(S))], left, (l) => `find(${l}, ${this.cond()})`));
        if (same(ty.of, ref(P, true))) add(2, () => this.from([ref(list(P), true)], left, (l) => `findMut(${l}, ${this.cond()})`));
        break;
      case 'wrap':
        add(3, () => this.from([ty.of], left, (x) => `G { v: ${x} }`));
        break;
      case 'view':
        add(3, () => this.from(fields.map((f) => f.ty), left, (...xs) => `${ty.name} { ${xs.map((x, i) => `${fields[i]!.name}: ${x}`).join(', ')} }`));
        break;
      default:
        break;
    }
    if (!this.options.rust) {
      if (ty.k !== 'ref') add(1, () => this.from([ty], left, (x) => `id(${x})`));
      if (ty.k !== 'ref' || !ty.mut) add(1, () => this.from([ty, ty], left, (a, b) => `pick(${this.cond()}, ${a}, ${b})`));
    }
    add(1, () => this.either(ty, left));
    for (const sig of this.callable) if (sig.ret !== null && same(sig.ret, ty)) add(3, () => this.guardedCall(sig, ty, left));
  }

  private either(ty: GTy, left: number): Val | null {
    const cond = this.cond();
    const before = this.state.clone();
    const yes = this.value(ty, left - 1);
    const after = this.state;
    this.state = before;
    const no = yes === null ? null : this.value(ty, left - 1);
    if (yes === null || no === null) return null;
    this.state.join(after);
    return { text: `if ${cond} { ${yes.text} } else { ${no.text} }`, loans: union(yes.loans, no.loans) };
  }

  /** A call of a function of this unit; the steering number gets smaller, so that recursion ends. */
  protected callOf(sig: Signature, left: number): Val | null {
    return this.from(sig.params, Math.min(left, 2), (...args) => `${sig.name}(${['k >> 16', ...args].join(', ')})`);
  }

  /** A call that may come back to this function is made only while `k` lasts. */
  private guardedCall(sig: Signature, ty: GTy, left: number): Val | null {
    if (!this.recurs(sig)) return this.callOf(sig, left);
    const before = this.state.clone();
    const base = this.value(ty, 0);
    const after = this.state;
    this.state = before;
    const made = base === null ? null : this.callOf(sig, left);
    if (base === null || made === null) return null;
    this.state.join(after);
    return { text: `if k == 0 { ${base.text} } else { ${made.text} }`, loans: union(base.loans, made.loans) };
  }

  protected recurs(sig: Signature): boolean {
    return this.callable.indexOf(sig) <= this.current;
  }

  private references(to: GTy, mut: boolean, left: number, add: (weight: number, make: Maker) => void): void {
    const calls = left > 0 && !this.options.rust;
    if (mut) {
      add(5, () => this.borrowed(to, true));
      add(3, () => this.reborrowed(to));
    } else add(6, () => this.borrowed(to, false));
    if (to.k === 'slice') {
      const method = mut ? 'asMutSlice' : 'asSlice';
      if (calls) add(6, () => this.from([ref(list(to.of), mut)], left, (l) => `(${l}).${method}()`));
      return;
    }
    if (!calls) return;
    if (same(to, S)) {
      if (mut) {
        add(1, () => this.from([ref(P, true)], left, (p) => `firstMut(${p})`));
        add(1, () => this.from([ref(P, true)], left, (p) => `viaDynMut(${p})`));
      } else {
        add(1, () => this.from([ref(P)], left, (p) => `first(${p})`));
        add(1, () => this.from([ref(P)], left, (p) => `viaDyn(${p})`));
        add(1, () => this.from([ref(S), ref(S)], left, (a, b) => `longer(${a}, ${b})`));
        add(1, () => this.from([ref(S)], left, (s) => `map(|q: &String| ${/^&?\w+$/.test(s) && this.chance(50) ? s : 'q'}, ${s})`));
        const { passer } = this;
        if (passer !== null && !this.state.facts(passer).stale) add(4, () => this.from([ref(S)], left, (s) => `viaPass(&${passer.name}, ${s})`));
        for (const v of this.state.vars.keys()) if (v.ty.k === 'closure' && v.ty.text) add(2, () => this.textOf(v));
      }
    }
    if (mut && same(to, P)) add(2, () => this.from([ref(list(P), true)], left, (l) => `getOrInsert(${l}, ${this.cond()})`));
  }

  private textOf(closure: Variable): Val | null {
    const facts = this.state.facts(closure);
    return facts.stale && this.careful() ? null : { text: `${closure.name}()`, loans: facts.loans };
  }

  private borrowed(to: GTy, mut: boolean): Val | null {
    const place = this.choose(mut ? 'exclusive' : 'share', (p) => same(p.ty, to));
    return place === null ? null : { text: `${mut ? '&mut ' : '&'}${place.text}`, loans: this.state.loansOf(place, mut) };
  }

  /** An exclusive reference that is used as it stands is borrowed through, not given away. */
  private reborrowed(to: GTy): Val | null {
    const place = this.choose('exclusive', (p) => p.behindReference && same(p.ty, to) && /^\(\*[^()[]*\)$/.test(p.text));
    if (place === null || !this.isExclusive(place)) return null;
    return { text: place.text.slice(2, -1), loans: this.state.loansOf(place, true) };
  }

  private isExclusive(place: Place): boolean {
    const outer = this.state.places().find((p) => p.root === place.root && `(*${p.text})` === place.text);
    return outer !== undefined && outer.ty.k === 'ref' && outer.ty.mut;
  }

  /** Borrows are put into what a place holds, and into whatever that place stands for. */
  protected absorb(place: Place, loans: readonly Loan[]): void {
    const facts = this.state.facts(place.root);
    const through = facts.loans;
    facts.loans = union(facts.loans, loans);
    for (const [v, other] of this.state.vars) {
      if (v !== place.root && through.some((loan) => loan.mut && (loan.path === v.name || loan.path.startsWith(`${v.name}.`) || loan.path.startsWith(`${v.name}*`)))) {
        other.loans = union(other.loans, loans);
      }
    }
  }
}

/** Types of local variables, the interesting ones more often. */
export const LOCAL_TYPES: readonly GTy[] = [
  S, S, P, P, list(S), list(P), box(P), opt(S), { k: 'own', name: 'D' }, { k: 'own', name: 'E' }, ref(S), ref(S), ref(S), ref(S), ref(P), ref(P), ref(list(S)), ref(S, true),
  ref(S, true), ref(P, true), ref(P, true), ref(P, true), ref(list(S), true), ref(list(P), true), ref(ref(S), true), ref(ref(S), true), ref(ref(P, true), true), ref(box(P)),
  ref({ k: 'own', name: 'D' }, true), ref({ k: 'own', name: 'E' }, true), list(ref(S)), list(ref(S)), list(ref(P, true)), ref(list(ref(S)), true), ref(list(ref(S)), true),
  ref(ref(list(ref(S)), true), true), opt(ref(S)), opt(ref(P, true)), wrap(ref(S)), { k: 'view', name: 'V' }, { k: 'view', name: 'W' }, { k: 'view', name: 'Q' },
  { k: 'view', name: 'Z' }, list({ k: 'view', name: 'Z' }), ref({ k: 'view', name: 'V' }, true), ref({ k: 'slice', of: S }), ref({ k: 'slice', of: S }, true),
];

/** Types of parameters: all can be borrowed from the locals above. */
export const PARAM_TYPES: readonly GTy[] = [
  ref(S), ref(S), ref(P), ref(list(S)), ref(S, true), ref(P, true), ref(list(P), true), ref(list(S), true), ref(ref(S), true), ref(list(ref(S)), true), ref(ref(P, true), true),
  ref({ k: 'view', name: 'V' }, true), S, P, opt(ref(S)), { k: 'view', name: 'V' }, list(ref(S)),
];

export const RESULT_TYPES: readonly GTy[] = [
  ref(S), ref(S), ref(S), ref(P), ref(S, true), ref(P, true), opt(ref(S)), { k: 'view', name: 'V' }, list(ref(S)), ref(list(ref(S)), true), S,
];

export { show };
