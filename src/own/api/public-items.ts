/**
 * What a package promises its users about borrows: each public function with its summary, each public type with what it is.
 * Consumes: a TypedProgram, summaries. Produces: items of `api.lock`, each with the declaration from which it comes; names of functions.
 */
import { showTy, tys } from '../../types/index.ts';
import type { AdtDecl, FnDecl, ImplDecl, Predicate, Ty, TypedProgram } from '../../types/index.ts';
import type { Summary } from '../borrows/index.ts';
import { plainNames } from './api-lock.ts';
import type { ApiFn, ApiItem, ApiType } from './api-lock.ts';

export type PublicItem = { readonly item: ApiFn; readonly decl: FnDecl } | { readonly item: ApiType; readonly decl: AdtDecl };

/** All public functions, methods and types of a package, whose key begins the paths of its modules. Methods without a body are bound by the fixed rule, derived ones borrow nothing: neither is listed. */
export function publicItems(program: TypedProgram, packageKey: string, summaryOf: (decl: FnDecl) => Summary): PublicItem[] {
  const out: PublicItem[] = [];
  for (const decl of program.fns) {
    if (decl.module.path[0] !== packageKey || !decl.hasBody || !isPublicFn(decl)) continue;
    const params = plainNames(decl.sig.params.map((param, i) => (i === 0 && decl.sig.hasSelf ? 'self' : param.name)));
    out.push({ decl, item: { kind: 'fn', path: fnPath(decl), params, summary: summaryOf(decl) } });
  }
  for (const decl of program.adts) {
    if (decl.module.path[0] !== packageKey || decl.visibility !== 'public') continue;
    out.push({ decl, item: { kind: 'type', path: [...decl.module.path, decl.name].join('::'), facts: factsOf(decl, program) } });
  }
  return out;
}

/** `view`, and the markers that the type has where its type parameters have them. */
function factsOf(decl: AdtDecl, program: TypedProgram): string[] {
  const params: Ty[] = [];
  for (let at: AdtDecl['generics'] | null = decl.generics; at !== null; at = at.parent) params.unshift(...at.own.map((param) => tys.param(param.index, param.name)));
  const markers = program.traits.filter((trait) => trait.marker !== null).filter((trait) => {
    const assumed = params.map((param): Predicate => ({ kind: 'trait', ref: { trait, args: [param] }, span: decl.span }));
    return program.implementsTrait(tys.adt(decl, params), trait, [...decl.generics.predicates, ...assumed]);
  });
  return [...(decl.view ? ['view'] : []), ...markers.map((trait) => trait.name).sort()];
}

export function itemsOf(list: readonly PublicItem[]): ApiItem[] {
  return list.map(({ item }) => item);
}

function isPublicFn(decl: FnDecl): boolean {
  const { parent } = decl;
  if (decl.flags.test || decl.flags.bench) return false;
  if (parent === null) return decl.visibility === 'public';
  if (parent.kind === 'trait') return parent.visibility === 'public';
  if (parent.derived || (parent.selfTy.kind === 'adt' && parent.selfTy.decl.visibility !== 'public')) return false;
  return parent.traitRef === null ? decl.visibility === 'public' : parent.traitRef.trait.visibility === 'public';
}

/** `app::net::dial`, `app::Lexer::next`, `app::<Lexer as Iterator>::next`. */
export function fnPath(decl: FnDecl): string {
  const { parent } = decl;
  const holder = parent === null ? [] : [parent.kind === 'trait' ? parent.name : implName(parent)];
  return [...decl.module.path, ...holder, decl.name].join('::');
}

function implName(impl: ImplDecl): string {
  const self = typeName(impl);
  if (impl.traitRef === null) return self;
  const args = impl.traitRef.args.slice(1).map(showTy);
  return `<${self} as ${impl.traitRef.trait.name}${args.length === 0 ? '' : `<${args.join(', ')}>`}>`;
}

/** Without arguments: names of methods are different across all inherent impls of a type. */
function typeName(impl: ImplDecl): string {
  return impl.selfTy.kind === 'adt' ? impl.selfTy.decl.name : showTy(impl.selfTy);
}

/** Functions that a person may mean by a name: `next`, `Lexer::next`, or a path from the package on. */
export function functionsNamed(program: TypedProgram, name: string): FnDecl[] {
  const wanted = name.split('::');
  return program.fns.filter((decl) => {
    const { parent } = decl;
    const holder = parent === null ? [] : [parent.kind === 'trait' ? parent.name : typeName(parent)];
    const path = [...decl.module.path, ...holder, decl.name];
    return wanted.length <= path.length && wanted.every((word, i) => word === path[path.length - wanted.length + i]);
  });
}
