/**
 * The memory of an interpreted program, with everything that is needed to notice a wrong access.
 * Holds: one linear memory; a shadow byte for each byte (0 not addressable, 1 addressable but not initialised, 3 initialised); a tag for
 * each granule of 16 bytes. A pointer is a safe integer `tag * 2^32 + address`; each allocation (heap block, life of a local, static text)
 * has a tag of its own and begins at a granule, so that a pointer can reach its own allocation only, and a stale pointer reaches nothing
 * even when its bytes serve a new allocation. The tags of ARM's Memory Tagging Extension (Serebryany et al., "Memory Tagging and how it
 * improves C/C++ memory safety", 2018) gave the idea; twenty bits instead of four make a chance hit one in a million.
 * The stack lies below the heap. Locals of the running function are reached by plain address and need no tag check, only the shadow.
 */
import { ABORT_TEXT, abortReport, EXIT_ABORT } from '../mir/index.ts';
import { Ending, fault } from './fault.ts';

const GRANULE_BITS = 4;
const GRANULE = 1 << GRANULE_BITS;
const TWO32 = 4294967296;
const TAG_LIMIT = 1 << 20;
const STACK_BASE = 4096;
/** No pointer of the program has this tag: it marks memory that nobody may touch. */
const NO_TAG = -1;
/** Tables of `dyn` and `fn` values have addresses of their own, which cannot be read. */
export const TABLE_BASE = TAG_LIMIT * TWO32;

const DEAD = 0;
const UNINIT = 1;
const INIT = 3;
const INIT16 = 0x0303;
const INIT32 = 0x03030303;
const LIVE16 = 0x0101;
const LIVE32 = 0x01010101;

/** What a range of bytes is wanted for: only the memory that checks borrows makes a difference of `move` (a write) and `borrow` (neither). */
export type RangeUse = 'read' | 'write' | 'move' | 'borrow';

export interface MemoryOptions {
  readonly stackBytes: number;
  readonly maxBytes: number;
}

export class Memory {
  u8: Uint8Array;
  i8!: Int8Array;
  u16!: Uint16Array;
  i16!: Int16Array;
  u32!: Uint32Array;
  i32!: Int32Array;
  f32!: Float32Array;
  f64!: Float64Array;
  protected s8: Uint8Array;
  private s16!: Uint16Array;
  private s32!: Int32Array;
  private tags: Int32Array;
  /** For a heap block, at its first granule: its size plus one. */
  protected sizes: Float64Array;
  private aligns: Uint32Array;
  /** First free byte of the stack. */
  sp = STACK_BASE;
  readonly stackEnd: number;
  private readonly heapBase: number;
  private heapTop: number;
  private readonly maxBytes: number;
  private tagCount = 1;
  private readonly free = new Map<number, number[]>();
  private liveBlocks = 0;
  private liveBytes = 0;
  /** Blocks that are meant to live for ever: static text. */
  private statics = 0;
  allocations = 0;

  constructor(options: MemoryOptions) {
    this.stackEnd = STACK_BASE + options.stackBytes;
    // Outgoing arguments may be written a little past the end before the callee notices that the stack is full.
    this.heapBase = this.stackEnd + (1 << 20);
    this.heapTop = this.heapBase;
    this.maxBytes = Math.min(options.maxBytes, 0xf0000000);
    const size = this.heapBase + (1 << 20);
    this.u8 = new Uint8Array(size);
    this.s8 = new Uint8Array(size);
    this.tags = new Int32Array(size >>> GRANULE_BITS);
    this.sizes = new Float64Array(size >>> GRANULE_BITS);
    this.aligns = new Uint32Array(size >>> GRANULE_BITS);
    this.tags.fill(NO_TAG, 0, STACK_BASE >>> GRANULE_BITS);
    this.view();
  }

  private view(): void {
    const data = this.u8.buffer;
    this.i8 = new Int8Array(data);
    this.u16 = new Uint16Array(data);
    this.i16 = new Int16Array(data);
    this.u32 = new Uint32Array(data);
    this.i32 = new Int32Array(data);
    this.f32 = new Float32Array(data);
    this.f64 = new Float64Array(data);
    const shadow = this.s8.buffer;
    this.s16 = new Uint16Array(shadow);
    this.s32 = new Int32Array(shadow);
  }

