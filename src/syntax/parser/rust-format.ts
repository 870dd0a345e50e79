/**
 * Rust's `println!("{} is {:>8}", name, n)` as an interpolated string: `println("${name} is ${n:>8}")`.
 * Consumes the tokens of the macro's arguments; produces one edit for all of them.
 */
import type { Expr, InterpolationPart } from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import { joinSpans } from '../../source/index.ts';
import { PLAIN_FORMAT } from '../format-spec.ts';
import { T } from '../tokens.ts';
import type { Parser } from './parser.ts';

const FORMATTED = new Set(['println', 'print', 'eprintln', 'eprint', 'format', 'panic', 'todo', 'unreachable']);
const HOLE = /\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)?(?::([^{}]*))?\}|\$/g;

/** What the tree goes on with: a string that reads the same values. */
export function asInterpolated(args: readonly Expr[]): Expr {
  const first = args[0]!;
  const last = args[args.length - 1]!;
  const parts = args.slice(1).map((expr): InterpolationPart => ({ kind: 'expr', expr, format: PLAIN_FORMAT, span: expr.span }));
  return { kind: 'interpolated', parts, span: joinSpans(first.span, last.span) };
}

/** The edit that rewrites the arguments between the brackets at `open`; null when they are not of that shape. */
export function formatMacroArgs(p: Parser, macro: string, open: number, args: readonly Expr[]): TextEdit | null {
  if (!FORMATTED.has(macro) || args.length === 0 || p.kinds[open + 1] !== T.Str) return null;
  const first = args[0]!;
  if (first.kind !== 'string' || first.span.lo !== p.starts[open + 1]) return null;
  const literal = p.text.slice(first.span.lo, first.span.hi);
  if (!literal.includes('{') || literal.length < 2) return null;
  const values = args.slice(1).map((arg) => p.text.slice(arg.span.lo, arg.span.hi));
  if (values.some((value) => /["\n{}]/.test(value))) return null;
  let next = 0;
  let fits = true;
  const text = literal.slice(1, -1).replace(HOLE, (whole, name: string | undefined, spec: string | undefined) => {
    if (whole === '{{' || whole === '}}') return whole[0]!;
    if (whole === '$') return '\\$';
    const value = name ?? values[next++];
    if (value === undefined) {
      fits = false;
      return whole;
    }
    return `\${${value}${spec === undefined || spec === '' ? '' : `:${spec.replace('#?', '?')}`}}`;
  });
  if (!fits || next !== values.length) return null;
  return p.edit(first.span.lo, args[args.length - 1]!.span.hi, `"${text}"`);
}
