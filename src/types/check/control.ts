/**
 * Blocks, statements, `if`, `match`, `using`.
 * Keeps `cx.diverges` true exactly while the code being checked cannot be reached.
 */
import type { Span } from '../../source/index.ts';
import { makeSpan } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { coerce, mergeBranch, mergedTy, newMerge } from './coerce.ts';
import { checkExpr, checkHard } from './recur.ts';
import { makeBlock, makeError, makeLocal, makeRef } from './make.ts';
import { checkPattern, declareBinds } from './patterns.ts';
import { insertAt } from './report.ts';

// ---------------------------------------------------------------- blocks

export function checkBlock(cx: BodyCx, b: ast.BlockExpr, want: Want | null): tree.Expr {
  if (b.label === null) return plainBlock(cx, b, want, null);
  const merge = newMerge(want);
  const target = cx.newTarget(b.label.name);
  const frame = { kind: 'block' as const, target, label: b.label.name, merge, broken: false };
  const inner = cx.inFrame(frame, () => plainBlock(cx, b, want, target));
  if (!frame.broken) return inner;
  cx.diverges = false;
  if (inner.kind !== 'block') return inner;
  const tail = inner.tail === null ? null : mergeBranch(cx, merge, inner.tail);
  if (inner.tail === null && cx.shallow(inner.ty).kind !== 'never') mergeBranch(cx, merge, inner);
  return cx.add({ ...inner, tail, ty: mergedTy(merge) });
}

function plainBlock(cx: BodyCx, b: ast.BlockExpr, want: Want | null, target: tree.JumpTarget | null): tree.Expr {
  const outer = cx.tcx;
  const scope = cx.session.resolver.itemScope(b);
  if (scope !== null) cx.tcx = { ...outer, scope };
  cx.scopes.push(new Map());
  const stmts: tree.Stmt[] = [];
  let warned = cx.diverges;
  const noteUnreachable = (span: Span): void => {
    if (!cx.diverges || warned) return;
    warned = true;
    cx.warn({ code: 'CJ0903', span });
  };
  for (const stmt of b.stmts) {
    if (stmt.kind !== 'item') noteUnreachable(stmt.span);
    checkStmt(cx, stmt, stmts);
  }
  let tail: tree.Expr | null = null;
  let ty: Ty = tys.unit;
  if (b.tail !== null) {
    noteUnreachable(b.tail.span);
    tail = want !== null && want.hard ? checkHard(cx, b.tail, want.ty, want.why) : checkExpr(cx, b.tail, want);
    ty = cx.diverges && want?.hard !== true && cx.shallow(tail.ty).kind === 'never' ? tys.never : tail.ty;
  } else if (cx.diverges) {
    ty = tys.never;
  } else if (want !== null && want.hard && missingTail(cx, b, want)) {
    ty = want.ty;
    tail = makeError(cx, b.span, want.ty);
  }
  cx.scopes.pop();
  cx.tcx = outer;
  return cx.add({ kind: 'block', stmts, tail, target, unsafe: false, ty, span: b.span });
}

/** A block without a value where one is wanted; often a `;` too many. */
function missingTail(cx: BodyCx, b: ast.BlockExpr, want: Want): boolean {
  const wanted = cx.known(want.ty);
  if (wanted.kind === 'infer' || wanted.kind === 'poison') return false;
  if (wanted === tys.unit) return false;
  const last = b.stmts[b.stmts.length - 1];
  const end = makeSpan(b.span.file, Math.max(b.span.lo, b.span.hi - 1), b.span.hi);
  const fixes = [];
  if (last !== undefined && last.kind === 'expr' && last.semicolon) {
    const lastTy = cx.lastStmtTy;
    if (lastTy !== null && cx.solver.probe(() => cx.unify(lastTy, wanted))) {
      fixes.push({ key: 'semicolon', edits: [{ span: makeSpan(b.span.file, last.expr.span.hi, last.span.hi), text: '' }] });
    }
  }
  cx.error({ code: 'CJ0293', span: end, args: { ty: cx.print(wanted) }, related: want.why === null ? [] : [want.why], fixes });
  return true;
}

