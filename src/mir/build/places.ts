/**
 * Expressions as places: locals, captures, fields, elements and what references refer to. A value becomes a temporary.
 * Consumes: typed place expressions. Produces: Places whose checks have been emitted.
 * All index expressions of a place are evaluated, outermost base first, before any element is checked, so that no later index
 * expression can change a place that has been checked already.
 */
import { bug } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { LocalVar, Ty, tree } from '../../types/index.ts';
import type { LocalId, Operand, Place, Proj } from '../mir.ts';
import { localPlace, placeTy, projected } from '../visit.ts';
import type { Builder } from './builder.ts';

/** Whether an expression denotes a place (if its innermost base is a value, a place inside a temporary). */
export function isPlaceExpr(e: tree.Expr): e is tree.LocalExpr | tree.FieldExpr | tree.IndexExpr | tree.DerefExpr {
  return e.kind === 'local' || e.kind === 'field' || e.kind === 'index' || e.kind === 'deref';
}

/** Whether a place belongs to a variable of the source, so that other code can name it. */
export function isNamedPlace(e: tree.Expr): boolean {
  while (e.kind === 'field' || e.kind === 'index' || e.kind === 'deref') e = e.base;
  return e.kind === 'local';
}

/** Whether evaluating the expression after some place has been looked at cannot change that place. */
export function isTrivial(e: tree.Expr): boolean {
  switch (e.kind) {
    case 'literal': case 'constRef': case 'fnItem': case 'local':
      return true;
    case 'field': case 'deref':
      return isTrivial(e.base);
    case 'index':
      return isTrivial(e.base) && isTrivial(e.index);
    case 'ref':
      return isTrivial(e.place);
    case 'unary':
      return isTrivial(e.operand);
    case 'binary':
      return isTrivial(e.left) && isTrivial(e.right);
    case 'coerce':
      return isTrivial(e.value);
    default:
      return false;
  }
}

/** How one element is chosen. */
type Chosen = { readonly kind: 'local'; readonly local: LocalId } | { readonly kind: 'constant'; readonly value: bigint };

/** Lowers an expression as a place; a value is kept in a temporary of the enclosing statement. */
export function lowerPlace(b: Builder, e: tree.Expr): Place {
  const steps: (tree.FieldExpr | tree.IndexExpr | tree.DerefExpr)[] = [];
  let root: tree.Expr = e;
  while (root.kind === 'field' || root.kind === 'index' || root.kind === 'deref') {
    steps.push(root);
    root = root.base;
  }
  steps.reverse();
  let place: Place;
  let taken = 0;
  if (root.kind === 'local') {
    const local = b.localOf(root.local);
    if (local === null) {
      const path: number[] = [];
      for (const step of steps) {
        if (step.kind !== 'field') break;
        path.push(step.index);
      }
      ({ place, taken } = capturedPlace(b, root.local, path));
    } else {
      place = b.guardRefs.get(root.local) ?? localPlace(local);
    }
  } else {
    place = localPlace(b.temp(root));
  }
  const rest = steps.slice(taken);
  const chosen = new Map<tree.IndexExpr, Chosen>();
  for (const step of rest) if (step.kind === 'index') chosen.set(step, lowerIndex(b, step.index));
  for (const step of rest) {
    switch (step.kind) {
      case 'field':
        place = projected(place, { kind: 'field', index: step.index, ty: step.ty });
        break;
      case 'deref':
        place = projected(place, { kind: 'deref', ty: step.ty });
        break;
      case 'index':
        place = element(b, place, chosen.get(step)!, step);
        break;
    }
  }
  return place;
}

/** The place of a captured variable, or of a part of it, inside the environment; `taken` fields of the path are part of the capture. */
function capturedPlace(b: Builder, local: LocalVar, path: readonly number[]): { place: Place; taken: number } {
  const env = b.env ?? bug('a capture outside of a closure');
  const index = env.decl.captures.findIndex((c) => c.place.local === local && c.place.fields.length <= path.length && c.place.fields.every((f, i) => f === path[i]));
  const capture = env.decl.captures[index] ?? bug(`variable ${local.name} is neither declared nor captured here`);
  let place = projected(env.place, { kind: 'field', index, ty: capture.ty });
  if (capture.mode === 'ref' || capture.mode === 'refMut') {
    if (capture.ty.kind !== 'ref') bug('a capture by reference has a reference type');
    place = projected(place, { kind: 'deref', ty: capture.ty.target });
  }
  return { place, taken: capture.place.fields.length };
}

/** A captured place in the body that makes the closure (which may itself be a closure). */
export function placeOfCapture(b: Builder, root: LocalVar, fields: readonly number[]): Place {
  const local = b.localOf(root);
  let place: Place;
  let taken = 0;
  if (local === null) ({ place, taken } = capturedPlace(b, root, fields));
  else place = b.guardRefs.get(root) ?? localPlace(local);
  for (const index of fields.slice(taken)) place = projected(place, { kind: 'field', index, ty: b.facts.fieldTy(placeTy(b, place), index) });
  return place;
}

function lowerIndex(b: Builder, e: tree.Expr): Chosen {
  if (e.kind === 'literal' && e.value.kind === 'int') return { kind: 'constant', value: e.value.value };
  if (e.kind === 'local' && !e.local.mutable && !b.guardRefs.has(e.local)) {
    const local = b.localOf(e.local);
    if (local !== null) return { kind: 'local', local };
  }
  const operand = b.operand(e);
  if (operand.kind !== 'const' && operand.place.proj.length === 0 && b.locals[operand.place.local]!.kind === 'temp') return { kind: 'local', local: operand.place.local };
  return { kind: 'local', local: b.rvalueTemp({ kind: 'use', operand }, tys.usize, e.span) };
}

/** The number of elements of an array or slice place, as an operand. */
export function lengthOf(b: Builder, place: Place, ty: Ty, span: tree.Expr['span']): Operand {
  if (ty.kind === 'array' && ty.length.kind === 'const') return b.int(ty.length.value, tys.usize);
  return { kind: 'copy', place: localPlace(b.rvalueTemp({ kind: 'length', place }, tys.usize, span)) };
}

/** Above this a constant index is not a projection of its own: the number must be exact in JavaScript. */
const MAX_CONST_INDEX = 1n << 50n;

function element(b: Builder, place: Place, chosen: Chosen, e: tree.IndexExpr): Place {
  const baseTy = placeTy(b, place);
  const length = lengthOf(b, place, baseTy, e.span);
  const known = baseTy.kind === 'array' && baseTy.length.kind === 'const' ? baseTy.length.value : null;
  if (chosen.kind === 'constant' && chosen.value >= 0n && chosen.value < MAX_CONST_INDEX) {
    if (known === null || chosen.value >= known) b.emit({ kind: 'boundsCheck', index: b.int(chosen.value, tys.usize), length, span: e.span });
    return projected(place, { kind: 'constIndex', offset: Number(chosen.value), fromEnd: false, ty: e.ty });
  }
  const index = chosen.kind === 'local' ? chosen.local : b.rvalueTemp({ kind: 'use', operand: b.int(chosen.value, tys.usize) }, tys.usize, e.span);
  b.emit({ kind: 'boundsCheck', index: { kind: 'copy', place: localPlace(index) }, length, span: e.span });
  const proj: Proj = { kind: 'index', index, ty: e.ty };
  return projected(place, proj);
}
