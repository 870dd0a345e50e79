/**
 * Types, bounds, generic parameters and generic arguments.
 * Consumes tokens through the Parser; produces TypeExpr, Bound, Generics and PathSegment nodes.
 */
import type {
  Bound,
  CallMode,
  Expr,
  FnType,
  GenericArg,
  GenericParam,
  Generics,
  Ident,
  PathSegment,
  PathType,
  QualifiedType,
  TypeExpr,
  WhereBound,
} from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import { joinSpans } from '../../source/index.ts';
import { T } from '../tokens.ts';
import { PRIMITIVE_SPELLINGS } from './foreign-words.ts';
import type { Parser } from './parser.ts';
import { parseNumber, parseString } from './literal-exprs.ts';

/** Whether a type can begin at a token of this kind. */
export function beginsType(kind: number): boolean {
  switch (kind) {
    case T.Ident:
    case T.SelfType:
    case T.And:
    case T.AndAnd:
    case T.Star:
    case T.LParen:
    case T.LBracket:
    case T.Question:
    case T.Fn:
    case T.Mut:
    case T.Dyn:
    case T.Lt:
    case T.Underscore:
      return true;
    default:
      return false;
  }
}

export function parseType(p: Parser): TypeExpr {
  return p.nested<TypeExpr>(parseTypeBody);
}

function parseTypeBody(p: Parser, start: number): TypeExpr {
  switch (p.kind) {
    case T.Ident: {
      if (p.isWord(p.pos, 'once') && p.peek(1) === T.Fn) return parseFnType(p);
      if (p.isWord(p.pos, 'map') && p.peek(1) === T.LBracket) return parseGoMap(p);
      return checkPrimitive(p, parsePathType(p));
    }
    case T.SelfType:
      return parsePathType(p);
    case T.AndAnd:
    case T.And: {
      const double = p.kind === T.AndAnd;
      p.bump();
      skipLifetime(p);
      const mutable = p.eat(T.Mut);
      const target = parseType(p);
      const span = p.spanFrom(start);
      if (!double) return { kind: 'ref', mutable, target, span };
      return {
        kind: 'ref',
        mutable: false,
        target: { kind: 'ref', mutable, target, span: { file: p.file, lo: start + 1, hi: span.hi } },
        span,
      };
    }
    case T.Star: {
      p.bump();
      // Rust says `*const T` and `*mut T`.
      if (p.kind === T.Const || p.kind === T.Mut) {
        const span = p.here();
        p.foreign('CJ0182', span, { found: `*${p.textAt(p.pos)}` }, [p.edit(span.lo, p.starts[p.pos + 1] ?? span.hi, '')], 'delete');
        p.bump();
      }
      const target = parseType(p);
      return { kind: 'ptr', target, span: p.spanFrom(start) };
    }
    case T.Question: {
      p.bump();
      const target = parseType(p);
      return { kind: 'option', target, span: p.spanFrom(start) };
    }
    case T.LBracket:
      return parseBracketType(p, start);
    case T.LParen: {
      p.bump();
      const elements: TypeExpr[] = [];
      let comma = false;
      while (p.kind !== T.RParen && p.kind !== T.Eof) {
        elements.push(parseType(p));
        comma = p.eat(T.Comma);
        if (!comma) break;
      }
      if (p.kind !== T.RParen) {
        p.missing('`)`'.replaceAll('`', ''));
        p.skipTo(T.RParen);
      }
      p.eat(T.RParen);
      return elements.length === 1 && !comma ? elements[0]! : { kind: 'tuple', elements, span: p.spanFrom(start) };
    }
    case T.Fn:
      return parseFnType(p);
    case T.Mut:
      if (p.peek(1) === T.Fn) return parseFnType(p);
      break;
    case T.Dyn: {
      p.bump();
      const bounds = parseBounds(p);
      return { kind: 'dyn', bounds, span: p.spanFrom(start) };
    }
    case T.Lt:
    case T.Shl:
      return parseQualifiedType(p);
    case T.Underscore: {
      p.bump();
      return { kind: 'infer', span: p.spanFrom(start) };
    }
    case T.Impl: {
      // `impl Trait` as the type of a parameter or result.
      const span = p.here();
      p.fail('CJ0183', span, {});
      p.bump();
      parseBounds(p);
      return { kind: 'error', span: p.spanFrom(start) };
    }
    default:
      break;
  }
  p.fail('CJ0125', p.here(), { found: p.found() });
  return { kind: 'error', span: p.here() };
}

