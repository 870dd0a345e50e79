export { assert, bug, InternalError, unreachable } from './assert.ts';
export { BitSet } from './bitset.ts';
export { editDistance, nearestName } from './edit-distance.ts';
export { baseName, folderOf, isModuleName, isWithin, joinPath, packageNameOf, relativePath, resolvePath, stemOf } from './paths.ts';
