/**
 * Walking MIR: the places and operands of a statement, the successors of a block, what may panic, the type of a place; and rebuilding with a map.
 * Consumes: bodies of any phase. Produces: facts, or a new body. Holds: nothing.
 */
import { bug, unreachable } from '../base/index.ts';
import type { Ty } from '../types/index.ts';
import type { Block, BlockId, Body, Callee, LocalId, Operand, Place, Proj, Rvalue, Stmt, Terminator } from './mir.ts';

/** How a statement touches a place. `write` gives it a whole new value, `borrow` covers references and raw addresses. */
export type PlaceUse = 'copy' | 'move' | 'write' | 'borrow' | 'borrowMut' | 'drop' | 'inspect';

/** The type of what stands at a place. */
export function placeTy(body: Pick<Body, 'locals'>, place: Place): Ty {
  if (place.proj.length > 0) return place.proj[place.proj.length - 1]!.ty;
  return (body.locals[place.local] ?? bug(`no local _${place.local}`)).ty;
}

/** The type of an operand. */
export function operandTy(body: Pick<Body, 'locals'>, operand: Operand): Ty {
  return operand.kind === 'const' ? operand.ty : placeTy(body, operand.place);
}

/** A whole local as a place. */
export function localPlace(local: LocalId): Place {
  return { local, proj: [] };
}

/** A place one projection further in. */
export function projected(place: Place, ...proj: readonly Proj[]): Place {
  return { local: place.local, proj: [...place.proj, ...proj] };
}

/** Whether two places are spelt alike. */
export function samePlace(a: Place, b: Place): boolean {
  return a.local === b.local && placeKey(a) === placeKey(b);
}

/** A text that two places share exactly when they are spelt alike. */
export function placeKey(place: Place): string {
  let key = String(place.local);
  for (const p of place.proj) key += projKey(p);
  return key;
}

function projKey(p: Proj): string {
  switch (p.kind) {
    case 'field':
      return `.${p.index}`;
    case 'variant':
      return `@${p.index}`;
    case 'deref':
      return '*';
    case 'index':
      return `[${p.index}]`;
    case 'constIndex':
      return `[${p.fromEnd ? '-' : '+'}${p.offset}]`;
    case 'subslice':
      return `[${p.from}:${p.to}]`;
    default:
      return unreachable(p);
  }
}

/** The operands of an rvalue, in the order in which they are read. */
export function rvalueOperands(value: Rvalue): readonly Operand[] {
  switch (value.kind) {
    case 'use': case 'unary': case 'repeat': case 'cast':
      return [value.operand];
    case 'arith': case 'compare':
      return [value.left, value.right];
    case 'aggregate':
      return value.fields;
    case 'ref': case 'addressOf': case 'variantIndex': case 'length':
      return [];
    default:
      return unreachable(value);
  }
}

/** The operands of a statement, in the order in which they are read. */
export function stmtOperands(stmt: Stmt): readonly Operand[] {
  switch (stmt.kind) {
    case 'assign':
      return rvalueOperands(stmt.value);
    case 'call':
      return stmt.args;
    case 'boundsCheck':
      return [stmt.index, stmt.length];
    case 'drop': case 'storageLive': case 'storageDead': case 'setVariant': case 'fakeRead': case 'nop':
      return [];
    default:
      return unreachable(stmt);
  }
}

function visitOperand(operand: Operand, f: (place: Place, use: PlaceUse) => void): void {
  if (operand.kind !== 'const') f(operand.place, operand.kind);
}

/** Calls `f` for each place of a statement, what is read before what is written. Index locals inside projections are not places of their own: see `indexLocals`. */
export function forEachPlace(stmt: Stmt, f: (place: Place, use: PlaceUse) => void): void {
  for (const operand of stmtOperands(stmt)) visitOperand(operand, f);
  switch (stmt.kind) {
    case 'assign': {
      const value = stmt.value;
      if (value.kind === 'ref') f(value.place, value.mutable ? 'borrowMut' : 'borrow');
      else if (value.kind === 'addressOf') f(value.place, 'borrowMut');
      else if (value.kind === 'variantIndex' || value.kind === 'length') f(value.place, 'inspect');
      f(stmt.place, 'write');
      break;
    }
    case 'call':
      f(stmt.dest, 'write');
      break;
    case 'drop':
      f(stmt.place, 'drop');
      break;
    case 'setVariant':
      f(stmt.place, 'write');
      break;
    case 'fakeRead':
      f(stmt.place, 'inspect');
      break;
    case 'boundsCheck': case 'storageLive': case 'storageDead': case 'nop':
      break;
    default:
      unreachable(stmt);
  }
}

