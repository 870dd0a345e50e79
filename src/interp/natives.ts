/**
 * The natives of `docs/spec/core-surface.md` over an InterpHost.
 * Consumes: the machine and the leaves of the arguments. Produces: the one leaf of the result, or nothing.
 * Holds: nothing; texts that natives hand out are static and kept by the machine.
 */
import { Ending, fault, NotConstant } from './fault.ts';
import * as n64 from './int64.ts';
import type { Int64 } from './int64.ts';
import type { Machine } from './machine.ts';

export type Native = (x: Machine, ...args: never[]) => unknown;

const decoder = new TextDecoder();

function path(x: Machine, p: number, n: Int64): string {
  return decoder.decode(x.bytesAt(p, n));
}

function read(x: Machine, p: number, n: Int64, fill: (into: Uint8Array) => number): number {
  const length = n64.size(n);
  if (length === 0) return 0;
  const buffer = new Uint8Array(Math.min(length, 1 << 20));
  const got = fill(buffer);
  if (got > 0) x.m.store(p, buffer.subarray(0, got));
  return got;
}

/** Fills a buffer of the program as far as it reaches; the bytes that all would need. */
function fillBuffer(x: Machine, p: number, capacity: Int64, bytes: Uint8Array): number {
  const room = n64.size(capacity);
  x.m.store(p, bytes.subarray(0, Math.min(room, bytes.length)));
  return bytes.length;
}

const encoder = new TextEncoder();

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

const NATIVES: ReadonlyMap<string, Native> = new Map<string, Native>([
  ['jc_os_write', (x: Machine, fd: number, p: number, n: Int64) => x.host.write(fd, x.bytesAt(p, n))],
  ['jc_os_read', (x: Machine, fd: number, p: number, n: Int64) => {
    if (fd === 0) x.flush();
    return read(x, p, n, (into) => x.host.read(fd, into));
  }],
  ['jc_os_open', (x: Machine, p: number, n: Int64, flags: number, mode: number) => x.host.open(path(x, p, n), flags, mode)],
  ['jc_os_close', (x: Machine, fd: number) => x.host.close(fd)],
  ['jc_os_size', (x: Machine, fd: number) => x.host.size(fd)],
  ['jc_os_stat', (x: Machine, p: number, n: Int64, out: number) => {
    const facts = x.host.stat(path(x, p, n));
    if (typeof facts === 'number') return facts;
    [facts.kind, facts.size, n64.norm(facts.modifiedNs)].forEach((value, i) => x.m.set64(x.m.w8(out + i * 8), value));
    return 0;
  }],
  ['jc_os_remove', (x: Machine, p: number, n: Int64) => x.host.remove(path(x, p, n))],
  ['jc_os_mkdir', (x: Machine, p: number, n: Int64) => x.host.makeDirectory(path(x, p, n))],
  ['jc_os_rmdir', (x: Machine, p: number, n: Int64) => x.host.removeDirectory(path(x, p, n))],
  ['jc_os_rename', (x: Machine, p: number, n: Int64, q: number, m: Int64) => x.host.rename(path(x, p, n), path(x, q, m))],
  ['jc_os_listdir', (x: Machine, p: number, n: Int64, buffer: number, capacity: Int64) => {
    const names = x.host.list(path(x, p, n));
    if (typeof names === 'number') return names;
    const encoded = names.map((name) => encoder.encode(`${name}\0`)).sort(compareBytes);
    const length = encoded.reduce((sum, name) => sum + name.length, 0);
    // Nothing is written unless all fits.
    if (length <= n64.size(capacity)) encoded.reduce((at, name) => (x.m.store(at, name), at + name.length), buffer);
    return length;
  }],
  ['jc_os_argc', (x: Machine) => x.host.args.length],
  ['jc_os_arg_ptr', (x: Machine, i: Int64) => x.text(listed(x.host.args, i))[0]],
  ['jc_os_arg_len', (x: Machine, i: Int64) => x.text(listed(x.host.args, i))[1]],
  ['jc_os_env_count', (x: Machine) => x.host.env.length],
  ['jc_os_env_ptr', (x: Machine, i: Int64) => x.text(listed(x.host.env, i))[0]],
  ['jc_os_env_len', (x: Machine, i: Int64) => x.text(listed(x.host.env, i))[1]],
  ['jc_os_now', (x: Machine) => n64.norm(x.host.now())],
  ['jc_os_monotonic', (x: Machine) => n64.norm(x.host.monotonic())],
  ['jc_os_sleep', (x: Machine, ns: Int64) => {
    x.flush();
    x.host.sleep(BigInt(ns));
  }],
  ['jc_os_random', (x: Machine, p: number, n: Int64) => {
    const buffer = new Uint8Array(n64.size(n));
    x.host.random(buffer);
    x.m.store(p, buffer);
  }],
  ['jc_os_exit', (_x: Machine, code: number) => {
    throw new Ending(code & 255, null);
  }],
  ['jc_os_cwd', (x: Machine, p: number, capacity: Int64) => fillBuffer(x, p, capacity, encoder.encode(x.host.cwd()))],
  ['jc_os_isatty', (x: Machine, fd: number) => x.host.isTerminal(fd)],
  ['jc_out_write', (x: Machine, p: number, n: Int64) => x.print(x.bytesAt(p, n))],
  ['jc_out_flush', (x: Machine) => x.flush()],
  ['jc_err_write', (x: Machine, p: number, n: Int64) => x.printError(x.bytesAt(p, n))],
  ['jc_hash_seed', (x: Machine, i: number) => n64.norm(BigInt.asUintN(64, x.options.hashSeed[i === 0 ? 0 : 1]))],
  ['jc_lock_try', (x: Machine, word: number) => {
    if (x.m.u32[x.m.r4(word) >>> 2] !== 0) return 0;
    x.m.u32[x.m.w4(word) >>> 2] = 1;
    return 1;
  }],
  ['jc_lock_free', (x: Machine, word: number) => {
    x.m.u32[x.m.w4(word) >>> 2] = 0;
  }],
  ['jc_panics', (x: Machine) => x.panics],
]);

/** What a constant may ask: nothing of these depends on the world. */
const CONSTANT: ReadonlySet<string> = new Set();

function listed(list: readonly string[], i: Int64): string {
  return (typeof i === 'number' ? list[i] : undefined) ?? fault(`there is no argument or variable ${i}`);
}

export function nativeFor(symbol: string, constant: boolean): Native {
  if (constant && !CONSTANT.has(symbol)) {
    return () => {
      throw new NotConstant('system', symbol);
    };
  }
  return NATIVES.get(symbol) ?? (() => fault(`the interpreter cannot call the foreign function ${symbol}`));
}

export function hasNative(symbol: string): boolean {
  return NATIVES.has(symbol);
}
