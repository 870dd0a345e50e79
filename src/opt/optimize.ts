/**
 * The passes over a program of concrete instances, in order. Each is a file here and a page in docs/passes/.
 * Consumes and changes: a MonoProgram. `after` is called when a pass has seen every body. `debuggable`: the program's own functions are not inlined, and its variables stay.
 */
import { findPanics } from '../mir/index.ts';
import type { Body, MonoProgram } from '../mir/index.ts';
import { shareOperations } from './common-ops.ts';
import { foldConstantsIn } from './const-fold.ts';
import { forwardPlaces, propagateCopies } from './copy-prop.ts';
import { removeDeadStores } from './dead-stores.ts';
import { markReachable } from './reachable.ts';
import { inlineSmall, isOwn } from './inline-small.ts';
import { panicOracle } from './oracle.ts';
import { removeChecks } from './overflow-checks.ts';
import { simplifyCfg } from './simplify-cfg.ts';

/** For units of unoptimised builds: what costs less than the C compiler would spend on what it takes away. */
export function optimizeLittle(program: MonoProgram): void {
  const oracle = panicOracle(program);
  for (const { body, linkage } of program.instances) {
    if (linkage === 'extern') continue;
    simplifyCfg(body, oracle);
    propagateCopies(body, oracle, isOwn(body));
    foldConstantsIn(body);
    removeDeadStores(body, isOwn(body));
  }
  markReachable(program);
}

export function optimize(program: MonoProgram, after: (pass: string) => void, debuggable = false): void {
  const oracle = panicOracle(program);
  const keepsVariables = (body: Body): boolean => debuggable && isOwn(body);
  const run = (pass: string, f: (body: Body) => void): void => {
    for (const instance of program.instances) f(instance.body);
    after(pass);
  };
  run('simplify-cfg', (body) => simplifyCfg(body, oracle));
  run('copy-prop', (body) => propagateCopies(body, oracle, keepsVariables(body)));
  inlineSmall(program, debuggable);
  after('inline-small');
  run('copy-prop-2', (body) => propagateCopies(body, oracle, keepsVariables(body)));
  run('const-fold', foldConstantsIn);
  run('common-ops', shareOperations);
  run('overflow-checks', removeChecks);
  // With checks gone some instances cannot panic any more, and calls of them need no edge.
  findPanics(program.instances);
  run('simplify-cfg-2', (body) => simplifyCfg(body, oracle));
  run('copy-prop-3', (body) => propagateCopies(body, oracle, keepsVariables(body)));
  run('forward-places', forwardPlaces);
  run('dead-stores', (body) => removeDeadStores(body, keepsVariables(body)));
  markReachable(program);
}