function checkStmt(cx: BodyCx, stmt: ast.Stmt, into: tree.Stmt[]): void {
  switch (stmt.kind) {
    case 'let':
      into.push(checkLet(cx, stmt, false));
      return;
    case 'item':
      return;
    case 'defer': {
      const before = cx.diverges;
      const body = cx.inFrame({ kind: 'defer' }, () => checkExpr(cx, stmt.body, null));
      cx.diverges = before;
      into.push({ kind: 'defer', body, span: stmt.span });
      return;
    }
    case 'expr': {
      // A block-like expression without `;` stands for its effect.
      const expr = stmt.semicolon ? checkExpr(cx, stmt.expr, null) : checkHard(cx, stmt.expr, tys.unit, null);
      cx.lastStmtTy = expr.ty;
      if (stmt.semicolon) cx.ignored.push({ expr, span: stmt.span });
      into.push({ kind: 'expr', expr, span: stmt.span });
    }
  }
}

export function checkLet(cx: BodyCx, stmt: ast.LetStmt, using: boolean): tree.Stmt {
  const annotated = stmt.type === null ? null : cx.lower(stmt.type);
  let init: tree.Expr | null = null;
  let ty: Ty;
  if (stmt.init === null) {
    ty = annotated ?? cx.fresh();
  } else if (annotated !== null) {
    init = checkHard(cx, stmt.init, annotated, { span: stmt.type!.span, label: 'annotation' });
    ty = annotated;
  } else {
    init = checkExpr(cx, stmt.init, null);
    ty = init.ty;
  }
  let otherwise: tree.Expr | null = null;
  if (stmt.otherwise !== null) {
    const before = cx.diverges;
    otherwise = checkBlock(cx, stmt.otherwise, null);
    if (cx.shallow(otherwise.ty).kind !== 'never' && otherwise.kind !== 'error') {
      cx.error({ code: 'CJ0321', span: stmt.otherwise.span });
    }
    cx.diverges = before;
  }
  const { pat, binds } = checkPattern(cx, stmt.pattern, ty, { mutable: stmt.mutable, using });
  if (stmt.otherwise === null) cx.irrefutable.push({ pat, span: stmt.pattern.span, what: 'let' });
  if (init === null) for (const local of binds.values()) cx.uninitialised.add(local);
  declareBinds(cx, binds);
  return { kind: 'let', pat, init, otherwise, span: stmt.span };
}

export function checkUnsafe(cx: BodyCx, e: ast.UnsafeExpr, want: Want | null): tree.Expr {
  cx.unsafeDepth++;
  const block = checkBlock(cx, e.body, want);
  cx.unsafeDepth--;
  if (block.kind === 'block') (block as { unsafe: boolean }).unsafe = true;
  return block;
}

/** `using (let a = e) { … }`: a block whose locals cannot be moved. */
export function checkUsing(cx: BodyCx, e: ast.UsingExpr, want: Want | null): tree.Expr {
  return cx.inScope(() => {
    const stmts = e.bindings.map((binding) => checkLet(cx, binding, true));
    const body = checkBlock(cx, e.body, want);
    return makeBlock(cx, stmts, body, body.ty, e.span);
  });
}

// ---------------------------------------------------------------- if

/** `let P = e` in a condition; its bindings go into the scope around the branch. */
export function checkLetCond(cx: BodyCx, e: ast.LetCondExpr): tree.Expr {
  const value = checkExpr(cx, e.value, null);
  const { pat, binds } = checkPattern(cx, e.pattern, value.ty, {});
  declareBinds(cx, binds);
  return cx.add({ kind: 'letCond', pat, value, ty: tys.bool, span: e.span });
}

export function checkCond(cx: BodyCx, e: ast.Expr): tree.Expr {
  return checkHard(cx, e, tys.bool, null);
}

