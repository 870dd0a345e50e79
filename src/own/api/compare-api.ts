/**
 * Compares what the public items of a package borrow with what was locked, and puts both together.
 * Consumes: two lists of items. Produces: growths, which break callers; and the wider of the two, which a new lock holds.
 */
import type { Summary, SummaryNode } from '../borrows/index.ts';
import { summaryLines } from './api-lock.ts';
import type { ApiFn, ApiItem, ApiType } from './api-lock.ts';

export type Growth =
  /** The result, or what a parameter refers to, may hold more. */
  | { readonly kind: 'edge'; readonly item: ApiFn; readonly from: SummaryNode; readonly to: SummaryNode }
  /** What is stored through one is now seen through another. */
  | { readonly kind: 'same'; readonly item: ApiFn; readonly group: readonly SummaryNode[] }
  /** A type became a view (`struct` is lost), or lost markers. */
  | { readonly kind: 'fact'; readonly item: ApiType; readonly lost: string };

/** Names by position, so that a parameter that is only called something else is the same. */
function positional(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `#${i}`);
}

function linesOf(item: ApiFn): Set<string> {
  return new Set(summaryLines(item.summary, positional(item.params.length)));
}

function keyOf(item: ApiItem): string {
  return `${item.kind} ${item.path}`;
}

/** In what `now` asks more of its callers than `locked`. Items that are new, or gone, are no growth. */
export function growths(locked: readonly ApiItem[], now: readonly ApiItem[]): Growth[] {
  const before = new Map(locked.map((item) => [keyOf(item), item]));
  const out: Growth[] = [];
  for (const item of now) {
    const old = before.get(keyOf(item));
    if (old === undefined) continue;
    if (item.kind === 'type') {
      out.push(...lostFacts(old as ApiType, item).map((lost): Growth => ({ kind: 'fact', item, lost })));
      continue;
    }
    const had = linesOf(old as ApiFn);
    const names = positional(item.params.length);
    for (const edge of item.summary.edges) if (!had.has(summaryLines({ edges: [edge], same: [] }, names)[0]!)) out.push({ kind: 'edge', item, ...edge });
    for (const group of item.summary.same) if (!sameBefore(old as ApiFn, group)) out.push({ kind: 'same', item, group });
  }
  return out;
}

/** `view` is a fact that must not come (told as `struct`, which is lost), markers are facts that must not go. */
function lostFacts(old: ApiType, now: ApiType): string[] {
  const lost = old.facts.filter((fact) => fact !== 'view' && !now.facts.includes(fact));
  const out = lost.length === 0 ? [] : [lost.join(', ')];
  return now.facts.includes('view') && !old.facts.includes('view') ? ['struct', ...out] : out;
}

/** Whether all of a group were one already. */
function sameBefore(old: ApiFn, group: readonly SummaryNode[]): boolean {
  const names = positional(old.params.length);
  const lines = (nodes: readonly SummaryNode[]): string[] => summaryLines({ edges: [], same: nodes.map((node) => [node]) }, names);
  const wanted = lines(group);
  return old.summary.same.some((known) => {
    const have = new Set(lines(known));
    return wanted.every((line) => have.has(line));
  });
}

/** What a new lock holds: everything that is there now, never narrower than what was promised before. */
export function widened(locked: readonly ApiItem[], now: readonly ApiItem[]): ApiItem[] {
  const before = new Map(locked.map((item) => [keyOf(item), item]));
  return now.map((item) => {
    const old = before.get(keyOf(item));
    if (old === undefined) return item;
    if (item.kind === 'type') return { ...item, facts: item.facts.filter((fact) => fact === 'view' || (old as ApiType).facts.includes(fact)) };
    return { ...item, summary: union((old as ApiFn).summary, item) };
  });
}

function union(old: Summary, now: ApiFn): Summary {
  const names = positional(now.params.length);
  const edges = new Map([...old.edges, ...now.summary.edges].map((edge) => [summaryLines({ edges: [edge], same: [] }, names)[0]!, edge]));
  const same = new Map([...old.same, ...now.summary.same].map((group) => [summaryLines({ edges: [], same: [group] }, names)[0]!, group]));
  return { edges: [...edges.values()], same: [...same.values()] };
}
