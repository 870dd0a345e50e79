/**
 * Accesses against loans (B2): at each statement, does it touch what is borrowed and still used?
 * Consumes: an Analysis. Produces: Conflicts, each with the access, the loan, and who holds the loan. What is read is compared with exclusive
 * loans only; what is written, moved or ends, with all. Operands are compared with what is live before a statement, its destination with what
 * is live after it.
 */
import { unreachable } from '../../base/index.ts';
import { placeTy, samePlace } from '../../mir/index.ts';
import type { BlockId, LocalId, Operand, Place, Rvalue, Stmt } from '../../mir/index.ts';
import type { Span } from '../../source/index.ts';
import { loansAt } from './analyze-body.ts';
import type { Analysis, LoanSets } from './analyze-body.ts';
import type { BodyFacts, Loan } from './body-facts.ts';
import type { LiveSets } from './liveness.ts';
import { conflicts } from './places-conflict.ts';
import { mayKeep } from './signature.ts';
import type { Depth } from './places-conflict.ts';

export type AccessKind = 'read' | 'borrow' | 'borrowMut' | 'activate' | 'assign' | 'replace' | 'move' | 'drop' | 'storageEnd' | 'return';

export type PlaceLoan = Loan & { readonly kind: 'place' };

export interface Conflict {
  readonly access: AccessKind;
  readonly place: Place;
  readonly span: Span;
  readonly block: BlockId;
  /** Index of the statement; the number of statements for the terminator. */
  readonly stmt: number;
  readonly loan: PlaceLoan;
  readonly loanId: number;
  /** A local that holds the loan and is used later; null if only the caller sees it. */
  readonly holder: LocalId | null;
  /** Whether the holder's destructor alone uses it. */
  readonly byDrop: boolean;
}

interface Access {
  readonly kind: AccessKind;
  readonly place: Place;
  readonly depth: Depth;
  readonly write: boolean;
  readonly after: boolean;
  /** A loan that does not count: the one that is being activated. */
  readonly except: number;
}

export function findConflicts(analysis: Analysis): Conflict[] {
  if (analysis.loans === null) return [];
  const finder = new ConflictFinder(analysis, analysis.loans);
  finder.run();
  return finder.found;
}

/** A value that holds borrows, put where only owned ones may be. */
export interface Kept {
  readonly span: Span;
  /** What is borrowed; null for what a parameter holds. */
  readonly loan: PlaceLoan | null;
  readonly param: number;
}

export function findKept(analysis: Analysis): Kept[] {
  const { body, facts, flow } = analysis;
  if (flow === null) return [];
  // Callers see to what such functions keep of their arguments.
  const callersKnow = body.origin.kind === 'closure' || (body.origin.kind === 'fn' && mayKeep(body.origin.decl, facts.sig));
  const out: Kept[] = [];
  for (const write of facts.ownedWrites) {
    for (const id of loansAt(facts, flow, write)) {
      const loan = facts.loans[id]!;
      if (loan.kind === 'place') out.push({ span: write.span, loan, param: -1 });
      else if (loan.kind === 'input' && !callersKnow) {
        const node = facts.sig.nodes[loan.node]!;
        out.push({ span: write.span, loan: null, param: node.kind === 'param' ? node.param : -1 });
      }
    }
  }
  return out;
}

/** Whether a drop makes room for a new value in the same place. */
function isReplaced(stmt: Stmt & { kind: 'drop' }, next: Stmt | undefined): boolean {
  return next?.kind === 'assign' && next.span.lo === stmt.span.lo && next.span.hi === stmt.span.hi && samePlace(next.place, stmt.place);
}

class ConflictFinder {
  readonly found: Conflict[] = [];
  private readonly a: Analysis;
  private readonly sets: LoanSets;
  private readonly facts: BodyFacts;
  private readonly words: number;
  private readonly dropUses: (readonly boolean[])[] = [];

  constructor(analysis: Analysis, sets: LoanSets) {
    this.a = analysis;
    this.sets = sets;
    this.facts = analysis.facts;
    this.words = sets.flow.words;
    for (const local of sets.tracked) this.dropUses.push(this.facts.options.noDropUse === true ? [] : this.facts.table.dropUses(analysis.body.locals[local]!.ty));
  }

