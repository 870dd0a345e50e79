/**
 * Declarations as the collector makes them: the interfaces of `program.ts` with parts that are computed at their first demand.
 * Consumes: syntax and thunks given by `declare.ts`. Holds: for each declaration where it stands, for lookups.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import type {
  AdtDecl, AssocTypeDecl, ConstDecl, FieldDecl, FnDecl, FnSig, GenericParamDecl, Generics, ImplDecl, MarkerName, ModuleDecl, Predicate, TraitDecl, TraitRef, VariantDecl,
} from '../program.ts';
import type { ItemScope, TypeAliasDecl, TypeContext } from '../resolve.ts';
import type { Ty } from '../ty.ts';

/** `subject: bounds` as written, of a parameter list or a `where` clause. */
export interface Clause {
  readonly subject: GenericParamDecl | ast.TypeExpr;
  readonly bounds: readonly ast.Bound[];
}

export class GenericsNode implements Generics {
  readonly parent: GenericsNode | null;
  readonly own: readonly GenericParamDecl[];
  readonly total: number;
  readonly clauses: readonly Clause[];
  /** The trait or impl whose generics these are, or inside which they stand: where `Self::Item` is looked up. */
  readonly owner: TraitNode | ImplNode | null;
  private readonly thunk: () => readonly Predicate[];

  constructor(parent: GenericsNode | null, own: readonly GenericParamDecl[], clauses: readonly Clause[], owner: TraitNode | ImplNode | null, thunk: () => readonly Predicate[]) {
    this.parent = parent;
    this.own = own;
    this.total = (parent?.total ?? 0) + own.length;
    this.clauses = clauses;
    this.owner = owner;
    this.thunk = thunk;
  }

  get predicates(): readonly Predicate[] {
    return this.thunk();
  }
}

export class GenericParamNode implements GenericParamDecl {
  readonly name: string;
  readonly index: number;
  readonly hidden: boolean;
  readonly span: Span;
  readonly isConst: boolean;
  private readonly thunk: () => Ty | null;

  constructor(name: string, index: number, hidden: boolean, span: Span, isConst: boolean, thunk: () => Ty | null) {
    this.name = name;
    this.index = index;
    this.hidden = hidden;
    this.span = span;
    this.isConst = isConst;
    this.thunk = thunk;
  }

  get constType(): Ty | null {
    return this.isConst ? this.thunk() : null;
  }
}

/** What all declarations with a name share. */
export interface DeclInit {
  readonly id: number;
  readonly name: ast.Ident;
  readonly module: ModuleDecl;
  readonly scope: ItemScope | null;
  readonly span: Span;
  readonly visibility: ast.Visibility;
  readonly attrs: readonly ast.Attribute[];
  readonly doc: string | null;
}

abstract class DeclNode {
  readonly id: number;
  readonly name: string;
  readonly module: ModuleDecl;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly visibility: ast.Visibility;
  readonly attrs: readonly ast.Attribute[];
  readonly doc: string | null;
  /** The block scope in which it is declared; null at the level of the module. */
  readonly scope: ItemScope | null;

  get block(): string | null {
    return this.scope === null ? null : this.scope.label;
  }

  constructor(init: DeclInit) {
    this.id = init.id;
    this.name = init.name.name;
    this.module = init.module;
    this.span = init.span;
    this.nameSpan = init.name.span;
    this.visibility = init.visibility;
    this.attrs = init.attrs;
    this.doc = init.doc;
    this.scope = init.scope;
  }
}

export interface FnParts {
  readonly generics: () => GenericsNode;
  readonly sig: () => FnSig;
  readonly intrinsic: string | null;
  readonly native: FnDecl['native'];
  readonly flags: FnDecl['flags'];
}

export class FnNode extends DeclNode implements FnDecl {
  readonly kind = 'fn';
  readonly syntax: ast.FnItem;
  readonly parent: TraitNode | ImplNode | null;
  readonly intrinsic: string | null;
  readonly native: FnDecl['native'];
  readonly unsafe: boolean;
  readonly flags: FnDecl['flags'];
  private readonly parts: FnParts;

  constructor(init: DeclInit, syntax: ast.FnItem, parent: TraitNode | ImplNode | null, parts: (self: FnNode) => FnParts) {
    super(init);
    this.syntax = syntax;
    this.parent = parent;
    this.unsafe = syntax.unsafe;
    this.parts = parts(this);
    this.intrinsic = this.parts.intrinsic;
    this.native = this.parts.native;
    this.flags = this.parts.flags;
  }

  get hasBody(): boolean {
    return this.syntax.bodySpan !== null;
  }

