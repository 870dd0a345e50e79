/**
 * Expressions by precedence climbing: assignment, ranges, infix and prefix operators, and what follows an operand.
 * From loosest to tightest: `= +=…` (right), `.. ..=` with its step, `||`, `&&`, comparisons (do not chain), `|`, `^`, `&`, `<< >>`,
 * `+ - +% -%`, `* / % *%`, prefix `- ! * & try await`, postfix `? . () []`.
 */
import type { AssignOp, BinaryOp, Expr, GenericArg, PathExpr, PathSegment, TypeExpr } from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import { T } from '../tokens.ts';
import { OPERATOR_WORDS, OUR_PRIMITIVES } from './foreign-words.ts';
import type { Parser } from './parser.ts';
import { printCall, rewritePrint } from './print-calls.ts';
import { asInterpolated } from './rust-format.ts';
import { MAX_CHAIN, isClosing } from './parser.ts';
import { beginsExpr, inGroup, parseArgs, parsePrimary } from './primary.ts';
import { parseGenericArgs, parseType } from './types.ts';

const OR = 3;
const AND = 4;
const COMPARE = 5;

/** Precedence by kind of token; 0 for what is no infix operator. `>` is looked at by `infixAt`. */
const PRECEDENCE = new Uint8Array(256);
const OPS: (BinaryOp | undefined)[] = [];
const ASSIGN_OPS: (AssignOp | undefined)[] = [];
for (let kind = 0; kind < 256; kind++) {
  OPS.push(undefined);
  ASSIGN_OPS.push(undefined);
}
function infix(kind: number, precedence: number, op?: BinaryOp): void {
  PRECEDENCE[kind] = precedence;
  OPS[kind] = op;
}
infix(T.OrOr, OR);
infix(T.AndAnd, AND);
infix(T.EqEq, COMPARE, '==');
infix(T.NotEq, COMPARE, '!=');
infix(T.EqEqEq, COMPARE, '==');
infix(T.NotEqEq, COMPARE, '!=');
infix(T.Lt, COMPARE, '<');
infix(T.LtEq, COMPARE, '<=');
infix(T.Gt, COMPARE, '>');
infix(T.Or, 6, '|');
infix(T.Caret, 7, '^');
infix(T.And, 8, '&');
infix(T.Shl, 9, '<<');
infix(T.Plus, 10, '+');
infix(T.Minus, 10, '-');
infix(T.PlusPercent, 10, '+%');
infix(T.MinusPercent, 10, '-%');
infix(T.Star, 11, '*');
infix(T.Slash, 11, '/');
infix(T.Percent, 11, '%');
infix(T.StarPercent, 11, '*%');
ASSIGN_OPS[T.PlusEq] = '+';
ASSIGN_OPS[T.MinusEq] = '-';
ASSIGN_OPS[T.StarEq] = '*';
ASSIGN_OPS[T.SlashEq] = '/';
ASSIGN_OPS[T.PercentEq] = '%';
ASSIGN_OPS[T.PlusPercentEq] = '+%';
ASSIGN_OPS[T.MinusPercentEq] = '-%';
ASSIGN_OPS[T.StarPercentEq] = '*%';
ASSIGN_OPS[T.AndEq] = '&';
ASSIGN_OPS[T.OrEq] = '|';
ASSIGN_OPS[T.CaretEq] = '^';
ASSIGN_OPS[T.ShlEq] = '<<';

/** Any expression. */
export function parseExpr(p: Parser): Expr {
  const start = p.start;
  if (!p.enter()) return { kind: 'error', span: p.spanFrom(start) };
  const expr = parseAssignment(p, start, parseRange(p));
  p.leave();
  return expr;
}

/** Goes on with an operand that has been parsed: whatever may follow it in an expression. */
export function continueExpr(p: Parser, start: number, operand: Expr): Expr {
  const left = parseInfix(p, OR, start, parseCasts(p, start, parsePostfix(p, start, operand)));
  return parseAssignment(p, start, rangeAfter(p, start, left));
}

/** The head of `match`, `for`, … before a `{`. */
export function parseHead(p: Parser): Expr {
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = true;
  p.allowLet = false;
  const expr = parseExpr(p);
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  return expr;
}

