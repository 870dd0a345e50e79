/**
 * Pass copy-prop: the temporaries that lowering makes for every operand go away.
 * Three rules: (1) a local written once, from a constant or from another local with one value, is replaced by it everywhere; (2) `t = op; x = t` becomes `x = op`;
 * (3) a temporary that copies a place, read once later in the same block with nothing written in between, is replaced by the place.
 * Why (1) is sound in loops: the definition of the source dominates the copy, which dominates the uses; a way from the source's definition to a use around the copy would be a way
 * from the entry around it. Consumes and changes: bodies of phase 'mono'. See docs/passes/copy-prop.md.
 */
import { forEachPlace, forEachTermPlace, indexLocals } from '../mir/index.ts';
import type { Block, Body, LocalId, Operand, Place, Stmt } from '../mir/index.ts';
import { isLocal, isSingleValue, localFacts } from './local-facts.ts';
import type { LocalFacts } from './local-facts.ts';
import type { PanicOracle } from './oracle.ts';
import { renameLocals, rewriteStmt, rewriteTerminator } from './rewrite.ts';
import type { Rewriting } from './rewrite.ts';
import { replaceStmts } from './simplify-cfg.ts';
import type { Ty } from '../types/index.ts';

/** Rules 1 and 2. With `debuggable` the variables of the source stay. */
export function propagateCopies(body: Body, oracle: PanicOracle, debuggable: boolean): void {
  replaceSingleValues(body, localFacts(body), debuggable);
  retargetResults(body, localFacts(body), oracle, debuggable);
}

// ---------------------------------------------------------------- rule 1

function replaceSingleValues(body: Body, facts: LocalFacts, debuggable: boolean): void {
  const replacement = new Map<LocalId, Operand>();
  const resolve = (operand: Operand): Operand => {
    if (operand.kind === 'const' || !isLocal(operand.place)) return operand;
    const by = replacement.get(operand.place.local);
    if (by === undefined) return operand;
    const found = resolve(by);
    // Moving a copy leaves the original where it is.
    return operand.kind === 'copy' && found.kind === 'move' ? { kind: 'copy', place: found.place } : found;
  };
  facts.onlyDef.forEach((stmt, index) => {
    const local = index as LocalId;
    if (stmt === null || stmt.kind !== 'assign' || stmt.value.kind !== 'use' || !isSingleValue(facts, local) || facts.borrowed[local] !== 0) return;
    if (local === 0 || (debuggable && body.locals[local]!.kind === 'user')) return;
    const { operand } = stmt.value;
    if (operand.kind === 'const') {
      if (operand.value.kind !== 'named' && isSmall(operand)) replacement.set(local, operand);
      return;
    }
    if (!isLocal(operand.place)) return;
    const source = operand.place.local;
    // The result is written from many places and read by the caller only.
    if (source === 0 || !isSingleValue(facts, source) || body.locals[source]!.ty !== body.locals[local]!.ty) return;
    // A moved local may be given new content by its next definition only, and has but one: both names can stand for the same value.
    replacement.set(local, operand);
  });
  if (replacement.size === 0) return;
  const rename = (local: LocalId): LocalId => {
    const operand = resolve({ kind: 'copy', place: { local, proj: [] } });
    return operand.kind === 'const' ? local : operand.place.local;
  };
  const place = (p: Place): Place => renameLocals(p, rename);
  const how: Rewriting = {
    operand: (operand) => {
      if (operand.kind === 'const') return operand;
      if (isLocal(operand.place)) {
        return resolve(operand);
      }
      const renamed = place(operand.place);
      return renamed === operand.place ? operand : { kind: operand.kind, place: renamed };
    },
    place,
  };
  const gone = new Set<LocalId>();
  // A constant, also one that is reached by way of other locals, cannot stand inside a place: there the local stays.
  for (const [local, operand] of replacement) if (facts.asBase[local] === 0 || resolve(operand).kind !== 'const') gone.add(local);
  const sources = new Set([...replacement.values()].map((operand) => (operand.kind === 'const' ? null : operand.place.local)));
  for (const block of body.blocks) {
    const stmts: Stmt[] = [];
    for (const stmt of block.stmts) {
      if (stmt.kind === 'assign' && isLocal(stmt.place) && gone.has(stmt.place.local)) continue;
      if ((stmt.kind === 'storageLive' || stmt.kind === 'storageDead') && (gone.has(stmt.local) || sources.has(stmt.local))) continue;
      stmts.push(rewriteStmt(stmt, how));
    }
    replaceStmts(block, stmts);
    block.term = rewriteTerminator(block.term, how);
  }
}

