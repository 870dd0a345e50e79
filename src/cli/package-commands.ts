/** `jc tree`, `jc vendor`, `jc publish`, `jc clean`, `jc new`, `jc init`. Each returns the exit code. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestName } from '../base/index.ts';
import { NodePackageHost, packPackage } from '../host/index.ts';
import { archivePath, EDITIONS, indexLineOf, indexPath, isPackageName, packageNameNear, parseIndex, VENDOR_DIR, VENDOR_LIST } from '../packages/index.ts';
import type { LoadedWorkspace, Package, VendorList, Version } from '../packages/index.ts';
import { checkInput } from './compile.ts';
import type { Context } from './context.ts';
import { complain, EXIT } from './context.ts';
import { openWorkspace, selectPrograms } from './select-program.ts';
import type { WorkspaceFlags } from './select-program.ts';

async function needWorkspace(context: Context, flags: WorkspaceFlags): Promise<LoadedWorkspace | number> {
  const workspace = await openWorkspace(context, '.', flags);
  return workspace === 'none' ? complain(context, { code: 'CJ0643', args: { path: resolve('.') } }, EXIT.errors) : workspace;
}

// ---------------------------------------------------------------- tree

export interface TreeFlags extends WorkspaceFlags {
  readonly invert?: string;
  readonly showFeatures?: boolean;
}

/** `jc tree`: who needs whom. What has been shown once is marked `(*)`. */
export async function treeCommand(context: Context, flags: TreeFlags): Promise<number> {
  const workspace = await needWorkspace(context, flags);
  if (typeof workspace === 'number') return workspace;
  const users = new Map<string, { readonly key: string; readonly dev: boolean }[]>();
  for (const one of workspace.packages) {
    for (const [keys, dev] of [[one.dependencies, false], [one.devDependencies, true]] as const) {
      for (const key of keys.values()) users.set(key, [...(users.get(key) ?? []), { key: one.key, dev }]);
    }
  }
  const label = (one: Package): string => {
    const where = one.source.kind === 'workspace' ? '' : one.source.kind === 'path' ? ` (${one.rootDir})` : one.source.kind === 'git' ? ` (${one.source.url}#${one.source.commit.slice(0, 12)})` : '';
    return `${one.name} ${one.version}${where}${flags.showFeatures === true && one.features.length > 0 ? ` [${one.features.join(', ')}]` : ''}`;
  };
  const inverted = flags.invert;
  const next = (one: Package): readonly { readonly key: string; readonly dev: boolean }[] =>
    inverted !== undefined
      ? (users.get(one.key) ?? [])
      : [...[...one.dependencies.values()].map((key) => ({ key, dev: false })), ...[...one.devDependencies.values()].map((key) => ({ key, dev: true }))];
  let roots: readonly Package[] = workspace.current !== null ? [workspace.current] : workspace.members;
  if (inverted !== undefined) {
    roots = workspace.packages.filter((one) => one.name === inverted);
    if (roots.length === 0) {
      const similar = nearestName(inverted, workspace.packages.map((one) => one.name));
      return complain(context, { code: 'CJ0649', args: { name: inverted, file: workspace.found.root.file.name, similar: similar ?? '' }, help: similar === null ? [] : ['similar'] }, EXIT.usage);
    }
  }
  const shown = new Set<string>();
  const show = (one: Package, first: string, rest: string, suffix: string): void => {
    const below = next(one);
    const again = shown.has(one.key) && below.length > 0;
    process.stdout.write(`${first}${label(one)}${suffix}${again ? ' (*)' : ''}\n`);
    if (again) return;
    shown.add(one.key);
    below.forEach(({ key, dev }, i) => {
      const last = i === below.length - 1;
      show(workspace.packageByKey.get(key)!, `${rest}${last ? '└── ' : '├── '}`, `${rest}${last ? '    ' : '│   '}`, dev ? ' (dev)' : '');
    });
  };
  for (const root of roots) show(root, '', '', '');
  return EXIT.ok;
}

// ---------------------------------------------------------------- vendor

