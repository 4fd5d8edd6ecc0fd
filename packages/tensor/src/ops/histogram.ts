import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { sameShape, shapeText } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { zeros } from './creation.js';
import type { OutOption } from './define.js';
import { checkOnHost } from './indexing-select.js';
import { bucketize } from './indexing-search.js';
import { intoOut } from './out.js';
import { linspace } from './ranges.js';
import { aminmax } from './reduction-extrema.js';
import { diff } from './scan.js';
import { scatterAdd } from './scatter.js';
import { where } from './where.js';

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
  checkBins(bins);
  if (min > max) throw new RuntimeError('torch.histc: max must be larger than min');
  return intoOut(runStructured(histcOp, [x], { bins, min, max })[0], out);
}

export interface HistogramOptions {
  /** ends of the bins where `bins` is a number; default: the smallest and the largest element */
  readonly range?: readonly [min: number, max: number] | null | undefined;
  /** what each element counts, in the shape and dtype of the input; default 1 */
  readonly weight?: Tensor | null | undefined;
  /** divide by the sum and by the bins' widths, so that the integral is 1; default false */
  readonly density?: boolean | undefined;
}

/**
 * How many elements fall into each bin; the last bin is closed, elements outside are left out.
 * @param bins how many bins of equal width there are, or their ends, increasing
 * @returns `hist`, as many as there are bins, and `binEdges`, one more
 * @throws RuntimeError for dtypes that differ, and on other devices where the ends are to be found among the elements
 * @see https://pytorch.org/docs/stable/generated/torch.histogram.html
 * @example torch.histogram(torch.tensor([1, 2, 1]), 4, { range: [0, 3] }).hist // tensor([0., 2., 1., 0.])
 */
export function histogram(x: Tensor, bins: number | Tensor, options: HistogramOptions = {}): NamedTuple<'hist' | 'binEdges'> {
  const { range, weight, density = false } = checked('histogram', options, 'density');
  if (!x.dtype.isFloatingPoint || x.dtype.itemsize === 2) throw new RuntimeError(`"histogramdd" not implemented for '${x.dtype.scalarType}'`);
  checkWeight(x, weight);
  const binEdges = bins instanceof Tensor ? checkedEdges(x, bins) : evenEdges(x, bins, range);
  const count = binEdges.size(0) - 1, values = x.detach().flatten(), last = binEdges.narrow(0, count, 1);
  const inside = values.ge(binEdges.narrow(0, 0, 1)).logicalAnd(values.le(last));
  const bin = bucketize(values, binEdges, { right: true }).sub(1).clamp(0, count - 1);
  const weights = where(inside, weight ? weight.detach().flatten() : 1, 0).to(x.dtype);
  const sums = scatterAdd(zeros(count, { dtype: x.dtype, device: x.device }), 0, bin, weights);
  return namedTuple('histogram', ['hist', 'binEdges'], [density ? sums.div(sums.sum()).div(diff(binEdges)) : sums, binEdges]);
}

function checkWeight(x: Tensor, weight: Tensor | null | undefined): void {
  if (!weight) return;
  if (weight.dtype !== x.dtype) {
    throw new RuntimeError(
      `torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got input(${x.dtype.name}), and weight(${weight.dtype.name})`);
  }
  if (sameShape(weight.shape, x.shape)) return;
  throw new RuntimeError(
    'torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension, but got input ' +
    `with shape ${shapeText([...x.shape, 1])} and weight with shape ${shapeText(weight.shape)}`);
}

function checkedEdges(x: Tensor, edges: Tensor): Tensor {
  const name = 'torch.histogramdd';
  if (edges.dtype !== x.dtype) {
    throw new RuntimeError(
      `${name}: input tensor and bins tensors should have the same dtype, but got input with dtype ${x.dtype.name} and bins for dimension 0 with dtype ${edges.dtype.name}`);
  }
  if (edges.dim() !== 1) throw new RuntimeError(`${name}: bins tensor should have one dimension, but got ${edges.dim()} dimensions in the bins tensor for dimension 0`);
  if (edges.numel() === 0) throw new RuntimeError(`${name}: bins tensor should have at least 1 element, but got 0 elements in the bins tensor for dimension 0`);
  checkBins(edges.numel() - 1);
  return edges;
}

function checkBins(bins: number): void {
  if (!(bins > 0)) throw new RuntimeError(`torch.histogram(): bins must be > 0, but got ${bins} for dimension 0`);
}

function evenEdges(x: Tensor, bins: number, range: readonly [number, number] | null | undefined): Tensor {
  checkBins(bins);
  let [min, max] = range ?? rangeOf(x);
  if (min > max) throw new RuntimeError(`torch.histogramdd: min should not exceed max, but got min ${min} max ${max} for dimension 0`);
  if (min === max) [min, max] = [min - 0.5, max + 0.5];
  return linspace(min, max, bins + 1, { dtype: x.dtype, device: x.device });
}

/** The smallest and the largest element; 0 and 1 where there are none. */
function rangeOf(x: Tensor): [number, number] {
  if (x.numel() === 0) return [0, 1];
  checkOnHost('histogram', x);
  const [min, max] = Array.from(aminmax(x.detach()), (end) => Number(end.hostValue()));
  if (Number.isFinite(min) && Number.isFinite(max)) return [min, max];
  throw new RuntimeError(`torch.histogramdd: dimension 0's range ${rangeText(min, max)} is not finite`);
}

/** A range as C++ prints it. @internal */
export const rangeText = (min: number, max: number): string => `[${min}, ${max}]`.replaceAll('Infinity', 'inf').replaceAll('NaN', 'nan');
