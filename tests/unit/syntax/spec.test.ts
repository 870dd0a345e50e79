import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from './support.ts';

const spec = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/spec');

describe.each(['lexical.md', 'grammar.md'])('%s', (name) => {
  const text = readFileSync(join(spec, name), 'utf8');
  const examples = [...text.matchAll(/^```cj (run|check|fails (CJ\d{4}))\n([\s\S]*?)^```$/gm)];

  it.each(examples.map((found, i) => [i + 1, found[1]!, found[2], found[3]!] as const))('example %i: %s', (_, __, code, program) => {
    const found = [...new Set(parse(program).diagnostics.map((d) => d.code))];
    expect(found).toEqual(code === undefined ? [] : [code]);
    expect(program).toContain('main()');
  });
});
