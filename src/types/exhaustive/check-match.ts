/**
 * Whether the arms of a `match` cover every value, and which of them are never reached; also whether a pattern matches every value.
 * Consumes: typed patterns. Produces: witnesses (values that no arm takes, as patterns that their users could write) and unreachable arms.
 * All arms are specialised together, one column at a time, so a match of n constants costs about n² cheap steps. Deciding this is NP-hard in
 * general: after MAX_STEPS the answer is "too complex", an error of its own.
 * Source: Maranget 2007; the shape of the walk follows rustc's `compute_exhaustiveness_and_usefulness`.
 */
import type { Span } from '../../source/index.ts';
import type { Pat } from '../tree.ts';
import type { Ty } from '../ty.ts';
import { arityOf, headOf, isEmptyType, partTypes, peel } from './constructors.ts';
import type { Ctor, Normalize } from './constructors.ts';
import { showWitness } from './show-witness.ts';
import type { Witness } from './show-witness.ts';
import { covers, splitColumn } from './split.ts';

export interface MatchArm {
  readonly pat: Pat;
  readonly hasGuard: boolean;
  readonly span: Span;
}

export interface MatchResult {
  /** Patterns for values that no arm takes, a few at most; empty when the match is exhaustive. */
  readonly missing: readonly string[];
  /** Whether there are more than `missing` shows. */
  readonly more: boolean;
  /** Indices of arms that no value reaches. */
  readonly unreachable: readonly number[];
  /** Alternatives of or-patterns that no value reaches, in arms that are otherwise reached. */
  readonly unreachableAlternatives: readonly Span[];
  /** The work grew beyond all bounds; nothing else is said. */
  readonly tooComplex: boolean;
}

const MAX_STEPS = 3_000_000;
/** More witnesses than this help nobody. */
const MAX_WITNESSES = 4;

const FINE: MatchResult = { missing: [], more: false, unreachable: [], unreachableAlternatives: [], tooComplex: false };

/** `normalize` resolves associated types in the types of fields. */
export function checkMatch(scrutineeTy: Ty, arms: readonly MatchArm[], normalize: Normalize = (ty) => ty): MatchResult {
  if (scrutineeTy.kind === 'poison' || arms.some((arm) => hasError(arm.pat))) return FINE;
  const walk = new Walk(normalize);
  const alternatives: Alternative[] = [];
  const rows = arms.map((arm): Row => ({ cells: [arm.pat], arm: { useful: false }, guard: arm.hasGuard, marks: [] }));
  walk.onAlternative = (alternative) => alternatives.push(alternative);
  let witnesses: readonly (readonly Witness[])[];
  try {
    witnesses = walk.run([scrutineeTy], rows, true);
  } catch (error) {
    if (error instanceof TooComplex) return { ...FINE, tooComplex: true };
    throw error;
  }
  const unreachable = arms.flatMap((_, i) => (rows[i]!.arm.useful ? [] : [i]));
  const reached = new Map<Pat, boolean>();
  for (const { pat, mark, arm } of alternatives) if (arm.useful) reached.set(pat, (reached.get(pat) ?? false) || mark.useful);
  const shown = [...new Set(witnesses.map((list) => showWitness(list[0]!)))];
  return {
    missing: shown.slice(0, MAX_WITNESSES - 1),
    more: shown.length >= MAX_WITNESSES,
    unreachable,
    unreachableAlternatives: [...reached].filter(([, useful]) => !useful).map(([pat]) => pat.span),
    tooComplex: false,
  };
}

/** Witnesses of values that the pattern does not match; empty if it is irrefutable. */
export function refutedBy(pat: Pat, normalize?: Normalize): readonly string[] {
  return checkMatch(pat.ty, [{ pat, hasGuard: false, span: pat.span }], normalize).missing;
}

function hasError(pat: Pat): boolean {
  switch (pat.kind) {
    case 'error':
      return true;
    case 'wild': case 'const': case 'range':
      return false;
    case 'bind':
      return pat.sub !== null && hasError(pat.sub);
    case 'variant':
      return pat.fields.some((field) => hasError(field.pat));
    case 'tuple':
      return pat.elements.some(hasError);
    case 'deref':
      return hasError(pat.inner);
    case 'slice':
      return pat.prefix.some(hasError) || pat.suffix.some(hasError) || (pat.rest !== null && hasError(pat.rest));
    case 'or':
      return pat.alternatives.some(hasError);
  }
}

class TooComplex extends Error {}

/** Set when some value reaches it and nothing before. */
interface Mark {
  useful: boolean;
}

interface Alternative {
  readonly pat: Pat;
  readonly mark: Mark;
  readonly arm: Mark;
}

interface Row {
  /** Null is a wildcard. */
  readonly cells: readonly (Pat | null)[];
  readonly arm: Mark;
  readonly guard: boolean;
  /** The alternatives of or-patterns that were chosen on the way. */
  readonly marks: readonly Mark[];
}

const NO_WITNESSES: readonly (readonly Witness[])[] = [];
const WILD: Witness = { kind: 'wild' };

class Walk {
  private readonly normalize: Normalize;
  private steps = 0;
  onAlternative: (alternative: Alternative) => void = () => undefined;

  constructor(normalize: Normalize) {
    this.normalize = normalize;
  }

