/**
 * The fixed rule for signatures without a body that is known: methods of traits, `dyn`, function values, natives (F4, F5).
 * With a reference as the receiver, the result borrows from the receiver and what it holds; otherwise from every input. What the signature
 * hides in a type parameter or an associated type comes from other such types only. Nothing is stored in an argument; interior slots of one
 * type are the same.
 * Consumes: a Signature. Produces: Flows that every implementation must fit into.
 */
import type { FnDecl, Ty } from '../../types/index.ts';

import { OWNED } from './signature.ts';
import type { Flows, Signature } from './signature.ts';

/** The contract of a trait's method, or of a function that is only declared. */
export function contractOf(decl: FnDecl, sig: Signature): Flows {
  const parent = decl.parent;
  const outer = parent !== null && parent.kind === 'trait' ? parent.generics.total : 0;
  return contract(sig, (ty) => isOwnParam(ty, outer), decl);
}

/** The contract of a call of a function value: the result comes from the captures and all reference arguments. */
export function callableContract(sig: Signature): Flows {
  return contract(sig, () => true, null);
}

function isOwnParam(ty: Ty, outer: number): boolean {
  return ty.kind === 'param' && ty.index >= outer;
}

function contract(sig: Signature, isOwn: (ty: Ty) => boolean, decl: FnDecl | null): Flows {
  const edges: (readonly [number, number])[] = [];
  const inputs = new Set<number>();
  const count = sig.byReference ? 1 : sig.params.length;
  for (let p = 0; p < count; p++) for (const node of sig.paramNodes[p]!) inputs.add(node);
  for (const to of new Set(sig.retNodes)) {
    const node = sig.nodes[to]!;
    if (node.kind === 'result') {
      for (const from of inputs) edges.push([from, to]);
    } else if (node.kind === 'type') {
      for (const from of typeSources(sig, node.ty, inputs, isOwn, decl)) if (from !== to) edges.push([from, to]);
    }
  }
  // A boxed `dyn` or function value that is given away may be kept: it must own what it uses.
  sig.params.forEach((slots, p) => {
    if (decl === null || sig.paramTys[p]!.kind === 'ref') return;
    slots.forEach((slot, k) => {
      if (slot.hidden) edges.push([sig.paramNodes[p]![k]!, OWNED]);
    });
  });
  return { edges, same: sameInterior(sig) };
}

/** What a result of a type parameter (or associated type) can be made of, beside other values of the same type. */
function typeSources(sig: Signature, ty: Ty, inputs: ReadonlySet<number>, isOwn: (ty: Ty) => boolean, decl: FnDecl | null): ReadonlySet<number> {
  const out = new Set<number>();
  // An associated type carries what its Self carries: instances say so by themselves.
  if (ty.kind !== 'param' || decl === null) return out;
  if (isOwn(ty)) {
    // The method chooses nothing about this type; only a bound can make one of something else: `C: FromIterator<Self::Item>`.
    for (const predicate of decl.generics.predicates) {
      if (predicate.kind !== 'trait' || predicate.ref.args[0] !== ty) continue;
      for (const arg of predicate.ref.args.slice(1)) for (const slot of sig.table.of(sig.table.normalize(arg))) if (slot.opaque !== null) out.add(sig.typeNode(slot.opaque));
    }
    return out;
  }
  for (const from of inputs) {
    const node = sig.nodes[from]!;
    if (node.kind !== 'type') continue;
    const parts = isOwn(node.ty) ? partsOf(sig, node.ty, decl) : null;
    if (parts === null) out.add(from);
    else for (const part of parts) out.add(part);
  }
  return out;
}

/** A parameter of the method that is known by what its associated types yield (an iterator) can give nothing else. */
function partsOf(sig: Signature, ty: Ty, decl: FnDecl): readonly number[] | null {
  const out: number[] = [];
  let found = false;
  for (const predicate of decl.generics.predicates) {
    if (predicate.kind !== 'projection' || predicate.args[0] !== ty) continue;
    found = true;
    for (const slot of sig.table.of(sig.table.normalize(predicate.ty))) if (slot.opaque !== null) out.push(sig.typeNode(slot.opaque));
  }
  return found ? out : null;
}

/** Interior slots that refer to one type are the same; those of the result are also the same as the interior of what it comes from. */
function sameInterior(sig: Signature): readonly (readonly number[])[] {
  const byTarget = new Map<Ty | null, number[]>();
  sig.nodes.forEach((node, i) => {
    if (node.kind === 'type' || !node.invariant) return;
    const list = byTarget.get(node.target);
    if (list === undefined) byTarget.set(node.target, [i]);
    else list.push(i);
  });
  const out: number[][] = [];
  for (const group of byTarget.values()) {
    if (group.some((i) => sig.nodes[i]!.kind === 'result')) {
      const receiver = sig.byReference ? sig.paramNodes[0]! : sig.paramNodes.flat();
      for (const i of receiver) if (sig.nodes[i]!.kind === 'type') group.push(i);
    }
    if (group.length > 1) out.push(group);
  }
  return out;
}

