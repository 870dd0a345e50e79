export { optimize, optimizeLittle } from './optimize.ts';
