export { BodyStore, checkBodies, lowerProgram, openFrontEnd, runFrontEnd } from './pipeline.ts';
export type { FrontEnd, PipelineOptions } from './pipeline.ts';
export { Stopwatch } from './stats.ts';
export { UnitCompiler } from './unit-compiler.ts';
export type { ModuleSource, ModuleView, PackageSide, StdUnit, UnitRequest, UnitResult } from './unit-compiler.ts';
