/**
 * Variables that patterns bind: `let` with any pattern, `let … else`, and `let` as a condition, from a place to variables that hold their values.
 */
import { bug } from '../../base/index.ts';
import type { tree } from '../../types/index.ts';
import type { BlockId, LocalId, Place } from '../mir.ts';
import { localPlace } from '../visit.ts';
import type { Builder } from './builder.ts';
import { decide } from './decision.ts';
import { fail } from './exits.ts';
import type { Failure } from './exits.ts';
import { patternLocals, rowsOf } from './pattern-rows.ts';
import type { Binding, Row } from './pattern-rows.ts';
import { isPlaceExpr } from './places.ts';
import type { Dest, Scope } from './scopes.ts';

/** The place that a scrutinee is matched at. */
export function scrutineePlace(b: Builder, e: tree.Expr): Place {
  const place = isPlaceExpr(e) ? b.place(e) : localPlace(b.temp(e));
  b.emit({ kind: 'fakeRead', place, span: e.span });
  return place;
}

/** Gives every variable of the patterns a local. */
export function declareAll(b: Builder, pats: readonly tree.Pat[]): void {
  for (const pat of pats) for (const local of patternLocals(pat)) b.declare(local);
}

/** The local of a binding. */
export function localFor(b: Builder, binding: Binding): LocalId {
  return b.vars.get(binding.local) ?? bug(`binding ${binding.local.name} is not declared`);
}

/** Begins a binding's storage and gives it its value. Nothing is scheduled. */
export function makeBinding(b: Builder, binding: Binding): void {
  const local = localFor(b, binding);
  b.storageLive(local);
  const place = localPlace(local);
  if (binding.mode === 'move') b.assign(place, b.consumeRvalue(binding.place, binding.local.ty), binding.span);
  else b.assign(place, { kind: 'ref', mutable: binding.mode === 'refMut', place: binding.place, twoPhase: false }, binding.span);
}

/** Schedules the end of storage and the drops of a pattern's variables. */
export function scheduleBindings(b: Builder, pat: tree.Pat, scope: Scope): void {
  for (const local of patternLocals(pat)) {
    const id = b.vars.get(local)!;
    b.scopes.schedule(scope, { kind: 'storage', local: id });
    b.scheduleValue(id, scope, local.span);
  }
}

/** Destructures a place by a pattern that always matches. */
export function bindIrrefutable(b: Builder, pat: tree.Pat, place: Place, scope: Scope): void {
  declareAll(b, [pat]);
  const rows = rowsOf(pat, place, 0);
  if (rows.length === 1 && rows[0]!.pairs.length === 0) for (const binding of rows[0]!.bindings) makeBinding(b, binding);
  else matchRows(b, rows, () => b.newBlock());
  scheduleBindings(b, pat, scope);
}

/** Goes on where one of the rows has matched and its bindings are made; `miss` gives the block for the rest. */
function matchRows(b: Builder, rows: readonly Row[], miss: () => BlockId): void {
  const matched = b.newBlock();
  decide(b, rows, miss, (row) => {
    for (const binding of row.bindings) makeBinding(b, binding);
    b.goto(matched);
    return false;
  });
  b.start(matched);
}

/** `let pat = place else { … }`: the scopes down to `depth` (the temporaries of the initialiser) are left before `otherwise`. */
export function bindOrElse(b: Builder, pat: tree.Pat, place: Place, scope: Scope, otherwise: tree.Expr, depth: number): void {
  declareAll(b, [pat]);
  let missed: BlockId | null = null;
  matchRows(b, rowsOf(pat, place, 0), () => (missed ??= b.newBlock()));
  const matched = b.cur;
  if (missed !== null) {
    const saved = b.scopes.save();
    b.start(missed);
    b.exitTo(depth, null, otherwise.span);
    // The temporaries have ended on this edge, so a panic in `otherwise` does not meet them.
    while (b.scopes.depth > depth) b.scopes.discard();
    b.scoped(null, otherwise.span, () => b.discard(otherwise));
    b.terminate({ kind: 'unreachable' });
    b.scopes.restore(saved);
  }
  b.cur = matched;
  scheduleBindings(b, pat, scope);
}

/** `let pat = value` as a condition: control goes on where it matches, bindings in the innermost scope. */
export function bindOrJump(b: Builder, e: tree.LetCondExpr, failure: Failure): void {
  const place = scrutineePlace(b, e.value);
  declareAll(b, [e.pat]);
  let missed: BlockId | null = null;
  matchRows(b, rowsOf(e.pat, place, 0), () => (missed ??= b.newBlock()));
  const matched = b.cur;
  if (missed !== null) {
    b.start(missed);
    fail(b, failure, e.span);
  }
  b.cur = matched;
  scheduleBindings(b, e.pat, b.scopes.top);
}

/** A `let` condition where only its truth is wanted. */
export function lowerLetCondValue(b: Builder, dest: Dest, e: tree.LetCondExpr): void {
  const failure: Failure = { depth: b.scopes.depth, block: null };
  const join = b.newBlock();
  b.scoped(null, e.span, () => {
    bindOrJump(b, e, failure);
    b.use(dest.place, b.boolean(true), e.span);
  });
  b.goto(join);
  if (failure.block !== null) {
    b.start(failure.block);
    b.use(dest.place, b.boolean(false), e.span);
    b.goto(join);
  }
  b.start(join);
}
