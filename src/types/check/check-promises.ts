/**
 * What a trait promises about every type that has it, checked at each impl: its supertraits, and the bounds on its associated types. Inside generic code both
 * are assumed, so an impl that does not keep them would be found out only when code is made. Also borrows in fields that only the solver sees.
 * Consumes: the impls of the modules that `wanted` chooses. Produces: CJ0202, CJ0266, CJ0431, and CJ0540 to CJ0542 for markers.
 */
import type { DiagSink } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import { borrowIn } from '../collect/index.ts';
import type { AdtDecl, ImplDecl, ModuleDecl, Predicate, TraitDecl } from '../program.ts';
import type { Resolver } from '../resolve.ts';
import { showPredicate, showTy } from '../show.ts';
import { ParamEnv, Solver } from '../solve/index.ts';
import type { Cause, Obligation, World } from '../solve/index.ts';
import { HAS_POISON, HAS_PROJECTION, subst } from '../ty.ts';
import type { Ty } from '../ty.ts';
import { markerDiagnostic } from './report-markers.ts';

export function checkPromises(resolver: Resolver, world: World, sink: DiagSink, wanted: (module: ModuleDecl) => boolean): void {
  for (const adt of resolver.adts) if (wanted(adt.module) && !adt.view) checkHiddenBorrows(world, sink, adt);
  for (const impl of resolver.impls) {
    if (!wanted(impl.module) || impl.traitRef === null || impl.negative) continue;
    const { trait, args } = impl.traitRef;
    // Such an impl is refused as a whole.
    if (!impl.module.isStd && trait.attrs.some((attr) => attr.name.name === 'sealed')) continue;
    if (trait.supertraits.length === 0 && trait.assocTypes.length === 0) continue;
    if (args.some((arg) => (arg.flags & HAS_POISON) !== 0)) continue;
    new PromiseCheck(world, sink, impl, trait, args).run();
  }
}

/** Rule T3 where a field's type is an associated type, whose value is known only now. */
function checkHiddenBorrows(world: World, sink: DiagSink, adt: AdtDecl): void {
  for (const variant of adt.variants) {
    for (const field of variant.fields) {
      if ((field.ty.flags & HAS_PROJECTION) === 0 || (field.ty.flags & HAS_POISON) !== 0) continue;
      const solver = new Solver(world, new ParamEnv(adt.generics.predicates), () => {});
      const ty = solver.table.resolve(solver.normalize(field.ty, { span: field.span, boundSpan: null, name: null }, []));
      solver.table.release();
      const borrow = borrowIn(ty);
      if (borrow === null) continue;
      const kind = adt.isEnum ? 'enum' : 'struct';
      sink.report({
        code: 'CJ0202',
        span: field.span,
        args: { name: adt.name, borrow: showTy(borrow), kind },
        related: [{ span: adt.nameSpan, label: 'type', args: { name: adt.name, kind } }],
      });
      return;
    }
  }
}

class PromiseCheck {
  private readonly sink: DiagSink;
  private readonly impl: ImplDecl;
  private readonly trait: TraitDecl;
  private readonly args: readonly Ty[];
  private readonly solver: Solver;

  constructor(world: World, sink: DiagSink, impl: ImplDecl, trait: TraitDecl, args: readonly Ty[]) {
    this.sink = sink;
    this.impl = impl;
    this.trait = trait;
    this.args = args;
    this.solver = new Solver(world, new ParamEnv(impl.generics.predicates), () => {});
  }

  run(): void {
    for (const parent of this.trait.supertraits) this.supertrait(parent.trait, parent.args.map((arg) => subst(arg, this.args)));
    for (const assoc of this.trait.assocTypes) {
      const value = this.impl.assocTypes.get(assoc.name);
      if (value === undefined || (value.ty.flags & HAS_POISON) !== 0) continue;
      for (const bound of assoc.bounds) this.assocBound(assoc.name, value, bound);
    }
    this.solver.table.release();
  }

  private supertrait(parent: TraitDecl, args: readonly Ty[]): void {
    const span = this.impl.syntax.trait!.span;
    const cause: Cause = { span, boundSpan: null, name: null };
    if (this.solver.holds(parent, args, cause) !== 'no') return;
    const self = args[0]!;
    const related = { span: this.trait.nameSpan, args: { trait: this.trait.name, parent: parent.name } };
    if (this.refusesMarker(parent, self, span, { ...related, label: 'supertrait' })) return;
    this.sink.report({
      code: 'CJ0266',
      span,
      args: { type: showTy(self), trait: this.trait.name, parent: parent.name },
      related: [{ ...related, label: 'trait' }],
      help: this.impl.derived ? ['derive'] : [],
    });
  }

  private assocBound(name: string, value: { readonly ty: Ty; readonly span: Span }, bound: Predicate): void {
    const cause: Cause = { span: value.span, boundSpan: bound.span, name: null };
    const failed = this.solver.probe(() => {
      const out: Obligation[] = [];
      this.solver.demands([bound], this.args, cause, 0, out);
      return this.solver.evaluate(out, 0).verdict === 'no';
    });
    if (!failed) return;
    if (bound.kind === 'trait' && this.refusesMarker(bound.ref.trait, value.ty, value.span, { span: bound.span, label: 'supertrait' })) return;
    this.sink.report({
      code: 'CJ0431',
      span: value.span,
      args: { name, type: showTy(value.ty), trait: this.trait.name, bound: showPredicate(bound) },
      related: [{ span: bound.span, label: 'bound', args: { trait: this.trait.name } }],
    });
  }

  /** Markers have their own words. */
  private refusesMarker(trait: TraitDecl, ty: Ty, span: Span, related: Parameters<typeof markerDiagnostic>[4][number]): boolean {
    if (trait.marker === null) return false;
    const answer = this.solver.marker(trait, ty, { span, boundSpan: null, name: null });
    if (answer.verdict !== 'no') return false;
    this.sink.report(markerDiagnostic(trait.marker, ty, answer, span, [related]));
    return true;
  }
}
