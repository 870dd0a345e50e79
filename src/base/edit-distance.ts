/**
 * "Did you mean": the name nearest to one that was not found.
 * Source: optimal string alignment (insert, delete, replace, swap of neighbours), cut off at a limit that grows with the word.
 */

/** How many edits lead from `a` to `b`; any number above `limit` is given as `limit + 1`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** The candidate nearest to `name`, or null where none is near. A difference in case alone, or in `_`, always counts as near. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  const limit = name.length <= 2 ? 1 : Math.max(1, Math.floor(name.length / 3));
  const flat = (text: string): string => text.replaceAll('_', '').toLowerCase();
  const wanted = flat(name);
  let best: string | null = null;
  let bestCost = limit + 1;
  for (const candidate of candidates) {
    if (candidate === name || candidate.startsWith('$')) continue;
    const cost = flat(candidate) === wanted ? 0 : editDistance(name, candidate, limit);
    // Of equals the first in the alphabet, so that the answer does not depend on the order of declarations.
    if (cost < bestCost || (cost === bestCost && best !== null && candidate < best)) {
      best = candidate;
      bestCost = cost;
    }
  }
  // One edit turns any short word into any other: for names of one or two letters only the case may differ.
  return bestCost <= limit && (name.length > 2 || bestCost === 0) ? best : null;
}
