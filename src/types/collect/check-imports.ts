/**
 * Checks of modules as a whole: every import leads somewhere and is of use, and imports between the modules of a package form no cycle.
 * Consumes: the scopes. Produces: diagnostics only. Cycles are found by a depth-first walk that shows the first one of each knot.
 */
import type { Span } from '../../source/index.ts';
import type { ModuleDecl, TraitDecl } from '../program.ts';
import type { Resolution } from '../resolve.ts';
import { lookupInScope, resolveBinding } from './lookup.ts';
import type { Session } from './session.ts';

interface Edge {
  readonly to: ModuleDecl;
  readonly span: Span;
}

export function checkImports(session: Session, wanted: (module: ModuleDecl) => boolean): void {
  const edges = new Map<ModuleDecl, Edge[]>();
  const add = (from: ModuleDecl, res: Resolution | null | undefined, span: Span): void => {
    const to = homeOf(res);
    if (to === null || to === from || from.isStd || to.isStd) return;
    const list = edges.get(from);
    if (list === undefined) edges.set(from, [{ to, span }]);
    else list.push({ to, span });
  };
  for (const scope of session.allScopes) {
    if (!wanted(scope.module)) continue;
    for (const binding of scope.imports.values()) {
      const found = resolveBinding(session, binding);
      add(scope.module, throughModule(session, binding.syntax.path, scope.module) ?? found.type?.res ?? found.value?.res, binding.syntax.span);
    }
    for (const glob of scope.globs) {
      // A lookup of no name at all resolves where the glob leads, and reports if it leads nowhere.
      if (glob.source === undefined) lookupInScope(session, scope, '', 'type');
      add(scope.module, glob.source, glob.syntax.span);
    }
  }
  reportCycles(session, edges);
}

/** The module that an import names on its way, which counts even where the item is re-exported from elsewhere. */
function throughModule(session: Session, path: readonly { readonly name: string }[], from: ModuleDecl): Resolution | null {
  const names = path.map((ident) => ident.name);
  for (const base of [[], from.path, from.path.slice(0, -1), [from.package]]) {
    for (let length = names.length; length > 0; length--) {
      const module = session.moduleByPath.get([...base, ...names.slice(0, length)].join('::'));
      if (module !== undefined && module !== from && module.path.length > base.length) return { kind: 'module', module };
    }
  }
  return null;
}

export function noteTraitUse(session: Session, trait: TraitDecl, module: ModuleDecl): void {
  const known = session.traitUses.get(module);
  if (known === undefined) session.traitUses.set(module, new Set([trait]));
  else known.add(trait);
}

/**
 * Imports by name that nothing in their scope needed (CJ0904). What a module passes on counts as needed; so do all imports of a module in
 * which something is left out of this build, since that may need them.
 */
export function reportUnusedImports(session: Session, wanted: (module: ModuleDecl) => boolean): void {
  if (session.sink.hasErrors) return;
  for (const scope of session.allScopes) {
    if (!wanted(scope.module) || scope.module.withheld.size > 0) continue;
    for (const [name, binding] of scope.imports) {
      const trait = binding.target?.type?.res;
      if (binding.used || binding.visibility !== 'private' || name.startsWith('_')) continue;
      if (trait?.kind === 'trait' && session.traitUses.get(scope.module)?.has(trait.decl) === true) continue;
      session.report({ code: 'CJ0904', span: binding.syntax.span, args: { name } });
    }
  }
}

function homeOf(res: Resolution | null | undefined): ModuleDecl | null {
  switch (res?.kind) {
    case 'module':
      return res.module;
    case 'adt': case 'trait': case 'alias': case 'fn': case 'const':
      return res.decl.module;
    case 'variant':
      return res.adt.module;
    default:
      return null;
  }
}

function reportCycles(session: Session, edges: ReadonlyMap<ModuleDecl, readonly Edge[]>): void {
  const state = new Map<ModuleDecl, 'open' | 'done'>();
  const trail: { readonly module: ModuleDecl; readonly edge: Edge }[] = [];
  const visit = (module: ModuleDecl): void => {
    state.set(module, 'open');
    for (const edge of edges.get(module) ?? []) {
      trail.push({ module, edge });
      const seen = state.get(edge.to);
      if (seen === undefined) visit(edge.to);
      else if (seen === 'open') {
        const start = trail.findIndex((step) => step.module === edge.to);
        const cycle = trail.slice(start);
        const names = [...cycle.map((step) => step.module.path.join('::')), edge.to.path.join('::')];
        session.report({
          code: 'CJ0215',
          span: cycle[0]!.edge.span,
          args: { cycle: names.join(' → ') },
          related: cycle.slice(1).map((step) => ({
            span: step.edge.span, label: 'step', args: { from: step.module.path.join('::'), to: step.edge.to.path.join('::') },
          })),
        });
      }
      trail.pop();
    }
    state.set(module, 'done');
  };
  for (const module of edges.keys()) if (!state.has(module)) visit(module);
}
