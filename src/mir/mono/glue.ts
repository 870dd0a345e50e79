/**
 * Drop glue: for each concrete type that needs it, a function `(p: *T)` that destroys the value behind `p`.
 * Order: the type's own `Drop::drop`, then fields in declaration order, elements in index order; a Box drops its content, then frees it (a chain of Boxes: `chain-glue.ts`).
 * A destructor that panics does not keep the rest from being destroyed: each step unwinds into cleanup blocks that do the remaining ones
 * (where a second panic aborts, as everywhere in cleanup).
 * Also here: `Clone::clone` of tuples, arrays and closures, which no source text declares. Bodies are concrete, of phase 'elaborated'.
 */
import { bug, unreachable } from '../../base/index.ts';
import { NO_SPAN } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { FnDecl, Ty } from '../../types/index.ts';
import type { BlockId, Body, Place } from '../mir.ts';
import { BodyMaker, copyOf, deref, field, intConst, local, moveOf, project, UNIT } from './body-maker.ts';
import { chainGlueBody, isChain } from './chain-glue.ts';
import { typeText } from './symbols.ts';
import type { TypeFacts } from './type-facts.ts';

const RETURN = local(0 as never);
const PARAM = local(1 as never);

/** One step of a destruction: put into a normal block, and again into the cleanup chain of the steps before it. */
type Step = (maker: BodyMaker, block: BlockId) => void;

/**
 * Runs `steps` one after another from `start` on (whose unwind edge is set) and returns the block after the last. When step i panics, the steps after it run in
 * cleanup blocks, then `resume`.
 */
function runAll(maker: BodyMaker, start: BlockId, steps: readonly Step[]): BlockId {
  const cleanups: BlockId[] = [];
  let next: BlockId | null = null;
  for (let i = steps.length - 1; i >= 1; i--) {
    const block = maker.block(null, true);
    steps[i]!(maker, block);
    if (next === null) maker.end(block, { kind: 'resume' });
    else maker.end(block, { kind: 'goto', target: next });
    next = block;
    cleanups[i] = block;
  }
  let current = start;
  steps.forEach((step, i) => {
    if (i > 0) {
      const following = maker.block();
      maker.end(current, { kind: 'goto', target: following });
      current = following;
    }
    maker.setUnwind(current, cleanups[i + 1] ?? null);
    step(maker, current);
  });
  return current;
}

/** The glue of a type that needs dropping. */
export function dropGlueBody(facts: TypeFacts, ty: Ty): Body {
  if (ty.kind === 'box' && isChain(facts, ty)) return chainGlueBody(facts, ty);
  const maker = new BodyMaker(`drop<${typeText(ty)}>`, [tys.ptr(ty)], tys.unit);
  const start = maker.block();
  const self = deref(PARAM, ty);
  const finish = (block: BlockId): void => {
    maker.assign(block, RETURN, { kind: 'use', operand: UNIT });
    maker.end(block, { kind: 'return' });
  };
  switch (ty.kind) {
    case 'adt': {
      const steps: Step[] = [];
      const own = facts.program.dropImpl(ty);
      if (own !== null) {
        steps.push((m, block) => {
          const self_ = m.local(tys.ref(ty, true));
          const unit = m.local(tys.unit);
          m.assign(block, local(self_), { kind: 'ref', mutable: true, place: self, twoPhase: false });
          m.call(block, local(unit), { kind: 'fn', fn: { decl: own.decl, args: own.args } }, [moveOf(local(self_))]);
        });
      }
      if (!ty.decl.isEnum) {
        steps.push(...fieldSteps(facts, self, facts.fields(ty)[0]!));
        finish(runAll(maker, start, steps));
      } else if (steps.length === 0) {
        enumFields(facts, maker, start, self, ty, finish);
      } else {
        // The fields of an enum with its own destructor: in both the normal and the unwinding continuation of that call.
        const cleanup = maker.block(null, true);
        enumFields(facts, maker, cleanup, self, ty, (block) => maker.end(block, { kind: 'resume' }), true);
        steps[0]!(maker, start);
        maker.setUnwind(start, cleanup);
        const rest = maker.block();
        maker.end(start, { kind: 'goto', target: rest });
        enumFields(facts, maker, rest, self, ty, finish);
      }
      break;
    }
    case 'tuple': case 'closure':
      finish(runAll(maker, start, fieldSteps(facts, self, facts.fields(ty)[0]!)));
      break;
    case 'box': {
      const steps: Step[] = [];
      if (facts.needsDrop(ty.target)) steps.push((m, block) => m.drop(block, deref(self, ty.target)));
      steps.push((m, block) => freeBox(m, block, self, ty.target));
      finish(runAll(maker, start, steps));
      break;
    }
    case 'array': case 'slice':
      finish(dropElements(maker, start, self, ty.element));
      break;
    case 'fn':
      maker.call(start, RETURN, { kind: 'intrinsic', name: 'dropFn', typeArgs: [ty] }, [copyOf(PARAM)]);
      maker.end(start, { kind: 'return' });
      break;
    case 'dyn':
      maker.call(start, RETURN, { kind: 'intrinsic', name: 'dropDyn', typeArgs: [ty] }, [copyOf(PARAM)]);
      maker.end(start, { kind: 'return' });
      break;
    case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'ref': case 'ptr': case 'fnItem':
    case 'param': case 'projection': case 'const': case 'infer': case 'poison':
      return bug(`drop glue for a type of kind ${ty.kind}`);
    default:
      return unreachable(ty);
  }
  return maker.finish();
}

