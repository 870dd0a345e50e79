/**
 * Where each local of a body lives, and which reads of it must be checked.
 * Consumes: a mono body and shapes. Produces: a LocalPlan. Holds: nothing.
 * A local lives in memory if its address is taken, if it is indexed, or if its type is held in memory; otherwise in JavaScript variables.
 * Reads of such variables are checked only where a forward dataflow (intersection over paths, unwind edges included) cannot show
 * that the local holds a value; in correct programs that is almost nowhere.
 */
import { BitSet } from '../base/index.ts';
import { forEachPlace, forEachTermPlace, indexLocals, placeTy, stmtOperands, termSuccessors } from '../mir/index.ts';
import type { Body, LocalId, Operand, Place, Stmt } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';
import type { Shape, Shapes } from './shape.ts';
import { isPlainCopy } from './shape.ts';

export interface LocalPlan {
  readonly shapes: readonly Shape[];
  readonly inMemory: readonly boolean[];
  /** Of those in variables: some read may find no value. */
  readonly unsure: readonly boolean[];
  /** The local has `storageLive` statements: its life does not begin with the function. */
  readonly scoped: readonly boolean[];
  /** Mentioned at all. */
  readonly used: readonly boolean[];
}

/** `kept`: types whose values are held in memory, whatever is done with them. */
export function planLocals(body: Body, shapes: Shapes, kept: (ty: Ty) => boolean): LocalPlan {
  const count = body.locals.length;
  const shapeOf = body.locals.map((local) => shapes.of(local.ty));
  const inMemory = shapeOf.map((shape, i) => shape.inMemory || kept(body.locals[i]!.ty));
  const scoped = new Array<boolean>(count).fill(false);
  const used = new Array<boolean>(count).fill(false);
  for (let i = 0; i <= body.paramCount; i++) used[i] = true;

  const look = (place: Place, use: string): void => {
    used[place.local] = true;
    for (const index of indexLocals(place)) used[index] = true;
    let behind = false;
    for (const proj of place.proj) {
      if (proj.kind === 'deref') behind = true;
      else if (!behind && (proj.kind === 'index' || proj.kind === 'constIndex' || proj.kind === 'subslice')) inMemory[place.local] = true;
    }
    if (!behind && (use === 'borrow' || use === 'borrowMut')) inMemory[place.local] = true;
  };
  for (const block of body.blocks) {
    for (const stmt of block.stmts) {
      forEachPlace(stmt, look);
      if (stmt.kind === 'storageLive') scoped[stmt.local] = true;
    }
    forEachTermPlace(block.term, look);
  }
  return { shapes: shapeOf, inMemory, unsure: findUnsure(body, inMemory), scoped, used };
}

/** Whether a move out of this operand leaves its local without a value. */
export function empties(body: Body, operand: Operand): operand is Extract<Operand, { kind: 'move' }> {
  return operand.kind === 'move' && !isPlainCopy(placeTy(body, operand.place)) && operand.place.proj.every((proj) => proj.kind !== 'deref');
}

function findUnsure(body: Body, inMemory: readonly boolean[]): boolean[] {
  const count = body.locals.length;
  const unsure = new Array<boolean>(count).fill(false);
  // The state at the start of a block: locals that hold a value on every path seen so far. Null: not reached.
  const states: (BitSet | null)[] = body.blocks.map(() => null);
  const entry = new BitSet(count);
  for (let i = 1; i <= body.paramCount; i++) entry.add(i);
  states[0] = entry;
  const work = [0];
  const queued = new Uint8Array(body.blocks.length);
  const flow = (target: number, state: BitSet): void => {
    const known = states[target];
    let changed: boolean;
    if (known === null || known === undefined) {
      states[target] = state.clone();
      changed = true;
    } else changed = known.intersect(state);
    if (changed && queued[target] === 0) {
      queued[target] = 1;
      work.push(target);
    }
  };
  const takeMoves = (stmt: Stmt, state: BitSet): void => {
    for (const operand of stmtOperands(stmt)) if (empties(body, operand)) state.remove(operand.place.local);
  };
  while (work.length > 0) {
    const id = work.pop()!;
    queued[id] = 0;
    const block = body.blocks[id]!;
    const state = states[id]!.clone();
    for (const stmt of block.stmts) {
      if (block.unwind !== null) flow(block.unwind, state);
      takeMoves(stmt, state);
      if (block.unwind !== null && stmt.kind === 'call') flow(block.unwind, state);
      applyWrites(stmt, state);
    }
    const term = block.term;
    if (term.kind === 'switch' && empties(body, term.operand)) state.remove(term.operand.place.local);
    if (term.kind === 'catchPanic' && term.dest.proj.length === 0) state.add(term.dest.local);
    for (const target of termSuccessors(term)) flow(target, state);
  }

  // A second look, with the states settled, for reads of locals without a value.
  body.blocks.forEach((block, id) => {
    const start = states[id];
    if (start === null || start === undefined) return;
    const state = start.clone();
    const read = (local: LocalId): void => {
      if (!inMemory[local] && !state.has(local)) unsure[local] = true;
    };
    const look = (place: Place, use: string): void => {
      for (const index of indexLocals(place)) read(index);
      if (use !== 'write' || place.proj.some((proj) => proj.kind === 'deref')) read(place.local);
    };
    for (const stmt of block.stmts) {
      forEachPlace(stmt, look);
      // Two moves of one local in one statement.
      const seen = new Set<LocalId>();
      for (const operand of stmtOperands(stmt)) {
        if (operand.kind !== 'const' && seen.has(operand.place.local)) unsure[operand.place.local] = true;
        if (empties(body, operand)) seen.add(operand.place.local);
      }
      takeMoves(stmt, state);
      applyWrites(stmt, state);
    }
    forEachTermPlace(block.term, look);
    if (block.term.kind === 'return') read(0 as LocalId);
  });
  return unsure;
}

function applyWrites(stmt: Stmt, state: BitSet): void {
  switch (stmt.kind) {
    case 'assign':
      if (stmt.place.proj.length === 0) state.add(stmt.place.local);
      break;
    case 'call':
      if (stmt.dest.proj.length === 0) state.add(stmt.dest.local);
      break;
    case 'storageLive':
    case 'storageDead':
      state.remove(stmt.local);
      break;
    default:
      break;
  }
}
