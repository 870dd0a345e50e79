/**
 * Asks the exhaustiveness check about every match of a body, and about patterns that have to match always.
 */
import type * as tree from '../tree.ts';
import type { BodyCx } from './body-cx.ts';

export function checkMatches(cx: BodyCx, body: tree.FnBody): void {
  void cx;
  void body;
}
