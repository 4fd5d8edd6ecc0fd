import { describeFailure } from './failure.js';
import { WORKER_MARK, type Envelope, type Order } from './protocol.js';
import type { Started, ThreadHooks } from './thread.js';

/** Node's worker_threads, asked for in a way that no bundler follows; undefined in browsers. */
export const nodeThreads = (): typeof import('node:worker_threads') | undefined =>
  globalThis.process?.getBuiltinModule?.('node:worker_threads');

/** Starts a thread of Node's, which does not keep the program alive. */
export function startNodeThread(module: string | URL, { receive, died, ended }: ThreadHooks): Started {
  const { Worker } = nodeThreads()!;
  const worker = new Worker(fileOf(module), { workerData: WORKER_MARK, argv: globalThis.process.argv.slice(2) });
  worker.unref();
  worker.on('message', receive);
  worker.on('messageerror', (error) => died(describeFailure(error)));
  worker.on('error', (error) => died(describeFailure(error)));
  worker.on('exit', (code) => ended(`exit code ${code}`));
  return {
    name: String(worker.threadId),
    post: (order, transfer = []) => worker.postMessage({ sconceLoader: order } satisfies Envelope<Order>, transfer),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** Node takes URLs and paths; a string such as `import.meta.url` would be taken for a path. */
const fileOf = (module: string | URL): string | URL =>
  typeof module === 'string' && /^(file|data):/.test(module) ? new URL(module) : module;
