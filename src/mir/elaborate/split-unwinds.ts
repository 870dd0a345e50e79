/**
 * Makes each panic enter its cleanup chain where something is left to do, so that most cleanup drops are certain and need no flag.
 * The builder gives a block one chain for all that its scope declares, newest first: `drop c; drop b; drop a; resume`. A panic before `b` exists
 * skips the first two. Here the chain becomes one block a drop, and a block is cut where the entry into the chain changes.
 * Consumes: a body of phase 'built', its move paths and their flow. Produces: a new body; null if nothing had to change.
 */
import type { Block, BlockId, Body, Place, Stmt } from '../mir.ts';
import { mayPanic } from '../visit.ts';
import type { InitFlow, InitState } from './init-flow.ts';
import type { MovePaths } from './move-paths.ts';

export function splitUnwinds(body: Body, paths: MovePaths, flow: InitFlow): Body | null {
  if (body.blocks.every((block) => block.unwind === null)) return null;
  const blocks: Block[] = body.blocks.map((block) => ({ stmts: [...block.stmts], term: block.term, unwind: block.unwind, cleanup: block.cleanup }));
  cutChains(body, blocks);
  for (let id = 0; id < body.blocks.length; id++) {
    const block = body.blocks[id]!;
    const state = block.unwind === null ? null : flow.entry(id as BlockId);
    if (state !== null) cutBlock(id as BlockId, block.unwind!, blocks, state, paths, flow);
  }
  return { ...body, locals: [...body.locals], blocks };
}

/** Cleanup blocks so that a drop stands alone in its block, but for what follows it without effect. */
function cutChains(body: Body, blocks: Block[]): void {
  body.blocks.forEach((block, id) => {
    if (!block.cleanup || !block.stmts.some((stmt) => stmt.kind === 'drop')) return;
    let current = blocks[id]!;
    current.stmts.length = 0;
    const cut = (): void => {
      const rest: Block = { stmts: [], term: block.term, unwind: block.unwind, cleanup: true };
      current.term = { kind: 'goto', target: blocks.length as BlockId };
      blocks.push(rest);
      current = rest;
    };
    let afterDrop = false;
    for (const stmt of block.stmts) {
      const idle = stmt.kind === 'storageDead' || stmt.kind === 'nop';
      if (stmt.kind === 'drop' ? current.stmts.length > 0 : afterDrop && !idle) cut();
      afterDrop = stmt.kind === 'drop' || (afterDrop && idle);
      current.stmts.push(stmt);
    }
    if (afterDrop && block.term.kind !== 'goto') cut();
  });
}

function isGone(place: Place, state: InitState, paths: MovePaths): boolean {
  const found = paths.lookup(place);
  if (found.path === null || found.barrier !== 'none') return false;
  if (!found.exact) return !state.live.has(found.path.id);
  let live = false;
  paths.forEachBelow(found.path, (path) => {
    live ||= state.live.has(path.id);
  });
  return !live;
}

/** Where a panic in this state has to enter the chain that begins at `start`; null: nothing is left to do in this function. */
function entryOf(start: BlockId, blocks: readonly Block[], state: InitState, paths: MovePaths): BlockId | null {
  let id = start;
  for (;;) {
    const block = blocks[id]!;
    const idle = block.stmts.every((stmt: Stmt) =>
      stmt.kind === 'storageDead' || stmt.kind === 'nop' || (stmt.kind === 'drop' && isGone(stmt.place, state, paths)));
    if (!block.cleanup || !idle) return id;
    if (block.term.kind === 'resume') return null;
    if (block.term.kind !== 'goto') return id;
    id = block.term.target;
  }
}

function cutBlock(id: BlockId, chain: BlockId, blocks: Block[], state: InitState, paths: MovePaths, flow: InitFlow): void {
  const first = blocks[id]!;
  // Panics in cleanup blocks abort: their edges mean nothing.
  if (first.cleanup) return;
  const { stmts, term } = first;
  interface Group { readonly stmts: Stmt[]; unwind: BlockId | null; panics: boolean }
  const groups: Group[] = [{ stmts: [], unwind: null, panics: false }];
  for (const stmt of stmts) {
    flow.before(stmt, state);
    let group = groups.at(-1)!;
    if (mayPanic(stmt)) {
      const entry = entryOf(chain, blocks, state, paths);
      if (group.panics && group.unwind !== entry) {
        group = { stmts: [], unwind: entry, panics: true };
        groups.push(group);
      }
      group.unwind = entry;
      group.panics = true;
    }
    group.stmts.push(stmt);
    flow.after(stmt, state);
  }
  let block: Block = { stmts: groups[0]!.stmts, term, unwind: groups[0]!.unwind, cleanup: false };
  blocks[id] = block;
  for (const group of groups.slice(1)) {
    const next: Block = { stmts: group.stmts, term, unwind: group.unwind, cleanup: false };
    block.term = { kind: 'goto', target: blocks.length as BlockId };
    blocks.push(next);
    block = next;
  }
}
