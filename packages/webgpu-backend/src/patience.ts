/** Milliseconds from which on sleeping pays, as timers are late by one, and the part of the expected time that is slept. */
const WORTH_SLEEPING = 6, SLEPT = 0.75;
const MOST_KNOWN = 256;

/**
 * Asks for results late. In Node, Dawn looks for them in every turn of the event loop for as long as a promise of it is
 * pending: that takes a core and leaves garbage that only a full collection clears. So what took long the last two times is
 * slept through for the most part. Browsers are told by their GPU process.
 */
export class Patience {
  /** milliseconds that the same work took the last two times */
  private readonly known = new Map<number, readonly [number, number]>();
  /** a number for the dispatches since the last wait: a step of a loop is told from a look at a value */
  private work = 0;

  /** Takes note of a dispatch. */
  add(kernel: number, groups: number): void { this.work = (Math.imul(this.work, 31) + Math.imul(kernel, 65537) + groups) | 0; }

  async wait<T>(ask: () => Promise<T>): Promise<T> {
    if (typeof setImmediate !== 'function') return ask();
    const { work } = this, last = this.known.get(work) ?? [0, 0], expected = Math.min(...last), start = performance.now();
    this.work = 0;
    if (expected > WORTH_SLEEPING) await new Promise((resolve) => { setTimeout(resolve, expected * SLEPT); });
    const result = await ask();
    if (this.known.size > MOST_KNOWN) this.known.clear();
    this.known.set(work, [performance.now() - start, last[0]]);
    return result;
  }
}
