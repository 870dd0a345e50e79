/**
 * Drop elaboration: in a built body `drop p` means "if p is still initialised"; here each becomes certain.
 * p surely moved: nothing. p surely whole: the drop. p maybe there: a test of a flag (a Bool local, true while p is initialised). p partly moved: drops of what is left
 * of it, field by field; of an enum, by a switch over its variants; a Box whose content is gone gives back its memory (`boxFree`).
 * Each of several drops that stand for one unwinds into cleanup blocks that do the others.
 * Consumes: a body of phase 'built', without mistakes. Produces: a new body of phase 'elaborated'. Source: the scheme that rustc calls open drops.
 */
import { bug } from '../../base/index.ts';
import { NO_SPAN } from '../../source/index.ts';
import type { Span } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { Predicate, Ty, TypedProgram } from '../../types/index.ts';
import type { Block, BlockId, Body, LocalId, Operand, Place, Stmt } from '../mir.ts';
import { TypeFacts } from '../mono/type-facts.ts';
import { mapTerminator, placeTy, projected } from '../visit.ts';
import { InitFlow } from './init-flow.ts';
import type { InitEvents, InitState } from './init-flow.ts';
import { arrayLength, elementKey, MovePaths } from './move-paths.ts';
import type { MovePath } from './move-paths.ts';
import { splitUnwinds } from './split-unwinds.ts';

/** What a `drop` turns into. `guard` is the path whose flag must be true. */
type Plan =
  | { readonly kind: 'drop'; readonly place: Place; readonly guard: MovePath | null; readonly done: MovePath | null }
  /** Frees the memory of a Box whose content has been dealt with. */
  | { readonly kind: 'free'; readonly box: Place; readonly target: Ty; readonly guard: MovePath | null; readonly done: MovePath }
  | { readonly kind: 'seq'; readonly steps: readonly Plan[] }
  | { readonly kind: 'variants'; readonly place: Place; readonly guard: MovePath | null; readonly cases: readonly VariantCase[] };

/** What is to be dropped of one variant. `moved`: its parts that may have been moved away; each has a flag. */
interface VariantCase {
  readonly index: number;
  readonly plan: Plan;
  readonly moved: readonly MovePath[];
}

/** The predicates that hold inside a body. */
export function assumptionsOf(body: Body): readonly Predicate[] {
  switch (body.origin.kind) {
    case 'fn': case 'const':
      return body.origin.decl.generics.predicates;
    case 'closure':
      return body.origin.decl.owner.generics.predicates;
    case 'synthetic':
      return [];
  }
}

export function elaborateDrops(body: Body, program: TypedProgram): Body {
  const facts = new TypeFacts(program, assumptionsOf(body));
  const paths = new MovePaths(
    body,
    (local) => facts.needsDrop(body.locals[local]!.ty),
    (ty) => !facts.hasDropImpl(ty),
  );
  const flow = new InitFlow(body, paths, true);
  const cut = splitUnwinds(body, paths, flow);
  return cut === null ? new Elaborator(body, paths, flow, facts).run() : new Elaborator(cut, paths, new InitFlow(cut, paths, true), facts).run();
}

class Elaborator {
  private readonly source: Body;
  private readonly paths: MovePaths;
  private readonly flow: InitFlow;
  private readonly facts: TypeFacts;
  private readonly out: Body;
  private readonly flags = new Map<MovePath, LocalId>();
  /** Guards that have been tested on the way to the code being emitted. */
  private readonly certain = new Set<MovePath>();
  /** The block under construction. */
  private current: Block;

  constructor(source: Body, paths: MovePaths, flow: InitFlow, facts: TypeFacts) {
    this.source = source;
    this.paths = paths;
    this.flow = flow;
    this.facts = facts;
    const blocks = source.blocks.map((block): Block => ({ stmts: [], term: block.term, unwind: block.unwind, cleanup: block.cleanup }));
    this.out = { ...source, phase: 'elaborated', locals: [...source.locals], blocks };
    this.current = blocks[0]!;
  }

  run(): Body {
    // Decide on every drop first, so that all flags are known when statements are rewritten.
    const plans = this.source.blocks.map((block, id) => this.planBlock(block, id as BlockId));
    this.source.blocks.forEach((block, id) => this.rewriteBlock(block, id as BlockId, plans[id]!));
    if (this.flags.size > 0) this.initFlags();
    return this.out;
  }

  // -------------------------------------------------------------- planning

