/** Milliseconds of a sleep, at least and at most. */
const SHORTEST = 0.02, LONGEST = 1;
/** A sleep ends so many milliseconds late. */
const LATE = 0.1;
/** So much of what a wait took is expected of the next one; and so much of what was expected, where that may have been too long. */
const SURE = 0.7;
/** What lasts longer than expected is looked for after each such part of what it lasts longer. */
const PART = 1 / 16;

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
/** what the last two waits let expect, the less of which is slept through, and whether that was not over before the last sleep */
let hopes = [0, 0], sure = 0, early = false;

function turn(): void {
  turning = waiting > 0;
  if (!turning) return;
  const over = performance.now() - since - sure;
  early = over < 0;
  Atomics.wait(clock!, 0, 0, Math.min(LONGEST, Math.max(SHORTEST, early ? -over : over * PART)));
  setImmediate(turn);
}

/**
 * Waits for a result of Dawn's in Node. Dawn looks for results in every turn of the event loop for as long as a promise of it is
 * pending: that takes a core, from the device itself where it is a CPU, and each turn leaves objects that V8 frees by full
 * collections only. So turns are made longer, and nothing is looked for before it is to be expected.
 * @param start asks for the result: Dawn then looks in each turn after what was put into it before, which is the sleep
 */
export async function patiently<T>(start: () => Promise<T>): Promise<T> {
  if (clock === null) return start();
  if (waiting++ === 0) {
    since = performance.now();
    sure = Math.max(0, Math.min(...hopes));
    early = false;
  }
  if (!turning) {
    turning = true;
    setImmediate(turn);
  }
  try {
    return await start();
  } finally {
    const waited = performance.now() - since;
    hopes = [hopes[1], early ? Math.min(sure, waited) * SURE : waited * SURE - LATE];
    waiting--;
  }
}
