/**
 * The move checker: every use finds its value initialised and not moved away, and nothing is moved out of where it must stay.
 * Consumes: a body of phase 'built'. Produces: diagnostics CJ0500–CJ0509, each fault once. Rules M1 and M2.
 * Algorithm: forward dataflow over move paths (the one that drop elaboration uses, without its refinement by variants); then one walk over all statements that are
 * reached without unwinding. The reason for an error is searched for only when there is one.
 */
import type { DiagSink } from '../diag/index.ts';
import type { Span } from '../source/index.ts';
import { assumptionsOf, forEachPlace, forEachTermPlace, indexLocals, InitFlow, MovePaths, TypeFacts } from '../mir/index.ts';
import type { BlockId, Body, InitState, LocalId, MovePath, Place, PlaceUse, Stmt } from '../mir/index.ts';
import type { Ty, TypedProgram } from '../types/index.ts';
import { MoveReporter } from './move-report.ts';
import { isAncestor } from './move-sites.ts';
import type { Position } from './move-sites.ts';

/** Reports every misuse of moved and uninitialised values in a body as built. */
export function checkMoves(body: Body, sink: DiagSink, program: TypedProgram): void {
  if (mayMisuse(body)) new MoveChecker(body, sink, program).run();
}

/**
 * Whether anything in a body can be wrong. Variables have a value from their declaration on, if it is not a `let` without one, and only moves
 * take it away; a temporary as a whole is moved once, by what it was made for.
 */
function mayMisuse(body: Body): boolean {
  if (body.locals.some((local) => local.late === true)) return true;
  let found = false;
  const visit = (place: Place, use: PlaceUse): void => {
    if (use === 'move' && (place.proj.length > 0 || body.locals[place.local]!.kind !== 'temp')) found = true;
  };
  for (const block of body.blocks) {
    for (const stmt of block.stmts) forEachPlace(stmt, visit);
    forEachTermPlace(block.term, visit);
    if (found) return true;
  }
  return false;
}

class MoveChecker {
  private readonly body: Body;
  private readonly facts: TypeFacts;
  private readonly paths: MovePaths;
  private readonly flow: InitFlow;
  private readonly report: MoveReporter;

  constructor(body: Body, sink: DiagSink, program: TypedProgram) {
    this.body = body;
    const assumptions = assumptionsOf(body);
    this.facts = new TypeFacts(program, assumptions);
    // A temporary is written once and used up at once: only what users name can be used wrongly.
    this.paths = new MovePaths(body, (local) => body.locals[local]!.kind !== 'temp', (ty) => !this.facts.hasDropImpl(ty));
    this.flow = new InitFlow(body, this.paths, false);
    this.report = new MoveReporter(body, this.paths, sink, program, assumptions);
  }

  run(): void {
    this.body.blocks.forEach((block, index) => {
      const id = index as BlockId;
      const state = block.cleanup ? null : this.flow.entry(id);
      if (state === null) return;
      block.stmts.forEach((stmt, i) => {
        this.stmt(stmt, state, { block: id, stmt: i });
        this.flow.before(stmt, state);
        this.flow.after(stmt, state);
      });
      const at = { block: id, stmt: block.stmts.length };
      if (block.term.kind === 'switch') {
        const { span } = block.term;
        forEachTermPlace(block.term, (place, use) => this.use(place, use, state, at, span));
      }
    });
  }

