import { builtin } from '@sconce/tensor/internal';
import { WORKER_SOURCE } from './worker-source.js';

export interface Thread { terminate(): void }

interface NodeWorker {
  unref(): void;
  terminate(): Promise<number>;
  on(event: 'error' | 'exit', listener: () => void): void;
}
interface NodeThreads { Worker: new (source: string, options: { eval: true; workerData: unknown }) => NodeWorker }

const nodeThreads = (): NodeThreads | undefined => builtin('node:worker_threads');

/** Whether this host can run threads over a shared memory. */
export const canSpawn = (): boolean =>
  nodeThreads() !== undefined || (typeof Worker !== 'undefined' && globalThis.crossOriginIsolated === true);

/** Starts a worker on a memory. It does not keep the program alive; should it end by itself, `ended` is called. */
export function spawn(memory: WebAssembly.Memory, number: number, ended: () => void): Thread {
  const node = nodeThreads();
  if (node) {
    const source = `${WORKER_SOURCE}\nconst { memory, number } = require('node:worker_threads').workerData;\nwork(memory, number);`;
    const worker = new node.Worker(source, { eval: true, workerData: { memory, number } });
    worker.on('error', ended);
    worker.on('exit', ended);
    worker.unref();
    return { terminate: () => void worker.terminate() };
  }
  const source = `${WORKER_SOURCE}\nonmessage = ({ data }) => work(data.memory, data.number);`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onerror = ended;
  worker.postMessage({ memory, number });
  return {
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
