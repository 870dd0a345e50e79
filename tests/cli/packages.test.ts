/**
 * Packages as a user meets them: workspaces, a git repository, an index in a folder and over HTTP, `add`, `remove`, `update`, `tree`, `vendor`, `publish`,
 * `new`, `init`, `clean`, generated sources. Runs the built tool; servers listen on loopback only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const JC = join(ROOT, 'bin/jc');
let work: string;
let registry: string;

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function environment(extra: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, LANG: 'C', LC_ALL: 'C', JC_CACHE: join(work, 'cache'), JC_HOME: join(work, 'home'), JC_REGISTRY: registry, ...extra };
}

function jc(cwd: string, args: readonly string[], env: Record<string, string> = {}): Result {
  const result = spawnSync(process.execPath, [JC, ...args], { encoding: 'utf8', cwd: join(work, cwd), env: environment(env), timeout: 60_000, maxBuffer: 1 << 26 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** Without blocking, for a server in this process. */
function jcWhileServing(cwd: string, args: readonly string[], env: Record<string, string>): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [JC, ...args], { cwd: join(work, cwd), env: environment(env) });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

function files(all: Record<string, string>): void {
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(work, path, '..'), { recursive: true });
    writeFileSync(join(work, path), text);
  }
}

function read(path: string): string {
  return readFileSync(join(work, path), 'utf8');
}

function git(cwd: string, ...args: string[]): string {
  const result = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', ...args], { cwd: join(work, cwd), encoding: 'utf8' });
  expect(result.stderr + result.stdout, args.join(' ')).toBeDefined();
  return result.stdout.trim();
}

/** A library in the index of these tests. */
function publish(name: string, version: string, source: string, more = ''): void {
  const dir = `publish/${name}-${version}`;
  files({ [`${dir}/cj.toml`]: `[package]\nname = "${name}"\nversion = "${version}"\n${more}`, [`${dir}/src/lib.cj`]: source });
  const done = jc(dir, ['publish', '--registry', registry]);
  expect(done, done.err).toMatchObject({ code: 0, out: `published ${name} ${version}\n` });
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'jc-packages-'));
  registry = pathToFileURL(join(work, 'index')).href;
  publish('text', '1.0.0', 'pub fn shout(): String { "one" }\n');
  publish('text', '1.1.0', 'pub fn shout(): String { "one.one" }\n');
  publish('text', '1.2.0', 'pub fn shout(): String { "one.two" }\n');
  publish('text', '2.0.0', 'pub fn shout(): String { "two" }\n');
  publish('web', '0.3.0', 'import text;\npub fn serve(): String { "web on ${text::shout()}" }\n', '\n[dependencies]\ntext = "1.1"\n');
  publish('opt', '1.0.0', '@feature("loud") import text;\npub fn kind(): String { words() }\n@feature("loud") fn words(): String { text::shout() }\n@feature("quiet") fn words(): String { "quiet" }\n',
    '\n[dependencies]\ntext = { version = "1.0", optional = true }\n\n[features]\ndefault = ["quiet"]\nquiet = []\nloud = ["dep:text"]\n');
}, 120_000);
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

const MAIN = 'fn main() { println("hello"); }\n';

function app(dir: string, dependencies: string, main = MAIN, more: Record<string, string> = {}): void {
  files({ [`${dir}/cj.toml`]: `[package]\nname = "app"\nversion = "0.1.0"\n${dependencies === '' ? '' : `\n[dependencies]\n${dependencies}`}`, [`${dir}/src/main.cj`]: main });
  files(Object.fromEntries(Object.entries(more).map(([path, text]) => [`${dir}/${path}`, text])));
}

