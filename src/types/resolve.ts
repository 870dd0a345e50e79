/**
 * The seam between the collector (`types/collect/`: modules, scopes, signatures) and the body checker (`types/check/`: inference, traits).
 * The collector implements these interfaces; the checker calls them.
 */
import type * as ast from '../syntax/index.ts';
import type { Span } from '../source/index.ts';
import type { Ty } from './ty.ts';
import type { AdtDecl, AssocTypeDecl, ConstDecl, FnDecl, Generics, GenericParamDecl, ImplDecl, LangItems, ModuleDecl, TraitDecl, TraitRef, VariantDecl } from './program.ts';

/** What a path names. Type parameters and `Self` are found through the TypeContext. */
export type Resolution =
  | { readonly kind: 'module'; readonly module: ModuleDecl }
  | { readonly kind: 'adt'; readonly decl: AdtDecl }
  | { readonly kind: 'variant'; readonly adt: AdtDecl; readonly variant: VariantDecl }
  | { readonly kind: 'trait'; readonly decl: TraitDecl }
  | { readonly kind: 'alias'; readonly decl: TypeAliasDecl }
  | { readonly kind: 'fn'; readonly decl: FnDecl }
  | { readonly kind: 'const'; readonly decl: ConstDecl }
  /** A built-in type: `Int32`, `str`, `Box` (then `box`). */
  | { readonly kind: 'prim'; readonly ty: Ty }
  | { readonly kind: 'box' }
  | { readonly kind: 'param'; readonly param: GenericParamDecl }
  | { readonly kind: 'self'; readonly ty: Ty }
  /** `T::Item` as a type. */
  | { readonly kind: 'assocType'; readonly decl: AssocTypeDecl; readonly self: Ty };

export interface TypeAliasDecl {
  readonly kind: 'alias';
  readonly id: number;
  readonly name: string;
  readonly module: ModuleDecl;
  readonly generics: Generics;
  readonly ty: Ty;
  readonly visibility: ast.Visibility;
  readonly span: Span;
}

/** Items declared inside a block of a function body; lookups go outward, then to the module, then to the prelude. */
export interface ItemScope {
  readonly parent: ItemScope | null;
  readonly module: ModuleDecl;
  readonly owner: FnDecl | null;
  /** Tells it from all other scopes of the module. */
  readonly label: string;
}

/** Where a type or path is written. */
export interface TypeContext {
  readonly module: ModuleDecl;
  readonly scope: ItemScope | null;
  readonly generics: Generics | null;
  /** What `Self` means; in a trait the parameter 0. */
  readonly selfTy: Ty | null;
  /** Makes the type of `_` and of left-out generic arguments; null where they are errors (signatures). */
  readonly infer: (() => Ty) | null;
}

/**
 * A path resolved as far as names go. `rest` holds the segments that need types: `Vec::new` leaves [`new`] after the adt,
 * `T::default` leaves [`default`] after the param, `<T as Trait>::f` is handled by the checker. `segments[i].args` are still syntax.
 */
export interface PathResolution {
  readonly base: Resolution;
  /** How many segments `base` took. */
  readonly used: number;
  readonly rest: readonly ast.PathSegment[];
}

/** Something with a name that attributes can mark: a declaration, a variant, a field. */
export interface Markable {
  readonly name: string;
  readonly attrs: readonly ast.Attribute[];
  /** All of it: inside, it may use itself. */
  readonly span: Span;
}

export interface Resolver {
  readonly modules: readonly ModuleDecl[];
  readonly fns: readonly FnDecl[];
  readonly adts: readonly AdtDecl[];
  readonly traits: readonly TraitDecl[];
  readonly impls: readonly ImplDecl[];
  readonly consts: readonly ConstDecl[];
  readonly lang: LangItems;
  readonly main: FnDecl | null;
  /** What impls of subtraits lack, each reported: whoever needs it too has nothing to add. */
  readonly missingSupertraits: readonly TraitRef[];
  /** The function of std that is the intrinsic of this name. */
  intrinsic(name: string): FnDecl | null;
  /** Reports CJ0201 and its kin (with a suggestion by edit distance) and returns null where nothing is found. `quiet` only asks. */
  resolvePath(segments: readonly ast.PathSegment[], namespace: 'type' | 'value', cx: TypeContext, quiet?: boolean): PathResolution | null;
  /** Lowers a type as written. Mistakes are reported and give poison. Projections are left as ProjectionTy. */
  lowerType(type: ast.TypeExpr, cx: TypeContext): Ty;
  /** Generic arguments of a path segment for a declaration's own parameters: checked for number; left-out ones by `cx.infer`. */
  lowerArgs(args: readonly ast.GenericArg[] | null, own: readonly GenericParamDecl[], cx: TypeContext, span: Span): readonly Ty[];
  /** The scope of items declared directly in this block, or null if it has none. */
  itemScope(block: ast.BlockExpr): ItemScope | null;
  /** The context for the body of a function or constant (without `infer`). */
  contextOf(decl: FnDecl | ConstDecl): TypeContext;
  /** Whether anything is `@deprecated`: otherwise `noteUse` need not be asked. */
  readonly hasDeprecated: boolean;
  /** Warns of the use of something `@deprecated`. */
  noteUse(what: Markable, use: Span, module: ModuleDecl): void;
  /** A method of a trait is called in a module: the trait's import is of use. */
  noteTraitUse(trait: TraitDecl, module: ModuleDecl): void;
  /** Warns of imports that nothing needed, now that everything in those modules has been checked. */
  reportUnusedImports(wanted: (module: ModuleDecl) => boolean): void;
  /** Traits in scope in a module (prelude, imported, declared): only their methods are found by `v.m()`. */
  traitsInScope(cx: TypeContext): ReadonlySet<TraitDecl>;
  /** Whether `visibility` of a member declared in `home` can be used from `from`. */
  isVisible(visibility: ast.Visibility, home: ModuleDecl, from: ModuleDecl): boolean;
  /**
   * Evaluates the length in `[T; N]`, or a constant pattern, where it is a literal, a constant, or arithmetic of such; reports otherwise.
   * `expected` is the type that the value must have: `usize` when left out, null for any (Bool, Rune and byte literals count as their number).
   */
  evalConstExpr(expr: ast.Expr, cx: TypeContext, expected?: Ty | null): bigint | null;
}
