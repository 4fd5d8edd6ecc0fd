import type { View } from '../backend.js';
import type { NumberArray } from './host.js';
import { contiguousNumbers, contiguousValues, hostArray } from './host.js';
import { contiguousStrides } from '../layout.js';
import { matmulOps, type AddMmAttrs } from '../ops/matmul-ops.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputValues, type Values } from './rows.js';

/** A matrix somewhere in an array: element (i, j) is at `offset + i * rowStride + j * columnStride`. */
interface Matrix {
  readonly data: Values;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Rows and columns of a register tile: 16 sums stay in registers while one step reads 8 numbers. */
const TILE = 4;

// Operands are copied into panels of four rows (or columns), as doubles and in the order in which the tile reads them:
// each element is converted and its stride followed once, and any layout is as fast as any other.
let rows = new Float64Array(0);
let columns = new Float64Array(0);

const scratch = (array: Float64Array, n: number): Float64Array<ArrayBuffer> =>
  array.length >= n ? array as Float64Array<ArrayBuffer> : new Float64Array(n);

/** Copies `count` vectors of k elements into panels of four; a last panel that is not full is padded with zeros. */
function pack(
  panels: Float64Array, data: NumberArray, offset: number, count: number, vectorStride: number, k: number, step: number,
): void {
  for (let v = 0, at = 0; v < count; v += TILE, at += TILE * k) {
    for (let t = 0; t < TILE; t++) {
      let to = at + t;
      if (v + t < count) {
        let from = offset + (v + t) * vectorStride;
        for (let p = 0; p < k; p++, from += step, to += TILE) panels[to] = data[from];
      } else {
        for (let p = 0; p < k; p++, to += TILE) panels[to] = 0;
      }
    }
  }
}

/** out[i, j] += alpha · Σ a[i, p] b[p, j], with sums in double precision; `out` is row-major from `at`. */
function multiplyAdd(
  m: number, n: number, k: number, alpha: number, a: Matrix, b: Matrix, out: NumberArray, at: number,
): void {
  rows = scratch(rows, Math.ceil(m / TILE) * TILE * k);
  columns = scratch(columns, TILE * k);
  const A = rows, B = columns, bData = b.data as NumberArray;
  pack(A, a.data as NumberArray, a.offset, m, a.rowStride, k, a.columnStride);
  for (let j = 0; j < n; j += TILE) {
    const width = Math.min(TILE, n - j);
    pack(B, bData, b.offset + j * b.columnStride, width, b.columnStride, k, b.rowStride);
    for (let i = 0, panel = 0; i < m; i += TILE, panel += TILE * k) {
      let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
      let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
      const end = panel + TILE * k;
      for (let p = panel, q = 0; p < end; p += TILE, q += TILE) {
        const b0 = B[q], b1 = B[q + 1], b2 = B[q + 2], b3 = B[q + 3];
        let x = A[p];
        c00 += x * b0; c01 += x * b1; c02 += x * b2; c03 += x * b3;
        x = A[p + 1];
        c10 += x * b0; c11 += x * b1; c12 += x * b2; c13 += x * b3;
        x = A[p + 2];
        c20 += x * b0; c21 += x * b1; c22 += x * b2; c23 += x * b3;
        x = A[p + 3];
        c30 += x * b0; c31 += x * b1; c32 += x * b2; c33 += x * b3;
      }
      const to = at + i * n + j, height = m - i;
      addRow(out, to, width, alpha, c00, c01, c02, c03);
      if (height > 1) addRow(out, to + n, width, alpha, c10, c11, c12, c13);
      if (height > 2) addRow(out, to + 2 * n, width, alpha, c20, c21, c22, c23);
      if (height > 3) addRow(out, to + 3 * n, width, alpha, c30, c31, c32, c33);
    }
  }
}

function addRow(
  out: NumberArray, at: number, width: number, alpha: number, c0: number, c1: number, c2: number, c3: number,
): void {
  out[at] += alpha * c0;
  if (width > 1) out[at + 1] += alpha * c1;
  if (width > 2) out[at + 2] += alpha * c2;
  if (width > 3) out[at + 3] += alpha * c3;
}

/** As `multiplyAdd` where one side is a vector, for which tiles would be mostly padding. */
function multiplyAddVector(
  m: number, n: number, k: number, alpha: number, a: Matrix, b: Matrix, out: NumberArray, at: number,
): void {
  const x = a.data as NumberArray, y = b.data as NumberArray;
  const xStep = a.columnStride, yStep = b.rowStride;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let p = a.offset + i * a.rowStride, q = b.offset + j * b.columnStride, even = 0, odd = 0, l = 0;
      for (; l + 1 < k; l += 2, p += 2 * xStep, q += 2 * yStep) {
        even += x[p] * y[q];
        odd += x[p + xStep] * y[q + yStep];
      }
      if (l < k) even += x[p] * y[q];
      out[at++] += alpha * (even + odd);
    }
  }
}

/** As `multiplyAdd` for integers: products and sums wrap as those of their size do. */
function multiplyAddInt(
  m: number, n: number, k: number, alpha: number, a: Matrix, b: Matrix, out: Values, at: number,
): void {
  const big = out instanceof BigInt64Array;
  const factor = Math.trunc(alpha), bigFactor = BigInt(factor);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++, at++) {
      let p = a.offset + i * a.rowStride, q = b.offset + j * b.columnStride;
      if (big) {
        const x = a.data as BigInt64Array, y = b.data as BigInt64Array;
        let sum = 0n;
        for (let l = 0; l < k; l++, p += a.columnStride, q += b.rowStride) sum += x[p] * y[q];
        out[at] += bigFactor * sum;
      } else {
        const x = a.data as NumberArray, y = b.data as NumberArray;
        let sum = 0;
        for (let l = 0; l < k; l++, p += a.columnStride, q += b.rowStride) sum = (sum + Math.imul(x[p], y[q])) | 0;
        (out as NumberArray)[at] += Math.imul(factor, sum);
      }
    }
  }
}

