/**
 * Summaries as plain data, for interfaces. `own/api` puts them in words.
 * Consumes: flows between the nodes of a signature. Produces: a Summary that can be written as JSON and compared by its text.
 */
import { showTy } from '../../types/index.ts';
import { OWNED } from './signature.ts';
import type { Flows, Signature } from './signature.ts';

/**
 * A place in a signature where a borrow sits: slot `slot` of parameter `param` (the receiver is 0), of the result, or a type by its name.
 * The type `Owned` stands for places that hold no borrows: what flows there must not have any.
 */
export type SummaryNode =
  | { readonly at: 'param'; readonly param: number; readonly slot: number }
  | { readonly at: 'result'; readonly slot: number }
  | { readonly at: 'type'; readonly name: string };

export interface Summary {
  /** Borrows at `from` may be found at `to` after the call. Sorted. */
  readonly edges: readonly { readonly from: SummaryNode; readonly to: SummaryNode }[];
  /** Interior slots that are one afterwards: what is stored through one is seen through all. */
  readonly same: readonly (readonly SummaryNode[])[];
}

/** A node of a signature without references into the program. */
export function plainNode(sig: Signature, node: number): SummaryNode {
  if (node === OWNED) return { at: 'type', name: 'Owned' };
  const info = sig.nodes[node]!;
  switch (info.kind) {
    case 'param':
      return { at: 'param', param: info.param, slot: info.slot };
    case 'result':
      return { at: 'result', slot: info.slot };
    case 'type':
      return { at: 'type', name: showTy(info.ty) };
  }
}

/** Equal for equal nodes; sorts by parameters, the result, types. */
export function nodeKey(node: SummaryNode): string {
  return node.at === 'type' ? `2${node.name}` : node.at === 'param' ? `0${String(node.param).padStart(4, '0')}.${String(node.slot).padStart(4, '0')}` : `1${String(node.slot).padStart(4, '0')}`;
}

export function plainSummary(known: { readonly sig: Signature; readonly flows: Flows }): Summary {
  const edges = known.flows.edges.map(([from, to]) => ({ from: plainNode(known.sig, from), to: plainNode(known.sig, to) }));
  edges.sort((a, b) => (nodeKey(a.to) + nodeKey(a.from) < nodeKey(b.to) + nodeKey(b.from) ? -1 : 1));
  const same = known.flows.same.map((group) => group.map((node) => plainNode(known.sig, node)).sort((a, b) => (nodeKey(a) < nodeKey(b) ? -1 : 1)));
  same.sort((a, b) => (a.map(nodeKey).join() < b.map(nodeKey).join() ? -1 : 1));
  return { edges, same };
}