/** `jc vendor`: copies all that was downloaded to `vendor/`, from which later builds take it without a network. */
export async function vendorCommand(context: Context, flags: WorkspaceFlags): Promise<number> {
  const host = new NodePackageHost();
  const before = await needWorkspace(context, { ...flags, allFeatures: true });
  if (typeof before === 'number') return before;
  const dir = join(before.rootDir, VENDOR_DIR);
  const fresh = join(before.rootDir, '.jc', `vendor-${process.pid}`);
  const list: { version: 1; packages: VendorList['packages'][number][]; index: Record<string, Record<string, string[]>> } = { version: 1, packages: [], index: {} };
  const failed = (path: string, reason: string): number => {
    host.remove(fresh);
    return complain(context, { code: 'CJ0022', args: { path, reason } }, EXIT.system);
  };
  const copy = (from: string, dir: string, what: Pick<VendorList['packages'][number], 'name' | 'version' | 'source'>): string | null => {
    if (list.packages.some((other) => other.source === what.source && other.name === what.name && other.version === what.version)) return null;
    const refused = host.copyTree(from, join(fresh, dir));
    if (refused !== null) return refused;
    const digest = host.digestTree(join(fresh, dir));
    if (!digest.ok) return digest.reason;
    list.packages.push({ ...what, checksum: digest.checksum, dir });
    return null;
  };
  for (const one of before.packages) {
    if (one.source.kind !== 'index') continue;
    const { registry } = one.source;
    const refused = copy(one.rootDir, `${one.name}-${one.version}`, { name: one.name, version: one.version, source: registry === null ? 'index' : `index+${registry}` });
    if (refused !== null) return failed(one.name, refused);
  }
  for (const [node, info] of before.resolution.nodes) {
    if (info.kind === 'git') {
      // Packages of a repository may need each other by path: it stays whole.
      const refused = copy(info.checkoutDir, `git-${info.commit.slice(0, 16)}`, { name: null, version: null, source: `git+${info.url}#${info.commit}` });
      if (refused !== null) return failed(info.url, refused);
    }
    if (info.kind !== 'index') continue;
    const lines = ((list.index[info.registry ?? ''] ??= {})[info.name] ??= []);
    for (const entry of before.resolution.entriesOf(node)) if (!lines.includes(entry.line)) lines.push(entry.line);
  }
  list.packages.sort((a, b) => (a.dir < b.dir ? -1 : 1));
  const refused = host.writeText(join(fresh, VENDOR_LIST), `${JSON.stringify(list, null, 2)}\n`) ?? host.remove(dir) ?? host.copyTree(fresh, dir) ?? host.remove(fresh);
  if (refused !== null) return failed(dir, refused);
  process.stdout.write(context.language === 'zh' ? `已复制到 ${dir}：${list.packages.length} 个下载内容\n` : `${list.packages.length} download${list.packages.length === 1 ? '' : 's'} in ${dir}\n`);
  return EXIT.ok;
}

// ---------------------------------------------------------------- publish

export interface PublishFlags extends WorkspaceFlags {
  readonly dryRun?: boolean;
  readonly registry?: string;
  readonly package?: readonly string[];
  readonly check?: boolean;
}

/** `jc publish`: checks a package and makes its archive and its line for the index; into a `file:` index it also writes them. */
export async function publishCommand(context: Context, flags: PublishFlags): Promise<number> {
  const workspace = await needWorkspace(context, flags);
  if (typeof workspace === 'number') return workspace;
  const name = flags.package?.[0];
  const one = name === undefined ? workspace.current : (workspace.members.find((member) => member.name === name) ?? null);
  if (one === null) return complain(context, { code: 'CJ0639', args: { name: name ?? '', known: workspace.members.map((member) => `\`${member.name}\``).join(', '), similar: '' }, help: ['known'] }, EXIT.usage);
  const manifest = workspace.manifestOf.get(one)!;
  if (one.lib === null) return refusePublish(context, one, '', 'library');
  const requirements = new Map<string, Version>();
  for (const dependency of manifest.dependencies) {
    const target = workspace.packageByKey.get(one.dependencies.get(dependency.importName) ?? '');
    const shared = dependency.source.kind === 'workspace' ? workspace.found.root.workspace?.dependencies.find((other) => other.key === dependency.key) : undefined;
    const source = (shared ?? dependency).source.kind;
    const requirement = dependency.requirement ?? shared?.requirement ?? (source === 'workspace' ? (target?.version ?? null) : null);
    if (source === 'git') return refusePublish(context, one, dependency.key, 'git');
    if (requirement === null) return refusePublish(context, one, dependency.key, 'path');
    requirements.set(dependency.key, requirement);
  }
  if (flags.check !== false) {
    const selected = await selectPrograms(context, one.rootDir, { ...flags, package: [one.name] }, 'check');
    if (!selected.ok) return selected.exitCode;
    const exitCode = checkInput(context, selected.inputs[0]!, false, false);
    if (exitCode !== EXIT.ok) return exitCode;
  }
  let packed: ReturnType<typeof packPackage>;
  try {
    packed = packPackage(one.rootDir, `${one.name}-${one.version}`);
  } catch (error) {
    return refusePublish(context, one, (error as Error).message, 'content');
  }
  const line = indexLineOf(manifest, packed.checksum, requirements);
  if (flags.dryRun === true || flags.registry === undefined) {
    for (const file of packed.files) process.stdout.write(`${String(file.sizeBytes).padStart(9)}  ${file.path}\n`);
    process.stdout.write(`${String(packed.archive.length).padStart(9)}  ${archivePath(one.name, one.version)}\n${line}\n`);
    return flags.dryRun === true ? EXIT.ok : complain(context, { code: 'CJ0644', args: { what: 'jc publish' }, help: ['registry'] }, EXIT.usage);
  }
  return writeToIndex(context, one, flags.registry, line, packed);
}

