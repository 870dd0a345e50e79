/**
 * Reads one `cj.toml`.
 * Consumes: its text. Produces: a Manifest, or null where there is nothing to go on with; every mistake is a diagnostic in the file.
 * Files that it names are looked for by `load-workspace.ts`.
 */
import type { DiagSink } from '../diag/index.ts';
import { makeSpan } from '../source/index.ts';
import type { SourceFile } from '../source/index.ts';
import { nearestName } from '../base/index.ts';
import type { BinSection, FeatureItem, Manifest, PackageSection, Placed, WorkspaceSection } from './manifest.ts';
import { isFeatureName, isPackageName } from './names.ts';
import { readDependencies, reportBadName } from './read-dependencies.ts';
import { checkInside, readBuild, readCache, readGenerate, readNative, readProfiles, readTargets } from './read-settings.ts';
import { parseToml } from './toml.ts';
import type { TomlTable } from './toml.ts';
import { TomlReader } from './toml-reader.ts';
import { parseRequirement, parseVersion } from './version.ts';
import type { Version } from './version.ts';

/** Editions of the language that this compiler knows; the last is what `jc new` writes. */
export const EDITIONS = ['2026'];

const TABLES = [
  'package', 'lib', 'bin', 'dependencies', 'dev-dependencies', 'features', 'workspace', 'override', 'profile', 'target', 'native', 'generate', 'build', 'cache',
];

export function readManifest(file: SourceFile, dir: string, sink: DiagSink): Manifest | null {
  const reader = new TomlReader(file, sink);
  const parsed = parseToml(file.text);
  if (!parsed.ok) {
    reader.report('CJ0600', makeSpan(file.id, parsed.at, Math.min(parsed.at + 1, file.text.length)), { reason: parsed.reason });
    return null;
  }
  const { root } = parsed;
  const before = sink.errorCount;
  reader.checkKeys(root, '', TABLES);
  const section = readPackage(reader, root);
  const workspace = readWorkspace(reader, root);
  if (section === null && workspace === null && sink.errorCount === before) {
    reader.report('CJ0604', makeSpan(file.id, 0, 0), { key: 'package', table: '' }, { label: 'noPackage', help: ['package'] });
  }
  const lib = reader.table(root, 'lib');
  if (lib !== null) reader.checkKeys(lib, 'lib', ['root']);
  const libRoot = lib === null ? null : reader.string(lib, 'root', 'lib.root');
  const manifest: Manifest = {
    dir, file, toml: root, package: section, workspace,
    libRoot: libRoot !== null && checkInside(reader, libRoot, 'lib.root') ? libRoot : null,
    bins: readBins(reader, root),
    dependencies: readDependencies(reader, reader.table(root, 'dependencies'), 'dependencies', 'dependencies'),
    devDependencies: readDependencies(reader, reader.table(root, 'dev-dependencies'), 'dev-dependencies', 'dev'),
    features: readFeatures(reader, root),
    overrides: readDependencies(reader, reader.table(root, 'override'), 'override', 'override'),
    profiles: readProfiles(reader, root),
    targets: readTargets(reader, root),
    native: readNative(reader, root),
    generate: readGenerate(reader, root),
    build: readBuild(reader, root),
    cache: readCache(reader, root),
  };
  if (section === null) checkVirtual(reader, root);
  else checkFeatureNames(reader, manifest);
  return manifest;
}

function readPackage(reader: TomlReader, root: TomlTable): PackageSection | null {
  const table = reader.table(root, 'package');
  if (table === null) return null;
  reader.checkKeys(table, 'package', ['name', 'version', 'edition', 'jc', 'description', 'license']);
  for (const key of ['name', 'version']) {
    if (!table.entries.has(key)) reader.report('CJ0604', reader.tableSpan(table), { key, table: 'package' }, { help: [key] });
  }
  const name = reader.string(table, 'name', 'package.name');
  const nameGood = name !== null && isPackageName(name.value);
  if (name !== null && !nameGood) reportBadName(reader, name.value, name.span);
  const versionText = reader.string(table, 'version', 'package.version');
  const version = versionText === null ? null : readVersion(reader, versionText);
  const edition = reader.string(table, 'edition', 'package.edition');
  if (edition !== null && !EDITIONS.includes(edition.value)) {
    const last = EDITIONS.at(-1)!;
    reader.report('CJ0618', edition.span, { edition: edition.value, known: EDITIONS.map((known) => `\`${known}\``).join(', ') }, {
      fixes: [{ key: 'last', args: { last }, edits: [{ span: edition.span, text: `"${last}"` }] }],
    });
  }
  const jcText = reader.string(table, 'jc', 'package.jc');
  const jcShort = jcText === null ? null : parseRequirement(jcText.value);
  const jc = jcText === null ? null : jcShort === null ? readVersion(reader, jcText) : { value: jcShort, span: jcText.span };
  const description = reader.string(table, 'description', 'package.description');
  const license = reader.string(table, 'license', 'package.license');
  if (!nameGood || version === null) return null;
  return { name, version, edition: edition?.value ?? EDITIONS[0]!, jc, description: description?.value ?? null, license: license?.value ?? null };
}

function readVersion(reader: TomlReader, text: Placed<string>): Placed<Version> | null {
  const version = parseVersion(text.value);
  if (version !== null) return { value: version, span: text.span };
  const parts = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text.value);
  const full = parts === null ? null : parseVersion(`${Number(parts[1])}.${Number(parts[2] ?? 0)}.${Number(parts[3] ?? 0)}`);
  reader.report('CJ0603', text.span, { text: text.value }, { fixes: full === null ? [] : [{ key: 'full', args: { full }, edits: [{ span: text.span, text: `"${full}"` }] }] });
  return null;
}

