import type { Tensor } from '@sconce/tensor';
import { AccumulateGrad, type Edge, type GradHook, type GradientHook, type Node } from './node.js';

/** What autograd keeps with a tensor (`tensor.autograd`). */
export interface AutogradMeta {
  /** the node that adds to a leaf's grad */
  accumulator?: AccumulateGrad;
  /** what `registerHook` was given: all of it stays with the node that the tensor had when it came first */
  hooks?: Set<GradHook>;
  /** what keeps `grad` of a tensor that is not a leaf */
  retains?: GradientHook;
}

export const metaOf = (x: Tensor): AutogradMeta => (x.autograd ??= {}) as AutogradMeta;

/** The end of the graph at a leaf; one per leaf. */
export function accumulatorOf(leaf: Tensor): AccumulateGrad {
  const meta = metaOf(leaf);
  return (meta.accumulator ??= new AccumulateGrad(leaf));
}

/** Where a tensor's gradient goes; null for a view that was not recorded, although its base requires a gradient. */
export function edgeOf(x: Tensor): Edge | null {
  const node = x.gradFn as Node | null;
  if (node) return { node, outputNr: x.outputNr };
  return x.isMarkedLeaf ? { node: accumulatorOf(x), outputNr: 0 } : null;
}
