/**
 * Places and operands of a body as JavaScript text: the lower half of the translator.
 * Consumes: places, operands and shapes. Produces: statements that load and store, and names of leaves.
 * Holds: the lines of the block under construction, and the number of temporaries so far.
 */
import { bug, unreachable } from '../base/index.ts';
import { placeTy } from '../mir/index.ts';
import type { Body, Instance, LocalId, Operand, Place } from '../mir/index.ts';
import type { Span } from '../source/index.ts';
import type { Ty } from '../types/index.ts';
import type { BorrowTypeTable } from './borrow-types.ts';
import { empties, planLocals } from './locals.ts';
import type { LocalPlan } from './locals.ts';
import type { FieldShape, Scalar, Shape, Shapes } from './shape.ts';
import { isPlainCopy } from './shape.ts';
import { addressText, floatLiteral, intLiteral, load, store } from './text.ts';
import type { Address } from './text.ts';

/** What a body needs to know of the program around it. */
export interface Surroundings {
  readonly shapes: Shapes;
  readonly instance: (id: number) => Instance;
  /** Index of a span in the machine's table. */
  span(span: Span): number;
  /** Names that hold the pointer and length of static text. */
  text(value: string): readonly [string, string];
  bytes(value: Uint8Array): readonly [string, string];
  /** The run-time address of a table. */
  table(from: Ty, to: Ty): string;
  /** The function's name, and a note that it must be translated too. */
  callee(id: number): string;
  /** The instance of `panicCurrent`. */
  readonly panicCurrent: number | null;
  dropGlue(ty: Ty): number | null;
  /** Marks the line as coming from this place, for reports of faults. */
  mark(instance: Instance, block: number, stmt: number, span: Span | null): number;
  readonly budget: boolean;
  /** Every reference gets a tag of its own; null: references are plain pointers. */
  readonly borrows: BorrowTypeTable | null;
}

/** A value ready for use: names or literals of its leaves, or the address where it lies (a pointer). */
export type Value =
  | { readonly kind: 'leaves'; readonly leaves: readonly string[] }
  | { readonly kind: 'memory'; readonly pointer: string; readonly moved: boolean };

type MemoryValue = Extract<Value, { kind: 'memory' }>;
type EnumShape = Extract<Shape, { kind: 'enum' }>;
type ElementProj = Extract<Place['proj'][number], { kind: 'index' | 'constIndex' | 'subslice' }>;

/** A place: leaves of a local in variables, or an address. */
export type Spot =
  | { readonly kind: 'leaf'; readonly local: LocalId; readonly leaf: number; readonly shape: Shape; readonly optional: boolean }
  | MemorySpot;

export interface MemorySpot {
  readonly kind: 'memory';
  readonly address: Address;
  /** The variable with the tag of the local; null where the address is a pointer already. */
  readonly tag: string | null;
  /** The length or table; null for a type with a size of its own. */
  readonly meta: string | null;
  readonly shape: Shape | null;
  readonly ty: Ty;
}

/** Text of places, loads and stores; statements and control are the business of the class that extends it. */
export class SpotTranslator {
  readonly around: Surroundings;
  protected readonly instance: Instance;
  protected readonly body: Body;
  protected readonly plan: LocalPlan;
  /** Offset in the frame of each local in memory. */
  protected readonly slots: number[] = [];
  protected lines: string[] = [];
  protected temps = 0;

  constructor(instance: Instance, around: Surroundings) {
    this.instance = instance;
    this.body = instance.body;
    this.around = around;
    this.isUserCode = isUserCode(instance.body);
    this.plan = planLocals(instance.body, around.shapes, (ty) => around.borrows !== null && around.borrows.owns(ty));
  }

  /** Code of std is trusted to know what its containers own. */
  protected readonly isUserCode: boolean;

  /** The variables of a local's leaves. */
  protected names(local: LocalId): string[] {
    const leaves = this.plan.shapes[local]!.leaves;
    return leaves.length === 1 ? [`v${local}`] : leaves.map((_, i) => `v${local}_${i}`);
  }

