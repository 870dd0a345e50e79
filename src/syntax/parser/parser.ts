/**
 * The state of one parse: a place in the tokens, the flags of the context, and how errors are reported and survived.
 * The grammar itself is in the files beside this one; they call each other through `Grammar`, which `index.ts` fills in, so
 * that the files form no cycle.
 * Invariants: the brackets of the tokens match (see `delimiters.ts`), `pos` never passes the final Eof, and every loop of the
 * grammar moves `pos` or ends. At most one error is reported at a token, and none after an unfinished statement until
 * the parser has found its place again.
 */
import type { Attribute, BlockExpr, Expr, FnItem, Generics, Ident, ImplItem, Item, LetStmt, Pattern, Stmt, TypeExpr, Visibility } from '../ast.ts';
import type { DiagArgs, DiagSink, Fix, RelatedSpan, TextEdit } from '../../diag/index.ts';
import type { FileId, SourceFile, Span } from '../../source/index.ts';
import { makeSpan } from '../../source/index.ts';
import type { LateFnItem } from '../late-fn.ts';
import type { LiteralContext } from '../literals.ts';
import type { Tokens } from '../tokens.ts';
import { isKeyword, T } from '../tokens.ts';

/** How deep expressions, types, patterns and blocks may nest. Later passes recurse over the tree and rely on it. */
export const MAX_DEPTH = 256;
/** How long a chain such as `a + b + …` or `a.b().c()…` may be: it is a tree as deep as it is long. */
export const MAX_CHAIN = 1000;

/** 1 for the keywords with which an item can begin. */
const DECLARES = new Uint8Array(256);
for (const kind of [T.Fn, T.Struct, T.Enum, T.Trait, T.Impl, T.Const, T.Type, T.Import, T.Extern, T.Pub]) DECLARES[kind] = 1;

/** A body that was left out: how to parse it, and the list that its function joins. */
export interface LateBody {
  readonly make: () => BlockExpr;
  readonly fns: LateFnItem[];
}

/** How bodies are parsed later than the rest of their file. */
export interface LateBodies {
  /** Parses the block that begins at a token. */
  readonly parse: (pos: number) => BlockExpr;
  /** The functions that have such a body. */
  readonly fns: LateFnItem[];
}

/** What stands before the name of a function. */
export interface FnHead {
  readonly attrs: readonly Attribute[];
  readonly visibility: Visibility;
  readonly doc: string | null;
  readonly start: number;
}

/** The inside of a block. */
export interface StatementList {
  readonly stmts: readonly Stmt[];
  readonly tail: Expr | null;
}

/** The mutually recursive entry points of the grammar. */
export interface Grammar {
  expr(p: Parser): Expr;
  /** The condition of `if` and `while`: no bare struct literal, `let` allowed. */
  cond(p: Parser): Expr;
  /** An expression in the head of a block: no bare struct literal. */
  head(p: Parser): Expr;
  /** An operand with what follows it: `f(x)`, `a.b`. */
  operand(p: Parser): Expr;
  /** Goes on with an operand that has been parsed. */
  rest(p: Parser, start: number, operand: Expr): Expr;
  /** An expression as a statement: one with a block at its end stops there. */
  statementExpr(p: Parser): Expr;
  type(p: Parser): TypeExpr;
  generics(p: Parser): Generics;
  /** With alternatives `P | Q`. */
  pattern(p: Parser): Pattern;
  /** Without alternatives at the top: closure parameters. */
  singlePattern(p: Parser): Pattern;
  block(p: Parser): BlockExpr;
  /** Statements up to a `}`, or to where `ends` says so. */
  statements(p: Parser, ends: () => boolean): StatementList;
  attributes(p: Parser): Attribute[];
  /** Visibility, and the modifiers of other languages with a report. */
  modifiers(p: Parser): Visibility;
  /** An item inside a block; null when none begins here. */
  item(p: Parser, attrs: Attribute[], start: number): Item | null;
  /** Whether an item begins at the current token. */
  startsItem(p: Parser): boolean;
  /** A method from behind its name on. */
  fnRest(p: Parser, head: FnHead, name: Ident): FnItem;
  /** A `let` or `var` without its `;`, as in the head of `using`. */
  binding(p: Parser): LetStmt;
}