  /** One entry a statement; null where nothing is to be dropped. */
  private planBlock(block: Block, id: BlockId): readonly (Plan | null)[] {
    const state = this.flow.entry(id);
    if (state === null) return [];
    return block.stmts.map((stmt) => {
      const plan = stmt.kind === 'drop' ? this.planDrop(stmt.place, state) : null;
      this.flow.before(stmt, state);
      this.flow.after(stmt, state);
      return plan;
    });
  }

  private planDrop(place: Place, state: InitState): Plan | null {
    if (!this.facts.needsDrop(placeTy(this.source, place))) return null;
    const found = this.paths.lookup(place);
    if (found.path === null || found.barrier === 'reference') return { kind: 'drop', place, guard: null, done: null };
    if (found.exact) return this.planPath(found.path, state);
    if (!state.live.has(found.path.id)) return null;
    return { kind: 'drop', place, guard: this.guard(found.path, state), done: null };
  }

  /** The path itself as a guard where it is not surely initialised. */
  private guard(path: MovePath, state: InitState): MovePath | null {
    if (!state.dead.has(path.id)) return null;
    if (!this.flags.has(path)) {
      this.out.locals.push({ ty: tys.bool, name: null, kind: 'flag', mutable: true, using: false, span: NO_SPAN });
      this.flags.set(path, (this.out.locals.length - 1) as LocalId);
    }
    return path;
  }

  private planPath(path: MovePath, state: InitState): Plan | null {
    if (!this.facts.needsDrop(path.ty)) return null;
    let anyLive = false;
    let anyDead = false;
    this.paths.forEachBelow(path, ({ id }) => {
      anyLive ||= state.live.has(id);
      anyDead ||= state.dead.has(id);
    });
    if (!anyLive) return null;
    if (!anyDead || path.children.size === 0) return { kind: 'drop', place: path.place, guard: this.guard(path, state), done: path };
    return this.planOpen(path, state);
  }

  private planOpen(path: MovePath, state: InitState): Plan | null {
    const { ty, place } = path;
    if (ty.kind === 'box') {
      const content = path.children.get('*');
      const inner = content === undefined ? null : this.planPath(content, state);
      const free: Plan | null = state.live.has(path.id) ? { kind: 'free', box: place, target: ty.target, guard: this.guard(path, state), done: path } : null;
      return sequence([inner, free]);
    }
    if (ty.kind === 'adt' && ty.decl.isEnum) {
      if (!state.live.has(path.id)) return null;
      const cases = this.facts.fields(ty).flatMap((fields, index) => {
        const variantPlace = projected(place, { kind: 'variant', index, ty });
        const parts = path.children.get(`@${index}`) ?? null;
        const plan = this.planFields(variantPlace, fields, parts, path, state, true);
        if (plan === null) return [];
        const moved: MovePath[] = [];
        if (parts !== null) {
          this.paths.forEachBelow(parts, (part) => {
            if (part !== parts && this.guard(part, state) !== null) moved.push(part);
          });
        }
        return [{ index, plan, moved }];
      });
      return cases.length === 0 ? null : { kind: 'variants', place, guard: this.guard(path, state), cases };
    }
    if (ty.kind === 'array') return this.planElements(path, state);
    if (ty.kind !== 'adt' && ty.kind !== 'tuple' && ty.kind !== 'closure') return bug(`moved out of a part of ${ty.kind}`);
    return this.planFields(place, this.facts.fields(ty)[0]!, path, path, state, false);
  }

  /** The elements of an array of which some have been moved away. */
  private planElements(path: MovePath, state: InitState): Plan | null {
    const element = path.ty.kind === 'array' ? path.ty.element : bug('elements of no array');
    const steps = Array.from({ length: arrayLength(path.ty)! }, (_, offset): Plan | null => {
      const child = path.children.get(elementKey(offset));
      if (child !== undefined) return this.planPath(child, state);
      if (!state.live.has(path.id)) return null;
      return { kind: 'drop', place: projected(path.place, { kind: 'constIndex', offset, fromEnd: false, ty: element }), guard: this.guard(path, state), done: null };
    });
    return sequence(steps);
  }

  /**
   * Fields of a struct or of one variant. `parts` is the path whose children are the fields; `whole` says whether the untracked fields are there,
   * which for a variant (`guarded`) has been tested already.
   */
  private planFields(base: Place, fields: readonly Ty[], parts: MovePath | null, whole: MovePath, state: InitState, guarded: boolean): Plan | null {
    const steps = fields.map((ty, index): Plan | null => {
      if (!this.facts.needsDrop(ty)) return null;
      const child = parts?.children.get(`.${index}`);
      if (child !== undefined) return this.planPath(child, state);
      if (!state.live.has(whole.id)) return null;
      // Of a variant that cannot be the live one here nothing is left.
      if (guarded && parts !== null && !state.live.has(parts.id)) return null;
      return { kind: 'drop', place: projected(base, { kind: 'field', index, ty }), guard: guarded ? null : this.guard(whole, state), done: null };
    });
    return sequence(steps);
  }

