/**
 * Types as people write them: for diagnostics, dumps and symbols' readable halves.
 * Consumes: any Ty, also one that still holds inference variables. Produces: text. Holds: nothing.
 */
import { unreachable } from '../base/index.ts';
import type { Ty } from './ty.ts';
import type { CallMode } from '../syntax/index.ts';

const MODE_PREFIX: Readonly<Record<CallMode, string>> = { shared: '', mut: 'mut ', once: 'once ' };

function list(items: readonly Ty[]): string {
  return items.map(printTy).join(', ');
}

function angled(items: readonly string[]): string {
  return items.length === 0 ? '' : `<${items.join(', ')}>`;
}

/** The spelling of a type in source text; what has no spelling (closures, function items) is described. */
export function printTy(ty: Ty): string {
  switch (ty.kind) {
    case 'int': case 'float':
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
      return ty.decl.name + angled(ty.args.map(printTy));
    case 'tuple':
      if (ty.elements.length === 0) return 'Unit';
      return ty.elements.length === 1 ? `(${printTy(ty.elements[0]!)},)` : `(${list(ty.elements)})`;
    case 'array':
      return `[${printTy(ty.element)}; ${printTy(ty.length)}]`;
    case 'slice':
      return `[${printTy(ty.element)}]`;
    case 'ref':
      return `${ty.mutable ? '&mut ' : '&'}${printTy(ty.target)}`;
    case 'ptr':
      return `*${printTy(ty.target)}`;
    case 'box':
      return `Box<${printTy(ty.target)}>`;
    case 'fn':
      return `${MODE_PREFIX[ty.mode]}fn(${list(ty.params)}): ${printTy(ty.ret)}`;
    case 'fnItem':
      return `fn ${ty.decl.name}${angled(ty.args.map(printTy))}`;
    case 'closure':
      return `closure(${list(ty.decl.params)}): ${printTy(ty.decl.ret)}`;
    case 'dyn':
      return `dyn ${ty.trait.name}${angled([...ty.args.map(printTy), ...ty.assoc.map((a) => `${a.name} = ${printTy(a.ty)}`)])}`;
    case 'param':
      return ty.name;
    case 'projection': {
      const self = printTy(ty.args[0]!);
      if (ty.args.length === 1 && ty.args[0]!.kind === 'param') return `${self}::${ty.assoc.name}`;
      return `<${self} as ${ty.assoc.trait.name}${angled(ty.args.slice(1).map(printTy))}>::${ty.assoc.name}`;
    }
    case 'const':
      return String(ty.value);
    case 'infer':
      return ty.domain === 'int' ? '{integer}' : ty.domain === 'float' ? '{float}' : '_';
    case 'poison':
      return '{unknown}';
    default:
      return unreachable(ty);
  }
}
