export { assert, bug, InternalError, unreachable } from './assert.ts';
export { BitSet } from './bitset.ts';
export { editDistance, nearestName } from './edit-distance.ts';
export { baseName, folderOf, isModuleName, joinPath, packageNameOf, stemOf } from './paths.ts';
