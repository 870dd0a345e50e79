/**
 * Pass overflow-checks: checks that cannot fail go. Arithmetic that stays in range becomes 'wrapping', a `boundsCheck` of an index known to be below the length
 * vanishes, a checked conversion of a value that fits becomes a cast.
 * Algorithm: forward dataflow of `Bounds` over int locals that nobody changes behind a reference. Facts come from constants, types, arithmetic that did not panic, lengths,
 * passed bounds checks, and the conditions of branches. Loop heads are widened after a few rounds. Cleanup code is left alone.
 * Why it is sound: after a checked operation the mathematical result is the value; a fact about a local is dropped when the local is written.
 * Consumes and changes: bodies of phase 'mono'. See docs/passes/overflow-checks.md.
 */
import { reversePostorder, termSuccessors } from '../mir/index.ts';
import type { ArithOp, Block, BlockId, Body, CompareOp, LocalId, Operand, Place, Rvalue, Stmt, Terminator } from '../mir/index.ts';
import { tys } from '../types/index.ts';
import type { IntTy, Ty } from '../types/index.ts';
import { Bounds, ZERO } from './bounds.ts';
import type { VarId, VarRange } from './bounds.ts';
import { maxOf, minOf, scalarOf } from './const-fold.ts';
import { isLocal, isSingleValue, localFacts } from './local-facts.ts';
import type { LocalFacts } from './local-facts.ts';
import { replaceStmts } from './simplify-cfg.ts';

/** Bodies with more are left as they are: the analysis is not worth its time there. */
const MAX_VARS = 400;
const MAX_BLOCKS = 600;
const MAX_FACTS = 600;
/** How often a block's state may be joined before what still changes is given up. */
const ROUNDS_BEFORE_WIDENING = 3;
/** Objects are at most this long. */
const MAX_LENGTH = (1n << 63n) - 1n;

export function removeChecks(body: Body): void {
  if (!hasChecks(body)) return;
  const analysis = new RangeAnalysis(body);
  if (analysis.tooLarge) return;
  analysis.solve();
  analysis.rewrite();
}

function isCheck(stmt: Stmt): boolean {
  if (stmt.kind === 'boundsCheck') return true;
  if (stmt.kind === 'call') return stmt.callee.kind === 'intrinsic' && stmt.callee.name === 'convertChecked';
  return stmt.kind === 'assign' && (stmt.value.kind === 'arith' || stmt.value.kind === 'unary') && stmt.value.overflow === 'checked';
}

function hasChecks(body: Body): boolean {
  return body.blocks.some((block) => !block.cleanup && block.stmts.some(isCheck));
}

/** An int as a linear term: a variable plus a constant (variable 0: just the constant). */
interface Term {
  readonly base: VarId;
  readonly offset: bigint;
}

interface Interval {
  readonly min: bigint;
  readonly max: bigint;
}

/** A comparison whose result a Bool local holds, as long as its operands keep their values. */
interface Condition {
  readonly op: CompareOp;
  readonly left: Term;
  readonly right: Term;
  readonly operands: readonly LocalId[];
}

class RangeAnalysis {
  private readonly body: Body;
  private readonly facts: LocalFacts;
  private readonly vars = new Map<LocalId, VarId>();
  /** Lengths of slices, by the local that holds the only reference used: written once, though perhaps once a round of a loop. */
  private readonly lengths = new Map<LocalId, VarId>();
  private readonly ranges: VarRange[] = [{ min: 0n, max: 0n }];
  private readonly entries: (Bounds | null)[];
  private readonly joins: Int32Array;

  constructor(body: Body) {
    this.body = body;
    this.facts = localFacts(body);
    body.locals.forEach((decl, index) => {
      const id = index as LocalId;
      if (decl.ty.kind !== 'int' || this.facts.mutBorrowed[id] !== 0) return;
      this.vars.set(id, this.ranges.length);
      this.ranges.push({ min: minOf(decl.ty), max: maxOf(decl.ty) });
    });
    this.entries = body.blocks.map(() => null);
    this.joins = new Int32Array(body.blocks.length);
  }

