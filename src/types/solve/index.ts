export { InferTable } from './infer.ts';
export { couldMatch, headKey, ImplIndex } from './impl-index.ts';
export type { InherentMember, TraitMember } from './impl-index.ts';
export { elaborate, EMPTY_ENV, identityArgs, ParamEnv } from './env.ts';
export { askMarker, hasSupertrait } from './markers.ts';
export type { MarkerAnswer, MarkerHost, MarkerReason, MarkerStep } from './markers.ts';
export { modeAllows, Solver } from './solver.ts';
export type { World } from './solver.ts';
export type { Cause, Failure, Obligation, Selection, Source, Verdict } from './obligation.ts';
