/**
 * Declarations and a program made by hand, so that MIR passes can be tested without a front end.
 * Holds: `Noisy` (a struct with a destructor), `Wrapper { a: Noisy, b: Noisy, n: Int32 }`, `Option<T>`, `Result<T, E>`, `make(): Noisy`, `take(x: Noisy)`.
 */
import { NO_SPAN } from '../../../src/source/index.ts';
import { tys } from '../../../src/types/index.ts';
import type { AdtDecl, FnDecl, Generics, ImplDecl, ModuleDecl, TraitDecl, Ty, TypedProgram } from '../../../src/types/index.ts';
import type { Body, Callee, Place, Stmt } from '../../../src/mir/index.ts';
import { placeKey } from '../../../src/mir/index.ts';

let nextId = 1;
const MODULE = { id: 0, path: ['app'], syntax: null as never, isStd: false, package: 'app', dependencies: new Map(), withheld: new Map() } as ModuleDecl;

function generics(...names: string[]): Generics {
  const own = names.map((name, index) => ({ name, index, constType: null, hidden: false, span: NO_SPAN }));
  return { parent: null, own, total: own.length, predicates: [] };
}

function base(name: string) {
  return { id: nextId++, name, module: MODULE, block: null, span: NO_SPAN, nameSpan: NO_SPAN, visibility: 'pub' as never, attrs: [], doc: null };
}

export function adt(name: string, params: readonly string[], variants: readonly (readonly [string, readonly (readonly [string, Ty])[]])[], isEnum: boolean): AdtDecl {
  return {
    ...base(name), kind: 'adt', isEnum, view: false, interior: false, generics: generics(...params), syntax: null as never,
    variants: variants.map(([variant, fields], index) => ({
      name: variant, index, form: 'tuple', discriminant: BigInt(index), attrs: [], span: NO_SPAN,
      fields: fields.map(([field, ty], i) => ({ name: field, index: i, ty, visibility: 'pub' as never, attrs: [], span: NO_SPAN })),
    })),
  };
}

const FLAGS: FnDecl['flags'] = {
  test: false, bench: false, inline: false, cold: false, pure: false, deterministic: false, trackCaller: false, exportName: null,
};

export function fn(name: string, params: readonly Ty[], ret: Ty, more: Partial<FnDecl> = {}): FnDecl {
  return {
    ...base(name), kind: 'fn', syntax: null as never, parent: null, generics: generics(),
    sig: { params: params.map((ty, i) => ({ name: `p${i}`, ty, span: NO_SPAN })), ret, hasSelf: false },
    intrinsic: null, native: null, unsafe: false, hasBody: true, flags: FLAGS, ...more,
  };
}

export function trait(name: string, methods: readonly FnDecl[], supertraits: TraitDecl['supertraits'] = []): TraitDecl {
  const decl: TraitDecl = {
    ...base(name), kind: 'trait', marker: null, generics: generics('Self'), supertraits, methods: [], assocTypes: [], consts: [], dynMethods: null, notDynBecause: null,
    syntax: null as never,
  };
  const owned = methods.map((method) => ({ ...method, parent: decl }));
  return Object.assign(decl, { methods: owned, dynMethods: owned });
}

const T = tys.param(0, 'T');
export const optionDecl = adt('Option', ['T'], [['None', []], ['Some', [['0', T]]]], true);
export const resultDecl = adt('Result', ['T', 'E'], [['Ok', [['0', T]]], ['Err', [['0', tys.param(1, 'E')]]]], true);
export const noisyDecl = adt('Noisy', [], [['Noisy', [['n', tys.int32]]]], false);
export const noisy = tys.adt(noisyDecl, []);
export const wrapperDecl = adt('Wrapper', [], [['Wrapper', [['a', noisy], ['b', noisy], ['n', tys.int32]]]], false);
export const wrapper = tys.adt(wrapperDecl, []);
export const option = (ty: Ty): Ty => tys.adt(optionDecl, [ty]);

export const dropFn = fn('drop', [tys.ref(noisy, true)], tys.unit);
export const make = fn('make', [], noisy);
export const take = fn('take', [noisy], tys.unit);

