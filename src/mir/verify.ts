/**
 * Whether a body keeps what its phase promises. Run after each pass in tests; every fault is a fault of the compiler.
 * Consumes: a body. Produces: one line of text a fault, with the block and statement. Holds: nothing.
 * Checks: ids in range; types of assignments, projections, operands; shape of unwinding; what each phase may contain; two dataflow
 * problems over locals: storage (a local with `storageLive` is used only while live) and definite assignment of temporaries.
 */
import { BitSet, unreachable } from '../base/index.ts';
import { HAS_PROJECTION, printTy, tys } from '../types/index.ts';
import type { Ty } from '../types/index.ts';
import type { Block, BlockId, Body, LocalId, Operand, Phase, Place, Rvalue, Stmt, Terminator } from './mir.ts';
import { printPlace, printStmt, printTerminator } from './print.ts';
import { forEachPlace, forEachTermPlace, indexLocals, mayPanic, operandTy, placeTy, reversePostorder, termSuccessors } from './visit.ts';
import type { PlaceUse } from './visit.ts';

/** All faults of a body, none if it is well formed. */
export function verifyBody(body: Body, phase: Phase): string[] {
  const verifier = new Verifier(body, phase);
  verifier.shape();
  // Dataflow follows ids, so it needs them to be right.
  if (verifier.faults.length === 0) {
    verifier.storage();
    verifier.assignment();
  }
  return verifier.faults;
}

class Verifier {
  readonly faults: string[] = [];
  private readonly body: Body;
  private readonly phase: Phase;

  constructor(body: Body, phase: Phase) {
    this.body = body;
    this.phase = phase;
  }

  private fault(where: string, what: string): void {
    this.faults.push(`${where}: ${what}`);
  }

  // -------------------------------------------------------------- shape

  shape(): void {
    const { body } = this;
    if (body.phase !== this.phase) this.fault('body', `phase is ${body.phase}, expected ${this.phase}`);
    if (body.blocks.length === 0) this.fault('body', 'no entry block');
    if (body.locals.length < body.paramCount + 1) this.fault('body', 'fewer locals than parameters');
    if (body.blocks[0]?.cleanup === true) this.fault('bb0', 'the entry is a cleanup block');
    body.locals.forEach((decl, i) => {
      if (this.phase === 'mono' && decl.ty.flags !== 0 && (decl.ty.flags & ~16) !== 0) this.fault(`_${i}`, `type ${printTy(decl.ty)} is not concrete`);
    });
    body.blocks.forEach((block, i) => this.block(block, i));
  }

  private block(block: Block, index: number): void {
    const { body } = this;
    const exists = (id: BlockId): boolean => id >= 0 && id < body.blocks.length;
    if (block.unwind !== null) {
      if (!exists(block.unwind)) this.fault(`bb${index}`, `unwinds to bb${block.unwind}, which does not exist`);
      else if (!body.blocks[block.unwind]!.cleanup) this.fault(`bb${index}`, `unwinds to bb${block.unwind}, which is no cleanup block`);
      if (block.cleanup) this.fault(`bb${index}`, 'a cleanup block unwinds');
    }
    block.stmts.forEach((stmt, s) => this.stmt(stmt, `bb${index}[${s}] ${printStmt(stmt)}`));
    const where = `bb${index} ${printTerminator(block.term)}`;
    for (const to of termSuccessors(block.term)) {
      if (!exists(to)) {
        this.fault(where, `bb${to} does not exist`);
        continue;
      }
      const cleanup = body.blocks[to]!.cleanup;
      if (block.term.kind === 'catchPanic' ? cleanup : cleanup !== block.cleanup) this.fault(where, `goes from ${block.cleanup ? 'cleanup' : 'normal'} to ${cleanup ? 'cleanup' : 'normal'} code`);
    }
    this.terminator(block.term, block, where);
  }

