/**
 * Consumes a syntax tree; produces canonical source text for `--dump=ast`: one statement a line, two spaces of indentation, and
 * brackets around every operand that is not a single unit, so that precedence can be seen.
 * Property: `print(parse(print(parse(x)))) === print(parse(x))` for every x that parses without errors.
 */
import { unreachable } from '../base/index.ts';
import type {
  Attribute,
  BlockExpr,
  Bound,
  CallMode,
  Expr,
  FieldDecl,
  FieldsBody,
  FnItem,
  GenericArg,
  Generics,
  ImportEntry,
  Item,
  LetStmt,
  MatchArm,
  Module,
  Param,
  PathSegment,
  Pattern,
  SelfParam,
  Stmt,
  TraitMember,
  TypeExpr,
  Visibility,
  WhereBound,
} from './ast.ts';
import { printFormatSpec } from './format-spec.ts';

/** The whole module. */
export function printModule(module: Module): string {
  const doc = module.doc === null ? '' : `${docLines(module.doc, '')}\n`;
  return doc + module.items.map((item) => `${printItem(item, '')}\n`).join('\n');
}

// ---------------------------------------------------------------- items

/** An item whose lines begin with `indent`. */
export function printItem(item: Item, indent = ''): string {
  const head = itemHead(item, indent);
  switch (item.kind) {
    case 'fn':
      return head + printFn(item, indent);
    case 'struct':
      return `${head}${item.view ? 'view ' : ''}struct ${declared(item)}${fieldsBody(item.body, indent)}${item.body.kind === 'named' ? '' : ';'}`;
    case 'enum': {
      const inner = `${indent}  `;
      const variants = item.variants.map((variant) => {
        const value = variant.discriminant === null ? '' : ` = ${printExpr(variant.discriminant, inner)}`;
        const before = docLines(variant.doc, inner) + attributes(variant.attrs, inner) + inner;
        return `${before}${variant.name.name}${fieldsBody(variant.body, inner)}${value},\n`;
      });
      return `${head}${item.view ? 'view ' : ''}enum ${declared(item)} ${braces(variants, indent)}`;
    }
    case 'trait': {
      const supers = item.supertraits.length === 0 ? '' : `: ${bounds(item.supertraits)}`;
      return `${head}trait ${item.name.name}${generics(item.generics)}${supers}${whereClause(item.where)} ${members(item.members, indent)}`;
    }
    case 'impl': {
      const trait = item.trait === null ? '' : `${item.negative === null ? '' : '!'}${printType(item.trait)} for `;
      const target = printType(item.type) + whereClause(item.where);
      return `${head}${item.unsafe ? 'unsafe ' : ''}impl${generics(item.generics)} ${trait}${target} ${members(item.members, indent)}`;
    }
    case 'const': {
      const type = item.type === null ? '' : `: ${printType(item.type)}`;
      const value = item.value === null ? '' : ` = ${printExpr(item.value, indent)}`;
      return `${head}const ${item.name.name}${type}${value};`;
    }
    case 'typeAlias':
      return `${head}type ${item.name.name}${generics(item.generics)} = ${printType(item.type)};`;
    case 'import':
      return item.entries.length === 1
        ? `${head}import ${importEntry(item.entries[0]!)};`
        : `${head}import {${item.entries.map(importEntry).join(', ')}};`;
    case 'extern':
      return `${head}extern ${quote(item.abi)} ${members(item.fns, indent)}`;
    case 'error':
      return `${head}/* error */`;
    default:
      return unreachable(item);
  }
}

/** The name of a type, with its parameters and their bounds. */
function declared(item: Pick<Extract<Item, { kind: 'struct' }>, 'name' | 'generics' | 'where'>): string {
  return item.name.name + generics(item.generics) + whereClause(item.where);
}

function itemHead(item: Pick<Item, 'doc' | 'attrs' | 'visibility'>, indent: string): string {
  return docLines(item.doc, indent) + attributes(item.attrs, indent) + indent + visibility(item.visibility);
}

