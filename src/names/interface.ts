/**
 * The interface of a module: the part of its text that other modules are compiled against, and what the graph of modules needs to know of it.
 * Consumes: a parsed source file. Produces: canonical text without comments, private items, bodies of plain functions, or an order, and for
 * each token of that text where it came from; imports, and the names that decide where imports of other modules lead.
 * A body stays where dependents make code from it: of generic functions and methods, of provided methods, of functions with callable
 * parameters; and where it may decide what a borrow is good for: of functions whose result, or what a parameter refers to, may hold a borrow. A private item stays where something that stays mentions its name, so the text resolves within itself.
 */
import { DiagSink } from '../diag/index.ts';
import { lex, T } from '../syntax/index.ts';
import type * as ast from '../syntax/index.ts';
import type { Tokens } from '../syntax/index.ts';
import type { SourceFile, Span } from '../source/index.ts';
import { SourceMap } from '../source/index.ts';
import { importsOf } from './load-modules.ts';

export interface ModuleInterface {
  /** What dependents parse. */
  readonly text: string;
  /** For each token of `text` the offset in the source from which it was copied, or -1. Empty where no body stays. */
  readonly origins: Int32Array;
}

/** What an import says, without its place. */
export interface ImportFact {
  readonly path: readonly string[];
  /** The name that it binds; null for `*`. */
  readonly as: string | null;
}

/** What the graph of modules is made from. */
export interface ModuleFacts {
  readonly imports: readonly ImportFact[];
  /** The imports among them that its interface keeps. */
  readonly interfaceImports: readonly ImportFact[];
  /** Names declared at the level of the module, `*` for a glob import: such a name hides a module of that name below this one. */
  readonly names: readonly string[];
  /** Names that stand before `::`: only those can lead from an imported folder to a module in it. */
  readonly qualifiers: readonly string[];
  /** Has an impl for a type by a trait of which neither is declared here: whoever sees both must see it. */
  readonly hasOrphans: boolean;
  /** A body that stays prints the line in which it stands (`dbg!`): dependents need the source itself. */
  readonly printsLines: boolean;
}

export interface InterfaceResult {
  readonly interface: ModuleInterface;
  readonly facts: ModuleFacts;
}

/** Names of types that may hold borrows without showing it: of `view` types and of aliases. Found by look alone, so some are too many. */
export function viewNamesIn(text: string): readonly string[] {
  return [...text.matchAll(/\bview\s+(?:struct|enum)\s+([\p{L}_][\p{L}\p{N}_]*)|\btype\s+([\p{L}_][\p{L}\p{N}_]*)/gu)].map((match) => (match[1] ?? match[2]!).normalize('NFC'));
}

/**
 * The interface and the facts of a module. The source must have been parsed without errors.
 * `views`: the names of all types of the program and of std that may hold borrows without showing it.
 */
export function makeInterface(source: SourceFile, module: ast.Module, views: ReadonlySet<string>): InterfaceResult {
  const tokens = lex(source, new DiagSink());
  const maker = new Maker(source, tokens, views);
  const { text, origins } = maker.run(module);
  return { interface: { text, origins }, facts: factsOf(maker, module) };
}

/** Text that will stand in the interface, and for its tokens (offset in the text, offset in the source). */
interface Piece {
  text: string;
  readonly places: number[];
}

interface Candidate {
  readonly item: ast.Item;
  kept: boolean;
}

class Maker {
  readonly source: SourceFile;
  readonly tokens: Tokens;
  /** Every identifier that what is kept mentions. */
  readonly mentioned = new Set<string>();
  keptBodies = false;
  printsLines = false;
  readonly keptImports: ImportFact[] = [];

  private readonly views: ReadonlySet<string>;

  constructor(source: SourceFile, tokens: Tokens, views: ReadonlySet<string>) {
    this.source = source;
    this.tokens = tokens;
    this.views = views;
  }

