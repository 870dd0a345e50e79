/**
 * One mono body as the text of a JavaScript function.
 * Consumes: an instance and what `translate.ts` knows of the whole program. Produces: text. Holds: one function under construction.
 *
 * Calling convention: leaf-held arguments are JavaScript arguments, one a leaf. Arguments held in memory are copied by the caller to where
 * the callee's frame will begin, one after another at multiples of 16. A result held in memory goes to the address in the first argument;
 * of a leaf-held result the first leaf is returned and the others are left in `x.r1`, `x.r2` …. A `@trackCaller` function takes the index
 * of a span last. A panic is pending in `x.p` when a function returns by it.
 *
 * Names in the text: `vN` or `vN_i` leaves of local N, `gN` the tag (times 2^32) of local N in memory, `fp` the frame, `tN` temporaries.
 */
import { bug, unreachable } from '../base/index.ts';
import { operandTy, placeTy, pointee, primitiveName, termSuccessors, upcastSlot } from '../mir/index.ts';
import type { Block, BlockId, LocalId, Operand, Place, Rvalue, Stmt, Terminator } from '../mir/index.ts';
import type { Span } from '../source/index.ts';
import type { Ty } from '../types/index.ts';
import { BORROW_DEEP, BORROW_MUT, BORROW_TWO_PHASE } from './borrow-memory.ts';
import { structure } from './control.ts';
import { callIntrinsic } from './intrinsics.ts';
import type { Scalar, Shape } from './shape.ts';
import { arith, bitsOf, compare, floatToInt, intLiteral, intToFloat, intToInt, invert, load, negate } from './text.ts';
import type { Address, Emitter } from './text.ts';
import { SpotTranslator } from './spots.ts';
import type { MemorySpot, Value } from './spots.ts';

const ARG_ALIGN = 16;

function roundUp(n: number): number {
  return Math.ceil(n / ARG_ALIGN) * ARG_ALIGN;
}

export class BodyTranslator extends SpotTranslator implements Emitter {
  private frameSize = 0;
  private block!: Block;
  private jump!: (target: number) => string;
  private current: Span | null = null;
  private usesPend = false;
  private readonly twoPhase = new Set<LocalId>();

  // -------------------------------------------------------------- the function as a whole

  run(): string {
    const { body, plan } = this;
    this.findTwoPhase();
    const params: string[] = [];
    const entry: string[] = [];
    if (plan.shapes[0]!.inMemory) params.push('ret');
    for (let i = 1; i <= body.paramCount; i++) if (plan.shapes[i]!.inMemory) this.slot(i);
    for (let i = 0; i < body.locals.length; i++) if (plan.inMemory[i] && plan.used[i] && this.slots[i] === undefined) this.slot(i);
    for (let i = 1; i <= body.paramCount; i++) {
      const shape = plan.shapes[i]!;
      if (shape.inMemory) {
        entry.push(`g${i} = m.adopt(fp + ${this.slots[i]}, ${shape.size});`);
      } else if (plan.inMemory[i]) {
        const names = shape.leaves.map((_, leaf) => `p${i}_${leaf}`);
        params.push(...names);
        this.lines = entry;
        this.line(`g${i} = m.live(fp + ${this.slots[i]}, ${shape.size});`);
        this.storeLeaves(shape, names, 0, { base: 'fp', offset: this.slots[i]!, raw: true });
      } else params.push(...this.names(i as LocalId));
    }
    if (this.instance.trackCaller) params.push('loc');
    for (let i = 0; i < body.locals.length; i++) {
      if (this.slots[i] === undefined || (i >= 1 && i <= body.paramCount) || plan.scoped[i]) continue;
      entry.push(`g${i} = m.live(fp + ${this.slots[i]}, ${plan.shapes[i]!.size});`);
    }

    const graph = { count: body.blocks.length, successors: (id: number): readonly number[] => this.edges(body.blocks[id]!) };
    const header = this.around.budget ? 'if (--x.fuel < 0) x.outOfFuel();\n' : '';
    const text = structure(graph, (id, jump) => this.blockText(id, jump), header);

    const variables: string[] = [];
    for (let i = 0; i < body.locals.length; i++) {
      if (!plan.used[i]) continue;
      if (plan.inMemory[i]) variables.push(`g${i} = 0`);
      else if (i === 0 || i > body.paramCount) variables.push(...this.names(i as LocalId));
    }
    if (this.usesPend) variables.push('pend = null');
    const head = variables.length === 0 ? '' : `let ${variables.join(', ')};\n`;
    const frame = this.frameSize === 0 ? '' : `const fp = m.enter(${this.frameSize});\n`;
    return `function ${this.around.callee(this.instance.id)}(${params.join(', ')}) {\n${header}${frame}${head}${entry.join('\n')}\n${text}}\n`;
  }

