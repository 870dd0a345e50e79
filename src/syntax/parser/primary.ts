/**
 * Operands: literals, paths, groups, arrays, struct literals, closures, macros, and the expressions that begin with a keyword.
 */
import type { ClosureParam, Expr, FieldInit, GenericArg, Ident, PathSegment, PathType } from '../ast.ts';
import { T } from '../tokens.ts';
import { parseFor, parseIf, parseMatch, parseSpawn, parseSwitch, parseTryBlock, parseUsing, parseWhile } from './control.ts';
import { MACRO_SPELLINGS, NIL_WORDS, OUR_MACROS } from './foreign-words.ts';
import { beginsText, parseNumber, parseString } from './literal-exprs.ts';
import type { Parser } from './parser.ts';
import { isClosing } from './parser.ts';
import { asInterpolated, formatMacroArgs } from './rust-format.ts';
import { parseGenericArgs, parsePathType, parseQualifiedHead, parseType } from './types.ts';

/** Whether an expression can begin at the current token. */
export function beginsExpr(p: Parser): boolean {
  return beginsExprKind(p.kind);
}

export function beginsExprKind(kind: number): boolean {
  switch (kind) {
    case T.Ident:
    case T.Self:
    case T.SelfType:
    case T.Underscore:
    case T.Number:
    case T.True:
    case T.False:
    case T.LParen:
    case T.LBracket:
    case T.LBrace:
    case T.Minus:
    case T.Bang:
    case T.Star:
    case T.And:
    case T.AndAnd:
    case T.Or:
    case T.OrOr:
    case T.Lt:
    case T.DotDot:
    case T.DotDotEq:
    case T.Label:
    case T.Await:
    case T.Break:
    case T.Continue:
    case T.For:
    case T.If:
    case T.Loop:
    case T.Match:
    case T.Move:
    case T.Return:
    case T.Spawn:
    case T.Try:
    case T.Unsafe:
    case T.Using:
    case T.While:
    case T.PlusPlus:
    case T.MinusMinus:
      return true;
    default:
      return beginsText(kind);
  }
}

/** Parses inside brackets, where struct literals are free again and `let` is not a condition. */
export function inGroup<R>(p: Parser, parse: () => R): R {
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = false;
  p.allowLet = false;
  const value = parse();
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  return value;
}

/** `(a, b)`; the current token is `(`. */
export function parseArgs(p: Parser): Expr[] {
  p.bump();
  return inGroup(p, () =>
    p.list(
      T.RParen,
      ')',
      () => p.grammar.expr(p),
      () => beginsExpr(p),
    ),
  );
}

export function parsePrimary(p: Parser): Expr {
  const start = p.start;
  switch (p.kind) {
    case T.Ident:
      return parseName(p, start);
    case T.Number:
      return parseNumber(p);
    case T.Self:
    case T.SelfType:
      return parsePath(p, start);
    case T.True:
    case T.False: {
      const value = p.kind === T.True;
      p.bump();
      return { kind: 'bool', value, span: p.spanFrom(start) };
    }
    case T.LParen:
      return inGroup(p, () => parseParen(p, start));
    case T.LBracket:
      return inGroup(p, () => parseArray(p, start));
    case T.LBrace:
      return p.grammar.block(p);
    case T.Lt:
    case T.Shl:
      return parseQualifiedPath(p, start);
    case T.Or:
    case T.OrOr:
    case T.Move:
      return parseClosure(p, start);
    case T.If:
      return parseIf(p);
    case T.Match:
      return parseMatch(p);
    case T.While:
      return parseWhile(p, null);
    case T.For:
      return parseFor(p, null);
    case T.Loop: {
      p.bump();
      const body = p.grammar.block(p);
      return { kind: 'loop', label: null, body, span: p.spanFrom(start) };
    }
    case T.Label:
      return parseLabelled(p, start);
    case T.Unsafe: {
      p.bump();
      const body = p.grammar.block(p);
      return { kind: 'unsafe', body, span: p.spanFrom(start) };
    }
    case T.Try:
      return parseTryBlock(p);
    case T.Using:
      return parseUsing(p);
    case T.Spawn:
      return parseSpawn(p);
    case T.Break: {
      p.bump();
      const label = takeLabel(p);
      const value = beginsValue(p) ? p.grammar.expr(p) : null;
      return { kind: 'break', label, value, span: p.spanFrom(start) };
    }
    case T.Continue: {
      p.bump();
      const label = takeLabel(p);
      return { kind: 'continue', label, span: p.spanFrom(start) };
    }
    case T.Return: {
      p.bump();
      const value = beginsValue(p) ? p.grammar.expr(p) : null;
      return { kind: 'return', value, span: p.spanFrom(start) };
    }
    case T.Underscore: {
      const name = p.takeIdent();
      p.underscores.push(name.span);
      return { kind: 'path', segments: [{ name, args: null }], span: name.span };
    }
    case T.Bad: {
      // Reported by the lexer.
      p.bump();
      return { kind: 'error', span: p.spanFrom(start) };
    }
    default:
      if (beginsText(p.kind)) return parseString(p);
      if (p.reserved.has(p.textAt(p.pos))) {
        const name = p.ident();
        return { kind: 'path', segments: [{ name, args: null }], span: name.span };
      }
      p.fail('CJ0124', p.here(), { found: p.found() });
      return { kind: 'error', span: p.here() };
  }
}

