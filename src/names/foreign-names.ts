/**
 * How other languages spell what this one has: people who come from Rust, Go, C, Java or Huawei's Cangjie type these.
 * Consumed by the "not found" diagnostic, which offers the spelling here.
 */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['i8', 'Int8'], ['i16', 'Int16'], ['i32', 'Int32'], ['i64', 'Int64'], ['u8', 'UInt8'], ['u16', 'UInt16'], ['u32', 'UInt32'], ['u64', 'UInt64'],
  ['int8', 'Int8'], ['int16', 'Int16'], ['int32', 'Int32'], ['int64', 'Int64'], ['uint8', 'UInt8'], ['uint16', 'UInt16'], ['uint32', 'UInt32'], ['uint64', 'UInt64'],
  ['int', 'Int64'], ['uint', 'UInt64'], ['Int', 'Int64'], ['UInt', 'UInt64'], ['long', 'Int64'], ['short', 'Int16'], ['Byte', 'UInt8'], ['byte', 'UInt8'],
  ['IntNative', 'isize'], ['UIntNative', 'usize'], ['size_t', 'usize'], ['uintptr', 'usize'],
  ['f32', 'Float32'], ['f64', 'Float64'], ['float', 'Float32'], ['double', 'Float64'], ['float32', 'Float32'], ['float64', 'Float64'], ['Float', 'Float64'], ['Double', 'Float64'],
  ['bool', 'Bool'], ['boolean', 'Bool'], ['Boolean', 'Bool'], ['char', 'Rune'], ['Char', 'Rune'], ['rune', 'Rune'],
  ['string', 'String'], ['Str', 'String'], ['void', 'Unit'], ['unit', 'Unit'], ['never', 'Never'], ['Nothing', 'Never'],
  ['Vec', 'ArrayList'], ['List', 'ArrayList'], ['Array', 'ArrayList'], ['vector', 'ArrayList'], ['map', 'HashMap'], ['Map', 'HashMap'], ['Dict', 'HashMap'], ['Set', 'HashSet'],
  ['VecDeque', 'Deque'], ['BTree', 'BTreeMap'], ['TreeMap', 'BTreeMap'], ['Rc', 'Shared'], ['Arc', 'Shared'], ['Optional', 'Option'], ['Maybe', 'Option'],
  ['error', 'Error'], ['Exception', 'Error'], ['Throwable', 'Error'], ['PartialEq', 'Eq'], ['PartialOrd', 'Ord'], ['Comparable', 'Ord'], ['Equatable', 'Eq'], ['Hashable', 'Hash'],
  ['ToString', 'Display'], ['FnOnce', 'once fn'], ['FnMut', 'mut fn'], ['Fn', 'fn'],
  ['nil', 'None'], ['null', 'None'], ['nullptr', 'None'], ['NULL', 'None'], ['undefined', 'None'], ['True', 'true'], ['False', 'false'], ['this', 'self'],
  ['printf', 'println'], ['print_line', 'println'], ['puts', 'println'], ['sprintf', 'format'], ['assert_eq', 'assertEq'], ['sizeof', 'sizeOf'],
]);

/** The spelling here of a name of another language, or null. */
export function spellingOfForeignName(name: string): string | null {
  return FOREIGN.get(name) ?? null;
}
