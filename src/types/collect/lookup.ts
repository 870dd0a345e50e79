/**
 * Finds names: in a scope, in a module from outside, through imports (resolved at their first use), in the prelude.
 * Consumes: the scopes of a Session. Produces: entries; mistakes in imports are reported once, where the import stands.
 * An explicit declaration or import goes before a glob import, and both before the prelude.
 */
import { importTargets, nearestName } from '../../names/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { ModuleDecl } from '../program.ts';
import type { Resolution } from '../resolve.ts';
import type { AdtNode } from './nodes.ts';
import { isVisible } from './scope.ts';
import type { Entry, GlobImport, ImportBinding, ImportTarget, Namespace, Scope } from './scope.ts';
import type { Session } from './session.ts';

const NOTHING: ImportTarget = { type: null, value: null };

export function entryOfModule(module: ModuleDecl): Entry {
  return { res: { kind: 'module', module }, visibility: 'public', home: module, span: module.syntax.span };
}

/** A name in one scope: declared there, imported by name, or by a glob. */
export function lookupInScope(session: Session, scope: Scope, name: string, ns: Namespace): Entry | null {
  const own = scope.table(ns).get(name);
  if (own !== undefined) return own;
  const binding = scope.imports.get(name);
  if (binding !== undefined) {
    const found = resolveBinding(session, binding)[ns];
    if (found !== null) {
      binding.used = true;
      return found;
    }
  }
  return scope.globs.length === 0 ? null : lookupInGlobs(session, scope, name, ns);
}

function lookupInGlobs(session: Session, scope: Scope, name: string, ns: Namespace): Entry | null {
  const key = `${ns}:${name}`;
  const known = scope.globCache.get(key);
  if (known !== undefined) return known;
  let found: Entry | null = null;
  let complete = true;
  for (const glob of scope.globs) {
    if (glob.busy) {
      complete = false;
      continue;
    }
    const source = sourceOfGlob(session, glob);
    if (source === null) continue;
    glob.busy = true;
    const hit = source.kind === 'module' ? lookupMember(session, source.module, name, ns) : variantEntry(source, name, scope.module);
    glob.busy = false;
    if (hit === null || !isVisible(hit.visibility, hit.home, scope.module)) continue;
    if (found === null) found = { res: hit.res, visibility: glob.visibility, home: scope.module, span: glob.syntax.span };
    else if (!sameResolution(found.res, hit.res)) {
      session.report({ code: 'CJ0214', span: glob.syntax.span, args: { name }, related: [{ span: found.span, label: 'first', args: { name } }] });
    }
  }
  if (complete) scope.globCache.set(key, found);
  return found;
}

function sourceOfGlob(session: Session, glob: GlobImport): Resolution | null {
  if (glob.source !== undefined) return glob.source;
  glob.source = null;
  const target = resolveImportPath(session, glob.syntax, glob.scope).type?.res ?? null;
  if (target === null) return null;
  if (target.kind === 'module' || (target.kind === 'adt' && target.decl.isEnum)) glob.source = target;
  else session.report({ code: 'CJ0213', span: glob.syntax.span, args: { name: glob.syntax.path.at(-1)!.name } });
  return glob.source;
}

function variantEntry(res: Resolution, name: string, home: ModuleDecl): Entry | null {
  if (res.kind !== 'adt' || !res.decl.isEnum) return null;
  const variant = (res.decl as AdtNode).variantByName.get(name);
  return variant === undefined ? null : { res: { kind: 'variant', adt: res.decl, variant }, visibility: 'public', home, span: variant.span };
}

/** A name of a module seen through its path: also the modules below it. Visibility is for the caller to check. */
export function lookupMember(session: Session, module: ModuleDecl, name: string, ns: Namespace): Entry | null {
  const found = lookupInScope(session, session.scopes.get(module)!, name, ns);
  const child = ns === 'type' ? session.children.get(module)!.get(name) : undefined;
  // A module that imports one below it does not hide that from others.
  const same = found !== null && found.res.kind === 'module' && found.res.module === child;
  if (found !== null && !same) return found;
  return child === undefined ? null : entryOfModule(child);
}

