/**
 * Structs and enums: their fields and variants, and what other languages put there.
 */
import type { EnumItem, Expr, FieldDecl, FieldsBody, FnItem, Generics, Ident, StructItem, TupleFieldDecl, TypeExpr, VariantDecl, WhereBound } from '../ast.ts';
import { T } from '../tokens.ts';
import { docBefore } from './docs.ts';
import { FN_WORDS } from './foreign-words.ts';
import type { ItemHead } from './items.ts';
import type { Parser } from './parser.ts';
import { isClosing } from './parser.ts';
import { beginsType, parseBounds, parseGenerics, parseType, parseWhere } from './types.ts';

/** From `struct` on; `named` is given where the name has been read already. */
export function parseStruct(p: Parser, head: ItemHead, view: boolean, named: Ident | null = null): StructItem {
  p.bump();
  const name = named ?? p.ident();
  const generics = parseGenerics(p);
  skipBases(p);
  let where = parseWhere(p);
  let body: FieldsBody = { kind: 'unit' };
  const methods: FnItem[] = [];
  if (p.kind === T.LBrace) body = { kind: 'named', fields: parseNamedFields(p, methods) };
  else {
    if (p.kind === T.LParen) body = { kind: 'tuple', fields: parseTupleFields(p) };
    if (where.length === 0) where = parseWhere(p);
    if (!p.eat(T.Semi)) {
      if (p.kind === T.Eof || p.startsLine(p.pos) || p.kind === T.RBrace) {
        const at = p.prevEnd;
        p.note('CJ0128', { file: p.file, lo: Math.max(0, at - 1), hi: at }, {}, [{ key: 'insert', edits: [p.edit(at, at, ';')] }]);
      } else p.missing('{');
    }
  }
  keepMethods(p, name, generics, where, methods);
  return {
    kind: 'struct',
    name,
    generics,
    where,
    body,
    view,
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

/** `: Trait`, `<: Trait`, `extends A implements B` behind a struct's name. */
function skipBases(p: Parser): void {
  const extending = p.kind === T.Ident && (p.isWord(p.pos, 'extends') || p.isWord(p.pos, 'implements'));
  const at = p.prevEnd;
  const span = p.here();
  if (p.kind === T.Lt && p.peek(1) === T.Colon) {
    p.bump();
    p.bump();
  } else if (p.kind === T.Colon || extending) p.bump();
  else return;
  p.collecting(() => {
    parseBounds(p);
    while (p.kind === T.And || p.kind === T.Comma || (p.kind === T.Ident && p.isWord(p.pos, 'implements'))) {
      p.bump();
      parseBounds(p);
    }
  });
  p.foreign('CJ0193', span, {}, [p.edit(at, p.prevEnd, '')], 'delete');
}

/** What stands before a field or variant. A method in its place is set aside, and `head` is null. `before` is the first token. */
function memberHead(p: Parser, methods: FnItem[]): { readonly before: number; readonly head: ItemHead | null } {
  const before = p.pos;
  const start = p.start;
  const attrs = p.grammar.attributes(p);
  const visibility = p.grammar.modifiers(p);
  const doc = docBefore(p, before, 0) ?? docBefore(p, p.pos, 0);
  const head: ItemHead = { attrs, visibility, doc, start };
  if (!atMethod(p)) return { before, head };
  skipMethod(p, head, methods);
  return { before, head: null };
}

/** `{ x: T, … }`. */
function parseNamedFields(p: Parser, methods: FnItem[] = []): FieldDecl[] {
  const fields: FieldDecl[] = [];
  p.bump();
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    const { before, head } = memberHead(p, methods);
    if (head === null) continue;
    const { attrs, visibility, doc, start } = head;
    if ((p.kind === T.Let || p.kind === T.Var || p.kind === T.Const || p.kind === T.Mut) && p.peek(1) === T.Ident) {
      const span = p.here();
      p.foreign('CJ0179', span, { found: p.textAt(p.pos) }, [p.edit(span.lo, p.starts[p.pos + 1]!, '')], 'delete');
      p.bump();
    }
    const name = p.ident();
    if (name.name === '') {
      recoverField(p, before);
      continue;
    }
    const type = parseFieldType(p, name);
    if (p.kind === T.Eq) skipDefault(p);
    fields.push({ name, type, visibility, attrs, doc, span: p.spanFrom(start) });
    endField(p, before);
  }
  p.expect(T.RBrace, '}');
  return fields;
}

function parseFieldType(p: Parser, name: Ident): TypeExpr {
  if (p.eat(T.Colon)) return parseType(p);
  if (beginsType(p.kind) && !p.startsLine(p.pos)) {
    const at = p.prevEnd;
    const span = p.here();
    const { value, edits } = p.collecting(() => parseType(p));
    p.foreign('CJ0162', span, { name: name.name }, [p.edit(at, at, ':'), ...edits], 'colon');
    return value;
  }
  p.missing(':');
  return { kind: 'error', span: p.here() };
}

/** Fields have no default values: that is what a `new` function is for. */
function skipDefault(p: Parser): void {
  const at = p.prevEnd;
  const span = p.here();
  p.bump();
  p.collecting(() => p.grammar.expr(p));
  p.foreign('CJ0194', span, {}, [p.edit(at, p.prevEnd, '')], 'delete');
}

/** Takes the comma behind a field or variant, or what stands there instead. */
function endField(p: Parser, before: number): void {
  if (p.eat(T.Comma) || p.kind === T.RBrace || p.kind === T.Eof) return;
  if (p.kind === T.Semi) {
    const span = p.here();
    p.foreign('CJ0174', span, {}, [p.edit(span.lo, span.hi, ',')]);
    p.bump();
    return;
  }
  if (
    p.startsLine(p.pos) &&
    (p.kind === T.Ident || p.kind === T.Pub || p.kind === T.At || p.kind === T.Let || p.kind === T.Var || p.kind === T.Fn)
  ) {
    if (p.collected !== null) p.collected.push(p.edit(p.prevEnd, p.prevEnd, ','));
    else if (!atMethod(p)) p.missingComma();
    return;
  }
  p.missing(',');
  recoverField(p, before);
}

function recoverField(p: Parser, before: number): void {
  if (p.pos === before && !isClosing(p.kind)) p.skip();
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    if (p.eat(T.Comma) || p.eat(T.Semi)) return;
    if (p.startsLine(p.pos) && p.kind === T.Ident && p.peek(1) === T.Colon) return;
    p.skip();
  }
}

