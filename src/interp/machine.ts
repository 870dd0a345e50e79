/**
 * The state of one run that translated code works on besides memory: the pending panic, extra results, tables, buffered output; and the
 * operations that are too large or too rare to be written out in translated code.
 * Holds: everything of one run, so that runs do not know of each other.
 */
import { bug, unreachable } from '../base/index.ts';
import {
  ABORT_TEXT, abortReport, conversionMessage, divisionMessage, EXIT_ABORT, EXIT_CLOSED_PIPE, floatConversionMessage, indexMessage,
  negateMessage, overflowMessage, panicReport, shiftMessage,
} from '../mir/index.ts';
import type { Span } from '../source/index.ts';
import { MATH1, MATH2 } from './elementary.ts';
import { BorrowMemory } from './borrow-memory.ts';
import type { BorrowTypes } from './borrow-memory.ts';
import { Ending, fault, NotConstant } from './fault.ts';
import type { InterpHost } from './host.ts';
import { nativeFor } from './natives.ts';
import type { Native } from './natives.ts';
import * as n64 from './int64.ts';
import type { Int64 } from './int64.ts';
import { Memory, TABLE_BASE } from './memory.ts';
import type { FieldShape, Shape, Shapes } from './shape.ts';
import { scalarSize } from './shape.ts';

export interface PanicValue {
  readonly message: Uint8Array;
  readonly span: Span;
}

/** What a table of the program is at run time. */
export interface RunTable {
  readonly drop: ((p: number) => void) | null;
  readonly size: number;
  readonly align: number;
  /** Functions, and addresses of other tables. */
  readonly slots: readonly (((...args: unknown[]) => unknown) | number)[];
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface MachineOptions {
  readonly host: InterpHost;
  readonly shapes: Shapes;
  readonly stackBytes: number;
  readonly maxBytes: number;
  readonly place: (span: Span) => Place;
  /** Loop turns and calls until evaluation gives up; null for no limit. */
  readonly fuel: number | null;
  /** A constant is being evaluated: natives are refused. */
  readonly constant: boolean;
  readonly hashSeed: readonly [bigint, bigint];
  readonly testIndex: number;
  /** Every reference is followed: see borrow-memory.ts. Null: not. */
  readonly borrows: BorrowTypes | null;
}

const encoder = new TextEncoder();
const OUT_BUFFER_BYTES = 64 * 1024;

export class Machine {
  readonly m: Memory;
  readonly host: InterpHost;
  readonly shapes: Shapes;
  readonly options: MachineOptions;
  readonly spans: Span[] = [];
  readonly tables: RunTable[] = [];
  /** The panic that is unwinding between functions; null when none is. */
  p: PanicValue | null = null;
  /** How many panics have been raised and not caught yet. */
  panics = 0;
  /** What `catchPanic` took last. */
  current: PanicValue | null = null;
  /** Second and further leaves of a result. */
  r1: unknown = 0;
  r2: unknown = 0;
  r3: unknown = 0;
  r4: unknown = 0;
  r5: unknown = 0;
  r6: unknown = 0;
  r7: unknown = 0;
  r8: unknown = 0;
  r9: unknown = 0;
  fuel: number;
  private readonly natives = new Map<string, Native>();
  private readonly texts = new Map<string, readonly [number, number]>();
  private readonly out = new Uint8Array(OUT_BUFFER_BYTES);
  private outLength = 0;

  constructor(options: MachineOptions) {
    this.options = options;
    this.host = options.host;
    this.shapes = options.shapes;
    this.m = options.borrows === null ? new Memory(options) : new BorrowMemory(options, options.borrows);
    this.fuel = options.fuel ?? Infinity;
  }

  // ---------------------------------------------------------------- panics

  raise(message: string | Uint8Array, span: number): void {
    this.panics++;
    this.p = { message: typeof message === 'string' ? encoder.encode(message) : message, span: this.spans[span]! };
  }

  overflow(type: string, a: Int64, op: '+' | '-' | '*', b: Int64, span: number): void {
    this.raise(overflowMessage(type, BigInt(a), op, BigInt(b)), span);
  }

