/**
 * `[dependencies]` and its like: what each entry asks for.
 * Consumes: a table of a manifest. Produces: Dependency values; an entry with a mistake is reported and left out.
 */
import { makeSpan } from '../source/index.ts';
import type { Span } from '../source/index.ts';
import type { Dependency, DependencySource } from './manifest.ts';
import { importNameOf, isFeatureName, isPackageName, packageNameNear } from './names.ts';
import type { TomlReader } from './toml-reader.ts';
import type { TomlEntry, TomlTable } from './toml.ts';
import { parseRequirement } from './version.ts';
import type { Version } from './version.ts';

const KEYS = ['version', 'path', 'git', 'rev', 'workspace', 'registry', 'package', 'features', 'default-features', 'optional'];

/** `dev` for `[dev-dependencies]`, `workspace` for `[workspace.dependencies]`, `override` for `[override]`. */
export type DependencyTable = 'dependencies' | 'dev' | 'workspace' | 'override';

export function readDependencies(reader: TomlReader, table: TomlTable | null, where: string, kind: DependencyTable): readonly Dependency[] {
  if (table === null) return [];
  const out: Dependency[] = [];
  const byImportName = new Map<string, Dependency>();
  for (const entry of table.entries.values()) {
    const dependency = readDependency(reader, entry, where, kind);
    if (dependency === null) continue;
    const other = byImportName.get(dependency.importName);
    if (other !== undefined) {
      reader.report('CJ0616', dependency.span, { what: 'dependencies', name: dependency.importName }, { related: [{ span: other.span, label: 'first' }] });
      continue;
    }
    byImportName.set(dependency.importName, dependency);
    out.push(dependency);
  }
  return out;
}

function readDependency(reader: TomlReader, entry: TomlEntry, where: string, kind: DependencyTable): Dependency | null {
  const { key, value } = entry;
  const span = reader.keySpan(entry);
  const wholeSpan = makeSpan(reader.file.id, entry.keyLo, value.hi);
  if (!isPackageName(key)) {
    reportBadName(reader, key, span);
    return null;
  }
  const base = { key, importName: importNameOf(key), name: key, span, wholeSpan, features: [], defaultFeatures: true, optional: false };
  if (value.kind === 'string') {
    const requirement = readRequirement(reader, value.value, reader.span(value));
    return requirement === null ? null : { ...base, source: { kind: 'index', registry: null }, requirement };
  }
  if (value.kind !== 'table') {
    const text = reader.file.text.slice(value.lo, value.hi);
    reader.wrongType(value, key, 'a version such as `"1.2"`, or a table', value.kind === 'integer' || value.kind === 'float' ? `"${text}"` : null);
    return null;
  }
  const before = reader.sink.errorCount;
  reader.checkKeys(value, `${where}.${key}`, KEYS);
  const text = (name: string): string | null => reader.string(value, name, `${key}.${name}`)?.value ?? null;
  const name = text('package') ?? key;
  if (name !== key && !isPackageName(name)) reportBadName(reader, name, reader.span(value.entries.get('package')!.value));
  const version = reader.string(value, 'version', `${key}.version`);
  const requirement = version === null ? null : readRequirement(reader, version.value, version.span);
  const features = reader.strings(value, 'features', `${key}.features`);
  for (const feature of features) {
    if (!isFeatureName(feature.value)) reader.badValue(feature.span, `${key}.features`, feature.value, 'feature');
  }
  const defaultFeatures = reader.boolean(value, 'default-features', `${key}.default-features`) ?? true;
  const optional = reader.boolean(value, 'optional', `${key}.optional`) ?? false;
  if (optional && kind !== 'dependencies') {
    reader.report('CJ0624', reader.keySpan(value.entries.get('optional')!), { what: `${where}.${key}.optional` }, { label: 'optional' });
  }
  const source = readSource(reader, value, key, span, kind, requirement);
  if (source === null || reader.sink.errorCount > before) return null;
  return { ...base, name, source, requirement, features, defaultFeatures, optional };
}

