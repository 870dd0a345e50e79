/**
 * Runs a MonoProgram: the oracle against which compiled programs are compared, and the way to run without a C compiler.
 * Consumes: a program, a host, and the sources (for the places of panics). Produces: how the program ended.
 * Holds: nothing between runs.
 */
import { bug } from '../base/index.ts';
import { ABORT_TEXT, abortReport, EXIT_ABORT, EXIT_PANIC } from '../mir/index.ts';
import type { MonoProgram } from '../mir/index.ts';
import type { SourceMap, Span } from '../source/index.ts';
import { BorrowFault } from './borrow-memory.ts';
import type { Moment } from './borrow-memory.ts';
import { Ending, Fault, NotConstant } from './fault.ts';
import type { InterpHost } from './host.ts';
import type { Machine, Place } from './machine.ts';
import { link, placesOf, translate } from './translate.ts';
import type { Translation } from './translate.ts';

export interface InterpretOptions {
  /** Null: places are shown as offsets. */
  readonly sources: SourceMap | null;
  /** Memory that is still allocated at a normal end is a fault. */
  readonly checkLeaks?: boolean;
  readonly stackBytes?: number;
  readonly maxMemoryBytes?: number;
  /** Loop turns and calls after which the run is given up with EXIT_TIMEOUT; absent: never. */
  readonly fuel?: number;
  /** Which test the entry of a test program runs; by default the number in the variable JC_TEST. */
  readonly testIndex?: number;
  /** Follows every reference: a use of one that is gone is a fault. For bodies that no optimisation has touched. */
  readonly borrows?: boolean;
}

/** A program that faults has no exit code of its own: this stands for it, like a fault of the compiler. */
export const EXIT_FAULT = 70;

/** The budget of loop turns and calls is spent; the number that `timeout` uses. */
export const EXIT_TIMEOUT = 124;

export interface InterpretResult {
  readonly exitCode: number;
  /** What was wrong, where, and the calls around it; null unless the program did something that no checked program can do. */
  readonly fault: string | null;
  /** Heap blocks made in the course of the run. */
  readonly allocations: number;
}

const STACK_BYTES = 16 * 1024 * 1024;
const MAX_MEMORY_BYTES = 3 * 1024 * 1024 * 1024;

function variable(env: readonly string[], name: string): string | null {
  const found = env.find((entry) => entry.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

/** The key of hash tables from `JC_HASH_SEED`, as the C runtime makes it; without it a fixed one, so that runs can be repeated. */
export function hashSeed(env: readonly string[]): readonly [bigint, bigint] {
  const seed = BigInt(/^\d+/.exec(variable(env, 'JC_HASH_SEED') ?? '')?.[0] ?? '0');
  return [seed * 0x9e3779b97f4a7c15n + 1n, (seed ^ 0x5851f42d4c957f2dn) * 0xd1342543de82ef95n];
}

/** Runs the program's entry. Text of panics and faults goes to the host's standard error. */
export function interpret(program: MonoProgram, host: InterpHost, options: InterpretOptions): InterpretResult {
  const translation = translate(program, [program.entry ?? bug('a unit alone cannot run')], options.fuel !== undefined, options.borrows);
  const { machine, functions } = link(translation, {
    host,
    stackBytes: options.stackBytes ?? STACK_BYTES,
    maxBytes: options.maxMemoryBytes ?? MAX_MEMORY_BYTES,
    place: (span) => placeIn(options.sources, span),
    fuel: options.fuel ?? null,
    constant: false,
    hashSeed: hashSeed(host.env),
    testIndex: options.testIndex ?? Number(variable(host.env, 'JC_TEST') ?? '-1'),
  });
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 20;
  try {
    return run(machine, functions[0]!, translation, options);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function run(machine: Machine, entry: () => unknown, translation: Translation, options: InterpretOptions): InterpretResult {
  const end = (exitCode: number, text: string | null, fault: string | null = null): InterpretResult => {
    try {
      machine.flush();
      if (text !== null) machine.printError(new TextEncoder().encode(text));
    } catch (error) {
      if (!(error instanceof Ending)) throw error;
      return { exitCode: error.code, fault, allocations: machine.m.allocations };
    }
    return { exitCode, fault, allocations: machine.m.allocations };
  };
  try {
    const code = entry();
    if (machine.p !== null) return end(EXIT_PANIC, machine.report(machine.p));
    const leaks = machine.m.leaks();
    if (options.checkLeaks === true && leaks.blocks > 0) {
      const text = `${leaks.blocks} heap blocks (${leaks.bytes} bytes) were not freed; the first are of ${leaks.sizes.join(', ')} bytes`;
      return end(EXIT_FAULT, `fault: ${text}\n`, text);
    }
    return end(typeof code === 'number' ? code & 255 : 0, null);
  } catch (error) {
    if (error instanceof Ending) return end(error.code, error.text);
    if (isStackOverflow(error)) return end(EXIT_ABORT, abortReport(ABORT_TEXT.stackOverflow));
    if (error instanceof NotConstant) return end(EXIT_TIMEOUT, null);
    if (error instanceof Fault) {
      const text = describeFault(error, translation, options.sources);
      return end(EXIT_FAULT, `fault: ${text}\n`, text);
    }
    throw error;
  }
}

/** Whether JavaScript's own stack was exhausted: the program recursed too deep. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

export function placeIn(sources: SourceMap | null, span: Span): Place {
  if (sources === null) return { file: `file${span.file}`, line: 1, column: span.lo + 1 };
  const file = sources.file(span.file);
  const { line, column } = file.position(span.lo);
  return { file: file.name, line, column };
}

/** `MESSAGE`, then a line for each function on the stack: its name, block and statement, and its place in the text. */
export function describeFault(error: Fault, translation: Translation, sources: SourceMap | null): string {
  const places = placesOf(translation, error.stack ?? '');
  const lines = places.map(({ instance, block, stmt, span }) => {
    const place = span === null ? null : placeIn(sources, span);
    return `  in ${instance.body.name} bb${block}[${stmt}]${place === null ? '' : ` at ${place.file}:${place.line}:${place.column}`}`;
  });
  return [error.message, ...(error instanceof BorrowFault ? borrowStory(error, translation, sources) : []), ...lines].join('\n');
}

/** Where the reference was made, and what took it away. */
function borrowStory(error: BorrowFault, translation: Translation, sources: SourceMap | null): string[] {
  const placeOf = (mark: number): string => {
    const { instance, block, stmt, span } = translation.marks[mark - 1] ?? bug(`no mark ${mark}`);
    const place = span === null ? null : placeIn(sources, span);
    return `${instance.body.name} bb${block}[${stmt}]${place === null ? '' : ` at ${place.file}:${place.line}:${place.column}`}`;
  };
  const tell = ({ at, user }: Moment): string => (at === user || user === 0 ? placeOf(at) : `${placeOf(at)}, called from ${placeOf(user)}`);
  const made = error.made === null ? [] : [`  made in ${tell(error.made)}`];
  return error.lost === null ? made : [...made, `  lost by ${error.why} in ${tell(error.lost)}`];
}

