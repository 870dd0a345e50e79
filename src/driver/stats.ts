/** Time of each phase, for `--stats` and the lab. Holds: phase names in the order in which they first ran, and milliseconds. */
export class Stopwatch {
  private readonly elapsed = new Map<string, number>();

  /** Runs a phase, or one more part of it. */
  time<T>(name: string, work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.elapsed.set(name, (this.elapsed.get(name) ?? 0) + performance.now() - start);
    }
  }

  get phases(): readonly { readonly name: string; readonly ms: number }[] {
    return [...this.elapsed].map(([name, ms]) => ({ name, ms }));
  }
}
