/**
 * First stage of collection: a node for each declaration, entered in its scope.
 * Consumes: the items of a module or block. Produces: nodes whose signatures are thunks, scopes with names and imports. No type is
 * lowered here, so the order of items and modules does not matter.
 */
import { visitBlocksWithItems } from '../../names/index.ts';
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { FnSig, ModuleDecl, ParamDecl, Predicate } from '../program.ts';
import type { ItemScope, Resolution, TypeContext } from '../resolve.ts';
import { identityArgs } from '../solve/index.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import { checkAttributes, findAttribute, flagsOf, stringArgument } from './attributes.ts';
import { evalConst, typeOfIntSuffix } from './const-eval.ts';
import { deriveImpls } from './derive.ts';
import { dynShape } from './dyn-shape.ts';
import { lazy } from './lazy.ts';
import { lowerBound, lowerTraitRef, lowerType, resolveTrait } from './lower-type.ts';
import {
  AdtNode, AliasNode, AssocTypeNode, AssocValue, ConstNode, FieldNode, FnNode, GenericParamNode, GenericsNode, headerContext, ImplNode, TraitNode, VariantNode,
} from './nodes.ts';
import type { Clause, DeclInit } from './nodes.ts';
import { Scope } from './scope.ts';
import type { Entry, Namespace } from './scope.ts';
import type { Session } from './session.ts';
import { showTypeExpr } from './show-syntax.ts';

const NO_PREDICATES: readonly Predicate[] = [];
const NO_GENERICS = new GenericsNode(null, [], [], null, () => NO_PREDICATES);

/** Declares everything of a module. */
export function declareModule(session: Session, module: ModuleDecl): void {
  new Declarer(session, module, session.scopes.get(module)!, null).items(module.syntax.items);
}

class Declarer {
  private readonly session: Session;
  private readonly module: ModuleDecl;
  private readonly scope: Scope;
  /** Null at the level of the module: what `TypeContext.scope` holds. */
  private readonly itemScope: ItemScope | null;

  constructor(session: Session, module: ModuleDecl, scope: Scope, itemScope: Scope | null) {
    this.session = session;
    this.module = module;
    this.scope = scope;
    this.itemScope = itemScope;
  }

  items(items: readonly ast.Item[]): void {
    for (const item of items) this.item(item);
  }

  private item(item: ast.Item): void {
    switch (item.kind) {
      case 'fn': {
        checkAttributes(this.session, item.attrs, 'fn', this.module.isStd);
        const node = this.fn(item, null, null);
        this.enter('value', node.name, { kind: 'fn', decl: node }, item.visibility, node.nameSpan);
        this.lang(item, node);
        break;
      }
      case 'struct':
      case 'enum':
        this.adt(item);
        break;
      case 'trait':
        this.trait(item);
        break;
      case 'impl':
        checkAttributes(this.session, item.attrs, 'impl', this.module.isStd);
        this.impl(item, false);
        break;
      case 'const': {
        checkAttributes(this.session, item.attrs, 'const', this.module.isStd);
        const node = this.constant(item, null, () => null);
        if (node.name !== '_') this.enter('value', node.name, { kind: 'const', decl: node }, item.visibility, node.nameSpan);
        break;
      }
      case 'typeAlias':
        this.alias(item);
        break;
      case 'import':
        checkAttributes(this.session, item.attrs, 'import', this.module.isStd);
        for (const entry of item.entries) this.import(item, entry);
        break;
      case 'extern':
        checkAttributes(this.session, item.attrs, 'extern', this.module.isStd);
        for (const fn of item.fns) {
          checkAttributes(this.session, fn.attrs, 'extern fn', this.module.isStd);
          const node = this.fn(fn, null, item);
          this.enter('value', node.name, { kind: 'fn', decl: node }, fn.visibility, node.nameSpan);
        }
        break;
      case 'error':
        break;
    }
  }

  // ---------------------------------------------------------------- names

