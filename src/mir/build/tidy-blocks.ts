/**
 * The last step of building: empty blocks are bypassed, straight lines joined, unreachable blocks removed, and blocks numbered in reverse
 * postorder, so that dumps are short and stable.
 * Consumes and produces: the block array of one body. Two blocks are joined only where their unwind edges agree or one has no use for its own.
 */
import { retarget, reversePostorder, termSuccessors } from '../visit.ts';
import type { Block, BlockId } from '../mir.ts';

/** Rewrites `blocks` in place. `panicky` says whether a block holds a statement that may panic. */
export function tidyBlocks(blocks: Block[], panicky: (block: BlockId) => boolean): void {
  const usesUnwind = blocks.map((_, i) => panicky(i as BlockId));
  bypassEmpty(blocks);
  joinLines(blocks, usesUnwind);
  renumber(blocks);
}

/** A jump to a block that only jumps on goes to where that leads. */
function bypassEmpty(blocks: Block[]): void {
  const resolve = (start: BlockId): BlockId => {
    let id = start;
    // Each block is met once, unless empty ones jump in a circle.
    for (let steps = 0; steps <= blocks.length; steps++) {
      const block = blocks[id]!;
      if (block.stmts.length > 0 || block.term.kind !== 'goto') break;
      id = block.term.target;
    }
    return id;
  };
  for (const block of blocks) {
    block.term = retarget(block.term, resolve);
    if (block.unwind !== null) block.unwind = resolve(block.unwind);
  }
}

function joinLines(blocks: Block[], usesUnwind: boolean[]): void {
  const predecessors = new Int32Array(blocks.length);
  predecessors[0] = 1;
  const reachable = reversePostorder({ blocks });
  for (const id of reachable) {
    const block = blocks[id]!;
    for (const to of termSuccessors(block.term)) predecessors[to]!++;
    if (block.unwind !== null) predecessors[block.unwind]!++;
  }
  const gone = new Uint8Array(blocks.length);
  for (const id of reachable) {
    if (gone[id] === 1) continue;
    const block = blocks[id]!;
    while (block.term.kind === 'goto') {
      const next = block.term.target;
      const other = blocks[next]!;
      if (next === id || predecessors[next] !== 1 || other.cleanup !== block.cleanup) break;
      if (usesUnwind[id] && usesUnwind[next] && block.unwind !== other.unwind) break;
      if (usesUnwind[next]) {
        block.unwind = other.unwind;
        usesUnwind[id] = true;
      }
      for (const stmt of other.stmts) block.stmts.push(stmt);
      block.term = other.term;
      other.term = { kind: 'unreachable' };
      gone[next] = 1;
    }
  }
}

function renumber(blocks: Block[]): void {
  const order = reversePostorder({ blocks });
  const to = new Int32Array(blocks.length);
  order.forEach((id, i) => (to[id] = i));
  const target = (id: BlockId): BlockId => to[id]! as BlockId;
  const kept = order.map((id) => blocks[id]!);
  for (const block of kept) {
    block.term = retarget(block.term, target);
    if (block.unwind !== null) block.unwind = target(block.unwind);
  }
  blocks.length = 0;
  for (const block of kept) blocks.push(block);
}
