/**
 * Kinds of tokens and trivia, and the tables in which the lexer hands them on.
 * Holds: the numbering of kinds, and the keywords with it. A kind fits in a byte, so that a file's tokens are three typed
 * arrays and no objects.
 */

/** Kinds of tokens. `>` is always a token of its own; the parser joins `>>`, `>=` and `>>=` where they touch.
 * The values are plain numbers on purpose: the parser's `kind` changes under every call, which narrowing to a literal would
 * deny. */
export const T = {
  Eof: 0,
  Ident: 1,
  /** `'outer`. */
  Label: 2,
  /** Any number, with its suffix or unit; `decodeNumber` looks inside. */
  Number: 3,
  /** `"…"` without interpolation. */
  Str: 4,
  /** `"""…"""` without interpolation. */
  MultiStr: 5,
  /** `#"…"#`. */
  RawStr: 6,
  /** `b"…"`. */
  Bytes: 7,
  /** `b'x'`. */
  Byte: 8,
  /** `'字'`. */
  Rune: 9,
  /** `"…${`. */
  StrHead: 10,
  /** `}…${`. */
  StrMiddle: 11,
  /** `}…"`; empty where the literal was not closed. */
  StrTail: 12,
  /** `:>8.2` before the `}` of an interpolation. */
  FormatSpec: 13,

  LParen: 20,
  RParen: 21,
  LBracket: 22,
  RBracket: 23,
  LBrace: 24,
  RBrace: 25,

  Comma: 30,
  Semi: 31,
  Colon: 32,
  ColonColon: 33,
  Dot: 34,
  DotDot: 35,
  DotDotEq: 36,
  DotDotDot: 37,
  Arrow: 38,
  FatArrow: 39,
  Question: 40,
  At: 41,
  Hash: 42,
  Dollar: 43,
  Tilde: 44,
  Backslash: 45,
  Underscore: 46,

  Eq: 50,
  EqEq: 51,
  EqEqEq: 52,
  NotEq: 53,
  NotEqEq: 54,
  Bang: 55,
  Lt: 56,
  LtEq: 57,
  Shl: 58,
  ShlEq: 59,
  Gt: 60,
  Plus: 61,
  PlusEq: 62,
  PlusPlus: 63,
  PlusPercent: 64,
  PlusPercentEq: 65,
  Minus: 66,
  MinusEq: 67,
  MinusMinus: 68,
  MinusPercent: 69,
  MinusPercentEq: 70,
  Star: 71,
  StarEq: 72,
  StarPercent: 73,
  StarPercentEq: 74,
  Slash: 75,
  SlashEq: 76,
  Percent: 77,
  PercentEq: 78,
  And: 79,
  AndAnd: 80,
  AndEq: 81,
  Or: 82,
  OrOr: 83,
  OrEq: 84,
  Caret: 85,
  CaretEq: 86,
  ColonEq: 87,

  /** Text that is no token; it has been reported. */
  Bad: 99,

  As: 100,
  Await: 101,
  Break: 102,
  Const: 103,
  Continue: 104,
  Dyn: 105,
  Else: 106,
  Enum: 107,
  Extern: 108,
  False: 109,
  Fn: 110,
  For: 111,
  If: 112,
  Impl: 113,
  Import: 114,
  In: 115,
  Let: 116,
  Loop: 117,
  Match: 118,
  Move: 119,
  Mut: 120,
  Pub: 121,
  Return: 122,
  Self: 123,
  SelfType: 124,
  Spawn: 125,
  Struct: 126,
  Trait: 127,
  True: 128,
  Try: 129,
  Type: 130,
  Unsafe: 131,
  Using: 132,
  Var: 133,
  Where: 134,
  While: 135,
};

export type TokenKind = number;

/** The reserved words. `catch`, `independent`, `new`, `once`, `package` and `view` are words only where the grammar asks for them. */
export const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map([
  ['as', T.As],
  ['await', T.Await],
  ['break', T.Break],
  ['const', T.Const],
  ['continue', T.Continue],
  ['dyn', T.Dyn],
  ['else', T.Else],
  ['enum', T.Enum],
  ['extern', T.Extern],
  ['false', T.False],
  ['fn', T.Fn],
  ['for', T.For],
  ['if', T.If],
  ['impl', T.Impl],
  ['import', T.Import],
  ['in', T.In],
  ['let', T.Let],
  ['loop', T.Loop],
  ['match', T.Match],
  ['move', T.Move],
  ['mut', T.Mut],
  ['pub', T.Pub],
  ['return', T.Return],
  ['self', T.Self],
  ['Self', T.SelfType],
  ['spawn', T.Spawn],
  ['struct', T.Struct],
  ['trait', T.Trait],
  ['true', T.True],
  ['try', T.Try],
  ['type', T.Type],
  ['unsafe', T.Unsafe],
  ['using', T.Using],
  ['var', T.Var],
  ['where', T.Where],
  ['while', T.While],
  ['_', T.Underscore],
]);

export function isKeyword(kind: TokenKind): boolean {
  return kind >= T.As;
}

/** Kinds of trivia. Blank space is what lies between tokens and comments; it is not stored. */
export const TRIVIA = { LineComment: 0, DocComment: 1, BlockComment: 2 } as const;

/** The comments of a file, in order. */
export interface Trivia {
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Index of the token that follows. */
  readonly before: Uint32Array;
  readonly count: number;
}

/** The tokens of a file, in order; the last is Eof. Offsets are into the file's text. */
export interface Tokens {
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
  readonly trivia: Trivia;
  /** Whether the file has any character outside ASCII: only then can a name need normalising. */
  readonly nonAscii: boolean;
  /** Indices of the tokens of string literals that their line left open. */
  readonly broken: readonly number[];
}
