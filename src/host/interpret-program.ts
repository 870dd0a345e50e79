/**
 * Runs a program in the interpreter over the real operating system, or with its outputs captured for tests.
 */
import { EXIT_FAULT, interpret } from '../interp/index.ts';
import type { MonoProgram } from '../mir/index.ts';
import type { SourceMap } from '../source/index.ts';
import { CapturingInterpHost, NodeInterpHost } from './interp-host.ts';

/** Interprets with this process's standard streams, environment and directory; returns the exit code. `argv[0]` is the program's name. `borrows`: every reference is followed. */
export function interpretProgram(program: MonoProgram, sources: SourceMap, argv: readonly string[], borrows: boolean): number {
  const host = new NodeInterpHost({ args: argv, env: process.env, cwd: process.cwd() });
  return interpret(program, host, { sources, borrows }).exitCode;
}

export interface CapturedRun {
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly borrows?: boolean;
}

/** Interprets with leak checking. A fault is text that tells what the program did wrong; otherwise the outputs and the exit code. */
export function runInterpreterCaptured(program: MonoProgram, sources: SourceMap, run: CapturedRun): { stdout: string; stderr: string; exitCode: number } | string {
  const host = new CapturingInterpHost({ args: run.argv, env: run.env, cwd: run.cwd, stdin: run.stdin });
  const result = interpret(program, host, { sources, checkLeaks: true, borrows: run.borrows });
  if (result.fault !== null) return `fault: ${result.fault}`;
  if (result.exitCode === EXIT_FAULT) return `ended with ${EXIT_FAULT}\n${host.stderr}`;
  return { stdout: host.stdout, stderr: host.stderr, exitCode: result.exitCode };
}
