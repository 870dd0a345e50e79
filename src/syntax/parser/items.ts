/**
 * Items: functions, types, traits, implementations, constants, imports and foreign blocks, with their attributes,
 * visibility and documentation.
 */
import type {
  Attribute,
  AssocTypeDecl,
  BlockExpr,
  Expr,
  FnItem,
  Ident,
  ImplMember,
  ImportEntry,
  Item,
  Param,
  PathType,
  SelfParam,
  TraitMember,
  TypeExpr,
  Visibility,
} from '../ast.ts';
import { makeSpan } from '../../source/index.ts';
import { LateFnItem } from '../late-fn.ts';
import { T } from '../tokens.ts';
import { docBefore } from './docs.ts';
import { parseEnum, parseStruct } from './fields.ts';
import { FN_WORDS, PRIMITIVE_SPELLINGS } from './foreign-words.ts';
import { parseString } from './literal-exprs.ts';
import type { Parser } from './parser.ts';
import { isClosing } from './parser.ts';
import { beginsPattern, parsePattern } from './patterns.ts';
import { beginsType, parseBounds, parseGenerics, parseType, parseWhere, rewritten } from './types.ts';

/** Where a function stands decides whether it has a body. */
export type FnPlace = 'free' | 'impl' | 'trait' | 'extern';

/** What comes before an item's own keyword. */
export interface ItemHead {
  readonly attrs: readonly Attribute[];
  readonly visibility: Visibility;
  readonly doc: string | null;
  /** Offset at which the item begins, attributes included. */
  readonly start: number;
}

const NO_GENERICS_BODY: readonly string[] = ['intrinsic', 'native'];

// ---------------------------------------------------------------- attributes and visibility

/** `@name`, `@name(args)`, as many as follow; Rust's `#[name(args)]` with a report. */
export function parseAttributes(p: Parser): Attribute[] {
  const attrs: Attribute[] = [];
  for (;;) {
    const start = p.start;
    if (p.kind === T.At) {
      p.bump();
      const name = p.kind === T.Extern || p.kind === T.Move ? p.takeIdent() : p.ident();
      const args = p.kind === T.LParen && p.touches(p.pos) ? attributeArgs(p) : [];
      attrs.push({ name, args, span: p.spanFrom(start) });
    } else if (p.kind === T.Hash && (p.peek(1) === T.LBracket || (p.peek(1) === T.Bang && p.peek(2) === T.LBracket))) {
      const attr = parseRustAttribute(p, start);
      if (attr !== null) attrs.push(attr);
    } else return attrs;
  }
}

function attributeArgs(p: Parser): Expr[] {
  p.bump();
  return p.list(
    T.RParen,
    ')',
    () => p.grammar.expr(p),
    () => p.kind === T.Ident,
  );
}

/** `#[derive(Debug)]`; `#![…]` has no counterpart. */
function parseRustAttribute(p: Parser, start: number): Attribute | null {
  p.bump();
  const inner = p.eat(T.Bang);
  const open = p.pos;
  const close = p.closing(open);
  p.bump();
  const simple =
    !inner && p.kind === T.Ident && (p.peek(1) === T.RBracket || (p.peek(1) === T.LParen && p.closing(p.pos + 1) === close - 1));
  if (!simple) {
    p.rewind(close);
    p.bump();
    const span = p.spanFrom(start);
    p.foreign('CJ0188', span, { ours: '@name' }, [p.edit(span.lo, span.hi, '')], 'delete');
    return null;
  }
  const name = p.takeIdent();
  const args = p.kind === T.LParen ? attributeArgs(p) : [];
  p.rewind(close);
  p.bump();
  const span = p.spanFrom(start);
  p.foreign('CJ0188', span, { ours: `@${p.text.slice(name.span.lo, span.hi - 1)}` }, [
    p.edit(start, name.span.lo, '@'),
    p.edit(span.hi - 1, span.hi, ''),
  ]);
  return { name, args, span };
}

/** `pub`, `pub(package)`, or nothing. */
export function parseVisibility(p: Parser): Visibility {
  if (!p.eat(T.Pub)) return 'private';
  if (p.kind !== T.LParen || p.peek(1) !== T.Ident || p.peek(2) !== T.RParen) return 'public';
  const word = p.textAt(p.pos + 1);
  if (word !== 'package' && word !== 'crate') return 'public';
  if (word === 'crate') {
    const span = p.spanAt(p.pos + 1);
    p.foreign('CJ0191', span, {}, [p.edit(span.lo, span.hi, 'package')]);
  }
  p.rewind(p.pos + 2);
  p.bump();
  return 'package';
}

