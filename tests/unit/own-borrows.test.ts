/**
 * The borrow checker on small programs: what must be accepted, what must be refused and by which code. The first group follows the cases of the
 * design's prototype (nested references, calls, loops); the others cover structs, closures, generics, destructors and early exits.
 */
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../dev/check-borrows.ts';

function codes(text: string): string {
  return [...new Set(checkSource(text).diagnostics.filter((d) => !d.code.startsWith('CJ09')).map((d) => d.code))].join();
}

type Case = readonly [name: string, expected: string, text: string];

const PRELUDE = `
struct Pair { a: String, b: String }
fn cond(): Bool { true }
fn text(): String { "t".clone() }
fn pair(): Pair { Pair { a: text(), b: text() } }
fn read(s: &String) { println(s); }
fn give(s: String) { println(s); }
`;

function run(cases: readonly Case[]): void {
  for (const [name, expected, text] of cases) it(`${expected === '' ? 'accepts' : 'refuses'}: ${name}`, () => expect(codes(PRELUDE + text)).toBe(expected));
}

describe('loans inside a function', () => {
  run([
    ['two disjoint fields exclusively', '', 'fn main() { var x = pair(); let p = &mut x.a; let q = &mut x.b; *p = text(); *q = text(); }'],
    ['one field twice', 'CJ0511', 'fn main() { var x = pair(); let p = &mut x.a; let q = &mut x.a; *p = text(); *q = text(); }'],
    ['a dead borrow, then a change', '', 'fn main() { var x = text(); let r = &x; read(r); x = text(); read(&x); }'],
    ['a change while a shared borrow is used later', 'CJ0513', 'fn main() { var x = text(); let r = &x; x = text(); read(r); }'],
    ['a borrow that leaves its block', 'CJ0515', 'fn main() { let y = text(); var r = &y; { let x = text(); r = &x; } read(r); }'],
    ['a borrow through an exclusive reference, the reference written meanwhile', 'CJ0513', 'fn f(m: &mut String) { let r = &mut *m; *m = text(); *r = text(); } fn main() {}'],
    ['a reborrow that ends gives its parent back', '', 'fn f(m: &mut String) { let r = &mut *m; *r = text(); *m = text(); } fn main() {}'],
    ['walking with a cursor, then using the start again', '',
      'struct Node { v: Int32, next: ?Box<Node> } fn last(head: &mut Node) { var cur = &mut *head; loop { cur.v += 1; match &mut cur.next { Some(n) => cur = n, None => break } } head.v = 1; } fn main() {}'],
    ['a conditional borrow of either', '', 'fn main() { let x = text(); let y = text(); let r = if cond() { &x } else { &y }; read(r); }'],
    ['moved while borrowed', 'CJ0514', 'fn main() { let x = text(); let r = &x; give(x); read(r); }'],
    ['constant indices are apart', '', 'fn main() { var xs = [text(), text()]; let a = &mut xs[0]; let b = &mut xs[1]; *a = text(); *b = text(); }'],
    ['the same constant index twice', 'CJ0511', 'fn main() { var xs = [text(), text()]; let a = &mut xs[0]; let b = &mut xs[0]; *a = text(); *b = text(); }'],
    ['variable indices may be equal', 'CJ0511', 'fn main() { var xs = [text(), text()]; let i: usize = 0; let j: usize = 1; let a = &mut xs[i]; let b = &mut xs[j]; *a = text(); *b = text(); }'],
    ['two-phase receiver', '', 'fn main() { var xs = ArrayList::from([1, 2]); xs.push(Int32(xs.len())); println(xs.len()); }'],
    ['an element borrowed while the list grows', 'CJ0510', 'fn main() { var xs = ArrayList::from([1]); let a = &xs[0]; xs.push(2); println(a); }'],
    ['an element passed beside an exclusive borrow of its list', 'CJ0512', 'fn main() { var xs: ArrayList<Int32> = ArrayList::new(); xs.push(1); add(&mut xs, &xs[0]); } fn add(xs: &mut ArrayList<Int32>, x: &Int32) { xs.push(*x); }'],
    ['a loop that keeps a loan of the round before', 'CJ0511', 'fn main() { var x = text(); var held: ArrayList<&mut String> = ArrayList::new(); for i in 0..3 { held.push(&mut x); } println(held.len()); }'],
    ['a loop whose loans end each round', '', 'fn main() { var x = text(); for i in 0..3 { let r = &mut x; r.push(\'a\'); } read(&x); }'],
    ['iterating while the list changes', 'CJ0510', 'fn main() { var xs = ArrayList::from([1, 2]); for x in &xs { xs.push(*x); } }'],
    ['an element copied out survives its list', '', 'fn main() { let a = text(); var xs: ArrayList<&String> = ArrayList::new(); xs.push(&a); let g = xs[0]; drop(xs); read(g); }'],
    ['an element of a list of references, its target gone', 'CJ0514', 'fn main() { let a = text(); var xs: ArrayList<&String> = ArrayList::new(); xs.push(&a); give(a); read(xs[0]); }'],
    ['slots made one are not overwritten', 'CJ0513',
      'fn main() { var a = text(); var b = text(); var c = text(); var p = &a; var q = &b; { let r = if cond() { &mut p } else { &mut q }; read(*r); } p = &c; b = text(); read(q); read(p); }'],
    ['matching a reference and replacing in an arm where nothing is held', '', 'fn main() { var o = Some(text()); match &o { Some(s) => read(s), None => { o = Some(text()); } } println(o.isSome()); }'],
    ['replacing in an arm what it holds', 'CJ0513', 'fn main() { var o = Some(text()); match &o { Some(s) => { o = None; read(s); } None => {} } }'],
    ['an early exit keeps the other way free', '', 'fn f(o: &mut Option<String>): Int32 { if let Some(s) = o { read(s); return 1; } *o = Some(text()); 2 } fn main() {}'],
  ]);
});

