/**
 * Random functions that borrow: the statements, and functions put together from them.
 * Consumes: a seed. Produces: a Unit: an entry `fn NAME(k: UInt64): Int64` and the functions that it calls, all well typed. Every loop ends
 * after a few turns, every recursion when `k` is used up. Holds: one function under construction, line by line.
 */
import { Random } from '../../tests/fuzz/random.ts';
import type { Captured, GenerateOptions, Signature, Val } from './values.ts';
import { LOCAL_TYPES, PARAM_TYPES, RESULT_TYPES, show, ValueGenerator } from './values.ts';
import type { Loan, Place, Variable } from './state.ts';
import { State, union } from './state.ts';
import type { GTy } from './types.ts';
import { box, changerOf, D, E, holdsBorrows, isCopy, list, makerOf, opt, P, readerOf, ref, S, same } from './types.ts';

export interface Unit {
  readonly seed: number;
  readonly name: string;
  /** All its functions. */
  readonly text: string;
}

type Step = () => boolean;

class UnitGenerator extends ValueGenerator {
  private lines: string[] = [];
  private budget = 0;
  private ret: GTy | null = null;
  private isEntry = false;
  /** Inside of a `try`, of a loop that can be left. */
  private breakable = false;
  private readonly steps: readonly Step[];

  constructor(random: Random, options: GenerateOptions) {
    super(random, options);
    const both: readonly (readonly [number, Step])[] = [
      [24, () => this.declare()], [12, () => this.assign()], [20, () => this.observe()], [11, () => this.change()], [8, () => this.pushBorrow()], [4, () => this.dropOne()],
      [3, () => this.twoPhase()], [7, () => this.branch()], [5, () => this.whileLoop()], [5, () => this.forEach()], [6, () => this.matchEnum()], [4, () => this.matchOption()],
      [2, () => this.twoTargets()], [2, () => this.escape()], [6, () => this.closure()], [6, () => this.callClosure()], [3, () => this.leaveEarly()], [2, () => this.block()], [2, () => this.popLoop()],
    ];
    const own: readonly (readonly [number, Step])[] = [
      [6, () => this.callUnit()], [4, () => this.tryCatch()], [3, () => this.exchange()], [3, () => this.put()], [3, () => this.question()], [2, () => this.passClosure()],
    ];
    this.steps = [...both, ...(options.rust ? [] : own)].flatMap(([weight, step]) => Array.from({ length: weight }, () => step));
  }

  unit(name: string): string {
    const parts: string[] = [];
    const { rust } = this.options;
    const count = rust ? 0 : this.random.below(3);
    const sigs: Signature[] = Array.from({ length: count }, (_, i) => ({
      name: `${name}_${i}`,
      params: Array.from({ length: 1 + this.random.below(3) }, () => this.random.pick(PARAM_TYPES)),
      ret: this.chance(70) ? this.random.pick(RESULT_TYPES) : null,
    }));
    this.callable = sigs;
    for (const sig of sigs) parts.push(this.helper(sig));
    this.current = -1;
    const passer = !rust && this.chance(12) ? `T${name}` : null;
    if (passer !== null) {
      // Its method has no number to steer by.
      this.callable = [];
      parts.push(this.passerType(passer));
      this.callable = sigs;
    }
    parts.push(this.entry(name, passer));
    return parts.join('\n');
  }

  private entry(name: string, passer: string | null): string {
    this.begin(14 + this.random.below(18));
    this.isEntry = true;
    this.emit('var acc: Int64 = 0;');
    for (let i = 2 + this.random.below(4); i > 0; i--) this.declareAs(this.random.pick([S, S, P, list(S), list(P), box(P), D, E, opt(S), list(ref(S))]));
    if (passer !== null) {
      const v: Variable = { name: this.fresh('x'), ty: { k: 'own', name: 'E' }, assignable: false, depth: 1, loop: 0 };
      this.emit(`let ${v.name} = ${passer} { a: mkS(${this.number()}) };`);
      this.passer = { ...v, ty: { k: 'closure', mode: 'shared', text: false } };
      this.state.declare(this.passer, []);
    }
    while (this.budget > 0) this.stmt();
    this.observeAll();
    return `fn ${name}(k: UInt64): Int64 {\n${this.lines.join('\n')}\n    acc\n}`;
  }

