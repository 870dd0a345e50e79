/**
 * Texts and symbols that name declarations, types and instances the same way in every run and in every unit of a program: what makes units
 * that were compiled apart fit together. Also types as data, for instances that one unit needs and another makes.
 * Consumes: declarations and concrete types. Produces: texts (no two things of a program share one), symbols made from them, JSON.
 * Holds: texts of types by id, since types are interned for the process.
 */
import { bug, unreachable } from '../../base/index.ts';
import { tys } from '../../types/index.ts';
import type { AdtDecl, ClosureDecl, ConstDecl, FnDecl, TraitDecl, Ty } from '../../types/index.ts';
import { encode } from './symbols.ts';

const texts = new Map<number, string>();
const declTexts = new WeakMap<object, string>();

/** The module, the block, the trait or impl, and the name. */
export function identityOf(decl: FnDecl | ConstDecl | AdtDecl | TraitDecl): string {
  const known = declTexts.get(decl);
  if (known !== undefined) return known;
  const made = `${decl.module.path.join('::')}::${decl.block === null ? '' : `${decl.block}::`}${'parent' in decl ? headOf(decl) : ''}${decl.name}`;
  declTexts.set(decl, made);
  return made;
}

function headOf({ parent }: FnDecl | ConstDecl): string {
  if (parent === null) return '';
  if (parent.kind === 'trait') return `${parent.name}.`;
  const trait = parent.traitRef === null ? '' : `${identityOf(parent.traitRef.trait)}<${identityTexts(parent.traitRef.args.slice(1))}> for `;
  return `{${trait}${identityText(parent.selfTy)}}.`;
}

export function closureIdentity(decl: ClosureDecl): string {
  return `${identityOf(decl.owner)}|${decl.ordinal}`;
}

function identityTexts(list: readonly Ty[]): string {
  return list.map(identityText).join();
}

/** A type as a text that no other type has. */
export function identityText(ty: Ty): string {
  const known = texts.get(ty.id);
  if (known !== undefined) return known;
  const made = makeText(ty);
  texts.set(ty.id, made);
  return made;
}

function makeText(ty: Ty): string {
  switch (ty.kind) {
    case 'int': case 'float':
      return ty.name;
    case 'bool': case 'rune': case 'never': case 'str': case 'poison':
      return ty.kind;
    case 'adt':
      return `${identityOf(ty.decl)}<${identityTexts(ty.args)}>`;
    case 'tuple':
      return `(${identityTexts(ty.elements)})`;
    case 'array':
      return `[${identityText(ty.element)};${identityText(ty.length)}]`;
    case 'slice':
      return `[${identityText(ty.element)}]`;
    case 'ref':
      return `&${ty.mutable ? 'mut ' : ''}${identityText(ty.target)}`;
    case 'ptr':
      return `*${identityText(ty.target)}`;
    case 'box':
      return `Box<${identityText(ty.target)}>`;
    case 'fn':
      return `${ty.mode} fn(${identityTexts(ty.params)}):${identityText(ty.ret)}`;
    case 'fnItem':
      return `fn ${identityOf(ty.decl)}<${identityTexts(ty.args)}>`;
    case 'closure':
      return `closure ${closureIdentity(ty.decl)}<${identityTexts(ty.args)}>`;
    case 'dyn':
      return `dyn ${identityOf(ty.trait)}<${identityTexts(ty.args)}|${ty.assoc.map((a) => `${a.name}=${identityText(a.ty)}`).join()}|${ty.markers.map(identityOf).join()}>`;
    case 'param':
      return `$${ty.index}`;
    case 'projection':
      return `<${identityTexts(ty.args)} as ${identityOf(ty.assoc.trait)}>::${ty.assoc.name}`;
    case 'const':
      return String(ty.value);
    case 'infer':
      return bug('an inference variable has no identity');
    default:
      return unreachable(ty);
  }
}

/** 64 bits of a text, in 13 letters and digits: two rounds of multiplication and rotation over 32 bits (cyrb53's mixing, at full width). */
function mark(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (a >>> 0).toString(36).padStart(7, '0') + (b >>> 0).toString(36).padStart(7, '0');
}

const READABLE = 60;

/** The symbol of an instance: a readable beginning, then a hash of its whole identity. */
export function unitSymbol(kind: string, identity: string, args: readonly Ty[]): string {
  const full = `${kind} ${identity}<${identityTexts(args)}>`;
  return `${encode(identity).slice(0, READABLE)}__${mark(full)}`;
}