/** What everyone sees without an import: what `std::prelude` exports. */
export function lookupInPrelude(session: Session, name: string, ns: Namespace): Entry | null {
  if (session.prelude === null) return null;
  const key = `${ns}:${name}`;
  const known = session.preludeCache.get(key);
  if (known !== undefined) return known;
  const found = lookupInScope(session, session.scopes.get(session.prelude)!, name, ns);
  const entry = found !== null && found.visibility === 'public' ? found : null;
  session.preludeCache.set(key, entry);
  return entry;
}

export function sameResolution(a: Resolution, b: Resolution): boolean {
  if (a.kind === 'module') return b.kind === 'module' && a.module === b.module;
  if (a.kind === 'variant') return b.kind === 'variant' && a.variant === b.variant;
  if (a.kind === 'adt' || a.kind === 'trait' || a.kind === 'alias' || a.kind === 'fn' || a.kind === 'const') return b.kind === a.kind && a.decl === b.decl;
  return false;
}

// ---------------------------------------------------------------- imports

export function resolveBinding(session: Session, binding: ImportBinding): ImportTarget {
  if (binding.state === 'done') return binding.target!;
  // An import that leads back to itself finds nothing on the second round.
  if (binding.state === 'busy') return NOTHING;
  binding.state = 'busy';
  const found = resolveImportPath(session, binding.syntax, binding.scope);
  const wrap = (entry: Entry | null): Entry | null =>
    entry === null ? null : { res: entry.res, visibility: binding.visibility, home: binding.scope.module, span: binding.syntax.span };
  binding.target = { type: wrap(found.type), value: wrap(found.value) };
  binding.state = 'done';
  return binding.target;
}

/** Walks the path of an import. For a glob the target is the module or enum itself. */
function resolveImportPath(session: Session, syntax: ast.ImportEntry, scope: Scope): ImportTarget {
  const { path } = syntax;
  const first = path[0];
  if (first === undefined) return NOTHING;
  let at = firstOfImport(session, syntax, scope);
  if (at === null) {
    const withheld = scope.module.withheld.get(first.name);
    if (withheld !== undefined) {
      session.report({ code: 'CJ0651', span: first.span, args: { name: first.name }, help: [withheld] });
      return NOTHING;
    }
    const similar = nearestName(first.name, importableNames(session, scope.module));
    session.report({
      code: 'CJ0209',
      span: first.span,
      args: { name: first.name, file: `${first.name}.cj`, similar: similar ?? '' },
      // A file without a manifest has no packages to add to.
      help: similar === null && scope.module.dependencies.size > 0 ? ['add'] : [],
      fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: first.span, text: similar }] }],
    });
    return NOTHING;
  }
  for (let i = 1; i < path.length; i++) {
    const ident = path[i]!;
    const last = i === path.length - 1;
    const step = stepInto(session, at, ident, last, scope);
    if (step === null) return NOTHING;
    if (last) return step;
    at = step.type!;
  }
  return { type: at, value: null };
}

function firstOfImport(session: Session, syntax: ast.ImportEntry, scope: Scope): Entry | null {
  const first = syntax.path[0]!.name;
  if (syntax.path.length > 1 || syntax.as?.name !== first) {
    // `import Color::*` or `import Color as C` of a type in the same scope, or in one around it.
    for (let at: Scope | null = scope; at !== null; at = at.parent) {
      const own = at.types.get(first);
      if (own !== undefined) return own;
    }
    const own = session.scopes.get(scope.module)!.types.get(first);
    if (own !== undefined) return own;
  }
  for (const target of importTargets(scope.module, first)) {
    const module = session.moduleByPath.get(target.join('::'));
    if (module !== undefined && (module !== scope.module || syntax.path.length > 1)) return entryOfModule(module);
  }
  return null;
}

