/**
 * Which loans each slot class may hold, at every point (L1): forward dataflow, union at joins.
 * Consumes: BodyFacts. Produces: the state at the start of each block, and a way to step through one. A state is one flat array: a row of
 * words for each class. Assigning to `x` forgets loans that go on from `*x` (L4); the end of a local's storage forgets loans inside of it.
 */
import { mayPanic } from '../../mir/index.ts';
import type { BlockId, Body, LocalId, Place } from '../../mir/index.ts';
import type { BodyFacts, Op, Step } from './body-facts.ts';
import { continuesThroughReference } from './places-conflict.ts';

export class LoanFlow {
  readonly words: number;
  private readonly facts: BodyFacts;
  private readonly body: Body;
  private readonly entries: (Uint32Array | null)[];
  private readonly order: readonly BlockId[];
  private readonly killsByPlace = new Map<Place, Uint32Array | null>();
  private readonly killsByLocal = new Map<LocalId, Uint32Array | null>();
  private readonly scratch: Uint32Array;

  constructor(facts: BodyFacts, order: readonly BlockId[]) {
    this.facts = facts;
    this.body = facts.body;
    this.order = order;
    const entry = facts.entrySets();
    this.words = (facts.loans.length + 31) >>> 5;
    this.scratch = new Uint32Array(this.words * 64);
    this.entries = this.body.blocks.map(() => null);
    const start = new Uint32Array(facts.classCount * this.words);
    for (const [cls, loan] of entry) start[cls * this.words + (loan >>> 5)]! |= 1 << (loan & 31);
    this.entries[0] = start;
    this.solve();
  }

  /** A copy of the state at the start of a block; null where control cannot come. */
  entry(block: BlockId): Uint32Array | null {
    return this.entries[block]?.slice() ?? null;
  }

  private solve(): void {
    const pending = new Uint8Array(this.body.blocks.length);
    pending[0] = 1;
    const state = new Uint32Array(this.facts.classCount * this.words);
    for (let again = true; again; ) {
      again = false;
      for (const id of this.order) {
        if (pending[id] === 0) continue;
        pending[id] = 0;
        again = true;
        state.set(this.entries[id]!);
        this.block(id, state, (target) => {
          if (this.join(target, state)) pending[target] = 1;
        });
      }
    }
  }

  private join(target: BlockId, state: Uint32Array): boolean {
    const known = this.entries[target];
    if (known === null || known === undefined) {
      this.entries[target] = state.slice();
      return true;
    }
    let changed = false;
    for (let w = 0; w < known.length; w++) {
      const before = known[w]!;
      const after = (before | state[w]!) >>> 0;
      if (after !== before) {
        known[w] = after;
        changed = true;
      }
    }
    return changed;
  }

  private block(id: BlockId, state: Uint32Array, reach: (target: BlockId) => void): void {
    const block = this.body.blocks[id]!;
    const { unwind } = block;
    let at = 0;
    for (const step of this.facts.steps[id]!) {
      if (unwind !== null && this.panicsBetween(id, at, step.stmt)) reach(unwind);
      at = step.stmt + 1;
      if (unwind !== null && mayPanic(block.stmts[step.stmt]!)) {
        reach(unwind);
        if (step.isCall && step.ops.some((op) => !op.strong)) {
          // What a call stored before it panicked is there; its result is not.
          for (const op of step.ops) if (!op.strong) this.one(op, state);
          reach(unwind);
        }
      }
      this.step(step, state);
    }
    if (unwind !== null && this.panicsBetween(id, at, block.stmts.length)) reach(unwind);
    const { term } = block;
    if (term.kind === 'goto' || term.kind === 'catchPanic') {
      reach(term.target);
    } else if (term.kind === 'switch') {
      for (const c of term.cases) reach(c.target);
      reach(term.otherwise);
    }
  }

  private panicsBetween(id: BlockId, from: number, to: number): boolean {
    const { stmts } = this.body.blocks[id]!;
    for (let i = from; i < to; i++) if (mayPanic(stmts[i]!)) return true;
    return false;
  }

  private one(op: Op, state: Uint32Array): void {
    const { words } = this;
    const dst = op.dst * words;
    if (op.strong) state.fill(0, dst, dst + words);
    for (const src of op.srcs) {
      const from = src * words;
      for (let w = 0; w < words; w++) state[dst + w]! |= state[from + w]!;
    }
    if (op.loan >= 0) state[dst + (op.loan >>> 5)]! |= 1 << (op.loan & 31);
  }

  /** The effect of a step. */
  step(step: Step, state: Uint32Array): void {
    const { ops } = step;
    if (ops.length === 1 && !ops[0]!.srcs.includes(ops[0]!.dst)) this.one(ops[0]!, state);
    else if (ops.length > 0) this.together(ops, state);
    if (step.assigned !== null && this.facts.options.noKill !== true) this.forget(this.killsOf(step.assigned), state);
    if (step.dead !== -1) {
      this.forget(this.killsOfLocal(step.dead), state);
      for (const slot of this.facts.localSlots[step.dead]!) {
        const cls = this.facts.classOf[slot]!;
        if (this.facts.isAlone(cls)) state.fill(0, cls * this.words, (cls + 1) * this.words);
      }
    }
  }

  /** All sources are read before anything is written. */
  private together(ops: readonly Op[], state: Uint32Array): void {
    const { words } = this;
    const buffer = ops.length * words <= this.scratch.length ? this.scratch : new Uint32Array(ops.length * words);
    buffer.fill(0, 0, ops.length * words);
    ops.forEach((op, i) => {
      const at = i * words;
      for (const src of op.srcs) for (let w = 0; w < words; w++) buffer[at + w]! |= state[src * words + w]!;
      if (op.loan >= 0) buffer[at + (op.loan >>> 5)]! |= 1 << (op.loan & 31);
    });
    for (const op of ops) if (op.strong) state.fill(0, op.dst * words, (op.dst + 1) * words);
    ops.forEach((op, i) => {
      for (let w = 0; w < words; w++) state[op.dst * words + w]! |= buffer[i * words + w]!;
    });
  }

  private forget(mask: Uint32Array | null, state: Uint32Array): void {
    if (mask === null) return;
    const { words } = this;
    for (let at = 0; at < state.length; at += words) for (let w = 0; w < words; w++) state[at + w]! &= ~mask[w]!;
  }

  private killsOf(place: Place): Uint32Array | null {
    let mask = this.killsByPlace.get(place);
    if (mask === undefined) {
      mask = this.maskOf(place.local, (loan) => continuesThroughReference(this.body, place, loan));
      this.killsByPlace.set(place, mask);
    }
    return mask;
  }

  private killsOfLocal(local: LocalId): Uint32Array | null {
    let mask = this.killsByLocal.get(local);
    if (mask === undefined) {
      mask = this.maskOf(local, () => true);
      this.killsByLocal.set(local, mask);
    }
    return mask;
  }

  private maskOf(local: LocalId, test: (place: Place) => boolean): Uint32Array | null {
    let mask: Uint32Array | null = null;
    for (const id of this.facts.loansOf[local]!) {
      const loan = this.facts.loans[id]!;
      if (loan.kind !== 'place' || !test(loan.place)) continue;
      mask ??= new Uint32Array(this.words);
      mask[id >>> 5]! |= 1 << (id & 31);
    }
    return mask;
  }
}
