/**
 * From a place to a Workspace: finds the manifests, selects versions, keeps `cj.lock`, downloads, and puts the packages in order.
 * Consumes: PackageHost, PackageFetcher, options. Produces: a Workspace, or null after reports. Writes `cj.lock` where it does not say what was found.
 */
import { isModuleName, joinPath, relativePath } from '../base/index.ts';
import type { DiagSink } from '../diag/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { SourceMap, Span } from '../source/index.ts';
import { DownloadCache, readVendorList, VENDOR_DIR, VENDOR_LIST } from './download-cache.ts';
import type { Failure } from './download-cache.ts';
import { findTargets } from './find-targets.ts';
import { findPackageDir, findWorkspace, LOCK, ManifestStore } from './find-workspace.ts';
import type { FoundWorkspace } from './find-workspace.ts';
import type { PackageFetcher, PackageHost } from './host.ts';
import { readLock, writeLock } from './lock-file.ts';
import type { LockEntry, LockFile } from './lock-file.ts';
import type { Manifest } from './manifest.ts';
import { importNameOf } from './names.ts';
import { Resolver } from './resolver.ts';
import type { NodeInfo, Resolution, Where } from './resolver.ts';
import { pruneTo } from './select-versions.ts';
import type { Candidate, Need, Selected } from './select-versions.ts';
import { compareVersions, lineOf } from './version.ts';
import type { Version } from './version.ts';
import type { Package, PackageSource, Workspace } from './workspace.ts';

export interface WorkspaceOptions {
  readonly host: PackageHost;
  readonly fetcher: PackageFetcher;
  readonly sources: SourceMap;
  readonly sink: DiagSink;
  /** A file or folder in a package. */
  readonly start: string;
  /** Of this compiler. */
  readonly version: Version;
  /** `cj.lock` must already say what is found. */
  readonly locked?: boolean;
  /** Nothing is fetched. */
  readonly offline?: boolean;
  /** Features of the members beside `default`. */
  readonly features?: readonly string[];
  readonly allFeatures?: boolean;
  readonly noDefaultFeatures?: boolean;
}

/** A Workspace with what the commands that change manifests need beside it. */
export interface LoadedWorkspace extends Workspace {
  readonly found: FoundWorkspace;
  readonly cache: Workspace['cache'];
  /** Of every package with sources here. */
  readonly manifestOf: ReadonlyMap<Package, Manifest>;
  readonly lock: readonly LockEntry[];
  readonly resolution: Resolution;
}

/** Null where there is no `cj.toml` at or above the place (nothing is reported), or after reports. */
export async function loadWorkspace(options: WorkspaceOptions): Promise<LoadedWorkspace | null> {
  const dir = findPackageDir(options.host, options.start);
  return dir === null ? null : new Loader(options).load(dir);
}

class Loader {
  private readonly options: WorkspaceOptions;
  private readonly host: PackageHost;
  private readonly sink: DiagSink;
  private readonly store: ManifestStore;

  constructor(options: WorkspaceOptions) {
    this.options = options;
    this.host = options.host;
    this.sink = options.sink;
    this.store = new ManifestStore(options.host, options.sources, options.sink);
  }

