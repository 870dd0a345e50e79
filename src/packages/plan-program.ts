/**
 * Makes a ProgramPlan: which packages a program is made of, for a program, a library, the tests of a package, or a file beside its modules.
 * Consumes: a Workspace. Produces: plans. Holds: nothing.
 */
import { isWithin, joinPath } from '../base/index.ts';
import type { Host } from '../source/index.ts';
import type { PackagePlan, ProgramPlan } from './program-plan.ts';
import { importNameOf } from './names.ts';
import type { BinTarget, Package, Workspace } from './workspace.ts';

/** The tests of a package are a package of this name beside it. */
export const TESTS = 'tests';

/** A package with all that it needs, and the `main` of one of its programs. */
export function planProgram(workspace: Workspace, one: Package, bin: BinTarget | null): ProgramPlan {
  return { packages: closureOf(workspace, [one]).map((each) => planOf(each, each === one)), entry: bin === null ? null : bin.main };
}

/**
 * All members that are asked for, in one program without `main`: for `jc check`. With `withTests` also the files of their `tests/` folders, which are
 * then modules of one more package for each.
 */
export function planMembers(workspace: Workspace, members: readonly Package[], host: Host, withTests: boolean): ProgramPlan {
  const tests = withTests ? members.filter((member) => host.kind(joinPath(member.rootDir, TESTS)) === 'directory') : [];
  const needed = closureOf(workspace, [...members, ...tests.flatMap((member) => [...member.devDependencies.values()].map((key) => workspace.packageByKey.get(key)!))]);
  const packages = needed.map((each) => planOf(each, members.includes(each)));
  for (const member of tests) packages.push(besides(member, tests.length === 1 ? TESTS : `${TESTS}@${member.key}`, joinPath(member.rootDir, TESTS), null));
  return { packages, entry: null };
}

/** A file that belongs to a package and is none of its modules: an example, a script. It sees what tests see. */
export function planFile(workspace: Workspace, owner: Package, file: string, name: string): ProgramPlan {
  const needed = closureOf(workspace, [owner, ...[...owner.devDependencies.values()].map((key) => workspace.packageByKey.get(key)!)]);
  const taken = new Set(needed.map((each) => each.key));
  const key = taken.has(name) ? `${name}@file` : name;
  return { packages: [...needed.map((each) => planOf(each, each === owner)), besides(owner, key, null, file)], entry: file };
}

/** Whether a file is a module of a package: below its source folder, and in no folder that holds none. */
export function isModuleFile(one: Package, absoluteFile: string, absolute: (path: string) => string): boolean {
  const dir = absolute(one.sourceDir);
  if (!isWithin(dir, absoluteFile)) return false;
  const folders = absoluteFile.slice(dir.length + 1).split('/').slice(0, -1);
  return one.sourceDir !== one.rootDir || !['tests', 'examples', 'bench'].includes(folders[0] ?? '');
}

function closureOf(workspace: Workspace, roots: readonly Package[]): readonly Package[] {
  const wanted = new Set<Package>();
  const visit = (one: Package): void => {
    if (wanted.has(one)) return;
    wanted.add(one);
    for (const key of one.dependencies.values()) visit(workspace.packageByKey.get(key)!);
  };
  roots.forEach(visit);
  return workspace.packages.filter((one) => wanted.has(one));
}

function planOf(one: Package, withPrograms: boolean): PackagePlan {
  const rootFile = one.lib?.root ?? one.bins.find((bin) => bin.main === joinPath(one.sourceDir, 'main.cj'))?.main ?? null;
  // Of a package that is only used, the programs are nobody's business.
  const except = withPrograms ? [] : one.bins.map((bin) => bin.main).filter((main) => main !== rootFile);
  return {
    key: one.key, sourceDir: one.sourceDir, rootFile, except: new Set(except),
    dependencies: new Map([...one.dependencies, [importNameOf(one.name), one.key]]), withheld: one.withheld,
    features: new Set(one.features), declaredFeatures: one.declaredFeatures,
    rootDir: one.rootDir, shownDir: one.shownDir, isMember: one.source.kind === 'workspace' || one.source.kind === 'path',
  };
}

function besides(owner: Package, key: string, sourceDir: string | null, rootFile: string | null): PackagePlan {
  const own: readonly [string, string][] = [[importNameOf(owner.name), owner.key]];
  return {
    key, sourceDir, rootFile, except: new Set(),
    dependencies: new Map([...owner.dependencies, ...owner.devDependencies, ...own, [sourceDir === null ? key : TESTS, key]]),
    withheld: new Map([...owner.withheld].filter(([, why]) => why === 'optional')),
    features: new Set(owner.features), declaredFeatures: owner.declaredFeatures,
    rootDir: owner.rootDir, shownDir: owner.shownDir, isMember: true,
  };
}
