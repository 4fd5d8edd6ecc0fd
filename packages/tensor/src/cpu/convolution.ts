import type { View } from '../backend.js';
import { convolutionOps, type ConvolutionGeometry } from '../ops/convolution.js';
import { contiguousNumbers, outputNumbers, type NumberArray } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { product } from '../layout.js';

/**
 * A convolution leads from a "big" side to a "small" one, a transposed one back. Element (tap, position) of the matrix
 * that im2col would build lies in the zero-padded big side at `taps[tap] + positions[position]`, so it is never built:
 * output, input gradient and weight gradient are products of matrices that are read and written through such tables.
 */
interface Plan {
  readonly batch: number;
  readonly groups: number;
  /** channels of a group */
  readonly big: number;
  readonly small: number;
  /** elements of a channel */
  readonly bigArea: number;
  readonly smallArea: number;
  /** spatial sizes of the big side, and with its padding, as three dimensions */
  readonly sizes: readonly number[];
  readonly padded: readonly number[];
  readonly padding: readonly number[];
  readonly taps: Int32Array;
  readonly positions: Int32Array;
}

const three = (list: readonly number[], fill: number): number[] =>
  [...new Array<number>(3 - list.length).fill(fill), ...list];

function planOf(
  big: readonly number[], small: readonly number[], weight: readonly number[], g: ConvolutionGeometry,
): Plan {
  const sizes = three(big.slice(2), 1), kernel = three(weight.slice(2), 1), steps = three(small.slice(2), 1);
  const padding = three(g.padding, 0), stride = three(g.stride, 1), dilation = three(g.dilation, 1);
  const padded = sizes.map((n, i) => n + 2 * padding[i]);
  const strides = [padded[1] * padded[2], padded[2], 1];
  const channels = weight[1];
  const step = (by: readonly number[]): number[] => strides.map((s, i) => s * by[i]);
  return {
    batch: big[0], groups: g.groups, big: channels, small: weight[0] / g.groups, sizes, padded, padding,
    bigArea: product(sizes), smallArea: product(steps),
    taps: offsets([channels, ...kernel], [product(padded), ...step(dilation)]),
    positions: offsets(steps, step(stride)),
  };
}

/** The offsets of all elements of a shape, in order. */
function offsets(shape: readonly number[], strides: readonly number[]): Int32Array {
  let list = Int32Array.of(0);
  for (let d = 0; d < shape.length; d++) {
    const next = new Int32Array(list.length * shape[d]);
    for (let i = 0, at = 0; i < list.length; i++) for (let k = 0; k < shape[d]; k++) next[at++] = list[i] + k * strides[d];
    list = next;
  }
  return list;
}

/** 0, step, 2 · step, … */
const range = (n: number, step: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i * step);

/** Vectors of k numbers: element p of vector v is `data[start + vectors[v] + steps[p]]`. */
interface Vectors {
  readonly data: NumberArray;
  readonly start: number;
  readonly vectors: Int32Array;
  readonly steps: Int32Array;
}

const TILE = 4;

/** Copies vectors into panels of four, in the order in which a tile reads them; a last panel is filled with zeros. */
function pack(panels: Float64Array, { data, start, vectors, steps }: Vectors, first: number, count: number): void {
  const k = steps.length;
  for (let v = 0, panel = 0; v < count; v += TILE, panel += TILE * k) {
    for (let t = 0; t < TILE; t++) {
      let to = panel + t;
      if (v + t < count) {
        const from = start + vectors[first + v + t];
        for (let p = 0; p < k; p++, to += TILE) panels[to] = data[from + steps[p]];
      } else for (let p = 0; p < k; p++, to += TILE) panels[to] = 0;
    }
  }
}

function packed(vectors: Vectors): Float64Array {
  const count = vectors.vectors.length;
  const panels = new Float64Array(Math.ceil(count / TILE) * TILE * vectors.steps.length);
  pack(panels, vectors, 0, count);
  return panels;
}

