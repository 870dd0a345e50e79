/**
 * Declarations with their meanings: what the collector makes of the items of all modules, and what the body checker,
 * MIR and later phases read. Plain objects; the collector fills the fields in stages (names, then signatures), lazily
 * where marked, and nobody else writes to them.
 */
import type { Span } from '../source/index.ts';
import type * as ast from '../syntax/index.ts';
import type { Ty } from './ty.ts';
import type { ClosureExpr, FnBody } from './tree.ts';

/** The generics of an item, flattened: an impl's or trait's parameters come first (in a trait, Self is index 0), then the item's own. */
export interface Generics {
  readonly parent: Generics | null;
  /** Only the own ones. */
  readonly own: readonly GenericParamDecl[];
  /** `parent.total + own.length`. */
  readonly total: number;
  /** Everything that may be assumed inside, including the parent's and the supertraits' consequences written out one level (the solver elaborates). */
  readonly predicates: readonly Predicate[];
}

export interface GenericParamDecl {
  readonly name: string;
  /** In the flattened list. */
  readonly index: number;
  /** The type of a constant parameter; null for a type parameter. */
  readonly constType: Ty | null;
  /** Made for a parameter spelt `f: fn(A): B`: it cannot be given by `::<…>`. */
  readonly hidden: boolean;
  readonly span: Span;
}

/** A trait with arguments; `args[0]` is Self. */
export interface TraitRef {
  readonly trait: TraitDecl;
  readonly args: readonly Ty[];
}

export type Predicate =
  | { readonly kind: 'trait'; readonly ref: TraitRef; readonly span: Span }
  /** `<args[0] as Trait<args…>>::assoc == ty`. */
  | { readonly kind: 'projection'; readonly assoc: AssocTypeDecl; readonly args: readonly Ty[]; readonly ty: Ty; readonly span: Span }
  /** `self: mut fn(params): ret`. */
  | { readonly kind: 'callable'; readonly self: Ty; readonly mode: ast.CallMode; readonly params: readonly Ty[]; readonly ret: Ty; readonly span: Span };

export interface ModuleDecl {
  readonly id: number;
  /** `['std', 'io']`, `['app', 'net', 'dial']`. */
  readonly path: readonly string[];
  readonly syntax: ast.Module;
  /** Whether it belongs to the standard library: it may use `@intrinsic` and `@native`, and declares the lang items. */
  readonly isStd: boolean;
  /** Package name: the first segment of the path. */
  readonly package: string;
  /** First segments of imports that lead to packages, its own included: name to the first segment of the package's modules. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** Dependencies of the package that may not be imported here: only for tests, or of a feature that is off. */
  readonly withheld: ReadonlyMap<string, 'dev' | 'optional'>;
}

interface DeclBase {
  /** Dense over all declarations of a session. */
  readonly id: number;
  readonly name: string;
  readonly module: ModuleDecl;
  /** Tells the block in which it is declared from all others of the module, by the function around it; null at the level of the module. */
  readonly block: string | null;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly visibility: ast.Visibility;
  readonly attrs: readonly ast.Attribute[];
  readonly doc: string | null;
}

export interface FnDecl extends DeclBase {
  readonly kind: 'fn';
  readonly syntax: ast.FnItem;
  /** The trait or impl in which it stands; null for a free function. */
  readonly parent: TraitDecl | ImplDecl | null;
  readonly generics: Generics;
  readonly sig: FnSig;
  /** Name of the intrinsic that it is (`@intrinsic fn sizeOf<T>(): usize;`). */
  readonly intrinsic: string | null;
  /** Symbol of the C function of the runtime, or of an `extern "C"` block, that it is. */
  readonly native: { readonly symbol: string; readonly abi: string } | null;
  readonly unsafe: boolean;
  /** Whether there is a body (a provided method, an ordinary function). */
  readonly hasBody: boolean;
  readonly flags: { readonly test: boolean; readonly bench: boolean; readonly inline: boolean; readonly cold: boolean; readonly pure: boolean; readonly deterministic: boolean; readonly trackCaller: boolean; readonly exportName: string | null };
}

export interface FnSig {
  /** The receiver comes first, when there is one, as a type (`&Self` …). */
  readonly params: readonly ParamDecl[];
  readonly ret: Ty;
  /** Whether params[0] is `self`. */
  readonly hasSelf: boolean;
}

export interface ParamDecl {
  /** For diagnostics; `_` for a destructuring pattern. */
  readonly name: string;
  readonly ty: Ty;
  readonly span: Span;
}

