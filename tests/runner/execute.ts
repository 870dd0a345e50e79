/**
 * Runs one case and says what was wrong. A `run` case is lowered once, with MIR verified after every pass, then executed natively (dev,
 * release, under the sanitizers) and in the interpreter: all must agree with the golden output.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, compileC, sha256 } from '../../src/build/index.ts';
import type { CProfile } from '../../src/build/index.ts';
import { renderDiagnostic, severityOf } from '../../src/diag/index.ts';
import type { Diagnostic, TextEdit } from '../../src/diag/index.ts';
import { BodyStore, checkBodies, lowerProgram, openFrontEnd } from '../../src/driver/index.ts';
import type { FrontEnd, PipelineOptions } from '../../src/driver/index.ts';
import { emitC } from '../../src/emit-c/index.ts';
import { NodeHost, runInterpreterCaptured } from '../../src/host/index.ts';
import type { MonoProgram } from '../../src/mir/index.ts';
import type { Host, ReadResult } from '../../src/source/index.ts';
import { ALL_WAYS, parseDirectives } from './cases.ts';
import type { Case, Directives, Way } from './cases.ts';

export interface Outcome {
  /** Empty where the case passed. */
  readonly failures: readonly string[];
  /** Ways that a directive leaves out, with the reason. */
  readonly leftOut: readonly string[];
  /** A ui case whose twin was checked. */
  readonly twin?: boolean;
}

export interface RunnerOptions {
  readonly root: string;
  readonly bless: boolean;
  readonly ways: readonly Way[];
}

interface Execution {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The bundle stands in dist/dev. */
const RUNTIME_DIR = join(dirname(fileURLToPath(import.meta.url)), '../../runtime');

/** No case may run longer. */
const TIMEOUT_MS = 30_000;

/** A host in which one path has other text: how fixes and programs in documents are checked. */
class OverlayHost implements Host {
  private readonly inner = new NodeHost();
  private readonly path: string;
  private readonly text: string;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  readText(path: string): ReadResult {
    return path === this.path ? { ok: true, text: this.text } : this.inner.readText(path);
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    return path === this.path ? 'file' : this.inner.kind(path);
  }

