/**
 * `match`: which arm is taken, its guard and its body.
 * By-move bindings are made when the guard has succeeded; while it runs they are seen through a shared reference. A shared borrow of the
 * scrutinee is held across each guard, so that ownership analysis refuses a guard that changes what has been tested.
 */
import { tys } from '../../types/index.ts';
import type { tree } from '../../types/index.ts';
import type { BlockId, Operand, Place } from '../mir.ts';
import { localPlace, placeTy, projected } from '../visit.ts';
import { declareAll, localFor, makeBinding, scheduleBindings, scrutineePlace } from './bindings.ts';
import type { Builder } from './builder.ts';
import { lowerCondition } from './conditions.ts';
import { decide } from './decision.ts';
import { lowerScopedBool } from './exits.ts';
import type { Failure } from './exits.ts';
import { rowsOf } from './pattern-rows.ts';
import type { Binding, Row } from './pattern-rows.ts';
import { isNamedPlace } from './places.ts';
import type { Dest, Scope } from './scopes.ts';

export function lowerMatch(b: Builder, dest: Dest, e: tree.MatchExpr): void {
  const place = scrutineePlace(b, e.scrutinee);
  declareAll(b, e.arms.map((arm) => arm.pat));
  const bodies: (BlockId | null)[] = e.arms.map(() => null);
  const bodyOf = (arm: number): BlockId => (bodies[arm] ??= b.newBlock());
  const guarded = isNamedPlace(e.scrutinee) ? place : null;
  const rows = e.arms.flatMap((arm, i) => rowsOf(arm.pat, place, i));
  let missed: BlockId | null = null;
  let join: BlockId | null = null;
  decide(b, rows, () => (missed ??= b.newBlock()), (row, next) => {
    const arm = e.arms[row.arm]!;
    if (arm.guard === null) {
      for (const binding of row.bindings) makeBinding(b, binding);
      b.goto(bodyOf(row.arm));
      return false;
    }
    if (bindsNames(arm.guard)) {
      lowerBindingGuard(b, dest, row, arm, arm.guard, guarded, next);
      if (b.cur !== null) b.goto(join ??= b.newBlock());
    } else lowerGuard(b, row, arm.guard, guarded, bodyOf(row.arm), next);
    return true;
  });
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

/** Whether a guard has `let` among its conditions. */
function bindsNames(guard: tree.Expr): boolean {
  return guard.kind === 'letCond' || (guard.kind === 'logical' && guard.op === '&&' && (bindsNames(guard.left) || bindsNames(guard.right)));
}

/** What a guard sees of a row. */
interface GuardView {
  /** Bindings that move when the guard has held. */
  readonly later: readonly Binding[];
  /** References that end with the guard. */
  readonly held: readonly Place[];
}

/** Makes the bindings of a row as its guard may see them; their storage ends with `scope`. */
function openGuard(b: Builder, row: Row, scope: Scope, scrutinee: Place | null, guard: tree.Expr): GuardView {
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
  return { later, held };
}

function closeGuard(b: Builder, view: GuardView, guard: tree.Expr): void {
  for (const place of view.held) b.emit({ kind: 'fakeRead', place, span: guard.span });
  for (const binding of view.later) b.guardRefs.delete(binding.local);
}

/** Evaluates a guard at the end of a row. Control ends in the arm's body or in the block of `next`. */
function lowerGuard(b: Builder, row: Row, guard: tree.Expr, scrutinee: Place | null, body: BlockId, next: () => BlockId): void {
  const depth = b.scopes.depth;
  const view = openGuard(b, row, b.scopes.push(), scrutinee, guard);
  const operand: Operand = b.stable(lowerScopedBool(b, guard), guard.span);
  closeGuard(b, view, guard);
  const yes = b.newBlock();
  const no = b.newBlock();
  b.switchBool(operand, yes, no, guard.span);
  b.start(no);
  b.exitTo(depth, null, guard.span);
  b.goto(next());
  // The arm's body schedules what has been bound anew.
  b.scopes.discard();
  b.start(yes);
  for (const binding of view.later) makeBinding(b, binding);
  b.goto(body);
}

/**
 * A guard whose `let`s bind names for the body: the body follows at once, inside the scope of what the guard has made, once for each row of
 * the arm. Control is at the body's end afterwards.
 */
function lowerBindingGuard(b: Builder, dest: Dest, row: Row, arm: tree.Arm, guard: tree.Expr, scrutinee: Place | null, next: () => BlockId): void {
  const failure: Failure = { depth: b.scopes.depth, block: null };
  b.scoped(dest, arm.span, (scope) => {
    const view = openGuard(b, row, scope, scrutinee, guard);
    lowerCondition(b, guard, failure);
    closeGuard(b, view, guard);
    for (const binding of view.later) {
      makeBinding(b, binding);
      const local = localFor(b, binding);
      b.scopes.schedule(scope, { kind: 'storage', local });
      b.scheduleValue(local, scope, binding.local.span);
    }
    b.scoped(dest, arm.body.span, () => b.into(dest, arm.body));
  });
  const end = b.cur;
  if (failure.block !== null) {
    b.start(failure.block);
    b.goto(next());
  }
  b.cur = end;
}
