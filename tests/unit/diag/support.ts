/** What the tests of the renderers share: files in memory and the span of a piece of their text. */
import { DiagSink, diagnosticJson, renderDiagnostic } from '../../../src/diag/index.ts';
import type { DiagInput, Language } from '../../../src/diag/index.ts';
import { makeSpan, SourceMap } from '../../../src/source/index.ts';
import type { SourceFile, Span } from '../../../src/source/index.ts';

export interface Files {
  readonly sources: SourceMap;
  readonly file: (name: string) => SourceFile;
  /** The span of `piece` in a file; `nth` counts its occurrences from 0. */
  readonly span: (name: string, piece: string, nth?: number) => Span;
}

export function files(texts: Readonly<Record<string, string>>): Files {
  const sources = new SourceMap();
  const added = new Map(Object.entries(texts).map(([name, text]) => [name, sources.add(name, text)] as const));
  const file = (name: string): SourceFile => added.get(name)!;
  const span = (name: string, piece: string, nth = 0): Span => {
    let at = -1;
    for (let i = 0; i <= nth; i++) at = texts[name]!.indexOf(piece, at + 1);
    return makeSpan(file(name).id, at, at + piece.length);
  };
  return { sources, file, span };
}

export function asText(given: Files, input: DiagInput, language: Language = 'en'): string {
  const sink = new DiagSink();
  sink.report(input);
  return `\n${renderDiagnostic(sink.all[0]!, given.sources, { language, color: false })}`;
}

export function asJson(given: Files, input: DiagInput, language: Language = 'en'): unknown {
  const sink = new DiagSink();
  sink.report(input);
  return JSON.parse(diagnosticJson(sink.all[0]!, given.sources, language));
}
