/**
 * `jc build`: packages in the dev profile are built of units, everything else as a whole. Returns the exit code.
 * Here too: `jc why`, and what `--stats`, `--verbose`, `--events` and `--profile` print.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildUnits, cacheDir, ChangedFile, EventBus, flatEvent, sha256, TraceSink } from '../build/index.ts';
import type { BuildEvent, EventSink, UnitBuildOutcome, UnitBuildStats, UnitWarnings } from '../build/index.ts';
import { DiagSink } from '../diag/index.ts';
import { NodeHost } from '../host/index.ts';
import { SourceMap } from '../source/index.ts';
import { codegenSettings } from './codegen-settings.ts';
import { buildExecutable, checkInput, COMPILER_HELP, placeExecutable } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import { compileOptions, dumpFrontEnd } from './commands.ts';
import type { BuildFlags } from './commands.ts';
import type { Context } from './context.ts';
import { complain, EXIT, RUNTIME_DIR, renderAll, STD_DIR } from './context.ts';
import { defaultStatePath, lastBuildPath } from './build-paths.ts';
import { selectPrograms } from './select-program.ts';
import type { ProgramInput } from './select-program.ts';

export interface PackageBuildFlags extends BuildFlags {
  readonly verbose?: boolean;
  readonly events?: string;
  readonly profile?: string | boolean;
  readonly jobs?: string;
}

const HERE = fileURLToPath(import.meta.url);

export async function buildCommand(context: Context, path: string, flags: PackageBuildFlags): Promise<number> {
  const selected = await selectPrograms(context, path, flags, 'all');
  if (!selected.ok) return selected.exitCode;
  if (flags.output !== undefined && selected.inputs.length > 1) {
    const known = selected.inputs.map((input) => `\`${input.name}\``).join(', ');
    return complain(context, { code: 'CJ0641', args: { name: selected.inputs[0]!.workspace?.current?.name ?? path, known }, help: ['output'] }, EXIT.usage);
  }
  for (const input of selected.inputs) {
    const exitCode = await buildOne(context, input, flags, selected.inputs.length === 1);
    if (exitCode !== EXIT.ok) return exitCode;
  }
  return EXIT.ok;
}

async function buildOne(context: Context, input: ProgramInput, flags: PackageBuildFlags, only: boolean): Promise<number> {
  const dumped = dumpFrontEnd(context, input, flags.dump);
  if (dumped !== null) return dumped;
  // A library alone has nothing to link.
  if (input.plan !== null && input.plan.entry === null) return checkInput(context, input, flags.verify === true, flags.stats === true);
  const options = compileOptions(input, flags);
  if (input.outDir !== null && options.profile === 'dev' && flags.dump === undefined && !options.verify) {
    const code = await buildOfUnits(context, options, flags, only);
    if (code !== null) return code;
  }
  return buildWhole(context, options, flags);
}

function targetOf({ input, profile }: CompileOptions, flags: BuildFlags): string {
  return resolve(flags.output ?? (input.outDir === null ? basename(input.name) : join(input.outDir, profile, input.name)));
}

function buildWhole(context: Context, options: CompileOptions, flags: BuildFlags): number {
  const built = buildExecutable(context, options);
  if (!built.ok) return built.exitCode;
  if (flags.dump !== undefined) return EXIT.ok;
  const target = targetOf(options, flags);
  try {
    placeExecutable(built.executable, target);
  } catch (error) {
    return complain(context, { code: 'CJ0022', args: { path: target, reason: (error as Error).message } }, EXIT.system);
  }
  return EXIT.ok;
}

/** Null where the program has to be built as a whole. */
async function buildOfUnits(context: Context, options: CompileOptions, flags: PackageBuildFlags, only: boolean): Promise<number | null> {
  const { input } = options;
  const { request: settings, named, debuggable } = codegenSettings(options);
  // Libraries, levels and processors are the whole program's.
  if (named.libs.length > 0 || (named.opt !== null && named.opt !== 0) || named.cpu !== null || !debuggable) return null;
  const debug = settings.debug === true;
  const { workspace } = input;
  const root = resolve(workspace?.rootDir ?? input.path);
  const output = flags.output === undefined ? null : resolve(flags.output);
  const kept: BuildEvent[] = [];
  const trace = flags.profile === undefined ? null : new TraceSink();
  const sinks: EventSink[] = [];
  if (flags.verbose === true) sinks.push({ event: (event) => process.stderr.write(`${flatEvent(event)}\n`) });
  if (flags.events !== undefined) {
    const file = flags.events;
    writeFileSync(file, '');
    sinks.push({ event: (event) => appendFileSync(file, `${JSON.stringify(event)}\n`) });
  }
  if (trace !== null) sinks.push(trace);
  sinks.push({ event: (event) => { if (event.kind === 'cache.miss' || event.kind === 'build.finish') kept.push(event); } });
  const manifests = workspace === null ? [] : [...workspace.packages.map((one) => join(one.rootDir, 'cj.toml')), join(workspace.rootDir, 'cj.toml'), join(workspace.rootDir, 'cj.lock')];
  const plain = flags.features === undefined && flags.allFeatures !== true && flags.defaultFeatures !== false && flags.bin === undefined && flags.package === undefined && flags.workspace !== true;
  const name = only && plain ? null : sha256(input.name, JSON.stringify([flags.features, flags.allFeatures, flags.defaultFeatures])).slice(0, 12);
  const statePath = defaultStatePath(root, debug, output, name);
  let outcome: UnitBuildOutcome;
  for (let round = 0; ; round++) {
    const events = new EventBus(sinks);
    try {
      outcome = await buildUnits({
        host: new NodeHost(), root, path: input.path, plan: input.plan, manifests: [...new Set(manifests.map((path) => resolve(path)))], stdDir: STD_DIR, runtimeDir: RUNTIME_DIR,
        toolFiles: [HERE, join(HERE, '../unit-thread.mjs')], threadEntry: join(HERE, '../unit-thread.mjs'), debug,
        threads: flags.jobs === undefined ? (workspace?.build.jobs ?? availableParallelism()) : Math.max(1, Number(flags.jobs)), storeRoot: join(cacheDir(), 'v1'), statePath,
        outPath: targetOf(options, flags), events, detail: flags.verbose === true || flags.events !== undefined,
        quick: name === null && named.env.length === 0 && (workspace === null || workspace.packages.every((one) => one.generate.length === 0)),
      });
      break;
    } catch (error) {
      if (error instanceof ChangedFile && round < 5) continue;
      const failure = error as NodeJS.ErrnoException;
      if (failure.code === undefined) throw error;
      return complain(context, { code: 'CJ0022', args: { path: failure.path ?? input.path, reason: failure.message } }, EXIT.system);
    }
  }
  if (trace !== null && outcome.kind === 'built') writeFileSync(typeof flags.profile === 'string' ? flags.profile : join(root, '.jc', 'profile.json'), trace.text());
  switch (outcome.kind) {
    case 'whole':
      return null;
    case 'failed':
      return complain(context, { code: outcome.code, args: outcome.args, help: COMPILER_HELP[outcome.code] }, EXIT.system);
    case 'built': {
      if (outcome.stats.executed + outcome.stats.found > 0) writeFileSync(lastBuildPath(root), kept.map((event) => JSON.stringify(event)).join('\n'));
      sayWarnings(context, outcome.warnings);
      if (flags.stats === true) process.stderr.write(statsText(outcome.stats));
      return EXIT.ok;
    }
  }
}

