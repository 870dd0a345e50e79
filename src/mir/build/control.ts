/**
 * Control flow: branches, loops, jumps out of scopes, `try` blocks.
 * Every jump leaves the scopes between it and its target: drops and deferred code are emitted on its own edge.
 */
import { bug } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { JumpTarget, Ty, tree } from '../../types/index.ts';
import type { BlockId, LocalId, Operand, Rvalue } from '../mir.ts';
import { localPlace } from '../visit.ts';
import type { Breakable, Builder, TryTarget } from './builder.ts';
import type { Failure } from './exits.ts';
import { bindIrrefutable } from './bindings.ts';
import { branch, lowerCondition } from './conditions.ts';
import type { Dest } from './scopes.ts';

// ---------------------------------------------------------------- branches

export function lowerLogical(b: Builder, dest: Dest, e: tree.LogicalExpr): void {
  const yes = b.newBlock();
  const no = b.newBlock();
  const join = b.newBlock();
  const shortcut = e.op === '||';
  if (shortcut) branch(b, e.left, no, yes);
  else branch(b, e.left, yes, no);
  b.start(yes);
  b.scoped(dest, e.right.span, () => b.into(dest, e.right));
  b.goto(join);
  b.start(no);
  b.use(dest.place, b.boolean(shortcut), e.span);
  b.goto(join);
  b.start(join);
}

export function lowerIf(b: Builder, dest: Dest, e: tree.IfExpr): void {
  const failure: Failure = { depth: b.scopes.depth, block: null };
  const join = b.newBlock();
  b.scoped(dest, e.span, () => {
    lowerCondition(b, e.cond, failure);
    b.scoped(dest, e.then.span, () => b.into(dest, e.then));
  });
  const thenEnds = b.cur === null;
  b.goto(join);
  if (failure.block === null) {
    if (!thenEnds) b.start(join);
    return;
  }
  b.start(failure.block);
  const otherwise = e.otherwise;
  if (otherwise === null) b.writeUnit(dest, e.span);
  else b.scoped(dest, otherwise.span, () => b.into(dest, otherwise));
  const elseEnds = b.cur === null;
  b.goto(join);
  if (!thenEnds || !elseEnds) b.start(join);
}

// ---------------------------------------------------------------- loops and jumps

/** Lowers something that `break` can leave. */
export function lowerBreakable(b: Builder, dest: Dest, target: JumpTarget, next: (() => BlockId) | null, body: () => void): void {
  const breakable: Breakable = { depth: b.scopes.depth, dest, exit: null, next };
  b.breakables.set(target, breakable);
  body();
  b.breakables.delete(target);
  if (breakable.exit === null) return;
  b.goto(breakable.exit);
  b.start(breakable.exit);
}

export function lowerLoop(b: Builder, dest: Dest, e: tree.LoopExpr): void {
  const head = b.newBlock();
  b.goto(head);
  lowerBreakable(b, dest, e.target, () => head, () => {
    b.start(head);
    b.scoped(null, e.body.span, () => b.discard(e.body));
    b.goto(head);
  });
}

function breakableOf(b: Builder, target: JumpTarget): Breakable {
  return b.breakables.get(target) ?? bug(`jump to ${target.name ?? 'a loop'} that is not around it`);
}

export function lowerBreak(b: Builder, e: tree.BreakExpr): void {
  const breakable = breakableOf(b, e.target);
  if (e.value !== null) b.into(breakable.dest, e.value);
  else b.writeUnit(breakable.dest, e.span);
  b.exitTo(breakable.depth, breakable.dest, e.span);
  if (b.cur === null) return;
  breakable.exit ??= b.newBlock();
  b.goto(breakable.exit);
}

export function lowerContinue(b: Builder, e: tree.ContinueExpr): void {
  const breakable = breakableOf(b, e.target);
  b.exitTo(breakable.depth, null, e.span);
  if (b.cur !== null) b.goto((breakable.next ?? bug('continue of a block'))());
}

export function lowerReturn(b: Builder, e: tree.ReturnExpr): void {
  const dest = returnDest(b);
  if (e.value !== null) b.into(dest, e.value);
  else b.writeUnit(dest, e.span);
  b.exitTo(1, dest, e.span);
  b.terminate({ kind: 'return' });
}

/** The return place; while scopes are left on the way out, a panic drops it. */
export function returnDest(b: Builder): Dest {
  return b.destOf(0 as LocalId, b.scopes.at(0));
}

