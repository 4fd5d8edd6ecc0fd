import { int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
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
  const chosen: number[] = [];
  const row = new Array<number>(r);
  const choose = (k: number, from: number): void => {
    if (k === r) chosen.push(...row);
    else for (let i = from; i < x.shape[0]; i++) {
      row[k] = i;
      choose(k + 1, withReplacement ? i : i + 1);
    }
  };
  choose(0, 0);
  const picked = indexSelect(x, 0, tensor(chosen, { dtype: int64, device: x.device }));
  return reshape(picked, chosen.length / r, r);
}

function triangleIndices(
  name: string, rows: number, columns: number, given: TriangleIndicesOptions, inside: (distance: number, offset: number) => boolean,
): Tensor {
  const { offset = 0, ...options } = checked(name, given, 'offset');
  if (rows < 0) throw new RuntimeError(`row must be non-negative, got${rows}`);
  if (columns < 0) throw new RuntimeError(`col must be non-negative, got${columns}`);
  const row: number[] = [], column: number[] = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (inside(j - i, offset)) {
    row.push(i);
    column.push(j);
  }
  const dtype: DType = options.dtype ?? int64;
  return reshape(tensor([...row, ...column], { ...options, dtype }), 2, row.length);
}

export interface TriangleIndicesOptions extends TensorOptions {
  /** which diagonal ends the triangle, default 0, the main one */
  readonly offset?: number | undefined;
}

/** Rows and columns of the elements of a lower triangle. @see https://pytorch.org/docs/stable/generated/torch.tril_indices.html */
export const trilIndices = (rows: number, columns: number, options: TriangleIndicesOptions = {}): Tensor =>
  triangleIndices('trilIndices', rows, columns, options, (distance, offset) => distance <= offset);
/** Rows and columns of the elements of an upper triangle. @see https://pytorch.org/docs/stable/generated/torch.triu_indices.html */
export const triuIndices = (rows: number, columns: number, options: TriangleIndicesOptions = {}): Tensor =>
  triangleIndices('triuIndices', rows, columns, options, (distance, offset) => distance >= offset);

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