  /** What is still good is looked at once more. */
  private observeAll(): void {
    for (let i = this.random.below(4); i > 0; i--) this.observe();
  }

  private helper(sig: Signature): string {
    this.begin(3 + this.random.below(10));
    this.isEntry = false;
    this.current = this.callable.indexOf(sig);
    this.ret = sig.ret;
    this.emit('var acc: Int64 = 0;');
    const params = sig.params.map((ty, i) => {
      const v: Variable = { name: `p${i}`, ty, assignable: false, depth: 1, loop: 0 };
      this.state.declare(v, []);
      return `${v.name}: ${show(ty)}`;
    });
    while (this.budget > 0) this.stmt();
    const result = sig.ret === null ? '' : `    ${this.result()}\n`;
    return `fn ${sig.name}(${['k: UInt64', ...params].join(', ')})${sig.ret === null ? '' : `: ${show(sig.ret)}`} {\n${this.lines.join('\n')}\n${result}}`;
  }

  private result(): string {
    return this.value(this.ret!)?.text ?? 'panic!("nothing to return")';
  }

  private passerType(name: string): string {
    this.begin(1 + this.random.below(4));
    this.isEntry = false;
    this.ret = ref(S);
    const self: Variable = { name: 'self', ty: ref(D), assignable: false, depth: 1, loop: 0 };
    const param: Variable = { name: 's', ty: ref(S), assignable: false, depth: 1, loop: 0 };
    this.state.declare(param, []);
    const own = this.chance(60) ? '&self.a' : null;
    const other = this.value(ref(S), 1)?.text ?? '&self.a';
    const body = own === null ? other : this.chance(50) ? own : `if s.len() % 2 == 0 { ${own} } else { ${other} }`;
    return `struct ${name} { a: String }\nimpl Pass for ${name} { fn pass(&${self.name}, s: &String): &String { ${body.replaceAll('bit(k', 'bit(5')} } }`;
  }

  private begin(budget: number): void {
    this.lines = [];
    this.state = new State();
    this.budget = budget;
    this.depth = 1;
    this.loop = 0;
    this.counters.length = 0;
    this.breakable = false;
    this.captured = null;
    this.closureDepth = -1;
    this.passer = null;
  }

  private emit(text: string): void {
    this.lines.push(`${'    '.repeat(this.depth)}${text}`);
  }

  private stmt(): void {
    this.budget--;
    const slipping = this.slipAt === 0;
    if (this.slipAt > 0) this.slipAt--;
    for (let tries = 0; tries < 6; tries++) {
      const mark = this.lines.length;
      const before = this.state.clone();
      if (slipping && tries === 0) {
        if (this.slip()) {
          this.slipAt = -1;
          return;
        }
      } else if (this.random.pick(this.steps)()) return;
      this.lines.length = mark;
      this.state = before;
    }
  }

  /** Some statements one block deeper; variables of the block end with it. */
  private nested(count: number): void {
    this.depth++;
    for (let i = 0; i < count && this.budget > 0; i++) this.stmt();
    this.depth--;
    this.state.leave(this.depth);
  }

  // -------------------------------------------------------------- variables

  private variable(ty: GTy, loans: readonly Loan[], assignable: boolean, prefix = 'v'): Variable {
    const v: Variable = { name: this.fresh(prefix), ty, assignable, depth: this.depth, loop: this.loop };
    this.state.declare(v, loans);
    return v;
  }

  private declare(): boolean {
    return this.declareAs(this.random.pick(LOCAL_TYPES));
  }

