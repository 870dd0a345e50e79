/**
 * The command line: parses arguments, calls one command, ends with its exit code. The composition root of the tool.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { InternalError } from '../base/index.ts';
import { EXIT, makeContext, VERSION } from './context.ts';
import type { CommonOptions } from './context.ts';
import { buildCommand, whyCommand } from './build-command.ts';
import type { PackageBuildFlags } from './build-command.ts';
import { cacheCommand } from './cache-command.ts';
import type { CacheFlags } from './cache-command.ts';
import { checkCommand, runCommand } from './commands.ts';
import type { CheckFlags, RunFlags } from './commands.ts';
import { testCommand } from './test-command.ts';
import type { TestFlags } from './test-command.ts';
import { addCommand, removeCommand, updateCommand } from './edit-commands.ts';
import type { AddFlags, UpdateFlags } from './edit-commands.ts';
import { cleanCommand, initCommand, newCommand, publishCommand, treeCommand, vendorCommand } from './package-commands.ts';
import type { NewFlags, PublishFlags, TreeFlags } from './package-commands.ts';
import type { WorkspaceFlags } from './select-program.ts';
import { apiCheckCommand, apiLockCommand, explainBorrows } from './borrow-commands.ts';
import { doctorCommand, explainCommand } from './side-commands.ts';

/** Headings in the help, in the order in which they come after a command's own options. */
const GROUPS = ['Packages:', 'Messages:'];

function common(command: Command): Command {
  const grouped = (flags: string, text: string): Option => new Option(flags, text).helpGroup('Messages:');
  return command
    .addOption(grouped('--lang <language>', 'language of messages (default: from the locale)').choices(['en', 'zh']))
    .addOption(grouped('--color <when>', 'colour in messages').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(grouped('--error-format <format>', 'messages for people, or one JSON object a line').choices(['human', 'json']).default('human'));
}

/** Own options first, then those that many commands have. */
function sortOptions(command: Command): void {
  const place = (option: Option): number => GROUPS.indexOf(option.helpGroupHeading ?? '');
  (command.options as Option[]).sort((a, b) => place(a) - place(b));
  command.commands.forEach(sortOptions);
}

/** Words separated by commas, and the option given several times. */
function words(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...value.split(',').filter((word) => word !== '')];
}

function ofPackages(flags: string, text: string): Option {
  return new Option(flags, text).helpGroup('Packages:');
}

/** Of every command that looks at a `cj.toml`. */
function resolving(command: Command): Command {
  return common(command)
    .addOption(ofPackages('--locked', 'fail if cj.lock is missing or would change'))
    .addOption(ofPackages('--offline', 'fetch nothing'));
}

/** Features of the package in whose directory the command is given. */
function featuring(command: Command): Command {
  return command
    .addOption(ofPackages('-F, --features <names>', 'switch on features, separated by commas').argParser(words))
    .addOption(ofPackages('--all-features', 'switch on all features'))
    .addOption(ofPackages('--no-default-features', 'without the feature `default`'));
}

function selecting(command: Command): Command {
  return featuring(resolving(command)
    .addOption(ofPackages('-p, --package <name>', 'a member of the workspace').argParser(words))
    .addOption(ofPackages('--workspace', 'all members of the workspace')));
}

function building(command: Command): Command {
  return selecting(command)
    .option('--bin <name>', 'a program of the package', words)
    .option('-r, --release', 'optimise')
    .option('--sanitize', 'with address and undefined-behaviour sanitizers')
    .option('-g, --debug', 'with what a debugger needs: lines, names and values of variables')
    .option('--dump <what>', 'print ast, types, mir, mir:PASS or c to standard output', dumpOf)
    .option('--verify', 'verify MIR after every pass')
    .option('--stats', 'print the time of each phase');
}

function dumpOf(value: string): string {
  if (!/^(ast|types|mir|mir:.+|c)$/.test(value)) throw new InvalidArgumentError('It is ast, types, mir, mir:PASS or c.');
  return value;
}

