/**
 * `jc check --explain-borrows NAME`, `jc api lock`, `jc api check`: what functions borrow, told and promised.
 * Consumes: the driver's front end and its summaries; `own/api`. Produces: text, `api.lock`, diagnostics CJ0560–CJ0565. Each returns the exit code.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bug, nearestName, unreachable } from '../base/index.ts';
import type { DiagInput } from '../diag/index.ts';
import { BodyStore, checkBodies, openFrontEnd } from '../driver/index.ts';
import type { FrontEnd } from '../driver/index.ts';
import { NodeHost } from '../host/index.ts';
import { fnPath, functionsNamed, growths, itemsOf, parseLock, printLock, publicItems, summaryWords, widened } from '../own/index.ts';
import type { ApiItem, Growth, PublicItem, Summary, SummaryNode } from '../own/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { FnDecl } from '../types/index.ts';
import type { Context } from './context.ts';
import { EXIT, renderAll, STD_DIR } from './context.ts';
import { selectPrograms } from './select-program.ts';
import type { ProgramInput, SelectFlags } from './select-program.ts';

/** A package whose promise is looked after: the first segment of its modules' paths, and where the promise stands. */
interface Promised {
  readonly key: string;
  readonly lockFile: string;
}

interface Checked {
  readonly front: FrontEnd;
  readonly store: BodyStore;
  readonly packages: readonly Promised[];
}

/** An exit code after errors, which have been printed. */
async function checked(context: Context, path: string, flags: SelectFlags): Promise<Checked | number> {
  const selected = await selectPrograms(context, path, flags, 'check');
  if (!selected.ok) return selected.exitCode;
  const input = selected.inputs[0]!;
  const front = openFrontEnd(new NodeHost(), input.path, STD_DIR, input.plan);
  if (front.program !== null) {
    const store = new BodyStore(front.program, front.sink, { verify: false, optimize: false });
    checkBodies(front, store);
    if (!front.sink.hasErrors) return { front, store, packages: packagesOf(input, front) };
  }
  process.stderr.write(renderAll(context, front.sink, front.sources));
  return EXIT.errors;
}

function packagesOf(input: ProgramInput, front: FrontEnd): Promised[] {
  const { workspace, ownKeys } = input;
  if (workspace === null) return [{ key: front.root!.path[0]!, lockFile: lockPath(input.path) }];
  const own = ownKeys === null ? [workspace.current ?? bug('a file of no package')] : workspace.members.filter((member) => ownKeys.has(member.key));
  return own.map((member) => ({ key: member.key, lockFile: join(member.rootDir, 'api.lock') }));
}

function summaryOf(store: BodyStore, decl: FnDecl): Summary {
  return store.summaryOf(decl) ?? bug('summaries of a program whose borrows are not checked');
}

function refuse(context: Context, front: FrontEnd, diags: readonly DiagInput[], exitCode: number): number {
  for (const diag of diags) front.sink.report(diag);
  process.stderr.write(renderAll(context, front.sink, front.sources));
  return exitCode;
}

/** Prints in words what each function of a name borrows. */
export async function explainBorrows(context: Context, path: string, name: string, flags: SelectFlags): Promise<number> {
  const done = await checked(context, path, flags);
  if (typeof done === 'number') return done;
  const { front, store } = done;
  const program = front.program!;
  const found = functionsNamed(program, name);
  const own = found.filter((decl) => !decl.module.isStd);
  const shown = own.length > 0 ? own : found;
  if (shown.length === 0) {
    const similar = nearestName(name.split('::').at(-1)!, program.fns.filter((decl) => !decl.module.isStd).map((decl) => decl.name));
    return refuse(context, front, [{ code: 'CJ0560', span: NO_SPAN, args: { name, similar: similar ?? '' }, help: similar === null ? ['write'] : ['similar', 'write'] }], EXIT.errors);
  }
  for (const decl of shown) {
    const file = front.sources.file(decl.nameSpan.file);
    process.stdout.write(`${fnPath(decl)}(${parameterNames(decl)})  ${file.name}:${file.position(decl.nameSpan.lo).line}\n`);
    for (const sentence of summaryWords(decl, summaryOf(store, decl), context.language)) process.stdout.write(`    ${sentence}\n`);
  }
  return EXIT.ok;
}

function parameterNames(decl: FnDecl): string {
  return decl.sig.params.map((param, i) => (i === 0 && decl.sig.hasSelf ? 'self' : param.name)).join(', ');
}

// ---------------------------------------------------------------- api.lock

function lockPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, 'api.lock') : path.replace(/(\.cj)?$/, '.api.lock');
}

interface Locked {
  readonly items: readonly ApiItem[];
}

/** What stands in the file; a diagnostic where it cannot be compared with. */
function readLock(path: string): Locked | DiagInput {
  if (!existsSync(path)) return { code: 'CJ0561', span: NO_SPAN, args: { path }, help: ['lock'] };
  const { items, bad } = parseLock(readFileSync(path, 'utf8'));
  if (bad !== null) return { code: 'CJ0562', span: NO_SPAN, args: { path, line: bad.line, text: bad.text }, help: ['lock'] };
  return { items };
}

function itemsNow({ front, store }: Checked, key: string): PublicItem[] {
  return publicItems(front.program ?? bug('api of no program'), key, (decl) => summaryOf(store, decl));
}

/** Writes what the public items borrow now; never less than what the file promised before, unless `fresh`. */
export async function apiLockCommand(context: Context, path: string, fresh: boolean, flags: SelectFlags): Promise<number> {
  const done = await checked(context, path, flags);
  if (typeof done === 'number') return done;
  for (const { key, lockFile } of done.packages) {
    let items = itemsOf(itemsNow(done, key));
    if (!fresh && existsSync(lockFile)) {
      const locked = readLock(lockFile);
      if ('code' in locked) return refuse(context, done.front, [locked], EXIT.errors);
      items = widened(locked.items, items);
    }
    try {
      writeFileSync(lockFile, printLock(items));
    } catch (error) {
      return refuse(context, done.front, [{ code: 'CJ0022', span: NO_SPAN, args: { path: lockFile, reason: (error as Error).message } }], EXIT.system);
    }
    process.stdout.write(context.language === 'zh' ? `已写入 ${lockFile}：${items.length} 项\n` : `wrote ${lockFile}: ${items.length} items\n`);
  }
  return EXIT.ok;
}

/** Reports every promise that a package no longer keeps. */
export async function apiCheckCommand(context: Context, path: string, flags: SelectFlags): Promise<number> {
  const done = await checked(context, path, flags);
  if (typeof done === 'number') return done;
  const broken: DiagInput[] = [];
  let kept = 0;
  for (const { key, lockFile } of done.packages) {
    const locked = readLock(lockFile);
    if ('code' in locked) {
      broken.push(locked);
      continue;
    }
    const now = itemsNow(done, key);
    kept += now.length;
    broken.push(...growths(locked.items, itemsOf(now)).map((growth) => describeGrowth(growth, now, done.store)));
  }
  if (broken.length > 0) return refuse(context, done.front, broken, EXIT.errors);
  process.stdout.write(context.language === 'zh' ? `${kept} 项均符合 api.lock\n` : `${kept} items keep what api.lock promises\n`);
  return EXIT.ok;
}

function describeGrowth(growth: Growth, now: readonly PublicItem[], store: BodyStore): DiagInput {
  const found = now.find(({ item }) => item === growth.item) ?? bug('growth of an unknown item');
  const { decl } = found;
  switch (growth.kind) {
    case 'edge': {
      const fn = decl as FnDecl;
      const inner = growth.from.at === 'param' && growth.from.slot > 0;
      const label = `${growth.to.at === 'result' ? 'result' : 'stored'}${inner ? 'Inner' : ''}`;
      const span = store.witnessOf(fn, growth.from, growth.to) ?? fn.nameSpan;
      return { code: 'CJ0563', span, label, args: { fn: fnPath(fn), from: nameOf(fn, growth.from), to: nameOf(fn, growth.to) }, help: ['callers', 'accept'] };
    }
    case 'same':
      return { code: 'CJ0564', span: decl.nameSpan, args: { fn: growth.item.path, places: growth.group.map((node) => `\`${nameOf(decl as FnDecl, node)}\``).join(', ') }, help: ['callers', 'accept'] };
    case 'fact':
      return { code: 'CJ0565', span: decl.nameSpan, label: growth.lost === 'struct' ? 'struct' : 'marker', args: { name: growth.item.path, lost: growth.lost }, help: [growth.lost === 'struct' ? 'struct' : 'marker', 'accept'] };
    default:
      return unreachable(growth);
  }
}

function nameOf(decl: FnDecl, node: SummaryNode): string {
  switch (node.at) {
    case 'param':
      return node.param === 0 && decl.sig.hasSelf ? 'self' : (decl.sig.params[node.param]?.name ?? `#${node.param}`);
    case 'result':
      return 'result';
    case 'type':
      return node.name;
    default:
      return unreachable(node);
  }
}
