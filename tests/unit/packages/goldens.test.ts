/**
 * Every diagnostic about packages, as people read it: `tests/packages/*.txt` holds a workspace in one file each, and what is said of it below
 * `-- stderr --`. `BLESS=1 npx vitest run tests/unit/packages/goldens` writes that section. The first fix of every diagnostic is applied, and has to work.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DiagSink, renderDiagnostic, severityOf } from '../../../src/diag/index.ts';
import type { Diagnostic } from '../../../src/diag/index.ts';
import { loadWorkspace, parseVersion } from '../../../src/packages/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import { MemoryFetcher, MemoryPackageHost, parseArchive } from './memory-packages.ts';

const FOLDER = join(import.meta.dirname, '../../packages');

async function load(files: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>>) {
  const sink = new DiagSink();
  const sources = new SourceMap();
  const host = new MemoryPackageHost(
    Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('://') && path !== 'stderr')),
    settings['registry'] === undefined ? {} : { JC_REGISTRY: settings['registry'] },
  );
  for (const path of settings['readonly']?.split(',') ?? []) host.readOnly.add(host.absolute(path));
  const fetcher = new MemoryFetcher(host, files);
  for (const url of settings['broken']?.split(',') ?? []) fetcher.broken.set(url, 'connection refused');
  const workspace = await loadWorkspace({
    host, fetcher, sources, sink, start: settings['start'] ?? '.', version: parseVersion('0.1.0')!, locked: settings['flags']?.includes('locked'), offline: settings['flags']?.includes('offline'),
    features: settings['features']?.split(','),
  });
  return { workspace, sink, sources, host, fetcher };
}

function render(diags: readonly Diagnostic[], sources: SourceMap, language: 'en' | 'zh'): string {
  return diags.map((diag) => renderDiagnostic(diag, sources, { language, color: false })).join('\n');
}

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.txt')).sort()) {
  test(name, async () => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    const archive = parseArchive(text);
    const { sink, sources, workspace } = await load(archive.files, archive.settings);
    const said = render(sink.all, sources, 'en');
    // Every page has its words in both languages.
    expect(() => render(sink.all, sources, 'zh')).not.toThrow();
    expect(sink.all.length, 'a case says something').toBeGreaterThan(0);
    expect(workspace === null).toBe(sink.hasErrors);
    for (const diag of sink.all) expect(name.slice(0, 4), 'the name begins with the code').toBe(diag.code.slice(2));
    if (process.env['BLESS'] === '1') writeFileSync(path, `${text.split(/^-- stderr --\n/m)[0]!}-- stderr --\n${said}`);
    else expect(said).toBe(archive.files['stderr'] ?? '');

    const fixes = sink.all.flatMap((diag) => (diag.fixes.length === 0 ? [] : [diag.fixes[0]!]));
    if (fixes.length === 0) return;
    const files: Record<string, string> = { ...archive.files };
    for (const edit of fixes.flatMap((fix) => [...fix.edits]).sort((a, b) => b.span.lo - a.span.lo)) {
      const file = sources.file(edit.span.file).name;
      files[file] = files[file]!.slice(0, edit.span.lo) + edit.text + files[file]!.slice(edit.span.hi);
    }
    const after = await load(files, archive.settings);
    const unfixed = sink.all.filter((diag) => diag.fixes.length === 0 && severityOf(diag.code) === 'error').length;
    expect(after.sink.errorCount, render(after.sink.all, after.sources, 'en')).toBeLessThanOrEqual(unfixed);
  });
}
