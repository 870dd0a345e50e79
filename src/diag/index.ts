export type { DiagArgs, DiagInput, Diagnostic, Fix, RelatedSpan, Severity, TextEdit } from './model.ts';
export type { MessagePage, MessageText } from './message-page.ts';
export { DiagSink, severityOf } from './sink.ts';
export { MESSAGES } from './codes.gen.ts';
export { renderDiagnostic } from './render-text.ts';
export type { TextStyle } from './render-text.ts';
export { diagnosticJson } from './render-json.ts';
export { fillTemplate, messageOf } from './text.ts';
export type { Language } from './text.ts';
