const isPromise = (x: unknown): x is PromiseLike<unknown> =>
  typeof x === 'object' && x !== null && typeof (x as { then?: unknown }).then === 'function';

/** Calls `fn` and then `leave`, whether `fn` gives a value, throws, or gives a promise, whose end is waited for. */
export function thenLeave<T>(fn: () => T, leave: () => void): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    leave();
    throw error;
  }
  if (!isPromise(result)) {
    leave();
    return result;
  }
  return result.then(
    (value) => { leave(); return value; },
    (error: unknown) => { leave(); throw error; }) as T;
}
