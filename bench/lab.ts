/**
 * The lab: `npm run bench -- cpu | compile | drop`. Builds every peer, checks that all print the same, measures interleaved (each round runs every
 * competitor once, in turn), and writes a table with medians and ratios to bench/results/. Nothing here is timed inside a test.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchBuild } from './build.ts';
import { benchCompile } from './compile.ts';
import { benchCpu } from './cpu.ts';
import { benchDrop } from './drop.ts';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const [what, ...rest] = process.argv.slice(2);
const rounds = Number(rest[rest.indexOf('--rounds') + 1] || 7);
const only = rest.filter((word, i) => !word.startsWith('--') && rest[i - 1] !== '--rounds');
switch (what) {
  case 'cpu':
    benchCpu(ROOT, rest.includes('--rounds') ? rounds : 7, only);
    break;
  case 'compile':
    benchCompile(ROOT, rest.includes('--rounds') ? rounds : 9);
    break;
  case 'drop':
    benchDrop(ROOT, rest.includes('--rounds') ? rounds : 9);
    break;
  case 'build': {
    const at = rest.indexOf('--lines');
    benchBuild(ROOT, at < 0 ? 74_000 : Number(rest[at + 1]), rest.includes('--rounds') ? rounds : 3);
    break;
  }
  default:
    console.error('usage: npm run bench -- cpu [KERNEL …] [--rounds N]\n       npm run bench -- compile [--rounds N]\n       npm run bench -- drop [--rounds N]');
    process.exitCode = 2;
}

/** A version line of a tool, or null where it is not installed. */
export function versionOf(command: string, args: readonly string[]): string | null {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split('\n')[0]!.trim() : null;
}
