/**
 * Where in a body a borrow first flows from an input to a place that the caller sees: the line that brought an edge of the summary in.
 * Consumes: an Analysis, two nodes of its signature. Produces: the span of a statement, or null where the flow has no statement of its own.
 */
import type { Span } from '../../source/index.ts';
import type { BlockId, Stmt } from '../../mir/index.ts';
import type { Analysis } from './analyze-body.ts';

/** Of several, the one that stands first in the text. */
export function witness(analysis: Analysis, from: number, to: number): Span | null {
  const { body, facts, flow } = analysis;
  if (flow === null) return null;
  const row = facts.classOfNode(to) * flow.words;
  const wanted = facts.loans.flatMap((loan, id) => (loan.kind === 'input' && loan.node === from ? [id] : []));
  const arrived = (state: Uint32Array): boolean => wanted.some((id) => (state[row + (id >>> 5)]! & (1 << (id & 31))) !== 0);
  let best: Span | null = null;
  body.blocks.forEach((block, b) => {
    const state = flow.entry(b as BlockId);
    if (state === null) return;
    let had = arrived(state);
    for (const step of facts.steps[b]!) {
      flow.step(step, state);
      const has = arrived(state);
      const stmt = block.stmts[step.stmt];
      if (has && !had && stmt !== undefined) best = earlier(best, spanOf(stmt));
      had = has;
    }
  });
  return best;
}

function spanOf(stmt: Stmt): Span | null {
  return 'span' in stmt ? stmt.span : null;
}

function earlier(a: Span | null, b: Span | null): Span | null {
  return a === null || (b !== null && b.lo < a.lo) ? b : a;
}
