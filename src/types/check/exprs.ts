/**
 * The dispatcher of expressions: from syntax to the typed tree, with what the surroundings want as a hint.
 */
import { unreachable } from '../../base/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { BodyCx, Want } from './body-cx.ts';
import { checkCall, checkNew } from './calls.ts';
import { checkClosure } from './closures.ts';
import { checkBlock, checkIf, checkLetCond, checkMatch, checkUnsafe, checkUsing } from './control.ts';
import { checkInterpolated, checkMacro } from './formats.ts';
import { checkBreak, checkContinue, checkFor, checkLoop, checkReturn, checkWhile } from './loops.ts';
import { checkBytes, checkFloat, checkInt, checkString, checkUnitLiteral } from './literals.ts';
import { makeBool, makeError, makeInt, makeLiteral } from './make.ts';
import { checkMethodCall } from './methods.ts';
import { checkAssign, checkBinary, checkCompoundAssign, checkLogical, checkUnary } from './operators.ts';
import { checkPath } from './paths.ts';
import { checkDeref, checkField, checkIndex, checkRef, checkTupleField } from './places.ts';
import { checkRange } from './ranges.ts';
import { checkExpr } from './recur.ts';
import { checkArray, checkRepeat, checkStruct, checkTuple } from './structs.ts';
import { checkTry, checkTryBlock } from './try.ts';

/** Checks one expression; parts are checked through `checkExpr`, which comes back here. */
export function dispatch(cx: BodyCx, e: ast.Expr, want: Want | null): tree.Expr {
  switch (e.kind) {
    case 'int':
      return checkInt(cx, e.value, e.suffix, e, want);
    case 'float':
      return checkFloat(cx, e.value, e.suffix, e, want);
    case 'string':
      return checkString(cx, e, want);
    case 'bytes':
      return checkBytes(cx, e);
    case 'rune':
      return makeLiteral(cx, { kind: 'rune', value: e.value }, tys.rune, e.span);
    case 'byte':
      return makeInt(cx, e.value, tys.uint8, e.span);
    case 'bool':
      return makeBool(cx, e.value, e.span);
    case 'unitLiteral':
      return checkUnitLiteral(cx, e);
    case 'interpolated':
      return checkInterpolated(cx, e);
    case 'path': case 'qualifiedPath':
      return checkPath(cx, e, want);
    case 'tuple':
      return checkTuple(cx, e, want);
    case 'array':
      return checkArray(cx, e, want);
    case 'repeat':
      return checkRepeat(cx, e, want);
    case 'struct':
      return checkStruct(cx, e, want);
    case 'call':
      return checkCall(cx, e, want);
    case 'methodCall':
      return checkMethodCall(cx, e, want);
    case 'field':
      return checkField(cx, e);
    case 'tupleField':
      return checkTupleField(cx, e);
    case 'index':
      return checkIndex(cx, e);
    case 'unary':
      return checkUnary(cx, e, want);
    case 'deref':
      return checkDeref(cx, e);
    case 'ref':
      return checkRef(cx, e, want);
    case 'binary':
      return checkBinary(cx, e, want);
    case 'logical':
      return checkLogical(cx, e);
    case 'assign':
      return checkAssign(cx, e);
    case 'compoundAssign':
      return checkCompoundAssign(cx, e);
    case 'range':
      return checkRange(cx, e, want);
    case 'try':
      return checkTry(cx, e, want);
    case 'block':
      return checkBlock(cx, e, want);
    case 'unsafe':
      return checkUnsafe(cx, e, want);
    case 'if':
      return checkIf(cx, e, want);
    case 'letCond':
      return checkLetCond(cx, e);
    case 'match':
      return checkMatch(cx, e, want);
    case 'while':
      return checkWhile(cx, e);
    case 'for':
      return checkFor(cx, e);
    case 'loop':
      return checkLoop(cx, e, want);
    case 'break':
      return checkBreak(cx, e);
    case 'continue':
      return checkContinue(cx, e);
    case 'return':
      return checkReturn(cx, e);
    case 'closure':
      return checkClosure(cx, e, want);
    case 'tryBlock':
      return checkTryBlock(cx, e, want);
    case 'using':
      return checkUsing(cx, e, want);
    case 'new':
      return checkNew(cx, e, want);
    case 'macro':
      return checkMacro(cx, e);
    case 'spawn':
      if (cx.session.sink.hasErrors) cx.failed = true;
      else cx.error({ code: 'CJ0399', span: e.span });
      checkExpr(cx, e.body, null);
      return makeError(cx, e.span);
    case 'await':
      if (cx.session.sink.hasErrors) cx.failed = true;
      else cx.error({ code: 'CJ0399', span: e.span });
      checkExpr(cx, e.operand, null);
      return makeError(cx, e.span);
    case 'paren':
      return dispatch(cx, e.inner, want);
    case 'error':
      return makeError(cx, e.span);
    default:
      return unreachable(e);
  }
}