describe('an index', () => {
  it('gives the greatest version that anybody asks for, and nothing newer', () => {
    app('mvs', 'text = "1.0"\nweb = "0.3"\n', 'import text;\nimport web;\nfn main() { println("${web::serve()}, ${text::shout()}"); }\n');
    const ran = jc('mvs', ['run']);
    expect(ran).toMatchObject({ code: 0, out: 'web on one.one, one.one\n', err: '' });
    const lock = read('mvs/cj.lock');
    expect(lock).toContain('name = "text"\nversion = "1.1.0"\nsource = "index"\nchecksum = "sha256:');
    expect(jc('mvs', ['run', '--locked', '--offline']).out).toBe(ran.out);
    expect(read('mvs/cj.lock')).toBe(lock);
    expect(jc('mvs', ['tree']).out).toBe('app 0.1.0\n├── text 1.1.0\n└── web 0.3.0\n    └── text 1.1.0\n');
    expect(jc('mvs', ['tree', '--invert', 'text']).out).toBe('text 1.1.0\n├── web 0.3.0\n│   └── app 0.1.0\n└── app 0.1.0\n');
    expect(jc('mvs', ['tree', '-i', 'txt']).err).toMatch(/error\[CJ0649\][^]*do you mean `text`/);
  });

  it('serves two lines of one package side by side', () => {
    app('lines', 'text = "2.0"\nold = { package = "text", version = "1.0" }\n', 'import text;\nimport old;\nfn main() { println("${text::shout()} ${old::shout()}"); }\n');
    expect(jc('lines', ['run'])).toMatchObject({ out: 'two one\n', err: '', code: 0 });
    expect(jc('lines', ['run', '--interp'])).toMatchObject({ out: 'two one\n', code: 0 });
  });

  it('switches features on and leaves optional packages out', () => {
    const main = 'import opt;\nfn main() { println(opt::kind()); }\n';
    app('quiet', 'opt = "1.0"\n', main);
    expect(jc('quiet', ['run'])).toMatchObject({ out: 'quiet\n', err: '' });
    expect(jc('quiet', ['tree', '--show-features']).out).toBe('app 0.1.0\n└── opt 1.0.0 [default, quiet]\n');
    app('loud', 'opt = { version = "1.0", default-features = false, features = ["loud"] }\n', main);
    expect(jc('loud', ['run'])).toMatchObject({ out: 'one\n', err: '' });
  });

  it('works over HTTP, asks once, and works without it afterwards', async () => {
    const asked: string[] = [];
    const server: Server = createServer((request, response) => {
      asked.push(request.url!);
      const path = join(work, 'index', decodeURIComponent(request.url!));
      if (!existsSync(path)) response.writeHead(404).end();
      else response.end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { JC_REGISTRY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, JC_HOME: join(work, 'home-http') };
    try {
      app('http', 'web = "0.3"\n', 'import web;\nfn main() { println(web::serve()); }\n');
      expect(await jcWhileServing('http', ['run'], env)).toMatchObject({ code: 0, out: 'web on one.one\n', err: '' });
      expect([...asked].sort()).toEqual(['/archives/text/text-1.1.0.tar.gz', '/archives/web/web-0.3.0.tar.gz', '/index/text.jsonl', '/index/web.jsonl']);
      asked.length = 0;
      expect((await jcWhileServing('http', ['run'], env)).out).toBe('web on one.one\n');
      expect(asked).toEqual([]);
      app('http404', 'nothing = "1.0"\n');
      expect((await jcWhileServing('http404', ['check'], env)).err).toContain('error[CJ0628]');
    } finally {
      server.close();
    }
    expect(jc('http', ['run', '--offline'], env).out).toBe('web on one.one\n');
    const gone = jc('http', ['check'], { ...env, JC_HOME: join(work, 'home-empty') });
    expect(gone.err).toContain('error[CJ0633]');
    expect(gone.code).toBe(74);
  });

  it('serves several builds at once from an empty cache', async () => {
    app('crowd', 'web = "0.3"\nopt = "1.0"\n', 'import web;\nfn main() { println(web::serve()); }\n');
    const env = { JC_HOME: join(work, 'home-crowd') };
    const all = await Promise.all([1, 2, 3, 4].map(() => jcWhileServing('crowd', ['run'], env)));
    for (const one of all) expect(one).toMatchObject({ code: 0, out: 'web on one.one\n', err: '' });
    expect(readdirSync(join(work, 'home-crowd/packages')).map((name) => name.replace(/-[0-9a-f]{16}$/, '')).sort()).toEqual(['opt-1.0.0', 'text-1.1.0', 'web-0.3.0']);
  });

  it('has names in any script', () => {
    publish('数学', '1.0.0', 'pub fn 加(a: Int32): Int32 { a + 1 }\n');
    app('script', '', 'import 数学;\nfn main() { println("${数学::加(41)}"); }\n');
    expect(jc('script', ['add', '数学'])).toMatchObject({ code: 0, err: '' });
    expect(jc('script', ['run'])).toMatchObject({ out: '42\n', err: '' });
  });

  it('finds what was changed in the cache and mends it', () => {
    app('tamper', 'text = "1.2"\n', 'import text;\nfn main() { println(text::shout()); }\n');
    const env = { JC_HOME: join(work, 'home-tamper') };
    expect(jc('tamper', ['run'], env).out).toBe('one.two\n');
    const folder = join(work, 'home-tamper/packages', readdirSync(join(work, 'home-tamper/packages'))[0]!);
    writeFileSync(join(folder, 'src/lib.cj'), 'pub fn shout(): String { "evil" }\n');
    expect(jc('tamper', ['run', '--offline'], env).err).toContain('error[CJ0632]');
    expect(jc('tamper', ['run'], env)).toMatchObject({ out: 'one.two\n', err: '' });
  });

  it('is not believed when it gives other bytes than it promised', () => {
    const dir = join(work, 'lying');
    mkdirSync(join(dir, 'archives/text'), { recursive: true });
    mkdirSync(join(dir, 'index'), { recursive: true });
    writeFileSync(join(dir, 'archives/text/text-1.0.0.tar.gz'), readFileSync(join(work, 'index/archives/text/text-1.1.0.tar.gz')));
    writeFileSync(join(dir, 'index/text.jsonl'), readFileSync(join(work, 'index/index/text.jsonl')));
    app('lied', 'text = "1.0"\n');
    const refused = jc('lied', ['check'], { JC_REGISTRY: pathToFileURL(dir).href, JC_HOME: join(work, 'home-lied') });
    expect(refused.err).toContain('error[CJ0632]');
    expect(refused.code).toBe(1);
    expect(readdirSync(join(work, 'home-lied/packages'))).toEqual([]);
  });
});

describe('git', () => {
  it('takes a package of a commit, found by its name in a workspace, and raises the commit', () => {
    files({
      'repo/cj.toml': '[workspace]\nmembers = ["libs/*"]\n',
      'repo/libs/one/cj.toml': '[package]\nname = "one"\nversion = "1.0.0"\n\n[dependencies]\ntwo = { path = "../two" }\n',
      'repo/libs/one/src/lib.cj': 'import two;\npub fn n(): Int32 { two::n() + 1 }\n',
      'repo/libs/two/cj.toml': '[package]\nname = "two"\nversion = "1.0.0"\n',
      'repo/libs/two/src/lib.cj': 'pub fn n(): Int32 { 1 }\n',
    });
    git('repo', 'init', '-q');
    git('repo', 'add', '.');
    git('repo', 'commit', '-qm', 'first');
    const first = git('repo', 'rev-parse', 'HEAD');
    const url = pathToFileURL(join(work, 'repo')).href;
    app('gitted', '', 'import one;\nfn main() { println("${one::n()}"); }\n');
    expect(jc('gitted', ['add', 'one', '--git', url])).toMatchObject({ code: 0, err: '' });
    expect(read('gitted/cj.toml')).toContain(`[dependencies]\none = { git = "${url}", rev = "${first}" }\n`);
    expect(jc('gitted', ['run'])).toMatchObject({ out: '2\n', err: '' });
    expect(read('gitted/cj.lock')).toMatch(new RegExp(`name = "one"\\nversion = "1.0.0"\\nsource = "git\\+.*#${first}"\\nchecksum = "sha256:`));
    files({ 'repo/libs/two/src/lib.cj': 'pub fn n(): Int32 { 41 }\n' });
    git('repo', 'commit', '-qam', 'second');
    expect(jc('gitted', ['run']).out).toBe('2\n');
    expect(jc('gitted', ['update']).out).toBe('everything is up to date\n');
    expect(jc('gitted', ['update', 'one'])).toMatchObject({ code: 0, err: '' });
    expect(jc('gitted', ['run', '--offline']).out).toBe('42\n');
    expect(jc('gitted', ['vendor'])).toMatchObject({ code: 0, out: '1 download in vendor\n', err: '' });
    expect(jc('gitted', ['run', '--locked', '--offline'], { JC_HOME: join(work, 'home-no-git') })).toMatchObject({ out: '42\n', err: '' });
  });

  it('says what git said', () => {
    app('gitless', `one = { git = "${pathToFileURL(join(work, 'no-repo')).href}", rev = "${'0'.repeat(40)}" }\n`);
    const refused = jc('gitless', ['check']);
    expect(refused.err).toContain('error[CJ0633]');
    expect(refused.code).toBe(74);
  });
});

describe('editing cj.toml', () => {
  const TEXT = '# The app.\n[package]\nname = "app"   # its name\nversion = "0.1.0"\n\n[dependencies]\n# Talks to people.\nweb = "0.3" # stays\n\n[profile.dev]\nopt = 1\n';

  it('adds, replaces and removes lines and leaves the rest alone', () => {
    app('edit', '', MAIN, { 'cj.toml': TEXT });
    expect(jc('edit', ['add', 'text@1.0'])).toMatchObject({ code: 0, out: 'added text 1.0.0 to [dependencies]\n', err: '' });
    expect(read('edit/cj.toml')).toBe(TEXT.replace('# Talks', 'text = "1.0.0"\n# Talks'));
    expect(jc('edit', ['add', 'text'])).toMatchObject({ code: 0, out: 'added text 2.0.0 to [dependencies]\n' });
    expect(jc('edit', ['add', 'opt', '--dev', '-F', 'loud', '--no-default-features']).code).toBe(0);
    expect(read('edit/cj.toml')).toBe(`${TEXT.replace('# Talks', 'text = "2.0.0"\n# Talks')}\n[dev-dependencies]\nopt = { version = "1.0.0", features = ["loud"], default-features = false }\n`);
    expect(jc('edit', ['remove', 'text', 'opt']).code).toBe(0);
    expect(read('edit/cj.toml')).toBe(`${TEXT}\n[dev-dependencies]\n`);
    expect(jc('edit', ['remove', 'wbe']).err).toMatch(/error\[CJ0649\][^]*do you mean `web`/);
  });

  it('puts everything back when the result does not resolve', () => {
    app('undone', '', MAIN, { 'cj.toml': TEXT });
    expect(jc('undone', ['add', 'text@7.0']).err).toMatch(/error\[CJ0629\][^]*`2\.0\.0`/);
    expect(jc('undone', ['add', 'nothing']).err).toContain('error[CJ0628]');
    expect(jc('undone', ['add', 'text', '--path', '../nowhere']).err).toContain('error[CJ0610]');
    expect(jc('undone', ['add', 'a b']).err).toMatch(/error\[CJ0605\][^]*`a-b` would do/);
    expect(jc('undone', ['add', 'text', '--path', 'x', '--git', 'y']).err).toContain('error[CJ0644]');
    expect(jc('undone', ['add', 'text', 'web', '--path', 'x']).err).toContain('error[CJ0644]');
    expect(read('undone/cj.toml')).toBe(TEXT);
    app('dotted', '', MAIN, { 'cj.toml': 'dependencies.web = "0.3"\n[package]\nname = "app"\nversion = "0.1.0"\n' });
    expect(jc('dotted', ['add', 'text']).err).toContain('error[CJ0647]');
    mkdirSync(join(work, 'void'), { recursive: true });
    expect(jc('void', ['add', 'text']).err).toContain('error[CJ0643]');
  });

  it('raises requirements within their line, or beyond', () => {
    app('update', 'text = { version = "1.0" } # why\nweb = "0.3"\n');
    expect(jc('update', ['update', '--dry-run']).out).toBe('cj.toml: text 1.0 → 1.2.0\n');
    expect(read('update/cj.toml')).toContain('"1.0"');
    expect(jc('update', ['update']).code).toBe(0);
    expect(read('update/cj.toml')).toContain('text = { version = "1.2.0" } # why\n');
    expect(read('update/cj.lock')).toContain('version = "1.2.0"');
    expect(jc('update', ['update', 'text', '--major']).out).toBe('cj.toml: text 1.2.0 → 2.0.0\n');
    expect(jc('update', ['update', 'tetx']).err).toContain('error[CJ0649]');
  });
});

describe('workspaces', () => {
  it('build, run, check and test members by name, and several programs', () => {
    files({
      'ws/cj.toml': '[workspace]\nmembers = ["tools", "core"]\n\n[workspace.dependencies]\ntext = "1.1"\n',
      'ws/core/cj.toml': '[package]\nname = "core-lib"\nversion = "0.1.0"\n\n[dependencies]\ntext = { workspace = true }\n',
      'ws/core/src/lib.cj': 'import core_lib::inner;\npub fn name(): String { inner::name() }\npub(package) fn secret(): Int32 { 1 }\n@test fn named() { assertEq(name().len(), 12); }\n',
      'ws/core/src/inner.cj': 'import text;\npub fn name(): String { "core ${text::shout()}" }\n',
      'ws/core/tests/outside.cj': 'import core_lib;\nimport tests::support;\n@test fn seen() { assertEq(core_lib::name().len(), support::twelve()); }\n',
      'ws/core/tests/support.cj': 'pub fn twelve(): usize { 12 }\n',
      'ws/tools/cj.toml': '[package]\nname = "tools"\nversion = "0.1.0"\n\n[dependencies]\ncore-lib = { workspace = true }\n\n[[bin]]\nname = "third"\nmain = "src/other.cj"\n',
      'ws/tools/src/main.cj': 'import core_lib;\nfn main() { println("main ${core_lib::name()}"); }\n',
      'ws/tools/src/bin/second.cj': 'import tools::shared;\nfn main() { println("second ${shared::N}"); }\n',
      'ws/tools/src/other.cj': 'import env;\nfn main() { println("third ${env::args().len()}"); }\n',
      'ws/tools/src/shared.cj': 'pub(package) const N: Int32 = 7;\n',
      'ws/tools/examples/show.cj': 'import core_lib;\nfn main() { println("example ${core_lib::name()}"); }\n',
    });
    expect(jc('ws', ['check'])).toMatchObject({ code: 0, err: '' });
    expect(jc('ws', ['run']).err).toMatch(/error\[CJ0641\][^]*`second`, `third`, `tools`/);
    expect(jc('ws', ['run', '--bin', 'tools']).out).toBe('main core one.one\n');
    expect(jc('ws/tools/src', ['run', '--bin', 'second']).out).toBe('second 7\n');
    expect(jc('ws', ['run', '-p', 'tools', '--bin', 'third', '--', 'a', '--x']).out).toBe('third 3\n');
    expect(jc('ws', ['run', 'tools/src/other.cj', '--', 'a']).out).toBe('third 2\n');
    expect(jc('ws', ['run', 'tools/examples/show.cj']).out).toBe('example core one.one\n');
    expect(jc('ws', ['run', '--bin', 'secnd']).err).toMatch(/error\[CJ0640\][^]*do you mean `second`/);
    expect(jc('ws', ['run', '-p', 'core-lip']).err).toMatch(/error\[CJ0639\][^]*do you mean `core-lib`/);
    expect(jc('ws', ['run', '-p', 'core-lib']).err).toContain('error[CJ0655]');
    expect(jc('ws', ['build', '--workspace']).code).toBe(0);
    expect(readdirSync(join(work, 'ws/.jc/dev')).sort()).toEqual(['second', 'third', 'tools']);
    expect(jc('ws', ['build', '-o', 'x']).err).toContain('error[CJ0641]');
    expect(jc('ws', ['test', '-p', 'core-lib']).out).toMatch(/^ok {3}core_lib::named .*\nok {3}tests::outside::seen .*\n2 passed, 0 failed\n$/);
    expect(existsSync(join(work, 'ws/cj.lock'))).toBe(true);
    expect(existsSync(join(work, 'ws/tools/cj.lock'))).toBe(false);
    files({ 'ws/tools/cj.toml': read('ws/tools/cj.toml').replace('core-lib = { workspace = true }\n', '') });
    expect(jc('ws/tools', ['add', 'core-lib', 'text'])).toMatchObject({ code: 0, err: '' });
    expect(read('ws/tools/cj.toml')).toContain('[dependencies]\ncore-lib = { workspace = true }\ntext = { workspace = true }\n');
    expect(jc('ws/tools', ['clean']).code).toBe(0);
    expect(existsSync(join(work, 'ws/.jc'))).toBe(false);
    expect(jc('ws', ['add', 'text']).err).toMatch(/error\[CJ0643\][^]*root of a workspace/);
  });

  it('keep what is the package\'s own to it', () => {
    files({
      'own/cj.toml': '[workspace]\nmembers = ["a", "b"]\n',
      'own/a/cj.toml': '[package]\nname = "a"\nversion = "0.1.0"\n\n[dependencies]\nb = { workspace = true }\n\n[dev-dependencies]\ntext = "1.0"\n',
      'own/a/src/main.cj': 'import b;\nimport b::hidden;\nimport text;\nfn main() { }\n',
      'own/b/cj.toml': '[package]\nname = "b"\nversion = "0.1.0"\n',
      'own/b/src/lib.cj': 'pub(package) fn hidden() { }\n',
    });
    const refused = jc('own', ['check', '-p', 'a']);
    expect(refused.err).toContain('error[CJ0212]');
    expect(refused.err).toMatch(/error\[CJ0651\][^]*dev-dependencies/);
    files({ 'own/b/src/bin/tool.cj': MAIN, 'own/a/src/main.cj': MAIN, 'own/a/src/bin/tool.cj': MAIN });
    expect(jc('own', ['build']).err).toContain('error[CJ0642]');
    expect(jc('own', ['run', '-p', 'b'])).toMatchObject({ out: 'hello\n' });
  });

  it('bear links in circles, names of any length and folders in odd places', () => {
    app('odd', '', MAIN, { 'tests/cj.toml/x': '' });
    symlinkSync('.', join(work, 'odd/src/again'));
    symlinkSync('self', join(work, 'odd/self'));
    expect(jc('odd', ['check'])).toMatchObject({ code: 0, err: '' });
    expect(jc('odd', ['run', 'a'.repeat(10_000)]).err).toContain('error[CJ0001]');
    for (const path of ['self', 'a'.repeat(10_000), 'tests']) {
      files({ 'odd/cj.toml': `[package]\nname = "app"\nversion = "0.1.0"\n\n[dependencies]\nx = { path = "${path}" }\n` });
      expect(jc('odd', ['check']).err).toContain('error[CJ0610]');
    }
  });

  it('without members have nothing to compile', () => {
    files({ 'none/cj.toml': '[workspace]\nmembers = []\n' });
    for (const command of ['check', 'build', 'run', 'test']) expect(jc('none', [command]).err, command).toContain('error[CJ0643]');
  });

  it('leave a file without a manifest as it was', () => {
    files({ 'lone/hello.cj': 'import util;\nfn main() { println("${util::N}"); }\n', 'lone/util.cj': 'pub const N: Int32 = 3;\n' });
    expect(jc('lone', ['run', 'hello.cj']).out).toBe('3\n');
    files({ 'lone/folder/main.cj': MAIN });
    expect(jc('lone', ['run', 'folder']).out).toBe('hello\n');
  });
});

/** Standard error as people read it, in `tests/packages/cli/NAME.stderr`; BLESS=1 writes it. */
function golden(name: string, result: Result): void {
  const said = result.err.replaceAll(work, '/…');
  const path = join(ROOT, 'tests/packages/cli', `${name}.stderr`);
  if (process.env['BLESS'] === '1') writeFileSync(path, said);
  else expect(said).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
}

describe('what the command line says', () => {
  it('of names, programs, and places without a package', () => {
    files({
      'say/cj.toml': '[workspace]\nmembers = ["one", "two"]\n',
      'say/one/cj.toml': '[package]\nname = "one"\nversion = "0.1.0"\n\n[dev-dependencies]\ntext = "1.0"\n\n[dependencies]\nopt = { version = "1.0", optional = true }\n\n[features]\nmore = ["dep:opt"]\n',
      'say/one/src/lib.cj': 'import text;\nimport opt::kind;\n', 'say/one/src/bin/tool.cj': MAIN, 'say/one/src/bin/other.cj': MAIN,
      'say/two/cj.toml': '[package]\nname = "two"\nversion = "0.1.0"\n', 'say/two/src/lib.cj': '', 'say/two/src/bin/tool.cj': MAIN, 'say/lib/src/lib.cj': '',
      'say/lib/cj.toml': '[package]\nname = "lib-only"\nversion = "0.1.0"\n', 'say/nothing/x': '',
    });
    golden('0639', jc('say', ['check', '-p', 'twoo']));
    golden('0640', jc('say', ['run', '--bin', 'tol']));
    golden('0640-none', jc('say/lib', ['run', '--bin', 'tool']));
    golden('0641', jc('say/one', ['run']));
    golden('0641-output', jc('say/one', ['build', '-o', 'x']));
    golden('0642', jc('say', ['build']));
    golden('0643', jc('.', ['add', 'text']));
    golden('0643-virtual', jc('say', ['add', 'text']));
    golden('0644', jc('say/one', ['add', 'text', '--path', 'a', '--git', 'b']));
    golden('0644-publish', jc('say/two', ['publish', '--no-check']));
    golden('0649', jc('say/one', ['remove', 'txt']));
    golden('0651', jc('say/one', ['check']));
    golden('0652', jc('say/two', ['publish', '--registry', 'https://host', '--no-check']));
    golden('0655', jc('say/lib', ['run']));
    files({ 'say/lib/src/lib.cj': 'import txet;\nimport nowhere::x;\npub fn f(): String { text::shout() }\n', 'say/lib/cj.toml': `${read('say/lib/cj.toml')}\n[dependencies]\ntext = "1.0"\n` });
    golden('imports', jc('say/lib', ['check']));
    files({ 'say/lib/src/lib.cj': '' });
    files({ 'say/lib/cj.toml': `${read('say/lib/cj.toml')}\n[[generate]]\ncmd = ["sh", "-c", "echo broken >&2; exit 2"]\nout = ["src/made.cj"]\n` });
    golden('0645', jc('say/lib', ['check']));
    files({ 'say/lib/cj.toml': 'dependencies.text = "1.0"\n[package]\nname = "lib-only"\nversion = "0.1.0"\n' });
    golden('0647', jc('say/lib', ['add', 'web']));
  });

  it('the same in Chinese, and as JSON', () => {
    golden('0639-zh', jc('say', ['check', '-p', 'twoo', '--lang', 'zh']));
    golden('0601-json', (app('json', '', MAIN, { 'cj.toml': '[package]\nname = "app"\nversion = "0.1.0"\nlicence = "MIT"\n' }), jc('json', ['check', '--error-format', 'json'])));
  });
});

describe('vendor, publish, new, init', () => {
  it('vendors, and then needs neither index nor cache', () => {
    app('vendored', 'web = "0.3"\n', 'import web;\nfn main() { println(web::serve()); }\n');
    expect(jc('vendored', ['vendor'])).toMatchObject({ code: 0, out: '2 downloads in vendor\n', err: '' });
    const env = { JC_REGISTRY: 'http://127.0.0.1:1', JC_HOME: join(work, 'home-none') };
    expect(jc('vendored', ['run', '--offline', '--locked'], env)).toMatchObject({ code: 0, out: 'web on one.one\n', err: '' });
    files({ 'vendored/vendor/text-1.1.0/src/lib.cj': 'pub fn shout(): String { "evil" }\n' });
    expect(jc('vendored', ['run', '--offline'], env).err).toContain('error[CJ0632]');
  });

  it('publishes nothing that others could not build', () => {
    files({ 'pub/cj.toml': '[package]\nname = "pub"\nversion = "1.0.0"\ndescription = "A thing."\n\n[dependencies]\ndep = { path = "dep" }\n', 'pub/src/lib.cj': 'pub const A: Int32 = 1;\n', 'pub/dep/cj.toml': '[package]\nname = "dep"\nversion = "1.0.0"\n', 'pub/dep/src/lib.cj': '', 'pub/notes/.hidden': '' });
    expect(jc('pub', ['publish', '--dry-run']).err).toMatch(/error\[CJ0652\][^]*names no version/);
    files({ 'pub/cj.toml': read('pub/cj.toml').replace('{ path = "dep" }', '{ path = "dep", version = "1.0" }') });
    const dry = jc('pub', ['publish', '--dry-run']);
    expect(dry).toMatchObject({ code: 0, err: '' });
    const line = JSON.parse(dry.out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    expect(line).toMatchObject({ v: 1, name: 'pub', version: '1.0.0', deps: [{ name: 'dep', req: '1.0.0' }], description: 'A thing.' });
    expect(dry.out.split('\n').slice(0, 2).map((row) => row.trim().split(/\s+/)[1])).toEqual(['cj.toml', 'src/lib.cj']);
    expect(jc('pub', ['publish']).err).toContain('error[CJ0644]');
    expect(jc('pub', ['publish', '--registry', 'https://host']).err).toContain('error[CJ0652]');
    expect(jc('pub', ['publish', '--registry', pathToFileURL(join(work, 'other-index')).href])).toMatchObject({ code: 0, out: 'published pub 1.0.0\n' });
    expect(jc('pub', ['publish', '--registry', pathToFileURL(join(work, 'other-index')).href]).err).toMatch(/error\[CJ0652\][^]*published already/);
    app('prog', '');
    expect(jc('prog', ['publish', '--dry-run']).err).toMatch(/error\[CJ0652\][^]*no library/);
    files({ 'bad/cj.toml': '[package]\nname = "bad"\nversion = "1.0.0"\n', 'bad/src/lib.cj': 'pub fn f(): Int32 { "x" }\n' });
    expect(jc('bad', ['publish', '--dry-run']).code).toBe(1);
  });

  it('makes packages that work', () => {
    expect(jc('.', ['new', 'fresh'])).toMatchObject({ code: 0, err: '' });
    expect(read('fresh/cj.toml')).toBe('[package]\nname = "fresh"\nversion = "0.1.0"\nedition = "2026"\n');
    expect(jc('fresh', ['run']).out).toBe('Hello, 世界!\n');
    expect(jc('.', ['new', 'fresh']).err).toContain('error[CJ0023]');
    expect(jc('.', ['new', 'shelf', '--lib']).code).toBe(0);
    expect(jc('shelf', ['test']).out).toContain('1 passed, 0 failed');
    expect(jc('shelf', ['build'])).toMatchObject({ code: 0, err: '' });
    files({ 'there/main.cj': MAIN });
    expect(jc('there', ['init', '--name', 'given']).code).toBe(0);
    expect(readdirSync(join(work, 'there')).sort()).toEqual(['.gitignore', 'cj.toml', 'main.cj']);
    expect(jc('there', ['run']).out).toBe('hello\n');
    expect(jc('there', ['init']).err).toContain('error[CJ0023]');
  });

  it('generates sources, and only when something has changed', () => {
    app('gen', '', 'import gen_table::N;\nfn main() { println("${N}"); }\n'.replace('gen_table', 'table'), {
      'cj.toml': '[package]\nname = "app"\nversion = "0.1.0"\n\n[[generate]]\ncmd = ["sh", "make.sh"]\nin = ["make.sh", "n.txt"]\nout = ["src/table.cj"]\n',
      'make.sh': 'echo run >> log\necho "pub const N: Int32 = $(cat n.txt);" > src/table.cj\n', 'n.txt': '5',
    });
    expect(jc('gen', ['run'])).toMatchObject({ out: '5\n', err: '' });
    expect(jc('gen', ['run']).out).toBe('5\n');
    expect(read('gen/log')).toBe('run\n');
    files({ 'gen/n.txt': '6' });
    expect(jc('gen', ['run']).out).toBe('6\n');
    files({ 'gen/make.sh': 'echo no >&2; exit 3\n' });
    expect(jc('gen', ['run']).err).toMatch(/error\[CJ0645\][^]*exit code 3[^]*no/);
  });

  it('links libraries of the system, and compiles for a processor', () => {
    app('native', '', 'extern "C" { fn zlibVersion(): *UInt8; }\nfn main() { let v = unsafe { zlibVersion() }; println("linked"); }\n', {
      'cj.toml': '[package]\nname = "app"\nversion = "0.1.0"\n\n[native]\nlibs = ["no-such-library"]\n\n[target.x86_64-linux-gnu]\ncpu = "x86-64-v2"\n',
    });
    const refused = jc('native', ['build']);
    expect(refused.err).toContain('error[CJ0703]');
    expect(refused.err).toContain('no-such-library');
    files({ 'native/cj.toml': read('native/cj.toml').replace('no-such-library', 'm'), 'native/src/main.cj': 'extern "C" { fn hypot(x: Float64, y: Float64): Float64; }\nfn main() { println("${unsafe { hypot(3.0, 4.0) }}"); }\n' });
    expect(jc('native', ['run'])).toMatchObject({ out: '5.0\n', err: '', code: 0 });
    files({ 'native/cj.toml': read('native/cj.toml').replace('x86-64-v2', 'no-such-processor') });
    if (process.arch === 'x64') expect(jc('native', ['build']).err).toContain('error[CJ0703]');
  });

  it('acts upon profiles', () => {
    app('profile', '', 'fn main() { println("x"); }\n');
    expect(jc('profile', ['build', '--release']).code).toBe(0);
    const plain = statSync(join(work, 'profile/.jc/release/app')).size;
    files({ 'profile/cj.toml': `${read('profile/cj.toml')}\n[profile.release]\ndebug = true\nopt = "s"\n` });
    expect(jc('profile', ['build', '--release'])).toMatchObject({ code: 0, err: '' });
    expect(statSync(join(work, 'profile/.jc/release/app')).size).toBeGreaterThan(plain);
  });
});
