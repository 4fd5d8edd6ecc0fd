import * as torch from '@sconce/tensor';
import type { DType, Tensor } from '@sconce/tensor';
import { expect, test } from 'vitest';
import { wasm } from '../src/index.js';
import { property } from './support/property.js';
import type { Draws } from './support/draws.js';

const { bool, float16, float32, float64, int32, int64, uint8 } = torch;
const every = [bool, uint8, int32, int64, float16, float32, float64] as const;

/** Some of a shape's dimensions; at least one where there is one. */
function dimsOf(r: Draws, shape: readonly number[]): number[] {
  const dims = shape.map((_, d) => d).filter(() => r.chance(0.5));
  return dims.length > 0 || shape.length === 0 ? dims : [r.integer(0, shape.length - 1)];
}

interface Options { rtol?: number; atol?: number; range?: [number, number]; special?: boolean }

function reduction(
  name: string, fn: (x: Tensor, dims: readonly number[]) => Tensor, dtypes: readonly DType[], { rtol = 0, atol = 0, ...options }: Options = {},
): void {
  property(name, 60, (r) => {
    const dtype = r.pick(dtypes), shape = r.shape(), x = r.input(dtype, shape, options), dims = dimsOf(r, shape);
    const exact = !dtype.isFloatingPoint;
    return { run: () => fn(x(), dims), rtol: exact ? 0 : rtol, atol: exact ? 0 : atol, note: [dtype.name, shape, dims] };
  });
}

reduction('sum', (x, dims) => x.sum(dims), every, { rtol: 2e-6, atol: 2e-5 });
reduction('mean', (x, dims) => x.mean(dims), [float32, float64, float16], { rtol: 1e-6, atol: 1e-6 });
reduction('prod', (x, dims) => x.prod(dims[0]), [int32, int64, float32, float64], { rtol: 1e-5, atol: 1e-30, range: [-1.2, 1.3] });
reduction('amax', (x, dims) => x.amax(dims), every, { special: true });
reduction('amin', (x, dims) => x.amin(dims), every, { special: true });
reduction('all', (x, dims) => x.all(dims[0]), every);
reduction('any', (x, dims) => x.any(dims[0]), every);
for (const ord of [0, 1, 2, 3, Infinity, -Infinity]) {
  reduction(`norm of order ${ord}`, (x, dims) => x.norm(ord, dims), [float32, float64], { rtol: 2e-6 });
  reduction(`norm of order ${ord} of special numbers`, (x, dims) => torch.linalg.vectorNorm(x, ord, dims), [float32, float64], { rtol: 2e-6, special: true });
}
for (const [name, fn] of [['variance', torch.var], ['deviation', torch.std]] as const) {
  reduction(name, (x, dims) => fn(x, dims), [float32, float64, float16], { rtol: 2e-6, atol: 1e-12 });
  reduction(`${name} of special numbers`, (x, dims) => fn(x, dims, { correction: 0 }), [float32, float64], { rtol: 2e-6, atol: 1e-12, special: true });
  reduction(`${name} far from 0`, (x, dims) => fn(x.add(1e5), dims), [float32, float64], { rtol: 1e-5, atol: 1e-9 });
}
property('variance and mean', 60, (r) => {
  const x = r.input(r.pick([float32, float64]), r.shape()), dims = dimsOf(r, x().shape), keepdim = r.chance(0.5);
  return { run: () => [...torch.varMean(x(), dims, { keepdim }), ...torch.stdMean(x(), dims, { keepdim })], rtol: 2e-6, atol: 2e-6 };
});

property('sum in another dtype', 30, (r) => {
  const x = r.input(r.pick([bool, uint8, int32, float32]), r.shape(), { range: [0, 200] }), dtype = r.pick([float32, float64, int64, int32]);
  return { run: () => x().sum({ dtype }), rtol: 1e-6, atol: 1e-3 };
});

property('NaN and infinities', 30, (r) => {
  const x = r.input(float32, [r.size(), r.size()], { special: true, range: [-1e30, 1e30] });
  return { run: () => [x().amax(1), x().amin(0), x().max(), x().min(), x().isnan().sum()] };
});

property('sums that are not finite', 30, (r) => {
  const shape = [r.integer(1, 20), r.integer(1, 20)], x = r.input(float32, shape), bad = r.input(bool, shape), value = r.pick([NaN, Infinity, -Infinity, -0]);
  return { run: () => [0, 1].flatMap((d) => [x().maskedFill(bad(), value).sum(d), x().maskedFill(bad(), value).mean(d)]), rtol: 1e-6, atol: 1e-5 };
});

property('columns of many rows', 30, (r) => {
  const shape = [r.pick([31, 32, 33, 64, 65, 200]), r.pick([1, 3, 4, 15, 16, 17, 35])], dtype = r.pick([float32, float64, int64, int32, uint8, bool]);
  const x = r.input(dtype, shape, { range: [0, 3] });
  return { run: () => [x().sum(0), x().any(0), ...(dtype === bool ? [] : [x().amax(0), x().amin(0), x().to(float32).mean(0)])], rtol: 1e-6, note: shape };
});

property('long rows', 6, (r) => {
  const n = r.pick([16383, 32767, 32768, 32769, 50_000, 100_001]), x = r.input(float32, [n], { range: [0, 1] });
  return { run: () => [x().sum(), x().mean(), x().amax(), x().gt(0.5).sum()], rtol: 1e-6, note: n };
});

test('sums of a million float32 keep their digits, in rows and in columns', async () => {
  torch.registerBackend(wasm());
  const x = torch.full([2 ** 21], 0.1), wanted = 2 ** 19 * Math.fround(0.1);
  for (const sums of [x.view(4, -1).sum(1), x.view(-1, 4).sum(0), x.view(2 ** 19, 4).t().sum(1), x.view(2, -1, 2).sum(1).view(4)]) {
    for (const sum of Array.from(sums.hostValues(), Number)) expect(Math.abs(sum / wanted - 1)).toBeLessThan(2e-6);
  }
});
