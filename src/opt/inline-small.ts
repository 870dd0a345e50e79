/**
 * Pass inline-small: calls of functions that are one short straight line (`len`, `isEmpty`, operators of numbers, what only forwards) are replaced by their statements.
 * C compilers would do so too, but later: after this pass the range analysis sees lengths, and unoptimised builds and the interpreter save the call.
 * Statements that may panic keep their source places, so a panic is reported where it was; all others take the place of the call, so that debuggers show that line.
 * `@trackCaller` functions are left alone: theirs is the place of the call. With `debuggable` the program's own functions are left alone too.
 * Consumes and changes: a MonoProgram. See docs/passes/inline-small.md.
 */
import { mapPlace, mapStmt } from '../mir/index.ts';
import type { Body, Instance, LocalId, MonoProgram, Stmt } from '../mir/index.ts';
import { panicOracle } from './oracle.ts';
import type { PanicOracle } from './oracle.ts';
import { replaceStmts } from './simplify-cfg.ts';

/** Statements of a callee, storage not counted. */
const MAX_CALLEE = 5;
/** Callers stop growing here. */
const MAX_CALLER = 2000;
/** A small function that calls a small function is inlined with it, so often. */
const ROUNDS = 3;

export function inlineSmall(program: Pick<MonoProgram, 'instances'>, debuggable: boolean): void {
  const oracle = panicOracle(program);
  for (let round = 0; round < ROUNDS; round++) {
    const small = program.instances.map((instance) => isSmall(instance) && !(debuggable && isOwn(instance.body)));
    let changed = false;
    for (const instance of program.instances) {
      const callee = (id: number): Body | null => (small[id] === true && id !== instance.id ? program.instances[id]!.body : null);
      if (inlineInto(instance.body, callee, oracle)) changed = true;
    }
    if (!changed) break;
  }
}

function isSmall(instance: Instance): boolean {
  const { body } = instance;
  if (instance.trackCaller || instance.cold || instance.exportName !== null || body.blocks.length !== 1) return false;
  const block = body.blocks[0]!;
  if (block.term.kind !== 'return') return false;
  let size = 0;
  for (const stmt of block.stmts) {
    if (stmt.kind !== 'storageLive' && stmt.kind !== 'storageDead' && stmt.kind !== 'nop') size++;
    if (stmt.kind !== 'call') continue;
    if (stmt.callee.kind === 'instance' && stmt.callee.id === instance.id) return false;
    if (stmt.callee.kind === 'intrinsic' && stmt.callee.name.startsWith('caller')) return false;
  }
  return size <= MAX_CALLEE;
}

/** A function or closure of the program, not of the library. */
export function isOwn(body: Body): boolean {
  return body.origin.kind !== 'synthetic' && !body.name.startsWith('std::');
}

function inlineInto(body: Body, callee: (id: number) => Body | null, oracle: PanicOracle): boolean {
  let changed = false;
  let size = body.blocks.reduce((sum, block) => sum + block.stmts.length, 0);
  for (const block of body.blocks) {
    if (!block.stmts.some((stmt) => stmt.kind === 'call' && stmt.callee.kind === 'instance' && callee(stmt.callee.id) !== null)) continue;
    const out: Stmt[] = [];
    for (const stmt of block.stmts) {
      const target = stmt.kind === 'call' && stmt.callee.kind === 'instance' ? callee(stmt.callee.id) : null;
      if (target === null || stmt.kind !== 'call' || size > MAX_CALLER) {
        out.push(stmt);
        continue;
      }
      const before = out.length;
      splice(body, stmt, target, out, oracle);
      size += out.length - before;
      changed = true;
    }
    replaceStmts(block, out);
  }
  return changed;
}

/** The callee's statements with locals of their own; arguments are assigned to its parameters, its result to the destination. */
function splice(body: Body, call: Extract<Stmt, { kind: 'call' }>, callee: Body, out: Stmt[], oracle: PanicOracle): void {
  const base = body.locals.length;
  const local = (id: LocalId): LocalId => (base + id) as LocalId;
  for (const decl of callee.locals) body.locals.push({ ...decl, kind: 'temp' });
  call.args.forEach((operand, i) => {
    out.push({ kind: 'assign', place: { local: local((i + 1) as LocalId), proj: [] }, value: { kind: 'use', operand }, span: call.span });
  });
  for (const stmt of callee.blocks[0]!.stmts) {
    if (stmt.kind === 'nop') continue;
    const copy = mapStmt(stmt, { local });
    out.push('span' in copy && !oracle.mayPanic(copy) ? { ...copy, span: call.span } : copy);
  }
  const result = mapPlace({ local: 0 as LocalId, proj: [] }, { local });
  out.push({ kind: 'assign', place: call.dest, value: { kind: 'use', operand: { kind: 'move', place: result } }, span: call.span });
}
