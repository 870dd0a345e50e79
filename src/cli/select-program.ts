/**
 * From a path and flags to what is compiled: a file or folder without a manifest, or programs, libraries and tests of a workspace.
 * Consumes: the command line. Produces: ProgramInput values, or an exit code after printed reports. Holds: nothing.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nearestName, packageNameOf } from '../base/index.ts';
import { DiagSink } from '../diag/index.ts';
import { NodePackageFetcher, NodePackageHost } from '../host/index.ts';
import { findPackageDir, isModuleFile, loadWorkspace, parseVersion, planFile, planMembers, planProgram, TESTS } from '../packages/index.ts';
import type { BinTarget, LoadedWorkspace, Package, ProgramPlan } from '../packages/index.ts';
import { SourceMap } from '../source/index.ts';
import type { Context } from './context.ts';
import { complain, EXIT, Progress, renderAll, VERSION } from './context.ts';
import { runGenerators } from './generate.ts';

export interface WorkspaceFlags {
  readonly locked?: boolean;
  readonly offline?: boolean;
  readonly features?: readonly string[];
  readonly allFeatures?: boolean;
  /** `--no-default-features`. */
  readonly defaultFeatures?: boolean;
}

export interface SelectFlags extends WorkspaceFlags {
  readonly package?: readonly string[];
  readonly bin?: readonly string[];
  readonly workspace?: boolean;
}

/** What one compilation is made of. */
export interface ProgramInput {
  /** As given, for people and for keys. */
  readonly path: string;
  /** Of the executable. */
  readonly name: string;
  /** Null for a file or folder without a manifest. */
  readonly plan: ProgramPlan | null;
  /** Where the executable goes if nothing else is said; null: the current folder. */
  readonly outDir: string | null;
  /** First segments of the module paths whose tests are run; null for all but std. */
  readonly ownKeys: ReadonlySet<string> | null;
  readonly workspace: LoadedWorkspace | null;
}

export type Selected = { readonly ok: true; readonly inputs: readonly ProgramInput[] } | { readonly ok: false; readonly exitCode: number };

/** The workspace of a place, or an exit code after reports; `none` where there is no `cj.toml`. */
export async function openWorkspace(context: Context, start: string, flags: WorkspaceFlags): Promise<LoadedWorkspace | number | 'none'> {
  const host = new NodePackageHost();
  if (findPackageDir(host, start) === null) return 'none';
  const sink = new DiagSink();
  const sources = new SourceMap();
  const progress = new Progress();
  const fetcher = new NodePackageFetcher((url) => progress.say(`${context.language === 'zh' ? '正在获取' : 'fetching'} ${url}`));
  const workspace = await loadWorkspace({
    host, fetcher, sources, sink, start, version: parseVersion(VERSION)!,
    locked: flags.locked, offline: flags.offline, features: flags.features, allFeatures: flags.allFeatures, noDefaultFeatures: flags.defaultFeatures === false,
  });
  progress.done();
  process.stderr.write(renderAll(context, sink, sources));
  if (workspace !== null) return workspace;
  return sink.all.every((diag) => diag.code === 'CJ0633' || diag.code === 'CJ0022') ? EXIT.system : EXIT.errors;
}

/** Whether a folder is compiled without a manifest: it has a root module of its own, and no `cj.toml`, and is no part of a package's sources. */
function standsAlone(path: string): boolean {
  if (existsSync(join(path, 'cj.toml'))) return false;
  return ['src/main.cj', 'main.cj', 'src/lib.cj', 'lib.cj'].some((name) => existsSync(join(path, name)));
}