describe('what calls borrow', () => {
  run([
    ['conditional return of a borrow (get or insert)', '',
      'fn slot(m: &mut HashMap<Int32, String>): &mut String { match m.getMut(&1) { Some(v) => { return v; } None => {} } m.insert(1, text()); m.getMut(&1).unwrap() } fn main() {}'],
    ['a conditional return inside a loop', '',
      'struct Buf { data: String, n: Int32 } impl Buf { fn fill(&mut self): ?&String { self.n += 1; if self.n > 3 { Some(&self.data) } else { None } } fn next(&mut self): &String { loop { if let Some(s) = self.fill() { return s; } self.n += 1; } } } fn main() {}'],
    ['the result borrows a local', 'CJ0516', 'fn f(): &String { let x = text(); &x } fn main() {}'],
    ['the result borrows a local through a call', 'CJ0516', 'fn id(r: &String): &String { r } fn f(): &String { let x = text(); id(&x) } fn main() {}'],
    ['the result borrows a parameter by value', 'CJ0516', 'fn f(x: String): &String { &x } fn main() {}'],
    ['a parameter reassigned, then returned', 'CJ0514',
      'fn pick(p: &String, r: &String): &String { var q = r; q = p; q } fn main() { let y = text(); let x = text(); let r = pick(&x, &y); give(x); read(r); }'],
    ['only the parameter that is returned stays borrowed', '', 'fn first(a: &String, b: &String): &String { a } fn main() { let x = text(); let y = text(); let r = first(&x, &y); give(y); read(r); }'],
    ['a callee stores its argument', 'CJ0514', 'fn add(o: &mut ArrayList<&String>, v: &String) { o.push(v); } fn main() { var b: ArrayList<&String> = ArrayList::new(); let x = text(); add(&mut b, &x); give(x); read(b[0]); }'],
    ['a local stored in what the caller owns', 'CJ0523', 'fn add(o: &mut ArrayList<&String>) { let x = text(); o.push(&x); } fn main() {}'],
    ['mutual recursion, tied to the first', '',
      'fn f(p: &String, q: &String): &String { if cond() { p } else { g(p, q) } } fn g(p: &String, q: &String): &String { f(p, q) } fn main() { let x = text(); let y = text(); let r = f(&x, &y); give(y); read(r); }'],
    ['mutual recursion that swaps, tied to both', 'CJ0514',
      'fn f(p: &String, q: &String): &String { if cond() { p } else { g(p, q) } } fn g(p: &String, q: &String): &String { f(q, p) } fn main() { let x = text(); let y = text(); let r = f(&x, &y); give(y); read(r); }'],
    ['interior slots made one across a call', 'CJ0514',
      'fn alias(h: &mut &mut ArrayList<&String>, b: &mut ArrayList<&String>) { *h = b; } fn main() { var one: ArrayList<&String> = ArrayList::new(); var two: ArrayList<&String> = ArrayList::new(); var h = &mut one; alias(&mut h, &mut two); let x = text(); h.push(&x); give(x); read(two[0]); }'],
    ['a temporary that ends too early', 'CJ0517', 'fn main() { let v = text().trim(); println(v); }'],
    ['a literal does not end', '', 'fn main() { let v = " a ".trim(); println(v); }'],
    ['a static result of a function with parameters', '', 'fn name(x: &String): &str { "fixed" } fn main() { let x = text(); let n = name(&x); give(x); println(n); }'],
  ]);
});

