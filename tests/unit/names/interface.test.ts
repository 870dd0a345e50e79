/** What of a module's text its dependents see, and which modules a module sees. */
import { describe, expect, it } from 'vitest';
import { DiagSink } from '../../../src/diag/index.ts';
import { makeInterface, ModuleGraph, viewNamesIn } from '../../../src/names/index.ts';
import type { GraphNode } from '../../../src/names/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import { parseModule } from '../../../src/syntax/index.ts';

function made(text: string, views: readonly string[] = viewNamesIn(text)): ReturnType<typeof makeInterface> {
  const sink = new DiagSink();
  const file = new SourceMap().add('a.cj', text);
  const module = parseModule(file, sink);
  expect(sink.all).toEqual([]);
  return makeInterface(file, module, new Set(views));
}

const textOf = (text: string): string => made(text).interface.text;

describe('the interface of a module', () => {
  const base = 'pub fn run(x: Int64): Int64 { x + 1 }\nfn hidden(): Int64 { 2 }\npub struct P { x: Int64 }\n';

  it('is the same after an edit of a body, a comment, a private item, another order', () => {
    const same = textOf(base);
    expect(textOf(base.replace('x + 1', 'x + hidden()'))).toBe(same);
    expect(textOf(`// A remark.\n/// And a documentation.\n${base}`)).toBe(same);
    expect(textOf(`fn another() {}\n${base}`)).toBe(same);
    expect(textOf('pub struct P { x: Int64 }\npub fn run( x : Int64 ): Int64 {\n    x + 1\n}\n'.replace('( x : Int64 )', '(x: Int64)'))).toBe(same);
    expect(same).toBe('pub fn run(x: Int64): Int64;\npub struct P { x: Int64 }\n');
  });

  it('is another after an edit of a signature, a field, a constant, a generic body', () => {
    expect(textOf(base.replace('x: Int64)', 'x: Int32)'))).not.toBe(textOf(base));
    expect(textOf(base.replace('{ x: Int64 }', '{ x: Int32 }'))).not.toBe(textOf(base));
    expect(textOf('pub const N: Int64 = 1;')).not.toBe(textOf('pub const N: Int64 = 2;'));
    expect(textOf('pub fn id<T>(x: T): T { x }')).toContain('{ x }');
  });

  it('keeps the private items that what stays mentions, all the way', () => {
    const text = textOf('struct Deep { n: Int64 }\nstruct Inner { deep: Deep }\npub struct Outer { inner: Inner }\nstruct Alone { n: Int64 }\nfn helper(): Int64 { 1 }\npub fn twice<T>(x: T): Int64 { helper() * 2 }\n');
    expect(text).toContain('struct Deep');
    expect(text).toContain('fn helper(): Int64;');
    expect(text).not.toContain('Alone');
  });

  it('keeps impls, but not those of types that nobody can meet', () => {
    const text = textOf('struct Secret { n: Int64 }\nimpl Drop for Secret { fn drop(&mut self) {} }\npub struct Open { n: Int64 }\nimpl Drop for Open { fn drop(&mut self) { println(1); } }\nimpl Open {\n    pub fn a(&self): Int64 { self.b() }\n    fn b(&self): Int64 { 1 }\n}\n');
    expect(text).not.toContain('Secret');
    expect(text).toContain('impl Drop for Open {\n fn drop(&mut self);\n}');
    expect(text).toContain('impl Open {\n pub fn a(&self): Int64;\n}');
  });

  it('keeps bodies that may decide what a borrow is good for', () => {
    expect(textOf('pub fn first(a: &str, b: &str): &str { a }')).toContain('{ a }');
    expect(textOf('pub view struct V { t: &str }\npub fn make(t: &str): V { V { t: t } }')).toContain('{ V { t: t } }');
    expect(textOf('pub fn store(list: &mut ArrayList<&String>, s: &String) { list.push(s); }')).toContain('list.push(s)');
    expect(textOf('pub fn count(list: &mut ArrayList<Int64>, by: &Int64) { list.push(*by); }')).toBe('pub fn count(list: &mut ArrayList<Int64>, by: &Int64);\n');
  });

  it('keeps imports that something may need', () => {
    expect(textOf('import a::b;\nimport a::C;\nimport a::d;\npub import a::e;\npub fn f(c: C) {}')).toBe('import a::C;\npub fn f(c: C);\npub import a::e;\n');
    expect(textOf('import a::b;\npub fn f<T>(x: T) {}')).toContain('import a::b;');
  });

  it('knows where the tokens of a body come from', () => {
    const text = '// A remark.\npub fn id<T>(x: T): T {\n    // Another.\n    x\n}\n';
    const { interface: result } = made(text);
    expect([...result.origins].map((origin) => (origin < 0 ? '' : text[origin]))).toContain('x');
    expect(made('pub fn f() {}').interface.origins).toHaveLength(0);
  });
});

describe('the graph of modules', () => {
  const graphOf = (texts: Readonly<Record<string, string>>): ModuleGraph =>
    new ModuleGraph(Object.entries(texts).map(([key, text]): GraphNode => ({ key, path: key.split('::'), facts: made(text).facts, dependencies: new Map() })));
  const seen = (graph: ModuleGraph, key: string): string[] => graph.visibleFrom(graph.node(key)!).map((node) => node.key);

  it('sees what interfaces lead to, and not what bodies do', () => {
    const graph = graphOf({
      app: 'import app::a;\nfn main() {}', 'app::a': 'import app::b;\nimport app::c;\npub fn f(x: b::T) { c::g(); }', 'app::b': 'pub struct T { n: Int64 }', 'app::c': 'pub fn g() {}',
    });
    expect(seen(graph, 'app')).toEqual(['app::a', 'app::b']);
    expect(seen(graph, 'app::a')).toEqual(['app::b', 'app::c']);
  });

  it('sees modules whose impls are for what others declare, and says who needs the sources', () => {
    const graph = graphOf({
      app: 'import app::t;\nfn main() {}', 'app::t': 'pub struct T { n: Int64 }', 'app::d': 'import app::t::T;\nimpl Drop for T { fn drop(&mut self) {} }',
    });
    expect(seen(graph, 'app')).toEqual(['app::t', 'app::d']);
    expect(graph.needsSources(graph.node('app::t')!, [])).toBe(true);
    expect(graph.needsSources(graph.node('app')!, [])).toBe(false);
  });

  it('follows folders by the names behind them', () => {
    const graph = graphOf({ app: 'import app::net;\nfn main() { net::dial::go(); }', 'app::net::dial': 'pub fn go() {}', 'app::net::other': 'pub fn go() {}' });
    expect(seen(graph, 'app')).toEqual(['app::net::dial']);
  });

  it('finds circles', () => {
    const graph = graphOf({ app: 'import app::a;', 'app::a': 'import app::b;', 'app::b': 'import app::a;' });
    expect(graph.findCycle()!.map((node) => node.key)).toEqual(['app::a', 'app::b', 'app::a']);
    expect(graphOf({ app: 'import app::a;', 'app::a': 'import app::b;', 'app::b': '' }).findCycle()).toBeNull();
  });
});
