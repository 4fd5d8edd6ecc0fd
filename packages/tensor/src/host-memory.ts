import { RuntimeError } from './errors.js';

interface ArrayType<T> { new(length: number): T; readonly BYTES_PER_ELEMENT: number }

/** A typed array of so many zeros. @throws RuntimeError, in PyTorch's words, where there is not that much memory */
export function zerosOf<T>(Type: ArrayType<T>, length: number): T {
  return allocated(length * Type.BYTES_PER_ELEMENT, () => new Type(length));
}

/** What `make` gives, which takes so many bytes of memory. @throws RuntimeError, in PyTorch's words, where there are not so many */
export function allocated<T>(nbytes: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw Object.assign(new RuntimeError(`DefaultCPUAllocator: can't allocate memory: you tried to allocate ${nbytes} bytes.`), { cause: error });
  }
}
