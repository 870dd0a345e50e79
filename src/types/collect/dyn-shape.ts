/**
 * Whether a trait can be used as `dyn Trait`, and which methods its table holds.
 * Consumes: the syntax of the trait and its supertraits (never their signatures, since those may mention `dyn Trait` themselves).
 * A provided method that no table can hold is left out of the table; a required one makes the trait unusable as `dyn`.
 */
import type * as ast from '../../syntax/index.ts';
import { headerContext } from './nodes.ts';
import type { FnNode, TraitNode } from './nodes.ts';
import { resolveTrait } from './lower-type.ts';
import type { Session } from './session.ts';

export interface DynShape {
  readonly methods: readonly FnNode[] | null;
  readonly because: string | null;
}

export function dynShape(session: Session, trait: TraitNode): DynShape {
  const methods: FnNode[] = [];
  for (const bound of trait.syntax.supertraits) {
    if (bound.kind !== 'path') continue;
    const parent = resolveTrait(session, bound, headerContext(trait.module, trait.scope, trait.generics, null), true);
    if (parent === null || parent === trait) continue;
    const args = (bound.segments.at(-1)!.args ?? []).filter((arg) => arg.kind !== 'assoc');
    const defaulted = args.length === 0 && parent.generics.own.length > 1;
    if (defaulted || args.some((arg) => arg.kind === 'type' && mentionsSelf(arg.type))) return { methods: null, because: `${parent.name}<Self>` };
    if (parent.dynMethods === null) return { methods: null, because: parent.notDynBecause };
    for (const method of parent.dynMethods) if (!methods.includes(method)) methods.push(method);
  }
  for (const constant of trait.consts) if (constant.value === null) return { methods: null, because: `const ${constant.name}` };
  for (const method of trait.methods) {
    const because = whyNotInTable(method.syntax);
    if (because === null) methods.push(method);
    else if (!method.hasBody) return { methods: null, because: `fn ${method.name}${because}` };
  }
  return { methods, because: null };
}

/** The reason as code, which both languages of the messages leave as it is; null if a table can hold the method. */
function whyNotInTable(fn: ast.FnItem): string | null {
  if (fn.self === null) return '()';
  if (fn.self.mode === 'value') return '(self)';
  if (fn.generics.params.length > 0) return `<${fn.generics.params.map((param) => param.name.name).join(', ')}>`;
  for (const param of fn.params) {
    if (param.type.kind === 'fn') return '(…: fn)';
    if (mentionsSelf(param.type)) return '(…: Self)';
  }
  return fn.ret !== null && mentionsSelf(fn.ret) ? '(…): Self' : null;
}

/** Whether `Self` itself stands in a type; `Self::Item` is fine, since `dyn` fixes it. */
function mentionsSelf(type: ast.TypeExpr): boolean {
  switch (type.kind) {
    case 'path':
      if (type.segments.length === 1 && type.segments[0]!.name.name === 'Self') return true;
      return type.segments.some((segment) => (segment.args ?? []).some((arg) => arg.kind !== 'const' && mentionsSelf(arg.type)));
    case 'qualified':
      return false;
    case 'ref': case 'ptr': case 'option':
      return mentionsSelf(type.target);
    case 'slice': case 'array':
      return mentionsSelf(type.element);
    case 'tuple':
      return type.elements.some(mentionsSelf);
    case 'fn':
      return type.params.some(mentionsSelf) || (type.ret !== null && mentionsSelf(type.ret));
    case 'dyn':
      return type.bounds.some(mentionsSelf);
    case 'infer': case 'error':
      return false;
  }
}
