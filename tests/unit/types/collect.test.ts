import { expect, test } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { loadProgram } from '../../../src/names/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import { collectProgram, showPredicate, showTy } from '../../../src/types/index.ts';
import type { FnDecl, Resolver } from '../../../src/types/index.ts';
import { memoryHost, TINY_STD } from '../names/memory-host.ts';

function collect(text: string, more: Record<string, string> = {}) {
  const sink = new DiagSink();
  const sources = new SourceMap();
  const loaded = loadProgram({ host: memoryHost({ ...TINY_STD, ...more, 'app.cj': text }), root: 'app.cj', stdDir: 'std', sources, sink });
  const resolver = collectProgram(loaded.modules, loaded.rootModule, sink);
  const codes = sink.all.map((d) => d.code);
  return { resolver, codes, sink, texts: sink.all.map((d) => `${d.code} ${sources.textOf(d.span)}`) };
}

function fnOf(resolver: Resolver, name: string): FnDecl {
  return resolver.fns.find((fn) => fn.name === name && !fn.module.isStd)!;
}

function signature(resolver: Resolver, name: string): string {
  const fn = fnOf(resolver, name);
  return `(${fn.sig.params.map((p) => showTy(p.ty)).join(', ')}): ${showTy(fn.sig.ret)}`;
}

test('the tiny std is right itself', () => {
  const sink = new DiagSink();
  const loaded = loadProgram({ host: memoryHost({ ...TINY_STD, 'app.cj': '' }), root: 'app.cj', stdDir: 'std', sources: new SourceMap(), sink });
  collectProgram(loaded.modules, loaded.rootModule, sink, { checkStd: true });
  expect(sink.all.map((d) => [d.code, d.args])).toEqual([]);
});

test('signatures, aliases, options, hidden parameters', () => {
  const { resolver, codes } = collect(`
type Names<T> = Option<(T, String)>;
const N: usize = 2 * M;
const M: usize = 3 + 1;
fn a(x: Names<Int32>, y: ?Bool): [UInt8; N] { }
fn b<T, const K: usize>(xs: &[T; K], f: mut fn(&T): Bool, g: &fn(Int32)): fn(T): T { }
fn c<I: Iterator<Item = Option<U>>, U>(it: I): I::Item { }
`);
  expect(codes).toEqual([]);
  expect(signature(resolver, 'a')).toBe('(Option<(Int32, String)>, Option<Bool>): [UInt8; 8]');
  expect(signature(resolver, 'b')).toBe('(&[T; K], mut fn(&T): Bool, &fn(Int32)): fn(T): T');
  const { generics } = fnOf(resolver, 'b');
  expect(generics.own.map((p) => [p.name, p.hidden, p.constType === null])).toEqual([['T', false, true], ['K', false, false], ['mut fn(&T): Bool', true, true]]);
  expect(generics.predicates.map(showPredicate)).toEqual(['mut fn(&T): Bool: mut fn(&T): Bool']);
  expect(signature(resolver, 'c')).toBe('(I): I::Item');
  expect(fnOf(resolver, 'c').generics.predicates.map(showPredicate)).toEqual(['I: Iterator', '<I as Iterator>::Item == Option<U>']);
});

test('bare bounds take Self for missing arguments; associated types through where clauses', () => {
  const { resolver, codes } = collect(`
fn f<T: Eq + Add<Output = T>, I>(a: T, it: I): <I as Iterator>::Item where I: Iterator, I::Item: Iterator, I::Item::Item: Eq { }
fn g<I>(it: I): I::Item::Item where I: Iterator, I::Item: Iterator { }
`);
  expect(codes).toEqual([]);
  expect(fnOf(resolver, 'f').generics.predicates.map(showPredicate)).toEqual([
    'T: Eq<T>', 'T: Add<T>', '<T as Add<T>>::Output == T', 'I: Iterator', 'I::Item: Iterator', 'I::Item::Item: Eq<I::Item::Item>',
  ]);
  expect(signature(resolver, 'g')).toBe('(I): I::Item::Item');
});

test('traits: Self is parameter 0; impls give Self::Item its value', () => {
  const { resolver, codes } = collect(`
trait Shape<T>: Clone { type Part: Display; fn parts(&self, x: T): Option<Self::Part>; }
struct Dot { x: Int32 }
impl Clone for Dot { fn clone(&self): Self { Dot { x: self.x } } }
impl Shape<Bool> for Dot { type Part = Int32; fn parts(&self, x: Bool): Option<Self::Part> { None } }
`);
  expect(codes).toEqual([]);
  const trait = resolver.traits.find((t) => t.name === 'Shape')!;
  expect(trait.generics.predicates.map(showPredicate)).toEqual(['Self: Shape<T>', 'Self: Clone']);
  expect(trait.methods[0]!.sig.params.map((p) => showTy(p.ty))).toEqual(['&Self', 'T']);
  expect(showTy(trait.methods[0]!.sig.ret)).toBe('Option<Self::Part>');
  expect(trait.assocTypes[0]!.bounds.map(showPredicate)).toEqual(['Self::Part: Display']);
  const impl = resolver.impls.find((i) => i.traitRef?.trait === trait)!;
  expect(showTy(impl.methods[0]!.sig.ret)).toBe('Option<Int32>');
});

