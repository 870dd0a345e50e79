import { describe, expect, it } from 'vitest';
import { tys } from '../../../src/types/index.ts';
import type { Ty } from '../../../src/types/index.ts';
import type { ArithOp, Body, VTable, InstanceId } from '../../../src/mir/index.ts';
import { at, bool, copy, deref, enumTy, field, index, int, Maker, move, of, ref, run, text, unit, variant } from './program.ts';

const i32 = tys.int32;
const usize = tys.usize;

/** main() which computes `a op b` and exits with the low byte. */
function compute(op: ArithOp, ty: Ty, a: bigint, b: bigint, overflow: 'checked' | 'wrapping' = 'checked'): { code: number; err: string } {
  const m = new Maker('main', [], i32);
  const x = m.new(ty);
  const r = m.new(ty);
  m.set(x, int(a, ty));
  m.arith(r, op, copy(x), int(b, ty), overflow);
  const result = run([m.ret({ kind: 'cast', how: 'intToInt', operand: copy(r), ty: i32 })]);
  return { code: result.exitCode, err: result.err };
}

describe('arithmetic', () => {
  it('adds, subtracts, multiplies', () => {
    expect(compute('add', i32, 40n, 2n).code).toBe(42);
    expect(compute('mul', tys.uint64, 0xffffffffn, 0x80000001n, 'wrapping').code).toBe(Number((0xffffffffn * 0x80000001n) & 0xffn));
    expect(compute('rem', tys.int64, -7n, 4n).code).toBe(253);
    expect(compute('div', tys.int64, -9223372036854775808n, 3n).code).toBe(Number(BigInt.asUintN(8, -9223372036854775808n / 3n)));
  });

  it('panics with the values', () => {
    expect(compute('add', i32, 2147483647n, 1n)).toEqual({ code: 101, err: 'panic: Int32 overflow: 2147483647 + 1\n  at file0:1:1\n' });
    expect(compute('sub', usize, 0n, 1n).err).toContain('usize overflow: 0 - 1');
    expect(compute('mul', tys.int64, 1n << 62n, 2n).err).toContain('Int64 overflow: 4611686018427387904 * 2');
    expect(compute('div', tys.int8, -128n, -1n).err).toContain('Int8 overflow: -128 / -1');
    expect(compute('rem', i32, 7n, 0n).err).toContain('division by zero: 7 % 0');
    expect(compute('shl', i32, 1n, 40n).err).toContain('shift by 40 of a 32-bit Int32');
  });

  it('wraps where it is told to', () => {
    expect(compute('add', tys.uint8, 250n, 10n, 'wrapping').code).toBe(4);
    expect(compute('mul', i32, 2147483647n, 2147483647n, 'wrapping').code).toBe(1);
    expect(compute('sub', tys.uint64, 0n, 1n, 'wrapping').code).toBe(255);
  });
});

/** A recursive function `f(n) = n == 0 ? 0 : 1 + f(n - 1)`. */
function recursive(): Body {
  const m = new Maker('f', [i32], i32);
  const [zero, more] = [m.block(), m.block()];
  m.end(m.at, { kind: 'switch', operand: copy(at(1)), cases: [{ value: 0n, target: zero }], otherwise: more, span: { file: 0 as never, lo: 0, hi: 0 } });
  m.at = more;
  const less = m.new(i32);
  const rest = m.new(i32);
  m.arith(less, 'sub', copy(at(1)), int(1));
  m.invoke(rest, 1, copy(less));
  m.arith(at(0), 'add', copy(rest), int(1));
  m.end(m.at, { kind: 'return' });
  m.at = zero;
  return m.ret(int(0));
}

