/**
 * MIR: one function as a control-flow graph of simple statements over places.
 * Consumes: the typed tree, through `build/`. Consumed by: ownership analyses, drop elaboration, optimisation, monomorphisation, the interpreter, C emission.
 * Holds: per-function arrays addressed by branded ids, never references between nodes.
 *
 * Factored control flow (Choi, Grove, Hind, Sarkar: "Efficient and precise modeling of exceptions for the analysis of Java programs", 1999):
 * a statement that may panic does not end its block. Each block names one `unwind` block, to which every such statement inside has an edge
 * from the state *before* its own effect (a call has then already taken its moved arguments; its destination is not written).
 * Blocks therefore stay as large as the branches of the program.
 *
 * Life of a body: built (generic, `drop` statements mean "if still initialised") → drops elaborated (drops are certain, flags are locals)
 * → optimised → monomorphised (no parameters, no `drop`, callees resolved). `phase` says which, and the verifier checks what each promises.
 */
import type { Span } from '../source/index.ts';
import type { AdtDecl, ClosureDecl, ConstDecl, FnDecl, FnRef, Ty } from '../types/index.ts';

export type LocalId = number & { readonly __local: unique symbol };
export type BlockId = number & { readonly __block: unique symbol };
/** Index of an instance in a MonoProgram. */
export type InstanceId = number & { readonly __instance: unique symbol };

export type Phase = 'built' | 'elaborated' | 'mono';

export interface Body {
  phase: Phase;
  /** For people and symbols: `std::strings::String::push`. */
  readonly name: string;
  readonly origin: BodyOrigin;
  readonly span: Span;
  /** Local 0 is the return place; locals 1…paramCount are the parameters. */
  readonly locals: LocalDecl[];
  readonly paramCount: number;
  /** Block 0 is the entry. */
  readonly blocks: Block[];
}

export type BodyOrigin =
  | { readonly kind: 'fn'; readonly decl: FnDecl }
  | { readonly kind: 'const'; readonly decl: ConstDecl }
  /** Local 1 is the environment: by reference (`&Env`, `&mut Env`) or, for `once`, by value. A closure type's fields are its captures. */
  | { readonly kind: 'closure'; readonly decl: ClosureDecl }
  /** Made by monomorphisation: drop glue, shims. */
  | { readonly kind: 'synthetic'; readonly what: string };

export interface LocalDecl {
  ty: Ty;
  /** Source name; null for a temporary. */
  readonly name: string | null;
  readonly kind: 'return' | 'param' | 'user' | 'temp' | 'flag';
  readonly mutable: boolean;
  readonly using: boolean;
  /** Declared without a value: a `let` of this kind may be assigned once. Absent: false. */
  readonly late?: boolean;
  readonly span: Span;
}

export interface Block {
  readonly stmts: Stmt[];
  term: Terminator;
  /** Where statements of this block that panic go; null: out of the function (the panic flag stays set and the function returns). */
  unwind: BlockId | null;
  /** Whether the block is reached only while unwinding. Panics inside a cleanup block abort. */
  readonly cleanup: boolean;
}

// ---------------------------------------------------------------- places and operands

export interface Place {
  readonly local: LocalId;
  readonly proj: readonly Proj[];
}

/** Each projection carries the type of what it yields, so that the type of a place never needs a table. */
export type Proj =
  /** A field of a struct, tuple, closure environment, or (after `variant`) of a variant. */
  | { readonly kind: 'field'; readonly index: number; readonly ty: Ty }
  /** The same enum value seen as one of its variants. `ty` is the enum. */
  | { readonly kind: 'variant'; readonly index: number; readonly ty: Ty }
  /** Through a reference, Box or pointer. */
  | { readonly kind: 'deref'; readonly ty: Ty }
  /** Element of an array or slice; `index` is a local of type usize that a `boundsCheck` before has compared with the length. */
  | { readonly kind: 'index'; readonly index: LocalId; readonly ty: Ty }
  /** Element at a constant distance from the start, or (fromEnd) from the end: 1 is the last. Length already tested. */
  | { readonly kind: 'constIndex'; readonly offset: number; readonly fromEnd: boolean; readonly ty: Ty }
  /** A slice or array without its first `from` and last `to` elements. `ty` is a slice or array type. */
  | { readonly kind: 'subslice'; readonly from: number; readonly to: number; readonly ty: Ty };

export type Operand =
  | { readonly kind: 'copy'; readonly place: Place }
  | { readonly kind: 'move'; readonly place: Place }
  | { readonly kind: 'const'; readonly value: ConstValue; readonly ty: Ty };

export type ConstValue =
  | { readonly kind: 'int'; readonly value: bigint }
  /** As the bits' meaning; for Float32 already rounded. */
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'rune'; readonly value: number }
  /** UTF-8, static. `ty`: `&str`, or the lang item String (pointer to static bytes, length, capacity 0). */
  | { readonly kind: 'string'; readonly value: string }
  /** `&[UInt8]`, static. */
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  /** Values of zero size: unit, function items, closures without captures. */
  | { readonly kind: 'zst' }
  | { readonly kind: 'null' }
  /** A named constant: evaluated by the interpreter at compile time where it can be, else inlined by calling its body. */
  | { readonly kind: 'named'; readonly decl: ConstDecl; readonly args: readonly Ty[] };

