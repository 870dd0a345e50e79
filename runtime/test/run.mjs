/**
 * Builds and runs the runtime's own tests with each C compiler that is there, in both forms, and on other processors where qemu and lld are.
 * `node runtime/test/run.mjs [--quick]`; ends with `N passed, N failed` and exits 1 after a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const work = mkdtempSync(join(tmpdir(), 'jc-runtime-'));
const quick = process.argv.includes('--quick');
let passed = 0;
let failed = 0;

const which = (name) => (process.env.PATH ?? '').split(':').map((dir) => join(dir, name)).find((path) => existsSync(path));
const run = (command, args, options = {}) => spawnSync(command, args, { encoding: 'utf8', cwd: work, ...options });

function result(name, ok, detail = '') {
  if (ok) passed++;
  else {
    failed++;
    console.log(`FAILED ${name}\n${detail}`);
  }
}

const LANGUAGE = ['-std=gnu11', '-w', '-fno-strict-aliasing', '-fwrapv', '-ffp-contract=off', '-fno-math-errno', '-fno-builtin', '-fno-stack-protector', '-fno-pic', '-O2', '-gdwarf-4'];
const zig = join(root, '..', 'node_modules', '@zigc', `${process.platform}-${process.arch}`, 'bin', 'zig');
const clang = ['clang', 'clang-21', 'clang-20', 'clang-19', 'clang-18', 'clang-17', 'clang-16', 'clang-15', 'clang-14'].map(which).find(Boolean);
const compilers = [
  ...(which('gcc') ? [{ name: 'gcc', command: [which('gcc')], flags: [...LANGUAGE, '-fno-tree-loop-distribute-patterns', '-no-pie'] }] : []),
  ...(clang ? [{ name: 'clang', command: [clang], flags: [...LANGUAGE, '-no-pie'] }] : []),
  ...(which('tcc') ? [{ name: 'tcc', command: [which('tcc')], flags: [] }] : []),
];

function build(compiler, test, libc, extra = []) {
  const out = join(work, `${test}-${compiler.name}${libc ? '-libc' : ''}`);
  const form = libc ? ['-DJC_LIBC=1', '-lm'] : ['-nostdlib', '-static', ...(compiler.name === 'tcc' ? [] : ['-ffreestanding'])];
  const made = run(compiler.command[0], [...compiler.command.slice(1), ...compiler.flags, ...extra, `-I${root}/include`, join(root, 'all.c'), join(here, `${test}-test.c`), '-o', out, ...form]);
  result(`${compiler.name}: build of ${test}${libc ? ' with libc' : ''}`, made.status === 0, made.stderr);
  return made.status === 0 ? out : null;
}

function expect(name, program, args, code, out, err, options = {}) {
  const done = run(program[0], [...program.slice(1), ...args], options);
  const ok = done.status === code && (out === null || done.stdout === out) && (err === null || done.stderr === err);
  result(name, ok, `code ${done.status} signal ${done.signal}\n${done.stdout.slice(0, 400)}${done.stderr.slice(0, 2000)}`);
}

function processTests(label, program) {
  expect(`${label}: files`, program, [], 0, 'done\n', '');
  expect(`${label}: exit code`, program, ['7'], 7, '', '');
  expect(`${label}: panic`, program, ['p'], 101, 'before\n', 'panic: Int64 overflow: -1 * 7\n  at process.cj:7:9\n');
  expect(`${label}: panic in cleanup`, program, ['c'], 134, '', 'panic: second\n  at process.cj:7:9\nfatal: a panic left a destructor while another panic was unwinding\n');
  expect(`${label}: out of memory`, program, ['m'], 134, '', 'fatal: out of memory\n');
  expect(`${label}: abort`, program, ['a'], 134, '', 'fatal: aborted\n');
  expect(`${label}: test index`, program, ['i'], 5, '', '', { env: { JC_TEST: '5' } });
  const pipe = run('sh', ['-c', '{ "$@" w; echo $? >&2; } | head -c 100 >/dev/null', 'sh', ...program]);
  result(`${label}: closed pipe`, pipe.stderr === '141\n', pipe.stderr);
}

/** What a program of tasks does under a serial schedule it does under every other. */
function scheduleTests(label, program) {
  for (const mode of ['t', 'p', 'c']) {
    const serial = run(program[0], [...program.slice(1), mode], { env: { JC_SCHED: 'serial' } });
    result(`${label}: serial ${mode}`, serial.status === (mode === 'p' ? 101 : 0), serial.stderr);
    for (let seed = 1; seed <= (quick ? 4 : 24); seed++) {
      const env = { JC_WORKERS: String([1, 2, 3, 8][seed % 4]), JC_SCHED: `fuzz:${seed}` };
      expect(`${label}: ${mode}, ${env.JC_WORKERS} workers, ${env.JC_SCHED}`, program, [mode], serial.status, serial.stdout, serial.stderr, { env });
    }
  }
}

