/** The places of a TOML tree, edits that keep the rest, and manifests that are cut and twisted: never an exception, never a span outside the text. */
import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { DiagSink, renderDiagnostic } from '../../../src/diag/index.ts';
import { parseToml, readManifest, removeEntry, setEntry } from '../../../src/packages/index.ts';
import { SourceMap } from '../../../src/source/index.ts';

type Tree = ReturnType<typeof parseToml> & { ok: true };
type Node = Tree['root'] | (Tree['root']['entries'] extends Map<string, infer E> ? (E extends { value: infer V } ? V : never) : never);

function valueOf(node: Node): unknown {
  switch (node.kind) {
    case 'table':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, valueOf(entry.value)]));
    case 'array':
      return node.items.map(valueOf);
    case 'date':
      return 'date';
    default:
      return node.value;
  }
}

/** Each string, number and truth value stands where its span says. */
function checkSpans(text: string, node: Node): void {
  if (node.kind === 'table') {
    for (const entry of node.entries.values()) {
      const key = text.slice(entry.keyLo, entry.keyHi);
      expect(key.startsWith('"') || key.startsWith("'") ? (parse(`k = ${key}`) as { k: string }).k : key).toBe(entry.key);
      checkSpans(text, entry.value);
    }
  } else if (node.kind === 'array') {
    for (const item of node.items) checkSpans(text, item);
  } else if (node.kind !== 'date') {
    expect((parse(`k = ${text.slice(node.lo, node.hi)}`) as { k: unknown }).k).toEqual(node.value);
  }
}

const key = fc.oneof(fc.constantFrom('name', 'a', 'b-c', 'x y', 'q"', '数'), fc.string({ minLength: 1, maxLength: 5 })).filter((text) => text !== '__proto__');
const leaf = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean(), fc.constantFrom('a # b', '"', "'''", 'é\n[x]'));
const { value } = fc.letrec<{ value: unknown; table: unknown }>((tie) => ({
  table: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ depthSize: 'small', maxDepth: 4 }, leaf, fc.array(leaf, { maxLength: 3 }), fc.array(tie('table'), { minLength: 1, maxLength: 2 }), tie('table')),
}));

test('the tree says what the library says, and where', () => {
  fc.assert(fc.property(fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }), (document) => {
    const text = stringify(document);
    const parsed = parseToml(text);
    expect(parsed.ok).toBe(true);
    if (!parsed.ok) return;
    expect(valueOf(parsed.root)).toEqual(JSON.parse(JSON.stringify(parse(text))));
    checkSpans(text, parsed.root);
  }), { numRuns: 400 });
});

