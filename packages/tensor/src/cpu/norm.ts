import type { Kernel } from '../backend.js';
import { normOps, type NormAttrs } from '../ops/vector-norm.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputValues, rowsOf } from './rows.js';

/** What is done with each |x| to fold it into a norm's accumulator, and with the accumulator at the end. */
interface Fold {
  readonly start: number;
  step(sum: number, magnitude: number): number;
  finish(sum: number): number;
}

const itself = (x: number): number => x;

function foldOf(ord: number): Fold {
  switch (ord) {
    case 0: return { start: 0, step: (n, x) => n + (x === 0 ? 0 : 1), finish: itself };
    case 1: return { start: 0, step: (sum, x) => sum + x, finish: itself };
    case 2: return { start: 0, step: (sum, x) => sum + x * x, finish: Math.sqrt };
    case Infinity: return { start: 0, step: Math.max, finish: itself };
    case -Infinity: return { start: Infinity, step: Math.min, finish: itself };
    default: return { start: 0, step: (sum, x) => sum + x ** ord, finish: (sum) => sum ** (1 / ord) };
  }
}

const norm: Kernel<NormAttrs> = ([x], [out], { ord, dims }) => {
  const { data, length, count } = rowsOf(x, dims);
  const target = outputValues(out), values = data as Float64Array;
  const { start, step, finish } = foldOf(ord);
  for (let row = 0; row < count; row++) {
    let sum = start;
    for (let i = row * length; i < (row + 1) * length; i++) sum = step(sum, Math.abs(values[i]));
    target.data[row] = finish(sum);
  }
  target.commit();
};

/** Kernels of the vector norms. */
export const normKernels = (): KernelEntry[] => [kernelFor(normOps.norm, norm), kernelFor(normOps.vectorNorm, norm)];
