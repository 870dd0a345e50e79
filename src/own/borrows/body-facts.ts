/**
 * A body as the loan analysis sees it: slots, loans, and what each statement does to the sets of loans.
 * Consumes: MIR as built, the flows of the functions it calls. Produces: numbered slot classes (invariant ones made one, L2: union-find),
 * loans, and for each block the steps that change sets. Holds everything in flat arrays by dense ids.
 */
import { bug, unreachable } from '../../base/index.ts';
import { indexLocals, localPlace, operandTy, placeTy } from '../../mir/index.ts';
import type { BlockId, Body, LocalId, Operand, Place, Rvalue, Stmt } from '../../mir/index.ts';
import type { Span } from '../../source/index.ts';
import type { Ty } from '../../types/index.ts';
import { instantiate } from './instantiate.ts';
import type { CallEffect, FlowsOf, Misfit } from './instantiate.ts';
import { intrinsicFlow } from './intrinsic-flow.ts';
import { callableContract } from './contract.ts';
import { identityArgs } from './decl-slots.ts';
import { callableSignature, NO_FLOWS, Signature } from './signature.ts';

import { isMomentary, TempUses } from './momentary.ts';
import type { BorrowOptions } from './options.ts';
import { NO_SLOT } from './slots.ts';
import type { Slot, SlotTable } from './slots.ts';
import type { FnDecl } from '../../types/index.ts';

/** The slot of owned types: holds nothing, and nothing with loans may be put there. */
export const NOWHERE = 0;
/** What references made from raw pointers refer to. */
export const UNKNOWN = 1;

export type Loan =
  | { readonly kind: 'place'; readonly place: Place; readonly mutable: boolean; readonly temp: LocalId | -1; readonly holder: LocalId; readonly span: Span; readonly block: BlockId; readonly stmt: number }
  /** What the caller put in: stands for whatever a node of the signature holds. */
  | { readonly kind: 'input'; readonly node: number }
  /** A reference made from a raw pointer in a function without reference parameters. */
  | { readonly kind: 'unknown' };

export interface Op {
  /** A slot before the classes are known, a class afterwards. */
  dst: number;
  strong: boolean;
  srcs: number[];
  loan: number;
}

export interface Step {
  readonly stmt: number;
  readonly ops: Op[];
  /** The place whose assignment makes loans name something else (L4). */
  readonly assigned: Place | null;
  /** The local whose storage ends. */
  readonly dead: LocalId | -1;
  /** Its effect on what exists before is there even if the statement panics. */
  readonly isCall: boolean;
}

/** A value with borrows put where only owned ones may be. */
export interface OwnedWrite {
  readonly block: BlockId;
  readonly stmt: number;
  readonly srcs: number[];
  readonly span: Span;
}

export interface SiteMisfit {
  readonly span: Span;
  readonly misfit: Misfit;
}

interface PlaceInfo {
  readonly ids: readonly number[];
  readonly support: readonly number[];
  readonly tracked: boolean;
  readonly unknown: boolean;
}

export class BodyFacts {
  readonly body: Body;
  readonly table: SlotTable;
  readonly sig: Signature;
  readonly options: BorrowOptions;
  readonly loans: Loan[] = [];
  readonly steps: (readonly Step[])[] = [];
  readonly ownedWrites: OwnedWrite[] = [];
  readonly misfits: SiteMisfit[] = [];
  /** Slots of each local. */
  readonly localSlots: (readonly number[])[] = [];
  readonly localInfo: (readonly Slot[])[] = [];
  /** Loans of places, by the local in which the place begins. */
  readonly loansOf: number[][] = [];
  /** By temporary: the place that its two-phase borrow is of, and the loan, or -1 if nothing has to follow it. */
  readonly reserved = new Map<LocalId, { readonly place: Place; readonly loan: number }>();
  /** Class of each slot. */
  classOf = new Int32Array(0);
  classCount = 0;
  /** Per class: whether the caller sees it, so that it is always live. */
  universal: Uint8Array = new Uint8Array(0);
  private members = new Int32Array(0);
  private readonly known: FlowsOf;
  private readonly opaque = new Map<Ty, number>();
  private readonly parents: number[] = [NOWHERE, UNKNOWN];
  private readonly infos = new Map<Place, PlaceInfo>();
  private readonly inputLoan: number[] = [];
  private readonly unknownSet: number[] = [];

