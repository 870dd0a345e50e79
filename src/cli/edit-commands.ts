/**
 * `jc add`, `jc remove`, `jc update`: changes of a `cj.toml`, after which the whole workspace is resolved again; where that fails, the file is put back.
 * Each returns the exit code.
 */
import { join, relative, resolve } from 'node:path';
import { nearestName } from '../base/index.ts';
import { DiagSink } from '../diag/index.ts';
import { findCommit, NodePackageFetcher, NodePackageHost } from '../host/index.ts';
import {
  compareVersions, DownloadCache, findPackageDir, findWorkspace, isPackageName, lineOf, ManifestStore, MANIFEST, newestOf, packageNameNear, parseRequirement, parseToml, removeEntry, setEntry,
} from '../packages/index.ts';
import type { Dependency, IndexEntry, Manifest, Version } from '../packages/index.ts';
import { SourceMap } from '../source/index.ts';
import type { Context } from './context.ts';
import { complain, EXIT, renderAll } from './context.ts';
import { openWorkspace } from './select-program.ts';
import type { WorkspaceFlags } from './select-program.ts';

export interface AddFlags extends WorkspaceFlags {
  readonly path?: string;
  readonly git?: string;
  readonly rev?: string;
  readonly branch?: string;
  readonly registry?: string;
  readonly rename?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dryRun?: boolean;
  readonly manifest?: string;
}

export interface UpdateFlags extends WorkspaceFlags {
  readonly dryRun?: boolean;
  readonly major?: boolean;
}

const REGISTRY = 'JC_REGISTRY';

function say(context: Context, en: string, zh: string): void {
  process.stdout.write(`${context.language === 'zh' ? zh : en}\n`);
}

/** The manifest of the package in which a command is given, without looking at anything else; an exit code after reports. */
function ownManifest(context: Context): Manifest | number {
  const host = new NodePackageHost();
  const dir = findPackageDir(host, '.');
  if (dir === null) return complain(context, { code: 'CJ0643', args: { path: resolve('.') } }, EXIT.errors);
  const sink = new DiagSink();
  const sources = new SourceMap();
  const manifest = new ManifestStore(host, sources, sink).read(dir);
  if (sink.hasErrors) process.stderr.write(renderAll(context, sink, sources));
  if (manifest === null || sink.hasErrors) return EXIT.errors;
  if (manifest.package === null) return complain(context, { code: 'CJ0643', args: { path: manifest.file.name }, help: ['virtual'] }, EXIT.errors);
  return manifest;
}

/** Writes a manifest, resolves, and puts the old text back where that fails. */
async function keep(context: Context, manifest: Manifest, text: string, flags: WorkspaceFlags): Promise<number> {
  const host = new NodePackageHost();
  const path = join(manifest.dir, MANIFEST);
  if (!parseToml(text).ok) return complain(context, { code: 'CJ0647', args: { path } }, EXIT.errors);
  const refused = host.writeText(path, text);
  if (refused !== null) return complain(context, { code: 'CJ0022', args: { path, reason: refused } }, EXIT.system);
  // The features given to `jc add` are those of the dependency.
  const workspace = await openWorkspace(context, manifest.dir, { locked: flags.locked, offline: flags.offline });
  if (typeof workspace !== 'number' && workspace !== 'none') return EXIT.ok;
  host.writeText(path, manifest.file.text);
  return typeof workspace === 'number' ? workspace : EXIT.errors;
}

/** All versions of a package that the index has now; an exit code after a report. */
async function published(context: Context, name: string, registry: string | undefined, flags: WorkspaceFlags): Promise<ReadonlyMap<string, IndexEntry> | number> {
  const host = new NodePackageHost();
  const base = registry ?? process.env[REGISTRY];
  if (base === undefined || base === '') return complain(context, { code: 'CJ0636', args: { name, variable: REGISTRY } }, EXIT.errors);
  const cache = new DownloadCache(host, new NodePackageFetcher(), flags.offline === true, '', null);
  const had = await cache.index(base.replace(/\/+$/, ''), registry ?? '', name, 'newest');
  if (!had.ok) return complain(context, { code: had.code, args: { chain: name, ...had.args }, help: had.help }, had.code === 'CJ0633' ? EXIT.system : EXIT.errors);
  return had.value;
}

