/**
 * The archive that publishes a package: which files go into it, in which order, with nothing of the machine in it.
 * Consumes: the folder of a package. Produces: the files, their digest, the bytes of a `.tar.gz`; equal trees give equal bytes.
 */
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { digestFiles } from './package-host.ts';
import type { TreeFile } from './package-host.ts';

const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', 'vendor', 'target', 'dist', 'build', 'cj.lock']);

export interface PackedPackage {
  readonly files: readonly TreeFile[];
  readonly checksum: string;
  readonly archive: Uint8Array;
}

/** Everything below the folder except names that begin with a dot, folders of tools, `cj.lock`, and packages within. Links are refused: throws. */
export function packPackage(dir: string, topName: string): PackedPackage {
  const files: TreeFile[] = [];
  const walk = (at: string, prefix: string): void => {
    for (const name of readdirSync(at)) {
      if (name.startsWith('.') || (LEFT_OUT.has(name) && prefix === '') || name === 'node_modules') continue;
      const full = join(at, name);
      const info = lstatSync(full);
      const path = `${prefix}${name}`;
      if (info.isDirectory()) {
        if (!readdirSync(full).includes('cj.toml')) walk(full, `${path}/`);
      } else if (info.isFile()) files.push({ path: path.normalize('NFC'), sizeBytes: info.size, mtimeMs: 0, link: null });
      else throw new Error(`${path} is a link or a special file, and a package holds only files`);
    }
  };
  walk(dir, '');
  files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const parts: Buffer[] = [];
  for (const file of files) {
    const bytes = readFileSync(join(dir, file.path));
    const path = `${topName}/${file.path}`;
    if (Buffer.byteLength(path) > 99) parts.push(...longPath(path));
    parts.push(headerOf(Buffer.byteLength(path) > 99 ? path.slice(0, 60) : path, 'File', bytes.length), bytes, padding(bytes.length));
  }
  parts.push(Buffer.alloc(1024));
  return { files, checksum: `sha256:${digestFiles(dir, files)}`, archive: gzipSync(Buffer.concat(parts), { level: 9 }) };
}

function headerOf(path: string, type: 'File' | 'ExtendedHeader', sizeBytes: number): Buffer {
  const block = Buffer.alloc(512);
  new Header({ path, type, size: sizeBytes, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }).encode(block);
  return block;
}

/** A PAX header for a path that does not fit into the old field. */
function longPath(path: string): readonly Buffer[] {
  const text = ` path=${path}\n`;
  let length = Buffer.byteLength(text) + 1;
  while (String(length).length + Buffer.byteLength(text) !== length) length = String(length).length + Buffer.byteLength(text);
  const bytes = Buffer.from(`${length}${text}`);
  return [headerOf('pax', 'ExtendedHeader', bytes.length), bytes, padding(bytes.length)];
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((512 - (sizeBytes % 512)) % 512);
}
