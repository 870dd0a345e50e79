/**
 * `jc build` of packages: what is compiled again after an edit and what is not, from the command line.
 * Each test has a package and a store of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const JC = join(import.meta.dirname, '../../bin/jc');
const work = mkdtempSync(join(tmpdir(), 'jc-build-'));
const app = join(work, 'app');

const FILES: Readonly<Record<string, string>> = {
  'cj.toml': '[package]\nname = "app"\nversion = "0.1.0"\n',
  'src/main.cj': 'import app::shapes;\nimport app::text::lines as l;\nfn main() {\n    println("${shapes::area(3)} ${l::first("ab")} ${shapes::LIMIT}");\n}\n',
  'src/shapes.cj': 'import app::base;\npub const LIMIT: Int64 = base::scale(4) + 2;\npub fn area(side: Int64): Int64 { base::scale(side) * side }\n',
  'src/base.cj': 'pub fn scale(x: Int64): Int64 { x * 10 }\nfn hidden(): Int64 { 1 }\npub fn twice<T>(x: &T): (T, T) where T: Clone { (x.clone(), x.clone()) }\n',
  'src/text/lines.cj': 'import app::base::twice;\npub fn first(text: &str): String {\n    let (a, b) = twice(&"x");\n    "${text}${a}${b}"\n}\n',
};

function write(name: string, text: string): void {
  const path = join(app, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function edit(name: string, from: string, to: string): void {
  const before = readFileSync(join(app, name), 'utf8');
  expect(before).toContain(from);
  write(name, before.replace(from, to));
}

function jc(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const result = spawnSync(JC, args, { encoding: 'utf8', cwd: app, env: { ...process.env, JC_CACHE: join(work, 'cache'), LANG: 'C' } });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** How many modules a build compiled; it must succeed. */
function compiled(...args: readonly string[]): number {
  const result = jc('build', '--stats', ...args);
  expect(result).toMatchObject({ code: 0 });
  return Number(/requested, (\d+) compiled/.exec(result.err)![1]);
}

function run(): string {
  const result = spawnSync(join(app, '.jc/dev/app'), [], { encoding: 'utf8' });
  return result.stdout + result.stderr;
}

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) write(name, text);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('jc build of a package', () => {
  it('has nothing to tell before the first build', () => {
    const result = jc('why', 'base');
    expect(result.code).toBe(1);
    expect(result.err).toContain('CJ0660');
  });

  it('compiles each module once, then none', () => {
    expect(compiled()).toBe(4);
    expect(run()).toBe('90 abxx 42\n');
    expect(compiled()).toBe(0);
    expect(jc('build')).toEqual({ code: 0, out: '', err: '' });
  });

  it('compiles one module after the edit of a body, a comment or a private function', () => {
    edit('src/text/lines.cj', '"${text}', '"<${text}');
    expect(compiled()).toBe(1);
    expect(run()).toBe('90 <abxx 42\n');
    edit('src/base.cj', 'fn hidden', '// A remark.\nfn unseen(): Int64 { 2 }\nfn hidden');
    // The constant of `shapes` is evaluated with the body of `scale`, so that module depends on sources.
    expect(compiled()).toBe(2);
    expect(jc('why', 'base').out).toContain('source-changed');
  });

  it('finds in the store what another state of the sources left there', () => {
    edit('src/text/lines.cj', '"<${text}', '"${text}');
    const result = jc('build', '--stats');
    expect(result.err).toMatch(/0 compiled, 3 unchanged, 1 from the store/);
    expect(run()).toBe('90 abxx 42\n');
  });

  it('compiles dependents after the edit of a signature', () => {
    edit('src/base.cj', 'pub fn scale(x: Int64): Int64 { x * 10 }', 'pub fn scale(x: Int64): Int64 { x * 10 }\npub fn extra(): Int64 { 1 }');
    // `main` too: the interface of `shapes` keeps the value of LIMIT, which speaks of `base`.
    expect(compiled()).toBe(4);
  });

  it('tells mistakes as check does, and says warnings again', () => {
    edit('src/shapes.cj', 'base::scale(side) * side', 'base::scale(side) * "x"');
    const failed = jc('build');
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('src/shapes.cj:3');
    edit('src/shapes.cj', 'base::scale(side) * "x"', 'let unused = 1; base::scale(side) * side');
    const first = jc('build');
    expect(first).toMatchObject({ code: 0 });
    expect(first.err).toContain('CJ0902');
    expect(jc('build')).toEqual(first);
  });

  it('says what it does', () => {
    edit('src/shapes.cj', 'let unused = 1; ', '');
    const result = jc('build', '--verbose', '--events=events.jsonl', '--profile=trace.json');
    expect(result.err).toMatch(/cache\.hit module=app::base source=workspace key=[0-9a-f]+ bytes=\d+ duration=0\.0ms/);
    const events = readFileSync(join(app, 'events.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { kind: string; seq: number });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)!.kind).toBe('build.finish');
    expect(Array.isArray((JSON.parse(readFileSync(join(app, 'trace.json'), 'utf8')) as { traceEvents: unknown }).traceEvents)).toBe(true);
  });

  it('builds the same executable in another folder and from nothing', () => {
    const before = readFileSync(join(app, '.jc/dev/app'));
    rmSync(join(app, '.jc'), { recursive: true });
    expect(compiled()).toBe(0);
    expect(readFileSync(join(app, '.jc/dev/app')).equals(before)).toBe(true);
    rmSync(join(work, 'cache/v1'), { recursive: true });
    rmSync(join(app, '.jc'), { recursive: true });
    expect(compiled()).toBe(4);
    expect(readFileSync(join(app, '.jc/dev/app')).equals(before)).toBe(true);
  });

  it('looks after the store', () => {
    expect(jc('cache', 'stats').out).toMatch(/blobs +\d+/);
    expect(jc('cache', 'verify').out).toContain('0 damaged');
    expect(jc('cache', 'gc').code).toBe(0);
    expect(jc('cache', 'clear').code).toBe(0);
    expect(existsSync(join(work, 'cache/v1'))).toBe(false);
    edit('src/text/lines.cj', '"${text}', '"[${text}');
    // Objects that are gone are made again.
    expect(compiled()).toBe(4);
    expect(run()).toBe('90 [abxx 42\n');
  });
});
