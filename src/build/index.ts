export { cacheDir, lookUpRun, rememberRun, sha256 } from './run-cache.ts';
export type { BuiltRun, RunInputs } from './run-cache.ts';
export { compileC } from './cc.ts';
export type { CompileRequest, CompileResult, CTarget } from './cc.ts';
export { doctor } from './cc-find.ts';
export type { CCompiler, CompilerKind, CProfile, DoctorReport } from './cc-find.ts';
