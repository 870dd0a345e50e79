/**
 * Pass dead-stores: assignments to locals that nobody reads go, if computing the value has no other effect; then locals without any trace are renumbered away.
 * Consumes and changes: bodies of phase 'mono'. See docs/passes/dead-stores.md.
 */
import { forEachPlace, forEachTermPlace, indexLocals, mapStmt, mapTerminator, mayPanic } from '../mir/index.ts';
import type { Body, LocalDecl, LocalId, Place, Stmt } from '../mir/index.ts';
import { isLocal, localFacts } from './local-facts.ts';
import { replaceStmts } from './simplify-cfg.ts';

/** Intrinsics that only compute. */
const PURE: ReadonlySet<string> = new Set([
  'ptrOffset', 'ptrDiff', 'ptrCast', 'nullPtr', 'ptrAddr', 'isNull', 'refOf', 'refMutOf', 'ptrOf', 'ptrOfMut', 'sliceFrom', 'sliceFromMut', 'sliceLen', 'slicePtr',
  'slicePtrMut', 'strFrom', 'strBytes', 'addOverflow', 'subOverflow', 'mulOverflow', 'convertFits', 'convertWrapping', 'countOnes', 'leadingZeros', 'trailingZeros',
  'byteSwap', 'rotateLeft', 'rotateRight', 'mulHigh', 'floatBits', 'floatFromBits', 'float32Bits', 'float32FromBits', 'sqrt', 'floor', 'ceil', 'trunc', 'roundEven', 'abs',
  'copySign', 'fma', 'runeFromUnchecked', 'runeCode', 'likely', 'unlikely', 'typeName',
]);

/** With `debuggable` the variables of the source stay. */
export function removeDeadStores(body: Body, debuggable: boolean): void {
  while (removeOnce(body, debuggable));
  renumberLocals(body);
}

function removeOnce(body: Body, debuggable: boolean): boolean {
  const facts = localFacts(body);
  let changed = false;
  const dead = (place: Place): boolean => isLocal(place) && place.local !== 0 && facts.uses[place.local] === 0 && !(debuggable && body.locals[place.local]!.kind === 'user');
  for (const block of body.blocks) {
    const kept = block.stmts.filter((stmt) => {
      switch (stmt.kind) {
        case 'assign':
          return !dead(stmt.place) || mayPanic(stmt);
        case 'call':
          return !dead(stmt.dest) || stmt.callee.kind !== 'intrinsic' || !PURE.has(stmt.callee.name);
        case 'storageLive': case 'storageDead':
          return facts.uses[stmt.local]! > 0 || facts.defs[stmt.local]! > 0;
        default:
          return true;
      }
    });
    if (kept.length === block.stmts.length) continue;
    replaceStmts(block, kept);
    changed = true;
  }
  return changed;
}

function mark(used: Uint8Array, body: Body): void {
  const place = (p: Place): void => {
    used[p.local] = 1;
    for (const index of indexLocals(p)) used[index] = 1;
  };
  for (const block of body.blocks) {
    for (const stmt of block.stmts) {
      forEachPlace(stmt, place);
      if (stmt.kind === 'storageLive' || stmt.kind === 'storageDead') used[stmt.local] = 1;
    }
    forEachTermPlace(block.term, place);
  }
}

function renumberLocals(body: Body): void {
  const used = new Uint8Array(body.locals.length);
  used.fill(1, 0, body.paramCount + 1);
  mark(used, body);
  if (used.every((u) => u === 1)) return;
  const to = new Int32Array(body.locals.length);
  const kept: LocalDecl[] = [];
  body.locals.forEach((decl, id) => {
    if (used[id] === 0) return;
    to[id] = kept.length;
    kept.push(decl);
  });
  const map = { local: (id: LocalId): LocalId => to[id] as LocalId };
  for (const block of body.blocks) {
    replaceStmts(block, block.stmts.map((stmt: Stmt): Stmt => mapStmt(stmt, map)));
    block.term = mapTerminator(block.term, map);
  }
  body.locals.length = 0;
  for (const decl of kept) body.locals.push(decl);
}

