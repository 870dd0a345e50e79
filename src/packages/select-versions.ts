/**
 * Minimal version selection: of every package the greatest version that anybody on the way asks for, and nothing newer.
 * Source: Russ Cox, "Minimal Version Selection" (2018), extended by features: an optional dependency counts once a feature that brings it is asked for.
 * Consumes: root packages and a table of candidates. Produces: a Selection, or the needs that have no candidate yet, so that the caller can fetch
 * them and ask again. Pure: the answer does not depend on the order of anything.
 *
 * Nodes are lines of compatible versions (`json@1`) or, for pinned packages (workspace, path, git), the package itself.
 */
import { compareVersions } from './version.ts';
import type { Version } from './version.ts';

export interface Need<Where> {
  /** Which line of versions: candidates of one node replace each other. */
  readonly node: string;
  readonly version: Version;
  readonly features: readonly string[];
  readonly defaultFeatures: boolean;
  /** The feature item `dep:KEY` that brings it; null where it is always needed. */
  readonly optionalKey: string | null;
  /** The key in the table of dependencies, which `KEY/feature` items name. */
  readonly key: string;
  /** Only for tests and the like of a root. */
  readonly dev: boolean;
  readonly where: Where;
}

export type Brings =
  | { readonly kind: 'feature'; readonly feature: string }
  | { readonly kind: 'dependency'; readonly key: string }
  | { readonly kind: 'dependencyFeature'; readonly key: string; readonly feature: string };

export interface Candidate<Where> {
  readonly node: string;
  readonly version: Version;
  readonly needs: readonly Need<Where>[];
  readonly features: ReadonlyMap<string, readonly Brings[]>;
}

/** Who asked first (over the fewest steps) for a candidate; null for a root. */
export interface Step<Where> {
  readonly candidate: Candidate<Where>;
  readonly need: Need<Where> | null;
  readonly by: Step<Where> | null;
}

export interface Selected<Where> {
  readonly candidate: Candidate<Where>;
  readonly features: ReadonlySet<string>;
  /** The needs that count, dev needs of roots included. */
  readonly needs: readonly Need<Where>[];
  readonly step: Step<Where>;
}

export interface Missing<Where> {
  readonly need: Need<Where>;
  readonly by: Step<Where>;
}

export interface Selection<Where> {
  /** By node; only what the roots reach through selected versions. */
  readonly selected: ReadonlyMap<string, Selected<Where>>;
  /** Needs without a candidate: the selection counts only if there are none. */
  readonly missing: readonly Missing<Where>[];
}

export interface Root<Where> {
  readonly candidate: Candidate<Where>;
  readonly features: readonly string[];
}

type Lookup<Where> = (node: string, version: Version) => Candidate<Where> | null;

export function selectVersions<Where>(roots: readonly Root<Where>[], lookup: Lookup<Where>): Selection<Where> {
  const all = reach(roots, lookup);
  if (all.missing.length > 0) return { selected: new Map(), missing: all.missing };
  const greatest = new Map<string, Candidate<Where>>();
  for (const { candidate } of all.visited.values()) {
    const known = greatest.get(candidate.node);
    if (known === undefined || compareVersions(candidate.version, known.version) > 0) greatest.set(candidate.node, candidate);
  }
  return { selected: pruneTo(roots, greatest), missing: [] };
}

/** What the roots reach when every node has one version: with other features than those for which the versions were chosen, say. */
export function pruneTo<Where>(roots: readonly Root<Where>[], chosen: ReadonlyMap<string, Candidate<Where>>): ReadonlyMap<string, Selected<Where>> {
  const { visited, features } = reach(roots, (node) => chosen.get(node) ?? null);
  const out = new Map<string, Selected<Where>>();
  for (const step of visited.values()) {
    const on = closure(step.candidate, features.get(step.candidate.node) ?? new Set());
    out.set(step.candidate.node, { candidate: step.candidate, features: on.features, needs: activeNeeds(step, on), step });
  }
  return out;
}

interface Reached<Where> {
  readonly visited: Map<string, Step<Where>>;
  readonly features: Map<string, Set<string>>;
  readonly missing: Missing<Where>[];
}

/**
 * Visits every version that is asked for, breadth first. Features asked of a node hold for all its visited versions; both sets only grow, so the
 * rounds end at the least fixpoint.
 */
function reach<Where>(roots: readonly Root<Where>[], lookup: Lookup<Where>): Reached<Where> {
  const visited = new Map<string, Step<Where>>();
  const features = new Map<string, Set<string>>();
  const missing = new Map<string, Missing<Where>>();
  const ask = (node: string, names: Iterable<string>): boolean => {
    let known = features.get(node);
    if (known === undefined) features.set(node, (known = new Set()));
    const before = known.size;
    for (const name of names) known.add(name);
    return known.size > before;
  };
  for (const root of roots) {
    visited.set(keyOf(root.candidate), { candidate: root.candidate, need: null, by: null });
    ask(root.candidate.node, root.features);
  }
  for (let changed = true; changed; ) {
    changed = false;
    // Map iteration sees what is added on the way: this is the queue.
    for (const step of visited.values()) {
      const on = closure(step.candidate, features.get(step.candidate.node) ?? new Set());
      for (const need of activeNeeds(step, on)) {
        const candidate = lookup(need.node, need.version);
        if (candidate === null) {
          const key = `${need.node} ${need.version}`;
          if (!missing.has(key)) missing.set(key, { need, by: step });
          continue;
        }
        const names = [...need.features, ...(need.defaultFeatures ? ['default'] : []), ...(on.passed.get(need.key) ?? [])];
        if (ask(need.node, names)) changed = true;
        const key = keyOf(candidate);
        if (!visited.has(key)) visited.set(key, { candidate, need, by: step });
      }
    }
  }
  return { visited, features, missing: [...missing.values()] };
}

function keyOf<Where>(candidate: Candidate<Where>): string {
  return `${candidate.node} ${candidate.version}`;
}

interface Closure {
  readonly features: ReadonlySet<string>;
  /** Keys of optional dependencies that are brought. */
  readonly brought: ReadonlySet<string>;
  /** Features passed on to dependencies, by key. */
  readonly passed: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Features of a candidate with those that they bring. Names that it does not have are dropped: the caller reports them. */
function closure<Where>(candidate: Candidate<Where>, asked: ReadonlySet<string>): Closure {
  const features = new Set<string>();
  const brought = new Set<string>();
  const passed = new Map<string, Set<string>>();
  const work = [...asked];
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    const items = candidate.features.get(name);
    if (items === undefined || features.has(name)) continue;
    features.add(name);
    for (const item of items) {
      if (item.kind === 'feature') {
        work.push(item.feature);
        continue;
      }
      brought.add(item.key);
      if (item.kind === 'dependency') continue;
      const list = passed.get(item.key);
      if (list === undefined) passed.set(item.key, new Set([item.feature]));
      else list.add(item.feature);
    }
  }
  return { features, brought, passed };
}

function activeNeeds<Where>(step: Step<Where>, on: Closure): readonly Need<Where>[] {
  return step.candidate.needs.filter((need) => (!need.dev || step.by === null) && (need.optionalKey === null || on.brought.has(need.optionalKey)));
}