function taskTests(compiler) {
  for (const test of ['fiber', 'thread', 'task']) {
    if (test === 'thread' && compiler.name === 'tcc') continue;
    for (const libc of compiler.name === 'tcc' ? [false] : [false, true]) {
      const program = build(compiler, test, libc, ['-DJC_TASKS=1']);
      if (program === null) continue;
      expect(`${compiler.name}: ${test}${libc ? ' with libc' : ''}`, [program], [], 0, '', '');
      if (test === 'task' && !libc) scheduleTests(compiler.name, [program]);
    }
  }
}

for (const compiler of compilers) {
  for (const libc of [false, true]) {
    for (const test of ['alloc', 'memory']) {
      const program = build(compiler, test, libc);
      if (program !== null) expect(`${compiler.name}: ${test}${libc ? ' with libc' : ''}`, [program], [], 0, null, '');
    }
    const program = build(compiler, 'process', libc);
    if (program !== null) {
      processTests(`${compiler.name}${libc ? ' with libc' : ''}`, [program]);
      expect(`${compiler.name}${libc ? ' with libc' : ''}: stack overflow`, [program], ['o'], 134, '', 'fatal: stack overflow\n');
    }
  }
  taskTests(compiler);
  if (compiler.name === 'tcc' && process.arch !== 'x64') continue;
  const math = build(compiler, 'math', true);
  if (math !== null) expect(`${compiler.name}: math`, [math], [], 0, '', '');
}

// Sanitizers over the libc form.
const sanitizing = compilers.find((c) => c.name === 'gcc');
if (sanitizing !== undefined && !quick) {
  for (const test of ['alloc', 'process', 'math']) {
    const program = build({ ...sanitizing, name: 'gcc-asan' }, test, true, ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-DJC_SANITIZE=1']);
    if (program !== null) expect(`asan: ${test}`, [program], [], 0, test === 'process' ? 'done\n' : '', '', { env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
  }
}

// The thread sanitizer over tasks: it reports on standard error, and ends with 66.
const threading = compilers.find((c) => c.name === 'clang');
if (threading !== undefined && !quick) {
  const program = build({ ...threading, name: 'clang-tsan' }, 'task', true, ['-DJC_TASKS=1', '-fsanitize=thread']);
  if (program !== null) {
    for (const mode of ['f', 't', 'c']) expect(`tsan: ${mode}`, [program], [mode], 0, null, '', { env: { ...process.env, JC_WORKERS: '4', JC_SCHED: 'fuzz:5' } });
  }
}

// Other processors, freestanding, under qemu.
const cross = existsSync(zig) ? { command: [zig, 'clang'], link: [zig, 'ld.lld'] } : clang && which('ld.lld') ? { command: [clang], link: [which('ld.lld')] } : null;
for (const target of ['aarch64', 'riscv64', 'loongarch64']) {
  const qemu = which(`qemu-${target}`) ?? which(`qemu-${target}-static`);
  if (cross === null || qemu === undefined || quick) continue;
  const flags = [...LANGUAGE, '-ffreestanding', `--target=${target}-linux-gnu`, `-I${root}/include`, ...(target === 'loongarch64' ? ['-mno-lsx'] : [])];
  const compile = (source, out) => run(cross.command[0], [...cross.command.slice(1), ...flags, '-c', source, '-o', out]);
  const object = join(work, `runtime-${target}.o`);
  const made = compile(join(root, 'all.c'), object);
  result(`${target}: runtime`, made.status === 0, made.stderr);
  const tasks = join(work, `tasks-${target}.o`);
  const madeTasks = run(cross.command[0], [...cross.command.slice(1), ...flags, '-DJC_TASKS=1', '-c', join(root, 'all.c'), '-o', tasks]);
  result(`${target}: runtime with tasks`, madeTasks.status === 0, madeTasks.stderr);
  for (const test of ['alloc', 'memory', 'process', 'fiber', 'thread', 'task']) {
    const withTasks = ['fiber', 'thread', 'task'].includes(test);
    const out = join(work, `${test}-${target}`);
    const compiled = run(cross.command[0], [...cross.command.slice(1), ...flags, ...(withTasks ? ['-DJC_TASKS=1'] : []), '-c', join(here, `${test}-test.c`), '-o', `${out}.o`]);
    const linked = run(cross.link[0], [...cross.link.slice(1), '-static', '-o', out, `${out}.o`, withTasks ? tasks : object]);
    result(`${target}: build of ${test}`, compiled.status === 0 && linked.status === 0, compiled.stderr + linked.stderr);
    if (linked.status !== 0) continue;
    if (test === 'process') processTests(target, [qemu, out]);
    else expect(`${target}: ${test}`, [qemu, out], [], 0, null, '');
    if (test === 'task') scheduleTests(target, [qemu, out]);
  }
}

rmSync(work, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
