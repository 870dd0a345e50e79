/**
 * Matching: `match`, `if let`, `let … else` and destructuring, from a place to bound variables and a taken arm.
 * By-move bindings are made when the guard has succeeded; while it runs they are seen through a shared reference. A shared borrow of the
 * scrutinee is held across each guard, so that ownership analysis refuses a guard that changes what has been tested.
 */
import { bug } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { tree } from '../../types/index.ts';
import type { BlockId, LocalId, Operand, Place } from '../mir.ts';
import { localPlace, placeTy, projected } from '../visit.ts';
import type { Builder } from './builder.ts';
import { decide } from './decision.ts';
import { fail, lowerScopedBool } from './exits.ts';
import type { Failure } from './exits.ts';
import { patternLocals, rowsOf } from './pattern-rows.ts';
import type { Binding, Row } from './pattern-rows.ts';
import { isNamedPlace, isPlaceExpr } from './places.ts';
import type { Dest, Scope } from './scopes.ts';

/** The place that a scrutinee is matched at. */
function scrutineePlace(b: Builder, e: tree.Expr): Place {
  const place = isPlaceExpr(e) ? b.place(e) : localPlace(b.temp(e));
  b.emit({ kind: 'fakeRead', place, span: e.span });
  return place;
}

function declareAll(b: Builder, pats: readonly tree.Pat[]): void {
  for (const pat of pats) for (const local of patternLocals(pat)) b.declare(local);
}

function localFor(b: Builder, binding: Binding): LocalId {
  return b.vars.get(binding.local) ?? bug(`binding ${binding.local.name} is not declared`);
}

/** Begins a binding's storage and gives it its value. Nothing is scheduled. */
function makeBinding(b: Builder, binding: Binding): void {
  const local = localFor(b, binding);
  b.storageLive(local);
  const place = localPlace(local);
  if (binding.mode === 'move') b.assign(place, b.consumeRvalue(binding.place, binding.local.ty), binding.span);
  else b.assign(place, { kind: 'ref', mutable: binding.mode === 'refMut', place: binding.place, twoPhase: false }, binding.span);
}

/** Schedules the end of storage and the drops of a pattern's variables. */
function scheduleBindings(b: Builder, pat: tree.Pat, scope: Scope): void {
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

export function lowerMatch(b: Builder, dest: Dest, e: tree.MatchExpr): void {
  const place = scrutineePlace(b, e.scrutinee);
  declareAll(b, e.arms.map((arm) => arm.pat));
  const bodies: (BlockId | null)[] = e.arms.map(() => null);
  const bodyOf = (arm: number): BlockId => (bodies[arm] ??= b.newBlock());
  const guarded = isNamedPlace(e.scrutinee) ? place : null;
  const rows = e.arms.flatMap((arm, i) => rowsOf(arm.pat, place, i));
  let missed: BlockId | null = null;
  decide(b, rows, () => (missed ??= b.newBlock()), (row, next) => {
    const guard = e.arms[row.arm]!.guard;
    if (guard === null) {
      for (const binding of row.bindings) makeBinding(b, binding);
      b.goto(bodyOf(row.arm));
      return false;
    }
    lowerGuard(b, row, guard, guarded, bodyOf(row.arm), next);
    return true;
  });
  let join: BlockId | null = null;
  e.arms.forEach((arm, i) => {
    const body = bodies[i]!;
    if (body === null) return;
    b.start(body);
    b.scoped(dest, arm.span, (scope) => {
      scheduleBindings(b, arm.pat, scope);
      b.into(dest, arm.body);
    });
    if (b.cur === null) return;
    join ??= b.newBlock();
    b.goto(join);
  });
  if (join !== null) b.start(join);
}

/** Evaluates a guard at the end of a row. Control ends in the arm's body or in the block of `next`. */
function lowerGuard(b: Builder, row: Row, guard: tree.Expr, scrutinee: Place | null, body: BlockId, next: () => BlockId): void {
  const depth = b.scopes.depth;
  const scope = b.scopes.push();
  const later: Binding[] = [];
  const held: Place[] = [];
  for (const binding of row.bindings) {
    const ty = binding.local.ty;
    const movesOut = binding.mode === 'move' && !b.facts.isCopy(ty) && ty.kind !== 'ref';
    if (movesOut) {
      const ref = b.rvalueTemp({ kind: 'ref', mutable: false, place: binding.place, twoPhase: false }, tys.ref(placeTy(b, binding.place), false), binding.span);
      b.guardRefs.set(binding.local, projected(localPlace(ref), { kind: 'deref', ty }));
      later.push(binding);
      held.push(localPlace(ref));
    } else {
      makeBinding(b, binding);
      const local = localFor(b, binding);
      b.scopes.schedule(scope, { kind: 'storage', local });
      if (ty.kind === 'ref' && ty.mutable) held.push(localPlace(local));
    }
  }
  const exclusive = row.bindings.some((binding) => binding.local.ty.kind === 'ref' && binding.local.ty.mutable);
  if (scrutinee !== null && !exclusive) {
    held.push(localPlace(b.rvalueTemp({ kind: 'ref', mutable: false, place: scrutinee, twoPhase: false }, tys.ref(placeTy(b, scrutinee), false), guard.span)));
  }
  const operand: Operand = b.stable(lowerScopedBool(b, guard), guard.span);
  for (const place of held) b.emit({ kind: 'fakeRead', place, span: guard.span });
  for (const binding of later) b.guardRefs.delete(binding.local);
  const yes = b.newBlock();
  const no = b.newBlock();
  b.switchBool(operand, yes, no, guard.span);
  b.start(no);
  b.exitTo(depth, null, guard.span);
  b.goto(next());
  // The arm's body schedules what has been bound anew.
  b.scopes.discard();
  b.start(yes);
  for (const binding of later) makeBinding(b, binding);
  b.goto(body);
}
