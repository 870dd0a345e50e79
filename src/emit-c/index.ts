export { emitC } from './emit-c.ts';
export type { EmitOptions } from './emit-c.ts';
