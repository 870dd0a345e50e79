export type {
  BinTarget, BuildSettings, CacheSettings, GenerateStep, LibTarget, NativeSettings, Package, PackageSource, ProfileName, ProfileSettings, TargetSettings, Workspace,
} from './workspace.ts';
export type { PackagePlan, ProgramPlan } from './program-plan.ts';
export { isModuleFile, planFile, planMembers, planProgram, TESTS } from './plan-program.ts';
export { compareVersions, lineOf, parseRequirement, parseVersion } from './version.ts';
export type { Version } from './version.ts';
export type { FetchResult, PackageFetcher, PackageHost, TreeDigest, UnpackResult } from './host.ts';
export { loadWorkspace } from './load-workspace.ts';
export type { LoadedWorkspace, WorkspaceOptions } from './load-workspace.ts';
export { findPackageDir, findWorkspace, LOCK, MANIFEST, ManifestStore } from './find-workspace.ts';
export { EDITIONS, readManifest } from './read-manifest.ts';
export type { Dependency, Manifest } from './manifest.ts';
export { importNameOf, isPackageName, packageNameNear } from './names.ts';
export { removeEntry, setEntry } from './edit-manifest.ts';
export { archivePath, indexLineOf, indexPath, newestOf, parseIndex } from './index-entry.ts';
export type { IndexEntry } from './index-entry.ts';
export { DownloadCache, VENDOR_DIR, VENDOR_LIST } from './download-cache.ts';
export type { VendorList } from './download-cache.ts';
export { selectVersions } from './select-versions.ts';
export type { Candidate, Need, Root, Selection } from './select-versions.ts';
export { parseToml } from './toml.ts';