/** Whether a type is made of std's declarations alone, and no closure: such instances are the same in every program. */
export function isStdOnly(ty: Ty): boolean {
  const all = (list: readonly Ty[]): boolean => list.every(isStdOnly);
  switch (ty.kind) {
    case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'const':
      return true;
    case 'adt':
      return ty.decl.module.isStd && all(ty.args);
    case 'tuple':
      return all(ty.elements);
    case 'array':
      return isStdOnly(ty.element) && isStdOnly(ty.length);
    case 'slice':
      return isStdOnly(ty.element);
    case 'ref': case 'ptr': case 'box':
      return isStdOnly(ty.target);
    case 'fn':
      return all(ty.params) && isStdOnly(ty.ret);
    case 'fnItem':
      return ty.decl.module.isStd && all(ty.args);
    case 'dyn':
      return ty.trait.module.isStd && all(ty.args) && ty.assoc.every((a) => isStdOnly(a.ty)) && ty.markers.every((trait) => trait.module.isStd);
    case 'closure': case 'param': case 'projection': case 'infer': case 'poison':
      return false;
    default:
      return unreachable(ty);
  }
}

/** Whether the type of a closure is part of it: nothing outside the function that holds the closure can name it. */
export function holdsClosure(ty: Ty): boolean {
  const any = (list: readonly Ty[]): boolean => list.some(holdsClosure);
  switch (ty.kind) {
    case 'closure':
      return true;
    case 'adt': case 'fnItem':
      return any(ty.args);
    case 'tuple':
      return any(ty.elements);
    case 'array': case 'slice':
      return holdsClosure(ty.element);
    case 'ref': case 'ptr': case 'box':
      return holdsClosure(ty.target);
    case 'fn':
      return any(ty.params) || holdsClosure(ty.ret);
    case 'dyn':
      return any(ty.args) || ty.assoc.some((a) => holdsClosure(a.ty));
    default:
      return false;
  }
}

// ---------------------------------------------------------------- types as data

/** A type of std's declarations alone, as JSON. */
export type TyData = string | readonly [string, ...unknown[]];

export function tyData(ty: Ty): TyData {
  switch (ty.kind) {
    case 'int': case 'float':
      return ty.name;
    case 'bool': case 'rune': case 'never': case 'str':
      return ty.kind;
    case 'adt':
      return ['adt', identityOf(ty.decl), ty.args.map(tyData)];
    case 'tuple':
      return ['tuple', ty.elements.map(tyData)];
    case 'array':
      return ['array', tyData(ty.element), tyData(ty.length)];
    case 'slice':
      return ['slice', tyData(ty.element)];
    case 'ref':
      return ['ref', ty.mutable, tyData(ty.target)];
    case 'ptr':
      return ['ptr', tyData(ty.target)];
    case 'box':
      return ['box', tyData(ty.target)];
    case 'fn':
      return ['fn', ty.mode, ty.params.map(tyData), tyData(ty.ret)];
    case 'fnItem':
      return ['fnItem', identityOf(ty.decl), ty.args.map(tyData)];
    case 'dyn':
      return ['dyn', identityOf(ty.trait), ty.args.map(tyData), ty.assoc.map((a) => [a.name, tyData(a.ty)]), ty.markers.map(identityOf)];
    case 'const':
      return ['const', String(ty.value)];
    default:
      return bug(`a type of kind ${ty.kind} is no data`);
  }
}

/** Declarations by their identity. */
export interface DeclIndex {
  fn(identity: string): FnDecl;
  adt(identity: string): AdtDecl;
  trait(identity: string): TraitDecl;
}

/** The type that `tyData` described. */
export function tyFromData(data: TyData, decls: DeclIndex): Ty {
  const of = (item: unknown): Ty => tyFromData(item as TyData, decls);
  const list = (items: unknown): readonly Ty[] => (items as readonly unknown[]).map(of);
  if (typeof data === 'string') {
    switch (data) {
      case 'bool': return tys.bool;
      case 'rune': return tys.rune;
      case 'never': return tys.never;
      case 'str': return tys.str;
      default: return tys.primitives.get(data) ?? bug(`no type ${data}`);
    }
  }
  const [kind, a, b, c, d] = data;
  switch (kind) {
    case 'adt': return tys.adt(decls.adt(a as string), list(b));
    case 'tuple': return tys.tuple(list(a)).elements.length === 0 ? tys.unit : tys.tuple(list(a));
    case 'array': return tys.array(of(a), of(b));
    case 'slice': return tys.slice(of(a));
    case 'ref': return tys.ref(of(b), a as boolean);
    case 'ptr': return tys.ptr(of(a));
    case 'box': return tys.box(of(a));
    case 'fn': return tys.fn(a as 'shared', list(b), of(c));
    case 'fnItem': return tys.fnItem(decls.fn(a as string), list(b));
    case 'dyn': return tys.dyn(decls.trait(a as string), list(b), (c as readonly [string, TyData][]).map(([name, ty]) => ({ name, ty: of(ty) })), (d as readonly string[]).map((identity) => decls.trait(identity)));
    case 'const': return tys.constant(BigInt(a as string));
    default: return bug(`no type ${kind}`);
  }
}
