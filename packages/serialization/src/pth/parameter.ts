import type { Tensor } from '@sconce/tensor';

/** The class of parameters, as `nn.Parameter` is. */
export type ParameterClass = new (data: Tensor, options: { readonly requiresGrad: boolean }) => Tensor;

let parameterClass: ParameterClass | null = null;

/**
 * Names the class of parameters, which this package does not know: from then on `load` gives parameters where a file has
 * them, and `save` writes them as such. Without it they are tensors that require gradients. Importing `sconce` does it.
 * @example
 * import { Parameter } from '@sconce/nn';
 * registerParameter(Parameter);
 */
export function registerParameter(Parameter: ParameterClass | null): void { parameterClass = Parameter; }

/** Whether a tensor is a parameter. */
export const isParameter = (x: Tensor): boolean => parameterClass !== null && x instanceof parameterClass;

/** A tensor of the given memory, as a parameter where that class is known. */
export const makeParameter = (data: Tensor, requiresGrad: boolean): Tensor =>
  (parameterClass ? new parameterClass(data, { requiresGrad }) : withGrad(data, requiresGrad));

/** Marks a leaf; its gradients come with `@sconce/autograd`, its mark does without. */
export function withGrad(x: Tensor, requiresGrad: boolean): Tensor {
  if (requiresGrad) x.markLeaf(true);
  return x;
}
