/** Rules for the names of packages, features and programs. */
import { isModuleName } from '../base/index.ts';

const PACKAGE_NAME = /^\p{XID_Start}[\p{XID_Continue}-]*$/u;
/** First segments of paths that mean something else already. */
const RESERVED: ReadonlySet<string> = new Set(['std', 'tests', 'self', 'super', 'package', 'main', 'lib', 'mod']);

/** Whether a package may have the name: it begins with a letter and goes on with letters, digits, `-` and `_`. */
export function isPackageName(name: string): boolean {
  return PACKAGE_NAME.test(name) && name === name.normalize('NFC') && !RESERVED.has(importNameOf(name)) && isModuleName(importNameOf(name)) && name.length <= 64;
}

/** A name near to `text` that a package may have; null where there is none. */
export function packageNameNear(text: string): string | null {
  const name = text.normalize('NFC').trim().replace(/[^\p{XID_Continue}-]+/gu, '-').replace(/^[^\p{XID_Start}]+/u, '').replace(/-+$/, '').slice(0, 64);
  return isPackageName(name) ? name : null;
}

/** What imports say for a package: `-` cannot be written there. */
export function importNameOf(name: string): string {
  return name.replaceAll('-', '_');
}

export function isFeatureName(name: string): boolean {
  return /^[\p{XID_Continue}][\p{XID_Continue}+.-]*$/u.test(name);
}
