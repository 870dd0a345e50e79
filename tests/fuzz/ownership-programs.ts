/**
 * Random programs about who destroys what. Every value owns a Box; every function takes a counter of steps, and is run once for each step at which
 * a panic can strike: in a call, in a guard, in a destructor. The panic is caught, so that at the end of the program nothing may be left on the heap.
 * Consumes: a seed. Produces: the text of a program that prints `done`. It never moves a value twice, so it has to pass the move checker.
 */
import { Random } from './random.ts';

/** A variable in scope: whether it surely has a value, whether it may be assigned, whether this code may move it (not in a loop, say). */
interface Variable {
  live: boolean;
  readonly assignable: boolean;
  readonly movable: boolean;
}

type Scope = Map<string, Variable>;

const PRELUDE = `struct C { n: Int32, limit: Int32, bits: UInt32 }
fn tick(c: &mut C) { c.n += 1; if c.n == c.limit { panic!("struck"); } }
fn flip(c: &mut C): Bool { tick(c); c.bits = c.bits *% 1664525 +% 1013904223; c.n < 400 && (c.bits >> 24) % 2 == 0 }
struct D { b: Box<Int32>, c: *C }
impl Drop for D { fn drop(&mut self) { *self.b += 1; unsafe { tick(&mut *self.c); } } }
struct Pair { left: D, right: D }
enum E { Both(D, D), One(D), Zero }
fn at(c: &mut C): *C { c }
fn mk(c: &mut C): D { tick(c); D { b: new Box(1), c: at(c) } }
fn pass(a: D, c: &mut C): D { tick(c); a }
fn eat(a: D) { see(&a); }
fn second(a: D, b: D, e: D, c: &mut C): D { tick(c); let r = b; tick(c); if see(&a) == see(&e) { tick(c); } r }
fn see(a: &D): Int32 { *a.b }
fn look(a: &D, c: &mut C): Bool { tick(c); flip(c) && *a.b == 1 }
fn maybe(a: D, c: &mut C): Option<D> { if flip(c) { Some(a) } else { None } }
fn both(a: D, b: D, c: &mut C): Option<(D, D)> { if flip(c) { Some((a, b)) } else { None } }
fn choose(a: D, b: D, c: &mut C): E { if flip(c) { E::Both(a, b) } else { if flip(c) { E::One(b) } else { E::Zero } } }
fn risky(a: D, c: &mut C): Result<D, D> { if flip(c) { Ok(a) } else { Err(a) } }
fn callOnce(f: once fn(Int32): D, c: &mut C): D { tick(c); f(1) }
fn orMake(o: Option<D>, c: &mut C): D { match o { Some(x) => x, None => mk(c) } }
`;

/** The program of a seed, with this many random functions. */
export function ownershipProgram(seed: number, functions: number): string {
  return new Generator(seed).program(functions);
}

class Generator {
  private readonly random: Random;
  private names = 0;
  /** Expressions and statements left for the function at hand. */
  private budget = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  program(functions: number): string {
    const parts = [PRELUDE];
    for (let i = 0; i < functions; i++) parts.push(this.fn(i));
    parts.push('fn main() {', '    var strikes = 0;', '    var other = C { n: 0, limit: -1, bits: 0 };');
    for (let i = 0; i < functions; i++) {
      parts.push(
        `    for s in 0..120 { var c = C { n: 0, limit: s, bits: UInt32(${i * 7 + 1} + s) };`,
        `        try { let p = mk(&mut c); let r = f${i}(&mut c, &mut other, p); eat(r); } catch e: Panic => { strikes += 1; } }`,
      );
    }
    parts.push('    if strikes == 0 { println("nothing struck"); }', '    println("done");', '}', '');
    return parts.join('\n');
  }

  private fn(index: number): string {
    this.budget = 60;
    const scope: Scope = new Map([['p', { live: true, assignable: false, movable: true }]]);
    const body = this.stmts(scope, 4, 3 + this.random.below(4));
    return `fn f${index}(c: &mut C, other: &mut C, p: D): D {\n    ${body}\n    ${this.expr(scope, 3)}\n}`;
  }

  // -------------------------------------------------------------- scopes

  private fresh(prefix = 'v'): string {
    return `${prefix}${this.names++}`;
  }

