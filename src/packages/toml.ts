/**
 * TOML with places: every key and value with its span, so that mistakes in a manifest can be shown where they stand and edits leave the rest alone.
 * Consumes: a text that `smol-toml` has accepted, which says what the values are. Produces: a tree of nodes, built by walking the same text once more for
 * the spans of keys and values; the walk relies on the text being valid. Holds: nothing.
 */
import { parse, TomlDate, TomlError } from 'smol-toml';
import { bug } from '../base/index.ts';

interface NodeBase {
  /** Offsets in the text. A table by header ends where the next begins. */
  readonly lo: number;
  hi: number;
}

export type TomlNode =
  | (NodeBase & { readonly kind: 'string'; readonly value: string })
  | (NodeBase & { readonly kind: 'integer' | 'float'; readonly value: number })
  | (NodeBase & { readonly kind: 'boolean'; readonly value: boolean })
  | (NodeBase & { readonly kind: 'date' })
  | (NodeBase & { readonly kind: 'array'; readonly items: TomlNode[] })
  | TomlTable;

export interface TomlTable extends NodeBase {
  readonly kind: 'table';
  readonly entries: Map<string, TomlEntry>;
  /** Written `{ … }`, by a header `[a.b]`, or only through keys such as `a.b = 1`. */
  form: 'inline' | 'header' | 'implied';
  /** For a header: the place of the line `[a.b]`. */
  headerLo: number;
  headerHi: number;
}

export interface TomlEntry {
  readonly key: string;
  readonly keyLo: number;
  readonly keyHi: number;
  value: TomlNode;
}

export type TomlResult =
  | { readonly ok: true; readonly root: TomlTable }
  | { readonly ok: false; readonly reason: string; readonly at: number };

export function parseToml(text: string): TomlResult {
  let values: unknown;
  try {
    values = parse(text, { integersAsBigInt: false });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.replace(/^Invalid TOML document: /, '').split('\n')[0]!;
    return { ok: false, reason, at: offsetOf(text, error.line, error.column) };
  }
  return { ok: true, root: new Walk(text).document(values as Record<string, unknown>) };
}

function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) at = text.indexOf('\n', at) + 1;
  return Math.min(at + column - 1, text.length);
}

function newTable(lo: number, hi: number, form: TomlTable['form']): TomlTable {
  return { kind: 'table', entries: new Map(), lo, hi, form, headerLo: lo, headerHi: lo };
}

interface KeyPart {
  readonly name: string;
  readonly lo: number;
  readonly hi: number;
}

class Walk {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(values: Record<string, unknown>): TomlTable {
    const root = newTable(0, this.text.length, 'implied');
    if (this.text.charCodeAt(0) === 0xfeff) this.at++;
    let table = root;
    let tableValues = values;
    for (;;) {
      this.skipVoid();
      if (this.at >= this.text.length) break;
      if (this.text[this.at] !== '[') {
        this.pair(table, tableValues);
        table.hi = this.at;
        continue;
      }
      const lo = this.at;
      const isArray = this.text[this.at + 1] === '[';
      this.at += isArray ? 2 : 1;
      const path = this.key();
      this.at = this.text.indexOf(']', this.at) + (isArray ? 2 : 1);
      ({ table, values: tableValues } = this.open(root, values, path, isArray, lo));
    }
    return root;
  }

  /** The table that a header opens: of an array of tables always a new one. */
  private open(root: TomlTable, values: Record<string, unknown>, path: readonly KeyPart[], isArray: boolean, lo: number): { table: TomlTable; values: Record<string, unknown> } {
    let table = root;
    let inside = values;
    for (let i = 0; i < path.length; i++) {
      const part = path[i]!;
      const last = i === path.length - 1;
      const value = inside[part.name];
      let entry = table.entries.get(part.name);
      if (last && isArray) {
        if (entry === undefined) {
          entry = { key: part.name, keyLo: part.lo, keyHi: part.hi, value: { kind: 'array', items: [], lo, hi: this.at } };
          table.entries.set(part.name, entry);
        }
        const { items } = entry.value as TomlNode & { kind: 'array' };
        const next = newTable(lo, this.at, 'header');
        next.headerHi = this.at;
        items.push(next);
        return { table: next, values: (value as Record<string, unknown>[])[items.length - 1]! };
      }
      if (entry === undefined) {
        entry = { key: part.name, keyLo: part.lo, keyHi: part.hi, value: newTable(lo, this.at, 'implied') };
        table.entries.set(part.name, entry);
      }
      const node = entry.value;
      if (node.kind === 'array') {
        table = node.items.at(-1) as TomlTable;
        inside = (value as Record<string, unknown>[])[node.items.length - 1]!;
      } else {
        table = node as TomlTable;
        inside = value as Record<string, unknown>;
      }
      if (last) {
        table.form = 'header';
        table.headerLo = lo;
        table.headerHi = this.at;
        table.hi = this.at;
      }
    }
    return { table, values: inside };
  }

