/**
 * Summaries of functions on demand (F1, F2): least fixpoint over each recursive component of the call graph, errors afterwards.
 * Consumes: MIR of any function by demand. Produces: flows for callers; findings of each body, kept until somebody asks for them.
 * Algorithm: Tarjan's strongly connected components over an explicit stack; a component's summaries start empty and only grow.
 */
import { bug } from '../../base/index.ts';
import { assumptionsOf, operandTy } from '../../mir/index.ts';
import type { Body } from '../../mir/index.ts';
import { HAS_BORROW } from '../../types/index.ts';
import type { ClosureDecl, ConstDecl, FnDecl, ModuleDecl, Ty, TypedProgram } from '../../types/index.ts';
import { analyzeBody, bodySignature, isOwned } from './analyze-body.ts';
import type { Analysis } from './analyze-body.ts';
import { calleeTarget } from './body-facts.ts';
import { contractOf } from './contract.ts';
import { closureSignature, mayKeep, NO_FLOWS, signatureOf } from './signature.ts';
import type { Flows, Signature } from './signature.ts';
import type { FlowsOf } from './instantiate.ts';
import type { BorrowOptions } from './options.ts';
import { SlotTables } from './slots.ts';

export interface Known {
  readonly sig: Signature;
  readonly flows: Flows;
}

/** Summaries of a program under this one. */
export interface SummaryGround {
  readonly summaries: Summaries;
  owns(module: ModuleDecl): boolean;
}

type Node = FnDecl | ClosureDecl;
export type Owner = FnDecl | ConstDecl;

/** Rounds after which a component that still grows is a fault of the compiler: the lattice is finite and small. */
const MAX_ROUNDS = 200;

export class Summaries implements FlowsOf {
  readonly tables: SlotTables;
  readonly program: TypedProgram;
  readonly options: BorrowOptions;
  private readonly bodiesOf: (owner: Owner) => readonly Body[];
  private readonly onAnalysis: (owner: Owner, analysis: Analysis) => void;
  private readonly done = new Map<Node, Known>();
  private readonly contracts = new Map<FnDecl, Known>();
  private readonly signatures = new Map<FnDecl, Signature>();
  private readonly closureBodies = new Map<ClosureDecl, Body>();
  private readonly owners = new Map<ClosureDecl, Owner>();
  /** The component at work: approximations so far. */
  private readonly current = new Map<Node, Known>();
  /** Most rounds that any component took. */
  rounds = 0;
  /** A function of which only an interface is known, which does not say what its callers need. */
  unknown: FnDecl | null = null;
  private readonly below: SummaryGround | null;

  constructor(program: TypedProgram, bodiesOf: (owner: Owner) => readonly Body[], options: BorrowOptions, onAnalysis: (owner: Owner, analysis: Analysis) => void, below: SummaryGround | null = null) {
    this.below = below;
    this.program = program;
    this.tables = new SlotTables(program);
    this.bodiesOf = bodiesOf;
    this.options = options;
    this.onAnalysis = onAnalysis;
  }

  // -------------------------------------------------------------- answers

  fn(decl: FnDecl): Known {
    if (this.below?.owns(decl.module) === true) return this.below.summaries.fn(decl);
    const known = this.current.get(decl) ?? this.done.get(decl);
    if (known !== undefined) return known;
    const sig = this.signature(decl);
    if (!mustKnow(decl, sig)) return { sig, flows: NO_FLOWS };
    if (!decl.hasBody) {
      if (decl.parent?.kind !== 'trait' && decl.native === null && decl.intrinsic === null) this.unknown ??= decl;
      return this.contract(decl);
    }
    this.compute(decl);
    return this.done.get(decl) ?? bug(`no summary of ${decl.name}`);
  }

  closure(decl: ClosureDecl): Known {
    if (this.below?.owns(decl.owner.module) === true) return this.below.summaries.closure(decl);
    const known = this.current.get(decl) ?? this.done.get(decl);
    if (known !== undefined) return known;
    this.compute(decl);
    return this.done.get(decl) ?? { sig: closureSignature(decl, this.tables), flows: NO_FLOWS };
  }

  contract(decl: FnDecl): Known {
    let known = this.contracts.get(decl);
    if (known === undefined) {
      const sig = signatureOf(decl, this.tables);
      known = { sig, flows: contractOf(decl, sig) };
      this.contracts.set(decl, known);
    }
    return known;
  }

  private signature(decl: FnDecl): Signature {
    let sig = this.signatures.get(decl);
    if (sig === undefined) this.signatures.set(decl, (sig = signatureOf(decl, this.tables)));
    return sig;
  }

  // -------------------------------------------------------------- components

  private bodyOf(node: Node): Body | null {
    if (node.kind === 'fn') {
      const bodies = this.bodies(node);
      return bodies[0] ?? null;
    }
    const known = this.closureBodies.get(node);
    if (known !== undefined) return known;
    this.bodies(node.owner);
    return this.closureBodies.get(node) ?? null;
  }

  private bodies(owner: Owner): readonly Body[] {
    const bodies = this.bodiesOf(owner);
    for (const body of bodies) {
      if (body.origin.kind !== 'closure') continue;
      this.closureBodies.set(body.origin.decl, body);
      this.owners.set(body.origin.decl, owner);
    }
    return bodies;
  }

