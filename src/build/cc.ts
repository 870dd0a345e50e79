/**
 * C text → executable: the runtime's object (built once for a compiler and its flags, kept in the cache), the program's, the link.
 * Consumes: emitted C. Produces: a file at `outPath`, or a diagnostic code with arguments. Flags and their reasons: docs/passes/emit-c.md.
 * Holds: nothing; objects of the runtime lie in `<cache>/runtime`, named by a hash of everything that went into them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chooseCompiler, findOnPath } from './cc-find.ts';
import type { CCompiler, CProfile } from './cc-find.ts';
import { cacheDir, sha256 } from './run-cache.ts';

export type CTarget = 'x86_64' | 'aarch64' | 'riscv64' | 'loongarch64';

export interface CompileRequest {
  readonly cText: string;
  /** The folder `runtime/` of this package. */
  readonly runtimeDir: string;
  readonly outPath: string;
  readonly profile: CProfile;
  /** Another processor (clang or Zig with lld); absent: this machine. */
  readonly target?: CTarget;
  /** For a debugger: keeps symbols and lines in a release, and passes over tcc, whose debug information debuggers no longer read. */
  readonly debug?: boolean;
  /** What a manifest says of the profile: the level, whether there is debug information, the processor, libraries of the system. */
  readonly opt?: number | 's' | null;
  readonly debugInfo?: boolean | null;
  readonly cpu?: string | null;
  readonly libs?: readonly string[];
}

export type CompileResult =
  | { readonly ok: true; readonly compiler: CCompiler }
  | { readonly ok: false; readonly code: string; readonly args: Readonly<Record<string, string>> };

