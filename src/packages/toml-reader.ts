/**
 * Reads typed values out of a TOML tree and reports what does not fit: unknown keys with the nearest known one, values of another type.
 * Holds: the file and the sink, nothing of the manifest's meaning.
 */
import { nearestName, unreachable } from '../base/index.ts';
import type { DiagInput, DiagSink } from '../diag/index.ts';
import { makeSpan } from '../source/index.ts';
import type { SourceFile, Span } from '../source/index.ts';
import type { Placed } from './manifest.ts';
import type { TomlEntry, TomlNode, TomlTable } from './toml.ts';

export class TomlReader {
  readonly file: SourceFile;
  readonly sink: DiagSink;

  constructor(file: SourceFile, sink: DiagSink) {
    this.file = file;
    this.sink = sink;
  }

  report(code: string, span: Span, args: DiagInput['args'] = {}, more: Partial<DiagInput> = {}): void {
    this.sink.report({ code, span, args, ...more });
  }

  span(node: { readonly lo: number; readonly hi: number }): Span {
    return makeSpan(this.file.id, node.lo, node.hi);
  }

  keySpan(entry: TomlEntry): Span {
    return makeSpan(this.file.id, entry.keyLo, entry.keyHi);
  }

  /** Where a table is opened: its header, or the whole of an inline one. */
  tableSpan(table: TomlTable): Span {
    return table.form === 'header' ? makeSpan(this.file.id, table.headerLo, table.headerHi) : this.span(table);
  }

  /** Reports each key that is none of `known`. `where` is the table's name as people write it; empty for the top of the file. */
  checkKeys(table: TomlTable, where: string, known: readonly string[]): void {
    for (const entry of table.entries.values()) {
      if (known.includes(entry.key)) continue;
      const similar = nearestName(entry.key, known);
      this.report('CJ0601', this.keySpan(entry), { key: entry.key, table: where, known: known.map((key) => `\`${key}\``).join(', ') }, {
        label: where === '' ? 'top' : undefined,
        help: ['known'],
        fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: this.keySpan(entry), text: similar }] }],
      });
    }
  }

  wrongType(node: TomlNode, key: string, expected: string, fixText: string | null = null): void {
    this.report('CJ0602', this.span(node), { key, expected, found: kindName(node) }, {
      fixes: fixText === null ? [] : [{ key: 'type', args: { text: fixText }, edits: [{ span: this.span(node), text: fixText }] }],
    });
  }

  /** A value of the right type that cannot be; `why` names a line `help.WHY` of the page. */
  badValue(span: Span, key: string, value: string | number, why: string, fixText: string | null = null): void {
    this.report('CJ0622', span, { key, value }, { help: [why], fixes: fixText === null ? [] : [{ key: 'value', args: { text: fixText }, edits: [{ span, text: fixText }] }] });
  }

  /** A string, or null after a report; null too where the key is absent. An empty string is a mistake everywhere. */
  string(table: TomlTable, key: string, shownKey = key): Placed<string> | null {
    const entry = table.entries.get(key);
    return entry === undefined ? null : this.stringNode(entry.value, shownKey);
  }

  stringNode(node: TomlNode, shownKey: string): Placed<string> | null {
    if (node.kind !== 'string') {
      const bare = node.kind === 'integer' || node.kind === 'float' || node.kind === 'date' ? JSON.stringify(this.file.text.slice(node.lo, node.hi)) : null;
      this.wrongType(node, shownKey, 'a string', bare);
      return null;
    }
    if (node.value === '') {
      this.badValue(this.span(node), shownKey, '', 'empty');
      return null;
    }
    return { value: node.value, span: this.span(node) };
  }

  strings(table: TomlTable, key: string, shownKey = key): readonly Placed<string>[] {
    const entry = table.entries.get(key);
    if (entry === undefined) return [];
    const { value } = entry;
    if (value.kind !== 'array') {
      this.wrongType(value, shownKey, 'a list of strings', value.kind === 'string' ? `[${this.file.text.slice(value.lo, value.hi)}]` : null);
      return [];
    }
    return value.items.flatMap((item) => this.stringNode(item, shownKey) ?? []);
  }

  boolean(table: TomlTable, key: string, shownKey = key): boolean | null {
    const entry = table.entries.get(key);
    if (entry === undefined) return null;
    const { value } = entry;
    if (value.kind === 'boolean') return value.value;
    const meant = value.kind === 'string' && /^(true|false)$/.test(value.value) ? value.value : null;
    this.wrongType(value, shownKey, '`true` or `false`', meant);
    return null;
  }

  integer(table: TomlTable, key: string, shownKey = key): Placed<number> | null {
    const entry = table.entries.get(key);
    if (entry === undefined) return null;
    const { value } = entry;
    if (value.kind === 'integer') return { value: value.value, span: this.span(value) };
    this.wrongType(value, shownKey, 'a whole number', value.kind === 'string' && /^\d+$/.test(value.value) ? value.value : null);
    return null;
  }

  /** A table, or null after a report; null too where it is absent. */
  table(parent: TomlTable, key: string, shownKey = key): TomlTable | null {
    const entry = parent.entries.get(key);
    if (entry === undefined) return null;
    if (entry.value.kind === 'table') return entry.value;
    this.wrongType(entry.value, shownKey, entry.value.kind === 'array' ? `one table, \`[${shownKey}]\`` : 'a table');
    return null;
  }

  /** Tables written `[[key]]`. */
  tables(parent: TomlTable, key: string): readonly TomlTable[] {
    const entry = parent.entries.get(key);
    if (entry === undefined) return [];
    const { value } = entry;
    if (value.kind === 'array') {
      return value.items.flatMap((item) => {
        if (item.kind === 'table') return [item];
        this.wrongType(item, key, `a table, \`[[${key}]]\``);
        return [];
      });
    }
    const header = value.kind === 'table' && value.form === 'header' ? makeSpan(this.file.id, value.headerLo, value.headerHi) : null;
    this.report('CJ0602', header ?? this.span(value), { key, expected: `a list of tables, each \`[[${key}]]\``, found: kindName(value) }, {
      fixes: header === null ? [] : [{ key: 'type', args: { text: `[[${key}]]` }, edits: [{ span: header, text: `[[${key}]]` }] }],
    });
    return [];
  }
}

function kindName(node: TomlNode): string {
  switch (node.kind) {
    case 'string':
      return 'a string';
    case 'integer': case 'float':
      return 'a number';
    case 'boolean':
      return 'a truth value';
    case 'date':
      return 'a date';
    case 'array':
      return 'a list';
    case 'table':
      return 'a table';
    default:
      return unreachable(node);
  }
}