  constructor(body: Body, table: SlotTable, sig: Signature, known: FlowsOf, options: BorrowOptions) {
    this.body = body;
    this.table = table;
    this.sig = sig;
    this.known = known;
    this.options = options;
    for (const local of body.locals) {
      const info = table.of(local.ty);
      this.localInfo.push(info);
      this.localSlots.push(info.map((slot) => (slot.opaque === null ? this.newSlot() : this.opaqueSlot(slot.opaque))));
      this.loansOf.push([]);
    }
    this.inputs();
    body.blocks.forEach((block, b) => {
      const steps: Step[] = [];
      block.stmts.forEach((stmt, i) => {
        const step = this.step(stmt, b as BlockId, i);
        if (step !== null) steps.push(step);
      });
      this.steps.push(steps);
    });
    this.findOwnedPlaces();
    this.leaveOutMomentary();
    this.number();
  }

  /** Writes through references into owned values. */
  private findOwnedPlaces(): void {
    this.steps.forEach((steps, b) => {
      for (const step of steps) {
        const stmt = this.body.blocks[b]!.stmts[step.stmt]!;
        for (const op of step.ops) {
          if (this.find(op.dst) !== NOWHERE || op.srcs.length === 0 || !('span' in stmt)) continue;
          const srcs = op.srcs.filter((src) => this.find(src) !== NOWHERE);
          if (srcs.length > 0) this.ownedWrites.push({ block: b as BlockId, stmt: step.stmt, srcs, span: stmt.span });
          op.srcs = [];
        }
      }
    });
  }

  /** Whether there is a loan of a place that the analysis has to follow. */
  get hasPlaceLoans(): boolean {
    return this.loansOf.some((list) => list.length > 0);
  }

  private leaveOutMomentary(): void {
    const count = this.loans.length;
    if (!this.loans.some((loan) => loan.kind === 'place')) return;
    const uses = new TempUses(this.body);
    const interior = (local: LocalId): boolean => this.localInfo[local]!.some((slot) => slot.invariant);
    const renamed = new Int32Array(count).fill(-1);
    const kept: Loan[] = [];
    const reserved = (local: LocalId): LocalId | null => this.reserved.get(local)?.place.local ?? null;
    this.loans.forEach((loan, id) => {
      if (loan.kind === 'place' && loan.temp !== -1) this.reserved.set(loan.temp, { place: loan.place, loan: id });
    });
    for (let id = 0; id < count; id++) {
      const loan = this.loans[id]!;
      if (loan.kind === 'place' && isMomentary(this.body, loan, this.steps[loan.block]!, uses, interior, reserved, (stmt) => this.ownedWrites.some((w) => w.block === loan.block && w.stmt === stmt))) continue;
      renamed[id] = kept.length;
      kept.push(loan);
    }
    for (const [temp, { place, loan }] of this.reserved) this.reserved.set(temp, { place, loan: renamed[loan]! });
    if (kept.length === count) return;
    this.loans.splice(0, count, ...kept);
    for (const list of this.loansOf) list.splice(0, list.length, ...list.map((id) => renamed[id]!).filter((id) => id >= 0));
    for (const steps of this.steps) for (const { ops } of steps) for (const op of ops) if (op.loan >= 0) op.loan = renamed[op.loan]!;
    this.inputLoan.forEach((id, node) => {
      this.inputLoan[node] = renamed[id]!;
    });
    this.unknownSet.forEach((id, i) => {
      this.unknownSet[i] = renamed[id]!;
    });
  }

  // -------------------------------------------------------------- slots

  private newSlot(): number {
    this.parents.push(this.parents.length);
    return this.parents.length - 1;
  }