/** The same for a terminator. */
export function forEachTermPlace(term: Terminator, f: (place: Place, use: PlaceUse) => void): void {
  if (term.kind === 'switch') visitOperand(term.operand, f);
  else if (term.kind === 'catchPanic') f(term.dest, 'write');
}

/** The locals that index inside a place's projections: each is read when the place is used. */
export function indexLocals(place: Place): readonly LocalId[] {
  const out: LocalId[] = [];
  for (const p of place.proj) if (p.kind === 'index') out.push(p.index);
  return out;
}

/** Targets of a terminator, without the unwind edge of its block. */
export function termSuccessors(term: Terminator): readonly BlockId[] {
  switch (term.kind) {
    case 'goto': case 'catchPanic':
      return [term.target];
    case 'switch':
      return [...term.cases.map((c) => c.target), term.otherwise];
    case 'return': case 'resume': case 'unreachable':
      return [];
    default:
      return unreachable(term);
  }
}

/** Every block that can follow, the unwind target included where there is one. */
export function successors(block: Block): readonly BlockId[] {
  const normal = termSuccessors(block.term);
  return block.unwind === null ? normal : [...normal, block.unwind];
}

/** Intrinsics that may start unwinding. */
const PANICKING_INTRINSICS: ReadonlySet<string> = new Set(['convertChecked', 'panicStr', 'panicFmt', 'assertFailed', 'dropInPlace', 'dropDyn', 'dropFn']);

function calleeMayPanic(callee: Callee): boolean {
  switch (callee.kind) {
    case 'fn':
      return callee.fn.decl.intrinsic !== null ? PANICKING_INTRINSICS.has(callee.fn.decl.intrinsic) : callee.fn.decl.native === null;
    case 'intrinsic':
      return PANICKING_INTRINSICS.has(callee.name);
    case 'native':
      return false;
    case 'value': case 'instance': case 'virtual': case 'fnValue':
      return true;
    default:
      return unreachable(callee);
  }
}

/**
 * Whether a statement may start unwinding, as far as it alone tells. Arithmetic marked 'wrapping' never does: the builder marks floats
 * and bit operations so.
 */
export function mayPanic(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'assign':
      return (stmt.value.kind === 'arith' || stmt.value.kind === 'unary') && stmt.value.overflow === 'checked';
    case 'call':
      return calleeMayPanic(stmt.callee);
    case 'drop': case 'boundsCheck':
      return true;
    case 'storageLive': case 'storageDead': case 'setVariant': case 'fakeRead': case 'nop':
      return false;
    default:
      return unreachable(stmt);
  }
}

/** What a rebuilding changes; each defaults to keeping. */
export interface MirMap {
  readonly local?: (id: LocalId) => LocalId;
  readonly block?: (id: BlockId) => BlockId;
  readonly ty?: (ty: Ty) => Ty;
}

/** A place with locals and types replaced. */
export function mapPlace(place: Place, map: MirMap): Place {
  if (map.local === undefined && map.ty === undefined) return place;
  const local = map.local ?? ((id: LocalId): LocalId => id);
  const ty = map.ty ?? ((t: Ty): Ty => t);
  return {
    local: local(place.local),
    proj: place.proj.map((p): Proj => {
      switch (p.kind) {
        case 'field':
          return { kind: 'field', index: p.index, ty: ty(p.ty) };
        case 'variant':
          return { kind: 'variant', index: p.index, ty: ty(p.ty) };
        case 'deref':
          return { kind: 'deref', ty: ty(p.ty) };
        case 'index':
          return { kind: 'index', index: local(p.index), ty: ty(p.ty) };
        case 'constIndex':
          return { kind: 'constIndex', offset: p.offset, fromEnd: p.fromEnd, ty: ty(p.ty) };
        case 'subslice':
          return { kind: 'subslice', from: p.from, to: p.to, ty: ty(p.ty) };
        default:
          return unreachable(p);
      }
    }),
  };
}

