/**
 * Evaluates the constant expressions that types and patterns need: lengths of arrays, discriminants, constants in patterns.
 * Consumes: syntax (literals, arithmetic, `Int64(x)`, names of constants). Produces: an integer, or null after a report. Arithmetic is that of the
 * operands' type: a result that does not fit is an error, as it would be a panic at run time.
 * Bool, Rune and byte literals count as their number. Anything else is evaluated by the interpreter, later.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { ConstDecl } from '../program.ts';
import type { TypeContext } from '../resolve.ts';
import { showTy } from '../show.ts';
import { tys } from '../ty.ts';
import type { IntTy, Ty } from '../ty.ts';
import { headerContext } from './nodes.ts';
import type { ConstNode, ImplNode } from './nodes.ts';
import { resolvePath } from './resolve-path.ts';
import type { Session } from './session.ts';

/** An integer with the type that it is known to have; null for a literal without a suffix. */
interface ConstValue {
  readonly value: bigint;
  readonly ty: Ty | null;
}

export function intRange(ty: IntTy): { readonly min: bigint; readonly max: bigint } {
  const bits = BigInt(ty.bits);
  return ty.signed ? { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n } : { min: 0n, max: (1n << bits) - 1n };
}

/** `i64` to the type; null for what is no suffix of an integer. */
export function typeOfIntSuffix(suffix: string): IntTy | null {
  switch (suffix) {
    case 'i8': return tys.int8;
    case 'i16': return tys.int16;
    case 'i32': return tys.int32;
    case 'i64': return tys.int64;
    case 'isize': return tys.isize;
    case 'u8': return tys.uint8;
    case 'u16': return tys.uint16;
    case 'u32': return tys.uint32;
    case 'u64': return tys.uint64;
    case 'usize': return tys.usize;
    default: return null;
  }
}

/** Evaluates with `expected` as the type of literals without other evidence, and checks that the result fits it. */
export function evalConst(session: Session, expr: ast.Expr, cx: TypeContext, expected: Ty | null): bigint | null {
  const result = new Evaluator(session, []).run(expr, cx, expected);
  if (result === null) return null;
  if (expected !== null && expected.kind === 'int') {
    if (result.ty !== null && result.ty !== expected && result.ty.kind === 'int') {
      session.report({ code: 'CJ0413', span: expr.span, args: { expected: showTy(expected), found: showTy(result.ty) } });
      return null;
    }
    const range = intRange(expected);
    if (result.value < range.min || result.value > range.max) {
      session.report({ code: 'CJ0410', span: expr.span, args: { value: `${result.value}`, type: showTy(expected) } });
      return null;
    }
  }
  return result.value;
}

class Evaluator {
  private readonly session: Session;
  /** Constants whose values are being evaluated, outermost first. */
  private readonly stack: ConstDecl[];

  constructor(session: Session, stack: ConstDecl[]) {
    this.session = session;
    this.stack = stack;
  }

  run(expr: ast.Expr, cx: TypeContext, expected: Ty | null): ConstValue | null {
    switch (expr.kind) {
      case 'int': {
        const ty = expr.suffix === null ? null : typeOfIntSuffix(expr.suffix);
        return this.fit(expr.value, ty ?? (expr.suffix === null ? null : tys.int32), expr.span);
      }
      case 'byte':
        return { value: BigInt(expr.value), ty: tys.uint8 };
      case 'rune':
        return { value: BigInt(expr.value), ty: tys.rune };
      case 'bool':
        return { value: expr.value ? 1n : 0n, ty: tys.bool };
      case 'paren':
        return this.run(expr.inner, cx, expected);
      case 'block':
        if (expr.stmts.length === 0 && expr.tail !== null) return this.run(expr.tail, cx, expected);
        return this.notConstant(expr.span);
      case 'unary': {
        if (expr.op === '-' && expr.operand.kind === 'int') {
          const ty = expr.operand.suffix === null ? null : typeOfIntSuffix(expr.operand.suffix);
          return this.fit(-expr.operand.value, ty, expr.span);
        }
        const operand = this.run(expr.operand, cx, expected);
        if (operand === null) return null;
        if (expr.op === '-') return this.fit(-operand.value, operand.ty ?? expected, expr.span);
        if (operand.ty?.kind === 'bool') return { value: 1n - operand.value, ty: tys.bool };
        const ty = operand.ty ?? expected;
        if (ty?.kind !== 'int') return { value: ~operand.value, ty };
        return { value: ty.signed ? ~operand.value : intRange(ty).max - operand.value, ty };
      }
      case 'binary':
        return this.binary(expr, cx, expected);
      case 'call':
        return this.conversion(expr, cx);
      case 'path':
        return this.path(expr, cx);
      case 'error':
        return null;
      default:
        return this.notConstant(expr.span);
    }
  }

  private notConstant(span: Span): null {
    this.session.report({ code: 'CJ0411', span });
    return null;
  }

  private fit(value: bigint, ty: Ty | null, span: Span): ConstValue | null {
    if (ty?.kind === 'int') {
      const range = intRange(ty);
      if (value < range.min || value > range.max) {
        this.session.report({ code: 'CJ0410', span, args: { value: `${value}`, type: showTy(ty) } });
        return null;
      }
    }
    return { value, ty };
  }

