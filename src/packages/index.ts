export type {
  BinTarget, BuildSettings, CacheSettings, GenerateStep, LibTarget, NativeSettings, Package, PackageSource, ProfileName, ProfileSettings, TargetSettings, Workspace,
} from './workspace.ts';
export type { PackagePlan, ProgramPlan } from './program-plan.ts';
export { compareVersions, lineOf, parseRequirement, parseVersion } from './version.ts';
export type { Version } from './version.ts';
