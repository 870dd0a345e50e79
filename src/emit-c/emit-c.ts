/**
 * A MonoProgram as one C11 text for gcc, clang, Zig's clang and tcc. No libc header: `jc.h` of the runtime is the only include.
 * Consumes: instances, tables, layouts. Produces: in this order types, static data, declarations, tables, functions, `jc_program`.
 * Holds: nothing between calls. The first line is `#define JC_LIBC 1` when the program calls functions of C libraries: then it is linked with libc.
 */
import { bug } from '../base/index.ts';
import type { Instance, MonoProgram, VTable } from '../mir/index.ts';
import type { SourceMap } from '../source/index.ts';
import type { FnDecl, Ty } from '../types/index.ts';
import { commentText, CTypes } from './c-types.ts';
import { emitBody, functionName, signature } from './c-body.ts';
import { tableName } from './c-values.ts';
import type { ProgramParts } from './c-body.ts';
import { cString, Pools } from './pools.ts';

export interface EmitOptions {
  /** `#line` before each statement: debuggers and sanitizers then speak of source text. */
  readonly lineDirectives: boolean;
  readonly sources: SourceMap;
  /** For the unit of a module: the table of places that its dependents refer to. */
  readonly placeTable?: string;
}

/** The C text of a program. */
export function emitC(program: MonoProgram, options: EmitOptions): string {
  const types = new CTypes(program);
  const pools = new Pools(options.sources);
  const natives = new Natives(types);
  const parts: ProgramParts = {
    program, types, pools, sources: options.sources, lineDirectives: options.lineDirectives,
    native: (symbol, decl, params, ret) => natives.use(symbol, decl, params, ret),
    panicCurrent: () => panicCurrent(program),
  };
  const instances = program.instances.filter((instance) => instance.reachable);
  const declarations = instances.map((instance) => declaration(types, instance)).join('');
  const tables = program.vtables.map((table) => tableText(program, table)).join('');
  const functions = instances.filter((instance) => instance.linkage !== 'extern').map((instance) => `/* ${commentText(instance.body.name)} */\n${emitBody(parts, instance)}`);
  const entry = program.entry === null ? '' : `jc_i32 jc_program(void) { return ${functionName(program.instances[program.entry] ?? bug('no entry'))}(); }\n`;
  return [
    natives.foreign ? '#define JC_LIBC 1\n' : '',
    '#include "jc.h"\n',
    types.forward.join(''),
    types.definitions.join(''),
    pools.definitions(),
    options.placeTable ?? '',
    natives.declarations.join(''),
    declarations,
    tables,
    entry,
    functions.join(''),
  ].join('');
}

function declaration(types: CTypes, instance: Instance): string {
  const label = instance.exportName === null ? '' : ` __asm__(${cString(instance.exportName)})`;
  return `${signature(types, instance, () => '')}${label};\n`;
}

function tableText(program: MonoProgram, table: VTable): string {
  const name = (id: number): string => functionName(program.instances[id]!);
  const layout = program.layouts.of(table.self);
  const drop = table.drop === null ? '0' : `(void (*)(void *))${name(table.drop)}`;
  const slots = table.slots.map((slot) => `(void *)${slot.kind === 'method' ? name(slot.id) : `&${tableName(slot.table)}`}`).join(', ');
  return `static const struct { void (*drop)(void *); jc_usize size, align; void *methods[${Math.max(1, table.slots.length)}]; } ${tableName(table)} = ` +
    `{${drop}, ${layout.sizeBytes}, ${layout.alignBytes}, {${slots || '0'}}};\n`;
}

/** The instance of the lang function `panicCurrent`, which monomorphisation makes when a body catches panics. */
function panicCurrent(program: MonoProgram): Instance {
  const decl = program.lang.fn('panicCurrent');
  const found = program.instances.find((instance) => instance.body.origin.kind === 'fn' && instance.body.origin.decl === decl);
  return found ?? bug('a body catches panics, but panicCurrent was not instantiated');
}

/** C functions from outside: the runtime's own are declared in jc.h, those of C libraries here, under other names so that no builtin clashes. */
class Natives {
  readonly declarations: string[] = [];
  foreign = false;
  private readonly types: CTypes;
  private readonly known = new Map<string, string>();

  constructor(types: CTypes) {
    this.types = types;
  }

  use(symbol: string, decl: FnDecl, params: readonly Ty[], ret: Ty): string {
    if (decl.module.isStd && symbol.startsWith('jc_')) return symbol;
    let name = this.known.get(symbol);
    if (name === undefined) {
      name = `native${this.known.size}`;
      this.known.set(symbol, name);
      this.foreign = true;
      const list = params.filter((ty) => !this.types.isZst(ty)).map((ty) => this.types.value(ty));
      this.declarations.push(`extern ${this.types.result(ret)} ${name}(${list.length === 0 ? 'void' : list.join(', ')}) __asm__(${cString(symbol)});\n`);
    }
    return name;
  }
}
