/** Files in memory for tests of the front end: a Host made of a record from path to text, and a small standard library. */
import type { Host } from '../../../src/source/index.ts';

export function memoryHost(files: Readonly<Record<string, string>>): Host {
  const folders = new Set<string>();
  for (const path of Object.keys(files)) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) folders.add(path.slice(0, cut));
  }
  return {
    readText: (path) => {
      const text = files[path];
      if (text !== undefined) return { ok: true, text };
      return folders.has(path) ? { ok: false, why: 'directory', detail: path } : { ok: false, why: 'missing', detail: path };
    },
    kind: (path) => (files[path] !== undefined ? 'file' : folders.has(path) ? 'directory' : 'missing'),
    list: (path) => {
      const names = new Set<string>();
      for (const file of Object.keys(files)) if (file.startsWith(`${path}/`)) names.add(file.slice(path.length + 1).split('/')[0]!);
      return [...names].sort();
    },
  };
}

/** Enough of a standard library for the collector: lang items, a prelude, a module with a private function. */
export const TINY_STD: Readonly<Record<string, string>> = {
  'std/prelude.cj': `
pub import std::core::{Copy, Clone, Drop, Eq, Ord, Ordering, Hash, Default, Display, Debug, Add, Iterator, From};
pub import std::core::Option;
pub import std::core::Option::*;
pub import std::core::Result;
pub import std::core::Result::{Ok, Err};
pub import std::core::String;
`,
  'std/core/core.cj': `
@lang("Copy") pub trait Copy: Clone { }
@lang("Clone") pub trait Clone { fn clone(&self): Self; }
@lang("Drop") pub trait Drop { fn drop(&mut self); }
@lang("Eq") pub trait Eq<R> { fn eq(&self, other: &R): Bool; fn ne(&self, other: &R): Bool { true } }
@lang("Ord") pub trait Ord<R>: Eq<R> { fn cmp(&self, other: &R): Ordering; }
@lang("Ordering") pub enum Ordering { Less, Equal, Greater }
pub struct Hasher { state: UInt64 }
@lang("Hash") pub trait Hash { fn hash(&self, h: &mut Hasher); }
@lang("Default") pub trait Default { fn default(): Self; }
@lang("Formatter") pub struct Formatter { width: usize }
@lang("Display") pub trait Display { fn fmt(&self, f: &mut Formatter); }
@lang("Debug") pub trait Debug { fn fmt(&self, f: &mut Formatter); }
@lang("Add") pub trait Add<R> { type Output; fn add(self, other: R): Self::Output; }
@lang("From") pub trait From<T> { fn from(value: T): Self; }
@lang("Iterator") pub trait Iterator { type Item; fn next(&mut self): Option<Self::Item>; fn map<U>(self, f: fn(Self::Item): U): U { self.map(f) } }
@lang("Option") pub enum Option<T> { None, Some(T) }
@lang("Result") pub enum Result<T, E> { Ok(T), Err(E) }
@lang("String") pub struct String { len: usize }
@lang("fmtText") pub fn fmtText(f: &mut Formatter, s: &str) { }
impl Clone for Int32 { fn clone(&self): Int32 { *self } }
impl Display for str { fn fmt(&self, f: &mut Formatter) { } }
impl Display for Int32 { fn fmt(&self, f: &mut Formatter) { } }
impl<T> From<T> for T { fn from(value: T): T { value } }
pub struct Pair<A, B> { a: A, b: B }
`,
  'std/fs/fs.cj': `
pub fn read(path: &str): String { secret() }
fn secret(): String { secret() }
pub(package) fn inner(): Int32 { 1 }
`,
};
