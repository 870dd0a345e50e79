/** All of std keeps the rules of borrows, without exemption; and a mistake planted in it, in a function that nobody calls, is found. */
import { expect, it } from 'vitest';
import { BodyStore, checkBodies, openFrontEnd } from '../../../src/driver/index.ts';
import { NodeHost } from '../../../src/host/index.ts';
import type { ReadResult } from '../../../src/source/index.ts';

const PLANTED = '\nfn planted(): &str { let s = String::from("x"); s.asStr() }\n';

class PlantingHost extends NodeHost {
  override readText(path: string): ReadResult {
    const read = super.readText(path);
    return read.ok && path.endsWith('std/strings/string.cj') ? { ok: true, text: read.text + PLANTED } : read;
  }
}

function errorsOfStd(host: NodeHost): readonly string[] {
  const front = openFrontEnd(host, 'examples/article/hello.cj', 'std');
  const store = new BodyStore(front.program!, front.sink, { verify: false, optimize: false, borrows: {}, checkStd: true });
  checkBodies(front, store);
  return front.sink.all.filter((d) => !d.code.startsWith('CJ09')).map((d) => d.code);
}

it('std borrows as it may', () => {
  expect(errorsOfStd(new NodeHost())).toEqual([]);
});

it('a mistake in std is found', () => {
  expect(errorsOfStd(new PlantingHost())).toEqual(['CJ0516']);
});
