/**
 * Interpolation, and the functions that the language itself has: `println`, `format`, `assert`, `panic!`, `dbg!` and their kin.
 * All become calls of lang functions around a Formatter (docs/spec/core-surface.md). They borrow their arguments.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { coerce, tryCoerce } from './coerce.ts';
import { withOperands } from './control.ts';
import { checkExpr, checkHard, stripParens } from './recur.ts';
import { isPlace, makeBlock, makeBool, makeCall, makeDeref, makeError, makeInt, makeLangCall, makeLet, makeLiteral, makeLocal, makeRef, makeStr } from './make.ts';
import { compareEqual } from './operators.ts';

const BUILTINS = ['println', 'print', 'eprintln', 'eprint', 'format', 'assert', 'assertEq'] as const;
type Builtin = (typeof BUILTINS)[number];

export function isBuiltinName(name: string): name is Builtin {
  return (BUILTINS as readonly string[]).includes(name);
}

/** One piece of a text that is put together. */
type Part =
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'value'; readonly expr: tree.Expr; readonly format: ast.FormatSpec | null; readonly debug: boolean; readonly span: Span };

function formatterTy(cx: BodyCx): Ty {
  return tys.adt(cx.adt('Formatter'), []);
}

/** `Display::fmt(&value, &mut f)`; references are looked through, since they print as what they refer to. */
function fmtCall(cx: BodyCx, value: tree.Expr, debug: boolean, formatter: tree.LocalVar, span: Span): tree.Expr {
  const name = debug ? 'Debug' : 'Display';
  let place = value;
  let ty = cx.known(place.ty);
  while (ty.kind === 'ref') {
    place = makeDeref(cx, place, ty.target);
    ty = cx.known(ty.target);
  }
  const isNumber = ty.kind === 'int' || ty.kind === 'float' || (ty.kind === 'infer' && ty.domain !== 'any');
  if (!isNumber && ty.kind !== 'poison') {
    const self = ty;
    cx.require(cx.trait(name), [self], {
      span, boundSpan: null, name: null,
      onFail: (failure) => {
        const shown = cx.resolve(self);
        const derivable = debug && shown.kind === 'adt' && !shown.decl.module.isStd;
        const debugHolds = !debug && cx.holds(cx.trait('Debug'), [shown], span);
        const because = failure.because;
        cx.error({
          code: 'CJ0329', span,
          args: { ty: cx.print(shown), trait: name, inner: because === null ? '' : cx.print(because.args[0]!) },
          help: debugHolds ? ['debug'] : derivable ? ['derive'] : shown.kind === 'param' ? ['bound'] : [],
        });
      },
    });
  }
  const f = makeRef(cx, makeLocal(cx, formatter, span), true, span);
  return makeCall(cx, cx.method(name, 'fmt'), [ty], [makeRef(cx, place, false, span), f], tys.unit, span, [true, true]);
}

const FLAG = { left: 1, right: 2, center: 4, sign: 8, alternate: 16, zero: 32, width: 64, precision: 128, x: 256, X: 512, b: 1024, o: 2048, e: 4096 } as const;

function specFlags(spec: ast.FormatSpec): number {
  let flags = 0;
  if (spec.align !== null) flags |= FLAG[spec.align];
  if (spec.sign) flags |= FLAG.sign;
  if (spec.alternate) flags |= FLAG.alternate;
  if (spec.zero) flags |= FLAG.zero;
  if (spec.width !== null) flags |= FLAG.width;
  if (spec.precision !== null) flags |= FLAG.precision;
  if (spec.radix !== null) flags |= FLAG[spec.radix];
  return flags;
}

function isPlainSpec(spec: ast.FormatSpec | null): boolean {
  return spec === null || (specFlags(spec) === 0 && (spec.fill === '' || spec.fill === ' '));
}

