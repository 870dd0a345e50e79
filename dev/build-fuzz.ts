/**
 * Soundness of incremental builds: `node dist/dev/build-fuzz.mjs [--sequences N] [--steps N] [--seed N]`.
 * Each sequence makes a small package of random modules, edits it at random (bodies, signatures, comments, private items, new and removed modules,
 * imports, constants, generics, types; back to an earlier state), and builds after each edit. At the end, and at random moments, the same sources are
 * built from nothing with a store of their own: artifact hashes, executables and what the programs print must be equal. The first difference ends the run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const JC = join(dirname(fileURLToPath(import.meta.url)), '../../bin/jc');

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

/** A module as its parts, from which its text is made. */
interface Parts {
  imports: number[];
  body: number;
  result: 'Int64' | 'Int32';
  limit: number;
  /** A constant that is computed with a function of the first import. */
  computed: boolean;
  comment: number;
  hidden: number;
  extra: number;
  generic: number;
  field: number;
  lends: boolean;
  drops: boolean;
}

function freshParts(random: (below: number) => number, index: number): Parts {
  const imports = [...new Set(Array.from({ length: random(3) }, () => random(Math.max(1, index))))].filter((i) => i < index);
  return { imports, body: random(50), result: 'Int64', limit: random(9), computed: random(4) === 0, comment: 0, hidden: 0, extra: 0, generic: random(20), field: random(3), lends: random(2) === 0, drops: random(3) === 0 };
}

function textOf(parts: Parts, index: number, all: ReadonlyMap<number, Parts>): string {
  const imports = parts.imports.filter((i) => all.has(i));
  const first = imports[0];
  const lines = [...(parts.comment > 0 ? [`// Remark ${parts.comment}.`, ''] : []), ...imports.map((i) => `import fuzz::m${i};`)];
  const value = parts.computed && first !== undefined ? `Int64(m${first}::run(2)) + ${parts.limit}` : `${parts.limit}`;
  lines.push(`pub const LIMIT: Int64 = ${value};`, `pub struct Item { pub size: Int64${parts.field > 0 ? ', pub extra: Int32' : ''}, name: String }`);
  lines.push('impl Item {', `    pub fn new(size: Int64): Item { Item { size: size${parts.field > 0 ? ', extra: 1' : ''}, name: "i\${size}" } }`, '    pub fn label(&self): &str { &self.name }');
  if (parts.lends) lines.push('    pub fn longest(&self, other: &Item): Int64 { Int64(if self.label().len() > other.label().len() { self.label().len() } else { other.label().len() }) }');
  lines.push('}');
  if (parts.drops) lines.push(`impl Drop for Item { fn drop(&mut self) { if self.size > 1000000 { println("big ${index}"); } } }`);
  lines.push(`pub fn pick<T>(xs: &[T], at: Int64): T where T: Clone {`, `    let i = (usize(at) + ${parts.generic}) % xs.len();`, '    xs[i].clone()', '}');
  for (let i = 0; i < parts.hidden; i++) lines.push(`fn hidden${i}(): Int64 { ${i} }`);
  for (let i = 0; i < parts.extra; i++) lines.push(`pub fn extra${i}(x: Int64): Int64 { x + ${i} }`);
  const calls = imports.map((i) => ` + Int64(m${i}::run(x % 3)) + m${i}::LIMIT + m${i}::Item::new(x).size + m${i}::pick(&[x, 2, ${parts.body}], x)`).join('');
  const lent = imports.filter((i) => all.get(i)!.lends).map((i) => ` + m${i}::Item::new(1).longest(&m${i}::Item::new(22))`).join('');
  lines.push(`pub fn run(x: Int64): ${parts.result} {`, `    let a = ${parts.result === 'Int64' ? '' : 'Int32('}(x * ${parts.body} + LIMIT${calls}${lent}) % 100003${parts.result === 'Int64' ? '' : ')'};`, '    a', '}', '');
  return lines.join('\n');
}

function mainText(all: ReadonlyMap<number, Parts>): string {
  const list = [...all.keys()];
  return [...list.map((i) => `import fuzz::m${i};`), '', 'fn main() {', '    var sum: Int64 = 0;', ...list.map((i) => `    sum += Int64(m${i}::run(sum % 7)) + m${i}::LIMIT;`), '    println(sum);', '}', ''].join('\n');
}

