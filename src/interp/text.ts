/**
 * JavaScript text for scalars: literals, loads and stores, arithmetic, comparisons and conversions.
 * Consumes: simple expressions (names and literals) for operands. Produces: expressions, and statements where a panic is possible.
 * Holds: nothing. Ints up to 32 bits are numbers; 64-bit ones number or BigInt (see int64.ts); Bool is a JavaScript boolean;
 * Float32 values are rounded after each operation. In translated code `m` is the Memory, `x` the Machine and `k` the functions of int64.ts.
 */
import { bug, unreachable } from '../base/index.ts';
import type { ArithOp, CompareOp } from '../mir/index.ts';
import type { Scalar } from './shape.ts';
import { scalarSize } from './shape.ts';

const MAX = '9007199254740991';

export interface IntFacts {
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

export function intFacts(scalar: Scalar): IntFacts | null {
  const match = /^([iu])(8|16|32|64)$/.exec(scalar);
  return match === null ? null : { bits: Number(match[2]) as IntFacts['bits'], signed: match[1] === 'i' };
}

/** What the translator of a body gives to the functions here. */
export interface Emitter {
  /** Adds a statement. */
  line(text: string): void;
  /** A name for the value of an expression. */
  temp(expression: string): string;
  /** A name for a variable that is assigned later. */
  variable(): string;
  /** The statements that run `raise`, a call which sets the pending panic, and leave the block. */
  panic(raise: string): string;
  /** The span argument of panics. */
  readonly span: string;
}

// ---------------------------------------------------------------- literals

export function intLiteral(value: bigint, scalar: Scalar): string {
  const facts = intFacts(scalar);
  if (facts === null) return String(Number(value));
  const v = facts.signed ? BigInt.asIntN(facts.bits, value) : BigInt.asUintN(facts.bits, value);
  const safe = v <= 9007199254740991n && v >= -9007199254740991n;
  return safe ? `${v}` : `${v}n`;
}

export function floatLiteral(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

// ---------------------------------------------------------------- memory

/** An address: through a pointer (its allocation is checked) or of a local of this frame (`raw`); `followed`: such an access counts for borrows. */
export interface Address {
  readonly base: string;
  readonly offset: number;
  readonly raw: boolean;
  readonly followed?: boolean;
}

export function addressText(address: Address, more = 0): string {
  const offset = address.offset + more;
  return offset === 0 ? address.base : `${address.base} + ${offset}`;
}

/** The value of a scalar in memory. */
export function load(scalar: Scalar, address: Address, more = 0): string {
  const a = `m.${address.raw ? (address.followed === true ? 'o' : 'q') : 'r'}${scalarSize(scalar)}(${addressText(address, more)})`;
  switch (scalar) {
    case 'i8': case 'u8':
      return `m.${scalar}[${a}]`;
    case 'i16': case 'u16':
      return `m.${scalar}[${a} >>> 1]`;
    case 'i32': case 'u32': case 'f32':
      return `m.${scalar}[${a} >>> 2]`;
    case 'f64':
      return `m.f64[${a} >>> 3]`;
    case 'i64':
      return `m.getI64(${a})`;
    case 'u64':
      return `m.getU64(${a})`;
    case 'bool':
      return `x.bool(${a})`;
    case 'rune':
      return `x.rune(${a})`;
    case 'ptr': case 'table':
      return `m.getPointer(${a})`;
    case 'ref':
      return `x.ref(${a})`;
    case 'tag':
      return bug('a tag is loaded by its enum');
    default:
      return unreachable(scalar);
  }
}

/** A statement that stores a scalar. */
export function store(scalar: Scalar, address: Address, value: string, more = 0): string {
  const a = `m.${address.raw ? (address.followed === true ? 'p' : 'v') : 'w'}${scalarSize(scalar)}(${addressText(address, more)})`;
  switch (scalar) {
    case 'i8': case 'u8':
      return `m.${scalar}[${a}] = ${value};`;
    case 'bool':
      return `m.u8[${a}] = ${value} ? 1 : 0;`;
    case 'i16': case 'u16':
      return `m.${scalar}[${a} >>> 1] = ${value};`;
    case 'i32': case 'u32': case 'f32':
      return `m.${scalar}[${a} >>> 2] = ${value};`;
    case 'rune':
      return `m.u32[${a} >>> 2] = ${value};`;
    case 'f64':
      return `m.f64[${a} >>> 3] = ${value};`;
    case 'i64': case 'u64':
      return `m.set64(${a}, ${value});`;
    case 'ptr': case 'table': case 'ref':
      return `m.setPointer(${a}, ${value});`;
    case 'tag':
      return bug('a tag is stored by its enum');
    default:
      return unreachable(scalar);
  }
}

// ---------------------------------------------------------------- arithmetic

const SYMBOL: Readonly<Record<ArithOp, string>> = { add: '+', sub: '-', mul: '*', div: '/', rem: '%', and: '&', or: '|', xor: '^', shl: '<<', shr: '>>' };

/** A 32-bit or narrower value brought into the range of its type. */
export function wrapSmall(expression: string, facts: IntFacts): string {
  if (facts.bits === 32) return facts.signed ? `(${expression}) | 0` : `(${expression}) >>> 0`;
  return facts.signed ? `(${expression}) << ${32 - facts.bits} >> ${32 - facts.bits}` : `(${expression}) & ${2 ** facts.bits - 1}`;
}

function bounds(facts: IntFacts): readonly [number, number] {
  return facts.signed ? [-(2 ** (facts.bits - 1)), 2 ** (facts.bits - 1) - 1] : [0, 2 ** facts.bits - 1];
}

/** `a op b` of one primitive type; for shifts `b` is any int (`amountBig`: of 64 bits). Yields a simple expression. */
export function arith(e: Emitter, op: ArithOp, checked: boolean, scalar: Scalar, typeName: string, a: string, b: string): string {
  const facts = intFacts(scalar);
  if (facts !== null) return facts.bits === 64 ? arith64(e, op, checked, facts, typeName, a, b) : arithSmall(e, op, checked, facts, typeName, a, b);
  if (scalar === 'f64') return e.temp(`${a} ${SYMBOL[op]} ${b}`);
  if (scalar === 'f32') return e.temp(`Math.fround(${a} ${SYMBOL[op]} ${b})`);
  if (scalar === 'bool') {
    if (op === 'and') return e.temp(`${a} && ${b}`);
    if (op === 'or') return e.temp(`${a} || ${b}`);
    if (op === 'xor') return e.temp(`${a} !== ${b}`);
  }
  return bug(`arithmetic ${op} on ${scalar}`);
}

function amount(e: Emitter, checked: boolean, facts: IntFacts, typeName: string, b: string): string {
  if (checked) e.line(`if (!(${b} >= 0 && ${b} < ${facts.bits})) ${e.panic(`x.shift("${typeName}", ${facts.bits}, ${b}, ${e.span})`)}`);
  return checked ? b : e.temp(`k.low(${b}) & ${facts.bits - 1}`);
}

function arithSmall(e: Emitter, op: ArithOp, checked: boolean, facts: IntFacts, typeName: string, a: string, b: string): string {
  const [lo, hi] = bounds(facts);
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul': {
      const symbol = SYMBOL[op];
      if (!checked) return e.temp(wrapSmall(op === 'mul' && facts.bits === 32 ? `Math.imul(${a}, ${b})` : `${a} ${symbol} ${b}`, facts));
      const t = e.temp(`${a} ${symbol} ${b}`);
      const test = facts.signed ? `${t} > ${hi} || ${t} < ${lo}` : op === 'sub' ? `${t} < 0` : `${t} > ${hi}`;
      e.line(`if (${test}) ${e.panic(`x.overflow("${typeName}", ${a}, "${symbol}", ${b}, ${e.span})`)}`);
      // A product of zero and a negative number is a negative zero.
      return op === 'mul' && facts.signed ? e.temp(`${t} | 0`) : t;
    }
    case 'div':
    case 'rem': {
      const symbol = SYMBOL[op];
      e.line(`if (${b} === 0) ${e.panic(`x.division("${typeName}", ${a}, "${symbol}", ${b}, ${e.span})`)}`);
      if (facts.signed) e.line(`if (${b} === -1 && ${a} === ${lo}) ${e.panic(`x.division("${typeName}", ${a}, "${symbol}", ${b}, ${e.span})`)}`);
      return e.temp(`${a} ${symbol} ${b} ${facts.signed ? '|' : '>>>'} 0`);
    }
    case 'and':
    case 'or':
    case 'xor':
      return e.temp(facts.bits === 32 && !facts.signed ? `(${a} ${SYMBOL[op]} ${b}) >>> 0` : `${a} ${SYMBOL[op]} ${b}`);
    case 'shl': {
      const n = amount(e, checked, facts, typeName, b);
      return e.temp(wrapSmall(`${a} << ${n}`, facts));
    }
    case 'shr': {
      const n = amount(e, checked, facts, typeName, b);
      return e.temp(`${a} ${facts.signed ? '>>' : '>>>'} ${n}`);
    }
    default:
      return unreachable(op);
  }
}

