/**
 * Units as Rust: the same text, since the generator keeps to what both languages have; only declarations differ.
 * Consumes: units made with `rust: true`. Produces: one crate of many functions, and which of them rustc refuses, by its JSON messages.
 * Borrow errors of one function do not hide those of another: all are reported in one run, as long as types and names are right.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from './check.ts';

const RUST_PRELUDE = `#![allow(warnings)]
type Int64 = i64; type UInt64 = u64; type ArrayList<T> = Vec<T>;
pub struct D { id: i64, tag: String }
impl Drop for D { fn drop(&mut self) { self.tag.push('!'); } }
pub struct P { a: String, b: String }
pub enum E { Zip, One(String), Two(D, P), Boxed(Box<P>) }
pub struct V<'a, 'b> { s: &'a String, t: &'b String }
pub struct W<'a, 'b> { x: &'a mut P, s: &'b String }
pub struct Q<'a, 'b, 'c> { out: &'a mut Vec<&'b String>, s: &'c String }
pub struct Z<'a> { s: &'a String }
impl<'a> Drop for Z<'a> { fn drop(&mut self) { seeS(self.s); } }
pub struct G<T> { v: T }
impl P { fn absorb(&mut self, s: &String) -> i64 { 0 } }
fn bit(k: u64, i: u64) -> bool { (k >> (i % 61)) % 2 == 1 }
fn mkS(n: i64) -> String { n.to_string() }
fn mkD(n: i64) -> D { D { id: n, tag: mkS(n) } }
fn mkP(n: i64) -> P { P { a: mkS(n), b: mkS(n) } }
fn mkE(n: i64) -> E { E::Zip }
fn mkB(n: i64) -> Box<P> { Box::new(mkP(n)) }
fn mkL(n: i64) -> Vec<String> { vec![mkS(n)] }
fn mkLP(n: i64) -> Vec<P> { vec![mkP(n)] }
fn mkO(n: i64) -> Option<String> { Some(mkS(n)) }
fn seeS(s: &String) -> i64 { 0 } fn seeD(s: &D) -> i64 { 0 } fn seeP(s: &P) -> i64 { 0 } fn seeE(s: &E) -> i64 { 0 }
fn seeB(s: &Box<P>) -> i64 { 0 } fn seeL(s: &Vec<String>) -> i64 { 0 } fn seeSL(s: &[String]) -> i64 { 0 } fn seeLP(s: &Vec<P>) -> i64 { 0 }
fn seeO(s: &Option<String>) -> i64 { 0 } fn seeLR(s: &Vec<&String>) -> i64 { 0 } fn seeLZ(s: &Vec<Z>) -> i64 { 0 } fn seeLM(s: &Vec<&mut P>) -> i64 { 0 }
fn seeOR(s: &Option<&String>) -> i64 { 0 } fn seeV(s: &V) -> i64 { 0 } fn seeW(s: &W) -> i64 { 0 } fn seeQ(s: &Q) -> i64 { 0 } fn seeZ(s: &Z) -> i64 { 0 }
fn seeG(s: &G<&String>) -> i64 { 0 }
fn chgS(s: &mut String) {} fn chgD(s: &mut D) {} fn chgP(s: &mut P) {} fn chgE(s: &mut E) {} fn chgB(s: &mut Box<P>) {} fn chgL(s: &mut Vec<String>) {}
fn chgSL(s: &mut [String]) {} fn chgLP(s: &mut Vec<P>) {} fn chgO(s: &mut Option<String>) {}
fn eat<T>(x: T) {}
fn one<T>(x: T) -> Vec<T> { vec![x] }
fn dup(s: &String) -> String { s.clone() }
fn lenL(l: &Vec<String>) -> i64 { 0 }
`;

export interface RustVerdict {
  readonly name: string;
  /** Codes: E0499, E0502 …; empty: accepted. */
  readonly codes: readonly string[];
}

export function hasRustc(): boolean {
  return spawnSync('rustc', ['--version']).status === 0;
}

export function rustText(text: string): string {
  return text
    .replace(/\bvar /g, 'let mut ')
    .replace(/\): Int64 \{/g, ') -> i64 {')
    .replace(/acc = acc \+% (.*);$/gm, 'acc = i64::wrapping_add(acc, $1);');
}

/** What rustc says of each unit; an Error if it says something that is no matter of borrows or moves. */
export function rustVerdicts(units: readonly Program[]): RustVerdict[] {
  let text = RUST_PRELUDE;
  const ranges = units.map(({ name, text: unit }) => {
    const from = Buffer.byteLength(text);
    text += `${rustText(unit).replace(`fn ${name}(`, `pub fn ${name}(`)}\n`;
    return { name, from, to: Buffer.byteLength(text) };
  });
  const folder = mkdtempSync(join(tmpdir(), 'jc-rust-'));
  try {
    const path = join(folder, 'units.rs');
    writeFileSync(path, text);
    const args = ['--crate-type=lib', '--edition=2021', '--emit=metadata', '--error-format=json', '--cap-lints=allow', '-o', join(folder, 'units.rmeta'), path];
    const result = spawnSync('rustc', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const codes = new Map(units.map(({ name }) => [name, new Set<string>()]));
    for (const line of result.stderr.split('\n')) {
      if (!line.startsWith('{')) continue;
      const message = JSON.parse(line) as { readonly level: string; readonly message: string; readonly code: { readonly code: string } | null; readonly spans: readonly { readonly byte_start: number; readonly is_primary: boolean }[] };
      if (message.level !== 'error' || message.message.startsWith('aborting')) continue;
      const at = message.spans.find((span) => span.is_primary)?.byte_start ?? -1;
      const unit = ranges.find(({ from, to }) => at >= from && at < to);
      if (unit === undefined || message.code === null) throw new Error(`rustc: ${message.message} near ${text.slice(Math.max(0, at - 80), at + 80)}`);
      codes.get(unit.name)!.add(message.code.code);
    }
    return ranges.map(({ name }) => ({ name, codes: [...codes.get(name)!].sort() }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Errors of moves and borrows; any other code means that the translation is wrong. */
export const BORROW_CODES: ReadonlySet<string> = new Set(['E0381', 'E0382', 'E0384', 'E0499', 'E0502', 'E0503', 'E0505', 'E0506', 'E0507', 'E0509', 'E0521', 'E0594', 'E0596', 'E0597', 'E0713', 'E0716', 'E0373', 'E0510', 'E0501', 'E0500', 'E0524']);
