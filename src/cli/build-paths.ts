/** Where builds of a workspace keep what they remember. Holds nothing; imported by the quick start of `jc build`, so it imports nothing large. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The state of builds of one kind: for executables that are put elsewhere, one for each place. `name`: of one program among several, or of unusual features. */
export function defaultStatePath(root: string, debug: boolean, output: string | null, name: string | null): string {
  const place = (output === null ? '' : `-${createHash('sha256').update(output).digest('hex').slice(0, 8)}`) + (name === null ? '' : `-${name}`);
  return join(root, '.jc', `${debug ? 'debug' : 'dev'}${place}.state.json`);
}

/** Why the last build compiled what it compiled. */
export function lastBuildPath(root: string): string {
  return join(root, '.jc', 'last-build.jsonl');
}