test('forms that no writer makes', () => {
  const text = '\uFEFF# top\r\na.b."c d" = 1 # one\r\na.e = { f = [ 1, # two\n 2, ], g."h" = """x"""" }\n[[t]]\nk = \'\'\'it\'s\'\'\'\n[t.sub]\nd = 1979-05-27\n[[ t ]]\nk = "é\\u00e9"\n[ z . "y" ]\nn = 0x1F\nf = 1e3\n';
  const parsed = parseToml(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  expect(valueOf(parsed.root)).toEqual({ a: { b: { 'c d': 1 }, e: { f: [1, 2], g: { h: 'x"' } } }, t: [{ k: "it's", sub: { d: 'date' } }, { k: 'éé' }], z: { y: { n: 31, f: 1000 } } });
  checkSpans(text, parsed.root);
});

const MANIFEST = '# c\n[package]\nname = "app"\nversion = "1.0.0"\nedition = "2026"\n\n[lib]\nroot = "src/lib.cj"\n\n[[bin]]\nname = "t"\nmain = "src/t.cj"\n\n[dependencies]\njson = "1.2"\nx = { path = "../x", features = ["a"], optional = true }\ng = { git = "https://h/g", rev = "0123456789012345678901234567890123456789" }\n\n[features]\ndefault = ["a"]\na = ["dep:x", "json/fast"]\n\n[workspace]\nmembers = ["crates/*"]\n\n[workspace.dependencies]\ntext = "1.0"\n\n[profile.dev]\nopt = 1\n\n[target.x86_64-linux-gnu]\ncpu = "native"\n\n[native]\nlibs = ["m"]\n\n[[generate]]\ncmd = ["sh"]\nout = ["a.cj"]\n\n[build]\njobs = 2\n\n[cache]\nmax-size = "1GiB"\n';

/** Cuts, doubles and replaces parts of a text. */
const twist = fc.array(fc.record({ at: fc.nat(MANIFEST.length), length: fc.nat(12), by: fc.constantFrom('', '"', '[', ']', '{', '}', '=', '\n', '#', '1', 'a', "'", '.', ',', 'true', '\\', '\u0000', '"""') }), { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce((text, edit) => text.slice(0, edit.at) + edit.by + text.slice(edit.at + edit.length), MANIFEST));

test('a twisted manifest is refused with places, never with an exception', () => {
  fc.assert(fc.property(twist, (text) => {
    const sink = new DiagSink();
    const sources = new SourceMap();
    const file = sources.add('cj.toml', text);
    readManifest(file, '.', sink);
    for (const diag of sink.all) {
      expect(diag.span.lo).toBeGreaterThanOrEqual(0);
      expect(diag.span.hi).toBeLessThanOrEqual(text.length);
      renderDiagnostic(diag, sources, { language: 'en', color: false });
      renderDiagnostic(diag, sources, { language: 'zh', color: false });
    }
  }), { numRuns: 3000 });
});

function manifestOf(text: string) {
  const manifest = readManifest(new SourceMap().add('cj.toml', text), '.', new DiagSink());
  if (manifest === null) throw new Error(`no manifest: ${text}`);
  return manifest;
}

test('an edit changes its key alone, and taking it back gives the first text', () => {
  const lines = fc.array(fc.constantFrom('json = "1.0"', 'zlib = { version = "1.0" }  # z', '# a note', '', 'alpha = "2"', '"q-r" = "1.0.0"'), { maxLength: 6 }).map((all) => [...new Set(all)].join('\n'));
  fc.assert(fc.property(lines, fc.constantFrom('abc', 'json', 'mid', 'zzz'), fc.constantFrom('\n', '\r\n'), fc.boolean(), (body, name, eol, atEnd) => {
    const head = '[package]\nname = "app"\nversion = "1.0.0"\n\n';
    const text = (atEnd ? `${head}[dependencies]\n${body}\n` : `[dependencies]\n${body}\n\n${head}`).replaceAll('\n', eol);
    const before = parse(text) as Record<string, Record<string, unknown>>;
    const after = setEntry(manifestOf(text), 'dependencies', name, '"9.9.9"');
    const changed = parse(after) as Record<string, Record<string, unknown>>;
    expect(changed['dependencies']).toEqual({ ...before['dependencies'], [name]: '9.9.9' });
    expect(changed['package']).toEqual(before['package']);
    const comments = (all: string): readonly string[] => [...all.matchAll(/#.*/g)].map((found) => found[0].trim());
    expect(comments(after)).toEqual(comments(text));
    if (!(name in (before['dependencies'] ?? {}))) expect(removeEntry(manifestOf(after), 'dependencies', name)).toBe(text);
  }), { numRuns: 500 });
});

test('edits of tables in other forms', () => {
  const base = '[package]\nname = "app"\nversion = "1.0.0"\n';
  expect(setEntry(manifestOf(base), 'dependencies', 'a', '"1"')).toBe(`${base}\n[dependencies]\na = "1"\n`);
  expect(setEntry(manifestOf(`dependencies = { a = "1.0" }\n${base}`), 'dependencies', 'b', '"2"')).toBe(`dependencies = { a = "1.0" , b = "2" }\n${base}`);
  expect(removeEntry(manifestOf(`dependencies = { a = "1.0", b = "2.0" }\n${base}`), 'dependencies', 'a')).toBe(`dependencies = { b = "2.0" }\n${base}`);
  const table = `${base}\n[dependencies.a]\nversion = "1.0"\n\n[build]\njobs = 1\n`;
  expect(removeEntry(manifestOf(table), 'dependencies', 'a')).toBe(`${base}\n[build]\njobs = 1\n`);
  expect(parse(setEntry(manifestOf(table), 'dependencies', 'a', '"2"'))).toMatchObject({ dependencies: { a: '2' }, build: { jobs: 1 } });
  expect(parse(setEntry(manifestOf(table), 'dependencies', 'b', '"2"'))).toMatchObject({ dependencies: { a: { version: '1.0' }, b: '2' }, build: { jobs: 1 } });
  expect(removeEntry(manifestOf(base), 'dependencies', 'a')).toBe(null);
});