  list(path: string): readonly string[] {
    return this.inner.list(path);
  }
}

const PIPELINE: PipelineOptions = { verify: true, optimize: true };

interface Checked {
  readonly front: FrontEnd;
  readonly store: BodyStore | null;
}

function check(host: Host, path: string, root: string): Checked {
  const front = openFrontEnd(host, path, join(root, 'std'));
  if (front.program === null) return { front, store: null };
  const store = new BodyStore(front.program, front.sink, PIPELINE);
  checkBodies(front, store);
  return { front, store };
}

function render(front: FrontEnd, root: string): string {
  const text = front.sink.all.map((diag) => renderDiagnostic(diag, front.sources, { language: 'en', color: false })).join('\n');
  return text.replaceAll(`${root}/`, '');
}

/** `debuggable` as in dev builds; the programs of the corpus are lowered as in releases, those of message pages and docs as in dev builds. */
function lower(checked: Checked, debuggable: boolean): MonoProgram | null {
  const main = checked.front.program?.main;
  if (checked.store === null || checked.front.sink.hasErrors || main === null || main === undefined) return null;
  const mono = lowerProgram(checked.front, checked.store, { main }, { ...PIPELINE, debuggable });
  return checked.front.sink.hasErrors ? null : mono;
}

/** Lowered again, as it is written: an optimised body has other borrows. */
function lowerPlain(checked: Checked): MonoProgram {
  return lowerProgram(checked.front, checked.store!, { main: checked.front.program!.main! }, { ...PIPELINE, optimize: false });
}

export async function runCase(item: Case, options: RunnerOptions): Promise<Outcome> {
  try {
    switch (item.kind) {
      case 'ui':
        return await runUi(item, options);
      case 'text':
        return await runText(item, options);
      case 'run':
        return await runProgram(item, options);
    }
  } catch (error) {
    return { failures: [`internal fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`], leftOut: [] };
  }
}

// ---------------------------------------------------------------- programs that run

async function runProgram(item: Case & { kind: 'run' }, options: RunnerOptions): Promise<Outcome> {
  const source = readFileSync(item.path, 'utf8');
  const directives = parseDirectives(source, dirname(item.path));
  const checked = check(new NodeHost(), relative(process.cwd(), item.path), options.root);
  const mono = lower(checked, false);
  if (mono === null) return { failures: [`does not compile:\n${render(checked.front, options.root) || 'no main function'}`], leftOut: [] };
  const failures: string[] = [];
  const leftOut: string[] = [];
  const golden = existsSync(item.goldenPath) ? readFileSync(item.goldenPath, 'utf8') : null;
  let reference = golden;
  for (const way of ALL_WAYS) {
    if (!options.ways.includes(way)) continue;
    const reason = directives.except.get(way);
    if (reason !== undefined) {
      leftOut.push(`${way}: ${reason}`);
      continue;
    }
    const result = await execute(way, checked.front, way === 'borrows' ? lowerPlain(checked) : mono, item, directives);
    if (typeof result === 'string') {
      failures.push(`${way}: ${result}`);
      continue;
    }
    if (reference === null) {
      if (!options.bless) {
        failures.push(`has no ${relative(options.root, item.goldenPath)} (run with --bless after reading the output):\n${result.stdout}`);
        return { failures, leftOut };
      }
      writeFileSync(item.goldenPath, result.stdout);
      reference = result.stdout;
    }
    if (result.stdout !== reference) {
      if (options.bless && golden !== null && way === 'dev') {
        writeFileSync(item.goldenPath, result.stdout);
        reference = result.stdout;
      } else failures.push(`${way}: standard output differs\n${difference(reference, result.stdout)}`);
    }
    if (result.exitCode !== directives.exitCode) failures.push(`${way}: exit code ${result.exitCode}, expected ${directives.exitCode}\n${result.stderr}`);
    for (const text of directives.stderr) if (!result.stderr.includes(text)) failures.push(`${way}: standard error lacks: ${text}\n${result.stderr}`);
    if (directives.stderr.length === 0 && directives.exitCode === 0 && result.stderr !== '') failures.push(`${way}: unexpected standard error:\n${result.stderr}`);
  }
  return { failures, leftOut };
}

const PROFILE_OF: Readonly<Record<Exclude<Way, 'interp' | 'borrows'>, CProfile>> = { dev: 'dev', release: 'release', sanitize: 'sanitize', valgrind: 'dev' };

/** Quiet but for what it finds; what is still reachable when the process ends is no leak. */
const VALGRIND = ['valgrind', '--quiet', '--leak-check=full', '--errors-for-leak-kinds=definite,indirect,possible', '--show-leak-kinds=definite,indirect,possible', '--error-exitcode=99'];
const VALGRIND_SLOWDOWN = 40;

async function execute(way: Way, front: FrontEnd, mono: MonoProgram, item: { path: string; cwd: string }, directives: Directives): Promise<Execution | string> {
  const name = item.path.replace(/.*\//, '').replace(/\.cj$/, '');
  if (way === 'interp' || way === 'borrows') {
    const run = { argv: [name, ...directives.args], stdin: directives.stdin, env: directives.env, cwd: item.cwd };
    return runInterpreterCaptured(mono, front.sources, { ...run, borrows: way === 'borrows' });
  }
  const executable = compileCached(front, mono, PROFILE_OF[way], way === 'valgrind');
  if (typeof executable !== 'string') return executable.failure;
  if (way !== 'valgrind') return spawnCaptured([executable], name, directives, item.cwd, TIMEOUT_MS);
  return spawnCaptured([...VALGRIND, executable], null, directives, item.cwd, TIMEOUT_MS * VALGRIND_SLOWDOWN);
}

/** `forValgrind`: the form with libc, whose blocks valgrind knows, and with lines. */
function compileCached(front: FrontEnd, mono: MonoProgram, profile: CProfile, forValgrind: boolean): string | { failure: string } {
  const emitted = emitC(mono, { sources: front.sources, lineDirectives: true });
  const cText = forValgrind && !emitted.startsWith(LIBC_LINE) ? LIBC_LINE + emitted : emitted;
  const path = join(cacheDir(), 'test-exe', sha256('jc-test/1', forValgrind ? 'valgrind' : profile, cText, runtimeDigest()).slice(0, 40));
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const compiled = compileC({ cText, runtimeDir: RUNTIME_DIR, outPath: temporary, profile, debug: forValgrind });
  if (!compiled.ok) return { failure: `C compiler: ${compiled.code} ${JSON.stringify(compiled.args)}` };
  renameSync(temporary, path);
  return path;
}

let runtimeDigestCache: string | null = null;

function runtimeDigest(): string {
  if (runtimeDigestCache === null) {
    const runtime = RUNTIME_DIR;
    const host = new NodeHost();
    const parts: string[] = [];
    for (const folder of ['include', 'src']) {
      for (const name of host.list(join(runtime, folder))) parts.push(name, readFileSync(join(runtime, folder, name), 'utf8'));
    }
    runtimeDigestCache = sha256(...parts);
  }
  return runtimeDigestCache;
}

/** The first line of a program that is linked with libc. */
const LIBC_LINE = '#define JC_LIBC 1\n';

/** Without a name the program sees its path, or valgrind's. */
function spawnCaptured(command: readonly string[], name: string | null, directives: Directives, cwd: string, timeoutMs: number): Promise<Execution | string> {
  return new Promise((resolve) => {
    const child = spawn(command[0]!, [...command.slice(1), ...directives.args], {
      ...(name === null ? {} : { argv0: name }),
      cwd,
      env: { PATH: process.env['PATH'], JC_HASH_SEED: '1', ASAN_OPTIONS: 'detect_leaks=1', UBSAN_OPTIONS: 'halt_on_error=1', ...directives.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that does not read its input may be gone before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(directives.stdin);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.on('error', (error) => resolve(`cannot start: ${error.message}`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut) resolve(`did not end within ${timeoutMs} ms`);
      else if (code === null) resolve(`ended by ${signal}\n${Buffer.concat(stderr).toString()}`);
      else resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), exitCode: code });
    });
  });
}

function difference(expected: string, actual: string): string {
  const want = expected.split('\n');
  const have = actual.split('\n');
  const lines: string[] = [];
  for (let i = 0; i < Math.max(want.length, have.length) && lines.length < 20; i++) {
    if (want[i] === have[i]) continue;
    lines.push(`  line ${i + 1}`, `    expected: ${want[i] ?? '(nothing)'}`, `    got:      ${have[i] ?? '(nothing)'}`);
  }
  return lines.join('\n');
}

// ---------------------------------------------------------------- programs that are refused

async function runUi(item: Case & { kind: 'ui' }, options: RunnerOptions): Promise<Outcome> {
  const failures: string[] = [];
  const source = readFileSync(item.path, 'utf8');
  const directives = parseDirectives(source, dirname(item.path));
  const shown = relative(options.root, item.path);
  const checked = check(new OverlayHost(shown, source), shown, options.root);
  // Constants and instances are looked at only when code is made.
  lower(checked, true);
  const { front } = checked;
  const root = front.root?.syntax.file;
  const found = front.sink.all.map((diag) => ({ line: diag.span.file === root ? front.sources.file(diag.span.file).position(diag.span.lo).line : 0, code: diag.code }));
  const describe = (e: { line: number; code: string }): string => `line ${e.line}: ${e.code}`;
  const missing = subtract(directives.expected, found);
  const extra = subtract(found, directives.expected);
  if (missing.length > 0) failures.push(`not reported:\n${missing.map(describe).join('\n')}`);
  if (extra.length > 0) failures.push(`not expected:\n${extra.map(describe).join('\n')}\n${render(front, options.root)}`);
  if (directives.expected.length === 0) failures.push('expects nothing: a ui case has at least one //~ ERROR or //~ WARNING');
  const text = render(front, options.root);
  const golden = existsSync(item.goldenPath) ? readFileSync(item.goldenPath, 'utf8') : null;
  if (golden !== text) {
    if (options.bless && failures.length === 0) writeFileSync(item.goldenPath, text);
    else failures.push(golden === null ? 'has no .stderr (run with --bless)' : `diagnostics differ from the golden\n${difference(golden, text)}`);
  }
  if (directives.noFixCheck === null && failures.length === 0) failures.push(...checkFixes(shown, source, front.sink.all, options));
  if (directives.twin !== null) failures.push(...(await checkTwin(shown, source, directives, options)));
  return { failures, leftOut: [], twin: directives.twin !== null };
}

/** The program that differs from a refused one in one line: it compiles, and the interpreter, which checks every access to memory, finds no fault in it. */
async function checkTwin(shown: string, source: string, directives: Directives, options: RunnerOptions): Promise<string[]> {
  const twin = directives.twin!;
  const text = source.split('\n').map((line, i) => (i + 1 === twin.line ? twin.text : line)).join('\n');
  const checked = check(new OverlayHost(shown, text), shown, options.root);
  const mono = lower(checked, true);
  const numbered = text.split('\n').map((line, i) => `${String(i + 1).padStart(3)} ${line}`).join('\n');
  if (mono === null) return [`the twin is refused:\n${numbered}\n${render(checked.front, options.root) || 'no main function'}`];
  const result = await execute('interp', checked.front, mono, { path: shown, cwd: options.root }, directives);
  if (typeof result === 'string') return [`the twin does not run: ${result}\n${numbered}`];
  return result.exitCode === directives.exitCode ? [] : [`the twin ends with ${result.exitCode}\n${result.stderr}\n${numbered}`];
}

function subtract<T extends { line: number; code: string }, U extends { line: number; code: string }>(from: readonly T[], what: readonly U[]): T[] {
  const rest = [...what];
  return from.filter((a) => {
    const at = rest.findIndex((b) => b.line === a.line && b.code === a.code);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Applies the first fix of every diagnostic that has one; afterwards none of those diagnostics may be left, and nothing new may appear. */
function checkFixes(path: string, source: string, diags: readonly Diagnostic[], options: RunnerOptions): string[] {
  const fixed = diags.filter((diag) => diag.fixes.length > 0);
  if (fixed.length === 0) return [];
  const text = applyEdits(source, fixed.flatMap((diag) => [...diag.fixes[0]!.edits]));
  if (text === null) return ['fixes overlap'];
  const { front } = check(new OverlayHost(path, text), path, options.root);
  const errorsBefore = diags.filter((diag) => severityOf(diag.code) === 'error' && diag.fixes.length === 0).length;
  if (front.sink.errorCount > errorsBefore) return [`the fixed program has mistakes:\n${text}\n${render(front, options.root)}`];
  return [];
}

export function applyEdits(source: string, edits: readonly TextEdit[]): string | null {
  const sorted = [...edits].sort((a, b) => a.span.lo - b.span.lo || a.span.hi - b.span.hi);
  let out = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.span.lo < at) return null;
    out += source.slice(at, edit.span.lo) + edit.text;
    at = edit.span.hi;
  }
  return out + source.slice(at);
}

// ---------------------------------------------------------------- programs in documents

async function runText(item: Case & { kind: 'text' }, options: RunnerOptions): Promise<Outcome> {
  const path = 'example.cj';
  const checked = check(new OverlayHost(path, item.source), path, options.root);
  const sink = checked.front.sink;
  const text = render(checked.front, options.root);
  if (item.wants === 'fails') {
    const codes = [...new Set(sink.all.map((diag) => diag.code))];
    if (item.code === '' ? codes.length > 0 : codes.length === 1 && codes[0] === item.code) return { failures: [], leftOut: [] };
    if (codes.length === 0 && lower(checked, true) === null && sink.all.every((diag) => diag.code === item.code)) return { failures: [], leftOut: [] };
    return { failures: [`reports ${codes.join(', ') || 'nothing'} instead of ${item.code}\n${text}`], leftOut: [] };
  }
  if (sink.hasErrors) return { failures: [`does not compile:\n${text}`], leftOut: [] };
  if (item.wants === 'compiles') return { failures: [], leftOut: [] };
  const mono = lower(checked, true);
  if (mono === null) return { failures: [`does not lower: ${render(checked.front, options.root) || 'no main function'}`], leftOut: [] };
  const directives = parseDirectives(item.source, options.root);
  const cwd = mkdtempSync(join(tmpdir(), 'jc-doc-'));
  try {
    const results: Execution[] = [];
    for (const way of ['dev', 'interp'] as const) {
      if (!options.ways.includes(way)) continue;
      const result = await execute(way, checked.front, mono, { path, cwd }, directives);
      if (typeof result === 'string') return { failures: [`${way}: ${result}`], leftOut: [] };
      if (result.exitCode !== directives.exitCode) return { failures: [`${way}: exit code ${result.exitCode}\n${result.stderr}`], leftOut: [] };
      results.push(result);
    }
    if (results.length === 2 && results[0]!.stdout !== results[1]!.stdout) return { failures: [`native and interpreter differ\n${difference(results[0]!.stdout, results[1]!.stdout)}`], leftOut: [] };
    return { failures: [], leftOut: [] };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
