export type { FileId, LineColumn, Span } from './source.ts';
export { joinSpans, makeSpan, NO_SPAN, SourceFile, SourceMap } from './source.ts';
export type { Host, ReadFailure, ReadResult } from './host.ts';
