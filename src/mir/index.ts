export * from './mir.ts';
export * from './visit.ts';
export * from './elaborate/index.ts';
export * from './mono/index.ts';
export * from './panic-messages.ts';