  line(text: string): void {
    this.lines.push(text);
  }

  temp(expression: string): string {
    if (/^[A-Za-z_]\w*$|^-?\d+n?$/.test(expression)) return expression;
    const name = `t${this.temps++}`;
    this.line(`const ${name} = ${expression};`);
    return name;
  }

  variable(): string {
    const name = `t${this.temps++}`;
    this.line(`let ${name};`);
    return name;
  }

  // -------------------------------------------------------------- places

  protected spot(place: Place): Spot {
    const { plan, body } = this;
    const id = place.local;
    let ty = body.locals[id]!.ty;
    let spot: Spot = plan.inMemory[id]
      ? { kind: 'memory', address: { base: 'fp', offset: this.slots[id]!, raw: true, followed: this.around.borrows !== null }, tag: `g${id}`, meta: null, shape: plan.shapes[id]!, ty }
      : { kind: 'leaf', local: id, leaf: 0, shape: plan.shapes[id]!, optional: false };
    let variant = -1;
    for (const proj of place.proj) {
      switch (proj.kind) {
        case 'variant':
          variant = proj.index;
          break;
        case 'field':
          spot = this.fieldSpot(spot, variant, proj.index, proj.ty);
          variant = -1;
          ty = proj.ty;
          break;
        case 'deref':
          spot = this.derefSpot(spot, ty, proj.ty);
          ty = proj.ty;
          break;
        case 'index':
        case 'constIndex':
        case 'subslice':
          spot = this.elementSpot(spot, ty, proj);
          ty = proj.ty;
          break;
        default:
          unreachable(proj);
      }
    }
    return spot;
  }

  protected fieldSpot(spot: Spot, variant: number, index: number, ty: Ty): Spot {
    const shape = spot.shape ?? bug('a field of a value without size');
    let fields: readonly FieldShape[];
    if (shape.kind === 'struct') fields = shape.fields;
    else if (shape.kind === 'enum') fields = shape.variants[variant] ?? bug(`a field of ${shape.name} without its variant`);
    else return bug(`a field of a ${shape.kind}`);
    const field = fields[index] ?? bug(`no field ${index}`);
    if (spot.kind === 'leaf') {
      return { kind: 'leaf', local: spot.local, leaf: spot.leaf + field.leaf, shape: field.shape, optional: spot.optional || shape.kind === 'enum' };
    }
    return { ...spot, address: { ...spot.address, offset: spot.address.offset + field.offset }, shape: field.shape, ty };
  }

  protected derefSpot(spot: Spot, ty: Ty, target: Ty): Spot {
    if (ty.kind !== 'ref' && ty.kind !== 'box' && ty.kind !== 'ptr') return bug(`a dereference of a ${ty.kind}`);
    const leaves = this.readSpot(spot);
    const unsized = leaves.length === 2;
    const address: Address = { base: this.temp(leaves[0]!), offset: 0, raw: false };
    const meta = unsized ? this.temp(leaves[1]!) : null;
    return { kind: 'memory', address, tag: null, meta, shape: unsized ? null : this.around.shapes.of(target), ty: target };
  }

  protected elementSpot(spot: Spot, ty: Ty, proj: ElementProj): Spot {
    if (spot.kind !== 'memory') return bug('an element of a value in variables');
    const length = this.lengthOf(spot, ty);
    const stride = this.around.shapes.stride(ty);
    switch (proj.kind) {
      case 'index': {
        const index = this.readLocal(proj.index)[0]!;
        const at = this.temp(`x.idx(${index}, ${length})`);
        const base = this.temp(`${addressText(spot.address)} + ${at}${stride === 1 ? '' : ` * ${stride}`}`);
        return { ...spot, address: { ...spot.address, base, offset: 0 }, meta: null, shape: this.around.shapes.of(proj.ty), ty: proj.ty };
      }
      case 'constIndex': {
        const at = this.temp(`x.idx(${proj.fromEnd ? `${length} - ${proj.offset}` : proj.offset}, ${length})`);
        const base = this.temp(`${addressText(spot.address)} + ${at} * ${stride}`);
        return { ...spot, address: { ...spot.address, base, offset: 0 }, meta: null, shape: this.around.shapes.of(proj.ty), ty: proj.ty };
      }
      case 'subslice': {
        const address: Address = { ...spot.address, offset: spot.address.offset + proj.from * stride };
        if (proj.ty.kind === 'array') return { ...spot, address, shape: this.around.shapes.of(proj.ty), ty: proj.ty, meta: null };
        const left = this.temp(`${length} - ${proj.from + proj.to}`);
        this.line(`if (${left} < 0) x.idx(-1, ${length});`);
        return { ...spot, address, meta: left, shape: null, ty: proj.ty };
      }
      default:
        return unreachable(proj);
    }
  }

