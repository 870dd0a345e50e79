/**
 * What a declared struct or enum adds to the slots of its instances (rules T1–T3).
 * Consumes: declarations. Produces for each: which of the three merged slots of its own it has (shared, exclusive, interior), which of its type
 * parameters stand beneath `&mut` or in an interior-mutable type, which associated types its fields hold, and what its destruction uses.
 * Algorithm: least fixpoint over the declarations that reach each other through field types; all facts only grow.
 */
import { unreachable } from '../../base/index.ts';
import { subst, tys } from '../../types/index.ts';
import type { AdtDecl, Generics, ProjectionTy, Ty, TypedProgram } from '../../types/index.ts';

/** How the destruction of a value touches what a type argument holds: not at all, as its own destruction does, or in any way. */
export const DROP_NONE = 0;
export const DROP_VALUE = 1;
export const DROP_ALL = 2;

export interface DeclSlots {
  /** The merged slots, in this order, that exist. Only `view` types have any. */
  shared: boolean;
  exclusive: boolean;
  interior: boolean;
  /** Raw pointers stand for borrows: making a value of such a `view` type from pointers is making a reference of unknown origin (F6). */
  pointer: boolean;
  /** By index in the flattened generics. */
  readonly argInvariant: boolean[];
  /** The same where raw pointers count as exclusive references: what a `view` type around this one sees. */
  readonly argInvariantByPointer: boolean[];
  /** Distinct associated types (of the declaration's own parameters) that fields hold. Each has slots of its own. */
  readonly assocs: ProjectionTy[];
  readonly assocInvariant: boolean[];
  readonly argDrop: number[];
  /** Whether destruction may use the merged slots. */
  ownDrop: boolean;
  readonly hasDrop: boolean;
}

/** Associated types beyond this number in one declaration (only polymorphic recursion makes so many) share the slots of the last. */
const MAX_ASSOCS = 16;

/** A declaration's type with its own parameters as arguments. */
export function identityTy(decl: AdtDecl): Ty {
  return tys.adt(decl, identityArgs(decl.generics));
}

/** Generic parameters as arguments, each for itself. */
export function identityArgs(generics: Generics): Ty[] {
  const args: Ty[] = [];
  for (let g: Generics | null = generics; g !== null; g = g.parent) {
    for (const param of g.own) args[param.index] = tys.param(param.index, param.name);
  }
  return args;
}

export class DeclSlotTable {
  private readonly program: TypedProgram;
  private readonly done = new Map<AdtDecl, DeclSlots>();

  constructor(program: TypedProgram) {
    this.program = program;
  }

  of(decl: AdtDecl): DeclSlots {
    return this.done.get(decl) ?? this.solve(decl);
  }

  private solve(root: AdtDecl): DeclSlots {
    const group = new Map<AdtDecl, DeclSlots>();
    const reach = (decl: AdtDecl): void => {
      if (group.has(decl) || this.done.has(decl)) return;
      const total = decl.generics.total;
      const hasDrop = this.program.dropImpl(identityTy(decl)) !== null;
      const wholly = hasDrop && !decl.module.isStd;
      group.set(decl, {
        shared: false, exclusive: false, interior: false, pointer: false, assocs: [], assocInvariant: [],
        argInvariant: new Array<boolean>(total).fill(decl.interior), argInvariantByPointer: new Array<boolean>(total).fill(decl.interior),
        // A container of std destroys its elements; what a user's destructor does, nobody knows.
        argDrop: new Array<number>(total).fill(wholly ? DROP_ALL : hasDrop ? DROP_VALUE : DROP_NONE), ownDrop: hasDrop, hasDrop,
      });
      for (const variant of decl.variants) for (const field of variant.fields) adtsIn(field.ty, reach);
    };
    reach(root);
    const find = (decl: AdtDecl): DeclSlots => this.done.get(decl) ?? group.get(decl)!;
    for (let changed = true; changed; ) {
      changed = false;
      for (const [decl, slots] of group) {
        const visitor = new FieldVisitor(decl, slots, find);
        for (const variant of decl.variants) for (const field of variant.fields) visitor.field(field.ty);
        changed ||= visitor.changed;
      }
    }
    for (const [decl, slots] of group) this.done.set(decl, slots);
    return this.done.get(root)!;
  }
}

function adtsIn(ty: Ty, found: (decl: AdtDecl) => void): void {
  switch (ty.kind) {
    case 'adt':
      found(ty.decl);
      for (const arg of ty.args) adtsIn(arg, found);
      break;
    case 'tuple':
      for (const element of ty.elements) adtsIn(element, found);
      break;
    case 'array': case 'slice':
      adtsIn(ty.element, found);
      break;
    case 'ref': case 'ptr': case 'box':
      adtsIn(ty.target, found);
      break;
    case 'dyn':
      for (const arg of ty.args) adtsIn(arg, found);
      for (const assoc of ty.assoc) adtsIn(assoc.ty, found);
      break;
    case 'projection':
      for (const arg of ty.args) adtsIn(arg, found);
      break;
    default:
      break;
  }
}

/** Adds what one field says to the facts of its declaration. */
class FieldVisitor {
  changed = false;
  private readonly decl: AdtDecl;
  private readonly slots: DeclSlots;
  private readonly find: (decl: AdtDecl) => DeclSlots;

