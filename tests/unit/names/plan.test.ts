/** Programs of several packages: what the loader makes of a plan, and what the collector says of imports across packages. */
import { expect, test } from 'vitest';
import { runFrontEnd } from '../../../src/driver/index.ts';
import type { PackagePlan, ProgramPlan } from '../../../src/packages/index.ts';
import { memoryHost, TINY_STD } from './memory-host.ts';

function part(key: string, files: Partial<PackagePlan>): PackagePlan {
  return {
    key, sourceDir: `${key}/src`, rootFile: `${key}/src/lib.cj`, except: new Set(), dependencies: new Map([[key, key]]), withheld: new Map(),
    features: new Set(), declaredFeatures: new Set(), rootDir: key, shownDir: key, isMember: true, ...files,
  };
}

function front(files: Record<string, string>, plan: ProgramPlan) {
  const result = runFrontEnd(memoryHost({ ...TINY_STD, ...files }), '.', 'std', plan);
  return { root: result.root?.path.join('::') ?? null, modules: result.modules.filter((m) => !m.isStd).map((m) => m.path.join('::')).sort(), codes: result.sink.all.map((d) => d.code).filter((code) => code < 'CJ09'), result };
}

const JSON_LIB = part('json', { rootDir: 'cache/1', shownDir: 'json-1.0.0', sourceDir: 'cache/1/src', rootFile: 'cache/1/src/lib.cj', isMember: false });
const JSON_FILES = { 'cache/1/src/lib.cj': 'pub fn decode(): Int32 { text::size() }\nimport json::text;\npub(package) fn hidden(): Int32 { 1 }', 'cache/1/src/text.cj': 'pub fn size(): Int32 { 1 }' };

test('modules of all packages, the entry first asked for its main', () => {
  const app = part('app', { rootFile: null, dependencies: new Map([['app', 'app'], ['json', 'json']]) });
  const loaded = front({ ...JSON_FILES, 'app/src/tool.cj': 'import json;\nimport json::text::size;\nfn main() { let a = json::decode(); let b = size(); }' }, { packages: [JSON_LIB, app], entry: 'app/src/tool.cj' });
  expect(loaded.codes).toEqual([]);
  expect(loaded.root).toBe('app::tool');
  expect(loaded.modules).toEqual(['app', 'app::tool', 'json', 'json::text']);
  expect(loaded.result.program!.main!.name).toBe('main');
  expect(loaded.result.sources.file(loaded.result.modules.find((m) => m.path.join('::') === 'json::text')!.syntax.file).name).toBe('json-1.0.0/src/text.cj');
});

test('what belongs to a package stays in it, whatever the name of the import', () => {
  const app = part('app', { dependencies: new Map([['app', 'app'], ['other', 'json']]) });
  const text = 'import other;\nimport other::decode;\nimport other::hidden;\nfn main() { let a = decode(); }';
  expect(front({ ...JSON_FILES, 'app/src/lib.cj': text }, { packages: [JSON_LIB, app], entry: null }).codes).toEqual(['CJ0212']);
  expect(front({ ...JSON_FILES, 'app/src/lib.cj': 'import json::decode;' }, { packages: [JSON_LIB, app], entry: null }).codes).toEqual(['CJ0209']);
});

test('two lines of one package live side by side', () => {
  const one = part('json@1', { sourceDir: 'j1', rootFile: 'j1/lib.cj', dependencies: new Map([['json', 'json@1']]) });
  const two = part('json@2', { sourceDir: 'j2', rootFile: 'j2/lib.cj', dependencies: new Map([['json', 'json@2']]) });
  const app = part('app', { dependencies: new Map([['app', 'app'], ['json', 'json@2'], ['old', 'json@1']]) });
  const files = { 'j1/lib.cj': 'import json::a;\npub struct Value { x: Int32 }', 'j1/a.cj': '', 'j2/lib.cj': 'pub struct Value { x: Int32 }', 'app/src/lib.cj': 'import json::Value;\nimport old::Value as Old;\nfn f(x: Old): Value { x }' };
  const loaded = front(files, { packages: [one, two, app], entry: null });
  expect(loaded.modules).toEqual(['app', 'json@1', 'json@1::a', 'json@2']);
  expect(loaded.codes).toEqual(['CJ0270']);
});

test('a withheld dependency says why', () => {
  const app = part('app', { withheld: new Map([['json', 'dev'], ['yaml', 'optional']]) });
  expect(front({ 'app/src/lib.cj': 'import json;\nimport yaml::x;' }, { packages: [app], entry: null }).codes).toEqual(['CJ0651', 'CJ0651']);
});

test('features choose declarations', () => {
  const app = (on: readonly string[]): PackagePlan => part('app', { features: new Set(on), declaredFeatures: new Set(['tls', 'log']) });
  const text = '@feature("tls") fn a(): Int32 { 1 }\n@feature("log") fn a(): Int32 { 2 }\nstruct S { }\nimpl S { @feature("tls") fn m(): Int32 { 1 } @feature("log") fn m(): Int32 { 2 } }\n'
    + 'trait T { @feature("log") fn t(&self): Int32; }\nimpl T for S { }\nfn main() { let x = a(); let y = S::m(); }';
  expect(front({ 'app/src/lib.cj': text }, { packages: [app(['tls'])], entry: null }).codes).toEqual([]);
  expect(front({ 'app/src/lib.cj': text }, { packages: [app(['log'])], entry: null }).codes).toHaveLength(1);
  expect(front({ 'app/src/lib.cj': text }, { packages: [app(['tls', 'log'])], entry: null }).codes).toContain('CJ0205');
  expect(front({ 'app/src/lib.cj': '@feature("tsl") fn a() { }\n@feature(1) fn b() { }\nfn main() { @feature("tls") fn c() { } }' }, { packages: [app(['tls'])], entry: null }).codes).toEqual(['CJ0650', 'CJ0223', 'CJ0221']);
});

test('a package without a file of its own has an empty root module', () => {
  const app = part('app', { rootFile: null });
  const loaded = front({ 'app/src/a.cj': 'fn f() { }' }, { packages: [app], entry: null });
  expect(loaded.modules).toEqual(['app', 'app::a']);
  expect(loaded.root).toBe('app');
});
