/**
 * The command line: parses arguments, calls one command, ends with its exit code. The composition root of the tool.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { InternalError } from '../base/index.ts';
import { EXIT, makeContext, PACKAGE_ROOT } from './context.ts';
import type { CommonOptions } from './context.ts';
import { buildCommand, checkCommand, runCommand } from './commands.ts';
import type { BuildFlags, CheckFlags, RunFlags } from './commands.ts';
import { testCommand } from './test-command.ts';
import type { TestFlags } from './test-command.ts';
import { doctorCommand, explainCommand, newCommand } from './side-commands.ts';

const version = (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }).version;

function common(command: Command): Command {
  return command
    .addOption(new Option('--lang <language>', 'language of messages (default: from the locale)').choices(['en', 'zh']))
    .addOption(new Option('--color <when>', 'colour in messages').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(new Option('--error-format <format>', 'messages for people, or one JSON object a line').choices(['human', 'json']).default('human'));
}

function building(command: Command): Command {
  return common(command)
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

async function main(): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('jc')
    .description('Compiler, builder and runner of the Cangjie (仓颉) language of the article; not Huawei\'s language of that name.')
    .version(`jc ${version}`, '-V, --version')
    .showHelpAfterError('(see jc --help)')
    .addHelpText('after', '\nExit codes: 0 success, 1 errors in the program or failed tests, 2 wrong usage, 70 a fault of jc, 74 the system refused.\n`jc run` ends with the exit code of the program (101 after a panic, 134 after an abort).')
    .exitOverride();

  building(program.command('run'))
    .description('compile and run a file or package')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .argument('[args...]', 'arguments of the program, after --')
    .option('--interp', 'interpret instead of compiling: needs no C compiler, and checks memory')
    .action(async (path: string, args: string[], flags: RunFlags & CommonOptions) => {
      exitCode = await runCommand(makeContext(flags), path, args, flags);
    });
  building(program.command('build'))
    .description('compile a file or package to an executable')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .option('-o, --output <file>', 'where to put the executable')
    .action((path: string, flags: BuildFlags & CommonOptions) => {
      exitCode = buildCommand(makeContext(flags), path, flags);
    });
  common(program.command('check'))
    .description('report mistakes without building')
    .argument('[path]', 'a .cj file or the directory of a package', '.')
    .option('--verify', 'verify MIR after every pass')
    .option('--stats', 'print the time of each phase')
    .action((path: string, flags: CheckFlags & CommonOptions) => {
      exitCode = checkCommand(makeContext(flags), path, flags);
    });
  common(program.command('test'))
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
  common(program.command('new'))
    .description('make a package')
    .argument('<name>', 'its directory and name')
    .action((name: string, flags: CommonOptions) => {
      exitCode = newCommand(makeContext(flags), name);
    });
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
    await program.parseAsync(process.argv);
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
  process.stderr.write(`internal fault of jc ${version}: ${what}\nThis is a mistake of the compiler, not of your program. It is repeated by:\n  ${command}\n`);
  if (process.env['JC_BACKTRACE'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.internal;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportFault(error);
}
