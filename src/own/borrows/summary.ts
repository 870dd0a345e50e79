/**
 * Summaries as plain data, for interfaces and for people.
 * Consumes: flows between the nodes of a signature. Produces: a Summary that can be written as JSON and compared by its text, and sentences.
 */
import { showTy } from '../../types/index.ts';
import type { FnDecl } from '../../types/index.ts';
import type { Flows, Signature } from './signature.ts';

/** A place in a signature where a borrow sits: slot `slot` of parameter `param` (the receiver is 0), of the result, or a type by its name. */
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

function plainNode(sig: Signature, node: number): SummaryNode {
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

function nodeKey(node: SummaryNode): string {
  return node.at === 'type' ? `2${node.name}` : node.at === 'param' ? `0${String(node.param).padStart(4, '0')}.${String(node.slot).padStart(4, '0')}` : `1${String(node.slot).padStart(4, '0')}`;
}

export function plainSummary(known: { readonly sig: Signature; readonly flows: Flows }): Summary {
  const edges = known.flows.edges.map(([from, to]) => ({ from: plainNode(known.sig, from), to: plainNode(known.sig, to) }));
  edges.sort((a, b) => (nodeKey(a.to) + nodeKey(a.from) < nodeKey(b.to) + nodeKey(b.from) ? -1 : 1));
  const same = known.flows.same.map((group) => group.map((node) => plainNode(known.sig, node)).sort((a, b) => (nodeKey(a) < nodeKey(b) ? -1 : 1)));
  same.sort((a, b) => (a.map(nodeKey).join() < b.map(nodeKey).join() ? -1 : 1));
  return { edges, same };
}

/** A summary in words, one sentence each; empty if nothing flows. */
export function describeSummary(decl: FnDecl, summary: Summary): string[] {
  const name = (node: SummaryNode, as: 'source' | 'target'): string => {
    switch (node.at) {
      case 'param': {
        const param = decl.sig.params[node.param];
        const base = `\`${param?.name ?? node.param}\``;
        if (as === 'target') return `what ${base} refers to`;
        return node.slot === 0 ? base : `what ${base} holds`;
      }
      case 'result':
        return 'the result';
      case 'type':
        return as === 'target' ? `every \`${node.name}\`` : `\`${node.name}\``;
    }
  };
  const out: string[] = [];
  const sources = new Map<string, Set<string>>();
  for (const { from, to } of summary.edges) {
    const target = name(to, 'target');
    const set = sources.get(target) ?? new Set<string>();
    set.add(name(from, 'source'));
    sources.set(target, set);
  }
  for (const [target, set] of sources) {
    const verb = target === 'the result' ? 'borrows from' : 'may hold borrows from';
    out.push(`${target} ${verb} ${join([...set])}`);
  }
  for (const group of summary.same) {
    const names = [...new Set(group.map((node) => name(node, 'target')))];
    if (names.length > 1) out.push(`${join(names)} share what is stored in them`);
  }
  return out;
}

function join(list: readonly string[]): string {
  return list.length <= 1 ? list.join('') : `${list.slice(0, -1).join(', ')} and ${list[list.length - 1]}`;
}
