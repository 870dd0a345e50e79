/**
 * Functions that no source text declares, other than glue: they adapt one way of calling to another, and start the program.
 * Consumes: concrete types. Produces bodies of phase 'elaborated' whose callees specialisation resolves as usual.
 */
import { bug } from '../../base/index.ts';
import { NO_SPAN } from '../../source/index.ts';
import { tys } from '../../types/index.ts';
import type { AdtTy, FnDecl, FnTy, LangItems, Ty } from '../../types/index.ts';
import type { BlockId, Body, Callee, LocalId, Operand, Place } from '../mir.ts';
import { BodyMaker, copyOf, deref, field, intConst, local, moveOf, project } from './body-maker.ts';
import { typeText } from './symbols.ts';

export type CallMode = FnTy['mode'];

/** Parameters and result of a callable type. */
export interface CallSig {
  readonly params: readonly Ty[];
  readonly ret: Ty;
}

const RETURN = local(0 as LocalId);
const FIRST = local(1 as LocalId);

function rest(sig: CallSig): Operand[] {
  return sig.params.map((_, index) => moveOf(local((index + 2) as LocalId)));
}

/** How the called value itself is handed over in a mode. */
export function receiverTy(ty: Ty, mode: CallMode): Ty {
  return mode === 'once' ? ty : tys.ref(ty, mode === 'mut');
}

/**
 * A call, in `mode`, of a value that is not called directly: a reference to or Box of a callable, or one that is called `once` though it
 * can be called repeatedly (then it is dropped afterwards, on both edges).
 */
export function callShimBody(ty: Ty, mode: CallMode, sig: CallSig, needsDrop: boolean): Body {
  const maker = new BodyMaker(`call_${mode}<${typeText(ty)}>`, [receiverTy(ty, mode), ...sig.params], sig.ret);
  const start = maker.block();
  const value = mode === 'once' ? FIRST : deref(FIRST, ty);
  const call = (block: BlockId, inner: CallMode, place: Place, placeTy: Ty): void => {
    let receiver: Operand;
    if (inner === 'once') receiver = moveOf(place);
    else {
      const borrowed = maker.local(tys.ref(placeTy, inner === 'mut'));
      maker.assign(block, local(borrowed), { kind: 'ref', mutable: inner === 'mut', place, twoPhase: false });
      receiver = moveOf(local(borrowed));
    }
    maker.call(block, RETURN, { kind: 'value', mode: inner }, [receiver, ...rest(sig)]);
  };
  if (ty.kind === 'ref') {
    call(start, ty.mutable && mode !== 'shared' ? 'mut' : 'shared', deref(value, ty.target), ty.target);
  } else if (ty.kind === 'box' && mode !== 'once') {
    call(start, mode, deref(value, ty.target), ty.target);
  } else if (ty.kind === 'box') {
    emptyBox(maker, start, value, ty.target, (content) => call(start, 'once', content, ty.target));
  } else {
    const inner: CallMode = ty.kind === 'fn' ? ty.mode : ty.kind === 'closure' ? ty.decl.mode : bug(`a call shim for ${typeText(ty)}`);
    call(start, inner, value, ty);
    if (needsDrop) {
      const cleanup = maker.block(null, true);
      maker.drop(cleanup, value);
      maker.end(cleanup, { kind: 'resume' });
      maker.setUnwind(start, cleanup);
      const after = maker.block();
      maker.end(start, { kind: 'goto', target: after });
      maker.drop(after, value);
      maker.end(after, { kind: 'return' });
      return maker.finish();
    }
  }
  maker.end(start, { kind: 'return' });
  return maker.finish();
}

/** Moves the content of a Box into a local, frees the memory, and goes on with the local: nothing is left to clean up. */
function emptyBox(maker: BodyMaker, block: BlockId, box: Place, target: Ty, then: (content: Place) => void): void {
  const content = local(maker.local(target));
  const unit = local(maker.local(tys.unit));
  maker.assign(block, content, { kind: 'use', operand: moveOf(deref(box, target)) });
  maker.call(block, unit, { kind: 'intrinsic', name: 'boxFree', typeArgs: [target] }, [moveOf(box)]);
  then(content);
}

/** The method in the table of a FnTy of `mode` made from a value of type `self`: the environment by `&`, `&mut` or as a Box. */
export function tableCallBody(self: Ty, mode: CallMode, sig: CallSig): Body {
  const receiver = mode === 'once' ? tys.box(self) : tys.ref(self, mode === 'mut');
  const maker = new BodyMaker(`table_${mode}<${typeText(self)}>`, [receiver, ...sig.params], sig.ret);
  const start = maker.block();
  const callee: Callee = { kind: 'value', mode };
  if (mode === 'once') {
    emptyBox(maker, start, FIRST, self, (content) => maker.call(start, RETURN, callee, [moveOf(content), ...rest(sig)]));
  } else {
    maker.call(start, RETURN, callee, [moveOf(FIRST), ...rest(sig)]);
  }
  maker.end(start, { kind: 'return' });
  return maker.finish();
}

