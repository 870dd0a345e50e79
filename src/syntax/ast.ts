/**
 * The syntax tree: what the text says, before any name has a meaning.
 * Holds: readonly unions with a string `kind`; every factory writes the fields in the order given here. No types and no
 * parents on nodes. A place where the parser recovered is an `error` node, about which nothing more is ever reported.
 */
import type { FileId, Span } from '../source/index.ts';

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
  /** Absent in traits (a required method), in `extern` blocks, and after `@intrinsic` / `@native`. */
  readonly body: BlockExpr | null;
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

// ---------------------------------------------------------------- expressions

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '+%' | '-%' | '*%' | '&' | '|' | '^' | '<<' | '>>' | '==' | '!=' | '<' | '<=' | '>' | '>=';
export type LogicalOp = '&&' | '||';
/** `!` is logical on Bool and bitwise on integers. */
export type UnaryOp = '-' | '!';
/** The operators of `+=` and its kin, without the `=`. */
export type AssignOp = Exclude<BinaryOp, '==' | '!=' | '<' | '<=' | '>' | '>='>;

export type Expr =
  | IntExpr
  | FloatExpr
  | StringExpr
  | BytesExpr
  | RuneExpr
  | ByteExpr
  | BoolExpr
  | UnitLiteralExpr
  | InterpolatedExpr
  | PathExpr
  | QualifiedPathExpr
  | TupleExpr
  | ArrayExpr
  | RepeatExpr
  | StructExpr
  | CallExpr
  | MethodCallExpr
  | FieldExpr
  | TupleFieldExpr
  | IndexExpr
  | UnaryExpr
  | DerefExpr
  | RefExpr
  | BinaryExpr
  | LogicalExpr
  | AssignExpr
  | CompoundAssignExpr
  | RangeExpr
  | TryExpr
  | BlockExpr
  | UnsafeExpr
  | IfExpr
  | LetCondExpr
  | MatchExpr
  | WhileExpr
  | ForExpr
  | LoopExpr
  | BreakExpr
  | ContinueExpr
  | ReturnExpr
  | ClosureExpr
  | TryBlockExpr
  | UsingExpr
  | NewExpr
  | MacroExpr
  | SpawnExpr
  | AwaitExpr
  | ParenExpr
  | ErrorExpr;

export interface IntExpr {
  readonly kind: 'int';
  readonly value: bigint;
  /** `i64`, `u8`, `usize` …, or null. Float suffixes make a FloatExpr. */
  readonly suffix: string | null;
  readonly span: Span;
}

export interface FloatExpr {
  readonly kind: 'float';
  readonly value: number;
  readonly suffix: string | null;
  readonly span: Span;
}

/** A string without interpolation; `value` is decoded. */
export interface StringExpr {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}

/** `b"…"`: type `&[UInt8]`, static. */
export interface BytesExpr {
  readonly kind: 'bytes';
  readonly value: Uint8Array;
  readonly span: Span;
}

export interface RuneExpr {
  readonly kind: 'rune';
  /** A Unicode scalar value. */
  readonly value: number;
  readonly span: Span;
}

/** `b'x'`: type `UInt8`. */
export interface ByteExpr {
  readonly kind: 'byte';
  readonly value: number;
  readonly span: Span;
}

export interface BoolExpr {
  readonly kind: 'bool';
  readonly value: boolean;
  readonly span: Span;
}

/** `10ms`, `1.5h`, `2GiB`: the exact value in nanoseconds or bytes. The lexer has reported a value that is not whole. */
export interface UnitLiteralExpr {
  readonly kind: 'unitLiteral';
  readonly dimension: 'duration' | 'byteSize';
  readonly value: bigint;
  readonly span: Span;
}

/** `"a${x:>8.2}b"`: texts and expressions in turn. */
export interface InterpolatedExpr {
  readonly kind: 'interpolated';
  readonly parts: readonly InterpolationPart[];
  readonly span: Span;
}

export type InterpolationPart =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'expr'; readonly expr: Expr; readonly format: FormatSpec; readonly span: Span };