/** The statements that fill a fresh Formatter, and its local. */
function fill(cx: BodyCx, parts: readonly Part[], span: Span): { readonly stmts: tree.Stmt[]; readonly formatter: tree.LocalVar } {
  const ty = formatterTy(cx);
  const formatter = cx.newLocal('f', ty, span, { synthetic: true, mutable: true });
  const stmts: tree.Stmt[] = [makeLet(cx, formatter, makeLangCall(cx, 'fmtNew', [], span), span)];
  const run = (expr: tree.Expr): void => {
    stmts.push({ kind: 'expr', expr, span: expr.span });
  };
  const f = (at: Span): tree.Expr => makeRef(cx, makeLocal(cx, formatter, at), true, at);
  for (const part of parts) {
    if (part.kind === 'text') {
      if (part.value !== '') run(makeLangCall(cx, 'fmtText', [f(part.span), makeStr(cx, part.value, part.span)], part.span));
      continue;
    }
    const plain = isPlainSpec(part.format);
    if (!plain) {
      const spec = part.format!;
      run(makeLangCall(cx, 'fmtSpec', [
        f(part.span), makeInt(cx, specFlags(spec), tys.uint32, part.span),
        makeLiteral(cx, { kind: 'rune', value: spec.fill === '' ? 32 : spec.fill.codePointAt(0)! }, tys.rune, part.span),
        makeInt(cx, spec.width ?? 0, tys.usize, part.span), makeInt(cx, spec.precision ?? 0, tys.usize, part.span),
      ], part.span));
    }
    run(fmtCall(cx, part.expr, part.debug, formatter, part.span));
    if (!plain) run(makeLangCall(cx, 'fmtEndSpec', [f(part.span)], part.span));
  }
  return { stmts, formatter };
}

function interpolationParts(cx: BodyCx, e: ast.InterpolatedExpr): Part[] {
  return e.parts.map((part): Part => {
    if (part.kind === 'text') return { kind: 'text', value: part.value, span: e.span };
    const expr = checkExpr(cx, part.expr, null);
    return { kind: 'value', expr, format: part.format, debug: part.format.debug, span: part.expr.span };
  });
}

/** What an argument prints as: the pieces of a text, or one value. */
function partsOf(cx: BodyCx, e: ast.Expr): Part[] {
  const source = stripParens(e);
  if (source.kind === 'string') return [{ kind: 'text', value: source.value, span: source.span }];
  if (source.kind === 'interpolated') return interpolationParts(cx, source);
  return [{ kind: 'value', expr: checkExpr(cx, e, null), format: null, debug: false, span: e.span }];
}

function finishString(cx: BodyCx, parts: readonly Part[], span: Span): tree.Expr {
  const { stmts, formatter } = fill(cx, parts, span);
  return makeBlock(cx, stmts, makeLangCall(cx, 'fmtFinish', [makeLocal(cx, formatter, span)], span), cx.string, span);
}

/** `"a${b}c"`. */
export function checkInterpolated(cx: BodyCx, e: ast.InterpolatedExpr): tree.Expr {
  return finishString(cx, interpolationParts(cx, e), e.span);
}

// ---------------------------------------------------------------- built-in functions

export function callBuiltin(cx: BodyCx, name: Builtin, e: ast.CallExpr, want: Want | null): tree.Expr {
  void want;
  switch (name) {
    case 'println': case 'eprintln':
      return print(cx, e, name === 'eprintln', true);
    case 'print': case 'eprint':
      return print(cx, e, name === 'eprint', false);
    case 'format':
      if (e.args.length !== 1) return wrongCount(cx, e, name, 1, cx.string);
      return finishString(cx, partsOf(cx, e.args[0]!), e.span);
    case 'assert':
      return assertCall(cx, e);
    case 'assertEq':
      return assertEq(cx, e);
  }
}

function wrongCount(cx: BodyCx, e: ast.CallExpr | ast.MacroExpr, name: string, expected: number, ty: Ty): tree.Expr {
  for (const arg of e.args) checkExpr(cx, arg, null);
  cx.error({ code: 'CJ0276', span: e.span, args: { name, expected, found: e.args.length }, help: e.args.length > 1 ? ['interpolate'] : [] });
  return makeError(cx, e.span, ty);
}

