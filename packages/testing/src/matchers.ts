import { Tensor, tensor, type Nested, type NumberLike } from '@sconce/tensor';
import { expect } from 'vitest';
import { defaultCloseness, difference, hostSnapshot, snapshot, type Closeness, type Expected } from './compare.js';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- must be written as in the interface that it extends
  interface Matchers<T = any> {
    /**
     * The same shape, dtype and values within what the dtype allows (as `torch.testing.assert_close`). Nested arrays
     * are read in the dtype of the tensor at hand. Await it for tensors that are not on the CPU.
     */
    toBeCloseToTensor(
      expected: Tensor | Nested<NumberLike>, closeness?: Partial<Closeness>,
    ): T extends Tensor ? void | Promise<void> : never;
  }
}

interface MatcherResult { readonly pass: boolean; message(): string }

function result(actual: Expected, expected: Expected, closeness: Partial<Closeness>): MatcherResult {
  const found = difference(actual, expected, { ...defaultCloseness(expected.dtype), ...closeness });
  return {
    pass: found === null,
    message: () => (found === null ? 'expected the tensors to differ' : `the tensors differ: ${found}`),
  };
}

function toBeCloseToTensor(
  actual: unknown, expected: Tensor | Nested<NumberLike>, closeness: Partial<Closeness> = {},
): MatcherResult | Promise<MatcherResult> {
  if (!(actual instanceof Tensor)) return { pass: false, message: () => `expected a Tensor, but got ${String(actual)}` };
  const wanted = expected instanceof Tensor ? expected : tensor(expected, { dtype: actual.dtype });
  if (actual.device.type === 'cpu' && wanted.device.type === 'cpu') {
    return result(hostSnapshot(actual), hostSnapshot(wanted), closeness);
  }
  return Promise.all([snapshot(actual), snapshot(wanted)]).then(([a, b]) => result(a, b, closeness));
}

type Equals = (a: unknown, b: unknown) => boolean;

/** Tensors are equal if shape, dtype and all values are. */
function tensorsEqual(this: unknown, a: unknown, b: unknown): boolean | undefined {
  const both = a instanceof Tensor && b instanceof Tensor;
  if (!both) return a instanceof Tensor || b instanceof Tensor ? false : undefined;
  if (a.device.type !== 'cpu' || b.device.type !== 'cpu') return a === b;
  return difference(hostSnapshot(a), hostSnapshot(b), { rtol: 0, atol: 0 }) === null;
}

/** A function whose prototype is a class's: a module that is called as `net(x)`. */
const isCallable = (x: unknown): x is object =>
  typeof x === 'function' && Object.getPrototypeOf(x) !== Function.prototype && !Object.hasOwn(x, 'prototype');

/** Callable modules are functions, which vitest compares by identity; they are equal if class and fields are. */
function callablesEqual(this: { equals: Equals }, a: unknown, b: unknown): boolean | undefined {
  if (!isCallable(a) || !isCallable(b)) return undefined;
  return Object.getPrototypeOf(a) === Object.getPrototypeOf(b) && this.equals({ ...a }, { ...b });
}

/**
 * Gives `expect` `toBeCloseToTensor`, and `toEqual` an understanding of tensors and of callable modules.
 * @example
 * useTensorMatchers();
 * expect(x.exp()).toBeCloseToTensor([1, Math.E]);
 */
export function useTensorMatchers(): void {
  expect.extend({ toBeCloseToTensor });
  expect.addEqualityTesters([tensorsEqual, callablesEqual as (this: unknown, a: unknown, b: unknown) => boolean | undefined]);
}
