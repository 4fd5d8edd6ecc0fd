import { ValueError, type Tensor } from '@sconce/tensor';
import type { Reduction } from '@sconce/tensor/internal';

export type { Reduction };

/** @internal @throws ValueError with PyTorch's text */
export function checkReduction(reduction: string): asserts reduction is Reduction {
  if (reduction !== 'none' && reduction !== 'mean' && reduction !== 'sum') {
    throw new ValueError(`${reduction} is not a valid value for reduction`);
  }
}

/** @internal losses of elements brought to what is asked for */
export function reduce(losses: Tensor, reduction: string): Tensor {
  checkReduction(reduction);
  return reduction === 'none' ? losses : reduction === 'mean' ? losses.mean() : losses.sum();
}

export interface ReductionOption {
  /** 'none' gives the losses of the elements, 'sum' their sum, 'mean' (default) their mean */
  readonly reduction?: Reduction | undefined;
}
