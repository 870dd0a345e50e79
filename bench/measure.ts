/** Measuring: CPU and wall seconds of a process, medians, the machine's description. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

export interface Sample {
  readonly wallMs: number;
  /** User and system time of the process, from the kernel's own accounting. */
  readonly cpuMs: number;
  readonly stdout: string;
}

/** Runs a program to its end. CPU time comes from bash's `times`-like accounting of its only child. Throws if it fails. */
export function runOnce(command: string, args: readonly string[]): Sample {
  const before = process.hrtime.bigint();
  const result = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$0" "$@"', command, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const wallMs = Number(process.hrtime.bigint() - before) / 1e6;
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}: ${result.stderr}`);
  const [user, system] = result.stderr.trim().split('\n').pop()!.split(' ').map(Number);
  return { wallMs, cpuMs: (user! + system!) * 1000, stdout: result.stdout };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function machine(): string {
  const list = cpus();
  return `${list.length} × ${list[0]?.model.trim() ?? 'unknown processor'}, ${process.platform} ${process.arch}, shared and noisy`;
}
