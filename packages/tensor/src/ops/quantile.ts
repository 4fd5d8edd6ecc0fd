import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { Tensor } from '../tensor.js';
import { isnan } from './comparison.js';
import { full } from './creation.js';
import { gather } from './indexing-select.js';
import { logicalNot } from './logical.js';
import { intoOut } from './out.js';
import { dimAndOptions } from './reduction-arguments.js';
import { any, sum, type KeepdimOptions } from './reduction.js';
import { sort } from './sorting.js';
import { movedim, reshape, transpose, unsqueeze } from './views.js';
import { squeeze_ } from './views-inplace.js';
import { where } from './where.js';

const INTERPOLATIONS = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const;
type Interpolation = (typeof INTERPOLATIONS)[number];

export interface QuantileOptions extends KeepdimOptions<number> {
  /** what to take between two elements, default 'linear' */
  readonly interpolation?: Interpolation | undefined;
}

/** One dimension, or the options in its place. */
type DimOrQuantileOptions = number | QuantileOptions | null | undefined;

/** The wanted probabilities as a tensor of one dimension. */
function probabilities(x: Tensor, q: number | Tensor): Tensor {
  if (!(q instanceof Tensor)) return full([1], q, { dtype: x.dtype, device: x.device });
  if (q.dim() > 1) throw new RuntimeError('quantile() q must be a scalar or 1D tensor');
  if (q.dtype !== x.dtype) throw new RuntimeError('quantile() q tensor must be same dtype as the input tensor');
  // values can be checked where they can be read at once
  if (q.device.type === 'cpu' && (q.detach().hostValues() as Float64Array).some((p) => !(p >= 0 && p <= 1))) {
    throw new RuntimeError('quantile() q values must be in the range [0, 1]');
  }
  return reshape(q, -1);
}

/** Values between the sorted elements, at ranks that need not be whole. */
function interpolate(sorted: Tensor, ranks: Tensor, interpolation: Interpolation): Tensor {
  const at = (rank: Tensor): Tensor => gather(sorted, -1, rank.detach().long());
  switch (interpolation) {
    case 'lower': return at(ranks.floor());
    case 'higher': return at(ranks.ceil());
    case 'nearest': return at(ranks.round());
    default: {
      const below = ranks.detach().floor();
      const weight = interpolation === 'midpoint' ? below.mul(0).add(0.5) : ranks.sub(below);
      return at(below).lerp(at(ranks.ceil()), weight);
    }
  }
}

/** The elements with the reduced dimension last (and with keepdim a size of 1 in its place), or all in one. */
function rowsAlong(x: Tensor, dim: number | undefined, keepdim: boolean): Tensor {
  if (x.dim() === 0) return reshape(x, 1);
  if (dim !== undefined) {
    const d = wrapDim(dim, x.dim());
    return keepdim ? transpose(unsqueeze(x, -1), d, -1) : movedim(x, d, -1);
  }
  return reshape(x, [...new Array<number>(keepdim ? x.dim() : 0).fill(1), -1]);
}

function quantileOf(
  x: Tensor, q: number | Tensor, dim: DimOrQuantileOptions, options: QuantileOptions | undefined, ignoreNan: boolean,
): Tensor {
  const [given, { keepdim = false, interpolation = 'linear', out }] =
    dimAndOptions<number, QuantileOptions>(ignoreNan ? 'nanquantile' : 'quantile', dim ?? undefined, options);
  if (!(q instanceof Tensor) && !(q >= 0 && q <= 1)) throw new RuntimeError(`quantile() q must be in the range [0, 1] but got ${q}`);
  if (!INTERPOLATIONS.includes(interpolation)) {
    throw new RuntimeError(`quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`);
  }
  if (x.numel() === 0) throw new RuntimeError('quantile() input tensor must be non-empty');
  if (!x.dtype.isFloatingPoint || x.dtype.itemsize === 2) {
    throw new RuntimeError('quantile() input tensor must be either float or double dtype');
  }
  const wanted = probabilities(x, q);
  const sorted = sort(rowsAlong(x, given, keepdim), -1).values;
  const missing = isnan(sorted.detach());
  const last = sorted.shape.at(-1)! - 1;
  const ranks = ignoreNan
    ? wanted.mul(sum(logicalNot(missing), -1, { keepdim: true }).sub(1).clampMin(0))
    : where(any(missing, -1, { keepdim: true }), last, wanted.mul(last)); // NaN is sorted to the end
  const result = interpolate(sorted, ranks, interpolation);
  // several quantiles come first
  return intoOut(squeeze_(q instanceof Tensor && q.dim() === 1 ? transpose(unsqueeze(result, 0), 0, -1) : result, -1), out);
}

/**
 * The q-th quantiles of the elements, along a dimension or of all; between two elements they are interpolated. NaN where
 * there is one.
 * @param q a number from 0 to 1, or several as a tensor: then the result has a first dimension for them
 * @see https://pytorch.org/docs/stable/generated/torch.quantile.html
 * @example torch.tensor([0, 1, 2, 3]).quantile(0.5) // tensor(1.5000)
 */
export const quantile = (x: Tensor, q: number | Tensor, dim?: DimOrQuantileOptions, options?: QuantileOptions): Tensor =>
  quantileOf(x, q, dim, options, false);

/**
 * As `quantile`, with NaN left out.
 * @see https://pytorch.org/docs/stable/generated/torch.nanquantile.html
 * @example torch.tensor([0, NaN, 2]).nanquantile(0.5) // tensor(1.)
 */
export const nanquantile = (x: Tensor, q: number | Tensor, dim?: DimOrQuantileOptions, options?: QuantileOptions): Tensor =>
  quantileOf(x, q, dim, options, true);
