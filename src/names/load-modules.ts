/**
 * Finds and parses the modules of a program.
 * Consumes: a Host, the root (a `.cj` file or a folder) or a ProgramPlan, and the folder of std. Produces: all modules of std, then those of the
 * program, each with its path; a folder without a file of its own becomes an empty module, so that every path leads through modules.
 * A file alone is a package named after it, of which only imported files are modules; a folder with `src/main.cj` or
 * `main.cj` is a package of which every file is one; what has a `cj.toml` comes as a plan, which may hold several packages.
 * Files that cannot be read are diagnostics CJ0001–CJ0010 and CJ0211.
 */
import type { DiagSink } from '../diag/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { FileId, Host, ReadFailure, SourceMap, Span } from '../source/index.ts';
import { parseModule } from '../syntax/index.ts';
import type * as ast from '../syntax/index.ts';
import type { LateFnItem } from '../syntax/index.ts';
import { baseName, folderOf, joinPath, packageNameOf, stemOf, unreachable } from '../base/index.ts';
import type { PackagePlan, ProgramPlan } from '../packages/index.ts';
import { importTargets } from './import-targets.ts';
import { nameOfFolder, rootFileOf, shownName, walkModules } from './list-modules.ts';
import { visitBlocksWithItems } from './block-items.ts';
import { selectFeatures } from './select-features.ts';

/** A module as loaded; what `ModuleDecl` of types is made of. */
export interface LoadedModule {
  readonly id: number;
  readonly path: readonly string[];
  readonly syntax: ast.Module;
  readonly isStd: boolean;
  readonly package: string;
  /** First segments of imports that lead to packages, its own included: name to the first segment of the package's modules. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** Dependencies that may not be imported here. */
  readonly withheld: ReadonlyMap<string, 'dev' | 'optional'>;
}

export interface LoadOptions {
  readonly host: Host;
  /** A `.cj` file or a folder; not looked at where there is a plan. */
  readonly root: string;
  /** For what has a `cj.toml`. */
  readonly plan?: ProgramPlan | null;
  readonly stdDir: string;
  readonly sources: SourceMap;
  readonly sink: DiagSink;
  /** Whether the bodies of the program's functions are parsed when they are read, as those of std always are. */
  readonly lateBodies?: boolean;
}

export interface LoadedProgram {
  readonly modules: readonly LoadedModule[];
  /** The program's functions whose bodies are parsed late: as long as one has not been read, not all mistakes are known. */
  readonly late: readonly LateFnItem[];
  /** Null where the root could not be read; the reason has been reported. */
  readonly rootModule: LoadedModule | null;
}

const NO_DEPENDENCIES: ReadonlyMap<string, string> = new Map();
const NONE_WITHHELD: LoadedModule['withheld'] = new Map();

export function loadProgram(options: LoadOptions): LoadedProgram {
  return new Loader(options).load();
}

/** The modules of std alone. */
export function loadStd(host: Host, stdDir: string, sources: SourceMap, sink: DiagSink): readonly LoadedModule[] {
  return new Loader({ host, root: '', stdDir, sources, sink }).loadStd();
}

class Loader {
  private readonly host: Host;
  private readonly root: string;
  private readonly stdDir: string;
  private readonly sources: SourceMap;
  private readonly sink: DiagSink;
  private readonly modules: LoadedModule[] = [];
  private readonly byPath = new Map<string, LoadedModule>();
  /** Files already read, so that a file is never two modules. */
  private readonly files = new Map<string, LoadedModule>();
  private readonly plan: ProgramPlan | null;
  private readonly lateBodies: boolean;
  private readonly late: LateFnItem[] = [];
  /** The package of the plan whose modules are being loaded. */
  private current: PackagePlan | null = null;

  constructor(options: LoadOptions) {
    this.host = options.host;
    this.root = options.root;
    this.stdDir = options.stdDir;
    this.sources = options.sources;
    this.sink = options.sink;
    this.plan = options.plan ?? null;
    this.lateBodies = options.lateBodies ?? false;
  }

  loadStd(): readonly LoadedModule[] {
    this.std();
    this.fillGaps();
    return this.modules;
  }

  private std(): void {
    if (this.host.kind(this.stdDir) === 'directory') this.folder(this.stdDir, ['std'], true);
    else this.sink.report({ code: 'CJ0010', span: NO_SPAN, args: { path: this.stdDir } });
  }