  /** The one slot of a type parameter or unresolved associated type. */
  opaqueSlot(ty: Ty): number {
    let slot = this.opaque.get(ty);
    if (slot === undefined) {
      slot = this.newSlot();
      this.opaque.set(ty, slot);
    }
    return slot;
  }

  private find(slot: number): number {
    const { parents } = this;
    while (parents[slot] !== slot) {
      parents[slot] = parents[parents[slot]!]!;
      slot = parents[slot]!;
    }
    return slot;
  }

  private unify(a: number, b: number): void {
    // What is reached through a reference into an owned value is an owned place too.
    if (this.options.noUnify === true || a === UNKNOWN || b === UNKNOWN) return;
    const x = this.find(a);
    const y = this.find(b);
    if (x !== y) this.parents[Math.max(x, y)] = Math.min(x, y);
  }

  private inputs(): void {
    const { sig } = this;
    this.loans.push({ kind: 'unknown' });
    sig.nodes.forEach((node, i) => {
      if (node.kind === 'param') this.inputLoan[i] = this.addLoan({ kind: 'input', node: i });
    });
    const own = (nodes: readonly number[]): number[] => nodes.filter((n) => sig.nodes[n]!.kind === 'param').map((n) => this.inputLoan[n]!);
    let set: number[];
    if (sig.byReference) {
      const receiver = own(sig.paramNodes[0]!);
      // In an implementation of `next(&mut self): Option<Self::Item>` the borrow of the receiver is no part of the item (F5).
      set = this.hidesReceiver() ? receiver.slice(1) : receiver;
    } else {
      set = sig.paramNodes.flatMap(own);
    }
    this.unknownSet.push(...(set.length > 0 ? set : [0]));
  }

  /** Whether the function implements a method of a trait whose result spells no borrow. */
  private hidesReceiver(): boolean {
    const { origin } = this.body;
    if (origin.kind !== 'fn') return false;
    const parent = origin.decl.parent;
    if (parent === null || parent.kind !== 'impl' || parent.traitRef === null) return false;
    const method = parent.traitRef.trait.methods.find((m) => m.name === origin.decl.name);
    return method !== undefined && !this.table.tables.for(method.generics.predicates).of(method.sig.ret).some((slot) => slot.opaque === null);
  }

  private addLoan(loan: Loan): number {
    this.loans.push(loan);
    const id = this.loans.length - 1;
    if (loan.kind === 'place') this.loansOf[loan.place.local]!.push(id);
    return id;
  }

  // -------------------------------------------------------------- places

  place(place: Place): PlaceInfo {
    let info = this.infos.get(place);
    if (info === undefined) {
      info = this.walk(place);
      this.infos.set(place, info);
    }
    return info;
  }

  private walk(place: Place): PlaceInfo {
    let ids: readonly number[] = this.localSlots[place.local]!;
    let ty = this.body.locals[place.local]!.ty;
    let variant = 0;
    let tracked = true;
    const derefs: { readonly id: number; readonly mutable: boolean }[] = [];
    for (const proj of place.proj) {
      switch (proj.kind) {
        case 'deref':
          if (ty.kind === 'ref') {
            derefs.push({ id: ids[0] ?? UNKNOWN, mutable: ty.mutable });
            if (!ty.mutable) tracked = false;
            ids = ids.slice(1);
          } else if (ty.kind === 'ptr') {
            derefs.push({ id: UNKNOWN, mutable: false });
            tracked = false;
            ids = this.table.of(proj.ty).map((slot) => (slot.opaque === null ? UNKNOWN : this.opaqueSlot(slot.opaque)));
          }
          break;
        case 'field': {
          const whole = ids;
          ids = whole.length === 0 && this.table.of(proj.ty).length === 0 ? whole
            : this.table.fieldMap(ty, variant, proj.index, proj.ty).map((k) => (k === NO_SLOT ? NOWHERE : (whole[k] ?? NOWHERE)));
          break;
        }
        case 'variant': case 'index': case 'constIndex': case 'subslice':
          break;
        default:
          unreachable(proj);
      }
      variant = proj.kind === 'variant' ? proj.index : 0;
      ty = proj.ty;
    }
    const support: number[] = [];
    let unknown = false;
    if (this.options.noSupport !== true) {
      for (let i = derefs.length - 1; i >= 0; i--) {
        const { id, mutable } = derefs[i]!;
        if (id === UNKNOWN) unknown = true;
        support.push(id);
        if (!mutable) break;
      }
    }
    return { ids, support, tracked, unknown };
  }

