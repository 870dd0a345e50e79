/**
 * Expressions of the syntax tree. The rules of `ast.ts` hold here too: readonly unions with a string `kind`, fields in one order, no types.
 */
import type { Span } from '../source/index.ts';
import type {
  GenericArg, Ident, LetStmt, PathSegment, PathType, Pattern, Stmt, TypeExpr,
} from './ast.ts';

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
