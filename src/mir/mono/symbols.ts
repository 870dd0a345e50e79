/**
 * Names of instances for the linker: readable, made of letters, digits and `_`, the same in every run, at most 120 characters.
 * Consumes: declarations with concrete arguments. A generic instance ends in a hash of its full text, so that different arguments
 * give different names however long they are; what still collides gets a number in the order of discovery.
 * Holds: the names given so far.
 */
import { bug } from '../../base/index.ts';
import { showTyWith } from '../../types/index.ts';
import type { ClosureDecl, ConstDecl, FnDecl, Ty, TypeWords } from '../../types/index.ts';

const MAX_LENGTH = 120;

/** Types with the paths of what they name. */
const WITH_PATHS: TypeWords = {
  adt: (decl) => (decl.module.isStd ? decl.name : [...decl.module.path, decl.name].join('::')),
  fnItem: (ty, args) => pathOf(ty.decl) + args,
  closure: (ty, args) => closurePath(ty.decl) + args,
};

/** A type as text: for symbols, and for messages where source names are not to be had. */
export function typeText(ty: Ty): string {
  return showTyWith(ty, WITH_PATHS);
}

/** `std::strings::String::push`, `app::Point::Display::fmt`. */
export function pathOf(decl: FnDecl | ConstDecl): string {
  const parts: string[] = [...decl.module.path];
  const parent = decl.parent;
  if (parent !== null) {
    if (parent.kind === 'trait') parts.push(parent.name);
    else {
      parts.push(parent.selfTy.kind === 'adt' ? parent.selfTy.decl.name : typeText(parent.selfTy));
      if (parent.traitRef !== null) parts.push(parent.traitRef.trait.name + (parent.traitRef.args.length > 1 ? `<${parent.traitRef.args.slice(1).map(typeText).join(', ')}>` : ''));
    }
  }
  parts.push(decl.name);
  return parts.join('::');
}

/** `app::main::closure3`, counted within its owner by position in the text. */
export function closurePath(decl: ClosureDecl): string {
  return `${pathOf(decl.owner)}::closure${decl.span.lo - decl.owner.span.lo}`;
}

/** 64 bits of FNV-1a, as 13 characters of base 32 at most. */
function hash(text: string): string {
  let h = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    h ^= BigInt(text.charCodeAt(i));
    h = (h * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  }
  return h.toString(32);
}

/** Text as an identifier: `::` and other separators become `__` or `_`, letters beyond ASCII `uXXXX`. */
export function encode(text: string): string {
  return text
    .replace(/::/g, '__')
    .replace(/&mut /g, 'mut_')
    .replace(/[^A-Za-z0-9_]+/g, (run) => {
      let out = '_';
      for (const char of run) if (char > '\x7f') out += `u${char.codePointAt(0)!.toString(16)}`;
      return out;
    })
    .replace(/^([0-9])/, '_$1')
    .replace(/_+$/, '');
}

export class Symbols {
  private readonly used = new Set<string>();

  /** A symbol that is unique by how it was made: two things that ask for one are a fault. */
  take(symbol: string, key: string): string {
    if (this.used.has(symbol)) bug(`two instances have the symbol ${symbol}; the second is ${key}`);
    this.used.add(symbol);
    return symbol;
  }

  /** A new symbol for `path` with `args`. */
  make(path: string, args: readonly Ty[] = []): string {
    const full = args.length === 0 ? path : `${path}<${args.map(typeText).join(', ')}>`;
    let text = encode(full);
    if (args.length > 0 || text.length > MAX_LENGTH - 8 || encode(path) !== path.replace(/::/g, '__')) {
      const mark = hash(full);
      text = `${text.slice(0, MAX_LENGTH - 8 - mark.length - 2)}__${mark}`;
    }
    let unique = text;
    for (let n = 2; this.used.has(unique); n++) unique = `${text}_${n}`;
    this.used.add(unique);
    return unique;
  }
}
