/**
 * Packages without an operating system: a host of files in memory, and a fetcher whose servers and repositories are files too.
 * `https://idx/index/json.jsonl` is a file of an index, `https://idx/archives/json/json-1.0.0.tar.gz/cj.toml` a file in an archive,
 * `git+https://host/repo#COMMIT/cj.toml` a file of a commit. In files of an index `"@json-1.0.0"` stands for the checksum of that archive's tree.
 */
import { createHash } from 'node:crypto';
import { resolvePath } from '../../../src/base/index.ts';
import type { FetchResult, PackageFetcher, PackageHost, UnpackResult } from '../../../src/packages/index.ts';

export class MemoryPackageHost implements PackageHost {
  readonly downloadsDir = '/home/cache';
  readonly files: Map<string, string>;
  readonly variables: Readonly<Record<string, string>>;
  /** Paths that cannot be written. */
  readonly readOnly = new Set<string>();

  constructor(files: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}) {
    this.files = new Map(Object.entries(files).map(([path, text]) => [this.absolute(path), text]));
    this.variables = variables;
  }

  absolute(path: string): string {
    return resolvePath('/here', path);
  }

  environment(name: string): string | undefined {
    return this.variables[name];
  }

  readText(path: string): ReturnType<PackageHost['readText']> {
    const text = this.files.get(this.absolute(path));
    return text === undefined ? { ok: false, why: 'missing', detail: path } : { ok: true, text };
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    const at = this.absolute(path);
    if (this.files.has(at)) return 'file';
    const prefix = at === '/' ? '/' : `${at}/`;
    for (const file of this.files.keys()) if (file.startsWith(prefix)) return 'directory';
    return 'missing';
  }

  list(path: string): readonly string[] {
    const prefix = `${this.absolute(path)}/`;
    return [...new Set([...this.files.keys()].flatMap((file) => (file.startsWith(prefix) ? [file.slice(prefix.length).split('/')[0]!] : [])))].sort();
  }

  writeText(path: string, text: string): string | null {
    if (this.readOnly.has(this.absolute(path))) return 'read-only file system';
    this.files.set(this.absolute(path), text);
    return null;
  }

  remove(path: string): string | null {
    const at = this.absolute(path);
    for (const file of [...this.files.keys()]) if (file === at || file.startsWith(`${at}/`)) this.files.delete(file);
    return null;
  }

  copyTree(from: string, to: string): string | null {
    const [a, b] = [this.absolute(from), this.absolute(to)];
    for (const [file, text] of [...this.files]) if (file.startsWith(`${a}/`)) this.files.set(b + file.slice(a.length), text);
    return null;
  }

  digestTree(dir: string): ReturnType<PackageHost['digestTree']> {
    const prefix = `${this.absolute(dir)}/`;
    const tree = Object.fromEntries([...this.files].filter(([file]) => file.startsWith(prefix)).map(([file, text]) => [file.slice(prefix.length), text]));
    return { ok: true, checksum: digestOf(tree), files: Object.keys(tree).length, sizeBytes: 0 };
  }
}

export function digestOf(tree: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(tree).sort()) hash.update(`${path.length}:${path}${tree[path]!.length}:${tree[path]!}`);
  return `sha256:${hash.digest('hex')}`;
}

export class MemoryFetcher implements PackageFetcher {
  readonly asked: string[] = [];
  private readonly host: MemoryPackageHost;
  private readonly files: Readonly<Record<string, string>>;
  private readonly archives = new Map<string, Record<string, string>>();
  /** Addresses that fail, with the reason. */
  readonly broken = new Map<string, string>();

  constructor(host: MemoryPackageHost, files: Readonly<Record<string, string>>) {
    this.host = host;
    this.files = files;
    for (const [url, text] of Object.entries(files)) {
      const parts = /^(.*\.tar\.gz|git\+.*#[0-9a-f]{40})\/(.+)$/.exec(url);
      if (parts === null) continue;
      const tree = this.archives.get(parts[1]!) ?? {};
      tree[parts[2]!] = text;
      this.archives.set(parts[1]!, tree);
    }
  }

  async fetch(url: string): Promise<FetchResult> {
    this.asked.push(url);
    const broken = this.broken.get(url);
    if (broken !== undefined) return { ok: false, missing: false, reason: broken };
    if (this.archives.has(url)) return { ok: true, bytes: new TextEncoder().encode(url) };
    const text = this.files[url];
    if (text === undefined) return { ok: false, missing: true, reason: 'HTTP 404' };
    const filled = text.replace(/"@([^"]+)"/g, (_, name: string) => {
      const found = [...this.archives].find(([archive]) => archive.endsWith(`/${name}.tar.gz`));
      return JSON.stringify(found === undefined ? `sha256:${'0'.repeat(64)}` : digestOf(found[1]));
    });
    return { ok: true, bytes: new TextEncoder().encode(filled) };
  }

  async unpack(archive: Uint8Array, dir: string): Promise<UnpackResult> {
    return this.place(new TextDecoder().decode(archive), dir);
  }

  async checkout(url: string, commit: string, _mirror: string, dir: string): Promise<UnpackResult> {
    this.asked.push(`git+${url}#${commit}`);
    const broken = this.broken.get(url);
    if (broken !== undefined) return { ok: false, refused: false, reason: broken };
    return this.place(`git+${url}#${commit}`, dir);
  }

  private place(name: string, dir: string): UnpackResult {
    const tree = this.archives.get(name);
    if (tree === undefined) return { ok: false, refused: false, reason: 'the repository has no such commit' };
    for (const [path, text] of Object.entries(tree)) {
      if (path.includes('..')) return { ok: false, refused: true, reason: `the path ${path} leads out of the package` };
      this.host.writeText(`${dir}/${path}`, text);
    }
    return { ok: true };
  }
}

export interface Archive {
  /** Lines `# key: value` before the first file. */
  readonly settings: Readonly<Record<string, string>>;
  readonly head: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Several files in one text: `-- path --` before each. */
export function parseArchive(text: string): Archive {
  const parts = text.split(/^-- (.+) --\n/m);
  const settings = Object.fromEntries([...parts[0]!.matchAll(/^# ([a-z]+): (.*)$/gm)].map((found) => [found[1]!, found[2]!]));
  const files: Record<string, string> = {};
  for (let i = 1; i < parts.length; i += 2) files[parts[i]!] = parts[i + 1]!;
  return { settings, head: parts[0]!, files };
}
