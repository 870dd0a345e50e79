/**
 * The markers `Owned`, `Sendable`, `Shareable`: traits that hold for a type by what it is made of, without an impl.
 * Consumes: a marker and a type without inference variables. Produces: yes; or no with the path to the part that is at fault; or "ask again" while a
 * closure's captures are not known. Holds: the questions of one walk.
 * Source: greatest fixpoint. A question that comes back to itself counts as shown; so a yes is kept for all questions of a walk together, and only where
 * none of them failed.
 */
import { unreachable } from '../../base/index.ts';
import type { Span } from '../../source/index.ts';
import type { Capture, ClosureDecl, ImplDecl, MarkerName, Predicate, TraitDecl } from '../program.ts';
import { mapTy, subst } from '../ty.ts';
import type { AdtTy, DynTy, Ty } from '../ty.ts';

/** One step inward, from a type to a part of it. */
export interface MarkerStep {
  readonly kind: 'field' | 'capture' | 'argument';
  /** Of the field, with its variant if there are several; of the captured variable; empty for an argument. */
  readonly name: string;
  readonly span: Span | null;
  /** The type of the part. */
  readonly ty: Ty;
}

/** Why the type at the end of the path has not the marker. */
export type MarkerReason =
  | 'pointer' | 'borrow' | 'exclusive' | 'view' | 'interior' | 'dyn' | 'fn' | 'param'
  /** Its impls say no, or ask for something that does not hold. */
  | 'refused'
  /** It holds ever larger types without end. */
  | 'endless';

export type MarkerAnswer =
  | { readonly verdict: 'yes' }
  | { readonly verdict: 'maybe' }
  | { readonly verdict: 'no'; readonly path: readonly MarkerStep[]; readonly ty: Ty; readonly trait: TraitDecl; readonly reason: MarkerReason };

/** What a walk asks of the solver. */
export interface MarkerHost {
  marker(name: MarkerName): TraitDecl;
  /** Whether the bounds of the surrounding item say so. */
  assumes(trait: TraitDecl, ty: Ty): boolean;
  normalize(ty: Ty): Ty;
  /** Whether a closure's captures are known. */
  capturesKnown(decl: ClosureDecl): boolean;
  implsFor(trait: TraitDecl, ty: AdtTy): readonly ImplDecl[];
  /** What an impl asks for if it is for this type; null if it is not. */
  demandsOf(impl: ImplDecl, ty: AdtTy): readonly Predicate[] | null;
  /** Whether a demand that is not about a marker holds. */
  proves(predicate: Predicate): boolean;
  known(trait: TraitDecl, ty: Ty): MarkerAnswer | undefined;
  keep(trait: TraitDecl, ty: Ty, answer: MarkerAnswer): void;
}

const YES: MarkerAnswer = { verdict: 'yes' };
const MAYBE: MarkerAnswer = { verdict: 'maybe' };

/** How much deeper than the type that was asked about a type inside it may nest: one that grows with every step is cut here. */
const MAX_GROWTH = 16;

const depths = new Map<number, number>();

/** Levels of a type, as written. */
function depthOf(ty: Ty): number {
  const known = depths.get(ty.id);
  if (known !== undefined) return known;
  let deepest = 0;
  mapTy(ty, (child) => {
    deepest = Math.max(deepest, depthOf(child));
    return child;
  });
  depths.set(ty.id, deepest + 1);
  return deepest + 1;
}

/** Whether `ty` has the marker. */
export function askMarker(host: MarkerHost, trait: TraitDecl, ty: Ty): MarkerAnswer {
  const known = host.known(trait, ty);
  if (known !== undefined) return known;
  const walk = new MarkerWalk(host, ty);
  const answer = walk.ask(trait, ty);
  if (answer.verdict === 'no') host.keep(trait, ty, answer);
  else if (answer.verdict === 'yes' && !walk.unsure) for (const seen of walk.asked) host.keep(seen.trait, seen.ty, YES);
  return answer.verdict === 'yes' && walk.unsure ? MAYBE : answer;
}

class MarkerWalk {
  private readonly host: MarkerHost;
  /** In the order in which they were asked, as sets keep it. */
  private readonly seen = new Set<string>();
  readonly asked: { readonly trait: TraitDecl; readonly ty: Ty }[] = [];
  private readonly path: MarkerStep[] = [];
  private readonly limit: number;
  /** A closure was met whose captures are not known yet. */
  unsure = false;

