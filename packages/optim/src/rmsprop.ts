import { zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface RMSpropOptions extends BaseOptions {
  /** share of the running average of squares that is kept, default 0.99 */
  readonly alpha?: number | undefined;
  /** added to the denominator, default 1e-8 */
  readonly eps?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** share of the last step's direction that is kept, default 0 */
  readonly momentum?: number | undefined;
  /** divide by an estimate of the gradient's standard deviation, default false */
  readonly centered?: boolean | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface RMSpropState { step: number; squareAvg: Tensor; momentumBuffer?: Tensor; gradAvg?: Tensor }

/**
 * RMSprop: the gradient divided by a running average of its size.
 * @throws ValueError for negative options
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 * @see Hinton 2012, "Neural Networks for Machine Learning", lecture 6e; centered: Graves 2013, arXiv:1308.0850
 * @example const optimizer = new torch.optim.RMSprop(net.parameters(), { lr: 0.01, alpha: 0.9 });
 */
export class RMSprop extends SingleTensorOptimizer<RMSpropOptions, RMSpropState> {
  constructor(params: ParamsInput<RMSpropOptions>, options: RMSpropOptions = {}) {
    const {
      lr = 1e-2, alpha = 0.99, eps = 1e-8, weightDecay = 0, momentum = 0, centered = false, maximize = false,
    } = checked('RMSprop', options, 'lr');
    checkNotNegative('learning rate', lr);
    checkNotNegative('epsilon value', eps);
    checkNotNegative('momentum value', momentum);
    checkNotNegative('weight_decay value', weightDecay);
    checkNotNegative('alpha value', alpha);
    const defaults = {
      lr, momentum, alpha, eps, centered, weightDecay, foreach: null, maximize, differentiable: false,
    };
    super(params, defaults, options);
  }

  protected init(param: Tensor, { momentum, centered }: ParamGroup<RMSpropOptions>): RMSpropState {
    const state: RMSpropState = { step: 0, squareAvg: zerosLike(param) };
    if (momentum > 0) state.momentumBuffer = zerosLike(param);
    if (centered) state.gradAvg = zerosLike(param);
    return state;
  }

  protected apply(param: Tensor, gradient: Tensor, state: RMSpropState, group: ParamGroup<RMSpropOptions>): void {
    const { lr, alpha, eps, weightDecay, momentum, centered } = group, { squareAvg } = state;
    state.step++;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    squareAvg.mul_(alpha).addcmul_(grad, grad, { value: 1 - alpha });
    let size: Tensor;
    if (centered) {
      const gradAvg = (state.gradAvg ??= zerosLike(param)).mul_(alpha).add_(grad, { alpha: 1 - alpha });
      size = squareAvg.addcmul(gradAvg, gradAvg, { value: -1 }).sqrt_();
    } else size = squareAvg.sqrt();
    size.add_(eps);
    if (momentum > 0) {
      const buffer = (state.momentumBuffer ??= zerosLike(param)).mul_(momentum).addcdiv_(grad, size);
      param.add_(buffer, { alpha: -lr });
    } else param.addcdiv_(grad, size, { value: -lr });
  }
}
