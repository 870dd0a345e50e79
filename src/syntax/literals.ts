/**
 * Consumes the text of one literal token; produces its value, and diagnostics for what is wrong inside. A wrong literal
 * still has a value, so that the tree goes on.
 * Unit literals are computed with integers only: `1.1KiB` is refused because it is not a whole number of bytes, never because of
 * a rounding.
 */
import type { DiagArgs, DiagSink, Fix, TextEdit } from '../diag/index.ts';
import type { FileId } from '../source/index.ts';
import { makeSpan } from '../source/index.ts';

/** Where a literal stands and where to report. */
export interface LiteralContext {
  readonly file: FileId;
  readonly text: string;
  readonly sink: DiagSink;
}

export type NumberValue =
  | { readonly kind: 'int'; readonly value: bigint; readonly suffix: string | null }
  | { readonly kind: 'float'; readonly value: number; readonly suffix: string | null }
  | { readonly kind: 'unitLiteral'; readonly dimension: 'duration' | 'byteSize'; readonly value: bigint };

const INT_SUFFIXES = new Set(['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64', 'isize', 'usize']);
const FLOAT_SUFFIXES = new Set(['f32', 'f64']);

interface Unit {
  readonly dimension: 'duration' | 'byteSize';
  readonly size: bigint;
}

const UNITS = new Map<string, Unit>([
  ['ns', { dimension: 'duration', size: 1n }],
  ['us', { dimension: 'duration', size: 1_000n }],
  ['ms', { dimension: 'duration', size: 1_000_000n }],
  ['s', { dimension: 'duration', size: 1_000_000_000n }],
  ['min', { dimension: 'duration', size: 60_000_000_000n }],
  ['h', { dimension: 'duration', size: 3_600_000_000_000n }],
  ['d', { dimension: 'duration', size: 86_400_000_000_000n }],
  ['B', { dimension: 'byteSize', size: 1n }],
  ['KB', { dimension: 'byteSize', size: 1_000n }],
  ['MB', { dimension: 'byteSize', size: 1_000_000n }],
  ['GB', { dimension: 'byteSize', size: 1_000_000_000n }],
  ['TB', { dimension: 'byteSize', size: 1_000_000_000_000n }],
  ['KiB', { dimension: 'byteSize', size: 1n << 10n }],
  ['MiB', { dimension: 'byteSize', size: 1n << 20n }],
  ['GiB', { dimension: 'byteSize', size: 1n << 30n }],
  ['TiB', { dimension: 'byteSize', size: 1n << 40n }],
]);
const LIMITS = { duration: (1n << 63n) - 1n, byteSize: (1n << 64n) - 1n };
const BASE = { duration: 'ns', byteSize: 'B' };
/** Powers of ten beyond this are refused before they are computed. */
const MAX_EXPONENT = 400;

function report(c: LiteralContext, code: string, lo: number, hi: number, args: DiagArgs = {}, fixes: readonly Fix[] = []): void {
  c.sink.report({ code, span: makeSpan(c.file, lo, hi), args, fixes });
}

function edit(c: LiteralContext, lo: number, hi: number, text: string): TextEdit {
  return { span: makeSpan(c.file, lo, hi), text };
}

// ---------------------------------------------------------------- numbers