function print(cx: BodyCx, e: ast.CallExpr, toErr: boolean, newline: boolean): tree.Expr {
  const { span } = e;
  if (e.args.length > 1 || (e.args.length === 0 && !newline)) return wrongCount(cx, e, newline ? 'println' : 'print', 1, tys.unit);
  const parts: Part[] = e.args.length === 0 ? [{ kind: 'text', value: '', span }] : partsOf(cx, e.args[0]!);
  if (!toErr && parts.length === 1) {
    const text = plainText(cx, parts[0]!);
    if (text !== null) return makeLangCall(cx, 'printStr', [text, makeBool(cx, newline, span)], span);
  }
  const { stmts, formatter } = fill(cx, parts, span);
  const done = makeLangCall(cx, toErr ? 'printErr' : 'printOut', [makeLocal(cx, formatter, span), makeBool(cx, newline, span)], span);
  return makeBlock(cx, stmts, done, tys.unit, span);
}

/** A part that is one text already, as `&str`. */
function plainText(cx: BodyCx, part: Part): tree.Expr | null {
  if (part.kind === 'text') return makeStr(cx, part.value, part.span);
  if (!isPlainSpec(part.format) || part.debug) return null;
  let ty = cx.known(part.expr.ty);
  let place = part.expr;
  const text = tys.ref(tys.str, false);
  if (ty === text) return part.expr;
  while (ty.kind === 'ref') {
    place = makeDeref(cx, place, ty.target);
    ty = cx.known(ty.target);
  }
  if (cx.isLang(ty, 'String')) return tryCoerce(cx, makeRef(cx, place, false), text);
  return ty.kind === 'str' ? makeRef(cx, place, false) : null;
}

function assertCall(cx: BodyCx, e: ast.CallExpr): tree.Expr {
  const { span } = e;
  if (e.args.length === 0 || e.args.length > 2) return wrongCount(cx, e, 'assert', 1, tys.unit);
  const cond = checkHard(cx, e.args[0]!, tys.bool, null);
  const before = cx.diverges;
  const message = e.args.length === 2 ? stringOf(cx, e.args[1]!) : makeLiteral(cx, { kind: 'string', value: `assertion failed: ${cx.text(e.args[0]!.span)}` }, cx.string, span);
  cx.diverges = before;
  return unless(cx, cond, message, span);
}

/** `if !cond { assertFailed(message) }`. */
function unless(cx: BodyCx, cond: tree.Expr, message: tree.Expr, span: Span): tree.Expr {
  const not: tree.Expr = cx.add({ kind: 'unary', op: 'not', operand: cond, ty: tys.bool, span: cond.span });
  const fail = makeLangCall(cx, 'assertFailed', [message], span);
  const then = makeBlock(cx, [{ kind: 'expr', expr: fail, span }], null, tys.never, span);
  return cx.add({ kind: 'if', cond: not, then, otherwise: null, ty: tys.unit, span });
}

/** A message as a String: a text, or any value that prints. */
function stringOf(cx: BodyCx, e: ast.Expr): tree.Expr {
  const source = stripParens(e);
  if (source.kind === 'string') return makeLiteral(cx, { kind: 'string', value: source.value }, cx.string, e.span);
  return finishString(cx, partsOf(cx, e), e.span);
}

