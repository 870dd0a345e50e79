/**
 * Blocks and statements, where a statement ends, and how the parser finds the next one after an error.
 */
import type { BlockExpr, Expr, Ident, LetStmt, Pattern, Stmt } from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import { makeSpan } from '../../source/index.ts';
import { T } from '../tokens.ts';
import { endsWithBlock, goErrorCheck } from './control.ts';
import { continueExpr, parseExpr } from './exprs.ts';
import { PRIMITIVE_SPELLINGS } from './foreign-words.ts';
import type { Parser, StatementList } from './parser.ts';
import { isClosing } from './parser.ts';
import { parsePattern } from './patterns.ts';
import { beginsExprKind, parsePrimary } from './primary.ts';
import { beginsType, parseType } from './types.ts';

/** `{ … }`. */
export function parseBlock(p: Parser): BlockExpr {
  const start = p.start;
  const empty = (): BlockExpr => ({ kind: 'block', label: null, stmts: [], tail: null, span: p.spanFrom(start) });
  if (p.kind !== T.LBrace) {
    p.missing('{');
    while (p.kind !== T.LBrace && p.kind !== T.Eof && p.kind !== T.Semi && !isClosing(p.kind) && !p.startsLine(p.pos)) p.skip();
    if (p.kind !== T.LBrace) return empty();
  }
  if (!p.enter()) return empty();
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = false;
  p.allowLet = false;
  p.bump();
  const { stmts, tail } = parseStatements(p, never);
  p.expect(T.RBrace, '}');
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  p.leave();
  return { kind: 'block', label: null, stmts, tail, span: p.spanFrom(start) };
}

function never(): boolean {
  return false;
}

/** Statements up to a `}` or to where `ends` says so. */
export function parseStatements(p: Parser, ends: () => boolean): StatementList {
  const stmts: Stmt[] = [];
  while (p.kind !== T.RBrace && p.kind !== T.Eof && !ends()) {
    const before = p.pos;
    if (p.kind === T.Semi) {
      p.bump();
      continue;
    }
    const stmt = parseStatement(p, ends);
    if (p.underscores.length !== 0) {
      for (const span of p.underscores) p.note('CJ0146', span);
      p.underscores = [];
    }
    if (stmt.kind === 'expr' && !stmt.semicolon && (p.kind === T.RBrace || p.kind === T.Eof || ends())) return { stmts, tail: stmt.expr };
    stmts.push(stmt);
    if (p.pos === before) p.skip();
  }
  return { stmts, tail: null };
}

function parseStatement(p: Parser, ends: () => boolean): Stmt {
  const start = p.start;
  const before = p.pos;
  const hard = p.hardErrors;
  switch (p.kind) {
    case T.Let:
    case T.Var: {
      const binding = parseBinding(p);
      if (binding.init !== null && p.kind === T.Else) return parseLetElse(p, binding, before, hard);
      endStatement(p, before, hard);
      return { ...binding, span: p.spanFrom(start) };
    }
    case T.At:
      if (p.isWord(p.pos + 1, 'defer')) {
        p.bump();
        p.bump();
        return parseDeferred(p, start, before, hard);
      }
      return parseItemStatement(p, start, before);
    case T.Hash:
      if (p.peek(1) === T.LBracket || p.peek(1) === T.Bang) return parseItemStatement(p, start, before);
      break;
    case T.Ident: {
      const foreign = parseForeignStatement(p, start, before, hard);
      if (foreign !== null) return foreign;
      if (p.grammar.startsItem(p)) return parseItemStatement(p, start, before);
      break;
    }
    default:
      if (p.grammar.startsItem(p)) return parseItemStatement(p, start, before);
  }
  const expr = parseStatementExpr(p);
  if (p.kind === T.Comma && expr.kind === 'return' && expr.value !== null) return parseReturnList(p, expr.value, start, before, hard);
  const semicolon = !ends() && endExpression(p, expr, before, hard);
  return { kind: 'expr', expr, semicolon, span: p.spanFrom(start) };
}

function parseItemStatement(p: Parser, start: number, before: number): Stmt {
  p.blockItems++;
  const attrs = p.grammar.attributes(p);
  const item = p.grammar.item(p, attrs, start);
  p.loose.length = 0;
  if (item !== null) return { kind: 'item', item, span: item.span };
  if (attrs.length === 0) p.fail('CJ0127', p.here(), { found: p.found() });
  if (p.pos === before) p.skip();
  const span = p.spanFrom(start);
  return { kind: 'item', item: { kind: 'error', attrs, visibility: 'private', doc: null, span }, span };
}

