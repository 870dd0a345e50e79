/**
 * Where the first segment of an import can lead, as one rule for the loader (which looks for files) and the collector
 * (which looks for modules).
 * The order: the package's own name, `std`, a module below this one, one beside it, one at the package's root, and last
 * a top module of std by its bare name.
 */

/** Module paths that `import FIRST…` may mean when it stands in module `from` of a package, in order of preference; each replaces the first segment. */
export function importTargets(from: readonly string[], first: string): readonly (readonly string[])[] {
  const packageName = from[0]!;
  if (first === packageName) return [[packageName]];
  if (first === 'std') return [['std']];
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