  get tooLarge(): boolean {
    return this.vars.size > MAX_VARS || this.body.blocks.length > MAX_BLOCKS;
  }

  // -------------------------------------------------------------- solving

  solve(): void {
    const order = reversePostorder(this.body).filter((id) => !this.body.blocks[id]!.cleanup);
    const position = new Map(order.map((id, i) => [id, i]));
    this.entries[0] = new Bounds(this.ranges);
    // What follows a caught panic is entered from anywhere.
    const pending = new Uint8Array(order.length);
    pending[0] = 1;
    for (const block of this.body.blocks) {
      if (block.term.kind !== 'catchPanic') continue;
      this.entries[block.term.target] = new Bounds(this.ranges);
      const at = position.get(block.term.target);
      if (at !== undefined) pending[at] = 1;
    }
    for (let again = true; again;) {
      again = false;
      for (let i = 0; i < order.length; i++) {
        if (pending[i] === 0) continue;
        pending[i] = 0;
        const id = order[i]!;
        const state = this.entries[id];
        if (state === null || state === undefined) continue;
        const block = this.body.blocks[id]!;
        const out = state.clone();
        const conditions = this.walk(block, out, () => undefined);
        this.leave(block.term, out, conditions, (target, edge) => {
          if (!this.joinInto(target, edge)) return;
          const at = position.get(target);
          if (at === undefined) return;
          pending[at] = 1;
          if (at <= i) again = true;
        });
      }
    }
  }

  private joinInto(target: BlockId, edge: Bounds): boolean {
    const known = this.entries[target];
    if (known === null || known === undefined) {
      this.entries[target] = edge.clone();
      return true;
    }
    return known.join(edge, ++this.joins[target]! > ROUNDS_BEFORE_WIDENING);
  }

  /** Hands each edge out of a block its state. */
  private leave(term: Terminator, state: Bounds, conditions: ReadonlyMap<LocalId, Condition>, give: (target: BlockId, state: Bounds) => void): void {
    if (term.kind !== 'switch' || term.operand.kind === 'const' || !isLocal(term.operand.place)) {
      for (const target of termSuccessors(term)) give(target, state);
      return;
    }
    const { local } = term.operand.place;
    const condition = conditions.get(local);
    const tested = this.vars.get(local);
    const taken = new Set<bigint>();
    for (const c of term.cases) {
      taken.add(c.value);
      const edge = state.clone();
      if (condition !== undefined) assume(edge, condition, c.value !== 0n);
      else if (tested !== undefined) edge.learnRange(tested, c.value, c.value);
      give(c.target, edge);
    }
    const edge = state.clone();
    if (condition !== undefined && taken.size === 1) assume(edge, condition, taken.has(0n));
    give(term.otherwise, edge);
  }

  // -------------------------------------------------------------- terms

  private term(operand: Operand): Term | null {
    const value = operand.kind === 'const' ? scalarOf(operand) : null;
    if (value !== null) return { base: ZERO, offset: value };
    if (operand.kind === 'const' || !isLocal(operand.place)) return null;
    const base = this.vars.get(operand.place.local);
    return base === undefined ? null : { base, offset: 0n };
  }

  private interval(state: Bounds, operand: Operand, ty: Ty): Interval | null {
    const term = this.term(operand);
    if (term !== null) return { min: state.min(term.base) + term.offset, max: state.max(term.base) + term.offset };
    return ty.kind === 'int' ? { min: minOf(ty), max: maxOf(ty) } : null;
  }

  /** The variable for the length of `*local`, where the local is a slice reference that keeps its value between its definition and its uses. */
  private lengthVar(local: LocalId): VarId | null {
    if (!isSingleValue(this.facts, local) || this.body.locals[local]!.ty.kind !== 'ref') return null;
    let known = this.lengths.get(local);
    if (known === undefined) {
      known = this.ranges.length;
      this.lengths.set(local, known);
      this.ranges.push({ min: 0n, max: MAX_LENGTH });
    }
    return known;
  }

  private lengthOfPlace(place: Place): VarId | null {
    return place.proj.length === 1 && place.proj[0]!.kind === 'deref' ? this.lengthVar(place.local) : null;
  }

  // -------------------------------------------------------------- statements

