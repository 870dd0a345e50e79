/** Workspaces as a whole, in memory: members, sources, overrides, features, the lock file, what is fetched and what is not, and the plans of programs. */
import { expect, test } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { loadWorkspace, parseVersion, planFile, planMembers, planProgram } from '../../../src/packages/index.ts';
import type { LoadedWorkspace, WorkspaceOptions } from '../../../src/packages/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import { MemoryFetcher, MemoryPackageHost } from './memory-packages.ts';

interface Loaded {
  readonly workspace: LoadedWorkspace | null;
  readonly codes: readonly string[];
  readonly host: MemoryPackageHost;
  readonly fetcher: MemoryFetcher;
}

async function load(files: Record<string, string>, options: Partial<WorkspaceOptions> = {}, host?: MemoryPackageHost): Promise<Loaded> {
  const sink = new DiagSink();
  const world = host ?? new MemoryPackageHost(Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('://'))), { JC_REGISTRY: 'https://idx' });
  const fetcher = new MemoryFetcher(world, files);
  const workspace = await loadWorkspace({ host: world, fetcher, sources: new SourceMap(), sink, start: '.', version: parseVersion('0.1.0')!, ...options });
  return { workspace, codes: sink.all.map((diag) => diag.code), host: world, fetcher };
}

function manifest(name: string, more = '', version = '1.0.0'): string {
  return `[package]\nname = "${name}"\nversion = "${version}"\n${more}`;
}

/** Index and archive of a version. */
function release(name: string, version: string, deps: Record<string, string> = {}, more: { features?: Record<string, string[]>; optional?: string[]; text?: string } = {}): Record<string, string> {
  const table = Object.entries(deps).map(([dep, req]) => `${dep} = { version = "${req}"${more.optional?.includes(dep) === true ? ', optional = true' : ''} }\n`).join('');
  const features = Object.entries(more.features ?? {}).map(([feature, list]) => `${feature} = ${JSON.stringify(list)}\n`).join('');
  const line = {
    v: 1, name, version, checksum: `@${name}-${version}`, deps: Object.entries(deps).map(([dep, req]) => ({ name: dep, req, optional: more.optional?.includes(dep) === true })), features: more.features ?? {},
  };
  const base = `https://idx/archives/${name}/${name}-${version}.tar.gz`;
  return {
    [`https://idx/index/${name}.jsonl`]: `${JSON.stringify(line)}\n`,
    [`${base}/cj.toml`]: manifest(name, `\n[dependencies]\n${table}\n[features]\n${features}`, version),
    [`${base}/src/lib.cj`]: more.text ?? '',
  };
}

/** Releases of one package share a file of the index. */
function releases(...all: readonly Record<string, string>[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const one of all) for (const [path, text] of Object.entries(one)) out[path] = path.endsWith('.jsonl') ? (out[path] ?? '') + text : text;
  return out;
}

function ids(workspace: LoadedWorkspace | null): readonly string[] {
  return workspace?.packages.map((one) => one.id) ?? [];
}

test('packages come after what they need, and the lock file is the same twice', async () => {
  const files = releases(release('json', '1.0.0', { text: '1.0' }), release('text', '1.0.0'), release('text', '1.1.0'), {
    'cj.toml': manifest('app', '\n[dependencies]\njson = "1.0"\ntext = "1.1"\n'), 'src/main.cj': '',
  });
  const first = await load(files);
  expect(first.codes).toEqual([]);
  expect(ids(first.workspace)).toEqual(['text 1.1.0', 'json 1.0.0', 'app 1.0.0']);
  const lock = first.host.files.get('/here/cj.lock')!;
  const again = await load(files, { locked: true, offline: true }, first.host);
  expect(again.codes).toEqual([]);
  expect(again.fetcher.asked).toEqual([]);
  expect(first.host.files.get('/here/cj.lock')).toBe(lock);
  const elsewhere = await load(files);
  expect(elsewhere.host.files.get('/here/cj.lock')).toBe(lock);
});

test('a lock file is written even where nothing is needed, and its line ends may differ', async () => {
  const { host } = await load({ 'cj.toml': manifest('app'), 'src/main.cj': '' });
  const lock = host.files.get('/here/cj.lock')!;
  expect(lock).toContain('[[package]]\nname = "app"\nversion = "1.0.0"\n');
  host.files.set('/here/cj.lock', lock.replaceAll('\n', '\r\n'));
  expect((await load({}, { locked: true }, host)).codes).toEqual([]);
  host.readOnly.add('/here/cj.lock');
  expect((await load({}, {}, host)).codes).toEqual([]);
  host.files.delete('/here/cj.lock');
  expect((await load({}, {}, host)).codes).toEqual(['CJ0022']);
});

