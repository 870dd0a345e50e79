/**
 * Operators: built in on primitives, calls of traits on everything else.
 * Operands of comparisons are borrowed by the compiler; texts of any kind are compared as `&str`.
 * An operator whose left operand is not known yet is kept as an obligation and decided when it is.
 */
import type { Span } from '../../source/index.ts';
import type { Fix } from '../../diag/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { IntTy, Ty } from '../ty.ts';
import type { LangTrait } from '../program.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { checkExpr, checkHard } from './recur.ts';
import { coerce, tryCoerce } from './coerce.ts';
import { checkFloat, checkInt } from './literals.ts';
import { isPlace, makeBinary, makeBlock, makeCall, makeDeref, makeError, makeLet, makeLocal, makeRef } from './make.ts';
import { makeMutablePlace } from './mutability.ts';
import { insertAt, wrapFix } from './report.ts';

interface Operator {
  readonly trait: LangTrait | null;
  readonly method: string;
}

const OPERATORS: Readonly<Record<ast.BinaryOp, Operator>> = {
  '+': { trait: 'Add', method: 'add' },
  '-': { trait: 'Sub', method: 'sub' },
  '*': { trait: 'Mul', method: 'mul' },
  '/': { trait: 'Div', method: 'div' },
  '%': { trait: 'Rem', method: 'rem' },
  '+%': { trait: null, method: '' },
  '-%': { trait: null, method: '' },
  '*%': { trait: null, method: '' },
  '&': { trait: 'BitAnd', method: 'bitAnd' },
  '|': { trait: 'BitOr', method: 'bitOr' },
  '^': { trait: 'BitXor', method: 'bitXor' },
  '<<': { trait: 'Shl', method: 'shl' },
  '>>': { trait: 'Shr', method: 'shr' },
  '==': { trait: 'Eq', method: 'eq' },
  '!=': { trait: 'Eq', method: 'ne' },
  '<': { trait: 'Ord', method: 'lt' },
  '<=': { trait: 'Ord', method: 'le' },
  '>': { trait: 'Ord', method: 'gt' },
  '>=': { trait: 'Ord', method: 'ge' },
};

function isComparison(op: ast.BinaryOp): boolean {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}

function isShift(op: ast.BinaryOp): boolean {
  return op === '<<' || op === '>>';
}

/** `int` or `float` for a number or the type of an undecided literal. */
function numeric(ty: Ty): 'int' | 'float' | null {
  if (ty.kind === 'int' || ty.kind === 'float') return ty.kind;
  return ty.kind === 'infer' && ty.domain !== 'any' ? ty.domain : null;
}

function isUnknown(ty: Ty): boolean {
  return ty.kind === 'infer' && ty.domain === 'any';
}

function stripRefs(cx: BodyCx, ty: Ty): Ty {
  let at = cx.shallow(ty);
  while (at.kind === 'ref') at = cx.shallow(at.target);
  return at;
}

function isText(cx: BodyCx, ty: Ty): boolean {
  const at = stripRefs(cx, ty);
  return at.kind === 'str' || cx.isLang(at, 'String');
}

/** Where an operator stands. */
export interface OpSite {
  readonly op: ast.BinaryOp;
  readonly opSpan: Span;
  readonly span: Span;
}

// ---------------------------------------------------------------- binary

export function checkBinary(cx: BodyCx, e: ast.BinaryExpr, want: Want | null): tree.Expr {
  const comparison = isComparison(e.op);
  const hint = comparison || want === null || numeric(cx.shallow(want.ty)) === null ? null : { ...want, hard: false };
  const left = checkExpr(cx, e.left, hint);
  const leftTy = cx.known(left.ty);
  let rightHint: Want | null = null;
  if (!isShift(e.op) && numeric(leftTy) !== null) rightHint = { ty: leftTy, hard: false, why: null };
  else if (comparison && isPlain(e.right)) rightHint = { ty: leftTy, hard: false, why: null };
  const right = checkExpr(cx, e.right, rightHint);
  return binary(cx, e, left, right);
}

