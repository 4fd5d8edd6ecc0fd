import { float32 } from '@sconce/tensor';
import { poolingOps, type Op, type View } from '@sconce/tensor/internal';
import { pointer } from '../engine.js';
import { buildPooling } from '../kernels/pooling.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

const fits = (v: View): boolean => v.dtype === float32 && v.layout.isContiguous && v.layout.numel > 0;
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const all = (list: readonly number[], n: number): boolean => list.every((x) => x === n);

/** Max pooling in two dimensions and its gradient, float32. */
export const lowerPooling: Lowering = (engine) => [
  [poolingOps.maxPool2d as Op<never>, orElse(poolingOps.maxPool2d, ([x], [out, indices], { kernel, stride, padding, dilation, outputSize }) => {
    if (!fits(x) || !fits(out)) return false;
    const size = x.layout.shape.slice(-2), planes = x.layout.numel / product(size);
    const fns = engine.functions(buildPooling);
    if (all(kernel, 2) && all(stride, 2) && all(padding, 0) && all(dilation, 1) && outputSize.every((n, i) => 2 * n <= size[i])) {
      engine.launch(fns.maxPool2x2, planes, x.layout.numel, ...size, ...outputSize, pointer(x), pointer(out), pointer(indices));
    } else {
      engine.launch(fns.maxPool, planes, out.layout.numel * product(kernel) * 4, ...size, ...outputSize, ...kernel, ...stride, ...padding, ...dilation,
        pointer(x), pointer(out), pointer(indices));
    }
    return true;
  })],
  [poolingOps.maxPoolBackward as Op<never>, orElse(poolingOps.maxPoolBackward, ([grad, indices], [out], { inputSize }) => {
    if (!fits(grad) || !fits(out) || !indices.layout.isContiguous) return false;
    const outputs = product(grad.layout.shape.slice(-inputSize.length));
    engine.launch(engine.functions(buildPooling).maxPoolBackward, grad.layout.numel / outputs, out.layout.numel,
      product(inputSize), outputs,
      pointer(grad), pointer(indices), pointer(out));
    return true;
  })],
];
