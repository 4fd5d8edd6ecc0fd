import { defaultGenerator, randperm, ValueError, type Generator } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { lengthOf, Subset, type MapStyle } from './dataset.js';

/**
 * Splits a data set at random into parts that do not overlap. The same seed gives PyTorch's parts.
 * @param lengths how many items each part gets; or fractions that add up to 1, rounded down, what remains being dealt
 *   one by one from the first part on
 * @param options.generator default: the default generator
 * @throws ValueError if the lengths do not add up to the data set's
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 * @example
 * const [train, test] = randomSplit(data, [0.8, 0.2], { generator: new Generator().manualSeed(42) });
 */
export function randomSplit<T, const L extends readonly number[]>(
  dataset: MapStyle<T>, lengths: L, options: { generator?: Generator } = {},
): { -readonly [I in keyof L]: Subset<T> } {
  const { generator = defaultGenerator } = checked('randomSplit', options, 'generator');
  const length = lengthOf(dataset), counts = isWhole(sum(lengths)) ? dealOut(lengths, length) : lengths;
  const total = sum(counts);
  if (total !== length || !counts.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new ValueError('Sum of input lengths does not equal the length of the input dataset!');
  }
  const order = Array.from(randperm(total, { generator }).numpy(), Number);
  let end = 0;
  return counts.map((n) => new Subset(dataset, order.slice(end, end += n))) as { -readonly [I in keyof L]: Subset<T> };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Python's `math.isclose(total, 1) and total <= 1`: ten tenths add up to a little less than 1. */
const isWhole = (total: number): boolean => total <= 1 && 1 - total <= 1e-9;

function dealOut(fractions: readonly number[], length: number): number[] {
  const counts = fractions.map((fraction, i) => {
    if (fraction < 0 || fraction > 1) throw new ValueError(`Fraction at index ${i} is not between 0 and 1`);
    return Math.floor(length * fraction);
  });
  const rest = length - sum(counts);
  for (let i = 0; i < rest; i++) counts[i % counts.length]!++;
  counts.forEach((n, i) => {
    if (n === 0) console.warn(`Length of split at index ${i} is 0. This might result in an empty dataset.`);
  });
  return counts;
}
