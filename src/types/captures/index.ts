export { analyzeCaptures } from './analyze-captures.ts';
