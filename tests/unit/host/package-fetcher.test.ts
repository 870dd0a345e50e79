/** Archives that must not be unpacked, digests of trees, and git repositories, on a real file system in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Header } from 'tar';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findCommit, NodePackageFetcher, NodePackageHost, packPackage } from '../../../src/host/index.ts';

let work: string;
let counter = 0;
let dir: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'jc-fetch-'));
  process.env['JC_HOME'] = join(work, 'home');
});
beforeEach(() => {
  dir = join(work, `case${counter++}`);
});
afterAll(() => {
  delete process.env['JC_HOME'];
  rmSync(work, { recursive: true, force: true });
});

interface Entry {
  readonly path: string;
  readonly text?: string;
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';
  readonly link?: string;
}

function archive(entries: readonly Entry[]): Uint8Array {
  const parts: Buffer[] = [];
  for (const { path, text = '', type = 'File', link } of entries) {
    const bytes = Buffer.from(text);
    const block = Buffer.alloc(512);
    new Header({ path, type, size: bytes.length, mode: 0o777, linkpath: link ?? '' }).encode(block);
    // The library shortens what looks dangerous; here it is meant.
    if (!block.subarray(0, 100).toString().startsWith(path.slice(0, 60))) {
      block.fill(0, 0, 100);
      block.write(path, 0, 100);
      block.fill(' ', 148, 156);
      const sum = block.reduce((a, b) => a + b, 0);
      block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
    }
    parts.push(block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

const fetcher = new NodePackageFetcher();

describe('archives', () => {
  it('become a folder, without the top one, without modes', async () => {
    const done = await fetcher.unpack(archive([{ path: 'json-1.0.0/', type: 'Directory' }, { path: 'json-1.0.0/cj.toml', text: 'x' }, { path: 'json-1.0.0/src/a.cj', text: 'y' }, { path: 'json-1.0.0/src/b.cj', type: 'SymbolicLink', link: 'a.cj' }]), dir);
    expect(done).toEqual({ ok: true });
    expect(readFileSync(join(dir, 'src/b.cj'), 'utf8')).toBe('y');
    expect(lstatSync(join(dir, 'cj.toml')).mode & 0o111).toBe(0);
  });

  const refused: readonly [string, readonly Entry[], RegExp][] = [
    ['an absolute path', [{ path: '/etc/evil', text: 'x' }], /absolute/],
    ['a path that leads out', [{ path: 'p/../../evil', text: 'x' }], /leads out/],
    ['a path that leads out at its end', [{ path: 'p/a/..', text: 'x' }], /leads out/],
    ['a link that leads out', [{ path: 'p/l', type: 'SymbolicLink', link: '../../evil' }], /link p\/l leads out/],
    ['an absolute link', [{ path: 'p/l', type: 'SymbolicLink', link: '/etc' }], /link p\/l leads out/],
    ['a file through a link', [{ path: 'p/l', type: 'SymbolicLink', link: 'q' }, { path: 'p/l/evil', text: 'x' }], /through a link/],
    ['a hard link', [{ path: 'p/a', text: 'x' }, { path: 'p/l', type: 'Link', link: 'p/a' }], /is a Link/],
    ['a device', [{ path: 'p/dev', type: 'CharacterDevice' }], /is a CharacterDevice/],
    ['a pipe', [{ path: 'p/pipe', type: 'FIFO' }], /is a FIFO/],
    ['one file twice', [{ path: 'p/a.cj', text: 'x' }, { path: 'p/A.cj', text: 'y' }], /twice/],
    ['a git folder', [{ path: 'p/.git/config', text: 'x' }], /no place/],
    ['two top folders', [{ path: 'p/a', text: 'x' }, { path: 'q/a', text: 'x' }], /2 folders at its top/],
    ['a backslash', [{ path: 'p/a\\..\\b', text: 'x' }], /cannot be kept/],
    ['nothing', [], /no good tar/],
    ['a link through a link', [{ path: 'p/d/l', type: 'SymbolicLink', link: '..' }, { path: 'p/m', type: 'SymbolicLink', link: 'd/l/../evil' }], /through another link/],
  ];
  for (const [what, entries, reason] of refused) {
    it(`are refused with ${what}`, async () => {
      const done = await fetcher.unpack(archive(entries), dir);
      expect(done).toMatchObject({ ok: false, refused: true });
      expect(done.ok ? '' : done.reason).toMatch(reason);
      expect(existsSync(dir)).toBe(false);
      expect(existsSync(join(work, 'evil'))).toBe(false);
    });
  }

  it('are refused where they are no archives', async () => {
    expect(await fetcher.unpack(Buffer.from('hello'), dir)).toMatchObject({ ok: false, refused: true });
    expect(await fetcher.unpack(gzipSync(Buffer.alloc(2000, 1)), dir)).toMatchObject({ ok: false, refused: true });
  });

  it('never write outside, however they are damaged', async () => {
    const good = Buffer.from(archive([{ path: 'p/cj.toml', text: 'x'.repeat(700) }, { path: 'p/l', type: 'SymbolicLink', link: 'cj.toml' }, { path: 'p/d/e', text: 'y' }]));
    const { gunzipSync } = await import('node:zlib');
    const plain = gunzipSync(good);
    const before = readdirSync(work).length;
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = Buffer.from(plain);
      for (const [at, value] of changes) bytes[at] = value;
      await fetcher.unpack(gzipSync(bytes), join(work, 'damaged'));
      rmSync(join(work, 'damaged'), { recursive: true, force: true });
      expect(readdirSync(work).length).toBe(before);
    }), { numRuns: 150 });
  });
});

describe('trees', () => {
  function make(at: string): void {
    mkdirSync(join(at, 'src/deep'), { recursive: true });
    writeFileSync(join(at, 'cj.toml'), '[package]\n');
    writeFileSync(join(at, 'src/deep/a.cj'), 'fn f() { }\n');
    writeFileSync(join(at, 'src/b.cj'), '');
  }

  it('have one digest wherever and whenever they were made', () => {
    const host = new NodePackageHost();
    const [a, b] = [join(dir, 'a'), join(dir, 'b')];
    make(a);
    make(b);
    chmodSync(join(b, 'cj.toml'), 0o755);
    utimesSync(join(b, 'cj.toml'), 1, 1);
    mkdirSync(join(b, '.git'), { recursive: true });
    writeFileSync(join(b, '.git/HEAD'), 'x');
    const first = host.digestTree(a);
    expect(first).toMatchObject({ ok: true, files: 3 });
    expect(host.digestTree(b)).toEqual(first);
    writeFileSync(join(b, 'src/b.cj'), ' ');
    expect(host.digestTree(b)).not.toMatchObject({ checksum: first.ok ? first.checksum : '' });
  });

  it('are digested as docs/packages.md says', () => {
    make(dir);
    const hash = createHash('sha256');
    const field = (text: string): void => {
      const length = Buffer.alloc(8);
      length.writeUInt32LE(Buffer.byteLength(text));
      hash.update(length).update(text);
    };
    field('jc-tree/1');
    for (const [path, text] of [['cj.toml', '[package]\n'], ['src/b.cj', ''], ['src/deep/a.cj', 'fn f() { }\n']]) {
      field('file');
      field(path!);
      field(text!);
    }
    expect(new NodePackageHost().digestTree(dir)).toMatchObject({ checksum: `sha256:${hash.digest('hex')}` });
  });

  it('are not read twice, and a change is seen', () => {
    const host = new NodePackageHost();
    const at = join(host.downloadsDir, 'packages/x');
    make(at);
    const first = host.digestTree(at);
    expect(host.digestTree(at)).toEqual(first);
    writeFileSync(join(at, 'src/b.cj'), 'evil');
    const second = host.digestTree(at);
    expect(second.ok && first.ok && second.checksum !== first.checksum).toBe(true);
  });

  it('with links out of them have none', () => {
    make(dir);
    symlinkSync('/etc', join(dir, 'src/out'));
    expect(new NodePackageHost().digestTree(dir)).toMatchObject({ ok: false });
    rmSync(join(dir, 'src/out'));
    symlinkSync('.', join(dir, 'src/loop'));
    expect(new NodePackageHost().digestTree(dir)).toMatchObject({ ok: true });
  });

  it('are packed into the same bytes, and unpacked into the same tree', async () => {
    const host = new NodePackageHost();
    const [a, b] = [join(dir, 'a'), join(dir, 'b')];
    for (const at of [a, b]) {
      make(at);
      const long = join(at, 'src', 'x'.repeat(60), 'y'.repeat(60));
      mkdirSync(long, { recursive: true });
      writeFileSync(join(long, `${'字'.repeat(20)}.cj`), 'long');
    }
    utimesSync(join(b, 'cj.toml'), 1, 1);
    writeFileSync(join(b, '.hidden'), 'x');
    writeFileSync(join(b, 'cj.lock'), 'x');
    const packed = packPackage(a, 'p-1.0.0');
    expect(Buffer.from(packPackage(b, 'p-1.0.0').archive).equals(Buffer.from(packed.archive))).toBe(true);
    const out = join(dir, 'out');
    expect(await fetcher.unpack(packed.archive, out)).toEqual({ ok: true });
    expect(host.digestTree(out)).toMatchObject({ checksum: packed.checksum, files: 4 });
  });
});

describe('git', () => {
  function git(...args: string[]): string {
    return spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', '-C', dir, ...args], { encoding: 'utf8' }).stdout.trim();
  }

  it('gives the files of a commit, older ones too, and finds commits by name', async () => {
    mkdirSync(dir, { recursive: true });
    git('init', '-q');
    writeFileSync(join(dir, 'a.cj'), 'one');
    git('add', '.');
    git('commit', '-qm', '1');
    git('tag', '-a', 'v1', '-m', 'v1');
    const first = git('rev-parse', 'HEAD');
    writeFileSync(join(dir, 'a.cj'), 'two');
    git('commit', '-qam', '2');
    const second = git('rev-parse', 'HEAD');
    const url = pathToFileURL(dir).href;
    for (const [commit, text] of [[second, 'two'], [first, 'one']] as const) {
      const out = join(work, 'checkouts', commit);
      expect(await fetcher.checkout(url, commit, join(work, 'mirror'), out)).toEqual({ ok: true });
      expect(readdirSync(out)).toEqual(['a.cj']);
      expect(readFileSync(join(out, 'a.cj'), 'utf8')).toBe(text);
    }
    expect(await fetcher.checkout(url, '0'.repeat(40), join(work, 'mirror'), join(work, 'none'))).toMatchObject({ ok: false, refused: false });
    expect(await findCommit(url, 'HEAD')).toEqual({ commit: second });
    expect(await findCommit(url, 'v1')).toEqual({ commit: first });
    expect(await findCommit(url, 'main')).toEqual({ commit: second });
    expect(await findCommit(url, 'nope')).toMatch(/no branch or tag/);
  });

  it('takes no option for an address', async () => {
    const done = await fetcher.checkout('--upload-pack=touch /tmp/evil', '0'.repeat(40), join(work, 'mirror2'), join(work, 'none'));
    expect(done).toMatchObject({ ok: false });
  });
});
