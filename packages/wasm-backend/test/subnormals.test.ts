import * as torch from '@sconce/tensor';
import { expr, runUpdate, updateOp } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { wasm } from '../src/index.js';

const SMALLEST = 2 ** -149, { fround } = Math;

const momentumUpdate = updateOp({
  name: 'momentumUpdate', writes: 2,
  update([x, buffer, g], [lr, momentum]) {
    const velocity = expr.add(expr.mul(momentum, buffer), g);
    return [expr.sub(x, expr.mul(lr, velocity)), velocity];
  },
});

const float32s = (n: number, value: (i: number) => number): Float32Array<ArrayBuffer> => Float32Array.from({ length: n }, (_, i) => value(i));

// 64 elements at a time are computed with an eye on subnormal numbers where some that are looked at are.
const contents: Readonly<Record<string, (i: number) => number>> = {
  'a few multiples of the smallest number': (i) => (i % 12 - 6) * SMALLEST,
  'all orders below the normal numbers': (i) => (i % 2 ? -1 : 1) * 1.37 * 2 ** -(149 - i % 26),
  'where normal numbers begin': (i) => (2 ** 23 + i - 500) * SMALLEST,
  'subnormal and other numbers in turn': (i) => [3 * SMALLEST, 1.5, -1e-40, -0, Infinity, 1e-30, NaN, -3e38, 0, 2e-38][i % 10],
};

test.each(Object.keys(contents))('an update of %s rounds each product as the instruction does', async (content) => {
  torch.registerBackend(wasm());
  const buffer = float32s(1003, contents[content]), x = float32s(1003, (i) => (i % 3 - 1) * SMALLEST), g = float32s(1003, (i) => (i % 5 - 2) * SMALLEST);
  for (const [lr, momentum] of [[0.01, 0.9], [0.5, -0.5], [1, 1], [-0, 0.75], [1e-40, 0.999], [3, 2 ** 30], [Infinity, NaN]]) {
    const rate = fround(lr), factor = fround(momentum);
    const velocity = float32s(1003, (i) => fround(factor * buffer[i]) + g[i]);
    const tensors = [x, buffer, g].map((values) => torch.tensor(values).clone());
    runUpdate(momentumUpdate, tensors, [lr, momentum]);
    expect(await tensors[1].tolist()).toEqual([...velocity]);
    expect(await tensors[0].tolist()).toEqual([...float32s(1003, (i) => x[i] - fround(rate * velocity[i]))]);
  }
});