test('an index is asked again only for what it lacks', async () => {
  const old = releases(release('text', '1.0.0'), { 'cj.toml': manifest('app', '\n[dependencies]\ntext = "1.0"\n'), 'src/main.cj': '' });
  const { host } = await load(old);
  host.files.set('/here/cj.toml', manifest('app', '\n[dependencies]\ntext = "1.1"\n'));
  const fresh = releases(release('text', '1.0.0'), release('text', '1.1.0'));
  const after = await load(fresh, {}, host);
  expect(after.codes).toEqual([]);
  expect(after.fetcher.asked).toEqual(['https://idx/index/text.jsonl', 'https://idx/archives/text/text-1.1.0.tar.gz']);
  expect((await load(fresh, { offline: true }, host)).codes).toEqual([]);
});

test('an override takes the place of a package, whoever needs it and in whatever version', async () => {
  const files = releases(release('json', '1.0.0', { text: '1.0' }), release('text', '1.0.0'), {
    'cj.toml': manifest('app', '\n[dependencies]\njson = "1.0"\n\n[override]\ntext = { path = "mine" }\n'), 'src/main.cj': '', 'mine/cj.toml': manifest('text', '', '9.0.0'), 'mine/src/lib.cj': '',
  });
  const { workspace, codes, host } = await load(files);
  expect(codes).toEqual([]);
  expect(ids(workspace)).toEqual(['text 9.0.0', 'json 1.0.0', 'app 1.0.0']);
  expect(workspace!.packages[0]!.source).toEqual({ kind: 'path' });
  expect(host.files.get('/here/cj.lock')).toContain('source = "path+mine"');
});

test('two lines of a package have keys of their own', async () => {
  const files = releases(release('text', '1.0.0'), release('text', '2.0.0'), release('web', '1.0.0', { text: '1.0' }), {
    'cj.toml': manifest('app', '\n[dependencies]\ntext = "2.0"\nweb = "1.0"\n'), 'src/main.cj': '',
  });
  const { workspace, codes } = await load(files);
  expect(codes).toEqual([]);
  expect(workspace!.packages.map((one) => one.key)).toEqual(['text@2', 'text@1', 'web', 'app']);
  expect([...workspace!.packageByKey.get('web')!.dependencies]).toEqual([['text', 'text@1']]);
  expect([...workspace!.packageByKey.get('app')!.dependencies]).toEqual([['text', 'text@2'], ['web', 'web']]);
});

test('features are united, and optional packages are downloaded only where they are brought', async () => {
  const files = releases(
    release('json', '1.0.0', { text: '1.0' }, { features: { default: ['a'], a: [], b: ['dep:text'] }, optional: ['text'] }), release('text', '1.0.0'),
    release('web', '1.0.0', { json: '1.0' }),
    { 'cj.toml': manifest('app', '\n[dependencies]\njson = { version = "1.0", default-features = false }\nweb = "1.0"\n\n[features]\nbig = ["json/b"]\n'), 'src/main.cj': '' },
  );
  const plain = await load(files);
  expect(ids(plain.workspace)).toEqual(['json 1.0.0', 'web 1.0.0', 'app 1.0.0']);
  expect(plain.workspace!.packageByKey.get('json')!.features).toEqual(['a', 'default']);
  expect([...plain.workspace!.packageByKey.get('json')!.withheld]).toEqual([['text', 'optional']]);
  expect(plain.fetcher.asked.filter((url) => url.includes('archives/text'))).toEqual([]);
  // The lock file does not depend on what is switched on.
  expect(plain.host.files.get('/here/cj.lock')).toContain('name = "text"');
  const big = await load(files, { features: ['big'] });
  expect(big.workspace!.packageByKey.get('json')!.features).toEqual(['a', 'b', 'default']);
  expect(ids(big.workspace)).toContain('text 1.0.0');
  expect(big.host.files.get('/here/cj.lock')).toBe(plain.host.files.get('/here/cj.lock'));
  expect(ids((await load(files, { allFeatures: true })).workspace)).toContain('text 1.0.0');
});