  private enter(ns: Namespace, name: string, res: Resolution, visibility: ast.Visibility, span: Span): void {
    if (name === '') return;
    const table = this.scope.table(ns);
    const other = table.get(name);
    if (other !== undefined) {
      this.session.report({ code: 'CJ0205', span, args: { name }, related: [{ span: other.span, label: 'first', args: { name } }] });
      return;
    }
    const imported = this.scope.imports.get(name);
    if (imported !== undefined) {
      this.session.report({ code: 'CJ0205', span, args: { name }, related: [{ span: imported.syntax.span, label: 'imported', args: { name } }] });
      this.scope.imports.delete(name);
    }
    const entry: Entry = { res, visibility, home: this.module, span };
    table.set(name, entry);
  }

  private import(item: ast.ImportItem, syntax: ast.ImportEntry): void {
    if (syntax.as === null) {
      this.scope.globs.push({ syntax, visibility: item.visibility, scope: this.scope, source: undefined, busy: false });
      return;
    }
    const { name, span } = syntax.as;
    const other = this.scope.imports.get(name);
    const own = this.scope.types.get(name) ?? this.scope.values.get(name);
    if (other !== undefined || own !== undefined) {
      const label = other === undefined ? 'first' : 'imported';
      this.session.report({ code: 'CJ0205', span, args: { name }, related: [{ span: other?.syntax.span ?? own!.span, label, args: { name } }] });
      return;
    }
    this.scope.imports.set(name, { syntax, visibility: item.visibility, scope: this.scope, state: 'new', used: false, target: null });
  }

  private lang(item: ast.Item, node: FnNode | AdtNode | TraitNode): void {
    const attr = findAttribute(item.attrs, 'lang');
    if (attr === null || !this.module.isStd) return;
    const name = stringArgument(this.session, attr);
    if (name !== null) this.session.lang.set(name, node);
  }

  /** Members of a trait, and of its impls, are as visible as the trait. */
  private init(item: Pick<ast.FnItem, 'name' | 'attrs' | 'visibility' | 'doc' | 'span'>, parent: TraitNode | ImplNode | null = null): DeclInit {
    const open = parent !== null && (parent.kind === 'trait' || parent.syntax.trait !== null);
    return {
      id: this.session.newId(), name: item.name, module: this.module, scope: this.itemScope, span: item.span,
      visibility: open ? 'public' : item.visibility, attrs: item.attrs, doc: item.doc,
    };
  }

  // ---------------------------------------------------------------- generics

  /**
   * Parameters and bounds as written. `hidden` are the types of parameters spelt `f: fn(A): B`. `extra` adds what is known besides.
   * A parameter list without anything shares the parent's node where there is no owner of its own.
   */
  private generics(
    syntax: ast.Generics,
    where: readonly ast.WhereBound[],
    parent: GenericsNode | null,
    owner: TraitNode | ImplNode | null,
    selfTy: () => Ty | null,
    options: { readonly self?: ast.Ident; readonly hidden?: readonly ast.FnType[]; readonly extra?: (generics: GenericsNode) => readonly Predicate[] } = {},
  ): GenericsNode {
    const hidden = options.hidden ?? [];
    if (syntax.params.length === 0 && where.length === 0 && hidden.length === 0 && options.self === undefined && options.extra === undefined) {
      if (parent !== null) return new GenericsNode(parent, [], [], owner, () => parent.predicates);
      if (owner === null) return NO_GENERICS;
    }
    const { session } = this;
    const own: GenericParamNode[] = [];
    const clauses: Clause[] = [];
    let index = parent?.total ?? 0;
    const add = (param: GenericParamNode): void => {
      own.push(param);
      index++;
    };
    if (options.self !== undefined) add(new GenericParamNode('Self', index, false, options.self.span, false, () => null));
    const context = (): TypeContext => headerContext(this.module, this.itemScope, node, selfTy());
    for (const param of syntax.params) {
      const { name, constType } = param;
      const first = own.find((other) => other.name === name.name);
      if (first !== undefined) session.report({ code: 'CJ0205', span: name.span, args: { name: name.name }, related: [{ span: first.span, label: 'first', args: { name: name.name } }] });
      const decl = new GenericParamNode(name.name, index, false, name.span, constType !== null, lazy(() => (constType === null ? null : this.constParamType(constType, context())), () => tys.usize));
      add(decl);
      if (param.bounds.length > 0) clauses.push({ subject: decl, bounds: param.bounds });
    }
    for (const type of hidden) {
      const decl = new GenericParamNode(showTypeExpr(type), index, true, type.span, false, () => null);
      add(decl);
      clauses.push({ subject: decl, bounds: [type] });
    }
    for (const clause of where) clauses.push({ subject: clause.type, bounds: clause.bounds });
    const lowered = lazy((): readonly Predicate[] => {
      const out: Predicate[] = parent === null ? [] : [...parent.predicates];
      if (options.extra !== undefined) out.push(...options.extra(node));
      const cx = context();
      for (const clause of clauses) {
        const subject = 'kind' in clause.subject ? lowerType(session, clause.subject, cx, 'behind') : tys.param(clause.subject.index, clause.subject.name);
        if (subject.kind === 'poison') continue;
        for (const bound of clause.bounds) lowerBound(session, bound, subject, cx, out);
      }
      return out;
    }, () => NO_PREDICATES);
    const node: GenericsNode = new GenericsNode(parent, own, clauses, owner ?? parent?.owner ?? null, lowered);
    return node;
  }

