import { describe, expect, it } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { BodyMaker, monomorphize } from '../../../src/mir/index.ts';
import type { Body, LocalId, MonoProgram, Place } from '../../../src/mir/index.ts';
import { NO_SPAN } from '../../../src/source/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { ClosureDecl, ConstDecl, FnDecl, Ty } from '../../../src/types/index.ts';
import { optimize } from '../../../src/opt/index.ts';
import { bodyText, dropFn, fn, make, noisy, option, take, trait, world } from './fixtures.ts';

const at = (id: LocalId): Place => ({ local: id, proj: [] });

/** A body for a declaration that returns its default at once, unless `fill` says otherwise. */
function bodyFor(decl: FnDecl, fill?: (maker: BodyMaker) => void): Body {
  const maker = new BodyMaker(decl.name, decl.sig.params.map((p) => p.ty), decl.sig.ret);
  if (fill !== undefined) fill(maker);
  else maker.end(maker.block(), { kind: 'return' });
  return { ...maker.finish(), origin: { kind: 'fn', decl } };
}

function run(w: ReturnType<typeof world>, main: FnDecl, bodies: Map<FnDecl | ConstDecl, readonly Body[]>): { mono: MonoProgram; sink: DiagSink } {
  for (const decl of [make, take, dropFn]) if (!bodies.has(decl)) bodies.set(decl, [bodyFor(decl)]);
  const sink = new DiagSink();
  return { mono: monomorphize(w.program, { main }, (decl) => bodies.get(decl) ?? [], sink), sink };
}

function find(mono: MonoProgram, part: string): string {
  const found = mono.instances.filter((i) => i.symbol.includes(part));
  expect(found.map((i) => i.symbol)).toHaveLength(1);
  return bodyText(found[0]!.body);
}

