/**
 * Which methods the table behind a `dyn` holds, and in which order: supertraits first, depth first, each method once.
 * A table therefore begins with the table of the trait's first supertrait, and an upcast along first supertraits costs nothing.
 */
import { subst } from '../../types/index.ts';
import type { DynTy, FnDecl, TraitDecl, Ty } from '../../types/index.ts';

export interface TableEntry {
  readonly method: FnDecl;
  /** Arguments of the method's trait; `[0]` is Self. */
  readonly traitArgs: readonly Ty[];
}

/** The entries of the table for `dyn`, with `self` as the Self type. */
export function tableEntries(dyn: DynTy, self: Ty): readonly TableEntry[] {
  const out: TableEntry[] = [];
  const seen = new Set<string>();
  const walk = (trait: TraitDecl, args: readonly Ty[]): void => {
    const key = `${trait.id}:${args.map((arg) => arg.id).join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const sup of trait.supertraits) walk(sup.trait, sup.args.map((arg) => subst(arg, args)));
    for (const method of trait.dynMethods ?? []) if (method.parent === trait) out.push({ method, traitArgs: args });
  };
  walk(dyn.trait, [self, ...dyn.args]);
  return out;
}

/** Whether a table of `from` can be used as one of `to`: `to` is `from`'s trait, or its first supertrait, or that one's … */
export function isTablePrefix(from: DynTy, to: DynTy): boolean {
  let trait = from.trait;
  let args: readonly Ty[] = [from, ...from.args];
  for (;;) {
    if (trait === to.trait && to.args.every((arg, i) => arg === args[i + 1])) return true;
    const first = trait.supertraits[0];
    if (first === undefined) return false;
    args = first.args.map((arg) => subst(arg, args));
    trait = first.trait;
  }
}
