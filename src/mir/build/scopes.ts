/**
 * Scopes: what has to happen when control leaves them, on normal edges and while unwinding.
 * Holds: a stack of scopes, each a list of entries (storage to end, values to drop, deferred code, a catcher of panics), and for each entry
 * the node of the unwinding tree at which a panic enters while that entry is the innermost. Nodes are hash-consed, so equal chains of
 * cleanup share their blocks, also when an entry is added below others and taken away again.
 * Source: the drop trees of rustc's `rustc_mir_build::build::scope`, with one chain of cleanup a state instead of edges added at the end.
 */
import { bug } from '../../base/index.ts';
import type { Span } from '../../source/index.ts';
import type { tree } from '../../types/index.ts';
import type { BlockId, LocalId, Place } from '../mir.ts';

export type EntryKind =
  | { readonly kind: 'storage'; readonly local: LocalId }
  | { readonly kind: 'value'; readonly local: LocalId; readonly span: Span }
  | { readonly kind: 'defer'; readonly id: number; readonly body: tree.Expr }
  /** Panics from entries above go to `target` with the Panic value in `dest`. */
  | { readonly kind: 'catch'; readonly id: number; readonly dest: LocalId; readonly target: () => BlockId };

export interface Entry {
  readonly what: EntryKind;
  /** Where a panic goes while this is the innermost entry; null: out of the function. */
  node: UnwindNode | null;
  /** A destination already written while scopes inside of its own are left: dropped by a panic only. */
  readonly pending: boolean;
}

export interface Scope {
  entries: Entry[];
}

export interface UnwindNode {
  readonly parent: UnwindNode | null;
  readonly what: EntryKind;
  /** Whether a catcher stands below: control then stays in the function, so that storage must end too. */
  readonly caught: boolean;
  block: BlockId | null;
  /** By `keyOf`; made with the first child, since most nodes have none. */
  children: Map<number, UnwindNode> | null;
}

/** Where a value goes. `scope` is where its drop is scheduled once it is complete (by whoever asked for the value); null if it needs none. */
export interface Dest {
  readonly place: Place;
  readonly scope: Scope | null;
}

/** The stack as it was, to go on with after code for an early exit. */
export interface Snapshot {
  readonly scopes: readonly Scope[];
  readonly entries: readonly { readonly scope: Scope; readonly entries: readonly Entry[]; readonly nodes: readonly (UnwindNode | null)[] }[];
}

/** Tells apart what entries do: the number of the local or construct, and the kind in the last two bits. */
function keyOf(what: EntryKind): number {
  switch (what.kind) {
    case 'storage':
      return what.local * 4;
    case 'value':
      return what.local * 4 + 1;
    case 'defer':
      return what.id * 4 + 2;
    case 'catch':
      return what.id * 4 + 3;
  }
}

export class ScopeStack {
  private stack: Scope[] = [];
  private readonly roots = new Map<number, UnwindNode>();

  get depth(): number {
    return this.stack.length;
  }

  get top(): Scope {
    return this.stack[this.stack.length - 1] ?? bug('no scope');
  }

  at(depth: number): Scope {
    return this.stack[depth] ?? bug('no scope at this depth');
  }

  push(): Scope {
    const scope: Scope = { entries: [] };
    this.stack.push(scope);
    return scope;
  }

  /** Takes the innermost scope away with whatever it holds. */
  discard(): void {
    this.stack.pop();
  }

  /** The node at which a panic enters now. */
  get node(): UnwindNode | null {
    return this.nodeBelow(this.stack.length, 0);
  }

  private nodeBelow(scopeIndex: number, entryIndex: number): UnwindNode | null {
    if (entryIndex > 0) return this.stack[scopeIndex]!.entries[entryIndex - 1]!.node;
    for (let s = scopeIndex - 1; s >= 0; s--) {
      const entries = this.stack[s]!.entries;
      if (entries.length > 0) return entries[entries.length - 1]!.node;
    }
    return null;
  }

  private extend(node: UnwindNode | null, what: EntryKind): UnwindNode | null {
    if (what.kind === 'storage' && (node === null || !node.caught)) return node;
    const children = node === null ? this.roots : (node.children ??= new Map<number, UnwindNode>());
    const key = keyOf(what);
    const known = children.get(key);
    if (known !== undefined) return known;
    const fresh: UnwindNode = { parent: node, what, caught: what.kind === 'catch' || (node !== null && node.caught), block: null, children: null };
    children.set(key, fresh);
    return fresh;
  }

  private relink(scopeIndex: number, entryIndex: number): void {
    let node = this.nodeBelow(scopeIndex, entryIndex);
    for (let s = scopeIndex, e = entryIndex; s < this.stack.length; s++, e = 0) {
      const entries = this.stack[s]!.entries;
      for (; e < entries.length; e++) {
        const entry = entries[e]!;
        node = this.extend(node, entry.what);
        entry.node = node;
      }
    }
  }

  /** Adds an entry on top of a scope, which need not be the innermost. */
  schedule(scope: Scope, what: EntryKind): void {
    const index = this.stack.lastIndexOf(scope);
    if (index < 0) bug('scheduling in a scope that has been left');
    scope.entries.push({ what, node: null, pending: false });
    this.relink(index, scope.entries.length - 1);
  }

  /** Takes back the drop of a local: it has been moved. */
  unscheduleValue(local: LocalId): void {
    for (let s = this.stack.length - 1; s >= 0; s--) {
      const entries = this.stack[s]!.entries;
      for (let e = entries.length - 1; e >= 0; e--) {
        const what = entries[e]!.what;
        if (what.kind !== 'value' || what.local !== local) continue;
        entries.splice(e, 1);
        this.relink(s, e);
        return;
      }
    }
  }

  /** Removes and returns the innermost scope's last entry. */
  popEntry(): Entry | undefined {
    return this.top.entries.pop();
  }

  /**
   * Schedules a destination that is complete while scopes above its own are still being left. It goes above the innermost catcher, for a
   * caught panic leads to code that writes the destination again.
   */
  addPending(dest: Dest, span: Span): void {
    if (dest.scope === null) return;
    const own = this.stack.lastIndexOf(dest.scope);
    if (own < 0) bug('a destination in a scope that has been left');
    let index = own;
    for (let s = this.stack.length - 1; s > own; s--) {
      if (this.stack[s]!.entries[0]?.what.kind === 'catch') {
        index = s;
        break;
      }
    }
    const entry: Entry = { what: { kind: 'value', local: dest.place.local, span }, node: null, pending: true };
    const entries = this.stack[index]!.entries;
    const at = index === own ? entries.length : 1;
    entries.splice(at, 0, entry);
    this.relink(index, at);
  }

  removePending(): void {
    for (let s = this.stack.length - 1; s >= 0; s--) {
      const entries = this.stack[s]!.entries;
      const e = entries.findIndex((entry) => entry.pending);
      if (e < 0) continue;
      entries.splice(e, 1);
      this.relink(s, e);
      return;
    }
  }

  save(): Snapshot {
    return {
      scopes: [...this.stack],
      entries: this.stack.map((scope) => ({ scope, entries: [...scope.entries], nodes: scope.entries.map((e) => e.node) })),
    };
  }

  restore(snapshot: Snapshot): void {
    this.stack = [...snapshot.scopes];
    for (const saved of snapshot.entries) {
      saved.scope.entries = [...saved.entries];
      saved.entries.forEach((entry, i) => {
        entry.node = saved.nodes[i]!;
      });
    }
  }

  /** Begins with an empty stack, for code that runs while unwinding. */
  clear(): void {
    this.stack = [];
  }
}
