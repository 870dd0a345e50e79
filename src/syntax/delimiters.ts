/**
 * Consumes a file's tokens; produces tokens whose brackets all match, and a diagnostic for each bracket that did not.
 * Well-formed files pass through one linear scan untouched. Otherwise indentation decides which bracket was forgotten,
 * virtual closing brackets (of no width) are put in and stray ones left out: the parser then never loses its place, and one
 * forgotten brace is one error instead of a page of them.
 */
import type { DiagSink } from '../diag/index.ts';
import type { SourceFile } from '../source/index.ts';
import { makeSpan } from '../source/index.ts';
import type { Tokens } from './tokens.ts';
import { T } from './tokens.ts';

function closerOf(kind: number): number {
  return kind === T.LParen ? T.RParen : kind === T.LBracket ? T.RBracket : kind === T.LBrace ? T.RBrace : -1;
}

function spelling(kind: number): string {
  return { [T.LParen]: '(', [T.LBracket]: '[', [T.LBrace]: '{', [T.RParen]: ')', [T.RBracket]: ']', [T.RBrace]: '}' }[kind] ?? '?';
}

/** The same tokens when every bracket matches, else repaired ones. */
export function balance(tokens: Tokens, file: SourceFile, sink: DiagSink): Tokens {
  return tokens.broken.length === 0 && isBalanced(tokens) ? tokens : new Repair(tokens, file, sink).run();
}

function isBalanced(tokens: Tokens): boolean {
  const { kinds, count } = tokens;
  const stack: number[] = [];
  for (let i = 0; i < count; i++) {
    const kind = kinds[i]!;
    if (kind < T.LParen || kind > T.RBrace) continue;
    const closer = closerOf(kind);
    if (closer >= 0) stack.push(closer);
    else if (stack.pop() !== kind) return false;
  }
  return stack.length === 0;
}

/** Beyond this many reports the file is no program, and further ones say nothing new. */
const MAX_REPORTS = 20;

interface Open {
  readonly kind: number;
  readonly token: number;
  readonly line: number;
  /** Width of the blank space that begins its line. */
  readonly indent: number;
  /** Put in behind a broken string: nothing is said about it. */
  readonly quiet: boolean;
}

class Repair {
  private readonly tokens: Tokens;
  private readonly file: SourceFile;
  private readonly sink: DiagSink;
  private readonly kinds: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  /** New index of each old token. */
  private readonly moved: Uint32Array;
  private readonly stack: Open[] = [];
  private readonly broken: ReadonlySet<number>;
  private readonly newBroken: number[] = [];
  /** Whether more braces close than open: then a brace that is too deep may be a stray one. */
  private surplus = 0;
  private reports = 0;

  constructor(tokens: Tokens, file: SourceFile, sink: DiagSink) {
    this.tokens = tokens;
    this.file = file;
    this.sink = sink;
    this.moved = new Uint32Array(tokens.count);
    this.broken = new Set(tokens.broken);
  }