export class Parser implements LiteralContext {
  readonly file: FileId;
  readonly source: SourceFile;
  readonly text: string;
  readonly sink: DiagSink;
  readonly tokens: Tokens;
  readonly grammar: Grammar;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  pos = 0;
  /** The kind of the current token. */
  kind: number;
  /** In the head of a block, where `{` begins the block and never a struct literal. */
  noStruct = false;
  /** In a condition, where `let P = e` may stand. */
  allowLet = false;
  /** Every `_` read as an expression that has not turned out to be the target of an assignment yet. */
  underscores: Span[] = [];
  /** Words of the language that were declared as names. */
  readonly reserved = new Set<string>();
  /** Impls made of methods that stood among the fields of a type: they follow it. */
  loose: ImplItem[] = [];
  /** Spellings of other languages met while another one is being described: their edits join its fix. */
  collected: TextEdit[] | null = null;
  /** Errors after which the place in the text is uncertain. */
  hardErrors = 0;
  /** How many items have been met inside blocks. */
  blockItems = 0;
  private readonly late: LateBodies | null;
  /** The `<<` of which the first half has been taken. */
  private readonly split: number[] = [];
  private depth = 0;
  private lastErrorPos = -1;

  constructor(source: SourceFile, tokens: Tokens, sink: DiagSink, grammar: Grammar, late: LateBodies | null = null) {
    this.file = source.id;
    this.source = source;
    this.text = source.text;
    this.sink = sink;
    this.tokens = tokens;
    this.grammar = grammar;
    this.kinds = tokens.kinds;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
    this.kind = this.kinds[0]!;
    this.late = late;
  }

  // -------------------------------------------------------------- moving

  /** Takes the first half of the current `<<`; the second stays as a token of its own. */
  splitShl(): void {
    this.kinds[this.pos] = T.Lt;
    this.starts[this.pos] = this.starts[this.pos]! + 1;
    this.kind = T.Lt;
    this.split.push(this.pos);
  }

  /** Makes the tokens what they were, for who reads them again. */
  joinShl(): void {
    for (const pos of this.split) {
      this.kinds[pos] = T.Shl;
      this.starts[pos] = this.starts[pos]! - 1;
    }
    this.split.length = 0;
  }

  /** Kind of the token `n` after the current one. */
  peek(n: number): number {
    const at = this.pos + n;
    return at < this.tokens.count ? this.kinds[at]! : T.Eof;
  }

  bump(): void {
    if (this.kind !== T.Eof) this.kind = this.kinds[++this.pos]!;
  }

  eat(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.bump();
    return true;
  }

  /** Goes back to an earlier place. */
  rewind(pos: number): void {
    this.pos = pos;
    this.kind = this.kinds[pos]!;
  }

  /** Offset at which the current token begins. */
  get start(): number {
    return this.starts[this.pos]!;
  }

  /** Offset at which the current token ends. */
  get end(): number {
    return this.ends[this.pos]!;
  }

  /** Offset at which the token before the current one ends. */
  get prevEnd(): number {
    return this.pos === 0 ? 0 : this.ends[this.pos - 1]!;
  }

  /** From `lo` to the end of the token before the current one. */
  spanFrom(lo: number): Span {
    const hi = this.pos === 0 ? lo : this.ends[this.pos - 1]!;
    return { file: this.file, lo, hi: hi < lo ? lo : hi };
  }

  spanAt(pos: number): Span {
    return { file: this.file, lo: this.starts[pos]!, hi: this.ends[pos]! };
  }

  /** The span of the current token. */
  here(): Span {
    return this.spanAt(this.pos);
  }

  textAt(pos: number): string {
    return this.text.slice(this.starts[pos]!, this.ends[pos]!);
  }

  /** Whether the current token is the name `word`, which is a keyword only here. */
  atWord(word: string): boolean {
    return this.kind === T.Ident && this.isWord(this.pos, word);
  }

  isWord(pos: number, word: string): boolean {
    const start = this.starts[pos]!;
    return this.kinds[pos] === T.Ident && this.ends[pos]! - start === word.length && this.text.startsWith(word, start);
  }

  /** Whether tokens `pos - 1` and `pos` touch. */
  touches(pos: number): boolean {
    return pos > 0 && this.ends[pos - 1] === this.starts[pos];
  }

  /** Whether token `pos` is the first of its line. */
  startsLine(pos: number): boolean {
    if (pos === 0) return true;
    const at = this.text.indexOf('\n', this.ends[pos - 1]!);
    return at >= 0 && at < this.starts[pos]!;
  }

