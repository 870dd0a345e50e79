/**
 * The borrow slots of types (rules T1–T3): one for each place in a value where a borrow can sit.
 * Consumes: types, also generic ones. Produces: for each type a flat list of slots; where the slots of a part lie in the list of the whole.
 * A reference has one slot and those of its target; tuples, arrays and Box those of their parts; a declared type its merged ones, those of each
 * type argument, then those of each associated type that its fields hold; a closure those of its captures; `dyn` and function values one of their
 * own. A type parameter, or an associated type that is not known yet, is one opaque slot, which substitution replaces by the slots of the argument.
 * Invariant: replacing in a list is the same as making the list of the substituted type.
 */
import { HAS_BORROW, HAS_PARAM, HAS_PROJECTION, subst } from '../../types/index.ts';
import type { AdtTy, ClosureTy, Predicate, Ty, TypedProgram } from '../../types/index.ts';
import { DeclSlotTable, DROP_ALL, DROP_NONE } from './decl-slots.ts';
import type { DeclSlots } from './decl-slots.ts';

export interface Slot {
  /** Beneath `&mut`, or in a type that changes behind shared references: every assignment makes the slots of both sides one (L2). */
  readonly invariant: boolean;
  /** Of an exclusive reference. */
  readonly mutable: boolean;
  /** A type parameter or unresolved associated type whose slots these are; null for a borrow that the type itself spells. */
  readonly opaque: Ty | null;
  /** Of a `dyn` or function value: whatever the hidden value holds. */
  readonly hidden: boolean;
  /** What the reference refers to; null where that is not one type (merged slots, `dyn`, function values). */
  readonly target: Ty | null;
}

/** Where a part's slot lies in the whole; NO_SLOT: in an owned type, which holds no borrows (T2). */
export const NO_SLOT = -1;

const MAX_PARTS = 200;
const CAN_HOLD = HAS_BORROW | HAS_PARAM | HAS_PROJECTION;
const NONE: readonly Slot[] = [];
const MERGED: Slot = { invariant: false, mutable: false, opaque: null, hidden: false, target: null };
const MERGED_EXCLUSIVE: Slot = { ...MERGED, mutable: true };
const MERGED_INTERIOR: Slot = { ...MERGED, invariant: true };
const HIDDEN: Slot = { ...MERGED, hidden: true };

/** Whether values of a type can hold borrows at all, or are not known not to. */
export function mayHold(ty: Ty): boolean {
  return (ty.flags & CAN_HOLD) !== 0;
}

/** One table for each set of assumptions. */
export class SlotTables {
  readonly program: TypedProgram;
  readonly decls: DeclSlotTable;
  private readonly tables = new Map<readonly Predicate[], SlotTable>();
  private readonly plain: SlotTable;

  constructor(program: TypedProgram) {
    this.program = program;
    this.decls = new DeclSlotTable(program);
    this.plain = new SlotTable(this, []);
  }

  for(assumptions: readonly Predicate[]): SlotTable {
    if (assumptions.length === 0) return this.plain;
    let table = this.tables.get(assumptions);
    if (table === undefined) this.tables.set(assumptions, (table = new SlotTable(this, assumptions)));
    return table;
  }
}

/** Answers for the generics of one owner (`assumptions`). */
export class SlotTable {
  readonly tables: SlotTables;
  readonly program: TypedProgram;
  readonly decls: DeclSlotTable;
  readonly assumptions: readonly Predicate[];
  private readonly lists = new Map<Ty, readonly Slot[]>();
  private readonly drops = new Map<Ty, readonly boolean[]>();

  constructor(tables: SlotTables, assumptions: readonly Predicate[]) {
    this.tables = tables;
    this.program = tables.program;
    this.decls = tables.decls;
    this.assumptions = assumptions;
  }

  normalize(ty: Ty): Ty {
    return this.program.normalizeIn(ty, this.assumptions);
  }

  /** A type of a declaration as it is for these arguments. */
  instance(ty: Ty, args: readonly Ty[]): Ty {
    return this.normalize(subst(ty, args));
  }

  of(ty: Ty): readonly Slot[] {
    if ((ty.flags & CAN_HOLD) === 0) return NONE;
    let list = this.lists.get(ty);
    if (list === undefined) {
      // A type that contains itself only beneath itself cannot be met again; this guards against ones that the checker has refused.
      this.lists.set(ty, NONE);
      list = this.compute(ty);
      this.lists.set(ty, list);
    }
    return list;
  }

  private concat(parts: readonly Ty[]): readonly Slot[] {
    const lists = parts.map((part) => this.of(part)).filter((list) => list.length > 0);
    return lists.length === 0 ? NONE : lists.length === 1 ? lists[0]! : lists.flat();
  }

