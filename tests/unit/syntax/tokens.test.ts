import { describe, expect, it } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import { lex, TRIVIA } from '../../../src/syntax/index.ts';
import { bodyCodes, codes, kinds, parse } from './support.ts';

describe('tokens', () => {
  it('takes the longest punctuation', () => {
    expect(kinds('+% +%= ++ += + :: := : ..= .. ... . -> -= -% => == = <<= << <= <')).toEqual([
      'PlusPercent',
      'PlusPercentEq',
      'PlusPlus',
      'PlusEq',
      'Plus',
      'ColonColon',
      'ColonEq',
      'Colon',
      'DotDotEq',
      'DotDot',
      'DotDotDot',
      'Dot',
      'Arrow',
      'MinusEq',
      'MinusPercent',
      'FatArrow',
      'EqEq',
      'Eq',
      'ShlEq',
      'Shl',
      'LtEq',
      'Lt',
    ]);
  });

  it('leaves every > alone', () => {
    expect(kinds('>>= >= >')).toEqual(['Gt', 'Gt', 'Eq', 'Gt', 'Eq', 'Gt']);
  });

  it('tells ranges, tuple fields and methods from floats', () => {
    expect(kinds('1..2')).toEqual(['Number', 'DotDot', 'Number']);
    expect(kinds('t.0.1')).toEqual(['Ident', 'Dot', 'Number', 'Dot', 'Number']);
    expect(kinds('1.foo()')).toEqual(['Number', 'Dot', 'Ident', 'LParen', 'RParen']);
    expect(kinds('1.5e-3')).toEqual(['Number']);
    expect(kinds('2e9')).toEqual(['Number']);
  });

  it('tells labels from runes', () => {
    expect(kinds("'outer: 'a' '\\n' '字' '\\''")).toEqual(['Label', 'Colon', 'Rune', 'Rune', 'Rune', 'Rune']);
  });

  it('nests interpolations and cuts off the format', () => {
    expect(kinds('"a${f("b${c}")}d"')).toEqual(['StrHead', 'Ident', 'LParen', 'StrHead', 'Ident', 'StrTail', 'RParen', 'StrTail']);
    expect(kinds('"${x:>8.2}${a::b}"')).toEqual(['StrHead', 'Ident', 'FormatSpec', 'StrMiddle', 'Ident', 'ColonColon', 'Ident', 'StrTail']);
    expect(kinds('"${P { x: 1 }}"')).toEqual(['StrHead', 'Ident', 'LBrace', 'Ident', 'Colon', 'Number', 'RBrace', 'StrTail']);
  });

  it('knows raw, byte and multi-line strings', () => {
    expect(kinds('#"a"b"# ##"c"#d"## b"x" b\'x\' """a\nb"""')).toEqual(['RawStr', 'RawStr', 'Bytes', 'Byte', 'MultiStr']);
  });

  it('keeps comments as trivia, nested ones too', () => {
    const tokens = lex(new SourceMap().add('t', '/* a /* b */ c */ x // d\n/// e\ny //// f'), new DiagSink());
    expect([...tokens.trivia.kinds.slice(0, tokens.trivia.count)]).toEqual([
      TRIVIA.BlockComment,
      TRIVIA.LineComment,
      TRIVIA.DocComment,
      TRIVIA.LineComment,
    ]);
    expect([...tokens.trivia.before.slice(0, 4)]).toEqual([0, 1, 1, 2]);
  });

  it('normalises names', () => {
    const { module, diagnostics } = parse('fn caf\u0065\u0301() {}\nfn 打印() {}');
    expect(diagnostics).toEqual([]);
    expect(module.items.map((item) => (item.kind === 'fn' ? item.name.name : ''))).toEqual(['caf\u00e9', '打印']);
  });

  it('reports what is no token, once', () => {
    expect(bodyCodes('let x = 1 ` 2;')).toEqual(['CJ0100']);
    expect(bodyCodes('println("abc);\nlet y = 2;')).toEqual(['CJ0101']);
    expect(bodyCodes('if x == "abc {\n  f();\n}')).toEqual(['CJ0101']);
    expect(codes('fn main() {} /* a /* b */')).toEqual(['CJ0102']);
    expect(bodyCodes("let c = '+;\nlet d = 1;")).toEqual(['CJ0104']);
    expect(bodyCodes('println("x is ${x");\nlet d = 1;')).toEqual(['CJ0109']);
    expect(bodyCodes('println("x is ${x\nlet d = 1;')).toEqual(['CJ0109']);
    expect(bodyCodes('let s = """abc')).toContain('CJ0101');
  });

  it('refuses characters that reorder the text', () => {
    expect(codes('fn main() {} // \u202e')).toEqual(['CJ0116']);
  });
});
