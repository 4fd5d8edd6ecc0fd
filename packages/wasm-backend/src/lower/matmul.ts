import { float32, float64 } from '@sconce/tensor';
import { matmulOps, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine, type Functions } from '../engine.js';
import { buildGemm, DOT_GROUP, groupWidth, PANEL_BYTES } from '../kernels/gemm.js';
import type { Lowering } from './index.js';
import { MAX_THREADS } from '../threads.js';
import { orElse } from './or-else.js';

/** A matrix in memory: address and steps in bytes. */
interface Matrix { readonly address: number; readonly row: number; readonly column: number }

/** Sums as short as this gain nothing from a panel of B; nor do as few rows. */
const SHORT = 64;

/** mm, addmm, bmm and baddbmm of float32 and float64; all else stays with the JavaScript kernels. */
export const lowerMatmul: Lowering = (engine) => {
  const functions = engine.functions(buildGemm);
  const panel = engine.reserve(MAX_THREADS * PANEL_BYTES);
  const multiply = (a: View, b: View, c: View | null, out: View): void => product(engine, functions, panel, a, b, c, out);
  return [
    [matmulOps.mm as Op<never>, orElse(matmulOps.mm, ([a, b], [out]) => fits(a, out) && (multiply(a, b, null, out), true))],
    [matmulOps.bmm as Op<never>, orElse(matmulOps.bmm, ([a, b], [out]) => fits(a, out) && (multiply(a, b, null, out), true))],
    [matmulOps.addmm as Op<never>, orElse(matmulOps.addmm, ([c, a, b], [out], { alpha, beta }) =>
      fits(a, out) && alpha === 1 && beta === 1 && addable(c, out) && (multiply(a, b, c, out), true))],
  ];
};

const fits = (a: View, out: View): boolean => (a.dtype === float32 || a.dtype === float64) && out.layout.isContiguous;

/** Whether what is added lies as rows, or as one row for all. */
function addable(c: View, out: View): boolean {
  const columns = c.layout.shape.length, { strides, shape } = c.layout;
  return c.dtype === out.dtype && columns > 0 && shape[columns - 1] === out.layout.shape.at(-1) && strides[columns - 1] === 1;
}

function product(engine: Engine, functions: Functions, panel: number, a: View, b: View, c: View | null, out: View): void {
  const size = out.dtype.itemsize, batched = out.layout.shape.length === 3;
  const [m, n] = out.layout.shape.slice(-2), k = a.layout.shape.at(-1)!;
  const matrix = (v: View): Matrix => ({
    address: pointer(v), row: v.layout.strides.at(-2)! * size, column: v.layout.strides.at(-1)! * size,
  });
  const x = matrix(a), y = matrix(b);
  const init = c ? pointer(c) : 0;
  const initRow = c && c.layout.shape.length > 1 && c.layout.shape[0] > 1 ? c.layout.strides[0] * size : 0;
  const batches = batched ? out.layout.shape[0] : 1;
  for (let i = 0; i < batches; i++) {
    const at = (v: View): number => (batched ? i * v.layout.strides[0] * size : 0);
    multiply(engine, functions, panel, size, m, n, k,
      { ...x, address: x.address + at(a) }, { ...y, address: y.address + at(b) }, pointer(out) + i * m * n * size, init, initRow);
  }
}

function multiply(
  engine: Engine, functions: Functions, panel: number, size: number, m: number, n: number, k: number,
  a: Matrix, b: Matrix, out: number, init: number, initRow: number,
): void {
  const type = size === 4 ? 'f32' : 'f64';
  const groups = Math.ceil(n / groupWidth(16 / size)), cost = m * n * k;
  if (b.column === size && (k <= SHORT || m < SHORT)) {
    engine.launch(functions[`outer_${type}`], groups, cost, m, n, k, a.address, a.row, a.column, b.address, b.row, out, n * size, init, initRow);
  } else if (b.row === size && a.column === size && m <= SHORT) {
    engine.launch(functions[`dot_${type}`], Math.ceil(n / DOT_GROUP), cost, m, n, k, a.address, a.row, a.column, b.address, b.column, out, n * size, init, initRow);
  } else {
    engine.launch(functions[`packed_${type}`], groups, cost, m, n, k, a.address, a.row, a.column, b.address, b.row, out, n * size, init, initRow, b.column, panel);
  }
}
