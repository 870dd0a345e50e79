/**
 * The house rules as code: floors and façades of imports, diagnostic codes with page and emitter, generated files current, file sizes, words
 * that the repository must not hold. Prints each breach with its place; exits 1 if there is one.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const breaches: string[] = [];

/** Folders of src by floor: an import goes strictly downward. Folders of one floor are strangers. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0, source: 1, diag: 2, syntax: 3, packages: 3, format: 4, names: 4, types: 5, mir: 6, own: 7, tasks: 7, opt: 7, interp: 8, 'emit-c': 8,
  driver: 9, build: 10, lsp: 11, doc: 11, host: 11, cli: 12,
};
/** Where `node:*` may be imported. */
const NODE_FOLDERS = new Set(['build', 'cli', 'lsp', 'host']);
/** A hand-written source file longer than this holds more than one idea. */
const MAX_LINES = 900;

function* walk(directory: string): Generator<string> {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

function checkImports(): void {
  const graph = new Map<string, string[]>();
  for (const path of walk(join(root, 'src'))) {
    if (!path.endsWith('.ts')) continue;
    const file = relative(join(root, 'src'), path);
    const folder = file.split('/')[0]!;
    const floor = FLOORS[folder];
    if (floor === undefined) {
      breaches.push(`src/${file}: the folder ${folder} has no floor`);
      continue;
    }
    const text = readFileSync(path, 'utf8');
    const targets: string[] = [];
    for (const found of text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from '([^']+)'/g)) {
      const target = found[1]!;
      if (target.startsWith('node:')) {
        if (!NODE_FOLDERS.has(folder)) breaches.push(`src/${file}: imports ${target}; only ${[...NODE_FOLDERS].join(', ')} may`);
        continue;
      }
      if (!target.startsWith('.')) continue;
      const resolved = relative(join(root, 'src'), normalize(join(path, '..', target)));
      const other = resolved.split('/')[0]!;
      if (other === folder) {
        if (!/^import type|\nimport type/.test(found[0].trimStart())) targets.push(resolved);
        continue;
      }
      const otherFloor = FLOORS[other];
      if (otherFloor === undefined || otherFloor >= floor) breaches.push(`src/${file}: floor ${floor} imports ${resolved} of floor ${otherFloor ?? '?'}`);
      if (!resolved.endsWith('/index.ts') || resolved.split('/').length !== 2) breaches.push(`src/${file}: imports ${resolved} past the façade ${other}/index.ts`);
    }
    graph.set(file, targets);
  }
  reportCycles(graph);
}

/** Import cycles between files of one folder, type-only imports left out. */
function reportCycles(graph: ReadonlyMap<string, readonly string[]>): void {
  const state = new Map<string, 'open' | 'done'>();
  const stack: string[] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      breaches.push(`import cycle: ${[...stack.slice(stack.indexOf(file)), file].join(' → ')}`);
      return;
    }
    state.set(file, 'open');
    stack.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    stack.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
}

function checkDiagnostics(): void {
  const pages = new Set(readdirSync(join(root, 'messages')).filter((n) => /^CJ\d{4}\.md$/.test(n)).map((n) => n.slice(0, 6)));
  const emitted = new Set<string>();
  for (const path of walk(join(root, 'src'))) {
    if (!path.endsWith('.ts') || path.endsWith('codes.gen.ts')) continue;
    const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    for (const found of text.matchAll(/'(CJ\d{4})'/g)) emitted.add(found[1]!);
  }
  for (const code of emitted) if (!pages.has(code)) breaches.push(`${code} is emitted but has no page in messages/`);
  for (const code of pages) if (!emitted.has(code)) breaches.push(`messages/${code}.md is never emitted`);
  const tested = new Set<string>();
  for (const folder of ['tests', 'messages', 'docs']) {
    for (const path of walk(join(root, folder))) {
      if (!/\.(cj|ts|md|txt)$/.test(path)) continue;
      const text = readFileSync(path, 'utf8');
      if (folder === 'messages') {
        if (/^# fails\n/m.test(text)) tested.add(relative(join(root, 'messages'), path).slice(0, 6));
      } else {
        for (const found of text.matchAll(/CJ\d{4}/g)) tested.add(found[0]);
      }
    }
  }
  for (const code of pages) if (!tested.has(code)) breaches.push(`${code} has no test`);
}

function checkTexts(): void {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter((f) => f !== '');
  for (const file of files) {
    const path = join(root, file);
    if (!existsSync(path) || !/\.(ts|mjs|c|h|cj|md|json|S)$/.test(file)) continue;
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n').length;
    const written = /\.(ts|c|h|cj)$/.test(file) && !file.includes('.gen.') && !file.startsWith('tests/') && !file.startsWith('bench/') && !/tables?\.cj$/.test(file);
    if (written && lines > MAX_LINES) breaches.push(`${file}: ${lines} lines; is there an idea in it that wants its own room?`);
    if (/(^|[^A-Za-z0-9_.])\/(work|farm)\/[a-z]/m.test(text)) breaches.push(`${file}: names a path of a machine`);
    if (/"resolved": *"http/.test(text)) breaches.push(`${file}: names the host of a package registry`);
  }
}

/**
 * In std each `unsafe` block and `unsafe impl` says in the comment above it (or beside it) why it is sound, and each `unsafe fn` that has a body
 * says in its documentation what its caller owes.
 */
function checkUnsafe(): void {
  for (const path of walk(join(root, 'std'))) {
    if (!path.endsWith('.cj')) continue;
    const lines = readFileSync(path, 'utf8').split('\n');
    lines.forEach((line, i) => {
      const code = line.split('//')[0]!;
      const at = `${relative(root, path)}:${i + 1}`;
      if (/\bunsafe\s*(\{|impl\b)/.test(code) && !line.includes('// Sound') && !commentAbove(lines, i, /^\s*\/\//).includes('// Sound')) {
        breaches.push(`${at}: unsafe without \`// Sound: …\``);
      }
      if (!/\bunsafe fn\b/.test(code) || /@intrinsic|@native/.test(code)) return;
      if (!commentAbove(lines, i, /^\s*(\/\/|@)/).includes('///')) breaches.push(`${at}: an unsafe fn without documentation`);
    });
  }
}

/** The lines directly above `index` that look like `part`, as one text. */
function commentAbove(lines: readonly string[], index: number, part: RegExp): string {
  let from = index;
  while (from > 0 && part.test(lines[from - 1]!)) from--;
  return lines.slice(from, index).join('\n');
}

checkImports();
checkDiagnostics();
checkTexts();
checkUnsafe();
for (const breach of breaches) console.error(breach);
console.error(breaches.length === 0 ? 'tidy: no breach' : `tidy: ${breaches.length} breaches`);
process.exit(breaches.length === 0 ? 0 : 1);
