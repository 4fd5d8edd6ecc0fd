import type { View } from '../backend.js';
import { Layout } from '../layout.js';
import { placements, rearrangements, rolledParts } from '../ops/rearrangements.js';
import { shapeOps } from '../ops/shape.js';
import { padOps, type BorderMode, type BorderPadAttrs } from '../ops/shape-pad.js';
import { patchCounts, patchOps, type PatchAttrs } from '../ops/shape-patches.js';
import { viewBackwardOps } from '../ops/views-backward.js';
import { viewOps } from '../ops/views-records.js';
import { contiguousNumbers, contiguousValues, hostArray, storeRaw } from './host.js';
import { clear, copyTo, positions, rawOutput, rawScalar, relaid, storeWide } from './indexing-support.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

export const shapeKernels = (): readonly KernelEntry[] => [
  ...rearrangements.map(({ op, layout }) => kernelFor(op, ([x], [out], attrs) =>
    storeRaw(out, contiguousValues(relaid(x, layout(x.layout, attrs)))))),
  ...placements.map(({ op, layout }) => kernelFor(op, ([x], [out], attrs) => {
    clear(out);
    copyTo(relaid(out, layout(out.layout, attrs)), x);
  })),
  kernelFor(shapeOps.roll, ([x], [out], attrs) => {
    for (const [from, to] of rolledParts(x.layout, out.layout, attrs)) copyTo(relaid(out, to), relaid(x, from));
  }),
  kernelFor(shapeOps.tril, ([x], [out], { diagonal }) => keepTriangle(x, out, () => 0, (row) => row + diagonal + 1)),
  kernelFor(shapeOps.triu, ([x], [out], { diagonal }) => keepTriangle(x, out, (row) => row + diagonal, () => Infinity)),

  kernelFor(viewBackwardOps.unfold, ([g], [out], attrs) => {
    const sums = new Float64Array(out.layout.numel), values = contiguousNumbers(g);
    // windows overlap: each element is added up
    const at = positions(viewOps.unfold.view(Layout.contiguous(out.layout.shape), attrs));
    for (let i = 0; i < at.length; i++) sums[at[i]] += values[i];
    storeWide(out, sums);
  }),

  kernelFor(padOps.constantPadNd, ([x], [out], { pads, value }) => {
    const tables = padTables(x.layout.shape, pads, (j, n) => (j >= 0 && j < n ? j : -1));
    fromTables(x, out, tables, rawScalar(value, out.dtype));
  }),
  ...(['reflect', 'replicate', 'circular'] as const).flatMap((mode) => padOps[mode].map((op) =>
    kernelFor(op, ([x], [out], attrs) => fromTables(x, out, borderTables(x.layout.shape, attrs))))),
  kernelFor(padOps.borderPadBackward, ([g], [out], attrs) => {
    const sums = new Float64Array(out.layout.numel), values = contiguousNumbers(g);
    let k = 0;
    visit(borderTables(out.layout.shape, attrs), Layout.contiguous(out.layout.shape), (at) => { sums[at] += values[k++]; });
    storeWide(out, sums);
  }),

  kernelFor(patchOps.im2col, ([x], [out], attrs) => {
    clear(out);
    const values = contiguousValues(x), { data, commit } = rawOutput(out);
    eachPatchElement(x.layout.shape[0] * x.layout.shape[1], attrs, (column, pixel) => { data[column] = values[pixel]; });
    commit();
  }),
  kernelFor(patchOps.col2im, ([x], [out], attrs) => {
    const values = contiguousNumbers(x), sums = new Float64Array(out.layout.numel);
    eachPatchElement(out.layout.shape[0] * out.layout.shape[1], attrs, (column, pixel) => { sums[pixel] += values[column]; });
    storeWide(out, sums);
  }),
];

/** Copies `x[tables[0][i], tables[1][j], …]` to element (i, j, …); where an entry is -1, `fill`. */
function fromTables(x: View, out: View, tables: readonly Int32Array[], fill: number | bigint = 0): void {
  const source = hostArray(x), { data, commit } = rawOutput(out);
  let to = 0;
  visit(tables, x.layout, (at) => { data[to++] = at < 0 ? fill : source[at]; });
  commit();
}

