/**
 * Destruction at the end of a scope: how long from its last statement to the first of the destructor, as a distribution. Ours against Rust's Drop, C by
 * hand and by attribute, Go's defer, and Go's finalizer and cleanup, which run when the collector has found the value.
 * Every program measures itself, with the same clock (clock_gettime through the vDSO), and prints one line; the rounds are interleaved.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, median } from './measure.ts';

/** How many scopes each program leaves. */
const SCOPES = 200_000;

interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  readonly build: readonly string[];
}

export function benchDrop(root: string, rounds: number): void {
  const work = mkdtempSync(join(tmpdir(), 'jc-bench-'));
  const source = (name: string): string => join(root, 'bench/cases/drop', name);
  const out = (name: string): string => join(work, name);
  const peers: readonly Peer[] = [
    { name: 'jc: `Drop`', command: [out('jc')], build: [process.execPath, join(root, 'bin/jc'), 'build', '--release', source('main.cj'), '-o', out('jc')] },
    { name: 'Rust: `Drop`', command: [out('rust')], build: ['rustc', '-O', '-o', out('rust'), source('main.rs')] },
    { name: 'C: by hand', command: [out('c')], build: ['gcc', '-O2', '-o', out('c'), source('main.c')] },
    { name: 'C: attribute `cleanup`', command: [out('cleanup')], build: ['gcc', '-O2', '-DCLEANUP', '-o', out('cleanup'), source('main.c')] },
    { name: 'Go: `defer`', command: [out('go'), 'defer'], build: ['go', 'build', '-o', out('go'), source('main.go')] },
    { name: 'Go: `runtime.SetFinalizer`', command: [out('go'), 'finalizer'], build: [] },
    { name: 'Go: `runtime.AddCleanup`', command: [out('go'), 'cleanup'], build: [] },
  ];
  try {
    const missing = new Set<string>();
    const built = peers.filter((peer) => {
      const [command, ...args] = peer.build;
      if (command === undefined) return !missing.has('go');
      const result = spawnSync(command, args, { encoding: 'utf8' });
      if (result.error !== undefined) {
        missing.add(command);
        return false;
      }
      if (result.status !== 0) throw new Error(`${peer.build.join(' ')}\n${result.stderr}`);
      return true;
    });
    const samples = new Map<string, number[][]>(built.map((peer) => [peer.name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const { name, command } of built) {
        const result = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' });
        if (result.status !== 0) throw new Error(`${name} ended with ${result.status ?? result.signal}: ${result.stderr}`);
        // The first round only warms caches.
        if (round > 0) samples.get(name)!.push(result.stdout.trim().split(' ').map(Number));
      }
    }
    const rows = built.map(({ name }) => {
      const of = (column: number): number => median(samples.get(name)!.map((line) => line[column]!));
      return `| ${name} | ${[0, 1, 2, 3].map((column) => time(of(column))).join(' | ')} | ${time(of(4))} | ${((of(5) / SCOPES) * 100).toFixed(1)} % |`;
    });
    console.log(rows.join('\n'));
    mkdirSync(join(root, 'bench/results'), { recursive: true });
    writeFileSync(join(root, 'bench/results/drop.md'), page(rows, rounds, missing));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function time(ns: number): string {
  if (ns < 1000) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

function page(rows: readonly string[], rounds: number, missing: ReadonlySet<string>): string {
  const version = (command: string, flag: string): string => spawnSync(command, [flag], { encoding: 'utf8' }).stdout?.split('\n')[0]?.trim() ?? 'not installed';
  return `# Destruction at the end of a scope: latency

Machine: ${machine()}; load ${loadavg()[0]!.toFixed(0)} while measuring, which lengthens whatever waits for another thread. Each program leaves a scope ${SCOPES} times; the scope owns a resource with a block of 64 bytes on the heap. Measured is the time from the
scope's last statement to the first statement of the destructor, two readings of one clock. Medians of ${rounds} interleaved rounds of each percentile. "Clock" is the
median of two readings side by side, with nothing between them: a destructor whose column says the same runs at once. The greatest values are the scheduler's
doing where a program is deterministic. "Ran" is how many of the destructors had run when the loop was over.
Finalizer and cleanup run on a goroutine of their own, once the collector has found that nobody refers to the value; each turn makes 1 KiB of other garbage.
${version('gcc', '--version')}; ${version('rustc', '--version')}; ${version('go', 'version')}.${missing.size > 0 ? ` Left out, because not installed: ${[...missing].join(', ')}.` : ''}

| | P50 | P99 | P99.9 | max | clock | ran |
|---|---|---|---|---|---|---|
${rows.join('\n')}

Repeat: \`npm run bench -- drop --rounds ${rounds}\`.
`;
}
