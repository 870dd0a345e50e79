/**
 * Types, hash-consed: two types are equal exactly when they are the same object, so equality is `===`.
 * Produces: the constructors below, all through one TypeTable a process (`tys`), so that `Int32` is one object everywhere.
 * Holds: for each type a dense id and flags that make "does it hold an inference variable?" a bit test.
 */
import { bug, unreachable } from '../base/index.ts';
import type { CallMode } from '../syntax/index.ts';
import type { AdtDecl, ClosureDecl, FnDecl, TraitDecl, AssocTypeDecl } from './program.ts';

export type IntName = 'Int8' | 'Int16' | 'Int32' | 'Int64' | 'isize' | 'UInt8' | 'UInt16' | 'UInt32' | 'UInt64' | 'usize';
export type FloatName = 'Float32' | 'Float64';

/** Holds an inference variable. */
export const HAS_INFER = 1;
/** Holds a type parameter. */
export const HAS_PARAM = 2;
/** Holds `poison`: a mistake has been reported, say nothing more. */
export const HAS_POISON = 4;
/** Holds an associated type that could not be resolved yet (`T::Item`). */
export const HAS_PROJECTION = 8;
/** Holds a reference, a `dyn` or a function value: it may carry borrows. */
export const HAS_BORROW = 16;

interface TyBase {
  readonly id: number;
  readonly flags: number;
}

export interface IntTy extends TyBase { readonly kind: 'int'; readonly name: IntName; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
export interface FloatTy extends TyBase { readonly kind: 'float'; readonly name: FloatName; readonly bits: 32 | 64 }
export interface BoolTy extends TyBase { readonly kind: 'bool' }
export interface RuneTy extends TyBase { readonly kind: 'rune' }
/** The type without values. `Unit` is the empty tuple. */
export interface NeverTy extends TyBase { readonly kind: 'never' }
/** UTF-8 text of unknown size: only behind a reference, a pointer or Box. */
export interface StrTy extends TyBase { readonly kind: 'str' }
/** A struct or enum with its arguments. `String`, `Option`, `ArrayList` are such types, found as lang items. */
export interface AdtTy extends TyBase { readonly kind: 'adt'; readonly decl: AdtDecl; readonly args: readonly Ty[] }
export interface TupleTy extends TyBase { readonly kind: 'tuple'; readonly elements: readonly Ty[] }
/** `[T; N]`; `length` is a ConstTy, a constant parameter, or an inference variable. */
export interface ArrayTy extends TyBase { readonly kind: 'array'; readonly element: Ty; readonly length: Ty }
/** `[T]`: only behind a reference, a pointer or Box. */
export interface SliceTy extends TyBase { readonly kind: 'slice'; readonly element: Ty }
export interface RefTy extends TyBase { readonly kind: 'ref'; readonly mutable: boolean; readonly target: Ty }
/** `*T`: Copy, may be null, read and written only under `unsafe`. */
export interface PtrTy extends TyBase { readonly kind: 'ptr'; readonly target: Ty }
/** `Box<T>`: built in, because a place may be moved out of through it. Its methods are std's. */
export interface BoxTy extends TyBase { readonly kind: 'box'; readonly target: Ty }
/**
 * A function value `fn(A): B`: owned, two words (environment, table of call/drop), made by coercion from a function
 * item (no allocation) or from a closure (captures boxed when there are any). In the type of a *parameter* the same
 * spelling declares a hidden type parameter with a callable bound instead, so no FnTy appears there.
 */
export interface FnTy extends TyBase { readonly kind: 'fn'; readonly mode: CallMode; readonly params: readonly Ty[]; readonly ret: Ty }
/** The zero-sized type of one function item, `f::<T>`. Copy. `args` cover the parents' generics too. */
export interface FnItemTy extends TyBase { readonly kind: 'fnItem'; readonly decl: FnDecl; readonly args: readonly Ty[] }
/** The type of one closure expression; `args` are the generic arguments of the function in which it stands. */
export interface ClosureTy extends TyBase { readonly kind: 'closure'; readonly decl: ClosureDecl; readonly args: readonly Ty[] }
/** `dyn Trait<Args>`; `args[0]`, Self, is left out; `assoc` fixes associated types by name. Only behind a reference or Box. */
export interface DynTy extends TyBase { readonly kind: 'dyn'; readonly trait: TraitDecl; readonly args: readonly Ty[]; readonly assoc: readonly { readonly name: string; readonly ty: Ty }[]; /** Of `dyn Trait + Sendable`, in the order of their names. */ readonly markers: readonly TraitDecl[] }
/** A type (or constant) parameter by its index in the flattened generics of its owner; in a trait, 0 is Self. */
export interface ParamTy extends TyBase { readonly kind: 'param'; readonly index: number; readonly name: string }
/** `<self as Trait<args>>::name` that is not resolved yet; `args[0]` is Self. */
export interface ProjectionTy extends TyBase { readonly kind: 'projection'; readonly assoc: AssocTypeDecl; readonly args: readonly Ty[] }
/** A value used as an argument of a constant parameter. */
export interface ConstTy extends TyBase { readonly kind: 'const'; readonly value: bigint }
/** An inference variable; `int` and `float` ones come from literals and default to Int32 and Float64. */
export interface InferTy extends TyBase { readonly kind: 'infer'; readonly index: number; readonly domain: 'any' | 'int' | 'float' }
export interface PoisonTy extends TyBase { readonly kind: 'poison' }

export type Ty =
  | IntTy | FloatTy | BoolTy | RuneTy | NeverTy | StrTy | AdtTy | TupleTy | ArrayTy | SliceTy | RefTy | PtrTy | BoxTy
  | FnTy | FnItemTy | ClosureTy | DynTy | ParamTy | ProjectionTy | ConstTy | InferTy | PoisonTy;

type Fresh<T> = T extends Ty ? Omit<T, 'id' | 'flags'> : never;

/** Room for the id of a type in a key that holds two ids; the other id may grow to what is left of the 53 bits of an exact number. */
const ID_SPAN = 2 ** 27;

/**
 * Interns types. Keys are strings over child ids, free of collisions. The shapes that are asked for all the time go without: references
 * are found by the id of what they point to, structs and enums with at most one argument by a number.
 */
class TypeTable {
  private readonly byKey = new Map<string, Ty>();
  private readonly sharedRefs = new Map<number, RefTy>();
  private readonly mutableRefs = new Map<number, RefTy>();
  private readonly plainAdts = new Map<number, AdtTy>();
  private readonly unaryAdts = new Map<number, AdtTy>();
  private idCount = 0;
  private inferCount = 0;

