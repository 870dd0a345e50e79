import { describe, expect, it } from 'vitest';
import { BodyMaker, verifyBody } from '../../../src/mir/index.ts';
import type { ArithOp, Body, BlockId, CompareOp, LocalId, Operand, Place } from '../../../src/mir/index.ts';
import { optimize } from '../../../src/opt/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { Ty } from '../../../src/types/index.ts';
import { NO_SPAN } from '../../../src/source/index.ts';
import { bodyText } from './fixtures.ts';

const at = (id: LocalId): Place => ({ local: id, proj: [] });
const copy = (id: LocalId): Operand => ({ kind: 'copy', place: at(id) });
const int = (value: number, ty: Ty): Operand => ({ kind: 'const', value: { kind: 'int', value: BigInt(value) }, ty });

class Maker extends BodyMaker {
  arith(block: BlockId, dest: LocalId, op: ArithOp, left: Operand, right: Operand): void {
    this.assign(block, at(dest), { kind: 'arith', op, overflow: 'checked', left, right });
  }

  branch(block: BlockId, op: CompareOp, left: Operand, right: Operand, yes: BlockId, no: BlockId): void {
    const c = this.local(tys.bool);
    this.assign(block, at(c), { kind: 'compare', op, left, right });
    this.end(block, { kind: 'switch', operand: copy(c), cases: [{ value: 0n, target: no }], otherwise: yes, span: NO_SPAN });
  }
}

function optimized(maker: BodyMaker): Body {
  const body: Body = { ...maker.finish(), phase: 'mono' };
  optimize({ instances: [{ id: 0, body, mayPanic: false, reachable: true, exportName: null }], entry: 0, vtables: [] } as never, (pass) => expect(verifyBody(body, 'mono'), pass).toEqual([]));
  return body;
}

/** `add checked`, `sub wrapping` … in order of blocks. */
function ops(body: Body): string[] {
  return body.blocks.flatMap((b) => b.stmts).flatMap((s) =>
    s.kind === 'boundsCheck' ? ['boundsCheck'] : s.kind === 'assign' && s.value.kind === 'arith' ? [`${s.value.op} ${s.value.overflow}`] : []);
}

