/**
 * The proof of the borrow checker:
 * `node dist/dev/borrows-fuzz.mjs --count N [--seed S] [--time SECONDS] [--jobs N] [--ablate RULE] [--out FOLDER] [--batch N]`.
 * Random functions are checked; those that are accepted are run with different inputs in the interpreter that follows every reference.
 * No accepted function may misuse one. With `--ablate`, a rule of the checker is off, only what it alone refuses is run, and a misuse has to be found.
 * Prints the counts, and each misuse made small. Exit codes: 0 as it should be, 1 not, 2 wrong arguments.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch, Program } from './check.ts';
import { checkBatch, moduleText } from './check.ts';
import type { Unit } from './generate.ts';
import { generateUnit } from './generate.ts';
import { ABLATIONS, isAblation } from './rules.ts';
import type { Ablation } from './rules.ts';
import { argumentOf, RUNS, runUnit } from './run-unit.ts';
import type { Violation } from './run-unit.ts';
import { shrink } from './shrink.ts';

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly seconds: number;
  readonly ablate: Ablation | null;
  readonly out: string | null;
  readonly batch: number;
  readonly jobs: number;
  /** The number of the first unit, where this process does a part of the work; null where it only counts what others do. */
  readonly from: number | null;
}

interface Counts {
  generated: number;
  malformed: number;
  refusedForMoves: number;
  refusedForBorrows: number;
  accepted: number;
  executed: number;
  calls: number;
  panics: number;
  outOfFuel: number;
  violations: number;
}

/** More than this many misuses of one worker are only counted. */
const SHOWN = 2;
/** The compiler keeps every type that it has ever seen: after this many units a new process goes on. */
const WORKER_UNITS = 2000;

function option(name: string): string | null {
  // The last one counts: workers get some again.
  const at = process.argv.lastIndexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
}

function parse(): Options | null {
  const ablate = option('ablate');
  const numbers = {
    count: Number(option('count') ?? '1000'), seed: Number(option('seed') ?? '1'), seconds: Number(option('time') ?? '0'), batch: Number(option('batch') ?? '100'),
    jobs: Number(option('jobs') ?? '1'),
  };
  if (ablate !== null && !isAblation(ablate)) return null;
  if (Object.values(numbers).some((n) => !Number.isFinite(n) || n < 0) || numbers.batch < 1 || numbers.jobs < 1) return null;
  const from = option('from');
  return { ...numbers, ablate, out: option('out'), from: from === null ? null : Number(from) };
}

async function main(): Promise<void> {
  const options = parse();
  if (options === null) {
    process.stderr.write(`usage: node dist/dev/borrows-fuzz.mjs --count N [--seed S] [--time SECONDS] [--ablate ${ABLATIONS.join('|')}] [--jobs N] [--out FOLDER] [--batch N]\n`);
    process.exitCode = 2;
    return;
  }
  if (options.from === null) await share(options);
  else work(options, options.from);
}

/** Gives the work to processes with room for young objects, and adds up what they count. */
async function share(options: Options): Promise<void> {
  const started = process.hrtime.bigint();
  const elapsed = (): number => Number(process.hrtime.bigint() - started) / 1e9;
  const counts = zero();
  let next = 0;
  const done = (): boolean =>
    next >= options.count || (options.seconds > 0 && elapsed() >= options.seconds) || (options.ablate !== null && counts.violations > 0);
  const queue = async (): Promise<void> => {
    while (!done()) {
      const from = next;
      next = Math.min(options.count, from + WORKER_UNITS);
      const left = options.seconds > 0 ? options.seconds - elapsed() : 0;
      const one = await worker(from, next - from, left);
      for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += one[name];
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, queue));
  const seconds = elapsed();
  const rate = ((counts.accepted / Math.max(1, counts.generated)) * 100).toFixed(1);
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  process.stdout.write(
    `${counts.generated} generated, ${counts.accepted} accepted (${rate} %), ${counts.executed} executed ${RUNS} times each, ${counts.violations} violations; ${seconds.toFixed(1)} s\n`,
  );
  if (options.ablate === null) process.exitCode = counts.violations === 0 && counts.malformed === 0 ? 0 : 1;
  else {
    process.stdout.write(counts.violations > 0 ? `without ${options.ablate} the oracle finds a misuse\n` : `${options.ablate}: the oracle finds no misuse\n`);
    process.exitCode = counts.violations > 0 ? 0 : 1;
  }
}

/** A worker's last line is its counts; what it prints before goes on. */
function worker(from: number, count: number, seconds: number): Promise<Counts> {
  const flags = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
  const given = process.argv.slice(2);
  const args = [...flags, fileURLToPath(import.meta.url), ...given, '--from', String(from), '--count', String(count), '--time', String(seconds)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => (text += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = text.trimEnd().split('\n');
      const last = lines.pop() ?? '';
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
      if (code === 0) resolve(JSON.parse(last) as Counts);
      else reject(new Error(`a worker ended with ${code}: ${last}`));
    });
  });
}