/** Whether a value follows `return` or `break`: not the `{` of the head that the word stands in. */
function beginsValue(p: Parser): boolean {
  return beginsExpr(p) && !(p.noStruct && p.kind === T.LBrace);
}

function takeLabel(p: Parser): Ident | null {
  return p.kind === T.Label ? p.takeIdent() : null;
}

/** `'outer: for …`. */
function parseLabelled(p: Parser, start: number): Expr {
  const label = p.takeIdent();
  p.expect(T.Colon, ':');
  switch (p.kind) {
    case T.While:
      return { ...parseWhile(p, label), span: p.spanFrom(start) };
    case T.For:
      return { ...parseFor(p, label), span: p.spanFrom(start) };
    case T.Loop: {
      p.bump();
      const body = p.grammar.block(p);
      return { kind: 'loop', label, body, span: p.spanFrom(start) };
    }
    case T.LBrace: {
      const block = p.grammar.block(p);
      return { kind: 'block', label, stmts: block.stmts, tail: block.tail, span: p.spanFrom(start) };
    }
    default:
      p.fail('CJ0140', label.span, { name: label.name });
      return { kind: 'error', span: p.spanFrom(start) };
  }
}

// ---------------------------------------------------------------- names and paths

function parseName(p: Parser, start: number): Expr {
  const next = p.peek(1);
  switch (next) {
    case T.Ident:
    case T.SelfType:
      // `new T(…)`; otherwise two names in a row are a mistake that the statement reports.
      if (p.isWord(p.pos, 'new')) return parseNew(p, start);
      if (p.isWord(p.pos, 'switch')) return parseSwitch(p);
      break;
    case T.Bang:
      if (p.touches(p.pos + 1) && (p.peek(2) === T.LParen || p.peek(2) === T.LBracket || p.peek(2) === T.LBrace))
        return parseMacro(p, start);
      break;
    case T.LParen:
    case T.LBrace:
      if (p.isWord(p.pos, 'switch') && isSwitch(p)) return parseSwitch(p);
      break;
    default:
      break;
  }
  if (mayBeNil(p.text.charCodeAt(start)) && NIL_WORDS.has(p.textAt(p.pos)) && next !== T.ColonColon && next !== T.LParen) {
    const span = p.here();
    const found = p.textAt(p.pos);
    p.bump();
    p.foreign('CJ0159', span, { found, ours: 'None' }, [p.edit(span.lo, span.hi, 'None')]);
    return { kind: 'path', segments: [{ name: { name: 'None', span }, args: null }], span };
  }
  return parsePath(p, start);
}

/** Whether a word that begins so can be in NIL_WORDS: every name of a program passes here. */
function mayBeNil(c: number): boolean {
  return c === 110 || c === 78 || c === 117;
}

/** `switch (x) {` and `switch {`, which could also be a call or a struct. */
function isSwitch(p: Parser): boolean {
  if (p.touches(p.pos + 1)) return false;
  const open = p.peek(1) === T.LBrace ? p.pos + 1 : p.closing(p.pos + 1) + 1;
  if (p.kinds[open] !== T.LBrace) return false;
  return p.isWord(open + 1, 'case') || p.isWord(open + 1, 'default');
}

/** `a::b::<T>::c`, and the struct literal that may follow it. */
function parsePath(p: Parser, start: number): Expr {
  const segments: PathSegment[] = [];
  for (;;) {
    const name = p.kind === T.Self || p.kind === T.SelfType ? p.takeIdent() : p.ident();
    let args: GenericArg[] | null = null;
    let more = false;
    if (p.kind === T.ColonColon) {
      p.bump();
      if (p.kind === T.Lt || p.kind === T.Shl) {
        args = parseGenericArgs(p);
        more = p.eat(T.ColonColon);
      } else more = true;
    }
    segments.push({ name, args });
    if (!more) break;
  }
  const span = p.spanFrom(start);
  if (p.kind === T.LBrace && (!p.noStruct || isStructInHead(p))) {
    const path: PathType = { kind: 'path', segments, span };
    return parseStruct(p, start, path);
  }
  return { kind: 'path', segments, span };
}

