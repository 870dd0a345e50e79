import { describe, expect, it } from 'vitest';
import { bodyCodes, codes, parse } from './support.ts';

describe('several errors in one run, and none that only follow', () => {
  it.each([
    ['let x = ;\nlet y = 1 +;\nlet z = 3;', ['CJ0124', 'CJ0124']],
    ['let x = 1\nlet y = 2\nprintln(x)', ['CJ0128', 'CJ0128']],
    ['foo(a b, c);\nbar(1 2);', ['CJ0129', 'CJ0129']],
    ['let = 3;\nlet y = 1;', ['CJ0126']],
    ['let x: = 3;\nlet y = 1;', ['CJ0125']],
    ['if x y { f(); }\ng();', ['CJ0123']],
    ['match x { 1 -> 2, 3 => ; 4 => 5 }', ['CJ0123', 'CJ0124']],
    ['match x { 1 => 2 3 => 4, _ => 5 }', ['CJ0129']],
    ['let x = [1, 2 3];\nlet y = P { a: 1 b: 2 };', ['CJ0129', 'CJ0129']],
    ['let type = 1;\nlet y = 1;', ['CJ0131']],
    ['x.;\ny = 2;', ['CJ0130']],
    ['for in xs { f(); }\ng();', ['CJ0126']],
    ['let x = (1 + ;\nlet y = 2;', ['CJ0121', 'CJ0124']],
    ['let x = foo(1, 2;\nlet y = 2;', ['CJ0121']],
    ['let x = foo(1, 2));\nlet y = 2;', ['CJ0122']],
    ['else { }\nlet y = 1;', ['CJ0124']],
    ['@inline\nlet y = 1;', ['CJ0138']],
  ])('%s', (text, expected) => expect(bodyCodes(text)).toEqual(expected));

  it('finds the next item', () => {
    expect(codes('fn f( {}\nfn g() {}')).toEqual(['CJ0121']);
    expect(codes('42 + 3\nfn g() {}\n}\nfn h() {}')).toEqual(['CJ0127', 'CJ0122']);
    expect(codes('let x = 1;\nfn g() {}')).toEqual(['CJ0149']);
    expect(codes('println("x");\nfn g() {}')).toEqual(['CJ0149']);
    expect(parse('42\nfn g() {}').module.items.map((item) => item.kind)).toEqual(['error', 'fn']);
  });

  it('finds the forgotten brace by indentation', () => {
    const text = 'fn f() {\n    if x {\n        g();\n}\n\nfn h() {\n    g();\n}\n';
    const { diagnostics, module } = parse(text);
    expect(diagnostics.map((d) => d.code)).toEqual(['CJ0121']);
    expect(diagnostics[0]!.span.lo).toBe(text.indexOf('{', 10));
    expect(module.items.map((item) => item.kind)).toEqual(['fn', 'fn']);
  });

  it('finds the brace that is too many', () => {
    const text = 'fn f() {\n    g();\n    }\n    h();\n}\n\nfn k() {}\n';
    const { diagnostics, module } = parse(text);
    expect(diagnostics.map((d) => d.code)).toEqual(['CJ0122']);
    expect(module.items.map((item) => item.kind)).toEqual(['fn', 'fn']);
  });

  it('goes on in structs, enums, traits and implementations', () => {
    expect(codes('struct P { x Int32, : Int32, z: Int32 }\nfn f() {}')).toEqual(['CJ0162', 'CJ0130']);
    expect(codes('enum E { A, 3, B }\nfn f() {}')).toEqual(['CJ0130']);
    expect(codes('impl P { fn f() {}\n 42\n fn g() { let x = ; } }\nfn f() {}')).toEqual(['CJ0127', 'CJ0124']);
  });
});

describe('depth', () => {
  it.each([
    ['brackets', `let x = ${'('.repeat(10_000)}1${')'.repeat(10_000)};`],
    ['arrays', `let x = ${'['.repeat(10_000)}1${']'.repeat(10_000)};`],
    ['blocks', `${'{'.repeat(10_000)}${'}'.repeat(10_000)}`],
    ['minus', `let x = ${'- '.repeat(10_000)}1;`],
    ['types', `let x: ${'&'.repeat(10_001)}T = 1;`],
    ['generics', `let x: ${'A<'.repeat(10_000)}T${'>'.repeat(10_000)} = 1;`],
    ['patterns', `let ${'('.repeat(10_000)}a${')'.repeat(10_000)} = 1;`],
    ['calls', `${'f('.repeat(10_000)}${')'.repeat(10_000)};`],
    ['closures', `let x = ${'|x| '.repeat(10_000)}1;`],
    ['sums', `let x = 1${' + 1'.repeat(10_000)};`],
    ['chains', `x${'.f()'.repeat(10_000)};`],
    ['else if', `if a {} ${'else if a {} '.repeat(10_000)}`],
    ['interpolations', `let x = ${'"${'.repeat(10_000)}1${'}"'.repeat(10_000)};`],
  ])('%s', (_, text) => expect(bodyCodes(`${text}\nlet y = 1;`).slice(0, 1)).toEqual(['CJ0120']));

  it('reports one error for 10,000 brackets, closed or not', () => {
    expect(bodyCodes(`let x = ${'('.repeat(10_000)}1${')'.repeat(10_000)};\nlet y = ;`)).toEqual(['CJ0120', 'CJ0124']);
    expect(new Set(bodyCodes(`let x = ${'('.repeat(10_000)}`))).toEqual(new Set(['CJ0121', 'CJ0120']));
  });

  it.each([
    ['a ? b : ', 'c', ''],
    ['if ', 'a', ' {}'],
    ['spawn ', 'f()', ''],
    ['', 'a', ' as i32'],
    ['not ', 'a', ''],
    ['x = ', '1', ''],
    ['P { x: ', '1', '}'],
    ['match x { _ => ', '1', '}'],
    ['fn f() { ', '', '}'],
    ['switch x { case 1: ', '', '}'],
    ['vec![', '', ']'],
    ['return ', '1', ''],
    ['', 'a', '[0]'],
    ['', 'a', '?'],
    ['public ', 'fn f() {}', ''],
  ])('has no stack to overflow: %s', (before, middle, after) => {
    const codes = bodyCodes(`${before.repeat(10_000)}${middle}${after.repeat(10_000)};`);
    expect(codes.length).toBeLessThan(600);
  });

  it('allows 200 levels and long sums', () => {
    expect(bodyCodes(`let x = ${'('.repeat(200)}1${')'.repeat(200)};`)).toEqual([]);
    expect(bodyCodes(`let x = 1${' + 1'.repeat(900)};`)).toEqual([]);
  });
});
