/**
 * Checks of impls among each other: at most one impl of a trait for a type, in the package of the trait or of the type; members of a type's own impls
 * have different names.
 * Consumes: all impls. Produces: diagnostics only. Impls are compared within a trait and a head of the self type, so the work is near-linear.
 */
import type { ModuleDecl } from '../program.ts';
import { headKey } from '../solve/index.ts';
import { showTy } from '../show.ts';
import { subst } from '../ty.ts';
import type { Ty } from '../ty.ts';
import { isMisplacedMarker } from './check-markers.ts';
import type { ImplNode } from './nodes.ts';
import type { Session } from './session.ts';
import { openArgs, Unifier } from './unify.ts';
import type { ImplTable } from './unify.ts';

export function checkCoherence(session: Session, table: ImplTable, wanted: (module: ModuleDecl) => boolean): void {
  const mine = session.impls.filter((impl) => wanted(impl.module) && impl.selfTy.kind !== 'poison');
  for (const impl of mine) {
    if (impl.syntax.trait === null) checkOwnType(session, impl);
    else if (impl.traitRef !== null && !isMisplacedMarker(impl)) {
      if (checkOrphan(session, impl)) checkOverlap(session, table, impl, wanted);
    }
  }
  checkInherentNames(session, table, mine);
}

/** Methods without a trait are only for types of the package; std may have them for built-in types. */
function checkOwnType(session: Session, impl: ImplNode): void {
  const self = impl.selfTy;
  if (impl.module.isStd) return;
  if (self.kind === 'adt' && self.decl.module.package === impl.module.package) return;
  session.report({ code: 'CJ0264', span: impl.syntax.type.span, args: { type: showTy(self) } });
}

function isLocal(ty: Ty, packageName: string): boolean {
  switch (ty.kind) {
    case 'adt':
      return ty.decl.module.package === packageName || ty.args.some((arg) => isLocal(arg, packageName));
    case 'dyn':
      return ty.trait.module.package === packageName;
    case 'ref': case 'ptr': case 'box':
      return isLocal(ty.target, packageName);
    case 'slice': case 'array':
      return isLocal(ty.element, packageName);
    case 'tuple':
      return ty.elements.some((element) => isLocal(element, packageName));
    default:
      return false;
  }
}

function checkOrphan(session: Session, impl: ImplNode): boolean {
  const ref = impl.traitRef!;
  const own = impl.module.package;
  if (ref.trait.module.package === own || ref.args.some((arg) => isLocal(arg, own))) return true;
  session.report({ code: 'CJ0259', span: impl.syntax.trait!.span, args: { trait: ref.trait.name, type: showTy(impl.selfTy) } });
  return false;
}

function overlaps(table: ImplTable, a: ImplNode, b: ImplNode, left: readonly Ty[], right: readonly Ty[]): boolean {
  const openA = openArgs(a, 0);
  const openB = openArgs(b, 1);
  const unifier = new Unifier();
  if (!unifier.unifyAll(left.map((ty) => subst(ty, openA)), right.map((ty) => subst(ty, openB)))) return false;
  return table.clausesMayHold(a, openA, unifier, 0) && table.clausesMayHold(b, openB, unifier, 0);
}

function checkOverlap(session: Session, table: ImplTable, impl: ImplNode, wanted: (module: ModuleDecl) => boolean): void {
  const ref = impl.traitRef!;
  for (const other of table.candidates(ref.trait, impl.selfTy)) {
    if (other === impl || (other.id > impl.id && wanted(other.module))) continue;
    if (!overlaps(table, impl, other, ref.args, other.traitRef!.args)) continue;
    session.report({
      code: 'CJ0269',
      span: impl.syntax.trait!.span,
      args: { trait: ref.trait.name, type: showTy(impl.selfTy) },
      related: [{ span: other.syntax.trait!.span, label: other.derived ? 'derived' : 'first', args: { trait: ref.trait.name, type: showTy(other.selfTy) } }],
    });
    return;
  }
}

function checkInherentNames(session: Session, table: ImplTable, impls: readonly ImplNode[]): void {
  const seen = new Map<string, { readonly impl: ImplNode; readonly span: ImplNode['span'] }[]>();
  for (const impl of impls) {
    if (impl.syntax.trait !== null) continue;
    const head = headKey(impl.selfTy) ?? '?';
    for (const member of [...impl.methods, ...impl.consts]) {
      const key = `${head}.${member.name}`;
      const others = seen.get(key);
      if (others === undefined) {
        seen.set(key, [{ impl, span: member.nameSpan }]);
        continue;
      }
      const clash = others.find((other) => other.impl !== impl && overlaps(table, impl, other.impl, [impl.selfTy], [other.impl.selfTy]));
      if (clash !== undefined) {
        session.report({
          code: 'CJ0204',
          span: member.nameSpan,
          args: { name: member.name, type: showTy(impl.selfTy) },
          related: [{ span: clash.span, label: 'first', args: { name: member.name } }],
        });
      }
      others.push({ impl, span: member.nameSpan });
    }
  }
}
