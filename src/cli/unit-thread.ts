/** The program of a worker thread of `jc build`: answers requests of the pool with one UnitWorker. */
import { parentPort, workerData } from 'node:worker_threads';
import { UnitWorker } from '../build/index.ts';
import type { WorkerConfig, WorkerReply, WorkerRequest } from '../build/index.ts';
import { NodeHost } from '../host/index.ts';

const worker = new UnitWorker(workerData as WorkerConfig, new NodeHost());

function answer(request: WorkerRequest): WorkerReply {
  const { id } = request;
  try {
    if (request.kind === 'interfaces') return { id, kind: 'interfaces', made: worker.makeInterfaces(request.items, request.views) };
    return { id, kind: 'compile', outcomes: worker.compile(request.batch) };
  } catch (error) {
    return { id, kind: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (request: WorkerRequest) => parentPort!.postMessage(answer(request)));
