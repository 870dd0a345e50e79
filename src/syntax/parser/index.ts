/**
 * The entrances of the parser: puts the parts of the grammar together.
 */
import type { BlockExpr, Expr, Module } from '../ast.ts';
import { DiagSink } from '../../diag/index.ts';
import type { Place } from '../../diag/index.ts';
import type { SourceFile } from '../../source/index.ts';
import { balance } from '../delimiters.ts';
import type { LateFnItem } from '../late-fn.ts';
import { lex } from '../lexer.ts';
import { T } from '../tokens.ts';
import { continueExpr, parseCond, parseExpr, parseHead, parseOperand } from './exprs.ts';
import { parseAttributes, parseFnRest } from './items.ts';
import { parseBlockItem, parseModifiers, parseModuleItems, startsItem } from './modules.ts';
import type { Grammar } from './parser.ts';
import { Parser } from './parser.ts';
import { parsePattern, parseSinglePattern } from './patterns.ts';
import { parseBinding, parseBlock, parseStatementExpr, parseStatements } from './statements.ts';
import { parseGenerics, parseType } from './types.ts';

const GRAMMAR: Grammar = {
  expr: parseExpr,
  cond: parseCond,
  head: parseHead,
  operand: parseOperand,
  rest: continueExpr,
  statementExpr: parseStatementExpr,
  type: parseType,
  generics: parseGenerics,
  pattern: parsePattern,
  singlePattern: parseSinglePattern,
  block: parseBlock,
  statements: parseStatements,
  attributes: parseAttributes,
  modifiers: parseModifiers,
  item: parseBlockItem,
  startsItem: (p) => startsItem(p),
  fnRest: (p, head, name) => parseFnRest(p, head, 'impl', name, false),
  binding: parseBinding,
};

function parserFor(file: SourceFile, sink: DiagSink): Parser {
  const tokens = balance(lex(file, sink), file, sink);
  return new Parser(file, tokens, sink, GRAMMAR);
}

/**
 * Hands what `parse` reports on to `sink` in the order of the text: a foreign spelling is reported only when all that its fix
 * covers has been read.
 */
function inOrder<R>(sink: DiagSink, place: Place, parse: (local: DiagSink) => R): R {
  const local = new DiagSink();
  const result = parse(local);
  for (const diagnostic of local.all) sink.reportByOffset(place, diagnostic);
  return result;
}

/**
 * The tree of a file. Mistakes are reported to `sink`; the tree is complete in any case. With a list `late` the bodies of functions, which join it, are
 * parsed when they are first read, and mistakes in them are reported then, at their place among those of the file.
 */
export function parseModule(file: SourceFile, sink: DiagSink, late: LateFnItem[] | null = null): Module {
  const place = sink.openPlaces();
  return inOrder(sink, place, (local) => {
    if (late === null) return parseModuleItems(parserFor(file, local));
    const tokens = balance(lex(file, local), file, local);
    const lateBlock = (pos: number): BlockExpr =>
      inOrder(sink, place, (later) => {
        const p = new Parser(file, tokens, later, GRAMMAR);
        p.rewind(pos);
        const block = parseBlock(p);
        p.joinShl();
        return block;
      });
    return parseModuleItems(new Parser(file, tokens, local, GRAMMAR, { parse: lateBlock, fns: late }));
  });
}

/** The tree of a file that holds one expression. */
export function parseExpression(file: SourceFile, sink: DiagSink): Expr {
  return inOrder(sink, sink.openPlaces(), (local) => {
    const p = parserFor(file, local);
    const expr = parseExpr(p);
    for (const span of p.underscores) p.note('CJ0146', span);
    if (p.kind !== T.Eof) p.missing('EOF');
    return expr;
  });
}
