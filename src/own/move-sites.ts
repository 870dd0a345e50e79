/**
 * Why a place is not initialised at a statement: searches backward through the graph for the statements that moved it.
 * Consumes: a built body and its move paths. Produces: the nearest site by search order, and what became of the value there. Only used when an error is reported.
 */
import type { Span } from '../source/index.ts';
import { forEachPlace, termSuccessors } from '../mir/index.ts';
import type { BlockId, Body, LocalId, MovePath, MovePaths, Place, Stmt } from '../mir/index.ts';
import type { FnDecl } from '../types/index.ts';

export interface Position {
  readonly block: BlockId;
  /** Index of the statement; the number of statements stands for the terminator. */
  readonly stmt: number;
}

export interface MoveSite {
  readonly at: Position;
  readonly stmt: Stmt;
  readonly span: Span;
  /** What was moved there: the place itself, a part of it, or the whole that it is part of. */
  readonly place: Place;
  /** Whether the search went round a loop and came back to the statement it started from, or to one after it. */
  readonly roundBefore: boolean;
}

/** How a value left: to a function, a closure, a loop, or just elsewhere. */
export type Departure =
  | { readonly kind: 'call'; readonly callee: FnDecl; readonly receiver: boolean }
  | { readonly kind: 'closure' }
  | { readonly kind: 'callValue' }
  | { readonly kind: 'plain' };

function spanOf(stmt: Stmt): Span | null {
  return 'span' in stmt ? stmt.span : null;
}

/** Whether `above` is `path` or what it is part of. */
export function isAncestor(above: MovePath, path: MovePath): boolean {
  for (let at: MovePath | null = path; at !== null; at = at.parent) if (at === above) return true;
  return false;
}

/** The place that a statement moves which is `path`, above it or below it. */
function movedPlace(stmt: Stmt, path: MovePath, paths: MovePaths): Place | null {
  let found: Place | null = null;
  forEachPlace(stmt, (place, use) => {
    if (use !== 'move') return;
    const at = paths.lookup(place);
    if (at.exact && at.path !== null && (isAncestor(at.path, path) || isAncestor(path, at.path))) found = place;
  });
  return found;
}

/** Whether a statement gives the whole path a value, or begins its storage: the search ends there. */
function endsSearch(stmt: Stmt, path: MovePath, paths: MovePaths): boolean {
  if (stmt.kind === 'storageLive') return stmt.local === path.place.local;
  const dest = stmt.kind === 'assign' ? stmt.place : stmt.kind === 'call' ? stmt.dest : null;
  if (dest === null) return false;
  const at = paths.lookup(dest);
  return at.exact && at.path !== null && isAncestor(at.path, path);
}

/** The move that left `path` without a value at `from`; null if it never had one. Sites that `ignore` names are passed over. */
export function findMove(body: Body, paths: MovePaths, path: MovePath, from: Position, ignore: (at: Position) => boolean): MoveSite | null {
  const predecessors: BlockId[][] = body.blocks.map(() => []);
  body.blocks.forEach((block, id) => {
    for (const next of termSuccessors(block.term)) predecessors[next]!.push(id as BlockId);
  });
  const seen = new Set<BlockId>();
  const queue: { readonly block: BlockId; readonly from: number }[] = [{ block: from.block, from: from.stmt - 1 }];
  let first = true;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { stmts } = body.blocks[next.block]!;
    let ended = false;
    for (let i = next.from; i >= 0 && !ended; i--) {
      const stmt = stmts[i]!;
      const place = movedPlace(stmt, path, paths);
      if (place !== null && !ignore({ block: next.block, stmt: i })) {
        const at = { block: next.block, stmt: i };
        const again = !first && next.block === from.block && i >= from.stmt;
        return { at, stmt, span: spanOf(stmt)!, place, roundBefore: again };
      }
      ended = endsSearch(stmt, path, paths);
    }
    first = false;
    if (ended) continue;
    for (const before of predecessors[next.block]!) {
      if (seen.has(before)) continue;
      seen.add(before);
      queue.push({ block: before, from: body.blocks[before]!.stmts.length - 1 });
    }
  }
  return null;
}

/** Where the path was given its value before `from`; null if nowhere. */
export function findInit(body: Body, paths: MovePaths, path: MovePath, from: Position): Span | null {
  const predecessors: BlockId[][] = body.blocks.map(() => []);
  body.blocks.forEach((block, id) => {
    for (const next of termSuccessors(block.term)) predecessors[next]!.push(id as BlockId);
  });
  const seen = new Set<BlockId>();
  const queue: { readonly block: BlockId; readonly from: number }[] = [{ block: from.block, from: from.stmt - 1 }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { stmts } = body.blocks[next.block]!;
    for (let i = next.from; i >= 0; i--) {
      const stmt = stmts[i]!;
      if (stmt.kind !== 'storageLive' && endsSearch(stmt, path, paths)) return 'target' in stmt ? (stmt.target ?? stmt.span) : spanOf(stmt);
    }
    for (const before of predecessors[next.block]!) {
      if (seen.has(before)) continue;
      seen.add(before);
      queue.push({ block: before, from: body.blocks[before]!.stmts.length - 1 });
    }
  }
  return null;
}

/** Follows a moved value through temporaries to what takes it. */
export function departure(body: Body, site: MoveSite): Departure {
  let stmt = site.stmt;
  let at = site.at.stmt;
  let local = site.place.local;
  const { stmts } = body.blocks[site.at.block]!;
  for (let hops = 0; hops < 8; hops++) {
    if (stmt.kind === 'call') {
      if (stmt.callee.kind === 'fn') return { kind: 'call', callee: stmt.callee.fn.decl, receiver: isReceiver(stmt, local) };
      return stmt.callee.kind === 'value' ? { kind: 'callValue' } : { kind: 'plain' };
    }
    if (stmt.kind !== 'assign') return { kind: 'plain' };
    if (stmt.value.kind === 'aggregate' && stmt.value.ty.kind === 'closure') return { kind: 'closure' };
    if (stmt.value.kind !== 'use' && stmt.value.kind !== 'cast') return { kind: 'plain' };
    const target = stmt.place;
    if (target.proj.length > 0 || body.locals[target.local]!.kind !== 'temp') return { kind: 'plain' };
    const next = nextMove(stmts, at + 1, target.local);
    if (next === null) return { kind: 'plain' };
    at = next;
    local = target.local;
    stmt = stmts[at]!;
  }
  return { kind: 'plain' };
}

/** Whether the local is what a method is called on. */
function isReceiver(stmt: Stmt & { readonly kind: 'call' }, local: LocalId): boolean {
  const first = stmt.args[0];
  if (stmt.callee.kind !== 'fn' || !stmt.callee.fn.decl.sig.hasSelf || first === undefined) return false;
  return first.kind === 'move' && first.place.local === local;
}

function nextMove(stmts: readonly Stmt[], from: number, local: LocalId): number | null {
  for (let i = from; i < stmts.length; i++) {
    let moves = false;
    forEachPlace(stmts[i]!, (place, use) => {
      if (use === 'move' && place.local === local && place.proj.length === 0) moves = true;
    });
    if (moves) return i;
  }
  return null;
}
