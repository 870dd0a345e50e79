export * from './ty.ts';
export type * from './program.ts';
export type { FnRef, FnBody, LocalVar, JumpTarget } from './tree.ts';
export type * as tree from './tree.ts';
export type * from './resolve.ts';
export { showPredicate, showTraitRef, showTy, showTy as printTy } from './show.ts';
export { analyzeCaptures } from './captures/index.ts';
export { collectProgram, intRange } from './collect/index.ts';
export type { CollectOptions } from './collect/index.ts';