  /** Temporaries that hold two-phase borrows; each is used once. */
  private findTwoPhase(): void {
    for (const block of this.body.blocks) {
      for (const stmt of block.stmts) if (stmt.kind === 'assign' && stmt.value.kind === 'ref' && stmt.value.twoPhase) this.twoPhase.add(stmt.place.local);
    }
  }

  private slot(local: number): void {
    this.slots[local] = this.frameSize;
    this.frameSize += roundUp(this.plan.shapes[local]!.size);
    // A frame of nothing but empty values still needs an address.
    if (this.frameSize === 0) this.frameSize = ARG_ALIGN;
  }
  /** Successors, with the unwind target twice: it may be reached from many statements. */
  private edges(block: Block): readonly number[] {
    const out: number[] = [...termSuccessors(block.term)];
    if (block.unwind !== null && block.stmts.length > 0 && !block.cleanup) out.push(block.unwind, block.unwind);
    return out;
  }

  private blockText(id: number, jump: (target: number) => string): string {
    const saved = { lines: this.lines, block: this.block, jump: this.jump, current: this.current };
    this.lines = [];
    this.block = this.body.blocks[id]!;
    this.jump = jump;
    const block = this.block;
    for (let i = 0; i < block.stmts.length; i++) {
      const stmt = block.stmts[i]!;
      this.current = 'span' in stmt ? stmt.span : null;
      const from = this.lines.length;
      const mark = this.mark(id, i);
      this.stmt(stmt);
      for (let l = from; l < this.lines.length; l++) this.lines[l] += mark;
    }
    const from = this.lines.length;
    this.current = block.term.kind === 'switch' ? block.term.span : null;
    const mark = this.mark(id, block.stmts.length);
    const tail = this.terminator(block.term);
    for (let l = from; l < this.lines.length; l++) this.lines[l] += mark;
    const text = `${this.lines.map((line) => `${line}\n`).join('')}${tail}`;
    this.lines = saved.lines;
    this.block = saved.block;
    this.jump = saved.jump;
    this.current = saved.current;
    return text;
  }

  /** The comment that ends the lines of a statement. Where borrows are followed, the memory is told too. */
  private mark(block: number, stmt: number): string {
    const mark = this.around.mark(this.instance, block, stmt, this.current);
    if (this.around.borrows !== null) this.line(`m.at = ${this.isUserCode ? 'm.user = ' : ''}${mark + 1};`);
    return ` //@${mark}`;
  }

  // -------------------------------------------------------------- panics

  /** In a `@trackCaller` function panics are the caller's. */
  get span(): string {
    const own = this.current === null ? '0' : String(this.around.span(this.current));
    return this.instance.trackCaller ? `(loc === undefined ? ${own} : loc)` : own;
  }

  panic(raise: string): string {
    return `{ ${raise}; ${this.unwindText()} }`;
  }

  /** Leaves the block by its unwind edge; a panic is pending. */
  private unwindText(): string {
    if (this.block.cleanup) return 'x.panicInCleanup();';
    const target = this.block.unwind;
    if (target === null) return `${this.leaveText()}return;`;
    this.usesPend = true;
    return `pend = x.p; x.p = null; ${this.jump(target).trimEnd()}`;
  }