/** Commands that look after packages. */
function addPackageCommands(program: Command, done: (exitCode: number) => void): void {
  common(program.command('new'))
    .description('make a package in a new directory')
    .argument('<path>', 'its directory, and its name')
    .option('--lib', 'a library instead of a program')
    .option('--name <name>', 'another name than the directory\'s')
    .action((path: string, flags: NewFlags & CommonOptions) => done(newCommand(makeContext(flags), path, flags)));
  common(program.command('init'))
    .description('make a package of a directory that exists')
    .argument('[path]', 'the directory', '.')
    .option('--lib', 'a library instead of a program')
    .option('--name <name>', 'another name than the directory\'s')
    .action((path: string, flags: NewFlags & CommonOptions) => done(initCommand(makeContext(flags), path, flags)));
  resolving(program.command('add'))
    .description('add dependencies to cj.toml')
    .argument('<packages...>', 'NAME or NAME@VERSION; without a version, the newest of the index')
    .option('--path <dir>', 'from a directory')
    .option('--git <url>', 'from a git repository, at its head or at --rev or --branch')
    .option('--rev <commit>', 'a commit or tag of the repository')
    .option('--branch <name>', 'the head of a branch, as it is now')
    .option('--registry <url>', 'from this index instead of $JC_REGISTRY')
    .option('--rename <name>', 'import it under another name')
    .option('--dev', 'for tests, examples and benchmarks only')
    .option('--optional', 'only where a feature brings it')
    .option('-F, --features <names>', 'features of it, separated by commas', words)
    .option('--no-default-features', 'without its feature `default`')
    .option('--dry-run', 'print the new cj.toml and change nothing')
    .addHelpText('after', '\nExamples:\n  jc add json                          the newest version of the index\n  jc add json@1.2 text@0.3 --dev\n  jc add json --path ../json\n  jc add web --git https://host/web    at the commit where the repository is now')
    .action(async (packages: string[], flags: AddFlags & CommonOptions) => done(await addCommand(makeContext(flags), packages, flags)));
  resolving(program.command('remove'))
    .alias('rm')
    .description('remove dependencies from cj.toml')
    .argument('<names...>', 'as they stand in cj.toml')
    .option('--dev', 'from [dev-dependencies]')
    .action(async (names: string[], flags: WorkspaceFlags & { dev?: boolean } & CommonOptions) => done(await removeCommand(makeContext(flags), names, flags)));
  resolving(program.command('update'))
    .description('raise the versions in cj.toml to the newest that are compatible')
    .argument('[names...]', 'only these; git dependencies only if they are named')
    .option('--major', 'also to versions that may break')
    .option('--dry-run', 'print what would change')
    .action(async (names: string[], flags: UpdateFlags & CommonOptions) => done(await updateCommand(makeContext(flags), names, flags)));
  featuring(resolving(program.command('tree')))
    .description('show which package needs which')
    .option('-i, --invert <name>', 'show who needs a package')
    .option('--show-features', 'with the features that are on')
    .action(async (flags: TreeFlags & CommonOptions) => done(await treeCommand(makeContext(flags), flags)));
  resolving(program.command('vendor'))
    .description('copy all downloaded packages to vendor/, from which builds then take them')
    .action(async (flags: WorkspaceFlags & CommonOptions) => done(await vendorCommand(makeContext(flags), flags)));
  resolving(program.command('publish'))
    .description('make the archive of a package and its line for an index')
    .option('--dry-run', 'print the files and the line, and write nothing')
    .option('--registry <url>', 'an index to write to: file:///…')
    .option('-p, --package <name>', 'a member of the workspace', words)
    .option('--no-check', 'without compiling it first')
    .action(async (flags: PublishFlags & CommonOptions) => done(await publishCommand(makeContext(flags), flags)));
  common(program.command('clean'))
    .description('remove .jc/, where a workspace keeps what it built')
    .option('--downloads', 'also remove the packages downloaded for all workspaces')
    .action(async (flags: CommonOptions & { downloads?: boolean }) => done(await cleanCommand(makeContext(flags), flags)));
}

