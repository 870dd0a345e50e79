/**
 * The fuzzer of the front end: `node dist/dev/fuzz.mjs [--count N] [--from N] [--seed S] [--depth parse|check|lower|run] [--only INDEX] [--keep DIR]`.
 * Each input is a changed program of the repository. The compiler must neither throw nor take longer than two seconds of processor time (not of
 * the clock: the machine may be busy) to check it; more where all passes run and MIR is verified after each.
 * A crash is made small and, with --keep, written to a folder; crashes that end in the same message and function count as one.
 * Inputs run in a worker thread, so that one that does not end can be stopped. The last line is the summary; exit code 1 after a crash.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { mutate, mutateGently } from './mutate.ts';
import { probe } from './probe.ts';
import type { Depth } from './probe.ts';
import { Random } from './random.ts';
import { reduce } from './reduce.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const LIMIT_MS: Readonly<Record<Depth, number>> = { parse: 2000, check: 2000, lower: 8000, run: 20_000 };
/** The first input waits for std to be read and for the compiler to be compiled. */
const FIRST_LIMIT_MS = 20_000;
/** The table of types grows with each program, and so does the work of the garbage collector. */
const INPUTS_PER_WORKER = 40;
/** What the command line gives the compiler; deep nesting must be a diagnostic at this size. */
const STACK_MB = 16;

interface Request {
  readonly text: string;
  readonly depth: Depth;
}

type Answer = { readonly kind: 'ok' } | { readonly kind: 'errors' } | { readonly kind: 'crash'; readonly message: string; readonly key: string };

function work(): void {
  parentPort!.on('message', ({ text, depth }: Request) => {
    let answer: Answer;
    try {
      answer = probe(text, depth, join(ROOT, 'std')) === 'ok' ? { kind: 'ok' } : { kind: 'errors' };
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answer = { kind: 'crash', message, key: keyOf(message) };
    }
    parentPort!.postMessage(answer);
  });
}

/** Message without numbers and names, and the function that threw. */
function keyOf(stack: string): string {
  const [head = '', ...frames] = stack.split('\n');
  const frame = frames.map((line) => /at (?:async )?([\w.<>$]+) /.exec(line)?.[1]).find((name) => name !== undefined && !['bug', 'unreachable', 'assert'].includes(name));
  return `${head.replace(/\d+/g, 'N').replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…').slice(0, 120)} in ${frame ?? '?'}`;
}

class Prober {
  private worker: Worker | null = null;
  private warm = false;
  private asked = 0;

  /** A hang counts only if it happens again in a new worker that is warm. */
  async ask(request: Request): Promise<Answer | { readonly kind: 'hang' }> {
    if (++this.asked % INPUTS_PER_WORKER === 0) this.stop();
    const answer = await this.once(request);
    if (answer.kind !== 'hang') return answer;
    await this.once({ text: 'fn main() { }', depth: request.depth });
    return await this.once(request);
  }

  private async once(request: Request): Promise<Answer | { readonly kind: 'hang' }> {
    this.worker ??= new Worker(fileURLToPath(import.meta.url), { resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: 2048 } });
    const worker = this.worker;
    return await new Promise((resolve) => {
      const limit = this.warm ? LIMIT_MS[request.depth] : FIRST_LIMIT_MS;
      const before = process.cpuUsage();
      const finish = (answer: Answer | { readonly kind: 'hang' }): void => {
        clearInterval(timer);
        // Only these: the worker listens to itself, too.
        for (const event of ['message', 'error', 'exit'] as const) worker.removeAllListeners(event);
        if (answer.kind === 'hang' || (answer.kind === 'crash' && answer.key.startsWith('worker'))) this.stop();
        resolve(answer);
      };
      const timer = setInterval(() => {
        const used = process.cpuUsage(before);
        if (used.user + used.system > limit * 1000) finish({ kind: 'hang' });
      }, 100);
      worker.once('message', (answer: Answer) => {
        this.warm = true;
        finish(answer);
      });
      worker.once('error', (error) => finish({ kind: 'crash', message: String(error), key: `worker: ${String(error)}` }));
      worker.once('exit', (code) => finish({ kind: 'crash', message: `exit ${code}`, key: `worker: exit ${code}` }));
      worker.postMessage(request);
    });
  }

  stop(): void {
    void this.worker?.terminate();
    this.worker = null;
    this.warm = false;
  }
}

