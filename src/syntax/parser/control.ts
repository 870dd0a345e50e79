/**
 * Expressions with blocks: `if`, `match`, the loops, `try … catch`, `using`, `spawn`, and how other languages write them.
 */
import type {
  BlockExpr,
  CatchArm,
  Expr,
  ForExpr,
  Ident,
  IfExpr,
  LetStmt,
  MatchArm,
  MatchExpr,
  Pattern,
  SpawnExpr,
  Stmt,
  TypeExpr,
  WhileExpr,
} from '../ast.ts';
import type { TextEdit } from '../../diag/index.ts';
import { T } from '../tokens.ts';
import { NIL_WORDS } from './foreign-words.ts';
import type { Parser } from './parser.ts';
import { MAX_CHAIN, isClosing } from './parser.ts';
import { beginsPattern } from './patterns.ts';
import { parseType } from './types.ts';

const ELSE_IF_WORDS = new Set(['elif', 'elsif', 'elseif']);

/** Parses the inside of braces, where no context of the head applies. */
function free<R>(p: Parser, parse: () => R): R {
  const saved = { noStruct: p.noStruct, allowLet: p.allowLet };
  p.noStruct = false;
  p.allowLet = false;
  const value = parse();
  p.noStruct = saved.noStruct;
  p.allowLet = saved.allowLet;
  return value;
}

// ---------------------------------------------------------------- if

/** `if c { } else if d { } else { }`: read in a loop, built from the last to the first. */
export function parseIf(p: Parser): Expr {
  const goEnd = goErrorCheck(p, p.pos);
  if (goEnd >= 0) return skipErrorCheck(p, goEnd);
  const links: { start: number; cond: Expr; then: BlockExpr }[] = [];
  let otherwise: Expr | null = null;
  for (;;) {
    const start = p.start;
    p.bump();
    const cond = p.grammar.cond(p);
    const then = p.grammar.block(p);
    links.push({ start, cond, then });
    if (p.kind === T.Ident && ELSE_IF_WORDS.has(p.textAt(p.pos))) {
      const span = p.here();
      p.foreign('CJ0173', span, { found: p.textAt(p.pos) }, [p.edit(span.lo, span.hi, 'else if')]);
      // The loop takes this word as the `if`.
    } else if (p.kind === T.Else) {
      p.bump();
      if (p.kind !== T.If) {
        otherwise = p.grammar.block(p);
        break;
      }
    } else break;
    if (links.length >= MAX_CHAIN) {
      p.tooDeep(MAX_CHAIN);
      break;
    }
  }
  for (let i = links.length - 1; i >= 0; i--) {
    const { start, cond, then } = links[i]!;
    const hi: number = otherwise === null ? then.span.hi : otherwise.span.hi;
    const link: IfExpr = { kind: 'if', cond, then, otherwise, span: { file: p.file, lo: start, hi } };
    otherwise = link;
  }
  return otherwise!;
}

/** Index of the `}` of `if err != nil { return …err }` that begins at token `at`, or -1. */
export function goErrorCheck(p: Parser, at: number): number {
  if (p.kinds[at] !== T.If || p.kinds[at + 1] !== T.Ident || p.kinds[at + 2] !== T.NotEq || p.kinds[at + 3] !== T.Ident) return -1;
  if (!NIL_WORDS.has(p.textAt(at + 3)) || p.kinds[at + 4] !== T.LBrace || p.kinds[at + 5] !== T.Return) return -1;
  const close = p.closing(at + 4);
  if (p.kinds[close + 1] === T.Else) return -1;
  // Only what hands the error on, perhaps among other values or wrapped by a call.
  const name = p.textAt(at + 1);
  for (let i = at + 6; i < close; i++) {
    if (p.kinds[i] === T.Semi && i !== close - 1) return -1;
    if (p.isWord(i, name)) return close;
  }
  return -1;
}

/** The check alone, far from the call that it belongs to: `?` makes it superfluous. */
function skipErrorCheck(p: Parser, close: number): Expr {
  const start = p.start;
  const name = p.textAt(p.pos + 1);
  const word = p.here();
  p.rewind(close);
  p.bump();
  const span = p.spanFrom(start);
  p.foreign('CJ0160', { ...word, hi: p.starts[close]! }, { name }, [p.edit(span.lo, span.hi, '')], 'delete');
  return {
    kind: 'if',
    cond: { kind: 'error', span },
    then: { kind: 'block', label: null, stmts: [], tail: null, span },
    otherwise: null,
    span,
  };
}

