/**
 * `npm test`: builds the tool, checks types and the house rules, runs the unit tests and the corpus. Ends with `N passed, N failed`, which
 * counts all of them. Arguments are handed to the corpus runner.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const only = process.argv.slice(2);
let passed = 0;
let failed = 0;

function step(name, command, args) {
  process.stdout.write(`\n== ${name}\n`);
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return result.status === 0;
}

function single(name, command, args) {
  if (step(name, command, args)) passed++;
  else failed++;
}

if (only.length === 0) {
  single('build', process.execPath, ['dev/build.mjs']);
  single('types', join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', '.']);
  single('tidy', process.execPath, ['dist/dev/tidy.mjs']);
  single('runtime', process.execPath, ['runtime/test/run.mjs', '--quick']);
  const report = join(mkdtempSync(join(tmpdir(), 'jc-test-')), 'unit.json');
  step('unit tests', join(root, 'node_modules/.bin/vitest'), ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]);
  if (existsSync(report)) {
    const summary = JSON.parse(readFileSync(report, 'utf8'));
    passed += summary.numPassedTests;
    failed += summary.numFailedTests + (summary.success ? 0 : summary.numFailedTests === 0 ? 1 : 0);
  } else {
    failed++;
  }
}

/** Runs the corpus with these arguments and adds up what it counted. */
function corpus(name, args) {
  process.stdout.write(`\n== ${name}\n`);
  const result = spawnSync(process.execPath, ['dist/dev/corpus.mjs', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 });
  process.stdout.write(result.stdout);
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(result.stdout);
  passed += counts === null ? 0 : Number(counts[1]);
  failed += counts === null ? 1 : Number(counts[2]);
}

corpus('corpus', only);
/** Cases that allocate and destroy in all ways; all of them take long: `node dist/dev/corpus.mjs --ways valgrind`. */
const VALGRIND_SAMPLE = [
  'run/drops/scope', 'run/drops/temporaries', 'run/drops/closures', 'run/drops/unwind', 'run/drops/panicking_elements',
  'run/std/interior', 'run/std/hostile', 'run/std/collections', 'run/std/text', 'run/types/markers',
];
if (only.length === 0) {
  if (spawnSync('valgrind', ['--version']).error === undefined) corpus('valgrind, a sample', ['--ways', 'valgrind', ...VALGRIND_SAMPLE]);
  else process.stdout.write('\n== valgrind is not installed: its sample is left out\n');
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
