/**
 * The borrow checker alone, over files or over all of std: `node dist/dev/check-borrows.mjs [--std] [--summaries] [--off RULE]… [FILE…]`.
 * Produces: the diagnostics, and how long it took. `checkSource` is the same for a text, for tests and for the search for unsound programs.
 */
import { argv, exit, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { renderDiagnostic } from '../src/diag/index.ts';
import type { Diagnostic, TextStyle } from '../src/diag/index.ts';
import { BodyStore, checkBodies, openFrontEnd } from '../src/driver/index.ts';
import type { FrontEnd } from '../src/driver/index.ts';
import { NodeHost } from '../src/host/index.ts';
import { summaryWords } from '../src/own/index.ts';
import type { BorrowOptions } from '../src/own/index.ts';
import type { Host, ReadResult } from '../src/source/index.ts';

const STYLE: TextStyle = { color: false, language: 'en' };

class TextHost extends NodeHost implements Host {
  private readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  override readText(path: string): ReadResult {
    return path === 'source.cj' ? { ok: true, text: this.text } : super.readText(path);
  }

  override kind(path: string): 'file' | 'directory' | 'missing' {
    return path === 'source.cj' ? 'file' : super.kind(path);
  }
}

/** Checks a program's text; `options` turns rules off. */
export function checkSource(text: string, options: BorrowOptions = {}): { readonly front: FrontEnd; readonly diagnostics: readonly Diagnostic[]; readonly store: BodyStore | null } {
  const front = openFrontEnd(new TextHost(text), 'source.cj', 'std');
  if (front.program === null) return { front, diagnostics: front.sink.all, store: null };
  const store = new BodyStore(front.program, front.sink, { verify: false, optimize: false, borrows: options });
  checkBodies(front, store);
  return { front, diagnostics: front.sink.all, store };
}

function main(args: readonly string[]): number {
  let failures = 0;
  const off: Record<string, boolean> = {};
  const files: string[] = [];
  let std = false;
  let summaries = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--off') off[args[++i] ?? ''] = true;
    else if (args[i] === '--std') std = true;
    else if (args[i] === '--summaries') summaries = true;
    else files.push(args[i]!);
  }
  for (const file of std && files.length === 0 ? ['examples/calculator.cj'] : files) {
    const front = openFrontEnd(new NodeHost(), file, 'std');
    const sink = front.sink;
    if (front.program !== null) {
      const store = new BodyStore(front.program, sink, { verify: false, optimize: false, borrows: off, checkStd: std });
      const start = performance.now();
      checkBodies(front, store);
      if (summaries) {
        for (const decl of front.program.fns) {
          if (decl.module.isStd !== std) continue;
          const summary = store.summaryOf(decl);
          if (summary === null || (summary.edges.length === 0 && summary.same.length === 0)) continue;
          stdout.write(`${[...decl.module.path, decl.parent === null ? '' : 'x', decl.name].join('::')}: ${summaryWords(decl, summary, 'en').join('; ')}\n`);
        }
      }
      if (std) stdout.write(`checked in ${(performance.now() - start).toFixed(0)} ms\n`);
    }
    const errors = sink.all.filter((d) => !d.code.startsWith('CJ09'));
    if (errors.length === 0) continue;
    failures++;
    stdout.write(`${file}: ${errors.length} errors\n${errors.map((d) => renderDiagnostic(d, front.sources, STYLE)).join('\n')}\n`);
  }
  return failures === 0 ? 0 : 1;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) exit(main(argv.slice(2)));
