/**
 * The value of a body that only assigns a literal: most constants are such, and need neither be evaluated nor called.
 * Consumes: a body of any phase after elaboration. Produces: the value, or null.
 */
import type { Body, ConstValue, Stmt } from '../mir.ts';
import { rvalueOperands } from '../visit.ts';

const SILENT: ReadonlySet<Stmt['kind']> = new Set(['nop', 'storageLive', 'storageDead', 'fakeRead']);

export function literalBody(body: Body): ConstValue | null {
  const { blocks, locals } = body;
  const first = blocks[0]!;
  if (blocks.length !== 1 || first.term.kind !== 'return') return null;
  const writes = first.stmts.filter((stmt) => !SILENT.has(stmt.kind));
  const [stmt] = writes;
  if (writes.length !== 1 || stmt === undefined || stmt.kind !== 'assign' || stmt.value.kind !== 'use') return null;
  if (stmt.place.local !== 0 || stmt.place.proj.length > 0) return null;
  const operand = rvalueOperands(stmt.value)[0]!;
  if (operand.kind !== 'const' || operand.ty !== locals[0]!.ty) return null;
  return operand.value.kind === 'named' || operand.value.kind === 'bytes' ? null : operand.value;
}