/** The number that stands from `lo` to `hi`. */
export function decodeNumber(c: LiteralContext, lo: number, hi: number): NumberValue {
  const text = c.text;
  if (text.charCodeAt(lo) === 48 && hi - lo > 1) {
    const mark = text[lo + 1];
    if (mark === 'x' || mark === 'o' || mark === 'b') return decodeRadix(c, lo, hi, mark === 'x' ? 16 : mark === 'o' ? 8 : 2);
  }
  let i = lo;
  while (isDecimal(text.charCodeAt(i)) && i < hi) i++;
  // By far the most frequent: a few digits and nothing else.
  if (i === hi && hi - lo <= 9) {
    const digits = text.slice(lo, hi);
    if (!digits.includes('_')) return { kind: 'int', value: BigInt(digits), suffix: null };
  }
  const whole = text.slice(lo, i).replaceAll('_', '');
  let fraction = '';
  let exponent = '';
  let isFloat = false;
  if (i < hi && text[i] === '.') {
    const from = ++i;
    while (i < hi && isDecimal(text.charCodeAt(i))) i++;
    fraction = text.slice(from, i).replaceAll('_', '');
    isFloat = true;
  }
  if (i < hi && (text[i] === 'e' || text[i] === 'E')) {
    let at = i + 1;
    if (text[at] === '+' || text[at] === '-') at++;
    if (at < hi && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) {
      const from = i + 1;
      i = at;
      while (i < hi && isDecimal(text.charCodeAt(i))) i++;
      exponent = text.slice(from, i).replaceAll('_', '');
      isFloat = true;
    }
  }
  const suffix = text.slice(i, hi).replace(/^_+/, '');
  if (suffix === '')
    return isFloat ? float(c, lo, hi, whole, fraction, exponent, null) : { kind: 'int', value: BigInt(whole), suffix: null };
  if (FLOAT_SUFFIXES.has(suffix)) return float(c, lo, hi, whole, fraction, exponent, suffix);
  const unit = UNITS.get(suffix);
  if (unit !== undefined) return decodeUnit(c, lo, hi, unit, whole, fraction, exponent);
  if (INT_SUFFIXES.has(suffix)) {
    if (!isFloat) return { kind: 'int', value: BigInt(whole), suffix };
    report(c, 'CJ0106', i, hi, { suffix }, [{ key: 'delete', args: { suffix }, edits: [edit(c, i, hi, '')] }]);
    return float(c, lo, hi, whole, fraction, exponent, null);
  }
  unknownSuffix(c, i, hi, suffix);
  return isFloat ? float(c, lo, hi, whole, fraction, exponent, null) : { kind: 'int', value: BigInt(whole), suffix: null };
}

function unknownSuffix(c: LiteralContext, lo: number, hi: number, suffix: string): void {
  const lower = suffix.toLowerCase();
  const similar = [...UNITS.keys(), ...INT_SUFFIXES, ...FLOAT_SUFFIXES].find((known) => known.toLowerCase() === lower);
  const fix: Fix =
    similar === undefined
      ? { key: 'delete', args: { suffix }, edits: [edit(c, lo, hi, '')] }
      : { key: 'similar', args: { similar }, edits: [edit(c, lo, hi, similar)] };
  report(c, 'CJ0106', lo, hi, { suffix }, [fix]);
}

function float(
  c: LiteralContext,
  lo: number,
  hi: number,
  whole: string,
  fraction: string,
  exponent: string,
  suffix: string | null,
): NumberValue {
  const value = Number(`${whole}.${fraction === '' ? '0' : fraction}e${exponent === '' ? '0' : exponent}`);
  if (Number.isFinite(suffix === 'f32' ? Math.fround(value) : value)) return { kind: 'float', value, suffix };
  report(c, 'CJ0117', lo, hi, { type: suffix === 'f32' ? 'Float32' : 'Float64' });
  return { kind: 'float', value: 0, suffix };
}

function decodeRadix(c: LiteralContext, lo: number, hi: number, radix: 2 | 8 | 16): NumberValue {
  const text = c.text;
  let i = lo + 2;
  const from = i;
  while (i < hi && (text.charCodeAt(i) === 95 || digitValue(text.charCodeAt(i)) < radix)) i++;
  const digits = text.slice(from, i).replaceAll('_', '');
  const suffix = text.slice(i, hi).replace(/^_+/, '');
  if (digits === '') {
    report(c, 'CJ0105', lo, hi, { radix });
    return { kind: 'int', value: 0n, suffix: null };
  }
  const value = BigInt(`${text.slice(lo, lo + 2)}${digits}`);
  if (suffix === '' || INT_SUFFIXES.has(suffix)) return { kind: 'int', value, suffix: suffix === '' ? null : suffix };
  if (digitValue(suffix.charCodeAt(0)) < 10) report(c, 'CJ0105', i, i + 1, { radix });
  else report(c, 'CJ0106', i, hi, { suffix }, [{ key: 'delete', args: { suffix }, edits: [edit(c, i, hi, '')] }]);
  return { kind: 'int', value, suffix: null };
}

