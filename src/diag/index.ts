export type { DiagArgs, DiagInput, Diagnostic, Fix, RelatedSpan, Severity, TextEdit } from './model.ts';
export type { MessagePage, MessageText } from './message-page.ts';
export { DiagSink, severityOf } from './sink.ts';
export { MESSAGES } from './codes.gen.ts';
