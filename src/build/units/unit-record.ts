/** What the store remembers of a unit: plain data, the value of its key. */
import type { Diagnostic } from '../../diag/index.ts';
import type { NeededInstance } from '../../mir/index.ts';
import type { Digest } from '../store/content-store.ts';

export interface UnitRecord {
  readonly object: Digest;
  readonly sizeBytes: number;
  /** Instances of std that it leaves to the program. */
  readonly needed: readonly NeededInstance[];
  /** Whether it calls functions of C libraries. */
  readonly foreign: boolean;
  /** Said again whenever the unit is taken instead of compiled; spans are in its own source. */
  readonly warnings: readonly Diagnostic[];
  readonly durationUs: number;
}
