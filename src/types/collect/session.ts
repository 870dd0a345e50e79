/**
 * The state of one collection: modules as a tree, scopes, declarations in order, lang items. Every file of this folder works on one Session.
 */
import type { DiagInput, DiagSink } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { ModuleDecl, TraitDecl, TraitRef } from '../program.ts';
import type { AdtNode, AliasNode, ConstNode, FnNode, ImplNode, TraitNode } from './nodes.ts';
import { Scope } from './scope.ts';
import type { Entry } from './scope.ts';

/** Ids are unique in the process, since the type table, which has one entry a declaration, belongs to the process. */
let nextId = 0;

export class Session {
  readonly sink: DiagSink;
  readonly modules: readonly ModuleDecl[];
  readonly moduleByPath = new Map<string, ModuleDecl>();
  readonly children = new Map<ModuleDecl, Map<string, ModuleDecl>>();
  readonly scopes = new Map<ModuleDecl, Scope>();
  readonly blockScopes = new Map<ast.BlockExpr, Scope>();
  readonly allScopes: Scope[] = [];
  readonly fns: FnNode[] = [];
  readonly adts: AdtNode[] = [];
  readonly traits: TraitNode[] = [];
  readonly impls: ImplNode[] = [];
  readonly consts: ConstNode[] = [];
  readonly aliases: AliasNode[] = [];
  /** Whether anything in the program is `@deprecated`, and where uses of such things have been warned about. */
  hasDeprecated = false;
  readonly deprecatedUses = new Set<string>();
  deprecatedSpans: readonly Span[] | null = null;
  /** Traits whose methods a module calls. */
  readonly traitUses = new Map<ModuleDecl, Set<TraitDecl>>();
  readonly missingSupertraits: TraitRef[] = [];
  /** `@lang("name")` to its declaration. */
  readonly lang = new Map<string, FnNode | AdtNode | TraitNode>();
  /** Names of the prelude, as they are asked for. */
  readonly preludeCache = new Map<string, Entry | null>();
  /** How many names that were not found have been compared with the names in scope. */
  suggestions = 0;
  readonly std: ModuleDecl | null;
  readonly prelude: ModuleDecl | null;

  constructor(modules: readonly ModuleDecl[], sink: DiagSink) {
    this.sink = sink;
    this.modules = modules;
    for (const module of modules) {
      this.moduleByPath.set(module.path.join('::'), module);
      const scope = new Scope(null, module, null);
      this.scopes.set(module, scope);
      this.allScopes.push(scope);
      this.children.set(module, new Map());
    }
    for (const module of modules) {
      const parent = this.moduleByPath.get(module.path.slice(0, -1).join('::'));
      if (parent !== undefined) this.children.get(parent)!.set(module.path.at(-1)!, module);
    }
    this.std = this.moduleByPath.get('std') ?? null;
    this.prelude = this.moduleByPath.get('std::prelude') ?? null;
  }

  newId(): number {
    return nextId++;
  }

  report(input: DiagInput): void {
    this.sink.report(input);
  }
}
