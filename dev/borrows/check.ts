/**
 * Many units in one module: types, moves and borrows are checked a function at a time, and the units without a mistake are lowered.
 * Consumes: units, and the rules of the borrow checker that are off. Produces: what was said of each unit, and a session that calls them.
 * Holds: the texts of std between batches.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFrontEnd } from '../../src/driver/index.ts';
import type { FrontEnd } from '../../src/driver/index.ts';
import { DiagSink, severityOf } from '../../src/diag/index.ts';
import type { Diagnostic } from '../../src/diag/index.ts';
import { NodeHost } from '../../src/host/index.ts';
import { BorrowSession } from '../../src/interp/index.ts';
import { buildMir, elaborateDrops, monomorphize } from '../../src/mir/index.ts';
import type { Body } from '../../src/mir/index.ts';
import { checkMoves } from '../../src/own/index.ts';
import type { BorrowOptions } from '../../src/own/index.ts';
import type { Host, ReadResult } from '../../src/source/index.ts';
import type { ConstDecl, FnDecl, TypedProgram } from '../../src/types/index.ts';
import { borrowCheck } from './rules.ts';
import { PRELUDE } from './types.ts';

const PATH = 'borrows.cj';
/** The bundle stands in dist/dev. */
export const ROOT = join(dirnameOf(import.meta.url), '../..');

function dirnameOf(url: string): string {
  return fileURLToPath(new URL('.', url));
}

/** Something is wrong that belongs to no unit. */
export class BrokenModule extends Error {}

export interface Program {
  readonly name: string;
  readonly text: string;
}

export interface Verdict {
  readonly name: string;
  /** What the checkers say against it: codes, the types' first. Empty: accepted. */
  readonly types: readonly Diagnostic[];
  readonly moves: readonly Diagnostic[];
  readonly borrows: readonly Diagnostic[];
}

export interface Batch {
  readonly source: string;
  readonly front: FrontEnd;
  readonly verdicts: readonly Verdict[];
  /** The same units under other rules. */
  borrowVerdicts(rules: BorrowOptions): readonly Verdict[];
  /** Calls the units of these names; null if there is none. */
  session(names: readonly string[]): BorrowSession | null;
}

/** The module as text, and the files of std, each read once. */
class BatchHost implements Host {
  private static readonly files = new Map<string, ReadResult>();
  private static readonly lists = new Map<string, readonly string[]>();
  private static readonly kinds = new Map<string, 'file' | 'directory' | 'missing'>();
  private readonly inner = new NodeHost();
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readText(path: string): ReadResult {
    return path === PATH ? { ok: true, text: this.text } : remember(BatchHost.files, path, () => this.inner.readText(path));
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    return path === PATH ? 'file' : remember(BatchHost.kinds, path, () => this.inner.kind(path));
  }

  list(path: string): readonly string[] {
    return remember(BatchHost.lists, path, () => this.inner.list(path));
  }
}

function remember<K, T>(table: Map<K, T>, key: K, make: () => T): T {
  let value = table.get(key);
  if (value === undefined) table.set(key, (value = make()));
  return value;
}

/** The text of a program that calls each unit: also what a report shows. */
export function moduleText(units: readonly Program[]): string {
  const wrappers = units.map(({ name }) => `fn w${name}() { eat(${name}(0)); }`);
  return `${PRELUDE}\n${units.map((unit) => unit.text).join('\n\n')}\n\n${wrappers.join('\n')}\nfn main() {}\n`;
}