  private binary(expr: ast.BinaryExpr, cx: TypeContext, expected: Ty | null): ConstValue | null {
    const isComparison = expr.op === '==' || expr.op === '!=' || expr.op === '<' || expr.op === '<=' || expr.op === '>' || expr.op === '>=';
    const wanted = isComparison ? null : expected;
    const left = this.run(expr.left, cx, wanted);
    const right = this.run(expr.right, cx, wanted);
    if (left === null || right === null) return null;
    const isShift = expr.op === '<<' || expr.op === '>>';
    if (!isShift && left.ty !== null && right.ty !== null && left.ty !== right.ty) {
      this.session.report({ code: 'CJ0413', span: expr.right.span, args: { expected: showTy(left.ty), found: showTy(right.ty) } });
      return null;
    }
    const ty = left.ty ?? (isShift ? null : right.ty) ?? wanted;
    const a = left.value;
    const b = right.value;
    const yes = (holds: boolean): ConstValue => ({ value: holds ? 1n : 0n, ty: tys.bool });
    switch (expr.op) {
      case '+':
        return this.fit(a + b, ty, expr.span);
      case '-':
        return this.fit(a - b, ty, expr.span);
      case '*':
        return this.fit(a * b, ty, expr.span);
      case '+%': case '-%': case '*%': {
        const exact = expr.op === '+%' ? a + b : expr.op === '-%' ? a - b : a * b;
        return { value: wrap(exact, ty), ty };
      }
      case '/': case '%':
        if (b === 0n) {
          this.session.report({ code: 'CJ0414', span: expr.span });
          return null;
        }
        return this.fit(expr.op === '/' ? a / b : a % b, ty, expr.span);
      case '&':
        return { value: a & b, ty };
      case '|':
        return { value: a | b, ty };
      case '^':
        return { value: a ^ b, ty };
      case '<<': case '>>': {
        const bits = ty?.kind === 'int' ? BigInt(ty.bits) : 64n;
        if (b < 0n || b >= bits) {
          this.session.report({ code: 'CJ0410', span: expr.right.span, args: { value: `${b}`, type: `0..${bits}` } });
          return null;
        }
        return expr.op === '<<' ? { value: wrap(a << b, ty), ty } : { value: a >> b, ty };
      }
      case '==': return yes(a === b);
      case '!=': return yes(a !== b);
      case '<': return yes(a < b);
      case '<=': return yes(a <= b);
      case '>': return yes(a > b);
      case '>=': return yes(a >= b);
    }
  }

  /** `Int64(x)`. */
  private conversion(expr: ast.CallExpr, cx: TypeContext): ConstValue | null {
    if (expr.callee.kind !== 'path' || expr.args.length !== 1) return this.notConstant(expr.span);
    const found = resolvePath(this.session, expr.callee.segments, 'value', cx, true);
    if (found === null || found.rest.length > 0 || found.base.kind !== 'prim' || found.base.ty.kind !== 'int') return this.notConstant(expr.span);
    const operand = this.run(expr.args[0]!, cx, null);
    return operand === null ? null : this.fit(operand.value, found.base.ty, expr.span);
  }

  private path(expr: ast.PathExpr, cx: TypeContext): ConstValue | null {
    const found = resolvePath(this.session, expr.segments, 'value', cx, false);
    if (found === null) return null;
    if (found.base.kind === 'const' && found.rest.length === 0) return this.constant(found.base.decl as ConstNode, expr.span);
    // `Self::LIMIT` in an impl, and `Point::LIMIT` of an inherent impl.
    const name = found.rest.length === 1 ? found.rest[0]!.name.name : null;
    if (name !== null && (found.base.kind === 'self' || found.base.kind === 'adt')) {
      const self = found.base.kind === 'self' ? found.base.ty : null;
      const adt = found.base.kind === 'adt' ? found.base.decl : self?.kind === 'adt' ? self.decl : null;
      for (const impl of this.session.impls) {
        const own = impl.consts.find((decl) => decl.name === name);
        if (own !== undefined && adt !== null && impl.selfTy.kind === 'adt' && impl.selfTy.decl === adt) return this.constant(own, expr.span);
      }
    }
    return this.notConstant(expr.span);
  }

  private constant(decl: ConstNode, usedAt: Span): ConstValue | null {
    if (this.stack.includes(decl)) {
      const names = [...this.stack.slice(this.stack.indexOf(decl)), decl].map((item) => item.name).join(' → ');
      this.session.report({ code: 'CJ0412', span: usedAt, args: { cycle: names } });
      return null;
    }
    if (decl.value === null) return this.notConstant(usedAt);
    const ty = decl.ty;
    if (ty.kind === 'poison') return null;
    if (ty.kind !== 'int' && ty.kind !== 'bool' && ty.kind !== 'rune') {
      this.session.report({ code: 'CJ0413', span: usedAt, args: { expected: 'usize', found: showTy(ty) } });
      return null;
    }
    this.stack.push(decl);
    const selfTy = decl.parent?.kind === 'impl' ? (decl.parent as ImplNode).selfTy : null;
    const result = this.run(decl.value, headerContext(decl.module, decl.scope, decl.generics, selfTy), ty);
    this.stack.pop();
    return result === null ? null : this.fit(result.value, ty, decl.value.span);
  }
}

function wrap(value: bigint, ty: Ty | null): bigint {
  if (ty?.kind !== 'int') return value;
  return ty.signed ? BigInt.asIntN(ty.bits, value) : BigInt.asUintN(ty.bits, value);
}