  private constParamType(type: ast.TypeExpr, cx: TypeContext): Ty {
    const ty = lowerType(this.session, type, cx);
    if (ty.kind === 'int' || ty.kind === 'bool' || ty.kind === 'rune' || ty.kind === 'poison') return ty;
    this.session.report({ code: 'CJ0256', span: type.span });
    return tys.poison;
  }

  // ---------------------------------------------------------------- functions

  private fn(item: ast.FnItem, parent: TraitNode | ImplNode | null, block: ast.ExternItem | null): FnNode {
    const { session } = this;
    const intrinsicAttr = this.module.isStd ? findAttribute(item.attrs, 'intrinsic') : null;
    const nativeAttr = this.module.isStd ? findAttribute(item.attrs, 'native') : null;
    const symbol = nativeAttr === null ? null : stringArgument(session, nativeAttr);
    const foreign = block !== null || intrinsicAttr !== null || nativeAttr !== null;
    const native = block !== null ? { symbol: item.name.name, abi: block.abi } : symbol !== null ? { symbol, abi: 'C' } : null;
    const flags = flagsOf(session, block === null ? item.attrs : [...block.attrs, ...item.attrs]);
    const hidden: ast.FnType[] = [];
    if (!foreign) for (const param of item.params) if (param.type.kind === 'fn') hidden.push(param.type);
    const selfTy = (): Ty | null => selfTypeOf(parent);
    const node = new FnNode(this.init(item, parent), item, parent, (self) => ({
      generics: lazy(() => this.generics(item.generics, item.where, parent?.generics ?? null, parent, selfTy, { hidden }), () => NO_GENERICS),
      sig: lazy(() => this.signature(self, item, hidden, selfTy()), (): FnSig => ({ params: [], ret: tys.poison, hasSelf: false })),
      intrinsic: intrinsicAttr === null ? null : item.name.name,
      native,
      flags,
    }));
    session.fns.push(node);
    if (intrinsicAttr !== null) session.intrinsics.set(node.name, node);
    this.checkShape(item, parent, block);
    if (item.bodyHoldsItems) this.blocksIn(item.body!, node, node);
    return node;
  }

  /** What the form of a function says without any type; that it has a body where it needs one is the parser's to say. */
  private checkShape(item: ast.FnItem, parent: TraitNode | ImplNode | null, block: ast.ExternItem | null): void {
    const { session } = this;
    const args = { name: item.name.name };
    if (item.self !== null && parent === null) session.report({ code: 'CJ0232', span: item.self.span, args });
    if (block !== null && block.abi !== 'C' && block.abi !== 'go') session.report({ code: 'CJ0233', span: block.abiSpan, args: { abi: block.abi } });
    if (block !== null && item.generics.params.length > 0) session.report({ code: 'CJ0234', span: item.generics.span, args });
  }

