/**
 * The wording of borrow errors: the story in the order in which it happens. Where the borrow starts, what ends or changes what it looks at,
 * where it is used again.
 * Consumes: Conflicts of a body. Produces: diagnostics CJ0510–CJ0523. Holds: which loans have been told of, since one mistake is told once.
 */
import { unreachable } from '../../base/index.ts';
import type { DiagInput, DiagSink, RelatedSpan } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { Body, LocalId, Place } from '../../mir/index.ts';
import { captureAt, placeName } from '../place-names.ts';
import type { Analysis } from './analyze-body.ts';
import type { Conflict } from './conflicts.ts';
import { laterUse } from './later-use.ts';
import type { LaterUse } from './later-use.ts';

export class BorrowReporter {
  private readonly sink: DiagSink;
  private readonly body: Body;
  private readonly analysis: Analysis;
  private readonly said = new Set<string>();

  constructor(analysis: Analysis, sink: DiagSink) {
    this.analysis = analysis;
    this.body = analysis.body;
    this.sink = sink;
  }

  conflicts(list: readonly Conflict[]): void {
    for (const conflict of list) this.conflict(conflict);
  }

  /** Function values that do more than their callers may assume. */
  misfits(): void {
    for (const { span, misfit } of this.analysis.facts.misfits) {
      const label = misfit.kind === 'lends' ? 'lends' : undefined;
      const closure = misfit.value.kind === 'closure' ? misfit.value.decl.span : span;
      this.sink.report({ code: 'CJ0521', span, label, args: {}, related: closure.lo === span.lo ? [] : [{ span: closure, label: 'closure' }] });
    }
  }

  /** A reference made from a raw pointer that leaves a function which takes no reference. */
  unknown(): void {
    if (this.analysis.unknownEscapes) this.sink.report({ code: 'CJ0522', span: this.body.span });
  }

  private name(place: Place): string {
    return placeName(this.body, place) ?? this.body.locals[place.local]!.name ?? '_';
  }

  private isTemporary(place: Place): boolean {
    return this.body.locals[place.local]!.name === null && captureAt(this.body, place) === null && this.body.locals[place.local]!.kind !== 'param';
  }

  private conflict(conflict: Conflict): void {
    const code = this.codeOf(conflict);
    const ends = conflict.access === 'drop' || conflict.access === 'storageEnd' || conflict.access === 'return';
    const key = ends ? `end:${conflict.loanId}` : `${code}:${conflict.loanId}:${conflict.span.lo}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.sink.report(this.describe(code, conflict, ends));
  }

  private codeOf(conflict: Conflict): string {
    const { access, loan, holder, byDrop } = conflict;
    switch (access) {
      case 'read': case 'borrow':
        return byDrop ? 'CJ0519' : 'CJ0512';
      case 'borrowMut': case 'activate':
        return byDrop ? 'CJ0519' : loan.mutable ? 'CJ0511' : 'CJ0510';
      case 'assign': case 'replace':
        return byDrop ? 'CJ0519' : 'CJ0513';
      case 'move':
        return byDrop ? 'CJ0519' : 'CJ0514';
      case 'drop': case 'storageEnd': case 'return':
        if (holder === null) return 'CJ0523';
        if (holder === 0) return this.closureOf(conflict) ? 'CJ0518' : 'CJ0516';
        if (byDrop) return 'CJ0519';
        return this.isTemporary(conflict.place) ? 'CJ0517' : 'CJ0515';
      case 'ownedWrite':
        return 'CJ0518';
      default:
        return unreachable(access);
    }
  }

  /** Whether the loan is a capture of a closure that leaves. */
  private closureOf(conflict: Conflict): boolean {
    const { holder } = conflict.loan;
    return this.body.blocks.some((block) => block.stmts.some((stmt) => stmt.kind === 'assign' && stmt.value.kind === 'aggregate' && stmt.value.ty.kind === 'closure'
      && stmt.value.fields.some((field) => field.kind !== 'const' && field.place.local === holder)));
  }

  private describe(code: string, conflict: Conflict, ends: boolean): DiagInput {
    const { loan, holder } = conflict;
    const name = this.name(ends ? { local: loan.place.local, proj: [] } : loan.place);
    const later = holder === null ? null : laterUse(this.analysis, conflict, holder);
    const by = this.holderName(holder);
    const args = { name, access: this.name(conflict.place), holder: by ?? name };
    const related: RelatedSpan[] = [];
    let { span } = conflict;
    const temporary = this.isTemporary(loan.place);
    if (ends) {
      // The end of a block is a place after all of its text; the borrow is what the reader has to look at.
      span = loan.span;
      if (code === 'CJ0515') related.push({ span: this.endOf(conflict), label: 'ends', args });
    } else {
      related.push({ span: loan.span, label: loan.mutable ? 'exclusive' : 'borrowed', args });
    }
    if (later !== null && code !== 'CJ0516' && code !== 'CJ0518') this.later(related, later, conflict, args);
    return { code, span, args, label: ends && temporary && code !== 'CJ0517' ? 'temporary' : undefined, related };
  }

  private later(related: RelatedSpan[], later: LaterUse, conflict: Conflict, args: { readonly name: string; readonly holder: string }): void {
    const again = later.span.lo < conflict.span.lo || (later.span.lo === conflict.span.lo && later.round);
    related.push({ span: later.span, label: later.drop ? 'dropped' : again ? 'usedNextRound' : 'used', args });
  }

  private endOf(conflict: Conflict): Span {
    const { span } = conflict;
    return { file: span.file, lo: Math.max(span.lo, span.hi - 1), hi: span.hi };
  }

  private holderName(holder: LocalId | null): string | null {
    return holder === null ? null : this.body.locals[holder]!.name;
  }
}
