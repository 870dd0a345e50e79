/**
 * Makes a unit small while it still misuses a reference.
 * Method: the generator writes one statement a line. In each round all texts with one line, one block, or the frame of one block left out
 * are checked together in one module; the smallest that still fails is kept. (One module for many texts is what makes this quick.)
 * Holds: nothing.
 */
import type { Program } from './check.ts';
import { BrokenModule } from './check.ts';

/** Texts that are tried in one module. */
const BATCH = 60;
const ROUNDS = 80;

/** `failing` gives the indices of the programs that still fail. */
export function shrink(unit: Program, failing: (programs: readonly Program[]) => readonly number[]): string {
  let best = unit.text;
  for (let round = 0; round < ROUNDS; round++) {
    const candidates = smaller(best).filter((text) => text.includes(`fn ${unit.name}(k: UInt64)`)).sort((a, b) => a.length - b.length);
    let next: string | null = null;
    for (let from = 0; from < candidates.length && next === null; from += BATCH) {
      // Each gets names of its own.
      const texts = candidates.slice(from, from + BATCH);
      const programs = texts.map((text, i) => renamed({ name: unit.name, text }, `${unit.name}q${i}q`));
      const [first] = apart(programs, failing);
      if (first !== undefined) next = texts[first]!;
    }
    if (next === null) return best;
    best = next;
  }
  return best;
}

/** A text that no longer parses, or breaks the compiler, spoils its whole module: then each half is tried by itself. */
function apart(programs: readonly Program[], failing: (programs: readonly Program[]) => readonly number[]): readonly number[] {
  try {
    return failing(programs);
  } catch (error) {
    if (programs.length === 1) {
      if (!(error instanceof BrokenModule)) process.stderr.write(`a smaller text breaks the compiler: ${String(error)}\n${programs[0]!.text}\n`);
      return [];
    }
    const half = programs.length >> 1;
    return [...apart(programs.slice(0, half), failing), ...apart(programs.slice(half), failing).map((i) => i + half)];
  }
}

/** The functions and types of a unit under another name. */
function renamed(unit: Program, name: string): Program {
  return { name, text: unit.text.replaceAll(new RegExp(`\\b(T?)${unit.name}(_\\d)?\\b`, 'g'), `$1${name}$2`) };
}

function smaller(text: string): string[] {
  const lines = text.split('\n');
  const out: string[] = [];
  const without = (...ranges: readonly (readonly [number, number])[]): void => {
    const kept = lines.filter((_, i) => !ranges.some(([from, to]) => i >= from && i < to));
    out.push(kept.join('\n'));
  };
  lines.forEach((line, i) => {
    const depth = balance(line);
    if (depth === 0 && !/^\s*\}/.test(line)) {
      without([i, i + 1]);
      return;
    }
    if (depth <= 0) return;
    const end = closing(lines, i);
    if (end < 0) return;
    without([i, end + 1]);
    if (/^\S/.test(line)) return;
    const middle = lines.findIndex((other, j) => j > i && j < end && balance(other) === 0 && /^\s*\} (else|catch)/.test(other) && indent(other) === indent(line));
    if (middle > 0) without([i, i + 1], [middle, end + 1]);
    else if (!/^\s*(match|try)\b| = \|| = move \||=> \{$/.test(line)) without([i, i + 1], [end, end + 1]);
  });
  return [...new Set(out)];
}

/** The text without the variables whose declaration has a form, and without all statements that mention them. */
export function withoutVariables(text: string, declaration: RegExp): string {
  let lines = text.split('\n');
  for (;;) {
    const names = lines.flatMap((line) => (declaration.test(line) ? [/(?:let|var) (\w+)/.exec(line)?.[1] ?? ''] : [])).filter((name) => name !== '');
    if (names.length === 0) return lines.join('\n');
    for (const name of names) lines = withoutMentions(lines, new RegExp(`\\b${name}\\b`));
  }
}

function withoutMentions(lines: readonly string[], name: RegExp): string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (!name.test(line)) out.push(line);
    else if (balance(line) > 0) {
      const end = closing(lines, i);
      if (end > i) i = end;
    }
  }
  return out;
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

/** Braces opened minus braces closed. */
function balance(line: string): number {
  return (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
}

/** The line that closes the block which a line opens. */
function closing(lines: readonly string[], from: number): number {
  let depth = 0;
  for (let i = from; i < lines.length; i++) {
    depth += balance(lines[i]!);
    if (depth <= 0 && i > from) return i;
  }
  return -1;
}