  private signature(node: FnNode, item: ast.FnItem, hidden: readonly ast.FnType[], selfTy: Ty | null): FnSig {
    const cx = headerContext(this.module, this.itemScope, node.generics, selfTy);
    const params: ParamDecl[] = [];
    if (item.self !== null) {
      const self = selfTy ?? tys.poison;
      const ty = item.self.mode === 'value' ? self : tys.ref(self, item.self.mode === 'refMut');
      params.push({ name: 'self', ty, span: item.self.span });
    }
    const own = node.generics.own.filter((param) => param.hidden);
    for (const param of item.params) {
      const name = param.pattern.kind === 'binding' ? param.pattern.name.name : '_';
      const at = param.type.kind === 'fn' ? hidden.indexOf(param.type) : -1;
      const ty = at < 0 ? lowerType(this.session, param.type, cx) : tys.param(own[at]!.index, own[at]!.name);
      params.push({ name, ty, span: param.span });
    }
    const ret = item.ret === null ? tys.unit : lowerType(this.session, item.ret, cx);
    return { params, ret, hasSelf: item.self !== null };
  }

  /** Scopes for the items declared inside a body of `item`. */
  private blocksIn(body: ast.Expr, owner: FnNode | null, item: FnNode | ConstNode): void {
    let count = 0;
    visitBlocksWithItems(body, (block, outer) => {
      const around = outer === null ? (this.itemScope as Scope | null) : this.session.blockScopes.get(outer)!;
      const scope = new Scope(around, this.module, owner, `${this.itemScope?.label ?? ''}${memberLabel(item)}#${count++}`);
      this.session.blockScopes.set(block, scope);
      this.session.allScopes.push(scope);
      const inner = new Declarer(this.session, this.module, scope, scope);
      for (const stmt of block.stmts) if (stmt.kind === 'item') inner.item(stmt.item);
    });
  }

  // ---------------------------------------------------------------- types

  private adt(item: ast.StructItem | ast.EnumItem): void {
    const { session } = this;
    checkAttributes(session, item.attrs, item.kind, this.module.isStd);
    const selfTy = lazy((): Ty => tys.adt(node, identityArgs(node.generics)), () => tys.poison);
    const generics = lazy(() => this.generics(item.generics, item.where, null, null, selfTy), () => NO_GENERICS);
    const context = (): TypeContext => headerContext(this.module, this.itemScope, generics(), selfTy());
    const node: AdtNode = new AdtNode(this.init(item), item, generics, () => {
      if (item.kind === 'struct') return [new VariantNode(item.name.name, 0, item.body.kind, this.fields(item.body, null, context), item.span, null, () => 0n)];
      return this.enumVariants(item, context);
    });
    session.adts.push(node);
    this.enter('type', node.name, { kind: 'adt', decl: node }, item.visibility, node.nameSpan);
    if (item.kind === 'struct' && item.body.kind !== 'named') this.enter('value', node.name, { kind: 'adt', decl: node }, item.visibility, node.nameSpan);
    this.lang(item, node);
    for (const impl of deriveImpls(session, item)) this.impl(impl, true);
  }

  /** Fields of a struct or variant; a variant's are as visible as the enum. */
  private fields(body: ast.FieldsBody, visibility: ast.Visibility | null, context: () => TypeContext): FieldNode[] {
    if (body.kind === 'unit') return [];
    const lower = (type: ast.TypeExpr): (() => Ty) => lazy(() => lowerType(this.session, type, context()), () => tys.poison);
    if (body.kind === 'tuple') return body.fields.map((field, i) => new FieldNode(`${i}`, i, visibility ?? field.visibility, field.span, field.type, [], lower(field.type)));
    const seen = new Map<string, ast.FieldDecl>();
    return body.fields.map((field, i) => {
      checkAttributes(this.session, field.attrs, 'field', this.module.isStd);
      const { name, span } = field.name;
      const other = seen.get(name);
      if (other !== undefined) this.session.report({ code: 'CJ0205', span, args: { name }, related: [{ span: other.name.span, label: 'first', args: { name } }] });
      seen.set(name, field);
      return new FieldNode(name, i, visibility ?? field.visibility, field.span, field.type, field.attrs, lower(field.type));
    });
  }

