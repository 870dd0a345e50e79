/**
 * A call: the callee's flows, in its own nodes, as flows between the slots of the caller.
 * Consumes: a signature with its Flows, the generic arguments, the caller's slots of each argument and of the result.
 * Produces: for each of the caller's slots that the call writes, the slots that it may come from; groups of slots that the call makes one;
 * and what does not fit: closures that store what a caller only lends them.
 * Method: a small graph. Each slot of a type argument is a vertex of its own, through which all occurrences of the type parameter share (F3);
 * callable bounds put the flows of the closure that is passed into the graph; what reaches a slot of the caller is then its source.
 */
import { HAS_PARAM } from '../../types/index.ts';
import type { ClosureDecl, FnDecl, Predicate, Ty } from '../../types/index.ts';
import { provenance } from './provenance.ts';
import { callableSignature, OWNED } from './signature.ts';
import type { Flows, Signature, SigNode } from './signature.ts';
import type { Slot, SlotTable } from './slots.ts';

export interface CallSite {
  readonly sig: Signature;
  readonly flows: Flows;
  /** For the callee's flattened generics, in the caller's terms. */
  readonly typeArgs: readonly Ty[];
  /** What the callee demands of its type parameters. */
  readonly predicates: readonly Predicate[];
  readonly args: readonly (readonly number[])[];
  readonly argSlots: readonly (readonly Slot[])[];
  readonly dest: readonly number[];
  readonly destSlots: readonly Slot[];
}

export interface CallFlow {
  readonly dst: number;
  readonly srcs: readonly number[];
}

export interface CallEffect {
  readonly flows: readonly CallFlow[];
  readonly unions: readonly (readonly number[])[];
  readonly misfits: readonly Misfit[];
  /** What must hold no borrows. */
  readonly owned: readonly { readonly srcs: readonly number[] }[];
}

/** A function value that does more than its callers may assume. `stores`: keeps what it is lent; `lends`: gives out what it only borrows. */
export interface Misfit {
  readonly kind: 'stores' | 'lends';
  readonly value: Ty;
  /** The parameter of the function value that is stored; null for what it owns. */
  readonly param: number | null;
}

/** What the caller knows of function values. */
export interface FlowsOf {
  closure(decl: ClosureDecl): { readonly sig: Signature; readonly flows: Flows };
  fn(decl: FnDecl): { readonly sig: Signature; readonly flows: Flows };
  /** The fixed rule, for a call that any implementation may answer. */
  contract(decl: FnDecl): { readonly sig: Signature; readonly flows: Flows };
}

const NOTHING: CallEffect = { flows: [], unions: [], misfits: [], owned: [] };

/** A vertex that stands for owned places. */
const OWNED_VERTEX = -0x40000000;

export function instantiate(site: CallSite, caller: SlotTable, opaqueSlot: (ty: Ty) => number, known: FlowsOf): CallEffect {
  if (site.dest.length === 0 && !site.flows.edges.some(([, to]) => to === OWNED) && !site.argSlots.some((slots) => slots.some((slot) => slot.invariant))) {
    // Nothing can be written; but a function value that is passed may do more than it may.
    if (!site.predicates.some((predicate) => predicate.kind === 'callable')) return NOTHING;
  }
  return new Instantiation(site, caller, opaqueSlot, known).run();
}

/** A vertex is a slot of the caller, or, below zero, one of a type argument. */
class Instantiation {
  private readonly site: CallSite;
  private readonly caller: SlotTable;
  private readonly opaqueSlot: (ty: Ty) => number;
  private readonly known: FlowsOf;
  private readonly preds = new Map<number, Set<number>>();
  private readonly unions: number[][] = [];
  private readonly misfits: Misfit[] = [];
  /** First virtual vertex of each type node that has been met, and their number. */
  private readonly typeVertices = new Map<number, { readonly at: number; readonly slots: readonly Slot[]; readonly invariant: number[][] }>();
  private nextVertex = -1;
  private readonly positions: number[][] = [];

  constructor(site: CallSite, caller: SlotTable, opaqueSlot: (ty: Ty) => number, known: FlowsOf) {
    this.site = site;
    this.caller = caller;
    this.opaqueSlot = opaqueSlot;
    this.known = known;
  }

