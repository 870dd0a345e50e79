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
import type { Body, Instance, InstanceId, MonoProgram, VTable } from '../mir.ts';
import { cloneArrayBody, cloneFieldsBody, dropGlueBody } from './glue.ts';
import { BodyMaker } from './body-maker.ts';
import { Layouts } from './layout.ts';
import { matchTypes } from './match-types.ts';
import { findPanics, pruneUnwinds } from './may-panic.ts';
import { callShimBody, forwardBody, mainEntryBody, tableCallBody, testEntryBody } from './shims.ts';
import type { CallMode, CallSig } from './shims.ts';
import { pointee, specialize } from './specialize.ts';
import type { Linker } from './specialize.ts';
import { closurePath, pathOf, Symbols, typeText } from './symbols.ts';
import { TypeFacts } from './type-facts.ts';
import { tableEntries } from './vtables.ts';

/** What the program starts with. With tests, the entry runs the one that the runtime names. */
export type Roots = { readonly main: FnDecl } | { readonly tests: readonly FnDecl[] };

/** Elaborated bodies of a function or constant and of its closures. */
export type BodySource = (decl: FnDecl | ConstDecl) => readonly Body[];

type Draft = { -readonly [K in keyof Instance]: Instance[K] };

interface Traits {
  readonly inline?: boolean;
  readonly trackCaller?: boolean;
  readonly cold?: boolean;
  readonly exportName?: string | null;
}

/** Types nest deeper than this only in endless polymorphic recursion. */
const MAX_TYPE_DEPTH = 100;

/** Stands in an instance until its turn comes, and for good in one that could not be made (then a diagnostic has been reported). */
function emptyBody(): Body {
  const maker = new BodyMaker('jc_missing', [], tys.unit);
  maker.block();
  return maker.finish();
}

function ids(types: readonly Ty[]): string {
  return types.map((ty) => ty.id).join();
}

export function monomorphize(program: TypedProgram, roots: Roots, getBody: BodySource, sink: DiagSink): MonoProgram {
  return new Monomorphizer(program, getBody, sink).run(roots);
}

class Monomorphizer implements Linker {
  readonly facts: TypeFacts;
  readonly layouts: Layouts;
  private readonly program: TypedProgram;
  private readonly getBody: BodySource;
  private readonly sink: DiagSink;
  private readonly symbols = new Symbols();
  private readonly instances: Draft[] = [];
  private readonly byKey = new Map<string, InstanceId>();
  private readonly queue: { readonly draft: Draft; readonly source: () => Body; readonly args: readonly Ty[] }[] = [];
  private readonly tables = new Map<string, VTable>();
  private readonly tableList: VTable[] = [];
  private readonly depths = new Map<number, number>();

  constructor(program: TypedProgram, getBody: BodySource, sink: DiagSink) {
    this.program = program;
    this.getBody = getBody;
    this.sink = sink;
    this.facts = new TypeFacts(program);
    this.layouts = new Layouts(this.facts);
  }

  run(roots: Roots): MonoProgram {
    const { lang } = this.program;
    const fieldsOf = (ty: Ty): readonly (readonly Ty[])[] => this.facts.fields(ty);
    const entry = this.instance('entry', 'jc_entry', [], () =>
      'main' in roots ? mainEntryBody(roots.main, lang, fieldsOf) : testEntryBody(roots.tests, lang, fieldsOf));
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
      fields: fieldsOf,
      lang,
    };
  }

  // -------------------------------------------------------------- instances

  /** The instance for `key`, made at the first demand; `source` is asked when its turn comes. */
  private instance(key: string, path: string, args: readonly Ty[], source: () => Body, traits: Traits = {}, symbolArgs: readonly Ty[] = args): InstanceId {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const id = this.instances.length as InstanceId;
    this.byKey.set(key, id);
    const draft: Draft = {
      id, symbol: this.symbols.make(path, symbolArgs), body: emptyBody(), params: [], ret: tys.unit, mayPanic: false, reachable: true,
      inline: traits.inline ?? false, trackCaller: traits.trackCaller ?? false, cold: traits.cold ?? false, exportName: traits.exportName ?? null,
    };
    this.instances.push(draft);
    this.queue.push({ draft, source, args });
    return id;
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
    return this.instance(`f${decl.id}<${ids(args)}`, pathOf(decl), args, () => this.bodyOf(decl), flags);
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
    return this.instance(`k${target.id}<${ids(targetArgs)}`, pathOf(target), targetArgs, () => this.bodyOf(target));
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
    return this.instance(`c${decl.id}<${ids(ty.args)}`, closurePath(decl), ty.args, () => {
      return this.getBody(decl.owner).find((b) => b.origin.kind === 'closure' && b.origin.decl === decl) ?? this.noBody(closurePath(decl));
    });
  }

  cloneInstance(ty: Ty, how: 'cloneTuple' | 'cloneArray'): InstanceId {
    const method = this.program.lang.trait('Clone').methods.find((m) => m.name === 'clone') ?? bug('Clone has no method clone');
    const make = how === 'cloneTuple' ? cloneFieldsBody : cloneArrayBody;
    return this.instance(`n${ty.id}`, 'jc_clone', [], () => make(this.facts, method, ty), {}, [ty]);
  }

  dropGlue(ty: Ty): InstanceId | null {
    if (!this.facts.needsDrop(ty)) return null;
    return this.instance(`d${ty.id}`, 'jc_drop', [], () => dropGlueBody(this.facts, ty), {}, [ty]);
  }

  private existingGlue(ty: Ty): InstanceId | null {
    return this.facts.needsDrop(ty) ? this.byKey.get(`d${ty.id}`) ?? bug(`no drop glue was made for ${typeText(ty)}`) : null;
  }

  callShim(ty: Ty, mode: CallMode): InstanceId {
    return this.instance(`s${mode}${ty.id}`, `jc_call_${mode}`, [], () => callShimBody(ty, mode, this.sigOf(ty), this.facts.needsDrop(ty)), { inline: true }, [ty]);
  }

  private forward(decl: FnDecl, args: readonly Ty[]): InstanceId {
    const sig = this.declSig(decl, args);
    return this.instance(`w${decl.id}<${ids(args)}`, `jc_forward::${pathOf(decl)}`, [], () => forwardBody(decl.name, decl, args, sig), {}, args);
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
    return this.instance('missing', 'jc_missing', [], emptyBody);
  }

  reportUpcast(from: DynTy, to: DynTy, at: Span): void {
    this.sink.report({ code: 'CJ0531', span: at, args: { from: from.trait.name, to: to.trait.name } });
  }

  // -------------------------------------------------------------- tables

  needTable(self: Ty, target: DynTy | FnTy, at: Span): void {
    const key = `${self.id}:${target.id}`;
    if (this.tables.has(key)) return;
    const methods: InstanceId[] = [];
    const table: VTable = {
      id: this.tableList.length, symbol: this.symbols.make('jc_table', [self, target]), self, drop: this.dropGlue(self), methods,
    };
    this.tables.set(key, table);
    this.tableList.push(table);
    if (target.kind === 'fn') methods.push(this.tableCall(self, target));
    else for (const entry of tableEntries(target, self)) methods.push(this.tableMethod(entry.method, entry.traitArgs, at));
  }

  private tableCall(self: Ty, target: FnTy): InstanceId {
    if (self.kind === 'closure' && target.mode !== 'once' && self.decl.mode === target.mode) return this.closureInstance(self);
    const sig = this.sigOf(self);
    return this.instance(`t${target.mode}${self.id}`, `jc_table_${target.mode}`, [], () => tableCallBody(self, target.mode, sig), {}, [self]);
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
