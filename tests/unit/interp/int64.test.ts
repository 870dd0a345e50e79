import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as n64 from '../../../src/interp/int64.ts';
import { Memory } from '../../../src/interp/memory.ts';

const i64 = fc.oneof(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), fc.bigInt({ min: -100n, max: 100n }), fc.constantFrom((1n << 53n) - 1n, 1n << 53n, -(1n << 53n), -(1n << 53n) + 1n));
const u64 = i64.map((v) => BigInt.asUintN(64, v));

describe('64-bit integers', () => {
  it('agree with BigInt', () => {
    fc.assert(
      fc.property(i64, i64, fc.constantFrom('+', '-', '*'), (a, b, op) => {
        const exact = op === '+' ? a + b : op === '-' ? a - b : a * b;
        expect(n64.wrapping(op, n64.norm(a), n64.norm(b), true)).toBe(n64.norm(BigInt.asIntN(64, exact)));
        expect(n64.checked(op, n64.norm(a), n64.norm(b), true)).toBe(BigInt.asIntN(64, exact) === exact ? n64.norm(exact) : undefined);
      }),
    );
    fc.assert(
      fc.property(u64, u64, fc.integer({ min: 0, max: 63 }), (a, b, n) => {
        expect(n64.bitwise('^', n64.norm(a), n64.norm(b), false)).toBe(n64.norm(a ^ b));
        expect(n64.shl(n64.norm(a), n, false)).toBe(n64.norm(BigInt.asUintN(64, a << BigInt(n))));
        expect(n64.shr(n64.norm(a), n)).toBe(n64.norm(a >> BigInt(n)));
        expect(n64.rotateLeft(n64.norm(a), n, 64, false)).toBe(n64.norm(BigInt.asUintN(64, (a << BigInt(n)) | (a >> BigInt(64 - n)))));
        expect(n64.leadingZeros(n64.norm(a), 64)).toBe(a === 0n ? 64 : 64 - a.toString(2).length);
        expect(n64.countOnes(n64.norm(a), 64)).toBe(a.toString(2).replaceAll('0', '').length);
        expect(n64.trailingZeros(n64.norm(a), 64)).toBe(a === 0n ? 64 : /0*$/.exec(a.toString(2))![0].length);
        expect(n64.mulHigh(n64.norm(a), n64.norm(b))).toBe(n64.norm((a * b) >> 64n));
      }),
    );
    fc.assert(
      fc.property(i64, fc.integer({ min: 0, max: 63 }), (a, n) => {
        expect(n64.shr(n64.norm(a), n)).toBe(n64.norm(a >> BigInt(n)));
      }),
    );
  });

  it('go through memory', () => {
    const m = new Memory({ stackBytes: 65536, maxBytes: 1 << 24 });
    const p = m.alloc(8, 8);
    fc.assert(
      fc.property(i64, (a) => {
        m.set64(m.w8(p), n64.norm(a));
        expect(m.getI64(m.r8(p))).toBe(n64.norm(a));
        expect(m.getU64(m.r8(p))).toBe(n64.norm(BigInt.asUintN(64, a)));
      }),
    );
  });

  it('round to even, multiply and add exactly', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2 ** 52 + 1].map(n64.roundEven)).toEqual([0, 2, 2, -0, -2, 2 ** 52 + 1]);
    expect(n64.fma(2 ** 53 - 1, 2 ** 53 - 1, -((2 ** 53 - 1) ** 2))).toBe(1);
    expect(n64.fma(0.1, 10, -1)).toBe(5.551115123125783e-17);
    expect(n64.fma(2 ** -600, 2 ** -600, 2 ** -1074)).toBe(2 ** -1074);
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (a, b, c) => {
        expect(n64.fma(a, b, c)).toBe(Number(BigInt(a) * BigInt(b) + BigInt(c)) + 0);
      }),
    );
    expect(n64.toFloat32((1n << 63n) - 1n)).toBe(2 ** 63);
    expect(n64.toFloat32((1n << 60n) + (1n << 36n) + 1n)).toBe(2 ** 60 + 2 ** 37);
    expect(n64.fromFloat(1e30, 64, true)).toBe((1n << 63n) - 1n);
    expect(n64.fromFloat(-1.9, 8, false)).toBe(0);
  });
});