  /** Steps through a block. `visit` is called before each statement's effect, with what is known there. Returns the conditions that Bool locals hold at its end. */
  private walk(block: Block, state: Bounds, visit: (stmt: Stmt, index: number, state: Bounds) => void): Map<LocalId, Condition> {
    const conditions = new Map<LocalId, Condition>();
    block.stmts.forEach((stmt, index) => {
      visit(stmt, index, state);
      switch (stmt.kind) {
        case 'assign':
          this.assign(stmt.place, stmt.value, state, conditions);
          break;
        case 'call':
          this.call(stmt, state, conditions);
          break;
        case 'boundsCheck': {
          const left = this.term(stmt.index);
          const right = this.term(stmt.length);
          if (left !== null && right !== null) assume(state, { op: 'lt', left, right, operands: [] }, true);
          break;
        }
        case 'drop': case 'storageLive': case 'storageDead': case 'setVariant': case 'fakeRead': case 'nop':
          break;
      }
      if (state.size > MAX_FACTS) dropAll(state, this.ranges.length);
    });
    return conditions;
  }

  /** The local gets a new value: what was known of it, or through it, goes (facts about its own variable are the caller's to drop). */
  private written(local: LocalId, state: Bounds, conditions: Map<LocalId, Condition>): VarId | null {
    conditions.delete(local);
    for (const [key, condition] of conditions) if (condition.operands.includes(local)) conditions.delete(key);
    const length = this.lengths.get(local);
    if (length !== undefined) state.forget(length);
    return this.vars.get(local) ?? null;
  }

  private call(stmt: Extract<Stmt, { kind: 'call' }>, state: Bounds, conditions: Map<LocalId, Condition>): void {
    if (!isLocal(stmt.dest)) return;
    const target = this.written(stmt.dest.local, state, conditions);
    if (target === null) return;
    const arg = stmt.args[0];
    if (stmt.callee.kind === 'intrinsic' && stmt.callee.name === 'convertChecked' && arg !== undefined) {
      this.copy(target, this.term(arg), state);
      return;
    }
    state.forget(target);
    if (stmt.callee.kind === 'intrinsic' && stmt.callee.name === 'sliceLen') {
      const length = arg !== undefined && arg.kind !== 'const' && isLocal(arg.place) ? this.lengthVar(arg.place.local) : null;
      if (length === null) state.learnRange(target, 0n, MAX_LENGTH);
      else state.learnEqual(target, length, 0n);
    }
  }

  /** target = term, exactly. */
  private copy(target: VarId, term: Term | null, state: Bounds): void {
    if (term === null) state.forget(target);
    else if (term.base === target) state.shift(target, term.offset);
    else {
      state.forget(target);
      state.learnEqual(target, term.base, term.offset);
    }
  }

  private assign(place: Place, value: Rvalue, state: Bounds, conditions: Map<LocalId, Condition>): void {
    if (!isLocal(place)) return;
    const { local } = place;
    if (value.kind === 'compare' || (value.kind === 'unary' && value.op === 'not') || (value.kind === 'use' && this.body.locals[local]!.ty === tys.bool)) {
      const condition = this.condition(value, conditions);
      this.written(local, state, conditions);
      if (condition !== null && this.facts.mutBorrowed[local] === 0) conditions.set(local, condition);
      return;
    }
    const target = this.written(local, state, conditions);
    if (value.kind === 'cast' && value.how === 'arrayToSlice') this.learnArrayLength(local, value.operand, state);
    if (target === null) return;
    switch (value.kind) {
      case 'use':
        this.copy(target, this.term(value.operand), state);
        break;
      case 'cast': {
        const from = value.how === 'intToInt' && value.ty.kind === 'int' ? this.fitting(value.operand, value.ty, state) : null;
        this.copy(target, from, state);
        break;
      }
      case 'length': {
        const length = this.lengthOfPlace(value.place);
        state.forget(target);
        if (length === null) state.learnRange(target, 0n, MAX_LENGTH);
        else state.learnEqual(target, length, 0n);
        break;
      }
      case 'arith':
        this.arith(target, this.body.locals[local]!.ty, value, state);
        break;
      case 'variantIndex':
        state.forget(target);
        state.learnRange(target, 0n, 0xffffn);
        break;
      default:
        state.forget(target);
    }
  }

