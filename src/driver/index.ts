export { BodyStore, checkOwnership, lowerProgram, runFrontEnd } from './pipeline.ts';
export type { FrontEnd, PipelineOptions } from './pipeline.ts';
export { Stopwatch } from './stats.ts';
