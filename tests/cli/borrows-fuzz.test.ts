/** A bounded run of the borrow checker's proof, always the same programs: none that is accepted may misuse a reference. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('accepted programs misuse no reference', { timeout: 600_000 }, () => {
  const tool = join(ROOT, 'dist/dev/borrows-fuzz.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--count', '500', '--seed', '20'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/500 generated, 1\d\d accepted \(.*\), 1\d\d executed 12 times each, 0 violations/);
  expect(status).toBe(0);
});
