/**
 * Which locals that hold borrows are still used later (L5): two backward bit sets, one for uses and one for destruction, and a forward one
 * that says whether a local may have a value, since destroying what has been moved away uses nothing.
 * Consumes: a body as built. Produces: the sets at the ends of blocks, and a way to step through one. Unwind edges are edges.
 */
import { forEachPlace, forEachTermPlace, indexLocals, mayPanic, reversePostorder, successors } from '../../mir/index.ts';
import type { Block, BlockId, Body, LocalId, Place, PlaceUse, Stmt } from '../../mir/index.ts';

export interface LiveSets {
  readonly used: Uint32Array;
  readonly dropped: Uint32Array;
}

/** Adds what a statement uses to the sets, and takes out what it gives a new value: from after it to before it. */
export class Liveness {
  readonly words: number;
  readonly order: readonly BlockId[];
  private readonly body: Body;
  private readonly indexOf: Int32Array;
  private readonly usedIn: Uint32Array[];
  private readonly droppedIn: Uint32Array[];
  private readonly initIn: (Uint32Array | null)[];

  /** `tracked`: the locals that matter, each with its number; -1 for others. */
  constructor(body: Body, indexOf: Int32Array, count: number) {
    this.body = body;
    this.indexOf = indexOf;
    this.words = (count + 31) >>> 5;
    this.order = reversePostorder(body);
    this.usedIn = body.blocks.map(() => new Uint32Array(this.words));
    this.droppedIn = body.blocks.map(() => new Uint32Array(this.words));
    this.initIn = body.blocks.map(() => null);
    this.solve();
    this.solveInit();
  }

