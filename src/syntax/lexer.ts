/**
 * Consumes the text of a file; produces its tokens and comments in typed arrays, and diagnostics for what is no token.
 * Never throws. Works on code units; regular expressions only see characters outside ASCII. The contents of literals are
 * not looked into here: `literals.ts` decodes a literal when the parser reaches it.
 * Holds: a stack of open interpolations, so that `"${f("x")}"` nests. A string and its interpolations stay on one line
 * unless it is a `"""` one, therefore a forgotten quote never swallows the file.
 */
import type { DiagSink, Fix } from '../diag/index.ts';
import type { SourceFile } from '../source/index.ts';
import { makeSpan } from '../source/index.ts';
import type { Tokens } from './tokens.ts';
import { KEYWORDS, T, TRIVIA } from './tokens.ts';

const LF = 10;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const BACKSLASH = 92;

/** What an ASCII character can begin: 1 a name, 2 a number, 0 anything else. */
const BEGINS = new Uint8Array(128);
/** 1 for the ASCII characters that continue a name. */
const CONTINUES = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
  const digit = c >= 48 && c <= 57;
  BEGINS[c] = letter ? 1 : digit ? 2 : 0;
  CONTINUES[c] = letter || digit ? 1 : 0;
}

interface Keyword {
  readonly word: string;
  readonly kind: number;
}

/** Keywords by length and first letter: at most a handful to compare with. */
const KEYWORD_BUCKETS: (readonly Keyword[] | undefined)[] = [];
for (const [word, kind] of KEYWORDS) {
  const slot = word.length * 128 + word.charCodeAt(0);
  KEYWORD_BUCKETS[slot] = [...(KEYWORD_BUCKETS[slot] ?? []), { word, kind }];
}
const LONGEST_KEYWORD = 8;
for (let slot = 0; slot < (LONGEST_KEYWORD + 1) * 128; slot++) KEYWORD_BUCKETS[slot] ??= undefined;

/** Punctuation of Chinese input methods and of word processors, and the ASCII character that is meant. One code unit each. */
const LOOKALIKES = new Map<number, string>([
  [0x3001, ','],
  [0x3002, '.'],
  [0x3010, '['],
  [0x3011, ']'],
  [0x300a, '<'],
  [0x300b, '>'],
  [0x2018, "'"],
  [0x2019, "'"],
  [0x201c, '"'],
  [0x201d, '"'],
  [0x2013, '-'],
  [0x2014, '-'],
  [0x2212, '-'],
  [0x00d7, '*'],
  [0x00f7, '/'],
  [0x00a0, ' '],
  [0x3000, ' '],
]);
for (let c = 0xff01; c <= 0xff5e; c++) {
  const ascii = c - 0xfee0;
  if (CONTINUES[ascii] === 0) LOOKALIKES.set(c, String.fromCharCode(ascii));
}
/** Replacing characters copies the text; a file that needs more than this many replacements is not a program. */
const MAX_LOOKALIKES = 500;

const XID_START = /^[\p{XIDS}_]$/u;
const XID_CONTINUE = /^\p{XIDC}$/u;
/** Characters that reorder what is shown: the text would not say what it seems to say. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** An open `${`: whether its string is a `"""` one, and how many brackets are open inside. */
interface Frame {
  readonly multi: boolean;
  readonly start: number;
  depth: number;
}

/** Tokens of a file. Diagnostics go to `sink`; the result is complete in any case. */
export function lex(file: SourceFile, sink: DiagSink): Tokens {
  const lexer = new Lexer(file, sink);
  lexer.run();
  return lexer.finish();
}

class Lexer {
  private readonly file: SourceFile;
  private readonly sink: DiagSink;
  /** The file's text, with look-alike punctuation replaced one for one as it is met. */
  private text: string;
  private kinds: Uint8Array;
  private starts: Uint32Array;
  private ends: Uint32Array;
  private count = 0;
  private triviaKinds = new Uint8Array(64);
  private triviaStarts = new Uint32Array(64);
  private triviaEnds = new Uint32Array(64);
  private triviaBefore = new Uint32Array(64);
  private triviaCount = 0;
  private readonly frames: Frame[] = [];
  private readonly broken: number[] = [];
  private nonAscii = false;
  private lookalikes = 0;