  /** Index of the bracket that closes the one at `pos`. */
  closing(pos: number): number {
    let depth = 0;
    for (let i = pos; i < this.tokens.count; i++) {
      const kind = this.kinds[i]!;
      if (kind < T.LParen || kind > T.RBrace) continue;
      if (isOpening(kind)) depth++;
      else if (--depth === 0) return i;
    }
    return this.tokens.count - 1;
  }

  /**
   * Leaves out the body at the current `{` and returns how it is parsed later; null, with nothing taken, where it has to be parsed now: because
   * items may be declared in it, or because what was read so far is not sound.
   */
  skipBody(): LateBody | null {
    const { late, pos } = this;
    if (late === null || this.hardErrors !== 0 || this.tokens.broken.length !== 0) return null;
    const close = this.closing(pos);
    for (let i = pos; i < close; i++) if (DECLARES[this.kinds[i]!] === 1) return null;
    this.rewind(close + 1);
    return { fns: late.fns, make: () => late.parse(pos) };
  }

  // -------------------------------------------------------------- names

  /** The name at the current token, in NFC. */
  name(): string {
    const name = this.text.slice(this.starts[this.pos]!, this.ends[this.pos]!);
    return this.tokens.nonAscii ? name.normalize('NFC') : name;
  }

  /** Takes the current token as a name, whatever it is. */
  takeIdent(): Ident {
    const ident = { name: this.name(), span: this.here() };
    this.bump();
    return ident;
  }

  /** Takes a name, or reports that one is missing. */
  ident(): Ident {
    if (this.kind === T.Ident) return this.takeIdent();
    if (isKeyword(this.kind) && this.kind !== T.Self && this.kind !== T.SelfType && !this.startsLine(this.pos)) {
      // `let type = 1`: a keyword where a name must stand is meant as the name.
      const span = this.here();
      const word = this.name();
      this.reserved.add(word);
      this.fail('CJ0131', span, { word }, { fixes: [{ key: 'rename', args: { name: `${word}_` }, edits: [{ span, text: `${word}_` }] }] });
      return this.takeIdent();
    }
    const span = this.here();
    this.fail('CJ0130', span, { found: this.found() });
    return { name: '', span: makeSpan(this.file, span.lo, span.lo) };
  }

  // -------------------------------------------------------------- reporting

  /** What stands at the current token, for messages. */
  found(): string {
    if (this.kind === T.Eof) return 'EOF';
    const text = this.textAt(this.pos).split('\n')[0]!;
    return text.length > 24 ? `${text.slice(0, 23)}…` : text;
  }

  /** Reports an error after which the place is uncertain: only the first at a token counts. */
  fail(
    code: string,
    span: Span,
    args: DiagArgs = {},
    more: { fixes?: readonly Fix[]; related?: readonly RelatedSpan[]; help?: readonly string[] } = {},
  ): void {
    this.hardErrors++;
    if (this.pos === this.lastErrorPos) return;
    // The lexer has spoken about what it could not read, and about everything up to the end of that line.
    const quiet = this.kind === T.Bad || (this.pos > 0 && this.kinds[this.pos - 1] === T.Bad) || this.isAfterBroken();
    this.lastErrorPos = this.pos;
    if (!quiet) this.sink.report({ code, span, args, ...more });
  }

  /** Whether the token before is a string that its line left open, or a bracket put in behind it. */
  isAfterBroken(): boolean {
    const { broken } = this.tokens;
    if (broken.length === 0) return false;
    for (let i = this.pos - 1; i >= 0; i--) {
      if (broken.includes(i)) return true;
      if (this.starts[i] !== this.ends[i]) return false;
    }
    return false;
  }

  /** Reports a mistake that is understood: parsing goes on as if it had been written rightly. */
  note(
    code: string,
    span: Span,
    args: DiagArgs = {},
    fixes: readonly Fix[] = [],
    more: { related?: readonly RelatedSpan[]; help?: readonly string[] } = {},
  ): void {
    this.sink.report({ code, span, args, fixes, ...more });
  }

  /**
   * Reports a spelling of another language with the edits that make it ours. Inside another such report the edits join the
   * outer fix instead.
   */
  foreign(code: string, span: Span, args: DiagArgs, edits: readonly TextEdit[], key = 'write'): void {
    if (this.collected !== null && edits.length !== 0) {
      this.collected.push(...edits);
      return;
    }
    this.sink.report({ code, span, args, fixes: edits.length === 0 ? [] : [{ key, args, edits: sortEdits(edits) }] });
  }