function sayWarnings(context: Context, warnings: readonly UnitWarnings[]): void {
  if (warnings.length === 0) return;
  const sources = new SourceMap();
  const sink = new DiagSink();
  for (const { shownName, text, diagnostics } of warnings) {
    const { id } = sources.add(shownName, text);
    for (const diag of diagnostics) sink.report({ ...diag, span: { ...diag.span, file: id }, related: diag.related.map((r) => ({ ...r, span: { ...r.span, file: id } })), fixes: diag.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, span: { ...edit.span, file: id } })) })) });
  }
  process.stderr.write(renderAll(context, sink, sources));
}

function statsText(stats: UnitBuildStats): string {
  const hits = stats.modules - stats.executed;
  const asked = stats.executed + stats.found;
  const percent = (part: number, whole: number): string => (whole === 0 ? '100.0 %' : `${((100 * part) / whole).toFixed(1)} %`);
  const reasons = [...stats.reasons].map(([reason, count]) => `${reason} ${count}`).join(', ');
  return [
    `modules    ${stats.modules} requested, ${stats.executed} compiled, ${stats.kept} unchanged, ${stats.found} from the store`,
    `hit rate   ${percent(hits, stats.modules)} of all, ${percent(stats.found, asked)} of those asked for`,
    ...(reasons === '' ? [] : [`reasons    ${reasons}`]),
    `saved      ${(stats.savedUs / 1e6).toFixed(2)} s of compiling`,
    `linked     ${stats.linked ? 'yes' : 'no'}`,
    `artifact   ${stats.artifact}`,
    '',
  ].join('\n');
}

/** `jc why MODULE`: why the last build that did something compiled a module, or that it did not. */
export function whyCommand(context: Context, module: string, path: string): number {
  let lines: readonly string[];
  try {
    lines = readFileSync(lastBuildPath(resolve(path)), 'utf8').split('\n').filter((line) => line !== '');
  } catch {
    return complain(context, { code: 'CJ0660', args: { path } }, EXIT.errors);
  }
  const zh = context.language === 'zh';
  const events = lines.map((line) => JSON.parse(line) as BuildEvent).filter((event) => event.kind === 'cache.miss' && (event.module === module || event.module?.endsWith(`::${module}`) === true));
  if (events.length === 0) process.stdout.write(zh ? `${module}:上次构建没有编译它\n` : `${module}: the last build did not compile it\n`);
  for (const event of events) process.stdout.write(zh ? `${event.module}:已编译,原因 ${event['reason']}\n` : `${event.module}: compiled, because ${event['reason']}\n`);
  return EXIT.ok;
}
