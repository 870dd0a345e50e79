/**
 * Where the first segment of an import can lead, as one rule for the loader (which looks for files) and the collector
 * (which looks for modules).
 * The order: the package's own name, `std`, a package that `cj.toml` names, a module below this one, one beside it, one at the package's root, and last
 * a top module of std by its bare name.
 */

/** The module in which an import stands: its path, and the packages that it may import. */
export interface ImportPlace {
  readonly path: readonly string[];
  readonly dependencies: ReadonlyMap<string, string>;
}

/** Module paths that `import FIRST…` may mean when it stands in a module, in order of preference; each replaces the first segment. */
export function importTargets(place: ImportPlace, first: string): readonly (readonly string[])[] {
  const from = place.path;
  const packageName = from[0]!;
  if (first === packageName) return [[packageName]];
  if (first === 'std') return [['std']];
  const dependency = place.dependencies.get(first);
  if (dependency !== undefined) return [[dependency]];
  const out: (readonly string[])[] = [];
  const add = (base: readonly string[]): void => {
    const path = [...base, first];
    if (path.length === from.length && path.every((part, i) => part === from[i])) return;
    if (!out.some((known) => known.length === path.length && known.every((part, i) => part === path[i]))) out.push(path);
  };
  add(from);
  if (from.length > 1) add(from.slice(0, -1));
  add([packageName]);
  if (packageName !== 'std') out.push(['std', first]);
  return out;
}
