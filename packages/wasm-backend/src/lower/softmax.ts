import { float32 } from '@sconce/tensor';
import { softmaxOps, type Op, type StructuredOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildSoftmax } from '../kernels/softmax.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** softmax, logSoftmax and their gradients along the last dimension, float32. */
export const lowerSoftmax: Lowering = (engine) => [
  forRows(engine, softmaxOps.softmax, 'softmax'),
  forRows(engine, softmaxOps.logSoftmax, 'logSoftmax'),
  forRows(engine, softmaxOps.softmaxBackward, 'softmaxBackward'),
  forRows(engine, softmaxOps.logSoftmaxBackward, 'logSoftmaxBackward'),
];

function forRows(engine: Engine, op: StructuredOp<{ readonly dim: number }>, name: string): ReturnType<Lowering>[number] {
  const fits = (v: View): boolean => v.dtype === float32 && v.layout.isContiguous;
  return [op as Op<never>, orElse(op, (inputs, [out], { dim }) => {
    const { shape, numel } = out.layout;
    if (dim !== shape.length - 1 || numel === 0 || !inputs.every(fits)) return false;
    const n = shape[dim], fn = engine.functions(buildSoftmax)[name];
    engine.launch(fn, numel / n, 8 * numel, n, ...inputs.map(pointer), pointer(out));
    return true;
  })];
}
