/**
 * Whether an access to a place touches what a loan borrowed (B1, B2).
 * Consumes: two places that begin in the same local. Distinct fields, variants and constant indices are apart; variable indices may be equal.
 */
import type { Body, Place, Proj } from '../../mir/index.ts';
import type { Ty } from '../../types/index.ts';

/** `deep`: all that can be reached. `shallow`: not what lies beyond a reference. `drop`: beyond one only where a destructor of the type can go. */
export type Depth = 'deep' | 'shallow' | 'drop';

/** Whether two projections of one value certainly name different memory. */
function apart(base: Ty, a: Proj, b: Proj): boolean {
  if (a.kind === 'field' && b.kind === 'field') return a.index !== b.index;
  if (a.kind === 'variant' && b.kind === 'variant') return a.index !== b.index;
  if (a.kind === 'constIndex' && b.kind === 'constIndex') return a.fromEnd === b.fromEnd && a.offset !== b.offset;
  if (a.kind === 'subslice' && b.kind === 'constIndex') return outside(base, b, a);
  if (a.kind === 'constIndex' && b.kind === 'subslice') return outside(base, a, b);
  return false;
}

function outside(base: Ty, index: Proj & { kind: 'constIndex' }, slice: Proj & { kind: 'subslice' }): boolean {
  if (base.kind === 'array' && base.length.kind === 'const') {
    const length = Number(base.length.value);
    const at = index.fromEnd ? length - index.offset : index.offset;
    return at < slice.from || at >= length - slice.to;
  }
  return index.fromEnd ? index.offset <= slice.to : index.offset < slice.from;
}

/** Whether the same elements follow: after parts of slices that overlap only somehow, nothing can be told. */
function aligned(a: Proj, b: Proj): boolean {
  if (a.kind === 'subslice' || b.kind === 'subslice') return a.kind === 'subslice' && b.kind === 'subslice' && a.from === b.from && a.to === b.to;
  return true;
}

export function conflicts(body: Body, access: Place, depth: Depth, loan: Place, hasDrop: (ty: Ty) => boolean): boolean {
  const a = access.proj;
  const l = loan.proj;
  const common = Math.min(a.length, l.length);
  let base = body.locals[access.local]!.ty;
  for (let i = 0; i < common; i++) {
    if (apart(base, a[i]!, l[i]!)) return false;
    if (!aligned(a[i]!, l[i]!)) return true;
    base = a[i]!.ty;
  }
  if (l.length <= a.length) return true;
  if (depth === 'deep') return true;
  let ty = a.length === 0 ? body.locals[access.local]!.ty : a[a.length - 1]!.ty;
  let destructor = false;
  for (let i = a.length; i < l.length; i++) {
    destructor ||= depth === 'drop' && hasDrop(ty);
    if (l[i]!.kind === 'deref' && ty.kind !== 'box') return destructor;
    ty = l[i]!.ty;
  }
  return true;
}

/** Whether a loan's place goes on from `*place`: then a new reference in `place` makes it name something else. */
export function continuesThroughReference(body: Body, place: Place, loan: Place): boolean {
  if (loan.proj.length <= place.proj.length) return false;
  let base = body.locals[place.local]!.ty;
  for (let i = 0; i < place.proj.length; i++) {
    const a = place.proj[i]!;
    const b = loan.proj[i]!;
    if (a.kind !== b.kind) return false;
    if (a.kind === 'index' || a.kind === 'subslice') return false;
    if (apart(base, a, b)) return false;
    base = a.ty;
    if (a.kind === 'constIndex' && b.kind === 'constIndex' && a.fromEnd !== b.fromEnd) return false;
  }
  const next = loan.proj[place.proj.length]!;
  const ty = place.proj.length === 0 ? body.locals[place.local]!.ty : place.proj[place.proj.length - 1]!.ty;
  return next.kind === 'deref' && ty.kind === 'ref';
}