/** Frees a Box whose content is gone. */
function freeBox(maker: BodyMaker, block: BlockId, box: Place, target: Ty): void {
  const unit = maker.local(tys.unit);
  maker.call(block, local(unit), { kind: 'intrinsic', name: 'boxFree', typeArgs: [target] }, [moveOf(box)]);
}

function fieldSteps(facts: TypeFacts, base: Place, fields: readonly Ty[]): Step[] {
  const steps: Step[] = [];
  fields.forEach((ty, index) => {
    if (facts.needsDrop(ty)) steps.push((maker, block) => maker.drop(block, field(base, index, ty)));
  });
  return steps;
}

/** Drops the fields of the live variant; each way ends with `finish`. In cleanup blocks there is no further unwinding. */
function enumFields(facts: TypeFacts, maker: BodyMaker, start: BlockId, self: Place, ty: Ty, finish: (block: BlockId) => void, cleanup = false): void {
  const variants = facts.fields(ty);
  const live = variants.flatMap((fields, index) => (fields.some((f) => facts.needsDrop(f)) ? [index] : []));
  const otherwise = maker.block(null, cleanup);
  finish(otherwise);
  const cases = live.map((index) => {
    const target = maker.block(null, cleanup);
    const steps = fieldSteps(facts, project(self, { kind: 'variant', index, ty }), variants[index]!);
    if (cleanup) {
      for (const step of steps) step(maker, target);
      finish(target);
    } else {
      finish(runAll(maker, target, steps));
    }
    return { value: BigInt(index), target };
  });
  const which = maker.local(tys.usize);
  maker.assign(start, local(which), { kind: 'variantIndex', place: self });
  maker.end(start, { kind: 'switch', operand: copyOf(local(which)), cases, otherwise, span: NO_SPAN });
}

/** A loop over the elements of an array or slice place; returns the block after it. A panic drops the remaining elements in a second loop. */
function dropElements(maker: BodyMaker, start: BlockId, self: Place, element: Ty): BlockId {
  const index = maker.local(tys.usize);
  const length = maker.local(tys.usize);
  maker.assign(start, local(index), { kind: 'use', operand: intConst(0n, tys.usize) });
  maker.assign(start, local(length), { kind: 'length', place: self });
  const one = intConst(1n, tys.usize);
  const loop = (cleanup: boolean, unwind: BlockId | null): { head: BlockId; done: BlockId } => {
    const head = maker.block(null, cleanup);
    const body = maker.block(unwind, cleanup);
    const done = maker.block(null, cleanup);
    const more = maker.local(tys.bool);
    const at = maker.local(tys.usize);
    maker.assign(head, local(more), { kind: 'compare', op: 'lt', left: copyOf(local(index)), right: copyOf(local(length)) });
    maker.end(head, { kind: 'switch', operand: copyOf(local(more)), cases: [{ value: 0n, target: done }], otherwise: body, span: NO_SPAN });
    maker.assign(body, local(at), { kind: 'use', operand: copyOf(local(index)) });
    // Advance first: the unwinding loop goes on behind the element whose destructor panicked.
    maker.assign(body, local(index), { kind: 'arith', op: 'add', overflow: 'wrapping', left: copyOf(local(index)), right: one });
    maker.drop(body, project(self, { kind: 'index', index: at, ty: element }));
    maker.end(body, { kind: 'goto', target: head });
    return { head, done };
  };
  const unwinding = loop(true, null);
  maker.end(unwinding.done, { kind: 'resume' });
  const normal = loop(false, unwinding.head);
  maker.end(start, { kind: 'goto', target: normal.head });
  return normal.done;
}