  private enumVariants(item: ast.EnumItem, context: () => TypeContext): VariantNode[] {
    const seen = new Map<string, ast.VariantDecl>();
    const discriminants = lazy(() => this.discriminants(item, context()), (): readonly bigint[] => item.variants.map((_, i) => BigInt(i)));
    return item.variants.map((variant, i) => {
      checkAttributes(this.session, variant.attrs, 'variant', this.module.isStd);
      const { name, span } = variant.name;
      const other = seen.get(name);
      if (other !== undefined) this.session.report({ code: 'CJ0205', span, args: { name }, related: [{ span: other.name.span, label: 'first', args: { name } }] });
      seen.set(name, variant);
      return new VariantNode(name, i, variant.body.kind, this.fields(variant.body, 'public', context), span, variant, () => discriminants()[i]!);
    });
  }

  /** `Red = 3`: as written, or one more than the one before. */
  private discriminants(item: ast.EnumItem, cx: TypeContext): readonly bigint[] {
    const { session } = this;
    const plain = item.variants.every((variant) => variant.body.kind === 'unit');
    const seen = new Map<bigint, ast.VariantDecl>();
    let next = 0n;
    return item.variants.map((variant) => {
      if (variant.discriminant !== null) {
        if (!plain) session.report({ code: 'CJ0237', span: variant.discriminant.span, args: { name: item.name.name } });
        const value = evalConst(session, variant.discriminant, cx, tys.int64);
        if (value !== null) next = value;
      }
      const other = seen.get(next);
      if (other !== undefined && variant.discriminant !== null && plain) {
        session.report({
          code: 'CJ0238',
          span: variant.discriminant.span,
          args: { value: `${next}`, first: other.name.name },
          related: [{ span: other.name.span, label: 'first', args: { first: other.name.name } }],
        });
      } else if (other !== undefined && plain) {
        session.report({ code: 'CJ0238', span: variant.name.span, args: { value: `${next}`, first: other.name.name }, related: [{ span: other.name.span, label: 'first', args: { first: other.name.name } }] });
      }
      seen.set(next, variant);
      return next++;
    });
  }

  private alias(item: ast.TypeAliasItem): void {
    checkAttributes(this.session, item.attrs, 'type', this.module.isStd);
    const generics = lazy(() => this.generics(item.generics, [], null, null, () => null), () => NO_GENERICS);
    const { name } = item;
    const node = new AliasNode(this.init(item), item, generics,
      lazy((): Ty => lowerType(this.session, item.type, headerContext(this.module, this.itemScope, generics(), null), 'behind'), (): Ty => {
        this.session.report({ code: 'CJ0257', span: name.span, args: { name: name.name } });
        return tys.poison;
      }),
    );
    this.session.aliases.push(node);
    this.enter('type', node.name, { kind: 'alias', decl: node }, item.visibility, node.nameSpan);
  }

  private constant(item: ast.ConstItem, parent: TraitNode | ImplNode | null, selfTy: () => Ty | null): ConstNode {
    const generics = (): GenericsNode => parent?.generics ?? NO_GENERICS;
    const node = new ConstNode(this.init(item, parent), item, parent, generics, lazy((): Ty => {
      if (item.type !== null) return lowerType(this.session, item.type, headerContext(this.module, this.itemScope, generics(), selfTy()));
      const known = item.value === null ? null : this.typeOfLiteral(item.value);
      if (known !== null) return known;
      this.session.report({ code: 'CJ0235', span: item.name.span, args: { name: item.name.name } });
      return tys.poison;
    }, () => tys.poison));
    this.session.consts.push(node);
    if (item.value !== null) this.blocksIn(item.value, null, node);
    return node;
  }