// ---------------------------------------------------------------- match

export function parseMatch(p: Parser): MatchExpr {
  const start = p.start;
  p.bump();
  const scrutinee = p.grammar.head(p);
  const arms = parseArms(p);
  return { kind: 'match', scrutinee, arms, span: p.spanFrom(start) };
}

/** `switch x { case 1: … default: … }`. */
export function parseSwitch(p: Parser): Expr {
  const start = p.start;
  const word = p.here();
  p.bump();
  if (p.kind === T.LBrace) {
    // Go's switch without a value is a chain of conditions.
    p.foreign('CJ0154', word, {}, []);
    p.skip();
    return { kind: 'error', span: p.spanFrom(start) };
  }
  const head = p.collecting(() => p.grammar.head(p));
  const arms = p.collecting(() => parseArms(p));
  p.foreign('CJ0154', word, {}, [p.edit(word.lo, word.hi, 'match'), ...head.edits, ...arms.edits]);
  return { kind: 'match', scrutinee: head.value, arms: arms.value, span: p.spanFrom(start) };
}

/** Whether the current token is the `case` or `default` of another language, and no name. */
function atCase(p: Parser): boolean {
  if (p.kind !== T.Ident) return false;
  const next = p.peek(1);
  if (p.isWord(p.pos, 'default')) return next === T.Colon;
  if (!p.isWord(p.pos, 'case')) return false;
  return beginsPattern(next) && !(next === T.LParen && p.touches(p.pos + 1));
}

function parseArms(p: Parser): MatchArm[] {
  const arms: MatchArm[] = [];
  if (p.kind !== T.LBrace) {
    p.missing('{');
    while (p.kind !== T.LBrace && p.kind !== T.Eof && p.kind !== T.Semi && !isClosing(p.kind)) p.bump();
    if (p.kind !== T.LBrace) return arms;
  }
  if (!p.enter()) return arms;
  p.bump();
  free(p, () => {
    while (p.kind !== T.RBrace && p.kind !== T.Eof) {
      const before = p.pos;
      const hard = p.hardErrors;
      if (atCase(p)) arms.push(...parseCaseArms(p));
      else arms.push(parseArm(p));
      if (p.hardErrors !== hard && p.kind !== T.RBrace) recoverArm(p, before);
      else if (p.pos === before) p.skip();
    }
  });
  p.leave();
  p.expect(T.RBrace, '}');
  return arms;
}

/** After an error inside an arm: goes on behind the next `,`, or at a line that begins an arm. */
function recoverArm(p: Parser, before: number): void {
  if (p.pos > before && p.kinds[p.pos - 1] === T.Comma) return;
  for (;;) {
    if (p.kind === T.RBrace || p.kind === T.Eof) return;
    if (p.pos > before && p.startsLine(p.pos) && beginsPattern(p.kind)) return;
    if (p.kind === T.Comma) {
      p.bump();
      return;
    }
    p.skip();
  }
}

function parseArm(p: Parser): MatchArm {
  const start = p.start;
  const pattern = p.grammar.pattern(p);
  const guard = p.eat(T.If) ? parseGuard(p) : null;
  if (p.kind === T.FatArrow) p.bump();
  else if (p.kind === T.Arrow) {
    const span = p.here();
    p.fail(
      'CJ0123',
      span,
      { expected: '=>', found: '->' },
      { fixes: [{ key: 'write', args: { expected: '=>' }, edits: [p.edit(span.lo, span.hi, '=>')] }] },
    );
    p.hardErrors--;
    p.bump();
  } else {
    p.missing('=>');
    return { pattern, guard, body: { kind: 'error', span: p.here() }, span: p.spanFrom(start) };
  }
  const hard = p.hardErrors;
  const body = parseArmBody(p);
  const span = p.spanFrom(start);
  endArm(p, body, hard);
  return { pattern, guard, body, span };
}

function parseGuard(p: Parser): Expr {
  const saved = p.allowLet;
  p.allowLet = true;
  const guard = p.grammar.expr(p);
  p.allowLet = saved;
  return guard;
}

/** A block ends the arm; after `if`, `match` and the loops the arm may end too, as a statement would. */
function parseArmBody(p: Parser): Expr {
  if (p.kind === T.LBrace) {
    const start = p.start;
    const block = p.grammar.block(p);
    return p.kind === T.Dot || p.kind === T.Question ? p.grammar.rest(p, start, block) : block;
  }
  return p.grammar.statementExpr(p);
}