/** In a head: `P { x:` or `P { x, y }` before another `{` can only be a struct literal that lacks its parentheses. */
function isStructInHead(p: Parser): boolean {
  return p.peek(1) === T.Ident && p.peek(2) === T.Colon && p.peek(3) !== T.Colon && p.kinds[p.closing(p.pos) + 1] === T.LBrace;
}

/** `{ x: 1, y, ..base }` after a path. */
function parseStruct(p: Parser, start: number, path: PathType): Expr {
  const inHead = p.noStruct;
  return inGroup(p, () => {
    p.bump();
    const fields: FieldInit[] = [];
    let base: Expr | null = null;
    while (p.kind !== T.RBrace && p.kind !== T.Eof) {
      if (p.kind === T.DotDot) {
        p.bump();
        base = p.grammar.expr(p);
        p.eat(T.Comma);
        break;
      }
      const before = p.pos;
      fields.push(parseFieldInit(p));
      if (p.eat(T.Comma)) continue;
      if (p.kind === T.RBrace) break;
      if (p.pos !== before && (p.kind === T.Ident || p.kind === T.DotDot)) {
        p.missingComma();
        continue;
      }
      p.missing('}');
      p.skipTo(T.Comma);
      if (!p.eat(T.Comma) && !p.eat(T.Semi)) break;
    }
    if (p.kind !== T.RBrace) {
      p.missing('}');
      while (!isClosing(p.kind) && p.kind !== T.Eof) p.skip();
    }
    p.eat(T.RBrace);
    const span = p.spanFrom(start);
    if (inHead) p.note('CJ0133', span, {}, [{ key: 'parens', edits: [p.edit(span.lo, span.lo, '('), p.edit(span.hi, span.hi, ')')] }]);
    return { kind: 'struct', path, fields, base, span };
  });
}

function parseFieldInit(p: Parser): FieldInit {
  const start = p.start;
  const name = p.ident();
  if (p.kind === T.Eq) {
    // C# and Python write `x = 1`.
    const span = p.here();
    p.fail(
      'CJ0123',
      span,
      { expected: ':', found: '=' },
      { fixes: [{ key: 'write', args: { expected: ':' }, edits: [p.edit(name.span.hi, span.hi, ':')] }] },
    );
    p.bump();
    const value = p.grammar.expr(p);
    return { name, value, shorthand: false, span: p.spanFrom(start) };
  }
  if (p.eat(T.Colon)) {
    const value = p.grammar.expr(p);
    return { name, value, shorthand: false, span: p.spanFrom(start) };
  }
  const value: Expr =
    name.name === '' ? { kind: 'error', span: name.span } : { kind: 'path', segments: [{ name, args: null }], span: name.span };
  return { name, value, shorthand: true, span: p.spanFrom(start) };
}

/** `<T as Trait>::f`. */
function parseQualifiedPath(p: Parser, start: number): Expr {
  const head = parseQualifiedHead(p);
  if (head === null) return { kind: 'error', span: p.spanFrom(start) };
  const name = p.ident();
  let args: GenericArg[] | null = null;
  if (p.kind === T.ColonColon && p.peek(1) === T.Lt) {
    p.bump();
    args = parseGenericArgs(p);
  }
  return { kind: 'qualifiedPath', self: head.self, trait: head.trait, segment: { name, args }, span: p.spanFrom(start) };
}

/** `new T(a, b)`. */
function parseNew(p: Parser, start: number): Expr {
  p.bump();
  const type = parsePathType(p);
  if (p.kind !== T.LParen) {
    p.missing('(');
    return { kind: 'error', span: p.spanFrom(start) };
  }
  const args = parseArgs(p);
  return { kind: 'new', type, args, span: p.spanFrom(start) };
}

// ---------------------------------------------------------------- groups

/** `()`, `(e)`, `(a, b)`. */
function parseParen(p: Parser, start: number): Expr {
  p.bump();
  const elements: Expr[] = [];
  let comma = false;
  while (p.kind !== T.RParen && p.kind !== T.Eof) {
    const before = p.pos;
    elements.push(p.grammar.expr(p));
    comma = p.eat(T.Comma);
    if (comma || p.kind === T.RParen) continue;
    if (p.pos !== before && elements.length > 1 && beginsExpr(p)) {
      p.missingComma();
      continue;
    }
    p.missing(')');
    while (p.kind !== T.Comma && !isClosing(p.kind) && p.kind !== T.Eof) p.skip();
    if (!p.eat(T.Comma)) break;
    comma = true;
  }
  p.expect(T.RParen, ')');
  const span = p.spanFrom(start);
  return elements.length === 1 && !comma ? { kind: 'paren', inner: elements[0]!, span } : { kind: 'tuple', elements, span };
}