/** The condition of `if` and `while`. */
export function parseCond(p: Parser): Expr {
  const start = p.start;
  if (!p.enter()) return { kind: 'error', span: p.spanFrom(start) };
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = true;
  p.allowLet = true;
  let expr = rangeAfter(p, start, parseInfix(p, OR, start, parseCasts(p, start, parseUnary(p))));
  if (p.kind === T.Eq) {
    const opSpan = p.here();
    p.note('CJ0136', opSpan, {}, [{ key: 'write', edits: [p.edit(opSpan.lo, opSpan.hi, '==')] }]);
    p.bump();
    const right = parseBinary(p, COMPARE + 1);
    expr = { kind: 'binary', op: '==', opSpan, left: expr, right, span: p.spanFrom(start) };
    expr = parseInfix(p, OR, start, expr);
  }
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  p.leave();
  return expr;
}

// ---------------------------------------------------------------- assignment and ranges

function parseAssignment(p: Parser, start: number, target: Expr): Expr {
  let op = ASSIGN_OPS[p.kind];
  const opSpan = p.here();
  let tokens = 1;
  // `>>=` comes as three tokens that touch.
  if (p.kind === T.Gt && p.peek(1) === T.Gt && p.peek(2) === T.Eq && p.touches(p.pos + 1) && p.touches(p.pos + 2)) {
    op = '>>';
    tokens = 3;
  }
  if (p.kind !== T.Eq && op === undefined) return target;
  for (let i = 0; i < tokens; i++) p.bump();
  const place = checkTarget(p, target, op === undefined);
  const value = parseExpr(p);
  const span = p.spanFrom(start);
  if (op === undefined) return { kind: 'assign', target: place, value, span };
  return { kind: 'compoundAssign', op, opSpan: { ...opSpan, hi: opSpan.hi + tokens - 1 }, target: place, value, span };
}

/** Whether `target` is a place, `_`, or a tuple of such. */
function checkTarget(p: Parser, target: Expr, plain: boolean): Expr {
  if (plain && p.underscores.length !== 0) {
    p.underscores = p.underscores.filter((span) => span.lo < target.span.lo || span.hi > target.span.hi);
  }
  const wrong = wrongTarget(target, plain);
  if (wrong === null) return target;
  p.note('CJ0137', wrong.span);
  return { kind: 'error', span: target.span };
}

function wrongTarget(target: Expr, plain: boolean): Expr | null {
  switch (target.kind) {
    case 'path':
    case 'field':
    case 'tupleField':
    case 'index':
    case 'deref':
    case 'error':
      return null;
    case 'paren':
      return wrongTarget(target.inner, plain);
    case 'tuple':
      if (!plain) return target;
      for (const element of target.elements) {
        const wrong = wrongTarget(element, plain);
        if (wrong !== null) return wrong;
      }
      return null;
    default:
      return target;
  }
}

function isRange(kind: number): boolean {
  return kind === T.DotDot || kind === T.DotDotEq || kind === T.DotDotDot;
}

function parseRange(p: Parser): Expr {
  const start = p.start;
  if (isRange(p.kind)) return rangeTail(p, start, null);
  return rangeAfter(p, start, parseBinary(p, OR));
}

function rangeAfter(p: Parser, start: number, left: Expr): Expr {
  return isRange(p.kind) ? rangeTail(p, start, left) : left;
}

function rangeTail(p: Parser, start: number, from: Expr | null): Expr {
  let inclusive = p.kind === T.DotDotEq;
  const opPos = p.pos;
  if (p.kind === T.DotDotDot) {
    const span = p.here();
    p.foreign('CJ0187', span, { ours: '..=' }, [p.edit(span.lo, span.hi, '..=')]);
    inclusive = true;
  }
  p.bump();
  const hasEnd = beginsExpr(p) && !isRange(p.kind) && !(p.noStruct && p.kind === T.LBrace);
  const end = hasEnd ? parseBinary(p, OR) : null;
  if (from !== null) checkNoLet(p, from);
  if (end !== null) checkNoLet(p, end);
  if (end === null && inclusive) p.fail('CJ0124', p.here(), { found: p.found() });
  let step: Expr | null = null;
  if (p.kind === T.Colon) {
    p.bump();
    step = parseBinary(p, OR);
  }
  const range: Expr = { kind: 'range', start: from, end, inclusive, step, span: p.spanFrom(start) };
  if (isRange(p.kind) && p.pos !== opPos) {
    p.fail('CJ0132', p.here(), {});
    p.bump();
    if (beginsExpr(p)) parseBinary(p, OR);
  }
  return range;
}