  private declareAs(ty: GTy): boolean {
    const made = this.value(ty);
    if (made === null) return false;
    const assignable = this.chance(holdsBorrows(ty) && ty.k === 'ref' ? 50 : 85);
    const v = this.variable(ty, made.loans, assignable);
    this.emit(`${assignable ? 'var' : 'let'} ${v.name}: ${show(ty)} = ${made.text};`);
    return true;
  }

  private assign(): boolean {
    const target = this.random.pick(this.state.places().filter((p) => p.mut && !p.text.endsWith('[0]')));
    if (target === undefined) return false;
    if (target.behindReference && this.state.stale(target) && this.careful()) return false;
    if (target.path !== target.root.name && this.state.moved({ ...target, path: target.root.name }) && this.random.below(1000) < 998) return false;
    if (target.ty.k === 'view' || (this.captured !== null && target.root.depth <= this.closureDepth && this.chance(50))) return false;
    const made = this.value(target.ty);
    if (made === null) return false;
    const cut = this.state.cut(target.path, 'write').filter((v) => v !== target.root);
    if (cut.length > 0 && this.careful() && this.chance(80)) return false;
    this.note(target, 'write');
    const facts = this.state.facts(target.root);
    if (target.path === target.root.name) this.state.vars.set(target.root, { loans: made.loans, stale: false, moved: [] });
    else {
      facts.moved = facts.moved.filter((path) => path !== target.path);
      if (made.loans.length > 0) this.absorb(target, made.loans);
    }
    this.emit(`${target.text} = ${made.text};`);
    return true;
  }

  // -------------------------------------------------------------- use

  private observe(): boolean {
    const deep = this.chance(60);
    const place = this.choose('share', (p) => readerOf(p.ty) !== null && (!deep || p.behindReference || holdsBorrows(p.ty))) ?? this.choose('share', (p) => readerOf(p.ty) !== null);
    if (place === null) return false;
    this.emit(`acc = acc +% ${readerOf(place.ty)}(&${place.text});`);
    return true;
  }

  private change(): boolean {
    const place = this.choose('exclusive', (p) => changerOf(p.ty) !== null);
    if (place === null) return false;
    this.emit(`${changerOf(place.ty)}(&mut ${place.text});`);
    return true;
  }

  /** A borrow goes into a list, directly or by a function. */
  private pushBorrow(): boolean {
    const element = this.random.pick([ref(S), ref(S), ref(P, true), { k: 'view', name: 'Z' } as const]);
    const made = this.value(element);
    if (made === null) return false;
    const place = this.choose('exclusive', (p) => same(p.ty, list(element)));
    if (place === null) return false;
    this.absorb(place, made.loans);
    this.emit(this.chance(30) && !this.options.rust ? `keep(&mut ${place.text}, ${made.text});` : `${place.text}.push(${made.text});`);
    return true;
  }

  private dropOne(): boolean {
    const place = this.choose('move', (p) => p.path === p.root.name && !isCopy(p.ty) && !(p.ty.k === 'ref'));
    if (place === null) return false;
    this.emit(`eat(${place.text});`);
    return true;
  }

  /** The receiver is borrowed first and used last: what is computed between may read it. */
  private twoPhase(): boolean {
    if (this.chance(50)) {
      const place = this.choose('exclusive', (p) => same(p.ty, list(S)));
      if (place === null) return false;
      const arg = this.random.pick([`mkS(lenL(&${place.text}))`, `dup(&${place.text}[0])`, `dup(&mut ${place.text}[0])`]);
      this.emit(`${place.text}.push(${arg});`);
      return true;
    }
    const place = this.choose('exclusive', (p) => same(p.ty, P));
    if (place === null) return false;
    const other = this.chance(40) ? `&${place.text}.a` : this.value(ref(S))?.text;
    if (other === undefined) return false;
    this.emit(`acc = acc +% ${place.text}.absorb(${other});`);
    return true;
  }