  negated(type: string, a: Int64, span: number): void {
    this.raise(negateMessage(type, BigInt(a)), span);
  }

  division(type: string, a: Int64, op: '/' | '%', b: Int64, span: number): void {
    this.raise(divisionMessage(type, BigInt(a), op, BigInt(b)), span);
  }

  shift(type: string, bits: number, amount: Int64, span: number): void {
    this.raise(shiftMessage(type, bits, BigInt(amount)), span);
  }

  index(index: Int64, length: Int64, span: number): void {
    this.raise(indexMessage(BigInt(index), BigInt(length)), span);
  }

  conversion(value: Int64, to: string, span: number): void {
    this.raise(conversionMessage(BigInt(value), to), span);
  }

  floatConversion(value: number, to: string, span: number): void {
    this.raise(floatConversionMessage(value, to), span);
  }

  /** A panic inside a cleanup block: reports it and ends the program. */
  panicInCleanup(): never {
    const p = this.p ?? bug('no panic is pending');
    throw new Ending(EXIT_ABORT, this.report(p) + abortReport(ABORT_TEXT.panicInCleanup));
  }

  report(p: PanicValue): string {
    const place = this.options.place(p.span);
    return panicReport(new TextDecoder().decode(p.message), place.file, place.line, place.column);
  }

  abort(): never {
    throw new Ending(EXIT_ABORT, abortReport(ABORT_TEXT.abort));
  }

  lied(symbol: string): never {
    fault(`${symbol} panicked, but is said not to`);
  }

  outOfFuel(): never {
    throw new NotConstant('budget', '');
  }

  unreachable(): never {
    fault('control reached a place that is marked unreachable');
  }

  uninit(): never {
    fault('use of a value that is not initialised or was moved from');
  }

  /** A leaf that must hold a value. */
  ck<T>(value: T | undefined): T {
    if (value === undefined) this.uninit();
    return value;
  }

  // ---------------------------------------------------------------- scalars with forbidden values, at checked addresses

  bool(a: number): boolean {
    const v = this.m.u8[a]!;
    if (v > 1) fault(`the byte ${v} is not a Bool`);
    return v === 1;
  }

  rune(a: number): number {
    const v = this.m.u32[a >>> 2]!;
    if (v > 0x10ffff || (v >= 0xd800 && v < 0xe000)) fault(`${v} is not a Rune`);
    return v;
  }

  ref(a: number): number {
    const p = this.m.getPointer(a);
    if (p === 0) fault('a reference or Box is null');
    return p;
  }

  tag(value: number, count: number, name: string): number {
    if (value >= count) fault(`${value} is not the index of a variant of ${name}`);
    return value;
  }

  runeOf(v: number): number {
    if (v > 0x10ffff || (v >= 0xd800 && v < 0xe000)) fault(`${v} is not a Rune`);
    return v;
  }

  math1(op: number, v: number): number {
    return (MATH1[op] ?? fault(`math1 has no operation ${op}`))(v);
  }

  math2(op: number, a: number, b: number): number {
    return (MATH2[op] ?? fault(`math2 has no operation ${op}`))(a, b);
  }

  native(symbol: string): Native {
    let native = this.natives.get(symbol);
    if (native === undefined) {
      native = nativeFor(symbol, this.options.constant);
      this.natives.set(symbol, native);
    }
    return native;
  }

  unknownIntrinsic(name: string): never {
    fault(`the interpreter has no intrinsic ${name}`);
  }

  // ---------------------------------------------------------------- pointers

  offset(p: number, count: Int64, size: number): number {
    const n = n64.size(count);
    const a = p >>> 0;
    const moved = a + n * size;
    if (!(moved >= 0 && moved < 4294967296)) fault(`pointer arithmetic leaves the address space: ${n} elements of ${size} bytes`);
    return p + n * size;
  }