function decodeUnit(c: LiteralContext, lo: number, hi: number, unit: Unit, whole: string, fraction: string, exponent: string): NumberValue {
  const dimension = unit.dimension;
  const limit = LIMITS[dimension];
  const base = BASE[dimension];
  const power = Number(exponent === '' ? '0' : exponent) - fraction.length;
  const mantissa = BigInt(whole + fraction) * unit.size;
  const tooLarge = (): NumberValue => {
    report(c, 'CJ0108', lo, hi, { limit: `${limit}${base}` });
    return { kind: 'unitLiteral', dimension, value: 0n };
  };
  if (mantissa !== 0n && power > MAX_EXPONENT) return tooLarge();
  if (power >= 0) {
    const value = mantissa === 0n ? 0n : mantissa * 10n ** BigInt(power);
    return value > limit ? tooLarge() : { kind: 'unitLiteral', dimension, value };
  }
  // A divisor longer than the number makes it less than one unit, however long it is.
  const tiny = -power > whole.length + fraction.length + MAX_EXPONENT;
  const divisor = tiny ? mantissa + 1n : 10n ** BigInt(-power);
  const lower = mantissa / divisor;
  if (lower > limit) return tooLarge();
  if (lower * divisor === mantissa) return { kind: 'unitLiteral', dimension, value: lower };
  const low = `${lower}${base}`;
  const high = `${lower + 1n}${base}`;
  report(c, 'CJ0107', lo, hi, { literal: c.text.slice(lo, hi), base, low, high }, [
    { key: 'lower', args: { low }, edits: [edit(c, lo, hi, low)] },
    { key: 'upper', args: { high }, edits: [edit(c, lo, hi, high)] },
  ]);
  return { kind: 'unitLiteral', dimension, value: lower };
}

function isDecimal(c: number): boolean {
  return (c >= 48 && c <= 57) || c === 95;
}

/** The value of a digit in any radix up to 16; 99 for what is no digit. */
function digitValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : 99;
}

// ---------------------------------------------------------------- escapes

interface Escape {
  /** The scalar value, or -1 where it was wrong and has been reported. */
  readonly value: number;
  readonly end: number;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '0': 0, '\\': 92, '"': 34, "'": 39, $: 36 };

