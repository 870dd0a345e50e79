/**
 * Intrinsics of std/core as C statements (docs/spec/core-surface.md says what each means).
 * Consumes: a call of an intrinsic. Produces: C text that stores the result where it has a size. Holds: nothing.
 */
import { bug } from '../base/index.ts';
import { typeText } from '../mir/index.ts';
import type { Operand, Place } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';
import { intLiteral, intSuffix, primitiveSuffix, unsignedType } from './c-names.ts';
import { zeroExtended } from './c-rvalues.ts';
import type { Scope } from './c-rvalues.ts';

export interface IntrinsicCall {
  readonly name: string;
  readonly typeArgs: readonly Ty[];
  readonly dest: Place;
  readonly args: readonly Operand[];
}

const encoder = new TextEncoder();

/** Plain C functions of Float64s. */
const FLOAT_FUNCTIONS: Readonly<Record<string, string>> = {
  sqrt: 'jc_sqrt', floor: 'jc_floor', ceil: 'jc_ceil', trunc: 'jc_trunc', roundEven: 'jc_round_even', abs: 'jc_abs', copySign: 'jc_copy_sign', fma: 'jc_fma',
  floatBits: 'jc_f64_bits', floatFromBits: 'jc_f64_from', float32Bits: 'jc_f32_bits', float32FromBits: 'jc_f32_from',
  math1: 'jc_math1', math2: 'jc_math2', mulHigh: 'jc_mul_high',
  panicMessagePtr: 'jc_panic_message_ptr', panicMessageLen: 'jc_panic_message_len', panicFilePtr: 'jc_panic_file_ptr', panicFileLen: 'jc_panic_file_len',
  panicLine: 'jc_panic_line', panicColumn: 'jc_panic_column', testIndex: 'jc_test_index',
};

