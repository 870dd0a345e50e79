/**
 * The oracle of the borrow checker: programs that misuse a reference, each in one way, and their twins that do not.
 * Nothing checks these programs for moves or borrows beforehand.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiagSink, severityOf } from '../../../src/diag/index.ts';
import { runFrontEnd } from '../../../src/driver/index.ts';
import { NodeHost } from '../../../src/host/index.ts';
import { BorrowSession } from '../../../src/interp/index.ts';
import { buildMir, elaborateDrops, monomorphize } from '../../../src/mir/index.ts';
import type { Host, ReadResult } from '../../../src/source/index.ts';

const STD = join(import.meta.dirname, '../../../std');
const TYPES = `
struct D { tag: String }
impl Drop for D { fn drop(&mut self) { self.tag.push('!'); } }
struct P { a: String, b: String }
view struct Z { s: &String }
impl Drop for Z { fn drop(&mut self) { use(self.s); } }
enum E { One(String), Two(P), Zip }
fn use(s: &String) { if s.len() > 99 { panic!("long"); } }
fn text(n: Int32): String { "text \${n}" }
fn pair(): P { P { a: text(1), b: text(2) } }
fn list(): ArrayList<String> { var l: ArrayList<String> = ArrayList::new(); l.push(text(1)); l.push(text(2)); l }
fn own(): &String { let s = text(1); &s }
fn same(s: &String): &String { s }
fn show(n: Int32) { if n < 0 { panic!("negative"); } }
fn put(to: &mut &String, s: &String) { *to = s; }
trait Look { fn look(&self): &String; }
impl Look for P { fn look(&self): &String { &self.a } }
fn via(x: &dyn Look): &String { x.look() }
impl P { fn grow(&mut self) { self.a.push('x'); } fn take(&mut self, s: &String) { self.a.push('x'); use(s); } }
`;

class TextHost implements Host {
  private readonly inner = new NodeHost();
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readText(path: string): ReadResult {
    return path === 'main.cj' ? { ok: true, text: this.text } : this.inner.readText(path);
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    return path === 'main.cj' ? 'file' : this.inner.kind(path);
  }

  list(path: string): readonly string[] {
    return this.inner.list(path);
  }
}

/** Functions of these bodies in one module, in a session that calls them. */
function sessionOf(bodies: readonly string[]): BorrowSession {
  const functions = bodies.map((body, i) => `fn f${i}(k: UInt64): Int64 { ${body}\n0 }\nfn w${i}() { f${i}(0); }`);
  const front = runFrontEnd(new TextHost(`${TYPES}${functions.join('\n')}\nfn main() {}\n`), 'main.cj', STD);
  const errors = front.sink.all.filter((diag) => severityOf(diag.code) === 'error');
  expect(errors.map((diag) => `${diag.code} ${JSON.stringify(diag.args)}`)).toEqual([]);
  const program = front.program!;
  const byName = new Map([...program.fns].filter((decl) => decl.module === front.root).map((decl) => [decl.name, decl]));
  const tests = bodies.map((_, i) => byName.get(`w${i}`)!);
  const mono = monomorphize(program, { tests }, (decl) => {
    const typed = program.bodyOf(decl);
    return typed === null ? [] : buildMir(typed, program).map((built) => elaborateDrops(built, program));
  }, new DiagSink());
  const ids = bodies.map((_, i) => mono.instances.find(({ body: { origin } }) => origin.kind === 'fn' && origin.decl === byName.get(`f${i}`))!.id);
  return new BorrowSession(mono, ids, front.sources);
}

/** Name, the wrong program, what the fault says, the right program. */
type Row = readonly [string, string, RegExp, string];

