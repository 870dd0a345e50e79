/**
 * `@derive(…)`: impls made as syntax, which then go through the ordinary collection and checking.
 * Consumes: a struct or enum as written. Produces: ImplItems whose spans are those of the trait's name in `@derive`, so that mistakes in them point there.
 * All names in them are absolute (`$lang::Clone`), so nothing that the user declares can change their meaning.
 */
import { nearestName } from '../../names/index.ts';
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import { findAttribute } from './attributes.ts';
import type { Session } from './session.ts';
import { SyntaxMaker } from './syntax-maker.ts';

type Adt = ast.StructItem | ast.EnumItem;

const DERIVABLE = ['Copy', 'Clone', 'Debug', 'Display', 'Eq', 'Ord', 'Hash', 'Default'] as const;
type Derivable = (typeof DERIVABLE)[number];

/** Not derivable yet, though the language names them. */
const LATER: ReadonlySet<string> = new Set(['Encode', 'Decode']);

export function deriveImpls(session: Session, item: Adt): readonly ast.ImplItem[] {
  const out: ast.ImplItem[] = [];
  const seen = new Map<string, Span>();
  const wanted: { readonly trait: Derivable; readonly span: Span }[] = [];
  for (const attr of item.attrs) {
    if (attr.name.name !== 'derive') continue;
    if (attr.args.length === 0) session.report({ code: 'CJ0224', span: attr.span, args: { known: DERIVABLE.join(', ') } });
    for (const arg of attr.args) {
      const name = arg.kind === 'path' ? arg.segments.at(-1)!.name.name : null;
      if (name === null) {
        if (arg.kind !== 'error') session.report({ code: 'CJ0224', span: arg.span, args: { known: DERIVABLE.join(', ') } });
        continue;
      }
      if (LATER.has(name)) {
        session.report({ code: 'CJ0226', span: arg.span, args: { name } });
        continue;
      }
      const trait = DERIVABLE.find((known) => known === name);
      if (trait === undefined) {
        const similar = nearestName(name, DERIVABLE);
        session.report({
          code: 'CJ0225',
          span: arg.span,
          args: { name, known: DERIVABLE.join(', ') },
          fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: arg.span, text: similar }] }],
        });
        continue;
      }
      const other = seen.get(name);
      if (other !== undefined) {
        session.report({ code: 'CJ0205', span: arg.span, args: { name }, related: [{ span: other, label: 'first', args: { name } }] });
        continue;
      }
      seen.set(name, arg.span);
      wanted.push({ trait, span: arg.span });
    }
  }
  if (item.name.name === '') return out;
  for (const { trait, span } of wanted) {
    const maker = new Deriver(session, item, span, seen.has('Copy') && item.generics.params.every((param) => param.constType !== null));
    const impl = maker.derive(trait);
    if (impl !== null) out.push(impl);
  }
  return out;
}

/** A variant, or the one shape of a struct, in a uniform form. */
interface Shape {
  readonly name: string;
  readonly form: 'named' | 'tuple' | 'unit';
  readonly fields: readonly string[];
}

class Deriver {
  private readonly session: Session;
  private readonly item: Adt;
  private readonly m: SyntaxMaker;
  /** Whether the type is Copy whatever its arguments: then a clone is a copy. */
  private readonly isCopy: boolean;
  private readonly shapes: readonly Shape[];

  constructor(session: Session, item: Adt, span: Span, isCopy: boolean) {
    this.session = session;
    this.item = item;
    this.m = new SyntaxMaker(span);
    this.isCopy = isCopy;
    const shapeOf = (name: string, body: ast.FieldsBody): Shape => ({
      name,
      form: body.kind,
      fields: body.kind === 'named' ? body.fields.map((field) => field.name.name) : body.kind === 'tuple' ? body.fields.map((_, i) => `${i}`) : [],
    });
    this.shapes = item.kind === 'struct' ? [shapeOf(item.name.name, item.body)] : item.variants.map((variant) => shapeOf(variant.name.name, variant.body));
  }

