/**
 * What building asks about types: is it copied, may it need dropping, what is the type of a field.
 * Consumes: a TypedProgram and the predicates of the body's owner. Holds: answers by type, for one body.
 */
import { bug, unreachable } from '../../base/index.ts';
import { HAS_PROJECTION, subst } from '../../types/index.ts';
import type { AdtDecl, ConstDecl, FnDecl, Predicate, Ty, TypedProgram } from '../../types/index.ts';

const adtsWithDrop = new WeakMap<TypedProgram, ReadonlySet<AdtDecl>>();

function dropAdts(program: TypedProgram): ReadonlySet<AdtDecl> {
  const known = adtsWithDrop.get(program);
  if (known !== undefined) return known;
  const out = new Set<AdtDecl>();
  const drop = program.lang.trait('Drop');
  for (const impl of program.impls) {
    if (impl.traitRef?.trait === drop && impl.selfTy.kind === 'adt') out.add(impl.selfTy.decl);
  }
  adtsWithDrop.set(program, out);
  return out;
}

export class TypeFacts {
  private readonly program: TypedProgram;
  private readonly assumptions: readonly Predicate[];
  private readonly copy = new Map<Ty, boolean>();
  private readonly drops = new Map<Ty, boolean>();

  constructor(program: TypedProgram, owner: FnDecl | ConstDecl) {
    this.program = program;
    this.assumptions = owner.generics.predicates;
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

  /** Whether dropping a value may do anything. Errs towards yes. */
  mayNeedDrop(ty: Ty): boolean {
    const known = this.drops.get(ty);
    if (known !== undefined) return known;
    // A type that holds itself does so behind a Box or a type with a destructor, so a second visit adds nothing.
    this.drops.set(ty, false);
    const answer = this.findDrop(ty);
    this.drops.set(ty, answer);
    return answer;
  }

  private findDrop(ty: Ty): boolean {
    switch (ty.kind) {
      case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'ref': case 'ptr': case 'fnItem': case 'const':
        return false;
      case 'adt':
        if (this.hasDestructor(ty)) return true;
        return ty.decl.variants.some((v) => v.fields.some((f) => this.mayNeedDrop(subst(f.ty, ty.args)))) && !this.isCopy(ty);
      case 'tuple':
        return ty.elements.some((e) => this.mayNeedDrop(e));
      case 'array': case 'slice':
        return this.mayNeedDrop(ty.element);
      case 'box': case 'fn': case 'dyn':
        return true;
      case 'closure':
        return ty.decl.captures.some((c) => this.mayNeedDrop(subst(c.ty, ty.args)));
      case 'param': case 'projection':
        return !this.isCopy(ty);
      case 'infer': case 'poison':
        return bug(`a ${ty.kind} type reached MIR`);
      default:
        return unreachable(ty);
    }
  }

  /** Whether the type itself, not only its fields, has a `Drop` impl. */
  hasDestructor(ty: Ty): boolean {
    return ty.kind === 'adt' && dropAdts(this.program).has(ty.decl);
  }

  /** The type of a field of a struct, tuple or closure environment. */
  fieldTy(ty: Ty, index: number): Ty {
    switch (ty.kind) {
      case 'tuple':
        return ty.elements[index] ?? bug(`tuple without field ${index}`);
      case 'adt': {
        const field = ty.decl.variants[0]?.fields[index] ?? bug(`${ty.decl.name} without field ${index}`);
        const found = subst(field.ty, ty.args);
        return (found.flags & HAS_PROJECTION) === 0 ? found : this.program.normalize(found);
      }
      case 'closure':
        return subst((ty.decl.captures[index] ?? bug('closure without such a capture')).ty, ty.args);
      default:
        return bug(`a ${ty.kind} has no fields`);
    }
  }
}
