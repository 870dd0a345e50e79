/**
 * Generic bodies → the program that runs: every function with every combination of arguments that can be reached from the entry.
 * Consumes: elaborated bodies, on demand. Produces a MonoProgram: no type parameters, no `drop`, callees resolved, tables made, `mayPanic` known.
 * Algorithm: a work-list from the entry; an instance is keyed by its declaration and the ids of its arguments, so each is made once.
 * Polymorphic recursion without end (`f<T>` calls `f<Box<T>>`) is reported when a type nests too deep.
 */
import { bug } from '../../base/index.ts';
import type { DiagSink } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { ClosureTy, ConstDecl, DynTy, FnDecl, FnRef, FnTy, ResolvedMethod, Ty, TypedProgram } from '../../types/index.ts';
import { mapTy, tys } from '../../types/index.ts';
import type { Body, BodyOrigin, Instance, InstanceId, Linkage, MonoProgram, TableSlot, VTable } from '../mir.ts';
import { cloneArrayBody, cloneFieldsBody, dropGlueBody } from './glue.ts';
import { BodyMaker } from './body-maker.ts';
import { Layouts } from './layout.ts';
import { matchTypes } from './match-types.ts';
import { closureIdentity, identityOf, tyFromData, unitSymbol } from './identity.ts';
import type { DeclIndex } from './identity.ts';
import { literalBody } from './literal-body.ts';
import { findPanics, pruneUnwinds } from './may-panic.ts';
import { callShimBody, forwardBody, mainEntryBody, tableCallBody, testEntryBody } from './shims.ts';
import type { CallMode, CallSig } from './shims.ts';
import { pointee, specialize } from './specialize.ts';
import type { Linker } from './specialize.ts';
import { closurePath, pathOf, Symbols, typeText } from './symbols.ts';
import { TypeFacts } from './type-facts.ts';
import type { NeededInstance, UnitLinkage } from './unit-linkage.ts';
import { tableEntries } from './vtables.ts';
import type { TableEntry } from './vtables.ts';

/** What the program starts with. With tests, the entry runs the one that the runtime names; with constants there is none, and only they can be evaluated. */
export type Roots = { readonly main: FnDecl } | { readonly tests: readonly FnDecl[] } | { readonly consts: readonly ConstDecl[] };

/** Elaborated bodies of a function or constant and of its closures. */
export type BodySource = (decl: FnDecl | ConstDecl) => readonly Body[];

type Draft = { -readonly [K in keyof Instance]: Instance[K] };

/** What a unit of a program holds: the functions, constants and types of a module, or instances of std that a program asks for. */
export interface UnitRoots {
  readonly fns: readonly FnDecl[];
  readonly consts: readonly ConstDecl[];
  /** Types whose destruction belongs to the unit. */
  readonly drops: readonly Ty[];
  readonly needed: readonly NeededInstance[];
  /** The program's `main`, in the unit of the module that declares it. */
  readonly main: FnDecl | null;
}

/** How an instance is known: the key of this program, and for units a name that all of them share. */
interface Name {
  readonly key: string;
  readonly path: string;
  readonly args: readonly Ty[];
  readonly symbolArgs?: readonly Ty[];
  /** Of the unit's symbol: a word for the kind, then the identity. */
  readonly kind: string;
  readonly identity: string;
}

interface Traits {
  readonly inline?: boolean;
  readonly trackCaller?: boolean;
  readonly cold?: boolean;
  readonly exportName?: string | null;
}

/** Types nest deeper than this only in endless polymorphic recursion. */
const MAX_TYPE_DEPTH = 100;

/** Stands in an instance until its turn comes, and for good in one of another unit or one that could not be made (then a diagnostic has been reported). */
function emptyBody(origin: BodyOrigin | null = null, params: readonly Ty[] = [], ret: Ty = tys.unit): Body {
  const maker = new BodyMaker('jc_missing', params, ret);
  maker.block();
  const body = maker.finish();
  return origin === null ? body : { ...body, phase: 'mono', origin };
}

