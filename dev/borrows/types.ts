/**
 * The types of the programs that test the borrow checker, and the fixed declarations that every such program begins with.
 * Holds: nothing. Each owned type has a function that makes a value, one that reads all of it, and one that changes it; their names are here.
 */

/** `box`, `list` and `opt` have one argument; `view` structs hold references in their fields. */
export type GTy =
  | { readonly k: 'own'; readonly name: 'String' | 'D' | 'P' | 'E' }
  | { readonly k: 'box' | 'list' | 'opt' | 'wrap' | 'slice'; readonly of: GTy }
  | { readonly k: 'ref'; readonly mut: boolean; readonly of: GTy }
  | { readonly k: 'view'; readonly name: 'V' | 'W' | 'Q' | 'Z' }
  /** A closure: `text` gives a `&String`, the others a number. */
  | { readonly k: 'closure'; readonly mode: 'shared' | 'mut' | 'once'; readonly text: boolean };

export const S: GTy = { k: 'own', name: 'String' };
export const D: GTy = { k: 'own', name: 'D' };
export const P: GTy = { k: 'own', name: 'P' };
export const E: GTy = { k: 'own', name: 'E' };
export const box = (of: GTy): GTy => ({ k: 'box', of });
export const list = (of: GTy): GTy => ({ k: 'list', of });
export const opt = (of: GTy): GTy => ({ k: 'opt', of });
export const wrap = (of: GTy): GTy => ({ k: 'wrap', of });
export const ref = (of: GTy, mut = false): GTy => ({ k: 'ref', mut, of });
export const slice = (of: GTy): GTy => ({ k: 'slice', of });
export const V: GTy = { k: 'view', name: 'V' };
export const W: GTy = { k: 'view', name: 'W' };
export const Q: GTy = { k: 'view', name: 'Q' };
export const Z: GTy = { k: 'view', name: 'Z' };

/** As it is written in a program. */
export function show(ty: GTy): string {
  switch (ty.k) {
    case 'own': case 'view':
      return ty.name;
    case 'box':
      return `Box<${show(ty.of)}>`;
    case 'list':
      return `ArrayList<${show(ty.of)}>`;
    case 'opt':
      return `Option<${show(ty.of)}>`;
    case 'wrap':
      return `G<${show(ty.of)}>`;
    case 'slice':
      return `[${show(ty.of)}]`;
    case 'closure':
      return ty.mode;
    case 'ref':
      return `${ty.mut ? '&mut ' : '&'}${show(ty.of)}`;
  }
}

export const same = (a: GTy, b: GTy): boolean => show(a) === show(b);

export function holdsBorrows(ty: GTy): boolean {
  return ty.k === 'ref' || ty.k === 'view' || ty.k === 'closure' || (ty.k !== 'own' && holdsBorrows(ty.of));
}

/** Whether dropping a value runs code that looks at what it borrows. */
export function dropLooks(ty: GTy): boolean {
  if (ty.k === 'view') return ty.name === 'Z';
  return ty.k !== 'own' && ty.k !== 'ref' && ty.k !== 'closure' && dropLooks(ty.of);
}

/** Shared references and what is made of them alone. */
export function isCopy(ty: GTy): boolean {
  return (ty.k === 'ref' && !ty.mut) || (ty.k === 'opt' && isCopy(ty.of));
}

export interface Field {
  readonly name: string;
  readonly ty: GTy;
}

export function fieldsOf(ty: GTy): readonly Field[] {
  if (ty.k === 'wrap') return [{ name: 'v', ty: ty.of }];
  if (ty.k !== 'own' && ty.k !== 'view') return [];
  switch (ty.name) {
    case 'P':
      return [{ name: 'a', ty: S }, { name: 'b', ty: S }];
    case 'D':
      return [{ name: 'tag', ty: S }];
    case 'V':
      return [{ name: 's', ty: ref(S) }, { name: 't', ty: ref(S) }];
    case 'W':
      return [{ name: 'x', ty: ref(P, true) }, { name: 's', ty: ref(S) }];
    case 'Q':
      return [{ name: 'out', ty: ref(list(ref(S)), true) }, { name: 's', ty: ref(S) }];
    case 'Z':
      return [{ name: 's', ty: ref(S) }];
    default:
      return [];
  }
}

