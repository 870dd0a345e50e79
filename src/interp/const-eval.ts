/**
 * Constants, evaluated at compile time by running their bodies in the interpreter.
 * Consumes: a mono program. Produces: the value of a constant where it is one scalar, and mono bodies in which calls of such
 * constants are replaced by their values. Holds: nothing.
 * A constant that panics, needs itself, does not end within its budget, or asks something of the operating system is reported (CJ0412, CJ0450 to CJ0452).
 * Others (an ArrayList, a struct of several fields) stay calls of their bodies: each use makes a value of its own.
 */
import { bug } from '../base/index.ts';
import type { DiagSink } from '../diag/index.ts';
import { literalBody } from '../mir/index.ts';
import type { ConstValue, Instance, InstanceId, MonoProgram, Operand, Stmt } from '../mir/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { Span } from '../source/index.ts';
import type { ConstDecl, Ty } from '../types/index.ts';
import { callOfNative, circleOf, needs } from './blame-const.ts';
import type { ConstCircle } from './blame-const.ts';
import { Ending, Fault, NotConstant } from './fault.ts';
import { MemoryHost } from './host.ts';
import type * as n64 from './int64.ts';
import { hashSeed, isStackOverflow, placeIn } from './interpret.ts';
import type { Machine, PanicValue } from './machine.ts';
import { link, translate } from './translate.ts';

/** Loop turns and calls that the evaluation of one constant may take. */
const FUEL = 10_000_000;
const STACK_BYTES = 4 * 1024 * 1024;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

export type ConstResult =
  | { readonly kind: 'value'; readonly value: ConstValue }
  /** It has a value, but not one that fits a ConstValue. */
  | { readonly kind: 'not-scalar' }
  | { readonly kind: 'panic'; readonly message: string; readonly span: Span }
  | { readonly kind: 'budget' }
  | { readonly kind: 'system'; readonly symbol: string };

/** Evaluates instances of constants. */
export function evalConsts(program: MonoProgram, ids: readonly InstanceId[]): ConstResult[] {
  const translation = translate(program, ids, true);
  const start = (): ReturnType<typeof link> =>
    link(translation, {
      host: new MemoryHost(), stackBytes: STACK_BYTES, maxBytes: MAX_MEMORY_BYTES, place: (span) => placeIn(null, span),
      fuel: FUEL, constant: true, hashSeed: hashSeed([]), testIndex: 0,
    });
  let run = start();
  return ids.map((id, index): ConstResult => {
    const { machine } = run;
    machine.fuel = FUEL;
    machine.p = null;
    const ty = program.instances[id]!.body.locals[0]!.ty;
    const shape = translation.shapes.of(ty);
    try {
      const args = shape.inMemory ? [machine.m.alloc(shape.size, shape.align)] : [];
      const leaf = run.functions[index]!(...args);
      const panic = machine.p as PanicValue | null;
      if (panic !== null) return { kind: 'panic', message: new TextDecoder().decode(panic.message), span: panic.span };
      const value = shape.inMemory ? null : scalarValue(ty, leaf, program, machine);
      return value === null ? { kind: 'not-scalar' } : { kind: 'value', value };
    } catch (error) {
      // What the failed run left behind must not be seen by the next one.
      run = start();
      if (error instanceof NotConstant) return error.why === 'budget' ? { kind: 'budget' } : { kind: 'system', symbol: error.detail };
      if (error instanceof Ending || isStackOverflow(error)) return { kind: 'budget' };
      if (error instanceof Fault) return bug(`evaluation of ${program.instances[id]!.body.name}: ${error.message}`);
      throw error;
    }
  });
}

/** `leaf` is the first leaf of the result; the others are still in the machine. */
function scalarValue(ty: Ty, leaf: unknown, program: MonoProgram, machine: Machine): ConstValue | null {
  const text = (): string => machine.textAt(leaf as number, machine.r1 as n64.Int64);
  switch (ty.kind) {
    case 'int':
      return { kind: 'int', value: BigInt(leaf as n64.Int64) };
    case 'float':
      return { kind: 'float', value: leaf as number };
    case 'bool':
      return { kind: 'bool', value: leaf as boolean };
    case 'rune':
      return { kind: 'rune', value: leaf as number };
    case 'tuple':
      return ty.elements.length === 0 ? { kind: 'zst' } : null;
    case 'ref':
      return ty.target.kind === 'str' ? { kind: 'string', value: text() } : null;
    case 'adt':
      // A String that owns memory is made anew at each use.
      return ty.decl === program.lang.adt('String') && machine.r2 === 0 ? { kind: 'string', value: text() } : null;
    default:
      return null;
  }
}