  load(): LoadedProgram {
    this.std();
    const rootModule = this.plan === null ? this.program() : this.planned(this.plan);
    this.fillGaps();
    return { modules: this.modules, late: this.late, rootModule: rootModule ?? this.gapOf(this.plan) };
  }

  /** The module with `main`, or else the root module of the last package; null where that is none of a file. */
  private planned(plan: ProgramPlan): LoadedModule | null {
    let last: LoadedModule | null = null;
    for (const part of plan.packages) {
      this.current = part;
      last = part.rootFile === null ? null : this.file(part.rootFile, [part.key], false, NO_SPAN);
      if (part.sourceDir !== null) this.folder(part.sourceDir, [part.key], false);
      else if (last !== null) this.followImports(last, folderOf(part.rootFile!));
    }
    this.current = null;
    return plan.entry === null ? last : (this.files.get(plan.entry) ?? null);
  }

  /** The empty root module of a plan's last package. */
  private gapOf(plan: ProgramPlan | null): LoadedModule | null {
    const last = plan !== null && plan.entry === null ? plan.packages.at(-1) : undefined;
    return last === undefined ? null : (this.byPath.get(last.key) ?? null);
  }

  private program(): LoadedModule | null {
    const name = baseName(this.root);
    switch (this.host.kind(this.root)) {
      case 'missing':
        this.sink.report({ code: 'CJ0001', span: NO_SPAN, args: { path: this.root } });
        return null;
      case 'directory':
        return this.package();
      case 'file': {
        if (name.endsWith('.go')) {
          this.sink.report({ code: 'CJ0006', span: NO_SPAN, args: { path: this.root, stem: name.slice(0, -3) } });
          return null;
        }
        if (!name.endsWith('.cj')) {
          this.sink.report({ code: 'CJ0007', span: NO_SPAN, args: { path: this.root } });
          return null;
        }
        const packageName = packageNameOf(stemOf(name));
        const module = this.file(this.root, [packageName === 'std' ? 'std_' : packageName], false, NO_SPAN);
        if (module !== null) this.followImports(module, folderOf(this.root));
        return module;
      }
    }
  }

  private package(): LoadedModule | null {
    const packageName = nameOfFolder(this.root);
    const path = rootFileOf(this.host, this.root);
    if (path === null) {
      this.sink.report({ code: 'CJ0008', span: NO_SPAN, args: { path: this.root } });
      return null;
    }
    const module = this.file(path, [packageName], false, NO_SPAN);
    this.folder(folderOf(path), [packageName], false);
    return module;
  }

  private folder(folder: string, path: readonly string[], isStd: boolean): void {
    walkModules(this.host, folder, path, { isStd, except: this.current?.except ?? null, onFile: (file, at) => void this.file(file, at, isStd, NO_SPAN) });
  }

  private file(file: string, path: readonly string[], isStd: boolean, importedAt: Span): LoadedModule | null {
    const known = this.files.get(file);
    if (known !== undefined) return known;
    const key = path.join('::');
    const read = this.host.readText(file);
    if (!read.ok) {
      this.sink.report({ code: codeOfFailure(read.why), span: importedAt, args: { path: file, detail: read.detail } });
      return null;
    }
    const { current } = this;
    const source = this.sources.add(current === null ? file : shownName(current, file), read.text);
    if (current?.isMember === false) this.sink.ignoreWarningsIn(source.id);
    const features = current === null ? NO_FEATURES : { enabled: current.features, declared: current.declaredFeatures };
    const parsed = parseModule(source, this.sink, isStd ? [] : this.lateBodies ? this.late : null);
    const syntax = isStd ? parsed : selectFeatures(parsed, features, this.sink);
    const other = this.byPath.get(key);
    if (other !== undefined) {
      this.sink.report({
        code: 'CJ0211',
        span: { file: source.id, lo: 0, hi: 0 },
        args: { module: key, path: file, other: this.sources.file(other.syntax.file).name },
      });
      return other;
    }
    const module: LoadedModule = {
      id: this.modules.length, path, syntax, isStd, package: path[0]!, dependencies: current?.dependencies ?? NO_DEPENDENCIES, withheld: current?.withheld ?? NONE_WITHHELD,
    };
    this.modules.push(module);
    this.byPath.set(key, module);
    this.files.set(file, module);
    return module;
  }