test('imports: by name, by group, renamed, by star, inside a function, re-exported', () => {
  const files = { 'util.cj': 'pub fn one(): Int32 { 1 }\npub import inner::deep;\nfn hidden() { }\npub(package) struct S;', 'inner.cj': 'pub fn deep(): Int32 { 2 }' };
  expect(collect('import util::{one as uno, S};\nimport util::deep;\nfn main() { import util::*; let x: S = S; fs::read("a"); }', files).codes).toEqual([]);
  expect(collect('import util::hidden;', files).texts).toEqual(['CJ0212 hidden']);
  expect(collect('import util::oen;', files).sink.all[0]!.fixes[0]!.args).toEqual({ similar: 'one' });
  expect(collect('import utill;', files).texts).toEqual(['CJ0209 utill']);
  expect(collect('import std::fs::inner;').texts).toEqual(['CJ0212 inner']);
  expect(collect('fn f(x: std::fs::Thing) { }').texts).toEqual(['CJ0210 Thing']);
});

test('import cycles are shown whole', () => {
  const { sink, codes } = collect('import a;', { 'a.cj': 'import b::x; pub fn y() { }', 'b.cj': 'import a::y; pub fn x() { }' });
  expect(codes).toEqual(['CJ0215']);
  expect(sink.all[0]!.args).toEqual({ cycle: 'app::a → app::b → app::a' });
});

test('items in blocks', () => {
  const { resolver, codes, texts } = collect('fn outer<T>(x: T) { struct In { a: Int32 } impl In { fn get(&self): In { In { a: 1 } } } { fn deep(x: In): In { x } } }');
  expect(codes).toEqual([]);
  expect(signature(resolver, 'deep')).toBe('(In): In');
  expect(texts).toEqual([]);
  expect(collect('fn outer<T>(x: T) { fn inner(y: T) { } }').sink.all[0]!.help).toEqual(['outer']);
});

test('suggestions', () => {
  const fix = (text: string): unknown => collect(text).sink.all[0]?.fixes[0]?.args;
  expect(fix('struct Person { a: Int32 }\nfn f(x: Persno) { }')).toEqual({ similar: 'Person' });
  expect(fix('fn f(x: Strng) { }')).toEqual({ similar: 'String' });
  expect(collect('fn f(x: Pair<Int32, Int32>) { }').sink.all[0]!.args).toEqual({ name: 'Pair', path: 'std::core::Pair' });
});

test('mistakes of declarations', () => {
  const codes = (text: string): readonly string[] => collect(text).codes;
  expect(codes('struct A { x: Int32, x: Bool }')).toEqual(['CJ0205']);
  expect(codes('struct A { a: Option<A> }')).toEqual(['CJ0203']);
  expect(codes('struct A { b: B }\nstruct B { a: (Int32, A) }')).toEqual(['CJ0203']);
  expect(codes('struct A { a: Box<A>, f: fn(A): A, p: *A }')).toEqual([]);
  expect(codes('struct A<T> { a: Option<&T> }')).toEqual(['CJ0202']);
  expect(codes('view struct A<T> { a: Option<&T> }\nstruct B { a: Box<dyn Display> }')).toEqual([]);
  expect(codes('struct B { a: &dyn Display }')).toEqual(['CJ0202']);
  expect(codes('type A = (Int32, B); type B = A;')).toEqual(['CJ0257']);
  expect(codes('trait A: C { } trait B: A { } trait C: B { }')).toEqual(['CJ0258']);
  expect(codes('enum E { A = 200 + 55, B, C = 255 }')).toEqual(['CJ0238']);
  expect(codes('fn f(x: str) { }')).toEqual(['CJ0245']);
  expect(codes('fn f(x: &dyn Clone) { }')).toEqual(['CJ0254']);
  expect(codes('fn f(x: &dyn Iterator<Item = Int32>) { }')).toEqual([]);
  expect(codes('fn f(x: [Int32; 3 - 4]) { }')).toEqual(['CJ0410']);
  expect(codes('@tset fn f() { }')).toEqual(['CJ0220']);
});

