/**
 * Right sides of assignments as C statements. Checks are statements of their own: test, raise, leave by the unwind edge.
 * Consumes: an Rvalue and where it goes. Produces: C text. Holds: nothing.
 * No undefined behaviour of C: wrapping arithmetic is unsigned, shifts are masked or checked, divisions are checked, floats saturate.
 */
import { bug, unreachable } from '../base/index.ts';
import { pointee, upcastSlot } from '../mir/index.ts';
import type { Operand, Place, Rvalue } from '../mir/index.ts';
import type { IntTy, Ty } from '../types/index.ts';
import { intLiteral, intSuffix, primitiveSuffix, unsignedType, wideUnsigned } from './c-names.ts';
import type { CValues } from './c-values.ts';

/** What statements need of the body around them. */
export interface Scope {
  readonly values: CValues;
  /** A fresh C variable name. */
  temp(): string;
  /** `goto`, `return` or abort after a panic was raised in the current block. */
  leave(): string;
  /** The place that a panic of the current statement reports: a `const jc_loc *`. */
  location(): string;
}

/** An assignment as C statements. */
export function assign(scope: Scope, place: Place, value: Rvalue): string {
  const { values } = scope;
  const target = values.place(place);
  const store = (text: string): string => (target.kind === 'lvalue' ? `${target.text} = ${text}; ` : '');
  switch (value.kind) {
    case 'use':
      return target.kind === 'nothing' ? '' : store(values.operand(value.operand));
    case 'ref': case 'addressOf':
      return store(values.address(value.place));
    case 'arith':
      return arith(scope, value, store);
    case 'compare':
      return store(compare(scope, value));
    case 'unary':
      return unary(scope, value, store);
    case 'aggregate':
      return target.kind === 'lvalue' ? aggregate(scope, place, target.text, value) : '';
    case 'repeat':
      return target.kind === 'lvalue' ? repeat(scope, target.text, value) : '';
    case 'variantIndex':
      return store(values.variantIndex(value.place));
    case 'length': {
      const found = values.place(value.place);
      if (found.kind === 'nothing') return store(values.lengthOf('nothing', '', found.ty));
      return store(values.lengthOf(found.kind, found.text, found.ty));
    }
    case 'cast':
      return cast(scope, value, target.kind === 'nothing', store);
    default:
      return unreachable(value);
  }
}

function intTy(ty: Ty): IntTy {
  return ty.kind === 'int' ? ty : bug(`integer arithmetic on ${ty.kind}`);
}

function constInt(operand: Operand): bigint | null {
  return operand.kind === 'const' && operand.value.kind === 'int' ? operand.value.value : null;
}

const C_OP = { add: '+', sub: '-', mul: '*', div: '/', rem: '%', and: '&', or: '|', xor: '^', shl: '<<', shr: '>>' } as const;
const C_COMPARE = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function raise(scope: Scope, condition: string, call: string): string {
  return `if (JC_UNLIKELY(${condition})) { ${call}; JC_RAISED(); ${scope.leave()} } `;
}

function arith(scope: Scope, value: Extract<Rvalue, { kind: 'arith' }>, store: (text: string) => string): string {
  const { values } = scope;
  const ty = values.operandTy(value.left);
  const a = values.operand(value.left);
  const b = values.operand(value.right);
  const op = C_OP[value.op];
  if (ty.kind === 'float') {
    if (value.op !== 'rem') return store(`${a} ${op} ${b}`);
    return store(ty.bits === 64 ? `JC_FREM(${a}, ${b})` : `(jc_f32)JC_FREM((jc_f64)${a}, (jc_f64)${b})`);
  }
  if (ty.kind === 'bool') return store(`${a} ${op} ${b}`);
  const int = intTy(ty);
  const suffix = intSuffix(int);
  const type = `jc_${suffix}`;
  const wide = wideUnsigned(int.bits);
  const panic = (): string => `jc_panic_binary(JC_T_${suffix}, '${op}', (jc_u64)${a}, (jc_u64)${b}, ${scope.location()})`;
  switch (value.op) {
    case 'add': case 'sub': case 'mul': {
      if (value.overflow === 'wrapping') return store(`(${type})((${wide})${a} ${op} (${wide})${b})`);
      const temp = scope.temp();
      return `{ ${type} ${temp}; ${raise(scope, `JC_${value.op.toUpperCase()}(${suffix}, ${a}, ${b}, ${temp})`, panic())}${store(temp)}} `;
    }
    case 'div': case 'rem': {
      const divisor = constInt(value.right);
      let checks = '';
      if (divisor === null || divisor === 0n) checks += raise(scope, `${b} == 0`, panic());
      const most = intLiteral(-(1n << BigInt(int.bits - 1)), int);
      if (int.signed && (divisor === null || divisor === -1n)) checks += raise(scope, `${b} == -1 && ${a} == ${most}`, panic());
      if (divisor === 0n) return checks;
      return checks + store(`(${type})(${a} ${op} ${b})`);
    }
    case 'and': case 'or': case 'xor':
      return store(`(${type})(${a} ${op} ${b})`);
    case 'shl': case 'shr': {
      const amount = constInt(value.right);
      const amountTy = intTy(values.operandTy(value.right));
      const known = amount !== null && amount >= 0n && amount < BigInt(int.bits);
      const by = known ? String(amount) : `((jc_u32)${b} & ${int.bits - 1})`;
      let checks = '';
      if (value.overflow === 'checked' && !known) {
        // Negative amounts are large when unsigned.
        checks = raise(scope, `(jc_u64)${b} >= ${int.bits}`, `jc_panic_shift(JC_T_${suffix}, JC_T_${intSuffix(amountTy)}, (jc_u64)${b}, ${scope.location()})`);
      }
      return checks + store(value.op === 'shl' ? `(${type})((${wide})${a} << ${by})` : `(${type})(${a} >> ${by})`);
    }
    default:
      return unreachable(value.op);
  }
}