  private exchange(): boolean {
    const ty = this.random.pick([S, P, ref(S), list(ref(S)), ref(P, true)]);
    const a = this.choose('exclusive', (p) => same(p.ty, ty));
    const b = this.choose('exclusive', (p) => same(p.ty, ty) && p.text !== a?.text);
    if (a === null || b === null) return false;
    const loans = union(this.state.facts(a.root).loans, this.state.facts(b.root).loans);
    if (holdsBorrows(ty)) for (const place of [a, b]) this.absorb(place, loans);
    this.emit(`mem::swap(&mut ${a.text}, &mut ${b.text});`);
    return true;
  }

  private put(): boolean {
    const made = this.value(ref(S));
    const place = made === null ? null : this.choose('exclusive', (p) => same(p.ty, ref(S)));
    if (made === null || place === null) return false;
    this.absorb(place, made.loans);
    this.emit(`put(&mut ${place.text}, ${made.text});`);
    return true;
  }

  private callUnit(): boolean {
    if (this.callable.length === 0) return false;
    const sig = this.random.pick(this.callable);
    const made = this.callOf(sig, 2);
    if (made === null) return false;
    // What one argument borrows may now be in what another refers to.
    const touched = made.loans.filter((loan) => loan.mut);
    for (const [v, facts] of this.state.vars) {
      if (holdsBorrows(v.ty) && touched.some((loan) => loan.path === v.name)) facts.loans = union(facts.loans, made.loans);
    }
    if (sig.ret === null || this.recurs(sig)) this.emit(this.recurs(sig) ? `if k != 0 { ${made.text}; }` : `${made.text};`);
    else {
      const v = this.variable(sig.ret, made.loans, false);
      this.emit(`let ${v.name}: ${show(sig.ret)} = ${made.text};`);
    }
    return true;
  }

  /** Something is changed, read or taken away under a borrow, and the borrow is used afterwards. */
  private slip(): boolean {
    const holders = [...this.state.vars].filter(([v, { stale, loans, moved }]) => !stale && loans.length > 0 && moved.length === 0 && v !== this.passer);
    if (holders.length === 0) return false;
    const [holder, facts] = this.random.pick(holders);
    const loan = this.random.pick(facts.loans);
    const targets = this.state.places().filter((p) => p.root !== holder && (p.path === loan.path || p.path === p.root.name) && loan.path.startsWith(p.path) && !this.state.moved(p));
    if (targets.length === 0 || !this.harm(this.random.pick(targets), loan.mut)) return false;
    if (this.chance(40)) this.stmt();
    if (holder.ty.k === 'closure') {
      this.emit(holder.ty.text ? `acc = acc +% seeS(${holder.name}());` : `acc = acc +% ${holder.name}(1);`);
      return true;
    }
    const readable = this.state.places().filter((p) => p.root === holder && readerOf(p.ty) !== null);
    // A destructor looks by itself.
    if (readable.length === 0 || (holder.ty.k === 'view' && holder.ty.name === 'Z' && this.chance(50))) return true;
    const place = this.random.pick(readable);
    this.emit(`acc = acc +% ${readerOf(place.ty)}(&${place.text});`);
    return true;
  }

  private harm(target: Place, mut: boolean): boolean {
    const ways: string[] = [];
    const maker = makerOf(target.ty);
    const changer = changerOf(target.ty);
    if (target.mut && changer !== null) ways.push(`${changer}(&mut ${target.text});`);
    if (target.mut && maker !== null) ways.push(`${target.text} = ${maker}(${this.number()});`);
    if (target.movable && target.path === target.root.name && target.root.loop === this.loop && !isCopy(target.ty) && this.captured === null) ways.push(`eat(${target.text});`);
    if (mut && readerOf(target.ty) !== null) ways.push(`acc = acc +% ${readerOf(target.ty)}(&${target.text});`);
    if (ways.length === 0) return false;
    const way = this.random.pick(ways);
    this.emit(way);
    this.note(target, way.startsWith('eat') ? 'move' : way.startsWith('acc') ? 'share' : 'exclusive');
    return true;
  }

