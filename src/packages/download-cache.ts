/**
 * Downloads, kept: files of indexes, unpacked packages and checkouts of git, below the user's cache folder or the workspace's `vendor/`.
 * Consumes: PackageHost and PackageFetcher. Produces: entries and folders, each verified against its checksum before it is used.
 * Holds: the files of indexes read in this run. What is in the cache is never fetched again, except a file of an index that lacks the version asked for.
 */
import { joinPath } from '../base/index.ts';
import type { PackageFetcher, PackageHost } from './host.ts';
import { archivePath, indexPath, parseIndex } from './index-entry.ts';
import type { IndexEntry } from './index-entry.ts';

/** Why something could not be had: the code of a diagnostic, its arguments, and which lines `help.NAME` go with it. */
export interface Failure {
  readonly ok: false;
  readonly code: 'CJ0628' | 'CJ0631' | 'CJ0632' | 'CJ0633' | 'CJ0634' | 'CJ0648';
  readonly args: Readonly<Record<string, string>>;
  readonly help?: readonly string[];
}

export type Had<T> = { readonly ok: true; readonly value: T } | Failure;

/** One folder of `vendor/`: a package of an index, or a commit of a repository with all its packages. */
export interface VendoredPackage {
  /** Null for a commit. */
  readonly name: string | null;
  readonly version: string | null;
  /** As in `cj.lock`. */
  readonly source: string;
  readonly checksum: string;
  /** Below `vendor/`. */
  readonly dir: string;
}

export interface VendorList {
  readonly version: 1;
  readonly packages: readonly VendoredPackage[];
  /** Lines of indexes: base address (empty for the default index) to name to lines. */
  readonly index: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export const VENDOR_DIR = 'vendor';
export const VENDOR_LIST = 'vendor.json';

/** Reads `vendor/vendor.json` of a workspace; null where there is none, a string where it is broken. */
export function readVendorList(host: PackageHost, rootDir: string): VendorList | string | null {
  const path = joinPath(joinPath(rootDir, VENDOR_DIR), VENDOR_LIST);
  if (host.kind(path) !== 'file') return null;
  const read = host.readText(path);
  if (!read.ok) return read.detail;
  try {
    const value = JSON.parse(read.text) as VendorList;
    return value.version === 1 && Array.isArray(value.packages) && typeof value.index === 'object' ? value : `format ${String(value.version)}`;
  } catch (error) {
    return (error as Error).message;
  }
}

export class DownloadCache {
  private readonly host: PackageHost;
  private readonly fetcher: PackageFetcher;
  private readonly offline: boolean;
  private readonly vendorDir: string;
  private readonly vendored: VendorList | null;
  private readonly indexes = new Map<string, Promise<Had<ReadonlyMap<string, IndexEntry>>>>();
  private readonly refreshed = new Set<string>();

  constructor(host: PackageHost, fetcher: PackageFetcher, offline: boolean, vendorDir: string, vendored: VendorList | null) {
    this.host = host;
    this.fetcher = fetcher;
    this.offline = offline;
    this.vendorDir = vendorDir;
    this.vendored = vendored;
  }

  /** All versions of a package in an index; fetched if the cache does not know `version`, or always for `'newest'`. */
  async index(registry: string, vendorKey: string, name: string, version: string): Promise<Had<ReadonlyMap<string, IndexEntry>>> {
    const key = `${registry} ${name}`;
    let known = this.indexes.get(key);
    if (known === undefined) this.indexes.set(key, (known = Promise.resolve(this.cachedIndex(registry, vendorKey, name))));
    const had = await known;
    if ((had.ok && version !== 'newest' && had.value.has(version)) || this.refreshed.has(key)) return this.indexes.get(key)!;
    // What is vendored is all there is; a mistake in a kept file is mended by fetching it anew.
    if (this.vendored !== null) return had;
    if (this.offline) {
      if (had.ok && had.value.size > 0) return had;
      return { ok: false, code: 'CJ0631', args: { what: `the index entry of \`${name}\``, name } };
    }
    this.refreshed.add(key);
    const fresh = this.fetchIndex(registry, name);
    this.indexes.set(key, fresh);
    return fresh;
  }

  private indexFile(registry: string, name: string): string {
    return joinPath(this.host.downloadsDir, `index/${folderName(registry)}/${encodeURIComponent(name)}.jsonl`);
  }

  private cachedIndex(registry: string, vendorKey: string, name: string): Had<ReadonlyMap<string, IndexEntry>> {
    let text = '';
    if (this.vendored !== null) text = (this.vendored.index[vendorKey]?.[name] ?? []).join('\n');
    else {
      const read = this.host.readText(this.indexFile(registry, name));
      if (read.ok) text = read.text;
    }
    const parsed = parseIndex(name, text);
    return { ok: true, value: parsed.ok ? parsed.entries : new Map() };
  }