// ---------------------------------------------------------------- infix operators

/** Operators that bind at least as tightly as `min`. */
export function parseBinary(p: Parser, min: number): Expr {
  const start = p.start;
  return parseInfix(p, min, start, parseCasts(p, start, parseUnary(p)));
}

function parseInfix(p: Parser, min: number, start: number, first: Expr): Expr {
  let left = first;
  for (let length = 0; ; length++) {
    let kind = p.kind;
    let precedence = PRECEDENCE[kind]!;
    let op = OPS[kind];
    let tokens = 1;
    if (kind === T.Gt) {
      const next = p.peek(1);
      if (p.touches(p.pos + 1)) {
        if (next === T.Eq) {
          op = '>=';
          tokens = 2;
        } else if (next === T.Gt) {
          if (p.peek(2) === T.Eq && p.touches(p.pos + 2)) return left;
          op = '>>';
          precedence = 9;
          tokens = 2;
        }
      }
    } else if (precedence === 0) {
      if (kind === T.Ident) {
        const word = OPERATOR_WORDS.get(p.textAt(p.pos));
        if (word === undefined || p.startsLine(p.pos) || !beginsOperand(p.peek(1))) return left;
        kind = word === '&&' ? T.AndAnd : T.OrOr;
        precedence = PRECEDENCE[kind]!;
        if (precedence < min) return left;
        const span = p.here();
        p.foreign('CJ0175', span, { found: p.textAt(p.pos), ours: word }, [p.edit(span.lo, span.hi, word)]);
      } else if (kind === T.Question && min <= OR) return parseTernary(p, start, left);
      else return left;
    }
    if (precedence < min) return left;
    if (length >= MAX_CHAIN) {
      p.tooDeep(MAX_CHAIN);
      return left;
    }
    const opSpan: Span = { file: p.file, lo: p.start, hi: p.start };
    for (let i = 0; i < tokens; i++) p.bump();
    const opRange: Span = { ...opSpan, hi: p.prevEnd };
    if (kind === T.EqEqEq || kind === T.NotEqEq) {
      const ours = kind === T.EqEqEq ? '==' : '!=';
      p.foreign('CJ0168', opRange, { found: `${ours}=`, ours }, [p.edit(opRange.lo, opRange.hi, ours)]);
    }
    const chain = precedence === COMPARE && left.kind === 'binary' && isComparison(left.op);
    if (chain) chained(p, left as Extract<Expr, { kind: 'binary' }>, opRange);
    const rightStart = p.start;
    const right = parseInfix(p, precedence + 1, rightStart, parseCasts(p, rightStart, parseUnary(p)));
    const span = p.spanFrom(start);
    if (op !== undefined) checkNoLet(p, right);
    if (chain) left = { kind: 'error', span };
    else if (op === undefined) {
      const logical = kind === T.AndAnd ? '&&' : '||';
      if (logical === '||') {
        checkNoLet(p, left);
        checkNoLet(p, right);
      }
      left = { kind: 'logical', op: logical, left, right, span };
    } else left = { kind: 'binary', op, opSpan: opRange, left, right, span };
  }
}

/** Whether a token of this kind, after `and` or `not`, shows that the word was meant as an operator. */
function beginsOperand(kind: number): boolean {
  return (
    kind === T.Ident ||
    kind === T.Number ||
    kind === T.LParen ||
    kind === T.True ||
    kind === T.False ||
    kind === T.Bang ||
    kind === T.Self ||
    kind === T.Str
  );
}

function isComparison(op: BinaryOp): boolean {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}

/** `a < b < c`: reported with the pair of comparisons that is meant, when the middle is simple enough to be written twice. */
function chained(p: Parser, left: Extract<Expr, { kind: 'binary' }>, op: Span): void {
  const middle = left.right;
  const simple = middle.kind === 'path' || middle.kind === 'int' || middle.kind === 'field' || middle.kind === 'tupleField';
  const text = p.text.slice(middle.span.lo, middle.span.hi);
  p.note(
    'CJ0132',
    op,
    {},
    simple ? [{ key: 'and', args: { middle: text }, edits: [p.edit(middle.span.hi, middle.span.hi, ` && ${text}`)] }] : [],
    { related: [{ span: left.opSpan, label: 'first' }] },
  );
}