function docLines(doc: string | null, indent: string): string {
  if (doc === null) return '';
  return doc
    .split('\n')
    .map((line) => `${indent}///${line === '' ? '' : ' '}${line}\n`)
    .join('');
}

function attributes(attrs: readonly Attribute[], indent: string): string {
  return attrs.map((attr) => `${indent}@${attr.name.name}${attr.args.length === 0 ? '' : `(${exprs(attr.args, indent)})`}\n`).join('');
}

function visibility(value: Visibility): string {
  return value === 'public' ? 'pub ' : value === 'package' ? 'pub(package) ' : '';
}

function printFn(fn: FnItem, indent: string): string {
  const params = [...(fn.self === null ? [] : [selfParam(fn.self)]), ...fn.params.map((param) => printParam(param, indent))];
  const ret = fn.ret === null ? '' : `: ${printType(fn.ret)}`;
  const body = fn.body === null ? ';' : ` ${printBlock(fn.body, indent)}`;
  const head = `${fn.unsafe ? 'unsafe ' : ''}fn ${fn.name.name}${generics(fn.generics)}`;
  return `${head}(${params.join(', ')})${ret}${whereClause(fn.where)}${body}`;
}

function selfParam(self: SelfParam): string {
  return self.mode === 'ref' ? '&self' : self.mode === 'refMut' ? '&mut self' : self.mutable ? 'var self' : 'self';
}

function printParam(param: Param, indent: string): string {
  return `${printPattern(param.pattern, indent)}: ${printType(param.type)}`;
}

function generics(list: Generics): string {
  if (list.params.length === 0) return '';
  const params = list.params.map((param) => {
    if (param.constType !== null) return `const ${param.name.name}: ${printType(param.constType)}`;
    return param.bounds.length === 0 ? param.name.name : `${param.name.name}: ${bounds(param.bounds)}`;
  });
  return `<${params.join(', ')}>`;
}

function bounds(list: readonly Bound[]): string {
  return list.map((bound) => printType(bound)).join(' + ');
}

function whereClause(list: readonly WhereBound[]): string {
  return list.length === 0 ? '' : ` where ${list.map((bound) => `${printType(bound.type)}: ${bounds(bound.bounds)}`).join(', ')}`;
}

function fieldsBody(body: FieldsBody, indent: string): string {
  switch (body.kind) {
    case 'unit':
      return '';
    case 'tuple':
      return `(${body.fields.map((field) => visibility(field.visibility) + printType(field.type)).join(', ')})`;
    case 'named':
      return ` ${braces(
        body.fields.map((field) => printField(field, `${indent}  `)),
        indent,
      )}`;
    default:
      return unreachable(body);
  }
}

function printField(field: FieldDecl, indent: string): string {
  const before = docLines(field.doc, indent) + attributes(field.attrs, indent) + indent;
  return `${before}${visibility(field.visibility)}${field.name.name}: ${printType(field.type)},\n`;
}

function members(list: readonly (TraitMember | Item)[], indent: string): string {
  const inner = `${indent}  `;
  return braces(
    list.map((member) => {
      if (member.kind !== 'assocType') return `${printItem(member, inner)}\n`;
      const bound = member.bounds.length === 0 ? '' : `: ${bounds(member.bounds)}`;
      return `${docLines(member.doc, inner)}${inner}type ${member.name.name}${bound};\n`;
    }),
    indent,
  );
}

function braces(lines: readonly string[], indent: string): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

function importEntry(entry: ImportEntry): string {
  const path = entry.path.map((part) => part.name).join('::');
  if (entry.as === null) return path === '' ? '*' : `${path}::*`;
  const last = entry.path[entry.path.length - 1]!;
  return entry.as.name === last.name ? path : `${path} as ${entry.as.name}`;
}

// ---------------------------------------------------------------- types

