/**
 * The world outside the compiler as an interface: files, processes and the clock come in as values, so that the core
 * is pure and has an in-memory twin in tests. The real one is `src/host/node-host.ts`.
 */

/** Why a file could not be read: data, never an exception. */
export type ReadFailure = 'missing' | 'denied' | 'directory' | 'not-utf8' | 'too-large' | 'io';

export type ReadResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: ReadFailure; readonly detail: string };

export interface Host {
  /** Reads a whole UTF-8 file. */
  readText(path: string): ReadResult;
  /** What stands at `path`. */
  kind(path: string): 'file' | 'directory' | 'missing';
  /** Names in a directory, sorted by code unit; empty where there is none. */
  list(path: string): readonly string[];
}
