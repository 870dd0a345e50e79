/**
 * Memory in which every reference has a tag of its own: the oracle of the borrow checker.
 * Algorithm: stacked borrows (Jung, Dang, Kang, Dreyer: "Stacked borrows: an aliasing model for Rust", POPL 2020), with three changes that
 * `docs/decisions/0015-borrow-oracle.md` explains: two-phase borrows are reserved and activated, raw pointers keep the tag they were made
 * from, and an exclusive use of a container counts as a use of what it owns.
 * Holds: for each byte the top of its stack of permissions. Stacks are shared lists: an item points to the one below, so that a range of
 * bytes is pushed or popped by storing one number a byte. For each tag: where it was made, and what took it away.
 * A pointer is `tag * 2^32 + address` as in Memory, but the tag says which reference it is, not only which allocation.
 */
import { Fault } from './fault.ts';
import { Memory, TABLE_BASE } from './memory.ts';
import type { MemoryOptions, RangeUse } from './memory.ts';

const TWO32 = 4294967296;
/** Past this many items the stacks are searched for those still in use. */
const COLLECT_AT = 1 << 22;

/** May read and write, and is the only one: also the owner itself, at the bottom. */
const UNIQUE = 1;
/** May read. */
const SHARED = 2;
/** A two-phase borrow before its activation: may read, and does not mind others that read. */
const RESERVED = 3;
/** Behind a shared reference to something with inner mutability: may write, together with its neighbours in the stack. */
const CELL = 4;

/** How a reference comes to be. */
export const BORROW_MUT = 1;
export const BORROW_TWO_PHASE = 2;
/** By code outside of std: what the referent owns counts too. */
export const BORROW_DEEP = 4;

/** A piece of a value, relative to its start. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** What the memory has to know of types; they are named by number. */
export interface BorrowTypes {
  /** Bytes of a referent; `meta` is the length or table of an unsized one. */
  size(type: number, meta: number): number;
  align(type: number): number;
  /** Where it can change behind a shared reference. */
  cells(type: number, meta: number): readonly Extent[];
  /** Calls `block` for each heap block that a value at an address owns, directly or not. */
  owned(type: number, meta: number, address: number, block: (pointer: number, size: number) => void): void;
}

/** Where something happened: the number of a mark (innermost), and of the last one outside of std. */
export interface Moment {
  readonly at: number;
  readonly user: number;
}

/** A use of a reference that was no longer, or never, allowed to do this. */
export class BorrowFault extends Fault {
  /** Null where nothing is known of it: the tag belongs to other memory. */
  readonly made: Moment | null;
  readonly lost: Moment | null;
  readonly why: string | null;

  constructor(what: string, made: Moment | null, lost: Moment | null, why: string | null) {
    super(what);
    this.made = made;
    this.lost = lost;
    this.why = why;
  }
}

const LOSSES = [
  '', 'a read by another way', 'a write by another way', 'an exclusive borrow by another way', 'a shared borrow by another way', 'the move of the value',
  'the end of the memory', 'the destruction of the value',
] as const;
const READ = 1;
const WRITE = 2;
const BORROWED_MUT = 3;
const BORROWED = 4;
const MOVED = 5;
const ENDED = 6;
const DROPPED = 7;

function larger(from: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(size);
  to.set(from);
  return to;
}

export class BorrowMemory extends Memory {
  /** Marks of the statement that runs, and of the last one outside of std; written by translated code. */
  at = 0;
  user = 0;
  private readonly types: BorrowTypes;
  /** The top item of each byte's stack; 0: nothing there. */
  private tops: Int32Array;
  private below = new Int32Array(1 << 16);
  private bottom = new Int32Array(1 << 16);
  private itemTag = new Int32Array(1 << 16);
  private perm = new Uint8Array(1 << 16);
  private items = 1;
  private collectAt = COLLECT_AT;
  // By tag.
  private madeAt = new Int32Array(1 << 12);
  private madeUser = new Int32Array(1 << 12);
  private lostAt = new Int32Array(1 << 12);
  private lostUser = new Int32Array(1 << 12);
  private lostWhy = new Uint8Array(1 << 12);
  /** Of a two-phase borrow: the tag it was made from. */
  private parent = new Int32Array(1 << 12);
  private why = 0;

