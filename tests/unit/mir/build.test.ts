import { describe, expect, it } from 'vitest';
import { buildMir, elaborateDrops, printBody, verifyBody } from '../../../src/mir/index.ts';
import type { Body } from '../../../src/mir/index.ts';
import { analyzeCaptures, tys } from '../../../src/types/index.ts';
import type { FnBody } from '../../../src/types/index.ts';
import { fn, make, noisy, option, take, world, wrapper } from './fixtures.ts';
import * as t from './tree-maker.ts';

const { program } = world();
const look = fn('look', [tys.ref(noisy, false)], tys.bool);

/** Builds, verifies before and after drop elaboration, and gives the bodies as built. */
function built(body: FnBody): Body[] {
  analyzeCaptures(body, (ty) => program.isCopy(ty));
  const bodies = buildMir(body, program);
  for (const b of bodies) {
    expect(verifyBody(b, 'built')).toEqual([]);
    expect(verifyBody(elaborateDrops(b, program), 'elaborated')).toEqual([]);
  }
  return bodies;
}

/** The statements and jumps of the first body, without declarations. */
function text(body: FnBody): string {
  const [first] = built(body);
  return printBody(first!).split('\n').filter((line) => !line.startsWith('  let ') && line !== '').map((line) => line.trim()).slice(1, -1).join('\n');
}

describe('scopes', () => {
  it('drops locals in reverse order and lets a panic enter the chain where it stands', () => {
    const [a, b] = [t.variable('a', noisy), t.variable('b', noisy)];
    const body = t.body([], t.block([t.letStmt(t.bind(a), t.call(make)), t.letStmt(t.bind(b), t.call(make))]));
    expect(text(body)).toBe([
      'bb0:', 'live _1;', '_1 = call make();', 'live _2;', 'goto bb1;',
      'bb1 unwind bb3:', '_2 = call make();', '_0 = ();', 'drop _2;', 'dead _2;', 'goto bb2;',
      'bb2:', 'drop _1;', 'dead _1;', 'return;',
      'bb3 (cleanup):', 'drop _1;', 'resume;',
    ].join('\n'));
  });

  it('drops the result if leaving a scope panics', () => {
    const a = t.variable('a', noisy);
    const body = t.body([], t.block([t.letStmt(t.bind(a), t.call(make))], t.call(make)));
    expect(text(body)).toContain('unwind bb3:\ndrop _1;');
    expect(text(body)).toContain('bb3 (cleanup):\ndrop _0;\nresume;');
  });

  it('runs deferred code on each edge', () => {
    const a = t.variable('a', noisy);
    const body = t.body([], t.block([
      t.letStmt(t.bind(a), t.call(make)),
      t.defer(t.call(look, t.ref(t.use(a)))),
      t.stmt(t.when(t.call(look, t.ref(t.use(a))), t.block([t.stmt(t.ret(null))], null, tys.never))),
    ]));
    expect(text(body).match(/call look/g)).toHaveLength(4);
  });

  it('stores after dropping, also when the drop panics', () => {
    const a = t.variable('a', noisy, true);
    const out = text(t.body([a], t.block([t.stmt(t.assign(t.use(a), t.call(make)))])));
    expect(out).toMatch(/drop _1;\n_1 = move _3;/);
    expect(out).toMatch(/\(cleanup\):\n_1 = move _3;/);
  });

  it('keeps a borrowed value as long as its let', () => {
    const r = t.variable('r', tys.ref(noisy, false));
    const out = text(t.body([], t.block([t.letStmt(t.bind(r), t.ref(t.call(make))), t.stmt(t.call(look, t.use(r)))])));
    expect(out.indexOf('drop')).toBeGreaterThan(out.indexOf('call look'));
  });

  it('ends temporaries with their statement', () => {
    const out = text(t.body([], t.block([t.stmt(t.call(look, t.ref(t.call(make)))), t.stmt(t.call(make))])));
    expect(out.indexOf('drop')).toBeLessThan(out.lastIndexOf('call make'));
  });

  it('gives up arguments that a call has taken', () => {
    const two = fn('two', [noisy, noisy], tys.unit);
    const out = text(t.body([], t.call(two, t.call(make), t.call(make))));
    expect(out).toContain('bb1 unwind bb3:\n_2 = call make();');
    expect(out).toContain('bb2:\n_0 = call two(move _1, move _2);');
  });

  it('leaves a loop with its value', () => {
    const to = t.target();
    const a = t.variable('a', noisy);
    const out = text(t.body([], t.loop(to, t.block([t.letStmt(t.bind(a), t.call(make)), t.stmt(t.brk(to, t.use(a)))], null, tys.never), noisy)));
    expect(out).toContain('_0 = move _2;');
  });
});

