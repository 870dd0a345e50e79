export { checkMoves } from './moves.ts';
export { BorrowChecker, CHECK_ALL, describeSummary } from './borrows/index.ts';
export type { BorrowOptions, Summary, SummaryNode } from './borrows/index.ts';
