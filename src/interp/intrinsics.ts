/**
 * Calls of intrinsics as JavaScript text.
 * Consumes: a call statement of a mono body, through its translator. The list is that of `docs/spec/core-surface.md`, and the four that
 * monomorphisation makes. Holds: nothing.
 */
import { bug } from '../base/index.ts';
import { isUnsized, primitiveName, typeText } from '../mir/index.ts';
import type { Stmt } from '../mir/index.ts';
import type { Ty } from '../types/index.ts';
import type { BodyTranslator } from './body.ts';
import type { Scalar } from './shape.ts';
import { isPlainCopy } from './shape.ts';
import { intFacts, intLiteral } from './text.ts';

type CallStmt = Extract<Stmt, { kind: 'call' }>;
type Intrinsic = (t: BodyTranslator, types: readonly Ty[], stmt: CallStmt) => void;

export function callIntrinsic(t: BodyTranslator, name: string, types: readonly Ty[], stmt: CallStmt): void {
  const intrinsic = TABLE.get(name);
  if (intrinsic === undefined) t.line(`x.unknownIntrinsic(${JSON.stringify(name)});`);
  else intrinsic(t, types, stmt);
}

/** Writes the leaves of the result. */
function give(t: BodyTranslator, stmt: CallStmt, ...leaves: string[]): void {
  t.writeLeaves(stmt.dest, leaves.map((leaf) => t.temp(leaf)));
}

/** An intrinsic of scalars whose result is one expression. */
function plain(text: (...args: string[]) => string): Intrinsic {
  return (t, _types, stmt) => give(t, stmt, text(...stmt.args.flatMap((arg) => [...t.leaves(arg)])));
}

/** An intrinsic of scalars without a result. */
function action(text: (...args: string[]) => string): Intrinsic {
  return (t, _types, stmt) => t.line(`${text(...stmt.args.flatMap((arg) => [...t.leaves(arg)]))};`);
}

/** The same leaves as another type. */
const same: Intrinsic = (t, _types, stmt) => t.write(stmt.dest, t.value(stmt.args[0]!));

function sizeOf(t: BodyTranslator, ty: Ty): number {
  return t.around.shapes.of(ty).size;
}

function alignOf(t: BodyTranslator, ty: Ty): number {
  return t.around.shapes.of(ty).align;
}

function scalarOf(t: BodyTranslator, ty: Ty): Scalar {
  return t.around.shapes.of(ty).leaves[0] ?? bug(`a ${ty.kind} is not a scalar`);
}

function intOf(t: BodyTranslator, ty: Ty): { bits: number; signed: boolean } {
  return intFacts(scalarOf(t, ty)) ?? bug(`an int was expected, not ${typeText(ty)}`);
}

/** Leaves of a new reference of the type of the call's destination. */
function giveRef(t: BodyTranslator, stmt: CallStmt, ...leaves: string[]): void {
  const ty = t.placeTy(stmt.dest);
  give(t, stmt, ...(ty.kind === 'ref' ? t.borrowed(leaves.map((leaf) => t.temp(leaf)), ty.target, ty.mutable, false) : leaves));
}

const makeSlice: Intrinsic = (t, [ty], stmt) => {
  const p = t.scalar(stmt.args[0]!);
  const n = t.scalar(stmt.args[1]!);
  giveRef(t, stmt, `x.toSlice(${p}, ${n}, ${sizeOf(t, ty!)}, ${alignOf(t, ty!)})`, n);
};

const makeRef: Intrinsic = (t, [ty], stmt) => {
  const p = t.leaves(stmt.args[0]!);
  if (p.length === 2) giveRef(t, stmt, ...p);
  else giveRef(t, stmt, `x.toRef(${p[0]}, ${sizeOf(t, ty!)}, ${alignOf(t, ty!)})`);
};

function overflowing(op: '+' | '-' | '*'): Intrinsic {
  return (t, [ty], stmt) => {
    const a = t.scalar(stmt.args[0]!);
    const b = t.scalar(stmt.args[1]!);
    const { bits, signed } = intOf(t, ty!);
    const pair = t.temp(`k.overflowing("${op}", ${a}, ${b}, ${bits}, ${signed})`);
    give(t, stmt, `${pair}[0]`, `${pair}[1]`);
  };
}

function bitCount(name: string): Intrinsic {
  return (t, [ty], stmt) => give(t, stmt, `k.${name}(${t.scalar(stmt.args[0]!)}, ${intOf(t, ty!).bits})`);
}

