import { expect, test } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { editDistance, loadProgram, nearestName, spellingOfForeignName } from '../../../src/names/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import type { Host, ReadFailure } from '../../../src/source/index.ts';
import { memoryHost, TINY_STD } from './memory-host.ts';

function load(files: Record<string, string>, root: string) {
  const sink = new DiagSink();
  const loaded = loadProgram({ host: memoryHost({ ...TINY_STD, ...files }), root, stdDir: 'std', sources: new SourceMap(), sink });
  return { root: loaded.rootModule?.path.join('::') ?? null, user: loaded.modules.filter((m) => !m.isStd).map((m) => m.path.join('::')), std: loaded.modules.filter((m) => m.isStd).map((m) => m.path.join('::')), codes: sink.all.map((d) => d.code) };
}

test('a file alone is a package of which only imported files are modules', () => {
  const result = load({ 'work/hello-world.cj': 'import util;\nimport deep::inner::f;\nfn main() { import late; }', 'work/util.cj': 'import other;', 'work/other.cj': '', 'work/late.cj': '', 'work/deep/inner.cj': 'fn f() { }', 'work/unused.cj': '' }, 'work/hello-world.cj');
  expect(result.root).toBe('hello_world');
  expect(result.user.sort()).toEqual(['hello_world', 'hello_world::deep', 'hello_world::deep::inner', 'hello_world::late', 'hello_world::other', 'hello_world::util']);
  expect(result.codes).toEqual([]);
});

test('of a folder every file is a module', () => {
  const result = load({ 'w/app/src/main.cj': '', 'w/app/src/net/dial.cj': '', 'w/app/src/net/net.cj': '', 'w/app/src/codec/mod.cj': '', 'w/app/tests/t.cj': '' }, 'w/app');
  expect(result.root).toBe('app');
  expect(result.user.sort()).toEqual(['app', 'app::codec', 'app::net', 'app::net::dial']);
});

test('std modules take the name of their folder', () => {
  expect(load({ 'a.cj': '' }, 'a.cj').std.sort()).toEqual(['std', 'std::core', 'std::fs', 'std::prelude']);
});

test('what cannot be loaded is told', () => {
  expect(load({}, 'none.cj').codes).toEqual(['CJ0001']);
  expect(load({ 'x.go': '' }, 'x.go').codes).toEqual(['CJ0006']);
  expect(load({ 'x.txt': '' }, 'x.txt').codes).toEqual(['CJ0007']);
  expect(load({ 'p/a.cj': '' }, 'p').codes).toEqual(['CJ0008']);
  expect(load({ 'p/main.cj': '', 'p/net.cj': '', 'p/net/net.cj': '' }, 'p').codes).toEqual(['CJ0211']);
});

test('what the system refuses is told with its reason', () => {
  const failing = (why: ReadFailure): readonly string[] => {
    const base = memoryHost({ ...TINY_STD, 'a.cj': '' });
    const sink = new DiagSink();
    const host: Host = { ...base, readText: (path) => (path === 'a.cj' ? { ok: false, why, detail: '7' } : base.readText(path)) };
    loadProgram({ host, root: 'a.cj', stdDir: 'std', sources: new SourceMap(), sink });
    return sink.all.map((d) => d.code);
  };
  expect(failing('denied')).toEqual(['CJ0002']);
  expect(failing('directory')).toEqual(['CJ0003']);
  expect(failing('not-utf8')).toEqual(['CJ0004']);
  expect(failing('too-large')).toEqual(['CJ0005']);
  const sink = new DiagSink();
  loadProgram({ host: memoryHost({ 'a.cj': '' }), root: 'a.cj', stdDir: 'nowhere', sources: new SourceMap(), sink });
  expect(sink.all.map((d) => d.code)).toEqual(['CJ0010']);
});

test('nearest names', () => {
  expect(editDistance('lenght', 'length', 3)).toBe(1);
  expect(nearestName('prntln', ['print', 'println', 'eprintln'])).toBe('println');
  expect(nearestName('max_value', ['maxValue', 'min'])).toBe('maxValue');
  expect(nearestName('x', ['y', 'z'])).toBe(null);
  expect(spellingOfForeignName('Vec')).toBe('ArrayList');
});