  run(): void {
    const { body, facts } = this.a;
    const { live, flow } = this.sets;
    const work = { used: new Uint32Array(live.words), dropped: new Uint32Array(live.words) };
    body.blocks.forEach((block, index) => {
      const id = index as BlockId;
      const { stmts, term } = block;
      const list = stmts.map((stmt, i) => this.accesses(stmt, stmts[i + 1]));
      const count = stmts.length;
      const switched = term.kind === 'switch' && term.operand.kind !== 'const' && this.borrowed(term.operand.place) ? term.operand.place : null;
      const leaves = (term.kind === 'return' || term.kind === 'resume') && facts.options.noStorageEnd !== true;
      if (switched === null && !leaves && list.every((accesses) => accesses.length === 0)) return;
      const state = flow.entry(id);
      const init = live.initAt(id);
      if (state === null || init === null) return;
      // The sets before and after each statement that matters, found from the end to the start.
      const before: (LiveSets | undefined)[] = new Array<LiveSets | undefined>(count + 1);
      const keep = (i: number): void => {
        if ((i < count && list[i]!.length > 0) || (i > 0 && list[i - 1]!.length > 0) || i === count) before[i] = { used: work.used.slice(), dropped: work.dropped.slice() };
      };
      live.atEnd(block, work);
      keep(count);
      for (let i = count - 1; i >= 0; i--) {
        live.before(block, stmts[i]!, work);
        keep(i);
      }
      const steps = facts.steps[id]!;
      let next = 0;
      for (let i = 0; i < count; i++) {
        const stmt = stmts[i]!;
        for (const access of list[i]!) {
          if (access.after || (access.depth === 'drop' && !this.mayBeInit(access.place, init))) continue;
          // What a value holds itself does not keep it from ending.
          this.check(access, stmt, id, i, state, init, access.depth === 'drop' || access.kind === 'storageEnd' ? before[i + 1]! : before[i]!, before[i + 1]!);
        }
        live.leaving(stmt, init);
        live.arriving(stmt, init);
        if (steps[next]?.stmt === i) flow.step(steps[next++]!, state);
        for (const access of list[i]!) if (access.after) this.check(access, stmt, id, i, state, init, before[i + 1]!, before[i + 1]!);
      }
      if (switched !== null && term.kind === 'switch') {
        const access: Access = { kind: 'read', place: switched, depth: 'deep', write: false, after: false, except: -1 };
        this.check(access, { span: term.span }, id, count, state, init, before[count]!, before[count]!);
      } else if (leaves) {
        this.leave(id, count, state, init, before[count]!);
      }
    });
  }

  // -------------------------------------------------------------- accesses

  private accesses(stmt: Stmt, next: Stmt | undefined): readonly Access[] {
    const out: Access[] = [];
    const add = (kind: AccessKind, place: Place, depth: Depth, write: boolean, after = false, except = -1): void => {
      for (const index of this.facts.indices(place)) if (this.borrowed(index)) out.push({ kind: 'read', place: index, depth: 'deep', write: false, after: false, except: -1 });
      if (this.borrowed(place)) out.push({ kind, place, depth, write, after, except });
    };
    const operand = (op: Operand): void => {
      if (op.kind === 'const') return;
      if (op.kind === 'copy') {
        add('read', op.place, 'deep', false);
        return;
      }
      add('move', op.place, 'deep', true);
      const reserved = op.place.proj.length === 0 ? this.facts.reserved.get(op.place.local) : undefined;
      if (reserved === undefined || this.facts.options.noTwoPhaseActivationCheck === true) return;
      add('activate', reserved.place, 'deep', true, false, reserved.loan);
    };
    switch (stmt.kind) {
      case 'assign':
        this.rvalue(stmt.value, add, operand);
        add('assign', stmt.place, 'shallow', true, true);
        break;
      case 'call':
        stmt.args.forEach(operand);
        add('assign', stmt.dest, 'shallow', true, true);
        break;
      case 'drop':
        add(isReplaced(stmt, next) ? 'replace' : 'drop', stmt.place, 'drop', true);
        break;
      case 'boundsCheck':
        operand(stmt.index);
        operand(stmt.length);
        break;
      case 'storageDead':
        if (this.facts.options.noStorageEnd !== true) add('storageEnd', { local: stmt.local, proj: [] }, 'shallow', true);
        break;
      case 'setVariant':
        add('assign', stmt.place, 'shallow', true, true);
        break;
      case 'fakeRead':
        add('read', stmt.place, 'shallow', false);
        break;
      case 'storageLive': case 'nop':
        break;
      default:
        unreachable(stmt);
    }
    return out;
  }