/** A constant's instance without parameters, evaluated; null if the program has none. */
export function evalConst(program: MonoProgram, decl: ConstDecl): ConstResult | null {
  const instance = program.instances.find((i) => i.body.origin.kind === 'const' && i.body.origin.decl === decl);
  return instance === undefined ? null : evalConsts(program, [instance.id])[0]!;
}

/** Finds the values of constants; the default runs their bodies in the program itself. */
export type Evaluator = (instances: readonly Instance[]) => readonly ConstResult[];

/** Replaces calls of constants by their values where those are scalars; reports constants that have none. Changes the bodies in place. */
export function foldConstants(program: MonoProgram, sink: DiagSink, evaluate: Evaluator = (instances) => evalConsts(program, instances.map((instance) => instance.id))): void {
  const constants = program.instances.filter((instance) => instance.body.origin.kind === 'const' && instance.linkage !== 'extern');
  if (constants.length === 0) return;
  const values = new Map<InstanceId, ConstValue>();
  const trivial = constants.filter((instance) => {
    const value = literalBody(instance.body);
    if (value !== null) values.set(instance.id, value);
    return value === null;
  });
  if (trivial.length > 0) {
    const circles: ConstCircle[] = [];
    evaluate(trivial).forEach((result, i) => {
      const instance = trivial[i]!;
      if (result.kind === 'value') values.set(instance.id, result.value);
      else if (result.kind !== 'budget' || !inCircle(program, instance.id, circles, sink)) report(program, instance, result, sink);
    });
  }
  if (values.size === 0) return;
  for (const instance of program.instances) {
    for (const block of instance.body.blocks) {
      block.stmts.forEach((stmt, i) => {
        if (stmt.kind !== 'call' || stmt.callee.kind !== 'instance') return;
        const value = values.get(stmt.callee.id);
        if (value === undefined) return;
        const ty = program.instances[stmt.callee.id]!.body.locals[0]!.ty;
        const operand: Operand = { kind: 'const', value, ty };
        const folded: Stmt = { kind: 'assign', place: stmt.dest, value: { kind: 'use', operand }, span: stmt.span };
        block.stmts[i] = folded;
      });
    }
  }
}

/** Whether a constant has no end because it needs its own value, or that of one which does. Reports each circle once. */
function inCircle(program: MonoProgram, id: InstanceId, circles: ConstCircle[], sink: DiagSink): boolean {
  if (circles.some((circle) => circle.members.includes(id) || needs(program, id, circle.members[0]!))) return true;
  const circle = circleOf(program, id);
  if (circle === null) return false;
  circles.push(circle);
  sink.report({ code: 'CJ0412', span: circle.span, args: { cycle: circle.names } });
  return true;
}

function report(program: MonoProgram, instance: Instance, result: Exclude<ConstResult, { kind: 'value' }>, sink: DiagSink): void {
  const { origin } = instance.body;
  if (origin.kind !== 'const') return bug('a constant without a declaration');
  const { name, nameSpan } = origin.decl;
  switch (result.kind) {
    case 'not-scalar':
      return;
    case 'panic': {
      const related = result.span === NO_SPAN || origin.decl.module.isStd ? [] : [{ span: result.span, label: 'panic' }];
      sink.report({ code: 'CJ0450', span: nameSpan, args: { name, message: result.message }, related });
      return;
    }
    case 'budget':
      sink.report({ code: 'CJ0451', span: nameSpan, args: { name } });
      return;
    case 'system': {
      const call = callOfNative(program, instance.id, result.symbol);
      sink.report({ code: 'CJ0452', span: nameSpan, args: { name }, related: call === NO_SPAN ? [] : [{ span: call, label: 'call' }] });
      return;
    }
    default: {
      const rest: never = result;
      bug(`unknown result ${JSON.stringify(rest)}`);
    }
  }
}
