/**
 * The tables of a manifest that are policy of a build: profiles, targets, native libraries, generated sources, `[build]` and `[cache]`.
 * Consumes: tables. Produces: the values of `workspace.ts`; mistakes are reported and take the default. A key that is known but has no effect yet is refused.
 */
import type { Placed } from './manifest.ts';
import { checkUrl } from './read-dependencies.ts';
import type { TomlReader } from './toml-reader.ts';
import type { TomlTable } from './toml.ts';
import type { BuildSettings, CacheSettings, GenerateStep, NativeSettings, ProfileName, ProfileSettings, TargetSettings } from './workspace.ts';
import { nearestName } from '../base/index.ts';

export const TRIPLES = ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'riscv64-linux-gnu', 'loongarch64-linux-gnu'];
export const NO_PROFILE: ProfileSettings = { opt: null, debug: null, inline: null };
export const NO_NATIVE: NativeSettings = { libs: [] };
export const NO_BUILD: BuildSettings = { env: [], jobs: null };
export const NO_CACHE: CacheSettings = { remote: null, lane: null, trustedKeys: [], maxSizeBytes: null };

/** Keys whose meaning is decided and that nothing acts upon yet. */
function refuse(reader: TomlReader, table: TomlTable, where: string, keys: readonly string[]): void {
  for (const key of keys) {
    const entry = table.entries.get(key);
    if (entry !== undefined) reader.report('CJ0623', reader.keySpan(entry), { key: `${where}.${key}` });
  }
}

export function readProfiles(reader: TomlReader, root: TomlTable): Readonly<Record<ProfileName, ProfileSettings>> {
  const table = reader.table(root, 'profile');
  if (table === null) return { dev: NO_PROFILE, release: NO_PROFILE };
  reader.checkKeys(table, 'profile', ['dev', 'release']);
  return { dev: readProfile(reader, table, 'dev'), release: readProfile(reader, table, 'release') };
}

function readProfile(reader: TomlReader, parent: TomlTable, name: ProfileName): ProfileSettings {
  const where = `profile.${name}`;
  const table = reader.table(parent, name, where);
  if (table === null) return NO_PROFILE;
  reader.checkKeys(table, where, ['opt', 'debug', 'lto', 'inline']);
  refuse(reader, table, where, ['lto']);
  return { opt: readOpt(reader, table, where), debug: reader.boolean(table, 'debug', `${where}.debug`), inline: reader.boolean(table, 'inline', `${where}.inline`) };
}

function readOpt(reader: TomlReader, table: TomlTable, where: string): ProfileSettings['opt'] {
  const node = table.entries.get('opt')?.value;
  if (node === undefined) return null;
  const text = node.kind === 'integer' || node.kind === 'string' ? String(node.value) : null;
  if (node.kind === 'string' && text === 's') return 's';
  if (node.kind === 'integer' && (node.value === 0 || node.value === 1 || node.value === 2 || node.value === 3)) return node.value;
  if (text === null) reader.wrongType(node, `${where}.opt`, '`0`, `1`, `2`, `3` or `"s"`');
  else reader.badValue(reader.span(node), `${where}.opt`, text, 'opt', /^[0-3]$/.test(text) ? text : /^[4-9]$/.test(text) ? '3' : null);
  return null;
}

export function readTargets(reader: TomlReader, root: TomlTable): ReadonlyMap<string, TargetSettings> {
  const out = new Map<string, TargetSettings>();
  const table = reader.table(root, 'target');
  for (const entry of table?.entries.values() ?? []) {
    if (!TRIPLES.includes(entry.key)) {
      const similar = nearestName(entry.key, TRIPLES);
      reader.badValue(reader.keySpan(entry), 'target', entry.key, 'triple', similar);
      continue;
    }
    const where = `target.${entry.key}`;
    const settings = reader.table(table!, entry.key, where);
    if (settings === null) continue;
    reader.checkKeys(settings, where, ['cpu', 'linker', 'sysroot']);
    refuse(reader, settings, where, ['linker', 'sysroot']);
    const cpu = reader.string(settings, 'cpu', `${where}.cpu`);
    if (cpu !== null && !/^[\w.+-]+$/.test(cpu.value)) reader.badValue(cpu.span, `${where}.cpu`, cpu.value, 'word');
    out.set(entry.key, { cpu: cpu?.value ?? null, linker: null, sysroot: null });
  }
  return out;
}

export function readNative(reader: TomlReader, root: TomlTable): NativeSettings {
  const table = reader.table(root, 'native');
  if (table === null) return NO_NATIVE;
  reader.checkKeys(table, 'native', ['libs', 'include']);
  refuse(reader, table, 'native', ['include']);
  const libs = reader.strings(table, 'libs', 'native.libs').filter((lib) => {
    if (/^[\w][\w.+-]*$/.test(lib.value)) return true;
    const plain = /^(?:-l)?(?:lib)?([\w][\w.+-]*?)(?:\.(?:a|so[\d.]*))?$/.exec(lib.value)?.[1] ?? null;
    reader.badValue(lib.span, 'native.libs', lib.value, 'lib', plain === null ? null : `"${plain}"`);
    return false;
  });
  return { libs: libs.map((lib) => lib.value) };
}