  derive(trait: Derivable): ast.ImplItem | null {
    const members = this.members(trait);
    if (members === null) return null;
    const { m, item } = this;
    const bound = m.langType(trait);
    const generics: ast.Generics = {
      params: item.generics.params.map((param) => (param.constType === null ? { ...param, bounds: [...param.bounds, bound] } : param)),
      span: m.span,
    };
    const args = item.generics.params.map((param): ast.GenericArg => {
      const path = m.pathType([param.name.name]);
      return param.constType === null ? { kind: 'type', type: path } : { kind: 'const', value: m.name(param.name.name) };
    });
    const self: ast.PathType = { kind: 'path', segments: [{ name: m.ident(item.name.name), args: args.length === 0 ? null : args }], span: m.span };
    return {
      kind: 'impl', keyword: m.span, unsafe: false, negative: null, generics, trait: bound, type: self, where: item.where, members, attrs: [], visibility: 'private', doc: null, span: m.span,
    };
  }

  private members(trait: Derivable): readonly ast.ImplMember[] | null {
    const { m } = this;
    const self = m.pathType(['Self']);
    switch (trait) {
      case 'Copy':
        return [];
      case 'Clone':
        return [m.fn('clone', 'ref', [], self, () => this.clone())];
      case 'Eq':
        return [m.fn('eq', 'ref', [m.param('other', m.refType(self, false))], m.pathType(['Bool']), () => this.eq())];
      case 'Ord':
        return [m.fn('cmp', 'ref', [m.param('other', m.refType(self, false))], m.langType('Ordering'), () => this.cmp())];
      case 'Hash':
        return [m.fn('hash', 'ref', [m.param('h', m.refType(m.langType('Hasher'), true))], null, () => this.hash())];
      case 'Debug':
        return [m.fn('fmt', 'ref', [m.param('f', m.refType(m.langType('Formatter'), true))], null, () => this.debug())];
      case 'Display': {
        const full = this.shapes.find((shape) => shape.form !== 'unit');
        if (this.item.kind === 'struct' || full !== undefined) {
          this.session.report({ code: 'CJ0227', span: m.span, args: { name: this.item.name.name } });
          return null;
        }
        return [m.fn('fmt', 'ref', [m.param('f', m.refType(m.langType('Formatter'), true))], null, () => this.display())];
      }
      case 'Default': {
        const shape = this.defaultShape();
        const fresh = (): ast.Expr => m.call(m.lang('Default', 'default'), []);
        return shape === null ? null : [m.fn('default', null, [], self, () => m.block([], this.construct(shape, fresh)))];
      }
    }
  }

  // ---------------------------------------------------------------- shapes

  /** The path of a struct or variant: `Point`, `Shape::Circle`. */
  private pathOf(shape: Shape): readonly string[] {
    return this.item.kind === 'struct' ? [shape.name] : [this.item.name.name, shape.name];
  }

  /** A pattern that binds each field to its name after `prefix`. */
  private pattern(shape: Shape, prefix: string): ast.Pattern {
    const { m } = this;
    const path = m.pathType(this.pathOf(shape));
    const bind = (field: string): ast.Pattern => ({ kind: 'binding', mutable: false, name: m.ident(prefix + field), sub: null, span: m.span });
    if (shape.form === 'tuple') return { kind: 'tupleStruct', path, elements: shape.fields.map(bind), span: m.span };
    if (shape.form === 'named') {
      const fields = shape.fields.map((field): ast.FieldPattern => ({ name: m.ident(field), pattern: bind(field), shorthand: false, span: m.span }));
      return { kind: 'struct', path, fields, rest: false, span: m.span };
    }
    return { kind: 'path', path, span: m.span };
  }

  /** The same shape built of one value a field. */
  private construct(shape: Shape, value: (field: string) => ast.Expr): ast.Expr {
    const { m } = this;
    const path = this.pathOf(shape);
    if (shape.form === 'unit') return m.path(path);
    if (shape.form === 'tuple') return m.call(m.path(path), shape.fields.map(value));
    const fields = shape.fields.map((field): ast.FieldInit => ({ name: m.ident(field), value: value(field), shorthand: false, span: m.span }));
    return { kind: 'struct', path: m.pathType(path), fields, base: null, span: m.span };
  }