  run(): Tokens {
    const { kinds, starts, ends, count } = this.tokens;
    for (let i = 0; i < count; i++) {
      if (kinds[i] === T.RBrace) this.surplus++;
      else if (kinds[i] === T.LBrace) this.surplus--;
    }
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      if (kind === T.Semi) this.semicolon(i);
      else if (kind === T.LBrace) this.bodyBegins();
      else if (kind >= T.LParen && kind <= T.RBrace && closerOf(kind) < 0) {
        if (!this.close(i)) {
          this.moved[i] = this.kinds.length;
          continue;
        }
      } else if (kind === T.Eof) {
        while (this.stack.length !== 0) this.closeTop(true);
      }
      this.moved[i] = this.kinds.length;
      this.emit(kind, starts[i]!, ends[i]!);
      if (closerOf(kind) >= 0) {
        const line = this.file.lineIndex(starts[i]!);
        this.stack.push({ kind, token: i, line, indent: this.indentOf(line), quiet: false });
      }
      if (this.broken.has(i)) this.afterBroken(i);
    }
    const trivia = this.tokens.trivia;
    const before = trivia.before.map((token) => this.moved[token] ?? 0);
    return {
      kinds: Uint8Array.from(this.kinds),
      starts: Uint32Array.from(this.starts),
      ends: Uint32Array.from(this.ends),
      count: this.kinds.length,
      trivia: { ...trivia, before },
      nonAscii: this.tokens.nonAscii,
      broken: this.newBroken,
    };
  }

  private emit(kind: number, start: number, end: number): void {
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
  }

  private indentOf(line: number): number {
    const text = this.file.text;
    const start = this.file.lines()[line]!;
    let i = start;
    while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++;
    return i - start;
  }

  private isFirstOnLine(offset: number): boolean {
    const text = this.file.text;
    let i = offset - 1;
    while (i >= 0 && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i--;
    return i < 0 || text.charCodeAt(i) === 10;
  }

  /** Puts a closing bracket for the innermost open one right behind the last token. */
  private closeTop(report: boolean): void {
    const top = this.stack.pop()!;
    const at = this.ends.length === 0 ? 0 : this.ends[this.ends.length - 1]!;
    const closer = closerOf(top.kind);
    this.emit(closer, at, at);
    if (!report || top.quiet || this.reports++ >= MAX_REPORTS) return;
    const start = this.tokens.starts[top.token]!;
    // A brace goes on a line of its own, under the line that opened it.
    const text = closer === T.RBrace ? `\n${' '.repeat(top.indent)}}` : spelling(closer);
    this.sink.report({
      code: 'CJ0121',
      span: makeSpan(this.file.id, start, start + 1),
      args: { open: spelling(top.kind), close: spelling(closer) },
      related: [{ span: makeSpan(this.file.id, at, at), label: 'here', args: { close: spelling(closer) } }],
      fixes: [{ key: 'close', args: { close: spelling(closer) }, edits: [{ span: makeSpan(this.file.id, at, at), text }] }],
    });
  }

  /** No `;` stands inside `(…)`, except in the heads of `using` and of another language's `for`; in `[…]` only `[x; n]` has one. */
  private semicolon(i: number): void {
    while (this.stack.length !== 0) {
      const top = this.stack[this.stack.length - 1]!;
      const before = top.token > 0 ? this.tokens.kinds[top.token - 1]! : T.Eof;
      const line = this.file.lineIndex(this.tokens.starts[i]!);
      const own =
        top.kind === T.LBrace ||
        (top.kind === T.LParen && (before === T.For || before === T.Using)) ||
        (top.kind === T.LBracket && this.endsOnLine(i, line));
      if (own) return;
      this.closeTop(true);
    }
  }

  /** No `{` stands among the parameters of a function: it begins the body. */
  private bodyBegins(): void {
    const top = this.stack[this.stack.length - 1];
    if (top === undefined || top.kind !== T.LParen || top.token < 2) return;
    const { kinds } = this.tokens;
    if (kinds[top.token - 1] === T.Ident && kinds[top.token - 2] === T.Fn) this.closeTop(true);
  }

  /** Whether a `]` follows on the line: then the `;` is the one of `[x; n]`. */
  private endsOnLine(i: number, line: number): boolean {
    for (let j = i + 1; j < this.tokens.count && this.file.lineIndex(this.tokens.starts[j]!) === line; j++) {
      if (this.tokens.kinds[j] === T.RBracket) return true;
    }
    return false;
  }

  /** Deals with the closing bracket `i`; false when it is a stray one to be left out. */
  private close(i: number): boolean {
    const kind = this.tokens.kinds[i]!;
    const start = this.tokens.starts[i]!;
    const stack = this.stack;
    const matching = (open: Open): boolean => closerOf(open.kind) === kind;
    if (kind === T.RBrace && stack.length !== 0 && this.isFirstOnLine(start)) {
      const indent = this.indentOf(this.file.lineIndex(start));
      let top = stack.length - 1;
      while (top >= 0 && !matching(stack[top]!)) top--;
      if (top >= 0) {
        if (this.surplus > 0 && indent > stack[top]!.indent) return this.stray(i);
        if (this.surplus < 0 && indent < stack[top]!.indent && stack.some((open) => matching(open) && open.indent === indent)) {
          while (!(matching(stack[stack.length - 1]!) && stack[stack.length - 1]!.indent === indent)) {
            if (stack[stack.length - 1]!.kind === T.LBrace) this.surplus++;
            this.closeTop(true);
          }
        }
      }
    }
    let top = stack.length - 1;
    while (top >= 0 && !matching(stack[top]!)) top--;
    // A `)` never closes over a `{`: it is the stray one.
    if (top < 0 || (kind !== T.RBrace && stack.slice(top).some((open) => open.kind === T.LBrace))) return this.stray(i);
    while (stack.length - 1 > top) this.closeTop(true);
    stack.pop();
    return true;
  }

  private stray(i: number): boolean {
    const start = this.tokens.starts[i]!;
    if (this.tokens.kinds[i] === T.RBrace) this.surplus--;
    if (this.reports++ >= MAX_REPORTS) return false;
    const span = makeSpan(this.file.id, start, start + 1);
    this.sink.report({
      code: 'CJ0122',
      span,
      args: { close: spelling(this.tokens.kinds[i]!) },
      fixes: [{ key: 'delete', args: { close: spelling(this.tokens.kinds[i]!) }, edits: [{ span, text: '' }] }],
    });
    return false;
  }

  /**
   * After a string that its line left open: what it swallowed was most likely closing brackets and a `;` or `{`. Closing
   * brackets for those opened on the line are put in without a further report.
   */
  private afterBroken(i: number): void {
    this.newBroken.push(this.kinds.length - 1);
    const { starts, ends } = this.tokens;
    const end = ends[i]!;
    const line = this.file.lineIndex(Math.max(starts[i]!, end - 1));
    const next = i + 1 < this.tokens.count ? this.file.lineIndex(starts[i + 1]!) : line + 1;
    if (next === line && this.tokens.kinds[i + 1] !== T.Eof) return;
    while (
      this.stack.length !== 0 &&
      this.stack[this.stack.length - 1]!.line === line &&
      this.stack[this.stack.length - 1]!.kind !== T.LBrace
    )
      this.closeTop(false);
    const swallowed = this.file.lineText(line).trimEnd();
    if (swallowed.endsWith(';')) this.emit(T.Semi, end, end);
    else if (swallowed.endsWith('{') && !swallowed.endsWith('${')) {
      this.emit(T.LBrace, end, end);
      this.stack.push({ kind: T.LBrace, token: i, line, indent: this.indentOf(line), quiet: true });
    }
  }
}
