import { arange, int64, NotImplementedError, ones, RuntimeError, searchsorted, stack, Tensor, ValueError, where, zeros } from '@sconce/tensor';
import { checked, embedding, oneHot, type EmbeddingOptions } from '@sconce/tensor/internal';

export { embedding, oneHot };
export type { EmbeddingOptions };

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** where each bag of a 1-D input begins */
  readonly offsets?: Tensor | null | undefined;
  /** what is made of the rows of a bag, default 'mean' */
  readonly mode?: 'sum' | 'mean' | 'max' | undefined;
  /** a factor of each row, for `mode: 'sum'` */
  readonly perSampleWeights?: Tensor | null | undefined;
  /** whether the last offset is where the last bag ends, default false */
  readonly includeLastOffset?: boolean | undefined;
}

const size = (x: Tensor): string => `torch.Size([${x.shape.join(', ')}])`;

/** A flat list of indices and where its bags begin. @throws ValueError with PyTorch's texts */
function flattened(input: Tensor, { offsets, perSampleWeights }: EmbeddingBagOptions): [Tensor, Tensor] {
  if (perSampleWeights && perSampleWeights.shape.join() !== input.shape.join()) {
    throw new ValueError(
      `embedding_bag: If per_sample_weights (${size(perSampleWeights)}) is not None, then it must have the same shape as the input (${size(input)})`);
  }
  if (input.dim() === 2) {
    if (offsets) {
      throw new ValueError(
        "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. However, found offsets of type <class 'torch.Tensor'>");
    }
    const [rows, columns] = input.shape;
    return [input.reshape(-1), arange(rows, { dtype: int64, device: input.device }).mul(columns)];
  }
  if (input.dim() !== 1) throw new ValueError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${input.dim()}`);
  if (!offsets) throw new ValueError('offsets has to be a 1D Tensor but got None');
  if (offsets.dim() !== 1) throw new ValueError('offsets has to be a 1D Tensor');
  return [input, offsets];
}

/** The bag of each index. */
function bagsOf(indices: Tensor, offsets: Tensor, includeLastOffset: boolean): { bags: number[]; count: number } {
  const starts = Array.from(offsets.hostValues() as ArrayLike<number | bigint>, Number);
  if (starts.length > 0 && starts[0] !== 0) {
    throw new RuntimeError(`offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${starts[0]}`);
  }
  const n = indices.numel();
  if (starts.length > 0 && starts.at(-1)! > n) {
    throw new RuntimeError(`offsets[-1] can not be greater than input's length ${n} but got offsets[-1] of ${starts.at(-1)}`);
  }
  const count = includeLastOffset ? starts.length - 1 : starts.length;
  const bags: number[] = [];
  for (let b = 0; b < count; b++) for (let i = starts[b], end = starts[b + 1] ?? n; i < end; i++) bags.push(b);
  return { bags, count };
}

/**
 * The sum, mean or maximum of the rows of a table that each bag names, without keeping the rows.
 * @param input (bags, indices), or a flat list of indices with `offsets`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html
 */
export function embeddingBag(input: Tensor, weight: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  const { mode = 'mean', perSampleWeights, includeLastOffset = false, paddingIdx, ...rest } = checked('embeddingBag', options, 'offsets');
  const [indices, offsets] = flattened(input, options);
  if (mode !== 'sum' && mode !== 'mean' && mode !== 'max') throw new ValueError('mode has to be one of sum, mean or max');
  if (mode === 'max' && rest.scaleGradByFreq) throw new ValueError('max mode does not support scaling the gradient by the frequency');
  if (perSampleWeights && mode !== 'sum') {
    throw new NotImplementedError(
      `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}'). Please open a feature request on GitHub.`);
  }
  const given = paddingIdx ?? null, padding = given !== null && given < 0 ? given + weight.shape[0] : given;
  if (offsets.device.type !== 'cpu') return bagged(indices, weight, offsets, padding, { ...rest, mode, perSampleWeights, includeLastOffset });
  const { bags, count } = bagsOf(indices, offsets, includeLastOffset);
  const values = indices.narrow(0, 0, bags.length).hostValues();
  const kept = bags.map((_, i) => i).filter((i) => padding === null || Number(values[i]) !== padding);
  const at = (list: readonly number[]): Tensor =>
    arange(0, { dtype: int64 }).newTensor(list.map(BigInt), { device: weight.device, dtype: int64 });
  const rows = embedding(indices.indexSelect(0, at(kept)), weight, rest);
  const bag = at(kept.map((i) => bags[i]));
  if (mode === 'max') return largest(rows, kept.map((i) => bags[i]), count);
  const weighted = perSampleWeights ? rows.mul(perSampleWeights.reshape(-1).indexSelect(0, at(kept)).unsqueeze(1)) : rows;
  const sums = zeros(count, weight.shape[1], { dtype: weight.dtype, device: weight.device }).indexAdd(0, bag, weighted);
  if (mode === 'sum') return sums;
  const sizes = new Array<number>(count).fill(0);
  for (const i of kept) sizes[bags[i]]++;
  return sums.div(sums.newTensor(sizes.map((n) => Math.max(n, 1))).unsqueeze(1));
}

/** The same where offsets are not known at once: rows that belong to no bag go to one more, which is dropped. */
function bagged(
  indices: Tensor, weight: Tensor, offsets: Tensor, padding: number | null, { mode, perSampleWeights, includeLastOffset, ...rest }: EmbeddingBagOptions,
): Tensor {
  const n = indices.numel(), [starts, columns] = [offsets.numel(), weight.shape[1]], count = includeLastOffset ? starts - 1 : starts;
  const { device, dtype } = weight, places = arange(n, { dtype: int64, device });
  // behind the last offset that is an end there is the bag too many already
  const inOrder = searchsorted(offsets.to(int64), places, { right: true }).sub(1);
  const bag = padding === null ? inOrder : where(indices.eq(padding), count, inOrder);
  const rows = embedding(indices, weight, rest);
  const sumOf = (x: Tensor): Tensor => zeros([count + 1, ...x.shape.slice(1)], { dtype, device }).indexAdd(0, bag, x).narrow(0, 0, count);
  if (mode === 'max') {
    return zeros(count + 1, columns, { dtype, device }).scatterReduce(0, bag.unsqueeze(1).expand(n, columns), rows, 'amax', { includeSelf: false }).narrow(0, 0, count);
  }
  const sums = sumOf(perSampleWeights ? rows.mul(perSampleWeights.reshape(-1).unsqueeze(1)) : rows);
  return mode === 'sum' ? sums : sums.div(sumOf(ones(n, { dtype, device })).clampMin(1).unsqueeze(1));
}

/** The largest value of each column in each bag; zeros for an empty one. */
function largest(rows: Tensor, bags: readonly number[], count: number): Tensor {
  const results: Tensor[] = [];
  for (let b = 0, start = 0; b < count; b++) {
    let end = start;
    while (end < bags.length && bags[end] === b) end++;
    const bag = rows.narrow(0, start, end - start);
    results.push(end > start ? bag.max(0)[0] : rows.newZeros(rows.shape[1]));
    start = end;
  }
  return results.length ? stack(results) : rows.newZeros(0, rows.shape[1]);
}