test('impls against their traits', () => {
  const head = 'trait T<X> { type O; fn f(&self, x: X): Self::O; fn g<A: Clone>(a: A): Self; fn h(&self, k: fn(X): Bool) { } }\nstruct S { a: Int32 }\n';
  const codes = (text: string): readonly string[] => collect(head + text).codes;
  expect(codes('impl T<Bool> for S { type O = Int32; fn f(&self, x: Bool): Int32 { 1 } fn g<B: Clone>(a: B): S { S { a: 1 } } fn h(&self, k: fn(Bool): Bool) { } }')).toEqual([]);
  expect(codes('impl T<Bool> for S { type O = Int32; fn f(&self, x: Int32): Int32 { 1 } fn g<B: Clone>(a: B): S { S { a: 1 } } }')).toEqual(['CJ0262']);
  expect(codes('impl T<Bool> for S { type O = Int32; fn f(&mut self, x: Bool): Int32 { 1 } fn g<B: Clone>(a: B): S { S { a: 1 } } }')).toEqual(['CJ0262']);
  expect(codes('impl T<Bool> for S { type O = Int32; fn f(&self, x: Bool): Int32 { 1 } fn g<B: Eq>(a: B): S { S { a: 1 } } }')).toEqual(['CJ0263']);
  expect(codes('impl T<Bool> for S { fn f(&self, x: Bool): Bool { true } fn q() { } }')).toEqual(['CJ0260', 'CJ0261']);
  expect(codes('impl Clone for S { fn clone(&self): S { S { a: 1 } } }\nimpl<X> Clone for X where X: Display { fn clone(&self): X { self.clone() } }')).toEqual(['CJ0259']);
  expect(codes('trait M { }\nimpl<X> M for X where X: Display { }\nimpl M for S { }')).toEqual([]);
  expect(codes('trait M { }\nimpl<X> M for X where X: Display { }\nimpl M for Int32 { }')).toEqual(['CJ0269']);
  expect(codes('impl From<S> for String { fn from(value: S): String { value.a } }')).toEqual([]);
});

test('derive makes impls with bounds', () => {
  const { resolver, codes } = collect(`
@derive(Copy, Clone, Debug, Eq, Ord, Hash, Default) struct P<T> { x: T, y: Int32 }
@derive(Clone, Debug, Display, Eq, Ord, Hash, Default) enum Color { Red, @default Green }
@derive(Clone, Debug, Eq, Ord, Hash) enum Shape { Circle(Float64), Rect { w: Float64, h: Float64 }, Empty }
`);
  expect(codes).toEqual([]);
  const derived = resolver.impls.filter((impl) => impl.derived && !impl.module.isStd);
  expect(derived.length).toBe(19);
  expect(derived[3]!.generics.predicates.map(showPredicate)).toEqual(['T: Eq<T>']);
  expect(showTy(derived[3]!.traitRef!.args[1]!)).toBe('P<T>');
  expect(showTy(derived[5]!.methods[0]!.sig.params[1]!.ty)).toBe('&mut Hasher');
  expect(collect('@derive(Debgu) struct A;').texts).toEqual(['CJ0225 Debgu']);
  expect(collect('@derive(Ord) struct A;').codes).toEqual(['CJ0266']);
});

test('Copy needs fields that are Copy', () => {
  const codes = (text: string): readonly string[] => collect(text).codes;
  expect(codes('@derive(Copy, Clone) struct A<T> { a: T, b: (Int32, &String), c: *String, d: A2<T> }\n@derive(Copy, Clone) struct A2<T>(T);')).toEqual(['CJ0202']);
  expect(codes('@derive(Copy, Clone) view struct A<T> { a: T, b: (Int32, &String), c: *String, d: A2<T> }\n@derive(Copy, Clone) struct A2<T>(T);')).toEqual([]);
  expect(codes('@derive(Copy, Clone) struct A { a: [Box<Int32>; 2] }')).toEqual(['CJ0208']);
  expect(codes('@derive(Clone) struct A<T>(T);\nimpl<T: Clone> Copy for A<T> { }')).toEqual(['CJ0208']);
  expect(codes('@derive(Copy, Clone) struct A<T>(T);\n@derive(Copy, Clone) struct B { a: A<String> }')).toEqual(['CJ0208']);
});

test('a large program is collected in time linear in its size', () => {
  const parts: string[] = [];
  for (let i = 0; i < 4000; i++) {
    parts.push(`@derive(Clone, Eq)\nstruct S${i}<T> {\n  a: Int32,\n  b: Option<T>,\n}\nimpl<T: Clone> S${i}<T> {\n  fn get(&self, other: &S${(i * 7) % 4000}<T>): Option<T> {\n    let x = other;\n    if self.a > 0 {\n      return None;\n    }\n    None\n  }\n}\nfn f${i}(x: &S${i}<Int32>): Int32 {\n  match x.b {\n    Some(y) => y,\n    None => 0,\n  }\n}\n`);
  }
  const text = parts.join('');
  const sink = new DiagSink();
  const loaded = loadProgram({ host: memoryHost({ ...TINY_STD, 'app.cj': text }), root: 'app.cj', stdDir: 'std', sources: new SourceMap(), sink });
  const start = performance.now();
  collectProgram(loaded.modules, loaded.rootModule, sink);
  const elapsedMs = performance.now() - start;
  expect(sink.all.map((d) => d.code)).toEqual([]);
  expect(elapsedMs).toBeLessThan(20_000);
});
