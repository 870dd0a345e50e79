/**
 * The body checker: `checkProgram` makes a TypedProgram whose bodies are checked when they are asked for.
 * Consumes: a Resolver (all declarations with their signatures). Produces: typed trees and answers about types. Reports CJ0270–CJ0399,
 * CJ0420–CJ0449 and the lints CJ0900–CJ0919.
 */
import type { SourceMap } from '../../source/index.ts';
import type { DiagSink } from '../../diag/index.ts';
import { LateFnItem } from '../../syntax/index.ts';
import type { ConstDecl, FnDecl, ModuleDecl, TypedProgram } from '../program.ts';
import type { Resolver } from '../resolve.ts';
import type { FnBody } from '../tree.ts';
import { ImplIndex } from '../solve/index.ts';
import type { World } from '../solve/index.ts';
import { checkConstBody, checkFnBody } from './body.ts';
import type { Session } from './body-cx.ts';
import { dispatch } from './exprs.ts';
import { checkPromises } from './check-promises.ts';
import { Queries } from './queries.ts';
import { reportFailure } from './report.ts';

/** A program under others: bodies of its modules are checked in it, once for all of them. */
export interface CheckGround {
  readonly program: TypedProgram;
  readonly index: ImplIndex;
  readonly analysed: Session['analysed'];
  /** Whether a declaration belongs to it. */
  owns(module: ModuleDecl): boolean;
}

/** Prepares the checking of all bodies; none is checked yet. `sources` gives `dbg!` and `assert` the texts that they print. */
export function checkProgram(resolver: Resolver, sink: DiagSink, sources: SourceMap | null = null): TypedProgram {
  return prepare(resolver, sink, sources, null).program;
}

/** As checkProgram, for a program upon which others will stand. */
export function checkGround(resolver: Resolver, sink: DiagSink, sources: SourceMap | null): CheckGround {
  const modules = new Set(resolver.modules);
  const { program, index, analysed } = prepare(resolver, sink, sources, null);
  return { program, index, analysed, owns: (module) => modules.has(module) };
}

/** As checkProgram, for a program that stands upon another. */
export function checkUpon(ground: CheckGround, resolver: Resolver, sink: DiagSink, sources: SourceMap | null): TypedProgram {
  return prepare(resolver, sink, sources, ground).program;
}

interface Prepared {
  readonly program: TypedProgram;
  readonly index: ImplIndex;
  readonly analysed: Session['analysed'];
}

function prepare(resolver: Resolver, sink: DiagSink, sources: SourceMap | null, ground: CheckGround | null): Prepared {
  const analysed: Session['analysed'] = ground?.analysed ?? new WeakSet();
  const index = ground === null
    ? new ImplIndex(resolver.impls, resolver.traits)
    : new ImplIndex(resolver.impls.filter((impl) => !ground.owns(impl.module)), resolver.traits.filter((trait) => !ground.owns(trait.module)), ground.index);
  const world: World = {
    index,
    lang: resolver.lang,
    selections: new Map(),
    projections: new Map(),
    markers: new Map(),
    capturesKnown: (decl) => analysed.has(decl),
    closureIsCopy: (ty) => (analysed.has(ty.decl) ? ty.decl.captures.every((capture) => capture.mode === 'copy' || capture.mode === 'ref') : null),
  };
  const session: Session = { resolver, sink, sources, world, analysed, dispatch, reportFailure };
  checkPromises(resolver, world, sink, (module) => !module.isStd);
  const queries = new Queries(world);
  const bodies = new Map<FnDecl | ConstDecl, FnBody | null>();
  const program: TypedProgram = {
    modules: resolver.modules,
    fns: resolver.fns,
    adts: resolver.adts,
    traits: resolver.traits,
    impls: resolver.impls,
    consts: resolver.consts,
    lang: resolver.lang,
    main: resolver.main,
    bodyOf(decl) {
      if (ground?.owns(decl.module) === true) return ground.program.bodyOf(decl);
      const known = bodies.get(decl);
      if (known !== undefined) return known;
      const body = decl.kind === 'fn' ? checkFnBody(session, decl) : checkConstBody(session, decl);
      bodies.set(decl, body);
      return body;
    },
    forgetBody(decl) {
      bodies.delete(decl);
      if (decl.kind === 'fn' && decl.syntax instanceof LateFnItem) decl.syntax.forgetBody();
    },
    resolveMethod: (method, args) => queries.resolveMethod(method, args),
    resolveMethodIn: (method, args, assumptions) => queries.resolveMethodIn(method, args, assumptions),
    normalize: (ty) => queries.normalize(ty),
    normalizeIn: (ty, assumptions) => queries.normalizeIn(ty, assumptions),
    implementsTrait: (ty, trait, assumptions) => queries.implementsTrait(ty, trait, assumptions),
    isCopy: (ty, assumptions) => queries.isCopy(ty, assumptions),
    dropImpl: (ty) => queries.dropImpl(ty),
  };
  return { program, index, analysed };
}

/** Checks every body of the modules that `filter` wants, in the order of their declaration. */
export function checkAllBodies(program: TypedProgram, filter: (module: ModuleDecl) => boolean): void {
  for (const decl of program.consts) if (filter(decl.module)) program.bodyOf(decl);
  for (const decl of program.fns) if (filter(decl.module)) program.bodyOf(decl);
}
