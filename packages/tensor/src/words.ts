/** Elements of 64 bits as pairs of 32, the lower first (every machine that runs JavaScript today is little-endian): no bigint is made. */
export const wordsOf = (data: Float64Array | BigInt64Array): Int32Array => new Int32Array(data.buffer, data.byteOffset, 2 * data.length);

/** Writes an integral number into the words of an int64 array. */
export function setInt64(words: Int32Array, index: number, value: number): void {
  words[2 * index] = value;
  words[2 * index + 1] = Math.floor(value / 2 ** 32);
}

/** Whole numbers as int64, without a bigint of each. */
export function int64sOf(numbers: ArrayLike<number>): BigInt64Array {
  const out = new BigInt64Array(numbers.length), words = wordsOf(out);
  for (let i = 0; i < numbers.length; i++) setInt64(words, i, numbers[i]);
  return out;
}

/** The nearest doubles of int64, without a bigint of each. */
export function numbersOf(values: BigInt64Array): Float64Array {
  const out = new Float64Array(values.length), words = wordsOf(values);
  for (let i = 0; i < out.length; i++) out[i] = words[2 * i + 1] * 2 ** 32 + (words[2 * i] >>> 0);
  return out;
}
