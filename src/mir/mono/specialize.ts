/**
 * One generic body with arguments for its parameters → one body of phase 'mono': types substituted and normalised, `drop` statements
 * turned into calls of glue, callees resolved to instances, intrinsics, natives and tables, named constants into calls.
 * Consumes: an elaborated body. Asks the work-list (`Linker`) for the instances that it names.
 */
import { bug, unreachable } from '../../base/index.ts';
import { NO_SPAN } from '../../source/index.ts';
import type { Span } from '../../source/index.ts';
import { HAS_PARAM, HAS_PROJECTION, tys } from '../../types/index.ts';
import type { ClosureTy, ConstDecl, DynTy, FnDecl, FnRef, FnTy, ResolvedMethod, Ty } from '../../types/index.ts';
import type { Block, Body, Callee, InstanceId, LocalDecl, LocalId, Operand, Place, Proj, Rvalue, Stmt, Terminator } from '../mir.ts';
import { operandTy, placeTy } from '../visit.ts';
import { copyOf, deref, intConst, local, moveOf, UNIT } from './body-maker.ts';
import type { Layouts } from './layout.ts';
import type { CallMode } from './shims.ts';
import { methodSlot, upcastSlot } from './vtables.ts';
import type { TypeFacts } from './type-facts.ts';

/** What specialisation asks of the work-list. Every answer makes sure that the instance will exist. */
export interface Linker {
  readonly facts: TypeFacts;
  readonly layouts: Layouts;
  resolve(fn: FnRef): ResolvedMethod;
  fnInstance(decl: FnDecl, args: readonly Ty[], at: Span): InstanceId;
  /** Makes sure of the instance that a `catchPanic` calls. */
  panicCurrent(): void;
  constInstance(decl: ConstDecl, args: readonly Ty[], at: Span): InstanceId;
  closureInstance(ty: ClosureTy): InstanceId;
  cloneInstance(ty: Ty, how: 'cloneTuple' | 'cloneArray'): InstanceId;
  /** A call of a value that needs an adapter. */
  callShim(ty: Ty, mode: CallMode): InstanceId;
  dropGlue(ty: Ty): InstanceId | null;
  /** Makes the table for a cast from a value of type `self`. */
  needTable(self: Ty, target: DynTy | FnTy, at: Span): void;
}

export function specialize(body: Body, args: readonly Ty[], linker: Linker): Body {
  return new Specializer(body, args, linker).run();
}

class Specializer {
  private readonly source: Body;
  private readonly args: readonly Ty[];
  private readonly linker: Linker;
  private readonly types = new Map<number, Ty>();
  private readonly out: Body;
  /** Statements of the block under construction. */
  private stmts: Stmt[] = [];

  constructor(source: Body, args: readonly Ty[], linker: Linker) {
    this.source = source;
    this.args = args;
    this.linker = linker;
    this.out = { phase: 'mono', name: source.name, origin: source.origin, span: source.span, locals: [], paramCount: source.paramCount, blocks: [] };
  }

  run(): Body {
    for (const decl of this.source.locals) this.out.locals.push(this.localDecl(decl));
    for (const block of this.source.blocks) this.out.blocks.push(this.block(block));
    return this.out;
  }

  private localDecl(decl: LocalDecl): LocalDecl {
    const ty = this.ty(decl.ty);
    return { ty, name: decl.name, kind: decl.kind, mutable: decl.mutable, using: decl.using, span: decl.span };
  }

  private block(block: Block): Block {
    this.stmts = [];
    for (const stmt of block.stmts) this.stmt(stmt);
    const term = this.terminator(block.term);
    return { stmts: this.stmts, term, unwind: block.unwind, cleanup: block.cleanup };
  }

  // -------------------------------------------------------------- types, places, operands

  private ty(ty: Ty): Ty {
    if ((ty.flags & (HAS_PARAM | HAS_PROJECTION)) === 0) return ty;
    let mapped = this.types.get(ty.id);
    if (mapped === undefined) {
      mapped = this.linker.facts.instantiate(ty, this.args);
      this.types.set(ty.id, mapped);
    }
    return mapped;
  }

  private list(types: readonly Ty[]): readonly Ty[] {
    return types.map((ty) => this.ty(ty));
  }

