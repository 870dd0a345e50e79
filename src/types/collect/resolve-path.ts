/**
 * What a path names, as far as names alone can tell.
 * Consumes: segments and the context in which they are written. Produces: a PathResolution, whose `rest` needs types; null after a report.
 * The order for the first segment: type parameters and `Self`, items of blocks from the inside out, the module, `std`, the prelude, top modules
 * of std, built-in types.
 * `$lang::X` is the lang item X and `$std::…` the package std, whatever the user has declared: only the compiler writes them.
 */
import { nearestName, spellingOfForeignName } from '../../names/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { GenericParamDecl, Generics, ModuleDecl } from '../program.ts';
import type { PathResolution, Resolution, TypeContext } from '../resolve.ts';
import { tys } from '../ty.ts';
import { entryOfModule, exportedNames, lookupInPrelude, lookupInScope, lookupMember, namesInScope, stdPathOf } from './lookup.ts';
import type { AdtNode } from './nodes.ts';
import { isVisible } from './scope.ts';
import type { Entry, Namespace, Scope } from './scope.ts';
import type { Session } from './session.ts';

const MAX_SUGGESTIONS = 200;

export function findParam(generics: Generics | null, name: string): GenericParamDecl | null {
  for (let at = generics; at !== null; at = at.parent) {
    for (const param of at.own) if (param.name === name && !param.hidden) return param;
  }
  return null;
}

export function resolvePath(session: Session, segments: readonly ast.PathSegment[], ns: Namespace, cx: TypeContext, quiet: boolean): PathResolution | null {
  const first = segments[0];
  if (first === undefined) return null;
  if (first.name.name.startsWith('$')) return resolveInternal(session, segments);
  const single = segments.length === 1;
  const base = single ? (lookupFirst(session, first.name.name, ns, cx) ?? lookupFirst(session, first.name.name, ns === 'type' ? 'value' : 'type', cx)) : lookupFirst(session, first.name.name, 'type', cx);
  if (base === null) {
    if (!quiet) reportNotFound(session, first.name, cx, single);
    return null;
  }
  return walk(session, segments, 1, base, ns, cx, quiet);
}

/** Follows modules, then an enum to its variant; what is left needs types. */
function walk(session: Session, segments: readonly ast.PathSegment[], from: number, start: Resolution, ns: Namespace, cx: TypeContext, quiet: boolean): PathResolution | null {
  let base = start;
  let used = from;
  while (used < segments.length && base.kind === 'module') {
    const ident = segments[used]!.name;
    const last = used === segments.length - 1;
    const module: ModuleDecl = base.module;
    const entry: Entry | null = last
      ? pickMember(session, module, ident.name, ns, cx.module)
      : lookupMember(session, module, ident.name, 'type');
    if (entry === null) {
      if (!quiet) {
        const similar = nearestName(ident.name, exportedNames(session, module, cx.module));
        session.report({
          code: 'CJ0210',
          span: ident.span,
          args: { name: ident.name, module: module.path.join('::') },
          fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: ident.span, text: similar }] }],
        });
      }
      return null;
    }
    // Said even to those who only ask: whatever they make of the path, it is not theirs to use.
    if (!isVisible(entry.visibility, entry.home, cx.module)) {
      session.report({
        code: 'CJ0212',
        span: ident.span,
        args: { name: ident.name, module: module.path.join('::') },
        related: [{ span: entry.span, label: 'declared', args: { name: ident.name } }],
      });
    }
    base = entry.res;
    used++;
  }
  if (base.kind === 'adt' && base.decl.isEnum && used < segments.length) {
    const variant = (base.decl as AdtNode).variantByName.get(segments[used]!.name.name);
    if (variant !== undefined) {
      base = { kind: 'variant', adt: base.decl, variant };
      used++;
    }
  }
  return { base, used, rest: segments.slice(used) };
}

/** The last segment: in the wanted namespace, or else in the other; what may be used goes before what is private. */
function pickMember(session: Session, module: ModuleDecl, name: string, ns: Namespace, from: ModuleDecl): Entry | null {
  const wanted = lookupMember(session, module, name, ns);
  if (wanted !== null && isVisible(wanted.visibility, wanted.home, from)) return wanted;
  const other = lookupMember(session, module, name, ns === 'type' ? 'value' : 'type');
  if (wanted === null) return other;
  return other !== null && isVisible(other.visibility, other.home, from) ? other : wanted;
}

