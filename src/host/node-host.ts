/**
 * The real world: files of the operating system through `node:fs`. Failures are results with a reason, never exceptions.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host, ReadResult } from '../source/index.ts';

/** A source larger than this is refused: no text that people write comes near it. */
export const MAX_SOURCE_BYTES = 32 * 1024 * 1024;

export class NodeHost implements Host {
  readText(path: string): ReadResult {
    try {
      const info = statSync(path);
      if (info.isDirectory()) return { ok: false, why: 'directory', detail: path };
      if (info.size > MAX_SOURCE_BYTES) return { ok: false, why: 'too-large', detail: `${info.size}` };
      const bytes = readFileSync(path);
      try {
        return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
      } catch {
        return { ok: false, why: 'not-utf8', detail: `${firstInvalidByte(bytes)}` };
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, why: 'missing', detail: path };
      if (code === 'EACCES' || code === 'EPERM') return { ok: false, why: 'denied', detail: path };
      return { ok: false, why: 'io', detail: (error as Error).message };
    }
  }

  kind(path: string): 'file' | 'directory' | 'missing' {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      // Nothing, or nothing that can be reached: a name that is too long, links in a circle, a folder that may not be searched.
      return 'missing';
    }
  }

  list(path: string): readonly string[] {
    try {
      const names: string[] = [];
      for (const entry of readdirSync(path, { withFileTypes: true })) if (!entry.isSymbolicLink() || !leadsBack(path, entry.name)) names.push(entry.name);
      return names.sort();
    } catch {
      return [];
    }
  }
}

/** Whether a link leads to the folder in which it stands, or to one around that: who followed it would walk for ever. */
function leadsBack(folder: string, name: string): boolean {
  try {
    const target = realpathSync(join(folder, name));
    const own = realpathSync(folder);
    return own === target || own.startsWith(target.endsWith('/') ? target : `${target}/`);
  } catch {
    // A link to nothing is what `kind` says it is.
    return false;
  }
}

/** Offset of the first byte that is not part of well-formed UTF-8. */
function firstInvalidByte(bytes: Uint8Array): number {
  let lo = 0;
  let hi = bytes.length;
  const valid = (end: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (lo < hi) {
    const mid = (lo + hi + 1) >>> 1;
    if (valid(mid)) lo = mid;
    else hi = mid - 1;
  }
  return lo;
}