function assertEq(cx: BodyCx, e: ast.CallExpr): tree.Expr {
  const { span } = e;
  if (e.args.length < 2 || e.args.length > 3) return wrongCount(cx, e, 'assertEq', 2, tys.unit);
  const left = checkExpr(cx, e.args[0]!, null);
  const right = checkExpr(cx, e.args[1]!, { ty: left.ty, hard: false, why: null });
  if (cx.known(left.ty).kind === 'infer') cx.unify(left.ty, right.ty);
  const given = e.args.length === 3 ? e.args[2]! : null;
  return withOperands(cx, [left, right], span, (places) => {
    const a = makeDeref(cx, places[0]!, left.ty);
    const b = makeDeref(cx, places[1]!, right.ty);
    const cond = compareEqual(cx, a, b, span);
    const parts: Part[] = given === null ? [{ kind: 'text', value: 'assertEq failed', span }] : [{ kind: 'text', value: 'assertEq failed: ', span }, ...partsOf(cx, given)];
    const show = (place: tree.Expr, at: Span): Part => ({ kind: 'value', expr: place, format: null, debug: true, span: at });
    parts.push({ kind: 'text', value: '\n  left:  ', span }, show(makeDeref(cx, places[0]!, left.ty), e.args[0]!.span));
    parts.push({ kind: 'text', value: '\n  right: ', span }, show(makeDeref(cx, places[1]!, right.ty), e.args[1]!.span));
    return unless(cx, cond, finishString(cx, parts, span), span);
  });
}

// ---------------------------------------------------------------- `name!(…)`

export function checkMacro(cx: BodyCx, e: ast.MacroExpr): tree.Expr {
  const name = e.name.name;
  switch (name) {
    case 'panic':
      return panic(cx, e, 'explicit panic', '');
    case 'todo':
      return panic(cx, e, 'not yet implemented', 'not yet implemented: ');
    case 'unreachable':
      return panic(cx, e, 'entered unreachable code', 'entered unreachable code: ');
    case 'dbg':
      return dbg(cx, e);
    default:
      // The parser has told what there is.
      for (const arg of e.args) checkExpr(cx, arg, null);
      return makeError(cx, e.span);
  }
}

function panic(cx: BodyCx, e: ast.MacroExpr, bare: string, prefix: string): tree.Expr {
  const { span } = e;
  if (e.args.length > 1) return wrongCount(cx, e, `${e.name.name}!`, 1, tys.never);
  const argument = e.args[0];
  const source = argument === undefined ? null : stripParens(argument);
  let call: tree.Expr;
  if (source === null) {
    call = makeLangCall(cx, 'panicStr', [makeStr(cx, bare, span)], span);
  } else if (source.kind === 'string') {
    call = makeLangCall(cx, 'panicStr', [makeStr(cx, prefix + source.value, source.span)], span);
  } else {
    const parts = partsOf(cx, argument!);
    const text = prefix === '' && parts.length === 1 ? plainText(cx, parts[0]!) : null;
    if (prefix !== '') parts.unshift({ kind: 'text', value: prefix, span });
    call = text !== null ? makeLangCall(cx, 'panicStr', [text], span) : makeLangCall(cx, 'panicFmt', [finishString(cx, parts, span)], span);
  }
  call.ty = tys.never;
  cx.diverges = true;
  return call;
}

/** `dbg!(e)` prints and yields `e`. */
function dbg(cx: BodyCx, e: ast.MacroExpr): tree.Expr {
  if (e.args.length !== 1) return wrongCount(cx, e, 'dbg!', 1, tys.poison);
  const { span } = e;
  const source = e.args[0]!;
  const init = checkExpr(cx, source, null);
  const kept = cx.newLocal('value', init.ty, source.span, { synthetic: true });
  const text = finishString(cx, [{ kind: 'value', expr: makeLocal(cx, kept, source.span), format: null, debug: true, span: source.span }], span);
  const file = cx.session.sources?.file(span.file);
  const line = file === undefined ? 0 : file.position(span.lo).line;
  const call = makeLangCall(cx, 'dbgPrint', [
    makeStr(cx, file?.name ?? '', span), makeInt(cx, line, tys.uint32, span), makeStr(cx, cx.text(source.span), span), coerce(cx, text, cx.string),
  ], span);
  return makeBlock(cx, [makeLet(cx, kept, init, span), { kind: 'expr', expr: call, span }], makeLocal(cx, kept, span), kept.ty, span);
}

/** Whether a value may be borrowed where it stands. */
export function isBorrowable(expr: tree.Expr): boolean {
  return isPlace(expr);
}
