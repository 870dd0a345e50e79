/**
 * Whether an implementation of a trait's method keeps to the contract that callers assume (F4: inclusion).
 * Consumes: the method's inferred flows and the contract of the trait's method, laid over the implementation's types. Produces: CJ0520.
 */
import type { DiagSink, RelatedSpan } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { FnDecl } from '../../types/index.ts';
import { identityArgs } from './decl-slots.ts';
import { instantiate } from './instantiate.ts';
import { OWNED } from './signature.ts';
import type { Signature } from './signature.ts';
import type { Summaries } from './summaries.ts';

/** `witnessIn`: the place in a method's body where a borrow first flows from one node of its signature to another. */
export function checkContract(decl: FnDecl, summaries: Summaries, sink: DiagSink, witnessIn: (decl: FnDecl, from: number, to: number) => Span | null): void {
  const { parent } = decl;
  if (parent === null || !decl.hasBody) return;
  const trait = parent.kind === 'trait' ? parent : (parent.traitRef?.trait ?? null);
  if (trait === null) return;
  const method = trait.methods.find((m) => m.name === decl.name);
  if (method === undefined) return;
  const known = summaries.fn(decl);
  if (known.flows.edges.length === 0 && known.flows.same.length === 0) return;
  const contract = summaries.contract(method);
  const traitArgs = parent.kind === 'trait' ? identityArgs(trait.generics) : parent.traitRef!.args;
  const own = identityArgs(decl.generics).slice(parent.generics.total);
  const { sig } = known;
  // The method's own slots, by number: a node of its signature is the number of its slot; all occurrences of a type are one.
  const args = sig.paramNodes;
  const dest = sig.retNodes;
  const effect = instantiate(
    { sig: contract.sig, flows: contract.flows, typeArgs: [...traitArgs, ...own], predicates: method.generics.predicates, args, argSlots: sig.params, dest, destSlots: sig.ret },
    sig.table, (ty) => sig.typeNode(ty), summaries,
  );
  const allowed = new Set<string>();
  for (const flow of effect.flows) for (const src of flow.srcs) allowed.add(`${src}>${flow.dst}`);
  for (const group of effect.unions) for (const a of group) for (const b of group) allowed.add(`${a}>${b}`);
  for (const { srcs } of effect.owned) for (const src of srcs) allowed.add(`${src}>${OWNED}`);
  for (const [from, to] of known.flows.edges) {
    if (allowed.has(`${from}>${to}`)) continue;
    const source = describe(sig, from, decl);
    const toResult = to !== OWNED && sig.nodes[to]!.kind === 'result';
    const line = to === OWNED ? null : witnessIn(decl, from, to);
    const flow: RelatedSpan[] = line === null ? [] : [{ span: line, label: 'flow', args: { source } }];
    sink.report({
      code: 'CJ0520', span: decl.nameSpan, args: { name: decl.name, trait: trait.name, source, target: describe(sig, to, decl) }, label: toResult ? 'result' : 'stored',
      related: [{ span: method.nameSpan, label: 'contract', args: { name: decl.name, trait: trait.name } }, ...flow],
      help: [toResult ? 'result' : 'stored'],
    });
    return;
  }
}

function describe(sig: Signature, node: number, decl: FnDecl): string {
  if (node === OWNED) return decl.name;
  const info = sig.nodes[node]!;
  switch (info.kind) {
    case 'param':
      return decl.sig.params[info.param]?.name ?? '_';
    case 'result':
      return decl.name;
    case 'type':
      return info.ty.kind === 'param' ? info.ty.name : decl.name;
  }
}
