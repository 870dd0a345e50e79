/**
 * The typed tree: bodies after checking. Everything is explicit: each implicit borrow, dereference and coercion is a node, each method call
 * names its function, operators of user types are calls, `for`, `while`, `?`, interpolation and `println` are lowered to the nodes below.
 * Consumes: nothing. Produced by the body checker; consumed by the capture analysis, exhaustiveness, MIR building and lints.
 * Invariant: after checking no type holds an inference variable; a body with `error` nodes never reaches MIR.
 */
import type { Span } from '../source/index.ts';
import type { BinaryOp, CallMode } from '../syntax/index.ts';
import type { Ty } from './ty.ts';
import type { AdtDecl, ClosureDecl, ConstDecl, FnDecl } from './program.ts';

/** A local variable. One object a declaration; identity is meaning. */
export interface LocalVar {
  readonly id: number;
  readonly name: string;
  readonly mutable: boolean;
  ty: Ty;
  readonly span: Span;
  /** `using`: it cannot be moved. */
  readonly using: boolean;
  /** Made by lowering (`for`'s iterator, a match scrutinee …): never named in a diagnostic. */
  readonly synthetic: boolean;
}

/** The checked body of a function, or of a constant (then without parameters). */
export interface FnBody {
  readonly owner: FnDecl | ConstDecl;
  /** One pattern a parameter, the receiver (a binding of `self`) first. Irrefutable. */
  readonly params: readonly Pat[];
  readonly ret: Ty;
  readonly value: Expr;
  readonly closures: readonly ClosureDecl[];
}

/** A function with arguments for its flattened generics. If `decl.parent` is a trait, `args[0]` is the Self type and monomorphisation finds the impl. */
export interface FnRef {
  readonly decl: FnDecl;
  args: readonly Ty[];
}

/** A target of `break`/`continue`; one object a loop or labelled block. */
export interface JumpTarget {
  readonly id: number;
  readonly name: string | null;
}

export type Expr =
  | LiteralExpr | LocalExpr | ConstRefExpr | FnItemExpr | CallExpr | CallValueExpr | ConstructExpr | TupleExpr | ArrayExpr | RepeatExpr
  | FieldExpr | IndexExpr | DerefExpr | RefExpr | UnaryExpr | BinaryExpr | LogicalExpr | AssignExpr | CompoundAssignExpr | CoerceExpr
  | BlockExpr | IfExpr | LetCondExpr | MatchExpr | LoopExpr | ForRangeExpr | BreakExpr | ContinueExpr | ReturnExpr | ClosureExpr | TryBlockExpr | RaiseExpr | ErrorExpr;

interface ExprBase {
  /** The type of the value (for a place: of what stands there). */
  ty: Ty;
  readonly span: Span;
}

export type Literal =
  /** Int (any width), Rune (scalar value), Duration and ByteSize are made of a construct around an int. */
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'rune'; readonly value: number }
  /** `ty` tells whether it is a `&str` or a `String` (static, capacity 0). */
  | { readonly kind: 'string'; readonly value: string }
  /** `&[UInt8]`. */
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'unit' };

export interface LiteralExpr extends ExprBase { readonly kind: 'literal'; readonly value: Literal }
/** A place. Inside a closure it may be a local of an enclosing body: then `ClosureDecl.captures` has a prefix of the place around it. */
export interface LocalExpr extends ExprBase { readonly kind: 'local'; readonly local: LocalVar }
export interface ConstRefExpr extends ExprBase { readonly kind: 'constRef'; readonly decl: ConstDecl; args: readonly Ty[] }
/** A function item as a value (zero-sized, FnItemTy). */
export interface FnItemExpr extends ExprBase { readonly kind: 'fnItem'; readonly fn: FnRef }
/** A call whose function is known up to monomorphisation; also intrinsics, natives, enum and struct constructors are NOT here (see construct). */
export interface CallExpr extends ExprBase {
  readonly kind: 'call';
  readonly fn: FnRef;
  readonly args: readonly Expr[];
  /** Args whose borrow was made by the compiler (receiver autoref, operator operands): two-phase. */
  readonly autoref: readonly boolean[];
}
/**
 * A call of a value: `callee` is a *place or value* of type FnItem, closure, FnTy, or a parameter with a callable bound.
 * `mode` says how it is taken: `shared` borrows the callee, `mut` borrows it exclusively, `once` moves it.
 */