  private chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  private declare(scope: Scope, name: string, assignable = false): string {
    scope.set(name, { live: true, assignable, movable: true });
    return name;
  }

  private readable(scope: Scope): string[] {
    return [...scope].filter(([, v]) => v.live).map(([name]) => name);
  }

  /** Takes a variable that may be moved, or null. */
  private take(scope: Scope): string | null {
    const names = [...scope].filter(([, v]) => v.live && v.movable).map(([name]) => name);
    if (names.length === 0) return null;
    const name = this.random.pick(names);
    scope.get(name)!.live = false;
    return name;
  }

  private copy(scope: Scope): Scope {
    return new Map([...scope].map(([name, v]) => [name, { ...v }]));
  }

  /** For code that may run any number of times: it moves nothing from outside. */
  private fixed(scope: Scope): Scope {
    return new Map([...scope].map(([name, v]) => [name, { live: v.live, assignable: false, movable: false }]));
  }

  /** What is live after one of several ways. */
  private merge(scope: Scope, ways: readonly Scope[]): void {
    for (const [name, v] of scope) v.live &&= ways.every((way) => way.get(name)!.live);
  }

  private ways<T>(scope: Scope, count: number, f: (way: Scope, index: number) => T): T[] {
    const ways = Array.from({ length: count }, () => this.copy(scope));
    const out = ways.map(f);
    this.merge(scope, ways);
    return out;
  }

  private inBlock(scope: Scope, f: () => string): string {
    const outer = new Set(scope.keys());
    const text = f();
    for (const name of [...scope.keys()]) if (!outer.has(name)) scope.delete(name);
    return text;
  }

  // -------------------------------------------------------------- conditions

  private cond(scope: Scope, depth: number): string {
    const names = this.readable(scope);
    switch (this.random.below(5)) {
      case 0:
        return names.length > 0 ? `look(&${this.random.pick(names)}, c)` : 'flip(c)';
      case 1:
        return depth > 0 ? `look(&${this.expr(scope, depth - 1)}, c)` : 'flip(c)';
      case 2:
        return depth > 0 ? `flip(c) && ${this.cond(this.fixed(scope), depth - 1)}` : 'flip(c)';
      case 3:
        return depth > 0 ? `(flip(c) || ${this.cond(this.fixed(scope), depth - 1)})` : 'flip(c)';
      default:
        return 'flip(c)';
    }
  }

  // -------------------------------------------------------------- expressions of type D

  private expr(scope: Scope, depth: number): string {
    this.budget--;
    if (depth <= 0 || this.budget < 0) return (this.chance(50) ? this.take(scope) : null) ?? 'mk(c)';
    const sub = (): string => this.expr(scope, depth - 1);
    const fixed = (): string => this.expr(this.fixed(scope), depth - 1);
    switch (this.random.below(21)) {
      case 0:
        return `pass(${sub()}, c)`;
      case 1: {
        const cond = this.cond(scope, depth - 1);
        const [yes, no] = this.ways(scope, 2, (way) => this.block(way, depth - 1));
        return `if ${cond} ${yes} else ${no}`;
      }
      case 2:
        return this.block(scope, depth - 1);
      case 3:
        return `(${sub()}, ${sub()}).${this.random.below(2)}`;
      case 4:
        return `Pair { left: ${sub()}, right: ${sub()} }.${this.chance(50) ? 'left' : 'right'}`;
      case 5:
        return this.matchOption(scope, depth);
      case 6: {
        const name = this.fresh();
        return `loop { let ${name} = ${fixed()}; if ${this.cond(this.fixed(scope), 1)} { break ${name}; } if flip(c) { break (${fixed()}); } break mk(c); }`;
      }
      case 7:
        return `try ${this.block(this.fixed(scope), depth - 1)} catch e: Panic => ${fixed()}`;
      case 8: {
        const inner = this.fixed(scope);
        const label = this.fresh('l');
        return `'${label}: { ${this.stmts(inner, depth - 1, 1)} if ${this.cond(inner, 1)} { break '${label} (${this.expr(inner, depth - 1)}); } ${this.expr(inner, depth - 1)} }`;
      }
      case 9:
        return `orMake(${this.option(scope, depth - 1)}, c)`;
      case 10:
        return `*new Box(${sub()})`;
      case 11: {
        const name = this.take(scope);
        return name === null ? 'mk(c)' : `(move || ${name})()`;
      }
      case 12: {
        const [a, b] = [this.fresh(), this.fresh()];
        return `{ let (${a}, Pair { left: ${b}, .. }) = (${sub()}, Pair { left: ${sub()}, right: ${sub()} }); ${this.chance(50) ? a : b} }`;
      }
      case 13:
        return `second(${sub()}, ${sub()}, ${sub()}, c)`;
      case 14:
        return `(try { risky(${fixed()}, c)? } catch e: D => ${this.chance(50) ? 'e' : fixed()})`;
      case 15:
        return this.matchEnum(scope, depth);
      case 16:
        return this.matchPair(scope, depth);
      case 17: {
        const name = this.fresh();
        return `{ let Pair { left: ${name}, .. } = *new Box(Pair { left: ${sub()}, right: ${sub()} }); tick(c); ${name} }`;
      }
      case 18: {
        const names = this.readable(scope);
        if (names.length === 0) return 'mk(c)';
        const f = this.fresh('f');
        return `{ var ${f} = |k: Int32| { tick(c); see(&${this.random.pick(names)}) + k }; ${f}(1); ${f}(2); ${fixed()} }`;
      }
      case 19: {
        const name = this.take(scope);
        return name === null ? 'mk(c)' : `callOnce(move |k: Int32| { if k == 1 { ${name} } else { panic!("k") } }, c)`;
      }
      default:
        return this.take(scope) ?? 'mk(c)';
    }
  }