function compare(scope: Scope, value: Extract<Rvalue, { kind: 'compare' }>): string {
  const { values } = scope;
  const ty = values.operandTy(value.left);
  const op = C_COMPARE[value.op];
  if (values.types.isZst(ty)) return value.op === 'eq' || value.op === 'le' || value.op === 'ge' ? '1' : '0';
  const a = values.operand(value.left);
  const b = values.operand(value.right);
  const layout = values.types.layout(ty);
  if (layout.kind === 'fat') {
    const meta = layout.meta === 'length' ? 'len' : 'table';
    const same = `(${a}.ptr == ${b}.ptr && ${a}.${meta} == ${b}.${meta})`;
    return value.op === 'eq' ? same : value.op === 'ne' ? `!${same}` : bug('an order of fat pointers');
  }
  if (layout.kind !== 'scalar') bug(`a comparison of values of kind ${ty.kind}`);
  return `${a} ${op} ${b}`;
}

function unary(scope: Scope, value: Extract<Rvalue, { kind: 'unary' }>, store: (text: string) => string): string {
  const { values } = scope;
  const ty = values.operandTy(value.operand);
  const x = values.operand(value.operand);
  if (value.op === 'not') return store(ty.kind === 'bool' ? `!${x}` : `(jc_${intSuffix(intTy(ty))})~${x}`);
  if (ty.kind === 'float') return store(`-${x}`);
  const int = intTy(ty);
  const type = `jc_${intSuffix(int)}`;
  const negated = `(${type})(0 - (${wideUnsigned(int.bits)})${x})`;
  if (value.overflow === 'wrapping') return store(negated);
  const failing = int.signed ? `${x} == ${intLiteral(-(1n << BigInt(int.bits - 1)), int)}` : `${x} != 0`;
  return raise(scope, failing, `jc_panic_neg(JC_T_${intSuffix(int)}, (jc_u64)${x}, ${scope.location()})`) + store(negated);
}

/** Whether the fields can be stored one after another: none of them may be read after part of the target was overwritten. */
function storesSingly(place: Place, fields: readonly Operand[]): boolean {
  if (place.proj.some((proj) => proj.kind === 'deref' || proj.kind === 'index')) return false;
  const from = fields.filter((field) => field.kind !== 'const');
  return from.length <= 1
    ? from.every((field) => field.place.local !== place.local)
    : from.every((field) => field.place.local !== place.local && field.place.proj.every((proj) => proj.kind !== 'deref'));
}

function aggregate(scope: Scope, place: Place, lvalue: string, value: Extract<Rvalue, { kind: 'aggregate' }>): string {
  const { values } = scope;
  const { types } = values;
  const type = types.value(value.ty);
  const singly = storesSingly(place, value.fields);
  const target = singly ? lvalue : scope.temp();
  let out = '';
  value.fields.forEach((field, index) => {
    if (types.isZst(values.operandTy(field))) return;
    const member = value.ty.kind === 'array' ? `.a[${index}]` : `${types.variant(value.ty, value.variant)}.${types.field(value.ty, value.variant, index)}`;
    out += `${target}${member} = ${values.operand(field)}; `;
  });
  if (value.ty.kind !== 'array') out += values.setVariant(target, value.ty, value.variant);
  return singly ? out : `{ ${type} ${target}; ${out}${lvalue} = ${target}; } `;
}