  /** After a call: goes on unwinding if it panicked. */
  checkPanic(): void {
    this.line(`if (x.p !== null) { ${this.unwindText()} }`);
  }

  private leaveText(): string {
    const glue = this.glueEnd();
    return this.frameSize === 0 ? glue : `${glue}m.leave(fp); `;
  }

  /** Drop glue leaves nothing behind what it was given: a second drop is then seen. */
  private glueEnd(): string {
    const { body } = this;
    if (body.origin.kind !== 'synthetic' || body.paramCount !== 1 || !body.origin.what.startsWith('drop<')) return '';
    const ty = body.locals[1]!.ty;
    if (ty.kind !== 'ptr' || this.plan.inMemory[1] || this.plan.unsure[1] || this.plan.shapes[1]!.leaves.length !== 1) return '';
    return `m.forget(v1, ${this.around.shapes.of(ty.target).size}); `;
  }
  // -------------------------------------------------------------- statements

  private stmt(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'assign':
        this.assign(stmt.place, stmt.value);
        break;
      case 'call':
        this.call(stmt);
        break;
      case 'boundsCheck': {
        const index = this.scalar(stmt.index);
        const length = this.scalar(stmt.length);
        this.line(`if (!(${index} < ${length})) ${this.panic(`x.index(${index}, ${length}, ${this.span})`)}`);
        break;
      }
      case 'storageLive':
      case 'storageDead':
        this.storage(stmt.kind, stmt.local);
        break;
      case 'setVariant': {
        const spot = this.spot(stmt.place);
        if (spot.kind === 'leaf') this.line(`${this.names(spot.local)[spot.leaf]} = ${stmt.variant};`);
        else this.line(`x.setVariantAt(${this.pointerTo(spot)}, ${this.around.shapes.idOf(spot.shape!)}, ${stmt.variant});`);
        break;
      }
      case 'fakeRead':
      case 'nop':
        break;
      case 'drop':
        bug('a drop statement after monomorphisation');
        break;
      default:
        unreachable(stmt);
    }
  }

  private storage(kind: 'storageLive' | 'storageDead', local: LocalId): void {
    const { plan } = this;
    if (!plan.used[local]) return;
    if (!plan.inMemory[local]) {
      if (plan.unsure[local]) for (const name of this.names(local)) this.line(`${name} = undefined;`);
      return;
    }
    const slot = this.slots[local]!;
    const size = plan.shapes[local]!.size;
    if (kind === 'storageLive') this.line(`g${local} = m.live(fp + ${slot}, ${size});`);
    else this.line(`m.dead(fp + ${slot}, ${size});`);
  }

  private assign(place: Place, value: Rvalue): void {
    switch (value.kind) {
      case 'use': {
        // The operand's own names may be read after the write only through temporaries.
        this.write(place, this.value(value.operand));
        break;
      }
      case 'ref':
        this.writeLeaves(place, this.borrowed(this.reference(value.place), placeTy(this.body, value.place), value.mutable, value.twoPhase));
        break;
      case 'addressOf':
        this.writeLeaves(place, this.reference(value.place));
        break;
      case 'arith': {
        const ty = operandTy(this.body, value.left);
        const a = this.scalar(value.left);
        const b = this.scalar(value.right);
        this.writeLeaves(place, [arith(this, value.op, value.overflow === 'checked', this.scalarOf(ty), primitiveName(ty), a, b)]);
        break;
      }
      case 'compare': {
        const a = this.leaves(value.left);
        const b = this.leaves(value.right);
        this.writeLeaves(place, [this.temp(this.comparison(value.op, a, b))]);
        break;
      }
      case 'unary': {
        const ty = operandTy(this.body, value.operand);
        const a = this.scalar(value.operand);
        const scalar = this.scalarOf(ty);
        const checked = value.overflow === 'checked';
        this.writeLeaves(place, [value.op === 'neg' ? negate(this, checked, scalar, primitiveName(ty), a) : invert(this, scalar, a)]);
        break;
      }
      case 'aggregate':
        this.aggregate(place, value.ty, value.variant, value.fields.map((field) => this.value(field)));
        break;
      case 'repeat':
        this.repeat(place, value.ty, this.value(value.operand));
        break;
      case 'variantIndex':
        this.writeLeaves(place, [this.variantIndex(value.place)]);
        break;
      case 'length': {
        const spot = this.spot(value.place);
        this.writeLeaves(place, [this.lengthOf(spot, placeTy(this.body, value.place))]);
        break;
      }
      case 'cast':
        this.writeLeaves(place, this.cast(value));
        break;
      default:
        unreachable(value);
    }
  }

  /** Writes leaves to a place. */
  writeLeaves(place: Place, leaves: readonly string[]): void {
    this.writeSpot(this.spot(place), leaves);
  }

  private scalarOf(ty: Ty): Scalar {
    return this.around.shapes.of(ty).leaves[0] ?? bug(`a ${ty.kind} is not a scalar`);
  }

  /** Fat values are ordered by their pointers, then by length. */
  private comparison(op: Parameters<typeof compare>[0], a: readonly string[], b: readonly string[]): string {
    if (a.length === 1) return compare(op, a[0]!, b[0]!);
    if (a.length === 0) return String(op === 'eq' || op === 'le' || op === 'ge');
    if (op === 'eq') return `${a[0]} === ${b[0]} && ${a[1]} === ${b[1]}`;
    if (op === 'ne') return `${a[0]} !== ${b[0]} || ${a[1]} !== ${b[1]}`;
    return `${a[0]} === ${b[0]} ? ${compare(op, a[1]!, b[1]!)} : ${compare(op, a[0]!, b[0]!)}`;
  }

  /** A reference or pointer to a place, with the length or table where its type has no size. */
  private reference(place: Place): string[] {
    const spot = this.spot(place);
    const pointer = this.pointerTo(spot);
    return spot.kind === 'memory' && spot.meta !== null ? [pointer, spot.meta] : [pointer];
  }

  /** The leaves of a reference to a place: with a tag of its own where borrows are followed. */
  borrowed(leaves: readonly string[], target: Ty, mutable: boolean, twoPhase: boolean): string[] {
    const { borrows } = this.around;
    if (borrows === null) return [...leaves];
    const how = (mutable ? BORROW_MUT : 0) + (twoPhase ? BORROW_TWO_PHASE : 0) + (this.isUserCode && borrows.owns(target) ? BORROW_DEEP : 0);
    return [this.temp(`m.borrow(${leaves[0]}, ${leaves[1] ?? 0}, ${borrows.idOf(target)}, ${how})`), ...leaves.slice(1)];
  }

  /** A call has taken its arguments: a two-phase borrow among them is exclusive from here on. */
  private activate(arg: Operand, leaves: readonly string[]): void {
    const { borrows } = this.around;
    if (borrows === null || arg.kind === 'const' || arg.place.proj.length > 0 || !this.twoPhase.has(arg.place.local)) return;
    const ty = operandTy(this.body, arg);
    const target = ty.kind === 'ref' ? ty.target : bug('a two-phase borrow of another type');
    const how = this.isUserCode && borrows.owns(target) ? BORROW_DEEP : 0;
    this.line(`m.activate(${leaves[0]}, ${leaves[1] ?? 0}, ${borrows.idOf(target)}, ${how});`);
  }

  /** A reference is handed over: it must still be good, whatever becomes of it. */
  private used(ty: Ty, leaves: readonly string[]): void {
    const { borrows } = this.around;
    if (borrows !== null && this.isUserCode && ty.kind === 'ref') this.line(`m.used(${leaves[0]}, ${leaves[1] ?? 0}, ${borrows.idOf(ty.target)});`);
  }

  private variantIndex(place: Place): string {
    const spot = this.spot(place);
    const shape = spot.shape;
    if (shape === null || shape.kind !== 'enum') return bug('the variant of a value that is no enum');
    if (spot.kind === 'memory') return this.loadTag(shape, spot.address);
    const name = this.names(spot.local)[spot.leaf]!;
    return this.plan.unsure[spot.local] || spot.optional ? this.temp(`x.ck(${name})`) : name;
  }

  private aggregate(place: Place, ty: Ty, variant: number, fields: readonly Value[]): void {
    const shape = this.around.shapes.of(ty);
    const spot = this.spot(place);
    if (!shape.inMemory) {
      const leaves: string[] = new Array<string>(shape.leaves.length).fill('undefined');
      const shapes = shape.kind === 'struct' ? shape.fields : shape.kind === 'enum' ? shape.variants[variant]! : [];
      if (shape.kind === 'enum') leaves[0] = String(variant);
      shapes.forEach((field, i) => {
        const value = fields[i]!;
        if (value.kind === 'leaves') value.leaves.forEach((leaf, l) => (leaves[field.leaf + l] = leaf));
      });
      this.writeSpot(spot, leaves);
      return;
    }
    if (spot.kind !== 'memory') return bug('a value in memory is written to variables');
    if (shape.kind === 'array') {
      fields.forEach((value, i) => this.writeInto(spot, i * shape.element.size, shape.element, value));
      return;
    }
    if (shape.kind === 'enum') {
      this.clear(spot.address, shape);
      this.storeTag(shape, spot.address, String(variant));
      shape.variants[variant]!.forEach((field, i) => this.writeInto(spot, field.offset, field.shape, fields[i]!));
    } else if (shape.kind === 'struct') {
      shape.fields.forEach((field, i) => this.writeInto(spot, field.offset, field.shape, fields[i]!));
    }
  }

  private writeInto(spot: MemorySpot, offset: number, shape: Shape, value: Value): void {
    const part: MemorySpot = { ...spot, address: { ...spot.address, offset: spot.address.offset + offset }, shape, meta: null };
    if (value.kind === 'leaves') this.storeLeaves(shape, value.leaves, 0, part.address);
    else this.copyTo(part, value);
  }

  private repeat(place: Place, ty: Ty, value: Value): void {
    const shape = this.around.shapes.of(ty);
    if (shape.kind !== 'array') return bug('a repetition that is no array');
    if (shape.size === 0) return;
    const spot = this.spot(place);
    if (spot.kind !== 'memory') return bug('an array in variables');
    this.writeInto(spot, 0, shape.element, value);
    this.line(`x.repeat(${this.pointerTo(spot)}, ${shape.element.size}, ${shape.count});`);
  }

  private cast(value: Extract<Rvalue, { kind: 'cast' }>): string[] {
    const from = operandTy(this.body, value.operand);
    const operand = this.value(value.operand);
    switch (value.how) {
      case 'toFn': {
        const table = this.around.table(from, value.ty);
        return [this.boxed(this.around.shapes.of(from), operand), table];
      }
      case 'toDyn': {
        const leaves = operand.kind === 'leaves' ? operand.leaves : bug('toDyn of a value in memory');
        const [source, target] = [pointee(from), pointee(value.ty)];
        if (source.kind === 'dyn' && target.kind === 'dyn') return [leaves[0]!, this.temp(`x.table(${leaves[1]}).slots[${upcastSlot(source, target)}]`)];
        return [leaves[0]!, this.around.table(from, value.ty)];
      }
      case 'arrayToSlice': {
        const leaves = operand.kind === 'leaves' ? operand.leaves : bug('arrayToSlice of a value in memory');
        const array = from.kind === 'ref' || from.kind === 'box' || from.kind === 'ptr' ? from.target : bug('arrayToSlice of no reference');
        const length = array.kind === 'array' && array.length.kind === 'const' ? array.length.value : bug('arrayToSlice of no array');
        return [leaves[0]!, String(length)];
      }
      case 'intToInt': case 'intToFloat': case 'floatToInt': case 'floatToFloat': case 'bits':
        break;
      default:
        return unreachable(value.how);
    }
    const leaves = operand.kind === 'leaves' ? operand.leaves : bug('a conversion of a value in memory');
    const target = this.around.shapes.of(value.ty).leaves;
    const source = this.around.shapes.of(from).leaves;
    if (value.how === 'bits') {
      if (target.length !== source.length) return bug(`bits of ${from.kind} as ${value.ty.kind}`);
      return leaves.map((leaf, i) => this.temp(bitsOf(leaf, source[i]!, target[i]!)));
    }
    return [this.convert(value.how, leaves[0]!, from, source[0]!, target[0]!)];
  }

  /** Wrapping or saturating conversion between primitive types. */
  convert(how: 'intToInt' | 'intToFloat' | 'floatToInt' | 'floatToFloat', leaf: string, from: Ty, source: Scalar, target: Scalar): string {
    const int = source === 'tag' ? this.discriminant(leaf, from) : leaf;
    const plain: Scalar = source === 'tag' ? 'i64' : source;
    switch (how) {
      case 'intToInt':
        return this.temp(intToInt(int, plain, target));
      case 'intToFloat':
        return this.temp(intToFloat(int, plain, target));
      case 'floatToInt':
        return this.temp(floatToInt(leaf, target));
      case 'floatToFloat':
        return this.temp(target === 'f32' ? `Math.fround(${leaf})` : leaf);
      default:
        return unreachable(how);
    }
  }

  /** The number that the text gives to a variant, as an Int64. */
  discriminant(tag: string, ty: Ty): string {
    if (ty.kind !== 'adt') return bug('the discriminant of a value that is no enum');
    const values = ty.decl.variants.map((variant) => intLiteral(variant.discriminant, 'i64'));
    return values.every((value, i) => value === String(i)) ? tag : this.temp(`[${values.join(', ')}][${tag}]`);
  }

  /** A value in a block of its own; values of no size need none. */
  private boxed(shape: Shape, value: Value): string {
    if (shape.size === 0) return String(shape.align);
    const pointer = this.temp(`m.alloc(${shape.size}, ${shape.align})`);
    if (value.kind === 'leaves') this.storeLeaves(shape, value.leaves, 0, { base: pointer, offset: 0, raw: false });
    else this.line(`x.copy(${pointer}, ${value.pointer}, ${this.around.shapes.idOf(shape)}, ${value.moved});`);
    return pointer;
  }

  // -------------------------------------------------------------- calls

  private call(stmt: Extract<Stmt, { kind: 'call' }>): void {
    const { callee } = stmt;
    switch (callee.kind) {
      case 'instance': {
        const target = this.around.instance(callee.id);
        const args = this.passArgs(stmt.args, target.body.locals.slice(1, target.body.paramCount + 1).map((local) => local.ty));
        if (target.trackCaller) args.push(this.span);
        this.invoke(this.around.callee(callee.id), args, target.body.locals[0]!.ty, stmt.dest, target.mayPanic ? null : target.symbol);
        break;
      }
      case 'virtual': {
        const [receiver, ...rest] = stmt.args;
        const fat = this.leaves(receiver!);
        const table = this.temp(`x.table(${fat[1]})`);
        const args = [fat[0]!, ...this.passArgs(rest, callee.params.slice(1))];
        this.activate(receiver!, fat);
        this.invoke(`${table}.slots[${callee.slot}]`, args, callee.ret, stmt.dest, null);
        break;
      }
      case 'fnValue': {
        const fnTy = callee.fnTy.kind === 'fn' ? callee.fnTy : bug('fnValue of another type');
        const [receiver, ...rest] = stmt.args;
        const value = this.leaves(receiver!);
        let [env, table] = value;
        if (callee.mode !== 'once') {
          const address: Address = { base: this.temp(env!), offset: 0, raw: false };
          env = this.temp(load('ref', address));
          table = this.temp(load('table', address, 8));
        }
        const method = this.temp(`x.table(${table})`);
        const args = [env!, ...this.passArgs(rest, fnTy.params)];
        this.activate(receiver!, value);
        this.invoke(`${method}.slots[0]`, args, fnTy.ret, stmt.dest, null);
        break;
      }
      case 'native': {
        const args = stmt.args.flatMap((arg) => this.leaves(arg));
        const native = `x.native(${JSON.stringify(callee.symbol)})`;
        this.result(`${native}(${['x', ...args].join(', ')})`, stmt.dest, callee.decl.sig.ret, false);
        break;
      }
      case 'intrinsic':
        callIntrinsic(this, callee.name, callee.typeArgs, stmt);
        break;
      case 'fn':
      case 'value':
        bug('an unresolved call after monomorphisation');
        break;
      default:
        unreachable(callee);
    }
  }

  /** Leaves as arguments; values in memory are put where the callee's frame will begin. */
  private passArgs(args: readonly Operand[], types: readonly Ty[]): string[] {
    const out: string[] = [];
    const room = types.reduce((sum, ty) => {
      const shape = this.around.shapes.of(ty);
      return sum + (shape.inMemory ? roundUp(shape.size) : 0);
    }, 0);
    const base = room === 0 ? '' : this.temp(`m.argRoom(${room})`);
    let offset = 0;
    const later: Operand[] = [];
    const taken: (() => void)[] = [];
    args.forEach((arg, i) => {
      const shape = this.around.shapes.of(types[i]!);
      const value = this.value(arg);
      if (value.kind === 'leaves') {
        // A later argument may move out of the same local.
        out.push(...(later.length > 0 || args.length > 1 ? this.stable(value.leaves, args, i) : value.leaves));
        this.used(types[i]!, value.leaves);
        taken.push(() => this.activate(arg, value.leaves));
      } else {
        this.line(`x.argument(${base}${offset === 0 ? '' : ` + ${offset}`}, ${value.pointer}, ${this.around.shapes.idOf(shape)}, ${value.moved});`);
        offset += roundUp(shape.size);
      }
      later.push(arg);
    });
    for (const activate of taken) activate();
    return out;
  }

  /** Leaves that stay the same while the operands after index `i` are evaluated: only moves of unsure locals change variables. */
  private stable(leaves: readonly string[], args: readonly Operand[], i: number): readonly string[] {
    const risky = args.slice(i + 1).some((arg) => arg.kind === 'move' && this.plan.unsure[arg.place.local]);
    return risky ? this.fresh(leaves) : leaves;
  }

  /** Calls a translated function, goes on by the unwind edge if it panicked, and writes its result. `quiet`: the symbol of one that never panics. */
  private invoke(name: string, args: readonly string[], ret: Ty, dest: Place, quiet: string | null): void {
    const shape = this.around.shapes.of(ret);
    const after = (): void => {
      if (quiet === null) this.checkPanic();
      else this.line(`if (x.p !== null) x.lied(${JSON.stringify(quiet)});`);
    };
    if (shape.inMemory) {
      const spot = this.spot(dest);
      const pointer = this.pointerTo(spot);
      this.line(`${name}(${[pointer, ...args].join(', ')});`);
      after();
      return;
    }
    const call = `${name}(${args.join(', ')})`;
    if (shape.leaves.length === 0) {
      this.line(`${call};`);
      after();
      return;
    }
    const first = `t${this.temps++}`;
    this.line(`const ${first} = ${call};`);
    after();
    const leaves = [first];
    for (let i = 1; i < shape.leaves.length; i++) leaves.push(`x.r${i}`);
    const spot = this.spot(dest);
    this.writeSpot(spot, spot.kind === 'memory' ? this.fresh(leaves) : leaves);
  }

  /** Writes the one leaf (or none) of an expression's value. */
  result(expression: string, dest: Place, ret: Ty, mayPanic: boolean): void {
    const shape = this.around.shapes.of(ret);
    if (shape.leaves.length === 0) {
      this.line(`${expression};`);
      if (mayPanic) this.checkPanic();
      return;
    }
    const name = this.temp(expression);
    if (mayPanic) this.checkPanic();
    this.writeLeaves(dest, [name]);
  }

  /** Reads a value of any type through a pointer, into a place. */
  copyFrom(pointer: string, ty: Ty, dest: Place, moved: boolean): void {
    const shape = this.around.shapes.of(ty);
    if (shape.inMemory) {
      this.write(dest, { kind: 'memory', pointer, moved });
      return;
    }
    const base = this.temp(pointer);
    const leaves = this.loadLeaves(shape, { base, offset: 0, raw: false });
    if (moved && shape.size > 0) this.line(`x.taken(${base}, ${shape.size});`);
    this.writeLeaves(dest, leaves);
  }

  /** Writes a value through a pointer. */
  storeAt(pointer: string, ty: Ty, value: Value): void {
    const shape = this.around.shapes.of(ty);
    const base = this.temp(pointer);
    if (value.kind === 'leaves') this.storeLeaves(shape, value.leaves, 0, { base, offset: 0, raw: false });
    else this.line(`x.copy(${base}, ${value.pointer}, ${this.around.shapes.idOf(shape)}, ${value.moved});`);
  }

  /** A value that is only taken away. */
  discard(value: Value, ty: Ty): void {
    if (value.kind === 'memory' && value.moved) this.line(`x.taken(${value.pointer}, ${this.around.shapes.of(ty).size});`);
  }

  placeTy(place: Place): Ty {
    return placeTy(this.body, place);
  }

  operandTy(operand: Operand): Ty {
    return operandTy(this.body, operand);
  }

  // -------------------------------------------------------------- terminators

  private terminator(term: Terminator): string {
    switch (term.kind) {
      case 'goto':
        return this.jump(term.target);
      case 'switch':
        return this.switch(term);
      case 'return':
        return this.return();
      case 'resume':
        this.usesPend = true;
        return `x.p = pend; ${this.leaveText()}return;\n`;
      case 'catchPanic':
        return this.catchPanic(term);
      case 'unreachable':
        return `x.unreachable();${this.mark(this.body.blocks.indexOf(this.block), this.block.stmts.length)}\n`;
      default:
        return unreachable(term);
    }
  }

  private switch(term: Extract<Terminator, { kind: 'switch' }>): string {
    const ty = operandTy(this.body, term.operand);
    const leaf = this.scalar(term.operand);
    const scalar = this.scalarOf(ty);
    if (scalar === 'bool') {
      const target = (value: bigint): BlockId => term.cases.find((c) => c.value === value)?.target ?? term.otherwise;
      const [yes, no] = [target(1n), target(0n)];
      return yes === no ? this.jump(yes) : `if (${leaf}) {\n${this.jump(yes)}} else {\n${this.jump(no)}}\n`;
    }
    let out = '';
    if (term.cases.length <= 2) {
      for (const c of term.cases) out += `if (${leaf} === ${intLiteral(c.value, scalar)}) {\n${this.jump(c.target)}}\n`;
      return out + this.jump(term.otherwise);
    }
    out = `switch (${leaf}) {\n`;
    for (const c of term.cases) out += `case ${intLiteral(c.value, scalar)}: {\n${this.jump(c.target)}}\n`;
    return `${out}default: {\n${this.jump(term.otherwise)}}\n}\n`;
  }

  private return(): string {
    const shape = this.plan.shapes[0]!;
    if (shape.inMemory) {
      const pointer = `fp + ${this.slots[0]} + g0`;
      this.line(`x.copy(ret, ${pointer}, ${this.around.shapes.idOf(shape)}, true);`);
      return `${this.leaveText()}return;\n`;
    }
    if (shape.kind === 'never') return 'x.unreachable();\n';
    const leaves = this.readLocal(0 as LocalId);
    const leave = this.leaveText();
    let out = '';
    for (let i = 1; i < leaves.length; i++) out += `x.r${i} = ${leaves[i]}; `;
    return `${out}${leave}return${leaves.length === 0 ? '' : ` ${leaves[0]}`};\n`;
  }

  private catchPanic(term: Extract<Terminator, { kind: 'catchPanic' }>): string {
    this.usesPend = true;
    this.line('x.current = pend; x.panics--;');
    const make = this.around.panicCurrent ?? bug('the program has no instance of panicCurrent');
    this.invoke(this.around.callee(make), [], placeTy(this.body, term.dest), term.dest, null);
    return this.jump(term.target);
  }
}
