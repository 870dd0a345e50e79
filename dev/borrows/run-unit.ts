/**
 * One accepted unit, run with different inputs.
 * Consumes: a session of the interpreter that follows references. Produces: what happened, and the misuse if there was one. Holds: nothing.
 */
import type { BorrowSession } from '../../src/interp/index.ts';
import type { Unit } from './generate.ts';

/** Inputs that each unit is run with: their bits decide the branches. */
export const RUNS = 12;

export interface Violation {
  readonly unit: Unit;
  /** Which input. */
  readonly run: number;
  /** The first words, the same for misuses of one sort. */
  readonly kind: string;
  readonly story: string;
}

export interface UnitRun {
  readonly calls: number;
  readonly panics: number;
  readonly outOfFuel: number;
  readonly violation: Violation | null;
}

/** The first two inputs take all branches one way; the others any. */
export function argumentOf(run: number): bigint {
  if (run === 0) return 0n;
  if (run === 1) return BigInt.asUintN(64, -1n);
  const spread = BigInt.asUintN(64, BigInt(run) * 0x9e3779b97f4a7c15n);
  return BigInt.asUintN(64, spread ^ (spread >> 29n) ^ (spread << 17n));
}

export function runUnit(session: BorrowSession, index: number, unit: Unit): UnitRun {
  let panics = 0;
  for (let run = 0; run < RUNS; run++) {
    const outcome = session.call(index, argumentOf(run));
    switch (outcome.kind) {
      case 'value':
        break;
      case 'panic':
        panics++;
        break;
      case 'budget':
        return { calls: run + 1, panics, outOfFuel: 1, violation: null };
      case 'leak':
        return { calls: run + 1, panics, outOfFuel: 0, violation: { unit, run, kind: 'leak', story: `${outcome.blocks} heap blocks are left over` } };
      case 'fault':
        return { calls: run + 1, panics, outOfFuel: 0, violation: { unit, run, kind: kindOf(outcome.text), story: outcome.text } };
    }
  }
  return { calls: RUNS, panics, outOfFuel: 0, violation: null };
}

function kindOf(story: string): string {
  return story.split('\n')[0]!.replace(/\d+ bytes/, 'N bytes').replace(/^(read|write|use|move|borrow|exclusive borrow) /, '');
}
