/**
 * Which instances can panic, and the tidying that follows: a block in which nothing can panic needs no unwind edge, and blocks
 * that nobody reaches any more go away.
 * Algorithm: least fixpoint over the call graph. A function panics outward if a statement that may panic lies in a block whose unwind
 * chain leaves the function (null, or reaches `resume`); one that catches every panic does not.
 */
import type { Block, BlockId, Body, Instance, InstanceId, Stmt } from '../mir.ts';
import { mapTerminator, mayPanic, successors, termSuccessors } from '../visit.ts';

/** Whether a statement can start unwinding, with calls of instances answered by `instanceMayPanic`. */
function stmtMayPanic(stmt: Stmt, instanceMayPanic: (id: InstanceId) => boolean): boolean {
  return stmt.kind === 'call' && stmt.callee.kind === 'instance' ? instanceMayPanic(stmt.callee.id) : mayPanic(stmt);
}

/** Sets `mayPanic` of all instances. */
export function findPanics(instances: readonly Instance[]): void {
  const callers = new Map<InstanceId, Set<InstanceId>>();
  for (const instance of instances) {
    // What stands elsewhere is known from there.
    if (instance.linkage === 'extern') continue;
    instance.mayPanic = false;
    for (const block of instance.body.blocks) {
      for (const stmt of block.stmts) {
        if (stmt.kind !== 'call' || stmt.callee.kind !== 'instance') continue;
        const set = callers.get(stmt.callee.id);
        if (set === undefined) callers.set(stmt.callee.id, new Set([instance.id]));
        else set.add(instance.id);
      }
    }
  }
  const ask = (id: InstanceId): boolean => instances[id]!.mayPanic;
  const work = instances.map((instance) => instance.id);
  while (work.length > 0) {
    const instance = instances[work.pop()!]!;
    if (instance.mayPanic || instance.linkage === 'extern' || !panicsOutward(instance.body, ask)) continue;
    instance.mayPanic = true;
    for (const caller of callers.get(instance.id) ?? []) if (!instances[caller]!.mayPanic) work.push(caller);
  }
}

/** Whether a panic can leave the body. Panics inside cleanup blocks abort, so those do not count. */
function panicsOutward(body: Body, instanceMayPanic: (id: InstanceId) => boolean): boolean {
  const handlers = new Set<BlockId>();
  for (const block of body.blocks) {
    if (block.cleanup || (block.unwind !== null && handlers.has(block.unwind))) continue;
    if (!block.stmts.some((stmt) => stmtMayPanic(stmt, instanceMayPanic))) continue;
    if (block.unwind === null) return true;
    handlers.add(block.unwind);
  }
  const seen = new Set(handlers);
  const stack = [...handlers];
  while (stack.length > 0) {
    const block = body.blocks[stack.pop()!]!;
    if (block.term.kind === 'resume') return true;
    if (!block.cleanup) continue;
    for (const next of termSuccessors(block.term)) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(next);
    }
  }
  return false;
}

/** Cuts unwind edges that cannot be taken, then removes unreachable blocks. Changes the body in place. */
export function pruneUnwinds(body: Body, instanceMayPanic: (id: InstanceId) => boolean): void {
  for (const block of body.blocks) {
    if (block.unwind !== null && !block.stmts.some((stmt) => stmtMayPanic(stmt, instanceMayPanic))) block.unwind = null;
  }
  removeUnreachable(body);
}

/** Removes blocks that cannot be reached from the entry and renumbers the others in their old order. */
export function removeUnreachable(body: Body): boolean {
  const blocks = body.blocks;
  const seen = new Uint8Array(blocks.length);
  const stack: number[] = [0];
  seen[0] = 1;
  let count = 0;
  while (stack.length > 0) {
    const block = blocks[stack.pop()!]!;
    count++;
    for (const next of successors(block)) {
      if (seen[next] !== 0) continue;
      seen[next] = 1;
      stack.push(next);
    }
  }
  if (count === blocks.length) return false;
  const renumbered = new Int32Array(blocks.length);
  const kept: Block[] = [];
  blocks.forEach((block, index) => {
    if (seen[index] === 0) return;
    renumbered[index] = kept.length;
    kept.push(block);
  });
  const to = (id: BlockId): BlockId => renumbered[id] as BlockId;
  for (const block of kept) {
    block.term = mapTerminator(block.term, { block: to });
    if (block.unwind !== null) block.unwind = to(block.unwind);
  }
  blocks.length = 0;
  for (const block of kept) blocks.push(block);
  return true;
}
