/**
 * A value computed at its first demand and kept. Signatures and bounds of declarations are such values, so that the order of declarations does
 * not matter and what nobody asks for costs nothing.
 */

/** `onCycle` gives the value where the computation leads back to itself; it may be told to everyone who asks meanwhile. */
export function lazy<T>(compute: () => T, onCycle: () => T): () => T {
  let state: 'new' | 'busy' | 'done' = 'new';
  let value: T;
  return () => {
    if (state === 'done') return value;
    if (state === 'busy') return onCycle();
    state = 'busy';
    try {
      value = compute();
      state = 'done';
    } finally {
      if (state === 'busy') state = 'new';
    }
    return value;
  };
}