/** A comparison with `None`, `[]` or a literal learns its type from the other side. */
function isPlain(e: ast.Expr): boolean {
  return e.kind === 'path' || e.kind === 'call' || e.kind === 'array' || e.kind === 'tuple' || e.kind === 'struct' || e.kind === 'int' || e.kind === 'float';
}

export function binary(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr): tree.Expr {
  const done = tryBinary(cx, site, left, right);
  if (done !== null) return done;
  const resultTy = isComparison(site.op) ? tys.bool : cx.fresh();
  const node = makeBinary(cx, site.op, left, right, resultTy, site.span);
  defer(cx, node, left, right, () => tryBinary(cx, site, left, right));
  return node;
}

/** Keeps a node until its operands are known, then puts what it really is in its place. */
function defer(cx: BodyCx, node: tree.Expr, left: tree.Expr, right: tree.Expr, attempt: () => tree.Expr | null): void {
  const scopeModule = cx.tcx;
  cx.solver.register({
    kind: 'deferred', on: tys.tuple([left.ty, right.ty]), depth: 0, cause: { span: node.span, boundSpan: null, name: null },
    run: () => {
      const kept = cx.tcx;
      cx.tcx = scopeModule;
      const made = attempt();
      cx.tcx = kept;
      if (made === null) return false;
      const ty = node.ty;
      if (!cx.unify(ty, made.ty) && !cx.isPoison(made.ty)) {
        cx.error({ code: 'CJ0270', span: node.span, args: { expected: cx.print(ty), found: cx.print(made.ty) } });
      }
      replaceNode(node, made);
      return true;
    },
  });
}

/** Makes `node` be `made`: whoever holds `node` sees the change. */
function replaceNode(node: tree.Expr, made: tree.Expr): void {
  const target = node as unknown as Record<string, unknown>;
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, made);
}

/** Null while the operands are not known well enough. */
function tryBinary(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr): tree.Expr | null {
  const l = cx.known(left.ty);
  const r = cx.known(right.ty);
  if (cx.isPoison(l) || cx.isPoison(r)) return makeError(cx, site.span, isComparison(site.op) ? tys.bool : tys.poison);
  if (l.kind === 'never' || r.kind === 'never') return makeBinaryNever(cx, site, left, right);
  if (isUnknown(l)) return null;
  if (isComparison(site.op)) return compare(cx, site, left, right);
  return arithmetic(cx, site, left, right, l, r);
}

function makeBinaryNever(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr): tree.Expr {
  const stmts: tree.Stmt[] = [{ kind: 'expr', expr: left, span: left.span }, { kind: 'expr', expr: right, span: right.span }];
  return makeBlock(cx, stmts, null, tys.never, site.span);
}

function arithmetic(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr, l: Ty, r: Ty): tree.Expr {
  const { op } = site;
  const ln = numeric(l);
  const rn = numeric(r);
  if (isShift(op) && ln === 'int') {
    if (isUnknown(r)) cx.unify(r, tys.int32);
    if (numeric(cx.shallow(r)) === 'int') return makeBinary(cx, op, left, right, l, site.span);
  } else if (ln !== null && (rn !== null || isUnknown(r)) && allowsNumber(op, ln)) {
    if (cx.unify(l, r)) return makeBinary(cx, op, left, right, cx.shallow(l), site.span);
    reportMixed(cx, site, left, right);
    return makeError(cx, site.span);
  }
  if ((op === '&' || op === '|' || op === '^') && l.kind === 'bool' && cx.unify(r, tys.bool)) return makeBinary(cx, op, left, right, tys.bool, site.span);
  if (reportReferences(cx, site, left, right)) return makeError(cx, site.span);
  const { trait, method } = OPERATORS[op];
  if (trait === null) {
    reportNoOperator(cx, site, left, right);
    return makeError(cx, site.span);
  }
  return callOperator(cx, site, trait, method, left, right);
}

function allowsNumber(op: ast.BinaryOp, kind: 'int' | 'float'): boolean {
  return kind === 'int' || op === '+' || op === '-' || op === '*' || op === '/' || op === '%';
}

