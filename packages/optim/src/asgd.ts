import { zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface ASGDOptions extends BaseOptions {
  /** decay of the parameters, default 1e-4 */
  readonly lambd?: number | undefined;
  /** power with which the learning rate goes down, default 0.75 */
  readonly alpha?: number | undefined;
  /** step at which averaging starts, default 1e6 */
  readonly t0?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface ASGDState { step: number; eta: number; mu: number; ax: Tensor }

/**
 * Averaged stochastic gradient descent; the averages are in the state, as `ax`.
 * @throws ValueError for negative options
 * @see https://pytorch.org/docs/stable/generated/torch.optim.ASGD.html
 * @see Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging"
 * @example const optimizer = new torch.optim.ASGD(net.parameters(), { lr: 0.01, t0: 1000 });
 */
export class ASGD extends SingleTensorOptimizer<ASGDOptions, ASGDState> {
  protected override readonly tensorNumbers = ['step', 'eta', 'mu'];

  constructor(params: ParamsInput<ASGDOptions>, options: ASGDOptions = {}) {
    const { lr = 1e-2, lambd = 1e-4, alpha = 0.75, t0 = 1e6, weightDecay = 0, maximize = false } = checked('ASGD', options, 'lr');
    checkNotNegative('learning rate', lr);
    checkNotNegative('weight_decay value', weightDecay);
    const defaults = { lr, lambd, alpha, t0, weightDecay, foreach: null, maximize };
    super(params, defaults, options);
  }

  protected init(param: Tensor, { lr }: ParamGroup<ASGDOptions>): ASGDState {
    // PyTorch keeps the numbers as float32 tensors
    return { step: 0, eta: Math.fround(lr), mu: 1, ax: zerosLike(param) };
  }

  protected apply(param: Tensor, gradient: Tensor, state: ASGDState, group: ParamGroup<ASGDOptions>): void {
    const { lr, lambd, alpha, t0, weightDecay } = group, { eta, mu, ax } = state;
    const step = ++state.step;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    param.mul_(1 - lambd * eta);
    param.add_(grad, { alpha: -eta });
    if (mu === 1) ax.copy_(param);
    else ax.add_(param.sub(ax).mul_(mu));
    state.eta = Math.fround(lr / (1 + lambd * lr * step) ** alpha);
    state.mu = Math.fround(1 / Math.max(1, step - t0));
  }
}
