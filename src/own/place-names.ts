/**
 * Places as the user wrote them, for messages: `data`, `pair.0`, `*node`, `config.name`, `list[…]`.
 * Consumes: MIR places. Inside a closure the environment's fields bear the names of what they captured.
 */
import type { Body, Place, Proj } from '../mir/index.ts';
import type { Capture, Ty } from '../types/index.ts';

/** The captures of the closure that a body is of, if it is one. */
export function capturesOf(body: Body): readonly Capture[] | null {
  return body.origin.kind === 'closure' ? body.origin.decl.captures : null;
}

function captureName(capture: Capture): string {
  let text = capture.place.local.name;
  let ty: Ty | null = capture.place.local.ty;
  for (const index of capture.place.fields) {
    const field: { readonly name: string; readonly ty: Ty } | null =
      ty?.kind === 'adt' ? ty.decl.variants[0]?.fields[index] ?? null : ty?.kind === 'tuple' ? { name: String(index), ty: ty.elements[index]! } : null;
    text += `.${field?.name ?? index}`;
    ty = field?.ty ?? null;
  }
  return text;
}

/** If the place begins with a capture: which, and how many projections that takes. */
export function captureAt(body: Body, place: Place): { readonly capture: Capture; readonly depth: number } | null {
  const captures = capturesOf(body);
  if (captures === null || place.local !== 1) return null;
  const depth = place.proj[0]?.kind === 'deref' ? 1 : 0;
  const field = place.proj[depth];
  if (field === undefined || field.kind !== 'field') return null;
  const capture = captures[field.index];
  if (capture === undefined) return null;
  const next = place.proj[depth + 1];
  const byRef = (capture.mode === 'ref' || capture.mode === 'refMut') && next?.kind === 'deref';
  return { capture, depth: depth + (byRef ? 2 : 1) };
}

function fieldName(base: Ty, variant: number, index: number): string {
  return base.kind === 'adt' ? base.decl.variants[variant]?.fields[index]?.name ?? String(index) : String(index);
}

/** The place in source spelling; null if it begins with a value that has no name. */
export function placeName(body: Body, place: Place): string | null {
  const captured = captureAt(body, place);
  const start = captured === null ? body.locals[place.local]!.name : captureName(captured.capture);
  if (start === null) return null;
  let text = start;
  let base: Ty = captured === null ? body.locals[place.local]!.ty : captured.capture.place.local.ty;
  let variant = 0;
  const rest: readonly Proj[] = place.proj.slice(captured?.depth ?? 0);
  rest.forEach((proj, i) => {
    switch (proj.kind) {
      case 'field':
        // The content of a variant has no spelling of its own: the enum's name stands for it.
        if (!(base.kind === 'adt' && base.decl.isEnum)) text += `.${fieldName(base, variant, proj.index)}`;
        break;
      case 'variant':
        variant = proj.index;
        break;
      case 'deref':
        // Field access and indexing look through references by themselves.
        if (i === rest.length - 1) text = `*${text}`;
        break;
      case 'constIndex':
        text += proj.fromEnd ? '[…]' : `[${proj.offset}]`;
        break;
      case 'index': case 'subslice':
        text += '[…]';
        break;
    }
    if (proj.kind !== 'variant') variant = 0;
    base = proj.ty;
  });
  return text;
}