/**
 * `for p in lo..hi : step`: a counter that never passes the end, so that wrapping arithmetic is exact up to the type's limits.
 * Without a step it goes up by one while `i < hi` (or until `i == hi`); with one the distance left, as an unsigned number, is compared
 * with the size of the step before it is added. A step may be negative: then the counter goes down.
 */
export function lowerForRange(b: Builder, dest: Dest, e: tree.ForRangeExpr): void {
  const ty = e.lo.ty;
  const span = e.span;
  const own = (value: tree.Expr): LocalId => {
    const local = b.newTemp(ty, value.span);
    b.into({ place: localPlace(local), scope: null }, value);
    return local;
  };
  const counter = own(e.lo);
  const hi = e.hi.kind === 'literal' ? b.operand(e.hi) : copyOf(own(e.hi));
  const step = e.step === null ? null : lowerStep(b, e.step, ty);
  const i = copyOf(counter);
  const test = (op: 'lt' | 'le' | 'eq', left: Operand, right: Operand): Operand => copyOf(b.rvalueTemp({ kind: 'compare', op, left, right }, tys.bool, span));
  const head = b.newBlock();
  const body = b.newBlock();
  const exit = b.newBlock();
  let increment: BlockId | null = null;
  const next = (): BlockId => (increment ??= b.newBlock());
  b.goto(head);
  b.start(head);
  const enter = (down: boolean): void => {
    const op = e.inclusive ? 'le' : 'lt';
    b.switchBool(down ? test(op, hi, i) : test(op, i, hi), body, exit, span);
  };
  byDirection(b, step === null ? false : step.down, span, enter);
  lowerBreakable(b, b.unitDest(span), e.target, next, () => {
    b.start(body);
    b.scoped(null, e.body.span, (scope) => {
      if (e.pat.kind !== 'wild') bindIrrefutable(b, e.pat, localPlace(counter), scope);
      b.discard(e.body);
    });
    if (b.cur !== null) b.goto(next());
    if (increment === null) return;
    b.start(increment);
    const advance = (by: Operand): void => b.assign(localPlace(counter), { kind: 'arith', op: 'add', overflow: 'wrapping', left: i, right: by }, span);
    if (step !== null) {
      const more = b.newBlock();
      byDirection(b, step.down, span, (down) => {
        const ends = down ? { left: i, right: hi } : { left: hi, right: i };
        const left = copyOf(b.rvalueTemp({ kind: 'arith', op: 'sub', overflow: 'wrapping', ...ends }, ty, span));
        b.switchBool(test(e.inclusive ? 'le' : 'lt', step.size, unsigned(b, left, ty, span)), more, exit, span);
      });
      b.start(more);
      advance(step.by);
      b.goto(body);
    } else if (e.inclusive) {
      const more = b.newBlock();
      b.switchBool(test('eq', i, hi), exit, more, span);
      b.start(more);
      advance(b.int(1n, ty));
      b.goto(body);
    } else {
      advance(b.int(1n, ty));
      b.goto(head);
    }
  });
  b.goto(exit);
  b.start(exit);
  b.writeUnit(dest, span);
}

function copyOf(local: LocalId): Operand {
  return { kind: 'copy', place: localPlace(local) };
}

const UNSIGNED: Readonly<Record<number, Ty>> = { 8: tys.uint8, 16: tys.uint16, 32: tys.uint32, 64: tys.uint64 };

function unsigned(b: Builder, operand: Operand, ty: Ty, span: tree.Expr['span']): Operand {
  if (ty.kind !== 'int') bug('a counting loop over something else than integers');
  if (!ty.signed) return operand;
  const to = UNSIGNED[ty.bits]!;
  return copyOf(b.rvalueTemp({ kind: 'cast', how: 'intToInt', operand, ty: to }, to, span));
}

interface Step {
  readonly by: Operand;
  /** Its size as an unsigned number. */
  readonly size: Operand;
  /** Whether it is negative, as far as that is known here. */
  readonly down: boolean | Operand;
}

