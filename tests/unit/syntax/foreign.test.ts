import { describe, expect, it } from 'vitest';
import { printModule } from '../../../src/syntax/index.ts';
import { applyFixes, parse } from './support.ts';

/** A statement inside `main`, the codes it reports, and the same in our spelling. */
const STATEMENTS: readonly (readonly [string, readonly string[], string])[] = [
  // bindings
  ['let mut x = 1;', ['CJ0151'], 'var x = 1;'],
  ['let (mut a, b) = f();', ['CJ0151'], 'let (var a, b) = f();'],
  ['x := 1;', ['CJ0152'], 'let x = 1;'],
  ['x := 1\nf();', ['CJ0152'], 'let x = 1;\nf();'],
  ['a, b := f();', ['CJ0152'], 'let (a, b) = f();'],
  ['a, _ := f();', ['CJ0152'], 'let (a, _) = f();'],
  ['a, b := 1, 2;', ['CJ0152'], 'let (a, b) = (1, 2);'],
  ['a, b = b, a;', ['CJ0152'], '(a, b) = (b, a);'],
  ['let x := 1;', ['CJ0152'], 'let x = 1;'],
  ['var x int = 3;', ['CJ0162'], 'var x: Int64 = 3;'],
  ['let x Int32 = 3;', ['CJ0162'], 'let x: Int32 = 3;'],
  ['int x = 3;', ['CJ0190'], 'let x: Int64 = 3;'],
  ['val x = 3;', ['CJ0190'], 'let x = 3;'],
  ['val x: i32 = 3;', ['CJ0190'], 'let x: Int32 = 3;'],
  ['auto x = 3', ['CJ0190'], 'let x = 3;'],
  // match
  ['match x { case 1 => f(), case _ => g(), }', ['CJ0153'], 'match x { 1 => f(), _ => g() }'],
  ['match x { case 1 => f(); case _ => g(); }', ['CJ0153'], 'match x { 1 => { f(); } _ => { g(); } }'],
  ['match (x) { case Some(v) => f(v); g() case None => h() }', ['CJ0153'], 'match (x) { Some(v) => { f(v); g() } None => { h() } }'],
  ['match x { case n where n > 1 => f() case _ => g() }', ['CJ0153'], 'match x { n if n > 1 => { f() } _ => { g() } }'],
  ['switch x {\ncase 1, 2: f(); break;\ndefault: g();\n}', ['CJ0154'], 'match x { 1 | 2 => { f(); } _ => { g(); } }'],
  ['switch (x) { case 1: f(); default: g(); }', ['CJ0154'], 'match (x) { 1 => { f(); } _ => { g(); } }'],
  ['match x { 1 => f(); 2 => g(); _ => h() }', ['CJ0174', 'CJ0174'], 'match x { 1 => f(), 2 => g(), _ => h() }'],
  ['match x { 1 || 2 => f(), _ => g() }', ['CJ0175'], 'match x { 1 | 2 => f(), _ => g() }'],
  ['match x { 1...5 => f(), _ => g() }', ['CJ0187'], 'match x { 1..=5 => f(), _ => g() }'],
  ['match x { Some(ref y) => f(y), null => g() }', ['CJ0186', 'CJ0159'], 'match x { Some(y) => f(y), None => g() }'],
  ['match x { Color.Red => f(), _ => g() }', ['CJ0181'], 'match x { Color::Red => f(), _ => g() }'],
  // errors
  ['throw e;', ['CJ0155'], 'return Err(e);'],
  ['throw Exception("x")', ['CJ0155'], ''],
  ['raise new E("x");', ['CJ0155'], 'return Err(new E("x"));'],
  ['x, err := f()\nif err != nil {\n  return err\n}\ng(x);', ['CJ0160'], 'let x = f()?;\ng(x);'],
  ['err := f();\nif err != nil { return nil, err }\ng();', ['CJ0160'], 'f()?;\ng();'],
  ['if err != nil { return err }\ng();', ['CJ0160'], 'g();'],
  ['let x = try { f()? } catch (e: IoError) { 1 };', ['CJ0196'], 'let x = try { f()? } catch e: IoError => { 1 };'],
  ['let x = try { f()? } catch (IoError e) { 1 };', ['CJ0196'], 'let x = try { f()? } catch e: IoError => { 1 };'],
  ['let x = try { f()? } catch { 1 };', ['CJ0196'], 'let x = try { f()? } catch _: Panic => { 1 };'],
  // defer and tasks
  ['defer f();', ['CJ0156'], '@defer f();'],
  ['defer { f(); }', ['CJ0156'], '@defer { f(); }'],
  ['defer func() { f(); }()', ['CJ0156'], '@defer { f(); }'],
  ['go f();', ['CJ0176'], 'spawn f();'],
  ['go func() { f(); }()', ['CJ0176'], 'spawn { f(); }'],
  ['let x = t.await;', ['CJ0180'], 'let x = (await t);'],
  // expressions
  ['let y = x as i32;', ['CJ0157'], 'let y = Int32(x);'],
  ['let y = x as Int32 as Int64 + 1;', ['CJ0157'], 'let y = Int64(Int32(x)) + 1;'],
  ['let y = -x as Float64;', ['CJ0157'], 'let y = Float64(-x);'],
  ['let y = a.b(c) as usize;', ['CJ0157'], 'let y = usize(a.b(c));'],
  ['let y = x as String;', ['CJ0157'], 'let y = String::from(x);'],
  ['let y = nil;', ['CJ0159'], 'let y = None;'],
  ['if y == null { }', ['CJ0159'], 'if y == None { }'],
  ['f(&&mut x);', ['CJ0165'], 'f(&mut x);'],
  ['x++;', ['CJ0166'], 'x += 1;'],
  ['--x;', ['CJ0166'], 'x -= 1;'],
  ['a[i].b++', ['CJ0166'], ''],
  ['let y = c ? a : b;', ['CJ0167'], 'let y = if c { a } else { b };'],
  ['let y = x > 0 ? "a" : -1;', ['CJ0167'], 'let y = if x > 0 { "a" } else { -1 };'],
  ['f(c ? (a) : b, 1);', ['CJ0167'], 'f(if c { (a) } else { b }, 1);'],
  ['let y = a ? b : c ? d : e;', ['CJ0167'], ''],
  ['if a === b { }', ['CJ0168'], 'if a == b { }'],
  ['if a !== b { }', ['CJ0168'], 'if a != b { }'],
  ['println!("x");', ['CJ0169'], 'println("x");'],
  ['println!("{} is {:>8} {{}} $", a.b, c);', ['CJ0169'], 'println("${a.b} is ${c:>8} {} \\$");'],
  ['let s = format!("{x:?}");', ['CJ0169'], 'let s = format("${x:?}");'],
  ['let v = vec![1, 2];', ['CJ0169'], 'let v = [1, 2];'],
  ['let v = vec![0; n];', ['CJ0169'], 'let v = [0; n];'],
  ['assert_eq!(a, b);', ['CJ0169'], 'assertEq(a, b);'],
  ['unimplemented!();', ['CJ0169'], 'todo!();'],
  ['if a and b or c { }', ['CJ0175', 'CJ0175'], 'if a && b || c { }'],
  ['if not a { }', ['CJ0175'], 'if !a { }'],
  ['if x = 1 { }', ['CJ0136'], 'if x == 1 { }'],
  ['while x = 1 && y { }', ['CJ0136'], 'while x == 1 && y { }'],
  ['let y = id<Int32>(1);', ['CJ0143'], 'let y = id::<Int32>(1);'],
  ['let y = ArrayList<HashMap<K, V>>();', ['CJ0143'], 'let y = ArrayList::<HashMap<K, V>>();'],
  ['let y = ArrayList<T>::new();', ['CJ0143'], 'let y = ArrayList::<T>::new();'],
  ['let y = a.f<T>(1);', ['CJ0143'], 'let y = a.f::<T>(1);'],
  ["let y = 'hello';", ['CJ0113'], 'let y = "hello";'],
  ['let y = r"a\\b";', ['CJ0195'], 'let y = #"a\\b"#;'],
  ['let y = r#"a"b"#;', ['CJ0195'], 'let y = #"a"b"#;'],
  ['if 1 < x < 3 { }', ['CJ0132'], 'if 1 < x && x < 3 { }'],
  // control
  ['if a { } elif b { } else { }', ['CJ0173'], 'if a { } else if b { } else { }'],
  ['for (i in 0..3) { }', ['CJ0172'], 'for i in 0..3 { }'],
  ['for (let x of xs) { }', ['CJ0172'], 'for x in xs { }'],
  ['for (int x : xs) { }', ['CJ0172'], 'for x in xs { }'],
  ['for x of xs { }', ['CJ0172'], 'for x in xs { }'],
  ['for (i = 0; i < n; i++) { f(i); }', ['CJ0172'], 'for i in 0..n { f(i); }'],
  ['for (int i = 0; i <= n; ++i) { f(i); }', ['CJ0172'], 'for i in 0..=n { f(i); }'],
  ['for i := 0; i < len(xs); i++ { f(i); }', ['CJ0172'], 'for i in 0..len(xs) { f(i); }'],
  ['for i := range xs { f(i); }', ['CJ0172'], 'for i in xs { f(i); }'],
  ['for i, x := range xs { f(i); }', ['CJ0172'], 'for (i, x) in xs.iter().enumerate() { f(i); }'],
  ['for { f(); }', ['CJ0172'], 'loop { f(); }'],
  ['for x < 3 { f(); }', ['CJ0172'], 'while x < 3 { f(); }'],
  ['for (i = n; i > 0; i /= 2) { f(i); }\ng();', ['CJ0172'], ''],
  // types
  ['let y: string = f();', ['CJ0158'], 'let y: String = f();'],
  ['let y: ArrayList<int> = f();', ['CJ0158'], 'let y: ArrayList<Int64> = f();'],
  ['let y: []int = f();', ['CJ0185'], 'let y: &[Int64] = f();'],
  ['let y: [3]int = f();', ['CJ0185'], 'let y: [Int64; 3] = f();'],
  ['let y: map[string]int = f();', ['CJ0185'], 'let y: HashMap<String, Int64> = f();'],
  ["let y: &'static str = f();", ['CJ0171'], 'let y: &str = f();'],
  ["let y: Foo<'a, T> = f();", ['CJ0171'], 'let y: Foo<T> = f();'],
  ["let y: Foo<'a> = f();", ['CJ0171'], 'let y: Foo = f();'],
  ['let y: *const UInt8 = f();', ['CJ0182'], 'let y: *UInt8 = f();'],
  ['let y: fs.File = f();', ['CJ0181'], 'let y: fs::File = f();'],
  // punctuation of Chinese input methods
  ['println（1）；', ['CJ0112', 'CJ0112', 'CJ0112'], 'println(1);'],
  ['println(“你好”);', ['CJ0112'], 'println("你好");'],
  ['let x：Int32 = f(1，2)；', ['CJ0112', 'CJ0112', 'CJ0112'], 'let x: Int32 = f(1, 2);'],
  ['let a = 2 × 3 ÷ 4 － 1;', ['CJ0112', 'CJ0112', 'CJ0112'], 'let a = 2 * 3 / 4 - 1;'],
];

