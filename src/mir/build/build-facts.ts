/**
 * What building asks about types: is it copied, may it need dropping, what is the type of a field.
 * Consumes: a TypedProgram and the predicates of the body's owner. Holds: answers by type, for one body and its closures.
 */
import { bug } from '../../base/index.ts';
import type { ConstDecl, FnDecl, Predicate, Ty, TypedProgram } from '../../types/index.ts';
import { factsFor } from '../mono/type-facts.ts';
import type { TypeFacts } from '../mono/type-facts.ts';

export class BuildFacts {
  private readonly program: TypedProgram;
  private readonly assumptions: readonly Predicate[];
  private readonly facts: TypeFacts;
  private readonly copy = new Map<Ty, boolean>();

  constructor(program: TypedProgram, owner: FnDecl | ConstDecl) {
    this.program = program;
    this.assumptions = owner.generics.predicates;
    this.facts = factsFor(program, this.assumptions);
  }

  /** Whether using a value leaves it behind. */
  isCopy(ty: Ty): boolean {
    const known = this.copy.get(ty);
    if (known !== undefined) return known;
    const answer = this.findCopy(ty);
    this.copy.set(ty, answer);
    return answer;
  }

  private findCopy(ty: Ty): boolean {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'ptr': case 'fnItem':
        return true;
      case 'ref':
        return !ty.mutable;
      case 'box': case 'fn': case 'str': case 'slice': case 'dyn':
        return false;
      case 'tuple':
        return ty.elements.every((e) => this.isCopy(e));
      case 'array':
        return this.isCopy(ty.element);
      default:
        return this.program.isCopy(ty, this.assumptions);
    }
  }

  /** Whether dropping a value may do anything. Errs towards yes in generic bodies. */
  mayNeedDrop(ty: Ty): boolean {
    return this.facts.needsDrop(ty);
  }

  /** The type of a field of a struct, tuple or closure environment. */
  fieldTy(ty: Ty, index: number): Ty {
    return this.facts.fields(ty)[0]?.[index] ?? bug(`no field ${index} in a ${ty.kind}`);
  }
}
