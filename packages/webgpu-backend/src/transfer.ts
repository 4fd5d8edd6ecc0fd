import { float32, int16, int32, int64, int8, type DType } from '@sconce/tensor';
import type { Engine } from './engine.js';
import { assign, Bytes, isPending, type GpuStorage } from './values.js';
import { checkDtype, fromWords, toWords } from './words.js';

/** Writes host data into a storage. */
export function writeBytes(engine: Engine, dst: GpuStorage, src: ArrayBufferView, byteOffset: number): void {
  engine.gpu.check();
  const { cell } = dst, { value } = cell, { pool } = engine.gpu;
  const data = new Uint8Array(src.buffer, src.byteOffset, src.byteLength);
  const known = value instanceof Bytes || isPending(value) ? value.dtype : dtypeOf(src);
  if (byteOffset === 0 && data.length === dst.nbytes) {
    const dtype = dtypeOf(src);
    if (dtype === null) return assign(cell, { data: data.slice() }, pool);
    const words = toWords(data, dtype);
    return assign(cell, new Bytes(engine.gpu.upload(words), dtype, words.length), pool);
  }
  if (known === null) {
    const whole = value && 'data' in value ? value.data.slice() : new Uint8Array(dst.nbytes);
    whole.set(data, byteOffset);
    return assign(cell, { data: whole }, pool);
  }
  const words = toWords(data, known), bytes = engine.ownBytes(dst, known);
  for (const reader of Array.from(bytes.readers)) engine.force(reader);
  engine.gpu.overwrite(bytes.buffer, words, byteOffset / known.itemsize);
}

/** A copy of a storage's bytes as the host holds them. */
export async function readBytes(engine: Engine, src: GpuStorage, byteOffset: number, nbytes: number): Promise<ArrayBuffer> {
  engine.gpu.check();
  const { value } = src.cell;
  if (nbytes === 0 || value === null) return new ArrayBuffer(nbytes);
  if ('data' in value) return value.data.slice(byteOffset, byteOffset + nbytes).buffer;
  const bytes = isPending(value) ? engine.force(src.cell) : value;
  const { itemsize } = bytes.dtype;
  return fromWords(await engine.gpu.read(bytes.buffer, byteOffset / itemsize, nbytes / itemsize), bytes.dtype);
}

/** The dtype of host data; null where its array stands for more than one. */
function dtypeOf(src: ArrayBufferView): DType | null {
  if (src instanceof Float64Array) checkDtype({ name: 'float64' });
  if (src instanceof Float32Array) return float32;
  if (src instanceof Int32Array) return int32;
  if (src instanceof BigInt64Array) return int64;
  if (src instanceof Int8Array) return int8;
  return src instanceof Int16Array ? int16 : null;
}