  private compute(ty: Ty): readonly Slot[] {
    switch (ty.kind) {
      case 'ref': {
        const own: Slot = { ...MERGED, mutable: ty.mutable, target: ty.target };
        return [own, ...withInvariance(this.of(ty.target), ty.mutable)];
      }
      case 'box':
        return this.of(ty.target);
      case 'tuple':
        return this.concat(ty.elements);
      case 'array': case 'slice':
        return this.of(ty.element);
      case 'fn':
        return [HIDDEN];
      case 'dyn':
        return [HIDDEN, ...withInvariance(this.concat([...ty.args, ...ty.assoc.map((a) => a.ty)]), true)];
      case 'closure':
        return this.concat(this.captures(ty));
      case 'param': case 'projection':
        return [{ ...MERGED, opaque: ty }];
      case 'adt': {
        const decl = this.decls.of(ty.decl);
        const out: Slot[] = [];
        if (decl.shared) out.push(MERGED);
        if (decl.exclusive) out.push(MERGED_EXCLUSIVE);
        if (decl.interior) out.push(MERGED_INTERIOR);
        const byPointer = ty.decl.view;
        ty.args.forEach((arg, i) => out.push(...withInvariance(this.of(arg), decl.argInvariant[i]! || (byPointer && decl.argInvariantByPointer[i]!))));
        decl.assocs.forEach((assoc, i) => out.push(...withInvariance(this.of(this.instance(assoc, ty.args)), decl.assocInvariant[i]!)));
        return out.length === 0 ? NONE : out;
      }
      default:
        return NONE;
    }
  }

  /** The types of a closure's captures. */
  captures(ty: ClosureTy): readonly Ty[] {
    return ty.decl.captures.map((capture) => this.instance(capture.ty, ty.args));
  }

  /** The offset of a part among parts that follow each other. */
  offset(parts: readonly Ty[], index: number): number {
    let at = 0;
    for (let i = 0; i < index; i++) at += this.of(parts[i]!).length;
    return at;
  }

  /** For each slot of a field of a struct, enum, tuple or closure, its place in the slots of the whole. */
  fieldMap(base: Ty, variant: number, field: number, fieldTy: Ty): readonly number[] {
    const count = this.of(fieldTy).length;
    if (count === 0) return [];
    switch (base.kind) {
      case 'tuple':
        return range(this.offset(base.elements, field), count);
      case 'closure':
        return range(this.offset(this.captures(base), field), count);
      case 'adt':
        return this.adtFieldMap(base, variant, field, count);
      default:
        return new Array<number>(count).fill(NO_SLOT);
    }
  }

  private adtFieldMap(base: AdtTy, variant: number, field: number, count: number): readonly number[] {
    const decl = this.decls.of(base.decl);
    const own = ownOffsets(decl);
    const argAt: number[] = [];
    let at = own.count;
    base.args.forEach((arg, i) => {
      argAt[i] = at;
      at += this.of(arg).length;
    });
    const assocAt = decl.assocs.map((assoc) => {
      const start = at;
      at += this.of(this.instance(assoc, base.args)).length;
      return start;
    });
    const out: number[] = [];
    const generic = base.decl.variants[variant]?.fields[field]?.ty;
    if (generic === undefined) return new Array<number>(count).fill(NO_SLOT);
    for (const slot of this.tables.for(base.decl.generics.predicates).of(generic)) {
      if (slot.opaque === null) {
        out.push(!base.decl.view ? NO_SLOT : slot.invariant ? own.interior : slot.mutable ? own.exclusive : own.shared);
      } else if (slot.opaque.kind === 'param') {
        const index = slot.opaque.index;
        out.push(...range(argAt[index]!, this.of(base.args[index]!).length));
      } else {
        const index = decl.assocs.indexOf(slot.opaque as (typeof decl.assocs)[number]);
        const size = this.of(this.instance(slot.opaque, base.args)).length;
        out.push(...(index < 0 ? new Array<number>(size).fill(at - 1) : range(assocAt[index]!, size)));
      }
    }
    // Where the types disagree (only after a mistake elsewhere), everything may be anything.
    if (out.length !== count) return new Array<number>(count).fill(at > 0 ? 0 : NO_SLOT);
    return out;
  }

  /** The slot that raw pointers in a `view` type stand for; NO_SLOT if it has none. */
  pointerSlot(ty: AdtTy): number {
    const decl = this.decls.of(ty.decl);
    return decl.pointer && ty.decl.view ? ownOffsets(decl).exclusive : NO_SLOT;
  }