  private operandIds(operand: Operand): readonly number[] {
    return operand.kind === 'const' ? [] : this.place(operand.place).ids;
  }

  // -------------------------------------------------------------- statements

  private step(stmt: Stmt, block: BlockId, index: number): Step | null {
    switch (stmt.kind) {
      case 'assign':
        return this.assign(stmt, block, index);
      case 'call':
        return this.call(stmt, block, index);
      case 'storageDead':
        return { stmt: index, ops: [], assigned: null, dead: stmt.local, isCall: false };
      case 'drop':
        return this.drop(stmt, block, index);
      case 'boundsCheck': case 'storageLive': case 'setVariant': case 'fakeRead': case 'nop':
        return null;
      default:
        return unreachable(stmt);
    }
  }

  /** A destructor may store what its value holds where the value can write. */
  private drop(stmt: Stmt & { kind: 'drop' }, block: BlockId, index: number): Step | null {
    const ty = placeTy(this.body, stmt.place);
    if (!this.table.of(ty).some((slot) => slot.invariant)) return null;
    const { ids } = this.place(stmt.place);
    const uses = this.table.dropUses(ty);
    const ops = new OpList(false, ids);
    for (const [from, to] of this.table.selfFlows(ty)) if (uses[from] === true && uses[to] === true) this.moveInto(ops, ids[to]!, ids[from]!, false, stmt.span, block, index);
    return ops.list.length === 0 ? null : { stmt: index, ops: ops.list, assigned: null, dead: -1, isCall: true };
  }

  private assign(stmt: Stmt & { kind: 'assign' }, block: BlockId, index: number): Step | null {
    const { place, value } = stmt;
    const dest = this.place(place).ids;
    const ops = dest.length === 0 && value.kind !== 'aggregate' ? [] : this.rvalue(stmt, dest, value, block, index);
    // Assigning `x` matters where a loan goes on from `*x`; that is known later.
    const ty = placeTy(this.body, place);
    if (ops.length === 0 && (ty.kind !== 'ref' && dest.length === 0)) return null;
    return { stmt: index, ops, assigned: place, dead: -1, isCall: false };
  }

  private rvalue(stmt: Stmt & { kind: 'assign' }, dest: readonly number[], value: Rvalue, block: BlockId, index: number): Op[] {
    const { place } = stmt;
    const info = this.table.of(placeTy(this.body, place));
    const whole = place.proj.length === 0;
    const ops = new OpList(whole, dest);
    const straight = (srcs: readonly number[]): void => {
      for (let k = 0; k < dest.length; k++) {
        const src = srcs[k];
        if (src === undefined) continue;
        this.moveInto(ops, dest[k]!, src, info[k]!.invariant, stmt.span, block, index);
      }
    };
    switch (value.kind) {
      case 'use': case 'repeat':
        straight(this.operandIds(value.operand));
        break;
      case 'ref': {
        const from = this.place(value.place);
        let loan = -1;
        if (from.tracked) {
          const temp = value.twoPhase && whole && this.body.locals[place.local]!.kind === 'temp' ? place.local : -1;
          loan = this.addLoan({ kind: 'place', place: value.place, mutable: value.mutable, temp, holder: place.local, span: stmt.span, block, stmt: index });
        }
        if (dest.length > 0) {
          const op = ops.to(dest[0]!);
          op.loan = loan;
          op.srcs.push(...from.support);
          straight([dest[0]!, ...from.ids]);
        }
        break;
      }
      case 'aggregate':
        this.aggregate(ops, dest, value, stmt.span, block, index);
        break;
      case 'cast':
        this.cast(ops, dest, info, value, stmt.span, block, index);
        break;
      case 'addressOf': case 'arith': case 'compare': case 'unary': case 'variantIndex': case 'length':
        break;
      default:
        unreachable(value);
    }
    return ops.list;
  }

