/**
 * Checks of each impl against its trait: nothing missing, nothing extra, signatures equal to the trait's for these types.
 * Consumes: impls and traits. Produces: diagnostics only. Bounds on associated types and `where` clauses of the trait are the solver's.
 */
import { nearestName } from '../../names/index.ts';
import type { FnDecl, ModuleDecl, Predicate, TraitRef } from '../program.ts';
import { showPredicate, showTy } from '../show.ts';
import { subst, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import { findAttribute } from './attributes.ts';
import { checkCopy } from './check-copy.ts';
import { checkMarkerImpl } from './check-markers.ts';
import type { FnNode, ImplNode, TraitNode } from './nodes.ts';
import type { Session } from './session.ts';
import { couldEqual } from './unify.ts';
import type { ImplTable } from './unify.ts';

export function checkImpls(session: Session, table: ImplTable, wanted: (module: ModuleDecl) => boolean): void {
  for (const impl of session.impls) {
    if (!wanted(impl.module)) continue;
    void impl.generics.predicates;
    for (const param of impl.generics.own) void param.constType;
    for (const value of impl.assocTypes.values()) void value.ty;
    const ref = impl.traitRef;
    if (impl.selfTy.kind === 'poison') continue;
    checkParamsUsed(session, impl);
    if (ref === null) continue;
    const trait = ref.trait as TraitNode;
    if (!checkMarkerImpl(session, impl, trait)) continue;
    if (!impl.module.isStd && findAttribute(trait.attrs, 'sealed') !== null) {
      session.report({ code: 'CJ0548', span: impl.syntax.trait!.span, args: { trait: trait.name, type: showTy(impl.selfTy) } });
      continue;
    }
    checkMembers(session, impl, trait);
    for (const method of impl.methods) {
      const wantedMethod = trait.methods.find((other) => other.name === method.name);
      if (wantedMethod !== undefined && !impl.derived) new MethodCheck(session, table, impl, ref, wantedMethod, method).run();
    }
    checkSupertraits(session, table, impl, ref);
    if (trait === session.lang.get('Drop')) checkDrop(session, table, impl);
    if (trait === session.lang.get('Copy')) checkCopy(session, table, impl);
  }
}

/** Each parameter of an impl must be told by the types that the impl is for. */
function checkParamsUsed(session: Session, impl: ImplNode): void {
  if (impl.generics.own.length === 0) return;
  const used = new Set<number>();
  for (const ty of impl.traitRef?.args ?? [impl.selfTy]) collectParams(ty, used);
  // `F: fn(A): B` and `I: Iterator<Item = T>` tell A, B and T where F and I are known.
  for (let grew = true; grew; ) {
    const before = used.size;
    for (const p of impl.generics.predicates) {
      const known = (ty: Ty): boolean => {
        const own = new Set<number>();
        collectParams(ty, own);
        return [...own].every((index) => used.has(index));
      };
      if (p.kind === 'projection' && p.args.every(known)) collectParams(p.ty, used);
      else if (p.kind === 'callable' && known(p.self)) for (const ty of [...p.params, p.ret]) collectParams(ty, used);
    }
    grew = used.size > before;
  }
  for (const param of impl.generics.own) {
    if (!used.has(param.index)) session.report({ code: 'CJ0207', span: param.span, args: { name: param.name } });
  }
}

function collectParams(ty: Ty, out: Set<number>): void {
  switch (ty.kind) {
    case 'param':
      out.add(ty.index);
      return;
    case 'projection': case 'int': case 'float': case 'bool': case 'rune': case 'never': case 'str': case 'const': case 'infer': case 'poison': case 'fnItem': case 'closure':
      return;
    case 'adt':
      for (const arg of ty.args) collectParams(arg, out);
      return;
    case 'tuple':
      for (const element of ty.elements) collectParams(element, out);
      return;
    case 'array':
      collectParams(ty.element, out);
      collectParams(ty.length, out);
      return;
    case 'slice':
      collectParams(ty.element, out);
      return;
    case 'ref': case 'ptr': case 'box':
      collectParams(ty.target, out);
      return;
    case 'fn':
      for (const param of ty.params) collectParams(param, out);
      collectParams(ty.ret, out);
      return;
    case 'dyn':
      for (const arg of ty.args) collectParams(arg, out);
      for (const item of ty.assoc) collectParams(item.ty, out);
      return;
  }
}

function checkMembers(session: Session, impl: ImplNode, trait: TraitNode): void {
  const at = impl.syntax.trait!.span;
  const declared = [{ span: trait.nameSpan, label: 'trait', args: { trait: trait.name } }];
  const missing: string[] = [];
  for (const assoc of trait.assocTypes) if (!impl.assocTypes.has(assoc.name)) missing.push(`type ${assoc.name}`);
  for (const method of trait.methods) if (!method.hasBody && !impl.methods.some((own) => own.name === method.name)) missing.push(`fn ${method.name}`);
  for (const constant of trait.consts) if (constant.value === null && !impl.consts.some((own) => own.name === constant.name)) missing.push(`const ${constant.name}`);
  if (missing.length > 0) {
    session.report({ code: 'CJ0260', span: at, args: { trait: trait.name, missing: missing.map((name) => `\`${name}\``).join(', '), type: showTy(impl.selfTy) }, related: declared });
  }
  const written = new Set([...impl.methods, ...impl.consts].map((own) => own.name));
  const extra = (name: string, span: FnNode['nameSpan'], known: readonly string[]): void => {
    if (known.includes(name)) return;
    const similar = nearestName(name, known.filter((candidate) => !written.has(candidate)));
    session.report({
      code: 'CJ0261',
      span,
      args: { name, trait: trait.name },
      related: declared,
      fixes: similar === null ? [] : [{ key: 'similar', args: { similar }, edits: [{ span, text: similar }] }],
    });
  };
  for (const method of impl.methods) extra(method.name, method.nameSpan, trait.methods.map((own) => own.name));
  for (const [name, value] of impl.assocTypes) extra(name, value.span, trait.assocTypes.map((own) => own.name));
  for (const constant of impl.consts) {
    extra(constant.name, constant.nameSpan, trait.consts.map((own) => own.name));
    const own = trait.consts.find((other) => other.name === constant.name);
    if (own === undefined) continue;
    const expected = subst(own.ty, impl.traitRef!.args);
    if (!couldEqual(expected, constant.ty)) {
      session.report({
        code: 'CJ0262',
        span: constant.syntax.type?.span ?? constant.nameSpan,
        args: { name: constant.name, trait: trait.name, expected: showTy(expected), found: showTy(constant.ty) },
        related: [{ span: own.nameSpan, label: 'declared', args: { name: constant.name } }],
      });
    }
  }
}

/** Compares one method with the trait's. Reports the first difference only. */
class MethodCheck {
  private readonly session: Session;
  private readonly table: ImplTable;
  private readonly impl: ImplNode;
  private readonly ref: TraitRef;
  private readonly expected: FnNode;
  private readonly found: FnNode;
  /** The trait method's parameters in terms of the impl method's. */
  private readonly args: readonly Ty[];

  constructor(session: Session, table: ImplTable, impl: ImplNode, ref: TraitRef, expected: FnNode, found: FnNode) {
    this.session = session;
    this.table = table;
    this.impl = impl;
    this.ref = ref;
    this.expected = expected;
    this.found = found;
    this.args = [...ref.args, ...this.own(found).map((param) => tys.param(param.index, param.name))];
  }

  /** The parameters of the method itself; without any its generics are its parent's. */
  private own(fn: FnNode): FnDecl['generics']['own'] {
    return fn.generics === fn.parent!.generics ? [] : fn.generics.own;
  }

  private report(span: FnNode['nameSpan'], expected: string, found: string, edit: boolean): void {
    this.session.report({
      code: 'CJ0262',
      span,
      args: { name: this.found.name, trait: this.ref.trait.name, expected, found },
      related: [{ span: this.expected.nameSpan, label: 'declared', args: { name: this.found.name } }],
      fixes: edit ? [{ key: 'type', args: { expected }, edits: [{ span, text: expected }] }] : [],
    });
  }

  run(): void {
    const { expected, found } = this;
    const wantedOwn = this.own(expected);
    const givenOwn = this.own(found);
    const shape = (own: FnDecl['generics']['own'], hidden: boolean): number => own.filter((param) => param.hidden === hidden).length;
    const receiver = (fn: FnNode): string => (fn.syntax.self === null ? '()' : `(${fn.syntax.self.mode === 'value' ? 'self' : fn.syntax.self.mode === 'ref' ? '&self' : '&mut self'})`);
    if (receiver(expected) !== receiver(found)) {
      const span = found.syntax.self?.span ?? found.nameSpan;
      this.report(span, `fn ${found.name}${receiver(expected)}`, `fn ${found.name}${receiver(found)}`, false);
      return;
    }
    if (expected.sig.params.length !== found.sig.params.length) {
      this.report(found.nameSpan, this.signature(expected, this.args), this.signature(found, null), false);
      return;
    }
    if (shape(wantedOwn, false) !== shape(givenOwn, false) || shape(wantedOwn, true) !== shape(givenOwn, true) || wantedOwn.some((param, i) => (param.constType === null) !== (givenOwn[i]!.constType === null))) {
      this.report(found.nameSpan, `fn ${found.name}${generics(wantedOwn)}`, `fn ${found.name}${generics(givenOwn)}`, false);
      return;
    }
    if (expected.unsafe !== found.unsafe) {
      this.report(found.nameSpan, `${expected.unsafe ? 'unsafe ' : ''}fn ${found.name}`, `${found.unsafe ? 'unsafe ' : ''}fn ${found.name}`, false);
      return;
    }
    for (let i = found.sig.hasSelf ? 1 : 0; i < found.sig.params.length; i++) {
      const syntax = found.syntax.params[i - (found.sig.hasSelf ? 1 : 0)]!;
      if (!this.same(expected.sig.params[i]!.ty, found.sig.params[i]!.ty, syntax.type.span)) return;
    }
    if (!this.same(expected.sig.ret, found.sig.ret, found.syntax.ret?.span ?? null)) return;
    this.compareBounds();
  }

  private same(expected: Ty, found: Ty, span: FnNode['nameSpan'] | null): boolean {
    const want = this.table.normalize(subst(expected, this.args), this.impl);
    const have = this.table.normalize(found, this.impl);
    if (couldEqual(want, have)) return true;
    this.report(span ?? this.found.nameSpan, showTy(want), showTy(have), span !== null);
    return false;
  }

  /** An impl may not ask for more than the trait promises that callers give. */
  private compareBounds(): void {
    const own = (fn: FnNode): readonly Predicate[] => (fn.generics === fn.parent!.generics ? [] : fn.generics.predicates.slice(fn.parent!.generics.predicates.length));
    const wanted = own(this.expected);
    for (const p of own(this.found)) {
      if (wanted.some((other) => this.samePredicate(other, p))) continue;
      this.session.report({
        code: 'CJ0263',
        span: p.span,
        args: { name: this.found.name, trait: this.ref.trait.name, bound: showPredicate(p) },
        related: [{ span: this.expected.nameSpan, label: 'declared', args: { name: this.found.name } }],
      });
      return;
    }
  }

  private samePredicate(wanted: Predicate, found: Predicate): boolean {
    const norm = (ty: Ty): Ty => this.table.normalize(ty, this.impl);
    const equal = (a: readonly Ty[], b: readonly Ty[]): boolean => a.length === b.length && a.every((ty, i) => couldEqual(norm(subst(ty, this.args)), norm(b[i]!)));
    if (wanted.kind === 'trait') return found.kind === 'trait' && wanted.ref.trait === found.ref.trait && equal(wanted.ref.args, found.ref.args);
    if (wanted.kind === 'projection') return found.kind === 'projection' && wanted.assoc === found.assoc && equal([...wanted.args, wanted.ty], [...found.args, found.ty]);
    return found.kind === 'callable' && wanted.mode === found.mode && equal([wanted.self, ...wanted.params, wanted.ret], [found.self, ...found.params, found.ret]);
  }

  private signature(fn: FnNode, args: readonly Ty[] | null): string {
    const show = (ty: Ty): string => showTy(this.table.normalize(args === null || args.length < fn.generics.total ? ty : subst(ty, args), this.impl));
    const params = fn.sig.params.map((param, i) => (i === 0 && fn.sig.hasSelf ? 'self' : `${param.name}: ${show(param.ty)}`));
    return `fn ${fn.name}(${params.join(', ')})${fn.sig.ret === tys.unit ? '' : `: ${show(fn.sig.ret)}`}`;
  }
}

function generics(own: FnDecl['generics']['own']): string {
  const open = own.filter((param) => !param.hidden);
  return open.length === 0 ? '()' : `<${open.map((param) => (param.constType === null ? param.name : `const ${param.name}`)).join(', ')}>`;
}

/** `impl Ord for T` needs `Eq` for T too. */
function checkSupertraits(session: Session, table: ImplTable, impl: ImplNode, ref: TraitRef): void {
  for (const parent of ref.trait.supertraits) {
    const wanted: TraitRef = { trait: parent.trait, args: parent.args.map((arg) => subst(arg, ref.args)) };
    if (table.mayHold(wanted)) continue;
    session.missingSupertraits.push(wanted);
    session.report({
      code: 'CJ0266',
      span: impl.syntax.trait!.span,
      args: { type: showTy(impl.selfTy), trait: ref.trait.name, parent: parent.trait.name },
      related: [{ span: (ref.trait as TraitNode).nameSpan, label: 'trait', args: { trait: ref.trait.name, parent: parent.trait.name } }],
      help: impl.derived ? ['derive'] : [],
    });
  }
}

/** `Drop` is for a whole type, of one's own, that is not copied. */
function checkDrop(session: Session, table: ImplTable, impl: ImplNode): void {
  const self = impl.selfTy;
  const whole = self.kind === 'adt' && self.args.every((arg, i) => (arg.kind === 'param') && self.args.indexOf(arg) === i);
  if (!whole) {
    session.report({ code: 'CJ0265', span: impl.syntax.type.span, args: { type: showTy(self) } });
    return;
  }
  const copy = session.lang.get('Copy');
  if (copy?.kind !== 'trait') return;
  const other = table.candidates(copy, self).find((candidate) => candidate.selfTy.kind === 'adt' && candidate.selfTy.decl === self.decl);
  if (other !== undefined) session.report({ code: 'CJ0267', span: impl.syntax.trait!.span, args: { type: self.decl.name }, related: [{ span: other.span, label: 'copy', args: { type: self.decl.name } }] });
}