export function printType(type: TypeExpr): string {
  switch (type.kind) {
    case 'path':
      return segments(type.segments, '');
    case 'qualified':
      return `<${printType(type.self)} as ${printType(type.trait)}>::${type.name.name}`;
    case 'ref':
      return `&${type.mutable ? 'mut ' : ''}${printType(type.target)}`;
    case 'ptr':
      return `*${printType(type.target)}`;
    case 'slice':
      return `[${printType(type.element)}]`;
    case 'array':
      return `[${printType(type.element)}; ${printExpr(type.length, '')}]`;
    case 'tuple':
      return type.elements.length === 1 ? `(${printType(type.elements[0]!)},)` : `(${type.elements.map(printType).join(', ')})`;
    case 'fn':
      return `${callMode(type.mode)}fn(${type.params.map(printType).join(', ')})${type.ret === null ? '' : `: ${printType(type.ret)}`}`;
    case 'dyn':
      return `dyn ${bounds(type.bounds)}`;
    case 'option':
      return `?${printType(type.target)}`;
    case 'infer':
      return '_';
    case 'error':
      return '/* error */';
    default:
      return unreachable(type);
  }
}

function callMode(mode: CallMode): string {
  return mode === 'shared' ? '' : `${mode} `;
}

/** `turbo` is what stands before `<`: `::` in expressions and patterns, nothing in types. */
function segments(list: readonly PathSegment[], turbo: string): string {
  return list.map((segment) => segment.name.name + (segment.args === null ? '' : `${turbo}${genericArgs(segment.args)}`)).join('::');
}

function genericArgs(args: readonly GenericArg[]): string {
  const parts = args.map((arg) => {
    switch (arg.kind) {
      case 'type':
        return printType(arg.type);
      case 'const':
        return printExpr(arg.value, '');
      case 'assoc':
        return `${arg.name.name} = ${printType(arg.type)}`;
      default:
        return unreachable(arg);
    }
  });
  return `<${parts.join(', ')}>`;
}

// ---------------------------------------------------------------- patterns

export function printPattern(pattern: Pattern, indent = ''): string {
  switch (pattern.kind) {
    case 'wild':
      return '_';
    case 'rest':
      return '..';
    case 'binding': {
      const sub = pattern.sub === null ? '' : ` @ ${patternOperand(pattern.sub, indent)}`;
      return `${pattern.mutable ? 'var ' : ''}${pattern.name.name}${sub}`;
    }
    case 'literal':
      return printExpr(pattern.value, indent);
    case 'range': {
      const start = pattern.start === null ? '' : printExpr(pattern.start, indent);
      return `${start}${pattern.inclusive ? '..=' : '..'}${pattern.end === null ? '' : printExpr(pattern.end, indent)}`;
    }
    case 'path':
      return segments(pattern.path.segments, '::');
    case 'tupleStruct':
      return `${segments(pattern.path.segments, '::')}(${patterns(pattern.elements, indent)})`;
    case 'struct': {
      const fields = pattern.fields.map((field) =>
        field.shorthand ? printPattern(field.pattern, indent) : `${field.name.name}: ${printPattern(field.pattern, indent)}`,
      );
      if (pattern.rest) fields.push('..');
      return `${segments(pattern.path.segments, '::')} { ${fields.join(', ')} }`;
    }
    case 'tuple': {
      const only = pattern.elements.length === 1 && pattern.elements[0]!.kind !== 'rest' ? ',' : '';
      return `(${patterns(pattern.elements, indent)}${only})`;
    }
    case 'slice':
      return `[${patterns(pattern.elements, indent)}]`;
    case 'ref':
      return `&${pattern.mutable ? 'mut ' : ''}${patternOperand(pattern.inner, indent)}`;
    case 'or':
      return pattern.alternatives.map((part) => patternOperand(part, indent)).join(' | ');
    case 'error':
      return '/* error */';
    default:
      return unreachable(pattern);
  }
}

function patterns(list: readonly Pattern[], indent: string): string {
  return list.map((pattern) => printPattern(pattern, indent)).join(', ');
}

