import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { checkBins, counted, type HistogramddOptions } from './histogramdd.js';
import { intoOut, type OutsOption } from './out.js';

/** Bins of equal width from `min` to `max`; both 0 for the range of the elements. */
export interface HistcAttrs { readonly bins: number; readonly min: number; readonly max: number }
export interface HistcOptions extends Partial<HistcAttrs>, OutOption {}

const histcOp = structuredOp<HistcAttrs>({ name: 'histc', meta: ([{ dtype }], { bins }) => [{ shape: [bins], dtype }] });

/** Records of what counts elements. */
export const histogramOps = { histc: histcOp };

/**
 * How many elements fall into each of `bins` (default 100) bins of equal width between `min` and `max`; others and NaN
 * are left out.
 * @see https://pytorch.org/docs/stable/generated/torch.histc.html
 * @example torch.histc(torch.tensor([1, 2, 1]), { bins: 4, min: 0, max: 3 }) // tensor([0., 2., 1., 0.])
 */
export function histc(x: Tensor, options: HistcOptions = {}): Tensor {
  const { bins = 100, min = 0, max = 0, out } = checked('histc', options, 'bins');
  if (!x.dtype.isFloatingPoint) throw new RuntimeError(`"histogram_cpu" not implemented for '${x.dtype.scalarType}'`);
  checkBins(bins, 0);
  if (min > max) throw new RuntimeError('torch.histc: max must be larger than min');
  return intoOut(runStructured(histcOp, [x], { bins, min, max })[0], out);
}

export interface HistogramOptions extends Omit<HistogramddOptions, 'range'> {
  /** ends of the bins where `bins` is a number; default: the smallest and the largest element */
  readonly range?: readonly [min: number, max: number] | null | undefined;
}

/**
 * How many elements fall into each bin; the last bin is closed, elements outside are left out.
 * @param bins how many bins of equal width there are (100), or their ends, increasing
 * @returns `hist`, as many as there are bins, and `binEdges`, one more
 * @throws RuntimeError for dtypes that differ, and on other devices where the ends are to be found among the elements
 * @see https://pytorch.org/docs/stable/generated/torch.histogram.html
 * @example torch.histogram(torch.tensor([1, 2, 1]), 4, { range: [0, 3] }).hist // tensor([0., 2., 1., 0.])
 */
export function histogram(x: Tensor, bins: number | Tensor = 100, options: HistogramOptions & OutsOption = {}): NamedTuple<readonly ['hist', 'binEdges']> {
  const { weight, out, ...others } = checked<HistogramOptions & OutsOption>('histogram', options, 'density');
  const points = x.reshape([x.numel(), 1]), { hist, binEdges } = counted(points, [bins], { ...others, weight: weight?.reshape(-1) });
  return namedTuple('histogram', ['hist', 'binEdges'], [hist, binEdges[0]], out);
}