/** `jc add NAME[@VERSION] …`. */
export async function addCommand(context: Context, specs: readonly string[], flags: AddFlags): Promise<number> {
  const manifest = ownManifest(context);
  if (typeof manifest === 'number') return manifest;
  if ([flags.path, flags.git, flags.registry].filter((one) => one !== undefined).length > 1) return complain(context, { code: 'CJ0644', args: { what: '--path, --git, --registry' }, help: ['one'] }, EXIT.usage);
  if ((flags.path !== undefined || flags.git !== undefined || flags.rename !== undefined) && specs.length > 1) return complain(context, { code: 'CJ0644', args: { what: specs.join(', ') }, help: ['single'] }, EXIT.usage);
  let text = manifest.file.text;
  const table = flags.dev === true ? 'dev-dependencies' : 'dependencies';
  const told: string[] = [];
  for (const spec of specs) {
    const at = spec.lastIndexOf('@');
    const name = at > 0 ? spec.slice(0, at) : spec;
    const wanted = at > 0 ? spec.slice(at + 1) : null;
    if (!isPackageName(name)) {
      const near = packageNameNear(name);
      return complain(context, { code: 'CJ0605', args: { name, near: near ?? '' }, help: near === null ? [] : ['near'] }, EXIT.usage);
    }
    const entry = await entryOf(context, manifest, name, wanted, flags);
    if (typeof entry === 'number') return entry;
    text = setEntry({ ...manifest, ...reparsed(manifest, text) }, table, flags.rename ?? name, entry.text);
    told.push(`${name} ${entry.shown}`);
  }
  if (flags.dryRun === true) {
    process.stdout.write(text);
    return EXIT.ok;
  }
  const exitCode = await keep(context, manifest, text, flags);
  if (exitCode === EXIT.ok) for (const line of told) say(context, `added ${line} to [${table}]`, `已将 ${line} 加入 [${table}]`);
  return exitCode;
}

/** A manifest's file and tree after a change of its text. */
function reparsed(manifest: Manifest, text: string): Pick<Manifest, 'file' | 'toml'> {
  const parsed = parseToml(text);
  return { file: new SourceMap().add(manifest.file.name, text), toml: parsed.ok ? parsed.root : manifest.toml };
}

/** What is written behind `NAME =`. */
async function entryOf(context: Context, manifest: Manifest, name: string, wanted: string | null, flags: AddFlags): Promise<{ text: string; shown: string } | number> {
  const more: string[] = [];
  if (flags.rename !== undefined) more.push(`package = ${JSON.stringify(name)}`);
  if (flags.features !== undefined && flags.features.length > 0) more.push(`features = [${flags.features.map((feature) => JSON.stringify(feature)).join(', ')}]`);
  if (flags.defaultFeatures === false) more.push('default-features = false');
  if (flags.optional === true) more.push('optional = true');
  const table = (parts: readonly string[]): string => `{ ${[...parts, ...more].join(', ')} }`;
  const requirement = wanted === null ? null : parseRequirement(wanted);
  if (wanted !== null && requirement === null) return complain(context, { code: 'CJ0606', args: { text: wanted } }, EXIT.usage);
  if (flags.path !== undefined) {
    const path = relative(resolve(manifest.dir), resolve(flags.path)) || '.';
    const version = requirement === null ? [] : [`version = ${JSON.stringify(wanted)}`];
    return { text: table([`path = ${JSON.stringify(path)}`, ...version]), shown: path };
  }
  if (flags.git !== undefined) {
    let commit = flags.rev ?? '';
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) {
      const found = await findCommit(flags.git, flags.rev ?? flags.branch ?? 'HEAD');
      if (typeof found === 'string') return complain(context, { code: 'CJ0633', args: { what: flags.git, reason: found, chain: name } }, EXIT.system);
      commit = found.commit;
    }
    return { text: table([`git = ${JSON.stringify(flags.git)}`, `rev = "${commit}"`]), shown: commit.slice(0, 12) };
  }
  if (flags.registry === undefined && requirement === null && flags.rename === undefined && inWorkspace(manifest, name)) return { text: table(['workspace = true']), shown: 'workspace = true' };
  const versions = await published(context, name, flags.registry, flags);
  if (typeof versions === 'number') return versions;
  const chosen = requirement === null ? newestOf(versions.values()) : (versions.get(requirement) ?? null);
  if (chosen === null) {
    const known = [...versions.values()].map((entry) => entry.version).sort(compareVersions).slice(-8).map((version) => `\`${version}\``).join(', ');
    return complain(context, { code: 'CJ0629', args: { name, version: wanted ?? '*', known, chain: name }, help: ['known'] }, EXIT.errors);
  }
  const version = `"${chosen.version}"`;
  if (flags.registry === undefined && more.length === 0) return { text: version, shown: chosen.version };
  return { text: table([`version = ${version}`, ...(flags.registry === undefined ? [] : [`registry = ${JSON.stringify(flags.registry)}`])]), shown: chosen.version };
}

/** Whether the workspace says where a package comes from, or has it as a member. */
function inWorkspace(manifest: Manifest, name: string): boolean {
  const host = new NodePackageHost();
  const sink = new DiagSink();
  const found = findWorkspace(host, new ManifestStore(host, new SourceMap(), sink), sink, manifest.dir);
  if (found === null || name === manifest.package!.name.value) return false;
  const listed = found.root.workspace?.dependencies.some((dependency) => dependency.key === name) === true;
  return listed || (found.members.length > 1 && found.members.some((member) => member.package!.name.value === name));
}

