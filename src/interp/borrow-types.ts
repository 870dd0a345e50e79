/**
 * What the memory that follows borrows has to know of types: sizes, what changes behind shared references, what a value owns on the heap.
 * Consumes: the types of references in translated code, by number. Produces: answers. Holds: memo tables.
 * A value owns the content of a Box, the captures of a function value, and the block behind a raw pointer in a struct of std that has a
 * destructor and is no view: a list, a string, a map. Counted pointers and cells (`@interior`) are shared by nature and count for nothing.
 */
import { bug } from '../base/index.ts';
import type { MonoProgram, VTable } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';
import type { BorrowTypes, Extent } from './borrow-memory.ts';
import { TABLE_BASE } from './memory.ts';
import type { Shape, Shapes } from './shape.ts';

/** Blocks that one use of a container looks at. A container beyond that is followed in part. */
const MAX_BLOCKS = 64;
/** Elements of one block, for what they own in turn. */
const MAX_ELEMENTS = 16;

/** The view of memory that following a value needs. */
export interface OwnedMemory {
  /** The size of the heap block that begins at a pointer's address, 0 if none does. */
  blockSize(p: number): number;
  isInit(a: number, size: number): boolean;
  getPointer(a: number): number;
}

type Block = (pointer: number, size: number) => void;
/** Looks at the value of one type at an address. */
type Walk = (address: number, visit: (pointer: number, target: Ty | null) => void) => void;

export class BorrowTypeTable implements BorrowTypes {
  private readonly program: MonoProgram;
  private readonly shapes: Shapes;
  private readonly tables: readonly VTable[];
  private readonly list: Ty[] = [];
  private readonly ids = new Map<Ty, number>();
  private readonly cellTable = new Map<Ty, readonly Extent[]>();
  private readonly walks = new Map<Ty, Walk | null>();
  memory: OwnedMemory | null = null;
  /** Reads the variant of an enum that lies at an address. */
  variantAt: ((shape: Extract<Shape, { kind: 'enum' }>, a: number) => number) | null = null;

  constructor(program: MonoProgram, shapes: Shapes, tables: readonly VTable[]) {
    this.program = program;
    this.shapes = shapes;
    this.tables = tables;
  }

  /** The number by which translated code names the type of a referent. */
  idOf(ty: Ty): number {
    let id = this.ids.get(ty);
    if (id === undefined) {
      id = this.list.length;
      this.list.push(ty);
      this.ids.set(ty, id);
    }
    return id;
  }

  private sized(type: number, meta: number): Ty {
    const ty = this.list[type] ?? bug(`no type ${type}`);
    return ty.kind === 'dyn' ? (this.tables[(meta - TABLE_BASE) / 16]?.self ?? ty) : ty;
  }

  size(type: number, meta: number): number {
    const ty = this.sized(type, meta);
    switch (ty.kind) {
      case 'str':
        return meta;
      case 'slice':
        return meta * this.shapes.of(ty.element).size;
      case 'dyn':
        return 0;
      default:
        return this.shapes.of(ty).size;
    }
  }

  align(type: number): number {
    const ty = this.list[type] ?? bug(`no type ${type}`);
    if (ty.kind === 'str' || ty.kind === 'dyn') return 1;
    return this.shapes.of(ty.kind === 'slice' ? ty.element : ty).align;
  }

  // -------------------------------------------------------------- cells

  cells(type: number, meta: number): readonly Extent[] {
    const ty = this.sized(type, meta);
    if (ty.kind === 'str' || ty.kind === 'dyn') return [];
    return ty.kind === 'slice' ? this.repeated(ty.element, meta) : this.cellsOf(ty);
  }

  private repeated(element: Ty, count: number): readonly Extent[] {
    const one = this.cellsOf(element);
    if (one.length === 0) return one;
    const { size } = this.shapes.of(element);
    return Array.from({ length: count }, (_, i) => one.map(({ from, to }) => ({ from: from + i * size, to: to + i * size }))).flat();
  }

  private cellsOf(ty: Ty): readonly Extent[] {
    const known = this.cellTable.get(ty);
    if (known !== undefined) return known;
    this.cellTable.set(ty, []);
    const made = this.findCells(ty, this.shapes.of(ty));
    this.cellTable.set(ty, made);
    return made;
  }

  private findCells(ty: Ty, shape: Shape): readonly Extent[] {
    if (shape.size === 0) return [];
    if (ty.kind === 'adt' && ty.decl.interior) return [{ from: 0, to: shape.size }];
    if (shape.kind === 'array' && ty.kind === 'array') return this.repeated(ty.element, shape.count);
    if (shape.kind === 'struct') {
      const fields = this.program.fields(ty)[0] ?? [];
      return shape.fields
        .flatMap(({ offset }, i) => this.cellsOf(fields[i]!).map(({ from, to }) => ({ from: from + offset, to: to + offset })))
        .sort((a, b) => a.from - b.from);
    }
    // Which variant lives is not known beforehand: an enum with a cell in it counts as one.
    if (shape.kind === 'enum' && this.program.fields(ty).some((fields) => fields.some((field) => this.cellsOf(field).length > 0))) {
      return [{ from: 0, to: shape.size }];
    }
    return [];
  }

