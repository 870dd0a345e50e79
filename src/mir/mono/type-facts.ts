/**
 * What concrete types are made of: the types of their fields, and whether dropping one does anything.
 * Consumes: types without parameters, and the program's answers about projections and `Drop` impls.
 * Holds: memo tables by type id. Used by layouts, drop glue, drop elaboration (which also asks about generic types) and both back ends.
 */
import { bug, unreachable } from '../../base/index.ts';
import { HAS_PARAM, HAS_PROJECTION, subst } from '../../types/index.ts';
import type { ClosureTy, Predicate, Ty, TypedProgram } from '../../types/index.ts';

export type FactsProgram = Pick<TypedProgram, 'normalize' | 'dropImpl' | 'isCopy'>;

const shared = new WeakMap<FactsProgram, TypeFacts>();

/** The facts for a body. Where nothing is assumed of type parameters, all bodies of a program have the same ones. */
export function factsFor(program: FactsProgram, assumptions: readonly Predicate[]): TypeFacts {
  if (assumptions.length > 0) return new TypeFacts(program, assumptions);
  let facts = shared.get(program);
  if (facts === undefined) shared.set(program, (facts = new TypeFacts(program)));
  return facts;
}

export class TypeFacts {
  readonly program: FactsProgram;
  private readonly fieldTable = new Map<number, readonly (readonly Ty[])[]>();
  private readonly dropTable = new Map<number, boolean>();
  private readonly assumptions: readonly Predicate[];

  /** `assumptions`: the predicates of the generics around a body that is still generic. */
  constructor(program: FactsProgram, assumptions: readonly Predicate[] = []) {
    this.program = program;
    this.assumptions = assumptions;
  }

  /** Substitutes and normalises. In generic bodies associated types of parameters stay as they are. */
  instantiate(ty: Ty, args: readonly Ty[]): Ty {
    const plain = subst(ty, args);
    return (plain.flags & (HAS_PROJECTION | HAS_PARAM)) === HAS_PROJECTION ? this.program.normalize(plain) : plain;
  }

  /** Field types of a struct, tuple, closure environment (one list) or of each variant of an enum. */
  fields(ty: Ty): readonly (readonly Ty[])[] {
    const known = this.fieldTable.get(ty.id);
    if (known !== undefined) return known;
    const made = this.computeFields(ty);
    this.fieldTable.set(ty.id, made);
    return made;
  }

  private computeFields(ty: Ty): readonly (readonly Ty[])[] {
    switch (ty.kind) {
      case 'adt':
        return ty.decl.variants.map((variant) => variant.fields.map((field) => this.instantiate(field.ty, ty.args)));
      case 'tuple':
        return [ty.elements];
      case 'closure':
        return [this.captures(ty)];
      default:
        return bug(`a type of kind ${ty.kind} has no fields`);
    }
  }

  private captures(ty: ClosureTy): readonly Ty[] {
    return ty.decl.captures.map((capture) => this.instantiate(capture.ty, ty.args));
  }

  /** Whether dropping a value of this type does anything. For a type with parameters: whether it might. */
  needsDrop(ty: Ty): boolean {
    const known = this.dropTable.get(ty.id);
    if (known !== undefined) return known;
    // Only a struct that holds itself without a Box could come back here; layouts report those.
    this.dropTable.set(ty.id, false);
    const needs = this.computeNeedsDrop(ty);
    this.dropTable.set(ty.id, needs);
    return needs;
  }

  private computeNeedsDrop(ty: Ty): boolean {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'ref': case 'ptr': case 'fnItem': case 'const': case 'poison':
        return false;
      case 'box': case 'fn': case 'dyn':
        return true;
      case 'param': case 'projection':
        return !this.program.isCopy(ty, this.assumptions);
      case 'slice':
        return this.needsDrop(ty.element);
      case 'array':
        return !(ty.length.kind === 'const' && ty.length.value === 0n) && this.needsDrop(ty.element);
      case 'tuple': case 'closure':
        return this.anyFieldNeedsDrop(ty);
      case 'adt':
        return this.hasDropImpl(ty) || this.anyFieldNeedsDrop(ty);
      case 'infer':
        return bug('an inference variable reached MIR');
      default:
        return unreachable(ty);
    }
  }

  private anyFieldNeedsDrop(ty: Ty): boolean {
    return this.fields(ty).some((fields) => fields.some((field) => this.needsDrop(field)));
  }

  /** Whether the type itself (not a field) has a `Drop` impl: then it is destroyed whole or not at all. */
  hasDropImpl(ty: Ty): boolean {
    return ty.kind === 'adt' && this.program.dropImpl(ty) !== null;
  }
}