  private rvalue(value: Rvalue, add: (kind: AccessKind, place: Place, depth: Depth, write: boolean) => void, operand: (op: Operand) => void): void {
    switch (value.kind) {
      case 'use': case 'unary': case 'repeat': case 'cast':
        operand(value.operand);
        break;
      case 'arith': case 'compare':
        operand(value.left);
        operand(value.right);
        break;
      case 'aggregate':
        value.fields.forEach(operand);
        break;
      case 'ref':
        if (!value.mutable) add('borrow', value.place, 'deep', false);
        else add('borrowMut', value.place, 'deep', !value.twoPhase);
        break;
      case 'addressOf':
        add('borrow', value.place, 'deep', false);
        break;
      case 'variantIndex':
        add('read', value.place, 'shallow', false);
        break;
      case 'length': {
        // The length of a slice stands in the reference to it.
        const last = value.place.proj[value.place.proj.length - 1];
        const base = last?.kind === 'deref' ? { local: value.place.local, proj: value.place.proj.slice(0, -1) } : value.place;
        add('read', base, 'shallow', false);
        break;
      }
      default:
        unreachable(value);
    }
  }

  private borrowed(place: Place): boolean {
    return this.facts.loansOf[place.local]!.length > 0;
  }

  private mayBeInit(place: Place, init: Uint32Array): boolean {
    if (place.proj.length > 0) return true;
    const index = this.sets.indexOf[place.local]!;
    return index < 0 || (init[index >>> 5]! & (1 << (index & 31))) !== 0;
  }

  // -------------------------------------------------------------- checks

  private check(
    access: Access, stmt: Stmt | { readonly span: Span }, block: BlockId, index: number, state: Uint32Array, init: Uint32Array, live: LiveSets, after: LiveSets,
  ): void {
    for (const id of this.facts.loansOf[access.place.local]!) {
      if (id === access.except) continue;
      const loan = this.facts.loans[id] as PlaceLoan;
      if (!access.write && !(loan.mutable && this.isActive(loan, after))) continue;
      if (!conflicts(this.a.body, access.place, access.depth, loan.place, (ty) => ty.kind === 'adt' && this.facts.table.decls.of(ty.decl).hasDrop)) continue;
      const holder = this.holder(id, state, init, live);
      if (holder === undefined) continue;
      const span = 'span' in stmt ? stmt.span : 'end' in stmt && stmt.end !== undefined ? stmt.end : this.a.body.span;
      this.found.push({ access: access.kind, place: access.place, span, block, stmt: index, loan, loanId: id, ...holder });
    }
  }

  /** A two-phase borrow counts as shared until the statement that takes it. */
  private isActive(loan: PlaceLoan, after: LiveSets): boolean {
    if (loan.temp === -1) return true;
    const index = this.sets.indexOf[loan.temp]!;
    return index < 0 || (after.used[index >>> 5]! & (1 << (index & 31))) === 0;
  }

  /** Who holds a loan and is live; undefined if nobody. */
  private holder(id: number, state: Uint32Array, init: Uint32Array, live: LiveSets): { holder: LocalId | null; byDrop: boolean } | undefined {
    const { facts } = this.a;
    const { tracked } = this.sets;
    let dropped: LocalId | null = null;
    for (let t = 0; t < tracked.length; t++) {
      const bit = 1 << (t & 31);
      const used = (live.used[t >>> 5]! & bit) !== 0;
      const ends = !used && (live.dropped[t >>> 5]! & init[t >>> 5]! & bit) !== 0;
      if (!used && !ends) continue;
      const local = tracked[t]!;
      const slots = facts.localSlots[local]!;
      for (let k = 0; k < slots.length; k++) {
        if (!used && this.dropUses[t]![k] !== true) continue;
        if (!this.holds(slots[k]!, id, state)) continue;
        if (used) return { holder: local, byDrop: false };
        dropped ??= local;
      }
    }
    if (dropped !== null) return { holder: dropped, byDrop: true };
    if (facts.options.noUniversal === true) return undefined;
    for (let cls = 0; cls < facts.classCount; cls++) {
      if (facts.universal[cls] === 1 && (state[cls * this.words + (id >>> 5)]! & (1 << (id & 31))) !== 0) return { holder: null, byDrop: false };
    }
    return undefined;
  }

  private holds(slot: number, id: number, state: Uint32Array): boolean {
    return (state[this.facts.classOf[slot]! * this.words + (id >>> 5)]! & (1 << (id & 31))) !== 0;
  }

  /** When the function is left, all of its locals end. */
  private leave(block: BlockId, index: number, state: Uint32Array, init: Uint32Array, live: LiveSets): void {
    this.facts.loans.forEach((loan, id) => {
      if (loan.kind !== 'place') return;
      const whole: Place = { local: loan.place.local, proj: [] };
      if (!conflicts(this.a.body, whole, 'shallow', loan.place, () => false)) return;
      if (placeTy(this.a.body, whole).kind === 'never') return;
      const holder = this.holder(id, state, init, live);
      if (holder === undefined) return;
      this.found.push({ access: 'return', place: whole, span: this.a.body.span, block, stmt: index, loan, loanId: id, ...holder });
    });
  }
}
