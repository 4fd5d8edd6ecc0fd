import { IndexError, RuntimeError } from '../errors.js';
import { sameShape, shapeText } from '../layout.js';
import { checked } from '../options.js';
import { cppTypeName } from '../random/support.js';
import { Tensor } from '../tensor.js';
import { zeros } from './creation.js';
import { checkOnHost } from './indexing-select.js';
import { bucketize } from './indexing-search.js';
import { linspace } from './ranges.js';
import { aminmax } from './reduction-extrema.js';
import { diff } from './scan.js';
import { scatterAdd } from './scatter.js';
import { where } from './where.js';

export interface HistogramddOptions {
  /** the first and the last end of each dimension's bins, one after the other, where `bins` are numbers; default: the smallest and the largest coordinate */
  readonly range?: readonly number[] | null | undefined;
  /** what each point counts, in the dtype of the input; default 1 */
  readonly weight?: Tensor | null | undefined;
  /** divide by the sum and by the bins' volumes, so that the integral is 1; default false */
  readonly density?: boolean | undefined;
}

export interface Histogramdd { readonly hist: Tensor; readonly binEdges: readonly Tensor[] }

/**
 * How many points fall into each bin of a grid; the last bin of each dimension is closed, points outside are left out.
 * @param x of shape (…, N): points of N coordinates
 * @param bins how many bins of equal width there are, in all dimensions or in each, or the ends of each dimension's bins, increasing
 * @returns `hist`, of N dimensions, and `binEdges`, N tensors
 * @throws RuntimeError for dtypes that differ, and on other devices where the ends are to be found among the coordinates
 * @see https://pytorch.org/docs/stable/generated/torch.histogramdd.html
 * @example torch.histogramdd(torch.tensor([[0, 1], [1, 0], [1, 1]]), [2, 2]).hist // tensor([[0., 1.], [1., 1.]])
 */
export function histogramdd(x: Tensor, bins: number | readonly number[] | readonly Tensor[], options: HistogramddOptions = {}): Histogramdd {
  const given = checked<HistogramddOptions>('histogramdd', options, 'range');
  if (x.dim() === 0) throw new IndexError('Dimension specified as -1 but tensor has no dimensions');
  if (x.dim() < 2) throw new RuntimeError('torch.histogramdd: input tensor should have at least 2 dimensions');
  const dims = x.size(-1), all: readonly (number | Tensor)[] = typeof bins === 'number' ? Array<number>(dims).fill(bins) : bins;
  if (all.length !== dims) {
    throw new RuntimeError(`torch.histogramdd: expected ${dims} sequences of bin edges for a ${dims}-dimensional histogram but got ${all.length}`);
  }
  return counted(x, all, given);
}

/** What falls into the bins, of points along the last dimension. @internal */
export function counted(x: Tensor, bins: readonly (number | Tensor)[], { range, weight, density = false }: HistogramddOptions): Histogramdd {
  if (!x.dtype.isFloatingPoint || x.dtype.itemsize === 2) throw new RuntimeError(`"histogramdd" not implemented for '${x.dtype.scalarType}'`);
  checkWeight(x, weight);
  if (range && range.length !== 2 * bins.length) {
    const count = bins.length;
    throw new RuntimeError(`torch.histogramdd: for a ${count}-dimensional histogram range should have ${2 * count} elements, but got ${range.length}`);
  }
  const coordinates = bins.map((_, dim) => x.detach().select(-1, dim).flatten());
  const binEdges = bins.map((of, dim) => (of instanceof Tensor ? checkedEdges(x, of, dim) : evenEdges(coordinates[dim], of, range?.slice(2 * dim), dim)));
  const hist = sumsOf(x, coordinates, binEdges, weight);
  return { hist: density ? densities(hist, binEdges) : hist, binEdges };
}

