/**
 * Expressions into destinations: the value is written to a place that holds nothing that needs dropping.
 * Consumes: every kind of typed expression. Produces: statements and control flow; when `into` returns, the destination is complete, or
 * control cannot come there. Source: `rustc_mir_build::build::expr::into`.
 */
import { bug, unreachable } from '../../base/index.ts';
import type { Span } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { LocalVar, Ty, tree } from '../../types/index.ts';
import type { ArithOp, CastKind, CompareOp, Operand, Overflow, Place, Rvalue } from '../mir.ts';
import { localPlace, placeTy, projected } from '../visit.ts';
import type { Builder } from './builder.ts';
import { lowerCall, lowerCallValue, lowerClosure } from './calls.ts';
import { lowerBreak, lowerContinue, lowerForRange, lowerIf, lowerLogical, lowerLoop, lowerRaise, lowerReturn, lowerTry } from './control.ts';
import { lowerLetCondValue } from './bindings.ts';
import { lowerMatch } from './match.ts';
import { lowerOperands } from './operands.ts';
import { isPlaceExpr, isTrivial } from './places.ts';
import type { Dest } from './scopes.ts';
import { lowerBlock } from './statements.ts';

export function lowerInto(b: Builder, dest: Dest, e: tree.Expr): void {
  switch (e.kind) {
    case 'literal': case 'constRef': case 'fnItem':
      b.use(dest.place, b.operand(e), e.span);
      break;
    case 'local': case 'field': case 'index': case 'deref':
      if (e.ty.kind === 'never') {
        b.emit({ kind: 'fakeRead', place: b.place(e), span: e.span });
        b.terminate({ kind: 'unreachable' });
      } else {
        b.assign(dest.place, b.consumeRvalue(b.place(e), e.ty), e.span);
      }
      break;
    case 'call':
      lowerCall(b, dest, e);
      break;
    case 'callValue':
      lowerCallValue(b, dest, e);
      break;
    case 'construct':
      lowerConstruct(b, dest, e);
      break;
    case 'tuple': case 'array':
      aggregate(b, dest, e, 0, lowerOperands(b, e.elements));
      break;
    case 'repeat': {
      const operand = b.operand(e.value);
      b.release([operand]);
      b.assign(dest.place, { kind: 'repeat', ty: e.ty, operand }, e.span);
      break;
    }
    case 'ref': {
      const place = b.place(e.place);
      b.assign(dest.place, { kind: 'ref', mutable: e.mutable, place, twoPhase: e.mutable && e.implicit }, e.span);
      break;
    }
    case 'unary': {
      const operand = b.operand(e.operand);
      const overflow: Overflow = e.op === 'neg' && e.ty.kind === 'int' ? 'checked' : 'wrapping';
      b.assign(dest.place, { kind: 'unary', op: e.op, overflow, operand }, e.span);
      break;
    }
    case 'binary': {
      const [left, right] = lowerOperands(b, [e.left, e.right]);
      b.assign(dest.place, binaryRvalue(e.op, e.left.ty, left!, right!), e.span);
      break;
    }
    case 'logical':
      lowerLogical(b, dest, e);
      break;
    case 'assign':
      lowerAssign(b, e);
      b.writeUnit(dest, e.span);
      break;
    case 'compoundAssign':
      lowerCompoundAssign(b, e);
      b.writeUnit(dest, e.span);
      break;
    case 'coerce':
      lowerCoerce(b, dest, e);
      break;
    case 'block':
      lowerBlock(b, dest, e);
      break;
    case 'if':
      lowerIf(b, dest, e);
      break;
    case 'letCond':
      lowerLetCondValue(b, dest, e);
      break;
    case 'match':
      lowerMatch(b, dest, e);
      break;
    case 'loop':
      lowerLoop(b, dest, e);
      break;
    case 'forRange':
      lowerForRange(b, dest, e);
      break;
    case 'break':
      lowerBreak(b, e);
      break;
    case 'continue':
      lowerContinue(b, e);
      break;
    case 'return':
      lowerReturn(b, e);
      break;
    case 'closure':
      lowerClosure(b, dest, e);
      break;
    case 'tryBlock':
      lowerTry(b, dest, e);
      break;
    case 'raise':
      lowerRaise(b, e);
      break;
    case 'error':
      bug('a body with mistakes reached MIR');
      break;
    default:
      unreachable(e);
  }
}