function callOperator(cx: BodyCx, site: OpSite, name: LangTrait, method: string, left: tree.Expr, right: tree.Expr): tree.Expr {
  const trait = cx.trait(name);
  const cause = { span: site.span, boundSpan: null, name: null };
  const self = cx.resolve(left.ty);
  let operand = right;
  if (cx.solver.holds(trait, [self, operand.ty], cause) === 'no') {
    // `text + "literal"`, `&list`, `&mut x`: what coercions could make of the right side.
    const coerced = operandFor(cx, trait, self, operand);
    if (coerced === null) {
      reportNoOperator(cx, site, left, right);
      return makeError(cx, site.span);
    }
    operand = coerced;
  }
  const args = [self, operand.ty];
  cx.require(trait, args, { ...cause, onFail: () => reportNoOperator(cx, site, left, operand) });
  cx.solver.selectPending();
  const output = cx.normalize(tys.projection(trait.assocTypes[0]!, args), site.span);
  return makeCall(cx, cx.method(name, method), args, [left, operand], output, site.span);
}

/** The right operand as the only type that an impl of the operator takes, if a coercion leads there. */
function operandFor(cx: BodyCx, trait: ReturnType<BodyCx['trait']>, self: Ty, right: tree.Expr): tree.Expr | null {
  const cause = { span: right.span, boundSpan: null, name: null };
  const text = tys.ref(tys.str, false);
  if (right.kind === 'literal' && right.value.kind === 'string' && cx.solver.holds(trait, [self, text], cause) === 'yes') return tryCoerce(cx, right, text);
  const wanted = cx.fresh();
  const selection = cx.solver.select(trait, [self, wanted], cause, 0);
  if (selection.verdict !== 'yes' || cx.shallow(right.ty).kind !== 'ref') return null;
  cx.solver.registerAll(selection.nested);
  return tryCoerce(cx, right, wanted);
}

// ---------------------------------------------------------------- comparisons

function compare(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr): tree.Expr {
  if (isText(cx, left.ty) && isText(cx, right.ty)) {
    const a = asText(cx, left);
    const b = asText(cx, right);
    return compareCall(cx, site, a, b, tys.str, tys.str);
  }
  let a = left;
  let b = right;
  let l = cx.known(a.ty);
  let r = cx.known(b.ty);
  while (l.kind === 'ref' && r.kind === 'ref') {
    a = makeDeref(cx, a, l.target);
    b = makeDeref(cx, b, r.target);
    l = cx.known(l.target);
    r = cx.known(r.target);
  }
  const primitive = numeric(l) !== null || l.kind === 'bool' || l.kind === 'rune' || l.kind === 'ptr';
  if (primitive && (numeric(r) !== null || r.kind === l.kind || isUnknown(r))) {
    const ordered = l.kind !== 'bool' || site.op === '==' || site.op === '!=';
    if (cx.unify(l, r)) {
      if (ordered) return makeBinary(cx, site.op, a, b, tys.bool, site.span);
      return compareCall(cx, site, makeRef(cx, a, false), makeRef(cx, b, false), tys.bool, tys.bool);
    }
    reportMixed(cx, site, left, right);
    return makeError(cx, site.span, tys.bool);
  }
  if ((l.kind === 'ref' || r.kind === 'ref') && reportReferences(cx, site, a, b)) return makeError(cx, site.span, tys.bool);
  const { trait: name } = OPERATORS[site.op];
  const trait = cx.trait(name!);
  const cause = { span: site.span, boundSpan: null, name: null };
  if (cx.solver.holds(trait, [l, r], cause) === 'no') {
    reportNoOperator(cx, site, a, b);
    return makeError(cx, site.span, tys.bool);
  }
  return compareCall(cx, site, makeRef(cx, a, false), makeRef(cx, b, false), l, r);
}

