/**
 * Sends one text through the compiler as `jc check` would, and further where it has no mistakes.
 * Consumes: a text. Produces: how far it came; throws what the compiler throws. Holds: the files of std once they are read.
 */
import { BodyStore, checkOwnership, lowerProgram, runFrontEnd } from '../../src/driver/index.ts';
import { NodeHost } from '../../src/host/index.ts';
import { diagnosticJson, DiagSink, renderDiagnostic } from '../../src/diag/index.ts';
import type { Host, ReadResult } from '../../src/source/index.ts';
import { SourceMap } from '../../src/source/index.ts';
import { parseModule, printModule } from '../../src/syntax/index.ts';

export type Depth = 'parse' | 'check' | 'lower';

const FILE = 'fuzz.cj';

class OneFileHost implements Host {
  private readonly inner = new NodeHost();
  private readonly read = new Map<string, ReadResult>();
  private readonly lists = new Map<string, readonly string[]>();
  text = '';

  readText(path: string): ReadResult {
    if (path === FILE) return { ok: true, text: this.text };
    let known = this.read.get(path);
    if (known === undefined) {
      known = this.inner.readText(path);
      this.read.set(path, known);
    }
    return known;
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    return path === FILE ? 'file' : this.inner.kind(path);
  }

  list(path: string): readonly string[] {
    let known = this.lists.get(path);
    if (known === undefined) {
      known = path === '' || path === '.' ? [FILE] : this.inner.list(path);
      this.lists.set(path, known);
    }
    return known;
  }
}

const host = new OneFileHost();

/** Every message can be written, in both languages and forms. */
function render(sink: DiagSink, sources: SourceMap): void {
  for (const diag of sink.all.slice(0, 50)) {
    renderDiagnostic(diag, sources, { language: 'en', color: false });
    renderDiagnostic(diag, sources, { language: 'zh', color: true });
    diagnosticJson(diag, sources, 'en');
  }
}

/** `errors`: the text has mistakes, which were reported. */
export function probe(text: string, depth: Depth, stdDir: string): 'errors' | 'ok' {
  if (depth === 'parse') {
    const sources = new SourceMap();
    const sink = new DiagSink();
    const module = parseModule(sources.add(FILE, text), sink);
    printModule(module);
    render(sink, sources);
    return sink.hasErrors ? 'errors' : 'ok';
  }
  host.text = text;
  const front = runFrontEnd(host, FILE, stdDir);
  render(front.sink, front.sources);
  if (front.program === null || front.sink.hasErrors) return 'errors';
  const options = { verify: true, optimize: true };
  const store = new BodyStore(front.program, front.sink, options);
  checkOwnership(front, store);
  if (front.sink.hasErrors) return 'errors';
  if (depth === 'lower' && front.program.main !== null) {
    lowerProgram(front, store, { main: front.program.main }, options);
    if (front.sink.hasErrors) return 'errors';
  }
  return 'ok';
}
