import { expect, test } from 'vitest';
import { check, load } from './support.ts';

/** What a program's mistakes are called, in order. */
function said(text: string): readonly string[] {
  return check(text).said;
}

test('every body of std is right', { timeout: 120_000 }, () => {
  const checked = load('fn main() {}');
  const { program } = checked;
  for (const decl of [...program.consts, ...program.fns]) program.bodyOf(decl);
  expect(checked.said).toEqual([]);
});

test('a body without mistakes is given, and holds no variables', () => {
  const { program, codes } = check('fn add(a: Int32, b: Int32): Int32 { let c = a + b; c } fn main() { println(add(1, 2)); }');
  expect(codes).toEqual([]);
  const add = program.fns.find((fn) => fn.name === 'add' && !fn.module.isStd)!;
  const body = program.bodyOf(add)!;
  expect(body.params).toHaveLength(2);
  expect(program.bodyOf(add)).toBe(body);
});

test.each<[string, string, readonly string[]]>([
  ['a branch of another type', 'fn f(c: Bool): Int32 { if c { 1 } else { "two" } } fn main() { println(f(true)); }',
    ['CJ0270 at `"two"`']],
  ['a String where &str is wanted', 'fn f(_s: &str) {} fn main() { let s = "a".toString(); f(s); }',
    ['CJ0286 at `s`']],
  ['numbers of two types', 'fn f(a: Int32, b: Int64): Int64 { a * b } fn main() { println(f(1, 2)); }',
    ['CJ0280 at `a * b`']],
  ['an index that is no usize', 'fn f(xs: &[Int32], i: Int32): Int32 { xs[i] } fn main() { println(f(&[1], 0)); }',
    ['CJ0285 at `i`']],
  ['a method by its name elsewhere', 'fn main() { var xs = ArrayList::new(); xs.push_back(1); xs.push(2); }',
    ['CJ0273 at `push_back`']],
  ['changing a let', 'fn main() { let n = 1; n += 1; println(n); }',
    ['CJ0281 at `n`']],
  ['changing behind &', 'struct P { x: Int32 } impl P { fn f(&self) { self.x = 1; } } fn main() { P { x: 2 }.f(); }',
    ['CJ0282 at `self.x`']],
  ['a bound that does not hold, with its reason', 'struct P {} fn f<T: Debug>(_x: T) {} fn main() { f(Some(P {})); }',
    ['CJ0271 at `f`']],
  ['an unknown type', 'fn main() { let _v = ArrayList::new(); }',
    ['CJ0272 at `_v`']],
  ['an unconvertible error', 'struct A {} fn f(): Result<Int32, A> { Ok("1".parse::<Int32>()?) } fn main() { println(f().isOk()); }',
    ['CJ0292 at `"1".parse::<Int32>()?`']],
  ['a missing value', 'fn f(): Int32 { 1; } fn main() { println(f()); }',
    ['CJ0293 at `}`']],
  ['a closure that changes too much', 'fn f(g: fn()) { g(); } fn main() { var n = 0; f(|| { n += 1; }); println(n); }',
    ['CJ0307 at `|| { n += 1; }`']],
  ['a literal out of range', 'fn main() { let x: Int8 = -129; println(x); let y: Int8 = -128; println(y); }',
    ['CJ0283 at `-129`']],
  ['a conversion that cannot succeed', 'fn main() { println(UInt8(256)); println(UInt8(255)); }',
    ['CJ0310 at `UInt8(256)`']],
])('%s', (_name, text, expected) => {
  expect(said(text)).toEqual(expected);
});

test('one mistake is told once', () => {
  expect(check('fn main() { let x = nothing; let y = x.a.b(); for z in y { println(z + 1); } match x { Some(q) => println(q), _ => {} } }').codes).toEqual(['CJ0201']);
});

test('integer literals take the type of the other side', () => {
  const { codes } = check('fn f(n: UInt64, i: usize): Bool { 1 < n && n + 2 > 3 && i * 2 == 4 } fn main() { println(f(1, 2)); }');
  expect(codes).toEqual([]);
});

test('closures learn from the rest of the call', () => {
  const { codes } = check(`
fn main() {
    let xs = [3i64, 1, 2];
    println(xs.iter().fold(0, |a, b| a + *b));
    println(xs.iter().map(|x| *x * 2).filter(|x| *x > 2).count());
    let f: fn(Int32): Int32 = |x| x + 1;
    println(f(1));
    let apply = |g: fn(Int32): Int32, n: Int32| g(n);
    println(apply(|n| n * n, 3));
}`);
  expect(codes).toEqual([]);
});

test('places through Deref and Index become exclusive where they are changed', () => {
  const { codes } = check(`
struct W { items: ArrayList<Int32> }
impl Deref for W { type Target = ArrayList<Int32>; fn deref(&self): &ArrayList<Int32> { &self.items } }
impl DerefMut for W { fn derefMut(&mut self): &mut ArrayList<Int32> { &mut self.items } }
fn main() {
    var w = W { items: ArrayList::new() };
    w.push(1);
    w[0] += 2;
    let grid = &mut [[1, 2], [3, 4]];
    grid[1][0] = 7;
    println(w[0] + grid[1][0]);
}`);
  expect(codes).toEqual([]);
});

test('queries answer for concrete types', () => {
  const { program } = check('@derive(Clone) struct N { x: String } @derive(Copy) struct C { x: Int32 } fn main() { let _n = N { x: "a" }; let _c = C { x: 1 }; }');
  const locals = new Map(program.adts.filter((adt) => !adt.module.isStd).map((adt) => [adt.name, adt]));
  expect([...locals.keys()].sort()).toEqual(['C', 'N']);
  const main = program.bodyOf(program.main!)!;
  const tys: Record<string, boolean> = {};
  if (main.value.kind === 'block') {
    for (const stmt of main.value.stmts) if (stmt.kind === 'let' && stmt.init !== null) tys[stmt.init.ty.kind === 'adt' ? stmt.init.ty.decl.name : ''] = program.isCopy(stmt.init.ty);
  }
  expect(tys).toEqual({ N: false, C: true });
});