/** The escape whose backslash stands at `lo`. `bytes` allows `\xNN` up to ff and no `\u`. */
function decodeEscape(c: LiteralContext, lo: number, hi: number, bytes: boolean): Escape {
  const text = c.text;
  // A backslash at the very end belongs to a literal that was never closed.
  if (lo + 1 >= hi) return { value: -1, end: hi };
  const letter = String.fromCodePoint(text.codePointAt(lo + 1)!);
  const simple = Object.hasOwn(SIMPLE_ESCAPES, letter) ? SIMPLE_ESCAPES[letter] : undefined;
  if (simple !== undefined) return { value: simple, end: lo + 2 };
  if (letter === 'x') {
    const digits = /^[0-9a-fA-F]{2}/.exec(text.slice(lo + 2, Math.min(lo + 4, hi)))?.[0];
    if (digits !== undefined) {
      const value = parseInt(digits, 16);
      if (bytes || value < 128) return { value, end: lo + 4 };
      const ours = `\\u{${digits}}`;
      report(c, 'CJ0103', lo, lo + 4, { escape: text.slice(lo, lo + 4) }, [
        { key: 'write', args: { ours }, edits: [edit(c, lo, lo + 4, ours)] },
      ]);
      return { value: -1, end: lo + 4 };
    }
  }
  if (letter === 'u' && !bytes) {
    const braces = /^\{([0-9a-fA-F_]{1,12})\}/.exec(text.slice(lo + 2, Math.min(lo + 16, hi)));
    if (braces !== null) {
      const end = lo + 2 + braces[0].length;
      const value = parseInt(braces[1]!.replaceAll('_', '') || 'x', 16);
      if (value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)) return { value, end };
      report(c, 'CJ0103', lo, end, { escape: text.slice(lo, end) });
      return { value: -1, end };
    }
    // `\u4e2d`, as JSON, Java and Go write it.
    const bare = /^[0-9a-fA-F]{4}/.exec(text.slice(lo + 2, Math.min(lo + 6, hi)));
    if (bare !== null) {
      const ours = `\\u{${bare[0]}}`;
      report(c, 'CJ0103', lo, lo + 6, { escape: text.slice(lo, lo + 6) }, [
        { key: 'write', args: { ours }, edits: [edit(c, lo, lo + 6, ours)] },
      ]);
      return { value: -1, end: lo + 6 };
    }
  }
  const end = Math.min(hi, lo + 1 + letter.length);
  const ours = `\\\\${letter}`;
  report(c, 'CJ0103', lo, end, { escape: text.slice(lo, end) }, [{ key: 'write', args: { ours }, edits: [edit(c, lo, end, ours)] }]);
  return { value: -1, end };
}

/** Decodes the escapes of string text between `lo` and `hi`. */
export function decodeText(c: LiteralContext, lo: number, hi: number): string {
  const text = c.text;
  // The slice is searched, never the rest of the file: a file has many strings.
  const raw = text.slice(lo, hi);
  const first = raw.indexOf('\\');
  if (first < 0) return raw;
  let at = lo + first;
  let out = '';
  let from = lo;
  while (at >= from) {
    out += text.slice(from, at);
    const { value, end } = decodeEscape(c, at, hi, false);
    out += value < 0 ? '\ufffd' : String.fromCodePoint(value);
    from = end;
    at = lo + raw.indexOf('\\', from - lo);
  }
  return from < hi ? out + text.slice(from, hi) : out;
}

// ---------------------------------------------------------------- strings

/** `"…"`. */
export function decodeString(c: LiteralContext, lo: number, hi: number): string {
  return decodeText(c, lo + 1, Math.max(lo + 1, hi - 1));
}

/** `#"…"#`, or Rust's `r#"…"#`, which the lexer has reported. */
export function decodeRaw(c: LiteralContext, lo: number, hi: number): string {
  const quote = c.text.indexOf('"', lo);
  const hashes = c.text.slice(lo, quote).replace('r', '').length;
  return c.text.slice(quote + 1, Math.max(quote + 1, hi - 1 - hashes)).replaceAll('\r\n', '\n');
}

/** One text part of a string literal: its range, without the delimiters. */
export interface TextPart {
  readonly lo: number;
  readonly hi: number;
}

/**
 * The texts of a `"""` literal, given the ranges between its interpolations. The line break after the opening quotes is dropped; where
 * the closing quotes stand alone on a line, the blank space before them is taken off every line.
 */