  constructor(options: MemoryOptions, types: BorrowTypes) {
    super(options);
    this.types = types;
    this.tops = new Int32Array(this.u8.length);
  }

  protected override grow(needed: number): void {
    super.grow(needed);
    this.tops = larger(this.tops, this.u8.length);
  }

  // ---------------------------------------------------------------- items and tags

  private item(below: number, tag: number, perm: number): number {
    if (this.items === this.below.length) this.growItems();
    const item = this.items++;
    this.below[item] = below;
    this.bottom[item] = below === 0 ? item : this.bottom[below]!;
    this.itemTag[item] = tag;
    this.perm[item] = perm;
    return item;
  }

  private growItems(): void {
    const size = this.below.length * 2;
    this.below = larger(this.below, size);
    this.bottom = larger(this.bottom, size);
    this.itemTag = larger(this.itemTag, size);
    const perm = new Uint8Array(size);
    perm.set(this.perm);
    this.perm = perm;
  }

  /** Forgets items that are in no stack. Items only point to older ones, so their order stays. */
  private collect(): void {
    const used = new Uint8Array(this.items);
    for (const top of this.tops) for (let item = top; item !== 0 && used[item] === 0; item = this.below[item]!) used[item] = 1;
    const moved = new Int32Array(this.items);
    let count = 1;
    for (let item = 1; item < this.items; item++) {
      if (used[item] === 0) continue;
      moved[item] = count;
      this.below[count] = moved[this.below[item]!]!;
      this.bottom[count] = moved[this.bottom[item]!]!;
      this.itemTag[count] = this.itemTag[item]!;
      this.perm[count] = this.perm[item]!;
      count++;
    }
    this.items = count;
    this.collectAt = Math.max(COLLECT_AT, count * 2);
    this.tops.forEach((top, a) => {
      if (top !== 0) this.tops[a] = moved[top]!;
    });
  }

  protected override newTag(): number {
    const tag = super.newTag();
    if (tag >= this.madeAt.length) {
      const size = this.madeAt.length * 2;
      this.madeAt = larger(this.madeAt, size);
      this.madeUser = larger(this.madeUser, size);
      this.lostAt = larger(this.lostAt, size);
      this.lostUser = larger(this.lostUser, size);
      this.parent = larger(this.parent, size);
      const why = new Uint8Array(size);
      why.set(this.lostWhy);
      this.lostWhy = why;
    }
    this.madeAt[tag] = this.at;
    this.madeUser[tag] = this.user;
    this.lostWhy[tag] = 0;
    this.parent[tag] = 0;
    return tag;
  }

  private lose(item: number): void {
    const tag = this.itemTag[item]!;
    this.lostAt[tag] = this.at;
    this.lostUser[tag] = this.user;
    this.lostWhy[tag] = this.why;
  }

  // ---------------------------------------------------------------- the rules

  /** The stack after a read by `tag`, or -1 if it may not read. Exclusive references above it are gone then. */
  private afterRead(top: number, tag: number): number {
    let exclusive = false;
    let item = top;
    while (item !== 0 && this.itemTag[item] !== tag) {
      if (this.perm[item] === UNIQUE) exclusive = true;
      item = this.below[item]!;
    }
    if (item === 0) return -1;
    return exclusive ? this.withoutExclusive(top, item) : top;
  }

  private withoutExclusive(top: number, until: number): number {
    if (top === until) return top;
    const below = this.withoutExclusive(this.below[top]!, until);
    if (this.perm[top] === UNIQUE) {
      this.lose(top);
      return below;
    }
    return this.item(below, this.itemTag[top]!, this.perm[top]!);
  }