describe('overflow-checks', () => {
  it('proves a loop counter and the index below the length', () => {
    const slice = tys.ref(tys.slice(tys.int32), false);
    const m = new Maker('f', [slice], tys.int32);
    const [i, n, len, sum, x] = [m.local(tys.usize), m.local(tys.usize), m.local(tys.usize), m.local(tys.int32), m.local(tys.int32)];
    const [b0, head, body, done] = [m.block(), m.block(), m.block(), m.block()];
    const elements: Place = { local: 1 as LocalId, proj: [{ kind: 'deref', ty: tys.slice(tys.int32) }] };
    m.assign(b0, at(i), { kind: 'use', operand: int(0, tys.usize) });
    m.assign(b0, at(sum), { kind: 'use', operand: int(0, tys.int32) });
    m.assign(b0, at(n), { kind: 'length', place: elements });
    m.end(b0, { kind: 'goto', target: head });
    m.branch(head, 'lt', copy(i), copy(n), body, done);
    m.assign(body, at(len), { kind: 'length', place: elements });
    m.push(body, { kind: 'boundsCheck', index: copy(i), length: copy(len), span: NO_SPAN });
    m.assign(body, at(x), { kind: 'use', operand: { kind: 'copy', place: { local: 1 as LocalId, proj: [...elements.proj, { kind: 'index', index: i, ty: tys.int32 }] } } });
    m.arith(body, sum, 'add', copy(sum), copy(x));
    m.arith(body, i, 'add', copy(i), int(1, tys.usize));
    m.end(body, { kind: 'goto', target: head });
    m.assign(done, at(0 as LocalId), { kind: 'use', operand: copy(sum) });
    m.end(done, { kind: 'return' });
    expect(ops(optimized(m))).toEqual(['add checked', 'add wrapping']);
  });

  it('proves index arithmetic with constant sizes, and not without', () => {
    const m = new Maker('f', [tys.usize, tys.usize, tys.usize], tys.usize);
    const [i, j, n] = [1 as LocalId, 2 as LocalId, 3 as LocalId];
    const [b0, b1, b2, out] = [m.block(), m.block(), m.block(), m.block()];
    const [t, u, v] = [m.local(tys.usize), m.local(tys.usize), m.local(tys.usize)];
    m.branch(b0, 'lt', copy(i), int(480, tys.usize), b1, out);
    m.branch(b1, 'lt', copy(j), int(480, tys.usize), b2, out);
    m.arith(b2, t, 'mul', copy(i), int(480, tys.usize));
    m.arith(b2, u, 'add', copy(t), copy(j));
    m.arith(b2, v, 'mul', copy(u), copy(n));
    m.assign(b2, at(0 as LocalId), { kind: 'use', operand: copy(v) });
    m.end(b2, { kind: 'return' });
    m.assign(out, at(0 as LocalId), { kind: 'use', operand: copy(n) });
    m.end(out, { kind: 'return' });
    expect(ops(optimized(m))).toEqual(['mul wrapping', 'add wrapping', 'mul checked']);
  });

  it('proves a - b behind a >= b, and the middle of a search', () => {
    const m = new Maker('f', [tys.usize, tys.usize], tys.usize);
    const [lo, hi] = [1 as LocalId, 2 as LocalId];
    const [b0, b1, out] = [m.block(), m.block(), m.block()];
    const [gap, half, mid] = [m.local(tys.usize), m.local(tys.usize), m.local(tys.usize)];
    m.branch(b0, 'lt', copy(lo), copy(hi), b1, out);
    m.arith(b1, gap, 'sub', copy(hi), copy(lo));
    m.arith(b1, half, 'div', copy(gap), int(2, tys.usize));
    m.arith(b1, mid, 'add', copy(lo), copy(half));
    m.assign(b1, at(0 as LocalId), { kind: 'use', operand: copy(mid) });
    m.end(b1, { kind: 'return' });
    m.arith(out, gap, 'sub', copy(hi), copy(lo));
    m.assign(out, at(0 as LocalId), { kind: 'use', operand: copy(gap) });
    m.end(out, { kind: 'return' });
    expect(ops(optimized(m))).toEqual(['sub wrapping', 'div wrapping', 'add wrapping', 'sub checked']);
  });

  it('forgets a counter that may change behind a reference', () => {
    const m = new Maker('f', [tys.usize, tys.usize], tys.usize);
    const [b0, b1, out] = [m.block(), m.block(), m.block()];
    const [i, n] = [1 as LocalId, 2 as LocalId];
    const r = m.local(tys.ref(tys.usize, true));
    m.assign(b0, at(r), { kind: 'ref', mutable: true, place: at(i), twoPhase: false });
    m.branch(b0, 'lt', copy(i), copy(n), b1, out);
    m.assign(b1, { local: r, proj: [{ kind: 'deref', ty: tys.usize }] }, { kind: 'use', operand: int(-1, tys.usize) });
    m.arith(b1, 0 as LocalId, 'add', copy(i), int(1, tys.usize));
    m.end(b1, { kind: 'return' });
    m.assign(out, at(0 as LocalId), { kind: 'use', operand: copy(n) });
    m.end(out, { kind: 'return' });
    expect(ops(optimized(m))).toEqual(['add checked']);
  });
});

describe('copies', () => {
  it('removes temporaries', () => {
    const m = new Maker('f', [tys.int32], tys.int32);
    const b = m.block();
    const [t, u, v] = [m.local(tys.int32), m.local(tys.int32), m.local(tys.int32)];
    m.assign(b, at(t), { kind: 'use', operand: copy(1 as LocalId) });
    m.assign(b, at(u), { kind: 'use', operand: int(1, tys.int32) });
    m.arith(b, v, 'add', copy(t), copy(u));
    m.assign(b, at(0 as LocalId), { kind: 'use', operand: copy(v) });
    m.end(b, { kind: 'return' });
    const body = optimized(m);
    expect(bodyText(body)).toBe('b0:\n  _0 = add copy _1, 1\n  return');
    expect(body.locals).toHaveLength(2);
  });

  it('does not let a failing operation change what cleanup sees', () => {
    const m = new Maker('f', [tys.int32], tys.int32);
    const [b, cleanup] = [m.block(1 as BlockId), m.block(null, true)];
    const [t, seen] = [m.local(tys.int32), m.local(tys.ref(tys.int32, false))];
    m.arith(b, t, 'add', copy(1 as LocalId), int(1, tys.int32));
    m.assign(b, at(1 as LocalId), { kind: 'use', operand: copy(t) });
    m.assign(b, at(0 as LocalId), { kind: 'use', operand: copy(1 as LocalId) });
    m.end(b, { kind: 'return' });
    m.assign(cleanup, at(seen), { kind: 'ref', mutable: false, place: at(1 as LocalId), twoPhase: false });
    m.call(cleanup, at(m.local(tys.unit)), { kind: 'intrinsic', name: 'blackBox', typeArgs: [] }, [copy(seen)]);
    m.end(cleanup, { kind: 'resume' });
    expect(bodyText(optimized(m))).toContain('_1 = copy _2');
  });
});