export function decodeMultiline(c: LiteralContext, parts: readonly TextPart[]): string[] {
  const text = c.text;
  const last = parts[parts.length - 1]!;
  const closingLine = text.lastIndexOf('\n', last.hi - 1) + 1;
  const first = parts[0]!;
  const indent = text.slice(closingLine, last.hi);
  const alone = closingLine > first.lo && closingLine >= last.lo && /^[ \t]*$/.test(indent);
  const strip = alone ? indent : '';
  return parts.map((part, index) => {
    let out = '';
    let lo = part.lo;
    let atLineStart = false;
    if (index === 0) {
      const opening = /^[ \t]*\r?\n/.exec(text.slice(lo, part.hi));
      if (opening !== null) {
        lo += opening[0].length;
        atLineStart = true;
      }
    }
    while (lo < part.hi) {
      const newline = text.indexOf('\n', lo);
      const hasBreak = newline >= 0 && newline < part.hi;
      let stop = hasBreak ? newline : part.hi;
      if (hasBreak && stop > lo && text.charCodeAt(stop - 1) === 13) stop--;
      let from = lo;
      if (atLineStart && strip !== '') {
        if (text.startsWith(strip, lo)) from = lo + strip.length;
        else if (hasBreak && text.slice(lo, stop).trim() === '') from = stop;
        else reportIndent(c, lo, stop, strip);
      }
      out += decodeText(c, from, stop);
      if (!hasBreak) break;
      out += '\n';
      atLineStart = true;
      lo = newline + 1;
    }
    return out;
  });
}

function reportIndent(c: LiteralContext, lo: number, end: number, strip: string): void {
  const blank = /^[ \t]*/.exec(c.text.slice(lo, end))![0].length;
  report(c, 'CJ0111', lo, Math.max(lo + blank, lo + 1), {}, [{ key: 'indent', edits: [edit(c, lo, lo + blank, strip)] }]);
}

/** `b"…"`. */
export function decodeBytes(c: LiteralContext, lo: number, hi: number): Uint8Array {
  const out: number[] = [];
  const stop = Math.max(lo + 2, hi - 1);
  let i = lo + 2;
  while (i < stop) {
    const unit = c.text.charCodeAt(i);
    if (unit === 92) {
      const { value, end } = decodeEscape(c, i, stop, true);
      out.push(value < 0 ? 0 : value);
      i = end;
    } else if (unit < 128) {
      out.push(unit);
      i++;
    } else i = notAscii(c, i);
  }
  return Uint8Array.from(out);
}

function notAscii(c: LiteralContext, i: number): number {
  const char = String.fromCodePoint(c.text.codePointAt(i)!);
  const ours = [...new TextEncoder().encode(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const end = i + char.length;
  report(c, 'CJ0114', i, end, { char }, [{ key: 'write', args: { ours }, edits: [edit(c, i, end, ours)] }]);
  return end;
}

/** `b'x'`. */
export function decodeByte(c: LiteralContext, lo: number, hi: number): number {
  const from = lo + 2;
  const stop = Math.max(from, hi - 1);
  const first = c.text.charCodeAt(from);
  if (from < stop && first === 92) {
    const { value, end } = decodeEscape(c, from, stop, true);
    if (end === stop) return value < 0 ? 0 : value;
  } else if (stop - from === 1 && first < 128) return first;
  report(c, 'CJ0115', lo, hi, {}, [{ key: 'bytes', edits: [edit(c, lo, hi, `b"${c.text.slice(from, stop).replaceAll('"', '\\"')}"`)] }]);
  return 0;
}

/** `'字'`; null, with a report, for what is a string in single quotes. */
export function decodeRune(c: LiteralContext, lo: number, hi: number): number | null {
  const from = lo + 1;
  const stop = Math.max(from, hi - 1);
  if (from < stop) {
    if (c.text.charCodeAt(from) === 92) {
      const { value, end } = decodeEscape(c, from, stop, false);
      if (end === stop) return value < 0 ? 0xfffd : value;
    } else {
      const point = c.text.codePointAt(from)!;
      if (String.fromCodePoint(point).length === stop - from) return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
      // A letter and its accents may be one rune once they are composed.
      const composed = c.text.slice(from, stop).normalize('NFC');
      if (String.fromCodePoint(composed.codePointAt(0)!) === composed) return composed.codePointAt(0)!;
    }
  }
  const ours = `"${c.text.slice(from, stop).replaceAll('"', '\\"')}"`;
  report(c, 'CJ0113', lo, hi, {}, [{ key: 'string', args: { ours }, edits: [edit(c, lo, hi, ours)] }]);
  return null;
}