  private learnArrayLength(local: LocalId, operand: Operand, state: Bounds): void {
    const ty = this.typeOf(operand);
    const array = ty.kind === 'ref' ? ty.target : null;
    const length = array?.kind === 'array' && array.length.kind === 'const' ? this.lengthVar(local) : null;
    if (length !== null && array?.kind === 'array' && array.length.kind === 'const') state.learnEqual(length, ZERO, array.length.value);
  }

  private condition(value: Rvalue, conditions: ReadonlyMap<LocalId, Condition>): Condition | null {
    if (value.kind === 'compare') {
      const left = this.term(value.left);
      const right = this.term(value.right);
      if (left === null || right === null) return null;
      return { op: value.op, left, right, operands: [value.left, value.right].flatMap((o) => (o.kind === 'const' ? [] : [o.place.local])) };
    }
    const operand = value.kind === 'unary' || value.kind === 'use' ? value.operand : null;
    if (operand === null || operand.kind === 'const' || !isLocal(operand.place)) return null;
    const known = conditions.get(operand.place.local);
    if (known === undefined) return null;
    return value.kind === 'use' ? known : { ...known, op: NEGATED[known.op] };
  }

  /** The operand as a term if its value fits the type. */
  private fitting(operand: Operand, ty: IntTy, state: Bounds): Term | null {
    const term = this.term(operand);
    if (term === null) return null;
    const min = state.min(term.base) + term.offset;
    const max = state.max(term.base) + term.offset;
    return min >= minOf(ty) && max <= maxOf(ty) ? term : null;
  }

  private arith(target: VarId, ty: Ty, value: Extract<Rvalue, { kind: 'arith' }>, state: Bounds): void {
    const result = ty.kind === 'int' ? this.result(value, ty, state) : null;
    if (ty.kind !== 'int' || result === null) {
      state.forget(target);
      return;
    }
    const fits = result.min >= minOf(ty) && result.max <= maxOf(ty);
    if (!fits && value.overflow !== 'checked') {
      state.forget(target);
      return;
    }
    const left = this.term(value.left);
    const right = this.term(value.right);
    const linear = linearResult(value.op, left, right);
    if (linear !== null) {
      this.copy(target, linear, state);
      return;
    }
    // Facts about the operands must be read before the target, which may be one of them, is forgotten.
    const learn = this.relations(value.op, left, right, target, state);
    state.forget(target);
    state.learnRange(target, result.min, result.max);
    for (const fact of learn) fact();
  }

  /** Differences that an operation with two variable operands tells about its result. */
  private relations(op: ArithOp, left: Term | null, right: Term | null, target: VarId, state: Bounds): (() => void)[] {
    if (left === null || left.base === target || right === null || right.base === target) return [];
    const out: (() => void)[] = [];
    const [lMin, lMax] = [state.min(left.base) + left.offset, state.max(left.base) + left.offset];
    const [rMin, rMax] = [state.min(right.base) + right.offset, state.max(right.base) + right.offset];
    const below = (term: Term, c: bigint): void => void out.push(() => state.learn(target, term.base, c + term.offset));
    const above = (term: Term, c: bigint): void => void out.push(() => state.learn(term.base, target, c - term.offset));
    switch (op) {
      case 'add': {
        below(left, rMax);
        above(left, -rMin);
        below(right, lMax);
        above(right, -lMin);
        const bound = left.offset === 0n && right.offset === 0n ? state.sumBound(left.base, right.base) : null;
        if (bound !== null && bound !== target) below({ base: bound, offset: 0n }, 0n);
        break;
      }
      case 'sub':
        below(left, -rMin);
        above(left, rMax);
        if (left.offset === 0n && right.offset === 0n && left.base !== ZERO) out.push(() => state.learnSum(target, right.base, left.base));
        break;
      case 'div': case 'shr':
        if (lMin >= 0n && (op === 'shr' || rMin >= 1n)) {
          below(left, 0n);
          if (left.offset === 0n) for (const [other, z] of state.sumsOf(left.base)) if (other !== target && z !== target) out.push(() => state.learnSum(target, other, z));
        }
        break;
      case 'rem':
        if (rMin >= 1n && lMin >= 0n) {
          below(right, -1n);
          below(left, 0n);
        }
        break;
      case 'and':
        if (lMin >= 0n) below(left, 0n);
        if (rMin >= 0n) below(right, 0n);
        break;
      case 'mul': case 'or': case 'xor': case 'shl':
        break;
    }
    return out;
  }

