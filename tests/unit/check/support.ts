/** Checks a program text against the real std; the text is the only user module. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagSink } from '../../../src/diag/index.ts';
import { NodeHost } from '../../../src/host/index.ts';
import { loadProgram } from '../../../src/names/index.ts';
import { SourceMap } from '../../../src/source/index.ts';
import type { Host } from '../../../src/source/index.ts';
import { checkAllBodies, checkProgram, collectProgram } from '../../../src/types/index.ts';
import type { TypedProgram } from '../../../src/types/index.ts';

const STD = join(dirname(fileURLToPath(import.meta.url)), '../../../std');

function hostWith(text: string): Host {
  const disk = new NodeHost();
  const isApp = (path: string): boolean => path === 'app.cj';
  return {
    readText: (path) => (isApp(path) ? { ok: true, text } : disk.readText(path)),
    kind: (path) => (isApp(path) ? 'file' : path.startsWith(STD) ? disk.kind(path) : 'missing'),
    list: (path) => (path.startsWith(STD) ? disk.list(path) : []),
  };
}

export interface Checked {
  readonly program: TypedProgram;
  readonly sink: DiagSink;
  readonly codes: readonly string[];
  /** `CJ0270 at \`text\``: the words are the pages' own affair. */
  readonly said: readonly string[];
}

export function load(text: string): Checked {
  const sources = new SourceMap();
  const sink = new DiagSink();
  const loaded = loadProgram({ host: hostWith(text), root: 'app.cj', stdDir: STD, sources, sink });
  const program = checkProgram(collectProgram(loaded.modules, loaded.rootModule, sink), sink, sources);
  return {
    program, sink,
    get codes() {
      return sink.all.map((diag) => diag.code);
    },
    get said() {
      return sink.all.map((diag) => `${diag.code} at \`${sources.textOf(diag.span)}\``);
    },
  };
}

export function check(text: string): Checked {
  const checked = load(text);
  checkAllBodies(checked.program, (module) => !module.isStd);
  return checked;
}
