import { reductionOps, type ReduceAttrs } from '@sconce/tensor/internal';
import type { Tensor } from '@sconce/tensor';
import { define } from './define.js';

/** A reduced gradient, spread over the shape that was reduced. */
export function unreduce(g: Tensor, shape: readonly number[], { dims, keepdim }: ReduceAttrs): Tensor {
  let full = g;
  if (!keepdim) for (const d of dims) full = full.unsqueeze(d);
  return full.expand(shape);
}

define(reductionOps.sum, [(g, { shapes: [shape], attrs }) => unreduce(g, shape, attrs)]);