function ids(types: readonly Ty[]): string {
  return types.map((ty) => ty.id).join();
}

export function monomorphize(program: TypedProgram, roots: Roots, getBody: BodySource, sink: DiagSink): MonoProgram {
  return new Monomorphizer(program, getBody, sink, null).run(roots);
}

/** One unit of a program: what `roots` name, and of what they lead to the part that the linkage puts here. */
export function monomorphizeUnit(program: TypedProgram, roots: UnitRoots, decls: DeclIndex, getBody: BodySource, linkage: UnitLinkage, sink: DiagSink): MonoProgram {
  return new Monomorphizer(program, getBody, sink, linkage).runUnit(roots, decls);
}

class Monomorphizer implements Linker {
  readonly facts: TypeFacts;
  readonly layouts: Layouts;
  private readonly program: TypedProgram;
  private readonly getBody: BodySource;
  private readonly sink: DiagSink;
  /** Null for a program made as a whole. */
  private readonly unit: UnitLinkage | null;
  private readonly symbols = new Symbols();
  private readonly instances: Draft[] = [];
  private readonly byKey = new Map<string, InstanceId>();
  private readonly queue: { readonly draft: Draft; readonly source: () => Body; readonly args: readonly Ty[] }[] = [];
  private readonly tables = new Map<string, VTable>();
  private readonly tableList: VTable[] = [];
  private readonly depths = new Map<number, number>();

  constructor(program: TypedProgram, getBody: BodySource, sink: DiagSink, unit: UnitLinkage | null) {
    this.unit = unit;
    this.program = program;
    this.getBody = getBody;
    this.sink = sink;
    this.facts = new TypeFacts(program);
    this.layouts = new Layouts(this.facts);
  }

  run(roots: Roots): MonoProgram {
    const { lang } = this.program;
    if ('consts' in roots) {
      for (const decl of roots.consts) this.constInstance(decl, [], decl.span);
      return this.finish(null);
    }
    const entry = this.synthetic('entry', 'jc_entry', [], () =>
      'main' in roots ? mainEntryBody(roots.main, lang, this.fieldsOf) : testEntryBody(roots.tests, lang, this.fieldsOf));
    return this.finish(entry);
  }

  runUnit(roots: UnitRoots, decls: DeclIndex): MonoProgram {
    for (const decl of roots.consts) this.constInstance(decl, [], decl.span);
    for (const decl of roots.fns) this.fnInstance(decl, [], decl.span);
    for (const ty of roots.drops) this.dropGlue(ty);
    for (const item of roots.needed) {
      if (item.kind === 'fn') {
        const decl = decls.fn(item.decl);
        this.fnInstance(decl, item.args.map((arg) => tyFromData(arg, decls)), decl.span);
      } else if (item.kind === 'drop') {
        this.dropGlue(tyFromData(item.ty, decls));
      } else {
        this.cloneInstance(tyFromData(item.ty, decls), item.kind);
      }
    }
    const { main } = roots;
    const entry = main === null ? null : this.synthetic('entry', 'jc_entry', [], () => mainEntryBody(main, this.program.lang, this.fieldsOf));
    return this.finish(entry);
  }

  private readonly fieldsOf = (ty: Ty): readonly (readonly Ty[])[] => this.facts.fields(ty);

  private finish(entry: InstanceId | null): MonoProgram {
    for (let next = this.queue.pop(); next !== undefined; next = this.queue.pop()) {
      const body = specialize(next.source(), next.args, this);
      next.draft.body = body;
      next.draft.params = body.locals.slice(1, body.paramCount + 1).map((local) => local.ty);
      next.draft.ret = body.locals[0]!.ty;
    }
    findPanics(this.instances);
    for (const instance of this.instances) pruneUnwinds(instance.body, (id) => this.instances[id]!.mayPanic);
    return {
      instances: this.instances,
      entry,
      vtables: this.tableList,
      vtableFor: (from, to) => this.tableFor(from, to),
      dropGlue: (ty) => this.existingGlue(ty),
      needsDrop: (ty) => this.facts.needsDrop(ty),
      layouts: this.layouts,
      fields: this.fieldsOf,
      lang: this.program.lang,
    };
  }

