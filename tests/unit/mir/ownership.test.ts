/**
 * Random programs in which a panic strikes at every step: nothing may leak, be destroyed twice or be used after its end, optimised or not.
 * The seeds to try are given by `JC_OWNERSHIP_SEEDS=first,count`.
 */
import { describe, expect, it } from 'vitest';
import { BodyStore, checkBodies, lowerProgram, openFrontEnd } from '../../../src/driver/index.ts';
import { NodeHost, runInterpreterCaptured } from '../../../src/host/index.ts';
import type { Host, ReadResult } from '../../../src/source/index.ts';
import { ownershipProgram } from '../../fuzz/ownership-programs.ts';

class OneFileHost extends NodeHost implements Host {
  private readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  override readText(path: string): ReadResult {
    return path === 'owner.cj' ? { ok: true, text: this.text } : super.readText(path);
  }

  override kind(path: string): 'file' | 'directory' | 'missing' {
    return path === 'owner.cj' ? 'file' : super.kind(path);
  }
}

function run(text: string, optimize: boolean): string {
  const front = openFrontEnd(new OneFileHost(text), 'owner.cj', 'std');
  const options = { verify: true, optimize };
  const store = new BodyStore(front.program!, front.sink, options);
  checkBodies(front, store);
  const mistakes = front.sink.all.filter((d) => !d.code.startsWith('CJ09')).map((d) => `${d.code} ${JSON.stringify(d.args)}`);
  if (mistakes.length > 0) return mistakes.join('\n');
  const mono = lowerProgram(front, store, { main: front.program!.main! }, options);
  const result = runInterpreterCaptured(mono, front.sources, { argv: ['owner'], stdin: '', env: {}, cwd: '.' });
  return typeof result === 'string' ? result : result.stdout + result.stderr;
}

const [first, count] = (process.env['JC_OWNERSHIP_SEEDS'] ?? '1,2').split(',').map(Number);

describe('ownership under panics', () => {
  for (let seed = first!; seed < first! + count!; seed++) {
    it(`seed ${seed}`, () => {
      const text = ownershipProgram(seed, 6);
      expect(run(text, false), text).toBe('done\n');
      expect(run(text, true), text).toBe('done\n');
    });
  }
});
