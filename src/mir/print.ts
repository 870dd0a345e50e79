/**
 * MIR as text, for `--dump=mir` and goldens: compact, and the same for the same body.
 * Consumes: a body of any phase. Produces: text. Spans are left out.
 */
import { unreachable } from '../base/index.ts';
import { printTy } from '../types/index.ts';
import type { Block, BlockId, Body, Callee, ConstValue, LocalDecl, Operand, Place, Proj, Rvalue, Stmt, Terminator } from './mir.ts';
import { reversePostorder } from './visit.ts';

/** The whole body. */
export function printBody(body: Body): string {
  const lines: string[] = [];
  const params = body.locals.slice(1, body.paramCount + 1).map((decl, i) => printLocal(decl, i + 1));
  lines.push(`fn ${body.name}(${params.join(', ')}): ${printTy(body.locals[0]!.ty)} {`);
  body.locals.forEach((decl, i) => {
    if (i > body.paramCount) lines.push(`  let ${printLocal(decl, i)};`);
  });
  const reachable = new Set<BlockId>(reversePostorder(body));
  body.blocks.forEach((block, i) => {
    if (reachable.has(i as BlockId)) lines.push(...printBlock(block, i));
  });
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

function printLocal(decl: LocalDecl, index: number): string {
  const words = [`_${index}`];
  if (decl.name !== null) words.push(decl.name);
  if (decl.kind === 'flag') words.push('(flag)');
  if (decl.using) words.push('(using)');
  if (decl.mutable && decl.kind !== 'temp' && decl.kind !== 'return' && decl.kind !== 'flag') words.push('(var)');
  return `${words.join(' ')}: ${printTy(decl.ty)}`;
}

function printBlock(block: Block, index: number): string[] {
  const lines = ['', `  bb${index}${block.cleanup ? ' (cleanup)' : ''}${block.unwind === null ? '' : ` unwind bb${block.unwind}`}:`];
  for (const stmt of block.stmts) lines.push(`    ${printStmt(stmt)};`);
  lines.push(`    ${printTerminator(block.term)};`);
  return lines;
}

/** One statement, without its semicolon. */
export function printStmt(stmt: Stmt): string {
  switch (stmt.kind) {
    case 'assign':
      return `${printPlace(stmt.place)} = ${printRvalue(stmt.value)}`;
    case 'call':
      return `${printPlace(stmt.dest)} = call ${printCallee(stmt.callee)}(${stmt.args.map(printOperand).join(', ')})`;
    case 'drop':
      return `drop ${printPlace(stmt.place)}`;
    case 'boundsCheck':
      return `boundsCheck ${printOperand(stmt.index)} < ${printOperand(stmt.length)}`;
    case 'storageLive':
      return `live _${stmt.local}`;
    case 'storageDead':
      return `dead _${stmt.local}`;
    case 'setVariant':
      return `setVariant ${printPlace(stmt.place)}, ${stmt.variant}`;
    case 'fakeRead':
      return `fakeRead ${printPlace(stmt.place)}`;
    case 'nop':
      return 'nop';
    default:
      return unreachable(stmt);
  }
}

/** One terminator, without its semicolon. */
export function printTerminator(term: Terminator): string {
  switch (term.kind) {
    case 'goto':
      return `goto bb${term.target}`;
    case 'switch':
      return `switch ${printOperand(term.operand)} [${[...term.cases.map((c) => `${c.value}: bb${c.target}`), `else: bb${term.otherwise}`].join(', ')}]`;
    case 'return': case 'resume': case 'unreachable':
      return term.kind;
    case 'catchPanic':
      return `catchPanic ${printPlace(term.dest)} goto bb${term.target}`;
    default:
      return unreachable(term);
  }
}

/** A place in the order in which it is reached: `(*_1).0[_2]`. */
export function printPlace(place: Place): string {
  return place.proj.reduce(printProj, `_${place.local}`);
}

function printProj(base: string, proj: Proj): string {
  switch (proj.kind) {
    case 'field':
      return `${base}.${proj.index}`;
    case 'variant': {
      const name = proj.ty.kind === 'adt' ? proj.ty.decl.variants[proj.index]?.name : undefined;
      return `(${base} as ${name ?? proj.index})`;
    }
    case 'deref':
      return `(*${base})`;
    case 'index':
      return `${base}[_${proj.index}]`;
    case 'constIndex':
      return `${base}[${proj.fromEnd ? '-' : ''}${proj.offset}]`;
    case 'subslice':
      return `${base}[${proj.from}..-${proj.to}]`;
    default:
      return unreachable(proj);
  }
}

/** An operand: `copy _1`, `move _2.0`, or a constant. */
export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'copy': case 'move':
      return `${operand.kind} ${printPlace(operand.place)}`;
    case 'const':
      return printConst(operand.value, printTy(operand.ty));
    default:
      return unreachable(operand);
  }
}

