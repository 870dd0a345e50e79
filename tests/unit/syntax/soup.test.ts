import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { KEYWORDS, printModule } from '../../../src/syntax/index.ts';
import { parse } from './support.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const WORDS = [
  ...KEYWORDS.keys(),
  ...'( ) { } [ ] < > ; , : :: . .. ..= ... -> => | || & && ! != ? @ # $ + - * / % ++ -- += := = == === >> >>= << <:'.split(' '),
  ...'x y Foo 1 1.5 10ms 0x 5x "a" "a${ }" b"x" #"r"# \'c\' \'l ` ~ ^ \\ /* */ // /// """ 字 （ ） “ ” err nil i32 int'.split(' '),
  ...'new switch case default func throw defer go not and or vec! println! view once independent string'.split(' '),
  ...'class interface mod package foreign elif'.split(' '),
  '\n',
  '\n\n',
];

const soup = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.boolean()), { maxLength: 80 })
  .map((parts) => parts.map(([word, gap]) => (gap ? `${word} ` : word)).join(''));

/** Parsing ends, spans lie in the text, edits of one fix do not overlap, and clean programs survive printing. */
function holds(text: string): void {
  const { module, diagnostics } = parse(text);
  for (const { span, fixes } of diagnostics) {
    expect(span.lo).toBeLessThanOrEqual(span.hi);
    expect(span.hi).toBeLessThanOrEqual(text.length);
    for (const { edits } of fixes) {
      let at = 0;
      for (const edit of [...edits].sort((a, b) => a.span.lo - b.span.lo || a.span.hi - b.span.hi)) {
        expect(edit.span.lo).toBeGreaterThanOrEqual(at);
        expect(edit.span.hi).toBeGreaterThanOrEqual(edit.span.lo);
        at = edit.span.hi;
      }
    }
  }
  const printed = printModule(module);
  if (diagnostics.length !== 0) return;
  const again = parse(printed);
  expect(again.diagnostics).toEqual([]);
  expect(printModule(again.module)).toBe(printed);
}

describe('any text', () => {
  it('parses without a fault: words in any order', () => {
    fc.assert(
      fc.property(soup, (text) => holds(text)),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(soup, (text) => holds(`fn main() {\n${text}\n}`)),
      { numRuns: 400 },
    );
  });

  it('parses without a fault: characters in any order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => holds(text)),
      { numRuns: 300 },
    );
  });

  it('survives damage to a real program', () => {
    const program = readFileSync(join(root, 'tests/unit/syntax/everything.cj'), 'utf8');
    const damage = fc.tuple(fc.nat(program.length), fc.nat(6), fc.constantFrom('', ...WORDS));
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        let text = program;
        for (const [at, gone, put] of damages) text = text.slice(0, at) + put + text.slice(at + gone);
        holds(text);
      }),
      { numRuns: 200 },
    );
  });
});

describe('print and parse', () => {
  it('says the same about every construct', () => {
    const program = readFileSync(join(root, 'tests/unit/syntax/everything.cj'), 'utf8');
    expect(parse(program).diagnostics).toEqual([]);
    holds(program);
  });

  it('says the same about the examples', () => {
    const folder = join(root, 'examples');
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.cj')) holds(readFileSync(join(folder, name), 'utf8'));
  });
});
