/**
 * Checks of types, traits, functions and constants one by one, which also lowers every signature of the user's.
 * Consumes: the nodes of a Session. Produces: diagnostics: borrows in plain structs (rule T3), types of infinite size, cycles of supertraits, hidden types.
 */
import type { ModuleDecl } from '../program.ts';
import { subst, tys } from '../ty.ts';
import type { AdtTy, Ty } from '../ty.ts';
import { showTy } from '../show.ts';
import { identityArgs } from '../solve/index.ts';
import { resolveTrait } from './lower-type.ts';
import { headerContext } from './nodes.ts';
import type { AdtNode, ConstNode, TraitNode } from './nodes.ts';
import type { Session } from './session.ts';

export function checkDeclarations(session: Session, wanted: (module: ModuleDecl) => boolean): void {
  for (const alias of session.aliases) {
    if (!wanted(alias.module)) continue;
    void alias.generics.predicates;
    void alias.ty;
  }
  for (const fn of session.fns) {
    if (!wanted(fn.module)) continue;
    void fn.generics.predicates;
    void fn.sig;
    for (const param of fn.generics.own) void param.constType;
    if (fn.flags.test || fn.flags.bench) checkTest(session, fn);
  }
  for (const decl of session.consts) if (wanted(decl.module)) checkConst(session, decl);
  const sizes = new SizeCheck(session);
  for (const adt of session.adts) {
    if (!wanted(adt.module)) continue;
    void adt.generics.predicates;
    for (const param of adt.generics.own) void param.constType;
    if (adt.isEnum && adt.variants.length > 0) void adt.variants[0]!.discriminant;
    checkBorrows(session, adt);
    sizes.check(adt);
  }
  const inCycle = new Set<TraitNode>();
  for (const trait of session.traits) {
    if (!wanted(trait.module)) continue;
    checkSupertraits(session, trait, inCycle);
    void trait.generics.predicates;
    void trait.supertraits;
    for (const assoc of trait.assocTypes) void assoc.bounds;
  }
}

function checkTest(session: Session, fn: Session['fns'][number]): void {
  if (fn.parent !== null || fn.generics.total > 0 || fn.sig.params.length > 0) {
    session.report({ code: 'CJ0229', span: fn.nameSpan, args: { name: fn.name, kind: fn.flags.test ? 'test' : 'bench' } });
  }
}

// ---------------------------------------------------------------- constants

/** A constant stands for no place, so nothing can be borrowed for as long as it is there: but texts and byte strings, which stand in the program. */
function checkConst(session: Session, decl: ConstNode): void {
  const borrow = borrowIn(decl.ty, isProgramText);
  if (borrow === null) return;
  session.report({ code: 'CJ0547', span: decl.syntax.type?.span ?? decl.nameSpan, args: { name: decl.name, borrow: showTy(borrow) } });
}

function isProgramText(ty: Ty): boolean {
  return ty.kind === 'ref' && !ty.mutable && (ty.target.kind === 'str' || (ty.target.kind === 'slice' && ty.target.element === tys.uint8));
}

// ---------------------------------------------------------------- borrows in fields

/** The first part of a type that is a borrow; fn values and boxed `dyn` own what they hold, type parameters are the user's choice. */
export function borrowIn(ty: Ty, allowed: (ty: Ty) => boolean = () => false): Ty | null {
  const first = (list: readonly Ty[]): Ty | null => {
    for (const part of list) {
      const found = borrowIn(part, allowed);
      if (found !== null) return found;
    }
    return null;
  };
  switch (ty.kind) {
    case 'ref': case 'dyn':
      return allowed(ty) ? null : ty;
    case 'adt':
      return ty.decl.view ? ty : first(ty.args);
    case 'tuple':
      return first(ty.elements);
    case 'array': case 'slice':
      return borrowIn(ty.element, allowed);
    case 'box':
      return ty.target.kind === 'dyn' ? first(ty.target.args) : borrowIn(ty.target, allowed);
    default:
      return null;
  }
}

function checkBorrows(session: Session, adt: AdtNode): void {
  for (const variant of adt.variants) {
    for (const field of variant.fields) {
      const borrow = adt.view ? null : borrowIn(field.ty);
      if (adt.view) void field.ty;
      if (borrow === null) continue;
      const keyword = adt.isEnum ? 'enum' : 'struct';
      const start = { ...adt.syntax.name.span, hi: adt.syntax.name.span.lo };
      session.report({
        code: 'CJ0202',
        span: field.type.span,
        args: { name: adt.name, borrow: showTy(borrow), kind: keyword },
        related: [{ span: adt.nameSpan, label: 'type', args: { name: adt.name, kind: keyword } }],
        fixes: [{ key: 'view', args: { kind: keyword }, edits: [{ span: { ...start, lo: start.lo - keyword.length - 1, hi: start.lo - keyword.length - 1 }, text: 'view ' }] }],
      });
      return;
    }
  }
}

