/**
 * Patterns, with default binding modes: a pattern of a struct, tuple, variant or slice that meets a reference looks through it, and the
 * names inside then bind references.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import type { ConstDecl, VariantDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import type { BodyCx } from './body-cx.ts';
import { intRange, suffixTy } from './literals.ts';
import { resolveValue } from './paths.ts';
import type { PathValue } from './paths.ts';
import { resolveShape } from './structs.ts';
import { closest, reportDifferent } from './report.ts';

type Mode = 'move' | 'ref' | 'refMut';
export type Binds = Map<string, tree.LocalVar>;

interface PatCx {
  readonly cx: BodyCx;
  readonly binds: Binds;
  /** In a later alternative of `p | q`: the names of the first, which it must bind too. */
  readonly shared: Binds | null;
  readonly mutable: boolean;
  readonly using: boolean;
}

export function checkPattern(
  cx: BodyCx, pattern: ast.Pattern, ty: Ty, options: { readonly mutable?: boolean; readonly using?: boolean },
): { readonly pat: tree.Pat; readonly binds: Binds } {
  const binds: Binds = new Map();
  const p: PatCx = { cx, binds, shared: null, mutable: options.mutable ?? false, using: options.using ?? false };
  return { pat: check(p, pattern, ty, 'move'), binds };
}

export function declareBinds(cx: BodyCx, binds: Binds): void {
  for (const local of binds.values()) cx.declare(local);
}

function errorPat(p: PatCx, pattern: ast.Pattern): tree.Pat {
  p.cx.failed = true;
  bindAll(p, pattern);
  return p.cx.addPat({ kind: 'error', ty: tys.poison, span: pattern.span });
}

/** Declares the names of a pattern that could not be checked, so that their uses are no further mistakes. */
function bindAll(p: PatCx, pattern: ast.Pattern): void {
  switch (pattern.kind) {
    case 'binding':
      if (!p.binds.has(pattern.name.name)) bindName(p, pattern.name, pattern.mutable, tys.poison);
      if (pattern.sub !== null) bindAll(p, pattern.sub);
      return;
    case 'tupleStruct': case 'tuple': case 'slice':
      for (const element of pattern.elements) bindAll(p, element);
      return;
    case 'struct':
      for (const field of pattern.fields) bindAll(p, field.pattern);
      return;
    case 'ref':
      bindAll(p, pattern.inner);
      return;
    case 'or':
      for (const alternative of pattern.alternatives) bindAll(p, alternative);
      return;
    default:
      return;
  }
}

function bindName(p: PatCx, name: ast.Ident, mutable: boolean, ty: Ty): tree.LocalVar {
  const known = p.shared?.get(name.name);
  if (known !== undefined) {
    p.binds.set(name.name, known);
    if (!p.cx.unify(known.ty, ty)) reportDifferent(p.cx, name.span, known.ty, ty, [{ span: known.span, label: 'branch', args: { ty: p.cx.print(known.ty) } }]);
    return known;
  }
  const local = p.cx.newLocal(name.name, ty, name.span, { mutable: p.mutable || mutable, using: p.using });
  p.binds.set(name.name, local);
  return local;
}

/** Looks through references, as often as there are any. */
function peel(p: PatCx, ty: Ty, mode: Mode): { readonly ty: Ty; readonly mode: Mode; readonly wrap: (inner: tree.Pat) => tree.Pat } {
  const through: Ty[] = [];
  let at = p.cx.known(ty);
  let now = mode;
  while (at.kind === 'ref') {
    through.push(at);
    now = now === 'ref' || !at.mutable ? 'ref' : 'refMut';
    at = p.cx.known(at.target);
  }
  const wrap = (inner: tree.Pat): tree.Pat => {
    let pat = inner;
    for (let i = through.length - 1; i >= 0; i--) pat = p.cx.addPat({ kind: 'deref', inner: pat, ty: through[i]!, span: inner.span });
    return pat;
  };
  return { ty: at, mode: now, wrap };
}