// ---------------------------------------------------------------- ends of statements

/** Takes the `;` of a statement that must have one. */
function endStatement(p: Parser, before: number, hard: number): void {
  if (p.kind === T.Semi) {
    p.bump();
    return;
  }
  if (p.hardErrors !== hard) {
    recover(p, before);
    return;
  }
  if (p.kind === T.RBrace || p.kind === T.Eof || p.startsLine(p.pos) || beginsStatement(p.kind)) {
    if (!p.isAfterBroken()) missingSemicolon(p);
    return;
  }
  p.missing(';');
  recover(p, before);
}

/** Ends an expression statement; tells whether a `;` was there (or was forgotten). */
function endExpression(p: Parser, expr: Expr, before: number, hard: number): boolean {
  if (p.kind === T.Semi) {
    p.bump();
    return true;
  }
  if (p.kind === T.RBrace || p.kind === T.Eof) return false;
  if (endsWithBlock(expr) && p.hardErrors === hard) return false;
  if (endsWithBlock(expr) && p.startsLine(p.pos)) return false;
  if (expr.kind === 'error' && p.hardErrors === hard && p.startsLine(p.pos)) return true;
  endStatement(p, before, hard);
  return true;
}

function missingSemicolon(p: Parser): void {
  const at = p.prevEnd;
  const lo = p.pos > 0 ? Math.max(p.starts[p.pos - 1]!, at - 1) : at;
  p.note('CJ0128', makeSpan(p.file, lo, at), {}, [{ key: 'insert', edits: [p.edit(at, at, ';')] }]);
}

function beginsStatement(kind: number): boolean {
  switch (kind) {
    case T.Let:
    case T.Var:
    case T.Return:
    case T.Break:
    case T.Continue:
    case T.While:
    case T.For:
    case T.Loop:
    case T.Match:
    case T.Using:
    case T.Spawn:
    case T.Fn:
    case T.Struct:
    case T.Enum:
    case T.Trait:
    case T.Impl:
    case T.Const:
    case T.Type:
    case T.Import:
    case T.Extern:
    case T.Pub:
    case T.At:
      return true;
    default:
      return false;
  }
}

/**
 * After an error: goes on behind the next `;`, at the `}`, or at a line that begins a statement, that is one which starts with a
 * keyword or is indented no deeper than the statement with the error.
 */
function recover(p: Parser, before: number): void {
  const column = columnOf(p, before);
  if (p.pos === before && p.kind !== T.RBrace) p.skip();
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    if (p.kind === T.Semi) {
      p.bump();
      return;
    }
    if (p.startsLine(p.pos) && (beginsStatement(p.kind) || p.kind === T.If || columnOf(p, p.pos) <= column)) return;
    p.skip();
  }
}

function columnOf(p: Parser, pos: number): number {
  const line = p.source.lineIndex(p.starts[pos]!);
  const start = p.source.lines()[line]!;
  return /^[ \t]*/.exec(p.text.slice(start, p.starts[pos]!))![0].length;
}

// ---------------------------------------------------------------- bindings and @defer

/** `let P: T = e` without its `;`. */
export function parseBinding(p: Parser): LetStmt {
  const start = p.start;
  const word = p.here();
  let mutable = p.kind === T.Var;
  p.bump();
  if (p.kind === T.Mut) {
    const hi = p.end;
    p.bump();
    mutable = true;
    p.foreign('CJ0151', { ...word, hi }, { found: `${p.text.slice(word.lo, word.hi)} mut`, ours: 'var' }, [p.edit(word.lo, hi, 'var')]);
  }
  const pattern = parsePattern(p);
  let type = null;
  if (p.eat(T.Colon)) type = parseType(p);
  else if (beginsType(p.kind) && !p.startsLine(p.pos) && pattern.kind !== 'error') {
    const at = p.prevEnd;
    const span = p.here();
    const parsed = p.collecting(() => parseType(p));
    type = parsed.value;
    p.foreign('CJ0162', span, { name: p.text.slice(pattern.span.lo, pattern.span.hi) }, [p.edit(at, at, ':'), ...parsed.edits], 'colon');
  }
  let init: Expr | null = null;
  if (p.kind === T.ColonEq || p.kind === T.EqEq) {
    const span = p.here();
    p.foreign('CJ0152', span, { found: p.textAt(p.pos), ours: '=' }, [p.edit(span.lo, span.hi, '=')]);
    p.bump();
    init = parseExpr(p);
  } else if (p.eat(T.Eq)) init = parseExpr(p);
  return { kind: 'let', mutable, pattern, type, init, otherwise: null, span: p.spanFrom(start) };
}

