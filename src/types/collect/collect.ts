/**
 * Collection: from modules to declarations with signatures, and the Resolver that the body checker asks.
 * Consumes: all modules, parsed. Produces: a Resolver. The stages: declare everything (names), then check the user's declarations, which lowers
 * their signatures; std's are lowered when something asks for them.
 */
import { bug } from '../../base/index.ts';
import type { DiagSink } from '../../diag/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { ConstDecl, FnDecl, LangItems, ModuleDecl, TraitDecl } from '../program.ts';
import type { Resolver, TypeContext } from '../resolve.ts';
import { tys } from '../ty.ts';
import { checkCoherence } from './check-coherence.ts';
import { checkDeclarations } from './check-declarations.ts';
import { checkImports, noteTraitUse, reportUnusedImports } from './check-imports.ts';
import { checkImpls } from './check-impls.ts';
import { evalConst } from './const-eval.ts';
import { declareModule } from './declare.ts';
import { noteUse } from './deprecated.ts';
import { lookupInScope, resolveBinding, exportedNames } from './lookup.ts';
import { lowerArgs, lowerType } from './lower-type.ts';
import { headerContext } from './nodes.ts';
import type { ConstNode, FnNode } from './nodes.ts';
import { resolvePath } from './resolve-path.ts';
import { isVisible } from './scope.ts';
import type { Scope } from './scope.ts';
import { Session } from './session.ts';
import type { Ground } from './session.ts';
import { ImplTable } from './unify.ts';

export interface CollectOptions {
  /** Also checks the declarations of std, which are otherwise taken as they are: for std's own tests. */
  readonly checkStd?: boolean;
}

export function collectProgram(modules: readonly ModuleDecl[], rootModule: ModuleDecl | null, sink: DiagSink, options: CollectOptions = {}): Resolver {
  const session = new Session(modules, sink);
  for (const module of modules) declareModule(session, module);
  const wanted = (module: ModuleDecl): boolean => options.checkStd === true || !module.isStd;
  checkImports(session, wanted);
  checkDeclarations(session, wanted);
  const table = new ImplTable(session);
  checkImpls(session, table, wanted);
  checkCoherence(session, table, wanted);
  const main = rootModule === null ? null : mainOf(session, rootModule);
  return makeResolver(session, main);
}

/** Declarations that several programs build upon, with the lookups that answer about them: nothing in them is checked. */
export interface GroundWork {
  readonly ground: Ground;
  /** The impls among its declarations, made at the first demand; nothing may be declared afterwards. */
  impls(): ImplTable;
  readonly resolver: Resolver;
  /** Adds modules without their items; a folder comes before what is in it. */
  open(modules: readonly ModuleDecl[]): void;
  /** Declares the items of a module that was given without them until now. */
  declare(module: ModuleDecl): void;
}

/** Declares modules of which only names and signatures will be asked for, on top of `below` if there is something. `later`: modules that `declare` fills. */
export function layGround(modules: readonly ModuleDecl[], later: readonly ModuleDecl[], below: Ground | null, sink: DiagSink): GroundWork {
  const session = new Session([...modules, ...later], sink, below);
  for (const module of modules) declareModule(session, module);
  let impls: ImplTable | null = null;
  return {
    ground: { session, modules: session.modules },
    impls: () => (impls ??= new ImplTable(session)),
    resolver: makeResolver(session, null),
    open: (added) => session.add(added),
    declare: (module) => declareModule(session, module),
  };
}

/** Collects `own` modules upon `ground`, which is taken as it is and whose first impls `impls` are, and checks the declarations of those among them that are `wanted`. */
export function collectUpon(ground: Ground, impls: ImplTable, own: readonly ModuleDecl[], rootModule: ModuleDecl | null, sink: DiagSink, wantedModules: readonly ModuleDecl[] = own): Resolver {
  const session = new Session(own, sink, ground);
  for (const module of own) declareModule(session, module);
  const mine = new Set(wantedModules);
  const wanted = (module: ModuleDecl): boolean => mine.has(module);
  checkImports(session, wanted);
  checkDeclarations(session, wanted);
  const table = new ImplTable(session, impls);
  checkImpls(session, table, wanted);
  checkCoherence(session, table, wanted);
  return makeResolver(session, rootModule === null ? null : mainOf(session, rootModule));
}

function mainOf(session: Session, root: ModuleDecl): FnDecl | null {
  const entry = session.scopes.get(root)!.values.get('main');
  return entry !== undefined && entry.res.kind === 'fn' ? entry.res.decl : null;
}