/** A test that a 64-bit value is held as a number. */
function isNumber(s: string): string {
  return /^-?\d+$/.test(s) ? 'true' : /n$/.test(s) && /^-?\d/.test(s) ? 'false' : `typeof ${s} === "number"`;
}

function numbers(a: string, b: string): string {
  return `${isNumber(a)} && ${isNumber(b)}`;
}

/** A test that a 64-bit value is one of Int32. */
function small(s: string): string {
  if (/^-?\d+$/.test(s)) return String((Number(s) | 0) === Number(s));
  return `${isNumber(s)} && (${s} | 0) === ${s}`;
}

function arith64(e: Emitter, op: ArithOp, checked: boolean, facts: IntFacts, typeName: string, a: string, b: string): string {
  const signed = facts.signed;
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul': {
      const symbol = SYMBOL[op];
      const r = e.variable();
      const inRange = signed ? `${r} <= ${MAX} && ${r} >= -${MAX}` : op === 'sub' ? `${r} >= 0` : `${r} <= ${MAX}`;
      const fast = `${numbers(a, b)} && (${r} = ${a} ${symbol} ${b}${op === 'mul' && signed ? ' + 0' : ''}, ${inRange})`;
      if (!checked) e.line(`if (!(${fast})) ${r} = k.wrapping("${symbol}", ${a}, ${b}, ${signed});`);
      else {
        const panic = e.panic(`x.overflow("${typeName}", ${a}, "${symbol}", ${b}, ${e.span})`);
        e.line(`if (!(${fast}) && (${r} = k.checked("${symbol}", ${a}, ${b}, ${signed})) === undefined) ${panic}`);
      }
      return r;
    }
    case 'div':
    case 'rem': {
      const symbol = SYMBOL[op];
      const panic = (): string => e.panic(`x.division("${typeName}", ${a}, "${symbol}", ${b}, ${e.span})`);
      e.line(`if (${b} === 0) ${panic()}`);
      const r = e.variable();
      const fast = op === 'rem' ? `${a} % ${b} + 0` : signed ? `Math.trunc(${a} / ${b}) + 0` : `Math.floor(${a} / ${b})`;
      if (signed) e.line(`if (${b} === -1 && ${a} === -9223372036854775808n) ${panic()}`);
      e.line(`${r} = ${numbers(a, b)} ? ${fast} : k.wrapping("${symbol}", ${a}, ${b}, ${signed});`);
      return r;
    }
    case 'and':
    case 'or':
    case 'xor': {
      const symbol = SYMBOL[op];
      return e.temp(`${small(a)} && ${small(b)} ? ${a} ${symbol} ${b} : k.bitwise("${symbol}", ${a}, ${b}, ${signed})`);
    }
    case 'shl': {
      const n = amount(e, checked, facts, typeName, b);
      return e.temp(`k.shl(${a}, ${n}, ${signed})`);
    }
    case 'shr': {
      const n = amount(e, checked, facts, typeName, b);
      return e.temp(`k.shr(${a}, ${n})`);
    }
    default:
      return unreachable(op);
  }
}