const ITEMS: readonly (readonly [string, readonly string[], string])[] = [
  ['func f() {}', ['CJ0150'], 'fn f() {}'],
  ['fun f(x: Int32): Int32 { x }', ['CJ0150'], 'fn f(x: Int32): Int32 { x }'],
  ['def f() {}', ['CJ0150'], 'fn f() {}'],
  ['func f(a int, b string) (int, error) { g() }', ['CJ0150'], 'fn f(a: Int64, b: String): (Int64, Box<dyn Error>) { g() }'],
  ['func (s *Stack) Push(x int) { g(); }', ['CJ0150'], 'impl Stack { fn Push(&mut self, x: Int64) { let s = self; g(); } }'],
  ['func (s Stack) Len() int { g() }', ['CJ0150'], 'impl Stack { fn Len(&self): Int64 { let s = self; g() } }'],
  ['func f(a, b int, c string) { g() }', ['CJ0150'], 'fn f(a: Int64, b: Int64, c: String) { g() }'],
  ['fn f(a, b: Int32) { g() }', ['CJ0162'], 'fn f(a: Int32, b: Int32) { g() }'],
  ['fn f(): (A, B) { return a, b }', ['CJ0197'], 'fn f(): (A, B) { return (a, b); }'],
  ['class P { x: T, public init(x: T) { f() } }', ['CJ0170', 'CJ0178'], ''],
  ['main() { f(); }', ['CJ0150'], 'fn main() { f(); }'],
  ['main(): Int64 { 0 }', ['CJ0150'], 'fn main(): Int64 { 0 }'],
  ['fn f(x Int32) {}', ['CJ0162'], 'fn f(x: Int32) {}'],
  ['fn f(int x) {}', ['CJ0162'], 'fn f(x: Int64) {}'],
  ['fn f() Int32 { 1 }', ['CJ0162'], 'fn f(): Int32 { 1 }'],
  ['fn f(mut self) {}', ['CJ0151'], 'fn f(var self) {}'],
  ['fn f(mut x: T) {}', ['CJ0151'], 'fn f(var x: T) {}'],
  ['fn f() = 3;', ['CJ0192'], 'fn f() { 3 }'],
  ["fn f<'a>(x: &'a T): &'a T { x }", ['CJ0171', 'CJ0171', 'CJ0171'], 'fn f(x: &T): &T { x }'],
  ["fn f<'a, T>(x: &'a mut T) {}", ['CJ0171', 'CJ0171'], 'fn f<T>(x: &mut T) {}'],
  ["impl<'a> Foo<'a> { fn f(&'a self) {} }", ['CJ0171', 'CJ0171', 'CJ0171'], 'impl Foo { fn f(&self) {} }'],
  ["struct A<T: 'a + Ord> { x: T }", ['CJ0171'], 'struct A<T: Ord> { x: T }'],
  ['foreign func abs(x: Int32): Int32', ['CJ0161'], 'extern "C" { fn abs(x: Int32): Int32; }'],
  ['foreign func abs(x: Int32): Int32;', ['CJ0161'], 'extern "C" { fn abs(x: Int32): Int32; }'],
  ['extern "C" fn abs(x: Int32): Int32;', ['CJ0161'], 'extern "C" { fn abs(x: Int32): Int32; }'],
  ['package main\nfn f() {}', ['CJ0163'], 'fn f() {}'],
  ['package a.b.c\nfn f() {}', ['CJ0163'], 'fn f() {}'],
  ['mod net;\nfn f() {}', ['CJ0163'], 'fn f() {}'],
  ['import "fmt"\nfn f() {}', ['CJ0164'], 'import std::fmt;\nfn f() {}'],
  ['import (\n"fmt"\n"os"\n)\nfn f() {}', ['CJ0164'], 'fn f() {}'],
  ['import std.fs;', ['CJ0181'], 'import std::fs;'],
  ['import std.io.*;', ['CJ0181', 'CJ0181'], 'import std::io::*;'],
  ['use std::fs;', ['CJ0170'], 'import std::fs;'],
  ['class P { x: Int32 }', ['CJ0170'], 'struct P { x: Int32 }'],
  ['class P { x: Int32; y: Int32; }', ['CJ0170'], 'struct P { x: Int32, y: Int32, }'],
  ['interface A { fn f(&self); }', ['CJ0170'], 'trait A { fn f(&self); }'],
  ['extend P { fn f(&self) {} }', ['CJ0170'], 'impl P { fn f(&self) {} }'],
  ['extend P <: A { fn f(&self) {} }', ['CJ0170'], 'impl A for P { fn f(&self) {} }'],
  ['type P struct {\n  x int\n  y string\n}', ['CJ0170'], 'struct P { x: Int64, y: String }'],
  ['type A interface {\n  F(x int) int\n  G()\n}', ['CJ0170'], 'trait A { fn F(x: Int64): Int64; fn G(); }'],
  ['struct P { x: Int32; y: Int32; }', ['CJ0174', 'CJ0174'], 'struct P { x: Int32, y: Int32 }'],
  ['struct P { var x: Int32, let y: Int32 }', ['CJ0179', 'CJ0179'], 'struct P { x: Int32, y: Int32 }'],
  ['struct P { x: Int32 = 1 }', ['CJ0194'], 'struct P { x: Int32 }'],
  ['struct P <: A & B { x: Int32 }', ['CJ0193'], 'struct P { x: Int32 }'],
  ['class P extends A implements B { x: Int32 }', ['CJ0170'], 'struct P { x: Int32 }'],
  ['enum E { | A | B(Int32) }', ['CJ0177', 'CJ0177'], 'enum E { A, B(Int32) }'],
  ['enum E { A; B; }', ['CJ0174', 'CJ0174'], 'enum E { A, B }'],
  ['enum E { case A, case B }', ['CJ0153', 'CJ0153'], 'enum E { A, B }'],
  ['#[derive(Debug, Clone)]\nstruct P { x: T }', ['CJ0188'], '@derive(Debug, Clone) struct P { x: T }'],
  ['#![allow(dead_code)]\nfn f() {}', ['CJ0188'], 'fn f() {}'],
  ['#[test]\nfn f() {}', ['CJ0188'], '@test fn f() {}'],
  ['public func f() {}', ['CJ0189', 'CJ0150'], 'pub fn f() {}'],
  ['private fn f() {}', ['CJ0189'], 'fn f() {}'],
  ['async fn f() {}', ['CJ0189'], 'fn f() {}'],
  ['impl P { public static func f(): Int64 { 1 } }', ['CJ0189', 'CJ0189', 'CJ0150'], 'impl P { pub fn f(): Int64 { 1 } }'],
  ['pub(crate) fn f() {}', ['CJ0191'], 'pub(package) fn f() {}'],
  ['fn f<T>(x: T) where T <: Ord {}', ['CJ0184'], 'fn f<T>(x: T) where T: Ord {}'],
  ['trait A <: B {}', ['CJ0184'], 'trait A: B {}'],
  ['fn f<T <: Ord>(x: T) {}', ['CJ0184'], 'fn f<T: Ord>(x: T) {}'],
];

