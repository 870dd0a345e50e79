/**
 * Compile times: `jc run hello` from nothing and warm, the start of the program itself, sizes, and the front end on 100,000 generated lines.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLines } from './generate.ts';
import { machine, median } from './measure.ts';

export function benchCompile(root: string, rounds: number): void {
  const work = mkdtempSync(join(tmpdir(), 'jc-compile-'));
  try {
    const jc = join(root, 'bin/jc');
    const hello = join(work, 'hello.cj');
    writeFileSync(hello, 'fn main() {\n    println("hello");\n}\n');
    const big = join(work, 'big.cj');
    const lines = generateLines(100_000);
    writeFileSync(big, lines);
    const timed = (args: readonly string[], env: Record<string, string>): number => {
      const before = process.hrtime.bigint();
      const result = spawnSync(args[0]!, args.slice(1), { encoding: 'utf8', env: { ...process.env, ...env } });
      const ms = Number(process.hrtime.bigint() - before) / 1e6;
      if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}\n${result.stderr.slice(0, 2000)}`);
      return ms;
    };
    // What a command takes of the processor: on a shared machine it says more than the clock.
    const processorMs = (args: readonly string[]): number => {
      const result = spawnSync('sh', ['-c', '"$@" && times', 'sh', ...args], { encoding: 'utf8' });
      if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}\n${result.stderr.slice(0, 2000)}`);
      const parts = result.stdout.trim().split('\n').at(-1)!.split(/\s+/);
      return parts.reduce((sum, part) => {
        const [minutes, seconds] = part.replace('s', '').split('m');
        return sum + Number(minutes) * 60_000 + Number(seconds) * 1000;
      }, 0);
    };
    const rows: string[] = [];
    const row = (name: string, limit: string, samples: readonly number[]): void => {
      rows.push(`| ${name} | ${median(samples).toFixed(1)} ms | ${Math.min(...samples).toFixed(1)} ms | ${limit} |`);
      console.log(rows.at(-1));
    };
    const series = (work_: (i: number) => number): number[] => Array.from({ length: rounds }, (_, i) => work_(i));
    row('`jc run hello.cj`, empty cache', '', series((i) => timed([jc, 'run', hello], { JC_CACHE: join(work, `cold${i}`) })));
    const warm = { JC_CACHE: join(work, 'warm') };
    timed([jc, 'run', hello], warm);
    row('`jc run hello.cj`, unchanged', '≤ 250 ms', series(() => timed([jc, 'run', hello], warm)));
    row('`jc run hello.cj`, edited each time', '', series((i) => {
      writeFileSync(hello, `fn main() {\n    println("hello ${i}");\n}\n`);
      return timed([jc, 'run', hello], warm);
    }));
    writeFileSync(hello, 'fn main() {\n    println("hello");\n}\n');
    const executable = join(work, 'hello');
    timed([jc, 'build', '--release', hello, '-o', executable], warm);
    row('hello (release) itself: start to end', '≤ 2 ms', series(() => timed([executable], {})));
    row('`/bin/true` for comparison', '', series(() => timed(['/bin/true'], {})));
    row('`jc check`, 100,000 lines, pinned to one core', '≤ 2,500 ms', series(() => timed(['taskset', '-c', '0', jc, 'check', big], {})));
    row('… its processor time, user and system', '', series(() => processorMs(['taskset', '-c', '0', jc, 'check', big])));
    row('`jc check`, 100,000 lines, all cores (collector and compiler threads of V8 beside it)', '', series(() => timed([jc, 'check', big], {})));
    const size = statSync(executable).size;
    rows.push(`| size of hello (release, static, stripped) | ${size} bytes | | ≤ 61,440 bytes |`);
    console.log(rows.at(-1));
    mkdirSync(join(root, 'bench/results'), { recursive: true });
    writeFileSync(
      join(root, 'bench/results/compile.md'),
      `# Compile times\n\nMachine: ${machine()}. Medians of ${rounds}; node ${process.version}. The generated file has ${lines.split('\n').length - 1} lines.\n\n| what | median | best | limit |\n|---|---|---|---|\n${rows.join('\n')}\n\nRepeat: \`npm run bench -- compile --rounds ${rounds}\`.\n`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
