/**
 * The words of every panic and abort that the compiler or runtime itself makes: the one list that the interpreter and the C runtime share.
 * Consumed by: `interp/`, `opt/` (folding), `emit-c/`; `runtime/` repeats the same words in C and the corpus compares both sides.
 * Holds: nothing. Panics of library functions (unwrap, expect, …) are written in std and do not stand here.
 *
 * Report of a panic that nobody catches, on standard error after flushing standard output; exit code 101:
 *     panic: MESSAGE
 *       at FILE:LINE:COLUMN
 * Report of an abort (no unwinding, no destructors); exit code 134:
 *     fatal: TEXT
 * A panic out of a cleanup block prints the report of that second panic, then `fatal:` with ABORT_TEXT.panicInCleanup.
 * Integers are written in decimal, by the sign of their type. Type names are those of source text (`Int32`, `usize`, `Rune`).
 */
import type { Ty } from '../types/index.ts';

export const EXIT_PANIC = 101;
export const EXIT_ABORT = 134;
/** A closed pipe on standard output: 128 + SIGPIPE. */
export const EXIT_CLOSED_PIPE = 141;

export const ABORT_TEXT = {
  panicInCleanup: 'a panic left a destructor while another panic was unwinding',
  stackOverflow: 'stack overflow',
  outOfMemory: 'out of memory',
  /** The intrinsic `abort()`. */
  abort: 'aborted',
} as const;

/** `Int32 overflow: 2147483647 + 1`. `op` is `+`, `-` or `*`. */
export function overflowMessage(type: string, left: bigint, op: '+' | '-' | '*', right: bigint): string {
  return `${type} overflow: ${left} ${op} ${right}`;
}

/** `Int32 overflow: -(-2147483648)`. */
export function negateMessage(type: string, value: bigint): string {
  return `${type} overflow: -(${value})`;
}

/** Division and remainder: `division by zero: 7 / 0`, `Int32 overflow: -2147483648 / -1`. */
export function divisionMessage(type: string, left: bigint, op: '/' | '%', right: bigint): string {
  return right === 0n ? `division by zero: ${left} ${op} 0` : `${type} overflow: ${left} ${op} ${right}`;
}

/** The amount must be at least 0 and less than the width: `shift by 40 of a 32-bit Int32`. */
export function shiftMessage(type: string, bits: number, amount: bigint): string {
  return `shift by ${amount} of a ${bits}-bit ${type}`;
}

export function indexMessage(index: bigint, length: bigint): string {
  return `index ${index} is out of bounds: the length is ${length}`;
}

/** `B(x)` that does not fit: `300 does not fit Int8`. Runes are written as their number. */
export function conversionMessage(value: bigint, to: string): string {
  return `${value} does not fit ${to}`;
}

/** Float to int: the value as C's `%.6g` writes it, save `NaN`, `inf` and `-inf`. */
export function floatConversionMessage(value: number, to: string): string {
  return `${formatG6(value)} does not fit ${to}`;
}

export function panicReport(message: string, file: string, line: number, column: number): string {
  return `panic: ${message}\n  at ${file}:${line}:${column}\n`;
}

export function abortReport(text: string): string {
  return `fatal: ${text}\n`;
}

/** The name by which messages call a primitive type. */
export function primitiveName(ty: Ty): string {
  switch (ty.kind) {
    case 'int':
    case 'float':
      return ty.name;
    case 'bool':
      return 'Bool';
    case 'rune':
      return 'Rune';
    default:
      return ty.kind;
  }
}

/** What `printf("%.6g")` prints. */
function formatG6(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential(5).split('e') as [string, string];
  const exponent = Number(exponentText);
  const trim = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
  if (exponent < -4 || exponent >= 6) {
    const magnitude = Math.abs(exponent).toString().padStart(2, '0');
    return `${trim(mantissa)}e${exponent < 0 ? '-' : '+'}${magnitude}`;
  }
  return trim(value.toFixed(5 - exponent));
}
