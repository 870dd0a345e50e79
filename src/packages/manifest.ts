/**
 * What a `cj.toml` says, as data with places. Read by `read-manifest.ts`; nothing here has been compared with other files yet.
 */
import type { SourceFile, Span } from '../source/index.ts';
import type { TomlTable } from './toml.ts';
import type { Version } from './version.ts';
import type { BuildSettings, CacheSettings, GenerateStep, NativeSettings, ProfileName, ProfileSettings, TargetSettings } from './workspace.ts';

/** A value with the place where it is written. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
}

export type DependencySource =
  /** `registry` null: the default one. */
  | { readonly kind: 'index'; readonly registry: string | null }
  | { readonly kind: 'path'; readonly path: Placed<string> }
  | { readonly kind: 'git'; readonly url: string; readonly commit: string }
  | { readonly kind: 'workspace' };

/** One entry of `[dependencies]` and its like. */
export interface Dependency {
  /** The key as written. */
  readonly key: string;
  /** With `_` for `-`: what imports say. */
  readonly importName: string;
  /** The package's own name: `package = "…"`, or the key. */
  readonly name: string;
  readonly source: DependencySource;
  /** Null where a path, a revision or the workspace says it. */
  readonly requirement: Version | null;
  readonly features: readonly Placed<string>[];
  readonly defaultFeatures: boolean;
  readonly optional: boolean;
  /** The key. */
  readonly span: Span;
  /** Key and value. */
  readonly wholeSpan: Span;
}

/** What an entry of a feature's list brings. */
export type FeatureItem =
  | { readonly kind: 'feature'; readonly feature: string; readonly span: Span }
  | { readonly kind: 'dependency'; readonly key: string; readonly span: Span }
  /** `dep/feature`: also brings the dependency, where it is optional. */
  | { readonly kind: 'dependencyFeature'; readonly key: string; readonly feature: string; readonly span: Span };

export interface PackageSection {
  readonly name: Placed<string>;
  readonly version: Placed<Version>;
  readonly edition: string;
  /** The least compiler. */
  readonly jc: Placed<Version> | null;
  readonly description: string | null;
  readonly license: string | null;
}

export interface WorkspaceSection {
  readonly members: readonly Placed<string>[];
  readonly exclude: readonly Placed<string>[];
  readonly dependencies: readonly Dependency[];
  readonly span: Span;
}

export interface BinSection {
  readonly name: Placed<string>;
  readonly main: Placed<string>;
}

export interface Manifest {
  /** The folder in which it stands, as shown to people. */
  readonly dir: string;
  readonly file: SourceFile;
  readonly toml: TomlTable;
  readonly package: PackageSection | null;
  readonly libRoot: Placed<string> | null;
  readonly bins: readonly BinSection[];
  readonly dependencies: readonly Dependency[];
  readonly devDependencies: readonly Dependency[];
  /** As declared; `default` is on unless a dependency says `default-features = false`. */
  readonly features: ReadonlyMap<string, readonly FeatureItem[]>;
  readonly workspace: WorkspaceSection | null;
  readonly overrides: readonly Dependency[];
  readonly profiles: Readonly<Record<ProfileName, ProfileSettings>>;
  readonly targets: ReadonlyMap<string, TargetSettings>;
  readonly native: NativeSettings;
  readonly generate: readonly GenerateStep[];
  readonly build: BuildSettings;
  readonly cache: CacheSettings;
}
