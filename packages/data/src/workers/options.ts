import { ValueError } from '@sconce/tensor';
import type { WorkerModule } from './thread.js';

export interface WorkerOptions {
  /** threads that fetch batches ahead; default 0: batches are fetched in this one */
  readonly numWorkers?: number | undefined;
  /** the module that each worker loads, which calls `serveDataset`: `new URL('./my-dataset.js', import.meta.url)` */
  readonly workerModule?: WorkerModule | undefined;
  /** what the function given to `serveDataset` is called with; tensors and plain data only */
  readonly workerArgs?: unknown;
  /** how many batches each worker fetches ahead; default 2 */
  readonly prefetchFactor?: number | undefined;
  /** the workers stay between rounds, with their data sets; default false */
  readonly persistentWorkers?: boolean | undefined;
  /** how many seconds a batch may take; default 0: for ever */
  readonly timeout?: number | undefined;
}

/** @throws ValueError for options that make no sense */
export function checkWorkerOptions(options: WorkerOptions): void {
  const { numWorkers = 0, workerModule, prefetchFactor = 2, persistentWorkers = false, timeout = 0 } = options;
  if (!Number.isInteger(numWorkers) || numWorkers < 0) {
    throw new ValueError('num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.');
  }
  if (!(timeout >= 0)) throw new ValueError('timeout option should be non-negative');
  if ((options as { workerInitFn?: unknown }).workerInitFn !== undefined) {
    throw new ValueError('a function cannot be sent to a worker: give workerInitFn to serveDataset, in the worker module');
  }
  if (!Number.isInteger(prefetchFactor) || prefetchFactor < 1) {
    throw new ValueError(`prefetch_factor option should be a positive integer, but got ${String(prefetchFactor)}`);
  }
  if (numWorkers > 0) {
    if (workerModule !== undefined) return;
    throw new ValueError('num_workers=' + numWorkers + ' needs workerModule, the URL of a module that gives the data set ' +
      'to serveDataset: functions and classes cannot be sent to a worker, so each makes its own data set');
  }
  if (prefetchFactor !== 2) {
    throw new ValueError('prefetch_factor option could only be specified in multiprocessing.' +
      'let num_workers > 0 to enable multiprocessing.');
  }
  if (persistentWorkers) throw new ValueError('persistent_workers option needs num_workers > 0');
  if (timeout > 0) throw new ValueError('timeout option needs num_workers > 0');
}
