import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { adamState, adamStep, checkAveraging, type AdamOptions, type AdamState } from './adam-step.js';
import type { ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

/**
 * Adam whose weights decay by themselves instead of through the gradient.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 * @see Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization"
 * @example const optimizer = new torch.optim.AdamW(net.parameters(), { lr: 0.001, weightDecay: 0.01 });
 */
export class AdamW extends SingleTensorOptimizer<AdamOptions, AdamState> {
  protected override readonly tensorNumbers = ['step'];

  constructor(params: ParamsInput<AdamOptions>, options: AdamOptions = {}) {
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 1e-2, amsgrad = false, maximize = false } = checked('AdamW', options, 'lr');
    const defaults = { lr, betas, eps, weightDecay, amsgrad, foreach: null, maximize, capturable: false };
    checkAveraging(defaults);
    super(params, defaults, options);
  }

  protected init(param: Tensor, group: ParamGroup<AdamOptions>): AdamState { return adamState(param, group); }

  protected apply(param: Tensor, grad: Tensor, state: AdamState, group: ParamGroup<AdamOptions>): void {
    adamStep(param, grad, state, group, 'shrink');
  }
}
