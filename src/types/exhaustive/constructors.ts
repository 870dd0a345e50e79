/**
 * Constructors of patterns: what the head of a pattern says about a value, and how the values of a type divide into constructors.
 * Consumes: types and typed patterns. Produces: Head (of a pattern) and Ctor (one class of values that the patterns at hand cannot tell apart).
 * Source: Maranget's "Warnings for pattern matching", with ranges split as in rustc's `usefulness`.
 */
import type { AdtDecl, VariantDecl } from '../program.ts';
import type { Literal, Pat } from '../tree.ts';
import { subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';

/** A class of values. `open` stands for all values that no pattern of the column names. */
export type Ctor =
  | { readonly kind: 'variant'; readonly adt: AdtDecl; readonly index: number }
  | { readonly kind: 'tuple'; readonly arity: number }
  | { readonly kind: 'deref' }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Inclusive. */
  | { readonly kind: 'range'; readonly lo: bigint; readonly hi: bigint }
  /** A string or float constant, or a range of floats, by a key: nothing is known of it but equality. */
  | { readonly kind: 'opaque'; readonly key: string }
  /** `length` elements; or that many or more, told apart at both ends only. */
  | { readonly kind: 'slice'; readonly prefix: number; readonly suffix: number; readonly open: boolean }
  | { readonly kind: 'open' };

/** The head of a pattern that is not a wildcard, with its parts. */
export type Head = { readonly ctor: Ctor; readonly parts: readonly Pat[] };

/** Patterns that match everything and hold nothing: bindings without a sub-pattern too. */
export function peel(pat: Pat): Pat | null {
  let at = pat;
  while (at.kind === 'bind') {
    if (at.sub === null) return null;
    at = at.sub;
  }
  return at.kind === 'wild' || at.kind === 'error' ? null : at;
}

const RUNE_MAX = 0x10ffffn;
/** Scalar values are what is left of the code points when the surrogates are taken out. */
const RUNE_RANGES: readonly (readonly [bigint, bigint])[] = [[0n, 0xd7ffn], [0xe000n, RUNE_MAX]];

/** The values of an integer-like type as inclusive ranges; null for types that are not so divided. */
export function rangesOf(ty: Ty): readonly (readonly [bigint, bigint])[] | null {
  if (ty.kind === 'rune') return RUNE_RANGES;
  if (ty.kind !== 'int') return null;
  const bits = BigInt(ty.bits);
  return ty.signed ? [[-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]] : [[0n, (1n << bits) - 1n]];
}

function integerOf(literal: Literal): bigint | null {
  return literal.kind === 'int' ? literal.value : literal.kind === 'rune' ? BigInt(literal.value) : null;
}

function opaqueKey(literal: Literal): string {
  switch (literal.kind) {
    case 'string':
      return `s${literal.value}`;
    case 'float':
      return `f${Object.is(literal.value, -0) ? '0' : literal.value}`;
    default:
      return `${literal.kind}${literal.kind === 'unit' ? '' : literal.value}`;
  }
}

/** The head of a peeled pattern that is no or-pattern. A null part is a wildcard of no known type. */
export function headOf(pat: Pat): { readonly ctor: Ctor; readonly parts: readonly (Pat | null)[] } {
  switch (pat.kind) {
    case 'const': {
      const { value } = pat;
      if (value.kind === 'bool') return { ctor: { kind: 'bool', value: value.value }, parts: [] };
      if (value.kind === 'unit') return { ctor: { kind: 'tuple', arity: 0 }, parts: [] };
      const integer = integerOf(value);
      if (integer !== null) return { ctor: { kind: 'range', lo: integer, hi: integer }, parts: [] };
      // Bytes are a slice of that length: `b"PUT"` and `[b'P', ..]` stand in one match.
      if (value.kind === 'bytes') {
        const parts = Array.from(value.value, (byte): Pat => ({ kind: 'const', value: { kind: 'int', value: BigInt(byte) }, ty: tys.uint8, span: pat.span }));
        return { ctor: { kind: 'slice', prefix: parts.length, suffix: 0, open: false }, parts };
      }
      return { ctor: { kind: 'opaque', key: opaqueKey(value) }, parts: [] };
    }
    case 'range': {
      const whole = rangesOf(pat.ty);
      if (whole === null) {
        const end = (literal: Literal | null): string => (literal === null ? '' : opaqueKey(literal));
        return { ctor: { kind: 'opaque', key: `r${end(pat.lo)}${pat.exclusiveEnd ? '..' : '..='}${end(pat.hi)}` }, parts: [] };
      }
      const lo = pat.lo === null ? whole[0]![0] : integerOf(pat.lo)!;
      const hi = pat.hi === null ? whole.at(-1)![1] : integerOf(pat.hi)! - (pat.exclusiveEnd ? 1n : 0n);
      return { ctor: { kind: 'range', lo, hi }, parts: [] };
    }
    case 'variant': {
      const variant = pat.adt.variants[pat.variant]!;
      const parts: (Pat | null)[] = variant.fields.map(() => null);
      for (const field of pat.fields) parts[field.index] = field.pat;
      return { ctor: { kind: 'variant', adt: pat.adt, index: pat.variant }, parts };
    }
    case 'tuple':
      return { ctor: { kind: 'tuple', arity: pat.elements.length }, parts: pat.elements };
    case 'deref':
      return { ctor: { kind: 'deref' }, parts: [pat.inner] };
    case 'slice':
      return {
        ctor: { kind: 'slice', prefix: pat.prefix.length, suffix: pat.suffix.length, open: pat.rest !== null },
        parts: [...pat.prefix, ...pat.suffix],
      };
    case 'wild': case 'bind': case 'or': case 'error':
      return { ctor: { kind: 'open' }, parts: [] };
  }
}

/** How many values a constructor holds inside. */
export function arityOf(ctor: Ctor): number {
  switch (ctor.kind) {
    case 'variant':
      return ctor.adt.variants[ctor.index]!.fields.length;
    case 'tuple':
      return ctor.arity;
    case 'deref':
      return 1;
    case 'slice':
      return ctor.prefix + ctor.suffix;
    default:
      return 0;
  }
}

export type Normalize = (ty: Ty) => Ty;

/** The types of what a constructor of this type holds. */
export function partTypes(ctor: Ctor, ty: Ty, normalize: Normalize): readonly Ty[] {
  switch (ctor.kind) {
    case 'variant': {
      const args = ty.kind === 'adt' ? ty.args : [];
      const fields = ctor.adt.variants[ctor.index]!.fields;
      return fields.map((field) => (args.length < ctor.adt.generics.total ? tys.poison : normalize(subst(field.ty, args))));
    }
    case 'tuple':
      return ty.kind === 'tuple' ? ty.elements : new Array<Ty>(ctor.arity).fill(tys.poison);
    case 'deref':
      return [ty.kind === 'ref' || ty.kind === 'box' || ty.kind === 'ptr' ? ty.target : tys.poison];
    case 'slice':
      return new Array<Ty>(arityOf(ctor)).fill(ty.kind === 'slice' || ty.kind === 'array' ? ty.element : tys.poison);
    default:
      return [];
  }
}

/** Whether a type has no values at all, as far as its variants and fields show. Recursion through the type itself counts as "has values". */
export function isEmptyType(ty: Ty, normalize: Normalize, around: readonly Ty[] = []): boolean {
  switch (ty.kind) {
    case 'never':
      return true;
    case 'tuple':
      return ty.elements.some((element) => isEmptyType(element, normalize, around));
    case 'array':
      return ty.length.kind === 'const' && ty.length.value > 0n && isEmptyType(ty.element, normalize, around);
    case 'adt': {
      if (around.length > 8 || around.includes(ty)) return false;
      const inner = [...around, ty];
      return ty.decl.variants.every((variant) => isEmptyVariant(variant, ty.args, normalize, inner));
    }
    default:
      return false;
  }
}

export function isEmptyVariant(variant: VariantDecl, args: readonly Ty[], normalize: Normalize, around: readonly Ty[]): boolean {
  return variant.fields.some((field) => isEmptyType(normalize(subst(field.ty, args)), normalize, around));
}
