/**
 * Which move paths are initialised where: maybe (on some path of control), and maybe not.
 * Algorithm: forward union dataflow with two bit sets, over the factored graph: the unwind block of a block joins the state before each statement
 * that may panic, with the moved operands of that statement already gone (a `drop` counts as done: glue destroys the rest before it unwinds).
 * With `refine`, a switch on the variant of an enum place knows, on each edge, that what is only in other variants is not there (drop elaboration then
 * has nothing to drop in the arm `None`; the move checker must not take it for moved); a mutable borrow or raw address of the whole enum forgets that again.
 * Consumes: a body of phase 'built' and its move paths. Produces: the state at the start of each block, and a way to step through one.
 */
import { BitSet } from '../../base/index.ts';
import type { BlockId, Body, LocalId, Place, Stmt, Terminator } from '../mir.ts';
import { forEachPlace, mayPanic, reversePostorder } from '../visit.ts';
import type { MovePath, MovePaths } from './move-paths.ts';

export interface InitState {
  /** Maybe initialised. */
  readonly live: BitSet;
  /** Maybe not initialised. */
  readonly dead: BitSet;
}

/** What is told of each change while stepping: for drop flags. */
export interface InitEvents {
  init(path: MovePath): void;
  uninit(path: MovePath): void;
}

export class InitFlow {
  private readonly body: Body;
  private readonly paths: MovePaths;
  private readonly refine: boolean;
  private readonly entries: (InitState | null)[];

  constructor(body: Body, paths: MovePaths, refine: boolean) {
    this.body = body;
    this.paths = paths;
    this.refine = refine;
    this.entries = body.blocks.map(() => null);
    this.solve();
  }

  /** The state at the start of a block; null if control never reaches it. A copy. */
  entry(block: BlockId): InitState | null {
    const state = this.entries[block];
    return state === null || state === undefined ? null : { live: state.live.clone(), dead: state.dead.clone() };
  }

  private solve(): void {
    const size = this.paths.all.length;
    const start: InitState = { live: new BitSet(size), dead: new BitSet(size) };
    start.dead.fill();
    for (let i = 1; i <= this.body.paramCount; i++) {
      const root = this.paths.root(i as LocalId);
      if (root !== null) this.setInit(start, root);
    }
    this.entries[0] = start;
    const order = reversePostorder(this.body);
    const position = new Map(order.map((id, index) => [id, index]));
    const pending = new Uint8Array(order.length);
    pending[0] = 1;
    const scratch: InitState = { live: new BitSet(size), dead: new BitSet(size) };
    let again = true;
    while (again) {
      again = false;
      for (let i = 0; i < order.length; i++) {
        if (pending[i] === 0) continue;
        pending[i] = 0;
        const id = order[i]!;
        const entry = this.entries[id]!;
        scratch.live.assign(entry.live);
        scratch.dead.assign(entry.dead);
        this.flow(id, scratch, (target, state) => {
          const known = this.entries[target];
          let changed: boolean;
          if (known === null || known === undefined) {
            this.entries[target] = { live: state.live.clone(), dead: state.dead.clone() };
            changed = true;
          } else {
            const grew = known.live.union(state.live);
            changed = known.dead.union(state.dead) || grew;
          }
          if (!changed) return;
          const at = position.get(target)!;
          pending[at] = 1;
          if (at <= i) again = true;
        });
      }
    }
  }

  private flow(id: BlockId, state: InitState, join: (target: BlockId, state: InitState) => void): void {
    const block = this.body.blocks[id]!;
    for (const stmt of block.stmts) {
      this.before(stmt, state);
      if (block.unwind !== null && mayPanic(stmt)) join(block.unwind, state);
      this.after(stmt, state);
    }
    this.terminator(block.stmts, block.term, state, join);
  }

  private terminator(stmts: readonly Stmt[], term: Terminator, state: InitState, join: (target: BlockId, state: InitState) => void): void {
    switch (term.kind) {
      case 'goto':
        join(term.target, state);
        break;
      case 'catchPanic': {
        const found = this.paths.lookup(term.dest);
        if (found.path !== null && found.exact) this.setInit(state, found.path);
        join(term.target, state);
        break;
      }
      case 'switch': {
        const matched = this.matchedEnum(stmts, term);
        for (const c of term.cases) this.onEdge(matched, state, (variant) => variant !== Number(c.value), c.target, join);
        const named = new Set(term.cases.map((c) => Number(c.value)));
        this.onEdge(matched, state, (variant) => named.has(variant), term.otherwise, join);
        break;
      }
      case 'return': case 'resume': case 'unreachable':
        break;
    }
  }

