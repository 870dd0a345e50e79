/**
 * Elementary functions of Float64, operation for operation as `runtime/src/math.c` computes them, so that interpreted and compiled programs
 * print the same digits. The comments there tell why each step is right; a test compares the two on many arguments.
 * Everything is worked out in sums of two doubles (Dekker, 1971) and rounded once. Holds: nothing.
 */
import {
  ATAN_TABLE, EXP2_TABLE, INV_LN10_0, INV_LN10_1, INV_LN2_0, INV_LN2_1, LN2_0, LN2_1, LN2_64_0, LN2_64_1, LN2_FULL_0, LN2_FULL_1, LOG_TABLE, PI_0, PI_1, PIO2_0, PIO2_1,
  PIO2_2, SIXTH_0, SIXTH_1, TWO_OVER_PI, TWO_OVER_PI_0,
} from './elementary-tables.gen.ts';
import { copySign } from './int64.ts';

/** The sum of two doubles. */
interface Pair {
  readonly hi: number;
  readonly lo: number;
}

/** `v · 2^m`. */
interface Scaled {
  readonly v: Pair;
  readonly m: number;
}

const buffer = new DataView(new ArrayBuffer(8));

function bitsOf(x: number): bigint {
  buffer.setFloat64(0, x);
  return buffer.getBigUint64(0);
}

function fromBits(bits: bigint): number {
  buffer.setBigUint64(0, bits);
  return buffer.getFloat64(0);
}

function pair(hi: number, lo: number): Pair {
  return { hi, lo };
}

function twoSum(a: number, b: number): Pair {
  const hi = a + b;
  const t = hi - a;
  return { hi, lo: a - (hi - t) + (b - t) };
}

function fastSum(a: number, b: number): Pair {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}

function product(a: number, b: number): Pair {
  const hi = a * b;
  let t = 134217729 * a;
  const ah = t - (t - a);
  const al = a - ah;
  t = 134217729 * b;
  const bh = t - (t - b);
  const bl = b - bh;
  return { hi, lo: ah * bh - hi + ah * bl + al * bh + al * bl };
}

function mul(a: Pair, b: Pair): Pair {
  const p = product(a.hi, b.hi);
  return fastSum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

function add(a: Pair, b: Pair): Pair {
  const s = twoSum(a.hi, b.hi);
  return fastSum(s.hi, s.lo + (a.lo + b.lo));
}

function neg(a: Pair): Pair {
  return { hi: -a.hi, lo: -a.lo };
}

function div(n: Pair, d: Pair): Pair {
  const q = n.hi / d.hi;
  const p = product(q, d.hi);
  return fastSum(q, (n.hi - p.hi - p.lo + n.lo - q * d.lo) / d.hi);
}

function sqrtPair(a: Pair): Pair {
  if (a.hi === 0) return { hi: 0, lo: 0 };
  const s = Math.sqrt(a.hi);
  const p = product(s, s);
  return fastSum(s, (a.hi - p.hi - p.lo + a.lo) / (2 * s));
}

function total(a: Pair): number {
  return a.hi + a.lo;
}

/** Nearest integer, for |x| < 2^51. */
function nearest(x: number): number {
  return x + 6755399441055744 - 6755399441055744;
}

/** 2^n, -1022 ≤ n ≤ 1023. */
function power2(n: number): number {
  return fromBits(BigInt(n + 1023) << 52n);
}

// ---------------------------------------------------------------- exp and log

function expPart(k: number, r: Pair): Scaled {
  const j = k & 63;
  const x = r.hi;
  const q = r.lo + x * x * (0.5 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720)))));
  const p = twoSum(x, q);
  const [th, tl] = EXP2_TABLE[j] as readonly [number, number];
  const t = product(th, p.hi);
  const s = fastSum(th, t.hi);
  return { v: fastSum(s.hi, s.lo + (t.lo + tl + th * p.lo + tl * p.hi)), m: (k - j) / 64 };
}

function expCore(x: Pair): Scaled {
  const k = nearest(x.hi * 92.33248261893002);
  return expPart(Math.trunc(k), twoSum(x.hi - k * LN2_64_0, x.lo - k * LN2_64_1));
}

