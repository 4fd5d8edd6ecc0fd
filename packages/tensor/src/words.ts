/** Elements of 64 bits as pairs of 32, the lower first (every machine that runs JavaScript today is little-endian): no bigint is made. */
export const wordsOf = (data: Float64Array | BigInt64Array): Int32Array => new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