  /** Runs `parse` and gathers the edits of the foreign spellings that it meets. */
  collecting<R>(parse: () => R): { readonly value: R; readonly edits: TextEdit[] } {
    const saved = this.collected;
    const edits: TextEdit[] = [];
    this.collected = edits;
    const value = parse();
    this.collected = saved;
    return { value, edits };
  }

  edit(lo: number, hi: number, text: string): TextEdit {
    return { span: makeSpan(this.file, lo, hi), text };
  }

  /** Takes `kind`, or reports that `spelling` is missing. */
  expect(kind: number, spelling: string): boolean {
    if (this.kind === kind) {
      this.bump();
      return true;
    }
    this.missing(spelling);
    return false;
  }

  missing(spelling: string): void {
    this.fail('CJ0123', this.here(), { expected: spelling, found: this.found() });
  }

  // -------------------------------------------------------------- recovering

  /** Leaves out the current token; an opening bracket goes with all that it holds. */
  skip(): void {
    if (isOpening(this.kind)) this.rewind(this.closing(this.pos));
    this.bump();
  }

  /** Leaves out tokens up to a closing bracket, a `;` or a `,`. */
  skipToSeparator(): void {
    while (this.kind !== T.Eof && !isClosing(this.kind) && this.kind !== T.Semi && this.kind !== T.Comma) this.skip();
  }

  /** Leaves out tokens up to `kind`, a closing bracket or a `;`. */
  skipTo(kind: number): void {
    while (this.kind !== T.Eof && this.kind !== kind && !isClosing(this.kind) && this.kind !== T.Semi) this.skip();
  }

  /** One level deeper; false, with a report, when that is too deep. Each `true` is paired with `leave()`. */
  enter(): boolean {
    if (this.depth < MAX_DEPTH) {
      this.depth++;
      return true;
    }
    this.tooDeep(MAX_DEPTH);
    return false;
  }

  leave(): void {
    this.depth--;
  }

  /** Parses something one level deeper, from the current token on; an error node where that is too deep. */
  nested<Node>(body: (p: Parser, start: number) => Node): Node | { readonly kind: 'error'; readonly span: Span } {
    const { start } = this;
    if (!this.enter()) return { kind: 'error', span: this.spanFrom(start) };
    const node = body(this, start);
    this.leave();
    return node;
  }

  /** Reports nesting beyond `limit` and leaves out the rest of it. */
  tooDeep(limit: number): void {
    this.fail('CJ0120', this.here(), { limit });
    this.skipToSeparator();
  }

  // -------------------------------------------------------------- lists

  /**
   * Elements separated by `,` up to `close`, which is taken. `begins` tells whether an element can begin at the current token: then
   * only the comma was forgotten.
   */
  list<E>(close: number, closeSpelling: string, element: () => E, begins: () => boolean): E[] {
    const out: E[] = [];
    while (this.kind !== close && this.kind !== T.Eof) {
      const before = this.pos;
      out.push(element());
      if (this.kind === T.Comma) {
        this.bump();
        continue;
      }
      if (this.kind === close) break;
      if (this.pos !== before && begins()) {
        this.missingComma();
        continue;
      }
      this.missing(closeSpelling);
      this.skipTo(T.Comma);
      if (this.kind === T.Comma) this.bump();
      else if (this.kind === T.Semi && isBracket(close)) this.bump();
      else break;
    }
    this.expect(close, closeSpelling);
    return out;
  }

  /** Reports a forgotten comma behind the last token. */
  missingComma(): void {
    const at = this.prevEnd;
    if (this.pos === this.lastErrorPos || this.isAfterBroken()) return;
    this.lastErrorPos = this.pos;
    this.note('CJ0129', makeSpan(this.file, at, at), { found: this.found() }, [{ key: 'insert', edits: [this.edit(at, at, ',')] }]);
  }
}

export function isOpening(kind: number): boolean {
  return kind === T.LParen || kind === T.LBracket || kind === T.LBrace;
}

export function isClosing(kind: number): boolean {
  return kind === T.RParen || kind === T.RBracket || kind === T.RBrace;
}

function isBracket(kind: number): boolean {
  return isClosing(kind);
}

function sortEdits(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.span.lo - b.span.lo || a.span.hi - b.span.hi);
}
