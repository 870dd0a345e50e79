/**
 * Builds the tool: messages into src/diag/codes.gen.ts, then src/cli/main.ts and the developer tools into dist/.
 * Plain JavaScript, because it runs before anything is built (`prepare`, after `npm ci`).
 */
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  sourcemap: 'linked',
  logLevel: 'warning',
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
};
await build({ ...common, entryPoints: { 'dev/gen': 'dev/gen.ts' }, outdir: 'dist' });
await import(pathToFileURL(join(root, 'dist/dev/gen.mjs')).href);
const entries = { jc: 'src/cli/main.ts', start: 'src/cli/start.ts', 'unit-thread': 'src/cli/unit-thread.ts', 'dev/tidy': 'dev/tidy.ts', 'dev/corpus': 'tests/runner/main.ts', 'dev/fuzz': 'tests/fuzz/main.ts', 'dev/minimize': 'dev/minimize.ts', 'dev/build-fuzz': 'dev/build-fuzz.ts', 'dev/unsafe': 'dev/unsafe.ts', 'dev/borrows-fuzz': 'dev/borrows/fuzz.ts', 'dev/borrows-rustc': 'dev/borrows/against-rustc.ts', 'dev/check-borrows': 'dev/check-borrows.ts', 'bench/lab': 'bench/lab.ts' };
const present = Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(join(root, path))));
await build({ ...common, entryPoints: present, outdir: 'dist' });