function repeat(scope: Scope, lvalue: string, value: Extract<Rvalue, { kind: 'repeat' }>): string {
  const { values } = scope;
  const layout = values.types.layout(value.ty);
  if (layout.kind !== 'array') return bug('repeat makes an array');
  const { operand } = value;
  const element = layout.element;
  if (operand.kind === 'const' && ((operand.value.kind === 'int' && operand.value.value === 0n) || (operand.value.kind === 'bool' && !operand.value.value))) {
    return `JC_FILL(&${lvalue}, 0, ${layout.sizeBytes}); `;
  }
  if (layout.strideBytes === 1 && (element.kind === 'int' || element.kind === 'bool')) return `JC_FILL(&${lvalue}, ${values.operand(operand)}, ${layout.sizeBytes}); `;
  const item = scope.temp();
  const index = scope.temp();
  return `{ ${values.types.value(element)} ${item} = ${values.operand(operand)}; for (jc_usize ${index} = 0; ${index} < ${layout.count}; ${index}++) ${lvalue}.a[${index}] = ${item}; } `;
}

function cast(scope: Scope, value: Extract<Rvalue, { kind: 'cast' }>, nothing: boolean, store: (text: string) => string): string {
  const { values } = scope;
  const { types } = values;
  const from = values.operandTy(value.operand);
  const to = value.ty;
  if (value.how === 'toFn') return toFn(scope, value.operand, from, to, store);
  if (nothing) return '';
  const x = values.operand(value.operand);
  switch (value.how) {
    case 'intToInt': case 'intToFloat': case 'floatToFloat':
      return store(`(${types.value(to)})${x}`);
    case 'floatToInt':
      return store(to.kind === 'int' ? `jc_f64_to_${intSuffix(to)}(${x})` : `(${types.value(to)})jc_f64_to_${primitiveSuffix(to) === 'rune' ? 'u32' : bug('a float cast to no int')}(${x})`);
    case 'bits':
      return store(bits(scope, x, from, to));
    case 'arrayToSlice': {
      const array = from.kind === 'ref' || from.kind === 'ptr' || from.kind === 'box' ? from.target : bug('arrayToSlice of no pointer');
      return store(`(jc_slice){${x}, ${values.lengthOf('lvalue', '', array)}}`);
    }
    case 'toDyn': {
      const [source, target] = [pointee(from), pointee(to)];
      if (source.kind !== 'dyn' || target.kind !== 'dyn') return store(`(jc_dyn){${x}, ${values.table(from, to)}}`);
      return store(`(jc_dyn){(${x}).ptr, (const jc_vtable *)(${x}).table->methods[${upcastSlot(source, target)}]}`);
    }
    default:
      return unreachable(value.how);
  }
}

/** Same bits, another type. */
function bits(scope: Scope, x: string, from: Ty, to: Ty): string {
  const { types } = scope.values;
  const [a, b] = [types.value(from), types.value(to)];
  if (a === b) return x;
  if (from.kind === 'float') return from.bits === 64 ? `(${b})jc_f64_bits(${x})` : `(${b})jc_f32_bits(${x})`;
  if (to.kind === 'float') return to.bits === 64 ? `jc_f64_from((jc_u64)${x})` : `jc_f32_from((jc_u32)${x})`;
  if (types.layout(from).kind === 'scalar' && types.layout(to).kind === 'scalar') return `(${b})${x}`;
  return bug(`a bits cast from ${a} to ${b}`);
}

/** A function value: the captures in a box of their own (none: no allocation), and the table. */
function toFn(scope: Scope, operand: Operand, from: Ty, to: Ty, store: (text: string) => string): string {
  const { values } = scope;
  const table = values.table(from, to);
  if (values.types.isZst(from)) return store(`(jc_dyn){JC_DANGLING(1), ${table}}`);
  const layout = values.types.layout(from);
  const type = values.types.value(from);
  const box = scope.temp();
  return `{ ${type} *${box} = jc_alloc(${layout.sizeBytes}, ${layout.alignBytes}); *${box} = ${values.operand(operand)}; ${store(`(jc_dyn){${box}, ${table}}`)}} `;
}

/** The unsigned bits of an integer expression, widened to 64. */
export function zeroExtended(x: string, bits: number): string {
  return bits === 64 ? `(jc_u64)${x}` : `(jc_u64)(${unsignedType(bits)})${x}`;
}