  /** A reference to one of two variables makes their borrows one; then one of them is replaced, and what the other borrows changes. */
  private twoTargets(): boolean {
    const ty = this.random.pick([ref(S), ref(S), list(ref(S))]);
    const pair = [...this.state.vars].filter(([v, facts]) => v.assignable && same(v.ty, ty) && !facts.stale && facts.moved.length === 0).map(([v]) => v);
    while (pair.length < 2) {
      if (!this.declareAs(ty)) return false;
      const [v] = [...this.state.vars].at(-1)!;
      if (v.assignable) pair.push(v);
      else if (this.chance(30)) return false;
    }
    const [a, b] = [pair.at(-1)!, pair.at(-2)!];
    const through = this.fresh('v');
    this.emit(`let ${through}: &mut ${show(ty)} = if ${this.cond()} { &mut ${a.name} } else { &mut ${b.name} };`);
    const reader = readerOf(ty);
    this.emit(reader === null ? `acc = acc +% seeS(&**${through});` : `acc = acc +% ${reader}(&*${through});`);
    if (this.chance(30)) return true;
    const made = this.value(ty);
    if (made === null) return true;
    this.emit(`${a.name} = ${made.text};`);
    this.state.vars.set(a, { loans: made.loans, stale: false, moved: [] });
    const { loans } = this.state.facts(b);
    if (loans.length === 0 || this.chance(40)) return true;
    const loan = this.random.pick(loans);
    const targets = this.state.places().filter((p) => p.path === loan.path && !this.state.moved(p) && !made.loans.some(({ path }) => path === loan.path));
    if (targets.length === 0 || !this.harm(this.random.pick(targets), loan.mut)) return true;
    this.emit(reader === null ? `acc = acc +% seeS(&*${b.name});` : `acc = acc +% ${reader}(&${b.name});`);
    return true;
  }

  /** A borrow of something short-lived goes to a place that lives longer: mostly a mistake, so only the careless do it. */
  private escape(): boolean {
    if (this.care === 100 && this.slipAt < 0) return false;
    const name = this.fresh('v');
    if (this.chance(40) && !this.options.rust) {
      // What has no destructor ends without being looked at.
      const made = this.value(ref(S));
      const outer = made === null ? null : this.value(ref(ref(S)));
      if (made === null || outer === null) return false;
      const far = this.variable(ref(ref(S)), [], true);
      this.emit(`var ${far.name}: &&String = ${outer.text};`);
      this.emit(`{ let ${name}: &String = ${made.text}; ${far.name} = &${name}; }`);
      this.emit(`acc = acc +% seeS(&**${far.name});`);
      return true;
    }
    const place = this.choose('exclusive', (p) => same(p.ty, ref(S)) || same(p.ty, list(ref(S))));
    if (place === null) return false;
    const local = this.chance(50) ? `let ${name}: String = mkS(${this.number()});` : `let ${name}: P = mkP(${this.number()});`;
    const borrow = local.includes(': P') ? `&${name}.a` : `&${name}`;
    this.emit(`{ ${local} ${place.ty.k === 'list' ? `${place.text}.push(${borrow});` : `${place.text} = ${borrow};`} }`);
    const reader = readerOf(place.ty);
    if (this.chance(70)) this.emit(reader === null ? `acc = acc +% seeS(&*${place.text});` : `acc = acc +% ${reader}(&${place.text});`);
    return true;
  }

  // -------------------------------------------------------------- branches and loops

  private branch(): boolean {
    this.emit(`if ${this.cond()} {`);
    const before = this.state.clone();
    this.nested(1 + this.random.below(3));
    const after = this.state;
    this.state = before;
    if (this.chance(50)) {
      this.emit('} else {');
      this.nested(1 + this.random.below(2));
    }
    this.emit('}');
    this.state.join(after);
    return true;
  }

  private loopBody(count: number): void {
    const before = this.state.clone();
    const { breakable } = this;
    this.breakable = true;
    this.loop++;
    this.nested(count);
    this.loop--;
    this.breakable = breakable;
    this.state.join(before);
  }

