/**
 * What the rest of the tool reads about packages: a workspace with everything that its programs are made of.
 * Produced by `load-workspace.ts` from manifests, lock file, index and downloads; plain data, no state.
 */
import type { Version } from './version.ts';

/** Where a package comes from. */
export type PackageSource =
  /** A member of the workspace, or the one package that is being built. */
  | { readonly kind: 'workspace' }
  /** A folder outside the workspace. */
  | { readonly kind: 'path' }
  | { readonly kind: 'git'; readonly url: string; readonly commit: string }
  /** `registry` is the base address of the index; null for the default one. */
  | { readonly kind: 'index'; readonly registry: string | null };

/** A package of a resolved workspace: one version, with the features that all who need it ask for together. */
export interface Package {
  /** Unique in the workspace and the same on every machine: `json 1.4.0`. */
  readonly id: string;
  /** As in its `cj.toml`: may hold `-`. */
  readonly name: string;
  readonly version: Version;
  /** First segment of the paths of its modules, unique in the workspace: the name with `_` for `-`; `json@1` where two major versions meet. */
  readonly key: string;
  /** The folder with its `cj.toml`; relative to where the command was given for members and path packages, absolute for downloads. */
  readonly rootDir: string;
  /** How its files are named to people and in executables: `rootDir` for members and path packages, `json-1.4.0` for downloads. */
  readonly shownDir: string;
  readonly source: PackageSource;
  /** `sha256:…` over the normalised tree; null for members and path packages. */
  readonly checksum: string | null;
  readonly edition: string;
  /** Sorted. */
  readonly features: readonly string[];
  /** What its modules may import: import name (the dependency's, with `_` for `-`) to the key of a package. Sorted by name; without itself. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** Further ones for its `tests/`, `examples/` and `bench/`; empty for packages that are not members. */
  readonly devDependencies: ReadonlyMap<string, string>;
  /** Import names of dependencies that its modules may not use: only for tests, or of a feature that is off. */
  readonly withheld: ReadonlyMap<string, 'dev' | 'optional'>;
  /** All that `[features]` declares. */
  readonly declaredFeatures: ReadonlySet<string>;
  /** The folder below which every `.cj` file is a module. */
  readonly sourceDir: string;
  readonly lib: LibTarget | null;
  /** Sorted by name. */
  readonly bins: readonly BinTarget[];
  readonly native: NativeSettings;
  readonly generate: readonly GenerateStep[];
}

export interface LibTarget {
  /** Path of the file of the root module, below `rootDir`. */
  readonly root: string;
}

export interface BinTarget {
  readonly name: string;
  /** Path of the file whose `main` is run, with `rootDir`. It is a module of the package like any other. */
  readonly main: string;
}

export interface NativeSettings {
  /** Names for the linker's `-l`. */
  readonly libs: readonly string[];
}

/** A command that makes source files; run for members only, when what it reads has changed. */
export interface GenerateStep {
  readonly cmd: readonly string[];
  /** Files that it reads and makes, relative to `rootDir`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export type ProfileName = 'dev' | 'release';

/** `[profile.dev]` and `[profile.release]`; null where the profile's own default stands. */
export interface ProfileSettings {
  readonly opt: 0 | 1 | 2 | 3 | 's' | null;
  readonly debug: boolean | null;
  readonly inline: boolean | null;
}

/** `[target.TRIPLE]`. */
export interface TargetSettings {
  readonly cpu: string | null;
  readonly linker: string | null;
  readonly sysroot: string | null;
}

/** `[build]`. */
export interface BuildSettings {
  /** Names of environment variables that are part of every key. Sorted. */
  readonly env: readonly string[];
  readonly jobs: number | null;
}

/** `[cache]`. */
export interface CacheSettings {
  /** `redis://…`, `rediss://…` or `file://…`, without a password. */
  readonly remote: string | null;
  readonly lane: string | null;
  /** Ed25519 public keys, base64 of 32 bytes each. */
  readonly trustedKeys: readonly string[];
  readonly maxSizeBytes: number | null;
}

export interface Workspace {
  /** The folder of the root manifest: `.jc/` and `cj.lock` stand in it. */
  readonly rootDir: string;
  /** Dependencies before those who need them; otherwise by name and version. */
  readonly packages: readonly Package[];
  readonly packageByKey: ReadonlyMap<string, Package>;
  /** By name. */
  readonly members: readonly Package[];
  /** The package in whose folder the command was given; null at the root of a workspace that is no package itself. */
  readonly current: Package | null;
  readonly profiles: Readonly<Record<ProfileName, ProfileSettings>>;
  readonly targets: ReadonlyMap<string, TargetSettings>;
  readonly build: BuildSettings;
  readonly cache: CacheSettings;
}
