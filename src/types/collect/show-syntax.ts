/** Types as written, on one line: names of hidden type parameters and suggestions. Consumes syntax, produces text. */
import { unreachable } from '../../base/index.ts';
import type * as ast from '../../syntax/index.ts';

export function showTypeExpr(type: ast.TypeExpr): string {
  switch (type.kind) {
    case 'path':
      return showPath(type.segments);
    case 'qualified':
      return `<${showTypeExpr(type.self)} as ${showPath(type.trait.segments)}>::${type.name.name}`;
    case 'ref':
      return `&${type.mutable ? 'mut ' : ''}${showTypeExpr(type.target)}`;
    case 'ptr':
      return `*${showTypeExpr(type.target)}`;
    case 'slice':
      return `[${showTypeExpr(type.element)}]`;
    case 'array':
      return `[${showTypeExpr(type.element)}; ${type.length.kind === 'int' ? type.length.value : '…'}]`;
    case 'tuple':
      return type.elements.length === 0 ? 'Unit' : `(${type.elements.map(showTypeExpr).join(', ')})`;
    case 'fn':
      return `${type.mode === 'shared' ? '' : `${type.mode} `}fn(${type.params.map(showTypeExpr).join(', ')})${type.ret === null ? '' : `: ${showTypeExpr(type.ret)}`}`;
    case 'dyn':
      return `dyn ${type.bounds.map(showTypeExpr).join(' + ')}`;
    case 'option':
      return `?${showTypeExpr(type.target)}`;
    case 'infer':
    case 'error':
      return '_';
    default:
      return unreachable(type);
  }
}

function showPath(segments: readonly ast.PathSegment[]): string {
  return segments.map((segment) => segment.name.name + (segment.args === null ? '' : `<${segment.args.map(showArg).join(', ')}>`)).join('::');
}

function showArg(arg: ast.GenericArg): string {
  switch (arg.kind) {
    case 'type':
      return showTypeExpr(arg.type);
    case 'assoc':
      return `${arg.name.name} = ${showTypeExpr(arg.type)}`;
    case 'const':
      return arg.value.kind === 'int' ? `${arg.value.value}` : '…';
    default:
      return unreachable(arg);
  }
}