  private whileLoop(): boolean {
    if (this.loop >= 2) return false;
    const i = this.fresh('i');
    const turns = 2 + this.random.below(2);
    this.emit(`var ${i}: UInt64 = 0;`);
    this.emit(this.chance(60) ? `while ${i} < ${turns} {` : 'loop {');
    this.depth++;
    this.emit(`${i} = ${i} + 1;`);
    if (this.lines.at(-2)!.endsWith('loop {')) this.emit(`if ${i} > ${turns} { break; }`);
    this.depth--;
    this.counters.push(i);
    this.loopBody(2 + this.random.below(3));
    this.counters.pop();
    this.emit('}');
    return true;
  }

  private forEach(): boolean {
    if (this.loop >= 2) return false;
    const element = this.random.pick([S, S, P, ref(S)]);
    const mut = this.chance(30) && !holdsBorrows(element);
    const place = this.choose(mut ? 'exclusive' : 'share', (p) => same(p.ty, list(element)));
    if (place === null) return false;
    const loans = this.state.loansOf(place, mut);
    this.depth++;
    const held = this.variable({ k: 'view', name: 'V' }, loans, false, 'it');
    const item = this.variable(ref(element, mut), loans, false);
    this.depth--;
    this.emit(`for ${item.name} in ${this.options.rust || this.chance(40) ? `${mut ? '&mut ' : '&'}${place.text}` : `${place.text}.${mut ? 'iterMut' : 'iter'}()`} {`);
    // The iterator itself is no variable of the program.
    this.state.vars.delete(held);
    this.loopBody(1 + this.random.below(3));
    this.emit('}');
    return true;
  }

  private popLoop(): boolean {
    const place = this.choose('exclusive', (p) => same(p.ty, list(S)) || same(p.ty, list(ref(S))));
    if (place === null || place.ty.k !== 'list' || this.loop >= 2) return false;
    this.depth++;
    const item = this.variable(place.ty.of, this.state.facts(place.root).loans, false);
    this.depth--;
    const i = this.fresh('i');
    this.emit(`var ${i}: UInt64 = 0;`);
    this.emit(`while let Some(${item.name}) = ${place.text}.pop() {`);
    this.depth++;
    this.emit(`${i} = ${i} + 1;`);
    this.emit(`if ${i} > 3 { break; }`);
    this.depth--;
    this.loopBody(1 + this.random.below(2));
    this.emit('}');
    return true;
  }

  private block(): boolean {
    this.emit('{');
    this.nested(2 + this.random.below(3));
    this.emit('}');
    return true;
  }

  private leaveEarly(): boolean {
    if (this.breakable && this.chance(60)) {
      this.emit(`if ${this.cond()} { ${this.chance(60) ? 'break' : 'continue'}; }`);
      return true;
    }
    if (this.captured !== null) return false;
    const cond = this.cond();
    if (this.isEntry) this.emit(`if ${cond} { return acc; }`);
    else if (this.ret === null) this.emit(`if ${cond} { return; }`);
    else {
      const before = this.state.clone();
      const text = this.result();
      this.state = before;
      this.emit(`if ${cond} { return ${text}; }`);
    }
    return true;
  }

  private tryCatch(): boolean {
    const before = this.state.clone();
    this.emit('try {');
    this.nested(1 + this.random.below(2));
    this.depth++;
    this.emit(`if ${this.cond()} { panic!("stop"); }`);
    this.depth--;
    this.nested(this.random.below(2));
    this.emit('} catch e: Panic => {');
    const after = this.state;
    this.state = before;
    this.state.join(after);
    const start = this.state.clone();
    this.nested(1 + this.random.below(2));
    this.emit('}');
    this.state.join(start);
    return true;
  }

  /** `?` on an Option, in functions that return one. */
  private question(): boolean {
    if (this.captured !== null || this.isEntry || this.ret === null || this.ret.k !== 'opt') return false;
    const made = this.value(opt(ref(S)));
    if (made === null) return false;
    const v = this.variable(ref(S), made.loans, false);
    this.emit(`let ${v.name}: &String = (${made.text})?;`);
    return true;
  }

