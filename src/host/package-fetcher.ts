/**
 * Downloads of packages: `https:`, `http:` and `file:` addresses, `.tar.gz` archives, and git through its own program.
 * Everything that arrives is checked before it is written: no absolute paths, no `..`, no links out of the package, no devices, no two names for one
 * file. Folders are made under another name and renamed when they are complete.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Parser } from 'tar';
import type { ReadEntry } from 'tar';
import type { FetchResult, PackageFetcher, UnpackResult } from '../packages/index.ts';
import { NOT_IN_TREE } from './package-host.ts';

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;
const MAX_DOWNLOAD_BYTES = 256 * 1024 * 1024;
/** Unpacked: an archive may not fill the disk. */
const MAX_TREE_BYTES = 1024 * 1024 * 1024;

export class NodePackageFetcher implements PackageFetcher {
  private readonly onFetch: (url: string) => void;

  /** `onFetch` is told what is being fetched. */
  constructor(onFetch: (url: string) => void = () => undefined) {
    this.onFetch = onFetch;
  }

  async fetch(url: string): Promise<FetchResult> {
    this.onFetch(url);
    if (url.startsWith('file:')) return fetchFile(url);
    let last: FetchResult = { ok: false, missing: false, reason: '' };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await new Promise((done) => setTimeout(done, 200 * 4 ** attempt));
      last = await fetchOnce(url);
      if (last.ok || last.missing || !isPassing(last.reason)) return last;
    }
    return last;
  }

  async unpack(archive: Uint8Array, dir: string): Promise<UnpackResult> {
    let plain: Buffer;
    try {
      // Some servers declare the compression of the file as one of the transfer, and it is undone on the way.
      plain = isTar(archive) ? Buffer.from(archive) : gunzipSync(archive, { maxOutputLength: MAX_TREE_BYTES });
    } catch (error) {
      return { ok: false, refused: true, reason: `it is no gzip archive of a bearable size (${(error as Error).message})` };
    }
    const entries = await readArchive(plain);
    if (typeof entries === 'string') return { ok: false, refused: true, reason: entries };
    const tops = new Set(entries.map((entry) => entry.path.split('/')[0]!));
    if (tops.size !== 1) return { ok: false, refused: true, reason: `it has ${tops.size} folders at its top instead of one` };
    return place(dir, (temporary) => writeEntries(entries, temporary));
  }

  async checkout(url: string, commit: string, mirrorDir: string, dir: string): Promise<UnpackResult> {
    const failed = (reason: string): UnpackResult => ({ ok: false, refused: false, reason });
    try {
      mkdirSync(mirrorDir, { recursive: true });
    } catch (error) {
      return failed((error as Error).message);
    }
    if (!existsSync(join(mirrorDir, 'HEAD'))) {
      const made = await git(['init', '--quiet', '--bare', mirrorDir]);
      if (made.code !== 0) return failed(made.reason);
    }
    const has = async (): Promise<boolean> => (await git(['-C', mirrorDir, 'cat-file', '-e', `${commit}^{commit}`])).code === 0;
    if (!(await has())) {
      this.onFetch(url);
      // Servers that give single commits are asked for one; others for everything.
      const one = await git(['-C', mirrorDir, 'fetch', '--quiet', '--no-tags', '--depth=1', '--', url, commit]);
      if (one.code !== 0) {
        const all = await git(['-C', mirrorDir, 'fetch', '--quiet', '--tags', '--', url, '+refs/*:refs/remote/*']);
        if (all.code !== 0) return failed(all.reason);
      }
      if (!(await has())) return failed('the repository has no such commit');
    }
    const archive = join(tmpdir(), `jc-git-${process.pid}-${randomBytes(6).toString('hex')}.tar`);
    try {
      const packed = await git(['-C', mirrorDir, 'archive', '--format=tar', '--prefix=tree/', '-o', archive, commit]);
      if (packed.code !== 0) return failed(packed.reason);
      const entries = await readArchive(readFileSync(archive));
      if (typeof entries === 'string') return { ok: false, refused: true, reason: entries };
      return place(dir, (temporary) => writeEntries(entries, temporary));
    } catch (error) {
      return failed((error as Error).message);
    } finally {
      rmSync(archive, { force: true });
    }
  }
}

function isTar(bytes: Uint8Array): boolean {
  return bytes.length > 512 && Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar';
}

/** Which commit a branch, a tag or `HEAD` of a repository is; a string says why it cannot be told. */
export async function findCommit(url: string, name: string): Promise<{ readonly commit: string } | string> {
  const listed = await git(['ls-remote', '--', url]);
  if (listed.code !== 0) return listed.reason;
  const refs = new Map(listed.out.split('\n').flatMap((line) => {
    const [commit, ref] = line.split('\t');
    return ref === undefined ? [] : [[ref, commit!] as const];
  }));
  for (const ref of [name, `refs/tags/${name}^{}`, `refs/tags/${name}`, `refs/heads/${name}`]) {
    const commit = refs.get(ref);
    if (commit !== undefined) return { commit };
  }
  return `it has no branch or tag ${name}`;
}

function fetchFile(url: string): FetchResult {
  try {
    return { ok: true, bytes: readFileSync(fileURLToPath(url)) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, missing: code === 'ENOENT' || code === 'ENOTDIR', reason: message };
  }
}

