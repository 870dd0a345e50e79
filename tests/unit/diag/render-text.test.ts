/** How diagnostics look: wide characters, tabs, spans over lines and files, both languages. */
import { expect, test } from 'vitest';
import { makeSpan } from '../../../src/source/index.ts';
import { asText, files } from './support.ts';

test('marks stand under wide characters', () => {
  const f = files({ 'main.cj': 'fn main() {\n    let 平方数 = "字" + 未知;\n}\n' });
  expect(asText(f, { code: 'CJ0201', span: f.span('main.cj', '未知'), args: { name: '未知' } })).toMatchInlineSnapshot(`
    "
    error[CJ0201]: cannot find \`未知\` in this scope
     --> main.cj:2:21
      |
    2 |     let 平方数 = "字" + 未知;
      |                         ^^^^ not found here
    "
  `);
});

test('a tab is as wide as the mark takes it to be', () => {
  const f = files({ 'main.cj': 'fn main() {\n\tlet n =\t1;\n\tn += 1;\n}\n' });
  expect(
    asText(f, {
      code: 'CJ0281', span: f.span('main.cj', 'n', 3), label: 'assign', args: { name: 'n' },
      related: [{ span: f.span('main.cj', 'n', 2), label: 'declared', args: { name: 'n' } }],
      fixes: [{ key: 'var', edits: [{ span: f.span('main.cj', 'let'), text: 'var' }] }],
    }),
  ).toMatchInlineSnapshot(`
    "
    error[CJ0281]: \`n\` is a \`let\`: it does not change
     --> main.cj:3:2
      |
    2 |     let n =    1;
      |         - \`n\` is declared here
    3 |     n += 1;
      |     ^ this changes it
      fix: declare it with \`var\`
    "
  `);
});

test('a span over several lines', () => {
  const f = files({ 'main.cj': 'fn main() {\n    match n {\n        0 => "none",\n        1 => "one",\n    };\n}\n' });
  expect(asText(f, { code: 'CJ0903', span: f.span('main.cj', 'match n {\n        0 => "none",\n        1 => "one",\n    }') })).toMatchInlineSnapshot(`
    "
    warning[CJ0903]: this code cannot be reached
     --> main.cj:2:5
      |
    2 |     match n {
      |     ^^^^^^^^^ never runs
    "
  `);
});

test('related places in another file are shown with their path', () => {
  const f = files({ 'src/main.cj': 'import shapes;\nfn main() { println(shapes::secret()); }\n', 'src/shapes.cj': '// helpers\nfn secret(): Int32 { 1 }\n' });
  expect(
    asText(f, {
      code: 'CJ0212', span: f.span('src/main.cj', 'secret'), args: { name: 'secret', module: 'app::shapes' },
      related: [{ span: f.span('src/shapes.cj', 'secret'), label: 'declared', args: { name: 'secret' } }],
    }),
  ).toMatchInlineSnapshot(`
    "
    error[CJ0212]: \`secret\` is private to \`app::shapes\`
     --> src/main.cj:2:29
      |
     ::: src/shapes.cj:2:4
    2 | fn secret(): Int32 { 1 }
      |    ------ \`secret\` is declared here without \`pub\`
     ::: src/main.cj:2:29
    2 | fn main() { println(shapes::secret()); }
      |                             ^^^^^^ not visible here
    "
  `);
});

test('the order of the story, and lines left out between', () => {
  const f = files({ 'main.cj': 'fn main() {\n    let data = make();\n    send(data);\n    wait();\n    wait();\n    println(data);\n}\n' });
  const args = { name: 'data', part: 'data', copied: 'data', ty: 'String', callee: 'send' };
  expect(
    asText(f, { code: 'CJ0501', span: f.span('main.cj', 'data', 2), args, related: [{ span: f.span('main.cj', 'send(data)'), label: 'given', args }], help: ['borrow', 'clone'] }),
  ).toMatchInlineSnapshot(`
    "
    error[CJ0501]: \`data\` is used after it was given away
     --> main.cj:6:13
      |
    3 |     send(data);
      |     ---------- \`data\` is given to \`send\` here
      …
    6 |     println(data);
      |             ^^^^ used here, after it was given away
      help: if \`send\` only reads it, let it take \`&String\` and pass \`&data\`
      help: to keep \`data\`, give a copy away: \`data.clone()\`
    "
  `);
});

test('Chinese', () => {
  const f = files({ 'main.cj': 'fn main() {\n    let 数 = 1;\n    数 += 1;\n}\n' });
  expect(
    asText(f, { code: 'CJ0281', span: f.span('main.cj', '数', 1), label: 'assign', args: { name: '数' }, related: [{ span: f.span('main.cj', '数'), label: 'declared', args: { name: '数' } }] }, 'zh'),
  ).toMatchInlineSnapshot(`
    "
    错误[CJ0281]: \`数\` 由 \`let\` 声明，不能改变
     --> main.cj:3:5
      |
    2 |     let 数 = 1;
      |         -- \`数\` 在此声明
    3 |     数 += 1;
      |     ^^ 此处改变它
    "
  `);
});

test('numbers choose their words', () => {
  const f = files({ 'main.cj': 'fn main() { f(1); }\n' });
  const at = f.span('main.cj', 'f(1)');
  const one = asText(f, { code: 'CJ0276', span: at, args: { name: 'f', expected: 1, found: 2 } });
  const many = asText(f, { code: 'CJ0276', span: at, args: { name: 'f', expected: 3, found: 2 } });
  expect(one).toContain('takes 1 argument,');
  expect(many).toContain('takes 3 arguments,');
});

test('words of the grammar are translated, code is not', () => {
  const f = files({ 'main.cj': 'fn f(x: two) { }\n' });
  const text = asText(f, { code: 'CJ0242', span: f.span('main.cj', 'two'), args: { name: 'function', kind: 'function' } }, 'zh');
  expect(text).toContain('`function` 不是类型（它是函数）');
});

test('an empty span at the end of a file without a line break', () => {
  const text = 'fn main() {';
  const f = files({ 'main.cj': text });
  expect(asText(f, { code: 'CJ0128', span: makeSpan(f.file('main.cj').id, text.length, text.length) })).toMatchInlineSnapshot(`
    "
    error[CJ0128]: \`;\` is missing
     --> main.cj:1:12
      |
    1 | fn main() {
      |            ^ the statement ends here
    "
  `);
});

test('characters that a terminal would obey are pictures', () => {
  const f = files({ 'main.cj': 'fn main() { println("a\u202eb\u0007c"); }\n' });
  const text = asText(f, { code: 'CJ0116', span: f.span('main.cj', '\u202e'), args: { char: 'U+202E' } });
  expect(text).not.toMatch(/[\u0007\u202e]/);
});