describe('monomorphisation', () => {
  it('turns drops into glue and generic calls into instances', () => {
    const w = world();
    const T = tys.param(0, 'T');
    const main = fn('main', [], tys.unit);
    const sink = fn('sink', [T], tys.unit);
    const bodies = new Map<FnDecl | ConstDecl, readonly Body[]>();
    bodies.set(main, [bodyFor(main, (maker) => {
      const b = maker.block();
      const [x, boxed, unit] = [maker.local(noisy), maker.local(tys.box(option(noisy))), maker.local(tys.unit)];
      maker.call(b, at(x), { kind: 'fn', fn: { decl: make, args: [] } }, []);
      maker.call(b, at(unit), { kind: 'fn', fn: { decl: sink, args: [noisy] } }, [{ kind: 'move', place: at(x) }]);
      maker.call(b, at(unit), { kind: 'fn', fn: { decl: sink, args: [tys.int32] } }, [{ kind: 'const', value: { kind: 'int', value: 1n }, ty: tys.int32 }]);
      maker.drop(b, at(boxed));
      maker.end(b, { kind: 'return' });
    })]);
    bodies.set(sink, [bodyFor(sink, (maker) => {
      const b = maker.block();
      maker.drop(b, at(1 as LocalId));
      maker.end(b, { kind: 'return' });
    })]);
    const { mono } = run(w, main, bodies);
    expect(mono.instances.map((i) => i.symbol.replace(/__[0-9a-v]{10,13}$/, '')).sort()).toEqual([
      'app__drop', 'app__main', 'app__make', 'app__sink_Int32', 'app__sink_app__Noisy', 'jc_drop_Box_app__Option_app__Noisy', 'jc_drop_app__Noisy',
      'jc_drop_app__Option_app__Noisy', 'jc_entry',
    ]);
    expect(find(mono, 'sink_Int32')).toBe('b0:\n  return');
    expect(find(mono, 'jc_drop_Box')).toContain('boxFree');
    expect(mono.instances.every((i) => i.body.phase === 'mono')).toBe(true);
    expect(mono.instances.every((i) => !i.mayPanic)).toBe(true);
  });

  it('makes a table for a function value, with an adapter for once', () => {
    const w = world();
    const main = fn('main', [], tys.unit);
    const closure: ClosureDecl = {
      kind: 'closureDecl', id: 77, owner: main, span: NO_SPAN, ordinal: 0, params: [tys.int32], ret: tys.int32, mode: 'shared', usesUp: null, expr: null,
      captures: [{ place: null as never, mode: 'move', ty: noisy, span: NO_SPAN }],
    };
    const self = tys.closure(closure, []);
    const inner = new BodyMaker('closure', [tys.ref(self, false), tys.int32], tys.int32);
    inner.end(inner.block(), { kind: 'return' });
    const once: Ty = tys.fn('once', [tys.int32], tys.int32);
    const bodies = new Map<FnDecl | ConstDecl, readonly Body[]>();
    bodies.set(main, [bodyFor(main, (maker) => {
      const b = maker.block();
      const [c, f, r] = [maker.local(self), maker.local(once), maker.local(tys.int32)];
      maker.assign(b, at(f), { kind: 'cast', how: 'toFn', operand: { kind: 'move', place: at(c) }, ty: once });
      const arg = { kind: 'const', value: { kind: 'int', value: 1n }, ty: tys.int32 } as const;
      maker.call(b, at(r), { kind: 'value', mode: 'once' }, [{ kind: 'move', place: at(f) }, arg]);
      maker.end(b, { kind: 'return' });
    }), { ...inner.finish(), origin: { kind: 'closure', decl: closure } }]);
    const { mono } = run(w, main, bodies);
    const table = mono.vtableFor(self, once);
    expect(table.slots).toHaveLength(1);
    expect(table.drop).not.toBeNull();
    expect(find(mono, 'jc_table_once')).toContain('boxFree');
    expect(find(mono, 'jc_call_once')).toMatch(/#\d+\(_\d+\)/);
    optimize(mono, () => undefined);
  });

  it('resolves dyn calls to slots behind the supertraits', () => {
    const w = world();
    const Self = tys.param(0, 'Self');
    const above = trait('Above', [fn('first', [tys.ref(Self, false)], tys.int32)]);
    const below = trait('Below', [fn('second', [tys.ref(Self, false)], tys.int32)], [{ trait: above, args: [Self] }]);
    const dyn = tys.dyn(below, [], []);
    const impls = [above, below].map((t) => fn(`impl_${t.methods[0]!.name}`, [tys.ref(noisy, false)], tys.int32));
    w.methods.set(above.methods[0]!, () => impls[0]!);
    w.methods.set(below.methods[0]!, () => impls[1]!);
    const main = fn('main', [], tys.unit);
    const bodies = new Map<FnDecl | ConstDecl, readonly Body[]>(impls.map((impl) => [impl, [bodyFor(impl)]]));
    bodies.set(main, [bodyFor(main, (maker) => {
      const b = maker.block();
      const [x, thin, fat, r] = [maker.local(noisy), maker.local(tys.ref(noisy, false)), maker.local(tys.ref(dyn, false)), maker.local(tys.int32)];
      maker.assign(b, at(thin), { kind: 'ref', mutable: false, place: at(x), twoPhase: false });
      maker.assign(b, at(fat), { kind: 'cast', how: 'toDyn', operand: { kind: 'copy', place: at(thin) }, ty: tys.ref(dyn, false) });
      maker.call(b, at(r), { kind: 'fn', fn: { decl: below.methods[0]!, args: [dyn] } }, [{ kind: 'copy', place: at(fat) }]);
      maker.end(b, { kind: 'return' });
    })]);
    const { mono } = run(w, main, bodies);
    const table = mono.vtableFor(tys.ref(noisy, false), tys.ref(dyn, false));
    expect(table.slots.map((slot) => (slot.kind === 'method' ? mono.instances[slot.id]!.symbol : slot.table.symbol))).toEqual(['app__impl_first', 'app__impl_second']);
    const call = mono.instances.flatMap((i) => i.body.blocks).flatMap((b) => b.stmts).find((s) => s.kind === 'call' && s.callee.kind === 'virtual');
    expect(call?.kind === 'call' && call.callee.kind === 'virtual' && call.callee.slot).toBe(1);
  });

  it('reports polymorphic recursion without end', () => {
    const w = world();
    const T = tys.param(0, 'T');
    const main = fn('main', [], tys.unit);
    const grow = fn('grow', [], tys.unit);
    const call = (maker: BodyMaker, args: readonly Ty[]): void => {
      const b = maker.block();
      maker.call(b, at(0 as LocalId), { kind: 'fn', fn: { decl: grow, args } }, []);
      maker.end(b, { kind: 'return' });
    };
    const bodies = new Map<FnDecl | ConstDecl, readonly Body[]>([
      [main, [bodyFor(main, (maker) => call(maker, [tys.int32]))]],
      [grow, [bodyFor(grow, (maker) => call(maker, [tys.box(T)]))]],
    ]);
    expect(run(w, main, bodies).sink.all.map((d) => d.code)).toEqual(['CJ0530']);
  });
});