/** The step, which must not be 0. */
function lowerStep(b: Builder, e: tree.Expr, ty: Ty): Step {
  if (e.kind === 'literal' && e.value.kind === 'int' && e.value.value !== 0n) {
    const by = b.operand(e);
    const { value } = e.value;
    return { by, size: unsigned(b, value > 0n ? by : b.int(-value, ty), ty, e.span), down: value < 0n };
  }
  const local = b.newTemp(ty, e.span);
  b.into({ place: localPlace(local), scope: null }, e);
  const by = copyOf(local);
  const zero = b.rvalueTemp({ kind: 'compare', op: 'eq', left: by, right: b.int(0n, ty) }, tys.bool, e.span);
  const ok = b.newBlock();
  const bad = b.newBlock();
  b.switchBool(copyOf(zero), bad, ok, e.span);
  b.start(bad);
  const message = b.constant({ kind: 'string', value: 'the step of a range must not be 0' }, tys.ref(tys.str, false));
  b.call(localPlace(b.newTemp(tys.never, e.span)), { kind: 'fn', fn: { decl: b.program.lang.fn('panicStr'), args: [] } }, [message], e.span);
  b.terminate({ kind: 'unreachable' });
  b.start(ok);
  if (ty.kind === 'int' && !ty.signed) return { by, size: by, down: false };
  const down = copyOf(b.rvalueTemp({ kind: 'compare', op: 'lt', left: by, right: b.int(0n, ty) }, tys.bool, e.span));
  const size = b.newTemp(ty, e.span);
  const done = b.newBlock();
  byDirection(b, down, e.span, (isDown) => {
    const value: Rvalue = isDown ? { kind: 'arith', op: 'sub', overflow: 'wrapping', left: b.int(0n, ty), right: by } : { kind: 'use', operand: by };
    b.assign(localPlace(size), value, e.span);
    b.goto(done);
  });
  b.start(done);
  return { by, size: unsigned(b, copyOf(size), ty, e.span), down };
}

/** Lowers one of two ways, or, where the direction shows at run time only, both. `lower` ends its block. */
function byDirection(b: Builder, down: boolean | Operand, span: tree.Expr['span'], lower: (down: boolean) => void): void {
  if (typeof down === 'boolean') {
    lower(down);
    return;
  }
  const ways = [b.newBlock(), b.newBlock()] as const;
  b.switchBool(down, ways[0], ways[1], span);
  b.start(ways[0]);
  lower(true);
  b.start(ways[1]);
  lower(false);
}

// ---------------------------------------------------------------- try

export function lowerTry(b: Builder, dest: Dest, e: tree.TryBlockExpr): void {
  const depth = b.scopes.depth;
  const scope = b.scopes.push();
  const arms = e.arms.map((arm) => ({ local: b.declare(arm.local), span: arm.span, block: null as BlockId | null }));
  const target: TryTarget = { depth, scope, arms };
  if (e.panicArm !== null && !b.cleanup) {
    const arm = arms[e.panicArm]!;
    b.scopes.schedule(scope, { kind: 'catch', id: b.fresh(), dest: arm.local, target: () => (arm.block ??= b.newBlock(false)) });
  }
  b.tries.set(e.target, target);
  // Inside, the value belongs to the `try` block's own scope: a panic that is caught drops it before an arm writes another.
  const inner: Dest = { place: dest.place, scope: dest.scope === null ? null : scope };
  b.scoped(inner, e.body.span, () => b.into(inner, e.body));
  b.tries.delete(e.target);
  b.popScope(null, e.span);
  let join: BlockId | null = null;
  const leave = (): void => {
    if (b.cur === null) return;
    join ??= b.newBlock();
    b.goto(join);
  };
  leave();
  e.arms.forEach((arm, i) => {
    const { local, block } = arms[i]!;
    if (block === null) return;
    b.start(block);
    b.scoped(dest, arm.span, (armScope) => {
      b.scopes.schedule(armScope, { kind: 'storage', local });
      b.scheduleValue(local, armScope, arm.local.span);
      b.into(dest, arm.body);
    });
    leave();
  });
  if (join !== null) b.start(join);
}

export function lowerRaise(b: Builder, e: tree.RaiseExpr): void {
  const target = b.tries.get(e.target) ?? bug('raise outside of its try block');
  const arm = target.arms[e.arm] ?? bug('raise to an arm that does not exist');
  const dest = b.destOf(arm.local, target.scope);
  b.storageLive(arm.local);
  b.into(dest, e.value);
  b.exitTo(target.depth, dest, e.span);
  if (b.cur === null) return;
  arm.block ??= b.newBlock();
  b.goto(arm.block);
}