  private stmt(stmt: Stmt, state: InitState, at: Position): void {
    if (!('span' in stmt)) return;
    const leaving: MovePath[] = [];
    forEachPlace(stmt, (place, use) => {
      this.use(place, use, state, at, use === 'write' && 'target' in stmt ? (stmt.target ?? stmt.span) : stmt.span);
      if (use === 'write' || use === 'drop') return;
      const { path, exact } = this.paths.lookup(place);
      if (path === null) return;
      // `f(s, s)`: the operands of one statement leave one after the other.
      if (leaving.some((gone) => isAncestor(gone, path) || (exact && isAncestor(path, gone)))) this.report.goneAlready(place, at, stmt.span);
      else if (use === 'move' && exact) leaving.push(path);
    });
    // An assignment destroys the old value first, and then finds none.
    if (stmt.kind === 'drop' && stmt.target !== undefined) this.assignment(stmt.place, state, at, stmt.target);
    if (stmt.kind === 'assign' || stmt.kind === 'call') this.assignment(stmt.kind === 'assign' ? stmt.place : stmt.dest, state, at, stmt.target ?? stmt.span);
  }

  private use(place: Place, use: PlaceUse, state: InitState, at: Position, span: Span): void {
    for (const local of indexLocals(place)) this.mustHold({ local, proj: [] }, state, at, span);
    switch (use) {
      case 'drop':
        break;
      case 'write':
        this.written(place, state, at, span);
        break;
      case 'move':
        this.mustHold(place, state, at, span);
        this.mayLeave(place, span);
        break;
      case 'copy': case 'borrow': case 'borrowMut': case 'inspect':
        this.mustHold(place, state, at, span);
        break;
    }
  }

  /** The place, and all of it, must be initialised. */
  private mustHold(place: Place, state: InitState, at: Position, span: Span): void {
    const found = this.paths.lookup(place);
    if (found.path === null) return;
    let missing: MovePath | null = this.missingAbove(found.path, state);
    // An element at a place that is not known may be any.
    if (missing === null && (found.exact || found.barrier === 'index')) {
      this.paths.forEachBelow(found.path, (path) => {
        if (state.dead.has(path.id)) missing ??= path;
      });
    }
    if (missing !== null) this.report.notThere(place, missing, at, span);
  }

  private missingAbove(path: MovePath, state: InitState): MovePath | null {
    for (let at: MovePath | null = path; at !== null; at = at.parent) if (state.dead.has(at.id)) return at;
    return null;
  }

  /** Writing a whole tracked place revives it; writing a part needs the rest to be there. */
  private written(place: Place, state: InitState, at: Position, span: Span): void {
    const found = this.paths.lookup(place);
    if (found.path === null) return;
    const needed = found.exact ? found.path.parent : found.path;
    if (needed === null) return;
    let missing = this.missingAbove(needed, state);
    if (missing === null && found.barrier === 'index') {
      this.paths.forEachBelow(needed, (path) => {
        if (state.dead.has(path.id)) missing ??= path;
      });
    }
    if (missing === null) return;
    if (found.barrier === 'none') this.report.partOfMissing(place, missing, at, span);
    else this.report.notThere(place, missing, at, span);
  }

  private mayLeave(place: Place, span: Span): void {
    if (this.body.locals[place.local]!.using) {
      this.report.moveOfUsing(place, span);
      return;
    }
    const { barrier } = this.paths.lookup(place);
    if (barrier === 'index') this.report.moveOfElement(place, span);
    else if (barrier === 'reference') this.report.moveOutOfBorrow(place, span);
    else this.moveOfPart(place, span);
  }

  /** A type with a destructor of its own is destroyed whole. */
  private moveOfPart(place: Place, span: Span): void {
    let ty: Ty = this.body.locals[place.local]!.ty;
    for (const proj of place.proj) {
      if (this.facts.hasDropImpl(ty)) {
        this.report.moveOutOfDrop(place, ty, span);
        return;
      }
      ty = proj.ty;
    }
  }

  /** A `let` without a value gets one once. (That one with a value keeps it is the type checker's business.) */
  private assignment(place: Place, state: InitState, at: Position, span: Span): void {
    if (place.proj.length > 0) return;
    const local = this.body.locals[place.local as LocalId]!;
    if (local.late !== true || local.mutable) return;
    const path = this.paths.root(place.local);
    if (path === null || !state.live.has(path.id)) return;
    this.report.secondAssignment(local, path, at, span);
  }
}
