export { buildMir } from './build-mir.ts';
