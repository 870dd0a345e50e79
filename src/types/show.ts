/**
 * Types as their users write them, for diagnostics and dumps.
 * Consumes: a type. Produces: text such as `ArrayList<&str>`. Inference variables print as `_` or as the literal that made them.
 */
import { unreachable } from '../base/index.ts';
import type { AdtDecl, Predicate, TraitRef } from './program.ts';
import type { ClosureTy, DynTy, FnItemTy, Ty } from './ty.ts';

/** What differs between texts for people and names for the linker. `args` are the generic arguments, in angle brackets if there are any. */
export interface TypeWords {
  adt(decl: AdtDecl): string;
  fnItem(ty: FnItemTy, args: string): string;
  closure(ty: ClosureTy, args: string): string;
}

const AS_WRITTEN: TypeWords = {
  adt: (decl) => decl.name,
  fnItem: (ty) => `fn ${ty.decl.name}`,
  closure: (ty) => `closure |${ty.decl.params.map(showTy).join(', ')}|${showRet(ty.decl.ret)}`,
};

export function showTy(ty: Ty): string {
  return showTyWith(ty, AS_WRITTEN);
}

/** A type as text, with other words for what has names. */
export function showTyWith(ty: Ty, words: TypeWords): string {
  const show = (child: Ty): string => showTyWith(child, words);
  const args = (list: readonly Ty[], assoc?: DynTy['assoc']): string => showArgs(list, assoc, show);
  switch (ty.kind) {
    case 'int':
    case 'float':
      return ty.name;
    case 'bool':
      return 'Bool';
    case 'rune':
      return 'Rune';
    case 'never':
      return 'Never';
    case 'str':
      return 'str';
    case 'adt':
      return words.adt(ty.decl) + args(ty.args);
    case 'tuple':
      return ty.elements.length === 0 ? 'Unit' : `(${ty.elements.map(show).join(', ')}${ty.elements.length === 1 ? ',' : ''})`;
    case 'array':
      return `[${show(ty.element)}; ${show(ty.length)}]`;
    case 'slice':
      return `[${show(ty.element)}]`;
    case 'ref':
      return `&${ty.mutable ? 'mut ' : ''}${show(ty.target)}`;
    case 'ptr':
      return `*${show(ty.target)}`;
    case 'box':
      return `Box<${show(ty.target)}>`;
    case 'fn':
      return `${ty.mode === 'shared' ? '' : `${ty.mode} `}fn(${ty.params.map(show).join(', ')})${showRet(ty.ret, show)}`;
    case 'fnItem':
      return words.fnItem(ty, args(ty.args));
    case 'closure':
      return words.closure(ty, args(ty.args));
    case 'dyn':
      return `dyn ${ty.trait.name}${args(ty.args, ty.assoc)}${ty.markers.map((marker) => ` + ${marker.name}`).join('')}`;
    case 'param':
      return ty.name;
    case 'projection': {
      const self = ty.args[0]!;
      if (self.kind === 'param' || self.kind === 'projection') return `${show(self)}::${ty.assoc.name}`;
      return `<${show(self)} as ${ty.assoc.trait.name}${args(ty.args.slice(1))}>::${ty.assoc.name}`;
    }
    case 'const':
      return `${ty.value}`;
    case 'infer':
      return ty.domain === 'int' ? 'an integer' : ty.domain === 'float' ? 'a float' : '_';
    case 'poison':
      return '_';
    default:
      return unreachable(ty);
  }
}

/** `Iterator<Item = T>` without the type that it is about. */
export function showTraitRef(ref: TraitRef): string {
  return ref.trait.name + showArgs(ref.args.slice(1));
}

/** `T: Ord`. */
export function showPredicate(p: Predicate): string {
  switch (p.kind) {
    case 'trait':
      return `${showTy(p.ref.args[0]!)}: ${showTraitRef(p.ref)}`;
    case 'projection':
      return `<${showTy(p.args[0]!)} as ${p.assoc.trait.name}${showArgs(p.args.slice(1))}>::${p.assoc.name} == ${showTy(p.ty)}`;
    case 'callable':
      return `${showTy(p.self)}: ${p.mode === 'shared' ? '' : `${p.mode} `}fn(${p.params.map(showTy).join(', ')})${showRet(p.ret)}`;
    default:
      return unreachable(p);
  }
}

function showArgs(args: readonly Ty[], assoc: DynTy['assoc'] = [], show: (ty: Ty) => string = showTy): string {
  if (args.length === 0 && assoc.length === 0) return '';
  return `<${[...args.map(show), ...assoc.map((a) => `${a.name} = ${show(a.ty)}`)].join(', ')}>`;
}

function showRet(ret: Ty, show: (ty: Ty) => string = showTy): string {
  return ret.kind === 'tuple' && ret.elements.length === 0 ? '' : `: ${show(ret)}`;
}
