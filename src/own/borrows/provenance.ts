/**
 * Which slots of a type an associated type of it takes its slots from: `<SliceIter<&str> as Iterator>::Item` is `&&str`, whose outer
 * reference comes from the view's own slot and whose inner one from the slot of the elements.
 * Consumes: projections with arguments. Produces: for each slot of the value type, indices into the slots of Self; null where nothing is known.
 * Sound because an implementation has its type parameters' slots shared (F3) and its own borrows merged (T1).
 */
import type { ClosureDecl, FnDecl, Predicate, ProjectionTy, Ty } from '../../types/index.ts';
import type { Flows, Signature } from './signature.ts';
import type { SlotTable } from './slots.ts';

const MAX_DEPTH = 24;

/** For each slot of the value of `projection` with `args`: where in the slots of `args[0]` it comes from. */
export function provenance(projection: Projection, args: readonly Ty[], table: SlotTable, known: ClosureFlows, depth = 0): Sources | null {
  const self = args[0]!;
  if (depth > MAX_DEPTH || self.kind === 'dyn' || self.kind === 'param' || self.kind === 'projection') return null;
  const required = projection.assoc.trait.methods.find((method) => !method.hasBody);
  if (required === undefined) return null;
  const found = table.program.resolveMethodIn(required, args, table.assumptions);
  if (found === null || found.kind !== 'fn') return null;
  return new Derivation(found.args, table, known, depth).through(found.decl, projection, self);
}

/** An associated type that is asked about; it need not exist as a type. */
export type Projection = Pick<ProjectionTy, 'assoc' | 'args'>;

/** For each slot, the indices that it comes from. */
export type Sources = readonly (readonly number[])[];

/** What is known of closures that are part of a type. */
export interface ClosureFlows {
  closure(decl: ClosureDecl): { readonly sig: Signature; readonly flows: Flows };
}

/** One implementation with its arguments. */
class Derivation {
  private readonly implArgs: readonly Ty[];
  private readonly table: SlotTable;
  private readonly known: ClosureFlows;
  private readonly depth: number;
  /** Where each parameter of the impl lies in Self. */
  private readonly params = new Map<Ty, number[][]>();
  private predicates: readonly Predicate[] = [];

  constructor(implArgs: readonly Ty[], table: SlotTable, known: ClosureFlows, depth: number) {
    this.implArgs = implArgs;
    this.table = table;
    this.known = known;
    this.depth = depth;
  }

  through(method: FnDecl, projection: Projection, self: Ty): Sources | null {
    const { table } = this;
    const impl = method.parent;
    if (impl === null || impl.kind !== 'impl') return null;
    const value = impl.assocTypes.get(projection.assoc.name);
    if (value === undefined) return null;
    this.predicates = impl.generics.predicates;
    const generic = table.tables.for(impl.generics.predicates);
    const own: number[] = [];
    let at = 0;
    for (const slot of generic.of(generic.normalize(impl.selfTy))) {
      if (slot.opaque === null) {
        own.push(at++);
        continue;
      }
      const count = this.countOf(slot.opaque);
      const places = this.params.get(slot.opaque) ?? Array.from({ length: count }, (): number[] => []);
      for (let j = 0; j < count; j++) places[j]!.push(at++);
      this.params.set(slot.opaque, places);
    }
    if (at !== table.of(self).length) return null;
    const all = Array.from({ length: at }, (_, i) => i);
    const out: (readonly number[])[] = [];
    for (const slot of generic.of(generic.normalize(value.ty))) {
      if (slot.opaque === null) out.push(own.length > 0 ? own : all);
      else out.push(...(this.sourcesOf(slot.opaque) ?? new Array<readonly number[]>(this.countOf(slot.opaque)).fill(all)));
    }
    return out;
  }

  private countOf(ty: Ty): number {
    return this.table.of(this.table.instance(ty, this.implArgs)).length;
  }

  /** Where the slots of a parameter or associated type of the impl come from. */
  private sourcesOf(ty: Ty): Sources | null {
    const places = this.params.get(ty);
    if (places !== undefined) return places;
    if (ty.kind === 'projection') return this.nested(ty, ty);
    return ty.kind === 'param' ? this.determined(ty) : null;
  }

  /** `type Item = I::Item`: through the impl of `I`. */
  private nested(projection: Projection, ty: Ty): Sources | null {
    const places = this.params.get(projection.args[0]!);
    if (places === undefined) return null;
    const inner = provenance(projection, projection.args.map((arg) => this.table.instance(arg, this.implArgs)), this.table, this.known, this.depth + 1);
    if (inner === null) return places.length === 0 ? null : new Array<readonly number[]>(this.countOf(ty)).fill(places.flat());
    return inner.map((list) => list.flatMap((i) => places[i] ?? []));
  }

  /** A parameter that only a bound determines: `I: Iterator<Item = A>`, or the result of a callable. */
  private determined(ty: Ty): Sources | null {
    for (const predicate of this.predicates) {
      if (predicate.kind === 'projection' && predicate.ty === ty) return this.nested(predicate, ty);
      if (predicate.kind === 'callable' && predicate.ret === ty) return this.called(predicate);
    }
    return null;
  }

  private called(predicate: Predicate & { kind: 'callable' }): Sources | null {
    if (predicate.self.kind !== 'param') return null;
    const value = this.implArgs[predicate.self.index];
    const captures = this.params.get(predicate.self);
    if (value?.kind !== 'closure' || captures === undefined || this.depth > MAX_DEPTH) return null;
    const { sig, flows } = this.known.closure(value.decl);
    const skip = value.decl.mode === 'once' ? 0 : 1;
    const generic = this.table.tables.for(this.predicates);
    // For each parameter of the closure, where its slots come from; what is lent for the call cannot be in the result.
    const given = predicate.params.map((param) => generic.of(generic.normalize(param)).flatMap((slot): Sources => (slot.opaque === null ? [[]] : (this.sourcesOf(slot.opaque) ?? [[]]))));
    return sig.retNodes.map((to) => {
      const out = new Set<number>();
      for (const [from, target] of flows.edges) {
        const node = sig.nodes[from]!;
        if (target !== to || node.kind !== 'param') continue;
        const places = node.param === 0 ? captures[node.slot - skip] : given[node.param - 1]?.[node.slot];
        for (const place of places ?? []) out.add(place);
      }
      return [...out];
    });
  }
}