  /** Between which numbers the mathematical result lies; null if that cannot be said or the operation may fail for another reason than range. */
  private result(value: Extract<Rvalue, { kind: 'arith' }>, ty: IntTy, state: Bounds): Interval | null {
    const l = this.interval(state, value.left, ty);
    const right = this.interval(state, value.right, ty);
    if (l === null || right === null) return null;
    const r = right;
    const left = this.term(value.left);
    const rightTerm = this.term(value.right);
    switch (value.op) {
      case 'add': {
        let max = l.max + r.max;
        const bound = left !== null && rightTerm !== null ? state.sumBound(left.base, rightTerm.base) : null;
        if (bound !== null) {
          const limit = state.max(bound) + left!.offset + rightTerm!.offset;
          if (limit < max) max = limit;
        }
        return { min: l.min + r.min, max };
      }
      case 'sub': {
        let min = l.min - r.max;
        let max = l.max - r.min;
        if (left !== null && rightTerm !== null) {
          const offset = left.offset - rightTerm.offset;
          const up = state.difference(left.base, rightTerm.base);
          const down = state.difference(rightTerm.base, left.base);
          if (up !== null && up + offset < max) max = up + offset;
          if (down !== null && offset - down > min) min = offset - down;
        }
        return { min, max };
      }
      case 'mul': {
        const all = [l.min * r.min, l.min * r.max, l.max * r.min, l.max * r.max];
        return { min: all.reduce((a, b) => (b < a ? b : a)), max: all.reduce((a, b) => (b > a ? b : a)) };
      }
      case 'div': {
        if (r.min <= 0n && r.max >= 0n) return null;
        if (r.min <= -1n && r.max >= -1n && l.min <= minOf(ty) && ty.signed) return null;
        const all = [l.min / r.min, l.min / r.max, l.max / r.min, l.max / r.max, l.min <= 0n && l.max >= 0n ? 0n : l.min / r.max];
        return { min: all.reduce((a, b) => (b < a ? b : a)), max: all.reduce((a, b) => (b > a ? b : a)) };
      }
      case 'rem': {
        if (r.min <= 0n && r.max >= 0n) return null;
        if (r.min <= -1n && r.max >= -1n && l.min <= minOf(ty) && ty.signed) return null;
        const size = (r.max > -r.min ? r.max : -r.min) - 1n;
        return { min: l.min >= 0n ? 0n : -size, max: l.max <= 0n ? 0n : l.max < size ? l.max : size };
      }
      case 'and':
        if (l.min >= 0n || r.min >= 0n) return { min: 0n, max: l.min < 0n ? r.max : r.min < 0n ? l.max : l.max < r.max ? l.max : r.max };
        return { min: minOf(ty), max: maxOf(ty) };
      case 'or': case 'xor':
        return { min: l.min >= 0n && r.min >= 0n ? 0n : minOf(ty), max: maxOf(ty) };
      case 'shl': case 'shr':
        if (r.min < 0n || r.max >= BigInt(ty.bits)) return null;
        if (value.op === 'shr' && l.min >= 0n) return { min: l.min >> r.max, max: l.max >> r.min };
        return { min: minOf(ty), max: maxOf(ty) };
    }
  }

  // -------------------------------------------------------------- rewriting

  rewrite(): void {
    this.body.blocks.forEach((block, id) => {
      const entry = this.entries[id];
      if (block.cleanup || entry === null || entry === undefined) return;
      const out = [...block.stmts];
      let changed = false;
      this.walk(block, entry.clone(), (stmt, index, state) => {
        const better = this.improved(stmt, state);
        if (better === stmt) return;
        out[index] = better;
        changed = true;
      });
      if (changed) replaceStmts(block, out);
    });
  }

