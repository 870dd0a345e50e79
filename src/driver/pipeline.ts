/**
 * The one list of passes, from text to a program that can be emitted or interpreted.
 * Consumes: a Host and a root path. Produces: a FrontEnd (typed, lazily), then a MonoProgram. Holds: nothing between calls.
 * Every phase reads only what the one before it made; each can be shown by `--dump`.
 */
import { DiagSink } from '../diag/index.ts';
import { SourceMap } from '../source/index.ts';
import type { Host, Span } from '../source/index.ts';
import { loadProgram } from '../names/index.ts';
import type { ProgramPlan } from '../packages/index.ts';
import { checkAllBodies, checkProgram, collectProgram } from '../types/index.ts';
import type { ConstDecl, FnDecl, ModuleDecl, TypedProgram } from '../types/index.ts';
import { buildMir, elaborateDrops, monomorphize, verifyBody } from '../mir/index.ts';
import type { Body, MonoProgram } from '../mir/index.ts';
import { optimize } from '../opt/index.ts';
import { BorrowChecker, checkMoves } from '../own/index.ts';
import type { BorrowOptions, Summary, SummaryNode } from '../own/index.ts';
import { foldConstants } from '../interp/index.ts';
import { bug } from '../base/index.ts';
import { Stopwatch } from './stats.ts';

export interface PipelineOptions {
  /** Verifies every body after every pass; on in tests. */
  readonly verify: boolean;
  /** Called with each body after each pass that it went through, for `--dump=mir:PASS`. */
  readonly onBody?: (pass: string, body: Body) => void;
  readonly optimize: boolean;
  /** Calls of the program's own functions stay calls and its variables stay variables, for debuggers and the traces of sanitizers. */
  readonly debuggable?: boolean;
  /** Checks borrows; absent: by all rules. Single rules are turned off in the proof that each is needed. Null: not at all. */
  readonly borrows?: BorrowOptions | null;
  /** Std is checked like the user's modules: in its own test. */
  readonly checkStd?: boolean;
}

export interface FrontEnd {
  readonly sources: SourceMap;
  readonly sink: DiagSink;
  readonly modules: readonly ModuleDecl[];
  readonly root: ModuleDecl | null;
  /** Null where the modules could not even be found. */
  readonly program: TypedProgram | null;
  readonly stopwatch: Stopwatch;
}

/**
 * Loads, parses, collects and checks every body of the user's modules. Never throws for a mistake of the user.
 * What has a `cj.toml` comes with its plan, and with the sink and the sources to which the manifests belong.
 */
export function runFrontEnd(host: Host, root: string, stdDir: string, plan: ProgramPlan | null = null, sink = new DiagSink(), sources = new SourceMap()): FrontEnd {
  const stopwatch = new Stopwatch();
  const loaded = stopwatch.time('load+parse', () => loadProgram({ host, root, plan, stdDir, sources, sink }));
  if (loaded.rootModule === null) return { sources, sink, modules: loaded.modules, root: null, program: null, stopwatch };
  const resolver = stopwatch.time('collect', () => collectProgram(loaded.modules, loaded.rootModule, sink));
  const program = stopwatch.time('check', () => {
    const typed = checkProgram(resolver, sink, sources);
    const own = (module: ModuleDecl): boolean => !module.isStd;
    checkAllBodies(typed, own);
    resolver.reportUnusedImports(own);
    return typed;
  });
  return { sources, sink, modules: loaded.modules, root: loaded.rootModule, program, stopwatch };
}

/** Builds MIR for bodies on demand, checks moves in them, and keeps what it built. */
export class BodyStore {
  private readonly program: TypedProgram;
  private readonly sink: DiagSink;
  private readonly options: PipelineOptions;
  private readonly built = new Map<FnDecl | ConstDecl, readonly Body[]>();
  private readonly elaborated = new Map<FnDecl | ConstDecl, readonly Body[]>();
  private readonly borrows: BorrowChecker | null;
  /** Whose moves are wrong. */
  private readonly misused = new Set<FnDecl | ConstDecl>();

  constructor(program: TypedProgram, sink: DiagSink, options: PipelineOptions) {
    this.program = program;
    this.sink = sink;
    this.options = options;
    this.borrows = options.borrows === null ? null : new BorrowChecker(program, (decl) => this.builtBodies(decl), options.borrows, this.checksStd);
  }

