import fc from 'fast-check';
import { expect, test } from 'vitest';
import { int64sOf, numbersOf } from '../src/words.js';

test('whole numbers become int64 as by BigInt', () => {
  fc.assert(fc.property(fc.array(fc.maxSafeInteger()), (numbers) => {
    expect(int64sOf(numbers)).toEqual(BigInt64Array.from(numbers, BigInt));
  }));
});

test('int64 become the nearest doubles, as by Number', () => {
  fc.assert(fc.property(fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), (values) => {
    expect(numbersOf(BigInt64Array.from(values))).toEqual(Float64Array.from(values, Number));
  }));
  const edges = [2n ** 53n + 1n, 2n ** 53n + 3n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n - 1n, -(2n ** 32n), -1n, 0n];
  expect(numbersOf(BigInt64Array.from(edges))).toEqual(Float64Array.from(edges, Number));
});