  private moveInto(ops: OpList, dst: number, src: number, invariant: boolean, span: Span, block: BlockId, index: number): void {
    if (dst === NOWHERE) {
      if (src !== NOWHERE) this.ownedWrites.push({ block, stmt: index, srcs: [src], span });
      return;
    }
    if (dst === UNKNOWN) return;
    const op = ops.to(dst);
    // Also where it is the target itself: `r = r` keeps what it holds.
    op.srcs.push(src);
    if (invariant) this.unify(dst, src);
  }

  private aggregate(ops: OpList, dest: readonly number[], value: Rvalue & { kind: 'aggregate' }, span: Span, block: BlockId, index: number): void {
    const { ty } = value;
    const whole = this.table.of(ty);
    let pointer = false;
    value.fields.forEach((field, i) => {
      const fieldTy = operandTy(this.body, field);
      const ids = this.operandIds(field);
      const slots = this.table.of(fieldTy);
      if (slots.length === 0) {
        pointer ||= this.holdsPointer(fieldTy);
        return;
      }
      const map = ty.kind === 'array' ? slots.map((_, k) => k) : this.table.fieldMap(ty, value.variant, i, fieldTy);
      slots.forEach((slot, k) => {
        if (ids[k] === undefined) return;
        const at = map[k]!;
        const dst = at === NO_SLOT ? NOWHERE : (dest[at] ?? NOWHERE);
        this.moveInto(ops, dst, ids[k], slot.invariant || (at !== NO_SLOT && whole[at]?.invariant === true), span, block, index);
      });
    });
    if (!pointer || ty.kind !== 'adt') return;
    const at = this.table.pointerSlot(ty);
    if (at !== NO_SLOT && dest[at] !== undefined && dest[at] > UNKNOWN) ops.to(dest[at]).srcs.push(UNKNOWN);
  }

  private holdsPointer(ty: Ty): boolean {
    switch (ty.kind) {
      case 'ptr':
        return true;
      case 'tuple':
        return ty.elements.some((element) => this.holdsPointer(element));
      case 'array':
        return this.holdsPointer(ty.element);
      case 'adt': {
        const decl = this.table.decls.of(ty.decl);
        return (decl.pointer && !decl.hasDrop) || ty.args.some((arg) => this.holdsPointer(arg));
      }
      default:
        return false;
    }
  }

  private cast(ops: OpList, dest: readonly number[], info: readonly Slot[], value: Rvalue & { kind: 'cast' }, span: Span, block: BlockId, index: number): void {
    const srcs = this.operandIds(value.operand);
    const from = operandTy(this.body, value.operand);
    const slots = this.table.of(from);
    switch (value.how) {
      case 'toDyn': case 'toFn': {
        // The reference stays what it is; whatever the value holds goes into the one slot of the hidden type, and into those of its arguments.
        const outer = from.kind === 'ref' && value.how === 'toDyn' ? 1 : 0;
        if (outer === 1 && dest.length > 0 && srcs.length > 0) this.moveInto(ops, dest[0]!, srcs[0]!, false, span, block, index);
        for (let k = outer; k < dest.length; k++) {
          for (let s = outer; s < srcs.length; s++) {
            this.moveInto(ops, dest[k]!, srcs[s]!, slots[s]!.invariant || (info[k]!.invariant && k > outer), span, block, index);
          }
        }
        if (value.how === 'toFn') this.fitsFunctionType(from, value.ty, span);
        break;
      }
      default:
        for (let k = 0; k < dest.length; k++) {
          if (from.kind === 'ptr') ops.to(dest[k]!).srcs.push(UNKNOWN);
          else if (srcs[k] !== undefined) this.moveInto(ops, dest[k]!, srcs[k]!, info[k]!.invariant, span, block, index);
        }
        break;
    }
  }

