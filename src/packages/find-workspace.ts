/**
 * From a place to the manifests of its workspace: the nearest `cj.toml`, the root above it that counts it among its members, and the members.
 * Consumes: a Host. Produces: FoundWorkspace. Holds: the manifests read so far, each once.
 */
import { baseName, folderOf, isWithin, joinPath, relativePath, resolvePath } from '../base/index.ts';
import type { DiagSink } from '../diag/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { SourceMap } from '../source/index.ts';
import type { PackageHost } from './host.ts';
import type { Manifest, Placed } from './manifest.ts';
import { readManifest } from './read-manifest.ts';

export const MANIFEST = 'cj.toml';
export const LOCK = 'cj.lock';

/** Reads each manifest once; `null` is one with mistakes that leave nothing to go on with. */
export class ManifestStore {
  private readonly host: PackageHost;
  private readonly sources: SourceMap;
  private readonly sink: DiagSink;
  private readonly known = new Map<string, Manifest | null>();

  constructor(host: PackageHost, sources: SourceMap, sink: DiagSink) {
    this.host = host;
    this.sources = sources;
    this.sink = sink;
  }

  has(dir: string): boolean {
    return this.host.kind(joinPath(dir, MANIFEST)) === 'file';
  }

  read(dir: string, shownDir = dir): Manifest | null {
    const key = this.host.absolute(dir);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const path = joinPath(dir, MANIFEST);
    const read = this.host.readText(path);
    let manifest: Manifest | null = null;
    if (read.ok) manifest = readManifest(this.sources.add(joinPath(shownDir, MANIFEST), read.text), dir, this.sink);
    else this.sink.report({ code: read.why === 'not-utf8' ? 'CJ0004' : 'CJ0002', span: NO_SPAN, args: { path, detail: read.detail } });
    this.known.set(key, manifest);
    return manifest;
  }
}

export interface FoundWorkspace {
  readonly root: Manifest;
  /** With a `[package]`; by name. */
  readonly members: readonly Manifest[];
  readonly current: Manifest | null;
}

/** The folder of the nearest `cj.toml` at or above a file or folder, as it is to be shown; null where there is none. */
export function findPackageDir(host: PackageHost, start: string): string | null {
  const cwd = host.absolute('.');
  const given = host.absolute(start);
  let at = host.kind(start) === 'directory' ? given : folderOf(given);
  for (;;) {
    if (host.kind(joinPath(at, MANIFEST)) === 'file') return shownPath(cwd, at);
    if (at === '/' || at === '.') return null;
    at = folderOf(at);
  }
}

/** Relative to the current folder where that is not longer than need be. */
export function shownPath(cwd: string, path: string): string {
  const relative = relativePath(cwd, path);
  return relative.startsWith('../../../..') ? path : relative;
}

/** Null after a report. */
export function findWorkspace(host: PackageHost, store: ManifestStore, sink: DiagSink, packageDir: string): FoundWorkspace | null {
  const own = store.read(packageDir);
  if (own === null) return null;
  const root = own.workspace !== null ? own : rootAbove(host, store, packageDir) ?? own;
  const members = membersOf(host, store, sink, root);
  if (members === null) return null;
  if (own !== root) {
    for (const [what, present] of [['workspace', own.workspace !== null], ['override', own.overrides.length > 0], ['profile', own.toml.entries.has('profile')],
      ['target', own.toml.entries.has('target')], ['build', own.toml.entries.has('build')], ['cache', own.toml.entries.has('cache')]] as const) {
      if (present) reportOnlyRoot(sink, own, what, root);
    }
  }
  for (const member of members) {
    if (member === root || member === own) continue;
    for (const what of ['workspace', 'override', 'profile', 'target', 'build', 'cache']) if (member.toml.entries.has(what)) reportOnlyRoot(sink, member, what, root);
  }
  return { root, members, current: own.package === null ? null : own };
}

function reportOnlyRoot(sink: DiagSink, manifest: Manifest, what: string, root: Manifest): void {
  const entry = manifest.toml.entries.get(what)!;
  sink.report({ code: 'CJ0624', span: { file: manifest.file.id, lo: entry.keyLo, hi: entry.keyHi }, args: { what, root: root.file.name }, label: 'onlyRoot' });
}

