/**
 * Words for a marker that a type has not: which field or capture is at fault, and the way to it.
 * Consumes: the answer of the solver with its path. Produces: CJ0540 (Owned), CJ0541 (Sendable), CJ0542 (Shareable).
 */
import { unreachable } from '../../base/index.ts';
import type { DiagInput, RelatedSpan } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { MarkerName, TraitDecl } from '../program.ts';
import { showTy } from '../show.ts';
import type { Cause, MarkerAnswer } from '../solve/index.ts';
import type { Ty } from '../ty.ts';
import type { BodyCx } from './body-cx.ts';

type Refusal = Extract<MarkerAnswer, { verdict: 'no' }>;

function codeOf(marker: MarkerName): string {
  switch (marker) {
    case 'Owned': return 'CJ0540';
    case 'Sendable': return 'CJ0541';
    case 'Shareable': return 'CJ0542';
    default: return unreachable(marker);
  }
}

/** A bound `T: Marker` that does not hold. */
export function reportMarker(cx: BodyCx, trait: TraitDecl, ty: Ty, cause: Cause, related: readonly RelatedSpan[]): void {
  const answer = cx.solver.marker(trait, ty, cause);
  if (answer.verdict === 'no') cx.error(markerDiagnostic(trait.marker!, ty, answer, cause.span, related));
}

/** The diagnostic of a refusal. What lies inside types of std is not shown: their names say enough. */
export function markerDiagnostic(marker: MarkerName, ty: Ty, answer: Refusal, span: Span, related: readonly RelatedSpan[]): DiagInput {
  const steps: RelatedSpan[] = [];
  let path = '';
  let holder = ty;
  let { reason } = answer;
  let inner = answer.ty;
  for (const step of answer.path) {
    const hidden = step.kind === 'field' && isStd(holder);
    if (step.kind === 'capture') path = step.name;
    if (step.kind === 'field' && !hidden) path = path === '' ? `${headName(holder)}.${step.name}` : `${path}.${step.name}`;
    if (step.span !== null && !hidden) steps.push({ span: step.span, label: step.kind, args: { name: path, part: showTy(step.ty) } });
    if (hidden && answer.reason === 'pointer') {
      inner = holder;
      reason = 'refused';
    } else {
      inner = answer.ty;
      reason = answer.reason;
    }
    holder = partOf(step.ty);
  }
  // A parameter spelt `f: fn(): T` has a type without a name.
  const why = reason === 'param' && inner.kind === 'param' && inner.name.includes('(') ? 'callable' : reason;
  const told = inner === ty ? [] : ['because'];
  return {
    code: codeOf(marker),
    span,
    args: { ty: showTy(ty), inner: showTy(inner), needs: answer.trait.name },
    related: [...related, ...steps],
    help: [...told, why],
  };
}

function isStd(ty: Ty): boolean {
  return ty.kind === 'adt' && ty.decl.module.isStd;
}

function headName(ty: Ty): string {
  return ty.kind === 'adt' ? ty.decl.name : showTy(ty);
}

/** The struct whose field the next step is: behind references and boxes. */
function partOf(ty: Ty): Ty {
  return ty.kind === 'ref' || ty.kind === 'box' || ty.kind === 'ptr' ? partOf(ty.target) : ty;
}