  // -------------------------------------------------------------- what values own

  /** Whether a value of this type may own something on the heap. */
  owns(ty: Ty): boolean {
    if (ty.kind === 'str' || ty.kind === 'dyn') return false;
    return this.walkOf(ty.kind === 'slice' ? ty.element : ty) !== null;
  }

  owned(type: number, meta: number, address: number, block: Block): void {
    const ty = this.sized(type, meta);
    if (ty.kind === 'str' || ty.kind === 'dyn') return;
    const memory = this.memory ?? bug('no memory');
    let left = MAX_BLOCKS;
    const follow = (of: Ty, at: number, count: number): void => {
      const walk = this.walkOf(of);
      if (walk === null) return;
      const { size } = this.shapes.of(of);
      for (let i = 0; i < Math.min(count, MAX_ELEMENTS); i++) {
        walk(at + i * size, (pointer, target) => {
          const bytes = memory.blockSize(pointer);
          if (bytes === 0 || left-- <= 0) return;
          block(pointer, bytes);
          if (target === null || target.kind === 'dyn' || target.kind === 'str') return;
          const element = target.kind === 'slice' ? target.element : target;
          const stride = this.shapes.of(element).size;
          if (stride > 0) follow(element, pointer >>> 0, Math.floor(bytes / stride));
        });
      }
    };
    if (ty.kind === 'slice') follow(ty.element, address, meta);
    else follow(ty, address, 1);
  }

  private walkOf(ty: Ty): Walk | null {
    const known = this.walks.get(ty);
    if (known !== undefined) return known;
    // A type that holds itself does so through a pointer: the walk is looked up again when it is followed.
    this.walks.set(ty, null);
    const made = this.makeWalk(ty);
    this.walks.set(ty, made);
    return made;
  }

  private makeWalk(ty: Ty): Walk | null {
    if (ty.kind === 'box' || ty.kind === 'fn') {
      const target = ty.kind === 'box' ? ty.target : null;
      return (a, visit) => this.pointer(a, target, visit);
    }
    if (ty.kind !== 'adt' && ty.kind !== 'tuple' && ty.kind !== 'closure' && ty.kind !== 'array') return null;
    const shape = this.shapes.of(ty);
    if (shape.kind === 'array' && ty.kind === 'array') {
      const walk = this.walkOf(ty.element);
      const { element, count } = shape;
      return walk === null ? null : (a, visit) => {
        for (let i = 0; i < Math.min(count, MAX_ELEMENTS); i++) walk(a + i * element.size, visit);
      };
    }
    if (ty.kind === 'adt' && ty.decl.interior) return null;
    const types = this.program.fields(ty);
    if (shape.kind === 'struct') return this.walkFields(shape.fields.map(({ offset }) => offset), types[0] ?? [], this.isOwner(ty));
    if (shape.kind !== 'enum') return null;
    const variants = shape.variants.map((fields, i) => this.walkFields(fields.map(({ offset }) => offset), types[i]!, false));
    if (variants.every((walk) => walk === null)) return null;
    return (a, visit) => {
      const variant = this.variantOf(shape, a);
      if (variant !== null) variants[variant]?.(a, visit);
    };
  }

  private isOwner(ty: Ty): boolean {
    return ty.kind === 'adt' && ty.decl.module.isStd && !ty.decl.view && this.program.needsDrop(ty);
  }

  private walkFields(offsets: readonly number[], types: readonly Ty[], owner: boolean): Walk | null {
    const walks = types.map((ty): Walk | null => {
      if (owner && ty.kind === 'ptr') return (a, visit) => this.pointer(a, ty.target, visit);
      return this.walkOf(ty);
    });
    if (walks.every((walk) => walk === null)) return null;
    return (a, visit) => walks.forEach((walk, i) => walk?.(a + offsets[i]!, visit));
  }

  private pointer(a: number, target: Ty | null, visit: (pointer: number, target: Ty | null) => void): void {
    const memory = this.memory!;
    if (memory.isInit(a, 8)) visit(memory.getPointer(a), target);
  }

  private variantOf(shape: Extract<Shape, { kind: 'enum' }>, a: number): number | null {
    const { layout } = shape;
    const memory = this.memory!;
    if (layout.repr === 'single') return 0;
    const [offset, bits] = layout.repr === 'tag' ? [layout.tagOffset, layout.tagBits] : [layout.offset, layout.pointer ? 64 : layout.bits];
    return memory.isInit(a + offset, bits / 8) ? this.variantAt!(shape, a) : null;
  }
}
