/**
 * A function's inputs and result as nodes between which borrows flow.
 * Consumes: declarations of functions and closures, function types. Produces: a node for each slot that the signature spells, and one for each
 * type parameter and associated type (all its occurrences share it: F3). Summaries and contracts are edges between nodes, and groups of equal ones.
 */
import { tys } from '../../types/index.ts';
import type { ClosureDecl, FnDecl, Predicate, Ty } from '../../types/index.ts';
import type { Slot, SlotTable, SlotTables } from './slots.ts';

export type SigNode =
  | { readonly kind: 'param'; readonly param: number; readonly slot: number; readonly invariant: boolean; readonly target: Ty | null }
  | { readonly kind: 'result'; readonly slot: number; readonly invariant: boolean; readonly target: Ty | null }
  | { readonly kind: 'type'; readonly ty: Ty };

/** Edges `from, to` in pairs, and groups of interior slots that are the same. */
export interface Flows {
  readonly edges: readonly (readonly [number, number])[];
  readonly same: readonly (readonly number[])[];
}

/** The target of an edge that puts a value where only owned ones may be: callers see to it that it holds no borrows (T2). */
export const OWNED = 65535;

export const NO_FLOWS: Flows = { edges: [], same: [] };

export class Signature {
  readonly table: SlotTable;
  readonly paramTys: readonly Ty[];
  readonly retTy: Ty;
  readonly params: readonly (readonly Slot[])[];
  readonly ret: readonly Slot[];
  readonly nodes: SigNode[] = [];
  readonly paramNodes: readonly (readonly number[])[];
  readonly retNodes: readonly number[];
  /** Whether the first parameter is `&self` or `&mut self`. */
  readonly byReference: boolean;
  private readonly types = new Map<Ty, number>();

  constructor(table: SlotTable, paramTys: readonly Ty[], retTy: Ty, hasSelf: boolean) {
    this.table = table;
    this.paramTys = paramTys.map((ty) => table.normalize(ty));
    this.retTy = table.normalize(retTy);
    this.params = this.paramTys.map((ty) => table.of(ty));
    this.ret = table.of(this.retTy);
    this.byReference = hasSelf && this.paramTys[0]?.kind === 'ref';
    this.paramNodes = this.params.map((slots, param) => slots.map((slot, k) => this.nodeOf(slot, { kind: 'param', param, slot: k, invariant: slot.invariant, target: slot.target })));
    this.retNodes = this.ret.map((slot, k) => this.nodeOf(slot, { kind: 'result', slot: k, invariant: slot.invariant, target: slot.target }));
  }

  private nodeOf(slot: Slot, own: SigNode): number {
    if (slot.opaque !== null) return this.typeNode(slot.opaque);
    this.nodes.push(own);
    return this.nodes.length - 1;
  }

  /** The node of a type parameter or associated type, which need not occur in the signature. */
  typeNode(ty: Ty): number {
    let node = this.types.get(ty);
    if (node === undefined) {
      node = this.nodes.length;
      this.nodes.push({ kind: 'type', ty });
      this.types.set(ty, node);
    }
    return node;
  }

  /** Whether anything could flow: if not, the summary is empty whatever the body does. */
  get silent(): boolean {
    return this.ret.length === 0 && !this.params.some((slots) => slots.some((slot) => slot.invariant));
  }

  /** Whether the body can say anything that the types do not: a result or an interior slot that the signature spells, or one type made of another. */
  get open(): boolean {
    if (this.nodes.some((node) => node.kind === 'result' || (node.kind === 'param' && node.invariant))) return true;
    return this.retNodes.some((n) => this.nodes[n]!.kind === 'type') && this.nodes.filter((node) => node.kind === 'type').length > 1;
  }
}

/** The signature of a function in terms of its own generics. */
export function signatureOf(decl: FnDecl, tables: SlotTables): Signature {
  return new Signature(tables.for(decl.generics.predicates), decl.sig.params.map((param) => param.ty), decl.sig.ret, decl.sig.hasSelf);
}

/**
 * Whether callers have to know what a function keeps in owned places (edges to OWNED): it takes a `dyn`, a function value or a value of a type
 * with methods. In std only callable bounds count as such; a function that keeps something else is refused itself.
 */
export function mayKeep(decl: FnDecl, sig: Signature): boolean {
  if (sig.params.some((slots) => slots.some((slot) => slot.hidden))) return true;
  return decl.generics.predicates.some((predicate) => predicate.kind === 'callable' || (predicate.kind === 'trait' && !decl.module.isStd)) && sig.params.some((slots) => slots.some((slot) => slot.opaque !== null));
}

/** The type of the hidden first parameter of a closure's body. */
export function environmentTy(decl: ClosureDecl, ty: Ty): Ty {
  return decl.mode === 'once' ? ty : tys.ref(ty, decl.mode === 'mut');
}

/** The signature of a closure in terms of its owner's generics; the environment comes first. */
export function closureSignature(decl: ClosureDecl, tables: SlotTables): Signature {
  const ty = decl.expr!.ty;
  return new Signature(tables.for(decl.owner.generics.predicates), [environmentTy(decl, ty), ...decl.params], decl.ret, false);
}

/** The signature of a call of a function value: what holds its captures comes first. */
export function callableSignature(self: Ty, params: readonly Ty[], ret: Ty, table: SlotTable): Signature {
  return new Signature(table, [self, ...params], ret, false);
}

/** The type parameters inside of a type. */
export function paramsIn(ty: Ty, out: Set<Ty> = new Set<Ty>()): Set<Ty> {
  switch (ty.kind) {
    case 'param':
      out.add(ty);
      break;
    case 'adt': case 'fnItem': case 'closure': case 'projection':
      for (const arg of ty.args) paramsIn(arg, out);
      break;
    case 'dyn':
      for (const arg of ty.args) paramsIn(arg, out);
      for (const assoc of ty.assoc) paramsIn(assoc.ty, out);
      break;
    case 'tuple':
      for (const element of ty.elements) paramsIn(element, out);
      break;
    case 'array': case 'slice':
      paramsIn(ty.element, out);
      break;
    case 'ref': case 'ptr': case 'box':
      paramsIn(ty.target, out);
      break;
    default:
      break;
  }
  return out;
}

export type CallableBound = Extract<Predicate, { kind: 'callable' }>;
