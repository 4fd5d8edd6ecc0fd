import { adaptivePoolingOps, poolingOps, type AdaptivePoolAttrs, type AvgPoolAttrs, type Op, type View, product } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildAveragePooling } from '../kernels/average-pooling.js';
import { buildPooling } from '../kernels/pooling.js';
import { areFloats, dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';
import { withIntegers } from './tables.js';

const all = (list: readonly number[], n: number): boolean => list.every((x) => x === n);

/** Pooling in two dimensions and its gradients, float32. */
export const lowerPooling: Lowering = (engine) => [
  [poolingOps.maxPool2d as Op<never>, orElse(poolingOps.maxPool2d, (inputs, outputs, { kernel, stride, padding, dilation, outputSize }) =>
    areFloats([inputs[0], outputs[0]]) && dense(engine, inputs, outputs, ([x], [out, indices]) => {
      const size = x.layout.shape.slice(-2), planes = x.layout.numel / product(size);
      const fns = engine.functions(buildPooling);
      if (all(kernel, 2) && all(stride, 2) && all(padding, 0) && all(dilation, 1) && outputSize.every((n, i) => 2 * n <= size[i])) {
        engine.launch(fns.maxPool2x2, planes, x.layout.numel, ...size, ...outputSize, pointer(x), pointer(out), pointer(indices));
      } else {
        engine.launch(fns.maxPool, planes, out.layout.numel * product(kernel) * 4, ...size, ...outputSize, ...kernel, ...stride, ...padding, ...dilation,
          pointer(x), pointer(out), pointer(indices));
      }
    }))],
  [poolingOps.maxPoolBackward as Op<never>, orElse(poolingOps.maxPoolBackward, (inputs, outputs, { inputSize }) =>
    areFloats([inputs[0], outputs[0]]) && dense(engine, inputs, outputs, ([grad, indices], [out]) => {
      const pooled = product(grad.layout.shape.slice(-inputSize.length));
      engine.launch(engine.functions(buildPooling).maxPoolBackward, grad.layout.numel / pooled, out.layout.numel, product(inputSize), pooled,
        pointer(grad), pointer(indices), pointer(out));
    }))],
  [poolingOps.avgPool2d as Op<never>, orElse(poolingOps.avgPool2d, (inputs, outputs, attrs) =>
    average(engine, 'averagePool', inputs, outputs, windowsOf(attrs), attrs.divisorOverride))],
  [poolingOps.avgPool2dBackward as Op<never>, orElse(poolingOps.avgPool2dBackward, (inputs, outputs, attrs) =>
    average(engine, 'averagePoolBackward', inputs, outputs, windowsOf(attrs), attrs.divisorOverride))],
  [adaptivePoolingOps.adaptiveAvgPool2d as Op<never>, orElse(adaptivePoolingOps.adaptiveAvgPool2d, (inputs, outputs, attrs) =>
    average(engine, 'averagePool', inputs, outputs, partsOf(attrs), null))],
  [adaptivePoolingOps.adaptiveAvgPool2dBackward as Op<never>, orElse(adaptivePoolingOps.adaptiveAvgPool2dBackward, (inputs, outputs, attrs) =>
    average(engine, 'averagePoolBackward', inputs, outputs, partsOf(attrs), null))],
];

/** The windows along height and width as lists of start, end and what counts in the mean, with the sizes of both sides. */
interface Windows { readonly tables: readonly (readonly number[])[]; readonly inputSize: readonly number[]; readonly outputSize: readonly number[] }

const windowsOf = ({ kernel, stride, padding, countIncludePad, inputSize, outputSize }: AvgPoolAttrs): Windows => ({
  inputSize, outputSize,
  tables: inputSize.map((n, d) => Array.from({ length: outputSize[d] }, (_, o) => {
    const from = o * stride[d] - padding[d], to = Math.min(from + kernel[d], n + padding[d]);
    const start = Math.max(from, 0), end = Math.min(to, n);
    return [start, end, countIncludePad ? to - from : end - start];
  }).flat()),
});

const partsOf = ({ inputSize, outputSize }: AdaptivePoolAttrs): Windows => ({
  inputSize, outputSize,
  tables: inputSize.map((n, d) => Array.from({ length: outputSize[d] }, (_, o) => {
    const start = Math.floor((o * n) / outputSize[d]), end = Math.ceil(((o + 1) * n) / outputSize[d]);
    return [start, end, end - start];
  }).flat()),
});

function average(
  engine: Engine, name: 'averagePool' | 'averagePoolBackward', inputs: readonly View[], outputs: readonly View[],
  { tables: [rows, columns], inputSize, outputSize }: Windows, override: number | null,
): boolean {
  return areFloats([...inputs, ...outputs]) && dense(engine, inputs, outputs, ([x], [y]) => {
    const [image, pooled] = name === 'averagePool' ? [x, y] : [y, x], planes = image.layout.numel / product(inputSize);
    withIntegers(engine, rows, (rowsAt) => withIntegers(engine, columns, (columnsAt) =>
      engine.launch(engine.functions(buildAveragePooling)[name], planes, 4 * image.layout.numel, ...inputSize, ...outputSize, rowsAt, columnsAt,
        pointer(image), pointer(pooled), override ?? 0)));
  });
}