  run(): CallEffect {
    const { site } = this;
    const { sig } = site;
    let aligned = true;
    sig.params.forEach((slots, p) => {
      aligned = this.place(slots, sig.paramNodes[p]!, site.args[p] ?? [], site.argSlots[p] ?? [], false) && aligned;
    });
    aligned = this.place(sig.ret, sig.retNodes, site.dest, site.destSlots, true) && aligned;
    if (!aligned) return this.anything();
    for (const [from, to] of site.flows.edges) this.edge(from, to);
    for (const group of site.flows.same) this.unions.push(group.flatMap((node) => this.interiorOf(node)));
    this.applyCallables();
    return this.result();
  }

  /** Lays the caller's slots of one argument, or of the result, beside the callee's. */
  private place(slots: readonly Slot[], nodes: readonly number[], ids: readonly number[], info: readonly Slot[], isResult: boolean): boolean {
    let at = 0;
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      const node = nodes[k]!;
      if (slot.opaque === null) {
        if (at >= ids.length) return false;
        (this.positions[node] ??= []).push(ids[at++]!);
        continue;
      }
      const vertices = this.typeOf(node);
      for (let j = 0; j < vertices.slots.length; j++, at++) {
        if (at >= ids.length) return false;
        const id = ids[at]!;
        const invariant = info[at]!.invariant;
        if (isResult) this.link(vertices.at - j, id);
        else this.link(id, vertices.at - j);
        if (!invariant) continue;
        vertices.invariant[j]!.push(id);
        this.link(vertices.at - j, id);
        if (isResult) this.link(id, vertices.at - j);
      }
    }
    return at === ids.length;
  }

  private link(from: number, to: number): void {
    if (from === to) return;
    const set = this.preds.get(to);
    if (set === undefined) this.preds.set(to, new Set([from]));
    else set.add(from);
  }

  private typeOf(node: number): { readonly at: number; readonly slots: readonly Slot[]; readonly invariant: number[][] } {
    const known = this.typeVertices.get(node);
    if (known !== undefined) return known;
    const { ty } = this.site.sig.nodes[node] as SigNode & { kind: 'type' };
    const actual = this.caller.instance(ty, this.site.typeArgs);
    const slots = this.caller.of(actual);
    const vertices = { at: this.nextVertex, slots, invariant: slots.map((): number[] => []) };
    this.nextVertex -= slots.length;
    this.typeVertices.set(node, vertices);
    if (ty.kind === 'param' && slots.some((slot) => slot.invariant) && (this.hasMethods(ty) || this.caller.dropUses(actual).some((used) => used))) {
      for (const [from, to] of this.caller.selfFlows(actual)) this.link(vertices.at - from, vertices.at - to);
    }
    slots.forEach((slot, j) => {
      // What is opaque to the caller too has one slot everywhere.
      if (slot.opaque !== null) this.link(this.opaqueSlot(slot.opaque), vertices.at - j);
    });
    if (ty.kind === 'projection') {
      const args = ty.args.map((arg) => this.caller.instance(arg, this.site.typeArgs));
      const self = ty.args[0]!;
      const from = slots.some((slot) => slot.opaque === null) ? provenance(ty, args, this.caller, this.known) : null;
      if (self.kind === 'param') {
        const base = this.typeOf(this.site.sig.typeNode(self));
        slots.forEach((slot, j) => {
          if (slot.opaque !== null) return;
          const sources = from?.[j] ?? base.slots.map((_, i) => i);
          for (const i of sources) if (i < base.slots.length) this.link(base.at - i, vertices.at - j);
        });
      }
      for (const arg of self.kind === 'param' ? ty.args.slice(1) : ty.args) this.absorb(arg, vertices.at, slots);
    } else {
      this.equalProjections(ty, vertices.at, slots);
    }
    return vertices;
  }

  /** Whether the callee may call methods of a type parameter that it does not know. */
  private hasMethods(ty: Ty): boolean {
    return this.site.predicates.some((predicate) => predicate.kind === 'trait' && predicate.ref.args[0] === ty && predicate.ref.trait.methods.some((method) => method.sig.hasSelf));
  }

  /** Everything of a type may be in an associated type of it. */
  private absorb(ty: Ty, at: number, slots: readonly Slot[]): void {
    if ((ty.flags & HAS_PARAM) === 0) return;
    const { sig } = this.site;
    for (const slot of sig.table.of(ty)) {
      if (slot.opaque === null) continue;
      const base = this.typeOf(sig.typeNode(slot.opaque));
      slots.forEach((target, j) => {
        if (target.opaque === null) base.slots.forEach((_, i) => this.link(base.at - i, at - j));
      });
    }
  }

  /** `I: Iterator<Item = A>`: `A` is made of what `I` yields. */
  private equalProjections(ty: Ty, at: number, slots: readonly Slot[]): void {
    for (const predicate of this.site.predicates) {
      if (predicate.kind !== 'projection' || predicate.ty !== ty) continue;
      const self = predicate.args[0]!;
      if (self.kind !== 'param') continue;
      const base = this.typeOf(this.site.sig.typeNode(self));
      const args = predicate.args.map((arg) => this.caller.instance(arg, this.site.typeArgs));
      const from = provenance(predicate, args, this.caller, this.known);
      slots.forEach((slot, j) => {
        if (slot.opaque !== null) return;
        const sources = from?.[j] ?? base.slots.map((_, i) => i);
        for (const i of sources) if (i < base.slots.length) this.link(base.at - i, at - j);
      });
    }
  }

  /** The vertices of a node, as the sources of an edge or its targets. */
  private vertices(node: number): readonly number[] {
    if (this.site.sig.nodes[node]!.kind !== 'type') return this.positions[node] ?? [];
    const { at, slots } = this.typeOf(node);
    return slots.map((_, j) => at - j);
  }

  private interiorOf(node: number): readonly number[] {
    return this.site.sig.nodes[node]!.kind === 'type' ? this.typeOf(node).invariant.flat() : (this.positions[node] ?? []);
  }

  private edge(from: number, to: number): void {
    if (to === OWNED) {
      for (const a of this.vertices(from)) this.link(a, OWNED_VERTEX);
      return;
    }
    for (const a of this.vertices(from)) for (const b of this.vertices(to)) this.link(a, b);
  }

  // -------------------------------------------------------------- function values passed

  private applyCallables(): void {
    for (const predicate of this.site.predicates) {
      if (predicate.kind !== 'callable' || predicate.self.kind !== 'param') continue;
      const value = this.site.typeArgs[predicate.self.index];
      if (value === undefined || value.kind === 'poison') continue;
      const { sig } = this.site;
      const lent = callableSignature(predicate.self, predicate.params, predicate.ret, sig.table);
      // Laid out in the callee's terms: which slots of the value's parameters are types of the callee, which are borrows made for the call.
      const params = lent.params.map((slots) => this.spread(slots));
      const ret = this.spread(lent.ret);
      const captures = params[0]!;
      if (value.kind === 'closure') {
        const { sig: own, flows } = this.known.closure(value.decl);
        const env = value.decl.mode === 'once' ? captures : [{ kind: 'self' as const }, ...captures];
        this.applyFlows(own, flows, [env, ...params.slice(1)], ret, value);
      } else if (value.kind === 'fnItem') {
        const { sig: own, flows } = this.known.fn(value.decl);
        this.applyFlows(own, flows, params.slice(1), ret, value);
      } else {
        const sources = params.flat();
        for (const target of ret) for (const from of sources) if (target.kind === 'vertex' && from.kind === 'vertex') this.link(from.vertex, target.vertex);
      }
    }
  }

  private spread(slots: readonly Slot[]): Spot[] {
    return slots.flatMap((slot): Spot[] => {
      if (slot.opaque === null) return [{ kind: 'lent' }];
      const { at, slots: inner } = this.typeOf(this.site.sig.typeNode(slot.opaque));
      return inner.map((_, j): Spot => ({ kind: 'vertex', vertex: at - j }));
    });
  }

  /** Puts the flows of a closure or function item into the graph; its nodes may each stand for several slots. */
  private applyFlows(own: Signature, flows: Flows, params: readonly (readonly Spot[])[], ret: readonly Spot[], value: Ty): void {
    const spots = new Map<number, { spot: Spot; param: number }[]>();
    const lay = (nodes: readonly number[], slots: readonly Slot[], list: readonly Spot[], param: number): void => {
      // A generic function item's opaque slots take as many of the list as are left over by the others.
      const extra = list.length - slots.filter((slot) => slot.opaque === null).length;
      const opaque = slots.filter((slot) => slot.opaque !== null).length;
      const width = opaque === 0 ? 0 : Math.max(0, Math.floor(extra / opaque));
      let at = 0;
      nodes.forEach((node, k) => {
        const count = slots[k]!.opaque === null ? 1 : width;
        for (let j = 0; j < count && at < list.length; j++) {
          const entry = { spot: list[at++]!, param };
          const known = spots.get(node);
          if (known === undefined) spots.set(node, [entry]);
          else known.push(entry);
        }
      });
    };
    own.params.forEach((slots, p) => lay(own.paramNodes[p]!, slots, params[p] ?? [], p));
    lay(own.retNodes, own.ret, ret, -1);
    const connect = (from: { spot: Spot; param: number }, to: { spot: Spot; param: number }): void => {
      if (from.spot.kind === 'vertex' && to.spot.kind === 'vertex') this.link(from.spot.vertex, to.spot.vertex);
      else if (from.spot.kind === 'self') this.misfit({ kind: 'lends', value, param: null });
      else if (from.spot.kind === 'lent' && to.spot.kind === 'vertex') this.misfit({ kind: 'stores', value, param: from.param });
      else if (from.spot.kind === 'vertex' && to.spot.kind === 'lent' && to.param >= 0) this.misfit({ kind: 'stores', value, param: to.param });
    };
    for (const [from, to] of flows.edges) {
      if (to === OWNED) {
        for (const a of spots.get(from) ?? []) {
          if (a.spot.kind === 'vertex') this.link(a.spot.vertex, OWNED_VERTEX);
          else if (a.spot.kind === 'lent') this.misfit({ kind: 'stores', value, param: a.param });
        }
        continue;
      }
      for (const a of spots.get(from) ?? []) for (const b of spots.get(to) ?? []) connect(a, b);
    }
    // A type shared by parameters and result passes by itself.
    for (const [node, list] of spots) {
      if (own.nodes[node]!.kind !== 'type') continue;
      for (const a of list) for (const b of list) if (a.param >= 0 && b.param < 0) connect(a, b);
    }
  }

  private misfit(misfit: Misfit): void {
    if (!this.misfits.some((m) => m.kind === misfit.kind && m.param === misfit.param)) this.misfits.push(misfit);
  }

  // -------------------------------------------------------------- result

  private result(): CallEffect {
    for (const { invariant } of this.typeVertices.values()) for (const group of invariant) if (group.length > 1) this.unions.push(group);
    const flows: CallFlow[] = [];
    const targets = new Set<number>(this.site.dest);
    this.site.argSlots.forEach((slots, p) => slots.forEach((slot, k) => {
      if (slot.invariant) targets.add(this.site.args[p]![k]!);
    }));
    for (const dst of targets) {
      const srcs = this.sources(dst);
      if (srcs.length > 0) flows.push({ dst, srcs });
    }
    const owned = this.sources(OWNED_VERTEX);
    return { flows, unions: this.unions.filter((group) => group.length > 1), misfits: this.misfits, owned: owned.length > 0 ? [{ srcs: owned }] : [] };
  }

  private sources(dst: number): number[] {
    const seen = new Set<number>([dst]);
    const work = [dst];
    const out: number[] = [];
    for (let i = 0; i < work.length; i++) {
      for (const from of this.preds.get(work[i]!) ?? []) {
        if (seen.has(from)) continue;
        seen.add(from);
        work.push(from);
        if (from >= 0) out.push(from);
      }
    }
    return out;
  }

  /** Where the types of the call do not line up, everything may be anywhere. */
  private anything(): CallEffect {
    const srcs = this.site.args.flat();
    const flows: CallFlow[] = this.site.dest.map((dst) => ({ dst, srcs }));
    const interior: number[] = [];
    this.site.argSlots.forEach((slots, p) => slots.forEach((slot, k) => {
      if (slot.invariant) interior.push(this.site.args[p]![k]!);
    }));
    this.site.destSlots.forEach((slot, k) => {
      if (slot.invariant) interior.push(this.site.dest[k]!);
    });
    for (const dst of interior) flows.push({ dst, srcs });
    return { flows, unions: interior.length > 1 ? [interior] : [], misfits: [], owned: [] };
  }
}

type Spot =
  | { readonly kind: 'vertex'; readonly vertex: number }
  /** A borrow made for the call only. */
  | { readonly kind: 'lent' }
  /** The borrow of the closure itself. */
  | { readonly kind: 'self' };