// ---------------------------------------------------------------- items

/** The item at the current token, given what stood before it; null when none begins here. */
export function parseItemBody(p: Parser, head: ItemHead): Item | null {
  switch (p.kind) {
    case T.Fn:
      return parseFn(p, head, 'free');
    case T.Unsafe:
      if (p.peek(1) === T.Impl) return parseImpl(p, head);
      return p.peek(1) === T.Fn ? parseFn(p, head, 'free') : null;
    case T.Struct:
      return parseStruct(p, head, false);
    case T.Enum:
      return parseEnum(p, head, false);
    case T.Ident:
      if (p.isWord(p.pos, 'view') && (p.peek(1) === T.Struct || p.peek(1) === T.Enum)) {
        p.bump();
        return p.kind === T.Struct ? parseStruct(p, head, true) : parseEnum(p, head, true);
      }
      return null;
    case T.Trait:
      return parseTrait(p, head);
    case T.Impl:
      return parseImpl(p, head);
    case T.Const:
      return parseConst(p, head, false);
    case T.Type:
      return parseTypeAlias(p, head);
    case T.Import:
      return parseImport(p, head);
    case T.Extern:
      return parseExtern(p, head);
    default:
      return null;
  }
}

/** Takes the `;` of an item. */
export function endItem(p: Parser): void {
  if (p.eat(T.Semi)) return;
  if (p.kind === T.RBrace || p.kind === T.Eof || p.startsLine(p.pos)) {
    const at = p.prevEnd;
    if (p.collected !== null) p.collected.push(p.edit(at, at, ';'));
    else p.note('CJ0128', makeSpan(p.file, Math.max(0, at - 1), at), {}, [{ key: 'insert', edits: [p.edit(at, at, ';')] }]);
    return;
  }
  p.missing(';');
  while (p.kind !== T.Eof && !isClosing(p.kind) && p.kind !== T.Semi && !p.startsLine(p.pos)) p.skip();
  p.eat(T.Semi);
}

// ---------------------------------------------------------------- functions

export function parseFn(p: Parser, head: ItemHead, place: FnPlace): FnItem {
  const isUnsafe = p.eat(T.Unsafe);
  p.bump();
  const name = p.ident();
  return parseFnRest(p, head, place, name, isUnsafe);
}

