/**
 * `@name(…)` on declarations: which are known where, and the flags that they give.
 * Consumes: attributes as written. Produces: FnDecl's flags, the names of intrinsics, natives and lang items; an unknown attribute is an error.
 */
import { nearestName } from '../../names/index.ts';
import type * as ast from '../../syntax/index.ts';
import type { FnDecl } from '../program.ts';
import type { Session } from './session.ts';

type Target = 'fn' | 'extern fn' | 'struct' | 'enum' | 'trait' | 'impl' | 'const' | 'type' | 'import' | 'extern' | 'variant' | 'field';

const TYPE_TARGETS: readonly Target[] = ['struct', 'enum'];

interface Known {
  readonly on: readonly Target[];
  readonly std?: boolean;
  /** For the message, where `on` does not tell it. */
  readonly places?: string;
}

/** What each attribute may stand on. `std` marks those that only the standard library may use. */
const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['derive', { on: TYPE_TARGETS }],
  ['test', { on: ['fn'] }],
  ['bench', { on: ['fn'] }],
  ['inline', { on: ['fn'] }],
  ['cold', { on: ['fn'] }],
  ['deterministic', { on: ['fn'] }],
  ['nondet', { on: ['fn', 'extern fn', 'extern'] }],
  ['pure', { on: ['fn', 'extern fn', 'extern'] }],
  ['reads', { on: ['fn', 'extern fn', 'extern'] }],
  ['export', { on: ['fn'] }],
  ['trackCaller', { on: ['fn'] }],
  ['mustUse', { on: ['fn', 'struct', 'enum', 'trait'] }],
  ['deprecated', { on: ['fn', 'struct', 'enum', 'trait', 'const', 'type', 'variant', 'field'] }],
  ['interior', { on: ['struct'] }],
  ['default', { on: ['variant'] }],
  // The loader takes it away where it has a meaning: what is seen of it here has none.
  ['feature', { on: [], places: 'declarations and imports of a module, members of a trait or impl' }],
  ['intrinsic', { on: ['fn'], std: true }],
  ['native', { on: ['fn'], std: true }],
  ['sealed', { on: ['trait'], std: true }],
  ['lang', { on: ['fn', 'struct', 'enum', 'trait'], std: true }],
]);

/** Reports attributes that are unknown, misplaced, or std's own. */
export function checkAttributes(session: Session, attrs: readonly ast.Attribute[], target: Target, isStd: boolean): void {
  for (const attr of attrs) {
    const { name } = attr.name;
    if (name === 'deprecated') session.hasDeprecated = true;
    const known = KNOWN.get(name);
    if (known === undefined || (known.std === true && !isStd)) {
      const allowed = [...KNOWN].filter(([, info]) => info.on.includes(target) && (isStd || info.std !== true)).map(([other]) => other);
      const similar = nearestName(name, allowed);
      session.report({
        code: known === undefined ? 'CJ0220' : 'CJ0222',
        span: attr.name.span,
        args: { name, target, known: allowed.map((other) => `@${other}`).join(' ') },
        help: known === undefined && allowed.length > 0 ? ['known'] : [],
        fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: attr.name.span, text: similar }] }],
      });
    } else if (!known.on.includes(target)) {
      session.report({ code: 'CJ0221', span: attr.name.span, args: { name, target, places: known.places ?? known.on.join(', ') } });
    }
  }
}

export function findAttribute(attrs: readonly ast.Attribute[], name: string): ast.Attribute | null {
  for (const attr of attrs) if (attr.name.name === name) return attr;
  return null;
}

/** The string in `@export("name")`; reported where it is missing or no string. */
export function stringArgument(session: Session, attr: ast.Attribute): string | null {
  const [arg] = attr.args;
  if (attr.args.length === 1 && arg !== undefined && arg.kind === 'string' && arg.value !== '') return arg.value;
  session.report({ code: 'CJ0223', span: attr.span, args: { name: attr.name.name } });
  return null;
}

const NO_FLAGS: FnDecl['flags'] = {
  test: false, bench: false, inline: false, cold: false, pure: false, deterministic: false, trackCaller: false, exportName: null,
};

export function flagsOf(session: Session, attrs: readonly ast.Attribute[]): FnDecl['flags'] {
  if (attrs.length === 0) return NO_FLAGS;
  const has = (name: string): boolean => findAttribute(attrs, name) !== null;
  const exported = findAttribute(attrs, 'export');
  return {
    test: has('test'),
    bench: has('bench'),
    inline: has('inline'),
    cold: has('cold'),
    pure: has('pure'),
    deterministic: has('deterministic'),
    trackCaller: has('trackCaller'),
    exportName: exported === null ? null : stringArgument(session, exported),
  };
}
