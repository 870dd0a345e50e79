import { describe, expect, it } from 'vitest';
import { MESSAGES } from '../../../src/diag/index.ts';
import { applyFixes, parse } from './support.ts';

const pages = Object.values(MESSAGES).filter((page) => page.code.startsWith('CJ01'));

describe.each(pages.map((page) => [page.code, page] as const))('%s', (code, page) => {
  const { diagnostics } = parse(page.fails);

  it('is what its failing program reports, and nothing else', () => {
    expect([...new Set(diagnostics.map((d) => d.code))]).toEqual([code]);
  });

  it('is not reported for its working program', () => {
    expect(parse(page.works).diagnostics).toEqual([]);
  });

  it('has the lines that the parser names, and arguments for their holes', () => {
    for (const d of diagnostics) {
      const wanted = ['message', ...d.related.map((r) => `label.${r.label}`), ...d.fixes.map((f) => `fix.${f.key}`)];
      for (const text of [page.en, page.zh]) {
        for (const key of wanted) expect(text.lines[key], key).toBeDefined();
        const fixArgs = new Map(d.fixes.map((f) => [`fix.${f.key}`, f.args ?? {}]));
        const relatedArgs = new Map(d.related.map((r) => [`label.${r.label}`, r.args ?? {}]));
        for (const key of wanted) {
          const args = { ...d.args, ...fixArgs.get(key), ...relatedArgs.get(key) };
          const holes = text.lines[key]!.replaceAll(/\{\{|\}\}/g, '').matchAll(/\{(\w+)\}/g);
          for (const [, hole] of holes) expect(Object.keys(args), `${key} of ${code}`).toContain(hole);
        }
      }
    }
  });

  it('has a fix after which the program parses', () => {
    if (diagnostics.every((d) => d.fixes.length === 0)) return;
    expect(parse(applyFixes(page.fails, diagnostics)).diagnostics).toEqual([]);
  });
});