function check(source: string, expected: readonly string[], ours: string): void {
  const { diagnostics } = parse(source);
  expect(diagnostics.map((d) => d.code)).toEqual(expected);
  const fixed = applyFixes(source, diagnostics);
  if (diagnostics.every((d) => d.fixes.length !== 0)) {
    const again = parse(fixed);
    expect(again.diagnostics.map((d) => `${d.code} in ${fixed}`)).toEqual([]);
    if (ours === '') return;
    // The fix says the same as the spelling in the table.
    const wanted = printModule(parse(ours).module);
    expect(printModule(again.module)).toBe(wanted);
  }
}

describe('statements of other languages', () => {
  it.each(STATEMENTS)('%s', (text, expected, ours) =>
    check(`fn main() {\n${text}\n}\n`, expected, ours === '' ? '' : `fn main() {\n${ours}\n}\n`),
  );
});

describe('items of other languages', () => {
  it.each(ITEMS)('%s', (text, expected, ours) => check(`${text}\n`, expected, ours));
});

describe('ordinary names stay ordinary', () => {
  it.each([
    ['def(1); fun + 1; throw(e); go.run(); defer = 3; case.x; switch(x); switch::f(); val; let use = 1; let case = 2;'],
    ['let class = 1; class.f(); elif(2); let not = 1; not(a); let and = 1; and + or; async(x); public.x = 1; main(1);'],
    ['let independent = 1; let once = 2; let view = 3; let catch = 4; let package = 5; let new = new(3); catch(1);'],
    ['match x { case => 1, default => 2 }'],
    ['x?; x?.y; x? + 1; f(x?, y)?; let t = a? .. b? : 2;'],
    ['if (a) { } while (b) { } match (c) { _ => 1 }'],
    ['let a = b < c && d > (e); f(a < b, c > (d));'],
  ])('%s', (text) => expect(parse(`fn main() {\n${text}\n}`).diagnostics.map((d) => d.code)).toEqual([]));
});
