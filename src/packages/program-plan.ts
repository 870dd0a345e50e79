/**
 * How one program is put together: which folders hold the modules of which packages, and where `main` stands.
 * Made from a Workspace and what the command selects by `plan-program.ts`; followed by `names/load-modules.ts`. Plain data.
 */

/** The modules of a package, or of the files beside it that are programs of their own. */
export interface PackagePlan {
  /** First segment of the module paths. */
  readonly key: string;
  /** Every `.cj` file at and below it is a module; null for a file alone. */
  readonly sourceDir: string | null;
  /** The file of the module `key`; null where there is none: an empty module stands for it. */
  readonly rootFile: string | null;
  /** Files and folders below `sourceDir` that hold no modules of it. */
  readonly except: ReadonlySet<string>;
  /** First segments of imports that lead to packages: import name to `key`. With the package's own name. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** Import names that would lead somewhere if they stood elsewhere, and why they do not: for the message. */
  readonly withheld: ReadonlyMap<string, 'dev' | 'optional'>;
  readonly features: ReadonlySet<string>;
  /** All that `[features]` names. */
  readonly declaredFeatures: ReadonlySet<string>;
  /** `rootDir` as files are opened, and as they are shown. */
  readonly rootDir: string;
  readonly shownDir: string;
  /** Whether its warnings are the user's business. */
  readonly isMember: boolean;
}

export interface ProgramPlan {
  /** Dependencies first. */
  readonly packages: readonly PackagePlan[];
  /** The file with `main`, of one of the packages; null where only tests or a library are wanted. */
  readonly entry: string | null;
}
