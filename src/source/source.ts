/**
 * Source files, spans into them, and the conversion of an offset into a line and a column.
 * Holds: the text of each file as a JavaScript string; offsets are UTF-16 code units.
 */

/** Index of a file in its SourceMap. */
export type FileId = number & { readonly __file: unique symbol };

/** A half-open range of one file's text. `lo === hi` marks a point. */
export interface Span {
  readonly file: FileId;
  readonly lo: number;
  readonly hi: number;
}

/** The span of text made by the compiler: it belongs to file 0 and is never shown. */
export const NO_SPAN: Span = { file: 0 as FileId, lo: 0, hi: 0 };

export function makeSpan(file: FileId, lo: number, hi: number): Span {
  return { file, lo, hi };
}

/** The smallest span that covers both (of one file). */
export function joinSpans(a: Span, b: Span): Span {
  return { file: a.file, lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

/** A position as people count: both from 1; the column counts Unicode scalar values. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export class SourceFile {
  readonly id: FileId;
  /** The name shown to people: relative to where the command was given. */
  readonly name: string;
  readonly text: string;
  /** The path of the module whose interface this text is; null for a source: functions of an interface may stand without their bodies. */
  readonly interfaceOf: string | null;
  private lineStarts: Uint32Array | null = null;

  constructor(id: FileId, name: string, text: string, interfaceOf: string | null = null) {
    this.id = id;
    this.name = name;
    this.text = text;
    this.interfaceOf = interfaceOf;
  }

  /** Offsets at which the lines begin. */
  lines(): Uint32Array {
    if (this.lineStarts === null) {
      const starts = [0];
      const text = this.text;
      for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
      this.lineStarts = Uint32Array.from(starts);
    }
    return this.lineStarts;
  }

  /** Index, from 0, of the line that holds `offset`. */
  lineIndex(offset: number): number {
    const starts = this.lines();
    let lo = 0;
    let hi = starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >>> 1;
      if (starts[mid]! <= offset) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  position(offset: number): LineColumn {
    const line = this.lineIndex(offset);
    const start = this.lines()[line]!;
    let column = 1;
    for (let i = start; i < offset; i++) {
      const unit = this.text.charCodeAt(i);
      if (unit < 0xdc00 || unit > 0xdfff) column++;
    }
    return { line: line + 1, column };
  }

  /** Text of a line, given its index from 0, without its line break. */
  lineText(index: number): string {
    const starts = this.lines();
    const start = starts[index]!;
    let end = index + 1 < starts.length ? starts[index + 1]! - 1 : this.text.length;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return this.text.slice(start, end);
  }
}

/** Every file of a session. File 0 is a nameless empty one, so that NO_SPAN has a home. */
export class SourceMap {
  private readonly files: SourceFile[] = [];

  constructor() {
    this.add('', '');
  }

  add(name: string, text: string, interfaceOf: string | null = null): SourceFile {
    const file = new SourceFile(this.files.length as FileId, name, text, interfaceOf);
    this.files.push(file);
    return file;
  }

  file(id: FileId): SourceFile {
    return this.files[id]!;
  }

  textOf(span: Span): string {
    return this.file(span.file).text.slice(span.lo, span.hi);
  }
}