function sumsOf(x: Tensor, coordinates: readonly Tensor[], edges: readonly Tensor[], weight: Tensor | null | undefined): Tensor {
  const shape = edges.map((ends) => ends.size(0) - 1), options = { dtype: x.dtype, device: x.device };
  if (x.numel() === 0) return zeros(shape, options);
  let bin: Tensor | undefined, inside: Tensor | undefined;
  coordinates.forEach((at, dim) => {
    const ends = edges[dim], count = shape[dim], within = at.ge(ends.narrow(0, 0, 1)).logicalAnd(at.le(ends.narrow(0, count, 1)));
    const own = bucketize(at, ends, { right: true }).sub(1).clamp(0, count - 1);
    bin = bin ? bin.mul(count).add(own) : own;
    inside = inside ? inside.logicalAnd(within) : within;
  });
  const weights = where(inside!, weight ? weight.detach().flatten() : 1, 0).to(x.dtype);
  return scatterAdd(zeros(shape.reduce((n, count) => n * count, 1), options), 0, bin!, weights).view(shape);
}

const densities = (hist: Tensor, edges: readonly Tensor[]): Tensor =>
  edges.reduce((sums, ends, dim) => sums.div(diff(ends).view(edges.map((_, i) => (i === dim ? -1 : 1)))), hist.div(hist.sum()));

function checkWeight(x: Tensor, weight: Tensor | null | undefined): void {
  if (!weight) return;
  if (weight.dtype !== x.dtype) {
    throw new RuntimeError(
      'torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got ' +
      `input(${cppTypeName(x.dtype)}), and weight(${cppTypeName(weight.dtype)})`);
  }
  if (sameShape(weight.shape, x.shape.slice(0, -1))) return;
  throw new RuntimeError(
    'torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension, but got input ' +
    `with shape ${shapeText(x.shape)} and weight with shape ${shapeText(weight.shape)}`);
}

function checkedEdges(x: Tensor, edges: Tensor, dim: number): Tensor {
  const name = 'torch.histogramdd';
  if (edges.dtype !== x.dtype) {
    throw new RuntimeError(
      `${name}: input tensor and bins tensors should have the same dtype, but got input with dtype ${cppTypeName(x.dtype)} and ` +
      `bins for dimension ${dim} with dtype ${cppTypeName(edges.dtype)}`);
  }
  if (edges.dim() !== 1) throw new RuntimeError(`${name}: bins tensor should have one dimension, but got ${edges.dim()} dimensions in the bins tensor for dimension ${dim}`);
  if (edges.numel() === 0) throw new RuntimeError(`${name}: bins tensor should have at least 1 element, but got 0 elements in the bins tensor for dimension ${dim}`);
  checkBins(edges.numel() - 1, dim);
  return edges;
}

/** @throws RuntimeError for no bins @internal */
export function checkBins(bins: number, dim: number): void {
  if (!(bins > 0)) throw new RuntimeError(`torch.histogram(): bins must be > 0, but got ${bins} for dimension ${dim}`);
}

function evenEdges(x: Tensor, bins: number, range: readonly number[] | undefined, dim: number): Tensor {
  checkBins(bins, dim);
  let [min, max] = range ?? rangeOf(x);
  if (!Number.isFinite(min) || !Number.isFinite(max)) throw new RuntimeError(`torch.histogramdd: dimension ${dim}'s range ${rangeText(min, max)} is not finite`);
  if (min > max) throw new RuntimeError(`torch.histogramdd: min should not exceed max, but got min ${min} max ${max} for dimension ${dim}`);
  if (min === max) [min, max] = [min - 0.5, max + 0.5];
  return linspace(min, max, bins + 1, { dtype: x.dtype, device: x.device });
}

/** The smallest and the largest coordinate; 0 and 1 where there are none. */
function rangeOf(x: Tensor): readonly number[] {
  if (x.numel() === 0) return [0, 1];
  checkOnHost('histogram', x);
  return Array.from(aminmax(x.detach()), (end) => Number(end.hostValue()));
}

/** A range as C++ prints it. @internal */
export const rangeText = (min: number, max: number): string => `[${min}, ${max}]`.replaceAll('Infinity', 'inf').replaceAll('NaN', 'nan');
