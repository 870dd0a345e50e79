/** The interpreter's elementary functions give the bits that the C runtime's give. Left out where there is no `cc`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MATH1, MATH2 } from '../../../src/interp/elementary.ts';

const SOURCES = resolve(import.meta.dirname, '../../../runtime/src');

const PROGRAM = `
#include <stdio.h>
#include <string.h>
#include "${SOURCES}/internal.h"
extern jc_f64 jc_math1(jc_u32, jc_f64), jc_math2(jc_u32, jc_f64, jc_f64);
int main(void) {
  unsigned two, op;
  unsigned long long a, b;
  while (scanf("%u %u %llx %llx", &two, &op, &a, &b) == 4) {
    double x, y;
    memcpy(&x, &a, 8);
    memcpy(&y, &b, 8);
    double r = two ? jc_math2(op, x, y) : jc_math1(op, x);
    memcpy(&a, &r, 8);
    printf("%016llx\\n", r != r ? 0x7ff8000000000000ull : a);
  }
  return 0;
}
`;

const view = new DataView(new ArrayBuffer(8));

function hex(x: number): string {
  view.setFloat64(0, x);
  return Number.isNaN(x) ? '7ff8000000000000' : view.getBigUint64(0).toString(16).padStart(16, '0');
}

let state = 20240229;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
}

const EDGES = [0, -0, 1, -1, Infinity, -Infinity, NaN, 0.5, 2, 1e300, -1e300, 5e-324, 1e-310, 710, -746, 3];

function argument(): number {
  switch (Math.floor(random() * 8)) {
    case 0:
      view.setUint32(0, Math.floor(random() * 4294967296));
      view.setUint32(4, Math.floor(random() * 4294967296));
      return view.getFloat64(0);
    case 1:
      return EDGES[Math.floor(random() * EDGES.length)]!;
    case 2:
      return (random() - 0.5) * 2;
    case 3:
      return (random() - 0.5) * 1500;
    case 4:
      return Math.floor((random() - 0.5) * 40);
    case 5:
      return (random() - 0.5) * 1e-3;
    case 6:
      return random() * 1e12;
    default:
      return (random() - 0.5) * 20;
  }
}

const hasCompiler = spawnSync('cc', ['--version']).status === 0;

it.skipIf(!hasCompiler)('elementary functions agree with the C runtime bit for bit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jc-elementary-'));
  try {
    writeFileSync(join(folder, 'main.c'), PROGRAM);
    const built = spawnSync('cc', ['-O1', '-ffp-contract=off', '-w', '-DJC_LIBC', 'main.c', `${SOURCES}/math.c`, `${SOURCES}/float.c`, '-lm', '-o', 'main'], { cwd: folder, encoding: 'utf8' });
    expect(built.stderr).toBe('');
    const cases = Array.from({ length: 8000 }, (_, i) => {
      const two = i % 2;
      const op = Math.floor(random() * (two === 1 ? MATH2.length : MATH1.length));
      return { two, op, x: argument(), y: argument() };
    });
    const input = cases.map((c) => `${c.two} ${c.op} ${hex(c.x)} ${hex(c.y)}\n`).join('');
    const out = spawnSync(join(folder, 'main'), { input, encoding: 'utf8', maxBuffer: 1 << 26 }).stdout.trim().split('\n');
    cases.forEach((c, i) => {
      const mine = hex(c.two === 1 ? MATH2[c.op]!(c.x, c.y) : MATH1[c.op]!(c.x));
      expect(`${c.two} ${c.op} ${c.x} ${c.y}: ${mine}`).toBe(`${c.two} ${c.op} ${c.x} ${c.y}: ${out[i]}`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
