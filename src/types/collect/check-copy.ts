/**
 * `Copy` is for types of which every field is Copy: a value with an owner in it must not be duplicated bit by bit.
 * Consumes: impls of the lang trait Copy. Produces: diagnostics CJ0208, one for each impl.
 * Unlike the questions of coherence this one must be answered "yes" only for certain: a type parameter is Copy where the impl's bounds say so.
 */
import type { TraitDecl, TraitRef } from '../program.ts';
import { elaborate } from '../solve/index.ts';
import { showTy } from '../show.ts';
import { subst } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { ImplNode } from './nodes.ts';
import type { Session } from './session.ts';
import { openArgs, Unifier } from './unify.ts';
import type { ImplTable } from './unify.ts';

export function checkCopy(session: Session, table: ImplTable, impl: ImplNode): void {
  const self = impl.selfTy;
  const copy = impl.traitRef!.trait;
  if (self.kind !== 'adt') {
    if (!impl.module.isStd) session.report({ code: 'CJ0208', span: impl.syntax.trait!.span, args: { type: showTy(self), field: '', found: showTy(self) } });
    return;
  }
  const assumed: TraitRef[] = [];
  for (const p of elaborate(impl.generics.predicates)) if (p.kind === 'trait') assumed.push(p.ref);
  const search = new CopySearch(table, copy, assumed);
  for (const variant of self.decl.variants) {
    for (const field of variant.fields) {
      const ty = table.normalize(subst(field.ty, self.args), null);
      if (search.isCopy(ty)) continue;
      session.report({
        code: 'CJ0208',
        span: impl.syntax.trait!.span,
        args: { type: self.decl.name, field: field.name, found: showTy(ty) },
        related: [{ span: field.span, label: 'field', args: { found: showTy(ty) } }],
      });
      return;
    }
  }
}

class CopySearch {
  private readonly table: ImplTable;
  private readonly copy: TraitDecl;
  private readonly assumed: readonly TraitRef[];
  /** Questions on the way: a type that holds itself (behind a pointer, say) is Copy if the rest is. */
  private readonly open = new Set<Ty>();

  constructor(table: ImplTable, copy: TraitDecl, assumed: readonly TraitRef[]) {
    this.table = table;
    this.copy = copy;
    this.assumed = assumed;
  }

  isCopy(ty: Ty): boolean {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'ptr': case 'fnItem': case 'poison':
        return true;
      case 'ref':
        return !ty.mutable;
      case 'tuple':
        return ty.elements.every((element) => this.isCopy(element));
      case 'array':
        return this.isCopy(ty.element);
      case 'param': case 'projection':
        return this.assumed.some((ref) => ref.trait === this.copy && ref.args[0] === ty);
      case 'adt': {
        if (this.open.has(ty)) return true;
        this.open.add(ty);
        const found = this.table.candidates(this.copy, ty).some((impl) => this.fits(impl, ty));
        this.open.delete(ty);
        return found;
      }
      default:
        return false;
    }
  }

  private fits(impl: ImplNode, ty: Ty): boolean {
    const open = openArgs(impl, 1);
    const unifier = new Unifier();
    if (!unifier.unify(subst(impl.selfTy, open), ty)) return false;
    return impl.generics.predicates.every((p) => {
      if (p.kind !== 'trait') return true;
      const args = p.ref.args.map((arg) => unifier.resolve(subst(arg, open)));
      return p.ref.trait === this.copy ? this.isCopy(args[0]!) : this.table.mayHold({ trait: p.ref.trait, args });
    });
  }
}
