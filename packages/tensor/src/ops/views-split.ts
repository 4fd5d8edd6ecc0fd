import { runViews } from '../dispatch.js';
import { IndexError, RuntimeError } from '../errors.js';
import { shapeText, wrapDim } from '../layout.js';
import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { dimOf, type DimOption } from './reduction-arguments.js';
import { viewOps } from './views-records.js';
import { slice } from './views-windows.js';

/**
 * The slices along a dimension, without it.
 * @see https://pytorch.org/docs/stable/generated/torch.unbind.html
 * @example const [first, second] = torch.eye(2).unbind();
 */
export function unbind(x: Tensor, dim: number | DimOption = 0): Tensor[] {
  if (x.dim() === 0) throw new IndexError('Dimension specified as 0 but tensor has no dimensions');
  const d = wrapDim(dimOf('unbind', dim) ?? 0, x.dim());
  return runViews(viewOps.unbind, x, { dim: d }, x.shape[d]);
}

/**
 * Consecutive parts along a dimension, as views: of `size` (the last may be smaller), or of the sizes of a list.
 * @see https://pytorch.org/docs/stable/generated/torch.split.html
 * @example torch.arange(5).split(2) // [tensor([0, 1]), tensor([2, 3]), tensor([4])]
 */
export function split(x: Tensor, size: number | readonly number[], dim: number | DimOption = 0): Tensor[] {
  if (x.dim() === 0) throw new RuntimeError('split expects at least a 1-dimensional tensor');
  const along = dimOf('split', dim) ?? 0, d = wrapDim(along, x.dim()), n = x.shape[d];
  if (typeof size === 'number') {
    if (size < 0) throw new RuntimeError(`split expects split_size be non-negative, but got split_size=${size}`);
    if (size === 0 && n !== 0) throw new RuntimeError(`split_size can only be 0 if dimension size is 0, but got dimension size of ${n}`);
    const count = size === 0 ? 1 : Math.max(Math.ceil(n / size), 1);
    const sizes = Array.from({ length: count }, (_, i) => (i < count - 1 ? size : n - size * (count - 1)));
    return runViews(viewOps.split, x, { dim: d, sizes }, count);
  }
  if (size.some((s) => s < 0)) {
    throw new RuntimeError(`split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=${shapeText(size)}`);
  }
  if (size.reduce((a, b) => a + b, 0) !== n) {
    throw new RuntimeError(
      `split_with_sizes expects split_sizes to sum exactly to ${n} (input tensor's size at dimension ${along}), but got split_sizes=${shapeText(size)}`);
  }
  return runViews(viewOps.splitWithSizes, x, { dim: d, sizes: size.slice() }, size.length);
}

/**
 * Consecutive parts of the given sizes along a dimension, as views.
 * @throws TypeError for sizes that are no list; RuntimeError where they do not add up to the dimension's
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.split.html
 * @example torch.arange(5).splitWithSizes([1, 4]) // [tensor([0]), tensor([1, 2, 3, 4])]
 */
export function splitWithSizes(x: Tensor, sizes: readonly number[], dim: number | DimOption = 0): Tensor[] {
  if (!Array.isArray(sizes)) {
    throw new TypeError(`split_with_sizes(): argument 'split_sizes' (position 1) must be tuple of ints, not ${describe(sizes)}`);
  }
  return split(x, sizes, dim);
}

/**
 * At most `chunks` parts of equal size along a dimension, the last possibly smaller.
 * @see https://pytorch.org/docs/stable/generated/torch.chunk.html
 * @example torch.arange(5).chunk(2) // [tensor([0, 1, 2]), tensor([3, 4])]
 */
export function chunk(x: Tensor, chunks: number, dim: number | DimOption = 0): Tensor[] {
  if (x.dim() === 0) throw new RuntimeError('chunk expects at least a 1-dimensional tensor');
  if (!(chunks > 0)) throw new RuntimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
  const d = wrapDim(dimOf('chunk', dim) ?? 0, x.dim()), n = x.shape[d];
  return split(x, n === 0 ? new Array<number>(chunks).fill(0) : Math.ceil(n / chunks), d);
}

/**
 * Parts along a dimension: a number of them (the first ones larger by one where it does not divide), or cut before each
 * index of a list.
 * @param indicesOrSections a number, a list, or an int64 CPU tensor of either
 * @see https://pytorch.org/docs/stable/generated/torch.tensor_split.html
 * @example torch.arange(5).tensorSplit([1, 3]) // [tensor([0]), tensor([1, 2]), tensor([3, 4])]
 */
export function tensorSplit(x: Tensor, indicesOrSections: number | readonly number[] | Tensor, dim: number | DimOption = 0): Tensor[] {
  if (indicesOrSections instanceof Tensor) return tensorSplit(x, splitArgument(indicesOrSections), dim);
  if (x.dim() === 0) {
    throw new RuntimeError('tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims');
  }
  const d = wrapDim(dimOf('tensorSplit', dim) ?? 0, x.dim()), n = x.shape[d];
  if (typeof indicesOrSections !== 'number') {
    const cuts = [0, ...indicesOrSections, n];
    return cuts.slice(1).map((end, i) => slice(x, d, cuts[i], end));
  }
  const sections = indicesOrSections;
  if (!(sections > 0)) throw new RuntimeError(`number of sections must be larger than 0, got ${sections}`);
  const small = Math.floor(n / sections), larger = n % sections;
  const cut = (i: number): number => i * small + Math.min(i, larger);
  return Array.from({ length: sections }, (_, i) => slice(x, d, cut(i), cut(i + 1)));
}

function splitArgument(x: Tensor): number | readonly number[] {
  if (x.dim() > 1) {
    throw new RuntimeError(
      `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with ${x.dim()} dims`);
  }
  if (x.dtype.name !== 'int64') {
    throw new RuntimeError(`tensor_split expected tensor_indices_or_sections to have dtype of long, but got ${x.dtype.scalarType}`);
  }
  const values = Array.from(x.hostValues(), Number);
  return x.dim() === 0 ? values[0] : values;
}

function splitAlong(
  name: string, x: Tensor, indicesOrSections: number | readonly number[], least: number, dim: number,
): Tensor[] {
  if (x.dim() < least) {
    throw new RuntimeError(
      `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${x.dim()} dimensions!`);
  }
  if (typeof indicesOrSections === 'number' && x.shape[dim] % indicesOrSections !== 0) {
    throw new RuntimeError(
      `torch.${name} attempted to split along dimension ${dim}, but the size of the dimension ${x.shape[dim]} is not divisible by the split_size ${indicesOrSections}!`);
  }
  return tensorSplit(x, indicesOrSections, dim);
}

/** Parts side by side, along dimension 1 (0 of a vector). @see https://pytorch.org/docs/stable/generated/torch.hsplit.html */
export const hsplit = (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
  splitAlong('hsplit', x, indicesOrSections, 1, x.dim() === 1 ? 0 : 1);
/** Parts below one another, along dimension 0. @see https://pytorch.org/docs/stable/generated/torch.vsplit.html */
export const vsplit = (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
  splitAlong('vsplit', x, indicesOrSections, 2, 0);
/** Parts behind one another, along dimension 2. @see https://pytorch.org/docs/stable/generated/torch.dsplit.html */
export const dsplit = (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
  splitAlong('dsplit', x, indicesOrSections, 3, 2);
