import { int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { zerosOf } from '../host-memory.js';
import { shapeText } from '../layout.js';
import { checked } from '../options.js';
import type { NumberLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { zeros, type TensorOptions } from './creation.js';
import { tensor } from './from-data.js';
import { indexSelect } from './indexing-select.js';
import { cat, stack } from './joining.js';
import { constantPadNd } from './shape-pad.js';
import { meshgrid, tensorsOf, type Tensors } from './views-many.js';
import { expand, reshape } from './views.js';

/**
 * A matrix with matrices along its diagonal and zeros elsewhere; vectors and 0-d tensors count as rows.
 * @see https://pytorch.org/docs/stable/generated/torch.block_diag.html
 */
export function blockDiag(...args: Tensors): Tensor {
  const tensors = tensorsOf(args).map((x, i) => {
    if (x.dim() > 2) {
      throw new RuntimeError(`torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${i} has ${x.dim()} dimensions`);
    }
    return x.dim() === 2 ? x : reshape(x, 1, x.numel());
  });
  if (tensors.length === 0) return zeros(1, 0);
  const width = tensors.reduce((n, x) => n + x.shape[1], 0);
  let before = 0;
  return cat(tensors.map((x) => {
    const row = constantPadNd(x, [before, width - before - x.shape[1]]);
    before += x.shape[1];
    return row;
  }));
}

/**
 * All combinations of one element of each vector, a row each.
 * @see https://pytorch.org/docs/stable/generated/torch.cartesian_prod.html
 */
export function cartesianProd(...args: Tensors): Tensor {
  const tensors = tensorsOf(args);
  for (const x of tensors) if (x.dim() !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape ${shapeText(x.shape)}`);
  if (tensors.length === 1) return tensors[0];
  return stack(meshgrid(tensors).map((grid) => reshape(grid, -1)), 1);
}

export interface CombinationsOptions {
  /** how many elements, default 2 */
  readonly r?: number | undefined;
  /** whether an element may occur more than once */
  readonly withReplacement?: boolean | undefined;
}

/**
 * All ways to choose `r` elements of a vector, a row each, as Python's itertools.
 * @see https://pytorch.org/docs/stable/generated/torch.combinations.html
 * @example torch.combinations(torch.tensor([1, 2, 3])) // tensor([[1., 2.], [1., 3.], [2., 3.]])
 */
export function combinations(x: Tensor, r: number | CombinationsOptions = 2, options: CombinationsOptions = {}): Tensor {
  const { withReplacement = false } = checked('combinations', options, 'withReplacement');
  if (typeof r === 'object') return combinations(x, r.r, r);
  if (x.dim() !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape ${shapeText(x.shape)}`);
  if (r < 0) throw new RuntimeError(`Expect a non-negative number, but got ${r}`);
  if (r === 0) return zeros([0], { dtype: x.dtype, device: x.device });
  const n = x.shape[0], count = waysToChoose(withReplacement ? n + r - 1 : n, r), indices = zerosOf(BigInt64Array, count * r);
  const row = Array.from({ length: count > 0 ? r : 0 }, (_, i) => (withReplacement ? 0 : i));
  for (let at = 0; at < indices.length;) {
    for (const i of row) indices[at++] = BigInt(i);
    // the last place that can go on does, and those after it begin anew
    let k = r - 1;
    while (k >= 0 && row[k] === (withReplacement ? n - 1 : n - r + k)) k--;
    if (k < 0) break;
    row[k]++;
    for (let j = k + 1; j < r; j++) row[j] = withReplacement ? row[k] : row[j - 1] + 1;
  }
  return reshape(indexSelect(x, 0, tensor(indices, { device: x.device })), count, r);
}

/** How many sets of r there are of n. */
function waysToChoose(n: number, r: number): number {
  let ways = n < r ? 0 : 1;
  for (let i = 0; i < Math.min(r, n - r); i++) ways = (ways * (n - i)) / (i + 1);
  return ways;
}

/** The places of a triangle, or of the other one, above the diagonal `offset`. */
function triangleIndices(name: string, rows: number, columns: number, given: TriangleIndicesOptions, upper: boolean): Tensor {
  const { offset = 0, ...options } = checked(name, given, 'offset');
  if (rows < 0) throw new RuntimeError(`row must be non-negative, got${rows}`);
  if (columns < 0) throw new RuntimeError(`col must be non-negative, got${columns}`);
  const shift = upper ? offset : offset + 1, bounded = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
  // rows have none of the left columns, then one more each, then all
  const some = bounded(-shift, 0, rows), all = bounded(columns - shift, some, rows);
  const left = (all - some) * (some + all - 1 + 2 * shift) / 2 + (rows - all) * columns, count = upper ? rows * columns - left : left;
  const indices = zerosOf(BigInt64Array, 2 * count);
  for (let i = 0, at = 0; i < rows; i++) {
    const border = bounded(i + shift, 0, columns);
    for (let j = upper ? border : 0; j < (upper ? columns : border); j++, at++) {
      indices[at] = BigInt(i);
      indices[count + at] = BigInt(j);
    }
  }
  const dtype: DType = options.dtype ?? int64;
  return reshape(tensor(indices, { ...options, dtype }), 2, count);
}

export interface TriangleIndicesOptions extends TensorOptions {
  /** which diagonal ends the triangle, default 0, the main one */
  readonly offset?: number | undefined;
}

/** Rows and columns of the elements of a lower triangle. @see https://pytorch.org/docs/stable/generated/torch.tril_indices.html */
export const trilIndices = (rows: number, columns: number, options: TriangleIndicesOptions = {}): Tensor =>
  triangleIndices('trilIndices', rows, columns, options, false);
/** Rows and columns of the elements of an upper triangle. @see https://pytorch.org/docs/stable/generated/torch.triu_indices.html */
export const triuIndices = (rows: number, columns: number, options: TriangleIndicesOptions = {}): Tensor =>
  triangleIndices('triuIndices', rows, columns, options, true);

export interface PadSequenceOptions {
  /** give (batch, length, …) instead of (length, batch, …) */
  readonly batchFirst?: boolean | undefined;
  /** what fills shorter sequences up, default 0 */
  readonly paddingValue?: NumberLike | undefined;
}

/**
 * Sequences of different lengths as one tensor, filled up at the end.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
 */
export function padSequence(sequences: readonly Tensor[], options: PadSequenceOptions = {}): Tensor {
  const { batchFirst = false, paddingValue = 0 } = checked('padSequence', options, 'batchFirst');
  if (sequences.length === 0) throw new RuntimeError('received an empty list of sequences');
  const [first] = sequences, rest = first.shape.slice(1);
  const length = Math.max(...sequences.map((x) => x.shape[0]));
  const padded = sequences.map((x) => {
    const row = expand(x, [x.shape[0], ...rest]).to(first.dtype);
    return constantPadNd(row, [...rest.flatMap(() => [0, 0]), 0, length - x.shape[0]], paddingValue);
  });
  return stack(padded, batchFirst ? 0 : 1);
}
