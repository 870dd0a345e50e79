export { monomorphize } from './monomorphize.ts';
export type { BodySource, Roots } from './monomorphize.ts';
export { Layouts, isUnsized } from './layout.ts';
export type { EnumLayout, Layout, Niche, StructLayout } from './layout.ts';
export { TypeFacts } from './type-facts.ts';
export { typeText } from './symbols.ts';
export { BodyMaker } from './body-maker.ts';
export { findPanics, pruneUnwinds, removeUnreachable } from './may-panic.ts';