function atMethod(p: Parser): boolean {
  if (p.kind === T.Fn || (p.kind === T.Unsafe && p.peek(1) === T.Fn)) return true;
  if (p.kind !== T.Ident) return false;
  if (p.peek(1) === T.Ident && FN_WORDS.has(p.textAt(p.pos))) return true;
  return p.isWord(p.pos, 'init') && p.peek(1) === T.LParen;
}

/** A method inside a struct or enum: it is read, so that nothing follows from it, and reported. */
function skipMethod(p: Parser, head: ItemHead, methods: FnItem[]): void {
  const span = p.here();
  const at = p.starts[p.pos]!;
  const isInit = p.isWord(p.pos, 'init');
  const { value } = p.collecting(() => {
    if (p.kind === T.Unsafe) p.bump();
    if (!isInit) p.bump();
    return p.grammar.fnRest(p, head, p.ident());
  });
  if (!isInit) methods.push(value);
  p.foreign('CJ0178', { ...span, lo: at }, {}, []);
  p.eat(T.Comma);
}

/** The methods can be called. What is in them is another language's, where fields need no `self`, and is not looked at. */
function keepMethods(p: Parser, name: Ident, generics: Generics, where: readonly WhereBound[], methods: readonly FnItem[]): void {
  if (methods.length === 0 || generics.params.length > 0) return;
  const members = methods.map((fn): FnItem => ({
    ...fn,
    self: fn.self ?? { mode: 'ref', mutable: false, span: fn.name.span },
    visibility: 'public',
    body: fn.body === null ? null : { ...fn.body, stmts: [], tail: { kind: 'error', span: fn.body.span } },
    bodyHoldsItems: false,
  }));
  p.loose.push({
    kind: 'impl', keyword: name.span, unsafe: false, negative: null, generics, trait: null, type: { kind: 'path', segments: [{ name, args: null }], span: name.span }, where, members,
    attrs: [], visibility: 'private', doc: null, span: name.span,
  });
}

/** `(T, pub U)`. */
function parseTupleFields(p: Parser): TupleFieldDecl[] {
  p.bump();
  return p.list(
    T.RParen,
    ')',
    () => {
      const start = p.start;
      p.grammar.attributes(p);
      const visibility = p.grammar.modifiers(p);
      // A name in front, as in a record: the fields of a tuple have none.
      if (p.kind === T.Ident && p.peek(1) === T.Colon) {
        p.fail('CJ0123', p.spanAt(p.pos + 1), { expected: ',', found: ':' });
        p.bump();
        p.bump();
      }
      const type = parseType(p);
      return { type, visibility, span: p.spanFrom(start) };
    },
    () => beginsType(p.kind),
  );
}

/** From `enum` on. */
export function parseEnum(p: Parser, head: ItemHead, view: boolean): EnumItem {
  p.bump();
  const name = p.ident();
  const generics = parseGenerics(p);
  skipBases(p);
  const where = parseWhere(p);
  const variants: VariantDecl[] = [];
  const methods: FnItem[] = [];
  if (p.expect(T.LBrace, '{')) {
    if (p.kind === T.Or) dropBar(p);
    while (p.kind !== T.RBrace && p.kind !== T.Eof) {
      const { before, head: variantHead } = memberHead(p, methods);
      if (variantHead === null) continue;
      const { attrs, doc, start } = variantHead;
      if (p.isWord(p.pos, 'case') && p.peek(1) === T.Ident) {
        const span = p.here();
        p.foreign('CJ0153', span, { found: 'case' }, [p.edit(span.lo, p.starts[p.pos + 1]!, '')]);
        p.bump();
      }
      const variant = p.ident();
      if (variant.name === '') {
        recoverField(p, before);
        continue;
      }
      let body: FieldsBody = { kind: 'unit' };
      if (p.kind === T.LParen) body = { kind: 'tuple', fields: parseTupleFields(p) };
      else if (p.kind === T.LBrace) body = { kind: 'named', fields: parseNamedFields(p) };
      const discriminant: Expr | null = p.eat(T.Eq) ? p.grammar.expr(p) : null;
      variants.push({ name: variant, body, discriminant, attrs, doc, span: p.spanFrom(start) });
      if (p.kind === T.Or) dropBar(p, ',');
      else endField(p, before);
    }
    p.expect(T.RBrace, '}');
  }
  keepMethods(p, name, generics, where, methods);
  return {
    kind: 'enum',
    name,
    generics,
    where,
    variants,
    view,
    attrs: head.attrs,
    visibility: head.visibility,
    doc: head.doc,
    span: p.spanFrom(head.start),
  };
}

/** `| A | B` of Huawei's Cangjie and the ML family. */
function dropBar(p: Parser, ours = ''): void {
  const span = p.here();
  const lo = ours === '' ? span.lo : p.prevEnd;
  p.foreign('CJ0177', span, {}, [p.edit(lo, ours === '' ? p.starts[p.pos + 1]! : span.hi, ours)]);
  p.bump();
}
