import { createHash } from 'node:crypto';

/** Tensors larger than this, which are expanded ones, are not looked at element by element. */
const MOST_ELEMENTS = 1 << 20;

/** What plain values may inherit from. */
const PLAIN = new Set([Object.prototype, null]);

/** @throws Error unless all of a tensor lies within its memory */
function checkTensor(x) {
  const { shape, strides, offset, numel } = x.layout;
  const last = shape.reduce((at, n, d) => at + (n - 1) * strides[d], offset);
  const inside = [...shape, ...strides, offset].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!inside || (numel > 0 && !(last < x.storage.nbytes / x.dtype.itemsize))) throw new Error('a tensor beyond its storage');
}

/**
 * Goes over a value that was read: tensors lie within their memory, pictures have the bytes of their size, and objects are
 * plain ones.
 * @param {typeof import('sconce')} torch
 * @param {unknown} root
 * @returns {string} a digest of all that it holds
 * @throws Error for a value that no file may give
 */
export function checkValue(torch, root) {
  const hash = createHash('md5'), seen = new Set(), work = [root];
  const { Image } = torch.utils.data;
  while (work.length > 0) {
    const value = work.pop();
    if (typeof value !== 'object' || value === null) {
      hash.update(`${typeof value} ${String(value)};`);
    } else if (seen.has(value)) {
      continue;
    } else {
      seen.add(value);
      if (value instanceof torch.Tensor) {
        checkTensor(value);
        hash.update(`${value.dtype} ${value.shape.join()};`);
        if (value.numel() <= MOST_ELEMENTS) hash.update(bytesOf(value.detach().hostValues()));
      } else if (value instanceof Image) {
        if (value.data.length !== value.width * value.height * value.channels) throw new Error('a picture of another size');
        hash.update(`${value.mode} ${value.width};`).update(value.data);
      } else if (ArrayBuffer.isView(value)) hash.update(bytesOf(value));
      else if (value instanceof Map) work.push(...value.keys(), ...value.values());
      else if (value instanceof Set || Array.isArray(value)) work.push(...value);
      else if (value instanceof torch.float32.constructor || value instanceof torch.Device) hash.update(String(value));
      else if (PLAIN.has(Object.getPrototypeOf(value))) work.push(...Object.keys(value), ...Object.values(value));
      else throw new Error(`a value of ${value.constructor?.name}, which no file may give`);
    }
  }
  return hash.digest('hex');
}

const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);
