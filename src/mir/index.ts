export * from './mir.ts';
export * from './visit.ts';
export * from './elaborate/index.ts';
export * from './mono/index.ts';
export * from './panic-messages.ts';
export { buildMir } from './build/index.ts';
export { printBody, printOperand, printPlace, printRvalue, printStmt, printTerminator } from './print.ts';
export { verifyBody } from './verify.ts';