  // -------------------------------------------------------------- instances

  /** The instance of a name, made at the first demand; `source` is asked when its turn comes. `sig` serves where the unit's linkage leads elsewhere. */
  private instance(name: Name, source: () => Body, sig: () => CallSig, linkage: ((symbol: string) => Linkage) | null, traits: Traits = {}, origin: BodyOrigin | null = null): InstanceId {
    const known = this.byKey.get(name.key);
    if (known !== undefined) return known;
    const id = this.instances.length as InstanceId;
    this.byKey.set(name.key, id);
    const symbolArgs = name.symbolArgs ?? name.args;
    const symbol = this.unit === null ? this.symbols.make(name.path, symbolArgs) : this.symbols.take(unitSymbol(name.kind, name.identity, symbolArgs), name.key);
    const where = this.unit === null || linkage === null ? 'local' : linkage(symbol);
    const draft: Draft = {
      id, symbol, body: emptyBody(), params: [], ret: tys.unit, mayPanic: false, reachable: true,
      inline: traits.inline ?? false, trackCaller: traits.trackCaller ?? false, cold: traits.cold ?? false, exportName: traits.exportName ?? null, linkage: where,
    };
    this.instances.push(draft);
    if (where === 'extern') {
      const { params, ret } = sig();
      draft.params = params;
      draft.ret = ret;
      draft.body = emptyBody(origin, params, ret);
      draft.mayPanic = this.unit!.mayPanic(symbol);
    } else {
      this.queue.push({ draft, source, args: name.args });
    }
    return id;
  }

  /** An adapter that each unit makes for itself. */
  private synthetic(key: string, path: string, symbolArgs: readonly Ty[], source: () => Body, traits: Traits = {}): InstanceId {
    return this.instance({ key, path, args: [], symbolArgs, kind: 'x', identity: path }, source, () => bug('an adapter stands where it is needed'), null, traits);
  }

  private bodyOf(decl: FnDecl | ConstDecl): Body {
    return this.getBody(decl).find((b) => b.origin.kind !== 'closure') ?? this.noBody(pathOf(decl));
  }

  /** A body is missing only where it has mistakes, which may come to light here for functions that nobody checked before. */
  private noBody(path: string): Body {
    return this.sink.hasErrors ? emptyBody() : bug(`no body for ${path}`);
  }

  fnInstance(decl: FnDecl, args: readonly Ty[], at: Span): InstanceId {
    const { flags } = decl;
    if (this.tooDeep(args, decl, at)) return this.missing();
    const name: Name = { key: `f${decl.id}<${ids(args)}`, path: pathOf(decl), args, kind: 'fn', identity: this.unit === null ? '' : identityOf(decl) };
    return this.instance(name, () => this.bodyOf(decl), () => this.declSig(decl, args), (symbol) => this.unit!.fn(decl, args, symbol), flags, { kind: 'fn', decl });
  }

  panicCurrent(): void {
    const decl = this.program.lang.fn('panicCurrent');
    this.fnInstance(decl, [], decl.span);
  }

  constInstance(decl: ConstDecl, args: readonly Ty[], at: Span): InstanceId {
    let target = decl;
    let targetArgs = args;
    if (decl.parent !== null && decl.parent.kind === 'trait') {
      const found = this.implConst(decl, args);
      target = found.decl;
      targetArgs = found.args;
    }
    if (this.tooDeep(targetArgs, target, at)) return this.missing();
    const name: Name = { key: `k${target.id}<${ids(targetArgs)}`, path: pathOf(target), args: targetArgs, kind: 'const', identity: this.unit === null ? '' : identityOf(target) };
    const linkage = (symbol: string): Linkage => this.unit!.constant(target, targetArgs, symbol, () => literalBody(this.bodyOf(target)) !== null);
    const sig = (): CallSig => ({ params: [], ret: this.facts.instantiate(target.ty, targetArgs) });
    return this.instance(name, () => this.bodyOf(target), sig, linkage, {}, { kind: 'const', decl: target });
  }

