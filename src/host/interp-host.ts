/**
 * The operating system as an interpreted program sees it: InterpHost over `node:fs`, and a variant that captures output for tests.
 * Failures are minus an errno, as the natives of `docs/spec/core-surface.md` want them.
 */
import {
  closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmdirSync, statSync, unlinkSync, writeSync, constants,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { constants as osConstants } from 'node:os';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import type { FileFacts, InterpHost } from '../interp/index.ts';

const EIO = -5;

/** Runs a system call and turns its exception into minus an errno. */
function errnoOf(call: () => number): number {
  try {
    return call();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const number = code === undefined ? undefined : (osConstants.errno as Readonly<Record<string, number>>)[code];
    return number === undefined ? EIO : -number;
  }
}

export interface NodeInterpOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export class NodeInterpHost implements InterpHost {
  readonly args: readonly string[];
  readonly env: readonly string[];
  private readonly directory: string;

  constructor(options: NodeInterpOptions) {
    this.args = options.args;
    this.env = Object.entries(options.env).map(([name, value]) => `${name}=${value ?? ''}`);
    this.directory = options.cwd;
  }

  private at(path: string): string {
    return resolve(this.directory, path);
  }

  write(fd: number, bytes: Uint8Array): number {
    return errnoOf(() => {
      for (;;) {
        try {
          return writeSync(fd, bytes);
        } catch (error) {
          // A pipe that node has made non-blocking: wait for its reader.
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
      }
    });
  }

  read(fd: number, into: Uint8Array): number {
    return errnoOf(() => {
      for (;;) {
        try {
          return readSync(fd, into);
        } catch (error) {
          const code = (error as NodeJS.ErrnoException).code;
          if (code === 'EOF') return 0;
          if (code !== 'EAGAIN') throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
      }
    });
  }

  open(path: string, flags: number, mode: number): number {
    const both = (flags & 3) === 3;
    let mask = both ? constants.O_RDWR : (flags & 2) !== 0 ? constants.O_WRONLY : constants.O_RDONLY;
    if ((flags & 4) !== 0) mask |= constants.O_CREAT;
    if ((flags & 8) !== 0) mask |= constants.O_TRUNC;
    if ((flags & 16) !== 0) mask |= constants.O_APPEND;
    if ((flags & 32) !== 0) mask |= constants.O_EXCL;
    return errnoOf(() => openSync(this.at(path), mask, mode));
  }

  close(fd: number): number {
    return errnoOf(() => {
      closeSync(fd);
      return 0;
    });
  }

  size(fd: number): number {
    try {
      const info = fstatSync(fd);
      return info.isFile() ? info.size : -1;
    } catch {
      return -1;
    }
  }

  stat(path: string): FileFacts | number {
    let facts: FileFacts | null = null;
    const failure = errnoOf(() => {
      const info = statSync(this.at(path), { bigint: true });
      facts = { kind: info.isFile() ? 0 : info.isDirectory() ? 1 : 2, size: Number(info.size), modifiedNs: info.mtimeNs };
      return 0;
    });
    return facts ?? failure;
  }

  remove(path: string): number {
    return errnoOf(() => {
      unlinkSync(this.at(path));
      return 0;
    });
  }

  makeDirectory(path: string): number {
    return errnoOf(() => {
      mkdirSync(this.at(path));
      return 0;
    });
  }

  removeDirectory(path: string): number {
    return errnoOf(() => {
      rmdirSync(this.at(path));
      return 0;
    });
  }

  rename(from: string, to: string): number {
    return errnoOf(() => {
      renameSync(this.at(from), this.at(to));
      return 0;
    });
  }

  list(path: string): readonly string[] | number {
    let names: string[] = [];
    const failure = errnoOf(() => {
      names = readdirSync(this.at(path)).sort();
      return 0;
    });
    return failure < 0 ? failure : names;
  }

  cwd(): string {
    return existsSync(this.directory) ? this.directory : '/';
  }

  isTerminal(fd: number): boolean {
    return isatty(fd);
  }

  now(): bigint {
    return BigInt(Date.now()) * 1_000_000n;
  }

  monotonic(): bigint {
    return process.hrtime.bigint();
  }

  sleep(ns: bigint): void {
    if (ns > 0n) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ns) / 1e6);
  }

  random(into: Uint8Array): void {
    randomFillSync(into);
  }
}

/** As NodeInterpHost, but standard input is a given text and both outputs are kept. */
export class CapturingInterpHost extends NodeInterpHost {
  private readonly out: [Buffer[], Buffer[]] = [[], []];
  private input: Uint8Array;

  constructor(options: NodeInterpOptions & { readonly stdin: string }) {
    super(options);
    this.input = Buffer.from(options.stdin, 'utf8');
  }

  override write(fd: number, bytes: Uint8Array): number {
    if (fd !== 1 && fd !== 2) return super.write(fd, bytes);
    this.out[fd - 1]!.push(Buffer.from(bytes));
    return bytes.length;
  }

  override read(fd: number, into: Uint8Array): number {
    if (fd !== 0) return super.read(fd, into);
    const part = this.input.subarray(0, into.length);
    into.set(part);
    this.input = this.input.subarray(part.length);
    return part.length;
  }

  override isTerminal(): boolean {
    return false;
  }

  get stdout(): string {
    return Buffer.concat(this.out[0]).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.out[1]).toString();
  }
}
