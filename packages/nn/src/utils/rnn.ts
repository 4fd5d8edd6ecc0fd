import { RuntimeError, type Tensor } from '@sconce/tensor';

export interface PadSequenceOptions {
  /** give (batch, length, …) instead of (length, batch, …), default false */
  readonly batchFirst?: boolean | undefined;
  /** default 0 */
  readonly paddingValue?: number | undefined;
}

/**
 * Sequences of different lengths as one tensor, filled up to the longest.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
 * @example nn.utils.rnn.padSequence([torch.ones(2), torch.ones(3)], { batchFirst: true }).shape // [2, 3]
 */
export function padSequence(sequences: Iterable<Tensor>, { batchFirst = false, paddingValue = 0 }: PadSequenceOptions = {}): Tensor {
  const list = [...sequences];
  if (list.length === 0) throw new RuntimeError('received an empty list of sequences');
  const longest = Math.max(...list.map((x) => x.shape[0])), rest = list[0].shape.slice(1);
  const shape = batchFirst ? [list.length, longest, ...rest] : [longest, list.length, ...rest];
  const result = list[0].newFull(shape, paddingValue);
  list.forEach((x, i) => { result.select(batchFirst ? 0 : 1, i).narrow(0, 0, x.shape[0]).copy_(x); });
  return result;
}
