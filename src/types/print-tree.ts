/**
 * The typed tree as text, for `--dump=types` and goldens: one node a line with its type, children indented below.
 * Consumes: checked bodies. Produces: text, the same for the same body. Spans are left out.
 * Nodes that the checker put in (borrows, dereferences, coercions, lowered loops and formats) stand like written ones; `auto` marks its borrows.
 * Holds: for one body, the names given to locals and jump targets, so that two of the same name can be told apart (`x`, `x#2`).
 */
import { unreachable } from '../base/index.ts';
import type { AdtDecl, Capture, ConstDecl, FnDecl } from './program.ts';
import { showTy } from './show.ts';
import type { Arm, Expr, FnBody, FnRef, JumpTarget, Literal, LocalVar, Pat, Stmt } from './tree.ts';
import { subst } from './ty.ts';
import type { Ty } from './ty.ts';

/** The whole body of a function or constant, with the closures in their places. */
export function printTree(body: FnBody): string {
  return new TreePrinter().body(body);
}

/** `std::fmt::print`, `ArrayList<Int32>::push`, `<Point as Display>::fmt`, `pair::<Int32, Bool>`: a function with its generic arguments. */
export function showFnRef(ref: FnRef): string {
  const { decl } = ref;
  const inherited = decl.generics.total - decl.generics.own.length;
  return qualified(decl, ref.args) + showArgs('::', ref.args.slice(inherited));
}

function qualified(decl: FnDecl | ConstDecl, args: readonly Ty[]): string {
  const { parent } = decl;
  if (parent === null) return [...decl.module.path, decl.name].join('::');
  if (parent.kind === 'trait') return `<${showTy(args[0]!)} as ${parent.name}${showArgs('', args.slice(1, parent.generics.total))}>::${decl.name}`;
  const self = showTy(subst(parent.selfTy, args));
  if (parent.traitRef === null) return `${self}::${decl.name}`;
  const traitArgs = parent.traitRef.args.slice(1).map((arg) => subst(arg, args));
  return `<${self} as ${parent.traitRef.trait.name}${showArgs('', traitArgs)}>::${decl.name}`;
}

function showArgs(before: string, args: readonly Ty[]): string {
  return args.length === 0 ? '' : `${before}<${args.map(showTy).join(', ')}>`;
}

function showLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'int':
    case 'bool':
      return String(literal.value);
    case 'float':
      return Object.is(literal.value, -0) ? '-0' : String(literal.value);
    case 'rune':
      return `'\\u{${literal.value.toString(16)}}'`;
    case 'string':
      return JSON.stringify(literal.value);
    case 'bytes':
      return `b[${literal.value.join(' ')}]`;
    case 'unit':
      return '()';
    default:
      return unreachable(literal);
  }
}

function variantName(adt: AdtDecl, variant: number): string {
  return adt.isEnum ? `${adt.name}::${adt.variants[variant]!.name}` : adt.name;
}

/** The name of a field of a struct, an enum's variant or a tuple. */
function fieldName(ty: Ty, variant: number, index: number): string {
  return ty.kind === 'adt' ? (ty.decl.variants[variant]?.fields[index]?.name ?? String(index)) : String(index);
}

/** A child below a node, with what it is to the node. */
interface Child {
  readonly role: string;
  readonly expr: Expr;
}

class TreePrinter {
  private readonly lines: string[] = [];
  private readonly names = new Map<LocalVar | JumpTarget, string>();
  private readonly uses = new Map<string, number>();

  body(body: FnBody): string {
    const { owner } = body;
    const generics = owner.generics.own.map((param) => (param.constType === null ? param.name : `const ${param.name}: ${showTy(param.constType)}`));
    const own = generics.length === 0 ? '' : `<${generics.join(', ')}>`;
    const params = owner.kind === 'const' ? '' : `(${body.params.map((pat) => this.pat(pat)).join(', ')})`;
    this.line(0, `${owner.kind} ${this.ownName(owner)}${own}${params}: ${showTy(body.ret)}`);
    this.expr(1, '', body.value);
    return `${this.lines.join('\n')}\n`;
  }

  /** Inside its impl a method's generic arguments are the impl's own parameters. */
  private ownName(owner: FnDecl | ConstDecl): string {
    const { parent } = owner;
    if (parent === null) return qualified(owner, []);
    if (parent.kind === 'trait') return [...owner.module.path, parent.name, owner.name].join('::');
    const self = showTy(parent.selfTy);
    const trait = parent.traitRef === null ? null : parent.traitRef.trait.name + showArgs('', parent.traitRef.args.slice(1));
    return `${trait === null ? self : `<${self} as ${trait}>`}::${owner.name}`;
  }