  protected lengthOf(spot: Spot, ty: Ty): string {
    if (ty.kind === 'array') return ty.length.kind === 'const' ? String(ty.length.value) : bug('the length of an array is not known');
    if (spot.kind !== 'memory' || spot.meta === null) return bug(`the length of a ${ty.kind}`);
    return spot.meta;
  }

  /** A pointer to a place in memory. */
  protected pointerTo(spot: Spot): string {
    if (spot.kind !== 'memory') return bug('a pointer to a value in variables');
    const text = addressText(spot.address);
    return this.temp(spot.tag !== null && spot.address.raw ? `${text} + ${spot.tag}` : text);
  }

  protected readLocal(local: LocalId): string[] {
    return this.readSpot(this.spot({ local, proj: [] }));
  }

  /** The leaves of a leaf-held value at a place. */
  protected readSpot(spot: Spot): string[] {
    const shape = spot.shape ?? bug('a value without size is read');
    if (shape.inMemory) return bug('a value in memory has no leaves');
    if (spot.kind === 'memory') return this.loadLeaves(shape, spot.address);
    const names = this.names(spot.local).slice(spot.leaf, spot.leaf + shape.leaves.length);
    if (!this.plan.unsure[spot.local] && !spot.optional) return names;
    const certain = certainLeaves(shape);
    return names.map((name, i) => (certain[i] ? this.temp(`x.ck(${name})`) : name));
  }

  protected loadLeaves(shape: Shape, address: Address): string[] {
    switch (shape.kind) {
      case 'scalar':
        return [this.temp(load(shape.scalar, address))];
      case 'fat':
        return [this.temp(load(shape.first, address)), this.temp(load(shape.meta, address, 8))];
      case 'struct':
        return shape.fields.flatMap((field) => this.loadLeaves(field.shape, { ...address, offset: address.offset + field.offset }));
      case 'enum': {
        const tag = this.loadTag(shape, address);
        const names: string[] = [tag];
        for (let i = 1; i < shape.leaves.length; i++) names.push(this.variable());
        shape.variants.forEach((fields, variant) => {
          if (!fields.some((field) => field.shape.leaves.length > 0)) return;
          this.line(`if (${tag} === ${variant}) {`);
          for (const field of fields) {
            const values = this.loadLeaves(field.shape, { ...address, offset: address.offset + field.offset });
            values.forEach((value, i) => this.line(`${names[field.leaf + i]} = ${value};`));
          }
          this.line('}');
        });
        return names;
      }
      case 'array': case 'never':
        return [];
      default:
        return unreachable(shape);
    }
  }

  /** The live variant of an enum in memory. */
  protected loadTag(shape: EnumShape, address: Address): string {
    const layout = shape.layout;
    if (layout.repr === 'single') return layout.variants.length === 0 ? this.temp('x.unreachable()') : '0';
    if (layout.repr === 'tag') {
      return this.temp(`x.tag(${load(`u${layout.tagBits}`, address, layout.tagOffset)}, ${layout.variants.length}, ${JSON.stringify(shape.name)})`);
    }
    const value = this.temp(load(layout.pointer ? 'ptr' : layout.bits === 64 ? 'u64' : `u${layout.bits}`, address, layout.offset));
    let text = String(layout.dataVariant);
    layout.values.forEach((niche, variant) => {
      if (niche !== null) text = `${value} === ${niche} ? ${variant} : ${text}`;
    });
    return this.temp(text);
  }

