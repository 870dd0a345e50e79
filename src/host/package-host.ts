/**
 * Packages and the real operating system: places, writing, digests of trees. `docs/packages.md` says what a normalised tree is.
 * Holds: nothing; below `stamps/` of the downloads stands for each folder digested there for which sizes and times its digest is known.
 */
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import type { PackageHost, TreeDigest } from '../packages/index.ts';
import { NodeHost } from './node-host.ts';

/** Never part of a package: what tools keep beside the sources. */
export const NOT_IN_TREE: ReadonlySet<string> = new Set(['.git', '.jc']);

export class NodePackageHost extends NodeHost implements PackageHost {
  readonly downloadsDir: string;

  constructor() {
    super();
    const env = process.env;
    this.downloadsDir = resolve(env['JC_HOME'] || env['JC_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'jc'));
  }

  absolute(path: string): string {
    return resolve(path);
  }

  environment(name: string): string | undefined {
    return process.env[name];
  }

  writeText(path: string, text: string): string | null {
    return reasonOf(() => {
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
      writeFileSync(temporary, text);
      renameSync(temporary, path);
    });
  }

  remove(path: string): string | null {
    return reasonOf(() => rmSync(path, { recursive: true, force: true }));
  }

  copyTree(from: string, to: string): string | null {
    return reasonOf(() => {
      mkdirSync(dirname(to), { recursive: true });
      cpSync(from, to, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true, filter: (path) => !NOT_IN_TREE.has(posix.basename(path)) });
    });
  }

  digestTree(dir: string): TreeDigest {
    const absolute = resolve(dir);
    const isDownload = absolute.startsWith(`${this.downloadsDir}/`);
    const stampPath = join(this.downloadsDir, 'stamps', createHash('sha256').update(absolute).digest('hex').slice(0, 32));
    try {
      const files = listTree(absolute);
      const print = createHash('sha256').update(JSON.stringify(files.map((file) => [file.path, file.sizeBytes, file.mtimeMs, file.link]))).digest('hex');
      const known = isDownload ? this.readText(stampPath) : null;
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      if (known?.ok === true) {
        const [oldPrint, checksum] = known.text.trim().split(' ');
        if (oldPrint === print && checksum !== undefined) return { ok: true, checksum, files: files.length, sizeBytes };
      }
      const checksum = `sha256:${digestFiles(absolute, files)}`;
      // A stamp that cannot be written costs a digest next time, no more.
      if (isDownload) this.writeText(stampPath, `${print} ${checksum}\n`);
      return { ok: true, checksum, files: files.length, sizeBytes };
    } catch (error) {
      return { ok: false, reason: (error as Error).message };
    }
  }
}

function reasonOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

export interface TreeFile {
  /** Relative, with `/`, normalised to NFC. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** The target of a symbolic link; null for a file. */
  readonly link: string | null;
}

/** Every file and link below a folder, sorted by the bytes of the path. Throws for what is neither, and for links that lead out of the folder. */
export function listTree(dir: string): readonly TreeFile[] {
  const out: TreeFile[] = [];
  const root = realpathSync(dir);
  const walk = (at: string, prefix: string): void => {
    for (const name of readdirSync(at)) {
      if (NOT_IN_TREE.has(name)) continue;
      const full = join(at, name);
      const path = `${prefix}${name.normalize('NFC')}`;
      const info = lstatSync(full);
      if (info.isDirectory()) walk(full, `${path}/`);
      else if (info.isFile()) out.push({ path, sizeBytes: info.size, mtimeMs: info.mtimeMs, link: null });
      else if (info.isSymbolicLink()) {
        const link = readlinkSync(full);
        // A link to nothing has no real path: what its text says counts.
        const target = existsSync(full) ? realpathSync(full) : resolve(dirname(full), link);
        if (link.startsWith('/') || !(target === root || target.startsWith(`${root}/`))) throw new Error(`the link ${path} leads out of the package`);
        out.push({ path, sizeBytes: 0, mtimeMs: 0, link });
      } else throw new Error(`${path} is neither a file nor a folder`);
    }
  };
  walk(root, '');
  return out.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** SHA-256 over each path and content, every field with its length before it. Modes, times and owners do not count. */
export function digestFiles(dir: string, files: readonly TreeFile[]): string {
  const hash = createHash('sha256');
  const field = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    hash.update(length);
    hash.update(bytes);
  };
  field(Buffer.from('jc-tree/1'));
  for (const file of files) {
    field(Buffer.from(file.link === null ? 'file' : 'link'));
    field(Buffer.from(file.path));
    field(file.link === null ? readFileSync(join(dir, file.path)) : Buffer.from(file.link));
  }
  return hash.digest('hex');
}
