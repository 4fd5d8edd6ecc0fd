import { float64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { histogramOps } from '../ops/histogram.js';
import { rangeText } from '../ops/histogramdd.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { inputValues, outputValues } from './rows.js';

/** Kernels of what counts elements. */
export const histogramKernels = (): KernelEntry[] => [
  kernelFor(histogramOps.histc, ([x], [out], { bins, min, max }) => {
    const values = inputValues(x) as Float64Array, target = outputValues(out);
    // each step is rounded as PyTorch's are: it decides about what lies at the edge of a bin
    const round = x.dtype === float64 ? Number : Math.fround;
    let low = round(min), high = round(max);
    if (low === high && values.length > 0) {
      low = values.reduce((a, b) => Math.min(a, b), Infinity);
      high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    }
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      throw new RuntimeError(`torch.histc: range of ${rangeText(low, high)} is not finite`);
    }
    if (low === high) [low, high] = [round(low - 1), round(high + 1)];
    const width = round(high - low), counts = (target.data as Float64Array).fill(0);
    for (const v of values) {
      // the last bin is closed; NaN fails both comparisons
      if (!(v >= low && v <= high)) continue;
      counts[Math.min(Math.floor(round(round(round(v - low) / width) * bins)), bins - 1)]++;
    }
    target.commit();
  }),
];
