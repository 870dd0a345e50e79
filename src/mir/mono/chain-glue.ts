/**
 * Drop glue of a Box that may hold a chain: `struct Node { …, next: ?Box<Node> }`, `enum List { Nil, Cons(T, Box<List>) }`. What is destroyed last
 * in the content is the next Box of the same type: it is taken out, the memory of this one is given back, and a loop goes on with it, so that
 * a list of a million nodes needs no stack. Destructors run in the same order as by recursion; of a tree only the last branch is a loop.
 * Consumes: a Box type for which `isChain` holds. Produces: the body of its glue. A destructor that panics unwinds into cleanup blocks that do
 * the rest by plain drops.
 */
import { NO_SPAN } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { AdtTy, BoxTy, Ty } from '../../types/index.ts';
import type { BlockId, Body, Place } from '../mir.ts';
import { BodyMaker, copyOf, deref, field, local, moveOf, project, UNIT } from './body-maker.ts';
import { typeText } from './symbols.ts';
import type { TypeFacts } from './type-facts.ts';

/** How many structs, enums and tuples may stand around the next link. */
const MAX_DEPTH = 6;

/** Whether the last thing that dropping the content of `box` does is to drop a Box of the same type. */
export function isChain(facts: TypeFacts, box: BoxTy): boolean {
  return box.target !== box && endsIn(facts, box, box.target, MAX_DEPTH);
}

function endsIn(facts: TypeFacts, box: BoxTy, ty: Ty, depth: number): boolean {
  if (ty === box) return true;
  if (depth === 0 || (ty.kind !== 'adt' && ty.kind !== 'tuple')) return false;
  return facts.fields(ty).some((fields) => {
    const last = lastDropped(facts, fields);
    return last !== null && endsIn(facts, box, fields[last]!, depth - 1);
  });
}

function lastDropped(facts: TypeFacts, fields: readonly Ty[]): number | null {
  const index = fields.findLastIndex((ty) => facts.needsDrop(ty));
  return index < 0 ? null : index;
}

/** The glue `(p: *Box<T>)`. */
export function chainGlueBody(facts: TypeFacts, box: BoxTy): Body {
  return new ChainGlue(facts, box).body();
}

class ChainGlue {
  private readonly facts: TypeFacts;
  private readonly box: BoxTy;
  private readonly maker: BodyMaker;
  /** The link that is being destroyed. */
  private readonly current: Place;
  private readonly head: BlockId;
  /** Gives back the memory of the current link, and goes on unwinding. */
  private readonly freeing: BlockId;

  constructor(facts: TypeFacts, box: BoxTy) {
    this.facts = facts;
    this.box = box;
    this.maker = new BodyMaker(`drop<${typeText(box)}>`, [tys.ptr(box)], tys.unit);
    const start = this.maker.block();
    this.current = local(this.maker.local(box));
    this.head = this.maker.block();
    this.freeing = this.maker.block(null, true);
    this.maker.assign(start, this.current, { kind: 'use', operand: moveOf(deref(local(1 as never), box)) });
    this.maker.end(start, { kind: 'goto', target: this.head });
    this.free(this.freeing);
    this.maker.end(this.freeing, { kind: 'resume' });
  }

  body(): Body {
    this.content(this.head, deref(this.current, this.box.target), this.box.target, MAX_DEPTH);
    return this.maker.finish();
  }

  private free(block: BlockId): void {
    this.maker.call(block, local(this.maker.local(tys.unit)), { kind: 'intrinsic', name: 'boxFree', typeArgs: [this.box.target] }, [moveOf(this.current)]);
  }

  /** Nothing is left of the chain. */
  private finish(block: BlockId): void {
    this.free(block);
    this.maker.assign(block, local(0 as never), { kind: 'use', operand: UNIT });
    this.maker.end(block, { kind: 'return' });
  }

