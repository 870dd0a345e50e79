/** Stand-in until the checker is there. */
import type { DiagSink } from '../../src/diag/index.ts';
import type { Body } from '../../src/mir/index.ts';
import type { ConstDecl, FnDecl, TypedProgram } from '../../src/types/index.ts';

export type BorrowRules = Readonly<Record<string, boolean>>;

export function borrowCheck(_program: TypedProgram, _bodies: (decl: FnDecl | ConstDecl) => readonly Body[], _rules: BorrowRules): (decl: FnDecl, sink: DiagSink) => void {
  return () => undefined;
}