/** Calls `fn` with the position that each combination of table entries has in a layout, -1 where an entry is. */
function visit(tables: readonly Int32Array[], { strides, offset }: Layout, fn: (position: number) => void): void {
  const last = tables.length - 1;
  if (last < 0) return fn(offset);
  const go = (d: number, base: number): void => {
    const table = tables[d], step = strides[d];
    for (let i = 0; i < table.length; i++) {
      const at = base < 0 || table[i] < 0 ? -1 : base + table[i] * step;
      if (d === last) fn(at);
      else go(d + 1, at);
    }
  };
  go(0, offset);
}

/** For each index of a padded tensor the one that it shows, by dimension. */
function padTables(
  shape: readonly number[], pads: readonly number[], from: (j: number, n: number) => number,
): Int32Array[] {
  return shape.map((n, d) => {
    const i = 2 * (shape.length - 1 - d);
    const before = pads[i] ?? 0, after = pads[i + 1] ?? 0;
    const padded = i < pads.length;
    return Int32Array.from({ length: n + before + after }, (_, k) => (padded ? from(k - before, n) : k));
  });
}

const BORDERS: Readonly<Record<BorderMode, (j: number, n: number) => number>> = {
  reflect: (j, n) => (j < 0 ? -j : j >= n ? 2 * (n - 1) - j : j),
  replicate: (j, n) => Math.min(Math.max(j, 0), n - 1),
  circular: (j, n) => ((j % n) + n) % n,
};

/** For each index of a tensor padded from its border the one that it shows, by dimension. */
export function borderTables(shape: readonly number[], { pads, mode }: BorderPadAttrs): Int32Array[] {
  if (mode !== 'circular') return padTables(shape, pads, BORDERS[mode]);
  // negative padding crops first; what is left goes round
  const dims = shape.length;
  return shape.map((n, d) => {
    const i = 2 * (dims - 1 - d), before = pads[i] ?? 0, after = pads[i + 1] ?? 0;
    const crop = Math.max(-before, 0), left = n - crop - Math.max(-after, 0);
    return Int32Array.from({ length: n + before + after }, (_, k) => crop + BORDERS.circular(k - Math.max(before, 0), left));
  });
}

/** Copies of each row the elements from … to, and writes zeros for the others. */
function keepTriangle(x: View, out: View, from: (row: number) => number, to: (row: number) => number): void {
  const [rows, columns] = out.layout.shape.slice(-2), source = contiguousValues(x) as Float64Array;
  const { data, commit } = rawOutput(out), target = data as Float64Array, zero = rawScalar(0, out.dtype) as number;
  for (let start = 0, row = 0; start < data.length; start += columns, row = (row + 1) % rows) {
    const first = Math.min(Math.max(from(row), 0), columns), end = Math.min(Math.max(to(row), first), columns);
    target.fill(zero, start, start + first);
    target.set(source.subarray(start + first, start + end), start + first);
    target.fill(zero, start + end, start + columns);
  }
  commit();
}

/** Calls `fn` for each element of the windows that lies inside an image, by its places in columns and in images. */
function eachPatchElement(images: number, attrs: PatchAttrs, fn: (column: number, pixel: number) => void): void {
  const { kernelSize: [kh, kw], dilation: [dh, dw], padding: [ph, pw], stride: [sh, sw], imageSize: [h, w] } = attrs;
  const [rows, columns] = patchCounts(attrs);
  let to = 0;
  for (let image = 0; image < images; image++) {
    for (let a = 0; a < kh; a++) for (let b = 0; b < kw; b++) {
      for (let i = 0; i < rows; i++) {
        const y = i * sh - ph + a * dh;
        for (let j = 0; j < columns; j++, to++) {
          const c = j * sw - pw + b * dw;
          if (y >= 0 && y < h && c >= 0 && c < w) fn(to, (image * h + y) * w + c);
        }
      }
    }
  }
}
