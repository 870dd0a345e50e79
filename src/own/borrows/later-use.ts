/**
 * Where a borrow is used again: the first statement on some way from a conflict that uses the local which holds the loan.
 * Consumes: an Analysis and a Conflict. Searched for only when there is an error to tell.
 */
import { forEachPlace, forEachTermPlace, successors } from '../../mir/index.ts';
import type { BlockId, LocalId, Place, PlaceUse } from '../../mir/index.ts';
import type { Span } from '../../source/index.ts';
import type { Analysis } from './analyze-body.ts';
import type { Conflict } from './conflicts.ts';

export interface LaterUse {
  readonly span: Span;
  /** A destructor uses it. */
  readonly drop: boolean;
  /** Found only after the block of the conflict was entered again. */
  readonly round: boolean;
}

/** A use while unwinding is told only where there is no other. */
export function laterUse(analysis: Analysis, conflict: Conflict, holder: LocalId): LaterUse | null {
  return search(analysis, conflict, holder, false) ?? search(analysis, conflict, holder, true);
}

function search(analysis: Analysis, conflict: Conflict, holder: LocalId, unwinding: boolean): LaterUse | null {
  const { body } = analysis;
  const uses = (place: Place, use: PlaceUse): boolean => place.local === holder && !(use === 'write' && place.proj.length === 0) && (use !== 'drop' || conflict.byDrop);
  const seen = new Set<BlockId>();
  const queue: { block: BlockId; from: number; round: boolean }[] = [{ block: conflict.block, from: conflict.stmt, round: false }];
  for (let q = 0; q < queue.length; q++) {
    const { block: id, from, round } = queue[q]!;
    const block = body.blocks[id]!;
    let found: LaterUse | null = null;
    for (let i = from; i < block.stmts.length && found === null; i++) {
      const stmt = block.stmts[i]!;
      if (!('span' in stmt)) continue;
      forEachPlace(stmt, (place, use) => {
        if (uses(place, use)) found ??= { span: stmt.span, drop: use === 'drop', round };
      });
    }
    if (found !== null) return found;
    const { term } = block;
    if (term.kind === 'switch') {
      forEachTermPlace(term, (place, use) => {
        if (uses(place, use)) found ??= { span: term.span, drop: false, round };
      });
      if (found !== null) return found;
    }
    for (const next of successors(block)) {
      if (seen.has(next) || (body.blocks[next]!.cleanup && !unwinding)) continue;
      seen.add(next);
      queue.push({ block: next, from: 0, round: next === conflict.block });
    }
  }
  return null;
}
