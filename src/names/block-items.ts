/**
 * Finds the blocks of a body in which items are declared (`fn`, `struct`, `import` … inside a function).
 * Consumes: an expression. Produces: one call for each block that holds items, outermost first, with the nearest such block outside it.
 * It does not enter the bodies of the functions that it finds: the caller does, with those functions' own scopes.
 */
import type * as ast from '../syntax/index.ts';
import { unreachable } from '../base/index.ts';

export type BlockVisitor = (block: ast.BlockExpr, outer: ast.BlockExpr | null) => void;

export function visitBlocksWithItems(root: ast.Expr, visit: BlockVisitor): void {
  new Walk(visit).expr(root, null);
}

class Walk {
  private readonly visit: BlockVisitor;

  constructor(visit: BlockVisitor) {
    this.visit = visit;
  }

  private list(exprs: readonly ast.Expr[], outer: ast.BlockExpr | null): void {
    for (const e of exprs) this.expr(e, outer);
  }

  private block(block: ast.BlockExpr, outer: ast.BlockExpr | null): void {
    let inner = outer;
    for (const stmt of block.stmts) {
      if (stmt.kind !== 'item') continue;
      this.visit(block, outer);
      inner = block;
      break;
    }
    for (const stmt of block.stmts) {
      switch (stmt.kind) {
        case 'let':
          if (stmt.init !== null) this.expr(stmt.init, inner);
          if (stmt.otherwise !== null) this.block(stmt.otherwise, inner);
          break;
        case 'expr':
          this.expr(stmt.expr, inner);
          break;
        case 'defer':
          this.expr(stmt.body, inner);
          break;
        case 'item':
          break;
        default:
          unreachable(stmt);
      }
    }
    if (block.tail !== null) this.expr(block.tail, inner);
  }

  expr(e: ast.Expr, outer: ast.BlockExpr | null): void {
    switch (e.kind) {
      case 'int': case 'float': case 'string': case 'bytes': case 'rune': case 'byte': case 'bool': case 'unitLiteral':
      case 'path': case 'qualifiedPath': case 'continue': case 'error':
        return;
      case 'interpolated':
        for (const part of e.parts) if (part.kind === 'expr') this.expr(part.expr, outer);
        return;
      case 'tuple': case 'array':
        return this.list(e.elements, outer);
      case 'repeat':
        this.expr(e.value, outer);
        return this.expr(e.count, outer);
      case 'struct':
        for (const field of e.fields) this.expr(field.value, outer);
        if (e.base !== null) this.expr(e.base, outer);
        return;
      case 'call':
        this.expr(e.callee, outer);
        return this.list(e.args, outer);
      case 'methodCall':
        this.expr(e.receiver, outer);
        return this.list(e.args, outer);
      case 'field': case 'tupleField':
        return this.expr(e.base, outer);
      case 'index':
        this.expr(e.base, outer);
        return this.expr(e.index, outer);
      case 'unary': case 'deref': case 'ref': case 'try': case 'await':
        return this.expr(e.operand, outer);
      case 'binary': case 'logical':
        this.expr(e.left, outer);
        return this.expr(e.right, outer);
      case 'assign': case 'compoundAssign':
        this.expr(e.target, outer);
        return this.expr(e.value, outer);
      case 'range':
        if (e.start !== null) this.expr(e.start, outer);
        if (e.end !== null) this.expr(e.end, outer);
        if (e.step !== null) this.expr(e.step, outer);
        return;
      case 'block':
        return this.block(e, outer);
      case 'unsafe': case 'loop':
        return this.block(e.body, outer);
      case 'if':
        this.expr(e.cond, outer);
        this.block(e.then, outer);
        if (e.otherwise !== null) this.expr(e.otherwise, outer);
        return;
      case 'letCond':
        return this.expr(e.value, outer);
      case 'match':
        this.expr(e.scrutinee, outer);
        for (const arm of e.arms) {
          if (arm.guard !== null) this.expr(arm.guard, outer);
          this.expr(arm.body, outer);
        }
        return;
      case 'while':
        this.expr(e.cond, outer);
        return this.block(e.body, outer);
      case 'for':
        this.expr(e.iterable, outer);
        return this.block(e.body, outer);
      case 'break': case 'return':
        if (e.value !== null) this.expr(e.value, outer);
        return;
      case 'closure': case 'spawn':
        return this.expr(e.body, outer);
      case 'tryBlock':
        this.block(e.body, outer);
        for (const arm of e.catches) this.expr(arm.body, outer);
        return;
      case 'using':
        for (const binding of e.bindings) if (binding.init !== null) this.expr(binding.init, outer);
        return this.block(e.body, outer);
      case 'new': case 'macro':
        return this.list(e.args, outer);
      case 'paren':
        return this.expr(e.inner, outer);
      default:
        return unreachable(e);
    }
  }
}
