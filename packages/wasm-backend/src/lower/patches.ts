import { patchCounts, patchOps, product, type Op, type PatchAttrs, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildPatches } from '../kernels/patches.js';
import { areFloats, dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** Images taken apart into windows, and the sums of such, float32. */
export const lowerPatches: Lowering = (engine) => [
  entry(engine, 'im2col', (x, out) => [x, out]),
  entry(engine, 'col2im', (x, out) => [out, x]),
];

const entry = (engine: Engine, name: 'im2col' | 'col2im', sides: (x: View, out: View) => readonly [image: View, columns: View]): ReturnType<Lowering>[number] =>
  [patchOps[name] as Op<never>, orElse(patchOps[name], (inputs, outputs, attrs) =>
    areFloats([...inputs, ...outputs]) && dense(engine, inputs, outputs, ([x], [out]) => run(engine, name, ...sides(x, out), attrs)))];

function run(engine: Engine, name: string, image: View, columns: View, attrs: PatchAttrs): void {
  const { kernelSize, dilation, padding, stride, imageSize } = attrs;
  engine.launch(engine.functions(buildPatches)[name], image.layout.numel / product(imageSize), columns.layout.numel, pointer(image), pointer(columns),
    ...imageSize, ...patchCounts(attrs), ...kernelSize, ...stride, ...padding, ...dilation);
}