/** A plain function that only calls `decl`: for tables, whose entries take no hidden argument and cannot be intrinsics. */
export function forwardBody(name: string, decl: FnDecl, args: readonly Ty[], sig: CallSig): Body {
  const maker = new BodyMaker(`forward<${name}>`, sig.params, sig.ret);
  const start = maker.block();
  const operands = sig.params.map((_, index) => moveOf(local((index + 1) as LocalId)));
  maker.call(start, RETURN, { kind: 'fn', fn: { decl, args } }, operands);
  maker.end(start, { kind: 'return' });
  return maker.finish();
}

/** Calls `decl` in `block`, leaves the exit code in local 0 and returns. Unit is 0, Int32 itself, Err goes to `reportError`. */
function callAndReport(maker: BodyMaker, block: BlockId, decl: FnDecl, lang: LangItems, fieldsOf: (ty: AdtTy) => readonly (readonly Ty[])[]): void {
  const ret = decl.sig.ret;
  const result = local(maker.local(ret));
  maker.call(block, result, { kind: 'fn', fn: { decl, args: [] } }, []);
  const zero = (at: BlockId): void => {
    maker.assign(at, RETURN, { kind: 'use', operand: intConst(0n, tys.int32) });
    maker.end(at, { kind: 'return' });
  };
  if (ret.kind === 'never') return;
  if (ret === tys.int32) {
    maker.assign(block, RETURN, { kind: 'use', operand: copyOf(result) });
    maker.end(block, { kind: 'return' });
  } else if (ret.kind === 'adt' && ret.decl === lang.adt('Result')) {
    const [okTy, errTy] = [fieldsOf(ret)[0]![0]!, fieldsOf(ret)[1]![0]!];
    const which = maker.local(tys.usize);
    const ok = maker.block();
    const err = maker.block();
    maker.assign(block, local(which), { kind: 'variantIndex', place: result });
    maker.end(block, { kind: 'switch', operand: copyOf(local(which)), cases: [{ value: 0n, target: ok }], otherwise: err, span: NO_SPAN });
    if (okTy === tys.int32) {
      maker.assign(ok, RETURN, { kind: 'use', operand: copyOf(field(project(result, { kind: 'variant', index: 0, ty: ret }), 0, okTy)) });
      maker.end(ok, { kind: 'return' });
    } else {
      maker.drop(ok, field(project(result, { kind: 'variant', index: 0, ty: ret }), 0, okTy));
      zero(ok);
    }
    const error = moveOf(field(project(result, { kind: 'variant', index: 1, ty: ret }), 0, errTy));
    maker.call(err, RETURN, { kind: 'fn', fn: { decl: lang.fn('reportError'), args: [errTy] } }, [error]);
    maker.end(err, { kind: 'return' });
  } else {
    maker.drop(block, result);
    zero(block);
  }
}

/** Runs `main` and returns the exit code. */
export function mainEntryBody(main: FnDecl, lang: LangItems, fieldsOf: (ty: AdtTy) => readonly (readonly Ty[])[]): Body {
  const maker = new BodyMaker('entry', [], tys.int32);
  callAndReport(maker, maker.block(), main, lang, fieldsOf);
  return maker.finish();
}

/** Runs the test whose number the intrinsic `testIndex` gives, and returns the exit code; 2 for a number that no test has. */
export function testEntryBody(tests: readonly FnDecl[], lang: LangItems, fieldsOf: (ty: AdtTy) => readonly (readonly Ty[])[]): Body {
  const maker = new BodyMaker('entry', [], tys.int32);
  const start = maker.block();
  const index = maker.local(tys.int32);
  maker.call(start, local(index), { kind: 'intrinsic', name: 'testIndex', typeArgs: [] }, []);
  const cases = tests.map((test, i) => {
    const target = maker.block();
    callAndReport(maker, target, test, lang, fieldsOf);
    return { value: BigInt(i), target };
  });
  const otherwise = maker.block();
  maker.assign(otherwise, RETURN, { kind: 'use', operand: intConst(2n, tys.int32) });
  maker.end(otherwise, { kind: 'return' });
  maker.end(start, { kind: 'switch', operand: copyOf(local(index)), cases, otherwise, span: NO_SPAN });
  return maker.finish();
}
