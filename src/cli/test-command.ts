/**
 * `jc test`: one executable with every selected `@test` function, one process a test (a panic or abort ends only its own), in parallel.
 * A test passes when its process exits 0. The index of the test travels in the environment variable JC_TEST.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { DiagSink } from '../diag/index.ts';
import { NO_SPAN, SourceMap } from '../source/index.ts';
import { buildExecutable } from './compile.ts';
import type { Context } from './context.ts';
import { EXIT, renderAll } from './context.ts';
import { selectPrograms } from './select-program.ts';
import type { SelectFlags } from './select-program.ts';

export interface TestFlags extends SelectFlags {
  readonly release?: boolean;
  readonly sanitize?: boolean;
  readonly json?: boolean;
  readonly jobs?: string;
}

interface TestResult {
  readonly name: string;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly ms: number;
  readonly output: string;
}

/** A test that runs longer is ended and counted as failed. */
const TEST_TIMEOUT_MS = 60_000;

export async function testCommand(context: Context, path: string, filter: string, flags: TestFlags): Promise<number> {
  const selected = await selectPrograms(context, path, flags, 'tests');
  if (!selected.ok) return selected.exitCode;
  const input = selected.inputs[0]!;
  const built = buildExecutable(context, {
    input,
    profile: flags.sanitize === true ? 'sanitize' : flags.release === true ? 'release' : 'dev',
    debug: false,
    verify: false,
    tests: { filter },
    showPhases: false,
  });
  if (!built.ok) return built.exitCode;
  const names = built.tests;
  if (names.length === 0 && filter !== '') {
    const sink = new DiagSink();
    sink.report({ code: 'CJ0025', span: NO_SPAN, args: { filter } });
    process.stderr.write(renderAll(context, sink, new SourceMap()));
    return EXIT.errors;
  }
  const started = performance.now();
  const results = await runAll(built.executable, names, Math.max(1, Number(flags.jobs ?? input.workspace?.build.jobs ?? availableParallelism())), (result) => {
    if (flags.json === true) process.stdout.write(`${JSON.stringify({ event: 'test', ...result })}\n`);
    else process.stdout.write(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${result.ms.toFixed(0)} ms)\n${result.ok ? '' : result.output.replace(/^(?=.)/gm, '    ')}`);
  });
  const failed = results.filter((result) => !result.ok).length;
  const summary = { passed: results.length - failed, failed, ms: performance.now() - started };
  if (flags.json === true) process.stdout.write(`${JSON.stringify({ event: 'summary', ...summary })}\n`);
  else process.stdout.write(`${summary.passed} passed, ${summary.failed} failed\n`);
  return failed === 0 ? EXIT.ok : EXIT.errors;
}

async function runAll(executable: string, names: readonly string[], jobs: number, onResult: (result: TestResult) => void): Promise<TestResult[]> {
  const results: TestResult[] = new Array<TestResult>(names.length);
  let next = 0;
  let printed = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++) {
      results[index] = await runOne(executable, names[index]!, index);
      // Results are told in the order of the tests, whichever ends first.
      while (printed < names.length && results[printed] !== undefined) onResult(results[printed++]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, names.length) }, worker));
  return results;
}

function runOne(executable: string, name: string, index: number): Promise<TestResult> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(executable, [], { env: { ...process.env, JC_TEST: String(index) }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => {
      output += `\nended after ${TEST_TIMEOUT_MS} ms\n`;
      child.kill('SIGKILL');
    }, TEST_TIMEOUT_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ name, ok: code === 0, exitCode: code ?? 128, ms: performance.now() - start, output });
    });
  });
}
