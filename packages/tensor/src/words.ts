/** Elements of 64 bits as pairs of 32, the lower first (every machine that runs JavaScript today is little-endian): no bigint is made. */
export const wordsOf = (data: Float64Array | BigInt64Array): Int32Array => new Int32Array(data.buffer, data.byteOffset, 2 * data.length);

/** Whole numbers as int64, without a bigint of each. */
export function int64sOf(numbers: ArrayLike<number>): BigInt64Array {
  const out = new BigInt64Array(numbers.length), words = wordsOf(out);
  for (let i = 0; i < numbers.length; i++) putInt64(words, i, numbers[i]);
  return out;
}

/** Writes a whole number as the i-th of the int64 that these are the words of. */
export function putInt64(words: Int32Array, i: number, x: number): void {
  words[2 * i] = x;
  words[2 * i + 1] = Math.floor(x / 2 ** 32);
}

/** The nearest doubles of int64, without a bigint of each. */
export function numbersOf(values: BigInt64Array): Float64Array {
  const out = new Float64Array(values.length), words = wordsOf(values);
  for (let i = 0; i < out.length; i++) out[i] = words[2 * i + 1] * 2 ** 32 + (words[2 * i] >>> 0);
  return out;
}
