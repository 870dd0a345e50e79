/**
 * Separate compilation: one module at a time to the C text of its unit, against the interfaces of what it can see.
 * Consumes: the source of a module and interfaces of others. Produces: C text, the instances of std that it needs from elsewhere, diagnostics.
 * Holds, for as long as a worker lives: std as collected once, with its bodies as they are asked for; interfaces as collected once, by module and text.
 * Each module is checked in a session of its own, which sees std, the interfaces given, and nothing else: what a unit depends on is what
 * its key names, by construction.
 */
import { bug } from '../base/index.ts';
import { DiagSink } from '../diag/index.ts';
import type { Diagnostic } from '../diag/index.ts';
import { emitC, placeTableText } from '../emit-c/index.ts';
import { evalConsts, foldConstants } from '../interp/index.ts';
import type { ConstResult } from '../interp/index.ts';
import { BodyMaker, identityOf, ModuleLinkage, monomorphize, monomorphizeUnit, StdLinkage } from '../mir/index.ts';
import type { Body, DeclIndex, Instance, MonoProgram, NeededInstance, UnitLinkage, UnitRoots } from '../mir/index.ts';
import { loadStd, makeInterface, selectFeatures } from '../names/index.ts';
import type { FeatureSet, InterfaceResult } from '../names/index.ts';
import { optimizeLittle } from '../opt/index.ts';
import { NO_SPAN, SourceMap } from '../source/index.ts';
import type { Host, SourceFile } from '../source/index.ts';
import { parseModule } from '../syntax/index.ts';
import type * as ast from '../syntax/index.ts';
import { checkAllBodies, checkGround, checkUpon, collectUpon, layGround, tys } from '../types/index.ts';
import type { AdtDecl, CheckGround, ConstDecl, FnDecl, GroundWork, ModuleDecl, TraitDecl, Ty, TypedProgram } from '../types/index.ts';
import { BodyStore } from './pipeline.ts';
import type { PipelineOptions } from './pipeline.ts';

/** What the modules of a package share. */
export interface PackageSide {
  /** First segments of imports that lead to packages, its own included. */
  readonly dependencies: ReadonlyMap<string, string>;
  readonly withheld: ReadonlyMap<string, 'dev' | 'optional'>;
  readonly features: FeatureSet;
}

/** A module as it stands on disk. */
export interface ModuleSource {
  readonly path: readonly string[];
  readonly side: PackageSide;
  /** As it is shown in messages and panics: relative to the root of the package. */
  readonly shownName: string;
  readonly text: string;
}

/** A module as others see it. */
export interface ModuleView {
  readonly path: readonly string[];
  readonly side: PackageSide;
  readonly shownName: string;
  readonly interfaceText: string;
}

export interface UnitRequest {
  readonly module: ModuleSource;
  /** Everything that it can see besides std, in the order of the modules. */
  readonly visible: readonly ModuleView[];
  /** Instead of the interfaces, sources of all other modules: for what no interface can say. */
  readonly sources: readonly ModuleSource[] | null;
  /** Whether the program starts here. */
  readonly isEntry: boolean;
}

export type UnitResult =
  | {
      readonly kind: 'unit';
      readonly cText: string;
      readonly needed: readonly NeededInstance[];
      /** Whether it calls functions of C libraries. */
      readonly foreign: boolean;
      readonly warnings: readonly Diagnostic[];
      readonly sources: SourceMap;
    }
  /** It cannot be compiled against interfaces; with the sources it may be, or its mistakes will be told. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[]; readonly sources: SourceMap };

export interface StdUnit {
  readonly cText: string;
  /** Symbols that the unit defines. */
  readonly symbols: readonly string[];
  /** Those of them that cannot panic. */
  readonly calm: readonly string[];
  /** Names of std's types that may hold borrows without showing it. */
  readonly views: readonly string[];
}

const EMPTY: readonly ast.Item[] = [];

/** A module of which only the interface is known, declared when something first needs it. */
class InterfaceModule implements ModuleDecl {
  readonly id: number;
  readonly path: readonly string[];
  readonly isStd = false;
  readonly package: string;
  readonly dependencies: PackageSide['dependencies'];
  readonly withheld: PackageSide['withheld'];
  syntax: ast.Module = { file: NO_SPAN.file, items: EMPTY, doc: null, span: NO_SPAN };
  declared = false;

  constructor(id: number, path: readonly string[], side: PackageSide) {
    this.id = id;
    this.path = path;
    this.dependencies = side.dependencies;
    this.withheld = side.withheld;
    this.package = path[0]!;
  }
}

