export { checkMatch, refutedBy } from './check-match.ts';
export type { MatchArm, MatchResult } from './check-match.ts';
export { reportMatch, reportRefutable } from './report.ts';
