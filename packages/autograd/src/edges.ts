import type { Tensor } from '@sconce/tensor';
import { AccumulateGrad, type Edge, type Node } from './node.js';

/** What autograd keeps with a tensor (`tensor.autograd`). */
export interface AutogradMeta {
  /** the node that adds to a leaf's grad */
  accumulator?: AccumulateGrad;
  /** the node of a custom function that gave a view: such a view must not be written to */
  customView?: string;
  /** it is one of several views that an op gave, or a view of one: their gradients come back together */
  ofSeveral?: boolean;
}

export const metaOf = (x: Tensor): AutogradMeta => (x.autograd ??= {}) as AutogradMeta;

/** The end of the graph at a leaf; one per leaf. */
export function accumulatorOf(leaf: Tensor): AccumulateGrad {
  const meta = metaOf(leaf);
  return (meta.accumulator ??= new AccumulateGrad(leaf));
}

/** Where a tensor's gradient goes. */
export function edgeOf(x: Tensor): Edge {
  const node = x.gradFn as Node | null;
  return node ? { node, outputNr: x.outputNr } : { node: accumulatorOf(x), outputNr: 0 };
}