// ---------------------------------------------------------------- statements

export type Stmt =
  /**
   * Writes a place that holds no live value that needs dropping. `target` is where the place is written, if the user's assignment to
   * something that may not be assigned has become this statement; for diagnostics.
   */
  | { readonly kind: 'assign'; readonly place: Place; readonly value: Rvalue; readonly span: Span; readonly target?: Span }
  | { readonly kind: 'call'; readonly dest: Place; readonly callee: Callee; readonly args: readonly Operand[]; readonly span: Span; readonly target?: Span }
  /** built: drops what of the place is initialised on this path. elaborated: certain. Absent in mono. May panic (a destructor may). `target`: as of the assignment that follows. */
  | { readonly kind: 'drop'; readonly place: Place; readonly span: Span; readonly target?: Span }
  /** Panics with an index error unless `index < length`. */
  | { readonly kind: 'boundsCheck'; readonly index: Operand; readonly length: Operand; readonly span: Span }
  | { readonly kind: 'storageLive'; readonly local: LocalId }
  /** `end`: of the scope, for messages; absent where nothing tells of it. */
  | { readonly kind: 'storageDead'; readonly local: LocalId; readonly end?: Span }
  /** Sets the tag of an enum whose fields are written singly (rare: aggregates are the rule). */
  | { readonly kind: 'setVariant'; readonly place: Place; readonly variant: number }
  /** Nothing at run time: for the ownership analysis, the place counts as read here (a match on it, a guard's shallow borrow). */
  | { readonly kind: 'fakeRead'; readonly place: Place; readonly span: Span }
  | { readonly kind: 'nop' };

/** + - * with overflow check ('checked', may panic) or modulo 2^n ('wrapping'); / % check zero and MIN / -1; shifts check the amount. Floats never panic. */
export type Overflow = 'checked' | 'wrapping';
export type ArithOp = 'add' | 'sub' | 'mul' | 'div' | 'rem' | 'and' | 'or' | 'xor' | 'shl' | 'shr';
export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

export type Rvalue =
  | { readonly kind: 'use'; readonly operand: Operand }
  /** `&place` or `&mut place`; `twoPhase` for compiler-made exclusive borrows of receivers and operands. */
  | { readonly kind: 'ref'; readonly mutable: boolean; readonly place: Place; readonly twoPhase: boolean }
  /** `*T` to a place. */
  | { readonly kind: 'addressOf'; readonly place: Place }
  /** Operands of one primitive type (shifts: the right one any int). */
  | { readonly kind: 'arith'; readonly op: ArithOp; readonly overflow: Overflow; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Operand; readonly right: Operand }
  /** neg: ints checked for MIN ('checked'); not: Bool or ints. */
  | { readonly kind: 'unary'; readonly op: 'neg' | 'not'; readonly overflow: Overflow; readonly operand: Operand }
  /** Tuple, array, struct, variant, closure environment: all fields, in index order. */
  | { readonly kind: 'aggregate'; readonly ty: Ty; readonly variant: number; readonly fields: readonly Operand[] }
  /** An array of equal values. `ty` is the array type. */
  | { readonly kind: 'repeat'; readonly ty: Ty; readonly operand: Operand }
  /** Index of the live variant, as usize. */
  | { readonly kind: 'variantIndex'; readonly place: Place }
  /** Length of the slice or array place, as usize. */
  | { readonly kind: 'length'; readonly place: Place }
  | { readonly kind: 'cast'; readonly how: CastKind; readonly operand: Operand; readonly ty: Ty };

export type CastKind =
  /** Between ints of any width, or Rune/Bool/enum index to int: truncates or extends by the source's sign. */
  | 'intToInt'
  | 'intToFloat'
  /** Saturating; NaN gives 0. */
  | 'floatToInt'
  | 'floatToFloat'
  /** Same bits, same size (float bits and ints, pointer and usize, `&str` and `&[UInt8]`, `*T` and `*U`, `&T` to `*T`). */
  | 'bits'
  /** `&[T; N]` to `&[T]`, also for `&mut`, Box and `*`. */
  | 'arrayToSlice'
  /** A reference, Box or pointer to a sized value, to the same of `dyn Trait` (the target type says which). */
  | 'toDyn'
  /** Function item or closure to a FnTy value. The operand is moved; captures are boxed. */
  | 'toFn';

