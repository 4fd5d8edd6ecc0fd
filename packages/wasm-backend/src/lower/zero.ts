import type { DType } from '@sconce/tensor';
import { creationOps, isWhole, type Kernel } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { WasmStorage } from '../storage.js';
import { lowerPointwise } from './pointwise.js';

/** Zeros; over a whole storage they are written when somebody looks at them: often it is another gradient's memory by then. */
export function lowerZero(engine: Engine): Kernel<DType> {
  const write = lowerPointwise(engine, creationOps.zero);
  return (inputs, [out], compute) => {
    if (!isWhole(out) || !(out.storage as WasmStorage).clear()) write(inputs, [out], compute);
  };
}