function lookupFirst(session: Session, name: string, ns: Namespace, cx: TypeContext): Resolution | null {
  const param = findParam(cx.generics, name);
  if (param !== null && (name !== 'Self' || cx.selfTy === null)) return { kind: 'param', param };
  if (name === 'Self') return cx.selfTy === null ? null : { kind: 'self', ty: cx.selfTy };
  for (let scope = cx.scope as Scope | null; scope !== null; scope = scope.parent) {
    const found = lookupInScope(session, scope, name, ns);
    if (found !== null) return found.res;
  }
  const own = lookupInScope(session, session.scopes.get(cx.module)!, name, ns);
  if (own !== null) return own.res;
  if (ns === 'type' && name === 'std' && session.std !== null) return entryOfModule(session.std).res;
  const known = lookupInPrelude(session, name, ns);
  if (known !== null) return known.res;
  if (ns === 'value') return null;
  const prim = tys.primitives.get(name);
  if (prim !== undefined) return { kind: 'prim', ty: prim };
  if (name === 'Box') return { kind: 'box' };
  const top = session.std === null ? undefined : session.children.get(session.std)!.get(name);
  return top === undefined ? null : { kind: 'module', module: top };
}

function resolveInternal(session: Session, segments: readonly ast.PathSegment[]): PathResolution | null {
  const root = segments[0]!.name.name;
  const name = segments[1]?.name.name ?? '';
  if (root === '$std' && session.std !== null) {
    const cx: TypeContext = { module: session.std, scope: null, generics: null, selfTy: null, infer: null };
    return walk(session, segments, 1, { kind: 'module', module: session.std }, 'type', cx, false);
  }
  if (root !== '$lang') return null;
  const decl = session.lang.get(name);
  if (decl === undefined) {
    // `Hasher` and its like are not lang items, but stand beside one that is.
    const hash = session.lang.get('Hash');
    const beside = hash === undefined ? null : lookupInScope(session, session.scopes.get(hash.module)!, name, 'type');
    return beside === null ? null : { base: beside.res, used: 2, rest: segments.slice(2) };
  }
  if (decl.kind === 'fn') return { base: { kind: 'fn', decl }, used: 2, rest: segments.slice(2) };
  if (decl.kind === 'trait') return { base: { kind: 'trait', decl }, used: 2, rest: segments.slice(2) };
  const cx: TypeContext = { module: decl.module, scope: null, generics: null, selfTy: null, infer: null };
  return walk(session, segments, 2, { kind: 'adt', decl }, 'value', cx, false);
}

function reportNotFound(session: Session, ident: ast.Ident, cx: TypeContext, single: boolean): void {
  const { name } = ident;
  if (name === 'Self') {
    session.report({ code: 'CJ0206', span: ident.span });
    return;
  }
  // A file that is broken all over (or in another language) gets suggestions for its first names only: each compares with every name in scope.
  const names = session.suggestions++ < MAX_SUGGESTIONS ? namesInScope(session, cx.scope as Scope | null, cx.module) : new Set<string>();
  for (let at = cx.generics; at !== null; at = at.parent) for (const param of at.own) if (!param.hidden) names.add(param.name);
  for (const prim of tys.primitives.keys()) names.add(prim);
  names.add('Box');
  for (const known of ['println', 'print', 'eprintln', 'eprint', 'assert', 'assertEq']) names.add(known);
  const foreign = spellingOfForeignName(name);
  const path = foreign === null || !names.has(foreign) ? stdPathOf(session, foreign ?? name, cx.module) : null;
  const similar = foreign !== null && (names.has(foreign) || path === null) ? foreign : path === null && outerParam(cx, name) === null ? nearestName(name, [...names].filter((candidate) => !isCapitalised(candidate) || isCapitalised(name))) : null;
  const outer = single ? outerParam(cx, name) : null;
  const isPackage = !single && name === cx.module.package;
  const isDependency = !isPackage && !single && cx.module.dependencies.has(name);
  session.report({
    code: 'CJ0201',
    span: ident.span,
    args: { name, path: path ?? '' },
    related: outer === null ? [] : [{ span: outer.span, label: 'outer', args: { name } }],
    help: [...(path === null ? [] : ['std']), ...(isPackage ? ['package'] : []), ...(isDependency ? ['dependency'] : []), ...(outer === null ? [] : ['outer'])],
    fixes: similar === null || isDependency ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: ident.span, text: similar }] }],
  });
}

/** Types and values are told apart by their first letter: `rate` never meant `Rate`. */
function isCapitalised(name: string): boolean {
  const first = name.charAt(0);
  return first !== first.toLowerCase();
}

/** A type parameter of a function around the item in which the name stands: items do not see those. */
function outerParam(cx: TypeContext, name: string): GenericParamDecl | null {
  for (let scope = cx.scope; scope !== null; scope = scope.parent) {
    const found = findParam(scope.owner?.generics ?? null, name);
    if (found !== null) return found;
  }
  return null;
}