  constructor(decl: AdtDecl, slots: DeclSlots, find: (decl: AdtDecl) => DeclSlots) {
    this.decl = decl;
    this.slots = slots;
    this.find = find;
  }

  field(ty: Ty): void {
    this.visit(ty, this.decl.interior, false);
    if (!this.slots.hasDrop) this.dropped(ty, DROP_VALUE);
  }

  private mark(list: boolean[], index: number): void {
    if (list[index] === true) return;
    list[index] = true;
    this.changed = true;
  }

  private own(which: 'shared' | 'exclusive' | 'interior' | 'pointer'): void {
    if (!this.decl.view || this.slots[which]) return;
    this.slots[which] = true;
    this.changed = true;
  }

  /** `pointed`: beneath a raw pointer, which counts for views around this type only. */
  private visit(ty: Ty, invariant: boolean, pointed: boolean): void {
    const decl = this.decl;
    switch (ty.kind) {
      case 'ref':
        this.own(invariant ? 'interior' : ty.mutable ? 'exclusive' : 'shared');
        this.visit(ty.target, invariant || ty.mutable, pointed);
        break;
      case 'ptr':
        this.pointerField();
        this.visit(ty.target, decl.view || invariant, true);
        break;
      case 'box':
        this.visit(ty.target, invariant, pointed);
        break;
      case 'tuple':
        for (const element of ty.elements) this.visit(element, invariant, pointed);
        break;
      case 'array': case 'slice':
        this.visit(ty.element, invariant, pointed);
        break;
      case 'fn':
        this.own(invariant ? 'interior' : 'shared');
        break;
      case 'dyn':
        this.own(invariant ? 'interior' : 'shared');
        for (const arg of ty.args) this.visit(arg, true, pointed);
        for (const assoc of ty.assoc) this.visit(assoc.ty, true, pointed);
        break;
      case 'param':
        if (invariant) this.mark(this.slots.argInvariant, ty.index);
        if (invariant || pointed) this.mark(this.slots.argInvariantByPointer, ty.index);
        break;
      case 'projection':
        this.projection(ty, invariant);
        break;
      case 'adt': {
        const inner = this.find(ty.decl);
        if (inner.shared) this.own(invariant ? 'interior' : 'shared');
        if (inner.exclusive) this.own(invariant ? 'interior' : 'exclusive');
        if (inner.interior) this.own('interior');
        if (inner.pointer && !inner.hasDrop) this.pointerField();
        const byPointer = decl.view && !inner.hasDrop;
        ty.args.forEach((arg, i) => {
          const inv = invariant || inner.argInvariant[i]! || (byPointer && inner.argInvariantByPointer[i]!);
          this.visit(arg, inv, pointed || (!inner.hasDrop && inner.argInvariantByPointer[i]!));
        });
        inner.assocs.forEach((assoc, i) => {
          const held = subst(assoc, ty.args);
          if (held.kind === 'projection') this.projection(held, invariant || inner.assocInvariant[i]!);
        });
        break;
      }
      default:
        break;
    }
  }

  private pointerField(): void {
    if (!this.slots.pointer) {
      this.slots.pointer = true;
      this.changed = true;
    }
    this.own('exclusive');
  }

  private projection(ty: ProjectionTy, invariant: boolean): void {
    let index = this.slots.assocs.indexOf(ty);
    if (index < 0) {
      if (this.slots.assocs.length >= MAX_ASSOCS) return;
      index = this.slots.assocs.length;
      this.slots.assocs.push(ty);
      this.slots.assocInvariant.push(invariant);
      this.changed = true;
    }
    if (invariant) this.mark(this.slots.assocInvariant, index);
  }

  /** What dropping a field does: `how` is DROP_VALUE, or DROP_ALL inside of what a user's destructor sees. */
  private dropped(ty: Ty, how: number): void {
    switch (ty.kind) {
      case 'ref':
        if (how !== DROP_ALL) break;
        this.dropsOwn();
        this.dropped(ty.target, how);
        break;
      case 'box':
        this.dropped(ty.target, how);
        break;
      case 'tuple':
        for (const element of ty.elements) this.dropped(element, how);
        break;
      case 'array': case 'slice':
        this.dropped(ty.element, how);
        break;
      case 'fn': case 'dyn':
        this.dropsOwn();
        break;
      case 'param':
        if (this.slots.argDrop[ty.index]! < how) {
          this.slots.argDrop[ty.index] = how;
          this.changed = true;
        }
        break;
      case 'projection':
        for (const arg of ty.args) this.dropped(arg, DROP_ALL);
        break;
      case 'adt': {
        const inner = this.find(ty.decl);
        if (inner.ownDrop && (inner.shared || inner.exclusive || inner.interior)) this.dropsOwn();
        ty.args.forEach((arg, i) => {
          const drop = Math.max(inner.argDrop[i]!, how === DROP_ALL ? DROP_ALL : DROP_NONE);
          if (drop !== DROP_NONE) this.dropped(arg, drop);
        });
        break;
      }
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'ptr': case 'fnItem': case 'closure': case 'const': case 'infer': case 'poison':
        break;
      default:
        unreachable(ty);
    }
  }

  private dropsOwn(): void {
    if (this.slots.ownDrop) return;
    this.slots.ownDrop = true;
    this.changed = true;
  }
}
