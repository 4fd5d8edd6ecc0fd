/// <reference lib="dom" preserve="true" />
import type { RemoteFailure } from './failure.js';
import { nodeThreads, startNodeThread } from './node-thread.js';
import type { Answer, Envelope, Order, Report } from './protocol.js';
import { startWebThread, type WebWorker } from './web-thread.js';

/** Where a worker's module lies; in browsers also a function that starts it, which bundlers follow. */
export type WorkerModule = string | URL | (() => WebWorker);

/** A worker, as seen from the loader. */
export interface Thread {
  /** tells it from others in messages */
  readonly name: string;
  post(order: Order, transfer?: readonly ArrayBuffer[]): void;
  /** Whether the program waits for it before it ends. */
  hold(held: boolean): void;
  terminate(): void;
}

export interface ThreadEvents {
  answer(answer: Answer): void;
  /** It has ended by an error that nobody caught. */
  died(failure: RemoteFailure): void;
  /** It has ended for another reason. */
  ended(reason: string): void;
}

/** A thread of some host's, and what it does once it listens. */
export interface Started extends Thread { ready?(lock: string | null): void }

/** What a thread of some host's calls. */
export interface ThreadHooks extends Omit<ThreadEvents, 'answer'> { receive(message: unknown): void }

/** Starts a worker. What is posted to it waits until it listens: a browser would throw it away. */
export function startThread(module: WorkerModule, { answer, died, ended }: ThreadEvents): Thread {
  let waiting: Parameters<Thread['post']>[] | null = [];
  const hooks: ThreadHooks = {
    died,
    ended: (reason) => ended(waiting ? `${reason}; its module has to call serveDataset` : reason),
    receive(message) {
      const report = (message as Envelope<Report> | null)?.sconceLoader;
      if (!report) return;
      if (report.kind !== 'ready') return answer(report);
      thread.ready?.(report.lock);
      for (const order of waiting ?? []) thread.post(...order);
      waiting = null;
    },
  };
  const thread = startOn(module, hooks);
  return {
    name: thread.name,
    post(...order) {
      if (waiting) waiting.push(order);
      else thread.post(...order);
    },
    hold: thread.hold,
    terminate: thread.terminate,
  };
}

function startOn(module: WorkerModule, hooks: ThreadHooks): Started {
  if (!nodeThreads()) return startWebThread(module, hooks);
  if (typeof module === 'function') throw new TypeError('in Node, workerModule is a URL or a path, not a function');
  return startNodeThread(module, hooks);
}