  private terminator(term: Terminator, block: Block, where: string): void {
    forEachTermPlace(term, (place) => this.place(place, where));
    switch (term.kind) {
      case 'switch': {
        const ty = operandTy(this.body, term.operand);
        if (ty.kind !== 'int' && ty.kind !== 'bool' && ty.kind !== 'rune') this.fault(where, `switch on ${printTy(ty)}`);
        if (new Set(term.cases.map((c) => c.value)).size !== term.cases.length) this.fault(where, 'a case occurs twice');
        break;
      }
      case 'return':
        if (block.cleanup) this.fault(where, 'return while unwinding');
        break;
      case 'resume': case 'catchPanic':
        if (!block.cleanup) this.fault(where, `${term.kind} outside of cleanup`);
        break;
      case 'goto': case 'unreachable':
        break;
      default:
        unreachable(term);
    }
  }

  private local(local: LocalId, where: string): boolean {
    if (local >= 0 && local < this.body.locals.length) return true;
    this.fault(where, `_${local} does not exist`);
    return false;
  }

  private stmt(stmt: Stmt, where: string): void {
    if (stmt.kind === 'storageLive' || stmt.kind === 'storageDead') {
      if (this.local(stmt.local, where) && stmt.local <= this.body.paramCount) this.fault(where, 'storage of a parameter or the result');
      return;
    }
    const before = this.faults.length;
    forEachPlace(stmt, (place) => this.place(place, where));
    // What follows asks for types, which need the places to be right.
    if (this.faults.length > before) return;
    const { body, phase } = this;
    switch (stmt.kind) {
      case 'assign':
        this.same(placeTy(body, stmt.place), this.rvalueTy(stmt.value, where), where);
        break;
      case 'call':
        this.call(stmt, where);
        break;
      case 'drop':
        if (phase === 'mono') this.fault(where, 'drop after monomorphisation');
        break;
      case 'boundsCheck':
        this.same(tys.usize, operandTy(body, stmt.index), where);
        this.same(tys.usize, operandTy(body, stmt.length), where);
        break;
      case 'setVariant': {
        const ty = placeTy(body, stmt.place);
        if (ty.kind !== 'adt' || stmt.variant >= ty.decl.variants.length) this.fault(where, `setVariant of ${printTy(ty)}`);
        break;
      }
      case 'fakeRead': case 'nop':
        break;
      default:
        unreachable(stmt);
    }
  }

  private call(stmt: Stmt & { kind: 'call' }, where: string): void {
    const { body, phase } = this;
    const callee = stmt.callee;
    switch (callee.kind) {
      case 'fn': {
        if (phase === 'mono') this.fault(where, 'a callee without an instance');
        const { decl, args } = callee.fn;
        if (args.length !== decl.generics.total) this.fault(where, `${decl.generics.total} generic arguments wanted, ${args.length} given`);
        if (stmt.args.length !== decl.sig.params.length) this.fault(where, `${decl.sig.params.length} arguments wanted, ${stmt.args.length} given`);
        break;
      }
      case 'value':
        if (phase === 'mono') this.fault(where, 'a callee without an instance');
        if (stmt.args.length === 0) this.fault(where, 'a call of no value');
        else if (callee.mode !== 'once') {
          const ty = operandTy(body, stmt.args[0]!);
          if (ty.kind !== 'ref' || ty.mutable !== (callee.mode === 'mut')) this.fault(where, `a ${callee.mode} call of ${printTy(ty)}`);
        }
        break;
      case 'instance': case 'intrinsic': case 'native': case 'virtual': case 'fnValue':
        if (phase === 'built') this.fault(where, `a callee of kind ${callee.kind} in a body just built`);
        break;
      default:
        unreachable(callee);
    }
  }

  /** Two types agree; before monomorphisation one side may spell an associated type that the other has resolved. */
  private same(wanted: Ty, found: Ty | null, where: string): void {
    if (found === null || wanted === found) return;
    if (this.phase !== 'mono' && ((wanted.flags | found.flags) & HAS_PROJECTION) !== 0) return;
    this.fault(where, `type ${printTy(wanted)} wanted, ${printTy(found)} found`);
  }

