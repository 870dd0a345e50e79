/**
 * What the table behind a `dyn` holds, and in which order: the methods of supertraits first, depth first, each once, and behind those of a
 * supertrait that is not reached by way of first ones a slot for its own table.
 * A table therefore begins with the table of the trait's first supertrait, and an upcast along first supertraits costs nothing; any other
 * reads one slot.
 */
import { bug } from '../../base/index.ts';
import { subst, tys } from '../../types/index.ts';
import type { DynTy, FnDecl, TraitDecl, Ty } from '../../types/index.ts';

export type TableEntry =
  /** `traitArgs` are the arguments of the method's trait; `[0]` is Self. */
  | { readonly kind: 'method'; readonly method: FnDecl; readonly traitArgs: readonly Ty[] }
  | { readonly kind: 'table'; readonly dyn: DynTy };

/** The entries of the table for `dyn`, with `self` as the Self type. */
export function tableEntries(dyn: DynTy, self: Ty): readonly TableEntry[] {
  const out: TableEntry[] = [];
  const seen = new Set<string>();
  const walk = (trait: TraitDecl, args: readonly Ty[], isPrefix: boolean): void => {
    const key = `${trait.id}:${args.map((arg) => arg.id).join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    trait.supertraits.forEach((sup, i) => walk(sup.trait, sup.args.map((arg) => subst(arg, args)), isPrefix && i === 0));
    for (const method of trait.dynMethods ?? []) if (method.parent === trait) out.push({ kind: 'method', method, traitArgs: args });
    if (!isPrefix) out.push({ kind: 'table', dyn: tys.dyn(trait, args.slice(1), []) });
  };
  walk(dyn.trait, [self, ...dyn.args], true);
  return out;
}

/** The slot of a method in the table for `dyn`. */
export function methodSlot(dyn: DynTy, method: FnDecl): number {
  const slot = tableEntries(dyn, dyn).findIndex((entry) => entry.kind === 'method' && entry.method === method);
  return slot >= 0 ? slot : bug(`${method.name} is not in the table of dyn ${dyn.trait.name}`);
}

/** Where the table for `to` stands in one for `from`: null if that begins with it, else the slot that points to it. */
export function upcastSlot(from: DynTy, to: DynTy): number | null {
  let trait = from.trait;
  let args: readonly Ty[] = [from, ...from.args];
  const is = (other: TraitDecl, otherArgs: readonly Ty[]): boolean => other === to.trait && to.args.every((arg, i) => arg === otherArgs[i]);
  for (;;) {
    if (is(trait, args.slice(1))) return null;
    const first = trait.supertraits[0];
    if (first === undefined) break;
    args = first.args.map((arg) => subst(arg, args));
    trait = first.trait;
  }
  const slot = tableEntries(from, from).findIndex((entry) => entry.kind === 'table' && is(entry.dyn.trait, entry.dyn.args));
  return slot >= 0 ? slot : bug(`dyn ${from.trait.name} has no table of dyn ${to.trait.name}`);
}
