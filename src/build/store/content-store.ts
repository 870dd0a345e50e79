/**
 * The store that all workspaces of a user share: blobs by the SHA-256 of their content, and records of actions by the key of what went in.
 * Holds: `<cache>/v1/cas/ab/…` and `<cache>/v1/ac/ab/…`, every file written under `tmp/` and renamed, then never written again (mode 0444); so
 * builds at once, and builds that are killed, leave whole entries or none. A blob is trusted by its size when it is used, and by its content
 * when `verify` asks. What cannot be read is a miss; what cannot be written makes the store silent for the rest of the build.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256 in hexadecimal. */
export type Digest = string;

export function digestOf(content: string | Uint8Array): Digest {
  return createHash('sha256').update(content).digest('hex');
}

export interface StoreFacts {
  readonly blobs: number;
  readonly blobBytes: number;
  readonly records: number;
  readonly recordBytes: number;
}

export interface VerifyResult {
  readonly checked: number;
  readonly bad: readonly Digest[];
}

export class ContentStore {
  readonly root: string;
  /** Why nothing can be written any more; null while it can. */
  failure: string | null = null;
  private readonly folders = new Set<string>();
  private counter = 0;

  /** `root`: the folder `v1` of the cache. */
  constructor(root: string) {
    this.root = root;
  }

  /** Blobs are objects, which linkers that are C compilers too know by the ending. */
  blobPath(digest: Digest): string {
    return join(this.root, 'cas', digest.slice(0, 2), `${digest.slice(2)}.o`);
  }

  private recordPath(key: Digest): string {
    return join(this.root, 'ac', key.slice(0, 2), key.slice(2));
  }

  /** Whether a blob of this size is there. */
  hasBlob(digest: Digest, sizeBytes: number): boolean {
    return statSync(this.blobPath(digest), { throwIfNoEntry: false })?.size === sizeBytes;
  }

  /** A blob whose content is what its name says; null where it is missing or damaged (then it is taken away). */
  readBlob(digest: Digest): Buffer | null {
    const path = this.blobPath(digest);
    let content: Buffer;
    try {
      content = readFileSync(path);
    } catch {
      // Missing and unreadable are both misses.
      return null;
    }
    if (digestOf(content) === digest) return content;
    rmSync(path, { force: true });
    return null;
  }

  /** Puts a blob in; returns its digest even where it could not be written. */
  putBlob(content: string | Uint8Array): Digest {
    const digest = digestOf(content);
    this.write(this.blobPath(digest), content, join('cas', digest.slice(0, 2)));
    return digest;
  }

  /** Moves a finished file, which must lie on the same file system, into the store: a build cannot go on without it, so this throws the system's error. */
  adoptBlob(file: string): { readonly digest: Digest; readonly sizeBytes: number } {
    const content = readFileSync(file);
    const digest = digestOf(content);
    if (!this.hasBlob(digest, content.length)) {
      this.folder(join('cas', digest.slice(0, 2)));
      chmodSync(file, 0o444);
      renameSync(file, this.blobPath(digest));
    }
    return { digest, sizeBytes: content.length };
  }

  /** The record of an action, as JSON made it; null for a miss. A torn or foreign one counts as none. */
  readRecord(key: Digest): unknown {
    try {
      return JSON.parse(readFileSync(this.recordPath(key), 'utf8')) as unknown;
    } catch {
      // Missing, unreadable and damaged records are all misses.
      return null;
    }
  }

  putRecord(key: Digest, record: unknown): void {
    this.write(this.recordPath(key), JSON.stringify(record), join('ac', key.slice(0, 2)), true);
  }

  /** A path for a new file that may be moved into the store afterwards. Throws where the cache cannot be written. */
  temporary(ending = ''): string {
    this.folder('tmp');
    return join(this.root, 'tmp', `${process.pid}-${Date.now().toString(36)}-${this.counter++}-${Math.random().toString(36).slice(2, 10)}${ending}`);
  }

  private folder(relative: string): void {
    if (this.folders.has(relative)) return;
    mkdirSync(join(this.root, relative), { recursive: true });
    this.folders.add(relative);
  }

  private write(path: string, content: string | Uint8Array, folder: string, replace = false): void {
    if (this.failure !== null || (!replace && statSync(path, { throwIfNoEntry: false })?.size === Buffer.byteLength(content))) return;
    this.attempt(() => {
      this.folder(folder);
      const temporary = this.temporary();
      try {
        writeFileSync(temporary, content, { mode: 0o444 });
        renameSync(temporary, path);
      } finally {
        rmSync(temporary, { force: true });
      }
    });
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      this.failure = (error as Error).message;
    }
  }

  // ---------------------------------------------------------------- care

  private *files(kind: 'cas' | 'ac'): Generator<{ readonly path: string; readonly name: string }> {
    for (const shard of listed(join(this.root, kind))) {
      for (const name of listed(join(this.root, kind, shard))) yield { path: join(this.root, kind, shard, name), name: shard + name.replace(/\.o$/, '') };
    }
  }

  facts(): StoreFacts {
    const count = (kind: 'cas' | 'ac'): { n: number; bytes: number } => {
      let n = 0;
      let bytes = 0;
      for (const { path } of this.files(kind)) {
        n++;
        bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      }
      return { n, bytes };
    };
    const cas = count('cas');
    const ac = count('ac');
    return { blobs: cas.n, blobBytes: cas.bytes, records: ac.n, recordBytes: ac.bytes };
  }

  /** Reads every blob and takes away those whose content is not what their name says. */
  verify(): VerifyResult {
    let checked = 0;
    const bad: Digest[] = [];
    for (const { path, name } of this.files('cas')) {
      checked++;
      if (digestOf(readFileSync(path)) === name) continue;
      bad.push(name);
      rmSync(path, { force: true });
    }
    return { checked, bad };
  }

  /** Takes away entries that were not used for so long, then the oldest until the blobs fit; and what killed builds left. Returns bytes freed. */
  collect(maxAgeMs: number, maxBytes: number, nowMs: number): number {
    let freed = 0;
    const remove = (path: string, size: number): void => {
      rmSync(path, { force: true });
      freed += size;
    };
    const left: { path: string; size: number; usedMs: number }[] = [];
    for (const kind of ['ac', 'cas'] as const) {
      for (const { path } of this.files(kind)) {
        const info = statSync(path, { throwIfNoEntry: false });
        if (info === undefined) continue;
        if (nowMs - info.mtimeMs > maxAgeMs) remove(path, info.size);
        else if (kind === 'cas') left.push({ path, size: info.size, usedMs: info.mtimeMs });
      }
    }
    left.sort((a, b) => a.usedMs - b.usedMs);
    let bytes = left.reduce((sum, file) => sum + file.size, 0);
    for (const file of left) {
      if (bytes <= maxBytes) break;
      bytes -= file.size;
      remove(file.path, file.size);
    }
    for (const name of listed(join(this.root, 'tmp'))) {
      const path = join(this.root, 'tmp', name);
      const info = statSync(path, { throwIfNoEntry: false });
      if (info !== undefined && nowMs - info.mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
    }
    return freed;
  }

  /** Says that an entry is still of use. */
  touch(digest: Digest, nowMs: number): void {
    try {
      utimesSync(this.blobPath(digest), nowMs / 1000, nowMs / 1000);
    } catch {
      // Another build may have collected it; the next reader finds out.
    }
  }

  clear(): void {
    rmSync(this.root, { recursive: true, force: true });
    this.folders.clear();
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // A store that has not been used yet has no folders.
    return [];
  }
}
