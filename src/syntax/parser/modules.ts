/**
 * Modules: the items of a file, items inside blocks, and declarations that other languages spell differently.
 */
import type { Attribute, ErrorItem, Expr, FnItem, Ident, Item, LetStmt, Module, Visibility } from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import { makeSpan } from '../../source/index.ts';
import { T } from '../tokens.ts';
import { docBefore, moduleDoc } from './docs.ts';
import { parseStruct } from './fields.ts';
import { DECLARATION_WORDS, FN_WORDS, MODIFIER_WORDS } from './foreign-words.ts';
import type { ItemHead } from './items.ts';
import { parseAttributes, parseFnRest, parseItemBody, parseVisibility } from './items.ts';
import type { Parser } from './parser.ts';

/** A whole file. */
export function parseModuleItems(p: Parser): Module {
  const { doc, end } = moduleDoc(p);
  const items: Item[] = [];
  while (p.kind !== T.Eof) {
    const before = p.pos;
    if (p.eat(T.Semi)) continue;
    const start = p.start;
    const attrs = parseAttributes(p);
    const item = parseItem(p, attrs, start, before, end);
    if (item !== null) items.push(item, ...p.loose.splice(0));
    else {
      reportNoItem(p, attrs);
      if (p.pos === before) p.skip();
      while (p.kind !== T.Eof && !(p.startsLine(p.pos) && (startsItem(p, true) || p.kind === T.At || p.kind === T.Hash))) p.skip();
      const span = p.spanFrom(start);
      const error: ErrorItem = { kind: 'error', attrs, visibility: 'private', doc: null, span };
      items.push(error);
    }
  }
  return { file: p.file, items, doc, span: makeSpan(p.file, 0, p.text.length) };
}

function reportNoItem(p: Parser, attrs: readonly Attribute[]): void {
  if (attrs.length !== 0) {
    const last = attrs[attrs.length - 1]!;
    p.fail('CJ0138', last.span, { name: last.name.name });
    return;
  }
  switch (p.kind) {
    case T.Let:
    case T.Var: {
      const span = p.here();
      const simple = p.peek(1) === T.Ident;
      p.fail(
        'CJ0149',
        span,
        {},
        simple && p.kind === T.Let ? { fixes: [{ key: 'const', edits: [p.edit(span.lo, span.hi, 'const')] }] } : {},
      );
      return;
    }
    case T.If:
    case T.Match:
    case T.While:
    case T.For:
    case T.Loop:
    case T.Return:
    case T.Spawn:
    case T.Using:
      p.fail('CJ0149', p.here(), {});
      return;
    case T.Ident:
      if (
        p.peek(1) === T.LParen ||
        p.peek(1) === T.Dot ||
        p.peek(1) === T.Eq ||
        p.peek(1) === T.ColonColon ||
        p.peek(1) === T.ColonEq ||
        p.peek(1) === T.Bang
      ) {
        p.fail('CJ0149', p.here(), {});
        return;
      }
      break;
    default:
      break;
  }
  p.fail('CJ0127', p.here(), { found: p.found() });
}

/** Whether an item begins at the current token; `top` outside blocks, where more can only be an item. */
export function startsItem(p: Parser, top = false): boolean {
  switch (p.kind) {
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
      return true;
    case T.Unsafe:
      return p.peek(1) === T.Fn || p.peek(1) === T.Impl;
    case T.Ident: {
      const next = p.peek(1);
      if (next === T.Struct || next === T.Enum) return p.isWord(p.pos, 'view') || MODIFIER_WORDS.has(p.textAt(p.pos));
      const word = p.textAt(p.pos);
      if (next === T.Ident) {
        if (FN_WORDS.has(word) || DECLARATION_WORDS.has(word) || isModuleWord(p, word)) return true;
        if (word === 'foreign') return FN_WORDS.has(p.textAt(p.pos + 1));
        return MODIFIER_WORDS.has(word) && declares(p, p.pos + 1);
      }
      if (next === T.Fn || next === T.Trait || next === T.Const || next === T.Unsafe) return MODIFIER_WORDS.has(word) || word === 'foreign';
      if (!top) return false;
      if (next === T.LParen) return isMain(p) || (word === 'func' && isGoMethod(p));
      return (next === T.Let || next === T.Var) && MODIFIER_WORDS.has(word);
    }
    default:
      return false;
  }
}

/** Whether the word at `pos`, after a modifier, is one that declares something. */
function declares(p: Parser, pos: number): boolean {
  for (let at = pos; ; at++) {
    if (p.kinds[at] !== T.Ident) return true;
    const word = p.textAt(at);
    if (FN_WORDS.has(word) || DECLARATION_WORDS.has(word) || (word === 'init' && p.kinds[at + 1] === T.LParen)) return true;
    // A row of modifiers is short; looking further would make a long one slow.
    if (!MODIFIER_WORDS.has(word) || at - pos > 8) return false;
  }
}

