/**
 * Functions that the checker itself calls, and those that need `unsafe`.
 */
import type { FnDecl } from '../program.ts';
import type { BodyCx } from './body-cx.ts';

const intrinsics = new WeakMap<object, Map<string, FnDecl>>();

/** A declaration of std by the name of the intrinsic that it is. */
export function intrinsic(cx: BodyCx, name: string): FnDecl {
  const { resolver } = cx.session;
  let known = intrinsics.get(resolver);
  if (known === undefined) {
    known = new Map();
    for (const decl of resolver.fns) if (decl.intrinsic !== null) known.set(decl.intrinsic, decl);
    intrinsics.set(resolver, known);
  }
  return known.get(name) ?? cx.session.world.lang.fn(name);
}

/** Functions of another language are not checked by this one. */
export function isUnsafe(decl: FnDecl): boolean {
  return decl.unsafe || (decl.native !== null && !decl.module.isStd);
}