  private pair(table: TomlTable, values: Record<string, unknown>): void {
    const path = this.key();
    this.skipSpace();
    this.at++;
    this.skipSpace();
    let inside = values;
    let into = table;
    for (const part of path.slice(0, -1)) {
      inside = inside[part.name] as Record<string, unknown>;
      let entry = into.entries.get(part.name);
      if (entry === undefined) {
        entry = { key: part.name, keyLo: part.lo, keyHi: part.hi, value: newTable(part.lo, part.hi, 'implied') };
        into.entries.set(part.name, entry);
      }
      into = entry.value as TomlTable;
    }
    const last = path.at(-1)!;
    const value = this.value(inside[last.name]);
    into.entries.set(last.name, { key: last.name, keyLo: last.lo, keyHi: last.hi, value });
    if (into !== table) into.hi = this.at;
  }

  /** `a."b c".d`. */
  private key(): KeyPart[] {
    const parts: KeyPart[] = [];
    for (;;) {
      this.skipSpace();
      const lo = this.at;
      const quote = this.text[lo];
      if (quote === '"' || quote === "'") {
        this.skipString();
        parts.push({ name: decode(this.text.slice(lo, this.at)), lo, hi: this.at });
      } else {
        while (this.at < this.text.length && /[A-Za-z0-9_-]/.test(this.text[this.at]!)) this.at++;
        parts.push({ name: this.text.slice(lo, this.at), lo, hi: this.at });
      }
      this.skipSpace();
      if (this.text[this.at] !== '.') return parts;
      this.at++;
    }
  }

  private value(known: unknown): TomlNode {
    const lo = this.at;
    const first = this.text[lo];
    if (first === '[') return this.array(known as readonly unknown[]);
    if (first === '{') return this.inlineTable(known as Record<string, unknown>);
    if (first === '"' || first === "'") this.skipString();
    else while (this.at < this.text.length && !/[,\]}#\n\r]/.test(this.text[this.at]!)) this.at++;
    while (this.at > lo && /[ \t]/.test(this.text[this.at - 1]!)) this.at--;
    const hi = this.at;
    if (typeof known === 'string') return { kind: 'string', value: known, lo, hi };
    if (typeof known === 'boolean') return { kind: 'boolean', value: known, lo, hi };
    if (typeof known === 'number') return { kind: /^[+-]?(0[xob])?[\d_a-fA-F]+$/.test(this.text.slice(lo, hi)) ? 'integer' : 'float', value: known, lo, hi };
    if (known instanceof TomlDate || known instanceof Date) return { kind: 'date', lo, hi };
    return bug(`TOML value of an unknown kind at ${lo}`);
  }

  private array(known: readonly unknown[]): TomlNode {
    const lo = this.at++;
    const items: TomlNode[] = [];
    for (;;) {
      this.skipVoid();
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] === ']') break;
      else items.push(this.value(known[items.length]));
    }
    return { kind: 'array', items, lo, hi: ++this.at };
  }

  private inlineTable(known: Record<string, unknown>): TomlNode {
    const lo = this.at++;
    const table = newTable(lo, lo, 'inline');
    for (;;) {
      this.skipVoid();
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] === '}') break;
      else this.pair(table, known);
    }
    table.hi = ++this.at;
    return table;
  }

  private skipString(): void {
    const quote = this.text[this.at]!;
    const long = this.text.startsWith(quote.repeat(3), this.at);
    if (long) {
      this.at += 3;
      while (!this.text.startsWith(quote.repeat(3), this.at)) this.at += quote === '"' && this.text[this.at] === '\\' ? 2 : 1;
      this.at += 3;
      // Up to two quotes may stand before the closing three.
      while (this.text[this.at] === quote) this.at++;
      return;
    }
    this.at++;
    while (this.text[this.at] !== quote) this.at += quote === '"' && this.text[this.at] === '\\' ? 2 : 1;
    this.at++;
  }

  private skipSpace(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
  }

  /** Spaces, line breaks and comments. */
  private skipVoid(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === '#') {
        const end = this.text.indexOf('\n', this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (char === ' ' || char === '\t' || char === '\n' || char === '\r') this.at++;
      else return;
    }
  }
}

function decode(quoted: string): string {
  return (parse(`k = ${quoted}`) as { k: string }).k;
}
