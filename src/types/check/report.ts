/**
 * Words for types that do not fit: mismatches with the fix that most often helps, and bounds that do not hold.
 * Nothing is said about types that hold poison: their mistake has been reported already.
 */
import type { Span } from '../../source/index.ts';
import { makeSpan } from '../../source/index.ts';
import type { Fix, RelatedSpan, TextEdit } from '../../diag/index.ts';
import { HAS_POISON, tys } from '../ty.ts';
import type { Ty } from '../ty.ts';
import type { TraitDecl } from '../program.ts';
import type * as tree from '../tree.ts';
import { showTy } from '../show.ts';
import { headKey } from '../solve/index.ts';
import type { Failure } from '../solve/index.ts';
import type { BodyCx } from './body-cx.ts';
import { isPlace } from './make.ts';
import { reportMarker } from './report-markers.ts';

/** A trait with its arguments besides Self; one whose arguments are all Self prints bare, as it is written. */
export function showTrait(trait: TraitDecl, args: readonly Ty[]): string {
  const rest = args.slice(1);
  return rest.every((arg) => arg === args[0]) ? trait.name : `${trait.name}<${rest.map(showTy).join(', ')}>`;
}

export function insertAt(span: Span, at: 'before' | 'after', text: string): TextEdit {
  const offset = at === 'before' ? span.lo : span.hi;
  return { span: makeSpan(span.file, offset, offset), text };
}

/** `head` + the expression + `tail`. */
export function wrapFix(key: string, span: Span, head: string, tail: string, args: Fix['args'] = {}): Fix {
  const edits = [];
  if (head !== '') edits.push(insertAt(span, 'before', head));
  if (tail !== '') edits.push(insertAt(span, 'after', tail));
  return { key, args, edits };
}

/** Whether a prefix or suffix operator may be put on an expression without parentheses. */
function isTight(expr: tree.Expr): boolean {
  return isPlace(expr) || expr.kind === 'literal' || expr.kind === 'call' || expr.kind === 'tuple' || expr.kind === 'array';
}

function around(key: string, expr: tree.Expr, head: string, tail: string, args: Fix['args'] = {}): Fix {
  return isTight(expr) ? wrapFix(key, expr.span, head, tail, args) : wrapFix(key, expr.span, `${head}(`, `)${tail}`, args);
}

/** The change that turns a value of type `found` into one of type `wanted`, where there is an obvious one. */
function suggest(cx: BodyCx, expr: tree.Expr, found: Ty, wanted: Ty): Fix | null {
  const isNumber = (ty: Ty): boolean => ty.kind === 'int' || ty.kind === 'float' || (ty.kind === 'infer' && ty.domain !== 'any');
  if (wanted.kind === 'float' && expr.kind === 'literal' && expr.value.kind === 'int') return wrapFix('float', expr.span, '', '.0');
  if (isNumber(found) && (wanted.kind === 'int' || wanted.kind === 'float')) {
    return wrapFix('convert', expr.span, `${showTy(wanted)}(`, ')', { ty: showTy(wanted) });
  }
  if (cx.isLang(wanted, 'String') && found.kind === 'ref' && found.target.kind === 'str') return around('toString', expr, '', '.toString()');
  if (wanted.kind === 'adt' && (wanted.decl === cx.adt('Option')) && cx.solver.probe(() => cx.unify(found, wanted.args[0]!))) {
    return wrapFix('some', expr.span, 'Some(', ')');
  }
  if (wanted.kind === 'adt' && wanted.decl === cx.adt('Result') && cx.solver.probe(() => cx.unify(found, wanted.args[0]!))) {
    return wrapFix('ok', expr.span, 'Ok(', ')');
  }
  if (wanted.kind === 'ref' && cx.solver.probe(() => cx.unify(found, wanted.target))) {
    return wanted.mutable ? around('borrowMut', expr, '&mut ', '') : around('borrow', expr, '&', '');
  }
  if (wanted.kind === 'ref' && wanted.target.kind === 'slice' && found.kind === 'array') {
    const { element } = wanted.target;
    if (cx.solver.probe(() => cx.unify(found.element, element))) return wanted.mutable ? around('borrowMut', expr, '&mut ', '') : around('borrow', expr, '&', '');
  }
  if (wanted.kind === 'ref' && found.kind === 'ref' && wanted.mutable && cx.solver.probe(() => cx.unify(found.target, wanted.target)) && expr.kind === 'ref') {
    return { key: 'mutable', edits: [{ span: makeSpan(expr.span.file, expr.span.lo, expr.span.lo + 1), text: '&mut ' }] };
  }
  if (found.kind === 'ref' && cx.solver.probe(() => cx.unify(found.target, wanted)) && cx.holds(cx.trait('Copy'), [found.target], expr.span)) {
    return around('deref', expr, '*', '');
  }
  if (found.kind === 'ref' && cx.solver.probe(() => cx.unify(found.target, wanted)) && cx.holds(cx.trait('Clone'), [found.target], expr.span)) {
    return around('clone', expr, '', '.clone()');
  }
  if (wanted.kind === 'box' && cx.solver.probe(() => cx.unify(found, wanted.target))) return wrapFix('box', expr.span, 'new Box(', ')');
  return null;
}