function checkNoLet(p: Parser, expr: Expr): void {
  if (expr.kind === 'letCond') p.note('CJ0141', expr.span);
  else if (expr.kind === 'logical') {
    checkNoLet(p, expr.left);
    checkNoLet(p, expr.right);
  }
}

/** `a ? b : c`; the current token is the `?`. */
function parseTernary(p: Parser, start: number, cond: Expr): Expr {
  const question = p.here();
  if (!p.enter()) return { kind: 'error', span: p.spanFrom(start) };
  p.bump();
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = false;
  p.allowLet = false;
  const then = p.collecting(() => parseBinary(p, OR));
  const colon = p.here();
  p.expect(T.Colon, ':');
  const other = p.collecting(() => parseBinary(p, OR));
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  p.leave();
  const span = p.spanFrom(start);
  p.foreign('CJ0167', question, {}, [
    p.edit(start, start, 'if '),
    p.edit(cond.span.hi, then.value.span.lo, ' { '),
    ...then.edits,
    p.edit(then.value.span.hi, other.value.span.lo, ' } else { '),
    ...other.edits,
    p.edit(span.hi, span.hi, ' }'),
  ]);
  const block = (expr: Expr, lo: number): Expr => ({
    kind: 'block',
    label: null,
    stmts: [],
    tail: expr,
    span: { file: p.file, lo, hi: expr.span.hi },
  });
  return {
    kind: 'if',
    cond,
    then: block(then.value, question.lo) as Extract<Expr, { kind: 'block' }>,
    otherwise: block(other.value, colon.lo),
    span,
  };
}

/**
 * Whether the `?` at the current token is that of `a ? b : c`: an operand follows, and a `:` comes before anything that ends
 * the expression.
 */
function isTernary(p: Parser): boolean {
  const next = p.peek(1);
  const certain =
    next === T.Ident || next === T.Number || (next >= T.Str && next <= T.StrHead) || next === T.True || next === T.False || next === T.Self;
  const spaced = !p.touches(p.pos) && !p.touches(p.pos + 1);
  if (
    !certain &&
    !(spaced && (next === T.Minus || next === T.LParen || next === T.LBracket || next === T.Bang || next === T.And || next === T.Star))
  )
    return false;
  for (let i = p.pos + 1; i < p.tokens.count; i++) {
    const kind = p.kinds[i]!;
    if (kind === T.Colon) return true;
    if (kind === T.LParen || kind === T.LBracket || kind === T.LBrace) {
      if (kind === T.LBrace) return false;
      i = p.closing(i);
    } else if (kind === T.Semi || kind === T.Comma || kind === T.Eof || isClosing(kind) || kind === T.Eq || kind === T.FatArrow)
      return false;
  }
  return false;
}

/** `x as T` of Rust and Go's kin: here a conversion is a call. */
function parseCasts(p: Parser, start: number, operand: Expr): Expr {
  if (p.kind !== T.As) return operand;
  const first = p.here();
  const edits: TextEdit[] = [];
  let prefix = '';
  let fixable = true;
  let shown = '';
  let expr = operand;
  for (let length = 0; p.kind === T.As; length++) {
    if (length >= MAX_CHAIN) {
      p.tooDeep(MAX_CHAIN);
      return { kind: 'error', span: p.spanFrom(start) };
    }
    const from = expr.span.hi;
    p.bump();
    const { value: type, edits: inner } = p.collecting(() => parseType(p));
    const name = castName(type, p);
    expr = {
      kind: 'call',
      callee: { kind: 'path', segments: pathOf(type), span: type.span },
      args: [expr],
      span: p.spanFrom(start),
    };
    if (name === null) {
      fixable = false;
      expr = { kind: 'error', span: p.spanFrom(start) };
    } else {
      shown = name;
      prefix = `${name}(${prefix}`;
      edits.push(p.edit(from, type.span.hi, ')'));
    }
    if (inner.length !== 0 && name === null) fixable = false;
  }
  if (fixable) edits.unshift(p.edit(operand.span.lo, operand.span.lo, prefix));
  const text = p.text.slice(operand.span.lo, operand.span.hi);
  p.foreign('CJ0157', first, { ours: `${shown === '' ? 'T' : shown}(${text.length > 20 ? '…' : text})` }, fixable ? edits : []);
  return expr;
}