  private block(scope: Scope, depth: number): string {
    return this.inBlock(scope, () => `{ ${this.stmts(scope, depth, 1 + this.random.below(3))} ${this.expr(scope, depth)} }`);
  }

  private option(scope: Scope, depth: number): string {
    return this.chance(40) ? `Some(${this.expr(scope, depth)})` : `maybe(${this.expr(scope, depth)}, c)`;
  }

  private matchOption(scope: Scope, depth: number): string {
    const value = this.option(scope, depth - 1);
    const [x, y] = [this.fresh(), this.fresh()];
    const arms = this.ways(scope, 3, (way, i) => {
      if (i < 2) this.declare(way, i === 0 ? x : y);
      const guard = i === 0 ? ` if ${this.cond(this.fixed(way), 1)}` : '';
      return `${i === 0 ? `Some(${x})${guard}` : i === 1 ? `Some(${y})` : 'None'} => ${this.expr(way, depth - 1)}`;
    });
    return `match ${value} { ${arms.join(', ')} }`;
  }

  private matchEnum(scope: Scope, depth: number): string {
    const value = this.chance(40)
      ? `E::Both(${this.expr(scope, depth - 1)}, ${this.expr(scope, depth - 1)})`
      : `choose(${this.expr(scope, depth - 1)}, ${this.expr(scope, depth - 1)}, c)`;
    const [x, y] = [this.fresh(), this.fresh()];
    const second = this.chance(50) ? this.fresh() : null;
    let rest = '';
    const arms = this.ways(scope, 3, (way, i) => {
      if (i === 2) return `E::Zero => ${this.expr(way, depth - 1)}`;
      this.declare(way, i === 0 ? x : y);
      if (i === 1) return `E::One(${y}) => ${this.expr(way, depth - 1)}`;
      if (second !== null) this.declare(way, second);
      let guard = '';
      if (this.chance(40)) {
        guard = ` if ${this.cond(this.fixed(way), 1)}`;
        rest = ', E::Both(_, _) => mk(c)';
      }
      return `E::Both(${x}, ${second ?? '_'})${guard} => ${this.expr(way, depth - 1)}${rest}`;
    });
    return `match ${value} { ${arms.join(', ')} }`;
  }

  private matchPair(scope: Scope, depth: number): string {
    const value = `both(${this.expr(scope, depth - 1)}, ${this.expr(scope, depth - 1)}, c)`;
    const [x, y] = [this.fresh(), this.fresh()];
    const arms = this.ways(scope, 3, (way, i) => {
      if (i === 2) return `None => ${this.expr(way, depth - 1)}`;
      this.declare(way, i === 0 ? x : y);
      const pattern = i === 0 ? `Some((${x}, _)) if ${this.cond(this.fixed(way), 1)}` : `Some((_, ${y}))`;
      return `${pattern} => ${this.expr(way, depth - 1)}`;
    });
    return `match ${value} { ${arms.join(', ')} }`;
  }

