/**
 * One instance as a C function: locals at the top, blocks as labels in reverse postorder with the cleanup blocks last, statements line by line
 * under `#line`. After each statement that may panic the thread's flag is tested and control goes to the block's unwind block, which takes the
 * flag down before it runs; `resume` sets it again and returns.
 * Consumes: a body of phase 'mono'. Produces: C text. Holds: the text under construction.
 */
import { bug, unreachable } from '../base/index.ts';
import { reversePostorder, successors } from '../mir/index.ts';
import type { Block, BlockId, Body, Callee, Instance, InstanceId, Linkage, MonoProgram, Operand, Place, Stmt, Terminator } from '../mir/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { SourceMap, Span } from '../source/index.ts';
import type { FnDecl, Ty } from '../types/index.ts';
import { intLiteral } from './c-names.ts';
import { intrinsic } from './c-intrinsics.ts';
import { assign } from './c-rvalues.ts';
import type { Scope } from './c-rvalues.ts';
import type { CTypes } from './c-types.ts';
import { CValues } from './c-values.ts';
import { cString } from './pools.ts';
import type { Pools } from './pools.ts';

/** What bodies share. */
export interface ProgramParts {
  readonly program: MonoProgram;
  readonly types: CTypes;
  readonly pools: Pools;
  readonly sources: SourceMap;
  readonly lineDirectives: boolean;
  /** The C name of a native function, declared at its first use. */
  native(symbol: string, decl: FnDecl, params: readonly Ty[], ret: Ty): string;
  /** The instance that makes the Panic value of a `catch` arm. */
  panicCurrent(): Instance;
}

/** The C function of an instance. */
export function functionName(instance: Instance): string {
  return `cj_${instance.symbol}`;
}

/** At most this many statements outside cleanup blocks make a function without calls and loops small. */
const SMALL_STATEMENTS = 24;

/**
 * Whether a function should always be part of its callers: no calls, no loops, few statements. C compilers count each panic, which is a call of several
 * arguments, as if it ran, and so refuse to inline an expression of six additions (spectral norm: three times slower).
 */
function isSmallLeaf(body: Body): boolean {
  let statements = 0;
  const order = reversePostorder(body);
  const position = new Map(order.map((id, at) => [id, at]));
  for (const id of order) {
    const block = body.blocks[id]!;
    if (block.cleanup) return false;
    for (const stmt of block.stmts) {
      if (stmt.kind === 'assign' || stmt.kind === 'boundsCheck' || stmt.kind === 'setVariant') statements++;
      if (stmt.kind === 'call') {
        if (stmt.callee.kind !== 'intrinsic') return false;
        statements++;
      }
    }
    if (statements > SMALL_STATEMENTS) return false;
    if (successors(block).some((next) => position.get(next)! <= position.get(id)!)) return false;
  }
  return true;
}

/** What begins the declarations of functions that units share. */
const OUTSIDE: Readonly<Record<Exclude<Linkage, 'local'>, string>> = { global: '', shared: '__attribute__((weak)) ', extern: 'extern ' };

/** `static jc_i32 cj_f(jc_i32 x_1)`, without parameter names for a declaration. */
export function signature(types: CTypes, instance: Instance, name: (index: number) => string): string {
  const params = instance.params.flatMap((ty, index) => (types.isZst(ty) ? [] : [`${types.value(ty)} ${name(index)}`]));
  if (instance.trackCaller) params.push('const jc_loc *caller');
  const storage = instance.linkage !== 'local' ? OUTSIDE[instance.linkage] : instance.exportName !== null ? '' : instance.cold ? 'static JC_COLD ' : isSmallLeaf(instance.body) ? 'JC_ALWAYS_INLINE ' : instance.inline ? 'JC_INLINE ' : 'static ';
  return `${storage}${types.result(instance.ret)} ${functionName(instance)}(${params.length === 0 ? 'void' : params.join(', ')})`;
}

/** The definition of an instance's function. */
export function emitBody(parts: ProgramParts, instance: Instance): string {
  return new BodyEmitter(parts, instance).emit();
}