/** std, as every unit stands upon it. */
interface StdGround {
  readonly work: GroundWork;
  readonly check: CheckGround;
  readonly store: BodyStore;
  readonly sink: DiagSink;
  readonly index: DeclIndex;
}

export class UnitCompiler {
  private readonly host: Host;
  private readonly stdDir: string;
  private readonly options: PipelineOptions;
  /** std's files and interfaces; a unit's own source is added at its turn. */
  private readonly sources = new SourceMap();
  private std: StdGround | null = null;
  private readonly interfaces = new Map<string, InterfaceModule>();
  private interfaceWork: GroundWork | null = null;
  private nextModule = 1_000_000;
  private calm: ReadonlySet<string> = new Set();
  private views: ReadonlySet<string> = new Set();
  private stdSymbols: ReadonlySet<string> = new Set();

  constructor(host: Host, stdDir: string, options: PipelineOptions) {
    this.host = host;
    this.stdDir = stdDir;
    this.options = options;
  }

  /** What std's unit defines, as it was told when that was compiled. */
  useStdUnit(unit: Pick<StdUnit, 'symbols' | 'calm'>): void {
    this.stdSymbols = new Set(unit.symbols);
    this.calm = new Set(unit.calm);
  }

  // ---------------------------------------------------------------- interfaces

  /** Names of all types, of std and the program, that may hold borrows without showing it: interfaces depend on them. */
  useViews(names: readonly string[]): void {
    this.views = new Set(names);
  }

  /** The interface of a source; null where it cannot be parsed without errors. */
  interfaceOf(source: ModuleSource): InterfaceResult | null {
    const sink = new DiagSink();
    const file = new SourceMap().add(source.shownName, source.text);
    const syntax = selectFeatures(parseModule(file, sink), source.side.features, sink);
    return sink.hasErrors ? null : makeInterface(file, syntax, this.views);
  }

  /** The modules that a unit sees, declared. Interfaces are collected together, each once, and resolve their names among themselves. */
  private view(modules: readonly ModuleView[]): readonly ModuleDecl[] {
    this.expect(modules);
    return modules.map((module) => {
      const decl = this.interfaces.get(module.path.join('::'))!;
      if (!decl.declared) {
        decl.declared = true;
        const file = this.sources.add(module.shownName, module.interfaceText, module.path.join('::'));
        const sink = new DiagSink();
        decl.syntax = selectFeatures(parseModule(file, sink), module.side.features, sink);
        if (sink.hasErrors) bug(`the interface of ${module.path.join('::')} cannot be parsed: ${sink.all[0]!.code}`);
        this.interfaceWork!.declare(decl);
      }
      return decl;
    });
  }

  /** Tells of modules whose interfaces will be seen, best of all at once. */
  expect(modules: readonly Pick<ModuleView, 'path' | 'side'>[]): void {
    const made: InterfaceModule[] = [];
    for (const { path, side } of withFolders(modules)) {
      const key = path.join('::');
      if (this.interfaces.has(key)) continue;
      const decl = new InterfaceModule(this.nextModule++, path, side);
      this.interfaces.set(key, decl);
      made.push(decl);
    }
    if (this.interfaceWork === null) this.interfaceWork = layGround([], made, this.ground().work.ground, new DiagSink());
    else if (made.length > 0) this.interfaceWork.open(made);
  }

  // ---------------------------------------------------------------- std

  private ground(): StdGround {
    if (this.std !== null) return this.std;
    const sink = new DiagSink();
    const modules = loadStd(this.host, this.stdDir, this.sources, sink);
    const work = layGround(modules, [], null, sink);
    const check = checkGround(work.resolver, sink, this.sources);
    const store = new BodyStore(check.program, sink, this.options);
    this.std = { work, check, store, sink, index: declIndex(check.program) };
    return this.std;
  }

  /** std's own unit: every function without parameters, and what those need. */
  compileStd(): StdUnit {
    const std = this.ground();
    const { program } = std.check;
    const fns = program.fns.filter((decl) => decl.intrinsic === null && decl.native === null && decl.syntax.body !== null && isPlain(decl));
    const consts = program.consts.filter((decl) => decl.value !== null && isPlain(decl));
    const roots: UnitRoots = { fns, consts, drops: [], needed: [], main: null };
    const mono = this.lower(program, roots, std.index, new StdLinkage(new Set(), new Set()), std.sink, std.store);
    if (mono === null) return bug(`std has mistakes: ${std.sink.all.map((diag) => diag.code).join()}`);
    const global = mono.instances.filter((instance) => instance.linkage === 'global' && instance.reachable);
    return {
      cText: emitC(mono, { sources: this.sources, lineDirectives: false }),
      symbols: global.map((instance) => instance.symbol).sort(),
      calm: global.filter((instance) => !instance.mayPanic).map((instance) => instance.symbol).sort(),
      views: [...new Set([...program.adts.filter((adt) => adt.view || adt.interior).map((adt) => adt.name), ...aliasesOf(program)])].sort(),
    };
  }