/** The nearest manifest above with a `[workspace]`, if it counts the package among its members. */
export function rootAbove(host: PackageHost, store: ManifestStore, packageDir: string): Manifest | null {
  const cwd = host.absolute('.');
  const own = host.absolute(packageDir);
  for (let at = folderOf(own); ; at = folderOf(at)) {
    if (host.kind(joinPath(at, MANIFEST)) === 'file') {
      // A manifest above that is no workspace, or a broken one, is somebody else's.
      const text = host.readText(joinPath(at, MANIFEST));
      if (text.ok && /^\s*\[\s*workspace\b/m.test(text.text)) {
        const root = store.read(shownPath(cwd, at));
        if (root === null || root.workspace === null) return null;
        const relative = relativePath(at, own);
        const listed = root.workspace.members.some((pattern) => matches(pattern.value, relative));
        return listed && !root.workspace.exclude.some((pattern) => matches(pattern.value, relative)) ? root : null;
      }
    }
    if (at === '/' || at === '.') return null;
  }
}

/** Whether a path is what a pattern such as `crates/*` describes; `*` stands within one folder name. */
function matches(pattern: string, path: string): boolean {
  const a = pattern.split('/').filter((part) => part !== '' && part !== '.');
  const b = path.split('/');
  return a.length === b.length && a.every((part, i) => segmentMatches(part, b[i]!));
}

function segmentMatches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  if (name.startsWith('.')) return false;
  const parts = pattern.split('*');
  let at = parts[0]!.length;
  if (!name.startsWith(parts[0]!)) return false;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.endsWith(parts.at(-1)!) && name.length - parts.at(-1)!.length >= at;
}

export function membersOf(host: PackageHost, store: ManifestStore, sink: DiagSink, root: Manifest): readonly Manifest[] | null {
  const before = sink.errorCount;
  const found = new Map<string, Manifest>();
  const add = (manifest: Manifest | null, place: Placed<string> | null): void => {
    if (manifest === null) return;
    if (manifest.package === null) {
      // A root without a package is a workspace; a member has to be one.
      if (place !== null && manifest.workspace !== null) sink.report({ code: 'CJ0613', span: place.span, args: { path: place.value }, label: 'noPackage' });
      return;
    }
    const name = manifest.package.name.value;
    const other = found.get(name);
    if (other === manifest) return;
    if (other !== undefined) {
      sink.report({ code: 'CJ0616', span: manifest.package.name.span, args: { what: 'packages', name }, related: [{ span: other.package!.name.span, label: 'first' }] });
      return;
    }
    found.set(name, manifest);
  };
  add(root, null);
  const rootDir = host.absolute(root.dir);
  for (const place of root.workspace?.members ?? []) {
    const pattern = place.value;
    const target = resolvePath(rootDir, pattern);
    if (!isWithin(rootDir, target) || pattern.includes('\\')) {
      sink.report({ code: 'CJ0614', span: place.span, args: { path: pattern } });
      continue;
    }
    const dirs = expand(host, root.dir, pattern);
    for (const dir of dirs) {
      const relative = relativePath(rootDir, host.absolute(dir));
      if (root.workspace!.exclude.some((excluded) => matches(excluded.value, relative))) continue;
      if (store.has(dir)) add(store.read(dir), place);
      else if (!pattern.includes('*')) sink.report({ code: 'CJ0613', span: place.span, args: { path: pattern }, label: host.kind(dir) === 'missing' ? 'missing' : undefined });
    }
    if (dirs.length === 0) sink.report({ code: 'CJ0613', span: place.span, args: { path: pattern }, label: 'nothing' });
  }
  if (sink.errorCount > before) return null;
  return [...found.values()].sort((a, b) => (a.package!.name.value < b.package!.name.value ? -1 : 1));
}

/** The folders that a pattern describes. */
function expand(host: PackageHost, rootDir: string, pattern: string): readonly string[] {
  let dirs = [rootDir];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    dirs = dirs.flatMap((dir) => {
      if (!part.includes('*')) return [joinPath(dir, part)];
      return host.list(dir).filter((name) => segmentMatches(part, name) && host.kind(joinPath(dir, name)) === 'directory').map((name) => joinPath(dir, name));
    });
  }
  return dirs.filter((dir) => !pattern.includes('*') || baseName(dir) !== 'node_modules');
}