  /**
   * What a method that nobody sees may do to a value (F4a): a borrow in slot `from` may be stored in the interior slot `to`. Not an exclusive one,
   * which cannot be copied, and not the reference beneath which the interior lies: values do not hold themselves.
   */
  selfFlows(ty: Ty): readonly (readonly [number, number])[] {
    const slots = this.of(ty);
    const out: (readonly [number, number])[] = [];
    slots.forEach((target, to) => {
      // What has the type of a parameter comes from values of that type only.
      if (!target.invariant || target.opaque !== null) return;
      slots.forEach((source, from) => {
        if (from === to || source.mutable || !this.mayYield(source.target, target.target)) return;
        const beneath = source.target !== null && from < to && to <= from + this.of(source.target).length;
        if (!beneath) out.push([from, to]);
      });
    });
    return out;
  }

  /** Whether a reference to `from` can become one to a part of it of type `to`. Null: to anything. */
  private mayYield(from: Ty | null, to: Ty | null): boolean {
    if (from === null || to === null || from === to) return true;
    return this.owns(from, to, new Set<Ty>());
  }

  private owns(ty: Ty, part: Ty, seen: Set<Ty>): boolean {
    if (ty === part) return true;
    if (seen.has(ty)) return false;
    // Types that grow without end (`Nest<(T, T)>` inside `Nest<T>`) may hold anything.
    if (seen.size > MAX_PARTS) return true;
    seen.add(ty);
    const any = (list: readonly Ty[]): boolean => list.some((inner) => this.owns(inner, part, seen));
    switch (ty.kind) {
      case 'adt':
        if (ty.decl === this.program.lang.adt('String') && part.kind === 'str') return true;
        if (part.kind === 'slice' && ty.args.includes(part.element)) return true;
        return any(ty.args) || ty.decl.variants.some((variant) => any(variant.fields.map((field) => this.instance(field.ty, ty.args))));
      case 'tuple':
        return any(ty.elements);
      case 'array': case 'slice':
        return (part.kind === 'slice' && part.element === ty.element) || this.owns(ty.element, part, seen);
      case 'box': case 'ptr':
        return this.owns(ty.target, part, seen);
      case 'closure':
        return any(this.captures(ty));
      case 'param': case 'projection': case 'dyn': case 'fn':
        return true;
      default:
        return false;
    }
  }

  /** For each slot of a type, whether destroying a value may use the borrow in it (L5). */
  dropUses(ty: Ty): readonly boolean[] {
    let uses = this.drops.get(ty);
    if (uses === undefined) {
      uses = this.computeDropUses(ty);
      this.drops.set(ty, uses);
    }
    return uses;
  }

  private computeDropUses(ty: Ty): readonly boolean[] {
    const slots = this.of(ty);
    const none = (): boolean[] => slots.map(() => false);
    if (slots.length === 0) return [];
    switch (ty.kind) {
      case 'box':
        return this.dropUses(ty.target);
      case 'array': case 'slice':
        return this.dropUses(ty.element);
      case 'tuple':
        return ty.elements.flatMap((element) => this.dropUses(element));
      case 'closure':
        return this.captures(ty).flatMap((capture) => this.dropUses(capture));
      case 'fn': case 'dyn': case 'param': case 'projection':
        return slots.map(() => true);
      case 'adt': {
        const decl = this.decls.of(ty.decl);
        const out: boolean[] = new Array<boolean>(ownOffsets(decl).count).fill(decl.ownDrop);
        ty.args.forEach((arg, i) => {
          const how = decl.argDrop[i]!;
          out.push(...(how === DROP_ALL ? this.of(arg).map(() => true) : how === DROP_NONE ? this.of(arg).map(() => false) : this.dropUses(arg)));
        });
        for (const assoc of decl.assocs) out.push(...this.dropUses(this.instance(assoc, ty.args)));
        return out;
      }
      default:
        return none();
    }
  }
}

function withInvariance(list: readonly Slot[], invariant: boolean): readonly Slot[] {
  if (!invariant || list.every((slot) => slot.invariant)) return list;
  return list.map((slot) => (slot.invariant ? slot : { ...slot, invariant: true }));
}

/** Where the merged slots of a declaration lie. */
export function ownOffsets(decl: DeclSlots): { readonly shared: number; readonly exclusive: number; readonly interior: number; readonly count: number } {
  let at = 0;
  const shared = decl.shared ? at++ : NO_SLOT;
  const exclusive = decl.exclusive ? at++ : NO_SLOT;
  const interior = decl.interior ? at++ : NO_SLOT;
  return { shared, exclusive, interior, count: at };
}

function range(from: number, count: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < count; i++) out.push(from + i);
  return out;
}