/** The suffix of the functions that make, read and change values of a type; null: there are none. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['String', 'S'], ['D', 'D'], ['P', 'P'], ['E', 'E'], ['Box<P>', 'B'], ['ArrayList<String>', 'L'], ['ArrayList<P>', 'LP'], ['Option<String>', 'O'],
]);
/** Types of values that only hold references: they can be read. */
const READ_ONLY: ReadonlyMap<string, string> = new Map([
  ['ArrayList<&String>', 'LR'], ['Option<&String>', 'OR'], ['V', 'V'], ['W', 'W'], ['Q', 'Q'], ['Z', 'Z'], ['G<&String>', 'G'], ['ArrayList<Z>', 'LZ'], ['[String]', 'SL'],
  ['ArrayList<&mut P>', 'LM'],
]);

export function makerOf(ty: GTy): string | null {
  const name = NAMES.get(show(ty));
  return name === undefined ? null : `mk${name}`;
}

export function readerOf(ty: GTy): string | null {
  const name = NAMES.get(show(ty)) ?? READ_ONLY.get(show(ty));
  return name === undefined ? null : `see${name}`;
}

export function changerOf(ty: GTy): string | null {
  const name = NAMES.get(show(ty)) ?? (show(ty) === '[String]' ? 'SL' : undefined);
  return name === undefined ? null : `chg${name}`;
}