export interface CallValueExpr extends ExprBase { readonly kind: 'callValue'; readonly callee: Expr; readonly mode: CallMode; readonly args: readonly Expr[] }
/** A struct, or a variant of an enum. `fields` in order of evaluation, each with its field's index. */
export interface ConstructExpr extends ExprBase {
  readonly kind: 'construct';
  readonly adt: AdtDecl;
  readonly variant: number;
  readonly fields: readonly { readonly index: number; readonly value: Expr }[];
  /** `..base`: the fields not named are moved or copied out of it. */
  readonly base: Expr | null;
}
export interface TupleExpr extends ExprBase { readonly kind: 'tuple'; readonly elements: readonly Expr[] }
export interface ArrayExpr extends ExprBase { readonly kind: 'array'; readonly elements: readonly Expr[] }
/** `[value; n]`: the value is Copy, or a constant expression without effects, evaluated once a place. `ty` has the length. */
export interface RepeatExpr extends ExprBase { readonly kind: 'repeat'; readonly value: Expr }
/** A field of a struct or tuple place. */
export interface FieldExpr extends ExprBase { readonly kind: 'field'; readonly base: Expr; readonly index: number }
/** An element of an array or slice place (`base` is the `[T]` or `[T; N]` place itself), `index` a usize; checked. Indexing of other types is `*index(&b, i)`. */
export interface IndexExpr extends ExprBase { readonly kind: 'index'; readonly base: Expr; readonly index: Expr }
/** What a reference, a Box or (under `unsafe`) a pointer refers to: a place. */
export interface DerefExpr extends ExprBase { readonly kind: 'deref'; readonly base: Expr }
/** A borrow of a place, or of a value (which becomes a temporary). */
export interface RefExpr extends ExprBase { readonly kind: 'ref'; readonly mutable: boolean; readonly place: Expr; readonly implicit: boolean }
/** On primitives: `neg` (checked for ints), `not` (Bool or ints). */
export interface UnaryExpr extends ExprBase { readonly kind: 'unary'; readonly op: 'neg' | 'not'; readonly operand: Expr }
/** On primitives of equal type (shifts: the right side is any int): + - * / % << >> are checked, +% -% *% wrap. Comparisons also on Bool, Rune, pointers. */
export interface BinaryExpr extends ExprBase { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
export interface LogicalExpr extends ExprBase { readonly kind: 'logical'; readonly op: '&&' | '||'; readonly left: Expr; readonly right: Expr }
/** Destroys the old value, then stores. The value is evaluated before the place. `target` null: `_ = e`. */
export interface AssignExpr extends ExprBase { readonly kind: 'assign'; readonly target: Expr | null; readonly value: Expr }
/** On primitives; of other types it is a call of AddAssign and its kin. The value is evaluated before the place. */
export interface CompoundAssignExpr extends ExprBase { readonly kind: 'compoundAssign'; readonly op: BinaryOp; readonly target: Expr; readonly value: Expr }

export type Coercion =
  /** `&[T; N]` to `&[T]` (also `&mut`, Box, `*`). */
  | 'arrayToSlice'
  /** `&T`, `&mut T`, `Box<T>` to the same of `dyn Trait`; or dyn to dyn of a supertrait. */
  | 'toDyn'
  /** A function item or closure to FnTy. */
  | 'toFn'
  | 'mutToShared'
  | 'refToPtr'
  /** An expression of type Never where any type is wanted. */
  | 'never'
  /** Between primitive numbers, without checks and in one step: only made by intrinsics' wrappers in std. */
  | 'identity';
export interface CoerceExpr extends ExprBase { readonly kind: 'coerce'; readonly how: Coercion; readonly value: Expr }

export type Stmt =
  | { readonly kind: 'let'; readonly pat: Pat; readonly init: Expr | null; readonly otherwise: Expr | null; readonly span: Span }
  /** The value is dropped at once, at the end of the statement. */
  | { readonly kind: 'expr'; readonly expr: Expr; readonly span: Span }
  /** Runs at the end of the enclosing block on every edge out, in reverse order together with the drops of locals. */
  | { readonly kind: 'defer'; readonly body: Expr; readonly span: Span };

export interface BlockExpr extends ExprBase {
  readonly kind: 'block';
  readonly stmts: readonly Stmt[];
  readonly tail: Expr | null;
  /** A `break target value` inside leaves the block with that value. */
  readonly target: JumpTarget | null;
  readonly unsafe: boolean;
}
/** `cond` is Bool and may hold LetCondExpr joined by `&&` at its top: their bindings live through `then`. */
export interface IfExpr extends ExprBase { readonly kind: 'if'; readonly cond: Expr; readonly then: Expr; readonly otherwise: Expr | null }
export interface LetCondExpr extends ExprBase { readonly kind: 'letCond'; readonly pat: Pat; readonly value: Expr }
/** `scrutinee` is a place where it can be one. Arms are tried in order; proven exhaustive by the checker. */
export interface MatchExpr extends ExprBase { readonly kind: 'match'; readonly scrutinee: Expr; readonly arms: readonly Arm[] }
export interface Arm { readonly pat: Pat; readonly guard: Expr | null; readonly body: Expr; readonly span: Span }
/** For ever, until a `break`. `while c b` is `loop { if c b else { break } }`. */
export interface LoopExpr extends ExprBase { readonly kind: 'loop'; readonly target: JumpTarget; readonly body: Expr }
/**
 * `for p in lo..hi` over an integer type, with both ends known and the step a positive constant or expression: counts without an overflow check.
 * `lo` and `hi` are evaluated once. `step` null means 1. A step ≤ 0 panics.
 */
export interface ForRangeExpr extends ExprBase {
  readonly kind: 'forRange';
  readonly target: JumpTarget;
  readonly pat: Pat;
  readonly lo: Expr;
  readonly hi: Expr;
  readonly inclusive: boolean;
  readonly step: Expr | null;
  readonly body: Expr;
}
export interface BreakExpr extends ExprBase { readonly kind: 'break'; readonly target: JumpTarget; readonly value: Expr | null }
export interface ContinueExpr extends ExprBase { readonly kind: 'continue'; readonly target: JumpTarget }
export interface ReturnExpr extends ExprBase { readonly kind: 'return'; readonly value: Expr | null }
export interface ClosureExpr extends ExprBase {
  readonly kind: 'closure';
  readonly decl: ClosureDecl;
  readonly move: boolean;
  readonly params: readonly Pat[];
  readonly body: Expr;
}
/**
 * `try { body } catch …`: its value is the body's or an arm's. A RaiseExpr inside the body that names this block jumps to the arm.
 * `panicArm` takes a panic that unwinds out of the body (its local is of type Panic).
 */
export interface TryBlockExpr extends ExprBase {
  readonly kind: 'tryBlock';
  readonly target: JumpTarget;
  readonly body: Expr;
  readonly arms: readonly { readonly local: LocalVar; readonly body: Expr; readonly span: Span }[];
  readonly panicArm: number | null;
}
/** Leaves the body of a TryBlockExpr for one of its arms, with the error as the value of the arm's local. Type Never. */
export interface RaiseExpr extends ExprBase { readonly kind: 'raise'; readonly target: JumpTarget; readonly arm: number; readonly value: Expr }
export interface ErrorExpr extends ExprBase { readonly kind: 'error' }

// ---------------------------------------------------------------- patterns

interface PatBase {
  /** The type of the value that is matched, after default-binding dereferences. */
  ty: Ty;
  readonly span: Span;
}

export type Pat = WildPat | BindPat | ConstPat | RangePat | VariantPat | TuplePat | DerefPat | SlicePat | OrPat | ErrorPat;

export interface WildPat extends PatBase { readonly kind: 'wild' }
/** `mode` `move` copies a Copy type. `local.ty` is the place's type, or a reference to it. In an or-pattern all alternatives bind the same LocalVar objects. */
export interface BindPat extends PatBase { readonly kind: 'bind'; readonly local: LocalVar; mode: 'move' | 'ref' | 'refMut'; readonly sub: Pat | null }
/** Equality with a constant of a primitive type, of `str` (the place is a `str` behind references or the String it derefs from) or bytes. */
export interface ConstPat extends PatBase { readonly kind: 'const'; readonly value: Literal }
/** Bounds inclusive unless `exclusiveEnd`; null means open. On ints, runes and floats. */
export interface RangePat extends PatBase { readonly kind: 'range'; readonly lo: Literal | null; readonly hi: Literal | null; readonly exclusiveEnd: boolean }
/** A struct (variant 0) or an enum's variant; fields not named are ignored. */
export interface VariantPat extends PatBase { readonly kind: 'variant'; readonly adt: AdtDecl; readonly variant: number; readonly fields: readonly { readonly index: number; readonly pat: Pat }[] }
export interface TuplePat extends PatBase { readonly kind: 'tuple'; readonly elements: readonly Pat[] }
/** The place is a reference or Box: goes on with what it refers to. Explicit `&P`, or put in by default binding modes. */
export interface DerefPat extends PatBase { readonly kind: 'deref'; readonly inner: Pat }
/** On `[T; N]` and `[T]`. `rest` null: exact length; else the middle, bound by its pattern (Wild or Bind of a subslice). */
export interface SlicePat extends PatBase { readonly kind: 'slice'; readonly prefix: readonly Pat[]; readonly rest: Pat | null; readonly suffix: readonly Pat[] }
export interface OrPat extends PatBase { readonly kind: 'or'; readonly alternatives: readonly Pat[] }
export interface ErrorPat extends PatBase { readonly kind: 'error' }
