import { float32, float64 } from '@sconce/tensor';
import { matmulOps, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import type { Lowering } from './index.js';
import { multiply, type Matrix } from './multiply.js';
import { orElse } from './or-else.js';

/** mm, addmm and bmm of float32 and float64; all else stays with the JavaScript kernels. */
export const lowerMatmul: Lowering = (engine) => [
  [matmulOps.mm as Op<never>, orElse(matmulOps.mm, ([a, b], [out]) => fits(a, out) && product(engine, a, b, null, out))],
  [matmulOps.bmm as Op<never>, orElse(matmulOps.bmm, ([a, b], [out]) => fits(a, out) && product(engine, a, b, null, out))],
  [matmulOps.addmm as Op<never>, orElse(matmulOps.addmm, ([c, a, b], [out], { alpha, beta }) =>
    fits(a, out) && alpha === 1 && beta === 1 && addable(c, out) && product(engine, a, b, c, out))],
];

const fits = (a: View, out: View): boolean => (a.dtype === float32 || a.dtype === float64) && out.layout.isContiguous;

/** Whether what is added lies as rows, or as one row for all. */
function addable(c: View, out: View): boolean {
  const columns = c.layout.shape.length, { strides, shape } = c.layout;
  return c.dtype === out.dtype && columns > 0 && shape[columns - 1] === out.layout.shape.at(-1) && strides[columns - 1] === 1;
}

function product(engine: Engine, a: View, b: View, c: View | null, out: View): true {
  const size = out.dtype.itemsize, batched = out.layout.shape.length === 3;
  const [m, n] = out.layout.shape.slice(-2), k = a.layout.shape.at(-1)!;
  const matrix = (v: View, batch: number): Matrix => ({
    address: pointer(v) + (batched ? batch * v.layout.strides[0] * size : 0),
    row: v.layout.strides.at(-2)! * size, column: v.layout.strides.at(-1)! * size,
  });
  const init = c ? pointer(c) : 0;
  const initRow = c && c.layout.shape.length > 1 && c.layout.shape[0] > 1 ? c.layout.strides[0] * size : 0;
  const batches = batched ? out.layout.shape[0] : 1;
  for (let i = 0; i < batches; i++) multiply(engine, size, m, n, k, matrix(a, i), matrix(b, i), pointer(out) + i * m * n * size, init, initRow);
  return true;
}
