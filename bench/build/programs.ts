/**
 * The program of the build benchmark in both languages: for each module of a graph the same types, functions and bodies in ours and in Go.
 * Consumes: a Graph. Produces: texts by path. Both programs print the same number; values stay below 2^40, since ours stops at an overflow.
 */
import { randomFrom } from './graph.ts';
import type { Graph, GraphModule } from './graph.ts';

export interface ProgramTexts {
  /** Path inside the package to text. */
  readonly ours: ReadonlyMap<string, string>;
  readonly go: ReadonlyMap<string, string>;
}

interface Pair {
  readonly ours: string[];
  readonly go: string[];
}

export function pathOfModule(m: GraphModule): { readonly ours: string; readonly go: string } {
  return { ours: `src/${m.folder}/${m.name}.cj`, go: `${m.folder}/${m.name}/${m.name}.go` };
}

/** One function, in one of several shapes; `callee` is an imported module or null. Returns its name in each language. */
function addFunction(out: Pair, id: number, random: () => number, callee: string | null): string {
  const a = 3 + Math.floor(random() * 90);
  const b = 1 + Math.floor(random() * 1000);
  const c = 2 + Math.floor(random() * 9);
  const name = `work${id}`;
  const outer = (lang: 'ours' | 'go', value: string): string => (callee === null ? `(${value}) % ${b + 7}` : lang === 'ours' ? `${callee}::mix(${value}) % ${b + 7}` : `${callee}.Mix(${value}) % ${b + 7}`);
  switch (Math.floor(random() * 5)) {
    case 0:
      out.ours.push(
        `fn ${name}(x: Int64): Int64 {`, '    var total: Int64 = x % 4096;', `    for i in 0..${c} {`, `        total = (total * ${a} + i + ${b}) & 1048575;`,
        `        if total % ${c} == 0 {`, '            total += 1;', '        } else {', '            total += i;', '        }', '    }',
        `    total + ${outer('ours', 'total')}`, '}', '');
      out.go.push(
        `func ${name}(x int64) int64 {`, '\ttotal := x % 4096', `\tfor i := int64(0); i < ${c}; i++ {`, `\t\ttotal = (total*${a} + i + ${b}) & 1048575`,
        `\t\tif total%${c} == 0 {`, '\t\t\ttotal += 1', '\t\t} else {', '\t\t\ttotal += i', '\t\t}', '\t}', `\treturn total + ${outer('go', 'total')}`, '}', '');
      break;
    case 1:
      out.ours.push(
        `fn ${name}(x: Int64): Int64 {`, '    var list = ArrayList::<Int64>::new();', `    for i in 0..${c + 3} {`, `        list.push((x + i * ${a}) & 65535);`, '    }',
        '    var sum: Int64 = 0;', '    for v in list.iter() {', `        sum += *v ^ ${b};`, '    }', `    sum + ${outer('ours', 'sum')}`, '}', '');
      out.go.push(
        `func ${name}(x int64) int64 {`, '\tlist := []int64{}', `\tfor i := int64(0); i < ${c + 3}; i++ {`, `\t\tlist = append(list, (x+i*${a})&65535)`, '\t}',
        '\tvar sum int64 = 0', '\tfor _, v := range list {', `\t\tsum += v ^ ${b}`, '\t}', `\treturn sum + ${outer('go', 'sum')}`, '}', '');
      break;
    case 2:
      out.ours.push(
        `fn ${name}(x: Int64): Int64 {`, `    let kind = x % ${c};`, '    match kind {', `        0 => x % 1000 + ${a},`, `        1 => (x & 255) * ${a},`, `        2 => ${b} - kind,`,
        `        _ => ${outer('ours', 'x')},`, '    }', '}', '');
      out.go.push(
        `func ${name}(x int64) int64 {`, `\tkind := x % ${c}`, '\tswitch kind {', '\tcase 0:', `\t\treturn x%1000 + ${a}`, '\tcase 1:', `\t\treturn (x & 255) * ${a}`, '\tcase 2:',
        `\t\treturn ${b} - kind`, '\t}', `\treturn ${outer('go', 'x')}`, '}', '');
      break;
    case 3:
      out.ours.push(
        `fn ${name}(x: Int64): Int64 {`, `    var state = State::new(x % ${b + 11});`, `    for i in 0..${c} {`, `        state.step(i + ${a});`, '    }',
        '    if state.isLarge() {', '        state.total() / 2', '    } else {', `        state.total() + ${outer('ours', 'state.total()')}`, '    }', '}', '');
      out.go.push(
        `func ${name}(x int64) int64 {`, `\tstate := newState(x % ${b + 11})`, `\tfor i := int64(0); i < ${c}; i++ {`, `\t\tstate.step(i + ${a})`, '\t}',
        '\tif state.isLarge() {', '\t\treturn state.total() / 2', '\t}', `\treturn state.total() + ${outer('go', 'state.total()')}`, '}', '');
      break;
    default:
      out.ours.push(
        `fn ${name}(x: Int64): Int64 {`, `    let text = "n\${x % ${b}}";`, '    let size = Int64(text.len());', `    var n = size * ${a};`, `    while n > ${c} {`,
        `        n -= ${c};`, '    }', `    n + ${outer('ours', 'size')}`, '}', '');
      out.go.push(
        `func ${name}(x int64) int64 {`, `\ttext := fmt.Sprintf("n%d", x%${b})`, '\tsize := int64(len(text))', `\tn := size * ${a}`, `\tfor n > ${c} {`,
        `\t\tn -= ${c}`, '\t}', `\treturn n + ${outer('go', 'size')}`, '}', '');
  }
  return name;
}