  /** Drops what stands at `place`, which is all that is left of the current link, and goes on with the next link or returns. */
  private content(block: BlockId, place: Place, ty: Ty, depth: number): void {
    const { maker } = this;
    if (ty === this.box) {
      const next = local(maker.local(this.box));
      maker.assign(block, next, { kind: 'use', operand: moveOf(place) });
      this.free(block);
      maker.assign(block, this.current, { kind: 'use', operand: moveOf(next) });
      maker.end(block, { kind: 'goto', target: this.head });
    } else if (!endsIn(this.facts, this.box, ty, depth) || (ty.kind !== 'adt' && ty.kind !== 'tuple')) {
      const after = maker.block();
      maker.setUnwind(block, this.freeing);
      maker.drop(block, place);
      maker.end(block, { kind: 'goto', target: after });
      this.finish(after);
    } else if (ty.kind === 'adt' && ty.decl.isEnum) {
      this.variants(this.ownDrop(block, place, ty), place, ty, depth);
    } else {
      const start = ty.kind === 'adt' ? this.ownDrop(block, place, ty) : block;
      this.fields(start, place, this.facts.fields(ty)[0]!, depth);
    }
  }

  /** Calls the type's own destructor, if it has one; returns the block behind it. If it panics, the parts are dropped all the same. */
  private ownDrop(block: BlockId, place: Place, ty: AdtTy): BlockId {
    const own = this.facts.program.dropImpl(ty);
    if (own === null) return block;
    const { maker } = this;
    const self = maker.local(tys.ref(ty, true));
    const after = maker.block();
    // The parts alone cannot be named as one drop: the recursive glue of each does it.
    maker.setUnwind(block, this.partsInCleanup(place, ty));
    maker.assign(block, local(self), { kind: 'ref', mutable: true, place, twoPhase: false });
    maker.call(block, local(maker.local(tys.unit)), { kind: 'fn', fn: { decl: own.decl, args: own.args } }, [moveOf(local(self))]);
    maker.end(block, { kind: 'goto', target: after });
    return after;
  }

  private partsInCleanup(place: Place, ty: AdtTy): BlockId {
    const { maker } = this;
    const all = this.facts.fields(ty);
    const dropAll = (block: BlockId, base: Place, fields: readonly Ty[]): void => {
      fields.forEach((fieldTy, index) => {
        if (this.facts.needsDrop(fieldTy)) maker.drop(block, field(base, index, fieldTy));
      });
      maker.end(block, { kind: 'goto', target: this.freeing });
    };
    const start = maker.block(null, true);
    if (!ty.decl.isEnum) dropAll(start, place, all[0]!);
    else {
      this.eachVariant(start, place, ty, this.freeing, true, (block, index) => dropAll(block, project(place, { kind: 'variant', index, ty }), all[index]!));
    }
    return start;
  }

  private variants(block: BlockId, place: Place, ty: AdtTy, depth: number): void {
    const empty = this.maker.block();
    this.finish(empty);
    this.eachVariant(block, place, ty, empty, false, (target, index) => {
      this.fields(target, project(place, { kind: 'variant', index, ty }), this.facts.fields(ty)[index]!, depth);
    });
  }

  private eachVariant(block: BlockId, place: Place, ty: AdtTy, otherwise: BlockId, cleanup: boolean, arm: (block: BlockId, index: number) => void): void {
    const { maker } = this;
    const cases = this.facts.fields(ty).flatMap((fields, index) => {
      if (lastDropped(this.facts, fields) === null) return [];
      const target = maker.block(null, cleanup);
      arm(target, index);
      return [{ value: BigInt(index), target }];
    });
    const which = maker.local(tys.usize);
    maker.assign(block, local(which), { kind: 'variantIndex', place });
    maker.end(block, { kind: 'switch', operand: copyOf(local(which)), cases, otherwise, span: NO_SPAN });
  }

  /** All fields but the last by plain drops, each of which unwinds into those behind it; then the last. */
  private fields(start: BlockId, base: Place, fields: readonly Ty[], depth: number): void {
    const { maker } = this;
    const dropped = fields.flatMap((ty, index) => (this.facts.needsDrop(ty) ? [index] : []));
    const cleanups: BlockId[] = [];
    let next = this.freeing;
    for (let i = dropped.length - 1; i >= 1; i--) {
      const block = maker.block(null, true);
      maker.drop(block, field(base, dropped[i]!, fields[dropped[i]!]!));
      maker.end(block, { kind: 'goto', target: next });
      next = block;
      cleanups[i] = block;
    }
    let block = start;
    dropped.slice(0, -1).forEach((index, i) => {
      const after = maker.block();
      maker.setUnwind(block, cleanups[i + 1]!);
      maker.drop(block, field(base, index, fields[index]!));
      maker.end(block, { kind: 'goto', target: after });
      block = after;
    });
    const last = dropped.at(-1)!;
    this.content(block, field(base, last, fields[last]!), fields[last]!, depth - 1);
  }
}