function zero(): Counts {
  return { generated: 0, malformed: 0, refusedForMoves: 0, refusedForBorrows: 0, accepted: 0, executed: 0, calls: 0, panics: 0, outOfFuel: 0, violations: 0 };
}

/** Tries units from one number on. */
function work(options: Options, from: number): void {
  const counts = zero();
  const started = process.hrtime.bigint();
  const late = (): boolean => options.seconds > 0 && Number(process.hrtime.bigint() - started) / 1e9 >= options.seconds;
  const found: Violation[] = [];
  while (counts.generated < options.count && !late() && (options.ablate === null || found.length === 0)) {
    const size = Math.min(options.batch, options.count - counts.generated);
    const first = options.seed * 10_000_019 + from + counts.generated;
    const units = Array.from({ length: size }, (_, i) => generateUnit(first + i, `t${i}`, { rust: false }));
    runBatch(units, options, counts, found);
  }
  for (const violation of found.slice(0, SHOWN)) show(violation, options);
  process.stdout.write(`${JSON.stringify(counts)}\n`);
}

function runBatch(units: readonly Unit[], options: Options, counts: Counts, found: Violation[]): void {
  const rules = options.ablate === null ? {} : { [options.ablate]: true };
  const batch = checkBatch(units, rules);
  const accepted = acceptedOf(batch);
  counts.generated += units.length;
  counts.accepted += accepted.length;
  for (const verdict of batch.verdicts) {
    if (verdict.types.length > 0) {
      counts.malformed++;
      const { code, args, span } = verdict.types[0]!;
      process.stderr.write(`malformed: ${code} ${JSON.stringify(args)} in \`${batch.source.slice(span.lo, span.hi)}\`, seed ${units.find((u) => u.name === verdict.name)?.seed}\n`);
    } else if (verdict.moves.length > 0) counts.refusedForMoves++;
    else if (verdict.borrows.length > 0) counts.refusedForBorrows++;
  }
  let names = accepted;
  if (options.ablate !== null) {
    const all = new Map(batch.borrowVerdicts({}).map((verdict) => [verdict.name, verdict]));
    names = accepted.filter((name) => all.get(name)!.borrows.length > 0);
  }
  const session = batch.session(names);
  if (session === null) return;
  names.forEach((name, index) => {
    const unit = units.find((u) => u.name === name)!;
    const run = runUnit(session, index, unit);
    counts.executed++;
    counts.calls += run.calls;
    counts.panics += run.panics;
    counts.outOfFuel += run.outOfFuel;
    if (run.violation === null) return;
    counts.violations++;
    found.push(run.violation);
  });
}

function acceptedOf(batch: Batch): string[] {
  return batch.verdicts.filter((v) => v.types.length === 0 && v.moves.length === 0 && v.borrows.length === 0).map((v) => v.name);
}

/** Makes the unit small, prints it, and puts it into the folder as a program that can be run. */
function show(violation: Violation, options: Options): void {
  const { unit } = violation;
  const rules = options.ablate === null ? {} : { [options.ablate]: true };
  /** The misuses of some programs, as far as they are accepted. */
  const misuses = (programs: readonly Program[]): (Violation | null)[] => {
    const batch = checkBatch(programs, rules);
    const refused = options.ablate === null ? null : new Map(batch.borrowVerdicts({}).map((verdict) => [verdict.name, verdict.borrows.length > 0]));
    const names = acceptedOf(batch).filter((name) => refused === null || refused.get(name)!);
    const session = batch.session(names);
    return programs.map((program) => {
      const index = names.indexOf(program.name);
      return index < 0 ? null : runUnit(session!, index, { ...unit, ...program }).violation;
    });
  };
  const small = shrink(unit, (programs) => misuses(programs).flatMap((found, i) => (found !== null && found.kind === violation.kind ? [i] : [])));
  const last = misuses([{ name: unit.name, text: small }])[0] ?? violation;
  const head = `// seed ${unit.seed}${options.ablate === null ? '' : `, without ${options.ablate}`}\n${last.story.split('\n').map((line) => `// ${line}`).join('\n')}\n`;
  process.stdout.write(`${head}${small}\n\n`);
  if (options.out === null) return;
  mkdirSync(options.out, { recursive: true });
  const text = moduleText([{ name: unit.name, text: small }]).replace('fn main() {}', `fn main() { eat(${unit.name}(${argumentOf(last.run)})); }`);
  writeFileSync(join(options.out, `${options.ablate ?? 'oracle'}-${unit.seed}.cj`), `${head}// JC_INTERP_BORROWS=1 jc run --interp THIS\n${text}`);
}

await main();
