/** Wall time of each phase, for `--stats` and the lab. Holds: phase names in order and milliseconds. */
export class Stopwatch {
  readonly phases: { readonly name: string; readonly ms: number }[] = [];

  time<T>(name: string, work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.phases.push({ name, ms: performance.now() - start });
    }
  }
}