function refusePublish(context: Context, one: Package, what: string, help: string): number {
  return complain(context, { code: 'CJ0652', args: { package: one.name, what }, help: [help] }, EXIT.errors);
}

function writeToIndex(context: Context, one: Package, registry: string, line: string, packed: ReturnType<typeof packPackage>): number {
  if (!registry.startsWith('file://')) return refusePublish(context, one, registry, 'http');
  try {
    const base = fileURLToPath(registry);
    // Addresses are percent-encoded, names of files are not.
    const index = join(base, decodeURIComponent(indexPath(one.name)));
    const known = existsSync(index) ? parseIndex(one.name, readFileSync(index, 'utf8')) : null;
    if (known?.ok === true && known.entries.has(one.version)) return refusePublish(context, one, one.version, 'again');
    const archive = join(base, decodeURIComponent(archivePath(one.name, one.version)));
    for (const path of [index, archive]) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(archive, packed.archive);
    appendFileSync(index, `${line}\n`);
  } catch (error) {
    return complain(context, { code: 'CJ0022', args: { path: registry, reason: (error as Error).message } }, EXIT.system);
  }
  process.stdout.write(context.language === 'zh' ? `已发布 ${one.name} ${one.version}\n` : `published ${one.name} ${one.version}\n`);
  return EXIT.ok;
}

// ---------------------------------------------------------------- clean, new, init

/** `jc clean`: removes `.jc/`, and with `--downloads` what was downloaded for all workspaces. */
export async function cleanCommand(context: Context, flags: { readonly downloads?: boolean }): Promise<number> {
  const host = new NodePackageHost();
  const workspace = existsSync('cj.toml') || !existsSync('.jc') ? await openWorkspace(context, '.', { offline: true }) : 'none';
  const dirs = [join(typeof workspace === 'object' ? workspace.rootDir : '.', '.jc')];
  if (flags.downloads === true) dirs.push(...['index', 'packages', 'git', 'stamps'].map((name) => join(host.downloadsDir, name)));
  for (const dir of dirs) {
    const refused = host.remove(dir);
    if (refused !== null) return complain(context, { code: 'CJ0022', args: { path: dir, reason: refused } }, EXIT.system);
  }
  return EXIT.ok;
}

export interface NewFlags {
  readonly lib?: boolean;
  readonly name?: string;
}

const MAIN = 'fn main() {\n    println("Hello, 世界!");\n}\n\n@test fn arithmeticWorks() {\n    assertEq(2 + 2, 4);\n}\n';
const LIB = '/// Twice a number.\npub fn twice(n: Int32): Int32 { n * 2 }\n\n@test fn twiceIsDouble() {\n    assertEq(twice(21), 42);\n}\n';

/** `jc new PATH`: a new folder with `cj.toml`, a root module and `.gitignore`. */
export function newCommand(context: Context, path: string, flags: NewFlags): number {
  const target = resolve(path);
  if (existsSync(target)) return complain(context, { code: 'CJ0023', args: { path } }, EXIT.errors);
  return makePackage(context, path, target, flags);
}

/** `jc init [PATH]`: the same in a folder that there is; existing files stay. */
export function initCommand(context: Context, path: string, flags: NewFlags): number {
  const target = resolve(path);
  if (existsSync(join(target, 'cj.toml'))) return complain(context, { code: 'CJ0023', args: { path: join(path, 'cj.toml') } }, EXIT.errors);
  return makePackage(context, path, target, flags);
}

function makePackage(context: Context, path: string, target: string, flags: NewFlags): number {
  const name = flags.name ?? basename(target);
  if (!isPackageName(name)) {
    const near = packageNameNear(name);
    return complain(context, { code: 'CJ0605', args: { name, near: near ?? '' }, help: near === null ? [] : ['near'] }, EXIT.usage);
  }
  const write = (file: string, text: string): void => {
    if (!existsSync(join(target, file))) writeFileSync(join(target, file), text);
  };
  try {
    mkdirSync(target, { recursive: true });
    const hasRoot = ['src/main.cj', 'main.cj', 'src/lib.cj', 'lib.cj'].some((file) => existsSync(join(target, file)));
    write('cj.toml', `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "${EDITIONS.at(-1)!}"\n`);
    if (!hasRoot) {
      mkdirSync(join(target, 'src'), { recursive: true });
      if (flags.lib === true) write(join('src', 'lib.cj'), LIB);
      else write(join('src', 'main.cj'), MAIN);
    }
    write('.gitignore', '.jc/\n');
  } catch (error) {
    return complain(context, { code: 'CJ0022', args: { path, reason: (error as Error).message } }, EXIT.system);
  }
  const verb = flags.lib === true ? 'test' : 'run';
  process.stdout.write(context.language === 'zh' ? `已创建 ${path};运行:jc ${verb} ${path}\n` : `made ${path}; ${verb} it with: jc ${verb} ${path}\n`);
  return EXIT.ok;
}
