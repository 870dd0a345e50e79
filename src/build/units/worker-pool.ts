/**
 * Worker threads that make interfaces and units. Each holds std and the interfaces it has been told, so requests carry only what is new to it.
 * Consumes: lists of work, the most laborious first. Produces: outcomes in any order. Holds: the threads, started when there is something to do.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { MadeInterface, UnitBatch, UnitJob, UnitOutcome, WorkerConfig } from './unit-worker.ts';

export type WorkerRequest =
  | { readonly id: number; readonly kind: 'interfaces'; readonly items: readonly { readonly index: number; readonly text: string }[]; readonly views: readonly string[] }
  | { readonly id: number; readonly kind: 'compile'; readonly batch: UnitBatch };

export type WorkerReply =
  | { readonly id: number; readonly kind: 'interfaces'; readonly made: readonly MadeInterface[] }
  | { readonly id: number; readonly kind: 'compile'; readonly outcomes: readonly UnitOutcome[] }
  | { readonly id: number; readonly kind: 'fault'; readonly message: string };

interface Thread {
  readonly number: number;
  readonly worker: Worker;
  readonly told: Set<number>;
  knowsStd: boolean;
}

const INTERFACES_A_TURN = 64;
/** Source text that one request for units may hold: enough to pay for starting a C compiler, little enough to keep all threads busy to the end. */
const TEXT_A_TURN = 60_000;

export class WorkerPool {
  private readonly threads: Thread[] = [];
  private readonly config: WorkerConfig;
  private readonly entry: string;
  private readonly count: number;
  private nextId = 0;

  /** `entry`: the file of the threads' program. */
  constructor(entry: string, config: WorkerConfig, count: number) {
    this.entry = entry;
    this.config = config;
    this.count = count;
  }

  private start(): readonly Thread[] {
    // `jc build` starts without the optimising compiler.
    setFlagsFromString('--opt');
    while (this.threads.length < this.count) {
      const worker = new Worker(this.entry, { workerData: this.config, resourceLimits: { stackSizeMb: 64, maxYoungGenerationSizeMb: 64 } });
      worker.unref();
      this.threads.push({ number: this.threads.length + 1, worker, told: new Set(), knowsStd: false });
    }
    return this.threads;
  }

  private ask(thread: Thread, request: (id: number) => WorkerRequest): Promise<WorkerReply> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const { worker } = thread;
      const onMessage = (reply: WorkerReply): void => {
        if (reply.id !== id) return;
        done();
        if (reply.kind === 'fault') reject(new Error(reply.message));
        else resolve(reply);
      };
      const onError = (error: Error): void => {
        done();
        reject(error);
      };
      const onExit = (code: number): void => {
        done();
        reject(new Error(`a worker ended with ${code}`));
      };
      const done = (): void => {
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
      };
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage(request(id));
    });
  }

  /** Lets every thread take the next piece of work when it has done one. */
  private async share<W>(work: W[], run: (thread: Thread, item: W) => Promise<void>): Promise<void> {
    await Promise.all(this.start().map(async (thread) => {
      for (let item = work.shift(); item !== undefined; item = work.shift()) await run(thread, item);
    }));
  }

  async interfaces(items: readonly { readonly index: number; readonly text: string }[], views: readonly string[]): Promise<readonly MadeInterface[]> {
    const turns: (typeof items)[] = [];
    for (let i = 0; i < items.length; i += INTERFACES_A_TURN) turns.push(items.slice(i, i + INTERFACES_A_TURN));
    const out: MadeInterface[] = [];
    await this.share(turns, async (thread, turn) => {
      const reply = await this.ask(thread, (id) => ({ id, kind: 'interfaces', items: turn, views }));
      if (reply.kind === 'interfaces') out.push(...reply.made);
    });
    return out;
  }

  /** `onDone` is told of each unit as it is finished, with the number of the thread. */
  async compile(jobs: readonly UnitJob[], interfaces: ReadonlyMap<number, string>, sources: readonly string[], stdUnit: UnitBatch['stdUnit'], views: readonly string[], onDone: (outcome: UnitOutcome, worker: number) => void): Promise<void> {
    const turns: UnitJob[][] = [];
    let size = Infinity;
    const cap = Math.min(TEXT_A_TURN, Math.ceil(jobs.reduce((sum, job) => sum + job.text.length, 0) / (this.count * 4)));
    for (const job of jobs) {
      if (size > cap) {
        turns.push([]);
        size = 0;
      }
      turns.at(-1)!.push(job);
      size += job.text.length;
    }
    await this.share(turns, async (thread, turn) => {
      const fresh = new Set<number>();
      for (const job of turn) for (const index of job.visible) if (!thread.told.has(index)) fresh.add(index);
      for (const index of fresh) thread.told.add(index);
      const batch: UnitBatch = {
        jobs: turn, sources, views, stdUnit: thread.knowsStd ? null : stdUnit,
        interfaces: [...fresh].map((index) => ({ index, text: interfaces.get(index)! })),
      };
      thread.knowsStd = true;
      const reply = await this.ask(thread, (id) => ({ id, kind: 'compile', batch }));
      if (reply.kind === 'compile') for (const outcome of reply.outcomes) onDone(outcome, thread.number);
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.worker.terminate()));
    this.threads.length = 0;
  }
}
