/**
 * Which modules a module can see, from facts alone: the graph that separate compilation follows.
 * Consumes: the facts of every module of a program. Produces: direct imports, the set that a unit is compiled against, cycles.
 * A module sees what it imports, what their interfaces import in turn, and modules with impls for things declared elsewhere as soon as it sees
 * anything that those import. A folder on the way of an import counts only if its module declares the name that follows.
 */
import { BitSet } from '../base/index.ts';
import { importTargets } from './import-targets.ts';
import type { ImportFact, ModuleFacts } from './interface.ts';

export interface GraphNode {
  /** `app::net::dial`. */
  readonly key: string;
  readonly path: readonly string[];
  /** Null for a folder without a file. */
  readonly facts: ModuleFacts | null;
  /** First segments of imports that lead to packages. */
  readonly dependencies: ReadonlyMap<string, string>;
}

export class ModuleGraph {
  readonly nodes: readonly GraphNode[];
  private readonly byKey = new Map<string, GraphNode>();
  private readonly children = new Map<string, GraphNode[]>();
  private readonly direct = new Map<GraphNode, readonly GraphNode[]>();
  /** The modules that imports name, without those on the way. */
  private readonly named = new Map<GraphNode, Set<GraphNode>>();
  private readonly fromInterface = new Map<GraphNode, readonly GraphNode[]>();
  private readonly indices: ReadonlyMap<GraphNode, number>;
  private readonly reach = new Map<GraphNode, BitSet>();
  /** Modules with impls for what is declared elsewhere, with what they import. */
  private readonly orphans: { readonly node: GraphNode; readonly needs: ReadonlySet<GraphNode> }[] = [];

  constructor(modules: readonly GraphNode[]) {
    const nodes = [...modules];
    for (const node of nodes) this.byKey.set(node.key, node);
    for (const { path, dependencies } of modules) {
      for (let length = 1; length < path.length; length++) {
        const key = path.slice(0, length).join('::');
        if (this.byKey.has(key)) continue;
        const gap: GraphNode = { key, path: path.slice(0, length), facts: null, dependencies };
        this.byKey.set(key, gap);
        nodes.push(gap);
      }
    }
    this.nodes = nodes;
    this.indices = new Map(nodes.map((node, index) => [node, index]));
    for (const node of nodes) {
      const parent = node.path.slice(0, -1).join('::');
      const list = this.children.get(parent);
      if (list === undefined) this.children.set(parent, [node]);
      else list.push(node);
    }
    for (const node of nodes) if (node.facts?.hasOrphans === true) this.orphans.push({ node, needs: new Set(this.importsOf(node)) });
  }

  node(key: string): GraphNode | undefined {
    return this.byKey.get(key);
  }

  /** What a module imports, without itself; folders included. */
  importsOf(node: GraphNode): readonly GraphNode[] {
    return this.cached(this.direct, node, node.facts?.imports ?? []);
  }

  private interfaceImportsOf(node: GraphNode): readonly GraphNode[] {
    return this.cached(this.fromInterface, node, node.facts?.interfaceImports ?? []);
  }

  private cached(table: Map<GraphNode, readonly GraphNode[]>, node: GraphNode, imports: readonly ImportFact[]): readonly GraphNode[] {
    let known = table.get(node);
    if (known === undefined) {
      const found = new Set<GraphNode>();
      for (const fact of imports) this.follow(node, fact, found);
      found.delete(node);
      table.set(node, (known = [...found]));
    }
    return known;
  }

  private follow(from: GraphNode, fact: ImportFact, found: Set<GraphNode>): void {
    const first = fact.path[0];
    if (first === undefined) return;
    for (const target of importTargets(from, first)) {
      let at = this.byKey.get(target.join('::'));
      if (at === undefined || (at === from && fact.path.length === 1)) continue;
      let length = 1;
      for (; length < fact.path.length; length++) {
        const name = fact.path[length]!;
        const child: GraphNode | undefined = this.byKey.get(`${at.key}::${name}`);
        // An item of that name in the folder's own module goes before the module below it.
        if (child === undefined || this.hides(at, name, child)) found.add(at);
        if (child === undefined) break;
        at = child;
      }
      found.add(at);
      const named = this.named.get(from);
      if (named === undefined) this.named.set(from, new Set([at]));
      else named.add(at);
      // Through an imported folder a path can go on to modules in it.
      if (length === fact.path.length) this.descend(at, new Set(from.facts?.qualifiers ?? []), found);
      return;
    }
  }