function scale(e: Scaled, by: number): number {
  const { v } = e;
  const m = e.m + by;
  if (m > 1023) return m > 1100 ? Infinity : (v.hi + v.lo) * power2(1023) * power2(m - 1023);
  if (m >= -1020) return (v.hi + v.lo) * power2(m);
  if (m < -1080) return 0;
  const f = power2(m + 1022);
  const sign = v.hi < 0 ? -1 : 1;
  const h = v.hi * f;
  const l = v.lo * f;
  if (Math.abs(h) >= 1) return (h + l) * power2(-1022);
  const sum = sign + h;
  const rest = sign - sum + h + l;
  return (sum + rest - sign) * power2(-1022);
}

function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.79) return Infinity;
  if (x < -745.14) return 0;
  if (Math.abs(x) < 1e-17) return 1 + x;
  return scale(expCore(pair(x, 0)), 0);
}

function exp2(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x >= 1024) return Infinity;
  if (x < -1076) return 0;
  const k = nearest(x * 64);
  return scale(expPart(Math.trunc(k), mul(pair(x - k / 64, 0), pair(LN2_FULL_0, LN2_FULL_1))), 0);
}

function logCore(x: number, xl: number): Pair {
  let bits = bitsOf(x);
  let e = 0;
  if (bits >> 52n === 0n) {
    bits = bitsOf(x * 18014398509481984);
    e = -54;
  }
  const i = Number((bits >> 45n) & 127n);
  const own = Number(bits >> 52n) - 1023;
  let z = fromBits((bits & 0xfffffffffffffn) | 0x3ff0000000000000n);
  let zl = xl === 0 ? 0 : xl * power2(-own);
  e += own;
  if (i >= 53) {
    z *= 0.5;
    zl *= 0.5;
    e++;
  }
  const [inverse, logHi, logLo] = LOG_TABLE[i] as readonly [number, number, number];
  const p = product(z, inverse);
  const r = twoSum(p.hi - 1, p.lo + zl * inverse);
  const s = product(r.hi, r.hi);
  const x1 = r.hi;
  const cubic = s.hi * x1 * (1 / 3 - x1 * (1 / 4 - x1 * (1 / 5 - x1 * (1 / 6 - x1 * (1 / 7 - x1 * (1 / 8 - x1 * (1 / 9 - x1 * (1 / 10 - x1 * (1 / 11)))))))));
  const a = twoSum(r.hi, -0.5 * s.hi);
  const low = a.lo + (r.lo + (-0.5 * s.lo - r.hi * r.lo) + cubic);
  const b = twoSum(e * LN2_0, logHi);
  const c = twoSum(b.hi, a.hi);
  return fastSum(c.hi, c.lo + (b.lo + low + e * LN2_1 + logLo));
}

/** NaN, negative, zero and infinite arguments of the logarithms; null for all others. */
function logSpecial(x: number): number | null {
  if (x > 0 && x < Infinity) return null;
  return x === 0 ? -Infinity : x > 0 ? x : NaN;
}

function log(x: number): number {
  return logSpecial(x) ?? total(logCore(x, 0));
}

function logTimes(x: number, hi: number, lo: number): number {
  return logSpecial(x) ?? total(mul(logCore(x, 0), pair(hi, lo)));
}

function log1p(x: number): number {
  if (Math.abs(x) < 1e-17) return x;
  const special = logSpecial(1 + x);
  if (special !== null) return special;
  const sum = twoSum(1, x);
  return total(logCore(sum.hi, sum.lo));
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  const parity = ay >= 9007199254740992 ? 2 : ay !== Math.trunc(ay) ? 0 : ay % 2 === 1 ? 1 : 2;
  if (ay === Infinity) return ax === 1 ? 1 : ax > 1 === y > 0 ? Infinity : 0;
  let result: number;
  if (ax === 0 || ax === Infinity) result = (ax === 0) === y < 0 ? Infinity : 0;
  else if (x < 0 && parity === 0) return NaN;
  else if (ax === 1) result = 1;
  else if (ay > 1e20) result = ax > 1 === y > 0 ? Infinity : 0;
  else if (ay < 1e-20) result = 1;
  else {
    const l = logCore(ax, 0);
    let p = product(y, l.hi);
    p = fastSum(p.hi, p.lo + y * l.lo);
    if (p.hi > 709.79) result = Infinity;
    else if (p.hi < -745.14) result = 0;
    else result = scale(expCore(p), 0);
  }
  return isNegative(x) && parity === 1 ? -result : result;
}

