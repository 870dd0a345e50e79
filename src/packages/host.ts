/**
 * The world as packages need it, beyond reading files: places of files, writing, digests of trees, and downloads. The real one is
 * `src/host/package-host.ts`; tests have a twin in memory. Failures are results.
 */
import type { Host } from '../source/index.ts';

export interface PackageHost extends Host {
  /** The absolute path, with `/` and without `.` and `..`. */
  absolute(path: string): string;
  environment(name: string): string | undefined;
  /** Makes the folders on the way; the file is there whole or as before. Null, or the reason why not. */
  writeText(path: string, text: string): string | null;
  /** Removes a file or a folder with all in it; nothing where there is none. Null, or the reason why not. */
  remove(path: string): string | null;
  /** Copies a folder with all in it to a place where there is none yet. */
  copyTree(from: string, to: string): string | null;
  /** `sha256:…` over the normalised tree (`docs/packages.md`). An unchanged tree is not read twice. */
  digestTree(dir: string): TreeDigest;
  /** The folder in which downloads are kept: `$JC_HOME`, or `jc` below the user's cache directory. */
  readonly downloadsDir: string;
}

export type TreeDigest =
  | { readonly ok: true; readonly checksum: string; readonly files: number; readonly sizeBytes: number }
  | { readonly ok: false; readonly reason: string };

export type FetchResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `missing`: the address is good and there is nothing. */
  | { readonly ok: false; readonly missing: boolean; readonly reason: string };

/** `refused`: what came is not to be unpacked; otherwise it could not be got. */
export type UnpackResult = { readonly ok: true } | { readonly ok: false; readonly refused: boolean; readonly reason: string };

/** Downloads. A folder that these make is there whole or not at all. */
export interface PackageFetcher {
  /** `https:`, `http:` and `file:` addresses. */
  fetch(url: string): Promise<FetchResult>;
  /** Unpacks a `.tar.gz`, whose one top folder becomes `dir`. */
  unpack(archive: Uint8Array, dir: string): Promise<UnpackResult>;
  /** The files of a commit, without `.git`. `mirrorDir` keeps the repository for the next commit. */
  checkout(url: string, commit: string, mirrorDir: string, dir: string): Promise<UnpackResult>;
}
