/**
 * What inference still has to show, why, and what came of it.
 */
import type { Span } from '../../source/index.ts';
import type { CallMode } from '../../syntax/index.ts';
import type { DynTy, Ty } from '../ty.ts';
import type { AssocTypeDecl, ImplDecl, TraitDecl } from '../program.ts';

/** Where a demand comes from. */
export interface Cause {
  readonly span: Span;
  /** Where the bound is written, if it is. */
  readonly boundSpan: Span | null;
  /** The function or type whose bound it is. */
  readonly name: string | null;
  /** Says it in the words of the construct that made the demand; without it the general message is used. */
  readonly onFail?: (failure: Failure) => void;
}

export type Obligation =
  | { readonly kind: 'trait'; readonly trait: TraitDecl; readonly args: readonly Ty[]; readonly cause: Cause; readonly depth: number }
  /** `<args[0] as Trait>::assoc == ty`. */
  | { readonly kind: 'projection'; readonly assoc: AssocTypeDecl; readonly args: readonly Ty[]; readonly ty: Ty; readonly cause: Cause; readonly depth: number }
  | {
    readonly kind: 'callable'; readonly self: Ty; readonly mode: CallMode; readonly params: readonly Ty[]; readonly ret: Ty;
    readonly cause: Cause; readonly depth: number;
  }
  /** A decision of the checker that waits until `on` is known; `run` says whether it could be made. */
  | { readonly kind: 'deferred'; readonly on: Ty; readonly run: () => boolean; readonly cause: Cause; readonly depth: number };

/** An obligation that does not hold. */
export interface Failure {
  readonly obligation: Exclude<Obligation, { kind: 'deferred' }>;
  /** The demand inside an impl that makes the outer one fail: `ArrayList<A>` is not Debug because `A` is not. */
  readonly because: { readonly trait: TraitDecl; readonly args: readonly Ty[] } | null;
  /** For a projection: what the type is; for a callable: the shape that was found. */
  readonly found: Ty | null;
  readonly overflow: boolean;
}

/** How a trait holds. */
export type Source =
  | { readonly kind: 'impl'; readonly impl: ImplDecl; readonly args: readonly Ty[] }
  /** A predicate of the surrounding generics, or a bound of an associated type. */
  | { readonly kind: 'assumed' }
  | { readonly kind: 'builtin' }
  | { readonly kind: 'dyn'; readonly self: DynTy };

export type Selection =
  | { readonly verdict: 'yes'; readonly source: Source; readonly nested: readonly Obligation[] }
  | { readonly verdict: 'no'; readonly because: { readonly trait: TraitDecl; readonly args: readonly Ty[] } | null }
  | { readonly verdict: 'maybe' };

export type Verdict = Selection['verdict'];
