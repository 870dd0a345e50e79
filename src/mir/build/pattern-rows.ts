/**
 * Patterns flattened: what has to be tested at which place, and what is bound from which place.
 * Consumes: typed patterns and the place that they look into. Produces: rows, one for each alternative of or-patterns, whose pairs are
 * all refutable. Holds: nothing.
 */
import { bug, unreachable } from '../../base/index.ts';
import type { Span } from '../../source/index.ts';
import type { LocalVar, tree } from '../../types/index.ts';
import type { Place } from '../mir.ts';
import { placeKey, projected } from '../visit.ts';

/** A pattern that can fail, at a place. */
export interface Pair {
  readonly place: Place;
  readonly key: string;
  readonly pat: tree.ConstPat | tree.RangePat | tree.VariantPat | tree.SlicePat;
}

export interface Binding {
  readonly local: LocalVar;
  readonly mode: tree.BindPat['mode'];
  readonly place: Place;
  readonly span: Span;
}

/** Matches if all pairs do; then the bindings are made. `arm` tells whose row it is. */
export interface Row {
  readonly pairs: readonly Pair[];
  readonly bindings: readonly Binding[];
  readonly arm: number;
}

type Part = Pick<Row, 'pairs' | 'bindings'>;

const EMPTY: Part = { pairs: [], bindings: [] };

function product(left: readonly Part[], right: readonly Part[]): Part[] {
  if (right.length === 1 && right[0] === EMPTY) return [...left];
  return left.flatMap((l) => right.map((r): Part => ({ pairs: [...l.pairs, ...r.pairs], bindings: [...l.bindings, ...r.bindings] })));
}

function all(parts: readonly (readonly Part[])[]): Part[] {
  return parts.reduce<Part[]>((left, right) => product(left, right), [EMPTY]);
}

/** The rows of one pattern at a place. */
export function rowsOf(pat: tree.Pat, place: Place, arm: number): Row[] {
  return flatten(pat, place).map((part) => ({ pairs: part.pairs, bindings: part.bindings, arm }));
}

/** The rows that remain of a row when one of its pairs has been tested successfully: its subpatterns take its place. */
export function refine(row: Row, pair: Pair): Row[] {
  const rest: Part = { pairs: row.pairs.filter((p) => p !== pair), bindings: row.bindings };
  return product([rest], inside(pair.pat, pair.place)).map((part) => ({ pairs: part.pairs, bindings: part.bindings, arm: row.arm }));
}

function flatten(pat: tree.Pat, place: Place): Part[] {
  switch (pat.kind) {
    case 'wild':
      return [EMPTY];
    case 'bind': {
      const own: Part = { pairs: [], bindings: [{ local: pat.local, mode: pat.mode, place, span: pat.span }] };
      return pat.sub === null ? [own] : product([own], flatten(pat.sub, place));
    }
    case 'const': case 'range':
      return [{ pairs: [{ place, key: placeKey(place), pat }], bindings: [] }];
    case 'variant':
      if (pat.adt.isEnum && pat.adt.variants.length > 1) return [{ pairs: [{ place, key: placeKey(place), pat }], bindings: [] }];
      return inside(pat, place);
    case 'tuple':
      return all(pat.elements.map((element, index) => flatten(element, projected(place, { kind: 'field', index, ty: element.ty }))));
    case 'deref':
      return flatten(pat.inner, projected(place, { kind: 'deref', ty: pat.inner.ty }));
    case 'slice':
      if (pat.ty.kind === 'array' || (pat.rest !== null && pat.prefix.length + pat.suffix.length === 0)) return inside(pat, place);
      return [{ pairs: [{ place, key: placeKey(place), pat }], bindings: [] }];
    case 'or':
      return pat.alternatives.flatMap((alternative) => flatten(alternative, place));
    case 'error':
      return bug('a pattern with mistakes reached MIR');
    default:
      return unreachable(pat);
  }
}

/** What is left to match inside of a place whose own test has succeeded. */
function inside(pat: Pair['pat'], place: Place): Part[] {
  switch (pat.kind) {
    case 'const': case 'range':
      return [EMPTY];
    case 'variant': {
      const base = pat.adt.isEnum ? projected(place, { kind: 'variant', index: pat.variant, ty: pat.ty }) : place;
      return all(pat.fields.map((f) => flatten(f.pat, projected(base, { kind: 'field', index: f.index, ty: f.pat.ty }))));
    }
    case 'slice': {
      const length = pat.ty.kind === 'array' && pat.ty.length.kind === 'const' ? Number(pat.ty.length.value) : null;
      const prefix = pat.prefix.map((p, offset) => flatten(p, projected(place, { kind: 'constIndex', offset, fromEnd: false, ty: p.ty })));
      const rest = pat.rest === null ? [] : [flatten(pat.rest, projected(place, { kind: 'subslice', from: pat.prefix.length, to: pat.suffix.length, ty: pat.rest.ty }))];
      const suffix = pat.suffix.map((p, i) => {
        // In an array of known length each element has one spelling, counted from the start.
        const back = pat.suffix.length - i;
        const proj = length === null ? { offset: back, fromEnd: true } : { offset: length - back, fromEnd: false };
        return flatten(p, projected(place, { kind: 'constIndex', ...proj, ty: p.ty }));
      });
      return all([...prefix, ...rest, ...suffix]);
    }
    default:
      return unreachable(pat);
  }
}

/** The variables that a pattern binds, each once, in order. */
export function patternLocals(pat: tree.Pat): LocalVar[] {
  const out = new Set<LocalVar>();
  const walk = (p: tree.Pat): void => {
    switch (p.kind) {
      case 'wild': case 'const': case 'range': case 'error':
        break;
      case 'bind':
        out.add(p.local);
        if (p.sub !== null) walk(p.sub);
        break;
      case 'variant':
        for (const f of p.fields) walk(f.pat);
        break;
      case 'tuple':
        p.elements.forEach(walk);
        break;
      case 'deref':
        walk(p.inner);
        break;
      case 'slice':
        [...p.prefix, ...(p.rest === null ? [] : [p.rest]), ...p.suffix].forEach(walk);
        break;
      case 'or':
        p.alternatives.forEach(walk);
        break;
      default:
        unreachable(p);
    }
  };
  walk(pat);
  return [...out];
}