function compareCall(cx: BodyCx, site: OpSite, a: tree.Expr, b: tree.Expr, self: Ty, other: Ty): tree.Expr {
  const { trait, method } = OPERATORS[site.op];
  const args = [self, other];
  cx.require(cx.trait(trait!), args, { span: site.span, boundSpan: null, name: null, onFail: () => reportNoOperator(cx, site, a, b) });
  // An assumption or a lone impl may tell what the other side is.
  cx.solver.selectPending();
  return makeCall(cx, cx.method(trait!, method), args, [a, b], tys.bool, site.span, [true, true]);
}

function asText(cx: BodyCx, expr: tree.Expr): tree.Expr {
  const text = tys.ref(tys.str, false);
  const ty = cx.shallow(expr.ty);
  if (ty === text) return expr;
  if (expr.kind === 'literal') return coerce(cx, expr, text);
  let at = expr;
  for (let t: Ty = ty; t.kind === 'ref'; t = cx.shallow(t.target)) {
    if (cx.shallow(t.target).kind === 'str') return coerce(cx, at, text);
    at = makeDeref(cx, at, t.target);
  }
  return coerce(cx, makeRef(cx, at, false), text);
}

/** `a == b` for operands that are places already; for `assertEq`. */
export function compareEqual(cx: BodyCx, left: tree.Expr, right: tree.Expr, span: Span): tree.Expr {
  return binary(cx, { op: '==', opSpan: span, span }, left, right);
}

// ---------------------------------------------------------------- reports

function reportMixed(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr): void {
  const l = cx.resolve(left.ty);
  const r = cx.resolve(right.ty);
  const fixes: Fix[] = [];
  const widest = (a: Ty, b: Ty): boolean => a.kind === 'float' || (a.kind === 'int' && b.kind === 'int' && (a as IntTy).bits > b.bits);
  const convert = (expr: tree.Expr, ty: Ty): void => {
    const digits = cx.text(expr.span);
    if (ty.kind === 'float' && /^[0-9][0-9_]*$/.test(digits)) {
      fixes.push({ key: 'float', edits: [{ span: { ...expr.span, lo: expr.span.hi }, text: '.0' }] });
      return;
    }
    if (ty.kind === 'int' || ty.kind === 'float') fixes.push(wrapFix('convert', expr.span, `${cx.print(ty)}(`, ')', { ty: cx.print(ty) }));
  };
  if (widest(r, l)) convert(left, r);
  else convert(right, l);
  cx.error({
    code: 'CJ0280', span: site.span, args: { op: site.op, left: cx.print(l), right: cx.print(r) }, fixes,
    related: [{ span: left.span, label: 'operand', args: { ty: cx.print(l) } }, { span: right.span, label: 'operand', args: { ty: cx.print(r) } }],
  });
}

/** A primitive behind a reference on one side: `*` is missing. */
function reportReferences(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr, compound = false): boolean {
  const l = cx.shallow(left.ty);
  const r = cx.shallow(right.ty);
  if (l.kind !== 'ref' && r.kind !== 'ref') return false;
  const plain = (ty: Ty): boolean => numeric(ty) !== null || ty.kind === 'bool' || ty.kind === 'rune' || ty.kind === 'param' || ty.kind === 'adt';
  const ls = stripRefs(cx, l);
  const rs = stripRefs(cx, r);
  if (!plain(ls) || !plain(rs)) return false;
  if (ls.kind !== 'int' && ls.kind !== 'float' && rs.kind !== 'int' && rs.kind !== 'float' && ls !== rs) return false;
  const trait = OPERATORS[site.op].trait;
  const cause = { span: site.span, boundSpan: null, name: null };
  if (trait !== null && cx.solver.holds(cx.trait(trait), [l, r], cause) !== 'no') return false;
  if (trait !== null && compound && cx.solver.holds(cx.trait(`${trait}Assign` as LangTrait), [l, r], cause) !== 'no') return false;
  const edits = [];
  const stars = (ty: Ty): string => (ty.kind === 'ref' ? `*${stars(cx.shallow(ty.target))}` : '');
  if (l.kind === 'ref') edits.push(insertAt(left.span, 'before', stars(l)));
  if (r.kind === 'ref') edits.push(insertAt(right.span, 'before', stars(r)));
  cx.error({ code: 'CJ0324', span: site.span, args: { op: site.op, left: cx.print(l), right: cx.print(r) }, fixes: [{ key: 'deref', edits }] });
  return true;
}

