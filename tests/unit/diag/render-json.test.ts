/** The shape of `--error-format=json`: one object a line, places with columns in characters and offsets in UTF-16 units. */
import { expect, test } from 'vitest';
import { NO_SPAN } from '../../../src/source/index.ts';
import { asJson, files } from './support.ts';

test('an error with a related place, a help and a fix', () => {
  const f = files({ 'main.cj': 'fn main() {\n    let 数 = "a";\n    let n: Int32 = 数;\n}\n' });
  expect(
    asJson(f, {
      code: 'CJ0270', span: f.span('main.cj', '数', 1), args: { expected: 'Int32', found: 'String' },
      related: [{ span: f.span('main.cj', 'Int32'), label: 'annotation' }], help: ['unit'],
      fixes: [{ key: 'semicolon', edits: [{ span: f.span('main.cj', ';', 1), text: ';' }] }],
    }),
  ).toMatchInlineSnapshot(`
    {
      "code": "CJ0270",
      "fixes": [
        {
          "edits": [
            {
              "span": {
                "column": 21,
                "endColumn": 22,
                "endLine": 3,
                "endOffset": 50,
                "file": "main.cj",
                "line": 3,
                "offset": 49,
              },
              "text": ";",
            },
          ],
          "title": "end the statement with \`;\`",
        },
      ],
      "help": [
        "a block whose last expression ends in \`;\` has no value",
      ],
      "label": "this is \`String\`",
      "message": "expected \`Int32\`, found \`String\`",
      "related": [
        {
          "label": "because of this type",
          "span": {
            "column": 12,
            "endColumn": 17,
            "endLine": 3,
            "endOffset": 45,
            "file": "main.cj",
            "line": 3,
            "offset": 40,
          },
        },
      ],
      "severity": "error",
      "span": {
        "column": 20,
        "endColumn": 21,
        "endLine": 3,
        "endOffset": 49,
        "file": "main.cj",
        "line": 3,
        "offset": 48,
      },
    }
  `);
});

test('Chinese words, the same places', () => {
  const f = files({ 'main.cj': 'fn main() { println(y); }\n' });
  expect(asJson(f, { code: 'CJ0201', span: f.span('main.cj', 'y'), args: { name: 'y' } }, 'zh')).toMatchInlineSnapshot(`
    {
      "code": "CJ0201",
      "fixes": [],
      "help": [],
      "label": "此处未找到",
      "message": "在此作用域中找不到 \`y\`",
      "related": [],
      "severity": "error",
      "span": {
        "column": 21,
        "endColumn": 22,
        "endLine": 1,
        "endOffset": 21,
        "file": "main.cj",
        "line": 1,
        "offset": 20,
      },
    }
  `);
});

test('what has no place in a file has no span', () => {
  expect(asJson(files({}), { code: 'CJ0001', span: NO_SPAN, args: { path: 'x.cj' } })).toMatchInlineSnapshot(`
    {
      "code": "CJ0001",
      "fixes": [],
      "help": [],
      "label": "",
      "message": "there is no file or folder \`x.cj\`",
      "related": [],
      "severity": "error",
      "span": null,
    }
  `);
});
