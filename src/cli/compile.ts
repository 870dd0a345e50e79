/**
 * From a path to an executable, a MonoProgram, or printed diagnostics: what `run`, `build`, `check` and `test` share.
 * Consumes: the driver's passes and `build/`'s C compilers. Produces: results for the commands. Holds: nothing.
 */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, compileC, lookUpRun, rememberRun, sha256 } from '../build/index.ts';
import type { BuiltRun, CProfile, RunInputs } from '../build/index.ts';
import { BodyStore, checkBodies, lowerProgram, openFrontEnd } from '../driver/index.ts';
import type { FrontEnd, PipelineOptions } from '../driver/index.ts';
import { emitC } from '../emit-c/index.ts';
import { NodeHost } from '../host/index.ts';
import type { MonoProgram } from '../mir/index.ts';
import type { Body } from '../mir/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { Host, ReadResult } from '../source/index.ts';
import type { FnDecl, ModuleDecl } from '../types/index.ts';
import type { Context } from './context.ts';
import type { ProgramInput } from './select-program.ts';
import { codegenSettings } from './codegen-settings.ts';
import { EXIT, PACKAGE_ROOT, Progress, renderAll, RUNTIME_DIR, STD_DIR } from './context.ts';

export interface CompileOptions {
  readonly input: ProgramInput;
  readonly profile: CProfile;
  /** With debug information that debuggers read: another C compiler than tcc, and a release keeps its symbols. */
  readonly debug: boolean;
  /** Bodies verified after each pass. */
  readonly verify: boolean;
  readonly onBody?: (pass: string, body: Body) => void;
  /** The root is a set of tests instead of `main`: those whose names hold a text. */
  readonly tests?: { readonly filter: string };
  /** The C text, for `--dump=c`. */
  readonly onC?: (text: string) => void;
  readonly showPhases: boolean;
  /** Absent: true. */
  readonly optimize?: boolean;
}

/** Notes which files the front end read, and which folders it looked into: the inputs of a build. */
class RecordingHost implements Host {
  readonly files: string[] = [];
  readonly folders: { readonly path: string; readonly names: readonly string[] }[] = [];
  private readonly inner = new NodeHost();

  readText(path: string): ReadResult {
    const result = this.inner.readText(path);
    if (result.ok) this.files.push(resolve(path));
    return result;
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    return this.inner.kind(path);
  }

  list(path: string): readonly string[] {
    const names = this.inner.list(path);
    this.folders.push({ path: resolve(path), names });
    return names;
  }
}

/** The tests of a program (of the packages asked for) whose names hold `filter`, in the order of the text. */
function testsOf(front: FrontEnd, filter: string, ownKeys: ReadonlySet<string> | null): readonly FnDecl[] {
  const isOwn = (decl: FnDecl): boolean => (ownKeys === null ? !decl.module.isStd : ownKeys.has(decl.module.package));
  return front.program!.fns.filter((decl) => decl.flags.test && isOwn(decl) && testName(decl).includes(filter));
}

function testName(decl: FnDecl): string {
  return [...decl.module.path, decl.name].join('::');
}

export interface Lowered {
  readonly front: FrontEnd;
  readonly mono: MonoProgram;
  readonly inputs: RunInputs;
  readonly tests: readonly string[];
}

/** Runs the front end and the MIR passes, prints what there is to say, and returns null after errors. */
export function lowerInput(context: Context, options: CompileOptions): Lowered | null {
  const host = new RecordingHost();
  const { input } = options;
  const front = openFrontEnd(host, input.path, STD_DIR, input.plan);
  const pipeline: PipelineOptions = { verify: options.verify, onBody: options.onBody, optimize: options.optimize !== false, debuggable: codegenSettings(options).debuggable };
  const finish = (): null => {
    process.stderr.write(renderAll(context, front.sink, front.sources));
    return null;
  };
  if (front.program === null) return finish();
  const store = new BodyStore(front.program, front.sink, pipeline);
  checkBodies(front, store);
  if (front.sink.hasErrors) return finish();
  let roots: { main: FnDecl } | { tests: readonly FnDecl[] };
  if (options.tests !== undefined) {
    roots = { tests: testsOf(front, options.tests.filter, input.ownKeys) };
  } else if (front.program.main === null) {
    const file = front.root!.syntax.file;
    front.sink.report({ code: 'CJ0020', span: { file, lo: 0, hi: 0 } });
    return finish();
  } else {
    roots = { main: front.program.main };
  }
  const mono = lowerProgram(front, store, roots, pipeline);
  if (front.sink.hasErrors) return finish();
  process.stderr.write(renderAll(context, front.sink, front.sources));
  return { front, mono, inputs: host, tests: 'tests' in roots ? roots.tests.map(testName) : [] };
}

/** Only the diagnostics: `jc check`. Returns the exit code. */
export function checkInput(context: Context, input: ProgramInput, verify: boolean, showPhases: boolean): number {
  const front = openFrontEnd(new NodeHost(), input.path, STD_DIR, input.plan);
  if (front.program !== null) checkBodies(front, new BodyStore(front.program, front.sink, { verify, optimize: false }), false);
  process.stderr.write(renderAll(context, front.sink, front.sources));
  if (showPhases) printPhases(front);
  return front.sink.hasErrors ? EXIT.errors : EXIT.ok;
}

