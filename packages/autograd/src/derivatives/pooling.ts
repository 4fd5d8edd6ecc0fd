import type { Tensor } from '@sconce/tensor';
import {
  adaptivePoolingOps, maxPoolBackward, poolingOps, runStructured, type AdaptivePoolAttrs, type MaxPoolAttrs, type StructuredOp,
} from '@sconce/tensor/internal';
import { define, saving } from './define.js';

/** The elements at places in the last dimensions, of which there are `dims`. */
const at = (x: Tensor, places: Tensor, dims: number): Tensor =>
  x.flatten(-dims).gather(-1, places.flatten(-dims)).view(places.shape);

for (const [op, dims] of [
  [poolingOps.maxPool2d, 2], [poolingOps.maxPool3d, 3],
  [adaptivePoolingOps.adaptiveMaxPool2d, 2], [adaptivePoolingOps.adaptiveMaxPool3d, 3],
] as const) {
  define(op as StructuredOp, [saving(['result1'], (g, { results: [, places], shapes: [shape], attrs }) =>
    maxPoolBackward(g, places, { inputSize: shape.slice(-dims), pooling: attrs as MaxPoolAttrs | AdaptivePoolAttrs }))]);
}

define(poolingOps.maxPoolBackward, [
  saving([1], (v, { inputs: [, places], attrs: { inputSize } }) => at(v, places, inputSize.length)),
  null,
]);

/** A linear pooling and its adjoint, each the gradient of the other. */
function adjoint<A>(pool: StructuredOp<A>, backward: StructuredOp<A>): void {
  define(pool, [(g, { attrs }) => runStructured(backward, [g], attrs)[0]]);
  define(backward, [(v, { attrs }) => runStructured(pool, [v], attrs)[0]]);
}

adjoint(poolingOps.avgPool2d, poolingOps.avgPool2dBackward);
adjoint(poolingOps.avgPool3d, poolingOps.avgPool3dBackward);
adjoint(adaptivePoolingOps.adaptiveAvgPool2d, adaptivePoolingOps.adaptiveAvgPool2dBackward);
adjoint(adaptivePoolingOps.adaptiveAvgPool3d, adaptivePoolingOps.adaptiveAvgPool3dBackward);
