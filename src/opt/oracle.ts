/** What passes ask of the whole program: which statements may panic, now that it is known which instances do. */
import { mayPanic } from '../mir/index.ts';
import type { MonoProgram, Stmt } from '../mir/index.ts';

export interface PanicOracle {
  mayPanic(stmt: Stmt): boolean;
}

export function panicOracle(program: Pick<MonoProgram, 'instances'>): PanicOracle {
  return {
    mayPanic: (stmt) => (stmt.kind === 'call' && stmt.callee.kind === 'instance' ? program.instances[stmt.callee.id]!.mayPanic : mayPanic(stmt)),
  };
}
