/**
 * What every command needs: where std and the runtime stand, the language, colour, and the printing of diagnostics.
 * Holds: the options common to all commands.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnosticJson, renderDiagnostic } from '../diag/index.ts';
import type { DiagInput, Language } from '../diag/index.ts';
import { NO_SPAN, SourceMap } from '../source/index.ts';
import { DiagSink, severityOf } from '../diag/index.ts';

/** The folder that holds std/, runtime/ and messages/: the package itself. */
export const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
export const STD_DIR = join(PACKAGE_ROOT, 'std');
export const RUNTIME_DIR = join(PACKAGE_ROOT, 'runtime');

/** Of the tool, `0.1.0`. */
export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** Exit codes of the tool itself; `jc run` otherwise ends with the program's own. */
export const EXIT = {
  ok: 0,
  /** The source has errors, or a test failed. */
  errors: 1,
  usage: 2,
  /** A fault of the compiler. */
  internal: 70,
  /** The operating system refused: a full disk, a missing C compiler. */
  system: 74,
} as const;

export interface CommonOptions {
  readonly lang?: string;
  readonly color?: string;
  readonly errorFormat?: string;
}

export interface Context {
  readonly language: Language;
  readonly color: boolean;
  readonly json: boolean;
}

export function makeContext(options: CommonOptions): Context {
  const env = process.env;
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  const language: Language = options.lang === 'zh' || options.lang === 'en' ? options.lang : locale.startsWith('zh') ? 'zh' : 'en';
  const wantsColor = options.color ?? 'auto';
  const color = wantsColor === 'always' || (wantsColor === 'auto' && process.stderr.isTTY === true && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb');
  return { language, color, json: options.errorFormat === 'json' };
}

/** Every diagnostic in the order found, errors before warnings of later phases only by that order; then a closing line of counts. */
export function renderAll(context: Context, sink: DiagSink, sources: SourceMap): string {
  if (sink.all.length === 0) return '';
  if (context.json) return `${sink.all.map((diag) => diagnosticJson(diag, sources, context.language)).join('\n')}\n`;
  let text = '';
  for (const diag of sink.all) text += `${renderDiagnostic(diag, sources, context)}\n`;
  const warnings = sink.all.filter((diag) => severityOf(diag.code) === 'warning').length;
  return text + closingLine(context.language, sink.errorCount, warnings);
}

function closingLine(language: Language, errors: number, warnings: number): string {
  if (language === 'zh') return `${errors} 个错误,${warnings} 个警告\n`;
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}\n`;
}

/** One diagnostic without a place in any source. */
export function reportPlain(context: Context, sink: DiagSink, sources: SourceMap): void {
  process.stderr.write(renderAll(context, sink, sources));
}

/** Prints one diagnostic without a place. */
export function complain(context: Context, diag: Omit<DiagInput, 'span'>, exitCode: number): number {
  const sink = new DiagSink();
  sink.report({ ...diag, span: NO_SPAN });
  process.stderr.write(renderAll(context, sink, new SourceMap()));
  return exitCode;
}

/** A status line on a terminal, replaced by the next and gone at the end; silent in a pipe. */
export class Progress {
  private readonly live = process.stderr.isTTY === true;
  private shown = false;

  say(text: string): void {
    if (!this.live) return;
    process.stderr.write(`\r\x1b[K${text}`);
    this.shown = true;
  }

  done(): void {
    if (this.shown) process.stderr.write('\r\x1b[K');
    this.shown = false;
  }
}
