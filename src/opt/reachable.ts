/**
 * Marks the instances that can still be called: from the entry, from tables, from outside or other units, or to make the value of a `catch p: Panic` arm.
 * Consumes: a MonoProgram. Changes: `reachable` of its instances.
 */
import type { Instance, InstanceId, MonoProgram } from '../mir/index.ts';

export function markReachable(program: MonoProgram): void {
  const work: InstanceId[] = program.entry === null ? [] : [program.entry];
  for (const table of program.vtables) {
    for (const slot of table.slots) if (slot.kind === 'method') work.push(slot.id);
    if (table.drop !== null) work.push(table.drop);
  }
  for (const instance of program.instances) {
    instance.reachable = false;
    if (instance.exportName !== null || instance.linkage === 'global' || isPanicCurrent(instance)) work.push(instance.id);
  }
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const instance = program.instances[id]!;
    if (instance.reachable) continue;
    instance.reachable = true;
    for (const block of instance.body.blocks) {
      for (const stmt of block.stmts) if (stmt.kind === 'call' && stmt.callee.kind === 'instance') work.push(stmt.callee.id);
    }
  }
}

/** No statement calls it: the back ends do, where a terminator catches a panic. */
function isPanicCurrent({ body: { origin } }: Instance): boolean {
  return origin.kind === 'fn' && origin.decl.module.isStd && origin.decl.name === 'panicCurrent';
}
