/**
 * Values that no arm takes, as patterns that their users could write.
 * Consumes: witnesses of the exhaustiveness check. Produces: text such as `Shape::Rect { .. }` or `(None, 3..)`. References are left out, as default
 * binding modes allow.
 */
import type { Ty } from '../ty.ts';
import { rangesOf } from './constructors.ts';
import type { Ctor } from './constructors.ts';

export type Witness =
  | { readonly kind: 'wild' }
  | { readonly kind: 'ctor'; readonly ctor: Ctor; readonly ty: Ty; readonly parts: readonly Witness[] };

/** Enums whose variants everyone writes without the enum's name. */
const BARE: ReadonlySet<string> = new Set(['Option', 'Result']);

export function showWitness(witness: Witness): string {
  if (witness.kind === 'wild') return '_';
  const { ctor, ty, parts } = witness;
  const all = (): string => parts.map(showWitness).join(', ');
  switch (ctor.kind) {
    case 'variant': {
      const { adt } = ctor;
      const variant = adt.variants[ctor.index]!;
      const bare = !adt.isEnum || (adt.module.isStd && BARE.has(adt.name));
      const name = bare ? variant.name : `${adt.name}::${variant.name}`;
      if (variant.form === 'unit') return name;
      if (variant.form === 'tuple') return `${name}(${all()})`;
      const told = variant.fields.flatMap((field, i) => (parts[i]!.kind === 'wild' ? [] : [`${field.name}: ${showWitness(parts[i]!)}`]));
      return told.length === variant.fields.length ? `${name} { ${told.join(', ')} }` : `${name} { ${[...told, '..'].join(', ')} }`;
    }
    case 'tuple':
      return `(${all()})`;
    case 'deref':
      return showWitness(parts[0]!);
    case 'bool':
      return `${ctor.value}`;
    case 'range':
      return showRange(ctor.lo, ctor.hi, ty);
    case 'opaque':
    case 'open':
      return '_';
    case 'slice': {
      const before = parts.slice(0, ctor.prefix).map(showWitness);
      const after = parts.slice(ctor.prefix).map(showWitness);
      return `[${[...before, ...(ctor.open ? ['..'] : []), ...after].join(', ')}]`;
    }
  }
}

function showRange(lo: bigint, hi: bigint, ty: Ty): string {
  const whole = rangesOf(ty);
  const least = whole?.[0]?.[0];
  const most = whole?.at(-1)?.[1];
  if (lo === least && hi === most) return '_';
  const show = (value: bigint): string => (ty.kind === 'rune' ? showRune(Number(value)) : `${value}`);
  if (lo === hi) return show(lo);
  // The ends of a type are long numbers that nobody writes.
  if (hi === most) return `${show(lo)}..`;
  if (lo === least && ty.kind === 'int' && ty.signed) return `..=${show(hi)}`;
  return `${show(lo)}..=${show(hi)}`;
}

function showRune(code: number): string {
  if (code === 0x27 || code === 0x5c) return `'\\${String.fromCodePoint(code)}'`;
  const plain = code >= 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f) && !/[\p{C}\p{Z}\p{M}]/u.test(code === 0x20 ? 'a' : String.fromCodePoint(code));
  return plain ? `'${String.fromCodePoint(code)}'` : `'\\u{${code.toString(16)}}'`;
}