  // -------------------------------------------------------------- rewriting

  private rewriteBlock(block: Block, id: BlockId, plans: readonly (Plan | null)[]): void {
    const state = this.flow.entry(id);
    this.current = this.out.blocks[id]!;
    if (state === null) {
      // Never reached: keep it well formed and empty.
      this.current.term = { kind: 'unreachable' };
      this.current.unwind = null;
      return;
    }
    const setFlags = (value: boolean) => (path: MovePath): void => this.setFlags(path, value);
    const events: InitEvents = { init: setFlags(true), uninit: setFlags(false) };
    block.stmts.forEach((stmt, i) => {
      const plan = plans[i] ?? null;
      if (stmt.kind === 'drop') {
        if (plan !== null) this.emit(plan, stmt.span);
        this.flow.before(stmt, state);
        return;
      }
      this.flow.before(stmt, state, events);
      this.current.stmts.push(stmt);
      this.flow.after(stmt, state, events);
    });
    this.current.term = block.term;
    if (block.term.kind === 'catchPanic') this.catchFlags(block.term.dest, block.term.target);
  }

  /** Sets the flags of a path and of all below it that have one. */
  private setFlags(path: MovePath, value: boolean): void {
    if (this.flags.size === 0) return;
    this.paths.forEachBelow(path, (below) => {
      const flag = this.flags.get(below);
      if (flag !== undefined) this.current.stmts.push(assignFlag(flag, value));
    });
  }

  /** The value that `catchPanic` writes becomes initialised on the way to its target. */
  private catchFlags(dest: Place, target: BlockId): void {
    const found = this.paths.lookup(dest);
    if (!found.exact || found.path === null) return;
    const from = this.current;
    const [id, between] = this.newBlock(false, null);
    between.term = { kind: 'goto', target };
    this.current = between;
    this.setFlags(found.path, true);
    from.term = { kind: 'catchPanic', dest, target: id };
  }

  private newBlock(cleanup: boolean, unwind: BlockId | null): [BlockId, Block] {
    const block: Block = { stmts: [], term: { kind: 'unreachable' }, unwind, cleanup };
    this.out.blocks.push(block);
    return [(this.out.blocks.length - 1) as BlockId, block];
  }

  private emit(plan: Plan, span: Span): void {
    switch (plan.kind) {
      case 'drop':
        this.guarded(plan.guard, span, () => {
          if (plan.done !== null) this.setFlags(plan.done, false);
          this.current.stmts.push({ kind: 'drop', place: plan.place, span });
        });
        break;
      case 'free':
        this.guarded(plan.guard, span, () => {
          this.setFlags(plan.done, false);
          const args: readonly Operand[] = [{ kind: 'move', place: plan.box }];
          const dest: Place = { local: this.temp(tys.unit), proj: [] };
          this.current.stmts.push({ kind: 'call', dest, callee: { kind: 'intrinsic', name: 'boxFree', typeArgs: [plan.target] }, args, span });
        });
        break;
      case 'seq':
        this.emitSequence(plan.steps, span);
        break;
      case 'variants':
        this.guarded(plan.guard, span, () => this.emitVariants(plan, span));
        break;
    }
  }

  private temp(ty: Ty): LocalId {
    this.out.locals.push({ ty, name: null, kind: 'temp', mutable: true, using: false, span: NO_SPAN });
    return (this.out.locals.length - 1) as LocalId;
  }

  private guarded(guard: MovePath | null, span: Span, inner: () => void): void {
    const flag = guard === null || this.certain.has(guard) ? undefined : this.flags.get(guard);
    if (flag === undefined) {
      inner();
      return;
    }
    const { cleanup, unwind } = this.current;
    const [yesId, yes] = this.newBlock(cleanup, unwind);
    const [nextId, next] = this.newBlock(cleanup, unwind);
    this.current.term = {
      kind: 'switch', operand: { kind: 'copy', place: { local: flag, proj: [] } }, cases: [{ value: 0n, target: nextId }], otherwise: yesId, span,
    };
    this.current = yes;
    inner();
    this.current.term = { kind: 'goto', target: nextId };
    this.current = next;
  }