  private line(depth: number, text: string): void {
    this.lines.push('  '.repeat(depth) + text);
  }

  /** The second `x` of a body is `x#2`; jump targets without a label are counted, too. */
  private nameOf(thing: LocalVar | JumpTarget): string {
    const known = this.names.get(thing);
    if (known !== undefined) return known;
    const base = thing.name ?? '\'';
    const count = (this.uses.get(base) ?? 0) + 1;
    this.uses.set(base, count);
    const name = thing.name === null ? `'${count}` : count === 1 ? base : `${base}#${count}`;
    this.names.set(thing, name);
    return name;
  }

  /** A node with its type, then its children. */
  private node(depth: number, role: string, label: string, ty: Ty, children: readonly Child[] = []): void {
    this.line(depth, `${role === '' ? '' : `${role} = `}${label} : ${showTy(ty)}`);
    for (const child of children) this.expr(depth + 1, child.role, child.expr);
  }

  private expr(depth: number, role: string, e: Expr): void {
    const plain = (...exprs: readonly (Expr | null)[]): Child[] => exprs.flatMap((expr) => (expr === null ? [] : [{ role: '', expr }]));
    const node = (label: string, children: readonly Child[] = []): void => this.node(depth, role, label, e.ty, children);
    switch (e.kind) {
      case 'literal':
        return node(showLiteral(e.value));
      case 'local':
        return node(this.nameOf(e.local));
      case 'constRef':
        return node(`const ${qualified(e.decl, e.args)}`);
      case 'fnItem':
        return node(`fn ${showFnRef(e.fn)}`);
      case 'call':
        return node(`call ${showFnRef(e.fn)}`, plain(...e.args));
      case 'callValue':
        return node(`call value ${e.mode}`, [{ role: 'callee', expr: e.callee }, ...plain(...e.args)]);
      case 'construct': {
        const fields = e.fields.map((field) => ({ role: `.${fieldName(e.ty, e.variant, field.index)}`, expr: field.value }));
        return node(`new ${variantName(e.adt, e.variant)}`, e.base === null ? fields : [...fields, { role: '..', expr: e.base }]);
      }
      case 'tuple':
      case 'array':
        return node(e.kind, plain(...e.elements));
      case 'repeat':
        return node('repeat', plain(e.value));
      case 'field':
        return node(`field ${fieldName(e.base.ty, 0, e.index)} of`, plain(e.base));
      case 'index':
        return node('index', [{ role: 'base', expr: e.base }, { role: 'at', expr: e.index }]);
      case 'deref':
        return node('deref', plain(e.base));
      case 'ref':
        return node(`ref${e.mutable ? ' mut' : ''}${e.implicit ? ' auto' : ''}`, plain(e.place));
      case 'unary':
        return node(e.op, plain(e.operand));
      case 'binary':
      case 'logical':
        return node(e.op, plain(e.left, e.right));
      case 'assign':
        return node(e.target === null ? 'discard' : 'assign', e.target === null ? plain(e.value) : [{ role: 'value', expr: e.value }, { role: 'to', expr: e.target }]);
      case 'compoundAssign':
        return node(`${e.op}=`, [{ role: 'value', expr: e.value }, { role: 'to', expr: e.target }]);
      case 'coerce':
        return node(`coerce ${e.how}`, plain(e.value));
      case 'block':
        node(`${e.unsafe ? 'unsafe ' : ''}block${e.target === null ? '' : ` ${this.nameOf(e.target)}`}`);
        for (const stmt of e.stmts) this.stmt(depth + 1, stmt);
        if (e.tail !== null) this.expr(depth + 1, 'tail', e.tail);
        return;
      case 'if':
        return node('if', [{ role: 'cond', expr: e.cond }, { role: 'then', expr: e.then }, ...(e.otherwise === null ? [] : [{ role: 'else', expr: e.otherwise }])]);
      case 'letCond':
        return node(`let ${this.pat(e.pat)}`, plain(e.value));
      case 'match':
        node('match', [{ role: 'of', expr: e.scrutinee }]);
        for (const arm of e.arms) this.arm(depth + 1, arm);
        return;
      case 'loop':
        return node(`loop ${this.nameOf(e.target)}`, plain(e.body));
      case 'forRange': {
        const step = e.step === null ? [] : [{ role: 'step', expr: e.step }];
        const ends = [{ role: 'from', expr: e.lo }, { role: e.inclusive ? 'to with' : 'to', expr: e.hi }];
        return node(`for ${this.nameOf(e.target)} ${this.pat(e.pat)}`, [...ends, ...step, { role: 'do', expr: e.body }]);
      }
      case 'break':
        return node(`break ${this.nameOf(e.target)}`, plain(e.value));
      case 'continue':
        return node(`continue ${this.nameOf(e.target)}`);
      case 'return':
        return node('return', plain(e.value));
      case 'closure': {
        const { decl } = e;
        node(`closure ${decl.mode}${e.move ? ' move' : ''} |${e.params.map((pat) => this.pat(pat)).join(', ')}|`);
        for (const capture of decl.captures) this.line(depth + 1, this.capture(capture));
        this.expr(depth + 1, '', e.body);
        return;
      }
      case 'tryBlock':
        node(`try ${this.nameOf(e.target)}`, plain(e.body));
        e.arms.forEach((arm, i) => {
          this.line(depth + 1, `catch ${i}${i === e.panicArm ? ' panic' : ''} ${this.nameOf(arm.local)}: ${showTy(arm.local.ty)}`);
          this.expr(depth + 2, '', arm.body);
        });
        return;
      case 'raise':
        return node(`raise ${this.nameOf(e.target)} to catch ${e.arm}`, plain(e.value));
      case 'error':
        return node('error');
      default:
        return unreachable(e);
    }
  }