  private intern(key: string, fresh: Fresh<Ty>, flags: number): Ty {
    const found = this.byKey.get(key);
    if (found !== undefined) return found;
    const ty = this.make(fresh, flags);
    this.byKey.set(key, ty);
    return ty;
  }

  /** A type that is known not to have been made yet. */
  private make(fresh: Fresh<Ty>, flags: number): Ty {
    return { ...fresh, id: this.idCount++, flags } as Ty;
  }

  private readonly flagsOf = (list: readonly Ty[]): number => {
    let flags = 0;
    for (const ty of list) flags |= ty.flags;
    return flags;
  };

  private readonly ids = (list: readonly Ty[]): string => {
    let text = '';
    for (const ty of list) text += `${ty.id},`;
    return text;
  };

  private int_(name: IntName, bits: 8 | 16 | 32 | 64, signed: boolean): IntTy {
    return this.intern(name, { kind: 'int', name, bits, signed }, 0) as IntTy;
  }

  readonly int8 = this.int_('Int8', 8, true);
  readonly int16 = this.int_('Int16', 16, true);
  readonly int32 = this.int_('Int32', 32, true);
  readonly int64 = this.int_('Int64', 64, true);
  readonly isize = this.int_('isize', 64, true);
  readonly uint8 = this.int_('UInt8', 8, false);
  readonly uint16 = this.int_('UInt16', 16, false);
  readonly uint32 = this.int_('UInt32', 32, false);
  readonly uint64 = this.int_('UInt64', 64, false);
  readonly usize = this.int_('usize', 64, false);
  readonly float32 = this.intern('Float32', { kind: 'float', name: 'Float32', bits: 32 }, 0) as FloatTy;
  readonly float64 = this.intern('Float64', { kind: 'float', name: 'Float64', bits: 64 }, 0) as FloatTy;
  readonly bool = this.intern('Bool', { kind: 'bool' }, 0) as BoolTy;
  readonly rune = this.intern('Rune', { kind: 'rune' }, 0) as RuneTy;
  readonly never = this.intern('Never', { kind: 'never' }, 0) as NeverTy;
  readonly str = this.intern('str', { kind: 'str' }, 0) as StrTy;
  readonly poison = this.intern('poison', { kind: 'poison' }, HAS_POISON) as PoisonTy;
  readonly unit = this.intern('(', { kind: 'tuple', elements: [] }, 0) as TupleTy;

