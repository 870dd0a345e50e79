/**
 * A static index: one file a package, `BASE/index/NAME.jsonl`, one line a published version; archives at `BASE/archives/NAME/NAME-VERSION.tar.gz`.
 * Consumes and produces the lines. A line that a newer tool wrote (`"v"` above ours) is passed over. The format is in `docs/packages.md`.
 */
import type { Manifest } from './manifest.ts';
import { compareVersions, parseRequirement, parseVersion } from './version.ts';
import type { Version } from './version.ts';

const FORMAT = 1;

export interface IndexDependency {
  /** As in `[dependencies]`. */
  readonly key: string;
  readonly name: string;
  readonly requirement: Version;
  /** Base address; null for the index in which the line stands. */
  readonly registry: string | null;
  readonly features: readonly string[];
  readonly defaultFeatures: boolean;
  readonly optional: boolean;
}

export interface IndexEntry {
  readonly name: string;
  readonly version: Version;
  readonly checksum: string;
  readonly dependencies: readonly IndexDependency[];
  readonly features: ReadonlyMap<string, readonly string[]>;
  readonly yanked: boolean;
  /** The line itself. */
  readonly line: string;
}

export type IndexFile = { readonly ok: true; readonly entries: ReadonlyMap<string, IndexEntry> } | { readonly ok: false; readonly line: number; readonly reason: string };

export function indexPath(name: string): string {
  return `index/${encodeURIComponent(name)}.jsonl`;
}

export function archivePath(name: string, version: string): string {
  const file = encodeURIComponent(name);
  return `archives/${file}/${file}-${version}.tar.gz`;
}

export function parseIndex(name: string, text: string): IndexFile {
  const entries = new Map<string, IndexEntry>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = parseLine(name, line);
    if (typeof entry === 'string') return { ok: false, line: index + 1, reason: entry };
    if (entry === null) continue;
    // A later line for the same version withdraws it; what is published never changes otherwise.
    const before = entries.get(entry.version);
    if (before !== undefined && before.checksum !== entry.checksum) return { ok: false, line: index + 1, reason: `${entry.version} stands there twice, with two checksums` };
    entries.set(entry.version, entry);
  }
  return { ok: true, entries };
}

/** A string says what is wrong; null is a line of a newer format. */
function parseLine(name: string, line: string): IndexEntry | string | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  if (!isRecord(value)) return 'it is no object';
  if (typeof value['v'] !== 'number') return '`v` is missing';
  if (value['v'] > FORMAT) return null;
  if (value['name'] !== name) return `it is about \`${String(value['name'])}\``;
  const version = typeof value['version'] === 'string' ? parseVersion(value['version']) : null;
  if (version === null) return '`version` is no version';
  const { checksum } = value;
  if (typeof checksum !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(checksum)) return '`checksum` is not `sha256:` and 64 digits';
  const dependencies: IndexDependency[] = [];
  for (const item of Array.isArray(value['deps']) ? (value['deps'] as unknown[]) : []) {
    const requirement = isRecord(item) && typeof item['req'] === 'string' ? parseRequirement(item['req']) : null;
    if (!isRecord(item) || typeof item['name'] !== 'string' || requirement === null) return 'an entry of `deps` has no good `name` and `req`';
    dependencies.push({
      key: typeof item['key'] === 'string' ? item['key'] : item['name'],
      name: item['name'],
      requirement,
      registry: typeof item['registry'] === 'string' ? item['registry'] : null,
      features: stringsOf(item['features']),
      defaultFeatures: item['default'] !== false,
      optional: item['optional'] === true,
    });
  }
  const features = new Map<string, readonly string[]>();
  if (isRecord(value['features'])) for (const [key, items] of Object.entries(value['features'])) features.set(key, stringsOf(items));
  return { name, version, checksum, dependencies, features, yanked: value['yanked'] === true, line };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The newest version that is neither withdrawn nor a pre-release (those only where there is nothing else). */
export function newestOf(entries: Iterable<IndexEntry>, serves: (version: Version) => boolean = () => true): IndexEntry | null {
  let best: IndexEntry | null = null;
  for (const entry of entries) {
    if (entry.yanked || !serves(entry.version)) continue;
    const isPre = entry.version.includes('-');
    if (best !== null && isPre && !best.version.includes('-')) continue;
    if (best === null || (best.version.includes('-') && !isPre) || compareVersions(entry.version, best.version) > 0) best = entry;
  }
  return best;
}

/** The line that publishes a package. Its dependencies must all come from an index, or name a version beside their path. */
export function indexLineOf(manifest: Manifest, checksum: string, requirements: ReadonlyMap<string, Version>): string {
  const section = manifest.package!;
  const deps = manifest.dependencies.map((dependency) => ({
    ...(dependency.key === dependency.name ? {} : { key: dependency.key }),
    name: dependency.name,
    req: requirements.get(dependency.key)!,
    ...(dependency.source.kind === 'index' && dependency.source.registry !== null ? { registry: dependency.source.registry } : {}),
    ...(dependency.features.length === 0 ? {} : { features: dependency.features.map((feature) => feature.value) }),
    ...(dependency.defaultFeatures ? {} : { default: false }),
    ...(dependency.optional ? { optional: true } : {}),
  }));
  const features = Object.fromEntries([...manifest.features].map(([name, items]) => [name, items.map((item) =>
    item.kind === 'feature' ? item.feature : item.kind === 'dependency' ? `dep:${item.key}` : `${item.key}/${item.feature}`)]));
  return JSON.stringify({
    v: FORMAT, name: section.name.value, version: section.version.value, checksum,
    ...(deps.length === 0 ? {} : { deps }),
    ...(manifest.features.size === 0 ? {} : { features }),
    ...(section.jc === null ? {} : { jc: section.jc.value }),
    ...(section.description === null ? {} : { description: section.description }),
    ...(section.license === null ? {} : { license: section.license }),
  });
}