  async load(dir: string): Promise<LoadedWorkspace | null> {
    const before = this.sink.errorCount;
    const found = findWorkspace(this.host, this.store, this.sink, dir);
    if (found === null || this.sink.errorCount > before) return null;
    const rootDir = found.root.dir;
    for (const member of found.members) this.checkCompiler(member);
    const vendorDir = joinPath(rootDir, VENDOR_DIR);
    const vendored = readVendorList(this.host, rootDir);
    if (typeof vendored === 'string') this.sink.report({ code: 'CJ0638', span: NO_SPAN, args: { path: joinPath(vendorDir, VENDOR_LIST), reason: vendored } });
    const oldLock = this.readOldLock(rootDir);
    if (this.sink.errorCount > before || typeof vendored === 'string') return null;
    const cache = new DownloadCache(this.host, this.options.fetcher, this.options.offline === true, vendorDir, vendored);
    const resolution = await new Resolver(this.host, this.store, this.sink, cache, found).resolve();
    if (resolution === null) return null;

    const chosen = new Map([...resolution.selection.selected].map(([node, selected]) => [node, selected.candidate]));
    const lock = this.lockOf(resolution, found, oldLock);
    if (lock === null) return null;
    const features = this.memberFeatures(found);
    if (features === null) return null;
    const roots = resolution.roots.map((root, i) => ({ candidate: root.candidate, features: features(found.members[i]!) }));
    const used = pruneTo(roots, chosen);
    const dirs = await this.download(resolution, used, cache);
    if (dirs === null) return null;
    const packages = this.packagesOf(resolution, used, dirs);
    if (packages === null || this.sink.errorCount > before) return null;
    if (!this.keepLock(joinPath(rootDir, LOCK), writeLock(lock))) return null;
    const members = packages.list.filter((one) => one.source.kind === 'workspace').sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      rootDir, packages: packages.list, members, lock, found, resolution,
      packageByKey: new Map(packages.list.map((one) => [one.key, one])),
      current: found.current === null ? null : (members.find((one) => one.name === found.current!.package!.name.value) ?? null),
      manifestOf: packages.manifests,
      profiles: found.root.profiles, targets: found.root.targets, build: found.root.build, cache: found.root.cache,
    };
  }

  private checkCompiler(manifest: Manifest): void {
    const wanted = manifest.package!.jc;
    if (wanted === null || compareVersions(wanted.value, this.options.version) <= 0) return;
    this.sink.report({ code: 'CJ0619', span: wanted.span, args: { name: manifest.package!.name.value, wanted: wanted.value, version: this.options.version } });
  }

  /** What the flags switch on, by member. Null after a report of a feature that no member has. */
  private memberFeatures(found: FoundWorkspace): ((member: Manifest) => readonly string[]) | null {
    const { features = [], allFeatures = false, noDefaultFeatures = false } = this.options;
    const asked = found.current === null ? found.members : [found.current];
    for (const feature of features) {
      if (asked.some((member) => member.features.has(feature))) continue;
      const known = [...new Set(asked.flatMap((member) => [...member.features.keys()]))].sort();
      const name = asked.map((member) => member.package!.name.value).join(', ');
      this.sink.report({
        code: 'CJ0620', span: NO_SPAN, args: { feature, package: name, known: known.map((other) => `\`${other}\``).join(', ') }, help: known.length === 0 ? ['none'] : ['known'],
      });
      return null;
    }
    return (member) => {
      if (!asked.includes(member)) return ['default'];
      if (allFeatures) return [...member.features.keys()];
      return [...(noDefaultFeatures ? [] : ['default']), ...features.filter((feature) => member.features.has(feature))];
    };
  }

  // -------------------------------------------------------------- the lock file

  private readOldLock(rootDir: string): LockFile | null {
    const path = joinPath(rootDir, LOCK);
    if (this.host.kind(path) !== 'file') return null;
    const read = this.host.readText(path);
    if (read.ok) return readLock(this.options.sources.add(path, read.text), this.sink);
    this.sink.report({ code: 'CJ0002', span: NO_SPAN, args: { path, detail: read.detail } });
    return null;
  }

  /** Entries of everything that the workspace could use, whatever features are on. Null after a report of content that changed. */
  private lockOf(resolution: Resolution, found: FoundWorkspace, old: LockFile | null): readonly LockEntry[] | null {
    const before = this.sink.errorCount;
    const entries: LockEntry[] = [];
    const label = (candidate: Candidate<Where>): string => `${nameOf(resolution.nodes.get(candidate.node)!)} ${candidate.version}`;
    for (const selected of resolution.selection.selected.values()) {
      const { candidate } = selected;
      const info = resolution.nodes.get(candidate.node)!;
      const name = nameOf(info);
      const source = this.lockSource(info, found);
      let checksum = info.kind === 'index' ? resolution.entryOf(candidate).checksum : null;
      if (info.kind === 'git') {
        const digest = this.host.digestTree(info.manifest.dir);
        if (!digest.ok) {
          this.fail(resolution, { ok: false, code: 'CJ0634', args: { what: source!, reason: digest.reason } }, selected);
          continue;
        }
        checksum = digest.checksum;
      }
      const known = old?.entries.find((entry) => entry.name === name && entry.version === candidate.version && entry.source === source);
      if (known !== undefined && known.checksum !== checksum && known.checksum !== null) {
        this.sink.report({
          code: 'CJ0632', span: old!.spanOf(name, candidate.version) ?? NO_SPAN, args: { name, version: candidate.version, wanted: known.checksum, found: checksum ?? '' }, label: 'lock', help: ['lock'],
        });
      }
      const dependencies = selected.needs.map((need) => label(resolution.selection.selected.get(need.node)!.candidate));
      entries.push({ name, version: candidate.version, source, checksum, dependencies: [...new Set(dependencies)].sort() });
    }
    return this.sink.errorCount > before ? null : entries;
  }

  private lockSource(info: NodeInfo, found: FoundWorkspace): string | null {
    if (info.kind === 'index') return info.registry === null ? 'index' : `index+${info.registry}`;
    if (info.kind === 'git') return `git+${info.url}#${info.commit}`;
    return info.isMember ? null : `path+${relativePath(this.host.absolute(found.root.dir), this.host.absolute(info.manifest.dir))}`;
  }

  private keepLock(path: string, text: string): boolean {
    const old = this.host.readText(path);
    if (old.ok && old.text.replaceAll('\r\n', '\n') === text) return true;
    if (this.options.locked === true) {
      this.sink.report({ code: 'CJ0630', span: NO_SPAN, args: { path, change: changeOf(old.ok ? old.text : '', text) }, help: ['unlock'] });
      return false;
    }
    const refused = this.host.writeText(path, text);
    if (refused === null) return true;
    this.sink.report({ code: 'CJ0022', span: NO_SPAN, args: { path, reason: refused } });
    return false;
  }

  // -------------------------------------------------------------- downloads

  /** The folder and manifest of every package that is used. Null after reports. */
  private async download(resolution: Resolution, used: ReadonlyMap<string, Selected<Where>>, cache: DownloadCache): Promise<ReadonlyMap<string, Manifest> | null> {
    const before = this.sink.errorCount;
    const out = new Map<string, Manifest>();
    const work = [...used.values()];
    const worker = async (): Promise<void> => {
      for (let selected = work.pop(); selected !== undefined; selected = work.pop()) {
        const info = resolution.nodes.get(selected.candidate.node)!;
        const manifest = info.kind === 'index' ? await this.unpacked(resolution, selected, info, cache) : info.manifest;
        if (manifest !== null) out.set(selected.candidate.node, manifest);
      }
    };
    await Promise.all(Array.from({ length: Math.min(8, work.length) }, worker));
    return this.sink.errorCount > before ? null : out;
  }

  private async unpacked(resolution: Resolution, selected: Selected<Where>, info: NodeInfo & { kind: 'index' }, cache: DownloadCache): Promise<Manifest | null> {
    const entry = resolution.entryOf(selected.candidate);
    const had = await cache.package(info.base, info.registry === null ? 'index' : `index+${info.registry}`, entry);
    if (!had.ok) {
      this.fail(resolution, had, selected);
      return null;
    }
    const shown = `${entry.name}-${entry.version}`;
    const bad = (reason: string): null => {
      this.fail(resolution, { ok: false, code: 'CJ0634', args: { what: shown, reason } }, selected);
      return null;
    };
    if (!this.store.has(had.value)) return bad('it holds no cj.toml');
    const manifest = this.store.read(had.value, shown);
    if (manifest === null) return null;
    const section = manifest.package;
    if (section === null || section.name.value !== entry.name || section.version.value !== entry.version) {
      return bad(`its cj.toml is about ${section === null ? 'no package' : `${section.name.value} ${section.version.value}`}`);
    }
    this.checkCompiler(manifest);
    return manifest;
  }

  private fail(resolution: Resolution, failure: Failure, selected: Selected<Where>): void {
    const chain: string[] = [];
    let span: Span = NO_SPAN;
    for (let at: typeof selected.step | null = selected.step; at !== null; at = at.by) {
      chain.unshift(`${nameOf(resolution.nodes.get(at.candidate.node)!)} ${at.candidate.version}`);
      if (span === NO_SPAN && at.need !== null) span = at.need.where.span;
    }
    this.sink.report({ code: failure.code, span, args: { ...failure.args, chain: chain.join(' → ') }, help: failure.help });
  }

  // -------------------------------------------------------------- packages

  private packagesOf(
    resolution: Resolution, used: ReadonlyMap<string, Selected<Where>>, manifests: ReadonlyMap<string, Manifest>,
  ): { readonly list: readonly Package[]; readonly manifests: ReadonlyMap<Package, Manifest> } | null {
    const keys = keysOf([...used.values()].map(({ candidate }) => ({ node: candidate.node, name: nameOf(resolution.nodes.get(candidate.node)!), version: candidate.version })));
    const built = new Map<string, Package>();
    const byPackage = new Map<Package, Manifest>();
    for (const selected of used.values()) {
      const { candidate } = selected;
      const info = resolution.nodes.get(candidate.node)!;
      const manifest = manifests.get(candidate.node)!;
      const section = manifest.package!;
      const isMember = info.kind === 'local' && info.isMember;
      const targets = findTargets(this.host, this.sink, manifest);
      const named = (dev: boolean): ReadonlyMap<string, string> =>
        new Map(selected.needs.filter((need) => need.dev === dev).map((need): [string, string] => [need.where.importName, keys.get(need.node)!]).sort(([a], [b]) => (a < b ? -1 : 1)));
      const dependencies = named(false);
      const withheld = new Map<string, 'dev' | 'optional'>();
      for (const dependency of manifest.dependencies) if (!dependencies.has(dependency.importName)) withheld.set(dependency.importName, 'optional');
      if (isMember) for (const dependency of manifest.devDependencies) if (!dependencies.has(dependency.importName)) withheld.set(dependency.importName, 'dev');
      const name = section.name.value;
      const one: Package = {
        id: `${name} ${candidate.version}`, name, version: candidate.version, key: keys.get(candidate.node)!,
        rootDir: manifest.dir,
        shownDir: info.kind === 'index' ? `${name}-${candidate.version}` : info.kind === 'git' ? manifest.file.name.replace(/\/?cj\.toml$/, '') : manifest.dir,
        source: sourceOf(info), checksum: info.kind === 'index' ? resolution.entryOf(candidate).checksum : null,
        edition: section.edition, features: [...selected.features].sort(), dependencies, devDependencies: isMember ? named(true) : new Map(), withheld,
        declaredFeatures: new Set(manifest.features.keys()),
        ...targets, native: manifest.native, generate: manifest.generate,
      };
      built.set(candidate.node, one);
      byPackage.set(one, manifest);
      if (isMember) this.checkMember(one, manifest);
      for (const need of selected.needs) this.checkLibrary(resolution, manifests, need);
    }
    return { list: inOrder(used, built), manifests: byPackage };
  }

  private checkMember(one: Package, manifest: Manifest): void {
    if (one.lib === null && one.bins.length === 0 && manifest.libRoot === null && manifest.bins.length === 0) {
      const { span } = manifest.package!.name;
      this.sink.report({ code: 'CJ0654', span, args: { name: one.name, dir: one.sourceDir === one.rootDir ? 'src/' : `${one.sourceDir}/` } });
    }
    for (const dependency of [...manifest.dependencies, ...manifest.devDependencies]) {
      const { importName } = dependency;
      const file = joinPath(one.sourceDir, `${importName}.cj`);
      const isSelf = importName === importNameOf(one.name);
      const other = isSelf ? importName : this.host.kind(file) === 'file' ? file : this.host.kind(joinPath(one.sourceDir, importName)) === 'directory' ? joinPath(one.sourceDir, importName) : null;
      if (other === null || !isModuleName(importName)) continue;
      this.sink.report({ code: 'CJ0625', span: dependency.span, args: { name: importName, other, package: dependency.name }, label: isSelf ? 'self' : undefined, help: ['rename'] });
    }
  }

  /** What is depended on has a library. */
  private checkLibrary(resolution: Resolution, manifests: ReadonlyMap<string, Manifest>, need: Need<Where>): void {
    const manifest = manifests.get(need.node);
    if (manifest === undefined || need.where.span === NO_SPAN || resolution.nodes.get(need.node) === undefined) return;
    if (manifest.libRoot !== null || findTargets(this.host, this.sink, manifest).lib !== null) return;
    this.sink.report({ code: 'CJ0626', span: need.where.span, args: { name: need.where.name, dir: manifest.dir } });
  }
}