async function main(): Promise<number> {
  let exitCode: number = EXIT.ok;
  // What stands behind `--` belongs to the program that is run, also where no path stands before it.
  const dashes = process.argv[2] === 'run' ? process.argv.indexOf('--') : -1;
  const argv = dashes < 0 ? process.argv : process.argv.slice(0, dashes);
  const programArguments = dashes < 0 ? [] : process.argv.slice(dashes + 1);
  const program = new Command('jc')
    .commandsGroup('Programs:')
    .description('Compiler, builder and runner of the Cangjie (仓颉) language of the article; not Huawei\'s language of that name.')
    .version(`jc ${VERSION}`, '-V, --version')
    .showHelpAfterError('(see jc --help)')
    .addHelpText('after', '\nExit codes: 0 success, 1 errors in the program or failed tests, 2 wrong usage, 70 a fault of jc, 74 the system refused.\n`jc run` ends with the exit code of the program (101 after a panic, 134 after an abort).')
    .exitOverride();

  building(program.command('run'))
    .description('compile and run a file or package')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .argument('[args...]', 'arguments of the program, after --')
    .option('--interp', 'interpret instead of compiling: needs no C compiler, and checks memory')
    .action(async (path: string, args: string[], flags: RunFlags & CommonOptions) => {
      exitCode = await runCommand(makeContext(flags), path, [...args, ...programArguments], flags);
    });
  building(program.command('build'))
    .description('compile a file or package to an executable')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .option('-o, --output <file>', 'where to put the executable')
    .option('--incremental', 'compile only what changed (the default)')
    .option('--verbose', 'print each event')
    .option('--events <file>', 'write each event as a line of JSON')
    .option('--profile [file]', 'write a trace for chrome://tracing or Perfetto (default: .jc/profile.json)')
    .option('-j, --jobs <n>', 'how many threads compile (default: the number of cores)')
    .action(async (path: string, flags: PackageBuildFlags & CommonOptions) => {
      exitCode = await buildCommand(makeContext(flags), path, flags);
    });
  common(program.command('why'))
    .description('say why the last build compiled a module')
    .argument('<module>', 'its path, or the end of it')
    .argument('[path]', 'the directory of the package', '.')
    .action((module: string, path: string, flags: CommonOptions) => {
      exitCode = whyCommand(makeContext(flags), module, path);
    });
  common(program.command('cache'))
    .description('look after the store that all packages of a user share')
    .addArgument(new Argument('<what>', 'stats: what it holds; verify: read every blob; gc: take away what is old; clear: take away all').choices(['stats', 'verify', 'gc', 'clear']))
    .option('--max-age <days>', 'gc: entries not used for so long go (default: 30)')
    .option('--max-size <MiB>', 'gc: the oldest blobs go until the rest fits (default: 10240)')
    .action((what: 'stats' | 'verify' | 'gc' | 'clear', flags: CacheFlags & CommonOptions) => {
      exitCode = cacheCommand(makeContext(flags), what, flags);
    });
  selecting(program.command('check'))
    .description('report mistakes without building')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .option('--verify', 'verify MIR after every pass')
    .option('--stats', 'print the time of each phase')
    .option('--explain-borrows <function>', 'say what the result of a function borrows from')
    .action(async (path: string, flags: CheckFlags & CommonOptions & { explainBorrows?: string }) => {
      const context = makeContext(flags);
      exitCode = flags.explainBorrows === undefined ? await checkCommand(context, path, flags) : await explainBorrows(context, path, flags.explainBorrows, flags);
    });
  const api = program.command('api').description('what the public functions of a package borrow, as a promise to its users');
  resolving(api.command('lock'))
    .description('write the promise to api.lock; what was promised before stays promised')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .option('--fresh', 'forget what was promised before')
    .action(async (path: string, flags: WorkspaceFlags & CommonOptions & { fresh?: boolean }) => {
      exitCode = await apiLockCommand(makeContext(flags), path, flags.fresh === true, flags);
    });
  resolving(api.command('check'))
    .description('report public functions and types that ask more of their users than api.lock says')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .action(async (path: string, flags: WorkspaceFlags & CommonOptions) => {
      exitCode = await apiCheckCommand(makeContext(flags), path, flags);
    });
  selecting(program.command('test'))
    .description('run the @test functions of a file or package, in parallel')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .argument('[filter]', 'only tests whose name contains this')
    .option('-r, --release', 'optimise')
    .option('--sanitize', 'with address and undefined-behaviour sanitizers')
    .option('--json', 'one JSON object a line')
    .option('-j, --jobs <n>', 'how many at once (default: the number of cores)')
    .action(async (path: string, filter: string | undefined, flags: TestFlags & CommonOptions) => {
      exitCode = await testCommand(makeContext(flags), path, filter ?? '', flags);
    });
  program.commandsGroup('Packages:');
  addPackageCommands(program, (code) => {
    exitCode = code;
  });
  program.commandsGroup('Help:');
  common(program.command('explain'))
    .description('explain a diagnostic, with a failing and a corrected program')
    .argument('[code]', 'CJ0201, say')
    .option('--list', 'list all codes')
    .action((code: string | undefined, flags: CommonOptions & { list?: boolean }) => {
      exitCode = explainCommand(makeContext(flags), code, flags.list === true);
    });
  common(program.command('doctor'))
    .description('say which C compilers were found and what they serve for')
    .action((flags: CommonOptions) => {
      exitCode = doctorCommand(makeContext(flags));
    });

  try {
    sortOptions(program);
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  return exitCode;
}

/** A fault of the compiler: never a stack trace alone, always the command that repeats it. */
function reportFault(error: unknown): number {
  const what = error instanceof InternalError ? error.message : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const command = ['jc', ...process.argv.slice(2)].map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
  process.stderr.write(`internal fault of jc ${VERSION}: ${what}\nThis is a mistake of the compiler, not of your program. It is repeated by:\n  ${command}\n`);
  if (process.env['JC_BACKTRACE'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.internal;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportFault(error);
}