function endArm(p: Parser, body: Expr, hard: number): void {
  if (p.eat(T.Comma) || p.kind === T.RBrace || p.kind === T.Eof) return;
  if (p.hardErrors !== hard) return;
  if (p.kind === T.Semi) {
    const span = p.here();
    p.note('CJ0174', span, {}, [{ key: 'write', edits: [p.edit(span.lo, span.hi, ',')] }]);
    p.bump();
    return;
  }
  if (endsWithBlock(body)) return;
  if (beginsPattern(p.kind) && (p.startsLine(p.pos) || looksLikeArm(p))) p.missingComma();
  else p.missing(',');
}

function looksLikeArm(p: Parser): boolean {
  return p.peek(1) === T.FatArrow || (p.peek(1) === T.LParen && p.kinds[p.closing(p.pos + 1) + 1] === T.FatArrow);
}

/** Whether an expression ends with a brace in such a way that nothing need follow it. */
export function endsWithBlock(expr: Expr): boolean {
  switch (expr.kind) {
    case 'block':
    case 'unsafe':
    case 'if':
    case 'match':
    case 'while':
    case 'for':
    case 'loop':
    case 'using':
      return true;
    case 'spawn':
      return expr.body.kind === 'block';
    case 'tryBlock': {
      const last = expr.catches[expr.catches.length - 1];
      return last === undefined || endsWithBlock(last.body);
    }
    default:
      return false;
  }
}

/** Every arm from here that is written `case P:` or `case P =>`, in one report. */
function parseCaseArms(p: Parser): MatchArm[] {
  const first = p.here();
  const word = p.textAt(p.pos);
  const { value, edits } = p.collecting(() => {
    const arms: MatchArm[] = [];
    while (atCase(p)) {
      const before = p.pos;
      arms.push(parseCaseArm(p));
      if (p.pos === before) p.skip();
    }
    return arms;
  });
  p.foreign('CJ0153', first, { found: word }, edits);
  return value;
}

function parseCaseArm(p: Parser): MatchArm {
  const start = p.start;
  const edits = p.collected!;
  let pattern: Pattern;
  let guard: Expr | null = null;
  const word = p.here();
  const isDefault = p.isWord(p.pos, 'default');
  p.bump();
  if (isDefault) {
    edits.push(p.edit(word.lo, word.hi, '_'));
    pattern = { kind: 'wild', span: word };
  } else {
    edits.push(p.edit(word.lo, p.start, ''));
    pattern = p.grammar.pattern(p);
    // `case 1, 2:` of Go.
    const alternatives = [pattern];
    while (p.kind === T.Comma) {
      edits.push(p.edit(p.prevEnd, p.end, ' |'));
      p.bump();
      alternatives.push(p.grammar.pattern(p));
    }
    if (alternatives.length > 1) pattern = { kind: 'or', alternatives, span: p.spanFrom(pattern.span.lo) };
    if (p.kind === T.Where) {
      // Huawei's Cangjie and Swift write the guard with `where`.
      edits.push(p.edit(p.start, p.end, 'if'));
      p.bump();
      guard = p.grammar.expr(p);
    } else if (p.eat(T.If)) guard = p.grammar.expr(p);
  }
  if (p.kind === T.Colon || p.kind === T.Arrow) edits.push(p.edit(p.prevEnd, p.end, ' =>'));
  else if (p.kind !== T.FatArrow) {
    p.missing('=>');
    return { pattern, guard, body: { kind: 'error', span: p.here() }, span: p.spanFrom(start) };
  }
  p.bump();
  if (endsAtComma(p)) {
    const body = p.grammar.statementExpr(p);
    const span = p.spanFrom(start);
    p.eat(T.Comma);
    return { pattern, guard, body, span };
  }
  const lo = p.start;
  const braced = p.kind === T.LBrace;
  const { stmts, tail } = p.grammar.statements(p, () => atCase(p));
  const span = p.spanFrom(lo);
  const kept = dropBreak(p, stmts, tail, edits);
  if (kept.length === 0 && tail !== null && tail.kind === 'block' && braced) return { pattern, guard, body: tail, span: p.spanFrom(start) };
  edits.push(p.edit(Math.min(lo, p.prevEnd), Math.min(lo, p.prevEnd), lo > p.prevEnd ? ' {' : '{ '), p.edit(p.prevEnd, p.prevEnd, ' }'));
  const body: BlockExpr = { kind: 'block', label: null, stmts: kept, tail, span };
  return { pattern, guard, body, span: p.spanFrom(start) };
}