/** Whether a value of type A is one of type B: null if always. */
function fitTest(t: BodyTranslator, leaf: string, from: Ty, to: Ty): string | null {
  const source = scalarOf(t, from);
  const target = scalarOf(t, to);
  if (target === 'f32' || target === 'f64') return null;
  if (source === 'f32' || source === 'f64') {
    const facts = intFacts(target);
    return facts === null ? bug(`a conversion of a float to ${typeText(to)}`) : `k.floatFits(${leaf}, ${facts.bits}, ${facts.signed})`;
  }
  const value = source === 'tag' ? t.discriminant(leaf, from) : leaf;
  if (source === 'bool') return null;
  if (target === 'rune') {
    return source === 'rune' ? null : `(${value} >= 0 && ${value} <= 1114111 && !(${value} >= 55296 && ${value} <= 57343))`;
  }
  if (target === 'bool') return `(${value} === 0 || ${value} === 1)`;
  const facts = intFacts(target) ?? bug(`a conversion to ${typeText(to)}`);
  const lo = facts.signed ? -(1n << BigInt(facts.bits - 1)) : 0n;
  const hi = (1n << BigInt(facts.signed ? facts.bits - 1 : facts.bits)) - 1n;
  const given = source === 'rune' ? { bits: 21, signed: false } : (intFacts(source) ?? { bits: 64, signed: true });
  const least = given.signed ? -(1n << BigInt(given.bits - 1)) : 0n;
  const most = (1n << BigInt(given.signed ? given.bits - 1 : given.bits)) - 1n;
  const wide: Scalar = facts.signed ? 'i64' : 'u64';
  const tests: string[] = [];
  if (least < lo) tests.push(`${value} >= ${intLiteral(lo, wide)}`);
  if (most > hi) tests.push(`${value} <= ${intLiteral(hi, wide)}`);
  return tests.length === 0 ? null : `(${tests.join(' && ')})`;
}

function convertText(t: BodyTranslator, leaf: string, from: Ty, to: Ty): string {
  const source = scalarOf(t, from);
  const target = scalarOf(t, to);
  const fromFloat = source === 'f32' || source === 'f64';
  const toFloat = target === 'f32' || target === 'f64';
  return t.convert(fromFloat ? (toFloat ? 'floatToFloat' : 'floatToInt') : toFloat ? 'intToFloat' : 'intToInt', leaf, from, source, target);
}

const convertChecked: Intrinsic = (t, [from, to], stmt) => {
  const leaf = t.scalar(stmt.args[0]!);
  const test = fitTest(t, leaf, from!, to!);
  if (test !== null) {
    const source = scalarOf(t, from!);
    const float = source === 'f32' || source === 'f64';
    const value = source === 'tag' ? t.discriminant(leaf, from!) : leaf;
    t.line(`if (!${test}) ${t.panic(`x.${float ? 'floatConversion' : 'conversion'}(${value}, "${primitiveName(to!)}", ${t.span})`)}`);
  }
  give(t, stmt, convertText(t, leaf, from!, to!));
};

/** Raises a panic with a text; the message of an owned String is taken and freed. */
function panicking(owned: boolean): Intrinsic {
  return (t, _types, stmt) => {
    const arg = stmt.args[0]!;
    const leaves = t.leaves(arg);
    const text = owned ? `x.takeString(${leaves[0]}, ${leaves[1]}, ${leaves[2]})` : `x.bytesAt(${leaves[0]}, ${leaves[1]})`;
    t.line(t.panic(`x.raise(${text}, ${t.span})`));
  };
}

const boxFree: Intrinsic = (t, [ty], stmt) => {
  const leaves = t.leaves(stmt.args[0]!);
  if (ty!.kind === 'dyn') {
    const table = t.temp(`x.table(${leaves[1]})`);
    t.line(`x.boxFree(${leaves[0]}, ${table}.size, ${table}.align);`);
  } else if (ty!.kind === 'slice' || ty!.kind === 'str') {
    const align = ty!.kind === 'str' ? 1 : alignOf(t, ty!.element);
    t.line(`x.boxFree(${leaves[0]}, ${leaves[1]} * ${t.around.shapes.stride(ty!)}, ${align});`);
  } else t.line(`x.boxFree(${leaves[0]}, ${sizeOf(t, ty!)}, ${alignOf(t, ty!)});`);
};

const dropDyn: Intrinsic = (t, _types, stmt) => {
  const leaves = t.leaves(stmt.args[0]!);
  t.line(`x.table(${leaves[1]}).drop?.(${leaves[0]});`);
  t.checkPanic();
};