describe('calls', () => {
  it('recurses', () => {
    const m = new Maker('main', [], i32);
    const r = m.new(i32);
    m.invoke(r, 1, int(100));
    expect(run([m.ret(copy(r)), recursive()]).exitCode).toBe(100);
  });

  it('reports a stack overflow', () => {
    const m = new Maker('main', [], i32);
    const r = m.new(i32);
    m.invoke(r, 1, int(2_000_000_000));
    const result = run([m.ret(copy(r)), recursive()]);
    expect(result.exitCode).toBe(134);
    expect(result.err).toBe('fatal: stack overflow\n');
  });

  it('passes and returns large values by memory', () => {
    const big = tys.tuple([tys.array(i32, tys.constant(4n)), tys.int64]);
    const array = tys.array(i32, tys.constant(4n));
    const f = new Maker('f', [big, i32], big);
    f.arith(at(1, field(1, tys.int64)), 'add', copy(at(1, field(1, tys.int64))), int(1, tys.int64));
    const main = new Maker('main', [], i32);
    const b = main.new(big);
    main.set(of(b, field(0, array)), { kind: 'repeat', ty: array, operand: int(7) });
    main.set(of(b, field(1, tys.int64)), int(20, tys.int64));
    main.invoke(b, 1, move(b), int(1));
    const i = main.new(usize);
    const r = main.new(i32);
    main.set(i, int(2, usize));
    main.set(r, { kind: 'cast', how: 'intToInt', operand: copy(of(b, field(1, tys.int64))), ty: i32 });
    main.arith(r, 'add', copy(r), copy(of(b, field(0, array), index(i.local, i32))));
    expect(run([main.ret(copy(r)), f.ret(move(at(1)))])).toMatchObject({ exitCode: 28, fault: null });
  });

  it('returns tuples in leaves', () => {
    const pair = tys.tuple([i32, tys.tuple([tys.bool, tys.int64])]);
    const f = new Maker('f', [i32], pair);
    const inner = f.new(tys.tuple([tys.bool, tys.int64]));
    f.set(inner, { kind: 'aggregate', ty: tys.tuple([tys.bool, tys.int64]), variant: 0, fields: [bool(true), int(1n << 60n, tys.int64)] });
    const main = new Maker('main', [], i32);
    const p = main.new(pair);
    const r = main.new(i32);
    main.invoke(p, 1, int(5));
    main.set(r, { kind: 'cast', how: 'intToInt', operand: copy(of(p, field(1, tys.tuple([tys.bool, tys.int64])), field(1, tys.int64))), ty: i32 });
    main.arith(r, 'add', copy(r), copy(of(p, field(0, i32))));
    expect(run([main.ret(copy(r)), f.ret({ kind: 'aggregate', ty: pair, variant: 0, fields: [copy(at(1)), move(inner)] })]).exitCode).toBe(5);
  });
});

describe('enums', () => {
  const shape = enumTy('Shape', { Circle: [tys.float64], Rect: [i32, tys.int64], Empty: [] });
  const maybe = enumTy('Maybe', { None: [], Some: [tys.ref(i32, false)] });

  function fields(inMemory: boolean): number {
    const m = new Maker('main', [], i32);
    const e = m.new(shape);
    const which = m.new(usize);
    const r = m.new(i32);
    if (inMemory) m.set(m.new(tys.ref(shape, false)), ref(e));
    m.set(e, { kind: 'aggregate', ty: shape, variant: 1, fields: [int(40), int(2, tys.int64)] });
    m.set(which, { kind: 'variantIndex', place: e });
    m.set(r, { kind: 'cast', how: 'intToInt', operand: copy(of(e, variant(1, shape), field(1, tys.int64))), ty: i32 });
    m.arith(r, 'add', copy(r), copy(of(e, variant(1, shape), field(0, i32))));
    const w = m.new(i32);
    m.set(w, { kind: 'cast', how: 'intToInt', operand: copy(which), ty: i32 });
    m.arith(r, 'add', copy(r), copy(w));
    const result = run([m.ret(copy(r))]);
    expect(result.fault).toBeNull();
    return result.exitCode;
  }

  it('are the same in variables and in memory', () => {
    expect(fields(false)).toBe(43);
    expect(fields(true)).toBe(43);
  });

  it('keep a null reference as a niche', () => {
    const m = new Maker('main', [], i32);
    const e = m.new(maybe);
    const p = m.new(tys.ref(maybe, true));
    const n = m.new(i32);
    m.set(n, int(9));
    const q = m.new(tys.ref(i32, false));
    m.set(p, ref(e, true));
    m.set(of(p, deref(maybe)), { kind: 'aggregate', ty: maybe, variant: 0, fields: [] });
    const a = m.new(usize);
    m.set(a, { kind: 'variantIndex', place: of(p, deref(maybe)) });
    m.set(q, ref(n));
    m.set(of(p, deref(maybe)), { kind: 'aggregate', ty: maybe, variant: 1, fields: [copy(q)] });
    const b = m.new(usize);
    m.set(b, { kind: 'variantIndex', place: e });
    m.arith(b, 'add', copy(b), copy(a));
    const r = m.new(i32);
    m.set(r, { kind: 'cast', how: 'intToInt', operand: copy(b), ty: i32 });
    m.arith(r, 'add', copy(r), copy(of(e, variant(1, maybe), field(0, tys.ref(i32, false)), deref(i32))));
    expect(run([m.ret(copy(r))])).toMatchObject({ exitCode: 10, fault: null });
  });

  it('refuse a tag that no variant has', () => {
    const m = new Maker('main', [], i32);
    const e = m.new(shape);
    const p = m.new(tys.ptr(shape));
    const b = m.new(tys.ptr(tys.uint8));
    m.set(e, { kind: 'aggregate', ty: shape, variant: 2, fields: [] });
    m.set(p, { kind: 'addressOf', place: e });
    m.set(b, { kind: 'cast', how: 'bits', operand: copy(p), ty: tys.ptr(tys.uint8) });
    m.set(of(b, deref(tys.uint8)), int(7, tys.uint8));
    m.set(m.new(usize), { kind: 'variantIndex', place: e });
    expect(run([m.ret(int(0))]).fault).toContain('7 is not the index of a variant of Shape');
  });
});

