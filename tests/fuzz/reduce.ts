/**
 * Makes a failing text smaller while it keeps failing.
 * Algorithm: delta debugging (Zeller, Hildebrandt: "Simplifying and isolating failure-inducing input", 2002) by levels of braces (Misherghi, Su:
 * "HDD: hierarchical delta debugging", 2006): first whole items, then statements of what is left, and so on inwards; then balanced pieces
 * in brackets, lines, and tokens.
 * Holds: nothing.
 */
import { tokensOf } from './mutate.ts';

export interface ReduceOptions {
  /** Whether the text still fails in the same way. */
  readonly fails: (text: string) => boolean | Promise<boolean>;
  /** How often `fails` may be asked. */
  readonly budget: number;
}

export async function reduce(text: string, options: ReduceOptions): Promise<string> {
  let left = options.budget;
  const fails = async (candidate: string): Promise<boolean> => left-- > 0 && (await options.fails(candidate));
  let best = text;
  for (let size = -1; size !== best.length && left > 0; ) {
    size = best.length;
    best = await byLevels(best, fails);
    best = await withoutBlocks(best, fails);
    best = (await ddmin(best.split(/(?<=\n)/), fails)).join('');
    best = (await ddmin(tokensOf(best), fails)).join('');
  }
  return best;
}

type Fails = (text: string) => Promise<boolean>;

/** Leaves out items, then statements and members inside the items that are left, and so on. */
async function byLevels(text: string, fails: Fails): Promise<string> {
  const kept = await ddmin(piecesOf(text), fails);
  for (let i = 0; i < kept.length; i++) {
    const piece = kept[i]!;
    const block = bracketed(piece).filter(({ from }) => piece[from] === '{').sort((a, b) => a.from - b.from)[0];
    if (block === undefined || block.to - block.from <= 2) continue;
    const [head, tail] = [piece.slice(0, block.from + 1), piece.slice(block.to - 1)];
    const around = (inner: string): string => kept.slice(0, i).join('') + head + inner + tail + kept.slice(i + 1).join('');
    const inner = await byLevels(piece.slice(block.from + 1, block.to - 1), (candidate) => fails(around(candidate)));
    kept[i] = head + inner + tail;
  }
  return kept.join('');
}

/** What stands outside of all brackets in one line after the other: each piece ends behind a `;`, or behind a `}` that ends a line. */
function piecesOf(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    const ends = char === ';' || char === ',' || (char === '}' && /^\s*(\n|$)/.test(text.slice(i + 1, i + 40)));
    if (depth > 0 || !ends) continue;
    const rest = /^[ \t]*\n?/.exec(text.slice(i + 1))![0].length;
    out.push(text.slice(from, i + 1 + rest));
    from = i + 1 + rest;
    i += rest;
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

/** Leaves out whole bracketed pieces, the longest first. */
async function withoutBlocks(text: string, fails: Fails): Promise<string> {
  let best = text;
  for (;;) {
    const blocks = bracketed(best).sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, 40);
    let changed = false;
    for (const block of blocks) {
      for (const candidate of [best.slice(0, block.from) + best.slice(block.to), best.slice(0, block.from + 1) + best.slice(block.to - 1)]) {
        if (candidate.length < best.length && (await fails(candidate))) {
          best = candidate;
          changed = true;
          break;
        }
      }
      if (changed) break;
    }
    if (!changed) return best;
  }
}

function bracketed(text: string): { from: number; to: number }[] {
  const open: number[] = [];
  const out: { from: number; to: number }[] = [];
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) open.push(i);
    else if (')]}'.includes(text[i]!) && open.length > 0) out.push({ from: open.pop()!, to: i + 1 });
  }
  return out;
}

async function ddmin(parts: readonly string[], fails: Fails): Promise<string[]> {
  let kept = [...parts];
  let chunk = Math.ceil(kept.length / 2);
  while (chunk >= 1) {
    let changed = false;
    for (let at = 0; at < kept.length; ) {
      const candidate = [...kept.slice(0, at), ...kept.slice(at + chunk)];
      if (candidate.length < kept.length && (await fails(candidate.join('')))) {
        kept = candidate;
        changed = true;
      } else at += chunk;
    }
    if (chunk === 1 && !changed) break;
    if (!changed || chunk > kept.length) chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2);
  }
  return kept;
}