function parseLetElse(p: Parser, binding: LetStmt, before: number, hard: number): LetStmt {
  p.bump();
  const otherwise = parseBlock(p);
  endStatement(p, before, hard);
  return { ...binding, otherwise, span: p.spanFrom(binding.span.lo) };
}

/** What follows `@defer`: a block, or an expression with its `;`. */
function parseDeferred(p: Parser, start: number, before: number, hard: number): Stmt {
  if (p.kind === T.LBrace) {
    const body = parseBlock(p);
    p.eat(T.Semi);
    return { kind: 'defer', body, span: p.spanFrom(start) };
  }
  const body = parseStatementExpr(p);
  if (!endsWithBlock(body)) endStatement(p, before, hard);
  else p.eat(T.Semi);
  return { kind: 'defer', body, span: p.spanFrom(start) };
}

// ---------------------------------------------------------------- expressions as statements

/** An expression in the place of a statement: a block at its end, with nothing but `.` or `?` behind, ends it. */
export function parseStatementExpr(p: Parser): Expr {
  if (!beginsBlockLike(p)) return parseExpr(p);
  const start = p.start;
  if (!p.enter()) return { kind: 'error', span: p.spanFrom(start) };
  const expr = parsePrimary(p);
  p.leave();
  if (p.kind === T.Dot || p.kind === T.Question || !endsWithBlock(expr)) return continueExpr(p, start, expr);
  return expr;
}

function beginsBlockLike(p: Parser): boolean {
  switch (p.kind) {
    case T.LBrace:
    case T.If:
    case T.Match:
    case T.While:
    case T.For:
    case T.Loop:
    case T.Using:
    case T.Label:
    case T.Spawn:
      return true;
    case T.Try:
    case T.Unsafe:
      return p.peek(1) === T.LBrace;
    default:
      return false;
  }
}

// ---------------------------------------------------------------- other languages

/** A statement that begins with a name and is spelt as in another language; null when it is none. */
function parseForeignStatement(p: Parser, start: number, before: number, hard: number): Stmt | null {
  const next = p.peek(1);
  if (next === T.ColonEq) return parseShortLet(p, start, before, hard);
  if (next === T.Comma) return isMultiple(p) ? parseShortLet(p, start, before, hard) : null;
  if (next === T.LBrace && p.isWord(p.pos, 'defer') && !p.touches(p.pos + 1)) return parseGoWord(p, start, before, hard);
  if (!beginsExprKind(next) || next === T.LParen || next === T.LBracket || next === T.LBrace || isInfixStart(next)) return null;
  if (p.startsLine(p.pos + 1)) return null;
  switch (p.textAt(p.pos)) {
    case 'throw':
    case 'raise':
      return parseThrow(p, start, before, hard);
    case 'defer':
    case 'go':
      return parseGoWord(p, start, before, hard);
    default:
      break;
  }
  if (next === T.Ident && (p.peek(2) === T.Eq || p.peek(2) === T.ColonEq || p.peek(2) === T.Colon))
    return parseTypedLet(p, start, before, hard);
  if (next === T.Ident && p.peek(2) === T.Ident && p.peek(3) === T.Eq && p.isWord(p.pos, 'final')) return parseTypedLet(p, start, before, hard);
  return null;
}

/** Tokens that also are infix operators: after a name they are no sign of another language. */
function isInfixStart(kind: number): boolean {
  switch (kind) {
    case T.Minus:
    case T.Star:
    case T.And:
    case T.AndAnd:
    case T.Or:
    case T.OrOr:
    case T.Lt:
    case T.DotDot:
    case T.DotDotEq:
    case T.Bang:
    case T.PlusPlus:
    case T.MinusMinus:
      return true;
    default:
      return false;
  }
}