  // -------------------------------------------------------------- statements

  private stmts(scope: Scope, depth: number, count: number): string {
    return Array.from({ length: count }, () => this.stmt(scope, depth)).join(' ');
  }

  private stmt(scope: Scope, depth: number): string {
    this.budget--;
    if (depth <= 0 || this.budget < 0) return 'tick(c);';
    const sub = (): string => this.expr(scope, depth - 1);
    switch (this.random.below(17)) {
      case 0: case 1: case 2: {
        const value = sub();
        const assignable = this.chance(50);
        return `${assignable ? 'var' : 'let'} ${this.declare(scope, this.fresh(), assignable)} = ${value};`;
      }
      case 3: {
        const [a, b] = [sub(), sub()];
        const x = this.declare(scope, this.fresh());
        const y = this.chance(50) ? this.declare(scope, this.fresh()) : '_';
        return `let (${x}, ${y}) = (${a}, ${b});`;
      }
      case 4: {
        const value = sub();
        const names = [...scope].filter(([, v]) => v.assignable).map(([name]) => name);
        if (names.length === 0) return `_ = ${value};`;
        const name = this.random.pick(names);
        scope.get(name)!.live = true;
        return `${name} = ${value};`;
      }
      case 5:
        return `_ = ${sub()};`;
      case 6:
        return `eat(${sub()});`;
      case 7: {
        const cond = this.cond(scope, depth - 1);
        const [yes, no] = this.ways(scope, 2, (way) => this.inBlock(way, () => this.stmts(way, depth - 1, 2)));
        return `if ${cond} { ${yes} } else { ${no} }`;
      }
      case 8: {
        const inner = this.fixed(scope);
        const leave = this.chance(50) ? `if flip(c) { ${this.chance(50) ? 'break' : 'continue'}; }` : '';
        return `for ${this.fresh('i')} in 0..2 { ${this.inBlock(inner, () => this.stmts(inner, depth - 1, 2))} ${leave} tick(c); }`;
      }
      case 9: {
        const names = this.readable(scope);
        if (names.length === 0) return 'tick(c);';
        const name = this.random.pick(names);
        // What deferred code looks at has to stay.
        scope.set(name, { live: true, assignable: false, movable: false });
        return `@defer { tick(other); _ = see(&${name}); }`;
      }
      case 10: {
        const name = this.fresh('r');
        return `let ${name} = &${sub()}; look(${name}, c);`;
      }
      case 11:
        return `if ${this.cond(scope, 1)} { return ${this.expr(this.fixed(scope), depth - 1)}; }`;
      case 12: {
        const value = this.option(scope, depth - 1);
        const name = this.fresh();
        const [yes, no] = this.ways(scope, 2, (way, i) => this.inBlock(way, () => {
          if (i === 0) this.declare(way, name);
          return this.stmts(way, depth - 1, 2);
        }));
        return `if let Some(${name}) = ${value} { ${yes} } else { ${no} }`;
      }
      case 13: {
        const value = this.option(scope, depth - 1);
        const otherwise = this.expr(this.fixed(scope), depth - 1);
        return `let Some(${this.declare(scope, this.fresh())}) = ${value} else { return ${otherwise} };`;
      }
      case 14: {
        const name = this.fresh();
        return `var ${name} = Pair { left: ${sub()}, right: ${sub()} }; if flip(c) { eat(${name}.left); ${name}.left = mk(c); } else { ${name}.right = mk(c); }`;
      }
      case 15: {
        const cond = this.cond(scope, 1);
        const [yes, no] = this.ways(scope, 2, (way) => this.expr(way, depth - 1));
        const name = this.declare(scope, this.fresh());
        return `let ${name}: D; if ${cond} { ${name} = ${yes}; } else { ${name} = ${no}; }`;
      }
      default: {
        const inner = this.fixed(scope);
        return `while flip(c) { ${this.inBlock(inner, () => this.stmts(inner, depth - 1, 2))} }`;
      }
    }
  }
}