function patternOperand(pattern: Pattern, indent: string): string {
  const text = printPattern(pattern, indent);
  return pattern.kind === 'or' ? `(${text})` : text;
}

// ---------------------------------------------------------------- statements

function printBlock(block: BlockExpr, indent: string): string {
  const inner = `${indent}  `;
  const lines = block.stmts.map((stmt) => `${printStmt(stmt, inner)}\n`);
  if (block.tail !== null) lines.push(`${inner}${printExpr(block.tail, inner)}\n`);
  return `${block.label === null ? '' : `${block.label.name}: `}${braces(lines, indent)}`;
}

function printStmt(stmt: Stmt, indent: string): string {
  switch (stmt.kind) {
    case 'let':
      return `${indent}${printLet(stmt, indent)};`;
    case 'expr':
      return `${indent}${printExpr(stmt.expr, indent)}${stmt.semicolon ? ';' : ''}`;
    case 'item':
      return printItem(stmt.item, indent);
    case 'defer':
      return `${indent}@defer ${printExpr(stmt.body, indent)}${stmt.body.kind === 'block' ? '' : ';'}`;
    default:
      return unreachable(stmt);
  }
}

function printLet(stmt: LetStmt, indent: string): string {
  const type = stmt.type === null ? '' : `: ${printType(stmt.type)}`;
  const init = stmt.init === null ? '' : ` = ${printExpr(stmt.init, indent)}`;
  const otherwise = stmt.otherwise === null ? '' : ` else ${printBlock(stmt.otherwise, indent)}`;
  return `${stmt.mutable ? 'var' : 'let'} ${printPattern(stmt.pattern, indent)}${type}${init}${otherwise}`;
}

// ---------------------------------------------------------------- expressions