function reportNoOperator(cx: BodyCx, site: OpSite, left: tree.Expr, right: tree.Expr): void {
  cx.failed = true;
  if (cx.isPoison(left.ty) || cx.isPoison(right.ty)) return;
  const trait = OPERATORS[site.op].trait;
  const strip = (expr: tree.Expr): Ty => (expr.kind === 'ref' && expr.implicit ? expr.place.ty : expr.ty);
  const self = cx.resolve(strip(left));
  const help: string[] = [];
  if (trait !== null && self.kind === 'adt') {
    if (cx.isLang(self, 'Option') || cx.isLang(self, 'Result')) help.push('unwrap');
    else if (!self.decl.module.isStd) help.push(isComparison(site.op) ? 'derive' : 'impl');
  }
  if (trait !== null && self.kind === 'param') help.push('bound');
  cx.error({
    code: 'CJ0278', span: site.span, help,
    args: { op: site.op, left: cx.print(strip(left)), right: cx.print(strip(right)), trait: trait ?? '' },
  });
}

// ---------------------------------------------------------------- unary and logical

export function checkUnary(cx: BodyCx, e: ast.UnaryExpr, want: Want | null): tree.Expr {
  if (e.op === '-') {
    if (e.operand.kind === 'int') return checkInt(cx, -e.operand.value, e.operand.suffix, e, want);
    if (e.operand.kind === 'float') return checkFloat(cx, -e.operand.value, e.operand.suffix, e, want);
  }
  const operand = checkExpr(cx, e.operand, want === null ? null : { ...want, hard: false });
  const ty = cx.known(operand.ty);
  if (cx.isPoison(ty)) return makeError(cx, e.span);
  if (ty.kind === 'never') return operand;
  const op = e.op === '-' ? 'neg' : 'not';
  const kind = numeric(ty);
  if (op === 'neg' && kind !== null) {
    if (ty.kind === 'int' && !ty.signed) {
      cx.error({ code: 'CJ0279', span: e.span, args: { op: e.op, ty: cx.print(ty), trait: 'Neg' }, help: ['unsigned'] });
      return makeError(cx, e.span);
    }
    return cx.add({ kind: 'unary', op, operand, ty, span: e.span });
  }
  if (op === 'not' && (kind === 'int' || ty.kind === 'bool')) return cx.add({ kind: 'unary', op, operand, ty, span: e.span });
  const name: LangTrait = op === 'neg' ? 'Neg' : 'Not';
  const trait = cx.trait(name);
  if (ty.kind === 'infer' || !cx.holds(trait, [ty], e.span)) {
    cx.error({ code: 'CJ0279', span: e.span, args: { op: e.op, ty: cx.print(ty), trait: name }, help: op === 'not' && ty.kind === 'adt' ? ['notBool'] : [] });
    return makeError(cx, e.span);
  }
  const output = cx.normalize(tys.projection(trait.assocTypes[0]!, [ty]), e.span);
  return makeCall(cx, cx.method(name, op), [ty], [operand], output, e.span);
}

export function checkLogical(cx: BodyCx, e: ast.LogicalExpr): tree.Expr {
  const left = checkHard(cx, e.left, tys.bool, null);
  const before = cx.diverges;
  const right = checkHard(cx, e.right, tys.bool, null);
  // The right side may never run.
  cx.diverges = before;
  return cx.add({ kind: 'logical', op: e.op, left, right, ty: tys.bool, span: e.span });
}

// ---------------------------------------------------------------- assignment

export function checkAssign(cx: BodyCx, e: ast.AssignExpr): tree.Expr {
  if (e.target.kind === 'path' && e.target.segments.length === 1 && e.target.segments[0]!.name.name === '_') {
    const value = checkExpr(cx, e.value, null);
    return cx.add({ kind: 'assign', target: null, value, ty: tys.unit, span: e.span });
  }
  const inner = e.target.kind === 'paren' ? e.target.inner : e.target;
  if (inner.kind === 'tuple') return assignTuple(cx, inner, checkExpr(cx, e.value, null), e.span);
  const target = checkTarget(cx, e.target);
  const value = checkHard(cx, e.value, target.ty, null);
  return cx.add({ kind: 'assign', target, value, ty: tys.unit, span: e.span });
}