  /** The unit of those instances of std that a program needs and std's unit has not. */
  compileInstances(needed: readonly NeededInstance[]): string {
    const std = this.ground();
    const missing = needed.filter((item) => !this.stdSymbols.has(item.symbol));
    const roots: UnitRoots = { fns: [], consts: [], drops: [], needed: missing, main: null };
    const mono = this.lower(std.check.program, roots, std.index, new StdLinkage(this.stdSymbols, this.calm), std.sink, std.store);
    if (mono === null) return bug(`std has mistakes: ${std.sink.all.map((diag) => diag.code).join()}`);
    return emitC(mono, { sources: this.sources, lineDirectives: false });
  }

  // ---------------------------------------------------------------- units

  compile(request: UnitRequest): UnitResult {
    const std = this.ground();
    const sink = new DiagSink();
    const { module } = request;
    const file = this.sources.add(module.shownName, module.text);
    const own = this.parse(module, file, sink);
    const refuse = (): UnitResult => ({ kind: 'refused', diagnostics: sink.all, sources: this.sources });
    if (sink.hasErrors) return refuse();
    const others = request.sources === null ? [] : this.parseAll(request.sources, sink);
    const visible = request.sources === null ? this.view(request.visible) : [];
    const ground = request.sources === null
      ? { session: this.interfaceWork!.ground.session, modules: [...std.work.ground.modules, ...visible] }
      : std.work.ground;
    const seen = [module, ...(request.sources ?? request.visible)];
    const known = new Set(seen.map((other) => other.path.join('::')));
    const folders = withFolders(seen).filter(({ path }) => !known.has(path.join('::'))).map(({ path, side }): ModuleDecl => new InterfaceModule(this.nextModule++, path, side));
    const resolver = collectUpon(ground, std.work.impls(), [own, ...others, ...folders], own, sink, [own]);
    const program = checkUpon(std.check, resolver, sink, this.sources);
    checkAllBodies(program, (other) => other === own);
    resolver.reportUnusedImports((other) => other === own);
    if (sink.hasErrors) return refuse();
    const store = new BodyStore(program, sink, this.options, { store: std.store, owns: std.check.owns });
    for (const decl of [...program.fns, ...program.consts]) {
      if (decl.module !== own) continue;
      store.builtBodies(decl);
      store.checkBorrows(decl);
    }
    store.reportOwnership();
    // An interface leaves out bodies by the look of signatures: where that was not enough, the sources must tell.
    if (sink.hasErrors || (request.sources === null && store.unknown !== null)) return refuse();
    const main = request.isEntry ? program.main : null;
    if (request.isEntry && main === null) return refuse();
    const linkage = new ModuleLinkage((other) => other === own, this.calm);
    const roots: UnitRoots = {
      fns: program.fns.filter((decl) => decl.module === own && decl.native === null && decl.syntax.body !== null && isPlain(decl) && !decl.flags.test && !decl.flags.bench),
      consts: program.consts.filter((decl) => decl.module === own && decl.value !== null && isPlain(decl)),
      drops: program.adts.filter((adt) => adt.module === own && adt.generics.total === 0).map((adt): Ty => tys.adt(adt, [])),
      needed: [],
      main,
    };
    const mono = this.lower(program, roots, std.index, linkage, sink, store);
    if (mono === null) return refuse();
    const made = this.interfaceOf(module) ?? bug('a module that was compiled has no interface');
    const placeTable = placeTableText(module.path.join('::'), file, made.interface.origins);
    const cText = emitC(mono, { sources: this.sources, lineDirectives: true, placeTable });
    const needed = [...linkage.needed.values()].filter((item) => !this.stdSymbols.has(item.symbol)).sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    return { kind: 'unit', cText, needed, foreign: cText.startsWith('#define JC_LIBC 1\n'), warnings: sink.all.filter((diag) => diag.span.file === file.id), sources: this.sources };
  }