  /** A closure or function item that becomes a function value keeps to what callers of such values assume. */
  private fitsFunctionType(from: Ty, to: Ty, span: Span): void {
    if (to.kind !== 'fn' || (from.kind !== 'closure' && from.kind !== 'fnItem')) return;
    const sig = from.kind === 'closure' ? this.known.closure(from.decl) : this.known.fn(from.decl);
    const offset = from.kind === 'closure' ? 1 : 0;
    for (const [a, b] of sig.flows.edges) {
      const source = sig.sig.nodes[a]!;
      const target = sig.sig.nodes[b]!;
      if (target.kind === 'param') {
        if (source.kind === 'type') continue;
        if (source.kind === 'param' && source.param < offset && target.param < offset) continue;
        this.misfits.push({ span, misfit: { kind: 'stores', value: from, param: target.param < offset && source.kind === 'param' ? source.param : target.param } });
      } else if (target.kind === 'result' && source.kind === 'param' && source.param < offset && source.slot === 0 && from.kind === 'closure' && from.decl.mode !== 'once') {
        this.misfits.push({ span, misfit: { kind: 'lends', value: from, param: null } });
      }
    }
  }

  // -------------------------------------------------------------- calls

  private call(stmt: Stmt & { kind: 'call' }, block: BlockId, index: number): Step | null {
    const destTy = placeTy(this.body, stmt.dest);
    const dest = destTy.kind === 'never' ? [] : this.place(stmt.dest).ids;
    const destSlots = destTy.kind === 'never' ? [] : this.table.of(destTy);
    const args = stmt.args.map((arg) => this.operandIds(arg));
    const argSlots = stmt.args.map((arg) => this.table.of(operandTy(this.body, arg)));
    // A constant has no slots of its own in the body: it holds no loans.
    args.forEach((ids, i) => {
      if (ids.length !== argSlots[i]!.length) args[i] = argSlots[i]!.map(() => NOWHERE);
    });
    const whole = stmt.dest.proj.length === 0;
    const ops = new OpList(whole, dest);
    if (dest.length > 0 || argSlots.some((slots) => slots.length > 0)) {
      const effect = this.callEffect(stmt, args, argSlots, dest, destSlots);
      for (const misfit of effect.misfits) this.misfits.push({ span: stmt.span, misfit });
      for (const { srcs } of effect.owned) this.ownedWrites.push({ block, stmt: index, srcs: [...srcs], span: stmt.span });
      for (const flow of effect.flows) {
        if (flow.dst === NOWHERE) this.ownedWrites.push({ block, stmt: index, srcs: [...flow.srcs], span: stmt.span });
        if (flow.dst <= UNKNOWN) continue;
        const isResult = dest.includes(flow.dst);
        if (isResult ? this.options.noResult === true : this.options.noOut === true) continue;
        const op = ops.to(flow.dst);
        op.srcs.push(...flow.srcs.filter((src) => src !== NOWHERE));
        if (!isResult) op.strong = false;
      }
      for (const group of effect.unions) for (const other of group.slice(1)) this.unify(group[0]!, other);
    }
    if (ops.list.length === 0 && dest.length === 0) return null;
    return { stmt: index, ops: ops.list, assigned: stmt.dest, dead: -1, isCall: true };
  }