export interface World {
  readonly program: TypedProgram;
  readonly impls: ImplDecl[];
  readonly methods: Map<FnDecl, (self: Ty) => FnDecl>;
}

export function world(): World {
  const impls: ImplDecl[] = [];
  const methods = new Map<FnDecl, (self: Ty) => FnDecl>();
  const clone = trait('Clone', [fn('clone', [tys.ref(tys.param(0, 'Self'), false)], tys.param(0, 'Self'))]);
  const isCopy = (ty: Ty): boolean => ty.kind === 'int' || ty.kind === 'bool' || ty.kind === 'ref';
  const program = {
    modules: [MODULE], fns: [], adts: [], traits: [], impls, consts: [], main: null,
    lang: {
      trait: () => clone,
      adt: (name: string) => (name === 'Result' ? resultDecl : optionDecl),
      fn: (name: string) => fn(name, [], tys.int32),
    },
    bodyOf: () => null,
    forgetBody: () => {},
    resolveMethod: (method: FnDecl, args: readonly Ty[]) => {
      if (args[0]!.kind === 'dyn') return { kind: 'dyn', trait: method.parent, slot: 0 };
      if (method.parent === clone) return { kind: 'builtin', name: isCopy(args[0]!) ? 'cloneCopy' : 'cloneTuple', self: args[0] };
      return { kind: 'fn', decl: methods.get(method)!(args[0]!), args: [] };
    },
    normalize: (ty: Ty) => ty,
    implementsTrait: () => false,
    isCopy,
    dropImpl: (ty: Ty) => (ty === noisy ? { decl: dropFn, args: [] } : null),
  } as unknown as TypedProgram;
  return { program, impls, methods };
}

// ---------------------------------------------------------------- bodies as short text, for comparison

function placeText(place: Place): string {
  return `_${placeKey(place)}`;
}

function calleeText(callee: Callee): string {
  switch (callee.kind) {
    case 'fn':
      return callee.fn.decl.name;
    case 'intrinsic':
      return callee.name;
    case 'instance':
      return `#${callee.id}`;
    case 'native':
      return callee.symbol;
    default:
      return callee.kind;
  }
}

export function stmtText(stmt: Stmt): string {
  switch (stmt.kind) {
    case 'assign': {
      const value = stmt.value;
      const operands = 'operand' in value ? [value.operand] : 'left' in value ? [value.left, value.right] : [];
      const text = operands.map((o) => (o.kind === 'const' ? ('value' in o.value ? String(o.value.value) : o.value.kind) : `${o.kind} ${placeText(o.place)}`)).join(', ');
      const what = value.kind === 'use' ? text : value.kind === 'arith' || value.kind === 'compare' ? `${value.op} ${text}` : `${value.kind} ${'place' in value ? placeText(value.place) : text}`;
      return `${placeText(stmt.place)} = ${what}`;
    }
    case 'call':
      return `${placeText(stmt.dest)} = ${calleeText(stmt.callee)}(${stmt.args.map((a) => (a.kind === 'const' ? 'const' : placeText(a.place))).join(', ')})`;
    case 'drop':
      return `drop ${placeText(stmt.place)}`;
    case 'storageLive': case 'storageDead':
      return `${stmt.kind} _${stmt.local}`;
    default:
      return stmt.kind;
  }
}

export function bodyText(body: Body): string {
  return body.blocks.map((block, id) => {
    const term = block.term.kind === 'goto' ? `goto b${block.term.target}`
      : block.term.kind === 'switch' ? `switch ${block.term.operand.kind === 'const' ? 'const' : placeText(block.term.operand.place)} [${block.term.cases.map((c) => `${c.value}: b${c.target}`).join(', ')}] b${block.term.otherwise}`
        : block.term.kind;
    const head = `b${id}${block.cleanup ? ' cleanup' : ''}${block.unwind === null ? '' : ` unwind b${block.unwind}`}:`;
    return [head, ...block.stmts.map((s) => `  ${stmtText(s)}`), `  ${term}`].join('\n');
  }).join('\n');
}
