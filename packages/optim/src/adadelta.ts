import { ValueError, zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { pythonText } from './python-text.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface AdadeltaOptions extends BaseOptions {
  /** share of the running averages that is kept, default 0.9 */
  readonly rho?: number | undefined;
  /** added before roots are taken, default 1e-6 */
  readonly eps?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface AdadeltaState { step: number; squareAvg: Tensor; accDelta: Tensor }

/**
 * Adadelta: steps in the unit of the parameter, from running averages of gradients and of steps.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html
 * @see Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method", arXiv:1212.5701
 * @example const optimizer = new torch.optim.Adadelta(net.parameters(), { rho: 0.95 });
 */
export class Adadelta extends SingleTensorOptimizer<AdadeltaOptions, AdadeltaState> {
  constructor(params: ParamsInput<AdadeltaOptions>, options: AdadeltaOptions = {}) {
    const { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0, maximize = false } = checked('Adadelta', options, 'lr');
    checkNotNegative('learning rate', lr);
    if (!(rho >= 0 && rho <= 1)) throw new ValueError(`Invalid rho value: ${pythonText(rho)}`);
    checkNotNegative('epsilon value', eps);
    checkNotNegative('weight_decay value', weightDecay);
    const defaults = { lr, rho, eps, weightDecay, maximize, foreach: null };
    super(params, defaults, options);
  }

  protected init(param: Tensor): AdadeltaState {
    return { step: 0, squareAvg: zerosLike(param), accDelta: zerosLike(param) };
  }

  protected apply(param: Tensor, gradient: Tensor, state: AdadeltaState, group: ParamGroup<AdadeltaOptions>): void {
    const { lr, rho, eps, weightDecay } = group, { squareAvg, accDelta } = state;
    state.step++;
    const grad = weightDecay === 0 ? gradient : gradient.add(param, { alpha: weightDecay });
    squareAvg.mul_(rho).addcmul_(grad, grad, { value: 1 - rho });
    const delta = accDelta.add(eps).sqrt_().div_(squareAvg.add(eps).sqrt_()).mul_(grad);
    accDelta.mul_(rho).addcmul_(delta, delta, { value: 1 - rho });
    param.add_(delta, { alpha: -lr });
  }
}