  private callEffect(
    stmt: Stmt & { kind: 'call' }, args: readonly (readonly number[])[], argSlots: readonly (readonly Slot[])[], dest: readonly number[], destSlots: readonly Slot[],
  ): CallEffect {
    const at = { args, argSlots, dest, destSlots };
    const { callee } = stmt;
    switch (callee.kind) {
      case 'fn': {
        const found = calleeTarget(callee.fn.decl, callee.fn.args, this.table);
        const flow = found.decl.intrinsic === null ? 'contract' : intrinsicFlow(found.decl.intrinsic);
        const { sig, flows } = found.known ? this.known.fn(found.decl) : this.known.contract(found.decl);
        const site = { sig, flows: flow === 'contract' ? flows : NO_FLOWS, typeArgs: found.args, predicates: found.decl.generics.predicates, ...at };
        const effect = this.instantiate(site);
        if (flow !== 'unknown') return effect;
        return { ...effect, flows: [...effect.flows, ...dest.filter((_, k) => destSlots[k]!.opaque === null).map((dst) => ({ dst, srcs: [UNKNOWN] }))] };
      }
      case 'value':
        return this.valueEffect(stmt, at);
      case 'intrinsic': case 'native': case 'instance': case 'virtual': case 'fnValue':
        return bug(`a call of kind ${callee.kind} before monomorphisation`);
      default:
        return unreachable(callee);
    }
  }

  private instantiate(site: Parameters<typeof instantiate>[0]): CallEffect {
    return instantiate(site, this.table, (ty) => this.opaqueSlot(ty), this.known);
  }

  private valueEffect(stmt: Stmt & { kind: 'call' }, at: Pick<Parameters<typeof instantiate>[0], 'args' | 'argSlots' | 'dest' | 'destSlots'>): CallEffect {
    const taken = operandTy(this.body, stmt.args[0]!);
    const byRef = taken.kind === 'ref' && stmt.callee.kind === 'value' && stmt.callee.mode !== 'once';
    const ty = byRef && taken.kind === 'ref' ? taken.target : taken;
    if (ty.kind === 'closure') {
      const { sig, flows } = this.known.closure(ty.decl);
      const env = sig.paramTys[0]!;
      // A closure called in a stronger mode than it needs is still the closure.
      const strip = byRef && env.kind !== 'ref';
      const site = strip ? { ...at, args: [at.args[0]!.slice(1), ...at.args.slice(1)], argSlots: [at.argSlots[0]!.slice(1), ...at.argSlots.slice(1)] } : at;
      const wrap = !byRef && env.kind === 'ref';
      const fitted = wrap ? { ...site, args: [[NOWHERE, ...site.args[0]!], ...site.args.slice(1)], argSlots: [[sig.params[0]![0]!, ...site.argSlots[0]!], ...site.argSlots.slice(1)] } : site;
      return this.instantiate({ sig, flows, typeArgs: ty.args, predicates: [], ...fitted });
    }
    const params = stmt.args.slice(1).map((arg) => operandTy(this.body, arg));
    const ret = placeTy(this.body, stmt.dest);
    const bound = this.callableOf(ty);
    const sig = callableSignature(ty, bound?.params ?? params, ret.kind === 'never' ? ret : (bound?.ret ?? ret), this.table);
    const skip = byRef ? 1 : 0;
    const site = { ...at, args: [at.args[0]!.slice(skip), ...at.args.slice(1)], argSlots: [at.argSlots[0]!.slice(skip), ...at.argSlots.slice(1)] };
    return this.instantiate({ sig, flows: callableContract(sig), typeArgs: this.identity(), predicates: [], ...site });
  }

  private callableOf(ty: Ty): { readonly params: readonly Ty[]; readonly ret: Ty } | null {
    if (ty.kind === 'fn') return ty;
    for (const predicate of this.table.assumptions) if (predicate.kind === 'callable' && predicate.self === ty) return predicate;
    return null;
  }

  /** The generics around the body, each as itself. */
  private identity(): readonly Ty[] {
    const { origin } = this.body;
    if (origin.kind === 'synthetic') return [];
    return identityArgs(origin.kind === 'closure' ? origin.decl.owner.generics : origin.decl.generics);
  }

  // -------------------------------------------------------------- classes

