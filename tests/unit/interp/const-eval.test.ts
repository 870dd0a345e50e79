import { describe, expect, it } from 'vitest';
import { evalConsts, foldConstants } from '../../../src/interp/index.ts';
import { DiagSink } from '../../../src/diag/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { ConstDecl, Ty } from '../../../src/types/index.ts';
import type { Body, InstanceId } from '../../../src/mir/index.ts';
import { copy, deref, int, Maker, move, of, program, text } from './program.ts';

function constant(name: string, ty: Ty, fill: (m: Maker) => Body): Body {
  const span = { file: 0 as never, lo: 3, hi: 5 };
  const decl = { kind: 'const', id: 1, name, nameSpan: span, span, module: { isStd: false } } as unknown as ConstDecl;
  return { ...fill(new Maker(name, [], ty)), origin: { kind: 'const', decl } };
}

/** A program whose entry calls the constant. */
function use(body: Body): ReturnType<typeof program> {
  const m = new Maker('main', [], tys.int32);
  const n = m.new(body.locals[0]!.ty);
  m.invoke(n, 1);
  return program([m.ret(int(0)), body]);
}

const evaluate = (body: Body): ReturnType<typeof evalConsts>[0] => evalConsts(use(body), [1 as InstanceId])[0]!;

describe('constants', () => {
  it('are computed', () => {
    const body = constant('N', tys.uint64, (m) => {
      const a = m.new(tys.uint64);
      m.set(a, int(1n << 63n, tys.uint64));
      m.arith(a, 'add', copy(a), int((1n << 63n) - 1n, tys.uint64));
      return m.ret(copy(a));
    });
    expect(evaluate(body)).toEqual({ kind: 'value', value: { kind: 'int', value: (1n << 64n) - 1n } });
    expect(evaluate(constant('S', tys.ref(tys.str, false), (m) => m.ret(text('héllo'))))).toEqual({ kind: 'value', value: { kind: 'string', value: 'héllo' } });
    expect(evaluate(constant('A', tys.array(tys.int32, tys.constant(3n)), (m) => m.ret({ kind: 'repeat', ty: tys.array(tys.int32, tys.constant(3n)), operand: int(1) })))).toEqual({
      kind: 'not-scalar',
    });
  });

  it('may have no value', () => {
    const divide = constant('D', tys.int32, (m) => {
      const z = m.new(tys.int32);
      m.set(z, int(0));
      m.arith(z, 'div', int(1), copy(z));
      return m.ret(copy(z));
    });
    expect(evaluate(divide)).toMatchObject({ kind: 'panic', message: 'division by zero: 1 / 0' });
    const forever = constant('F', tys.int32, (m) => {
      m.then();
      m.end(m.at, { kind: 'goto', target: m.at });
      return m.finish();
    });
    expect(evaluate(forever)).toEqual({ kind: 'budget' });
    const clock = constant('T', tys.int64, (m) => {
      const t = m.new(tys.int64);
      m.call(m.at, t, { kind: 'native', symbol: 'jc_os_now', decl: { sig: { ret: tys.int64 } } as never }, []);
      return m.ret(copy(t));
    });
    expect(evaluate(clock)).toEqual({ kind: 'system', symbol: 'jc_os_now' });
    const sink = new DiagSink();
    for (const body of [divide, forever, clock]) foldConstants(use(body), sink);
    // The three stand at one place: each code is said once.
    expect(sink.all.map((diag) => diag.code)).toEqual(['CJ0450', 'CJ0451', 'CJ0452']);
  });

  it('take the place of their calls', () => {
    const mono = use(constant('N', tys.int32, (m) => m.ret(int(5))));
    foldConstants(mono, new DiagSink());
    expect(mono.instances[0]!.body.blocks[0]!.stmts[0]).toMatchObject({ kind: 'assign', value: { kind: 'use', operand: { kind: 'const', value: { kind: 'int', value: 5n } } } });
  });

  it('do not see what an earlier one did to memory', () => {
    const box = constant('B', tys.int32, (m) => {
      const p = m.new(tys.ptr(tys.int32));
      const q = m.new(tys.ptr(tys.uint8));
      m.intrinsic(q, 'alloc', [], int(4, tys.usize), int(4, tys.usize));
      m.intrinsic(p, 'ptrCast', [tys.uint8, tys.int32], move(q));
      m.set(of(p, deref(tys.int32)), int(8));
      return m.ret(copy(of(p, deref(tys.int32))));
    });
    expect(evalConsts(use(box), [1 as InstanceId, 1 as InstanceId]).map((r) => r.kind)).toEqual(['value', 'value']);
  });
});
