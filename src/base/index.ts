export { assert, bug, InternalError, unreachable } from './assert.ts';
export { BitSet } from './bitset.ts';
