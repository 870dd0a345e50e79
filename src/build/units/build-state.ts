/**
 * What a workspace remembers of its last build, so that the next one looks only at what changed.
 * Holds: `.jc/<profile>.state.json` beside the sources: for each file size, times and digest; for each module its interface and its object; what
 * the executable was linked from. It is a memory, not a source of truth: a missing, torn or foreign one costs time, never a wrong result.
 * A file counts as unchanged while its size, its times and its number are; not so one that was written within a moment of the last look, since
 * a second write in the same tick would leave no trace.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from '../store/content-store.ts';
import type { UnitRecord } from './unit-record.ts';

/** [path, size, mtime in ms, ctime in ms, inode]. A folder's size is not kept. */
export type FileStamp = readonly [path: string, size: number, mtimeMs: number, ctimeMs: number, inode: number];

export interface ModuleState {
  /** Digest of the source. */
  readonly source: Digest;
  readonly interface: Digest;
  readonly key: Digest;
  readonly record: UnitRecord;
}

export interface BuildState {
  readonly version: 1;
  /** What of the environment decides where the tool looks for compilers and stores. */
  readonly env: string;
  /** Everything that is not a file: tool, profile, options, plan. */
  readonly options: Digest;
  readonly toolDigest: Digest;
  readonly toolchain: string;
  /** When the files were looked at. */
  readonly lookedMs: number;
  /** Of the tool: its bundle, std, the runtime, the C compiler. */
  readonly tool: readonly FileStamp[];
  /** Manifests and the like: another content means another plan. */
  readonly manifests: readonly FileStamp[];
  readonly folders: readonly FileStamp[];
  readonly files: readonly FileStamp[];
  /** By the same index as `files`. */
  readonly modules: readonly ModuleState[];
  readonly instances: { readonly key: Digest; readonly object: Digest; readonly sizeBytes: number } | null;
  readonly linkKey: Digest;
  readonly artifact: Digest;
  readonly output: FileStamp;
  /** Whether a build of unchanged files has nothing to say or do. */
  readonly quick: boolean;
}

/** Writes that follow one another faster than this may leave equal times. */
const TICK_MS = 30;

export function stampOf(path: string): FileStamp | null {
  const info = statSync(path, { throwIfNoEntry: false });
  return info === undefined ? null : [path, info.isDirectory() ? 0 : info.size, info.mtimeMs, info.ctimeMs, info.ino];
}

/** Whether a file is as it was when its stamp was taken, at `lookedMs`. */
export function isUnchanged(stamp: FileStamp, lookedMs: number): boolean {
  const info = statSync(stamp[0], { throwIfNoEntry: false });
  if (info === undefined) return false;
  return info.mtimeMs === stamp[2] && info.ctimeMs === stamp[3] && info.ino === stamp[4] && (info.isDirectory() || info.size === stamp[1]) && info.mtimeMs < lookedMs - TICK_MS;
}

export function readState(path: string): BuildState | null {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as BuildState;
    return state.version === 1 ? state : null;
  } catch {
    // No build yet, or a torn file: everything is looked at anew.
    return null;
  }
}

/** Throws the operating system's error. */
export function writeState(path: string, state: object): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(state));
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

export function environmentOf(): string {
  return ['JC_CC', 'JC_CACHE', 'XDG_CACHE_HOME', 'HOME', 'PATH'].map((name) => process.env[name] ?? '').join('\n');
}

/** Whether nothing at all has changed since a build: then its executable stands as it is. */
export function isUpToDate(state: BuildState): boolean {
  if (state.env !== environmentOf()) return false;
  const all = (stamps: readonly FileStamp[]): boolean => stamps.every((stamp) => isUnchanged(stamp, state.lookedMs));
  const output = statSync(state.output[0], { throwIfNoEntry: false });
  return output !== undefined && output.size === state.output[1] && output.mtimeMs === state.output[2] && output.ino === state.output[4] &&
    all(state.tool) && all(state.manifests) && all(state.folders) && all(state.files);
}