  private field(base: string, field: string): ast.Expr {
    const { m } = this;
    const object = m.name(base);
    if (/^\d/.test(field)) return { kind: 'tupleField', base: object, index: Number(field), indexSpan: m.span, span: m.span };
    return { kind: 'field', base: object, name: m.ident(field), span: m.span };
  }

  /** `match self { … }` with one arm a variant; the fields are bound as references. */
  private matchSelf(body: (shape: Shape) => ast.Expr): ast.Expr {
    const { m } = this;
    const scrutinee = this.shapes.length === 0 ? m.deref(m.name('self')) : m.name('self');
    return m.match(scrutinee, this.shapes.map((shape) => [this.pattern(shape, 'a_'), body(shape)]));
  }

  /** The place of a value's variant among the variants, as an Int64. */
  private rank(of: string): ast.Expr {
    const { m } = this;
    const arms = this.shapes.map((shape, i): [ast.Pattern, ast.Expr] => {
      const path = m.pathType(this.pathOf(shape));
      const pattern: ast.Pattern =
        shape.form === 'unit'
          ? { kind: 'path', path, span: m.span }
          : shape.form === 'tuple'
            ? { kind: 'tupleStruct', path, elements: [{ kind: 'rest', span: m.span }], span: m.span }
            : { kind: 'struct', path, fields: [], rest: true, span: m.span };
      return [pattern, m.int(BigInt(i), 'i64')];
    });
    return m.match(m.name(of), arms);
  }

  /** `match (self, other)`: variants with fields against themselves, then everything else. */
  private matchBoth(same: (shape: Shape) => ast.Expr, others: () => ast.Expr): ast.Expr {
    const { m } = this;
    const full = this.shapes.filter((shape) => shape.fields.length > 0);
    if (full.length === 0) return others();
    const arms = full.map((shape): [ast.Pattern, ast.Expr] => [
      { kind: 'tuple', elements: [this.pattern(shape, 'a_'), this.pattern(shape, 'b_')], span: m.span },
      same(shape),
    ]);
    if (this.shapes.length > 1) arms.push([{ kind: 'wild', span: m.span }, others()]);
    return m.match({ kind: 'tuple', elements: [m.name('self'), m.name('other')], span: m.span }, arms);
  }

  // ---------------------------------------------------------------- bodies

  private clone(): ast.BlockExpr {
    const { m } = this;
    if (this.isCopy) return m.block([], m.deref(m.name('self')));
    const cloned = (place: ast.Expr): ast.Expr => m.call(m.lang('Clone', 'clone'), [place]);
    if (this.item.kind === 'struct') return m.block([], this.construct(this.shapes[0]!, (field) => cloned(m.ref(this.field('self', field)))));
    return m.block([], this.matchSelf((shape) => this.construct(shape, (field) => cloned(m.name(`a_${field}`)))));
  }

  private eq(): ast.BlockExpr {
    const { m } = this;
    const all = (tests: readonly ast.Expr[]): ast.Expr =>
      tests.length === 0 ? m.bool(true) : tests.reduce((left, right): ast.Expr => ({ kind: 'logical', op: '&&', left, right, span: m.span }));
    const equal = (left: ast.Expr, right: ast.Expr): ast.Expr => ({ kind: 'binary', op: '==', opSpan: m.span, left, right, span: m.span });
    if (this.item.kind === 'struct') return m.block([], all(this.shapes[0]!.fields.map((field) => equal(this.field('self', field), this.field('other', field)))));
    if (this.shapes.length === 0) return m.block([], this.matchSelf(() => m.bool(true)));
    const sameRank = (): ast.Expr => (this.shapes.some((shape) => shape.fields.length === 0) ? equal(this.rank('self'), this.rank('other')) : m.bool(false));
    return m.block([], this.matchBoth((shape) => all(shape.fields.map((field) => equal(m.deref(m.name(`a_${field}`)), m.deref(m.name(`b_${field}`))))), sameRank));
  }