/** What stands after `:` in `${…}`: `[[fill]align][sign]['#']['0'][width]['.'precision][type]`; type is `?`, `x`, `X`, `b`, `o`, `e`. */
export interface FormatSpec {
  readonly debug: boolean;
  readonly fill: string;
  readonly align: 'left' | 'right' | 'center' | null;
  readonly sign: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number | null;
  readonly precision: number | null;
  readonly radix: 'x' | 'X' | 'b' | 'o' | 'e' | null;
}

/** `x`, `a::b`, `f::<T>`, `Shape::Circle`, `Self::new`, `self`. */
export interface PathExpr {
  readonly kind: 'path';
  readonly segments: readonly PathSegment[];
  readonly span: Span;
}

/** `<T as Trait>::f`. */
export interface QualifiedPathExpr {
  readonly kind: 'qualifiedPath';
  readonly self: TypeExpr;
  readonly trait: PathType;
  readonly segment: PathSegment;
  readonly span: Span;
}

/** `(a, b)`; `()` is the unit value. */
export interface TupleExpr {
  readonly kind: 'tuple';
  readonly elements: readonly Expr[];
  readonly span: Span;
}

export interface ArrayExpr {
  readonly kind: 'array';
  readonly elements: readonly Expr[];
  readonly span: Span;
}

/** `[value; count]`. */
export interface RepeatExpr {
  readonly kind: 'repeat';
  readonly value: Expr;
  readonly count: Expr;
  readonly span: Span;
}

/** `Point { x: 1, y, ..base }`. */
export interface StructExpr {
  readonly kind: 'struct';
  readonly path: PathType;
  readonly fields: readonly FieldInit[];
  readonly base: Expr | null;
  readonly span: Span;
}

export interface FieldInit {
  readonly name: Ident;
  /** For the shorthand `y` a PathExpr of that name. */
  readonly value: Expr;
  readonly shorthand: boolean;
  readonly span: Span;
}