function check(p: PatCx, pattern: ast.Pattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  switch (pattern.kind) {
    case 'wild':
      return cx.addPat({ kind: 'wild', ty, span: pattern.span });
    case 'rest':
      cx.error({ code: 'CJ0421', span: pattern.span, args: { expected: 1, found: 0, name: '..' }, label: 'rest' });
      return errorPat(p, pattern);
    case 'binding':
      return checkBinding(p, pattern, ty, mode);
    case 'literal':
      return checkLiteral(p, pattern, ty, mode);
    case 'range':
      return checkRangePattern(p, pattern, ty, mode);
    case 'path':
      return checkNamed(p, pattern, resolveValue(cx, pattern.path.segments, pattern.span), ty, mode);
    case 'tupleStruct':
      return checkTupleStruct(p, pattern, ty, mode);
    case 'struct':
      return checkStructPattern(p, pattern, ty, mode);
    case 'tuple':
      return checkTuplePattern(p, pattern, ty, mode);
    case 'slice':
      return checkSlice(p, pattern, ty, mode);
    case 'ref':
      return checkRefPattern(p, pattern, ty);
    case 'or':
      return checkOr(p, pattern, ty, mode);
    case 'error':
      return errorPat(p, pattern);
  }
}

// ---------------------------------------------------------------- names

function checkBinding(p: PatCx, pattern: ast.BindingPattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  if (pattern.sub === null && !pattern.mutable) {
    // A lone name may be a constant or a variant without fields.
    const segments: ast.PathSegment[] = [{ name: pattern.name, args: null }];
    const found = cx.session.resolver.resolvePath(segments, 'value', cx.tcx, true);
    if (found !== null && found.rest.length === 0) {
      const { base } = found;
      if (base.kind === 'const' || (base.kind === 'variant' && base.variant.form === 'unit') || (base.kind === 'adt' && base.decl.variants[0]?.form === 'unit' && !base.decl.isEnum)) {
        return checkNamed(p, pattern, resolveConstantName(cx, segments, pattern.span), ty, mode);
      }
    }
  }
  const meant = pattern.sub === null && !pattern.mutable ? variantMeant(p, pattern.name.name, ty) : null;
  if (meant !== null) {
    const { variant: decl } = meant;
    const written = `${meant.ty.decl.name}::${decl.name}`;
    cx.error({
      code: 'CJ0430', span: pattern.span, args: { name: decl.name, variant: written }, related: [{ span: decl.span, label: 'declared' }],
      fixes: [{ key: 'write', edits: [{ span: pattern.span, text: written + formOf(decl).slice(decl.name.length) }] }],
    });
    return decl.form === 'unit' ? variant(p, pattern, meant.ty, decl, ty, mode, () => []) : errorPat(p, pattern);
  }
  const before = p.binds.get(pattern.name.name);
  if (before !== undefined) {
    cx.error({ code: 'CJ0423', span: pattern.name.span, args: { name: pattern.name.name }, related: [{ span: before.span, label: 'first' }] });
    return cx.addPat({ kind: 'wild', ty, span: pattern.span });
  }
  const localTy = mode === 'move' ? ty : tys.ref(ty, mode === 'refMut');
  const local = bindName(p, pattern.name, pattern.mutable, localTy);
  let sub: tree.Pat | null = null;
  if (pattern.sub !== null) sub = check(p, pattern.sub, ty, mode);
  return cx.addPat({ kind: 'bind', local, mode, sub, ty, span: pattern.span });
}

/** The variant of the matched enum that has this capitalised name: nobody names a variable so. */
function variantMeant(p: PatCx, name: string, ty: Ty): { readonly ty: AdtTy; readonly variant: VariantDecl } | null {
  const first = name.charAt(0);
  if (first.toLowerCase() === first) return null;
  const at = peel(p, ty, 'move').ty;
  if (at.kind !== 'adt' || !at.decl.isEnum) return null;
  const found = at.decl.variants.find((candidate) => candidate.name === name);
  return found === undefined ? null : { ty: at, variant: found };
}

/** The item of this name, even where a local hides it: a pattern never means a local. */
function resolveConstantName(cx: BodyCx, segments: readonly ast.PathSegment[], span: Span): PathValue {
  const kept = cx.scopes.splice(0, cx.scopes.length);
  const value = resolveValue(cx, segments, span);
  cx.scopes.push(...kept);
  return value;
}