/** Whether the arm's body is one expression with a `,` behind it, as here. */
function endsAtComma(p: Parser): boolean {
  for (let i = p.pos; ; i++) {
    const kind = p.kinds[i]!;
    if (kind === T.Comma) return true;
    if (kind === T.Semi || kind === T.Eof || isClosing(kind) || (i > p.pos && p.isWord(i, 'case'))) return false;
    if (kind === T.LParen || kind === T.LBracket || kind === T.LBrace) i = p.closing(i);
  }
}

/** C's `break;` at the end of a case says nothing here. */
function dropBreak(p: Parser, stmts: readonly Stmt[], tail: Expr | null, edits: TextEdit[]): readonly Stmt[] {
  const last = stmts[stmts.length - 1];
  if (
    tail !== null ||
    last === undefined ||
    last.kind !== 'expr' ||
    last.expr.kind !== 'break' ||
    last.expr.label !== null ||
    last.expr.value !== null
  )
    return stmts;
  edits.push(p.edit(last.span.lo, last.span.hi, ''));
  return stmts.slice(0, -1);
}

// ---------------------------------------------------------------- loops

export function parseWhile(p: Parser, label: Ident | null): WhileExpr {
  const start = p.start;
  p.bump();
  const cond = p.grammar.cond(p);
  const body = p.grammar.block(p);
  return { kind: 'while', label, cond, body, span: p.spanFrom(start) };
}

export function parseFor(p: Parser, label: Ident | null): Expr {
  const start = p.start;
  const shape = forShape(p);
  if (shape !== 'ours') return parseForeignFor(p, label, shape);
  p.bump();
  const pattern = p.grammar.pattern(p);
  if (p.atWord('of')) {
    const span = p.here();
    p.foreign('CJ0172', span, { found: 'for x of xs', ours: 'for x in xs' }, [p.edit(span.lo, span.hi, 'in')]);
    p.bump();
  } else p.expect(T.In, 'in');
  const iterable = p.grammar.head(p);
  const body = p.grammar.block(p);
  const loop: ForExpr = { kind: 'for', label, pattern, iterable, body, span: p.spanFrom(start) };
  return loop;
}

type ForShape = 'ours' | 'parens' | 'range' | 'clauses' | 'while' | 'loop';

/** Looks at the head of a `for` up to its block. */
function forShape(p: Parser): ForShape {
  const first = p.pos + 1;
  if (p.kinds[first] === T.LBrace) return 'loop';
  if (p.kinds[first] === T.LParen) {
    const close = p.closing(first);
    if (p.kinds[close + 1] !== T.In) {
      for (let i = first + 1; i < close; i++) {
        if (p.kinds[i] === T.Semi) return 'clauses';
        if (p.kinds[i] === T.In || p.kinds[i] === T.Colon || p.isWord(i, 'of')) return 'parens';
        if (p.kinds[i] === T.LParen || p.kinds[i] === T.LBracket) i = p.closing(i);
      }
    }
  }
  for (let i = first; i < p.tokens.count; i++) {
    const kind = p.kinds[i]!;
    if (kind === T.In || (i > first && p.isWord(i, 'of'))) return 'ours';
    if (kind === T.ColonEq || (kind === T.Eq && p.isWord(i + 1, 'range'))) return p.isWord(i + 1, 'range') ? 'range' : 'clauses';
    if (kind === T.Semi) return p.startsLine(i + 1) ? 'ours' : 'clauses';
    if (kind === T.LBrace) return i > first && !p.startsLine(i) ? 'while' : 'ours';
    if (isClosing(kind) || kind === T.Eof || kind === T.Let || kind === T.Return) return 'ours';
    if (kind === T.LParen || kind === T.LBracket) i = p.closing(i);
  }
  return 'ours';
}