describe('types that hold borrows', () => {
  run([
    ['a view of two sources', '', 'view struct Two { a: &String, b: &mut Int32 } fn main() { let s = text(); var n = 1; { let t = Two { a: &s, b: &mut n }; *t.b += 1; read(t.a); } n += 1; give(s); println(n); }'],
    ['a view outlived by what it took out', '',
      'view struct Lexer { src: &str, errs: &mut ArrayList<String> } impl Lexer { fn tok(&mut self): &str { self.errs.push(text()); &self.src[..1] } } fn main() { let s = text(); var errs: ArrayList<String> = ArrayList::new(); var t: &str = ""; { var lx = Lexer { src: &s, errs: &mut errs }; t = lx.tok(); } errs.push(text()); println(t); }'],
    ['a view whose source changes', 'CJ0513', 'view struct V { s: &String } fn main() { var s = text(); let v = V { s: &s }; s = text(); read(v.s); }'],
    ['a field of a view replaced', '', 'view struct V { s: &String } fn main() { let a = text(); let b = text(); var v = V { s: &a }; v.s = &b; read(v.s); }'],
    ['elements of a view in a list', 'CJ0514', 'view struct V { s: &String } fn main() { let a = text(); var list: ArrayList<V> = ArrayList::new(); list.push(V { s: &a }); give(a); read(list[0].s); }'],
    ['an iterator through two adapters', '', 'fn main() { let words = ArrayList::from([text(), text()]); let n = words.iter().map(|w| w.len()).filter(|n| *n > 0).count(); give(words[0].clone()); println(n); }'],
    ['an adapter still in use while its source changes', 'CJ0510', 'fn main() { var words = ArrayList::from([text()]); var it = words.iter().map(|w| w.len()); words.push(text()); println(it.next().isSome()); }'],
    ['what references in a list refer to outlives the loop over it', '', 'fn main() { let a = text(); var list: ArrayList<&String> = ArrayList::new(); list.push(&a); var found = &a; for s in list.iter() { found = *s; } list.push(&a); read(found); }'],
    ['the same through a map', '', 'fn main() { let a = text(); var list: ArrayList<&String> = ArrayList::new(); list.push(&a); let found = list.iter().map(|s| *s).last(); list.push(&a); println(found.isSome()); }'],
    ['the same collected', '', 'fn main() { let a = text(); var list: ArrayList<&String> = ArrayList::new(); list.push(&a); let copy: ArrayList<&String> = list.iter().map(|s| *s).collect(); list.push(&a); read(copy[0]); }'],
    ['collected references to elements', 'CJ0510', 'fn main() { var list = ArrayList::from([text()]); let copy: ArrayList<&String> = list.iter().collect(); list.push(text()); read(copy[0]); }'],
    ['writing a local through an exclusive iterator', 'CJ0515',
      'fn main() { let a = text(); var list: ArrayList<&String> = ArrayList::new(); list.push(&a); { let b = text(); for s in list.iterMut() { *s = &b; } } read(list[0]); }'],
    ['a map keyed by text that ends', 'CJ0515', 'fn main() { var m: HashMap<&str, Int32> = HashMap::new(); { let k = text(); m.insert(&k, 1); } println(m.len()); }'],
  ]);
});