describe('faults', () => {
  const u8 = tys.uint8;
  const ptr = tys.ptr(i32);

  /** alloc(bytes, 4) as a pointer to Int32. */
  function block(m: Maker, bytes: number): { raw: ReturnType<Maker['new']>; p: ReturnType<Maker['new']> } {
    const raw = m.new(tys.ptr(u8));
    const p = m.new(ptr);
    m.intrinsic(raw, 'alloc', [], int(bytes, usize), int(4, usize));
    m.intrinsic(p, 'ptrCast', [u8, i32], copy(raw));
    return { raw, p };
  }

  function free(m: Maker, raw: ReturnType<Maker['new']>, bytes: number, align = 4): void {
    m.intrinsic(m.new(tys.unit), 'dealloc', [], copy(raw), int(bytes, usize), int(align, usize));
  }

  it('uninitialised memory', () => {
    const m = new Maker('main', [], i32);
    const { p } = block(m, 8);
    expect(run([m.ret(copy(of(p, deref(i32))))]).fault).toMatch(/^read of 4 bytes that are not initialised[^]*in main bb0\[2\]/);
  });

  it('an uninitialised variable', () => {
    const m = new Maker('main', [], i32);
    const v = m.new(i32);
    expect(run([m.ret(copy(v))]).fault).toContain('not initialised');
  });

  it('a moved variable', () => {
    const m = new Maker('main', [], i32);
    const n = m.new(i32);
    m.set(n, int(1));
    const r = m.new(tys.ref(i32, true));
    const s = m.new(tys.ref(i32, true));
    m.set(r, ref(n, true));
    m.set(s, move(r));
    m.set(s, move(r));
    expect(run([m.ret(int(0))]).fault).toContain('moved from');
  });

  it('a moved value in memory', () => {
    const m = new Maker('main', [], i32);
    const n = m.new(i32);
    const r = m.new(tys.ref(i32, true));
    m.set(n, int(1));
    m.set(r, ref(n, true));
    const pp = m.new(tys.ref(tys.ref(i32, true), true));
    m.set(pp, ref(r, true));
    const s = m.new(tys.ref(i32, true));
    m.set(s, move(of(pp, deref(tys.ref(i32, true)))));
    m.set(s, copy(r));
    expect(run([m.ret(int(0))]).fault).toContain('moved from');
  });

  it('use after free, double free, wrong size', () => {
    const used = new Maker('main', [], i32);
    const a = block(used, 4);
    used.set(of(a.p, deref(i32)), int(1));
    free(used, a.raw, 4);
    expect(run([used.ret(copy(of(a.p, deref(i32))))]).fault).toContain('after the memory was freed');
    const reused = new Maker('main', [], i32);
    const first = block(reused, 4);
    free(reused, first.raw, 4);
    const second = block(reused, 4);
    reused.set(of(second.p, deref(i32)), int(1));
    expect(run([reused.ret(copy(of(first.p, deref(i32))))]).fault).toContain('after the memory was freed');
    const twice = new Maker('main', [], i32);
    const b = block(twice, 4);
    free(twice, b.raw, 4);
    free(twice, b.raw, 4);
    expect(run([twice.ret(int(0))]).fault).toContain('dealloc of memory that is not live');
    const wrong = new Maker('main', [], i32);
    free(wrong, block(wrong, 4).raw, 8);
    expect(run([wrong.ret(int(0))]).fault).toContain('dealloc with size 8 of a block of 4 bytes');
    const align = new Maker('main', [], i32);
    free(align, block(align, 4).raw, 4, 8);
    expect(run([align.ret(int(0))]).fault).toContain('alignment 8');
  });

  it('out of bounds, misaligned, null', () => {
    const beyond = new Maker('main', [], i32);
    const a = block(beyond, 4);
    const q = beyond.new(ptr);
    beyond.intrinsic(q, 'ptrOffset', [i32], copy(a.p), int(1, tys.isize));
    beyond.set(of(q, deref(i32)), int(1));
    expect(run([beyond.ret(int(0))]).fault).toContain('out of bounds');
    const crooked = new Maker('main', [], i32);
    const b = block(crooked, 8);
    const c = crooked.new(tys.ptr(u8));
    const d = crooked.new(ptr);
    crooked.intrinsic(c, 'ptrOffset', [u8], copy(b.raw), int(1, tys.isize));
    crooked.intrinsic(d, 'ptrCast', [u8, i32], copy(c));
    crooked.set(of(d, deref(i32)), int(1));
    expect(run([crooked.ret(int(0))]).fault).toContain('misaligned');
    const nothing = new Maker('main', [], i32);
    const n = nothing.new(ptr);
    nothing.intrinsic(n, 'nullPtr', [i32]);
    expect(run([nothing.ret(copy(of(n, deref(i32))))]).fault).toContain('null pointer');
  });

  it('a variable whose life has ended', () => {
    const m = new Maker('main', [], i32);
    const n = m.new(i32);
    const r = m.new(tys.ref(i32, false));
    m.push(m.at, { kind: 'storageLive', local: n.local });
    m.set(n, int(3));
    m.set(r, ref(n));
    m.push(m.at, { kind: 'storageDead', local: n.local });
    expect(run([m.ret(copy(of(r, deref(i32))))]).fault).toContain('its variable died');
  });

  it('a variable of a function that has returned', () => {
    const f = new Maker('f', [], tys.ref(i32, false));
    const n = f.new(i32);
    f.set(n, int(3));
    const m = new Maker('main', [], i32);
    const r = m.new(tys.ref(i32, false));
    m.invoke(r, 1);
    m.invoke(r, 1);
    expect(run([m.ret(copy(of(r, deref(i32)))), f.ret(ref(n))]).fault).toContain('its variable died');
  });

  it('leaks', () => {
    const m = new Maker('main', [], i32);
    block(m, 12);
    expect(run([m.ret(int(0))]).fault).toContain('1 heap blocks (12 bytes)');
  });

  it('an index that nobody checked', () => {
    const array = tys.array(i32, tys.constant(3n));
    const m = new Maker('main', [], i32);
    const a = m.new(array);
    const i = m.new(usize);
    m.set(a, { kind: 'repeat', ty: array, operand: int(1) });
    m.set(i, int(3, usize));
    expect(run([m.ret(copy(of(a, index(i.local, i32))))]).fault).toContain('an index that was not checked: 3 of 3');
  });
});

