import { checkTensor } from '../check-tensors.js';
import { runStructured, runStructuredInplace } from '../dispatch.js';
import { int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { zeros } from './creation.js';
import { indexingOps } from './indexing-records.js';
import { hostValuesFor } from './indexing-select.js';
import { scatter_ } from './scatter.js';
import { unsqueeze } from './views.js';

export interface RenormAttrs { readonly maxNorm: number; readonly normType: number }

/** Records of the ops on embedding tables. */
export const embeddingOps = {
  /** weight and indices: the rows that are named, shortened to a norm where they are longer */
  embeddingRenorm: structuredOp<RenormAttrs>({
    name: 'embeddingRenorm', meta: ([weight]) => [{ shape: weight.layout.shape, dtype: weight.dtype }],
  }),
};

export interface EmbeddingOptions {
  /** a row that gets no gradient */
  readonly paddingIdx?: number | null | undefined;
  /** shorten rows that are longer than this, in place, before they are read */
  readonly maxNorm?: number | null | undefined;
  /** which norm, default 2 */
  readonly normType?: number | undefined;
  /** divide gradients by how often a row occurs */
  readonly scaleGradByFreq?: boolean | undefined;
  /** without effect: all gradients are dense */
  readonly sparse?: boolean | undefined;
}

/**
 * Rows of a table.
 * @param input int64 or int32, of any shape
 * @param weight the table: a row per index
 * @throws IndexError for an index without a row
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 * @example torch.nn.functional.embedding(torch.tensor([1n, 0n]), torch.eye(2)) // tensor([[0., 1.], [1., 0.]])
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false } = checked('embedding', options, 'paddingIdx');
  checkTensor(weight, 'embedding', 'weight');
  checkTensor(input, 'embedding', 'indices', 2);
  const rows = weight.shape[0] ?? 0;
  let padding = -1;
  if (paddingIdx !== undefined && paddingIdx !== null) {
    if (paddingIdx >= rows || paddingIdx < -rows) throw new RuntimeError('Padding_idx must be within num_embeddings');
    padding = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  }
  if (maxNorm !== undefined && maxNorm !== null) {
    runStructuredInplace(embeddingOps.embeddingRenorm, [weight.detach(), input], { maxNorm, normType });
  }
  return runStructured(indexingOps.embedding, [weight, input], { paddingIdx: padding, scaleGradByFreq })[0];
}

/** The gradient of a table, from that of what was read from it. @internal */
export const embeddingDenseBackward = (
  g: Tensor, indices: Tensor, rows: number, paddingIdx: number, scaleGradByFreq: boolean,
): Tensor => runStructured(indexingOps.embeddingDenseBackward, [g, indices], { rows, paddingIdx, scaleGradByFreq })[0];

/**
 * Ones in the place of each number: a last dimension of `numClasses`, by default as many as the largest number needs.
 * @param x int64
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
 * @example torch.nn.functional.oneHot(torch.tensor([0n, 2n])) // tensor([[1, 0, 0], [0, 0, 1]])
 */
export function oneHot(x: Tensor, numClasses = -1): Tensor {
  if (x.dtype !== int64) throw new RuntimeError('one_hot is only applicable to index tensor.');
  const options = { dtype: int64, device: x.device };
  if (x.numel() === 0) {
    if (numClasses <= 0) throw new RuntimeError('Can not infer total number of classes from empty tensor.');
    return zeros([...x.shape, numClasses], options);
  }
  // a scatter finds a number that is too large by itself where values cannot be read here
  const classes = x.device.type === 'cpu' || numClasses === -1 ? checkedClasses(x, numClasses) : numClasses;
  return scatter_(zeros([...x.shape, classes], options), -1, unsqueeze(x, -1), 1);
}

function checkedClasses(x: Tensor, numClasses: number): number {
  let largest = -1;
  for (const v of hostValuesFor('one_hot', x)) {
    if (v < 0) throw new RuntimeError('Class values must be non-negative.');
    largest = Math.max(largest, Number(v));
  }
  if (numClasses === -1) return largest + 1;
  if (numClasses <= largest) throw new RuntimeError('Class values must be smaller than num_classes.');
  return numClasses;
}
