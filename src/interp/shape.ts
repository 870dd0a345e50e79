/**
 * How a value of each type is held by translated code: as leaves (JavaScript variables, one for each scalar in it) or in memory.
 * Consumes: concrete types and their layouts. Produces: a Shape for each type. Holds: a memo table by type id.
 * A type of few scalars and no array is held as leaves wherever its address is not taken; an enum's leaves are the index of
 * its live variant, then those of all its variants' fields one after another (leaves of variants that are not live are undefined).
 * In memory a value always has its layout, so that references, `bits` casts and the C back end mean the same bytes.
 */
import { bug, unreachable } from '../base/index.ts';
import type { EnumLayout, MonoProgram, StructLayout } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';

/** `ref`: a pointer that is never null. `tag`: the variant index of an enum. `table`: of a `dyn` or fn value. */
export type Scalar =
  | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'bool' | 'rune' | 'ptr' | 'ref' | 'table' | 'tag';

interface ShapeBase {
  readonly size: number;
  readonly align: number;
  /** Scalars in it; only for shapes that are not `inMemory`. */
  readonly leaves: readonly Scalar[];
  readonly inMemory: boolean;
}

export interface FieldShape {
  readonly offset: number;
  readonly shape: Shape;
  /** Index of its first leaf. */
  readonly leaf: number;
}

export type Shape =
  | (ShapeBase & { readonly kind: 'scalar'; readonly scalar: Scalar })
  /** Leaf 0 at offset 0, leaf 1 at offset 8. */
  | (ShapeBase & { readonly kind: 'fat'; readonly first: Scalar; readonly meta: 'u64' | 'table' })
  | (ShapeBase & { readonly kind: 'struct'; readonly fields: readonly FieldShape[] })
  | (ShapeBase & { readonly kind: 'enum'; readonly name: string; readonly layout: EnumLayout; readonly variants: readonly (readonly FieldShape[])[] })
  | (ShapeBase & { readonly kind: 'array'; readonly element: Shape; readonly count: number })
  | (ShapeBase & { readonly kind: 'never' });

/** More scalars than this are not worth variables. */
const MAX_LEAVES = 10;

export class Shapes {
  private readonly program: MonoProgram;
  private readonly table = new Map<number, Shape>();
  private readonly byId: Shape[] = [];
  private readonly ids = new Map<Shape, number>();

  constructor(program: MonoProgram) {
    this.program = program;
  }

  of(ty: Ty): Shape {
    const known = this.table.get(ty.id);
    if (known !== undefined) return known;
    const made = this.make(ty);
    this.table.set(ty.id, made);
    return made;
  }

  /** A number by which translated code names a shape. */
  idOf(shape: Shape): number {
    let id = this.ids.get(shape);
    if (id === undefined) {
      id = this.byId.length;
      this.byId.push(shape);
      this.ids.set(shape, id);
    }
    return id;
  }

  get(id: number): Shape {
    return this.byId[id] ?? bug(`no shape ${id}`);
  }

  /** The distance between elements of a slice, or 1 for text. */
  stride(target: Ty): number {
    if (target.kind === 'str') return 1;
    if (target.kind === 'slice' || target.kind === 'array') return this.of(target.element).size;
    return bug(`a type of kind ${target.kind} has no elements`);
  }

  private make(ty: Ty): Shape {
    const layout = this.program.layouts.of(ty);
    const size = layout.sizeBytes;
    const align = layout.alignBytes;
    switch (layout.kind) {
      case 'scalar': {
        const scalar = scalarOf(ty);
        return { kind: 'scalar', size, align, leaves: [scalar], inMemory: false, scalar };
      }
      case 'fat': {
        const first: Scalar = ty.kind === 'ptr' ? 'ptr' : 'ref';
        const meta = layout.meta === 'length' ? 'u64' : 'table';
        return { kind: 'fat', size, align, leaves: [first, meta], inMemory: false, first, meta };
      }
      case 'struct': {
        const fields = this.fields(this.fieldTypes(ty)[0] ?? [], layout.fields, 0);
        const leaves = leavesOf(fields);
        return { kind: 'struct', size, align, leaves: leaves ?? [], inMemory: leaves === null, fields };
      }
      case 'array': {
        return { kind: 'array', size, align, leaves: [], inMemory: size > 0, element: this.of(layout.element), count: layout.count };
      }
      case 'enum': {
        const leaves: Scalar[] = ['tag'];
        let inMemory = false;
        const variants = layout.enum.variants.map((variant, index) => {
          const fields = this.fields(this.fieldTypes(ty)[index]!, variant, leaves.length);
          const own = leavesOf(fields);
          if (own === null) inMemory = true;
          else leaves.push(...own);
          return fields;
        });
        if (leaves.length > MAX_LEAVES) inMemory = true;
        const name = ty.kind === 'adt' ? ty.decl.name : 'enum';
        return { kind: 'enum', size, align, leaves: inMemory ? [] : leaves, inMemory, layout: layout.enum, variants, name };
      }
      case 'never':
        return { kind: 'never', size, align, leaves: [], inMemory: false };
      default:
        return unreachable(layout);
    }
  }

  private fieldTypes(ty: Ty): readonly (readonly Ty[])[] {
    return ty.kind === 'fnItem' ? [[]] : this.program.fields(ty);
  }

  private fields(types: readonly Ty[], layout: StructLayout, firstLeaf: number): FieldShape[] {
    let leaf = firstLeaf;
    return types.map((ty, index) => {
      const shape = this.of(ty);
      const field = { offset: layout.offsets[index]!, shape, leaf };
      leaf += shape.leaves.length;
      return field;
    });
  }
}

/** Null: too many, or a field lives in memory. */
function leavesOf(fields: readonly FieldShape[]): Scalar[] | null {
  const leaves: Scalar[] = [];
  for (const field of fields) {
    if (field.shape.inMemory) return null;
    leaves.push(...field.shape.leaves);
  }
  return leaves.length > MAX_LEAVES ? null : leaves;
}

function scalarOf(ty: Ty): Scalar {
  switch (ty.kind) {
    case 'int':
      return `${ty.signed ? 'i' : 'u'}${ty.bits}`;
    case 'float':
      return ty.bits === 32 ? 'f32' : 'f64';
    case 'bool':
      return 'bool';
    case 'rune':
      return 'rune';
    case 'ref':
    case 'box':
      return 'ref';
    case 'ptr':
      return 'ptr';
    default:
      return bug(`a type of kind ${ty.kind} is not a scalar`);
  }
}

/** Bytes of a scalar in memory; a tag has no size of its own. */
export function scalarSize(scalar: Scalar): 1 | 2 | 4 | 8 {
  switch (scalar) {
    case 'i8': case 'u8': case 'bool':
      return 1;
    case 'i16': case 'u16':
      return 2;
    case 'i32': case 'u32': case 'f32': case 'rune':
      return 4;
    case 'i64': case 'u64': case 'f64': case 'ptr': case 'ref': case 'table':
      return 8;
    case 'tag':
      return bug('the size of a tag depends on its enum');
    default:
      return unreachable(scalar);
  }
}

/** Whether a move out of a place may leave the bytes as they are: types that are Copy whatever the program says. */
export function isPlainCopy(ty: Ty): boolean {
  switch (ty.kind) {
    case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'ptr': case 'fnItem': case 'str':
      return true;
    case 'ref':
      return !ty.mutable;
    case 'tuple':
      return ty.elements.every(isPlainCopy);
    case 'array':
      return isPlainCopy(ty.element);
    default:
      return false;
  }
}