class BodyEmitter implements Scope {
  readonly values: CValues;
  private readonly parts: ProgramParts;
  private readonly instance: Instance;
  private readonly body: Body;
  private readonly types: CTypes;
  private readonly hasCatch: boolean;
  private out = '';
  /** The position that the C compiler believes the next text line to have. */
  private lineFile = -1;
  private lineNumber = -1;
  private lineOpen = false;
  private tempCount = 0;
  private block: Block;
  private span: Span;

  constructor(parts: ProgramParts, instance: Instance) {
    this.parts = parts;
    this.instance = instance;
    this.body = instance.body;
    this.types = parts.types;
    this.values = new CValues(parts.program, parts.types, parts.pools, instance.body);
    this.hasCatch = instance.body.blocks.some((block) => block.term.kind === 'catchPanic');
    this.block = instance.body.blocks[0]!;
    this.span = instance.body.span;
  }

  emit(): string {
    const { body } = this;
    const order = reversePostorder(body);
    const sorted = [...order.filter((id) => !body.blocks[id]!.cleanup), ...order.filter((id) => body.blocks[id]!.cleanup)];
    const unwindTargets = new Set<BlockId>();
    for (const id of sorted) {
      const { unwind } = body.blocks[id]!;
      if (unwind !== null) unwindTargets.add(unwind);
    }
    sorted.forEach((id, at) => {
      this.block = body.blocks[id]!;
      this.endLine();
      if (at > 0) this.put(`L${id}:; `);
      if (unwindTargets.has(id)) this.put('JC_UNWIND(); ');
      for (const stmt of this.block.stmts) this.statement(stmt);
      this.terminator(this.block.term, sorted[at + 1] ?? null);
    });
    this.endLine();
    const params = signature(this.types, this.instance, (index) => this.values.localName((index + 1) as Parameters<CValues['localName']>[0]));
    const locals = [...this.values.usedLocals].filter((id) => id === 0 || id > body.paramCount).sort((a, b) => a - b);
    const declarations = locals.map((id) => `  ${this.types.value(body.locals[id]!.ty)} ${this.values.localName(id)};\n`).join('');
    const start = this.parts.lineDirectives ? this.directive(body.span) : '';
    return `${start}${params} {\n${declarations}${this.out}}\n`;
  }

  // -------------------------------------------------------------- what Scope asks

  temp(): string {
    return `x${this.tempCount++}`;
  }

  leave(): string {
    if (this.block.cleanup) return 'jc_panic_in_cleanup();';
    if (this.block.unwind !== null) return `goto L${this.block.unwind};`;
    return this.returnDummy();
  }

  location(): string {
    if (this.instance.trackCaller) return 'caller';
    return this.parts.pools.place(this.span.file === 0 ? this.body.span : this.span);
  }

  /** Returns while a panic is in flight: nobody reads the value. */
  private returnDummy(): string {
    const { ret } = this.instance;
    if (this.types.isZst(ret)) return 'return;';
    if (this.types.layout(ret).kind === 'scalar') return 'return 0;';
    this.values.usedLocals.add(0 as Parameters<CValues['localName']>[0]);
    return 'return ret_0;';
  }

  // -------------------------------------------------------------- lines

  private put(text: string): void {
    if (!this.lineOpen) {
      this.out += '  ';
      this.lineOpen = true;
    }
    this.out += text;
  }

  private endLine(): void {
    if (!this.lineOpen) return;
    this.out += '\n';
    this.lineOpen = false;
    this.lineNumber++;
  }

  private directive(span: Span): string {
    if (span.file === 0) {
      // Glue and shims stand nowhere in source text: they must not seem to be part of what was emitted before them.
      this.lineFile = 0;
      this.lineNumber = 1;
      return '#line 1 "(generated)"\n';
    }
    const file = this.parts.sources.file(span.file);
    // The lines of an interface are nobody's: the unit would change with every line that moves in the module.
    if (file.interfaceOf !== null) return this.directive(NO_SPAN);
    const line = file.lineIndex(span.lo) + 1;
    this.lineFile = span.file;
    this.lineNumber = line;
    return `#line ${line} ${cString(file.name)}\n`;
  }

