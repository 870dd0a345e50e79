/** Diagnostics as JSON lines for tools: `--error-format=json`. The shape is documented in docs/spec/diagnostics.md. */
import { NO_SPAN } from '../source/index.ts';
import type { SourceMap, Span } from '../source/index.ts';
import type { Diagnostic } from './model.ts';
import { severityOf } from './sink.ts';
import { fixTitleOf, helpOf, labelOf, messageOf, relatedLabelOf } from './text.ts';
import type { Language } from './text.ts';

/** One line of JSON, without the line break. Columns count scalar values from 1; offsets are UTF-16 code units. */
export function diagnosticJson(diag: Diagnostic, sources: SourceMap, language: Language): string {
  const place = (span: Span) => {
    if (span.file === NO_SPAN.file) return null;
    const file = sources.file(span.file);
    const start = file.position(span.lo);
    const end = file.position(span.hi);
    return { file: file.name, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, offset: span.lo, endOffset: span.hi };
  };
  return JSON.stringify({
    code: diag.code,
    severity: severityOf(diag.code),
    message: messageOf(diag, language),
    label: labelOf(diag, language),
    span: place(diag.span),
    related: diag.related.map((r, i) => ({ span: place(r.span), label: relatedLabelOf(diag, i, language) })),
    help: diag.help.map((name) => helpOf(diag, name, language)),
    fixes: diag.fixes.map((fix, i) => ({
      title: fixTitleOf(diag, i, language),
      edits: fix.edits.map((edit) => ({ span: place(edit.span), text: edit.text })),
    })),
  });
}