/** `[T]`, `[T; N]`, and Go's `[]T` and `[N]T`. */
function parseBracketType(p: Parser, start: number): TypeExpr {
  p.bump();
  if (p.kind === T.RBracket) {
    p.bump();
    if (beginsType(p.kind)) {
      const { value: element, edits } = p.collecting(() => parseType(p));
      const span = p.spanFrom(start);
      const inner = rewritten(p, element.span.lo, element.span.hi, edits);
      p.foreign('CJ0185', span, { ours: `&[${inner}]` }, [p.edit(start, span.hi, `&[${inner}]`)]);
      return { kind: 'ref', mutable: false, target: { kind: 'slice', element, span }, span };
    }
    p.fail('CJ0125', p.here(), { found: p.found() });
    return { kind: 'error', span: p.spanFrom(start) };
  }
  if (p.kind === T.Number && p.peek(1) === T.RBracket && beginsType(p.peek(2))) {
    const length = parseNumber(p);
    const lengthText = p.text.slice(length.span.lo, length.span.hi);
    p.bump();
    const { value: element, edits } = p.collecting(() => parseType(p));
    const span = p.spanFrom(start);
    const ours = `[${rewritten(p, element.span.lo, element.span.hi, edits)}; ${lengthText}]`;
    p.foreign('CJ0185', span, { ours }, [p.edit(start, span.hi, ours)]);
    return { kind: 'array', element, length, span };
  }
  const element = parseType(p);
  if (p.eat(T.Semi)) {
    const saved = p.noStruct;
    p.noStruct = false;
    const length = p.grammar.expr(p);
    p.noStruct = saved;
    closeBracket(p);
    return { kind: 'array', element, length, span: p.spanFrom(start) };
  }
  closeBracket(p);
  return { kind: 'slice', element, span: p.spanFrom(start) };
}

function closeBracket(p: Parser): void {
  if (p.kind !== T.RBracket) {
    p.missing(']');
    while (p.kind !== T.RBracket && p.kind !== T.Eof && p.kind !== T.RBrace && p.kind !== T.RParen) p.skip();
  }
  p.eat(T.RBracket);
}

/** Go's `map[K]V`. */
function parseGoMap(p: Parser): TypeExpr {
  const start = p.start;
  const name = p.takeIdent();
  p.bump();
  const key = p.collecting(() => parseType(p));
  closeBracket(p);
  const value = p.collecting(() => parseType(p));
  const span = p.spanFrom(start);
  const text = (part: { value: TypeExpr; edits: TextEdit[] }): string => rewritten(p, part.value.span.lo, part.value.span.hi, part.edits);
  const ours = `HashMap<${text(key)}, ${text(value)}>`;
  p.foreign('CJ0185', span, { ours }, [p.edit(span.lo, span.hi, ours)]);
  const args: GenericArg[] = [
    { kind: 'type', type: key.value },
    { kind: 'type', type: value.value },
  ];
  return { kind: 'path', segments: [{ name: { name: 'HashMap', span: name.span }, args }], span };
}

/** The text from `lo` to `hi` with `edits`, which lie inside, applied. */
export function rewritten(p: Parser, lo: number, hi: number, edits: readonly TextEdit[]): string {
  let out = '';
  let at = lo;
  for (const { span, text } of [...edits].sort((a, b) => a.span.lo - b.span.lo)) {
    if (span.lo < at || span.hi > hi) continue;
    out += p.text.slice(at, span.lo) + text;
    at = span.hi;
  }
  return out + p.text.slice(at, hi);
}