  /** Built-in types by the name under which source text knows them. `Unit` is the empty tuple. */
  readonly primitives: ReadonlyMap<string, Ty> = new Map<string, Ty>([
    ...[this.int8, this.int16, this.int32, this.int64, this.isize, this.uint8, this.uint16, this.uint32, this.uint64, this.usize, this.float32, this.float64].map(
      (ty): [string, Ty] => [ty.name, ty],
    ),
    ['Bool', this.bool],
    ['Rune', this.rune],
    ['Never', this.never],
    ['Unit', this.unit],
    ['str', this.str],
  ]);

  adt(decl: AdtDecl, args: readonly Ty[]): AdtTy {
    const flags = decl.view ? HAS_BORROW : 0;
    if (args.length > 1) return this.intern(`A${decl.id}<${this.ids(args)}`, { kind: 'adt', decl, args }, flags | this.flagsOf(args)) as AdtTy;
    const arg = args[0];
    const table = arg === undefined ? this.plainAdts : this.unaryAdts;
    const key = arg === undefined ? decl.id : decl.id * ID_SPAN + arg.id;
    const found = table.get(key);
    if (found !== undefined) return found;
    const ty = this.make({ kind: 'adt', decl, args }, arg === undefined ? flags : flags | arg.flags) as AdtTy;
    table.set(key, ty);
    return ty;
  }

  tuple(elements: readonly Ty[]): TupleTy {
    return this.intern(`(${this.ids(elements)}`, { kind: 'tuple', elements }, this.flagsOf(elements)) as TupleTy;
  }

  array(element: Ty, length: Ty): ArrayTy {
    return this.intern(`[${element.id};${length.id}`, { kind: 'array', element, length }, element.flags | length.flags) as ArrayTy;
  }

  slice(element: Ty): SliceTy {
    return this.intern(`[${element.id}`, { kind: 'slice', element }, element.flags) as SliceTy;
  }

  ref(target: Ty, mutable: boolean): RefTy {
    const table = mutable ? this.mutableRefs : this.sharedRefs;
    const found = table.get(target.id);
    if (found !== undefined) return found;
    const ty = this.make({ kind: 'ref', mutable, target }, target.flags | HAS_BORROW) as RefTy;
    table.set(target.id, ty);
    return ty;
  }

  ptr(target: Ty): PtrTy {
    return this.intern(`*${target.id}`, { kind: 'ptr', target }, target.flags) as PtrTy;
  }

  box(target: Ty): BoxTy {
    return this.intern(`B${target.id}`, { kind: 'box', target }, target.flags) as BoxTy;
  }

  fn(mode: CallMode, params: readonly Ty[], ret: Ty): FnTy {
    return this.intern(`F${mode}${this.ids(params)}:${ret.id}`, { kind: 'fn', mode, params, ret }, this.flagsOf(params) | ret.flags | HAS_BORROW) as FnTy;
  }

  fnItem(decl: FnDecl, args: readonly Ty[]): FnItemTy {
    return this.intern(`f${decl.id}<${this.ids(args)}`, { kind: 'fnItem', decl, args }, this.flagsOf(args)) as FnItemTy;
  }

  closure(decl: ClosureDecl, args: readonly Ty[]): ClosureTy {
    return this.intern(`C${decl.id}<${this.ids(args)}`, { kind: 'closure', decl, args }, this.flagsOf(args) | HAS_BORROW) as ClosureTy;
  }