  diff(a: number, b: number, size: number): number {
    const d = a - b;
    if (Math.abs(d) >= 4294967296) fault('the difference of pointers to different allocations');
    if (size === 0) return 0;
    if (d % size !== 0) fault(`the pointers are not a whole number of elements apart: ${d} bytes, elements of ${size}`);
    return d / size + 0;
  }

  pointer(value: Int64): number {
    return typeof value === 'number' && value >= 0 ? value : 9007199254740976;
  }

  /** A reference made from a pointer: it must point to live memory of the right alignment. */
  toRef(p: number, size: number, align: number): number {
    if (p === 0) fault('a reference made from a null pointer');
    const a = p >>> 0;
    if (a % align !== 0) fault(`a reference made from a misaligned pointer: 0x${a.toString(16)} is not a multiple of ${align}`);
    this.m.range(p, size, align, 'borrow');
    return p;
  }

  toSlice(p: number, length: Int64, size: number, align: number): number {
    return this.toRef(p, n64.size(length) * size, align);
  }

  /** An index that a bounds check before has tested. */
  idx(index: Int64, length: Int64): number {
    if (typeof index !== 'number' || !(index >= 0 && index < length)) fault(`an index that was not checked: ${index} of ${length}`);
    return index;
  }

  table(p: number): RunTable {
    const table = this.tables[(p - TABLE_BASE) / 16];
    if (table === undefined) fault('a call or drop through something that is not a table');
    return table;
  }

  // ---------------------------------------------------------------- typed copies in memory

  /** Copies a value from one place to another after looking at every scalar in it. */
  copy(to: number, from: number, id: number, moved: boolean): void {
    const shape = this.shapes.get(id);
    const source = this.m.range(from, shape.size, shape.align, moved ? 'move' : 'read');
    this.validate(shape, source);
    const target = this.m.range(to, shape.size, shape.align, 'write');
    this.m.move(target, source, shape.size);
    if (moved && target !== source) this.m.uninit(source, shape.size);
  }

  /** The same into the area of outgoing arguments. */
  argument(to: number, from: number, id: number, moved: boolean): void {
    const shape = this.shapes.get(id);
    const source = this.m.range(from, shape.size, shape.align, moved ? 'move' : 'read');
    this.validate(shape, source);
    this.m.move(to, source, shape.size);
    if (moved) this.m.uninit(source, shape.size);
  }

  validate(shape: Shape, a: number): void {
    switch (shape.kind) {
      case 'scalar':
        this.validateScalar(shape.scalar, a);
        return;
      case 'fat':
        this.validateScalar(shape.first, a);
        this.m.q8(a + 8);
        return;
      case 'struct':
        this.validateFields(shape.fields, a);
        return;
      case 'enum':
        if (shape.layout.variants.length === 0) fault(`a value of the empty type ${shape.name}`);
        this.validateFields(shape.variants[this.variant(shape, a)]!, a);
        return;
      case 'array': {
        const element = shape.element;
        if (element.kind === 'scalar' && element.scalar !== 'bool' && element.scalar !== 'rune' && element.scalar !== 'ref') {
          this.m.requireInit(a, shape.size);
          return;
        }
        for (let i = 0; i < shape.count; i++) this.validate(element, a + i * element.size);
        return;
      }
      case 'never':
        fault('a value of type Never');
        return;
      default:
        unreachable(shape);
    }
  }

  private validateFields(fields: readonly FieldShape[], a: number): void {
    for (const field of fields) this.validate(field.shape, a + field.offset);
  }

  private validateScalar(scalar: FieldShape['shape']['leaves'][number], a: number): void {
    switch (scalarSize(scalar)) {
      case 1:
        this.m.q1(a);
        break;
      case 2:
        this.m.q2(a);
        break;
      case 4:
        this.m.q4(a);
        break;
      default:
        this.m.q8(a);
    }
    if (scalar === 'bool') this.bool(a);
    else if (scalar === 'rune') this.rune(a);
    else if (scalar === 'ref') this.ref(a);
  }