export function intrinsic(scope: Scope, call: IntrinsicCall): string {
  const { values } = scope;
  const { types } = values;
  const target = values.place(call.dest);
  const store = (text: string): string => (target.kind === 'lvalue' ? `${target.text} = ${text}; ` : '');
  const ty = call.typeArgs[0]!;
  const arg = (index: number): string => values.operand(call.args[index]!);
  const simple = FLOAT_FUNCTIONS[call.name];
  if (simple !== undefined) return store(`${simple}(${values.sized(call.args).join(', ')})`);
  /** `n` elements of T in bytes. */
  const bytesOf = (n: string): string => `${n} * ${types.layout(ty).sizeBytes}`;
  switch (call.name) {
    case 'typeName':
      return store(values.pools.slice(encoder.encode(typeText(ty))));

    case 'alloc':
      return store(`jc_alloc(${arg(0)}, ${arg(1)})`);
    case 'allocZeroed':
      return store(`jc_alloc_zeroed(${arg(0)}, ${arg(1)})`);
    case 'realloc':
      return store(`jc_realloc(${arg(0)}, ${arg(1)}, ${arg(2)}, ${arg(3)})`);
    case 'dealloc':
      return `jc_free(${arg(0)}, ${arg(1)}, ${arg(2)}); `;
    case 'boxFree':
      return boxFree(scope, ty, arg(0));

    case 'ptrOffset':
      return store(types.isZst(ty) ? arg(0) : `${arg(0)} + ${arg(1)}`);
    case 'ptrDiff':
      return store(types.isZst(ty) ? '0' : `(jc_isize)(${arg(0)} - ${arg(1)})`);
    case 'ptrRead':
      return target.kind === 'nothing' ? '' : store(`*${arg(0)}`);
    case 'ptrWrite':
      return types.isZst(ty) ? '' : `*${arg(0)} = ${arg(1)}; `;
    case 'copyTo':
      return types.isZst(ty) ? '' : `JC_MOVE(${arg(1)}, ${arg(0)}, ${bytesOf(arg(2))}); `;
    case 'zeroBytes':
      return `JC_FILL(${arg(0)}, 0, ${arg(1)}); `;
    case 'fillBytes':
      return `JC_FILL(${arg(0)}, ${arg(1)}, ${arg(2)}); `;
    case 'compareBytes':
      return store(`JC_COMPARE(${arg(0)}, ${arg(1)}, ${arg(2)})`);
    case 'findByte':
      return store(`jc_find_byte(${arg(0)}, ${arg(1)}, ${arg(2)})`);
    case 'ptrCast':
      return store(pointerCast(scope, arg(0), values.operandTy(call.args[0]!), values.placeTy(call.dest)));
    case 'nullPtr':
      return target.kind === 'lvalue' ? store(values.types.layout(target.ty).kind === 'fat' ? `(${types.value(target.ty)}){0, 0}` : '0') : '';
    case 'ptrAddr':
      return store(`(jc_usize)${thin(scope, call.args[0]!)}`);
    case 'isNull':
      return store(`${thin(scope, call.args[0]!)} == 0`);
    case 'refOf': case 'refMutOf': case 'ptrOf': case 'ptrOfMut': case 'boxIntoRaw': case 'boxFromRaw': case 'strBytes': case 'runeFromUnchecked': case 'runeCode':
      return store(arg(0));
    case 'sliceFrom': case 'sliceFromMut': case 'strFrom': case 'boxSliceFrom':
      return store(`(jc_slice){${arg(0)}, ${arg(1)}}`);
    case 'sliceLen':
      return store(`${arg(0)}.len`);
    case 'slicePtr': case 'slicePtrMut':
      return store(`${arg(0)}.ptr`);
    case 'forget':
      return '';

    case 'addOverflow': case 'subOverflow': case 'mulOverflow': {
      if (target.kind !== 'lvalue') return '';
      const temp = scope.temp();
      const suffix = ty.kind === 'int' ? intSuffix(ty) : bug('overflow of no int');
      const op = call.name.slice(0, 3).toUpperCase();
      const flag = scope.temp();
      return `{ jc_${suffix} ${temp}; jc_bool ${flag} = JC_${op}(${suffix}, ${arg(0)}, ${arg(1)}, ${temp}); ${target.text}.f0 = ${temp}; ${target.text}.f1 = ${flag}; } `;
    }
    case 'convertChecked':
      return convertChecked(scope, ty, call.typeArgs[1]!, arg(0), store);
    case 'convertFits':
      return store(fits(integerValue(scope, ty, arg(0)), ty, call.typeArgs[1]!) ?? '1');
    case 'convertWrapping':
      return store(convert(integerValue(scope, ty, arg(0)), ty, call.typeArgs[1]!));
    case 'countOnes': case 'leadingZeros': case 'trailingZeros': case 'byteSwap': case 'rotateLeft':
      return store(bitOperation(call.name, ty, arg(0), call.args.length > 1 ? arg(1) : ''));

    case 'abort':
      return 'jc_abort(); JC_UNREACHABLE(); ';
    case 'unreachableUnchecked':
      return 'JC_UNREACHABLE(); ';
    case 'panicStr': {
      const text = arg(0);
      return `jc_panic_text(${text}.ptr, ${text}.len, ${scope.location()}); JC_RAISED(); ${scope.leave()} `;
    }
    case 'panicFmt': case 'assertFailed': {
      const text = scope.temp();
      const string = values.operandTy(call.args[0]!);
      const field = (index: number): string => `${text}.${types.field(string, 0, index)}`;
      return `{ ${types.value(string)} ${text} = ${arg(0)}; jc_panic_text(${field(0)}, ${field(1)}, ${scope.location()}); ` +
        `if (${field(2)} != 0) jc_free(${field(0)}, ${field(2)}, 1); JC_RAISED(); ${scope.leave()} } `;
    }
    case 'dropDyn': {
      const fat = arg(0);
      return `if (${fat}.table->drop) { ${fat}.table->drop(${fat}.ptr); if (JC_UNLIKELY(jc_panicking)) { ${scope.leave()} } } `;
    }
    case 'dropFn': {
      const fn = scope.temp();
      return `{ jc_dyn ${fn} = *${arg(0)}; if (${fn}.table->drop) ${fn}.table->drop(${fn}.ptr); if (${fn}.table->size) jc_free(${fn}.ptr, ${fn}.table->size, ${fn}.table->align); ` +
        `if (JC_UNLIKELY(jc_panicking)) { ${scope.leave()} } } `;
    }

    case 'likely':
      return store(`JC_LIKELY(${arg(0)})`);
    case 'unlikely':
      return store(`JC_UNLIKELY(${arg(0)})`);
    case 'blackBox':
      return target.kind === 'lvalue' ? `${store(arg(0))}jc_black_box(&${target.text}); ` : '';
    case 'callerLine':
      return store(`(${scope.location()})->line`);
    case 'callerFile': {
      const file = scope.temp();
      return `{ const char *${file} = (${scope.location()})->file; ${store(`(jc_slice){(void *)${file}, jc_cstr_len(${file})}`)}} `;
    }
    default:
      return bug(`the intrinsic ${call.name} is not known to the C generator`);
  }
}

