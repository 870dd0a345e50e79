import { expect, test } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { NO_SPAN } from '../../../src/source/index.ts';
import { checkMatch, reportMatch } from '../../../src/types/exhaustive/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { AdtDecl, Ty } from '../../../src/types/index.ts';
import type { Pat } from '../../../src/types/tree.ts';

const span = NO_SPAN;
const wild = (ty: Ty): Pat => ({ kind: 'wild', ty, span });
const int = (ty: Ty, value: number): Pat => ({ kind: 'const', value: { kind: 'int', value: BigInt(value) }, ty, span });
const bool = (value: boolean): Pat => ({ kind: 'const', value: { kind: 'bool', value }, ty: tys.bool, span });
const text = (value: string): Pat => ({ kind: 'const', value: { kind: 'string', value }, ty: tys.str, span });
const range = (ty: Ty, lo: number | null, hi: number | null, exclusiveEnd = false): Pat => ({
  kind: 'range', lo: lo === null ? null : { kind: 'int', value: BigInt(lo) }, hi: hi === null ? null : { kind: 'int', value: BigInt(hi) }, exclusiveEnd, ty, span,
});
const tuple = (...elements: Pat[]): Pat => ({ kind: 'tuple', elements, ty: tys.tuple(elements.map((e) => e.ty)), span });
const or = (...alternatives: Pat[]): Pat => ({ kind: 'or', alternatives, ty: alternatives[0]!.ty, span: { ...span, hi: 1 } });
const slice = (ty: Ty, prefix: Pat[], open: boolean, suffix: Pat[] = []): Pat => ({ kind: 'slice', prefix, rest: open ? wild(ty) : null, suffix, ty, span });

let nextId = 900_000;
function makeEnum(name: string, variants: Record<string, readonly Ty[]>, params = 0, isStd = false): AdtDecl {
  return {
    kind: 'adt', id: nextId++, name, isEnum: true, view: false, module: { isStd }, generics: { total: params },
    variants: Object.entries(variants).map(([variant, fields], index) => ({
      name: variant, index, form: fields.length === 0 ? 'unit' : 'tuple', fields: fields.map((ty, i) => ({ name: `${i}`, index: i, ty })), discriminant: BigInt(index), span,
    })),
  } as unknown as AdtDecl;
}
const variant = (adt: AdtDecl, name: string, ty: Ty, ...parts: Pat[]): Pat => ({
  kind: 'variant', adt, variant: adt.variants.findIndex((v) => v.name === name), fields: parts.map((pat, index) => ({ index, pat })), ty, span,
});

const Option = makeEnum('Option', { None: [], Some: [tys.param(0, 'T')] }, 1, true);
const optBool = tys.adt(Option, [tys.bool]);
const Color = makeEnum('Color', { Red: [], Green: [], Blue: [] });
const color = tys.adt(Color, []);

function check(ty: Ty, pats: readonly Pat[], guards: readonly number[] = []) {
  const { missing, unreachable, more } = checkMatch(ty, pats.map((pat, i) => ({ pat, hasGuard: guards.includes(i), span })));
  return { missing: [...missing, ...(more ? ['…'] : [])], unreachable };
}

test('enums, nested patterns, guards', () => {
  expect(check(optBool, [variant(Option, 'Some', optBool, bool(true)), variant(Option, 'None', optBool)])).toEqual({ missing: ['Some(false)'], unreachable: [] });
  expect(check(color, [variant(Color, 'Red', color)])).toEqual({ missing: ['Color::Green', 'Color::Blue'], unreachable: [] });
  expect(check(color, [variant(Color, 'Red', color), variant(Color, 'Red', color), wild(color), wild(color)])).toEqual({ missing: [], unreachable: [1, 3] });
  expect(check(color, [wild(color)], [0])).toEqual({ missing: ['_'], unreachable: [] });
  expect(check(optBool, [])).toEqual({ missing: ['_'], unreachable: [] });
});

test('integers by intervals', () => {
  const u8 = tys.uint8;
  expect(check(u8, [range(u8, 0, 9), range(u8, 20, null)])).toEqual({ missing: ['10..=19'], unreachable: [] });
  expect(check(u8, [range(u8, null, 100, true), range(u8, 100, 255)])).toEqual({ missing: [], unreachable: [] });
  expect(check(u8, [range(u8, 0, 50), range(u8, 40, 60), range(u8, 10, 55), wild(u8)])).toEqual({ missing: [], unreachable: [2] });
  expect(check(tys.int8, [range(tys.int8, 0, null)])).toEqual({ missing: ['..=-1'], unreachable: [] });
  expect(check(tys.int32, [int(tys.int32, 1), int(tys.int32, 3)])).toEqual({ missing: ['..=0', '2', '4..'], unreachable: [] });
  expect(check(tys.rune, [range(tys.rune, 0, 0xd7ff), range(tys.rune, 0xe000, 0x10ffff)]).missing).toEqual([]);
});