/** Evaluates an expression whose value nobody wants; what it owns is dropped at the end of the enclosing temporary scope. */
export function lowerDiscard(b: Builder, e: tree.Expr): void {
  if (e.ty === tys.unit) {
    b.into(b.unitDest(e.span), e);
  } else if (e.ty.kind === 'never') {
    b.into({ place: localPlace(b.newTemp(tys.never, e.span)), scope: null }, e);
    b.terminate({ kind: 'unreachable' });
  } else {
    b.temp(e);
  }
}

function aggregate(b: Builder, dest: Dest, e: tree.Expr, variant: number, fields: readonly Operand[]): void {
  if (e.ty === tys.unit) {
    b.writeUnit(dest, e.span);
    return;
  }
  b.release(fields);
  b.assign(dest.place, { kind: 'aggregate', ty: e.ty, variant, fields }, e.span);
}

function lowerConstruct(b: Builder, dest: Dest, e: tree.ConstructExpr): void {
  const count = e.adt.variants[e.variant]!.fields.length;
  const fields: (Operand | undefined)[] = new Array<Operand | undefined>(count).fill(undefined);
  const values = e.fields.map((f) => f.value);
  // Fields named out of order, or before a base that is evaluated last, still have their values taken in the order of the text.
  const inOrder = e.fields.every((f, i) => i === 0 || e.fields[i - 1]!.index < f.index);
  const operands = inOrder && (e.base === null || isTrivial(e.base)) ? lowerOperands(b, values) : values.map((v) => b.operand(v, false));
  e.fields.forEach((f, i) => {
    fields[f.index] = operands[i];
  });
  if (e.base !== null) {
    const base = isPlaceExpr(e.base) ? b.place(e.base) : localPlace(b.temp(e.base));
    for (let i = 0; i < count; i++) {
      if (fields[i] !== undefined) continue;
      const ty = b.facts.fieldTy(e.ty, i);
      fields[i] = b.consume(projected(base, { kind: 'field', index: i, ty }), ty, e.span);
    }
  }
  aggregate(b, dest, e, e.variant, fields.map((f) => f ?? bug(`a field of ${e.adt.name} has no value`)));
}

const ARITH: Readonly<Record<string, { readonly op: ArithOp; readonly checked: boolean }>> = {
  '+': { op: 'add', checked: true },
  '-': { op: 'sub', checked: true },
  '*': { op: 'mul', checked: true },
  '/': { op: 'div', checked: true },
  '%': { op: 'rem', checked: true },
  '+%': { op: 'add', checked: false },
  '-%': { op: 'sub', checked: false },
  '*%': { op: 'mul', checked: false },
  '&': { op: 'and', checked: false },
  '|': { op: 'or', checked: false },
  '^': { op: 'xor', checked: false },
  '<<': { op: 'shl', checked: true },
  '>>': { op: 'shr', checked: true },
};