/** The address part of a thin or fat pointer operand. */
function thin(scope: Scope, operand: Operand): string {
  const text = scope.values.operand(operand);
  return scope.values.types.layout(scope.values.operandTy(operand)).kind === 'fat' ? `${text}.ptr` : text;
}

function pointerCast(scope: Scope, x: string, from: Ty, to: Ty): string {
  const { types } = scope.values;
  const [fromFat, toFat] = [types.layout(from).kind === 'fat', types.layout(to).kind === 'fat'];
  if (fromFat && toFat) return types.value(from) === types.value(to) ? x : bug('ptrCast between a slice and a dyn');
  if (fromFat) return `(${types.value(to)})${x}.ptr`;
  if (toFat) return bug('ptrCast makes a length out of nothing');
  return `(${types.value(to)})${x}`;
}

function boxFree(scope: Scope, target: Ty, box: string): string {
  const { types } = scope.values;
  switch (target.kind) {
    case 'dyn':
      return `jc_free(${box}.ptr, ${box}.table->size, ${box}.table->align); `;
    case 'str':
      return `jc_free(${box}.ptr, ${box}.len, 1); `;
    case 'slice': {
      const layout = types.layout(target.element);
      return layout.sizeBytes === 0 ? '' : `jc_free(${box}.ptr, ${box}.len * ${layout.sizeBytes}, ${layout.alignBytes}); `;
    }
    default: {
      const layout = types.layout(target);
      return layout.sizeBytes === 0 ? '' : `jc_free(${box}, ${layout.sizeBytes}, ${layout.alignBytes}); `;
    }
  }
}

// ---------------------------------------------------------------- conversions

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

function rangeOf(ty: Ty): Range {
  switch (ty.kind) {
    case 'int':
      return ty.signed ? { min: -(1n << BigInt(ty.bits - 1)), max: (1n << BigInt(ty.bits - 1)) - 1n } : { min: 0n, max: (1n << BigInt(ty.bits)) - 1n };
    case 'bool':
      return { min: 0n, max: 1n };
    case 'rune':
      return { min: 0n, max: 0x10ffffn };
    case 'adt': {
      const values = ty.decl.variants.map((variant) => variant.discriminant);
      return values.length === 0 ? { min: 0n, max: 0n } : { min: values.reduce((a, b) => (a < b ? a : b)), max: values.reduce((a, b) => (a > b ? a : b)) };
    }
    default:
      return bug(`no integer range for ${typeText(ty)}`);
  }
}

/** The number behind a primitive value or a field-less enum. */
function integerValue(scope: Scope, ty: Ty, x: string): string {
  if (ty.kind !== 'adt') return x;
  const { values } = scope;
  const discriminants = ty.decl.variants.map((variant) => variant.discriminant);
  const access = values.types.tagAccess(ty);
  if (access.kind === 'single') return `${discriminants[0] ?? 0n}ll`;
  const index = access.kind === 'tag' ? `${x}${access.member}` : bug('a niche in an enum without fields');
  return discriminants.every((value, at) => value === BigInt(at)) ? `(jc_i64)${index}` : `${values.pools.discriminants(ty.decl.id, discriminants)}[${index}]`;
}