export function negate(e: Emitter, checked: boolean, scalar: Scalar, typeName: string, a: string): string {
  const facts = intFacts(scalar);
  if (facts === null) return e.temp(`-(${a})`);
  const panic = (): string => e.panic(`x.negated("${typeName}", ${a}, ${e.span})`);
  if (facts.bits < 64) {
    if (checked) {
      e.line(`if (${facts.signed ? `${a} === ${bounds(facts)[0]}` : `${a} !== 0`}) ${panic()}`);
      return e.temp(`0 - ${a}`);
    }
    return e.temp(wrapSmall(`0 - ${a}`, facts));
  }
  if (checked) e.line(`if (${facts.signed ? `${a} === -9223372036854775808n` : `${a} !== 0`}) ${panic()}`);
  return e.temp(`k.wrapping("-", 0, ${a}, ${facts.signed})`);
}

export function invert(e: Emitter, scalar: Scalar, a: string): string {
  if (scalar === 'bool') return e.temp(`!${a}`);
  const facts = intFacts(scalar) ?? bug(`not of ${scalar}`);
  return e.temp(facts.bits === 64 ? `k.not(${a}, ${facts.signed})` : wrapSmall(`~${a}`, facts));
}

const COMPARE: Readonly<Record<CompareOp, string>> = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' };

