export { MAX_SOURCE_BYTES, NodeHost } from './node-host.ts';
export { interpretProgram, runInterpreterCaptured } from './interpret-program.ts';
export type { CapturedRun } from './interpret-program.ts';
export { findCommit, NodePackageFetcher } from './package-fetcher.ts';
export { NodePackageHost } from './package-host.ts';
export { packPackage } from './pack-package.ts';
export type { PackedPackage } from './pack-package.ts';