  constructor(host: MarkerHost, root: Ty) {
    this.host = host;
    this.limit = depthOf(root) + MAX_GROWTH;
  }

  ask(trait: TraitDecl, ty: Ty): MarkerAnswer {
    switch (trait.marker) {
      case 'Owned':
        return this.owned(trait, ty, false);
      case 'Sendable': case 'Shareable':
        return this.shared(trait, ty);
      case null:
        return YES;
      default:
        return unreachable(trait.marker);
    }
  }

  private no(trait: TraitDecl, ty: Ty, reason: MarkerReason): MarkerAnswer {
    return { verdict: 'no', path: [...this.path], ty, trait, reason };
  }

  /** Whether the question is new; otherwise it counts as shown. */
  private enter(trait: TraitDecl, ty: Ty, inside: boolean): boolean {
    const key = `${trait.id}:${ty.id}:${inside}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    if (!inside) this.asked.push({ trait, ty });
    return true;
  }

  private step(step: MarkerStep, ask: () => MarkerAnswer): MarkerAnswer {
    if (depthOf(step.ty) > this.limit) return this.no(this.asked[0]!.trait, this.asked[0]!.ty, 'endless');
    this.path.push(step);
    const answer = ask();
    this.path.pop();
    return answer;
  }

  private all<T>(list: readonly T[], ask: (item: T) => MarkerAnswer): MarkerAnswer {
    for (const item of list) {
      const answer = ask(item);
      if (answer.verdict !== 'yes') return answer;
    }
    return YES;
  }

  /** Parameters and associated types: what the bounds say. */
  private assumed(trait: TraitDecl, ty: Ty, inside: boolean): MarkerAnswer {
    if (this.host.assumes(trait, ty)) return YES;
    if (ty.kind !== 'projection') return this.no(trait, ty, 'param');
    const known = this.host.normalize(ty);
    if (known === ty) return this.no(trait, ty, 'param');
    return trait.marker === 'Owned' ? this.owned(trait, known, inside) : this.shared(trait, known);
  }

  private captures(ty: Extract<Ty, { kind: 'closure' }>, ask: (ty: Ty) => MarkerAnswer): MarkerAnswer {
    if (!this.host.capturesKnown(ty.decl)) {
      this.unsure = true;
      return YES;
    }
    return this.all(ty.decl.captures, (capture) => {
      const of = subst(capture.ty, ty.args);
      return this.step({ kind: 'capture', name: captureName(capture), span: capture.span, ty: of }, () => ask(of));
    });
  }

  private dynHas(ty: DynTy, trait: TraitDecl): boolean {
    return ty.markers.includes(trait) || hasSupertrait(ty.trait, trait);
  }

  /** Each field of each variant, with its type for these arguments. */
  private fields(ty: AdtTy, ask: (ty: Ty) => MarkerAnswer): MarkerAnswer {
    const { decl } = ty;
    for (const variant of decl.variants) {
      for (const field of variant.fields) {
        const of = this.host.normalize(subst(field.ty, ty.args));
        const name = decl.isEnum ? `${variant.name}.${field.name}` : field.name;
        const answer = this.step({ kind: 'field', name, span: field.span, ty: of }, () => ask(of));
        if (answer.verdict !== 'yes') return answer;
      }
    }
    return YES;
  }

  // ---------------------------------------------------------------- Sendable, Shareable

  private shared(trait: TraitDecl, ty: Ty): MarkerAnswer {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'const': case 'fnItem': case 'poison': case 'infer':
        return YES;
      case 'ptr':
        return this.no(trait, ty, 'pointer');
      case 'ref': {
        // What goes with `&T` is a second reader of T; what goes with `&mut T` is T's only user.
        const needs = ty.mutable ? trait : this.host.marker('Shareable');
        return this.shared(needs, ty.target);
      }
      case 'box':
        return this.shared(trait, ty.target);
      case 'slice': case 'array':
        return this.shared(trait, ty.element);
      case 'tuple':
        return this.all(ty.elements, (element) => this.shared(trait, element));
      case 'fn':
        return this.no(trait, ty, 'fn');
      case 'dyn':
        return this.dynHas(ty, trait) ? YES : this.no(trait, ty, 'dyn');
      case 'param': case 'projection':
        return this.assumed(trait, ty, false);
      case 'closure':
        return this.enter(trait, ty, false) ? this.captures(ty, (of) => this.shared(trait, of)) : YES;
      case 'adt':
        return this.enter(trait, ty, false) ? this.sharedAdt(trait, ty) : YES;
      default:
        return unreachable(ty);
    }
  }

  private sharedAdt(trait: TraitDecl, ty: AdtTy): MarkerAnswer {
    const known = this.host.known(trait, ty);
    if (known !== undefined && known.verdict === 'yes') return known;
    const impls = this.host.implsFor(trait, ty);
    if (impls.length > 0) return this.byImpl(trait, ty, impls);
    if (trait.marker === 'Shareable' && ty.decl.interior) return this.no(trait, ty, 'interior');
    return this.fields(ty, (of) => this.shared(trait, of));
  }

  /** Where a type has impls of a marker they alone decide. */
  private byImpl(trait: TraitDecl, ty: AdtTy, impls: readonly ImplDecl[]): MarkerAnswer {
    let failed: MarkerAnswer = this.no(trait, ty, 'refused');
    for (const impl of impls) {
      const demands = this.host.demandsOf(impl, ty);
      if (demands === null) continue;
      const seen = this.seen.size;
      const asked = this.asked.length;
      if (impl.negative) return this.no(trait, ty, 'refused');
      const answer = this.all(demands, (demand) => {
        if (demand.kind !== 'trait' || demand.ref.trait.marker === null) return this.host.proves(demand) ? YES : this.no(trait, ty, 'refused');
        const of = demand.ref.args[0]!;
        const marker = demand.ref.trait;
        return this.step({ kind: 'argument', name: '', span: null, ty: of }, () => this.ask(marker, of));
      });
      if (answer.verdict === 'yes') return answer;
      failed = answer;
      this.forget(seen, asked);
    }
    return failed;
  }

  /** What was taken as shown on a way that led to nothing is open again. */
  private forget(seen: number, asked: number): void {
    for (const key of [...this.seen].slice(seen)) this.seen.delete(key);
    this.asked.length = asked;
  }

  // ---------------------------------------------------------------- Owned

  /** `inside`: the type is written in a declaration that owns what it holds, so a `dyn` or function value there was made of owned values. */
  private owned(trait: TraitDecl, ty: Ty, inside: boolean): MarkerAnswer {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'const': case 'poison': case 'infer':
        return YES;
      case 'ref':
        return this.no(trait, ty, ty.mutable ? 'exclusive' : 'borrow');
      case 'ptr': case 'box':
        return this.owned(trait, ty.target, inside);
      case 'slice': case 'array':
        return this.owned(trait, ty.element, inside);
      case 'tuple':
        return this.all(ty.elements, (element) => this.owned(trait, element, inside));
      case 'fnItem':
        return YES;
      case 'fn':
        return inside ? YES : this.no(trait, ty, 'fn');
      case 'dyn':
        if (!inside && !this.dynHas(ty, trait)) return this.no(trait, ty, 'dyn');
        return this.all([...ty.args, ...ty.assoc.map((item) => item.ty)], (part) => this.owned(trait, part, inside));
      case 'param': case 'projection':
        return this.assumed(trait, ty, inside);
      case 'closure':
        return this.enter(trait, ty, inside) ? this.captures(ty, (of) => this.owned(trait, of, false)) : YES;
      case 'adt': {
        if (!this.enter(trait, ty, inside)) return YES;
        if (ty.decl.view) return this.no(trait, ty, 'view');
        const args = this.all(ty.args, (arg) => (
          arg.kind === 'const' ? YES : this.step({ kind: 'argument', name: '', span: null, ty: arg }, () => this.owned(trait, arg, inside))
        ));
        if (args.verdict !== 'yes') return args;
        return this.fields(ty, (of) => this.owned(trait, of, true));
      }
      default:
        return unreachable(ty);
    }
  }
}

/** `job.inner`, as the program spells the captured place. */
function captureName({ place }: Capture): string {
  let name = place.local.name;
  let at = place.local.ty;
  for (const index of place.fields) {
    const field = at.kind === 'adt' ? at.decl.variants[0]!.fields[index] : undefined;
    name += `.${field?.name ?? index}`;
    at = field !== undefined && at.kind === 'adt' ? subst(field.ty, at.args) : at.kind === 'tuple' ? at.elements[index]! : at;
  }
  return name;
}

/** Whether `trait` is `wanted` or has it above it. */
export function hasSupertrait(trait: TraitDecl, wanted: TraitDecl): boolean {
  return trait === wanted || trait.supertraits.some((parent) => hasSupertrait(parent.trait, wanted));
}