function cbrt(x: number): number {
  if (x === 0 || Number.isNaN(x) || Math.abs(x) === Infinity) return x;
  return copySign(scale(expCore(div(logCore(Math.abs(x), 0), pair(3, 0))), 0), x);
}

/** exp(x) as a sum of two, |x| < 700. */
function expPair(x: number): Pair {
  const e = expCore(pair(x, 0));
  const f = power2(e.m);
  return { hi: e.v.hi * f, lo: e.v.lo * f };
}

function sinh(x: number): number {
  const a = Math.abs(x);
  const s = x * x;
  if (Number.isNaN(x) || a === Infinity) return x;
  if (a < 0.0078125) return x + x * s * (1 / 6 + s * (1 / 120 + s * (1 / 5040)));
  if (a > 711) return copySign(Infinity, x);
  if (a > 40) return copySign(scale(expCore(pair(a, 0)), -1), x);
  return copySign(0.5 * total(add(expPair(a), neg(expPair(-a)))), x);
}

function cosh(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x) || a === Infinity) return a;
  if (a > 711) return Infinity;
  if (a > 40) return scale(expCore(pair(a, 0)), -1);
  return 0.5 * total(add(expPair(a), expPair(-a)));
}

function expm1(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.79) return Infinity;
  if (x < -50) return -1;
  if (Math.abs(x) < 1e-17) return x;
  if (Math.abs(x) < 0.0078125) {
    const s = product(x, x);
    const r = twoSum(x, 0.5 * s.hi);
    return r.hi + (r.lo + 0.5 * s.lo + s.hi * x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040))))));
  }
  if (x > 690) return scale(expCore(pair(x, 0)), 0);
  return total(add(expPair(x), pair(-1, 0)));
}

function tanh(x: number): number {
  const a = Math.abs(x);
  const s = x * x;
  if (Number.isNaN(x) || x === 0) return x;
  if (a < 0.0078125) return x + x * s * (-1 / 3 + s * (2 / 15 + s * (-17 / 315 + s * (62 / 2835))));
  if (a > 20) return copySign(1, x);
  const e = expPair(2 * a);
  return copySign(total(div(add(e, pair(-1, 0)), add(e, pair(1, 0)))), x);
}

// ---------------------------------------------------------------- angles

interface Reduced {
  readonly r: Pair;
  readonly quadrant: number;
}

const WORD = 0xffff_ffff_ffff_ffffn;

