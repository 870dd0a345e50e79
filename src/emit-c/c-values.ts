/**
 * Places and operands of one body as C expressions.
 * Consumes: the body's locals. Produces: lvalues, and for places of unsized type (`str`, slices, `dyn`) the fat pointer that stands for them.
 * Holds: which locals the text mentions, so that only those are declared. Expressions have no side effects: they may be written twice.
 */
import { bug, unreachable } from '../base/index.ts';
import { isUnsized, operandTy, placeTy } from '../mir/index.ts';
import type { Body, ConstValue, LocalId, MonoProgram, Operand, Place, VTable } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';
import { cIdentifier, floatLiteral, intLiteral } from './c-names.ts';
import type { CTypes } from './c-types.ts';
import type { Pools } from './pools.ts';

export type CPlace =
  | { readonly kind: 'lvalue'; readonly text: string; readonly ty: Ty }
  /** `text` is a jc_slice or jc_dyn value. */
  | { readonly kind: 'fat'; readonly text: string; readonly ty: Ty }
  /** A value of size 0: nothing to read or write. */
  | { readonly kind: 'nothing'; readonly ty: Ty };

/** The C variable of a table. */
export function tableName(table: VTable): string {
  return `cj_${table.symbol}_table`;
}

export class CValues {
  readonly types: CTypes;
  readonly pools: Pools;
  readonly usedLocals = new Set<LocalId>();
  private readonly program: MonoProgram;
  private readonly body: Body;

  constructor(program: MonoProgram, types: CTypes, pools: Pools, body: Body) {
    this.program = program;
    this.types = types;
    this.pools = pools;
    this.body = body;
  }

  /** The C variable of a local, readable in a debugger. */
  localName(id: LocalId): string {
    const decl = this.body.locals[id]!;
    if (id === 0) return 'ret_0';
    return `${decl.name === null ? 't' : cIdentifier(decl.name)}_${id}`;
  }

  placeTy(place: Place): Ty {
    return placeTy(this.body, place);
  }

  operandTy(operand: Operand): Ty {
    return operandTy(this.body, operand);
  }

  place(place: Place): CPlace {
    let ty = this.body.locals[place.local]!.ty;
    let kind: CPlace['kind'] = this.types.isZst(ty) ? 'nothing' : 'lvalue';
    let text = kind === 'nothing' ? '' : this.localName(place.local);
    if (kind === 'lvalue') this.usedLocals.add(place.local);
    let variant = 0;
    for (const proj of place.proj) {
      switch (proj.kind) {
        case 'field': {
          if (this.types.isZst(proj.ty)) kind = 'nothing';
          else {
            this.types.value(ty);
            text += this.types.variant(ty, variant) + `.${this.types.field(ty, variant, proj.index)}`;
          }
          break;
        }
        case 'variant':
          variant = proj.index;
          continue;
        case 'deref':
          // Through a value of size 0 nothing can be reached that has a size: a reference always has one.
          if (kind === 'nothing') bug('a dereference of nothing');
          if (isUnsized(proj.ty)) kind = 'fat';
          else if (this.types.isZst(proj.ty)) kind = 'nothing';
          else {
            this.types.value(proj.ty);
            text = `(*${text})`;
          }
          break;
        case 'index': {
          // Even an element of size 0 has an index that was computed for it; it is not needed here.
          const index = this.localName(proj.index);
          if (!this.types.isZst(proj.ty)) this.usedLocals.add(proj.index);
          ({ kind, text } = this.element(kind, text, proj.ty, index));
          break;
        }
        case 'constIndex': {
          const index = proj.fromEnd ? `${this.lengthOf(kind, text, ty)} - ${proj.offset}` : String(proj.offset);
          ({ kind, text } = this.element(kind, text, proj.ty, index));
          break;
        }
        case 'subslice':
          ({ kind, text } = this.subslice(kind, text, ty, proj.ty, proj.from, proj.to));
          break;
        default:
          unreachable(proj);
      }
      ty = proj.ty;
      variant = 0;
    }
    return { kind, text: text.replace(/^\(\*([A-Za-z_][A-Za-z0-9_]*)\)\./, '$1->'), ty } as CPlace;
  }

  private element(kind: CPlace['kind'], text: string, element: Ty, index: string): { kind: CPlace['kind']; text: string } {
    if (this.types.isZst(element)) return { kind: 'nothing', text: '' };
    if (kind === 'fat') return { kind: 'lvalue', text: `((${this.types.value(element)} *)${text}.ptr)[${index}]` };
    // An array of no elements: the check before has already failed.
    if (kind === 'nothing') return { kind: 'lvalue', text: `((${this.types.value(element)} *)JC_DANGLING(1))[${index}]` };
    return { kind: 'lvalue', text: `${text}.a[${index}]` };
  }

  private subslice(kind: CPlace['kind'], text: string, from: Ty, to: Ty, skip: number, drop: number): { kind: CPlace['kind']; text: string } {
    const element = from.kind === 'array' || from.kind === 'slice' ? from.element : bug('a subslice of another type');
    const zst = this.types.isZst(element);
    const start = (): string => {
      if (zst) return 'JC_DANGLING(1)';
      return kind === 'fat' ? `(${this.types.value(element)} *)${text}.ptr + ${skip}` : `&${text}.a[${skip}]`;
    };
    if (to.kind === 'array') {
      if (this.types.isZst(to)) return { kind: 'nothing', text: '' };
      return { kind: 'lvalue', text: `(*(${this.types.value(to)} *)(${start()}))` };
    }
    return { kind: 'fat', text: `((jc_slice){${start()}, ${this.lengthOf(kind, text, from)} - ${skip + drop}})` };
  }