test('tuples, booleans, or-patterns', () => {
  const pair = tys.tuple([tys.bool, tys.bool]);
  expect(check(pair, [tuple(bool(true), wild(tys.bool)), tuple(wild(tys.bool), bool(true))])).toEqual({ missing: ['(false, false)'], unreachable: [] });
  expect(check(tys.bool, [or(bool(true), bool(false))])).toEqual({ missing: [], unreachable: [] });
  const result = checkMatch(tys.bool, [{ pat: bool(true), hasGuard: false, span }, { pat: or(bool(true), bool(false)), hasGuard: false, span }]);
  expect([result.unreachable, result.unreachableAlternatives.length]).toEqual([[], 1]);
});

test('slices and arrays', () => {
  const list = tys.slice(tys.bool);
  expect(check(list, [slice(list, [], false), slice(list, [wild(tys.bool)], true)])).toEqual({ missing: [], unreachable: [] });
  expect(check(list, [slice(list, [], false), slice(list, [bool(true)], true)])).toEqual({ missing: ['[false, ..]'], unreachable: [] });
  expect(check(list, [slice(list, [wild(tys.bool), wild(tys.bool)], false)])).toEqual({ missing: ['[]', '[_]', '[_, _, _, ..]'], unreachable: [] });
  const three = tys.array(tys.bool, tys.constant(3n));
  expect(check(three, [slice(three, [bool(true)], true), slice(three, [], true, [bool(true)]), slice(three, [bool(false), wild(tys.bool), bool(false)], false)])).toEqual({ missing: [], unreachable: [] });
  const huge = tys.array(tys.bool, tys.constant(10_000_000n));
  expect(check(huge, [slice(huge, [bool(true)], true)])).toEqual({ missing: ['[false, ..]'], unreachable: [] });
});

test('strings need a wildcard', () => {
  expect(check(tys.str, [text('a'), text('a')])).toEqual({ missing: ['_'], unreachable: [1] });
  expect(check(tys.str, [text('a'), wild(tys.str)])).toEqual({ missing: [], unreachable: [] });
});

test('types without values', () => {
  const Result = makeEnum('Result', { Ok: [tys.param(0, 'T')], Err: [tys.param(1, 'E')] }, 2, true);
  const ty = tys.adt(Result, [tys.bool, tys.never]);
  expect(check(ty, [variant(Result, 'Ok', ty, wild(tys.bool))])).toEqual({ missing: [], unreachable: [] });
  expect(check(tys.never, [])).toEqual({ missing: [], unreachable: [] });
  expect(check(tys.adt(makeEnum('Void', {}), []), [])).toEqual({ missing: [], unreachable: [] });
});

test('recursive types end', () => {
  const List = makeEnum('List', { Nil: [], Cons: [] });
  const ty = tys.adt(List, []);
  (List.variants[1] as { fields: unknown }).fields = [{ name: '0', index: 0, ty: tys.box(ty) }];
  (List.variants[1] as { form: unknown }).form = 'tuple';
  const deref = (inner: Pat): Pat => ({ kind: 'deref', inner, ty: tys.box(ty), span });
  const cons = (inner: Pat): Pat => variant(List, 'Cons', ty, deref(inner));
  expect(check(ty, [variant(List, 'Nil', ty), cons(variant(List, 'Nil', ty))])).toEqual({ missing: ['List::Cons(List::Cons(_))'], unreachable: [] });
});

test('long tables are quick, entangled ones are refused', () => {
  const many = Array.from({ length: 5000 }, (_, i) => int(tys.int32, i * 2));
  const start = performance.now();
  expect(check(tys.int32, [...many, wild(tys.int32)])).toEqual({ missing: [], unreachable: [] });
  expect(performance.now() - start).toBeLessThan(20_000);
  const width = 26;
  const rows = Array.from({ length: width }, (_, i) => tuple(...Array.from({ length: width * 2 }, (_, j) => (j === i || j === 51 - i ? bool(true) : wild(tys.bool)))));
  const ty = tys.tuple(new Array<Ty>(width * 2).fill(tys.bool));
  const sink = new DiagSink();
  expect(reportMatch(sink, span, () => null, ty, rows.map((pat) => ({ pat, hasGuard: false, span })))).toBe(false);
  expect(sink.all.map((d) => d.code)).toEqual(['CJ0403']);
});