function isModuleWord(p: Parser, word: string): boolean {
  if (word === 'package') return true;
  if (word !== 'mod' && word !== 'module' && word !== 'namespace') return false;
  const after = p.peek(2);
  return after === T.Semi || after === T.LBrace || p.startsLine(p.pos + 2);
}

/** `main() {` without a word before it, as Huawei's Cangjie has it. */
function isMain(p: Parser): boolean {
  if (!p.isWord(p.pos, 'main')) return false;
  const after = p.kinds[p.closing(p.pos + 1) + 1];
  return after === T.LBrace || after === T.Colon || after === T.Arrow;
}

/** `func (s *Stack) Push(`. */
function isGoMethod(p: Parser): boolean {
  const close = p.closing(p.pos + 1);
  return p.kinds[close + 1] === T.Ident && p.kinds[close + 2] === T.LParen;
}

/** An item inside a block, whose attributes have been read. */
export function parseBlockItem(p: Parser, attrs: Attribute[], start: number): Item | null {
  const before = p.pos;
  const item = parseItem(p, attrs, start, before, 0);
  if (item === null && attrs.length !== 0) {
    const last = attrs[attrs.length - 1]!;
    p.fail('CJ0138', last.span, { name: last.name.name });
  }
  return item;
}

function parseItem(p: Parser, attrs: readonly Attribute[], start: number, before: number, moduleDocEnd: number): Item | null {
  const visibility = parseModifiers(p);
  const doc = docBefore(p, before, moduleDocEnd) ?? (p.pos === before ? null : docBefore(p, p.pos, moduleDocEnd));
  const head: ItemHead = { attrs, visibility, doc, start };
  return parseItemBody(p, head) ?? (p.kind === T.Ident ? parseForeignItem(p, head) : null);
}

/** `pub`, and the modifiers of other languages with a report. */
export function parseModifiers(p: Parser): Visibility {
  let visibility: Visibility = 'private';
  for (;;) {
    if (p.kind === T.Pub) {
      visibility = parseVisibility(p);
      continue;
    }
    if (p.kind !== T.Ident && p.kind !== T.Mut) return visibility;
    const next = p.peek(1);
    const word = p.textAt(p.pos);
    const ours = MODIFIER_WORDS.get(word);
    const modifies =
      ours !== undefined &&
      (next === T.Fn ||
        next === T.Struct ||
        next === T.Enum ||
        next === T.Trait ||
        next === T.Const ||
        next === T.Unsafe ||
        next === T.Var ||
        next === T.Let ||
        (next === T.Ident && (declares(p, p.pos + 1) || p.peek(2) === T.Colon)));
    if (!modifies) return visibility;
    const span = p.here();
    if (ours === 'pub') visibility = 'public';
    else if (ours === 'pub(package)') visibility = 'package';
    p.foreign(
      'CJ0189',
      span,
      { found: word, ours: ours === '' ? '' : ours },
      [p.edit(span.lo, ours === '' ? p.starts[p.pos + 1]! : span.hi, ours)],
      ours === '' ? 'delete' : 'write',
    );
    p.bump();
  }
}

// ---------------------------------------------------------------- other languages

function parseForeignItem(p: Parser, head: ItemHead): Item | null {
  const word = p.textAt(p.pos);
  const span = p.here();
  const next = p.peek(1);
  if (FN_WORDS.has(word)) {
    if (next === T.Ident) return parseForeignFunction(p, head, word);
    if (word === 'func' && next === T.LParen && isGoMethod(p)) return parseGoMethod(p, head);
    return null;
  }
  if (next === T.LParen && isMain(p)) {
    const { value, edits } = p.collecting(() => parseFnRest(p, head, 'free', p.takeIdent(), false));
    p.foreign('CJ0150', span, { found: 'main()' }, [p.edit(span.lo, span.lo, 'fn '), ...edits]);
    return value;
  }
  if (word === 'foreign' && (next === T.Fn || next === T.Ident)) return parseForeignExtern(p, head);
  if (next !== T.Ident) return null;
  if (isModuleWord(p, word)) return parseModuleWord(p, head, word);
  const ours = DECLARATION_WORDS.get(word);
  return ours === undefined ? null : parseDeclarationWord(p, head, word, ours);
}

/** `func f(a int) int { … }`: every other foreign spelling of the head goes into the same fix. */
function parseForeignFunction(p: Parser, head: ItemHead, word: string): FnItem {
  const span = p.here();
  p.bump();
  const name = p.takeIdent();
  const { value, edits } = p.collecting(() => parseFnRest(p, head, 'free', name, false));
  p.foreign('CJ0150', span, { found: word }, [p.edit(span.lo, span.hi, 'fn'), ...edits]);
  return value;
}