  /** The length of a slice or array place. */
  lengthOf(kind: CPlace['kind'], text: string, ty: Ty): string {
    if (ty.kind === 'array') return ty.length.kind === 'const' ? `${ty.length.value}ul` : bug('an array of unknown length');
    if (kind !== 'fat') bug('the length of a thin place');
    return `${text}.len`;
  }

  /** The address of a place as a value of pointer type. */
  address(place: Place): string {
    const found = this.place(place);
    switch (found.kind) {
      case 'fat':
        return found.text;
      case 'nothing':
        return `JC_DANGLING(${this.types.layout(found.ty).alignBytes})`;
      case 'lvalue': {
        const through = /^\(\*([A-Za-z_][A-Za-z0-9_]*)\)$/.exec(found.text);
        return through === null ? `(&${found.text})` : through[1]!;
      }
    }
  }

  /** The value of an operand that has a size. */
  operand(operand: Operand): string {
    if (operand.kind === 'const') return this.constant(operand.value, operand.ty);
    const found = this.place(operand.place);
    return found.kind === 'nothing' ? bug('the value of an operand without size') : found.text;
  }

  /** Values of those operands that have a size. */
  sized(operands: readonly Operand[]): string[] {
    return operands.filter((operand) => !this.types.isZst(this.operandTy(operand))).map((operand) => this.operand(operand));
  }

  private constant(value: ConstValue, ty: Ty): string {
    switch (value.kind) {
      case 'int':
        if (ty.kind === 'int') return intLiteral(value.value, ty);
        if (ty.kind === 'rune') return `${value.value}u`;
        return bug('an int constant of another type');
      case 'float':
        return ty.kind === 'float' ? floatLiteral(value.value, ty.bits) : bug('a float constant of another type');
      case 'bool':
        return value.value ? '1' : '0';
      case 'rune':
        return `${value.value}u`;
      case 'string': {
        const text = this.pools.text(value.value);
        if (ty.kind === 'ref') return `((jc_slice){${text.pointer}, ${text.length}})`;
        const name = this.types.value(ty);
        const field = (index: number): string => `.${this.types.field(ty, 0, index)}`;
        return `((${name}){${field(0)} = ${text.pointer}, ${field(1)} = ${text.length}, ${field(2)} = 0})`;
      }
      case 'bytes':
        return this.pools.slice(value.value);
      case 'null':
        return this.types.value(ty).startsWith('jc_') && !this.types.value(ty).endsWith('*') ? `((${this.types.value(ty)}){0, 0})` : `((${this.types.value(ty)})0)`;
      case 'zst':
        return bug('a constant without size has no value');
      case 'named':
        return bug(`the constant ${value.decl.name} was not lowered`);
      default:
        return unreachable(value);
    }
  }

  /** Index of the live variant, as jc_usize. */
  variantIndex(place: Place): string {
    const ty = this.placeTy(place);
    const access = this.types.tagAccess(ty);
    if (access.kind === 'single') return '0ul';
    const lvalue = this.sizedText(place);
    if (access.kind === 'tag') return `(jc_usize)${lvalue}${access.member}`;
    const count = access.values.length - 1;
    const member = `${lvalue}${access.member}`;
    const others = access.values.flatMap((v, index) => (v === null ? [] : [{ v, index }]));
    const literal = (v: bigint): string => (access.pointer ? `(void *)${v}` : `${v}u${v > 0xffffffffn ? 'll' : ''}`);
    if (count === 1) return `(jc_usize)(${member} == ${literal(others[0]!.v)} ? ${others[0]!.index} : ${access.dataVariant})`;
    // The values are consecutive, in the order of the variants.
    const from = `(${access.cType})(${member} - ${literal(others[0]!.v)})`;
    const skipped = access.dataVariant === 0 ? `${from} + 1ul` : access.dataVariant === count ? `(jc_usize)${from}` : `${from} + (jc_usize)(${from} >= ${access.dataVariant})`;
    return `(jc_usize)(${from} < ${count} ? ${skipped} : ${access.dataVariant}ul)`;
  }

  /** Statements that make `variant` the live one of an enum's lvalue; '' where the fields alone say it. */
  setVariant(lvalue: string, ty: Ty, variant: number): string {
    const access = this.types.tagAccess(ty);
    if (access.kind === 'single') return '';
    if (access.kind === 'tag') return `${lvalue}${access.member} = ${variant}; `;
    const value = access.values[variant];
    if (value === null || value === undefined) return '';
    return `${lvalue}${access.member} = ${access.pointer ? `(void *)${value}` : `${value}u${value > 0xffffffffn ? 'll' : ''}`}; `;
  }

  sizedText(place: Place): string {
    const found = this.place(place);
    return found.kind === 'nothing' ? bug('a place without size') : found.text;
  }

  /** The table for a `toDyn` or `toFn` cast. */
  table(from: Ty, to: Ty): string {
    return `(const jc_vtable *)&${tableName(this.program.vtableFor(from, to))}`;
  }
}