  /** Gives dense numbers to the classes, and makes the steps speak of classes. */
  private number(): void {
    for (const [ty] of this.opaque) this.sig.typeNode(ty);
    const count = this.parents.length;
    this.classOf = new Int32Array(count);
    const dense = new Map<number, number>();
    for (let slot = 0; slot < count; slot++) {
      const root = this.find(slot);
      let id = dense.get(root);
      if (id === undefined) dense.set(root, (id = dense.size));
      this.classOf[slot] = id;
    }
    this.classCount = dense.size;
    this.members = new Int32Array(this.classCount);
    this.universal = new Uint8Array(this.classCount);
    for (let slot = 0; slot < count; slot++) this.members[this.classOf[slot]!]!++;
    for (const slot of this.opaque.values()) this.universal[this.classOf[slot]!] = 1;
    this.sig.params.forEach((slots, p) => slots.forEach((slot, k) => {
      if (slot.invariant) this.universal[this.classOf[this.localSlots[p + 1]![k]!]!] = 1;
    }));
    const strongMerged = this.options.strongMerged === true;
    for (const steps of this.steps) {
      for (const { ops } of steps) {
        for (const op of ops) {
          const id = this.classOf[op.dst]!;
          op.strong &&= this.universal[id] === 0 && (strongMerged || this.members[id] === 1);
          op.dst = id;
          op.srcs = [...new Set(op.srcs.map((src) => this.classOf[src]!))];
        }
      }
    }
  }

  /** What each class holds at the entry: pairs of class and loan. */
  entrySets(): (readonly [number, number])[] {
    const out: (readonly [number, number])[] = this.unknownSet.map((loan) => [this.classOf[UNKNOWN]!, loan] as const);
    this.sig.nodes.forEach((node, i) => {
      if (node.kind === 'param') out.push([this.classOf[this.localSlots[node.param + 1]![node.slot]!]!, this.inputLoan[i]!]);
      else if (node.kind === 'type') {
        const slot = this.opaque.get(node.ty);
        if (slot === undefined) return;
        this.inputLoan[i] = this.addLoan({ kind: 'input', node: i });
        out.push([this.classOf[slot]!, this.inputLoan[i]!]);
      }
    });
    return out;
  }

  /** Whether a class is one slot that the caller does not see. */
  isAlone(cls: number): boolean {
    return this.members[cls] === 1 && this.universal[cls] === 0;
  }

  /** The class of a node of the signature. */
  classOfNode(node: number): number {
    const info = this.sig.nodes[node]!;
    switch (info.kind) {
      case 'param':
        return this.classOf[this.localSlots[info.param + 1]![info.slot]!]!;
      case 'result':
        return this.classOf[this.localSlots[0]![info.slot]!]!;
      case 'type': {
        const slot = this.opaque.get(info.ty);
        return slot === undefined ? -1 : this.classOf[slot]!;
      }
      default:
        return unreachable(info);
    }
  }

  /** Every local that a place reads on the way: the indices. */
  indices(place: Place): readonly Place[] {
    return indexLocals(place).map(localPlace);
  }
}

/** The function that a call of a trait's method means, where that is known (`known`: its body is what runs). */
export function calleeTarget(decl: FnDecl, args: readonly Ty[], table: SlotTable): { readonly decl: FnDecl; readonly args: readonly Ty[]; readonly known: boolean } {
  const { parent } = decl;
  if (parent === null || parent.kind !== 'trait') return { decl, args, known: decl.hasBody };
  const self = args[0]!;
  if (self.kind === 'param' || self.kind === 'projection' || self.kind === 'dyn') return { decl, args, known: false };
  const found = table.program.resolveMethodIn(decl, args, table.assumptions);
  return found !== null && found.kind === 'fn' ? { decl: found.decl, args: found.args, known: found.decl.hasBody } : { decl, args, known: false };
}

/** The writes of one statement, one to a slot. */
class OpList {
  readonly list: Op[] = [];
  private readonly whole: boolean;

  constructor(whole: boolean, dest: readonly number[]) {
    this.whole = whole;
    // What a whole local held before is gone.
    if (whole) for (const dst of dest) this.to(dst);
  }

  to(dst: number): Op {
    for (const op of this.list) if (op.dst === dst) return op;
    const op: Op = { dst, strong: this.whole, srcs: [], loan: -1 };
    this.list.push(op);
    return op;
  }
}