/** `Clone::clone` of a tuple or closure: field by field; what is cloned already is dropped if a later one panics. */
export function cloneFieldsBody(facts: TypeFacts, cloneMethod: FnDecl, ty: Ty): Body {
  const maker = new BodyMaker(`clone<${typeText(ty)}>`, [tys.ref(ty, false)], ty);
  const fields = facts.fields(ty)[0]!;
  const source = deref(PARAM, ty);
  const copies = fields.map((fieldTy) => maker.local(fieldTy));
  let current = maker.block();
  let unwind: BlockId | null = null;
  fields.forEach((fieldTy, index) => {
    const from = maker.local(tys.ref(fieldTy, false));
    maker.setUnwind(current, unwind);
    maker.assign(current, local(from), { kind: 'ref', mutable: false, place: field(source, index, fieldTy), twoPhase: false });
    maker.call(current, local(copies[index]!), { kind: 'fn', fn: { decl: cloneMethod, args: [fieldTy] } }, [copyOf(local(from))]);
    if (facts.needsDrop(fieldTy)) {
      const cleanup = maker.block(null, true);
      maker.drop(cleanup, local(copies[index]!));
      if (unwind === null) maker.end(cleanup, { kind: 'resume' });
      else maker.end(cleanup, { kind: 'goto', target: unwind });
      unwind = cleanup;
    }
    const next = maker.block();
    maker.end(current, { kind: 'goto', target: next });
    current = next;
  });
  maker.assign(current, RETURN, { kind: 'aggregate', ty, variant: 0, fields: copies.map((copy) => moveOf(local(copy))) });
  maker.end(current, { kind: 'return' });
  return maker.finish();
}

/** `Clone::clone` of an array: element by element into the result; a panic drops the elements made so far. */
export function cloneArrayBody(facts: TypeFacts, cloneMethod: FnDecl, ty: Ty): Body {
  if (ty.kind !== 'array') return bug('cloneArray of another type');
  const maker = new BodyMaker(`clone<${typeText(ty)}>`, [tys.ref(ty, false)], ty);
  const source = deref(PARAM, ty);
  const start = maker.block();
  const head = maker.block();
  const done = maker.block();
  const index = maker.local(tys.usize);
  const length = maker.local(tys.usize);
  const one = intConst(1n, tys.usize);
  const less = (block: BlockId, left: Place, right: Place, yes: BlockId, no: BlockId): void => {
    const more = maker.local(tys.bool);
    maker.assign(block, local(more), { kind: 'compare', op: 'lt', left: copyOf(left), right: copyOf(right) });
    maker.end(block, { kind: 'switch', operand: copyOf(local(more)), cases: [{ value: 0n, target: no }], otherwise: yes, span: NO_SPAN });
  };
  let unwind: BlockId | null = null;
  if (facts.needsDrop(ty.element)) {
    const undone = maker.local(tys.usize);
    unwind = maker.block(null, true);
    const again = maker.block(null, true);
    const body = maker.block(null, true);
    const end = maker.block(null, true);
    maker.assign(unwind, local(undone), { kind: 'use', operand: intConst(0n, tys.usize) });
    maker.end(unwind, { kind: 'goto', target: again });
    less(again, local(undone), local(index), body, end);
    maker.drop(body, project(RETURN, { kind: 'index', index: undone, ty: ty.element }));
    maker.assign(body, local(undone), { kind: 'arith', op: 'add', overflow: 'wrapping', left: copyOf(local(undone)), right: one });
    maker.end(body, { kind: 'goto', target: again });
    maker.end(end, { kind: 'resume' });
  }
  const body = maker.block(unwind);
  maker.assign(start, local(index), { kind: 'use', operand: intConst(0n, tys.usize) });
  maker.assign(start, local(length), { kind: 'length', place: source });
  maker.end(start, { kind: 'goto', target: head });
  less(head, local(index), local(length), body, done);
  const from = maker.local(tys.ref(ty.element, false));
  maker.assign(body, local(from), { kind: 'ref', mutable: false, place: project(source, { kind: 'index', index, ty: ty.element }), twoPhase: false });
  const target = project(RETURN, { kind: 'index', index, ty: ty.element });
  maker.call(body, target, { kind: 'fn', fn: { decl: cloneMethod, args: [ty.element] } }, [copyOf(local(from))]);
  maker.assign(body, local(index), { kind: 'arith', op: 'add', overflow: 'wrapping', left: copyOf(local(index)), right: one });
  maker.end(body, { kind: 'goto', target: head });
  maker.end(done, { kind: 'return' });
  return maker.finish();
}
