/**
 * 64-bit integers of interpreted programs: a JavaScript number where the value is a safe integer, else a BigInt.
 * Each value has exactly one form, so `===` and `<` work on mixed operands; translated code handles pairs of numbers itself
 * and calls the functions here for the rest.
 * Holds: nothing.
 */

export type Int64 = number | bigint;

const MAX_SAFE = 9007199254740991n;

/** The one form of a value. */
export function norm(value: bigint): Int64 {
  return value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : value;
}

export function wrap(value: bigint, signed: boolean): Int64 {
  return norm(signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
}

function fits(value: bigint, signed: boolean): boolean {
  return (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value;
}

function raw(op: string, a: bigint, b: bigint): bigint {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

/** `op` is one of + - * / %; undefined where the result does not fit. */
export function checked(op: string, a: Int64, b: Int64, signed: boolean): Int64 | undefined {
  const r = raw(op, BigInt(a), BigInt(b));
  return fits(r, signed) ? norm(r) : undefined;
}

export function wrapping(op: string, a: Int64, b: Int64, signed: boolean): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    if (op === '+' || op === '-') {
      const t = op === '+' ? a + b : a - b;
      if (t <= Number.MAX_SAFE_INTEGER && t >= (signed ? -Number.MAX_SAFE_INTEGER : 0)) return t;
    }
  }
  return wrap(raw(op, BigInt(a), BigInt(b)), signed);
}

/** Bitwise operations on values that are not both small. */
export function bitwise(op: '&' | '|' | '^', a: Int64, b: Int64, signed: boolean): Int64 {
  const x = BigInt(a);
  const y = BigInt(b);
  return wrap(op === '&' ? x & y : op === '|' ? x | y : x ^ y, signed);
}

export function not(a: Int64, signed: boolean): Int64 {
  return typeof a === 'number' && signed ? -1 - a : wrap(~BigInt(a), signed);
}

export function shl(a: Int64, n: number, signed: boolean): Int64 {
  if (typeof a === 'number') {
    const t = a * 2 ** n;
    if (t <= Number.MAX_SAFE_INTEGER && t >= -Number.MAX_SAFE_INTEGER) return t;
  }
  return wrap(BigInt(a) << BigInt(n), signed);
}

/** By the sign of the type: the value's own sign says it all. */
export function shr(a: Int64, n: number): Int64 {
  if (typeof a === 'number') return Math.floor(a / 2 ** n);
  return norm(a >> BigInt(n));
}

export function toU64(a: Int64): Int64 {
  return typeof a === 'number' && a >= 0 ? a : wrap(BigInt(a), false);
}

export function toI64(a: Int64): Int64 {
  return typeof a === 'number' ? a : wrap(a, true);
}

/** The low 32 bits, signed. */
export function low(a: Int64): number {
  return typeof a === 'number' ? a | 0 : Number(BigInt.asIntN(32, a));
}

/** A size or index as a number; values no program can mean become infinite, and fail the next test. */
export function size(a: Int64): number {
  return typeof a === 'number' ? a : a > 0n ? Infinity : -Infinity;
}

export function toFloat(a: Int64): number {
  return Number(a);
}

/** Rounded once: what lies beyond 30 bits only tells whether it is there. */
export function toFloat32(a: Int64): number {
  if (typeof a === 'number') return Math.fround(a);
  const m = a < 0n ? -a : a;
  const drop = BigInt(m.toString(2).length - 30);
  const kept = (m >> drop) | ((m & ((1n << drop) - 1n)) === 0n ? 0n : 1n);
  const value = Math.fround(Number(kept)) * 2 ** Number(drop);
  return a < 0n ? -value : value;
}

const buffer = new DataView(new ArrayBuffer(8));

export function floatBits(x: number): Int64 {
  buffer.setFloat64(0, x);
  return norm(buffer.getBigUint64(0));
}

export function floatFromBits(x: Int64): number {
  buffer.setBigUint64(0, BigInt.asUintN(64, BigInt(x)));
  return buffer.getFloat64(0);
}

export function float32Bits(x: number): number {
  buffer.setFloat32(0, x);
  return buffer.getUint32(0);
}

export function float32FromBits(x: number): number {
  buffer.setUint32(0, x >>> 0);
  return buffer.getFloat32(0);
}

/** Float to int, saturating; NaN gives 0. */
export function fromFloat(x: number, bits: number, signed: boolean): Int64 {
  if (Number.isNaN(x)) return 0;
  const lo = signed ? -(2 ** (bits - 1)) : 0;
  const hi = 2 ** (signed ? bits - 1 : bits);
  const t = Math.trunc(x) + 0;
  if (t <= lo) return bits === 64 && signed ? norm(-(1n << 63n)) : lo;
  if (t >= hi) return bits === 64 ? norm((1n << BigInt(signed ? 63 : 64)) - 1n) : hi - 1;
  return Number.isSafeInteger(t) ? t : norm(BigInt(t));
}

/** Whether the truncated value of a float is one of the int type. */
export function floatFits(x: number, bits: number, signed: boolean): boolean {
  const t = Math.trunc(x);
  return t >= (signed ? -(2 ** (bits - 1)) : 0) && t < 2 ** (signed ? bits - 1 : bits);
}

/** Any width, as a BigInt without sign. */
export function unsignedBits(a: Int64, bits: number): bigint {
  return BigInt.asUintN(bits, BigInt(a));
}

export function countOnes(a: Int64, bits: number): number {
  let n = 0;
  for (let v = unsignedBits(a, bits); v !== 0n; v >>= 32n) {
    let w = Number(v & 0xffffffffn);
    for (; w !== 0; n++) w = (w & (w - 1)) >>> 0;
  }
  return n;
}

export function leadingZeros(a: Int64, bits: number): number {
  const v = unsignedBits(a, bits);
  const high = Number(v >> 32n);
  const lead = high !== 0 ? Math.clz32(high) : 32 + Math.clz32(Number(v & 0xffffffffn));
  return lead - (64 - bits);
}

export function trailingZeros(a: Int64, bits: number): number {
  const v = unsignedBits(a, bits);
  if (v === 0n) return bits;
  const lowWord = Number(v & 0xffffffffn);
  const word = lowWord !== 0 ? lowWord : Number(v >> 32n);
  return (lowWord !== 0 ? 0 : 32) + 31 - Math.clz32(word & -word);
}

/** The result has the type's own form. */
export function byteSwap(a: Int64, bits: number, signed: boolean): Int64 {
  let v = unsignedBits(a, bits);
  let r = 0n;
  for (let i = 0; i < bits; i += 8) {
    r = (r << 8n) | (v & 0xffn);
    v >>= 8n;
  }
  return norm(signed ? BigInt.asIntN(bits, r) : r);
}

export function rotateLeft(a: Int64, n: number, bits: number, signed: boolean): Int64 {
  const v = unsignedBits(a, bits);
  const k = BigInt(n % bits);
  const r = BigInt.asUintN(bits, (v << k) | (v >> (BigInt(bits) - k)));
  return norm(signed ? BigInt.asIntN(bits, r) : r);
}

export function mulHigh(a: Int64, b: Int64): Int64 {
  return norm((BigInt(a) * BigInt(b)) >> 64n);
}

/** `[wrapped, flag]` of + - * on any width. */
export function overflowing(op: string, a: Int64, b: Int64, bits: number, signed: boolean): readonly [Int64, boolean] {
  const r = raw(op, BigInt(a), BigInt(b));
  const w = signed ? BigInt.asIntN(bits, r) : BigInt.asUintN(bits, r);
  return [norm(w), w !== r];
}

/** Round to even, as C's `rint`. */
export function roundEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const magic = x < 0 || Object.is(x, -0) ? -(2 ** 52) : 2 ** 52;
  const r = x + magic - magic;
  return r === 0 && magic < 0 ? -0 : r;
}