export function printExpr(expr: Expr, indent = ''): string {
  switch (expr.kind) {
    case 'int':
      return `${expr.value}${expr.suffix ?? ''}`;
    case 'float':
      return printFloat(expr.value) + (expr.suffix ?? '');
    case 'string':
      return quote(expr.value);
    case 'bytes':
      return `b"${[...expr.value].map((byte) => escapeByte(byte, '"')).join('')}"`;
    case 'rune':
      return `'${escape(String.fromCodePoint(expr.value), "'")}'`;
    case 'byte':
      return `b'${escapeByte(expr.value, "'")}'`;
    case 'bool':
      return String(expr.value);
    case 'unitLiteral':
      return `${expr.value}${expr.dimension === 'duration' ? 'ns' : 'B'}`;
    case 'interpolated':
      return `"${expr.parts.map((part) => (part.kind === 'text' ? escape(part.value, '"') : interpolation(part, indent))).join('')}"`;
    case 'path':
      return segments(expr.segments, '::');
    case 'qualifiedPath':
      return `<${printType(expr.self)} as ${printType(expr.trait)}>::${segments([expr.segment], '::')}`;
    case 'tuple':
      return expr.elements.length === 1 ? `(${printExpr(expr.elements[0]!, indent)},)` : `(${exprs(expr.elements, indent)})`;
    case 'array':
      return `[${exprs(expr.elements, indent)}]`;
    case 'repeat':
      return `[${printExpr(expr.value, indent)}; ${printExpr(expr.count, indent)}]`;
    case 'struct': {
      const fields = expr.fields.map((field) =>
        field.shorthand ? field.name.name : `${field.name.name}: ${printExpr(field.value, indent)}`,
      );
      if (expr.base !== null) fields.push(`..${printExpr(expr.base, indent)}`);
      return `${segments(expr.path.segments, '::')} {${fields.length === 0 ? '' : ` ${fields.join(', ')} `}}`;
    }
    case 'call':
      return `${callee(expr.callee, indent)}(${exprs(expr.args, indent)})`;
    case 'methodCall': {
      const typeArgs = expr.typeArgs === null ? '' : `::${genericArgs(expr.typeArgs)}`;
      return `${operand(expr.receiver, indent)}.${expr.name.name}${typeArgs}(${exprs(expr.args, indent)})`;
    }
    case 'field':
      return `${operand(expr.base, indent)}.${expr.name.name}`;
    case 'tupleField':
      return `${operand(expr.base, indent)}.${expr.index}`;
    case 'index':
      return `${operand(expr.base, indent)}[${printExpr(expr.index, indent)}]`;
    case 'unary':
      return expr.op + operand(expr.operand, indent);
    case 'deref':
      return `*${operand(expr.operand, indent)}`;
    case 'ref':
      return `&${expr.mutable ? 'mut ' : ''}${operand(expr.operand, indent)}`;
    case 'binary':
      return `${operand(expr.left, indent)} ${expr.op} ${operand(expr.right, indent)}`;
    case 'logical':
      return `${logicalOperand(expr.left, indent)} ${expr.op} ${logicalOperand(expr.right, indent)}`;
    case 'assign':
      return `${operand(expr.target, indent)} = ${printExpr(expr.value, indent)}`;
    case 'compoundAssign':
      return `${operand(expr.target, indent)} ${expr.op}= ${printExpr(expr.value, indent)}`;
    case 'range': {
      const start = expr.start === null ? '' : operand(expr.start, indent);
      const end = expr.end === null ? '' : operand(expr.end, indent);
      return `${start}${expr.inclusive ? '..=' : '..'}${end}${expr.step === null ? '' : ` : ${operand(expr.step, indent)}`}`;
    }
    case 'try':
      return expr.prefix ? `try ${operand(expr.operand, indent)}` : `${operand(expr.operand, indent)}?`;
    case 'block':
      return printBlock(expr, indent);
    case 'unsafe':
      return `unsafe ${printBlock(expr.body, indent)}`;
    case 'if': {
      const otherwise = expr.otherwise === null ? '' : ` else ${printExpr(expr.otherwise, indent)}`;
      return `if ${printExpr(expr.cond, indent)} ${printBlock(expr.then, indent)}${otherwise}`;
    }
    case 'letCond':
      return `let ${printPattern(expr.pattern, indent)} = ${operand(expr.value, indent)}`;
    case 'match':
      return `match ${printExpr(expr.scrutinee, indent)} ${braces(
        expr.arms.map((arm) => printArm(arm, `${indent}  `)),
        indent,
      )}`;
    case 'while':
      return `${label(expr.label)}while ${printExpr(expr.cond, indent)} ${printBlock(expr.body, indent)}`;
    case 'for': {
      const head = `for ${printPattern(expr.pattern, indent)} in ${printExpr(expr.iterable, indent)}`;
      return `${label(expr.label)}${head} ${printBlock(expr.body, indent)}`;
    }
    case 'loop':
      return `${label(expr.label)}loop ${printBlock(expr.body, indent)}`;
    case 'break':
      return `break${expr.label === null ? '' : ` ${expr.label.name}`}${expr.value === null ? '' : ` ${printExpr(expr.value, indent)}`}`;
    case 'continue':
      return `continue${expr.label === null ? '' : ` ${expr.label.name}`}`;
    case 'return':
      return `return${expr.value === null ? '' : ` ${printExpr(expr.value, indent)}`}`;
    case 'closure': {
      const params = expr.params.map(
        (param) => printPattern(param.pattern, indent) + (param.type === null ? '' : `: ${printType(param.type)}`),
      );
      const ret = expr.ret === null ? '' : ` -> ${printType(expr.ret)}`;
      return `${expr.move ? 'move ' : ''}|${params.join(', ')}|${ret} ${printExpr(expr.body, indent)}`;
    }
    case 'tryBlock': {
      const catches = expr.catches.map((arm) => {
        const types = arm.types.map(printType).join(' | ');
        return ` catch ${arm.name.name}: ${types} => ${printExpr(arm.body, indent)}`;
      });
      return `try ${printBlock(expr.body, indent)}${catches.join('')}`;
    }
    case 'using':
      return `using (${expr.bindings.map((binding) => printLet(binding, indent)).join(', ')}) ${printBlock(expr.body, indent)}`;
    case 'new':
      return `new ${segments(expr.type.segments, '')}(${exprs(expr.args, indent)})`;
    case 'macro':
      return `${expr.name.name}!(${exprs(expr.args, indent)})`;
    case 'spawn':
      return `spawn ${expr.independent ? 'independent ' : ''}${expr.move ? 'move ' : ''}${printExpr(expr.body, indent)}`;
    case 'await':
      return `await ${operand(expr.operand, indent)}`;
    case 'paren':
      return `(${printExpr(expr.inner, indent)})`;
    case 'error':
      return '/* error */';
    default:
      return unreachable(expr);
  }
}