export interface CallExpr {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface MethodCallExpr {
  readonly kind: 'methodCall';
  readonly receiver: Expr;
  readonly name: Ident;
  readonly typeArgs: readonly GenericArg[] | null;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface FieldExpr {
  readonly kind: 'field';
  readonly base: Expr;
  readonly name: Ident;
  readonly span: Span;
}

/** `t.0`. */
export interface TupleFieldExpr {
  readonly kind: 'tupleField';
  readonly base: Expr;
  readonly index: number;
  readonly indexSpan: Span;
  readonly span: Span;
}

export interface IndexExpr {
  readonly kind: 'index';
  readonly base: Expr;
  readonly index: Expr;
  readonly span: Span;
}

export interface UnaryExpr {
  readonly kind: 'unary';
  readonly op: UnaryOp;
  readonly operand: Expr;
  readonly span: Span;
}

export interface DerefExpr {
  readonly kind: 'deref';
  readonly operand: Expr;
  readonly span: Span;
}

export interface RefExpr {
  readonly kind: 'ref';
  readonly mutable: boolean;
  readonly operand: Expr;
  readonly span: Span;
}

export interface BinaryExpr {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly opSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}

export interface LogicalExpr {
  readonly kind: 'logical';
  readonly op: LogicalOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}

export interface AssignExpr {
  readonly kind: 'assign';
  /** A place, `_`, or a tuple of such. */
  readonly target: Expr;
  readonly value: Expr;
  readonly span: Span;
}

export interface CompoundAssignExpr {
  readonly kind: 'compoundAssign';
  readonly op: AssignOp;
  readonly opSpan: Span;
  readonly target: Expr;
  readonly value: Expr;
  readonly span: Span;
}

/** `a..b`, `a..=b`, `..b`, `a..`, `..`, with an optional step `0..n : 2`. */
export interface RangeExpr {
  readonly kind: 'range';
  readonly start: Expr | null;
  readonly end: Expr | null;
  readonly inclusive: boolean;
  readonly step: Expr | null;
  readonly span: Span;
}

/** `e?` or `try e`. */
export interface TryExpr {
  readonly kind: 'try';
  readonly operand: Expr;
  readonly prefix: boolean;
  readonly span: Span;
}

export interface BlockExpr {
  readonly kind: 'block';
  readonly label: Ident | null;
  readonly stmts: readonly Stmt[];
  /** The last expression without `;`. */
  readonly tail: Expr | null;
  readonly span: Span;
}

export interface UnsafeExpr {
  readonly kind: 'unsafe';
  readonly body: BlockExpr;
  readonly span: Span;
}

/** The condition may hold LetCondExpr joined by `&&`. */
export interface IfExpr {
  readonly kind: 'if';
  readonly cond: Expr;
  readonly then: BlockExpr;
  /** A block, or another IfExpr. */
  readonly otherwise: Expr | null;
  readonly span: Span;
}

/** `let P = e` as a condition. */
export interface LetCondExpr {
  readonly kind: 'letCond';
  readonly pattern: Pattern;
  readonly value: Expr;
  readonly span: Span;
}

export interface MatchExpr {
  readonly kind: 'match';
  readonly scrutinee: Expr;
  readonly arms: readonly MatchArm[];
  readonly span: Span;
}

export interface MatchArm {
  readonly pattern: Pattern;
  readonly guard: Expr | null;
  readonly body: Expr;
  readonly span: Span;
}

export interface WhileExpr {
  readonly kind: 'while';
  readonly label: Ident | null;
  readonly cond: Expr;
  readonly body: BlockExpr;
  readonly span: Span;
}

export interface ForExpr {
  readonly kind: 'for';
  readonly label: Ident | null;
  readonly pattern: Pattern;
  readonly iterable: Expr;
  readonly body: BlockExpr;
  readonly span: Span;
}

export interface LoopExpr {
  readonly kind: 'loop';
  readonly label: Ident | null;
  readonly body: BlockExpr;
  readonly span: Span;
}

export interface BreakExpr {
  readonly kind: 'break';
  readonly label: Ident | null;
  readonly value: Expr | null;
  readonly span: Span;
}

export interface ContinueExpr {
  readonly kind: 'continue';
  readonly label: Ident | null;
  readonly span: Span;
}

export interface ReturnExpr {
  readonly kind: 'return';
  readonly value: Expr | null;
  readonly span: Span;
}

export interface ClosureExpr {
  readonly kind: 'closure';
  readonly move: boolean;
  readonly params: readonly ClosureParam[];
  readonly ret: TypeExpr | null;
  readonly body: Expr;
  readonly span: Span;
}

export interface ClosureParam {
  readonly pattern: Pattern;
  readonly type: TypeExpr | null;
}

/** `try { … } catch e: IoError => expr`. Without arms it is a plain `try { … }`. */
export interface TryBlockExpr {
  readonly kind: 'tryBlock';
  readonly body: BlockExpr;
  readonly catches: readonly CatchArm[];
  readonly span: Span;
}

export interface CatchArm {
  readonly name: Ident;
  /** `catch e: A | B`. */
  readonly types: readonly TypeExpr[];
  readonly body: Expr;
  readonly span: Span;
}

/** `using (let a = e, var b = f) { … }`; every `let` has an initialiser. */
export interface UsingExpr {
  readonly kind: 'using';
  readonly bindings: readonly LetStmt[];
  readonly body: BlockExpr;
  readonly span: Span;
}

/** `new T(a, b)`: the same as `T::new(a, b)`. */
export interface NewExpr {
  readonly kind: 'new';
  readonly type: PathType;
  readonly args: readonly Expr[];
  readonly span: Span;
}

/** `panic!(…)`, `dbg!(…)`, `todo!(…)`, `unreachable!(…)`. (`println(x)` and `assert(c)` are ordinary calls in the tree.) */
export interface MacroExpr {
  readonly kind: 'macro';
  readonly name: Ident;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface SpawnExpr {
  readonly kind: 'spawn';
  readonly independent: boolean;
  readonly move: boolean;
  /** A block, or a call. */
  readonly body: Expr;
  readonly span: Span;
}

export interface AwaitExpr {
  readonly kind: 'await';
  readonly operand: Expr;
  readonly span: Span;
}

/** Kept for the formatter and for lints. */
export interface ParenExpr {
  readonly kind: 'paren';
  readonly inner: Expr;
  readonly span: Span;
}

export interface ErrorExpr {
  readonly kind: 'error';
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