/** `[a, b]`, `[x; n]`. */
function parseArray(p: Parser, start: number): Expr {
  p.bump();
  const elements: Expr[] = [];
  while (p.kind !== T.RBracket && p.kind !== T.Eof) {
    const before = p.pos;
    elements.push(p.grammar.expr(p));
    if (elements.length === 1 && p.eat(T.Semi)) {
      const count = p.grammar.expr(p);
      if (p.kind !== T.RBracket) {
        p.missing(']');
        while (!isClosing(p.kind) && p.kind !== T.Eof) p.skip();
      }
      p.eat(T.RBracket);
      return { kind: 'repeat', value: elements[0]!, count, span: p.spanFrom(start) };
    }
    if (p.eat(T.Comma) || p.kind === T.RBracket) continue;
    if (p.pos !== before && beginsExpr(p)) {
      p.missingComma();
      continue;
    }
    p.missing(']');
    while (p.kind !== T.Comma && !isClosing(p.kind) && p.kind !== T.Eof) p.skip();
    if (!p.eat(T.Comma)) break;
  }
  p.expect(T.RBracket, ']');
  return { kind: 'array', elements, span: p.spanFrom(start) };
}

// ---------------------------------------------------------------- closures and macros

/** `|x: T, y| e`, `|| -> R { }`, `move |x| e`. */
function parseClosure(p: Parser, start: number): Expr {
  const move = p.eat(T.Move);
  const params: ClosureParam[] = [];
  if (!p.eat(T.OrOr)) {
    if (!p.expect(T.Or, '|')) return { kind: 'error', span: p.spanFrom(start) };
    while (p.kind !== T.Or && p.kind !== T.Eof) {
      const pattern = p.grammar.singlePattern(p);
      const type = p.eat(T.Colon) ? parseType(p) : null;
      params.push({ pattern, type });
      if (!p.eat(T.Comma)) break;
    }
    if (!p.expect(T.Or, '|')) {
      p.skipTo(T.Or);
      p.eat(T.Or);
    }
  }
  const ret = p.eat(T.Arrow) || p.eat(T.Colon) ? parseType(p) : null;
  const body = ret === null ? p.grammar.expr(p) : p.grammar.block(p);
  return { kind: 'closure', move, params, ret, body, span: p.spanFrom(start) };
}

/** `panic!(…)`; for a Rust macro the call or array that is meant. */
function parseMacro(p: Parser, start: number): Expr {
  const name = p.takeIdent();
  const bang = p.here();
  p.bump();
  if (OUR_MACROS.has(name.name) && p.kind === T.LParen) {
    const args = parseArgs(p);
    return { kind: 'macro', name, args, span: p.spanFrom(start) };
  }
  const spelling = MACRO_SPELLINGS.get(name.name);
  if (p.kind === T.LBracket) {
    const { value, edits } = p.collecting(() => inGroup(p, () => parseArray(p, p.start)));
    p.foreign('CJ0169', { ...name.span, hi: bang.hi }, { found: `${name.name}![…]`, ours: '[…]' }, [
      p.edit(name.span.lo, bang.hi, ''),
      ...edits,
    ]);
    return value;
  }
  if (p.kind === T.LBrace) {
    p.fail('CJ0123', p.here(), { expected: '(', found: '{' });
    p.skip();
    return { kind: 'error', span: p.spanFrom(start) };
  }
  const ours = spelling ?? name.name;
  const open = p.pos;
  const { value: args, edits } = p.collecting(() => parseArgs(p));
  const span = p.spanFrom(start);
  const formatted = formatMacroArgs(p, name.name, open, args);
  const head = p.edit(name.span.lo, bang.hi, ours);
  p.foreign(
    'CJ0169',
    { ...name.span, hi: bang.hi },
    { found: `${name.name}!(…)`, ours: `${ours}(…)` },
    formatted === null ? [head, ...edits] : [head, formatted],
  );
  if (ours.endsWith('!')) return { kind: 'macro', name: { name: ours.slice(0, -1), span: name.span }, args, span };
  const callee: Expr = { kind: 'path', segments: [{ name: { name: ours, span: name.span }, args: null }], span: name.span };
  return { kind: 'call', callee, args: formatted === null ? args : [asInterpolated(args)], span };
}
