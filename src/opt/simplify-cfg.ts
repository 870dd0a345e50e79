/**
 * Pass simplify-cfg: fewer, longer blocks. Switches that cannot choose become jumps, jumps to empty blocks go to where those lead, a block with one
 * predecessor joins it, `nop`s and unreachable blocks go.
 * Consumes and changes: bodies of phase 'mono'. See docs/passes/simplify-cfg.md.
 */
import { mapTerminator, mayPanic, removeUnreachable, successors, termSuccessors } from '../mir/index.ts';
import type { Block, BlockId, Body, Terminator } from '../mir/index.ts';
import { scalarOf } from './const-fold.ts';
import type { PanicOracle } from './oracle.ts';

export function simplifyCfg(body: Body, oracle: PanicOracle): void {
  for (const block of body.blocks) {
    if (block.stmts.some((stmt) => stmt.kind === 'nop')) replaceStmts(block, block.stmts.filter((stmt) => stmt.kind !== 'nop'));
    block.term = chosen(block.term);
    if (block.unwind !== null && !block.stmts.some((stmt) => oracle.mayPanic(stmt))) block.unwind = null;
  }
  skipEmpty(body);
  removeUnreachable(body);
  mergeChains(body);
  removeUnreachable(body);
}

/** Changes the list in place: blocks keep their arrays. */
export function replaceStmts(block: Block, stmts: readonly Block['stmts'][number][]): void {
  block.stmts.length = 0;
  for (const stmt of stmts) block.stmts.push(stmt);
}

/** A switch on a constant, or with one target, as a jump; cases that lead to `otherwise` go. */
function chosen(term: Terminator): Terminator {
  if (term.kind !== 'switch') return term;
  const value = scalarOf(term.operand);
  if (value !== null) return { kind: 'goto', target: term.cases.find((c) => c.value === value)?.target ?? term.otherwise };
  const cases = term.cases.filter((c) => c.target !== term.otherwise);
  if (cases.length === 0) return { kind: 'goto', target: term.otherwise };
  return cases.length === term.cases.length ? term : { ...term, cases };
}

function skipEmpty(body: Body): void {
  const { blocks } = body;
  const final = (start: BlockId): BlockId => {
    let id = start;
    // A loop of empty blocks has no end; the bound stops the walk there.
    for (let steps = 0; steps < blocks.length; steps++) {
      const block = blocks[id]!;
      if (block.stmts.length > 0 || block.term.kind !== 'goto' || blocks[block.term.target]!.cleanup !== block.cleanup) return id;
      id = block.term.target;
    }
    return start;
  };
  for (const block of blocks) {
    block.term = chosen(mapTerminator(block.term, { block: final }));
    if (block.unwind !== null) block.unwind = final(block.unwind);
  }
}

function mergeChains(body: Body): void {
  const { blocks } = body;
  const predecessors = new Int32Array(blocks.length);
  predecessors[0] = 1;
  for (const block of blocks) {
    for (const next of successors(block)) predecessors[next]!++;
    // An unwind target is entered from the middle of blocks: it never joins one.
    if (block.unwind !== null) predecessors[block.unwind]! += 2;
  }
  const gone = new Uint8Array(blocks.length);
  // Judged by the statement alone, as the verifier does: a call that is known not to panic still must not come under an edge that was made for later statements.
  const panics = (block: Block): boolean => block.stmts.some(mayPanic);
  for (let id = 0; id < blocks.length; id++) {
    if (gone[id] !== 0) continue;
    const block = blocks[id]!;
    while (block.term.kind === 'goto') {
      const target = block.term.target;
      const next = blocks[target]!;
      if (target === id || target === 0 || predecessors[target] !== 1 || next.cleanup !== block.cleanup) break;
      if (block.unwind !== next.unwind) {
        if (!panics(block)) block.unwind = next.unwind;
        else if (panics(next)) break;
      }
      for (const stmt of next.stmts) block.stmts.push(stmt);
      block.term = next.term;
      gone[target] = 1;
      // The target is unreachable now; empty it, so that what it named has no second predecessor.
      next.stmts.length = 0;
      next.term = { kind: 'unreachable' };
      next.unwind = null;
    }
  }
}

/** Predecessors by jumps, and for unwind targets the blocks that unwind there. */
export function predecessorsOf(body: Body): readonly (readonly BlockId[])[] {
  const out: BlockId[][] = body.blocks.map(() => []);
  body.blocks.forEach((block, id) => {
    for (const next of new Set(termSuccessors(block.term))) out[next]!.push(id as BlockId);
    if (block.unwind !== null) out[block.unwind]!.push(id as BlockId);
  });
  return out;
}
