/**
 * The one list of passes, from text to a program that can be emitted or interpreted.
 * Consumes: a Host and a root path. Produces: a FrontEnd (typed at demand), then a MonoProgram. Holds: nothing between calls.
 * Every phase reads only what the one before it made; each can be shown by `--dump`.
 */
import { DiagSink } from '../diag/index.ts';
import type { Place } from '../diag/index.ts';
import { SourceMap } from '../source/index.ts';
import type { Host, Span } from '../source/index.ts';
import type { LateFnItem } from '../syntax/index.ts';
import { loadProgram } from '../names/index.ts';
import type { ProgramPlan } from '../packages/index.ts';
import { checkAllBodies, checkProgram, collectProgram } from '../types/index.ts';
import type { ConstDecl, FnBody, FnDecl, ModuleDecl, TypedProgram } from '../types/index.ts';
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
  /** Reports what is known only after the last body: mistakes in bodies that nobody asked for, unused imports. */
  readonly finishTypes: () => void;
  readonly stopwatch: Stopwatch;
}

/**
 * Loads and collects the user's modules; bodies are parsed and checked when they are asked for. Never throws for a mistake of the user.
 * What has a `cj.toml` comes with its plan, and with the sink and the sources to which the manifests belong.
 */
export function openFrontEnd(host: Host, root: string, stdDir: string, plan: ProgramPlan | null = null, sink = new DiagSink(), sources = new SourceMap()): FrontEnd {
  const stopwatch = new Stopwatch();
  const loaded = stopwatch.time('load+parse', () => loadProgram({ host, root, plan, stdDir, sources, sink, lateBodies: true }));
  if (loaded.rootModule === null) {
    readAll(loaded.late);
    return { sources, sink, modules: loaded.modules, root: null, program: null, finishTypes: () => undefined, stopwatch };
  }
  const resolver = stopwatch.time('collect', () => collectProgram(loaded.modules, loaded.rootModule, sink));
  const program = checkProgram(resolver, sink, sources);
  const finishTypes = (): void => {
    readAll(loaded.late);
    resolver.reportUnusedImports((module) => !module.isStd);
  };
  return { sources, sink, modules: loaded.modules, root: loaded.rootModule, program, finishTypes, stopwatch };
}

/** The same, with the types of every body of the user's modules checked and kept. */
export function runFrontEnd(host: Host, root: string, stdDir: string, plan: ProgramPlan | null = null, sink = new DiagSink(), sources = new SourceMap()): FrontEnd {
  const front = openFrontEnd(host, root, stdDir, plan, sink, sources);
  const { program } = front;
  if (program !== null) {
    front.stopwatch.time('check', () => {
      checkAllBodies(program, (module) => !module.isStd);
      front.finishTypes();
    });
  }
  return front;
}

/** Parses the bodies that nothing has asked for (those of items that a feature leaves out, say), for their mistakes. */
function readAll(late: readonly LateFnItem[]): void {
  for (const fn of late) {
    if (fn.isRead) continue;
    void fn.body;
    fn.forgetBody();
  }
}

/** Bodies of a program under others. */
export interface StoreGround {
  readonly store: BodyStore;
  owns(module: ModuleDecl): boolean;
}

/** Builds MIR for bodies on demand, checks moves and borrows in them, and keeps what it built. */
export class BodyStore {
  private readonly program: TypedProgram;
  private readonly sink: DiagSink;
  private readonly options: PipelineOptions;
  private readonly built = new Map<FnDecl | ConstDecl, readonly Body[]>();
  private readonly elaborated = new Map<FnDecl | ConstDecl, readonly Body[]>();
  private readonly borrows: BorrowChecker | null;
  /** Whose moves are wrong. */
  private readonly misused = new Set<FnDecl | ConstDecl>();
  /** What is checked: where each stands among the mistakes of types, and among those of ownership. */
  private readonly typeOrder = new Map<FnDecl | ConstDecl, Place>();
  private readonly ownOrder = new Map<FnDecl | ConstDecl, Place>();
  private readonly ownSink = new DiagSink();
  private readonly ground: StoreGround | null;

  /** `ground`: a program under this one, whose bodies are built once for all that stand upon it. */
  constructor(program: TypedProgram, sink: DiagSink, options: PipelineOptions, ground: StoreGround | null = null) {
    this.program = program;
    this.sink = sink;
    this.options = options;
    this.ground = ground;
    const below = ground === null || ground.store.borrows === null ? null : { checker: ground.store.borrows, owns: ground.owns };
    this.borrows = options.borrows === null ? null : new BorrowChecker(program, (decl) => this.builtBodies(decl), options.borrows, options.checkStd, below);
    const isChecked = (decl: FnDecl | ConstDecl): boolean => !decl.module.isStd || options.checkStd === true;
    const consts = program.consts.filter(isChecked);
    const fns = program.fns.filter(isChecked);
    const types = sink.openPlaces(consts.length + fns.length);
    const own = this.ownSink.openPlaces(consts.length + fns.length);
    [...consts, ...fns].forEach((decl, i) => this.typeOrder.set(decl, (types + i) as Place));
    [...fns, ...consts].forEach((decl, i) => this.ownOrder.set(decl, (own + i) as Place));
  }