/** What `path` and the flags mean for a command. `one` wants a single program, `all` every program, `check` and `tests` whole packages. */
export async function selectPrograms(context: Context, path: string, flags: SelectFlags, want: 'one' | 'all' | 'check' | 'tests'): Promise<Selected> {
  const failed = (exitCode: number): Selected => ({ ok: false, exitCode });
  const host = new NodePackageHost();
  const kind = host.kind(path);
  const plain: ProgramInput = { path, name: resolve(path).replace(/.*\//, '').replace(/\.cj$/, ''), plan: null, outDir: null, ownKeys: null, workspace: null };
  const alone = (): Selected => ({ ok: true, inputs: [kind === 'directory' ? { ...plain, outDir: join(path, '.jc') } : plain] });
  if (kind === 'missing' || (kind === 'file' && !path.endsWith('.cj'))) return alone();
  const found = findPackageDir(host, path);
  if (found === null) return alone();
  const workspace = await openWorkspace(context, path, flags);
  if (typeof workspace === 'number') return failed(workspace);
  if (workspace === 'none') return alone();
  if (kind === 'file') return { ok: true, inputs: [await fileInput(host, workspace, path, plain)] };
  if (resolve(path) !== resolve(found) && standsAlone(path) && !workspace.members.some((member) => resolve(path).startsWith(`${resolve(member.sourceDir)}`))) return alone();

  const chosen = choosePackages(context, workspace, flags, want);
  if (typeof chosen === 'number') return failed(chosen);
  const generated = runGenerators(context, workspace, chosen);
  if (generated !== EXIT.ok) return failed(generated);
  const base = { path, workspace, outDir: join(workspace.rootDir, '.jc') };
  if (want === 'check' || want === 'tests') {
    const plan = planMembers(workspace, chosen, host, true);
    const ownKeys = new Set([...chosen.map((one) => one.key), ...plan.packages.map((part) => part.key).filter((key) => key === TESTS || key.startsWith(`${TESTS}@`))]);
    return { ok: true, inputs: [{ ...base, name: chosen.map((one) => one.name).join('+'), plan, ownKeys }] };
  }
  const bins = chooseBins(context, chosen, flags, want);
  if (typeof bins === 'number') return failed(bins);
  if (bins.length > 0) return { ok: true, inputs: bins.map(({ one, bin }) => ({ ...base, name: bin.name, plan: planProgram(workspace, one, bin), ownKeys: new Set([one.key]) })) };
  // Libraries alone: they are checked, and nothing is linked.
  return { ok: true, inputs: [{ ...base, name: chosen[0]!.name, plan: planMembers(workspace, chosen, host, false), ownKeys: new Set() }] };
}

/** A file given by itself inside a package: one of its modules with a `main`, or a file beside them that uses it. */
async function fileInput(host: NodePackageHost, workspace: LoadedWorkspace, path: string, plain: ProgramInput): Promise<ProgramInput> {
  const owner = workspace.current;
  if (owner === null) return plain;
  const absolute = host.absolute(path);
  const known = owner.bins.find((bin) => host.absolute(bin.main) === absolute);
  const ownKeys = new Set([owner.key]);
  if (known !== undefined) return { ...plain, plan: planProgram(workspace, owner, known), ownKeys, workspace };
  if (isModuleFile(owner, absolute, (other) => host.absolute(other))) {
    const within = absolute.slice(host.absolute(owner.sourceDir).length + 1);
    const main = owner.sourceDir === '.' ? within : join(owner.sourceDir, within);
    return { ...plain, plan: planProgram(workspace, owner, { name: plain.name, main }), ownKeys, workspace };
  }
  const plan = planFile(workspace, owner, path, packageNameOf(plain.name));
  return { ...plain, plan, ownKeys: new Set([plan.packages.at(-1)!.key]), workspace };
}

function choosePackages(context: Context, workspace: LoadedWorkspace, flags: SelectFlags, want: string): readonly Package[] | number {
  const { members } = workspace;
  if (members.length === 0) return complain(context, { code: 'CJ0643', args: { path: workspace.found.root.file.name } }, EXIT.errors);
  if (flags.workspace === true) return members;
  if (flags.package !== undefined && flags.package.length > 0) {
    const out: Package[] = [];
    for (const name of flags.package) {
      const member = members.find((one) => one.name === name);
      if (member === undefined) {
        const similar = nearestName(name, members.map((one) => one.name));
        const known = members.map((one) => `\`${one.name}\``).join(', ');
        return complain(context, { code: 'CJ0639', args: { name, known, similar: similar ?? '' }, help: [...(similar === null ? [] : ['similar']), 'known'] }, EXIT.usage);
      }
      out.push(member);
    }
    return out;
  }
  if (workspace.current !== null) return [workspace.current];
  if (want !== 'one') return members;
  const withPrograms = members.filter((one) => one.bins.length > 0);
  return withPrograms.length > 0 ? withPrograms : members;
}

function chooseBins(context: Context, chosen: readonly Package[], flags: SelectFlags, want: 'one' | 'all'): readonly { readonly one: Package; readonly bin: BinTarget }[] | number {
  const all = chosen.flatMap((one) => one.bins.map((bin) => ({ one, bin })));
  const known = [...new Set(all.map(({ bin }) => `\`${bin.name}\``))].join(', ');
  let bins = all;
  if (flags.bin !== undefined && flags.bin.length > 0) {
    bins = [];
    for (const name of flags.bin) {
      const found = all.filter(({ bin }) => bin.name === name);
      if (found.length === 0) {
        const similar = nearestName(name, all.map(({ bin }) => bin.name));
        return complain(context, { code: 'CJ0640', args: { name, known, similar: similar ?? '' }, help: [...(similar === null ? [] : ['similar']), known === '' ? 'none' : 'known'] }, EXIT.usage);
      }
      bins.push(...found);
    }
  }
  const names = new Map<string, Package>();
  for (const { one, bin } of bins) {
    const other = names.get(bin.name);
    if (other !== undefined) return complain(context, { code: 'CJ0642', args: { name: bin.name, first: other.name, second: one.name } }, EXIT.errors);
    names.set(bin.name, one);
  }
  if (want === 'all' || bins.length === 1) return bins;
  if (bins.length === 0) return complain(context, { code: 'CJ0655', args: { name: chosen.map((one) => one.name).join(', ') } }, EXIT.errors);
  return complain(context, { code: 'CJ0641', args: { name: chosen.map((one) => one.name).join(', '), known }, help: ['several'] }, EXIT.usage);
}
