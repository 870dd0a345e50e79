/**
 * C types for concrete types, in the layout that `mir/mono/layout.ts` fixed: fields in memory order, static asserts on sizes and offsets.
 * Consumes: types by value (`value`) and behind pointers (`pointee`), in any order. Produces: forward declarations and definitions, each after those it
 * contains. Holds: names by type id, and the two texts. Values of size 0 have no C type: nobody declares, passes or stores them.
 */
import { bug } from '../base/index.ts';
import { isUnsized } from '../mir/index.ts';
import type { Layout, MonoProgram, StructLayout } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';
import { typeText } from '../mir/index.ts';
import { cIdentifier, intSuffix } from './c-names.ts';

/** How the live variant of an enum is told, as C. */
export type TagAccess =
  | { readonly kind: 'single' }
  /** `member` is appended to the enum's lvalue. */
  | { readonly kind: 'tag'; readonly member: string; readonly cType: string }
  | { readonly kind: 'niche'; readonly member: string; readonly cType: string; readonly pointer: boolean; readonly dataVariant: number; readonly values: readonly (bigint | null)[] };

export class CTypes {
  readonly forward: string[] = [];
  readonly definitions: string[] = [];
  private readonly program: MonoProgram;
  private readonly names = new Map<number, string>();
  private readonly defined = new Set<number>();

  constructor(program: MonoProgram) {
    this.program = program;
  }

  layout(ty: Ty): Layout {
    return this.program.layouts.of(ty);
  }

  isZst(ty: Ty): boolean {
    return !isUnsized(ty) && this.layout(ty).sizeBytes === 0;
  }

  /** The C type of a value of nonzero size, defined. */
  value(ty: Ty): string {
    switch (ty.kind) {
      case 'int':
        return `jc_${intSuffix(ty)}`;
      case 'float':
        return ty.bits === 64 ? 'jc_f64' : 'jc_f32';
      case 'bool':
        return 'jc_bool';
      case 'rune':
        return 'jc_rune';
      case 'ref': case 'ptr': case 'box':
        return this.pointerTo(ty.target);
      case 'fn':
        return 'jc_dyn';
      case 'adt': case 'tuple': case 'closure': case 'array':
        if (this.isZst(ty)) bug(`a C type for ${typeText(ty)}, which has no size`);
        this.define(ty);
        return this.name(ty);
      default:
        return bug(`a C type for a value of type ${typeText(ty)}`);
    }
  }

  /** The C type of a function's result. */
  result(ty: Ty): string {
    return this.isZst(ty) ? 'void' : this.value(ty);
  }

  /** The C type of a reference, Box or pointer to `target`. */
  pointerTo(target: Ty): string {
    if (target.kind === 'dyn') return 'jc_dyn';
    if (target.kind === 'str' || target.kind === 'slice') return 'jc_slice';
    return `${this.pointee(target)} *`;
  }

  /** What a thin pointer points to, which need not be defined: `void` where it has no size. */
  pointee(target: Ty): string {
    if (this.isZst(target)) return 'void';
    switch (target.kind) {
      case 'adt': case 'tuple': case 'closure': case 'array':
        return this.name(target);
      default:
        return this.value(target);
    }
  }

  private name(ty: Ty): string {
    const known = this.names.get(ty.id);
    if (known !== undefined) return known;
    const base = ty.kind === 'adt' ? cIdentifier(ty.decl.name) : ty.kind;
    const name = `${base}_t${this.names.size}`;
    this.names.set(ty.id, name);
    this.forward.push(`typedef struct ${name} ${name};\n`);
    return name;
  }

  /** The member name of a field; within an enum's variant too. */
  field(ty: Ty, variant: number, index: number): string {
    if (ty.kind === 'adt') return cIdentifier(ty.decl.variants[variant]!.fields[index]!.name);
    if (ty.kind === 'closure') return `c${index}`;
    return `f${index}`;
  }

  /** The path from an enum's lvalue to a variant's fields. */
  variant(ty: Ty, variant: number): string {
    return ty.kind === 'adt' && ty.decl.isEnum ? `.as_${cIdentifier(ty.decl.variants[variant]!.name)}` : '';
  }

