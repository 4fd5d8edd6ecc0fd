import { add, float32, float64, mul, type DType } from '@sconce/tensor';
import { matmulOps, Scalar, type AddMmAttrs, type Kernel, type Op, type StructuredOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { copyTo, intoContiguous } from './dense.js';
import type { Lowering } from './index.js';
import { multiply, type Matrix } from './multiply.js';
import { orElse } from './or-else.js';
import { lowerPointwise } from './pointwise.js';

/** out = init + A · B in the places of an op's operands. `init` is a row for all rows, or a matrix for each batch. */
type Product = (a: View, b: View, out: View, init: View | null) => void;

/** Products of matrices, batches of them and vectors, of float32 and float64; all else stays with JavaScript. */
export const lowerMatmul: Lowering = (engine) => {
  const matrices: Product = (a, b, out, init) => product(engine, a, b, out, init);
  const { mm, bmm, mv, dot, addmm, baddbmm, addmv } = matmulOps;
  return [
    plain(engine, mm, matrices), plain(engine, bmm, matrices),
    plain(engine, mv, (a, x, out, init) => timesVector(engine, a, x, out, init)),
    plain(engine, dot, (x, y, out) => inner(engine, x, y, out)),
    added(engine, addmm, matrices), added(engine, baddbmm, matrices),
    added(engine, addmv, (a, x, out, init) => timesVector(engine, a, x, out, init)),
  ];
};

const fits = (views: readonly View[]): boolean =>
  views.every((v) => v.dtype === views[0].dtype && v.layout.numel > 0) && (views[0].dtype === float32 || views[0].dtype === float64);

const plain = (engine: Engine, op: StructuredOp<null>, multiplied: Product): ReturnType<Lowering>[number] =>
  [op as Op<never>, orElse(op, ([a, b], outputs) => fits([a, b]) && intoContiguous(engine, [a, b], outputs, ([out]) => multiplied(a, b, out, null)))];

/** beta · c + alpha · A · B */
function added(engine: Engine, op: StructuredOp<AddMmAttrs>, multiplied: Product): ReturnType<Lowering>[number] {
  let scale: Kernel<DType> | undefined, sum: Kernel<DType> | undefined;
  return [op as Op<never>, orElse(op, ([c, a, b], outputs, { alpha, beta }) => {
    if (!fits([c, a, b])) return false;
    return intoContiguous(engine, [c, a, b], outputs, ([out]) => {
      if (alpha === 1 && beta === 1) {
        if (isAddable(c, out)) return multiplied(a, b, out, c);
        copyTo(engine, c, out);
        return multiplied(a, b, out, out);
      }
      multiplied(a, b, out, null);
      if (beta === 0) return (scale ??= lowerPointwise(engine, mul.op))([out, new Scalar(alpha)], [out], out.dtype);
      // out = alpha · out, then out + beta · c
      if (alpha !== 1) (scale ??= lowerPointwise(engine, mul.op))([out, new Scalar(alpha)], [out], out.dtype);
      (sum ??= lowerPointwise(engine, add.scaled))([out, c, new Scalar(beta)], [out], out.dtype);
    });
  })];
}

/** Whether what is added lies as rows like the output's, or as one row for all. */
function isAddable({ layout: { shape, strides } }: View, out: View): boolean {
  const dims = shape.length, last = dims - 1;
  return dims > 0 && dims <= 2 && shape[last] === out.layout.shape.at(-1) && (strides[last] === 1 || shape[last] === 1) &&
    (dims === 1 || out.layout.shape.length === 2);
}

function product(engine: Engine, a: View, b: View, out: View, init: View | null): void {
  const size = out.dtype.itemsize, batched = out.layout.shape.length === 3;
  const [m, n] = out.layout.shape.slice(-2), k = a.layout.shape.at(-1)!;
  const matrix = (v: View, batch: number): Matrix => ({
    address: pointer(v) + (batched ? batch * v.layout.strides[0] * size : 0),
    row: v.layout.strides.at(-2)! * size, column: v.layout.strides.at(-1)! * size,
  });
  const from = init ? pointer(init) : 0, rows = init?.layout.shape.length ?? 0;
  const initRow = init && rows > 1 && init.layout.shape.at(-2)! > 1 ? init.layout.strides.at(-2)! * size : 0;
  const initBatch = init && rows > 2 ? init.layout.strides[0] * size : 0;
  const batches = batched ? out.layout.shape[0] : 1;
  for (let i = 0; i < batches; i++) {
    multiply(engine, size, m, n, k, matrix(a, i), matrix(b, i), pointer(out) + i * m * n * size, from + i * initBatch, initRow);
  }
}

/** A · x as xᵀ · Aᵀ, whose columns are shared among threads. */
function timesVector(engine: Engine, a: View, x: View, out: View, init: View | null): void {
  const size = out.dtype.itemsize, [rows, columns] = a.layout.shape, [row, column] = a.layout.strides;
  multiply(engine, size, 1, rows, columns, { address: pointer(x), row: 0, column: x.layout.strides[0] * size },
    { address: pointer(a), row: column * size, column: row * size }, pointer(out), init ? pointer(init) : 0, 0);
}

function inner(engine: Engine, x: View, y: View, out: View): void {
  const size = out.dtype.itemsize;
  multiply(engine, size, 1, 1, x.layout.numel, { address: pointer(x), row: 0, column: x.layout.strides[0] * size },
    { address: pointer(y), row: y.layout.strides[0] * size, column: 0 }, pointer(out));
}