/** Emitted C wraps where it must, reads memory under several types, and is compiled without a C library in mind. */
const LANGUAGE = ['-std=gnu11', '-w', '-fno-strict-aliasing', '-fwrapv', '-ffp-contract=off', '-fno-math-errno', '-ffreestanding'];
/** No C++ runtime, no unwinder, no loader: nobody reads these tables or the canaries. */
const LEAN = ['-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fno-unwind-tables', '-fno-pic', '-fno-plt', '-ffunction-sections', '-fdata-sections'];
const SANITIZE = ['-DJC_SANITIZE=1', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer'];
/** Methods in tables take `void *` where their definitions have the value's own pointer type: one calling convention, two C types. */
const SANITIZE_CLANG = ['-fno-sanitize=function'];

interface Plan {
  readonly compiler: CCompiler;
  readonly flags: readonly string[];
  /** Further ones for the runtime itself. */
  readonly runtimeFlags: readonly string[];
  readonly linkFlags: readonly string[];
  readonly libs: readonly string[];
  /** Linked with the C library. */
  readonly libc: boolean;
}

/** Compiles and links a program. */
export function compileC(request: CompileRequest): CompileResult {
  const choice = chooseCompiler(request.profile, request.debug === true);
  if (!choice.ok) {
    if (choice.wanted !== null) return { ok: false, code: 'CJ0702', args: { command: choice.wanted } };
    if (!chooseCompiler('dev').ok) return { ok: false, code: 'CJ0701', args: {} };
    return { ok: false, code: 'CJ0704', args: request.profile === 'sanitize' ? { flag: '--sanitize', compilers: 'clang, gcc' } : { flag: '--debug', compilers: 'clang, zig, gcc' } };
  }
  const libc = request.profile === 'sanitize' || (request.libs ?? []).length > 0 || request.cText.startsWith('#define JC_LIBC 1\n');
  const plan = makePlan(choice.compiler, request, libc);
  const runtime = runtimeObject(plan, request.runtimeDir);
  if (!runtime.ok) return runtime;
  const source = `${request.outPath}.c`;
  writeFileSync(source, request.cText);
  const failure = build(plan, request, source, runtime.object);
  if (failure !== null) return { ok: false, code: 'CJ0703', args: { compiler: plan.compiler.command.join(' '), output: failure, source } };
  rmSync(source, { force: true });
  return { ok: true, compiler: plan.compiler };
}

/** What compiles units apart and links them: for programs without C libraries. */
export interface UnitToolchain {
  readonly compiler: CCompiler;
  /** Names compiler and flags, the same on every machine that has them. */
  readonly identity: string;
  readonly linkFlags: readonly string[];
  readonly runtimeObject: string;
}

export type ToolchainResult = { readonly ok: true; readonly toolchain: UnitToolchain } | Extract<CompileResult, { readonly ok: false }>;

/** The compiler for units of unoptimised builds. */
export function unitToolchain(runtimeDir: string, debug: boolean): ToolchainResult {
  const choice = chooseCompiler('dev', debug);
  if (!choice.ok) return { ok: false, code: choice.wanted !== null ? 'CJ0702' : 'CJ0701', args: choice.wanted !== null ? { command: choice.wanted } : {} };
  const plan = makePlan(choice.compiler, { profile: 'dev', debug, runtimeDir }, false);
  const runtime = runtimeObject(plan, runtimeDir);
  if (!runtime.ok) return runtime;
  const flags = plan.flags.filter((flag) => !flag.startsWith('-I'));
  const { kind, version } = choice.compiler;
  return { ok: true, toolchain: { compiler: choice.compiler, identity: [kind, version, ...flags, ...plan.linkFlags].join(' '), linkFlags: plan.linkFlags, runtimeObject: runtime.object } };
}

/** Compiles C files of one folder to objects beside them. Returns the compiler's complaint, or null. */
export function compileUnitFiles(toolchain: UnitToolchain, runtimeDir: string, debug: boolean, folder: string, names: readonly string[]): string | null {
  const plan = makePlan(toolchain.compiler, { profile: 'dev', debug, runtimeDir }, false);
  // The folder has another name in every build.
  const map = toolchain.compiler.kind === 'tcc' ? [] : [`-fdebug-prefix-map=${folder}=.`];
  return run(plan.compiler.command, [...plan.flags, ...map, '-c', ...names], folder);
}

/** Links objects to an executable. Returns the linker's complaint, or null. */
export function linkUnits(toolchain: UnitToolchain, objects: readonly string[], outPath: string): string | null {
  const { compiler } = toolchain;
  const command = compiler.kind === 'zig' ? [compiler.command[0]!, 'ld.lld'] : compiler.command;
  return run(command, [toolchain.runtimeObject, ...objects, '-o', outPath, ...toolchain.linkFlags]);
}

function makePlan(compiler: CCompiler, request: Omit<CompileRequest, 'cText' | 'outPath'>, libc: boolean): Plan {
  const { profile } = request;
  const libs = (request.libs ?? []).map((lib) => `-l${lib}`);
  const include = `-I${join(request.runtimeDir, 'include')}`;
  const define = libc ? ['-DJC_LIBC=1'] : [];
  if (compiler.kind === 'tcc') {
    return { compiler, flags: ['-w', include, ...define], runtimeFlags: [], linkFlags: libc ? [...libs, '-lm'] : ['-nostdlib', '-static'], libs, libc };
  }
  const level = request.opt ?? (profile === 'release' ? 2 : profile === 'dev' ? 0 : 1);
  const optimize = [`-O${level}`, ...(request.cpu == null ? [] : [compiler.kind !== 'zig' && process.arch !== 'x64' ? `-mcpu=${request.cpu}` : `-march=${request.cpu}`])];
  const debug = request.debugInfo ?? (profile !== 'release' || request.debug === true) ? ['-gdwarf-4'] : [];
  const machine = process.arch === 'arm64' ? 'aarch64' : process.arch === 'riscv64' || process.arch === 'loong64' ? process.arch : 'x86_64';
  const target = request.target ?? (compiler.kind === 'zig' ? (machine === 'loong64' ? 'loongarch64' : machine) : null);
  const targetFlags = target === null ? [] : [`--target=${target}-linux-gnu`, ...(target === 'loongarch64' ? ['-mno-lsx'] : [])];
  // Large frames touch every page on their way down, so that the guard below the stack cannot be jumped over.
  const probes = target === null || target === 'x86_64' ? ['-fstack-clash-protection'] : [];
  const sanitize = compiler.kind === 'gcc' ? SANITIZE : [...SANITIZE, ...SANITIZE_CLANG];
  const flags = [...LANGUAGE, include, ...define, ...optimize, ...debug, ...targetFlags, ...(profile === 'sanitize' ? sanitize : [...LEAN, ...probes])];
  // The runtime is always optimised. -fno-builtin: its loops must not become calls of themselves.
  const patterns = compiler.kind === 'gcc' ? ['-fno-tree-loop-distribute-patterns'] : [];
  const runtimeFlags = ['-fno-builtin', ...patterns, ...(profile === 'sanitize' ? [] : ['-O2'])];
  const strip = profile === 'release' && request.debug !== true && request.debugInfo !== true;
  return { compiler, flags, runtimeFlags, linkFlags: [...linkFlags(compiler, libc, strip, profile, target), ...libs], libs, libc };
}

/** For a linker called by itself (Zig) or through the compiler. */
function linkFlags(compiler: CCompiler, libc: boolean, strip: boolean, profile: CProfile, target: string | null): readonly string[] {
  if (compiler.kind === 'zig') return ['-static', '-znoseparate-code', '--gc-sections', ...(strip ? ['--strip-all'] : [])];
  const out: string[] = [];
  // Compiling and linking are one call: what is switched off must stay off behind this.
  if (profile === 'sanitize') out.push('-fsanitize=address,undefined', ...(compiler.kind === 'gcc' ? [] : SANITIZE_CLANG));
  out.push(...(libc ? ['-no-pie', '-lm'] : ['-static', '-nostdlib', '-no-pie']), '-Wl,-z,noseparate-code', '-Wl,--gc-sections');
  if (compiler.kind === 'clang') {
    const own = `ld.lld-${compiler.version.replace(/\..*/, '')}`;
    const lld = findOnPath(own) ?? findOnPath('ld.lld');
    if (lld !== null) out.push(`--ld-path=${lld}`);
    if (target !== null) out.push('-Wno-unused-command-line-argument');
  }
  if (strip) out.push('-s');
  return out;
}

function run(command: readonly string[], args: readonly string[], folder?: string): string | null {
  const result = spawnSync(command[0]!, [...command.slice(1), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26, cwd: folder });
  if (result.error !== undefined) return result.error.message;
  if (result.status === 0) return null;
  const text = `${result.stderr}${result.stdout}`.trim();
  return text === '' ? `ended by ${result.signal ?? `exit code ${result.status}`}` : text;
}

/** One call for most compilers; Zig compiles and links by two, which is three processes fewer than its `cc`. Returns the compiler's complaint, or null. */
function build(plan: Plan, request: CompileRequest, source: string, runtime: string): string | null {
  const { compiler } = plan;
  if (compiler.kind !== 'zig') return run(compiler.command, [...plan.flags, source, runtime, '-o', request.outPath, ...plan.linkFlags]);
  const zig = compiler.command[0]!;
  if (plan.libc) return run([zig, 'cc'], [...hosted(plan.flags), source, runtime, ...plan.libs, '-lm', '-o', request.outPath]);
  const object = `${request.outPath}.o`;
  const failure = run(compiler.command, [...plan.flags, '-c', source, '-o', object]) ??
    run([zig, 'ld.lld'], [object, runtime, '-o', request.outPath, ...plan.linkFlags]);
  rmSync(object, { force: true });
  return failure;
}

/** Flags for `zig cc`, which brings a C library of its own for its own target and links position-independent programs. */
function hosted(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => !flag.startsWith('--target=') && flag !== '-fno-pic');
}

