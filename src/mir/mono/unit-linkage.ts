/**
 * In which unit the code of an instance stands when a program is compiled module by module.
 * The rules: what belongs to one module stands in that module's unit (functions and constants without parameters, the destruction of types without
 * parameters); what consists of std alone stands in std's unit, or in the one unit of a program that holds all such instances that it needs;
 * everything else (generic code for the program's types) in each unit that needs it, of which the linker keeps one; and what a closure is
 * part of, in the unit of that closure alone.
 * Consumes: declarations and concrete types. Produces: linkage. Holds: the instances that the unit asks of the one for std's instances.
 */
import type { ConstDecl, FnDecl, ModuleDecl, Ty } from '../../types/index.ts';
import type { Linkage } from '../mir.ts';
import { holdsClosure, identityOf, isStdOnly, tyData } from './identity.ts';
import type { TyData } from './identity.ts';

/** An instance of std's declarations alone, as data. */
export type NeededInstance =
  | { readonly kind: 'fn'; readonly symbol: string; readonly decl: string; readonly args: readonly TyData[] }
  | { readonly kind: 'drop' | 'cloneTuple' | 'cloneArray'; readonly symbol: string; readonly ty: TyData };

/** What monomorphisation asks when it makes a unit. */
export interface UnitLinkage {
  fn(decl: FnDecl, args: readonly Ty[], symbol: string): Linkage;
  /** `isLiteral`: the value stands in the text, so that it is better copied than called. */
  constant(decl: ConstDecl, args: readonly Ty[], symbol: string, isLiteral: () => boolean): Linkage;
  dropGlue(ty: Ty, symbol: string): Linkage;
  clone(ty: Ty, how: 'cloneTuple' | 'cloneArray', symbol: string): Linkage;
  /** False where it is known that a function in another unit cannot panic. */
  mayPanic(symbol: string): boolean;
}

/** The unit of a module of the program; of several modules in one, for `own` that says yes to all of them. */
export class ModuleLinkage implements UnitLinkage {
  readonly needed = new Map<string, NeededInstance>();
  private readonly own: (module: ModuleDecl) => boolean;
  private readonly calm: ReadonlySet<string>;

  /** `calm`: symbols of std's unit that cannot panic. */
  constructor(own: (module: ModuleDecl) => boolean, calm: ReadonlySet<string>) {
    this.own = own;
    this.calm = calm;
  }

  fn(decl: FnDecl, args: readonly Ty[], symbol: string): Linkage {
    if (args.some(holdsClosure)) return 'local';
    if (decl.module.isStd) {
      if (!args.every(isStdOnly)) return 'shared';
      if (args.length > 0) this.needed.set(symbol, { kind: 'fn', symbol, decl: identityOf(decl), args: args.map(tyData) });
      return 'extern';
    }
    if (args.length > 0) return 'shared';
    return this.own(decl.module) ? 'global' : 'extern';
  }

  constant(decl: ConstDecl, args: readonly Ty[], _symbol: string, isLiteral: () => boolean): Linkage {
    if (args.some(holdsClosure)) return 'local';
    if (args.length > 0) return 'shared';
    if (this.own(decl.module)) return 'global';
    return isLiteral() ? 'local' : 'extern';
  }

  dropGlue(ty: Ty, symbol: string): Linkage {
    if (holdsClosure(ty)) return 'local';
    if (isStdOnly(ty)) {
      this.needed.set(symbol, { kind: 'drop', symbol, ty: tyData(ty) });
      return 'extern';
    }
    if (ty.kind !== 'adt' || ty.args.length > 0 || ty.decl.module.isStd) return 'shared';
    return this.own(ty.decl.module) ? 'global' : 'extern';
  }

  clone(ty: Ty, how: 'cloneTuple' | 'cloneArray', symbol: string): Linkage {
    if (holdsClosure(ty)) return 'local';
    if (!isStdOnly(ty)) return 'shared';
    this.needed.set(symbol, { kind: how, symbol, ty: tyData(ty) });
    return 'extern';
  }

  mayPanic(symbol: string): boolean {
    return !this.calm.has(symbol);
  }
}

/** std's own unit, and the unit of a program's instances of std: everything is here, but for what std's unit `has` already. */
export class StdLinkage implements UnitLinkage {
  private readonly elsewhere: ReadonlySet<string>;
  private readonly calm: ReadonlySet<string>;

  constructor(elsewhere: ReadonlySet<string>, calm: ReadonlySet<string>) {
    this.elsewhere = elsewhere;
    this.calm = calm;
  }

  fn(_decl: FnDecl, args: readonly Ty[], symbol: string): Linkage {
    return this.at(symbol, args.some(holdsClosure));
  }

  constant(_decl: ConstDecl, args: readonly Ty[], symbol: string, isLiteral: () => boolean): Linkage {
    const where = this.at(symbol, args.length > 0);
    return where === 'extern' && isLiteral() ? 'local' : where;
  }

  dropGlue(ty: Ty, symbol: string): Linkage {
    return this.at(symbol, holdsClosure(ty));
  }

  clone(ty: Ty, _how: 'cloneTuple' | 'cloneArray', symbol: string): Linkage {
    return this.at(symbol, holdsClosure(ty));
  }

  mayPanic(symbol: string): boolean {
    return !this.calm.has(symbol);
  }

  private at(symbol: string, local: boolean): Linkage {
    return local ? 'local' : this.elsewhere.has(symbol) ? 'extern' : 'global';
  }
}
