/**
 * Scopes: what each name means in a module or in a block that declares items, and the imports that bring names in.
 * Consumes: declarations and import items, added by `declare.ts`. Holds: two tables a scope (types and values), imports that are resolved at
 * their first use, and the children of each module.
 */
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { FnDecl, ModuleDecl } from '../program.ts';
import type { ItemScope, Resolution } from '../resolve.ts';

export type Namespace = 'type' | 'value';

/** A name with a meaning. For an imported name `visibility` and `home` are those of the import. */
export interface Entry {
  readonly res: Resolution;
  readonly visibility: ast.Visibility;
  readonly home: ModuleDecl;
  readonly span: Span;
}

/** What an import leads to: the same name may be a type and a function. */
export interface ImportTarget {
  readonly type: Entry | null;
  readonly value: Entry | null;
}

/** One name brought in by an import. */
export interface ImportBinding {
  readonly syntax: ast.ImportEntry;
  readonly visibility: ast.Visibility;
  readonly scope: Scope;
  state: 'new' | 'busy' | 'done';
  /** A name of the module was found through it. */
  used: boolean;
  target: ImportTarget | null;
}

/** `import a::*`. */
export interface GlobImport {
  readonly syntax: ast.ImportEntry;
  readonly visibility: ast.Visibility;
  readonly scope: Scope;
  /** Where names are looked up: a module, or an enum for its variants. Undefined until it is first needed. */
  source: Resolution | null | undefined;
  /** Set while a name is looked up through it, so that two modules that import all of each other end. */
  busy: boolean;
}

export class Scope implements ItemScope {
  readonly parent: Scope | null;
  readonly module: ModuleDecl;
  readonly owner: FnDecl | null;
  readonly label: string;
  readonly types = new Map<string, Entry>();
  readonly values = new Map<string, Entry>();
  readonly imports = new Map<string, ImportBinding>();
  readonly globs: GlobImport[] = [];
  /** Results of lookups through globs. */
  readonly globCache = new Map<string, Entry | null>();

  constructor(parent: Scope | null, module: ModuleDecl, owner: FnDecl | null, label = '') {
    this.parent = parent;
    this.label = label;
    this.module = module;
    this.owner = owner;
  }

  table(ns: Namespace): Map<string, Entry> {
    return ns === 'type' ? this.types : this.values;
  }
}

/** Whether something declared in `home` with `visibility` can be used from `from`. */
export function isVisible(visibility: ast.Visibility, home: ModuleDecl, from: ModuleDecl): boolean {
  return visibility === 'public' || home === from || (visibility === 'package' && home.package === from.package);
}