/** A struct or an enum. */
export interface AdtDecl extends DeclBase {
  readonly kind: 'adt';
  readonly isEnum: boolean;
  /** `view`: may hold borrows. */
  readonly view: boolean;
  /**
   * `@interior`: what it holds may change behind a shared reference (`Cell`, `Guarded`, `Mutex`, `Shared`). Borrow slots beneath such a type are invariant,
   * and a deterministic task cannot capture it.
   */
  readonly interior: boolean;
  readonly generics: Generics;
  /** A struct has exactly one. */
  readonly variants: readonly VariantDecl[];
  readonly syntax: ast.StructItem | ast.EnumItem;
}

export interface VariantDecl {
  readonly name: string;
  readonly index: number;
  readonly form: 'named' | 'tuple' | 'unit';
  readonly fields: readonly FieldDecl[];
  /** The value of `Int64(e)` for an enum without fields: as written, or one more than the one before. */
  readonly discriminant: bigint;
  readonly attrs: readonly ast.Attribute[];
  readonly span: Span;
}

export interface FieldDecl {
  /** `x`, or `0` for a positional one. */
  readonly name: string;
  readonly index: number;
  /** In terms of the type's own generics. */
  readonly ty: Ty;
  readonly visibility: ast.Visibility;
  readonly attrs: readonly ast.Attribute[];
  readonly span: Span;
}

export interface TraitDecl extends DeclBase {
  readonly kind: 'trait';
  readonly generics: Generics;
  /** With `args[0]` = Self. */
  readonly supertraits: readonly TraitRef[];
  readonly methods: readonly FnDecl[];
  readonly assocTypes: readonly AssocTypeDecl[];
  readonly consts: readonly ConstDecl[];
  /** Methods that a table of `dyn` holds, in order; null (with the reason) if the trait cannot be used as `dyn`. */
  readonly dynMethods: readonly FnDecl[] | null;
  readonly notDynBecause: string | null;
  /** A marker holds for a type by what it is made of; null for any other trait. */
  readonly marker: MarkerName | null;
  readonly syntax: ast.TraitItem;
}

/**
 * `Owned`: holds no borrow. `Sendable`: may go to another task. `Shareable`: references to it may.
 */
export type MarkerName = 'Owned' | 'Sendable' | 'Shareable';

export interface AssocTypeDecl extends DeclBase {
  readonly kind: 'assocType';
  readonly trait: TraitDecl;
  /** Bounds on it, as predicates about `<Self as Trait>::Name` in terms of the trait's generics. */
  readonly bounds: readonly Predicate[];
}

export interface ImplDecl {
  readonly kind: 'impl';
  readonly id: number;
  readonly module: ModuleDecl;
  readonly generics: Generics;
  /** Null for an inherent impl. `args[0]` is `selfTy`. */
  readonly traitRef: TraitRef | null;
  readonly selfTy: Ty;
  readonly methods: readonly FnDecl[];
  readonly assocTypes: ReadonlyMap<string, { readonly ty: Ty; readonly span: Span }>;
  readonly consts: readonly ConstDecl[];
  readonly span: Span;
  readonly syntax: ast.ImplItem;
  /** Made by `@derive`. */
  readonly derived: boolean;
  /** `impl !Sendable for T`: says that a marker does not hold. */
  readonly negative: boolean;
}

export interface ConstDecl extends DeclBase {
  readonly kind: 'const';
  readonly parent: TraitDecl | ImplDecl | null;
  readonly generics: Generics;
  readonly ty: Ty;
  readonly value: ast.Expr | null;
}

/** A closure expression as a declaration: its type, and what MIR needs to know. Filled by the body checker. */
export interface ClosureDecl {
  readonly kind: 'closureDecl';
  readonly id: number;
  /** The function (or constant) in which it stands: its generics are the closure's. */
  readonly owner: FnDecl | ConstDecl;
  readonly span: Span;
  /** Its number within the owner, counted in the order in which they are checked: the same wherever the owner's text stands. */
  readonly ordinal: number;
  /** In terms of the owner's generics. */
  params: readonly Ty[];
  ret: Ty;
  /** The weakest mode that its body allows; found by the capture analysis after the body is checked. */
  mode: ast.CallMode;
  /** One field of the environment each, in order. */
  captures: readonly Capture[];
  /** What its body gives away first, if `mode` is `once`. */
  usesUp: { readonly name: string; readonly span: Span } | null;
  expr: ClosureExpr | null;
}

/** A captured place: a local of the enclosing body (or of the enclosing closure), then fields. */
export interface Capture {
  readonly place: CapturePlace;
  readonly mode: 'copy' | 'move' | 'ref' | 'refMut';
  /** The type of the field in the environment: the place's type, or a reference to it. */
  readonly ty: Ty;
  readonly span: Span;
}

