export { assumptionsOf, elaborateDrops } from './elaborate-drops.ts';
export { InitFlow } from './init-flow.ts';
export type { InitEvents, InitState } from './init-flow.ts';
export { MovePaths } from './move-paths.ts';
export type { Barrier, Lookup, MovePath } from './move-paths.ts';
