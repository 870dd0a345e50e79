/**
 * The wording of the move checker's errors: who took the value, where, and what would help. The story is told in the order in which it happens.
 * Consumes: a fault found by `moves.ts`. Holds: what has been said, so that one lost value is reported at its first use only.
 */
import type { DiagInput, DiagSink, RelatedSpan } from '../diag/index.ts';
import type { Span } from '../source/index.ts';
import type { Body, LocalDecl, MovePath, MovePaths, Place } from '../mir/index.ts';
import { placeTy } from '../mir/index.ts';
import { showTy } from '../types/index.ts';
import type { Predicate, Ty, TypedProgram } from '../types/index.ts';
import { departure, findInit, findMove } from './move-sites.ts';
import type { Departure, MoveSite, Position } from './move-sites.ts';
import { captureAt, placeName } from './place-names.ts';

export class MoveReporter {
  private readonly body: Body;
  private readonly paths: MovePaths;
  private readonly sink: DiagSink;
  private readonly program: TypedProgram;
  private readonly assumptions: readonly Predicate[];
  /** Paths whose loss has been reported, by the place where it was lost. */
  private readonly said = new Set<string>();
  /** Uses reported as wrong: what they would have moved was not there, so they explain nothing. */
  private readonly wrong = new Set<string>();

  constructor(body: Body, paths: MovePaths, sink: DiagSink, program: TypedProgram, assumptions: readonly Predicate[]) {
    this.body = body;
    this.paths = paths;
    this.sink = sink;
    this.program = program;
    this.assumptions = assumptions;
  }

  private name(place: Place): string {
    return placeName(this.body, place) ?? this.rootName(place) ?? '_';
  }

  private rootName(place: Place): string | null {
    return this.body.locals[place.local]!.name;
  }

  private firstTime(key: string): boolean {
    if (this.said.has(key)) return false;
    this.said.add(key);
    return true;
  }

  /** A use of a place of which `missing` (the place, a part of it, or what it is part of) may have no value. */
  notThere(place: Place, missing: MovePath, at: Position, span: Span): void {
    const site = findMove(this.body, this.paths, missing, at, (p) => this.wrong.has(`${p.block}:${p.stmt}`));
    if (site === null) {
      // In a loop the only move may be the use itself, and then it has been reported.
      if (this.wrong.size > 0 && findMove(this.body, this.paths, missing, at, () => false) !== null) return;
      const local = this.body.locals[place.local]!;
      if (!this.firstTime(`init:${place.local}`)) return;
      this.sink.report({ code: 'CJ0500', span, args: { name: this.name(place) }, related: [{ span: local.span, label: 'declared' }] });
      return;
    }
    this.wrong.add(`${at.block}:${at.stmt}`);
    if (!this.firstTime(`move:${site.at.block}:${site.at.stmt}:${site.place.local}`)) return;
    this.sink.report(this.usedAfterMove(place, site, span));
  }

  /** The second use of a value in the statement that gives it away. */
  goneAlready(place: Place, at: Position, span: Span): void {
    this.wrong.add(`${at.block}:${at.stmt}`);
    if (!this.firstTime(`twice:${at.block}:${at.stmt}:${place.local}`)) return;
    const name = this.name(place);
    const args = { name, part: name, copied: name.startsWith('*') ? `(${name})` : name, ty: showTy(placeTy(this.body, place)), callee: '' };
    this.sink.report({ code: 'CJ0501', span, args, label: 'twice', help: this.cloneHelp(place) });
  }

  private usedAfterMove(place: Place, site: MoveSite, span: Span): DiagInput {
    const how = departure(this.body, site);
    const part = this.name(site.place);
    // Who used a part of what is gone used what is gone.
    const array = arrayOfUnknown(place, site.place);
    const all = array === null && site.place.proj.length <= place.proj.length;
    const name = all ? part : this.name(array ?? place);
    const inLoop = site.roundBefore || site.span.lo >= span.lo;
    const copied = part.startsWith('*') ? `(${part})` : part;
    const args = { name, part, copied, ty: showTy(placeTy(this.body, site.place)), callee: how.kind === 'call' ? how.callee.name : '' };
    if (how.kind === 'callValue' && all) return this.calledTwice(site, span, args, inLoop);
    const matched = site.place.proj.some((proj) => proj.kind === 'variant');
    const related: RelatedSpan[] = [{ span: site.span, label: matched ? 'matched' : this.moveLabel(how, inLoop), args }];
    const help: string[] = [];
    const iterated = this.isIntoIter(how);
    if (matched) help.push('match');
    else if (iterated) help.push('iterate');
    else if (how.kind === 'call' && !how.callee.module.isStd) help.push(how.receiver ? 'self' : 'borrow');
    else if (how.kind === 'closure') help.push('closure');
    if (!inLoop && !iterated && !matched && this.isClone(placeTy(this.body, site.place))) help.push('clone');
    if (this.couldCopy(placeTy(this.body, site.place))) help.push('copy');
    return { code: all ? 'CJ0501' : 'CJ0502', span, args, label: inLoop && this.sameSpan(site.span, span) ? 'again' : undefined, related, help };
  }