  /** Makes sure of the summaries of a function (or constant) and of the closures in it. Their MIR is not asked for again. */
  visit(owner: Owner): void {
    const bodies = this.bodies(owner);
    for (const body of bodies) {
      if (body.origin.kind === 'closure') {
        if (!this.done.has(body.origin.decl)) this.compute(body.origin.decl);
      } else if (owner.kind === 'fn') {
        if (!this.done.has(owner)) this.compute(owner);
      } else if (!isOwned(body)) {
        for (const need of this.needs(body)) if (!this.done.has(need)) this.compute(need);
        this.onAnalysis(owner, analyzeBody(body, this.tables, bodySignature(body, this.tables), this, this.options));
      }
    }
    for (const body of bodies) if (body.origin.kind === 'closure') this.closureBodies.delete(body.origin.decl);
  }

  private compute(root: Node): void {
    interface Frame { readonly node: Node; readonly needs: readonly Node[]; next: number }
    const index = new Map<Node, number>();
    const low = new Map<Node, number>();
    const stack: Node[] = [];
    const onStack = new Set<Node>();
    const frames: Frame[] = [];
    const enter = (node: Node): void => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      stack.push(node);
      onStack.add(node);
      const body = this.bodyOf(node);
      frames.push({ node, needs: body === null || isOwned(body) ? [] : this.needs(body), next: 0 });
    };
    enter(root);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1]!;
      if (frame.next < frame.needs.length) {
        const to = frame.needs[frame.next++]!;
        if (this.done.has(to) || this.current.has(to)) continue;
        if (!index.has(to)) enter(to);
        else if (onStack.has(to)) low.set(frame.node, Math.min(low.get(frame.node)!, index.get(to)!));
        continue;
      }
      frames.pop();
      const parent = frames[frames.length - 1];
      if (parent !== undefined) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(frame.node)!));
      if (low.get(frame.node) !== index.get(frame.node)) continue;
      const component: Node[] = [];
      for (;;) {
        const node = stack.pop()!;
        onStack.delete(node);
        component.push(node);
        if (node === frame.node) break;
      }
      this.solve(component, component.length > 1 || frame.needs.includes(frame.node));
    }
  }

  private solve(component: readonly Node[], recursive: boolean): void {
    const members = component.map((node) => ({ node, body: this.bodyOf(node) }));
    for (const { node, body } of members) {
      const sig = body !== null ? bodySignature(body, this.tables) : node.kind === 'fn' ? this.signature(node) : closureSignature(node, this.tables);
      this.current.set(node, { sig, flows: NO_FLOWS });
    }
    const results = new Map<Node, Analysis>();
    let round = 0;
    for (let changed = true; changed; ) {
      changed = false;
      if (++round > MAX_ROUNDS) bug(`summaries of ${component.length} functions do not settle`);
      for (const { node, body } of members) {
        if (body === null || isOwned(body)) continue;
        const before = this.current.get(node)!;
        const sig = round === 1 ? before.sig : bodySignature(body, this.tables);
        const analysis = analyzeBody(body, this.tables, sig, this, this.options);
        results.set(node, analysis);
        if (!sameFlows(before.flows, analysis.flows)) changed = true;
        this.current.set(node, { sig, flows: analysis.flows });
      }
      if (!recursive) break;
    }
    this.rounds = Math.max(this.rounds, round);
    for (const { node } of members) {
      this.done.set(node, this.current.get(node)!);
      this.current.delete(node);
    }
    for (const [node, analysis] of results) this.onAnalysis(node.kind === 'fn' ? node : this.owners.get(node)!, analysis);
  }

  /** The functions and closures whose summaries a body asks for. */
  private needs(body: Body): readonly Node[] {
    const out = new Set<Node>();
    const table = this.tables.for(assumptionsOf(body));
    const fn = (decl: FnDecl): void => {
      if (!decl.hasBody || this.below?.owns(decl.module) === true) return;
      const sig = this.signature(decl);
      if (mustKnow(decl, sig)) out.add(decl);
    };
    const value = (ty: Ty): void => {
      if (ty.kind === 'closure') {
        if (this.below?.owns(ty.decl.owner.module) !== true) out.add(ty.decl);
      }
      else if (ty.kind === 'fnItem') fn(ty.decl);
      else if (ty.kind === 'ref') value(ty.target);
      else if (ty.kind === 'adt' && (ty.flags & HAS_BORROW) !== 0) ty.args.forEach(value);
    };
    for (const block of body.blocks) {
      for (const stmt of block.stmts) {
        if (stmt.kind === 'call') {
          if (stmt.callee.kind === 'fn') {
            const target = calleeTarget(stmt.callee.fn.decl, stmt.callee.fn.args, table);
            if (target.known) fn(target.decl);
            for (const arg of target.args) value(arg);
          } else if (stmt.callee.kind === 'value') {
            value(operandTy(body, stmt.args[0]!));
          }
        } else if (stmt.kind === 'assign' && stmt.value.kind === 'cast' && stmt.value.how === 'toFn') {
          value(operandTy(body, stmt.value.operand));
        }
      }
    }
    return [...out];
  }
}

/** Whether a body can say anything that the signature does not. */
function mustKnow(decl: FnDecl, sig: Signature): boolean {
  return (!sig.silent && sig.open) || mayKeep(decl, sig);
}

function sameFlows(a: Flows, b: Flows): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
