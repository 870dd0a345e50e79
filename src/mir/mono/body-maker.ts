/**
 * Makes small MIR bodies by hand: glue, shims, and unit tests.
 * Holds: one body under construction. Types are concrete, the phase is 'elaborated': the result still goes through specialisation,
 * which turns its `drop` statements and generic callees into calls of instances.
 */
import { NO_SPAN } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { Ty } from '../../types/index.ts';
import type { Block, BlockId, Body, Callee, LocalDecl, LocalId, Operand, Place, Proj, Rvalue, Stmt, Terminator } from '../mir.ts';

export class BodyMaker {
  private readonly locals: LocalDecl[] = [];
  private readonly blocks: Block[] = [];
  private readonly name: string;
  private readonly paramCount: number;

  /** Local 0 gets type `ret`, locals 1… the types of `params`. */
  constructor(name: string, params: readonly Ty[], ret: Ty) {
    this.name = name;
    this.paramCount = params.length;
    this.local(ret, 'return');
    for (const ty of params) this.local(ty, 'param');
  }

  local(ty: Ty, kind: LocalDecl['kind'] = 'temp'): LocalId {
    this.locals.push({ ty, name: null, kind, mutable: true, using: false, span: NO_SPAN });
    return (this.locals.length - 1) as LocalId;
  }

  /** A new block that ends in `unreachable` until `end` says otherwise. */
  block(unwind: BlockId | null = null, cleanup = false): BlockId {
    this.blocks.push({ stmts: [], term: { kind: 'unreachable' }, unwind, cleanup });
    return (this.blocks.length - 1) as BlockId;
  }

  push(block: BlockId, stmt: Stmt): void {
    this.blocks[block]!.stmts.push(stmt);
  }

  assign(block: BlockId, place: Place, value: Rvalue): void {
    this.push(block, { kind: 'assign', place, value, span: NO_SPAN });
  }

  call(block: BlockId, dest: Place, callee: Callee, args: readonly Operand[]): void {
    this.push(block, { kind: 'call', dest, callee, args, span: NO_SPAN });
  }

  drop(block: BlockId, place: Place): void {
    this.push(block, { kind: 'drop', place, span: NO_SPAN });
  }

  end(block: BlockId, term: Terminator): void {
    this.blocks[block]!.term = term;
  }

  setUnwind(block: BlockId, unwind: BlockId | null): void {
    this.blocks[block]!.unwind = unwind;
  }

  finish(): Body {
    return {
      phase: 'elaborated', name: this.name, origin: { kind: 'synthetic', what: this.name }, span: NO_SPAN,
      locals: this.locals, paramCount: this.paramCount, blocks: this.blocks,
    };
  }
}

// ---------------------------------------------------------------- places and operands, briefly

export function local(id: LocalId): Place {
  return { local: id, proj: [] };
}

export function project(place: Place, ...proj: readonly Proj[]): Place {
  return { local: place.local, proj: [...place.proj, ...proj] };
}

export function deref(place: Place, ty: Ty): Place {
  return project(place, { kind: 'deref', ty });
}

export function field(place: Place, index: number, ty: Ty): Place {
  return project(place, { kind: 'field', index, ty });
}

export function copyOf(place: Place): Operand {
  return { kind: 'copy', place };
}

export function moveOf(place: Place): Operand {
  return { kind: 'move', place };
}

export function intConst(value: bigint, ty: Ty): Operand {
  return { kind: 'const', value: { kind: 'int', value }, ty };
}

export const UNIT: Operand = { kind: 'const', value: { kind: 'zst' }, ty: tys.unit };
