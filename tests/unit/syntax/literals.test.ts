import { describe, expect, it } from 'vitest';
import type { Expr } from '../../../src/syntax/index.ts';
import { applyFixes, bodyCodes, parseBody, parseExpr } from './support.ts';

function value(text: string): unknown {
  const { expr, codes } = parseExpr(text);
  expect(codes).toEqual([]);
  return 'value' in expr ? expr.value : expr.kind;
}

function kindOf(text: string): Expr['kind'] {
  return parseExpr(text).expr.kind;
}

describe('numbers', () => {
  it.each([
    ['42', 42n],
    ['1_000', 1000n],
    ['0xff', 255n],
    ['0o17', 15n],
    ['0b1010_1010', 170n],
    ['42i64', 42n],
    ['0xffu8', 255n],
    ['1usize', 1n],
    ['340282366920938463463374607431768211456', 1n << 128n],
    ['1.5', 1.5],
    ['2e9', 2e9],
    ['1.5e-3', 1.5e-3],
    ['1.0f32', 1],
    ['1f64', 1],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('keeps suffixes', () => {
    expect(parseExpr('7u8').expr).toMatchObject({ kind: 'int', suffix: 'u8' });
    expect(parseExpr('7').expr).toMatchObject({ kind: 'int', suffix: null });
    expect(parseExpr('1.0f32').expr).toMatchObject({ kind: 'float', suffix: 'f32' });
  });

  it.each([
    ['0b12', 'CJ0105'],
    ['0x', 'CJ0105'],
    ['42px', 'CJ0106'],
    ['1.5u8', 'CJ0106'],
    ['1e999', 'CJ0117'],
    ['1e39f32', 'CJ0117'],
  ])('%s is %s', (text, code) => expect(parseExpr(text).codes).toEqual([code]));
});

describe('unit literals', () => {
  it.each([
    ['10ns', 10n],
    ['10us', 10_000n],
    ['10ms', 10_000_000n],
    ['1.5h', 5_400_000_000_000n],
    ['0.1s', 100_000_000n],
    ['2min', 120_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['4B', 4n],
    ['1KB', 1000n],
    ['2GiB', 1n << 31n],
    ['1.5KiB', 1536n],
    ['1e3ms', 1_000_000_000n],
    ['15TiB', 15n << 40n],
  ])('%s', (text, expected) => {
    expect(kindOf(text)).toBe('unitLiteral');
    expect(value(text)).toBe(expected);
  });

  it('names the two nearest legal values', () => {
    const { diagnostics } = parseBody('let x = 1.1KiB;');
    expect(diagnostics.map((d) => d.code)).toEqual(['CJ0107']);
    expect(diagnostics[0]!.args).toMatchObject({ low: '1126B', high: '1127B' });
    expect(diagnostics[0]!.fixes).toHaveLength(2);
  });

  it('knows the limits exactly', () => {
    expect(value('9223372036854775807ns')).toBe((1n << 63n) - 1n);
    expect(parseExpr('9223372036854775808ns').codes).toEqual(['CJ0108']);
    expect(value('18446744073709551615B')).toBe((1n << 64n) - 1n);
    expect(parseExpr('18446744073709551616B').codes).toEqual(['CJ0108']);
    expect(parseExpr('1e999999999h').codes).toEqual(['CJ0108']);
    expect(parseExpr('1e-999999999h').codes).toEqual(['CJ0107']);
    expect(value('0e999999999h')).toBe(0n);
  });
});

describe('text', () => {
  it.each([
    ['"a\\n\\t\\r\\0\\\\\\"\\\'\\$b"', 'a\n\t\r\0\\"\'$b'],
    ['"\\u{4e2d}\\u{1F600}\\x41"', '中😀A'],
    ['#"a\\n${x}"#', 'a\\n${x}'],
    ['##"a"#b"##', 'a"#b'],
    ['"""\n    one\n      two\n    """', 'one\n  two\n'],
    ['"""\n    one\n\n    two\n    """', 'one\n\ntwo\n'],
    ['"""one line"""', 'one line'],
    ['"""\r\n  a\r\n  b\r\n  """', 'a\nb\n'],
    ['"""a "quoted" b"""', 'a "quoted" b'],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('decodes bytes and runes', () => {
    expect(parseExpr('b"a\\xff\\n"').expr).toMatchObject({ value: Uint8Array.from([97, 255, 10]) });
    expect(value("b'x'")).toBe(120);
    expect(value("'字'")).toBe(0x5b57);
    expect(value("'\\u{10ffff}'")).toBe(0x10ffff);
    expect(value("'\\''")).toBe(39);
  });

  it('splits interpolations', () => {
    const { expr, codes } = parseExpr('"a${x:*^+#08.3x}b${y:?}"');
    expect(codes).toEqual([]);
    expect(expr).toMatchObject({
      kind: 'interpolated',
      parts: [
        { kind: 'text', value: 'a' },
        {
          kind: 'expr',
          format: { fill: '*', align: 'center', sign: true, alternate: true, zero: true, width: 8, precision: 3, radix: 'x', debug: false },
        },
        { kind: 'text', value: 'b' },
        { kind: 'expr', format: { debug: true, align: null, width: null } },
      ],
    });
  });

  it.each([
    ['"\\q"', 'CJ0103'],
    ['"\\u{d800}"', 'CJ0103'],
    ['"\\u4e2d"', 'CJ0103'],
    ['"\\xff"', 'CJ0103'],
    ["'ab'", 'CJ0113'],
    ["''", 'CJ0113'],
    ["'hello world'", 'CJ0113'],
    ['b"é"', 'CJ0114'],
    ["b'ab'", 'CJ0115'],
    ['"${x:2f}"', 'CJ0110'],
    ['"""\n    a\n  b\n    """', 'CJ0111'],
  ])('%s is %s, and its fix helps', (text, code) => {
    expect(parseExpr(text).codes).toEqual([code]);
    const source = `let x = ${text};`;
    const { diagnostics } = parseBody(source);
    if (diagnostics[0]!.fixes.length === 0) return;
    const whole = `fn main() {\n${source}\n}\n`;
    const fixed = applyFixes(whole, diagnostics);
    expect(bodyCodes(fixed.slice('fn main() {\n'.length, -3))).toEqual([]);
  });
});
