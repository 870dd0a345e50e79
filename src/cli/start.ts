/**
 * Where the tool starts: answers `jc build` of an unchanged package with as little code as there is, and loads everything else for all else.
 */
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { isUpToDate, readState } from '../build/index.ts';
import { defaultStatePath } from './build-paths.ts';

/** Whether the command is a plain `jc build [PATH]` whose executable stands. */
function standsAlready(args: readonly string[]): boolean {
  const rest = args.slice(1).filter((arg) => arg !== '--incremental');
  if (args[0] !== 'build' || rest.length > 1 || rest[0]?.startsWith('-') === true) return false;
  const state = readState(defaultStatePath(resolve(rest[0] ?? '.'), false, null, null));
  return state !== null && state.quick && isUpToDate(state);
}

// A build of few modules ends before optimised code would have paid for its making; one of many takes this back.
if (process.argv[2] === 'build') setFlagsFromString('--no-opt');
if (!standsAlready(process.argv.slice(2))) await import(new URL('./jc.mjs', import.meta.url).href);
