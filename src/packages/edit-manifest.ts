/**
 * Changes of a `cj.toml` that leave everything else as it is, comments and spacing included.
 * Consumes: a text and its tree. Produces: the new text. Holds: nothing.
 */
import type { Manifest } from './manifest.ts';
import type { TomlEntry, TomlTable } from './toml.ts';

export interface TextChange {
  readonly lo: number;
  readonly hi: number;
  readonly text: string;
}

export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let out = text;
  for (const change of [...changes].sort((a, b) => b.lo - a.lo)) out = out.slice(0, change.lo) + change.text + out.slice(change.hi);
  return out;
}

function tableOf(root: TomlTable, name: string): TomlEntry | null {
  const entry = root.entries.get(name);
  return entry !== undefined && entry.value.kind === 'table' ? entry : null;
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

/** Line break of the file: what its first line ends in. */
function lineBreak(text: string): string {
  return /\r\n/.test(text.slice(0, text.indexOf('\n') + 1)) ? '\r\n' : '\n';
}

/** Sets `key = value` (as written) in a table `[name]`, which is made at the end of the file where there is none; entries stay sorted if they were. */
export function setEntry(manifest: Manifest, tableName: string, key: string, value: string): string {
  const { text } = manifest.file;
  const eol = lineBreak(text);
  const entry = tableOf(manifest.toml, tableName);
  // Where there is only `[dependencies.json]`, `[dependencies]` may still follow.
  const missing = entry === null || ((entry.value as TomlTable).form === 'implied' && !(entry.value as TomlTable).entries.has(key));
  if (entry === null || missing) {
    const gap = text === '' ? '' : text.endsWith(`${eol}${eol}`) ? '' : text.endsWith('\n') ? eol : `${eol}${eol}`;
    return `${text}${gap}[${tableName}]${eol}${keyText(key)} = ${value}${eol}`;
  }
  const table = entry.value as TomlTable;
  const old = table.entries.get(key);
  if (old !== undefined && old.value.kind === 'table' && old.value.form === 'header') return setEntryText(text, lineStart(text, old.value.headerLo), endOfTable(text, old.value), '', eol, tableName, key, value, table);
  if (old !== undefined) return applyChanges(text, [{ lo: old.value.lo, hi: old.value.hi, text: value }]);
  const line = `${keyText(key)} = ${value}`;
  if (table.form === 'inline') {
    const empty = table.entries.size === 0;
    return applyChanges(text, [{ lo: table.hi - 1, hi: table.hi - 1, text: empty ? ` ${line} ` : `${/\s$/.test(text.slice(0, table.hi - 1)) ? '' : ' '}, ${line} ` }]);
  }
  return insertLine(text, table, key, line, eol);
}

/** A dependency written as a table of its own becomes a line again. */
function setEntryText(text: string, lo: number, hi: number, gap: string, eol: string, tableName: string, key: string, value: string, parent: TomlTable): string {
  const header = `[${tableName}]${eol}`;
  const block = `${gap}${parent.form === 'header' ? '' : header}${keyText(key)} = ${value}${eol}`;
  if (parent.form !== 'header') return text.slice(0, lo) + block + text.slice(hi);
  const without = text.slice(0, lo) + text.slice(hi);
  const at = lineEnd(without, parent.headerHi);
  return `${without.slice(0, at)}${without[at - 1] === '\n' ? '' : eol}${block}${without.slice(at)}`;
}

function insertLine(text: string, table: TomlTable, key: string, line: string, eol: string): string {
  const lines = [...table.entries.values()].filter((entry) => entry.value.kind !== 'table' || entry.value.form !== 'header');
  const sorted = lines.every((entry, i) => i === 0 || lines[i - 1]!.key <= entry.key);
  const next = sorted ? lines.find((entry) => entry.key > key) : undefined;
  if (next !== undefined) {
    let at = lineStart(text, next.keyLo);
    // Comments directly above belong to the line below them.
    for (let above = previousLine(text, at); above !== null && /^[ \t]*#/.test(text.slice(above, at)); above = previousLine(text, at)) at = above;
    if (at < table.headerHi) at = lineStart(text, next.keyLo);
    return `${text.slice(0, at)}${line}${eol}${text.slice(at)}`;
  }
  const last = lines.at(-1);
  const at = lineEnd(text, last === undefined ? table.headerHi : last.value.hi);
  return `${text.slice(0, at)}${text[at - 1] === '\n' ? '' : eol}${line}${eol}${text.slice(at)}`;
}

/** Removes an entry with its line (and the comment at its end); null where there is none. */
export function removeEntry(manifest: Manifest, tableName: string, key: string): string | null {
  const { text } = manifest.file;
  const table = tableOf(manifest.toml, tableName)?.value as TomlTable | undefined;
  const entry = table?.entries.get(key);
  if (table === undefined || entry === undefined) return null;
  if (entry.value.kind === 'table' && entry.value.form === 'header') {
    return text.slice(0, lineStart(text, entry.value.headerLo)) + text.slice(endOfTable(text, entry.value));
  }
  if (table.form === 'inline') {
    const all = [...table.entries.values()];
    const i = all.indexOf(entry);
    const lo = i === 0 ? entry.keyLo : all[i - 1]!.value.hi;
    const hi = i === 0 && all.length > 1 ? all[1]!.keyLo : entry.value.hi;
    return text.slice(0, lo) + text.slice(hi);
  }
  if (entry.value.kind === 'table' && entry.value.form === 'implied') {
    const lines = [...entry.value.entries.values()].map((each) => ({ lo: lineStart(text, each.keyLo), hi: lineEnd(text, each.value.hi), text: '' }));
    return applyChanges(text, lines);
  }
  return text.slice(0, lineStart(text, entry.keyLo)) + text.slice(lineEnd(text, entry.value.hi));
}

/** Where the text of a `[table]` ends: at the next header, with the blank lines and comments above that left to it. */
function endOfTable(text: string, table: TomlTable): number {
  let at = lineEnd(text, Math.max(table.headerHi, ...[...table.entries.values()].map((entry) => entry.value.hi)));
  while (/^[ \t]*\r?\n/.test(text.slice(at)) && at < text.length) at = lineEnd(text, at);
  return at;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** The offset behind the line break. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function previousLine(text: string, at: number): number | null {
  return at === 0 ? null : lineStart(text, at - 1);
}
