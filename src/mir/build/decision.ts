/**
 * From rows of tests to branches: which arm is taken.
 * Algorithm: the first row's first test is made once for the longest run of rows that it decides; each outcome goes on with its rows, and
 * whatever follows the run is lowered once, as the place where all outcomes continue that found nothing. So no row is lowered twice.
 * Source: `rustc_mir_build::build::matches`.
 */
import { bug, unreachable } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { Ty, tree } from '../../types/index.ts';
import type { BlockId, CompareOp, Operand, Place } from '../mir.ts';
import { localPlace, placeTy } from '../visit.ts';
import type { Builder } from './builder.ts';
import { lengthOf } from './places.ts';
import { literalOperand } from './operands.ts';
import { refine } from './pattern-rows.ts';
import type { Pair, Row } from './pattern-rows.ts';

/** Lowers the end of a row: its bindings, its guard, and the jump to its arm. `next` gives the place to go on when the guard fails; returns whether it can. */
export type Leaf = (row: Row, next: () => BlockId) => boolean;

/** Lowers the choice among rows, from the current block. `fail` gives the place to go where none matches. */
export function decide(b: Builder, rows: readonly Row[], fail: () => BlockId, leaf: Leaf): void {
  let rest = rows;
  for (;;) {
    const first = rest[0];
    if (first === undefined) {
      if (b.cur !== null) b.goto(fail());
      return;
    }
    let following: BlockId | null = null;
    const next = (): BlockId => (following ??= b.newBlock());
    const pair = first.pairs[0];
    if (pair === undefined) {
      if (!leaf(first, next)) return;
      rest = rest.slice(1);
    } else {
      const { decided, otherwise } = test(b, rest, pair, fail, next, leaf);
      if (otherwise !== null) {
        b.start(otherwise.block);
        rest = otherwise.rows;
        continue;
      }
      rest = rest.slice(decided);
    }
    if (following === null) return;
    b.start(following);
  }
}

/** What a test leaves: how many rows it decided; or, where it decided all, the rows of one outcome that are still to be lowered, and where. */
interface Tested {
  readonly decided: number;
  readonly otherwise: { readonly block: BlockId; readonly rows: readonly Row[] } | null;
}

/** Makes the test of one pair and goes on with each outcome, but for one that is a long chain of its own. */
function test(b: Builder, rows: readonly Row[], pair: Pair, fail: () => BlockId, next: () => BlockId, leaf: Leaf): Tested {
  switch (pair.pat.kind) {
    case 'variant':
      return { decided: switchVariant(b, rows, pair, pair.pat, fail, next, leaf), otherwise: null };
    case 'const':
      switch (pair.pat.value.kind) {
        case 'int': case 'rune': case 'bool':
          return { decided: switchValue(b, rows, pair, fail, next, leaf), otherwise: null };
        case 'float': case 'string': case 'bytes': case 'unit':
          return twoWay(b, rows, pair, fail, next, leaf);
        default:
          return unreachable(pair.pat.value);
      }
    case 'range': case 'slice':
      return twoWay(b, rows, pair, fail, next, leaf);
    default:
      return unreachable(pair.pat);
  }
}

/** Where an outcome goes that finds no row: to the rows that follow, or out. */
function elsewhere(rows: readonly Row[], decided: number, fail: () => BlockId, next: () => BlockId): () => BlockId {
  return decided < rows.length ? next : fail;
}

function switchVariant(b: Builder, rows: readonly Row[], pair: Pair, pat: tree.VariantPat, fail: () => BlockId, next: () => BlockId, leaf: Leaf): number {
  const buckets = new Map<number, Row[]>();
  let decided = 0;
  for (const row of rows) {
    const own = row.pairs.find((p) => p.key === pair.key);
    if (own === undefined || own.pat.kind !== 'variant') break;
    const bucket = buckets.get(own.pat.variant) ?? [];
    bucket.push(...refine(row, own));
    buckets.set(own.pat.variant, bucket);
    decided++;
  }
  const miss = elsewhere(rows, decided, fail, next);
  const index = b.rvalueTemp({ kind: 'variantIndex', place: pair.place }, tys.usize, pat.span);
  outcomes(b, copyOf(index), buckets, buckets.size === pat.adt.variants.length, pat.span, miss, leaf);
  return decided;
}

function switchValue(b: Builder, rows: readonly Row[], pair: Pair, fail: () => BlockId, next: () => BlockId, leaf: Leaf): number {
  const buckets = new Map<bigint, Row[]>();
  let decided = 0;
  for (const row of rows) {
    const own = row.pairs.find((p) => p.key === pair.key);
    if (own === undefined || own.pat.kind !== 'const') break;
    const value = switchNumber(own.pat.value);
    const bucket = buckets.get(value) ?? [];
    bucket.push(...refine(row, own));
    buckets.set(value, bucket);
    decided++;
  }
  const miss = elsewhere(rows, decided, fail, next);
  const isBool = placeTy(b, pair.place).kind === 'bool';
  outcomes(b, { kind: 'copy', place: pair.place }, buckets, isBool && buckets.size === 2, pair.pat.span, miss, leaf);
  return decided;
}