describe('panics', () => {
  it('run cleanup blocks and go on in the caller', () => {
    const f = new Maker('f', [tys.ref(i32, true)], tys.unit);
    const clean = f.block(null, true);
    f.then(clean);
    f.intrinsic(f.new(tys.unit), 'panicStr', [], text('boom'));
    f.end(f.at, { kind: 'unreachable' });
    f.at = clean;
    f.set(at(1, deref(i32)), int(5));
    f.end(clean, { kind: 'resume' });
    const m = new Maker('main', [], i32);
    const n = m.new(i32);
    const r = m.new(tys.ref(i32, true));
    const handler = m.block(null, true);
    m.then(handler);
    m.set(n, int(1));
    m.set(r, ref(n, true));
    m.invoke(m.new(tys.unit), 1, copy(r));
    const done = m.block();
    m.end(m.at, { kind: 'goto', target: done });
    m.at = handler;
    m.intrinsic(m.new(tys.unit), 'panicStr', [], text('again'));
    m.end(handler, { kind: 'resume' });
    m.at = done;
    const result = run([m.ret(copy(n)), f.finish()]);
    expect(result.exitCode).toBe(134);
    expect(result.err).toBe('panic: again\n  at file0:1:1\nfatal: a panic left a destructor while another panic was unwinding\n');
  });

  it('report the message and flush output before', () => {
    const m = new Maker('main', [], i32);
    m.intrinsic(m.new(tys.unit), 'panicStr', [], text('boom'));
    m.end(m.at, { kind: 'unreachable' });
    expect(run([m.finish()])).toMatchObject({ exitCode: 101, err: 'panic: boom\n  at file0:1:1\n' });
  });

  it('bear the place of the caller in a function that tracks it', () => {
    const f = new Maker('tracked', [usize], tys.unit);
    f.push(f.at, { kind: 'boundsCheck', index: copy(at(1)), length: int(3, usize), span: { file: 0 as never, lo: 7, hi: 8 } });
    const m = new Maker('main', [], i32);
    m.push(m.at, { kind: 'call', dest: m.new(tys.unit), callee: { kind: 'instance', id: 1 as InstanceId }, args: [int(5, usize)], span: { file: 0 as never, lo: 99, hi: 100 } });
    const result = run([m.ret(int(0)), f.ret(unit)]);
    expect(result.err).toBe('panic: index 5 is out of bounds: the length is 3\n  at file0:1:100\n');
  });
});

