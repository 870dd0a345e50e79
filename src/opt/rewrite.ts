/** Statements and terminators with their operands replaced; what does not change stays the same object. */
import { unreachable } from '../base/index.ts';
import type { Operand, Place, Proj, Rvalue, Stmt, Terminator } from '../mir/index.ts';

/** How places that are not operands (borrowed, written, measured) change; and operands. */
export interface Rewriting {
  readonly operand: (operand: Operand) => Operand;
  readonly place: (place: Place) => Place;
}

function list(items: readonly Operand[], f: (operand: Operand) => Operand): readonly Operand[] {
  let out: Operand[] | null = null;
  items.forEach((item, i) => {
    const mapped = f(item);
    if (mapped !== item) (out ??= [...items])[i] = mapped;
  });
  return out ?? items;
}

export function rewriteRvalue(value: Rvalue, how: Rewriting): Rvalue {
  switch (value.kind) {
    case 'use': case 'unary': case 'repeat': case 'cast': {
      const operand = how.operand(value.operand);
      return operand === value.operand ? value : { ...value, operand };
    }
    case 'arith': case 'compare': {
      const left = how.operand(value.left);
      const right = how.operand(value.right);
      return left === value.left && right === value.right ? value : { ...value, left, right };
    }
    case 'aggregate': {
      const fields = list(value.fields, how.operand);
      return fields === value.fields ? value : { ...value, fields };
    }
    case 'ref': case 'addressOf': case 'variantIndex': case 'length': {
      const place = how.place(value.place);
      return place === value.place ? value : { ...value, place };
    }
    default:
      return unreachable(value);
  }
}

export function rewriteStmt(stmt: Stmt, how: Rewriting): Stmt {
  switch (stmt.kind) {
    case 'assign': {
      const value = rewriteRvalue(stmt.value, how);
      const place = how.place(stmt.place);
      return value === stmt.value && place === stmt.place ? stmt : { ...stmt, value, place };
    }
    case 'call': {
      const args = list(stmt.args, how.operand);
      const dest = how.place(stmt.dest);
      return args === stmt.args && dest === stmt.dest ? stmt : { ...stmt, args, dest };
    }
    case 'boundsCheck': {
      const index = how.operand(stmt.index);
      const length = how.operand(stmt.length);
      return index === stmt.index && length === stmt.length ? stmt : { ...stmt, index, length };
    }
    case 'drop': case 'setVariant': case 'fakeRead': {
      const place = how.place(stmt.place);
      return place === stmt.place ? stmt : { ...stmt, place };
    }
    case 'storageLive': case 'storageDead': case 'nop':
      return stmt;
    default:
      return unreachable(stmt);
  }
}

export function rewriteTerminator(term: Terminator, how: Rewriting): Terminator {
  if (term.kind === 'switch') {
    const operand = how.operand(term.operand);
    return operand === term.operand ? term : { ...term, operand };
  }
  return term;
}

/** A place with locals inside it (its base, its indices) replaced. */
export function renameLocals(place: Place, to: (local: Place['local']) => Place['local']): Place {
  const local = to(place.local);
  let proj: Proj[] | null = null;
  place.proj.forEach((p, i) => {
    if (p.kind !== 'index') return;
    const index = to(p.index);
    if (index !== p.index) (proj ??= [...place.proj])[i] = { ...p, index };
  });
  return local === place.local && proj === null ? place : { local, proj: proj ?? place.proj };
}
