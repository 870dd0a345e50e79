/**
 * Makes a failing text smaller while it keeps failing.
 * Algorithm: delta debugging (Zeller, Hildebrandt: "Simplifying and isolating failure-inducing input", 2002), first over lines, then
 * over tokens, with balanced pieces in brackets tried first of all.
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
    best = await withoutBlocks(best, fails);
    best = await ddmin(best.split(/(?<=\n)/), fails);
    best = await ddmin(tokensOf(best), fails);
  }
  return best;
}

type Fails = (text: string) => Promise<boolean>;

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

async function ddmin(parts: readonly string[], fails: Fails): Promise<string> {
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
  return kept.join('');
}