function parseForeignFor(p: Parser, label: Ident | null, shape: Exclude<ForShape, 'ours'>): Expr {
  const start = p.start;
  const word = p.here();
  p.bump();
  const report = (found: string, ours: string, edits: readonly TextEdit[]): void => p.foreign('CJ0172', word, { found, ours }, edits);
  switch (shape) {
    case 'loop': {
      const body = p.grammar.block(p);
      report('for { … }', 'loop { … }', [p.edit(word.lo, word.hi, 'loop')]);
      return { kind: 'loop', label, body, span: p.spanFrom(start) };
    }
    case 'while': {
      const cond = p.collecting(() => p.grammar.cond(p));
      const body = p.grammar.block(p);
      report('for cond { … }', 'while cond { … }', [p.edit(word.lo, word.hi, 'while'), ...cond.edits]);
      return { kind: 'while', label, cond: cond.value, body, span: p.spanFrom(start) };
    }
    case 'parens': {
      const open = p.here();
      p.bump();
      const edits = [p.edit(open.lo, open.hi, '')];
      if (
        p.kind === T.Let ||
        p.kind === T.Var ||
        p.kind === T.Const ||
        (p.kind === T.Ident && p.peek(1) === T.Ident && !p.isWord(p.pos + 1, 'of'))
      ) {
        edits.push(p.edit(p.start, p.starts[p.pos + 1]!, ''));
        p.bump();
      }
      const pattern = p.grammar.pattern(p);
      if (p.kind === T.Colon || p.atWord('of')) {
        edits.push(p.edit(p.prevEnd, p.end, ' in'));
        p.bump();
      } else p.expect(T.In, 'in');
      const iterable = p.collecting(() => p.grammar.expr(p));
      const close = p.here();
      if (p.expect(T.RParen, ')')) edits.push(p.edit(close.lo, close.hi, ''));
      report('for (x in xs) { … }', 'for x in xs { … }', [...edits, ...iterable.edits]);
      const body = p.grammar.block(p);
      return { kind: 'for', label, pattern, iterable: iterable.value, body, span: p.spanFrom(start) };
    }
    case 'range':
      return parseGoRange(p, label, start, report);
    case 'clauses':
      return parseClauses(p, label, start, report);
  }
}

type Report = (found: string, ours: string, edits: readonly TextEdit[]) => void;

/** `for x := range xs`, `for i, x := range xs`; the current token is the first name. */
function parseGoRange(p: Parser, label: Ident | null, start: number, report: Report): Expr {
  const lo = p.start;
  const names: Pattern[] = [];
  do names.push(p.grammar.pattern(p));
  while (p.eat(T.Comma));
  const hi = p.prevEnd;
  p.bump();
  p.bump();
  const from = p.start;
  const iterable = p.collecting(() => p.grammar.head(p));
  const end = p.prevEnd;
  const pair = names.length > 1;
  const text = p.text.slice(lo, hi);
  // The index of Go's pair is what `enumerate` counts.
  const edits = [p.edit(lo, from, pair ? `(${text}) in ` : `${text} in `), ...iterable.edits];
  if (pair) edits.push(p.edit(end, end, '.iter().enumerate()'));
  report('for x := range xs', 'for x in xs', edits);
  const body = p.grammar.block(p);
  const pattern: Pattern = pair ? { kind: 'tuple', elements: names, span: { file: p.file, lo, hi } } : names[0]!;
  const call = (receiver: Expr, name: string): Expr => ({
    kind: 'methodCall',
    receiver,
    name: { name, span: receiver.span },
    typeArgs: null,
    args: [],
    span: receiver.span,
  });
  const over = pair ? call(call(iterable.value, 'iter'), 'enumerate') : iterable.value;
  return { kind: 'for', label, pattern, iterable: over, body, span: p.spanFrom(start) };
}

/** `for (i = 0; i < n; i++)`: a range where it is one, otherwise only the advice to write `while`. */
function parseClauses(p: Parser, label: Ident | null, start: number, report: Report): Expr {
  const lo = p.start;
  const paren = p.kind === T.LParen;
  const from = paren ? p.pos + 1 : p.pos;
  let end = paren ? p.closing(p.pos) : from;
  if (!paren)
    while (p.kinds[end] !== T.LBrace && p.kinds[end] !== T.Eof && !isClosing(p.kinds[end]!))
      end = isOpen(p.kinds[end]!) ? p.closing(end) + 1 : end + 1;
  const counted = countedRange(p, from, end);
  const hi = paren ? p.ends[end]! : p.ends[end - 1]!;
  if (counted === null) {
    report('for (i = 0; …; …)', 'for i in 0..n { … }', []);
    p.rewind(paren ? end + 1 : end);
    p.grammar.block(p);
    return { kind: 'error', span: p.spanFrom(start) };
  }
  report('for (i = 0; …; …)', `for ${counted.text} { … }`, [p.edit(lo, hi, counted.text)]);
  p.rewind(counted.firstPos);
  const first = p.grammar.head(p);
  p.rewind(counted.limitPos);
  const limit = p.grammar.head(p);
  p.rewind(paren ? end + 1 : end);
  const range: Expr = { kind: 'range', start: first, end: limit, inclusive: counted.inclusive, step: null, span: { file: p.file, lo, hi } };
  const pattern: Pattern = { kind: 'binding', mutable: false, name: counted.name, sub: null, span: counted.name.span };
  const body = p.grammar.block(p);
  return { kind: 'for', label, pattern, iterable: range, body, span: p.spanFrom(start) };
}

