/**
 * Finds the cases of the corpus and reads what each expects.
 * Produces: Case values. Holds: the directives, which stand in comments of the source:
 *   //~ ERROR CJ0201      a diagnostic of this code (ERROR or WARNING) begins on this line; `//~^` means the line above, `//~^^` two above
 *   //~ ELSEWHERE CJ0215   an error of this code in another file
 *   //~ EXIT 101          exit code of the program (default 0)
 *   //~ STDERR text       standard error holds this text
 *   //~ ARGS a b "c d"    arguments
 *   //~ STDIN text\n      standard input (escapes \n \t \\), or `//~ STDIN-FILE path` relative to the case
 *   //~ ENV NAME=value
 *   //~ EXCEPT interp: reason      leaves out one of dev, release, sanitize, interp; the reason is printed and counted
 *   //~ NO-FIX-CHECK reason        the fixes of a ui case are not applied
 *   //~^ TWIN text        the twin of a ui case: with `text` for the line above (nothing: without that line) it compiles, and runs without a fault
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseMessagePage } from '../../dev/message-page.ts';

/**
 * `borrows`: in the interpreter that follows every reference, without optimisation. `valgrind`: under valgrind, with a `malloc` for every block, so that it
 * sees each error and each leak. Both only where they are asked for.
 */
export type Way = 'dev' | 'release' | 'sanitize' | 'interp' | 'borrows' | 'valgrind';
export const WAYS: readonly Way[] = ['dev', 'release', 'sanitize', 'interp'];
export const ALL_WAYS: readonly Way[] = [...WAYS, 'borrows', 'valgrind'];

export interface Expectation {
  readonly line: number;
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
}

/** The one line in which a refused program differs from one that is right. */
export interface Twin {
  readonly line: number;
  readonly text: string;
}

export interface Directives {
  readonly expected: readonly Expectation[];
  readonly exitCode: number;
  readonly stderr: readonly string[];
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly except: ReadonlyMap<Way, string>;
  readonly noFixCheck: string | null;
  readonly twin: Twin | null;
}

export type Case =
  /** Runs four ways and prints what `goldenPath` holds. */
  | { readonly kind: 'run'; readonly name: string; readonly path: string; readonly goldenPath: string; readonly cwd: string }
  /** Must be refused or warned about, as its annotations and its `.stderr` say. */
  | { readonly kind: 'ui'; readonly name: string; readonly path: string; readonly goldenPath: string }
  /** A program given as text: of a message page or a chapter of the docs. */
  | { readonly kind: 'text'; readonly name: string; readonly source: string; readonly wants: 'compiles' | 'runs' | 'fails'; readonly code: string };

export function parseDirectives(source: string, directory: string): Directives {
  const expected: Expectation[] = [];
  const stderr: string[] = [];
  const except = new Map<Way, string>();
  const env: Record<string, string> = {};
  let exitCode = 0;
  let args: string[] = [];
  let stdin = '';
  let noFixCheck: string | null = null;
  let twin: Twin | null = null;
  source.split('\n').forEach((text, index) => {
    for (const found of text.matchAll(/\/\/~(\^*) (ERROR|WARNING) (CJ\d{4})/g)) {
      expected.push({ line: index + 1 - found[1]!.length, severity: found[2] as 'ERROR' | 'WARNING', code: found[3]! });
    }
    const twinText = /^\s*\/\/~(\^+) TWIN(?: (.*))?$/.exec(text);
    if (twinText !== null) {
      if (twin !== null) throw new Error('a case has one twin');
      twin = { line: index + 1 - twinText[1]!.length, text: twinText[2] ?? '' };
      return;
    }
    const directive = /\/\/~ ([A-Z-]+) (.*)$/.exec(text);
    if (directive === null) return;
    const value = directive[2]!.trimEnd();
    switch (directive[1]) {
      case 'ERROR':
      case 'WARNING':
        break;
      case 'ELSEWHERE':
        expected.push({ line: 0, severity: 'ERROR', code: value });
        break;
      case 'EXIT':
        exitCode = Number(value);
        break;
      case 'STDERR':
        stderr.push(value);
        break;
      case 'ARGS':
        args = [...value.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]!);
        break;
      case 'STDIN':
        stdin = value.replace(/\\([nt\\])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : '\\'));
        break;
      case 'STDIN-FILE':
        stdin = readFileSync(join(directory, value), 'utf8');
        break;
      case 'ENV': {
        const at = value.indexOf('=');
        env[value.slice(0, at)] = value.slice(at + 1);
        break;
      }
      case 'EXCEPT': {
        const at = value.indexOf(':');
        except.set(value.slice(0, at) as Way, value.slice(at + 1).trim());
        break;
      }
      case 'NO-FIX-CHECK':
        noFixCheck = value;
        break;
      default:
        throw new Error(`unknown directive //~ ${directive[1]}`);
    }
  });
  return { expected, exitCode, stderr, args, stdin, env, except, noFixCheck, twin };
}

function* walk(directory: string): Generator<string> {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

/** Every case below `root`, in a fixed order. */
export function findCases(root: string): Case[] {
  const cases: Case[] = [];
  const named = (path: string): string => relative(root, path);
  for (const path of walk(join(root, 'tests/ui'))) {
    // A file that expects nothing is a module that the cases beside it import.
    if (path.endsWith('.cj') && readFileSync(path, 'utf8').includes('//~')) cases.push({ kind: 'ui', name: named(path), path, goldenPath: path.replace(/\.cj$/, '.stderr') });
  }
  for (const path of walk(join(root, 'tests/run'))) {
    const golden = path.replace(/\.cj$/, '.stdout');
    // A module that a case imports has no golden of its own.
    if (path.endsWith('.cj') && (existsSync(golden) || isProgram(path))) cases.push({ kind: 'run', name: named(path), path, goldenPath: golden, cwd: join(path, '..') });
  }
  for (const path of walk(join(root, 'examples'))) {
    if (path.endsWith('.cj') && isProgram(path)) cases.push({ kind: 'run', name: named(path), path, goldenPath: path.replace(/\.cj$/, '.stdout'), cwd: root });
  }
  for (const path of walk(join(root, 'messages'))) {
    const file = relative(join(root, 'messages'), path);
    if (!/^CJ\d{4}\.md$/.test(file)) continue;
    const page = parseMessagePage(file, readFileSync(path, 'utf8'));
    if (page.fails !== '') cases.push({ kind: 'text', name: `${named(path)}#fails`, source: page.fails, wants: 'fails', code: page.code });
    if (page.works !== '') cases.push({ kind: 'text', name: `${named(path)}#works`, source: page.works, wants: 'compiles', code: '' });
  }
  for (const path of [join(root, 'README.md'), join(root, 'README.zh-CN.md'), ...walk(join(root, 'docs'))]) {
    if (!path.endsWith('.md')) continue;
    let number = 0;
    for (const block of readFileSync(path, 'utf8').matchAll(/^```cj (run|check|fails)(?: (CJ\d{4}))?\n([\s\S]*?)^```$/gm)) {
      number++;
      const wants = block[1] === 'run' ? 'runs' : block[1] === 'check' ? 'compiles' : 'fails';
      cases.push({ kind: 'text', name: `${named(path)}#${number}`, source: block[3]!, wants, code: block[2] ?? '' });
    }
  }
  return cases;
}

function isProgram(path: string): boolean {
  return /^\s*(pub )?fn main\(/m.test(readFileSync(path, 'utf8'));
}