  private rvalueTy(value: Rvalue, where: string): Ty | null {
    const { body } = this;
    const of = (operand: Operand): Ty => operandTy(body, operand);
    switch (value.kind) {
      case 'use':
        return of(value.operand);
      case 'ref':
        return tys.ref(placeTy(body, value.place), value.mutable);
      case 'addressOf':
        return tys.ptr(placeTy(body, value.place));
      case 'arith':
        if (value.op !== 'shl' && value.op !== 'shr') this.same(of(value.left), of(value.right), where);
        return of(value.left);
      case 'compare':
        this.same(of(value.left), of(value.right), where);
        return tys.bool;
      case 'unary':
        return of(value.operand);
      case 'aggregate':
        this.aggregate(value, where);
        return value.ty;
      case 'repeat':
        if (value.ty.kind === 'array') this.same(value.ty.element, of(value.operand), where);
        else this.fault(where, `repeat makes ${printTy(value.ty)}`);
        return value.ty;
      case 'variantIndex':
        if (placeTy(body, value.place).kind !== 'adt') this.fault(where, `variantIndex of ${printTy(placeTy(body, value.place))}`);
        return tys.usize;
      case 'length': {
        const ty = placeTy(body, value.place);
        if (ty.kind !== 'slice' && ty.kind !== 'array') this.fault(where, `length of ${printTy(ty)}`);
        return tys.usize;
      }
      case 'cast':
        return value.ty;
      default:
        return unreachable(value);
    }
  }

  private aggregate(value: Rvalue & { kind: 'aggregate' }, where: string): void {
    const ty = value.ty;
    let count: number | null = null;
    if (ty.kind === 'tuple') {
      count = ty.elements.length;
      ty.elements.forEach((element, i) => {
        const field = value.fields[i];
        if (field !== undefined) this.same(element, operandTy(this.body, field), where);
      });
    } else if (ty.kind === 'array') {
      for (const field of value.fields) this.same(ty.element, operandTy(this.body, field), where);
      if (ty.length.kind === 'const') count = Number(ty.length.value);
    } else if (ty.kind === 'adt') {
      count = ty.decl.variants[value.variant]?.fields.length ?? -1;
    } else if (ty.kind === 'closure') {
      count = ty.decl.captures.length;
    } else {
      this.fault(where, `aggregate of ${printTy(ty)}`);
    }
    if (count !== null && count !== value.fields.length) this.fault(where, `${count} fields wanted, ${value.fields.length} given`);
  }

  private place(place: Place, where: string): void {
    if (!this.local(place.local, where)) return;
    let ty = this.body.locals[place.local]!.ty;
    let variant: number | null = null;
    for (const proj of place.proj) {
      const bad = (): void => this.fault(where, `projection ${proj.kind} of ${printTy(ty)} in ${printPlace(place)}`);
      switch (proj.kind) {
        case 'field': {
          if (ty.kind === 'tuple') {
            const element = ty.elements[proj.index];
            if (element === undefined) bad();
            else this.same(element, proj.ty, where);
          } else if (ty.kind === 'adt') {
            if (ty.decl.isEnum && variant === null) bad();
            else if (ty.decl.variants[variant ?? 0]?.fields[proj.index] === undefined) bad();
          } else if (ty.kind === 'closure') {
            if (ty.decl.captures[proj.index] === undefined) bad();
          } else {
            bad();
          }
          break;
        }
        case 'variant':
          if (ty.kind !== 'adt' || proj.index >= ty.decl.variants.length) bad();
          break;
        case 'deref':
          if (ty.kind === 'ref' || ty.kind === 'box' || ty.kind === 'ptr') this.same(ty.target, proj.ty, where);
          else bad();
          break;
        case 'index':
          if (this.local(proj.index, where)) this.same(tys.usize, this.body.locals[proj.index]!.ty, where);
          if (ty.kind === 'array' || ty.kind === 'slice') this.same(ty.element, proj.ty, where);
          else bad();
          break;
        case 'constIndex':
          if (ty.kind === 'array' || ty.kind === 'slice') this.same(ty.element, proj.ty, where);
          else bad();
          break;
        case 'subslice':
          if ((ty.kind !== 'array' && ty.kind !== 'slice') || (proj.ty.kind !== 'array' && proj.ty.kind !== 'slice')) bad();
          break;
        default:
          unreachable(proj);
      }
      variant = proj.kind === 'variant' ? proj.index : null;
      ty = proj.ty;
    }
  }

  // -------------------------------------------------------------- dataflow