function isOpen(kind: number): boolean {
  return kind === T.LParen || kind === T.LBracket;
}

interface Counted {
  readonly name: Ident;
  readonly firstPos: number;
  readonly limitPos: number;
  readonly inclusive: boolean;
  readonly text: string;
}

/** `[let|var|int] i = a; i < b; i++` between two tokens. */
function countedRange(p: Parser, from: number, end: number): Counted | null {
  const semis: number[] = [];
  for (let i = from; i < end; i++) if (p.kinds[i] === T.Semi) semis.push(i);
  if (semis.length !== 2) return null;
  let at = from;
  if (p.kinds[at] === T.Let || p.kinds[at] === T.Var || (p.kinds[at] === T.Ident && p.kinds[at + 1] === T.Ident)) at++;
  if (p.kinds[at] === T.Mut) at++;
  if (p.kinds[at] !== T.Ident) return null;
  const word = p.textAt(at);
  const name: Ident = { name: word.normalize('NFC'), span: p.spanAt(at) };
  const assign = p.kinds[at + 1];
  if (assign !== T.Eq && assign !== T.ColonEq) return null;
  const cond = semis[0]! + 1;
  if (!p.isWord(cond, word)) return null;
  const compare = p.kinds[cond + 1];
  if (compare !== T.Lt && compare !== T.LtEq) return null;
  const step = semis[1]! + 1;
  const counts =
    (p.isWord(step, word) && p.kinds[step + 1] === T.PlusPlus) ||
    (p.kinds[step] === T.PlusPlus && p.isWord(step + 1, word)) ||
    (p.isWord(step, word) && p.kinds[step + 1] === T.PlusEq && p.textAt(step + 2) === '1');
  if (!counts || at + 2 >= semis[0]! || cond + 2 >= semis[1]!) return null;
  const inclusive = compare === T.LtEq;
  const first = p.text.slice(p.starts[at + 2], p.ends[semis[0]! - 1]);
  const limit = p.text.slice(p.starts[cond + 2], p.ends[semis[1]! - 1]);
  return { name, firstPos: at + 2, limitPos: cond + 2, inclusive, text: `${word} in ${first}${inclusive ? '..=' : '..'}${limit}` };
}

// ---------------------------------------------------------------- try, using, spawn

/** `try { … } catch e: T => expr …`; the current token is `try`. */
export function parseTryBlock(p: Parser): Expr {
  const start = p.start;
  p.bump();
  const body = p.grammar.block(p);
  const catches: CatchArm[] = [];
  for (;;) {
    if ((p.kind === T.Comma || p.kind === T.Semi) && catches.length !== 0 && p.isWord(p.pos + 1, 'catch') && beginsCatch(p.peek(2)))
      p.bump();
    if (!p.atWord('catch') || !beginsCatch(p.peek(1))) break;
    catches.push(free(p, () => parseCatch(p)));
  }
  return { kind: 'tryBlock', body, catches, span: p.spanFrom(start) };
}

function beginsCatch(kind: number): boolean {
  return kind === T.Ident || kind === T.Underscore || kind === T.LParen || kind === T.LBrace;
}

function parseCatch(p: Parser): CatchArm {
  const start = p.start;
  p.bump();
  if (p.kind === T.LParen || p.kind === T.LBrace) return parseForeignCatch(p, start);
  const name = p.takeIdent();
  const types: TypeExpr[] = [];
  if (p.expect(T.Colon, ':')) {
    do types.push(parseType(p));
    while (p.eat(T.Or));
  }
  if (!p.expect(T.FatArrow, '=>')) {
    if (p.kind === T.LBrace) return { name, types, body: p.grammar.block(p), span: p.spanFrom(start) };
    return { name, types, body: { kind: 'error', span: p.here() }, span: p.spanFrom(start) };
  }
  const body = p.kind === T.LBrace ? p.grammar.block(p) : p.grammar.expr(p);
  return { name, types, body, span: p.spanFrom(start) };
}