function outcomes(b: Builder, operand: Operand, buckets: ReadonlyMap<number | bigint, readonly Row[]>, complete: boolean, span: tree.Expr['span'], miss: () => BlockId, leaf: Leaf): void {
  const cases = [...buckets].map(([value, rows]) => ({ value: BigInt(value), rows, target: b.newBlock() }));
  const dead = b.cur === null;
  b.terminate({
    kind: 'switch',
    operand,
    cases: cases.map(({ value, target }) => ({ value, target })),
    otherwise: complete ? b.newBlock() : miss(),
    span,
  });
  if (dead) return;
  for (const { rows, target } of cases) {
    b.start(target);
    decide(b, rows, miss, leaf);
  }
}

function switchNumber(value: tree.Literal): bigint {
  switch (value.kind) {
    case 'int':
      return value.value;
    case 'rune':
      return BigInt(value.value);
    case 'bool':
      return value.value ? 1n : 0n;
    default:
      return bug('a constant that cannot be switched on');
  }
}

/** What one outcome of a two-way test says of another row's pattern at the same place. */
type Verdict = 'taken' | 'both' | 'yes' | 'no';

function twoWay(b: Builder, rows: readonly Row[], pair: Pair, fail: () => BlockId, next: () => BlockId, leaf: Leaf): Tested {
  const yesRows: Row[] = [];
  const noRows: Row[] = [];
  let decided = 0;
  for (const row of rows) {
    const own = row.pairs.find((p) => p.key === pair.key);
    const verdict = own === undefined ? 'both' : verdictOf(pair.pat, own.pat);
    if (verdict === 'both') break;
    if (verdict === 'taken') yesRows.push(...refine(row, own!));
    else if (verdict === 'yes') yesRows.push(row);
    else noRows.push(row);
    decided++;
  }
  const miss = elsewhere(rows, decided, fail, next);
  const yes = b.newBlock();
  const no = noRows.length > 0 ? b.newBlock() : miss();
  if (b.cur === null) return { decided, otherwise: null };
  emitTest(b, pair, yes, no);
  b.start(yes);
  decide(b, yesRows, miss, leaf);
  // The arms of a match on text are one chain of failed tests: it is followed without recursion.
  if (noRows.length > 0 && decided === rows.length) return { decided, otherwise: { block: no, rows: noRows } };
  if (noRows.length > 0) {
    b.start(no);
    decide(b, noRows, miss, leaf);
  }
  return { decided, otherwise: null };
}

/** `taken`: the test's success settles the other pattern; `yes`/`no`: it can match only in that outcome; `both`: not decided. */
function verdictOf(tested: Pair['pat'], other: Pair['pat']): Verdict {
  if (tested === other) return 'taken';
  switch (tested.kind) {
    case 'const':
      if (other.kind !== 'const') return 'both';
      return sameLiteral(tested.value, other.value) ? 'taken' : tested.value.kind === 'float' ? 'both' : 'no';
    case 'range':
      if (other.kind === 'range' && sameRange(tested, other)) return 'taken';
      return rangesDisjoint(tested, other) ? 'no' : 'both';
    case 'slice': {
      if (other.kind !== 'slice') return 'both';
      const n = tested.prefix.length + tested.suffix.length;
      const m = other.prefix.length + other.suffix.length;
      if (tested.rest === null) {
        if (other.rest === null) return n === m ? 'taken' : 'no';
        return m > n ? 'no' : 'both';
      }
      if (m < n) return other.rest === null ? 'no' : 'both';
      return m === n && other.rest !== null ? 'taken' : 'yes';
    }
    case 'variant':
      return bug('variants are switched on');
    default:
      return unreachable(tested);
  }
}

function sameLiteral(a: tree.Literal, c: tree.Literal): boolean {
  if (a.kind === 'bytes') return c.kind === 'bytes' && a.value.length === c.value.length && a.value.every((x, i) => x === c.value[i]);
  if (a.kind === 'unit') return c.kind === 'unit';
  return a.kind === c.kind && a.value === c.value;
}

function sameRange(a: tree.RangePat, c: tree.RangePat): boolean {
  const same = (x: tree.Literal | null, y: tree.Literal | null): boolean => (x === null || y === null ? x === y : sameLiteral(x, y));
  return a.exclusiveEnd === c.exclusiveEnd && same(a.lo, c.lo) && same(a.hi, c.hi);
}