/** Constants that cost nothing to repeat. */
function isSmall(operand: Operand): boolean {
  if (operand.kind !== 'const') return false;
  switch (operand.value.kind) {
    case 'int': case 'float': case 'bool': case 'rune': case 'zst': case 'null':
      return true;
    case 'string': case 'bytes': case 'named':
      return false;
  }
}

// ---------------------------------------------------------------- rule 2

/** Types whose values C reads as a whole before it writes: an operation may read and write the same local. */
function isScalar(ty: Ty): boolean {
  return ty.kind === 'int' || ty.kind === 'float' || ty.kind === 'bool' || ty.kind === 'rune' || ty.kind === 'ptr' || ty.kind === 'ref';
}

function mentions(stmt: Stmt, local: LocalId): boolean {
  if (stmt.kind === 'storageLive' || stmt.kind === 'storageDead') return stmt.local === local;
  let found = false;
  forEachPlace(stmt, (place) => {
    if (place.local === local || indexLocals(place).includes(local)) found = true;
  });
  return found;
}

/** Locals whose value can be seen after a panic: an operation that panics half way may already have written its result. */
function seenAfterPanic(body: Body): (local: LocalId) => boolean {
  if (body.blocks.some((block) => block.term.kind === 'catchPanic')) return () => true;
  const seen = new Uint8Array(body.locals.length);
  for (const block of body.blocks) {
    if (!block.cleanup) continue;
    const mark = (place: Place): void => {
      seen[place.local] = 1;
      for (const index of indexLocals(place)) seen[index] = 1;
    };
    for (const stmt of block.stmts) forEachPlace(stmt, mark);
    forEachTermPlace(block.term, mark);
  }
  return (local) => seen[local] !== 0;
}

function retargetResults(body: Body, facts: LocalFacts, oracle: PanicOracle, debuggable: boolean): void {
  const seen = seenAfterPanic(body);
  const noStorage = new Set<LocalId>();
  for (const block of body.blocks) {
    const { stmts } = block;
    for (let i = 0; i < stmts.length; i++) {
      const stmt = stmts[i]!;
      if (stmt.kind !== 'assign' || !isLocal(stmt.place) || stmt.value.kind !== 'use' || stmt.value.operand.kind === 'const') continue;
      const { operand } = stmt.value;
      const target = stmt.place.local;
      if (!isLocal(operand.place) || facts.borrowed[target] !== 0 || target === operand.place.local) continue;
      const temp = operand.place.local;
      if (temp <= body.paramCount || facts.defs[temp] !== 1 || facts.uses[temp] !== 1 || facts.borrowed[temp] !== 0 || facts.partlyWritten[temp] !== 0) continue;
      if (body.locals[temp]!.ty !== body.locals[target]!.ty || (debuggable && body.locals[temp]!.kind === 'user')) continue;
      const at = definitionBefore(stmts, i, temp, target, oracle);
      if (at === null) continue;
      const def = stmts[at]!;
      const reads = mentions(def, target);
      if (reads && (!isScalar(body.locals[target]!.ty) || def.kind !== 'assign')) continue;
      if (oracle.mayPanic(def) && (facts.defs[target] !== 1 || facts.partlyWritten[target] !== 0) && seen(target)) continue;
      const dest: Place = { local: target, proj: [] };
      if (def.kind === 'assign') stmts[at] = { ...def, place: dest };
      else if (def.kind === 'call') stmts[at] = { ...def, dest };
      else continue;
      stmts[i] = { kind: 'nop' };
      noStorage.add(target);
      noStorage.add(temp);
    }
  }
  if (noStorage.size > 0) dropStorage(body, noStorage);
}

