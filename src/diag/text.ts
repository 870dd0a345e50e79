/**
 * Words of a diagnostic in a language: fills the holes of the message pages.
 * Consumes: Diagnostic and the generated pages. Produces: strings.
 */
import { bug } from '../base/index.ts';
import { MESSAGES } from './codes.gen.ts';
import type { MessageText } from './message-page.ts';
import type { DiagArgs, Diagnostic } from './model.ts';

export type Language = 'en' | 'zh';

/** Fills `{name}` holes; `{n:one|many}` is the number with the word that fits it; `{{` and `}}` stand for braces. A hole without an argument is a fault of the compiler. */
export function fillTemplate(template: string, args: DiagArgs): string {
  return template.replace(/\{\{|\}\}|\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (hole, name: string | undefined, one: string | undefined, many: string | undefined) => {
    if (hole === '{{') return '{';
    if (hole === '}}') return '}';
    const value = args[name!];
    if (value === undefined) return bug(`message hole {${name}} has no argument in: ${template}`);
    return one === undefined ? String(value) : `${value} ${String(value) === '1' ? one : many}`;
  });
}

function linesOf(code: string, language: Language): MessageText {
  const page = MESSAGES[code] ?? bug(`diagnostic ${code} has no page in messages/`);
  return language === 'zh' ? page.zh : page.en;
}

export function messageOf(diag: Diagnostic, language: Language): string {
  return fillTemplate(linesOf(diag.code, language).lines['message']!, diag.args);
}

/** The label at the primary span; empty where the page has none. */
export function labelOf(diag: Diagnostic, language: Language): string {
  const lines = linesOf(diag.code, language).lines;
  const key = diag.label === undefined ? 'label' : `label.${diag.label}`;
  if (diag.label !== undefined && lines[key] === undefined) bug(`${diag.code} has no line ${key}`);
  const template = lines[key];
  return template === undefined ? '' : fillTemplate(template, diag.args);
}

export function relatedLabelOf(diag: Diagnostic, index: number, language: Language): string {
  const related = diag.related[index]!;
  const key = `label.${related.label}`;
  const template = linesOf(diag.code, language).lines[key] ?? bug(`${diag.code} has no line ${key}`);
  return fillTemplate(template, { ...diag.args, ...related.args });
}

export function helpOf(diag: Diagnostic, name: string, language: Language): string {
  const template = linesOf(diag.code, language).lines[`help.${name}`] ?? bug(`${diag.code} has no line help.${name}`);
  return fillTemplate(template, diag.args);
}

export function fixTitleOf(diag: Diagnostic, index: number, language: Language): string {
  const fix = diag.fixes[index]!;
  const template = linesOf(diag.code, language).lines[`fix.${fix.key}`] ?? bug(`${diag.code} has no line fix.${fix.key}`);
  return fillTemplate(template, { ...diag.args, ...fix.args });
}