/** `func (s *Stack) Push(x int) { … }` becomes an `impl` with one method. */
function parseGoMethod(p: Parser, head: ItemHead): Item {
  const lo = p.start;
  const word = p.here();
  const close = p.closing(p.pos + 1);
  const star = p.kinds[close - 2] === T.Star;
  const named = close - p.pos > (star ? 4 : 3);
  const receiver: Ident | null = named ? { name: p.textAt(p.pos + 2), span: p.spanAt(p.pos + 2) } : null;
  const typeName = { name: p.textAt(close - 1), span: p.spanAt(close - 1) };
  p.rewind(close);
  p.bump();
  const nameAt = p.start;
  const name = p.takeIdent();
  const parens = p.here();
  const empty = p.peek(1) === T.RParen;
  const { value: fn, edits } = p.collecting(() => parseFnRest(p, head, 'impl', name, false));
  const self = star ? '&mut self' : '&self';
  p.foreign('CJ0150', word, { found: 'func' }, [
    p.edit(lo, nameAt, `impl ${typeName.name} { fn `),
    p.edit(parens.hi, parens.hi, empty ? self : `${self}, `),
    ...edits,
    ...(receiver === null || fn.body === null ? [] : [p.edit(fn.body.span.lo + 1, fn.body.span.lo + 1, ` let ${receiver.name} = self;`)]),
    p.edit(fn.span.hi, fn.span.hi, ' }'),
  ]);
  const method: FnItem = {
    ...fn,
    body: fn.body === null || receiver === null ? fn.body : { ...fn.body, stmts: [receiverLet(receiver), ...fn.body.stmts] },
    self: { mode: star ? 'refMut' : 'ref', mutable: false, span: parens },
    attrs: [],
    visibility: 'private',
    doc: null,
  };
  return {
    kind: 'impl',
    keyword: word,
    unsafe: false,
    negative: null,
    generics: { params: [], span: word },
    trait: null,
    type: { kind: 'path', segments: [{ name: typeName, args: null }], span: typeName.span },
    where: [],
    members: [method],
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

/** `let s = self;`, so that the body reads on under Go's name of the receiver. */
function receiverLet(name: Ident): LetStmt {
  const self: Expr = { kind: 'path', segments: [{ name: { name: 'self', span: name.span }, args: null }], span: name.span };
  return { kind: 'let', mutable: false, pattern: { kind: 'binding', mutable: false, name, sub: null, span: name.span }, type: null, init: self, otherwise: null, span: name.span };
}

/** `foreign func f(…): T;` of Huawei's Cangjie. */
function parseForeignExtern(p: Parser, head: ItemHead): Item {
  const word = p.here();
  p.bump();
  const fnWord = p.here();
  p.bump();
  const { value: fn, edits } = p.collecting(() => parseFnRest(p, { ...head, start: fnWord.lo }, 'extern', p.ident(), false));
  const all: TextEdit[] = [p.edit(word.lo, word.hi, 'extern "C" {'), p.edit(fnWord.lo, fnWord.hi, 'fn'), ...edits];
  all.push(p.edit(p.prevEnd, p.prevEnd, ' }'));
  p.foreign('CJ0161', word, { found: 'foreign func' }, all);
  return {
    kind: 'extern',
    abi: 'C',
    abiSpan: word,
    fns: [fn],
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

/** `package main`, `mod net;`, `mod net { … }`: the file is the module. */
function parseModuleWord(p: Parser, head: ItemHead, word: string): Item {
  const span = p.here();
  p.bump();
  p.bump();
  while ((p.kind === T.Dot || p.kind === T.ColonColon || p.kind === T.Ident) && !p.startsLine(p.pos)) p.bump();
  const error = (): ErrorItem => ({
    kind: 'error',
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  });
  if (p.kind === T.LBrace) {
    p.skip();
    p.foreign('CJ0163', span, { found: word }, []);
    return error();
  }
  p.eat(T.Semi);
  p.foreign('CJ0163', span, { found: word }, [p.edit(head.start, p.prevEnd, '')], 'delete');
  return error();
}

/** `class`, `interface`, `extend`, `use`, …: the word is exchanged, and the rest is parsed as ours. */
function parseDeclarationWord(p: Parser, head: ItemHead, word: string, ours: string): Item | null {
  const span = p.here();
  const kind = { struct: T.Struct, trait: T.Trait, impl: T.Impl, type: T.Type, import: T.Import }[ours];
  if (kind === undefined) return null;
  const { value, edits } = p.collecting(() => {
    if (kind === T.Struct) return parseStruct(p, head, false);
    // The keyword's parser begins by leaving out one token, whatever it is.
    p.kind = kind;
    return parseItemBody(p, head);
  });
  p.foreign('CJ0170', span, { found: word, ours }, [p.edit(span.lo, span.hi, ours), ...edits]);
  return value;
}
