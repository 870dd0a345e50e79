/**
 * Patterns: what `match` arms, `let`, `for` and parameters take apart.
 */
import type { Expr, FieldPattern, Pattern, PathSegment, PathType } from '../ast.ts';
import { isKeyword, T } from '../tokens.ts';
import { NIL_WORDS } from './foreign-words.ts';
import { beginsText, parseNumber, parseString } from './literal-exprs.ts';
import type { Parser } from './parser.ts';
import { parseGenericArgs } from './types.ts';

/** Whether a pattern can begin at a token of this kind. */
export function beginsPattern(kind: number): boolean {
  switch (kind) {
    case T.Ident:
    case T.Self:
    case T.SelfType:
    case T.Underscore:
    case T.Number:
    case T.True:
    case T.False:
    case T.Minus:
    case T.And:
    case T.AndAnd:
    case T.LParen:
    case T.LBracket:
    case T.DotDot:
    case T.DotDotEq:
    case T.DotDotDot:
    case T.Var:
    case T.Mut:
      return true;
    default:
      return beginsText(kind);
  }
}

/** `P | Q | R`; a `|` before the first is allowed. */
export function parsePattern(p: Parser): Pattern {
  const start = p.start;
  p.eat(T.Or);
  const first = parseSinglePattern(p);
  if (p.kind !== T.Or && p.kind !== T.OrOr) return first;
  const alternatives = [first];
  while (p.kind === T.Or || p.kind === T.OrOr) {
    if (p.kind === T.OrOr) {
      const span = p.here();
      p.foreign('CJ0175', span, { found: '||', ours: '|' }, [p.edit(span.lo, span.hi, '|')]);
    }
    p.bump();
    alternatives.push(parseSinglePattern(p));
  }
  return { kind: 'or', alternatives, span: p.spanFrom(start) };
}

/** A pattern without `|` at its top. */
export function parseSinglePattern(p: Parser): Pattern {
  return p.nested<Pattern>(parsePatternBody);
}

function parsePatternBody(p: Parser, start: number): Pattern {
  switch (p.kind) {
    case T.Underscore:
      p.bump();
      return { kind: 'wild', span: p.spanFrom(start) };
    case T.Ident:
    case T.SelfType:
    case T.Self:
      return parseNamePattern(p, start);
    case T.Var:
      p.bump();
      return parseBinding(p, start, true);
    case T.Mut: {
      const span = p.here();
      p.bump();
      p.foreign('CJ0151', span, { found: 'mut', ours: 'var' }, [p.edit(span.lo, span.hi, 'var')]);
      return parseBinding(p, start, true);
    }
    case T.Number:
    case T.Minus:
      return rangeOrLiteral(p, start, parsePatternNumber(p));
    case T.True:
    case T.False: {
      const value = p.kind === T.True;
      p.bump();
      const span = p.spanFrom(start);
      return { kind: 'literal', value: { kind: 'bool', value, span }, span };
    }
    case T.DotDot:
      if (endsAfterRest(p.peek(1))) {
        p.bump();
        return { kind: 'rest', span: p.spanFrom(start) };
      }
      return parseRangeTail(p, start, null);
    case T.DotDotEq:
    case T.DotDotDot:
      return parseRangeTail(p, start, null);
    case T.And:
    case T.AndAnd: {
      const double = p.kind === T.AndAnd;
      p.bump();
      const mutable = p.eat(T.Mut);
      const inner = parseSinglePattern(p);
      const span = p.spanFrom(start);
      const single: Pattern = { kind: 'ref', mutable, inner, span: double ? { ...span, lo: start + 1 } : span };
      return double ? { kind: 'ref', mutable: false, inner: single, span } : single;
    }
    case T.LParen: {
      p.bump();
      const elements: Pattern[] = [];
      let comma = false;
      while (p.kind !== T.RParen && p.kind !== T.Eof) {
        elements.push(parsePattern(p));
        comma = p.eat(T.Comma);
        if (!comma) break;
      }
      closePattern(p, T.RParen, ')');
      checkRests(p, elements);
      if (elements.length === 1 && !comma && elements[0]!.kind !== 'rest') return elements[0]!;
      return { kind: 'tuple', elements, span: p.spanFrom(start) };
    }
    case T.LBracket: {
      p.bump();
      const elements = patternList(p, T.RBracket, ']');
      return { kind: 'slice', elements, span: p.spanFrom(start) };
    }
    default:
      if (beginsText(p.kind)) return rangeOrLiteral(p, start, parseString(p));
  }
  if (isKeyword(p.kind) && !p.startsLine(p.pos) && followsName(p.peek(1))) return parseBinding(p, start, false);
  p.fail('CJ0126', p.here(), { found: p.found() });
  return { kind: 'error', span: p.here() };
}

