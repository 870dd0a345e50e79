/**
 * File paths as text, without the operating system: what the loader needs to find a module's file.
 * Consumes and produces strings with `/`; a `\` in what a user typed counts as `/`. Holds: nothing.
 */

export function joinPath(folder: string, name: string): string {
  if (folder === '' || folder === '.') return name;
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The folder in which a file stands: `.` for a bare name. */
export function folderOf(path: string): string {
  const flat = path.replaceAll('\\', '/');
  const cut = flat.lastIndexOf('/');
  return cut < 0 ? '.' : cut === 0 ? '/' : flat.slice(0, cut);
}

/** The last part of a path, without trailing slashes. */
export function baseName(path: string): string {
  const flat = path.replaceAll('\\', '/').replace(/\/+$/, '');
  return flat.slice(flat.lastIndexOf('/') + 1);
}

/** The name of a `.cj` file without its ending. */
export function stemOf(name: string): string {
  return name.endsWith('.cj') ? name.slice(0, -3) : name;
}

const IDENTIFIER = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;

/** Whether a file or folder can be named in an import. */
export function isModuleName(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** A package name made of any file or folder name: `hello-world` becomes `hello_world`. */
export function packageNameOf(name: string): string {
  const text = name.normalize('NFC').replace(/[^\p{XID_Continue}]/gu, '_');
  if (text === '' || text === '_') return 'main';
  return isModuleName(text) ? text : `_${text}`;
}

/** The path of `path`, which is written in a file of `folder`, without `.` and with `..` only at its beginning. */
export function resolvePath(folder: string, path: string): string {
  const absolute = path.startsWith('/') || folder.startsWith('/');
  const out: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || !absolute) out.push(part);
  }
  const text = out.join('/');
  return absolute ? `/${text}` : text === '' ? '.' : text;
}

/** How to reach the absolute path `to` from the absolute folder `from`; `.` for the folder itself. */
export function relativePath(from: string, to: string): string {
  const a = from.split('/').filter((part) => part !== '');
  const b = to.split('/').filter((part) => part !== '');
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  const parts = [...a.slice(same).map(() => '..'), ...b.slice(same)];
  return parts.length === 0 ? '.' : parts.join('/');
}

/** Whether the absolute path `path` is `folder` or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