/** From behind the name on. */
export function parseFnRest(p: Parser, head: ItemHead, place: FnPlace, name: Ident, isUnsafe: boolean): FnItem {
  const generics = p.grammar.generics(p);
  const params: Param[] = [];
  let self: SelfParam | null = null;
  if (p.kind === T.LParen) {
    p.bump();
    self = parseSelf(p);
    p.list(
      T.RParen,
      ')',
      () => {
        if (p.kind === T.Ident && p.peek(1) === T.Comma && isParamGroup(p)) {
          params.push(...parseParamGroup(p));
          return;
        }
        const param = parseParam(p);
        if (param !== null) params.push(param);
      },
      () => beginsPattern(p.kind),
    );
  } else p.missing('(');
  const ret = parseReturnType(p);
  const where = parseWhere(p);
  let body: BlockExpr | null = null;
  const itemsBefore = p.blockItems;
  if (p.kind === T.LBrace) {
    const open = p.start;
    const late = place === 'extern' ? null : p.skipBody();
    if (late !== null) {
      const span = p.spanFrom(open);
      const { attrs, visibility, doc } = head;
      const rest = { name, generics, self, params, ret, where, bodySpan: span, unsafe: isUnsafe, attrs, visibility, doc, span: p.spanFrom(head.start) };
      const fn = new LateFnItem(rest, late.make);
      late.fns.push(fn);
      return fn;
    }
    body = parseBody(p);
    if (place === 'extern') {
      p.note('CJ0135', name.span, { name: name.name }, [{ key: 'write', edits: [p.edit(open, p.prevEnd, ';')] }]);
      body = null;
    }
  } else if (p.kind === T.Semi || p.kind === T.RBrace || p.startsLine(p.pos)) {
    const semi = p.kind === T.Semi;
    const at = p.prevEnd;
    const bodiless = place === 'trait' || place === 'extern' || p.source.interfaceOf !== null || head.attrs.some((attr) => NO_GENERICS_BODY.includes(attr.name.name));
    if (!bodiless && p.hardErrors === 0)
      p.note('CJ0134', name.span, { name: name.name }, [{ key: 'write', edits: [p.edit(at, semi ? p.end : at, ret === null ? ' {}' : ' { todo!() }')] }]);
    if (bodiless) endItem(p);
    else p.eat(T.Semi);
  } else if (p.kind === T.Eq || p.kind === T.FatArrow) {
    // `fn f() = e` and `fn f() => e`: a block is meant.
    const lo = p.start;
    p.bump();
    const from = p.start;
    const value = p.grammar.expr(p);
    p.foreign('CJ0192', makeSpan(p.file, lo, from), {}, [
      p.edit(lo, from, '{ '),
      p.edit(value.span.hi, p.kind === T.Semi ? p.end : value.span.hi, ' }'),
    ]);
    p.eat(T.Semi);
    body = { kind: 'block' as const, label: null, stmts: [], tail: value, span: value.span };
  } else {
    // Something between the head and the body: the block still belongs to this function.
    body = parseBody(p);
  }
  return {
    kind: 'fn',
    name,
    generics,
    self,
    params,
    ret,
    where,
    body,
    bodySpan: body === null ? null : body.span,
    bodyHoldsItems: p.blockItems !== itemsBefore,
    unsafe: isUnsafe,
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

/** A body's mistakes are reported by themselves, even where those of the head travel with another. */
function parseBody(p: Parser): BlockExpr {
  const saved = p.collected;
  p.collected = null;
  const body = p.grammar.block(p);
  p.collected = saved;
  return body;
}

/** `: T` or `-> T`; also Go's bare type. */
function parseReturnType(p: Parser): TypeExpr | null {
  if (p.eat(T.Colon) || p.eat(T.Arrow)) return parseType(p);
  if (!beginsType(p.kind) || p.startsLine(p.pos)) return null;
  const at = p.prevEnd;
  const span = p.here();
  const { value, edits } = p.collecting(() => parseType(p));
  p.foreign('CJ0162', span, { name: ')' }, [p.edit(at, at, ':'), ...edits], 'colon');
  return value;
}

/** `self`, `var self`, `&self`, `&mut self` and the comma behind it. */
function parseSelf(p: Parser): SelfParam | null {
  const start = p.start;
  let mode: SelfParam['mode'] = 'value';
  let mutable = false;
  if (p.kind === T.Self) p.bump();
  else if (p.kind === T.Var && p.peek(1) === T.Self) {
    p.rewind(p.pos + 2);
    mutable = true;
  } else if (p.kind === T.Mut && p.peek(1) === T.Self) {
    const span = p.here();
    p.foreign('CJ0151', span, { found: 'mut self', ours: 'var self' }, [p.edit(span.lo, span.hi, 'var')]);
    p.rewind(p.pos + 2);
    mutable = true;
  } else if (p.kind === T.And) {
    const at = p.pos;
    p.bump();
    const label = p.kind === T.Label ? p.pos : -1;
    if (label >= 0) p.bump();
    const refMut = p.eat(T.Mut);
    if (p.kind !== T.Self) {
      p.rewind(at);
      return null;
    }
    if (label >= 0)
      p.foreign('CJ0171', p.spanAt(label), { name: p.textAt(label) }, [p.edit(p.starts[label]!, p.starts[label + 1]!, '')], 'delete');
    p.bump();
    mode = refMut ? 'refMut' : 'ref';
  } else return null;
  const self: SelfParam = { mode, mutable, span: p.spanFrom(start) };
  if (p.kind !== T.RParen && !p.eat(T.Comma)) {
    if (beginsPattern(p.kind)) p.missingComma();
    else {
      p.missing(',');
      p.skipTo(T.Comma);
      p.eat(T.Comma);
    }
  }
  return self;
}

/** Whether names with commas between them stand before one type, as in Go's `a, b int`. */
function isParamGroup(p: Parser): boolean {
  let i = p.pos;
  while (p.kinds[i] === T.Ident && p.kinds[i + 1] === T.Comma) i += 2;
  return p.kinds[i] === T.Ident && (p.kinds[i + 1] === T.Colon || beginsType(p.kinds[i + 1]!));
}

/** `a, b int`: every parameter has its own type here. */
function parseParamGroup(p: Parser): Param[] {
  const start = p.start;
  const names = [p.takeIdent()];
  while (p.eat(T.Comma)) names.push(p.takeIdent());
  const last = names.pop()!;
  const bare = p.kind !== T.Colon;
  if (!bare) p.bump();
  const typeAt = p.pos;
  const { value: type, edits } = p.collecting(() => parseType(p));
  const text = rewritten(p, type.span.lo, type.span.hi, edits);
  const all = names.map((name) => p.edit(name.span.hi, name.span.hi, `: ${text}`));
  if (bare) all.push(p.edit(last.span.hi, last.span.hi, ':'));
  p.foreign('CJ0162', names[0]!.span, { name: names[0]!.name }, [...all, ...edits], 'colon');
  return [...names, last].map((name): Param => {
    // Read anew for each, because no node of a tree stands in two places.
    p.rewind(typeAt);
    const own = p.collecting(() => parseType(p)).value;
    return { pattern: { kind: 'binding', mutable: false, name, sub: null, span: name.span }, type: own, span: p.spanFrom(start) };
  });
}

/** `P: T`; Go's `x T` and C's `int x` with a report. */
function parseParam(p: Parser): Param | null {
  const start = p.start;
  if (p.kind === T.DotDotDot) {
    p.fail('CJ0126', p.here(), { found: '...' });
    p.bump();
    return null;
  }
  if (p.kind === T.Ident && p.peek(1) === T.Ident && PRIMITIVE_SPELLINGS.has(p.textAt(p.pos))) {
    const { value: type, edits: _ } = p.collecting(() => parseType(p));
    const name = p.takeIdent();
    const span = p.spanFrom(start);
    const ours = `${name.name}: ${PRIMITIVE_SPELLINGS.get(p.text.slice(type.span.lo, type.span.hi)) ?? 'T'}`;
    p.foreign('CJ0162', span, { name: name.name }, [p.edit(span.lo, span.hi, ours)], 'colon');
    return { pattern: { kind: 'binding', mutable: false, name, sub: null, span: name.span }, type, span };
  }
  const pattern = parsePattern(p);
  if (p.eat(T.Colon)) {
    const type = parseType(p);
    return { pattern, type, span: p.spanFrom(start) };
  }
  if (beginsType(p.kind) && pattern.kind !== 'error') {
    const at = p.prevEnd;
    const span = p.here();
    const { value: type, edits } = p.collecting(() => parseType(p));
    p.foreign('CJ0162', span, { name: p.text.slice(pattern.span.lo, pattern.span.hi) }, [p.edit(at, at, ':'), ...edits], 'colon');
    return { pattern, type, span: p.spanFrom(start) };
  }
  p.missing(':');
  return { pattern, type: { kind: 'error', span: p.here() }, span: p.spanFrom(start) };
}

// ---------------------------------------------------------------- traits and implementations

function parseTrait(p: Parser, head: ItemHead): Item {
  p.bump();
  const name = p.ident();
  const generics = parseGenerics(p);
  let supertraits: ReturnType<typeof parseBounds> = [];
  if (p.kind === T.Lt && p.peek(1) === T.Colon) {
    const at = p.prevEnd;
    const span = p.here();
    p.bump();
    p.foreign('CJ0184', { ...span, hi: span.hi + 1 }, {}, [p.edit(at, p.end, ':')]);
    p.bump();
    supertraits = parseBounds(p);
  } else if (p.eat(T.Colon)) supertraits = parseBounds(p);
  const where = parseWhere(p);
  const members = memberList(p, parseTraitMember);
  return {
    kind: 'trait',
    name,
    generics,
    supertraits,
    where,
    members,
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

function parseTraitMember(p: Parser, head: ItemHead): TraitMember | null {
  switch (p.kind) {
    case T.Fn:
      return parseFn(p, head, 'trait');
    case T.Unsafe:
      return p.peek(1) === T.Fn ? parseFn(p, head, 'trait') : null;
    case T.Const: {
      const item = parseConst(p, head, true);
      return item.kind === 'const' ? item : null;
    }
    case T.Type: {
      p.bump();
      const name = p.ident();
      const bounds = p.eat(T.Colon) ? parseBounds(p) : [];
      endItem(p);
      const decl: AssocTypeDecl = { kind: 'assocType', name, bounds, doc: head.doc, span: p.spanFrom(head.start) };
      return decl;
    }
    case T.Ident:
      return parseForeignFn(p, head, 'trait');
    default:
      return null;
  }
}

/** `impl T`, `impl Trait for T`; of a marker `unsafe impl Marker for T` or `impl !Marker for T`. */
function parseImpl(p: Parser, head: ItemHead): Item {
  const isUnsafe = p.eat(T.Unsafe);
  const keyword = p.here();
  p.bump();
  const generics = parseGenerics(p);
  const negative = p.kind === T.Bang ? p.here() : null;
  if (negative !== null) p.bump();
  const first = parseType(p);
  let trait: PathType | null = null;
  let type = first;
  if (p.eat(T.For)) {
    type = parseType(p);
    if (first.kind === 'path') trait = first;
    else if (first.kind !== 'error') p.note('CJ0125', first.span, { found: p.text.slice(first.span.lo, first.span.hi) });
  } else if (p.kind === T.Lt && p.peek(1) === T.Colon) {
    // Huawei's Cangjie: `extend T <: Trait { … }`.
    const lo = p.start;
    p.bump();
    p.bump();
    const parsed = parseType(p);
    if (parsed.kind === 'path') trait = parsed;
    const target = p.text.slice(first.span.lo, first.span.hi);
    p.foreign('CJ0184', makeSpan(p.file, lo, lo + 2), {}, [
      p.edit(first.span.lo, first.span.hi, p.text.slice(parsed.span.lo, parsed.span.hi)),
      p.edit(lo, parsed.span.hi, `for ${target}`),
    ]);
  }
  const where = parseWhere(p);
  const members = memberList(p, parseImplMember);
  return {
    kind: 'impl',
    keyword,
    unsafe: isUnsafe,
    negative,
    generics,
    trait,
    type,
    where,
    members,
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

export function parseImplMember(p: Parser, head: ItemHead): ImplMember | null {
  switch (p.kind) {
    case T.Fn:
      return parseFn(p, head, 'impl');
    case T.Unsafe:
      return p.peek(1) === T.Fn ? parseFn(p, head, 'impl') : null;
    case T.Const: {
      const item = parseConst(p, head, false);
      return item.kind === 'const' ? item : null;
    }
    case T.Type: {
      const item = parseTypeAlias(p, head);
      return item.kind === 'typeAlias' ? item : null;
    }
    case T.Ident:
      return parseForeignFn(p, head, 'impl');
    default:
      return null;
  }
}

/** `func f()` in a trait or implementation; also `f()` with no word at all, as Go's interfaces have it. */
function parseForeignFn(p: Parser, head: ItemHead, place: FnPlace): FnItem | null {
  const word = p.here();
  if (FN_WORDS.has(p.textAt(p.pos)) && p.peek(1) === T.Ident) {
    const { value, edits } = p.collecting(() => {
      p.bump();
      return parseFnRest(p, head, place, p.ident(), false);
    });
    p.foreign('CJ0150', word, { found: p.text.slice(word.lo, word.hi) }, [p.edit(word.lo, word.hi, 'fn'), ...edits]);
    return value;
  }
  if (p.peek(1) !== T.LParen) return null;
  const { value, edits } = p.collecting(() => parseFnRest(p, head, place, p.takeIdent(), false));
  p.foreign('CJ0150', word, { found: `${p.text.slice(word.lo, word.hi)}(…)` }, [p.edit(word.lo, word.lo, 'fn '), ...edits]);
  return value;
}

/** The members between braces that `parse` knows. */
function memberList<Member>(p: Parser, parse: (p: Parser, head: ItemHead) => Member | null): Member[] {
  const members: Member[] = [];
  parseMembers(p, (head) => {
    const member = parse(p, head);
    if (member !== null) members.push(member);
    return member !== null;
  });
  return members;
}

/** `{ member … }`; `member` tells whether one began at the current token. */
export function parseMembers(p: Parser, member: (head: ItemHead) => boolean): void {
  if (!p.expect(T.LBrace, '{')) {
    while (p.kind !== T.LBrace && p.kind !== T.Eof && p.kind !== T.Semi && !isClosing(p.kind) && !p.startsLine(p.pos)) p.skip();
    if (!p.eat(T.LBrace)) return;
  }
  if (!p.enter()) {
    while (p.kind !== T.RBrace && p.kind !== T.Eof) p.skip();
    p.eat(T.RBrace);
    return;
  }
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    const before = p.pos;
    if (p.eat(T.Semi)) continue;
    const start = p.start;
    const attrs = parseAttributes(p);
    const visibility = parseMemberVisibility(p);
    const doc = docBefore(p, before, 0) ?? docBefore(p, p.pos, 0);
    if (member({ attrs, visibility, doc, start })) continue;
    p.fail('CJ0127', p.here(), { found: p.found() });
    if (p.pos === before) p.skip();
    while (p.kind !== T.RBrace && p.kind !== T.Eof && !beginsMember(p)) p.skip();
  }
  p.leave();
  p.expect(T.RBrace, '}');
}

function parseMemberVisibility(p: Parser): Visibility {
  return p.grammar.modifiers(p);
}

function beginsMember(p: Parser): boolean {
  if (!p.startsLine(p.pos)) return false;
  return (
    p.kind === T.Fn ||
    p.kind === T.Const ||
    p.kind === T.Type ||
    p.kind === T.Pub ||
    p.kind === T.At ||
    p.kind === T.Unsafe ||
    (p.kind === T.Ident && FN_WORDS.has(p.textAt(p.pos)))
  );
}

// ---------------------------------------------------------------- constants, aliases, imports, foreign blocks

function parseConst(p: Parser, head: ItemHead, inTrait: boolean): Item {
  p.bump();
  const name = p.ident();
  let type: TypeExpr | null = null;
  if (p.eat(T.Colon)) type = parseType(p);
  else if (beginsType(p.kind) && !p.startsLine(p.pos) && name.name !== '') {
    const at = p.prevEnd;
    const span = p.here();
    const parsed = p.collecting(() => parseType(p));
    type = parsed.value;
    p.foreign('CJ0162', span, { name: name.name }, [p.edit(at, at, ':'), ...parsed.edits], 'colon');
  }
  let value: Expr | null = null;
  if (p.kind === T.ColonEq) {
    const span = p.here();
    p.foreign('CJ0152', span, { found: ':=', ours: '=' }, [p.edit(span.lo, span.hi, '=')]);
    p.bump();
    value = p.grammar.expr(p);
  } else if (p.eat(T.Eq)) value = p.grammar.expr(p);
  else if (!inTrait) p.note('CJ0147', name.span, { name: name.name });
  for (const span of p.underscores) p.note('CJ0146', span);
  p.underscores = [];
  endItem(p);
  return { kind: 'const', name, type, value, attrs: head.attrs, visibility: head.visibility, doc: head.doc, span: p.spanFrom(head.start) };
}

function parseTypeAlias(p: Parser, head: ItemHead): Item {
  const word = p.here();
  p.bump();
  const name = p.ident();
  if (p.kind === T.Struct || (p.kind === T.Ident && p.isWord(p.pos, 'interface') && p.peek(1) === T.LBrace)) {
    // Go declares `type Name struct { … }`.
    const isStruct = p.kind === T.Struct;
    const hi = p.end;
    const { value, edits } = p.collecting((): Item => {
      if (isStruct) return parseStruct(p, head, false, name);
      p.bump();
      const members: TraitMember[] = [];
      parseMembers(p, (memberHead) => {
        const member = parseTraitMember(p, memberHead);
        if (member !== null) members.push(member);
        return member !== null;
      });
      const generics = { params: [], span: name.span };
      return {
        kind: 'trait',
        name,
        generics,
        supertraits: [],
        where: [],
        members,
        attrs: head.attrs,
        visibility: head.visibility,
        doc: head.doc,
        span: p.spanFrom(head.start),
      };
    });
    const ours = isStruct ? 'struct' : 'trait';
    p.foreign(
      'CJ0170',
      makeSpan(p.file, word.lo, hi),
      { found: `type ${name.name} ${isStruct ? 'struct' : 'interface'}`, ours: `${ours} ${name.name}` },
      [p.edit(word.lo, hi, `${ours} ${name.name}`), ...edits],
    );
    return value;
  }
  const generics = parseGenerics(p);
  if (p.kind !== T.Eq && beginsType(p.kind) && !p.startsLine(p.pos)) {
    const at = p.prevEnd;
    p.fail(
      'CJ0123',
      p.here(),
      { expected: '=', found: p.found() },
      { fixes: [{ key: 'write', args: { expected: '=' }, edits: [p.edit(at, at, ' =')] }] },
    );
  } else p.expect(T.Eq, '=');
  const type = parseType(p);
  endItem(p);
  return {
    kind: 'typeAlias',
    name,
    generics,
    type,
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

function parseImport(p: Parser, head: ItemHead): Item {
  p.bump();
  const entries: ImportEntry[] = [];
  if (p.kind === T.Str || p.kind === T.LParen || (p.kind === T.Ident && p.peek(1) === T.Str)) {
    const at = p.start;
    const lines = p.kind === T.LParen;
    const path =
      p.kind === T.Str
        ? p
            .textAt(p.pos)
            .slice(1, -1)
            .split('/')
            .filter((part) => /^[\p{XIDS}_]\p{XIDC}*$/u.test(part))
        : [];
    while (p.kind !== T.Eof && p.kind !== T.Semi && !(p.startsLine(p.pos) && p.start !== at) && !isClosing(p.kind)) p.skip();
    const end = p.prevEnd;
    p.eat(T.Semi);
    const span = p.spanFrom(head.start);
    const ours = path.length === 0 ? 'import std::fs;' : `import std::${path.join('::')};`;
    p.foreign('CJ0164', makeSpan(p.file, at, end), { ours }, [p.edit(head.start, span.hi, lines || path.length === 0 ? '' : ours)]);
    return { kind: 'import', entries, attrs: head.attrs, visibility: head.visibility, doc: head.doc, span };
  }
  parseImportTree(p, [], entries, head.start);
  endItem(p);
  return { kind: 'import', entries, attrs: head.attrs, visibility: head.visibility, doc: head.doc, span: p.spanFrom(head.start) };
}

function parseImportTree(p: Parser, prefix: readonly Ident[], entries: ImportEntry[], itemStart: number): void {
  const path = [...prefix];
  const start = p.start;
  if (!p.enter()) return;
  for (;;) {
    if (p.kind === T.Star) {
      p.bump();
      entries.push({ path, as: null, span: p.spanFrom(start) });
      break;
    }
    if (p.kind === T.LBrace) {
      p.bump();
      p.list(
        T.RBrace,
        '}',
        () => parseImportTree(p, path, entries, itemStart),
        () => p.kind === T.Ident,
      );
      break;
    }
    if (p.kind === T.Self && prefix.length !== 0 && path.length === prefix.length) {
      // `std::io::{self, copy}`: the module itself.
      p.bump();
      const own = path[path.length - 1]!;
      entries.push({ path, as: p.eat(T.As) ? p.ident() : own, span: p.spanFrom(start) });
      break;
    }
    const name = p.ident();
    if (name.name === '') break;
    path.push(name);
    if (p.kind === T.Dot && p.touches(p.pos)) {
      const lo = p.starts[p.pos]!;
      p.foreign('CJ0181', p.here(), {}, [p.edit(lo, p.end, '::')]);
      p.bump();
      continue;
    }
    if (p.eat(T.ColonColon)) continue;
    const as = p.eat(T.As) ? (p.kind === T.Underscore ? p.takeIdent() : p.ident()) : name;
    entries.push({ path, as, span: p.spanFrom(start) });
    break;
  }
  p.leave();
}

function parseExtern(p: Parser, head: ItemHead): Item {
  p.bump();
  let abi = 'C';
  let abiSpan = p.here();
  if (p.kind === T.Str) {
    const literal = parseString(p);
    abiSpan = literal.span;
    if (literal.kind === 'string') abi = literal.value;
  } else p.fail('CJ0123', p.here(), { expected: '"C"', found: p.found() });
  const fns: FnItem[] = [];
  if (p.kind === T.Fn) {
    // A single function without braces, as Rust's `extern "C" fn`.
    const fn = parseFn(p, { attrs: [], visibility: 'private', doc: null, start: p.start }, 'extern');
    fns.push(fn);
    p.foreign('CJ0161', abiSpan, { found: 'extern "C" fn' }, [p.edit(fn.span.lo, fn.span.lo, '{ '), p.edit(fn.span.hi, fn.span.hi, ' }')]);
  } else {
    parseMembers(p, (memberHead) => {
      if (p.kind === T.Fn || (p.kind === T.Unsafe && p.peek(1) === T.Fn)) {
        fns.push(parseFn(p, memberHead, 'extern'));
        return true;
      }
      if (p.kind !== T.Ident) return false;
      const fn = parseForeignFn(p, memberHead, 'extern');
      if (fn !== null) fns.push(fn);
      return fn !== null;
    });
  }
  return { kind: 'extern', abi, abiSpan, fns, attrs: head.attrs, visibility: head.visibility, doc: head.doc, span: p.spanFrom(head.start) };
}