  protected grow(needed: number): void {
    let size = this.u8.length;
    while (size < needed) size *= 2;
    size = Math.min(size, this.maxBytes);
    if (size < needed) throw new Ending(EXIT_ABORT, abortReport(ABORT_TEXT.outOfMemory));
    const copy = <T extends Uint8Array | Int32Array | Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.u8 = copy(this.u8, new Uint8Array(size));
    this.s8 = copy(this.s8, new Uint8Array(size));
    this.tags = copy(this.tags, new Int32Array(size >>> GRANULE_BITS));
    this.sizes = copy(this.sizes, new Float64Array(size >>> GRANULE_BITS));
    this.aligns = copy(this.aligns, new Uint32Array(size >>> GRANULE_BITS));
    this.view();
  }

  protected newTag(): number {
    const tag = this.tagCount++;
    if (this.tagCount === TAG_LIMIT) this.tagCount = 1;
    return tag;
  }

  // ---------------------------------------------------------------- checked accesses through pointers: they yield the address

  r1(p: number): number {
    const a = p >>> 0;
    if (this.tags[a >>> 4] !== (p - a) / TWO32 || this.s8[a] !== INIT) this.refuse(p, 1, 1, 'read');
    return a;
  }

  r2(p: number): number {
    const a = p >>> 0;
    if ((a & 1) !== 0 || this.tags[a >>> 4] !== (p - a) / TWO32 || this.s16[a >>> 1] !== INIT16) this.refuse(p, 2, 2, 'read');
    return a;
  }

  r4(p: number): number {
    const a = p >>> 0;
    if ((a & 3) !== 0 || this.tags[a >>> 4] !== (p - a) / TWO32 || this.s32[a >>> 2] !== INIT32) this.refuse(p, 4, 4, 'read');
    return a;
  }

  r8(p: number): number {
    const a = p >>> 0;
    const w = a >>> 2;
    if ((a & 7) !== 0 || this.tags[a >>> 4] !== (p - a) / TWO32 || this.s32[w] !== INIT32 || this.s32[w + 1] !== INIT32) this.refuse(p, 8, 8, 'read');
    return a;
  }

  w1(p: number): number {
    const a = p >>> 0;
    if (this.tags[a >>> 4] !== (p - a) / TWO32 || this.s8[a] === DEAD) this.refuse(p, 1, 1, 'write');
    this.s8[a] = INIT;
    return a;
  }

  w2(p: number): number {
    const a = p >>> 0;
    if ((a & 1) !== 0 || this.tags[a >>> 4] !== (p - a) / TWO32 || (this.s16[a >>> 1]! & LIVE16) !== LIVE16) this.refuse(p, 2, 2, 'write');
    this.s16[a >>> 1] = INIT16;
    return a;
  }

  w4(p: number): number {
    const a = p >>> 0;
    if ((a & 3) !== 0 || this.tags[a >>> 4] !== (p - a) / TWO32 || (this.s32[a >>> 2]! & LIVE32) !== LIVE32) this.refuse(p, 4, 4, 'write');
    this.s32[a >>> 2] = INIT32;
    return a;
  }

  w8(p: number): number {
    const a = p >>> 0;
    const w = a >>> 2;
    const live = this.s32[w]! & this.s32[w + 1]! & LIVE32;
    if ((a & 7) !== 0 || this.tags[a >>> 4] !== (p - a) / TWO32 || live !== LIVE32) this.refuse(p, 8, 8, 'write');
    this.s32[w] = INIT32;
    this.s32[w + 1] = INIT32;
    return a;
  }

  // ---------------------------------------------------------------- accesses to the function's own locals, by address

  q1(a: number): number {
    if (this.s8[a] !== INIT) this.refuseLocal(a, 1);
    return a;
  }

  q2(a: number): number {
    if (this.s16[a >>> 1] !== INIT16) this.refuseLocal(a, 2);
    return a;
  }

  q4(a: number): number {
    if (this.s32[a >>> 2] !== INIT32) this.refuseLocal(a, 4);
    return a;
  }

  q8(a: number): number {
    if (this.s32[a >>> 2] !== INIT32 || this.s32[(a >>> 2) + 1] !== INIT32) this.refuseLocal(a, 8);
    return a;
  }

  v1(a: number): number {
    if (this.s8[a] === DEAD) this.refuseLocal(a, 1);
    this.s8[a] = INIT;
    return a;
  }

  v2(a: number): number {
    if ((this.s16[a >>> 1]! & LIVE16) !== LIVE16) this.refuseLocal(a, 2);
    this.s16[a >>> 1] = INIT16;
    return a;
  }

  v4(a: number): number {
    if ((this.s32[a >>> 2]! & LIVE32) !== LIVE32) this.refuseLocal(a, 4);
    this.s32[a >>> 2] = INIT32;
    return a;
  }

