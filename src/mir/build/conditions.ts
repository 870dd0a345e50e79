/**
 * Conditions as jumps: `&&`, `||` and `!` become edges, `let` binds what its pattern names for the branch that is taken.
 */
import type { tree } from '../../types/index.ts';
import type { BlockId } from '../mir.ts';
import { bindOrJump } from './bindings.ts';
import type { Builder } from './builder.ts';
import { fail, lowerScopedBool } from './exits.ts';
import type { Failure } from './exits.ts';

/** Lowers a condition; control goes on where it holds, with its bindings in the innermost scope. */
export function lowerCondition(b: Builder, e: tree.Expr, failure: Failure): void {
  if (e.kind === 'logical' && e.op === '&&') {
    lowerCondition(b, e.left, failure);
    lowerCondition(b, e.right, failure);
  } else if (e.kind === 'letCond') {
    bindOrJump(b, e, failure);
  } else {
    const yes = b.newBlock();
    const no = b.newBlock();
    branch(b, e, yes, no);
    b.start(no);
    fail(b, failure, e.span);
    b.start(yes);
  }
}

/** Goes to one of two blocks. The temporaries of each operand have ended by then. */
export function branch(b: Builder, e: tree.Expr, yes: BlockId, no: BlockId): void {
  if (e.kind === 'logical') {
    const second = b.newBlock();
    if (e.op === '&&') branch(b, e.left, second, no);
    else branch(b, e.left, yes, second);
    b.start(second);
    branch(b, e.right, yes, no);
  } else if (e.kind === 'unary' && e.op === 'not') {
    branch(b, e.operand, no, yes);
  } else if (e.kind === 'literal' && e.value.kind === 'bool') {
    b.goto(e.value.value ? yes : no);
  } else {
    b.switchBool(lowerScopedBool(b, e), yes, no, e.span);
  }
}