function edit(random: (below: number) => number, all: Map<number, Parts>): string {
  const keys = [...all.keys()];
  const index = keys[random(keys.length)]!;
  const parts = all.get(index)!;
  switch (random(13)) {
    case 0: parts.body = random(60); return `body of m${index}`;
    case 1: parts.comment++; return `comment in m${index}`;
    case 2: parts.hidden++; return `private function in m${index}`;
    case 3: parts.extra++; return `exported function in m${index}`;
    case 4: parts.result = parts.result === 'Int64' ? 'Int32' : 'Int64'; return `signature in m${index}`;
    case 5: parts.limit = random(9); return `constant in m${index}`;
    case 6: parts.computed = !parts.computed; return `computed constant in m${index}`;
    case 7: parts.generic = random(20); return `generic body in m${index}`;
    case 8: parts.field = parts.field === 0 ? 1 : 0; return `field in m${index}`;
    case 9: parts.lends = !parts.lends; return `method in m${index}`;
    case 10: parts.drops = !parts.drops; return `destructor in m${index}`;
    case 11: {
      const next = Math.max(...keys) + 1;
      all.set(next, freshParts(random, next));
      return `new module m${next}`;
    }
    default:
      if (keys.length < 3) return 'nothing';
      all.delete(index);
      return `without module m${index}`;
  }
}

function write(folder: string, all: ReadonlyMap<number, Parts>): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const wanted = new Set(['main.cj', ...[...all.keys()].map((index) => `m${index}.cj`)]);
  for (const name of readdirSync(join(folder, 'src'))) if (!wanted.has(name)) rmSync(join(folder, 'src', name));
  put(join(folder, 'cj.toml'), '[package]\nname = "fuzz"\nversion = "0.1.0"\n');
  put(join(folder, 'src/main.cj'), mainText(all));
  for (const [index, parts] of all) put(join(folder, `src/m${index}.cj`), textOf(parts, index, all));
}

/** Leaves files alone that stay as they are, so that their times do. */
function put(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

interface Built {
  readonly artifact: string;
  readonly executable: string;
  readonly output: string;
}

function build(folder: string, cache: string): Built {
  const result = spawnSync(JC, ['build', '--stats', '--verbose'], { cwd: folder, encoding: 'utf8', env: { ...process.env, JC_CACHE: cache } });
  const artifact = /artifact +([0-9a-f]{64})/.exec(result.stderr)?.[1];
  if (result.status !== 0 || artifact === undefined) throw new Error(`a build ended with ${result.status}:\n${result.stderr}${result.stdout}`);
  const path = join(folder, '.jc/dev/fuzz');
  const ran = spawnSync(path, [], { encoding: 'utf8' });
  return { artifact, executable: readFileSync(path).toString('base64'), output: `${ran.status} ${ran.stdout}${ran.stderr}` };
}

/** std's unit is the same for all: it is made once. */
function cleanStore(work: string, warm: string): string {
  const store = join(work, 'clean-store');
  rmSync(store, { recursive: true, force: true });
  cpSync(warm, store, { recursive: true });
  return store;
}

function main(): void {
  const sequences = option('sequences', 20);
  const steps = option('steps', 8);
  const seed = option('seed', 1);
  const work = mkdtempSync(join(tmpdir(), 'jc-build-fuzz-'));
  const warm = join(work, 'warm');
  try {
    const hello = join(work, 'hello');
    mkdirSync(join(hello, 'src'), { recursive: true });
    writeFileSync(join(hello, 'cj.toml'), '[package]\nname = "fuzz"\nversion = "0.1.0"\n');
    writeFileSync(join(hello, 'src/main.cj'), 'fn main() { println(1); }\n');
    build(hello, warm);
    const store = join(work, 'store');
    cpSync(warm, store, { recursive: true });
    let builds = 0;
    let compared = 0;
    for (let n = 0; n < sequences; n++) {
      const random = randomFrom(seed * 7919 + n);
      const folder = join(work, `p${n}`);
      const all = new Map<number, Parts>();
      for (let i = 0; i < 4 + random(4); i++) all.set(i, freshParts(random, i));
      const done: string[] = [];
      const states: Map<number, Parts>[] = [];
      for (let step = 0; step <= steps; step++) {
        if (step > 0 && random(6) === 0 && states.length > 0) {
          const back = states[random(states.length)]!;
          all.clear();
          for (const [i, parts] of back) all.set(i, structuredClone(parts));
          done.push('back to an earlier state');
        } else if (step > 0) {
          done.push(edit(random, all));
        }
        states.push(new Map([...all].map(([i, parts]) => [i, structuredClone(parts)])));
        write(folder, all);
        const incremental = build(folder, store);
        builds++;
        if (step !== steps && random(3) !== 0) continue;
        const other = join(work, 'clean');
        rmSync(other, { recursive: true, force: true });
        write(other, all);
        const clean = build(other, cleanStore(work, warm));
        compared++;
        for (const what of ['artifact', 'executable', 'output'] as const) {
          if (incremental[what] === clean[what]) continue;
          const kept = join(tmpdir(), `jc-build-fuzz-failure-${seed}-${n}`);
          cpSync(folder, kept, { recursive: true });
          throw new Error(`sequence ${n} of seed ${seed}: ${what} differs from that of a clean build after ${done.join(', ')}; the sources are in ${kept}`);
        }
      }
      rmSync(folder, { recursive: true, force: true });
    }
    process.stdout.write(`${sequences} sequences of seed ${seed}: ${builds} builds, ${compared} compared with clean ones, all equal\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

main();