export type Callee =
  /** Before monomorphisation: a function, perhaps a trait's method. */
  | { readonly kind: 'fn'; readonly fn: FnRef }
  /** Calls a value of closure, function-item, FnTy or callable-parameter type. args[0] is that value: `&v`, `&mut v`, or (once) `v` itself; then the arguments. */
  | { readonly kind: 'value'; readonly mode: 'shared' | 'mut' | 'once' }
  /** After monomorphisation. */
  | { readonly kind: 'instance'; readonly id: InstanceId }
  /**
   * Those of std/core, and four made here: `boxFree<T>(b: Box<T>)` frees the memory of a Box whose content is gone; `dropDyn<D>(p: *D)` drops
   * through the table of a `dyn`; `dropFn<F>(p: *F)` drops a FnTy's captures through its table, then frees their box (also when the drop panicked);
   * `testIndex(): Int32` is which test to run. `dropInPlace`, `sizeOf`, `alignOf`, `needsDrop` and `constValue` are gone after monomorphisation.
   */
  | { readonly kind: 'intrinsic'; readonly name: string; readonly typeArgs: readonly Ty[] }
  | { readonly kind: 'native'; readonly symbol: string; readonly decl: FnDecl }
  /** Through the table of a `dyn` (args[0] is the fat reference or Box); `slot` counts methods from 0. `params` are all of them, the first the fat reference. */
  | { readonly kind: 'virtual'; readonly slot: number; readonly params: readonly Ty[]; readonly ret: Ty }
  /** Through a FnTy value; args[0] is a reference to it, or for `once` the value. After monomorphisation `mode` is always the FnTy's own. */
  | { readonly kind: 'fnValue'; readonly mode: 'shared' | 'mut' | 'once'; readonly fnTy: Ty };

export type Terminator =
  | { readonly kind: 'goto'; readonly target: BlockId }
  /** On an int, Bool (0/1) or Rune operand. */
  | { readonly kind: 'switch'; readonly operand: Operand; readonly cases: readonly { readonly value: bigint; readonly target: BlockId }[]; readonly otherwise: BlockId; readonly span: Span }
  | { readonly kind: 'return' }
  /** End of a cleanup chain: goes on unwinding in the caller. */
  | { readonly kind: 'resume' }
  /** Entry into a `catch p: Panic` arm: clears the panic flag, writes the Panic value, goes on normally. Only in cleanup blocks; `target` is not one. */
  | { readonly kind: 'catchPanic'; readonly dest: Place; readonly target: BlockId }
  /** Cannot be reached (after a call of type Never, an exhausted match). */
  | { readonly kind: 'unreachable' };

// ---------------------------------------------------------------- the program after monomorphisation

export interface Instance {
  readonly id: InstanceId;
  /** Unique, made of letters, digits and `_`. */
  readonly symbol: string;
  readonly body: Body;
  /** Types of parameters and result, concrete. */
  readonly params: readonly Ty[];
  readonly ret: Ty;
  /** Whether it can panic: if not, calls to it need no check. A fixpoint over the call graph; virtual calls and natives marked so may. */
  mayPanic: boolean;
  /** Whether anything still leads to it: inlining and folding make some superfluous. Such an instance keeps its id, and is not emitted. */
  reachable: boolean;
  readonly inline: boolean;
  /** Takes the place of the call as a hidden last argument, and panics there (`@trackCaller`). */
  readonly trackCaller: boolean;
  readonly cold: boolean;
  readonly exportName: string | null;
  readonly linkage: Linkage;
}

/**
 * Where the code of an instance is, and who may call it. `local`: here, for this program or unit alone. `global`: here, for all units. `shared`: here and in every
 * other unit that needs it; the linker keeps one. `extern`: in another unit, so the body says nothing.
 */
export type Linkage = 'local' | 'global' | 'shared' | 'extern';

/** A method, or the table of another supertrait. */
export type TableSlot = { readonly kind: 'method'; readonly id: InstanceId } | { readonly kind: 'table'; readonly table: VTable };

/**
 * A table behind a `dyn` or FnTy value: drop (null if nothing to do), size, align, then slots. Methods take the thin pointer to the value first.
 * For FnTy the one method is the call: its first parameter is `&Env`, `&mut Env`, or for `once` `Box<Env>`, which it empties and frees.
 * Supertraits' methods come first, so the table of a trait begins with that of its first supertrait; for each other supertrait there is a slot
 * that points to its own table for the same type.
 */
export interface VTable {
  readonly id: number;
  readonly symbol: string;
  /** The concrete type. */
  readonly self: Ty;
  /** Drops the value in place, given a pointer to it. */
  readonly drop: InstanceId | null;
  readonly slots: readonly TableSlot[];
}

export interface MonoProgram {
  readonly instances: readonly Instance[];
  /** `fn(): Unit`-like shim which runs main and returns the exit code as Int32. Null in a unit of a program that stands elsewhere. */
  readonly entry: InstanceId | null;
  readonly vtables: readonly VTable[];
  /** Table for a `toDyn` or `toFn` cast from one type to another. */
  vtableFor(from: Ty, to: Ty): VTable;
  /** The instance that drops a value of this type, given `*T`; null if it needs no dropping. Complete for all types that occur. */
  dropGlue(ty: Ty): InstanceId | null;
  needsDrop(ty: Ty): boolean;
  /** Sizes, offsets and the representation of enums. */
  readonly layouts: import('./mono/layout.ts').Layouts;
  /** Field types of a struct, tuple or closure (one list) or of each variant of an enum. */
  fields(ty: Ty): readonly (readonly Ty[])[];
  readonly lang: import('../types/index.ts').LangItems;
}

export type { AdtDecl };