  v8(a: number): number {
    const w = a >>> 2;
    if ((this.s32[w]! & this.s32[w + 1]! & LIVE32) !== LIVE32) this.refuseLocal(a, 8);
    this.s32[w] = INIT32;
    this.s32[w + 1] = INIT32;
    return a;
  }

  // ---------------------------------------------------------------- words at an address that has been checked

  /** A pointer or a table. */
  getPointer(a: number): number {
    const w = a >>> 2;
    return this.u32[w]! + this.u32[w + 1]! * TWO32;
  }

  setPointer(a: number, p: number): void {
    const w = a >>> 2;
    const low = p >>> 0;
    this.u32[w] = low;
    this.u32[w + 1] = (p - low) / TWO32;
  }

  getI64(a: number): number | bigint {
    const w = a >>> 2;
    const high = this.i32[w + 1]!;
    if (high >= -0x200000 && high < 0x200000) {
      const value = high * TWO32 + this.u32[w]!;
      if (value !== -9007199254740992) return value;
    }
    return (BigInt(high) << 32n) | BigInt(this.u32[w]!);
  }

  getU64(a: number): number | bigint {
    const w = a >>> 2;
    const high = this.u32[w + 1]!;
    if (high < 0x200000) return high * TWO32 + this.u32[w]!;
    return (BigInt(high) << 32n) | BigInt(this.u32[w]!);
  }

  /** Either signedness. */
  set64(a: number, value: number | bigint): void {
    const w = a >>> 2;
    if (typeof value === 'number') {
      const low = value >>> 0;
      this.u32[w] = low;
      this.i32[w + 1] = (value - low) / TWO32;
    } else {
      this.u32[w] = Number(value & 0xffffffffn);
      this.u32[w + 1] = Number((value >> 32n) & 0xffffffffn);
    }
  }

  // ---------------------------------------------------------------- ranges

  /** The address of `size` bytes that all belong to the pointer's allocation. */
  range(p: number, size: number, align: number, how: RangeUse = 'read'): number {
    const a = p >>> 0;
    if (size === 0) return a;
    const tag = (p - a) / TWO32;
    const last = a + size - 1;
    const mine = this.tags[a >>> 4] === tag && this.tags[last >>> 4] === tag && this.s8[a] !== DEAD && this.s8[last] !== DEAD;
    if (!mine || a % align !== 0 || size > TWO32) {
      this.refuse(p, size, align, how === 'write' ? how : 'read');
    }
    return a;
  }

  /** Checks that a range of a local, which is about to be written, lives. */
  localRange(a: number, size: number): number {
    if (size !== 0 && (this.s8[a] === DEAD || this.s8[a + size - 1] === DEAD)) this.refuseLocal(a, size);
    return a;
  }

  /** Moves bytes with their state; both ranges have been checked. */
  move(to: number, from: number, size: number): void {
    if (size <= 64 && ((to | from | size) & 3) === 0 && (to <= from || to >= from + size)) {
      const t = to >>> 2;
      const f = from >>> 2;
      const words = size >>> 2;
      for (let i = 0; i < words; i++) {
        this.i32[t + i] = this.i32[f + i]!;
        this.s32[t + i] = this.s32[f + i]!;
      }
      return;
    }
    this.u8.copyWithin(to, from, from + size);
    this.s8.copyWithin(to, from, from + size);
  }

  /** Takes the values out of a range that has been checked. */
  uninit(a: number, size: number): void {
    this.mark(a, size, UNINIT);
  }

  /** Takes the value of a local, at a checked address. */
  takeLocal(a: number, size: number): void {
    this.uninit(a, size);
  }

  init(a: number, size: number): void {
    this.mark(a, size, INIT);
  }

  private mark(a: number, size: number, state: number): void {
    if (size <= 64 && ((a | size) & 3) === 0) {
      const first = a >>> 2;
      const end = first + (size >>> 2);
      const word = state * LIVE32;
      for (let i = first; i < end; i++) this.s32[i] = word;
    } else {
      this.s8.fill(state, a, a + size);
    }
  }

  /** Whether each byte of a range that has been checked holds a value. */
  isInit(a: number, size: number): boolean {
    let i = a;
    const end = a + size;
    while (i < end && (i & 3) !== 0) if (this.s8[i++] !== INIT) return false;
    const words = end >>> 2;
    let w = i >>> 2;
    while (w < words) if (this.s32[w++] !== INIT32) return false;
    for (i = Math.max(i, words << 2); i < end; i++) if (this.s8[i] !== INIT) return false;
    return true;
  }

