/**
 * `npm run bench -- build [--lines N] [--rounds N]`: builds of 1,247 modules, ours against Go's, the same graph, functions and bodies.
 * Each row is measured in turns, ours and Go's; std is warm for both. Writes bench/results/build.md (build-large.md for the full size).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { factsOf, makeGraph } from './build/graph.ts';
import { makePrograms, pathOfModule } from './build/programs.ts';
import { versionOf } from './lab.ts';
import { machine, median } from './measure.ts';

interface Sample {
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakMiB: number;
  /** Modules compiled. */
  readonly compiled: number;
}

interface Side {
  readonly name: string;
  readonly folder: string;
  build(): Sample;
  /** Forgets everything but std. */
  reset(): void;
  run(): string;
}

/** Wall, user and system seconds and the peak of memory, from GNU time; what the command wrote to standard error comes before. */
function timed(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): { readonly sample: Omit<Sample, 'compiled'>; readonly text: string } {
  const result = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', command, ...args], { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}:\n${result.stderr}`);
  const lines = result.stderr.trim().split('\n');
  const [wall, user, system, peak] = lines.at(-1)!.split(' ').map(Number);
  return { sample: { wallS: wall!, cpuS: user! + system!, peakMiB: peak! / 1024 }, text: `${result.stdout}${lines.slice(0, -1).join('\n')}` };
}

function write(folder: string, texts: ReadonlyMap<string, string>): void {
  for (const [name, text] of texts) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function ours(root: string, work: string, texts: ReadonlyMap<string, string>): Side {
  const folder = join(work, 'ours');
  const jc = join(root, 'bin/jc');
  const warm = join(work, 'warm-store');
  const store = join(work, 'store');
  write(folder, texts);
  const hello = join(work, 'hello');
  write(hello, new Map([['cj.toml', '[package]\nname = "hello"\nversion = "0.1.0"\n'], ['src/main.cj', 'fn main() {\n    println("hello");\n}\n']]));
  timed(jc, ['build'], hello, { JC_CACHE: warm });
  return {
    name: 'jc', folder,
    build: () => {
      const { sample } = timed(jc, ['build'], folder, { JC_CACHE: store });
      return { ...sample, compiled: compiledBy(folder) };
    },
    reset: () => {
      rmSync(store, { recursive: true, force: true });
      rmSync(join(folder, '.jc'), { recursive: true, force: true });
      cpSync(warm, store, { recursive: true });
    },
    run: () => spawnSync(join(folder, '.jc/dev/bench'), { encoding: 'utf8' }).stdout.trim(),
  };
}

/** From what the last build wrote down; a build that had nothing to do leaves it alone, so it is taken away before. */
function compiledBy(folder: string): number {
  const path = join(folder, '.jc/last-build.jsonl');
  try {
    const finish = readFileSync(path, 'utf8').trim().split('\n').at(-1)!;
    rmSync(path);
    return (JSON.parse(finish) as { executed: number }).executed;
  } catch {
    // Nothing was compiled or found.
    return 0;
  }
}

function go(work: string, texts: ReadonlyMap<string, string>): Side {
  const folder = join(work, 'go');
  const env = { GOCACHE: join(work, 'go-cache'), GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' };
  const warm = join(work, 'go-warm');
  write(folder, texts);
  timed('go', ['build', 'std'], folder, { ...env, GOCACHE: warm });
  return {
    name: 'Go', folder,
    build: () => {
      const { sample, text } = timed('go', ['build', '-v', '-o', join(work, 'go-app'), '.'], folder, env);
      return { ...sample, compiled: text.split('\n').filter((line) => line.startsWith('bench')).length };
    },
    reset: () => {
      rmSync(env.GOCACHE, { recursive: true, force: true });
      cpSync(warm, env.GOCACHE, { recursive: true });
    },
    run: () => spawnSync(join(work, 'go-app'), { encoding: 'utf8' }).stdout.trim(),
  };
}

type Edit = (text: string, isGo: boolean, round: number) => string;

const BODY: Edit = (text, isGo, round) => (isGo ? text.replace(/y := \(x\*31 \+ \d+\)/, `y := (x*31 + ${1000 + round})`) : text.replace(/let y = \(x \* 31 \+ \d+\)/, `let y = (x * 31 + ${1000 + round})`));
const COMMENT: Edit = (text, _isGo, round) => `// Remark ${round}.\n${text}`;
const PRIVATE: Edit = (text, isGo, round) => `${text}\n${isGo ? `func unseen${round}(x int64) int64 { return x }` : `fn unseen${round}(x: Int64): Int64 { x }`}\n`;
const EXPORTED: Edit = (text, isGo, round) => `${text}\n${isGo ? `func Seen${round}(x int64) int64 { return x }` : `pub fn seen${round}(x: Int64): Int64 { x }`}\n`;
const SIGNATURE: Edit = (text, isGo, round) => (isGo ? text.replace(/func Spare\([^)]*\)/, `func Spare(x int64${', _ int64'.repeat(round + 1)})`) : text.replace(/fn spare\([^)]*\)/, `fn spare(x: Int64${Array.from({ length: round + 1 }, (_, i) => `, _unused${i}: Int64`).join('')})`));

