import { describe, expect, it } from 'vitest';
import { BodyMaker, elaborateDrops } from '../../../src/mir/index.ts';
import type { Body, LocalId, Place } from '../../../src/mir/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { Ty } from '../../../src/types/index.ts';
import { bodyText, make, noisy, option, take, world, wrapper } from './fixtures.ts';

const { program } = world();
const at = (id: LocalId): Place => ({ local: id, proj: [] });

function built(maker: BodyMaker): Body {
  return { ...maker.finish(), phase: 'built' };
}

function elaborated(maker: BodyMaker): string {
  return bodyText(elaborateDrops(built(maker), program));
}

function callTake(maker: BodyMaker, block: ReturnType<BodyMaker['block']>, place: Place): void {
  maker.call(block, at(maker.local(tys.unit)), { kind: 'fn', fn: { decl: take, args: [] } }, [{ kind: 'move', place }]);
}

function field(base: Place, index: number, ty: Ty): Place {
  return { local: base.local, proj: [...base.proj, { kind: 'field', index, ty }] };
}

describe('drop elaboration', () => {
  it('drops nothing that was moved and surely what is there', () => {
    const maker = new BodyMaker('f', [noisy, noisy], tys.unit);
    const b = maker.block();
    callTake(maker, b, at(1 as LocalId));
    maker.drop(b, at(2 as LocalId));
    maker.drop(b, at(1 as LocalId));
    maker.end(b, { kind: 'return' });
    expect(elaborated(maker)).toBe('b0:\n  _3 = take(_1)\n  drop _2\n  return');
  });

  it('uses a flag where only some ways move', () => {
    const maker = new BodyMaker('f', [noisy, tys.bool], tys.unit);
    const [b0, b1, b2] = [maker.block(), maker.block(), maker.block()];
    maker.end(b0, { kind: 'switch', operand: { kind: 'copy', place: at(2 as LocalId) }, cases: [{ value: 0n, target: b2 }], otherwise: b1, span: maker.finish().span });
    callTake(maker, b1, at(1 as LocalId));
    maker.end(b1, { kind: 'goto', target: b2 });
    maker.drop(b2, at(1 as LocalId));
    maker.end(b2, { kind: 'return' });
    expect(elaborated(maker)).toBe([
      'b0:', '  _4 = true', '  goto b5',
      'b1:', '  _4 = false', '  _3 = take(_1)', '  goto b2',
      'b2:', '  switch _4 [0: b4] b3',
      'b3:', '  _4 = false', '  drop _1', '  goto b4',
      'b4:', '  return',
      'b5:', '  switch _2 [0: b2] b1',
    ].join('\n'));
  });

  it('drops the rest of a struct, and still does when one destructor panics', () => {
    const maker = new BodyMaker('f', [tys.tuple([noisy, noisy, noisy])], tys.unit);
    const b = maker.block();
    callTake(maker, b, field(at(1 as LocalId), 1, noisy));
    maker.drop(b, at(1 as LocalId));
    maker.end(b, { kind: 'return' });
    expect(elaborated(maker)).toBe([
      'b0:', '  _2 = take(_1.1)', '  goto b2',
      'b1 cleanup:', '  drop _1.2', '  resume',
      'b2 unwind b1:', '  drop _1.0', '  goto b3',
      'b3:', '  drop _1.2', '  return',
    ].join('\n'));
  });

  it('frees a Box whose content has moved', () => {
    const maker = new BodyMaker('f', [tys.box(noisy)], tys.unit);
    const b = maker.block();
    callTake(maker, b, { local: 1 as LocalId, proj: [{ kind: 'deref', ty: noisy }] });
    maker.drop(b, at(1 as LocalId));
    maker.end(b, { kind: 'return' });
    expect(elaborated(maker)).toBe('b0:\n  _2 = take(_1*)\n  _3 = boxFree(_1)\n  return');
  });

  it('has nothing left of an Option whose content moved in its arm', () => {
    const ty = option(noisy);
    const maker = new BodyMaker('f', [ty], tys.unit);
    const [b0, some, join] = [maker.block(), maker.block(), maker.block()];
    const which = maker.local(tys.usize);
    maker.assign(b0, at(which), { kind: 'variantIndex', place: at(1 as LocalId) });
    maker.end(b0, { kind: 'switch', operand: { kind: 'copy', place: at(which) }, cases: [{ value: 1n, target: some }], otherwise: join, span: maker.finish().span });
    callTake(maker, some, { local: 1 as LocalId, proj: [{ kind: 'variant', index: 1, ty }, { kind: 'field', index: 0, ty: noisy }] });
    maker.end(some, { kind: 'goto', target: join });
    maker.drop(join, at(1 as LocalId));
    maker.end(join, { kind: 'return' });
    expect(elaborated(maker)).not.toContain('drop');
  });

  it('enters the cleanup chain behind what does not exist yet', () => {
    const maker = new BodyMaker('f', [], tys.unit);
    const chain = maker.block(null, true);
    const [a, b] = [maker.local(noisy), maker.local(noisy)];
    maker.drop(chain, at(b));
    maker.drop(chain, at(a));
    maker.end(chain, { kind: 'resume' });
    // The chain came first for its number; the entry must be block 0, so it is put into a body of its own order.
    const body = built(maker);
    const entry = new BodyMaker('g', [], tys.unit);
    entry.block();
    const blocks = body.blocks;
    blocks.unshift({ stmts: [], term: { kind: 'return' }, unwind: 1 as never, cleanup: false });
    for (const local of [a, b]) {
      blocks[0]!.stmts.push({ kind: 'call', dest: at(local), callee: { kind: 'fn', fn: { decl: make, args: [] } }, args: [], span: body.span });
    }
    blocks[0]!.stmts.push({ kind: 'drop', place: at(b), span: body.span }, { kind: 'drop', place: at(a), span: body.span });
    expect(bodyText(elaborateDrops(body, program))).toBe([
      'b0:', '  _1 = make()', '  goto b4',
      'b1 cleanup:', '  unreachable',
      'b2 cleanup:', '  drop _1', '  goto b3',
      'b3 cleanup:', '  resume',
      'b4 unwind b2:', '  _2 = make()', '  drop _2', '  goto b5',
      'b5:', '  drop _1', '  return',
    ].join('\n'));
  });

  it('destroys a type with a destructor whole', () => {
    const maker = new BodyMaker('f', [wrapper, tys.bool], tys.unit);
    const b = maker.block();
    maker.drop(b, at(1 as LocalId));
    maker.end(b, { kind: 'return' });
    expect(elaborated(maker)).toBe('b0:\n  drop _1\n  return');
  });
});