async function fetchOnce(url: string): Promise<FetchResult> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'follow' });
    if (!response.ok) {
      await response.body?.cancel();
      return { ok: false, missing: response.status === 404 || response.status === 410, reason: `HTTP ${response.status}` };
    }
    const parts: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const part of response.body ?? []) {
      sizeBytes += (part as Uint8Array).length;
      if (sizeBytes > MAX_DOWNLOAD_BYTES) return { ok: false, missing: false, reason: `it is larger than ${MAX_DOWNLOAD_BYTES} bytes` };
      parts.push(part as Uint8Array);
    }
    return { ok: true, bytes: Buffer.concat(parts) };
  } catch (error) {
    const cause = (error as Error & { cause?: Error }).cause;
    return { ok: false, missing: false, reason: cause?.message || (error as Error).message };
  }
}

/** Whether another attempt may help. */
function isPassing(reason: string): boolean {
  return !/^HTTP 4/.test(reason) && !reason.startsWith('it is larger');
}

interface ArchiveEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly bytes: Buffer;
  readonly link: string;
}

/** The entries of a tar archive, or why they may not be unpacked. */
function readArchive(plain: Buffer): Promise<readonly ArchiveEntry[] | string> {
  return new Promise((done) => {
    const entries: ArchiveEntry[] = [];
    const seen = new Set<string>();
    let problem: string | null = null;
    const refuse = (reason: string): void => {
      problem ??= reason;
    };
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        const why = refusal(entry, seen);
        if (why !== null) refuse(why);
        const path = posix.normalize(entry.path).replace(/\/$/, '');
        const chunks: Buffer[] = [];
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
        entry.on('end', () => {
          const kind = entry.type === 'Directory' ? 'folder' : entry.type === 'SymbolicLink' ? 'link' : 'file';
          entries.push({ path, kind, bytes: Buffer.concat(chunks), link: entry.linkpath ?? '' });
        });
      },
    });
    parser.on('error', (error: Error) => refuse(`it is no good tar archive (${error.message})`));
    parser.on('close', () => done(problem ?? checkLinks(entries)));
    parser.on('end', () => done(problem ?? checkLinks(entries)));
    try {
      parser.end(plain);
    } catch (error) {
      done(`it is no good tar archive (${(error as Error).message})`);
    }
  });
}

function refusal(entry: ReadEntry, seen: Set<string>): string | null {
  const { path, type } = entry;
  if (type !== 'File' && type !== 'OldFile' && type !== 'Directory' && type !== 'SymbolicLink') return `${path} is a ${type}`;
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return `the path ${path} is absolute`;
  if (path.split('/').includes('..')) return `the path ${path} leads out of the package`;
  if (/[\\\0]/.test(path) || path === '') return `the path ${JSON.stringify(path)} cannot be kept`;
  const parts = path.split('/');
  if (parts.some((part) => NOT_IN_TREE.has(part))) return `${path} has no place in a package`;
  // Names that fall together on some file systems are one file there.
  const key = path.replace(/\/$/, '').normalize('NFC').toLowerCase();
  if (seen.has(key) && type !== 'Directory') return `${path} stands in it twice`;
  seen.add(key);
  return null;
}

/** Links lead to something in the same package, and nothing is written through one. */
function checkLinks(entries: readonly ArchiveEntry[]): readonly ArchiveEntry[] | string {
  const links = entries.filter((entry) => entry.kind === 'link');
  for (const { path, link } of links) {
    const target = posix.join(posix.dirname(path), link);
    const top = path.split('/')[0]!;
    if (link.startsWith('/') || link.includes('\\') || !(target === top || target.startsWith(`${top}/`))) return `the link ${path} leads out of the package`;
    // Through another link, `..` would lead elsewhere than the text says.
    let at = posix.dirname(path);
    for (const part of link.split('/').slice(0, -1)) {
      at = posix.join(at, part);
      if (links.some((other) => other.path === at)) return `the link ${path} leads through another link`;
    }
    const through = entries.find((entry) => entry.path.startsWith(`${path}/`));
    if (through !== undefined) return `${through.path} would be written through a link`;
  }
  return entries;
}

function writeEntries(entries: readonly ArchiveEntry[], dir: string): void {
  const at = (path: string): string => join(dir, path.split('/').slice(1).join('/'));
  for (const entry of entries) {
    const target = at(entry.path);
    if (entry.kind === 'folder') {
      mkdirSync(target, { recursive: true });
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    if (entry.kind === 'link') symlinkSync(entry.link, target);
    else writeFileSync(target, entry.bytes, { mode: 0o644, flag: 'wx' });
  }
}

/** Makes a folder whole or not at all; one that somebody else has made meanwhile is as good. */
function place(dir: string, fill: (temporary: string) => void): UnpackResult {
  let temporary: string | null = null;
  try {
    mkdirSync(dirname(dir), { recursive: true });
    temporary = mkdtempSync(`${dir}.tmp-`);
    fill(temporary);
    try {
      renameSync(temporary, dir);
    } catch (error) {
      if (!existsSync(dir)) throw error;
    }
    return { ok: true };
  } catch (error) {
    return { ok: false, refused: false, reason: (error as Error).message };
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}

interface GitResult {
  readonly code: number;
  readonly out: string;
  readonly reason: string;
}

/** Git asks nothing, runs no hooks, and follows no settings of the machine but the user's own for access. */
function git(args: readonly string[]): Promise<GitResult> {
  return new Promise((done) => {
    const config = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.autocrlf=false', '-c', 'protocol.ext.allow=never', '-c', 'advice.detachedHead=false'];
    const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
    const child = spawn('git', [...config, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', (error) => done({ code: -1, out, reason: `cannot start git: ${error.message}` }));
    child.on('close', (code) => done({ code: code ?? -1, out, reason: err.trim().split('\n').filter((line) => line !== '').at(-1) ?? `git ended with ${code ?? 'a signal'}` }));
  });
}
