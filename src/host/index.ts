export { MAX_SOURCE_BYTES, NodeHost } from './node-host.ts';
export { interpretProgram, runInterpreterCaptured } from './interpret-program.ts';
export type { CapturedRun } from './interpret-program.ts';