function stepInto(session: Session, at: Entry, ident: ast.Ident, last: boolean, scope: Scope): ImportTarget | null {
  const { res } = at;
  let type: Entry | null = null;
  let value: Entry | null = null;
  let where: string;
  let names: Iterable<string> = [];
  if (res.kind === 'module') {
    type = lookupMember(session, res.module, ident.name, 'type');
    value = last ? lookupMember(session, res.module, ident.name, 'value') : null;
    where = res.module.path.join('::');
    names = exportedNames(session, res.module, scope.module);
  } else if (res.kind === 'adt' && res.decl.isEnum) {
    type = variantEntry(res, ident.name, res.decl.module);
    value = type;
    where = res.decl.name;
    names = (res.decl as AdtNode).variantByName.keys();
  } else {
    session.report({ code: 'CJ0213', span: ident.span, args: { name: nameOf(res) } });
    return null;
  }
  const seen = (entry: Entry | null): Entry | null => (entry !== null && isVisible(entry.visibility, entry.home, scope.module) ? entry : null);
  const visible: ImportTarget = { type: seen(type), value: seen(value) };
  if (visible.type !== null || visible.value !== null) return visible;
  const hidden = type ?? value;
  if (hidden !== null) {
    session.report({ code: 'CJ0212', span: ident.span, args: { name: ident.name, module: where }, related: [{ span: hidden.span, label: 'declared', args: { name: ident.name } }] });
    return { type, value };
  }
  const similar = nearestName(ident.name, names);
  session.report({
    code: 'CJ0210',
    span: ident.span,
    args: { name: ident.name, module: where },
    fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: ident.span, text: similar }] }],
  });
  return null;
}

/** The name of what a path led to, for a message. */
export function nameOf(res: Resolution): string {
  switch (res.kind) {
    case 'module':
      return res.module.path.join('::');
    case 'variant':
      return res.variant.name;
    case 'adt': case 'trait': case 'alias': case 'fn': case 'const': case 'assocType':
      return res.decl.name;
    case 'param':
      return res.param.name;
    case 'box':
      return 'Box';
    case 'self':
      return 'Self';
    case 'prim':
      return res.ty.kind === 'int' || res.ty.kind === 'float' ? res.ty.name : res.ty.kind;
  }
}

// ---------------------------------------------------------------- names for suggestions

/** Every name of a module that `from` may use. */
export function exportedNames(session: Session, module: ModuleDecl, from: ModuleDecl): Set<string> {
  const out = new Set<string>(session.children.get(module)!.keys());
  const scope = session.scopes.get(module)!;
  for (const table of [scope.types, scope.values]) {
    for (const [name, entry] of table) if (isVisible(entry.visibility, entry.home, from)) out.add(name);
  }
  for (const [name, binding] of scope.imports) if (isVisible(binding.visibility, module, from)) out.add(name);
  for (const glob of scope.globs) {
    if (glob.busy || !isVisible(glob.visibility, module, from)) continue;
    const source = sourceOfGlob(session, glob);
    glob.busy = true;
    if (source?.kind === 'module') for (const name of exportedNames(session, source.module, from)) out.add(name);
    else if (source?.kind === 'adt') for (const variant of source.decl.variants) out.add(variant.name);
    glob.busy = false;
  }
  return out;
}

function importableNames(session: Session, from: ModuleDecl): Set<string> {
  const out = new Set<string>(['std', ...from.dependencies.keys()]);
  for (const module of [session.std, session.moduleByPath.get(from.package), session.moduleByPath.get(from.path.slice(0, -1).join('::'))]) {
    if (module !== undefined && module !== null) for (const name of session.children.get(module)!.keys()) out.add(name);
  }
  return out;
}

/** All names that a lookup from this scope can find, for "did you mean". */
export function namesInScope(session: Session, scope: Scope | null, module: ModuleDecl): Set<string> {
  const out = new Set<string>();
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const name of [...at.types.keys(), ...at.values.keys(), ...at.imports.keys()]) out.add(name);
  }
  for (const name of exportedNames(session, module, module)) if (!session.children.get(module)!.has(name)) out.add(name);
  if (session.prelude !== null) for (const name of exportedNames(session, session.prelude, module)) out.add(name);
  if (session.std !== null) for (const name of session.children.get(session.std)!.keys()) out.add(name);
  return out;
}

/** The path by which std exports a name that was not found, such as `std::collections::HashMap`. */
export function stdPathOf(session: Session, name: string, from: ModuleDecl): string | null {
  let best: string | null = null;
  for (const module of session.modules) {
    if (!module.isStd || module === session.prelude) continue;
    const scope = session.scopes.get(module)!;
    const entry = scope.types.get(name) ?? scope.values.get(name);
    if (entry === undefined || !isVisible(entry.visibility, entry.home, from)) continue;
    const path = `${module.path.join('::')}::${name}`;
    if (best === null || path.length < best.length || (path.length === best.length && path < best)) best = path;
  }
  return best;
}
