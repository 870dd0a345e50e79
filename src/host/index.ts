export { MAX_SOURCE_BYTES, NodeHost } from './node-host.ts';