function makeLang(session: Session): LangItems {
  const find = (name: string, kind: 'trait' | 'adt' | 'fn'): unknown => {
    const decl = session.lang.get(name);
    return decl !== undefined && decl.kind === kind ? decl : bug(`std has no ${kind} with @lang("${name}")`);
  };
  return {
    trait: (name) => find(name, 'trait') as TraitDecl,
    adt: (name) => find(name, 'adt') as ReturnType<LangItems['adt']>,
    fn: (name) => find(name, 'fn') as FnDecl,
  };
}

function makeResolver(session: Session, main: FnDecl | null): Resolver {
  const traits = new TraitScopes(session);
  return {
    modules: session.modules,
    fns: session.fns,
    adts: session.adts,
    traits: session.traits,
    impls: session.impls,
    consts: session.consts,
    lang: makeLang(session),
    main,
    missingSupertraits: session.missingSupertraits,
    intrinsic: (name) => session.intrinsics.get(name) ?? null,
    resolvePath: (segments, namespace, cx, quiet = false) => resolvePath(session, segments, namespace, cx, quiet),
    lowerType: (type, cx) => lowerType(session, type, cx),
    lowerArgs: (args, own, cx, span) => lowerArgs(session, args, own, cx, span, ''),
    itemScope: (block) => session.blockScopes.get(block) ?? null,
    contextOf: (decl) => contextOf(decl),
    get hasDeprecated() {
      return session.hasDeprecated;
    },
    noteUse: (what, use, module) => noteUse(session, what, use, module),
    noteTraitUse: (trait, module) => noteTraitUse(session, trait, module),
    reportUnusedImports: (wanted) => reportUnusedImports(session, wanted),
    traitsInScope: (cx) => traits.of(cx),
    isVisible,
    evalConstExpr: (expr: ast.Expr, cx: TypeContext, expected = tys.usize) => evalConst(session, expr, cx, expected),
  };
}

function contextOf(decl: FnDecl | ConstDecl): TypeContext {
  const node = decl as FnNode | ConstNode;
  const { parent } = node;
  const selfTy = parent === null ? null : parent.kind === 'trait' ? tys.param(0, 'Self') : parent.selfTy;
  return headerContext(node.module, node.scope, node.generics, selfTy);
}

/** Which traits' methods can be called with a dot: those declared or imported in the module or an enclosing block, and the prelude's. */
class TraitScopes {
  private readonly session: Session;
  private readonly byModule = new Map<ModuleDecl, ReadonlySet<TraitDecl>>();
  private readonly byScope = new Map<Scope, ReadonlySet<TraitDecl>>();
  private prelude: ReadonlySet<TraitDecl> | null = null;

  constructor(session: Session) {
    this.session = session;
  }

  of(cx: TypeContext): ReadonlySet<TraitDecl> {
    return cx.scope === null ? this.ofModule(cx.module) : this.ofScope(cx.scope as Scope);
  }

  private ofModule(module: ModuleDecl): ReadonlySet<TraitDecl> {
    let known = this.byModule.get(module);
    if (known === undefined) {
      const out = new Set(this.preludeTraits());
      this.collect(this.session.scopes.get(module)!, out);
      known = out;
      this.byModule.set(module, known);
    }
    return known;
  }

  private ofScope(scope: Scope): ReadonlySet<TraitDecl> {
    let known = this.byScope.get(scope);
    if (known === undefined) {
      const out = new Set(scope.parent === null ? this.ofModule(scope.module) : this.ofScope(scope.parent));
      this.collect(scope, out);
      known = out;
      this.byScope.set(scope, known);
    }
    return known;
  }

  private preludeTraits(): ReadonlySet<TraitDecl> {
    if (this.prelude === null) {
      const out = new Set<TraitDecl>();
      const { prelude } = this.session;
      if (prelude !== null) this.addNames(this.session.scopes.get(prelude)!, exportedNames(this.session, prelude, prelude), out);
      this.prelude = out;
    }
    return this.prelude;
  }

  private addNames(scope: Scope, names: Iterable<string>, out: Set<TraitDecl>): void {
    for (const name of names) {
      const entry = lookupInScope(this.session, scope, name, 'type');
      if (entry?.res.kind === 'trait') out.add(entry.res.decl);
    }
  }

  private collect(scope: Scope, out: Set<TraitDecl>): void {
    for (const entry of scope.types.values()) if (entry.res.kind === 'trait') out.add(entry.res.decl);
    for (const binding of scope.imports.values()) {
      const found = resolveBinding(this.session, binding).type;
      if (found?.res.kind === 'trait') out.add(found.res.decl);
    }
    for (const glob of scope.globs) {
      if (glob.source === undefined) lookupInScope(this.session, scope, '', 'type');
      if (glob.source?.kind === 'module') this.addNames(scope, exportedNames(this.session, glob.source.module, scope.module), out);
    }
  }
}
