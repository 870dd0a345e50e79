/**
 * The borrow checker as the proof uses it: with rules that can be switched off, a function at a time.
 * Consumes: a typed program and its MIR as built. Produces: a function that reports what is wrong with one declaration.
 */
import type { DiagSink } from '../../src/diag/index.ts';
import type { Body } from '../../src/mir/index.ts';
import { BorrowChecker } from '../../src/own/index.ts';
import type { BorrowOptions } from '../../src/own/index.ts';
import type { ConstDecl, FnDecl, TypedProgram } from '../../src/types/index.ts';

/** The rules of soundness that can be switched off. (`noKill` is left out: it refuses more, and can be missed by no oracle.) */
export const ABLATIONS = [
  'noUnify', 'strongMerged', 'noTwoPhaseActivationCheck', 'noUniversal', 'noOut', 'noResult', 'noDropUse', 'noStorageEnd', 'noContracts', 'noSupport',
] as const satisfies readonly (keyof BorrowOptions)[];

export type Ablation = (typeof ABLATIONS)[number];

export function isAblation(name: string): name is Ablation {
  return (ABLATIONS as readonly string[]).includes(name);
}

export function borrowCheck(
  program: TypedProgram, bodies: (decl: FnDecl | ConstDecl) => readonly Body[], rules: BorrowOptions,
): (decl: FnDecl, sink: DiagSink) => void {
  const checker = new BorrowChecker(program, bodies, rules);
  return (decl, sink) => checker.check(decl, sink);
}
