/**
 * Sends one text through the compiler as `jc check` would, and further where it has no mistakes: to the end of the passes, and through the
 * interpreter. There a program without `unsafe` must not fault, and must do the same whether it was optimised or not.
 * Consumes: a text. Produces: how far it came; throws what the compiler throws. Holds: the files of std once they are read.
 */
import { BodyStore, checkBodies, lowerProgram, openFrontEnd } from '../../src/driver/index.ts';
import { NodeHost } from '../../src/host/index.ts';
import { diagnosticJson, DiagSink, renderDiagnostic } from '../../src/diag/index.ts';
import { EXIT_TIMEOUT, interpret, MemoryHost } from '../../src/interp/index.ts';
import type { MonoProgram } from '../../src/mir/index.ts';
import type { Host, ReadResult } from '../../src/source/index.ts';
import { SourceMap } from '../../src/source/index.ts';
import { parseModule, printModule } from '../../src/syntax/index.ts';

export type Depth = 'parse' | 'check' | 'lower' | 'run';

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
  const front = openFrontEnd(host, FILE, stdDir);
  const options = { verify: true, optimize: true };
  const store = front.program === null ? null : new BodyStore(front.program, front.sink, options);
  if (store !== null) checkBodies(front, store);
  render(front.sink, front.sources);
  if (front.program === null || store === null || front.sink.hasErrors) return 'errors';
  const { main } = front.program;
  if (depth === 'check' || main === null) return 'ok';
  const mono = lowerProgram(front, store, { main }, options);
  if (front.sink.hasErrors) return 'errors';
  if (depth === 'run' && !/unsafe|extern/.test(text)) {
    const plain = lowerProgram(front, store, { main }, { ...options, optimize: false });
    compare(run(plain, front.sources), run(mono, front.sources));
  }
  return 'ok';
}

interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly fault: string | null;
}

const FUEL = 300_000;

function run(program: MonoProgram, sources: SourceMap): Ran {
  const world = new MemoryHost();
  const { exitCode, fault } = interpret(program, world, { sources, fuel: FUEL, checkLeaks: true, maxMemoryBytes: 1 << 28 });
  return { exitCode, fault, out: `${world.stdout}\n--\n${world.stderr}` };
}

/** How much fuel a program takes depends on the optimiser, so the outputs of one that ran out are not compared. */
function compare(plain: Ran, optimised: Ran): void {
  for (const [how, ran] of [['plain', plain], ['optimised', optimised]] as const) if (ran.fault !== null) throw new Error(`${how} program faults: ${ran.fault}`);
  if (plain.exitCode === EXIT_TIMEOUT || optimised.exitCode === EXIT_TIMEOUT) return;
  if (plain.exitCode !== optimised.exitCode) throw new Error(`exit codes differ: ${plain.exitCode}, optimised ${optimised.exitCode}`);
  if (plain.out !== optimised.out) throw new Error('outputs differ when optimised');
}
