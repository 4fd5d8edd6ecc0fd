import type { View } from '../backend.js';
import { runStructured } from '../dispatch.js';
import { IndexError } from '../errors.js';
import { imageOrder } from '../memory-order.js';
import { structuredOp, type Meta, type StructuredOp } from '../op.js';
import type { Tensor } from '../tensor.js';

export interface AvgPoolAttrs {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;
  readonly inputSize: readonly number[];
  readonly outputSize: readonly number[];
}

/** Windows that cut a dimension into as many parts as asked for; window i is [⌊i·in/out⌋, ⌈(i+1)·in/out⌉). */
export interface AdaptivePoolAttrs {
  readonly inputSize: readonly number[];
  readonly outputSize: readonly number[];
}

/** The sizes of the last dimensions. @throws IndexError where there are not as many */
export function spatialSize({ layout: { shape } }: View, dims: number): readonly number[] {
  if (shape.length < dims + 1) {
    throw new IndexError(`Dimension out of range (expected to be in range of [${-shape.length}, ${shape.length - 1}], but got ${-dims - 1})`);
  }
  return shape.slice(-dims);
}

/** What is like an operand but for other sizes in its last dimensions. */
export const pooled = ({ layout, dtype }: View, sizes: readonly number[]): Meta =>
  ({ shape: [...layout.shape.slice(0, -sizes.length), ...sizes], dtype, order: imageOrder(layout) });

/** A pooling that is linear, and its adjoint, which is its gradient and whose gradient it is. */
export function averagePoolRecords<A extends AdaptivePoolAttrs>(
  name: string, dims: number,
): { pool: StructuredOp<A>; backward: StructuredOp<A> } {
  const capitalised = name[0].toUpperCase() + name.slice(1);
  return {
    pool: structuredOp<A>({
      name: `${name}${dims}d`, gradName: `${capitalised}${dims}D`,
      meta: ([x], { outputSize }) => [pooled(x, outputSize)],
    }),
    backward: structuredOp<A>({
      name: `${name}${dims}dBackward`, gradName: `${capitalised}${dims}DBackwardBackward0`,
      meta: ([g], { inputSize }) => [pooled(g, inputSize)],
    }),
  };
}

export interface MaxPoolAttrs {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly outputSize: readonly number[];
}

/** `pooling` tells which windows an element lies in; the gradient goes by the indices. */
export interface MaxPoolBackwardAttrs {
  readonly inputSize: readonly number[];
  readonly pooling: MaxPoolAttrs | AdaptivePoolAttrs;
}

/** The gradient of every max pooling: adds each gradient to where the largest value was. */
export const maxPoolBackwardOp = structuredOp<MaxPoolBackwardAttrs>({
  name: 'maxPoolBackward',
  meta: ([g], { inputSize }) => [pooled(g, inputSize)],
});

/** Runs `maxPoolBackwardOp`. @internal */
export const maxPoolBackward = (grad: Tensor, indices: Tensor, attrs: MaxPoolBackwardAttrs): Tensor =>
  runStructured(maxPoolBackwardOp, [grad, indices], attrs)[0];