  /** For a file alone: reads what it imports from the folder in which it stands, and so on. What cannot be found is left to the collector to report. */
  private followImports(rootModule: LoadedModule, rootFolder: string): void {
    const work: LoadedModule[] = [rootModule];
    const seen = new Set<LoadedModule>(work);
    for (let module = work.pop(); module !== undefined; module = work.pop()) {
      for (const entry of importsOf(module.syntax)) {
        const first = entry.path[0];
        if (first === undefined || first.name === 'std') continue;
        const rest = entry.path.slice(1).map((ident) => ident.name);
        for (const target of importTargets(module, first.name)) {
          if (target[0] !== rootModule.package) continue;
          const found = this.findFiles(target, rest, rootFolder, entry.span);
          for (const next of found) {
            if (seen.has(next)) continue;
            seen.add(next);
            work.push(next);
          }
          if (found.length > 0) break;
        }
      }
    }
  }

  /** Loads the module `target`, or the longest of `target::rest…` that is a file, with the modules on the way. */
  private findFiles(target: readonly string[], rest: readonly string[], rootFolder: string, importedAt: Span): readonly LoadedModule[] {
    const found: LoadedModule[] = [];
    const path = [...target];
    let folder = path.slice(1).reduce(joinPath, rootFolder);
    for (let i = 0; ; i++) {
      const known = this.byPath.get(path.join('::'));
      if (known !== undefined) found.push(known);
      else {
        const own = joinPath(folder, `${path.at(-1)!}.cj`);
        const candidates = path.length > 1 ? [`${folder}.cj`, own, joinPath(folder, 'mod.cj')] : [];
        const file = candidates.find((candidate) => this.host.kind(candidate) === 'file');
        if (file !== undefined) {
          const module = this.file(file, [...path], false, importedAt);
          if (module !== null) found.push(module);
        } else if (this.host.kind(folder) !== 'directory') break;
      }
      if (i === rest.length) break;
      path.push(rest[i]!);
      folder = joinPath(folder, rest[i]!);
    }
    return found;
  }

  /** Makes an empty module of each folder that has none of its own. */
  private fillGaps(): void {
    for (const module of [...this.modules]) {
      for (let length = 1; length < module.path.length; length++) {
        const path = module.path.slice(0, length);
        const key = path.join('::');
        if (this.byPath.has(key)) continue;
        const syntax: ast.Module = { file: 0 as FileId, items: [], doc: null, span: NO_SPAN };
        this.addGap(path, syntax, module);
      }
    }
    for (const part of this.plan?.packages ?? []) {
      if (this.byPath.has(part.key)) continue;
      const syntax: ast.Module = { file: 0 as FileId, items: [], doc: null, span: NO_SPAN };
      this.addGap([part.key], syntax, { isStd: false, dependencies: part.dependencies, withheld: part.withheld });
    }
  }

  private addGap(path: readonly string[], syntax: ast.Module, like: Pick<LoadedModule, 'isStd' | 'dependencies' | 'withheld'>): void {
    const gap: LoadedModule = {
      id: this.modules.length, path, syntax, isStd: like.isStd, package: path[0]!, dependencies: like.dependencies, withheld: like.withheld,
    };
    this.modules.push(gap);
    this.byPath.set(path.join('::'), gap);
  }
}

/** Every import of a module, those inside functions too. */
export function importsOf(module: ast.Module): readonly ast.ImportEntry[] {
  const out: ast.ImportEntry[] = [];
  const fromFn = (fn: ast.FnItem): void => {
    if (fn.bodyHoldsItems) visitBlocksWithItems(fn.body!, (block) => fromItems(block.stmts.flatMap((stmt) => (stmt.kind === 'item' ? [stmt.item] : []))));
  };
  const fromItems = (items: readonly ast.Item[]): void => {
    for (const item of items) {
      if (item.kind === 'import') out.push(...item.entries);
      else if (item.kind === 'fn') fromFn(item);
      else if (item.kind === 'impl' || item.kind === 'trait') for (const member of item.members) if (member.kind === 'fn') fromFn(member);
    }
  };
  fromItems(module.items);
  return out;
}

function codeOfFailure(why: ReadFailure): string {
  switch (why) {
    case 'missing':
      return 'CJ0001';
    case 'denied':
    case 'io':
      return 'CJ0002';
    case 'directory':
      return 'CJ0003';
    case 'not-utf8':
      return 'CJ0004';
    case 'too-large':
      return 'CJ0005';
    default:
      return unreachable(why);
  }
}

const NO_FEATURES = { enabled: new Set<string>(), declared: null };