/** A path: a variant or struct without fields, or a constant. */
function checkNamed(p: PatCx, pattern: ast.Pattern, value: PathValue, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  if (value.kind === 'ctor') {
    if (value.variant.form !== 'unit') {
      cx.error({ code: 'CJ0429', span: pattern.span, args: { name: value.variant.name, form: formOf(value.variant) }, related: [{ span: value.variant.span, label: 'declared' }] });
      return errorPat(p, pattern);
    }
    return variant(p, pattern, value.ty, value.variant, ty, mode, () => []);
  }
  if (value.kind === 'const') return constPattern(p, pattern, value.decl, ty, mode);
  if (value.kind !== 'error') cx.error({ code: 'CJ0426', span: pattern.span });
  return errorPat(p, pattern);
}

function formOf(v: VariantDecl): string {
  if (v.form === 'unit') return v.name;
  return v.form === 'tuple' ? `${v.name}(${v.fields.map(() => '_').join(', ')})` : `${v.name} { .. }`;
}

// ---------------------------------------------------------------- constants

function constPattern(p: PatCx, pattern: ast.Pattern, decl: ConstDecl, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  const value = constLiteral(cx, decl, pattern.span, 0);
  if (value === null) {
    cx.error({ code: 'CJ0428', span: pattern.span, args: { name: decl.name }, related: [{ span: decl.nameSpan, label: 'declared' }] });
    return errorPat(p, pattern);
  }
  return constAt(p, pattern, value, decl.ty, ty, mode);
}

/** A constant whose value is a literal, or an integer that the collector can compute. */
function constLiteral(cx: BodyCx, decl: ConstDecl, span: Span, depth: number): tree.Literal | null {
  if (decl.value === null || depth > 8) return null;
  const literal = literalOf(decl.value);
  if (literal !== null) return literal.value;
  if (decl.ty.kind === 'int') {
    const context = cx.session.resolver.contextOf(decl);
    const value = cx.session.resolver.evalConstExpr(decl.value, context, decl.ty);
    return value === null ? null : { kind: 'int', value };
  }
  void span;
  return null;
}

/** A literal of a pattern with the type it has by itself; null type: any integer or float, or text. */
function literalOf(e: ast.Expr): { readonly value: tree.Literal; readonly ty: Ty | null } | null {
  switch (e.kind) {
    case 'int':
      return { value: { kind: 'int', value: e.value }, ty: e.suffix === null ? null : suffixTy(e.suffix) };
    case 'float':
      return { value: { kind: 'float', value: e.value }, ty: e.suffix === null ? null : suffixTy(e.suffix) };
    case 'string':
      return { value: { kind: 'string', value: e.value }, ty: null };
    case 'bytes':
      return { value: { kind: 'bytes', value: e.value }, ty: null };
    case 'rune':
      return { value: { kind: 'rune', value: e.value }, ty: tys.rune };
    case 'byte':
      return { value: { kind: 'int', value: BigInt(e.value) }, ty: tys.uint8 };
    case 'bool':
      return { value: { kind: 'bool', value: e.value }, ty: tys.bool };
    case 'unary': {
      if (e.op !== '-') return null;
      const inner = literalOf(e.operand);
      if (inner === null) return null;
      if (inner.value.kind === 'int') return { value: { kind: 'int', value: -inner.value.value }, ty: inner.ty };
      if (inner.value.kind === 'float') return { value: { kind: 'float', value: -inner.value.value }, ty: inner.ty };
      return null;
    }
    case 'paren':
      return literalOf(e.inner);
    default:
      return null;
  }
}

function checkLiteral(p: PatCx, pattern: ast.LiteralPattern, ty: Ty, mode: Mode): tree.Pat {
  if (pattern.value.kind === 'unitLiteral') return checkUnitLiteral(p, pattern, pattern.value, ty, mode);
  const literal = literalOf(pattern.value);
  if (literal === null) return errorPat(p, pattern);
  return constAt(p, pattern, literal.value, literal.ty, ty, mode);
}

/** `10ms` as a pattern: the struct around its number. */
function checkUnitLiteral(p: PatCx, pattern: ast.LiteralPattern, e: ast.UnitLiteralExpr, ty: Ty, mode: Mode): tree.Pat {
  const adt = p.cx.adt(e.dimension === 'duration' ? 'Duration' : 'ByteSize');
  const own = tys.adt(adt, []);
  const fieldTy = e.dimension === 'duration' ? tys.int64 : tys.uint64;
  return variant(p, pattern, own, adt.variants[0]!, ty, mode, () => [
    { index: 0, pat: p.cx.addPat({ kind: 'const', value: { kind: 'int', value: e.value }, ty: fieldTy, span: pattern.span }) },
  ]);
}