export function compare(op: CompareOp, a: string, b: string): string {
  return `${a} ${COMPARE[op]} ${b}`;
}

// ---------------------------------------------------------------- conversions

/** An int, Rune or Bool to an int, modulo its width. */
export function intToInt(value: string, from: Scalar, to: Scalar): string {
  const target = intFacts(to);
  const v = from === 'bool' ? `(${value} ? 1 : 0)` : value;
  if (to === 'rune') return v;
  if (to === 'bool') return from === 'bool' ? value : `(${v} !== 0)`;
  if (target === null) return bug(`a conversion of ints to ${to}`);
  const source = intFacts(from);
  if (target.bits === 64) {
    // Anything without sign, and signed to signed, stays as it is.
    if (source === null || (source.signed === target.signed) || (!source.signed && source.bits < 64)) return v;
    return target.signed ? `k.toI64(${v})` : `k.toU64(${v})`;
  }
  return wrapSmall(source?.bits === 64 ? `k.low(${v})` : v, target);
}

export function intToFloat(value: string, from: Scalar, to: Scalar): string {
  const v = from === 'bool' ? `(${value} ? 1 : 0)` : intFacts(from)?.bits === 64 ? (to === 'f32' ? `k.toFloat32(${value})` : `k.toFloat(${value})`) : value;
  return to === 'f32' ? `Math.fround(${v})` : v;
}

export function floatToInt(value: string, to: Scalar): string {
  const facts = intFacts(to) ?? bug(`a conversion of a float to ${to}`);
  return `k.fromFloat(${value}, ${facts.bits}, ${facts.signed})`;
}

/** The same bits as another scalar of the same size. */
export function bitsOf(value: string, from: Scalar, to: Scalar): string {
  if (from === to) return value;
  const pointerLike = (s: Scalar): boolean => s === 'ptr' || s === 'ref' || s === 'table';
  if (pointerLike(from)) return pointerLike(to) ? value : to === 'i64' || to === 'u64' ? value : bug(`bits of ${from} as ${to}`);
  if (pointerLike(to)) return `x.pointer(${value})`;
  if (from === 'f64') return to === 'i64' ? `k.toI64(k.floatBits(${value}))` : `k.floatBits(${value})`;
  if (to === 'f64') return `k.floatFromBits(${value})`;
  if (from === 'f32') return to === 'i32' ? `k.float32Bits(${value}) | 0` : `k.float32Bits(${value})`;
  if (to === 'f32') return `k.float32FromBits(${value})`;
  return intToInt(value, from, to);
}