function corpus(): string[] {
  const texts: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(path).sort()) {
      const child = join(path, name);
      if (statSync(child).isDirectory()) walk(child);
      else if (name.endsWith('.cj')) texts.push(readFileSync(child, 'utf8'));
    }
  };
  for (const folder of ['tests', 'examples', 'std', 'bench']) {
    if (statSync(join(ROOT, folder), { throwIfNoEntry: false })?.isDirectory() === true) walk(join(ROOT, folder));
  }
  return texts;
}

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

async function main(): Promise<void> {
  const count = Number(option('count', '500'));
  const seed = Number(option('seed', '1'));
  const from = Number(option('from', '0'));
  const depth = option('depth', 'run') as Depth;
  const only = option('only', '');
  const keep = option('keep', '');
  const texts = corpus();
  // What std and the kernels hold is seldom a program by itself.
  const bases = depth === 'run' ? texts.filter((text) => /fn main\(/.test(text)) : texts;
  const prober = new Prober();
  const found = new Map<string, { readonly index: number; readonly message: string; readonly text: string }>();
  const tally = { ok: 0, errors: 0, crash: 0, hang: 0 };
  const started = performance.now();
  const indices = only === '' ? Array.from({ length: count }, (_, i) => from + i) : [Number(only)];
  for (const index of indices) {
    const random = new Random(Math.imul(seed, 1_000_003) + index);
    const base = random.pick(bases);
    const text = depth === 'run' && random.below(4) > 0 ? mutateGently(base, random) : mutate(base, texts, random);
    if (only !== '') process.stdout.write(`${text}\n`);
    const answer = await prober.ask({ text, depth });
    tally[answer.kind]++;
    if (answer.kind === 'ok' || answer.kind === 'errors') continue;
    const key = answer.kind === 'hang' ? `hang` : answer.key;
    if (found.has(key) && answer.kind !== 'hang') continue;
    const name = answer.kind === 'hang' ? `hang ${index}` : key;
    // Each try of a hang costs its whole limit.
    const small = await reduce(text, {
      budget: answer.kind === 'hang' ? (only === '' ? 0 : 60) : 400,
      fails: async (candidate) => {
        const again = await prober.ask({ text: candidate, depth });
        return again.kind === answer.kind && (again.kind !== 'crash' || again.key === key);
      },
    });
    found.set(name, { index, message: answer.kind === 'hang' ? `took longer than ${LIMIT_MS[depth]} ms` : answer.message, text: small });
    process.stdout.write(`\n-- input ${index}: ${name}\n${answer.kind === 'crash' ? answer.message.split('\n').slice(0, 5).join('\n') : ''}\n-- ${answer.kind === 'hang' ? 'text' : 'small'}:\n${small.slice(0, 2000)}\n`);
    if (keep !== '') {
      mkdirSync(keep, { recursive: true });
      writeFileSync(join(keep, `seed${seed}-${index}.cj`), small);
    }
  }
  prober.stop();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counts = `${tally.ok} without mistakes, ${tally.errors} with, ${tally.crash} crashes (${found.size} different failures), ${tally.hang} hangs`;
  process.stdout.write(`fuzz: ${indices.length} inputs, seed ${seed}, depth ${depth}, ${seconds} s: ${counts}\n`);
  process.exitCode = tally.crash + tally.hang === 0 ? 0 : 1;
}

if (isMainThread) await main();
else work();