/** The statement that defines `temp`, if nothing from there to `use` may panic or touches `target` (but for the start of its storage). */
function definitionBefore(stmts: readonly Stmt[], use: number, temp: LocalId, target: LocalId, oracle: PanicOracle): number | null {
  for (let i = use - 1; i >= 0; i--) {
    const stmt = stmts[i]!;
    const dest = stmt.kind === 'assign' ? stmt.place : stmt.kind === 'call' ? stmt.dest : null;
    if (dest !== null && isLocal(dest) && dest.local === temp) return i;
    if (stmt.kind !== 'storageLive' && mentions(stmt, target)) return null;
    if (oracle.mayPanic(stmt)) return null;
  }
  return null;
}

function dropStorage(body: Body, locals: ReadonlySet<LocalId>): void {
  for (const block of body.blocks) {
    replaceStmts(block, block.stmts.filter((stmt) =>
      stmt.kind !== 'nop' && !((stmt.kind === 'storageLive' || stmt.kind === 'storageDead') && locals.has(stmt.local))));
  }
}

// ---------------------------------------------------------------- rule 3

/** Puts places where temporaries copied them. Run last: analyses see more with names than with places. */
export function forwardPlaces(body: Body): void {
  const facts = localFacts(body);
  const gone = new Set<LocalId>();
  for (const block of body.blocks) {
    for (let i = 0; i < block.stmts.length; i++) {
      const stmt = block.stmts[i]!;
      if (stmt.kind !== 'assign' || !isLocal(stmt.place) || stmt.value.kind !== 'use' || stmt.value.operand.kind === 'const') continue;
      const temp = stmt.place.local;
      if (temp <= body.paramCount || body.locals[temp]!.kind !== 'temp' || facts.defs[temp] !== 1 || facts.uses[temp] !== 1) continue;
      if (facts.asBase[temp] !== 0) continue;
      if (!forward(block, i, temp, stmt.value.operand, facts)) continue;
      block.stmts[i] = { kind: 'nop' };
      gone.add(temp);
    }
  }
  if (gone.size > 0) dropStorage(body, gone);
}

/** Looks for the one use after statement `from` and replaces it, if the place still holds the same value there. */
function forward(block: Block, from: number, temp: LocalId, operand: Exclude<Operand, { kind: 'const' }>, facts: LocalFacts): boolean {
  const { place } = operand;
  const throughPointer = place.proj.some((p) => p.kind === 'deref') || facts.borrowed[place.local] !== 0;
  const indices = indexLocals(place);
  const how: Rewriting = {
    operand: (o) => (o.kind !== 'const' && isLocal(o.place) && o.place.local === temp ? operand : o),
    place: (p) => p,
  };
  for (let i = from + 1; i < block.stmts.length; i++) {
    const stmt = block.stmts[i]!;
    const dest = stmt.kind === 'assign' ? stmt.place : stmt.kind === 'call' ? stmt.dest : null;
    if (mentions(stmt, temp) && stmt.kind !== 'storageDead') {
      // What is read and written by one statement must not overlap, unless it is one plain copy or an operation on numbers.
      const plain = stmt.kind === 'assign' && (stmt.value.kind === 'use' || stmt.value.kind === 'arith');
      if (dest !== null && (dest.local === place.local || dest.proj.length > 0) && !plain) return false;
      block.stmts[i] = rewriteStmt(stmt, how);
      return true;
    }
    switch (stmt.kind) {
      case 'nop': case 'fakeRead': case 'boundsCheck':
        break;
      case 'storageLive': case 'storageDead':
        if (stmt.local === place.local || indices.includes(stmt.local)) return false;
        break;
      case 'assign':
        if (!isLocal(stmt.place)) return false;
        if (stmt.place.local === place.local || indices.includes(stmt.place.local)) return false;
        if (throughPointer && facts.borrowed[stmt.place.local] !== 0) return false;
        // A move away from the place, or a new borrow of it, must not come before the read.
        if (touches(stmt, place.local)) return false;
        break;
      case 'call': case 'drop': case 'setVariant':
        return false;
    }
  }
  const term = block.term;
  if (term.kind !== 'switch') return false;
  const rewritten = rewriteTerminator(term, how);
  if (rewritten === term) return false;
  block.term = rewritten;
  return true;
}

/** Whether a statement moves out of, or borrows for writing, something of `local`. */
function touches(stmt: Stmt, local: LocalId): boolean {
  let found = false;
  forEachPlace(stmt, (place, use) => {
    if (place.local === local && (use === 'move' || use === 'borrowMut')) found = true;
  });
  return found;
}