/** A `while` or `for`: after its last turn there is no value. */
function endsByItself(expr: tree.Expr): boolean {
  if (expr.kind === 'loop' || expr.kind === 'forRange') return true;
  return expr.kind === 'match' && expr.arms.length === 1 && expr.arms[0]!.body.kind === 'loop';
}

/** The two types as text; of two that have the same name, with their modules. */
function toldApart(cx: BodyCx, wanted: Ty, found: Ty): { readonly expected: string; readonly found: string } {
  const texts = { expected: cx.print(wanted), found: cx.print(found) };
  if (texts.expected !== texts.found || wanted.kind !== 'adt' || found.kind !== 'adt') return texts;
  return { expected: `${wanted.decl.module.path.join('::')}::${texts.expected}`, found: `${found.decl.module.path.join('::')}::${texts.found}` };
}

/** `P { name }` with another value than the variable needs both: `P { name: … }`. */
function spelledOut(cx: BodyCx, expr: tree.Expr, why: RelatedSpan | null, fix: Fix | null): Fix | null {
  const { file, lo } = expr.span;
  const name = cx.text(expr.span);
  if (fix === null || why?.label !== 'field' || why.args?.['name'] !== name) return fix;
  if (/:\s*$/.test(cx.text(makeSpan(file, Math.max(0, lo - 40), lo)))) return fix;
  return { ...fix, edits: [{ span: makeSpan(file, lo, lo), text: `${name}: ` }, ...fix.edits] };
}

/** `expected A, found B` at an expression. */
export function reportMismatch(cx: BodyCx, expr: tree.Expr, wantedTy: Ty, why: RelatedSpan | null): void {
  const found = cx.resolve(expr.ty);
  const wanted = cx.resolve(wantedTy);
  cx.failed = true;
  if (((found.flags | wanted.flags) & HAS_POISON) !== 0) return;
  const related = why === null ? [] : [why];
  const isText = wanted.kind === 'ref' && !wanted.mutable && wanted.target.kind === 'str' && cx.isLang(found, 'String');
  if (isText) {
    cx.error({ code: 'CJ0286', span: expr.span, related, fixes: [around('borrow', expr, '&', '')] });
    return;
  }
  if (found === tys.unit && expr.kind === 'if' && expr.otherwise === null) {
    cx.error({ code: 'CJ0296', span: expr.span, args: { ty: cx.print(wanted) } });
    return;
  }
  if (found === tys.unit && endsByItself(expr)) {
    const end = makeSpan(expr.span.file, expr.span.hi - 1, expr.span.hi);
    cx.error({ code: 'CJ0293', span: end, args: { ty: cx.print(wanted) }, related });
    return;
  }
  const fix = spelledOut(cx, expr, why, suggest(cx, expr, found, wanted));
  const help: string[] = [];
  if (found.kind === 'never') help.push('never');
  if (found.kind === 'tuple' && found.elements.length === 0 && expr.kind === 'block') help.push('unit');
  cx.error({
    code: 'CJ0270', span: expr.span, args: toldApart(cx, wanted, found), related, fixes: fix === null ? [] : [fix], help,
  });
}

