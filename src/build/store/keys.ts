/**
 * Keys of actions: SHA-256 over length-prefixed fields with a tag for each kind, so that no two different inputs make one text.
 * The kinds: `base` for what a whole build shares, `src` for a module's own text, `shallow` for a module and the interfaces that it sees,
 * `deep` for a module and the sources below it, `link` for an executable. A key holds everything that the action reads.
 */
import { createHash } from 'node:crypto';
import type { Digest } from './content-store.ts';

/** Lists count their entries, so that the end of one is never the beginning of the next. */
export type KeyField = string | number | readonly KeyField[];

export function keyOf(tag: string, ...fields: readonly KeyField[]): Digest {
  let whole = '';
  const add = (field: KeyField): void => {
    if (typeof field === 'object') {
      whole += `[${field.length}]`;
      for (const one of field) add(one);
    } else {
      const text = String(field);
      whole += `${text.length}:${text}`;
    }
  };
  add('jc-act/1');
  add(tag);
  for (const field of fields) add(field);
  return createHash('sha256').update(whole).digest('hex');
}