/** What to call instead of casting to `type`, or null where there is no such thing. */
function castName(type: TypeExpr, p: Parser): string | null {
  if (type.kind !== 'path') return null;
  const only = type.segments.length === 1 && type.segments[0]!.args === null ? type.segments[0]!.name.name : null;
  if (only !== null && OUR_PRIMITIVES.has(only)) return only;
  if (type.segments.some((segment) => segment.args !== null)) return null;
  return `${only ?? p.text.slice(type.span.lo, type.span.hi)}::from`;
}

function pathOf(type: TypeExpr): PathExpr['segments'] {
  if (type.kind !== 'path') return [{ name: { name: 'error', span: type.span }, args: null }];
  const only = type.segments.length === 1 ? type.segments[0]!.name.name : '';
  return OUR_PRIMITIVES.has(only) ? type.segments : [...type.segments, { name: { name: 'from', span: type.span }, args: null }];
}

// ---------------------------------------------------------------- prefix operators

function parseUnary(p: Parser): Expr {
  switch (p.kind) {
    case T.Minus:
    case T.Bang:
    case T.Star:
    case T.And:
    case T.AndAnd:
    case T.Await:
    case T.Try:
    case T.MinusMinus:
    case T.PlusPlus:
    case T.Let:
      break;
    case T.Ident: {
      if (p.isWord(p.pos, 'not') && beginsOperand(p.peek(1)) && p.peek(1) !== T.LParen) break;
      const start = p.start;
      return parsePostfix(p, start, parsePrimary(p));
    }
    default: {
      const start = p.start;
      return parsePostfix(p, start, parsePrimary(p));
    }
  }
  const start = p.start;
  if (!p.enter()) return { kind: 'error', span: p.spanFrom(start) };
  const allowLet = p.allowLet;
  if (p.kind !== T.Let) p.allowLet = false;
  const expr = parsePrefix(p, start);
  p.allowLet = allowLet;
  p.leave();
  return expr;
}

function parsePrefix(p: Parser, start: number): Expr {
  const kind = p.kind;
  switch (kind) {
    case T.Minus:
    case T.Bang: {
      p.bump();
      const operand = parseUnary(p);
      return { kind: 'unary', op: kind === T.Minus ? '-' : '!', operand, span: p.spanFrom(start) };
    }
    case T.Star: {
      p.bump();
      const operand = parseUnary(p);
      return { kind: 'deref', operand, span: p.spanFrom(start) };
    }
    case T.And:
    case T.AndAnd: {
      const opening = p.here();
      p.bump();
      const mutable = p.eat(T.Mut);
      const double = kind === T.AndAnd;
      if (double && mutable) p.foreign('CJ0165', opening, {}, [p.edit(opening.lo, opening.hi, '&')]);
      const operand = parseUnary(p);
      const span = p.spanFrom(start);
      if (!double || mutable) return { kind: 'ref', mutable, operand, span };
      return { kind: 'ref', mutable: false, operand: { kind: 'ref', mutable: false, operand, span: { ...span, lo: start + 1 } }, span };
    }
    case T.Await: {
      p.bump();
      const operand = parseUnary(p);
      return { kind: 'await', operand, span: p.spanFrom(start) };
    }
    case T.Try: {
      if (p.peek(1) === T.LBrace) return parsePostfix(p, start, parsePrimary(p));
      p.bump();
      const operand = parseUnary(p);
      return { kind: 'try', operand, prefix: true, span: p.spanFrom(start) };
    }
    case T.PlusPlus:
    case T.MinusMinus: {
      const opSpan = p.here();
      p.bump();
      const target = parseUnary(p);
      return incremented(p, start, opSpan, kind === T.PlusPlus ? '+' : '-', target);
    }
    case T.Let:
      return parseLetCond(p, start);
    default: {
      // `not x`.
      const word = p.here();
      p.bump();
      p.foreign('CJ0175', word, { found: 'not', ours: '!' }, [p.edit(word.lo, p.start, '!')]);
      const operand = parseUnary(p);
      return { kind: 'unary', op: '!', operand, span: p.spanFrom(start) };
    }
  }
}