  /** The path of the enum on whose variant the block's switch decides, if its variants are tracked. */
  private matchedEnum(stmts: readonly Stmt[], term: Extract<Terminator, { kind: 'switch' }>): MovePath | null {
    if (!this.refine || term.operand.kind === 'const' || term.operand.place.proj.length > 0) return null;
    const local = term.operand.place.local;
    for (let i = stmts.length - 1; i >= 0; i--) {
      const stmt = stmts[i]!;
      if (stmt.kind === 'call' || stmt.kind === 'drop') return null;
      if (stmt.kind !== 'assign') continue;
      if (stmt.place.local !== local) {
        if (stmt.value.kind === 'variantIndex' || stmt.value.kind === 'compare' || stmt.value.kind === 'length') continue;
        return null;
      }
      if (stmt.place.proj.length > 0 || stmt.value.kind !== 'variantIndex') return null;
      const found = this.paths.lookup(stmt.value.place);
      return found.exact && found.path !== null && found.path.children.size > 0 ? found.path : null;
    }
    return null;
  }

  private onEdge(
    matched: MovePath | null, state: InitState, absent: (variant: number) => boolean, target: BlockId, join: (target: BlockId, state: InitState) => void,
  ): void {
    if (matched === null) {
      join(target, state);
      return;
    }
    const refined: InitState = { live: state.live.clone(), dead: state.dead.clone() };
    for (const child of matched.children.values()) {
      const proj = child.place.proj.at(-1)!;
      if (proj.kind === 'variant' && absent(proj.index)) this.setUninit(refined, child);
    }
    join(target, refined);
  }

  // -------------------------------------------------------------- steps

  setInit(state: InitState, path: MovePath): void {
    this.paths.forEachBelow(path, ({ id }) => {
      state.live.add(id);
      state.dead.remove(id);
    });
  }

  setUninit(state: InitState, path: MovePath): void {
    this.paths.forEachBelow(path, ({ id }) => {
      state.live.remove(id);
      state.dead.add(id);
    });
  }

  private uninit(place: Place, state: InitState, events?: InitEvents): void {
    const found = this.paths.lookup(place);
    if (!found.exact || found.path === null) return;
    this.setUninit(state, found.path);
    events?.uninit(found.path);
  }

  /** What has happened when the statement panics: its moved operands are gone, what it drops is dropped. */
  before(stmt: Stmt, state: InitState, events?: InitEvents): void {
    forEachPlace(stmt, (place, use) => {
      if (use === 'move' || use === 'drop') this.uninit(place, state, events);
      else if (use === 'borrowMut') this.reveal(place, state);
    });
    if (stmt.kind === 'storageLive' || stmt.kind === 'storageDead') {
      const root = this.paths.root(stmt.local);
      if (root !== null) this.setUninit(state, root);
    }
  }

  /** The rest of the statement's effect: what it writes is initialised. */
  after(stmt: Stmt, state: InitState, events?: InitEvents): void {
    const place = stmt.kind === 'assign' ? stmt.place : stmt.kind === 'call' ? stmt.dest : null;
    if (place === null) return;
    const found = this.paths.lookup(place);
    if (!found.exact || found.path === null) return;
    this.setInit(state, found.path);
    events?.init(found.path);
  }

  /** Through a mutable borrow an enum can be given another variant: what an edge said of its variants holds no longer. */
  private reveal(place: Place, state: InitState): void {
    const found = this.paths.lookup(place);
    if (!this.refine || found.path === null || !state.live.has(found.path.id)) return;
    this.setInitBelow(state, found.path);
  }

  private setInitBelow(state: InitState, path: MovePath): void {
    for (const child of path.children.values()) {
      const proj = child.place.proj.at(-1)!;
      if (proj.kind === 'variant') this.setInit(state, child);
      else if (state.live.has(child.id)) this.setInitBelow(state, child);
    }
  }
}
