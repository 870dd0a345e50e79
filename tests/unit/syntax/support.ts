/** What the tests of the parser share: parse a text, list its diagnostics, apply its fixes. */
import type { Diagnostic } from '../../../src/diag/index.ts';
import { DiagSink } from '../../../src/diag/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import type { Expr, Module } from '../../../src/syntax/index.ts';
import { lex, parseExpression, parseModule, printExpr, T } from '../../../src/syntax/index.ts';

export interface Parsed {
  readonly module: Module;
  readonly diagnostics: readonly Diagnostic[];
}

export function parse(text: string): Parsed {
  const sink = new DiagSink();
  const module = parseModule(new SourceMap().add('test.cj', text), sink);
  return { module, diagnostics: sink.all };
}

/** `text` inside `fn main() { … }`. */
export function parseBody(text: string): Parsed {
  return parse(`fn main() {\n${text}\n}\n`);
}

export function parseExpr(text: string): { readonly expr: Expr; readonly codes: readonly string[] } {
  const sink = new DiagSink();
  const expr = parseExpression(new SourceMap().add('test.cj', text), sink);
  return { expr, codes: sink.all.map((d) => d.code) };
}

/** The expression with brackets that show how it was understood. */
export function understood(text: string): string {
  const { expr, codes } = parseExpr(text);
  if (codes.length !== 0) throw new Error(`${text}: ${codes.join(' ')}`);
  return printExpr(expr);
}

export function codes(text: string): readonly string[] {
  return parse(text).diagnostics.map((d) => d.code);
}

export function bodyCodes(text: string): readonly string[] {
  return parseBody(text).diagnostics.map((d) => d.code);
}

/** `text` with the first fix of every diagnostic applied; edits at one place keep their order. */
export function applyFixes(text: string, diagnostics: readonly Diagnostic[]): string {
  const edits = diagnostics.flatMap((d) => [...(d.fixes[0]?.edits ?? [])]);
  const sorted = edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.span.lo - b.edit.span.lo || a.edit.span.hi - b.edit.span.hi || a.order - b.order);
  let out = '';
  let at = 0;
  for (const { edit } of sorted) {
    out += text.slice(at, edit.span.lo) + edit.text;
    at = edit.span.hi;
  }
  return out + text.slice(at);
}

const NAMES = new Map(Object.entries(T).map(([name, kind]) => [kind, name]));

/** Names of the kinds of tokens, without the final Eof. */
export function kinds(text: string): string[] {
  const tokens = lex(new SourceMap().add('test.cj', text), new DiagSink());
  return [...tokens.kinds.slice(0, tokens.count - 1)].map((kind) => NAMES.get(kind)!);
}
