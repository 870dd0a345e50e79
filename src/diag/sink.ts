/**
 * Collects diagnostics in the order in which the phases find them; what belongs together but is found apart (a file's mistakes, although its
 * bodies are parsed late) has a place that was opened for it.
 * Holds: the list, the place of each member, and the (code, span) pairs already said, so that nothing is said twice.
 */
import type { DiagInput, Diagnostic, Severity } from './model.ts';
import { MESSAGES } from './codes.gen.ts';
import { bug } from '../base/index.ts';
import type { FileId } from '../source/index.ts';

/** Where in the list of a sink something belongs. */
export type Place = number & { readonly __place: unique symbol };

export class DiagSink {
  readonly all: Diagnostic[] = [];
  /** Never falls. */
  private readonly places: Place[] = [];
  private next = 1 as Place;
  private here = 0 as Place;
  private readonly said = new Set<string>();
  private errors = 0;
  private readonly foreign = new Set<FileId>();

  /** Warnings in this file are not the user's business: it belongs to a package from elsewhere. */
  ignoreWarningsIn(file: FileId): void {
    this.foreign.add(file);
  }

  /** Opens places behind everything reported so far, and returns the first: the others follow it, one by one. */
  openPlaces(count = 1): Place {
    const first = this.next;
    this.next = (first + count + 1) as Place;
    this.here = (first + count) as Place;
    return first;
  }

  /** What is reported meanwhile goes to the end of a place. */
  within<T>(place: Place, work: () => T): T {
    const outer = this.here;
    this.here = place;
    try {
      return work();
    } finally {
      this.here = outer;
    }
  }

  /** Reports at the end of the current place. */
  report(input: DiagInput): void {
    const diagnostic = this.admit(input);
    if (diagnostic !== null) this.insert(diagnostic, this.here, () => false);
  }

  /** Reports in a place, behind what stands there at or before the same offset. */
  reportByOffset(place: Place, input: DiagInput): void {
    const diagnostic = this.admit(input);
    if (diagnostic !== null) this.insert(diagnostic, place, (other) => other.span.lo > diagnostic.span.lo);
  }

  private insert(diagnostic: Diagnostic, place: Place, isBehind: (other: Diagnostic) => boolean): void {
    const { all, places } = this;
    let at = all.length;
    while (at > 0 && (places[at - 1]! > place || (places[at - 1] === place && isBehind(all[at - 1]!)))) at--;
    all.splice(at, 0, diagnostic);
    places.splice(at, 0, place);
  }

  /** The whole diagnostic; null where it is not to be said, or has been. */
  private admit(input: DiagInput): Diagnostic | null {
    const message = MESSAGES[input.code];
    if (message === undefined) bug(`diagnostic ${input.code} has no page in messages/`);
    if (message.severity === 'warning' && this.foreign.has(input.span.file)) return null;
    const key = `${input.code}:${input.span.file}:${input.span.lo}:${input.span.hi}`;
    if (this.said.has(key)) return null;
    this.said.add(key);
    if (message.severity === 'error') this.errors++;
    return {
      code: input.code,
      span: input.span,
      args: input.args ?? {},
      label: input.label,
      related: input.related ?? [],
      help: input.help ?? [],
      fixes: input.fixes ?? [],
    };
  }

  get errorCount(): number {
    return this.errors;
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }
}

export function severityOf(code: string): Severity {
  return MESSAGES[code]?.severity ?? bug(`diagnostic ${code} has no page in messages/`);
}
