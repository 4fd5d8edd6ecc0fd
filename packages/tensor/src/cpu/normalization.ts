import type { View } from '../backend.js';
import { normalizationOps, type NormalizationAttrs } from '../ops/normalization.js';
import { contiguousNumbers, outputNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

/** Runs of `inner` neighbours that share a mean and a variance. */
interface Groups {
  readonly count: number;
  readonly runs: number;
  readonly inner: number;
  /** where run `run` of a group begins, and its parameter; the elements' parameters are `step` apart */
  start(group: number, run: number): number;
  parameter(group: number, run: number): number;
  readonly step: number;
}

function groupsOf({ shape: [a, b, c, d], parameters: [, pb, pc, pd], acrossBatch }: NormalizationAttrs): Groups {
  const strideB = pb === 1 ? 0 : pc * pd, strideC = pc === 1 ? 0 : pd;
  const common = { inner: d, step: pd === 1 ? 0 : 1 };
  if (acrossBatch) {
    return {
      ...common, count: b, runs: a * c,
      start: (group, run) => (Math.floor(run / c) * b + group) * c * d + (run % c) * d,
      parameter: (group, run) => group * strideB + (run % c) * strideC,
    };
  }
  return {
    ...common, count: a * b, runs: c,
    start: (group, run) => (group * c + run) * d,
    parameter: (group, run) => (group % b) * strideB + run * strideC,
  };
}

/** Means and variances of all groups; in two passes, which loses no digits. */
function statistics(x: ArrayLike<number>, groups: Groups): { mean: Float64Array; variance: Float64Array } {
  const mean = new Float64Array(groups.count), variance = new Float64Array(groups.count);
  const { runs, inner } = groups, n = runs * inner;
  for (let g = 0; g < groups.count; g++) {
    let sum = 0;
    for (let run = 0; run < runs; run++) {
      for (let i = groups.start(g, run), end = i + inner; i < end; i++) sum += x[i];
    }
    const m = sum / n;
    let squares = 0;
    for (let run = 0; run < runs; run++) {
      for (let i = groups.start(g, run), end = i + inner; i < end; i++) squares += (x[i] - m) * (x[i] - m);
    }
    mean[g] = m;
    variance[g] = squares / n;
  }
  return { mean, variance };
}

type Numbers = ArrayLike<number>;

function normalize(
  x: Numbers, w: View, b: View, mean: Numbers, variance: Numbers, out: View, groups: Groups, eps: number,
): void {
  const weight = contiguousNumbers(w), bias = contiguousNumbers(b), { data, commit } = outputNumbers(out);
  const { runs, inner, step } = groups;
  for (let g = 0; g < groups.count; g++) {
    const m = mean[g], scale = 1 / Math.sqrt(variance[g] + eps);
    for (let run = 0; run < runs; run++) {
      const start = groups.start(g, run);
      for (let i = start, p = groups.parameter(g, run), end = start + inner; i < end; i++, p += step) {
        data[i] = (x[i] - m) * scale * weight[p] + bias[p];
      }
    }
  }
  commit();
}

function store(view: View, values: Float64Array): void {
  const { data, commit } = outputNumbers(view);
  data.set(values);
  commit();
}

/** dx = r (h - E h - x̂ E[h x̂]) with h = g · weight, r = 1 / √(variance + eps), x̂ = (x - mean) r */
function backwardInput(inputs: readonly View[], out: View, attrs: NormalizationAttrs): void {
  const [grad, x, weight, mean, variance] = inputs.map(contiguousNumbers);
  const groups = groupsOf(attrs), { data, commit } = outputNumbers(out);
  const { runs, inner, step } = groups, n = runs * inner;
  for (let g = 0; g < groups.count; g++) {
    const m = mean[g], r = 1 / Math.sqrt(variance[g] + attrs.eps);
    let sum = 0, dot = 0;
    for (let run = 0; run < runs; run++) {
      const start = groups.start(g, run);
      for (let i = start, p = groups.parameter(g, run), end = start + inner; i < end; i++, p += step) {
        const h = grad[i] * weight[p];
        sum += h;
        dot += h * (x[i] - m);
      }
    }
    const meanH = sum / n, slope = (dot / n) * r * r;
    for (let run = 0; run < runs; run++) {
      const start = groups.start(g, run);
      for (let i = start, p = groups.parameter(g, run), end = start + inner; i < end; i++, p += step) {
        data[i] = r * (grad[i] * weight[p] - meanH - (x[i] - m) * slope);
      }
    }
  }
  commit();
}

/** dw = Σ g · x̂ over all elements that share a weight */
function backwardWeight(inputs: readonly View[], out: View, attrs: NormalizationAttrs): void {
  const [grad, x, mean, variance] = inputs.map(contiguousNumbers);
  const groups = groupsOf(attrs), sums = new Float64Array(out.layout.numel);
  const { runs, inner, step } = groups;
  for (let g = 0; g < groups.count; g++) {
    const m = mean[g], r = 1 / Math.sqrt(variance[g] + attrs.eps);
    for (let run = 0; run < runs; run++) {
      const start = groups.start(g, run);
      for (let i = start, p = groups.parameter(g, run), end = start + inner; i < end; i++, p += step) {
        sums[p] += grad[i] * (x[i] - m) * r;
      }
    }
  }
  store(out, sums);
}

/** Kernels of normalisation. */
export const normalizationKernels = (): readonly KernelEntry[] => [
  ...[normalizationOps.nativeBatchNorm, normalizationOps.nativeLayerNorm, normalizationOps.nativeGroupNorm].map((op) =>
    kernelFor(op, ([input, weight, bias], [out, meanOut, varianceOut], attrs) => {
      const x = contiguousNumbers(input), groups = groupsOf(attrs);
      const { mean, variance } = statistics(x, groups);
      normalize(x, weight, bias, mean, variance, out, groups, attrs.eps);
      store(meanOut, mean);
      store(varianceOut, variance);
    })),
  kernelFor(normalizationOps.batchNormFixed, ([x, weight, bias, mean, variance], [out], attrs) => normalize(
    contiguousNumbers(x), weight, bias, contiguousNumbers(mean), contiguousNumbers(variance), out, groupsOf(attrs), attrs.eps)),
  kernelFor(normalizationOps.backwardInput, (inputs, [out], attrs) => backwardInput(inputs, out, attrs)),
  kernelFor(normalizationOps.backwardWeight, (inputs, [out], attrs) => backwardWeight(inputs, out, attrs)),
];