  /**
   * Where a part of a variant has been moved away (its flag says so), that variant is the live one, and the tag, which may lie in what was moved,
   * is not read.
   */
  private emitVariants(plan: Extract<Plan, { kind: 'variants' }>, span: Span): void {
    const { cleanup, unwind } = this.current;
    const [nextId, next] = this.newBlock(cleanup, unwind);
    const settled: MovePath[] = [];
    for (const { plan: inner, moved } of plan.cases) {
      const guards = moved.filter((part) => !this.certain.has(part));
      if (guards.length === 0) continue;
      let restId = nextId;
      // Where the moved part was all that there is to drop, nothing is left.
      if (inner.kind !== 'drop' || guards.some((part) => part !== inner.guard)) {
        const from = this.current;
        [restId, this.current] = this.newBlock(cleanup, unwind);
        this.emit(inner, span);
        this.current.term = { kind: 'goto', target: nextId };
        this.current = from;
      }
      for (const guard of guards) {
        const operand: Operand = { kind: 'copy', place: { local: this.flags.get(guard)!, proj: [] } };
        const [moreId, more] = this.newBlock(cleanup, unwind);
        this.current.term = { kind: 'switch', operand, cases: [{ value: 0n, target: restId }], otherwise: moreId, span };
        this.current = more;
        settled.push(guard);
      }
    }
    for (const guard of settled) this.certain.add(guard);
    const which: Place = { local: this.temp(tys.usize), proj: [] };
    this.current.stmts.push({ kind: 'assign', place: which, value: { kind: 'variantIndex', place: plan.place }, span });
    const from = this.current;
    const cases = plan.cases.map(({ index, plan: inner }) => {
      const [target, block] = this.newBlock(cleanup, unwind);
      this.current = block;
      this.emit(inner, span);
      this.current.term = { kind: 'goto', target: nextId };
      return { value: BigInt(index), target };
    });
    from.term = { kind: 'switch', operand: { kind: 'copy', place: which }, cases, otherwise: nextId, span };
    for (const guard of settled) this.certain.delete(guard);
    this.current = next;
  }

  /** Steps one after another; outside cleanup each unwinds into the ones after it. */
  private emitSequence(steps: readonly Plan[], span: Span): void {
    const { cleanup, unwind } = this.current;
    if (cleanup) {
      for (const step of steps) this.emit(step, span);
      return;
    }
    const resumeAt: (BlockId | null)[] = new Array<BlockId | null>(steps.length).fill(unwind);
    const normal = this.current;
    let next = unwind;
    for (let i = steps.length - 1; i >= 1; i--) {
      const [id, block] = this.newBlock(true, null);
      this.current = block;
      this.emit(steps[i]!, span);
      this.current.term = next === null ? { kind: 'resume' } : { kind: 'goto', target: next };
      next = id;
      resumeAt[i - 1] = id;
    }
    this.current = normal;
    steps.forEach((step, i) => {
      this.continueWith(resumeAt[i]!);
      this.emit(step, span);
    });
    this.continueWith(unwind);
  }

  /** Goes on in a block with this unwind edge. */
  private continueWith(unwind: BlockId | null): void {
    if (this.current.unwind === unwind) return;
    const [id, block] = this.newBlock(false, unwind);
    this.current.term = { kind: 'goto', target: id };
    this.current = block;
  }

  /** Flags start false, those of parameters true, before anything else happens. */
  private initFlags(): void {
    const stmts = [...this.flags].map(([path, flag]) => {
      const isParam = path.place.local >= 1 && path.place.local <= this.source.paramCount;
      return assignFlag(flag, isParam);
    });
    const entry = this.out.blocks[0]!;
    const [movedId] = this.newBlock(false, null);
    // The entry may be the head of a loop: its content moves to a block of its own, and all jumps with it.
    this.out.blocks[movedId] = entry;
    const to = (id: BlockId): BlockId => (id === 0 ? movedId : id);
    for (let id = 1; id < this.out.blocks.length; id++) {
      const block = this.out.blocks[id]!;
      block.term = mapTerminator(block.term, { block: to });
    }
    this.out.blocks[0] = { stmts, term: { kind: 'goto', target: movedId }, unwind: null, cleanup: false };
  }
}

function assignFlag(flag: LocalId, value: boolean): Stmt {
  const operand: Operand = { kind: 'const', value: { kind: 'bool', value }, ty: tys.bool };
  return { kind: 'assign', place: { local: flag, proj: [] }, value: { kind: 'use', operand }, span: NO_SPAN };
}

function sequence(steps: readonly (Plan | null)[]): Plan | null {
  const real = steps.filter((step) => step !== null);
  return real.length === 0 ? null : real.length === 1 ? real[0]! : { kind: 'seq', steps: real };
}