  private cmp(): ast.BlockExpr {
    const { m } = this;
    const compare = (left: ast.Expr, right: ast.Expr): ast.Expr => m.call(m.lang('Ord', 'cmp'), [left, right]);
    /** The first that is not Equal decides. */
    const chain = (tests: readonly ast.Expr[]): ast.Expr => {
      if (tests.length === 0) return m.lang('Ordering', 'Equal');
      const [first, ...rest] = tests;
      if (rest.length === 0) return first!;
      const other: ast.Pattern = { kind: 'binding', mutable: false, name: m.ident('decided'), sub: null, span: m.span };
      return m.match(first!, [
        [{ kind: 'path', path: m.langType('Ordering', 'Equal'), span: m.span }, chain(rest)],
        [other, m.name('decided')],
      ]);
    };
    if (this.item.kind === 'struct') return m.block([], chain(this.shapes[0]!.fields.map((field) => compare(m.ref(this.field('self', field)), m.ref(this.field('other', field))))));
    if (this.shapes.length === 0) return m.block([], this.matchSelf(() => m.lang('Ordering', 'Equal')));
    const byRank = (): ast.Expr => m.block([m.let('mine', this.rank('self')), m.let('theirs', this.rank('other'))], compare(m.ref(m.name('mine')), m.ref(m.name('theirs'))));
    return m.block([], this.matchBoth((shape) => chain(shape.fields.map((field) => compare(m.name(`a_${field}`), m.name(`b_${field}`)))), byRank));
  }

  private hash(): ast.BlockExpr {
    const { m } = this;
    const feed = (place: ast.Expr): ast.Stmt => m.stmt(m.call(m.lang('Hash', 'hash'), [place, m.name('h')]));
    if (this.item.kind === 'struct') return m.block(this.shapes[0]!.fields.map((field) => feed(m.ref(this.field('self', field)))), null);
    if (this.shapes.length === 0) return m.block([], this.matchSelf(() => m.unit()));
    const fields = this.matchSelf((shape) => m.block(shape.fields.map((field) => feed(m.name(`a_${field}`))), null));
    const full = this.shapes.some((shape) => shape.fields.length > 0);
    return m.block([m.let('rank', this.rank('self')), feed(m.ref(m.name('rank'))), ...(full ? [m.stmt(fields)] : [])], null);
  }

  private debug(): ast.BlockExpr {
    const { m } = this;
    const call = (method: string, args: readonly ast.Expr[]): ast.Stmt => m.stmt(m.methodCall(m.name('f'), method, args));
    const show = (shape: Shape, place: (field: string) => ast.Expr): readonly ast.Stmt[] => {
      const kind = shape.form === 'unit' ? 0n : shape.form === 'tuple' ? 1n : 2n;
      return [
        call('debugBegin', [m.string(shape.name), m.int(kind, 'u32')]),
        ...shape.fields.flatMap((field) => [
          call('debugField', [m.string(shape.form === 'named' ? field : '')]),
          m.stmt(m.call(m.lang('Debug', 'fmt'), [place(field), m.name('f')])),
        ]),
        call('debugEnd', []),
      ];
    };
    if (this.item.kind === 'struct') return m.block(show(this.shapes[0]!, (field) => m.ref(this.field('self', field))), null);
    return m.block([], this.matchSelf((shape) => m.block(show(shape, (field) => m.name(`a_${field}`)), null)));
  }

  private display(): ast.BlockExpr {
    const { m } = this;
    if (this.shapes.length === 0) return m.block([], this.matchSelf(() => m.unit()));
    const text = m.let('text', this.matchSelf((shape) => m.string(shape.name)), m.refType(m.pathType(['str']), false));
    return m.block([text, m.stmt(m.call(m.lang('Display', 'fmt'), [m.name('text'), m.name('f')]))], null);
  }

  /** The struct itself, or the variant marked `@default`. */
  private defaultShape(): Shape | null {
    const { m, item } = this;
    if (item.kind === 'struct') return this.shapes[0]!;
    const marked = item.variants.findIndex((variant) => findAttribute(variant.attrs, 'default') !== null);
    if (marked < 0) this.session.report({ code: 'CJ0228', span: m.span, args: { name: item.name.name } });
    return this.shapes[marked] ?? null;
  }
}