describe('closures and function values', () => {
  run([
    ['a closure that reads, then a read', '', 'fn main() { let x = text(); let f = || x.len(); read(&x); println(f()); }'],
    ['a closure that changes, then a read', 'CJ0512', 'fn main() { var n = 1; var f = || { n += 1; }; println(n); f(); }'],
    ['a closure that changes, used up before', '', 'fn main() { var n = 1; { var f = || { n += 1; }; f(); } println(n); }'],
    ['a closure over one field, the other changed', '', 'fn main() { var p = pair(); let f = || p.a.len(); p.b = text(); println(f()); }'],
    ['a closure that stores what it is given', 'CJ0514', 'fn main() { let x = text(); var held = ArrayList::<&String>::new(); { var add = |s: &String| held.push(s); add(&x); } give(x); read(held[0]); }'],
    ['a closure that keeps what a caller lends', 'CJ0521', 'fn each(f: mut fn(&String)) { f(&text()); } fn main() { var held = ArrayList::<&String>::new(); each(|s: &String| held.push(s)); println(held.len()); }'],
    ['a closure that keeps what passes through a type parameter', '', 'fn each<T>(x: T, f: mut fn(T)) { f(x); } fn main() { let a = text(); var held = ArrayList::<&String>::new(); each(&a, |s: &String| held.push(s)); read(held[0]); }'],
    ['the same, and what passed is gone', 'CJ0514', 'fn each<T>(x: T, f: mut fn(T)) { f(x); } fn main() { let a = text(); var held = ArrayList::<&String>::new(); each(&a, |s: &String| held.push(s)); give(a); read(held[0]); }'],
    ['a closure that leaves with a borrow', 'CJ0518', 'fn make(): fn(): usize { let s = text(); || s.len() } fn main() {}'],
    ['a closure that leaves and owns', '', 'fn make(): fn(): usize { let s = text(); move || s.len() } fn main() { println(make()()); }'],
    ['the result of a function value comes from its arguments', 'CJ0514', 'fn call(f: fn(&String): &String, s: &String): &String { f(s) } fn main() { let a = text(); let r = call(|s: &String| s, &a); give(a); read(r); }'],
    ['sorting by a key', '', 'fn main() { var list = ArrayList::from([text(), text()]); list.sortBy(|a, b| a.cmp(b)); read(&list[0]); }'],
  ]);
});

describe('destructors and ends', () => {
  run([
    ['a destructor uses what it holds', 'CJ0519', 'view struct G { s: &String } impl Drop for G { fn drop(&mut self) { read(self.s); } } fn main() { var s = text(); let g = G { s: &s }; s = text(); read(&s); }'],
    ['the same without a destructor', '', 'view struct G { s: &String } fn main() { var s = text(); let g = G { s: &s }; read(g.s); s = text(); read(&s); }'],
    ['a list of references is dropped after their target', '', 'fn main() { var list: ArrayList<&String> = ArrayList::new(); let s = text(); list.push(&s); }'],
    ['a list of guards is dropped after their target', 'CJ0519', 'view struct G { s: &String } impl Drop for G { fn drop(&mut self) { read(self.s); } } fn main() { var list: ArrayList<G> = ArrayList::new(); let s = text(); list.push(G { s: &s }); }'],
    ['a guard given away', '', 'view struct G { s: &String } impl Drop for G { fn drop(&mut self) { read(self.s); } } fn take(g: G) {} fn main() { var s = text(); let g = G { s: &s }; take(g); s = text(); read(&s); }'],
    ['a borrow kept over a panic that is caught', 'CJ0515', 'fn main() { let y = text(); var r = &y; try { let x = text(); r = &x; panic!("no"); } catch p: Panic => {} read(r); }'],
    ['returned out of a loop with drops', '', 'fn find(list: &ArrayList<String>): ?&String { for s in list { let copy = s.clone(); if copy.len() > 0 { return Some(s); } } None } fn main() {}'],
  ]);
});