  /** The type of a constant whose type was left out: that of its literal. */
  private typeOfLiteral(value: ast.Expr): Ty | null {
    const langAdt = (name: string): Ty | null => {
      const decl = this.session.lang.get(name);
      return decl?.kind === 'adt' ? tys.adt(decl, []) : null;
    };
    switch (value.kind) {
      case 'int': return value.suffix === null ? tys.int32 : typeOfIntSuffix(value.suffix);
      case 'float': return value.suffix === 'f32' ? tys.float32 : tys.float64;
      case 'bool': return tys.bool;
      case 'rune': return tys.rune;
      case 'byte': return tys.uint8;
      case 'string': return langAdt('String');
      case 'unitLiteral': return langAdt(value.dimension === 'duration' ? 'Duration' : 'ByteSize');
      case 'unary': return value.op === '-' && (value.operand.kind === 'int' || value.operand.kind === 'float') ? this.typeOfLiteral(value.operand) : null;
      case 'paren': return this.typeOfLiteral(value.inner);
      default: return null;
    }
  }

  // ---------------------------------------------------------------- traits and impls

  private trait(item: ast.TraitItem): void {
    const { session } = this;
    checkAttributes(session, item.attrs, 'trait', this.module.isStd);
    const selfTy = (): Ty => tys.param(0, 'Self');
    const methods: FnNode[] = [];
    const assocTypes: AssocTypeNode[] = [];
    const consts: ConstNode[] = [];
    const generics = lazy((): GenericsNode => this.generics(item.generics, item.where, null, node, selfTy, { self: item.name, extra: (own) => selfPredicates(own) }), () => NO_GENERICS);
    const context = (): TypeContext => headerContext(this.module, this.itemScope, generics(), selfTy());
    const lowerSupers = lazy((): readonly Predicate[] => {
      const out: Predicate[] = [];
      for (const bound of item.supertraits) {
        if (bound.kind === 'path') lowerBound(session, bound, selfTy(), context(), out);
        else session.report({ code: 'CJ0251', span: bound.span, args: { name: showTypeExpr(bound), kind: 'function type' } });
      }
      return out;
    }, () => NO_PREDICATES);
    /** `Self: Trait<…>`, and what the supertraits say of associated types. */
    const selfPredicates = (own: GenericsNode): readonly Predicate[] => [
      { kind: 'trait', ref: { trait: node, args: identityArgs(own) }, span: item.name.span },
      ...lowerSupers(),
    ];
    const parents = lazy((): readonly TraitNode[] => {
      const out: TraitNode[] = [];
      for (const bound of item.supertraits) {
        const parent = bound.kind === 'path' ? resolveTrait(session, bound, context(), true) : null;
        if (parent !== null && !leadsTo(parent, node)) out.push(parent);
      }
      return out;
    }, () => []);
    const node: TraitNode = new TraitNode(this.init(item), item, (self) => ({
      generics,
      supertraits: lazy(() => lowerSupers().flatMap((p) => (p.kind === 'trait' && self.parents.includes(p.ref.trait as TraitNode) ? [p.ref] : [])), () => []),
      parents,
      methods,
      assocTypes,
      consts,
      dyn: lazy(() => dynShape(session, self), () => ({ methods: [], because: null })),
    }));
    for (const member of item.members) {
      switch (member.kind) {
        case 'fn':
          checkAttributes(session, member.attrs, 'fn', this.module.isStd);
          methods.push(this.fn(member, node, null));
          break;
        case 'assocType': {
          const init: DeclInit = {
            id: session.newId(), name: member.name, module: this.module, scope: this.itemScope, span: member.span, visibility: item.visibility, attrs: [], doc: member.doc,
          };
          const assoc: AssocTypeNode = new AssocTypeNode(init, member, node, lazy(() => {
            const out: Predicate[] = [];
            const subject = tys.projection(assoc, identityArgs(generics()));
            for (const bound of member.bounds) lowerBound(session, bound, subject, context(), out);
            return out;
          }, () => NO_PREDICATES));
          assocTypes.push(assoc);
          break;
        }
        case 'const':
          checkAttributes(session, member.attrs, 'const', this.module.isStd);
          consts.push(this.constant(member, node, selfTy));
          break;
      }
    }
    reportDoubles(session, [...methods, ...assocTypes, ...consts]);
    session.traits.push(node);
    this.enter('type', node.name, { kind: 'trait', decl: node }, item.visibility, node.nameSpan);
    this.lang(item, node);
  }

