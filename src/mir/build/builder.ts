/**
 * State of building one body: its locals and blocks, where code goes now, the scopes around it, and the emission of statements.
 * Holds: `cur`, the block under construction, null where control cannot come. Statements that may panic get the unwind edge of the scopes
 * that are open when they are emitted; a block is split only where two such statements need different edges.
 */
import { bug, unreachable } from '../../base/index.ts';
import type { Span } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { ClosureDecl, ConstDecl, FnDecl, JumpTarget, LocalVar, Ty, TypedProgram, tree } from '../../types/index.ts';
import type { Block, BlockId, Callee, ConstValue, LocalDecl, LocalId, Operand, Place, Rvalue, Stmt, Terminator } from '../mir.ts';
import { localPlace, mayPanic, operandTy, placeTy, projected } from '../visit.ts';
import { ScopeStack } from './scopes.ts';
import type { Dest, Entry, Scope, UnwindNode } from './scopes.ts';
import { BuildFacts } from './build-facts.ts';

/** The mutual recursion of lowering: each kind of use of an expression, implemented in its own file and joined in `build-mir.ts`. */
export interface Recursion {
  into(b: Builder, dest: Dest, e: tree.Expr): void;
  place(b: Builder, e: tree.Expr): Place;
  operand(b: Builder, e: tree.Expr, direct: boolean): Operand;
  discard(b: Builder, e: tree.Expr): void;
}

/** A loop or a labelled block around the current point. */
export interface Breakable {
  readonly depth: number;
  readonly dest: Dest;
  /** Where `break` goes; made at the first one. */
  exit: BlockId | null;
  /** Where `continue` goes; null for a block. */
  readonly next: (() => BlockId) | null;
}

/** A `try` block around the current point. */
export interface TryTarget {
  readonly depth: number;
  readonly scope: Scope;
  readonly arms: readonly { readonly local: LocalId; readonly span: Span; block: BlockId | null }[];
}

/** Inside a closure's body: where its captures are. */
export interface Environment {
  readonly decl: ClosureDecl;
  readonly place: Place;
}

export class Builder {
  readonly program: TypedProgram;
  readonly owner: FnDecl | ConstDecl;
  readonly facts: BuildFacts;
  readonly recur: Recursion;
  readonly env: Environment | null;
  readonly locals: LocalDecl[] = [];
  readonly blocks: Block[] = [];
  readonly scopes = new ScopeStack();
  cur: BlockId | null = null;
  /** Where temporaries of the expression at hand end. */
  tempScope: Scope;
  /** Values whose temporaries live as long as the `let` that they initialise. */
  readonly extended = new Map<tree.Expr, Scope>();
  readonly vars = new Map<LocalVar, LocalId>();
  /** While a guard is lowered: bindings that will be moved when it succeeds, seen through a reference. */
  readonly guardRefs = new Map<LocalVar, Place>();
  readonly breakables = new Map<JumpTarget, Breakable>();
  readonly tries = new Map<JumpTarget, TryTarget>();
  /** Closures met, whose bodies are built next. */
  readonly closures = new Set<ClosureDecl>();
  /** Lowering deferred code on an unwind path: panics there abort. */
  cleanup = false;
  private readonly panicky = new Set<BlockId>();
  private unitTemp: LocalId | null = null;
  private counter = 0;

  constructor(program: TypedProgram, owner: FnDecl | ConstDecl, facts: BuildFacts, recur: Recursion, env: Environment | null) {
    this.program = program;
    this.owner = owner;
    this.facts = facts;
    this.recur = recur;
    this.env = env;
    this.tempScope = this.scopes.push();
  }

  /** A number that no other construct of this body has. */
  fresh(): number {
    return this.counter++;
  }

  // -------------------------------------------------------------- locals

  newLocal(decl: LocalDecl): LocalId {
    this.locals.push(decl);
    return (this.locals.length - 1) as LocalId;
  }

  newTemp(ty: Ty, span: Span): LocalId {
    return this.newLocal({ ty, name: null, kind: 'temp', mutable: true, using: false, span });
  }

  /** A MIR local for a variable of the source. Lowering deferred code again declares its variables again. */
  declare(local: LocalVar, late = false): LocalId {
    const { ty, mutable, using, span } = local;
    const id = this.newLocal({ ty, name: local.synthetic ? null : local.name, kind: 'user', mutable, using, late, span });
    this.vars.set(local, id);
    return id;
  }

