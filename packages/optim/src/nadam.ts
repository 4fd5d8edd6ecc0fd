import { zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkAveraging } from './adam-step.js';
import { checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface NAdamOptions extends BaseOptions {
  /** coefficients of the running averages of the gradient and of its square, default [0.9, 0.999] */
  readonly betas?: readonly [number, number] | undefined;
  /** added to the denominator, default 1e-8 */
  readonly eps?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** how fast the momentum grows to its full size, default 4e-3 */
  readonly momentumDecay?: number | undefined;
}

interface NAdamState { step: number; muProduct: number; expAvg: Tensor; expAvgSq: Tensor }

/**
 * Adam with Nesterov's look ahead.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html
 * @see Dozat 2016, "Incorporating Nesterov Momentum into Adam"
 * @example const optimizer = new torch.optim.NAdam(net.parameters(), { lr: 0.002 });
 */
export class NAdam extends SingleTensorOptimizer<NAdamOptions, NAdamState> {
  protected override readonly tensorNumbers = ['step', 'muProduct'];

  constructor(params: ParamsInput<NAdamOptions>, options: NAdamOptions = {}) {
    const { lr = 2e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, momentumDecay = 4e-3 } = checked('NAdam', options, 'lr');
    const defaults = { lr, betas, eps, weightDecay, momentumDecay, foreach: null };
    checkAveraging(defaults);
    checkNotNegative('momentum_decay value', momentumDecay);
    super(params, defaults, options);
  }

  protected init(param: Tensor): NAdamState {
    return { step: 0, muProduct: 1, expAvg: zerosLike(param), expAvgSq: zerosLike(param) };
  }

  protected apply(param: Tensor, gradient: Tensor, state: NAdamState, group: ParamGroup<NAdamOptions>): void {
    const { lr, betas: [beta1, beta2], eps, weightDecay, momentumDecay } = group, { expAvg, expAvgSq } = state;
    const step = ++state.step;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    const momentumAt = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const mu = momentumAt(step), muNext = momentumAt(step + 1);
    // PyTorch keeps the product as a float32 tensor
    state.muProduct = Math.fround(state.muProduct * Math.fround(mu));
    const productNext = Math.fround(Math.fround(state.muProduct * Math.fround(mu)) * Math.fround(muNext));

    expAvg.mul_(beta1).add_(grad, { alpha: 1 - beta1 });
    expAvgSq.mul_(beta2).addcmul_(grad, grad, { value: 1 - beta2 });
    const denominator = expAvgSq.div(1 - beta2 ** step).sqrt_().add_(eps);
    param.addcdiv_(grad, denominator, { value: (-lr * (1 - mu)) / (1 - state.muProduct) });
    param.addcdiv_(expAvg, denominator, { value: (-lr * muNext) / (1 - productNext) });
  }
}
