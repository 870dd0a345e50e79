/**
 * The exhaustiveness check against an oracle that tries every value: random patterns over small types.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_SPAN } from '../../../src/source/index.ts';
import { checkMatch } from '../../../src/types/exhaustive/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { AdtDecl, Ty } from '../../../src/types/index.ts';
import type { Pat } from '../../../src/types/tree.ts';

const span = NO_SPAN;

/** A value: numbers and booleans as themselves, lists as arrays, variants with their index. */
type Value = number | boolean | readonly Value[] | { readonly variant: number; readonly parts: readonly Value[] };

const decl = {
  kind: 'adt', id: 910_000, name: 'Tree', isEnum: true, view: false, module: { isStd: false }, generics: { total: 0 },
  variants: [
    { name: 'Leaf', index: 0, form: 'unit', fields: [] },
    { name: 'One', index: 1, form: 'tuple', fields: [{ name: '0', index: 0, ty: tys.bool }] },
    { name: 'Two', index: 2, form: 'tuple', fields: [{ name: '0', index: 0, ty: tys.bool }, { name: '1', index: 1, ty: tys.uint8 }] },
  ],
} as unknown as AdtDecl;
const treeTy = tys.adt(decl, []);
const listTy = tys.slice(tys.bool);
const types: readonly Ty[] = [tys.bool, tys.uint8, treeTy, listTy, tys.tuple([tys.bool, treeTy]), tys.tuple([treeTy, listTy]), tys.tuple([tys.uint8, tys.bool, tys.bool])];

/** Every value, with numbers and lists thinned out to those that the patterns below can tell apart. */
function valuesOf(ty: Ty): readonly Value[] {
  const product = (parts: readonly Ty[]): readonly (readonly Value[])[] =>
    parts.reduce<readonly (readonly Value[])[]>((all, part) => all.flatMap((list) => valuesOf(part).map((value) => [...list, value])), [[]]);
  switch (ty.kind) {
    case 'bool':
      return [false, true];
    case 'int':
      return [0, 1, 2, 3, 4, 5, 6, 7, 100, 255];
    case 'tuple':
      return product(ty.elements);
    case 'slice':
      return [0, 1, 2, 3, 4, 5].flatMap((length) => product(new Array<Ty>(length).fill(ty.element)));
    default:
      return decl.variants.flatMap((variant) => product(variant.fields.map((field) => field.ty)).map((parts) => ({ variant: variant.index, parts })));
  }
}

function matches(pat: Pat, value: Value): boolean {
  switch (pat.kind) {
    case 'wild':
      return true;
    case 'const':
      return pat.value.kind === 'bool' ? pat.value.value === value : pat.value.kind === 'int' && Number(pat.value.value) === value;
    case 'range': {
      const end = (literal: typeof pat.lo): number => (literal?.kind === 'int' ? Number(literal.value) : 0);
      const n = value as number;
      return (pat.lo === null || n >= end(pat.lo)) && (pat.hi === null || (pat.exclusiveEnd ? n < end(pat.hi) : n <= end(pat.hi)));
    }
    case 'tuple':
      return pat.elements.every((element, i) => matches(element, (value as readonly Value[])[i]!));
    case 'variant': {
      const v = value as { variant: number; parts: readonly Value[] };
      return v.variant === pat.variant && pat.fields.every((field) => matches(field.pat, v.parts[field.index]!));
    }
    case 'slice': {
      const list = value as readonly Value[];
      const least = pat.prefix.length + pat.suffix.length;
      if (pat.rest === null ? list.length !== least : list.length < least) return false;
      return pat.prefix.every((p, i) => matches(p, list[i]!)) && pat.suffix.every((p, i) => matches(p, list[list.length - pat.suffix.length + i]!));
    }
    case 'or':
      return pat.alternatives.some((alternative) => matches(alternative, value));
    default:
      throw new Error(pat.kind);
  }
}

function arbitrary(ty: Ty, depth: number): fc.Arbitrary<Pat> {
  const wild: Pat = { kind: 'wild', ty, span };
  const small = fc.integer({ min: 0, max: 7 }).map((n) => ({ kind: 'int' as const, value: BigInt(n) }));
  const own = ((): fc.Arbitrary<Pat> => {
    switch (ty.kind) {
      case 'bool':
        return fc.boolean().map((value): Pat => ({ kind: 'const', value: { kind: 'bool', value }, ty, span }));
      case 'int':
        return fc.oneof(
          small.map((value): Pat => ({ kind: 'const', value, ty, span })),
          fc.tuple(fc.option(small), fc.option(small), fc.boolean()).map(([lo, hi, exclusiveEnd]): Pat => ({ kind: 'range', lo, hi, exclusiveEnd: hi !== null && exclusiveEnd, ty, span })),
        );
      case 'tuple':
        return fc.tuple(...ty.elements.map((element) => arbitrary(element, depth - 1))).map((elements): Pat => ({ kind: 'tuple', elements, ty, span }));
      case 'slice':
        return fc.tuple(fc.array(arbitrary(ty.element, 0), { maxLength: 2 }), fc.boolean(), fc.array(arbitrary(ty.element, 0), { maxLength: 1 })).map(
          ([prefix, open, suffix]): Pat => ({ kind: 'slice', prefix, rest: open ? wild : null, suffix: open ? suffix : [], ty, span }),
        );
      default:
        return fc.constantFrom(...decl.variants).chain((variant) =>
          fc.tuple(...variant.fields.map((field) => arbitrary(field.ty, depth - 1))).map((parts): Pat => ({
            kind: 'variant', adt: decl, variant: variant.index, fields: parts.map((pat, index) => ({ index, pat })), ty, span,
          })),
        );
    }
  })();
  const plain = fc.oneof({ weight: 1, arbitrary: fc.constant(wild) }, { weight: 3, arbitrary: own });
  if (depth <= 0) return plain;
  return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: fc.array(plain, { minLength: 2, maxLength: 3 }).map((alternatives): Pat => ({ kind: 'or', alternatives, ty, span })) });
}

test('agrees with trying every value', () => {
  const match = fc.constantFrom(...types).chain((ty) =>
    fc.tuple(fc.constant(ty), fc.array(fc.tuple(arbitrary(ty, 2), fc.boolean()), { minLength: 1, maxLength: 6 })),
  );
  fc.assert(
    fc.property(match, ([ty, arms]) => {
      const result = checkMatch(ty, arms.map(([pat, hasGuard]) => ({ pat, hasGuard, span })));
      const reached = new Set<number>();
      let complete = true;
      for (const value of valuesOf(ty)) {
        let taken = false;
        for (let i = 0; i < arms.length && !taken; i++) {
          if (!matches(arms[i]![0], value)) continue;
          reached.add(i);
          taken = !arms[i]![1];
        }
        if (!taken) complete = false;
      }
      expect(result.missing.length === 0).toBe(complete);
      expect(result.unreachable).toEqual(arms.flatMap((_, i) => (reached.has(i) ? [] : [i])));
    }),
    { numRuns: 1000, seed: 7 },
  );
});
