/**
 * `@deprecated`: a warning where something that is marked so is used from outside of it.
 * Consumes: uses, as types are lowered and bodies are checked. Holds, in the Session: the places that have been warned about.
 */
import type { Span } from '../../source/index.ts';
import type { ModuleDecl } from '../program.ts';
import type { Markable } from '../resolve.ts';
import { findAttribute } from './attributes.ts';
import type { Session } from './session.ts';

function isInside(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.lo >= outer.lo && inner.hi <= outer.hi;
}

/** What is deprecated itself may use what is. */
function deprecatedSpans(session: Session): readonly Span[] {
  session.deprecatedSpans ??= [session.fns, session.adts, session.traits, session.consts, session.aliases].flatMap((decls) =>
    decls.filter((decl) => findAttribute(decl.attrs, 'deprecated') !== null).map((decl) => decl.span));
  return session.deprecatedSpans;
}

/** Warns (CJ0906) of a use from `module`, if the thing is marked. */
export function noteUse(session: Session, what: Markable, use: Span, module: ModuleDecl): void {
  if (!session.hasDeprecated || module.isStd) return;
  const attr = findAttribute(what.attrs, 'deprecated');
  if (attr === null || deprecatedSpans(session).some((span) => isInside(use, span)) || isInside(use, what.span)) return;
  const place = `${use.file}:${use.lo}`;
  if (session.deprecatedUses.has(place)) return;
  session.deprecatedUses.add(place);
  const [arg] = attr.args;
  const reason = arg !== undefined && arg.kind === 'string' ? arg.value : '';
  session.report({
    code: 'CJ0906', span: use, args: { name: what.name, reason }, related: [{ span: attr.span, label: 'marked', args: { name: what.name } }],
    help: reason === '' ? [] : ['reason'],
  });
}