function readSource(reader: TomlReader, table: TomlTable, key: string, span: Span, kind: DependencyTable, requirement: Version | null): DependencySource | null {
  const named = ['path', 'git', 'workspace', 'registry'].filter((name) => table.entries.has(name));
  if (named.length > 1) {
    const [first, second] = named.map((name) => table.entries.get(name)!);
    reader.report('CJ0607', reader.keySpan(second!), { name: key, first: first!.key, second: second!.key }, { related: [{ span: reader.keySpan(first!), label: 'first' }] });
    return null;
  }
  const rev = table.entries.get('rev');
  if (rev !== undefined && named[0] !== 'git') {
    reader.report('CJ0607', reader.keySpan(rev), { name: key, first: named[0] ?? 'version', second: 'rev' }, { label: 'rev' });
    return null;
  }
  switch (named[0]) {
    case 'path': {
      const path = reader.string(table, 'path', `${key}.path`);
      if (path === null) return null;
      if (path.value.includes('\\') || path.value.includes('\0')) {
        reader.badValue(path.span, `${key}.path`, path.value, 'slash', JSON.stringify(path.value.replaceAll('\\', '/')));
        return null;
      }
      return { kind: 'path', path };
    }
    case 'git': {
      const url = reader.string(table, 'git', `${key}.git`);
      if (url === null || !checkUrl(reader, url.value, url.span, `${key}.git`, /^(https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:/)) return null;
      const commit = rev === undefined ? null : reader.string(table, 'rev', `${key}.rev`);
      if (rev !== undefined && commit === null) return null;
      if (commit === null || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit.value)) {
        reader.report('CJ0608', commit?.span ?? span, { name: key, rev: commit?.value ?? '', url: url.value }, { label: commit === null ? 'none' : undefined, help: ['find'] });
        return null;
      }
      return { kind: 'git', url: url.value, commit: commit.value };
    }
    case 'workspace': {
      const entry = table.entries.get('workspace')!;
      if (kind === 'workspace' || kind === 'override') {
        reader.report('CJ0624', reader.keySpan(entry), { what: `${key}.workspace` }, { label: 'workspaceKey' });
        return null;
      }
      const on = reader.boolean(table, 'workspace', `${key}.workspace`);
      if (on === null) return null;
      const also = table.entries.get('version') ?? table.entries.get('package');
      if (!on) {
        reader.badValue(reader.span(entry.value), `${key}.workspace`, 'false', 'onlyTrue', 'true');
        return null;
      }
      if (also !== undefined) {
        reader.report('CJ0607', reader.keySpan(also), { name: key, first: 'workspace', second: also.key }, { related: [{ span: reader.keySpan(entry), label: 'first' }] });
        return null;
      }
      return { kind: 'workspace' };
    }
    default: {
      const registry = reader.string(table, 'registry', `${key}.registry`);
      if (named[0] === 'registry' && (registry === null || !checkUrl(reader, registry.value, registry.span, `${key}.registry`, /^(https?|file):\/\//))) return null;
      if (requirement === null) {
        if (!table.entries.has('version')) reader.report('CJ0609', span, { name: key });
        return null;
      }
      return { kind: 'index', registry: registry === null ? null : registry.value.replace(/\/+$/, '') };
    }
  }
}

/** An address of a known scheme, without a password. */
export function checkUrl(reader: TomlReader, url: string, span: Span, key: string, scheme: RegExp): boolean {
  if (!scheme.test(url) || url.startsWith('-') || /[\s\0]/.test(url)) {
    reader.badValue(span, key, url, 'address');
    return false;
  }
  if (/^\w+:\/\/[^/]*:[^/]*@/.test(url)) {
    reader.badValue(span, key, url.replace(/:\/\/.*@/, '://…@'), 'password');
    return false;
  }
  return true;
}

/** `1.2` and its like; operators of other tools are explained. */
function readRequirement(reader: TomlReader, text: string, span: Span): Version | null {
  const requirement = parseRequirement(text);
  if (requirement !== null) return requirement;
  const plain = /^\s*(?:[\^~=v]|>=)*\s*(\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?)(?:\.[*x])*\s*$/.exec(text)?.[1] ?? null;
  const fixed = plain !== null && parseRequirement(plain) !== null ? plain : null;
  reader.report('CJ0606', span, { text }, { fixes: fixed === null ? [] : [{ key: 'plain', args: { fixed }, edits: [{ span, text: `"${fixed}"` }] }] });
  return null;
}

export function reportBadName(reader: TomlReader, name: string, span: Span): void {
  const near = packageNameNear(name);
  reader.report('CJ0605', span, { name }, { fixes: near === null || near === name ? [] : [{ key: 'near', args: { near }, edits: [{ span, text: reader.file.text[span.lo] === '"' ? `"${near}"` : near }] }] });
}
