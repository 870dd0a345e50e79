/**
 * Words of Go, Rust, Huawei's Cangjie and other languages, and how they are spelt here.
 * Holds: tables only; each is consulted where the word cannot be an ordinary name.
 */

/** Names of primitive types elsewhere. A path of exactly this one segment in the place of a type is meant as ours. */
export const PRIMITIVE_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['i8', 'Int8'],
  ['i16', 'Int16'],
  ['i32', 'Int32'],
  ['i64', 'Int64'],
  ['u8', 'UInt8'],
  ['u16', 'UInt16'],
  ['u32', 'UInt32'],
  ['u64', 'UInt64'],
  ['f32', 'Float32'],
  ['f64', 'Float64'],
  ['int', 'Int64'],
  ['int8', 'Int8'],
  ['int16', 'Int16'],
  ['int32', 'Int32'],
  ['int64', 'Int64'],
  ['uint', 'UInt64'],
  ['uint8', 'UInt8'],
  ['uint16', 'UInt16'],
  ['uint32', 'UInt32'],
  ['uint64', 'UInt64'],
  ['uintptr', 'usize'],
  ['float', 'Float64'],
  ['float32', 'Float32'],
  ['float64', 'Float64'],
  ['double', 'Float64'],
  ['short', 'Int16'],
  ['long', 'Int64'],
  ['bool', 'Bool'],
  ['boolean', 'Bool'],
  ['char', 'Rune'],
  ['rune', 'Rune'],
  ['byte', 'UInt8'],
  ['string', 'String'],
  ['error', 'Box<dyn Error>'],
  ['void', 'Unit'],
  ['Int', 'Int64'],
  ['UInt', 'UInt64'],
  ['Float', 'Float64'],
]);

/** The primitive types of this language: a cast to one of them is a call of its name. */
export const OUR_PRIMITIVES: ReadonlySet<string> = new Set([
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'isize',
  'usize',
  'Float32',
  'Float64',
  'Bool',
  'Rune',
]);

/** Words that begin a function elsewhere. */
export const FN_WORDS: ReadonlySet<string> = new Set(['func', 'fun', 'def', 'function', 'sub', 'proc']);

/** Words that begin another declaration elsewhere, and ours. */
export const DECLARATION_WORDS: ReadonlyMap<string, string> = new Map([
  ['class', 'struct'],
  ['record', 'struct'],
  ['interface', 'trait'],
  ['protocol', 'trait'],
  ['extend', 'impl'],
  ['extension', 'impl'],
  ['typealias', 'type'],
  ['use', 'import'],
  ['include', 'import'],
]);

/** Modifiers elsewhere, and ours; the empty string where there is none because it is the default. */
export const MODIFIER_WORDS: ReadonlyMap<string, string> = new Map([
  ['public', 'pub'],
  ['export', 'pub'],
  ['internal', 'pub(package)'],
  ['private', ''],
  ['protected', ''],
  ['open', ''],
  ['override', ''],
  ['abstract', ''],
  ['sealed', ''],
  ['final', ''],
  ['static', ''],
  ['async', ''],
  ['inline', '@inline'],
  ['operator', ''],
  ['mut', ''],
]);

/** Values that stand for "nothing" elsewhere. */
export const NIL_WORDS: ReadonlySet<string> = new Set(['nil', 'null', 'nullptr', 'NULL', 'undefined', 'NONE']);

/** Infix operators that are words elsewhere. */
export const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
]);

/** Rust macros whose name here is another. Every other `name!(…)` only loses its `!`. */
export const MACRO_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['assert_eq', 'assertEq'],
  ['debug_assert', 'assert'],
  ['debug_assert_eq', 'assertEq'],
  ['unimplemented', 'todo!'],
]);

/** Macros of this language. */
export const OUR_MACROS: ReadonlySet<string> = new Set(['panic', 'dbg', 'todo', 'unreachable']);