function nameOf(info: NodeInfo): string {
  return info.kind === 'index' ? info.name : info.manifest.package!.name.value;
}

function sourceOf(info: NodeInfo): PackageSource {
  switch (info.kind) {
    case 'local':
      return info.isMember ? { kind: 'workspace' } : { kind: 'path' };
    case 'git':
      return { kind: 'git', url: info.url, commit: info.commit };
    case 'index':
      return { kind: 'index', registry: info.registry };
  }
}

/** First segments of module paths: the name, with the line of versions where two meet. */
function keysOf(all: readonly { readonly node: string; readonly name: string; readonly version: Version }[]): ReadonlyMap<string, string> {
  const count = new Map<string, number>();
  for (const { name } of all) count.set(importNameOf(name), (count.get(importNameOf(name)) ?? 0) + 1);
  return new Map(all.map(({ node, name, version }) => [node, count.get(importNameOf(name))! > 1 ? `${name}@${lineOf(version)}` : importNameOf(name)]));
}

/** Dependencies first, otherwise by name and version. */
function inOrder(used: ReadonlyMap<string, Selected<Where>>, built: ReadonlyMap<string, Package>): readonly Package[] {
  const out: Package[] = [];
  const done = new Set<string>();
  const order = (nodes: readonly string[]): readonly string[] =>
    [...nodes].sort((a, b) => {
      const [x, y] = [built.get(a)!, built.get(b)!];
      return x.name < y.name ? -1 : x.name > y.name ? 1 : compareVersions(x.version, y.version);
    });
  const visit = (node: string): void => {
    if (done.has(node)) return;
    done.add(node);
    for (const next of order(used.get(node)!.needs.filter((need) => !need.dev).map((need) => need.node))) visit(next);
    out.push(built.get(node)!);
  };
  for (const node of order([...used.keys()])) visit(node);
  return out;
}

/** The first difference between two lock files, for people. */
function changeOf(old: string, text: string): string {
  const names = (lock: string): ReadonlySet<string> => new Set([...lock.matchAll(/^name = "(.*)"\r?\nversion = "(.*)"/gm)].map((found) => `${found[1]!} ${found[2]!}`));
  const [before, after] = [names(old), names(text)];
  const added = [...after].filter((name) => !before.has(name)).map((name) => `+ ${name}`);
  const removed = [...before].filter((name) => !after.has(name)).map((name) => `- ${name}`);
  return [...removed, ...added].slice(0, 6).join(', ') || '…';
}
