export { cacheDir, lookUpRun, rememberRun, sha256 } from './run-cache.ts';
export { compileC, doctor } from './cc.ts';
export type { CProfile } from './cc.ts';
