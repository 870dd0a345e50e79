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
export function fillTemplate(template: string, args: DiagArgs, language: Language = 'en'): string {
  return template.replace(/\{\{|\}\}|\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (hole, name: string | undefined, one: string | undefined, many: string | undefined, at: number) => {
    if (hole === '{{') return '{';
    if (hole === '}}') return '}';
    const value = args[name!];
    if (value === undefined) return bug(`message hole {${name}} has no argument in: ${template}`);
    if (language === 'zh' && template.slice(0, at).split('`').length % 2 === 1) return inChinese(String(value));
    return one === undefined ? String(value) : `${value} ${String(value) === '1' ? one : many}`;
  });
}

/** Words of the grammar that phases give as arguments; what stands in backticks is code and stays. */
const CHINESE: ReadonlyMap<string, string> = new Map([
  ['this value', '此值'], ['this expression', '此表达式'], ['this function', '此函数'], ['function', '函数'], ['function type', '函数类型'], ['fn', '函数'],
  ['constant', '常量'], ['const', '常量'], ['variant', '变体'], ['trait', '特征'], ['type', '类型'], ['module', '模块'], ['struct', '结构体'], ['enum', '枚举'],
  ['impl', '实现'], ['field', '字段'], ['method', '方法'], ['parameter', '参数'], ['import', '导入'], ['extern', '外部块'],
  ['a string', '字符串'], ['a number', '数'], ['a truth value', '布尔值'], ['a date', '日期'], ['a list', '列表'], ['a table', '表'], ['a whole number', '整数'],
  ['a list of strings', '字符串列表'], ['`true` or `false`', '`true` 或 `false`'], ['a version such as `"1.2"`, or a table', '版本（如 `"1.2"`）或表'],
  ['`0`, `1`, `2`, `3` or `"s"`', '`0`、`1`、`2`、`3` 或 `"s"`'], ['dependencies', '依赖'], ['packages', '包'], ['programs', '程序'],
]);

function inChinese(words: string): string {
  const whole = CHINESE.get(words);
  if (whole !== undefined) return whole;
  const known = words.split(', ').map((word) => CHINESE.get(word));
  return known.includes(undefined) ? words : known.join('、');
}

function linesOf(code: string, language: Language): MessageText {
  const page = MESSAGES[code] ?? bug(`diagnostic ${code} has no page in messages/`);
  return language === 'zh' ? page.zh : page.en;
}

/** The line `message.NAME` where the diagnostic's label is NAME and there is one: the same mistake, told from another side. */
export function messageOf(diag: Diagnostic, language: Language): string {
  const { lines } = linesOf(diag.code, language);
  return fillTemplate((diag.label === undefined ? undefined : lines[`message.${diag.label}`]) ?? lines['message']!, diag.args, language);
}

/** The label at the primary span; empty where the page has none. */
export function labelOf(diag: Diagnostic, language: Language): string {
  const lines = linesOf(diag.code, language).lines;
  const key = diag.label === undefined ? 'label' : `label.${diag.label}`;
  if (diag.label !== undefined && lines[key] === undefined) bug(`${diag.code} has no line ${key}`);
  const template = lines[key];
  return template === undefined ? '' : fillTemplate(template, diag.args, language);
}

export function relatedLabelOf(diag: Diagnostic, index: number, language: Language): string {
  const related = diag.related[index]!;
  const key = `label.${related.label}`;
  const template = linesOf(diag.code, language).lines[key] ?? bug(`${diag.code} has no line ${key}`);
  return fillTemplate(template, { ...diag.args, ...related.args }, language);
}

export function helpOf(diag: Diagnostic, name: string, language: Language): string {
  const template = linesOf(diag.code, language).lines[`help.${name}`] ?? bug(`${diag.code} has no line help.${name}`);
  return fillTemplate(template, diag.args, language);
}

export function fixTitleOf(diag: Diagnostic, index: number, language: Language): string {
  const fix = diag.fixes[index]!;
  const template = linesOf(diag.code, language).lines[`fix.${fix.key}`] ?? bug(`${diag.code} has no line fix.${fix.key}`);
  return fillTemplate(template, { ...diag.args, ...fix.args }, language);
}