/** out[rows[i] + columns[j]] += Σp left[i][p] · right[j][p], four by four; `left` is packed. */
function multiply(left: Float64Array, right: Vectors, out: Float64Array, rows: Int32Array, columns: Int32Array): void {
  const k = right.steps.length, m = rows.length, n = columns.length;
  const B = new Float64Array(TILE * k);
  for (let j = 0; j < n; j += TILE) {
    const width = Math.min(TILE, n - j);
    pack(B, right, j, width);
    for (let i = 0, panel = 0; i < m; i += TILE, panel += TILE * k) {
      let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
      let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
      const end = panel + TILE * k;
      for (let p = panel, q = 0; p < end; p += TILE, q += TILE) {
        const b0 = B[q], b1 = B[q + 1], b2 = B[q + 2], b3 = B[q + 3];
        let a = left[p];
        c00 += a * b0; c01 += a * b1; c02 += a * b2; c03 += a * b3;
        a = left[p + 1];
        c10 += a * b0; c11 += a * b1; c12 += a * b2; c13 += a * b3;
        a = left[p + 2];
        c20 += a * b0; c21 += a * b1; c22 += a * b2; c23 += a * b3;
        a = left[p + 3];
        c30 += a * b0; c31 += a * b1; c32 += a * b2; c33 += a * b3;
      }
      add(out, rows[i], columns, j, width, c00, c01, c02, c03);
      if (i + 1 < m) add(out, rows[i + 1], columns, j, width, c10, c11, c12, c13);
      if (i + 2 < m) add(out, rows[i + 2], columns, j, width, c20, c21, c22, c23);
      if (i + 3 < m) add(out, rows[i + 3], columns, j, width, c30, c31, c32, c33);
    }
  }
}

function add(
  out: Float64Array, row: number, columns: Int32Array, j: number, width: number, c0: number, c1: number, c2: number, c3: number,
): void {
  out[row + columns[j]] += c0;
  if (width > 1) out[row + columns[j + 1]] += c1;
  if (width > 2) out[row + columns[j + 2]] += c2;
  if (width > 3) out[row + columns[j + 3]] += c3;
}

/** Calls `fn` with where each row of the big side begins, in its channels and in their padded copy. */
function forEachRow({ big, sizes, padded, padding }: Plan, fn: (at: number, inPadded: number) => void): void {
  const [depth, height, width] = sizes;
  for (let c = 0, at = 0; c < big; c++) {
    for (let d = 0; d < depth; d++) {
      let to = ((c * padded[0] + d + padding[0]) * padded[1] + padding[1]) * padded[2] + padding[2];
      for (let h = 0; h < height; h++, at += width, to += padded[2]) fn(at, to);
    }
  }
}

/** Copies a group's channels of one sample into their padded form, whose border stays zero. */
function pad(plan: Plan, data: NumberArray, from: number, target: Float64Array): void {
  const width = plan.sizes[2];
  forEachRow(plan, (at, to) => { for (let i = 0; i < width; i++) target[to + i] = data[from + at + i]; });
}

const paddedChannels = (plan: Plan): Float64Array => new Float64Array(plan.big * product(plan.padded));

/** Where a group of a sample begins on either side. */
const bigStart = (p: Plan, sample: number, group: number): number => (sample * p.groups + group) * p.big * p.bigArea;
const smallStart = (p: Plan, sample: number, group: number): number =>
  (sample * p.groups + group) * p.small * p.smallArea;

/** The bias of a channel, 0 without one. */
const biasOf = (bias: View | undefined): ((channel: number) => number) => {
  const values = bias && contiguousNumbers(bias);
  return (channel) => (values ? values[channel] : 0);
};

