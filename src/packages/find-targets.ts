/**
 * Which library and which programs a package has: what its manifest says, and what its files say where the manifest is silent.
 * Consumes: a manifest and a Host. Produces: Targets; files that are named and are not there are diagnostics.
 */
import { folderOf, joinPath, stemOf } from '../base/index.ts';
import type { DiagSink } from '../diag/index.ts';
import type { Host } from '../source/index.ts';
import type { Manifest, Placed } from './manifest.ts';
import type { BinTarget, LibTarget } from './workspace.ts';

export interface Targets {
  readonly sourceDir: string;
  readonly lib: LibTarget | null;
  readonly bins: readonly BinTarget[];
}

export function findTargets(host: Host, sink: DiagSink, manifest: Manifest): Targets {
  const { dir } = manifest;
  const isFile = (path: string): boolean => host.kind(joinPath(dir, path)) === 'file';
  const base = manifest.libRoot !== null ? folderOf(manifest.libRoot.value) : host.kind(joinPath(dir, 'src')) === 'directory' ? 'src' : '.';
  const inBase = (name: string): string => joinPath(base, name);
  const check = (path: Placed<string>, what: string): boolean => {
    if (!path.value.endsWith('.cj') || !isFile(path.value)) {
      sink.report({ code: 'CJ0617', span: path.span, args: { path: path.value, what }, label: path.value.endsWith('.cj') ? undefined : 'ending' });
      return false;
    }
    if (base === '.' || path.value.startsWith(`${base}/`)) return true;
    sink.report({ code: 'CJ0617', span: path.span, args: { path: path.value, what, base }, label: 'outside' });
    return false;
  };
  let lib: LibTarget | null = null;
  if (manifest.libRoot === null) {
    if (isFile(inBase('lib.cj'))) lib = { root: joinPath(dir, inBase('lib.cj')) };
  } else if (check(manifest.libRoot, 'lib.root')) {
    lib = { root: joinPath(dir, manifest.libRoot.value) };
  }
  const bins = new Map<string, BinTarget>();
  const mains = new Set<string>();
  const name = manifest.package!.name.value;
  for (const bin of manifest.bins) {
    const byDefault = bin.main.span === bin.name.span && bin.name.value === name && !isFile(bin.main.value) && isFile(inBase('main.cj'));
    const main = byDefault ? { value: inBase('main.cj'), span: bin.main.span } : bin.main;
    if (!check(main, `bin.${bin.name.value}`)) continue;
    mains.add(main.value);
    bins.set(bin.name.value, { name: bin.name.value, main: joinPath(dir, main.value) });
  }
  const addFound = (binName: string, path: string): void => {
    if (!mains.has(path) && !bins.has(binName) && isFile(path)) bins.set(binName, { name: binName, main: joinPath(dir, path) });
  };
  addFound(name, inBase('main.cj'));
  for (const file of host.list(joinPath(dir, inBase('bin')))) if (file.endsWith('.cj')) addFound(stemOf(file), inBase(`bin/${file}`));
  return { sourceDir: joinPath(dir, base === '.' ? '' : base).replace(/\/$/, '') || '.', lib, bins: [...bins.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