/** A place on the left of `=`: it is not read, so that assigning alone does not count as a use. */
function checkTarget(cx: BodyCx, e: ast.Expr): tree.Expr {
  const name = e.kind === 'path' && e.segments.length === 1 ? e.segments[0]!.name.name : null;
  const local = name === null ? null : cx.lookup(name);
  const wasUsed = local !== null && cx.used.has(local);
  const target = checkExpr(cx, e, null);
  if (local !== null && !wasUsed) cx.used.delete(local);
  if (!isPlace(target)) {
    if (target.kind !== 'error') cx.error({ code: 'CJ0302', span: e.span, label: target.kind === 'constRef' ? 'constant' : 'value' });
    return target;
  }
  makeMutablePlace(cx, target, 'assign');
  return target;
}

/** `(a, b) = e`: through fresh locals, so that `(a, b) = (b, a)` swaps. */
function assignTuple(cx: BodyCx, target: ast.TupleExpr, value: tree.Expr, span: Span): tree.Expr {
  const parts: { readonly place: tree.Expr | null; readonly nested: ast.TupleExpr | null; readonly local: tree.LocalVar }[] = [];
  for (const element of target.elements) {
    const bare = element.kind === 'paren' ? element.inner : element;
    if (bare.kind === 'tuple') {
      parts.push({ place: null, nested: bare, local: cx.newLocal('part', cx.fresh(), bare.span, { synthetic: true }) });
    } else if (bare.kind === 'path' && bare.segments.length === 1 && bare.segments[0]!.name.name === '_') {
      parts.push({ place: null, nested: null, local: cx.newLocal('part', cx.fresh(), bare.span, { synthetic: true }) });
    } else {
      const place = checkTarget(cx, bare);
      parts.push({ place, nested: null, local: cx.newLocal('part', place.ty, bare.span, { synthetic: true }) });
    }
  }
  const tuple = tys.tuple(parts.map((part) => part.local.ty));
  const init = coerce(cx, value, tuple);
  const pat = cx.addPat<tree.TuplePat>({
    kind: 'tuple', ty: tuple, span: target.span,
    elements: parts.map((part) => cx.addPat<tree.BindPat>({ kind: 'bind', local: part.local, mode: 'move', sub: null, ty: part.local.ty, span: part.local.span })),
  });
  const stmts: tree.Stmt[] = [{ kind: 'let', pat, init, otherwise: null, span }];
  for (const part of parts) {
    const read = makeLocal(cx, part.local, part.local.span);
    if (part.nested !== null) {
      stmts.push({ kind: 'expr', expr: assignTuple(cx, part.nested, read, span), span });
    } else if (part.place !== null) {
      stmts.push({ kind: 'expr', expr: cx.add({ kind: 'assign', target: part.place, value: read, ty: tys.unit, span }), span });
    }
  }
  return makeBlock(cx, stmts, null, tys.unit, span);
}

export function checkCompoundAssign(cx: BodyCx, e: ast.CompoundAssignExpr): tree.Expr {
  const target = checkExpr(cx, e.target, null);
  const ty = cx.known(target.ty);
  const hint = isShift(e.op) ? null : { ty, hard: false, why: null };
  const value = checkExpr(cx, e.value, numeric(ty) === null ? null : hint);
  const site: OpSite = { op: e.op, opSpan: e.opSpan, span: e.span };
  if (cx.isPoison(ty) || cx.isPoison(value.ty)) return makeError(cx, e.span, tys.unit);
  if (ty.kind === 'ref' && numeric(cx.shallow(ty.target)) !== null) {
    cx.error({
      code: 'CJ0324', span: e.span, args: { op: `${e.op}=`, left: cx.print(ty), right: cx.print(value.ty) },
      fixes: [{ key: 'deref', edits: [insertAt(e.target.span, 'before', '*')] }],
    });
    return makeError(cx, e.span, tys.unit);
  }
  if (!isPlace(target)) {
    if (target.kind !== 'error') cx.error({ code: 'CJ0302', span: e.target.span, label: 'value' });
    return makeError(cx, e.span, tys.unit);
  }
  makeMutablePlace(cx, target, 'assign');
  const done = tryCompound(cx, site, target, value);
  if (done !== null) return done;
  const node = makeBinary(cx, e.op, target, value, tys.unit, e.span);
  defer(cx, node, target, value, () => tryCompound(cx, site, target, value));
  return node;
}

