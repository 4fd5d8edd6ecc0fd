import type { View } from '../backend.js';
import { IndexError } from '../errors.js';
import { broadcastShapes, Layout } from '../layout.js';
import { embeddingOps } from '../ops/indexing-embedding.js';
import { indexedShape, indexingOps } from '../ops/indexing-records.js';
import { contiguousNumbers, contiguousValues, hostArray, type NumberArray } from './host.js';
import {
  addressed, as1d, indexValues, outOfBounds, outOfData, outOfSelf, positions, rawCopy, rawOutput, relaid, storeWide, wideValues,
  wrappedIndices, type Wide,
} from './indexing-support.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { inputValues } from './rows.js';
import { int64sOf, wordsOf } from '../words.js';

export const indexingKernels = (): readonly KernelEntry[] => [
  kernelFor(indexingOps.index, ([x, indices], [out], { dims }) => {
    const { before, block, after } = addressed(x.layout, indices, dims);
    const source = hostArray(x), { data, commit } = rawOutput(out);
    let to = 0;
    for (const a of before) {
      for (const b of block) for (let r = 0; r < after.length; r++) data[to++] = source[a + b + after[r]];
    }
    commit();
  }),

  kernelFor(indexingOps.indexPut, ([x, indices, values], [out], { dims, accumulate }) => {
    const { shape } = out.layout;
    const at = addressed(Layout.contiguous(shape), indices, dims);
    const spread = relaid(values, values.layout.broadcastTo(indexedShape(shape, dims, indices.layout.shape.slice(1))));
    if (accumulate) {
      const sums = wideValues(x);
      addAt(sums, at, wideValues(spread));
      storeWide(out, sums);
    } else {
      const { data, commit } = rawCopy(x, out);
      const from = contiguousValues(spread);
      let k = 0;
      for (const a of at.before) {
        for (const b of at.block) for (const r of at.after) data[a + b + r] = from[k++];
      }
      commit();
    }
  }),

  kernelFor(indexingOps.indexSelect, ([x, index], [out], { dim }) => {
    const layout = as1d(x.layout), n = layout.shape[dim], step = layout.strides[dim];
    const rows = indexValues(index, n, dim === 1 ? outOfData(n) : outOfSelf);
    const source = hostArray(x), { data, commit } = rawOutput(out);
    const before = positions(new Layout(layout.shape.slice(0, dim), layout.strides.slice(0, dim), layout.offset));
    const after = positions(new Layout(layout.shape.slice(dim + 1), layout.strides.slice(dim + 1), 0));
    let to = 0;
    for (const a of before) {
      for (let i = 0; i < rows.length; i++) {
        const row = a + rows[i] * step;
        for (let r = 0; r < after.length; r++) data[to++] = source[row + after[r]];
      }
    }
    commit();
  }),

  kernelFor(indexingOps.gather, ([x, index], [out], { dim }) => {
    const layout = as1d(x.layout), n = layout.shape[dim], step = layout.strides[dim];
    const picked = indexValues(index, n, outOfBounds(dim, n));
    const base = positions(new Layout(as1d(index.layout).shape, layout.strides.with(dim, 0), layout.offset));
    const source = hostArray(x), { data, commit } = rawOutput(out);
    for (let i = 0; i < picked.length; i++) data[i] = source[base[i] + picked[i] * step];
    commit();
  }),

  kernelFor(indexingOps.take, ([x, index], [out]) => {
    const source = contiguousValues(x), n = source.length;
    const picked = wrappedIndices(index, n, (value) =>
      new IndexError(`out of range: tried to access index ${value} on a tensor of ${n} elements.`));
    const { data, commit } = rawOutput(out);
    for (let i = 0; i < picked.length; i++) data[i] = source[picked[i]];
    commit();
  }),

  kernelFor(indexingOps.maskedSelect, ([x, mask], [out]) => {
    const shape = broadcastShapes(mask.layout.shape, x.layout.shape);
    const source = contiguousValues(relaid(x, x.layout.broadcastTo(shape)));
    const wanted = contiguousValues(relaid(mask, mask.layout.broadcastTo(shape)));
    const { data, commit } = rawOutput(out);
    for (let i = 0, to = 0; i < source.length; i++) if (wanted[i]) data[to++] = source[i];
    commit();
  }),

  kernelFor(indexingOps.nonzero, ([x], [out]) => nonzero(x, out)),

  kernelFor(indexingOps.embedding, ([weight, indices], [out]) => {
    const [n, width] = weight.layout.shape;
    const rows = indexValues(indices, n, outOfSelf);
    const source = contiguousValues(weight), { data, commit } = rawOutput(out);
    for (let i = 0; i < rows.length; i++) {
      (data as Float32Array).set((source as Float32Array).subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
    }
    commit();
  }),

  kernelFor(indexingOps.embeddingDenseBackward, ([g, indices], [out], { rows, paddingIdx, scaleGradByFreq }) => {
    const picked = indexValues(indices, rows, outOfSelf), width = g.layout.shape.at(-1)!;
    const grads = contiguousNumbers(g), sums = new Float64Array(rows * width);
    const counts = new Float64Array(rows);
    for (let i = 0; i < picked.length; i++) counts[picked[i]]++;
    for (let i = 0; i < picked.length; i++) {
      const row = picked[i];
      if (row === paddingIdx) continue;
      const scale = scaleGradByFreq ? 1 / counts[row] : 1;
      for (let k = 0; k < width; k++) sums[row * width + k] += grads[i * width + k] * scale;
    }
    storeWide(out, sums);
  }),

  kernelFor(embeddingOps.embeddingRenorm, ([weight, indices], [out], { maxNorm, normType }) => {
    const [n, width] = weight.layout.shape;
    const values = wideValues(weight) as Float64Array;
    for (const row of new Set(indexValues(indices, n, outOfSelf))) {
      const norm = normOf(values.subarray(row * width, (row + 1) * width), normType);
      if (norm <= maxNorm) continue;
      const scale = maxNorm / (norm + 1e-7), factor = weight.dtype.name === 'float64' ? scale : Math.fround(scale);
      for (let k = row * width; k < (row + 1) * width; k++) values[k] *= factor;
    }
    storeWide(out, values);
  }),

  kernelFor(indexingOps.searchsorted, ([sequences, values, order], [out], { right }) => {
    const length = sequences.layout.shape.at(-1)!, sorted = inputValues(sequences), wanted = inputValues(values);
    const rank = order && contiguousNumbers(order);
    const rows = sequences.layout.shape.length === 1 ? 1 : sorted.length / Math.max(length, 1);
    const perRow = rows === 0 ? 0 : wanted.length / rows;
    const result = new Float64Array(wanted.length);
    for (let i = 0; i < wanted.length; i++) {
      // JavaScript compares bigints with numbers exactly
      result[i] = insertion(sorted as NumberArray, rank, Math.floor(i / perRow) * length, length, wanted[i] as number, right);
    }
    storeWide(out, out.dtype.name === 'int64' ? int64sOf(result) : result);
  }),
];

function normOf(values: Float64Array, p: number): number {
  if (p === Infinity) return values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return values.reduce((sum, v) => sum + Math.abs(v) ** p, 0) ** (1 / p);
}

/** Adds values in order to what they address; bigints to bigints, numbers to numbers. */
function addAt(sums: Wide, { before, block, after }: ReturnType<typeof addressed>, values: Wide): void {
  const to = sums as Float64Array, from = values as Float64Array;
  let k = 0;
  for (const a of before) for (const b of block) for (let r = 0; r < after.length; r++) to[a + b + after[r]] += from[k++];
}

function nonzero(x: View, out: View): void {
  const { shape } = x.layout, values = contiguousNumbers(x), dims = shape.length, width = shape[dims - 1] ?? 1;
  const { data, commit } = rawOutput(out), halves = wordsOf(data as BigInt64Array), index = new Array<number>(dims).fill(0);
  let to = 0;
  for (let row = 0; row < values.length; row += width) {
    for (let i = 0; i < width; i++) {
      if (values[row + i] === 0) continue;
      index[dims - 1] = i;
      for (let d = 0; d < dims; d++) {
        halves[to++] = index[d];
        halves[to++] = 0;
      }
    }
    for (let d = dims - 2; d >= 0; d--) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  commit();
}

/** How many of the sorted elements of a row come before a value, or also equal it (`right`). NaN sorts last. @param rank their order */
function insertion(row: NumberArray, rank: NumberArray | undefined, start: number, length: number, value: number, right: boolean): number {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1, x = row[start + (rank ? rank[start + middle] : middle)];
    if (right ? !(x > value) : !(x >= value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