  /** The stack after a write by `tag`; -1 if it is not there, -2 if it may only read. Everything above it is gone then. */
  private afterWrite(top: number, tag: number): number {
    // Neighbours with inner mutability do not mind each other's writes.
    let keep = top;
    let item = top;
    while (item !== 0 && this.itemTag[item] !== tag) {
      if (this.perm[item] !== CELL) keep = this.below[item]!;
      item = this.below[item]!;
    }
    if (item === 0) return -1;
    switch (this.perm[item]) {
      case SHARED:
        return -2;
      case CELL:
        break;
      case RESERVED:
        return this.activated(top, item);
      default:
        keep = item;
    }
    for (let gone = top; gone !== keep; gone = this.below[gone]!) this.lose(gone);
    return keep;
  }

  /** A reserved item becomes exclusive: a write by the one it was made from, then the item alone on top. */
  private activated(top: number, reserved: number): number {
    const tag = this.itemTag[reserved]!;
    const under = this.afterWrite(top, this.parent[tag]!);
    if (under < 0) return under;
    this.lostWhy[tag] = 0;
    return this.item(under, tag, UNIQUE);
  }

  private readAll(a: number, size: number, tag: number): boolean {
    const { tops, itemTag } = this;
    const end = a + size;
    let known = -1;
    let result = 0;
    for (let i = a; i < end; i++) {
      const top = tops[i]!;
      if (itemTag[top] === tag && top !== 0) continue;
      if (top !== known) {
        known = top;
        result = this.afterRead(top, tag);
        if (result < 0) return false;
      }
      tops[i] = result;
    }
    return true;
  }

  /** 0 if it went well, else as `afterWrite`. */
  private writeAll(a: number, size: number, tag: number): number {
    const { tops } = this;
    const end = a + size;
    let known = -1;
    let result = 0;
    for (let i = a; i < end; i++) {
      const top = tops[i]!;
      if (top !== known) {
        known = top;
        if (this.itemTag[top] === tag && this.perm[top] === UNIQUE) result = top;
        else {
          result = this.afterWrite(top, tag);
          if (result < 0) return result;
        }
      }
      tops[i] = result;
    }
    return 0;
  }

  private mayRead(p: number, a: number, size: number): void {
    this.why = READ;
    if (!this.readAll(a, size, (p - a) / TWO32)) this.violation('read', p, size);
  }

  private mayWrite(p: number, a: number, size: number, why: number): void {
    this.why = why;
    const outcome = this.writeAll(a, size, (p - a) / TWO32);
    if (outcome < 0) this.violation(why === MOVED ? 'move' : why === BORROWED_MUT ? 'exclusive borrow' : 'write', p, size);
  }

  /** The function's own local, by address: its tag is at the bottom. */
  private ownRead(a: number, size: number): void {
    const bottom = this.bottom[this.tops[a]!]!;
    this.why = READ;
    this.readAll(a, size, this.itemTag[bottom]!);
  }

  private ownWrite(a: number, size: number, why: number): void {
    const bottom = this.bottom[this.tops[a]!]!;
    this.why = why;
    this.writeAll(a, size, this.itemTag[bottom]!);
  }

  private violation(what: string, p: number, size: number): never {
    const a = p >>> 0;
    const tag = (p - a) / TWO32;
    for (let i = 0; i < size; i++) {
      if (this.tops[a + i] === 0) this.refuse(p, size, 1, what === 'read' ? 'read' : 'write');
    }
    const { made, lost, why } = this.history(tag);
    const how = why === null ? `${what} of ${size} bytes by a reference that does not allow it` : `${what} of ${size} bytes by a reference that is gone`;
    throw new BorrowFault(how, made, lost, why);
  }

