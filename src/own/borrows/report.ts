/**
 * The wording of borrow errors: the story in the order in which it happens. Where the borrow starts, what ends or changes what it looks at,
 * where it is used again; the line of another function by which the borrow came there; what would help.
 * Consumes: Conflicts of a body. Produces: diagnostics CJ0510–CJ0524. Holds: which loans have been told of, since one mistake is told once.
 */
import { unreachable } from '../../base/index.ts';
import type { DiagInput, DiagSink, RelatedSpan } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { Body, LocalId, Place } from '../../mir/index.ts';
import { captureAt, placeName } from '../place-names.ts';
import { adviceFor } from './advice.ts';
import type { AdviceHost } from './advice.ts';
import type { Analysis } from './analyze-body.ts';
import type { Conflict, Kept } from './conflicts.ts';
import { laterUse } from './later-use.ts';
import type { LaterUse } from './later-use.ts';
import { callThatHandsOn } from './through-call.ts';
import type { WitnessHost } from './through-call.ts';

export class BorrowReporter {
  private readonly sink: DiagSink;
  private readonly body: Body;
  private readonly analysis: Analysis;
  private readonly host: AdviceHost & WitnessHost;
  private readonly said = new Set<string>();
  private readonly spans: Span[] = [];

  constructor(analysis: Analysis, sink: DiagSink, host: AdviceHost & WitnessHost) {
    this.analysis = analysis;
    this.body = analysis.body;
    this.sink = sink;
    this.host = host;
  }

  conflicts(list: readonly Conflict[]): void {
    for (const conflict of list) this.conflict(conflict);
  }

  /** Function values that do more than their callers may assume. */
  misfits(): void {
    for (const { span, misfit } of this.analysis.facts.misfits) {
      const label = misfit.kind === 'lends' ? 'lends' : undefined;
      const closure = misfit.value.kind === 'closure' ? misfit.value.decl.span : span;
      this.sink.report({ code: 'CJ0521', span, label, args: {}, related: closure.lo === span.lo ? [] : [{ span: closure, label: 'closure' }], help: [misfit.kind === 'lends' ? 'own' : 'copy'] });
    }
  }

  /** Values with borrows that are kept where only owned ones may be. */
  kept(list: readonly Kept[]): void {
    for (const { span, loan, param } of list) {
      const name = loan !== null ? this.name(loan.place) : param >= 0 ? (this.body.locals[param + 1]!.name ?? '_') : '_';
      const args = { name, holder: name };
      this.sink.report({ code: 'CJ0524', span, args, help: loan !== null && this.capturedBy(loan.holder) !== null ? ['move'] : [], related: loan === null ? [] : [{ span: loan.span, label: 'borrowed', args }] });
    }
  }

  /** A reference made from a raw pointer that leaves a function which takes no reference. */
  unknown(): void {
    if (this.analysis.unknownEscapes) this.sink.report({ code: 'CJ0522', span: this.body.span, help: ['owner'] });
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
    if (this.toldBefore(conflict, ends)) return;
    this.sink.report(this.describe(code, conflict, ends));
  }

