import { registerBackend } from '@sconce/tensor';
import { opSuite } from '@sconce/testing';
import { afterAll, beforeAll } from 'vitest';
import { Heap } from '../src/heap.js';
import { wasm } from '../src/index.js';

// a memory that cannot be shared has another buffer when it has grown: here it has another one after every allocation
const { allocate } = Heap.prototype;

beforeAll(() => {
  const shared = globalThis.SharedArrayBuffer;
  Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
  try {
    registerBackend(wasm());
  } finally {
    globalThis.SharedArrayBuffer = shared;
  }
  Heap.prototype.allocate = function (nbytes) {
    const block = allocate.call(this, nbytes);
    this.memory.grow(0);
    return block;
  };
});
afterAll(() => { Heap.prototype.allocate = allocate; });

opSuite('cpu');