/** `jc remove NAME …`. */
export async function removeCommand(context: Context, names: readonly string[], flags: WorkspaceFlags & { readonly dev?: boolean }): Promise<number> {
  const manifest = ownManifest(context);
  if (typeof manifest === 'number') return manifest;
  let text = manifest.file.text;
  for (const name of names) {
    const current = { ...manifest, ...reparsed(manifest, text) };
    const tables = flags.dev === true ? ['dev-dependencies'] : ['dependencies', 'dev-dependencies'];
    const changed = tables.map((table) => removeEntry(current, table, name)).find((one) => one !== null);
    if (changed === undefined || changed === null) {
      const known = [...manifest.dependencies, ...manifest.devDependencies].map((dependency) => dependency.key);
      const similar = nearestName(name, known);
      return complain(context, { code: 'CJ0649', args: { name, file: manifest.file.name, similar: similar ?? '' }, help: similar === null ? [] : ['similar'] }, EXIT.errors);
    }
    text = changed;
  }
  const exitCode = await keep(context, manifest, text, flags);
  if (exitCode === EXIT.ok) for (const name of names) say(context, `removed ${name}`, `已移除 ${name}`);
  return exitCode;
}

/**
 * `jc update [NAME …]`: raises requirements to the newest published versions of the same line (`--major`: of any), and revisions of git to the head of
 * the repository where they are named. Versions are selected from the requirements, so these are what there is to update.
 */
export async function updateCommand(context: Context, names: readonly string[], flags: UpdateFlags): Promise<number> {
  const workspace = await openWorkspace(context, '.', { ...flags, locked: false });
  if (workspace === 'none') return complain(context, { code: 'CJ0643', args: { path: resolve('.') } }, EXIT.errors);
  if (typeof workspace === 'number') return workspace;
  const manifests = [...new Set([workspace.found.root, ...workspace.found.members])];
  const all = manifests.flatMap((manifest) => [...manifest.dependencies, ...manifest.devDependencies, ...(manifest.workspace?.dependencies ?? [])]);
  for (const name of names) {
    if (all.some((dependency) => dependency.name === name || dependency.key === name)) continue;
    const similar = nearestName(name, all.map((dependency) => dependency.name));
    return complain(context, { code: 'CJ0649', args: { name, file: workspace.found.root.file.name, similar: similar ?? '' }, help: similar === null ? [] : ['similar'] }, EXIT.errors);
  }
  let changes = 0;
  for (const manifest of manifests) {
    const edits: { lo: number; hi: number; text: string }[] = [];
    for (const dependency of [...manifest.dependencies, ...manifest.devDependencies, ...(manifest.workspace?.dependencies ?? [])]) {
      if (names.length > 0 && !names.includes(dependency.name) && !names.includes(dependency.key)) continue;
      const raised = await raise(context, manifest, dependency, names.length > 0, flags);
      if (typeof raised === 'number') return raised;
      if (raised === null) continue;
      const whole = manifest.file.text.slice(dependency.wholeSpan.lo, dependency.wholeSpan.hi);
      const at = dependency.wholeSpan.lo + whole.lastIndexOf(raised.from);
      edits.push({ lo: at, hi: at + raised.from.length, text: raised.to });
      process.stdout.write(`${manifest.file.name}: ${dependency.name} ${raised.from.slice(0, 12)} → ${raised.to.slice(0, 12)}\n`);
    }
    if (edits.length === 0) continue;
    changes += edits.length;
    if (flags.dryRun === true) continue;
    let { text } = manifest.file;
    for (const edit of edits.sort((a, b) => b.lo - a.lo)) text = text.slice(0, edit.lo) + edit.text + text.slice(edit.hi);
    const exitCode = await keep(context, manifest, text, flags);
    if (exitCode !== EXIT.ok) return exitCode;
  }
  if (changes === 0) say(context, 'everything is up to date', '均已是最新');
  return EXIT.ok;
}

async function raise(context: Context, manifest: Manifest, dependency: Dependency, named: boolean, flags: UpdateFlags): Promise<{ from: string; to: string } | number | null> {
  const { source } = dependency;
  if (source.kind === 'git') {
    if (!named) return null;
    const found = await findCommit(source.url, 'HEAD');
    if (typeof found === 'string') return complain(context, { code: 'CJ0633', args: { what: source.url, reason: found, chain: dependency.name } }, EXIT.system);
    return found.commit === source.commit ? null : { from: source.commit, to: found.commit };
  }
  if (source.kind !== 'index') return null;
  const versions = await published(context, dependency.name, source.registry ?? undefined, flags);
  if (typeof versions === 'number') return versions;
  const requirement = dependency.requirement!;
  const newest = newestOf(versions.values(), (version: Version) => flags.major === true || lineOf(version) === lineOf(requirement));
  if (newest === null || compareVersions(newest.version, requirement) <= 0) return null;
  return { from: writtenRequirement(manifest, dependency), to: newest.version };
}

/** The requirement as it is spelt: `1.2`, not `1.2.0`. */
function writtenRequirement(manifest: Manifest, dependency: Dependency): string {
  const text = manifest.file.text.slice(dependency.wholeSpan.lo, dependency.wholeSpan.hi);
  return (/^[^=]*=\s*["']([^"']*)["']$/.exec(text) ?? /\bversion\s*=\s*["']([^"']*)["']/.exec(text))?.[1] ?? dependency.requirement!;
}
