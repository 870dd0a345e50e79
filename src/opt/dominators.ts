/**
 * Dominators of a body, with the start and the end of each block as two points: an unwind edge leaves from the start, since a panic may come before any statement.
 * Algorithm: Cooper, Harvey, Kennedy, "A simple, fast dominance algorithm" (2001).
 */
import { termSuccessors } from '../mir/index.ts';
import type { BlockId, Body } from '../mir/index.ts';

/** Start of block b is point 2b, its end 2b + 1. */
export type Point = number;

/** For each point its immediate dominator; -1 for the entry and for what cannot be reached. Children in `tree`. */
export interface DominatorTree {
  readonly children: readonly (readonly Point[])[];
}

export function dominators(body: Body): DominatorTree {
  const count = body.blocks.length * 2;
  const next = (point: Point): Point[] => {
    const block = body.blocks[point >> 1]!;
    if ((point & 1) === 1) return termSuccessors(block.term).map((id: BlockId) => id * 2);
    return block.unwind === null ? [point + 1] : [point + 1, block.unwind * 2];
  };
  const order: Point[] = [];
  const seen = new Uint8Array(count);
  const stack: { point: Point; rest: Point[] }[] = [{ point: 0, rest: next(0) }];
  seen[0] = 1;
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const to = top.rest.pop();
    if (to === undefined) {
      order.push(top.point);
      stack.pop();
    } else if (seen[to] === 0) {
      seen[to] = 1;
      stack.push({ point: to, rest: next(to) });
    }
  }
  order.reverse();
  const position = new Int32Array(count).fill(-1);
  order.forEach((point, i) => {
    position[point] = i;
  });
  const predecessors: Point[][] = Array.from({ length: count }, () => []);
  for (const point of order) for (const to of next(point)) predecessors[to]!.push(point);
  const idom = new Int32Array(order.length).fill(-1);
  idom[0] = 0;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (a > b) a = idom[a]!;
      while (b > a) b = idom[b]!;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 1; i < order.length; i++) {
      let best = -1;
      for (const before of predecessors[order[i]!]!) {
        const p = position[before]!;
        if (idom[p] === -1) continue;
        best = best === -1 ? p : meet(best, p);
      }
      if (idom[i] === best) continue;
      idom[i] = best;
      changed = true;
    }
  }
  const children: Point[][] = Array.from({ length: count }, () => []);
  for (let i = 1; i < order.length; i++) children[order[idom[i]!]!]!.push(order[i]!);
  return { children };
}