  /** Where unit values go that nobody looks at. */
  unitDest(span: Span): Dest {
    this.unitTemp ??= this.newTemp(tys.unit, span);
    return { place: localPlace(this.unitTemp), scope: null };
  }

  /** A fresh temporary as a destination; its drop is not scheduled yet. */
  tempDest(ty: Ty, span: Span): Dest {
    return this.destOf(this.newTemp(ty, span), this.scopes.top);
  }

  /** A whole local as a destination that belongs to `scope`. */
  destOf(local: LocalId, scope: Scope): Dest {
    return { place: localPlace(local), scope: this.facts.mayNeedDrop(this.locals[local]!.ty) ? scope : null };
  }

  // -------------------------------------------------------------- blocks

  newBlock(cleanup = this.cleanup): BlockId {
    this.blocks.push({ stmts: [], term: { kind: 'unreachable' }, unwind: null, cleanup });
    return (this.blocks.length - 1) as BlockId;
  }

  /** Ends the current block; control cannot come after it. */
  terminate(term: Terminator): void {
    if (this.cur === null) return;
    this.blocks[this.cur]!.term = term;
    this.cur = null;
  }

  goto(target: BlockId): void {
    this.terminate({ kind: 'goto', target });
  }

  /** Goes on in a block. */
  start(block: BlockId): void {
    this.cur = block;
  }

  switchBool(operand: Operand, yes: BlockId, no: BlockId, span: Span): void {
    this.terminate({ kind: 'switch', operand, cases: [{ value: 0n, target: no }], otherwise: yes, span });
  }

  // -------------------------------------------------------------- statements

  emit(stmt: Stmt): void {
    if (this.cur === null) return;
    if (mayPanic(stmt)) this.unwindTo(this.cleanup ? null : this.unwindBlock(this.scopes.node));
    this.blocks[this.cur]!.stmts.push(stmt);
  }

  /** Emits a statement whose panic goes to a block of its own. */
  emitUnwinding(stmt: Stmt, target: BlockId | null): void {
    if (this.cur === null) return;
    this.unwindTo(target);
    this.blocks[this.cur]!.stmts.push(stmt);
  }

  private unwindTo(target: BlockId | null): void {
    const cur = this.cur!;
    if (this.panicky.has(cur) && this.blocks[cur]!.unwind !== target) {
      const next = this.newBlock();
      this.goto(next);
      this.start(next);
    }
    this.blocks[this.cur!]!.unwind = target;
    this.panicky.add(this.cur!);
  }

  /** Whether a block holds a statement that may panic. */
  isPanicky(block: BlockId): boolean {
    return this.panicky.has(block);
  }

  assign(place: Place, value: Rvalue, span: Span): void {
    this.emit({ kind: 'assign', place, value, span });
  }

  use(place: Place, operand: Operand, span: Span): void {
    this.assign(place, { kind: 'use', operand }, span);
  }

  /** Says where the place that the last statement writes is written in the text, if a diagnostic may ask for it. */
  markTarget(target: tree.Expr): void {
    const stmts = this.cur === null ? [] : this.blocks[this.cur]!.stmts;
    const last = stmts.at(-1);
    if (last === undefined || (last.kind !== 'assign' && last.kind !== 'call')) return;
    const written = last.kind === 'assign' ? last.place : last.dest;
    if (written.proj.length > 0 || this.locals[written.local]!.late === true) stmts[stmts.length - 1] = { ...last, target: target.span };
  }

  /** Calls a function of the standard library that the language knows. */
  call(dest: Place, callee: Callee, args: readonly Operand[], span: Span): void {
    this.release(args);
    this.emit({ kind: 'call', dest, callee, args, span });
  }

  storageLive(local: LocalId): void {
    this.emit({ kind: 'storageLive', local });
  }

  constant(value: ConstValue, ty: Ty): Operand {
    return { kind: 'const', value, ty };
  }

  int(value: bigint, ty: Ty): Operand {
    return this.constant({ kind: 'int', value }, ty);
  }

  boolean(value: boolean): Operand {
    return this.constant({ kind: 'bool', value }, tys.bool);
  }

