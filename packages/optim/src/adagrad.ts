import { fullLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { inBothParts, SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface AdagradOptions extends BaseOptions {
  /** how fast the learning rate goes down, default 0 */
  readonly lrDecay?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** what the sums of squares start with, default 0 */
  readonly initialAccumulatorValue?: number | undefined;
  /** added to the denominator, default 1e-10 */
  readonly eps?: number | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface AdagradState { step: number; sum: Tensor }

/**
 * Adagrad: the gradient divided by the root of the sum of its squares so far.
 * @throws ValueError for negative options
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
 * @see Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization"
 * @example const optimizer = new torch.optim.Adagrad(net.parameters(), { lr: 0.01 });
 */
export class Adagrad extends SingleTensorOptimizer<AdagradOptions, AdagradState> {
  protected override readonly tensorNumbers = ['step'];

  constructor(params: ParamsInput<AdagradOptions>, options: AdagradOptions = {}) {
    const {
      lr = 1e-2, lrDecay = 0, weightDecay = 0, initialAccumulatorValue = 0, eps = 1e-10, maximize = false,
    } = checked('Adagrad', options, 'lr');
    checkNotNegative('learning rate', lr);
    checkNotNegative('lr_decay value', lrDecay);
    checkNotNegative('weight_decay value', weightDecay);
    checkNotNegative('initial_accumulator_value value', initialAccumulatorValue);
    checkNotNegative('epsilon value', eps);
    const defaults = { lr, lrDecay, eps, weightDecay, initialAccumulatorValue, foreach: null, maximize };
    super(params, defaults, options);
    // as in PyTorch the state is there before the first step
    for (const group of this.paramGroups) for (const p of group.params) this.state.set(p, this.init(p, group));
  }

  protected init(param: Tensor, { initialAccumulatorValue }: ParamGroup<AdagradOptions>): AdagradState {
    return { step: 0, sum: fullLike(param, inBothParts(param, initialAccumulatorValue)) };
  }

  protected apply(param: Tensor, gradient: Tensor, state: AdagradState, group: ParamGroup<AdagradOptions>): void {
    const { lr, lrDecay, weightDecay, eps } = group;
    const step = ++state.step;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    state.sum.addcmul_(grad, grad);
    param.addcdiv_(grad, state.sum.sqrt().add_(eps), { value: -lr / (1 + (step - 1) * lrDecay) });
  }
}
