/**
 * Kernels: ours (release, every check on) against C (gcc and clang -O2, no checks), Rust (-O) and Go, the same work and the same output.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geometricMean, machine, median, runOnce } from './measure.ts';

/** Arguments that make a run of C last a good part of a second. */
const KERNELS: Readonly<Record<string, string>> = {
  nbody: '5000000', spectral_norm: '2000', fannkuch: '10', binary_trees: '17', mandelbrot: '2000', knucleotide: '1000000',
  sorting: '3000000', hash_map: '2000000', strings: '1000000', matrix: '500', sieve: '30000000', tokens: '200000',
};

interface Competitor {
  readonly name: string;
  /** Builds the kernel into `out`; false where the tool is missing. Throws where the build fails. */
  build(kernel: string, out: string): boolean;
}

function tool(command: string, args: readonly string[], env: Record<string, string> = {}): boolean {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.error !== undefined && (result.error as NodeJS.ErrnoException).code === 'ENOENT') return false;
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stderr}`);
  return true;
}

function competitors(root: string): Competitor[] {
  const peer = (kernel: string, ending: string): string => join(root, 'bench/cases', kernel, `main.${ending}`);
  const clang = ['clang', 'clang-21', 'clang-20', 'clang-19', 'clang-18', 'clang-17', 'clang-16', 'clang-15', 'clang-14'].find((name) => spawnSync(name, ['--version']).status === 0);
  return [
    { name: 'jc', build: (k, out) => tool(process.execPath, [join(root, 'bin/jc'), 'build', '--release', join(root, 'examples/kernels', `${k}.cj`), '-o', out]) },
    { name: 'gcc', build: (k, out) => tool('gcc', ['-O2', '-o', out, peer(k, 'c'), '-lm']) },
    { name: 'clang', build: (k, out) => clang !== undefined && tool(clang, ['-O2', '-o', out, peer(k, 'c'), '-lm']) },
    { name: 'rust', build: (k, out) => tool('rustc', ['-O', '-o', out, peer(k, 'rs')]) },
    { name: 'go', build: (k, out) => tool('go', ['build', '-o', out, peer(k, 'go')]) },
  ];
}

export function benchCpu(root: string, rounds: number, only: readonly string[]): void {
  const work = mkdtempSync(join(tmpdir(), 'jc-bench-'));
  const rows: string[] = [];
  const againstC: number[] = [];
  const againstGo: number[] = [];
  const againstRust: number[] = [];
  const missing = new Set<string>();
  try {
    for (const [kernel, argument] of Object.entries(KERNELS)) {
      if (only.length > 0 && !only.includes(kernel)) continue;
      const built = competitors(root).filter((c) => {
        const ok = c.build(kernel, join(work, `${kernel}-${c.name}`));
        if (!ok) missing.add(c.name);
        return ok;
      });
      const samples = new Map<string, number[]>(built.map((c) => [c.name, []]));
      let expected: string | null = null;
      for (let round = 0; round < rounds + 1; round++) {
        for (const competitor of built) {
          const sample = runOnce(join(work, `${kernel}-${competitor.name}`), [argument]);
          expected ??= sample.stdout;
          if (sample.stdout !== expected) throw new Error(`${kernel}: ${competitor.name} prints something else:\n${sample.stdout}\ninstead of\n${expected}`);
          // The first round only warms caches.
          if (round > 0) samples.get(competitor.name)!.push(sample.cpuMs);
        }
      }
      const of = (name: string): number | null => (samples.has(name) ? median(samples.get(name)!) : null);
      const ours = of('jc')!;
      const c = Math.min(of('gcc') ?? Infinity, of('clang') ?? Infinity);
      if (Number.isFinite(c)) againstC.push(ours / c);
      if (of('go') !== null) againstGo.push(ours / of('go')!);
      if (of('rust') !== null) againstRust.push(ours / of('rust')!);
      const cell = (name: string): string => of(name)?.toFixed(0) ?? '–';
      const ratio = (other: number | null): string => (other === null || !Number.isFinite(other) ? '–' : `${(ours / other).toFixed(2)}×`);
      rows.push(`| ${kernel} ${argument} | ${['jc', 'gcc', 'clang', 'rust', 'go'].map(cell).join(' | ')} | ${ratio(c)} | ${ratio(of('rust'))} | ${ratio(of('go'))} |`);
      console.log(rows.at(-1));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const mean = (list: readonly number[]): string => (list.length === 0 ? '–' : `**${geometricMean(list).toFixed(2)}×**`);
  const summary = `| geometric mean | | | | | | ${mean(againstC)} | ${mean(againstRust)} | ${mean(againstGo)} |`;
  console.log(summary);
  const text = `# Kernels: CPU time

Machine: ${machine()}. Medians of ${rounds} interleaved rounds after one to warm up, CPU milliseconds (user + system), whole process. Every program prints the same text.
Ours: release, overflow and bounds checks on. C: plain, \`-O2\`, no checks; the ratio is against the faster of gcc and clang. Rust: \`-O\`, overflow checks off (its default), bounds checks on. Go: default.
${['gcc', 'clang', 'rustc', 'go'].map((name) => `${name}: ${versionLine(name)}`).join('; ')}.${missing.size > 0 ? ` Left out, because not installed: ${[...missing].join(', ')}.` : ''}

| kernel | jc | gcc | clang | rust | go | jc / C | jc / Rust | jc / Go |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
${summary}

Repeat: \`npm run bench -- cpu --rounds ${rounds}\`.
`;
  if (only.length > 0) return;
  mkdirSync(join(root, 'bench/results'), { recursive: true });
  writeFileSync(join(root, 'bench/results/cpu.md'), text);
}

function versionLine(name: string): string {
  const command = name === 'clang' && spawnSync('clang', ['--version']).status !== 0 ? 'clang-19' : name;
  const result = spawnSync(command, [name === 'go' ? 'version' : '--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split('\n')[0]!.trim() : existsSync(command) ? 'unknown' : 'not installed';
}