/** |x| ≥ 2^30: multiplies by as many digits of 2/pi as matter. The 256-bit numbers of the C code are one BigInt here. */
function reduceLarge(x: number): Reduced {
  const bits = bitsOf(x);
  const m = (bits & 0xfffffffffffffn) | (1n << 52n);
  const e = Number((bits >> 52n) & 0x7ffn) - 1075;
  const start = e > 2 ? e - 2 : 0;
  let digits = 0n;
  for (let i = 0; i < 3; i++) {
    const word = Math.trunc(start / 64) + i;
    const shift = BigInt(start % 64);
    const value = shift === 0n ? TWO_OVER_PI[word]! : ((TWO_OVER_PI[word]! << shift) | (TWO_OVER_PI[word + 1]! >> (64n - shift))) & WORD;
    digits = (digits << 64n) | value;
  }
  let p = BigInt.asUintN(256, (m * digits) << BigInt(62 + (e - start)));
  let n = Number(p >> 254n);
  p = BigInt.asUintN(256, p << 2n);
  const negative = p >> 255n === 1n;
  if (negative) {
    n++;
    p = BigInt.asUintN(256, -p);
  }
  let shift = 0;
  while (p >> 192n === 0n && shift < 192) {
    p = BigInt.asUintN(256, p << 64n);
    shift += 64;
  }
  const top = p >> 192n;
  const lead = top === 0n ? 64 : 64 - top.toString(2).length;
  // Only the two upper words are used further on, and the C code moves only them.
  let high = top;
  let low = (p >> 128n) & WORD;
  if (lead !== 0 && lead < 64) {
    const by = BigInt(lead);
    high = ((high << by) | (low >> (64n - by))) & WORD;
    low = ((low << by) | (((p >> 64n) & WORD) >> (64n - by))) & WORD;
  }
  let f = twoSum(Number(high >> 11n) * 2048, Number(((high & 2047n) << 42n) | (low >> 22n)) * (1 / 4398046511104));
  const unit = power2(-64 - shift - lead);
  f = mul(pair(f.hi * unit, f.lo * unit), pair(PIO2_0, PIO2_1));
  if (negative !== x < 0) f = neg(f);
  return { r: f, quadrant: (x < 0 ? -n : n) & 3 };
}

function reduce(x: number): Reduced {
  const a = Math.abs(x);
  if (a <= 0.7853981633974483) return { r: pair(x, 0), quadrant: 0 };
  if (a >= 1073741824) return reduceLarge(x);
  const k = nearest(x * TWO_OVER_PI_0);
  const first = product(k, PIO2_0);
  const second = product(k, PIO2_1);
  const t = twoSum(x, -first.hi);
  const u = twoSum(t.hi, -first.lo);
  const v = twoSum(u.hi, -second.hi);
  return { r: fastSum(v.hi, t.lo + u.lo + v.lo - second.lo - k * PIO2_2), quadrant: k & 3 };
}

function sinPart(r: Pair): Pair {
  const x = r.hi;
  const s = product(x, x);
  const cube = mul(mul(pair(x, 0), s), pair(SIXTH_0, SIXTH_1));
  const q = s.hi;
  const t = x * q * q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 + q * (-1 / 39916800 + q * (1 / 6227020800 + q * (-1 / 1307674368000 + q * (1 / 355687428096000)))))));
  const sum = twoSum(x, -cube.hi);
  return fastSum(sum.hi, sum.lo + (t - cube.lo + r.lo * (1 - 0.5 * q)));
}

function cosPart(r: Pair): Pair {
  const s = product(r.hi, r.hi);
  const w = twoSum(1, -0.5 * s.hi);
  const x = s.hi;
  const t = x * x * (1 / 24 + x * (-1 / 720 + x * (1 / 40320 + x * (-1 / 3628800 + x * (1 / 479001600 + x * (-1 / 87178291200 + x * (1 / 20922789888000 + x * (-1 / 6402373705728000))))))));
  return fastSum(w.hi, w.lo + (t - (0.5 * s.lo + r.hi * r.lo)));
}

/** sin(x + shift · pi/2). */
function sine(x: number, shift: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN;
  if (Math.abs(x) < 1e-9 && shift === 0) return x === 0 ? x : x - (x * x * x) / 6;
  const { r, quadrant } = reduce(x);
  const n = quadrant + shift;
  const v = (n & 1) !== 0 ? cosPart(r) : sinPart(r);
  return (n & 2) !== 0 ? -total(v) : total(v);
}

function tan(x: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN;
  if (Math.abs(x) < 1e-9) return x + (x * x * x) / 3;
  const { r, quadrant } = reduce(x);
  const s = sinPart(r);
  const c = cosPart(r);
  return total((quadrant & 1) !== 0 ? neg(div(c, s)) : div(s, c));
}