  /** Begins a statement: a new C line unless it stands on the same source line as the one before. */
  private at(span: Span): void {
    this.span = span;
    if (!this.parts.lineDirectives) {
      this.endLine();
      return;
    }
    // Lines of a function that was inlined from another file would seem to be lines of this one.
    const own = this.body.span.file;
    if (span.file === 0 || (own !== 0 && span.file !== own) || this.parts.sources.file(span.file).interfaceOf !== null) return;
    const line = this.parts.sources.file(span.file).lineIndex(span.lo) + 1;
    if (this.lineFile === span.file && this.lineNumber === line) return;
    this.endLine();
    if (this.lineFile === span.file && this.lineNumber === line) return;
    this.out += this.directive(span);
  }

  // -------------------------------------------------------------- statements

  private statement(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'assign':
        this.at(stmt.span);
        this.put(assign(this, stmt.place, stmt.value));
        break;
      case 'call':
        this.at(stmt.span);
        this.put(this.call(stmt));
        break;
      case 'boundsCheck': {
        this.at(stmt.span);
        const index = this.values.operand(stmt.index);
        const length = this.values.operand(stmt.length);
        this.put(`if (JC_UNLIKELY(${index} >= ${length})) { jc_panic_index(${index}, ${length}, ${this.location()}); JC_RAISED(); ${this.leave()} } `);
        break;
      }
      case 'setVariant': {
        const found = this.values.place(stmt.place);
        if (found.kind === 'lvalue') this.put(this.values.setVariant(found.text, found.ty, stmt.variant));
        break;
      }
      case 'drop':
        bug('a drop statement after monomorphisation');
        break;
      case 'storageLive': case 'storageDead': case 'fakeRead': case 'nop':
        break;
      default:
        unreachable(stmt);
    }
  }

  private call(stmt: Extract<Stmt, { kind: 'call' }>): string {
    const { callee, dest, args } = stmt;
    switch (callee.kind) {
      case 'instance': {
        const instance = this.target(callee.id);
        const texts = this.values.sized(args);
        if (instance.trackCaller) texts.push(this.location());
        return this.finishCall(dest, instance.ret, `${functionName(instance)}(${texts.join(', ')})`, instance.mayPanic);
      }
      case 'intrinsic':
        return intrinsic(this, { name: callee.name, typeArgs: callee.typeArgs, dest, args });
      case 'native': {
        const params = args.map((arg) => this.values.operandTy(arg));
        const ret = callee.decl.sig.ret;
        const name = this.parts.native(callee.symbol, callee.decl, params, ret);
        return this.finishCall(dest, ret, `${name}(${this.values.sized(args).join(', ')})`, false);
      }
      case 'virtual':
        return this.virtualCall(callee, dest, args);
      case 'fnValue':
        return this.fnValueCall(callee, dest, args);
      case 'fn': case 'value':
        return bug('an unresolved call after monomorphisation');
      default:
        return unreachable(callee);
    }
  }

  private virtualCall(callee: Extract<Callee, { kind: 'virtual' }>, dest: Place, args: readonly Operand[]): string {
    const fat = this.values.operand(args[0]!);
    const rest = args.slice(1);
    const type = this.functionPointer(rest.map((arg) => this.values.operandTy(arg)), callee.ret);
    const text = `((${type})${fat}.table->methods[${callee.slot}])(${[`${fat}.ptr`, ...this.values.sized(rest)].join(', ')})`;
    return this.finishCall(dest, callee.ret, text, true);
  }

  private fnValueCall(callee: Extract<Callee, { kind: 'fnValue' }>, dest: Place, args: readonly Operand[]): string {
    const { fnTy } = callee;
    if (fnTy.kind !== 'fn') return bug('fnValue of another type');
    const first = this.values.operand(args[0]!);
    const fn = callee.mode === 'once' ? first : `(*${first})`;
    const type = this.functionPointer(fnTy.params, fnTy.ret);
    const text = `((${type})${fn}.table->methods[0])(${[`${fn}.ptr`, ...this.values.sized(args.slice(1))].join(', ')})`;
    return this.finishCall(dest, fnTy.ret, text, true);
  }

  /** The type of a table's method: the value's address, then the parameters. */
  private functionPointer(params: readonly Ty[], ret: Ty): string {
    const sized = params.filter((ty) => !this.types.isZst(ty)).map((ty) => this.types.value(ty));
    return `${this.types.result(ret)} (*)(${['void *', ...sized].join(', ')})`;
  }

  /** Stores the result, and tests the panic flag. What a panicking call was to be stored in keeps its value where that can be seen later. */
  private finishCall(dest: Place, ret: Ty, call: string, mayPanic: boolean): string {
    if (ret.kind === 'never') return `${call}; ${mayPanic ? this.leave() : 'JC_UNREACHABLE();'} `;
    const target = this.values.place(dest);
    const check = mayPanic ? `if (JC_UNLIKELY(jc_panicking)) { ${this.leave()} } ` : '';
    if (target.kind !== 'lvalue') return `${call}; ${check}`;
    const seen = mayPanic && (this.hasCatch || dest.proj.some((proj) => proj.kind === 'deref'));
    if (!seen) return `${target.text} = ${call}; ${check}`;
    const temp = this.temp();
    return `{ ${this.types.value(ret)} ${temp} = ${call}; ${check}${target.text} = ${temp}; } `;
  }

  private target(id: InstanceId): Instance {
    return this.parts.program.instances[id] ?? bug(`no instance ${id}`);
  }

  // -------------------------------------------------------------- terminators

  private jump(target: BlockId, next: BlockId | null): void {
    if (target !== next) this.put(`goto L${target}; `);
  }

  private terminator(term: Terminator, next: BlockId | null): void {
    switch (term.kind) {
      case 'goto':
        this.jump(term.target, next);
        break;
      case 'switch':
        this.at(term.span);
        this.switch(term, next);
        break;
      case 'return':
        if (this.types.isZst(this.instance.ret)) this.put('return; ');
        else {
          this.values.usedLocals.add(0 as Parameters<CValues['localName']>[0]);
          this.put('return ret_0; ');
        }
        break;
      case 'resume':
        this.put(`JC_RESUME(); ${this.returnDummy()} `);
        break;
      case 'catchPanic': {
        const current = this.parts.panicCurrent();
        const target = this.values.place(term.dest);
        const temp = this.temp();
        this.put(`{ ${this.types.value(current.ret)} ${temp} = ${functionName(current)}(); jc_panic_pop(); ${target.kind === 'lvalue' ? `${target.text} = ${temp}; ` : ''}} `);
        this.jump(term.target, next);
        break;
      }
      case 'unreachable':
        this.put('JC_UNREACHABLE(); ');
        break;
      default:
        unreachable(term);
    }
  }

  private isUnreachable(id: BlockId): boolean {
    const block = this.body.blocks[id]!;
    return block.term.kind === 'unreachable' && block.stmts.every((stmt) => stmt.kind === 'storageLive' || stmt.kind === 'storageDead' || stmt.kind === 'nop');
  }

  private switch(term: Extract<Terminator, { kind: 'switch' }>, next: BlockId | null): void {
    const cases = term.cases.filter((c) => c.target !== term.otherwise && !this.isUnreachable(c.target));
    const impossible = this.isUnreachable(term.otherwise);
    const ty = this.values.operandTy(term.operand);
    if (cases.length === 0) {
      this.jump(term.otherwise, next);
      return;
    }
    if (impossible && cases.length === 1) {
      this.jump(cases[0]!.target, next);
      return;
    }
    const x = this.values.operand(term.operand);
    const literal = (value: bigint): string => (ty.kind === 'int' ? intLiteral(value, ty) : `${value}u`);
    if (cases.length === 1) {
      const { value, target } = cases[0]!;
      const test = ty.kind !== 'bool' ? `${x} == ${literal(value)}` : value === 0n ? `!${x}` : x;
      const negated = ty.kind !== 'bool' ? `${x} != ${literal(value)}` : value === 0n ? x : `!${x}`;
      if (target === next) this.put(`if (${negated}) goto L${term.otherwise}; `);
      else {
        this.put(`if (${test}) goto L${target}; `);
        this.jump(term.otherwise, next);
      }
      return;
    }
    const arms = cases.map((c) => `case ${literal(c.value)}: goto L${c.target}; `).join('');
    this.put(`switch (${x}) { ${arms}default: ${impossible ? 'JC_UNREACHABLE();' : `goto L${term.otherwise};`} } `);
  }
}
