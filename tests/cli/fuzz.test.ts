/**
 * The tools that look for crashes, run as they are built: a bounded run of the fuzzer with a fixed seed, and the minimiser on a program that fails.
 * Longer runs and their commands stand in docs/testing.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reduce } from '../fuzz/reduce.ts';

const ROOT = join(import.meta.dirname, '../..');
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'jc-fuzz-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function tool(name: string, ...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const result = spawnSync(process.execPath, [join(ROOT, 'dist/dev', `${name}.mjs`), ...args], { encoding: 'utf8', cwd: work, maxBuffer: 1 << 26 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

describe('changed programs', () => {
  it.each([['parse', 600], ['check', 40]])('make no crash and no hang (%s, %i inputs)', (depth, count) => {
    const { code, out } = tool('fuzz', '--count', String(count), '--seed', '7', '--depth', depth);
    expect(out).toContain(`fuzz: ${count} inputs, seed 7, depth ${depth}`);
    expect(out).toContain('0 crashes (0 different failures), 0 hangs');
    expect(code).toBe(0);
  }, 300_000);
});

describe('the minimiser', () => {
  const program = [
    'struct Point { x: Int32, y: Int32 }',
    'fn length(p: &Point): Int32 {',
    '    let square = p.x * p.x;',
    '    square + p.y * p.y',
    '}',
    'fn peek(b: Box<Int32>): Int32 {',
    '    let p: *Int32 = &*b;',
    '    drop(b);',
    '    unsafe { *p }',
    '}',
    'fn main() {',
    '    println(peek(new Box(41)));',
    '}',
    '',
  ].join('\n');

  it('keeps what a failure needs and leaves out items, statements and tokens', async () => {
    const fails = (text: string): boolean => ['fn peek', 'drop(b)', '*p }', 'peek(new'].every((needed) => text.includes(needed));
    const small = await reduce(program, { budget: 400, fails });
    expect(fails(small)).toBe(true);
    expect(small).not.toContain('length');
    expect(small.length).toBeLessThan(60);
  });

  it('makes a program small that the interpreter faults on', () => {
    const path = join(work, 'fault.cj');
    const output = join(work, 'small.cj');
    writeFileSync(path, program);
    const { code, err } = tool('minimize', path, '--as', 'fault', '--budget', '12', '--output', output);
    expect(err).toMatch(/looking for: fault: /);
    expect(code).toBe(0);
    const small = readFileSync(output, 'utf8');
    expect(small).not.toContain('struct Point');
    expect(small).toContain('drop(b)');
  }, 300_000);

  it('says so where nothing fails', () => {
    const path = join(work, 'fine.cj');
    writeFileSync(path, 'fn main() { }\n');
    expect(tool('minimize', path)).toMatchObject({ code: 1, err: `${path} does not fail (crash)\n` });
    expect(tool('minimize').code).toBe(2);
  }, 120_000);
});
