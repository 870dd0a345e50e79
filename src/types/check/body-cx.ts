/**
 * The state of checking one body, shared by the files of this folder.
 * Holds: the solver, scopes of locals, frames that `break`, `return` and `?` look for, and lists of everything made on the way, so that
 * the end of the check can put known types in place of variables without walking the tree.
 */
import type { Span } from '../../source/index.ts';
import type { SourceMap } from '../../source/index.ts';
import type { DiagInput, DiagSink, RelatedSpan } from '../../diag/index.ts';
import type * as ast from '../../syntax/index.ts';
import { HAS_INFER, HAS_POISON, mapTy, subst, tys } from '../ty.ts';
import type { InferTy, Ty } from '../ty.ts';
import type { AdtDecl, ClosureDecl, ConstDecl, FnDecl, LangTrait, Predicate, TraitDecl } from '../program.ts';
import type { Resolver, TypeContext } from '../resolve.ts';
import type * as tree from '../tree.ts';
import { identityArgs, ParamEnv, Solver } from '../solve/index.ts';
import type { Cause, Failure, Obligation, World } from '../solve/index.ts';
import { showTy } from '../show.ts';

/** What all bodies of a program share. */
export interface Session {
  readonly resolver: Resolver;
  readonly sink: DiagSink;
  /** For the texts that `dbg!` and `assert` print; absent in tests that do not need them. */
  readonly sources: SourceMap | null;
  readonly world: World;
  /** Closures whose captures are known. */
  readonly analysed: WeakSet<ClosureDecl>;
  /** The dispatcher of expressions: a slot, because what it dispatches to calls it again for the parts. */
  readonly dispatch: (cx: BodyCx, e: ast.Expr, want: Want | null) => tree.Expr;
  /** Says that a bound does not hold. */
  readonly reportFailure: (cx: BodyCx, failure: Failure) => void;
}

/** What an expression's surroundings would like it to be. */
export interface Want {
  readonly ty: Ty;
  /** The value must have this type in the end, so that a branch that differs is told at once. */
  readonly hard: boolean;
  /** Where the wish comes from. */
  readonly why: RelatedSpan | null;
}

export type Scope = Map<string, tree.LocalVar>;

/** Joins the types of several branches. */
export interface Merge {
  readonly want: Want | null;
  /** Null until a branch that does not diverge has been seen. */
  ty: Ty | null;
  firstSpan: Span | null;
  /** Branches so far, if they are functions or closures: each as the tail of a block of its own, in which it can still become a function value. */
  readonly callables: { ty: Ty; tail: tree.Expr | null }[];
}

export interface TryArm {
  /** Null for the arm that takes panics. */
  readonly types: readonly Ty[];
  readonly index: number;
}

export type Frame =
  | { readonly kind: 'fn'; readonly what: 'fn' | 'closure' | 'const'; readonly ret: Ty; readonly why: RelatedSpan | null }
  | { readonly kind: 'loop'; readonly target: tree.JumpTarget; readonly label: string | null; readonly merge: Merge | null; broken: boolean }
  | { readonly kind: 'block'; readonly target: tree.JumpTarget; readonly label: string; readonly merge: Merge; broken: boolean }
  | { readonly kind: 'try'; readonly target: tree.JumpTarget; readonly arms: readonly TryArm[] }
  /** A `try` block without arms whose type is a Result or Option: `?` leaves it with the error as its value. */
  | { readonly kind: 'tryValue'; readonly target: tree.JumpTarget; readonly ty: Ty }
  /** A deferred body: nothing jumps out of it. */
  | { readonly kind: 'defer' };

interface ClosureDemand {
  readonly decl: ClosureDecl;
  readonly mode: ast.CallMode;
  readonly span: Span;
  readonly boundSpan: Span | null;
}

/** Something whose type must be known in the end, in the order of how well it can be explained. */
export interface Unknown {
  readonly ty: Ty;
  readonly span: Span;
  readonly what: string;
}

/** For a message, a literal that nothing has decided yet is what it would become. */
function withDefaults(ty: Ty): Ty {
  if ((ty.flags & HAS_INFER) === 0) return ty;
  if (ty.kind === 'infer') return ty.domain === 'int' ? tys.int32 : ty.domain === 'float' ? tys.float64 : ty;
  return mapTy(ty, withDefaults);
}

let closureCount = 0;

/** Closures are told apart by a number that is never used again in this process, since types are interned for all sessions. */
export function nextClosureId(): number {
  return closureCount++;
}

const envs = new WeakMap<readonly Predicate[], ParamEnv>();

