import { zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkAveraging } from './adam-step.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface RAdamOptions extends BaseOptions {
  /** coefficients of the running averages of the gradient and of its square, default [0.9, 0.999] */
  readonly betas?: readonly [number, number] | undefined;
  /** added to the denominator, default 1e-8 */
  readonly eps?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
}

interface RAdamState { step: number; expAvg: Tensor; expAvgSq: Tensor }

/**
 * Adam that waits with dividing until the average of squares is worth something.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html
 * @see Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond"
 * @example const optimizer = new torch.optim.RAdam(net.parameters(), { lr: 0.001 });
 */
export class RAdam extends SingleTensorOptimizer<RAdamOptions, RAdamState> {
  protected override readonly tensorNumbers = ['step'];

  constructor(params: ParamsInput<RAdamOptions>, options: RAdamOptions = {}) {
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = checked('RAdam', options, 'lr');
    const defaults = { lr, betas, eps, weightDecay, foreach: null };
    checkAveraging(defaults);
    super(params, defaults, options);
  }

  protected init(param: Tensor): RAdamState {
    return { step: 0, expAvg: zerosLike(param), expAvgSq: zerosLike(param) };
  }

  protected apply(param: Tensor, gradient: Tensor, state: RAdamState, group: ParamGroup<RAdamOptions>): void {
    const { lr, betas: [beta1, beta2], eps, weightDecay } = group, { expAvg, expAvgSq } = state;
    const step = ++state.step;
    const correction2 = 1 - beta2 ** step;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    expAvg.mul_(beta1).add_(grad, { alpha: 1 - beta1 });
    expAvgSq.mul_(beta2).addcmul_(grad, grad, { value: 1 - beta2 });
    const direction = expAvg.div(1 - beta1 ** step).mul_(lr);

    // how many steps the average of squares stands for, in the limit and now
    const rhoInf = 2 / (1 - beta2) - 1;
    const rho = rhoInf - (2 * step * beta2 ** step) / correction2;
    if (rho > 5) {
      const rectification = Math.sqrt(((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho));
      direction.mul_(expAvgSq.sqrt().add_(eps).reciprocal_().mul_(Math.sqrt(correction2))).mul_(rectification);
    }
    param.add_(direction, { alpha: -1 });
  }
}
