/**
 * Executables on this machine: debuggers and checkers speak of `.cj` lines, every C compiler gives the same program, and the tool works without one.
 * Runs the built tool. Tests of a program that is not installed are skipped, and say so in their names.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const JC = join(ROOT, 'bin/jc');
const MINUTE = 60_000;
let work: string;

function which(name: string): string | null {
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) if (dir !== '' && existsSync(join(dir, name))) return join(dir, name);
  return null;
}

const ZIG = join(ROOT, 'node_modules/@zigc', `${process.platform}-${process.arch}`, 'bin/zig');
const CLANG = ['clang', 'clang-21', 'clang-20', 'clang-19', 'clang-18'].find((name) => which(name) !== null) ?? 'clang';
/** Compilers whose debug information debuggers read. */
const DEBUGGABLE = [CLANG, 'gcc'];

/** `it`, or a skipped test whose name says which program is missing. */
function needing(programs: readonly string[], name: string, body: () => void, timeout = MINUTE): void {
  const missing = programs.filter((program) => !existsSync(program) && which(program) === null);
  it.skipIf(missing.length > 0)(missing.length > 0 ? `${name} (not installed: ${missing.join(', ')})` : name, body, timeout);
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'jc-native-'));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(command: string, args: readonly string[], env: Record<string, string | undefined> = {}): Result {
  const result = spawnSync(command, args, {
    encoding: 'utf8', cwd: work, input: '', timeout: 2 * MINUTE, maxBuffer: 1 << 26,
    env: { ...process.env, LANG: 'C', LC_ALL: 'C', JC_CC: undefined, JC_CACHE: join(work, 'cache'), ...env } as NodeJS.ProcessEnv,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

function jc(args: readonly string[], env: Record<string, string | undefined> = {}): Result {
  return start(process.execPath, [JC, ...args], env);
}

function file(name: string, lines: readonly string[]): string {
  const path = join(work, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function build(source: string, output: string, flags: readonly string[], env: Record<string, string | undefined> = {}): string {
  const path = join(work, output);
  expect(jc(['build', source, '-o', path, ...flags], env)).toMatchObject({ code: 0, err: '' });
  return path;
}

const HELLO = ['fn main() {', '    println("hello");', '}'];

/** Owned text, lists, maps, boxes, a panic that is caught: what a program of some size has. */
const SAMPLE = [
  'struct Node { name: String, next: ?Box<Node> }',
  'fn divide(a: Int32, b: Int32): Int32 { a / b }',
  'fn main() {',
  '    var list: ArrayList<String> = ArrayList::new();',
  '    for i in 0..50 { list.push("item ${i}"); }',
  '    var map: HashMap<String, Int32> = HashMap::new();',
  '    for (i, s) in list.iter().enumerate() { map.insert(s.clone(), Int32(i)); }',
  '    let node = Node { name: "a".clone(), next: Some(new Box(Node { name: "b".clone(), next: None })) };',
  '    println("${list.len()} ${map.get("item 7"):?} ${node.name} ${node.next.isSome()}");',
  '    let caught = try { divide(1, Int32(map.len()) - 50) } catch p: Panic => -1;',
  '    println("${caught} ${0.1 + 0.2} ${1.5h} ${\'字\'}");',
  '}',
];
const SAMPLE_OUTPUT = '50 Some(7) a true\n-1 0.30000000000000004 90min 字\n';

describe('debugging', () => {
  const program = [
    'struct Point { x: Int32, y: Int32 }',
    '',
    'fn total(p: &Point, times: Int32): Int32 {',
    '    var sum = 0;',
    '    for i in 0..times {',
    '        let step = p.x + p.y;',
    '        let more = step * i;',
    '        sum += more;',
    '    }',
    '    sum',
    '}',
    '',
    'fn main() {',
    '    let origin = Point { x: 3, y: 4 };',
    '    let result = total(&origin, 3);',
    '    println(result);',
    '}',
  ];
  const watch = (executable: string): string => {
    const commands = ['break point.cj:8', 'run', 'bt', 'info locals', 'next', 'delete', 'finish', 'next'].flatMap((command) => ['-ex', command]);
    return start('gdb', ['-nx', '-q', '-batch', ...commands, executable]).out;
  };
  for (const cc of DEBUGGABLE) {
    needing(['gdb', cc], `gdb stops at lines, steps, and shows frames and variables (${cc})`, () => {
      const built = build(file('point.cj', program), `point-${cc}`, [], { JC_CC: cc });
      const out = watch(built);
      expect(out).toMatch(/Breakpoint 1, .*total.* at .*point\.cj:8/);
      expect(out).toContain('sum += more;');
      expect(out).toMatch(/#1 .*main.* at .*point\.cj:15/);
      expect(out).toMatch(/step\w* = 7/);
      expect(out).toMatch(/more\w* = 0/);
      expect(out).toMatch(/times\w* = 3|times\w*=3/);
      expect(out).toMatch(/\n16\s+println\(result\);/);
    });
  }

  needing(['gdb', ZIG], '`--debug` finds a compiler whose debug information gdb reads', () => {
    const out = watch(build(file('point.cj', program), 'point-debug', ['--debug']));
    expect(out).toMatch(/Breakpoint 1, .*total.* at .*point\.cj:8/);
    expect(out).toMatch(/#1 .*main.* at .*point\.cj:15/);
  });

  needing(['gdb', ZIG], '`--debug --release` keeps the lines', () => {
    const built = build(file('point.cj', program), 'point-release', ['--debug', '--release']);
    expect(start('gdb', ['-nx', '-q', '-batch', '-ex', 'break point.cj:15', '-ex', 'run', built]).out).toMatch(/Breakpoint 1, .*point\.cj:15/);
  });
});

describe('checkers of memory', () => {
  const useAfterFree = [
    'fn peek(p: *Int32): Int32 {',
    '    var sum = 0;',
    '    for _i in 0..2 {',
    '        sum += unsafe { *p };',
    '    }',
    '    sum',
    '}',
    'fn main() {',
    '    let b = new Box(41);',
    '    let p: *Int32 = &*b;',
    '    drop(b);',
    '    println(peek(p));',
    '}',
  ];
  for (const cc of DEBUGGABLE) {
    needing([cc], `the address sanitizer names the line of a use after free (${cc})`, () => {
      const result = jc(['run', '--sanitize', file('after.cj', useAfterFree)], { JC_CC: cc });
      expect(result.err).toContain('heap-use-after-free');
      expect(result.err).toMatch(/after\.cj:4/);
      expect(result.err).toMatch(/after\.cj:12/);
      expect(result.code).not.toBe(0);
    });
  }

  it('the interpreter refuses the same program', () => {
    const result = jc(['run', '--interp', file('after.cj', useAfterFree)]);
    expect(result.code).not.toBe(0);
    expect(result.out).toBe('');
    expect(result.err).toContain('after.cj:4');
  }, MINUTE);

  // With foreign functions a program takes its memory from the C library, where valgrind sees each block.
  const FOREIGN = ['extern "C" { fn abs(n: Int32): Int32; }', 'fn one(): Int32 { unsafe { abs(-1) } }'];

  needing(['valgrind', 'gcc'], 'valgrind finds nothing in a program with boxes, texts, lists and maps', () => {
    const source = file('clean.cj', [...FOREIGN, ...SAMPLE.map((line) => line.replace('0..50', '0..50 * one()'))]);
    const built = build(source, 'clean', [], { JC_CC: 'gcc' });
    const result = start('valgrind', ['--leak-check=full', '--error-exitcode=9', built]);
    expect(result.out).toBe(SAMPLE_OUTPUT);
    expect(result.err).toContain('ERROR SUMMARY: 0 errors');
    expect(result.err).toContain('All heap blocks were freed');
    expect(result.err).not.toContain('total heap usage: 0 allocs');
    expect(result.code).toBe(0);
  });

  needing(['valgrind', 'gcc'], 'valgrind names the line of a leak', () => {
    const source = file('leak.cj', [
      ...FOREIGN,
      'fn leaky(n: Int32) {',
      '    for i in 0..n {',
      '        let b = new Box([i, 2, 3]);',
      '        std::mem::forget(b);',
      '    }',
      '}',
      'fn main() {',
      '    leaky(one());',
      '}',
    ]);
    const result = start('valgrind', ['--leak-check=full', '--error-exitcode=9', build(source, 'leak', [], { JC_CC: 'gcc' })]);
    expect(result.err).toContain('definitely lost: 12 bytes in 1 blocks');
    expect(result.err).toMatch(/leaky \(leak\.cj:5\)/);
    expect(result.err).toMatch(/main \(leak\.cj:10\)/);
    expect(result.code).toBe(9);
  });
});

describe('C compilers', () => {
  for (const cc of ['tcc', 'gcc', CLANG, ZIG]) {
    needing([cc], `${cc === ZIG ? 'Zig' : cc}: the same output in dev and release`, () => {
      const source = file('sample.cj', SAMPLE);
      for (const flags of [[], ['--release']]) {
        expect(jc(['run', source, ...flags], { JC_CC: cc })).toEqual({ code: 0, out: SAMPLE_OUTPUT, err: '' });
      }
    }, 3 * MINUTE);
  }

  it('the interpreter prints the same', () => {
    expect(jc(['run', '--interp', file('sample.cj', SAMPLE)])).toEqual({ code: 0, out: SAMPLE_OUTPUT, err: '' });
  }, MINUTE);

  /** A PATH with Node alone. */
  const bare = (...programs: readonly string[]): string => {
    const dir = join(work, ['bare', ...programs].join('-'));
    mkdirSync(dir, { recursive: true });
    for (const name of ['node', ...programs]) if (!existsSync(join(dir, name))) symlinkSync(name === 'node' ? process.execPath : which(name)!, join(dir, name));
    return dir;
  };
  /** The tool in a place without node_modules. */
  const alone = (): string => {
    const dir = join(work, 'alone');
    for (const part of ['bin', 'dist/start.mjs', 'dist/jc.mjs', 'dist/unit-thread.mjs', 'std', 'runtime', 'package.json']) cpSync(join(ROOT, part), join(dir, part), { recursive: true });
    return join(dir, 'bin/jc');
  };

  needing([ZIG], 'a machine without a C compiler uses the one in node_modules', () => {
    const env = { PATH: bare(), JC_CACHE: join(work, 'zig-cache') };
    const source = file('sample.cj', SAMPLE);
    expect(jc(['run', source], env)).toEqual({ code: 0, out: SAMPLE_OUTPUT, err: '' });
    const built = build(source, 'zig-release', ['--release'], env);
    expect(start(built, []).out).toBe(SAMPLE_OUTPUT);
    expect(jc(['doctor'], env).out).toMatch(/dev\s+→ zig/);
  }, 3 * MINUTE);

  needing(['tcc'], '`--debug` where only tcc is installed: CJ0704, exit 74', () => {
    const source = file('hello.cj', HELLO);
    const result = start(process.execPath, [alone(), 'build', '--debug', source], { PATH: bare('tcc'), JC_CACHE: join(work, 'alone-cache') });
    expect(result.err).toContain('error[CJ0704]: `--debug` needs clang, zig, gcc');
    expect(result.code).toBe(74);
  });

  it('a machine without any: CJ0701, exit 74; the interpreter works', () => {
    const source = file('hello.cj', HELLO);
    const run = (args: readonly string[]): Result => start(process.execPath, [alone(), ...args], { PATH: bare(), JC_CACHE: join(work, 'alone-cache') });
    for (const args of [['run', source], ['build', source], ['run', '--release', source], ['test', source]]) {
      const result = run(args);
      expect(result.err).toContain('error[CJ0701]');
      expect(result.err).toContain('jc run --interp');
      expect(result.code).toBe(74);
    }
    expect(run(['run', '--interp', source])).toEqual({ code: 0, out: 'hello\n', err: '' });
    expect(run(['check', source])).toEqual({ code: 0, out: '', err: '' });
    expect(run(['doctor']).code).toBe(74);
  }, MINUTE);

  it('a JC_CC that is no compiler: CJ0702, exit 74', () => {
    const source = file('hello.cj', HELLO);
    const fake = join(work, 'fake-cc');
    writeFileSync(fake, '#!/bin/sh\necho "toaster 1.0"\n');
    chmodSync(fake, 0o755);
    for (const cc of ['/nowhere/cc', fake, work]) {
      const result = jc(['run', source], { JC_CC: cc });
      expect(result.err).toContain('error[CJ0702]');
      expect(result.err).toContain('unset `JC_CC`');
      expect(result.code).toBe(74);
    }
  }, MINUTE);

  it('a C compiler that fails: CJ0703 with what it said, exit 74', () => {
    const broken = join(work, 'broken-cc');
    writeFileSync(broken, '#!/bin/sh\nif [ "$1" = --version ]; then echo "clang version 19.0.0"; exit 0; fi\necho "out of ink" >&2\nexit 3\n');
    chmodSync(broken, 0o755);
    const result = jc(['run', file('hello.cj', HELLO)], { JC_CC: broken });
    expect(result.err).toContain('error[CJ0703]');
    expect(result.err).toContain('out of ink');
    expect(result.code).toBe(74);
  }, MINUTE);
});

describe('releases', () => {
  for (const cc of [CLANG, 'gcc']) {
    needing([cc], `hello is static, stripped and small (${cc})`, () => {
      const built = build(file('hello.cj', HELLO), `hello-${cc}`, ['--release'], { JC_CC: cc });
      expect(statSync(built).size).toBeLessThanOrEqual(60 * 1024);
      // Neither the path of a loader nor names of functions.
      const bytes = readFileSync(built, 'latin1');
      expect(bytes.startsWith('\x7fELF')).toBe(true);
      expect(bytes).not.toContain('ld-linux');
      expect(bytes).not.toContain('.symtab');
      expect(bytes).not.toContain('.debug_info');
      expect(start(built, [], { PATH: '/nonexistent' })).toEqual({ code: 0, out: 'hello\n', err: '' });
    });
  }
});

describe('the end of resources', () => {
  const ways: readonly (readonly string[])[] = [[], ['--release'], ['--interp']];
  for (const way of ways) {
    const name = way[0] ?? 'dev';
    it(`a stack that is used up: 134 and a message (${name})`, () => {
      const source = file('deep.cj', ['fn deep(n: Int64): Int64 { if n < 0 { 0 } else { deep(n + 1) + 1 } }', 'fn main() {', '    println("begin");', '    println(deep(0));', '}']);
      expect(jc(['run', source, ...way])).toEqual({ code: 134, out: 'begin\n', err: 'fatal: stack overflow\n' });
    }, MINUTE);
    it(`memory that cannot be had: 134 and a message (${name})`, () => {
      const source = file('vast.cj', [
        'fn main() {',
        '    println("begin");',
        '    var lists: ArrayList<ArrayList<UInt8>> = ArrayList::new();',
        '    loop { lists.push(ArrayList::withCapacity(1usize << 40)); }',
        '}',
      ]);
      expect(jc(['run', source, ...way])).toEqual({ code: 134, out: 'begin\n', err: 'fatal: out of memory\n' });
    }, MINUTE);
  }
});
