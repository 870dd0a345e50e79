/**
 * The file `api.lock`: what the public functions of a package borrow, in words that people can review and a program can compare.
 * Consumes: items with their summaries. Produces: the text; and items again from a text. Holds: nothing.
 *
 *   fn app::first(a, b)
 *       result <- a
 *   fn app::Lexer::next(self)
 *       result <- self.1
 *   fn app::link(a, b)
 *       *a.1 <- b.1
 *       same *a.1, *b.1
 *   type app::Lexer: view
 *   type app::Config: Owned
 *
 * `a.1` is the second borrow in the type of `a`, `a` the first; `*a.1` is what is stored there after the call. Parameters are compared by position, whatever they are called.
 */
import { unreachable } from '../../base/index.ts';
import type { Summary, SummaryNode } from '../borrows/index.ts';

export interface ApiFn {
  readonly kind: 'fn';
  readonly path: string;
  readonly params: readonly string[];
  readonly summary: Summary;
}

export interface ApiType {
  readonly kind: 'type';
  readonly path: string;
  /** `view`, or the markers that hold for it, in the order of their names. */
  readonly facts: readonly string[];
}

export type ApiItem = ApiFn | ApiType;

/** A line of the file that is not understood. */
export interface BadLine {
  readonly line: number;
  readonly text: string;
}

const HEADER = '# What the public items of this package borrow. Written by `jc api lock`, compared by `jc api check`.\napi 1\n';

function printNode(node: SummaryNode, params: readonly string[], into: boolean): string {
  switch (node.at) {
    case 'param': {
      const star = into ? '*' : '';
      return `${star}${params[node.param] ?? `#${node.param}`}${node.slot === 0 ? '' : `.${node.slot}`}`;
    }
    case 'result':
      return node.slot === 0 ? 'result' : `result.${node.slot}`;
    case 'type':
      return `<${node.name}>`;
    default:
      return unreachable(node);
  }
}

/** The lines of a function's summary, sorted; two summaries are equal when these are. Parameters are named by position. */
export function summaryLines(summary: Summary, params: readonly string[]): string[] {
  const edges = summary.edges.map(({ from, to }) => `${printNode(to, params, true)} <- ${printNode(from, params, false)}`);
  const same = summary.same.map((group) => `same ${group.map((node) => printNode(node, params, true)).join(', ')}`);
  return [...edges.sort(), ...same.sort()];
}

/** Parameters need different names that can be told from `result`: patterns and repeated names get their position. */
export function plainNames(names: readonly string[]): string[] {
  return names.map((name, i) => (/^[\p{XID_Start}_][\p{XID_Continue}]*$/u.test(name) && name !== '_' && name !== 'result' && names.indexOf(name) === i ? name : `#${i}`));
}

export function printLock(items: readonly ApiItem[]): string {
  let out = HEADER;
  for (const item of [...items].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))) {
    if (item.kind === 'type') {
      out += `${[`type ${item.path}:`, ...item.facts].join(' ')}\n`;
      continue;
    }
    out += `fn ${item.path}(${item.params.join(', ')})\n`;
    for (const line of summaryLines(item.summary, item.params)) out += `    ${line}\n`;
  }
  return out;
}

function sortKey(item: ApiItem): string {
  return `${item.path} ${item.kind}`;
}

/** Reads what `printLock` wrote. */
export function parseLock(text: string): { readonly items: ApiItem[]; readonly bad: BadLine | null } {
  const items: ApiItem[] = [];
  let open: { path: string; params: string[]; edges: { from: SummaryNode; to: SummaryNode }[]; same: SummaryNode[][] } | null = null;
  const close = (): void => {
    if (open !== null) items.push({ kind: 'fn', path: open.path, params: open.params, summary: { edges: open.edges, same: open.same } });
    open = null;
  };
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trimEnd();
    const bad = { items, bad: { line: i + 1, text: line } };
    if (line === '' || line.startsWith('#') || line === 'api 1') continue;
    const fn = /^fn (.+)\(([^()]*)\)$/.exec(line);
    const type = /^type (.+):(?: (.*))?$/.exec(line);
    if (fn !== null) {
      close();
      open = { path: fn[1]!, params: fn[2] === '' ? [] : fn[2]!.split(', '), edges: [], same: [] };
    } else if (type !== null) {
      close();
      items.push({ kind: 'type', path: type[1]!, facts: type[2]?.split(' ') ?? [] });
    } else if (open !== null && line.startsWith('    ')) {
      const edge = /^(.+) <- (.+)$/.exec(line.trim());
      const same = /^same (.+)$/.exec(line.trim());
      const nodes = (edge !== null ? [edge[1]!, edge[2]!] : same !== null ? same[1]!.split(/, (?![^<]*>)/) : []).map((word) => parseNode(word, open!.params));
      if (nodes.length === 0 || nodes.some((node) => node === null)) return bad;
      if (edge !== null) open.edges.push({ to: nodes[0]!, from: nodes[1]! });
      else open.same.push(nodes as SummaryNode[]);
    } else {
      return bad;
    }
  }
  close();
  return { items, bad: null };
}

function parseNode(word: string, params: readonly string[]): SummaryNode | null {
  if (word.startsWith('<') && word.endsWith('>')) return { at: 'type', name: word.slice(1, -1) };
  const found = /^\*?(.+?)(?:\.(\d+))?$/.exec(word);
  if (found === null) return null;
  const slot = Number(found[2] ?? 0);
  if (found[1] === 'result') return { at: 'result', slot };
  const param = params.indexOf(found[1]!);
  return param < 0 ? null : { at: 'param', param, slot };
}
