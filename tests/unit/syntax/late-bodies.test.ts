import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import type { FnItem, LateFnItem } from '../../../src/syntax/index.ts';
import { parseModule, printItem, printModule } from '../../../src/syntax/index.ts';

function parseLate(text: string): { fns: FnItem[]; sink: DiagSink } {
  const sink = new DiagSink();
  const module = parseModule(new SourceMap().add('test.cj', text), sink, []);
  return { fns: module.items.filter((item): item is FnItem => item.kind === 'fn'), sink };
}

it('reports mistakes of a body when the body is read, once', () => {
  const { fns, sink } = parseLate('fn f() { let x = ; }\nfn g() { 1 }\n');
  expect(sink.all).toEqual([]);
  expect(fns.map((fn) => [fn.bodySpan, fn.bodyHoldsItems])).toEqual([[{ file: 1, lo: 7, hi: 20 }, false], [{ file: 1, lo: 28, hi: 33 }, false]]);
  expect(fns[0]!.body).toBe(fns[0]!.body);
  expect(sink.all.map((d) => [d.code, d.span.lo])).toEqual([['CJ0124', 17]]);
  expect({ ...fns[1]! }.body!.tail!.kind).toBe('int');
});

it('parses a forgotten body again, without a second report', () => {
  const { fns, sink } = parseLate('fn f() { let x = ; let y = f::<<T as A>::B>(1 << 2); }');
  const fn = fns[0] as LateFnItem;
  const first = printItem(fn);
  fn.forgetBody();
  expect(printItem(fn)).toBe(first);
  expect(sink.all.map((d) => d.code)).toEqual(['CJ0124']);
});

it('parses a body in which items are declared at once', () => {
  const { fns } = parseLate('fn f() { fn g() {} g() }\nfn h() { let k: fn(): Int32 = z; }');
  expect(fns.map((fn) => fn.bodyHoldsItems)).toEqual([true, false]);
});

it('knows the heads of the functions behind a body', () => {
  const { fns, sink } = parseLate('fn f() { let x = 1 }\nfn g(: Int32) { let y = ; }\n');
  expect(fns.map((fn) => fn.name.name)).toEqual(['f', 'g']);
  expect(sink.all.map((d) => d.code)).toEqual(['CJ0126', 'CJ0124']);
});

it('gives the same tree for every file of std', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? files(path) : path.endsWith('.cj') ? [path] : [];
    });
  for (const path of files(join(import.meta.dirname, '../../../std'))) {
    const source = new SourceMap().add(path, readFileSync(path, 'utf8'));
    const sink = new DiagSink();
    expect(printModule(parseModule(source, sink, []))).toBe(printModule(parseModule(source, sink)));
    expect(sink.all).toEqual([]);
  }
});
