import { maximum, zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkAveraging } from './adam-step.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface AdamaxOptions extends BaseOptions {
  /** coefficients of the running average of the gradient and of its norm, default [0.9, 0.999] */
  readonly betas?: readonly [number, number] | undefined;
  /** added to the size of the gradient, default 1e-8 */
  readonly eps?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface AdamaxState { step: number; expAvg: Tensor; expInf: Tensor }

/**
 * Adam with the infinity norm in place of the root mean square.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adamax.html
 * @see Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", section 7.1
 * @example const optimizer = new torch.optim.Adamax(net.parameters(), { lr: 0.002 });
 */
export class Adamax extends SingleTensorOptimizer<AdamaxOptions, AdamaxState> {
  protected override readonly tensorNumbers = ['step'];

  constructor(params: ParamsInput<AdamaxOptions>, options: AdamaxOptions = {}) {
    const { lr = 2e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, maximize = false } = checked('Adamax', options, 'lr');
    const defaults = { lr, betas, eps, weightDecay, foreach: null, maximize };
    checkAveraging(defaults);
    super(params, defaults, options);
  }

  protected init(param: Tensor): AdamaxState {
    return { step: 0, expAvg: zerosLike(param), expInf: zerosLike(param) };
  }

  protected apply(param: Tensor, gradient: Tensor, state: AdamaxState, group: ParamGroup<AdamaxOptions>): void {
    const { lr, betas: [beta1, beta2], eps, weightDecay } = group, { expAvg, expInf } = state;
    const step = ++state.step;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    expAvg.mul_(beta1).add_(grad, { alpha: 1 - beta1 });
    maximum(expInf.mul_(beta2), grad.abs().add_(eps), { out: expInf });
    param.addcdiv_(expAvg, expInf, { value: -lr / (1 - beta1 ** step) });
  }
}