  get generics(): GenericsNode {
    return this.parts.generics();
  }

  get sig(): FnSig {
    return this.parts.sig();
  }
}

export class FieldNode implements FieldDecl {
  readonly name: string;
  readonly index: number;
  readonly visibility: ast.Visibility;
  readonly span: Span;
  readonly type: ast.TypeExpr;
  readonly attrs: readonly ast.Attribute[];
  private readonly thunk: () => Ty;

  constructor(name: string, index: number, visibility: ast.Visibility, span: Span, type: ast.TypeExpr, attrs: readonly ast.Attribute[], thunk: () => Ty) {
    this.name = name;
    this.index = index;
    this.visibility = visibility;
    this.span = span;
    this.type = type;
    this.attrs = attrs;
    this.thunk = thunk;
  }

  get ty(): Ty {
    return this.thunk();
  }
}

export class VariantNode implements VariantDecl {
  readonly name: string;
  readonly index: number;
  readonly form: 'named' | 'tuple' | 'unit';
  readonly fields: readonly FieldNode[];
  readonly span: Span;
  /** Null for the one variant of a struct. */
  readonly syntax: ast.VariantDecl | null;
  private readonly thunk: () => bigint;

  constructor(name: string, index: number, form: 'named' | 'tuple' | 'unit', fields: readonly FieldNode[], span: Span, syntax: ast.VariantDecl | null, thunk: () => bigint) {
    this.name = name;
    this.index = index;
    this.form = form;
    this.fields = fields;
    this.span = span;
    this.syntax = syntax;
    this.thunk = thunk;
  }

  get attrs(): readonly ast.Attribute[] {
    return this.syntax === null ? [] : this.syntax.attrs;
  }

  get discriminant(): bigint {
    return this.thunk();
  }
}

export class AdtNode extends DeclNode implements AdtDecl {
  readonly kind = 'adt';
  readonly isEnum: boolean;
  readonly view: boolean;
  readonly interior: boolean;
  readonly syntax: ast.StructItem | ast.EnumItem;
  readonly variantByName: ReadonlyMap<string, VariantNode>;
  readonly variants: readonly VariantNode[];
  private readonly genericsThunk: () => GenericsNode;

  constructor(init: DeclInit, syntax: ast.StructItem | ast.EnumItem, generics: () => GenericsNode, variants: (self: AdtNode) => readonly VariantNode[]) {
    super(init);
    this.isEnum = syntax.kind === 'enum';
    this.view = syntax.view;
    this.interior = syntax.attrs.some((attr) => attr.name.name === 'interior');
    this.syntax = syntax;
    this.genericsThunk = generics;
    this.variants = variants(this);
    const byName = new Map<string, VariantNode>();
    for (const variant of this.variants) if (!byName.has(variant.name)) byName.set(variant.name, variant);
    this.variantByName = byName;
  }

  get generics(): GenericsNode {
    return this.genericsThunk();
  }
}

/** Of `@lang("Sendable")` and its like, which only std may write. */
function markerName(attrs: readonly ast.Attribute[]): MarkerName | null {
  for (const attr of attrs) {
    const [arg] = attr.args;
    if (attr.name.name !== 'lang' || arg?.kind !== 'string') continue;
    if (arg.value === 'Owned' || arg.value === 'Sendable' || arg.value === 'Shareable') return arg.value;
  }
  return null;
}

export interface TraitParts {
  readonly generics: () => GenericsNode;
  readonly supertraits: () => readonly TraitRef[];
  /** The supertraits as far as names go, without arguments: what lookups of associated types use. */
  readonly parents: () => readonly TraitNode[];
  readonly methods: readonly FnNode[];
  readonly assocTypes: readonly AssocTypeNode[];
  readonly consts: readonly ConstNode[];
  readonly dyn: () => { readonly methods: readonly FnNode[] | null; readonly because: string | null };
}

export class TraitNode extends DeclNode implements TraitDecl {
  readonly kind = 'trait';
  readonly syntax: ast.TraitItem;
  readonly marker: MarkerName | null;
  readonly methods: readonly FnNode[];
  readonly assocTypes: readonly AssocTypeNode[];
  readonly consts: readonly ConstNode[];
  private readonly parts: TraitParts;

  constructor(init: DeclInit, syntax: ast.TraitItem, parts: (self: TraitNode) => TraitParts) {
    super(init);
    this.syntax = syntax;
    this.marker = markerName(syntax.attrs);
    this.parts = parts(this);
    this.methods = this.parts.methods;
    this.assocTypes = this.parts.assocTypes;
    this.consts = this.parts.consts;
  }

