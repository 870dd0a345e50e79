/**
 * Builds syntax without text, all of it at one span: what derived impls are written with.
 * Consumes: names and smaller trees. Produces: nodes as the parser would make them; paths that begin with `$lang` name lang items.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { LateFnItem } from '../../syntax/index.ts';

export class SyntaxMaker {
  readonly span: Span;

  constructor(span: Span) {
    this.span = span;
  }

  ident(name: string): ast.Ident {
    return { name, span: this.span };
  }

  private segments(names: readonly string[]): readonly ast.PathSegment[] {
    return names.map((name) => ({ name: this.ident(name), args: null }));
  }

  // ---------------------------------------------------------------- types

  pathType(names: readonly string[]): ast.PathType {
    return { kind: 'path', segments: this.segments(names), span: this.span };
  }

  langType(...names: readonly string[]): ast.PathType {
    return this.pathType(['$lang', ...names]);
  }

  refType(target: ast.TypeExpr, mutable: boolean): ast.TypeExpr {
    return { kind: 'ref', mutable, target, span: this.span };
  }

  // ---------------------------------------------------------------- expressions

  path(names: readonly string[]): ast.PathExpr {
    return { kind: 'path', segments: this.segments(names), span: this.span };
  }

  name(name: string): ast.Expr {
    return this.path([name]);
  }

  lang(...names: readonly string[]): ast.Expr {
    return this.path(['$lang', ...names]);
  }

  int(value: bigint, suffix: string): ast.Expr {
    return { kind: 'int', value, suffix, span: this.span };
  }

  bool(value: boolean): ast.Expr {
    return { kind: 'bool', value, span: this.span };
  }

  string(value: string): ast.Expr {
    return { kind: 'string', value, span: this.span };
  }

  unit(): ast.Expr {
    return { kind: 'tuple', elements: [], span: this.span };
  }

  ref(operand: ast.Expr): ast.Expr {
    return { kind: 'ref', mutable: false, operand, span: this.span };
  }

  deref(operand: ast.Expr): ast.Expr {
    return { kind: 'deref', operand, span: this.span };
  }

  call(callee: ast.Expr, args: readonly ast.Expr[]): ast.Expr {
    return { kind: 'call', callee, args, span: this.span };
  }

  methodCall(receiver: ast.Expr, name: string, args: readonly ast.Expr[]): ast.Expr {
    return { kind: 'methodCall', receiver, name: this.ident(name), typeArgs: null, args, span: this.span };
  }

  match(scrutinee: ast.Expr, arms: readonly (readonly [ast.Pattern, ast.Expr])[]): ast.Expr {
    return { kind: 'match', scrutinee, arms: arms.map(([pattern, body]): ast.MatchArm => ({ pattern, guard: null, body, span: this.span })), span: this.span };
  }

  block(stmts: readonly ast.Stmt[], tail: ast.Expr | null): ast.BlockExpr {
    return { kind: 'block', label: null, stmts, tail, span: this.span };
  }

  // ---------------------------------------------------------------- statements and functions

  stmt(expr: ast.Expr): ast.Stmt {
    return { kind: 'expr', expr, semicolon: true, span: this.span };
  }

  let(name: string, init: ast.Expr, type: ast.TypeExpr | null = null): ast.Stmt {
    const pattern: ast.Pattern = { kind: 'binding', mutable: false, name: this.ident(name), sub: null, span: this.span };
    return { kind: 'let', mutable: false, pattern, type, init, otherwise: null, span: this.span };
  }

  param(name: string, type: ast.TypeExpr): ast.Param {
    return { pattern: { kind: 'binding', mutable: false, name: this.ident(name), sub: null, span: this.span }, type, span: this.span };
  }

  /** A function whose body is made when something first asks for it: most derived methods are never called. */
  fn(name: string, self: 'ref' | null, params: readonly ast.Param[], ret: ast.TypeExpr | null, makeBody: () => ast.BlockExpr): ast.FnItem {
    const { span } = this;
    return new LateFnItem({
      name: this.ident(name), generics: { params: [], span },
      self: self === null ? null : { mode: self, mutable: false, span },
      params, ret, where: [], bodySpan: span, unsafe: false, attrs: [], visibility: 'private', doc: null, span,
    }, makeBody);
  }
}