  /** A function whose body an interface leaves out although its callers need to know what it does with borrows; null where there was none. */
  get unknown(): FnDecl | null {
    return this.borrows?.unknown ?? null;
  }

  /** What the result of a function borrows from. */
  summaryOf(decl: FnDecl): Summary | null {
    return this.borrows?.summaryOf(decl) ?? null;
  }

  /** The place in a function's body where a borrow first flows as an edge of its summary says. */
  witnessOf(decl: FnDecl, from: SummaryNode, to: SummaryNode): Span | null {
    return this.borrows?.witnessOf(decl, from, to) ?? null;
  }

  /** What is checked, in the order in which it is. */
  get owners(): Iterable<FnDecl | ConstDecl> {
    return this.typeOrder.keys();
  }

  /** Checks the types of a body, whose mistakes come in the order of the declarations although callers may ask for a body earlier. */
  checkTypes(decl: FnDecl | ConstDecl): FnBody | null {
    const place = this.typeOrder.get(decl);
    return place === undefined ? this.program.bodyOf(decl) : this.sink.within(place, () => this.program.bodyOf(decl));
  }

  /** Looks for misuses of borrows in a body whose moves are right; `reportOwnership` says them. */
  checkBorrows(decl: FnDecl | ConstDecl): void {
    const { borrows, ownSink } = this;
    const place = this.ownOrder.get(decl);
    // A misused value says enough about a body: what is borrowed from it would only follow.
    if (borrows === null || place === undefined || this.misused.has(decl)) return;
    ownSink.within(place, () => borrows.check(decl, ownSink));
  }

  /** Reports the misuses of moved values and of borrows that were found. */
  reportOwnership(): void {
    for (const found of this.ownSink.all) this.sink.report(found);
  }

  /** MIR as built, with its moves checked: the function's body first, then one for each closure in it. */
  builtBodies(decl: FnDecl | ConstDecl): readonly Body[] {
    if (this.ground?.owns(decl.module) === true) return this.ground.store.builtBodies(decl);
    const known = this.built.get(decl);
    if (known !== undefined) return known;
    const bodies = this.build(decl);
    this.built.set(decl, bodies);
    return bodies;
  }

  /** Frees the memory of a body that has been checked. */
  forgetBodies(decl: FnDecl | ConstDecl): void {
    this.built.delete(decl);
  }

  private build(decl: FnDecl | ConstDecl): readonly Body[] {
    const typed = this.checkTypes(decl);
    if (typed === null) return [];
    const place = this.ownOrder.get(decl);
    const sink = place === undefined ? this.sink : this.ownSink;
    const before = sink.errorCount;
    const bodies = buildMir(typed, this.program);
    for (const body of bodies) {
      this.after('build', body);
      if (place === undefined) checkMoves(body, sink, this.program);
      else sink.within(place, () => checkMoves(body, sink, this.program));
    }
    if (sink.errorCount > before) this.misused.add(decl);
    return bodies;
  }

  /** MIR with drops made certain. */
  elaboratedBodies(decl: FnDecl | ConstDecl): readonly Body[] {
    if (this.ground?.owns(decl.module) === true) return this.ground.store.elaboratedBodies(decl);
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

/** How many bodies go through the phases together: few enough for the young generation, enough for each phase to stay in the processor's caches. */
const BATCH = 50;

/**
 * Checks every body of the user's modules, batch after batch from its text to the borrows in its MIR, so that never all are in memory;
 * `keep` keeps the MIR, where the bodies are lowered afterwards. Ownership is reported only where there is no other mistake.
 */
export function checkBodies(front: FrontEnd, store: BodyStore, keep = true): void {
  const { program, sink, stopwatch } = front;
  if (program === null) return;
  const owners = [...store.owners];
  for (let from = 0; from < owners.length; from += BATCH) {
    const batch = owners.slice(from, from + BATCH);
    stopwatch.time('parse bodies', () => batch.forEach((decl) => (decl.kind === 'fn' ? decl.syntax.body : null)));
    stopwatch.time('check', () => batch.forEach((decl) => store.checkTypes(decl)));
    if (!sink.hasErrors) {
      stopwatch.time('mir+moves', () => batch.forEach((decl) => store.builtBodies(decl)));
      stopwatch.time('borrows', () => batch.forEach((decl) => store.checkBorrows(decl)));
    }
    for (const decl of batch) {
      program.forgetBody(decl);
      if (!keep) store.forgetBodies(decl);
    }
  }
  front.finishTypes();
  if (!sink.hasErrors) store.reportOwnership();
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
