/** `jc cache stats|verify|gc|clear`: what the user's store holds, whether it is whole, and how it gets smaller. Returns the exit code. */
import { join } from 'node:path';
import { cacheDir, ContentStore } from '../build/index.ts';
import type { Context } from './context.ts';
import { EXIT } from './context.ts';

export interface CacheFlags {
  readonly maxAge?: string;
  readonly maxSize?: string;
}

const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;

function sizeText(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

export function cacheCommand(context: Context, what: 'stats' | 'verify' | 'gc' | 'clear', flags: CacheFlags): number {
  const store = new ContentStore(join(cacheDir(), 'v1'));
  const zh = context.language === 'zh';
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  switch (what) {
    case 'stats': {
      const facts = store.facts();
      say(zh ? `存储位置 ${store.root}` : `store    ${store.root}`);
      say(zh ? `对象     ${facts.blobs} 个,${sizeText(facts.blobBytes)}` : `blobs    ${facts.blobs}, ${sizeText(facts.blobBytes)}`);
      say(zh ? `记录     ${facts.records} 条,${sizeText(facts.recordBytes)}` : `records  ${facts.records}, ${sizeText(facts.recordBytes)}`);
      return EXIT.ok;
    }
    case 'verify': {
      const result = store.verify();
      for (const digest of result.bad) say(zh ? `已损坏,已移除:${digest}` : `damaged, taken away: ${digest}`);
      say(zh ? `检查了 ${result.checked} 个对象,${result.bad.length} 个已损坏` : `${result.checked} blobs checked, ${result.bad.length} damaged`);
      return result.bad.length === 0 ? EXIT.ok : EXIT.errors;
    }
    case 'gc': {
      const freed = store.collect(Number(flags.maxAge ?? 30) * DAY_MS, Number(flags.maxSize ?? 10_240) * MIB, Date.now());
      say(zh ? `释放了 ${sizeText(freed)}` : `freed ${sizeText(freed)}`);
      return EXIT.ok;
    }
    case 'clear':
      store.clear();
      say(zh ? `已清空 ${store.root}` : `cleared ${store.root}`);
      return EXIT.ok;
  }
}
