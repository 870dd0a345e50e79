/**
 * The borrow checker against rustc: `node dist/dev/borrows-rustc.mjs --count N [--seed S] [--show CLASS] [--out FOLDER]`.
 * Programs without calls that return references are checked by both; each disagreement is put into a class of `docs/decisions/0016-*.md`.
 * Prints the counts, and examples of a class. Exit code 0; 3 where rustc is not installed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkBatch } from './check.ts';
import { classify, codesOf } from './disagreements.ts';
import type { Disagreement } from './disagreements.ts';
import { generateUnit } from './generate.ts';
import { BORROW_CODES, hasRustc, rustVerdicts } from './rust.ts';

const BATCH = 250;

function option(name: string): string | null {
  const at = process.argv.lastIndexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
}

function main(): void {
  if (!hasRustc()) {
    process.stdout.write('left out: rustc is not installed\n');
    process.exitCode = 3;
    return;
  }
  const count = Number(option('count') ?? '1000');
  const seed = Number(option('seed') ?? '1');
  const wanted = option('show');
  const out = option('out');
  if (out !== null) mkdirSync(out, { recursive: true });
  let shown = 0;
  let both = 0;
  let neither = 0;
  let untranslated = 0;
  const classes = new Map<string, number>();
  for (let done = 0; done < count; done += BATCH) {
    const units = Array.from({ length: Math.min(BATCH, count - done) }, (_, i) => generateUnit(seed * 10_000_019 + done + i, `t${i}`, { rust: true }));
    const ours = checkBatch(units, {});
    const theirs = new Map(rustVerdicts(units).map((verdict) => [verdict.name, verdict.codes]));
    const found: Disagreement[] = [];
    for (const [i, verdict] of ours.verdicts.entries()) {
      const codes = theirs.get(verdict.name)!;
      const mine = codesOf(verdict);
      if (verdict.types.length > 0 || codes.some((code) => !BORROW_CODES.has(code))) untranslated++;
      else if (mine.length === 0 && codes.length === 0) both++;
      else if (mine.length > 0 && codes.length > 0) neither++;
      else found.push({ unit: units[i]!, mine, theirs: codes });
    }
    classify(found).forEach((name, i) => {
      classes.set(name, (classes.get(name) ?? 0) + 1);
      const { unit, mine, theirs: codes } = found[i]!;
      const head = `// ${name}; rustc: ${codes.join(' ') || 'accepts'}; here: ${mine.join(' ') || 'accepted'}\n`;
      if (out !== null) writeFileSync(join(out, `${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${seed}-${done}-${unit.name}.txt`), `${head}${unit.text}\n`);
      if (name === wanted && shown++ < 5) process.stdout.write(`${head}${unit.text}\n\n`);
    });
  }
  process.stdout.write(`${count} programs: ${both} accepted by both, ${neither} refused by both, ${untranslated} not comparable\n`);
  for (const [name, n] of [...classes].sort((a, b) => b[1] - a[1])) process.stdout.write(`${String(n).padStart(7)}  ${name}\n`);
}

main();
