/**
 * Why a constant has no value, found in the graph of calls: a circle of constants, or the call that leads to the operating system.
 * Consumes: a mono program and the instance of a constant that failed. Produces: a story for the report. Algorithm: breadth-first search.
 */
import type { Instance, InstanceId, MonoProgram, Stmt } from '../mir/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { Span } from '../source/index.ts';

type Call = Stmt & { readonly kind: 'call' };

/** One call on the way from a constant to what it fails at. */
interface Step {
  readonly from: Instance;
  readonly call: Call;
}

/** The shortest way of calls from `start` to a call that `wanted` accepts; null if there is none. */
function findCall(program: MonoProgram, start: InstanceId, wanted: (call: Call) => boolean): readonly Step[] | null {
  const cameBy = new Map<InstanceId, Step | null>([[start, null]]);
  const queue = [start];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const from = program.instances[id]!;
    for (const block of from.body.blocks) {
      for (const stmt of block.stmts) {
        if (stmt.kind !== 'call') continue;
        if (wanted(stmt)) return wayTo({ from, call: stmt }, cameBy);
        if (stmt.callee.kind !== 'instance' || cameBy.has(stmt.callee.id)) continue;
        cameBy.set(stmt.callee.id, { from, call: stmt });
        queue.push(stmt.callee.id);
      }
    }
  }
  return null;
}

function wayTo(last: Step, cameBy: ReadonlyMap<InstanceId, Step | null>): readonly Step[] {
  const way = [last];
  for (let before = cameBy.get(last.from.id) ?? null; before !== null; before = cameBy.get(before.from.id) ?? null) way.unshift(before);
  return way;
}

/** A circle of constants, each needing the value of the next. */
export interface ConstCircle {
  /** `FIRST → SECOND → FIRST`. */
  readonly names: string;
  readonly members: readonly InstanceId[];
  /** The use that leads back to the first. */
  readonly span: Span;
}

/** The circle that a constant stands in, if its value needs itself. */
export function circleOf(program: MonoProgram, id: InstanceId): ConstCircle | null {
  const way = findCall(program, id, (call) => call.callee.kind === 'instance' && call.callee.id === id);
  if (way === null) return null;
  const constants = way.map((step) => step.from).filter((instance) => instance.body.origin.kind === 'const');
  const names = [...constants, program.instances[id]!].map((instance) => (instance.body.origin.kind === 'const' ? instance.body.origin.decl.name : ''));
  return { names: names.join(' → '), members: constants.map((instance) => instance.id), span: way.at(-1)!.call.span };
}

/** Whether a constant needs the value of another, however far away. */
export function needs(program: MonoProgram, id: InstanceId, other: InstanceId): boolean {
  return findCall(program, id, (call) => call.callee.kind === 'instance' && call.callee.id === other) !== null;
}

/** The last call in the program's own text on the way to a function of the runtime. */
export function callOfNative(program: MonoProgram, id: InstanceId, symbol: string): Span {
  const way = findCall(program, id, (call) => call.callee.kind === 'native' && call.callee.symbol === symbol);
  return way?.findLast((step) => isOwn(step.from))?.call.span ?? NO_SPAN;
}

function isOwn(instance: Instance): boolean {
  const { origin } = instance.body;
  if (origin.kind === 'synthetic') return false;
  return !(origin.kind === 'closure' ? origin.decl.owner : origin.decl).module.isStd;
}