  /** A trait's constant for concrete arguments: the impl's, else the trait's own default. */
  private implConst(decl: ConstDecl, args: readonly Ty[]): { readonly decl: ConstDecl; readonly args: readonly Ty[] } {
    const trait = decl.parent!;
    if (trait.kind !== 'trait') return bug('a constant of an impl needs no search');
    for (const impl of this.program.impls) {
      const own = impl.traitRef?.trait === trait ? impl.consts.find((c) => c.name === decl.name) : undefined;
      if (own === undefined) continue;
      const implArgs = matchTypes(impl.traitRef!.args, args.slice(0, trait.generics.total), impl.generics.total);
      if (implArgs !== null) return { decl: own, args: implArgs };
    }
    return { decl, args };
  }

  closureInstance(ty: ClosureTy): InstanceId {
    const { decl } = ty;
    const name: Name = { key: `c${decl.id}<${ids(ty.args)}`, path: closurePath(decl), args: ty.args, kind: 'closure', identity: this.unit === null ? '' : closureIdentity(decl) };
    return this.instance(name, () => {
      return this.getBody(decl.owner).find((b) => b.origin.kind === 'closure' && b.origin.decl === decl) ?? this.noBody(closurePath(decl));
    }, () => bug('a closure stands where its function does'), null);
  }

  cloneInstance(ty: Ty, how: 'cloneTuple' | 'cloneArray'): InstanceId {
    const method = this.program.lang.trait('Clone').methods.find((m) => m.name === 'clone') ?? bug('Clone has no method clone');
    const make = how === 'cloneTuple' ? cloneFieldsBody : cloneArrayBody;
    const name: Name = { key: `n${ty.id}`, path: 'jc_clone', args: [], symbolArgs: [ty], kind: 'clone', identity: 'jc_clone' };
    return this.instance(name, () => make(this.facts, method, ty), () => ({ params: [tys.ref(ty, false)], ret: ty }), (symbol) => this.unit!.clone(ty, how, symbol));
  }

  dropGlue(ty: Ty): InstanceId | null {
    if (!this.facts.needsDrop(ty)) return null;
    const name: Name = { key: `d${ty.id}`, path: 'jc_drop', args: [], symbolArgs: [ty], kind: 'drop', identity: 'jc_drop' };
    return this.instance(name, () => dropGlueBody(this.facts, ty), () => ({ params: [tys.ptr(ty)], ret: tys.unit }), (symbol) => this.unit!.dropGlue(ty, symbol));
  }

  private existingGlue(ty: Ty): InstanceId | null {
    return this.facts.needsDrop(ty) ? this.byKey.get(`d${ty.id}`) ?? bug(`no drop glue was made for ${typeText(ty)}`) : null;
  }

  callShim(ty: Ty, mode: CallMode): InstanceId {
    return this.synthetic(`s${mode}${ty.id}`, `jc_call_${mode}`, [ty], () => callShimBody(ty, mode, this.sigOf(ty), this.facts.needsDrop(ty)), { inline: true });
  }

  private forward(decl: FnDecl, args: readonly Ty[]): InstanceId {
    const sig = this.declSig(decl, args);
    const path = `jc_forward::${this.unit === null ? pathOf(decl) : identityOf(decl)}`;
    return this.synthetic(`w${decl.id}<${ids(args)}`, path, args, () => forwardBody(decl.name, decl, args, sig));
  }

  private declSig(decl: FnDecl, args: readonly Ty[]): CallSig {
    return { params: decl.sig.params.map((p) => this.facts.instantiate(p.ty, args)), ret: this.facts.instantiate(decl.sig.ret, args) };
  }

