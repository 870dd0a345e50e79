/**
 * Static data of the emitted program: texts, places in source, tables; each once. Their names have no `_N` at the end, which every local has.
 * Consumes: constants as bodies are emitted. Produces: C definitions that stand before the functions. Holds: what was asked for so far.
 */
import { DiagSink } from '../diag/index.ts';
import type { SourceFile, SourceMap, Span } from '../source/index.ts';
import { lex } from '../syntax/index.ts';
import { bytesInitializer } from './c-names.ts';

const encoder = new TextEncoder();

export class Pools {
  private readonly sources: SourceMap;
  private readonly texts = new Map<string, string>();
  private readonly textDefinitions: string[] = [];
  private readonly files = new Map<string, string>();
  private readonly placeIndex = new Map<string, number>();
  private readonly placeRows: string[] = [];
  private readonly enumTables = new Map<number, string>();
  private readonly foreignPlaces = new Set<string>();

  constructor(sources: SourceMap) {
    this.sources = sources;
  }

  /** An expression of type `jc_u8 *` for static bytes. */
  bytes(bytes: Uint8Array): string {
    if (bytes.length === 0) return '((jc_u8 *)JC_DANGLING(1))';
    let key = '';
    for (const byte of bytes) key += String.fromCharCode(byte);
    let name = this.texts.get(key);
    if (name === undefined) {
      name = `text${this.texts.size}`;
      this.texts.set(key, name);
      this.textDefinitions.push(`static const jc_u8 ${name}[${bytes.length}] = ${bytesInitializer(bytes)};\n`);
    }
    return `((jc_u8 *)${name})`;
  }

  /** A `jc_slice` expression for static bytes. */
  slice(bytes: Uint8Array): string {
    return `((jc_slice){${this.bytes(bytes)}, ${bytes.length}})`;
  }

  text(value: string): { readonly pointer: string; readonly length: number } {
    const bytes = encoder.encode(value);
    return { pointer: this.bytes(bytes), length: bytes.length };
  }

  /** A `const jc_loc *` expression for a place in source text. */
  place(span: Span): string {
    const file = this.sources.file(span.file);
    if (file.interfaceOf !== null) {
      const table = placeTable(file.interfaceOf);
      this.foreignPlaces.add(table);
      return `&${table}[${tokenAt(file, span.lo)}]`;
    }
    const { line, column } = file.position(span.lo);
    const key = `${span.file}:${line}:${column}`;
    let index = this.placeIndex.get(key);
    if (index === undefined) {
      index = this.placeRows.length;
      this.placeIndex.set(key, index);
      this.placeRows.push(`  {${this.fileName(file.name)}, ${line}, ${column}},\n`);
    }
    return `&places[${index}]`;
  }

  private fileName(name: string): string {
    let known = this.files.get(name);
    if (known === undefined) {
      known = `file${this.files.size}`;
      this.files.set(name, known);
    }
    return known;
  }

  /** Values of an enum without fields by variant index: an array of `jc_i64`. */
  discriminants(id: number, values: readonly bigint[]): string {
    let name = this.enumTables.get(id);
    if (name === undefined) {
      name = `discriminants${this.enumTables.size}`;
      this.enumTables.set(id, name);
      this.textDefinitions.push(`static const jc_i64 ${name}[${values.length}] = {${values.map((v) => (v === -(1n << 63n) ? 'JC_MIN_i64' : `${v}ll`)).join(', ')}};\n`);
    }
    return name;
  }

  /** All definitions. Called last. */
  definitions(): string {
    let out = this.textDefinitions.join('');
    for (const table of this.foreignPlaces) out += `extern const jc_loc ${table}[];\n`;
    for (const [name, id] of this.files) out += `static const char ${id}[] = ${cString(name)};\n`;
    if (this.placeRows.length > 0) out += `static const jc_loc places[${this.placeRows.length}] = {\n${this.placeRows.join('')}};\n`;
    return out;
  }
}

/**
 * The table in which a module tells its dependents where the tokens of its interface stand in its source: code that they make from it
 * does not change when lines move.
 */
export function placeTable(module: string): string {
  return `cjp_${module.replace(/[^A-Za-z0-9]/g, (c) => `_${c.codePointAt(0)!.toString(16)}_`)}`;
}

/** The definition of that table: `origins` has an offset in `source`, or -1, for each token. */
export function placeTableText(module: string, source: SourceFile, origins: Int32Array): string {
  if (origins.length === 0) return '';
  let rows = '';
  for (const origin of origins) {
    const { line, column } = origin < 0 ? { line: 0, column: 0 } : source.position(origin);
    rows += `  {cjp_file, ${line}, ${column}},\n`;
  }
  const table = placeTable(module);
  return `static const char cjp_file[] = ${cString(source.name)};\nextern const jc_loc ${table}[];\nconst jc_loc ${table}[${origins.length}] = {\n${rows}};\n`;
}

const tokenStarts = new WeakMap<SourceFile, Uint32Array>();

/** Index of the token of an interface's text at an offset. */
function tokenAt(file: SourceFile, offset: number): number {
  let starts = tokenStarts.get(file);
  if (starts === undefined) {
    const tokens = lex(file, new DiagSink());
    starts = tokens.starts.slice(0, tokens.count);
    tokenStarts.set(file, starts);
  }
  let lo = 0;
  let hi = starts.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >>> 1;
    if (starts[mid]! <= offset) lo = mid;
    else hi = mid - 1;
  }
  return lo;
}

/** A name as a C string literal, for `#line` too: there only quotes and backslashes matter. */
export function cString(name: string): string {
  return `"${name.replace(/["\\]/g, (c) => `\\${c}`).replace(/\n/g, '\\n')}"`;
}
