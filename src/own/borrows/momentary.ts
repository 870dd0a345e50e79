/**
 * Loans that certainly end where they begin, found without dataflow: a borrow made for one call, whose holders are temporaries of one block, and
 * whose place nobody touches until the last of them has been used. Most loans of ordinary programs are such; leaving them out makes the sets small,
 * and most bodies need no analysis at all.
 * Consumes: the statements of a block and the writes that each makes to slots. Sound because a loan that no live local holds conflicts with nothing,
 * and between its first and last use the scan refuses every access that could.
 */
import { forEachPlace, indexLocals } from '../../mir/index.ts';
import type { Body, LocalId, Place, PlaceUse } from '../../mir/index.ts';
import type { Loan, Step } from './body-facts.ts';

const NEVER = -1;
const MANY = -2;

/** Where each temporary is used last, if all of its uses are in one block. */
export class TempUses {
  private readonly body: Body;
  private readonly block: Int32Array;
  private readonly last: Int32Array;

  constructor(body: Body) {
    this.body = body;
    this.block = new Int32Array(body.locals.length).fill(NEVER);
    this.last = new Int32Array(body.locals.length);
    body.blocks.forEach((block, b) => {
      block.stmts.forEach((stmt, i) => forEachPlace(stmt, (place, use) => {
        if (use !== 'write' || place.proj.length > 0) this.use(place.local, b, i);
      }));
      if (block.term.kind === 'switch' && block.term.operand.kind !== 'const') this.use(block.term.operand.place.local, b, block.stmts.length);
    });
  }

  private use(local: LocalId, block: number, stmt: number): void {
    if (this.block[local] === NEVER) this.block[local] = block;
    else if (this.block[local] !== block) this.block[local] = MANY;
    this.last[local] = stmt;
  }

  /** Index of the last statement that uses a temporary of this block; NEVER if none; null if it is used elsewhere or is no temporary. */
  lastIn(local: LocalId, block: number): number | null {
    if (this.body.locals[local]!.kind !== 'temp') return null;
    const where = this.block[local]!;
    return where === NEVER ? NEVER : where === block ? this.last[local]! : null;
  }
}

/**
 * Whether a loan is over before anything could conflict with it. `steps`: what the statements of its block write; `interior`: whether a local has slots that are the same as
 * others; `reserved`: what local a two-phase borrow in a temporary looks into; `keeps`: whether a statement of its block puts something where only owned values may be.
 */
export function isMomentary(
  body: Body, loan: Loan & { readonly kind: 'place' }, steps: readonly Step[], uses: TempUses,
  interior: (local: LocalId) => boolean, reserved: (local: LocalId) => LocalId | null, keeps: (stmt: number) => boolean,
): boolean {
  const first = uses.lastIn(loan.holder, loan.block);
  if (first === null) return false;
  const holders = new Set<LocalId>([loan.holder]);
  let end = first;
  const root = loan.place.local;
  const { stmts } = body.blocks[loan.block]!;
  let next = steps.findIndex((step) => step.stmt > loan.stmt);
  for (let i = loan.stmt + 1; i <= end && i < stmts.length; i++) {
    const stmt = stmts[i]!;
    let step: Step | null = null;
    if (next >= 0 && steps[next]?.stmt === i) step = steps[next++]!;
    if (stmt.kind === 'storageDead' || stmt.kind === 'storageLive') {
      if (stmt.local === root) return false;
      continue;
    }
    let holds = false;
    let bad = false;
    forEachPlace(stmt, (place: Place, use: PlaceUse) => {
      if (holders.has(place.local)) {
        if (use === 'write' && place.proj.length === 0) bad = true;
        holds = true;
      }
      // Its use activates a two-phase borrow: an access to what that borrows.
      if (place.local !== loan.holder && reserved(place.local) === root) bad = true;
      if (place.local === root) {
        const reads = use === 'copy' || use === 'inspect' || use === 'borrow';
        const result = i === end && use === 'write';
        if (!result && (loan.mutable || !reads)) bad = true;
      }
      if (loan.mutable && indexLocals(place).includes(root)) bad = true;
    });
    if (bad) return false;
    if (holds && keeps(i)) return false;
    if (!holds || step === null || step.ops.length === 0) continue;
    // What the statement makes of the holders must be a temporary of this block too.
    const dest = step.assigned;
    if (dest === null || dest.proj.length > 0 || !step.ops.every((op) => op.strong) || interior(dest.local)) return false;
    const last = uses.lastIn(dest.local, loan.block);
    if (last === null) return false;
    holders.add(dest.local);
    end = Math.max(end, last);
  }
  return end < stmts.length;
}
