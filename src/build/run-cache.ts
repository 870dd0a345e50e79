/**
 * Remembers, for a root path and a set of options, which files went into the last build and which executable came out, so that
 * `jc run` and `jc test` of an unchanged program start it without compiling anything.
 * Holds: one JSON record a (root, options) under `<cache>/runs`. A record is valid while every input has the same size and time, or, failing that, the same SHA-256.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

interface InputRecord {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

/** A folder in which modules were looked for: a new file there may be one. */
interface FolderRecord {
  readonly path: string;
  readonly names: readonly string[];
}

interface RunRecord {
  readonly executable: string;
  readonly inputs: readonly InputRecord[];
  readonly folders: readonly FolderRecord[];
  readonly tests: readonly string[];
}

/** What came out of a build. */
export interface BuiltRun {
  readonly executable: string;
  /** The names of the tests in it, in order; empty for a program. */
  readonly tests: readonly string[];
}

/** What went into one. */
export interface RunInputs {
  readonly files: readonly string[];
  readonly folders: readonly FolderRecord[];
}

/** `$JC_CACHE`, or `jc` below the user's cache directory. */
export function cacheDir(): string {
  const env = process.env;
  return env['JC_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'jc');
}

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${typeof part === 'string' ? Buffer.byteLength(part) : part.length}:`);
    hash.update(part);
  }
  return hash.digest('hex');
}

/** The names in a folder that modules can have, as one text: what tools put beside them, such as `.jc`, makes no difference. */
function visible(names: readonly string[]): string {
  return names.filter((name) => !name.startsWith('.')).sort().join('\0');
}

function recordPath(key: string): string {
  return join(cacheDir(), 'runs', `${key}.json`);
}

/** What was built of an unchanged program, or null. `key` names root, options and tool. */
export function lookUpRun(key: string): BuiltRun | null {
  let record: RunRecord;
  try {
    record = JSON.parse(readFileSync(recordPath(key), 'utf8')) as RunRecord;
    for (const input of record.inputs) {
      const info = statSync(input.path);
      if (info.size !== input.size) return null;
      if (info.mtimeMs !== input.mtimeMs && sha256(readFileSync(input.path)) !== input.sha256) return null;
    }
    for (const folder of record.folders) if (visible(readdirSync(folder.path)) !== visible(folder.names)) return null;
    statSync(record.executable);
  } catch {
    // A missing or torn record, or a vanished input, is a miss: the program is built again.
    return null;
  }
  return { executable: record.executable, tests: record.tests };
}

/** Throws the operating system's error where the cache cannot be written: the caller reports it. */
export function rememberRun(key: string, built: BuiltRun, read: RunInputs): void {
  const inputs = read.files.map((path): InputRecord => {
    const info = statSync(path);
    return { path, size: info.size, mtimeMs: info.mtimeMs, sha256: sha256(readFileSync(path)) };
  });
  const path = recordPath(key);
  mkdirSync(join(cacheDir(), 'runs'), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ ...built, inputs, folders: read.folders } satisfies RunRecord));
  renameSync(temporary, path);
}
