import { int64, RuntimeError, type DType } from '@sconce/tensor';
import { decode, int64sOf, numberToBfloat16, numberToFloat16, wordsOf } from '@sconce/tensor/internal';

// Every element takes a 32-bit word on the device: floats as float32, integers and bools as int32.

/** @throws TypeError for float64, which WebGPU lacks */
export function checkDtype(dtype: Pick<DType, 'name'>): void {
  if (dtype.name !== 'float64') return;
  throw new TypeError(
    "Cannot convert a WebGPU Tensor to float64 dtype as WebGPU doesn't support float64. Please use float32 instead.");
}

/** @throws RuntimeError for integers beyond 32 bits */
export function checkRange(value: number | bigint, dtype: DType): void {
  if (dtype.kind !== 'int' || (value >= -2147483648 && value <= 2147483647)) return;
  throw new RuntimeError(`${value} does not fit into ${dtype} on device 'webgpu', which holds integers in 32 bits`);
}

/** The bytes of elements of a dtype, as words. @throws RuntimeError for an int64 beyond 32 bits */
export function toWords(data: Uint8Array, dtype: DType): Float32Array | Int32Array {
  const aligned = data.byteOffset % dtype.itemsize === 0 ? data : data.slice();
  const elements = new dtype.Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / dtype.itemsize));
  if (elements instanceof Float32Array || elements instanceof Int32Array) return elements;
  if (elements instanceof BigInt64Array) {
    const out = new Int32Array(elements.length), halves = wordsOf(elements);
    for (let i = 0; i < out.length; i++) {
      out[i] = halves[2 * i];
      if (halves[2 * i + 1] !== out[i] >> 31) checkRange(elements[i], int64);
    }
    return out;
  }
  if (dtype.kind === 'float') return Float32Array.from(elements as Uint16Array, (bits) => decode(dtype, bits) as number);
  return Int32Array.from(elements as Uint8Array);
}

/** Words as the bytes that the host holds. */
export function fromWords(words: ArrayBuffer, dtype: DType): ArrayBuffer {
  if (dtype.name === 'float32' || dtype.name === 'int32') return words;
  if (dtype.kind === 'float') {
    const encode = dtype.name === 'float16' ? numberToFloat16 : numberToBfloat16;
    return Uint16Array.from(new Float32Array(words), encode).buffer;
  }
  const ints = new Int32Array(words);
  if (dtype.name === 'int64') return int64sOf(ints).buffer as ArrayBuffer;
  const out = new dtype.Array(ints.length) as Uint8Array;
  out.set(ints);
  return out.buffer as ArrayBuffer;
}