  /** Locals whose storage may be dead at a use. Those that never begin to live by a statement live always. */
  storage(): void {
    const { body } = this;
    const tracked = new Set<LocalId>();
    for (const block of body.blocks) for (const stmt of block.stmts) if (stmt.kind === 'storageLive') tracked.add(stmt.local);
    if (tracked.size === 0) return;
    const start = new BitSet(body.locals.length);
    start.fill();
    for (const local of tracked) start.remove(local);
    const effect = (stmt: Stmt, live: BitSet): void => {
      if (stmt.kind === 'storageLive') live.add(stmt.local);
      else if (stmt.kind === 'storageDead') live.remove(stmt.local);
    };
    this.forward(start, effect, () => {}, (where, local, live) => {
      if (!live.has(local)) this.fault(where, `_${local} is used where its storage may be dead`);
    }, true);
  }

  /** Temporaries read before they are certainly assigned. */
  assignment(): void {
    const { body } = this;
    const start = new BitSet(body.locals.length);
    for (let i = 1; i <= body.paramCount; i++) start.add(i);
    const write = (place: Place, set: BitSet): void => {
      if (place.proj.length === 0) set.add(place.local);
    };
    const effect = (stmt: Stmt, set: BitSet): void => {
      if (stmt.kind === 'assign') write(stmt.place, set);
      else if (stmt.kind === 'call') write(stmt.dest, set);
    };
    this.forward(start, effect, (term, set) => {
      if (term.kind === 'catchPanic') write(term.dest, set);
    }, (where, local, set, use) => {
      const decl = body.locals[local]!;
      if (decl.kind !== 'temp' || set.has(local) || use === 'write' || use === 'drop' || isEmpty(decl.ty)) return;
      this.fault(where, `_${local} is read before it is assigned`);
    }, false);
  }

  /** Intersection over paths, to the greatest fixpoint; then each use is checked against the state before its statement. */
  private forward(
    start: BitSet,
    effect: (stmt: Stmt, state: BitSet) => void,
    termEffect: (term: Terminator, state: BitSet) => void,
    check: (where: string, local: LocalId, state: BitSet, use: PlaceUse) => void,
    writesCount: boolean,
  ): void {
    const { blocks } = this.body;
    const order = reversePostorder(this.body);
    const entry: (BitSet | null)[] = blocks.map(() => null);
    entry[0] = start;
    const meet = (to: BlockId, state: BitSet): boolean => {
      const known = entry[to];
      if (known === null || known === undefined) {
        entry[to] = state.clone();
        return true;
      }
      return known.intersect(state);
    };
    for (let changed = true; changed;) {
      changed = false;
      for (const id of order) {
        const block = blocks[id]!;
        const before = entry[id];
        if (before === null || before === undefined) continue;
        const state = before.clone();
        for (const stmt of block.stmts) {
          if (block.unwind !== null && mayPanic(stmt) && meet(block.unwind, state)) changed = true;
          effect(stmt, state);
        }
        termEffect(block.term, state);
        for (const to of termSuccessors(block.term)) if (meet(to, state)) changed = true;
      }
    }
    for (const id of order) {
      const block = blocks[id]!;
      const before = entry[id];
      if (before === null || before === undefined) continue;
      const state = before.clone();
      const use = (where: string) => (place: Place, how: PlaceUse): void => {
        for (const index of indexLocals(place)) check(where, index, state, 'copy');
        if (how === 'write' && place.proj.length === 0 && !writesCount) return;
        check(where, place.local, state, how === 'write' && place.proj.length > 0 && place.proj[0]!.kind === 'deref' ? 'copy' : how);
      };
      for (const stmt of block.stmts) {
        forEachPlace(stmt, use(printStmt(stmt)));
        effect(stmt, state);
      }
      forEachTermPlace(block.term, use(printTerminator(block.term)));
    }
  }
}

/** A type without values to write, or with one only. */
function isEmpty(ty: Ty): boolean {
  switch (ty.kind) {
    case 'never': case 'fnItem':
      return true;
    case 'tuple':
      return ty.elements.every(isEmpty);
    case 'closure':
      return ty.decl.captures.length === 0;
    case 'adt':
      return !ty.decl.isEnum && ty.decl.variants[0]!.fields.every((f) => isEmpty(f.ty));
    default:
      return false;
  }
}