  unit(): Operand {
    return this.constant({ kind: 'zst' }, tys.unit);
  }

  /** Completes a destination of unit type. */
  writeUnit(dest: Dest, span: Span): void {
    if (dest.place.proj.length === 0 && dest.place.local === this.unitTemp) return;
    if (placeTy(this, dest.place) === tys.unit) this.use(dest.place, this.unit(), span);
  }

  // -------------------------------------------------------------- recursion

  into(dest: Dest, e: tree.Expr): void {
    this.recur.into(this, dest, e);
  }

  place(e: tree.Expr): Place {
    return this.recur.place(this, e);
  }

  operand(e: tree.Expr, direct = true): Operand {
    return this.recur.operand(this, e, direct);
  }

  discard(e: tree.Expr): void {
    this.recur.discard(this, e);
  }

  // -------------------------------------------------------------- values and their drops

  /** A temporary that can be borrowed: it lives to the end of the statement, or of the block where a `let` keeps it. */
  temp(e: tree.Expr): LocalId {
    const scope = this.extended.get(e) ?? this.tempScope;
    const local = this.newTemp(e.ty, e.span);
    this.storageLive(local);
    this.scopes.schedule(scope, { kind: 'storage', local });
    this.into(this.destOf(local, scope), e);
    this.scheduleValue(local, scope, e.span);
    return local;
  }

  /** Schedules the drop of a local that is complete now. */
  scheduleValue(local: LocalId, scope: Scope, span: Span): void {
    if (this.facts.mayNeedDrop(this.locals[local]!.ty)) this.scopes.schedule(scope, { kind: 'value', local, span });
  }

  /** The operands are given away by the next statement: temporaries among them need no drop any more. */
  release(operands: readonly Operand[]): void {
    for (const operand of operands) {
      if (operand.kind === 'move' && operand.place.proj.length === 0 && this.locals[operand.place.local]!.kind === 'temp') this.scopes.unscheduleValue(operand.place.local);
    }
  }

  /** A temporary holding the value of an rvalue, not scheduled for anything. */
  rvalueTemp(value: Rvalue, ty: Ty, span: Span): LocalId {
    const local = this.newTemp(ty, span);
    this.assign(localPlace(local), value, span);
    return local;
  }

  /**
   * A place used by value: copied, moved, or, an exclusive reference in a named place, borrowed again, so that it comes back when the new
   * one is dead.
   */
  consumeRvalue(place: Place, ty: Ty): Rvalue {
    if (this.facts.isCopy(ty)) return { kind: 'use', operand: { kind: 'copy', place } };
    if (ty.kind === 'ref' && this.locals[place.local]!.kind !== 'temp') {
      return { kind: 'ref', mutable: true, place: projected(place, { kind: 'deref', ty: ty.target }), twoPhase: true };
    }
    return { kind: 'use', operand: { kind: 'move', place } };
  }

  consume(place: Place, ty: Ty, span: Span): Operand {
    const value = this.consumeRvalue(place, ty);
    return value.kind === 'use' ? value.operand : { kind: 'move', place: localPlace(this.rvalueTemp(value, ty, span)) };
  }

  /** An operand that later code cannot change and that may be read more than once. */
  stable(operand: Operand, span: Span): Operand {
    if (operand.kind === 'const') return operand;
    if (operand.place.proj.length === 0 && this.locals[operand.place.local]!.kind === 'temp') return { kind: 'copy', place: operand.place };
    const ty = operandTy(this, operand);
    return { kind: 'copy', place: localPlace(this.rvalueTemp({ kind: 'use', operand }, ty, span)) };
  }

  // -------------------------------------------------------------- scopes

  /** Runs `work` in a scope of its own that also ends its temporaries. `dest` is complete when it returns. */
  scoped(dest: Dest | null, span: Span, work: (scope: Scope) => void): void {
    const outer = this.tempScope;
    const scope = this.scopes.push();
    this.tempScope = scope;
    work(scope);
    this.tempScope = outer;
    this.popScope(dest, span);
  }

