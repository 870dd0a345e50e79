/**
 * The syntax tree: what the text says, before any name has a meaning.
 * Holds: readonly unions with a string `kind`; every factory writes the fields in the order given here. No types and no
 * parents on nodes. A place where the parser recovered is an `error` node, about which nothing more is ever reported.
 */
import type { FileId, Span } from '../source/index.ts';
import type {
  BlockExpr, Expr,
} from './ast-expr.ts';

export type * from './ast-expr.ts';

export interface Ident {
  readonly name: string;
  readonly span: Span;
}

// ---------------------------------------------------------------- modules and items

export interface Module {
  readonly file: FileId;
  readonly items: readonly Item[];
  /** Text of `//!`-like module documentation: the `///` block that begins the file and is followed by an empty line. */
  readonly doc: string | null;
  readonly span: Span;
}

/** `@name` or `@name(args)`. Arguments are kept as expressions: `@derive(Copy, Eq)` has two paths, `@export("f")` a string. */
export interface Attribute {
  readonly name: Ident;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export type Visibility = 'private' | 'package' | 'public';

interface ItemBase {
  readonly attrs: readonly Attribute[];
  readonly visibility: Visibility;
  readonly doc: string | null;
  readonly span: Span;
}

export interface FnItem extends ItemBase {
  readonly kind: 'fn';
  readonly name: Ident;
  readonly generics: Generics;
  readonly self: SelfParam | null;
  readonly params: readonly Param[];
  readonly ret: TypeExpr | null;
  readonly where: readonly WhereBound[];
  /**
   * Absent in traits (a required method), in `extern` blocks, and after `@intrinsic` / `@native`. Reading it may parse it: who only asks
   * whether there is one reads `bodySpan`.
   */
  readonly body: BlockExpr | null;
  /** Where the body stands; null where there is none. */
  readonly bodySpan: Span | null;
  /** Whether items are declared anywhere in the body. */
  readonly bodyHoldsItems: boolean;
  /** `unsafe fn`. */
  readonly unsafe: boolean;
}

export interface SelfParam {
  /** `self`, `var self`, `&self`, `&mut self`. */
  readonly mode: 'value' | 'ref' | 'refMut';
  readonly mutable: boolean;
  readonly span: Span;
}

export interface Param {
  readonly pattern: Pattern;
  readonly type: TypeExpr;
  readonly span: Span;
}

export interface StructItem extends ItemBase {
  readonly kind: 'struct';
  readonly name: Ident;
  readonly generics: Generics;
  readonly where: readonly WhereBound[];
  readonly body: FieldsBody;
  /** `view struct`: it may hold borrows. */
  readonly view: boolean;
}

/** Named fields `{ x: T }`, positional ones `(T, U)`, or none. */
export type FieldsBody =
  | { readonly kind: 'named'; readonly fields: readonly FieldDecl[] }
  | { readonly kind: 'tuple'; readonly fields: readonly TupleFieldDecl[] }
  | { readonly kind: 'unit' };

export interface FieldDecl {
  readonly name: Ident;
  readonly type: TypeExpr;
  readonly visibility: Visibility;
  readonly attrs: readonly Attribute[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface TupleFieldDecl {
  readonly type: TypeExpr;
  readonly visibility: Visibility;
  readonly span: Span;
}

export interface EnumItem extends ItemBase {
  readonly kind: 'enum';
  readonly name: Ident;
  readonly generics: Generics;
  readonly where: readonly WhereBound[];
  readonly variants: readonly VariantDecl[];
  /** `view enum`, the counterpart of `view struct`. */
  readonly view: boolean;
}

export interface VariantDecl {
  readonly name: Ident;
  readonly body: FieldsBody;
  /** `Red = 3`. */
  readonly discriminant: Expr | null;
  readonly attrs: readonly Attribute[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface TraitItem extends ItemBase {
  readonly kind: 'trait';
  readonly name: Ident;
  readonly generics: Generics;
  readonly supertraits: readonly Bound[];
  readonly where: readonly WhereBound[];
  readonly members: readonly TraitMember[];
}

export type TraitMember = FnItem | AssocTypeDecl | ConstItem;

/** `type Item;` or `type Item: Bound;` in a trait. */
export interface AssocTypeDecl {
  readonly kind: 'assocType';
  readonly name: Ident;
  readonly bounds: readonly Bound[];
  readonly doc: string | null;
  readonly span: Span;
}

export interface ImplItem extends ItemBase {
  readonly kind: 'impl';
  /** Of the word `impl`. */
  readonly keyword: Span;
  /** `unsafe impl`: the author vouches for a marker. */
  readonly unsafe: boolean;
  /** Where the `!` of `impl !Sendable for T` stands. */
  readonly negative: Span | null;
  readonly generics: Generics;
  /** The trait of `impl Trait for Type`; absent for inherent methods. */
  readonly trait: PathType | null;
  readonly type: TypeExpr;
  readonly where: readonly WhereBound[];
  readonly members: readonly ImplMember[];
}

export type ImplMember = FnItem | TypeAliasItem | ConstItem;

export interface ConstItem extends ItemBase {
  readonly kind: 'const';
  readonly name: Ident;
  readonly type: TypeExpr | null;
  /** Absent only in a trait. */
  readonly value: Expr | null;
}

/** `type Bytes = ArrayList<UInt8>;`, also the associated type of an impl. */
export interface TypeAliasItem extends ItemBase {
  readonly kind: 'typeAlias';
  readonly name: Ident;
  readonly generics: Generics;
  readonly type: TypeExpr;
}

/** `import std::{fs, json}; import app::net::dial as d; import std::io::*;` flattened into one entry a name. */
export interface ImportItem extends ItemBase {
  readonly kind: 'import';
  readonly entries: readonly ImportEntry[];
}

export interface ImportEntry {
  readonly path: readonly Ident[];
  /** The local name: the last segment, or what stands after `as`; null for `*`. */
  readonly as: Ident | null;
  readonly span: Span;
}

/** `extern "C" { fn strlen(s: *UInt8): usize; }`. */
export interface ExternItem extends ItemBase {
  readonly kind: 'extern';
  readonly abi: string;
  readonly abiSpan: Span;
  readonly fns: readonly FnItem[];
}

export interface ErrorItem extends ItemBase {
  readonly kind: 'error';
}

export type Item =
  | FnItem
  | StructItem
  | EnumItem
  | TraitItem
  | ImplItem
  | ConstItem
  | TypeAliasItem
  | ImportItem
  | ExternItem
  | ErrorItem;

// ---------------------------------------------------------------- generics

export interface Generics {
  readonly params: readonly GenericParam[];
  readonly span: Span;
}

/** `T`, `T: Ord + Debug`, or `const N: usize`. */
export interface GenericParam {
  readonly name: Ident;
  readonly bounds: readonly Bound[];
  /** The type of a constant parameter; null for a type parameter. */
  readonly constType: TypeExpr | null;
  readonly span: Span;
}

/** `T: A + B` in a `where` clause; the left side may be any type. */
export interface WhereBound {
  readonly type: TypeExpr;
  readonly bounds: readonly Bound[];
  readonly span: Span;
}

/** A trait, with arguments and associated types (`Iterator<Item = T>`), or a callable shape (`mut fn(A): B`). */
export type Bound = PathType | FnType;

// ---------------------------------------------------------------- types

export type TypeExpr =
  | PathType
  | QualifiedType
  | RefType
  | PtrType
  | SliceType
  | ArrayType
  | TupleType
  | FnType
  | DynType
  | OptionType
  | InferType
  | ErrorType;

export interface PathSegment {
  readonly name: Ident;
  /** Generic arguments written here: types, and constants for constant parameters. Null where none were written. */
  readonly args: readonly GenericArg[] | null;
}

export type GenericArg =
  | { readonly kind: 'type'; readonly type: TypeExpr }
  | { readonly kind: 'const'; readonly value: Expr }
  | { readonly kind: 'assoc'; readonly name: Ident; readonly type: TypeExpr };

/** `a::b::C<T>`, `Self`, `T::Item`, `Unit`, `Never`, `str`. */
export interface PathType {
  readonly kind: 'path';
  readonly segments: readonly PathSegment[];
  readonly span: Span;
}

/** `<T as Trait>::Item`. */
export interface QualifiedType {
  readonly kind: 'qualified';
  readonly self: TypeExpr;
  readonly trait: PathType;
  readonly name: Ident;
  readonly span: Span;
}

export interface RefType {
  readonly kind: 'ref';
  readonly mutable: boolean;
  readonly target: TypeExpr;
  readonly span: Span;
}

/** `*T`. */
export interface PtrType {
  readonly kind: 'ptr';
  readonly target: TypeExpr;
  readonly span: Span;
}

/** `[T]`, behind `&` or `Box`. */
export interface SliceType {
  readonly kind: 'slice';
  readonly element: TypeExpr;
  readonly span: Span;
}

/** `[T; N]`. */
export interface ArrayType {
  readonly kind: 'array';
  readonly element: TypeExpr;
  readonly length: Expr;
  readonly span: Span;
}

/** `(A, B)`; `()` is `Unit`. */
export interface TupleType {
  readonly kind: 'tuple';
  readonly elements: readonly TypeExpr[];
  readonly span: Span;
}

/** How often, and with what access to its captures, a function value can be called. */
export type CallMode = 'shared' | 'mut' | 'once';

/** `fn(A, B): C`, `mut fn(A): B`, `once fn(A): B`. */
export interface FnType {
  readonly kind: 'fn';
  readonly mode: CallMode;
  readonly params: readonly TypeExpr[];
  readonly ret: TypeExpr | null;
  readonly span: Span;
}

/** `dyn Trait + Other`. */
export interface DynType {
  readonly kind: 'dyn';
  readonly bounds: readonly Bound[];
  readonly span: Span;
}

/** `?T`. */
export interface OptionType {
  readonly kind: 'option';
  readonly target: TypeExpr;
  readonly span: Span;
}

/** `_`. */
export interface InferType {
  readonly kind: 'infer';
  readonly span: Span;
}

export interface ErrorType {
  readonly kind: 'error';
  readonly span: Span;
}

// ---------------------------------------------------------------- statements

export type Stmt = LetStmt | ExprStmt | ItemStmt | DeferStmt;

export interface LetStmt {
  readonly kind: 'let';
  /** `var` instead of `let`: every binding of the pattern is mutable. */
  readonly mutable: boolean;
  readonly pattern: Pattern;
  readonly type: TypeExpr | null;
  readonly init: Expr | null;
  /** `let P = e else { … };` */
  readonly otherwise: BlockExpr | null;
  readonly span: Span;
}

export interface ExprStmt {
  readonly kind: 'expr';
  readonly expr: Expr;
  /** Whether `;` followed. Without it only block-like expressions stand in the middle of a block. */
  readonly semicolon: boolean;
  readonly span: Span;
}

export interface ItemStmt {
  readonly kind: 'item';
  readonly item: Item;
  readonly span: Span;
}

/** `@defer f();` or `@defer { … }`. */
export interface DeferStmt {
  readonly kind: 'defer';
  readonly body: Expr;
  readonly span: Span;
}

// ---------------------------------------------------------------- patterns

export type Pattern =
  | WildPattern
  | RestPattern
  | BindingPattern
  | LiteralPattern
  | RangePattern
  | PathPattern
  | TupleStructPattern
  | StructPattern
  | TuplePattern
  | SlicePattern
  | RefPattern
  | OrPattern
  | ErrorPattern;

export interface WildPattern {
  readonly kind: 'wild';
  readonly span: Span;
}

/** `..` inside a tuple, tuple-struct or slice pattern; with `name @ ..` it is the `sub` of a BindingPattern (slices only). */
export interface RestPattern {
  readonly kind: 'rest';
  readonly span: Span;
}

/** `x`, `var x`, `x @ P`. A lone name that resolves to a constant or a variant without fields means that instead. */
export interface BindingPattern {
  readonly kind: 'binding';
  readonly mutable: boolean;
  readonly name: Ident;
  readonly sub: Pattern | null;
  readonly span: Span;
}

/** A literal, possibly negated: the expression is Int, Float, String, Bytes, Rune, Byte, Bool, UnitLiteral, or a Unary '-' of a number. */
export interface LiteralPattern {
  readonly kind: 'literal';
  readonly value: Expr;
  readonly span: Span;
}

/** `a..=b`, `a..b`, `a..`, `..=b`: the ends are literals or paths of constants. */
export interface RangePattern {
  readonly kind: 'range';
  readonly start: Expr | null;
  readonly end: Expr | null;
  readonly inclusive: boolean;
  readonly span: Span;
}

/** `Shape::Empty`, `a::LIMIT`: two segments or more. */
export interface PathPattern {
  readonly kind: 'path';
  readonly path: PathType;
  readonly span: Span;
}

export interface TupleStructPattern {
  readonly kind: 'tupleStruct';
  readonly path: PathType;
  readonly elements: readonly Pattern[];
  readonly span: Span;
}

export interface StructPattern {
  readonly kind: 'struct';
  readonly path: PathType;
  readonly fields: readonly FieldPattern[];
  /** Whether `..` ends the list. */
  readonly rest: boolean;
  readonly span: Span;
}

export interface FieldPattern {
  readonly name: Ident;
  /** For the shorthand `x` a BindingPattern of that name. */
  readonly pattern: Pattern;
  readonly shorthand: boolean;
  readonly span: Span;
}

export interface TuplePattern {
  readonly kind: 'tuple';
  readonly elements: readonly Pattern[];
  readonly span: Span;
}

export interface SlicePattern {
  readonly kind: 'slice';
  readonly elements: readonly Pattern[];
  readonly span: Span;
}

/** `&P`. */
export interface RefPattern {
  readonly kind: 'ref';
  readonly mutable: boolean;
  readonly inner: Pattern;
  readonly span: Span;
}

export interface OrPattern {
  readonly kind: 'or';
  readonly alternatives: readonly Pattern[];
  readonly span: Span;
}

export interface ErrorPattern {
  readonly kind: 'error';
  readonly span: Span;
}
