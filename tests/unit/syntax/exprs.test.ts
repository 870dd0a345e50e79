import { describe, expect, it } from 'vitest';
import { bodyCodes, codes, parse, parseBody, parseExpr, understood } from './support.ts';

describe('precedence', () => {
  it.each([
    ['a + b * c', 'a + (b * c)'],
    ['a - b - c', '(a - b) - c'],
    ['a || b && c', 'a || (b && c)'],
    ['a == b && c != d', '(a == b) && (c != d)'],
    ['a | b ^ c & d << e + f * g', 'a | (b ^ (c & (d << (e + (f * g)))))'],
    ['a & b == c', '(a & b) == c'],
    ['a >> b >= c', '(a >> b) >= c'],
    ['-a * b', '(-a) * b'],
    ['!a.b', '!a.b'],
    ['-x?', '-x?'],
    ['try a() + 2 * try b()', '(try a()) + (2 * (try b()))'],
    ['await a + await b', '(await a) + (await b)'],
    ['0..n + 1', '0..(n + 1)'],
    ['a || b..c', '(a || b)..c'],
    ['0..n : 2', '0..n : 2'],
    ['0..n : k + 1', '0..n : (k + 1)'],
    ['..', '..'],
    ['..=3', '..=3'],
    ['3..', '3..'],
    ['a = b = c', 'a = b = c'],
    ['a >>= b', 'a >>= b'],
    ['a +% b *% c', 'a +% (b *% c)'],
    ['&mut a.b', '&mut a.b'],
    ['*p + 1', '(*p) + 1'],
    ['&&x', '&(&x)'],
    ['a && &b', 'a && (&b)'],
    ['a < b', 'a < b'],
    ['f::<A, B>(x)', 'f::<A, B>(x)'],
    ['a::<T>::b', 'a::<T>::b'],
    ['x.f::<T>()', 'x.f::<T>()'],
    ['f::<A<B<C>>>(x)', 'f::<A<B<C>>>(x)'],
    ['<T as A>::f::<B>(x)', '<T as A>::f::<B>(x)'],
    ['t.0.1', 't.0.1'],
    ['1.foo()', '1.foo()'],
    ['|x| x + 1', '|x| x + 1'],
    ['move || f(x)', 'move || f(x)'],
    ['|x: ?T, (a, b)| x', '|x: ?T, (a, b)| x'],
    ['new A::B<C>(x)', 'new A::B<C>(x)'],
    ['new', 'new'],
    ['new(3)', 'new(3)'],
    ['P { x: 1, y, ..base }', 'P { x: 1, y, ..base }'],
    ['P {}', 'P {}'],
    ['()', '()'],
    ['(a,)', '(a,)'],
    ['[x; n]', '[x; n]'],
    ['return', 'return'],
    ['spawn f(x)', 'spawn f(x)'],
    ['spawn independent(x)', 'spawn independent(x)'],
    ['panic!("a")', 'panic!("a")'],
    ['a == (b == c)', 'a == (b == c)'],
    ['(a.f)(x)', '(a.f)(x)'],
  ])('%s', (text, expected) => expect(understood(text)).toBe(expected));

  it.each([['a < b < c'], ['a == b == c'], ['0..1..2']])('%s does not chain', (text) => expect(parseExpr(text).codes).toEqual(['CJ0132']));

  it('assigns to places only', () => {
    expect(bodyCodes('1 = 2;')).toEqual(['CJ0137']);
    expect(bodyCodes('f() += 2;')).toEqual(['CJ0137']);
    expect(bodyCodes('(a, _, b[0], *c) = f();')).toEqual([]);
    expect(bodyCodes('_ = f();')).toEqual([]);
    expect(bodyCodes('f(_);')).toEqual(['CJ0146']);
  });
});

