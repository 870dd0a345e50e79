/**
 * Blocks and their statements: declarations, deferred code, and how long temporaries live.
 * Temporaries end with their statement, those of a block's tail before the block's locals; `let x = &value` keeps the value as long as x.
 * Source: the Rust reference, "Temporary scopes" and "Temporary lifetime extension" (edition 2024 for tails).
 */
import { unreachable } from '../../base/index.ts';
import type { LocalVar, tree } from '../../types/index.ts';
import type { LocalId } from '../mir.ts';
import { localPlace } from '../visit.ts';
import type { Builder } from './builder.ts';
import { lowerBreakable } from './control.ts';
import { patternLocals } from './pattern-rows.ts';
import { bindIrrefutable, bindOrElse } from './bindings.ts';
import { isPlaceExpr } from './places.ts';
import type { Dest, Scope } from './scopes.ts';

export function lowerBlock(b: Builder, dest: Dest, e: tree.BlockExpr): void {
  if (e.target === null) statements(b, dest, e);
  else lowerBreakable(b, dest, e.target, null, () => statements(b, dest, e));
}

function statements(b: Builder, dest: Dest, e: tree.BlockExpr): void {
  b.scoped(dest, e.span, (scope) => {
    for (const stmt of e.stmts) statement(b, stmt, scope);
    const tail = e.tail;
    if (tail !== null) {
      b.scoped(dest, tail.span, () => {
        // In `let x = { …; &value };` the tail is kept with what it is the value of.
        b.into(dest, tail);
      });
    } else {
      b.writeUnit(dest, e.span);
    }
  });
}

function statement(b: Builder, stmt: tree.Stmt, scope: Scope): void {
  switch (stmt.kind) {
    case 'let':
      lowerLet(b, stmt, scope);
      break;
    case 'expr':
      b.scoped(null, stmt.span, () => b.discard(stmt.expr));
      break;
    case 'defer':
      b.scopes.schedule(scope, { kind: 'defer', id: b.fresh(), body: stmt.body });
      break;
    default:
      unreachable(stmt);
  }
}

/** Begins the storage of a declared variable in a scope. */
export function beginStorage(b: Builder, local: LocalId, scope: Scope): void {
  b.storageLive(local);
  b.scopes.schedule(scope, { kind: 'storage', local });
}

function lowerLet(b: Builder, stmt: tree.Stmt & { kind: 'let' }, scope: Scope): void {
  const { pat, init, otherwise } = stmt;
  if (init === null) {
    for (const local of patternLocals(pat)) {
      const id = b.declare(local, true);
      beginStorage(b, id, scope);
      b.scheduleValue(id, scope, local.span);
    }
    return;
  }
  extend(b, init, scope);
  if (bindsByReference(pat)) extendBase(b, init, scope);
  const simple = simpleBinding(pat);
  if (simple !== null) {
    const id = b.declare(simple);
    beginStorage(b, id, scope);
    b.scoped(null, stmt.span, () => {
      b.into(b.destOf(id, scope), init);
      // Below the temporaries of the statement: if dropping one of them panics, the variable is dropped too.
      b.scheduleValue(id, scope, simple.span);
    });
    return;
  }
  b.scoped(null, stmt.span, () => {
    const place = isPlaceExpr(init) ? b.place(init) : localPlace(b.temp(init));
    if (pat.kind === 'wild') return;
    b.emit({ kind: 'fakeRead', place, span: init.span });
    if (otherwise === null) bindIrrefutable(b, pat, place, scope);
    else bindOrElse(b, pat, place, scope, otherwise, b.scopes.depth - 1);
  });
}

/** The variable of a pattern that binds the whole value and does nothing else. */
export function simpleBinding(pat: tree.Pat): LocalVar | null {
  return pat.kind === 'bind' && pat.mode === 'move' && pat.sub === null ? pat.local : null;
}

function bindsByReference(pat: tree.Pat): boolean {
  switch (pat.kind) {
    case 'bind':
      return pat.mode !== 'move' || (pat.sub !== null && bindsByReference(pat.sub));
    case 'variant':
      return pat.fields.some((f) => bindsByReference(f.pat));
    case 'tuple':
      return pat.elements.some(bindsByReference);
    case 'slice':
      return [...pat.prefix, ...(pat.rest === null ? [] : [pat.rest]), ...pat.suffix].some(bindsByReference);
    case 'or':
      return pat.alternatives.some(bindsByReference);
    // Behind a reference the value is not in the temporary; a Box is.
    case 'deref':
      return pat.ty.kind === 'box' && bindsByReference(pat.inner);
    case 'wild': case 'const': case 'range': case 'error':
      return false;
    default:
      return unreachable(pat);
  }
}

/** Marks the operands of borrows that the value of a `let` initialiser holds: their temporaries live as long as the block's locals. */
function extend(b: Builder, e: tree.Expr, scope: Scope): void {
  switch (e.kind) {
    case 'ref':
      extendBase(b, e.place, scope);
      extend(b, e.place, scope);
      break;
    case 'tuple': case 'array':
      for (const element of e.elements) extend(b, element, scope);
      break;
    case 'construct':
      for (const field of e.fields) extend(b, field.value, scope);
      break;
    case 'coerce':
      extend(b, e.value, scope);
      break;
    case 'block':
      if (e.tail !== null) extend(b, e.tail, scope);
      break;
    default:
      break;
  }
}

/** Marks the value inside of which a borrowed place lies. */
function extendBase(b: Builder, e: tree.Expr, scope: Scope): void {
  for (;;) {
    b.extended.set(e, scope);
    switch (e.kind) {
      case 'field': case 'index': case 'deref':
        e = e.base;
        break;
      case 'ref':
        e = e.place;
        break;
      case 'call': {
        // `&v()[i]` and `&*v()` of user types are calls on a borrow that the compiler made; the text has no call there.
        const first = e.args[0];
        if (first === undefined || first.kind !== 'ref' || !first.implicit || !isPlaceOperator(b, e)) return;
        e = first;
        break;
      }
      default:
        return;
    }
  }
}

function isPlaceOperator(b: Builder, e: tree.CallExpr): boolean {
  const parent = e.fn.decl.parent;
  if (parent === null) return false;
  const trait = parent.kind === 'trait' ? parent : (parent.traitRef?.trait ?? null);
  const lang = b.program.lang;
  return trait !== null && [lang.trait('Deref'), lang.trait('DerefMut'), lang.trait('Index'), lang.trait('IndexMut')].includes(trait);
}