  dyn(trait: TraitDecl, args: readonly Ty[], assoc: readonly { name: string; ty: Ty }[], markers: readonly TraitDecl[] = []): DynTy {
    const sorted = [...assoc].sort((a, b) => (a.name < b.name ? -1 : 1));
    const extra = [...new Set(markers)].sort((a, b) => (a.name < b.name ? -1 : 1));
    const key = `D${trait.id}<${this.ids(args)}|${sorted.map((a) => `${a.name}=${a.ty.id}`).join()}|${extra.map((m) => m.id).join()}`;
    return this.intern(key, { kind: 'dyn', trait, args, assoc: sorted, markers: extra }, this.flagsOf(args) | this.flagsOf(sorted.map((a) => a.ty)) | HAS_BORROW) as DynTy;
  }

  param(index: number, name: string): ParamTy {
    return this.intern(`P${index}${name}`, { kind: 'param', index, name }, HAS_PARAM) as ParamTy;
  }

  projection(assoc: AssocTypeDecl, args: readonly Ty[]): ProjectionTy {
    return this.intern(`J${assoc.id}<${this.ids(args)}`, { kind: 'projection', assoc, args }, this.flagsOf(args) | HAS_PROJECTION) as ProjectionTy;
  }

  constant(value: bigint): ConstTy {
    return this.intern(`#${value}`, { kind: 'const', value }, 0) as ConstTy;
  }

  /** A new inference variable: never equal to another. */
  infer(domain: InferTy['domain']): InferTy {
    const index = this.inferCount++;
    return this.make({ kind: 'infer', index, domain }, HAS_INFER) as InferTy;
  }
}

export const tys = new TypeTable();

/** Rebuilds `ty` with each child replaced; children that stay the same cost nothing. */
export function mapTy(ty: Ty, f: (child: Ty) => Ty): Ty {
  const list = (items: readonly Ty[]): readonly Ty[] => {
    for (let i = 0; i < items.length; i++) {
      const mapped = f(items[i]!);
      if (mapped !== items[i]) {
        const out = items.slice(0, i);
        out.push(mapped);
        for (let j = i + 1; j < items.length; j++) out.push(f(items[j]!));
        return out;
      }
    }
    return items;
  };
  switch (ty.kind) {
    case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'param': case 'const': case 'infer': case 'poison':
      return ty;
    case 'adt': {
      const args = list(ty.args);
      return args === ty.args ? ty : tys.adt(ty.decl, args);
    }
    case 'tuple': {
      const elements = list(ty.elements);
      return elements === ty.elements ? ty : tys.tuple(elements);
    }
    case 'array':
      return tys.array(f(ty.element), f(ty.length));
    case 'slice':
      return tys.slice(f(ty.element));
    case 'ref':
      return tys.ref(f(ty.target), ty.mutable);
    case 'ptr':
      return tys.ptr(f(ty.target));
    case 'box':
      return tys.box(f(ty.target));
    case 'fn':
      return tys.fn(ty.mode, list(ty.params), f(ty.ret));
    case 'fnItem':
      return tys.fnItem(ty.decl, list(ty.args));
    case 'closure':
      return tys.closure(ty.decl, list(ty.args));
    case 'dyn':
      return tys.dyn(ty.trait, list(ty.args), ty.assoc.map((a) => ({ name: a.name, ty: f(a.ty) })), ty.markers);
    case 'projection':
      return tys.projection(ty.assoc, list(ty.args));
    default:
      return unreachable(ty);
  }
}

/** Whether two `dyn` types of one trait promise the same markers. */
export function sameMarkers(a: DynTy, b: DynTy): boolean {
  return a.markers.length === b.markers.length && a.markers.every((marker, i) => marker === b.markers[i]);
}

/** Replaces each type parameter by the argument at its index. */
export function subst(ty: Ty, args: readonly Ty[]): Ty {
  if ((ty.flags & HAS_PARAM) === 0) return ty;
  if (ty.kind === 'param') return args[ty.index] ?? bug(`no argument for type parameter ${ty.name} (index ${ty.index}, ${args.length} given)`);
  return mapTy(ty, (child) => subst(child, args));
}