describe('blocks and statements', () => {
  it('ends statements at blocks as Rust does', () => {
    const { module, diagnostics } = parseBody('if a { 1 } else { 2 }\n*p = 3;\nmatch x { _ => 1 }.foo();\nloop { } -1');
    expect(diagnostics).toEqual([]);
    const main = module.items[0]!;
    if (main.kind !== 'fn' || main.body === null) throw new Error('main');
    expect(main.body.stmts.map((stmt) => (stmt.kind === 'expr' ? stmt.expr.kind : stmt.kind))).toEqual([
      'if',
      'assign',
      'methodCall',
      'loop',
    ]);
    expect(main.body.tail?.kind).toBe('unary');
  });

  it('keeps braces for the block in heads', () => {
    expect(bodyCodes('if x { }\nwhile y { }\nmatch z { }\nfor a in b { }')).toEqual([]);
    expect(bodyCodes('if (P { x: 1 }) == y { }\nif f(P { x: 1 }) { }\nif [P { x: 1 }][0] == y { }')).toEqual([]);
    expect(bodyCodes('if y == P { x: 1 } { }')).toEqual(['CJ0133']);
  });

  it('reads try, catch, using and spawn', () => {
    expect(bodyCodes('let x = try { f()? } catch e: A | B => 1, catch p: Panic => { 2 };\nlet y = 1;')).toEqual([]);
    expect(bodyCodes('try { f()? } catch e: A => { g() } catch e: B => { h() }\nf();')).toEqual([]);
    expect(bodyCodes('using (let a = f(), var b = g()) { a.h(b); }')).toEqual([]);
    expect(bodyCodes('using (let a: T) { }')).toEqual(['CJ0144']);
    expect(bodyCodes('spawn { f(); }\nspawn move { f(); }\nspawn independent { f(); }\nspawn f(x);')).toEqual([]);
    expect(bodyCodes('spawn 1;')).toEqual(['CJ0145']);
  });

  it('joins let conditions by && only', () => {
    expect(bodyCodes('if let Some(x) = a && x > 1 && let Some(y) = b { }')).toEqual([]);
    expect(bodyCodes('if let Some(x) = a || c { }')).toEqual(['CJ0141']);
    expect(bodyCodes('f(let Some(x) = a);')).toEqual(['CJ0141']);
    expect(bodyCodes('match a { n if let Some(x) = n => x, _ => 0 }')).toEqual([]);
  });

  it('has labels, let-else and @defer', () => {
    expect(
      bodyCodes(
        "'a: for x in y { break 'a; }\nlet b = 'l: { break 'l 3 };\nlet Some(q) = w else { return };\n@defer f();\n@defer { g(); }",
      ),
    ).toEqual([]);
    expect(bodyCodes("'a: f();")).toEqual(['CJ0140']);
  });
});

describe('items', () => {
  it('attaches documentation', () => {
    const { module } = parse(
      '/// The module.\n\n/// One\n/// two.\n@inline\nfn f() {}\nstruct P {\n  /// A field.\n  x: Int32,\n}\n// no\nfn g() {}',
    );
    expect(module.doc).toBe('The module.');
    expect(module.items.map((item) => item.doc)).toEqual(['One\ntwo.', null, null]);
    const p = module.items[1]!;
    expect(p.kind === 'struct' && p.body.kind === 'named' && p.body.fields[0]!.doc).toBe('A field.');
  });

  it('takes documentation at the start for the item when nothing separates them', () => {
    const { module } = parse('/// One.\nfn f() {}');
    expect(module.doc).toBeNull();
    expect(module.items[0]!.doc).toBe('One.');
  });

  it('flattens imports', () => {
    const { module, diagnostics } = parse('import std::{fs, json as j, io::{self, *}};');
    expect(diagnostics).toEqual([]);
    const item = module.items[0]!;
    if (item.kind !== 'import') throw new Error('import');
    expect(item.entries.map((e) => [e.path.map((part) => part.name).join('::'), e.as?.name ?? null])).toEqual([
      ['std::fs', 'fs'],
      ['std::json', 'j'],
      ['std::io', 'io'],
      ['std::io', null],
    ]);
  });

  it('says where bodies belong', () => {
    expect(codes('fn f();')).toEqual(['CJ0134']);
    expect(codes('@intrinsic fn f(): Int32;\n@native("x") fn g();\ntrait T { fn h(); }\nextern "C" { @pure fn i(); }')).toEqual([]);
    expect(codes('extern "C" { fn f() { } }')).toEqual(['CJ0135']);
    expect(codes('const N: Int32;')).toEqual(['CJ0147']);
    expect(codes('trait T { const N: Int32; type Item: Ord; }')).toEqual([]);
  });

  it('accepts both arrows, view types, const generics and function types', () => {
    expect(codes('fn f(): T { g() }\nfn h() -> T { g() }\nview struct V { a: &str }\nview enum W { A(&str) }')).toEqual([]);
    expect(codes('impl<T, const N: usize> A<T> for B<T, N> where T: Ord { type Item = <T as C>::D; const K: usize = N; }')).toEqual([]);
    expect(codes('fn f(a: fn(A): B, b: mut fn(A) -> B, c: once fn(A), d: &dyn A + B, e: [?T; 3], g: *T, h: &&mut T) {}')).toEqual([]);
  });
});