/** Values have bytes of their own on the heap, so that a stale read shows. `bit` steers the branches by the input. */
export const PRELUDE = `struct D { id: Int64, tag: String }
impl Drop for D { fn drop(&mut self) { if self.id < 0 || seeS(&self.tag) == 0 { panic!("destroyed twice"); } self.tag.push('!'); self.id = -1; } }
struct P { a: String, b: String }
enum E { Zip, One(String), Two(D, P), Boxed(Box<P>) }
view struct V { s: &String, t: &String }
view struct W { x: &mut P, s: &String }
view struct Q { out: &mut ArrayList<&String>, s: &String }
view struct Z { s: &String }
impl Drop for Z { fn drop(&mut self) { if seeS(self.s) == 0 { panic!("empty"); } } }
struct G<T> { v: T }
trait Look { fn look(&self): &String; fn change(&mut self): &mut String; }
impl Look for P { fn look(&self): &String { &self.a } fn change(&mut self): &mut String { &mut self.b } }
impl Look for D { fn look(&self): &String { &self.tag } fn change(&mut self): &mut String { &mut self.tag } }

impl P { fn absorb(&mut self, s: &String): Int64 { self.a.push('q'); seeS(s) } }
trait Pass { fn pass(&self, s: &String): &String; }

fn bit(k: UInt64, i: UInt64): Bool { (k >> (i % 61)) % 2 == 1 }
fn mkS(n: Int64): String { "s\${n}" }
fn mkD(n: Int64): D { D { id: n, tag: mkS(n) } }
fn mkP(n: Int64): P { P { a: mkS(n), b: mkS(n + 1) } }
fn mkE(n: Int64): E { if n % 4 == 0 { E::Zip } else { if n % 4 == 1 { E::One(mkS(n)) } else { if n % 4 == 2 { E::Two(mkD(n), mkP(n)) } else { E::Boxed(mkB(n)) } } } }
fn mkB(n: Int64): Box<P> { new Box(mkP(n)) }
fn mkL(n: Int64): ArrayList<String> { var l: ArrayList<String> = ArrayList::new(); l.push(mkS(n)); l.push(mkS(n + 1)); l }
fn mkLP(n: Int64): ArrayList<P> { var l: ArrayList<P> = ArrayList::new(); l.push(mkP(n)); l.push(mkP(n + 1)); l }
fn mkO(n: Int64): Option<String> { if n % 3 == 0 { None } else { Some(mkS(n)) } }
fn seeS(s: &String): Int64 { var n: Int64 = 1; for b in s.bytes() { n = n *% 31 +% Int64(*b); } n }
fn seeD(d: &D): Int64 { d.id +% seeS(&d.tag) }
fn seeP(p: &P): Int64 { seeS(&p.a) +% seeS(&p.b) }
fn seeE(e: &E): Int64 { match e { E::Zip => 0, E::One(s) => seeS(s), E::Two(d, p) => seeD(d) +% seeP(p), E::Boxed(b) => seeB(b) } }
fn seeB(b: &Box<P>): Int64 { seeP(&**b) }
fn seeL(l: &ArrayList<String>): Int64 { seeSL(l.asSlice()) }
fn seeSL(l: &[String]): Int64 { var n: Int64 = 0; for s in l.iter() { n = n +% seeS(s); } n }
fn seeLP(l: &ArrayList<P>): Int64 { var n: Int64 = 0; for p in l.iter() { n = n +% seeP(p); } n }
fn seeO(o: &Option<String>): Int64 { match o { Some(s) => seeS(s), None => 0 } }
fn seeLR(l: &ArrayList<&String>): Int64 { var n: Int64 = 0; for s in l.iter() { n = n +% seeS(*s); } n }
fn seeLZ(l: &ArrayList<Z>): Int64 { var n: Int64 = 0; for z in l.iter() { n = n +% seeS(z.s); } n }
fn seeLM(l: &ArrayList<&mut P>): Int64 { var n: Int64 = 0; for p in l.iter() { n = n +% seeP(&**p); } n }
fn seeOR(o: &Option<&String>): Int64 { match o { Some(s) => seeS(*s), None => 0 } }
fn seeV(v: &V): Int64 { seeS(v.s) +% seeS(v.t) }
fn seeW(w: &W): Int64 { seeP(&*w.x) +% seeS(w.s) }
fn seeQ(q: &Q): Int64 { seeLR(&*q.out) +% seeS(q.s) }
fn seeZ(z: &Z): Int64 { seeS(z.s) }
fn seeG(g: &G<&String>): Int64 { seeS(g.v) }
fn chgS(s: &mut String) { s.push('x'); }
fn chgD(d: &mut D) { d.tag = mkS(d.id); d.id = d.id +% 1; }
fn chgP(p: &mut P) { p.a = mkS(7); p.b.push('y'); }
fn chgE(e: &mut E) { match e { E::One(s) => { s.push('z'); } E::Zip => { *e = E::One(mkS(5)); } _ => { *e = E::Zip; } } }
fn chgB(b: &mut Box<P>) { **b = mkP(3); }
fn chgL(l: &mut ArrayList<String>) { l[0] = mkS(9); l.push(mkS(8)); }
fn chgSL(l: &mut [String]) { l[0] = mkS(9); }
fn chgLP(l: &mut ArrayList<P>) { l.push(mkP(8)); }
fn chgO(o: &mut Option<String>) { *o = Some(mkS(6)); }
fn eat<T>(x: T) {}
fn id<T>(x: T): T { x }
fn pick<T>(c: Bool, a: T, b: T): T { if c { a } else { b } }
fn keep<T>(l: &mut ArrayList<T>, x: T) { l.push(x); }
fn one<T>(x: T): ArrayList<T> { var l: ArrayList<T> = ArrayList::new(); l.push(x); l }
fn maybe<T>(c: Bool, x: T): Option<T> { if c { Some(x) } else { None } }
fn first(p: &P): &String { &p.a }
fn firstMut(p: &mut P): &mut String { &mut p.a }
fn find(l: &ArrayList<String>, c: Bool): Option<&String> { if c { l.first() } else { None } }
fn findMut(l: &mut ArrayList<P>, c: Bool): Option<&mut P> { if c { Some(&mut l[0]) } else { None } }
fn getOrInsert(l: &mut ArrayList<P>, c: Bool): &mut P { if let Some(x) = findMut(l, c) { return x; } l.push(mkP(4)); &mut l[0] }
fn longer(a: &String, b: &String): &String { if a.len() > b.len() { a } else { b } }
fn put(to: &mut &String, x: &String) { *to = x; }
fn dup(s: &String): String { mkS(seeS(s)) }
fn lenL(l: &ArrayList<String>): Int64 { if l.isEmpty() { 0 } else { 1 } }
fn viaDyn(x: &dyn Look): &String { x.look() }
fn viaDynMut(x: &mut dyn Look): &mut String { x.change() }
fn viaPass(x: &dyn Pass, s: &String): &String { x.pass(s) }
fn map(f: fn(&String): &String, s: &String): &String { f(s) }
fn call(f: fn(Int64): Int64, n: Int64): Int64 { f(n) }
fn callMut(var f: mut fn(Int64): Int64, n: Int64): Int64 { f(n) +% f(n) }
fn callOnce(f: once fn(Int64): Int64, n: Int64): Int64 { f(n) }
`;