  constructor(file: SourceFile, sink: DiagSink) {
    this.file = file;
    this.sink = sink;
    this.text = file.text;
    const capacity = (file.text.length >>> 2) + 64;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
  }

  finish(): Tokens {
    return {
      kinds: this.kinds,
      starts: this.starts,
      ends: this.ends,
      count: this.count,
      trivia: {
        kinds: this.triviaKinds,
        starts: this.triviaStarts,
        ends: this.triviaEnds,
        before: this.triviaBefore,
        count: this.triviaCount,
      },
      nonAscii: this.nonAscii,
      broken: this.broken,
    };
  }

  run(): void {
    const n = this.text.length;
    let text = this.text;
    let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    while (i < n) {
      const c = text.charCodeAt(i);
      if (c === 32 || c === LF || c === 9 || c === 13) {
        if (c === LF && this.frames.length !== 0) this.lineEndsInside(i);
        i++;
        continue;
      }
      const start = i;
      if (c >= 128) {
        i = this.beyondAscii(i);
        text = this.text;
        continue;
      }
      const begins = BEGINS[c];
      if (begins === 1) {
        let d = 0;
        i++;
        while (i < n && (d = text.charCodeAt(i)) < 128 && CONTINUES[d] === 1) i++;
        if (i < n && d >= 128) {
          const end = this.nameEnd(i);
          if (end !== i) {
            i = end;
            this.push(T.Ident, start, i);
            continue;
          }
        }
        if (i - start === 1 && (d === QUOTE || d === APOSTROPHE || d === HASH)) {
          const end = this.prefixed(c, start, i);
          if (end !== i) {
            i = end;
            continue;
          }
        }
        this.push(wordKind(text, start, i), start, i);
        continue;
      }
      if (begins === 2) {
        i = this.number(i);
        this.push(T.Number, start, i);
        continue;
      }
      const next = i + 1 < n ? text.charCodeAt(i + 1) : 0;
      const third = i + 2 < n ? text.charCodeAt(i + 2) : 0;
      let kind: number = T.Bad;
      let length = 1;
      switch (c) {
        case 40: // (
          kind = T.LParen;
          if (this.frames.length !== 0) this.frames[this.frames.length - 1]!.depth++;
          break;
        case 41: // )
          kind = T.RParen;
          if (this.frames.length !== 0) this.frames[this.frames.length - 1]!.depth--;
          break;
        case 91: // [
          kind = T.LBracket;
          if (this.frames.length !== 0) this.frames[this.frames.length - 1]!.depth++;
          break;
        case 93: // ]
          kind = T.RBracket;
          if (this.frames.length !== 0) this.frames[this.frames.length - 1]!.depth--;
          break;
        case 123: // {
          kind = T.LBrace;
          if (this.frames.length !== 0) this.frames[this.frames.length - 1]!.depth++;
          break;
        case 125: // }
          if (this.frames.length !== 0) {
            const frame = this.frames[this.frames.length - 1]!;
            if (frame.depth <= 0) {
              this.frames.pop();
              i = this.stringBody(start, i + 1, frame.multi, true, frame.start);
              continue;
            }
            frame.depth--;
          }
          kind = T.RBrace;
          break;
        case 44:
          kind = T.Comma;
          break;
        case 59:
          kind = T.Semi;
          break;
        case 58: // :
          if (next === 58) {
            kind = T.ColonColon;
            length = 2;
          } else if (this.frames.length !== 0 && this.frames[this.frames.length - 1]!.depth <= 0) {
            i = this.formatSpec(i);
            continue;
          } else if (next === 61) {
            kind = T.ColonEq;
            length = 2;
          } else kind = T.Colon;
          break;
        case 46: // .
          if (next !== 46) kind = T.Dot;
          else if (third === 61) {
            kind = T.DotDotEq;
            length = 3;
          } else if (third === 46) {
            kind = T.DotDotDot;
            length = 3;
          } else {
            kind = T.DotDot;
            length = 2;
          }
          break;
        case 61: // =
          if (next === 61) {
            kind = third === 61 ? T.EqEqEq : T.EqEq;
            length = third === 61 ? 3 : 2;
          } else if (next === 62) {
            kind = T.FatArrow;
            length = 2;
          } else kind = T.Eq;
          break;
        case 33: // !
          if (next === 61) {
            kind = third === 61 ? T.NotEqEq : T.NotEq;
            length = third === 61 ? 3 : 2;
          } else kind = T.Bang;
          break;
        case 60: // <
          if (next === 61) {
            kind = T.LtEq;
            length = 2;
          } else if (next === 60) {
            kind = third === 61 ? T.ShlEq : T.Shl;
            length = third === 61 ? 3 : 2;
          } else kind = T.Lt;
          break;
        case 62:
          kind = T.Gt;
          break;
        case 43: // +
          if (next === 61) {
            kind = T.PlusEq;
            length = 2;
          } else if (next === 43) {
            kind = T.PlusPlus;
            length = 2;
          } else if (next === 37) {
            kind = third === 61 ? T.PlusPercentEq : T.PlusPercent;
            length = third === 61 ? 3 : 2;
          } else kind = T.Plus;
          break;
        case 45: // -
          if (next === 62) {
            kind = T.Arrow;
            length = 2;
          } else if (next === 61) {
            kind = T.MinusEq;
            length = 2;
          } else if (next === 45) {
            kind = T.MinusMinus;
            length = 2;
          } else if (next === 37) {
            kind = third === 61 ? T.MinusPercentEq : T.MinusPercent;
            length = third === 61 ? 3 : 2;
          } else kind = T.Minus;
          break;
        case 42: // *
          if (next === 61) {
            kind = T.StarEq;
            length = 2;
          } else if (next === 37) {
            kind = third === 61 ? T.StarPercentEq : T.StarPercent;
            length = third === 61 ? 3 : 2;
          } else kind = T.Star;
          break;
        case 47: // /
          if (next === 47) {
            i = this.lineComment(i);
            continue;
          }
          if (next === 42) {
            i = this.blockComment(i);
            continue;
          }
          if (next === 61) {
            kind = T.SlashEq;
            length = 2;
          } else kind = T.Slash;
          break;
        case 37: // %
          if (next === 61) {
            kind = T.PercentEq;
            length = 2;
          } else kind = T.Percent;
          break;
        case 38: // &
          if (next === 38) {
            kind = T.AndAnd;
            length = 2;
          } else if (next === 61) {
            kind = T.AndEq;
            length = 2;
          } else kind = T.And;
          break;
        case 124: // |
          if (next === 124) {
            kind = T.OrOr;
            length = 2;
          } else if (next === 61) {
            kind = T.OrEq;
            length = 2;
          } else kind = T.Or;
          break;
        case 94: // ^
          if (next === 61) {
            kind = T.CaretEq;
            length = 2;
          } else kind = T.Caret;
          break;
        case 63:
          kind = T.Question;
          break;
        case 64:
          kind = T.At;
          break;
        case 36:
          kind = T.Dollar;
          break;
        case 126:
          kind = T.Tilde;
          break;
        case BACKSLASH:
          kind = T.Backslash;
          break;
        case HASH: {
          const end = this.rawString(start, i);
          if (end !== i) {
            i = end;
            continue;
          }
          kind = T.Hash;
          break;
        }
        case QUOTE: {
          const multi = next === QUOTE && third === QUOTE;
          i = this.stringBody(start, i + (multi ? 3 : 1), multi, false, start);
          continue;
        }
        case APOSTROPHE:
          i = this.runeOrLabel(i);
          continue;
        default:
          this.report('CJ0100', start, start + 1, { char: printable(c) });
          break;
      }
      i += length;
      this.push(kind, start, i);
    }
    if (this.frames.length !== 0) this.lineEndsInside(n, true);
    this.push(T.Eof, n, n);
    this.findBidi();
  }