function moduleTexts(graph: Graph, m: GraphModule): { readonly ours: string; readonly go: string } {
  const random = randomFrom(m.index * 7919 + 17);
  const body: Pair = { ours: [], go: [] };
  const deps = m.imports.map((i) => graph.modules[i]!);
  const names: string[] = [];
  const links = deps.length === 0 ? 0 : deps.length + 4;
  const wanted = m.lines - 20 - links - deps.length;
  for (let id = 0; body.ours.length < wanted; id++) names.push(addFunction(body, id, random, deps.length === 0 ? null : deps[id % deps.length]!.name));
  if (deps.length > 0) {
    body.ours.push('fn links(x: Int64): Int64 {', '    var sum = x % 64;', ...deps.map((d) => `    sum += ${d.name}::mix(sum) % 1000;`), '    sum', '}', '');
    body.go.push('func links(x int64) int64 {', '\tsum := x % 64', ...deps.map((d) => `\tsum += ${d.name}.Mix(sum) % 1000`), '\treturn sum', '}', '');
    names.push('links');
  }
  if (body.ours.some((line) => line.includes('State::new'))) {
    body.ours.push(
      'struct State { a: Int64, b: Int64 }', '', 'impl State {', '    fn new(x: Int64): State { State { a: x, b: 1 } }', '    fn step(&mut self, by: Int64) {',
      '        self.a = (self.a * 3 + by) & 65535;', '        self.b += 1;', '    }', '    fn isLarge(&self): Bool { self.a > 40000 }', '    fn total(&self): Int64 { self.a + self.b }', '}', '');
    body.go.push(
      'type state struct{ a, b int64 }', '', 'func newState(x int64) *state { return &state{x, 1} }', '', 'func (s *state) step(by int64) {', '\ts.a = (s.a*3 + by) & 65535', '\ts.b++', '}', '',
      'func (s *state) isLarge() bool { return s.a > 40000 }', '', 'func (s *state) total() int64 { return s.a + s.b }', '');
  }
  const salt = 1 + Math.floor(random() * 99);
  body.ours.push(
    '/// Spreads a number; it calls no other module.', 'pub fn mix(x: Int64): Int64 {', `    let y = (x * 31 + ${salt}) & 1048575;`, '    y ^ (y / 16)', '}', '',
    '/// Nobody calls it.', 'pub fn spare(x: Int64): Int64 {', '    x + 1', '}', '',
    '/// The sum of what this module computes.', 'pub fn run(x: Int64): Int64 {', '    var sum: Int64 = mix(x);');
  body.go.push(
    '// Mix spreads a number; it calls no other module.', 'func Mix(x int64) int64 {', `\ty := (x*31 + ${salt}) & 1048575`, '\treturn y ^ (y / 16)', '}', '',
    '// Spare is called by nobody.', 'func Spare(x int64) int64 {', '\treturn x + 1', '}', '',
    '// Run gives the sum of what this module computes.', 'func Run(x int64) int64 {', '\tsum := Mix(x)');
  for (const [i, name] of names.entries()) {
    body.ours.push(`    sum += ${name}(x + ${i});`);
    body.go.push(`\tsum += ${name}(x + ${i})`);
  }
  body.ours.push('    sum', '}', '');
  body.go.push('\treturn sum', '}', '');
  const goBody = body.go.join('\n');
  const goImports = [...(goBody.includes('fmt.') ? ['"fmt"', ''] : []), ...deps.map((d) => `"bench/${d.folder}/${d.name}"`)];
  const head = deps.map((d) => `import bench::${d.folder}::${d.name};`);
  return {
    ours: [...head, ...(head.length > 0 ? [''] : []), ...body.ours].join('\n'),
    go: [`package ${m.name}`, '', ...(goImports.length > 0 ? ['import (', ...goImports.map((i) => (i === '' ? '' : `\t${i}`)), ')', ''] : []), goBody].join('\n'),
  };
}

/** All files of both programs. The entry imports what nobody else does. */
export function makePrograms(graph: Graph): ProgramTexts {
  const ours = new Map<string, string>();
  const go = new Map<string, string>();
  const used = new Set(graph.modules.flatMap((m) => m.imports));
  for (const m of graph.modules) {
    const texts = moduleTexts(graph, m);
    ours.set(pathOfModule(m).ours, texts.ours);
    go.set(pathOfModule(m).go, texts.go);
  }
  const roots = graph.modules.filter((m) => !used.has(m.index));
  ours.set('cj.toml', '[package]\nname = "bench"\nversion = "0.1.0"\n');
  ours.set('src/main.cj', [
    ...roots.map((m) => `import bench::${m.folder}::${m.name};`), '', 'fn main() {', '    var sum: Int64 = 0;',
    ...roots.map((m) => `    sum = (sum + ${m.name}::run(sum % 1000)) & 1073741823;`), '    println(sum);', '}', '',
  ].join('\n'));
  go.set('go.mod', 'module bench\n\ngo 1.21\n');
  go.set('main.go', [
    'package main', '', 'import (', '\t"fmt"', '', ...roots.map((m) => `\t"bench/${m.folder}/${m.name}"`), ')', '', 'func main() {', '\tvar sum int64 = 0',
    ...roots.map((m) => `\tsum = (sum + ${m.name}.Run(sum%1000)) & 1073741823`), '\tfmt.Println(sum)', '}', '',
  ].join('\n'));
  return { ours, go };
}
