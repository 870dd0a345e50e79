/**
 * Consumes what stands after `:` in `${…}`; produces a FormatSpec, and a diagnostic where it is none.
 * The grammar is `[[fill]align][sign]['#']['0'][width]['.'precision][type]`, as in the AST contract.
 */
import type { FormatSpec } from './ast.ts';
import type { LiteralContext } from './literals.ts';
import { makeSpan } from '../source/index.ts';

/** The specification of a plain `${…}`. */
export const PLAIN_FORMAT: FormatSpec = {
  debug: false,
  fill: ' ',
  align: null,
  sign: false,
  alternate: false,
  zero: false,
  width: null,
  precision: null,
  radix: null,
};

const SPEC = /^(?:(.)?([<>^]))?(\+)?(#)?(0)?([0-9]{1,6})?(?:\.([0-9]{1,6}))?([?xXboe])?$/u;

/** The specification that stands from `lo`, at its `:`, to `hi`. */
export function parseFormatSpec(c: LiteralContext, lo: number, hi: number): FormatSpec {
  const text = c.text.slice(lo + 1, hi);
  const found = SPEC.exec(text);
  if (found === null) {
    c.sink.report({ code: 'CJ0110', span: makeSpan(c.file, lo + 1, Math.max(hi, lo + 2)), args: { spec: text } });
    return PLAIN_FORMAT;
  }
  const [, fill, align, sign, alternate, zero, width, precision, type] = found;
  return {
    debug: type === '?',
    fill: fill ?? ' ',
    align: align === '<' ? 'left' : align === '>' ? 'right' : align === '^' ? 'center' : null,
    sign: sign !== undefined,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: width === undefined ? null : Number(width),
    precision: precision === undefined ? null : Number(precision),
    radix: type === undefined || type === '?' ? null : (type as 'x' | 'X' | 'b' | 'o' | 'e'),
  };
}

/** The text that `parseFormatSpec` reads back as `spec`; empty for the plain one. */
export function printFormatSpec(spec: FormatSpec): string {
  const align = spec.align === null ? '' : (spec.fill === ' ' ? '' : spec.fill) + { left: '<', right: '>', center: '^' }[spec.align];
  const type = spec.debug ? '?' : (spec.radix ?? '');
  const precision = spec.precision === null ? '' : `.${spec.precision}`;
  return `${align}${spec.sign ? '+' : ''}${spec.alternate ? '#' : ''}${spec.zero ? '0' : ''}${spec.width ?? ''}${precision}${type}`;
}
