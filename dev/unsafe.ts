/**
 * Which cases of the corpus execute which `unsafe` block of std: `node dist/dev/unsafe.mjs [--write] [PART OF A NAME …]`. Needs gcc and gcov.
 * Consumes: `run` cases. Produces: the blocks that nothing executes; with --write docs/testing/unsafe.md.
 * Each program is compiled with gcc's counters; `#line` makes them count lines of std. A block counts as executed when a line of it was. The same
 * programs run in the corpus under the sanitizers, so a block that is listed with a case was watched there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { BodyStore, lowerProgram, runFrontEnd } from '../src/driver/index.ts';
import { emitC } from '../src/emit-c/index.ts';
import { NodeHost } from '../src/host/index.ts';
import { findCases, parseDirectives } from '../tests/runner/cases.ts';
import type { Case } from '../tests/runner/cases.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

interface Block {
  /** Relative to the repository. */
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** The first case found to execute it. */
  by: string | null;
}

function* walk(directory: string): Generator<string> {
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

/** Every `unsafe { … }` of std, by the braces that belong together. */
function findBlocks(): Block[] {
  const out: Block[] = [];
  for (const path of walk(join(root, 'std'))) {
    if (!path.endsWith('.cj')) continue;
    const text = readFileSync(path, 'utf8').replace(/\/\/.*|"(?:\\.|[^"\\\n])*"|b?'(?:\\.|[^'\\\n])'/g, (hidden) => ' '.repeat(hidden.length));
    for (const found of text.matchAll(/\bunsafe\s*\{/g)) {
      const open = found.index + found[0].length - 1;
      let depth = 0;
      let close = open;
      do {
        if (text[close] === '{') depth++;
        if (text[close] === '}') depth--;
        close++;
      } while (depth > 0 && close < text.length);
      const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
      out.push({ file: relative(root, path), from: lineOf(open), to: lineOf(close - 1), by: null });
    }
  }
  return out;
}

/** Lines of std that a case executes, by file; null with the reason where it could not be found out. */
function executedLines(item: Case & { kind: 'run' }, work: string): Map<string, Set<number>> | string {
  const front = runFrontEnd(new NodeHost(), item.path, join(root, 'std'));
  const main = front.program?.main;
  if (front.program === null || main === null || main === undefined || front.sink.hasErrors) return 'does not compile';
  const options = { verify: false, optimize: false };
  const mono = lowerProgram(front, new BodyStore(front.program, front.sink, options), { main }, options);
  const text = emitC(mono, { sources: front.sources, lineDirectives: true });
  const source = join(work, 'program.c');
  writeFileSync(source, text.startsWith('#define JC_LIBC 1\n') ? text : `#define JC_LIBC 1\n${text}`);
  const runtime = join(root, 'runtime');
  const steps: readonly (readonly string[])[] = [
    ['gcc', '-std=gnu11', '-w', '-O0', '-DJC_LIBC=1', '-I', join(runtime, 'include'), '-c', join(runtime, 'all.c'), '-o', join(work, 'runtime.o')],
    ['gcc', '-std=gnu11', '-w', '-O0', '--coverage', '-fwrapv', '-fno-strict-aliasing', '-I', join(runtime, 'include'), '-c', source, '-o', join(work, 'program.o')],
    ['gcc', '--coverage', join(work, 'program.o'), join(work, 'runtime.o'), '-lm', '-lpthread', '-o', join(work, 'program')],
  ];
  for (const [command, ...args] of steps) {
    const result = spawnSync(command!, args, { encoding: 'utf8', cwd: work });
    if (result.status !== 0) return `gcc: ${(result.stderr ?? String(result.error)).split('\n').slice(0, 3).join(' | ')}`;
  }
  const directives = parseDirectives(readFileSync(item.path, 'utf8'), dirname(item.path));
  spawnSync(join(work, 'program'), directives.args, {
    cwd: item.cwd, input: directives.stdin, env: { PATH: process.env['PATH'], JC_HASH_SEED: '1', ...directives.env }, timeout: 120_000,
  });
  const gcov = spawnSync('gcov', ['--json-format', 'program.c', '-o', 'program.o'], { encoding: 'utf8', cwd: work });
  if (gcov.status !== 0) return `gcov: ${gcov.stderr ?? String(gcov.error)}`;
  const name = readdirSync(work).find((file) => file.endsWith('.gcov.json.gz'));
  if (name === undefined) return 'gcov wrote nothing';
  const report = JSON.parse(gunzipSync(readFileSync(join(work, name))).toString()) as { files: { file: string; lines: { line_number: number; count: number }[] }[] };
  const out = new Map<string, Set<number>>();
  for (const { file, lines } of report.files) {
    const path = relative(root, resolve(work, file));
    const at = path.indexOf('std/');
    if (at !== 0) continue;
    out.set(path, new Set(lines.filter((line) => line.count > 0).map((line) => line.line_number)));
  }
  return out;
}

function main(): void {
  const write = process.argv.includes('--write');
  const patterns = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const blocks = findBlocks();
  const cases = findCases(root).filter((item): item is Case & { kind: 'run' } => item.kind === 'run')
    .filter(({ name }) => (patterns.length === 0 ? name.startsWith('tests/run/') : patterns.some((part) => name.includes(part))));
  for (const item of cases) {
    const work = mkdtempSync(join(tmpdir(), 'jc-unsafe-'));
    try {
      const lines = executedLines(item, work);
      if (typeof lines === 'string') {
        console.log(`${item.name}: ${lines}`);
        continue;
      }
      let found = 0;
      for (const block of blocks) {
        const seen = lines.get(block.file);
        if (block.by !== null || seen === undefined) continue;
        for (let line = block.from; line <= block.to; line++) {
          if (!seen.has(line)) continue;
          block.by = item.name;
          found++;
          break;
        }
      }
      console.log(`${item.name}: ${found} blocks more`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const open = blocks.filter((block) => block.by === null);
  for (const { file, from } of open) console.log(`not executed: ${file}:${from}`);
  console.log(`${blocks.length - open.length} of ${blocks.length} unsafe blocks are executed`);
  if (write) writeFileSync(join(root, 'docs/testing/unsafe.md'), page(blocks, patterns));
}

function page(blocks: readonly Block[], patterns: readonly string[]): string {
  const open = blocks.filter((block) => block.by === null);
  const files = [...new Set(blocks.map((block) => block.file))];
  const rows = files.map((file) => {
    const byCase = new Map<string, number[]>();
    for (const block of blocks.filter((each) => each.file === file)) {
      const key = block.by === null ? '**none**' : `\`${block.by.replace('tests/run/', '').replace('.cj', '')}\``;
      byCase.set(key, [...(byCase.get(key) ?? []), block.from]);
    }
    const cells = [...byCase].map(([by, lines]) => `${by}: ${lines.join(' ')}`);
    return `| \`${file}\` | ${cells.join('; ')} |`;
  });
  return `# Unsafe blocks of the library, and the cases that execute them

Each \`unsafe\` block and \`unsafe impl\` of std says above it why it is sound (\`// Sound: …\`), each \`unsafe fn\` what its caller owes; \`npm run tidy\` refuses one that
does not. Below stands for each block, by the line at which it begins, the first case of \`tests/run\` found to execute it. The corpus runs every case under the
address and undefined-behaviour sanitizers with leak detection, in the interpreter, which checks each access, and, on demand, under valgrind.
${blocks.length - open.length} of ${blocks.length} blocks are executed.

Made by \`node dist/dev/unsafe.mjs --write${patterns.map((part) => ` ${part}`).join('')}\` with gcc's counters.

| file | case: lines |
|---|---|
${rows.join('\n')}
`;
}

main();
