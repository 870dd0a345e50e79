/**
 * Each rule of the borrow checker is needed: a program that it alone refuses misuses a reference when it runs.
 * `node dist/dev/borrows-fuzz.mjs --ablate RULE` finds such programs by itself; these are small ones, one at least for each rule.
 */
import { describe, expect, it } from 'vitest';
import { checkBatch } from '../../../dev/borrows/check.ts';
import type { Verdict } from '../../../dev/borrows/check.ts';
import { ABLATIONS } from '../../../dev/borrows/rules.ts';
import type { Ablation } from '../../../dev/borrows/rules.ts';
import { RUNS, runUnit } from '../../../dev/borrows/run-unit.ts';

/** Bodies of functions over the declarations of `dev/borrows/types.ts`; what comes before `---` stands before the function. */
const PROGRAMS: Readonly<Record<Ablation, readonly string[]>> = {
  noUnify: [
    'let x: String = mkS(1); var y: String = mkS(2); var r: &String = &x; let m: &mut &String = &mut r; *m = &y; chgS(&mut y); seeS(r)',
    'var l: ArrayList<String> = mkL(1); var kept: ArrayList<&String> = ArrayList::new(); keep(&mut kept, &l[0]); chgL(&mut l); seeLR(&kept)',
  ],
  strongMerged: [
    `let x: String = mkS(1); var y: String = mkS(2); let z: String = mkS(3); var p: &String = &x; var q: &String = &y;
    let r: &mut &String = if bit(k, 3) { &mut p } else { &mut q };
    var acc: Int64 = seeS(&**r); p = &z; chgS(&mut y); acc +% seeS(q)`,
  ],
  noTwoPhaseActivationCheck: ['var p: P = mkP(1); p.absorb(&p.a)'],
  noUniversal: [
    'fn NAME_0(out: &mut ArrayList<&String>) { let s: String = mkS(1); out.push(&s); } --- var l: ArrayList<&String> = ArrayList::new(); NAME_0(&mut l); seeLR(&l)',
    'fn NAME_0(r: &mut &String) { let s: String = mkS(1); *r = &s; } --- let x: String = mkS(1); var r: &String = &x; NAME_0(&mut r); seeS(r)',
  ],
  noOut: ['let x: String = mkS(1); var y: String = mkS(2); var r: &String = &x; put(&mut r, &y); chgS(&mut y); seeS(r)'],
  noResult: [
    'var p: P = mkP(1); let r: &String = first(&p); chgP(&mut p); seeS(r)',
    'var p: P = mkP(1); let r: &mut String = firstMut(&mut p); chgP(&mut p); chgS(r); 1',
  ],
  noDropUse: ['var x: String = mkS(1); let z: Z = Z { s: &x }; x = mkS(2); 1'],
  // What has a destructor is refused at its drop already.
  noStorageEnd: [
    'let x: Int64 = 1; var r: &Int64 = &x; { let y: Int64 = 2; r = &y; } *r',
    'fn NAME_0(s: &String): &&String { &s } --- let x: String = mkS(1); seeS(&**NAME_0(&x))',
  ],
  noContracts: [
    'struct TNAME { a: String } impl Pass for TNAME { fn pass(&self, s: &String): &String { s } } --- let t = TNAME { a: mkS(1) }; var y: String = mkS(2); let r: &String = viaPass(&t, &y); chgS(&mut y); seeS(r)',
  ],
  noSupport: [
    'var x: P = mkP(1); var y: P = mkP(2); var r: &mut P = &mut x; let q: &mut String = &mut (*r).a; r = &mut y; chgP(&mut x); chgS(q); seeP(&*r)',
  ],
};

const CASES = ABLATIONS.flatMap((rule) => PROGRAMS[rule].map((program, i) => ({ rule, name: `a${rule}${i}`, program })));

function unitOf(name: string, program: string): { name: string; text: string } {
  const [before, body] = program.includes('---') ? program.split('---') : ['', program];
  return { name, text: `${before}\nfn ${name}(k: UInt64): Int64 {\n    ${body!.trim()}\n}`.replaceAll('NAME', name) };
}

describe('rules of the borrow checker', () => {
  const batch = checkBatch(CASES.map(({ name, program }) => unitOf(name, program)), {});
  const codes = (verdict: Verdict): string[] => [...verdict.types, ...verdict.moves, ...verdict.borrows].map((diag) => diag.code);
  const refused = new Map(batch.verdicts.map((verdict) => [verdict.name, codes(verdict)]));

  it.each(ABLATIONS)('%s', (rule) => {
    const mine = CASES.filter((c) => c.rule === rule);
    const without = new Map(batch.borrowVerdicts({ [rule]: true }).map((verdict) => [verdict.name, codes(verdict)]));
    for (const { name } of mine) {
      expect(refused.get(name), `${name} with all rules`).not.toEqual([]);
      expect(without.get(name), `${name} without ${rule}`).toEqual([]);
    }
    const session = batch.session(mine.map(({ name }) => name))!;
    mine.forEach(({ name, program }, i) => {
      const { violation } = runUnit(session, i, { seed: 0, ...unitOf(name, program) });
      expect(violation, `${name} runs without a misuse, ${RUNS} times`).not.toBeNull();
    });
  });
});

/** What the proof has found in the checker, and was mended: refused now, and rightly. */
const FOUND: readonly string[] = [
  // A reference assigned to itself lost what it borrows.
  'var b: Box<P> = mkB(1); var r: &P = &*b; r = r; b = mkB(2); seeP(r)',
  // A borrow for one call was held to be over before the call; but the call activates its receiver first.
  'let d: D = mkD(1); var p: P = P { a: mkS(1), b: mkS(2) }; let n: Int64 = seeD(&d); n +% p.absorb(&p.a)',
];

describe('programs that the proof has found', () => {
  const units = FOUND.map((program, i) => unitOf(`found${i}`, program));
  const batch = checkBatch(units, {});

  it.each(units.map((unit, i) => [i, unit] as const))('%i', (i, unit) => {
    expect(batch.verdicts[i]!.types).toEqual([]);
    expect(batch.verdicts[i]!.borrows).not.toEqual([]);
    expect(runUnit(batch.session([unit.name])!, 0, { seed: 0, ...unit }).violation).not.toBeNull();
  });
});
