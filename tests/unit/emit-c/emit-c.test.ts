import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compileC, doctor } from '../../../src/build/index.ts';
import { emitC } from '../../../src/emit-c/index.ts';
import { floatLiteral, intLiteral, bytesLiteral, cIdentifier } from '../../../src/emit-c/c-names.ts';
import type { ArithOp, Body } from '../../../src/mir/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { IntTy } from '../../../src/types/index.ts';
import { at, copy, deref, enumTy, field, int, Maker, move, of, program, ref, run, text, variant } from '../interp/program.ts';

const work = mkdtempSync(join(tmpdir(), 'jc-emit-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const runtimeDir = join(import.meta.dirname, '../../../runtime');
const compilers = doctor().compilers.filter((compiler) => compiler.kind !== 'zig');
let count = 0;

/** Runs bodies in the interpreter and through every C compiler, and expects the same. */
function agree(bodies: readonly Body[]): { code: number; out: string; err: string } {
  const oracle = run(bodies);
  const expected = { code: oracle.exitCode, out: oracle.out, err: oracle.err.replace(/at file0/g, 'at ') };
  const cText = emitC(program(bodies), { sources: new SourceMap(), lineDirectives: true });
  for (const compiler of compilers) {
    const before = process.env['JC_CC'];
    process.env['JC_CC'] = compiler.command[0];
    const outPath = join(work, String(count++));
    const built = compileC({ cText, runtimeDir, outPath, profile: compiler.kind === 'tcc' ? 'dev' : 'release' });
    if (before === undefined) delete process.env['JC_CC'];
    else process.env['JC_CC'] = before;
    if (!built.ok) throw new Error(`${built.args['output']}\n${cText}`);
    const done = spawnSync(outPath, [], { encoding: 'utf8' });
    expect({ code: done.status, out: done.stdout, err: done.stderr }, compiler.kind).toEqual(expected);
  }
  return expected;
}

describe('literals', () => {
  it('say what they mean in C', () => {
    expect(intLiteral(-(1n << 63n), tys.int64)).toBe('JC_MIN_i64');
    expect(intLiteral(-5n, tys.int8)).toBe('((jc_i8)-5)');
    expect(floatLiteral(1, 64)).toBe('1.0');
    expect(floatLiteral(-0, 64)).toBe('(-0.0)');
    expect(bytesLiteral(Uint8Array.from([0x61, 0, 0x31, 0x22, 0x5c]))).toBe('"a\\0001\\"\\\\"');
    expect(cIdentifier('变量')).toBe('u53d8u91cf');
    expect(cIdentifier('linux')).toBe('linux_');
    expect(cIdentifier('jc_x')).toBe('vjc_x');
  });
});

describe.skipIf(compilers.length === 0)('emitted C', () => {
  const ints: readonly IntTy[] = [tys.int8, tys.int16, tys.int32, tys.int64, tys.uint8, tys.uint16, tys.uint32, tys.uint64, tys.isize, tys.usize];
  const ops: readonly ArithOp[] = ['add', 'sub', 'mul', 'div', 'rem', 'and', 'or', 'xor', 'shl', 'shr'];

  /** One function a case, so that one compile covers many: main calls each that must not panic and mixes the results. */
  it('computes like the interpreter', () => {
    const seen: { ty: IntTy; op: ArithOp; a: bigint; b: bigint }[] = [];
    const value = (ty: IntTy): fc.Arbitrary<bigint> => {
      const [min, max] = ty.signed ? [-(1n << BigInt(ty.bits - 1)), (1n << BigInt(ty.bits - 1)) - 1n] : [0n, (1n << BigInt(ty.bits)) - 1n];
      return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, 1n, max - 1n), fc.bigInt({ min: min < -9n ? -9n : 0n, max: 9n }));
    };
    const one = fc.tuple(fc.constantFrom(...ints), fc.constantFrom(...ops)).chain(([ty, op]) => fc.tuple(fc.constant(ty), fc.constant(op), value(ty), value(ty)));
    fc.assert(fc.property(one, ([ty, op, a, b]) => {
      const safe = b !== 0n && b !== -1n;
      if ((op === 'div' || op === 'rem') && !safe) return;
      seen.push({ ty, op, a, b: op === 'shl' || op === 'shr' ? BigInt.asUintN(5, b) % BigInt(ty.bits) : b });
    }), { numRuns: 400, seed: 7 });
    const main = new Maker('main', [], tys.int32);
    const sum = main.new(tys.uint64);
    const wide = main.new(tys.uint64);
    main.set(sum, int(1, tys.uint64));
    const callees: Body[] = [];
    seen.forEach(({ ty, op, a, b }, i) => {
      const f = new Maker(`f${i}`, [ty, ty], ty);
      f.arith(at(0), op, copy(at(1)), copy(at(2)), 'wrapping');
      callees.push(f.ret());
      const r = main.new(ty);
      main.invoke(r, i + 1, int(a, ty), int(b, ty));
      main.set(wide, { kind: 'cast', how: 'intToInt', operand: copy(r), ty: tys.uint64 });
      main.arith(sum, 'mul', copy(sum), int(0x9e3779b97f4a7c15n, tys.uint64), 'wrapping');
      main.arith(sum, 'xor', copy(sum), copy(wide));
    });
    main.arith(sum, 'shr', copy(sum), int(57, tys.uint64), 'wrapping');
    agree([main.ret({ kind: 'cast', how: 'intToInt', operand: copy(sum), ty: tys.int32 }), ...callees]);
  });

  it('panics like the interpreter', () => {
    const cases: [ArithOp, IntTy, bigint, bigint][] = [
      ['add', tys.int8, 127n, 1n], ['sub', tys.usize, 0n, 1n], ['mul', tys.int64, 1n << 62n, -3n], ['div', tys.int16, -32768n, -1n], ['rem', tys.uint32, 7n, 0n], ['shl', tys.int32, 1n, 40n],
    ];
    for (const [op, ty, a, b] of cases) {
      const m = new Maker('main', [], tys.int32);
      const [x, y, r] = [m.new(ty), m.new(ty), m.new(ty)];
      m.set(x, int(a, ty));
      m.set(y, int(b, ty));
      m.arith(r, op, copy(x), copy(y));
      expect(agree([m.ret(int(0))]).code).toBe(101);
    }
  });

  it('lays out enums, niches, tuples', () => {
    const box = tys.ref(tys.int32, false);
    const option = enumTy('Option', { None: [], Some: [box] });
    const shape = enumTy('Shape', { Circle: [tys.float64], Rect: [tys.uint8, tys.int64], Empty: [] });
    const nested = enumTy('Nested', { A: [], B: [], C: [tys.bool] });
    const pair = tys.tuple([tys.uint8, tys.int64, tys.unit, shape]);
    const m = new Maker('main', [], tys.int32);
    const n = m.new(tys.int32);
    const r = m.new(box);
    const [some, none, s, p, nn] = [m.new(option), m.new(option), m.new(shape), m.new(pair), m.new(nested)];
    m.set(n, int(20));
    m.set(r, ref(n));
    m.set(some, { kind: 'aggregate', ty: option, variant: 1, fields: [copy(r)] });
    m.set(none, { kind: 'aggregate', ty: option, variant: 0, fields: [] });
    m.set(s, { kind: 'aggregate', ty: shape, variant: 1, fields: [int(3, tys.uint8), int(-9, tys.int64)] });
    m.set(p, { kind: 'aggregate', ty: pair, variant: 0, fields: [int(1, tys.uint8), int(2, tys.int64), { kind: 'const', value: { kind: 'zst' }, ty: tys.unit }, copy(s)] });
    m.set(nn, { kind: 'aggregate', ty: nested, variant: 1, fields: [] });
    const total = m.new(tys.usize);
    const part = m.new(tys.usize);
    m.set(total, int(0, tys.usize));
    for (const place of [some, none, s, of(p, field(3, shape)), nn]) {
      m.set(part, { kind: 'variantIndex', place });
      m.arith(total, 'mul', copy(total), int(4, tys.usize));
      m.arith(total, 'add', copy(total), copy(part));
    }
    const through = of(some, variant(1, option), field(0, box), deref(tys.int32));
    const low = m.new(tys.int32);
    m.set(low, { kind: 'cast', how: 'intToInt', operand: copy(total), ty: tys.int32 });
    m.arith(low, 'rem', copy(low), int(200));
    m.arith(low, 'add', copy(low), copy(through));
    agree([m.ret(copy(low))]);
  });

  it('prints, and is clean under the sanitizers', () => {
    const m = new Maker('main', [], tys.int32);
    const bytes = m.new(tys.ref(tys.slice(tys.uint8), false));
    m.intrinsic(bytes, 'strBytes', [], text('héllo\n'));
    const p = m.new(tys.ptr(tys.uint8));
    const block = m.new(tys.ptr(tys.uint8));
    const unit = m.new(tys.unit);
    m.intrinsic(p, 'slicePtr', [tys.uint8], copy(bytes));
    m.intrinsic(block, 'alloc', [], int(7, tys.usize), int(1, tys.usize));
    m.intrinsic(unit, 'copyTo', [tys.uint8], copy(p), copy(block), int(7, tys.usize));
    m.call(m.at, unit, { kind: 'native', symbol: 'jc_out_write', decl: { module: { isStd: true }, sig: { ret: tys.unit } } as never }, [copy(block), int(7, tys.usize)]);
    m.intrinsic(unit, 'dealloc', [], move(block), int(7, tys.usize), int(1, tys.usize));
    const bodies = [m.ret(int(0))];
    expect(agree(bodies).out).toBe('héllo\n');
    if (doctor().chosen.sanitize === null) return;
    const outPath = join(work, 'sanitized');
    const built = compileC({ cText: emitC(program(bodies), { sources: new SourceMap(), lineDirectives: false }), runtimeDir, outPath, profile: 'sanitize' });
    expect(built.ok).toBe(true);
    expect(spawnSync(outPath, [], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: 'héllo\n', stderr: '' });
  });
});
