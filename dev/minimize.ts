/**
 * Makes a failing program small: `node dist/dev/minimize.mjs FILE.cj [--as crash|fault|exit|test] [--test 'COMMAND {}'] [--budget N] [--output FILE]`.
 *   crash  (the default) the compiler throws, or ends with exit code 70, with the same message
 *   fault  `jc run --interp` reports a fault with the same first words
 *   exit   `jc run` ends with the same exit code and the same last line on standard error
 *   test   COMMAND, with {} replaced by a file that holds the candidate, exits 0
 * The program must stand in one file. Each candidate is tried in a process of its own, so that nothing can take this one with it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reduce } from '../tests/fuzz/reduce.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const LIMIT_MS = 20_000;

function option(name: string): string | null {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
}

/** What is the same about two failures; null: it did not fail. */
type Signature = (path: string) => string | null;

function jc(...args: string[]): { code: number; stderr: string } {
  const result = spawnSync(process.execPath, [join(ROOT, 'dist/jc.mjs'), ...args], { encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: 1 << 26 });
  return { code: result.status ?? (result.error === undefined ? 128 : 124), stderr: result.stderr };
}

/** Numbers and names in messages change while a program shrinks. */
function blur(text: string): string {
  return text.replace(/\d+/g, 'N').replace(/`[^`]*`|"[^"]*"/g, '…').slice(0, 160);
}

function firstLine(text: string, pattern: RegExp): string {
  return blur(text.split('\n').find((line) => pattern.test(line)) ?? '');
}

const SIGNATURES: Readonly<Record<string, Signature>> = {
  crash: (path) => {
    const { code, stderr } = jc('run', '--interp', '--verify', path);
    return code === 70 && !stderr.includes('fault: ') ? firstLine(stderr, /\S/) : null;
  },
  fault: (path) => {
    const { stderr } = jc('run', '--interp', path);
    const line = stderr.split('\n').find((text) => text.startsWith('fault: '));
    return line === undefined ? null : blur(line);
  },
  exit: (path) => {
    const { code, stderr } = jc('run', path);
    return `${code} ${blur(stderr.trimEnd().split('\n').at(-1) ?? '')}`;
  },
};

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined || file.startsWith('--')) {
    process.stderr.write('usage: node dist/dev/minimize.mjs FILE.cj [--as crash|fault|exit|test] [--test COMMAND] [--budget N] [--output FILE]\n');
    process.exitCode = 2;
    return;
  }
  const command = option('test');
  const how = command === null ? (option('as') ?? 'crash') : 'test';
  const folder = mkdtempSync(join(tmpdir(), 'jc-minimize-'));
  const path = join(folder, 'small.cj');
  const signature: Signature | undefined =
    how === 'test' ? (p) => (spawnSync('sh', ['-c', (command ?? 'false').replaceAll('{}', p)], { timeout: LIMIT_MS }).status === 0 ? 'yes' : null) : SIGNATURES[how];
  if (signature === undefined) {
    process.stderr.write(`no such way to fail: ${how}\n`);
    process.exitCode = 2;
    return;
  }
  try {
    const text = readFileSync(file, 'utf8');
    writeFileSync(path, text);
    const wanted = signature(path);
    if (wanted === null) {
      process.stderr.write(`${file} does not fail (${how})\n`);
      process.exitCode = 1;
      return;
    }
    process.stderr.write(`looking for: ${wanted}\n`);
    let tries = 0;
    const small = await reduce(text, {
      budget: Number(option('budget') ?? '1000'),
      fails: (candidate) => {
        tries++;
        writeFileSync(path, candidate);
        return signature(path) === wanted;
      },
    });
    process.stderr.write(`${text.length} characters became ${small.length} in ${tries} tries\n`);
    const output = option('output');
    if (output === null) process.stdout.write(small);
    else writeFileSync(output, small);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
