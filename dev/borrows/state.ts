/**
 * What the generator of borrowing programs knows at a point of the program: variables, what they may borrow, which are spoilt.
 * It guesses what a borrow checker would say, roughly, so that most steps are allowed ones and the interesting rest is near the border. Nothing
 * depends on the guesses being right. Paths are text: `x.a`, `r*` (behind a reference), `b^` (behind a Box); elements of a list are the list.
 * Holds: one State for each point; branches work on copies.
 */
import type { GTy } from './types.ts';
import { dropLooks, fieldsOf, holdsBorrows } from './types.ts';

export interface Loan {
  readonly path: string;
  readonly mut: boolean;
}

export interface Variable {
  readonly name: string;
  readonly ty: GTy;
  /** Declared with `var`, or a reference that may be written through. */
  readonly assignable: boolean;
  /** Nesting of blocks and of loops where it was declared. */
  readonly depth: number;
  readonly loop: number;
}

export interface Facts {
  loans: readonly Loan[];
  /** A borrow in it has been cut: using it would be a mistake. */
  stale: boolean;
  /** Paths that have been moved out. */
  moved: readonly string[];
}

export type Use = 'read' | 'share' | 'write' | 'exclusive' | 'move' | 'end';

export interface Place {
  readonly text: string;
  readonly path: string;
  readonly ty: GTy;
  readonly root: Variable;
  /** May be written and borrowed exclusively. */
  readonly mut: boolean;
  /** May be moved out of. */
  readonly movable: boolean;
  /** Some reference on the way is shared: what is borrowed here needs no guarding. */
  readonly shared: boolean;
  readonly behindReference: boolean;
  /** Behind an element of a list that may not be changed. */
  readonly frozen: boolean;
}

const MAX_PROJECTIONS = 3;

/** The places in a variable never change. */
const placesOf = new WeakMap<Variable, readonly Place[]>();

export class State {
  readonly vars: Map<Variable, Facts>;

  constructor(vars: Map<Variable, Facts> = new Map()) {
    this.vars = vars;
  }

  clone(): State {
    return new State(new Map([...this.vars].map(([v, facts]) => [v, { ...facts }])));
  }

  /** What holds after either of two ways. */
  join(other: State): void {
    for (const [v, facts] of this.vars) {
      const there = other.vars.get(v);
      if (there === undefined) continue;
      facts.stale ||= there.stale;
      facts.loans = union(facts.loans, there.loans);
      facts.moved = [...new Set([...facts.moved, ...there.moved])];
    }
  }

  declare(v: Variable, loans: readonly Loan[]): void {
    this.vars.set(v, { loans, stale: false, moved: [] });
  }

  facts(v: Variable): Facts {
    return this.vars.get(v)!;
  }

  stale(place: Place): boolean {
    return this.facts(place.root).stale;
  }

  moved(place: Place): boolean {
    return this.facts(place.root).moved.some((path) => within(path, place.path) || within(place.path, path));
  }

  /** Whose borrows a use cuts. */
  cut(path: string, use: Use): Variable[] {
    const out: Variable[] = [];
    for (const [v, facts] of this.vars) {
      if (facts.stale) continue;
      if (facts.loans.some((loan) => conflicts(loan, path, use))) out.push(v);
    }
    return out;
  }

  use(place: Place, use: Use): void {
    for (const v of this.cut(place.path, use)) {
      if (v !== place.root || use === 'exclusive') this.facts(v).stale = true;
    }
    if (use === 'move') {
      const facts = this.facts(place.root);
      facts.moved = [...facts.moved, place.path];
    }
  }

  /** Cutting these would be noticed at the latest when they are dropped. */
  droppable(vars: readonly Variable[]): boolean {
    return vars.some((v) => dropLooks(v.ty) && !this.facts(v).moved.includes(v.name));
  }

  /** Variables of inner blocks end, the last one first. */
  leave(depth: number): void {
    for (const v of [...this.vars.keys()].reverse()) {
      if (v.depth <= depth) continue;
      for (const other of this.cut(v.name, 'end')) this.facts(other).stale = true;
      this.vars.delete(v);
    }
  }

  // -------------------------------------------------------------- places

  places(): Place[] {
    const out: Place[] = [];
    for (const v of this.vars.keys()) {
      if (v.ty.k === 'closure') continue;
      let known = placesOf.get(v);
      if (known === undefined) {
        const made: Place[] = [];
        this.grow({ text: v.name, path: v.name, ty: v.ty, root: v, mut: v.assignable, movable: true, shared: false, behindReference: false, frozen: false }, MAX_PROJECTIONS, made);
        placesOf.set(v, (known = made));
      }
      for (const place of known) out.push(place);
    }
    return out;
  }

  private grow(place: Place, left: number, out: Place[]): void {
    if (place.ty.k !== 'slice') out.push(place);
    if (left === 0) return;
    const { ty, text, path } = place;
    if (ty.k === 'ref') {
      const deeper: Place = {
        ...place, text: `(*${text})`, path: `${path}*`, ty: ty.of, mut: ty.mut && !place.shared && !place.frozen, movable: false, shared: place.shared || !ty.mut, behindReference: true,
      };
      if (ty.of.k === 'slice') out.push(deeper);
      this.grow(deeper, left - 1, out);
    } else if (ty.k === 'box') {
      this.grow({ ...place, text: `(*${text})`, path: `${path}^`, ty: ty.of }, left - 1, out);
    } else if (ty.k === 'list' || ty.k === 'slice') {
      this.grow({ ...place, text: `${text}[0]`, ty: ty.of, movable: false, frozen: !place.mut }, left - 1, out);
    }
    const whole = ty.k === 'own' && ty.name === 'D';
    for (const field of fieldsOf(ty)) {
      const movable = place.movable && !whole && !(ty.k === 'view' && ty.name === 'Z');
      this.grow({ ...place, text: `${text}.${field.name}`, path: `${path}.${field.name}`, ty: field.ty, movable }, left - 1, out);
    }
  }

  /** What a new reference to a place borrows: the place, and what the references on the way to it borrow. */
  loansOf(place: Place, mut: boolean): readonly Loan[] {
    const inherited = place.behindReference || holdsBorrows(place.ty) ? this.facts(place.root).loans : [];
    return place.shared ? inherited : union(inherited, [{ path: place.path, mut }]);
  }
}

/** Whether `inner` is `outer` or a part of it. */
function within(inner: string, outer: string): boolean {
  return inner.startsWith(outer) && (inner.length === outer.length || '.*^'.includes(inner[outer.length]!));
}

function conflicts(loan: Loan, path: string, use: Use): boolean {
  switch (use) {
    case 'read':
    case 'share':
      return loan.mut && (within(loan.path, path) || within(path, loan.path));
    case 'exclusive':
      return within(loan.path, path) || within(path, loan.path);
    case 'write':
    case 'move':
    case 'end':
      // What lies behind a reference stays when the reference goes.
      return within(path, loan.path) || (within(loan.path, path) && !loan.path.slice(path.length).includes('*'));
  }
}

export function union(a: readonly Loan[], b: readonly Loan[]): readonly Loan[] {
  const out = [...a];
  for (const loan of b) if (!out.some((known) => known.path === loan.path && known.mut === loan.mut)) out.push(loan);
  return out;
}
