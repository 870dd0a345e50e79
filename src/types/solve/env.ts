/**
 * What may be assumed inside a generic item: its predicates, and what follows from them through supertraits.
 * Bounds on associated types are not written out here, since they may go on for ever; the solver asks for them when it meets the type.
 */
import { subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { AssocTypeDecl, Generics, Predicate, TraitDecl, TraitRef } from '../program.ts';

export interface EnvProjection {
  readonly args: readonly Ty[];
  readonly ty: Ty;
}

export type CallablePredicate = Extract<Predicate, { kind: 'callable' }>;

export class ParamEnv {
  readonly traits = new Map<TraitDecl, TraitRef[]>();
  readonly projections = new Map<AssocTypeDecl, EnvProjection[]>();
  readonly callables: CallablePredicate[] = [];
  readonly isEmpty: boolean;

  constructor(predicates: readonly Predicate[]) {
    const elaborated = elaborate(predicates);
    this.isEmpty = elaborated.length === 0;
    for (const predicate of elaborated) {
      if (predicate.kind === 'trait') {
        const list = this.traits.get(predicate.ref.trait);
        if (list === undefined) this.traits.set(predicate.ref.trait, [predicate.ref]);
        else list.push(predicate.ref);
      } else if (predicate.kind === 'projection') {
        const list = this.projections.get(predicate.assoc);
        const entry = { args: predicate.args, ty: predicate.ty };
        if (list === undefined) this.projections.set(predicate.assoc, [entry]);
        else list.push(entry);
      } else {
        this.callables.push(predicate);
      }
    }
  }
}

export const EMPTY_ENV = new ParamEnv([]);

/** The predicates and, for each trait among them, its supertraits and what the trait says of Self. Each is given once. */
export function elaborate(predicates: readonly Predicate[]): readonly Predicate[] {
  const seen = new Set<string>();
  const out: Predicate[] = [];
  const work = [...predicates];
  for (let i = 0; i < work.length; i++) {
    const predicate = work[i]!;
    const key = predicateKey(predicate);
    if (seen.has(key)) continue;
    seen.add(key);
    out.push(predicate);
    if (predicate.kind !== 'trait') continue;
    const { trait, args } = predicate.ref;
    for (const parent of trait.supertraits) {
      work.push({ kind: 'trait', ref: { trait: parent.trait, args: parent.args.map((arg) => subst(arg, args)) }, span: predicate.span });
    }
    for (const own of trait.generics.predicates) {
      if (own.kind === 'projection' && isSelf(own.args[0]!)) {
        work.push({ ...own, args: own.args.map((arg) => subst(arg, args)), ty: subst(own.ty, args) });
      }
    }
  }
  return out;
}

function isSelf(ty: Ty): boolean {
  return ty.kind === 'param' && ty.index === 0;
}

function predicateKey(predicate: Predicate): string {
  const ids = (list: readonly Ty[]): string => list.map((ty) => ty.id).join();
  switch (predicate.kind) {
    case 'trait':
      return `t${predicate.ref.trait.id}:${ids(predicate.ref.args)}`;
    case 'projection':
      return `p${predicate.assoc.id}:${ids(predicate.args)}=${predicate.ty.id}`;
    case 'callable':
      return `c${predicate.self.id}:${predicate.mode}:${ids(predicate.params)}:${predicate.ret.id}`;
  }
}

/** Every parameter of the flattened list as itself. */
export function identityArgs(generics: Generics | null): readonly Ty[] {
  if (generics === null) return [];
  const args: Ty[] = [...identityArgs(generics.parent)];
  for (const param of generics.own) args[param.index] = tys.param(param.index, param.name);
  return args;
}