export function checkIf(cx: BodyCx, e: ast.IfExpr, want: Want | null): tree.Expr {
  cx.scopes.push(new Map());
  const cond = checkCond(cx, e.cond);
  const afterCond = cx.diverges;
  if (e.otherwise === null) {
    const then = checkBlock(cx, e.then, { ty: tys.unit, hard: false, why: null });
    cx.scopes.pop();
    cx.diverges = afterCond;
    const ty = cx.known(then.ty);
    if (ty !== tys.unit && ty.kind !== 'never' && ty.kind !== 'poison') {
      const wantsValue = want !== null && want.hard && cx.known(want.ty) !== tys.unit;
      if (ty.kind === 'infer' && ty.domain === 'any') cx.unify(ty, tys.unit);
      else if (wantsValue) {
        cx.error({ code: 'CJ0296', span: e.span, args: { ty: cx.print(want.ty) } });
        return makeError(cx, e.span);
      } else reportValueDropped(cx, e.then, then, ty);
    }
    const branch = cx.isPoison(ty) || ty === tys.unit || ty.kind === 'never' ? then : makeError(cx, e.then.span, tys.unit);
    return cx.add({ kind: 'if', cond, then: branch, otherwise: null, ty: tys.unit, span: e.span });
  }
  const merge = newMerge(want);
  const then = mergeBranch(cx, merge, checkBlock(cx, e.then, want));
  cx.scopes.pop();
  const afterThen = cx.diverges;
  cx.diverges = afterCond;
  const hint: Want | null = want ?? (merge.ty === null ? null : { ty: merge.ty, hard: false, why: null });
  const otherwise = mergeBranch(cx, merge, checkExpr(cx, e.otherwise, hint));
  cx.diverges = afterCond || (afterThen && cx.diverges);
  return cx.add({ kind: 'if', cond, then, otherwise, ty: mergedTy(merge), span: e.span });
}

/** `if c { value }` without else: the value goes nowhere. */
function reportValueDropped(cx: BodyCx, block: ast.BlockExpr, then: tree.Expr, ty: Ty): void {
  const span = block.tail?.span ?? block.span;
  cx.error({
    code: 'CJ0270', span, args: { expected: 'Unit', found: cx.print(ty) }, help: ['noElse'],
    fixes: then.kind === 'block' ? [{ key: 'semicolon', edits: [insertAt(span, 'after', ';')] }] : [],
  });
}

// ---------------------------------------------------------------- match

export function checkMatch(cx: BodyCx, e: ast.MatchExpr, want: Want | null): tree.Expr {
  const scrutinee = checkExpr(cx, e.scrutinee, null);
  const afterScrutinee = cx.diverges;
  const merge = newMerge(want);
  const arms: tree.Arm[] = [];
  let allDiverge = true;
  for (const arm of e.arms) {
    cx.diverges = false;
    cx.scopes.push(new Map());
    const { pat, binds } = checkPattern(cx, arm.pattern, scrutinee.ty, {});
    declareBinds(cx, binds);
    const guard = arm.guard === null ? null : checkHard(cx, arm.guard, tys.bool, null);
    cx.diverges = false;
    const hint: Want | null = want ?? (merge.ty === null ? null : { ty: merge.ty, hard: false, why: null });
    const body = mergeBranch(cx, merge, checkExpr(cx, arm.body, hint));
    if (!cx.diverges) allDiverge = false;
    cx.scopes.pop();
    arms.push({ pat, guard, body, span: arm.span });
  }
  cx.diverges = afterScrutinee || allDiverge;
  const node: tree.MatchExpr = cx.add({ kind: 'match', scrutinee, arms, ty: mergedTy(merge), span: e.span });
  cx.matches.push(node);
  return node;
}

/** `match (&a, &b) { (l, r) => body }` for lowering: the operands are evaluated once and live as long as the body. */
export function withOperands(cx: BodyCx, operands: readonly tree.Expr[], span: Span, body: (places: readonly tree.Expr[]) => tree.Expr): tree.Expr {
  const refs = operands.map((operand) => makeRef(cx, operand, false));
  const locals = refs.map((ref) => cx.newLocal('operand', ref.ty, ref.span, { synthetic: true }));
  const ty = tys.tuple(refs.map((ref) => ref.ty));
  const pat = cx.addPat<tree.TuplePat>({
    kind: 'tuple', ty, span,
    elements: locals.map((local) => cx.addPat<tree.BindPat>({ kind: 'bind', local, mode: 'move', sub: null, ty: local.ty, span: local.span })),
  });
  const scrutinee: tree.Expr = cx.add({ kind: 'tuple', elements: refs, ty, span });
  const value = body(locals.map((local) => makeLocal(cx, local, local.span)));
  return cx.add({ kind: 'match', scrutinee, arms: [{ pat, guard: null, body: value, span }], ty: value.ty, span });
}

/** An expression for its effect only. */
export function asStatement(cx: BodyCx, expr: tree.Expr): tree.Expr {
  return makeBlock(cx, [{ kind: 'expr', expr, span: expr.span }], null, tys.unit, expr.span);
}

/** Coerces to Unit; a value that is thrown away by a construct is an error there. */
export function asUnit(cx: BodyCx, expr: tree.Expr): tree.Expr {
  return coerce(cx, expr, tys.unit);
}
