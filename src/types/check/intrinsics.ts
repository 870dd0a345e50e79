/**
 * Functions that the checker itself calls, and those that need `unsafe`.
 */
import type { FnDecl } from '../program.ts';
import type { BodyCx } from './body-cx.ts';

/** A declaration of std by the name of the intrinsic that it is. */
export function intrinsic(cx: BodyCx, name: string): FnDecl {
  return cx.session.resolver.intrinsic(name) ?? cx.session.world.lang.fn(name);
}

/** Functions of another language are not checked by this one. */
export function isUnsafe(decl: FnDecl): boolean {
  return decl.unsafe || (decl.native !== null && !decl.module.isStd);
}
