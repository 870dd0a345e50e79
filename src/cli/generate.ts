/**
 * `[[generate]]`: commands of the workspace's own packages that make source files, run when what they read has changed.
 * Consumes: packages. Produces: files; a record of digests in `.jc/generate/`. A package from elsewhere runs nothing: what it generates comes with it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../build/index.ts';
import { NodeHost } from '../host/index.ts';
import type { GenerateStep, LoadedWorkspace, Package } from '../packages/index.ts';
import type { Context } from './context.ts';
import { complain, EXIT } from './context.ts';

export function runGenerators(context: Context, workspace: LoadedWorkspace, chosen: readonly Package[]): number {
  const wanted = new Set<string>();
  const visit = (one: Package): void => {
    if (wanted.has(one.key)) return;
    wanted.add(one.key);
    for (const key of [...one.dependencies.values(), ...one.devDependencies.values()]) visit(workspace.packageByKey.get(key)!);
  };
  chosen.forEach(visit);
  for (const one of workspace.packages) {
    if (!wanted.has(one.key) || one.source.kind !== 'workspace') continue;
    for (const [index, step] of one.generate.entries()) {
      let exitCode: number;
      try {
        exitCode = runStep(context, workspace, one, step, index);
      } catch (error) {
        const failure = error as NodeJS.ErrnoException;
        if (failure.code === undefined) throw error;
        exitCode = complain(context, { code: 'CJ0645', args: { package: one.name, command: step.cmd.join(' '), reason: failure.message, output: '' } }, EXIT.system);
      }
      if (exitCode !== EXIT.ok) return exitCode;
    }
  }
  return EXIT.ok;
}

function runStep(context: Context, workspace: LoadedWorkspace, one: Package, step: GenerateStep, index: number): number {
  const dir = resolve(one.rootDir);
  const record = join(workspace.rootDir, '.jc', 'generate', `${one.key}-${index}`);
  const failed = (reason: string, output: string): number =>
    complain(context, { code: 'CJ0645', args: { package: one.name, command: step.cmd.join(' '), reason, output }, help: output === '' ? [] : ['output'] }, EXIT.errors);
  const missing = step.inputs.find((path) => !existsSync(join(dir, path)));
  if (missing !== undefined) return failed(`\`${missing}\` is not there`, '');
  const wanted = digestOf(dir, step, workspace.build.env);
  if (existsSync(record) && readFileSync(record, 'utf8') === `${wanted} ${outputsOf(dir, step)}`) return EXIT.ok;
  for (const path of step.outputs) mkdirSync(dirname(join(dir, path)), { recursive: true });
  const result = spawnSync(step.cmd[0]!, step.cmd.slice(1), { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
  if (result.error !== undefined) return failed(result.error.message, '');
  if (result.status !== 0) return failed(`exit code ${result.status ?? result.signal ?? ''}`, `${result.stderr}${result.stdout}`.trim());
  const notMade = step.outputs.find((path) => !existsSync(join(dir, path)));
  if (notMade !== undefined) return failed(`it did not make \`${notMade}\``, `${result.stderr}${result.stdout}`.trim());
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, `${wanted} ${outputsOf(dir, step)}`);
  return EXIT.ok;
}

function digestOf(dir: string, step: GenerateStep, env: readonly string[]): string {
  const parts: string[] = [...step.cmd, ...env.map((name) => `${name}=${process.env[name] ?? ''}`)];
  for (const path of step.inputs) parts.push(path, contentOf(join(dir, path)));
  return sha256('jc-generate/1', ...parts);
}

function outputsOf(dir: string, step: GenerateStep): string {
  return sha256(...step.outputs.map((path) => (existsSync(join(dir, path)) ? contentOf(join(dir, path)) : '')));
}

/** Of a folder: of everything in it. */
function contentOf(path: string): string {
  if (!statSync(path).isDirectory()) return sha256(readFileSync(path));
  return sha256(...new NodeHost().list(path).flatMap((name) => [name, contentOf(join(path, name))]));
}
