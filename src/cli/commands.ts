/** `jc run`, `jc build`, `jc check`. Each returns the exit code. */
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, SHARE_ENV, Worker } from 'node:worker_threads';
import { printBody } from '../mir/index.ts';
import type { Body } from '../mir/index.ts';
import { printModule } from '../syntax/index.ts';
import { printTree } from '../types/index.ts';
import type { TypedProgram } from '../types/index.ts';
import { runFrontEnd } from '../driver/index.ts';
import { interpretProgram, NodeHost } from '../host/index.ts';
import { buildExecutable, checkInput, isUserModule, lowerInput } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import type { Context } from './context.ts';
import { EXIT, renderAll, STD_DIR } from './context.ts';
import { selectPrograms } from './select-program.ts';
import type { ProgramInput, SelectFlags } from './select-program.ts';

export interface BuildFlags extends SelectFlags {
  readonly release?: boolean;
  readonly sanitize?: boolean;
  readonly debug?: boolean;
  readonly dump?: string;
  readonly verify?: boolean;
  readonly stats?: boolean;
  readonly output?: string;
}

export interface RunFlags extends BuildFlags {
  readonly interp?: boolean;
}

export interface CheckFlags extends SelectFlags {
  readonly verify?: boolean;
  readonly stats?: boolean;
}

const INTERPRETER_STACK_MB = 256;

export function compileOptions(input: ProgramInput, flags: BuildFlags): CompileOptions {
  const dump = flags.dump ?? '';
  const wanted = dump === 'mir' ? 'build' : dump.startsWith('mir:') ? dump.slice(4) : null;
  const onBody = wanted === null ? undefined : (pass: string, body: Body): void => dumpBody(wanted, pass, body);
  return {
    input,
    profile: flags.sanitize === true ? 'sanitize' : flags.release === true ? 'release' : 'dev',
    debug: flags.debug === true,
    verify: flags.verify === true,
    onBody,
    onC: dump === 'c' ? (text) => process.stdout.write(text) : undefined,
    showPhases: flags.stats === true,
  };
}

/** Only the user's own functions: std's would drown them. Generated code has no source and is left out too. */
function dumpBody(wanted: string, pass: string, body: Body): void {
  if (pass !== wanted || body.name.startsWith('std::') || body.origin.kind === 'synthetic') return;
  process.stdout.write(`${printBody(body)}\n`);
}

/** `--dump=ast`: the modules as the parser understood them; `--dump=types`: their bodies as the checker did. Null where another dump, or none, is wanted. */
export function dumpFrontEnd(context: Context, input: ProgramInput, dump: string | undefined): number | null {
  if (dump !== 'ast' && dump !== 'types') return null;
  const front = runFrontEnd(new NodeHost(), input.path, STD_DIR, input.plan);
  if (dump === 'ast') for (const module of front.modules.filter(isUserModule)) process.stdout.write(printModule(module.syntax));
  else if (front.program !== null) dumpTrees(front.program);
  process.stderr.write(renderAll(context, front.sink, front.sources));
  return front.sink.hasErrors ? EXIT.errors : EXIT.ok;
}

/** Bodies of the user's functions and constants, in the order of the text; those with mistakes have no tree. */
function dumpTrees(program: TypedProgram): void {
  const owners = [...program.consts, ...program.fns].filter((decl) => isUserModule(decl.module));
  owners.sort((a, b) => a.module.id - b.module.id || a.span.lo - b.span.lo);
  for (const owner of owners) {
    const body = program.bodyOf(owner);
    if (body !== null) process.stdout.write(`${printTree(body)}\n`);
  }
}

/** A signal that ended the program becomes 128 + its number, as in a shell. */
function exitCodeOf(result: { status: number | null; signal: NodeJS.Signals | null }): number {
  return result.status ?? 128 + (result.signal === null ? 0 : (constants.signals[result.signal] ?? 0));
}

export async function runCommand(context: Context, path: string, args: readonly string[], flags: RunFlags): Promise<number> {
  if (flags.interp === true && isMainThread) return runInDeepThread();
  const selected = await selectPrograms(context, path, flags, 'one');
  if (!selected.ok) return selected.exitCode;
  const input = selected.inputs[0]!;
  const dumped = dumpFrontEnd(context, input, flags.dump);
  if (dumped !== null) return dumped;
  const options = compileOptions(input, flags);
  if (flags.interp === true) {
    // For those who work on the compiler: the oracle of the borrow checker follows the references of the program as written.
    const borrows = process.env.JC_INTERP_BORROWS === '1';
    const lowered = lowerInput(context, borrows ? { ...options, optimize: false } : options);
    if (lowered === null) return EXIT.errors;
    return interpretProgram(lowered.mono, lowered.front.sources, [input.name, ...args], borrows);
  }
  const built = buildExecutable(context, options);
  if (!built.ok) return built.exitCode;
  if (flags.dump !== undefined) return EXIT.ok;
  // Ctrl-C goes to the whole process group: the program decides what it means, and jc waits for it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const result = spawnSync(built.executable, args, { stdio: 'inherit', argv0: input.name });
  process.off('SIGINT', ignore);
  if (result.error !== undefined) throw result.error;
  return exitCodeOf(result);
}

/** Interpreted calls are calls of JavaScript, whose stack is small on the main thread: the whole command runs again on one with room. */
function runInDeepThread(): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2), env: SHARE_ENV, resourceLimits: { stackSizeMb: INTERPRETER_STACK_MB } });
    worker.on('error', reject);
    worker.on('exit', resolve);
  });
}

export async function checkCommand(context: Context, path: string, flags: CheckFlags): Promise<number> {
  const selected = await selectPrograms(context, path, flags, 'check');
  return selected.ok ? checkInput(context, selected.inputs[0]!, flags.verify === true, flags.stats === true) : selected.exitCode;
}