  private stmt(depth: number, stmt: Stmt): void {
    switch (stmt.kind) {
      case 'let':
        this.line(depth, `let ${this.pat(stmt.pat)}`);
        if (stmt.init !== null) this.expr(depth + 1, '', stmt.init);
        if (stmt.otherwise !== null) this.expr(depth + 1, 'else', stmt.otherwise);
        return;
      case 'expr':
        this.expr(depth, '', stmt.expr);
        return;
      case 'defer':
        this.line(depth, 'defer');
        this.expr(depth + 1, '', stmt.body);
        return;
      default:
        unreachable(stmt);
    }
  }

  private arm(depth: number, arm: Arm): void {
    this.line(depth, `arm ${this.pat(arm.pat)}`);
    if (arm.guard !== null) this.expr(depth + 1, 'if', arm.guard);
    this.expr(depth + 1, '', arm.body);
  }

  private capture(capture: Capture): string {
    let ty = capture.place.local.ty;
    let text = this.nameOf(capture.place.local);
    for (const index of capture.place.fields) {
      text += `.${fieldName(ty, 0, index)}`;
      ty = fieldTy(ty, index);
    }
    return `captures ${capture.mode} ${text}: ${showTy(capture.ty)}`;
  }

  private pat(pat: Pat): string {
    switch (pat.kind) {
      case 'wild':
        return '_';
      case 'bind': {
        const { local } = pat;
        const words = [pat.mode === 'move' ? '' : pat.mode === 'ref' ? 'ref ' : 'ref mut ', local.using ? 'using ' : '', local.mutable ? 'var ' : ''];
        return `${words.join('')}${this.nameOf(local)}: ${showTy(local.ty)}${pat.sub === null ? '' : ` @ ${this.pat(pat.sub)}`}`;
      }
      case 'const':
        return showLiteral(pat.value);
      case 'range':
        return `${pat.lo === null ? '' : showLiteral(pat.lo)}${pat.exclusiveEnd ? '..' : '..='}${pat.hi === null ? '' : showLiteral(pat.hi)}`;
      case 'variant': {
        const fields = pat.fields.map((field) => `.${fieldName(pat.ty, pat.variant, field.index)} = ${this.pat(field.pat)}`);
        return variantName(pat.adt, pat.variant) + (fields.length === 0 ? '' : ` { ${fields.join(', ')} }`);
      }
      case 'tuple':
        return `(${pat.elements.map((element) => this.pat(element)).join(', ')})`;
      case 'deref':
        return `deref ${this.pat(pat.inner)}`;
      case 'slice': {
        const rest = pat.rest === null ? [] : [pat.rest.kind === 'wild' ? '..' : `.. ${this.pat(pat.rest)}`];
        return `[${[...pat.prefix.map((p) => this.pat(p)), ...rest, ...pat.suffix.map((p) => this.pat(p))].join(', ')}]`;
      }
      case 'or':
        return pat.alternatives.map((alternative) => this.pat(alternative)).join(' | ');
      case 'error':
        return 'error';
      default:
        return unreachable(pat);
    }
  }
}

/** The type of a field of a captured place: only structs and tuples have places of their own inside. */
function fieldTy(ty: Ty, index: number): Ty {
  if (ty.kind === 'tuple') return ty.elements[index] ?? ty;
  if (ty.kind === 'adt') return subst(ty.decl.variants[0]!.fields[index]!.ty, ty.args);
  return ty;
}