  /** A closure or function value that can be called once, called again. */
  private calledTwice(site: MoveSite, span: Span, args: Record<string, string>, inLoop: boolean): DiagInput {
    const ty = placeTy(this.body, site.place);
    const related: RelatedSpan[] = [{ span: site.span, label: inLoop ? 'calledBefore' : 'called', args }];
    const used = ty.kind === 'closure' ? ty.decl.usesUp : null;
    if (used !== null) related.unshift({ span: used.span, label: 'usesUp', args: { ...args, captured: used.name } });
    return { code: 'CJ0501', span, args: { ...args, captured: used?.name ?? '' }, label: inLoop && this.sameSpan(site.span, span) ? 'again' : 'calledAgain', related, help: used === null ? [] : ['once'] };
  }

  private sameSpan(a: Span, b: Span): boolean {
    return a.lo === b.lo && a.hi === b.hi;
  }

  private moveLabel(how: Departure, inLoop: boolean): string {
    const suffix = inLoop ? 'Before' : '';
    switch (how.kind) {
      case 'call':
        return this.isIntoIter(how) ? `iterated${suffix}` : `given${suffix}`;
      case 'closure':
        return `captured${suffix}`;
      case 'callValue': case 'plain':
        return `moved${suffix}`;
    }
  }

  private isIntoIter(how: Departure): boolean {
    return how.kind === 'call' && how.callee.name === 'intoIter';
  }

  private isClone(ty: Ty): boolean {
    return this.program.implementsTrait(ty, this.program.lang.trait('Clone'), this.assumptions);
  }

  /** Whether a type of the program's own is not `Copy` only because nobody said so. */
  private couldCopy(ty: Ty): boolean {
    if (ty.kind !== 'adt' || ty.decl.module.isStd || ty.args.length > 0 || this.program.dropImpl(ty) !== null) return false;
    const copy = this.program.lang.trait('Copy');
    return ty.decl.variants.every((variant) => variant.fields.every((field) => this.program.implementsTrait(field.ty, copy, this.assumptions)));
  }

  /** `x.f = …` where `x` has no value. */
  partOfMissing(place: Place, missing: MovePath, at: Position, span: Span): void {
    const whole = this.name(missing.place);
    const site = findMove(this.body, this.paths, missing, at, () => false);
    if (!this.firstTime(`part:${missing.id}`)) return;
    this.said.add(site === null ? `init:${place.local}` : `move:${site.at.block}:${site.at.stmt}:${site.place.local}`);
    const local = this.body.locals[place.local]!;
    const related: RelatedSpan[] = site === null ? [{ span: local.span, label: 'declared' }] : [{ span: site.span, label: 'moved', args: { name: whole } }];
    this.sink.report({ code: 'CJ0503', span, args: { name: this.name(place), whole }, related });
  }

  moveOfUsing(place: Place, span: Span): void {
    const local = this.body.locals[place.local]!;
    this.sink.report({ code: 'CJ0504', span, args: { name: this.name(place), local: local.name ?? '_' }, related: [{ span: local.span, label: 'declared' }] });
  }

  moveOfElement(place: Place, span: Span): void {
    const base = { local: place.local, proj: place.proj.slice(0, place.proj.findIndex((p) => p.kind === 'index' || p.kind === 'constIndex' || p.kind === 'subslice')) };
    this.sink.report({ code: 'CJ0505', span, args: { name: this.name(place), base: this.name(base), ty: showTy(placeTy(this.body, place)) }, help: this.cloneHelp(place) });
  }

  moveOutOfBorrow(place: Place, span: Span): void {
    const captured = captureAt(this.body, place);
    const ty = showTy(placeTy(this.body, place));
    const owner = this.rootName(place) ?? (captured === null ? null : captured.capture.place.local.name);
    const local = this.body.locals[place.local]!;
    const related: RelatedSpan[] = local.name === null ? [] : [{ span: local.span, label: 'owner', args: { owner: local.name, ownerTy: showTy(local.ty) } }];
    const name = placeName(this.body, place);
    this.sink.report({
      code: 'CJ0506', span, args: { name: name ?? showTy(placeTy(this.body, place)), owner: owner ?? '_', ty }, related, help: this.cloneHelp(place),
    });
  }

  private cloneHelp(place: Place): string[] {
    return this.isClone(placeTy(this.body, place)) ? ['clone'] : [];
  }

  moveOutOfDrop(place: Place, ty: Ty, span: Span): void {
    const drop = this.program.dropImpl(ty);
    const related: RelatedSpan[] = drop === null ? [] : [{ span: drop.decl.nameSpan, label: 'drop', args: { ty: showTy(ty) } }];
    this.sink.report({ code: 'CJ0508', span, args: { name: this.name(place), ty: showTy(ty) }, related });
  }

  secondAssignment(local: LocalDecl, path: MovePath, at: Position, span: Span): void {
    const first = findInit(this.body, this.paths, path, at);
    const args = { name: local.name ?? '_' };
    const related: RelatedSpan[] = [{ span: local.span, label: 'declared', args }];
    if (first !== null && !this.sameSpan(first, span)) related.push({ span: first, label: 'first', args });
    this.sink.report({ code: 'CJ0509', span, args, label: first !== null && this.sameSpan(first, span) ? 'again' : undefined, related });
  }
}

/** Where an element at a place that is not known is used, and one of the same array was moved: the array. */
function arrayOfUnknown(used: Place, moved: Place): Place | null {
  const depth = used.proj.findIndex((proj) => proj.kind === 'index');
  return depth >= 0 && moved.proj[depth]?.kind === 'constIndex' ? { local: used.local, proj: used.proj.slice(0, depth) } : null;
}
