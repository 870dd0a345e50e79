/**
 * Versions and requirements of packages.
 * A version is a semantic version; a requirement is the least version that serves, written in full or with parts left out (`1.2` is `1.2.0`).
 * Versions that break nobody share a line: `1`, `2`, …, and before 1.0 `0.1`, `0.2`, …. A requirement is met by a version of its line that is not less.
 * Order and syntax are the `semver` library's.
 */
import { compare, parse } from 'semver';

/** A valid semantic version, in its canonical spelling and without build metadata. */
export type Version = string & { readonly __version: unique symbol };

/** Null where the text is no `MAJOR.MINOR.PATCH` with an optional pre-release. */
export function parseVersion(text: string): Version | null {
  if (!/^\d/.test(text)) return null;
  const parsed = parse(text);
  return parsed === null || parsed.build.length > 0 ? null : (parsed.version as Version);
}

/** The least version that a requirement such as `1`, `1.2` or `1.2.3-beta.1` asks for; null where it is none. */
export function parseRequirement(text: string): Version | null {
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(text);
  return parseVersion(parts === null ? text : `${parts[1]!}.${parts[2] ?? '0'}.0`);
}

/** Negative, zero or positive as `a` comes before `b`. */
export function compareVersions(a: Version, b: Version): number {
  return compare(a, b);
}

/** The line of compatible versions: `1`, or `0.3`, or `0.0.7`. */
export function lineOf(version: Version): string {
  const { major, minor, patch } = parse(version)!;
  return major > 0 ? `${major}` : minor > 0 ? `0.${minor}` : `0.0.${patch}`;
}
