/**
 * Which files of a program are modules, and of which name: without reading any.
 * Consumes: a Host and a folder, or a ProgramPlan. Produces: files with the paths of their modules, in the order of loading.
 * The rule for names is here alone; the loader walks folders with it too.
 */
import { baseName, folderOf, isModuleName, joinPath, packageNameOf, stemOf } from '../base/index.ts';
import type { PackagePlan, ProgramPlan } from '../packages/index.ts';
import type { Host } from '../source/index.ts';

/** Folders of a package that hold no modules of it. */
const NOT_MODULES: ReadonlySet<string> = new Set(['tests', 'examples', 'bench', 'build', 'dist', 'target', 'node_modules']);

export interface WalkOptions {
  readonly isStd: boolean;
  /** Files and folders that are left out. */
  readonly except: ReadonlySet<string> | null;
  readonly onFile: (file: string, path: readonly string[]) => void;
  readonly onFolder?: (folder: string) => void;
}

/** Every `.cj` file at and below a folder whose module path is `path`. A file named like its folder, or `mod.cj`, is the folder's module. */
export function walkModules(host: Host, folder: string, path: readonly string[], options: WalkOptions): void {
  const { isStd, except } = options;
  options.onFolder?.(folder);
  for (const name of host.list(folder)) {
    if (name.startsWith('.')) continue;
    const full = joinPath(folder, name);
    if (except?.has(full) === true) continue;
    if (name.endsWith('.cj')) {
      const stem = stemOf(name).normalize('NFC');
      if (!isModuleName(stem)) continue;
      const isFolderModule = stem === 'mod' || (stem === path.at(-1) && (isStd || path.length > 1));
      options.onFile(full, isFolderModule ? path : [...path, stem]);
    } else if (isModuleName(name) && !NOT_MODULES.has(name) && host.kind(full) === 'directory') {
      if (!isStd && host.kind(joinPath(full, 'cj.toml')) === 'file') continue;
      walkModules(host, full, [...path, name.normalize('NFC')], options);
    }
  }
}

/** The root module's file of a folder without a manifest. */
export function rootFileOf(host: Host, root: string): string | null {
  return ['src/main.cj', 'main.cj', 'src/lib.cj', 'lib.cj'].map((name) => joinPath(root, name)).find((path) => host.kind(path) === 'file') ?? null;
}

/** The name of a package that has only its folder to be named after. */
export function nameOfFolder(root: string): string {
  const name = packageNameOf(baseName(root).replace(/^\.+$/, ''));
  return name === 'std' ? 'std_' : name;
}

/** What people see of a file: of a package that was downloaded, its place in the package. */
export function shownName(part: PackagePlan, file: string): string {
  return part.shownDir !== part.rootDir && file.startsWith(`${part.rootDir}/`) ? joinPath(part.shownDir, file.slice(part.rootDir.length + 1)) : file;
}

export interface ListedModule {
  readonly path: readonly string[];
  readonly file: string;
  readonly shownName: string;
  /** Of the plan; null for a folder without a manifest. */
  readonly part: PackagePlan | null;
}

export interface ModuleList {
  readonly modules: readonly ListedModule[];
  /** The file with `main`. */
  readonly entry: string;
  /** Folders whose entries decide which modules there are. */
  readonly folders: readonly string[];
}

/** The modules of a program with a `main`; null where it is none made of folders, or two files claim one module. */
export function listModules(host: Host, root: string, plan: ProgramPlan | null): ModuleList | null {
  const modules: ListedModule[] = [];
  const folders: string[] = [];
  const files = new Set<string>();
  const keys = new Set<string>();
  let clash = false;
  const add = (file: string, path: readonly string[], part: PackagePlan | null): void => {
    if (files.has(file)) return;
    files.add(file);
    const key = path.join('::');
    if (keys.has(key)) clash = true;
    keys.add(key);
    modules.push({ path, file, shownName: part === null ? file : shownName(part, file), part });
  };
  const walk = (folder: string, key: string, part: PackagePlan | null): void => {
    walkModules(host, folder, [key], { isStd: false, except: part?.except ?? null, onFile: (file, path) => add(file, path, part), onFolder: (path) => folders.push(path) });
  };
  let entry: string | null;
  if (plan === null) {
    entry = rootFileOf(host, root);
    if (entry === null) return null;
    const key = nameOfFolder(root);
    add(entry, [key], null);
    walk(folderOf(entry), key, null);
  } else {
    ({ entry } = plan);
    for (const part of plan.packages) {
      if (part.sourceDir === null) return null;
      if (part.rootFile !== null) add(part.rootFile, [part.key], part);
      walk(part.sourceDir, part.key, part);
    }
  }
  return clash || entry === null || !files.has(entry) ? null : { modules, entry, folders };
}
