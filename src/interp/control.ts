/**
 * Turns a control-flow graph into JavaScript's loops, labelled blocks and `if`s.
 * Algorithm: Ramsey, "Beyond Relooper: recursive translation of unstructured control flow to structured control flow", ICFP 2022.
 * The children of a node in the dominator tree that several forward edges reach are placed after it, each behind a labelled block which
 * those edges `break`; a loop header becomes a `for (;;)` that back edges `continue`. A graph that is not reducible, or would nest too
 * deep for a JavaScript parser, becomes one `switch` inside a loop instead.
 * Holds: nothing.
 */

export interface Graph {
  readonly count: number;
  /** An edge that is taken from more than one place in a node is listed as often. */
  readonly successors: (node: number) => readonly number[];
}

/** Writes the text of a node; `jump` gives the text that goes to a successor. */
export type NodeText = (node: number, jump: (target: number) => string) => string;

const MAX_DEPTH = 400;

/** `onHeader` is put at the head of each loop. */
export function structure(graph: Graph, text: NodeText, onHeader: string): string {
  const order = reversePostorder(graph);
  const number = new Int32Array(graph.count).fill(-1);
  order.forEach((node, i) => (number[node] = i));
  const idom = dominators(graph, order, number);
  const plan = analyse(graph, order, number, idom);
  if (plan === null) return dispatch(order, text, onHeader);

  const { merges, headers, children } = plan;
  const write = (node: number): string => {
    const mine = children[node]!.filter((child) => merges[child]).sort((a, b) => number[b]! - number[a]!);
    const body = within(node, mine, 0);
    return headers[node] ? `L${node}: for (;;) {\n${onHeader}${body}}\n` : body;
  };
  const within = (node: number, after: readonly number[], from: number): string => {
    if (from < after.length) {
      const next = after[from]!;
      return `M${next}: {\n${within(node, after, from + 1)}}\n${write(next)}`;
    }
    return text(node, (target) => {
      if (number[target]! <= number[node]!) return `continue L${target};\n`;
      return merges[target] ? `break M${target};\n` : write(target);
    });
  };
  return write(0);
}

function reversePostorder(graph: Graph): number[] {
  const seen = new Uint8Array(graph.count);
  const out: number[] = [];
  const stack: { node: number; next: readonly number[]; at: number }[] = [{ node: 0, next: graph.successors(0), at: 0 }];
  seen[0] = 1;
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (top.at < top.next.length) {
      const target = top.next[top.at++]!;
      if (seen[target] === 0) {
        seen[target] = 1;
        stack.push({ node: target, next: graph.successors(target), at: 0 });
      }
    } else {
      out.push(top.node);
      stack.pop();
    }
  }
  return out.reverse();
}

/** Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm", 2001. */
function dominators(graph: Graph, order: readonly number[], number: Int32Array): Int32Array {
  const predecessors: number[][] = order.map(() => []);
  for (const node of order) for (const target of graph.successors(node)) predecessors[number[target]!]!.push(number[node]!);
  const idom = new Int32Array(order.length).fill(-1);
  idom[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < order.length; i++) {
      let best = -1;
      for (const p of predecessors[i]!) {
        if (idom[p] === -1) continue;
        if (best === -1) best = p;
        else {
          let a = p;
          let b = best;
          while (a !== b) {
            while (a > b) a = idom[a]!;
            while (b > a) b = idom[b]!;
          }
          best = a;
        }
      }
      if (idom[i] !== best) {
        idom[i] = best;
        changed = true;
      }
    }
  }
  return idom;
}

interface Plan {
  readonly merges: readonly boolean[];
  readonly headers: readonly boolean[];
  readonly children: readonly (readonly number[])[];
}

/** Null: not reducible, or too deep. `idom` is by order number. */
function analyse(graph: Graph, order: readonly number[], number: Int32Array, idom: Int32Array): Plan | null {
  const merges = new Array<boolean>(graph.count).fill(false);
  const headers = new Array<boolean>(graph.count).fill(false);
  const children: number[][] = Array.from({ length: graph.count }, () => []);
  const forward = new Int32Array(graph.count);
  const depth = new Int32Array(order.length);
  for (let i = 1; i < order.length; i++) {
    children[order[idom[i]!]!]!.push(order[i]!);
    depth[i] = depth[idom[i]!]! + 1;
    if (depth[i]! > MAX_DEPTH * 4) return null;
  }
  const dominates = (a: number, b: number): boolean => {
    while (b > a) b = idom[b]!;
    return a === b;
  };
  for (const node of order) {
    for (const target of graph.successors(node)) {
      if (number[target]! <= number[node]!) {
        if (!dominates(number[target]!, number[node]!)) return null;
        headers[target] = true;
      } else if (++forward[target]! >= 2) merges[target] = true;
    }
  }
  // Labels open at a node: those of its dominators' merge children.
  const open = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const node = order[i]!;
    const mine = children[node]!.filter((child) => merges[child]).length;
    open[i] = (i === 0 ? 0 : open[idom[i]!]!) + mine + (headers[node] ? 1 : 0);
    if (open[i]! > MAX_DEPTH) return null;
  }
  return { merges, headers, children };
}

function dispatch(order: readonly number[], text: NodeText, onHeader: string): string {
  let out = `let pc = 0;\nD: for (;;) {\n${onHeader}switch (pc) {\n`;
  for (const node of order) out += `case ${node}: {\n${text(node, (target) => `pc = ${target}; continue D;\n`)}}\n`;
  return `${out}}\n}\n`;
}
