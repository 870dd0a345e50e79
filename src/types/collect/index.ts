export { collectProgram } from './collect.ts';
export type { CollectOptions } from './collect.ts';
export { intRange, typeOfIntSuffix } from './const-eval.ts';
