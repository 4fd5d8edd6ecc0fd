/** Milliseconds from which on sleeping pays, as timers are late by one, and the part of the expected time that is slept. */
const WORTH_SLEEPING = 6, SLEPT = 0.75;
/** How much of what is expected comes from the last time. */
const RECENT = 0.3;
const MOST_KNOWN = 256;

/**
 * Asks for results late. In Node, Dawn looks for them in every turn of the event loop for as long as a promise of it is
 * pending: that takes a core and leaves garbage that only a full collection clears. So what took long last time is slept
 * through for the most part. Browsers are told by their GPU process.
 */
export class Patience {
  /** milliseconds, by the number of dispatches waited for */
  private readonly expected = new Map<number, number>();
  private before = 0;

  /** @param dispatches since the start: those since the last time tell a step from a look at a value */
  async wait<T>(dispatches: number, ask: () => Promise<T>): Promise<T> {
    if (typeof setImmediate !== 'function') return ask();
    const work = dispatches - this.before, expected = this.expected.get(work) ?? 0, start = performance.now();
    this.before = dispatches;
    if (expected > WORTH_SLEEPING) await new Promise((resolve) => { setTimeout(resolve, expected * SLEPT); });
    const result = await ask();
    if (this.expected.size > MOST_KNOWN) this.expected.clear();
    this.expected.set(work, expected + (performance.now() - start - expected) * RECENT);
    return result;
  }
}
