/**
 * The world of an interpreted program as an interface, and its in-memory twin for tests and constant evaluation.
 * The real one, over the operating system, is `src/host/interp-host.ts`. Results follow the natives of `docs/spec/core-surface.md`:
 * a negative number is minus an errno.
 */

export interface FileFacts {
  /** 0 file, 1 directory, 2 other. */
  readonly kind: 0 | 1 | 2;
  readonly size: number;
  readonly modifiedNs: bigint;
}

export interface InterpHost {
  /** Program name first. */
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  /** Bytes written, or minus an errno. */
  write(fd: number, bytes: Uint8Array): number;
  /** Bytes read into `into` (0 at the end), or minus an errno. */
  read(fd: number, into: Uint8Array): number;
  /** Flags: 1 read, 2 write, 4 create, 8 truncate, 16 append, 32 exclusive. A descriptor, or minus an errno. */
  open(path: string, flags: number, mode: number): number;
  close(fd: number): number;
  /** Size of a regular file, or -1. */
  size(fd: number): number;
  /** Or minus an errno. */
  stat(path: string): FileFacts | number;
  remove(path: string): number;
  makeDirectory(path: string): number;
  removeDirectory(path: string): number;
  rename(from: string, to: string): number;
  /** Sorted names, or minus an errno. */
  list(path: string): readonly string[] | number;
  cwd(): string;
  isTerminal(fd: number): boolean;
  /** Nanoseconds since the epoch. */
  now(): bigint;
  monotonic(): bigint;
  sleep(ns: bigint): void;
  random(into: Uint8Array): void;
}

const ENOENT = -2;
const EBADF = -9;
const EEXIST = -17;
const EISDIR = -21;
const EINVAL = -22;
const ENOTEMPTY = -39;

interface OpenFile {
  readonly path: string;
  readonly flags: number;
  at: number;
}

/** A world that holds nothing but what it is given. Paths are keys; a directory is a key that ends in `/`. */
export class MemoryHost implements InterpHost {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly files = new Map<string, Uint8Array>();
  private readonly open_ = new Map<number, OpenFile>();
  private readonly out: Uint8Array[][] = [[], [], []];
  private stdin: Uint8Array;
  private clock = 1_700_000_000_000_000_000n;

  constructor(given: { args?: readonly string[]; env?: readonly string[]; stdin?: string } = {}) {
    this.args = given.args ?? ['program'];
    this.env = given.env ?? [];
    this.stdin = new TextEncoder().encode(given.stdin ?? '');
  }

  get stdout(): string {
    return this.text(1);
  }

  get stderr(): string {
    return this.text(2);
  }

  private text(fd: number): string {
    const decoder = new TextDecoder();
    return this.out[fd]!.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  }

  write(fd: number, bytes: Uint8Array): number {
    if (fd === 1 || fd === 2) {
      this.out[fd]!.push(bytes.slice());
      return bytes.length;
    }
    const file = this.open_.get(fd);
    if (file === undefined || (file.flags & 2) === 0) return EBADF;
    const old = this.files.get(file.path) ?? new Uint8Array(0);
    if ((file.flags & 16) !== 0) file.at = old.length;
    const made = new Uint8Array(Math.max(old.length, file.at + bytes.length));
    made.set(old);
    made.set(bytes, file.at);
    this.files.set(file.path, made);
    file.at += bytes.length;
    return bytes.length;
  }

  read(fd: number, into: Uint8Array): number {
    const take = (from: Uint8Array, at: number): number => {
      const part = from.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    };
    if (fd === 0) {
      const n = take(this.stdin, 0);
      this.stdin = this.stdin.subarray(n);
      return n;
    }
    const file = this.open_.get(fd);
    if (file === undefined || (file.flags & 1) === 0) return EBADF;
    const n = take(this.files.get(file.path) ?? new Uint8Array(0), file.at);
    file.at += n;
    return n;
  }

  open(path: string, flags: number): number {
    if (this.files.has(`${path}/`)) return EISDIR;
    const exists = this.files.has(path);
    if (!exists && (flags & 4) === 0) return ENOENT;
    if (exists && (flags & 32) !== 0) return EEXIST;
    if (!exists || (flags & 8) !== 0) this.files.set(path, new Uint8Array(0));
    let fd = 3;
    while (this.open_.has(fd)) fd++;
    this.open_.set(fd, { path, flags, at: 0 });
    return fd;
  }

  close(fd: number): number {
    return this.open_.delete(fd) ? 0 : EBADF;
  }

  size(fd: number): number {
    const file = this.open_.get(fd);
    return file === undefined ? -1 : (this.files.get(file.path)?.length ?? -1);
  }

  stat(path: string): FileFacts | number {
    if (this.files.has(`${path}/`)) return { kind: 1, size: 0, modifiedNs: 0n };
    const file = this.files.get(path);
    return file === undefined ? ENOENT : { kind: 0, size: file.length, modifiedNs: 0n };
  }

  remove(path: string): number {
    return this.files.delete(path) ? 0 : ENOENT;
  }

  makeDirectory(path: string): number {
    if (this.files.has(`${path}/`) || this.files.has(path)) return EEXIST;
    this.files.set(`${path}/`, new Uint8Array(0));
    return 0;
  }

  removeDirectory(path: string): number {
    const names = this.list(path);
    if (typeof names === 'number') return names;
    if (names.length > 0) return ENOTEMPTY;
    this.files.delete(`${path}/`);
    return 0;
  }

  rename(from: string, to: string): number {
    const file = this.files.get(from);
    if (file === undefined) return ENOENT;
    if (from === to) return 0;
    this.files.delete(from);
    this.files.set(to, file);
    return 0;
  }

  list(path: string): readonly string[] | number {
    if (!this.files.has(`${path}/`)) return this.files.has(path) ? EINVAL : ENOENT;
    const names = new Set<string>();
    for (const key of this.files.keys()) {
      if (key.startsWith(`${path}/`) && key !== `${path}/`) names.add(key.slice(path.length + 1).split('/')[0]!);
    }
    return [...names].sort();
  }

  cwd(): string {
    return '/';
  }

  isTerminal(): boolean {
    return false;
  }

  now(): bigint {
    return (this.clock += 1000n);
  }

  monotonic(): bigint {
    return this.now();
  }

  sleep(ns: bigint): void {
    if (ns > 0n) this.clock += ns;
  }

  random(into: Uint8Array): void {
    for (let i = 0; i < into.length; i++) into[i] = (i * 197 + 31) & 255;
  }
}