/** The assumptions inside an item. In a trait, that Self implements it is one of them. */
export function envOf(owner: FnDecl | ConstDecl): ParamEnv {
  const own = owner.generics.predicates;
  const known = envs.get(own);
  if (known !== undefined) return known;
  const list: Predicate[] = [...own];
  if (owner.parent?.kind === 'trait') {
    const trait = owner.parent;
    list.push({ kind: 'trait', ref: { trait, args: identityArgs(trait.generics) }, span: trait.nameSpan });
  }
  const env = new ParamEnv(list);
  envs.set(own, env);
  return env;
}

export class BodyCx {
  readonly session: Session;
  readonly owner: FnDecl | ConstDecl;
  readonly solver: Solver;
  /** Generic arguments of a closure made here. */
  readonly ownArgs: readonly Ty[];
  tcx: TypeContext;
  readonly scopes: Scope[] = [new Map()];
  readonly frames: Frame[] = [];
  unsafeDepth = 0;
  /** Whether the code being checked can no longer be reached. */
  diverges = false;
  /** An error was reported: the body does not go on to MIR. */
  failed = false;

  readonly exprs: tree.Expr[] = [];
  readonly pats: tree.Pat[] = [];
  readonly locals: tree.LocalVar[] = [];
  /** Generic arguments of functions and constants that were used, to be resolved in the end. */
  readonly genericUses: { readonly holder: { args: readonly Ty[] }; readonly span: Span; readonly name: string }[] = [];
  readonly closures: ClosureDecl[] = [];
  /** Closures met so far, those included whose bodies are still being checked. */
  closureCount = 0;
  readonly closureDemands: ClosureDemand[] = [];
  readonly ranged: { readonly node: tree.LiteralExpr; readonly span: Span }[] = [];
  readonly matches: tree.MatchExpr[] = [];
  readonly irrefutable: { readonly pat: tree.Pat; readonly span: Span; readonly what: 'let' | 'param' | 'for' }[] = [];
  readonly divergingVars: InferTy[] = [];
  readonly used = new Set<tree.LocalVar>();
  /** Every `let` of which it has been said that it does not change. */
  readonly unchangeable = new Set<tree.LocalVar>();
  /** Parameters: an unused one is no mistake. */
  readonly params = new Set<tree.LocalVar>();
  /** Type of the statement checked last, for the advice about a `;` too many. */
  lastStmtTy: Ty | null = null;
  /** Locals that were declared without a value: `let x;`. */
  readonly uninitialised = new Set<tree.LocalVar>();
  /** Calls of `Deref::deref` and `Index::index` that may turn into their `Mut` forms. */
  readonly flexible = new Map<tree.Expr, 'deref' | 'index'>();
  /** Calls of `let` locals, which have to be `var` if the call changes what they hold; known when captures are. */
  readonly calledLocals: { readonly local: tree.LocalVar; readonly span: Span; readonly shape: { readonly mode: ast.CallMode } }[] = [];
  /** Run after all types are known. */
  readonly atEnd: (() => void)[] = [];
  /** Results that are thrown away by a statement: looked at when their types are known. */
  readonly ignored: { readonly expr: tree.Expr; readonly span: Span }[] = [];
  private nextId = 0;

  constructor(session: Session, owner: FnDecl | ConstDecl) {
    this.session = session;
    this.owner = owner;
    this.solver = new Solver(session.world, envOf(owner), (failure) => session.reportFailure(this, failure));
    this.ownArgs = identityArgs(owner.generics);
    this.tcx = { ...session.resolver.contextOf(owner), infer: () => this.fresh() };
  }

  // ---------------------------------------------------------------- types

  fresh(domain: InferTy['domain'] = 'any'): InferTy {
    return this.solver.table.fresh(domain);
  }

  shallow(ty: Ty): Ty {
    return this.solver.table.shallow(ty);
  }

  resolve(ty: Ty): Ty {
    return this.solver.table.resolve(ty);
  }

  /** What is known at the top, after trying to learn more. */
  known(ty: Ty): Ty {
    const at = this.shallow(ty);
    if (at.kind !== 'infer') return at;
    this.solver.selectPending();
    return this.shallow(at);
  }

  /** As `known`; a literal that nothing has decided yet takes its default, since its type is needed now. */
  decided(ty: Ty): Ty {
    const at = this.known(ty);
    if (at.kind !== 'infer' || at.domain === 'any') return at;
    this.unify(at, at.domain === 'int' ? tys.int32 : tys.float64);
    return this.shallow(at);
  }

  unify(a: Ty, b: Ty): boolean {
    return this.solver.table.unify(a, b);
  }

