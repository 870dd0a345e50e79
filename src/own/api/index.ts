export { parseLock, printLock } from './api-lock.ts';
export type { ApiItem, BadLine } from './api-lock.ts';
export { growths, widened } from './compare-api.ts';
export type { Growth } from './compare-api.ts';
export { fnPath, functionsNamed, itemsOf, publicItems } from './public-items.ts';
export type { PublicItem } from './public-items.ts';
export { summaryWords } from './summary-words.ts';