type Product = (
  m: number, n: number, k: number, alpha: number, a: Matrix, b: Matrix, out: never, at: number) => void;

function productFor(view: View, m: number, n: number): Product {
  if (!view.dtype.isFloatingPoint) return multiplyAddInt as Product;
  return (m === 1 || n === 1 ? multiplyAddVector : multiplyAdd) as Product;
}

/** The elements of an operand with strides that reach them; the half types are decoded into a contiguous copy. */
function operand(view: View, out: View): { data: Matrix['data']; offset: number; strides: readonly number[] } {
  const { layout, dtype } = view;
  if (dtype.isFloatingPoint && dtype.itemsize === 2) {
    return { data: contiguousNumbers(view), offset: 0, strides: contiguousStrides(layout.shape) };
  }
  const data = hostArray(view) as Matrix['data'];
  // an operand that is written over is read from a copy
  return { data: view.storage === out.storage ? data.slice() : data, offset: layout.offset, strides: layout.strides };
}

/** Sets `data` to beta · bias, broadcast over the output; to zeros without a bias or for beta = 0 (even if it is NaN). */
function prefill(data: Values, out: View, bias: View | null, beta: number): void {
  if (!bias || beta === 0) {
    (data as Float64Array).fill((data instanceof BigInt64Array ? 0n : 0) as number);
    return;
  }
  const from: View = { ...viewOf(bias), layout: bias.layout.broadcastTo(out.layout.shape) };
  if (data instanceof BigInt64Array) {
    const values = contiguousValues(from) as BigInt64Array, factor = BigInt(Math.trunc(beta));
    for (let i = 0; i < data.length; i++) data[i] = factor * values[i];
  } else {
    const values = contiguousNumbers(from), factor = out.dtype.isFloatingPoint ? beta : Math.trunc(beta);
    for (let i = 0; i < data.length; i++) data[i] = factor * values[i];
  }
}

const viewOf = ({ storage, dtype, layout }: View): View => ({ storage, dtype, layout });

/** out = beta · bias + alpha · a·b for matrices, or for each of a batch (`sum`: added up over the batch). */
function product(a: View, b: View, out: View, bias: View | null, { beta, alpha }: AddMmAttrs, sum = false): void {
  const { data, commit } = outputValues(out);
  const x = operand(a, out), y = operand(b, out);
  prefill(data, out, bias, beta);
  const batched = a.layout.shape.length === 3 ? 1 : 0;
  const [m, k] = a.layout.shape.slice(batched) as [number, number];
  const n = b.layout.shape[batched + 1];
  const multiply = productFor(out, m, n);
  for (let i = 0, batch = batched ? a.layout.shape[0] : 1; i < batch; i++) {
    const matrix = ({ data, offset, strides }: ReturnType<typeof operand>): Matrix => ({
      data,
      offset: offset + (batched ? i * strides[0] : 0),
      rowStride: strides[batched],
      columnStride: strides[batched + 1],
    });
    multiply(m, n, k, alpha, matrix(x), matrix(y), data as never, sum ? 0 : i * m * n);
  }
  commit();
}

/** out = beta · bias + alpha · a·x; a vector in place of the matrix makes it a dot product. */
function vectorProduct(a: View, x: View, out: View, bias: View | null, { beta, alpha }: AddMmAttrs): void {
  const { data, commit } = outputValues(out);
  const matrix = operand(a, out), vector = operand(x, out);
  prefill(data, out, bias, beta);
  const k = x.layout.shape[0], m = out.layout.numel;
  productFor(out, m, 1)(
    m, 1, k, alpha,
    { ...matrix, rowStride: matrix.strides.length === 2 ? matrix.strides[0] : 0, columnStride: matrix.strides.at(-1)! },
    { ...vector, rowStride: vector.strides[0], columnStride: 0 }, data as never, 0);
  commit();
}

const PLAIN: AddMmAttrs = { beta: 0, alpha: 1 };

/** Kernels of the matrix products. */
export const matmulKernels = (): readonly KernelEntry[] => [
  kernelFor(matmulOps.mm, ([a, b], [out]) => product(a, b, out, null, PLAIN)),
  kernelFor(matmulOps.bmm, ([a, b], [out]) => product(a, b, out, null, PLAIN)),
  kernelFor(matmulOps.addmm, ([c, a, b], [out], attrs) => product(a, b, out, c, attrs)),
  kernelFor(matmulOps.baddbmm, ([c, a, b], [out], attrs) => product(a, b, out, c, attrs)),
  kernelFor(matmulOps.addbmm, ([c, a, b], [out], attrs) => product(a, b, out, c, attrs, true)),
  kernelFor(matmulOps.mv, ([a, x], [out]) => vectorProduct(a, x, out, null, PLAIN)),
  kernelFor(matmulOps.addmv, ([c, a, x], [out], attrs) => vectorProduct(a, x, out, c, attrs)),
  kernelFor(matmulOps.dot, ([x, y], [out]) => vectorProduct(x, y, out, null, PLAIN)),
];
