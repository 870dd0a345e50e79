export { loadProgram } from './load-modules.ts';
export type { LoadedModule, LoadedProgram, LoadOptions } from './load-modules.ts';
export { importTargets } from './import-targets.ts';
export type { ImportPlace } from './import-targets.ts';
export { visitBlocksWithItems } from './block-items.ts';
export { editDistance, nearestName } from '../base/index.ts';
export { spellingOfForeignName } from './foreign-names.ts';