  /** Whether what is wrong here follows from what has been told. */
  private toldBefore(conflict: Conflict, ends: boolean): boolean {
    const { access, loanId, span } = conflict;
    const key = ends ? `end:${loanId}` : `at:${loanId}:${span.lo}`;
    if (this.said.has(key)) return true;
    // What has moved away is replaced by whatever follows.
    if ((access === 'assign' || access === 'replace') && this.said.has(`moved:${loanId}`)) return true;
    // The receiver asks for what an argument has taken, and the argument was told of the receiver.
    if (access === 'activate' && this.spans.some((told) => span.lo <= told.lo && told.hi <= span.hi)) return true;
    this.said.add(key);
    this.spans.push(span);
    if (access === 'move') this.said.add(`moved:${loanId}`);
    return false;
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
        if (holder === 0) return this.closureOf(conflict) === null ? 'CJ0516' : 'CJ0518';
        if (byDrop) return 'CJ0519';
        return this.isTemporary(conflict.place) ? 'CJ0517' : 'CJ0515';
      default:
        return unreachable(access);
    }
  }

  /** The closure of which the loan is a capture; null if it is none. */
  private closureOf(conflict: Conflict): Span | null {
    return this.capturedBy(conflict.loan.holder);
  }

  private capturedBy(holder: LocalId): Span | null {
    for (const { stmts } of this.body.blocks) {
      for (const stmt of stmts) {
        if (stmt.kind !== 'assign' || stmt.value.kind !== 'aggregate' || stmt.value.ty.kind !== 'closure') continue;
        if (stmt.value.fields.some((field) => field.kind !== 'const' && field.place.local === holder)) return stmt.value.ty.decl.span;
      }
    }
    return null;
  }

  private describe(code: string, conflict: Conflict, ends: boolean): DiagInput {
    const { loan, holder } = conflict;
    // What is changed is what a reference refers to; nobody wrote the star. Where it is assigned or moved, somebody did.
    const bare = (text: string): string => (code === 'CJ0513' || code === 'CJ0514' ? text : text.replace(/^\*+(?=[\p{XID_Start}_])/u, ''));
    const name = bare(this.name(ends ? { local: loan.place.local, proj: [] } : loan.place));
    const later = holder === null ? null : laterUse(this.analysis, conflict, holder);
    const again = later !== null && this.nextRound(later, conflict);
    const by = this.holderName(holder);
    // A loop holds its iterator, a call its arguments: neither has a name.
    const told = holder === null || holder === 0 || by !== null || code === 'CJ0518' ? '' : again ? 'loop' : 'once';
    const args = { name, access: bare(this.name(conflict.place)), holder: by ?? name };
    const related: RelatedSpan[] = [];
    const temporary = this.isTemporary(loan.place);
    const handedOn = callThatHandsOn(this.analysis, loan, this.host);
    if (ends) {
      related.push(...handedOn);
      if (code === 'CJ0515' || code === 'CJ0519') related.push({ span: this.lastOf(conflict.span), label: 'ends', args });
    } else {
      const before = told === '' && loan.span.lo > conflict.span.hi ? 'Before' : '';
      related.push({ span: loan.span, label: told === '' ? `${loan.mutable ? 'exclusive' : 'borrowed'}${before}` : `${told}Borrowed`, args }, ...handedOn);
    }
    if (later !== null && code !== 'CJ0516' && code !== 'CJ0518') this.later(related, later, conflict, args, told);
    const advice = adviceFor({ code, conflict, analysis: this.analysis, host: this.host, name, holder: by, told, closure: this.closureOf(conflict), ends, again });
    // The end of a block is a place after all of its text; the borrow is what the reader has to look at.
    const span = ends ? loan.span : conflict.span;
    const label = ends && temporary && code !== 'CJ0517' ? 'temporary' : told !== '' ? told : code === 'CJ0519' ? this.beforeDestructor(conflict, ends) : undefined;
    return { code, span, args: { ...args, ...advice.args }, label, related, help: advice.help, fixes: advice.fixes };
  }

  private later(related: RelatedSpan[], later: LaterUse, conflict: Conflict, args: { readonly name: string; readonly holder: string }, told: string): void {
    const same = related.some(({ span }) => span.lo === later.span.lo && span.hi === later.span.hi);
    if (told !== '') {
      if (!same && later.span.lo !== conflict.span.lo) related.push({ span: later.span, label: `${told}Used`, args });
      return;
    }
    related.push({ span: later.drop ? this.lastOf(later.span) : later.span, label: later.drop ? 'dropped' : this.nextRound(later, conflict) ? 'usedNextRound' : 'used', args });
  }

  /** What comes later and stands before comes in the next round of a loop. */
  private nextRound(later: LaterUse, conflict: Conflict): boolean {
    return later.span.lo < conflict.span.lo && later.span.hi <= conflict.span.lo || (later.span.lo === conflict.span.lo && later.round);
  }

  /** What happens to a value that a destructor will still use. */
  private beforeDestructor(conflict: Conflict, ends: boolean): string {
    if (ends) return 'borrowed';
    return conflict.access === 'read' || conflict.access === 'borrow' ? 'reads' : conflict.access === 'move' ? 'leaves' : 'changes';
  }

  /** The closing brace of what a span covers. */
  private lastOf(span: Span): Span {
    return { file: span.file, lo: Math.max(span.lo, span.hi - 1), hi: span.hi };
  }

  private holderName(holder: LocalId | null): string | null {
    return holder === null ? null : this.body.locals[holder]!.name;
  }
}