/** Types of two things that must be equal, where there is no expression to mend. */
export function reportDifferent(cx: BodyCx, span: Span, wanted: Ty, found: Ty, related: readonly RelatedSpan[] = []): void {
  cx.failed = true;
  if (cx.isPoison(wanted) || cx.isPoison(found)) return;
  cx.error({ code: 'CJ0270', span, args: { expected: cx.print(wanted), found: cx.print(found) }, related });
}

/** Whether one line on a type of the program's own gives it the trait. */
function isDerivable(ty: Ty, trait: string): boolean {
  return ty.kind === 'adt' && !ty.decl.module.isStd && ['Copy', 'Clone', 'Debug', 'Eq', 'Ord', 'Hash', 'Default'].includes(trait);
}

/** A type that has grown without end, as far as anyone reads. */
function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

/** A bound that does not hold. */
export function reportFailure(cx: BodyCx, failure: Failure): void {
  const { obligation } = failure;
  const { cause } = obligation;
  cx.failed = true;
  const types = obligation.kind === 'callable' ? [obligation.self, ...obligation.params] : obligation.args;
  if (types.some((ty) => cx.isPoison(ty))) return;
  if (cause.onFail !== undefined && !failure.overflow) {
    cause.onFail(failure);
    return;
  }
  const related: RelatedSpan[] = [];
  if (cause.boundSpan !== null) related.push({ span: cause.boundSpan, label: 'bound' });
  switch (obligation.kind) {
    case 'trait': {
      const args = obligation.args.map((arg) => cx.resolve(arg));
      if (failure.overflow) {
        cx.error({ code: 'CJ0304', span: cause.span, args: { ty: shorten(cx.print(args[0]!)), trait: showTrait(obligation.trait, args) } });
        return;
      }
      const missing = cx.session.resolver.missingSupertraits;
      const head = headKey(args[0]!);
      if (head !== null && missing.some((ref) => ref.trait === obligation.trait && headKey(ref.args[0]!) === head)) return;
      if (obligation.trait.marker !== null) {
        reportMarker(cx, obligation.trait, args[0]!, cause, related);
        return;
      }
      const help: string[] = [];
      const because = failure.because;
      const details: Record<string, string> = { ty: cx.print(args[0]!), trait: showTrait(obligation.trait, args) };
      if (because !== null) {
        help.push('because');
        details['innerTy'] = cx.print(because.args[0]!);
        details['innerTrait'] = showTrait(because.trait, because.args.map((arg) => cx.resolve(arg)));
      }
      if (args[0]!.kind === 'param') help.push('param');
      if (because === null && isDerivable(args[0]!, obligation.trait.name)) help.push('derive');
      cx.error({ code: 'CJ0271', span: cause.span, args: details, related, help });
      return;
    }
    case 'projection': {
      const args = obligation.args.map((arg) => cx.resolve(arg));
      cx.error({
        code: 'CJ0305', span: cause.span, related,
        args: { ty: showTy(tys.projection(obligation.assoc, args)), expected: cx.print(obligation.ty), found: failure.found === null ? '_' : cx.print(failure.found) },
      });
      return;
    }
    case 'callable': {
      const shape = cx.print(tys.fn(obligation.mode, obligation.params, obligation.ret));
      const self = cx.resolve(obligation.self);
      const found = failure.found === null || failure.found === self ? cx.print(self) : cx.print(failure.found);
      cx.error({ code: 'CJ0306', span: cause.span, args: { ty: found, shape }, related });
      return;
    }
  }
}

/** The name in `names` that is closest to `name`, if it is close. */
export function closest(name: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  // One letter is no evidence.
  let bestDistance = name.length < 2 ? 1 : Math.max(1, Math.floor(name.length / 3)) + 1;
  const folded = name.toLowerCase().replaceAll('_', '');
  for (const candidate of names) {
    if (candidate === name) continue;
    if (candidate.toLowerCase() === folded) return candidate;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, changes and swaps of neighbours that lead from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let value = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      row.push(value);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