/** `let P = e` in a condition. */
function parseLetCond(p: Parser, start: number): Expr {
  if (!p.allowLet) p.note('CJ0141', p.here());
  p.bump();
  const pattern = p.grammar.pattern(p);
  const allowed = p.allowLet;
  p.allowLet = false;
  p.expect(T.Eq, '=');
  const value = parseBinary(p, COMPARE);
  p.allowLet = allowed;
  return { kind: 'letCond', pattern, value, span: p.spanFrom(start) };
}

/** `x++` and its kin: an assignment here. */
function incremented(p: Parser, start: number, opSpan: Span, op: '+' | '-', target: Expr): Expr {
  const span = p.spanFrom(start);
  const ours = `${p.text.slice(target.span.lo, target.span.hi)} ${op}= 1`;
  const wrong = wrongTarget(target, false) !== null;
  p.foreign('CJ0166', opSpan, { found: op + op, ours }, wrong ? [] : [p.edit(span.lo, span.hi, ours)]);
  if (wrong) return { kind: 'error', span };
  return { kind: 'compoundAssign', op, opSpan, target, value: { kind: 'int', value: 1n, suffix: null, span: opSpan }, span };
}

// ---------------------------------------------------------------- what follows an operand

/** An operand with what follows it, as `spawn` takes it. */
export function parseOperand(p: Parser): Expr {
  const start = p.start;
  if (!p.enter()) return { kind: 'error', span: p.spanFrom(start) };
  const expr = parsePostfix(p, start, parsePrimary(p));
  p.leave();
  return expr;
}

/** `?`, `.name`, `.0`, `.f(…)`, `(…)`, `[…]`, as often as they follow. */
export function parsePostfix(p: Parser, start: number, first: Expr): Expr {
  let expr = first;
  for (let length = 0; ; length++) {
    switch (p.kind) {
      case T.Dot:
        expr = parseMember(p, start, expr);
        break;
      case T.LParen: {
        const args = parseArgs(p);
        expr = { kind: 'call', callee: expr, args, span: p.spanFrom(start) };
        break;
      }
      case T.LBracket: {
        p.bump();
        const index = inGroup(p, () => p.grammar.expr(p));
        if (p.kind !== T.RBracket) {
          p.missing(']');
          while (!isClosing(p.kind) && p.kind !== T.Eof) p.skip();
        }
        p.eat(T.RBracket);
        expr = { kind: 'index', base: expr, index, span: p.spanFrom(start) };
        break;
      }
      case T.Question:
        if (isTernary(p)) return expr;
        p.bump();
        expr = { kind: 'try', operand: expr, prefix: false, span: p.spanFrom(start) };
        break;
      case T.PlusPlus:
      case T.MinusMinus: {
        // Only at the end of an expression: `a ++b` is two operators.
        const next = p.peek(1);
        if (next !== T.Semi && next !== T.RParen && next !== T.RBrace && next !== T.LBrace && next !== T.Comma && !p.startsLine(p.pos + 1))
          return expr;
        const opSpan = p.here();
        const op = p.kind === T.PlusPlus ? '+' : '-';
        p.bump();
        return incremented(p, start, opSpan, op, expr);
      }
      case T.Lt: {
        if (expr.kind !== 'path' || !p.touches(p.pos) || !p.touches(p.pos + 1) || !looksLikeTypeArgs(p)) return expr;
        const at = p.start;
        const args = parseGenericArgs(p);
        p.foreign('CJ0143', { file: p.file, lo: at, hi: p.prevEnd }, {}, [p.edit(at, at, '::')]);
        expr = withArgs(p, expr, args);
        break;
      }
      default:
        return expr;
    }
    if (length >= MAX_CHAIN) {
      p.tooDeep(MAX_CHAIN);
      return expr;
    }
  }
}