  private place(place: Place): Place {
    if (place.proj.every((proj) => (proj.ty.flags & (HAS_PARAM | HAS_PROJECTION)) === 0)) return place;
    return { local: place.local, proj: place.proj.map((proj): Proj => ({ ...proj, ty: this.ty(proj.ty) })) };
  }

  private temp(ty: Ty): LocalId {
    this.out.locals.push({ ty, name: null, kind: 'temp', mutable: true, using: false, span: NO_SPAN });
    return (this.out.locals.length - 1) as LocalId;
  }

  private operand(operand: Operand, at: Span): Operand {
    if (operand.kind !== 'const') {
      const place = this.place(operand.place);
      return place === operand.place ? operand : { kind: operand.kind, place };
    }
    const ty = this.ty(operand.ty);
    if (operand.value.kind === 'named') {
      const id = this.linker.constInstance(operand.value.decl, this.list(operand.value.args), at);
      const temp = local(this.temp(ty));
      this.stmts.push({ kind: 'call', dest: temp, callee: { kind: 'instance', id }, args: [], span: at });
      return moveOf(temp);
    }
    return ty === operand.ty ? operand : { kind: 'const', value: operand.value, ty };
  }

  // -------------------------------------------------------------- statements

  private stmt(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'assign': {
        const value = this.rvalue(stmt.value, stmt.span);
        this.stmts.push({ kind: 'assign', place: this.place(stmt.place), value, span: stmt.span });
        break;
      }
      case 'call':
        this.call(this.place(stmt.dest), stmt.callee, stmt.args.map((arg) => this.operand(arg, stmt.span)), stmt.span);
        break;
      case 'drop': {
        const place = this.place(stmt.place);
        const ty = placeTy(this.out, place);
        const glue = this.linker.dropGlue(ty);
        if (glue === null) break;
        const pointer = local(this.temp(tys.ptr(ty)));
        this.stmts.push({ kind: 'assign', place: pointer, value: { kind: 'addressOf', place }, span: stmt.span });
        this.emitCall(local(this.temp(tys.unit)), { kind: 'instance', id: glue }, [moveOf(pointer)], stmt.span);
        break;
      }
      case 'boundsCheck': {
        const index = this.operand(stmt.index, stmt.span);
        this.stmts.push({ kind: 'boundsCheck', index, length: this.operand(stmt.length, stmt.span), span: stmt.span });
        break;
      }
      case 'setVariant':
        this.stmts.push({ kind: 'setVariant', place: this.place(stmt.place), variant: stmt.variant });
        break;
      case 'storageLive': case 'storageDead':
        this.stmts.push(stmt);
        break;
      case 'fakeRead': case 'nop':
        break;
      default:
        unreachable(stmt);
    }
  }

  private terminator(term: Terminator): Terminator {
    switch (term.kind) {
      case 'switch':
        return { ...term, operand: this.operand(term.operand, term.span) };
      case 'catchPanic':
        this.linker.panicCurrent();
        return { ...term, dest: this.place(term.dest) };
      case 'goto': case 'return': case 'resume': case 'unreachable':
        return term;
      default:
        return unreachable(term);
    }
  }

  private rvalue(value: Rvalue, at: Span): Rvalue {
    switch (value.kind) {
      case 'use':
        return { kind: 'use', operand: this.operand(value.operand, at) };
      case 'ref':
        return { kind: 'ref', mutable: value.mutable, place: this.place(value.place), twoPhase: value.twoPhase };
      case 'addressOf': case 'variantIndex': case 'length':
        return { kind: value.kind, place: this.place(value.place) };
      case 'arith':
        return { kind: 'arith', op: value.op, overflow: value.overflow, left: this.operand(value.left, at), right: this.operand(value.right, at) };
      case 'compare':
        return { kind: 'compare', op: value.op, left: this.operand(value.left, at), right: this.operand(value.right, at) };
      case 'unary':
        return { kind: 'unary', op: value.op, overflow: value.overflow, operand: this.operand(value.operand, at) };
      case 'aggregate':
        return { kind: 'aggregate', ty: this.ty(value.ty), variant: value.variant, fields: value.fields.map((field) => this.operand(field, at)) };
      case 'repeat':
        return { kind: 'repeat', ty: this.ty(value.ty), operand: this.operand(value.operand, at) };
      case 'cast':
        return this.cast({ ...value, operand: this.operand(value.operand, at), ty: this.ty(value.ty) }, at);
      default:
        return unreachable(value);
    }
  }

  private cast(value: Extract<Rvalue, { kind: 'cast' }>, at: Span): Rvalue {
    if (value.how === 'toFn') {
      const from = operandTy(this.out, value.operand);
      if (from === value.ty) return { kind: 'use', operand: value.operand };
      this.linker.needTable(from, value.ty.kind === 'fn' ? value.ty : bug('toFn gives a function type'), at);
    } else if (value.how === 'toDyn') {
      const from = pointee(operandTy(this.out, value.operand));
      const to = pointee(value.ty);
      if (to.kind !== 'dyn') bug('toDyn gives a dyn');
      if (from.kind === 'dyn') {
        return upcastSlot(from, to) === null ? { kind: 'cast', how: 'bits', operand: value.operand, ty: value.ty } : value;
      }
      this.linker.needTable(from, to, at);
    }
    return value;
  }

  // -------------------------------------------------------------- calls: types and operands are concrete from here on

  private emitCall(dest: Place, callee: Callee, args: readonly Operand[], span: Span): void {
    this.stmts.push({ kind: 'call', dest, callee, args, span });
  }

  private call(dest: Place, callee: Callee, args: readonly Operand[], span: Span): void {
    switch (callee.kind) {
      case 'fn':
        this.callFn({ decl: callee.fn.decl, args: this.list(callee.fn.args) }, dest, args, span);
        break;
      case 'value':
        this.callValue(callee.mode, dest, args, span);
        break;
      case 'intrinsic':
        this.callIntrinsic(callee.name, this.list(callee.typeArgs), dest, args, span);
        break;
      case 'instance': case 'native':
        this.emitCall(dest, callee, args, span);
        break;
      case 'virtual': case 'fnValue':
        bug('a table call before monomorphisation');
        break;
      default:
        unreachable(callee);
    }
  }

  private callFn(fn: FnRef, dest: Place, args: readonly Operand[], span: Span): void {
    const found = this.linker.resolve(fn);
    switch (found.kind) {
      case 'builtin':
        this.callClone(found.name, found.self, dest, args, span);
        break;
      case 'dyn':
        this.callVirtual(fn, dest, args, span);
        break;
      case 'fn': {
        const { decl } = found;
        if (decl.intrinsic !== null) this.callIntrinsic(decl.intrinsic, found.args, dest, args, span);
        else if (decl.native !== null) this.emitCall(dest, { kind: 'native', symbol: decl.native.symbol, decl }, args, span);
        else this.emitCall(dest, { kind: 'instance', id: this.linker.fnInstance(decl, found.args, span) }, args, span);
        break;
      }
      default:
        unreachable(found);
    }
  }

  private callClone(how: 'cloneCopy' | 'cloneTuple' | 'cloneArray', self: Ty, dest: Place, args: readonly Operand[], span: Span): void {
    if (how !== 'cloneCopy') {
      this.emitCall(dest, { kind: 'instance', id: this.linker.cloneInstance(self, how) }, args, span);
      return;
    }
    const source = deref(this.asPlace(args[0]!, span), self);
    this.stmts.push({ kind: 'assign', place: dest, value: { kind: 'use', operand: copyOf(source) }, span });
  }

  /** A place that holds the operand: its own, or a new temporary for a constant. */
  private asPlace(operand: Operand, span: Span): Place {
    if (operand.kind !== 'const') return operand.place;
    const temp = local(this.temp(operand.ty));
    this.stmts.push({ kind: 'assign', place: temp, value: { kind: 'use', operand }, span });
    return temp;
  }

  private callVirtual(fn: FnRef, dest: Place, args: readonly Operand[], span: Span): void {
    const dyn = fn.args[0]!;
    if (dyn.kind !== 'dyn') bug(`${fn.decl.name} was resolved to a table, but Self is not dyn`);
    const slot = methodSlot(dyn, fn.decl);
    const { facts } = this.linker;
    const params = fn.decl.sig.params.map((param) => facts.instantiate(param.ty, fn.args));
    this.emitCall(dest, { kind: 'virtual', slot, params, ret: facts.instantiate(fn.decl.sig.ret, fn.args) }, args, span);
  }

  private callIntrinsic(name: string, typeArgs: readonly Ty[], dest: Place, args: readonly Operand[], span: Span): void {
    const constant = (operand: Operand): void => {
      this.stmts.push({ kind: 'assign', place: dest, value: { kind: 'use', operand }, span });
    };
    switch (name) {
      case 'sizeOf':
        constant(intConst(BigInt(this.linker.layouts.of(typeArgs[0]!).sizeBytes), tys.usize));
        break;
      case 'alignOf':
        constant(intConst(BigInt(this.linker.layouts.of(typeArgs[0]!).alignBytes), tys.usize));
        break;
      case 'needsDrop':
        constant({ kind: 'const', value: { kind: 'bool', value: this.linker.facts.needsDrop(typeArgs[0]!) }, ty: tys.bool });
        break;
      case 'constValue':
        constant(constantOf(typeArgs[0]!, typeArgs[1]!));
        break;
      case 'dropInPlace': {
        const glue = this.linker.dropGlue(typeArgs[0]!);
        if (glue === null) constant(UNIT);
        else this.emitCall(dest, { kind: 'instance', id: glue }, args, span);
        break;
      }
      default:
        this.emitCall(dest, { kind: 'intrinsic', name, typeArgs }, args, span);
    }
  }

  private callValue(mode: CallMode, dest: Place, args: readonly Operand[], span: Span): void {
    const receiver = args[0]!;
    const receiverTy = operandTy(this.out, receiver);
    const ty = mode === 'once' ? receiverTy : receiverTy.kind === 'ref' ? receiverTy.target : bug('a call of a value borrows it');
    switch (ty.kind) {
      case 'fnItem':
        this.callFn({ decl: ty.decl, args: ty.args }, dest, args.slice(1), span);
        return;
      case 'closure':
        if (mode === ty.decl.mode || (mode === 'mut' && ty.decl.mode === 'shared')) {
          const id = this.linker.closureInstance(ty);
          this.emitCall(dest, { kind: 'instance', id }, this.receive(ty, ty.decl.mode, mode, args, span), span);
          return;
        }
        break;
      case 'fn':
        if (mode === ty.mode || (mode === 'mut' && ty.mode === 'shared')) {
          this.emitCall(dest, { kind: 'fnValue', mode: ty.mode, fnTy: ty }, this.receive(ty, ty.mode, mode, args, span), span);
          return;
        }
        break;
      case 'ref': case 'box':
        break;
      default:
        bug(`a value of kind ${ty.kind} cannot be called`);
    }
    if (mode !== 'once' && ty.kind !== 'ref' && ty.kind !== 'box') bug('a call in a mode that the value does not allow');
    this.emitCall(dest, { kind: 'instance', id: this.linker.callShim(ty, mode) }, args, span);
  }

  /** The arguments with the receiver in the mode that the callee wants: `&mut v` becomes `&*v`. */
  private receive(ty: Ty, wanted: CallMode, given: CallMode, args: readonly Operand[], span: Span): readonly Operand[] {
    if (wanted === given) return args;
    const temp = local(this.temp(tys.ref(ty, false)));
    const place = deref(this.asPlace(args[0]!, span), ty);
    this.stmts.push({ kind: 'assign', place: temp, value: { kind: 'ref', mutable: false, place, twoPhase: false }, span });
    return [moveOf(temp), ...args.slice(1)];
  }
}

/** What a reference, Box or pointer refers to. */
export function pointee(ty: Ty): Ty {
  return ty.kind === 'ref' || ty.kind === 'box' || ty.kind === 'ptr' ? ty.target : bug(`${ty.kind} refers to nothing`);
}

/** A constant argument as a value of its parameter's type. */
function constantOf(argument: Ty, ty: Ty): Operand {
  if (argument.kind !== 'const') return bug('a constant parameter without a value');
  const { value } = argument;
  if (ty.kind === 'bool') return { kind: 'const', value: { kind: 'bool', value: value !== 0n }, ty };
  return ty.kind === 'rune' ? { kind: 'const', value: { kind: 'rune', value: Number(value) }, ty } : intConst(value, ty);
}