/** An operand with locals and types replaced. */
export function mapOperand(operand: Operand, map: MirMap): Operand {
  if (operand.kind !== 'const') return { kind: operand.kind, place: mapPlace(operand.place, map) };
  const ty = map.ty;
  if (ty === undefined) return operand;
  const value = operand.value;
  return {
    kind: 'const',
    value: value.kind === 'named' ? { kind: 'named', decl: value.decl, args: value.args.map(ty) } : value,
    ty: ty(operand.ty),
  };
}

/** An rvalue with locals and types replaced. */
export function mapRvalue(value: Rvalue, map: MirMap): Rvalue {
  const ty = map.ty ?? ((t: Ty): Ty => t);
  const op = (operand: Operand): Operand => mapOperand(operand, map);
  switch (value.kind) {
    case 'use':
      return { kind: 'use', operand: op(value.operand) };
    case 'ref':
      return { kind: 'ref', mutable: value.mutable, place: mapPlace(value.place, map), twoPhase: value.twoPhase };
    case 'addressOf':
      return { kind: 'addressOf', place: mapPlace(value.place, map) };
    case 'arith':
      return { kind: 'arith', op: value.op, overflow: value.overflow, left: op(value.left), right: op(value.right) };
    case 'compare':
      return { kind: 'compare', op: value.op, left: op(value.left), right: op(value.right) };
    case 'unary':
      return { kind: 'unary', op: value.op, overflow: value.overflow, operand: op(value.operand) };
    case 'aggregate':
      return { kind: 'aggregate', ty: ty(value.ty), variant: value.variant, fields: value.fields.map(op) };
    case 'repeat':
      return { kind: 'repeat', ty: ty(value.ty), operand: op(value.operand) };
    case 'variantIndex':
      return { kind: 'variantIndex', place: mapPlace(value.place, map) };
    case 'length':
      return { kind: 'length', place: mapPlace(value.place, map) };
    case 'cast':
      return { kind: 'cast', how: value.how, operand: op(value.operand), ty: ty(value.ty) };
    default:
      return unreachable(value);
  }
}

function mapCallee(callee: Callee, map: MirMap): Callee {
  const ty = map.ty;
  if (ty === undefined) return callee;
  switch (callee.kind) {
    case 'fn':
      return { kind: 'fn', fn: { decl: callee.fn.decl, args: callee.fn.args.map(ty) } };
    case 'intrinsic':
      return { kind: 'intrinsic', name: callee.name, typeArgs: callee.typeArgs.map(ty) };
    case 'virtual':
      return { kind: 'virtual', slot: callee.slot, params: callee.params.map(ty), ret: ty(callee.ret) };
    case 'fnValue':
      return { kind: 'fnValue', mode: callee.mode, fnTy: ty(callee.fnTy) };
    case 'value': case 'instance': case 'native':
      return callee;
    default:
      return unreachable(callee);
  }
}

/** A statement with locals and types replaced. */
export function mapStmt(stmt: Stmt, map: MirMap): Stmt {
  const local = map.local ?? ((id: LocalId): LocalId => id);
  switch (stmt.kind) {
    case 'assign':
      return { kind: 'assign', place: mapPlace(stmt.place, map), value: mapRvalue(stmt.value, map), span: stmt.span };
    case 'call':
      return { kind: 'call', dest: mapPlace(stmt.dest, map), callee: mapCallee(stmt.callee, map), args: stmt.args.map((a) => mapOperand(a, map)), span: stmt.span };
    case 'drop':
      return { kind: 'drop', place: mapPlace(stmt.place, map), span: stmt.span };
    case 'boundsCheck':
      return { kind: 'boundsCheck', index: mapOperand(stmt.index, map), length: mapOperand(stmt.length, map), span: stmt.span };
    case 'storageLive':
      return { kind: 'storageLive', local: local(stmt.local) };
    case 'storageDead':
      return { kind: 'storageDead', local: local(stmt.local) };
    case 'setVariant':
      return { kind: 'setVariant', place: mapPlace(stmt.place, map), variant: stmt.variant };
    case 'fakeRead':
      return { kind: 'fakeRead', place: mapPlace(stmt.place, map), span: stmt.span };
    case 'nop':
      return stmt;
    default:
      return unreachable(stmt);
  }
}

