/**
 * What closures capture: for each closure of a checked body the places of enclosing bodies that it uses, each in the weakest sufficient mode,
 * and how the closure may be called.
 * Consumes: a FnBody. Produces: `ClosureDecl.captures` and `.mode`, inner closures first. Holds: one frame a closure while walking.
 * Source: capture of disjoint places as in Rust RFC 2229, with one change: a place behind a reference captures the reference.
 */
import { bug, unreachable } from '../../base/index.ts';
import type { Span } from '../../source/index.ts';
import type { Capture, ClosureDecl } from '../program.ts';
import { tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { ClosureExpr, Expr, FnBody, LocalVar, Pat, Stmt } from '../tree.ts';

/** What a use needs of a place. `handle`: a copy of the reference or pointer that stands there, because the use goes on behind it. */
type Need = 'handle' | 'read' | 'ref' | 'refMut' | 'move';

/** A place as a root and steps; null root: a value, or a local of the same frame. Only fields can be part of a captured path. */
type Step =
  | { readonly kind: 'field'; readonly index: number; readonly ty: Ty }
  | { readonly kind: 'derefShared' | 'derefMut' | 'derefPtr' | 'derefBox' | 'other' };

interface AbstractPlace {
  readonly root: LocalVar | null;
  readonly steps: readonly Step[];
}

/** A captured place under construction. `types[i]` is the type after `i` fields. */
interface Candidate {
  readonly local: LocalVar;
  fields: readonly number[];
  types: readonly Ty[];
  mode: Capture['mode'];
  readonly span: Span;
}

/** One closure being analysed. The function's own frame has no closure: its uses capture nothing. */
interface Frame {
  readonly closure: ClosureExpr | null;
  readonly declared: Set<LocalVar>;
  readonly candidates: Candidate[];
  mutates: boolean;
  usesUp: ClosureDecl['usesUp'];
}

const STRENGTH: Readonly<Record<Capture['mode'], number>> = { copy: 0, ref: 1, refMut: 2, move: 3 };

/**
 * Fills in `captures` and `mode` of every closure of the body. `hasDestructor` says whether a type has a destructor of its own: a field is
 * not captured by value out of such a value, the whole is.
 */
export function analyzeCaptures(body: FnBody, isCopy: (ty: Ty) => boolean, hasDestructor: (ty: Ty) => boolean = () => false): void {
  new CaptureWalk(isCopy, hasDestructor).run(body);
}

class CaptureWalk {
  private readonly isCopy: (ty: Ty) => boolean;
  private readonly hasDestructor: (ty: Ty) => boolean;
  private readonly frames: Frame[] = [];
  /** The types along the place of each capture that has been found. */
  private readonly pathTypes = new Map<Capture, readonly Ty[]>();

  constructor(isCopy: (ty: Ty) => boolean, hasDestructor: (ty: Ty) => boolean) {
    this.isCopy = isCopy;
    this.hasDestructor = hasDestructor;
  }

  run(body: FnBody): void {
    this.frames.push({ closure: null, declared: new Set(), candidates: [], mutates: false, usesUp: null });
    for (const pat of body.params) this.declare(pat);
    this.value(body.value);
    this.frames.pop();
  }

  private get frame(): Frame {
    return this.frames[this.frames.length - 1]!;
  }

  // -------------------------------------------------------------- closures

  private closure(expr: ClosureExpr): void {
    const frame: Frame = { closure: expr, declared: new Set(), candidates: [], mutates: false, usesUp: null };
    this.frames.push(frame);
    for (const pat of expr.params) this.declare(pat);
    this.value(expr.body);
    this.frames.pop();
    this.finish(expr.decl, frame);
    // What the closure captures, the body around it uses when the closure is made.
    for (const capture of expr.decl.captures) {
      const types = this.pathTypes.get(capture)!;
      const steps = capture.place.fields.map((index, i): Step => ({ kind: 'field', index, ty: types[i + 1]! }));
      const place = { root: this.foreign(capture.place.local), steps };
      const ty = types[types.length - 1]!;
      switch (capture.mode) {
        case 'copy':
          this.use(place, (ty.kind === 'ref' && !ty.mutable) || ty.kind === 'ptr' ? 'handle' : 'read', capture.span);
          break;
        case 'ref':
          this.use(place, 'ref', capture.span);
          break;
        case 'refMut':
          this.use(place, 'refMut', capture.span);
          break;
        case 'move':
          this.take(place, ty, capture.span);
          break;
        default:
          unreachable(capture.mode);
      }
    }
  }

  private finish(decl: ClosureDecl, frame: Frame): void {
    decl.mode = frame.usesUp !== null ? 'once' : frame.mutates ? 'mut' : 'shared';
    decl.usesUp = frame.usesUp;
    decl.captures = frame.candidates.map((c): Capture => {
      const placeTy = c.types[c.types.length - 1]!;
      const ty = c.mode === 'ref' ? tys.ref(placeTy, false) : c.mode === 'refMut' ? tys.ref(placeTy, true) : placeTy;
      const capture: Capture = { place: { local: c.local, fields: c.fields }, mode: c.mode, ty, span: c.span };
      this.pathTypes.set(capture, c.types);
      return capture;
    });
  }

  /** The local if it belongs to an enclosing body, else null. */
  private foreign(local: LocalVar): LocalVar | null {
    const frame = this.frame;
    return frame.closure === null || frame.declared.has(local) ? null : local;
  }

  /** A by-value use: moves, copies, or, of an exclusive reference, borrows again. */
  private take(place: AbstractPlace, ty: Ty, span: Span): void {
    if (this.isCopy(ty)) this.use(place, 'read', span);
    else if (ty.kind === 'ref') this.use({ root: place.root, steps: [...place.steps, { kind: 'derefMut' }] }, 'refMut', span);
    else this.use(place, 'move', span);
  }

  private use(place: AbstractPlace, needed: Need, span: Span): void {
    const root = place.root;
    if (root === null) return;
    const steps = place.steps;
    let stop = steps.findIndex((s) => s.kind !== 'field');
    if (stop < 0) stop = steps.length;
    // What is needed of the place behind each dereference tells what is needed of the reference itself.
    let need = needed;
    for (let i = steps.length - 1; i >= stop; i--) {
      const step = steps[i]!;
      switch (step.kind) {
        case 'derefShared': case 'derefPtr':
          need = 'handle';
          break;
        case 'derefMut':
          need = need === 'refMut' || need === 'move' ? 'refMut' : 'ref';
          break;
        case 'derefBox': case 'other':
          if (need === 'handle' || need === 'read') need = 'ref';
          break;
        case 'field':
          if (need === 'handle') need = 'ref';
          break;
        default:
          unreachable(step);
      }
    }
    const frame = this.frame;
    const fields: number[] = [];
    const types: Ty[] = [root.ty];
    for (const step of steps.slice(0, stop)) {
      if (step.kind !== 'field') bug('a captured path holds only fields');
      fields.push(step.index);
      types.push(step.ty);
    }
    if (need === 'refMut') frame.mutates = true;
    if (need === 'move') frame.usesUp ??= { name: root.name, span };
    const byValue = frame.closure!.move;
    const mode: Capture['mode'] = byValue || need === 'move' ? 'move' : need === 'handle' ? 'copy' : need === 'refMut' ? 'refMut' : 'ref';
    this.add({ local: root, fields, types, mode, span });
  }

  private add(fresh: Candidate): void {
    if (fresh.mode === 'move') {
      const owner = fresh.types.findIndex((ty, i) => i < fresh.fields.length && this.hasDestructor(ty));
      if (owner >= 0) this.truncate(fresh, owner);
      this.settle(fresh);
    }
    const list = this.frame.candidates;
    for (let i = 0; i < list.length; i++) {
      const old = list[i]!;
      if (old.local !== fresh.local) continue;
      const length = Math.min(old.fields.length, fresh.fields.length);
      if (!old.fields.slice(0, length).every((f, k) => f === fresh.fields[k])) continue;
      // The two overlap: one place, the shorter, in the stronger mode. It may now overlap others, so it is added anew in the older one's position.
      this.truncate(fresh, length);
      this.truncate(old, length);
      const mode = STRENGTH[old.mode] >= STRENGTH[fresh.mode] ? old.mode : fresh.mode;
      const merged: Candidate = { local: old.local, fields: old.fields, types: old.types, mode, span: old.span };
      this.settle(merged);
      list[i] = merged;
      for (let j = list.length - 1; j > i; j--) {
        const other = list[j]!;
        if (other.local !== merged.local || !merged.fields.every((f, k) => f === other.fields[k])) continue;
        this.truncate(other, length);
        if (STRENGTH[other.mode] > STRENGTH[merged.mode]) merged.mode = other.mode;
        this.settle(merged);
        list.splice(j, 1);
      }
      return;
    }
    list.push(fresh);
  }

  private truncate(c: Candidate, length: number): void {
    if (c.fields.length === length) return;
    c.fields = c.fields.slice(0, length);
    c.types = c.types.slice(0, length + 1);
    // A copied reference inside a larger place is reached by looking at the larger place.
    if (c.mode === 'copy') c.mode = this.frame.closure!.move ? 'move' : 'ref';
  }

  /** By value, `copy` and `move` differ only in the type. */
  private settle(c: Candidate): void {
    if (c.mode === 'move' && this.isCopy(c.types[c.types.length - 1]!)) c.mode = 'copy';
  }

  // -------------------------------------------------------------- expressions

  private values(exprs: readonly Expr[]): void {
    for (const e of exprs) this.value(e);
  }

  /** The expression is evaluated for its value, which is taken. */
  private value(e: Expr): void {
    switch (e.kind) {
      case 'local': case 'field': case 'index': case 'deref':
        this.take(this.place(e), e.ty, e.span);
        break;
      case 'literal': case 'constRef': case 'fnItem': case 'continue': case 'error':
        break;
      case 'call':
        this.values(e.args);
        break;
      case 'callValue':
        if (e.mode === 'once') this.value(e.callee);
        else this.use(this.place(e.callee), e.mode === 'mut' ? 'refMut' : 'ref', e.callee.span);
        this.values(e.args);
        break;
      case 'construct':
        for (const field of e.fields) this.value(field.value);
        if (e.base !== null) this.structBase(e.base, e.fields.map((f) => f.index));
        break;
      case 'tuple': case 'array':
        this.values(e.elements);
        break;
      case 'repeat': case 'coerce': case 'raise':
        this.value(e.value);
        break;
      case 'ref':
        this.use(this.place(e.place), e.mutable ? 'refMut' : 'ref', e.span);
        break;
      case 'unary':
        this.value(e.operand);
        break;
      case 'binary': case 'logical':
        this.value(e.left);
        this.value(e.right);
        break;
      case 'assign':
        if (e.target === null) {
          this.discard(e.value);
        } else {
          this.value(e.value);
          this.use(this.place(e.target), 'refMut', e.target.span);
        }
        break;
      case 'compoundAssign':
        this.value(e.value);
        this.use(this.place(e.target), 'refMut', e.target.span);
        break;
      case 'block':
        for (const stmt of e.stmts) this.stmt(stmt);
        if (e.tail !== null) this.value(e.tail);
        break;
      case 'if':
        this.value(e.cond);
        this.value(e.then);
        if (e.otherwise !== null) this.value(e.otherwise);
        break;
      case 'letCond':
        this.match(e.value, [e.pat]);
        break;
      case 'match': {
        const place = this.match(e.scrutinee, []);
        for (const arm of e.arms) {
          this.bindings(arm.pat, place);
          if (arm.guard !== null) this.value(arm.guard);
          this.value(arm.body);
        }
        break;
      }
      case 'loop':
        this.value(e.body);
        break;
      case 'forRange':
        this.values([e.lo, e.hi]);
        if (e.step !== null) this.value(e.step);
        this.declare(e.pat);
        this.value(e.body);
        break;
      case 'break': case 'return':
        if (e.value !== null) this.value(e.value);
        break;
      case 'closure':
        this.closure(e);
        break;
      case 'tryBlock':
        this.value(e.body);
        for (const arm of e.arms) {
          this.frame.declared.add(arm.local);
          this.value(arm.body);
        }
        break;
      default:
        unreachable(e);
    }
  }

  /** `e;`, `_ = e` on a place only looks at it. */
  private discard(e: Expr): void {
    if (isPlace(e)) this.use(this.place(e), 'ref', e.span);
    else this.value(e);
  }

  private stmt(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'let':
        if (stmt.init === null) {
          this.declare(stmt.pat);
        } else if (stmt.pat.kind === 'bind' && stmt.pat.mode === 'move' && stmt.pat.sub === null) {
          this.value(stmt.init);
          this.declare(stmt.pat);
        } else {
          this.match(stmt.init, [stmt.pat]);
        }
        if (stmt.otherwise !== null) this.value(stmt.otherwise);
        break;
      case 'expr':
        this.value(stmt.expr);
        break;
      case 'defer':
        this.value(stmt.body);
        break;
      default:
        unreachable(stmt);
    }
  }

  /** `..base`: what is not named is taken out field by field; that the whole is looked at keeps it one captured place. */
  private structBase(base: Expr, named: readonly number[]): void {
    const place = this.place(base);
    if (place.root === null || base.ty.kind !== 'adt') return;
    const variant = base.ty.decl.variants[0]!;
    const left = variant.fields.filter((f) => !named.includes(f.index));
    const copies = left.every((f) => this.isCopy(f.ty));
    this.use(place, copies || this.isCopy(base.ty) ? 'read' : 'move', base.span);
  }

  /** The place that an expression stands for, its operands walked. */
  private place(e: Expr): AbstractPlace {
    switch (e.kind) {
      case 'local':
        return { root: this.foreign(e.local), steps: [] };
      case 'field': {
        const base = this.place(e.base);
        return { root: base.root, steps: [...base.steps, { kind: 'field', index: e.index, ty: e.ty }] };
      }
      case 'index': {
        const base = this.place(e.base);
        this.value(e.index);
        return { root: base.root, steps: [...base.steps, { kind: 'other' }] };
      }
      case 'deref': {
        const base = this.place(e.base);
        return { root: base.root, steps: [...base.steps, derefStep(e.base.ty)] };
      }
      default:
        this.value(e);
        return { root: null, steps: [] };
    }
  }

  /** A value that patterns look into. The whole place is captured at least for looking. */
  private match(scrutinee: Expr, pats: readonly Pat[]): AbstractPlace {
    const place = this.place(scrutinee);
    this.use(place, 'ref', scrutinee.span);
    for (const pat of pats) this.bindings(pat, place);
    return place;
  }

  private declare(pat: Pat): void {
    this.bindings(pat, { root: null, steps: [] });
  }

  /** Declares the locals of a pattern and uses the parts of the place that they take. */
  private bindings(pat: Pat, place: AbstractPlace): void {
    const inner = (...steps: Step[]): AbstractPlace => ({ root: place.root, steps: [...place.steps, ...steps] });
    switch (pat.kind) {
      case 'wild': case 'const': case 'range': case 'error':
        break;
      case 'bind':
        this.frame.declared.add(pat.local);
        if (pat.mode === 'move') this.take(place, pat.local.ty, pat.span);
        else this.use(place, pat.mode, pat.span);
        if (pat.sub !== null) this.bindings(pat.sub, place);
        break;
      case 'variant':
        for (const field of pat.fields) {
          const step: Step = { kind: 'field', index: field.index, ty: field.pat.ty };
          this.bindings(field.pat, pat.adt.isEnum ? inner({ kind: 'other' }, step) : inner(step));
        }
        break;
      case 'tuple':
        pat.elements.forEach((element, index) => this.bindings(element, inner({ kind: 'field', index, ty: element.ty })));
        break;
      case 'deref':
        this.bindings(pat.inner, inner(derefStep(pat.ty)));
        break;
      case 'slice':
        for (const element of [...pat.prefix, ...(pat.rest === null ? [] : [pat.rest]), ...pat.suffix]) this.bindings(element, inner({ kind: 'other' }));
        break;
      case 'or':
        for (const alternative of pat.alternatives) this.bindings(alternative, place);
        break;
      default:
        unreachable(pat);
    }
  }
}

function isPlace(e: Expr): boolean {
  return e.kind === 'local' || e.kind === 'field' || e.kind === 'index' || e.kind === 'deref';
}

function derefStep(ty: Ty): Step {
  if (ty.kind === 'ref') return { kind: ty.mutable ? 'derefMut' : 'derefShared' };
  return { kind: ty.kind === 'ptr' ? 'derefPtr' : 'derefBox' };
}