  /** Witnesses, one for each column, of values that no row without a guard matches. Rows that some value reaches are marked. */
  run(types: readonly Ty[], given: readonly Row[], wantWitnesses: boolean): readonly (readonly Witness[])[] {
    this.steps += given.length + 1;
    if (this.steps > MAX_STEPS) throw new TooComplex();
    const ty = types[0];
    if (ty === undefined) {
      for (const row of given) {
        row.arm.useful = true;
        for (const mark of row.marks) mark.useful = true;
        if (!row.guard) return NO_WITNESSES;
      }
      return wantWitnesses ? [[]] : NO_WITNESSES;
    }
    const rows = this.expand(given);
    const restTypes = types.slice(1);
    const heads: Ctor[] = [];
    const headsOfRows = rows.map((row) => {
      const pat = row.cells[0]!;
      if (pat === null) return null;
      const head = headOf(pat);
      heads.push(head.ctor);
      return head;
    });
    // The patterns know their type best: behind a default binding the column's may be a type parameter's field.
    const columnTy = ty.kind === 'poison' || ty.kind === 'projection' ? (rows.find((row) => row.cells[0] !== null)?.cells[0]!.ty ?? ty) : ty;
    if (rows.length === 0 && isEmptyType(columnTy, this.normalize)) return NO_WITNESSES;
    if (heads.length === 0) {
      // Nothing is told apart here: one step for the whole column.
      if (isEmptyType(columnTy, this.normalize)) {
        return NO_WITNESSES;
      }
      const inner = this.run(restTypes, rows.map((row) => ({ ...row, cells: row.cells.slice(1) })), wantWitnesses);
      return inner.map((list) => [WILD, ...list]);
    }
    const { present, missing } = splitColumn(columnTy, heads, this.normalize);
    const witnesses: (readonly Witness[])[] = [];
    const enough = (): boolean => witnesses.length >= MAX_WITNESSES;
    // Rows that name one value wait under its key, so that a long table of constants is not read once for each of them.
    const byKey = new Map<string | number | bigint, number[]>();
    const others: number[] = [];
    headsOfRows.forEach((head, i) => {
      const key = head === null ? null : keyOf(head.ctor);
      const list = key === null ? others : byKey.get(key);
      if (list === undefined) byKey.set(key!, [i]);
      else list.push(i);
    });
    for (const ctor of present) {
      const parts = partTypes(ctor, columnTy, this.normalize);
      const arity = arityOf(ctor);
      const inner: Row[] = [];
      const key = keyOf(ctor);
      for (const i of mergeSorted(key === null ? [] : (byKey.get(key) ?? []), others)) {
        const row = rows[i]!;
        const head = headsOfRows[i]!;
        this.steps++;
        if (head === null) inner.push({ ...row, cells: [...new Array<null>(arity).fill(null), ...row.cells.slice(1)] });
        else if (covers(head.ctor, ctor)) inner.push({ ...row, cells: [...spread(head.ctor, head.parts, ctor, arity), ...row.cells.slice(1)] });
      }
      const found = this.run([...parts, ...restTypes], inner, wantWitnesses && !enough());
      for (const list of found) if (!enough()) witnesses.push([{ kind: 'ctor', ctor, ty: columnTy, parts: list.slice(0, arity) }, ...list.slice(arity)]);
    }
    if (missing.length > 0) {
      const inner = rows.filter((_, i) => headsOfRows[i] === null).map((row): Row => ({ ...row, cells: row.cells.slice(1) }));
      const found = this.run(restTypes, inner, wantWitnesses && !enough());
      for (const list of found) {
        for (const ctor of missing) {
          if (enough()) break;
          const parts = new Array<Witness>(arityOf(ctor)).fill(WILD);
          witnesses.push([ctor.kind === 'open' ? WILD : { kind: 'ctor', ctor, ty: columnTy, parts }, ...list]);
        }
      }
    }
    return witnesses;
  }

  /** Peels bindings off the first column and makes a row of each alternative in it. */
  private expand(rows: readonly Row[]): readonly Row[] {
    const out: Row[] = [];
    const add = (row: Row, pat: Pat | null): void => {
      const peeled = pat === null ? null : peel(pat);
      if (peeled?.kind !== 'or') {
        out.push(peeled === row.cells[0] ? row : { ...row, cells: [peeled, ...row.cells.slice(1)] });
        return;
      }
      for (const alternative of peeled.alternatives) {
        const mark: Mark = { useful: false };
        this.onAlternative({ pat: alternative, mark, arm: row.arm });
        add({ ...row, marks: [...row.marks, mark] }, alternative);
      }
    };
    for (const row of rows) add(row, row.cells[0] ?? null);
    return out;
  }
}

/** The one value or variant that a constructor means; null for a range of values, and where there is little to tell apart. */
function keyOf(ctor: Ctor): string | number | bigint | null {
  switch (ctor.kind) {
    case 'variant':
      return ctor.index;
    case 'opaque':
      return ctor.key;
    case 'range':
      return ctor.lo === ctor.hi ? ctor.lo : null;
    default:
      return null;
  }
}

/** Two ascending lists as one: the order of rows is the order in which arms are tried. */
function mergeSorted(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) out.push(j === b.length || (i < a.length && a[i]! < b[j]!) ? a[i++]! : b[j++]!);
  return out;
}

/** The parts of a head in the places of the class `ctor`: only slices have a class longer than the pattern. */
function spread(head: Ctor, parts: readonly (Pat | null)[], ctor: Ctor, arity: number): readonly (Pat | null)[] {
  if (head.kind !== 'slice' || parts.length === arity) return parts;
  const gap = new Array<null>(arity - parts.length).fill(null);
  return ctor.kind === 'slice' ? [...parts.slice(0, head.prefix), ...gap, ...parts.slice(head.prefix)] : parts;
}