  // -------------------------------------------------------------- patterns

  /** One arm with its bindings. */
  private arm(pattern: string, names: readonly (readonly [string, GTy])[], loans: readonly Loan[]): void {
    this.emit(`${pattern} => {`);
    this.depth++;
    for (const [name, ty] of names) this.state.declare({ name, ty, assignable: false, depth: this.depth, loop: this.loop }, loans);
    this.depth--;
    this.nested(1 + this.random.below(2));
    this.emit('}');
  }

  private matchEnum(): boolean {
    const mode = this.random.pick(['share', 'share', 'exclusive', 'move'] as const);
    const place = this.choose(mode, (p) => same(p.ty, E) && (mode !== 'move' || p.path === p.root.name));
    if (place === null) return false;
    const loans = mode === 'move' ? [] : this.state.loansOf(place, mode === 'exclusive');
    const bound = (ty: GTy): GTy => (mode === 'move' ? ty : ref(ty, mode === 'exclusive'));
    this.emit(`match ${mode === 'share' ? '&' : mode === 'exclusive' ? '&mut ' : ''}${place.text} {`);
    this.depth++;
    const arms: readonly (readonly [string, readonly GTy[]])[] = [['E::One', [S]], ['E::Two', [D, P]], ['E::Boxed', [box(P)]]];
    const before = this.state;
    const after: State[] = [];
    for (const [name, types] of arms) {
      if (this.chance(25)) continue;
      this.state = before.clone();
      const names = types.map((ty) => [this.fresh('m'), bound(ty)] as const);
      const guard = mode !== 'move' && this.chance(20) ? ` if ${this.cond()}` : '';
      this.arm(`${name}(${names.map(([n]) => n).join(', ')})${guard}`, names, loans);
      after.push(this.state);
    }
    this.emit('_ => {}');
    this.depth--;
    this.emit('}');
    this.state = before;
    for (const state of after) this.state.join(state);
    return true;
  }

  private matchOption(): boolean {
    const mut = this.chance(35);
    const place = this.choose(mut ? 'exclusive' : 'share', (p) => same(p.ty, opt(S)));
    let head: string;
    let item: readonly [string, GTy];
    let loans: readonly Loan[];
    if (place !== null && this.chance(50)) {
      item = [this.fresh('m'), ref(S, mut)];
      head = `${mut ? '&mut ' : '&'}${place.text}`;
      loans = this.state.loansOf(place, mut);
    } else {
      const ty = this.random.pick([opt(ref(S)), opt(ref(P, true))]);
      const made = this.value(ty);
      if (made === null) return false;
      item = [this.fresh('m'), ty.k === 'opt' ? ty.of : ty];
      head = made.text;
      loans = made.loans;
    }
    if (head.startsWith('if ')) head = `(${head})`;
    this.emit(`if let Some(${item[0]}) = ${head} {`);
    const before = this.state.clone();
    this.depth++;
    this.state.declare({ name: item[0], ty: item[1], assignable: false, depth: this.depth, loop: this.loop }, loans);
    this.depth--;
    this.nested(1 + this.random.below(3));
    const after = this.state;
    this.state = before;
    if (this.chance(40)) {
      this.emit('} else {');
      this.nested(1 + this.random.below(2));
    }
    this.emit('}');
    this.state.join(after);
    return true;
  }

  // -------------------------------------------------------------- closures

