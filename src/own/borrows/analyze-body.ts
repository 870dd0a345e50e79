/**
 * One body: its loan sets, and what flows through it.
 * Consumes: MIR as built, flows of what it calls. Produces: an Analysis, from which `conflicts.ts` reads errors, and the body's own Flows (F1).
 */
import { assumptionsOf, reversePostorder } from '../../mir/index.ts';
import type { BlockId, Body, LocalId } from '../../mir/index.ts';
import { BodyFacts } from './body-facts.ts';
import type { OwnedWrite } from './body-facts.ts';
import type { FlowsOf } from './instantiate.ts';
import { Liveness } from './liveness.ts';
import { LoanFlow } from './loan-flow.ts';
import type { BorrowOptions } from './options.ts';
import { NO_FLOWS, OWNED, Signature } from './signature.ts';
import type { Flows } from './signature.ts';
import { mayHold } from './slots.ts';
import type { SlotTables } from './slots.ts';

export interface Analysis {
  readonly body: Body;
  readonly facts: BodyFacts;
  /** Null where no loan has to be followed: then nothing conflicts. */
  readonly loans: LoanSets | null;
  /** Null where nothing flows either. */
  readonly flow: LoanFlow | null;
  readonly flows: Flows;
  /** Whether a reference without a known origin reaches the caller. */
  readonly unknownEscapes: boolean;
}

export interface LoanSets {
  readonly flow: LoanFlow;
  readonly live: Liveness;
  /** The locals that the liveness sets number, in order; the number of each, or -1. */
  readonly tracked: readonly LocalId[];
  readonly indexOf: Int32Array;
}

/** The signature of a body, from the types of its locals. */
export function bodySignature(body: Body, tables: SlotTables): Signature {
  const hasSelf = body.origin.kind === 'fn' && body.origin.decl.sig.hasSelf;
  return new Signature(tables.for(assumptionsOf(body)), body.locals.slice(1, body.paramCount + 1).map((local) => local.ty), body.locals[0]!.ty, hasSelf);
}

/** Whether nothing in a body can hold a borrow. */
export function isOwned(body: Body): boolean {
  return !body.locals.some((local) => mayHold(local.ty));
}

export function analyzeBody(body: Body, tables: SlotTables, sig: Signature, known: FlowsOf, options: BorrowOptions): Analysis {
  const facts = new BodyFacts(body, tables.for(assumptionsOf(body)), sig, known, options);
  const visible = visibleNodes(facts);
  if (!facts.hasPlaceLoans) {
    if (visible.length === 0 && facts.ownedWrites.length === 0) return { body, facts, loans: null, flow: null, flows: NO_FLOWS, unknownEscapes: false };
    const flow = new LoanFlow(facts, reversePostorder(body));
    return { body, facts, loans: null, flow, ...summarize(body, facts, flow, visible) };
  }
  const indexOf = new Int32Array(body.locals.length).fill(-1);
  const tracked: LocalId[] = [];
  body.locals.forEach((_, i) => {
    if (facts.loansOf[i]!.length === 0 && facts.localInfo[i]!.every((slot) => slot.opaque !== null)) return;
    indexOf[i] = tracked.length;
    tracked.push(i as LocalId);
  });
  const live = new Liveness(body, indexOf, tracked.length);
  const flow = new LoanFlow(facts, live.order);
  return { body, facts, loans: { flow, live, tracked, indexOf }, flow, ...summarize(body, facts, flow, visible) };
}

/** The nodes of the signature into which something may flow. */
function visibleNodes(facts: BodyFacts): readonly number[] {
  const out: number[] = [];
  facts.sig.nodes.forEach((node, i) => {
    if (node.kind === 'param' ? node.invariant : node.kind === 'result' || facts.sig.open) out.push(i);
  });
  return out;
}

function summarize(body: Body, facts: BodyFacts, flow: LoanFlow, candidates: readonly number[]): { readonly flows: Flows; readonly unknownEscapes: boolean } {
  const { sig } = facts;
  const classes = sig.nodes.map((_, i) => facts.classOfNode(i));
  const visible = candidates.filter((i) => classes[i]! >= 0);
  if (visible.length === 0 && facts.ownedWrites.length === 0) return { flows: NO_FLOWS, unknownEscapes: false };
  const edges = new Map<number, readonly [number, number]>();
  let unknownEscapes = false;
  body.blocks.forEach((block, b) => {
    if (block.term.kind !== 'return' && block.term.kind !== 'resume') return;
    const state = flow.entry(b as BlockId);
    if (state === null) return;
    for (const step of facts.steps[b]!) flow.step(step, state);
    for (const to of visible) {
      if (sig.nodes[to]!.kind === 'result' && block.term.kind !== 'return') continue;
      const row = classes[to]! * flow.words;
      facts.loans.forEach((loan, id) => {
        if ((state[row + (id >>> 5)]! & (1 << (id & 31))) === 0) return;
        if (loan.kind === 'unknown') unknownEscapes = true;
        else if (loan.kind === 'input' && loan.node !== to) edges.set(loan.node * 65536 + to, [loan.node, to]);
      });
    }
  });
  for (const write of facts.ownedWrites) {
    for (const loan of loansAt(facts, flow, write)) {
      const info = facts.loans[loan]!;
      if (info.kind === 'input') edges.set(info.node * 65536 + OWNED, [info.node, OWNED]);
    }
  }
  const byClass = new Map<number, number[]>();
  for (const node of visible) {
    const info = sig.nodes[node]!;
    if (info.kind === 'result' && !info.invariant) continue;
    const list = byClass.get(classes[node]!);
    if (list === undefined) byClass.set(classes[node]!, [node]);
    else list.push(node);
  }
  const sorted = [...edges].sort((a, b) => a[0] - b[0]).map(([, edge]) => edge);
  return { flows: { edges: sorted, same: [...byClass.values()].filter((group) => group.length > 1) }, unknownEscapes };
}

/** The loans that a value holds which is put where only owned ones may be. */
export function loansAt(facts: BodyFacts, flow: LoanFlow, write: OwnedWrite): readonly number[] {
  const state = flow.entry(write.block);
  if (state === null) return [];
  for (const step of facts.steps[write.block]!) {
    if (step.stmt >= write.stmt) break;
    flow.step(step, state);
  }
  const out: number[] = [];
  facts.loans.forEach((_, id) => {
    for (const src of write.srcs) {
      const row = facts.classOf[src]! * flow.words;
      if ((state[row + (id >>> 5)]! & (1 << (id & 31))) === 0) continue;
      out.push(id);
      return;
    }
  });
  return out;
}
