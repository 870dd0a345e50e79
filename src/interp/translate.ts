/**
 * A mono program (or the part that some instances reach) as one JavaScript text, and that text as functions.
 * Consumes: a MonoProgram and the instances to begin with. Produces: a Translation. Holds: nothing after it is made.
 * One closure holds all functions, so that a call is a call of a known function for the JavaScript engine. Each statement's
 * lines end in a mark, from which a fault's stack trace is turned back into places in MIR.
 */
import { bug } from '../base/index.ts';
import type { Instance, InstanceId, MonoProgram, VTable } from '../mir/index.ts';
import type { Span } from '../source/index.ts';
import { BodyTranslator } from './body.ts';
import { BorrowMemory } from './borrow-memory.ts';
import { BorrowTypeTable } from './borrow-types.ts';
import type { Surroundings } from './spots.ts';
import * as n64 from './int64.ts';
import { Machine } from './machine.ts';
import type { MachineOptions } from './machine.ts';
import { TABLE_BASE } from './memory.ts';
import { Shapes } from './shape.ts';

/** A statement, for reports. */
export interface MirPlace {
  readonly instance: Instance;
  readonly block: number;
  readonly stmt: number;
  readonly span: Span | null;
}

export interface Translation {
  readonly program: MonoProgram;
  readonly shapes: Shapes;
  readonly source: string;
  /** The name under which the engine knows the text. */
  readonly sourceName: string;
  readonly spans: readonly Span[];
  readonly marks: readonly MirPlace[];
  readonly tables: readonly VTable[];
  readonly roots: readonly InstanceId[];
  readonly borrows: BorrowTypeTable | null;
}

let translations = 0;

/** `budget`: loops and calls count their turns. `borrows`: references are followed, see borrow-memory.ts. */
export function translate(program: MonoProgram, roots: readonly InstanceId[], budget: boolean, borrows = false): Translation {
  const shapes = new Shapes(program);
  const spans: Span[] = [];
  const spanIds = new Map<Span, number>();
  const marks: MirPlace[] = [];
  const texts = new Map<string, readonly [string, string]>();
  const constants: string[] = [];
  const queued = new Set<number>(roots);
  const work: number[] = [...roots];
  const tables: VTable[] = [];
  const tableIds = new Map<VTable, number>();
  const borrowTypes = borrows ? new BorrowTypeTable(program, shapes, tables) : null;

  const need = (id: number): void => {
    if (queued.has(id)) return;
    queued.add(id);
    work.push(id);
  };
  const addressOf = (table: VTable): number => {
    let id = tableIds.get(table);
    if (id === undefined) {
      id = tables.length;
      tables.push(table);
      tableIds.set(table, id);
      if (table.drop !== null) need(table.drop);
      for (const slot of table.slots) {
        if (slot.kind === 'method') need(slot.id);
        else addressOf(slot.table);
      }
    }
    return TABLE_BASE + id * 16;
  };
  const around: Surroundings = {
    shapes,
    budget,
    borrows: borrowTypes,
    instance: (id) => program.instances[id] ?? bug(`no instance ${id}`),
    span: (span) => {
      let id = spanIds.get(span);
      if (id === undefined) {
        id = spans.length;
        spans.push(span);
        spanIds.set(span, id);
      }
      return id;
    },
    text: (value) => {
      let names = texts.get(value);
      if (names === undefined) {
        const n = constants.length;
        names = [`s${n}`, `n${n}`];
        constants.push(`const [s${n}, n${n}] = x.text(${JSON.stringify(value)});`);
        texts.set(value, names);
      }
      return names;
    },
    bytes: (value) => {
      const n = constants.length;
      constants.push(`const [s${n}, n${n}] = x.bytesConst(new Uint8Array([${value.join(', ')}]));`);
      return [`s${n}`, `n${n}`];
    },
    table: (from, to) => String(addressOf(program.vtableFor(from, to))),
    callee: (id) => {
      need(id);
      return `f${id}`;
    },
    panicCurrent: panicCurrentOf(program),
    dropGlue: (ty) => program.dropGlue(ty),
    mark: (instance, block, stmt, span) => {
      marks.push({ instance, block, stmt, span });
      return marks.length - 1;
    },
  };

  const bodies: string[] = [];
  for (let id = work.pop(); id !== undefined; id = work.pop()) bodies.push(new BodyTranslator(around.instance(id), around).run());
  const list = (ids: readonly number[]): string => ids.map((id) => `f${id}`).join(', ');
  const runTables = tables.map((table) => {
    const { size, align } = shapes.of(table.self);
    const drop = table.drop === null ? 'null' : `f${table.drop}`;
    const slots = table.slots.map((slot) => (slot.kind === 'method' ? `f${slot.id}` : String(addressOf(slot.table))));
    return `x.tables.push({ drop: ${drop}, size: ${size}, align: ${align}, slots: [${slots.join(', ')}] });`;
  });
  const sourceName = `jc-interp-${translations++}`;
  const parts = ['"use strict";', 'const m = x.m;', ...constants, ...bodies, ...runTables, `return [${list(roots)}];`, `//# sourceURL=${sourceName}`, ''];
  const source = parts.join('\n');
  return { program, shapes, source, sourceName, spans, marks, tables, roots, borrows: borrowTypes };
}

/** The instance of the function that makes the value of a `catch p: Panic` arm. */
function panicCurrentOf(program: MonoProgram): number | null {
  const found = program.instances.find(({ body: { origin } }) => origin.kind === 'fn' && origin.decl.name === 'panicCurrent' && origin.decl.module.isStd);
  return found?.id ?? null;
}

type RunFunction = (...args: unknown[]) => unknown;

type MakeFunctions = (x: Machine, k: typeof n64) => RunFunction[];

/** What the engine made of a translation's text: runs of one program share it. */
const compiled = new WeakMap<Translation, MakeFunctions>();

export interface Linked {
  readonly machine: Machine;
  readonly functions: readonly RunFunction[];
}

/** A machine with the translation's functions in it, in the order of its roots. */
export function link(translation: Translation, options: Omit<MachineOptions, 'shapes' | 'borrows'>): Linked {
  const { borrows } = translation;
  const machine = new Machine({ ...options, shapes: translation.shapes, borrows });
  if (borrows !== null && machine.m instanceof BorrowMemory) {
    borrows.memory = machine.m;
    borrows.variantAt = (shape, a) => machine.variant(shape, a);
  }
  machine.spans.push(...translation.spans);
  let make = compiled.get(translation);
  if (make === undefined) compiled.set(translation, (make = new Function('x', 'k', translation.source) as MakeFunctions));
  const functions = make(machine, n64);
  return { machine, functions };
}

/** The places in MIR that a JavaScript stack trace passes through, innermost first. */
export function placesOf(translation: Translation, stack: string): MirPlace[] {
  const lines = translation.source.split('\n');
  const out: MirPlace[] = [];
  // `new Function` puts two lines before the text.
  for (const match of stack.matchAll(new RegExp(`${translation.sourceName}:(\\d+):`, 'g'))) {
    const mark = /\/\/@(\d+)$/.exec(lines[Number(match[1]) - 3] ?? '');
    if (mark !== null) out.push(translation.marks[Number(mark[1])]!);
  }
  return out;
}