  /** The live variant of an enum at a checked address. */
  variant(shape: Extract<Shape, { kind: 'enum' }>, a: number): number {
    const layout = shape.layout;
    switch (layout.repr) {
      case 'single':
        return 0;
      case 'tag':
        return this.tag(this.unsigned(a + layout.tagOffset, layout.tagBits), layout.variants.length, shape.name);
      case 'niche': {
        const at = a + layout.offset;
        const value = layout.pointer ? this.m.getPointer(this.m.q8(at)) : this.unsigned(at, layout.bits);
        const found = layout.values.findIndex((v) => v !== null && Number(v) === value);
        return found >= 0 ? found : layout.dataVariant;
      }
      default:
        return unreachable(layout);
    }
  }

  setVariant(shape: Extract<Shape, { kind: 'enum' }>, a: number, variant: number): void {
    const layout = shape.layout;
    if (layout.repr === 'tag') this.setUnsigned(a + layout.tagOffset, layout.tagBits, variant);
    else if (layout.repr === 'niche') {
      const value = layout.values[variant]!;
      if (value !== null) this.setUnsigned(a + layout.offset, layout.bits, Number(value));
    }
  }

  private unsigned(a: number, bits: number): number {
    if (bits === 8) return this.m.u8[this.m.q1(a)]!;
    if (bits === 16) return this.m.u16[this.m.q2(a) >>> 1]!;
    if (bits === 32) return this.m.u32[this.m.q4(a) >>> 2]!;
    return this.m.getPointer(this.m.q8(a));
  }

  private setUnsigned(a: number, bits: number, value: number): void {
    if (bits === 8) this.m.u8[this.m.v1(a)] = value;
    else if (bits === 16) this.m.u16[this.m.v2(a) >>> 1] = value;
    else if (bits === 32) this.m.u32[this.m.v4(a) >>> 2] = value;
    else this.m.setPointer(this.m.v8(a), value);
  }

  /** Reads the variant of an enum through a pointer. */
  variantAt(p: number, id: number): number {
    const shape = this.shapes.get(id);
    if (shape.kind !== 'enum') return bug('not an enum');
    if (shape.layout.variants.length === 0) fault(`a value of the empty type ${shape.name}`);
    return this.variant(shape, this.m.range(p, shape.size, shape.align));
  }

  setVariantAt(p: number, id: number, variant: number): void {
    const shape = this.shapes.get(id);
    if (shape.kind === 'enum') this.setVariant(shape, this.m.range(p, shape.size, shape.align, 'write'), variant);
  }

  /** Fills an array with its first element. */
  repeat(p: number, size: number, count: number): void {
    const a = this.m.range(p, size * count, 1, 'write');
    for (let done = 1; done < count; ) {
      const n = Math.min(done, count - done);
      this.m.move(a + done * size, a, n * size);
      done += n;
    }
  }

  /** Marks a place that is about to be written field by field as holding nothing. */
  clear(p: number, size: number, align: number): void {
    this.m.uninit(this.m.range(p, size, align, 'write'), size);
  }

  /** Takes a value away. */
  taken(p: number, size: number): void {
    if (size > 0) this.m.uninit(this.m.range(p, size, 1, 'move'), size);
  }

  // ---------------------------------------------------------------- memory intrinsics

  copyTo(from: number, to: number, count: Int64, size: number, align: number, moved: boolean): void {
    const bytes = n64.size(count) * size;
    if (bytes === 0) return;
    const source = this.m.range(from, bytes, align);
    const target = this.m.range(to, bytes, align, 'write');
    this.m.move(target, source, bytes);
    if (!moved || source === target) return;
    // Of the source, what the copy did not cover is moved from.
    if (target > source) this.m.uninit(source, Math.min(bytes, target - source));
    else {
      const start = Math.max(source, target + bytes);
      this.m.uninit(start, source + bytes - start);
    }
  }

  fillBytes(p: number, byte: number, count: Int64): void {
    const n = n64.size(count);
    if (n === 0) return;
    const a = this.m.range(p, n, 1, 'write');
    this.m.u8.fill(byte, a, a + n);
    this.m.init(a, n);
  }

