import {
  cat, float16, float32, float64, int64, RuntimeError, stack, Tensor, tensor, ValueError, type DeviceLike, type DType,
} from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { pad } from '../functional/padding.js';

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
export function padSequence(
  sequences: Iterable<Tensor>, options: PadSequenceOptions = {},
): Tensor {
  const { batchFirst = false, paddingValue = 0 } = checked('padSequence', options, 'batchFirst');
  const list = [...sequences];
  if (list.length === 0) throw new RuntimeError('received an empty list of sequences');
  const longest = Math.max(...list.map((x) => x.shape[0]));
  return stack(list.map((x) => rows(x, longest, paddingValue)), batchFirst ? 0 : 1);
}

/** A tensor with rows added up to a number of them. */
const rows = (x: Tensor, count: number, value: number): Tensor =>
  (x.shape[0] === count ? x : pad(x, [...x.shape.slice(1).flatMap(() => [0, 0]), 0, count - x.shape[0]], { value }));

/** Sequences of different lengths, the longest first, as all first elements, all second ones, and so on. */
export class PackedSequence {
  constructor(
    /** (all elements, …) */
    readonly data: Tensor,
    /** how many sequences have a first element, a second one, … */
    readonly batchSizes: Tensor,
    /** where the sequences were before they were sorted, null where they were sorted */
    readonly sortedIndices: Tensor | null = null,
    readonly unsortedIndices: Tensor | null = null,
  ) {}

  /** The elements in another dtype or on another device, and with them the indices; this one where nothing changes. */
  to(target: DType | DeviceLike | { readonly dtype?: DType | undefined; readonly device?: DeviceLike | undefined }): PackedSequence {
    const data = this.data.to(target as DType);
    if (data === this.data) return this;
    const moved = (x: Tensor | null): Tensor | null => x && x.to(data.device);
    return new PackedSequence(data, this.batchSizes, moved(this.sortedIndices), moved(this.unsortedIndices));
  }
  float(): PackedSequence { return this.to(float32); }
  double(): PackedSequence { return this.to(float64); }
  half(): PackedSequence { return this.to(float16); }

  toString(): string {
    const { data, batchSizes, sortedIndices, unsortedIndices } = this;
    const [sorted, unsorted] = [sortedIndices, unsortedIndices].map((x) => (x === null ? 'None' : String(x)));
    return `PackedSequence(data=${data}, batch_sizes=${batchSizes}, sorted_indices=${sorted}, unsorted_indices=${unsorted})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  /** The sequence on the CPU. */
  async cpu(): Promise<PackedSequence> {
    const [data, sorted, unsorted] = await Promise.all([this.data, this.sortedIndices, this.unsortedIndices].map((x) => x?.cpu() ?? null));
    return new PackedSequence(data!, this.batchSizes, sorted, unsorted);
  }
}

const numbers = (x: Tensor | readonly number[]): number[] =>
  (x instanceof Tensor ? Array.from(x.hostValues() as ArrayLike<number | bigint>, Number) : [...x]);
const indices = (list: readonly number[], like: Tensor): Tensor =>
  tensor([...list], { dtype: int64, device: like.device });

export interface PackOptions {
  readonly batchFirst?: boolean | undefined;
  /** refuse sequences that are not sorted by length, the longest first; otherwise they are sorted; default true */
  readonly enforceSorted?: boolean | undefined;
}

/**
 * Packs sequences that were filled up, so that recurrent layers skip the padding.
 * @throws RuntimeError for lengths that are not sorted, unless told that they need not be
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 */
export function packPaddedSequence(
  input: Tensor, lengths: Tensor | readonly number[], options: PackOptions = {},
): PackedSequence {
  const { batchFirst = false, enforceSorted = true } = checked('packPaddedSequence', options, 'batchFirst');
  const given = numbers(lengths), batchDim = batchFirst ? 0 : 1, batch = input.size(batchDim);
  if (given.length !== batch) throw new RuntimeError(`Expected \`len(lengths)\` to be equal to batch_size, but got ${given.length} (batch_size=${batch})`);
  if (given.some((n) => n <= 0)) throw new RuntimeError("Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0");
  const order = given.map((_, i) => i);
  if (!enforceSorted) order.sort((a, b) => given[b] - given[a]);
  else if (given.some((n, i) => i > 0 && n > given[i - 1])) {
    throw new RuntimeError(
      '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.');
  }
  const sorted = order.map((i) => given[i]);
  const sortedIndices = enforceSorted ? null : indices(order, input);
  const chosen = sortedIndices ? input.indexSelect(batchDim, sortedIndices) : input;
  const steps = batchFirst ? chosen.transpose(0, 1) : chosen;
  const sizes = Array.from({ length: sorted[0] }, (_, t) => sorted.filter((n) => n > t).length);
  const data = cat(sizes.map((n, t) => steps.select(0, t).narrow(0, 0, n)));
  const inverse = order.map((_, i) => order.indexOf(i));
  return new PackedSequence(data, tensor(sizes, { dtype: int64 }), sortedIndices, sortedIndices && indices(inverse, input));
}

export interface PadPackedOptions extends PadSequenceOptions {
  /** fill up to this length, default that of the longest sequence */
  readonly totalLength?: number | null | undefined;
}

/**
 * The sequences of a packed one, filled up, and their lengths.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_packed_sequence.html
 */
export function padPackedSequence(
  sequence: PackedSequence, options: PadPackedOptions = {},
): [Tensor, Tensor] {
  const { batchFirst = false, paddingValue = 0, totalLength } = checked('padPackedSequence', options, 'batchFirst');
  const sizes = numbers(sequence.batchSizes), [batch] = sizes;
  if (totalLength !== null && totalLength !== undefined && totalLength < sizes.length) {
    throw new ValueError(
      `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${totalLength} and max sequence length being ${sizes.length}`);
  }
  const steps = sequence.data.split(sizes).map((x) => rows(x, batch, paddingValue));
  const filled = rows(stack(steps), totalLength ?? sizes.length, paddingValue);
  const padded = batchFirst ? filled.transpose(0, 1) : filled;
  const lengths = tensor(Array.from({ length: batch }, (_, i) => sizes.filter((n) => n > i).length), { dtype: int64 });
  const { unsortedIndices } = sequence;
  if (!unsortedIndices) return [padded, lengths];
  const order = indices(numbers(unsortedIndices), lengths); // lengths are on the CPU
  return [padded.indexSelect(batchFirst ? 0 : 1, unsortedIndices), lengths.indexSelect(0, order)];
}

/** Packs sequences. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_sequence.html */
export function packSequence(
  sequences: Iterable<Tensor>, options: { readonly enforceSorted?: boolean | undefined } = {},
): PackedSequence {
  const { enforceSorted = true } = checked('packSequence', options, 'enforceSorted');
  const list = [...sequences];
  return packPaddedSequence(padSequence(list), list.map((x) => x.size(0)), { enforceSorted });
}

/**
 * The sequences in tensors that were filled up.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpad_sequence.html
 */
export const unpadSequence = (
  padded: Tensor, lengths: Tensor | readonly number[],
  options: { readonly batchFirst?: boolean | undefined } = {},
): Tensor[] => {
  const { batchFirst = false } = checked('unpadSequence', options, 'batchFirst');
  return numbers(lengths).map((n, i) => padded.select(batchFirst ? 0 : 1, i).narrow(0, 0, n));
};

/**
 * The sequences of a packed one.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpack_sequence.html
 */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  const [padded, lengths] = padPackedSequence(sequence, { batchFirst: true });
  return unpadSequence(padded, lengths, { batchFirst: true });
}