  /** What is known of a tag. A reserved borrow is lost with the one it was made from. */
  private history(tag: number): { readonly made: Moment | null; readonly lost: Moment | null; readonly why: string | null } {
    if (!(tag > 0 && tag < this.madeAt.length) || this.madeAt[tag] === 0) return { made: null, lost: null, why: null };
    let loser = tag;
    while (this.lostWhy[loser] === 0 && this.parent[loser] !== 0) loser = this.parent[loser]!;
    const made = { at: this.madeAt[tag]!, user: this.madeUser[tag]! };
    if (this.lostWhy[loser] === 0) return { made, lost: null, why: null };
    return { made, lost: { at: this.lostAt[loser]!, user: this.lostUser[loser]! }, why: LOSSES[this.lostWhy[loser]!]! };
  }

  // ---------------------------------------------------------------- references

  /** A new reference to the place that a pointer says; `how` is a sum of BORROW_…. */
  borrow(p: number, meta: number, type: number, how: number): number {
    const types = this.types;
    const size = types.size(type, meta);
    if (size === 0) return p;
    const a = this.range(p, size, types.align(type), 'borrow');
    if (this.items > this.collectAt) this.collect();
    const parent = (p - a) / TWO32;
    if (how & BORROW_TWO_PHASE) {
      this.why = BORROWED;
      if (!this.readAll(a, size, parent)) this.violation('borrow', p, size);
      const tag = this.newTag();
      this.parent[tag] = parent;
      this.push(a, size, tag, RESERVED);
      return tag * TWO32 + a;
    }
    if (how & BORROW_MUT) {
      this.mayWrite(p, a, size, BORROWED_MUT);
      if (how & BORROW_DEEP) this.touchOwned(a, meta, type, true, BORROWED_MUT);
      const tag = this.newTag();
      this.push(a, size, tag, UNIQUE);
      return tag * TWO32 + a;
    }
    return this.share(p, a, size, meta, type, how);
  }

  private share(p: number, a: number, size: number, meta: number, type: number, how: number): number {
    const parent = (p - a) / TWO32;
    const cells = this.types.cells(type, meta);
    this.why = BORROWED;
    let plain = 0;
    // What lies in a cell is not read: its exclusive borrows stay.
    for (const cell of [...cells, { from: size, to: size }]) {
      if (cell.from > plain && !this.readAll(a + plain, cell.from - plain, parent)) this.violation('borrow', p, size);
      for (let i = a + cell.from; i < a + cell.to; i++) if (this.isMissing(this.tops[i]!, parent)) this.violation('borrow', p, size);
      plain = cell.to;
    }
    if (how & BORROW_DEEP) this.touchOwned(a, meta, type, false, BORROWED);
    // One shared reference on top of another loses its rights with it: one tag serves both.
    const top = this.tops[a]!;
    const tag = this.itemTag[top]!;
    if (this.sameTop(a, size, tag, cells)) return tag * TWO32 + a;
    const fresh = this.newTag();
    let done = 0;
    for (const cell of cells) {
      this.push(a + done, cell.from - done, fresh, SHARED);
      this.push(a + cell.from, cell.to - cell.from, fresh, CELL);
      done = cell.to;
    }
    this.push(a + done, size - done, fresh, SHARED);
    return fresh * TWO32 + a;
  }

  private isMissing(top: number, tag: number): boolean {
    let item = top;
    while (item !== 0 && this.itemTag[item] !== tag) item = this.below[item]!;
    return item === 0;
  }

  private sameTop(a: number, size: number, tag: number, cells: readonly Extent[]): boolean {
    let next = 0;
    for (let i = 0; i < size; i++) {
      while (next < cells.length && i >= cells[next]!.to) next++;
      const inCell = next < cells.length && i >= cells[next]!.from;
      const top = this.tops[a + i]!;
      if (this.itemTag[top] !== tag || this.perm[top] !== (inCell ? CELL : SHARED)) return false;
    }
    return true;
  }