function tryCompound(cx: BodyCx, site: OpSite, target: tree.Expr, value: tree.Expr): tree.Expr | null {
  const l = cx.known(target.ty);
  const r = cx.known(value.ty);
  if (isUnknown(l)) return null;
  if (r.kind === 'never') return value;
  const ln = numeric(l);
  const plain = (): tree.Expr => cx.add({ kind: 'compoundAssign', op: site.op, target, value, ty: tys.unit, span: site.span });
  if (isShift(site.op) && ln === 'int') {
    if (isUnknown(r)) cx.unify(r, tys.int32);
    if (numeric(cx.shallow(r)) === 'int') return plain();
  } else if (ln !== null && (numeric(r) !== null || isUnknown(r)) && allowsNumber(site.op, ln)) {
    if (cx.unify(l, r)) return plain();
    reportMixed(cx, site, target, value);
    return makeError(cx, site.span, tys.unit);
  }
  if ((site.op === '&' || site.op === '|' || site.op === '^') && l.kind === 'bool' && cx.unify(r, tys.bool)) return plain();
  if (reportReferences(cx, site, target, value, true)) return makeError(cx, site.span, tys.unit);
  const operator = OPERATORS[site.op];
  if (operator.trait === null) {
    reportNoOperator(cx, site, target, value);
    return makeError(cx, site.span, tys.unit);
  }
  const name = `${operator.trait}Assign` as LangTrait;
  const trait = cx.trait(name);
  const cause = { span: site.span, boundSpan: null, name: null };
  let operand = value;
  if (cx.solver.holds(trait, [l, operand.ty], cause) === 'no') {
    const coerced = operandFor(cx, trait, l, operand);
    if (coerced === null) return viaOperator(cx, site, target, value, l);
    operand = coerced;
  }
  cx.require(trait, [l, operand.ty], { ...cause, onFail: () => reportNoOperator(cx, site, target, operand) });
  return makeCall(cx, cx.method(name, `${operator.method}Assign`), [l, operand.ty], [makeRef(cx, target, true), operand], tys.unit, site.span, [true, false]);
}

/** `x += y` as `x = x + y` for a Copy type that has only `+`, where naming `x` twice has no effect. */
function viaOperator(cx: BodyCx, site: OpSite, target: tree.Expr, value: tree.Expr, ty: Ty): tree.Expr {
  const trait = cx.trait(OPERATORS[site.op].trait!);
  const quiet = (place: tree.Expr): boolean => place.kind === 'local' || ((place.kind === 'field' || place.kind === 'deref') && quiet(place.base));
  const cause = { span: site.span, boundSpan: null, name: null };
  if (!quiet(target) || !cx.holds(cx.trait('Copy'), [ty], site.span) || cx.solver.holds(trait, [ty, value.ty], cause) === 'no') {
    reportNoOperator(cx, site, target, value);
    return makeError(cx, site.span, tys.unit);
  }
  const sum = coerce(cx, binary(cx, site, target, value), ty);
  return cx.add({ kind: 'assign', target, value: sum, ty: tys.unit, span: site.span });
}

/** A synthetic local with its `let`. */
export function bindTemp(cx: BodyCx, name: string, init: tree.Expr): { readonly local: tree.LocalVar; readonly stmt: tree.Stmt } {
  const local = cx.newLocal(name, init.ty, init.span, { synthetic: true });
  return { local, stmt: makeLet(cx, local, init, init.span) };
}
