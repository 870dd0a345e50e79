export { interpret, EXIT_FAULT, EXIT_TIMEOUT } from './interpret.ts';
export type { InterpretOptions, InterpretResult } from './interpret.ts';
export { MemoryHost } from './host.ts';
export type { FileFacts, InterpHost } from './host.ts';
export { evalConst, evalConsts, foldConstants } from './const-eval.ts';
export type { ConstResult, Evaluator } from './const-eval.ts';
export { BorrowSession } from './borrow-session.ts';
export type { CallOutcome } from './borrow-session.ts';