/** Whether names with commas between them stand before `:=` or `=`. */
function isMultiple(p: Parser): boolean {
  let i = p.pos;
  while ((p.kinds[i] === T.Ident || p.kinds[i] === T.Underscore) && p.kinds[i + 1] === T.Comma) i += 2;
  return (p.kinds[i] === T.Ident || p.kinds[i] === T.Underscore) && (p.kinds[i + 1] === T.ColonEq || p.kinds[i + 1] === T.Eq);
}

/** `x := e`, `a, b := e`, `a, b = e`; with Go's check of the error behind it, the whole is one `?`. */
function parseShortLet(p: Parser, start: number, before: number, hard: number): Stmt {
  const names: Ident[] = [];
  do names.push(p.takeIdent());
  while (p.eat(T.Comma));
  const opPos = p.pos;
  const declares = p.kind === T.ColonEq;
  const op = p.here();
  p.bump();
  const init = p.collecting(() => parseExpr(p));
  const valueEnd = p.prevEnd;
  const hasSemi = p.kind === T.Semi;
  const check = goErrorCheck(p, hasSemi ? p.pos + 1 : p.pos);
  const last = names[names.length - 1]!;
  if (check >= 0 && p.isWord((hasSemi ? p.pos : p.pos - 1) + 2, last.name)) {
    const kept = names.slice(0, -1);
    const text = kept.map((name) => name.name).join(', ');
    const target = kept.length === 0 ? '' : `let ${kept.length === 1 ? text : `(${text})`} = `;
    const span = makeSpan(p.file, start, p.ends[check]!);
    p.foreign('CJ0160', makeSpan(p.file, p.starts[hasSemi ? p.pos + 1 : p.pos]!, span.hi), { name: last.name }, [
      p.edit(start, p.starts[opPos + 1]!, target),
      ...init.edits,
      p.edit(valueEnd, span.hi, '?;'),
    ]);
    p.rewind(check);
    p.bump();
    const value: Expr = { kind: 'try', operand: init.value, prefix: false, span: init.value.span };
    if (kept.length === 0) return { kind: 'expr', expr: value, semicolon: true, span };
    return letStmt(p, kept, value, span.lo);
  }
  if (!declares && names.length > 1) {
    // `a, b = b, a` keeps its values apart only with brackets around both sides.
    const values = [init.value];
    const edits: TextEdit[] = [p.edit(names[0]!.span.lo, names[0]!.span.lo, '('), p.edit(last.span.hi, last.span.hi, ')'), ...init.edits];
    while (p.eat(T.Comma)) {
      const more = p.collecting(() => parseExpr(p));
      values.push(more.value);
      edits.push(...more.edits);
    }
    const lo = values[0]!.span.lo;
    if (values.length > 1) edits.push(p.edit(lo, lo, '('), p.edit(p.prevEnd, p.prevEnd, ')'));
    semicolonEdit(p, edits);
    p.foreign('CJ0152', op, { found: `${names.map((name) => name.name).join(', ')} = …`, ours: `(${names.map((name) => name.name).join(', ')}) = (…)` }, edits);
    const value: Expr = values.length > 1 ? { kind: 'tuple', elements: values, span: p.spanFrom(lo) } : values[0]!;
    const target: Expr = {
      kind: 'tuple',
      elements: names.map((name) => ({ kind: 'path', segments: [{ name, args: null }], span: name.span })),
      span: makeSpan(p.file, start, last.span.hi),
    };
    const expr: Expr = { kind: 'assign', target, value, span: p.spanFrom(start) };
    endAfterFix(p, before, hard);
    return { kind: 'expr', expr, semicolon: true, span: p.spanFrom(start) };
  }
  const word = names.some((name) => changesLater(p, name.name)) ? 'var' : 'let';
  const edits: TextEdit[] = [p.edit(start, start, names.length > 1 ? `${word} (` : `${word} `), p.edit(op.lo, op.hi, '='), ...init.edits];
  if (names.length > 1) edits.push(p.edit(last.span.hi, last.span.hi, ')'));
  let value = init.value;
  if (p.kind === T.Comma && names.length > 1) {
    const elements = [value];
    while (p.eat(T.Comma)) {
      const more = p.collecting(() => parseExpr(p));
      elements.push(more.value);
      edits.push(...more.edits);
    }
    edits.push(p.edit(value.span.lo, value.span.lo, '('), p.edit(p.prevEnd, p.prevEnd, ')'));
    value = { kind: 'tuple', elements, span: p.spanFrom(value.span.lo) };
  }
  semicolonEdit(p, edits);
  p.foreign('CJ0152', op, { found: ':=', ours: names.length > 1 ? `${word} (…) = …` : `${word} ${names[0]!.name} = …` }, edits);
  endAfterFix(p, before, hard);
  return letStmt(p, names, value, start, word === 'var');
}

