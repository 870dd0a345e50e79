/**
 * The shapes of values that can be called: function values, closures, function items, parameters with a callable bound.
 * Consumes: a type as far as it is known. Produces: mode, parameters and result.
 */
import type * as ast from '../../syntax/index.ts';
import type { Ty } from '../ty.ts';
import type * as tree from '../tree.ts';
import type { Obligation } from '../solve/index.ts';
import type { BodyCx } from './body-cx.ts';

/** How a value can be called. */
export interface CallShape {
  readonly mode: ast.CallMode;
  readonly params: readonly Ty[];
  readonly ret: Ty;
}

/** The shape of a type whose values are functions; null for others. */
export function shapeOf(cx: BodyCx, ty: Ty, callee: tree.Expr): CallShape | null {
  switch (ty.kind) {
    case 'fn':
      return ty;
    case 'closure': {
      const { decl } = ty;
      // The weakest mode of a closure is known only when its captures are; whoever asks later reads it from the declaration.
      return { get mode() { return decl.mode; }, params: decl.params, ret: decl.ret };
    }
    case 'fnItem': {
      const out: Obligation[] = [];
      const sig = cx.solver.fnItemSig(ty, { span: callee.span, boundSpan: null, name: null }, out);
      cx.solver.registerAll(out);
      return { mode: 'shared', params: sig.params, ret: sig.ret };
    }
    case 'param': case 'projection':
      return cx.solver.callableOf(ty, 'shared') ?? cx.solver.callableOf(ty, 'mut') ?? cx.solver.callableOf(ty, 'once');
    default:
      return null;
  }
}