type RuntimeObject = { readonly ok: true; readonly object: string } | Extract<CompileResult, { readonly ok: false }>;

/** The runtime's object file, built if the cache does not have it. */
function runtimeObject(plan: Plan, runtimeDir: string): RuntimeObject {
  const texts: string[] = [];
  for (const dir of ['', 'include', 'src']) {
    for (const name of readdirSync(join(runtimeDir, dir)).sort()) {
      if (/\.[ch]$/.test(name)) texts.push(`${dir}/${name}`, readFileSync(join(runtimeDir, dir, name), 'utf8'));
    }
  }
  const { compiler } = plan;
  const flags = [...plan.flags, ...plan.runtimeFlags];
  const key = sha256('jc-runtime/1', compiler.digest, ...flags.filter((flag) => !flag.startsWith('-I')), ...texts).slice(0, 40);
  const object = join(cacheDir(), 'runtime', `${key}.o`);
  if (existsSync(object)) return { ok: true, object };
  mkdirSync(dirname(object), { recursive: true });
  const temporary = `${object}.${process.pid}.tmp.o`;
  const command = compiler.kind === 'zig' && plan.libc ? [compiler.command[0]!, 'cc'] : compiler.command;
  const usable = plan.libc && compiler.kind === 'zig' ? hosted(flags) : flags;
  // With libc the runtime sees its headers, which ask for a hosted compiler.
  const failure = run(command, [...usable.filter((flag) => !(plan.libc && flag === '-ffreestanding')), '-c', join(runtimeDir, 'all.c'), '-o', temporary]);
  if (failure !== null) return { ok: false, code: 'CJ0703', args: { compiler: compiler.command.join(' '), output: failure, source: join(runtimeDir, 'all.c') } };
  renameSync(temporary, object);
  return { ok: true, object };
}
