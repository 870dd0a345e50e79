export * from './mir.ts';
export * from './visit.ts';