  /** Leaves the innermost scope. `dest`, complete, is dropped if that panics. */
  popScope(dest: Dest | null, span: Span): void {
    const guarded = dest !== null && dest.scope !== null && dest.scope !== this.scopes.top && this.scopes.top.entries.some((e) => e.what.kind !== 'storage');
    if (guarded) this.scopes.addPending(dest, span);
    for (let entry = this.scopes.popEntry(); entry !== undefined; entry = this.scopes.popEntry()) this.leave(entry, span);
    this.scopes.discard();
    if (guarded) this.scopes.removePending();
  }

  /** What an entry does on a normal edge. It is no longer on the stack. */
  private leave(entry: Entry, span: Span): void {
    if (this.cur === null || entry.pending) return;
    const what = entry.what;
    switch (what.kind) {
      case 'storage':
        this.emit({ kind: 'storageDead', local: what.local, end: span });
        break;
      case 'value':
        this.emit({ kind: 'drop', place: localPlace(what.local), span });
        break;
      case 'defer':
        this.deferred(what.body);
        break;
      case 'catch':
        break;
      default:
        unreachable(what);
    }
  }

  private deferred(body: tree.Expr): void {
    this.scoped(null, body.span, () => this.discard(body));
  }

  /** Leaves all scopes down to a depth on an early exit; the stack is afterwards as before, and control is at the end of the exit. */
  exitTo(depth: number, dest: Dest | null, span: Span): void {
    if (this.cur === null) return;
    const saved = this.scopes.save();
    const temps = this.tempScope;
    const pending = dest !== null && dest.scope !== null;
    if (pending) this.scopes.addPending(dest, span);
    while (this.scopes.depth > depth) {
      let held = false;
      for (let entry = this.scopes.popEntry(); entry !== undefined; entry = this.scopes.popEntry()) {
        if (entry.pending) held = true;
        this.leave(entry, span);
      }
      this.scopes.discard();
      // Where the destination's own scope is the last one left, nothing follows that could panic.
      if (held && pending && this.scopes.depth > depth) this.scopes.addPending(dest, span);
    }
    this.scopes.restore(saved);
    this.tempScope = temps;
  }

  // -------------------------------------------------------------- unwinding

  /** The cleanup block of a node of the unwinding tree; null: out of the function. */
  unwindBlock(node: UnwindNode | null): BlockId | null {
    if (node === null) return null;
    if (node.block !== null) return node.block;
    const block = this.newBlock(true);
    node.block = block;
    const what = node.what;
    switch (what.kind) {
      case 'storage':
        this.blocks[block]!.stmts.push({ kind: 'storageDead', local: what.local });
        this.blocks[block]!.term = this.unwindOn(node.parent);
        break;
      case 'value':
        this.blocks[block]!.stmts.push({ kind: 'drop', place: localPlace(what.local), span: what.span });
        this.blocks[block]!.term = this.unwindOn(node.parent);
        break;
      case 'defer': {
        const after = this.unwindOn(node.parent);
        this.detached(block, () => {
          this.deferred(what.body);
          this.terminate(after);
        });
        break;
      }
      case 'catch':
        this.blocks[block]!.stmts.push({ kind: 'storageLive', local: what.dest });
        this.blocks[block]!.term = { kind: 'catchPanic', dest: localPlace(what.dest), target: what.target() };
        break;
      default:
        unreachable(what);
    }
    return block;
  }

  /** How a cleanup block goes on. */
  unwindOn(node: UnwindNode | null): Terminator {
    const target = this.unwindBlock(node);
    return target === null ? { kind: 'resume' } : { kind: 'goto', target };
  }

  /** Lowers code of a cleanup block, apart from the code at hand. */
  private detached(block: BlockId, work: () => void): void {
    const { cur, tempScope, cleanup } = this;
    const saved = this.scopes.save();
    const guards = [...this.guardRefs];
    this.scopes.clear();
    this.tempScope = this.scopes.push();
    this.cleanup = true;
    this.start(block);
    work();
    this.scopes.restore(saved);
    this.guardRefs.clear();
    for (const [local, place] of guards) this.guardRefs.set(local, place);
    this.cur = cur;
    this.tempScope = tempScope;
    this.cleanup = cleanup;
  }

  /** The MIR local of a variable of this body; null for one that a closure captures. */
  localOf(local: LocalVar): LocalId | null {
    const id = this.vars.get(local);
    if (id !== undefined) return id;
    if (this.env === null) bug(`variable ${local.name} is used before its declaration`);
    return null;
  }
}