const COMPARE: Readonly<Record<string, CompareOp>> = { '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };

/** The rvalue of a binary operator on primitives. */
function binaryRvalue(op: string, operandTy: Ty, left: Operand, right: Operand): Rvalue {
  const compare = COMPARE[op];
  if (compare !== undefined) return { kind: 'compare', op: compare, left, right };
  const arith = ARITH[op] ?? bug(`operator ${op}`);
  return { kind: 'arith', op: arith.op, overflow: arith.checked && operandTy.kind === 'int' ? 'checked' : 'wrapping', left, right };
}

/** Whether the value is made by one statement that reads all of its operands before it writes. */
function isScalar(ty: Ty): boolean {
  switch (ty.kind) {
    case 'int': case 'float': case 'bool': case 'rune': case 'ptr': case 'ref': case 'fnItem':
      return true;
    default:
      return false;
  }
}

function isOneStatement(e: tree.Expr): boolean {
  switch (e.kind) {
    case 'literal': case 'constRef': case 'local': case 'unary': case 'binary': case 'field': case 'index': case 'deref':
      return isScalar(e.ty);
    default:
      return false;
  }
}

/** The variable in which a place begins. */
function rootOf(e: tree.Expr): LocalVar | null {
  while (e.kind === 'field' || e.kind === 'deref' || e.kind === 'index') e = e.base;
  return e.kind === 'local' ? e.local : null;
}

/** Whether finding the place does nothing: then it may be found before the value is computed. */
function isFixed(e: tree.Expr): boolean {
  while (e.kind === 'field' || e.kind === 'deref') e = e.base;
  return e.kind === 'local';
}

function lowerAssign(b: Builder, e: tree.AssignExpr): void {
  if (e.target === null) {
    if (isPlaceExpr(e.value)) b.emit({ kind: 'fakeRead', place: b.place(e.value), span: e.span });
    else b.discard(e.value);
    return;
  }
  const target = e.target;
  if (!b.facts.mayNeedDrop(target.ty)) {
    if (isOneStatement(e.value) && (target.kind === 'local' || (isTrivial(e.value) && isFixed(target)))) {
      b.into({ place: b.place(target), scope: null }, e.value);
    } else {
      const value = b.operand(e.value, isTrivial(target));
      const place = b.place(target);
      b.use(place, value, e.span);
    }
    b.markTarget(target);
    return;
  }
  // The old value is dropped before the store, so the new one must not lie inside of it: `list = *list.next`.
  const apart = e.value.kind === 'local' && e.value.local !== rootOf(target);
  const value = b.operand(e.value, apart && isTrivial(target));
  const place = b.place(target);
  replace(b, place, value, e.span, target.span);
  b.markTarget(target);
}

/** Drops what stands at a place, if anything does, then stores. If the drop panics, the value is stored all the same. */
function replace(b: Builder, place: Place, value: Operand, span: Span, target: Span): void {
  b.release([value]);
  if (b.cur === null) return;
  if (b.cleanup) {
    b.emit({ kind: 'drop', place, span, target });
  } else {
    const after = b.unwindOn(b.scopes.node);
    const block = b.newBlock(true);
    b.blocks[block]!.stmts.push({ kind: 'assign', place, value: { kind: 'use', operand: value }, span });
    b.blocks[block]!.term = after;
    b.emitUnwinding({ kind: 'drop', place, span, target }, block);
  }
  b.use(place, value, span);
}

function lowerCompoundAssign(b: Builder, e: tree.CompoundAssignExpr): void {
  const value = b.operand(e.value, isTrivial(e.target));
  const place = b.place(e.target);
  b.assign(place, binaryRvalue(e.op, e.target.ty, { kind: 'copy', place }, value), e.span);
}

function lowerCoerce(b: Builder, dest: Dest, e: tree.CoerceExpr): void {
  const cast = (how: CastKind): void => {
    const operand = b.operand(e.value);
    b.release([operand]);
    b.assign(dest.place, { kind: 'cast', how, operand, ty: e.ty }, e.span);
  };
  switch (e.how) {
    case 'arrayToSlice': case 'toDyn': case 'toFn':
      cast(e.how);
      break;
    case 'refToPtr':
      cast('bits');
      break;
    case 'identity':
      cast(numericCast(e.value.ty, e.ty));
      break;
    case 'mutToShared': {
      // A place holding the reference is borrowed through; a reference made here is turned around in a temporary.
      const operand = isPlaceExpr(e.value) ? null : b.operand(e.value);
      const base = operand === null ? b.place(e.value) : operand.kind === 'const' ? bug('a constant exclusive reference') : operand.place;
      const ty = placeTy(b, base);
      if (ty.kind !== 'ref') bug('mutToShared of something else than a reference');
      b.assign(dest.place, { kind: 'ref', mutable: false, place: projected(base, { kind: 'deref', ty: ty.target }), twoPhase: false }, e.span);
      break;
    }
    case 'never':
      b.discard(e.value);
      b.terminate({ kind: 'unreachable' });
      break;
    default:
      unreachable(e.how);
  }
}

function numericCast(from: Ty, to: Ty): CastKind {
  if (from.kind === 'float') return to.kind === 'float' ? 'floatToFloat' : 'floatToInt';
  return to.kind === 'float' ? 'intToFloat' : 'intToInt';
}