  private push(a: number, size: number, tag: number, perm: number): void {
    let known = -1;
    let item = 0;
    for (let i = a; i < a + size; i++) {
      const top = this.tops[i]!;
      if (top !== known) {
        known = top;
        item = this.item(top, tag, perm);
      }
      this.tops[i] = item;
    }
  }

  /** A two-phase borrow is used: from here on it is exclusive. */
  activate(p: number, meta: number, type: number, how: number): void {
    const size = this.types.size(type, meta);
    if (size === 0) return;
    const a = p >>> 0;
    this.mayWrite(p, a, size, BORROWED_MUT);
    if (how & BORROW_DEEP) this.touchOwned(a, meta, type, true, BORROWED_MUT);
  }

  /** A reference is handed over: it need not be read for that, but it must be there. */
  used(p: number, meta: number, type: number): void {
    const size = this.types.size(type, meta);
    const a = p >>> 0;
    const tag = (p - a) / TWO32;
    let known = -1;
    for (let i = a; i < a + size; i++) {
      const top = this.tops[i]!;
      if (top !== known && this.isMissing(top, tag)) this.violation('use', p, size);
      known = top;
    }
  }

  /** A value is about to leave its place: so does what it owns. */
  leaving(p: number, type: number): void {
    if (this.types.size(type, 0) > 0) this.touchOwned(p >>> 0, 0, type, true, MOVED);
  }

  /** What a value owns on the heap belongs to it: using it exclusively ends all borrows there, reading it the exclusive ones. */
  private touchOwned(a: number, meta: number, type: number, exclusive: boolean, why: number): void {
    this.types.owned(type, meta, a, (pointer, size) => {
      const block = pointer >>> 0;
      const bottom = this.bottom[this.tops[block]!]!;
      if (bottom === 0) return;
      this.why = why;
      const tag = this.itemTag[bottom]!;
      if (exclusive) this.writeAll(block, size, tag);
      else this.readAll(block, size, tag);
    });
  }

  /** The size of the heap block that begins at a pointer's address, 0 if none does. */
  blockSize(p: number): number {
    const a = p >>> 0;
    return (a & 15) === 0 && a < this.u8.length && this.tops[a] !== 0 ? Math.max(0, this.sizes[a >>> 4]! - 1) : 0;
  }

  // ---------------------------------------------------------------- accesses through pointers

  override r1(p: number): number {
    const a = p >>> 0;
    if (this.s8[a] !== 3) this.refuseAccess(p, 1, 1, 'read');
    this.mayRead(p, a, 1);
    return a;
  }

  override r2(p: number): number {
    return this.readScalar(p, 2);
  }

  override r4(p: number): number {
    return this.readScalar(p, 4);
  }

  override r8(p: number): number {
    return this.readScalar(p, 8);
  }

  private readScalar(p: number, size: number): number {
    const a = p >>> 0;
    if (a % size !== 0 || !this.isInit(a, size)) this.refuseAccess(p, size, size, 'read');
    this.mayRead(p, a, size);
    return a;
  }

  override w1(p: number): number {
    return this.writeScalar(p, 1);
  }

  override w2(p: number): number {
    return this.writeScalar(p, 2);
  }

  override w4(p: number): number {
    return this.writeScalar(p, 4);
  }

  override w8(p: number): number {
    return this.writeScalar(p, 8);
  }

  private writeScalar(p: number, size: number): number {
    const a = p >>> 0;
    if (a % size !== 0) this.refuse(p, size, size, 'write');
    this.mayWrite(p, a, size, WRITE);
    this.init(a, size);
    return a;
  }

  // ---------------------------------------------------------------- accesses to the function's own locals: as q and v of Memory

  o1(a: number): number {
    this.q1(a);
    this.ownRead(a, 1);
    return a;
  }

  o2(a: number): number {
    this.q2(a);
    this.ownRead(a, 2);
    return a;
  }

  o4(a: number): number {
    this.q4(a);
    this.ownRead(a, 4);
    return a;
  }