/** `local.f.g`, never through a dereference: a place behind a reference captures the reference (by reborrow). */
export interface CapturePlace {
  readonly local: import('./tree.ts').LocalVar;
  readonly fields: readonly number[];
}

/** Everything that later phases ask of the front end. */
export interface TypedProgram {
  readonly modules: readonly ModuleDecl[];
  readonly fns: readonly FnDecl[];
  readonly adts: readonly AdtDecl[];
  readonly traits: readonly TraitDecl[];
  readonly impls: readonly ImplDecl[];
  readonly consts: readonly ConstDecl[];
  readonly lang: LangItems;
  /** The `main` of the root module, if there is one. */
  readonly main: FnDecl | null;
  /** Checks a body at its first demand and keeps it. Diagnostics go to the session's sink. Null where there is no body or it has mistakes. */
  bodyOf(decl: FnDecl | ConstDecl): FnBody | null;
  /** Frees the memory of a body: its typed tree and, where it can be parsed again, its syntax. */
  forgetBody(decl: FnDecl | ConstDecl): void;
  /** Finds the impl (or the callable, dyn, parameter clause …) that a method of a trait means for concrete types. Used by monomorphisation: no parameters in `args`. */
  resolveMethod(method: FnDecl, args: readonly Ty[]): ResolvedMethod;
  /** The same inside generics of which `assumptions` hold; null where nothing but an assumption (or nothing) says which function it is. */
  resolveMethodIn(method: FnDecl, args: readonly Ty[], assumptions: readonly Predicate[]): ResolvedMethod | null;
  /** The value type of an associated type for concrete types, all the way down. */
  normalize(ty: Ty): Ty;
  /** The same for types with parameters, of which `assumptions` hold. */
  normalizeIn(ty: Ty, assumptions: readonly Predicate[]): Ty;
  /** Whether a trait holds for a type without inference variables; `assumptions` are predicates of the surrounding generics. */
  implementsTrait(ty: Ty, trait: TraitDecl, assumptions?: readonly Predicate[]): boolean;
  /** Whether values of this type are copied bit by bit. Primitives, shared references, pointers, `@derive(Copy)` types, tuples and arrays of such, function items, closures whose captures are all Copy. */
  isCopy(ty: Ty, assumptions?: readonly Predicate[]): boolean;
  /** The `Drop::drop` of a type's own impl, with the arguments of that impl; null if it has none. */
  dropImpl(ty: Ty): { readonly decl: FnDecl; readonly args: readonly Ty[] } | null;
}

export type ResolvedMethod =
  | { readonly kind: 'fn'; readonly decl: FnDecl; readonly args: readonly Ty[] }
  /** A built-in operation: `Clone::clone` of a Copy type, tuple, array, closure … */
  | { readonly kind: 'builtin'; readonly name: 'cloneCopy' | 'cloneTuple' | 'cloneArray'; readonly self: Ty }
  | { readonly kind: 'dyn'; readonly trait: TraitDecl; readonly slot: number };

/** Declarations of std that the language itself uses, marked there `@lang("name")`. */
export interface LangItems {
  trait(name: LangTrait): TraitDecl;
  adt(name: LangAdt): AdtDecl;
  fn(name: string): FnDecl;
}

export type LangTrait =
  | 'Copy' | 'Clone' | 'Drop' | 'Deref' | 'DerefMut' | 'Index' | 'IndexMut' | 'Iterator' | 'IntoIterator' | 'From' | 'Into'
  | 'Add' | 'Sub' | 'Mul' | 'Div' | 'Rem' | 'BitAnd' | 'BitOr' | 'BitXor' | 'Shl' | 'Shr' | 'Neg' | 'Not'
  | 'AddAssign' | 'SubAssign' | 'MulAssign' | 'DivAssign' | 'RemAssign' | 'BitAndAssign' | 'BitOrAssign' | 'BitXorAssign' | 'ShlAssign' | 'ShrAssign'
  | 'Eq' | 'Ord' | 'Hash' | 'Default' | 'Display' | 'Debug' | 'Error'
  | MarkerName;

export type LangAdt =
  | 'String' | 'Option' | 'Result' | 'Ordering' | 'Range' | 'RangeInclusive' | 'RangeFrom' | 'RangeTo' | 'RangeToInclusive' | 'RangeFull' | 'StepRange'
  | 'Duration' | 'ByteSize' | 'Rate' | 'Formatter' | 'FormatSpec' | 'Panic' | 'Task';