const dropFn: Intrinsic = (t, _types, stmt) => {
  t.line(`x.dropFn(${t.scalar(stmt.args[0]!)});`);
  t.checkPanic();
};

const dropInPlace: Intrinsic = (t, [ty], stmt) => {
  const glue = t.around.dropGlue(ty!);
  const leaves = t.leaves(stmt.args[0]!);
  if (glue === null) return;
  t.line(`${t.around.callee(glue)}(${leaves.join(', ')});`);
  t.checkPanic();
};

function leafPair(name: string): Intrinsic {
  return (t, _types, stmt) => {
    const pair = t.temp(name);
    give(t, stmt, `${pair}[0]`, `${pair}[1]`);
  };
}

const TABLE: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['sizeOf', (t, [ty], stmt) => give(t, stmt, String(sizeOf(t, ty!)))],
  ['alignOf', (t, [ty], stmt) => give(t, stmt, String(alignOf(t, ty!)))],
  ['needsDrop', (t, [ty], stmt) => give(t, stmt, String(t.around.dropGlue(ty!) !== null))],
  ['typeName', (t, [ty], stmt) => give(t, stmt, ...t.around.text(typeText(ty!)))],

  ['alloc', plain((size, align) => `m.alloc(k.size(${size}), ${align})`)],
  ['allocZeroed', plain((size, align) => `x.allocZeroed(${size}, ${align})`)],
  ['realloc', plain((p, old, size, align) => `m.realloc(${p}, k.size(${old}), k.size(${size}), ${align})`)],
  ['dealloc', action((p, size, align) => `m.dealloc(${p}, k.size(${size}), ${align})`)],

  ['ptrOffset', (t, [ty], stmt) => give(t, stmt, `x.offset(${t.scalar(stmt.args[0]!)}, ${t.scalar(stmt.args[1]!)}, ${sizeOf(t, ty!)})`)],
  ['ptrDiff', (t, [ty], stmt) => give(t, stmt, `x.diff(${t.scalar(stmt.args[0]!)}, ${t.scalar(stmt.args[1]!)}, ${sizeOf(t, ty!)})`)],
  ['ptrRead', (t, [ty], stmt) => t.copyFrom(t.scalar(stmt.args[0]!), ty!, stmt.dest, !isPlainCopy(ty!) && t.around.dropGlue(ty!) !== null)],
  ['ptrWrite', (t, [ty], stmt) => {
    const p = t.scalar(stmt.args[0]!);
    t.storeAt(p, ty!, t.value(stmt.args[1]!));
  }],
  ['copyTo', (t, [ty], stmt) => {
    const [from, to, n] = stmt.args.map((arg) => t.scalar(arg));
    t.line(`x.copyTo(${from}, ${to}, ${n}, ${sizeOf(t, ty!)}, ${alignOf(t, ty!)}, ${t.around.dropGlue(ty!) !== null});`);
  }],
  ['zeroBytes', action((p, n) => `x.fillBytes(${p}, 0, ${n})`)],
  ['fillBytes', action((p, b, n) => `x.fillBytes(${p}, ${b}, ${n})`)],
  ['compareBytes', plain((a, b, n) => `x.compareBytes(${a}, ${b}, ${n})`)],
  ['findByte', plain((p, b, n) => `x.findByte(${p}, ${b}, ${n})`)],
  ['dropInPlace', dropInPlace],
  ['dropDyn', dropDyn],
  ['dropFn', dropFn],
  ['boxFree', boxFree],
  ['testIndex', plain(() => 'x.options.testIndex')],

  ['ptrCast', (t, [, to], stmt) => {
    const leaves = t.leaves(stmt.args[0]!);
    give(t, stmt, ...(isUnsized(to!) ? leaves : leaves.slice(0, 1)));
  }],
  ['nullPtr', plain(() => '0')],
  ['ptrAddr', (t, _types, stmt) => give(t, stmt, t.leaves(stmt.args[0]!)[0]!)],
  ['isNull', (t, _types, stmt) => give(t, stmt, `${t.leaves(stmt.args[0]!)[0]} === 0`)],
  ['refOf', makeRef],
  ['refMutOf', makeRef],
  ['ptrOf', same],
  ['ptrOfMut', same],
  ['sliceFrom', makeSlice],
  ['sliceFromMut', makeSlice],
  ['sliceLen', (t, _types, stmt) => give(t, stmt, t.leaves(stmt.args[0]!)[1]!)],
  ['slicePtr', (t, _types, stmt) => give(t, stmt, t.leaves(stmt.args[0]!)[0]!)],
  ['slicePtrMut', (t, _types, stmt) => give(t, stmt, t.leaves(stmt.args[0]!)[0]!)],
  ['strFrom', (t, _types, stmt) => {
    const p = t.scalar(stmt.args[0]!);
    const n = t.scalar(stmt.args[1]!);
    giveRef(t, stmt, `x.toSlice(${p}, ${n}, 1, 1)`, n);
  }],
  ['strBytes', same],
  ['boxIntoRaw', same],
  ['boxFromRaw', same],
  ['boxSliceFrom', makeSlice],
  ['forget', (t, [ty], stmt) => t.discard(t.value(stmt.args[0]!), ty!)],

  ['addOverflow', overflowing('+')],
  ['subOverflow', overflowing('-')],
  ['mulOverflow', overflowing('*')],
  ['convertChecked', convertChecked],
  ['convertFits', (t, [from, to], stmt) => give(t, stmt, fitTest(t, t.scalar(stmt.args[0]!), from!, to!) ?? 'true')],
  ['convertWrapping', (t, [from, to], stmt) => give(t, stmt, convertText(t, t.scalar(stmt.args[0]!), from!, to!))],
  ['countOnes', bitCount('countOnes')],
  ['leadingZeros', bitCount('leadingZeros')],
  ['trailingZeros', bitCount('trailingZeros')],
  ['byteSwap', (t, [ty], stmt) => {
    const { bits, signed } = intOf(t, ty!);
    give(t, stmt, `k.byteSwap(${t.scalar(stmt.args[0]!)}, ${bits}, ${signed})`);
  }],
  ['rotateLeft', (t, [ty], stmt) => {
    const { bits, signed } = intOf(t, ty!);
    give(t, stmt, `k.rotateLeft(${t.scalar(stmt.args[0]!)}, ${t.scalar(stmt.args[1]!)}, ${bits}, ${signed})`);
  }],
  ['mulHigh', plain((a, b) => `k.mulHigh(${a}, ${b})`)],
  ['floatBits', plain((a) => `k.floatBits(${a})`)],
  ['floatFromBits', plain((a) => `k.floatFromBits(${a})`)],
  ['float32Bits', plain((a) => `k.float32Bits(${a})`)],
  ['float32FromBits', plain((a) => `k.float32FromBits(${a})`)],
  ['sqrt', plain((a) => `Math.sqrt(${a})`)],
  ['floor', plain((a) => `Math.floor(${a})`)],
  ['ceil', plain((a) => `Math.ceil(${a})`)],
  ['trunc', plain((a) => `Math.trunc(${a})`)],
  ['roundEven', plain((a) => `k.roundEven(${a})`)],
  ['abs', plain((a) => `Math.abs(${a})`)],
  ['copySign', plain((a, b) => `k.copySign(${a}, ${b})`)],
  ['fma', plain((a, b, c) => `k.fma(${a}, ${b}, ${c})`)],
  ['math1', plain((op, a) => `x.math1(${op}, ${a})`)],
  ['math2', plain((op, a, b) => `x.math2(${op}, ${a}, ${b})`)],
  ['runeFromUnchecked', plain((a) => `x.runeOf(${a})`)],
  ['runeCode', plain((a) => a)],

  ['panicStr', panicking(false)],
  ['panicFmt', panicking(true)],
  ['assertFailed', panicking(true)],
  ['abort', action(() => 'x.abort()')],
  ['unreachableUnchecked', action(() => 'x.unreachable()')],
  ['panicMessagePtr', plain(() => 'x.panicMessage()[0]')],
  ['panicMessageLen', plain(() => 'x.panicMessage()[1]')],
  ['panicFilePtr', plain(() => 'x.text(x.currentPlace().file)[0]')],
  ['panicFileLen', plain(() => 'x.text(x.currentPlace().file)[1]')],
  ['panicLine', plain(() => 'x.currentPlace().line')],
  ['panicColumn', plain(() => 'x.currentPlace().column')],
  ['callerLine', (t, _types, stmt) => give(t, stmt, `x.placeOf(${t.span}).line`)],
  ['callerFile', (t, _types, stmt) => leafPair(`x.text(x.placeOf(${t.span}).file)`)(t, [], stmt)],

  ['likely', same],
  ['unlikely', same],
  ['blackBox', same],
]);
