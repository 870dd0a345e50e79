/**
 * One-sided matching: which arguments for the parameters of an impl make its types equal to given concrete ones.
 * Consumes: patterns with parameters, concrete types. Structural; projections in patterns match anything, since the solver has agreed already.
 */
import { sameMarkers } from '../../types/index.ts';
import type { Ty } from '../../types/index.ts';

/** Arguments for `total` parameters, or null if the patterns do not match. A parameter that occurs nowhere makes the match fail. */
export function matchTypes(patterns: readonly Ty[], types: readonly Ty[], total: number): readonly Ty[] | null {
  const found = new Array<Ty | undefined>(total).fill(undefined);
  const all = (left: readonly Ty[], right: readonly Ty[]): boolean => left.length === right.length && left.every((p, i) => match(p, right[i]!));
  const match = (pattern: Ty, ty: Ty): boolean => {
    if (pattern === ty || pattern.kind === 'projection') return true;
    if (pattern.kind === 'param') {
      found[pattern.index] ??= ty;
      return found[pattern.index] === ty;
    }
    switch (pattern.kind) {
      case 'adt':
        return ty.kind === 'adt' && ty.decl === pattern.decl && all(pattern.args, ty.args);
      case 'tuple':
        return ty.kind === 'tuple' && all(pattern.elements, ty.elements);
      case 'array':
        return ty.kind === 'array' && match(pattern.element, ty.element) && match(pattern.length, ty.length);
      case 'slice':
        return ty.kind === 'slice' && match(pattern.element, ty.element);
      case 'ref':
        return ty.kind === 'ref' && ty.mutable === pattern.mutable && match(pattern.target, ty.target);
      case 'ptr':
        return ty.kind === 'ptr' && match(pattern.target, ty.target);
      case 'box':
        return ty.kind === 'box' && match(pattern.target, ty.target);
      case 'fn':
        return ty.kind === 'fn' && ty.mode === pattern.mode && all(pattern.params, ty.params) && match(pattern.ret, ty.ret);
      case 'dyn':
        return ty.kind === 'dyn' && ty.trait === pattern.trait && sameMarkers(ty, pattern) && all(pattern.args, ty.args);
      default:
        return false;
    }
  };
  if (!all(patterns, types)) return null;
  return found.every((ty) => ty !== undefined) ? (found as Ty[]) : null;
}
