/** The shape of one page of `messages/`, as generated into `codes.gen.ts`. */

/** The lines of one language: `message`, `label`, `label.NAME`, `help.NAME`, `fix.NAME`, and the prose. */
export interface MessageText {
  readonly lines: Readonly<Record<string, string>>;
  readonly prose: string;
}

export interface MessagePage {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly en: MessageText;
  readonly zh: MessageText;
  /** A program that reports exactly this code; empty where no single program can (a full disk, say). */
  readonly fails: string;
  readonly works: string;
}