  private push(kind: number, start: number, end: number): void {
    const at = this.count++;
    if (at === this.kinds.length) this.grow();
    this.kinds[at] = kind;
    this.starts[at] = start;
    this.ends[at] = end;
  }

  private grow(): void {
    const size = this.kinds.length * 2;
    const kinds = new Uint8Array(size);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.starts = grown(this.starts, size);
    this.ends = grown(this.ends, size);
  }

  private pushTrivia(kind: number, start: number, end: number): void {
    const at = this.triviaCount++;
    if (at === this.triviaKinds.length) {
      const size = at * 2;
      const kinds = new Uint8Array(size);
      kinds.set(this.triviaKinds);
      this.triviaKinds = kinds;
      this.triviaStarts = grown(this.triviaStarts, size);
      this.triviaEnds = grown(this.triviaEnds, size);
      this.triviaBefore = grown(this.triviaBefore, size);
    }
    this.triviaKinds[at] = kind;
    this.triviaStarts[at] = start;
    this.triviaEnds[at] = end;
    this.triviaBefore[at] = this.count;
  }

  private report(code: string, lo: number, hi: number, args: Record<string, string> = {}, fixes: readonly Fix[] = []): void {
    this.sink.report({ code, span: makeSpan(this.file.id, lo, hi), args, fixes });
  }

