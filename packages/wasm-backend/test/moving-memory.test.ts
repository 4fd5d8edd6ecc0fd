import { registerBackend } from '@sconce/tensor';
import { opSuite } from '@sconce/testing';
import { afterAll, beforeAll, vi } from 'vitest';
import { Heap } from '../src/heap.js';
import { wasm } from '../src/index.js';

// An older host: a memory that cannot be shared has another buffer when it has grown, here after every allocation, and there is
// no relaxed SIMD.
const { allocate } = Heap.prototype;

beforeAll(() => {
  const shared = globalThis.SharedArrayBuffer;
  Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(true).mockReturnValue(false);
  try {
    registerBackend(wasm());
  } finally {
    globalThis.SharedArrayBuffer = shared;
    validate.mockRestore();
  }
  Heap.prototype.allocate = function (nbytes) {
    const block = allocate.call(this, nbytes);
    this.memory.grow(0);
    return block;
  };
});
afterAll(() => { Heap.prototype.allocate = allocate; });

opSuite('cpu');
