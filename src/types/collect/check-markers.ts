/**
 * What may be said about the markers `Owned`, `Sendable`, `Shareable` by an impl: nothing of `Owned`, which is seen from the fields; of the others that a type
 * of one's own has one (`unsafe impl`, since the author vouches for it) or has it not (`impl !Marker`).
 * Consumes: impls with their headers. Produces: diagnostics CJ0543 to CJ0546.
 */
import { showTy } from '../show.ts';
import type { ImplNode, TraitNode } from './nodes.ts';
import type { Session } from './session.ts';

/** Checks an impl that is of a marker, or spelt as if it were; false if there is something wrong about it. */
export function checkMarkerImpl(session: Session, impl: ImplNode, trait: TraitNode): boolean {
  const { syntax } = impl;
  const at = syntax.trait!.span;
  if (trait.marker === null) {
    if (!syntax.unsafe && syntax.negative === null) return true;
    const how = syntax.unsafe ? 'unsafe impl' : 'impl !';
    session.report({ code: 'CJ0545', span: at, args: { trait: trait.name, how } });
    return false;
  }
  if (trait.marker === 'Owned') {
    session.report({ code: 'CJ0544', span: at, args: { type: showTy(impl.selfTy) } });
    return false;
  }
  const self = impl.selfTy;
  if (isMisplacedMarker(impl)) {
    session.report({ code: 'CJ0546', span: syntax.type.span, args: { type: showTy(self), trait: trait.name } });
    return false;
  }
  if (!syntax.unsafe && syntax.negative === null) {
    session.report({
      code: 'CJ0543',
      span: at,
      args: { type: showTy(self), trait: trait.name },
      fixes: [{ key: 'unsafe', edits: [{ span: { ...syntax.keyword, hi: syntax.keyword.lo }, text: 'unsafe ' }] }],
    });
    return false;
  }
  return true;
}

/** A marker for a type that is no struct or enum of the package. */
export function isMisplacedMarker(impl: ImplNode): boolean {
  const self = impl.selfTy;
  return impl.traitRef?.trait.marker != null && (self.kind !== 'adt' || self.decl.module.package !== impl.module.package);
}