  private edit(lo: number, hi: number, text: string): { span: ReturnType<typeof makeSpan>; text: string } {
    return { span: makeSpan(this.file.id, lo, hi), text };
  }

  // -------------------------------------------------------------- comments

  private lineComment(start: number): number {
    const text = this.text;
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    else if (this.frames.length !== 0) {
      // Inside an interpolation the comment also hides the closing brace; the line end then reports it.
    }
    let stop = end;
    if (text.charCodeAt(stop - 1) === 13) stop--;
    // Four slashes are a ruler, not documentation.
    const doc = text.charCodeAt(start + 2) === 47 && text.charCodeAt(start + 3) !== 47;
    this.pushTrivia(doc ? TRIVIA.DocComment : TRIVIA.LineComment, start, stop);
    return end;
  }

  private blockComment(start: number): number {
    const text = this.text;
    const n = text.length;
    let depth = 1;
    let i = start + 2;
    while (i < n) {
      const c = text.charCodeAt(i);
      if (c === 42 && text.charCodeAt(i + 1) === 47) {
        i += 2;
        if (--depth === 0) {
          this.pushTrivia(TRIVIA.BlockComment, start, i);
          return i;
        }
      } else if (c === 47 && text.charCodeAt(i + 1) === 42) {
        depth++;
        i += 2;
      } else i++;
    }
    this.report('CJ0102', start, start + 2, { depth: String(depth) }, [{ key: 'close', edits: [this.edit(n, n, '*/'.repeat(depth))] }]);
    this.pushTrivia(TRIVIA.BlockComment, start, n);
    return n;
  }

  // -------------------------------------------------------------- names and numbers

  /** End of the name characters from `i`. */
  private nameEnd(i: number): number {
    const text = this.text;
    const n = text.length;
    while (i < n) {
      const c = text.charCodeAt(i);
      if (c < 128) {
        if (CONTINUES[c] === 0) break;
        i++;
        continue;
      }
      this.nonAscii = true;
      const point = text.codePointAt(i)!;
      const char = String.fromCodePoint(point);
      if (!XID_CONTINUE.test(char)) break;
      i += char.length;
    }
    return i;
  }

  /** `b"…"`, `b'x'`, and Rust's `r"…"`: returns `i` when the letter is just a name. */
  private prefixed(letter: number, start: number, i: number): number {
    const text = this.text;
    const c = text.charCodeAt(i);
    if (letter === 98 && c === QUOTE) return this.byteString(start, i + 1);
    if (letter === 98 && c === APOSTROPHE) return this.quoted(start, i + 1, T.Byte);
    if (letter === 114 && (c === QUOTE || c === HASH)) return this.rawString(start, i);
    return i;
  }

  private number(start: number): number {
    const text = this.text;
    const n = text.length;
    let i = start;
    const c = text.charCodeAt(i);
    const radix = c === 48 && i + 1 < n ? text.charCodeAt(i + 1) : 0;
    if (radix === 120 || radix === 111 || radix === 98) {
      return this.nameEnd(i + 2);
    }
    i = this.digits(i);
    // After a dot the digits are a tuple field: `t.0.1` has two of them.
    const field = this.count > 0 && this.kinds[this.count - 1] === T.Dot && this.ends[this.count - 1] === start;
    if (!field) {
      if (text.charCodeAt(i) === 46 && isDigit(text.charCodeAt(i + 1))) i = this.digits(i + 1);
      const e = text.charCodeAt(i) | 32;
      if (e === 101) {
        const sign = text.charCodeAt(i + 1);
        const at = sign === 43 || sign === 45 ? i + 2 : i + 1;
        if (isDigit(text.charCodeAt(at))) i = this.digits(at);
      }
    }
    return i < n ? this.nameEnd(i) : i;
  }

