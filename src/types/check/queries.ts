/**
 * What later phases ask of types: which function a trait's method is for concrete types, what associated types are, what is Copy.
 * Holds: answers by type ids, since monomorphisation asks the same thing many times.
 */
import { bug } from '../../base/index.ts';
import { HAS_PARAM, HAS_PROJECTION, subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { FnDecl, Predicate, ResolvedMethod, TraitDecl } from '../program.ts';
import { EMPTY_ENV, headKey, ParamEnv, Solver } from '../solve/index.ts';
import type { Cause, World } from '../solve/index.ts';

type DropImpl = { readonly decl: FnDecl; readonly args: readonly Ty[] } | null;

export class Queries {
  private readonly world: World;
  private readonly plain: Solver;
  private readonly solvers = new WeakMap<readonly Predicate[], Solver>();
  private readonly methods = new Map<string, ResolvedMethod>();
  private readonly normal = new Map<number, Ty>();
  private readonly copies = new Map<number, boolean>();
  private readonly drops = new Map<number, DropImpl>();
  private readonly cause: Cause;

  constructor(world: World) {
    this.world = world;
    this.plain = new Solver(world, EMPTY_ENV, () => {});
    this.cause = { span: { file: 0 as Cause['span']['file'], lo: 0, hi: 0 }, boundSpan: null, name: null };
  }

  private solverFor(assumptions: readonly Predicate[] | undefined): Solver {
    if (assumptions === undefined || assumptions.length === 0) return this.plain;
    let solver = this.solvers.get(assumptions);
    if (solver === undefined) this.solvers.set(assumptions, (solver = new Solver(this.world, new ParamEnv(assumptions), () => {})));
    return solver;
  }

  normalize(ty: Ty): Ty {
    if ((ty.flags & HAS_PROJECTION) === 0) return ty;
    const known = this.normal.get(ty.id);
    if (known !== undefined) return known;
    const result = this.plain.probe(() => this.plain.table.resolve(this.plain.normalize(ty, this.cause, [])));
    if ((ty.flags & HAS_PARAM) === 0) this.normal.set(ty.id, result);
    return result;
  }

  /** The same for types with parameters, of which `assumptions` hold. */
  normalizeIn(ty: Ty, assumptions: readonly Predicate[]): Ty {
    if ((ty.flags & HAS_PROJECTION) === 0) return ty;
    if ((ty.flags & HAS_PARAM) === 0 || assumptions.length === 0) return this.normalize(ty);
    const solver = this.solverFor(assumptions);
    return solver.probe(() => solver.table.resolve(solver.normalize(ty, this.cause, [])));
  }

  implementsTrait(ty: Ty, trait: TraitDecl, assumptions?: readonly Predicate[]): boolean {
    const args = new Array<Ty>(trait.generics.total).fill(ty);
    return this.solverFor(assumptions).holds(trait, args, this.cause) === 'yes';
  }

  isCopy(ty: Ty, assumptions?: readonly Predicate[]): boolean {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'ptr': case 'fnItem': case 'never':
        return true;
      case 'ref':
        return !ty.mutable;
      case 'str': case 'slice': case 'dyn': case 'box': case 'fn':
        return false;
      default:
        break;
    }
    const generic = (ty.flags & HAS_PARAM) !== 0;
    if (!generic || assumptions === undefined || assumptions.length === 0) {
      const known = this.copies.get(ty.id);
      if (known !== undefined) return known;
    }
    const answer = this.solverFor(generic ? assumptions : undefined).holds(this.world.lang.trait('Copy'), [ty], this.cause) === 'yes';
    if (!generic && !this.isOpenClosure(ty)) this.copies.set(ty.id, answer);
    return answer;
  }

  private isOpenClosure(ty: Ty): boolean {
    return ty.kind === 'closure' ? this.world.closureIsCopy(ty) === null : ty.kind === 'tuple' || ty.kind === 'array';
  }

  dropImpl(ty: Ty): DropImpl {
    if (ty.kind !== 'adt') return null;
    const known = this.drops.get(ty.id);
    if (known !== undefined) return known;
    const answer = this.findDrop(ty);
    this.drops.set(ty.id, answer);
    return answer;
  }

  private findDrop(ty: Ty): DropImpl {
    const trait = this.world.lang.trait('Drop');
    for (const impl of this.world.index.implsOf(trait, headKey(ty))) {
      const found = this.plain.probe(() => {
        const args: Ty[] = [];
        for (let i = 0; i < impl.generics.total; i++) args.push(this.plain.table.fresh());
        if (!this.plain.table.unify(subst(impl.selfTy, args), ty)) return null;
        return this.plain.table.resolveAll(args);
      });
      const decl = impl.methods.find((method) => method.name === 'drop');
      if (found !== null && decl !== undefined) return { decl, args: found };
    }
    return null;
  }

  /** The impl (or built-in, or table slot) that a method of a trait means for concrete types. */
  resolveMethod(method: FnDecl, args: readonly Ty[]): ResolvedMethod {
    let key = `${method.id}:`;
    for (const arg of args) key += `${arg.id},`;
    const known = this.methods.get(key);
    if (known !== undefined) return known;
    const answer = this.findMethod(method, args);
    this.methods.set(key, answer);
    return answer;
  }

  private findMethod(method: FnDecl, args: readonly Ty[]): ResolvedMethod {
    const found = this.methodBy(this.plain, [], method, args);
    if (found === null) bug(`no impl for method ${method.name} and ${args[0]?.kind ?? 'no'} type in a checked program`);
    if (found === 'assumed') bug(`method ${method.name} was resolved by an assumption outside of any generics`);
    return found;
  }

  /** The same for types with parameters: null where only an assumption says that there is such a method. */
  resolveMethodIn(method: FnDecl, args: readonly Ty[], assumptions: readonly Predicate[]): ResolvedMethod | null {
    const found = this.methodBy(this.solverFor(assumptions), assumptions, method, args);
    return found === 'assumed' ? null : found;
  }

  private methodBy(solver: Solver, assumptions: readonly Predicate[], method: FnDecl, args: readonly Ty[]): ResolvedMethod | 'assumed' | null {
    const trait = method.parent;
    if (trait === null || trait.kind !== 'trait') return { kind: 'fn', decl: method, args };
    const count = trait.generics.total;
    const normal = (ty: Ty): Ty => this.normalizeIn(ty, assumptions);
    const traitArgs = args.slice(0, count).map(normal);
    const own = args.slice(count);
    const self = traitArgs[0]!;
    const selection = solver.select(trait, traitArgs, this.cause, 0);
    if (selection.verdict !== 'yes') return null;
    const { source } = selection;
    switch (source.kind) {
      case 'impl': {
        const own_ = source.impl.methods.find((candidate) => candidate.name === method.name);
        if (own_ === undefined) return { kind: 'fn', decl: method, args };
        return { kind: 'fn', decl: own_, args: [...source.args.map(normal), ...own] };
      }
      case 'dyn': {
        const slot = source.self.trait.dynMethods?.indexOf(method) ?? -1;
        if (slot >= 0) return { kind: 'dyn', trait: source.self.trait, slot };
        return { kind: 'fn', decl: method, args };
      }
      case 'builtin':
        if (method.name !== 'clone') return { kind: 'fn', decl: method, args };
        if (self.kind === 'tuple' && self !== tys.unit && !this.isCopy(self)) return { kind: 'builtin', name: 'cloneTuple', self };
        if (self.kind === 'array' && !this.isCopy(self)) return { kind: 'builtin', name: 'cloneArray', self };
        return { kind: 'builtin', name: 'cloneCopy', self };
      case 'assumed':
        return 'assumed';
    }
  }
}