  private descend(at: GraphNode, names: ReadonlySet<string>, found: Set<GraphNode>): void {
    for (const child of this.children.get(at.key) ?? []) {
      if (!names.has(child.path.at(-1)!)) continue;
      found.add(child);
      this.descend(child, names, found);
    }
  }

  /** Everything that the unit of a module is compiled against: modules with files, in the order of the nodes. */
  visibleFrom(node: GraphNode): readonly GraphNode[] {
    const seen = new BitSet(this.nodes.length);
    for (const next of this.importsOf(node)) this.see(next, seen);
    for (let changed = true; changed; ) {
      changed = false;
      for (const orphan of this.orphans) {
        if (orphan.node === node || seen.has(this.indexOf(orphan.node)) || ![...orphan.needs].some((need) => seen.has(this.indexOf(need)))) continue;
        this.see(orphan.node, seen);
        changed = true;
      }
    }
    return this.nodes.filter((other, index) => seen.has(index) && other !== node && other.facts !== null);
  }

  private indexOf(node: GraphNode): number {
    return this.indices.get(node)!;
  }

  /** Adds a module and what its interface leads to. */
  private see(node: GraphNode, seen: BitSet): void {
    seen.add(this.indexOf(node));
    seen.union(this.reachOf(node));
  }

  /** What an interface leads to. A circle ends at the module that is being asked; it is refused elsewhere. */
  private reachOf(node: GraphNode): BitSet {
    const known = this.reach.get(node);
    if (known !== undefined) return known;
    const made = new BitSet(this.nodes.length);
    this.reach.set(node, made);
    for (const next of this.interfaceImportsOf(node)) {
      made.add(this.indexOf(next));
      made.union(this.reachOf(next));
    }
    return made;
  }

  /** Whether an interface cannot say all that the unit of a module needs: another module has impls for what this one declares, or prints lines. */
  needsSources(node: GraphNode, visible: readonly GraphNode[]): boolean {
    return this.orphans.some((orphan) => orphan.needs.has(node)) || visible.some((other) => other.facts?.printsLines === true);
  }

  private namedBy(node: GraphNode): IterableIterator<GraphNode> {
    this.importsOf(node);
    return [...(this.named.get(node) ?? [])].filter((other) => other !== node).values();
  }

  /** Whether an item of a folder's own module goes before the module `child` below it; an import of that very module does not. */
  private hides(node: GraphNode, name: string, child: GraphNode): boolean {
    const { facts } = node;
    if (facts === null) return false;
    if (facts.names.includes(name) || facts.names.includes('*')) return true;
    return facts.imports.some((fact) => fact.as === name && !importTargets(node, fact.path[0]!).some((target) => [...target, ...fact.path.slice(1)].join('::') === child.key));
  }

  /** Modules that import themselves by way of others: one circle, first module repeated, or null. */
  findCycle(): readonly GraphNode[] | null {
    const state = new Map<GraphNode, 'open' | 'done'>();
    for (const root of this.nodes) {
      if (state.has(root)) continue;
      const trail: { readonly node: GraphNode; readonly next: IterableIterator<GraphNode> }[] = [];
      const enter = (node: GraphNode): void => {
        state.set(node, 'open');
        trail.push({ node, next: this.namedBy(node) });
      };
      enter(root);
      while (trail.length > 0) {
        const top = trail[trail.length - 1]!;
        const { value, done } = top.next.next();
        if (done === true) {
          state.set(top.node, 'done');
          trail.pop();
        } else if (state.get(value) === 'open') {
          const start = trail.findIndex((step) => step.node === value);
          return [...trail.slice(start).map((step) => step.node), value];
        } else if (!state.has(value)) enter(value);
      }
    }
    return null;
  }
}
