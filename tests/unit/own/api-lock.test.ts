/** `api.lock`: what is written can be read again, a growth is found, and a new lock is never narrower than the old one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growths, parseLock, printLock, widened } from '../../../src/own/index.ts';
import type { ApiItem, SummaryNode } from '../../../src/own/index.ts';

const param = (index: number, slot = 0): SummaryNode => ({ at: 'param', param: index, slot });
const result: SummaryNode = { at: 'result', slot: 0 };

function fn(path: string, edges: readonly (readonly [SummaryNode, SummaryNode])[], same: readonly (readonly SummaryNode[])[] = []): ApiItem {
  return { kind: 'fn', path, params: ['a', 'b'], summary: { edges: edges.map(([from, to]) => ({ from, to })), same } };
}

const nodes: fc.Arbitrary<SummaryNode> = fc.oneof(
  fc.record({ at: fc.constant('param' as const), param: fc.integer({ min: 0, max: 1 }), slot: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ at: fc.constant('result' as const), slot: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ at: fc.constant('type' as const), name: fc.constantFrom('T', 'I::Item', 'Map<A, B>') }),
);
const items: fc.Arbitrary<ApiItem[]> = fc.uniqueArray(
  fc.oneof(
    fc.record({
      kind: fc.constant('fn' as const),
      path: fc.constantFrom('app::f', 'app::g', 'app::<T as Iterator>::next'),
      params: fc.constant(['a', '#1']),
      summary: fc.record({ edges: fc.array(fc.record({ from: nodes, to: nodes }), { maxLength: 4 }), same: fc.array(fc.array(nodes, { minLength: 2, maxLength: 3 }), { maxLength: 2 }) }),
    }),
    fc.record({ kind: fc.constant('type' as const), path: fc.constantFrom('app::A', 'app::B'), facts: fc.subarray(['view', 'Owned', 'Sendable']) }),
  ),
  { selector: (item) => `${item.kind} ${item.path}` },
);

describe('api.lock', () => {
  it('can be read again', () => {
    fc.assert(fc.property(items, (list) => {
      const text = printLock(list);
      const { items: read, bad } = parseLock(text);
      expect(bad).toBeNull();
      expect(printLock(read)).toBe(text);
    }));
  });

  it('names the line that it does not understand', () => {
    expect(parseLock('api 1\nfn app::f(a)\n    result <- a\n    result <- nobody\n').bad).toEqual({ line: 4, text: '    result <- nobody' });
  });

  it('finds what a result looks at newly, and lets it look at less', () => {
    const narrow = [fn('app::f', [[param(0), result]])];
    const wide = [fn('app::f', [[param(0), result], [param(1), result]])];
    expect(growths(narrow, wide)).toMatchObject([{ kind: 'edge', from: param(1), to: result }]);
    expect(growths(wide, narrow)).toEqual([]);
  });

  it('takes parameters by position, and leaves new and vanished items alone', () => {
    const old: ApiItem[] = [{ kind: 'fn', path: 'app::f', params: ['x', 'y'], summary: { edges: [{ from: param(0), to: result }], same: [] } }];
    expect(growths(old, [fn('app::f', [[param(0), result]]), fn('app::g', [[param(1), result]])])).toEqual([]);
    expect(growths(old, [])).toEqual([]);
  });

  it('finds places that are linked, types that become views and markers that are lost', () => {
    const linked = [fn('app::f', [], [[param(0, 1), param(1, 1)]])];
    expect(growths([fn('app::f', [])], linked)).toMatchObject([{ kind: 'same' }]);
    expect(growths(linked, linked)).toEqual([]);
    const type = (facts: string[]): ApiItem[] => [{ kind: 'type', path: 'app::A', facts }];
    expect(growths(type(['Owned', 'Sendable']), type(['view']))).toMatchObject([{ kind: 'fact', lost: 'struct' }, { kind: 'fact', lost: 'Owned, Sendable' }]);
    expect(growths(type(['view']), type(['Owned']))).toEqual([]);
  });

  it('is never narrower than before when it is written anew', () => {
    fc.assert(fc.property(items, items, (before, now) => {
      const locked = widened(before, now);
      expect(growths(locked, now)).toEqual([]);
      expect(growths(locked, before.filter((old) => now.some((item) => item.kind === old.kind && item.path === old.path && item.kind === 'fn')))).toEqual([]);
    }));
  });
});