/** A literal against what it meets, behind references. */
function constAt(p: PatCx, pattern: ast.Pattern, value: tree.Literal, own: Ty | null, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  // `b"…"` is itself a reference to bytes.
  const peeled = peel(p, ty, mode);
  let wanted: Ty;
  switch (value.kind) {
    case 'int':
      wanted = own !== null && own.kind === 'int' ? own : cx.fresh('int');
      break;
    case 'float':
      wanted = own !== null && own.kind === 'float' ? own : cx.fresh('float');
      break;
    case 'string':
      if (peeled.ty.kind === 'str' || cx.isLang(peeled.ty, 'String')) wanted = peeled.ty;
      else wanted = cx.string;
      break;
    case 'bytes':
      wanted = peeled.ty.kind === 'array' ? peeled.ty : tys.slice(tys.uint8);
      break;
    case 'bool':
      wanted = tys.bool;
      break;
    case 'rune':
      wanted = tys.rune;
      break;
    case 'unit':
      wanted = tys.unit;
      break;
  }
  if (peeled.ty.kind !== 'poison' && !cx.unify(peeled.ty, wanted)) {
    reportPattern(cx, pattern.span, wanted, peeled.ty);
    return errorPat(p, pattern);
  }
  checkRangeOf(cx, value, peeled.ty, pattern.span);
  return peeled.wrap(cx.addPat({ kind: 'const', value, ty: peeled.ty, span: pattern.span }));
}

function checkRangeOf(cx: BodyCx, value: tree.Literal, ty: Ty, span: Span): void {
  if (value.kind !== 'int') return;
  cx.atEnd.push(() => {
    const known = cx.resolve(ty);
    if (known.kind !== 'int') return;
    const range = intRange(known);
    if (value.value >= range.min && value.value <= range.max) return;
    cx.error({ code: 'CJ0283', span, args: { value: String(value.value), ty: cx.print(known), min: String(range.min), max: String(range.max) } });
  });
}

function reportPattern(cx: BodyCx, span: Span, pattern: Ty, value: Ty): void {
  cx.failed = true;
  if (cx.isPoison(pattern) || cx.isPoison(value)) return;
  cx.error({ code: 'CJ0420', span, args: { pattern: cx.print(pattern), value: cx.print(value) } });
}

function checkRangePattern(p: PatCx, pattern: ast.RangePattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  const peeled = peel(p, ty, mode);
  const end = (e: ast.Expr | null): { readonly value: tree.Literal; readonly ty: Ty } | null | 'bad' => {
    if (e === null) return null;
    let literal = literalOf(e);
    if (literal === null && e.kind === 'path') {
      const value = resolveConstantName(cx, e.segments, e.span);
      if (value.kind === 'error') return 'bad';
      if (value.kind === 'const') {
        const found = constLiteral(cx, value.decl, e.span, 0);
        if (found !== null) literal = { value: found, ty: value.decl.ty };
      }
    }
    const kind = literal?.value.kind;
    if (literal === null || (kind !== 'int' && kind !== 'float' && kind !== 'rune')) {
      cx.error({ code: 'CJ0427', span: e.span, label: 'ends' });
      return 'bad';
    }
    const own = literal.ty ?? (kind === 'int' ? cx.fresh('int') : cx.fresh('float'));
    if (!cx.unify(peeled.ty, own)) {
      reportPattern(cx, e.span, own, peeled.ty);
      return 'bad';
    }
    checkRangeOf(cx, literal.value, peeled.ty, e.span);
    return { value: literal.value, ty: own };
  };
  const lo = end(pattern.start);
  const hi = end(pattern.end);
  if (lo === 'bad' || hi === 'bad') return errorPat(p, pattern);
  if (lo !== null && hi !== null && isEmptyRange(lo.value, hi.value, pattern.inclusive)) {
    cx.error({ code: 'CJ0427', span: pattern.span, label: 'empty' });
    return errorPat(p, pattern);
  }
  return peeled.wrap(cx.addPat({
    kind: 'range', lo: lo?.value ?? null, hi: hi?.value ?? null, exclusiveEnd: !pattern.inclusive && hi !== null, ty: peeled.ty, span: pattern.span,
  }));
}

