import type { Kernel, View } from '../backend.js';
import { float32, type DType } from '../dtype.js';
import { broadcastShapes, type Layout } from '../layout.js';
import { normOps, type DistanceAttrs, type NormAttrs, type RenormAttrs } from '../ops/vector-norm.js';
import { contiguousNumbers, storeNumbers, type NumberArray } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputRows, outputValues, rowsOf } from './rows.js';

/** What is done with each |x| to fold it into a norm's accumulator, and with the accumulator at the end. */
interface Fold {
  readonly start: number;
  step(sum: number, magnitude: number): number;
  finish(sum: number): number;
}

const itself = (x: number): number => x;

function foldOf(ord: number, dtype: DType): Fold {
  // PyTorch squares and sums in the dtype: what is too large for it is infinite
  const round = dtype === float32 ? Math.fround : itself;
  switch (ord) {
    case 0: return { start: 0, step: (n, x) => n + (x === 0 ? 0 : 1), finish: itself };
    case 1: return { start: 0, step: (sum, x) => sum + x, finish: itself };
    case 2: return { start: 0, step: (sum, x) => sum + round(x * x), finish: (sum) => Math.sqrt(round(sum)) };
    case Infinity: return { start: 0, step: Math.max, finish: itself };
    case -Infinity: return { start: Infinity, step: Math.min, finish: itself };
    default: return { start: 0, step: (sum, x) => sum + x ** ord, finish: (sum) => sum ** (1 / ord) };
  }
}

const norm: Kernel<NormAttrs> = ([x], [out], { ord, dims }) => {
  const { data, length, count } = rowsOf(x, dims);
  const target = outputValues(out), values = data as Float64Array;
  const { start, step, finish } = foldOf(ord, x.dtype);
  for (let row = 0; row < count; row++) {
    let sum = start;
    for (let i = row * length; i < (row + 1) * length; i++) sum = step(sum, Math.abs(values[i]));
    target.data[row] = finish(sum);
  }
  target.commit();
};

const viewAs = ({ storage, dtype }: View, layout: Layout): View => ({ storage, dtype, layout });

const dist: Kernel<DistanceAttrs> = ([x, y], [out], { p }) => {
  const shape = broadcastShapes(x.layout.shape, y.layout.shape);
  const [a, b] = [x, y].map((view) => contiguousNumbers(viewAs(view, view.layout.broadcastTo(shape))));
  const { start, step, finish } = foldOf(p, x.dtype);
  let sum = start;
  for (let i = 0; i < a.length; i++) sum = step(sum, Math.abs(a[i] - b[i]));
  storeNumbers(out, [finish(sum)]);
};

const cdist: Kernel<DistanceAttrs> = ([x, y], [out], { p }) => {
  const { shape } = out.layout, batch = shape.slice(0, -2), [rows, columns] = shape.slice(-2);
  const k = x.layout.shape.at(-1)!;
  const expanded = (view: View): NumberArray =>
    contiguousNumbers(viewAs(view, view.layout.broadcastTo([...batch, ...view.layout.shape.slice(-2)])));
  const a = expanded(x), b = expanded(y), target = outputValues(out);
  const { start, step, finish } = foldOf(p, x.dtype);
  for (let i = 0; i < target.data.length; i++) {
    const row = Math.floor(i / columns), matrix = Math.floor(row / rows);
    const from = row * k, to = (matrix * columns + (i % columns)) * k;
    let sum = start;
    for (let l = 0; l < k; l++) sum = step(sum, Math.abs(a[from + l] - b[to + l]));
    target.data[i] = finish(sum);
  }
  target.commit();
};

const renorm: Kernel<RenormAttrs> = ([x], [out], { p, dim, maxnorm }) => {
  const others = [...x.layout.shape.keys()].filter((d) => d !== dim);
  const { data, length, count } = rowsOf(x, others), values = data as Float64Array;
  const target = outputRows(out, others);
  const { start, step, finish } = foldOf(p, x.dtype);
  for (let row = 0; row < count; row++) {
    let sum = start;
    for (let i = row * length; i < (row + 1) * length; i++) sum = step(sum, Math.abs(values[i]));
    const norm = finish(sum), factor = norm > maxnorm ? maxnorm / (norm + 1e-7) : 1;
    for (let i = row * length; i < (row + 1) * length; i++) target.data[i] = values[i] * factor;
  }
  target.commit();
};

/** Kernels of the norms. */
export const normKernels = (): KernelEntry[] => [
  kernelFor(normOps.norm, norm), kernelFor(normOps.vectorNorm, norm), kernelFor(normOps.dist, dist),
  kernelFor(normOps.cdist, cdist), kernelFor(normOps.renorm, renorm),
];