const WORKSPACE = {
  'cj.toml': '[workspace]\nmembers = ["libs/*", "app"]\nexclude = ["libs/old"]\n\n[workspace.dependencies]\ntext = "1.0"\n\n[profile.release]\nopt = 3\n\n[build]\njobs = 3\nenv = ["B", "A", "B"]\n',
  'libs/a/cj.toml': manifest('a', '\n[dependencies]\ntext = { workspace = true }\n\n[dev-dependencies]\napp-lib = { workspace = true }\n'), 'libs/a/src/lib.cj': '', 'libs/a/tests/one.cj': '',
  'libs/old/cj.toml': 'broken', 'libs/notes/readme.md': '',
  'app/cj.toml': manifest('app-lib', '\n[dependencies]\na = { workspace = true }\n'), 'app/src/lib.cj': '', 'app/src/main.cj': '', 'app/src/bin/extra.cj': '', 'app/examples/x.cj': '',
};

test('a workspace is found from anywhere in it', async () => {
  const files = { ...releases(release('text', '1.0.0')), ...WORKSPACE };
  for (const [start, current] of [['.', null], ['app', 'app-lib'], ['app/src/main.cj', 'app-lib'], ['libs/a/src', 'a'], ['libs/notes', null]] as const) {
    const { workspace, codes } = await load(files, { start });
    expect(codes, start).toEqual([]);
    expect(workspace!.rootDir).toBe('.');
    expect(workspace!.members.map((one) => one.name)).toEqual(['a', 'app-lib']);
    expect(workspace!.current?.name ?? null, start).toBe(current);
  }
  const { workspace } = await load(files);
  expect(workspace!.profiles.release.opt).toBe(3);
  expect(workspace!.build).toEqual({ jobs: 3, env: ['A', 'B'] });
  // Only tests need what leads back: no circle.
  expect(ids(workspace)).toEqual(['text 1.0.0', 'a 1.0.0', 'app-lib 1.0.0']);
});

test('plans of programs, members and files', async () => {
  const { workspace, host } = await load({ ...releases(release('text', '1.0.0')), ...WORKSPACE }, { start: 'app' });
  const app = workspace!.current!;
  expect(app.bins.map((bin) => [bin.name, bin.main])).toEqual([['app-lib', 'app/src/main.cj'], ['extra', 'app/src/bin/extra.cj']]);
  const program = planProgram(workspace!, app, app.bins[1]!);
  expect(program.entry).toBe('app/src/bin/extra.cj');
  expect(program.packages.map((part) => [part.key, part.rootFile, [...part.dependencies.keys()].sort()])).toEqual([
    ['text', expect.stringMatching(/^\/home\/cache\/packages\/text-1\.0\.0-.*\/src\/lib\.cj$/), ['text']],
    ['a', 'libs/a/src/lib.cj', ['a', 'text']],
    ['app_lib', 'app/src/lib.cj', ['a', 'app_lib']],
  ]);
  expect(program.packages[0]!.shownDir).toBe('text-1.0.0');
  expect(program.packages[0]!.isMember).toBe(false);
  const a = workspace!.members[0]!;
  expect([...a.withheld]).toEqual([['app_lib', 'dev']]);
  const tests = planMembers(workspace!, [a], host, true);
  expect(tests.packages.map((part) => part.key)).toEqual(['text', 'a', 'app_lib', 'tests']);
  expect([...tests.packages[3]!.dependencies]).toEqual([['text', 'text'], ['app_lib', 'app_lib'], ['a', 'a'], ['tests', 'tests']]);
  expect(tests.entry).toBe(null);
  const file = planFile(workspace!, app, 'app/examples/x.cj', 'x');
  expect(file.packages.at(-1)).toMatchObject({ key: 'x', sourceDir: null, rootFile: 'app/examples/x.cj' });
  expect(file.entry).toBe('app/examples/x.cj');
});

test('a place without a manifest is nobody\'s, and a manifest above that does not list a package is not its root', async () => {
  expect((await load({ 'a.cj': '' }, { start: 'a.cj' })).workspace).toBe(null);
  const { workspace, codes } = await load({ 'cj.toml': '[workspace]\nmembers = ["a"]\n', 'b/cj.toml': manifest('b'), 'b/src/main.cj': '' }, { start: 'b' });
  expect(codes).toEqual([]);
  expect(workspace!.rootDir).toBe('b');
});

test('a mistake in a package from elsewhere is told in its file', async () => {
  const files: Record<string, string> = { ...releases(release('text', '1.0.0')), 'cj.toml': manifest('app', '\n[dependencies]\ntext = "1.0"\n'), 'src/main.cj': '' };
  files['https://idx/archives/text/text-1.0.0.tar.gz/cj.toml'] += 'typo = 1\n';
  expect((await load(files)).codes).toEqual(['CJ0602']);
});