describe('matching', () => {
  it('switches once and shares what follows', () => {
    const o = t.variable('o', option(tys.int32));
    const x = t.variable('x', tys.int32);
    const out = text(t.body([o], t.match(t.use(o), tys.int32,
      { pat: t.variantPat(option(tys.int32), 1, t.intPat(1)), body: t.int(10) },
      { pat: t.variantPat(option(tys.int32), 1, t.bind(x)), body: t.use(x) },
      { pat: t.variantPat(option(tys.int32), 0), body: t.int(0) },
    )));
    expect(out.match(/variantIndex/g)).toHaveLength(1);
    expect(out.match(/switch/g)).toHaveLength(2);
  });

  it('moves a binding after its guard, which sees it through a reference', () => {
    const o = t.variable('o', option(noisy));
    const [x, y] = [t.variable('x', noisy), t.variable('y', noisy)];
    const out = text(t.body([o], t.match(t.use(o), tys.unit,
      { pat: t.variantPat(option(noisy), 1, t.bind(x)), guard: t.call(look, t.ref(t.use(x))), body: t.call(take, t.use(x)) },
      { pat: t.variantPat(option(noisy), 1, t.bind(y)), body: t.block([]) },
      { pat: t.variantPat(option(noisy), 0), body: t.block([]) },
    )));
    expect(out.indexOf('call look')).toBeLessThan(out.indexOf('= move (_1 as Some).0'));
    expect(out).toContain('fakeRead');
    expect(out.match(/call take/g)).toHaveLength(1);
  });
});

describe('captures', () => {
  const owner = fn('g', [], tys.unit);
  const modes = (make: (w: ReturnType<typeof t.variable>) => ReturnType<typeof t.closure>): string => {
    const w = t.variable('w', wrapper, true);
    const c = make(w);
    built(t.body([w], t.block([t.stmt(c)]), owner));
    return `${c.decl.mode}: ${c.decl.captures.map((p) => `${p.mode} ${[p.place.local.name, ...p.place.fields].join('.')}`).join(', ')}`;
  };

  it('takes each place in the weakest mode', () => {
    expect(modes((w) => t.closure(owner, [], t.add(t.field(t.use(w), 2, tys.int32), t.int(1))))).toBe('shared: ref w.2');
    expect(modes((w) => t.closure(owner, [], t.assign(t.field(t.use(w), 2, tys.int32), t.int(1))))).toBe('mut: refMut w.2');
    expect(modes((w) => t.closure(owner, [], t.call(take, t.field(t.use(w), 1, noisy))))).toBe('once: move w.1');
    expect(modes((w) => t.closure(owner, [], t.field(t.use(w), 2, tys.int32), true))).toBe('shared: copy w.2');
    expect(modes((w) => t.closure(owner, [], t.call(look, t.ref(t.field(t.use(w), 0, noisy))), true))).toBe('shared: move w.0');
  });

  it('merges overlapping places', () => {
    expect(modes((w) => t.closure(owner, [], t.block([
      t.stmt(t.call(look, t.ref(t.field(t.use(w), 0, noisy)))),
      t.stmt(t.assign(t.field(t.use(w), 2, tys.int32), t.int(1))),
      t.stmt(t.tuple(t.ref(t.use(w)))),
    ])))).toBe('mut: refMut w');
  });

  it('goes through inner closures', () => {
    expect(modes((w) => t.closure(owner, [], t.block([t.stmt(t.closure(owner, [], t.assign(t.field(t.use(w), 2, tys.int32), t.int(1))))])))).toBe('mut: refMut w.2');
  });

  it('captures a reference for what is behind it', () => {
    const r = t.variable('r', tys.ref(tys.int32, false));
    const m = t.variable('m', tys.ref(tys.int32, true));
    const c = t.closure(owner, [], t.block([t.stmt(t.assign(t.deref(t.use(m)), t.deref(t.use(r))))]));
    built(t.body([r, m], t.block([t.stmt(c)]), owner));
    expect(c.decl.captures.map((p) => `${p.mode} ${p.place.local.name}`)).toEqual(['copy r', 'refMut m']);
    expect(c.decl.mode).toBe('mut');
  });
});

describe('verification', () => {
  it('names what is wrong', () => {
    const a = t.variable('a', tys.int32);
    const [body] = built(t.body([], t.block([t.letStmt(t.bind(a), t.int(1))], t.use(a))));
    const broken: Body = { ...body!, blocks: body!.blocks.map((b) => ({ ...b, stmts: [...b.stmts.filter((s) => s.kind !== 'storageLive'), { kind: 'storageLive' as const, local: 1 as never }] })) };
    expect(verifyBody(broken, 'built').join('\n')).toContain('storage may be dead');
    const wrong: Body = { ...body!, blocks: [{ ...body!.blocks[0]!, term: { kind: 'goto', target: 7 as never } }] };
    expect(verifyBody(wrong, 'built').join('\n')).toContain('bb7 does not exist');
  });
});