function exprs(list: readonly Expr[], indent: string): string {
  return list.map((expr) => printExpr(expr, indent)).join(', ');
}

function label(name: { readonly name: string } | null): string {
  return name === null ? '' : `${name.name}: `;
}

function printArm(arm: MatchArm, indent: string): string {
  const guard = arm.guard === null ? '' : ` if ${printExpr(arm.guard, indent)}`;
  return `${indent}${printPattern(arm.pattern, indent)}${guard} => ${printExpr(arm.body, indent)},\n`;
}

/** Whether an expression needs no brackets as an operand of anything. */
function isUnit(expr: Expr): boolean {
  switch (expr.kind) {
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
    case 'rune':
    case 'byte':
    case 'bool':
    case 'unitLiteral':
    case 'interpolated':
    case 'path':
    case 'qualifiedPath':
    case 'tuple':
    case 'array':
    case 'repeat':
    case 'struct':
    case 'call':
    case 'methodCall':
    case 'field':
    case 'tupleField':
    case 'index':
    case 'new':
    case 'macro':
    case 'paren':
    case 'error':
      return true;
    case 'try':
      return !expr.prefix;
    default:
      return false;
  }
}

function operand(expr: Expr, indent: string): string {
  return isUnit(expr) ? printExpr(expr, indent) : `(${printExpr(expr, indent)})`;
}

/** `let P = e` stands in a chain of `&&` as it is: brackets would take it out of the condition. */
function logicalOperand(expr: Expr, indent: string): string {
  if (expr.kind === 'letCond') return printExpr(expr, indent);
  if (expr.kind === 'logical' && expr.op === '&&' && holdsLet(expr)) return printExpr(expr, indent);
  return operand(expr, indent);
}

function holdsLet(expr: Expr): boolean {
  return expr.kind === 'letCond' || (expr.kind === 'logical' && (holdsLet(expr.left) || holdsLet(expr.right)));
}

/** `(x.f)(y)` calls what the field holds; without brackets it would call a method. */
function callee(expr: Expr, indent: string): string {
  return expr.kind === 'field' ? `(${printExpr(expr, indent)})` : operand(expr, indent);
}

// ---------------------------------------------------------------- literals

function printFloat(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function interpolation(part: { readonly expr: Expr; readonly format: Parameters<typeof printFormatSpec>[0] }, indent: string): string {
  const spec = printFormatSpec(part.format);
  // One line, as a plain string wants it.
  const text = printExpr(part.expr, indent).replace(/\s*\n\s*/g, ' ');
  return `\${${text}${spec === '' ? '' : `:${spec}`}}`;
}

function quote(text: string): string {
  return `"${escape(text, '"')}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\0': '\\0', '\\': '\\\\', $: '\\$' };

function escape(text: string, delimiter: string): string {
  return text.replace(/[\\\n\t\r\0"'$\u{1}-\u{1f}\u{7f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}]/gu, (char) => {
    if (char === '"' || char === "'") return char === delimiter ? `\\${char}` : char;
    return ESCAPES[char] ?? `\\u{${char.codePointAt(0)!.toString(16)}}`;
  });
}

function escapeByte(byte: number, delimiter: string): string {
  const char = String.fromCharCode(byte);
  if (char === delimiter || char === '\\') return `\\${char}`;
  return byte >= 32 && byte < 127 ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
}
