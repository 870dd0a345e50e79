/**
 * Finds impls without trying them all: by trait and by the head of the self type, and inherent members by name.
 * Consumes: the impls and traits of all modules, once. Holds: maps; nothing is computed later.
 */
import type { ConstDecl, FnDecl, ImplDecl, TraitDecl } from '../program.ts';
import type { Ty } from '../ty.ts';
import { unreachable } from '../../base/index.ts';

/** What stands at the top of a type; null where an impl may be for any type (a parameter) or nothing is known. */
export function headKey(ty: Ty): string | null {
  switch (ty.kind) {
    case 'int': case 'float':
      return ty.name;
    case 'bool': case 'rune': case 'never': case 'str': case 'slice': case 'ptr': case 'box': case 'array': case 'fn': case 'const':
      return ty.kind;
    case 'ref':
      return ty.mutable ? '&mut' : '&';
    case 'tuple':
      return `(${ty.elements.length}`;
    case 'adt':
      return `A${ty.decl.id}`;
    case 'dyn':
      return `D${ty.trait.id}`;
    case 'fnItem':
      return `f${ty.decl.id}`;
    case 'closure':
      return `C${ty.decl.id}`;
    case 'param': case 'projection': case 'infer': case 'poison':
      return null;
    default:
      return unreachable(ty);
  }
}

/** Whether an impl's pattern (parameters stand for anything) can be `actual`; a cheap no spares making variables. */
export function couldMatch(pattern: Ty, actual: Ty, shallow: (ty: Ty) => Ty): boolean {
  const a = shallow(actual);
  if (pattern === a) return true;
  if (pattern.kind === 'param' || pattern.kind === 'projection' || pattern.kind === 'infer' || pattern.kind === 'poison') return true;
  switch (a.kind) {
    case 'infer':
      return a.domain === 'any' || a.domain === pattern.kind;
    case 'poison':
      return true;
    case 'adt':
      return pattern.kind === 'adt' && pattern.decl === a.decl && a.args.every((arg, i) => couldMatch(pattern.args[i]!, arg, shallow));
    case 'tuple':
      return pattern.kind === 'tuple' && pattern.elements.length === a.elements.length
        && a.elements.every((element, i) => couldMatch(pattern.elements[i]!, element, shallow));
    case 'ref':
      return pattern.kind === 'ref' && pattern.mutable === a.mutable && couldMatch(pattern.target, a.target, shallow);
    case 'slice':
      return pattern.kind === 'slice' && couldMatch(pattern.element, a.element, shallow);
    case 'array':
      return pattern.kind === 'array' && couldMatch(pattern.element, a.element, shallow);
    case 'ptr': case 'box':
      return pattern.kind === a.kind && couldMatch(pattern.target, a.target, shallow);
    case 'dyn':
      return pattern.kind === 'dyn' && pattern.trait === a.trait;
    case 'fn':
      return pattern.kind === 'fn';
    default:
      // Both sides are plain types, or one is a parameter of the body: they are different objects, so they differ.
      return false;
  }
}

export interface InherentMember {
  readonly impl: ImplDecl;
  readonly item: FnDecl | ConstDecl;
}

export interface TraitMember {
  readonly trait: TraitDecl;
  readonly item: FnDecl | ConstDecl;
}

interface ByHead {
  readonly heads: Map<string, ImplDecl[]>;
  /** Impls for any type. */
  readonly open: ImplDecl[];
  readonly all: ImplDecl[];
  /** `heads` and `open` together, made when first asked for. */
  readonly joined: Map<string, readonly ImplDecl[]>;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const NONE: readonly never[] = [];

function join<T>(below: readonly T[] | undefined, own: readonly T[]): readonly T[] {
  if (below === undefined || below.length === 0) return own;
  return own.length === 0 ? below : [...below, ...own];
}

export class ImplIndex {
  private readonly byTrait = new Map<TraitDecl, ByHead>();
  /** `head.name` to the members of that name in the inherent impls of that head. */
  private readonly inherent = new Map<string, InherentMember[]>();
  private readonly inherentNames = new Map<string, Set<string>>();
  private readonly traitMembers = new Map<string, TraitMember[]>();
  /** Traits marked `@mustUse`. */
  readonly mustUseTraits: readonly TraitDecl[];
  private readonly below: ImplIndex | null;

  /** `below` holds further ones, which come first in every answer. */
  constructor(impls: readonly ImplDecl[], traits: readonly TraitDecl[], below: ImplIndex | null = null) {
    this.below = below;
    for (const impl of impls) {
      if (impl.traitRef === null) this.addInherent(impl);
      else this.addTraitImpl(impl, impl.traitRef.trait);
    }
    this.mustUseTraits = traits.filter((trait) => trait.attrs.some((attr) => attr.name.name === 'mustUse'));
    for (const trait of traits) {
      for (const item of [...trait.methods, ...trait.consts]) push(this.traitMembers, item.name, { trait, item });
    }
  }

  private addInherent(impl: ImplDecl): void {
    const head = headKey(impl.selfTy) ?? '?';
    for (const item of [...impl.methods, ...impl.consts]) {
      push(this.inherent, `${head}.${item.name}`, { impl, item });
      const names = this.inherentNames.get(head) ?? new Set();
      names.add(item.name);
      this.inherentNames.set(head, names);
    }
  }

  private addTraitImpl(impl: ImplDecl, trait: TraitDecl): void {
    let entry = this.byTrait.get(trait);
    if (entry === undefined) this.byTrait.set(trait, (entry = { heads: new Map(), open: [], all: [], joined: new Map() }));
    const head = headKey(impl.selfTy);
    if (head === null) entry.open.push(impl);
    else push(entry.heads, head, impl);
    entry.all.push(impl);
  }

  /** The impls of a trait that a self type with this head may use. */
  implsOf(trait: TraitDecl, head: string | null): readonly ImplDecl[] {
    return join(this.below?.implsOf(trait, head), this.ownImplsOf(trait, head));
  }

  private ownImplsOf(trait: TraitDecl, head: string | null): readonly ImplDecl[] {
    const entry = this.byTrait.get(trait);
    if (entry === undefined) return NONE;
    if (head === null) return entry.all;
    const own = entry.heads.get(head);
    if (own === undefined) return entry.open;
    if (entry.open.length === 0) return own;
    let joined = entry.joined.get(head);
    if (joined === undefined) entry.joined.set(head, (joined = [...own, ...entry.open]));
    return joined;
  }

  /** Members `name` of the inherent impls for types with this head. */
  inherentMembers(head: string, name: string): readonly InherentMember[] {
    return join(this.below?.inherentMembers(head, name), this.inherent.get(`${head}.${name}`) ?? NONE);
  }

  /** For suggestions. */
  inherentNamesOf(head: string): Iterable<string> {
    const own = this.inherentNames.get(head) ?? NONE;
    return this.below === null ? own : [...this.below.inherentNamesOf(head), ...own];
  }

  /** Traits that declare a member of this name. */
  traitsWith(name: string): readonly TraitMember[] {
    return join(this.below?.traitsWith(name), this.traitMembers.get(name) ?? NONE);
  }
}