/** `int` and its like: one segment, no arguments. */
function checkPrimitive(p: Parser, type: PathType): TypeExpr {
  if (type.segments.length !== 1 || type.segments[0]!.args !== null) return type;
  const found = type.segments[0]!.name.name;
  const ours = PRIMITIVE_SPELLINGS.get(found);
  if (ours === undefined) return type;
  p.foreign('CJ0158', type.span, { found, ours }, [p.edit(type.span.lo, type.span.hi, ours)]);
  if (ours === 'Box<dyn Error>') {
    const bound: PathType = simplePath('Error', type);
    const dyn: TypeExpr = { kind: 'dyn', bounds: [bound], span: type.span };
    return { kind: 'path', segments: [{ name: { name: 'Box', span: type.span }, args: [{ kind: 'type', type: dyn }] }], span: type.span };
  }
  return simplePath(ours, type);
}

function simplePath(name: string, like: PathType): PathType {
  return { kind: 'path', segments: [{ name: { name, span: like.span }, args: null }], span: like.span };
}

/** `a::b::C<T>`; in a type the arguments follow the name directly, and `C::<T>` is accepted too. */
export function parsePathType(p: Parser): PathType {
  const start = p.start;
  const segments: PathSegment[] = [];
  for (;;) {
    const name: Ident = p.kind === T.SelfType || p.kind === T.Self ? p.takeIdent() : p.ident();
    let args: GenericArg[] | null = null;
    if ((p.kind === T.Lt && p.peek(1) !== T.Colon) || p.kind === T.Shl) args = parseGenericArgs(p);
    else if (p.kind === T.ColonColon && (p.peek(1) === T.Lt || p.peek(1) === T.Shl)) {
      p.bump();
      args = parseGenericArgs(p);
    }
    segments.push({ name, args });
    if (p.kind === T.Dot && p.peek(1) === T.Ident && p.touches(p.pos)) {
      // `pkg.Type` of Go and Huawei's Cangjie.
      const span = p.here();
      p.foreign('CJ0181', span, {}, [p.edit(span.lo, span.hi, '::')]);
    } else if (p.kind !== T.ColonColon) break;
    p.bump();
  }
  return { kind: 'path', segments, span: p.spanFrom(start) };
}

/** Makes the current `<<` two tokens, so that the first `<` can open a list. */
function openAngle(p: Parser): void {
  if (p.kind === T.Shl) {
    p.splitShl();
    return;
  }
  p.bump();
}

/** `<A, 3, Item = B>`; the current token is `<`. Null where there are none, as after lifetimes are left out. */
export function parseGenericArgs(p: Parser): GenericArg[] | null {
  const open = p.start;
  openAngle(p);
  const args: GenericArg[] = [];
  while (p.kind !== T.Gt && p.kind !== T.Eof) {
    if (p.kind === T.Label) {
      dropLifetimeElement(p, open, args.length === 0);
      continue;
    }
    args.push(parseGenericArg(p));
    if (!p.eat(T.Comma)) break;
  }
  closeAngle(p);
  return args.length === 0 ? null : args;
}

function closeAngle(p: Parser): void {
  if (p.kind === T.Gt) {
    p.bump();
    return;
  }
  p.missing('>');
  // Only what can belong to the list is left out: an angle bracket does not match like the others.
  while (p.kind !== T.Gt && p.kind !== T.Eof && !endsAngle(p.kind)) p.skip();
  p.eat(T.Gt);
}

function endsAngle(kind: number): boolean {
  return (
    kind === T.Semi ||
    kind === T.LBrace ||
    kind === T.RBrace ||
    kind === T.RParen ||
    kind === T.RBracket ||
    kind === T.Eq ||
    kind === T.LParen
  );
}

function parseGenericArg(p: Parser): GenericArg {
  switch (p.kind) {
    case T.Number:
    case T.Minus:
    case T.True:
    case T.False:
    case T.Rune:
    case T.LBrace:
      return { kind: 'const', value: parseConstArg(p) };
    case T.Ident:
      if (p.peek(1) === T.Eq) {
        const name = p.takeIdent();
        p.bump();
        return { kind: 'assoc', name, type: parseType(p) };
      }
      break;
    default:
      break;
  }
  return { kind: 'type', type: parseType(p) };
}

