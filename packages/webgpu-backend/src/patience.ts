/** Milliseconds of a sleep: this part of what was waited so far, within limits. */
const PART = 1 / 16, SHORTEST = 0.05, LONGEST = 1;

/** What the thread sleeps on, and nobody ever wakes; null where no sleep is needed (browsers) or none allowed (their windows). */
const clock = ((): Int32Array<SharedArrayBuffer> | null => {
  if (typeof setImmediate !== 'function') return null;
  try {
    const memory = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(memory, 0, 0, 0);
    return memory;
  } catch {
    return null;
  }
})();

/** results that are waited for, since when, and whether another turn is to come */
let waiting = 0, since = 0, turning = false;

function turn(): void {
  turning = waiting > 0;
  if (!turning) return;
  Atomics.wait(clock!, 0, 0, Math.min(LONGEST, Math.max(SHORTEST, (performance.now() - since) * PART)));
  setImmediate(turn);
}

/**
 * Waits for a result of Dawn's in Node. Dawn looks for results in every turn of the event loop for as long as a promise of it is
 * pending: that takes a core, and each turn leaves objects that V8 frees by full collections only. So turns are made longer.
 */
export async function patiently<T>(promise: Promise<T>): Promise<T> {
  if (clock === null) return promise;
  if (waiting++ === 0) since = performance.now();
  if (!turning) {
    turning = true;
    setImmediate(turn);
  }
  try {
    return await promise;
  } finally {
    waiting--;
  }
}