const ROWS: readonly Row[] = [
  ['a list changes while an element is looked at', 'var l = list(); let r = &l[0]; l.push(text(3)); use(r);', /lost by an exclusive borrow/, 'var l = list(); let r = &l[0]; use(r); l.push(text(3));'],
  ['the list had room', 'var l: ArrayList<String> = ArrayList::withCapacity(9); l.push(text(1)); let r = &l[0]; l.push(text(3)); use(r);', /lost by an exclusive borrow/,
    'var l: ArrayList<String> = ArrayList::withCapacity(9); l.push(text(1)); l.push(text(3)); let r = &l[0]; use(r);'],
  ['a move takes what is borrowed', 'let s = text(1); let r = &s; let t = s; use(r); use(&t);', /moved from|the move of the value/, 'let s = text(1); let t = s; let r = &t; use(r);'],
  ['a moved list keeps its memory, and yet', 'let l = list(); let r = &l[0]; let m = l; use(r); use(&m[0]);', /lost by the move of the value/, 'let l = list(); let m = l; let r = &m[0]; use(r);'],
  ['a moved box keeps its memory, and yet', 'let b = new Box(text(1)); let r = &*b; let c = b; use(r); use(&*c);', /lost by the move of the value/, 'let b = new Box(text(1)); let c = b; let r = &*c; use(r);'],
  ['a block ends', 'let outer = text(1); var r = &outer; { let s = text(1); r = &s; } use(r);', /gone|freed/, 'let outer = text(1); var r = &outer; { let s = text(1); r = &s; use(r); } r = &outer; use(r);'],
  ['a value is destroyed', 'let d = D { tag: text(1) }; let r = &d.tag; mem::drop(d); use(r);', /moved from|the move of the value|destruction/, 'let d = D { tag: text(1) }; let r = &d.tag; use(r); mem::drop(d);'],
  ['a box is replaced', 'var b = new Box(text(1)); let r = &*b; b = new Box(text(2)); use(r);', /freed or its variable died/, 'var b = new Box(text(1)); b = new Box(text(2)); let r = &*b; use(r);'],
  ['a function gives out its own variable', 'use(own());', /freed or its variable died/, 'let s = text(1); use(same(&s));'],
  ['a temporary ends with its statement', 'var it = list().iter(); if let Some(s) = it.next() { use(s); }', /freed or its variable died|gone/, 'let l = list(); var it = l.iter(); if let Some(s) = it.next() { use(s); }'],
  ['an assignment under a shared reference', 'var n = 1; let r = &n; n = 2; show(*r);', /lost by a write by another way/, 'var n = 1; let r = &n; show(*r); n = 2;'],
  ['two exclusive references', 'var n = 1; let a = &mut n; let b = &mut n; *b = 2; *a = 3;', /lost by an exclusive borrow/, 'var n = 1; let a = &mut n; *a = 3; let b = &mut n; *b = 2;'],
  ['a read under an exclusive reference', 'var n = 1; let a = &mut n; show(n); *a = 3;', /lost by a read by another way/, 'var n = 1; let a = &mut n; *a = 3; show(n);'],
  ['a shared reference under an exclusive one', 'var n = 1; let a = &mut n; let b = &n; *a = 3; show(*b);', /lost by/, 'var n = 1; let a = &mut n; *a = 3; let b = &n; show(*b);'],
  ['fields apart, and the same field', 'var p = pair(); let a = &mut p.a; let b = &mut p.a; use(b); a.push(\'x\');', /lost by/, 'var p = pair(); let a = &mut p.a; let b = &mut p.b; a.push(\'x\'); b.push(\'y\'); use(a);'],
  ['a reborrow and its parent', 'var p = pair(); let m = &mut p; let a = &mut m.a; m.a = text(3); use(a);', /gone|freed/, 'var p = pair(); let m = &mut p; let a = &mut m.a; use(a); m.a = text(3);'],
  ['a closure holds a shared borrow', 'var s = text(1); let f = || s.len(); s = text(2); show(Int32(f()));', /gone|freed/, 'var s = text(1); let f = || s.len(); show(Int32(f())); s = text(2);'],
  ['a closure holds an exclusive borrow', 'var n = 1; var f = || { n += 1; }; show(n); f();', /lost by/, 'var n = 1; var f = || { n += 1; }; f(); show(n);'],
  ['a destructor looks at what has changed', 'var s = text(1); let z = Z { s: &s }; s = text(2);', /gone|freed/, 'var s = text(1); { let z = Z { s: &s }; } s = text(2);'],
  ['a destructor looks at what has gone', 'let outer = text(0); var keep = Z { s: &outer }; { let s = text(1); keep = Z { s: &s }; }', /freed or its variable died/, 'let s = text(1); let keep = Z { s: &s };'],
  ['a reference kept in a list', 'var l: ArrayList<&String> = ArrayList::new(); { let s = text(1); l.push(&s); } use(l[0]);', /gone|freed/,
    'let s = text(1); var l: ArrayList<&String> = ArrayList::new(); l.push(&s); use(l[0]);'],
  ['a reference stored through a reference', 'let a = text(0); var r = &a; { let s = text(1); put(&mut r, &s); } use(r);', /gone|freed/, 'let a = text(0); let s = text(1); var r = &a; put(&mut r, &s); use(r);'],
  ['a match holds what it matched', 'var e = E::One(text(1)); match &e { E::One(s) => { e = E::Zip; use(s); } _ => {} }', /gone|freed/, 'var e = E::One(text(1)); match &e { E::One(s) => { use(s); } _ => {} } e = E::Zip;'],
  ['an iterator over a list that grows', 'var l = list(); for s in l.iter() { use(s); if l.len() < 9 { l.push(text(1)); } }', /gone|freed/, 'var l = list(); for s in l.iter() { use(s); } l.push(text(1));'],
  ['a slice of a list that shrinks', 'var l = list(); let s = l.asSlice(); l.pop(); use(&s[0]);', /gone|freed/, 'var l = list(); let s = l.asSlice(); use(&s[0]); l.pop();'],
  ['text of a String that changes', 'var s = text(1); let t = s.asStr(); s.push(\'x\'); show(Int32(t.bytes()[0]));', /gone|freed/, 'var s = text(1); let t = s.asStr(); show(Int32(t.bytes()[0])); s.push(\'x\');'],
  ['an entry of a map', 'var m: HashMap<Int32, String> = HashMap::new(); m.insert(1, text(1)); let r = &m[&1]; m.insert(2, text(2)); use(r);', /gone|freed/,
    'var m: HashMap<Int32, String> = HashMap::new(); m.insert(1, text(1)); m.insert(2, text(2)); let r = &m[&1]; use(r);'],
  ['a two-phase borrow, and a reader that stays', 'var p = pair(); let r = &p.a; p.grow(); use(r);', /lost by an exclusive borrow/, 'var l = list(); l.push(text(Int32(l.len())));'],
  ['a two-phase borrow, and a writer between', 'var l = list(); l.push({ l.push(text(3)); text(4) });', /lost by|gone/, 'var l = list(); l.push({ let n = l.len(); text(Int32(n)) });'],
  ['an argument that looks into the receiver', 'var p = pair(); p.take(&p.a);', /lost by|gone/, 'var p = pair(); let q = pair(); p.take(&q.a);'],
  ['a loop keeps a borrow from the round before', 'var keep: Option<&String> = None; for i in 0..3 { let s = text(i); if let Some(k) = keep { use(k); } keep = Some(&s); }', /gone|freed/,
    'for i in 0..3 { let s = text(i); let keep = Some(&s); if let Some(k) = keep { use(k); } }'],
  ['swapped references', 'let a = text(0); var r = &a; { let s = text(1); var q = &s; mem::swap(&mut r, &mut q); } use(r);', /gone|freed/,
    'let a = text(0); let s = text(1); var r = &a; var q = &s; mem::swap(&mut r, &mut q); use(r); use(q);'],
  ['a panic unwinds over a borrowed variable', 'var keep: ArrayList<&String> = ArrayList::new(); try { let s = text(1); keep.push(&s); panic!("stop"); } catch e: Panic => { } use(keep[0]);', /gone|freed/,
    'let s = text(1); var keep: ArrayList<&String> = ArrayList::new(); try { keep.push(&s); panic!("stop"); } catch e: Panic => { } use(keep[0]);'],
  ['a method of a dyn', 'let a = text(0); let r = { let p = pair(); via(&p) }; use(r); use(&a);', /freed or its variable died|gone/, 'let p = pair(); let r = via(&p); use(r);'],
];

describe('misused references', () => {
  const wrong = sessionOf(ROWS.map((row) => row[1]));
  const right = sessionOf(ROWS.map((row) => row[3]));

  it.each(ROWS.map((row, i) => [row[0], i] as const))('%s', (_name, i) => {
    const outcome = wrong.call(i, 0n);
    expect(outcome.kind).toBe('fault');
    expect(outcome.kind === 'fault' && outcome.text).toMatch(ROWS[i]![2]);
    expect(right.call(i, 0n)).toEqual({ kind: 'value', value: 0n });
  });

  it('tells where the reference was made, what took it away, and where it is used', () => {
    const outcome = sessionOf(['var n = 1;\nlet r = &n;\nn = 2;\nlet m = *r;']).call(0, 0n);
    const text = outcome.kind === 'fault' ? outcome.text : '';
    const line = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
    const made = line(/made in main::f0 .* at main\.cj:(\d+):/);
    expect(line(/lost by a write by another way in main::f0 .* at main\.cj:(\d+):/)).toBe(made + 1);
    expect(line(/\n {2}in main::f0 .* at main\.cj:(\d+):/)).toBe(made + 2);
  });
});