/** A literal, a negative number or a block: anything else would be taken for a type. */
function parseConstArg(p: Parser): Expr {
  const start = p.start;
  if (p.kind === T.LBrace) return p.grammar.block(p);
  if (p.kind === T.Minus) {
    p.bump();
    if (p.kind === T.Number) {
      const operand = parseNumber(p);
      return { kind: 'unary', op: '-', operand, span: p.spanFrom(start) };
    }
    p.fail('CJ0124', p.here(), { found: p.found() });
    return { kind: 'error', span: p.spanFrom(start) };
  }
  if (p.kind === T.Number) return parseNumber(p);
  if (p.kind === T.Rune) return parseString(p);
  const value = p.kind === T.True;
  p.bump();
  return { kind: 'bool', value, span: p.spanFrom(start) };
}

/** `<T as Trait>::Name`; the current token is `<`. */
function parseQualifiedType(p: Parser): TypeExpr {
  const start = p.start;
  const head = parseQualifiedHead(p);
  if (head === null) return { kind: 'error', span: p.spanFrom(start) };
  const name = p.ident();
  const type: QualifiedType = { kind: 'qualified', self: head.self, trait: head.trait, name, span: p.spanFrom(start) };
  return type;
}

/** `<T as Trait>::`, shared with expressions. Null after a report. */
export function parseQualifiedHead(p: Parser): { self: TypeExpr; trait: PathType } | null {
  openAngle(p);
  const self = parseType(p);
  if (!p.expect(T.As, 'as')) return null;
  const trait = parsePathType(p);
  closeAngle(p);
  return p.expect(T.ColonColon, '::') ? { self, trait } : null;
}

/** `fn(A, B): C`, after `mut` or `once` if there. */
function parseFnType(p: Parser): FnType {
  const start = p.start;
  let mode: CallMode = 'shared';
  if (p.kind === T.Mut) {
    mode = 'mut';
    p.bump();
  } else if (p.kind === T.Ident) {
    mode = 'once';
    p.bump();
  }
  p.bump();
  const params: TypeExpr[] = [];
  if (p.expect(T.LParen, '(')) {
    while (p.kind !== T.RParen && p.kind !== T.Eof) {
      // A name before the type is documentation.
      if (p.kind === T.Ident && p.peek(1) === T.Colon) {
        p.bump();
        p.bump();
      }
      params.push(parseType(p));
      if (!p.eat(T.Comma)) break;
    }
    if (p.kind !== T.RParen) {
      p.missing(')');
      while (p.kind !== T.RParen && p.kind !== T.Eof && p.kind !== T.RBrace && p.kind !== T.RBracket) p.skip();
    }
    p.eat(T.RParen);
  }
  const ret = p.eat(T.Colon) || p.eat(T.Arrow) ? parseType(p) : null;
  return { kind: 'fn', mode, params, ret, span: p.spanFrom(start) };
}

/** `A + B`, `mut fn(A): B`. */
export function parseBounds(p: Parser): Bound[] {
  const bounds: Bound[] = [];
  do {
    if (p.kind === T.Label) {
      const lo = p.start;
      p.bump();
      const hi = p.kind === T.Plus ? p.starts[p.pos + 1]! : p.prevEnd;
      p.foreign('CJ0171', p.spanFrom(lo), { name: p.text.slice(lo, p.prevEnd) }, [p.edit(lo, hi, '')], 'delete');
      continue;
    }
    if (p.kind === T.Fn || (p.kind === T.Mut && p.peek(1) === T.Fn) || (p.atWord('once') && p.peek(1) === T.Fn))
      bounds.push(parseFnType(p));
    else if (p.kind === T.Ident || p.kind === T.SelfType) bounds.push(parsePathType(p));
    else {
      p.fail('CJ0125', p.here(), { found: p.found() });
      break;
    }
  } while (p.eat(T.Plus));
  return bounds;
}

/** `<T, U: Ord + Debug, const N: usize>`, or nothing. */
export function parseGenerics(p: Parser): Generics {
  const start = p.start;
  if (p.kind !== T.Lt || p.peek(1) === T.Colon) return { params: [], span: { file: p.file, lo: p.prevEnd, hi: p.prevEnd } };
  p.bump();
  const params: GenericParam[] = [];
  while (p.kind !== T.Gt && p.kind !== T.Eof) {
    if (p.kind === T.Label) {
      dropLifetimeElement(p, start, params.length === 0);
      continue;
    }
    params.push(parseGenericParam(p));
    if (!p.eat(T.Comma)) break;
  }
  closeAngle(p);
  return { params, span: p.spanFrom(start) };
}

