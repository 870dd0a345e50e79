/**
 * How a borrow came into the hands of who holds it, when another function handed it on: the line there that does.
 * Consumes: a loan and the calls of its body. Produces: one place in the called function, if the call alone does not show it.
 */
import type { RelatedSpan } from '../../diag/index.ts';
import type { Block, BlockId, Body, LocalId, Operand, Stmt } from '../../mir/index.ts';
import type { Span } from '../../source/index.ts';
import type { FnDecl } from '../../types/index.ts';
import type { Analysis } from './analyze-body.ts';
import type { PlaceLoan } from './conflicts.ts';
import { mayHold } from './slots.ts';
import type { Summary, SummaryNode } from './summary.ts';

export interface WitnessHost {
  summaryOf(decl: FnDecl): Summary;
  witnessOf(decl: FnDecl, from: SummaryNode, to: SummaryNode): Span | null;
}

/** The place in the program's own function to which the loan is passed where it goes into the result or into another argument. */
export function callThatHandsOn(analysis: Analysis, loan: PlaceLoan, host: WitnessHost): RelatedSpan[] {
  const call = callWith(analysis, loan);
  if (call === null) return [];
  const { decl, param } = call;
  // With one argument that can be borrowed from there is nothing to wonder about.
  if (decl.module.isStd || !decl.hasBody || decl.sig.params.filter(({ ty }) => mayHold(ty)).length < 2) return [];
  for (const { from, to } of host.summaryOf(decl).edges) {
    if (from.at !== 'param' || from.param !== param) continue;
    const span = host.witnessOf(decl, from, to);
    if (span === null) continue;
    const name = param === 0 && decl.sig.hasSelf ? 'self' : decl.sig.params[param]!.name;
    return [{ span, label: to.at === 'result' ? 'returned' : 'stored', args: { callee: decl.name, param: name } }];
  }
  return [];
}

/** The call to which a borrow goes before it has a name. */
function callWith(analysis: Analysis, loan: PlaceLoan): { readonly decl: FnDecl; readonly param: number } | null {
  const { body } = analysis;
  const carriers = new Set<LocalId>([loan.holder]);
  if (body.locals[loan.holder]!.name !== null) return null;
  const carries = (operand: Operand): boolean => operand.kind !== 'const' && carriers.has(operand.place.local);
  for (const stmt of onwards(body, loan)) {
    if (stmt.kind === 'call') {
      const param = stmt.args.findIndex(carries);
      if (param < 0) continue;
      if (stmt.callee.kind !== 'fn') return null;
      const { decl } = stmt.callee.fn;
      // A deref on the way to where the borrow is wanted.
      if (!decl.module.isStd || body.locals[stmt.dest.local]!.name !== null) return { decl, param };
      carriers.add(stmt.dest.local);
    } else if (stmt.kind === 'assign' && passesOn(stmt, carriers, carries) && body.locals[stmt.place.local]!.name === null) {
      carriers.add(stmt.place.local);
    }
  }
  return null;
}

/** The statements after a borrow, as long as there is one way to go. */
function* onwards(body: Body, loan: PlaceLoan): Generator<Stmt> {
  let from = loan.stmt + 1;
  const seen = new Set<BlockId>();
  for (let at: BlockId | null = loan.block; at !== null && !seen.has(at); from = 0) {
    seen.add(at);
    const block: Block = body.blocks[at]!;
    yield* block.stmts.slice(from);
    at = block.term.kind === 'goto' ? block.term.target : null;
  }
}

function passesOn(stmt: Stmt & { readonly kind: 'assign' }, carriers: ReadonlySet<LocalId>, carries: (operand: Operand) => boolean): boolean {
  const { value } = stmt;
  if (value.kind === 'use' || value.kind === 'cast') return carries(value.operand);
  return value.kind === 'ref' && carriers.has(value.place.local);
}
