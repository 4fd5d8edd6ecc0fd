import { product, softmaxOps, type Op, type StructuredOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildSoftmax } from '../kernels/softmax.js';
import { areFloats, dense, inOrder, movedLast } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** softmax, logSoftmax, their gradients, and logsumexp, float32. */
export const lowerSoftmax: Lowering = (engine) => [
  forRows(engine, softmaxOps.softmax, 'softmax'),
  forRows(engine, softmaxOps.logSoftmax, 'logSoftmax'),
  forRows(engine, softmaxOps.softmaxBackward, 'softmaxBackward'),
  forRows(engine, softmaxOps.logSoftmaxBackward, 'logSoftmaxBackward'),
  [softmaxOps.logsumexp as Op<never>, orElse(softmaxOps.logsumexp, ([x], outputs, { dims }) => {
    const { numel, shape } = x.layout, rows = outputs[0].layout.numel;
    if (!areFloats([x]) || rows === 0) return false;
    const kept = [...shape.keys()].filter((d) => !dims.includes(d));
    return dense(engine, [inOrder(x, [...kept, ...dims])], outputs, ([from], [out]) =>
      engine.launch(engine.functions(buildSoftmax).logsumexp, rows, 8 * numel, numel / rows, pointer(from), pointer(out)));
  })],
];

function forRows(engine: Engine, op: StructuredOp<{ readonly dim: number }>, name: string): ReturnType<Lowering>[number] {
  return [op as Op<never>, orElse(op, (inputs, outputs, { dim }) => {
    const { shape, numel } = outputs[0].layout;
    if (!areFloats(inputs) || shape.length === 0) return false;
    const n = shape[dim], inner = product(shape.slice(dim + 1)), kernels = engine.functions(buildSoftmax);
    const [kernel, items] = inner < 4 ? [kernels[name], numel / n] : [kernels[`${name}Columns`], numel / n / inner * Math.ceil(inner / 4)];
    // of few columns rows are made
    const seen = (views: readonly View[]): readonly View[] => (inner === 1 || inner > 3 ? views : views.map((v) => movedLast(v, dim)));
    return dense(engine, seen(inputs), seen(outputs), (xs, [out]) =>
      engine.launch(kernel, items, 8 * numel, n, inner, ...xs.map(pointer), pointer(out)));
  })];
}