  private parse(module: ModuleSource, file: SourceFile, sink: DiagSink): ModuleDecl {
    const { path, side } = module;
    const syntax = selectFeatures(parseModule(file, sink), side.features, sink);
    return { id: this.nextModule++, path, syntax, isStd: false, package: path[0]!, dependencies: side.dependencies, withheld: side.withheld };
  }

  /** Other modules from their sources; folders without a file become empty modules. */
  private parseAll(sources: readonly ModuleSource[], sink: DiagSink): readonly ModuleDecl[] {
    return sources.map((source) => this.parse(source, this.sources.add(source.shownName, source.text), sink));
  }

  private lower(program: TypedProgram, roots: UnitRoots, index: DeclIndex, linkage: UnitLinkage, sink: DiagSink, store: BodyStore): MonoProgram | null {
    const bodies = (decl: FnDecl | ConstDecl): readonly Body[] => store.elaboratedBodies(decl);
    const mono = monomorphizeUnit(program, roots, index, bodies, linkage, sink);
    if (sink.hasErrors || this.ground().sink.hasErrors) return null;
    let complete = true;
    foldConstants(mono, sink, (instances) => this.evaluate(program, instances, bodies, sink, () => {
      complete = false;
    }));
    if (sink.hasErrors || !complete) return null;
    optimizeLittle(mono);
    return mono;
  }

  /** Values of a unit's constants. They are run with all that they call, which only sources have: `onMissing` is told where a body is not there. */
  private evaluate(program: TypedProgram, instances: readonly Instance[], bodies: (decl: FnDecl | ConstDecl) => readonly Body[], sink: DiagSink, onMissing: () => void): readonly ConstResult[] {
    const decls = instances.map((instance) => (instance.body.origin.kind === 'const' ? instance.body.origin.decl : bug('not a constant')));
    // A constant of a trait or of a generic impl has a value for each use: it stays a call.
    const plain = decls.filter(isPlain);
    const results = new Map<ConstDecl, ConstResult>();
    if (plain.length > 0) {
      let missing = false;
      const all = monomorphize(program, { consts: plain }, (decl) => {
        const found = bodies(decl);
        if (found.length === 0) missing = true;
        return found.length === 0 ? MISSING : found;
      }, sink);
      if (missing) onMissing();
      else if (!sink.hasErrors) {
        const ids = plain.map((decl) => (all.instances.find((instance) => instance.body.origin.kind === 'const' && instance.body.origin.decl === decl) ?? bug('a constant was not lowered')).id);
        evalConsts(all, ids).forEach((result, i) => results.set(plain[i]!, result));
      }
    }
    return decls.map((decl): ConstResult => results.get(decl) ?? { kind: 'not-scalar' });
  }
}

/** Stands for the body of a function that an interface does not give; nothing runs it. */
const MISSING: readonly Body[] = [missingBody()];

function missingBody(): Body {
  const maker = new BodyMaker('jc_missing', [], tys.unit);
  maker.block();
  return maker.finish();
}

/** The modules, and the folders above them. */
function withFolders(modules: readonly Pick<ModuleView, 'path' | 'side'>[]): readonly Pick<ModuleView, 'path' | 'side'>[] {
  const out = new Map<string, Pick<ModuleView, 'path' | 'side'>>();
  for (const { path, side } of modules) {
    for (let length = 1; length <= path.length; length++) {
      const part = path.slice(0, length);
      out.set(part.join('::'), { path: part, side });
    }
  }
  return [...out.values()];
}

/** Without parameters of its own or around it. */
function isPlain(decl: FnDecl | ConstDecl): boolean {
  return decl.generics.total === 0;
}

/** Names of type aliases. */
function aliasesOf(program: TypedProgram): readonly string[] {
  return program.modules.flatMap((module) => module.syntax.items.flatMap((item) => (item.kind === 'typeAlias' ? [item.name.name] : [])));
}

function declIndex(program: TypedProgram): DeclIndex {
  const fns = new Map<string, FnDecl>();
  const adts = new Map<string, AdtDecl>();
  const traits = new Map<string, TraitDecl>();
  for (const decl of program.fns) fns.set(identityOf(decl), decl);
  for (const decl of program.adts) adts.set(identityOf(decl), decl);
  for (const decl of program.traits) traits.set(identityOf(decl), decl);
  const get = <T>(map: ReadonlyMap<string, T>, identity: string): T => map.get(identity) ?? bug(`std declares no ${identity}`);
  return { fn: (identity) => get(fns, identity), adt: (identity) => get(adts, identity), trait: (identity) => get(traits, identity) };
}