function isEmptyRange(lo: tree.Literal, hi: tree.Literal, inclusive: boolean): boolean {
  const value = (literal: tree.Literal): number | bigint => (literal.kind === 'int' || literal.kind === 'float' || literal.kind === 'rune' ? literal.value : 0);
  return inclusive ? value(lo) > value(hi) : value(lo) >= value(hi);
}

// ---------------------------------------------------------------- structs and variants

type FieldPats = readonly { readonly index: number; readonly pat: tree.Pat }[];

function variant(p: PatCx, pattern: ast.Pattern, own: AdtTy, decl: VariantDecl, ty: Ty, mode: Mode, fields: (args: readonly Ty[], mode: Mode) => FieldPats): tree.Pat {
  const { cx } = p;
  const peeled = peel(p, ty, mode);
  if (peeled.ty.kind === 'poison') {
    fields(own.args, mode);
    p.cx.failed = true;
    return cx.addPat({ kind: 'error', ty: tys.poison, span: pattern.span });
  }
  if (!cx.unify(peeled.ty, own)) {
    reportPattern(cx, pattern.span, own, peeled.ty);
    return errorPat(p, pattern);
  }
  return peeled.wrap(cx.addPat({ kind: 'variant', adt: own.decl, variant: decl.index, fields: fields(own.args, peeled.mode), ty: peeled.ty, span: pattern.span }));
}

function checkTupleStruct(p: PatCx, pattern: ast.TupleStructPattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  const value = resolveValue(cx, pattern.path.segments, pattern.path.span);
  if (value.kind !== 'ctor') {
    if (value.kind !== 'error') cx.error({ code: 'CJ0426', span: pattern.path.span });
    return errorPat(p, pattern);
  }
  const { variant: decl } = value;
  if (decl.form !== 'tuple') {
    cx.error({ code: 'CJ0429', span: pattern.span, args: { name: decl.name, form: formOf(decl) }, related: [{ span: decl.span, label: 'declared' }] });
    return errorPat(p, pattern);
  }
  const places = spread(p, pattern.elements, decl.fields.length, pattern.span, decl.name);
  if (places === null) return errorPat(p, pattern);
  return variant(p, pattern, value.ty, decl, ty, mode, (args, inner) => places.map(({ index, pattern: element }) => ({
    index, pat: check(p, element, cx.instantiate(decl.fields[index]!.ty, args, element.span), inner),
  })));
}

/** Positions of the elements of a tuple-like pattern, with at most one `..`. Null, reported, where the number is wrong. */
function spread(p: PatCx, elements: readonly ast.Pattern[], total: number, span: Span, name: string): readonly { readonly index: number; readonly pattern: ast.Pattern }[] | null {
  const rest = elements.findIndex((element) => element.kind === 'rest');
  const given = rest < 0 ? elements.length : elements.length - 1;
  // The parser has reported a second `..`.
  if (elements.filter((element) => element.kind === 'rest').length > 1) return null;
  if ((rest < 0 && given !== total) || (rest >= 0 && given > total)) {
    p.cx.error({ code: 'CJ0421', span, args: { expected: total, found: given, name } });
    return null;
  }
  const out: { index: number; pattern: ast.Pattern }[] = [];
  elements.forEach((element, i) => {
    if (element.kind === 'rest') return;
    out.push({ index: rest >= 0 && i > rest ? total - (elements.length - i) : i, pattern: element });
  });
  return out;
}

