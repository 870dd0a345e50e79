/**
 * Expressions as operands, and lists of operands in order of evaluation.
 * Rule: a place may stand in a statement as it is ("direct") only if nothing evaluated between it and the statement can change it;
 * otherwise its value is taken into a temporary first. Temporaries that own something are scheduled for dropping until they are given away.
 */
import { unreachable } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { Ty, tree } from '../../types/index.ts';
import type { Operand } from '../mir.ts';
import { localPlace } from '../visit.ts';
import type { Builder } from './builder.ts';
import { isPlaceExpr, isTrivial } from './places.ts';

/** A literal as a constant. */
export function literalOperand(b: Builder, value: tree.Literal, ty: Ty): Operand {
  switch (value.kind) {
    case 'int': case 'float': case 'bool': case 'rune': case 'string': case 'bytes':
      return b.constant(value, ty);
    case 'unit':
      return b.unit();
    default:
      return unreachable(value);
  }
}

/** Lowers an expression to an operand. What it owns stays scheduled until `Builder.release`. */
export function lowerOperand(b: Builder, e: tree.Expr, direct: boolean): Operand {
  switch (e.kind) {
    case 'literal':
      return literalOperand(b, e.value, e.ty);
    case 'fnItem':
      return b.constant({ kind: 'zst' }, e.ty);
    case 'constRef':
      return b.constant({ kind: 'named', decl: e.decl, args: e.args }, e.ty);
    default:
      break;
  }
  if (isPlaceExpr(e)) {
    const place = b.place(e);
    if (direct) return b.consume(place, e.ty, e.span);
    const temp = b.rvalueTemp(b.consumeRvalue(place, e.ty), e.ty, e.span);
    b.scheduleValue(temp, b.scopes.top, e.span);
    return { kind: 'move', place: localPlace(temp) };
  }
  const dest = b.tempDest(e.ty, e.span);
  b.into(dest, e);
  if (e.ty === tys.unit) return b.unit();
  b.scheduleValue(dest.place.local, b.scopes.top, e.span);
  return { kind: 'move', place: dest.place };
}

function makesExclusive(e: tree.Expr): boolean {
  return e.ty.kind === 'ref' && e.ty.mutable;
}

/** Lowers expressions in order. The operands can be used by one statement that follows. */
export function lowerOperands(b: Builder, list: readonly tree.Expr[]): Operand[] {
  let lastComplex = -1;
  list.forEach((e, i) => {
    if (!isTrivial(e)) lastComplex = i;
  });
  let exclusive = false;
  return list.map((e, i) => {
    // After a two-phase borrow a direct read would come after the borrow's activation: it is done at once instead.
    const operand = b.operand(e, i >= lastComplex && !exclusive);
    if (makesExclusive(e)) exclusive = true;
    return operand;
  });
}
