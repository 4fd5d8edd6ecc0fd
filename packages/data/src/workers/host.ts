import { nodeThreads } from './node-thread.js';
import { WORKER_MARK, type Envelope, type Order, type Report } from './protocol.js';

/** The other end of a worker, as seen from inside. */
export interface Host {
  post(report: Report, transfer?: readonly ArrayBuffer[]): void;
  listen(obey: (order: Order) => void): void;
  /** Takes a lock for as long as the worker lives; null where there are none, and none are needed. */
  lock(): Promise<string | null>;
}

interface Locks { request(name: string, hold: () => Promise<never> | void): Promise<unknown> }

/** What is there in a browser's worker. */
interface WorkerScope {
  readonly DedicatedWorkerGlobalScope?: unknown;
  readonly name?: string;
  readonly navigator?: { readonly locks?: Locks };
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Whether this thread was started by a loader. */
export function isLoaderWorker(): boolean {
  const node = nodeThreads();
  return node ? node.workerData === WORKER_MARK : scope.name === WORKER_MARK;
}

/** The way to the loader, in a thread that may be its worker; null in any other. */
export function workerHost(): Host | null {
  const node = nodeThreads();
  if (node) {
    if (!isLoaderWorker()) return null;
    const port = node.parentPort!;
    return {
      post: (report, transfer = []) => port.postMessage({ sconceLoader: report } satisfies Envelope<Report>, transfer),
      listen: (obey) => port.on('message', (message) => open(message, obey)),
      lock: () => Promise.resolve(null),
    };
  }
  if (!scope.DedicatedWorkerGlobalScope) return null;
  return {
    post: (report, transfer = []) => scope.postMessage({ sconceLoader: report } satisfies Envelope<Report>, transfer),
    listen: (obey) => scope.addEventListener('message', ({ data }) => open(data, obey)),
    lock: () => holdLock(scope.navigator?.locks),
  };
}

function open(message: unknown, obey: (order: Order) => void): void {
  const order = (message as Envelope<Order> | null)?.sconceLoader;
  if (order) obey(order);
}

/** Browsers say nothing when a worker ends; but whoever waits for its lock then gets it. */
function holdLock(locks: Locks | undefined): Promise<string | null> {
  if (!locks) return Promise.resolve(null);
  const name = `${WORKER_MARK} ${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    locks.request(name, () => {
      resolve(name);
      return new Promise<never>(() => {});
    }).catch(() => resolve(null));
  });
}

/** Calls `fn` once whoever holds a lock has ended. */
export function whenUnlocked(name: string, fn: () => void): void {
  scope.navigator?.locks?.request(name, fn).catch(() => {});
}
