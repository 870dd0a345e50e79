/**
 * Divides the values of one column into classes that its patterns cannot tell apart.
 * Consumes: the type of the column and the constructors that stand in it. Produces: the classes that some pattern names, and those that none does.
 */
import type { Ty } from '../ty.ts';
import { isEmptyVariant, rangesOf } from './constructors.ts';
import type { Ctor, Normalize } from './constructors.ts';

export interface Split {
  readonly present: readonly Ctor[];
  /** Each is one that a witness can show. */
  readonly missing: readonly Ctor[];
}

export function splitColumn(ty: Ty, heads: readonly Ctor[], normalize: Normalize): Split {
  const first = heads[0];
  if (first === undefined) return { present: [], missing: wholeType(ty, normalize) };
  switch (first.kind) {
    case 'variant': {
      const named = new Set<number>();
      for (const head of heads) if (head.kind === 'variant') named.add(head.index);
      const present: Ctor[] = [];
      const missing: Ctor[] = [];
      const { adt } = first;
      adt.variants.forEach((variant, index) => {
        const ctor: Ctor = { kind: 'variant', adt, index };
        if (named.has(index)) present.push(ctor);
        else if (ty.kind !== 'adt' || !isEmptyVariant(variant, ty.args, normalize, [ty])) missing.push(ctor);
      });
      return { present, missing };
    }
    case 'tuple': case 'deref':
      return { present: [first], missing: [] };
    case 'bool': {
      const all = [false, true].map((value): Ctor => ({ kind: 'bool', value }));
      const named = (ctor: Ctor): boolean => heads.some((head) => head.kind === 'bool' && ctor.kind === 'bool' && head.value === ctor.value);
      return { present: all.filter(named), missing: all.filter((ctor) => !named(ctor)) };
    }
    case 'range':
      return splitRanges(ty, heads);
    case 'opaque': {
      const byKey = new Map<string, Ctor>();
      for (const head of heads) if (head.kind === 'opaque') byKey.set(head.key, head);
      return { present: [...byKey.values()], missing: [{ kind: 'open' }] };
    }
    case 'slice':
      return splitSlices(ty, heads);
    case 'open':
      return { present: [], missing: wholeType(ty, normalize) };
  }
}

/** All of a type about which the column says nothing: the variants of an enum by name, since a witness can show them. */
function wholeType(ty: Ty, normalize: Normalize): readonly Ctor[] {
  if (ty.kind === 'adt' && ty.decl.isEnum) {
    const full = ty.decl.variants.filter((variant) => !isEmptyVariant(variant, ty.args, normalize, [ty]));
    // None is left out: then `_` says it better than a list.
    return full.length === 0 ? [] : [{ kind: 'open' }];
  }
  return [{ kind: 'open' }];
}

function splitRanges(ty: Ty, heads: readonly Ctor[]): Split {
  const whole = rangesOf(ty) ?? [];
  const starts = new Set<bigint>();
  const add = (lo: bigint, hi: bigint): void => {
    starts.add(lo);
    starts.add(hi + 1n);
  };
  for (const [lo, hi] of whole) add(lo, hi);
  const named: { readonly lo: bigint; readonly hi: bigint }[] = [];
  for (const head of heads) {
    if (head.kind !== 'range' || head.lo > head.hi) continue;
    add(head.lo, head.hi);
    named.push(head);
  }
  named.sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : 0));
  const cuts = [...starts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const present: Ctor[] = [];
  const missing: Extract<Ctor, { kind: 'range' }>[] = [];
  let at = 0;
  let reach: bigint | null = null;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const lo = cuts[i]!;
    const hi = cuts[i + 1]! - 1n;
    for (; at < named.length && named[at]!.lo <= lo; at++) if (reach === null || named[at]!.hi > reach) reach = named[at]!.hi;
    if (reach !== null && reach >= lo) {
      present.push({ kind: 'range', lo, hi });
      continue;
    }
    if (!whole.some(([a, b]) => a <= lo && hi <= b)) continue;
    const last = missing.at(-1);
    if (last !== undefined && last.hi + 1n === lo) missing[missing.length - 1] = { kind: 'range', lo: last.lo, hi };
    else missing.push({ kind: 'range', lo, hi });
  }
  return { present, missing };
}

/** Lengths up to the longest that some pattern tells apart one by one, then all longer ones together. */
function splitSlices(ty: Ty, heads: readonly Ctor[]): Split {
  let longest = 0;
  let prefix = 0;
  let suffix = 0;
  for (const head of heads) {
    if (head.kind !== 'slice') continue;
    if (head.open) {
      prefix = Math.max(prefix, head.prefix);
      suffix = Math.max(suffix, head.suffix);
    } else {
      longest = Math.max(longest, head.prefix + head.suffix);
    }
  }
  const present: Ctor[] = [];
  const missing: Ctor[] = [];
  const put = (ctor: Extract<Ctor, { kind: 'slice' }>): void => {
    (heads.some((head) => covers(head, ctor)) ? present : missing).push(ctor);
  };
  const known = ty.kind === 'array' && ty.length.kind === 'const' ? ty.length.value : null;
  if (known !== null) {
    // One length only; of a long array only the ends are looked at.
    if (known <= BigInt(prefix + suffix) || known <= BigInt(longest)) put({ kind: 'slice', prefix: Number(known), suffix: 0, open: false });
    else put({ kind: 'slice', prefix, suffix, open: true });
    return { present, missing };
  }
  if (longest >= prefix + suffix) prefix = longest + 1 - suffix;
  for (let length = 0; length < prefix + suffix; length++) put({ kind: 'slice', prefix: length, suffix: 0, open: false });
  put({ kind: 'slice', prefix, suffix, open: true });
  return { present, missing };
}

/** Whether every value of the class `ctor`, which a split made, has the head `head`. */
export function covers(head: Ctor, ctor: Ctor): boolean {
  switch (head.kind) {
    case 'variant':
      return ctor.kind === 'variant' && head.index === ctor.index;
    case 'tuple': case 'deref':
      return ctor.kind === head.kind;
    case 'bool':
      return ctor.kind === 'bool' && head.value === ctor.value;
    case 'range':
      return ctor.kind === 'range' && head.lo <= ctor.lo && ctor.hi <= head.hi;
    case 'opaque':
      return ctor.kind === 'opaque' && head.key === ctor.key;
    case 'slice': {
      if (ctor.kind !== 'slice') return false;
      const least = head.prefix + head.suffix;
      if (!head.open) return !ctor.open && least === ctor.prefix + ctor.suffix;
      return least <= ctor.prefix + ctor.suffix;
    }
    case 'open':
      return false;
  }
}
