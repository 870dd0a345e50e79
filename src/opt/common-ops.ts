/**
 * Pass common-ops: an operation that has been done already is not done again. `i * n` checked once needs no second check in the loop inside.
 * Covers arithmetic, comparisons, integer casts of locals with one value, and lengths behind references with one value; the first result must dominate the second.
 * Sound in loops for the reason given in `copy-prop.ts`: operands and result are each defined in one place, and the operands' definitions dominate the result's.
 * Consumes and changes: bodies of phase 'mono'. See docs/passes/common-ops.md.
 */
import { operandTy, placeKey } from '../mir/index.ts';
import type { Body, LocalId, Operand, Rvalue, Stmt } from '../mir/index.ts';
import { dominators } from './dominators.ts';
import { isLocal, isSingleValue, localFacts } from './local-facts.ts';
import type { LocalFacts } from './local-facts.ts';
import { rewriteStmt, rewriteTerminator } from './rewrite.ts';
import type { Rewriting } from './rewrite.ts';

export function shareOperations(body: Body): void {
  const facts = localFacts(body);
  if (!hasCandidates(body, facts)) return;
  const { children } = dominators(body);
  const available = new Map<string, LocalId>();
  const reused = new Set<LocalId>();
  // Enters a point of the tree, and on the way out takes back what it added.
  type Step = { readonly point: number } | { readonly undo: readonly string[] };
  const stack: Step[] = [{ point: 0 }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if ('undo' in step) {
      for (const key of step.undo) available.delete(key);
      continue;
    }
    const added = (step.point & 1) === 1 ? shareInBlock(body, step.point >> 1, facts, available, reused) : [];
    stack.push({ undo: added });
    for (const child of children[step.point]!) stack.push({ point: child });
  }
  if (reused.size > 0) keepAlive(body, reused);
}

function hasCandidates(body: Body, facts: LocalFacts): boolean {
  const seen = new Set<string>();
  for (const block of body.blocks) {
    for (const stmt of block.stmts) {
      const key = stmt.kind === 'assign' ? keyOf(body, stmt.value, facts) : null;
      if (key === null) continue;
      if (seen.has(key)) return true;
      seen.add(key);
    }
  }
  return false;
}

function shareInBlock(body: Body, id: number, facts: LocalFacts, available: Map<string, LocalId>, reused: Set<LocalId>): string[] {
  const block = body.blocks[id]!;
  const added: string[] = [];
  if (block.cleanup) return added;
  block.stmts.forEach((stmt, i) => {
    if (stmt.kind !== 'assign') return;
    const key = keyOf(body, stmt.value, facts);
    if (key === null) return;
    const known = available.get(key);
    if (known !== undefined) {
      reused.add(known);
      const operand: Operand = { kind: 'copy', place: { local: known, proj: [] } };
      block.stmts[i] = { ...stmt, value: { kind: 'use', operand } };
    } else if (isLocal(stmt.place) && isSingleValue(facts, stmt.place.local) && stmt.place.local !== 0) {
      available.set(key, stmt.place.local);
      added.push(key);
    }
  });
  return added;
}

/** A text that two rvalues share only if they give the same value; null if the value may change. */
function keyOf(body: Body, value: Rvalue, facts: LocalFacts): string | null {
  switch (value.kind) {
    case 'arith': {
      const left = operandKey(body, value.left, facts);
      const right = operandKey(body, value.right, facts);
      if (left === null || right === null) return null;
      const swap = (value.op === 'add' || value.op === 'mul' || value.op === 'and' || value.op === 'or' || value.op === 'xor') && right < left;
      return `${value.op} ${value.overflow} ${swap ? right : left} ${swap ? left : right}`;
    }
    case 'compare': {
      const left = operandKey(body, value.left, facts);
      const right = operandKey(body, value.right, facts);
      return left === null || right === null ? null : `${value.op} ${left} ${right}`;
    }
    case 'cast': {
      if (value.how !== 'intToInt' && value.how !== 'intToFloat') return null;
      const operand = operandKey(body, value.operand, facts);
      return operand === null ? null : `cast ${value.ty.id} ${operand}`;
    }
    case 'length': {
      const { place } = value;
      const fixed = place.proj.length === 1 && place.proj[0]!.kind === 'deref' && isSingleValue(facts, place.local) && body.locals[place.local]!.ty.kind === 'ref';
      return fixed ? `length ${placeKey(place)}` : null;
    }
    case 'use': case 'ref': case 'addressOf': case 'unary': case 'aggregate': case 'repeat': case 'variantIndex':
      return null;
  }
}

function operandKey(body: Body, operand: Operand, facts: LocalFacts): string | null {
  const ty = operandTy(body, operand);
  if (ty.kind !== 'int' && ty.kind !== 'float' && ty.kind !== 'bool' && ty.kind !== 'rune') return null;
  if (operand.kind === 'const') {
    const { value } = operand;
    // Zeros of both signs print alike but differ.
    return value.kind === 'int' || value.kind === 'bool' || value.kind === 'rune' ? `${value.value}:${ty.id}` : null;
  }
  return isLocal(operand.place) && isSingleValue(facts, operand.place.local) ? `_${operand.place.local}` : null;
}

/** Results used again must not be moved away by their first user, nor end with the scope of that. */
function keepAlive(body: Body, locals: ReadonlySet<LocalId>): void {
  const how: Rewriting = {
    operand: (operand) =>
      operand.kind === 'move' && isLocal(operand.place) && locals.has(operand.place.local) ? { kind: 'copy', place: operand.place } : operand,
    place: (place) => place,
  };
  for (const block of body.blocks) {
    const kept: Stmt[] = [];
    for (const stmt of block.stmts) {
      if ((stmt.kind === 'storageLive' || stmt.kind === 'storageDead') && locals.has(stmt.local)) continue;
      kept.push(rewriteStmt(stmt, how));
    }
    block.stmts.length = 0;
    for (const stmt of kept) block.stmts.push(stmt);
    block.term = rewriteTerminator(block.term, how);
  }
}
