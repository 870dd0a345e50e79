/**
 * Sizes, alignments and field offsets of concrete types, on the 64-bit little-endian machines that are supported.
 * Consumed by the interpreter and by C emission, which writes C structs in this order and checks the offsets with static asserts.
 * Rules: fields of structs, tuples and closures stand by falling alignment (stable, so equal ones keep the order of the text);
 * fields of the variants of a tagged enum follow the tag by rising alignment. An enum whose variants but one have no data lives
 * in values that a field of that one can never have (a null reference, the Bool 2): a niche. What is left of the niche serves an enum around it.
 * Holds: a memo table by type id.
 */
import { bug, unreachable } from '../../base/index.ts';
import type { Ty } from '../../types/index.ts';
import type { TypeFacts } from './type-facts.ts';

interface LayoutBase {
  readonly sizeBytes: number;
  /** A power of two; the size is a multiple of it. */
  readonly alignBytes: number;
  /** Values that the bytes at one place can never have. */
  readonly niche: Niche | null;
}

export type Layout =
  /** Ints, floats, Bool (one byte, 0 or 1), Rune (four bytes), thin references, boxes and pointers. */
  | (LayoutBase & { readonly kind: 'scalar' })
  /** Two words: a pointer, then a length or the address of a table. FnTy: the environment, then the table. */
  | (LayoutBase & { readonly kind: 'fat'; readonly meta: 'length' | 'table' })
  /** Structs, tuples, closure environments; function items are the empty one. */
  | (LayoutBase & { readonly kind: 'struct'; readonly fields: StructLayout })
  | (LayoutBase & { readonly kind: 'array'; readonly element: Ty; readonly count: number; readonly strideBytes: number })
  | (LayoutBase & { readonly kind: 'enum'; readonly enum: EnumLayout })
  /** No values; takes no room. */
  | (LayoutBase & { readonly kind: 'never' });

export interface StructLayout {
  readonly sizeBytes: number;
  readonly alignBytes: number;
  /** By field index, from the start of the whole value (for a variant: of the enum). */
  readonly offsets: readonly number[];
  /** Field indices in the order in which they stand in memory; fields of size 0 included, at the offset given. */
  readonly order: readonly number[];
}

export type EnumLayout =
  /** One variant (or none): no tag. */
  | { readonly repr: 'single'; readonly variants: readonly StructLayout[] }
  /** An unsigned tag holds the variant's index. */
  | { readonly repr: 'tag'; readonly tagBits: 8 | 16 | 32; readonly tagOffset: number; readonly variants: readonly StructLayout[] }
  /**
   * An unsigned integer of `bits` (for a pointer: 64) at `offset` tells: `values[v]` means variant v; any other value is the data variant (whose entry is null).
   * The other variants have only fields of size 0.
   */
  | {
      readonly repr: 'niche';
      readonly dataVariant: number;
      readonly offset: number;
      readonly bits: 8 | 16 | 32 | 64;
      /** The integer is a pointer: it may be kept as one. Its niche value is 0. */
      readonly pointer: boolean;
      readonly values: readonly (bigint | null)[];
      readonly variants: readonly StructLayout[];
    };

/** `count` values from `start` on, of the unsigned integer at `offset`, never occur. */
export interface Niche {
  readonly offset: number;
  readonly bits: 8 | 16 | 32 | 64;
  readonly pointer: boolean;
  readonly start: bigint;
  readonly count: bigint;
}

const NULL_NICHE: Niche = { offset: 0, bits: 64, pointer: true, start: 0n, count: 1n };
const TABLE_NICHE: Niche = { offset: 8, bits: 64, pointer: true, start: 0n, count: 1n };
const BOOL_NICHE: Niche = { offset: 0, bits: 8, pointer: false, start: 2n, count: 254n };
const RUNE_NICHE: Niche = { offset: 0, bits: 32, pointer: false, start: 0x110000n, count: 0xffff_ffffn - 0x110000n };

function alignUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Whether a pointer to this type takes two words. */
export function isUnsized(ty: Ty): boolean {
  return ty.kind === 'str' || ty.kind === 'slice' || ty.kind === 'dyn';
}

export class Layouts {
  private readonly facts: TypeFacts;
  private readonly table = new Map<number, Layout>();
  private readonly open = new Set<number>();

  constructor(facts: TypeFacts) {
    this.facts = facts;
  }

  /** The layout of a sized type without parameters. */
  of(ty: Ty): Layout {
    const known = this.table.get(ty.id);
    if (known !== undefined) return known;
    if (this.open.has(ty.id)) bug('a type holds itself without indirection');
    this.open.add(ty.id);
    const made = this.compute(ty);
    this.open.delete(ty.id);
    this.table.set(ty.id, made);
    return made;
  }

