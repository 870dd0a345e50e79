/**
 * What would help against a conflict: one safe change first, copying last and never in a loop; an edit where it surely compiles.
 * Consumes: a conflict and what is known of it. Produces: names of `help.` and `fix.` lines with their arguments.
 */
import type { DiagArgs, Fix } from '../../diag/index.ts';
import { placeTy } from '../../mir/index.ts';
import type { Span } from '../../source/index.ts';
import { showTy } from '../../types/index.ts';
import type { Predicate, Ty, TypedProgram } from '../../types/index.ts';
import { assumptionsOf } from '../../mir/index.ts';
import { departure } from '../move-sites.ts';
import type { Analysis } from './analyze-body.ts';
import type { Conflict } from './conflicts.ts';

export interface AdviceHost {
  readonly program: TypedProgram;
}

export interface Situation {
  readonly code: string;
  readonly conflict: Conflict;
  readonly analysis: Analysis;
  readonly host: AdviceHost;
  /** Of what is borrowed. */
  readonly name: string;
  /** Who holds the borrow; null if that has no name. */
  readonly holder: string | null;
  /** `loop` where a loop holds it, `once` where an expression does. */
  readonly told: string;
  /** The closure of which the borrow is a capture. */
  readonly closure: Span | null;
  /** Whether what is borrowed ends. */
  readonly ends: boolean;
  /** Whether it is used again only in the next round of a loop. */
  readonly again: boolean;
}

export interface Advice {
  readonly help: readonly string[];
  readonly fixes: readonly Fix[];
  readonly args: DiagArgs;
}

export function adviceFor(at: Situation): Advice {
  const plain = (...help: string[]): Advice => ({ help, fixes: [], args: {} });
  switch (at.code) {
    case 'CJ0510':
      return at.told === '' ? plain('finish', ...copyOf(at)) : plain(at.told);
    case 'CJ0511':
      return plain(...(hasElements(at) ? ['elements'] : []), at.told === '' ? 'finish' : at.told);
    case 'CJ0512': case 'CJ0513':
      return plain(at.told === '' ? 'finish' : at.told);
    case 'CJ0514':
      return ofMove(at);
    case 'CJ0515':
      return ofEnd(at);
    case 'CJ0516':
      return isParameter(at) ? { help: ['parameter'], fixes: [], args: { ty: showTy(rootTy(at)) } } : plain(at.analysis.body.locals[at.conflict.loan.place.local]!.name === null ? 'value' : 'own');
    case 'CJ0517':
      return plain('name');
    case 'CJ0518':
      return at.closure === null ? plain('move') : { help: [], fixes: [moveFix(at.closure)], args: {} };
    case 'CJ0519':
      return at.holder === null ? plain() : plain(at.ends ? 'outer' : 'drop');
    case 'CJ0523':
      return plain('own');
    default:
      return plain();
  }
}

function moveFix(closure: Span): Fix {
  return { key: 'move', edits: [{ span: { ...closure, hi: closure.lo }, text: 'move ' }] };
}

function assumptions(at: Situation): readonly Predicate[] {
  return assumptionsOf(at.analysis.body);
}

/** Whether the holder is a reference to something that can be copied out, or a text that can be kept. */
function copyOf(at: Situation): string[] {
  const { holder } = at.conflict;
  if (holder === null || at.again) return [];
  const ty = at.analysis.body.locals[holder]!.ty;
  if (ty.kind !== 'ref' || ty.mutable) return [];
  if (ty.target.kind === 'str') return ['text'];
  if (at.host.program.isCopy(ty.target, assumptions(at))) return ['copy'];
  return ty.target.kind !== 'slice' && ty.target.kind !== 'dyn' && isClone(at, ty.target) ? ['clone'] : [];
}

function isClone(at: Situation, ty: Ty): boolean {
  return at.host.program.implementsTrait(ty, at.host.program.lang.trait('Clone'), assumptions(at));
}

/** Whether what is lent has elements that could be lent apart. */
function hasElements(at: Situation): boolean {
  const { loan } = at.conflict;
  if (loan.place.proj.some((proj) => proj.kind === 'index')) return true;
  const ty = placeTy(at.analysis.body, loan.place);
  return ty.kind === 'array' || ty.kind === 'slice' || (ty.kind === 'adt' && ty.decl.module.isStd && ty.decl.name === 'ArrayList');
}

function ofMove(at: Situation): Advice {
  const { conflict, analysis: { body } } = at;
  const stmt = body.blocks[conflict.block]!.stmts[conflict.stmt];
  const ty = placeTy(body, conflict.place);
  const how = stmt === undefined ? null : departure(body, { at: conflict, stmt, span: conflict.span, place: conflict.place, roundBefore: false });
  const help: string[] = [];
  if (how?.kind === 'call' && how.callee.name === 'intoIter') help.push('iterate');
  else if (how?.kind === 'call' && !how.callee.module.isStd) help.push(how.receiver ? 'self' : 'borrow');
  else if (at.told === '') help.push('finish');
  if (!at.again && isClone(at, ty)) help.push('clone');
  return { help, fixes: [], args: { ty: showTy(ty), callee: how?.kind === 'call' ? how.callee.name : '' } };
}

function rootTy(at: Situation): Ty {
  return at.analysis.body.locals[at.conflict.loan.place.local]!.ty;
}

function isParameter(at: Situation): boolean {
  return at.analysis.body.locals[at.conflict.loan.place.local]!.kind === 'param';
}

function ofEnd(at: Situation): Advice {
  if (at.closure !== null) {
    // A copy of a number leaves the variable as it is; anything else might be needed here again.
    const surely = !at.conflict.loan.mutable && at.host.program.isCopy(placeTy(at.analysis.body, at.conflict.loan.place), assumptions(at));
    return surely ? { help: [], fixes: [moveFix(at.closure)], args: {} } : { help: ['move'], fixes: [], args: {} };
  }
  const local = at.analysis.body.locals[at.conflict.loan.place.local]!;
  return { help: at.holder === null ? [] : local.kind === 'user' ? ['outer', 'own'] : ['own'], fixes: [], args: {} };
}
