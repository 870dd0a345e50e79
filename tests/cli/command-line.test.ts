/** The command line as a user meets it: bad input, a full disk, a closed pipe, exit codes, machine-readable output. Runs the built tool. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const JC = join(ROOT, 'bin/jc');
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'jc-cli-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

function jc(args: readonly string[], options: { cwd?: string; env?: Record<string, string>; input?: string } = {}): Result {
  const start = performance.now();
  const result = spawnSync(process.execPath, [JC, ...args], {
    encoding: 'utf8',
    cwd: options.cwd ?? work,
    input: options.input ?? '',
    env: { ...process.env, LANG: 'C', LC_ALL: 'C', JC_CACHE: join(work, 'cache'), ...options.env },
    timeout: 60_000,
    maxBuffer: 1 << 28,
  });
  return { code: result.status, out: result.stdout, err: result.stderr, ms: performance.now() - start };
}

function file(name: string, text: string | Uint8Array): string {
  const path = join(work, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const HELLO = 'fn main() {\n    println("hello");\n}\n';

describe('programs', () => {
  it('runs one, and passes arguments, input and the exit code through', () => {
    const path = file('echo.cj', 'fn main(): Int32 {\n    for arg in env::args().iter().skip(1) {\n        println(arg);\n    }\n    print(io::readToEnd().unwrap());\n    7\n}\n');
    const result = jc(['run', path, '--', 'a', '--release', '-x'], { input: 'typed\n' });
    expect(result.err).toBe('');
    expect(result.out).toBe('a\n--release\n-x\ntyped\n');
    expect(result.code).toBe(7);
  });

  it('runs the same in the interpreter', () => {
    const result = jc(['run', '--interp', file('hello.cj', HELLO)]);
    expect(result).toMatchObject({ code: 0, out: 'hello\n', err: '' });
  });

  it('reports a panic with its place and exits 101', () => {
    const path = file('panic.cj', 'fn main() {\n    let xs = [1, 2, 3];\n    var i = 2;\n    i += 1;\n    println(xs[i]);\n}\n');
    for (const extra of [[], ['--release'], ['--interp']]) {
      const result = jc(['run', ...extra, path]);
      expect(result.code).toBe(101);
      expect(result.err).toContain('panic: index 3 is out of bounds: the length is 3');
      expect(result.err).toContain('panic.cj:5:');
    }
  });

  it('builds an executable that runs alone', () => {
    file('hello.cj', HELLO);
    expect(jc(['build', 'hello.cj', '-o', 'out/hello']).code).toBe(0);
    const refused = jc(['build', 'hello.cj', '-o', '/proc/hello']);
    expect(refused.err).toContain('error[CJ0022]');
    expect(refused.code).toBe(74);
    expect(spawnSync(join(work, 'out/hello'), { encoding: 'utf8', env: {} }).stdout).toBe('hello\n');
  });

  it('ends quietly with 141 when the reader of its output goes away', () => {
    const path = file('many.cj', 'fn main() {\n    for i in 0..10000000 {\n        println(i);\n    }\n}\n');
    const built = join(work, 'many');
    expect(jc(['build', path, '-o', built]).code).toBe(0);
    const result = spawnSync('bash', ['-c', `"${built}" | head -n 1; echo "\${PIPESTATUS[0]}"`], { encoding: 'utf8' });
    expect(result.stdout).toBe('0\n141\n');
    expect(result.stderr).toBe('');
  });
});

describe('input that cannot be compiled', () => {
  const cases: readonly (readonly [string, () => string, string])[] = [
    ['a missing file', () => join(work, 'nowhere.cj'), 'CJ0001'],
    ['invalid UTF-8', () => file('latin1.cj', Uint8Array.from([0x2f, 0x2f, 0x20, 0xe9, 0x0a])), 'CJ00'],
    ['a file of another language', () => file('main.go', 'package main\n'), 'CJ00'],
    ['50 MB of source', () => file('big.cj', Buffer.alloc(50 * 1024 * 1024, 0x20)), 'CJ00'],
    ['an empty directory', () => {
      mkdirSync(join(work, 'empty'), { recursive: true });
      return join(work, 'empty');
    }, 'CJ00'],
    ['10,000 nested brackets', () => file('deep.cj', `fn main() { let x = ${'('.repeat(10_000)}1${')'.repeat(10_000)}; }`), 'CJ01'],
    ['10,000 nested brackets that never close', () => file('open.cj', `fn main() { ${'{['.repeat(5_000)}`), 'CJ01'],
    ['an empty file', () => file('empty.cj', ''), 'CJ0020'],
  ];
  for (const [name, make, code] of cases) {
    it(`${name}: a clear error and exit 1`, () => {
      const result = jc(['run', make()]);
      expect(result.err).toContain(`error[${code}`);
      expect(result.code).toBe(1);
      expect(result.err).not.toContain('internal fault');
    });
  }

  it('an unreadable file', () => {
    const path = file('secret.cj', HELLO);
    chmodSync(path, 0o000);
    chmodSync(work, 0o755);
    // The superuser reads everything: the tool runs as nobody then.
    const superuser = process.getuid?.() === 0;
    const command = superuser ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath] : [process.execPath];
    const result = spawnSync(command[0]!, [...command.slice(1), JC, 'check', path], { encoding: 'utf8', cwd: '/', env: { PATH: process.env['PATH'], LANG: 'C', JC_CACHE: '/nonexistent' } });
    expect(result.stderr).toMatch(/error\[CJ00\d\d\]/);
    expect(result.status).toBe(1);
  });

  it('a full disk: says what could not be written, exit 74', () => {
    const mount = join(work, 'tiny');
    mkdirSync(mount, { recursive: true });
    const path = file('hello2.cj', 'fn main() {\n    println("full");\n}\n');
    const script = `mount -t tmpfs -o size=16k none "${mount}" && cd "${work}" && JC_CACHE="${mount}" LC_ALL=C "${process.execPath}" "${JC}" run "${path}"; echo "code $?"`;
    const result = spawnSync('unshare', ['-m', 'bash', '-c', script], { encoding: 'utf8' });
    expect(result.stderr).toMatch(/error\[CJ\d{4}\]/);
    expect(result.stderr).not.toContain('internal fault');
    expect(result.stdout).toContain('code 74');
  });
});

describe('the tool', () => {
  it('refuses unknown commands and options with exit 2', () => {
    expect(jc(['frobnicate']).code).toBe(2);
    expect(jc(['run', '--nonsense']).code).toBe(2);
    expect(jc(['run', '--dump', 'nonsense']).code).toBe(2);
    const unknown = jc(['explain', 'CJ9999']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('error[CJ0021]');
  });

  it('shows the tree, the types, the intermediate form and the C text instead of running', () => {
    const path = file('dump.cj', 'fn main() {\n    let n = 1 + 2;\n    println(n);\n}\n');
    const dump = (what: string): string => {
      const result = jc(['run', `--dump=${what}`, path]);
      expect(result).toMatchObject({ code: 0, err: '' });
      return result.out;
    };
    expect(dump('ast')).toContain('let n = 1 + 2;');
    expect(dump('types')).toContain('let n: Int32\n      + : Int32\n');
    expect(dump('mir')).toContain('live _');
    expect(dump('mir:drops')).toContain('fn dump::main(');
    expect(dump('c')).toContain('#line 2');
  });

  it('speaks Chinese when asked, or when the locale says so', () => {
    const path = file('zh.cj', 'fn main() {\n    println(y);\n}\n');
    expect(jc(['check', '--lang', 'zh', path]).err).toContain('错误[CJ0201]');
    expect(jc(['check', path], { env: { LC_ALL: 'zh_CN.UTF-8' } }).err).toContain('错误[CJ0201]');
    expect(jc(['explain', 'CJ0201', '--lang', 'zh']).out).toContain('修正后');
  });

  it('prints diagnostics as JSON', () => {
    const result = jc(['check', '--error-format=json', file('json.cj', 'fn main() {\n    println(y);\n}\n')]);
    const found = JSON.parse(result.err.trim()) as { code: string; span: { line: number; column: number } };
    expect(found.code).toBe('CJ0201');
    expect(found.span).toMatchObject({ line: 2, column: 13 });
  });

  it('makes a package that runs and whose tests pass', () => {
    expect(jc(['new', 'app']).code).toBe(0);
    const again = jc(['new', 'app']);
    expect(again.code).toBe(1);
    expect(again.err).toContain('error[CJ0023]');
    expect(jc(['new', '9lives']).err).toContain('error[CJ0605]');
    expect(jc(['run', 'app']).out).toBe('Hello, 世界!\n');
    const tested = jc(['test', 'app']);
    expect(tested.out).toContain('1 passed, 0 failed');
    expect(tested.code).toBe(0);
    expect(jc(['build', 'app']).code).toBe(0);
  });

  it('runs tests one process each, and tells which fail', () => {
    const path = file('suite.cj', '@test fn good() {\n    assertEq(1 + 1, 2);\n}\n@test fn bad() {\n    assertEq(1 + 1, 3);\n}\n@test fn wild() {\n    let xs = [1];\n    var i = 0;\n    i += 4;\n    println(xs[i]);\n}\n');
    const result = jc(['test', path]);
    expect(result.code).toBe(1);
    expect(result.out).toContain('1 passed, 2 failed');
    const lines = jc(['test', '--json', path, 'good']).out.trim().split('\n').map((line) => JSON.parse(line) as { event: string; passed?: number });
    expect(lines.at(-1)).toMatchObject({ event: 'summary', passed: 1, failed: 0 });
  });

  it('doctor names the compilers', () => {
    expect(jc(['doctor']).out).toMatch(/release\s+→/);
  });

  it('explains every code', () => {
    const codes = jc(['explain', '--list']).out.trim().split('\n').map((line) => line.slice(0, 6));
    expect(codes.length).toBeGreaterThan(100);
    expect(jc(['explain', codes[0]!.toLowerCase()]).code).toBe(0);
  });

  it('a second run of an unchanged program compiles nothing', () => {
    const path = file('warm.cj', 'fn main() {\n    println("warm");\n}\n');
    jc(['run', path]);
    const cold = readFileSync(path, 'utf8');
    expect(jc(['run', path], { env: { JC_CC: '/nonexistent/compiler', JC_CACHE: join(work, 'cache') } }).code).not.toBe(0);
    expect(jc(['run', path]).out).toBe('warm\n');
    writeFileSync(path, cold.replace('warm', 'changed'));
    expect(jc(['run', path]).out).toBe('changed\n');
  });

  it('a second test of an unchanged package compiles nothing, but sees a new file', () => {
    const src = join(work, 'tested', 'src');
    mkdirSync(src, { recursive: true });
    writeFileSync(join(src, 'main.cj'), 'fn main() { }\n@test fn one() {\n    assertEq(1, 1);\n}\n');
    const cache = join(work, 'test-cache');
    const test = (...args: string[]): string => jc(['test', join(work, 'tested'), ...args], { env: { JC_CACHE: cache } }).out;
    // A build leaves a record; one that is not needed leaves it as it was.
    const records = (): number[] => readdirSync(join(cache, 'runs')).map((name) => statSync(join(cache, 'runs', name)).mtimeMs);
    expect(test()).toContain('ok   tested::one');
    const written = records();
    expect(written).toHaveLength(1);
    expect(test()).toContain('ok   tested::one');
    expect(records()).toEqual(written);
    writeFileSync(join(src, 'more.cj'), '@test fn two() {\n    assertEq(2, 2);\n}\n');
    expect(test()).toContain('2 passed, 0 failed');
    expect(test('two')).toContain('1 passed, 0 failed');
    expect(records()).toHaveLength(2);
  });
});

describe('borrows as a promise', () => {
  const HEAD = 'pub fn head(text: &str, mark: &str): &str {\n    if mark.isEmpty() { return ""; }\n    text\n}\nfn main() { println(head("a", "b")); }\n';

  it('says in words what a function borrows, in both languages', () => {
    const path = file('words/head.cj', HEAD);
    const english = jc(['check', '--explain-borrows', 'head', path]);
    expect(english).toMatchObject({ code: 0, err: '' });
    expect(english.out).toContain('head::head(text, mark)');
    expect(english.out).toContain('the result borrows from `text`\n');
    expect(jc(['check', '--lang', 'zh', '--explain-borrows', 'head', path]).out).toContain('结果借用 `text`\n');
    const unknown = jc(['check', '--explain-borrows', 'haed', path]);
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toContain('error[CJ0560]');
    expect(unknown.err).toContain('`head`');
  });

  it('locks it, and names the line by which it grows', () => {
    const path = file('promise/head.cj', HEAD);
    expect(jc(['api', 'check', path]).err).toContain('error[CJ0561]');
    expect(jc(['api', 'lock', path]).code).toBe(0);
    const lock = readFileSync(join(work, 'promise/head.api.lock'), 'utf8');
    expect(lock).toContain('fn head::head(text, mark)\n    result <- text\n');
    expect(jc(['api', 'check', path]).code).toBe(0);
    file('promise/head.cj', HEAD.replace('return ""', 'return mark'));
    const grown = jc(['api', 'check', path]);
    expect(grown.code).toBe(1);
    expect(grown.err).toContain('error[CJ0563]');
    expect(grown.err).toContain('head.cj:2:32');
    // What borrows less keeps its promise, and the promise stays as it was.
    file('promise/head.cj', HEAD.replace('    text\n', '    "text"\n'));
    expect(jc(['api', 'check', path]).code).toBe(0);
    expect(jc(['api', 'lock', path]).code).toBe(0);
    expect(readFileSync(join(work, 'promise/head.api.lock'), 'utf8')).toBe(lock);
    file('promise/head.api.lock', 'api 1\nfn head::head(text, mark)\n    result <- nobody\n');
    expect(jc(['api', 'check', path]).err).toContain('error[CJ0562]');
  });
});
