export { collectProgram, collectUpon, layGround } from './collect.ts';
export type { CollectOptions, GroundWork } from './collect.ts';
export type { Ground } from './session.ts';
export { intRange, typeOfIntSuffix } from './const-eval.ts';
export { borrowIn } from './check-declarations.ts';
