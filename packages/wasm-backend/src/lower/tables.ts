import type { Engine } from '../engine.js';

/** Calls `fn` with the address of 32-bit integers. */
export function withIntegers<T>(engine: Engine, values: readonly number[], fn: (address: number) => T): T {
  return engine.scratch(values.length * 4, (address) => {
    new Int32Array(engine.heap.memory.buffer, address, values.length).set(values);
    return fn(address);
  });
}