/** The whole numbers of a pattern, both ends included; null: unbounded or not whole. */
function bounds(pat: Pair['pat']): { readonly lo: bigint | null; readonly hi: bigint | null } | null {
  const whole = (value: tree.Literal): boolean => value.kind === 'int' || value.kind === 'rune';
  if (pat.kind === 'const') return whole(pat.value) ? { lo: switchNumber(pat.value), hi: switchNumber(pat.value) } : null;
  if (pat.kind !== 'range') return null;
  if ((pat.lo !== null && !whole(pat.lo)) || (pat.hi !== null && !whole(pat.hi))) return null;
  const hi = pat.hi === null ? null : switchNumber(pat.hi) - (pat.exclusiveEnd ? 1n : 0n);
  return { lo: pat.lo === null ? null : switchNumber(pat.lo), hi };
}

function rangesDisjoint(a: Pair['pat'], c: Pair['pat']): boolean {
  const x = bounds(a);
  const y = bounds(c);
  if (x === null || y === null) return false;
  return (x.hi !== null && y.lo !== null && x.hi < y.lo) || (y.hi !== null && x.lo !== null && y.hi < x.lo);
}

// ---------------------------------------------------------------- tests as code

function copyOf(local: ReturnType<Builder['rvalueTemp']>): Operand {
  return { kind: 'copy', place: localPlace(local) };
}

function emitTest(b: Builder, pair: Pair, yes: BlockId, no: BlockId): void {
  const { pat, place } = pair;
  const span = pat.span;
  const compare = (op: CompareOp, left: Operand, right: Operand): Operand => copyOf(b.rvalueTemp({ kind: 'compare', op, left, right }, tys.bool, span));
  const value: Operand = { kind: 'copy', place };
  switch (pat.kind) {
    case 'const':
      switch (pat.value.kind) {
        case 'string':
          b.switchBool(callEq(b, 'strEq', textOf(b, place, span), literalOperand(b, pat.value, tys.ref(tys.str, false)), span), yes, no, span);
          break;
        case 'bytes':
          b.switchBool(callEq(b, 'bytesEq', bytesOf(b, place, span), literalOperand(b, pat.value, tys.ref(tys.slice(tys.uint8), false)), span), yes, no, span);
          break;
        case 'unit':
          b.goto(yes);
          break;
        default:
          b.switchBool(compare('eq', value, literalOperand(b, pat.value, pat.ty)), yes, no, span);
      }
      break;
    case 'range': {
      if (pat.lo !== null) {
        const above = pat.hi === null ? yes : b.newBlock();
        b.switchBool(compare('ge', value, literalOperand(b, pat.lo, pat.ty)), above, no, span);
        if (pat.hi === null) break;
        b.start(above);
      }
      if (pat.hi === null) b.goto(yes);
      else b.switchBool(compare(pat.exclusiveEnd ? 'lt' : 'le', value, literalOperand(b, pat.hi, pat.ty)), yes, no, span);
      break;
    }
    case 'slice': {
      const length = lengthOf(b, place, placeTy(b, place), span);
      const wanted = b.int(BigInt(pat.prefix.length + pat.suffix.length), tys.usize);
      b.switchBool(compare(pat.rest === null ? 'eq' : 'ge', length, wanted), yes, no, span);
      break;
    }
    case 'variant':
      bug('variants are switched on');
      break;
    default:
      unreachable(pat);
  }
}

function callEq(b: Builder, name: 'strEq' | 'bytesEq', left: Operand, right: Operand, span: tree.Expr['span']): Operand {
  const result = b.newTemp(tys.bool, span);
  b.call(localPlace(result), { kind: 'fn', fn: { decl: b.program.lang.fn(name), args: [] } }, [left, right], span);
  return copyOf(result);
}

function borrow(b: Builder, place: Place, target: Ty, span: tree.Expr['span']): Operand {
  return copyOf(b.rvalueTemp({ kind: 'ref', mutable: false, place, twoPhase: false }, tys.ref(target, false), span));
}

/** The `&str` of a place of type `str`, `&str` or String. */
function textOf(b: Builder, place: Place, span: tree.Expr['span']): Operand {
  const ty = placeTy(b, place);
  if (ty.kind === 'str') return borrow(b, place, ty, span);
  if (ty.kind === 'ref') return { kind: 'copy', place };
  const deref = b.program.lang.trait('Deref').methods[0] ?? bug('Deref has no method');
  const result = b.newTemp(tys.ref(tys.str, false), span);
  b.call(localPlace(result), { kind: 'fn', fn: { decl: deref, args: [ty] } }, [borrow(b, place, ty, span)], span);
  return copyOf(result);
}

/** The `&[UInt8]` of a place of an array or slice of bytes, or of a reference to one. */
function bytesOf(b: Builder, place: Place, span: tree.Expr['span']): Operand {
  const ty = placeTy(b, place);
  const ref: Operand = ty.kind === 'ref' ? { kind: 'copy', place } : borrow(b, place, ty, span);
  const target = ty.kind === 'ref' ? ty.target : ty;
  if (target.kind === 'slice') return ref;
  const slice = tys.ref(tys.slice(tys.uint8), false);
  return copyOf(b.rvalueTemp({ kind: 'cast', how: 'arrayToSlice', operand: ref, ty: slice }, slice, span));
}
