/**
 * Dereferences that happen without being asked: through references, Box and `Deref`.
 * An overloaded step is built in its shared form; `mutability.ts` turns it into the exclusive one where the place is changed.
 */
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import { headKey } from '../solve/index.ts';
import type { BodyCx } from './body-cx.ts';
import { makeCall, makeDeref, makeRef } from './make.ts';

export interface DerefStep {
  readonly ty: Ty;
  readonly overloaded: boolean;
}

/** What `*x` is for an `x` of this type, if it may be dereferenced without being asked. */
export function derefOnce(cx: BodyCx, ty: Ty): DerefStep | null {
  const at = cx.known(ty);
  switch (at.kind) {
    case 'ref': case 'box':
      return { ty: cx.shallow(at.target), overloaded: false };
    case 'adt': case 'param': case 'projection': {
      const trait = cx.trait('Deref');
      if (at.kind === 'adt' && cx.session.world.index.implsOf(trait, headKey(at)).length === 0) return null;
      if (at.kind !== 'adt' && !cx.solver.env.traits.has(trait) && at.kind === 'param') return null;
      const cause = { span: cx.owner.span, boundSpan: null, name: null };
      if (cx.solver.holds(trait, [at], cause) === 'no') return null;
      const target = trait.assocTypes.find((assoc) => assoc.name === 'Target')!;
      return { ty: cx.shallow(cx.solver.projectionOf(target, at, cause)), overloaded: true };
    }
    default:
      return null;
  }
}

/** `*expr` by one step. */
export function applyDeref(cx: BodyCx, expr: tree.Expr, step: DerefStep): tree.Expr {
  if (!step.overloaded) return makeDeref(cx, expr, step.ty);
  const call = makeCall(cx, cx.method('Deref', 'deref'), [expr.ty], [makeRef(cx, expr, false)], tys.ref(step.ty, false), expr.span, [true]);
  cx.flexible.set(call, 'deref');
  return makeDeref(cx, call, step.ty);
}