/** Whether the rest of the block changes the variable, as far as its tokens tell. */
function changesLater(p: Parser, name: string): boolean {
  let depth = 0;
  for (let i = p.pos; depth >= 0 && p.kinds[i] !== T.Eof; i++) {
    if (p.kinds[i] === T.LBrace) depth++;
    else if (p.kinds[i] === T.RBrace) depth--;
    if (p.kinds[i] !== T.Ident || p.textAt(i) !== name || p.kinds[i - 1] === T.Dot) continue;
    if (/^(\+\+|--|[-+*/%&|^]?=|[-+*]%=|<<=|>>=)$/.test(p.textAt(i + 1))) return true;
    if (p.kinds[i - 1] === T.Mut && p.kinds[i - 2] === T.And) return true;
  }
  return false;
}

function letStmt(p: Parser, names: readonly Ident[], init: Expr, start: number, mutable = false): LetStmt {
  const patterns = names.map((name): Pattern =>
    name.name === '_' ? { kind: 'wild', span: name.span } : { kind: 'binding', mutable: false, name, sub: null, span: name.span },
  );
  const last = names[names.length - 1]!;
  const pattern: Pattern =
    patterns.length === 1 ? patterns[0]! : { kind: 'tuple', elements: patterns, span: makeSpan(p.file, names[0]!.span.lo, last.span.hi) };
  return { kind: 'let', mutable, pattern, type: null, init, otherwise: null, span: p.spanFrom(start) };
}

/** The languages in question need no `;`: when it is missing, the one fix puts it in as well. */
function semicolonEdit(p: Parser, edits: TextEdit[]): void {
  if (p.kind !== T.Semi && (p.startsLine(p.pos) || p.kind === T.RBrace)) edits.push(p.edit(p.prevEnd, p.prevEnd, ';'));
}

function endAfterFix(p: Parser, before: number, hard: number): void {
  if (p.kind !== T.Semi && (p.startsLine(p.pos) || p.kind === T.RBrace) && p.hardErrors === hard) return;
  endStatement(p, before, hard);
}

/** `return a, b`: Go's several results are a tuple here. The current token is the comma. */
function parseReturnList(p: Parser, first: Expr, start: number, before: number, hard: number): Stmt {
  const comma = p.here();
  const elements = [first];
  const edits = [p.edit(first.span.lo, first.span.lo, '(')];
  while (p.eat(T.Comma)) {
    const more = p.collecting(() => parseExpr(p));
    elements.push(more.value);
    edits.push(...more.edits);
  }
  edits.push(p.edit(p.prevEnd, p.prevEnd, ')'));
  const tuple: Expr = { kind: 'tuple', elements, span: p.spanFrom(first.span.lo) };
  semicolonEdit(p, edits);
  const text = p.text.slice(tuple.span.lo, tuple.span.hi);
  p.foreign('CJ0197', comma, { ours: text.length > 40 || text.includes('\n') ? 'a, b' : text }, edits);
  const expr: Expr = { kind: 'return', value: tuple, span: p.spanFrom(start) };
  endAfterFix(p, before, hard);
  return { kind: 'expr', expr, semicolon: true, span: p.spanFrom(start) };
}

/** `throw e` is `return Err(e)`. */
function parseThrow(p: Parser, start: number, before: number, hard: number): Stmt {
  const word = p.here();
  p.bump();
  const lo = p.start;
  const { value, edits } = p.collecting(() => parseExpr(p));
  const all = [p.edit(word.lo, lo, 'return Err('), ...edits, p.edit(p.prevEnd, p.prevEnd, ')')];
  semicolonEdit(p, all);
  p.foreign('CJ0155', word, { found: p.text.slice(word.lo, word.hi) }, all);
  const span = p.spanFrom(start);
  const callee: Expr = { kind: 'path', segments: [{ name: { name: 'Err', span: word }, args: null }], span: word };
  const expr: Expr = { kind: 'return', value: { kind: 'call', callee, args: [value], span }, span };
  endAfterFix(p, before, hard);
  return { kind: 'expr', expr, semicolon: true, span: p.spanFrom(start) };
}

