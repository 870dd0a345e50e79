/**
 * How the locals of a body are written, read and borrowed: what several passes must know before they touch one.
 * Consumes: a body of phase 'mono'. Holds: arrays by local; made afresh after each change.
 */
import { forEachPlace, forEachTermPlace, indexLocals } from '../mir/index.ts';
import type { Body, LocalId, Place, Stmt } from '../mir/index.ts';

export interface LocalFacts {
  /** Statements (and `catchPanic`) that write the whole local; a parameter counts as written once more. */
  readonly defs: Int32Array;
  /** Reads, writes of parts, borrows, uses as an index; not the writes counted in `defs`, not storage statements. */
  readonly uses: Int32Array;
  /** It stands inside a place (as the base of a projection or as an index) or is looked at without an operand, so a constant cannot stand for it. */
  readonly asBase: Uint8Array;
  /** Something writes a part of it, or its fields one by one. */
  readonly partlyWritten: Uint8Array;
  /** A reference or pointer to it, or into it, is taken. */
  readonly borrowed: Uint8Array;
  /** One through which it may change. */
  readonly mutBorrowed: Uint8Array;
  /** The statement that writes the whole local, where there is exactly one and it is no parameter. */
  readonly onlyDef: readonly (Stmt | null)[];
}

/** Whether the place is a whole local. */
export function isLocal(place: Place): boolean {
  return place.proj.length === 0;
}

export function localFacts(body: Body): LocalFacts {
  const count = body.locals.length;
  const defs = new Int32Array(count);
  const uses = new Int32Array(count);
  const asBase = new Uint8Array(count);
  const partlyWritten = new Uint8Array(count);
  const borrowed = new Uint8Array(count);
  const mutBorrowed = new Uint8Array(count);
  const onlyDef = new Array<Stmt | null>(count).fill(null);
  for (let i = 1; i <= body.paramCount; i++) defs[i]!++;
  // The result is read by `return`.
  uses[0]!++;
  let stmt: Stmt | null = null;
  const visit = (place: Place, use: string): void => {
    for (const index of indexLocals(place)) {
      uses[index]!++;
      asBase[index] = 1;
    }
    const { local } = place;
    if (!isLocal(place) || (use !== 'copy' && use !== 'move' && use !== 'write')) asBase[local] = 1;
    if (use === 'write' && isLocal(place) && stmt?.kind !== 'setVariant') {
      defs[local]!++;
      onlyDef[local] = defs[local] === 1 ? stmt : null;
      return;
    }
    uses[local]!++;
    const inside = place.proj[0]?.kind !== 'deref' && !place.proj.some((p) => p.kind === 'deref');
    if (!inside) return;
    if (use === 'write') partlyWritten[local] = 1;
    else if (use === 'borrow' || use === 'borrowMut') {
      borrowed[local] = 1;
      if (use === 'borrowMut') mutBorrowed[local] = 1;
    }
  };
  for (const block of body.blocks) {
    for (stmt of block.stmts) forEachPlace(stmt, visit);
    stmt = null;
    forEachTermPlace(block.term, visit);
  }
  return { defs, uses, asBase, partlyWritten, borrowed, mutBorrowed, onlyDef };
}

/** Whether the local has one value all its life: written once, as a whole, and never changed behind a reference. */
export function isSingleValue(facts: LocalFacts, local: LocalId): boolean {
  return facts.defs[local] === 1 && facts.partlyWritten[local] === 0 && facts.mutBorrowed[local] === 0;
}