export function copySign(a: number, b: number): number {
  const negative = b < 0 || Object.is(b, -0);
  return negative ? -Math.abs(a) : Math.abs(a);
}

/** Exact product and sum, rounded once: in rationals over powers of two. */
export function fma(a: number, b: number, c: number): number {
  const plain = a * b + c;
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c) || a === 0 || b === 0) return plain;
  const [ma, ea] = split(a);
  const [mb, eb] = split(b);
  const [mc, ec] = split(c);
  let m = ma * mb;
  let e = ea + eb;
  if (mc !== 0n) {
    if (e > ec) {
      m <<= BigInt(e - ec);
      e = ec;
    }
    m += mc << BigInt(ec - e);
  }
  // An exact zero takes the sign that the plain operations give it.
  if (m === 0n) return plain === 0 ? plain : 0;
  return join(m, e);
}

/** `x = m * 2^e` with m an integer. */
function split(x: number): [bigint, number] {
  buffer.setFloat64(0, x);
  const bits = buffer.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return [bits >> 63n === 1n ? -m : m, (exponent === 0 ? 1 : exponent) - 1075];
}

/** `m * 2^e` rounded to nearest, ties to even. */
function join(m: bigint, e: number): number {
  const negative = m < 0n;
  let v = negative ? -m : m;
  const length = v.toString(2).length;
  // Keep 53 bits, fewer where the result is subnormal.
  const drop = Math.max(length - 53, -1074 - e);
  if (drop > 0) {
    const d = BigInt(drop);
    const rest = v & ((1n << d) - 1n);
    const half = 1n << (d - 1n);
    v >>= d;
    if (rest > half || (rest === half && (v & 1n) === 1n)) v += 1n;
    e += drop;
  }
  let value = Number(v);
  // In steps, so that no intermediate power leaves the range of doubles.
  for (; e > 1000; e -= 1000) value *= 2 ** 1000;
  for (; e < -1000; e += 1000) value *= 2 ** -1000;
  value *= 2 ** e;
  return negative ? -value : value;
}
