/**
 * What conditions and patterns share: where control goes when one fails, and Bool operands whose temporaries end at once.
 * Consumes: the scopes that are open. Produces: exit edges with their drops.
 */
import type { tree } from '../../types/index.ts';
import type { BlockId, Operand } from '../mir.ts';
import type { Builder } from './builder.ts';

/** A place to go to when a condition fails: the scopes down to `depth` are left on the way. The block is made at first use. */
export interface Failure {
  readonly depth: number;
  block: BlockId | null;
}

export function failureBlock(b: Builder, failure: Failure): BlockId {
  failure.block ??= b.newBlock();
  return failure.block;
}

/** Leaves scopes and goes to where a failed condition continues. */
export function fail(b: Builder, failure: Failure, span: tree.Expr['span']): void {
  b.exitTo(failure.depth, null, span);
  b.goto(failureBlock(b, failure));
}

/** A Bool whose temporaries end at once. */
export function lowerScopedBool(b: Builder, e: tree.Expr): Operand {
  let operand: Operand = b.boolean(false);
  b.scoped(null, e.span, (scope) => {
    operand = b.operand(e);
    // The operand may be a place inside a temporary that is about to end.
    if (scope.entries.length > 0) operand = b.stable(operand, e.span);
  });
  return operand;
}