  private improved(stmt: Stmt, state: Bounds): Stmt {
    switch (stmt.kind) {
      case 'boundsCheck': {
        const index = this.term(stmt.index);
        const length = this.term(stmt.length);
        if (index === null || length === null) return stmt;
        const gap = state.difference(index.base, length.base);
        return gap !== null && gap + index.offset - length.offset < 0n ? { kind: 'nop' } : stmt;
      }
      case 'assign': {
        const { value } = stmt;
        if (value.kind === 'unary' && value.op === 'neg' && value.overflow === 'checked') {
          const ty = this.typeOf(value.operand);
          const range = this.interval(state, value.operand, ty);
          if (ty.kind !== 'int' || range === null || -range.min > maxOf(ty) || -range.max < minOf(ty)) return stmt;
          return { ...stmt, value: { ...value, overflow: 'wrapping' } };
        }
        if (value.kind !== 'arith' || value.overflow !== 'checked') return stmt;
        const ty = this.typeOf(value.left);
        const result = ty.kind === 'int' ? this.result(value, ty, state) : null;
        if (ty.kind !== 'int' || result === null || result.min < minOf(ty) || result.max > maxOf(ty)) return stmt;
        return { ...stmt, value: { ...value, overflow: 'wrapping' } };
      }
      case 'call': {
        if (stmt.callee.kind !== 'intrinsic' || stmt.callee.name !== 'convertChecked') return stmt;
        const [from, to] = stmt.callee.typeArgs;
        const operand = stmt.args[0];
        if (operand === undefined || from?.kind !== 'int' || to?.kind !== 'int') return stmt;
        const range = this.interval(state, operand, from);
        if (range === null || range.min < minOf(to) || range.max > maxOf(to)) return stmt;
        return { kind: 'assign', place: stmt.dest, value: { kind: 'cast', how: 'intToInt', operand, ty: to }, span: stmt.span };
      }
      default:
        return stmt;
    }
  }

  private typeOf(operand: Operand): Ty {
    return operand.kind === 'const' ? operand.ty : operand.place.proj.at(-1)?.ty ?? this.body.locals[operand.place.local]!.ty;
  }
}

const NEGATED: Readonly<Record<CompareOp, CompareOp>> = { eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' };

/** Learns that a condition holds, or that it does not. */
function assume(state: Bounds, condition: Condition, holds: boolean): void {
  const { left, right } = condition;
  const op = holds ? condition.op : NEGATED[condition.op];
  // left.base + left.offset <op> right.base + right.offset
  const atMost = (a: Term, b: Term, c: bigint): void => state.learn(a.base, b.base, c - a.offset + b.offset);
  switch (op) {
    case 'eq':
      atMost(left, right, 0n);
      atMost(right, left, 0n);
      break;
    case 'lt':
      atMost(left, right, -1n);
      break;
    case 'le':
      atMost(left, right, 0n);
      break;
    case 'gt':
      atMost(right, left, -1n);
      break;
    case 'ge':
      atMost(right, left, 0n);
      break;
    case 'ne': {
      // Helps where the other is at an end of the range: `i != 0`, `i != n` with `i <= n` known.
      const up = state.difference(left.base, right.base);
      if (up !== null && up + left.offset - right.offset === 0n) atMost(left, right, -1n);
      const down = state.difference(right.base, left.base);
      if (down !== null && down + right.offset - left.offset === 0n) atMost(right, left, -1n);
      break;
    }
  }
}

/** x ± constant as a term. */
function linearResult(op: ArithOp, left: Term | null, right: Term | null): Term | null {
  if (left === null || right === null) return null;
  if (op === 'add' && right.base === ZERO) return { base: left.base, offset: left.offset + right.offset };
  if (op === 'add' && left.base === ZERO) return { base: right.base, offset: left.offset + right.offset };
  if (op === 'sub' && right.base === ZERO) return { base: left.base, offset: left.offset - right.offset };
  return null;
}

function dropAll(state: Bounds, vars: number): void {
  for (let v = 1; v < vars; v++) state.forget(v);
}