  /** Parameters and result of a callable type, through references and boxes. */
  private sigOf(ty: Ty): CallSig {
    switch (ty.kind) {
      case 'fnItem':
        return this.declSig(ty.decl, ty.args);
      case 'closure':
        return { params: ty.decl.params.map((p) => this.facts.instantiate(p, ty.args)), ret: this.facts.instantiate(ty.decl.ret, ty.args) };
      case 'fn':
        return { params: ty.params, ret: ty.ret };
      case 'ref': case 'box':
        return this.sigOf(ty.target);
      default:
        return bug(`${typeText(ty)} cannot be called`);
    }
  }

  resolve(fn: FnRef): ResolvedMethod {
    if (fn.decl.parent !== null && fn.decl.parent.kind === 'trait') return this.program.resolveMethod(fn.decl, fn.args);
    return { kind: 'fn', decl: fn.decl, args: fn.args };
  }

  // -------------------------------------------------------------- limits

  private depthOf(ty: Ty): number {
    const known = this.depths.get(ty.id);
    if (known !== undefined) return known;
    let deepest = 0;
    mapTy(ty, (child) => {
      deepest = Math.max(deepest, this.depthOf(child));
      return child;
    });
    this.depths.set(ty.id, deepest + 1);
    return deepest + 1;
  }

  /** Reports arguments that nest too deep. */
  private tooDeep(args: readonly Ty[], decl: FnDecl | ConstDecl, at: Span): boolean {
    if (args.every((arg) => this.depthOf(arg) <= MAX_TYPE_DEPTH)) return false;
    this.sink.report({ code: 'CJ0530', span: at, args: { name: decl.name, limit: MAX_TYPE_DEPTH }, related: [{ span: decl.nameSpan, label: 'declared' }] });
    return true;
  }

  /** What is called in place of an instance that cannot be made; the error reported keeps the program from being used. */
  private missing(): InstanceId {
    return this.synthetic('missing', 'jc_missing', [], () => emptyBody());
  }

  // -------------------------------------------------------------- tables

  needTable(self: Ty, target: DynTy | FnTy, at: Span): VTable {
    const key = `${self.id}:${target.id}`;
    const known = this.tables.get(key);
    if (known !== undefined) return known;
    const slots: TableSlot[] = [];
    const table: VTable = {
      id: this.tables.size, self,
      symbol: this.unit === null ? this.symbols.make('jc_table', [self, target]) : unitSymbol('table', 'jc_table', [self, target]),
      drop: this.dropGlue(self), slots,
    };
    this.tables.set(key, table);
    if (target.kind === 'fn') slots.push({ kind: 'method', id: this.tableCall(self, target) });
    else for (const entry of tableEntries(target, self)) slots.push(this.tableSlot(entry, self, at));
    // A table stands behind those that it points to.
    this.tableList.push(table);
    return table;
  }

  private tableSlot(entry: TableEntry, self: Ty, at: Span): TableSlot {
    if (entry.kind === 'table') return { kind: 'table', table: this.needTable(self, entry.dyn, at) };
    return { kind: 'method', id: this.tableMethod(entry.method, entry.traitArgs, at) };
  }

  private tableCall(self: Ty, target: FnTy): InstanceId {
    if (self.kind === 'closure' && target.mode !== 'once' && self.decl.mode === target.mode) return this.closureInstance(self);
    const sig = this.sigOf(self);
    return this.synthetic(`t${target.mode}${self.id}`, `jc_table_${target.mode}`, [self], () => tableCallBody(self, target.mode, sig));
  }

  private tableMethod(method: FnDecl, traitArgs: readonly Ty[], at: Span): InstanceId {
    const found = this.resolve({ decl: method, args: traitArgs });
    if (found.kind !== 'fn') return this.forward(method, traitArgs);
    const { decl } = found;
    if (decl.intrinsic !== null || decl.native !== null || decl.flags.trackCaller) return this.forward(decl, found.args);
    return this.fnInstance(decl, found.args, at);
  }

  private tableFor(from: Ty, to: Ty): VTable {
    const [self, target] = to.kind === 'fn' ? [from, to] : [pointee(from), pointee(to)];
    return this.tables.get(`${self.id}:${target.id}`) ?? bug(`no table was made from ${typeText(from)} to ${typeText(to)}`);
  }
}