  private compute(ty: Ty): Layout {
    switch (ty.kind) {
      case 'int': case 'float':
        return { kind: 'scalar', sizeBytes: ty.bits / 8, alignBytes: ty.bits / 8, niche: null };
      case 'bool':
        return { kind: 'scalar', sizeBytes: 1, alignBytes: 1, niche: BOOL_NICHE };
      case 'rune':
        return { kind: 'scalar', sizeBytes: 4, alignBytes: 4, niche: RUNE_NICHE };
      case 'never':
        return { kind: 'never', sizeBytes: 0, alignBytes: 1, niche: null };
      case 'ref': case 'box': case 'ptr': {
        const niche = ty.kind === 'ptr' ? null : NULL_NICHE;
        if (!isUnsized(ty.target)) return { kind: 'scalar', sizeBytes: 8, alignBytes: 8, niche };
        return { kind: 'fat', sizeBytes: 16, alignBytes: 8, niche, meta: ty.target.kind === 'dyn' ? 'table' : 'length' };
      }
      case 'fn':
        return { kind: 'fat', sizeBytes: 16, alignBytes: 8, niche: TABLE_NICHE, meta: 'table' };
      case 'tuple': case 'closure':
        return this.struct(this.facts.fields(ty)[0]!);
      case 'fnItem':
        return this.struct([]);
      case 'adt':
        return ty.decl.isEnum ? this.enumeration(this.facts.fields(ty)) : this.struct(this.facts.fields(ty)[0]!);
      case 'array': {
        const element = this.of(ty.element);
        const count = ty.length.kind === 'const' ? Number(ty.length.value) : bug('the length of an array is not known');
        return {
          kind: 'array', sizeBytes: element.sizeBytes * count, alignBytes: element.alignBytes, niche: null,
          element: ty.element, count, strideBytes: element.sizeBytes,
        };
      }
      case 'str': case 'slice': case 'dyn':
        return bug(`${ty.kind} has no size of its own`);
      case 'param': case 'projection': case 'const': case 'infer': case 'poison':
        return bug(`no layout for a type of kind ${ty.kind}`);
      default:
        return unreachable(ty);
    }
  }

  private struct(fields: readonly Ty[]): Layout {
    const layout = this.place(fields, 0, 1, 'falling');
    return { kind: 'struct', sizeBytes: layout.sizeBytes, alignBytes: layout.alignBytes, niche: this.bestNiche(fields, layout), fields: layout };
  }

  /** Places fields after the first `start` bytes. */
  private place(fields: readonly Ty[], start: number, minAlign: number, by: 'falling' | 'rising'): StructLayout {
    const layouts = fields.map((field) => this.of(field));
    const order = fields.map((_, index) => index);
    const sign = by === 'falling' ? -1 : 1;
    order.sort((a, b) => sign * (layouts[a]!.alignBytes - layouts[b]!.alignBytes) || a - b);
    const offsets = new Array<number>(fields.length).fill(0);
    let at = start;
    let alignBytes = minAlign;
    for (const index of order) {
      const field = layouts[index]!;
      at = alignUp(at, field.alignBytes);
      offsets[index] = at;
      at += field.sizeBytes;
      alignBytes = Math.max(alignBytes, field.alignBytes);
    }
    return { sizeBytes: alignUp(at, alignBytes), alignBytes, offsets, order };
  }

  /** The largest niche among the fields. */
  private bestNiche(fields: readonly Ty[], layout: StructLayout): Niche | null {
    let best: Niche | null = null;
    fields.forEach((field, index) => {
      const niche = this.of(field).niche;
      if (niche !== null && (best === null || niche.count > best.count)) best = { ...niche, offset: niche.offset + layout.offsets[index]! };
    });
    return best;
  }

  private enumeration(variants: readonly (readonly Ty[])[]): Layout {
    if (variants.length === 0) return { kind: 'enum', sizeBytes: 0, alignBytes: 1, niche: null, enum: { repr: 'single', variants: [] } };
    if (variants.length === 1) {
      const layout = this.place(variants[0]!, 0, 1, 'falling');
      return {
        kind: 'enum', sizeBytes: layout.sizeBytes, alignBytes: layout.alignBytes, niche: this.bestNiche(variants[0]!, layout),
        enum: { repr: 'single', variants: [layout] },
      };
    }
    return this.nicheEnum(variants) ?? this.tagEnum(variants);
  }

  private nicheEnum(variants: readonly (readonly Ty[])[]): Layout | null {
    const withData = variants.flatMap((fields, index) => (fields.some((field) => this.of(field).sizeBytes > 0) ? [index] : []));
    if (withData.length !== 1) return null;
    const dataVariant = withData[0]!;
    const data = this.place(variants[dataVariant]!, 0, 1, 'falling');
    const niche = this.bestNiche(variants[dataVariant]!, data);
    const needed = BigInt(variants.length - 1);
    if (niche === null || niche.count < needed) return null;
    let next = niche.start;
    const values = variants.map((_, index) => (index === dataVariant ? null : next++));
    let alignBytes = data.alignBytes;
    const layouts = variants.map((fields, index) => {
      if (index === dataVariant) return data;
      const layout = this.place(fields, 0, 1, 'falling');
      alignBytes = Math.max(alignBytes, layout.alignBytes);
      return layout;
    });
    const rest: Niche = { ...niche, start: next, count: niche.count - needed };
    return {
      kind: 'enum', sizeBytes: alignUp(data.sizeBytes, alignBytes), alignBytes, niche: rest.count > 0n ? rest : null,
      enum: { repr: 'niche', dataVariant, offset: niche.offset, bits: niche.bits, pointer: niche.pointer, values, variants: layouts },
    };
  }

  private tagEnum(variants: readonly (readonly Ty[])[]): Layout {
    const tagBits = variants.length <= 256 ? 8 : variants.length <= 65536 ? 16 : 32;
    const tagBytes = tagBits / 8;
    const layouts = variants.map((fields) => this.place(fields, tagBytes, tagBytes, 'rising'));
    const alignBytes = layouts.reduce((max, layout) => Math.max(max, layout.alignBytes), tagBytes);
    const sizeBytes = layouts.reduce((max, layout) => Math.max(max, alignUp(layout.sizeBytes, alignBytes)), tagBytes);
    const start = BigInt(variants.length);
    const count = (1n << BigInt(tagBits)) - start;
    return {
      kind: 'enum', sizeBytes, alignBytes, niche: count > 0n ? { offset: 0, bits: tagBits, pointer: false, start, count } : null,
      enum: { repr: 'tag', tagBits, tagOffset: 0, variants: layouts },
    };
  }
}
