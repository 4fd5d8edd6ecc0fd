import { describe } from './scalar.js';

const isPromise = (x: unknown): x is PromiseLike<unknown> =>
  typeof x === 'object' && x !== null && typeof (x as { then?: unknown }).then === 'function';

/**
 * Calls `fn` and then `leave`, whether `fn` gives a value, throws, or gives a promise, whose end is waited for.
 * @throws TypeError where there is no function: what Python's `with` is followed by is passed here
 */
export function thenLeave<T>(fn: () => T, leave: () => void): T {
  let result: T;
  try {
    if (typeof fn !== 'function') {
      throw new TypeError(`expected a function, as in torch.noGrad(() => net(x)), but got ${describe(fn)}`);
    }
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
