/**
 * The corpus runner: `node dist/dev/corpus.mjs [--bless] [--jobs N] [--ways dev,release,sanitize,interp,borrows] [PART OF A NAME …]`.
 * Shares the cases among worker processes (this same file with --worker), prints the failures and the line `N passed, N failed`.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCases, WAYS } from './cases.ts';
import type { Case, Way } from './cases.ts';
import { runCase } from './execute.ts';
import type { Outcome } from './execute.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const argv = process.argv.slice(2);

function option(name: string): string | null {
  const at = argv.indexOf(name);
  return at < 0 ? null : (argv[at + 1] ?? null);
}

const bless = argv.includes('--bless');
const ways = (option('--ways')?.split(',') as Way[] | undefined) ?? WAYS;

/** A case whose interpreter or compiler hangs takes its worker with it. */
const CASE_TIMEOUT_MS = ways.includes('valgrind') ? 3_600_000 : 180_000;

/** The type table lives as long as its process: a worker is replaced before it grows large. */
const CASES_PER_WORKER = 60;

interface WorkerReply {
  readonly index: number;
  readonly outcome: Outcome;
}

async function work(): Promise<void> {
  const cases = findCases(root);
  process.on('message', (index: number) => {
    void runCase(cases[index]!, { root, bless, ways }).then((outcome) => process.send!({ index, outcome } satisfies WorkerReply));
  });
}

async function main(): Promise<void> {
  const started = performance.now();
  const valued = new Set(['--jobs', '--ways']);
  const patterns = argv.filter((word, i) => !word.startsWith('--') && !valued.has(argv[i - 1] ?? ''));
  const cases = findCases(root);
  const selected = cases.map((_, i) => i).filter((i) => patterns.length === 0 || patterns.some((p) => cases[i]!.name.includes(p)));
  const outcomes = await share(cases, selected, Number(option('--jobs') ?? availableParallelism()));
  const failed = selected.filter((i) => outcomes[i]!.failures.length > 0);
  const leftOut = selected.flatMap((i) => outcomes[i]!.leftOut.map((text) => `${cases[i]!.name}: ${text}`));
  for (const i of failed) {
    process.stdout.write(`\nFAIL ${cases[i]!.name}\n`);
    for (const text of outcomes[i]!.failures) process.stdout.write(`${text.replace(/^(?=.)/gm, '    ')}\n`);
  }
  if (leftOut.length > 0) process.stdout.write(`\nleft out, with reasons:\n${leftOut.map((line) => `    ${line}\n`).join('')}`);
  const kinds = new Map<string, number>();
  for (const i of selected) kinds.set(cases[i]!.kind, (kinds.get(cases[i]!.kind) ?? 0) + 1);
  const twins = selected.filter((i) => outcomes[i]!.twin === true).length;
  if (twins > 0) kinds.set('twins', twins);
  process.stdout.write(`\ncorpus: ${[...kinds].map(([kind, n]) => `${n} ${kind}`).join(', ')}; ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  process.stdout.write(`${selected.length - failed.length} passed, ${failed.length} failed\n`);
  process.exitCode = failed.length === 0 && selected.length > 0 ? 0 : 1;
}

/** A worker that dies fails the case that it had, and is replaced. */
async function share(cases: readonly Case[], selected: readonly number[], jobs: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  let done = 0;
  const live = process.stderr.isTTY === true;
  await Promise.all(
    Array.from({ length: Math.min(jobs, selected.length) }, () => {
      return new Promise<void>((resolve) => {
        const start = (): void => {
          const child = fork(fileURLToPath(import.meta.url), ['--worker', ...argv], { execArgv: ['--stack-size=3000', '--max-semi-space-size=64', '--enable-source-maps'] });
          let current: number | null = null;
          let watchdog: NodeJS.Timeout | undefined;
          let tooLong = false;
          let given = 0;
          const give = (): void => {
            if (next >= selected.length || given === CASES_PER_WORKER) {
              current = null;
              child.kill();
              return;
            }
            given++;
            current = selected[next++]!;
            child.send(current);
            clearTimeout(watchdog);
            watchdog = setTimeout(() => {
              tooLong = true;
              child.kill('SIGKILL');
            }, CASE_TIMEOUT_MS);
          };
          child.on('message', (reply: WorkerReply) => {
            outcomes[reply.index] = reply.outcome;
            done++;
            if (live) process.stderr.write(`\r\x1b[K${done}/${selected.length} ${cases[reply.index]!.name}`);
            give();
          });
          child.on('exit', () => {
            clearTimeout(watchdog);
            if (current === null) {
              if (next < selected.length) start();
              else resolve();
              return;
            }
            outcomes[current] = { failures: [tooLong ? `did not end within ${CASE_TIMEOUT_MS} ms` : 'the worker process died'], leftOut: [] };
            if (next < selected.length) start();
            else resolve();
          });
          give();
        };
        start();
      });
    }),
  );
  if (live) process.stderr.write('\r\x1b[K');
  return outcomes;
}

if (argv.includes('--worker')) await work();
else await main();