  private solve(): void {
    const used = new Uint32Array(this.words);
    const dropped = new Uint32Array(this.words);
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = this.order.length - 1; i >= 0; i--) {
        const id = this.order[i]!;
        const block = this.body.blocks[id]!;
        this.atEnd(block, { used, dropped });
        for (let s = block.stmts.length - 1; s >= 0; s--) this.before(block, block.stmts[s]!, { used, dropped });
        changed = merge(this.usedIn[id]!, used) || changed;
        changed = merge(this.droppedIn[id]!, dropped) || changed;
      }
      if (!this.loops()) break;
    }
  }

  private looping: boolean | null = null;

  /** Whether any edge goes backward in the order: without one, a single round is all. */
  private loops(): boolean {
    if (this.looping !== null) return this.looping;
    const position = new Int32Array(this.body.blocks.length);
    this.order.forEach((id, i) => {
      position[id] = i;
    });
    this.looping = this.order.some((id, i) => successors(this.body.blocks[id]!).some((to) => position[to]! <= i));
    return this.looping;
  }

  /** The sets after the last statement of a block, its terminator included. */
  atEnd(block: Block, out: LiveSets): void {
    out.used.fill(0);
    out.dropped.fill(0);
    const { term } = block;
    switch (term.kind) {
      case 'goto':
        this.addIn(term.target, out);
        break;
      case 'switch':
        for (const c of term.cases) this.addIn(c.target, out);
        this.addIn(term.otherwise, out);
        break;
      case 'catchPanic':
        this.addIn(term.target, out);
        break;
      case 'return':
        this.mark(out.used, 0 as LocalId);
        break;
      case 'resume': case 'unreachable':
        break;
    }
    forEachTermPlace(term, (place, use) => {
      if (use === 'write' && place.proj.length === 0) this.unmark(out, place.local);
      else this.usePlace(place, out);
    });
  }

  private addIn(block: BlockId, out: LiveSets): void {
    const used = this.usedIn[block]!;
    const dropped = this.droppedIn[block]!;
    for (let w = 0; w < this.words; w++) {
      out.used[w]! |= used[w]!;
      out.dropped[w]! |= dropped[w]!;
    }
  }

  private mark(set: Uint32Array, local: LocalId): void {
    const index = this.indexOf[local]!;
    if (index >= 0) set[index >>> 5]! |= 1 << (index & 31);
  }

  private unmark(sets: LiveSets, local: LocalId): void {
    const index = this.indexOf[local]!;
    if (index < 0) return;
    sets.used[index >>> 5]! &= ~(1 << (index & 31));
    sets.dropped[index >>> 5]! &= ~(1 << (index & 31));
  }

  private usePlace(place: Place, out: LiveSets): void {
    this.mark(out.used, place.local);
    for (const index of indexLocals(place)) this.mark(out.used, index);
  }

  /** From the sets after a statement to those before it. */
  before(block: Block, stmt: Stmt, sets: LiveSets): void {
    if (stmt.kind === 'storageDead' || stmt.kind === 'storageLive') {
      this.unmark(sets, stmt.local);
      return;
    }
    if (stmt.kind === 'nop') return;
    if ((stmt.kind === 'assign' && stmt.place.proj.length === 0)) this.unmark(sets, stmt.place.local);
    else if (stmt.kind === 'call' && stmt.dest.proj.length === 0) this.unmark(sets, stmt.dest.local);
    if (block.unwind !== null && mayPanic(stmt)) this.addIn(block.unwind, sets);
    forEachPlace(stmt, (place, use) => {
      if (use === 'drop') {
        if (place.proj.length === 0) this.mark(sets.dropped, place.local);
        else this.usePlace(place, sets);
      } else if (use !== 'write' || place.proj.length > 0) {
        this.usePlace(place, sets);
      }
    });
  }

  // -------------------------------------------------------------- may it have a value

  private solveInit(): void {
    const start = new Uint32Array(this.words);
    for (let i = 1; i <= this.body.paramCount; i++) this.mark(start, i as LocalId);
    this.initIn[0] = start;
    const state = new Uint32Array(this.words);
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of this.order) {
        const entry = this.initIn[id];
        if (entry === null || entry === undefined) continue;
        state.set(entry);
        const block = this.body.blocks[id]!;
        const reach = (target: BlockId): void => {
          const known = this.initIn[target];
          if (known === null || known === undefined) {
            this.initIn[target] = state.slice();
            changed = true;
          } else {
            changed = merge(known, state) || changed;
          }
        };
        for (const stmt of block.stmts) {
          this.leaving(stmt, state);
          if (block.unwind !== null && mayPanic(stmt)) reach(block.unwind);
          this.arriving(stmt, state);
        }
        forEachTermPlace(block.term, (place, use) => this.change(place, use, state));
        if (block.term.kind === 'goto' || block.term.kind === 'catchPanic') {
          reach(block.term.target);
        } else if (block.term.kind === 'switch') {
          for (const c of block.term.cases) reach(c.target);
          reach(block.term.otherwise);
        }
      }
      if (!this.loops()) break;
    }
  }

  private change(place: Place, use: PlaceUse, state: Uint32Array): void {
    if (place.proj.length > 0) return;
    const index = this.indexOf[place.local]!;
    if (index < 0) return;
    if (use === 'move' || use === 'drop') state[index >>> 5]! &= ~(1 << (index & 31));
    else if (use === 'write') state[index >>> 5]! |= 1 << (index & 31);
  }

  /** What a statement takes away. */
  leaving(stmt: Stmt, state: Uint32Array): void {
    if (stmt.kind === 'storageDead' || stmt.kind === 'storageLive') {
      this.change({ local: stmt.local, proj: [] }, 'drop', state);
      return;
    }
    forEachPlace(stmt, (place, use) => {
      if (use === 'move' || use === 'drop') this.change(place, use, state);
    });
  }

  /** What a statement gives a value. */
  arriving(stmt: Stmt, state: Uint32Array): void {
    forEachPlace(stmt, (place, use) => {
      if (use === 'write') this.change(place, use, state);
    });
  }

  /** A copy of the set of locals that may have a value at the start of a block; null where control cannot come. */
  initAt(block: BlockId): Uint32Array | null {
    return this.initIn[block]?.slice() ?? null;
  }
}

function merge(into: Uint32Array, from: Uint32Array): boolean {
  let changed = false;
  for (let w = 0; w < into.length; w++) {
    const before = into[w]!;
    const after = (before | from[w]!) >>> 0;
    if (after !== before) {
      into[w] = after;
      changed = true;
    }
  }
  return changed;
}