export function readGenerate(reader: TomlReader, root: TomlTable): readonly GenerateStep[] {
  return reader.tables(root, 'generate').flatMap((table) => {
    reader.checkKeys(table, 'generate', ['cmd', 'in', 'out']);
    const before = reader.sink.errorCount;
    for (const key of ['cmd', 'out']) if (!table.entries.has(key)) reader.report('CJ0604', reader.tableSpan(table), { key, table: 'generate' });
    const cmd = reader.strings(table, 'cmd', 'generate.cmd');
    const inputs = reader.strings(table, 'in', 'generate.in');
    const outputs = reader.strings(table, 'out', 'generate.out');
    for (const path of [...inputs, ...outputs]) checkInside(reader, path, 'generate');
    for (const key of ['cmd', 'out']) {
      const node = table.entries.get(key)?.value;
      if (node?.kind === 'array' && node.items.length === 0) reader.badValue(reader.span(node), `generate.${key}`, '[]', 'emptyList');
    }
    if (reader.sink.errorCount > before) return [];
    return [{ cmd: cmd.map((word) => word.value), inputs: inputs.map((path) => path.value), outputs: outputs.map((path) => path.value) }];
  });
}

/** Whether a path stays in the folder of the package. */
export function checkInside(reader: TomlReader, path: Placed<string>, key: string): boolean {
  const parts = path.value.split('/');
  if (!path.value.startsWith('/') && !parts.includes('..') && !path.value.includes('\\') && !path.value.includes('\0')) return true;
  reader.badValue(path.span, key, path.value, 'inside');
  return false;
}

export function readBuild(reader: TomlReader, root: TomlTable): BuildSettings {
  const table = reader.table(root, 'build');
  if (table === null) return NO_BUILD;
  reader.checkKeys(table, 'build', ['env', 'jobs']);
  const env = reader.strings(table, 'env', 'build.env').filter((name) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.value)) return true;
    reader.badValue(name.span, 'build.env', name.value, 'variable', /^([A-Za-z_][A-Za-z0-9_]*)=/.test(name.value) ? `"${name.value.replace(/=.*/s, '')}"` : null);
    return false;
  });
  const jobs = reader.integer(table, 'jobs', 'build.jobs');
  if (jobs !== null && (jobs.value < 1 || jobs.value > 1024)) reader.badValue(jobs.span, 'build.jobs', jobs.value, 'jobs', jobs.value < 1 ? '1' : '1024');
  return { env: [...new Set(env.map((name) => name.value))].sort(), jobs: jobs?.value ?? null };
}

export function readCache(reader: TomlReader, root: TomlTable): CacheSettings {
  const table = reader.table(root, 'cache');
  if (table === null) return NO_CACHE;
  const before = reader.sink.errorCount;
  reader.checkKeys(table, 'cache', ['remote', 'lane', 'trusted-keys', 'max-size']);
  const remote = reader.string(table, 'remote', 'cache.remote');
  const remoteGood = remote !== null && checkUrl(reader, remote.value, remote.span, 'cache.remote', /^(rediss?|file):\/\//);
  const lane = reader.string(table, 'lane', 'cache.lane');
  if (lane !== null && !/^[A-Za-z0-9][\w.-]{0,63}$/.test(lane.value)) reader.badValue(lane.span, 'cache.lane', lane.value, 'word');
  const trusted = reader.strings(table, 'trusted-keys', 'cache.trusted-keys').filter((key) => {
    if (/^[A-Za-z0-9+/]{43}=$/.test(key.value)) return true;
    reader.badValue(key.span, 'cache.trusted-keys', key.value, 'key');
    return false;
  });
  const maxSizeBytes = readSize(reader, table);
  // The build reads none of these so far.
  if (reader.sink.errorCount === before) refuse(reader, table, 'cache', ['remote', 'lane', 'trusted-keys', 'max-size']);
  return { remote: remoteGood ? remote.value : null, lane: lane?.value ?? null, trustedKeys: trusted.map((key) => key.value), maxSizeBytes };
}

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

function readSize(reader: TomlReader, table: TomlTable): number | null {
  const text = reader.string(table, 'max-size', 'cache.max-size');
  if (text === null) return null;
  const parts = /^(\d+(?:\.\d+)?)\s*([KMGT]i?B|B)$/.exec(text.value);
  const bytes = parts === null ? 0 : Math.floor(Number(parts[1]) * SIZE_UNITS[parts[2]!]!);
  if (bytes > 0) return bytes;
  const near = /^(\d+(?:\.\d+)?)\s*([kmgt])(i)?b?$/i.exec(text.value);
  reader.badValue(text.span, 'cache.max-size', text.value, 'size', near === null ? null : `"${near[1]!}${near[2]!.toUpperCase()}${near[3] ?? ''}B"`);
  return null;
}
