import { describe, expect, it } from 'vitest';
import { Layouts, TypeFacts } from '../../../src/mir/index.ts';
import { tys } from '../../../src/types/index.ts';
import { adt, option, world, wrapper } from './fixtures.ts';

const layouts = new Layouts(new TypeFacts(world().program));

describe('layout', () => {
  it('puts fields by falling alignment', () => {
    const layout = layouts.of(tys.tuple([tys.uint8, tys.uint64, tys.uint16]));
    expect(layout.sizeBytes).toBe(16);
    expect(layout.kind === 'struct' && layout.fields.offsets).toEqual([10, 0, 8]);
    expect(layout.kind === 'struct' && layout.fields.order).toEqual([1, 2, 0]);
  });

  it('keeps Option of a reference in one word', () => {
    const layout = layouts.of(option(tys.ref(tys.int32, false)));
    expect(layout.sizeBytes).toBe(8);
    expect(layout.kind === 'enum' && layout.enum).toMatchObject({ repr: 'niche', dataVariant: 1, offset: 0, bits: 64, pointer: true, values: [0n, null] });
  });

  it('uses what is left of a niche for the enum around it', () => {
    const layout = layouts.of(option(option(tys.bool)));
    expect(layout.sizeBytes).toBe(1);
    expect(layout.kind === 'enum' && layout.enum).toMatchObject({ repr: 'niche', values: [3n, null] });
  });

  it('gives an Option of a number a tag', () => {
    const layout = layouts.of(option(tys.int64));
    expect(layout.sizeBytes).toBe(16);
    expect(layout.kind === 'enum' && layout.enum).toMatchObject({ repr: 'tag', tagBits: 8, tagOffset: 0 });
  });

  it('fills the room behind a tag with small fields', () => {
    const decl = adt('E', [], [['A', [['0', tys.uint64], ['1', tys.uint8]]], ['B', [['0', tys.uint64]]]], true);
    const layout = layouts.of(tys.adt(decl, []));
    expect(layout.sizeBytes).toBe(16);
    expect(layout.kind === 'enum' && layout.enum.variants[0]!.offsets).toEqual([8, 1]);
  });

  it('knows fat pointers, arrays and nothing', () => {
    expect(layouts.of(tys.ref(tys.str, false)).sizeBytes).toBe(16);
    expect(layouts.of(tys.array(wrapper, tys.constant(3n))).sizeBytes).toBe(36);
    expect(layouts.of(tys.unit)).toMatchObject({ sizeBytes: 0, alignBytes: 1 });
    expect(layouts.of(option(tys.unit)).sizeBytes).toBe(1);
    expect(layouts.of(option(tys.fn('shared', [], tys.unit))).sizeBytes).toBe(16);
  });
});
