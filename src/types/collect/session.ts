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

/** Declarations of an earlier session on which another builds: its modules, or those of them that can be seen. */
export interface Ground {
  readonly session: Session;
  readonly modules: readonly ModuleDecl[];
}

export class Session {
  readonly sink: DiagSink;
  readonly modules: readonly ModuleDecl[];
  readonly moduleByPath = new Map<string, ModuleDecl>();
  readonly children = new Map<ModuleDecl, Map<string, ModuleDecl>>();
  readonly scopes = new Map<ModuleDecl, Scope>();
  readonly blockScopes: Map<ast.BlockExpr, Scope>;
  /** Scopes, functions, types, constants and aliases of this session's own modules. */
  readonly allScopes: Scope[] = [];
  readonly fns: FnNode[] = [];
  readonly adts: AdtNode[] = [];
  /** Traits and impls of all modules that can be seen: those of the ground come first. */
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
  readonly lang: Map<string, FnNode | AdtNode | TraitNode>;
  /** Intrinsics by name. */
  readonly intrinsics: Map<string, FnNode>;
  /** Names of the prelude, as they are asked for. */
  readonly preludeCache: Map<string, Entry | null>;
  /** How many names that were not found have been compared with the names in scope. */
  suggestions = 0;
  readonly std: ModuleDecl | null;
  readonly prelude: ModuleDecl | null;

  constructor(own: readonly ModuleDecl[], sink: DiagSink, ground: Ground | null = null) {
    this.sink = sink;
    this.modules = ground === null ? own : [...ground.modules, ...own];
    this.blockScopes = ground?.session.blockScopes ?? new Map();
    this.lang = ground?.session.lang ?? new Map();
    this.intrinsics = ground?.session.intrinsics ?? new Map();
    this.preludeCache = ground?.session.preludeCache ?? new Map();
    for (const module of this.modules) {
      this.moduleByPath.set(module.path.join('::'), module);
      this.children.set(module, new Map());
    }
    if (ground !== null) this.stand(ground);
    for (const module of own) this.open(module);
    for (const module of this.modules) {
      const parent = this.moduleByPath.get(module.path.slice(0, -1).join('::'));
      if (parent !== undefined) this.children.get(parent)!.set(module.path.at(-1)!, module);
    }
    this.std = this.moduleByPath.get('std') ?? null;
    this.prelude = this.moduleByPath.get('std::prelude') ?? null;
  }

  private stand(ground: Ground): void {
    const seen = new Set(ground.modules);
    for (const module of ground.modules) this.scopes.set(module, ground.session.scopes.get(module)!);
    for (const trait of ground.session.traits) if (seen.has(trait.module)) this.traits.push(trait);
    for (const impl of ground.session.impls) if (seen.has(impl.module)) this.impls.push(impl);
  }

  /** Adds modules, whose items are declared later. */
  add(modules: readonly ModuleDecl[]): void {
    for (const module of modules) {
      this.moduleByPath.set(module.path.join('::'), module);
      this.children.set(module, new Map());
      this.open(module);
    }
    for (const module of modules) this.children.get(this.moduleByPath.get(module.path.slice(0, -1).join('::'))!)?.set(module.path.at(-1)!, module);
  }

  private open(module: ModuleDecl): void {
    const scope = new Scope(null, module, null);
    this.scopes.set(module, scope);
    this.allScopes.push(scope);
  }

  newId(): number {
    return nextId++;
  }

  report(input: DiagInput): void {
    this.sink.report(input);
  }
}