  protected storeLeaves(shape: Shape, values: readonly string[], first: number, address: Address): void {
    switch (shape.kind) {
      case 'scalar':
        this.line(store(shape.scalar, address, values[first]!));
        break;
      case 'fat':
        this.line(store(shape.first, address, values[first]!));
        this.line(store(shape.meta, address, values[first + 1]!, 8));
        break;
      case 'struct':
        this.storeFields(shape.fields, values, first, address);
        break;
      case 'enum': {
        this.clear(address, shape);
        const tag = values[first]!;
        this.storeTag(shape, address, tag);
        shape.variants.forEach((fields, variant) => {
          if (!fields.some((field) => field.shape.leaves.length > 0)) return;
          if (/^\d+$/.test(tag) && Number(tag) !== variant) return;
          this.line(`if (${tag} === ${variant}) {`);
          this.storeFields(fields, values, first, address);
          this.line('}');
        });
        break;
      }
      case 'array': case 'never':
        break;
      default:
        unreachable(shape);
    }
  }

  private storeFields(fields: readonly FieldShape[], values: readonly string[], first: number, address: Address): void {
    for (const field of fields) this.storeLeaves(field.shape, values, first + field.leaf, { ...address, offset: address.offset + field.offset });
  }

  protected clear(address: Address, shape: Shape): void {
    if (shape.size === 0) return;
    const a = addressText(address);
    if (address.raw) this.line(`m.uninit(m.localRange(${a}, ${shape.size}), ${shape.size});`);
    else this.line(`x.clear(${a}, ${shape.size}, ${shape.align});`);
  }

  /** `tag` is a name or a number. */
  protected storeTag(shape: EnumShape, address: Address, tag: string): void {
    const layout = shape.layout;
    if (layout.repr === 'single') return;
    if (layout.repr === 'tag') {
      this.line(store(`u${layout.tagBits}`, address, tag, layout.tagOffset));
      return;
    }
    const scalar: Scalar = layout.pointer ? 'ptr' : layout.bits === 64 ? 'u64' : `u${layout.bits}`;
    layout.values.forEach((niche, variant) => {
      if (niche !== null) this.line(`if (${tag} === ${variant}) ${store(scalar, address, String(niche), layout.offset)}`);
    });
  }

  // -------------------------------------------------------------- operands and writes

  /** Evaluates an operand; a move takes the value away. */
  value(operand: Operand): Value {
    if (operand.kind === 'const') return { kind: 'leaves', leaves: this.constant(operand) };
    const spot = this.spot(operand.place);
    const ty = placeTy(this.body, operand.place);
    const moved = operand.kind === 'move' && !isPlainCopy(ty);
    const shape = spot.shape ?? bug('an operand without size');
    if (moved && spot.kind === 'memory') this.leaving(ty, spot);
    if (shape.inMemory) return { kind: 'memory', pointer: this.pointerTo(spot), moved };
    let leaves = this.readSpot(spot);
    if (!moved || leaves.length === 0) return { kind: 'leaves', leaves };
    if (spot.kind === 'memory') {
      const a = addressText(spot.address);
      this.line(spot.address.raw ? `m.takeLocal(${a}, ${shape.size});` : `x.taken(${a}, ${shape.size});`);
    } else if (this.plan.unsure[spot.local] || (spot.optional && empties(this.body, operand))) {
      leaves = this.fresh(leaves);
      for (const name of this.names(spot.local).slice(spot.leaf, spot.leaf + shape.leaves.length)) this.line(`${name} = undefined;`);
    }
    return { kind: 'leaves', leaves };
  }

  /** A value is moved out of memory: what it owns goes with it. */
  private leaving(ty: Ty, spot: MemorySpot): void {
    const { borrows } = this.around;
    if (borrows !== null && this.isUserCode && borrows.owns(ty)) this.line(`m.leaving(${this.pointerTo(spot)}, ${borrows.idOf(ty)});`);
  }