  run(module: ast.Module): ModuleInterface {
    const candidates = module.items.map((item): Candidate => ({ item, kept: false }));
    const local = new Set<string>(candidates.flatMap(({ item }) => (item.kind === 'struct' || item.kind === 'enum' || item.kind === 'trait' ? [item.name.name] : [])));
    const isKept = new Set<string>();
    for (let before = -1; before !== this.mentioned.size + isKept.size; ) {
      before = this.mentioned.size + isKept.size;
      for (const candidate of candidates) {
        if (!candidate.kept && this.isWanted(candidate.item, local, isKept)) {
          candidate.kept = true;
          if ('name' in candidate.item) isKept.add(candidate.item.name.name);
        }
        if (candidate.kept) this.mention(candidate.item);
      }
    }
    const pieces = candidates.flatMap(({ item, kept }) => (kept ? (this.print(item) ?? []) : []));
    // Whether a body stays, on which imports depend, is known only now. Imports inside bodies stay with them.
    for (const { item } of candidates) if (item.kind === 'import') pieces.push(...this.imports(item));
    if (this.keptBodies) {
      const atTop = new Set(module.items.flatMap((item) => (item.kind === 'import' ? item.entries : [])));
      for (const entry of importsOf(module)) if (!atTop.has(entry)) this.keptImports.push(importFact(entry));
    }
    return this.join(pieces);
  }

  private isWanted(item: ast.Item, local: ReadonlySet<string>, kept: ReadonlySet<string>): boolean {
    switch (item.kind) {
      case 'fn': case 'struct': case 'enum': case 'trait': case 'typeAlias':
        return item.visibility !== 'private' || this.mentioned.has(item.name.name);
      case 'const':
        return item.name.name !== '_' && (item.visibility !== 'private' || this.mentioned.has(item.name.name));
      case 'extern':
        return item.fns.some((fn) => fn.visibility !== 'private' || this.mentioned.has(fn.name.name));
      case 'impl':
        // An impl that names a private type which nobody outside can meet says nothing to them.
        return this.headerNames(item).every((name) => !local.has(name) || kept.has(name));
      case 'import': case 'error':
        return false;
    }
  }

  // ---------------------------------------------------------------- what is mentioned

