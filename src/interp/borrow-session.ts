/**
 * Calls single functions of a program with every reference followed: how generated programs are tried by the thousand.
 * Consumes: a mono program and the functions to call, which take one UInt64 and give an Int64. Produces: how each call ended.
 * Holds: the translation, and one machine, which serves until a call leaves it in disorder.
 */
import { bug } from '../base/index.ts';
import type { InstanceId, MonoProgram } from '../mir/index.ts';
import type { SourceMap } from '../source/index.ts';
import { Ending, Fault, NotConstant } from './fault.ts';
import { MemoryHost } from './host.ts';
import { describeFault, hashSeed, isStackOverflow, placeIn } from './interpret.ts';
import { norm } from './int64.ts';
import { link, translate } from './translate.ts';
import type { Linked, Translation } from './translate.ts';

export type CallOutcome =
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'panic'; readonly message: string }
  /** The function did what no checked function may do. */
  | { readonly kind: 'fault'; readonly text: string }
  /** Heap blocks are left over. */
  | { readonly kind: 'leak'; readonly blocks: number }
  | { readonly kind: 'budget' };

/** Loop turns and calls that one call may take. */
const FUEL = 20_000;
const STACK_BYTES = 1 << 20;
const MAX_MEMORY_BYTES = 1 << 26;

export class BorrowSession {
  private readonly translation: Translation;
  private readonly sources: SourceMap;
  private linked: Linked | null = null;

  constructor(program: MonoProgram, functions: readonly InstanceId[], sources: SourceMap) {
    this.translation = translate(program, functions, true, true);
    this.sources = sources;
  }

  /** Calls the function at an index of the list. */
  call(index: number, argument: bigint): CallOutcome {
    this.linked ??= this.link();
    const { machine, functions } = this.linked;
    const call = functions[index] ?? bug(`no function ${index}`);
    const before = machine.m.leaks().blocks;
    machine.fuel = FUEL;
    machine.p = null;
    try {
      const value = call(norm(BigInt.asUintN(64, argument))) as number | bigint;
      const panic = machine.p as { readonly message: Uint8Array } | null;
      const blocks = machine.m.leaks().blocks - before;
      if (blocks !== 0) return { kind: 'leak', blocks };
      return panic === null ? { kind: 'value', value: BigInt(value) } : { kind: 'panic', message: new TextDecoder().decode(panic.message) };
    } catch (error) {
      // What the call left behind must not be seen by the next one.
      this.linked = null;
      if (error instanceof Fault) return { kind: 'fault', text: describeFault(error, this.translation, this.sources) };
      if (error instanceof NotConstant || error instanceof Ending || isStackOverflow(error)) return { kind: 'budget' };
      throw error;
    }
  }

  private link(): Linked {
    return link(this.translation, {
      host: new MemoryHost(), stackBytes: STACK_BYTES, maxBytes: MAX_MEMORY_BYTES, place: (span) => placeIn(this.sources, span),
      fuel: FUEL, constant: false, hashSeed: hashSeed([]), testIndex: 0,
    });
  }
}