describe('values that own', () => {
  run([
    ['a borrowing closure kept in an owned struct', 'CJ0524', 'struct H { f: fn(): usize } fn main() { let s = text(); let h = H { f: || s.len() }; println((h.f)()); }'],
    ['an owning closure kept in an owned struct', '', 'struct H { f: fn(): usize } fn main() { let s = text(); let h = H { f: move || s.len() }; println((h.f)()); }'],
    ['a callback kept by a method', 'CJ0524', 'struct H { fs: ArrayList<fn(): usize> } impl H { fn on(&mut self, f: fn(): usize) { self.fs.push(f); } } fn main() { var h = H { fs: ArrayList::new() }; let s = text(); h.on(|| s.len()); }'],
    ['an owning callback kept by a method', '', 'struct H { fs: ArrayList<fn(): usize> } impl H { fn on(&mut self, f: fn(): usize) { self.fs.push(f); } } fn main() { var h = H { fs: ArrayList::new() }; let s = text(); h.on(move || s.len()); println((h.fs[0])()); }'],
    ['a callback kept through two calls', 'CJ0524', 'struct H { fs: ArrayList<fn(): usize> } impl H { fn on(&mut self, f: fn(): usize) { self.fs.push(f); } fn twice(&mut self, f: fn(): usize) { self.on(f); } } fn main() { var h = H { fs: ArrayList::new() }; let s = text(); h.twice(|| s.len()); }'],
    ['a boxed dyn with a borrow in an owned struct', 'CJ0524', 'trait Show { fn show(&self); } view struct V { s: &String } impl Show for V { fn show(&self) { read(self.s); } } struct H { b: Box<dyn Show> } fn main() { let s = text(); let h = H { b: new Box(V { s: &s }) }; h.b.show(); }'],
    ['a boxed dyn in a list of its own', '', 'trait Show { fn show(&self); } view struct V { s: &String } impl Show for V { fn show(&self) { read(self.s); } } fn main() { let s = text(); var l: ArrayList<Box<dyn Show>> = ArrayList::new(); l.push(new Box(V { s: &s })); l[0].show(); }'],
    ['the same, its source gone', 'CJ0514', 'trait Show { fn show(&self); } view struct V { s: &String } impl Show for V { fn show(&self) { read(self.s); } } fn main() { let s = text(); var l: ArrayList<Box<dyn Show>> = ArrayList::new(); l.push(new Box(V { s: &s })); give(s); l[0].show(); }'],
    ['a generic shape boxed into an owned list', 'CJ0524', 'trait Show { fn show(&self); } view struct V { s: &String } impl Show for V { fn show(&self) { read(self.s); } } struct H { l: ArrayList<Box<dyn Show>> } impl H { fn add<T: Show>(&mut self, t: T) { self.l.push(new Box(t)); } } fn main() { let s = text(); var h = H { l: ArrayList::new() }; h.add(V { s: &s }); }'],
    ['the same with what owns', '', 'trait Show { fn show(&self); } struct O { s: String } impl Show for O { fn show(&self) { read(&self.s); } } struct H { l: ArrayList<Box<dyn Show>> } impl H { fn add<T: Show>(&mut self, t: T) { self.l.push(new Box(t)); } } fn main() { var h = H { l: ArrayList::new() }; h.add(O { s: text() }); }'],
  ]);
});

