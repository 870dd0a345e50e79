export { checkMoves } from './moves.ts';
export { BorrowChecker, CHECK_ALL } from './borrows/index.ts';
export type { BorrowOptions, Summary, SummaryNode } from './borrows/index.ts';
export { fnPath, functionsNamed, growths, itemsOf, parseLock, printLock, publicItems, summaryWords, widened } from './api/index.ts';
export type { ApiItem, Growth, PublicItem } from './api/index.ts';