  allocZeroed(size: Int64, align: Int64): number {
    const p = this.m.alloc(n64.size(size), n64.size(align));
    this.fillBytes(p, 0, size);
    return p;
  }

  compareBytes(p: number, q: number, count: Int64): number {
    const n = n64.size(count);
    if (n === 0) return 0;
    const a = this.m.range(p, n, 1);
    const b = this.m.range(q, n, 1);
    this.m.requireInit(p, n);
    this.m.requireInit(q, n);
    for (let i = 0; i < n; i++) {
      const d = this.m.u8[a + i]! - this.m.u8[b + i]!;
      if (d !== 0) return d < 0 ? -1 : 1;
    }
    return 0;
  }

  findByte(p: number, byte: number, count: Int64): number {
    const n = n64.size(count);
    if (n === 0) return 0;
    const a = this.m.range(p, n, 1);
    this.m.requireInit(p, n);
    const at = this.m.u8.indexOf(byte, a);
    return at < 0 || at >= a + n ? n : at - a;
  }

  /** Frees the memory of a Box whose content is gone. */
  boxFree(p: number, size: number, align: number): void {
    this.m.dealloc(p, size, align);
  }

  /** Drops the captures of a function value, then frees their block. */
  dropFn(place: number): void {
    const a = this.m.range(place, 16, 8);
    const env = this.m.getPointer(this.m.q8(a));
    const table = this.table(this.m.getPointer(this.m.q8(a + 8)));
    table.drop?.(env);
    this.m.dealloc(env, table.size, table.align);
  }

  // ---------------------------------------------------------------- text

  /** Static UTF-8 text: pointer and length. */
  text(value: string): readonly [number, number] {
    let known = this.texts.get(value);
    if (known === undefined) {
      const bytes = encoder.encode(value);
      known = [this.m.allocStatic(bytes), bytes.length];
      this.texts.set(value, known);
    }
    return known;
  }

  bytesConst(value: Uint8Array): readonly [number, number] {
    return [this.m.allocStatic(value), value.length];
  }

  textAt(p: number, length: Int64): string {
    return new TextDecoder().decode(this.m.bytesAt(p, n64.size(length)));
  }

  /** The text of a message that a panic takes, which is freed if it is owned. */
  takeString(p: number, length: Int64, capacity: Int64): Uint8Array {
    const bytes = this.m.bytesAt(p, n64.size(length));
    if (capacity !== 0) this.m.dealloc(p, n64.size(capacity), 1);
    return bytes;
  }

  bytesAt(p: number, length: Int64): Uint8Array {
    return this.m.bytesAt(p, n64.size(length));
  }

  currentPanic(): PanicValue {
    return this.current ?? fault('no panic has been caught');
  }

  currentPlace(): Place {
    return this.options.place(this.currentPanic().span);
  }

  panicMessage(): readonly [number, number] {
    const message = this.currentPanic().message;
    return [this.m.allocStatic(message), message.length];
  }

  placeOf(span: number): Place {
    return this.options.place(this.spans[span]!);
  }

  // ---------------------------------------------------------------- output

  /** Standard output, through a buffer. */
  print(bytes: Uint8Array): void {
    if (bytes.length > OUT_BUFFER_BYTES - this.outLength) this.flush();
    if (bytes.length > OUT_BUFFER_BYTES) {
      this.writeAll(1, bytes);
      return;
    }
    this.out.set(bytes, this.outLength);
    this.outLength += bytes.length;
    if (this.host.isTerminal(1) && bytes.includes(10)) this.flush();
  }

  flush(): void {
    if (this.outLength === 0) return;
    const bytes = this.out.slice(0, this.outLength);
    this.outLength = 0;
    this.writeAll(1, bytes);
  }

  printError(bytes: Uint8Array): void {
    this.flush();
    this.writeAll(2, bytes);
  }

  private writeAll(fd: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const n = this.host.write(fd, bytes.subarray(at));
      if (n === -32 && fd === 1) throw new Ending(EXIT_CLOSED_PIPE, null);
      if (n <= 0) return;
      at += n;
    }
  }
}