  private digits(i: number): number {
    const text = this.text;
    for (;;) {
      const c = text.charCodeAt(i);
      if (!((c >= 48 && c <= 57) || c === 95)) return i;
      i++;
    }
  }

  // -------------------------------------------------------------- strings

  /**
   * The text of a string from `i` to its quote or to the next `${`. `start` is where the token begins (a quote, or the `}` that
   * ends an interpolation when `continuing`), `open` where the literal does.
   */
  private stringBody(start: number, i: number, multi: boolean, continuing: boolean, open: number): number {
    const text = this.text;
    const n = text.length;
    const whole = multi ? T.MultiStr : T.Str;
    while (i < n) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) {
        if (!multi) {
          i++;
          this.push(continuing ? T.StrTail : whole, start, i);
          return i;
        }
        if (text.charCodeAt(i + 1) === QUOTE && text.charCodeAt(i + 2) === QUOTE) {
          i += 3;
          // `""""` at the end: the first quotes belong to the text.
          while (text.charCodeAt(i) === QUOTE) i++;
          this.push(continuing ? T.StrTail : whole, start, i);
          return i;
        }
        i++;
      } else if (c === BACKSLASH) {
        i += text.charCodeAt(i + 1) === LF || text.charCodeAt(i + 1) === 13 ? 1 : 2;
      } else if (c === 36 && text.charCodeAt(i + 1) === 123) {
        this.frames.push({ multi, start: open, depth: 0 });
        i += 2;
        this.push(continuing ? T.StrMiddle : T.StrHead, start, i);
        return i;
      } else if (c === LF && !multi) break;
      else i++;
    }
    if (i > n) i = n;
    if (i > start && text.charCodeAt(i - 1) === 13) i--;
    const top = this.frames[this.frames.length - 1];
    if (!multi && !continuing && top !== undefined && !top.multi) {
      // `"x is ${x");`: this quote was meant to end the outer string, and a `}` is missing before it.
      this.frames.pop();
      this.report('CJ0109', top.start, start + 1, {}, [{ key: 'close', edits: [this.edit(start, start, '}')] }]);
      this.push(T.StrTail, start, start + 1);
      return start + 1;
    }
    const close = multi ? '"""' : '"';
    let end = i;
    // `println("abc);` most likely wants its quote before the `)`.
    if (!multi) end = beforeClosers(text, start, i);
    this.report('CJ0101', open, multi ? open + 3 : i, { quote: close }, [
      { key: 'close', args: { quote: close }, edits: [this.edit(end, end, close)] },
    ]);
    this.broken.push(this.count);
    this.push(continuing ? T.StrTail : whole, start, i);
    if (!multi) this.dropLineFrames();
    return i;
  }

  /** The line (or the file) ends inside the `${…}` of a string that must stay on one line. */
  private lineEndsInside(at: number, always = false): void {
    const top = this.frames[this.frames.length - 1]!;
    if (top.multi && !always) return;
    this.report('CJ0109', top.start, at > top.start ? at : top.start + 1);
    this.broken.push(this.count);
    while (this.frames.length !== 0 && (always || !this.frames[this.frames.length - 1]!.multi)) {
      this.frames.pop();
      this.push(T.StrTail, at, at);
    }
  }

  /** After an unclosed string the interpolations around it, on the same line, are unclosed too: end them quietly. */
  private dropLineFrames(): void {
    const at = this.ends[this.count - 1]!;
    while (this.frames.length !== 0 && !this.frames[this.frames.length - 1]!.multi) {
      this.frames.pop();
      this.push(T.StrTail, at, at);
    }
  }

  /** `:spec` before the `}` of an interpolation. */
  private formatSpec(start: number): number {
    const text = this.text;
    let i = start + 1;
    for (;;) {
      const c = text.charCodeAt(i);
      if (i >= text.length || c === 125 || c === LF || c === 13 || c === QUOTE) break;
      i++;
    }
    this.push(T.FormatSpec, start, i);
    return i;
  }

  /** `#"…"#` with any number of `#`, or Rust's `r#"…"#`; returns `i` when no quote follows the `#`s. */
  private rawString(start: number, i: number): number {
    const text = this.text;
    const from = i;
    while (text.charCodeAt(i) === HASH) i++;
    if (text.charCodeAt(i) !== QUOTE) return from;
    const hashes = i - from;
    const closing = `"${'#'.repeat(hashes)}`;
    const at = text.indexOf(closing, i + 1);
    const rust = start !== from;
    if (at < 0) {
      const end = Math.max(i + 1, this.lineEnd(i));
      const n = text.length;
      this.report('CJ0101', start, end, { quote: closing }, [
        { key: 'close', args: { quote: closing }, edits: [this.edit(n, n, closing)] },
      ]);
      this.broken.push(this.count);
      this.push(T.RawStr, start, n);
      return n;
    }
    const end = at + closing.length;
    if (rust) {
      const ours = hashes === 0 ? '#' : '';
      const edits = [this.edit(start, from, ours), this.edit(end, end, ours)];
      const spelling = text.slice(from, end).replaceAll('\n', '\\n');
      this.report('CJ0195', start, end, { ours: shorten(ours + spelling + ours) }, [
        { key: 'write', args: { ours: shorten(ours + spelling + ours) }, edits },
      ]);
    }
    this.push(T.RawStr, start, end);
    return end;
  }

  private byteString(start: number, i: number): number {
    const text = this.text;
    const n = text.length;
    while (i < n) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) {
        this.push(T.Bytes, start, i + 1);
        return i + 1;
      }
      if (c === LF) break;
      i += c === BACKSLASH && text.charCodeAt(i + 1) !== LF ? 2 : 1;
    }
    if (i > n) i = n;
    if (text.charCodeAt(i - 1) === 13) i--;
    const end = beforeClosers(text, start, i);
    this.report('CJ0101', start, i, { quote: '"' }, [{ key: 'close', args: { quote: '"' }, edits: [this.edit(end, end, '"')] }]);
    this.broken.push(this.count);
    this.push(T.Bytes, start, i);
    return i;
  }

  // -------------------------------------------------------------- runes and labels

  private runeOrLabel(start: number): number {
    const text = this.text;
    const first = text.codePointAt(start + 1);
    if (first === undefined) return this.quoted(start, start + 1, T.Rune);
    const char = String.fromCodePoint(first);
    const after = start + 1 + char.length;
    const named = first < 128 ? BEGINS[first] === 1 : XID_START.test(char);
    if (!named || text.charCodeAt(after) === APOSTROPHE) return this.quoted(start, start + 1, T.Rune);
    const end = this.nameEnd(after);
    // `'abc'` and `'hello world'` are strings of another language; a label never has a quote after it.
    if (
      text.charCodeAt(end) === APOSTROPHE ||
      /^[^,;:<>(){}[\]=&|+*/"'\n]*? [^,;:<>(){}[\]=&|+*/"'\n]*'/.test(text.slice(end, end + 200))
    ) {
      return this.quoted(start, start + 1, T.Rune);
    }
    this.push(T.Label, start, end);
    return end;
  }

  /** From after the opening `'` to the closing one on the same line; what is inside is judged later. */
  private quoted(start: number, i: number, kind: number): number {
    const text = this.text;
    const n = text.length;
    while (i < n) {
      const c = text.charCodeAt(i);
      if (c === APOSTROPHE && !(i === start + 1 && kind === T.Rune && text.charCodeAt(i + 1) === APOSTROPHE)) {
        this.push(kind, start, i + 1);
        return i + 1;
      }
      if (c === LF) break;
      i += c === BACKSLASH && text.charCodeAt(i + 1) !== LF ? 2 : 1;
    }
    // No closing quote on this line: take one character and go on behind it.
    const from = start + (kind === T.Byte ? 2 : 1);
    let end = Math.min(from, n);
    if (text.charCodeAt(end) === BACKSLASH) end = Math.min(end + 2, n);
    else if (end < n && text.charCodeAt(end) !== LF) end += String.fromCodePoint(text.codePointAt(end)!).length;
    this.report('CJ0104', start, end, {}, [{ key: 'close', edits: [this.edit(end, end, "'")] }]);
    this.push(T.Bad, start, end);
    return end;
  }

  // -------------------------------------------------------------- beyond ASCII

  private beyondAscii(start: number): number {
    this.nonAscii = true;
    const text = this.text;
    const point = text.codePointAt(start)!;
    const char = String.fromCodePoint(point);
    if (XID_START.test(char)) {
      const end = this.nameEnd(start + char.length);
      this.push(T.Ident, start, end);
      return end;
    }
    const ascii = LOOKALIKES.get(point);
    if (ascii !== undefined && this.lookalikes < MAX_LOOKALIKES) {
      this.lookalikes++;
      if (ascii === '"' || ascii === "'") return this.smartQuotes(start, ascii);
      let end = start + 1;
      if (ascii === ' ') while (text.charCodeAt(end) === point) end++;
      this.report('CJ0112', start, end, { found: char, ours: ascii }, [
        { key: 'write', args: { ours: ascii }, edits: [this.edit(start, end, ascii)] },
      ]);
      if (ascii === ' ') return end;
      this.text = text.slice(0, start) + ascii + text.slice(start + 1);
      return start;
    }
    const end = start + char.length;
    this.report('CJ0100', start, end, { char: printable(point) });
    this.push(T.Bad, start, end);
    return end;
  }

  /** `“…”`: one report, whose fix changes both quotes; then the literal is read as if it had been right. */
  private smartQuotes(start: number, ascii: string): number {
    const text = this.text;
    const lineEnd = this.lineEnd(start);
    const edits = [this.edit(start, start + 1, ascii)];
    let replaced = text.slice(0, start) + ascii;
    let close = start + 1;
    while (close < lineEnd && LOOKALIKES.get(text.charCodeAt(close)) !== ascii) close++;
    if (close < lineEnd) {
      edits.push(this.edit(close, close + 1, ascii));
      replaced += text.slice(start + 1, close) + ascii;
      this.text = replaced + text.slice(close + 1);
    } else this.text = replaced + text.slice(start + 1);
    this.report('CJ0112', start, start + 1, { found: text[start]!, ours: ascii }, [{ key: 'write', args: { ours: ascii }, edits }]);
    return start;
  }

  private findBidi(): void {
    for (const match of this.file.text.matchAll(BIDI)) {
      const at = match.index;
      this.report('CJ0116', at, at + 1, { char: printable(match[0].charCodeAt(0)) }, [
        { key: 'delete', edits: [this.edit(at, at + 1, '')] },
      ]);
    }
  }

  private lineEnd(i: number): number {
    const end = this.text.indexOf('\n', i);
    if (end < 0) return this.text.length;
    return this.text.charCodeAt(end - 1) === 13 ? end - 1 : end;
  }
}

function grown(old: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(size);
  bigger.set(old);
  return bigger;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** The keyword that `text` has from `start` to `end`, or Ident. */
function wordKind(text: string, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST_KEYWORD) return T.Ident;
  const bucket = KEYWORD_BUCKETS[length * 128 + text.charCodeAt(start)];
  if (bucket === undefined) return T.Ident;
  search: for (const { word, kind } of bucket) {
    for (let k = 1; k < length; k++) if (text.charCodeAt(start + k) !== word.charCodeAt(k)) continue search;
    return kind;
  }
  return T.Ident;
}

/** Where a forgotten quote belongs on the rest of a line: before its closing brackets and its `;`. */
function beforeClosers(text: string, start: number, end: number): number {
  let at = end;
  while (at > start + 1 && ' \t;)]},{'.includes(text[at - 1]!)) at--;
  return at;
}

/** A character as people can read it: itself, or its number. */
function printable(point: number): string {
  const number = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  return point < 32 || point === 127 || (point >= 0x200b && point <= 0x206f) || (point >= 0xd800 && point <= 0xdfff)
    ? number
    : String.fromCodePoint(point);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