  /** The same values under names that nobody assigns. */
  protected fresh(leaves: readonly string[]): string[] {
    return leaves.map((leaf) => {
      if (/^(t\d+|-?\d+n?)$/.test(leaf) && !leaf.startsWith('v')) return leaf;
      const name = `t${this.temps++}`;
      this.line(`const ${name} = ${leaf};`);
      return name;
    });
  }

  /** The one leaf of a scalar operand. */
  scalar(operand: Operand): string {
    const value = this.value(operand);
    if (value.kind !== 'leaves' || value.leaves.length !== 1) return bug('a scalar was expected');
    return value.leaves[0]!;
  }

  leaves(operand: Operand): readonly string[] {
    const value = this.value(operand);
    return value.kind === 'leaves' ? value.leaves : bug('a value in variables was expected');
  }

  protected constant(operand: Extract<Operand, { kind: 'const' }>): string[] {
    const { value, ty } = operand;
    const shape = this.around.shapes.of(ty);
    const scalar = shape.leaves[0]!;
    switch (value.kind) {
      case 'int':
        return [intLiteral(value.value, scalar)];
      case 'float':
        return [floatLiteral(scalar === 'f32' ? Math.fround(value.value) : value.value)];
      case 'bool':
        return [String(value.value)];
      case 'rune':
        return [String(value.value)];
      case 'string': {
        const [pointer, length] = this.around.text(value.value);
        return ty.kind === 'ref' ? [pointer, length] : [pointer, length, '0'];
      }
      case 'bytes':
        return [...this.around.bytes(value.value)];
      case 'zst':
        return shape.leaves.map(() => '0');
      case 'null':
        return shape.leaves.map(() => '0');
      case 'named':
        return bug('a named constant after monomorphisation');
      default:
        return unreachable(value);
    }
  }

  /** Writes a value to a place. */
  write(place: Place, value: Value): void {
    if (value.kind === 'leaves') this.writeSpot(this.spot(place), value.leaves);
    else this.copyTo(this.spot(place), value);
  }

  protected copyTo(spot: Spot, value: MemoryValue): void {
    const shape = spot.shape ?? bug('a write without size');
    this.line(`x.copy(${this.pointerTo(spot)}, ${value.pointer}, ${this.around.shapes.idOf(shape)}, ${value.moved});`);
  }

  protected writeSpot(spot: Spot, leaves: readonly string[]): void {
    const shape = spot.shape ?? bug('a write without size');
    if (spot.kind === 'memory') {
      this.storeLeaves(shape, leaves, 0, spot.address);
      return;
    }
    const names = this.names(spot.local).slice(spot.leaf, spot.leaf + shape.leaves.length);
    // A swap within one local must not read what it has just written.
    const clash = names.length > 1 && leaves.some((leaf, i) => names.indexOf(leaf) >= 0 && names.indexOf(leaf) < i);
    const from = clash ? this.fresh(leaves) : leaves;
    names.forEach((name, i) => {
      if (name !== from[i]) this.line(`${name} = ${from[i]};`);
    });
  }
}

function isUserCode({ origin }: Body): boolean {
  switch (origin.kind) {
    case 'fn':
    case 'const':
      return !origin.decl.module.isStd;
    case 'closure':
      return !origin.decl.owner.module.isStd;
    case 'synthetic':
      return false;
    default:
      return unreachable(origin);
  }
}

/** Whether each leaf of a value must hold something: leaves of an enum's fields need not. */
function certainLeaves(shape: Shape): boolean[] {
  switch (shape.kind) {
    case 'scalar':
      return [true];
    case 'fat':
      return [true, true];
    case 'struct':
      return shape.fields.flatMap((field) => certainLeaves(field.shape));
    case 'enum':
      return shape.leaves.map((_, i) => i === 0);
    case 'array': case 'never':
      return [];
    default:
      return unreachable(shape);
  }
}