  requireInit(p: number, size: number): void {
    if (!this.isInit(p >>> 0, size)) this.refuse(p, size, 1, 'read');
  }

  /** Takes a value away after its destructor; what is not there any more is left alone. */
  forget(p: number, size: number): void {
    const a = p >>> 0;
    if (size === 0 || this.tags[a >>> GRANULE_BITS] !== (p - a) / TWO32 || this.s8[a] === DEAD || this.s8[a + size - 1] === DEAD) return;
    this.uninit(a, size);
  }

  // ---------------------------------------------------------------- the stack

  /** Begins the life of a local at an address: gives its bytes a new tag, without values. */
  live(a: number, size: number): number {
    const tag = this.newTag();
    const first = a >>> GRANULE_BITS;
    const end = (a + size + GRANULE - 1) >>> GRANULE_BITS;
    if (end - first <= 8) for (let i = first; i < end; i++) this.tags[i] = tag;
    else this.tags.fill(tag, first, end);
    this.mark(a, size, UNINIT);
    return tag * TWO32;
  }

  /** The same for an argument that the caller has already put there. */
  adopt(a: number, size: number): number {
    const tag = this.newTag();
    this.tags.fill(tag, a >>> GRANULE_BITS, (a + size + GRANULE - 1) >>> GRANULE_BITS);
    return tag * TWO32;
  }

  /** Ends the life of a local. */
  dead(a: number, size: number): void {
    const end = (a + size + GRANULE - 1) & ~(GRANULE - 1);
    for (let i = a >>> GRANULE_BITS; i < end >>> GRANULE_BITS; i++) this.tags[i] = 0;
    this.mark(a, end - a, DEAD);
  }

  /** Room for `size` bytes of outgoing arguments above the stack: where the callee's frame will begin. */
  argRoom(size: number): number {
    if (this.sp + size > this.heapBase) throw new Ending(EXIT_ABORT, abortReport(ABORT_TEXT.stackOverflow));
    return this.sp;
  }

  /** Opens a frame; yields its address. */
  enter(size: number): number {
    const base = this.sp;
    const top = base + size;
    if (top > this.stackEnd) throw new Ending(EXIT_ABORT, abortReport(ABORT_TEXT.stackOverflow));
    this.sp = top;
    return base;
  }

  /** Closes the frame at `base`: nothing in it can be reached any more. */
  leave(base: number): void {
    this.dead(base, this.sp - base);
    this.sp = base;
  }

  // ---------------------------------------------------------------- the heap

  alloc(size: number, align: number): number {
    if (size === 0) return align;
    if (!(size > 0) || size > this.maxBytes) throw new Ending(EXIT_ABORT, abortReport(ABORT_TEXT.outOfMemory));
    if (align <= 0 || (align & (align - 1)) !== 0) fault(`alloc with an alignment of ${align}`);
    const room = classSize(size);
    let a: number;
    const list = align <= GRANULE ? this.free.get(room) : undefined;
    if (list !== undefined && list.length > 0) {
      a = list.pop()!;
    } else {
      a = align <= GRANULE ? this.heapTop : Math.ceil(this.heapTop / align) * align;
      this.heapTop = a + room;
      if (this.heapTop > this.u8.length) this.grow(this.heapTop);
    }
    const tag = this.live(a, size);
    this.sizes[a >>> GRANULE_BITS] = size + 1;
    this.aligns[a >>> GRANULE_BITS] = align;
    this.liveBlocks++;
    this.liveBytes += size;
    this.allocations++;
    return tag + a;
  }

  dealloc(p: number, size: number, align: number): void {
    if (size === 0) return;
    const a = this.block(p, size, align, 'dealloc');
    const room = classSize(size);
    this.dead(a, size);
    this.sizes[a >>> GRANULE_BITS] = 0;
    this.liveBlocks--;
    this.liveBytes -= size;
    if (align > GRANULE) return;
    const list = this.free.get(room);
    if (list === undefined) this.free.set(room, [a]);
    else list.push(a);
  }

  realloc(p: number, oldSize: number, newSize: number, align: number): number {
    if (oldSize === 0) return this.alloc(newSize, align);
    const from = this.block(p, oldSize, align, 'realloc');
    const q = this.alloc(newSize, align);
    this.move(q >>> 0, from, Math.min(oldSize, newSize));
    this.dealloc(p, oldSize, align);
    return q;
  }