describe('function values', () => {
  it('are called through their table', () => {
    const fnTy = tys.fn('shared', [i32], i32);
    const env = tys.tuple([i32, i32]);
    const call = new Maker('call', [tys.ref(env, false), i32], i32);
    const sum = call.new(i32);
    call.arith(sum, 'add', copy(at(1, deref(env), field(0, i32))), copy(at(1, deref(env), field(1, i32))));
    call.arith(sum, 'add', copy(sum), copy(at(2)));
    const table: VTable = { id: 0, symbol: 't', self: env, drop: null, slots: [{ kind: 'method', id: 1 as InstanceId }] };
    const m = new Maker('main', [], i32);
    const e = m.new(env);
    const f = m.new(fnTy);
    const rf = m.new(tys.ref(fnTy, false));
    const r = m.new(i32);
    m.set(e, { kind: 'aggregate', ty: env, variant: 0, fields: [int(30), int(10)] });
    m.set(f, { kind: 'cast', how: 'toFn', operand: copy(e), ty: fnTy });
    m.set(rf, ref(f));
    m.call(m.at, r, { kind: 'fnValue', mode: 'shared', fnTy }, [copy(rf), int(2)]);
    const pf = m.new(tys.ptr(fnTy));
    m.set(pf, { kind: 'addressOf', place: f });
    m.intrinsic(m.new(tys.unit), 'dropFn', [fnTy], copy(pf));
    expect(run([m.ret(copy(r)), call.ret(copy(sum))], { vtables: [table], vtableFor: () => table })).toMatchObject({ exitCode: 42, fault: null });
  });
});

describe('loops', () => {
  it('run at speed', () => {
    // sum of i for i in 0..n, wrapping, with an i64 counter
    const m = new Maker('main', [], i32);
    const [i, s, more] = [m.new(tys.int64), m.new(tys.int64), m.new(tys.bool)];
    m.set(i, int(0, tys.int64));
    m.set(s, int(0, tys.int64));
    const [head, body, done] = [m.block(), m.block(), m.block()];
    m.end(m.at, { kind: 'goto', target: head });
    m.at = head;
    m.set(more, { kind: 'compare', op: 'lt', left: copy(i), right: int(20_000_000, tys.int64) });
    m.end(head, { kind: 'switch', operand: copy(more), cases: [{ value: 0n, target: done }], otherwise: body, span: { file: 0 as never, lo: 0, hi: 0 } });
    m.at = body;
    m.arith(s, 'add', copy(s), copy(i));
    m.arith(i, 'add', copy(i), int(1, tys.int64));
    m.end(body, { kind: 'goto', target: head });
    m.at = done;
    const r = m.new(i32);
    m.set(r, { kind: 'cast', how: 'intToInt', operand: copy(s), ty: i32 });
    const started = Date.now();
    const sum = (19_999_999n * 20_000_000n) / 2n;
    expect(run([m.ret(copy(r))]).exitCode).toBe(Number(sum & 255n));
    // Eighty million simple statements.
    expect(Date.now() - started).toBeLessThan(8000);
  });

  it('may be irreducible', () => {
    const m = new Maker('main', [], i32);
    const [a, b, end] = [m.block(), m.block(), m.block()];
    const n = m.new(i32);
    const big = m.new(tys.bool);
    const span = { file: 0 as never, lo: 0, hi: 0 };
    m.set(n, int(0));
    m.set(big, bool(true));
    m.end(m.at, { kind: 'switch', operand: copy(big), cases: [{ value: 0n, target: a }], otherwise: b, span });
    m.at = a;
    m.arith(n, 'add', copy(n), int(1));
    m.end(a, { kind: 'goto', target: b });
    m.at = b;
    m.arith(n, 'add', copy(n), int(10));
    m.set(big, { kind: 'compare', op: 'gt', left: copy(n), right: int(50) });
    m.end(b, { kind: 'switch', operand: copy(big), cases: [{ value: 0n, target: a }], otherwise: end, span });
    m.at = end;
    expect(run([m.ret(copy(n))]).exitCode).toBe(54);
  });
});
