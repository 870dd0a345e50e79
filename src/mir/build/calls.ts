/**
 * Calls of functions and of values, closures as values, and calls of functions of std that lowering itself needs.
 * Consumes: call and closure expressions. Produces: call statements whose arguments are evaluated from left to right.
 */
import { unreachable } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { tree } from '../../types/index.ts';
import type { Callee, Operand, Place } from '../mir.ts';
import { localPlace, placeTy } from '../visit.ts';
import type { Builder } from './builder.ts';
import { lowerOperands } from './operands.ts';
import { isPlaceExpr, isTrivial, placeOfCapture } from './places.ts';
import type { Dest } from './scopes.ts';

/** Emits a call; after one of type Never control does not go on. */
export function emitCall(b: Builder, dest: Place, callee: Callee, args: readonly Operand[], ret: tree.Expr): void {
  if (ret.ty.kind === 'never') {
    b.call(localPlace(b.newTemp(tys.never, ret.span)), callee, args, ret.span);
    b.terminate({ kind: 'unreachable' });
  } else {
    b.call(dest, callee, args, ret.span);
  }
}

/** The text of a literal that is looked at as `&str`: its bytes are static, so no String has to exist, and none ends. */
function textOfLiteral(b: Builder, e: tree.CallExpr): Operand | null {
  const arg = e.args[0];
  if (arg === undefined || arg.kind !== 'ref' || arg.mutable || arg.place.kind !== 'literal' || arg.place.value.kind !== 'string') return null;
  if (e.fn.decl.parent !== b.program.lang.trait('Deref') || arg.place.ty.kind !== 'adt') return null;
  return b.constant(arg.place.value, e.ty);
}

export function lowerCall(b: Builder, dest: Dest, e: tree.CallExpr): void {
  const text = textOfLiteral(b, e);
  if (text !== null) {
    b.use(dest.place, text, e.span);
    return;
  }
  const args = lowerOperands(b, e.args);
  emitCall(b, dest.place, { kind: 'fn', fn: e.fn }, args, e);
}

export function lowerCallValue(b: Builder, dest: Dest, e: tree.CallValueExpr): void {
  const ty = e.callee.ty;
  if (ty.kind === 'fnItem') {
    if (!isTrivial(e.callee)) b.operand(e.callee);
    const args = lowerOperands(b, e.args);
    emitCall(b, dest.place, { kind: 'fn', fn: { decl: ty.decl, args: ty.args } }, args, e);
    return;
  }
  const callee = calleeOperand(b, e);
  const args = lowerOperands(b, e.args);
  emitCall(b, dest.place, { kind: 'value', mode: e.mode }, [callee, ...args], e);
}

function calleeOperand(b: Builder, e: tree.CallValueExpr): Operand {
  switch (e.mode) {
    case 'once':
      return b.operand(e.callee, e.args.every(isTrivial));
    case 'shared': case 'mut': {
      const mutable = e.mode === 'mut';
      const place = isPlaceExpr(e.callee) ? b.place(e.callee) : localPlace(b.temp(e.callee));
      const ref = b.rvalueTemp({ kind: 'ref', mutable, place, twoPhase: mutable }, tys.ref(placeTy(b, place), mutable), e.callee.span);
      return { kind: 'move', place: localPlace(ref) };
    }
    default:
      return unreachable(e.mode);
  }
}

/** Makes a closure: its environment from the captured places. */
export function lowerClosure(b: Builder, dest: Dest, e: tree.ClosureExpr): void {
  b.closures.add(e.decl);
  if (e.decl.captures.length === 0) {
    b.use(dest.place, b.constant({ kind: 'zst' }, e.ty), e.span);
    return;
  }
  const fields = e.decl.captures.map((capture): Operand => {
    const place = placeOfCapture(b, capture.place.local, capture.place.fields);
    switch (capture.mode) {
      case 'copy': case 'move':
        return b.consume(place, capture.ty, capture.span);
      case 'ref': case 'refMut': {
        const mutable = capture.mode === 'refMut';
        return { kind: 'move', place: localPlace(b.rvalueTemp({ kind: 'ref', mutable, place, twoPhase: false }, capture.ty, capture.span)) };
      }
      default:
        return unreachable(capture.mode);
    }
  });
  b.release(fields);
  b.assign(dest.place, { kind: 'aggregate', ty: e.ty, variant: 0, fields }, e.span);
}
