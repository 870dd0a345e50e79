/**
 * The passes over a program of concrete instances, in order. Each is a file here and a page in docs/passes/.
 * Consumes and changes: a MonoProgram. `after` is called when a pass has seen every body.
 */
import { findPanics } from '../mir/index.ts';
import type { Body, MonoProgram } from '../mir/index.ts';
import { panicOracle } from './oracle.ts';
import { simplifyCfg } from './simplify-cfg.ts';

export function optimize(program: MonoProgram, after: (pass: string) => void): void {
  const oracle = panicOracle(program);
  const run = (pass: string, f: (body: Body) => void): void => {
    for (const instance of program.instances) f(instance.body);
    after(pass);
  };
  run('simplify-cfg', (body) => simplifyCfg(body, oracle));
  findPanics(program.instances);
  run('simplify-cfg-again', (body) => simplifyCfg(body, oracle));
}
