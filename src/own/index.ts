export { checkMoves } from './moves.ts';
