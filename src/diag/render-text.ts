/**
 * Diagnostics as text for people: message, place, the source lines with marks in the order in which things happen, helps and fixes.
 * Consumes: diagnostics and the SourceMap. Produces: one string. Holds: no state; colour is an option.
 */
import { NO_SPAN } from '../source/index.ts';
import type { SourceFile, SourceMap, Span } from '../source/index.ts';
import type { Diagnostic } from './model.ts';
import { severityOf } from './sink.ts';
import { fixTitleOf, helpOf, labelOf, messageOf, relatedLabelOf } from './text.ts';
import type { Language } from './text.ts';

export interface TextStyle {
  readonly language: Language;
  readonly color: boolean;
}

const WORDS = {
  en: { error: 'error', warning: 'warning', note: 'note', help: 'help', fix: 'fix' },
  zh: { error: '错误', warning: '警告', note: '说明', help: '提示', fix: '修正' },
} as const;

const TAB_WIDTH = 4;
/** A line longer than this is cut around the mark. */
const MAX_LINE_WIDTH = 160;

/** Columns that a scalar value takes in a terminal: East Asian wide and full-width characters take two. */
function widthOf(codePoint: number): number {
  if (codePoint === 9) return TAB_WIDTH;
  if (codePoint < 0x1100) return 1;
  const wide =
    codePoint <= 0x115f ||
    (codePoint >= 0x2e80 && codePoint <= 0xa4cf) ||
    (codePoint >= 0xac00 && codePoint <= 0xd7a3) ||
    (codePoint >= 0xf900 && codePoint <= 0xfaff) ||
    (codePoint >= 0xfe30 && codePoint <= 0xfe6f) ||
    (codePoint >= 0xff00 && codePoint <= 0xff60) ||
    (codePoint >= 0xffe0 && codePoint <= 0xffe6) ||
    (codePoint >= 0x1f300 && codePoint <= 0x1faff) ||
    (codePoint >= 0x20000 && codePoint <= 0x3fffd);
  return wide ? 2 : 1;
}

function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += widthOf(char.codePointAt(0)!);
  return width;
}

/** Tabs widened, and control characters shown as pictures, so that the marks below stand where they should. */
function printable(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code === 9) out += ' '.repeat(TAB_WIDTH);
    else if (code < 32 || code === 127) out += String.fromCharCode(code === 127 ? 0x2421 : 0x2400 + code);
    else if (code >= 0xd800 && code <= 0xdfff) out += '\ufffd';
    else if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) out += '\ufffd';
    else out += char;
  }
  return out;
}

interface Mark {
  readonly span: Span;
  readonly label: string;
  readonly primary: boolean;
}

export function renderDiagnostic(diag: Diagnostic, sources: SourceMap, style: TextStyle): string {
  const words = WORDS[style.language];
  const severity = severityOf(diag.code);
  const paint = (code: string, text: string): string => (style.color ? `\x1b[${code}m${text}\x1b[0m` : text);
  const severityColor = severity === 'error' ? '1;31' : severity === 'warning' ? '1;33' : '1;36';
  const out: string[] = [];
  out.push(`${paint(severityColor, `${words[severity]}[${diag.code}]`)}${paint('1', `: ${messageOf(diag, style.language)}`)}`);

  if (diag.span.file !== NO_SPAN.file) {
    const marks = orderMarks(diag, style.language);
    const gutter = Math.max(...marks.map((mark) => String(lastLineOf(sources, mark.span)).length));
    let previousFile: SourceFile | null = null;
    let previousLine = -1;
    const bar = paint('34', '|');
    const primaryFile = sources.file(diag.span.file);
    const at = primaryFile.position(diag.span.lo);
    out.push(`${' '.repeat(gutter)}${paint('34', '-->')} ${primaryFile.name}:${at.line}:${at.column}`);
    previousFile = primaryFile;
    out.push(`${' '.repeat(gutter)} ${bar}`);
    for (const mark of marks) {
      const file = sources.file(mark.span.file);
      if (file !== previousFile) {
        const place = file.position(mark.span.lo);
        out.push(`${' '.repeat(gutter)}${paint('34', ':::')} ${file.name}:${place.line}:${place.column}`);
        previousFile = file;
        previousLine = -1;
      }
      const lineIndex = file.lineIndex(mark.span.lo);
      if (previousLine >= 0 && (lineIndex > previousLine + 1 || lineIndex < previousLine)) out.push(`${' '.repeat(gutter)} ${paint('34', '…')}`);
      const { text, marked } = markedLine(file, lineIndex, mark, paint, severityColor);
      if (lineIndex !== previousLine) out.push(`${paint('34', String(lineIndex + 1).padStart(gutter))} ${bar} ${text}`.trimEnd());
      out.push(`${' '.repeat(gutter)} ${bar} ${marked}`);
      previousLine = lineIndex;
    }
  }
  for (const name of diag.help) out.push(`  ${paint('1;36', words.help)}: ${helpOf(diag, name, style.language)}`);
  for (let i = 0; i < diag.fixes.length; i++) out.push(`  ${paint('1;32', words.fix)}: ${fixTitleOf(diag, i, style.language)}`);
  return `${out.join('\n')}\n`;
}

function lastLineOf(sources: SourceMap, span: Span): number {
  return sources.file(span.file).lineIndex(span.lo) + 1;
}

/** Related places in the order given, with the primary one before the first that follows it in the text. */
function orderMarks(diag: Diagnostic, language: Language): Mark[] {
  const related: Mark[] = diag.related.map((r, i) => ({ span: r.span, label: relatedLabelOf(diag, i, language), primary: false }));
  const primary: Mark = { span: diag.span, label: labelOf(diag, language), primary: true };
  const at = related.findIndex((mark) => mark.span.file === diag.span.file && mark.span.lo > diag.span.lo);
  if (at < 0) return [...related, primary];
  return [...related.slice(0, at), primary, ...related.slice(at)];
}

function markedLine(
  file: SourceFile,
  lineIndex: number,
  mark: Mark,
  paint: (code: string, text: string) => string,
  severityColor: string,
): { text: string; marked: string } {
  const start = file.lines()[lineIndex]!;
  let line = file.lineText(lineIndex);
  let from = Math.min(mark.span.lo - start, line.length);
  let to = Math.max(from, Math.min(mark.span.hi - start, line.length));
  if (line.length > MAX_LINE_WIDTH) {
    const cut = Math.max(0, from - MAX_LINE_WIDTH / 2);
    line = line.slice(cut, cut + MAX_LINE_WIDTH);
    from -= cut;
    to = Math.min(to - cut, line.length);
  }
  const before = textWidth(line.slice(0, from));
  const width = Math.max(1, textWidth(line.slice(from, to)));
  const sign = (mark.primary ? '^' : '-').repeat(width);
  const label = mark.label === '' ? '' : ` ${mark.label}`;
  return { text: printable(line), marked: ' '.repeat(before) + paint(mark.primary ? severityColor : '34', sign + label) };
}
