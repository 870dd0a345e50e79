/**
 * Pass const-fold: operations on constants become constants, and operations that cannot change their operand become uses of it.
 * Consumes and changes: bodies of phase 'mono'. What would panic is left alone. See docs/passes/const-fold.md.
 */
import { operandTy } from '../mir/index.ts';
import type { Body, CompareOp, ConstValue, Operand, Rvalue } from '../mir/index.ts';
import { tys } from '../types/index.ts';
import type { IntTy, Ty } from '../types/index.ts';

export function foldConstantsIn(body: Body): void {
  for (const block of body.blocks) {
    block.stmts.forEach((stmt, i) => {
      if (stmt.kind !== 'assign') return;
      const value = foldRvalue(body, stmt.value);
      if (value !== stmt.value) block.stmts[i] = { ...stmt, value };
    });
  }
}

export function minOf(ty: IntTy): bigint {
  return ty.signed ? -(1n << BigInt(ty.bits - 1)) : 0n;
}

export function maxOf(ty: IntTy): bigint {
  return (1n << BigInt(ty.signed ? ty.bits - 1 : ty.bits)) - 1n;
}

/** The value modulo 2^bits, in the type's range. */
export function wrap(value: bigint, ty: IntTy): bigint {
  return ty.signed ? BigInt.asIntN(ty.bits, value) : BigInt.asUintN(ty.bits, value);
}

/** An int, Bool or Rune constant as a number. */
export function scalarOf(operand: Operand): bigint | null {
  if (operand.kind !== 'const') return null;
  switch (operand.value.kind) {
    case 'int':
      return operand.value.value;
    case 'bool':
      return operand.value.value ? 1n : 0n;
    case 'rune':
      return BigInt(operand.value.value);
    default:
      return null;
  }
}

function constant(value: ConstValue, ty: Ty): Rvalue {
  return { kind: 'use', operand: { kind: 'const', value, ty } };
}

function foldRvalue(body: Body, value: Rvalue): Rvalue {
  switch (value.kind) {
    case 'arith':
      return foldArith(body, value);
    case 'compare': {
      const left = scalarOf(value.left);
      const right = scalarOf(value.right);
      return left === null || right === null ? value : constant({ kind: 'bool', value: compare(value.op, left, right) }, tys.bool);
    }
    case 'unary': {
      const operand = scalarOf(value.operand);
      const ty = operandTy(body, value.operand);
      if (operand === null) return value;
      if (ty.kind === 'bool' && value.op === 'not') return constant({ kind: 'bool', value: operand === 0n }, ty);
      if (ty.kind !== 'int') return value;
      const result = value.op === 'not' ? wrap(~operand, ty) : -operand;
      if (value.op === 'neg' && result > maxOf(ty)) return value;
      return constant({ kind: 'int', value: wrap(result, ty) }, ty);
    }
    case 'cast': {
      if (value.how !== 'intToInt') return value;
      const from = operandTy(body, value.operand);
      if (from === value.ty) return { kind: 'use', operand: value.operand };
      const operand = scalarOf(value.operand);
      return operand === null || value.ty.kind !== 'int' ? value : constant({ kind: 'int', value: wrap(operand, value.ty) }, value.ty);
    }
    case 'length': {
      const last = value.place.proj.at(-1);
      const ty = last === undefined ? body.locals[value.place.local]!.ty : last.ty;
      return ty.kind === 'array' && ty.length.kind === 'const' ? constant({ kind: 'int', value: ty.length.value }, tys.usize) : value;
    }
    case 'use': case 'ref': case 'addressOf': case 'aggregate': case 'repeat': case 'variantIndex':
      return value;
  }
}

export function compare(op: CompareOp, left: bigint, right: bigint): boolean {
  switch (op) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
  }
}

function foldArith(body: Body, value: Extract<Rvalue, { kind: 'arith' }>): Rvalue {
  const ty = operandTy(body, value.left);
  if (ty.kind !== 'int') return value;
  const left = scalarOf(value.left);
  const right = scalarOf(value.right);
  if (left === null || right === null) return neutral(value, left, right);
  const result = evaluate(value.op, left, right, ty);
  if (result === null) return value;
  const wrapped = wrap(result, ty);
  if (wrapped !== result && value.overflow === 'checked') return value;
  return constant({ kind: 'int', value: wrapped }, ty);
}

/** x + 0, x - 0, x * 1, x / 1, x | 0, x ^ 0, shifts by 0. */
function neutral(value: Extract<Rvalue, { kind: 'arith' }>, left: bigint | null, right: bigint | null): Rvalue {
  const keep = (operand: Operand): Rvalue => ({ kind: 'use', operand });
  switch (value.op) {
    case 'add': case 'or': case 'xor':
      return right === 0n ? keep(value.left) : left === 0n ? keep(value.right) : value;
    case 'sub': case 'shl': case 'shr':
      return right === 0n ? keep(value.left) : value;
    case 'mul':
      return right === 1n ? keep(value.left) : left === 1n ? keep(value.right) : value;
    case 'div':
      return right === 1n ? keep(value.left) : value;
    case 'rem': case 'and':
      return value;
  }
}

/** The mathematical result; null where the operation would panic for another reason than range. */
function evaluate(op: Extract<Rvalue, { kind: 'arith' }>['op'], left: bigint, right: bigint, ty: IntTy): bigint | null {
  switch (op) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'mul':
      return left * right;
    case 'div': case 'rem':
      if (right === 0n || (right === -1n && left === minOf(ty))) return null;
      return op === 'div' ? left / right : left % right;
    case 'and':
      return left & right;
    case 'or':
      return left | right;
    case 'xor':
      return left ^ right;
    case 'shl': case 'shr':
      if (right < 0n || right >= BigInt(ty.bits)) return null;
      // A shift loses bits by design; only its amount is checked.
      return op === 'shl' ? wrap(left << right, ty) : left >> right;
  }
}