function atanPart(q: Pair): Pair {
  const i = Math.trunc(q.hi * 16 + 0.5);
  let t = q;
  if (i !== 0) {
    const c = i * 0.0625;
    let n = twoSum(q.hi, -c);
    const d = product(c, q.hi);
    const sum = twoSum(1, d.hi);
    n = fastSum(n.hi, n.lo + q.lo);
    t = div(n, fastSum(sum.hi, sum.lo + d.lo + c * q.lo));
  }
  const s = t.hi * t.hi;
  const p = t.hi * s * (-1 / 3 + s * (1 / 5 + s * (-1 / 7 + s * (1 / 9 + s * (-1 / 11 + s * (1 / 13))))));
  const [hi, lo] = ATAN_TABLE[i] as readonly [number, number];
  const r = twoSum(hi, t.hi);
  return fastSum(r.hi, r.lo + (t.lo + p + lo));
}

function angle(y: Pair, x: Pair): Pair {
  if (y.hi <= x.hi) return atanPart(div(y, x));
  return add(pair(PIO2_0, PIO2_1), neg(atanPart(div(x, y))));
}

function atan(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x) || x === 0) return x;
  if (a < 1e-9) return x - (x * x * x) / 3;
  if (a > 1e17) return copySign(PIO2_0, x);
  return copySign(total(angle(pair(a, 0), pair(1, 0))), x);
}

function otherLeg(x: number): Pair {
  return sqrtPair(mul(twoSum(1, x), twoSum(1, -x)));
}

function asin(x: number): number {
  const a = Math.abs(x);
  if (!(a <= 1)) return NaN;
  if (a < 1e-9) return x + (x * x * x) / 6;
  return copySign(total(angle(pair(a, 0), otherLeg(a))), x);
}

function acos(x: number): number {
  const a = Math.abs(x);
  if (!(a <= 1)) return NaN;
  const r = angle(otherLeg(a), pair(a, 0));
  return total(x < 0 ? add(pair(PI_0, PI_1), neg(r)) : r);
}

function atan2(y: number, x: number): number {
  const ay = Math.abs(y);
  const ax = Math.abs(x);
  const left = isNegative(x);
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  let result: number;
  if (ay === 0) result = left ? PI_0 : 0;
  else if (ax === 0) result = PIO2_0;
  else if (ax === Infinity || ay === Infinity) result = ax !== ay ? (ax < ay ? PIO2_0 : left ? PI_0 : 0) : left ? 3 * 0.7853981633974483 : 0.7853981633974483;
  else {
    const ex = Number(bitsOf(ax) >> 52n);
    const ey = Number(bitsOf(ay) >> 52n);
    if (ey - ex > 64) result = PIO2_0;
    else if (ex - ey > 64 && left) result = PI_0;
    else if (ex - ey > 64) result = ay / ax;
    else {
      const f = Math.max(ex, ey) > 1023 ? power2(-600) : power2(600);
      const r = angle(pair(ay * f, 0), pair(ax * f, 0));
      result = total(left ? add(pair(PI_0, PI_1), neg(r)) : r);
    }
  }
  return copySign(result, y);
}

function hypot(x: number, y: number): number {
  let a = Math.abs(x);
  let b = Math.abs(y);
  if (a === Infinity || b === Infinity) return Infinity;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (a < b) [a, b] = [b, a];
  if (b <= a * 1e-17) return a + b;
  let f = 1;
  let back = 1;
  if (a > 1e150) {
    f = power2(-600);
    back = power2(600);
  } else if (b < 1e-150) {
    f = power2(600);
    back = power2(-600);
  }
  a *= f;
  b *= f;
  return total(sqrtPair(add(product(a, a), product(b, b)))) * back;
}

/** By the numbers of the intrinsic `math1` in `docs/spec/core-surface.md`. */
export const MATH1: readonly ((x: number) => number)[] = [
  (x) => sine(x, 0), (x) => sine(x, 1), tan, asin, acos, atan, exp, exp2, log, (x) => logTimes(x, INV_LN2_0, INV_LN2_1), (x) => logTimes(x, INV_LN10_0, INV_LN10_1), cbrt,
  sinh, cosh, tanh, expm1, log1p,
];

/** The same for `math2`. JavaScript's remainder is exact, and so is the C one. */
export const MATH2: readonly ((x: number, y: number) => number)[] = [atan2, pow, hypot, (x, y) => x % y];