export function printPhases(front: FrontEnd): void {
  for (const phase of front.stopwatch.phases) process.stderr.write(`${phase.name.padEnd(12)} ${phase.ms.toFixed(1).padStart(8)} ms\n`);
}

/** What makes two executables of one program different. */
function buildName(options: CompileOptions): string {
  const { opt, cpu, debug, inline, libs, env } = codegenSettings(options).named;
  return JSON.stringify([options.debug ? `${options.profile}+debug` : options.profile, opt, cpu, debug, inline, libs, env]);
}

/** Where a program's executable is kept: named by the C text and the profile, so equal programs share one. */
function executablePath(cText: string, options: CompileOptions): string {
  return join(cacheDir(), 'exe', sha256('jc-exe/1', buildName(options), toolDigest(), cText).slice(0, 40));
}

let toolDigestCache: string | null = null;

/** Changes whenever the tool or the runtime does. (The files of std are inputs of a build like the user's own.) */
export function toolDigest(): string {
  if (toolDigestCache === null) {
    const hash = createHash('sha256');
    const self = fileURLToPath(import.meta.url);
    const info = statSync(self);
    hash.update(`${info.size}:${info.mtimeMs}:${PACKAGE_ROOT}`);
    for (const folder of ['include', 'src']) {
      for (const name of readdirSync(join(RUNTIME_DIR, folder)).sort()) {
        const file = statSync(join(RUNTIME_DIR, folder, name));
        hash.update(`${name}:${file.size}:${file.mtimeMs}\n`);
      }
    }
    for (const key of ['JC_CC', 'PATH']) hash.update(`${key}=${process.env[key] ?? ''}\n`);
    toolDigestCache = hash.digest('hex');
  }
  return toolDigestCache;
}

/** What can be done where there is no C compiler, `JC_CC` is wrong, or the C compiler fails. */
export const COMPILER_HELP: Readonly<Record<string, readonly string[]>> = { CJ0701: ['install', 'interp'], CJ0702: ['unset'], CJ0703: ['report'], CJ0704: ['plain'] };

/** What of a plan the file texts do not tell: which packages there are, what they may import, where `main` stands. */
function planName(input: ProgramInput): string {
  if (input.plan === null) return '';
  const parts = input.plan.packages.map((part) => [part.key, part.rootDir, part.rootFile, [...part.dependencies], [...part.withheld], [...part.features], [...part.except]]);
  return JSON.stringify([input.plan.entry, parts]);
}

export type BuildResult = ({ readonly ok: true } & BuiltRun) | { readonly ok: false; readonly exitCode: number };

/** Compiles to an executable in the cache; a second call for unchanged inputs compiles nothing. */
export function buildExecutable(context: Context, options: CompileOptions): BuildResult {
  const { input } = options;
  const cacheable = options.onBody === undefined && options.onC === undefined && !options.showPhases;
  const what = options.tests === undefined ? 'main' : `tests ${options.tests.filter}`;
  const key = sha256('jc-run/3', toolDigest(), resolve(input.path), planName(input), buildName(options), what);
  if (cacheable) {
    const known = lookUpRun(key);
    if (known !== null) return { ok: true, ...known };
  }
  const progress = new Progress();
  progress.say(`compiling ${input.name} (${options.profile})`);
  const lowered = lowerInput(context, options);
  if (lowered === null) {
    progress.done();
    return { ok: false, exitCode: EXIT.errors };
  }
  const cText = lowered.front.stopwatch.time('emit-c', () => emitC(lowered.mono, { sources: lowered.front.sources, lineDirectives: true }));
  options.onC?.(cText);
  const executable = executablePath(cText, options);
  try {
    if (!existsSync(executable)) {
      mkdirSync(dirname(executable), { recursive: true });
      const temporary = `${executable}.${process.pid}.tmp`;
      const compiled = lowered.front.stopwatch.time('cc+link', () => compileC({ cText, runtimeDir: RUNTIME_DIR, outPath: temporary, profile: options.profile, ...codegenSettings(options).request }));
      if (!compiled.ok) {
        progress.done();
        lowered.front.sink.report({ code: compiled.code, span: NO_SPAN, args: compiled.args, help: COMPILER_HELP[compiled.code] });
        process.stderr.write(renderAll(context, lowered.front.sink, lowered.front.sources));
        return { ok: false, exitCode: EXIT.system };
      }
      renameSync(temporary, executable);
    }
    // A program with warnings is compiled anew each time, so that they are said again.
    if (cacheable && lowered.front.sink.all.length === 0) rememberRun(key, { executable, tests: lowered.tests }, lowered.inputs);
  } catch (error) {
    progress.done();
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === undefined) throw error;
    lowered.front.sink.report({ code: 'CJ0022', span: NO_SPAN, args: { path: failure.path ?? executable, reason: failure.message } });
    process.stderr.write(renderAll(context, lowered.front.sink, lowered.front.sources));
    return { ok: false, exitCode: EXIT.system };
  }
  progress.done();
  if (options.showPhases) printPhases(lowered.front);
  return { ok: true, executable, tests: lowered.tests };
}

/** Copies a finished executable out of the cache. */
export function placeExecutable(executable: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  copyFileSync(executable, temporary);
  chmodSync(temporary, 0o755);
  renameSync(temporary, target);
}

export function isUserModule(module: ModuleDecl): boolean {
  return !module.isStd;
}
