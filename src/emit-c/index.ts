export { emitC } from './emit-c.ts';
export { placeTableText } from './pools.ts';
export type { EmitOptions } from './emit-c.ts';
