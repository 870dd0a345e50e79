/**
 * Types as their users write them, for diagnostics and dumps.
 * Consumes: a type. Produces: text such as `ArrayList<&str>`. Inference variables print as `_` or as the literal that made them.
 */
import { unreachable } from '../base/index.ts';
import type { Predicate, TraitRef } from './program.ts';
import type { Ty } from './ty.ts';

export function showTy(ty: Ty): string {
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
      return ty.decl.name + showArgs(ty.args);
    case 'tuple':
      return ty.elements.length === 0 ? 'Unit' : `(${ty.elements.map(showTy).join(', ')}${ty.elements.length === 1 ? ',' : ''})`;
    case 'array':
      return `[${showTy(ty.element)}; ${showTy(ty.length)}]`;
    case 'slice':
      return `[${showTy(ty.element)}]`;
    case 'ref':
      return `&${ty.mutable ? 'mut ' : ''}${showTy(ty.target)}`;
    case 'ptr':
      return `*${showTy(ty.target)}`;
    case 'box':
      return `Box<${showTy(ty.target)}>`;
    case 'fn':
      return `${ty.mode === 'shared' ? '' : `${ty.mode} `}fn(${ty.params.map(showTy).join(', ')})${showRet(ty.ret)}`;
    case 'fnItem':
      return `fn ${ty.decl.name}`;
    case 'closure':
      return `closure |${ty.decl.params.map(showTy).join(', ')}|${showRet(ty.decl.ret)}`;
    case 'dyn':
      return `dyn ${ty.trait.name}${showArgs([...ty.args], ty.assoc)}${ty.markers.map((marker) => ` + ${marker.name}`).join('')}`;
    case 'param':
      return ty.name;
    case 'projection': {
      const self = ty.args[0]!;
      if (self.kind === 'param' || self.kind === 'projection') return `${showTy(self)}::${ty.assoc.name}`;
      return `<${showTy(self)} as ${ty.assoc.trait.name}${showArgs(ty.args.slice(1))}>::${ty.assoc.name}`;
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

function showArgs(args: readonly Ty[], assoc: readonly { readonly name: string; readonly ty: Ty }[] = []): string {
  if (args.length === 0 && assoc.length === 0) return '';
  return `<${[...args.map(showTy), ...assoc.map((a) => `${a.name} = ${showTy(a.ty)}`)].join(', ')}>`;
}

function showRet(ret: Ty): string {
  return ret.kind === 'tuple' && ret.elements.length === 0 ? '' : `: ${showTy(ret)}`;
}