/** What stands behind a keyword that was meant as the name of a binding. */
function followsName(kind: number): boolean {
  return kind === T.Eq || kind === T.Colon || kind === T.Comma || kind === T.RParen || kind === T.In || kind === T.FatArrow;
}

function patternList(p: Parser, close: number, spelling: string): Pattern[] {
  const elements: Pattern[] = [];
  while (p.kind !== close && p.kind !== T.Eof) {
    elements.push(parsePattern(p));
    if (!p.eat(T.Comma)) break;
  }
  closePattern(p, close, spelling);
  checkRests(p, elements);
  return elements;
}

function closePattern(p: Parser, close: number, spelling: string): void {
  if (p.kind !== close) {
    p.missing(spelling);
    while (p.kind !== close && p.kind !== T.Eof && p.kind !== T.RBrace && p.kind !== T.RParen && p.kind !== T.RBracket) p.skip();
  }
  p.eat(close);
}

/** At most one `..` says where elements are left out. */
function checkRests(p: Parser, elements: readonly Pattern[]): void {
  let seen: Pattern | null = null;
  for (const element of elements) {
    const rest = element.kind === 'rest' || (element.kind === 'binding' && element.sub?.kind === 'rest');
    if (!rest) continue;
    if (seen !== null) p.note('CJ0139', element.span, {}, [], { related: [{ span: seen.span, label: 'first' }] });
    else seen = element;
  }
}

/** Whether `..` before a token of this kind stands for elements that are left out. */
function endsAfterRest(kind: number): boolean {
  return (
    kind === T.Comma ||
    kind === T.RParen ||
    kind === T.RBracket ||
    kind === T.RBrace ||
    kind === T.Or ||
    kind === T.FatArrow ||
    kind === T.Eof
  );
}

function parseBinding(p: Parser, start: number, mutable: boolean): Pattern {
  const name = p.ident();
  const sub = p.eat(T.At) ? parseSubPattern(p) : null;
  return { kind: 'binding', mutable, name, sub, span: p.spanFrom(start) };
}

function parseSubPattern(p: Parser): Pattern {
  return parseSinglePattern(p);
}

/** A name: a binding, a constant or variant, or the head of `P(…)` or `P { … }`. */
function parseNamePattern(p: Parser, start: number): Pattern {
  const next = p.peek(1);
  if (
    p.kind === T.Ident &&
    next !== T.ColonColon &&
    next !== T.LParen &&
    next !== T.LBrace &&
    next !== T.Lt &&
    !(next === T.Dot && p.touches(p.pos + 1))
  ) {
    if (next === T.DotDot || next === T.DotDotEq || next === T.DotDotDot) return rangeOrLiteral(p, start, parsePathOperand(p));
    const word = p.textAt(p.pos);
    if (NIL_WORDS.has(word)) {
      const span = p.here();
      p.bump();
      p.foreign('CJ0159', span, { found: word, ours: 'None' }, [p.edit(span.lo, span.hi, 'None')]);
      return { kind: 'binding', mutable: false, name: { name: 'None', span }, sub: null, span };
    }
    if (word === 'ref' && (next === T.Ident || next === T.Mut)) {
      // Rust's `ref x`: bindings borrow by themselves when the value is behind a reference.
      const at = p.pos + (next === T.Mut ? 2 : 1);
      p.foreign('CJ0186', p.here(), {}, [p.edit(start, p.starts[at]!, '')], 'delete');
      p.rewind(at);
      return parseBinding(p, p.start, false);
    }
    return parseBinding(p, start, false);
  }
  const path = parsePatternPath(p);
  if (p.kind === T.LParen) {
    p.bump();
    const elements = patternList(p, T.RParen, ')');
    return { kind: 'tupleStruct', path, elements, span: p.spanFrom(start) };
  }
  if (p.kind === T.LBrace) return parseStructPattern(p, start, path);
  if (p.kind === T.DotDot || p.kind === T.DotDotEq || p.kind === T.DotDotDot) {
    const segments: PathSegment[] = [...path.segments];
    return rangeOrLiteral(p, start, { kind: 'path', segments, span: path.span });
  }
  return { kind: 'path', path, span: path.span };
}

