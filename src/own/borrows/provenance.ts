/**
 * Which slots of a type an associated type of it takes its slots from: `<SliceIter<&str> as Iterator>::Item` is `&&str`, whose outer
 * reference comes from the view's own slot and whose inner one from the slot of the elements.
 * Consumes: projections with arguments. Produces: for each slot of the value type, indices into the slots of Self; null where nothing is known.
 * Sound because an implementation has its type parameters' slots shared (F3) and its own borrows merged (T1).
 */
import type { FnDecl, ProjectionTy, Ty } from '../../types/index.ts';
import type { SlotTable } from './slots.ts';

const MAX_DEPTH = 24;

/** For each slot of the value of `projection` with `args`: where in the slots of `args[0]` it comes from. */
export function provenance(projection: ProjectionTy, args: readonly Ty[], table: SlotTable, depth = 0): readonly (readonly number[])[] | null {
  const self = args[0]!;
  if (depth > MAX_DEPTH || self.kind === 'dyn' || self.kind === 'param' || self.kind === 'projection') return null;
  const required = projection.assoc.trait.methods.find((method) => !method.hasBody);
  if (required === undefined) return null;
  const found = table.program.resolveMethodIn(required, args, table.assumptions);
  if (found === null || found.kind !== 'fn') return null;
  return throughImpl(found.decl, found.args, projection, self, table, depth);
}

function throughImpl(method: FnDecl, implArgs: readonly Ty[], projection: ProjectionTy, self: Ty, table: SlotTable, depth: number): readonly (readonly number[])[] | null {
  const impl = method.parent;
  if (impl === null || impl.kind !== 'impl') return null;
  const value = impl.assocTypes.get(projection.assoc.name);
  if (value === undefined) return null;
  const generic = table.tables.for(impl.generics.predicates);
  // Where the impl's own borrows and each of its parameters lie in Self.
  const own: number[] = [];
  const params = new Map<Ty, number[][]>();
  let at = 0;
  for (const slot of generic.of(generic.normalize(impl.selfTy))) {
    if (slot.opaque === null) {
      own.push(at++);
      continue;
    }
    const count = table.of(table.instance(slot.opaque, implArgs)).length;
    const places = params.get(slot.opaque) ?? Array.from({ length: count }, (): number[] => []);
    for (let j = 0; j < count; j++) places[j]!.push(at++);
    params.set(slot.opaque, places);
  }
  if (at !== table.of(self).length) return null;
  const all = Array.from({ length: at }, (_, i) => i);
  const out: (readonly number[])[] = [];
  for (const slot of generic.of(generic.normalize(value.ty))) {
    if (slot.opaque === null) {
      out.push(own.length > 0 ? own : all);
      continue;
    }
    const count = table.of(table.instance(slot.opaque, implArgs)).length;
    const places = params.get(slot.opaque);
    if (places !== undefined && places.length === count) {
      out.push(...places);
      continue;
    }
    out.push(...(nested(slot.opaque, implArgs, params, table, depth) ?? new Array<readonly number[]>(count).fill(all)));
  }
  return out;
}

/** `type Item = I::Item`: through the impl of `I`. */
function nested(ty: Ty, implArgs: readonly Ty[], params: ReadonlyMap<Ty, number[][]>, table: SlotTable, depth: number): readonly (readonly number[])[] | null {
  if (ty.kind !== 'projection') return null;
  const places = params.get(ty.args[0]!);
  if (places === undefined) return null;
  const inner = provenance(ty, ty.args.map((arg) => table.instance(arg, implArgs)), table, depth + 1);
  if (inner === null) return places.length === 0 ? null : table.of(table.instance(ty, implArgs)).map(() => places.flat());
  return inner.map((list) => list.flatMap((i) => places[i] ?? []));
}
