/**
 * From a checked body to MIR: the function's (or constant's) body first, then one for each closure in it.
 * Consumes: FnBody with captures analysed, TypedProgram. Produces: bodies of phase 'built'. Holds: nothing between calls.
 * This file joins the parts of the recursion; docs/passes/build-mir.md tells the whole.
 */
import { bug } from '../../base/index.ts';
import { tys, printTy } from '../../types/index.ts';
import type { ClosureDecl, ConstDecl, FnBody, FnDecl, Ty, TypedProgram, tree } from '../../types/index.ts';
import type { Body, BodyOrigin, LocalId, Place } from '../mir.ts';
import { localPlace, projected } from '../visit.ts';
import { Builder } from './builder.ts';
import type { Environment, Recursion } from './builder.ts';
import { returnDest } from './control.ts';
import { lowerDiscard, lowerInto } from './into.ts';
import { bindIrrefutable } from './bindings.ts';
import { lowerOperand } from './operands.ts';
import { lowerPlace } from './places.ts';
import { simpleBinding } from './statements.ts';
import { tidyBlocks } from './tidy-blocks.ts';
import { BuildFacts } from './build-facts.ts';

const RECURSION: Recursion = { into: lowerInto, place: lowerPlace, operand: lowerOperand, discard: lowerDiscard };

/** Builds the MIR of a body and of all closures in it. */
export function buildMir(body: FnBody, program: TypedProgram): Body[] {
  const facts = new BuildFacts(program, body.owner);
  const name = bodyName(body.owner);
  const origin: BodyOrigin = body.owner.kind === 'fn' ? { kind: 'fn', decl: body.owner } : { kind: 'const', decl: body.owner };
  const root = new Builder(program, body.owner, facts, RECURSION, null);
  const bodies = [build(root, name, origin, body.params, null, body.ret, body.value, body.owner.span)];
  // Closures are found as their expressions are lowered; the set grows while inner ones are built.
  const queue = [...root.closures];
  const seen = new Set(queue);
  for (let i = 0; i < queue.length; i++) {
    const decl = queue[i]!;
    const expr = decl.expr ?? bug('a closure without its expression');
    const envTy = decl.mode === 'once' ? expr.ty : tys.ref(expr.ty, decl.mode === 'mut');
    const env: Environment = { decl, place: environmentPlace(decl, expr.ty) };
    const builder = new Builder(program, body.owner, facts, RECURSION, env);
    bodies.push(build(builder, `${name}::{closure#${i}}`, { kind: 'closure', decl }, expr.params, envTy, decl.ret, expr.body, expr.span));
    for (const inner of builder.closures) {
      if (seen.has(inner)) continue;
      seen.add(inner);
      queue.push(inner);
    }
  }
  return bodies;
}

function environmentPlace(decl: ClosureDecl, ty: Ty): Place {
  const local = localPlace(1 as LocalId);
  return decl.mode === 'once' ? local : projected(local, { kind: 'deref', ty });
}

function build(b: Builder, name: string, origin: BodyOrigin, params: readonly tree.Pat[], envTy: Ty | null, ret: Ty, value: tree.Expr, span: Body['span']): Body {
  b.newLocal({ ty: ret, name: null, kind: 'return', mutable: true, using: false, span });
  const entry = b.newBlock();
  b.start(entry);
  const dest = returnDest(b);
  b.scoped(dest, span, (scope) => {
    if (envTy !== null) {
      const env = b.newLocal({ ty: envTy, name: null, kind: 'param', mutable: false, using: false, span });
      b.scheduleValue(env, scope, span);
    }
    const declared = params.map((pat) => declareParam(b, pat));
    params.forEach((pat, i) => {
      const local = declared[i]!;
      b.scheduleValue(local, scope, pat.span);
      if (simpleBinding(pat) === null && pat.kind !== 'wild') bindIrrefutable(b, pat, localPlace(local), scope);
    });
    b.scoped(dest, value.span, () => b.into(dest, value));
  });
  b.terminate({ kind: 'return' });
  tidyBlocks(b.blocks, (block) => b.isPanicky(block));
  return { phase: 'built', name, origin, span, locals: b.locals, paramCount: params.length + (envTy === null ? 0 : 1), blocks: b.blocks };
}

/** A parameter's local; for a plain name it is the variable itself. */
function declareParam(b: Builder, pat: tree.Pat): LocalId {
  const simple = simpleBinding(pat);
  if (simple === null) return b.newLocal({ ty: pat.ty, name: null, kind: 'param', mutable: false, using: false, span: pat.span });
  const id = b.newLocal({ ty: simple.ty, name: simple.name, kind: 'param', mutable: simple.mutable, using: simple.using, span: simple.span });
  b.vars.set(simple, id);
  return id;
}

/** `std::strings::String::push`. */
function bodyName(decl: FnDecl | ConstDecl): string {
  const parts = [...decl.module.path];
  const parent = decl.parent;
  if (parent !== null) parts.push(parent.kind === 'trait' ? parent.name : parent.selfTy.kind === 'adt' ? parent.selfTy.decl.name : printTy(parent.selfTy));
  parts.push(decl.name);
  return parts.join('::');
}