function checkStructPattern(p: PatCx, pattern: ast.StructPattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  const shape = resolveShape(cx, pattern.path);
  if (shape === null) return errorPat(p, pattern);
  const { variant: decl } = shape;
  const seen = new Map<string, Span>();
  const known: { index: number; source: ast.FieldPattern }[] = [];
  let strange = false;
  if (decl.form === 'tuple' && pattern.fields.length > 0) {
    cx.error({ code: 'CJ0429', span: pattern.span, args: { name: decl.name, form: formOf(decl) }, related: [{ span: decl.span, label: 'declared' }] });
    return errorPat(p, pattern);
  }
  for (const field of pattern.fields) {
    const name = field.name.name;
    const found = decl.fields.find((candidate) => candidate.name === name);
    if (found === undefined) {
      const similar = closest(name, decl.fields.map((candidate) => candidate.name));
      cx.error({
        code: 'CJ0422', span: field.name.span, args: { name, owner: decl.name }, label: 'unknown', related: [{ span: decl.span, label: 'declared' }],
        fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: field.name.span, text: similar }] }],
      });
      bindAll(p, field.pattern);
      strange = true;
      continue;
    }
    if (seen.has(name)) cx.error({ code: 'CJ0422', span: field.name.span, args: { name, owner: decl.name }, label: 'twice' });
    seen.set(name, field.span);
    if (!shape.ty.decl.isEnum && !cx.session.resolver.isVisible(found.visibility, shape.ty.decl.module, cx.tcx.module)) {
      cx.error({ code: 'CJ0275', span: field.name.span, args: { what: 'field', name, owner: shape.ty.decl.name }, related: [{ span: found.span, label: 'declared' }] });
    }
    known.push({ index: found.index, source: field });
  }
  const missing = decl.fields.filter((field) => !seen.has(field.name)).map((field) => `\`${field.name}\``);
  if (!pattern.rest && !strange && missing.length > 0) {
    cx.error({ code: 'CJ0422', span: pattern.span, args: { name: missing.join(', '), owner: decl.name }, label: 'missing', related: [{ span: decl.span, label: 'declared' }] });
  }
  return variant(p, pattern, shape.ty, decl, ty, mode, (args, inner) => known.map(({ index, source }) => ({
    index, pat: check(p, source.pattern, cx.instantiate(decl.fields[index]!.ty, args, source.span), inner),
  })));
}

// ---------------------------------------------------------------- tuples, slices, references, alternatives

function checkTuplePattern(p: PatCx, pattern: ast.TuplePattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  const peeled = peel(p, ty, mode);
  const hasRest = pattern.elements.some((element) => element.kind === 'rest');
  let parts: readonly Ty[];
  if (peeled.ty.kind === 'tuple') {
    parts = peeled.ty.elements;
  } else if (peeled.ty.kind === 'infer' && peeled.ty.domain === 'any' && !hasRest) {
    parts = pattern.elements.map(() => cx.fresh());
    cx.unify(peeled.ty, tys.tuple(parts));
  } else if (peeled.ty.kind === 'poison') {
    return errorPat(p, pattern);
  } else {
    reportPattern(cx, pattern.span, tys.tuple(pattern.elements.map(() => cx.fresh())), peeled.ty);
    return errorPat(p, pattern);
  }
  const places = spread(p, pattern.elements, parts.length, pattern.span, 'tuple');
  if (places === null) return errorPat(p, pattern);
  const elements: tree.Pat[] = parts.map((part) => cx.addPat<tree.WildPat>({ kind: 'wild', ty: part, span: pattern.span }));
  for (const { index, pattern: element } of places) elements[index] = check(p, element, parts[index]!, peeled.mode);
  return peeled.wrap(cx.addPat({ kind: 'tuple', elements, ty: cx.shallow(peeled.ty), span: pattern.span }));
}

