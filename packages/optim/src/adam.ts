import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { adamState, adamStep, checkAveraging, type AdamOptions, type AdamState } from './adam-step.js';
import type { ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

/**
 * Adam: steps of about `lr`, whatever the size of the gradient.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adam.html
 * @see Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization"
 * @example const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.001 });
 */
export class Adam extends SingleTensorOptimizer<AdamOptions, AdamState> {
  protected override readonly tensorNumbers = ['step'];

  constructor(params: ParamsInput<AdamOptions>, options: AdamOptions = {}) {
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, amsgrad = false, maximize = false } = checked('Adam', options, 'lr');
    const defaults = {
      lr, betas, eps, weightDecay, amsgrad, maximize, foreach: null, capturable: false, differentiable: false, fused: false,
    };
    checkAveraging(defaults);
    super(params, defaults, options);
  }

  protected init(param: Tensor, group: ParamGroup<AdamOptions>): AdamState { return adamState(param, group); }

  protected apply(param: Tensor, grad: Tensor, state: AdamState, group: ParamGroup<AdamOptions>): void {
    adamStep(param, grad, state, group, 'penalty');
  }
}
