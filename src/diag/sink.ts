/**
 * Collects diagnostics in the order in which the phases find them.
 * Holds: the list, and the (code, place) pairs already said, so that nothing is said twice.
 */
import type { DiagInput, Diagnostic, Severity } from './model.ts';
import { MESSAGES } from './codes.gen.ts';
import { bug } from '../base/index.ts';
import type { FileId } from '../source/index.ts';

export class DiagSink {
  readonly all: Diagnostic[] = [];
  private readonly said = new Set<string>();
  private errors = 0;
  private readonly foreign = new Set<FileId>();

  /** Warnings in this file are not the user's business: it belongs to a package from elsewhere. */
  ignoreWarningsIn(file: FileId): void {
    this.foreign.add(file);
  }

  report(input: DiagInput): void {
    const message = MESSAGES[input.code];
    if (message === undefined) bug(`diagnostic ${input.code} has no page in messages/`);
    if (message.severity === 'warning' && this.foreign.has(input.span.file)) return;
    const key = `${input.code}:${input.span.file}:${input.span.lo}:${input.span.hi}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    if (message.severity === 'error') this.errors++;
    this.all.push({
      code: input.code,
      span: input.span,
      args: input.args ?? {},
      label: input.label,
      related: input.related ?? [],
      help: input.help ?? [],
      fixes: input.fixes ?? [],
    });
  }

  get errorCount(): number {
    return this.errors;
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }
}

export function severityOf(code: string): Severity {
  return MESSAGES[code]?.severity ?? bug(`diagnostic ${code} has no page in messages/`);
}