  tagAccess(ty: Ty): TagAccess {
    const layout = this.layout(ty);
    if (layout.kind !== 'enum') return { kind: 'single' };
    const repr = layout.enum;
    switch (repr.repr) {
      case 'single':
        return { kind: 'single' };
      case 'tag':
        return { kind: 'tag', member: repr.tagOffset === 0 ? '.tag' : '.tag.v', cType: `jc_u${repr.tagBits}` };
      case 'niche':
        return {
          kind: 'niche', member: repr.offset === 0 ? '.niche' : '.niche.v', cType: repr.pointer ? 'void *' : `jc_u${repr.bits}`,
          pointer: repr.pointer, dataVariant: repr.dataVariant, values: repr.values,
        };
    }
  }

  private define(ty: Ty): void {
    if (this.defined.has(ty.id)) return;
    this.defined.add(ty.id);
    const name = this.name(ty);
    const layout = this.layout(ty);
    const fields = ty.kind === 'array' ? [] : this.program.fields(ty);
    let body: string;
    let offsets: { member: string; offset: number }[] = [];
    let natural = 1;
    const members = (list: readonly Ty[], struct: StructLayout, variant: number, prefix: string): string => {
      let text = '';
      let at = 0;
      for (const index of struct.order) {
        const field = list[index]!;
        const fieldLayout = this.layout(field);
        if (fieldLayout.sizeBytes === 0) continue;
        natural = Math.max(natural, fieldLayout.alignBytes);
        const offset = struct.offsets[index]!;
        const placed = Math.ceil(at / fieldLayout.alignBytes) * fieldLayout.alignBytes;
        if (placed !== offset) text += `jc_u8 pad${index}_[${offset - at}]; `;
        const member = this.field(ty, variant, index);
        text += `${this.value(field)} ${member}; `;
        offsets.push({ member: prefix + member, offset });
        at = offset + fieldLayout.sizeBytes;
      }
      return text;
    };
    switch (layout.kind) {
      case 'array':
        natural = layout.alignBytes;
        body = `${this.value(layout.element)} a[${layout.count}]; `;
        break;
      case 'struct':
        body = members(fields[0]!, layout.fields, 0, '');
        break;
      case 'enum': {
        const parts: string[] = [];
        const repr = layout.enum;
        repr.variants.forEach((struct, variant) => {
          const path = this.variant(ty, variant);
          const text = members(fields[variant]!, struct, variant, `${path.slice(1)}.`);
          if (text !== '') parts.push(`struct { ${text}} ${path.slice(1)}; `);
        });
        if (repr.repr !== 'single') {
          const access = this.tagAccess(ty);
          const offset = repr.repr === 'tag' ? repr.tagOffset : repr.offset;
          const bits = repr.repr === 'tag' ? repr.tagBits : repr.bits;
          const member = repr.repr === 'tag' ? 'tag' : 'niche';
          const cType = access.kind === 'single' ? bug('no tag') : access.cType;
          natural = Math.max(natural, bits / 8);
          parts.unshift(offset === 0 ? `${cType} ${member}; ` : `struct { jc_u8 pad_[${offset}]; ${cType} v; } ${member}; `);
          if (offset !== 0) offsets.push({ member: `${member}.v`, offset });
        }
        body = `union { ${parts.join('')}}; `;
        break;
      }
      default:
        return bug(`no C struct for ${typeText(ty)}`);
    }
    // An array of no elements can ask for more than the fields that are there.
    const align = natural < layout.alignBytes ? ` __attribute__((aligned(${layout.alignBytes})))` : '';
    const checks = offsets.map((o) => ` && JC_OFFSET(${name}, ${o.member}) == ${o.offset}`).join('');
    this.definitions.push(
      `/* ${commentText(typeText(ty))} */\nstruct ${name} { ${body}}${align};\nJC_ASSERT_LAYOUT(sizeof(${name}) == ${layout.sizeBytes}${checks});\n`,
    );
  }
}

/** Text that cannot end a comment. */
export function commentText(text: string): string {
  return text.replace(/\*\//g, '* /').replace(/\/\*/g, '/ *').replace(/[\\\n]/g, ' ');
}