  o8(a: number): number {
    this.q8(a);
    this.ownRead(a, 8);
    return a;
  }

  p1(a: number): number {
    this.v1(a);
    this.ownWrite(a, 1, WRITE);
    return a;
  }

  p2(a: number): number {
    this.v2(a);
    this.ownWrite(a, 2, WRITE);
    return a;
  }

  p4(a: number): number {
    this.v4(a);
    this.ownWrite(a, 4, WRITE);
    return a;
  }

  p8(a: number): number {
    this.v8(a);
    this.ownWrite(a, 8, WRITE);
    return a;
  }

  override range(p: number, size: number, align: number, how: RangeUse = 'read'): number {
    const a = p >>> 0;
    if (size === 0) return a;
    if (typeof p !== 'number' || p === 0 || p >= TABLE_BASE || a % align !== 0 || !(a + size <= this.u8.length)) this.refuse(p, size, align, 'read');
    if (how === 'read') this.mayRead(p, a, size);
    else if (how === 'write') this.mayWrite(p, a, size, WRITE);
    else if (how === 'move') this.mayWrite(p, a, size, MOVED);
    else for (let i = 0; i < size; i++) if (this.tops[a + i] === 0) this.refuse(p, size, align, 'read');
    return a;
  }

  override localRange(a: number, size: number): number {
    super.localRange(a, size);
    if (size > 0) this.ownWrite(a, size, WRITE);
    return a;
  }

  override takeLocal(a: number, size: number): void {
    if (size > 0) this.ownWrite(a, size, MOVED);
    super.takeLocal(a, size);
  }

  override forget(p: number, size: number): void {
    const a = p >>> 0;
    if (size === 0 || this.tops[a] === 0) return;
    this.why = DROPPED;
    if (this.writeAll(a, size, (p - a) / TWO32) === 0) this.uninit(a, size);
  }

  private refuseAccess(p: number, size: number, align: number, how: 'read' | 'write'): never {
    const a = p >>> 0;
    // A reference that is gone is the better story than what became of the bytes.
    if (typeof p === 'number' && p !== 0 && a + size <= this.u8.length && a % align === 0) this.mayRead(p, a, size);
    this.refuse(p, size, align, how);
  }

  protected override refuse(p: number, size: number, align: number, how: 'read' | 'write'): never {
    const a = p >>> 0;
    if (typeof p !== 'number' || p === 0 || p >= TABLE_BASE || a % align !== 0) super.refuse(p, size, align, how);
    const { made, lost, why } = this.history((p - a) / TWO32);
    for (let i = 0; i < size; i++) {
      if (a + i < this.u8.length && this.tops[a + i] !== 0) continue;
      throw new BorrowFault(`${how} of ${size} bytes after the memory was freed or its variable died`, made, lost, why);
    }
    throw new BorrowFault(`${how} of ${size} bytes that are not initialised or were moved from`, made, null, null);
  }

  // ---------------------------------------------------------------- lives

  override live(a: number, size: number): number {
    const pointer = super.live(a, size);
    this.begin(a, size, pointer / TWO32);
    return pointer;
  }

  override adopt(a: number, size: number): number {
    const pointer = super.adopt(a, size);
    this.begin(a, size, pointer / TWO32);
    return pointer;
  }

  private begin(a: number, size: number, tag: number): void {
    if (size === 0) return;
    if (this.items > this.collectAt) this.collect();
    this.tops.fill(this.item(0, tag, UNIQUE), a, a + size);
  }

  override dead(a: number, size: number): void {
    const end = (a + size + 15) & ~15;
    this.why = ENDED;
    let known = 0;
    for (let i = a; i < end; i++) {
      const top = this.tops[i]!;
      if (top === 0) continue;
      if (top !== known) {
        known = top;
        for (let item = top; item !== 0; item = this.below[item]!) this.lose(item);
      }
      this.tops[i] = 0;
    }
    super.dead(a, size);
  }
}