  get checksStd(): boolean {
    return this.options.checkStd === true;
  }

  /** What the result of a function borrows from. */
  summaryOf(decl: FnDecl): Summary | null {
    return this.borrows?.summaryOf(decl) ?? null;
  }

  /** The place in a function's body where a borrow first flows as an edge of its summary says. */
  witnessOf(decl: FnDecl, from: SummaryNode, to: SummaryNode): Span | null {
    return this.borrows?.witnessOf(decl, from, to) ?? null;
  }

  /** MIR as built, with its moves checked: the function's body first, then one for each closure in it. */
  builtBodies(decl: FnDecl | ConstDecl): readonly Body[] {
    const known = this.built.get(decl);
    if (known !== undefined) return known;
    const bodies = this.build(decl);
    this.built.set(decl, bodies);
    return bodies;
  }

  /** Checks moves and borrows of a body. `keep` its MIR where it is lowered afterwards: a large program would fill the heap. */
  check(decl: FnDecl | ConstDecl, keep: boolean): void {
    this.builtBodies(decl);
    // A misused value says enough about a body: what is borrowed from it would only follow.
    if (!this.misused.has(decl)) this.borrows?.check(decl, this.sink);
    if (!keep) this.built.delete(decl);
  }

  private build(decl: FnDecl | ConstDecl): readonly Body[] {
    const typed = this.program.bodyOf(decl);
    if (typed === null) return [];
    const before = this.sink.errorCount;
    const bodies = buildMir(typed, this.program);
    for (const body of bodies) {
      this.after('build', body);
      checkMoves(body, this.sink, this.program);
    }
    if (this.sink.errorCount > before) this.misused.add(decl);
    return bodies;
  }

  /** MIR with drops made certain. */
  elaboratedBodies(decl: FnDecl | ConstDecl): readonly Body[] {
    const known = this.elaborated.get(decl);
    if (known !== undefined) return known;
    const bodies = this.builtBodies(decl).map((body) => {
      const out = elaborateDrops(body, this.program);
      this.after('drops', out);
      return out;
    });
    this.elaborated.set(decl, bodies);
    return bodies;
  }

  private after(pass: string, body: Body): void {
    this.options.onBody?.(pass, body);
    if (!this.options.verify) return;
    const faults = verifyBody(body, body.phase);
    if (faults.length > 0) bug(`MIR of ${body.name} is broken after ${pass}:\n${faults.join('\n')}`);
  }
}

/** Checks moves and borrows in every user function: what `jc check` does after types. `keep` where the bodies are lowered afterwards. */
export function checkOwnership(front: FrontEnd, store: BodyStore, keep = true): void {
  const program = front.program;
  if (program === null || front.sink.hasErrors) return;
  front.stopwatch.time('ownership', () => {
    for (const decl of [...program.fns, ...program.consts]) if (!decl.module.isStd || store.checksStd) store.check(decl, keep);
  });
}

/** From checked bodies to a program of concrete instances. Call only when the sink has no errors. */
export function lowerProgram(front: FrontEnd, store: BodyStore, roots: { main: FnDecl } | { tests: readonly FnDecl[] }, options: PipelineOptions): MonoProgram {
  const program = front.program ?? bug('lowering without a program');
  const after = (pass: string, mono: MonoProgram): void => {
    for (const instance of mono.instances) {
      options.onBody?.(pass, instance.body);
      if (!options.verify) continue;
      const faults = verifyBody(instance.body, 'mono');
      if (faults.length > 0) bug(`MIR of ${instance.symbol} is broken after ${pass}:\n${faults.join('\n')}`);
    }
  };
  const mono = front.stopwatch.time('mono', () => monomorphize(program, roots, (decl) => store.elaboratedBodies(decl), front.sink));
  after('mono', mono);
  if (front.sink.hasErrors) return mono;
  front.stopwatch.time('consts', () => foldConstants(mono, front.sink));
  after('consts', mono);
  if (front.sink.hasErrors) return mono;
  if (options.optimize) {
    front.stopwatch.time('opt', () => optimize(mono, (pass) => after(pass, mono), options.debuggable));
  }
  return mono;
}
