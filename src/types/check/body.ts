/**
 * One body from syntax to typed tree: parameters, the value, then the last words — defaults, unknown types, ranges of literals, matches,
 * captures, lints.
 */
import type { Span } from '../../source/index.ts';
import { HAS_INFER, HAS_POISON, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { CallMode } from '../../syntax/index.ts';
import type { ClosureDecl, ConstDecl, FnDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { analyzeCaptures } from '../captures/index.ts';
import { headKey, modeAllows } from '../solve/index.ts';
import type { Obligation } from '../solve/index.ts';
import { BodyCx } from './body-cx.ts';
import type { Session, Want } from './body-cx.ts';
import { coerce } from './coerce.ts';
import { checkBlock } from './control.ts';
import { checkHard } from './recur.ts';
import { reportLints } from './lints.ts';
import { intRange } from './literals.ts';
import { makeBind } from './make.ts';
import { reportImmutable } from './mutability.ts';
import { checkMatches } from './matches.ts';
import { checkPattern, declareBinds } from './patterns.ts';

/** The typed body of a function; null where there is none, or where it has mistakes. */
export function checkFnBody(session: Session, decl: FnDecl): tree.FnBody | null {
  const { body } = decl.syntax;
  if (body === null) return null;
  const cx = new BodyCx(session, decl);
  try {
    if (decl.unsafe) cx.unsafeDepth = 1;
    const params = bindParams(cx, decl);
    const retSpan = decl.syntax.ret?.span ?? decl.nameSpan;
    const ret = cx.normalize(decl.sig.ret, retSpan);
    const why = { span: retSpan, label: 'ret', args: { ret: cx.print(ret) } };
    const want: Want = { ty: ret, hard: true, why };
    const value = cx.inFrame({ kind: 'fn', what: 'fn', ret, why }, () => coerce(cx, checkBlock(cx, body, want), ret, why));
    if (decl === session.resolver.main || decl.flags.test) demandReportable(cx, ret, retSpan);
    return finish(cx, { owner: decl, params, ret, value, closures: cx.closures });
  } finally {
    cx.solver.table.release();
  }
}

/** The typed value of a constant. */
export function checkConstBody(session: Session, decl: ConstDecl): tree.FnBody | null {
  const source = decl.value;
  if (source === null) return null;
  const cx = new BodyCx(session, decl);
  try {
    const ty = cx.normalize(decl.ty, decl.span);
    const why = { span: decl.nameSpan, label: 'annotation' };
    const value = cx.inFrame({ kind: 'fn', what: 'const', ret: ty, why: null }, () => checkHard(cx, source, ty, why));
    return finish(cx, { owner: decl, params: [], ret: ty, value, closures: cx.closures });
  } finally {
    cx.solver.table.release();
  }
}

/** An `Err` that `main` or a test gives is printed, so it has to be printable as an error. */
function demandReportable(cx: BodyCx, ret: Ty, span: Span): void {
  if (!cx.isLang(ret, 'Result') || ret.kind !== 'adt') return;
  const report = cx.session.world.lang.fn('reportError');
  const errTy = ret.args[1]!;
  const out: Obligation[] = [];
  cx.solver.demands(report.generics.predicates, [errTy], {
    span, boundSpan: null, name: null, onFail: () => cx.error({ code: 'CJ0303', span, args: { ty: cx.print(errTy), name: cx.owner.name } }),
  }, 0, out);
  cx.solver.registerAll(out);
}

function bindParams(cx: BodyCx, decl: FnDecl): tree.Pat[] {
  const pats: tree.Pat[] = [];
  const { syntax, sig } = decl;
  let at = 0;
  if (sig.hasSelf) {
    const param = sig.params[at++]!;
    const ty = cx.normalize(param.ty, param.span);
    const local = cx.newLocal('self', ty, param.span, { mutable: syntax.self?.mutable ?? false });
    cx.params.add(local);
    cx.declare(local);
    pats.push(makeBind(cx, local, ty, param.span));
  }
  for (const source of syntax.params) {
    const param = sig.params[at++]!;
    const ty = cx.normalize(param.ty, param.span);
    const { pat, binds } = checkPattern(cx, source.pattern, ty, {});
    declareBinds(cx, binds);
    for (const local of binds.values()) cx.params.add(local);
    cx.irrefutable.push({ pat, span: source.pattern.span, what: 'param' });
    pats.push(pat);
  }
  return pats;
}

function finish(cx: BodyCx, body: tree.FnBody): tree.FnBody | null {
  settle(cx);
  const unknown = zonk(cx, body);
  reportOpen(cx, unknown);
  for (const { node, span } of cx.ranged) checkLiteralRange(cx, node, span);
  for (const check of cx.atEnd) check();
  if (cx.failed) return null;
  checkMatches(cx);
  if (cx.failed) return null;
  analyse(cx, body);
  for (const { local, span, shape } of cx.calledLocals) if (shape.mode === 'mut') reportImmutable(cx, local, 'call', span);
  reportLints(cx);
  return cx.failed ? null : body;
}

// ---------------------------------------------------------------- last decisions

/** Defaults for what evidence has not decided, as long as that decides something more. */
function settle(cx: BodyCx): void {
  const { solver } = cx;
  const { table } = solver;
  solver.selectPending();
  for (let round = 0; round < 8; round++) {
    const before = table.changes;
    for (const variable of [...table.numeric]) {
      if (!table.isBound(variable)) table.unify(variable, variable.domain === 'int' ? tys.int32 : tys.float64);
    }
    solver.selectPending();
    for (const obligation of solver.open) {
      if (obligation.kind !== 'deferred' || obligation.on.kind !== 'tuple') continue;
      // An operator between an unknown and a number: the unknown is such a number too.
      const [left, right] = obligation.on.elements;
      if (left !== undefined && right !== undefined && table.shallow(left).kind === 'infer' && table.shallow(right).kind !== 'infer') table.unify(left, right);
    }
    solver.selectPending();
    if (table.changes === before) break;
  }
  for (const variable of cx.divergingVars) if (!table.isBound(variable)) table.unify(variable, tys.unit);
  solver.selectPending();
}

/** Puts known types in place of variables; returns whether an unknown one was reported. */
function zonk(cx: BodyCx, body: tree.FnBody): boolean {
  const { table } = cx.solver;
  let reported = false;
  const settleTy = (ty: Ty, span: Span, what: string): Ty => {
    const known = table.resolve(ty);
    if ((known.flags & HAS_POISON) !== 0) cx.failed = true;
    if ((known.flags & HAS_INFER) === 0) return known;
    if (!reported && !cx.failed) {
      reported = true;
      cx.error({ code: 'CJ0272', span, args: { what } });
    }
    cx.failed = true;
    return known;
  };
  for (const local of cx.locals) {
    local.ty = settleTy(local.ty, local.span, local.synthetic ? 'this value' : `\`${local.name}\``);
    if (!cx.failed && !local.synthetic && (local.ty.kind === 'str' || local.ty.kind === 'slice' || local.ty.kind === 'dyn')) {
      cx.error({ code: 'CJ0313', span: local.span, args: { name: local.name, ty: cx.print(local.ty) } });
    }
  }
  for (const closure of cx.closures) {
    closure.params = closure.params.map((ty) => settleTy(ty, closure.span, 'a parameter of this closure'));
    closure.ret = settleTy(closure.ret, closure.span, 'the result of this closure');
  }
  for (const use of cx.genericUses) use.holder.args = use.holder.args.map((ty) => settleTy(ty, use.span, `an argument of \`${use.name}\``));
  for (const expr of cx.exprs) expr.ty = settleTy(expr.ty, expr.span, 'this expression');
  for (const pat of cx.pats) pat.ty = settleTy(pat.ty, pat.span, 'this pattern');
  (body as { ret: Ty }).ret = table.resolve(body.ret);
  return reported;
}

/** Demands that stayed undecided although all types are known, or because one is not. */
function reportOpen(cx: BodyCx, said: boolean): void {
  if (said || cx.failed) return;
  for (const obligation of cx.solver.open) {
    cx.failed = true;
    if (obligation.kind === 'deferred') continue;
    cx.error({ code: 'CJ0272', span: obligation.cause.span, args: { what: 'this expression' } });
    return;
  }
}

function checkLiteralRange(cx: BodyCx, node: tree.LiteralExpr, span: Span): void {
  const { ty, value } = node;
  if (ty.kind !== 'int' || value.kind !== 'int') return;
  const range = intRange(ty);
  if (value.value >= range.min && value.value <= range.max) return;
  cx.error({ code: 'CJ0283', span, args: { value: String(value.value), ty: cx.print(ty), min: String(range.min), max: String(range.max) } });
}

// ---------------------------------------------------------------- closures

function analyse(cx: BodyCx, body: tree.FnBody): void {
  if (body.closures.length === 0) return;
  const copy = cx.trait('Copy');
  const drop = cx.trait('Drop');
  const isCopy = (ty: Ty): boolean => cx.holds(copy, [ty], body.value.span);
  const hasDestructor = (ty: Ty): boolean => ty.kind === 'adt' && cx.session.world.index.implsOf(drop, headKey(ty)).length > 0;
  analyzeCaptures(body, isCopy, hasDestructor);
  for (const closure of body.closures) cx.session.analysed.add(closure);
  cx.solver.settleLate();
  const said = new Set<ClosureDecl>();
  for (const demand of [...cx.closureDemands, ...demandsOfBounds(cx)]) {
    const { decl } = demand;
    if (modeAllows(decl.mode, demand.mode) || said.has(decl)) continue;
    said.add(decl);
    const changed = decl.captures.find((capture) => capture.mode === 'refMut') ?? decl.captures.find((capture) => capture.mode === 'move');
    const guilty = decl.usesUp ?? (changed === undefined ? null : { name: changed.place.local.name, span: changed.span });
    const name = guilty?.name ?? '';
    cx.error({
      code: 'CJ0307', span: demand.span, label: decl.mode, args: { name, have: decl.mode, want: demand.mode === 'shared' ? 'fn' : `${demand.mode} fn` },
      related: guilty === null ? [] : [{ span: guilty.span, label: decl.mode === 'once' ? 'moves' : 'changes', args: { name } }],
      help: [decl.mode === 'once' ? 'once' : 'mut'],
    });
  }
}

/** Closures that reached a callable bound by way of a variable or a reference. */
function demandsOfBounds(cx: BodyCx): { decl: ClosureDecl; mode: CallMode; span: Span }[] {
  return cx.solver.settledCallables.flatMap((obligation) => {
    const self = cx.resolve(obligation.self);
    return self.kind === 'closure' ? [{ decl: self.decl, mode: obligation.mode, span: self.decl.span }] : [];
  });
}