function checkSlice(p: PatCx, pattern: ast.SlicePattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  const peeled = peel(p, ty, mode);
  const at = peeled.ty;
  if (at.kind !== 'array' && at.kind !== 'slice') {
    if (at.kind !== 'poison') {
      const help = at.kind === 'adt' ? ['slice'] : [];
      if (!cx.isPoison(at)) cx.error({ code: 'CJ0420', span: pattern.span, args: { pattern: '[_]', value: cx.print(at) }, help });
    }
    return errorPat(p, pattern);
  }
  const isRest = (element: ast.Pattern): boolean => element.kind === 'rest' || (element.kind === 'binding' && element.sub !== null && element.sub.kind === 'rest');
  const restAt = pattern.elements.findIndex(isRest);
  // The parser has reported a second `..`.
  if (pattern.elements.filter(isRest).length > 1) return errorPat(p, pattern);
  const given = restAt < 0 ? pattern.elements.length : pattern.elements.length - 1;
  let restTy: Ty = tys.slice(at.element);
  if (at.kind === 'array') {
    const length = cx.shallow(at.length);
    if (length.kind === 'infer' && restAt < 0) cx.unify(length, tys.constant(BigInt(given)));
    if (length.kind === 'const') {
      const bad = restAt < 0 ? BigInt(given) !== length.value : BigInt(given) > length.value;
      if (bad) {
        cx.error({ code: 'CJ0421', span: pattern.span, args: { expected: Number(length.value), found: given, name: 'array' } });
        return errorPat(p, pattern);
      }
      restTy = tys.array(at.element, tys.constant(length.value - BigInt(given)));
    }
  }
  const one = (element: ast.Pattern): tree.Pat => check(p, element, cx.shallow(at.element), peeled.mode);
  const prefix = (restAt < 0 ? pattern.elements : pattern.elements.slice(0, restAt)).map(one);
  const suffix = restAt < 0 ? [] : pattern.elements.slice(restAt + 1).map(one);
  let rest: tree.Pat | null = null;
  if (restAt >= 0) {
    const element = pattern.elements[restAt]!;
    if (element.kind === 'binding') {
      // A part of a slice has no size of its own: it is always bound by reference.
      const bindMode = peeled.mode === 'move' ? (at.kind === 'slice' ? 'ref' : 'move') : peeled.mode;
      const local = bindName(p, element.name, element.mutable, bindMode === 'move' ? restTy : tys.ref(restTy, bindMode === 'refMut'));
      rest = cx.addPat({ kind: 'bind', local, mode: bindMode, sub: null, ty: restTy, span: element.span });
    } else {
      rest = cx.addPat({ kind: 'wild', ty: restTy, span: element.span });
    }
  }
  return peeled.wrap(cx.addPat({ kind: 'slice', prefix, rest, suffix, ty: at, span: pattern.span }));
}

function checkRefPattern(p: PatCx, pattern: ast.RefPattern, ty: Ty): tree.Pat {
  const { cx } = p;
  const at = cx.known(ty);
  if (at.kind === 'poison') return errorPat(p, pattern);
  if (at.kind === 'infer' && at.domain === 'any') {
    const target = cx.fresh();
    cx.unify(at, tys.ref(target, pattern.mutable));
    return cx.addPat({ kind: 'deref', inner: check(p, pattern.inner, target, 'move'), ty: cx.resolve(at), span: pattern.span });
  }
  if (at.kind !== 'ref' || (pattern.mutable && !at.mutable)) {
    reportPattern(cx, pattern.span, tys.ref(cx.fresh(), pattern.mutable), at);
    return errorPat(p, pattern);
  }
  return cx.addPat({ kind: 'deref', inner: check(p, pattern.inner, cx.shallow(at.target), 'move'), ty: at, span: pattern.span });
}

function checkOr(p: PatCx, pattern: ast.OrPattern, ty: Ty, mode: Mode): tree.Pat {
  const { cx } = p;
  let first: Binds | null = null;
  const alternatives: tree.Pat[] = [];
  for (const alternative of pattern.alternatives) {
    const binds: Binds = new Map();
    const inner: PatCx = { ...p, binds, shared: first ?? p.shared };
    alternatives.push(check(inner, alternative, ty, mode));
    if (first === null) {
      first = binds;
      continue;
    }
    for (const [name, local] of first) {
      if (!binds.has(name)) cx.error({ code: 'CJ0424', span: alternative.span, args: { name }, related: [{ span: local.span, label: 'bound' }] });
    }
    if ([...first.keys()].some((name) => !binds.has(name))) continue;
    for (const [name, local] of binds) {
      if (!first.has(name)) cx.error({ code: 'CJ0424', span: pattern.alternatives[0]!.span, args: { name }, related: [{ span: local.span, label: 'bound' }] });
    }
  }
  for (const [name, local] of first ?? []) {
    const before = p.binds.get(name);
    if (before !== undefined) cx.error({ code: 'CJ0423', span: local.span, args: { name }, related: [{ span: before.span, label: 'first' }] });
    p.binds.set(name, local);
  }
  return cx.addPat({ kind: 'or', alternatives, ty, span: pattern.span });
}
