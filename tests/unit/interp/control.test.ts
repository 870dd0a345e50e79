/** Random graphs: the structured text visits the same nodes in the same order as a walk over the graph. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { structure } from '../../../src/interp/control.ts';

const STEPS = 60;

/** The nodes that a walk visits which takes successor `choices[step]` (modulo how many there are). */
function walk(edges: readonly (readonly number[])[], choices: readonly number[]): number[] {
  const out: number[] = [];
  let node = 0;
  for (let step = 0; step < STEPS; step++) {
    out.push(node);
    const next = edges[node]!;
    if (next.length === 0) break;
    node = next[choices[step]! % next.length]!;
  }
  return out;
}

function translated(edges: readonly (readonly number[])[], choices: readonly number[]): number[] {
  const text = structure(
    { count: edges.length, successors: (node) => edges[node]! },
    (node, jump) => {
      const next = edges[node]!;
      let out = `out.push(${node}); if (out.length === ${STEPS}) return;\n`;
      if (next.length === 0) return `${out}return;\n`;
      next.slice(0, -1).forEach((target, i) => {
        out += `if (choices[out.length - 1] % ${next.length} === ${i}) {\n${jump(target)}}\n`;
      });
      return out + jump(next.at(-1)!);
    },
    '',
  );
  const out: number[] = [];
  new Function('out', 'choices', text)(out, choices);
  return out;
}

const graphs = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.tuple(
    fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
    fc.array(fc.nat(1000), { minLength: STEPS, maxLength: STEPS }),
  ),
);

it('structured control flow is the same walk', () => {
  fc.assert(
    fc.property(graphs, ([edges, choices]) => {
      expect(translated(edges, choices)).toEqual(walk(edges, choices));
    }),
    { numRuns: 2000 },
  );
});

it('very long chains of merges do not nest', () => {
  // if/else diamonds one after another.
  const edges: number[][] = [];
  const diamonds = 2000;
  for (let i = 0; i < diamonds; i++) edges.push([i * 3 + 1, i * 3 + 2], [i * 3 + 3], [i * 3 + 3]);
  edges.push([]);
  const text = structure({ count: edges.length, successors: (node) => edges[node]! }, (node, jump) => {
    const next = edges[node]!;
    return next.length === 2 ? `if (x) {\n${jump(next[0]!)}} else {\n${jump(next[1]!)}}\n` : next.length === 1 ? jump(next[0]!) : 'return 7;\n';
  }, '');
  expect(new Function('x', text)(true)).toBe(7);
});
