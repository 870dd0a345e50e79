export type * from './ast.ts';
export type { TokenKind, Tokens, Trivia } from './tokens.ts';
export { isKeyword, KEYWORDS, T, TRIVIA } from './tokens.ts';
export { LateFnItem } from './late-fn.ts';
export { lex } from './lexer.ts';
export { parseExpression, parseModule } from './parser/index.ts';
export { printExpr, printItem, printModule, printPattern, printType } from './print-ast.ts';
