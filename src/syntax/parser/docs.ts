/**
 * Documentation comments: which `///` lines belong to the item that begins at a token.
 */
import { TRIVIA } from '../tokens.ts';
import type { Parser } from './parser.ts';

/** Text of the `///` lines right before token `pos`; null where there are none. Lines of the module's own documentation are left out. */
export function docBefore(p: Parser, pos: number, moduleDocEnd: number): string | null {
  const { kinds, starts, ends, before, count } = p.tokens.trivia;
  let lo = 0;
  let hi = count;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (before[mid]! < pos) lo = mid + 1;
    else hi = mid;
  }
  let lines: string[] | null = null;
  for (let i = lo; i < count && before[i] === pos; i++) {
    if (kinds[i] !== TRIVIA.DocComment || starts[i]! < moduleDocEnd) continue;
    (lines ??= []).push(docLine(p.text, starts[i]!, ends[i]!));
  }
  return lines === null ? null : lines.join('\n');
}

/** The documentation of the module: the `///` block that begins the file and is followed by an empty line. */
export function moduleDoc(p: Parser): { readonly doc: string | null; readonly end: number } {
  const { kinds, starts, ends, before, count } = p.tokens.trivia;
  const lines: string[] = [];
  let end = 0;
  for (let i = 0; i < count && before[i] === 0; i++) {
    if (kinds[i] !== TRIVIA.DocComment) {
      if (lines.length !== 0) break;
      continue;
    }
    if (lines.length !== 0 && breaks(p.text, end, starts[i]!) > 1) break;
    lines.push(docLine(p.text, starts[i]!, ends[i]!));
    end = ends[i]!;
  }
  if (lines.length === 0) return { doc: null, end: 0 };
  const next = p.text.slice(end).search(/\S/);
  const separated = next < 0 || breaks(p.text, end, end + next) > 1;
  return separated ? { doc: lines.join('\n'), end } : { doc: null, end: 0 };
}

function breaks(text: string, lo: number, hi: number): number {
  let n = 0;
  for (let i = text.indexOf('\n', lo); i >= 0 && i < hi; i = text.indexOf('\n', i + 1)) n++;
  return n;
}

function docLine(text: string, lo: number, hi: number): string {
  const from = text.charCodeAt(lo + 3) === 32 ? lo + 4 : lo + 3;
  return text.slice(Math.min(from, hi), hi).trimEnd();
}