/** `catch (e: T) { … }` of Huawei's Cangjie, `catch (T e) { … }` of Java. */
function parseForeignCatch(p: Parser, start: number): CatchArm {
  const open = p.here();
  const paren = p.kind === T.LParen;
  const edits: TextEdit[] = [];
  let name: Ident = { name: '_', span: open };
  let types: TypeExpr[] = [{ kind: 'path', segments: [{ name: { name: 'Panic', span: open }, args: null }], span: open }];
  if (paren) {
    const close = p.closing(p.pos);
    p.bump();
    if (p.kind === T.Ident && p.peek(1) === T.Ident) {
      const type = parseType(p);
      types = [type];
      name = p.takeIdent();
      edits.push(p.edit(open.lo, p.ends[close]!, `${name.name}: ${p.text.slice(type.span.lo, type.span.hi)} =>`));
    } else {
      name = p.takeIdent();
      if (p.eat(T.Colon)) {
        types = [parseType(p)];
        while (p.eat(T.Or)) types.push(parseType(p));
        edits.push(p.edit(open.lo, open.hi, ''), p.edit(p.starts[close]!, p.ends[close]!, ' =>'));
      } else edits.push(p.edit(open.lo, p.ends[close]!, `${name.name}: Panic =>`));
    }
    p.rewind(close);
    p.bump();
  } else edits.push(p.edit(open.lo, open.lo, '_: Panic => '));
  p.foreign('CJ0196', { ...open, lo: start, hi: start + 5 }, {}, edits);
  return { name, types, body: p.grammar.block(p), span: p.spanFrom(start) };
}

/** `using (let b = e, var c = f) { … }`. */
export function parseUsing(p: Parser): Expr {
  const start = p.start;
  p.bump();
  const bindings: LetStmt[] = [];
  if (p.expect(T.LParen, '(')) {
    free(p, () => {
      while (p.kind !== T.RParen && p.kind !== T.Eof) {
        const before = p.pos;
        if (p.kind === T.Let || p.kind === T.Var) {
          const binding = p.grammar.binding(p);
          if (binding.init === null) p.note('CJ0144', binding.span);
          bindings.push(binding);
        } else p.missing('let');
        if (p.eat(T.Comma) || p.eat(T.Semi)) continue;
        if (p.kind === T.RParen) break;
        p.missing(')');
        while (p.kind !== T.Comma && p.kind !== T.Semi && !isClosing(p.kind) && p.kind !== T.Eof) p.skip();
        if (p.pos === before) break;
      }
    });
    p.expect(T.RParen, ')');
  }
  const body = p.grammar.block(p);
  return { kind: 'using', bindings, body, span: p.spanFrom(start) };
}

/** `spawn { … }`, `spawn move { … }`, `spawn independent { … }`, `spawn f(x)`. */
export function parseSpawn(p: Parser): SpawnExpr {
  const start = p.start;
  p.bump();
  let independent = false;
  let move = false;
  for (;;) {
    if (p.atWord('independent') && (p.peek(1) === T.LBrace || p.peek(1) === T.Move || p.peek(1) === T.Ident)) independent = true;
    else if (p.kind === T.Move && p.peek(1) !== T.Or && p.peek(1) !== T.OrOr) move = true;
    else break;
    p.bump();
  }
  if (p.kind === T.LBrace) {
    const body = p.grammar.block(p);
    return { kind: 'spawn', independent, move, body, span: p.spanFrom(start) };
  }
  const saved = p.allowLet;
  p.allowLet = false;
  const body = p.grammar.operand(p);
  p.allowLet = saved;
  if (body.kind !== 'call' && body.kind !== 'methodCall' && body.kind !== 'error')
    p.note('CJ0145', body.span, {}, [
      { key: 'block', edits: [p.edit(body.span.lo, body.span.lo, '{ '), p.edit(body.span.hi, body.span.hi, ' }')] },
    ]);
  return { kind: 'spawn', independent, move, body, span: p.spanFrom(start) };
}
