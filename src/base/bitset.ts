/**
 * Dense bit sets of fixed size for dataflow analyses.
 * Holds: 32 members a word in one Uint32Array.
 */
export class BitSet {
  readonly words: Uint32Array;
  readonly size: number;

  constructor(size: number, words?: Uint32Array) {
    this.size = size;
    this.words = words ?? new Uint32Array((size + 31) >>> 5);
  }

  has(i: number): boolean {
    return (this.words[i >>> 5]! & (1 << (i & 31))) !== 0;
  }

  add(i: number): void {
    this.words[i >>> 5]! |= 1 << (i & 31);
  }

  remove(i: number): void {
    this.words[i >>> 5]! &= ~(1 << (i & 31));
  }

  /** Makes every bit below `size` a member. */
  fill(): void {
    this.words.fill(0xffffffff);
    const tail = this.size & 31;
    if (tail !== 0) this.words[this.words.length - 1] = (2 ** tail - 1) >>> 0;
  }

  clear(): void {
    this.words.fill(0);
  }

  clone(): BitSet {
    return new BitSet(this.size, this.words.slice());
  }

  assign(other: BitSet): void {
    this.words.set(other.words);
  }

  /** Adds every member of `other`; returns whether this set grew. */
  union(other: BitSet): boolean {
    let changed = false;
    for (let i = 0; i < this.words.length; i++) {
      const before = this.words[i]!;
      const after = (before | other.words[i]!) >>> 0;
      if (after !== before) {
        this.words[i] = after;
        changed = true;
      }
    }
    return changed;
  }

  /** Keeps only members of `other`; returns whether this set shrank. */
  intersect(other: BitSet): boolean {
    let changed = false;
    for (let i = 0; i < this.words.length; i++) {
      const before = this.words[i]!;
      const after = (before & other.words[i]!) >>> 0;
      if (after !== before) {
        this.words[i] = after;
        changed = true;
      }
    }
    return changed;
  }

  subtract(other: BitSet): void {
    for (let i = 0; i < this.words.length; i++) this.words[i]! &= ~other.words[i]!;
  }

  equals(other: BitSet): boolean {
    for (let i = 0; i < this.words.length; i++) if (this.words[i] !== other.words[i]) return false;
    return true;
  }

  isEmpty(): boolean {
    for (let i = 0; i < this.words.length; i++) if (this.words[i] !== 0) return false;
    return true;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let w = 0; w < this.words.length; w++) {
      let bits = this.words[w]!;
      while (bits !== 0) {
        const low = bits & -bits;
        yield w * 32 + (31 - Math.clz32(low));
        bits ^= low;
      }
    }
  }
}