/** `f<T>` whose arguments have been read, with the rest of the path `::g` if it follows. */
function withArgs(p: Parser, path: PathExpr, args: GenericArg[] | null): PathExpr {
  const last = path.segments[path.segments.length - 1]!;
  const segments: PathSegment[] = [...path.segments.slice(0, -1), { name: last.name, args }];
  while (p.kind === T.ColonColon && p.peek(1) === T.Ident) {
    p.bump();
    segments.push({ name: p.takeIdent(), args: null });
  }
  return { kind: 'path', segments, span: p.spanFrom(path.span.lo) };
}

/** Whether `<` at the current token opens generic arguments: only types stand up to the `>`, and a call or path goes on. */
function looksLikeTypeArgs(p: Parser): boolean {
  let depth = 0;
  for (let i = p.pos; i < p.tokens.count; i++) {
    switch (p.kinds[i]) {
      case T.Lt:
        depth++;
        break;
      case T.Gt:
        if (--depth === 0) {
          const next = p.peek(i + 1 - p.pos);
          return (next === T.LParen || next === T.ColonColon) && p.touches(i + 1);
        }
        break;
      case T.Ident:
      case T.SelfType:
      case T.ColonColon:
      case T.Comma:
      case T.And:
      case T.Mut:
      case T.Question:
      case T.Number:
        break;
      default:
        return false;
    }
  }
  return false;
}

/** `fmt.Println(…)`, from the bracket on. */
function parsePrintCall(p: Parser, start: number, spelling: string, known: string): Expr {
  const head = p.spanFrom(start);
  const { value: args, edits } = p.collecting(() => parseArgs(p));
  const { ours, edit } = rewritePrint(p, spelling, known, args);
  p.foreign('CJ0169', head, { found: `${spelling}(…)`, ours: `${ours}(…)` }, [p.edit(head.lo, head.hi, ours), ...(edit === null ? edits : [edit])]);
  const callee: Expr = { kind: 'path', segments: [{ name: { name: ours, span: head }, args: null }], span: head };
  return { kind: 'call', callee, args: edit === null ? args : [asInterpolated(args)], span: p.spanFrom(start) };
}

/** From the `.` on. */
function parseMember(p: Parser, start: number, base: Expr): Expr {
  const dot = p.here();
  p.bump();
  switch (p.kind) {
    case T.Number: {
      const indexSpan = p.here();
      const text = p.textAt(p.pos);
      if (/^(0|[1-9][0-9]{0,5})$/.test(text)) {
        p.bump();
        return { kind: 'tupleField', base, index: Number(text), indexSpan, span: p.spanFrom(start) };
      }
      p.fail('CJ0130', indexSpan, { found: text });
      p.bump();
      return { kind: 'error', span: p.spanFrom(start) };
    }
    case T.Await: {
      const word = p.here();
      p.bump();
      p.foreign('CJ0180', word, {}, [p.edit(start, start, '(await '), p.edit(dot.lo, word.hi, ')')]);
      return { kind: 'paren', inner: { kind: 'await', operand: base, span: p.spanFrom(start) }, span: p.spanFrom(start) };
    }
    default:
      break;
  }
  const name = p.ident();
  if (name.name === '') return { kind: 'error', span: p.spanFrom(start) };
  let typeArgs: GenericArg[] | null = null;
  if (p.kind === T.ColonColon && (p.peek(1) === T.Lt || p.peek(1) === T.Shl)) {
    p.bump();
    typeArgs = parseGenericArgs(p);
    if (p.kind !== T.LParen) {
      p.missing('(');
      return { kind: 'error', span: p.spanFrom(start) };
    }
  } else if (p.kind === T.Lt && p.touches(p.pos) && p.touches(p.pos + 1) && looksLikeTypeArgs(p)) {
    const at = p.start;
    typeArgs = parseGenericArgs(p);
    p.foreign('CJ0143', { file: p.file, lo: at, hi: p.prevEnd }, {}, [p.edit(at, at, '::')]);
  }
  if (p.kind !== T.LParen) return { kind: 'field', base, name, span: p.spanFrom(start) };
  const spelling = base.kind === 'path' || base.kind === 'field' ? p.text.slice(start, name.span.hi) : '';
  const ours = printCall(spelling);
  if (ours !== null) return parsePrintCall(p, start, spelling, ours);
  const args = parseArgs(p);
  return { kind: 'methodCall', receiver: base, name, typeArgs, args, span: p.spanFrom(start) };
}