export function checkBatch(units: readonly Program[], rules: BorrowOptions): Batch {
  const source = moduleText(units);
  const front = runFrontEnd(new BatchHost(source), PATH, join(ROOT, 'std'));
  const program = front.program;
  if (program === null) throw new Error('the module cannot be loaded');
  const bodies = new BodyCache(program);
  const ranges = unitRanges(source, units);
  const root = front.root!.syntax.file;
  const found = units.map(({ name }) => ({ name, types: [] as Diagnostic[], moves: [] as Diagnostic[], borrows: [] as Diagnostic[] }));
  const unitAt = (offset: number): number => ranges.findIndex(({ from, to }) => offset >= from && offset < to);
  const sort = (sink: DiagSink, into: 'types' | 'moves' | 'borrows'): void => {
    for (const diag of sink.all) {
      if (!isError(diag)) continue;
      const unit = diag.span.file === root ? unitAt(diag.span.lo) : -1;
      if (unit < 0) throw new BrokenModule(`a mistake outside of the units: ${diag.code} ${JSON.stringify(diag.args)} at ${source.slice(diag.span.lo, diag.span.hi)}`);
      found[unit]![into].push(diag);
    }
  };
  sort(front.sink, 'types');
  const decls = [...program.fns].filter((decl) => decl.module === front.root && decl.hasBody);
  const ofUnit = decls.map((decl) => unitAt(decl.nameSpan.lo));
  decls.forEach((decl, i) => {
    const unit = ofUnit[i]!;
    if (unit >= 0 && found[unit]!.types.length === 0) bodies.built(decl);
  });
  sort(bodies.sink, 'moves');
  const borrowVerdicts = (with_: BorrowOptions): Verdict[] => {
    const sink = new DiagSink();
    const check = borrowCheck(program, (decl) => bodies.built(decl), with_);
    decls.forEach((decl, i) => {
      const unit = found[ofUnit[i]!];
      if (unit === undefined || (unit.types.length === 0 && unit.moves.length === 0)) check(decl, sink);
    });
    for (const verdict of found) verdict.borrows.length = 0;
    sort(sink, 'borrows');
    return found.map((verdict) => ({ ...verdict, borrows: [...verdict.borrows] }));
  };
  const verdicts = borrowVerdicts(rules);

  const session = (names: readonly string[]): BorrowSession | null => {
    if (names.length === 0) return null;
    const byName = new Map(decls.filter((decl) => decl.parent === null).map((decl) => [decl.name, decl]));
    const tests = names.map((name) => byName.get(`w${name}`)!);
    const mono = monomorphize(program, { tests }, (decl) => bodies.elaborated(decl), new DiagSink());
    const ids = names.map((name) => mono.instances.find(({ body: { origin } }) => origin.kind === 'fn' && origin.decl === byName.get(name))!.id);
    return new BorrowSession(mono, ids, front.sources);
  };
  return { source, front, verdicts, borrowVerdicts, session };
}

function isError(diag: Diagnostic): boolean {
  return severityOf(diag.code) === 'error';
}

function unitRanges(source: string, units: readonly Program[]): { from: number; to: number }[] {
  let at = PRELUDE.length;
  return units.map(({ text }) => {
    const from = source.indexOf(text, at);
    at = from + text.length;
    return { from, to: at };
  });
}

/** MIR of each function, built once; what the move checker says goes to one sink. */
class BodyCache {
  readonly sink = new DiagSink();
  private readonly program: TypedProgram;
  private readonly builtBodies = new Map<FnDecl | ConstDecl, readonly Body[]>();
  private readonly elaboratedBodies = new Map<FnDecl | ConstDecl, readonly Body[]>();

  constructor(program: TypedProgram) {
    this.program = program;
  }

  built(decl: FnDecl | ConstDecl): readonly Body[] {
    return remember(this.builtBodies, decl, () => {
      const typed = this.program.bodyOf(decl);
      if (typed === null) return [];
      const made = buildMir(typed, this.program);
      for (const body of made) checkMoves(body, this.sink, this.program);
      return made;
    });
  }

  elaborated(decl: FnDecl | ConstDecl): readonly Body[] {
    return remember(this.elaboratedBodies, decl, () => this.built(decl).map((body) => elaborateDrops(body, this.program)));
  }
}