  /** The address of a live heap block that must have this size and alignment. */
  private block(p: number, size: number, align: number, what: string): number {
    const a = p >>> 0;
    const granule = a >>> GRANULE_BITS;
    if (p === 0) fault(`${what} of null`);
    if (this.tags[granule] !== (p - a) / TWO32) fault(`${what} of memory that is not live: ${this.describe(p)}`);
    const known = this.sizes[granule]! - 1;
    if ((a & (GRANULE - 1)) !== 0 || known < 0) fault(`${what} of a pointer that is not the start of a heap block: ${this.describe(p)}`);
    if (known !== size) fault(`${what} with size ${size} of a block of ${known} bytes`);
    if (this.aligns[granule] !== align) fault(`${what} with alignment ${align} of a block aligned to ${this.aligns[granule]}`);
    return a;
  }

  /** Bytes that live as long as the program and cannot be freed. */
  allocStatic(bytes: Uint8Array): number {
    if (bytes.length === 0) return 1;
    const p = this.alloc(bytes.length, 1);
    const a = p >>> 0;
    this.u8.set(bytes, a);
    this.init(a, bytes.length);
    this.sizes[a >>> GRANULE_BITS] = 0;
    this.liveBlocks--;
    this.liveBytes -= bytes.length;
    this.allocations--;
    this.statics += bytes.length;
    return p;
  }

  /** What the program has not given back. */
  leaks(): { readonly blocks: number; readonly bytes: number; readonly sizes: readonly number[] } {
    const sizes: number[] = [];
    const end = this.heapTop >>> GRANULE_BITS;
    for (let i = this.heapBase >>> GRANULE_BITS; i < end && sizes.length < 8; i++) if (this.sizes[i]! > 0) sizes.push(this.sizes[i]! - 1);
    return { blocks: this.liveBlocks, bytes: this.liveBytes, sizes };
  }

  get staticBytes(): number {
    return this.statics;
  }

  // ---------------------------------------------------------------- text and refusals

  /** A copy of initialised bytes. */
  bytesAt(p: number, size: number): Uint8Array {
    if (size === 0) return new Uint8Array(0);
    const a = this.range(p, size, 1);
    this.requireInit(p, size);
    return this.u8.slice(a, a + size);
  }

  /** Writes bytes from outside. */
  store(p: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const a = this.range(p, bytes.length, 1, 'write');
    this.u8.set(bytes, a);
    this.init(a, bytes.length);
  }

  private describe(p: number): string {
    const a = p >>> 0;
    return `pointer 0x${a.toString(16)} of allocation ${(p - a) / TWO32}`;
  }

  protected refuse(p: number, size: number, align: number, how: 'read' | 'write'): never {
    if (typeof p !== 'number' || Number.isNaN(p)) fault(`${how} through a pointer that holds no value`);
    const a = p >>> 0;
    const tag = (p - a) / TWO32;
    if (p === 0) fault(`${how} of ${size} bytes through a null pointer`);
    if (p >= TABLE_BASE) fault(`${how} of ${size} bytes of a table`);
    if (a % align !== 0) fault(`misaligned ${how}: address 0x${a.toString(16)} is not a multiple of ${align}`);
    const here = this.tags[a >>> GRANULE_BITS];
    if (here === tag) {
      for (let i = 0; i < size; i++) {
        const at = a + i;
        if (this.tags[at >>> GRANULE_BITS] === tag && this.s8[at] !== DEAD) continue;
        fault(`${how} of ${size} bytes is out of bounds by ${size - i}: ${this.describe(p)}`);
      }
      fault(`read of ${size} bytes that are not initialised or were moved from: ${this.describe(p)}`);
    }
    if (tag === 0) fault(`${how} through a dangling pointer: 0x${a.toString(16)}`);
    if (this.tags.includes(tag)) fault(`${how} of ${size} bytes is out of bounds of its allocation: ${this.describe(p)}`);
    fault(`${how} of ${size} bytes after the memory was freed or its variable died: ${this.describe(p)}`);
  }

  private refuseLocal(a: number, size: number): never {
    for (let i = 0; i < size; i++) if (this.s8[a + i] === DEAD) fault('use of a local outside its life');
    fault(`use of a local that is not initialised or was moved from (${size} bytes)`);
  }
}

/** Blocks are reused only within a class: multiples of 16 up to 512, then four sizes for each power of two. */
function classSize(size: number): number {
  if (size <= 512) return (size + GRANULE - 1) & ~(GRANULE - 1);
  const step = 2 ** (Math.floor(Math.log2(size)) - 2);
  return Math.ceil(size / step) * step;
}