function readWorkspace(reader: TomlReader, root: TomlTable): WorkspaceSection | null {
  const table = reader.table(root, 'workspace');
  if (table === null) return null;
  reader.checkKeys(table, 'workspace', ['members', 'exclude', 'dependencies']);
  if (!table.entries.has('members') && !root.entries.has('package')) reader.report('CJ0604', reader.tableSpan(table), { key: 'members', table: 'workspace' }, { help: ['members'] });
  return {
    members: reader.strings(table, 'members', 'workspace.members'),
    exclude: reader.strings(table, 'exclude', 'workspace.exclude'),
    dependencies: readDependencies(reader, reader.table(table, 'dependencies', 'workspace.dependencies'), 'workspace.dependencies', 'workspace'),
    span: reader.tableSpan(table),
  };
}

function readBins(reader: TomlReader, root: TomlTable): readonly BinSection[] {
  const out: BinSection[] = [];
  for (const table of reader.tables(root, 'bin')) {
    reader.checkKeys(table, 'bin', ['name', 'main']);
    if (!table.entries.has('name')) reader.report('CJ0604', reader.tableSpan(table), { key: 'name', table: 'bin' });
    const name = reader.string(table, 'name', 'bin.name');
    if (name === null) continue;
    if (!/^[\p{XID_Continue}][\p{XID_Continue}.+-]*$/u.test(name.value)) {
      reader.badValue(name.span, 'bin.name', name.value, 'word');
      continue;
    }
    const same = out.find((other) => other.name.value === name.value);
    if (same !== undefined) {
      reader.report('CJ0616', name.span, { what: 'programs', name: name.value }, { related: [{ span: same.name.span, label: 'first' }] });
      continue;
    }
    const main = reader.string(table, 'main', 'bin.main');
    if (main !== null && !checkInside(reader, main, 'bin.main')) continue;
    if (main === null && table.entries.has('main')) continue;
    out.push({ name, main: main ?? { value: `src/bin/${name.value}.cj`, span: name.span } });
  }
  return out;
}

function readFeatures(reader: TomlReader, root: TomlTable): ReadonlyMap<string, readonly FeatureItem[]> {
  const out = new Map<string, readonly FeatureItem[]>();
  const table = reader.table(root, 'features');
  for (const entry of table?.entries.values() ?? []) {
    if (!isFeatureName(entry.key)) {
      reader.badValue(reader.keySpan(entry), 'features', entry.key, 'word');
      continue;
    }
    out.set(entry.key, reader.strings(table!, entry.key, `features.${entry.key}`).map(({ value, span }): FeatureItem => {
      if (value.startsWith('dep:')) return { kind: 'dependency', key: value.slice(4), span };
      const slash = value.indexOf('/');
      if (slash > 0) return { kind: 'dependencyFeature', key: value.slice(0, slash).replace(/\?$/, ''), feature: value.slice(slash + 1), span };
      return { kind: 'feature', feature: value, span };
    }));
  }
  return out;
}

/** Features name features and dependencies of their own package; each optional dependency is brought by one. */
function checkFeatureNames(reader: TomlReader, manifest: Manifest): void {
  const brought = new Set<string>();
  const keys = manifest.dependencies.map((dependency) => dependency.key);
  for (const items of manifest.features.values()) {
    for (const item of items) {
      const known = item.kind === 'feature' ? [...manifest.features.keys()] : keys;
      const name = item.kind === 'feature' ? item.feature : item.key;
      if (item.kind !== 'feature') brought.add(item.key);
      if (known.includes(name)) {
        if (item.kind !== 'dependency') continue;
        const dependency = manifest.dependencies.find((other) => other.key === name)!;
        if (!dependency.optional) reader.report('CJ0657', item.span, { name }, { related: [{ span: dependency.span, label: 'dependency' }] });
        continue;
      }
      const similar = nearestName(name, known);
      const isDependency = item.kind === 'feature' && manifest.dependencies.some((dependency) => dependency.key === name && dependency.optional);
      const text = isDependency ? `"dep:${name}"` : similar === null ? null : JSON.stringify(item.kind === 'feature' ? similar : item.kind === 'dependency' ? `dep:${similar}` : `${similar}/${item.feature}`);
      reader.report(item.kind === 'feature' ? 'CJ0620' : 'CJ0656', item.span, { feature: name, name, package: manifest.package!.name.value }, {
        fixes: text === null ? [] : [{ key: 'similar', args: { text }, edits: [{ span: item.span, text }] }],
      });
    }
  }
  for (const dependency of manifest.dependencies) {
    if (dependency.optional && !brought.has(dependency.key)) reader.report('CJ0621', dependency.span, { name: dependency.key }, { help: ['bring'] });
  }
}

/** The root of a workspace that is no package has no tables of a package. */
function checkVirtual(reader: TomlReader, root: TomlTable): void {
  if (root.entries.has('package') || !root.entries.has('workspace')) return;
  for (const key of ['lib', 'bin', 'dependencies', 'dev-dependencies', 'features', 'native', 'generate']) {
    const entry = root.entries.get(key);
    if (entry !== undefined) reader.report('CJ0624', reader.keySpan(entry), { what: key }, { label: 'virtual' });
  }
}