  /** Makes two callable shapes equal; a function that never returns stands for one that returns anything. */
  unifyShape(params: readonly Ty[], ret: Ty, wantParams: readonly Ty[], wantRet: Ty): boolean {
    const { table } = this.solver;
    if (!table.unifyAll(params, wantParams)) return false;
    return table.shallow(ret).kind === 'never' || table.unify(ret, wantRet);
  }

  print(ty: Ty): string {
    return showTy(withDefaults(this.resolve(ty)));
  }

  isPoison(ty: Ty): boolean {
    return (this.resolve(ty).flags & HAS_POISON) !== 0;
  }

  /** Resolves associated types in a type that was just put in terms of this body. */
  normalize(ty: Ty, span: Span): Ty {
    const out: Obligation[] = [];
    const result = this.solver.normalize(ty, { span, boundSpan: null, name: null }, out);
    this.solver.registerAll(out);
    return result;
  }

  instantiate(ty: Ty, args: readonly Ty[], span: Span): Ty {
    return this.normalize(subst(ty, args), span);
  }

  lower(type: ast.TypeExpr): Ty {
    const ty = this.session.resolver.lowerType(type, this.tcx);
    if ((ty.flags & HAS_POISON) !== 0) this.failed = true;
    return this.normalize(ty, type.span);
  }

  /** Demands a trait of a type. */
  require(trait: TraitDecl, args: readonly Ty[], cause: Cause): void {
    this.solver.register({ kind: 'trait', trait, args, cause, depth: 0 });
  }

  holds(trait: TraitDecl, args: readonly Ty[], span: Span): boolean {
    return this.solver.holds(trait, args, { span, boundSpan: null, name: null }) === 'yes';
  }

  // ---------------------------------------------------------------- lang items

  trait(name: LangTrait): TraitDecl {
    return this.session.world.lang.trait(name);
  }

  /** The only or first required method of a lang trait. */
  method(name: LangTrait, method: string): FnDecl {
    const found = this.trait(name).methods.find((item) => item.name === method);
    if (found === undefined) throw new Error(`lang trait ${name} has no method ${method}`);
    return found;
  }

  adt(name: Parameters<World['lang']['adt']>[0]): AdtDecl {
    return this.session.world.lang.adt(name);
  }

  get string(): Ty {
    return tys.adt(this.adt('String'), []);
  }

  isLang(ty: Ty, name: Parameters<World['lang']['adt']>[0]): boolean {
    return ty.kind === 'adt' && ty.decl === this.adt(name);
  }

  // ---------------------------------------------------------------- nodes

  id(): number {
    return this.nextId++;
  }

  add<T extends tree.Expr>(node: T): T {
    this.exprs.push(node);
    return node;
  }

  addPat<T extends tree.Pat>(node: T): T {
    this.pats.push(node);
    return node;
  }

  newLocal(name: string, ty: Ty, span: Span, options: { readonly mutable?: boolean; readonly using?: boolean; readonly synthetic?: boolean } = {}): tree.LocalVar {
    const local: tree.LocalVar = {
      id: this.id(), name, mutable: options.mutable ?? false, ty, span, using: options.using ?? false, synthetic: options.synthetic ?? false,
    };
    this.locals.push(local);
    return local;
  }

  newTarget(name: string | null): tree.JumpTarget {
    return { id: this.id(), name };
  }

  // ---------------------------------------------------------------- scopes

  declare(local: tree.LocalVar): void {
    this.scopes[this.scopes.length - 1]!.set(local.name, local);
  }

  lookup(name: string): tree.LocalVar | null {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]!.get(name);
      if (found !== undefined) return found;
    }
    return null;
  }

  inScope<T>(f: () => T): T {
    this.scopes.push(new Map());
    try {
      return f();
    } finally {
      this.scopes.pop();
    }
  }

  inFrame<T>(frame: Frame, f: () => T): T {
    this.frames.push(frame);
    try {
      return f();
    } finally {
      this.frames.pop();
    }
  }

  // ---------------------------------------------------------------- diagnostics

  error(input: DiagInput): void {
    this.failed = true;
    if ((input.code === 'CJ0293' || input.code === 'CJ0296') && this.isBroken()) return;
    this.session.sink.report(input);
  }

  /** Whether the parser found mistakes in this body: then what is missing may be among what it left out. */
  private isBroken(): boolean {
    const { file, lo, hi } = this.owner.span;
    return this.session.sink.all.some((diag) => diag.code < 'CJ0150' && diag.span.file === file && diag.span.lo >= lo && diag.span.hi <= hi);
  }

  warn(input: DiagInput): void {
    this.session.sink.report(input);
  }

  /** The source text of a span, where sources are at hand. */
  text(span: Span): string {
    return this.session.sources?.textOf(span) ?? '';
  }
}
