/**
 * `cj.lock`: which version of every package a workspace uses, and the checksum of everything that was downloaded. Written by the tool alone.
 * Consumes: a text, or the packages. Produces: entries, or the text, which depends on nothing but the entries. Its mistakes are diagnostics in the file.
 */
import type { DiagSink } from '../diag/index.ts';
import { makeSpan } from '../source/index.ts';
import type { SourceFile, Span } from '../source/index.ts';
import { TomlReader } from './toml-reader.ts';
import { parseToml } from './toml.ts';
import { compareVersions, parseVersion } from './version.ts';
import type { Version } from './version.ts';

const FORMAT = 1;
const HEADER = '# Written by jc from the cj.toml files: change those instead.\n';

export interface LockEntry {
  readonly name: string;
  readonly version: Version;
  /** `path+../json`, `git+URL#COMMIT`, `index`, `index+URL`; null for members of the workspace. */
  readonly source: string | null;
  readonly checksum: string | null;
  /** `text 2.0.1`, sorted. */
  readonly dependencies: readonly string[];
}

export interface LockFile {
  readonly entries: readonly LockEntry[];
  /** Where an entry begins, for messages. */
  spanOf(name: string, version: Version): Span | null;
}

export function writeLock(entries: readonly LockEntry[]): string {
  const sorted = [...entries].sort((a, b) => order(a.name, b.name) || compareVersions(a.version, b.version) || order(a.source ?? '', b.source ?? ''));
  const blocks = sorted.map((entry) => {
    const lines = ['[[package]]', `name = ${JSON.stringify(entry.name)}`, `version = ${JSON.stringify(entry.version)}`];
    if (entry.source !== null) lines.push(`source = ${JSON.stringify(entry.source)}`);
    if (entry.checksum !== null) lines.push(`checksum = ${JSON.stringify(entry.checksum)}`);
    if (entry.dependencies.length > 0) lines.push('dependencies = [', ...entry.dependencies.map((name) => `    ${JSON.stringify(name)},`), ']');
    return `${lines.join('\n')}\n`;
  });
  return `${HEADER}version = ${FORMAT}\n\n${blocks.join('\n')}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Null after a report. */
export function readLock(file: SourceFile, sink: DiagSink): LockFile | null {
  const reader = new TomlReader(file, sink);
  const parsed = parseToml(file.text);
  const broken = (span: Span, reason: string): null => {
    reader.report('CJ0635', span, { reason }, { help: /^(<<<<<<<|=======|>>>>>>>)/m.test(file.text) ? ['merge'] : ['remove'] });
    return null;
  };
  if (!parsed.ok) return broken(makeSpan(file.id, parsed.at, parsed.at), parsed.reason);
  const before = sink.errorCount;
  const version = reader.integer(parsed.root, 'version');
  if (version === null) return sink.errorCount > before ? null : broken(makeSpan(file.id, 0, 0), '`version` is missing');
  if (version.value > FORMAT) {
    reader.report('CJ0635', version.span, { reason: `format ${version.value}` }, { label: 'newer', help: ['upgrade'] });
    return null;
  }
  const entries: LockEntry[] = [];
  const spans = new Map<string, Span>();
  for (const table of reader.tables(parsed.root, 'package')) {
    const name = reader.string(table, 'name');
    const versionText = reader.string(table, 'version');
    const parsedVersion = versionText === null ? null : parseVersion(versionText.value);
    if (name === null || parsedVersion === null) return sink.errorCount > before ? null : broken(reader.tableSpan(table), 'an entry has no name and version');
    entries.push({
      name: name.value, version: parsedVersion,
      source: reader.string(table, 'source')?.value ?? null,
      checksum: reader.string(table, 'checksum')?.value ?? null,
      dependencies: reader.strings(table, 'dependencies').map((item) => item.value),
    });
    spans.set(`${name.value} ${parsedVersion}`, reader.tableSpan(table));
  }
  if (sink.errorCount > before) return null;
  return { entries, spanOf: (name, wanted) => spans.get(`${name} ${wanted}`) ?? null };
}
