/**
 * What a build says while it works: one event a fact, with fields that people grep and programs read.
 * Consumes: events from the builder. Produces: JSON lines for `--events=FILE`, the flat form for `--verbose`, a Chrome trace for `--profile`.
 * Holds: the sequence number and, for traces, the events so far.
 */
import { randomBytes } from 'node:crypto';

export type EventKind =
  | 'build.start' | 'build.finish' | 'graph.ready' | 'module.dirty' | 'cache.hit' | 'cache.miss' | 'cache.corrupt' | 'cache.upload' | 'remote.batch' | 'remote.circuit'
  | 'compile.start' | 'compile.finish' | 'link.start' | 'link.finish' | 'warning';

export interface BuildEvent {
  readonly v: 1;
  readonly seq: number;
  /** Microseconds since the build began. */
  readonly ts_us: number;
  readonly build_id: string;
  readonly kind: EventKind;
  readonly module?: string;
  readonly duration_us?: number;
  readonly [field: string]: string | number | boolean | undefined;
}

export type EventFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** A reader of events. */
export interface EventSink {
  event(event: BuildEvent): void;
}

export class EventBus {
  readonly buildId = randomBytes(6).toString('hex');
  private readonly sinks: readonly EventSink[];
  private readonly startMs = performance.now();
  private seq = 0;

  constructor(sinks: readonly EventSink[]) {
    this.sinks = sinks;
  }

  /** Whether somebody listens: what only events need is not computed otherwise. */
  get isOn(): boolean {
    return this.sinks.length > 0;
  }

  /** Microseconds since the build began. */
  nowUs(): number {
    return Math.round((performance.now() - this.startMs) * 1000);
  }

  emit(kind: EventKind, fields: EventFields = {}): void {
    if (this.sinks.length === 0) return;
    const event: BuildEvent = { v: 1, seq: this.seq++, ts_us: this.nowUs(), build_id: this.buildId, kind, ...fields };
    for (const sink of this.sinks) sink.event(event);
  }
}

/** `[   0.412] cache.hit module=core/net source=local key=9f3c… duration=3.2ms`. */
export function flatEvent(event: BuildEvent): string {
  let text = `[${(event.ts_us / 1e6).toFixed(3).padStart(8)}] ${event.kind}`;
  for (const [name, value] of Object.entries(event)) {
    if (value === undefined || name === 'v' || name === 'seq' || name === 'ts_us' || name === 'build_id' || name === 'kind') continue;
    if (name === 'duration_us') text += ` duration=${(Number(value) / 1000).toFixed(1)}ms`;
    else text += ` ${name}=${/[\s"]/.test(String(value)) ? JSON.stringify(value) : value}`;
  }
  return text;
}

/** The events of a build as a Chrome trace: a lane for each worker, the build itself in lane 0. */
export class TraceSink implements EventSink {
  private readonly rows: object[] = [];

  event(event: BuildEvent): void {
    if (event.duration_us === undefined) return;
    const lane = typeof event['worker'] === 'number' ? event['worker'] : 0;
    const start = event.ts_us - event.duration_us;
    this.rows.push({ name: event.module ?? event.kind, cat: event.kind, ph: 'X', ts: Math.max(0, start), dur: event.duration_us, pid: 1, tid: lane, args: { kind: event.kind } });
  }

  /** The whole trace, as JSON. */
  text(): string {
    return JSON.stringify({ traceEvents: this.rows, displayTimeUnit: 'ms' });
  }
}