describe('what hidden methods may do', () => {
  const SINK = 'trait Step { fn step(&mut self); } view struct S { s: &String, list: &mut ArrayList<&String> } impl Step for S { fn step(&mut self) { self.list.push(self.s); } }';
  run([
    ['a method that stores its own text in its own list', 'CJ0514', `${SINK} fn go<T: Step>(t: &mut T) { t.step(); } fn main() { var list: ArrayList<&String> = ArrayList::new(); let s = text(); { var x = S { s: &s, list: &mut list }; go(&mut x); } give(s); read(list[0]); }`],
    ['the same directly', 'CJ0514', `${SINK} fn main() { var list: ArrayList<&String> = ArrayList::new(); let s = text(); { var x = S { s: &s, list: &mut list }; x.step(); } give(s); read(list[0]); }`],
    ['the same while the text is there', '', `${SINK} fn go<T: Step>(t: &mut T) { t.step(); } fn main() { let s = text(); var list: ArrayList<&String> = ArrayList::new(); { var x = S { s: &s, list: &mut list }; go(&mut x); } list.push(&s); read(list[0]); }`],
    ['a destructor that stores', 'CJ0514', 'view struct S { s: &String, list: &mut ArrayList<&String> } impl Drop for S { fn drop(&mut self) { self.list.push(self.s); } } fn main() { var list: ArrayList<&String> = ArrayList::new(); let s = text(); { let x = S { s: &s, list: &mut list }; } give(s); read(list[0]); }'],
    ['a destructor that stores, run elsewhere', 'CJ0514', 'view struct S { s: &String, list: &mut ArrayList<&String> } impl Drop for S { fn drop(&mut self) { self.list.push(self.s); } } fn main() { var list: ArrayList<&String> = ArrayList::new(); let s = text(); { let x = S { s: &s, list: &mut list }; drop(x); } give(s); read(list[0]); }'],
  ]);
});

describe('contracts', () => {
  run([
    ['an implementation that borrows from its receiver', '', 'trait Name { fn name(&self): &String; } struct N { n: String } impl Name for N { fn name(&self): &String { &self.n } } fn main() {}'],
    ['an implementation that borrows from another argument', 'CJ0520', 'trait Pick { fn pick(&self, o: &String): &String; } struct N {} impl Pick for N { fn pick(&self, o: &String): &String { o } } fn main() {}'],
    ['an implementation that stores an argument', 'CJ0520', 'trait Add { fn add(&mut self, s: &String); } view struct L { list: ArrayList<&String> } impl Add for L { fn add(&mut self, s: &String) { self.list.push(s); } } fn main() {}'],
    ['storing what the trait names by a parameter', '', 'trait Add<T> { fn add(&mut self, s: T); } struct L<T> { list: ArrayList<T> } impl<T> Add<T> for L<T> { fn add(&mut self, s: T) { self.list.push(s); } } fn main() {}'],
    ['a call through dyn borrows the receiver', 'CJ0514', 'trait Name { fn name(&self): &String; } struct N { n: String } impl Name for N { fn name(&self): &String { &self.n } } fn main() { let n: Box<dyn Name> = new Box(N { n: text() }); let r = n.name(); drop(n); read(r); }'],
    ['an iterator yields what outlives it', '', 'view struct It { s: &String, n: Int32 } impl Iterator for It { type Item = &String; fn next(&mut self): Option<&String> { self.n += 1; if self.n < 3 { Some(self.s) } else { None } } } fn main() { let s = text(); let all: ArrayList<&String> = It { s: &s, n: 0 }.collect(); read(all[0]); }'],
    ['an iterator that yields a borrow of itself', 'CJ0520', 'struct It { s: String } impl Iterator for It { type Item = &String; fn next(&mut self): Option<&String> { Some(&self.s) } } fn main() {}'],
  ]);
});
