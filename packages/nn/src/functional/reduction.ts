import { ValueError, type Tensor } from '@sconce/tensor';
import { checked, checkTensor, type Reduction, warnOnce } from '@sconce/tensor/internal';

export type { Reduction };

/** @internal @throws ValueError with PyTorch's text */
export function checkReduction(reduction: string): asserts reduction is Reduction {
  if (reduction !== 'none' && reduction !== 'mean' && reduction !== 'sum') {
    throw new ValueError(`${reduction} is not a valid value for reduction`);
  }
}

/** @internal @throws TypeError in PyTorch's words for what is no tensor */
export function checkOperands(name: string, input: unknown, target: unknown): void {
  checkTensor(input, name);
  checkTensor(target, name, 'target', 2);
}

/** @internal losses of elements brought to what is asked for */
export function reduce(losses: Tensor, reduction: string): Tensor {
  checkReduction(reduction);
  return reduction === 'none' ? losses : reduction === 'mean' ? losses.mean() : losses.sum();
}

export interface ReductionOption {
  /** 'none' gives the losses of the elements, 'sum' their sum, 'mean' (default) their mean */
  readonly reduction?: Reduction | undefined;
  /** @deprecated false for `reduction: 'sum'` */
  readonly sizeAverage?: boolean | null | undefined;
  /** @deprecated false for `reduction: 'none'` */
  readonly reduce?: boolean | null | undefined;
}

/** @internal the options of a loss, where older names of reductions are brought to the one there is now */
export function lossOptions<O extends object>(name: string, options: O, first?: string): O {
  const given = checked<object>(name, options, first as never) as O & ReductionOption;
  const { sizeAverage, reduce: asOne } = given;
  if (typeof sizeAverage !== 'boolean' && typeof asOne !== 'boolean') return given;
  const reduction = asOne === false ? 'none' : sizeAverage === false ? 'sum' : 'mean';
  warnOnce(`size_average and reduce args will be deprecated, please use reduction='${reduction}' instead.`);
  return { ...given, reduction };
}
