import { RuntimeError } from '@sconce/tensor';
import { describeFailure } from './failure.js';
import { whenUnlocked } from './host.js';
import { WORKER_MARK, type Envelope, type Order } from './protocol.js';
import type { Started, ThreadHooks, WorkerModule } from './thread.js';

/** A browser's `Worker`, as far as it is used. */
export interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(type: string, listener: (event: object) => void): void;
}

/** A module that loads but serves no data set says nothing at all, so there is an end to waiting for it. */
const LOADING_SECONDS = 60;

let count = 0;

/** Starts a worker of a browser's. */
export function startWebThread(module: WorkerModule, { receive, died, ended }: ThreadHooks): Started {
  const worker = typeof module === 'function' ? module() : newWorker(module);
  const loading = setTimeout(() => ended(`it said nothing for ${LOADING_SECONDS} seconds`), LOADING_SECONDS * 1000);
  worker.addEventListener('message', (event) => receive((event as { readonly data: unknown }).data));
  worker.addEventListener('messageerror', () => ended('a message could not be read'));
  worker.addEventListener('error', (event) => {
    const { error, message, filename, lineno } = event as Partial<ErrorEvent>;
    if (error instanceof Error) died(describeFailure(error));
    else if (message) died({ name: 'Error', trace: `${message}\n    at ${filename}:${lineno}` });
    else ended('its module could not be loaded');
  });
  return {
    name: String(++count),
    post: (order, transfer = []) =>
      worker.postMessage({ sconceLoader: order } satisfies Envelope<Order>, [...transfer]),
    // a page waits for nobody
    hold() {},
    ready(lock) {
      clearTimeout(loading);
      if (lock !== null) whenUnlocked(lock, () => ended('it was closed'));
    },
    terminate() {
      clearTimeout(loading);
      worker.terminate();
    },
  };
}

interface ErrorEvent { readonly error: unknown; readonly message: string; readonly filename: string; readonly lineno: number }

function newWorker(url: string | URL): WebWorker {
  const { Worker } = globalThis as { Worker?: new (url: string | URL, options: object) => WebWorker };
  if (!Worker) throw new RuntimeError('this host has no workers: set numWorkers to 0');
  return new Worker(url, { type: 'module', name: WORKER_MARK });
}
