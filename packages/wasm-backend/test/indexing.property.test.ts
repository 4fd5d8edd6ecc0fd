import * as torch from '@sconce/tensor';
import { addAtIndices, atIndices, embedding, embeddingDenseBackward, putAtIndices } from '@sconce/tensor/internal';
import { property } from './support/property.js';
import type { Draws, Make } from './support/draws.js';

const { bool, float16, float32, float64, int32, int64, uint8 } = torch;
const every = [bool, uint8, int32, int64, float16, float32, float64] as const;
const close = { rtol: 1e-6, atol: 1e-5 };

/** Indices into a dimension; now and then one that is out of range. */
const indices = (r: Draws, shape: readonly number[], n: number, { wrap = false, dtype = int64 } = {}): Make => {
  const stray = r.chance(0.05) ? 1 : 0;
  return r.input(dtype, shape, { range: [wrap ? -n - stray : 0, n + stray] });
};

function place(r: Draws): { shape: number[]; dim: number; n: number; count: number } {
  const shape = r.shape(r.integer(1, 4)), dim = r.integer(0, shape.length - 1);
  return { shape, dim, n: shape[dim], count: r.size(20) };
}

property('indexSelect', 60, (r) => {
  const { shape, dim, n, count } = place(r), x = r.input(r.pick(every), shape), index = indices(r, [count], n, { dtype: r.pick([int32, int64]) });
  return { run: () => x().indexSelect(dim, index()), note: [shape, dim, count] };
});

property('take', 30, (r) => {
  const shape = r.shape(), n = shape.reduce((a, b) => a * b, 1), x = r.input(r.pick(every), shape), index = indices(r, r.shape(2), n, { wrap: true });
  return { run: () => x().take(index()), note: shape };
});

property('gather', 60, (r) => {
  const { shape, dim, n, count } = place(r), sizes = shape.with(dim, count).map((s, d) => (d === dim || r.chance(0.9) ? s : r.integer(0, s)));
  const x = r.input(r.pick(every), shape), index = indices(r, sizes, n);
  return { run: () => x().gather(dim, index()), note: [shape, dim, sizes] };
});

property('gather and scatterAdd by expanded indices', 60, (r) => {
  const { shape, dim, n, count } = place(r), sizes = shape.with(dim, count), dtype = r.pick([float32, float64, int64]), x = r.input(dtype, shape), src = r.input(dtype, sizes);
  const once = sizes.map((s, d) => (d !== dim && r.chance(0.6) && s > 0 ? 1 : s)), index = indices(r, once, n), expanded = (): torch.Tensor => index().expand(sizes);
  return { run: () => [x().gather(dim, expanded()), x().scatterAdd(dim, expanded(), src())], ...close, note: [shape, dim, sizes, once] };
});

property('scatter', 60, (r) => {
  const { shape, dim, n, count } = place(r), sizes = shape.with(dim, Math.min(count, n)), dtype = r.pick(every), value = r.pick([0, 1, -2, 0.5]);
  // each place once, so that the order does not matter
  const order = r.input(float32, shape), x = r.input(dtype, shape), src = r.input(dtype, sizes), whole = Number.isInteger(value) || dtype.isFloatingPoint;
  const index = (): torch.Tensor => order().argsort(dim).narrow(dim, 0, sizes[dim]);
  return { run: () => [x().scatter(dim, index(), src()), x().scatter(dim, index(), whole ? value : 1)], note: [dtype.name, shape, dim, sizes, value] };
});

property('scatterAdd', 60, (r) => {
  const { shape, dim, n, count } = place(r), sizes = shape.with(dim, count), dtype = r.pick([float32, float64, int64]);
  const x = r.input(dtype, shape), index = indices(r, sizes, n), src = r.input(dtype, sizes);
  return { run: () => [x().scatterAdd(dim, index(), src()), x().clone().scatterAdd_(dim, index(), src())], ...close, note: [shape, dim, sizes] };
});

property('indexAdd, indexCopy and indexFill', 60, (r) => {
  const { shape, dim, n, count } = place(r), sizes = shape.with(dim, count), dtype = r.pick([float32, float64, int32]);
  const x = r.input(dtype, shape), index = indices(r, [count], n), source = r.input(dtype, sizes), alpha = r.chance(0.5) ? 1 : 3;
  const once = r.input(float32, [n]);
  return {
    run: () => [
      x().indexAdd(dim, index(), source(), { alpha }), x().indexFill(dim, index(), 2),
      x().indexCopy(dim, once().argsort(0).narrow(0, 0, Math.min(n, count)), source().narrow(dim, 0, Math.min(n, count))),
    ],
    ...close, note: [dtype.name, shape, dim, count, alpha],
  };
});

property('embedding and its gradient', 60, (r) => {
  const rows = r.integer(1, 20), width = r.size(40, 0), dtype = r.pick([float32, float64]), index = indices(r, r.shape(r.integer(1, 2)), rows);
  const weight = r.input(dtype, [rows, width]), paddingIdx = r.chance(0.3) ? r.integer(0, rows - 1) : -1, byFrequency = r.chance(0.2);
  return {
    run: () => {
      const y = embedding(index(), weight());
      return [y, embeddingDenseBackward(y.mul(2), index(), rows, paddingIdx, byFrequency)];
    },
    ...close, note: [rows, width, paddingIdx],
  };
});

property('indices in several dimensions', 80, (r) => {
  const shape = r.shape(r.integer(1, 4)), dims = shape.map((_, d) => d).filter(() => r.chance(0.5)), dtype = r.pick([uint8, float32, int64]);
  if (dims.length === 0) dims.push(r.integer(0, shape.length - 1));
  const block = r.shape(r.integer(1, 2)), x = r.input(dtype, shape), list = dims.map((d) => indices(r, block, shape[d], { wrap: true }));
  const value = r.input(dtype, []), at = (): torch.Tensor => torch.stack(list.map((make) => make()));
  return {
    run: () => {
      const y = x().clone(), z = x().clone();
      return [atIndices(x(), at(), dims), putAtIndices(y, at(), value(), dims), dtype === float32 ? addAtIndices(z, at(), value(), dims) : y];
    },
    ...close, note: [shape, dims, block],
  };
});

property('rows of values written by indices', 40, (r) => {
  const n = r.integer(2, 12), count = r.integer(1, n), width = r.size(20, 0), dtype = r.pick([uint8, float32, int64, float64]);
  const x = r.input(dtype, [n, width]), values = r.input(dtype, r.pick([[count, width], [width], [1, width]])), order = r.input(float32, [n]);
  return { run: () => putAtIndices(x().clone(), order().argsort(0).narrow(0, 0, count).unsqueeze(0), values(), [0]), note: [dtype.name, n, count, width] };
});