function printConst(value: ConstValue, ty: string): string {
  switch (value.kind) {
    case 'int': case 'float':
      return `${Object.is(value.value, -0) ? '-0' : value.value}${ty}`;
    case 'bool':
      return String(value.value);
    case 'rune':
      return `'\\u{${value.value.toString(16)}}'`;
    case 'string':
      return ty === '&str' ? JSON.stringify(value.value) : `${ty} ${JSON.stringify(value.value)}`;
    case 'bytes':
      return `b[${value.value.join(' ')}]`;
    case 'zst':
      return ty === 'Unit' ? '()' : ty;
    case 'null':
      return `null ${ty}`;
    case 'named':
      return `const ${value.decl.name}${printArgs(value.args)}`;
    default:
      return unreachable(value);
  }
}

function printArgs(args: readonly Parameters<typeof printTy>[0][]): string {
  return args.length === 0 ? '' : `<${args.map(printTy).join(', ')}>`;
}

/** An rvalue. */
export function printRvalue(value: Rvalue): string {
  switch (value.kind) {
    case 'use':
      return printOperand(value.operand);
    case 'ref':
      return `&${value.mutable ? (value.twoPhase ? 'mut2 ' : 'mut ') : ''}${printPlace(value.place)}`;
    case 'addressOf':
      return `address ${printPlace(value.place)}`;
    case 'arith':
      return `${value.op}${value.overflow === 'wrapping' ? '%' : ''} ${printOperand(value.left)}, ${printOperand(value.right)}`;
    case 'compare':
      return `${value.op} ${printOperand(value.left)}, ${printOperand(value.right)}`;
    case 'unary':
      return `${value.op}${value.op === 'neg' && value.overflow === 'wrapping' ? '%' : ''} ${printOperand(value.operand)}`;
    case 'aggregate': {
      const variant = value.ty.kind === 'adt' && value.ty.decl.isEnum ? `::${value.ty.decl.variants[value.variant]?.name ?? value.variant}` : '';
      return `${printTy(value.ty)}${variant} { ${value.fields.map(printOperand).join(', ')} }`;
    }
    case 'repeat':
      return `repeat ${printTy(value.ty)} of ${printOperand(value.operand)}`;
    case 'variantIndex':
      return `variantIndex ${printPlace(value.place)}`;
    case 'length':
      return `length ${printPlace(value.place)}`;
    case 'cast':
      return `${value.how} ${printOperand(value.operand)} as ${printTy(value.ty)}`;
    default:
      return unreachable(value);
  }
}

function printCallee(callee: Callee): string {
  switch (callee.kind) {
    case 'fn': {
      const parent = callee.fn.decl.parent;
      const owner = parent === null ? '' : parent.kind === 'trait' ? `${parent.name}::` : `${printTy(parent.selfTy)}::`;
      return `${owner}${callee.fn.decl.name}${printArgs(callee.fn.args)}`;
    }
    case 'value':
      return `value ${callee.mode}`;
    case 'instance':
      return `#${callee.id}`;
    case 'intrinsic':
      return `intrinsic ${callee.name}${printArgs(callee.typeArgs)}`;
    case 'native':
      return `native ${callee.symbol}`;
    case 'virtual':
      return `virtual ${callee.slot}`;
    case 'fnValue':
      return `fnValue ${callee.mode}`;
    default:
      return unreachable(callee);
  }
}