/** small[s, position] = bias[s] + Σ weight[s, tap] · big[tap, position] */
function toSmall(x: View, w: View, biasView: View | undefined, out: View, g: ConvolutionGeometry): void {
  const plan = planOf(x.layout.shape, out.layout.shape, w.layout.shape, g);
  const { batch, groups, small, smallArea, taps, positions } = plan;
  const input = contiguousNumbers(x), weight = contiguousNumbers(w), bias = biasOf(biasView);
  const { data, commit } = outputNumbers(out);
  const image = paddedChannels(plan), sums = new Float64Array(small * smallArea);
  const rows = range(small, smallArea), columns = range(smallArea, 1);
  for (let group = 0; group < groups; group++) {
    const left = packed({
      data: weight, start: group * small * taps.length, vectors: range(small, taps.length), steps: range(taps.length, 1),
    });
    for (let n = 0; n < batch; n++) {
      pad(plan, input, bigStart(plan, n, group), image);
      for (let s = 0; s < small; s++) sums.fill(bias(group * small + s), s * smallArea, (s + 1) * smallArea);
      multiply(left, { data: image, start: 0, vectors: positions, steps: taps }, sums, rows, columns);
      data.set(sums, smallStart(plan, n, group));
    }
  }
  commit();
}

/** big[tap, position] += Σ weight[s, tap] · small[s, position]: what toSmall gathers, scattered. */
function toBig(x: View, w: View, biasView: View | undefined, out: View, g: ConvolutionGeometry): void {
  const plan = planOf(out.layout.shape, x.layout.shape, w.layout.shape, g);
  const { batch, groups, big, small, bigArea, smallArea, taps, positions } = plan;
  const input = contiguousNumbers(x), weight = contiguousNumbers(w), bias = biasOf(biasView);
  const { data, commit } = outputNumbers(out);
  const image = paddedChannels(plan), width = plan.sizes[2];
  const vectors = range(smallArea, 1), steps = range(small, smallArea);
  for (let group = 0; group < groups; group++) {
    const left = packed({
      data: weight, start: group * small * taps.length, vectors: range(taps.length, 1), steps: range(small, taps.length),
    });
    for (let n = 0; n < batch; n++) {
      image.fill(0);
      multiply(left, { data: input, start: smallStart(plan, n, group), vectors, steps }, image, taps, positions);
      const start = bigStart(plan, n, group);
      forEachRow(plan, (at, from) => {
        const added = bias(group * big + Math.floor(at / bigArea));
        for (let i = 0; i < width; i++) data[start + at + i] = image[from + i] + added;
      });
    }
  }
  commit();
}

/** weight[s, tap] = Σ small[s, position] · big[tap, position], over all samples */
function weightGradient(x: View, grad: View, out: View, g: ConvolutionGeometry): void {
  const plan = planOf(x.layout.shape, grad.layout.shape, out.layout.shape, g);
  const { batch, groups, small, smallArea, taps, positions } = plan;
  const input = contiguousNumbers(x), gradient = contiguousNumbers(grad);
  const { data, commit } = outputNumbers(out);
  const image = paddedChannels(plan);
  const vectors = range(small, smallArea), steps = range(smallArea, 1);
  const rows = range(small, taps.length), columns = range(taps.length, 1);
  for (let group = 0; group < groups; group++) {
    const sums = new Float64Array(small * taps.length);
    for (let n = 0; n < batch; n++) {
      pad(plan, input, bigStart(plan, n, group), image);
      const left = packed({ data: gradient, start: smallStart(plan, n, group), vectors, steps });
      multiply(left, { data: image, start: 0, vectors: taps, steps: positions }, sums, rows, columns);
    }
    data.set(sums, group * sums.length);
  }
  commit();
}

/** Kernels of convolution in one to three dimensions. */
export const convolutionKernels = (): readonly KernelEntry[] => [
  kernelFor(convolutionOps.convolution, ([x, weight, bias], [out], attrs) =>
    (attrs.transposed ? toBig : toSmall)(x, weight, bias, out, attrs)),
  kernelFor(convolutionOps.backwardWeight, ([x, grad], [out], attrs) => weightGradient(x, grad, out, attrs)),
];
