/**
 * `@feature("name")`: which items of a module there are, given the features of its package.
 * Consumes: a parsed module. Produces: the module without the items (and members of traits and impls) whose feature is off, and without the
 * attribute on those that stay. Holds: nothing. An unknown feature is reported and its item stays.
 */
import { nearestName } from '../base/index.ts';
import type { DiagSink } from '../diag/index.ts';
import type * as ast from '../syntax/index.ts';

export interface FeatureSet {
  readonly enabled: ReadonlySet<string>;
  /** All that `[features]` of the package declares; null for a file without a manifest. */
  readonly declared: ReadonlySet<string> | null;
}

interface Attributed {
  readonly kind: string;
  readonly attrs?: readonly ast.Attribute[];
}

export function selectFeatures(module: ast.Module, features: FeatureSet, sink: DiagSink): ast.Module {
  const keep = <T extends Attributed>(items: readonly T[]): readonly T[] => {
    if (!items.some((item) => item.attrs?.some(isFeature) === true)) return items;
    return items.flatMap((item) => {
      const wanted = item.attrs?.filter(isFeature) ?? [];
      if (wanted.length === 0) return [item];
      return wanted.every((attr) => isOn(attr, features, sink)) ? [{ ...item, attrs: item.attrs?.filter((attr) => !isFeature(attr)) }] : [];
    });
  };
  const members = (item: ast.Item): ast.Item => {
    if (item.kind === 'impl') {
      const kept = keep(item.members);
      return kept === item.members ? item : { ...item, members: kept };
    }
    if (item.kind !== 'trait') return item;
    const kept = keep<ast.TraitMember>(item.members);
    return kept === item.members ? item : { ...item, members: kept };
  };
  const kept = keep(module.items);
  const items = kept.map(members);
  return kept === module.items && items.every((item, i) => item === kept[i]) ? module : { ...module, items };
}

function isFeature(attr: ast.Attribute): boolean {
  return attr.name.name === 'feature';
}

function isOn(attr: ast.Attribute, features: FeatureSet, sink: DiagSink): boolean {
  const [arg] = attr.args;
  if (attr.args.length !== 1 || arg === undefined || arg.kind !== 'string') {
    sink.report({ code: 'CJ0223', span: attr.span, args: { name: 'feature' } });
    return true;
  }
  if (features.enabled.has(arg.value)) return true;
  if (features.declared?.has(arg.value) === true) return false;
  const similar = nearestName(arg.value, features.declared ?? []);
  sink.report({
    code: 'CJ0650',
    span: arg.span,
    args: { feature: arg.value },
    help: features.declared === null ? ['manifest'] : ['declare'],
    fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span: arg.span, text: JSON.stringify(similar) }] }],
  });
  return true;
}
