/**
 * What is known about ints at one point: differences `x - y <= c` between variables, where variable 0 is the number zero, and sums `x + y <= z`.
 * Produces: bounds of a variable, of the difference of two, of a sum. The domain of zones (Miné 2001), kept sparse: only facts that were learnt are stored, implied ones are searched
 * for over few steps, and a fact that is not found is not known.
 * Holds: one map of maps; the ranges of the types of the variables are shared by all states.
 */

/** Index of a variable; 0 is the number zero. */
export type VarId = number;

export interface VarRange {
  readonly min: bigint;
  readonly max: bigint;
}

export const ZERO: VarId = 0;
/** How many facts a search may chain: `i < n`, `n <= m`, `m <= 100`, type. */
const MAX_STEPS = 4;

export class Bounds {
  /** `edges.get(x).get(y) = c` says x - y <= c. */
  private readonly edges: Map<VarId, Map<VarId, bigint>>;
  /** `x,y` → z with x + y <= z. */
  private readonly sums: Map<string, VarId>;
  private readonly ranges: readonly VarRange[];

  constructor(ranges: readonly VarRange[], edges?: Map<VarId, Map<VarId, bigint>>, sums?: Map<string, VarId>) {
    this.ranges = ranges;
    this.edges = edges ?? new Map();
    this.sums = sums ?? new Map();
  }

  clone(): Bounds {
    const edges = new Map<VarId, Map<VarId, bigint>>();
    for (const [x, row] of this.edges) edges.set(x, new Map(row));
    return new Bounds(this.ranges, edges, new Map(this.sums));
  }

  /** Learns x - y <= c. */
  learn(x: VarId, y: VarId, c: bigint): void {
    if (x === y) return;
    let row = this.edges.get(x);
    if (row === undefined) this.edges.set(x, (row = new Map()));
    const known = row.get(y);
    if (known === undefined || c < known) row.set(y, c);
  }

  learnEqual(x: VarId, y: VarId, offset: bigint): void {
    this.learn(x, y, offset);
    this.learn(y, x, -offset);
  }

  learnRange(x: VarId, min: bigint, max: bigint): void {
    if (max < this.ranges[x]!.max) this.learn(x, ZERO, max);
    if (min > this.ranges[x]!.min) this.learn(ZERO, x, -min);
  }

  /** The least c known with x - y <= c; null if none. */
  difference(x: VarId, y: VarId): bigint | null {
    if (x === y) return 0n;
    const best = new Map<VarId, bigint>([[x, 0n]]);
    let frontier: VarId[] = [x];
    for (let step = 0; step < MAX_STEPS && frontier.length > 0; step++) {
      const next: VarId[] = [];
      const reach = (to: VarId, c: bigint): void => {
        const known = best.get(to);
        if (known !== undefined && known <= c) return;
        best.set(to, c);
        next.push(to);
      };
      for (const from of frontier) {
        const at = best.get(from)!;
        for (const [to, c] of this.edges.get(from) ?? []) reach(to, at + c);
        if (from !== ZERO) reach(ZERO, at + this.ranges[from]!.max);
        // From zero the type of the goal gives a bound; other variables are reached through facts only.
        else if (y !== ZERO) reach(y, at - this.ranges[y]!.min);
      }
      frontier = next;
    }
    return best.get(y) ?? null;
  }

  max(x: VarId): bigint {
    return x === ZERO ? 0n : this.difference(x, ZERO) ?? this.ranges[x]!.max;
  }

  min(x: VarId): bigint {
    if (x === ZERO) return 0n;
    const c = this.difference(ZERO, x);
    return c === null ? this.ranges[x]!.min : -c;
  }

  learnSum(x: VarId, y: VarId, z: VarId): void {
    this.sums.set(`${x},${y}`, z);
    this.sums.set(`${y},${x}`, z);
  }

  /** A variable that x + y does not exceed, if one is known. */
  sumBound(x: VarId, y: VarId): VarId | null {
    return this.sums.get(`${x},${y}`) ?? null;
  }

  /** All z with x + other <= z, as [other, z]. */
  sumsOf(x: VarId): readonly (readonly [VarId, VarId])[] {
    const out: [VarId, VarId][] = [];
    for (const [key, z] of this.sums) {
      const [a, b] = key.split(',').map(Number);
      if (a === x) out.push([b!, z]);
    }
    return out;
  }

  /** The variable gets a new value: what was known of the old one goes. */
  forget(x: VarId): void {
    this.edges.delete(x);
    for (const row of this.edges.values()) row.delete(x);
    this.forgetSums(x);
  }

  private forgetSums(x: VarId): void {
    if (this.sums.size === 0) return;
    for (const [key, z] of this.sums) {
      const [a, b] = key.split(',').map(Number);
      if (a === x || b === x || z === x) this.sums.delete(key);
    }
  }

  /** x becomes x + k, without wrapping. */
  shift(x: VarId, k: bigint): void {
    const row = this.edges.get(x);
    if (row !== undefined) for (const [y, c] of row) row.set(y, c + k);
    for (const [from, other] of this.edges) {
      if (from === x) continue;
      const c = other.get(x);
      if (c !== undefined) other.set(x, c - k);
    }
    this.forgetSums(x);
  }

  /** Keeps what both know. `widen`: what had to be weakened is given up, so that loops end. Returns whether this state lost anything. */
  join(other: Bounds, widen: boolean): boolean {
    let changed = false;
    const implied = widen ? [] : this.impliedBoth(other);
    for (const [x, row] of this.edges) {
      for (const [y, c] of row) {
        const theirs = other.difference(x, y);
        if (theirs !== null && theirs <= c) continue;
        changed = true;
        if (theirs === null || widen) row.delete(y);
        else row.set(y, theirs);
      }
    }
    for (const [key, z] of this.sums) {
      if (other.sums.get(key) === z) continue;
      this.sums.delete(key);
      changed = true;
    }
    for (const [x, y, c] of implied) this.learn(x, y, c);
    return changed;
  }

  /** What the other side says outright and this one only implies: `i <= n` at the head of a loop, where at first `i` is 0. Only orders are worth keeping. */
  private impliedBoth(other: Bounds): [VarId, VarId, bigint][] {
    const out: [VarId, VarId, bigint][] = [];
    for (const [x, row] of other.edges) {
      for (const [y, c] of row) {
        if (c > 0n || x === ZERO || y === ZERO || this.edges.get(x)?.has(y) === true) continue;
        const mine = this.difference(x, y);
        if (mine !== null && mine <= 0n) out.push([x, y, mine > c ? mine : c]);
      }
    }
    return out;
  }

  /** Number of facts held. */
  get size(): number {
    let n = 0;
    for (const row of this.edges.values()) n += row.size;
    return n;
  }
}