function parseGenericParam(p: Parser): GenericParam {
  const start = p.start;
  if (p.eat(T.Const)) {
    const name = p.ident();
    p.expect(T.Colon, ':');
    const constType = parseType(p);
    return { name, bounds: [], constType, span: p.spanFrom(start) };
  }
  const name = p.ident();
  let bounds: Bound[] = [];
  if (p.kind === T.Lt && p.peek(1) === T.Colon) {
    // Huawei's Cangjie writes `T <: Bound`.
    const lo = p.prevEnd;
    const span = p.here();
    p.bump();
    p.foreign('CJ0184', { ...span, hi: span.hi + 1 }, {}, [p.edit(lo, p.end, ':')]);
    p.bump();
    bounds = parseBounds(p);
  } else if (p.eat(T.Colon)) bounds = parseBounds(p);
  else if (p.kind === T.Ident) {
    // Go's `[T any]` habit: `<T Ord>`.
    const at = p.prevEnd;
    p.foreign('CJ0162', p.here(), { name: name.name }, [p.edit(at, at, ':')], 'colon');
    bounds = parseBounds(p);
  }
  return { name, bounds, constType: null, span: p.spanFrom(start) };
}

/** `where T: A + B, U: C`, or nothing. */
export function parseWhere(p: Parser): WhereBound[] {
  const out: WhereBound[] = [];
  if (!p.eat(T.Where)) return out;
  while (p.kind !== T.LBrace && p.kind !== T.Semi && p.kind !== T.Eof) {
    const start = p.start;
    const type = parseType(p);
    if (p.kind === T.Lt && p.peek(1) === T.Colon) {
      const span = p.here();
      p.bump();
      p.foreign('CJ0184', { ...span, hi: span.hi + 1 }, {}, [p.edit(out.length === 0 ? type.span.hi : type.span.hi, p.end, ':')]);
      p.bump();
    } else if (!p.expect(T.Colon, ':')) break;
    const bounds = parseBounds(p);
    out.push({ type, bounds, span: p.spanFrom(start) });
    if (!p.eat(T.Comma)) break;
  }
  return out;
}

/** `'a` after `&`. */
function skipLifetime(p: Parser): void {
  if (p.kind !== T.Label) return;
  const span = p.here();
  const name = p.textAt(p.pos);
  p.bump();
  p.foreign('CJ0171', span, { name }, [p.edit(span.lo, p.start, '')], 'delete');
}

/** A lifetime among generic parameters or arguments, with its bounds and comma. `open` is where the `<` stands. */
function dropLifetimeElement(p: Parser, open: number, first: boolean): void {
  const span = p.here();
  const name = p.textAt(p.pos);
  const lo = first ? span.lo : p.prevEnd;
  p.bump();
  if (p.eat(T.Colon)) while (p.kind === T.Label || p.kind === T.Plus) p.bump();
  let hi = p.prevEnd;
  let from = first ? lo : span.lo;
  if (p.kind === T.Comma) {
    p.bump();
    hi = p.start;
  } else if (p.kind === T.Gt) {
    // The last one takes the comma before it along, the only one the whole list.
    if (first && p.prevEnd === hi && p.text.slice(open, span.lo).trim() === '<') {
      from = open;
      hi = p.end;
    } else {
      const comma = p.text.lastIndexOf(',', span.lo);
      from = comma > open ? comma : span.lo;
    }
  }
  p.foreign('CJ0171', span, { name }, [p.edit(from, hi, '')], 'delete');
}

/** A path type made of an expression's path: for `Point { … }` and `new T(…)`. */
export function pathTypeOf(segments: readonly PathSegment[]): PathType {
  const first = segments[0]!.name.span;
  const last = segments[segments.length - 1]!.name.span;
  return { kind: 'path', segments, span: joinSpans(first, last) };
}
