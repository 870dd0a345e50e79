/**
 * Names and literals as C text. C identifiers are ASCII; what the compilers' own macros or keywords take is avoided, so that a field called
 * `linux` or `register` stays a field.
 * Consumes: source names and values. Produces: C tokens. Holds: nothing.
 */
import { bug } from '../base/index.ts';
import type { IntTy, Ty } from '../types/index.ts';

const RESERVED: ReadonlySet<string> = new Set((
  'auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed ' +
  'sizeof static struct switch typedef union unsigned void volatile while asm typeof unix linux i386 tag niche payload pad'
).split(' '));

/** A source name as part of a C identifier. */
export function cIdentifier(name: string): string {
  let out = '';
  for (const char of name) out += /[A-Za-z0-9_]/.test(char) ? char : `u${char.codePointAt(0)!.toString(16)}`;
  if (/^[0-9]/.test(out)) out = `f${out}`;
  if (/^_|^jc_|^cj_/i.test(out)) return `v${out}`;
  return RESERVED.has(out) ? `${out}_` : out;
}

/** `i32`, `usize`: what follows `jc_`, `JC_T_`, `JC_ADD_` … in the runtime's names. */
export function intSuffix(ty: IntTy): string {
  switch (ty.name) {
    case 'isize': case 'usize':
      return ty.name;
    default:
      return `${ty.signed ? 'i' : 'u'}${ty.bits}`;
  }
}

/** The suffix for any primitive type. */
export function primitiveSuffix(ty: Ty): string {
  switch (ty.kind) {
    case 'int':
      return intSuffix(ty);
    case 'float':
      return `f${ty.bits}`;
    case 'bool':
      return 'bool';
    case 'rune':
      return 'rune';
    default:
      return bug(`${ty.kind} is not a primitive type`);
  }
}

/** The unsigned C type in which arithmetic modulo 2^n is done: never narrower than int, which C would promote to. */
export function wideUnsigned(bits: number): string {
  return bits === 64 ? 'jc_u64' : 'jc_u32';
}

/** The unsigned C type of exactly this width. */
export function unsignedType(bits: number): string {
  return `jc_u${bits}`;
}

export function intLiteral(value: bigint, ty: IntTy): string {
  if (ty.bits < 32) return value < 0n ? `((jc_${intSuffix(ty)})${value})` : `((jc_${intSuffix(ty)})${value})`;
  if (ty.name === 'usize') return `${value}ul`;
  if (ty.name === 'isize') return value === -(1n << 63n) ? 'JC_MIN_isize' : value < 0n ? `(${value}l)` : `${value}l`;
  if (!ty.signed) return ty.bits === 64 ? `${value}ull` : `${value}u`;
  if (value === -(1n << 63n)) return 'JC_MIN_i64';
  if (value === -(1n << 31n) && ty.bits === 32) return 'JC_MIN_i32';
  const text = ty.bits === 64 ? `${value}ll` : `${value}`;
  return value < 0n ? `(${text})` : text;
}

/** Shortest decimal text that reads back as the same bits. */
export function floatLiteral(value: number, bits: 32 | 64): string {
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? '0x7ff8000000000000ull' : value > 0 ? '0x7ff0000000000000ull' : '0xfff0000000000000ull';
    return bits === 64 ? `jc_f64_from(${text})` : `((jc_f32)jc_f64_from(${text}))`;
  }
  let text = String(value);
  if (Object.is(value, -0)) text = '-0.0';
  else if (!/[.e]/.test(text)) text += '.0';
  if (bits === 32) text += 'f';
  return text.startsWith('-') ? `(${text})` : text;
}

/** Bytes as a C string literal: printable ASCII as it is, all else in octal (three digits, so that nothing runs together). */
export function bytesLiteral(bytes: Uint8Array): string {
  let out = '"';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    // `?` could begin a trigraph.
    else if (byte >= 0x20 && byte < 0x7f && byte !== 0x3f) out += String.fromCharCode(byte);
    else out += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${out}"`;
}

/** Bytes as an array initialiser. */
export function bytesInitializer(bytes: Uint8Array): string {
  return bytes.length === 0 ? '{0}' : bytesLiteral(bytes);
}