function parsePatternPath(p: Parser): PathType {
  const start = p.start;
  const segments: PathSegment[] = [];
  for (;;) {
    const name = p.kind === T.SelfType || p.kind === T.Self ? p.takeIdent() : p.ident();
    let args = null;
    if (p.kind === T.ColonColon && p.peek(1) === T.Lt) {
      p.bump();
      args = parseGenericArgs(p);
    } else if (p.kind === T.Lt) args = parseGenericArgs(p);
    segments.push({ name, args });
    if (p.kind === T.Dot && p.peek(1) === T.Ident && p.touches(p.pos)) {
      const span = p.here();
      p.foreign('CJ0181', span, {}, [p.edit(span.lo, span.hi, '::')]);
    } else if (p.kind !== T.ColonColon) break;
    p.bump();
  }
  return { kind: 'path', segments, span: p.spanFrom(start) };
}

/** `P { x, y: Q, .. }`. */
function parseStructPattern(p: Parser, start: number, path: PathType): Pattern {
  p.bump();
  const fields: FieldPattern[] = [];
  let rest = false;
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    const lo = p.start;
    if (p.kind === T.DotDot) {
      p.bump();
      rest = true;
      p.eat(T.Comma);
      break;
    }
    if (p.kind === T.Var || p.kind === T.Mut) {
      if (p.kind === T.Mut) p.foreign('CJ0151', p.here(), { found: 'mut', ours: 'var' }, [p.edit(p.start, p.end, 'var')]);
      p.bump();
      const name = p.ident();
      const span = p.spanFrom(lo);
      fields.push({ name, pattern: { kind: 'binding', mutable: true, name, sub: null, span }, shorthand: true, span });
    } else {
      const name = p.ident();
      if (p.eat(T.Colon)) {
        const pattern = parsePattern(p);
        fields.push({ name, pattern, shorthand: false, span: p.spanFrom(lo) });
      } else {
        const sub = p.eat(T.At) ? parseSubPattern(p) : null;
        const span = p.spanFrom(lo);
        fields.push({ name, pattern: { kind: 'binding', mutable: false, name, sub, span }, shorthand: true, span });
      }
    }
    if (!p.eat(T.Comma)) break;
  }
  closePattern(p, T.RBrace, '}');
  return { kind: 'struct', path, fields, rest, span: p.spanFrom(start) };
}

function parsePatternNumber(p: Parser): Expr {
  const start = p.start;
  if (!p.eat(T.Minus)) return parseNumber(p);
  if (p.kind === T.Number) {
    const operand = parseNumber(p);
    return { kind: 'unary', op: '-', operand, span: p.spanFrom(start) };
  }
  p.fail('CJ0126', p.here(), { found: p.found() });
  return { kind: 'error', span: p.spanFrom(start) };
}

function parsePathOperand(p: Parser): Expr {
  const path = parsePatternPath(p);
  return { kind: 'path', segments: path.segments, span: path.span };
}

/** `a..b` when `..` follows, else the literal itself. */
function rangeOrLiteral(p: Parser, start: number, value: Expr): Pattern {
  if (p.kind === T.DotDot || p.kind === T.DotDotEq || p.kind === T.DotDotDot) return parseRangeTail(p, start, value);
  if (value.kind === 'error') return { kind: 'error', span: value.span };
  if (value.kind === 'interpolated') {
    p.note('CJ0142', value.span, {});
    return { kind: 'error', span: value.span };
  }
  return { kind: 'literal', value, span: value.span };
}

/** From `..` or `..=` on. */
function parseRangeTail(p: Parser, start: number, from: Expr | null): Pattern {
  let inclusive = p.kind === T.DotDotEq;
  if (p.kind === T.DotDotDot) {
    const span = p.here();
    p.foreign('CJ0187', span, { ours: '..=' }, [p.edit(span.lo, span.hi, '..=')]);
    inclusive = true;
  }
  p.bump();
  let end: Expr | null = null;
  if (p.kind === T.Number || p.kind === T.Minus) end = parsePatternNumber(p);
  else if (p.kind === T.Ident || p.kind === T.SelfType) end = parsePathOperand(p);
  else if (beginsText(p.kind)) end = parseString(p);
  if (end === null && (inclusive || from === null)) p.fail('CJ0126', p.here(), { found: p.found() });
  return { kind: 'range', start: from, end, inclusive, span: p.spanFrom(start) };
}