  /** Index of the first token at or behind an offset. */
  private tokenAt(offset: number): number {
    const { starts, count } = this.tokens;
    let lo = 0;
    let hi = count - 1;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if (starts[mid]! < offset) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  nameAt(index: number): string {
    const text = this.source.text.slice(this.tokens.starts[index]!, this.tokens.ends[index]!);
    return this.tokens.nonAscii ? text.normalize('NFC') : text;
  }

  /** Identifiers in the head of an impl. */
  headerNames(impl: ast.ImplItem): readonly string[] {
    return this.identifiers({ ...impl.span, hi: this.openBrace(impl) });
  }

  private identifiers(span: Span): string[] {
    const out: string[] = [];
    for (let i = this.tokenAt(span.lo); i < this.tokens.count && this.tokens.starts[i]! < span.hi; i++) {
      if (this.tokens.kinds[i] === T.Ident) out.push(this.nameAt(i));
    }
    return out;
  }

  private mentionSpan(lo: number, hi: number): void {
    for (let i = this.tokenAt(lo); i < this.tokens.count && this.tokens.starts[i]! < hi; i++) {
      if (this.tokens.kinds[i] === T.Ident) this.mentioned.add(this.nameAt(i));
    }
  }

  private mention(item: ast.Item): void {
    if (item.kind === 'fn') this.mentionFn(item, null);
    else if (item.kind !== 'impl') this.mentionSpan(item.span.lo, item.span.hi);
    else {
      this.mentionSpan(item.span.lo, this.openBrace(item));
      for (const member of this.membersOf(item)) {
        if (member.kind === 'fn') this.mentionFn(member, item);
        else this.mentionSpan(member.span.lo, member.span.hi);
      }
    }
  }

  private mentionFn(fn: ast.FnItem, impl: ast.ImplItem | null): void {
    this.mentionSpan(fn.span.lo, this.keepsBody(fn, impl) ? fn.span.hi : fn.bodySpan!.lo);
  }

  /** Whether dependents make code from a function's body, or learn from it what it does with borrows. */
  private keepsBody(fn: ast.FnItem, impl: ast.ImplItem | null): boolean {
    return fn.bodySpan === null || (impl !== null && impl.generics.params.length > 0) || fn.generics.params.length > 0 || fn.params.some((param) => param.type.kind === 'fn') || this.mayLend(fn, impl);
  }

  /** Whether a borrow may leave through the result, or be kept in what a parameter refers to. */
  private mayLend(fn: ast.FnItem, impl: ast.ImplItem | null): boolean {
    const self = impl === null ? false : this.holdsBorrow(impl.type, false);
    if (fn.ret !== null && this.holdsBorrow(fn.ret, self)) return true;
    if (fn.self !== null && self) return true;
    return fn.params.some(({ type }) => this.holdsBorrow(type.kind === 'ref' ? type.target : type, self));
  }

  /** Whether a type as written may hold a borrow; `self`: whether `Self` may. */
  private holdsBorrow(type: ast.TypeExpr, self: boolean): boolean {
    for (let i = this.tokenAt(type.span.lo); i < this.tokens.count && this.tokens.starts[i]! < type.span.hi; i++) {
      switch (this.tokens.kinds[i]) {
        case T.And: case T.AndAnd: case T.Dyn: case T.Fn:
          return true;
        case T.SelfType:
          if (self) return true;
          break;
        case T.Ident:
          if (this.views.has(this.nameAt(i))) return true;
          break;
        default:
          break;
      }
    }
    return false;
  }

  /** Members of an impl that stay: all of a trait's, of a type's own the visible and the mentioned ones. */
  private membersOf(impl: ast.ImplItem): readonly ast.ImplMember[] {
    if (impl.trait !== null) return impl.members;
    return impl.members.filter((member) => member.visibility !== 'private' || this.mentioned.has(member.name.name));
  }

  /** Offset of the `{` of an impl. */
  private openBrace(impl: ast.ImplItem): number {
    const from = Math.max(impl.type.span.hi, ...impl.where.map((bound) => bound.span.hi));
    let i = this.tokenAt(from);
    while (i < this.tokens.count - 1 && this.tokens.kinds[i] !== T.LBrace) i++;
    return this.tokens.starts[i]!;
  }

  // ---------------------------------------------------------------- text

  /** Copies the tokens from `lo` to `hi`. In bodies blank space stays as it is, for the texts that assertions print. */
  private copy(piece: Piece, lo: number, hi: number, exact: boolean): void {
    const { starts, ends, count } = this.tokens;
    const { text } = this.source;
    let previous = -1;
    for (let i = this.tokenAt(lo); i < count && starts[i]! < hi; i++) {
      const start = starts[i]!;
      if (previous >= 0 && start > previous) piece.text += exact && !this.hasComment(previous, start) ? text.slice(previous, start) : ' ';
      piece.places.push(piece.text.length, start);
      if (exact && this.tokens.kinds[i] === T.Ident && this.nameAt(i) === 'dbg') this.printsLines = true;
      previous = ends[i]!;
      piece.text += text.slice(start, previous);
    }
  }

  private hasComment(lo: number, hi: number): boolean {
    const { trivia } = this.tokens;
    let a = 0;
    let b = trivia.count;
    while (a < b) {
      const mid = (a + b) >>> 1;
      if (trivia.starts[mid]! < lo) a = mid + 1;
      else b = mid;
    }
    return a < trivia.count && trivia.starts[a]! < hi;
  }

  private print(item: ast.Item): Piece | null {
    const piece: Piece = { text: '', places: [] };
    switch (item.kind) {
      case 'fn':
        this.fn(piece, item, null);
        break;
      case 'impl': {
        const members = this.membersOf(item);
        if (members.length === 0 && item.trait === null) return null;
        this.copy(piece, item.span.lo, this.openBrace(item), false);
        piece.text += ' {';
        for (const member of members) {
          piece.text += '\n ';
          if (member.kind === 'fn') this.fn(piece, member, item);
          else this.copy(piece, member.span.lo, member.span.hi, false);
        }
        piece.text += '\n}';
        break;
      }
      case 'trait':
        if (item.members.some((member) => member.kind === 'fn' && member.bodySpan !== null)) this.keptBodies = true;
        this.copy(piece, item.span.lo, item.span.hi, true);
        break;
      default:
        this.copy(piece, item.span.lo, item.span.hi, false);
    }
    return piece;
  }

  private fn(piece: Piece, fn: ast.FnItem, impl: ast.ImplItem | null): void {
    const body = fn.bodySpan;
    if (body === null) {
      this.copy(piece, fn.span.lo, fn.span.hi, false);
      return;
    }
    this.copy(piece, fn.span.lo, body.lo, false);
    if (this.keepsBody(fn, impl)) {
      this.keptBodies = true;
      piece.text += ' ';
      this.copy(piece, body.lo, body.hi, true);
    } else {
      piece.text += ';';
    }
  }

  /** Imports that something kept may need; all of them where a body stays, since traits are used without being named. */
  private imports(item: ast.ImportItem): Piece[] {
    const out: Piece[] = [];
    for (const entry of item.entries) {
      const exported = item.visibility !== 'private';
      if (!exported && !this.keptBodies && entry.as !== null && !this.mentioned.has(entry.as.name)) continue;
      const fact = importFact(entry);
      this.keptImports.push(fact);
      const path = fact.path.join('::');
      const ending = fact.as === null ? '::*' : fact.as === fact.path.at(-1) ? '' : ` as ${fact.as}`;
      const visibility = item.visibility === 'public' ? 'pub ' : item.visibility === 'package' ? 'pub(package) ' : '';
      out.push({ text: `${visibility}import ${path}${ending};`, places: [] });
    }
    return out;
  }

  private join(pieces: Piece[]): ModuleInterface {
    pieces.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
    let text = '';
    const sourceOf = new Map<number, number>();
    for (const piece of pieces) {
      for (let i = 0; i < piece.places.length; i += 2) sourceOf.set(text.length + piece.places[i]!, piece.places[i + 1]!);
      text += `${piece.text}\n`;
    }
    if (!this.keptBodies) return { text, origins: new Int32Array(0) };
    const copy = lex(new SourceMap().add('', text), new DiagSink());
    const origins = new Int32Array(copy.count);
    for (let i = 0; i < copy.count; i++) origins[i] = sourceOf.get(copy.starts[i]!) ?? -1;
    return { text, origins };
  }
}

function importFact(entry: ast.ImportEntry): ImportFact {
  return { path: entry.path.map((ident) => ident.name), as: entry.as === null ? null : entry.as.name };
}

function factsOf(maker: Maker, module: ast.Module): ModuleFacts {
  const names = new Set<string>();
  let hasOrphans = false;
  const types = new Set<string>(module.items.flatMap((item) => (item.kind === 'struct' || item.kind === 'enum' || item.kind === 'trait' ? [item.name.name] : [])));
  for (const item of module.items) {
    if (item.kind === 'import') {
      if (item.entries.some((entry) => entry.as === null)) names.add('*');
    } else if (item.kind === 'extern') for (const fn of item.fns) names.add(fn.name.name);
    else if (item.kind === 'impl') hasOrphans ||= !maker.headerNames(item).some((name) => types.has(name));
    else if (item.kind !== 'error') names.add(item.name.name);
  }
  const qualifiers = new Set<string>();
  const { kinds, count } = maker.tokens;
  for (let i = 0; i + 1 < count; i++) if (kinds[i] === T.Ident && kinds[i + 1] === T.ColonColon) qualifiers.add(maker.nameAt(i));
  return { imports: importsOf(module).map(importFact), interfaceImports: maker.keptImports, names: [...names].sort(), qualifiers: [...qualifiers].sort(), hasOrphans, printsLines: maker.printsLines };
}
