/**
 * What a diagnostic is. The wording lives in `messages/*.md`, from which `codes.gen.ts` is generated; a phase names a
 * code and gives spans and arguments, so that both languages and all renderers see the same facts.
 */
import type { Span } from '../source/index.ts';

export type Severity = 'error' | 'warning' | 'note';

/** Values put into `{name}` holes of a message. */
export type DiagArgs = Readonly<Record<string, string | number>>;

/** A further place, in the order in which things happen. `label` names a `label.NAME` line of the message. */
export interface RelatedSpan {
  readonly span: Span;
  readonly label: string;
  readonly args?: DiagArgs;
}

/** Replaces the text of `span` by `text`. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A change that makes the program compile. `key` names a `fix.KEY` line of the message. */
export interface Fix {
  readonly key: string;
  readonly args?: DiagArgs;
  readonly edits: readonly TextEdit[];
}

export interface Diagnostic {
  /** `CJ0201` … */
  readonly code: string;
  readonly span: Span;
  readonly args: DiagArgs;
  /** Which `label.NAME` line stands at the primary span; absent: the plain `label:` line, if the message has one. */
  readonly label?: string;
  readonly related: readonly RelatedSpan[];
  /** Which `help.NAME` lines to show. */
  readonly help: readonly string[];
  readonly fixes: readonly Fix[];
}

/** What a phase writes; missing parts are empty. */
export type DiagInput = Pick<Diagnostic, 'code' | 'span'> & Partial<Omit<Diagnostic, 'code' | 'span'>>;