  get generics(): GenericsNode {
    return this.parts.generics();
  }

  get supertraits(): readonly TraitRef[] {
    return this.parts.supertraits();
  }

  get parents(): readonly TraitNode[] {
    return this.parts.parents();
  }

  get dynMethods(): readonly FnNode[] | null {
    return this.parts.dyn().methods;
  }

  get notDynBecause(): string | null {
    return this.parts.dyn().because;
  }
}

export class AssocTypeNode extends DeclNode implements AssocTypeDecl {
  readonly kind = 'assocType';
  readonly trait: TraitNode;
  readonly syntax: ast.AssocTypeDecl;
  private readonly thunk: () => readonly Predicate[];

  constructor(init: DeclInit, syntax: ast.AssocTypeDecl, trait: TraitNode, thunk: () => readonly Predicate[]) {
    super(init);
    this.syntax = syntax;
    this.trait = trait;
    this.thunk = thunk;
  }

  get bounds(): readonly Predicate[] {
    return this.thunk();
  }
}

export interface ImplParts {
  readonly generics: () => GenericsNode;
  readonly selfTy: () => Ty;
  readonly traitRef: () => TraitRef | null;
  readonly methods: readonly FnNode[];
  readonly assocTypes: ReadonlyMap<string, AssocValue>;
  readonly consts: readonly ConstNode[];
}

/** `type Item = T;` of an impl. */
export class AssocValue {
  readonly span: Span;
  private readonly thunk: () => Ty;

  constructor(span: Span, thunk: () => Ty) {
    this.span = span;
    this.thunk = thunk;
  }

  get ty(): Ty {
    return this.thunk();
  }
}

export class ImplNode implements ImplDecl {
  readonly kind = 'impl';
  readonly id: number;
  readonly module: ModuleDecl;
  readonly scope: ItemScope | null;
  readonly span: Span;
  readonly syntax: ast.ImplItem;
  readonly derived: boolean;
  readonly negative: boolean;
  readonly methods: readonly FnNode[];
  readonly assocTypes: ReadonlyMap<string, AssocValue>;
  readonly consts: readonly ConstNode[];
  private readonly parts: ImplParts;

  constructor(id: number, module: ModuleDecl, scope: ItemScope | null, syntax: ast.ImplItem, derived: boolean, parts: (self: ImplNode) => ImplParts) {
    this.id = id;
    this.module = module;
    this.scope = scope;
    this.span = syntax.span;
    this.syntax = syntax;
    this.derived = derived;
    this.negative = syntax.negative !== null;
    this.parts = parts(this);
    this.methods = this.parts.methods;
    this.assocTypes = this.parts.assocTypes;
    this.consts = this.parts.consts;
  }

  get generics(): GenericsNode {
    return this.parts.generics();
  }

  get selfTy(): Ty {
    return this.parts.selfTy();
  }

  get traitRef(): TraitRef | null {
    return this.parts.traitRef();
  }
}

/** A declaration of something that has a type: both are found when first asked for. */
abstract class TypedNode extends DeclNode {
  private readonly genericsThunk: () => GenericsNode;
  private readonly thunk: () => Ty;

  constructor(init: DeclInit, generics: () => GenericsNode, ty: () => Ty) {
    super(init);
    this.genericsThunk = generics;
    this.thunk = ty;
  }

  get generics(): GenericsNode {
    return this.genericsThunk();
  }

  get ty(): Ty {
    return this.thunk();
  }
}

export class ConstNode extends TypedNode implements ConstDecl {
  readonly kind = 'const';
  readonly parent: TraitNode | ImplNode | null;
  readonly value: ast.Expr | null;
  readonly syntax: ast.ConstItem;

  constructor(init: DeclInit, syntax: ast.ConstItem, parent: TraitNode | ImplNode | null, generics: () => GenericsNode, ty: () => Ty) {
    super(init, generics, ty);
    this.syntax = syntax;
    this.parent = parent;
    this.value = syntax.value;
  }
}

export class AliasNode extends TypedNode implements TypeAliasDecl {
  readonly kind = 'alias';
  readonly syntax: ast.TypeAliasItem;

  constructor(init: DeclInit, syntax: ast.TypeAliasItem, generics: () => GenericsNode, ty: () => Ty) {
    super(init, generics, ty);
    this.syntax = syntax;
  }
}

/** The context of the header of a declaration: bounds, fields, signatures. */
export function headerContext(module: ModuleDecl, scope: ItemScope | null, generics: Generics | null, selfTy: Ty | null): TypeContext {
  return { module, scope, generics, selfTy, infer: null };
}
