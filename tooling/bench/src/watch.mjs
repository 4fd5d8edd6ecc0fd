import { availableParallelism, cpus } from 'node:os';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Above this share of the machine's time, taken by others while every contender rested, the numbers are not to be used. */
const BUSY_SHARE = 0.05;
const SETTLE_MS = 40;
const LISTEN_MS = 20;
/** A core that gives less than this share of the best rate of the run works for somebody else as well. */
const WHOLE_SHARE = 0.85;

/**
 * Watches what else the machine does, while the contenders rest. Processors of a virtual machine may be halves of a core, whose
 * other half serves another machine, or both halves of one: then they are idle as far as this machine can tell, and give half of what
 * they give at other times. So it measures what they give.
 */
export class Watch {
  #busy = 0;
  #total = 0;
  #threads = Array.from({ length: Math.min(2, availableParallelism()) }, startThread);
  #ready = Promise.all(this.#threads.map(answerOf));
  #best = 0;
  #turns = 0;
  #aside = 0;

  /** Rests until threads of the last turn have stopped spinning, which OpenBLAS's do after about 25 ms, and counts. */
  async rest() {
    await setTimeout(SETTLE_MS);
    const before = ticks();
    await setTimeout(LISTEN_MS);
    const after = ticks();
    this.#busy += after.busy - before.busy;
    this.#total += after.total - before.total;
  }

  /** What the slower of two cores gives at this moment: GFLOPS. @param {number} threads 1: one after the other; 2: both at work */
  async rate(threads) {
    await this.#ready;
    const rates = [];
    for (const thread of this.#threads) {
      thread.postMessage('rate');
      const rate = answerOf(thread);
      rates.push(threads === 1 ? await rate : rate);
    }
    const known = await Promise.all(rates);
    this.#best = Math.max(this.#best, ...known);
    return Math.min(...known);
  }

  /** Whether cores that gave so much were whole. @param {number} rate */
  whole(rate) { return rate >= WHOLE_SHARE * this.#best; }

  /** Takes note of turns that were set aside. @param {number} aside @param {number} turns of how many */
  count(aside, turns) {
    this.#aside += aside;
    this.#turns += turns;
  }

  /** Lines to print at the end: what cores gave at best, and whether others took too much. */
  lines() {
    const share = this.#total > 0 ? this.#busy / this.#total : 0;
    return [
      `a core gave ${this.#best.toFixed(0)} GFLOPS at best; ${this.#aside} of ${this.#turns} turns were set aside, for one gave less than ${WHOLE_SHARE * 100}% of it`,
      ...(share <= BUSY_SHARE ? []
        : [`WARNING: while the contenders rested, others took ${(share * 100).toFixed(0)}% of the machine; the times mean little`]),
    ];
  }
}

/** What a thread says next. @param {Worker} thread */
const answerOf = async (thread) => (await once(thread, 'message'))[0];

function startThread() {
  const thread = new Worker(new URL('core.mjs', import.meta.url));
  thread.unref(); // the program ends without being told to
  return thread;
}

function ticks() {
  let busy = 0, total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}