  private impl(item: ast.ImplItem, derived: boolean): void {
    const { session } = this;
    const methods: FnNode[] = [];
    const assocTypes = new Map<string, AssocValue>();
    const consts: ConstNode[] = [];
    const headerSelf = lazy((): Ty => {
      const cx = headerContext(this.module, this.itemScope, generics(), null);
      return lowerType(session, item.type, cx, 'self');
    }, () => tys.poison);
    const generics = lazy((): GenericsNode => this.generics(item.generics, item.where, null, node, headerSelf), () => NO_GENERICS);
    const context = (): TypeContext => headerContext(this.module, this.itemScope, generics(), headerSelf());
    const node: ImplNode = new ImplNode(session.newId(), this.module, this.itemScope, item, derived, () => ({
      generics,
      selfTy: headerSelf,
      traitRef: lazy(() => {
        if (item.trait === null) return null;
        const lowered = lowerTraitRef(session, item.trait, headerSelf(), context());
        for (const p of lowered?.projections ?? []) session.report({ code: 'CJ0250', span: p.span, args: { name: p.assoc.name } });
        return lowered?.ref ?? null;
      }, () => null),
      methods,
      assocTypes,
      consts,
    }));
    for (const member of item.members) {
      switch (member.kind) {
        case 'fn':
          checkAttributes(session, member.attrs, 'fn', this.module.isStd);
          methods.push(this.fn(member, node, null));
          break;
        case 'typeAlias': {
          const { name, span } = member.name;
          if (item.trait === null) session.report({ code: 'CJ0268', span, args: { name } });
          const other = assocTypes.get(name);
          if (other !== undefined) session.report({ code: 'CJ0205', span, args: { name }, related: [{ span: other.span, label: 'first', args: { name } }] });
          assocTypes.set(name, new AssocValue(span, lazy((): Ty => lowerType(session, member.type, context(), 'behind'), (): Ty => {
            session.report({ code: 'CJ0257', span, args: { name } });
            return tys.poison;
          })));
          break;
        }
        case 'const':
          checkAttributes(session, member.attrs, 'const', this.module.isStd);
          consts.push(this.constant(member, node, headerSelf));
          break;
      }
    }
    reportDoubles(session, [...methods, ...consts]);
    session.impls.push(node);
  }
}

/** A function or constant, told from others in the same block: members by the head of what they stand in. */
function memberLabel(item: FnNode | ConstNode): string {
  const { parent, name } = item;
  if (parent === null) return name;
  if (parent.kind === 'trait') return `${parent.name}.${name}`;
  const { trait, type } = parent.syntax;
  return `<${trait === null ? '' : `${showTypeExpr(trait)} for `}${showTypeExpr(type)}>.${name}`;
}

/** What `Self` means inside a trait or an impl. */
function selfTypeOf(parent: TraitNode | ImplNode | null): Ty | null {
  if (parent === null) return null;
  return parent.kind === 'trait' ? tys.param(0, 'Self') : parent.selfTy;
}

function reportDoubles(session: Session, members: readonly { readonly name: string; readonly nameSpan: Span }[]): void {
  const seen = new Map<string, Span>();
  for (const { name, nameSpan } of members) {
    const other = seen.get(name);
    if (other !== undefined) session.report({ code: 'CJ0205', span: nameSpan, args: { name }, related: [{ span: other, label: 'first', args: { name } }] });
    seen.set(name, nameSpan);
  }
}

/** Whether `from` is `target` or has it among its supertraits, by names alone: such a supertrait is left out (and reported by the checks). */
function leadsTo(from: TraitNode, target: TraitNode, seen: Set<TraitNode> = new Set()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return from.parents.some((parent) => leadsTo(parent, target, seen));
}