/** A terminator with locals, blocks and types replaced. */
export function mapTerminator(term: Terminator, map: MirMap): Terminator {
  const block = map.block ?? ((id: BlockId): BlockId => id);
  switch (term.kind) {
    case 'goto':
      return { kind: 'goto', target: block(term.target) };
    case 'switch':
      return {
        kind: 'switch',
        operand: mapOperand(term.operand, map),
        cases: term.cases.map((c) => ({ value: c.value, target: block(c.target) })),
        otherwise: block(term.otherwise),
        span: term.span,
      };
    case 'catchPanic':
      return { kind: 'catchPanic', dest: mapPlace(term.dest, map), target: block(term.target) };
    case 'return': case 'resume': case 'unreachable':
      return term;
    default:
      return unreachable(term);
  }
}

/** A copy of a body with locals, blocks and types replaced. Arrays keep their order: `map.local` and `map.block` only rename inside statements. */
export function mapBody(body: Body, map: MirMap): Body {
  const ty = map.ty ?? ((t: Ty): Ty => t);
  const block = map.block ?? ((id: BlockId): BlockId => id);
  return {
    phase: body.phase,
    name: body.name,
    origin: body.origin,
    span: body.span,
    locals: body.locals.map((l) => ({ ty: ty(l.ty), name: l.name, kind: l.kind, mutable: l.mutable, using: l.using, span: l.span })),
    paramCount: body.paramCount,
    blocks: body.blocks.map((b) => ({
      stmts: b.stmts.map((s) => mapStmt(s, map)),
      term: mapTerminator(b.term, map),
      unwind: b.unwind === null ? null : block(b.unwind),
      cleanup: b.cleanup,
    })),
  };
}

/** The successors of a block one by one from the last, without a list of them; -1 behind the first. */
function successorFromEnd(block: Block, n: number): BlockId | -1 {
  const { term, unwind } = block;
  const at = unwind === null ? n : n - 1;
  if (at < 0) return unwind!;
  switch (term.kind) {
    case 'goto': case 'catchPanic':
      return at === 0 ? term.target : -1;
    case 'switch':
      return at === 0 ? term.otherwise : (term.cases[term.cases.length - at]?.target ?? -1);
    case 'return': case 'resume': case 'unreachable':
      return -1;
    default:
      return unreachable(term);
  }
}

/** Blocks in reverse postorder from the entry, unwind edges included; unreachable ones are missing. */
export function reversePostorder(body: Pick<Body, 'blocks'>): BlockId[] {
  const { blocks } = body;
  const seen = new Uint8Array(blocks.length);
  const order: BlockId[] = [];
  // An explicit stack of blocks and how many of their successors are done: bodies of tables can be very deep.
  const stack: BlockId[] = [0 as BlockId];
  const done: number[] = [0];
  seen[0] = 1;
  while (stack.length > 0) {
    const top = stack.length - 1;
    const to = successorFromEnd(blocks[stack[top]!]!, done[top]!++);
    if (to === -1) {
      order.push(stack.pop()!);
      done.pop();
    } else if (seen[to] === 0) {
      seen[to] = 1;
      stack.push(to);
      done.push(0);
    }
  }
  return order.reverse();
}

/** A terminator with its targets replaced: itself, where they stay. */
export function retarget(term: Terminator, block: (id: BlockId) => BlockId): Terminator {
  switch (term.kind) {
    case 'goto': {
      const target = block(term.target);
      return target === term.target ? term : { kind: 'goto', target };
    }
    case 'switch': {
      const otherwise = block(term.otherwise);
      if (otherwise === term.otherwise && term.cases.every((c) => block(c.target) === c.target)) return term;
      const cases = term.cases.map((c) => ({ value: c.value, target: block(c.target) }));
      return { kind: 'switch', operand: term.operand, cases, otherwise, span: term.span };
    }
    case 'catchPanic': {
      const target = block(term.target);
      return target === term.target ? term : { kind: 'catchPanic', dest: term.dest, target };
    }
    case 'return': case 'resume': case 'unreachable':
      return term;
    default:
      return unreachable(term);
  }
}
