/**
 * What profiles, targets and native libraries of a manifest mean for code generation: one place for the flags and for the keys.
 * Consumes: CompileOptions. Produces: settings for the C compiler and for the passes. Holds: nothing.
 */
import type { CompileRequest } from '../build/index.ts';
import type { CompileOptions } from './compile.ts';

export interface CodegenSettings {
  /** Calls and variables stay what they are in the text. */
  readonly debuggable: boolean;
  readonly request: Pick<CompileRequest, 'debug' | 'opt' | 'cpu' | 'debugInfo' | 'libs'>;
  /** Everything that makes executables of one text different. */
  readonly named: { readonly opt: number | 's' | null; readonly cpu: string | null; readonly debug: boolean | null; readonly inline: boolean | null; readonly libs: readonly string[]; readonly env: readonly string[] };
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', riscv64: 'riscv64', loong64: 'loongarch64' };

/** The triple of this machine, as tables `[target.TRIPLE]` name it. */
export function hostTriple(): string {
  return `${ARCHITECTURES[process.arch] ?? process.arch}-${process.platform}-gnu`;
}

export function codegenSettings(options: CompileOptions): CodegenSettings {
  const { workspace, plan } = options.input;
  const profile = workspace?.profiles[options.profile === 'release' ? 'release' : 'dev'] ?? { opt: null, debug: null, inline: null };
  const cpu = workspace?.targets.get(hostTriple())?.cpu ?? null;
  const used = new Set(plan?.packages.map((part) => part.key) ?? []);
  const libs = [...new Set(workspace?.packages.flatMap((one) => (used.has(one.key) ? one.native.libs : [])) ?? [])];
  const env = workspace?.build.env.map((name) => `${name}=${process.env[name] ?? ''}`) ?? [];
  // tcc knows neither levels nor processors.
  const wantsMore = (profile.opt !== null && profile.opt !== 0) || cpu !== null;
  return {
    debuggable: profile.inline === null ? options.profile !== 'release' : !profile.inline,
    request: {
      debug: options.debug || profile.debug === true || (wantsMore && options.profile === 'dev'),
      opt: profile.opt, cpu, debugInfo: options.debug ? true : profile.debug, libs,
    },
    named: { opt: profile.opt, cpu, debug: profile.debug, inline: profile.inline, libs, env },
  };
}