  private async fetchIndex(registry: string, name: string): Promise<Had<ReadonlyMap<string, IndexEntry>>> {
    const url = `${registry}/${indexPath(name)}`;
    const fetched = await this.fetcher.fetch(url);
    if (!fetched.ok) {
      if (fetched.missing) return { ok: false, code: 'CJ0628', args: { name, registry } };
      return { ok: false, code: 'CJ0633', args: { what: url, reason: fetched.reason } };
    }
    const text = new TextDecoder().decode(fetched.bytes);
    const parsed = parseIndex(name, text);
    if (!parsed.ok) return { ok: false, code: 'CJ0648', args: { url, line: String(parsed.line), reason: parsed.reason } };
    // A cache that cannot be written costs a fetch next time, no more.
    this.host.writeText(this.indexFile(registry, name), text);
    return { ok: true, value: parsed.entries };
  }

  /** The folder of an index package, with the content that its checksum promises. */
  async package(registry: string, lockSource: string, entry: IndexEntry): Promise<Had<string>> {
    const { name, version, checksum } = entry;
    const vendored = this.vendoredDir(name, version, lockSource);
    if (vendored !== null) return this.verified(vendored, checksum, name, version);
    const dir = joinPath(this.host.downloadsDir, `packages/${folderName(name)}-${version}-${checksum.slice(7, 23)}`);
    if (this.host.kind(dir) === 'directory') {
      const digest = this.host.digestTree(dir);
      if (digest.ok && digest.checksum === checksum) return { ok: true, value: dir };
      // Somebody changed it: the archive is fetched again.
      if (this.offline) return { ok: false, code: 'CJ0632', args: { name, version, wanted: checksum, found: digest.ok ? digest.checksum : digest.reason }, help: ['cache'] };
      const refused = this.host.remove(dir);
      if (refused !== null) return { ok: false, code: 'CJ0633', args: { what: dir, reason: refused } };
    }
    if (this.offline) return { ok: false, code: 'CJ0631', args: { what: `\`${name} ${version}\``, name } };
    const url = `${registry}/${archivePath(name, version)}`;
    const fetched = await this.fetcher.fetch(url);
    if (!fetched.ok) return { ok: false, code: 'CJ0633', args: { what: url, reason: fetched.reason } };
    const unpacked = await this.fetcher.unpack(fetched.bytes, dir);
    if (!unpacked.ok) return { ok: false, code: unpacked.refused ? 'CJ0634' : 'CJ0633', args: { what: url, reason: unpacked.reason } };
    const had = this.verified(dir, checksum, name, version);
    if (!had.ok) this.host.remove(dir);
    return had;
  }

  /** The folder of a commit of a git repository. */
  async commit(url: string, commit: string, name: string): Promise<Had<string>> {
    const vendored = this.vendored?.packages.find((other) => other.source === `git+${url}#${commit}`);
    if (vendored !== undefined) return this.verified(joinPath(this.vendorDir, vendored.dir), vendored.checksum, name, commit.slice(0, 12));
    const base = joinPath(this.host.downloadsDir, `git/${folderName(url)}`);
    const dir = joinPath(base, commit);
    if (this.host.kind(dir) === 'directory') return { ok: true, value: dir };
    if (this.offline) return { ok: false, code: 'CJ0631', args: { what: `commit ${commit.slice(0, 12)} of ${url}`, name } };
    const made = await this.fetcher.checkout(url, commit, joinPath(base, 'mirror'), dir);
    if (made.ok) return { ok: true, value: dir };
    return { ok: false, code: made.refused ? 'CJ0634' : 'CJ0633', args: { what: `${url}#${commit}`, reason: made.reason } };
  }

  private vendoredDir(name: string, version: string, source: string): string | null {
    const found = this.vendored?.packages.find((other) => other.name === name && other.version === version && other.source === source);
    return found === undefined ? null : joinPath(this.vendorDir, found.dir);
  }

  private verified(dir: string, checksum: string, name: string, version: string): Had<string> {
    const digest = this.host.digestTree(dir);
    if (!digest.ok) return { ok: false, code: 'CJ0634', args: { what: `${name} ${version}`, reason: digest.reason } };
    if (digest.checksum === checksum) return { ok: true, value: dir };
    return { ok: false, code: 'CJ0632', args: { name, version, wanted: checksum, found: digest.checksum }, help: ['tampered'] };
  }
}

/** An address or a name as the name of one folder, readable and without two that fall together. */
function folderName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '').slice(0, 60);
  if (plain === text) return plain;
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return `${plain}-${hash.toString(16).padStart(16, '0')}`;
}
