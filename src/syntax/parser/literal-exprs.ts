/**
 * Literal expressions: one token, or the parts of an interpolated string with the expressions between.
 */
import type { Expr, FormatSpec, InterpolationPart } from '../ast.ts';
import { PLAIN_FORMAT, parseFormatSpec } from '../format-spec.ts';
import type { TextPart } from '../literals.ts';
import { decodeByte, decodeBytes, decodeMultiline, decodeNumber, decodeRaw, decodeRune, decodeString, decodeText } from '../literals.ts';
import { T } from '../tokens.ts';
import type { Parser } from './parser.ts';

/** The number at the current token. */
export function parseNumber(p: Parser): Expr {
  const span = p.here();
  const number = decodeNumber(p, span.lo, span.hi);
  p.bump();
  switch (number.kind) {
    case 'int':
      return { kind: 'int', value: number.value, suffix: number.suffix, span };
    case 'float':
      return { kind: 'float', value: number.value, suffix: number.suffix, span };
    case 'unitLiteral':
      return { kind: 'unitLiteral', dimension: number.dimension, value: number.value, span };
  }
}

/** Whether a token of this kind is, or begins, a string, byte string, byte or rune. */
export function beginsText(kind: number): boolean {
  return kind >= T.Str && kind <= T.StrHead;
}

/** The string, byte string, byte or rune at the current token. */
export function parseString(p: Parser): Expr {
  const span = p.here();
  const kind = p.kind;
  if (kind === T.StrHead) return parseInterpolated(p);
  p.bump();
  switch (kind) {
    case T.Str:
      return { kind: 'string', value: decodeString(p, span.lo, span.hi), span };
    case T.MultiStr:
      return { kind: 'string', value: decodeMultiline(p, [{ lo: span.lo + 3, hi: Math.max(span.lo + 3, span.hi - 3) }])[0]!, span };
    case T.RawStr:
      return { kind: 'string', value: decodeRaw(p, span.lo, span.hi), span };
    case T.Bytes:
      return { kind: 'bytes', value: decodeBytes(p, span.lo, span.hi), span };
    case T.Byte:
      return { kind: 'byte', value: decodeByte(p, span.lo, span.hi), span };
    default: {
      const value = decodeRune(p, span.lo, span.hi);
      return value === null ? { kind: 'string', value: p.text.slice(span.lo + 1, span.hi - 1), span } : { kind: 'rune', value, span };
    }
  }
}

interface Hole {
  readonly expr: Expr;
  readonly format: FormatSpec;
  readonly lo: number;
  readonly hi: number;
}

/** `"a${x:>8.2}b"`; the current token is its head. */
function parseInterpolated(p: Parser): Expr {
  const start = p.start;
  const multi = p.text.startsWith('"""', start);
  const quotes = multi ? 3 : 1;
  const texts: TextPart[] = [{ lo: start + quotes, hi: p.end - 2 }];
  const holes: Hole[] = [];
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = false;
  p.allowLet = false;
  for (;;) {
    const lo = p.end - 2;
    p.bump();
    const expr = p.grammar.expr(p);
    let format = PLAIN_FORMAT;
    if (p.kind === T.FormatSpec) {
      format = parseFormatSpec(p, p.start, p.end);
      p.bump();
    }
    while (p.kind !== T.StrMiddle && p.kind !== T.StrTail && p.kind !== T.Eof && p.kind !== T.RBrace) {
      p.missing('}');
      p.skip();
    }
    holes.push({ expr, format, lo, hi: p.kind === T.StrMiddle || p.kind === T.StrTail ? Math.min(p.start + 1, p.end) : p.start });
    if (p.kind === T.StrMiddle) {
      texts.push({ lo: p.start + 1, hi: p.end - 2 });
      continue;
    }
    if (p.kind === T.StrTail) {
      const lowest = Math.min(p.start + 1, p.end);
      texts.push({ lo: lowest, hi: Math.max(lowest, p.end - quotes) });
      p.bump();
    } else texts.push({ lo: p.start, hi: p.start });
    break;
  }
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  const values = multi ? decodeMultiline(p, texts) : texts.map((part) => decodeText(p, part.lo, part.hi));
  const parts: InterpolationPart[] = [];
  values.forEach((value, i) => {
    if (value !== '') parts.push({ kind: 'text', value });
    const hole = holes[i];
    if (hole !== undefined)
      parts.push({ kind: 'expr', expr: hole.expr, format: hole.format, span: { file: p.file, lo: hole.lo, hi: hole.hi } });
  });
  return { kind: 'interpolated', parts, span: p.spanFrom(start) };
}
