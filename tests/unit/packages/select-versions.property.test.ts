/**
 * Version selection against an oracle by brute force: of all sets of versions that hold the roots and, with each version, all that it asks for, the
 * smallest one (their intersection) is found by trying every set; of each package the greatest version in it is selected.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions, parseVersion, selectVersions } from '../../../src/packages/index.ts';
import type { Candidate, Need, Version } from '../../../src/packages/index.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const VERSIONS = ['1.0.0', '1.1.0', '1.2.0'].map((text) => parseVersion(text)!);

interface Ask {
  readonly name: number;
  readonly version: number;
  readonly feature: boolean;
  /** Asked for only where the package's own feature `x` is on. */
  readonly optional: boolean;
}

/** What each version of each package, and the root, ask for. */
interface World {
  readonly root: readonly Ask[];
  readonly asks: readonly (readonly (readonly Ask[])[])[];
}

const ask = fc.record({ name: fc.nat(NAMES.length - 1), version: fc.nat(VERSIONS.length - 1), feature: fc.boolean(), optional: fc.boolean() });
const world: fc.Arbitrary<World> = fc.record({
  root: fc.array(ask.map((one) => ({ ...one, optional: false })), { maxLength: 3 }),
  asks: fc.array(fc.array(fc.array(ask, { maxLength: 3 }), { minLength: VERSIONS.length, maxLength: VERSIONS.length }), { minLength: NAMES.length, maxLength: NAMES.length }),
});

function needOf(one: Ask, index: number): Need<string> {
  return {
    node: NAMES[one.name]!, version: VERSIONS[one.version]!, features: one.feature ? ['x'] : [], defaultFeatures: false, optionalKey: one.optional ? `k${index}` : null, key: `k${index}`, dev: false,
    where: `${index}`,
  };
}

function candidateOf(node: string, version: Version, asks: readonly Ask[]): Candidate<string> {
  const brings = asks.flatMap((one, i) => (one.optional ? [{ kind: 'dependency' as const, key: `k${i}` }] : []));
  return { node, version, needs: asks.map(needOf), features: new Map([['x', brings]]) };
}

function select(the: World): Map<string, string> {
  const candidates = new Map(NAMES.flatMap((name, n) => VERSIONS.map((version, v) => [`${name} ${version}`, candidateOf(name, version, the.asks[n]![v]!)] as const)));
  const root = candidateOf('root', VERSIONS[0]!, the.root);
  const selection = selectVersions([{ candidate: root, features: [] }], (node, version) => candidates.get(`${node} ${version}`) ?? null);
  expect(selection.missing).toEqual([]);
  return new Map([...selection.selected.values()].filter(({ candidate }) => candidate.node !== 'root').map(({ candidate, features }) => [candidate.node, `${candidate.version}${features.has('x') ? '+x' : ''}`]));
}

/** A point of the oracle's universe: a version of a package is there, or a package's feature is asked for. */
type Point = { readonly kind: 'version'; readonly name: number; readonly version: number } | { readonly kind: 'feature'; readonly name: number };
const POINTS: readonly Point[] = [
  ...NAMES.flatMap((_, name) => VERSIONS.map((__, version): Point => ({ kind: 'version', name, version }))),
  ...NAMES.map((_, name): Point => ({ kind: 'feature', name })),
];
const versionBit = (name: number, version: number): number => 1 << (name * VERSIONS.length + version);
const featureBit = (name: number): number => 1 << (NAMES.length * VERSIONS.length + name);

/** Bits that must be in every set that holds `point`, given the set (an optional need counts where the feature is in the set). */
function wanted(set: number, asks: readonly Ask[], featureOn: boolean): number {
  let out = 0;
  for (const one of asks) if (!one.optional || featureOn) out |= versionBit(one.name, one.version) | (one.feature ? featureBit(one.name) : 0);
  return out & ~set;
}

function isClosed(set: number, the: World): boolean {
  if (wanted(set, the.root, false) !== 0) return false;
  return POINTS.every((point) => point.kind === 'feature' || (set & versionBit(point.name, point.version)) === 0
    || wanted(set, the.asks[point.name]![point.version]!, (set & featureBit(point.name)) !== 0) === 0);
}

function oracle(the: World): Map<string, string> {
  // The greatest versions for which anybody asks.
  const all = (1 << POINTS.length) - 1;
  let least = all;
  for (let set = 0; set <= all; set++) if ((set & least) !== least && isClosed(set, the)) least &= set;
  const chosen = NAMES.map((_, name) => VERSIONS.findLastIndex((__, version) => (least & versionBit(name, version)) !== 0));
  // Of these, what the root reaches with one version of each.
  let seen = -1;
  let reached = 0;
  while (seen !== reached) {
    seen = reached;
    reached |= wanted(reached, the.root, false);
    NAMES.forEach((_, name) => {
      const version = chosen[name]!;
      const isReached = VERSIONS.some((__, v) => (reached & versionBit(name, v)) !== 0);
      if (version >= 0 && isReached) reached |= wanted(reached, the.asks[name]![version]!, (reached & featureBit(name)) !== 0);
    });
  }
  const out = new Map<string, string>();
  NAMES.forEach((name, n) => {
    if (VERSIONS.some((_, v) => (reached & versionBit(n, v)) !== 0)) out.set(name, `${VERSIONS[chosen[n]!]}${(reached & featureBit(n)) !== 0 ? '+x' : ''}`);
  });
  return out;
}

test('the selection is what trying every set finds', () => {
  fc.assert(fc.property(world, (the) => {
    expect(select(the)).toEqual(oracle(the));
  }), { numRuns: 300 });
}, 120_000);

test('the order of needs does not matter', () => {
  fc.assert(fc.property(world, (the) => {
    const turned: World = { root: [...the.root].reverse(), asks: the.asks.map((versions) => versions.map((asks) => [...asks].reverse())) };
    expect(select(turned)).toEqual(select(the));
  }), { numRuns: 300 });
});

test('a need that nothing meets is told, with who asked', () => {
  const root = candidateOf('root', VERSIONS[0]!, [{ name: 0, version: 0, feature: false, optional: false }]);
  const a = candidateOf('a', VERSIONS[0]!, [{ name: 1, version: 2, feature: false, optional: false }]);
  const { missing } = selectVersions([{ candidate: root, features: [] }], (node) => (node === 'a' ? a : null));
  expect(missing).toHaveLength(1);
  expect([missing[0]!.need.node, missing[0]!.by.candidate.node, missing[0]!.by.by!.candidate.node]).toEqual(['b', 'a', 'root']);
});

test('versions compare as semantic versions', () => {
  const sorted = ['1.0.0-alpha', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0', '1.2.0', '1.10.0', '2.0.0'].map((text) => parseVersion(text)!);
  expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
});