  private closure(): boolean {
    if (this.captured !== null || this.depth > 4) return false;
    const text = this.chance(25) && !this.options.rust;
    const name = this.fresh('f');
    const [body, captured] = this.closureBody(text);
    if (body === null) return false;
    let loans: readonly Loan[] = [];
    let mode: 'shared' | 'mut' | 'once' = 'shared';
    const move = this.chance(15);
    for (const { place, use } of captured) {
      const exclusive = use === 'exclusive' || use === 'write';
      if (exclusive) mode = 'mut';
      if (this.state.moved(place) || (this.state.stale(place) && this.careful())) return false;
      if (move && place.root.loop < this.loop && !isCopy(place.root.ty)) return false;
      if (move) this.state.use({ ...place, path: place.root.name }, isCopy(place.root.ty) ? 'read' : 'move');
      else {
        const cut = this.state.cut(place.path, exclusive ? 'exclusive' : 'share').filter((v) => v !== place.root);
        if (cut.length > 0 && this.careful() && this.chance(60)) return false;
        this.state.use(place, exclusive ? 'exclusive' : 'share');
        loans = union(loans, this.state.loansOf(place, exclusive));
      }
      if (holdsBorrows(place.root.ty)) loans = union(loans, this.state.facts(place.root).loans);
    }
    const params = text ? '||' : '|j: Int64|';
    this.variableNamed(name, { k: 'closure', mode, text }, loans);
    this.emit(`var ${name} = ${move ? 'move ' : ''}${params} ${body};`);
    return true;
  }

  private variableNamed(name: string, ty: GTy, loans: readonly Loan[]): void {
    this.state.declare({ name, ty, assignable: false, depth: this.depth, loop: this.loop }, loans);
  }

  /** The text of a closure's body and what it uses from outside; the state is left as it was. */
  private closureBody(text: boolean): [string | null, readonly Captured[]] {
    const saved = { lines: this.lines, state: this.state, breakable: this.breakable };
    this.state = this.state.clone();
    this.lines = [];
    this.captured = [];
    this.closureDepth = this.depth;
    this.breakable = false;
    const result: Val | null = text ? this.attempt(() => this.value(ref(S), 1)) : null;
    if (!text) {
      this.depth++;
      this.emit('var acc: Int64 = j;');
      this.depth--;
      this.nested(1 + this.random.below(3));
    }
    const { captured, lines } = this;
    this.lines = saved.lines;
    this.state = saved.state;
    this.breakable = saved.breakable;
    this.captured = null;
    this.closureDepth = -1;
    const pad = '    '.repeat(this.depth);
    if (text) return [result === null ? null : `{ ${result.text} }`, captured];
    return [`{\n${lines.join('\n')}\n${pad}    acc\n${pad}}`, captured];
  }

  private closures(wanted: (v: Variable) => boolean): Variable | null {
    const all = [...this.state.vars.keys()].filter((v) => v.ty.k === 'closure' && v !== this.passer && wanted(v));
    if (all.length === 0) return null;
    const v = this.random.pick(all);
    const { stale, moved } = this.state.facts(v);
    return (stale && this.careful()) || moved.length > 0 ? null : v;
  }

  private callClosure(): boolean {
    const v = this.closures((c) => c.ty.k === 'closure' && !c.ty.text);
    if (v === null || v.ty.k !== 'closure' || (this.captured !== null && v.ty.mode !== 'shared')) return false;
    if (this.captured !== null && v.depth <= this.closureDepth) return false;
    this.emit(`acc = acc +% ${v.name}(${this.number()});`);
    return true;
  }

  /** A closure becomes a function value and goes into another function. */
  private passClosure(): boolean {
    const v = this.closures((c) => c.ty.k === 'closure' && !c.ty.text && c.loop === this.loop);
    if (v === null || v.ty.k !== 'closure' || this.captured !== null) return false;
    const name = v.ty.mode === 'shared' ? this.random.pick(['call', 'callMut', 'callOnce']) : this.random.pick(['callMut', 'callOnce']);
    this.state.facts(v).moved = [v.name];
    this.emit(`acc = acc +% ${name}(${v.name}, ${this.number()});`);
    return true;
  }
}

/** The unit of a seed. */
export function generateUnit(seed: number, name: string, options: GenerateOptions): Unit {
  const generator = new UnitGenerator(new Random(Math.imul(seed, 0x9e3779b1) ^ 0x51ed270b), options);
  return { seed, name, text: generator.unit(name) };
}

export type { GenerateOptions, Place };