/** A literal that compares with values of `ty` without changing their sign. */
function boundLiteral(value: bigint, ty: Ty): string {
  if (ty.kind === 'int') return intLiteral(value, ty);
  return ty.kind === 'adt' ? (value === -(1n << 63n) ? 'JC_MIN_i64' : `${value}ll`) : `${value}u`;
}

/** The condition under which `x` of type `from` fits `to`; null: always. */
function fits(x: string, from: Ty, to: Ty): string | null {
  if (to.kind === 'float') return null;
  if (from.kind === 'float') return to.kind === 'int' ? `JC_FITS_${intSuffix(to)}(${x})` : bug('a float converts to ints only');
  const [a, b] = [rangeOf(from), rangeOf(to)];
  const tests: string[] = [];
  if (b.min > a.min) tests.push(`${x} >= ${boundLiteral(b.min, from)}`);
  if (b.max < a.max) tests.push(`${x} <= ${boundLiteral(b.max, from)}`);
  // Surrogates are no Unicode scalar values.
  if (to.kind === 'rune' && from.kind !== 'rune' && a.max >= 0xd800n) tests.push(`(${x} < ${boundLiteral(0xd800n, from)} || ${x} > ${boundLiteral(0xdfffn, from)})`);
  return tests.length === 0 ? null : `(${tests.join(' && ')})`;
}

function convert(x: string, from: Ty, to: Ty): string {
  if (from.kind === 'float' && to.kind === 'int') return `jc_f64_to_${intSuffix(to)}(${x})`;
  return `(jc_${primitiveSuffix(to)})${x}`;
}

function convertChecked(scope: Scope, from: Ty, to: Ty, operand: string, store: (text: string) => string): string {
  const x = integerValue(scope, from, operand);
  const condition = fits(x, from, to);
  const converted = convert(x, from, to);
  if (condition === null) return store(converted);
  const call = from.kind === 'float'
    ? `jc_panic_convert_float(${x}, JC_T_${primitiveSuffix(to)}, ${scope.location()})`
    : `jc_panic_convert(JC_T_${from.kind === 'adt' ? 'i64' : primitiveSuffix(from)}, (jc_u64)${x}, JC_T_${primitiveSuffix(to)}, ${scope.location()})`;
  return `if (JC_UNLIKELY(!${condition})) { ${call}; JC_RAISED(); ${scope.leave()} } ${store(converted)}`;
}

function bitOperation(name: string, ty: Ty, x: string, n: string): string {
  if (ty.kind !== 'int') return bug('bit operations are on ints');
  const bits = ty.bits;
  const type = `jc_${intSuffix(ty)}`;
  const wide = zeroExtended(x, bits);
  switch (name) {
    case 'countOnes':
      return `jc_count_ones(${wide})`;
    case 'leadingZeros':
      return bits === 64 ? `jc_leading_zeros(${wide})` : `jc_leading_zeros(${wide}) - ${64 - bits}`;
    case 'trailingZeros':
      return bits === 64 ? `jc_trailing_zeros(${wide})` : `jc_trailing_zeros(${wide} | ${1n << BigInt(bits)}ull)`;
    case 'byteSwap':
      return bits === 64 ? `(${type})jc_byte_swap(${wide})` : `(${type})(jc_byte_swap(${wide}) >> ${64 - bits})`;
    case 'rotateLeft': {
      const unsigned = unsignedType(bits);
      const promoted = bits === 64 ? 'jc_u64' : 'jc_u32';
      const value = `(${promoted})(${unsigned})${x}`;
      return `(${type})(${unsigned})(${value} << (${n} & ${bits - 1}) | ${value} >> ((0u - ${n}) & ${bits - 1}))`;
    }
    default:
      return bug(`no bit operation ${name}`);
  }
}
