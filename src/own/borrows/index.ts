export { BorrowChecker } from './checker.ts';
export { CHECK_ALL } from './options.ts';
export type { BorrowOptions } from './options.ts';
export type { Summary, SummaryNode } from './summary.ts';