export function benchBuild(root: string, lines: number, rounds: number): void {
  const graph = makeGraph(1247, lines);
  const texts = makePrograms(graph);
  const work = mkdtempSync(join(tmpdir(), 'jc-bench-build-'));
  try {
    const sides = [ours(root, work, texts.ours), go(work, texts.go)];
    const table = new Map<string, Map<string, Sample[]>>();
    const measure = (row: string, before: (side: Side) => void): void => {
      for (const side of sides) {
        before(side);
        const sample = side.build();
        const columns = table.get(row) ?? new Map<string, Sample[]>();
        table.set(row, columns);
        columns.set(side.name, [...(columns.get(side.name) ?? []), sample]);
        console.log(`${row.padEnd(24)} ${side.name.padEnd(4)} ${sample.wallS.toFixed(2)} s, ${sample.cpuS.toFixed(2)} CPU s, ${sample.compiled} compiled`);
      }
      const [first, second] = sides.map((side) => side.run());
      if (first !== second) throw new Error(`after "${row}" the programs differ: ${first} and ${second}`);
    };
    const editing = (index: number, edit: Edit, round: number) => (side: Side): void => {
      const path = join(side.folder, pathOfModule(graph.modules[index]!)[side.name === 'Go' ? 'go' : 'ours']);
      writeFileSync(path, edit(readFileSync(path, 'utf8'), side.name === 'Go', round));
    };
    for (let round = 0; round < rounds; round++) {
      measure('cold', (side) => side.reset());
      measure('no-op', () => undefined);
      measure('leaf body', editing(graph.leaf, BODY, round));
      measure('core body', editing(graph.core, BODY, round));
      measure('core body and back', (side) => {
        editing(graph.core, BODY, round + 500)(side);
        side.build();
        editing(graph.core, BODY, round)(side);
      });
      measure('core comment at top', editing(graph.core, COMMENT, round));
      measure('core private function', editing(graph.core, PRIVATE, round));
      measure('core exported function', editing(graph.core, EXPORTED, round));
      measure('core signature', editing(graph.core, SIGNATURE, round));
    }
    const out = report(graph, table, lines, rounds);
    writeFileSync(join(root, 'bench/results', lines > 200_000 ? 'build-large.md' : 'build.md'), out);
    console.log(out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function report(graph: ReturnType<typeof makeGraph>, table: ReadonlyMap<string, ReadonlyMap<string, readonly Sample[]>>, lines: number, rounds: number): string {
  const facts = factsOf(graph);
  const rows = [...table].map(([row, columns]) => {
    const middle = (name: string, field: keyof Sample): number => median(columns.get(name)!.map((sample) => sample[field]));
    const cells = ['jc', 'Go'].flatMap((name) => [middle(name, 'wallS').toFixed(2), middle(name, 'cpuS').toFixed(2), middle(name, 'compiled').toFixed(0), middle(name, 'peakMiB').toFixed(0)]);
    return `| ${row} | ${cells.join(' | ')} | **${(middle('jc', 'wallS') / middle('Go', 'wallS')).toFixed(2)}** | ${(middle('jc', 'cpuS') / middle('Go', 'cpuS')).toFixed(2)} |`;
  });
  return [
    `# Builds of ${graph.modules.length} modules`, '',
    `Made by \`npm run bench -- build --lines ${lines} --rounds ${rounds}\` on ${machine()}; ${versionOf('go', ['version']) ?? 'no Go'}; node ${process.version}, jc of this checkout (dev profile). Medians of ${rounds}; std is warm for both.`, '',
    `The graph: ${facts.lines} lines asked for, out-degree median ${facts.medianOut}, mean ${facts.meanOut.toFixed(1)}, p99 ${facts.p99Out}; ${(100 * facts.importNothing).toFixed(0)} % import nothing, ${(100 * facts.importedByNobody).toFixed(0)} % are imported by nobody, ${(100 * facts.intoTop).toFixed(0)} % of the edges lead into the top 1 %, longest path ${facts.longestPath}. Both programs print the same after every build.`, '',
    '| | jc wall s | CPU s | compiled | MiB | Go wall s | CPU s | compiled | MiB | wall, jc to Go | CPU, jc to Go |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows, '',
  ].join('\n');
}
