/**
 * Move paths: the places of a body whose initialisation is tracked, as a forest. A root is a local; a child is a field, a variant seen through
 * a downcast, an element of an array at a known place, or the content of a Box, and exists only where some statement moves out of it (or below it): all else shares its parent's fate.
 * Consumes: a body of phase 'built'. Holds: dense ids, so that a set of paths is a bit set.
 */
import type { Ty } from '../../types/index.ts';
import type { Body, LocalId, Place, Proj } from '../mir.ts';
import { forEachPlace, forEachTermPlace } from '../visit.ts';

export interface MovePath {
  readonly id: number;
  readonly parent: MovePath | null;
  readonly place: Place;
  readonly ty: Ty;
  /** By `projKey`. */
  readonly children: Map<string, MovePath>;
}

/** What stands in the way of following a place further. */
export type Barrier = 'none' | 'reference' | 'index';

export interface Lookup {
  /** The deepest tracked path above or at the place; null if its local is not tracked. */
  readonly path: MovePath | null;
  /** Whether `path` is the place itself. */
  readonly exact: boolean;
  /** Whether the place lies behind a reference or pointer, or is an element at an unknown place: then moving it away would leave a hole nobody tracks. */
  readonly barrier: Barrier;
}

/** How many elements an array has, where that is a number. */
export function arrayLength(ty: Ty): number | null {
  return ty.kind === 'array' && ty.length.kind === 'const' ? Number(ty.length.value) : null;
}

/** The step from something of type `base` to its part, if parts of this kind are tracked. */
function projKey(proj: Proj, base: Ty): string | null {
  switch (proj.kind) {
    case 'field':
      return `.${proj.index}`;
    case 'variant':
      return `@${proj.index}`;
    case 'deref':
      return '*';
    case 'constIndex': {
      const length = arrayLength(base);
      return length === null ? null : elementKey(proj.fromEnd ? length - proj.offset : proj.offset);
    }
    default:
      return null;
  }
}

/** The key of an array's element. */
export function elementKey(index: number): string {
  return `[${index}]`;
}

/** The type that `place.proj[depth]` is applied to. */
function baseTy(body: Body, place: Place, depth: number): Ty {
  return depth === 0 ? body.locals[place.local]!.ty : place.proj[depth - 1]!.ty;
}

/** How many projections of a place can be tracked, and what stops the walk. */
function trackable(body: Body, place: Place): { readonly depth: number; readonly barrier: Barrier } {
  for (let depth = 0; depth < place.proj.length; depth++) {
    const proj = place.proj[depth]!;
    if (proj.kind === 'deref') {
      if (baseTy(body, place, depth).kind !== 'box') return { depth, barrier: 'reference' };
    } else if (projKey(proj, baseTy(body, place, depth)) === null) {
      return { depth, barrier: 'index' };
    }
  }
  return { depth: place.proj.length, barrier: 'none' };
}

export class MovePaths {
  readonly all: MovePath[] = [];
  private readonly roots = new Map<LocalId, MovePath>();
  private readonly body: Body;

  /** `tracked` chooses locals; `splits` says whether the fields of a type may be moved out singly. */
  constructor(body: Body, tracked: (local: LocalId) => boolean, splits: (ty: Ty) => boolean) {
    this.body = body;
    body.locals.forEach((local, index) => {
      const id = index as LocalId;
      if (tracked(id)) this.roots.set(id, this.add(null, { local: id, proj: [] }, local.ty));
    });
    const visit = (place: Place, use: string): void => {
      if (use === 'move' && place.proj.length > 0) this.addMove(place, splits);
    };
    for (const block of body.blocks) {
      for (const stmt of block.stmts) forEachPlace(stmt, visit);
      forEachTermPlace(block.term, visit);
    }
  }

  private add(parent: MovePath | null, place: Place, ty: Ty): MovePath {
    const path: MovePath = { id: this.all.length, parent, place, ty, children: new Map() };
    this.all.push(path);
    return path;
  }

  private addMove(place: Place, splits: (ty: Ty) => boolean): void {
    const root = this.roots.get(place.local);
    if (root === undefined || trackable(this.body, place).barrier !== 'none') return;
    let path: MovePath = root;
    for (let depth = 0; depth < place.proj.length; depth++) {
      if (!splits(path.ty)) return;
      const proj = place.proj[depth]!;
      const key = projKey(proj, baseTy(this.body, place, depth))!;
      let child: MovePath | undefined = path.children.get(key);
      if (child === undefined) {
        child = this.add(path, { local: place.local, proj: place.proj.slice(0, depth + 1) }, proj.ty);
        path.children.set(key, child);
      }
      path = child;
    }
  }

  /** The path of a whole local. */
  root(local: LocalId): MovePath | null {
    return this.roots.get(local) ?? null;
  }

  lookup(place: Place): Lookup {
    const { depth: limit, barrier } = trackable(this.body, place);
    const root = this.roots.get(place.local);
    if (root === undefined) return { path: null, exact: false, barrier };
    let path: MovePath = root;
    for (let depth = 0; depth < limit; depth++) {
      const child = path.children.get(projKey(place.proj[depth]!, baseTy(this.body, place, depth))!);
      if (child === undefined) return { path, exact: false, barrier };
      path = child;
    }
    return { path, exact: limit === place.proj.length, barrier };
  }

  /** The path and all below it. */
  forEachBelow(path: MovePath, f: (path: MovePath) => void): void {
    f(path);
    for (const child of path.children.values()) this.forEachBelow(child, f);
  }
}
