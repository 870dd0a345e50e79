/**
 * Mono programs made by hand for the interpreter's tests.
 * Holds: nothing; `Maker` adds statements to one block at a time.
 */
import { Layouts, TypeFacts, BodyMaker } from '../../../src/mir/index.ts';
import type { ArithOp, BlockId, Body, Instance, InstanceId, LocalId, MonoProgram, Operand, Place, Proj, Rvalue, VTable } from '../../../src/mir/index.ts';
import { interpret, MemoryHost } from '../../../src/interp/index.ts';
import type { InterpretOptions, InterpretResult } from '../../../src/interp/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { AdtDecl, LangItems, Ty } from '../../../src/types/index.ts';

const facts = new TypeFacts({ normalize: (ty) => ty, dropImpl: () => null, isCopy: () => true });

export interface Extra {
  readonly vtables?: readonly VTable[];
  readonly vtableFor?: (from: Ty, to: Ty) => VTable;
  readonly lang?: LangItems;
}

export function program(bodies: readonly Body[], extra: Extra = {}): MonoProgram {
  const noLang = (): never => {
    throw new Error('no lang items');
  };
  const instances = bodies.map(
    (body, id): Instance => ({
      id: id as InstanceId, symbol: body.name, body: { ...body, phase: 'mono' }, params: body.locals.slice(1, body.paramCount + 1).map((l) => l.ty), ret: body.locals[0]!.ty,
      mayPanic: true, reachable: true, inline: false, trackCaller: body.name.startsWith('tracked'), cold: false, exportName: null, linkage: 'local',
    }),
  );
  return {
    instances, entry: 0 as InstanceId, vtables: extra.vtables ?? [], vtableFor: extra.vtableFor ?? noLang, dropGlue: () => null, needsDrop: () => false,
    layouts: new Layouts(facts), fields: (ty) => facts.fields(ty), lang: extra.lang ?? { trait: noLang, adt: noLang, fn: noLang },
  };
}

export function run(bodies: readonly Body[], options: Partial<InterpretOptions> & Extra = {}): InterpretResult & { readonly out: string; readonly err: string } {
  const host = new MemoryHost();
  const result = interpret(program(bodies, options), host, { sources: null, checkLeaks: true, ...options });
  return { ...result, out: host.stdout, err: host.stderr };
}

let adts = 100_000;

/** An enum with tuple variants. */
export function enumTy(name: string, variants: Readonly<Record<string, readonly Ty[]>>): Ty {
  const decl = {
    kind: 'adt', id: adts++, name, isEnum: true, view: false, module: { isStd: true, path: ['test'] },
    variants: Object.entries(variants).map(([variant, fields], index) => ({
      name: variant, index, form: 'tuple', discriminant: BigInt(index), fields: fields.map((ty, i) => ({ name: String(i), index: i, ty })),
    })),
  } as unknown as AdtDecl;
  return tys.adt(decl, []);
}

/** A body under construction, with the usual things short. */
export class Maker extends BodyMaker {
  at: BlockId;

  constructor(name: string, params: readonly Ty[], ret: Ty) {
    super(name, params, ret);
    this.at = this.block();
  }

  /** A new local. */
  new(ty: Ty): Place {
    return at(this.local(ty));
  }

  set(place: Place, value: Rvalue | Operand): void {
    this.assign(this.at, place, value.kind === 'copy' || value.kind === 'move' || value.kind === 'const' ? { kind: 'use', operand: value } : value);
  }

  arith(place: Place, op: ArithOp, left: Operand, right: Operand, overflow: 'checked' | 'wrapping' = 'checked'): void {
    this.set(place, { kind: 'arith', op, overflow, left, right });
  }

  intrinsic(dest: Place, name: string, typeArgs: readonly Ty[], ...args: Operand[]): void {
    this.call(this.at, dest, { kind: 'intrinsic', name, typeArgs }, args);
  }

  invoke(dest: Place, id: number, ...args: Operand[]): void {
    this.call(this.at, dest, { kind: 'instance', id: id as InstanceId }, args);
  }

  /** Goes to a new block and goes on there. */
  then(unwind: BlockId | null = null): void {
    const next = this.block(unwind);
    this.end(this.at, { kind: 'goto', target: next });
    this.at = next;
  }

  ret(value?: Rvalue | Operand): Body {
    if (value !== undefined) this.set(at(0 as LocalId), value);
    this.end(this.at, { kind: 'return' });
    return this.finish();
  }
}

export function at(local: number, ...proj: Proj[]): Place {
  return { local: local as LocalId, proj };
}

export function of(place: Place, ...proj: Proj[]): Place {
  return { local: place.local, proj: [...place.proj, ...proj] };
}

export const copy = (place: Place): Operand => ({ kind: 'copy', place });
export const move = (place: Place): Operand => ({ kind: 'move', place });
export const int = (value: bigint | number, ty: Ty = tys.int32): Operand => ({ kind: 'const', value: { kind: 'int', value: BigInt(value) }, ty });
export const bool = (value: boolean): Operand => ({ kind: 'const', value: { kind: 'bool', value }, ty: tys.bool });
export const text = (value: string): Operand => ({ kind: 'const', value: { kind: 'string', value }, ty: tys.ref(tys.str, false) });
export const unit: Operand = { kind: 'const', value: { kind: 'zst' }, ty: tys.unit };
export const ref = (place: Place, mutable = false): Rvalue => ({ kind: 'ref', mutable, place, twoPhase: false });
export const deref = (ty: Ty): Proj => ({ kind: 'deref', ty });
export const field = (index: number, ty: Ty): Proj => ({ kind: 'field', index, ty });
export const variant = (index: number, ty: Ty): Proj => ({ kind: 'variant', index, ty });
export const index = (local: LocalId, ty: Ty): Proj => ({ kind: 'index', index: local, ty });
