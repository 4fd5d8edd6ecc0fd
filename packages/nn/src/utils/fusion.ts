import { noGrad } from '@sconce/autograd';
import { ones, RuntimeError, zeros, type Tensor } from '@sconce/tensor';
import { deepcopy } from '../deepcopy.js';
import type { BatchNorm1d, BatchNorm2d, BatchNorm3d } from '../layers/batch-norm.js';
import type { Conv1d, Conv2d, Conv3d } from '../layers/conv.js';
import { Parameter } from '../parameter.js';

type Conv = Conv1d | Conv2d | Conv3d;
type BatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d;

/**
 * A convolution that does what a convolution and the batch norm behind it do in evaluation.
 * @throws RuntimeError for modules in training mode, and for a batch norm without running statistics
 * @see https://github.com/pytorch/pytorch/blob/v1.13.0/torch/nn/utils/fusion.py
 * @example const fused = nn.utils.fuseConvBnEval(conv.eval(), bn.eval());
 */
export function fuseConvBnEval<C extends Conv>(conv: C, bn: BatchNorm): C {
  if (conv.training || bn.training) throw new RuntimeError('Fusion only for eval!');
  if (!bn.running_mean || !bn.running_var) throw new RuntimeError('fuseConvBnEval(): the batch norm has no running statistics');
  const fused = deepcopy(conv);
  [fused.weight, fused.bias] = fuseConvBnWeights(conv.weight, conv.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias);
  return fused;
}

/** The weight and the bias of such a convolution. */
export function fuseConvBnWeights(
  weight: Tensor, bias: Tensor | null, mean: Tensor, variance: Tensor, eps: number, scale: Tensor | null, shift: Tensor | null,
): [Parameter, Parameter] {
  return noGrad(() => {
    const like = { dtype: mean.dtype, device: mean.device };
    const factor = (scale ?? ones(mean.shape, like)).mul(variance.add(eps).rsqrt());
    const fused = weight.mul(factor.reshape(-1, ...new Array<number>(weight.dim() - 1).fill(1)));
    const moved = (bias ?? zeros(mean.shape, like)).sub(mean).mul(factor).add(shift ?? 0);
    return [new Parameter(fused, { requiresGrad: weight.requiresGrad }), new Parameter(moved, { requiresGrad: bias?.requiresGrad ?? true })];
  });
}