// ---------------------------------------------------------------- infinite size

/** Finds types that would have to contain themselves. Walks fields by value; references, boxes, pointers and fn values end the walk. */
class SizeCheck {
  private readonly session: Session;
  /** Instances known to be of finite size. */
  private readonly finite = new Set<Ty>();
  /** Types on a circle that has been reported. */
  private readonly circular = new Set<AdtNode>();

  constructor(session: Session) {
    this.session = session;
  }

  check(adt: AdtNode): void {
    const self = tys.adt(adt, identityArgs(adt.generics));
    this.walk(self, [adt]);
  }

  /** Whether the type and all in it are of finite size. The stack holds the types around, the one asked for first. */
  private walk(ty: AdtTy, stack: readonly AdtNode[]): boolean {
    if (this.finite.has(ty)) return true;
    const adt = ty.decl as AdtNode;
    for (const variant of adt.variants) {
      for (const field of variant.fields) {
        if (!this.walkTy(subst(field.ty, ty.args), stack, field)) return false;
      }
    }
    this.finite.add(ty);
    return true;
  }

  private walkTy(ty: Ty, stack: readonly AdtNode[], field: AdtNode['variants'][number]['fields'][number]): boolean {
    switch (ty.kind) {
      case 'adt': {
        if (this.finite.has(ty)) return true;
        const adt = ty.decl as AdtNode;
        const at = stack.indexOf(adt);
        if (at < 0) return this.walk(ty, [...stack, adt]);
        // A cycle that does not go through the type asked for is reported when its own turn comes.
        if (at > 0) return false;
        const target = stack.length === 1 ? stack[0]! : stack[1]!;
        const outer = stack[0]!;
        if (stack.some((step) => this.circular.has(step))) return false;
        for (const step of stack) this.circular.add(step);
        const holders = outer.variants.flatMap((variant) => variant.fields).filter((own) => reaches(own.ty, target));
        const culprit = holders[0] ?? field;
        const boxed = (holders.length === 0 ? [field] : holders).flatMap(({ type: { span } }) => [
          { span: { ...span, hi: span.lo }, text: 'Box<' },
          { span: { ...span, lo: span.hi }, text: '>' },
        ]);
        this.session.report({
          code: 'CJ0203',
          span: outer.nameSpan,
          args: { name: outer.name, cycle: [...stack.map((step) => step.name), outer.name].join(' → ') },
          related: [{ span: culprit.type.span, label: 'field', args: { type: showTy(culprit.ty) } }],
          fixes: [{ key: 'box', args: { type: showTy(culprit.ty) }, edits: boxed }],
        });
        return false;
      }
      case 'tuple':
        return ty.elements.every((element) => this.walkTy(element, stack, field));
      case 'array':
        return this.walkTy(ty.element, stack, field);
      default:
        return true;
    }
  }
}

function reaches(ty: Ty, target: AdtNode): boolean {
  switch (ty.kind) {
    case 'adt':
      return ty.decl === target || ty.args.some((arg) => reaches(arg, target));
    case 'tuple':
      return ty.elements.some((element) => reaches(element, target));
    case 'array':
      return reaches(ty.element, target);
    default:
      return false;
  }
}

// ---------------------------------------------------------------- supertraits

/** `inCycle` holds the traits of which a cycle has been told. */
function checkSupertraits(session: Session, trait: TraitNode, inCycle: Set<TraitNode>): void {
  if (inCycle.has(trait)) return;
  const path: TraitNode[] = [];
  const seen = new Set<TraitNode>();
  const visit = (at: TraitNode): boolean => {
    path.push(at);
    for (const bound of at.syntax.supertraits) {
      const parent = bound.kind === 'path' ? resolveTrait(session, bound, headerContext(at.module, at.scope, at.generics, null), true) : null;
      if (parent === trait) return true;
      if (parent === null || seen.has(parent)) continue;
      seen.add(parent);
      if (visit(parent)) return true;
    }
    path.pop();
    return false;
  };
  if (visit(trait)) {
    for (const step of path) inCycle.add(step);
    session.report({ code: 'CJ0258', span: trait.nameSpan, args: { name: trait.name, cycle: [...path, trait].map((step) => step.name).join(' → ') } });
  }
}