/** `defer f()`, `defer { }`, `defer func() { }()`, `go f()`, `go func() { }()`. */
function parseGoWord(p: Parser, start: number, before: number, hard: number): Stmt {
  const word = p.here();
  const isDefer = p.isWord(p.pos, 'defer');
  const ours = isDefer ? '@defer' : 'spawn';
  p.bump();
  const edits: TextEdit[] = [p.edit(word.lo, word.hi, ours)];
  let body: Expr;
  if (p.isWord(p.pos, 'func') && p.peek(1) === T.LParen && p.peek(2) === T.RParen && p.peek(3) === T.LBrace) {
    const lo = p.start;
    p.rewind(p.pos + 3);
    edits.push(p.edit(lo, p.start, ''));
    body = parseBlock(p);
    if (p.kind === T.LParen && p.peek(1) === T.RParen) {
      edits.push(p.edit(p.prevEnd, p.ends[p.pos + 1]!, ''));
      p.bump();
      p.bump();
    }
  } else {
    const inner = p.collecting(() => parseStatementExpr(p));
    body = inner.value;
    edits.push(...inner.edits);
    if (!endsWithBlock(body)) semicolonEdit(p, edits);
  }
  p.foreign(isDefer ? 'CJ0156' : 'CJ0176', word, {}, edits);
  if (endsWithBlock(body)) p.eat(T.Semi);
  else endAfterFix(p, before, hard);
  if (isDefer) return { kind: 'defer', body, span: p.spanFrom(start) };
  const expr: Expr = { kind: 'spawn', independent: false, move: false, body, span: p.spanFrom(start) };
  return { kind: 'expr', expr, semicolon: true, span: p.spanFrom(start) };
}

/** `int x = 3`, `val x = 3`, `val x: T = 3`. */
function parseTypedLet(p: Parser, start: number, before: number, hard: number): Stmt | null {
  const word = p.textAt(p.pos);
  const words: Readonly<Record<string, string>> = {
    val: 'let',
    auto: 'let',
    final: 'let',
    local: 'let',
    my: 'let',
    dim: 'let',
    mut: 'var',
    static: 'let',
  };
  const keyword = Object.hasOwn(words, word) ? words[word]! : undefined;
  if (keyword === undefined && p.peek(2) === T.Colon) return null;
  const wordSpan = p.here();
  // `final T x = e` of Java.
  const typed = keyword !== undefined && p.peek(2) === T.Ident;
  if (typed) p.bump();
  const type = keyword === undefined || typed ? (PRIMITIVE_SPELLINGS.get(p.textAt(p.pos)) ?? p.name()) : null;
  p.bump();
  const name = p.takeIdent();
  const edits: TextEdit[] = [p.edit(wordSpan.lo, typed ? name.span.lo : wordSpan.hi, typed ? `${keyword} ` : (keyword ?? 'let'))];
  let typeExpr: LetStmt['type'] = null;
  if (type !== null) {
    edits.push(p.edit(name.span.hi, name.span.hi, `: ${type}`));
    typeExpr = { kind: 'path', segments: [{ name: { name: type, span: wordSpan }, args: null }], span: wordSpan };
  } else if (p.eat(T.Colon)) {
    const parsed = p.collecting(() => parseType(p));
    typeExpr = parsed.value;
    edits.push(...parsed.edits);
  }
  const eq = p.here();
  if (p.kind === T.ColonEq) edits.push(p.edit(eq.lo, eq.hi, '='));
  p.bump();
  const init = p.collecting(() => parseExpr(p));
  edits.push(...init.edits);
  semicolonEdit(p, edits);
  p.foreign('CJ0190', wordSpan, { found: word, ours: `${keyword ?? 'let'} ${name.name}${type === null ? '' : `: ${type}`} = …` }, edits);
  endAfterFix(p, before, hard);
  return {
    kind: 'let',
    mutable: keyword === 'var',
    pattern: { kind: 'binding', mutable: false, name, sub: null, span: name.span },
    type: typeExpr,
    init: init.value,
    otherwise: null,
    span: p.spanFrom(start),
  };
}
